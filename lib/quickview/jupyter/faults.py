"""Faults as HTML: in the page of a failed export, and under a notebook's cell with the line they are in."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from quickview.errors import Fault
from quickview.files import read_regular
from quickview.language.catalogs import Language
from quickview.language.glyphs import reveal
from quickview.report.templates import template
from quickview.theme import stylesheet
from quickview.theme.theme import load_theme

_WORD: Final = re.compile(r""" "[^"]*" | '[^']*' | \w[\w.-]* | \S | $ """, re.VERBOSE)
"""What a fault's column points at: words in quotes, a word, a sign, or the end of the line."""


@dataclass(frozen=True)
class Place:
    """The line that a fault is in: before, at and behind its column; and where JupyterLab opens it."""

    before: str
    at: str
    behind: str
    link: str


def page(heading: str, faults: Sequence[Fault], download: str) -> str:
    """Return a page that says what is amiss with a report, and fetches the file if there is one."""
    content = {"heading": heading, "faults": faults, "download": download, "written": written}
    made = template(__package__, "export.html", Language("en"))
    style = stylesheet.fonts_and_colours(made.render(content, style=""), load_theme())
    return made.render(content, style=Markup(style))  # noqa: S704 (the kit's own)


def written(text: str) -> Markup:
    """Return the words of a fault as HTML; what stands in backticks in them is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 (escaped)


def as_text(faults: Sequence[Fault], said: Sequence[str] = ()) -> str:
    """Return lines, and faults each with the line of its file and a mark under the column."""
    lines = list(said)
    for fault in faults:
        lines.append(str(fault))
        if (place := _place(fault)) and fault.line:
            number = f"{fault.line:>5} | "
            lines += [f"{number}{place.before}{place.at}{place.behind}", " " * (len(number) + len(place.before)) + "^"]
    return "\n".join(lines)


def as_html(faults: Sequence[Fault], said: Sequence[str] = (), *, page: str = "") -> str:
    """Return lines, faults with their places, and a page to be looked at, as HTML for a notebook."""
    told = [(fault, _place(fault)) for fault in faults]
    return template(__package__, "desk.html", Language("en")).render(faults=told, said=said, page=page, written=written)


def _place(fault: Fault) -> Place | None:
    """Return the line of a fault; None when its file is not there any more."""
    file = Path(fault.file)
    try:
        lines = reveal(read_regular(file).decode("utf-8-sig", errors="replace")).split("\n")
    except OSError:
        return None
    # JupyterLab counts lines from 0; a link that is no address is a path from the notebook.
    link = quote(Path(os.path.relpath(file)).as_posix()) + (f"#line={fault.line - 1}" if fault.line else "")
    line = lines[fault.line - 1] if 0 < fault.line <= len(lines) else ""
    start = min(max(fault.column - 1, 0), len(line))
    found = _WORD.search(line, start)
    end = found.end() if found and found.start() == start else start + 1
    return Place(line[:start], line[start:end], line[end:], link)
