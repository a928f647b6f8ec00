"""What was agreed: the terms as a tracker."""

from typing import Any

from quickview.analysis import wording
from quickview.analysis.block import Block, absent, from_template, side_of
from quickview.brief.reader import Brief
from quickview.brief.records import Term
from quickview.brief.vocabulary import CATEGORY


def terms(brief: Brief) -> Block:
    """Return each term with who is bound, deadline, days left at `as_of`, and state; absent without an agreement."""
    agreement = brief.facts.agreement
    if agreement is None:
        return absent("terms")
    names = {actor.id: actor.label for actor in brief.facts.actors}
    return from_template(
        "terms",
        brief,
        rows=[_row(brief, term) for term in agreement.terms],
        parties=[names[a] for a in agreement.parties],
        guarantors=[names[a] for a in agreement.guarantors],
    )


def _row(brief: Brief, term: Term) -> dict[str, Any]:
    actors = {actor.id: actor for actor in brief.facts.actors}
    dates = [claim.date for claim in term.deadlines]
    return {
        "term": term,
        "category": CATEGORY[term.category],
        "binds": [{"label": actors[a].label, "side": side_of(brief, a)} for a in term.binds],
        "left": wording.days_left(dates, brief.facts.document.as_of) if dates else "",
        "slug": str(term.state.value).replace(" ", "-"),
    }
