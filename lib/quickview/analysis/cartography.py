"""The map: the territory, what brackets it, and where in the world it lies.

Geometries are projected (UTM, metres) and then laid on the canvas in pixels, so
that the scale is the same in both directions and every label can be measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd
import plotly.graph_objects as go
import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from quickview.analysis import layers, wording
from quickview.analysis.block import Block
from quickview.analysis.canvas import (
    NARROW,
    SMALL,
    WIDE,
    Box,
    Canvas,
    Label,
    Words,
    add_labels,
    add_lines,
    capitalise,
    inside,
    knock_out,
    overlaps,
    responsive,
)
from quickview.analysis.labels import Placement, place_area_label, place_labels
from quickview.analysis.locator import Locator, add_inset, locate
from quickview.analysis.map_symbols import (
    CITY,
    OTHER,
    WELL_ATTESTED,
    Symbol,
    add_area,
    add_held_area,
    add_legend,
    add_marks,
    add_roads,
    evidence,
    legend_height,
    rank_of,
    site_mark,
    status_mark,
)
from quickview.analysis.session import SESSION
from quickview.analysis.territory import Territory, compass
from quickview.look.palette import LIGHT

ASPECT: Final = {True: 0.66, False: 1.1}
"""Height of the map's frame against its width, when wide and when narrow."""

MARGIN: Final = 0.055
"""Share of the extent left free around what must be seen."""

FEW: Final = 12
"""Up to so many places, a narrow map names the smaller ones too."""


@dataclass(frozen=True)
class Sheet:
    """The frame of one drawing: its place on the canvas, and how metres become pixels."""

    territory: Territory
    width: int

    @property
    def is_wide(self) -> bool:
        """Whether there is room for every town's name."""
        return self.width >= WIDE

    @cached_property
    def frame(self) -> Box:
        """The map's frame in pixels; the legend stands below it."""
        legend = legend_height(self.territory, self.width)
        return 0.0, legend, float(self.width), legend + round(self.width * ASPECT[self.is_wide])

    @cached_property
    def _extent(self) -> Box:
        """What the frame shows, in metres: territory, cities and sites, centred."""
        facts = self.territory.brief.facts
        names = [*self.territory.place.cities, *(site.place for site in facts.sites if site.place)]
        points = [point for name in names if (point := self.territory.point(name))]
        left, bottom, right, top = shapely.total_bounds([self.territory.shape, *points])
        frame_width, frame_height = self.frame[2] - self.frame[0], self.frame[3] - self.frame[1]
        pixels = min(frame_width / (right - left), frame_height / (top - bottom)) * (1 - 2 * MARGIN)
        x, y = (left + right) / 2, (bottom + top) / 2
        half_w, half_h = frame_width / pixels / 2, frame_height / pixels / 2
        return x - half_w, y - half_h, x + half_w, y + half_h

    @cached_property
    def pixels_per_metre(self) -> float:
        """The scale."""
        return (self.frame[2] - self.frame[0]) / (self._extent[2] - self._extent[0])

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres as one in pixels."""
        k, (left, bottom, *_) = self.pixels_per_metre, self._extent
        matrix = [k, 0, 0, k, self.frame[0] - k * left, self.frame[1] - k * bottom]
        return affinity.affine_transform(geometry, matrix)

    def clip(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres as pixels, cut to the frame."""
        return self.project(geometry).intersection(box(*self.frame)).simplify(0.3)

    @property
    def extent_in_metres(self) -> BaseGeometry:
        """The frame as a rectangle in the territory's CRS."""
        return box(*self._extent)


def territory_map(territory: Territory | None) -> go.Figure | Block:
    """Return the map of a brief's territory, for the id `map`.

    `territory` is what `qv.read_territory` returns. Comes back as a plotly figure, 760 px wide, whose `layout.meta` holds id, kind, title,
    caption, alt, the table behind it, and the drawing for narrow pages.
    The table has a row a place: place, status, kilometres from the outline, number of
    sources for the status. Absent where the brief has no place.
    """
    if territory is None:
        return Block("map", "", SESSION.language)
    placement: dict[int, Placement] = {}
    sheets = {width: Sheet(territory, width) for width in (WIDE, NARROW)}
    locator = None if territory.countries.empty else locate(territory)

    def draw(width: int) -> Canvas:
        drawing, placement[width] = _draw(sheets[width], locator)
        return drawing

    empty = Words("map", "", "", "", pd.DataFrame(), kind="Map")
    figure = responsive(draw, empty, territory.brief.language, turn=False)
    words = _words(territory, has_unnamed=bool(placement[WIDE].dropped))
    figure.layout.meta = {
        **figure.layout.meta,
        "title": words.title,
        "caption": words.caption,
        "alt": words.alt,
        "table": {"columns": list(words.table.columns), "rows": words.table.to_numpy().tolist()},
        "downloads": layers.downloads(territory, window=sheets[WIDE].extent_in_metres),
    }
    return figure


def _draw(sheet: Sheet, locator: Locator | None) -> tuple[Canvas, Placement]:
    territory = sheet.territory
    figure = Canvas(sheet.width, sheet.frame[3])
    outline = sheet.clip(territory.shape)
    routes = [sheet.clip(line) for line in territory.routes.geometry]
    symbols = _symbols(sheet)
    cities = [Point(s.x, s.y).buffer(30) for s in symbols if s.rank == CITY]
    furniture = _furniture_boxes(sheet, [outline, *routes, *cities])
    obstacles = [*furniture.values(), *(symbol.box for symbol in symbols)]
    wanted = [s.label(is_wide=sheet.is_wide) for s in symbols if s.rank <= _least_rank(sheet, len(symbols))]
    placement = place_labels(wanted, frame=sheet.frame, obstacles=obstacles, avoid=[*routes, outline.boundary])
    regions = _region_labels(sheet, outline, [*obstacles, *(label.box for label in placement.placed)])
    boxes = [label.box for label in (*placement.placed, *regions)] + [*furniture.values()]
    _add_ground(figure, sheet, boxes)
    hover = territory.brief.language.gettext("{place}, {area} km²", place=territory.place.name, area=_area(territory))
    add_held_area(figure, territory, outline, boxes, spacing=7.0 if sheet.is_wide else 6.0, hover=hover)
    add_roads(figure, routes, boxes)
    # The most important lie on top.
    add_marks(figure, [(s.x, s.y, s.mark) for s in symbols[::-1]], hover=[s.shown for s in symbols[::-1]])
    add_labels(figure, [*regions, *placement.placed])
    _add_scale(figure, sheet, furniture["scale"])
    if locator:
        add_inset(figure, locator, furniture["inset"], size=SMALL if sheet.is_wide else SMALL - 1)
    add_legend(figure, territory, width=sheet.width, top=sheet.frame[1])
    return figure, placement


def _least_rank(sheet: Sheet, count: int) -> int:
    """The rank down to which places are named."""
    return OTHER if sheet.is_wide or count <= FEW else WELL_ATTESTED


def _symbols(sheet: Sheet) -> list[Symbol]:
    """Return the places in the frame, the most important first."""
    territory, places = sheet.territory, sheet.territory.places
    sites = {s.place: s for s in territory.brief.facts.sites if s.place}
    found = []
    for name, shown, status, cell, shape in zip(
        places["name"], places["shown"], places["status"], places["evidence"], places.geometry, strict=True
    ):
        point, sources, site = sheet.project(shape).centroid, evidence(cell), sites.get(name)
        rank = rank_of(territory, name, sources)
        mark = site_mark(territory, site) if site else status_mark(territory, status, size=12 if rank == CITY else 7)
        if inside((point.x, point.y, point.x, point.y), sheet.frame):
            found.append(Symbol(name, shown, point.x, point.y, rank, sources, mark, site))
    return sorted(found, key=lambda s: (s.rank, -s.evidence, s.name))


def _add_ground(figure: Canvas, sheet: Sheet, boxes: Sequence[Box]) -> None:
    add_area(figure, box(*sheet.frame), "land")
    borders = [sheet.clip(region.boundary) for region in sheet.territory.regions.geometry]
    add_lines(figure, knock_out(borders, boxes), color=LIGHT["line"], width=1.2, dash="6px,3px,1px,3px")


def _region_labels(sheet: Sheet, outline: BaseGeometry, obstacles: Sequence[Box]) -> list[Label]:
    labels: list[Label] = []
    regions, held = sheet.territory.regions.sort_values("name"), outline.buffer(6)
    for shown, shape in zip(regions["shown"], regions.geometry, strict=True):
        area = sheet.clip(shape).difference(held)
        if area.is_empty:
            continue
        largest = max(getattr(area, "geoms", [area]), key=lambda part: part.area)
        # Letters are spaced out in scripts that do not join them.
        name = shown if sheet.territory.brief.language.is_rtl else " ".join(shown.upper())
        taken = [*obstacles, *(label.box for label in labels)]
        found = place_area_label(Label(name, 0, 0, SMALL, "muted"), largest, frame=sheet.frame, obstacles=taken)
        if found:
            labels.append(found)
    return labels


# Furniture: scale bar with north arrow, and the inset's place. Each takes the freest corner.


def _furniture_boxes(sheet: Sheet, content: Sequence[BaseGeometry]) -> dict[str, Box]:
    side_length = 150.0 if sheet.is_wide else 92.0
    sizes = {"inset": (side_length, side_length), "scale": (118.0 if sheet.is_wide else 84.0, 34.0)}
    if sheet.territory.countries.empty:
        del sizes["inset"]
    taken: dict[str, Box] = {}
    for name, size in sizes.items():
        corners = [c for c in _corners(sheet.frame, size) if not any(overlaps(c, t, pad=4) for t in taken.values())]
        taken[name] = min(corners, key=lambda c: _covered(c, content))
    return taken


def _corners(frame: Box, size: tuple[float, float], gap: float = 9.0) -> list[Box]:
    left, bottom, right, top = frame
    width, height = size
    return [
        (x, y, x + width, y + height)
        for x in (left + gap, right - gap - width)
        for y in (bottom + gap, top - gap - height)
    ]


def _covered(corner: Box, content: Sequence[BaseGeometry]) -> float:
    area = box(*corner).buffer(10)
    return sum(area.intersection(shape).area + area.intersection(shape).length for shape in content)


def scale_length_km(span_km: float) -> float:
    """Return a round length (1, 2 or 5 times a power of ten) of about a fifth of the span."""
    target = span_km / 5
    power = 10.0 ** len(str(int(target))[1:]) if target >= 1 else 10.0 ** -len(str(int(1 / target)))
    return max((m * power for m in (1, 2, 5, 10) if m * power <= target * 1.3), default=power)


def _add_scale(figure: Canvas, sheet: Sheet, place: Box) -> None:
    span_km = (sheet.frame[2] - sheet.frame[0]) / sheet.pixels_per_metre / 1e3
    km = scale_length_km(min(span_km, (place[2] - place[0] - 34) / sheet.pixels_per_metre / 1e3 * 5))
    length = km * 1e3 * sheet.pixels_per_metre
    x, y = place[0] + 24, place[1] + 8
    bar = [LineString([(x, y + 5), (x, y), (x + length, y), (x + length, y + 5)])]
    add_lines(figure, bar, color=LIGHT["ink"], width=1.2)
    arrow_x = place[0] + 8
    add_lines(figure, [LineString([(arrow_x, y), (arrow_x, y + 15)]),
                       LineString([(arrow_x - 4, y + 9), (arrow_x, y + 15), (arrow_x + 4, y + 9)])],
              color=LIGHT["ink"], width=1.2)  # fmt: skip
    _, language = sheet.territory.brief.language.gettext, sheet.territory.brief.language
    text = _("{n} km", n=wording.number(km, language)) if km >= 1 else _("{n} m", n=wording.number(km * 1e3, language))
    add_labels(figure, [Label(text, x + length / 2, y + 6, SMALL, anchor="top center"),
                        Label(_("N"), arrow_x, y + 15, SMALL, anchor="top center")])  # fmt: skip


# What the map says in words.


def _words(territory: Territory, *, has_unnamed: bool) -> Words:
    return Words(
        id="map",
        kind="Map",
        title=capitalise(_title(territory)),
        caption=_caption(territory, has_unnamed=has_unnamed),
        alt=_alt(territory),
        table=places_table(territory),
    )


def _area(territory: Territory) -> str:
    return wording.area(territory.area_km2, territory.brief.language)


def _km(distance: float, territory: Territory) -> str:
    return wording.number(round(distance), territory.brief.language)


def _title(territory: Territory) -> str:
    _, place = territory.brief.language.gettext, territory.place
    if not territory.routes.empty and territory.routes_inside_km > 0.2 * territory.routes.length.sum() / 1e3:
        route = territory.brief.layer(place.routes or "").title
        return _("The {place} sits astride the {route}", place=place.name, route=route)
    outside = [city for city in place.cities if territory.distance_km(city) > 0]
    if len(outside) > 1:
        cities = wording.listed([territory.brief.place_names[city] for city in outside], territory.brief.language)
        return _("The {place} lies between {cities}", place=place.name, cities=cities)
    if outside:
        return _(
            "The {place} lies {km} km {direction} of {city}",
            place=place.name,
            km=_km(territory.distance_km(outside[0]), territory),
            direction=_back(territory, outside[0]),
            city=territory.brief.place_names[outside[0]],
        )
    return _("The {place} covers {area} km²", place=place.name, area=_area(territory))


def _back(territory: Territory, city: str) -> str:
    """Return the point of the compass in which the territory lies from a city."""
    centre, point = territory.shape.centroid, territory.point(city)
    return compass(centre.x - point.x, centre.y - point.y, territory.brief.language) if point else ""


def _caption(territory: Territory, *, has_unnamed: bool) -> str:
    _, facts = territory.brief.language.gettext, territory.brief.facts
    sentences = []
    if territory.is_indicative:
        sentences.append(_("About {area} km².", area=_area(territory)) + f" {territory.layer.note}")
    sentences += [f"{_whereabouts(territory, city)}." for city in territory.place.cities]
    if has_unnamed:
        sentences.append(_("Smaller places without room for a name are only marked; the table lists them."))
    lost = [s.name for s in facts.sites if not s.place]
    if lost:
        sentences.append(_("Not placed: {sites}.", sites=_(", ").join(lost)))
    used = [
        territory.place.layer,
        territory.place.places,
        territory.place.routes,
        territory.place.regions,
        territory.place.countries,
    ]
    credited = list(dict.fromkeys(territory.brief.layer(name).credit for name in used if name))
    return " ".join([*sentences, _("Sources: {sources}.", sources=_(", ").join(credited))])


def _alt(territory: Territory) -> str:
    _, ngettext = territory.brief.language.gettext, territory.brief.language.ngettext
    message = _("Map of the {place}, indicative outline of about {area} square kilometres.")
    if not territory.is_indicative:
        message = _("Map of the {place}, area of {area} square kilometres.")
    sentences = [message.format(place=territory.place.name, area=_area(territory))]
    sentences += [f"{_whereabouts(territory, city)}." for city in territory.place.cities]
    if not territory.routes.empty:
        route = territory.brief.layer(territory.place.routes or "").title
        km = _km(territory.routes_inside_km, territory)
        sentences.append(_("The {route} runs through it for {km} km.", route=route, km=km))
    counts = territory.places["status"].value_counts()
    for status in territory.place.statuses:
        n = int(counts.get(status.status, 0))
        sentences.append(status.label + _(": ") + ngettext("{n} place", "{n} places", n, n=n) + ".")
    return " ".join(sentences)


def _whereabouts(territory: Territory, city: str) -> str:
    _, away, name = territory.brief.language.gettext, territory.distance_km(city), territory.brief.place_names[city]
    if not away:
        return _("{city} lies inside it", city=name)
    km, direction = _km(away, territory), territory.direction(city)
    return _("{city} lies {km} km {direction} of its edge", city=name, km=km, direction=direction)


def places_table(territory: Territory) -> pd.DataFrame:
    """Return the places of the layer: Place, Status, km from outline, Sources for status; named in its language."""
    _, language = territory.brief.language.gettext, territory.brief.language
    places = territory.places.sort_values("name")
    labels = {s.status: s.label for s in territory.place.statuses}
    distances = [territory.shape.distance(p) / 1e3 for p in places.geometry]
    return pd.DataFrame(
        {
            _("Place"): places["shown"].tolist(),
            _("Status"): [labels.get(s, s) for s in places["status"]],
            _("km from outline"): [wording.number(d, language, decimals=1) for d in distances],
            _("Sources for status"): [evidence(e) for e in places["evidence"]],
        }
    )
