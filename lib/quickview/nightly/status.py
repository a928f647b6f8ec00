"""How each report of an edition stands: new, changed, as before, out of date or never made, and why, in words."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from quickview.language import failures
from quickview.language.catalogs import Language

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


def failed(entry: Entry) -> bool:
    """Whether the report could not be made this time."""
    return bool(entry["state"] == "failed")


def new(entry: Entry, as_of: str) -> bool:
    """Whether a report stands in the edition of that day for the first time."""
    return _of_tonight(entry, as_of) and not entry["report"].get("since")


def changed(entry: Entry, as_of: str) -> bool:
    """Whether a report says something else than it did before the edition of that day."""
    return _of_tonight(entry, as_of) and bool(entry["report"].get("changes"))


def moved(entry: Entry, as_of: str) -> bool:
    """Whether a reader should look at a report again."""
    return failed(entry) or new(entry, as_of) or changed(entry, as_of)


def _of_tonight(entry: Entry, as_of: str) -> bool:
    # An edition that is made twice in a night still tells what moved in it.
    report = entry.get("report") or {}
    return bool(report) and (entry["state"] == "succeeded" or (not failed(entry) and report.get("as_of") == as_of))


def told(entry: Entry, language: Language) -> str:
    """Return what is amiss with a report, in one sentence; "" where nothing is."""
    if not failed(entry):
        return ""
    report = entry.get("report")
    return failures.told(str(entry.get("cause", "")), day(report["as_of"], language) if report else "", language)


def day(text: str, language: Language) -> str:
    """Return an ISO date as "4 August 2017"; nothing for none."""
    if not text:
        return ""
    return language.date(date.fromisoformat(text))
