"""How the terms of an agreement came along: a row a term, its states and deadlines through time."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pandas as pd
import plotly.graph_objects as go
from shapely import affinity
from shapely.geometry import LineString, Polygon, box

from quickview.analysis.blocks import Block, absent, drawn
from quickview.analysis.canvas import BASE, SMALL, WIDE, Box, Canvas, Label, Words, capitalise, hatch
from quickview.analysis.labels import fold
from quickview.analysis.time_axis import BELOW, LEVEL, Day, TimeAxis, on_levels, time_axis, within
from quickview.brief import formats
from quickview.brief.reader import Brief
from quickview.brief.records import State, Term
from quickview.brief.vocabulary import TermState
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

_NAMES: Final = 206.0
"""Room beside the bands for what each row is about, where the drawing is wide."""
_BAND: Final = 13.0
_EDGE: Final = 8.0
_BETWEEN: Final = 13.0
_TALLEST: Final = {True: 900.0, False: 1500.0}
"""Where the drawing is wide, less than a printed page; else two turns of a phone's screen."""


@dataclass(frozen=True)
class _Pattern:
    """How the band of a state is filled: a colour, and lines over it at slopes, so that it is known without colour."""

    fill: str
    lines: str = "muted"
    slopes: tuple[float, ...] = ()
    spacing: float = 5.0
    dash: str = "solid"


_UPRIGHT: Final = 1000.0
_LEVEL_LINES: Final = 0.001

_PATTERNS: Final[Mapping[TermState, _Pattern]] = {
    TermState.BREACHED: _Pattern("ink", "paper", (1.0,), spacing=6.0),
    TermState.CONTESTED: _Pattern("paper", "ink", (1.0, -1.0), spacing=5.0),
    TermState.SUSPENDED: _Pattern("land-2", "ink", (_UPRIGHT,), spacing=4.0),
    TermState.PENDING: _Pattern("paper"),
    TermState.UNDER_WAY: _Pattern("step-1", "house", (1.0,), spacing=5.0),
    TermState.UNKNOWN: _Pattern("paper", dash="2px,3px"),
    TermState.IN_FORCE: _Pattern("step-4", "house"),
    TermState.MET: _Pattern("house", "house"),
    TermState.ENDED: _Pattern("land-2", "muted", (_LEVEL_LINES,), spacing=4.0),
}
"""How each state is drawn; their order is that of the rows, by the state that a term is in: what went wrong stands first."""


@dataclass(frozen=True)
class _Row:
    """A term in its place: its name, what is said of its states and deadlines, and how high the middle of its band lies, whose box is about height 0."""

    term: Term
    name: Label
    told: Sequence[Label]
    due: Sequence[Label]
    band: Box
    y: float


def term_history(brief: Brief) -> go.Figure | Block:
    """Return how the terms of the agreement came along: a row a term, with its states and deadlines through time.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide, time to scale; a gap longer than four times all the rest is cut out, and said to be so long.
        `layout.meta` holds `id` ("term-history"), `kind` ("Figure"), `title`, `caption`, `alt`, `narrow` (the drawing for
        pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row a state or deadline: term, date, what, detail,
        numbers of the sources. Of more terms than can be taken in, the drawing has the first; `whole` then is False. An
        empty block where no term has more than one state.

    Notes
    -----
    A term was kept on time if it was met by every date that is given for it, and not breached or in doubt again by then.

    Examples
    --------
    >>> ceasefire = qv.load("../briefs/two-rivers-ceasefire.md")
    >>> meta = qv.term_history(ceasefire).layout.meta
    >>> meta["title"]
    '1 of 2 terms due so far kept on time'
    >>> meta["table"]["rows"][3]
    ['Prisoners are freed', '6 Jun 2024', 'Breached', '112 of about 300 freed', '2']
    """
    if not any(len(term.history) > 1 for term in _ranked(brief)):
        return absent("term-history", brief)
    return drawn(partial(_draw, brief), _words(brief), brief)


def _ranked(brief: Brief) -> list[Term]:
    """Return the terms by the state they are in, what went wrong first; else in the order of the brief."""
    terms, order = brief.facts.agreement.terms if brief.facts.agreement else (), list(_PATTERNS)
    return sorted(terms, key=lambda term: order.index(term.state.value))


def _draw(brief: Brief, width: int) -> Canvas:
    axis = _axis(brief, width)
    rows = _rows(brief, axis, width)
    height = _height(rows)
    days = _days(brief)
    heads = axis.day_labels(days, top=height, width=width)
    labels = [*heads, *(label for row in rows for label in (row.name, *row.told, *row.due))]
    figure, boxes = Canvas(width, max(label.box[3] for label in heads) + 2), [label.box for label in labels]
    axis.add_ticks(figure, brief.language, bottom=BELOW, top=height, boxes=boxes)
    for row in rows:
        _add_row(figure, brief, row, axis)
    axis.add_cuts(figure, bottom=BELOW, top=height, boxes=boxes)
    axis.add_days(figure, days, heads, bottom=BELOW, boxes=boxes)
    figure.add_labels(labels)
    return figure


def _axis(brief: Brief, width: int) -> TimeAxis:
    terms = _ranked(brief)
    dates = [brief.facts.document.as_of, *(day.date for day in _days(brief))]
    dates += [state.date for term in terms for state in term.history]
    dates += [claim.date for term in terms for claim in term.deadlines]
    return time_axis(dates, _NAMES if width >= WIDE else _EDGE, width - _EDGE, brief.language)


def _days(brief: Brief) -> list[Day]:
    """Return the days that lines mark: of effect, and of the cut-off."""
    _, language, as_of = brief.language.gettext, brief.language, brief.facts.document.as_of
    effective = brief.facts.agreement.effective if brief.facts.agreement else None
    days = [Day(as_of, _("As of {day}", day=formats.day(as_of, language)), "house")]
    if effective:
        said = _("In effect {day}", day=formats.near_day(effective.date, as_of, language))
        days.append(Day(effective.date, said, "muted"))
    return days


def _rows(brief: Brief, axis: TimeAxis, width: int) -> list[_Row]:
    """Return the rows of the first terms in their places, as many as a reader takes in."""
    rows, tallest = [_row(brief, term, axis, width) for term in _ranked(brief)], _TALLEST[width >= WIDE]
    trials = (_placed(rows[:n], is_wide=width >= WIDE) for n in range(len(rows), 0, -1))
    return next(placed for placed in trials if len(placed) == 1 or _height(placed) <= tallest)


def _height(rows: Sequence[_Row]) -> float:
    first = rows[0]
    return max(label.box[3] for label in (first.name, *first.due)) + _BETWEEN


def _row(brief: Brief, term: Term, axis: TimeAxis, width: int) -> _Row:
    """Return what is written in the row of a term, about a band at height 0."""
    room = (_NAMES - 22 if width >= WIDE else width) - 2 * _EDGE
    title = fold(term.title, room, weight=typeface.BOLD)
    name = Label(title, _EDGE, 0, BASE, weight=typeface.BOLD, anchor="bottom right")
    ends = [x for _, *band in _bands(brief, term, axis) for x in band] + [axis.x(one.date) for one in term.deadlines]
    band = (min(ends), -_BAND / 2, max(ends), _BAND / 2)
    return _Row(term, name, _told(brief, term, axis, width), _due(brief, term, axis, width), band, 0.0)


def _placed(rows: Sequence[_Row], *, is_wide: bool) -> list[_Row]:
    """Return rows over one another, from the last one up, each as low as what lies under it allows: words under each band, deadlines above it, the name beside or above both."""
    placed, taken = list[_Row](), [(-math.inf, 0.0, math.inf, BELOW + 6.0 - _BETWEEN)]
    for row in reversed(rows):
        above = max((label.box[3] for label in row.due), default=_BAND / 2)
        start = _BAND / 2 + 2 if is_wide else above + row.name.extent[1] + 2
        name = replace(row.name, y=start)
        boxes = [row.band, *(label.box for label in (name, *row.told, *row.due))]
        y = max(
            low[3] + _BETWEEN - box[1] for low in taken for box in boxes if low[0] < box[2] + 6 and box[0] < low[2] + 6
        )
        told, due = ([replace(label, y=label.y + y) for label in labels] for labels in (row.told, row.due))
        placed.append(replace(row, name=replace(name, y=start + y), told=told, due=due, y=y))
        taken += [(left, bottom + y, right, top + y) for left, bottom, right, top in boxes]
    return placed[::-1]


def _told(brief: Brief, term: Term, axis: TimeAxis, width: int) -> list[Label]:
    """Return the words of the states under a band of height 0, from the last one: each begins where its state does."""
    words = [
        Label(capitalise(brief.language.gettext(state.value)), left, -_BAND / 2 - 2, SMALL, anchor="bottom right")
        for state, left, _ in _bands(brief, term, axis)
    ]
    return on_levels([within(label, 0, width - 2) for label in words[::-1]], -LEVEL + 1)


def _due(brief: Brief, term: Term, axis: TimeAxis, width: int) -> list[Label]:
    """Return what is said of the deadlines above a band of height 0: when, and who says so."""
    said, as_of, language = dict[dt.date, list[str]](), brief.facts.document.as_of, brief.language
    for claim in sorted(term.deadlines, key=lambda claim: claim.date):
        said.setdefault(claim.date, []).append(claim.by)
    labels, room = [], max(200.0, width / 3)
    for date, by in said.items():
        day, givers = formats.near_day(date, as_of, language), formats.listed(list(dict.fromkeys(by)), language)
        text = f"{day}{language.gettext(': ')}{givers}"
        text = fold(text, room, size=SMALL)
        labels.append(Label(text, axis.x(date), _BAND / 2 + 3, SMALL, "muted", anchor="top center"))
    return on_levels([within(label, axis.left, width - 2) for label in labels], LEVEL - 1)


def _bands(brief: Brief, term: Term, axis: TimeAxis) -> list[tuple[State, float, float]]:
    """Return each state of a term with where its band begins and ends; one of the last day is still to be seen."""
    ends = [*(state.date for state in term.history[1:]), brief.facts.document.as_of]
    spans = [(state, axis.x(state.date), axis.x(end)) for state, end in zip(term.history, ends, strict=True)]
    return [(state, min(left, axis.right - 4), max(right, left + 4)) for state, left, right in spans]


def _add_row(figure: Canvas, brief: Brief, row: _Row, axis: TimeAxis) -> None:
    for state, left, right in _bands(brief, row.term, axis):
        area = (left, row.y - _BAND / 2, right, row.y + _BAND / 2)
        since = brief.language.gettext("since {day}", day=formats.day(state.date, brief.language))
        _add_band(figure, box(*area), _PATTERNS[state.value], hover=f"{brief.language.gettext(state.value)}, {since}")
    labels = [label.box for label in row.told]
    leaders = [
        LineString([(left + 0.5, row.y - _BAND / 2), (left + 0.5, label.box[3] - 3)])
        for label, (_, left, _) in zip(row.told[::-1], _bands(brief, row.term, axis), strict=True)
        if label.y < row.y - _BAND / 2 - 3
    ]
    figure.add_lines(leaders, clear_of=labels, pad=0.0, color="line", width=0.8)
    dates, as_of = sorted({claim.date for claim in row.term.deadlines}), brief.facts.document.as_of
    if dates and dates[-1] > as_of:
        wait = LineString([(axis.x(as_of), row.y), (axis.x(dates[-1]) - 6, row.y)])
        figure.add_lines([wait], color="line", width=1, dash="2px,3px")
    if dates:
        figure.add_scatter(
            x=[axis.x(date) for date in dates], y=[row.y] * len(dates), mode="markers", hoverinfo="skip",
            marker={"symbol": "diamond", "size": 11, "color": LIGHT["paper"], "opacity": 1,
                    "line": {"width": 1.8, "color": LIGHT["ink"]}},
        )  # fmt: skip


def _add_band(figure: Canvas, area: Polygon, pattern: _Pattern, *, hover: str) -> None:
    figure.add_rectangle(area.bounds, pattern.fill, hover=hover)
    for slope in pattern.slopes:
        lines = hatch(area, spacing=pattern.spacing, slope=abs(slope))
        turned = lines if slope > 0 else affinity.scale(lines, xfact=-1, origin=area.centroid)
        figure.add_lines([turned], color=pattern.lines, width=1.1)
    edge = "ink" if pattern.lines == "paper" else pattern.lines
    figure.add_lines([area.exterior], color=edge, width=1, dash=pattern.dash)


def _words(brief: Brief) -> Words:
    _, terms, axis = brief.language.gettext, _ranked(brief), _axis(brief, WIDE)
    ngettext = brief.language.ngettext
    day = formats.day(brief.facts.document.as_of, brief.language)
    caption = [_("Each band is a state of a term, from its day on, until {day}; diamonds are deadlines, with who gives them.", day=day),
               _("What went wrong stands first.")]  # fmt: skip
    if cuts := len(axis.cuts):
        caption.append(ngettext("To scale but for the gap that is cut out; its length is told.",
                                "To scale but for the {n} gaps that are cut out; their lengths are told.", cuts, n=cuts))  # fmt: skip
    if more := len(terms) - len(_rows(brief, axis, WIDE)):
        caption.append(ngettext("{n} more term in the table.", "{n} more terms in the table.", more, n=more))
    alt = [_("Terms through time."), *(_spoken(brief, term) for term in terms)]
    table = pd.DataFrame(
        [row for term in terms for row in _table_rows(brief, term)],
        columns=[_("Term"), _("Date"), _("What"), _("Detail"), _("Sources")],
    )
    return Words("term-history", _title(brief), caption, alt, table, whole=not more)


def _spoken(brief: Brief, term: Term) -> str:
    """Return the history of a term as a sentence."""
    _, language = brief.language.gettext, brief.language
    said = [
        _("{state} from {day}", state=_(state.value), day=formats.day(state.date, language)) for state in term.history
    ]
    said += [_("due {day} ({by})", day=formats.day(claim.date, language), by=claim.by) for claim in term.deadlines]
    return f"{term.title}{_(': ')}{_('; ').join(said)}."


def _table_rows(brief: Brief, term: Term) -> list[tuple[str, ...]]:
    _ = brief.language.gettext
    found = [(state.date, capitalise(_(state.value)), state.note or "", state.source) for state in term.history]
    found += [
        (claim.date, _("Deadline"), "; ".join(filter(None, [claim.by, claim.note])), claim.source)
        for claim in term.deadlines
    ]
    return [
        (term.title, formats.short_day(date, brief.language, year=True), what, detail, str(brief.numbers[source]))
        for date, what, detail, source in sorted(found, key=lambda row: row[0])
    ]


def _title(brief: Brief) -> str:
    """Return how many terms were kept on time, as far as deadlines have passed; else how they stand."""
    _, ngettext = brief.language.gettext, brief.language.ngettext
    terms, as_of = _ranked(brief), brief.facts.document.as_of
    passed = [term for term in terms if term.deadlines and max(claim.date for claim in term.deadlines) < as_of]
    if len(passed) == 1:
        title = passed[0].title
        return (
            _("Kept on time: {term}", term=title)
            if _was_on_time(passed[0])
            else _("Not kept on time: {term}", term=title)
        )
    if passed:
        return ngettext("{kept} of {n} term due so far kept on time", "{kept} of {n} terms due so far kept on time",
                        len(passed), kept=sum(map(_was_on_time, passed)), n=len(passed))  # fmt: skip
    wrong = sum(term.state.value in {TermState.BREACHED, TermState.CONTESTED, TermState.SUSPENDED} for term in terms)
    if wrong:
        return ngettext("{wrong} of {n} term is breached, contested or suspended",
                        "{wrong} of {n} terms breached, contested or suspended", len(terms), wrong=wrong, n=len(terms))  # fmt: skip
    held = sum(term.state.value in {TermState.IN_FORCE, TermState.MET} for term in terms)
    return ngettext("{held} of {n} term is in force or met", "{held} of {n} terms in force or met",
                    len(terms), held=held, n=len(terms))  # fmt: skip


def _was_on_time(term: Term) -> bool:
    """Whether a term was met by every date that is given for it, and not breached again by then."""
    first = min(claim.date for claim in term.deadlines)
    by_then = [state.value for state in term.history if state.date <= first]
    return TermState.MET in by_then and by_then[-1] in {TermState.MET, TermState.ENDED}
