"""The reports of an edition for other programs: an Atom feed (RFC 4287), and a list of them as JSON."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from xml.etree import ElementTree as ET

import quickview
from quickview.edition import Entry, draft_message, file_address, is_expected, is_settled, status_message
from quickview.language.catalogs import ENGLISH, Language
from quickview.nightly.record import for_xml

ATOM: Final = "feed.xml"
CATALOGUE: Final = "reports.json"
"""What the two files are called, beside the front page."""

_XMLNS: Final = "http://www.w3.org/2005/Atom"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_PUBLIC: Final = (
    "language", "title", "summary", "series", "desk", "country", "topics", "as_of", "since", "unconfirmed", "examples",
    "sides", "place", "forecasts", "deadlines", "calendar", "changes", "related",
)  # fmt: skip


def series(edition: Mapping[str, Any]) -> str:
    """Return what most reports of an edition call their series."""
    names = [str(name) for entry in edition["reports"] if (name := (entry.get("report") or {}).get("series"))]
    return max(sorted(set(names)), key=names.count, default="Quick View")


def newest_first(edition: Mapping[str, Any]) -> list[Entry]:
    """Return the reports of an edition, the newest first; those never made count as of its own day."""
    by_name = sorted(edition["reports"], key=lambda entry: str(entry["name"]))
    return sorted(by_name, key=day_of(edition), reverse=True)


def day_of(edition: Mapping[str, Any]) -> Callable[[Entry], str]:
    """Return what tells the day of an edition's reports, as an ISO date."""
    return lambda entry: str((entry.get("report") or edition)["as_of"])


def atom(edition: Mapping[str, Any], *, site: str = "", language: str = ENGLISH) -> str:
    """Return the reports of an edition as an Atom feed, the newest first.

    `site` is the address that the folder of reports is served at. Without one the feed
    has no `self` and links are relative to it. Ids come from the reports' names, so that
    they stay when the address changes. What is corrected within a day is later by a minute
    each time, without a look at the clock.
    """
    words = Language(language)
    feed = ET.Element("feed", {"xmlns": _XMLNS, _LANG: language})
    name = series(edition)
    _add(feed, "id", _urn(f"feed of {name}"))
    _add(feed, "title", words.gettext("{series}: all reports", series=name))
    _add(
        feed, "updated", max([_instant(edition["as_of"]), *(_updated(entry, edition) for entry in edition["reports"])])
    )
    _add(_add(feed, "author"), "name", name)
    _add(feed, "generator", "Quick View", version=quickview.__version__)
    if site:
        _add(feed, "link", rel="self", type="application/atom+xml", href=f"{site}/{ATOM}")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{site}/index.html" if site else "index.html")
    for entry in newest_first(edition):
        _entry(feed, entry, edition, site, words)
    ET.indent(feed, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


def _entry(feed: ET.Element, entry: Entry, edition: Mapping[str, Any], site: str, words: Language) -> None:
    report = entry.get("report") or {"title": entry["name"], "language": words.code}
    found = _add(feed, "entry")
    found.set(_LANG, report.get("language", words.code))
    _add(found, "id", _urn(f"report {entry['name']}"))
    _add(found, "title", report["title"])
    _add(found, "updated", _updated(entry, edition))
    if desk := report.get("desk"):
        _add(_add(found, "author"), "name", desk)
    if page := file_address(entry, site=site):
        _add(found, "link", rel="alternate", type="text/html", hreflang=report.get("language", ENGLISH), href=page)
    for topic in report.get("topics", ()):
        _add(found, "category", term=topic)
    _add(found, "summary", _summary(entry, report, edition["as_of"]))
    if not file_address(entry):
        # RFC 4287, 4.1.1: an entry that links to no page has its content within.
        _add(found, "content", status_message(entry, words) or report["title"], type="text")


def _urn(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"quickview:{name}").urn


def _updated(entry: Entry, edition: Mapping[str, Any]) -> str:
    """Return when what a report says changed last: its day, and a minute for each correction since."""
    report = entry.get("report") or {}
    return _instant(str(report.get("as_of", edition["as_of"])), int(report.get("revision", 0)))


def _instant(day: str, minutes: int = 0) -> str:
    # Before its first report a feed has no day, and must have one.
    hours, rest = divmod(min(minutes, 24 * 60 - 1), 60)
    return f"{day or '1970-01-01'}T{hours:02}:{rest:02}:00Z"


def _summary(entry: Entry, report: Mapping[str, Any], as_of: str) -> str:
    """Return the state of a report if it is amiss or a draft, its first judgement, and what changed, in its own language."""
    language = Language(report.get("language", ENGLISH))
    changes = [change["text"] for change in report.get("changes", ())]
    amiss = [status_message(entry, language), draft_message(entry, language)]
    parts = [*amiss, report.get("summary", ""), judgement(report, language, as_of)]
    if changes:
        parts.append(language.gettext("What changed: {changes}", changes=" ".join(changes)))
    return " ".join(filter(None, parts))


def judgement(report: Mapping[str, Any], language: Language, as_of: str) -> str:
    """Return a report's first forecast that is expected on a day in a line: "Truce holds: likely, 55–80%."; "" where it has none."""
    for one in report.get("forecasts", ()):
        last_day = date.fromisoformat(one["date"]) if one.get("date") else None
        days = date.fromisoformat(report["as_of"]), date.fromisoformat(as_of)
        if is_settled(one, as_of) or not is_expected(last_day, *days):
            continue
        shares = share(one, language)
        return language.gettext("{forecast}: {word}, {range}.", forecast=one["title"], word=one["word"], range=shares)
    return ""


def share(forecast: Mapping[str, Any], language: Language) -> str:
    """Return the probability of a forecast: "55–80%"."""
    low, high = (f"{forecast[end]:g}" for end in ("low", "high"))
    return language.gettext("{range}%", range=low if low == high else f"{low}–{high}")


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, tag, {name: for_xml(value) for name, value in attributes.items()})
    found.text = for_xml(text) or None
    return found


def catalogue(edition: Mapping[str, Any], *, site: str = "") -> str:
    """Return the public list of the reports as JSON text: where each lies, what it says and how it stands.

    What only the makers need is left out: faults, seconds, memory, paths of briefs.
    """
    reports = []
    for entry in sorted(edition["reports"], key=lambda entry: str(entry["name"])):
        report = entry.get("report") or {}
        kinds = {"html": ".html", **({"pdf": ".pdf"} if report.get("pdf") else {})}
        files = {kind: page for kind, end in kinds.items() if (page := file_address(entry, site=site, suffix=end))}
        state = {key: entry[key] for key in ("name", "state", "cause", "stale") if key in entry}
        reports.append({**state, "files": files, **{key: report[key] for key in _PUBLIC if key in report}})
    content = {"as_of": edition["as_of"], "counts": edition["counts"], "reports": reports}
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
