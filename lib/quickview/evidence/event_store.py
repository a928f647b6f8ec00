"""Keep events that others recorded: one GeoParquet file a provider, in which an event stands once, however often it is imported."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from quickview.errors import InputError, did_you_mean
from quickview.evidence import events
from quickview.evidence.events import COLUMNS
from quickview.files import is_regular
from quickview.layers.catalog import EVENTS

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

PRIVATE: Final = ".private"
"""Stands in the name of a file whose rows may not be passed on, so that version control can leave it out."""

STRAIGHT: Final = 0.02
"""Degrees of an edge that are as straight on a map in metres."""


@dataclass(frozen=True)
class Provenance:
    """Where a store's events come from, and on what terms."""

    layout: str
    title: str
    licence: str
    credit: str
    is_shareable: bool
    imports: Sequence[Mapping[str, Any]] = ()
    """Of each file that was imported: its name, SHA-256, release, and how many events it held."""


@dataclass(frozen=True)
class Store:
    """A file of events: its name, and what is known of it without reading them."""

    name: str
    path: Path
    provenance: Provenance
    rows: int

    @property
    def is_shareable(self) -> bool:
        """Whether its rows may be passed on, as a download of a report does."""
        return self.provenance.is_shareable

    def check_shareable(self) -> None:
        """Raise `InputError` where its rows may not be passed on."""
        if not self.is_shareable:
            message = f"rows of `{self.name}` may not be passed on: {self.provenance.licence}"
            raise InputError.at(str(self.path), "E-EVENTS-PRIVATE", message, "give counts, and name the source")


def stores(shapes: Path) -> list[Store]:
    """Return the stores beside a catalogue of layers, by name; raises `InputError` for files there that are none."""
    return [open_store(path) for path in sorted((shapes / EVENTS).glob("*.parquet"))]


def store_of(shapes: Path, name: str) -> Store:
    """Return the store of that name; raises `InputError` with what there is."""
    paths = {name_of(path): path for path in (shapes / EVENTS).glob("*.parquet")}
    if name not in paths:
        hint = did_you_mean(name, sorted(paths)) if paths else "import some with `quickview events import FILE`"
        raise InputError.at(str(shapes / EVENTS), "E-EVENTS-NAME", f"there are no events `{name}`", hint)
    return open_store(paths[name])


def open_store(path: Path) -> Store:
    """Return what is known of a store; raises `InputError` where a file is none."""
    from pyarrow import ArrowException, parquet

    try:
        if not is_regular(path):  # a pipe would keep whoever reads it waiting
            raise FileNotFoundError(path)
        file = parquet.read_metadata(path)
        told = json.loads((file.metadata or {})[b"quickview"])
        provenance = Provenance(**told)
    except (ArrowException, OSError, KeyError, TypeError, ValueError):
        hint = "remove it, and import the events again"
        raise InputError.at(str(path), "E-EVENTS-STORE", "no events that this kit keeps", hint) from None
    return Store(name_of(path), path, provenance, file.num_rows)


def name_of(path: Path) -> str:
    """Return the name of the store that a file is."""
    return path.name.removesuffix(".parquet").removesuffix(PRIVATE)


def read_events(store: Store, *, box: Sequence[float] | None = None) -> "gpd.GeoDataFrame":
    """Return the events of a store: the columns of `events.COLUMNS` and points in EPSG:4326, by first day and id.

    With `box`, those within [west, south, east, north] in degrees. Days are datetime64[s].
    """
    import geopandas as gpd

    frame = read_rows(store, box=box)
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["longitude"], frame["latitude"]), crs="EPSG:4326")


def read_rows(
    store: Store, *, box: Sequence[float] | None = None, columns: Sequence[str] = tuple(COLUMNS)
) -> "pd.DataFrame":
    """Return the events of a store as `read_events` does, or some of their columns, without points."""
    import pyarrow as pa
    from pyarrow import parquet

    within = [("longitude", ">=", box[0]), ("longitude", "<=", box[2]), ("latitude", ">=", box[1]), ("latitude", "<=", box[3])] if box else None  # fmt: skip
    table = parquet.read_table(store.path, columns=list(columns), filters=within)
    for name in {*events.DAYS} & {*columns}:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.timestamp("s")))
    frame: pd.DataFrame = table.to_pandas()
    return frame


def rows_within(store: Store, area: "BaseGeometry", *, metres: float = 0) -> "pd.DataFrame":
    """Return the events of a store that lie in an area given in degrees (EPSG:4326), as `read_rows` does.

    On its edge counts as within. With `metres`, those no farther from it than that, measured in the UTM zone
    of the area's middle.
    """
    import geopandas as gpd
    import shapely

    shape = gpd.GeoSeries([area], crs="EPSG:4326")
    zone: Any = shape.estimate_utm_crs() if metres else shape.crs
    shape = shape.segmentize(STRAIGHT).to_crs(zone) if metres else shape
    around = shape.buffer(1.01 * metres).to_crs("EPSG:4326") if metres else shape
    frame = read_rows(store, box=around.total_bounds.tolist())
    points = gpd.GeoSeries.from_xy(frame["longitude"], frame["latitude"], crs="EPSG:4326").to_crs(zone)
    whole: Any = shape.iloc[0]
    shapely.prepare(whole)
    return frame[shapely.dwithin(whole, points.to_numpy(), metres)].reset_index(drop=True)


def extent_of(store: Store) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a store's events, in degrees; it has some."""
    table = read_rows(store, columns=("longitude", "latitude"))
    return (*table.min(), *table.max())


def span_of(store: Store) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day that a store's events tell of; None where it has none."""
    from pyarrow import compute, parquet

    table = parquet.read_table(store.path, columns=list(events.DAYS))
    return (compute.min(table["start"]).as_py(), compute.max(table["end"]).as_py()) if len(table) else None
