"""Who held which place when, as far as a brief tells: by day, counted, and on which days most changed."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from quickview.brief.records import Facts, Holding
from quickview.brief.vocabulary import Precision

MOST: Final = 4
"""So many days tell how control changed."""


@dataclass(frozen=True)
class Control:
    """What is told of each place, the oldest first, up to a cut-off."""

    spans: Mapping[str, Sequence[Holding]]
    as_of: dt.date

    def status(self, place: str, day: dt.date) -> str | None:
        """Return the status that a place had on a day; None where nothing is known."""
        last = next((one for one in reversed(self.spans[place]) if one.since <= day), None)
        return last.status if last and (last.until is None or day <= last.until) else None

    def counts(self, day: dt.date) -> Counter[str | None]:
        """Return how many places had each status on a day; None counts those of which nothing is known."""
        return Counter(self.status(place, day) for place in self.spans)

    @cached_property
    def changes(self) -> Mapping[dt.date, tuple[str, ...]]:
        """The places whose status changed, or became known or unknown, by the day from which on they had another."""
        told = [one for spans in self.spans.values() for one in spans]
        ends = {one.until + dt.timedelta(days=1) for one in told if one.until and one.until < self.as_of}
        days = sorted({one.since for one in told if one.since <= self.as_of} | ends)
        eves = [day - dt.timedelta(days=1) if day > dt.date.min else None for day in days]
        found = {day: self.changed(eve, day) for eve, day in zip(eves, days, strict=True)}
        return {day: places for day, places in found.items() if places}

    def changed(self, before: dt.date | None, after: dt.date) -> tuple[str, ...]:
        """Return the places that had another status on one day than on another, or than before all days."""
        was = {place: self.status(place, before) if before else None for place in self.spans}
        return tuple(place for place in self.spans if was[place] != self.status(place, after))

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days on which most changed, in order, up to four; of equal ones the later."""
        ranked = sorted(self.changes, key=lambda day: (len(self.changes[day]), day), reverse=True)
        return tuple(sorted(ranked[:MOST]))

    def precision(self, day: dt.date) -> Precision:
        """Return how exactly the day of a change is known: no better than the least exact of what began on it."""
        given = {one.precision for spans in self.spans.values() for one in spans if one.since == day}
        return next((one for one in (Precision.YEAR, Precision.MONTH) if one in given), Precision.DAY)


def control_of(facts: Facts) -> Control | None:
    """Return the history of a brief's places; None where it has none."""
    history = facts.place.history if facts.place else ()
    spans: dict[str, list[Holding]] = {}
    for holding in history:
        for place in holding.places:
            spans.setdefault(place, []).append(holding)
    return Control(spans, facts.document.as_of) if spans else None
