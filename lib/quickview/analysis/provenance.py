"""Where it all comes from: sources with grades, method and limits."""

from typing import Any

import quickview
from quickview.analysis import wording
from quickview.analysis.block import Block, from_template
from quickview.analysis.territory import Territory
from quickview.brief.reader import Brief
from quickview.brief.vocabulary import CREDIBILITY, RELIABILITY, Located


def sources(brief: Brief) -> Block:
    """Return the numbered list of sources with Admiralty grades and links."""
    listed = brief.facts.sources
    return from_template(
        "sources",
        brief,
        reliability=RELIABILITY,
        credibility=CREDIBILITY,
        used_reliability=sorted({s.reliability for s in listed}),
        used_credibility=sorted({s.credibility for s in listed}),
    )


def method(brief: Brief, territory: Territory) -> Block:
    """Return what is not known, how the report was made, and the stamp of the edition."""
    place = brief.facts.place
    used = [place.layer, place.places, place.routes, place.regions, place.countries]
    return from_template(
        "method",
        brief,
        disputed=[q for q in brief.facts.quantities if len({v.bounds for v in q.values}) > 1],
        layers=[brief.catalog.layer(name) for name in dict.fromkeys(used) if name],
        notes=_notes(brief),
        computed=_computed(territory),
        version=quickview.__version__,
    )


def _notes(brief: Brief) -> list[str]:
    notes: list[str] = []
    unsure = [s for s in brief.facts.sites if s.located is not Located.CONFIRMED]
    if unsure:
        notes.append("Positions: " + "; ".join(f"{s.name}, {_position(s)}" for s in unsure) + ".")
    agreement = brief.facts.agreement
    for term in agreement.terms if agreement else ():
        if len({c.date for c in term.deadlines}) > 1:
            dates = "; ".join(f"{wording.day(c.date)} ({c.by})" for c in term.deadlines)
            notes.append(f"Sources disagree on the deadline of “{term.title}”: {dates}.")
    return notes


def _position(site: Any) -> str:
    return f"{site.located}" + (f" ({site.note[0].lower()}{site.note[1:]})" if site.note else "")


def _computed(territory: Territory) -> str:
    name = territory.crs.name
    return f"Area and distances are computed in {name}, in metres; distances run from the edge of the outline."
