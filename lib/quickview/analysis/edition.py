"""An edition: all reports of a night, as its record tells of them."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from quickview.analysis.blocks import page_language
from quickview.brief.change_messages import KINDS
from quickview.edition import Status, status_of
from quickview.errors import Fault, InputError
from quickview.language.catalogs import Language
from quickview.layers.catalog import Catalog, read_catalog

MAX_BYTES: Final = 50_000_000
"""Largest record read; a thousand reports need about 5 MB."""

SERIES: Final = "Quick View"


class _Record(BaseModel):
    """A part of the record; what a later edition may tell besides is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


_Day = dt.date | None
_Percent = Annotated[float, Field(ge=0, le=100)]


class Change(_Record):
    """What changed in a report: kind, id of what it is about, one sentence."""

    kind: str
    id: str
    text: str


class Forecast(_Record):
    """A forecast in the report's words, `low` to `high` percent."""

    id: str
    title: str
    word: str
    low: _Percent
    high: _Percent
    confidence: str
    horizon: str
    date: _Day = None
    outcome: str = ""
    settled: _Day = None

    def is_open(self, as_of: dt.date) -> bool:
        """Whether nobody knows on a day what becomes of it."""
        return self.settled is None or self.settled > as_of


class Deadline(_Record):
    """A day and who gives it: of a term by which it is due, of a forecast to be settled, or what else the calendar holds, by its kind."""

    kind: str = "deadline"
    id: str
    title: str
    date: dt.date
    by: str
    state: str


class Place(_Record):
    """A name and where it lies, in degrees, WGS 84."""

    name: str
    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)


class Report(_Record):
    """What a finished report says; words are in its `language`."""

    language: str = Field(pattern="^[a-z]{2,3}$")
    title: str
    as_of: dt.date
    summary: str = ""
    series: str = ""
    desk: str = ""
    topics: tuple[str, ...] = ()
    place: Place | None = None
    forecasts: tuple[Forecast, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    calendar: tuple[Deadline, ...] = ()
    since: _Day = None
    changes: tuple[Change, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    examples: int = 0

    @property
    def is_draft(self) -> bool:
        """Whether something in it is no fact yet: a guess, or an example."""
        return bool(self.unconfirmed or self.examples)

    @property
    def own(self) -> Language:
        """The language it is written in."""
        return Language(self.language)


class Entry(_Record):
    """What became of a brief: `report` is what stands, new or old, if anything does."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]{2,3})?$")
    state: str = ""
    stale: bool = False
    cause: str = ""
    report: Report | None

    @property
    def page(self) -> str:
        """Where the report lies, seen from the folder of another."""
        return f"../{self.name}/{self.name}.html"

    def status(self, as_of: dt.date) -> Status:
        """Return how the report stands in the edition of a day."""
        report = self.report
        return status_of(
            stands=report is not None,
            is_stale=self.stale,
            # An edition that is made twice in a night still tells what moved in it.
            is_of_tonight=report is not None and (self.state != "unchanged" or report.as_of == as_of),
            is_known=report is not None and report.since is not None,
            has_changes=report is not None and bool(report.changes),
        )


class _File(_Record):
    as_of: dt.date
    reports: tuple[Entry, ...]

    @field_validator("reports")
    @classmethod
    def _named_apart(cls, reports: tuple[Entry, ...]) -> tuple[Entry, ...]:
        twice = [name for name, count in Counter(one.name for one in reports).items() if count > 1]
        if twice:
            msg = f"`{twice[0]}` stands in it twice"
            raise ValueError(msg)
        return reports


@dataclass(frozen=True)
class Edition:
    """The reports of an edition, by name; the digest of its record; the catalogue of layers; the reader's language."""

    as_of: dt.date
    entries: tuple[Entry, ...]
    digest: str
    language: Language
    catalog: Catalog | None = None

    @property
    def series(self) -> str:
        """What most reports call their series."""
        names = [report.series for _, report in self.reports if report.series]
        return max(sorted(set(names)), key=names.count, default=SERIES)

    @cached_property
    def reports(self) -> tuple[tuple[Entry, Report], ...]:
        """All reports that stand, each with its entry."""
        return tuple((one, one.report) for one in self.entries if one.report)

    def status(self, entry: Entry) -> Status:
        """Return how a report stands."""
        return entry.status(self.as_of)

    def of(self, *statuses: Status) -> list[Entry]:
        """Return the entries that stand so: the weightiest change first, then those with most changes, then by name."""

        def weight(entry: Entry) -> tuple[int, int, str]:
            changes = entry.report.changes if entry.report else ()
            kinds = [KINDS.index(one.kind) if one.kind in KINDS else len(KINDS) for one in changes]
            return min(kinds, default=len(KINDS) + 1), -len(changes), entry.name

        return sorted((one for one in self.entries if self.status(one) in statuses), key=weight)


def read_edition(path: Path | str, *, catalog_path: Path | str = "", language: str = "") -> Edition:
    """Read the record of an edition and check it.

    Parameters
    ----------
    path : str or Path
        The record, such as `reports/edition.json`; at most 50 MB.
    catalog_path : str or Path, optional
        A catalogue of layers, for `qv.places_map`.
    language : str, optional
        ISO 639 code; by default that of the reports if it is one and the same and the interface speaks it, else English.

    Returns
    -------
    Edition
        Its day in `as_of`, its reports in `entries`, by name; `of` picks those of a status, the weightiest change first.

    Raises
    ------
    InputError
        When it cannot be read or is no edition, and for what is no code of a language.

    Examples
    --------
    >>> edition = qv.read_edition("../reports/edition.json")
    >>> [entry.name for entry in edition.entries]
    ['andes-blockade', 'lakeland-election', 'river-accord', 'steel-measures']
    >>> {entry.name: str(edition.status(entry)) for entry in edition.entries if entry.report.place}
    {'andes-blockade': 'changed', 'lakeland-election': 'settled', 'river-accord': 'new'}
    """
    path = Path(path)
    data = _read(path)
    try:
        file = _File.model_validate_json(data)
    except ValidationError as error:
        raise InputError(_faults(error, str(path))) from None
    entries = tuple(sorted(file.reports, key=lambda one: one.name))
    spoken = page_language(language, (one.report.language for one in entries if one.report), str(path))
    catalog = read_catalog(catalog_path) if str(catalog_path) else None
    return Edition(file.as_of, entries, hashlib.sha256(data).hexdigest(), spoken, catalog)


def _read(path: Path) -> bytes:
    hint = "name the edition.json that `quickview nightly` writes"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError.at(str(path), "E-EDITION-SIZE", "the file is too large", hint)
        data = path.read_bytes()
    except OSError as error:
        raise InputError.at(str(path), "E-EDITION-FILE", error.strerror or "cannot be read", hint) from None
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        raise InputError.at(str(path), "E-EDITION-JSON", "not JSON in UTF-8", hint) from None
    return data


def _faults(error: ValidationError, file: str) -> Iterator[Fault]:
    """Yield the first faults of a record that is not an edition, each with its path in it."""
    for found in error.errors(include_url=False)[:10]:
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in found["loc"]).lstrip(".")
        message = f"not an edition: {f'`{path}`: ' if path else ''}{found['msg']}"
        yield Fault(file, 0, 0, "E-EDITION", message, "run `quickview nightly`, which writes it")
