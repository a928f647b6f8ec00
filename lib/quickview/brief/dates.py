"""The days a brief names for what is agreed, decided or set: deadlines, validity, the calendar."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from quickview.brief.records import DatedClaim, Facts
from quickview.brief.vocabulary import Precision, TermState, last_day

Kind = Literal["deadline", "effect", "end", "scheduled"]
"""What a day is: of a term, by which it is due; the first or the last day of something's validity; of the calendar."""


@dataclass(frozen=True)
class Dated:
    """A day with what it is for: the id and title of the record, who gives the day, and where it is read.

    `state` is that of the term or measure, if it is one's; `actors` are the ids of those
    concerned, the first acts.
    """

    kind: Kind
    id: str
    title: str
    date: dt.date
    by: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    precision: Precision = Precision.DAY
    state: TermState | None = None
    note: str = ""

    def lies_ahead(self, as_of: dt.date) -> bool:
        """Whether the day has not come at a cut-off; of a month or year, whether it is not over."""
        return last_day(self.date, self.precision) > as_of


def dated(facts: Facts) -> list[Dated]:
    """Return every such day of a brief, past or ahead, in order of date; a day that several give stands once."""
    found = [*_agreement(facts), *_measures(facts), *_calendar(facts)]
    return sorted(found, key=lambda one: (one.date, one.kind, one.title))


def ahead(facts: Facts, *kinds: Kind) -> list[Dated]:
    """Return the days that lie after `as_of`, of some kinds or of all."""
    as_of = facts.document.as_of
    return [one for one in dated(facts) if one.lies_ahead(as_of) and (not kinds or one.kind in kinds)]


def _agreement(facts: Facts) -> Iterator[Dated]:
    agreement = facts.agreement
    if agreement is None:
        return
    for term in agreement.terms:
        for date in sorted({claim.date for claim in term.deadlines}):
            claims = [claim for claim in term.deadlines if claim.date == date]
            yield Dated(
                "deadline", term.id, term.title, date, *_given(claims), term.binds, state=term.state.value,
                note="; ".join(dict.fromkeys(claim.note for claim in claims if claim.note)),
            )  # fmt: skip
    bounds: tuple[tuple[Kind, DatedClaim | None], ...] = (("effect", agreement.effective), ("end", agreement.until))
    for kind, claim in bounds:
        if claim:
            given, note = _given([claim]), claim.note or ""
            yield Dated(kind, "agreement", agreement.name, claim.date, *given, agreement.parties, note=note)


def _given(claims: Sequence[DatedClaim]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who gives a day, and the sources, each once."""
    return tuple(dict.fromkeys(claim.by for claim in claims)), tuple(dict.fromkeys(claim.source for claim in claims))


def _measures(facts: Facts) -> Iterator[Dated]:
    for measure in facts.measures:
        bounds: tuple[tuple[Kind, dt.date | None], ...] = (("effect", measure.since), ("end", measure.until))
        for kind, date in bounds:
            if date:
                yield Dated(kind, measure.id, measure.title, date, (), (measure.source,), measure.by,
                            state=measure.state.value)  # fmt: skip


def _calendar(facts: Facts) -> Iterator[Dated]:
    for one in facts.calendar:
        note = " · ".join(part.rstrip(".") for part in (one.text, one.where) if part)
        yield Dated("scheduled", one.id, one.title, one.date, (), one.sources, one.actors, one.precision, note=note)
