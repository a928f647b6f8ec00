"""The locator inset: where in its country the territory lies."""

import plotly.graph_objects as go
from pyproj import CRS
from shapely import affinity
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.figure import Box, Label, add_labels, add_lines
from quickview.analysis.ground import add_area
from quickview.analysis.labels import place_area_label
from quickview.analysis.territory import WGS84, Territory
from quickview.look.palette import LIGHT


def add_inset(figure: go.Figure, territory: Territory, place: Box, *, size: float) -> None:
    """Draw where in its country the territory lies, inside a box on the canvas; `size` is that of its type."""
    focus, others, here = _locator(territory)
    around = box(*focus.buffer(max(focus.bounds[2] - focus.bounds[0], focus.bounds[3] - focus.bounds[1]) * 0.12).bounds)
    to_inset = _fit(around, place)

    def lay(shape: BaseGeometry) -> BaseGeometry:
        return affinity.affine_transform(shape, to_inset).intersection(window).simplify(0.35)

    window = box(*place)
    add_area(figure, window, "panel")
    for shape in others:
        add_area(figure, lay(shape), "land-2")
    add_area(figure, lay(focus), "paper")
    add_lines(figure, [lay(shape) for shape in (*others, focus)], color=LIGHT["line"], width=0.6)
    add_lines(figure, [window.boundary], color=LIGHT["rule"], width=1)
    spot = affinity.affine_transform(here, to_inset)
    mark = box(*spot.bounds) if spot.length > 24 else box(*spot.centroid.buffer(4).bounds)
    add_lines(figure, [mark.boundary], color=LIGHT["house"], width=2)
    _label_country(figure, _focus_name(territory), lay(focus), mark, size)


def _label_country(figure: go.Figure, name: str, area: BaseGeometry, mark: BaseGeometry, size: float) -> None:
    largest = max(getattr(area, "geoms", [area]), key=lambda part: part.area)
    label = Label(name, 0, 0, size, "ink")
    found = place_area_label(label, largest, frame=largest.bounds, obstacles=[mark.bounds], step=4.0)
    add_labels(figure, [found] if found else [])


def _fit(area: BaseGeometry, place: Box) -> list[float]:
    left, bottom, right, top = area.bounds
    k = max((place[2] - place[0]) / (right - left), (place[3] - place[1]) / (top - bottom))
    k = min(k, 1.15 * min((place[2] - place[0]) / (right - left), (place[3] - place[1]) / (top - bottom)))
    x = (place[0] + place[2]) / 2 - k * (left + right) / 2
    y = (place[1] + place[3]) / 2 - k * (bottom + top) / 2
    return [k, 0, 0, k, x, y]


def _locator(territory: Territory) -> tuple[BaseGeometry, list[BaseGeometry], BaseGeometry]:
    """Return the country that holds the territory, its neighbours, and the territory, in metres.

    Lambert's azimuthal equal-area projection centred on the territory.
    """
    centre = territory.outline.to_crs(WGS84).union_all().centroid
    crs = CRS.from_proj4(f"+proj=laea +lat_0={centre.y:.4f} +lon_0={centre.x:.4f} +datum=WGS84 +units=m")
    countries = territory.countries.to_crs(crs).geometry.make_valid()
    here = territory.outline.to_crs(crs).union_all()
    nearest = int(countries.distance(here.centroid).to_numpy().argmin())
    shapes = list(countries)
    return shapes[nearest], shapes[:nearest] + shapes[nearest + 1 :], here


def _focus_name(territory: Territory) -> str:
    centre = territory.outline.to_crs(WGS84).union_all().centroid
    holders = territory.countries[territory.countries.contains(centre)]
    return "" if holders.empty else str(holders["shown"].iloc[0])
