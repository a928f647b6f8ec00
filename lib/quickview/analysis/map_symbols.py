"""What stands on a map besides its labels: areas, routes, marks, and the legend that explains them."""

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import shapely
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.canvas import (
    BASE,
    LARGE,
    SMALL,
    Box,
    Canvas,
    Label,
    capitalise,
    hatch,
    knock_out,
    mirrored,
    parts,
    plain,
)
from quickview.analysis.choropleth import NO_DATA, Fill, classes_of, heading, values_of
from quickview.analysis.labels import cut_short, fold
from quickview.analysis.territory import Territory
from quickview.brief.records import PlaceStatus, Site
from quickview.brief.vocabulary import Located, RouteKind
from quickview.theme import typeface
from quickview.theme.palette import LIGHT, side

LINES: Final[Mapping[str, Any]] = {
    "region": {"color": LIGHT["line"], "width": 1.1, "dash": "6px,3px,1px,3px"},
    "coast": {"color": LIGHT["line"], "width": 0.9},
    "border": {"color": LIGHT["muted"], "width": 1.4},
}
"""How lines between regions, land and sea, and countries are drawn, the weaker first."""

ROUTES: Final[Mapping[RouteKind, Sequence[Mapping[str, Any]]]] = {
    RouteKind.ROAD: ({"color": LIGHT["road"], "width": 4.2}, {"color": LIGHT["paper"], "width": 2.2}),
    RouteKind.RAIL: (
        {"color": LIGHT["muted"], "width": 3.2},
        {"color": LIGHT["paper"], "width": 1.6, "dash": "7px,7px"},
    ),
    RouteKind.RIVER: ({"color": LIGHT["paper"], "width": 3.4}, {"color": LIGHT["river"], "width": 1.8}),
    RouteKind.BORDER: ({"color": LIGHT["muted"], "width": 1.6, "dash": "8px,3px,2px,3px"},),
    RouteKind.FRONT_LINE: ({"color": LIGHT["ink"], "width": 2.8},),
    RouteKind.PIPELINE: (
        {"color": LIGHT["muted"], "width": 1.4},
        {"color": LIGHT["muted"], "width": 4.6, "dash": "2px,10px"},
    ),
    RouteKind.POWER_LINE: (
        {"color": LIGHT["muted"], "width": 0.9},
        {"color": LIGHT["muted"], "width": 3.2, "dash": "3px,14px"},
    ),
    RouteKind.FERRY: ({"color": LIGHT["muted"], "width": 1.8, "dash": "5px,4px"},),
}
"""The strokes that each kind of route is drawn with, one over the other."""


def add_area(figure: Canvas, area: BaseGeometry, colour: str) -> None:
    """Fill polygons with a colour of the palette; their holes stay free."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    # A hole that turns the other way than its outline stays free by either rule of filling (SVG 2, 13.4.2).
    for polygon in shapely.get_parts(shapely.orient_polygons(area)):
        for ring in [polygon.exterior, *polygon.interiors] if polygon.geom_type == "Polygon" else []:
            points = shapely.get_coordinates(ring).round(1)
            xs += [*points[:, 0].tolist(), None]
            ys += [*points[:, 1].tolist(), None]
    if xs:
        figure.add_scatter(
            x=xs[:-1], y=ys[:-1], mode="lines", fill="toself", fillcolor=LIGHT[colour], line={"width": 0},
            hoverinfo="skip",
        )  # fmt: skip


def add_fill(figure: Canvas, area: BaseGeometry, fill: Fill, boxes: Sequence[Box], *, spacing: float = 0.0) -> None:
    """Fill polygons as a class of a choropleth is filled; the lines of its hatching leave texts free."""
    add_area(figure, area, fill.colour)
    if fill.lines and not area.is_empty:
        lines = parts([hatch(area, spacing=spacing or fill.spacing, slope=fill.slope)])
        figure.add_lines(lines, clear_of=boxes, color=fill.lines, width=0.7)


def side_number(territory: Territory, side_id: str | None) -> int | None:
    """Return the number of a side, from 1; None for no side."""
    ids = [s.id for s in territory.brief.facts.sides]
    return ids.index(side_id) + 1 if side_id in ids else None


def held_colour(territory: Territory) -> str:
    """Return the full colour of the side that holds the territory; the house's where nobody is known to."""
    number = side_number(territory, territory.place.side)
    return side(number) if number else LIGHT["house"]


def add_held_area(
    figure: Canvas,
    territory: Territory,
    shape: BaseGeometry,
    boxes: Sequence[Box],
    *,
    spacing: float,
    land: BaseGeometry | None = None,
) -> None:
    """Fill a territory in the colour of the side that holds it; hatched, unless the spacing is 0, where the outline is indicative.

    Where no side holds it, sea stays sea, if it is known what is `land`.
    """
    number = side_number(territory, territory.place.side)
    filled = shape if number or land is None else shape.intersection(land)
    add_area(figure, filled, f"tint-{number}" if number else "land-2")
    if territory.is_indicative and spacing and not shape.is_empty:
        lines = parts([hatch(shape, spacing=spacing)])
        figure.add_lines(lines, clear_of=boxes, color=held_colour(territory), width=0.55)


def add_outline(
    figure: Canvas, territory: Territory, edge: BaseGeometry, boxes: Sequence[Box], *, hover: str = ""
) -> None:
    """Draw the territory's edge, dashed where it is indicative."""
    dash = "5px,3px" if territory.is_indicative else "solid"
    figure.add_lines([edge], clear_of=boxes, hover=hover, color=held_colour(territory), width=1.6, dash=dash)


def add_route(figure: Canvas, kind: RouteKind, lines: Sequence[BaseGeometry], boxes: Sequence[Box]) -> None:
    """Draw lines as what they are; they leave texts free."""
    cut = knock_out(lines, boxes, pad=1.0)
    for stroke in ROUTES[kind]:
        figure.add_lines(cut, **stroke)


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
    """A place on the map, in pixels; `shown` is its name in the reader's language, `told` what is said of it where it is pointed at."""

    name: str
    shown: str
    x: float
    y: float
    rank: int
    evidence: int
    mark: Mark
    site: Site | None = None
    told: str = ""

    @property
    def box(self) -> Box:
        """The space its marker takes."""
        half = self.mark.size / 2
        return self.x - half, self.y - half, self.x + half, self.y + half

    def label(self, *, is_wide: bool) -> Label:
        """Return its name, larger and stronger the higher its rank."""
        name, clear = self.shown, self.mark.size / 2 + 4
        if self.rank == CITY:
            if self.site and is_wide:
                name = f"{name}\n{cut_short(self.site.name, 240, size=LARGE + 1.5)}"
            return Label(name, self.x, self.y, LARGE + 1.5, weight=typeface.BOLD, clear=clear)
        if self.rank == OTHER:
            return Label(name, self.x, self.y, SMALL, "muted", clear=clear)
        room = 240 if is_wide else 130
        if self.site and self.site.name not in {name, self.name}:
            between = " " if typeface.width(f"{name} ({self.site.name})", BASE) <= room else "\n"
            name = f"{name}{between}({self.site.name})" if is_wide else self.site.name
        name = "\n".join(cut_short(line, room, size=BASE) for line in name.split("\n"))
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


def status_mark(territory: Territory, value: object, *, size: float = 7) -> Mark:
    """Return the mark of a status: shape by its place in the brief's list, colour by its side."""
    statuses = territory.place.statuses
    if not statuses:
        return Mark("circle", LIGHT["muted"], size)
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


def sites_of(territory: Territory) -> dict[str, Site]:
    """Return the site that stands for each place with some: the last one given."""
    return {site.place: site for site in territory.brief.facts.sites if site.place}


def told_of(territory: Territory, name: str, shown: str, status: object) -> str:
    """Return what is known of a place: its name, its status, and every site there."""
    _ = territory.brief.language.gettext
    labels = {s.status: s.label for s in territory.place.statuses}
    there = [site.name for site in territory.brief.facts.sites if site.place == name and site.name not in {name, shown}]
    known = [*([labels[status]] if isinstance(status, str) and status in labels else []), *there]
    return f"{shown}{_(': ')}{_('; ').join(known)}" if known else shown


def add_marks(figure: Canvas, spots: Sequence[tuple[float, float, Mark]], *, hover: Sequence[str] = ()) -> None:
    """Draw markers; the later ones lie on top."""
    info: dict[str, Any] = {"text": list(map(plain, hover)), "hoverinfo": "text"} if hover else {"hoverinfo": "skip"}
    marks = [mark for *_, mark in spots]
    figure.add_scatter(
        x=[x for x, _, _ in spots],
        y=[y for _, y, _ in spots],
        mode="markers",
        marker={
            "symbol": [mark.symbol for mark in marks],
            "color": [mark.colour for mark in marks],
            "size": [mark.size for mark in marks],
            "opacity": 1,
            "line": {"width": [mark.edge[0] for mark in marks], "color": [mark.edge[1] for mark in marks]},
        },
        **info,
    )


ROW: Final = 19.0
"""Height of a row of the legend, in pixels."""

Key = Mark | Fill | RouteKind | Literal["area", "edge", "region", "coast", "border"] | None
Entry = tuple[str, Key]
"""A text of the legend and what it explains; None for a heading."""


def legend_height(entries: Sequence[Entry], width: float) -> float:
    """Return the height of the strip in pixels, at a width in pixels."""
    return math.fsum(map(_row_height, _rows(entries, width))) + 8


def add_legend(figure: Canvas, territory: Territory, entries: Sequence[Entry], *, top: float) -> None:
    """Draw the keys in rows below `top`, in pixels, from the side where the reader begins."""
    labels, y = [], top - 8
    with mirrored(figure, territory.brief.language) as strip:
        for row in _rows(entries, figure.width):
            for x, text, key in row:
                _add_key(strip, territory, key, x + 8, y - ROW / 2)
                weight, start = (typeface.BOLD, x) if key is None else (typeface.REGULAR, x + 22)
                height = y - ROW / 2 + SMALL * 0.65
                labels.append(Label(text, start, height, SMALL, anchor="bottom right", weight=weight))
            y -= _row_height(row)
        strip.add_labels(labels)


def legend(
    territory: Territory, lines: Container[str], routes: Sequence[RouteKind], marked: Container[str]
) -> Iterator[Entry]:
    """Yield what explains everything on a map that shows some kinds of `lines` and `routes`, and the places whose names are `marked`."""
    _ = territory.brief.language.gettext
    yield from _choropleth_entries(territory)
    if territory.layer.geometry == "polygon":
        name, is_indicative = capitalise(territory.place.name), territory.is_indicative
        outline = _("{place} (indicative outline)", place=name) if is_indicative else name
        yield outline, "edge" if territory.place.choropleth else "area"
    yield from ((capitalise(route_name(territory, kind, is_one=len(routes) == 1)), kind) for kind in routes)
    names: Sequence[tuple[Literal["border", "coast", "region"], str]] = (
        ("border", _("National border")), ("coast", _("Coast")), ("region", _("Regional border")),
    )  # fmt: skip
    yield from ((text, kind) for kind, text in names if kind in lines)
    yield from _status_entries(territory, marked)
    yield from _site_entries(territory, marked)


def _choropleth_entries(territory: Territory) -> Iterator[Entry]:
    choropleth, classes = territory.place.choropleth, classes_of(territory)
    if choropleth:
        yield heading(choropleth), None
        yield from zip(classes.labels, classes.fills, strict=True)
        if None in values_of(territory):
            yield territory.brief.language.gettext("no data"), NO_DATA


def _status_entries(territory: Territory, marked: Container[str]) -> Iterator[Entry]:
    _, place = territory.brief.language.gettext, territory.place
    # A place that holds a site is marked as the site.
    held = {site.place for site in territory.brief.facts.sites}
    kept = [name in marked and name not in held for name in territory.places["name"]]
    if not any(kept):
        return
    if not place.statuses:
        yield territory.brief.layer(place.places or "").title, status_mark(territory, None)
        return
    shown = [value if isinstance(value, str) else "" for value in territory.places["status"][kept]]
    listed = [status.status for status in place.statuses]
    for status in place.statuses:
        if status.status in shown:
            yield status.label, status_mark(territory, status.status)
    if other := {value for value in shown if value not in listed}:
        yield _("Status not given") if other == {""} else _("Other status"), status_mark(territory, None)


def _site_entries(territory: Territory, marked: Container[str]) -> list[Entry]:
    _ = territory.brief.language.gettext
    seen: dict[tuple[str, bool], Entry] = {}
    for place, site in sites_of(territory).items():
        if place in marked:
            actor = next(a for a in territory.brief.facts.actors if a.id == site.actor)
            sure = site.located is Located.CONFIRMED
            probable = capitalise(_("{site}, position probable", site=site.kind))
            text = f"{actor.label}{_(': ')}{site.kind}" if sure else probable
            seen.setdefault((site.kind, sure), (text, site_mark(territory, site)))
    return list(seen.values())


def route_name(territory: Territory, kind: RouteKind, *, is_one: bool) -> str:
    """Return what routes are called: as their layer, if all that is seen of it is of one kind."""
    _, layer = territory.brief.language.gettext, territory.brief.layer(territory.place.routes or "")
    name = layer.title if is_one else _(kind)
    return _("{layer} (indicative)", layer=name) if layer.accuracy == "indicative" else name


def _rows(entries: Sequence[Entry], width: float) -> list[list[tuple[float, str, Key]]]:
    """Flow the entries into rows; each entry has its left edge. One longer than a row is folded, and cut after about three."""
    rows: list[list[tuple[float, str, Key]]] = [[]]
    x = 0.0
    for text, key in entries:
        weight = typeface.BOLD if key is None else typeface.REGULAR
        before = 0 if key is None else 24
        room = width - before
        said = cut_short(text, room * 2.7, size=SMALL, weight=weight)
        said = fold(said, room, size=SMALL, weight=weight)
        needed = before + Label(said, 0, 0, SMALL, weight=weight).extent[0] + 18
        if rows[-1] and x + needed > width + 18:
            rows.append([])
            x = 0.0
        rows[-1].append((x, said, key))
        x += needed
    return rows


def _row_height(row: Sequence[tuple[float, str, Key]]) -> float:
    return ROW + SMALL * 1.3 * max(text.count("\n") for _, text, _ in row) if row else ROW


def _add_key(figure: Canvas, territory: Territory, key: Key, x: float, y: float) -> None:
    swatch, stroke = box(x - 8, y - 5, x + 8, y + 5), LineString([(x - 8, y), (x + 8, y)])
    if isinstance(key, Mark):
        add_marks(figure, [(x, y, key)])
    elif isinstance(key, RouteKind):
        add_route(figure, key, [stroke], [])
    elif isinstance(key, Fill):
        add_fill(figure, swatch, key, [], spacing=4.0)
        figure.add_lines([swatch.boundary], color="line", width=0.6)
    elif key == "area":
        # Hatching tells enough on paper; what is filled may be land or sea.
        land = swatch.difference(swatch) if territory.is_indicative else None
        add_held_area(figure, territory, swatch, [], spacing=4.0, land=land)
        add_outline(figure, territory, swatch.boundary, [])
    elif key == "edge":
        add_outline(figure, territory, stroke, [])
    elif key:
        figure.add_lines([stroke], **LINES[key])
