"""The outline of a report: its head, its sections, what stands in each, and what points from one place to another."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from quickview.brief.masthead import Masthead
from quickview.language.catalogs import Language

_CITE: Final = re.compile(r'<a (?=[^>]*class="cite")(?=[^>]*href="#source-([^"]+)")')
_MENTION: Final = re.compile(r'(<a (?=[^>]*class="xref")[^>]*href="#figure-([^"]+)"[^>]*>)[^<]*(</a>)')
_SOURCE: Final = re.compile(r'(<li id="source-([^"]+)".*?)(</li>)', re.DOTALL)

MOST_SHOWN: Final = 8
"""So many ways back stand open beside a source; more are folded away."""


@dataclass(frozen=True)
class Figure:
    """A figure with a number: two drawings as plotly's data, or a `body` of HTML (a picture, a table), and what words say of it.

    `own` is one that an analyst made, which plotly draws, on a light ground in the dark too;
    `live` is what it has only where it can be played with (`layout`, `frames`);
    `drawn` keeps pictures by name, so that page and print of one report share them.
    """

    id: str
    wide: Mapping[str, Any] | None
    narrow: Mapping[str, Any] | None
    meta: Mapping[str, Any]
    body: str = ""
    own: bool = False
    live: Mapping[str, Any] = field(default_factory=dict)
    drawn: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_canvas(self) -> bool:
        """Whether it is a canvas of the kit's, which no browser is needed to draw."""
        return self.wide is not None and not self.own


@dataclass(frozen=True)
class Part:
    """One output of a cell: HTML, or a figure and its caption as HTML. `id` is empty for output that is not the kit's.

    `absent` says that the brief has nothing for it; `cell` is what its cell is called in messages.
    """

    id: str
    html: str = ""
    figure: Figure | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    absent: bool = False
    cell: str = ""


@dataclass
class Section:
    """A section: anchor, heading, and its parts in order.

    `language` is that of a heading of the brief's own, by its ISO 639 code; one of the
    notebook's has none, and is said in the report's.
    """

    id: str
    title: str
    parts: list[Part] = field(default_factory=list)
    language: str = ""

    @property
    def shown(self) -> list[Part]:
        """The parts that have something to show."""
        return [part for part in self.parts if not part.absent]

    @property
    def is_absent(self) -> bool:
        """Whether the brief has nothing for this section, so that its heading goes too."""
        return bool(self.parts) and not self.shown


@dataclass(frozen=True)
class Outline:
    """The parts before the first heading, the sections, and what the masthead says of the report.

    `silent` names the cells that call the kit and show nothing; `warnings` tell the
    analyst what was noticed; `notebook` is the SHA-256 of what the notebook says.
    """

    head: tuple[Part, ...]
    sections: tuple[Section, ...]
    silent: Sequence[str] = ()
    warnings: Sequence[str] = ()
    masthead: Masthead = field(default_factory=Masthead)
    notebook: str = ""

    @property
    def parts(self) -> list[Part]:
        """All parts that are shown, in order."""
        return [*self.head, *(part for section in self.sections for part in section.shown)]

    @property
    def figures(self) -> list[Figure]:
        """All figures, in order."""
        return [part.figure for part in self.parts if part.figure]

    @property
    def drawings(self) -> list[Mapping[str, Any]]:
        """All that plotly draws, in order: each chart wide, and narrow."""
        charts = [figure for figure in self.figures if not figure.is_canvas]
        return [drawing for figure in charts for drawing in (figure.wide, figure.narrow) if drawing]


def mentioned(outline: Outline) -> Iterator[str]:
    """Yield the ids of the figures that the text refers to."""
    for part in outline.parts:
        yield from (match[2] for match in _MENTION.finditer(part.html))


def resolve_references(outline: Outline, numbers: Mapping[str, str], language: Language) -> Outline:
    """Return the outline with its references complete.

    Each citation has an id, each source links back to its citations, and a mention of a
    figure reads as its number, `numbers` by figure id. Mentions of other figures stay.
    """
    given: dict[str, list[str]] = {}

    def name(match: re.Match[str]) -> str:
        ids = given.setdefault(match[1], [])
        ids.append(f"cite-{match[1]}-{len(ids) + 1}")
        return f'<a id="{ids[-1]}" {match[0][3:]}'

    def first(part: Part) -> Part:
        numbered = _MENTION.sub(lambda m: m[1] + html.escape(numbers.get(m[2], m[2])) + m[3], part.html)
        return replace(part, html=_CITE.sub(name, numbered))

    def second(part: Part) -> Part:
        return replace(part, html=_SOURCE.sub(lambda m: m[1] + _back(given.get(m[2], []), language) + m[3], part.html))

    for turn in (first, second):
        head = tuple(map(turn, outline.head))
        sections = tuple(replace(one, parts=list(map(turn, one.parts))) for one in outline.sections)
        outline = replace(outline, head=head, sections=sections)
    return outline


def _back(ids: list[str], language: Language) -> str:
    if not ids:
        return ""
    spoken = (html.escape(language.gettext("Back to citation {n}", n=n)) for n in range(1, len(ids) + 1))
    links = " ".join(
        f'<a href="#{name}" aria-label="{s}">{n}</a>' for n, (name, s) in enumerate(zip(ids, spoken, strict=True), 1)
    )
    if len(ids) <= MOST_SHOWN:
        return f'<span class="back">{links}</span>'
    label = html.escape(language.ngettext("{n} citation", "{n} citations", len(ids), n=len(ids)))
    return f'<details class="back"><summary>{label}</summary>{links}</details>'
