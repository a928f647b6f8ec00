"""What lies under the marks of a map: land and sea, countries, regions, and the lines between them.

All in metres of the map's projection, cut to what its drawings show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.projection import simplified
from quickview.analysis.territory import Territory
from quickview.brief.vocabulary import RouteKind

SEEN: Final = 0.7
"""Share of a pixel from which on a bend of a line is seen."""

COARSE: Final = 15
"""A border with fewer corners than this on the way across a map is too coarse to be drawn on it."""

NOTHING: Final[BaseGeometry] = Polygon()


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
    routes: Mapping[RouteKind, BaseGeometry]
    """What is seen of the routes, by their kind."""
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
    countries = _regions(territory, territory.sketch["countries"], window, cut, pixel)
    is_known = _knows_the_sea(territory, view) and not _is_coarse(countries, window)
    (shown,) = simplified([territory.drawn.intersection(window)], SEEN * pixel)
    return Ground(
        window=window,
        cut=cut,
        territory=shown,
        outline=shown.boundary.difference(cut) if territory.layer.geometry == "polygon" else NOTHING,
        routes=_routes(territory, window),
        regions=_regions(territory, territory.sketch["regions"], window, cut, pixel),
        countries=countries if is_known else (),
    )


def _routes(territory: Territory, window: BaseGeometry) -> dict[RouteKind, BaseGeometry]:
    routes, project = territory.sketch["routes"], territory.projection.project
    of_kind = {kind: routes.geometry[routes["kind"] == kind] for kind in RouteKind}
    seen = {kind: shapely.union_all(list(map(project, lines))).intersection(window) for kind, lines in of_kind.items()}
    return {kind: line for kind, line in seen.items() if not line.is_empty}


def _regions(
    territory: Territory, layer: gpd.GeoDataFrame, window: BaseGeometry, cut: BaseGeometry, pixel: float
) -> tuple[Region, ...]:
    spot, view = territory.shape.representative_point(), territory.projection.window(window)
    seen = layer.reset_index(drop=True)[layer.geometry.intersects(view).to_numpy()]
    laid = [territory.projection.project(shape.intersection(view)).intersection(window) for shape in seen.geometry]
    rows = zip(seen.index, seen["shown"], seen.geometry, simplified(laid, SEEN * pixel), strict=True)
    return tuple(
        Region(shown, row, area, area.boundary.difference(cut), bool(shape.intersects(spot)))
        for row, shown, shape, area in rows
        if not area.is_empty
    )


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
