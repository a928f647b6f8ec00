"""Where events were recorded, before and since an agreement took effect: two maps of one scale, a dot an event."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import shapely
from shapely.geometry import GeometryCollection, Point
from shapely.geometry.base import BaseGeometry

from quickview.analysis.blocks import Block, absent, drawn
from quickview.analysis.canvas import NARROW, SMALL, WIDE, Canvas, Label, Words, capitalise
from quickview.analysis.ground import NOTHING
from quickview.analysis.map_symbols import Entry, Mark, add_legend, add_marks, legend_height, route_name
from quickview.analysis.monitor import Monitoring, rate
from quickview.analysis.projection import WGS84, around
from quickview.analysis.session import SESSION
from quickview.analysis.small_maps import SmallMaps, quiet
from quickview.analysis.territory import Territory
from quickview.brief import formats
from quickview.evidence.monitor import LEAST_DAYS, Area, Monitored, buffered
from quickview.language.catalogs import Language
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

_TITLE: Final = 34.0
_LARGEST: Final = 26.0
"""Width of the largest dot, in pixels, where there is room for it."""
_SMALLEST: Final = 3.6
"""Width of a dot of an event without deaths, or with few."""
_COVERED: Final = 0.12
"""Share of a map that its dots may cover; with more, all become smaller."""
_MOST: Final = 400
"""Dots on a map beyond which those of one place and type become one: no eye tells more apart, and no page should hold them."""
_SPREAD: Final = 1.45
"""How much room a dot takes among others of its place: discs packed at random fill two thirds of an area."""
_ROOM: Final = 0.05
"""How much more than that is shown on each side, as a share, for dots that stand round a place at its edge."""
_TURN: Final = math.pi * (3 - math.sqrt(5))
"""The golden angle: dots that turn by it round a place fill a disc evenly (Vogel 1979)."""

_SYMBOLS: Final[Mapping[str, float]] = {
    "circle": 1.0, "diamond": 0.96, "square": 0.89, "triangle-up": 1.35, "triangle-down": 1.35, "star": 1.2,
}  # fmt: skip
"""Marks of types, and by how much each is larger to cover what a circle covers."""
_COLOURS: Final = ("house", "ink", "road", "river", "muted")
"""Their colours: none of a side. Five and six have no common factor, so that thirty types differ in one or the other."""


@dataclass(frozen=True)
class _Plan:
    """What is drawn, at a width: the maps, and the events on them."""

    monitor: Monitoring
    found: Monitored
    territory: Territory
    width: int

    @property
    def language(self) -> Language:
        return self.monitor.brief.language

    @property
    def areas(self) -> list[tuple[str, Area]]:
        """What is counted, and what it is compared with, each by its name."""
        compare = self.monitor.asked.compare
        beside = [(compare.name, self.found.elsewhere)] if compare and self.found.elsewhere else []
        return [(self.monitor.here, self.found.here), *beside]

    @property
    def periods(self) -> list[bool]:
        """Before (False) and since (True), as far as there are data."""
        return [False] if self.found.here.since is None else [False, True]

    @cached_property
    def maps(self) -> SmallMaps:
        columns = 1 if self.width < WIDE else len(self.periods)
        return SmallMaps(self.territory, self.width, len(self.periods), columns, _TITLE)

    @cached_property
    def types(self) -> dict[str, str]:
        """The types that there are, and the word for each: those of known providers first, in their order."""
        known = _type_words(self.language)
        there = {kind for _, area in self.areas for kind in _types(area.events)}
        return {kind: known.get(kind, kind) for kind in [*known, *sorted(there - set(known))] if kind in there}

    @cached_property
    def laid(self) -> pd.DataFrame:
        """A row an event: type, best, is_vague, is_since, is_here, and x and y on a small map."""
        rows = [area.events.assign(is_here=n == 0) for n, (_, area) in enumerate(self.areas)]
        events = pd.concat(rows, ignore_index=True)
        points = GeometryCollection(around(list(events.geometry), self.territory.projection.middle))
        # Half a pixel tells no more of where it was than the eye sees.
        at = (shapely.get_coordinates(self.maps.sheet.project(points)) * 2).round() / 2
        kept = events[["best", "is_vague", "is_here"]]
        return kept.assign(type=_types(events), is_since=events["week"] >= 0, x=at[:, 0], y=at[:, 1])

    @cached_property
    def seen(self) -> pd.DataFrame:
        """Those of the events that lie in the frame."""
        left, bottom, right, top = self.maps.sheet.frame
        return self.laid[self.laid["x"].between(left, right) & self.laid["y"].between(bottom, top)]

    @property
    def is_joined(self) -> bool:
        """Whether a dot stands for all events of a type at a place."""
        return len(self.seen) > 0 and int(self.seen.groupby("is_since").size().max()) > _MOST

    @cached_property
    def dots(self) -> pd.DataFrame:
        """A row a dot: as the events, and its `size` in pixels; what is not counted comes first, then the larger; those of one place stand round it."""
        same = ["is_here", "is_since", "is_vague", "type", "x", "y"]
        joined = self.seen.groupby(same, as_index=False).agg(best=("best", "sum")) if self.is_joined else self.seen
        dots = joined.sort_values(
            ["is_here", "best", "type", "x", "y"], ascending=[True, False, True, True, True], ignore_index=True
        )
        dots["size"] = np.maximum(_SMALLEST, self.scale(dots) * np.sqrt(dots["best"])).round(1)
        spread, (left, bottom, right, top) = _spread(dots), self.maps.sheet.frame
        edge = dots["size"] / 2 + 1
        return spread.assign(
            x=spread["x"].clip(left + edge, right - edge), y=spread["y"].clip(bottom + edge, top - edge)
        )

    def scale(self, dots: pd.DataFrame) -> float:
        """Return the width in pixels of a dot of one death, the same on every map."""
        deaths = max(int(dots["best"].max()), 1)
        most = max(int(dots.groupby("is_since")["best"].sum().max()), 1)
        room = _COVERED * self.maps.map_height * self.maps.sheet.width
        return min(_LARGEST / math.sqrt(deaths), math.sqrt(room / most * 4 / math.pi), _LARGEST / 3)

    def mark(self, kind: str, size: float) -> Mark:
        number = [
            *_type_words(self.language),
            *(one for one in self.types if one not in _type_words(self.language)),
        ].index(kind)
        symbol, larger = list(_SYMBOLS.items())[number % len(_SYMBOLS)]
        return Mark(symbol, LIGHT[_COLOURS[number % len(_COLOURS)]], round(size * larger, 1))


def _types(events: pd.DataFrame) -> list[str]:
    return events["type"].astype(object).where(events["type"].notna(), "").tolist()


def _spread(dots: pd.DataFrame) -> pd.DataFrame:
    """Return dots that stand at one place in a spiral round it, the largest in the middle, so that each is seen."""
    area = (dots["size"] ** 2) * math.pi / 4 * _SPREAD
    places = dots.assign(area=area).groupby(["is_since", "x", "y"])["area"]
    number, inner = places.cumcount(), places.cumsum() - area
    away = np.sqrt((inner + area / 2) / math.pi).where(number > 0, 0.0)
    return dots.assign(
        x=(dots["x"] + away * np.cos(number * _TURN)).round(1), y=(dots["y"] + away * np.sin(number * _TURN)).round(1)
    )


def _type_words(language: Language) -> dict[str, str]:
    """Return the words that UCDP and ACLED have for types of events, in the reader's language."""
    _ = language.gettext
    return {
        "state-based": _("state-based"),
        "non-state": _("non-state"),
        "one-sided": _("one-sided"),
        "Battles": _("Battles"),
        "Explosions/Remote violence": _("Explosions/Remote violence"),
        "Violence against civilians": _("Violence against civilians"),
        "Protests": _("Protests"),
        "Riots": _("Riots"),
        "Strategic developments": _("Strategic developments"),
        "": _("type not given"),
    }


def monitor_map(monitor: Monitoring | None) -> go.Figure | Block:
    """Return where events were recorded, before and since the agreement took effect: two maps of one scale.

    Parameters
    ----------
    monitor : Monitoring or None
        As `qv.read_monitor` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide, in pixels; a dot an event, its area the likeliest number of deaths, its shape and colour the type.
        `layout.meta` holds `id` ("monitor-map"), `kind` ("Map"), `title`, `caption`, `alt`, `narrow` (the drawing for pages
        of 350 px, as JSON) and `table`: `columns` and `rows`, a row an area and type with events and deaths before and
        since. No event stands in it by itself. An empty block where no event is recorded.

    Notes
    -----
    Dots of one place stand round it, in a spiral. With more than 400 on a map, one dot stands for all of a type at a place.

    Examples
    --------
    >>> qv.monitor_map(None).html
    ''
    """
    if monitor is None:
        return Block("monitor-map", "", SESSION.language)
    found = monitor.found
    if found is None or not any(len(area.events) for area in (found.here, found.elsewhere) if area):
        return absent("monitor-map", monitor.brief)
    shown = _shown(monitor)
    plans = {width: _Plan(monitor, found, shown, width) for width in (WIDE, NARROW)}
    return drawn(lambda width: _draw(plans[width]), _words(plans[WIDE]), monitor.brief, turn=False)


def _shown(monitor: Monitoring) -> Territory:
    """Return the territory as its small maps show it: all that is counted, and the cities that bracket it."""
    territory = monitor.territory
    cities = [point for name in territory.place.cities if (point := territory.point(name))]
    west, south, east, north = shapely.total_bounds([_counted(monitor), *cities]).tolist()
    x, y = (east - west) * _ROOM, (north - south) * _ROOM
    return quiet(territory, extent=(west - x, max(south - y, -90.0), east + x, min(north + y, 90.0)))


def _counted(monitor: Monitoring) -> BaseGeometry:
    """Return the area that is counted, in degrees."""
    territory = monitor.territory
    area, zone = buffered(territory.shape, monitor.asked.buffer_km)
    (laid,) = around(list(gpd.GeoSeries([area], crs=zone).to_crs(WGS84)), territory.projection.middle)
    return laid


def _draw(plan: _Plan) -> Canvas:
    entries = list(_entries(plan))
    foot = legend_height(entries, plan.width) + 4
    figure = Canvas(plan.width, foot + plan.maps.height)
    projection, pixel = plan.territory.projection, 1 / plan.maps.sheet.pixels_per_metre
    edge = (
        projection.project(_counted(plan.monitor)).boundary.simplify(pixel) if plan.monitor.asked.buffer_km else NOTHING
    )
    dots = [Point(x, y).buffer(size / 2, quad_segs=1) for x, y, size in plan.dots[["x", "y", "size"]].to_numpy()]
    ground = plan.maps.ground(dots, within=edge, is_marked=True)
    for n, is_since in enumerate(plan.periods):
        small = Canvas(ground.width, ground.height, list(ground.traces))
        rows = plan.dots[plan.dots["is_since"] == is_since]
        if len(rows):
            add_marks(small, [(row["x"], row["y"], _dot(plan, row)) for _, row in rows.iterrows()])
        plan.maps.lay(figure, small, n, bottom=foot, title=_heading(plan, is_since=is_since))
    add_legend(figure, plan.territory, entries, top=foot)
    return figure


def _dot(plan: _Plan, row: "pd.Series[Any]") -> Mark:
    mark = plan.mark(row["type"], row["size"])
    if row["is_vague"]:
        return Mark(f"{mark.symbol}-open", LIGHT["muted"], mark.size)
    return mark if row["is_here"] else Mark(mark.symbol, LIGHT["line"], mark.size)


def _heading(plan: _Plan, *, is_since: bool) -> list[Label]:
    """Return what stands above a map: its days, and how many events there were, and how often."""
    _, ngettext, language = plan.language.gettext, plan.language.ngettext, plan.language
    period, here = plan.found.period, plan.found.here
    count = here.since if is_since and here.since else here.before
    start = period.effective if is_since else plan.found.first
    end = period.last if is_since else start + dt.timedelta(count.days - 1)
    first, last = (formats.short_day(day, language, year=True) for day in (start, end))
    told = _("Since: {first} to {last}", first=first, last=last) if is_since else _("Before: {first} to {last}", first=first, last=last)  # fmt: skip
    counted = [
        ngettext("{n} event", "{n} events", count.events, n=count.events),
        ngettext("{n} day", "{n} days", count.days, n=count.days),
        *([_("{rate} per 30 days", rate=rate(count, language))] if count.days >= LEAST_DAYS else []),
    ]
    return [Label(told, 0, 16, SMALL + 0.5, weight=typeface.BOLD), Label(_(", ").join(counted), 0, 0, SMALL, "muted")]


def _entries(plan: _Plan) -> Iterator[Entry]:
    """Yield the legend: types that are seen, what is not counted, and how large a dot is for so many deaths."""
    _, seen = plan.language.gettext, plan.seen
    counted = seen[seen["is_here"] & ~seen["is_vague"]]
    for kind, word in plan.types.items():
        if (counted["type"] == kind).any():
            yield capitalise(word), plan.mark(kind, 9.0)
    if seen["is_vague"].any():
        yield _("Not counted"), Mark("circle-open", LIGHT["muted"], 8.0)
    if (~seen["is_here"]).any():
        yield _("Outside of what is counted"), Mark("circle", LIGHT["line"], 9.0)
    if len(seen) and (sizes := list(_sizes(plan))):
        yield _("Deaths"), None
        yield from ((plan.language.number(deaths), Mark("circle", LIGHT["muted"], size)) for deaths, size in sizes)


def _sizes(plan: _Plan) -> Iterator[tuple[int, float]]:
    """Yield round numbers of deaths with the width of their dots: the least that is told apart, and the most that fits a legend."""
    scale, most = plan.scale(plan.dots), int(plan.dots["best"].max())
    round_ones = [n * 10**power for power in range(7) for n in (1, 2, 5)]
    found = [
        (n, round(scale * math.sqrt(n), 1)) for n in round_ones if n <= most and _SMALLEST < scale * math.sqrt(n) <= 22
    ]
    yield from [*found[:1], *found[1:][-1:]]


def _words(plan: _Plan) -> Words:
    monitor, language = plan.monitor, plan.language
    _, ngettext, place = language.gettext, language.ngettext, monitor.territory.place.name
    dots = _("A dot stands for all events of a type at a place, and its area for the likeliest number of deaths.") if plan.is_joined else _("A dot is an event, and its area the likeliest number of deaths; those of one place stand round it.")  # fmt: skip
    buffer = language.number(monitor.asked.buffer_km)
    caption = [dots, _("Dashed: {place}; dotted: {distance} km around it.", place=place, distance=buffer) if monitor.asked.buffer_km else _("Outline: {place}.", place=place)]  # fmt: skip
    if lines := _lines(plan):
        caption.append(_("Thin grey lines: {names}.", names=formats.listed(lines, language)))
    if plan.seen["is_vague"].any():
        caption.append(_("Hollow: known only by month or by region, or across the day of effect."))
    if unseen := len(plan.laid) - len(plan.seen):
        caption.append(ngettext("{n} event lies outside of these maps.", "{n} events lie outside of these maps.", unseen, n=unseen))  # fmt: skip
    caption.append(_("Sources: {sources}.", sources=monitor.credit))
    return Words("monitor-map", _title(plan), caption, _alt(plan), _table(plan), kind="Map")


def _lines(plan: _Plan) -> list[str]:
    """Return what the thin lines of the maps are, which their legend has no room for."""
    sheet, territory = plan.maps.sheet, plan.territory
    routes = [kind for kind, lines in sheet.ground.routes.items() if not sheet.lay(lines).is_empty]
    names = [route_name(territory, kind, is_one=len(routes) == 1) for kind in routes]
    borders = [plan.language.gettext("Regional border")] if len(sheet.ground.regions) > 1 else []
    return [*names, *map(str.lower, borders)]


def _title(plan: _Plan) -> str:
    """Return what the maps show: how often events are recorded, for the two periods are of different length; not of too few to compare."""
    _, here, language = plan.language.gettext, plan.found.here, plan.language
    before = rate(here.before, language)
    if here.since is None:
        return _("Where events are recorded: {before} per 30 days, all before it took effect", before=before)
    if here.ratio is None:
        return _("Where events are recorded, before it took effect and since")
    since = rate(here.since, language)
    return _("Where events are recorded: {before} per 30 days before it took effect, {since} since", before=before, since=since)  # fmt: skip


def _alt(plan: _Plan) -> list[str]:
    _, language, place = plan.language.gettext, plan.language, plan.monitor.here
    told = [_("Maps of {place} with a mark for each recorded event.", place=place)]
    for is_since in plan.periods:
        by_type = _by_type(plan.found.here, is_since=is_since)
        said = [f"{word} {language.number(by_type[kind])}" for kind, word in plan.types.items() if by_type.get(kind)]
        head = _("Since") if is_since else _("Before")
        told.append(f"{head}{_(': ')}{_('; ').join(said) or language.number(0)}.")
    return told


def _by_type(area: Area, *, is_since: bool, value: str = "") -> dict[str, int]:
    """Return by type how many events are counted in a period, or the sum of one of their figures."""
    sure = area.events[~area.events["is_vague"] & ((area.events["week"] >= 0) == is_since)]
    groups = sure.groupby(np.array(_types(sure), dtype=object))
    return {str(kind): int(n) for kind, n in (groups[value].sum() if value else groups.size()).items()}


def _table(plan: _Plan) -> pd.DataFrame:
    """Return counts by area and type: never an event by itself, whose provider may not let it be passed on."""
    _ = plan.language.gettext
    heads = [_("Events before"), _("Events since"), _("Deaths before"), _("Deaths since")]
    columns = [
        (head, is_since, value)
        for head, (value, is_since) in zip(
            heads, [("", False), ("", True), ("best", False), ("best", True)], strict=True
        )
        if is_since in plan.periods
    ]
    rows = []
    for name, area in plan.areas:
        counts = {head: _by_type(area, is_since=is_since, value=value) for head, is_since, value in columns}
        vague = pd.Series(_types(area.events[area.events["is_vague"]]), dtype=object).value_counts()
        rows += [
            {_("Where"): name, _("Type"): word, **{head: by_type.get(kind, 0) for head, by_type in counts.items()},
             _("Not counted"): int(vague.get(kind, 0))}
            for kind, word in plan.types.items() if kind in _types(area.events)
        ]  # fmt: skip
    return pd.DataFrame(rows)
