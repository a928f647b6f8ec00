"""GeoJSON as RFC 7946 has it: checked when read, the same bytes whenever written.

Coordinates are longitude, latitude in decimal degrees, WGS 84.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final

from quickview.language.glyphs import hidden, reveal

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Feature = Mapping[str, Any]
Problem = tuple[str, str, str]
"""A code, what is wrong, and what to do."""

TYPES: Final[Mapping[str, Mapping[str, int]]] = {
    "point": {"Point": 0, "MultiPoint": 1},
    "line": {"LineString": 1, "MultiLineString": 2},
    "polygon": {"Polygon": 2, "MultiPolygon": 3},
}
"""Geometry kind of a layer -> GeoJSON types it may hold -> nesting of their coordinates."""

OWN: Final = frozenset(("geometry", "shown"))
"""Columns that the kit adds to every layer that it draws."""
MOST_NAMED: Final = 100
"""Letters that a message repeats of a name."""
MAX_TEXT: Final = 2_000
"""Letters in a cell: a name, a status, a note."""
DEGREE_M: Final = 111_195.0
"""Metres in a degree of latitude, on the sphere of the Earth's mean radius."""

_WGS_84: Final = ("CRS84", "EPSG::4326")
_LEAST: Final = {"point": 1, "line": 2, "polygon": 4}
_NUMBERS: Final = frozenset((int, float))
_ACROSS: Final = 15.0
"""Degrees of longitude that an edge may span across 180 degrees; a longer one may be meant the other way round."""

_HINT_FEATURE: Final = "build the layer again, or correct this feature"
_HINT_EDGE: Final = "cut the feature at 180° into two parts, or add positions along the edge"
_HINT_CROSSING: Final = "move its corners there, or mend it with `shapely.make_valid`"
_AREA_PROBLEMS: Final = (
    ("overlap", "E-LAYER-OVERLAP", "has parts that overlap", "join the parts into one, or move their edges apart"),
    ("ring self", "E-LAYER-CROSSING", "has an outline that touches itself", _HINT_CROSSING),
    ("self-inter", "E-LAYER-CROSSING", "has an outline that crosses itself", _HINT_CROSSING),
    ("hole|shell|interior|rings", "E-LAYER-HOLE", "has a hole that leaves its outline, or cuts it or another hole",
     "keep each hole inside its outline and apart from the others"),
    ("", "E-LAYER-RING", "has a ring that bounds no area", "give it three corners that differ, or leave it out"),
)  # fmt: skip
"""By what GEOS says of an invalid area: a code, what is wrong, and what to do."""


def to_text(features: Iterable[Feature]) -> str:
    """Write a FeatureCollection: one feature a line, keys sorted, a newline at the end."""
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        for feature in features
    )
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def problems(document: Any, *, geometry: str, key: Sequence[str]) -> list[tuple[str, str, str]]:
    """Say what keeps `document` from being a layer of this `geometry` with these `key` columns.

    Returns (code, what is wrong, what to do) for the collection and at most one for each
    feature. A collection without features is sound but empty: `E-LAYER-EMPTY` alone.
    """
    if not _is_collection(document):
        return [("E-LAYER-BROKEN", "the file is not a GeoJSON FeatureCollection", "build the layer again")]
    if not _is_wgs_84(document.get("crs")):
        return [("E-LAYER-CRS", "the file names another CRS than WGS 84", "convert it to EPSG:4326 and drop `crs`")]
    if not document["features"]:
        return [("E-LAYER-EMPTY", "the layer has no features", "add features, or leave the layer out")]
    features = document["features"]
    return [*_feature_problems(features, geometry, key), *_repeated_keys(features, key)]


def _is_collection(document: Any) -> bool:
    is_one = isinstance(document, dict) and document.get("type") == "FeatureCollection"
    return is_one and isinstance(document.get("features"), list)


def _is_wgs_84(crs: Any) -> bool:
    # RFC 7946 has no `crs` member; older files name theirs, and GDAL would obey it.
    return crs is None or str(crs).rstrip("'}").endswith(_WGS_84)


def _feature_problems(features: Sequence[Any], geometry: str, key: Sequence[str]) -> Iterator[Problem]:
    for number, feature in enumerate(features, 1):
        if found := _feature_problem(feature, geometry, key):
            code, message, hint = found
            yield code, f"feature {number}{_name(feature, key)} {message}", hint or _HINT_FEATURE


def _name(feature: Any, key: Sequence[str]) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    known = [str(properties[k]) for k in key if k in properties] if isinstance(properties, dict) else []
    return f" ({reveal(', '.join(known)[:MOST_NAMED])})" if known else ""


def _feature_problem(feature: Any, geometry: str, key: Sequence[str]) -> Problem | None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return "E-LAYER-BROKEN", "is not a GeoJSON Feature", ""
    properties = feature.get("properties")
    columns = properties if isinstance(properties, dict) else {}
    if missing := [column for column in key if columns.get(column) in (None, "")]:
        return "E-LAYER-KEY", f"has no value for {_ticked(missing)}", ""
    return _column_problem(columns) or _shape_problem(feature.get("geometry"), geometry)


def _column_problem(columns: Mapping[str, Any]) -> Problem | None:
    """Say which columns a map cannot use: lists, what cannot be seen in a text, names that the kit gives its own."""
    for name, value in columns.items():
        if name in OWN:
            return "E-LAYER-COLUMN", f"has a column `{name}`, as the kit calls one of its own", "give it another name"
        if isinstance(value, list | dict) or (isinstance(value, float) and not math.isfinite(value)):
            kind = "a number that is not finite" if isinstance(value, float) else "more than one value"
            return "E-LAYER-VALUE", f"has {kind} in {_ticked([name])}", "write one text or number, or leave it out"
        for text in filter(None, (name, value if isinstance(value, str) else "")):
            if found := next(hidden(text), None):
                return f"E-LAYER-{found[1].removeprefix('E-')}", f"has {found[2]} in {_ticked([name])}", "remove it"
            if len(text) > MAX_TEXT:
                return "E-LAYER-VALUE", f"has {len(text):,} letters in {_ticked([name])}", f"keep it under {MAX_TEXT:,}"
    return None


def _shape_problem(shape: Any, geometry: str) -> Problem | None:
    if shape is None:
        return "E-LAYER-NULL", "has no geometry", ""
    kind = str(shape.get("type")) if isinstance(shape, dict) else "nothing"
    if kind not in TYPES[geometry]:
        return "E-LAYER-TYPE", f"is a {kind}, not a {geometry}", ""
    runs = _runs(shape.get("coordinates"), TYPES[geometry][kind])
    if runs is None or not all(_is_position(position) for run in runs for position in run):
        return "E-LAYER-COORDINATES", "has coordinates that are missing, not finite or outside the globe", ""
    found = next((problem for run in runs if (problem := _run_problem(run, geometry))), None)
    return found or (_area_problem(shape) if geometry == "polygon" else None)


def _runs(coordinates: Any, depth: int) -> list[list[Any]] | None:
    """Return the points, lines or rings of a geometry as lists of positions; None where a list is missing or empty."""
    if depth == 0:
        return [[coordinates]]
    if not isinstance(coordinates, list) or not coordinates:
        return None
    if depth == 1:
        return [coordinates]
    parts = [_runs(part, depth - 1) for part in coordinates]
    return None if None in parts else [run for part in parts if part for run in part]


def _run_problem(run: list[Any], geometry: str) -> Problem | None:
    """Say what keeps positions from being a line or a ring (RFC 7946, 3.1.6 and 3.1.9)."""
    is_ring = geometry == "polygon"
    message = "ring" if is_ring else geometry
    if is_ring and run[0] != run[-1]:
        ends = f"begins at {_place(run[0])} and ends at {_place(run[-1])}"
        return "E-LAYER-RING", f"has a ring that is not closed: it {ends}", "repeat the first position at the end"
    if len(run) < _LEAST[geometry]:
        hint = "a ring needs four positions, the last the same as the first"
        hint = hint if is_ring else "a line needs two positions"
        return "E-LAYER-RING", f"has a {message} of {len(run)} positions at {_place(run[0])}", hint
    edge = next((edge for edge in pairwise(run) if 180 < abs(edge[1][0] - edge[0][0]) < 360 - _ACROSS), None)
    if edge:
        between = f"from {_place(edge[0])} to {_place(edge[1])}"
        return "E-LAYER-EDGE", f"has an edge {between}, more than half the way round the globe", _HINT_EDGE
    if is_ring and _is_round_a_pole(run):
        message, hint = (
            f"has a ring round a pole, through {_place(run[0])}",
            "cut it at 180° and lead it along the pole",
        )
        return "E-LAYER-POLE", message, hint
    return None


def _is_round_a_pole(ring: Sequence[Sequence[float]]) -> bool:
    """Whether a ring goes once round the globe and does not come back along the pole itself."""
    laid = unwrapped(ring)
    across = [a for a, b in pairwise(laid) if abs(b[0] - a[0]) == 360 and abs(a[1]) < 90]
    return laid[-1][0] != laid[0][0] or len(across) == 1


def unwrapped(run: Sequence[Sequence[float]]) -> Sequence[Sequence[float]]:
    """Return a line or ring whose longitudes run on beyond 180 degrees where it crosses that meridian.

    An edge from one side of it to the other goes the short way. One from 180 to -180 runs along
    a parallel all round the globe, unless the ring closes only without it. A ring that does
    not close at all goes round a pole.
    """
    longitudes = [position[0] for position in run]
    if max(longitudes) - min(longitudes) <= 180:
        return run
    for longest in (360.0, math.inf):
        steps = (b - a for a, b in pairwise(longitudes))
        turned = (-math.copysign(360, step) if 180 < abs(step) < longest else 0.0 for step in steps)
        turns = list(accumulate(turned, initial=0.0))
        if not turns[-1]:
            break
    return [[position[0] + turn, position[1]] for position, turn in zip(run, turns, strict=True)]


def whole(
    geometry: Mapping[str, Any], *, run: Callable[[Sequence[Sequence[float]]], Any] = unwrapped
) -> dict[str, Any]:
    """Return a sound geometry with every line and ring unwrapped, or done with as `run` does."""

    def done(coordinates: Any, depth: int) -> Any:
        return run(coordinates) if depth == 1 else [done(part, depth - 1) for part in coordinates]

    kind, coordinates = str(geometry["type"]), geometry["coordinates"]
    depth = next(kinds[kind] for kinds in TYPES.values() if kind in kinds)
    return {"type": kind, "coordinates": coordinates if kind.endswith("Point") else done(coordinates, depth)}


def laid(geometry: Mapping[str, Any]) -> "BaseGeometry":
    """Return a sound geometry as shapely's, without heights, with every line and ring unwrapped."""
    # Loaded only here: commands that read no polygons must answer at once.
    import numpy as np
    from shapely import force_2d
    from shapely.geometry import shape

    # From arrays, shapely takes a million corners in a third of the time.
    return force_2d(shape(whole(geometry, run=lambda run: np.array([at[:2] for at in unwrapped(run)], float))))


def _area_problem(geometry: Mapping[str, Any]) -> Problem | None:
    """Say why polygons bound no area that can be drawn or measured, and where (OGC 06-103r4, 6.1.11)."""
    import shapely

    area = laid(geometry)
    if shapely.is_valid(area):
        message = f"bounds less than a square metre at {_place(area.bounds[:2])}"
        return None if square_metres(area) >= 1 else ("E-LAYER-RING", message, "draw it larger, or leave it out")
    parts, reason = shapely.get_parts(area), shapely.is_valid_reason(area)
    rings = shapely.get_rings(parts)
    are_sound = len(rings) > len(parts) and shapely.is_valid(shapely.polygons(rings)).all()
    told = "Overlap" if shapely.is_valid(parts).all() else "hole" if are_sound else reason
    _, code, message, hint = next(one for one in _AREA_PROBLEMS if re.search(one[0], told, re.IGNORECASE))
    found = re.search(r"\[(\S+) ([^\s\]]+)", reason)
    where = f" at {_place([(float(found[1]) + 180) % 360 - 180, float(found[2])])}" if found else ""
    return code, f"{message}{where}", hint


def square_metres(area: "BaseGeometry") -> float:
    """Return about how large an area in degrees is; exact enough to tell a yard from nothing."""
    _, south, _, north = area.bounds
    return float(area.area) * math.cos(math.radians((south + north) / 2)) * DEGREE_M**2


def _place(position: Sequence[float]) -> str:
    return f"({position[0]:.6g}, {position[1]:.6g})"


def _is_position(position: Any) -> bool:
    if not isinstance(position, list) or len(position) not in {2, 3} or not _NUMBERS.issuperset(map(type, position)):
        return False
    longitude, latitude, *height = position
    return -180 <= longitude <= 180 and -90 <= latitude <= 90 and all(-math.inf < h < math.inf for h in height)


def _repeated_keys(features: Sequence[Any], key: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    seen: set[tuple[str, ...]] = set()
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or any(properties.get(column) is None for column in key):
            continue
        value = tuple(str(properties[column]) for column in key)
        if value in seen:
            message = f"more than one feature has {_ticked(key)} {_ticked(value)}"
            yield "E-LAYER-KEY", message, "give each feature its own key"
        seen.add(value)


def _ticked(words: Iterable[str]) -> str:
    return ", ".join(f"`{reveal(word[:MOST_NAMED])}`" for word in words)
