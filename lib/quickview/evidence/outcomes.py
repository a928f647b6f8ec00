"""What became of forecasts: `outcomes.yaml`, which lies beside the briefs.

A brief knows nothing that happened after its `as_of`; what did stands here, by the brief's name and the
forecast's id. A report takes its own forecasts' outcomes alone, so that one that is settled makes no other report again.
"""

import datetime as dt
import functools
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError

from quickview.brief.export import Table, listed
from quickview.brief.reader import Brief
from quickview.brief.records import Forecast, Language, Name, Record, Text, Url
from quickview.brief.vocabulary import Reliability
from quickview.errors import Fault, InputError, did_you_mean
from quickview.inputs.validation import faults_of, read_text
from quickview.inputs.yaml_document import Path as Place
from quickview.inputs.yaml_document import Positions, read_document

FILE: Final = "outcomes.yaml"
MAX_BYTES: Final = 2_000_000
"""Largest file read: about four thousand outcomes."""


class Verdict(StrEnum):
    """What became of a forecast, by what it says itself would settle it."""

    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    VOID = "void"

    @property
    def is_scored(self) -> bool:
        """Whether it counts in a score: a rule for probabilities of yes or no has nothing to say of what lies between."""
        return self in {Verdict.YES, Verdict.NO}


class Telling(Record):
    """Who tells of an outcome, graded by the Admiralty code as a brief's sources are."""

    publisher: Name = Field(description="who published it, in one line")
    title: Name = Field(description="its title, in its own language, in one line")
    date: dt.date | None = Field(description="the day of publication as YYYY-MM-DD; null when it is not known")
    url: Url | None = Field(default=None, description="its address; null when it is not known")
    reliability: Reliability = Field(description="one letter, A to F")
    credibility: int = Field(ge=1, le=6, description="one digit, 1 to 6")

    @property
    def grade(self) -> str:
        """The Admiralty grade, such as "B2"."""
        return f"{self.reliability.value}{self.credibility}"


class Outcome(Record):
    """What became of a forecast, when that was known, and who tells of it."""

    outcome: Verdict = Field(description="yes, no, partly or void; partly and void are told and not scored")
    settled: dt.date = Field(description="the day on which it was known, as YYYY-MM-DD")
    source: Telling = Field(description="a mapping with publisher, title, date, reliability, credibility")
    note: Text = Field(description="what happened, in plain words, held against what was to settle it")


class _Words(Record):
    note: Text = Field(description="the note in this language")


class _File(Record):
    outcomes: dict[str, dict[str, Outcome]] = Field(
        default_factory=dict, description="a mapping from the names of briefs to what became of their forecasts, by id"
    )
    translations: dict[Language, dict[str, dict[str, _Words]]] = Field(
        default_factory=dict, description="notes in other languages, by ISO 639 code, laid out like the outcomes"
    )


@dataclass(frozen=True)
class Fate:
    """What became of one forecast of a brief, its note in the reader's language where there is one."""

    forecast: Forecast
    outcome: Outcome
    note: str
    is_translated: bool


@dataclass(frozen=True)
class _Written:
    """A file of outcomes as it was read; each brief's part of it is looked at by itself, so that no fault hides the others'."""

    file: str
    tree: Mapping[str, Any] = field(default_factory=dict)
    positions: Positions = field(default_factory=Positions)

    def fault(self, place: Place, code: str, message: str, hint: str, *, key: bool = False) -> Fault:
        where = self.positions.of_key(place) if key else self.positions.of(place)
        return Fault(self.file, *where, code, message, hint)

    def rows(self) -> Iterator[tuple[Place, str, Any]]:
        """Yield what is said of each brief: where it stands, the brief's name, and its outcomes, or their notes in a language."""
        for name, told in _mapping(self.tree.get("outcomes")).items():
            yield ("outcomes", name), name, told
        for code, briefs in _mapping(self.tree.get("translations")).items():
            yield from ((("translations", code, name), name, told) for name, told in _mapping(briefs).items())

    def part(self, brief: str) -> dict[str, Any]:
        """Return what the file says of one brief, laid out as the file is; empty where it says nothing."""
        found: dict[str, Any] = {}
        for place, name, told in self.rows():
            if name == brief:
                found.setdefault(str(place[0]), {}).update({place[1]: told if len(place) == 2 else {name: told}})
        return found

    def of(self, tree: Mapping[str, Any]) -> tuple[_File, list[Fault]]:
        """Return a part of the file as records, less the outcomes that are faulty, and what is wrong with it."""
        try:
            return _File.model_validate_json(json.dumps(tree)), []
        except ValidationError as error:
            faults = faults_of(error, _File, self.positions, self.file, prefix="OUTCOME")
            bad = {each["loc"][:3] for each in error.errors()}
        sound = {
            brief: {name: row for name, row in _mapping(rows).items() if ("outcomes", brief, name) not in bad}
            for brief, rows in _mapping(tree.get("outcomes")).items()
            if ("outcomes", brief) not in bad
        }
        kept: dict[str, Any] = {} if ("outcomes",) in bad else {"outcomes": sound}
        if all(place[0] != "translations" for place in bad):
            kept["translations"] = tree.get("translations", {})
        return _File.model_validate_json(json.dumps(kept)), faults


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def beside(brief: Path) -> Path:
    """Return where the outcomes of a brief's forecasts lie: beside it."""
    return brief.parent / FILE


def _read(path: Path) -> _Written:
    """Read a file of outcomes; nothing stands in one that is not there.

    Raises `InputError` for a file that is too large, no UTF-8, or no YAML: nothing is then known of any brief.
    """
    if not path.exists():
        return _Written(str(path))
    return _parsed(read_text(path, prefix="OUTCOME", limit=MAX_BYTES), str(path))


@functools.lru_cache(maxsize=8)
def _parsed(text: str, shown: str) -> _Written:
    tree, positions, faults = read_document(text, file=shown, first_line=1)
    if faults:
        raise InputError(faults)
    if tree is not None and not isinstance(tree, dict):
        raise InputError.at(
            shown, "E-OUTCOME-VALUE", "the file is no mapping", "begin with `outcomes:`", line=1, column=1
        )
    return _Written(shown, tree or {}, positions)


def of_brief(brief: Brief) -> tuple[list[Fate], list[Fault]]:
    """Return what became of a brief's forecasts, in their order, and what is worth a look; nothing where none is settled.

    Raises `InputError` with every fault of the brief's own part of the file; those of other briefs do not matter.
    """
    file = _read(beside(brief.path))
    part = file.part(brief.name)
    records, faults = file.of(part)
    told, code = records.outcomes.get(brief.name, {}), brief.language.code
    written = _mapping(_mapping(part.get("outcomes")).get(brief.name))
    forecasts = {one.id: one for one in brief.facts.forecasts}
    for name in written:
        if name not in forecasts:
            place: Place = ("outcomes", brief.name, name)
            message = f"the brief `{brief.name}` has no forecast `{name}`"
            faults.append(file.fault(place, "E-OUTCOME-FORECAST", message, did_you_mean(name, forecasts), key=True))
        elif name in told:
            faults += _checked(file, brief, told[name], forecasts[name])
    for language, briefs in records.translations.items():
        for name in (name for name in briefs[brief.name] if name not in written):
            place = ("translations", language, brief.name, name)
            message = f"there is no outcome of `{name}` to translate"
            faults.append(file.fault(place, "E-OUTCOME-TRANSLATION", message, did_you_mean(name, written), key=True))
    if any(not fault.is_warning for fault in faults):
        raise InputError(faults)
    notes = records.translations.get(code, {}).get(brief.name, {})
    fates = [
        Fate(one, told[one.id], notes[one.id].note if one.id in notes else told[one.id].note, one.id in notes)
        for one in forecasts.values()
        if one.id in told
    ]
    return fates, sorted(faults)


def of_none(folder: Path) -> list[Fault]:
    """Return what is wrong with the outcomes in a folder beyond those of its briefs, and a warning for each brief that is not there.

    Raises `InputError` where the file cannot be read at all.
    """
    file, known = _read(folder / FILE), sorted(path.stem for path in folder.glob("*.md"))
    shell = dict(file.tree)
    for key in ("outcomes", "translations"):
        if isinstance(shell.get(key), dict):
            of_others = ((name, rows) for name, rows in shell[key].items() if name not in known)
            shell[key] = {name: {} if isinstance(rows, dict) else rows for name, rows in of_others}
    faults = file.of(shell)[1]
    for place, name, _ in file.rows():
        if name not in known:
            message, hint = f"there is no brief `{name}`, of which these tell", did_you_mean(name, known)
            faults.append(file.fault(place, "W-OUTCOME-BRIEF", message, hint, key=True))
    return sorted(faults)


def _checked(file: _Written, brief: Brief, outcome: Outcome, forecast: Forecast) -> Iterator[Fault]:
    """Yield what does not fit between an outcome and the forecast it is of."""
    place, as_of = ("outcomes", brief.name, forecast.id), brief.facts.document.as_of
    if outcome.settled < as_of:
        message = f"{outcome.settled} lies before the brief's `as_of` ({as_of})"
        yield file.fault((*place, "settled"), "E-OUTCOME-SETTLED", message, "give the day on which it was known")
    if outcome.source.date and outcome.source.date < as_of:
        message = f"a source of {outcome.source.date} cannot tell what came after {as_of}"
        yield file.fault((*place, "source", "date"), "E-OUTCOME-SOURCE", message, "name one that came later")
    last, verdict = forecast.horizon.date, outcome.outcome
    if verdict is Verdict.NO and last is None:
        message, hint = "`no`, and the forecast has no last day", "write `void` unless it can no longer happen"
        yield file.fault((*place, "outcome"), "W-OUTCOME-HORIZON", message, hint)
    elif verdict is Verdict.NO and last and outcome.settled <= last:
        message = f"`no` on {outcome.settled}, and the forecast runs to {last}"
        hint = "leave it open until then, unless it can no longer happen"
        yield file.fault((*place, "settled"), "W-OUTCOME-HORIZON", message, hint)
    elif verdict is Verdict.YES and last and outcome.settled > last:
        message = f"`yes` on {outcome.settled}, and the forecast ran to {last}"
        hint = "write `no` if it happened after that day; else let the note say when it happened"
        yield file.fault((*place, "settled"), "W-OUTCOME-HORIZON", message, hint)


def material(brief: Path) -> str:
    """Return what a brief's report takes from its outcomes, as JSON; "" where there is nothing.

    Of a file that cannot be read it is "?", so that the report is tried again, and tells of it.
    """
    try:
        part = _read(beside(brief)).part(brief.stem)
    except InputError:
        return "?"
    return json.dumps(part, sort_keys=True) if part else ""


def tables(fates: Collection[Fate]) -> list[Table]:
    """Return outcomes as a table, probabilities in per cent; none where nothing is settled."""
    columns = (
        "id=forecast.id word=forecast.word low=forecast.probability.low high=forecast.probability.high "
        "outcome=outcome.outcome settled=outcome.settled note publisher=outcome.source.publisher "
        "title=outcome.source.title date=outcome.source.date url=outcome.source.url grade=outcome.source.grade"
    )
    return [listed("outcomes", columns, fates)] if fates else []


def with_outcomes(report: dict[str, Any], fates: Collection[Fate]) -> dict[str, Any]:
    """Return a report as JSON-LD with what became of its forecasts, a `Dataset` apart from that of the forecasts."""
    nodes = [
        {
            "@type": "PropertyValue", "propertyID": one.forecast.id, "name": one.forecast.title, "value": one.outcome.outcome.value,
            "description": f"{one.note} ({one.outcome.settled.isoformat()})",
            "subjectOf": {
                "@type": "CreativeWork", "name": source.title,
                "publisher": {"@type": "Organization", "name": source.publisher},
                **({"datePublished": source.date.isoformat()} if source.date else {}),
                **({"url": source.url} if source.url else {}),
            },
        }
        for one in fates
        for source in [one.outcome.source]
    ]  # fmt: skip
    more = [{"@type": "Dataset", "name": "outcomes", "variableMeasured": nodes}] if nodes else []
    return {**report, "hasPart": [*report["hasPart"], *more]}
