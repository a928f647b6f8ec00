"""What stands in the margins of a printed page: series and title at its head, the page's number at its foot."""

from bisect import bisect
from collections.abc import Mapping
from typing import Any, Final

from quickview.language.catalogs import Language
from quickview.theme import typeface

_SIZE: Final = 7.2
_ROOM: Final = 480.0
"""Points of a page's width for series and title, less some room between them."""
_LONGEST: Final = (200.0, 320.0)
"""Points that the series and the title may take."""
_COUNTERS: Final = {"\x01": "counter(page)", "\x02": "counter(pages)"}


def css(facts: Mapping[str, Any], language: Language) -> str:
    """Return `@page` rules for a report with these facts of its masthead (`series`, `title`).

    The first page has the masthead and so no running head. Chromium knows no logical
    names for the boxes in the margins, so that start and end are chosen here.
    """
    start, end = ("right", "left") if language.is_rtl else ("left", "right")
    number = _number(language).format(page="\x01", pages="\x02")
    common = f"font:400 {_SIZE}pt var(--family);color:var(--muted);direction:{language.direction};white-space:nowrap;"
    named = _short(str(facts.get("series", "")), _LONGEST[0])
    told = _short(
        str(facts.get("title", "")), min(_LONGEST[1], _ROOM - typeface.width(named, _SIZE, weight=typeface.BOLD))
    )
    series = f"content:{_string(named)};{common}vertical-align:bottom;padding-bottom:3mm;"
    title = f"content:{_string(told)};{common}vertical-align:bottom;padding-bottom:3mm;"
    foot = f"content:{_numbered(number)};{common}vertical-align:top;padding-top:3mm;"
    return (
        f"@page{{@bottom-right{{content:none}}@top-{start}{{{series}font-weight:600}}@top-{end}{{{title}}}@bottom-{end}{{{foot}}}}}"
        "@page:first{@top-left{content:none}@top-right{content:none}}"
    )


def characters(facts: Mapping[str, Any], language: Language) -> str:
    """Return every character that may stand in the margins, for the fonts that the page carries."""
    return f"{facts.get('series', '')}{facts.get('title', '')}…{_number(language)}0123456789"


def _number(language: Language) -> str:
    _ = language.gettext
    return _("Page {page} of {pages}")


def _numbered(message: str) -> str:
    """Return a message as the value of `content`, its counters between strings."""
    for mark, counter in _COUNTERS.items():
        message = message.replace(mark, f"\x00{counter}\x00")
    return " ".join(part if part in _COUNTERS.values() else _string(part) for part in message.split("\x00") if part)


def _short(text: str, room: float) -> str:
    """Return a text no wider than so many points, cut between words where it can be."""

    def width(end: int) -> float:
        return typeface.width(text[:end] + "…", _SIZE, weight=typeface.BOLD)

    if typeface.width(text, _SIZE, weight=typeface.BOLD) <= room:
        return text
    head = text[: bisect(range(1, len(text) + 1), room, key=width)]
    return (head.rpartition(" ")[0] or head) + "…"


def _string(text: str) -> str:
    """Return a text as a CSS string; whatever could end the string or the style sheet is written by its number."""
    return '"' + "".join(c if c.isalnum() or c in " -–·,.:;" else f"\\{ord(c):x} " for c in text) + '"'
