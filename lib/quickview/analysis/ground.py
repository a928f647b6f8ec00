"""What lies under the marks of a map: land and sea, countries, regions, and the lines between them.

All in metres of the map's projection, cut to what its drawings show.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.territory import Territory

COARSE: Final = 15
"""A border with fewer corners than this on the way across a map is too coarse to be drawn on it."""

NOTHING: Final = Polygon()


@dataclass(frozen=True)
class Region:
    """A country or region: its name in the reader's language, its row in the layer, what of it is seen, and whether the territory is in it."""

    shown: str
    row: int
    area: BaseGeometry
    edge: BaseGeometry
    is_home: bool = False


@dataclass(frozen=True)
class Ground:
    """What lies under the marks; `countries` is empty, and all is land, where their layer does not tell the sea."""

    window: BaseGeometry
    cut: BaseGeometry
    """A band round what is cut off: what lies in it is no line of the ground."""
    territory: BaseGeometry
    outline: BaseGeometry
    """The territory's edge, without what only the edge of the world cut."""
    routes: tuple[BaseGeometry, ...]
    regions: tuple[Region, ...]
    countries: tuple[Region, ...]

    @cached_property
    def coast(self) -> BaseGeometry:
        """Where land meets the sea."""
        return self._shore.difference(self.cut) if self.countries else NOTHING

    @cached_property
    def borders(self) -> BaseGeometry:
        """Borders between countries."""
        if not self.countries:
            return NOTHING
        edges = shapely.union_all([country.edge for country in self.countries])
        shore = self._shore.buffer(self.window.length * 2e-5, quad_segs=1)
        return edges.difference(shore)

    @cached_property
    def _shore(self) -> BaseGeometry:
        return shapely.union_all([country.area for country in self.countries]).boundary


def lay_ground(territory: Territory, window: BaseGeometry, *, pixel: float) -> Ground:
    """Return what lies under a map of a territory, cut to a window in metres, as fine as a pixel in metres lets it be seen."""
    projection = territory.projection
    view = projection.window(window)
    cut = shapely.union(window.boundary, projection.laid(view.boundary)).buffer(window.length * 2e-5, quad_segs=1)
    countries = _regions(territory, territory.countries, window, cut, pixel)
    is_known = _knows_the_sea(territory, view) and not _is_coarse(countries, window)
    shown = _seen([territory.drawn.intersection(window)], pixel)[0]
    return Ground(
        window=window,
        cut=cut,
        territory=shown,
        outline=shown.boundary.difference(cut) if territory.layer.geometry == "polygon" else NOTHING,
        routes=tuple(projection.project(route) for route in territory.routes.geometry),
        regions=_regions(territory, territory.regions, window, cut, pixel),
        countries=countries if is_known else (),
    )


def _regions(
    territory: Territory, layer: gpd.GeoDataFrame, window: BaseGeometry, cut: BaseGeometry, pixel: float
) -> tuple[Region, ...]:
    """Return the countries or regions that a window in metres shows."""
    spot, view = territory.shape.representative_point(), territory.projection.window(window)
    seen = layer.reset_index(drop=True)[layer.geometry.intersects(view).to_numpy()]
    laid = [territory.projection.project(shape.intersection(view)).intersection(window) for shape in seen.geometry]
    return tuple(
        Region(shown, row, area, area.boundary.difference(cut), bool(shape.intersects(spot)))
        for row, shown, shape, area in zip(seen.index, seen["shown"], seen.geometry, _seen(laid, pixel), strict=True)
        if not area.is_empty
    )


def _seen(areas: Sequence[BaseGeometry], pixel: float) -> list[BaseGeometry]:
    """Return areas without what is too small to be seen; edges that two of them share stay shared."""
    kept = []
    for area in areas:
        parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
        least = min(pixel**2 / 4, max((part.area for part in parts), default=0.0))
        kept.append(MultiPolygon([part for part in parts if part.area >= least]))
    simple: Iterable[BaseGeometry] = (
        shapely.coverage_simplify(np.array(kept, dtype=object), 0.7 * pixel) if kept else []
    )
    return [
        one if one.is_valid else shapely.make_valid(one, method="structure", keep_collapsed=False) for one in simple
    ]


def _knows_the_sea(territory: Territory, view: BaseGeometry) -> bool:
    """Whether the layer of countries reaches as far as the map does, so that what it leaves free is sea."""
    if territory.countries.empty:
        return False
    west, south, east, north = territory.countries.total_bounds
    return bool(east - west > 359 or box(west, south, east, north).covers(view))


def _is_coarse(countries: Sequence[Region], window: BaseGeometry) -> bool:
    """Whether borders in a window are drawn for a smaller scale."""
    edges = shapely.union_all([country.edge for country in countries])
    corners = shapely.get_num_coordinates(edges)
    return bool(corners and edges.length / corners > window.length / 4 / COARSE)
