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
from quickview.brief.records import Forecast
from quickview.errors import Fault, InputError
from quickview.evidence import outcomes
from quickview.evidence.outcomes import Fate, Telling, Verdict
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
    told = list(_told(briefs, catalog, language, tell))
    known = [brief.facts.document.as_of for brief, _ in told]
    known += [fate.outcome.settled for _, fates in told for fate in fates]
    day = as_of or max(known, default=dt.date.min)
    return _ledger((entry for brief, fates in told for entry in _entries(brief, fates, day)), day)


def of_edition(edition: Mapping[str, Any], *, as_of: dt.date | None = None) -> Ledger:
    """Return the ledger of the reports that stand in a night's edition, without a look at their briefs, as `read` does."""
    told = [
        (name, report, forecast)
        for name, report in ((one["name"], one["report"]) for one in edition["reports"] if one["report"])
        for forecast in report.get("forecasts", ())
    ]
    days = [day for _, report, one in told for day in (report["as_of"], one.get("settled")) if day]
    day = as_of or dt.date.fromisoformat(max(days, default="0001-01-01"))
    entries = []
    for name, report, forecast in told:
        is_settled = bool(forecast.get("settled")) and dt.date.fromisoformat(forecast["settled"]) <= day
        # Words of the yardstick are translated in a record, and scores are told by the words themselves.
        fate = {"word": forecast["judged"], **{key: forecast[key] for key in _FATE}} if is_settled else {}
        date = dt.date.fromisoformat(forecast["date"]) if forecast["date"] else None
        own = {key: forecast[key] for key in ("id", "title", "word", "low", "high", "confidence", "horizon", "date")}
        entries.append(_of_values({
            "report": name, "headline": report["title"], "desk": report.get("desk", ""), "language": report["language"],
            **own, "as_of": report["as_of"], "days": (date - day).days if date else None,
            "state": state_of(date, day, is_settled=is_settled), **fate,
        }))  # fmt: skip
    return _ledger(entries, day)


def of_fate(fate: Fate, brief: Brief) -> dict[str, Any]:
    """Return what an entry tells of a settled forecast, as plain values."""
    note_language = brief.language if fate.is_translated else brief.own
    told = fate.outcome
    values = (told.outcome.value, told.settled.isoformat(), fate.note, note_language.code,
              told.source.model_dump(mode="json"))  # fmt: skip
    return dict(zip(_FATE, values, strict=True))


_FATE: Final = ("outcome", "settled", "note", "note_language", "source")


def _ledger(entries: Iterable[Entry], day: dt.date) -> Ledger:
    order = list(State)
    known = [one for one in entries if one.as_of <= day]
    known.sort(key=lambda one: (order.index(one.state), one.date or dt.date.max, one.report, one.id))
    return Ledger(as_of=day, forecasts=tuple(known))


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


def _entries(brief: Brief, fates: Iterable[Fate], day: dt.date) -> Iterator[Entry]:
    settled = {one.forecast.id: one for one in fates if one.outcome.settled <= day}
    for forecast in (one for one in brief.facts.forecasts if not one.exercise):
        yield _entry(brief, forecast, settled.get(forecast.id), day)


def _of_values(values: Mapping[str, Any]) -> Entry:
    """Return an entry of plain values and days: records of outcomes are strict, and read what JSON has for them."""
    return Entry.model_validate_json(json.dumps(values, default=str))


def _entry(brief: Brief, forecast: Forecast, fate: Fate | None, day: dt.date) -> Entry:
    document, date = brief.facts.document, forecast.horizon.date
    own = {
        "report": brief.edition,
        "headline": document.title,
        "desk": document.desk,
        "language": (brief.own if forecast.title in brief.foreign else brief.language).code,
        "id": forecast.id,
        "title": forecast.title,
        "word": forecast.word,
        "low": forecast.probability.low,
        "high": forecast.probability.high,
        "confidence": forecast.confidence.value,
        "as_of": document.as_of,
        "horizon": forecast.horizon.text,
        "date": date,
        "days": (date - day).days if date else None,
        "state": state_of(date, day, is_settled=fate is not None),
    }
    return _of_values({**own, **(of_fate(fate, brief) if fate else {})})


def as_json(ledger: Ledger) -> str:
    """Return a ledger as a JSON text."""
    return ledger.model_dump_json(indent=1) + "\n"


def rows(ledger: Ledger) -> list[list[str | int | float | None]]:
    """Return a ledger as a table with the columns of `COLUMNS`, a row a forecast; days are ISO dates."""
    told = (one.model_dump(mode="json") for one in ledger.forecasts)
    return [[one[key] for key in COLUMNS] for one in told]
