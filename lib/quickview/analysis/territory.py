"""The territory of a brief: its layers, and what is measured on them.

Everything is computed in the UTM zone that fits the territory, in metres.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
from pyproj import CRS
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from quickview.brief.geography import named
from quickview.brief.reader import Brief
from quickview.brief.records import Place
from quickview.errors import Fault, InputError
from quickview.language.catalogues import Language
from quickview.shapes.catalog import Layer, read_features

WGS84: Final = "EPSG:4326"


@dataclass(frozen=True)
class Territory:
    """The layers a brief names, projected to one UTM zone (metres; x east, y north).

    `places` has the columns name, shown (the name in the reader's language), status,
    evidence and geometry; `routes`, `regions` and `countries` have name, shown and
    geometry and may be empty; `countries` stays in WGS 84.
    """

    brief: Brief
    place: Place
    outline: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    regions: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame

    @cached_property
    def shape(self) -> BaseGeometry:
        """The territory as one geometry."""
        return self.outline.union_all()

    @property
    def crs(self) -> CRS:
        """The UTM zone everything is computed in."""
        return CRS.from_user_input(self.outline.crs)

    @property
    def area_km2(self) -> float:
        """Area in square kilometres."""
        return float(self.shape.area / 1e6)

    @property
    def layer(self) -> Layer:
        """The catalogue's entry for the outline."""
        return self.brief.layer(self.place.layer)

    @property
    def is_indicative(self) -> bool:
        """Whether the outline is only indicative."""
        return self.layer.accuracy == "indicative"

    @cached_property
    def _points(self) -> dict[str, Point]:
        # Of two places of one name the first counts.
        return dict(zip(self.places["name"][::-1], self.places.geometry.centroid[::-1], strict=True))

    def point(self, name: str) -> Point | None:
        """Return where a place lies, or None when the layer does not have it."""
        return self._points.get(name)

    def distance_km(self, name: str) -> float:
        """Kilometres from the territory's edge to a place outside it; 0 inside."""
        point = self.point(name)
        return 0.0 if point is None else float(self.shape.distance(point) / 1e3)

    def direction(self, name: str) -> str:
        """Return the point of the compass in which a place lies from the territory's centre."""
        point, centre = self.point(name), self.shape.centroid
        return "" if point is None else compass(point.x - centre.x, point.y - centre.y, self.brief.language)

    @property
    def routes_inside_km(self) -> float:
        """Kilometres of the routes that run through the territory."""
        return float(self.routes.intersection(self.shape).length.sum() / 1e3)


def compass(east: float, north: float, language: Language) -> str:
    """Return the nearest of the eight points of the compass."""
    _ = language.gettext
    points = (_("north"), _("north-east"), _("east"), _("south-east"), _("south"), _("south-west"), _("west"),
              _("north-west"))  # fmt: skip
    bearing = math.degrees(math.atan2(east, north)) % 360
    return points[round(bearing / 45) % 8]


def read_territory(brief: Brief) -> Territory | None:
    """Read and project the layers of a brief to one UTM zone: metres, x east, y north; None where the brief has no place.

    `brief` is what `qv.load` returns. Raises `InputError` when a layer is missing, broken or
    without a column that the map needs.
    """
    place = brief.facts.place
    if place is None:
        return None
    outline = read_layer(brief, place.layer, columns=())
    crs = _utm(outline)
    return Territory(
        brief=brief,
        place=place,
        outline=outline.to_crs(crs),
        places=read_layer(brief, place.places, columns=("name", "status", "evidence")).to_crs(crs),
        routes=read_layer(brief, place.routes, columns=()).to_crs(crs),
        regions=read_layer(brief, place.regions).to_crs(crs),
        countries=read_layer(brief, place.countries),
    )


def _utm(layer: gpd.GeoDataFrame) -> CRS:
    """Return the UTM zone of a layer's middle: 6 degrees wide, the first from 180 degrees west (EPSG 32601 and on)."""
    left, bottom, right, top = layer.total_bounds
    zone = int(((left + right) / 2 + 180) // 6) % 60 + 1
    return CRS.from_epsg((32600 if bottom + top >= 0 else 32700) + zone)


def read_layer(brief: Brief, layer_id: str | None, *, columns: Sequence[str] = ("name",)) -> gpd.GeoDataFrame:
    """Return a layer in WGS 84 (longitude, latitude); an empty one with a name column for None.

    Raises `InputError` for each of `columns` that the layer has not.
    """
    if layer_id is None:
        return gpd.GeoDataFrame({"name": [], "shown": []}, geometry=[], crs=WGS84)
    features = read_features(brief.catalog, layer_id)
    layer = gpd.GeoDataFrame.from_features(features, crs=WGS84)
    layer["shown"] = [named(feature["properties"], brief.language) for feature in features["features"]]
    file = str(brief.catalog.path(layer_id))
    faults = [
        Fault(file, 0, 0, "E-LAYER-COLUMN", f"the layer has no column `{name}`", "add it to every feature")
        for name in columns
        if name not in layer.columns
    ]
    if faults:
        raise InputError(faults)
    return layer
