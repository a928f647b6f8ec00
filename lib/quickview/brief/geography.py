"""Where named places lie, as far as checking a brief needs it: plain numbers, no geometry library."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

import pycountry

from quickview.errors import InputError
from quickview.language.catalogues import Language
from quickview.shapes.catalog import Catalog, read_features

KM_PER_DEGREE: Final = 111.2
"""Kilometres in a degree of latitude (mean Earth radius 6,371 km)."""

Position: TypeAlias = Sequence[float]
"""Longitude and latitude in degrees, WGS 84, and perhaps a height."""

Polygon: TypeAlias = Sequence[Sequence[Position]]
"""Closed rings: the outline, then the holes."""


@dataclass(frozen=True)
class Gazetteer:
    """The places of a layer, each of one point or more, and the territory they are measured against."""

    territory: Sequence[Polygon]
    points: Mapping[str, Sequence[Position]]

    @property
    def names(self) -> list[str]:
        """Names of all places, sorted."""
        return sorted(self.points)

    def distance_km(self, name: str) -> float:
        """Kilometres from the territory (0 inside it); NaN when the name is unknown."""
        distances = [_degrees(point, polygon) for point in self.points.get(name, ()) for polygon in self.territory]
        return min(distances, default=math.nan) * KM_PER_DEGREE


def read_gazetteer(catalog: Catalog, *, territory: str, places: str) -> Gazetteer:
    """Read both layers; raises `InputError` when one is missing, broken or without names for its places."""
    polygons = [polygon for row in _features(catalog, territory) for polygon in _parts(row["geometry"])]
    rows = _features(catalog, places)
    if not all(isinstance((row["properties"] or {}).get("name"), str) for row in rows):
        mend = "give each place a name in the column `name`, or choose another layer"
        raise InputError.at(
            str(catalog.path(places)), "E-LAYER-NAME", f"layer `{places}` has places without a name", mend
        )
    return Gazetteer(polygons, {row["properties"]["name"]: _parts(row["geometry"]) for row in rows})


def named(properties: Mapping[str, Any], language: Language) -> str:
    """Return what a feature is called in a language: `name_LANG` (as `name_ar`), the country's own name, or `name`."""
    name = str(properties.get(f"name_{language.code}") or "")
    country = pycountry.countries.get(alpha_3=str(properties.get("iso_a3") or "-"))
    if country and not name and language.code != "en":
        name = language.locale.territories.get(country.alpha_2, "")
    return name or str(properties.get("name") or "")


def place_names(catalog: Catalog, layer: str, language: Language) -> dict[str, str]:
    """Return how each place of a layer is called in a language, by its `name`."""
    rows = [row["properties"] or {} for row in _features(catalog, layer)]
    return {str(row.get("name")): named(row, language) for row in rows}


def _features(catalog: Catalog, layer: str) -> list[dict[str, Any]]:
    return list(read_features(catalog, layer)["features"])


def _parts(geometry: Mapping[str, Any]) -> list[Any]:
    """Return the coordinates of each part of a GeoJSON geometry that may be a Multi… one."""
    whole = geometry["coordinates"]
    return list(whole) if geometry["type"].startswith("Multi") else [whole]


def _degrees(point: Position, polygon: Polygon) -> float:
    """Return the degrees of latitude between a point and a polygon, 0 inside it.

    Degrees of longitude are shortened as they are at the point, so that near distances are true.
    """
    x, y = point[:2]
    short = math.cos(math.radians(y))
    rings = [[((corner[0] - x) * short, corner[1] - y) for corner in ring] for ring in polygon]
    edges = [edge for ring in rings for edge in pairwise(ring)]
    crossed = sum((ay > 0) != (by > 0) and ax - ay * (bx - ax) / (by - ay) > 0 for (ax, ay), (bx, by) in edges)
    return 0.0 if crossed % 2 else min(_from_origin(*a, *b) for a, b in edges)


def _from_origin(ax: float, ay: float, bx: float, by: float) -> float:
    """Return how far the line from a to b passes from the origin."""
    dx, dy = bx - ax, by - ay
    along = -(ax * dx + ay * dy) / (dx * dx + dy * dy) if dx or dy else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.hypot(ax + along * dx, ay + along * dy)
