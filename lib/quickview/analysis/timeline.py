"""How it came about: events down the page, close weeks with room, empty months without."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

import pandas as pd
import plotly.graph_objects as go
from shapely.geometry import LineString

from quickview.analysis.blocks import Block, absent, drawn, side_of
from quickview.analysis.canvas import BASE, SMALL, WIDE, Canvas, Label, Words, capitalise, plain
from quickview.analysis.labels import cut_short, fold
from quickview.brief import dates, formats
from quickview.brief.reader import Brief
from quickview.brief.records import Event
from quickview.brief.vocabulary import Precision
from quickview.theme import typeface
from quickview.theme.palette import LIGHT, side

_AXIS: Final = 60.0
"""How far in the line of dots runs, in pixels; further where dates are longer."""
_BEHIND: Final = 14.0
_GAP: Final = 6.0
_CLOSE: Final = 4.0
_MIDDLE: Final = 0.66
"""How far below the top of a line of text its middle lies, in sizes of the type."""
_BETWEEN: Final = 26.0
"""Room between two columns."""
_SILENCE: Final = 14.0
"""Room for the words of a long silence."""
_LONG_SILENCE: Final = 60
"""Days without an event after which the line is dotted and says how long they were."""
_TALLEST: Final = 560.0
"""Where the drawing is wide: about half a printed page, so that no more than that stays empty before it."""
_TALLEST_NARROW: Final = 1500.0
"""Two turns of a phone's screen."""
_MOST_STRETCHES: Final = 16
_MOST_AHEAD: Final = 10
_LONGEST_BAR: Final = 120.0
_MOST_TOLD: Final = 40
"""Events that the alternative text tells; beyond that, a listener takes the table."""


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; `ahead` marks what lies after `as_of`.

    What is no event is the first or last day of something, a deadline, or set. One with a `count` stands for so many events of a stretch of time, which `when` names where its date does not.
    """

    date: dt.date
    precision: Precision
    title: str
    detail: str
    colour: str
    strong: bool = False
    ahead: bool = False
    sources: tuple[str, ...] = ()
    count: int = 0
    when: str = ""
    is_event: bool = True


_Stretch: TypeAlias = tuple[dt.date, Precision, str]
"""Where a stretch of time begins, whether it is a month or years, and what it is called where its date does not tell."""


def timeline(brief: Brief) -> go.Figure | Block:
    """Return how it came about, and what lies ahead: events, deadlines and other days down the page.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide. `layout.meta` holds `id` ("timeline"), `kind` ("Figure"), `title`, `caption`, `alt`, `narrow` (the
        drawing for pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row an event or a date ahead: date,
        what, detail, numbers of the sources. Of more events than can be taken in, the drawing names those that
        matter and counts the rest by month or year; `whole` then is False. An empty block where nothing has a date.

    Examples
    --------
    >>> meta = qv.timeline(brief).layout.meta
    >>> meta["title"]
    '2 of 4 events fall in the last week; the next date is 47 days off'
    >>> meta["table"]["rows"][3]
    ['13 Jun 2024', 'Mill stops for want of fuel', 'Boca Mina', '2']
    """
    items = entries(brief)
    if not items:
        return absent("timeline", brief)
    return drawn(partial(_draw, brief, items), _words(brief, items), brief)


def entries(brief: Brief) -> list[Entry]:
    """Return events in order of date, with the days on which agreement and measures began and ended, where no event tells that; then what lies ahead."""
    events = [_event(brief, event) for event in brief.facts.events]
    told, as_of = {entry.date for entry in events if entry.strong}, brief.facts.document.as_of
    bounds = [one for one in dates.dated(brief.facts) if one.kind in {"effect", "end"} and not one.lies_ahead(as_of)]
    events += [_dated(one, brief, ahead=False) for one in bounds if one.date not in told]
    return sorted(events, key=lambda e: e.date) + sorted(_ahead(brief), key=lambda e: (e.date, e.title))


def _event(brief: Brief, event: Event) -> Entry:
    agreement = brief.facts.agreement
    where = brief.place_names[event.place] if event.place else event.where
    details = [part for part in (event.text, where) if part and part not in event.title]
    colour = side(side_of(brief, event.actors[0])) if event.actors else LIGHT["muted"]
    # Of the events of the effective day, the one in which the parties take part is the effect itself.
    is_effect = bool(agreement and agreement.effective and agreement.effective.date == event.date
                     and set(agreement.parties) <= set(event.actors))  # fmt: skip
    return Entry(event.date, event.precision, event.title, " · ".join(d.rstrip(".") for d in details), colour,
                 strong=is_effect, sources=event.sources)  # fmt: skip


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
    _, by = brief.language.gettext, formats.listed(one.by, brief.language)
    titles = {
        "deadline": _("Due: {what} ({by})", what=one.title, by=by),
        "effect": _("Takes effect: {what}", what=one.title) if ahead else _("Took effect: {what}", what=one.title),
        "end": _("Ends: {what}", what=one.title) if ahead else _("Ended: {what}", what=one.title),
        "scheduled": one.title,
    }
    colour = side(side_of(brief, one.actors[0])) if one.actors else LIGHT["muted"]
    strong = one.kind == "deadline" or one.id == "agreement"
    return Entry(one.date, one.precision, titles[one.kind], one.note, colour, strong=strong, ahead=ahead,
                 sources=one.sources, is_event=False)  # fmt: skip


@dataclass(frozen=True)
class _Form:
    """How the timeline is laid out: its width, in how many columns, where details stand, how close its rows are, and whether long titles are cut."""

    width: int
    columns: int = 1
    details: Literal["beside", "under", "none"] = "under"
    is_roomy: bool = True
    is_cut: bool = False

    @property
    def column(self) -> float:
        """Width of a column."""
        return (self.width - _BETWEEN * (self.columns - 1)) / self.columns


@dataclass(frozen=True)
class _Row:
    """An entry in its place: its words in lines, and how far its top lies below that of the drawing; `gap` names a long silence before it."""

    entry: Entry
    title: Label
    detail: Label
    date: str
    year: str
    top: float
    gap: str = ""


@dataclass(frozen=True)
class _Column:
    """Rows under one another, the height they take, and where the line of the cut-off crosses them, if it does."""

    rows: tuple[_Row, ...]
    height: float
    cut_off: float | None


def _draw(brief: Brief, items: Sequence[Entry], width: int) -> Canvas:
    form, columns = _layout(brief, items, width)
    figure = Canvas(width, max(column.height for column in columns))
    for n, column in enumerate(columns):
        _add_column(figure, brief, column, n * (form.column + _BETWEEN), form)
    return figure


def is_whole(brief: Brief, items: Sequence[Entry]) -> bool:
    """Whether the wide drawing says all that the table does; else the table is printed too."""
    form, columns = _layout(brief, items, WIDE)
    return sum(len(column.rows) for column in columns) == len(items) and form.details != "none"


def _layout(brief: Brief, items: Sequence[Entry], width: int) -> tuple[_Form, list[_Column]]:
    """Return the first form that is no taller than a reader takes in: with all details, without, or with what matters."""
    tallest = _TALLEST if width >= WIDE else _TALLEST_NARROW
    for form, shown in _forms(brief, items, width):
        # What is too tall with a line each need not be laid out.
        if form.is_cut or len(shown) / form.columns * (BASE * 1.3 + _CLOSE) - _CLOSE <= tallest:
            columns = _columns(brief, shown, form)
            if max(column.height for column in columns) <= tallest:
                break
    return form, columns


def _forms(brief: Brief, items: Sequence[Entry], width: int) -> Iterator[tuple[_Form, list[Entry]]]:
    """Yield forms with what is shown in them; of what does not fit, as much is named as does."""
    number = 2 if width >= WIDE else 1
    close = _Form(width, number, "none", is_roomy=False)
    for form in (_Form(width, 1, "beside" if width >= WIDE else "under"), _Form(width, number), close):
        yield form, list(items)
    for most in range(48, -1, -4):
        yield replace(close, is_cut=True), chosen(brief, items, most)


def chosen(brief: Brief, items: Sequence[Entry], most: int) -> list[Entry]:
    """Return the entries that matter most, and under each stretch of time how many events fell in it.

    What takes effect, days on which something was agreed, and what several sources report come first,
    then what is latest. Dates ahead are the nearest.
    """
    past, agreed = [e for e in items if not e.ahead], _agreed_days(brief)
    ranked = sorted(past, key=lambda e: (e.strong, e.date in agreed, len(set(e.sources)), e.date), reverse=True)
    named = {id(entry) for entry in ranked[:most]}
    found: list[Entry] = []
    for (start, precision, when), group in _stretches(past):
        events = sum(entry.is_event for entry in group)
        if events > 1:
            count = brief.language.ngettext("{n} event", "{n} events", events, n=events)
            found.append(Entry(start, precision, count, "", LIGHT["muted"], count=events, when=when))
        found += [entry for entry in group if id(entry) in named or len(group) == 1]
    return found + [e for e in items if e.ahead][:_MOST_AHEAD]


def _agreed_days(brief: Brief) -> set[dt.date]:
    """Return the days on which an agreement was signed, took effect, or one of its terms changed its state."""
    agreement = brief.facts.agreement
    if agreement is None:
        return set()
    signed = (*agreement.signed, *([agreement.effective] if agreement.effective else []))
    return {*(claim.date for claim in signed), *(state.date for term in agreement.terms for state in term.history)}


def _stretches(past: Sequence[Entry]) -> list[tuple[_Stretch, list[Entry]]]:
    """Divide events into months, or into years or so many years that there are not too many."""
    for years in (0, 1, 2, 5, 10, 25, 50, 100, 1000):
        keys = [_stretch(entry, years) for entry in past]
        if len(set(keys)) <= _MOST_STRETCHES:
            break
    return [(key, [e for e, own in zip(past, keys, strict=True) if own == key]) for key in dict.fromkeys(keys)]


def _stretch(entry: Entry, years: int) -> _Stretch:
    """Return the month of an event, or the so many years that it falls in."""
    if not years and entry.precision is not Precision.YEAR:
        return entry.date.replace(day=1), Precision.MONTH, ""
    first = max(1, entry.date.year // max(1, years) * max(1, years))
    return dt.date(first, 1, 1), Precision.YEAR, f"{first}–{first + years - 1}" if years > 1 else ""


def _columns(brief: Brief, items: Sequence[Entry], form: _Form) -> list[_Column]:
    whole = _stack(brief, items, form)
    if form.columns == 1:
        return [whole]
    halves = [n for n, row in enumerate(whole.rows) if n and row.top > whole.height / 2][:1]
    trials = [n for half in halves or [len(items)] for n in (half - 1, half, half + 1) if 0 < n < len(items)]
    pairs = [
        [_stack(brief, items[:n], form, ends=False), _stack(brief, items[n:], form, past=items[:n])] for n in trials
    ]
    return min(pairs, key=lambda pair: max(column.height for column in pair), default=[whole])


def _stack(
    brief: Brief, items: Sequence[Entry], form: _Form, *, past: Sequence[Entry] = (), ends: bool = True
) -> _Column:
    """Put entries under one another, after those of the column before; `ends` where none follows."""
    as_of = brief.facts.document.as_of
    dates = _dates(brief, items, form, has_years={entry.date.year for entry in (*past, *items)} != {as_of.year})
    room = form.column - _axis(date for date, _year in dates) - _BEHIND - 4
    rows: list[_Row] = []
    y, line, before = 6.0, None, None
    for entry, (date, year) in zip(items, dates, strict=True):
        title, detail = _labels(entry, room, form)
        gap = _silence(brief, before, entry) if form.columns == 1 and form.is_roomy else ""
        if before is not None:
            y += (_GAP + min(12.0, 1.2 * (max(0, (entry.date - before.date).days) ** 0.5))) if form.is_roomy else _CLOSE
        if entry.ahead and line is None and not (past and past[-1].ahead):
            line = y + 13.0 if before else y + 11.0
            y = line + 12.0
            gap = ""
        y += _SILENCE if gap else 0.0
        rows.append(_Row(entry, title, detail, date, year, y, gap))
        height, told = title.extent[1], detail.extent[1] if detail.text else 0.0
        below = height + max(told, Label("", 0, 0, SMALL).extent[1] if year else 0.0)
        y += below if form.details != "beside" else max(height, told + 2 if told else 0.0, below if year else 0.0)
        before = entry
    if line is None and ends and not (past and past[-1].ahead):
        line = y + 15.0
    return _Column(tuple(rows), max(y, line or 0.0) + 5.0, line)


def _labels(entry: Entry, room: float, form: _Form) -> tuple[Label, Label]:
    """Return title and detail in lines, to be hung in place."""
    weight = typeface.BOLD if entry.strong else typeface.REGULAR
    if form.details == "beside":
        room = room * 0.54
    whole = cut_short(entry.title, 1.8 * room, size=BASE, weight=weight) if form.is_cut else entry.title
    title = fold(whole, min(room, 620.0), weight=weight)
    other = room * 0.85 - 16 if form.details == "beside" else min(room, 620.0)
    detail = "" if form.details == "none" else fold(entry.detail, other, size=SMALL)
    return (
        Label(title, 0, 0, BASE, "muted" if entry.count else "ink", weight, "bottom right"),
        Label(detail, 0, 0, SMALL, "muted", anchor="bottom right"),
    )


def _silence(brief: Brief, before: Entry | None, entry: Entry) -> str:
    """Return how long nothing is told before an entry, where that is long; "" where it is not."""
    if before is None or entry.ahead or (days := (entry.date - before.date).days) < _LONG_SILENCE:
        return ""
    return formats.length(dt.timedelta(days=days), brief.language)


def _dates(brief: Brief, items: Sequence[Entry], form: _Form, *, has_years: bool) -> list[tuple[str, str]]:
    """Return of each entry the date where it is not that of the one before, and where it changes the year, to stand under it.

    Where rows are close the year stands beside the date.
    """
    found: list[tuple[str, str]] = []
    told, before = "", None
    for entry in items:
        is_new = has_years and (before is None or before.date.year != entry.date.year)
        date = entry.when or formats.short_day(
            entry.date, brief.language, precision=entry.precision, year=is_new and not form.is_roomy
        )
        is_same = before is not None and date == told and before.date.year == entry.date.year
        year = str(entry.date.year) if is_new and form.is_roomy and entry.precision is not Precision.YEAR else ""
        found.append(("" if is_same else date, year))
        told, before = date, entry
    return found


def _axis(dates: Iterable[str]) -> float:
    """Return how far in the line of dots runs: so far that the longest date has room."""
    return max(_AXIS, 14 + max(typeface.width(date, BASE, weight=typeface.BOLD) for date in dates))


def _add_column(figure: Canvas, brief: Brief, column: _Column, left: float, form: _Form) -> None:
    axis = left + _axis(row.date for row in column.rows)
    start, labels = axis + _BEHIND, []
    aside = start + (form.column - (start - left) - 4) * 0.54 + 16
    most = max((row.entry.count for row in column.rows), default=0)
    for row in column.rows:
        y, weight = figure.height - row.top, row.title.weight
        shift = _add_bar(figure, start, y - BASE * _MIDDLE, row.entry.count / most) if row.entry.count else 0.0
        labels.append(replace(row.title, x=start + shift, y=y))
        is_beside = form.details == "beside"
        x, top = (aside, y - 1.4) if is_beside else (start, y - row.title.extent[1])
        labels.append(replace(row.detail, x=x, y=top))
        labels.append(Label(row.date, axis - 12, y, BASE, weight=weight, anchor="bottom left"))
        drop = Label("", 0, 0, BASE).extent[1]
        labels.append(Label(row.year, axis - 12, y - drop, SMALL, "muted", anchor="bottom left"))
        labels.append(Label(row.gap, start, y + _SILENCE + 1, SMALL - 0.5, "muted", anchor="bottom right"))
    _add_axis(figure, axis, column)
    _add_dots(figure, axis, [row for row in column.rows if not row.entry.count])
    if column.cut_off is not None:
        y, end = figure.height - column.cut_off, left + form.column
        said = brief.language.gettext("As of {day}", day=formats.day(brief.facts.document.as_of, brief.language))
        labels.append(Label(said, end, y + 1, SMALL, "house", typeface.BOLD, "top left"))
        figure.add_lines([LineString([(left, y), (end, y)])], color="house", width=1.2, dash="4px,3px")
    figure.add_labels([label for label in labels if label.text])


def _add_bar(figure: Canvas, left: float, y: float, share: float) -> float:
    """Draw how many events fell in a stretch as a bar, and return how much room it takes."""
    length = max(3.0, _LONGEST_BAR * share)
    figure.add_rectangle((left, y - 4, left + length, y + 4), "line")
    return length + 7.0


def _add_axis(figure: Canvas, axis: float, column: _Column) -> None:
    """Draw the line through the dots, dotted where long silences and what lies ahead leave out much."""
    steps = [
        (LineString([(axis, figure.height - one.top - 9) for one in pair]), pair[1]) for pair in pairwise(column.rows)
    ]
    dashes: dict[bool, dict[str, Any]] = {False: {}, True: {"dash": "2px,3px"}}
    for is_dotted, dash in dashes.items():
        lines = [line for line, row in steps if bool(row.gap or row.entry.ahead) is is_dotted]
        figure.add_lines(lines, color="line", width=1.6, **dash)


def _add_dots(figure: Canvas, axis: float, rows: Sequence[_Row]) -> None:
    items = [row.entry for row in rows]
    figure.add_scatter(
        x=[axis] * len(items), y=[figure.height - row.top - BASE * _MIDDLE for row in rows], mode="markers",
        hoverinfo="text", text=[plain(e.title) for e in items],
        marker={
            "symbol": ["diamond-open" if e.ahead else "circle" for e in items],
            "size": [13 if e.strong else 9 for e in items],
            "color": [e.colour for e in items],
            "opacity": 1,
            "line": {"width": [2 if e.ahead else 1.5 for e in items],
                     "color": [e.colour if e.ahead else LIGHT["paper"] for e in items]},
        },
    )  # fmt: skip


def _words(brief: Brief, items: Sequence[Entry]) -> Words:
    _, ngettext, language = brief.language.gettext, brief.language.ngettext, brief.language
    past = [e for e in items if not e.ahead and e.is_event]
    ahead = [e for e in items if e.ahead]
    told = items if len(items) <= _MOST_TOLD else [e for e in chosen(brief, items, _MOST_TOLD // 2) if not e.count]
    counts = [ngettext("{n} event", "{n} events", len(past), n=len(past))] if past else []
    counts += [_dates_ahead(brief, ahead)] if ahead else []
    alt = [_("Timeline of {events}.", events=formats.listed(counts, language))] if counts else []
    alt += [f"{formats.dated(e.date, e.precision, language)}{_(': ')}{e.title}." for e in told]
    caption = [_("Dots take the colour of the side that acts first; open diamonds lie after the cut-off."),
               _("Not to scale: the line is dotted where months pass without an event.")]  # fmt: skip
    if not (whole := is_whole(brief, items)):
        caption.append(_("The table has the details, and whatever is only counted here."))
    rows = [
        (formats.short_day(e.date, language, precision=e.precision, year=True), e.title, e.detail,
         ", ".join(str(brief.numbers[s]) for s in e.sources))
        for e in items
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=[_("Date"), _("What"), _("Detail"), _("Sources")])
    return Words("timeline", _title(brief, past, ahead), caption, alt, table, whole=whole)


def _title(brief: Brief, past: Sequence[Entry], ahead: Sequence[Entry]) -> str:
    _, ngettext, as_of = brief.language.gettext, brief.language.ngettext, brief.facts.document.as_of
    coming = _coming(brief, ahead) if ahead else ""
    if not past:
        return capitalise(coming) or entries(brief)[-1].title
    recent = sum((as_of - e.date).days <= 7 and e.precision is Precision.DAY for e in past)
    since = formats.dated(past[0].date, past[0].precision, brief.language)
    opening = ngettext("{n} event since {day}", "{n} events since {day}", len(past), n=len(past), day=since)
    if len(past) == 1:
        opening = _("One event: {day}", day=since)
    elif 1 < recent < len(past):
        opening = ngettext(
            "{recent} of {n} event falls in the last week", "{recent} of {n} events fall in the last week", recent,
            recent=recent, n=len(past),
        )  # fmt: skip
    return _("{first}; {second}", first=opening, second=coming) if coming else opening


def _coming(brief: Brief, ahead: Sequence[Entry]) -> str:
    """Return how far off the next date is; how many lie ahead where the next is a month or a year, which may have begun."""
    following = min(ahead, key=lambda e: e.date)
    if following.precision is not Precision.DAY:
        return _dates_ahead(brief, ahead)
    days = (following.date - brief.facts.document.as_of).days
    return brief.language.ngettext("the next date is {n} day off", "the next date is {n} days off", days, n=days)


def _dates_ahead(brief: Brief, ahead: Sequence[Entry]) -> str:
    return brief.language.ngettext("{n} date ahead", "{n} dates ahead", len(ahead), n=len(ahead))
