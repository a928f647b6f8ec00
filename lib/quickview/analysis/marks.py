"""How settlements and sites are marked on the map: shape by status or kind, colour by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from quickview.analysis.canvas import BASE, LARGE, SMALL, Box, Canvas, Label, plain
from quickview.analysis.ground import side_number
from quickview.analysis.territory import Territory
from quickview.brief.records import PlaceStatus, Site
from quickview.brief.vocabulary import Located
from quickview.look import typeface
from quickview.look.palette import LIGHT, side

CITY, NAMED, WELL_ATTESTED, OTHER = range(4)
"""Ranks of places: brackets the territory; named in the brief; three sources or more; the rest."""

_SHAPES: Final = ("circle", "square", "diamond", "pentagon", "hexagon", "star-square")
_SITE_SHAPES: Final = ("triangle-up", "triangle-down", "star", "cross")


@dataclass(frozen=True)
class Mark:
    """A marker: plotly symbol, colour, and size in pixels. Open ones stand for what is not sure."""

    symbol: str
    colour: str
    size: float

    @property
    def edge(self) -> tuple[float, str]:
        """Width and colour of the marker's edge."""
        return (1.3, self.colour) if "open" in self.symbol else (0.8, LIGHT["paper"])


@dataclass(frozen=True)
class Symbol:
    """A place on the map, in pixels; `shown` is its name in the reader's language."""

    name: str
    shown: str
    x: float
    y: float
    rank: int
    evidence: int
    mark: Mark
    site: Site | None = None

    @property
    def box(self) -> Box:
        """The space its marker takes."""
        half = self.mark.size / 2
        return self.x - half, self.y - half, self.x + half, self.y + half

    def label(self, *, is_wide: bool) -> Label:
        """Return its name, larger and stronger the higher its rank."""
        name, clear = self.shown, self.mark.size / 2 + 4
        if self.rank == CITY:
            return Label(name, self.x, self.y, LARGE + 1.5, weight=typeface.BOLD, clear=clear)
        if self.rank == OTHER:
            return Label(name, self.x, self.y, SMALL, "muted", clear=clear)
        if self.site and self.site.name not in {name, self.name}:
            name = f"{name} ({self.site.name})" if is_wide else self.site.name
        weight = typeface.BOLD if self.rank == WELL_ATTESTED else typeface.REGULAR
        return Label(name, self.x, self.y, BASE if is_wide else SMALL, weight=weight, clear=clear)


def evidence(cell: object) -> int:
    """How many sources a row of the places layer names."""
    return len([part for part in cell.split("|") if part.strip()]) if isinstance(cell, str) else 0


def rank_of(territory: Territory, name: str, sources: int) -> int:
    """Return the rank of a place; lower is more important."""
    facts = territory.brief.facts
    if name in facts.place.cities:
        return CITY
    if name in {event.place for event in facts.events} | {site.place for site in facts.sites}:
        return NAMED
    return WELL_ATTESTED if sources >= 3 else OTHER


def status_mark(territory: Territory, value: str, *, size: float = 7) -> Mark:
    """Return the mark of a status: shape by its place in the brief's list, colour by its side."""
    statuses = territory.brief.facts.place.statuses
    status: PlaceStatus | None = next((s for s in statuses if s.status == value), None)
    if status is None:
        return Mark("x-thin-open", LIGHT["muted"], size)
    number, shape = side_number(territory, status.side), _SHAPES[statuses.index(status)]
    return Mark(shape, side(number), size) if number else Mark(f"{shape}-open", LIGHT["muted"], size)


def site_mark(territory: Territory, site: Site) -> Mark:
    """Return the mark of a site: shape by kind, colour by the side of who holds it, open unless confirmed."""
    kinds = list(dict.fromkeys(s.kind for s in territory.brief.facts.sites))
    shape = _SITE_SHAPES[kinds.index(site.kind) % len(_SITE_SHAPES)]
    actor = next(a for a in territory.brief.facts.actors if a.id == site.actor)
    colour = side(side_number(territory, actor.side) or 1)
    return Mark(shape if site.located is Located.CONFIRMED else f"{shape}-open", colour, 12)


def add_marks(figure: Canvas, spots: Sequence[tuple[float, float, Mark]], *, hover: Sequence[str] = ()) -> None:
    """Draw markers; the later ones lie on top."""
    info: dict[str, Any] = {"text": list(map(plain, hover)), "hoverinfo": "text"} if hover else {"hoverinfo": "skip"}
    figure.add_scatter(
        x=[x for x, _, _ in spots],
        y=[y for _, y, _ in spots],
        mode="markers",
        marker={
            "symbol": [mark.symbol for *_, mark in spots],
            "color": [mark.colour for *_, mark in spots],
            "size": [mark.size for *_, mark in spots],
            "opacity": 1,
            "line": {"width": [mark.edge[0] for *_, mark in spots], "color": [mark.edge[1] for *_, mark in spots]},
        },
        **info,
    )
