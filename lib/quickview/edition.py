"""How each report of a night's edition stands, and why, in words: one answer for its front page, feed and digest."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from quickview.language.catalogs import Language
from quickview.language.phrases import draft, failure

Entry = Mapping[str, Any]
"""One of the `reports` of an edition."""

NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]{2,3})?")
"""What folders of reports are called: the brief's name, and the language of a translated one."""


WATCHED: Final = timedelta(90)
"""How long after its day a deadline is still one to watch; briefs of very different times may stand in one edition."""

STANDS: Final = timedelta(365)
"""How long after its report a forecast that names no last day may still be told as what is expected."""


class Status(StrEnum):
    """How a report stands in an edition."""

    CHANGED = "changed"
    NEW = "new"
    STALE = "stale"
    MISSING = "missing"
    SETTLED = "settled"


def status_of(*, stands: bool, is_stale: bool, is_of_tonight: bool, is_known: bool, has_changes: bool) -> Status:
    """Return how a report stands.

    `stands` tells whether there is one, and `is_stale` whether it is an older one that could
    not be made anew; one of which only a part could be made is as new as that part.
    `is_of_tonight` tells whether it was made for this edition, `is_known` whether one was
    there before, and `has_changes` whether it says something else than that.
    """
    if not stands:
        return Status.MISSING
    if is_stale:
        return Status.STALE
    if not is_of_tonight:
        return Status.SETTLED
    if has_changes:
        return Status.CHANGED
    return Status.SETTLED if is_known else Status.NEW


def file_address(entry: Entry, *, site: str = "", day: str = "", suffix: str = ".html") -> str:
    """Return where a file of a report lies, or of its edition of a `day`, seen from the folder of reports or under `site`; "" where there is none."""
    name = str(entry["name"])
    if not entry.get("report") or not NAME.fullmatch(name):
        return ""
    return "/".join(filter(None, [site, name, day, f"{name}{suffix}"]))


def is_watched(day: date, as_of: date) -> bool:
    """Whether a day that a report names lies ahead of that of an edition, or passed not long before it."""
    return as_of - day <= WATCHED


def is_expected(last_day: date | None, reported: date, as_of: date) -> bool:
    """Whether a forecast that nobody has settled may still be told as what is expected, by its last day or else that of its report."""
    return is_watched(last_day, as_of) if last_day else as_of - reported <= STANDS


def entry_status(entry: Entry, as_of: str) -> Status:
    """Return how a report stands in the edition of that day, an ISO date."""
    report = entry.get("report") or {}
    return status_of(
        stands=bool(report),
        is_stale=bool(entry.get("stale")),
        # An edition that is made twice in a night still tells what moved in it.
        is_of_tonight=entry["state"] != "unchanged" or report.get("as_of") == as_of,
        is_known=bool(report.get("since")),
        has_changes=bool(report.get("changes")),
    )


def is_failed(entry: Entry) -> bool:
    """Whether the report could not be made this time, or not wholly."""
    return bool(entry["state"] == "failed")


def is_settled(forecast: Mapping[str, Any], as_of: str) -> bool:
    """Whether it is known on the day of an edition, an ISO date, what became of a forecast."""
    return bool(forecast.get("settled")) and str(forecast["settled"]) <= as_of


def has_news(entry: Entry, as_of: str) -> bool:
    """Whether a reader should look at a report again."""
    return is_failed(entry) or entry_status(entry, as_of) is not Status.SETTLED


def status_message(entry: Entry, language: Language) -> str:
    """Return what is amiss with a report, in one sentence; "" where nothing is."""
    if not is_failed(entry):
        return ""
    report = entry.get("report")
    is_whole = bool(entry.get("stale"))
    return failure(
        str(entry.get("cause", "")), long_date(report["as_of"], language) if report else "", language, is_whole=is_whole
    )


def draft_message(entry: Entry, language: Language) -> str:
    """Return what of a report is no fact yet, in a sentence or two; "" where all is."""
    report = entry.get("report") or {}
    return " ".join(draft(len(report.get("unconfirmed", ())), int(report.get("examples", 0)), language))


def long_date(text: str, language: Language) -> str:
    """Return an ISO date as "4 August 2017"; nothing for none."""
    if not text:
        return ""
    return language.date(date.fromisoformat(text))
