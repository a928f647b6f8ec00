"""A brief's facts as plain tables and as JSON, for readers who work on with them.

Columns are named as the front matter names its keys, in every language.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quickview.brief.data import Data
from quickview.brief.reader import Brief
from quickview.brief.records import DatedClaim


@dataclass(frozen=True)
class Table:
    """A table by the name of its key in the front matter; every cell is a string or a number."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""
    """What it is called, where its name alone does not say."""


def tables(brief: Brief) -> list[Table]:
    """Return actors, terms, measures, quantities (a row a value), calendar, sources and the brief's own tables, each only if the brief has any."""
    found = [_actors(brief), _terms(brief), _measures(brief), _quantities(brief), _calendar(brief), _sources(brief)]
    found += [_own(one, brief) for one in brief.data.values()]
    return [table for table in found if table.rows]


def as_json(brief: Brief) -> str:
    """Return the facts as JSON that the schema of a brief's front matter describes, in the language they are read in."""
    facts = brief.facts.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"translations"})
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _actors(brief: Brief) -> Table:
    columns = ("id", "name", "native", "language", "kind", "side", "role", "stance", "source")
    rows = [
        (a.id, a.name, a.native.name if a.native else "", a.native.language if a.native else "",
         str(a.kind), a.side or "", a.role, a.stance or "", a.source)
        for a in brief.facts.actors
    ]  # fmt: skip
    return Table("actors", columns, rows)


def _terms(brief: Brief) -> Table:
    columns = ("id", "title", "text", "category", "binds", "deadlines", "state", "state_date", "state_source", "source")
    terms = brief.facts.agreement.terms if brief.facts.agreement else ()
    rows = [
        (t.id, t.title, t.text, t.category or "", _joined(t.binds), _joined(map(_claim, t.deadlines)),
         str(t.state.value), t.state.date.isoformat(), t.state.source, t.source)
        for t in terms
    ]  # fmt: skip
    return Table("terms", columns, rows)


def _quantities(brief: Brief) -> Table:
    columns = ("id", "label", "unit", "low", "high", "qualifier", "by", "source")
    rows = [
        (q.id, q.label, q.unit, *one.bounds, one.qualifier or "", one.by, one.source)
        for q in brief.facts.quantities
        for one in q.values
    ]
    return Table("quantities", columns, rows)


def _measures(brief: Brief) -> Table:
    columns = ("id", "title", "text", "instrument", "by", "on", "from", "until", "state", "state_date", "source")
    rows = [
        (m.id, m.title, m.text or "", m.instrument, _joined(m.by), _joined(m.on), _iso(m.since), _iso(m.until),
         str(m.state.value), m.state.date.isoformat(), m.source)
        for m in brief.facts.measures
    ]  # fmt: skip
    return Table("measures", columns, rows)


def _calendar(brief: Brief) -> Table:
    columns = ("id", "date", "precision", "title", "text", "where", "actors", "sources")
    rows = [
        (one.id, one.date.isoformat(), str(one.precision), one.title, one.text or "", one.where or "",
         _joined(one.actors), _joined(one.sources))
        for one in brief.facts.calendar
    ]  # fmt: skip
    return Table("calendar", columns, rows)


def _own(data: Data, brief: Brief) -> Table:
    """Return a table of the brief's own; its columns go by their ids."""
    rows = [
        [cell.isoformat() if isinstance(cell, dt.date) else "" if cell is None else cell for cell in row]
        for row in data.told_in(brief.language.code)
    ]
    return Table(data.table.id, [column.id for column in data.table.columns], rows, data.table.title)


def _sources(brief: Brief) -> Table:
    columns = ("id", "publisher", "title", "date", "url", "reliability", "credibility", "late")
    rows = [
        (s.id, s.publisher, s.title, _iso(s.date), s.url or "",
         str(s.reliability), s.credibility, s.late or "")
        for s in brief.facts.sources
    ]  # fmt: skip
    return Table("sources", columns, rows)


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


def _claim(claim: DatedClaim) -> str:
    return f"{claim.date.isoformat()} ({claim.by})"


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)
