"""How it came about: events down the page, close weeks with room, empty months without."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import pandas as pd
import plotly.graph_objects as go
from shapely.geometry import LineString

from quickview.analysis import wording
from quickview.analysis.block import Block, absent, side_of
from quickview.analysis.canvas import BASE, SMALL, Canvas, Label, Words, add_labels, add_lines, plain, responsive, wrap
from quickview.brief import dates
from quickview.brief.reader import Brief
from quickview.brief.vocabulary import Precision
from quickview.look import typeface
from quickview.look.palette import LIGHT, side

_AXIS: Final = 60.0
"""How far in the line of dots runs, in pixels; further where dates are longer."""
_BEHIND: Final = 14.0
_GAP: Final = 6.0


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; `ahead` marks what lies after `as_of`."""

    date: dt.date
    precision: Precision
    title: str
    detail: str
    colour: str
    strong: bool = False
    ahead: bool = False
    sources: tuple[str, ...] = ()


def timeline(brief: Brief) -> go.Figure | Block:
    """Return the timeline, for the id `timeline`.

    `brief` is what `qv.load` returns. Comes back as a plotly figure, 760 px wide, whose `layout.meta` holds id, kind, title,
    caption, alt, the table behind it, and the drawing for narrow pages.
    The table has a row an event or a date ahead: date, what, detail, numbers of the sources.
    Absent where the brief has neither.
    """
    items = entries(brief)
    if not items:
        return absent("timeline", brief)
    return responsive(lambda width: _draw(brief, items, width), _words(brief, items), brief.language)


def entries(brief: Brief) -> list[Entry]:
    """Return events in order of date, with the days on which agreement and measures began and ended; then what lies ahead."""
    events = [_event(brief, n) for n in range(len(brief.facts.events))]
    events += _bounds_passed(brief, events)
    return sorted(events, key=lambda e: e.date) + sorted(_ahead(brief), key=lambda e: (e.date, e.title))


def _bounds_passed(brief: Brief, events: list[Entry]) -> list[Entry]:
    """Return the first and last days, up to `as_of`, of the agreement and of measures that no event tells already."""
    told = {entry.date for entry in events if entry.strong}
    passed = [one for one in dates.dated(brief.facts) if not one.lies_ahead(brief.facts.document.as_of)]
    return [_dated(one, brief, ahead=False) for one in passed if one.kind in {"effect", "end"} and one.date not in told]


def _event(brief: Brief, n: int) -> Entry:
    event = brief.facts.events[n]
    agreement = brief.facts.agreement
    where = brief.place_names[event.place] if event.place else event.where
    details = [part for part in (event.text, where) if part and part not in event.title]
    colour = side(side_of(brief, event.actors[0])) if event.actors else LIGHT["muted"]
    effective = (
        agreement is not None
        and agreement.effective is not None
        and event.date == agreement.effective.date
        and _is_effect(event.actors, agreement.parties)
    )
    return Entry(event.date, event.precision, event.title, " · ".join(d.rstrip(".") for d in details), colour,
                 strong=effective, sources=event.sources)  # fmt: skip


def _is_effect(actors: tuple[str, ...], parties: tuple[str, ...]) -> bool:
    """Of the events of the effective day, the one in which the parties take part is the effect itself."""
    return set(parties) <= set(actors)


def _ahead(brief: Brief) -> list[Entry]:
    """Return what lies after `as_of`: deadlines, validity, the calendar, and the horizons of forecasts."""
    _ = brief.language.gettext
    horizons = [
        Entry(one.horizon.date, Precision.DAY, _("Horizon of the forecast: {forecast}", forecast=one.title), "",
              LIGHT["house"], ahead=True, sources=(one.source,))
        for one in brief.facts.forecasts if one.horizon.date
    ]  # fmt: skip
    return [*(_dated(one, brief, ahead=True) for one in dates.ahead(brief.facts)), *horizons]


def _dated(one: dates.Dated, brief: Brief, *, ahead: bool) -> Entry:
    """Return a day of the agreement, of a measure or of the calendar as a line that says what the day is."""
    _, by = brief.language.gettext, wording.listed(one.by, brief.language)
    titles = {
        "deadline": _("Due: {what} ({by})", what=one.title, by=by),
        "effect": _("Takes effect: {what}", what=one.title) if ahead else _("Took effect: {what}", what=one.title),
        "end": _("Ends: {what}", what=one.title) if ahead else _("Ended: {what}", what=one.title),
        "scheduled": one.title,
    }
    colour = side(side_of(brief, one.actors[0])) if one.actors else LIGHT["muted"]
    strong = one.kind == "deadline" or one.id == "agreement"
    return Entry(one.date, one.precision, titles[one.kind], one.note, colour, strong=strong, ahead=ahead,
                 sources=one.sources)  # fmt: skip


def _draw(brief: Brief, items: list[Entry], width: int) -> Canvas:
    axis = _axis(brief, items)
    texts = [_texts(entry, width - axis - _BEHIND) for entry in items]
    years = _years(brief, items)
    tops, as_of_y, height = _stack(brief, items, texts, years)
    figure = Canvas(width, height)
    labels: list[Label] = []
    for n, (entry, (title, detail)) in enumerate(zip(items, texts, strict=True)):
        y = height - tops[n]
        weight = typeface.BOLD if entry.strong else typeface.REGULAR
        labels.append(Label(title, axis + _BEHIND, y, BASE, weight=weight, anchor="bottom right"))
        if detail:
            drop = Label(title, 0, 0, BASE).extent[1]
            labels.append(Label(detail, axis + _BEHIND, y - drop, SMALL, "muted", anchor="bottom right"))
        if n == 0 or (items[n - 1].date, items[n - 1].precision) != (entry.date, entry.precision):
            date = wording.short_day(entry.date, brief.language, precision=entry.precision)
            labels.append(Label(date, axis - 12, y, BASE, weight=weight, anchor="bottom left"))
        if n in years:
            drop = Label("", 0, 0, BASE).extent[1]
            labels.append(Label(str(entry.date.year), axis - 12, y - drop, SMALL, "muted", anchor="bottom left"))
    _add_axis(figure, axis, height - as_of_y, [height - top - 9 for top in tops])
    _add_dots(figure, axis, items, [height - top - BASE * 0.72 for top in tops])
    labels.append(
        Label(
            brief.language.gettext("As of {day}", day=wording.day(brief.facts.document.as_of, brief.language)),
            width,
            height - as_of_y + 1,
            SMALL,
            "house",
            typeface.BOLD,
            "top left",
        )
    )
    add_lines(
        figure,
        [LineString([(0, height - as_of_y), (width, height - as_of_y)])],
        color=LIGHT["house"],
        width=1.2,
        dash="4px,3px",
    )
    add_labels(figure, labels)
    return figure


def _axis(brief: Brief, items: list[Entry]) -> float:
    dates = [wording.short_day(e.date, brief.language, precision=e.precision) for e in items]
    return max(_AXIS, 14 + max(typeface.width(date, BASE, weight=typeface.BOLD) for date in dates))


def _texts(entry: Entry, width: float) -> tuple[str, str]:
    room = min(width - 4, 620.0)
    weight = typeface.BOLD if entry.strong else typeface.REGULAR
    return wrap(entry.title, room, size=BASE, weight=weight), wrap(entry.detail, room, size=SMALL)


def _stack(
    brief: Brief, items: list[Entry], texts: list[tuple[str, str]], years: set[int]
) -> tuple[list[float], float, float]:
    """Return the distance from the top of each entry, of the `as_of` line, and of the bottom."""
    as_of = brief.facts.document.as_of
    tops: list[float] = []
    y, line, before = 6.0, 0.0, None
    for n, (entry, (title, detail)) in enumerate(zip(items, texts, strict=True)):
        if before is not None:
            y += _GAP + min(12.0, 1.2 * ((entry.date - before).days ** 0.5))
        if entry.date > as_of and not line:
            line = y + 13.0
            y = line + 12.0
        tops.append(y)
        below = detail or ("year" if n in years else "")
        y += Label(title, 0, 0, BASE).extent[1] + (Label(below, 0, 0, SMALL).extent[1] if below else 0.0)
        before = entry.date
    return tops, line or y + 15.0, max(y, line or y + 15.0) + 5.0


def _years(brief: Brief, items: list[Entry]) -> set[int]:
    """Return the entries whose year is written: the first of each year, unless all lie in the year of `as_of`."""
    if {entry.date.year for entry in items} == {brief.facts.document.as_of.year}:
        return set()
    first = {n for n, entry in enumerate(items) if n == 0 or items[n - 1].date.year != entry.date.year}
    return {n for n in first if items[n].precision is not Precision.YEAR}


def _add_axis(figure: Canvas, axis: float, now: float, ys: list[float]) -> None:
    first, last = ys[0], ys[-1]
    add_lines(figure, [LineString([(axis, first), (axis, min(now, first))])], color=LIGHT["line"], width=1.6)
    if last < now:
        add_lines(figure, [LineString([(axis, now), (axis, last)])], color=LIGHT["line"], width=1.6, dash="2px,3px")


def _add_dots(figure: Canvas, axis: float, items: list[Entry], ys: list[float]) -> None:
    figure.add_scatter(
        x=[axis] * len(items), y=ys, mode="markers", hoverinfo="text", text=[plain(e.title) for e in items],
        marker={
            "symbol": ["diamond-open" if e.ahead else "circle" for e in items],
            "size": [13 if e.strong else 9 for e in items],
            "color": [e.colour for e in items],
            "opacity": 1,
            "line": {"width": [2 if e.ahead else 1.5 for e in items],
                     "color": [e.colour if e.ahead else LIGHT["paper"] for e in items]},
        },
    )  # fmt: skip


def _words(brief: Brief, items: list[Entry]) -> Words:
    _, ngettext, language = brief.language.gettext, brief.language.ngettext, brief.language
    past = [e for e in items if not e.ahead]
    ahead = [e for e in items if e.ahead]
    alt = [
        _("Timeline of {events} and {dates}.",
          events=ngettext("{n} event", "{n} events", len(past), n=len(past)),
          dates=ngettext("{n} date ahead", "{n} dates ahead", len(ahead), n=len(ahead)))
    ]  # fmt: skip
    alt += [f"{wording.dated(e.date, e.precision, language)}{_(': ')}{e.title}." for e in items]
    caption = _(
        "Dots take the colour of the side that acts first; open diamonds lie after the cut-off. "
        "Close weeks get room, empty months do not."
    )
    return Words("timeline", _title(brief, past, ahead), caption, " ".join(alt), _table(brief, items))


def _table(brief: Brief, items: list[Entry]) -> pd.DataFrame:
    _, numbers = brief.language.gettext, brief.numbers
    rows = [
        (wording.short_day(e.date, brief.language, precision=e.precision, year=True), e.title, e.detail,
         ", ".join(str(numbers[s]) for s in e.sources))
        for e in items
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[_("Date"), _("What"), _("Detail"), _("Sources")])


def _title(brief: Brief, past: list[Entry], ahead: list[Entry]) -> str:
    _, ngettext, as_of = brief.language.gettext, brief.language.ngettext, brief.facts.document.as_of
    recent = sum((as_of - e.date).days <= 7 and e.precision is Precision.DAY for e in past)
    since = wording.dated(past[0].date, past[0].precision, brief.language)
    opening = ngettext("{n} event since {day}", "{n} events since {day}", len(past), n=len(past), day=since)
    if recent > 1:
        opening = ngettext(
            "{recent} of {n} event falls in the last week", "{recent} of {n} events fall in the last week", recent,
            recent=recent, n=len(past),
        )  # fmt: skip
    if not ahead:
        return opening
    days = min((e.date - as_of).days for e in ahead)
    coming = ngettext("the next date is {n} day off", "the next date is {n} days off", days, n=days)
    return _("{first}; {second}", first=opening, second=coming)
