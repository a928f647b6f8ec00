"""Where named places lie, as far as checking a brief needs it: no GeoDataFrames."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pycountry
from shapely import affinity
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from quickview.errors import InputError
from quickview.language.catalogues import Language
from quickview.shapes.catalog import Catalog, read_features

KM_PER_DEGREE: Final = 111.2
"""Kilometres in a degree of latitude (mean Earth radius 6,371 km)."""


@dataclass(frozen=True)
class Gazetteer:
    """The places of a layer and the territory they are measured against.

    Geometries are in degrees, WGS 84, longitude first, with longitude scaled by
    the cosine of the territory's latitude so that distances are true near it.
    """

    territory: BaseGeometry
    points: Mapping[str, BaseGeometry]

    @property
    def names(self) -> list[str]:
        """Names of all places, sorted."""
        return sorted(self.points)

    def distance_km(self, name: str) -> float:
        """Kilometres from the territory (0 inside it); NaN when the name is unknown."""
        point = self.points.get(name)
        return math.nan if point is None else self.territory.distance(point) * KM_PER_DEGREE


def read_gazetteer(catalog: Catalog, *, territory: str, places: str) -> Gazetteer:
    """Read both layers; raises `InputError` when one is missing, broken or without names for its places."""
    outline = unary_union([shape(f["geometry"]) for f in _features(catalog, territory)])
    scale = math.cos(math.radians(outline.centroid.y))
    rows = _features(catalog, places)
    if not all(isinstance((row["properties"] or {}).get("name"), str) for row in rows):
        mend = "give each place a name in the column `name`, or choose another layer"
        raise InputError.at(
            str(catalog.path(places)), "E-LAYER-NAME", f"layer `{places}` has places without a name", mend
        )
    points = {row["properties"]["name"]: _scaled(shape(row["geometry"]), scale) for row in rows}
    return Gazetteer(_scaled(outline, scale), points)


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


def _scaled(geometry: BaseGeometry, scale: float) -> BaseGeometry:
    return affinity.scale(geometry, xfact=scale, yfact=1.0, origin=(0, 0))
