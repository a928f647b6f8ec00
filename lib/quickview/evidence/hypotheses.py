"""Analysis of competing hypotheses: the one that least speaks against leads (Heuer 1999, Psychology of Intelligence Analysis, ch. 8).

Hypotheses are ranked by how many items of evidence are inconsistent with them, the fewest first. Among equals the lower
weight leads: each inconsistent item counts by the best credibility among its sources. What is consistent counts for
nothing, as it may be consistent with the others too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from quickview.brief.records import Event, Evidence, Facts, Quantity, Source

WEIGHTS: Final[Mapping[int, float]] = {1: 1.0, 2: 0.8, 3: 0.6, 4: 0.4, 5: 0.2, 6: 0.2}
"""How much an inconsistent item counts, by Admiralty credibility: from 1, confirmed, to 0.2, improbable or not to be judged."""


@dataclass(frozen=True)
class Standing:
    """A hypothesis by id: how many items contradict it, their weight, and its place, which equals share."""

    hypothesis: str
    contradictions: int
    weight: float
    place: int


@dataclass(frozen=True)
class Pivot:
    """An item of evidence without which other hypotheses would lead, and the ids of those."""

    item: str
    leading: tuple[str, ...]


def sources_of(facts: Facts, item: str) -> tuple[Source, ...]:
    """Return the sources of an item of evidence, in the order of the brief's list; the item itself where it is one."""
    record = facts.evidence_record(item)
    if isinstance(record, Source):
        return (record,)
    named: set[str] = set()
    if isinstance(record, Event):
        named = set(record.sources)
    elif isinstance(record, Quantity):
        named = {value.source for value in record.values}
    elif record is not None:
        named = {record.source, record.state.source}
    return tuple(source for source in facts.sources if source.id in named)


def rank(facts: Facts) -> tuple[Standing, ...]:
    """Return the hypotheses of a brief by rank, equals in the brief's order; empty without any."""
    return _ranked(facts, facts.evidence)


def leading(standings: Sequence[Standing]) -> tuple[str, ...]:
    """Return the ids of the hypotheses that share the first place."""
    return tuple(one.hypothesis for one in standings if one.place == 1)


def pivots(facts: Facts) -> tuple[Pivot, ...]:
    """Return each item of evidence that, left out, would change which hypotheses lead."""
    first = leading(rank(facts))
    found = []
    for left_out in facts.evidence:
        others = leading(_ranked(facts, [one for one in facts.evidence if one is not left_out]))
        if set(others) != set(first):
            found.append(Pivot(left_out.item, others))
    return tuple(found)


def _ranked(facts: Facts, evidence: Sequence[Evidence]) -> tuple[Standing, ...]:
    against = {one.id: [item.item for item in evidence if item.marks.get(one.id) == "I"] for one in facts.hypotheses}
    scores = {
        name: (len(items), round(sum(_weight(facts, item) for item in items), 1)) for name, items in against.items()
    }
    order = sorted(scores, key=lambda name: scores[name])
    return tuple(
        Standing(name, *scores[name], 1 + sum(one < scores[name] for one in scores.values())) for name in order
    )


def _weight(facts: Facts, item: str) -> float:
    return max((WEIGHTS[source.credibility] for source in sources_of(facts, item)), default=WEIGHTS[6])
