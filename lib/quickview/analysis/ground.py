"""Areas and roads as the map and its legend both draw them."""

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

from quickview.analysis.canvas import Box, Canvas, add_lines, hatch, knock_out, parts
from quickview.analysis.territory import Territory
from quickview.look.palette import LIGHT, side


def add_area(figure: Canvas, area: BaseGeometry, colour: str) -> None:
    """Fill polygons with a colour of the palette."""
    for polygon in getattr(area, "geoms", [area]):
        if polygon.geom_type == "Polygon":
            x, y = (list(values) for values in polygon.exterior.xy)
            figure.add_scatter(
                x=[round(v, 1) for v in x], y=[round(v, 1) for v in y], mode="lines", fill="toself",
                fillcolor=LIGHT[colour], line={"width": 0}, hoverinfo="skip",
            )  # fmt: skip


def side_number(territory: Territory, side_id: str | None) -> int | None:
    """Return the number of a side, from 1; None for no side."""
    ids = [s.id for s in territory.brief.facts.sides]
    return ids.index(side_id) + 1 if side_id in ids else None


def add_held_area(
    figure: Canvas, territory: Territory, shape: BaseGeometry, boxes: Sequence[Box], *, spacing: float, hover: str = ""
) -> None:
    """Draw land in the colour of the side that holds the territory; hatched and dashed where it is indicative."""
    number = side_number(territory, territory.brief.facts.place.side)
    colour = side(number) if number else LIGHT["house"]
    add_area(figure, shape, f"tint-{number}" if number else "land-2")
    if territory.is_indicative:
        add_lines(figure, knock_out(parts([hatch(shape, spacing=spacing)]), boxes), color=colour, width=0.55)
    dash = "5px,3px" if territory.is_indicative else "solid"
    add_lines(figure, knock_out([shape.boundary], boxes), hover=hover, color=colour, width=1.6, dash=dash)


def add_roads(figure: Canvas, routes: Sequence[BaseGeometry], boxes: Sequence[Box]) -> None:
    """Draw roads as a pale line with a darker edge."""
    cut = knock_out(routes, boxes, pad=1.0)
    add_lines(figure, cut, color=LIGHT["road"], width=4.2)
    add_lines(figure, cut, color=LIGHT["paper"], width=2.2)
