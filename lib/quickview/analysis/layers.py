"""The map's layers as GeoJSON (RFC 7946), for readers who draw their own map."""

import json
import math
from collections.abc import Iterator
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from quickview.analysis.choropleth import values_of
from quickview.analysis.projection import WGS84, around, simplified
from quickview.analysis.territory import Territory
from quickview.layers.catalog import Layer
from quickview.layers.geojson import DEGREE_M

MEDIA_TYPE: Final = "application/geo+json"

DECIMALS: Final = 6
"""Of a degree: a tenth of a metre, finer than any layer, so that coordinates come back as they were."""


def downloads(territory: Territory, *, window: BaseGeometry) -> list[dict[str, str]]:
    """Return the files a reader of the map may take away, each with `name`, `media_type` and `text`.

    One GeoJSON FeatureCollection in WGS 84 (longitude, latitude): territory and places as
    they are, routes and regions cut to `window` (in metres of the map's projection) and no
    finer than the map shows them; nor is a territory of very many corners. Each feature names
    its `layer`; source, licence and accuracy of the layers are foreign members, and
    `simplified_to_m`, by how many metres its lines may have moved.
    """
    place, catalog = territory.place, territory.brief.catalog
    names = {"territory": place.layer, "places": place.places, "routes": place.routes,
             "regions": place.coloured or place.regions}  # fmt: skip
    collection = {
        "type": "FeatureCollection",
        "title": place.name,
        "as_of": territory.brief.facts.document.as_of.isoformat(),
        "layers": {part: _credits(territory, part, catalog.layer(name)) for part, name in names.items() if name},
        "features": list(_features(territory, window)),
    }
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return [{"name": "map.geojson", "media_type": MEDIA_TYPE, "text": text}]


def _credits(territory: Territory, part: str, layer: Layer) -> dict[str, str | float]:
    kept = ("title", "source", "licence", "date", "accuracy", "note")
    credit: dict[str, str | float] = {name: str(getattr(layer, name)) for name in kept}
    is_simplified = part in {"routes", "regions"} or (part == "territory" and territory.is_thinned)
    return {**credit, "simplified_to_m": float(f"{territory.detail * DEGREE_M:.2g}")} if is_simplified else credit


def _features(territory: Territory, window: BaseGeometry) -> Iterator[dict[str, Any]]:
    enough = min(DECIMALS, math.ceil(-math.log10(territory.detail)) + 1)
    yield from _layer("territory", territory.sketch["outline"], enough if territory.is_thinned else DECIMALS)
    yield from _layer("places", _told(territory), DECIMALS)
    yield from _layer("routes", _cut(territory, territory.sketch["routes"], window), enough)
    regions = territory.sketch["regions"]
    valued = regions.assign(value=values_of(territory)) if territory.place.choropleth else regions
    yield from _layer("regions", _cut(territory, valued, window), enough)


def _told(territory: Territory) -> gpd.GeoDataFrame:
    """Return the places with what the brief says of them: the label of their status, and their site."""
    places, facts = territory.places.sort_values("name"), territory.brief.facts
    if not territory.place.statuses:
        return places
    labels = {s.status: s.label for s in territory.place.statuses}
    sites = {s.place: f"{s.name} ({s.kind}, {s.actor}; position {s.located})" for s in facts.sites if s.place}
    return places.assign(status_label=places["status"].map(labels), site=places["name"].map(sites))


def _cut(territory: Territory, layer: gpd.GeoDataFrame, window: BaseGeometry) -> gpd.GeoDataFrame:
    projection = territory.projection
    view = layer[layer.intersects(projection.window(window))]
    laid = [projection.project(shape).intersection(window) for shape in view.geometry]
    degrees = list(map(projection.degrees, simplified(laid, territory.detail * DEGREE_M)))
    return view.set_geometry(degrees, crs=WGS84)[~shapely.is_empty(np.array(degrees, dtype=object))]


def _layer(name: str, layer: gpd.GeoDataFrame, decimals: int) -> Iterator[dict[str, Any]]:
    columns = [column for column in layer.columns if column != layer.geometry.name]
    # The standard wants what crosses 180 degrees cut there (RFC 7946, 3.1.9).
    for row, geometry in zip(layer[columns].to_dict("records"), around(layer.geometry, 0.0), strict=True):
        known = {key: value for key, value in sorted(row.items()) if isinstance(value, str | int | float)}
        told = {key: value for key, value in known.items() if value != "" and value == value}  # noqa: PLR0124 (NaN)
        yield {"type": "Feature", "properties": {"layer": name, **told}, "geometry": _rounded(geometry, decimals)}


def _rounded(geometry: BaseGeometry, decimals: int) -> dict[str, Any]:
    """Return a geometry with few decimals, and the rings of its polygons turned as RFC 7946 has them."""
    turned = shapely.orient_polygons(geometry)
    shape: dict[str, Any] = mapping(shapely.transform(turned, lambda points: np.round(points, decimals)))
    return shape
