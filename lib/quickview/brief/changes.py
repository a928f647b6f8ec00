"""What changed between two editions of a brief: facts against facts, record by record.

Whatever differs in a record and has no kind of its own is found as `reworded`, so that no
change goes unfound.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Final

from quickview.brief.change_messages import KINDS, Change, Tie
from quickview.brief.data import enclosed
from quickview.brief.matching import T, differ, entries, matched, moved, tidy
from quickview.brief.prose import Section
from quickview.brief.reader import Brief, Past
from quickview.brief.records import (
    Actor,
    Agreement,
    DatedClaim,
    Event,
    Facts,
    Forecast,
    Holding,
    Measure,
    Place,
    Quantity,
    Relation,
    Scheduled,
    Site,
    Source,
    Table,
    Term,
)
from quickview.brief.related import heading
from quickview.language.catalogs import Language

NEAR: Final = dt.timedelta(days=14)
"""How long before its day a deadline is near."""


@dataclass(frozen=True)
class _Both:
    """The facts of both editions, and how ids are called in them."""

    was: Facts
    now: Facts

    def actor(self, name: str) -> str:
        """Return how an actor is called; an edition whose rules nobody checked may name one it does not have."""
        return self._actors.get(name, name)

    def side(self, name: str | None) -> str:
        """Return how a side is called; a dash for none."""
        return self._sides.get(name, name) if name else "–"

    @cached_property
    def _actors(self) -> Mapping[str, str]:
        return {one.id: one.label for one in (*self.was.actors, *self.now.actors)}

    @cached_property
    def _sides(self) -> Mapping[str, str]:
        return {one.id: one.name for one in (*self.was.sides, *self.now.sides)}


def compare(before: Past, after: Past | Brief) -> tuple[Change, ...]:
    """Return every change from one edition to the next, the weightiest first, then in the order of the brief.

    A later `as_of` alone is none; but deadlines pass and come near by it.
    """
    now = enclosed(after.facts, after.path.parent) if isinstance(after, Brief) else after.facts
    both = _Both(tidy(before.facts), tidy(now))
    parts = (_agreement, _measures, _tables, _figures, _forecasts, _hypotheses, _quantities, _actors, _relations, _events, _calendar, _sources, _sites,
             _plain, _place, _document, _limits)  # fmt: skip
    found = [change for part in parts for change in part(both)]
    found += _prose(before.sections, after.sections)
    found += _related(both, after)
    return tuple(sorted(dict.fromkeys(found), key=lambda change: KINDS.index(change.kind)))


def language_of(edition: Past | Brief) -> Language:
    """Return the language an edition is read in; an earlier one that nothing retells speaks its own."""
    return edition.language if isinstance(edition, Brief) else Language(edition.facts.document.language)


def _agreement(both: _Both) -> Iterator[Change]:
    was, now = both.was.agreement, both.now.agreement
    if was and now:
        yield from _terms(was, now, both)
        yield from _deal(was, now, both)
    elif now:
        yield Change("agreement-new", "agreement", "agreement", now.name)
    elif was:
        yield Change("agreement-gone", "agreement", "agreement", was.name)


def _terms(was: Agreement, now: Agreement, both: _Both) -> Iterator[Change]:
    yield from entries("term", was.terms, now.terms, known=("state", "states", "deadlines"), moves=_term)
    for term in now.terms:
        yield from _due(term, both.was.document.as_of, both.now.document.as_of)
    for kind, claim in (("effect", now.effective), ("end", now.until)):
        if claim:
            yield from _reached(kind, claim, now, both)


def _term(was: Term, now: Term, base: Change) -> Iterator[Change]:
    yield from _states(base, "term-state", was, now)
    yield from _claims(base, "deadline", was.deadlines, now.deadlines)


def _states(base: Change, kind: str, was: Term | Measure, now: Term | Measure) -> Iterator[Change]:
    """Yield each step that a term or measure took since the earlier edition, or that what was told of it is no longer the same."""
    later = [state.value for state in now.history if state.date > was.state.date] or [now.state.value]
    steps = [change for pair in pairwise((was.state.value, *later)) for change in moved(base, kind, *pair)]
    yield from steps or ([base] if was.history != now.history else [])


def _due(term: Term, was: dt.date, now: dt.date) -> Iterator[Change]:
    """Yield each date of a term that passed, or came near, from one cut-off to the next."""
    base = Change("deadline-passed", "term", term.id, term.title, before=now)
    for date in sorted({claim.date for claim in term.deadlines}):
        by = tuple(dict.fromkeys(claim.by for claim in term.deadlines if claim.date == date))
        if was <= date < now:
            yield replace(base, after=date, by=by)
        elif was + NEAR < date and now <= date <= now + NEAR:
            yield replace(base, kind="deadline-near", after=date, by=by)


def _reached(kind: str, claim: DatedClaim, now: Agreement, both: _Both) -> Iterator[Change]:
    """Yield the day of effect, or the last day, of an agreement when it passed between two cut-offs, or came near."""
    was, is_now = both.was.document.as_of, both.now.document.as_of
    base = Change(f"{kind}-passed", "agreement", "agreement", now.name, before=is_now, after=claim.date, by=(claim.by,))
    if was < claim.date <= is_now if kind == "effect" else was <= claim.date < is_now:
        yield base
    elif was + NEAR < claim.date and is_now < claim.date <= is_now + NEAR:
        yield replace(base, kind=f"{kind}-near")


def _claims(base: Change, kind: str, was: Sequence[DatedClaim], now: Sequence[DatedClaim]) -> Iterator[Change]:
    """Yield the dates that came, went or moved, matched by who gives them."""
    new, gone, kept = matched(was, now, attrgetter("by", "date"), attrgetter("by", "source"), attrgetter("by"))
    for old, one in kept:
        for change in moved(base, f"{kind}-moved", old.date, one.date):
            yield replace(change, by=(one.by,))
        if differ(old, one, "date"):
            yield base
    yield from (replace(base, kind=f"{kind}-new", after=one.date, by=(one.by,)) for one in new)
    yield from (replace(base, kind=f"{kind}-gone", before=one.date, by=(one.by,)) for one in gone)


def _deal(was: Agreement, now: Agreement, both: _Both) -> Iterator[Change]:
    base = Change("reworded", "agreement", "agreement", now.name)
    yield from moved(base, "agreement-renamed", was.name, now.name)
    for kind in ("parties", "guarantors"):
        old, new = getattr(was, kind), getattr(now, kind)
        if set(old) != set(new):
            yield replace(base, kind=kind, before=_called(old, both), after=_called(new, both))
    yield from _validity(was, now, base)
    yield from _claims(base, "signature", was.signed, now.signed)
    known = ("name", "parties", "guarantors", "effective", "until", "signed", "terms")
    if differ(was, now, *known):
        yield base


def _validity(was: Agreement, now: Agreement, base: Change) -> Iterator[Change]:
    """Yield what changed of the days on which an agreement begins and ends, and of who says so."""
    for kind, old, new in (("effective", was.effective, now.effective), ("until", was.until, now.until)):
        if old and new:
            yield from moved(base, kind, old.date, new.date)
            if differ(old, new, "date"):
                yield base
        elif new:
            yield replace(base, kind=f"{kind}-new", after=new.date, by=(new.by,))
        elif old:
            yield replace(base, kind=f"{kind}-gone", before=old.date, by=(old.by,))


def _measures(both: _Both) -> Iterator[Change]:
    def moves(was: Measure, now: Measure, base: Change) -> Iterator[Change]:
        yield from _states(base, "measure-state", was, now)
        yield from moved(base, "measure-from", was.since, now.since)
        yield from moved(base, "measure-until", was.until, now.until)
        for kind in ("by", "on"):
            old, new = getattr(was, kind), getattr(now, kind)
            if set(old) != set(new):
                yield replace(base, kind=f"measure-{kind}", before=_called(old, both), after=_called(new, both))

    yield from entries("measure", both.was.measures, both.now.measures,
                        known=("state", "states", "since", "until", "by", "on"), moves=moves)  # fmt: skip


def _called(actors: Sequence[str], both: _Both) -> tuple[str, ...]:
    return tuple(both.actor(one) for one in actors)


def _forecasts(both: _Both) -> Iterator[Change]:
    def moves(was: Forecast, now: Forecast, base: Change) -> Iterator[Change]:
        low, high = now.probability.low, now.probability.high
        shift = low + high - was.probability.low - was.probability.high
        if (low, high) != (was.probability.low, was.probability.high):
            way = "up" if shift > 0 else "down" if shift < 0 else "range"
            yield replace(base, kind=f"probability-{way}", before=was, after=now)
        elif was.word != now.word:
            yield replace(base, kind="forecast-word", before=was, after=now)
        yield from moved(base, "confidence", was.confidence, now.confidence)
        yield from moved(base, "horizon", was.horizon, now.horizon)
        if was.probability.basis != now.probability.basis:
            yield base

    known = ("probability", "word", "confidence", "horizon")
    yield from entries("forecast", both.was.forecasts, both.now.forecasts,
                        known=known, detail=_itself, moves=moves)  # fmt: skip


def _hypotheses(both: _Both) -> Iterator[Change]:
    """Yield what changed of the explanations, and of what is marked for and against them, matched by what it is."""
    yield from entries("hypothesis", both.was.hypotheses, both.now.hypotheses)
    new, gone, kept = matched(both.was.evidence, both.now.evidence, attrgetter("item"))
    for kind, some, facts in (("evidence-new", new, both.now), ("evidence-gone", gone, both.was)):
        yield from (Change(kind, "evidence", one.item, facts.evidence_title(one.item)) for one in some)
    for old, one in kept:
        base = Change("evidence-marks", "evidence", one.item, both.now.evidence_title(one.item))
        if old.marks != one.marks:
            yield base
        if differ(old, one, "marks"):
            yield replace(base, kind="reworded")


def _quantities(both: _Both) -> Iterator[Change]:
    yield from entries("figure", both.was.quantities, both.now.quantities,
                        known=("values", "unit"), detail=_itself, moves=_values)  # fmt: skip


def _values(was: Quantity, now: Quantity, base: Change) -> Iterator[Change]:
    """Yield the figures that came, went or were revised, matched by who gives them and where."""
    yield from moved(base, "figure-unit", was.unit, now.unit)
    same = attrgetter("by", "source", "bounds", "qualifier")
    new, gone, kept = matched(was.values, now.values, same, attrgetter("by", "source"), attrgetter("by"))
    for old, one in kept:
        if (old.bounds, old.qualifier) != (one.bounds, one.qualifier):
            yield replace(base, kind="figure-revised", before=old, after=one, by=(one.by,))
        elif old.source != one.source:
            yield base
    yield from (replace(base, kind="value-new", after=one, by=(one.by,)) for one in new)
    yield from (replace(base, kind="value-gone", before=one, by=(one.by,)) for one in gone)


def _actors(both: _Both) -> Iterator[Change]:
    def moves(was: Actor, now: Actor, base: Change) -> Iterator[Change]:
        yield from moved(base, "stance", both.was.stance(was), both.now.stance(now))
        if was.side != now.side:
            yield replace(base, kind="actor-side", before=both.side(was.side), after=both.side(now.side))
        if was.native != now.native and was.name == now.name:
            yield replace(base, kind="actor-renamed", before=_native(was), after=_native(now))

    known = ("stance", "side", "native")
    yield from entries("actor", both.was.actors, both.now.actors, known=known, detail=_native, moves=moves)


def _native(actor: Actor) -> str:
    native = actor.native.name if actor.native else actor.name
    return actor.name if native == actor.name else f"{actor.name} ({native})"


def _relations(both: _Both) -> Iterator[Change]:
    ends = attrgetter("origin", "target")
    same = attrgetter("origin", "target", "kind")
    new, gone, kept = matched(both.was.relations, both.now.relations, same, ends)
    for old, one in kept:
        base = Change("reworded", "relation", f"{one.origin}-{one.target}", _ends(one, both))
        if old.kind != one.kind:
            yield replace(base, kind="relation-kind", before=_tie(old, both), after=_tie(one, both))
        if differ(old, one, "kind"):
            yield replace(base, after=_tie(one, both))
    for kind, some in (("relation-new", new), ("relation-gone", gone)):
        for one in some:
            yield Change(kind, "relation", f"{one.origin}-{one.target}", _ends(one, both), after=_tie(one, both))


def _ends(relation: Relation, both: _Both) -> str:
    return f"{both.actor(relation.origin)} – {both.actor(relation.target)}"


def _tie(relation: Relation, both: _Both) -> Tie:
    return Tie(both.actor(relation.origin), relation.kind, both.actor(relation.target))


def _itself(one: T) -> T:
    return one


def _redated(kind: str) -> Callable[[Event | Scheduled, Event | Scheduled, Change], Iterator[Change]]:
    def moves(was: Event | Scheduled, now: Event | Scheduled, base: Change) -> Iterator[Change]:
        if (was.date, was.precision) != (now.date, now.precision):
            yield replace(base, kind=kind, before=was, after=now)

    return moves


def _events(both: _Both) -> Iterator[Change]:
    known, moves = ("date", "precision"), _redated("event-date")
    yield from entries("event", both.was.events, both.now.events, known=known, detail=_itself, moves=moves)


def _calendar(both: _Both) -> Iterator[Change]:
    known, moves = ("date", "precision"), _redated("scheduled-moved")
    was, now = both.was.calendar, _still_set(both)
    yield from entries("scheduled", was, now, known=known, detail=_itself, moves=moves)


def _still_set(both: _Both) -> tuple[Scheduled, ...]:
    """Return what the calendar holds now, and what it held whose day has come: that is no longer news of the calendar."""
    ids = {one.id for one in both.now.calendar}
    came = [one for one in both.was.calendar if one.id not in ids and one.date <= both.now.document.as_of]
    return (*both.now.calendar, *came)


def _sources(both: _Both) -> Iterator[Change]:
    def moves(was: Source, now: Source, base: Change) -> Iterator[Change]:
        if (was.reliability, was.credibility) != (now.reliability, now.credibility):
            yield replace(base, kind="source-grade", before=was, after=now)

    yield from entries("source", both.was.sources, both.now.sources, known=("reliability", "credibility"),
                        detail=lambda one: one.publisher, moves=moves)  # fmt: skip


def _sites(both: _Both) -> Iterator[Change]:
    def moves(was: Site, now: Site, base: Change) -> Iterator[Change]:
        if was.actor != now.actor:
            yield replace(base, kind="site-holder", before=both.actor(was.actor), after=both.actor(now.actor))
        yield from moved(base, "site-located", was.located, now.located)

    yield from entries("site", both.was.sites, both.now.sites, known=("actor", "located"),
                        detail=lambda one: one.kind, moves=moves)  # fmt: skip


def _tables(both: _Both) -> Iterator[Change]:
    def moves(was: Table, now: Table, base: Change) -> Iterator[Change]:
        if was.rows is None or now.rows is None:
            return  # of an edition whose file is not at hand
        new, gone, kept = matched(was.rows, now.rows, tuple, lambda row: row[:1])
        changed = len(new) + len(gone) + sum(old != row for old, row in kept)
        if changed:
            yield replace(base, kind="table-data", after=str(changed))

    yield from entries("table", both.was.tables, both.now.tables, known=("rows", "file", "sheet"), moves=moves)


def _figures(both: _Both) -> Iterator[Change]:
    """Yield the figures and tables of the kit that the author words otherwise than before."""
    was, now = ({one.id: one for one in facts.figures} for facts in (both.was, both.now))
    for name in dict.fromkeys((*now, *was)):
        if was.get(name) != now.get(name):
            yield Change("reworded", "words", name, (now.get(name) or was[name]).title or name)


def _plain(both: _Both) -> Iterator[Change]:
    """Yield the changes of records of which only the name has a kind of its own."""
    yield from entries("precedent", both.was.precedents, both.now.precedents)
    yield from entries("side", both.was.sides, both.now.sides)


def _place(both: _Both) -> Iterator[Change]:
    was, now = both.was.place, both.now.place
    if not (was and now):
        if was or now:
            yield Change("place-new" if now else "place-gone", "place", "place", (now or was).name)  # type: ignore[union-attr]
        return
    base = Change("reworded", "place", "place", now.name)
    yield from moved(base, "place-name", was.name, now.name)
    yield from moved(base, "place-layer", was.layer, now.layer)
    if was.side != now.side:
        old, new = (both.side(side) if side else "" for side in (was.side, now.side))
        yield replace(base, kind="place-holder", before=old, after=new)
    found = list(_control(was, now, base))
    yield from found
    if differ(was, now, "name", "layer", "side", *["history"] * bool(found)):
        yield base


def _control(was: Place, now: Place, base: Change) -> Iterator[Change]:
    """Yield each place of the history that ends in another status than before."""
    old, new = ({name: one for one in place.history for name in one.places} for place in (was, now))
    for name in new:
        if name in old:
            before, after = _status(was, old[name]), _status(now, new[name])
            yield from moved(replace(base, id=name, what=name), "place-status", before, after)


def _status(place: Place, holding: Holding) -> str | None:
    """Return what the last that is told of a place says of it; None where that is over."""
    labels = {status.status: status.label for status in place.statuses}
    return None if holding.until else labels.get(holding.status, holding.status)


def _document(both: _Both) -> Iterator[Change]:
    was, now = both.was.document, both.now.document
    base = Change("reworded", "document", "document", now.title)
    yield from moved(base, "headline", was.title, now.title)
    yield from moved(base, "standfirst", was.summary, now.summary)
    if differ(was, now, "title", "summary", "as_of"):
        yield base


def _limits(both: _Both) -> Iterator[Change]:
    new, gone, _ = matched(both.was.limits, both.now.limits, str)
    yield from (Change("limit-new", "limit", "limits", one) for one in new)
    yield from (Change("limit-gone", "limit", "limits", one) for one in gone)


def _related(both: _Both, after: Past | Brief) -> Iterator[Change]:
    """Yield the other briefs that the edition points at now, or no longer, by their headline, or what is said of them where it cannot be read."""
    new, gone, kept = matched(both.was.related, both.now.related, attrgetter("brief"))
    reworded = [one for old, one in kept if differ(old, one)]
    folder, language = (after.path.parent, after.language.code) if isinstance(after, Brief) else (None, "")
    for kind, some in (("related-new", new), ("related-gone", gone), ("reworded", reworded)):
        for one in some:
            beside = heading(folder / f"{one.brief}.md", language) if folder else None
            yield Change(kind, "related", one.brief, beside.title if beside else one.text)


def _prose(was: Sequence[Section], now: Sequence[Section]) -> Iterator[Change]:
    new, gone, kept = matched(was, now, attrgetter("id"))
    yield from (Change("section-new", "section", one.id, one.title) for one in new)
    yield from (Change("section-gone", "section", one.id, one.title) for one in gone)
    for old, one in kept:
        base = Change("section-rewritten", "section", one.id, one.title)
        yield from moved(base, "section-renamed", old.title, one.title)
        if old.markdown.split() != one.markdown.split():
            yield base
