"""How each report of an edition stands: new, changed, as before, out of date or never made, and why, in words."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from quickview.edition import Status, status_of
from quickview.language.catalogs import Language
from quickview.language.phrases import failure

Entry = Mapping[str, Any]
"""One of the `reports` of an edition."""

NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]{2,3})?")
"""What folders of reports are called: the brief's name, and the language of a translated one."""


def address(entry: Entry, *, site: str = "", suffix: str = ".html") -> str:
    """Return where a file of a report lies, seen from the folder of reports or under `site`; "" where there is none."""
    name = str(entry["name"])
    if not entry.get("report") or not NAME.fullmatch(name):
        return ""
    return "/".join(filter(None, [site, name, f"{name}{suffix}"]))


def status(entry: Entry, as_of: str) -> Status:
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


def failed(entry: Entry) -> bool:
    """Whether the report could not be made this time, or not wholly."""
    return bool(entry["state"] == "failed")


def moved(entry: Entry, as_of: str) -> bool:
    """Whether a reader should look at a report again."""
    return failed(entry) or status(entry, as_of) is not Status.SETTLED


def told(entry: Entry, language: Language) -> str:
    """Return what is amiss with a report, in one sentence; "" where nothing is."""
    if not failed(entry):
        return ""
    report = entry.get("report")
    is_whole = bool(entry.get("stale"))
    return failure(
        str(entry.get("cause", "")), day(report["as_of"], language) if report else "", language, is_whole=is_whole
    )


def day(text: str, language: Language) -> str:
    """Return an ISO date as "4 August 2017"; nothing for none."""
    if not text:
        return ""
    return language.date(date.fromisoformat(text))
