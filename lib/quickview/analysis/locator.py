"""The locator inset: where in its country the territory lies."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.canvas import Box, Canvas, Label
from quickview.analysis.labels import place_area_label
from quickview.analysis.map_symbols import add_area
from quickview.analysis.projection import area_km2, around, fitting, joined
from quickview.analysis.territory import Territory


@dataclass(frozen=True)
class Locator:
    """The country that holds a territory, its neighbours and the territory, in metres, and the country's name.

    In the projection that fits the country. A territory at sea is located by the countries round it, and no name.
    """

    focus: BaseGeometry
    others: tuple[BaseGeometry, ...]
    here: BaseGeometry
    name: str


SMALLEST: Final = 0.2
"""Share of its largest part from which on a part of a country belongs in the inset, so that islands far off do not shrink it."""

LARGEST: Final = 0.4
"""Share of its country from which on a territory needs no inset."""


def locate(territory: Territory, window: BaseGeometry) -> Locator | None:
    """Return where in the world a territory lies; None where that says no more than the map, which shows a window in metres."""
    countries, centre = territory.sketch["countries"], territory.centre
    if countries.empty or territory.projection.is_world:
        return None
    here = joined(territory.sketch["outline"].geometry)
    holders = _holders(territory, window)
    mainland = shapely.union_all([_mainland(countries.geometry.iloc[n], centre) for n in holders])
    projection = fitting(mainland.bounds)
    focus, *_ = (projection.project(shape) for shape in around([mainland], projection.middle))
    spot = projection.project(shapely.union_all(around([here], projection.middle)))
    corners = territory.projection.degrees(shapely.segmentize(window.boundary, window.length / 100))
    shown = projection.laid(shapely.union_all(around([corners], projection.middle)))
    if spot.area > LARGEST * focus.area or (np.isfinite(shown.bounds).all() and shown.envelope.covers(focus.envelope)):
        return None
    view = projection.window(_around(focus))
    rest = [shape for n, shape in enumerate(around(countries.geometry, projection.middle)) if n not in holders]
    others = tuple(projection.project(shape.intersection(view)) for shape in rest if shape.intersects(view))
    name = str(countries["shown"].iloc[holders[0]]) if countries.geometry.iloc[holders[0]].contains(centre) else ""
    return Locator(focus, others, spot, name)


def _holders(territory: Territory, window: BaseGeometry) -> list[int]:
    """Return the rows of the country that a territory is in, or of those that a map of a sea shows; else of the nearest."""
    shapes, centre = territory.sketch["countries"].geometry, territory.centre
    nearest = int(np.argmin(shapely.distance(shapes.to_numpy(), centre)))
    if shapes.iloc[nearest].intersects(territory.shape):
        return [nearest]
    view = territory.projection.window(window)
    seen = [n for n, shape in enumerate(shapes) if shape.intersects(view)]
    whole = shapely.total_bounds([_mainland(shapes.iloc[n], centre) for n in seen])
    return [nearest] if not seen or fitting(tuple(whole)).is_world else seen


def _mainland(country: BaseGeometry, spot: BaseGeometry) -> BaseGeometry:
    """Return the large parts of a country in degrees, and the one that a spot is in or nearest to."""
    parts = list(shapely.get_parts(country))
    sizes, near = [area_km2(part) for part in parts], min(parts, key=spot.distance)
    return shapely.union_all(
        [p for p, size in zip(parts, sizes, strict=True) if size >= SMALLEST * max(sizes) or p is near]
    )


def _around(focus: BaseGeometry) -> BaseGeometry:
    left, bottom, right, top = focus.bounds
    return box(left, bottom, right, top).buffer(max(right - left, top - bottom) * 0.12).envelope


def add_inset(figure: Canvas, locator: Locator, place: Box, *, size: float) -> None:
    """Draw where in its country the territory lies, inside a box on the canvas; `size` is that of its type."""
    focus, window = locator.focus, box(*place)
    to_inset = _fit(_around(focus), place)

    def lay(shape: BaseGeometry) -> BaseGeometry:
        return affinity.affine_transform(shape, to_inset).intersection(window).simplify(0.35)

    country, others = lay(focus), [lay(shape) for shape in locator.others]
    add_area(figure, window, "panel")
    add_area(figure, shapely.geometrycollections(others), "land-2")
    add_area(figure, country, "paper")
    figure.add_lines([*others, country], color="line", width=0.6)
    figure.add_lines([window.boundary], color="rule", width=1)
    spot = affinity.affine_transform(locator.here, to_inset)
    mark = box(*spot.bounds) if spot.length > 24 else box(*spot.centroid.buffer(4).bounds)
    figure.add_lines([mark.boundary], color="house", width=2)
    largest = max(shapely.get_parts(country), key=lambda part: part.area, default=country)
    label = Label(locator.name, 0, 0, size, "ink")
    found = place_area_label(label, largest, frame=largest.bounds, obstacles=[mark.bounds], step=4.0)
    figure.add_labels([found] if found else [])


def _fit(area: BaseGeometry, place: Box) -> list[float]:
    left, bottom, right, top = area.bounds
    across, up = (place[2] - place[0]) / (right - left), (place[3] - place[1]) / (top - bottom)
    k = min(max(across, up), 1.15 * min(across, up))
    x = (place[0] + place[2]) / 2 - k * (left + right) / 2
    y = (place[1] + place[3]) / 2 - k * (bottom + top) / 2
    return [k, 0, 0, k, x, y]
