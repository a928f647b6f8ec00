"""Whether longitude stands before latitude in a file whose numbers can be read both ways.

What decides, in this order: whoever adds the file; columns of latitude and longitude; the country, as it is given or as
codes in the file tell; units and places that a layer of the catalogue has too; land that is not sea. Where nothing
does, both readings are told.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, TypeAlias

import numpy as np
import shapely

from quickview.errors import InputError
from quickview.language.catalogs import ENGLISH, Language, countries, country_called, folded
from quickview.layers.catalog import Catalog, read_features
from quickview.layers.geojson import laid

Array: TypeAlias = np.ndarray[Any, Any]

_COUNTRY_COLUMNS: Final = (
    "iso_a3",
    "iso_a2",
    "country_a3",
    "iso_3166_2",
    "adm0_pcode",
    "pcode",
    "parent_pcode",
    "code",
)
_NAMES: Final = re.compile(r"pcode|iso_3166_2|(alt_)?names?(_[a-z]{2,3})?")
_PREFIX: Final = re.compile(r"([A-Z]{2,3})(?![A-Za-z])")
_LATITUDES: Final = ("center_lat", "latitude", "lat", "intptlat")
_LONGITUDES: Final = ("center_lon", "longitude", "lon", "intptlon")
_WORLD: Final = 100
"""A layer of as many countries shows all land."""
_NEAR: Final = 0.2
"""Degrees by which a coarse layer may miss the ground."""
_MOST_TOLD: Final = 3


@dataclass(frozen=True)
class Atlas:
    """What the layers of a catalogue tell of where things lie: each row is a feature, in degrees.

    `codes` are the alpha-2 codes of the countries that features lie in, or ""; `layers` number their layers.
    """

    shapes: Array = field(default_factory=lambda: np.empty(0, object))
    codes: Array = field(default_factory=lambda: np.empty(0, object))
    layers: Array = field(default_factory=lambda: np.empty(0, int))
    names: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Rows by what they are called, in any language, or by their place code."""

    @classmethod
    def of(cls, catalog: Catalog) -> "Atlas":
        """Take in every layer that can be read."""
        rows: list[tuple[Any, str, int, Mapping[str, Any]]] = []
        for number, layer in enumerate(catalog.layers):
            try:
                features = read_features(catalog, layer.id)["features"]
            except InputError:  # which `shapes check` tells
                continue
            own = countries().get(layer.id.upper(), "")
            rows += [
                (laid(one["geometry"]), _country(one["properties"]) or own, number, one["properties"])
                for one in features
            ]
        names: dict[str, list[int]] = {}
        for row, (*_, properties) in enumerate(rows):
            for name in _names(properties):
                names.setdefault(name, []).append(row)
        shapes, codes, layers = (np.array([*(one[n] for one in rows), None], object)[:-1] for n in range(3))
        return cls(shapes, codes, layers.astype(int), names)

    def is_of_countries(self) -> Array:
        """Tell which rows belong to layers of more than one country: what lies on them may lie in any."""
        many = [one for one in np.unique(self.layers) if len({*self.codes[self.layers == one]} - {""}) > 1]
        return np.isin(self.layers, many)

    def where(self, points: Array) -> str:
        """Tell where points lie, in English."""
        there = self.is_of_countries()
        inside = shapely.STRtree(self.shapes[there]).query(points, predicate="intersects")[1]
        found, counts = np.unique(self.codes[there][inside].astype(str), return_counts=True)
        territories = Language(ENGLISH).locale.territories
        ordered = [territories.get(code, "") for code in found[np.argsort(-counts, kind="stable")]]
        if told := [*filter(None, ordered)]:
            return f"in {', '.join(told[:_MOST_TOLD])}{' …' * (len(told) > _MOST_TOLD)}"
        north, east = (
            f"{low:.4g}" if f"{low:.4g}" == f"{high:.4g}" else f"{low:.4g} to {high:.4g}"
            for low, high in shapely.total_bounds(points).reshape(2, 2).T[::-1]
        )
        return f"{'at sea, ' if self.has_world() else ''}at {north} north, {east} east"

    def has_world(self) -> bool:
        """Whether a layer shows all land."""
        return bool(len(self.layers)) and bool((np.bincount(self.layers[self.is_of_countries()]) >= _WORLD).any())


def _country(properties: Mapping[str, Any]) -> str:
    """Return the alpha-2 code of the country that a feature lies in, by its codes or for it is one; else ""."""
    codes = filter(None, (code_of(properties.get(column)) for column in _COUNTRY_COLUMNS))
    return next(codes, "") or country_called(str(properties.get("name") or ""))


def code_of(value: Any) -> str:
    """Return the alpha-2 code of a country that a code of it, or of a place in it, begins with; else ""."""
    found = _PREFIX.match(str(value or ""))
    letters = found[1] if found else ""
    return letters if letters in {*countries().values()} else countries().get(letters, "")


def _names(properties: Mapping[str, Any]) -> set[str]:
    given = (str(value) for name, value in properties.items() if value and _NAMES.fullmatch(name))
    return {folded(one) for one in chain.from_iterable(text.split(";") for text in given)}


def order_of_axes(shapes: Array, columns: Mapping[str, Array], atlas: Atlas, *, country: str) -> tuple[int, str]:
    """Return 1 where shapes (degrees, each within 90 of zero) are right as they stand, -1 where latitude stands first, 0 where it cannot be told; and why.

    `country` is an alpha-2 code, or "".
    """
    middles = shapely.centroid(shapes)
    readings = middles, shapely.transform(middles, lambda points: points[:, ::-1])
    evidence: dict[str, Callable[[], float]] = {
        "as its columns of latitude and longitude tell": lambda: _by_columns(readings, columns),
        f"as {country} tells": lambda: _by_country(readings, np.full(len(shapes), country, object), atlas),
        "as its codes tell": lambda: _by_country(readings, _codes(columns, len(shapes)), atlas),
        "as names in it tell that other layers have": lambda: _by_names(readings, columns, atlas),
        "as other layers lie there": lambda: _by_cover(readings, atlas.shapes[~atlas.is_of_countries()]),
        "as there is sea": lambda: max(_by_cover(readings, atlas.shapes), 0) if atlas.has_world() else 0,
    }
    for reason, lean in evidence.items():
        if found := lean():
            return int(np.sign(found)), reason
        if country and country in reason:
            break  # it lies there in neither reading, or in both: what else speaks for one is no better
    return 0, f"read as lying {atlas.where(readings[0])}; swapped it would lie {atlas.where(readings[1])}"


def _lean(read: float, swapped: float) -> float:
    """Weigh two shares of features that lie where they should."""
    return read - swapped if max(read, swapped) >= 0.5 and abs(read - swapped) >= 0.3 else 0.0


def _by_columns(readings: tuple[Array, Array], columns: Mapping[str, Array]) -> float:
    found = [next((columns[one] for one in names if one in columns), None) for names in (_LONGITUDES, _LATITUDES)]
    try:
        said = np.array([[float(one) for one in column] for column in found if column is not None])
    except (TypeError, ValueError):
        return 0.0
    if len(said) != 2:
        return 0.0
    read, swapped = (float(np.abs(said.T - shapely.get_coordinates(one)).max(axis=1).mean()) for one in readings)
    return -1.0 if swapped < min(read / 2, 1.0) else 1.0 if read < min(swapped / 2, 1.0) else 0.0


def _codes(columns: Mapping[str, Array], count: int) -> Array:
    """Return the country of each feature by its codes, or ""."""
    found = np.full(count, "", object)
    for column in reversed([one for one in _COUNTRY_COLUMNS if one in columns]):
        codes = np.array([code_of(one) for one in columns[column]], object)
        found = np.where(codes != "", codes, found)
    return found


def _by_country(readings: tuple[Array, Array], codes: Array, atlas: Atlas) -> float:
    known = np.isin(codes, [*({*atlas.codes} - {""})])
    if not known.any():
        return 0.0
    inside = [np.zeros(len(codes), bool), np.zeros(len(codes), bool)]
    for code in {*codes[known]}:
        mask = codes == code
        for one, there in zip(readings, inside, strict=True):
            there[mask] = _covered(one[mask], atlas.shapes[atlas.codes == code])
    return _lean(*(float(there[known].mean()) for there in inside))


def _by_names(readings: tuple[Array, Array], columns: Mapping[str, Array], atlas: Atlas) -> float:
    """Weigh how far features lie from those of the same name or code in the catalogue."""
    named = [name for name in columns if _NAMES.fullmatch(name)]
    nearer = []
    for row, values in enumerate(zip(*(columns[name] for name in named), strict=True)):
        same = [n for name in _names(dict(zip(named, values, strict=True))) for n in atlas.names.get(name, ())]
        if same:
            read, swapped = (shapely.distance(one[row], atlas.shapes[same]).min() for one in readings)
            nearer.append((read < swapped / 2, swapped < read / 2) if min(read, swapped) <= 1 else (False, False))
    return _lean(*np.mean(nearer, axis=0)) if nearer else 0.0


def _by_cover(readings: tuple[Array, Array], shapes: Array) -> float:
    return _lean(*(float(_covered(one, shapes).mean()) for one in readings))


def _covered(points: Array, shapes: Array) -> Array:
    """Tell which points lie on shapes, or as near as a coarse layer is true."""
    found = np.zeros(len(points), bool)
    found[shapely.STRtree(shapes).query(points, predicate="dwithin", distance=_NEAR)[0]] = True
    return found
