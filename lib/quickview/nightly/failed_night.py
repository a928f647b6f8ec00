"""A night that failed as a whole: the front page that stands says so, and where there is none a page that does."""

import contextlib
import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from quickview import files
from quickview.errors import InputError, ReportError
from quickview.language.catalogs import ENGLISH, LANGUAGES, Language
from quickview.language.phrases import why
from quickview.nightly import record
from quickview.report.templates import content_security_policy, template

_MARK: Final = re.compile(r'<aside id="night".*?</aside>\n', re.DOTALL)
_HEAD: Final = '<header class="head">'


def mark(out: Path, cause: str, faults: Iterable[str], *, language: str = "", day: dt.date | None = None) -> None:
    """Say on `out/index.html` that the night of a day, by default today's, has failed, and why.

    `cause` is one word, as in an edition's record; `faults` are what the makers need to know. The page is left as it is otherwise; the next edition takes its place. Nothing happens where it cannot be written.
    """
    page = out / "index.html"
    standing = files.content(page).decode(errors="replace")
    spoken = re.search(r'<html lang="(\w+)"', standing)
    words = Language(spoken[1] if spoken else language if language in LANGUAGES else ENGLISH)
    told = template(__package__, "failed_night.html", words).render(
        language=words,
        day=words.date(day or dt.datetime.now(dt.UTC).date()),
        cause=why(cause, words),
        faults=map(files.public, faults),
        stands=_HEAD in standing,
        policy=content_security_policy([], []),
    )
    whole = _MARK.sub("", standing).replace(_HEAD, told + _HEAD, 1) if _HEAD in standing else told
    with contextlib.suppress(OSError, ReportError):
        out.mkdir(parents=True, exist_ok=True)
        files.write_atomically(page, whole)


def told(error: Exception) -> tuple[str, list[str]]:
    """Return what ended a night: its cause in a word, and its faults, a line each."""
    if isinstance(error, InputError):
        return "input", str(error).splitlines()
    known = error if isinstance(error, ReportError) else record.internal(error)
    return record.cause_of(known), str(known).splitlines()
