"""Where named places lie, as far as checking a brief needs it: plain numbers, no geometry library."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, TypeAlias

from quickview.brief.records import Place
from quickview.errors import InputError
from quickview.language.catalogs import Language, countries
from quickview.layers.catalog import Catalog, read_features
from quickview.layers.geojson import whole

EARTH_KM: Final = 6371.0088
"""Mean radius of the Earth."""

SMALLEST: Final = 0.18
"""Degrees of a great circle that a map of a single point shows, twenty kilometres."""

LONGEST: Final = 1.0
"""Degrees from which on an edge is cut into pieces that are straight for all that is measured here."""

FINEST: Final = 2000.0
"""Share of a territory's width in which corners closer together count as one: they are far too many, and near enough."""

ASPECT: Final = {True: 0.66, False: 1.1}
"""Height of a map's frame against its width, when wide and when narrow."""

LOWEST: Final = {True: 0.46, False: 0.56}
"""The same for what is much wider than high."""

TALLEST: Final = 1.1
"""The same for what is much higher than wide."""

MARGIN: Final = 0.055
"""Share of a map's frame left free on each side of what must be seen."""

Position: TypeAlias = Sequence[float]
"""Longitude and latitude in degrees, WGS 84, and perhaps a height."""

Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees; west is larger than east across 180 degrees."""

Vector: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True)
class Gazetteer:
    """The places of a layer, each of one point or more, and the geometries they are measured against."""

    territory: Sequence[Mapping[str, Any]]
    """GeoJSON geometries."""
    points: Mapping[str, Sequence[Position]]

    @property
    def names(self) -> list[str]:
        """Names of all places, sorted."""
        return sorted(self.points)

    def distance_km(self, name: str) -> float:
        """Kilometres from the territory (0 inside it) on a sphere; NaN when the name is unknown."""
        return min(map(self._from_point, self.points.get(name, ())), default=math.nan)

    @cached_property
    def diameter_km(self) -> float:
        """Kilometres from corner to corner of what the territory spans, along the sphere."""
        west, south, east, north = bounds(self.territory)
        east = west + min((east - west) % 360 or east - west, 180)
        corners = ((west, south, east, north), (west, north, east, south))
        return max(_kilometres(math.dist(_vector(a, b), _vector(c, d))) for a, b, c, d in corners)

    def _from_point(self, point: Position) -> float:
        if any(_is_inside(point, polygon) for polygon in self._polygons):
            return 0.0
        here = _vector(*point[:2])
        return _kilometres(min(_from_edge(here, a, b) for a, b in self._edges))

    @cached_property
    def _polygons(self) -> list[list[list[Position]]]:
        laid = [whole(geometry) for geometry in self.territory]
        return [part for one in laid if one["type"].endswith("Polygon") for part in _parts(one)]

    @cached_property
    def _edges(self) -> list[tuple[Vector, Vector]]:
        step = self.diameter_km / FINEST / EARTH_KM * 180 / math.pi
        runs = [_divided(_sparse(run, step)) for geometry in self.territory for run in _runs(whole(geometry))]
        vectors = [[_vector(*position[:2]) for position in run] for run in runs]
        return [edge for run in vectors for edge in pairwise(run if len(run) > 1 else run * 2)]


def read_gazetteer(catalog: Catalog, *, territory: str, places: str) -> Gazetteer:
    """Read both layers; raises `InputError` when one is missing, broken or without names for its places."""
    rows = _features(catalog, places)
    if not all(isinstance((row["properties"] or {}).get("name"), str) for row in rows):
        hint = "give each place a name in the column `name`, or choose another layer"
        message = f"layer `{places}` has places without a name"
        raise InputError.at(str(catalog.path(places)), "E-LAYER-NAME", message, hint)
    points = {row["properties"]["name"]: _parts(row["geometry"]) for row in rows}
    return Gazetteer([row["geometry"] for row in _features(catalog, territory)], points)


def bounds(geometries: Iterable[Mapping[str, Any]]) -> Bounds:
    """Return what geometries span: the shortest arc of longitudes that holds them all, and their latitudes."""
    parts = [part for geometry in geometries for part in _outlines(whole(geometry))]
    latitudes = [position[1] for part in parts for position in part]
    spans = [(min(p[0] for p in part), max(p[0] for p in part)) for part in parts]
    west, east = arc(spans)
    return west, min(latitudes), east, max(latitudes)


def aspect(ratio: float, *, is_wide: bool) -> float:
    """Return the height of a map's frame against its width, for a place with a ratio of height to width."""
    return max(LOWEST[is_wide], min(ratio, ASPECT[is_wide]), min(ratio / 2, TALLEST))


def framed(shown: Bounds) -> Bounds:
    """Return what maps of a place show round it, in degrees: their frames, as wide and as high as they are drawn, and a little more."""
    west, south, east, north = shown
    across, high = (east - west) % 360 or east - west, north - south
    widest = min(abs(south), abs(north)) if south * north > 0 else 0.0
    wide = across * math.cos(math.radians(widest))
    least = max(wide, high) / 20 or SMALLEST
    wide, high = max(wide, least), max(high, least)
    frames = [aspect(high / wide, is_wide=is_wide) for is_wide in (True, False)]
    half = max(max(wide, high / frame) for frame in frames) * (0.5 / (1 - 2 * MARGIN) + 0.02)
    up = max(max(wide * frame, high) for frame in frames) * (0.5 / (1 - 2 * MARGIN) + 0.02)
    low, top = ((south + north) / 2 + way * up for way in (-1, 1))
    # Away from the equator, a parallel bends, and the lower corners of a frame lie further down.
    bend = half**2 * math.tan(math.radians(min(max(abs(low), abs(top)), 80))) / 115
    low, top = max(low - bend * (top > 0), -90.0), min(top + bend * (low < 0), 90.0)
    far = max(abs(low), abs(top))
    turn = half / math.cos(math.radians(far)) if far < 85 else 180.0
    if turn >= 90 or across >= 180:
        return -180.0, low, 180.0, top
    middle = west + across / 2
    return _turned(middle - turn), low, _turned(middle + turn), top


def covers(outer: Bounds, inner: Bounds) -> bool:
    """Whether bounds hold others, or all longitudes; west is larger than east across 180 degrees."""
    span, within = ((east - west) % 360 or 360.0 for west, _, east, _ in (outer, inner))
    is_as_high = outer[1] <= inner[1] and inner[3] <= outer[3]
    return span > 359 or (is_as_high and (inner[0] - outer[0]) % 360 + within <= span)


def arc(spans: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the ends of the shortest arc of longitudes that holds all spans; the first is the larger across 180 degrees."""
    # Pieces that a cut at 180 degrees has parted touch again.
    ordered = sorted((west % 360, east - west) for west, east in spans)
    joined: list[list[float]] = []
    for west, width in ordered:
        if joined and west <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], west + width)
        else:
            joined.append([west, west + width])
    while len(joined) > 1 and joined[-1][1] - 360 >= joined[0][0]:
        joined[-1][1] = max(joined[-1][1], joined.pop(0)[1] + 360)
    if len(joined) == 1 and joined[0][1] - joined[0][0] >= 360:
        return -180.0, 180.0
    following = [*(west for west, _ in joined[1:]), joined[0][0] + 360]
    gaps = [after - east for (_, east), after in zip(joined, following, strict=True)]
    last = gaps.index(max(gaps))
    west, east = joined[(last + 1) % len(joined)][0], joined[last][1]
    return _turned(west), _turned(east) if _turned(east) != -180 else 180.0


def named(properties: Mapping[str, Any], language: Language) -> str:
    """Return what a feature is called in a language: `name_LANG` (as `name_ar`), the country's own name, or `name`."""
    name = str(properties.get(f"name_{language.code}") or "")
    country = str(properties.get("iso_a3") or "-")
    if not name and language.code != "en" and country.isalpha() and country in countries():
        name = language.locale.territories.get(countries()[country], "")
    return name or str(properties.get("name") or "")


def geometries(catalog: Catalog, *layers: str | None) -> list[Mapping[str, Any]]:
    """Return the GeoJSON geometries of layers; those that are None have none."""
    return [row["geometry"] for layer in layers if layer for row in _features(catalog, layer)]


def shown(catalog: Catalog, place: Place, names: AbstractSet[str] = frozenset()) -> Bounds:
    """Return the bounds of the territory, or of the places and routes that stand for it, and of places of some names."""
    points = _features(catalog, place.places) if place.places else []
    named = [row["geometry"] for row in points if row["properties"].get("name") in names]
    own = [place.layer] if catalog.layer(place.layer).geometry == "polygon" else [place.places, place.routes]
    return bounds([*geometries(catalog, *own), *named])


def place_names(catalog: Catalog, layer: str | None, language: Language) -> dict[str, str]:
    """Return how each place of a layer is called in a language, by its `name`; empty without a layer."""
    rows = [row["properties"] or {} for row in _features(catalog, layer)] if layer else []
    return {str(row.get("name")): named(row, language) for row in rows}


def _features(catalog: Catalog, layer: str) -> list[dict[str, Any]]:
    return list(read_features(catalog, layer)["features"])


def _parts(geometry: Mapping[str, Any]) -> list[Any]:
    """Return the coordinates of each part of a GeoJSON geometry that may be a Multi… one."""
    given = geometry["coordinates"]
    return list(given) if geometry["type"].startswith("Multi") else [given]


def _runs(geometry: Mapping[str, Any]) -> Iterator[Sequence[Position]]:
    """Yield each point, line or ring of a geometry as its positions."""
    for part in _parts(geometry):
        if geometry["type"].endswith("Polygon"):
            yield from part
        else:
            yield [part] if geometry["type"].endswith("Point") else part


def _outlines(geometry: Mapping[str, Any]) -> list[Sequence[Position]]:
    """Return what bounds each part of a geometry: points, lines, outer rings."""
    if geometry["type"].endswith("Polygon"):
        return [part[0] for part in _parts(geometry)]
    return list(_runs(geometry))


def _turned(longitude: float) -> float:
    return (longitude + 180) % 360 - 180


def _sparse(run: Sequence[Position], step: float) -> list[Position]:
    """Return positions without those less than a step in degrees from the one before; the first and the last stay."""
    kept = list(run[:1])
    for position in run[1:]:
        if abs(position[0] - kept[-1][0]) >= step or abs(position[1] - kept[-1][1]) >= step or position is run[-1]:
            kept.append(position)
    return kept


def _divided(run: Sequence[Position]) -> list[Position]:
    """Return positions with others between those that lie far apart, on straight lines of longitude and latitude."""
    laid: list[Position] = list(run[:1])
    for (ax, ay, *_), (bx, by, *_) in pairwise(run):
        count = math.ceil(max(abs(bx - ax), abs(by - ay)) / LONGEST) or 1
        laid += [(ax + (bx - ax) * n / count, ay + (by - ay) * n / count) for n in range(1, count + 1)]
    return laid


def _is_inside(point: Position, polygon: Sequence[Sequence[Position]]) -> bool:
    """Whether a point lies in a polygon whose rings run on across 180 degrees."""
    longitudes = [corner[0] for corner in polygon[0]]
    least, most = min(longitudes), max(longitudes)
    return any(_crosses(x, point[1], polygon) for x in (point[0] - 360, point[0], point[0] + 360) if least <= x <= most)


def _crosses(x: float, y: float, polygon: Sequence[Sequence[Position]]) -> bool:
    """Whether a line from a point to the east crosses the rings an odd number of times."""
    edges = ((a, b) for ring in polygon for a, b in pairwise(ring) if (a[1] > y) != (b[1] > y))
    return sum(a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) > x for a, b in edges) % 2 == 1


def _vector(longitude: float, latitude: float) -> Vector:
    """Return a place as a point of the unit sphere."""
    x, y = math.radians(longitude), math.radians(latitude)
    return math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)


def _from_edge(point: Vector, a: Vector, b: Vector) -> float:
    """Return the chord from a point of the unit sphere to the nearest one of a short edge."""
    edge = (b[0] - a[0], b[1] - a[1], b[2] - a[2])
    length = edge[0] ** 2 + edge[1] ** 2 + edge[2] ** 2
    along = math.fsum((p - q) * e for p, q, e in zip(point, a, edge, strict=True)) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.dist(point, (a[0] + along * edge[0], a[1] + along * edge[1], a[2] + along * edge[2]))


def _kilometres(chord: float) -> float:
    return 2 * EARTH_KM * math.asin(min(chord / 2, 1.0))
