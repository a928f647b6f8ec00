"""Analysis of competing hypotheses: the one that least speaks against leads (Heuer 1999, Psychology of Intelligence Analysis, ch. 8).

Hypotheses are ranked by how many items of evidence are inconsistent with them, the fewest first. Among equals the lower
weight leads: each inconsistent item counts by the best credibility among its sources. What is consistent counts for
nothing, as it may be consistent with the others too.
"""

import math
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
    if isinstance(record, Event):
        named = set(record.sources)
    elif isinstance(record, Quantity):
        named = {value.source for value in record.values}
    else:
        named = {record.source, record.state.source} if record else set()
    return tuple(source for source in facts.sources if source.id in named)


def weight_of(facts: Facts, item: str) -> float:
    """Return how much an item counts where it is inconsistent: by the best credibility among its sources."""
    return max((WEIGHTS[source.credibility] for source in sources_of(facts, item)), default=WEIGHTS[6])


def tells_apart(evidence: Evidence, facts: Facts) -> bool:
    """Whether an item is inconsistent with some hypotheses and not with others: Heuer's diagnostic evidence."""
    return len({evidence.marks.get(one.id) == "I" for one in facts.hypotheses}) > 1


def rank(facts: Facts) -> tuple[Standing, ...]:
    """Return the hypotheses of a brief by rank, equals in the brief's order; empty without any."""
    return _ranked(facts, facts.evidence)


def leading(standings: Sequence[Standing]) -> tuple[str, ...]:
    """Return the ids of the hypotheses that share the first place."""
    return tuple(one.hypothesis for one in standings if one.place == 1)


def pivots(facts: Facts) -> tuple[Pivot, ...]:
    """Return each item of evidence that, left out, would change which hypotheses lead."""
    without = {one.item: [other for other in facts.evidence if other is not one] for one in facts.evidence}
    found = (Pivot(item, leading(_ranked(facts, rest))) for item, rest in without.items())
    first = set(leading(rank(facts)))
    return tuple(one for one in found if set(one.leading) != first)


def _ranked(facts: Facts, evidence: Sequence[Evidence]) -> tuple[Standing, ...]:
    scores: dict[str, tuple[int, float]] = {}
    for one in facts.hypotheses:
        against = [weight_of(facts, item.item) for item in evidence if item.marks.get(one.id) == "I"]
        scores[one.id] = len(against), round(math.fsum(against), 1)
    order = sorted(scores, key=scores.__getitem__)
    return tuple(
        Standing(name, *scores[name], 1 + sum(one < scores[name] for one in scores.values())) for name in order
    )
