"""How the round Earth becomes a flat map: a projection that fits what is shown, wherever it lies.

Geometries are measured in degrees (WGS 84) and drawn in metres. In degrees, longitudes run on
across 180 degrees, counted from the middle of the map, so that nothing is torn there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from pyproj import CRS, Geod, Proj, Transformer
from shapely import affinity
from shapely.geometry import MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

from quickview.brief.geography import Bounds

WGS84: Final = "EPSG:4326"
ELLIPSOID: Final = Geod(ellps="WGS84")

PIECE: Final = 1.0
"""Degrees: longer edges are cut into such pieces, for a straight line of longitude and latitude is a curve on a map."""

NARROW: Final = 12.0
"""Degrees of a great circle, from west to east, up to which a cylinder laid along the middle meridian stays true."""

FEW: Final = 20_000
"""Corners up to which geometries are drawn as they are: less than a second, and half a megabyte in a page."""

WHOLE: Final = 180.0
"""Degrees of longitude from which on a map shows the world."""


def _(message: str) -> str:
    """Mark a message for the catalogues; it is told in the reader's language where it is shown."""
    return message


@dataclass(frozen=True)
class Projection:
    """A projection, its name as a message, and the longitude in the middle of the map."""

    name: str
    proj: str
    middle: float
    is_local: bool = False
    """Whether north is up, and the scale the same, all over the map."""
    is_world: bool = False

    @cached_property
    def crs(self) -> CRS:
        """Its CRS in metres, x east and y north of the middle; takes longitudes up to 180 degrees from there."""
        return CRS.from_proj4(f"{self.proj} +lon_0={self.middle:.4f} +datum=WGS84 +units=m +over +no_defs")

    @cached_property
    def _transformer(self) -> Transformer:
        return Transformer.from_crs(WGS84, self.crs, always_xy=True)

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in degrees as one in metres; its straight lines may become curves."""
        laid = self.laid(geometry)
        # Where an area holds a pole, the edge along which it was cut closes up.
        return laid if shapely.is_valid(laid) else shapely.make_valid(laid, method="structure", keep_collapsed=False)

    def laid(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in degrees as one in metres, torn where it was cut."""
        fine = shapely.segmentize(shapely.force_2d(geometry), PIECE)
        return shapely.transform(fine, lambda p: np.column_stack(self._transformer.transform(*p.T)))

    def degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres as one in degrees, with longitudes up to 180 from the middle."""
        return shapely.transform(
            geometry, lambda p: np.column_stack(self._transformer.transform(p[:, 0], p[:, 1], direction="INVERSE"))
        )

    def window(self, area: BaseGeometry) -> BaseGeometry:
        """Return what meridians and parallels bound round an area in metres, in degrees."""
        world = box(self.middle - 180, -90, self.middle + 180, 90)
        west, south, east, north = self.degrees(shapely.segmentize(area.boundary, area.length / 400)).bounds
        if self.is_world or not np.isfinite([west, south, east, north]).all():
            return world
        for pole in (-90.0, 90.0):
            x, y = self._transformer.transform(self.middle, pole)
            if np.isfinite([x, y]).all() and area.covers(Point(x, y)):
                west, east = self.middle - 180, self.middle + 180
                south, north = min(south, pole), max(north, pole)
        return box(west, south, east, north)

    @property
    def globe(self) -> BaseGeometry:
        """All that a map of the world shows, in metres."""
        return self.project(box(self.middle - 180, -90, self.middle + 180, 90))


def fitting(bounds: Bounds) -> Projection:
    """Return a projection that shows what lies within bounds with little distortion (Snyder 1987, *Map Projections*).

    A tall or small place lies along a meridian (transverse Mercator), a wide one along parallels (Albers), one on
    the equator or a pole round a point (Lambert's azimuthal); only the world is in Equal Earth. All but the first
    keep areas in proportion.
    """
    west, south, east, north = bounds
    span = (east - west) % 360 or (360.0 if east != west else 0.0)
    middle, latitude = (west + span / 2 + 180) % 360 - 180, (south + north) / 2
    near = min(abs(south), abs(north)) if south * north > 0 else 0.0
    round_pole = near > 40 and (span > 150 or near > 78)
    if (span >= WHOLE and not round_pole) or north - south > 120:
        return Projection(
            _("the Equal Earth projection"), "+proj=eqearth", middle if span < 300 else 11.0, is_world=True
        )
    if span * np.cos(np.radians(near)) <= NARROW and span < 60:
        proj = f"+proj=tmerc +lat_0={latitude:.4f} +k=1"
        return Projection(_("a transverse Mercator projection centred on the place"), proj, middle, is_local=True)
    if round_pole or near == 0 or north - south > 60:
        proj = f"+proj=laea +lat_0={np.copysign(90, latitude) if round_pole and span > 60 else latitude:.4f}"
        return Projection(_("Lambert’s azimuthal equal-area projection centred on the place"), proj, middle)
    sixth = (north - south) / 6
    proj = f"+proj=aea +lat_1={south + sixth:.4f} +lat_2={north - sixth:.4f} +lat_0={latitude:.4f}"
    return Projection(_("Albers’ equal-area conic projection fitted to the place"), proj, middle)


def thinned(shapes: Iterable[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Return geometries without what is too small to be seen at a tolerance in their units; those of few corners as they are."""
    shapes = list(shapes)
    return simplified(shapes, tolerance) if corners(shapes) > FEW else shapes


def simplified(shapes: Sequence[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Return areas or lines without parts and corners too small to be seen at a tolerance in their units; edges that areas share stay shared."""
    if not any(shapely.get_dimensions(shape) == 2 for shape in shapes):
        return [shapely.simplify(shape, tolerance) for shape in shapes]
    kept = np.array([_without_specks(area, tolerance**2 / 2) for area in shapes], dtype=object)
    # Where no edge is shared, a million corners take a hundredth of the time this way.
    if corners(kept) > FEW and not _share_corners(kept):
        simple = shapely.simplify(kept, tolerance, preserve_topology=False)
    else:
        simple = shapely.coverage_simplify(kept, tolerance)
    broken = ~shapely.is_valid(simple)
    simple[broken] = shapely.make_valid(simple[broken], method="structure", keep_collapsed=False)
    return list(np.where(shapely.is_empty(simple), kept, simple))


def _share_corners(areas: np.ndarray) -> bool:
    """Whether a corner belongs to more than one ring."""
    rings = shapely.get_rings(shapely.get_parts(areas))
    x, y = shapely.get_coordinates(rings).T
    return len(np.unique(x + 1j * y)) + len(rings) < len(x)


def joined(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """Return the union of geometries; one alone as it is, for a union of ten thousand islands takes its time."""
    shapes = list(shapes)
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def corners(shapes: Iterable[BaseGeometry]) -> int:
    """Return how many corners geometries have."""
    return sum(map(int, map(shapely.get_num_coordinates, shapes)))


def _without_specks(area: BaseGeometry, least: float) -> MultiPolygon:
    """Return an area without parts smaller than another, but with its largest."""
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    least = min(least, max((part.area for part in parts), default=0.0))
    return MultiPolygon([part for part in parts if part.area >= least])


def around(geometries: Iterable[BaseGeometry], middle: float) -> list[BaseGeometry]:
    """Return geometries in degrees with longitudes up to 180 from a middle; what lies beyond comes in from the other side."""
    least, most = middle - 180, middle + 180
    return [
        one if one.is_empty or (one.bounds[0] >= least and one.bounds[2] <= most) else _turned(one, least, most)
        for one in geometries
    ]


def _turned(geometry: BaseGeometry, least: float, most: float) -> BaseGeometry:
    dimension = shapely.get_dimensions(geometry)
    if dimension == 0:
        return shapely.transform(geometry, lambda points: (points - [least, -90]) % [360, 360] + [least, -90])
    window = box(least, -90, most, 90)
    pieces = [affinity.translate(geometry, turn).intersection(window) for turn in (-720, -360, 0, 360, 720)]
    # A piece that only touches the edge of the map is none.
    parts = [part for piece in pieces for part in shapely.get_parts(piece) if shapely.get_dimensions(part) == dimension]
    return shapely.union_all(parts)


def area_km2(geometry: BaseGeometry) -> float:
    """Return the square kilometres that a geometry in degrees bounds on the ellipsoid."""
    # Lambert's cylinder keeps areas and turns straight lines of longitude and latitude into nearly straight ones.
    cylinder = Transformer.from_crs(WGS84, "+proj=cea +datum=WGS84 +over", always_xy=True)
    fine = shapely.segmentize(geometry, PIECE)
    laid = shapely.transform(fine, lambda p: np.column_stack(cylinder.transform(*p.T)))
    return float(shapely.area(laid) / 1e6)


def length_km(lines: BaseGeometry) -> float:
    """Return the kilometres of lines in degrees along the ellipsoid."""
    return float(ELLIPSOID.geometry_length(shapely.segmentize(lines, PIECE)) / 1e3)


def distance_km(point: Point, geometry: BaseGeometry) -> float:
    """Return the shortest way on the ellipsoid, in kilometres, from a point to a geometry in degrees; 0 inside it."""
    if geometry.intersects(point):
        return 0.0
    # Round the point, this plane is true to distance in every direction; a sphere will do to find the nearest spot.
    plane: Any = Proj(f"+proj=aeqd +lat_0={point.y} +lon_0={point.x} +R=6371008.8")
    edges = geometry.boundary if shapely.get_dimensions(geometry) == 2 else geometry
    laid = shapely.transform(shapely.segmentize(edges, PIECE), lambda p: np.column_stack(plane(*p.T)))
    spot = shapely.get_coordinates(shapely.shortest_line(Point(0, 0), laid))[-1]
    longitude, latitude = plane(*spot, inverse=True)
    return float(ELLIPSOID.inv(point.x, point.y, longitude, latitude)[2] / 1e3)
