"""Is it holding? What events that others recorded tell of an agreement, and what they do not."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import plotly.graph_objects as go
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from quickview.analysis.blocks import Block, absent, drawn, from_template
from quickview.analysis.canvas import (
    SMALL,
    WIDE,
    Box,
    Canvas,
    Label,
    Scale,
    Words,
    capitalise,
    hatch,
    knock_out,
    overlaps,
    wrap,
)
from quickview.analysis.labels import cut_short
from quickview.analysis.projection import joined
from quickview.analysis.session import SESSION
from quickview.analysis.territory import Territory, read_layer
from quickview.brief import formats
from quickview.brief.reader import Brief
from quickview.brief.records import Monitor
from quickview.brief.vocabulary import Precision
from quickview.errors import InputError
from quickview.evidence import monitor as counting
from quickview.evidence.event_store import Store, extent_of, read_events, span_of, store_of
from quickview.evidence.monitor import LEAST_DAYS, WEEK, Area, Count, Monitored, Period, Ratio
from quickview.language.catalogs import Language
from quickview.theme import typeface

_PANEL: Final = 74.0
"""Height of the bars of a panel."""
_HEAD: Final = 30.0
"""Room above them for what they are."""
_FOOT: Final = 22.0
_RIGHT: Final = 8.0
_BEYOND: Final = 0.05
"""Share of an area outside of where there is any event from which on it is told."""
_BAR: Final = 0.78
"""Share of a week's room that its bar takes."""


@dataclass(frozen=True)
class Monitoring:
    """A brief's monitor: where its events come from, and what was counted; `found` is None where there is nothing to count."""

    brief: Brief
    territory: Territory
    stores: tuple[Store, ...]
    found: Monitored | None
    uncovered: Mapping[str, float] = field(default_factory=dict)
    """By name the shares of areas that lie where no store has any event: of these nothing may have been recorded."""

    @property
    def asked(self) -> Monitor:
        """What the brief asks for."""
        asked = self.brief.facts.monitor
        assert asked is not None  # noqa: S101 (there is no monitoring without)
        return asked

    @property
    def here(self) -> str:
        """What the area is called."""
        _ = self.brief.language.gettext
        place, buffer = self.territory.place.name, self.asked.buffer_km
        if not buffer:
            return place
        distance = self.brief.language.number(buffer)
        return _("{place} and {distance} km around it", place=place, distance=distance)

    @property
    def hindsight(self) -> str:
        """What is to be said where days are counted that the brief could not know; empty where there are none."""
        language, as_of = self.brief.language, self.brief.facts.document.as_of
        if self.found is None or self.found.period.last <= as_of:
            return ""
        last, day = formats.day(self.found.period.last, language), formats.day(as_of, language)
        return language.gettext("Events are counted to {last}, after the brief’s own day, {day}.", last=last, day=day)

    @cached_property
    def credit(self) -> str:
        """Who recorded the events, in which release and on what terms."""
        told = []
        for store in self.stores:
            releases = sorted({one["release"] for one in store.provenance.imports if one["release"]})
            name = " ".join([store.provenance.credit, store.provenance.title.replace("UCDP ", ""), *releases[-1:]])
            told.append(f"{name} ({store.provenance.licence})")
        return formats.listed(told, self.brief.language)


def read_monitor(brief: Brief, territory: Territory | None, *, until: str = "") -> Monitoring | None:
    """Count the events that a brief's `monitor` asks for.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.
    territory : Territory or None
        As `qv.read_territory` returns it.
    until : str, optional
        The last day to count, as YYYY-MM-DD; by default the brief's `as_of`, so that nothing in a report is hindsight.

    Returns
    -------
    Monitoring or None
        None where the brief has no `monitor`, or its events were not imported. `found.here` and `found.elsewhere` hold
        `events` (points in EPSG:4326), `weeks` (a row a week), counts `before` and `since`, and `ratio` of their rates.

    Raises
    ------
    InputError
        When `until` is no day, or a file of events cannot be read.

    Examples
    --------
    >>> qv.read_monitor(brief, territory) is None
    True
    """
    asked, agreement = brief.facts.monitor, brief.facts.agreement
    if asked is None or territory is None or agreement is None or agreement.effective is None:
        return None
    stores = tuple(store for name in asked.events if (store := _imported(brief, name)))
    if not stores:
        return None
    spans = [span for store in stores if (span := span_of(store))]
    if not spans:
        return Monitoring(brief, territory, stores, None)
    data = min(first for first, _ in spans), max(last for _, last in spans)
    period = Period(agreement.effective.date, _last_day(until) or brief.facts.document.as_of, data)
    compare = _compared(brief, territory)
    shapes = [territory.shape, *([compare] if compare is not None else [])]
    west, south, east, north = gpd.GeoSeries(shapes, crs="EPSG:4326").total_bounds
    pad = 0.1 + asked.buffer_km / 50
    box = (west - 2 * pad, south - pad, east + 2 * pad, north + pad)
    events = pd.concat([read_events(store, box=box) for store in stores], ignore_index=True)
    found = counting.monitored(
        gpd.GeoDataFrame(events, crs="EPSG:4326"), territory.shape, asked, period, compare=compare
    )
    names = [territory.place.name, *([asked.compare.name] if asked.compare else [])]
    around = shapely.box(*shapely.total_bounds([shapely.box(*extent_of(one)) for one in stores if one.rows]))
    outside = {name: shape.difference(around).area / shape.area for name, shape in zip(names, shapes, strict=False)}
    return Monitoring(brief, territory, stores, found, outside)


def _imported(brief: Brief, name: str) -> Store | None:
    """Return events that were imported; None where they were not, which `check` tells."""
    try:
        return store_of(brief.catalog.file.parent, name)
    except InputError as error:
        if error.faults[0].code != "E-EVENTS-NAME":
            raise
        return None


def _last_day(until: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(until) if until else None
    except ValueError:
        raise InputError.at("until", "E-DATE", f"`{until}` is no day", "write it as YYYY-MM-DD") from None


def _compared(brief: Brief, territory: Territory) -> BaseGeometry | None:
    """Return the area to compare with, in degrees."""
    area = brief.facts.monitor and brief.facts.monitor.compare
    if not area:
        return None
    layer = read_layer(brief, area.layer, columns=[area.column], middle=territory.projection.middle)
    chosen = layer[layer[area.column].astype(str).isin(area.rows)] if area.rows else layer
    return joined(chosen.geometry)


def monitor_summary(monitor: Monitoring | None) -> Block:
    """Return in plain words what the events tell, and a table of counts, rates and their ratio.

    Parameters
    ----------
    monitor : Monitoring or None
        As `qv.read_monitor` returns it.

    Returns
    -------
    Block
        HTML; empty for None. Where no event is recorded it says that there are no data, never that it is calm.

    Examples
    --------
    >>> qv.monitor_summary(None).html
    ''
    """
    if monitor is None:
        return Block("monitor-summary", "", SESSION.language)
    found = monitor.found
    areas = [(monitor.here, found.here)] if found else []
    if found and found.elsewhere and monitor.asked.compare:
        areas.append((monitor.asked.compare.name, found.elsewhere))
    told: dict[str, Any] = {
        "findings": findings(monitor),
        "limits": limits(monitor),
        "areas": [capitalise(name) for name, _ in areas],
        "rows": _rows([area for _, area in areas], monitor.brief.language),
    }
    return from_template("monitor", monitor.brief, **told)


def findings(monitor: Monitoring) -> list[str]:
    """Return what may be said of the counts, a sentence or two a line: no cause, and no more than the interval bears out."""
    found, language = monitor.found, monitor.brief.language
    _, ngettext = language.gettext, language.ngettext
    late = [note] if (note := monitor.hindsight) else []
    if found is None or not (len(found.here.events) or (found.elsewhere and len(found.elsewhere.events))):
        return [*late, _("No event is recorded here in these data."), _not_calm(language)]
    period, here = found.period, found.here
    day, first, last = (formats.day(one, language) for one in (period.effective, found.first, period.last))
    end = last if here.since is None else formats.day(period.effective - dt.timedelta(1), language)
    counted = [
        ngettext(
            "{place}: {n} event is recorded from {first} to {end}, in {days} days, that is known well enough to be counted.",
            "{place}: {n} events are recorded from {first} to {end}, in {days} days, that are known well enough to be counted.",
            here.before.events, n=here.before.events, days=here.before.days, first=first, end=end, place=capitalise(monitor.here),
        )
    ]  # fmt: skip
    if here.since is None:
        data_end = formats.day(period.data[1], language)
        silent = _("The data end on {end}, and the agreement took effect on {day}: they say nothing of what came of it.", end=data_end, day=day)  # fmt: skip
        return [*late, silent, *counted]
    counted.append(
        ngettext("From {day} to {last}, in {days} days, {n} such event is recorded.", "From {day} to {last}, in {days} days, {n} such events are recorded.",
                 here.since.events, days=here.since.days, n=here.since.events, day=day, last=last)
    )  # fmt: skip
    calm = [] if here.since.events else [_not_calm(language)]
    return [*late, *counted, *calm, *_compared_words(monitor, found)]


def _not_calm(language: Language) -> str:
    return language.gettext("That is no sign of calm: what nobody recorded may have happened.")


def limits(monitor: Monitoring) -> list[str]:
    """Return what the counts leave out, and what they cannot tell."""
    found, _, ngettext = monitor.found, monitor.brief.language.gettext, monitor.brief.language.ngettext
    if found is None or not len(found.here.events):
        return []
    vague = ngettext("{n} more event is known only by month or by region, or runs across that day; it is not counted.",
                     "{n} more events are known only by month or by region, or run across that day; they are not counted.",
                     found.here.vague, n=found.here.vague)  # fmt: skip
    counts = _("Counts are of what was reported: they do not tell why they rose or fell, and where less is reported they fall as well.")  # fmt: skip
    breach = _("An event is no proof of a breach: it may be of parties that the agreement does not bind.")
    return [*([vague] if found.here.vague else []), *_beyond(monitor), counts, breach]


def _beyond(monitor: Monitoring) -> list[str]:
    """Return which areas reach beyond all the events of the data, so that nothing may have been recorded of a part of them."""
    _, language = monitor.brief.language.gettext, monitor.brief.language
    return [
        _("Of {place}, {share} lies outside of the box in which these data have any event: what they count there may be a part only.",
          place=name, share=formats.percent(round(share * 100), round(share * 100), language))
        for name, share in monitor.uncovered.items() if share >= _BEYOND
    ]  # fmt: skip


def _compared_words(monitor: Monitoring, found: Monitored) -> list[str]:
    """Return what the ratio of the two periods bears out, here and beside the area to compare with."""
    _, language, ratio = monitor.brief.language.gettext, monitor.brief.language, found.here.ratio
    if ratio is None:
        return [_("That is too little, or too short a time, to compare the two.")]
    shown = {"ratio": _number(ratio.value, language), "range": language.span(_figure(ratio.low), _figure(ratio.high))}
    verdicts = {
        "fewer": _("Events are recorded less often than before: {ratio} times as often, with a 95% interval of {range}.", **shown),
        "more": _("Events are recorded more often than before: {ratio} times as often, with a 95% interval of {range}.", **shown),
        "unclear": _("They are recorded {ratio} times as often as before; the 95% interval, {range}, holds both fewer and more.", **shown),
    }  # fmt: skip
    told = [verdicts[ratio.verdict]]
    other = found.elsewhere.ratio if found.elsewhere else None
    if other is None or monitor.asked.compare is None:
        return told
    range_ = language.span(_figure(other.low), _figure(other.high))
    place, times = monitor.asked.compare.name, _number(other.value, language)
    beside = _("In {place} they are recorded {ratio} times as often as before ({range}); the two intervals lie apart, so that the change here is not the one there.", place=place, ratio=times, range=range_)  # fmt: skip
    same = _("In {place} they are recorded {ratio} times as often as before ({range}); the two intervals overlap, so that these counts do not tell the change here from the one there.", place=place, ratio=times, range=range_)  # fmt: skip
    return [*told, beside if _lie_apart(ratio, other) else same]


def _lie_apart(ratio: Ratio, other: Ratio) -> bool:
    return other.low > ratio.high or other.high < ratio.low


def _figure(value: float) -> float:
    """Return a ratio with two figures, as many as its interval bears."""
    return float(f"{value:.2g}") if math.isfinite(value) else value


def _number(value: float, language: Language) -> str:
    return language.number(_figure(value)) if math.isfinite(value) else "∞"


def _rows(areas: Sequence[Area], language: Language) -> list[tuple[str, list[str]]]:
    """Return what is counted, a row a figure, with that of each area; without a day since, only what was before."""
    _, ngettext = language.gettext, language.ngettext
    if not areas:
        return []
    before, since = [area.before for area in areas], [area.since for area in areas if area.since]
    days = [counts[0].days if counts else 0 for counts in (before, since)]
    rows = [
        (ngettext("Events before, in {n} day", "Events before, in {n} days", days[0], n=days[0]), [language.number(one.events) for one in before]),
        (ngettext("Events since, in {n} day", "Events since, in {n} days", days[1], n=days[1]), [language.number(one.events) for one in since]),
        (_("Per 30 days before"), [rate(one, language) for one in before]),
        (_("Per 30 days since"), [rate(one, language) for one in since]),
        (_("Times as often"), [_ratio(area.ratio, language) for area in areas if area.since]),
        (_("Deaths before"), [_deaths(one, language) for one in before]),
        (_("Deaths since"), [_deaths(one, language) for one in since]),
        (_("Events that are not counted"), [language.number(area.vague) for area in areas]),
    ]  # fmt: skip
    return [(name, told) for name, told in rows if told]


def rate(count: Count, language: Language) -> str:
    """Return events per 30 days with a decimal; a dash for a time too short to tell."""
    return language.number(count.rate, decimals=1) if count.days >= LEAST_DAYS else "–"


def _ratio(ratio: Ratio | None, language: Language) -> str:
    if ratio is None:
        return "–"
    return _ranged(_number(ratio.value, language), _figure(ratio.low), _figure(ratio.high), language)


def _deaths(count: Count, language: Language) -> str:
    return _ranged(language.number(count.best), count.low, count.high, language)


def _ranged(value: str, low: float, high: float, language: Language) -> str:
    """Return "0.83 (0.54–1.3)", which never breaks over lines."""
    return f"{value}\u00a0({language.span(low, high)})".replace("–", "\u2060–\u2060")


def monitor_weeks(monitor: Monitoring | None) -> go.Figure | Block:
    """Return events and deaths by week, before and since the agreement took effect.

    Parameters
    ----------
    monitor : Monitoring or None
        As `qv.read_monitor` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide. `layout.meta` holds `id` ("monitor"), `kind` ("Figure"), `title`, `caption`, `alt`, `narrow` (the
        drawing for pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row a week: its first day, events,
        those too vague to count, deaths low, best and high, events in the area to compare with. An empty block without events.

    Notes
    -----
    Weeks begin on the weekday of the day of effect, so that none holds days of both periods.

    Examples
    --------
    >>> qv.monitor_weeks(None).html
    ''
    """
    if monitor is None:
        return Block("monitor", "", SESSION.language)
    if monitor.found is None or not len(monitor.found.here.weeks):
        return absent("monitor", monitor.brief)
    return drawn(partial(_draw, monitor), _words(monitor), monitor.brief)


def _axis(found: Monitored, width: int, left: float) -> Scale:
    """Return weeks across the drawing, to the week of the last day that is asked for."""
    period = found.period
    end = max((period.until - period.effective).days // WEEK, 0)
    return Scale(left, width - _RIGHT, (found.first - period.effective).days // WEEK, end + 1)


def _draw(monitor: Monitoring, width: int) -> Canvas:
    found, language = monitor.found, monitor.brief.language
    assert found is not None  # noqa: S101 (asked before)
    panels = _panels(monitor, found)
    tops = [language.number(_top(weeks, form)) for _, weeks, form in panels]
    axis = _axis(found, width, max(typeface.width(top, SMALL) for top in tops) + 10)
    figure = Canvas(width, _FOOT + len(panels) * (_PANEL + _HEAD) + 20)
    labels: list[Label] = []
    for n, (title, weeks, form) in enumerate(reversed(panels)):
        bottom = _FOOT + n * (_PANEL + _HEAD)
        labels += _add_panel(figure, axis, weeks, form, bottom=bottom, language=language)
        shown = cut_short(title, width - 6, size=SMALL, weight=typeface.BOLD)
        labels.append(Label(shown, 2, bottom + _PANEL + 8, SMALL, weight=typeface.BOLD, anchor="top right"))
    labels += _add_days(figure, axis, monitor, [label.box for label in labels], top=figure.height - 18)
    figure.add_labels(labels)
    return figure


def _panels(monitor: Monitoring, found: Monitored) -> list[tuple[str, pd.DataFrame, str]]:
    _ = monitor.brief.language.gettext
    panels = [
        (_("Events a week"), found.here.weeks, "events"),
        (_("Deaths a week, lowest to highest figure"), found.here.weeks, "deaths"),
    ]
    if found.elsewhere and monitor.asked.compare:
        title = _("Events a week in {place}", place=monitor.asked.compare.name)
        panels.append((title, found.elsewhere.weeks, "elsewhere"))
    return panels


def _add_panel(
    figure: Canvas, axis: Scale, weeks: pd.DataFrame, form: str, *, bottom: float, language: Language
) -> list[Label]:
    """Draw the bars of a panel on its own scale; return the scale's figures."""
    top = _top(weeks, form)
    colour = {"events": "house", "deaths": "muted", "elsewhere": "muted"}[form]
    for value in (0, top):
        y = bottom + _PANEL * value / top
        figure.add_lines([LineString([(axis.left, y), (axis.right, y)])], color="rule", width=1)
    for row in weeks.to_dict("records"):
        left, right = axis.x(row["week"] + (1 - _BAR) / 2), axis.x(row["week"] + (1 + _BAR) / 2)
        if form == "deaths":
            _add_deaths(
                figure,
                (left, right),
                [bottom + _PANEL * value / top for value in (0, row["low"], row["best"], row["high"])],
            )
            continue
        middle, high = (bottom + _PANEL * value / top for value in (row["events"], row["events"] + row["vague"]))
        if row["events"]:
            figure.add_rectangle((left, bottom, right, middle), colour, hover=str(row["events"]))
        if row["vague"]:
            frame = LineString([(left, middle), (left, high), (right, high), (right, middle)])
            figure.add_lines([frame], color="muted", width=1)
    return [Label(language.number(value), axis.left - 5, bottom + _PANEL * value / top, SMALL, "muted", anchor="middle left") for value in (0, top)]  # fmt: skip


def _top(weeks: pd.DataFrame, form: str) -> int:
    """Return where the scale of a panel ends."""
    return _round_up(int((weeks["high"] if form == "deaths" else weeks["events"] + weeks["vague"]).max()))


def _add_deaths(figure: Canvas, across: tuple[float, float], heights: Sequence[float]) -> None:
    """Draw the likeliest figure as a bar, and from the lowest to the highest a line."""
    zero, low, best, high = heights
    if best > zero:
        figure.add_rectangle((across[0], zero, across[1], best), "line")
    if high > low:
        middle = math.fsum(across) / 2
        figure.add_lines([LineString([(middle, low), (middle, high)])], color="ink", width=1.2)


def _round_up(value: int) -> int:
    """Return a round figure that is at least the value."""
    step: int = 10 ** (len(str(max(value, 2))) - 1)
    return next(step * n // 2 for n in (2, 3, 4, 6, 8, 10, 12, 16, 20) if step * n // 2 >= max(value, 2))


def _add_days(figure: Canvas, axis: Scale, monitor: Monitoring, boxes: Sequence[Box], *, top: float) -> list[Label]:
    """Draw the day of effect, where the data end, and the months; return their words."""
    found, language = monitor.found, monitor.brief.language
    assert found is not None  # noqa: S101 (asked before)
    _, period = language.gettext, found.period
    x, labels = axis.x(0), list[Label]()
    figure.add_lines([LineString([(x, _FOOT), (x, top)])], clear_of=boxes, color="ink", width=1.4)
    words = _("In effect from {day}", day=formats.short_day(period.effective, language, year=True))
    side = "left" if x > (axis.left + axis.right) / 2 else "right"
    labels.append(Label(words, x + (4 if side == "right" else -4), top, SMALL, anchor=f"middle {side}"))
    ended = axis.x((period.last - period.effective).days / WEEK + 1 / WEEK)
    if period.data[1] < period.until and axis.right - ended > 6:
        day = formats.short_day(period.data[1], language, year=True)
        free = (x if x > ended + 100 else axis.right) - ended
        words = wrap(_("No data after {day}", day=day), min(96, free - 6), size=SMALL)
        silent = Label(words, ended + free / 2, _FOOT + _PANEL / 2, SMALL, "muted")
        said = [silent] if silent.extent[0] < free else []
        area = LineString([(ended, _FOOT), (axis.right, top - 12)]).envelope
        lines = knock_out([hatch(area, spacing=7.0)], [one.box for one in said], pad=3)
        figure.add_lines(lines, color="rule", width=1)
        labels += said
    return [*labels, *_months(axis, period, found.first, language, narrow=figure.width < WIDE)]


def _months(axis: Scale, period: Period, first: dt.date, language: Language, *, narrow: bool) -> list[Label]:
    """Return the names of months under their first days, as many as there is room for."""
    starts = pd.date_range(first, max(period.until, period.effective), freq="MS").date
    room = (axis.right - axis.left) / max(len(starts), 1)
    step = next(step for step in (1, 2, 3, 6, 12, 24, 48, 96) if step * room > (34 if narrow else 40))
    shown = [day for day in starts if (day.month - 1) % step == 0 or step > 12]
    labels: list[Label] = []
    for day in shown:
        words = formats.short_day(day, language, precision=Precision.MONTH, year=day.month == 1 or day == shown[0])
        label = Label(
            words, axis.x((day - period.effective).days / WEEK), _FOOT - 4, SMALL, "muted", anchor="bottom right"
        )
        if label.box[2] < axis.right + _RIGHT and not (labels and overlaps(labels[-1].box, label.box, pad=4)):
            labels.append(label)
    return labels


def _words(monitor: Monitoring) -> Words:
    _, found = monitor.brief.language.gettext, monitor.found
    assert found is not None  # noqa: S101 (asked before)
    period, language = found.period, monitor.brief.language
    caption = [
        _("Events by the week of their first day, in {place}, from {first} to {last}.", place=monitor.here,
          first=formats.day(found.first, language), last=formats.day(period.last, language)),
        _("Open bars: known only by month or by region."),
        *_ends(period, found.here.weeks, language),
        _("Sources: {sources}.", sources=monitor.credit),
    ]  # fmt: skip
    columns = {"start": _("Week from"), "events": _("Events"), "vague": _("Not counted"), "low": _("Deaths, lowest"), "best": _("Deaths, likeliest"), "high": _("Deaths, highest")}  # fmt: skip
    table = found.here.weeks[list(columns)].rename(columns=columns)
    table[columns["start"]] = [formats.short_day(day, language, year=True) for day in found.here.weeks["start"]]
    if found.elsewhere and monitor.asked.compare:
        table[_("Events in {place}", place=monitor.asked.compare.name)] = found.elsewhere.weeks["events"].to_numpy()
    return Words("monitor", _title(monitor, found), caption, [*findings(monitor), *limits(monitor)], table)


def _ends(period: Period, weeks: pd.DataFrame, language: Language) -> list[str]:
    """Return that the last bar is of a part of a week, and since when there are no data."""
    last, _, ngettext = int(weeks["days"].iloc[-1]), language.gettext, language.ngettext
    part = ngettext("The last bar is of {n} day.", "The last bar is of {n} days.", last, n=last)
    silent = _("Hatched: no data after {day}.", day=formats.day(period.data[1], language))
    return [*([part] if last < WEEK else []), *([silent] if period.data[1] < period.until else [])]


def _title(monitor: Monitoring, found: Monitored) -> str:
    """Return what the counts bear out, and no more."""
    _, here, language = monitor.brief.language.gettext, found.here, monitor.brief.language
    if here.since is None:
        return _("The data end before the agreement took effect")
    if here.ratio is None:
        return _title_of_few(here.since, language)
    other = found.elsewhere.ratio if found.elsewhere else None
    if other and here.ratio.verdict != "unclear" and not _lie_apart(here.ratio, other):
        return _("Events are recorded less often since it took effect, with no clear difference from elsewhere") if here.ratio.verdict == "fewer" else _("Events are recorded more often since it took effect, with no clear difference from elsewhere")  # fmt: skip
    verdicts: Mapping[str, Any] = {
        "fewer": _("Events are recorded less often since it took effect"),
        "more": _("Events are recorded more often since it took effect"),
        "unclear": _("No clear change in recorded events since it took effect"),
    }
    return str(verdicts[here.ratio.verdict])


def _title_of_few(since: Count, language: Language) -> str:
    """Return why the two periods are not compared: too few days, or too few events."""
    if since.days >= LEAST_DAYS:
        return language.gettext("Too few events are recorded to compare before and since")
    return language.ngettext("Too early to compare: {n} day of data since it took effect", "Too early to compare: {n} days of data since it took effect",
                             since.days, n=since.days)  # fmt: skip
