"""What was agreed: the terms as a tracker."""

import datetime as dt
from typing import Any, Final

from markupsafe import Markup

from quickview.analysis import wording
from quickview.analysis.block import Block, absent, from_template, mark_up, side_of
from quickview.brief.reader import Brief
from quickview.brief.records import Term
from quickview.brief.vocabulary import CATEGORY, TermState

MARKS: Final = {
    TermState.IN_FORCE: '<circle cx="8" cy="8" r="6.5" stroke="none"/>',
    TermState.UNDER_WAY: '<path d="M3 1.5 15 8 3 14.5z" stroke="none"/>',
    TermState.PENDING: '<circle cx="8" cy="8" r="5.75" fill="none" stroke-width="2"/>',
    TermState.MET: '<path d="m1.5 8.5 4.5 5 8.5-11" fill="none" stroke-width="3"/>',
    TermState.CONTESTED: '<path d="M8 1.5 14.5 8 8 14.5 1.5 8z" fill="none" stroke-width="1.75"/><path d="M8 1.5v13L1.5 8z" stroke="none"/>',
    TermState.BREACHED: '<path d="m2 2 12 12M14 2 2 14" fill="none" stroke-width="3"/>',
    TermState.UNKNOWN: '<path d="M4 5.5C4 0 12 0 12 5c0 3-4 3-4 6M8 13v2.5" fill="none" stroke-width="2.25"/>',
}
"""What marks each state beside its word, on a square of 16 units: shapes that differ without colour.

They are drawn, so that they survive where a page loses its style sheet or paper its backgrounds.
"""


def terms(brief: Brief) -> Block:
    """Return the terms of the agreement as a table: term, who is bound, deadline with days left at `as_of`, state.

    `brief` is what `qv.load` returns. Absent without an agreement.
    """
    agreement = brief.facts.agreement
    if agreement is None:
        return absent("terms", brief)
    names = {actor.id: actor.label for actor in brief.facts.actors}
    return from_template(
        "terms",
        brief,
        rows=[_row(brief, term) for term in agreement.terms],
        undated=sum(not term.deadlines for term in agreement.terms),
        parties=_listed(brief, [names[a] for a in agreement.parties]),
        guarantors=_listed(brief, [names[a] for a in agreement.guarantors]),
    )


def _listed(brief: Brief, names: list[str]) -> Markup:
    return Markup(wording.listed([mark_up(name, brief) for name in names], brief.language))  # noqa: S704 (each marked up)


def _row(brief: Brief, term: Term) -> dict[str, Any]:
    actors = {actor.id: actor for actor in brief.facts.actors}
    dates = [claim.date for claim in term.deadlines]
    return {
        "term": term,
        "category": CATEGORY[term.category],
        "binds": [{"label": actors[a].label, "side": side_of(brief, a)} for a in term.binds],
        "left": _left(dates, brief) if dates else "",
        "mark": _mark(term.state.value, brief),
    }


def _mark(state: TermState, brief: Brief) -> Markup:
    """Return what is drawn for a state; what points ahead points where the reader goes."""
    turned = state is TermState.UNDER_WAY and brief.language.is_rtl
    mark = f'<g transform="matrix(-1 0 0 1 16 0)">{MARKS[state]}</g>' if turned else MARKS[state]
    return Markup(mark)  # noqa: S704 (the kit's own)


def _left(dates: list[dt.date], brief: Brief) -> str:
    """Return the days to the deadlines that lie ahead, or since those that passed if none does."""
    as_of, language = brief.facts.document.as_of, brief.language
    ahead = [date for date in dates if date >= as_of]
    days = sorted({abs((date - as_of).days) for date in ahead or dates})
    # A span of days takes the plural that large numbers take, whatever its ends are.
    most, said = days[0] if len(days) == 1 else 99, wording.span(days[0], days[-1], language)
    if ahead:
        return language.ngettext("{n} day", "{n} days", most, n=said)
    return language.ngettext("{n} day ago", "{n} days ago", most, n=said)
