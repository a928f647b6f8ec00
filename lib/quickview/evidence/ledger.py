"""The ledger of forecasts: each with its state on a day, and how good those were that are settled.

It is a record of plain values, `forecasts.json`: the command prints it, and the notebook of the forecasts draws on it alone.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from quickview.brief.reader import Brief, load
from quickview.errors import Fault, InputError
from quickview.evidence import outcomes
from quickview.evidence.outcomes import Fate, Outcome, Telling, Verdict
from quickview.evidence.scores import Scored

NAME: Final = "forecasts"
"""The folder that the page of the ledger stands in; no brief may have this name."""

DUE_DAYS: Final = 14
"""A forecast whose last day is no further off than this is due."""

COLUMNS: Final = ("report", "desk", "id", "title", "word", "low", "high", "confidence", "as_of", "horizon", "date",
                      "state", "days", "outcome", "settled", "note")  # fmt: skip
"""Columns of the ledger as a table."""


class State(StrEnum):
    """How a forecast stands on a day."""

    OVERDUE = "overdue"
    DUE = "due"
    OPEN = "open"
    SETTLED = "settled"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Record):
    """A forecast in the ledger: probabilities in per cent, `days` from the ledger's day to its last one.

    Words are in `language`, the note on its outcome in `note_language`; `report` is the folder of its report.
    """

    report: str
    headline: str
    desk: str
    language: str
    id: str
    title: str
    word: str
    low: float
    high: float
    confidence: str
    as_of: dt.date
    horizon: str
    date: dt.date | None = None
    days: int | None = None
    state: State
    outcome: Verdict | None = None
    settled: dt.date | None = None
    note: str = ""
    note_language: str = ""
    source: Telling | None = None

    @property
    def scored(self) -> Scored | None:
        """What its score is made of; None for what is not settled, or neither came true nor failed to."""
        if self.outcome is None or not self.outcome.is_scored:
            return None
        return Scored(self.low, self.high, self.outcome is Verdict.YES, self.word, self.desk)


class Ledger(_Record):
    """The forecasts of some briefs as they stand on a day: those that press first, then by brief."""

    as_of: dt.date
    forecasts: tuple[Entry, ...] = ()

    def of(self, *states: State) -> list[Entry]:
        """Return the forecasts in a state."""
        return [one for one in self.forecasts if one.state in states]

    @property
    def scored(self) -> list[Scored]:
        """What scores are made of."""
        return [one.scored for one in self.forecasts if one.scored]

    @property
    def unscored(self) -> list[Entry]:
        """The forecasts that are settled and not scored, as they came true in part or not at issue any more."""
        return [one for one in self.of(State.SETTLED) if not one.scored]


def state_of(date: dt.date | None, as_of: dt.date, *, is_settled: bool) -> State:
    """Return how a forecast whose last day is `date` stands on another day; without one it stays open until it is settled."""
    if is_settled:
        return State.SETTLED
    if date is None or (date - as_of).days > DUE_DAYS:
        return State.OPEN
    return State.OVERDUE if date < as_of else State.DUE


def read(
    briefs: Sequence[Path],
    *,
    as_of: dt.date | None = None,
    catalog: Path | None = None,
    language: str = "",
    tell: Callable[[Fault], None] = lambda _fault: None,
) -> Ledger:
    """Return the ledger of briefs on a day, and tell every fault: a faulty brief, or one with faulty outcomes, is left out.

    What was written or settled after the day is not known on it. Without a day it is the last that a brief or an outcome names.
    """
    told = _told(briefs, catalog, language, tell)
    return _ledger((row for brief, fates in told for row in _of_report(brief, values(brief, fates))), as_of)


def _of_report(brief: Brief, forecasts: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    document = brief.facts.document
    for one in forecasts:
        language = brief.own if one["title"] in brief.foreign else brief.language
        yield {"report": brief.edition, "headline": document.title, "desk": document.desk, "language": language.code,
               "as_of": document.as_of.isoformat(), **one}  # fmt: skip


def of_edition(edition: Mapping[str, Any], *, as_of: dt.date | None = None) -> Ledger:
    """Return the ledger of the reports that stand in a night's edition, without a look at their briefs, as `read` does."""
    # A brief that is read in two languages has two reports, and its forecasts stand once.
    reports = [one for one in reversed(edition["reports"]) if one["report"]]
    once = {one.get("brief", one["name"]): (one["name"], one["report"]) for one in reports}
    found = (
        {"report": name, "headline": report["title"], "desk": report.get("desk", ""), "language": report["language"],
         "as_of": report["as_of"], **forecast}
        for name, report in once.values()
        for forecast in report.get("forecasts", ())
    )  # fmt: skip
    return _ledger(found, as_of)


def values(brief: Brief, fates: Iterable[Fate]) -> list[dict[str, Any]]:
    """Return a brief's forecasts, without exercises, as plain values, those that are settled with what became of them.

    Each has `id`, `title`, `word`, `low` and `high` in per cent, `confidence`, `horizon` and its last day, `date`. What
    is settled has `outcome`, `settled`, `note`, `note_language` and `source` too, and as `judged` its word untranslated.
    """
    fate_of = {fate.forecast.id: fate for fate in fates}
    found = []
    for one in (forecast for forecast in brief.facts.forecasts if not forecast.exercise):
        date, fate = one.horizon.date, fate_of.get(one.id)
        told: dict[str, Any] = {
            "id": one.id, "title": one.title, "word": one.word, "low": one.probability.low, "high": one.probability.high,
            "confidence": one.confidence.value, "horizon": one.horizon.text, "date": date.isoformat() if date else None,
        }  # fmt: skip
        if fate:
            outcome = fate.outcome.model_dump(mode="json")
            note_language = (brief.language if fate.is_translated else brief.own).code
            told |= {"judged": one.word, **outcome, "note": fate.note, "note_language": note_language}
        found.append(told)
    return found


def _ledger(forecasts: Iterable[Mapping[str, Any]], as_of: dt.date | None) -> Ledger:
    """Return the ledger on a day, by default on the last that a forecast or an outcome names."""
    told = list(forecasts)
    named = [day for one in told for day in (one["as_of"], one.get("settled")) if day]
    day = as_of or dt.date.fromisoformat(max(named, default="0001-01-01"))
    known = [_on(day, one) for one in told if one["as_of"] <= day.isoformat()]
    order = list(State)
    known.sort(key=lambda one: (order.index(one["state"]), one["date"] or "9999", one["report"], one["id"]))
    # Records of outcomes are strict: they read what JSON has for days and words of a list.
    return Ledger.model_validate_json(json.dumps({"as_of": day.isoformat(), "forecasts": known}))


def _on(day: dt.date, forecast: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a forecast stands on a day: of what was settled later, nothing is known."""
    told, date = dict(forecast), dt.date.fromisoformat(forecast["date"]) if forecast["date"] else None
    # A report has words of the yardstick in its language, and scores are told by the words themselves.
    judged, is_settled = told.pop("judged", ""), (told.get("settled") or "9999") <= day.isoformat()
    if is_settled:
        told["word"] = judged or told["word"]
    else:
        told = {key: value for key, value in told.items() if key not in {*Outcome.model_fields, "note_language"}}
    return {**told, "days": (date - day).days if date else None, "state": state_of(date, day, is_settled=is_settled)}


def _told(
    briefs: Iterable[Path], catalog: Path | None, language: str, tell: Callable[[Fault], None]
) -> Iterator[tuple[Brief, list[Fate]]]:
    unread = set()
    for folder in dict.fromkeys(path.parent for path in briefs):
        try:
            faults = outcomes.of_none(folder)
        except InputError as error:
            unread.add(folder)
            faults = list(error.faults)
        for fault in faults:
            tell(fault)
    # Of a forecast whose outcome cannot be read, nobody can say how it stands.
    for path in (path for path in briefs if path.parent not in unread):
        try:
            brief = load(path, catalog=catalog, language=language)
            fates, faults = outcomes.of_brief(brief)
        except InputError as error:
            for fault in error.faults:
                tell(fault)
            continue
        for fault in faults:
            tell(fault)
        yield brief, fates


def as_json(ledger: Ledger) -> str:
    """Return a ledger as a JSON text."""
    return ledger.model_dump_json(indent=1) + "\n"


def rows(ledger: Ledger) -> list[list[str | int | float | None]]:
    """Return a ledger as a table with the columns of `COLUMNS`, a row a forecast; days are ISO dates."""
    told = (one.model_dump(mode="json") for one in ledger.forecasts)
    return [[one[key] for key in COLUMNS] for one in told]
