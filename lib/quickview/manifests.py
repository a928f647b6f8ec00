"""What a report's manifest and a night's record may hold, and the one door through which either is read again.

Whoever can write into the folder of reports can write anything there: an older or newer kit, a hand, a broken disk. So
each is checked as a whole before anything is made of it, and what comes out has every key, dates as ISO 8601, names
that stay within their folder. What a later kit tells besides is left alone.
"""

import contextlib
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

import quickview
from quickview import files, seal
from quickview.brief.records import Percent, Url
from quickview.edition import NAME, Status, status_of
from quickview.errors import Fault, InputError
from quickview.evidence.outcomes import Telling, Verdict
from quickview.language import glyphs
from quickview.language.catalogs import ENGLISH, Language

MANIFEST: Final = "manifest.json"

MANIFEST_BYTES: Final = 5_000_000
EDITION_BYTES: Final = 50_000_000
"""Largest files read; a manifest has about 10 kB, and the record of a thousand reports about 5 MB."""

_MOST_TOLD: Final = 10


def _shown(text: str) -> str:
    if glyphs.CONTROL.search(text):
        msg = "text without control characters"
        raise ValueError(msg)
    return text


R = TypeVar("R", bound=BaseModel)

_Words = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_shown)]
_File = Annotated[str, StringConstraints(pattern=r"^[^/\\:]+$", max_length=255), AfterValidator(_shown)]
_Path = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_shown)]
_Report = Annotated[str, StringConstraints(pattern=rf"^{NAME.pattern}$", max_length=200)]
_Code = Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")]
_Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
_Amount = Annotated[float, Field(ge=0, le=1e9)]
_Day = dt.date | None


class _Record(BaseModel):
    """A part of what is read; what a later kit may tell besides is left alone."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


class Change(_Record):
    """What changed in a report: kind, id of what it is about, one sentence."""

    kind: _Words
    id: _Words
    text: _Words


class Forecast(_Record):
    """A forecast in the report's words, `low` to `high` percent; where it is settled, with all that the ledger needs of its outcome."""

    id: _Words
    title: _Words
    word: _Words
    low: Percent
    high: Percent
    confidence: _Words
    horizon: _Words
    date: _Day = None
    judged: _Words = ""
    outcome: Verdict | Literal[""] = ""
    settled: _Day = None
    source: Telling | None = None
    note: _Words = ""
    note_language: _Words = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.low > self.high:
            msg = "a `low` that is not above `high`"
            raise ValueError(msg)
        if bool(self.outcome) != bool(self.settled):
            msg = "`outcome` and `settled`, both or neither"
            raise ValueError(msg)
        return self

    def is_open(self, as_of: dt.date) -> bool:
        """Whether nobody knows on a day what becomes of it."""
        return self.settled is None or self.settled > as_of


class Deadline(_Record):
    """A day and who gives it: of a term by which it is due, of a forecast to be settled, or what else the calendar holds, by its kind."""

    kind: _Words = "deadline"
    id: _Words
    title: _Words
    date: dt.date
    by: _Words
    state: _Words


class Place(_Record):
    """A name and where it lies, in degrees, WGS 84."""

    name: _Words
    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)


class Related(_Record):
    """Another report of the house that one points at."""

    name: _Report
    role: _Words = Field(default="", alias="as")
    title: _Words
    language: _Code = ENGLISH
    as_of: _Day = None
    text: _Words = ""


class Report(_Record):
    """What a finished report says; words are in its `language`."""

    language: _Code = ENGLISH
    title: Annotated[_Words, Field(min_length=1)]
    as_of: dt.date
    summary: _Words = ""
    series: _Words = ""
    desk: _Words = ""
    country: _Words = ""
    topics: tuple[_Words, ...] = ()
    sides: tuple[_Words, ...] = ()
    place: Place | None = None
    map_height: Annotated[int, Field(ge=0, le=10_000)] = 0
    forecasts: tuple[Forecast, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    calendar: tuple[Deadline, ...] = ()
    related: tuple[Related, ...] = ()
    since: _Day = None
    changes: tuple[Change, ...] = ()
    unconfirmed: tuple[_Words, ...] = ()
    examples: _Count = 0
    revision: _Count = 0

    @property
    def is_draft(self) -> bool:
        """Whether something in it is no fact yet: a guess, or an example."""
        return bool(self.unconfirmed or self.examples)

    @property
    def own(self) -> Language:
        """The language it is written in."""
        return Language(self.language)


class _Made(_Record):
    bytes: _Count
    sha256: _Digest | None = None


class _Notebook(_Record):
    name: Annotated[_File, StringConstraints(pattern=r"\.ipynb$")]
    sha256: str = ""


class Page(_Record):
    """What stands in the manifest of any page of the kit's: which files it has, and what they were made of.

    Keys that are not named here are kept for those who know them, and nothing shows them.
    """

    model_config = ConfigDict(extra="allow")

    name: _Report
    files: dict[_File, _Made]
    made_of: dict[_Words, _Words] | None = None
    brief: str = ""
    notebook: _Notebook | None = None
    theme: _Words | None = None
    site: Url | Literal[""] = ""
    static: bool = False
    revision: _Count = 0
    as_of: _Day = None


class Manifest(Report, Page):
    """What stands in the manifest of a report."""

    as_of: dt.date


class EditionReport(Report):
    """What a night's record tells of a report that stands: what it says, and which files it has besides its page."""

    name: _Words = ""
    brief: _Words = ""
    pdf: bool = False
    picture: bool = True


class Entry(_Record):
    """What became of a brief: `report` is what stands, new or old, if anything does."""

    name: _Report
    brief: _Path = ""
    state: Literal["", "succeeded", "unchanged", "failed"] = ""
    cause: _Words = ""
    faults: tuple[_Words, ...] = ()
    stale: bool = False
    tries: _Count = 0
    seconds: _Amount = 0
    memory_mb: _Amount | None = None
    report: EditionReport | None
    editions: tuple[dt.date, ...] = ()

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


class EditionFile(_Record):
    """The record of a night as `analysis` reads it: all of it must be sound."""

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


class _Kit(_Record):
    quickview: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9a-z.+]{0,30}$")]


class _Written(_Record):
    versions: _Kit


class _Reports(_Record):
    as_of: dt.date | Literal[""] = ""
    reports: tuple[Any, ...]


def read(path: Path, record: type[R], *, prefix: str, hint: str, limit: int) -> tuple[R, bytes]:
    """Return what a JSON file holds as a record, and its bytes.

    Raises `InputError`: `E-<prefix>-OPEN` for no file, or what is none; `-SIZE` for more than `limit` bytes; `-JSON`;
    `E-<prefix>` for each key that does not fit. `hint` says what to do.
    """
    with files.open_regular(path, prefix=prefix, hint=hint) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise InputError.at(str(path), f"E-{prefix}-SIZE", f"larger than {limit // 1_000_000} MB", hint)
    try:
        return record.model_validate_json(data), data
    except ValidationError as error:
        raise InputError(_faults(error, str(path), prefix, hint)) from None


def _faults(error: ValidationError, file: str, prefix: str, hint: str) -> Iterator[Fault]:
    """Yield the first faults of a file, each with its path in it."""
    for found in error.errors(include_url=False, include_input=False)[:_MOST_TOLD]:
        if found["type"] == "json_invalid":
            yield Fault(file, 0, 0, f"E-{prefix}-JSON", f"not JSON in UTF-8: {found['ctx']['error']}", hint)
            continue
        key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in found["loc"]).lstrip(".")
        wrong = found["msg"].removeprefix("Value error, ")
        yield Fault(
            file,
            0,
            0,
            f"E-{prefix}",
            f"no {prefix.lower()} of the kit's: {f'`{glyphs.reveal(key)[:200]}`: ' if key else ''}{wrong}",
            hint,
        )


def read_manifest(
    folder: Path, record: type[Page] = Manifest, *, tell: Callable[[Fault], None] = lambda _fault: None
) -> dict[str, Any] | None:
    """Return what stands in the manifest of a report, or of another page of the kit's, as plain values.

    None where there is none, and where it does not fit or was altered since, which is told. One of an older kit carries no digest.
    """
    path = folder / MANIFEST
    hint = "let `quickview nightly` make the report again"
    if not path.exists() and not path.is_symlink():
        return None
    try:
        found, data = read(path, record, prefix="MANIFEST", hint=hint, limit=MANIFEST_BYTES)
        carried, actual = seal.digests(data, "json")
        if carried != actual:
            message = "is not as it was made: its bytes have another digest than it carries"
            raise InputError.at(str(path), "E-MANIFEST-ALTERED", message, hint)
        if folder.name not in {found.name, str(found.as_of)}:  # the second is that of an edition that was kept
            message = f"`name`: the manifest of `{found.name}` lies in the folder `{folder.name}`"
            raise InputError.at(str(path), "E-MANIFEST", message, hint)
    except InputError as error:
        for fault in error.faults:
            tell(replace(fault, message=f"{fault.message}{_by_another_kit(path)}"))
        return None
    return found.model_dump(mode="json", by_alias=True)


def _by_another_kit(path: Path) -> str:
    """Return in words that a manifest is of another version of the kit; "" where it is of this one, or nobody can say."""
    with contextlib.suppress(InputError):
        written = read(path, _Written, prefix="MANIFEST", hint="", limit=MANIFEST_BYTES)[0].versions.quickview
        if written != quickview.__version__:
            return f" (written by quickview {written}, read by {quickview.__version__})"
    return ""


def read_entries(
    path: Path, *, tell: Callable[[Fault], None] = lambda _fault: None
) -> tuple[str, list[dict[str, Any]]]:
    """Return the day of a night's record and its entries as plain values; each that does not fit is left out, and told."""
    hint = "run `quickview nightly`, which writes it"
    if not path.exists() and not path.is_symlink():
        return "", []
    found: dict[str, dict[str, Any]] = {}
    try:
        whole, _ = read(path, _Reports, prefix="EDITION", hint=hint, limit=EDITION_BYTES)
    except InputError as error:
        for fault in error.faults:
            tell(fault)
        return "", []
    for n, one in enumerate(whole.reports):
        place = f"reports[{n}]"
        try:
            entry = Entry.model_validate_json(json.dumps(one))
        except ValidationError as error:
            for fault in _faults(error, str(path), "EDITION", hint):
                tell(replace(fault, message=f"{place} is left out: {fault.message}"))
            continue
        if entry.name in found:
            tell(Fault(str(path), 0, 0, "E-EDITION", f"{place} is left out: `{entry.name}` stands in it twice", hint))
            continue
        found[entry.name] = entry.model_dump(mode="json", by_alias=True)
    return str(whole.as_of), list(found.values())
