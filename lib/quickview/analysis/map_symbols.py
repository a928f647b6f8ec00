"""What stands on a map besides its labels: areas, roads, marks, and the legend that explains them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.canvas import (
    BASE,
    LARGE,
    SMALL,
    Box,
    Canvas,
    Label,
    add_labels,
    add_lines,
    capitalise,
    hatch,
    knock_out,
    parts,
    plain,
    turn_about,
)
from quickview.analysis.territory import Territory
from quickview.brief.records import PlaceStatus, Site
from quickview.brief.vocabulary import Located
from quickview.look import typeface
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
    number = side_number(territory, territory.place.side)
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
    if name in territory.place.cities:
        return CITY
    if name in {event.place for event in facts.events} | {site.place for site in facts.sites}:
        return NAMED
    return WELL_ATTESTED if sources >= 3 else OTHER


def status_mark(territory: Territory, value: str, *, size: float = 7) -> Mark:
    """Return the mark of a status: shape by its place in the brief's list, colour by its side."""
    statuses = territory.place.statuses
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


ROW: Final = 19.0
"""Height of a row of the legend, in pixels."""

Key = Mark | Literal["area", "road"]
Entry = tuple[str, Key]


def legend_height(territory: Territory, width: float) -> float:
    """Return the height of the strip in pixels, at a width in pixels."""
    return len(_rows(territory, width)) * ROW + 8


def add_legend(figure: Canvas, territory: Territory, *, width: float, top: float) -> None:
    """Draw the keys in rows below `top`, in pixels, from the side where the reader begins."""
    strip = Canvas(width, top)
    labels = []
    for n, row in enumerate(_rows(territory, width)):
        y = top - 8 - ROW * (n + 0.5)
        for x, text, key in row:
            _add_key(strip, territory, key, x + 8, y)
            labels.append(Label(text, x + 22, y, SMALL, anchor="middle right"))
    add_labels(strip, labels)
    if territory.brief.language.is_rtl:
        turn_about(strip)
    figure.traces.extend(strip.traces)


def _entries(territory: Territory) -> Iterator[Entry]:
    place = territory.place
    _, name = territory.brief.language.gettext, capitalise(place.name)
    yield _("{place} (indicative outline)", place=name) if territory.is_indicative else name, "area"
    if not territory.routes.empty:
        yield capitalise(_route_name(territory)), "road"
    # A place that holds a site is marked as the site.
    held = {site.place for site in territory.brief.facts.sites}
    shown = set(territory.places[~territory.places["name"].isin(held)]["status"])
    for status in place.statuses:
        if status.status in shown:
            yield status.label, status_mark(territory, status.status)
    yield from _site_entries(territory)


def _site_entries(territory: Territory) -> list[Entry]:
    _ = territory.brief.language.gettext
    seen: dict[tuple[str, bool], Entry] = {}
    for site in territory.brief.facts.sites:
        if site.place:
            actor = next(a for a in territory.brief.facts.actors if a.id == site.actor)
            sure = site.located is Located.CONFIRMED
            text = (
                f"{actor.label}{_(': ')}{site.kind}"
                if sure
                else capitalise(_("{site}, position probable", site=site.kind))
            )
            seen.setdefault((site.kind, sure), (text, site_mark(territory, site)))
    return list(seen.values())


def _route_name(territory: Territory) -> str:
    layer = territory.brief.layer(territory.place.routes or "")
    indicative = territory.brief.language.gettext("{layer} (indicative)", layer=layer.title)
    return indicative if layer.accuracy == "indicative" else layer.title


def _rows(territory: Territory, width: float) -> list[list[tuple[float, str, Key]]]:
    """Flow the entries into rows; each entry has its left edge."""
    rows: list[list[tuple[float, str, Key]]] = [[]]
    x = 0.0
    for text, key in _entries(territory):
        needed = 24 + typeface.width(text, SMALL) + 18
        if rows[-1] and x + needed > width + 18:
            rows.append([])
            x = 0.0
        rows[-1].append((x, text, key))
        x += needed
    return rows


def _add_key(figure: Canvas, territory: Territory, key: Key, x: float, y: float) -> None:
    if key == "area":
        add_held_area(figure, territory, box(x - 8, y - 5, x + 8, y + 5), [], spacing=4.0)
    elif key == "road":
        add_roads(figure, [LineString([(x - 8, y), (x + 8, y)])], [])
    elif isinstance(key, Mark):
        add_marks(figure, [(x, y, key)])
