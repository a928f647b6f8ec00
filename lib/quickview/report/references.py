"""What points from one place of a report to another: citations and their way back, mentions of figures."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from quickview.language.catalogs import Language
from quickview.report.outline import Outline, Part

_CITE: Final = re.compile(r'<a (?=[^>]*class="cite")(?=[^>]*href="#source-([^"]+)")')
_MENTION: Final = re.compile(r'(<a (?=[^>]*class="xref")[^>]*href="#figure-([^"]+)"[^>]*>)[^<]*(</a>)')
_SOURCE: Final = re.compile(r'(<li id="source-([^"]+)".*?)(</li>)', re.DOTALL)


MOST_SHOWN: Final = 8
"""So many ways back stand open beside a source; more are folded away."""


@dataclass
class _Citations:
    """Ids given to the citations of each source so far."""

    of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def name(self, match: re.Match[str]) -> str:
        source = match[1]
        self.of[source].append(f"cite-{source}-{len(self.of[source]) + 1}")
        return f'<a id="{self.of[source][-1]}" {match[0][3:]}'


def mentioned(outline: Outline) -> Iterator[str]:
    """Yield the ids of the figures that the text refers to."""
    for part in outline.parts:
        yield from (match[2] for match in _MENTION.finditer(part.html))


def resolve(outline: Outline, numbers: Mapping[str, str], language: Language) -> Outline:
    """Return the outline with its references complete.

    Each citation has an id, each source links back to its citations, and a mention of a
    figure reads as its number, `numbers` by figure id. Mentions of other figures stay.
    """
    citations = _Citations()

    def first(part: Part) -> Part:
        numbered = _MENTION.sub(lambda m: m[1] + html.escape(numbers.get(m[2], m[2])) + m[3], part.html)
        return replace(part, html=_CITE.sub(citations.name, numbered))

    def second(part: Part) -> Part:
        return replace(part, html=_SOURCE.sub(lambda m: m[1] + _back(citations.of[m[2]], language) + m[3], part.html))

    for turn in (first, second):
        head = tuple(map(turn, outline.head))
        outline = replace(
            outline, head=head, sections=tuple(replace(s, parts=list(map(turn, s.parts))) for s in outline.sections)
        )
    return outline


def _back(ids: list[str], language: Language) -> str:
    if not ids:
        return ""
    links = [_back_link(name, n, language) for n, name in enumerate(ids, start=1)]
    if len(ids) <= MOST_SHOWN:
        return f'<span class="back">{" ".join(links)}</span>'
    label = html.escape(language.ngettext("{n} citation", "{n} citations", len(ids), n=len(ids)))
    return f'<details class="back"><summary>{label}</summary>{" ".join(links)}</details>'


def _back_link(citation: str, number: int, language: Language) -> str:
    spoken = html.escape(language.gettext("Back to citation {n}", n=number))
    return f'<a href="#{citation}" aria-label="{spoken}">{number}</a>'
