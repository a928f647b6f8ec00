"""The territory of a brief: its layers, and what is measured on them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from quickview.analysis.projection import (
    ELLIPSOID,
    FEW,
    WGS84,
    Projection,
    area_km2,
    around,
    corners,
    distance_km,
    fitting,
    joined,
    length_km,
    thinned,
)
from quickview.brief import formats, geography
from quickview.brief.geography import SMALLEST, named
from quickview.brief.reader import Brief
from quickview.brief.records import Place
from quickview.brief.vocabulary import RouteKind
from quickview.errors import Fault, InputError
from quickview.language.catalogs import Language
from quickview.layers.catalog import Layer, read_features
from quickview.layers.geojson import laid

FINEST: Final = 3000.0
"""Steps across a map that a drawing of it can show, so large as it is ever drawn."""

DIGITS: Final = {"indicative": 2, "generalised": 3}
"""Significant digits of what is measured on an outline, by how exact it is; all of them on a surveyed one."""


@dataclass(frozen=True)
class Territory:
    """The layers a brief names, in WGS 84; longitudes run on across 180 degrees, from the middle of the map.

    `outline` holds the territory itself; without one, its places and routes. `places` has the columns
    name, shown (the name in the reader's language), status, evidence and geometry; `routes`,
    `regions` and `countries` have name, shown and geometry, and `routes` kind; with a choropleth,
    `regions` are those it colours. All but `outline` may be empty.
    """

    brief: Brief
    projection: Projection
    outline: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    regions: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame

    @property
    def place(self) -> Place:
        """What the brief says of the place; a brief without one has no territory."""
        return cast("Place", self.brief.facts.place)

    @cached_property
    def shape(self) -> BaseGeometry:
        """The territory as one geometry, in degrees."""
        return joined(self.outline.geometry)

    @cached_property
    def area_km2(self) -> float:
        """Area in square kilometres, on the ellipsoid; 0 for lines and points."""
        return area_km2(self.shape)

    @property
    def area(self) -> str:
        """The area in figures, no more exact than the outline."""
        return formats.area(self.fitting(self.area_km2), self.brief.language)

    def fitting(self, value: float) -> float:
        """Return a measure no more exact than the outline."""
        digits = DIGITS.get(self.layer.accuracy)
        return float(f"{value:.{digits}g}") if digits else value

    @property
    def layer(self) -> Layer:
        """The catalogue's entry for the outline."""
        return self.brief.layer(self.place.layer)

    @property
    def is_indicative(self) -> bool:
        """Whether the outline is only indicative."""
        return self.layer.accuracy == "indicative"

    def point(self, name: str) -> Point | None:
        """Return where a place lies, in degrees, or None when the layer does not have it; of two of one name, the first."""
        named = self.places.geometry[self.places["name"] == name]
        return None if named.empty else named.iloc[0].centroid

    def distance_km(self, name: str) -> float:
        """Kilometres from the territory's edge to a place outside it, on the ellipsoid; 0 inside."""
        point = self.point(name)
        return 0.0 if point is None else distance_km(point, self.shape)

    @cached_property
    def drawn(self) -> BaseGeometry:
        """The territory in metres of the map's projection."""
        return self.projection.project(joined(self.sketch["outline"].geometry))

    @cached_property
    def sketch(self) -> Mapping[str, gpd.GeoDataFrame]:
        """Outline, routes, regions and countries, in degrees, no finer than drawings of the map can show."""
        layers = {"outline": self.outline, "routes": self.routes, "regions": self.regions, "countries": self.countries}
        return {
            name: layer.set_geometry(thinned(layer.geometry, self.detail), crs=WGS84) for name, layer in layers.items()
        }

    @property
    def is_thinned(self) -> bool:
        """Whether the territory has so many corners that drawings show fewer."""
        return corners(self.outline.geometry) > FEW

    @cached_property
    def detail(self) -> float:
        """Degrees of a great circle that no drawing of the map can tell: about a quarter of a pixel."""
        west, south, east, north = self.place.extent or self.shape.bounds
        wide = (east - west) % 360 or east - west
        near = min(abs(south), abs(north)) if south * north > 0 else 0.0
        return max(wide * math.cos(math.radians(near)), north - south, SMALLEST) / FINEST

    @cached_property
    def centre(self) -> Point:
        """The middle of the territory, in degrees."""
        return Point(self.projection.degrees(self.drawn.centroid).coords[0])

    def direction(self, name: str, *, back: bool = False) -> str:
        """Return the point of the compass in which a place lies from the territory's centre, or the way back."""
        point = self.point(name)
        if point is None:
            return ""
        start, end = (point, self.centre) if back else (self.centre, point)
        bearing = math.radians(ELLIPSOID.inv(start.x, start.y, end.x, end.y)[0])
        return compass(math.sin(bearing), math.cos(bearing), self.brief.language)

    @property
    def routes_km(self) -> float:
        """Kilometres of the routes."""
        return math.fsum(map(length_km, self.routes.geometry))

    @property
    def routes_inside_km(self) -> float:
        """Kilometres of the routes that run through the territory."""
        return math.fsum(map(length_km, self.routes.intersection(self.shape)))


def compass(east: float, north: float, language: Language) -> str:
    """Return the nearest of the eight points of the compass."""
    _ = language.gettext
    points = (_("north"), _("north-east"), _("east"), _("south-east"), _("south"), _("south-west"), _("west"),
              _("north-west"))  # fmt: skip
    bearing = math.degrees(math.atan2(east, north)) % 360
    return points[round(bearing / 45) % 8]


def read_territory(brief: Brief) -> Territory | None:
    """Read the layers of a brief and choose the projection that fits them.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Territory or None
        None where the brief has no place. Else frames in degrees (longitude, latitude; EPSG:4326), whose longitudes run
        on across 180 degrees from the middle of the map: `outline`; `places` with name, shown (the name in the reader's
        language), status, evidence; `routes` with name, shown, kind; `regions` and `countries` with name, shown; each
        with geometry, and all but `outline` may be empty. `area_km2` and `distance_km` measure on the WGS 84 ellipsoid;
        `projection.crs` is the map's, in metres, x east and y north.

    Raises
    ------
    InputError
        When a layer is missing, broken or without a column that the map needs.

    Examples
    --------
    >>> territory = qv.read_territory(brief)
    >>> territory.places.crs.to_string()
    'EPSG:4326'
    >>> territory.places.loc[territory.places["name"] == "Villa Plomo", ["name", "status", "geometry"]]
              name     status                 geometry
    7  Villa Plomo  blockaded  POINT (-66.601 -20.088)
    >>> round(territory.area_km2), round(territory.distance_km("Llano Grande"), 1)
    (166, 11.1)
    """
    place = brief.facts.place
    if place is None:
        return None
    # Without a territory of its own, the map is where its places and routes are.
    has_area = brief.layer(place.layer).geometry == "polygon"
    own = [place.layer] if has_area else [name for name in (place.places, place.routes) if name]
    projection = fitting(place.extent or geography.shown(brief.catalog, place))

    def layer(name: str | None, *columns: str) -> gpd.GeoDataFrame:
        return read_layer(brief, name, columns=columns, middle=projection.middle)

    return Territory(
        brief=brief,
        projection=projection,
        outline=pd.concat([layer(name) for name in own], ignore_index=True),
        places=layer(place.places, "name", *(["status"] if place.statuses else [])),
        routes=_of_kinds(layer(place.routes), place),
        regions=layer(place.coloured, place.choropleth.column) if place.choropleth else layer(place.regions, "name"),
        countries=layer(place.countries, "name"),
    )


def _of_kinds(routes: gpd.GeoDataFrame, place: Place) -> gpd.GeoDataFrame:
    """Return routes with what each is: what the layer says, if a map knows it, or else the brief."""
    given = routes["kind"] if "kind" in routes else [None] * len(routes)
    kinds = [RouteKind(kind) if kind in set(RouteKind) else place.route_kind for kind in given]
    return routes.assign(kind=kinds)


def read_layer(
    brief: Brief, layer_id: str | None, *, columns: Sequence[str] = ("name",), middle: float = 0.0
) -> gpd.GeoDataFrame:
    """Return a layer in WGS 84 (longitude, latitude); an empty one with a name column for None.

    Longitudes are up to 180 degrees from `middle`. Raises `InputError` for each of `columns`
    that the layer has not.
    """
    if layer_id is None:
        return gpd.GeoDataFrame({"name": [], "shown": []}, geometry=[], crs=WGS84)
    features: list[dict[str, Any]] = read_features(brief.catalog, layer_id)["features"]
    rows = [feature["properties"] or {} for feature in features]
    shapes = around([laid(feature["geometry"]) for feature in features], middle)
    layer = gpd.GeoDataFrame(rows, geometry=shapes, crs=WGS84)
    layer["shown"] = [named(row, brief.language) for row in rows]
    file = str(brief.catalog.path(layer_id))
    faults = [
        Fault(file, 0, 0, "E-LAYER-COLUMN", f"the layer has no column `{name}`", "add it to every feature")
        for name in columns
        if name not in layer.columns
    ]
    if faults:
        raise InputError(faults)
    return layer
