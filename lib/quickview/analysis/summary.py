"""The head of a report: masthead, key figures."""

from typing import Any, Final

from quickview.analysis import wording
from quickview.analysis.block import Block, from_template
from quickview.analysis.territory import Territory
from quickview.brief.reader import Brief
from quickview.brief.records import Quantity

MOST_CELLS: Final = 5


def masthead(brief: Brief) -> Block:
    """Return series, desk, date, headline and standfirst."""
    document = brief.facts.document
    data = {
        "name": brief.name,
        "title": document.title,
        "summary": document.summary,
        "series": document.series,
        "desk": document.desk,
        "language": document.language,
        "as_of": document.as_of.isoformat(),
        "topics": list(document.topics),
        "digest": brief.digest,
    }
    return from_template("masthead", brief, data=data)


def key_figures(brief: Brief, territory: Territory) -> Block:
    """Return three to five cells: key quantities, the next deadline, the area."""
    cells = [_quantity(q) for q in brief.facts.quantities if q.key][: MOST_CELLS - 2]
    cells += [*_deadline(brief), _area(territory)]
    return from_template("key_figures", brief, cells=cells[:MOST_CELLS])


def _quantity(quantity: Quantity) -> dict[str, Any]:
    several = len(quantity.values) > 1
    who = [
        {"text": f"{wording.value(one)}: {one.by}" if several else one.by, "sources": one.source}
        for one in quantity.values
    ]
    return {"label": quantity.label, "figure": wording.figures(quantity), "unit": quantity.unit, "who": who}


def _deadline(brief: Brief) -> list[dict[str, Any]]:
    """Return the cell of the term whose deadline is nearest, if any lies ahead."""
    as_of = brief.facts.document.as_of
    terms = [t for t in brief.facts.agreement.terms if t.deadlines] if brief.facts.agreement else []
    ahead = [t for t in terms if max(c.date for c in t.deadlines) > as_of]
    if not ahead:
        return []
    term = min(ahead, key=lambda t: min(c.date for c in t.deadlines))
    who = [{"text": f"{wording.short_day(c.date)}: {c.by}", "sources": c.source} for c in term.deadlines]
    left = wording.days_left([c.date for c in term.deadlines], as_of)
    label, unit = f"Left at {wording.short_day(as_of)}: {term.title}", "day" if left == "1" else "days"
    return [{"label": label, "figure": left, "unit": unit, "who": who}]


def _area(territory: Territory) -> dict[str, Any]:
    label = "Area, indicative outline" if territory.is_indicative else "Area"
    about = "about " if territory.is_indicative else ""
    who = [{"text": "computed from the layer on the map", "sources": []}]
    return {"label": label, "figure": f"{about}{wording.area(territory.area_km2)}", "unit": "km²", "who": who}
