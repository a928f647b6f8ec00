"""The locator inset: where in its country the territory lies."""

from dataclasses import dataclass

from pyproj import CRS
from shapely import affinity
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.canvas import Box, Canvas, Label, add_labels, add_lines
from quickview.analysis.labels import place_area_label
from quickview.analysis.map_symbols import add_area
from quickview.analysis.territory import WGS84, Territory
from quickview.look.palette import LIGHT


@dataclass(frozen=True)
class Locator:
    """The country that holds a territory, its neighbours and the territory, in metres, and the country's name.

    Lambert's azimuthal equal-area projection centred on the territory.
    """

    focus: BaseGeometry
    others: tuple[BaseGeometry, ...]
    here: BaseGeometry
    name: str


def locate(territory: Territory) -> Locator:
    """Return where in the world a territory lies; its layer of countries must not be empty."""
    centre = territory.outline.to_crs(WGS84).union_all().centroid
    crs = CRS.from_proj4(f"+proj=laea +lat_0={centre.y:.4f} +lon_0={centre.x:.4f} +datum=WGS84 +units=m")
    countries = territory.countries.to_crs(crs).geometry.make_valid()
    here = territory.outline.to_crs(crs).union_all()
    nearest = int(countries.distance(here.centroid).to_numpy().argmin())
    shapes = tuple(countries)
    holders = territory.countries[territory.countries.contains(centre)]
    name = "" if holders.empty else str(holders["shown"].iloc[0])
    return Locator(shapes[nearest], shapes[:nearest] + shapes[nearest + 1 :], here, name)


def add_inset(figure: Canvas, locator: Locator, place: Box, *, size: float) -> None:
    """Draw where in its country the territory lies, inside a box on the canvas; `size` is that of its type."""
    focus = locator.focus
    around = box(*focus.buffer(max(focus.bounds[2] - focus.bounds[0], focus.bounds[3] - focus.bounds[1]) * 0.12).bounds)
    to_inset, window = _fit(around, place), box(*place)

    def lay(shape: BaseGeometry) -> BaseGeometry:
        return affinity.affine_transform(shape, to_inset).intersection(window).simplify(0.35)

    country, others = lay(focus), [lay(shape) for shape in locator.others]
    add_area(figure, window, "panel")
    for shape in others:
        add_area(figure, shape, "land-2")
    add_area(figure, country, "paper")
    add_lines(figure, [*others, country], color=LIGHT["line"], width=0.6)
    add_lines(figure, [window.boundary], color=LIGHT["rule"], width=1)
    spot = affinity.affine_transform(locator.here, to_inset)
    mark = box(*spot.bounds) if spot.length > 24 else box(*spot.centroid.buffer(4).bounds)
    add_lines(figure, [mark.boundary], color=LIGHT["house"], width=2)
    _label_country(figure, locator.name, country, mark, size)


def _label_country(figure: Canvas, name: str, area: BaseGeometry, mark: BaseGeometry, size: float) -> None:
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
