"""What only all rows of a file together show: events told twice, and coordinates that are swapped."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quickview.evidence.events import COLUMNS, DEGREES, ROW, Reading
from quickview.language.catalogs import telling_words

if TYPE_CHECKING:
    import pyarrow as pa

FEWEST: Final = 8
"""Events of a country from which on its middle tells where it is."""
FAR: Final = 15.0
"""Degrees from the middle of a country's events that are too far, if the swapped place lies among them."""
NEAR: Final = 0.5
"""Degrees by which borders of a map of the world are out, at most."""
ASKED: Final = 1000
"""Events of a country that are compared with its borders."""

_SWAPPED: Final = "put latitude and longitude in their own columns"
_ROWS: Final = 200_000
"""Rows compared at a time."""


def once(table: "pa.Table", reading: Reading) -> "pa.Table":
    """Return a table of events with each once: the same row twice is left out, another one of the same id is a fault."""
    ids = table["id"].to_pandas()
    again = ids.duplicated().to_numpy()
    if not again.any():
        return table
    shared = ids[ids.duplicated(keep=False)]
    first = {one: row for row, one in zip(reversed(shared.index), reversed(shared.tolist()), strict=True)}
    rows = np.flatnonzero(again)
    others = np.array([first[ids[row]] for row in rows])
    same = equal(table, rows, table, others)
    reading.left_out["the same row twice"] += int(same.sum())
    lines = table[ROW].to_numpy()
    messages = (f"has the id `{ids[row]}` of row {lines[other]}, and says otherwise" for row, other in zip(rows[~same], others[~same], strict=True))  # fmt: skip
    reading.tell(
        lines[rows[~same]], "TWICE", messages, "get the file anew from its provider, or give each event its own id"
    )
    return table.filter(~again)


def equal(one: "pa.Table", rows: np.ndarray, other: "pa.Table", others: np.ndarray) -> np.ndarray:
    """Return for each pair of rows of two tables whether they say the same, whatever release they come from."""
    from pyarrow import compute

    same = np.ones(len(rows), bool)
    for name in COLUMNS:
        if name == "release":
            continue
        for start in range(0, len(rows), _ROWS):
            part = slice(start, start + _ROWS)
            a, b = (_plain(table[name].take(chosen[part])) for table, chosen in ((one, rows), (other, others)))
            both = compute.and_(compute.is_null(a), compute.is_null(b))
            same[part] &= compute.or_kleene(compute.fill_null(compute.equal(a, b), fill_value=False), both).to_numpy()
    return same


def _plain(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa

    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def without_swapped(table: "pa.Table", reading: Reading, borders: Mapping[frozenset[str], Any]) -> "pa.Table":
    """Return a table without events whose latitude and longitude are swapped; `reading` is told of them.

    They lie far from the others of their country, and among them once swapped. Where all do, `borders` tell:
    a polygon in degrees for the telling words of each country's name.
    """
    longitude, latitude = (table[name].to_numpy() for name in DEGREES)
    swapped = np.zeros(len(table), bool)
    inside = turned = asked = 0
    countries = table["country"].to_pandas()
    for country, rows in countries.groupby(countries, observed=True).indices.items():
        if not country:
            continue
        swapped[rows] = _stray(longitude[rows], latitude[rows])
        if (land := borders.get(telling_words(country))) is not None:
            some = rows[:: max(len(rows) // ASKED, 1)]
            inside += _count(land, longitude[some], latitude[some])
            turned += _count(land, latitude[some], longitude[some])
            asked += len(some)
    whole = inside < asked / 5 and turned > asked * 4 / 5
    if whole:
        swapped[:] = True
    lines, ids = table[ROW].to_numpy(), table["id"]
    where = "none of its country's events lies there" if whole else "far from the others of its country"
    message = "`{}` lies at {:g}° N, {:g}° E: {}, and within it once latitude and longitude are swapped"
    rows = np.flatnonzero(swapped)
    messages = (message.format(ids[row], latitude[row], longitude[row], where) for row in rows)
    reading.tell(lines[rows], "PLACE", messages, _SWAPPED)
    return table.filter(~swapped) if len(rows) else table


def _stray(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Return which events of a country lie far from the others, and among them once swapped."""
    if len(longitude) < FEWEST:
        return np.zeros(len(longitude), bool)
    east, north = np.median(longitude), np.median(latitude)
    spread = max(np.percentile(np.abs(longitude - east), 75), np.percentile(np.abs(latitude - north), 75), 1)
    far = np.maximum(np.abs(longitude - east), np.abs(latitude - north)) > max(FAR, 4 * spread)
    fits = np.maximum(np.abs(latitude - east), np.abs(longitude - north)) < 4 * spread
    found: np.ndarray = far & fits
    return found


def _count(land: Any, longitude: np.ndarray, latitude: np.ndarray) -> int:
    import shapely

    return int(shapely.dwithin(land, shapely.points(longitude, latitude), NEAR).sum())
