"""Competing explanations: the ranking of a brief's hypotheses, the matrix of evidence behind it, and what would change it."""

from collections.abc import Collection
from typing import Any, Final

from markupsafe import Markup

from quickview.analysis.blocks import Block, absent, from_template, mark_up
from quickview.brief import formats
from quickview.brief.reader import Brief
from quickview.brief.records import Evidence, Quantity, Source
from quickview.brief.vocabulary import BEARINGS, Bearing
from quickview.evidence.hypotheses import Pivot, leading, pivots, rank, sources_of

BEARING_MARKS: Final = {
    Bearing.CONSISTENT: '<circle cx="8" cy="8" r="6.5" stroke="none"/>',
    Bearing.INCONSISTENT: '<path d="m2 2 12 12M14 2 2 14" fill="none" stroke-width="3"/>',
    Bearing.NEUTRAL: '<circle cx="8" cy="8" r="5.75" fill="none" stroke-width="1.5"/>',
    Bearing.NOT_APPLICABLE: '<path d="M3 7h10v2H3z" stroke="none"/>',
}
"""What marks how evidence bears on a hypothesis, beside its word, on a square of 16 units."""


def hypotheses(brief: Brief) -> Block:
    """Return competing explanations by rank, with the evidence marked for each, and which item would change the first place.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        Two tables as HTML: the ranking, whose caption states which explanation has the fewest contradictions, and the
        matrix, a row an item with its Admiralty grade. `data` holds `ranking`, each with `id`, `contradictions`,
        `weight` and `place`, and `pivots`, each with `item` and the ids `leading` without it. Empty without hypotheses.

    Notes
    -----
    Analysis of competing hypotheses after Heuer (1999), Psychology of Intelligence Analysis, ch. 8. Fewest
    inconsistent items lead; equals are ordered by weight: an item counts 1, 0.8, 0.6, 0.4 or 0.2 by the best
    credibility among its sources, 1 to 5; 6, which cannot be judged, counts 0.2.

    Examples
    --------
    >>> block = qv.hypotheses(brief)
    >>> [(one["id"], one["contradictions"]) for one in block.data["ranking"]]
    [('wait-out', 1), ('force-talks', 2)]
    """
    facts = brief.facts
    if not facts.hypotheses:
        return absent("hypotheses", brief)
    ranking, turning, by_id = rank(facts), pivots(facts), {one.id: one for one in facts.hypotheses}
    data = {
        "ranking": [
            {"id": one.hypothesis, "contradictions": one.contradictions, "weight": one.weight, "place": one.place}
            for one in ranking
        ],
        "pivots": [{"item": one.item, "leading": list(one.leading)} for one in turning],
    }
    first, least = leading(ranking), ranking[0].contradictions
    as_many = [one.hypothesis for one in ranking if one.place > 1 and one.contradictions == least]
    return from_template(
        "hypotheses", brief, data=data, leaders=_named(first, brief), leader_count=len(first),
        ranking=[(one, by_id[one.hypothesis], brief.language.number(one.weight)) for one in ranking],
        as_many=_named(as_many, brief), all_tied=len(first) == len(ranking),
        columns=[by_id[one.hypothesis] for one in ranking],
        rows=[_row(one, brief) for one in facts.evidence], pivots=_turning(turning, brief),
    )  # fmt: skip


def _row(evidence: Evidence, brief: Brief) -> dict[str, Any]:
    """Return an item of evidence: what it is called, its sources with their grades, and its mark for each hypothesis by id."""
    bearings = {one.id: BEARINGS[evidence.marks.get(one.id, "N")] for one in brief.facts.hypotheses}
    sources = sources_of(brief.facts, evidence.item)
    is_source = isinstance(brief.facts.evidence_record(evidence.item), Source)
    return {
        "title": _title(evidence, brief),
        "note": brief.facts.evidence_title(evidence.item) if is_source and evidence.note else evidence.note,
        "sources": [one.id for one in sources],
        "grades": list(dict.fromkeys(f"{one.reliability}{one.credibility}" for one in sources)),
        "marks": {name: (Markup(BEARING_MARKS[one]), one) for name, one in bearings.items()},  # noqa: S704 (the kit's own)
    }


def _title(evidence: Evidence, brief: Brief) -> Markup:
    """Return what an item is called; of a source it is what the source says, where the brief tells it."""
    record = brief.facts.evidence_record(evidence.item)
    if isinstance(record, Source) and evidence.note:
        return mark_up(evidence.note.rstrip("."), brief)
    if isinstance(record, Quantity):
        shown = formats.listed([formats.value(one, brief.language) for one in record.values], brief.language)
        return Markup("{}{}{} {}").format(
            mark_up(record.label, brief), brief.language.gettext(": "), shown, mark_up(record.unit, brief)
        )
    return mark_up(brief.facts.evidence_title(evidence.item), brief)


def _named(ids: Collection[str], brief: Brief) -> Markup:
    names = [mark_up(one.title, brief) for one in brief.facts.hypotheses if one.id in ids]
    quoted = [Markup(brief.language.gettext("“{words}”")).format(words=name) for name in names]  # noqa: S704 (the kit's own)
    return Markup(formats.listed(quoted, brief.language))  # noqa: S704 (each marked up)


def _turning(pivots: Collection[Pivot], brief: Brief) -> list[dict[str, Any]]:
    """Return what would lead without which items; those that would change it in the same way are told together."""
    evidence, quoted = {one.item: one for one in brief.facts.evidence}, brief.language.gettext("“{words}”")
    by_leading: dict[tuple[str, ...], list[str]] = {}
    for pivot in pivots:
        by_leading.setdefault(tuple(pivot.leading), []).append(pivot.item)
    told = []
    for first, items in by_leading.items():
        names = [Markup(quoted).format(words=_title(evidence[item], brief)) for item in items]  # noqa: S704 (the kit's own)
        sources = dict.fromkeys(one.id for item in items for one in sources_of(brief.facts, item))
        told.append({
            "named": Markup(formats.listed(names, brief.language, style="or")),  # noqa: S704 (each marked up)
            "leading": _named(first, brief), "tied": len(first) > 1, "sources": list(sources),
        })  # fmt: skip
    return told
