"""Small maps: one territory at one scale, several times over, so that what differs between them is seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from shapely.geometry.base import BaseGeometry

from quickview.analysis.canvas import SMALL, Canvas, Label
from quickview.analysis.ground import NOTHING
from quickview.analysis.labels import place_labels
from quickview.analysis.map_symbols import Mark, add_marks
from quickview.analysis.territory import Territory
from quickview.analysis.territory_map import Sheet, add_ground
from quickview.theme.palette import LIGHT

_BETWEEN: Final = 12.0
_CLEAR: Final = (9.0, 18.0, 27.0, 36.0, 45.0)
"""How far from a city its name stands: the nearest that is free."""


def quiet(territory: Territory, **place: Any) -> Territory:
    """Return a territory without what only its large map shows, the side that holds it and a choropleth, and with these facts of its place."""
    changed = territory.place.model_copy(update={"choropleth": None, "side": None, **place})
    facts = territory.brief.facts.model_copy(update={"place": changed})
    return replace(territory, brief=replace(territory.brief, facts=facts))


@dataclass(frozen=True)
class SmallMaps:
    """So many maps of a quiet territory in columns, in a drawing `width` pixels wide; above each is room for a title."""

    territory: Territory
    width: int
    count: int
    columns: int
    title: float

    @cached_property
    def sheet(self) -> Sheet:
        """What each of them shows."""
        return Sheet(self.territory, round((self.width - _BETWEEN * (self.columns - 1)) / self.columns))

    @property
    def map_height(self) -> float:
        """Height of one without its title, in pixels."""
        return self.sheet.frame[3] - self.sheet.frame[1]

    @property
    def height(self) -> float:
        """Height of all of them, in pixels."""
        return -(-self.count // self.columns) * (self.title + self.map_height + _BETWEEN)

    def ground(
        self, obstacles: Sequence[BaseGeometry] = (), *, within: BaseGeometry = NOTHING, is_marked: bool = False
    ) -> Canvas:
        """Return what lies under the marks of each: land, lines, the territory, and the names of the cities that bracket it.

        Names keep clear of `obstacles`, in pixels; `within` is a line that is drawn as well, in metres;
        the cities are `is_marked` where no other mark stands for them.
        """
        sheet, territory = self.sheet, self.territory
        figure = Canvas(sheet.width, sheet.frame[3])
        shown = dict(zip(territory.places["name"], territory.places["shown"], strict=True))
        points = [(shown[name], territory.point(name)) for name in territory.place.cities]
        cities = [(name, sheet.project(point).centroid) for name, point in points if point]
        labels: list[Label] = []
        for name, at in cities:
            # Where marks lie thick about a city, its name stands further off.
            taken = [*(one.bounds for one in obstacles), *(label.box for label in labels)]
            tried = (Label(name, at.x, at.y, SMALL, clear=clear) for clear in _CLEAR)
            found = (place_labels([one], frame=sheet.frame, obstacles=taken).placed for one in tried)
            labels += next(filter(None, found), ())
        taken = [label.box for label in labels]
        add_ground(figure, sheet, sheet.lay(sheet.ground.territory), taken, is_hatched=False)
        outline, *routes = (sheet.lay(lines) for lines in (sheet.ground.outline, *sheet.ground.routes.values()))
        figure.add_lines(routes, clear_of=taken, pad=1.0, color="line", width=1.1)
        figure.add_lines([sheet.clip(within)], clear_of=taken, pad=1.0, color="muted", width=0.8, dash="2px,3px")
        dash = "5px,3px" if territory.is_indicative else "solid"
        figure.add_lines([outline], clear_of=taken, pad=1.0, color="muted", width=1.2, dash=dash)
        if cities and is_marked:
            add_marks(figure, [(at.x, at.y, Mark("square", LIGHT["ink"], 4.5)) for _, at in cities])
        figure.add_labels(labels)
        return figure

    def lay(self, figure: Canvas, small: Canvas, number: int, *, bottom: float, title: Sequence[Label]) -> None:
        """Draw a map, and its title, at its place among the others; the first is where the reader begins, and none is mirrored."""
        is_rtl = self.territory.brief.language.is_rtl
        row, column = divmod(number, self.columns)
        column = self.columns - 1 - column if is_rtl else column
        x = column * (self.sheet.width + _BETWEEN)
        y = bottom + self.height - (row + 1) * (self.title + self.map_height + _BETWEEN) + _BETWEEN
        for trace in small.traces:
            moved = {axis: [None if value is None else round(value + shift, 2) for value in trace[axis]]
                     for axis, shift in (("x", x), ("y", y - self.sheet.frame[1]))}  # fmt: skip
            figure.add_scatter(**{**trace, **moved})
        start, anchor = (x + self.sheet.width, "top left") if is_rtl else (x, "top right")
        figure.add_labels([replace(one, x=start, y=y + self.map_height + 2 + one.y, anchor=anchor) for one in title])
