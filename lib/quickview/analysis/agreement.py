"""What was agreed: the terms as a tracker."""

import datetime as dt
from typing import Any

from markupsafe import Markup

from quickview.analysis import wording
from quickview.analysis.block import Block, absent, from_template, mark_up, side_of
from quickview.brief.reader import Brief
from quickview.brief.records import Term
from quickview.brief.vocabulary import CATEGORY


def terms(brief: Brief) -> Block:
    """Return each term with who is bound, deadline, days left at `as_of`, and state; absent without an agreement."""
    agreement = brief.facts.agreement
    if agreement is None:
        return absent("terms", brief)
    names = {actor.id: actor.label for actor in brief.facts.actors}
    return from_template(
        "terms",
        brief,
        rows=[_row(brief, term) for term in agreement.terms],
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
        "slug": str(term.state.value).replace(" ", "-"),
    }


def _left(dates: list[dt.date], brief: Brief) -> str:
    as_of, language = brief.facts.document.as_of, brief.language
    left = {(date - as_of).days for date in dates}
    # A span of days takes the plural that large numbers take, whatever its ends are.
    most = max(left) if len(left) == 1 else 99
    return language.ngettext("{n} day", "{n} days", most, n=wording.days_left(dates, as_of, language))
