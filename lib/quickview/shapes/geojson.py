"""GeoJSON as RFC 7946 has it: checked when read, the same bytes whenever written.

Coordinates are longitude, latitude in decimal degrees, WGS 84.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

Feature = Mapping[str, Any]

TYPES: Final[Mapping[str, Mapping[str, int]]] = {
    "point": {"Point": 0, "MultiPoint": 1},
    "line": {"LineString": 1, "MultiLineString": 2},
    "polygon": {"Polygon": 2, "MultiPolygon": 3},
}
"""Geometry kind of a layer -> GeoJSON types it may hold -> nesting of their coordinates."""

_WGS_84: Final = ("CRS84", "EPSG::4326")
_LEAST: Final = {"point": 1, "line": 2, "polygon": 4}
_NUMBERS: Final = frozenset((int, float))
_MEND_FEATURE: Final = "build the layer again, or correct this feature"


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
    return (
        isinstance(document, dict)
        and document.get("type") == "FeatureCollection"
        and isinstance(document.get("features"), list)
    )


def _is_wgs_84(crs: Any) -> bool:
    # RFC 7946 has no `crs` member; older files name theirs, and GDAL would obey it.
    return crs is None or str(crs).rstrip("'}").endswith(_WGS_84)


def _feature_problems(features: Sequence[Any], geometry: str, key: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for number, feature in enumerate(features, 1):
        if found := _feature_problem(feature, geometry, key):
            code, what = found
            yield code, f"feature {number}{_name(feature, key)} {what}", _MEND_FEATURE


def _name(feature: Any, key: Sequence[str]) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    known = [str(properties[k]) for k in key if k in properties] if isinstance(properties, dict) else []
    return f" ({', '.join(known)})" if known else ""


def _feature_problem(feature: Any, geometry: str, key: Sequence[str]) -> tuple[str, str] | None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return "E-LAYER-BROKEN", "is not a GeoJSON Feature"
    properties = feature.get("properties")
    columns = properties if isinstance(properties, dict) else {}
    if missing := [column for column in key if columns.get(column) in (None, "")]:
        return "E-LAYER-KEY", f"has no value for {_ticked(missing)}"
    return _shape_problem(feature.get("geometry"), geometry)


def _shape_problem(shape: Any, geometry: str) -> tuple[str, str] | None:
    if shape is None:
        return "E-LAYER-NULL", "has no geometry"
    kind = str(shape.get("type")) if isinstance(shape, dict) else "nothing"
    if kind not in TYPES[geometry]:
        return "E-LAYER-TYPE", f"is a {kind}, not a {geometry}"
    if not _is_sound(shape.get("coordinates"), TYPES[geometry][kind], geometry):
        return "E-LAYER-COORDINATES", "has coordinates that are missing, not finite, outside the globe or not closed"
    return None


def _is_sound(coordinates: Any, depth: int, geometry: str) -> bool:
    if depth == 0:
        return _is_position(coordinates)
    if not isinstance(coordinates, list) or not coordinates:
        return False
    if depth == 1:
        return _is_run(coordinates, geometry)
    return all(_is_sound(part, depth - 1, geometry) for part in coordinates)


def _is_run(positions: list[Any], geometry: str) -> bool:
    """Whether a list of positions is long enough for its kind and, as a ring, closed (RFC 7946, 3.1.6)."""
    closed = geometry != "polygon" or positions[0] == positions[-1]
    return closed and len(positions) >= _LEAST[geometry] and all(map(_is_position, positions))


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
            what = f"more than one feature has {_ticked(key)} {_ticked(value)}"
            yield "E-LAYER-KEY", what, "give each feature its own key"
        seen.add(value)


def _ticked(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
