"""The prose of a brief: Markdown sections with citations, as safe HTML.

CommonMark with tables; raw HTML is refused. `[@id]` or `[@id; @other]` cites
sources, as in Pandoc, Quarto and MyST.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from quickview.errors import Fault

CITATION: Final = re.compile(r"\[@([a-z0-9-]+(?:\s*;\s*@[a-z0-9-]+)*)\]")
ARABIC: Final = re.compile(r"[\u0600-\u06FF\u0750-\u077F\uFB50-\uFDFF\uFE70-\uFEFC]"
                           r"(?:[\s\u0600-\u06FF\u0750-\u077F\uFB50-\uFDFF\uFE70-\uFEFC]*"
                           r"[\u0600-\u06FF\u0750-\u077F\uFB50-\uFDFF\uFE70-\uFEFC])?")
"""A run of Arabic script, inner spaces included."""

_LINK: Final = re.compile(r"\]\(\s*<?([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HTML: Final = re.compile(r"<(?:[a-zA-Z/!?][^>\n]*>?)")
_TAGS: Final = {"p", "em", "strong", "ul", "ol", "li", "blockquote", "code", "h3", "h4", "hr", "br", "a", "sup", "bdi",
                "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href", "class", "aria-label"},
    "bdi": {"lang", "dir"},
    "sup": {"class"},
    "th": {"scope"},
    "ol": {"start"},
}


@dataclass(frozen=True)
class Section:
    """One `## Heading` of the prose: anchor id, heading, Markdown and its first line in the file."""

    id: str
    title: str
    markdown: str
    line: int


def slug(title: str) -> str:
    """Return the anchor id of a heading: lower case, words joined by hyphens."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-")


def split_sections(text: str, *, file: str, first_line: int) -> tuple[list[Section], list[Fault]]:
    """Split Markdown at its second-level headings; every fault of form comes with it."""
    lines = text.split("\n")
    headings = [t for t in _parser().parse(text) if t.type == "heading_open" and t.level == 0 and t.map]
    faults = list(_faults_of_form(lines, headings, file=file, first_line=first_line))
    starts = [h.map[0] for h in headings if h.tag == "h2" and h.map]
    sections = [
        _section(lines[start:end], first_line + start)
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]
    return sections, faults


def _section(lines: Sequence[str], line: int) -> Section:
    title = lines[0].lstrip("#").strip()
    return Section(slug(title), title, "\n".join(lines[1:]).strip("\n"), line)


def _faults_of_form(lines: Sequence[str], headings: Sequence[Token], *, file: str, first_line: int) -> Iterator[Fault]:
    first = next((h.map[0] for h in headings if h.map), len(lines))
    stray = next((i for i, line in enumerate(lines[:first]) if line.strip()), None)
    if stray is not None:
        mend = "put it under a heading such as `## What happened`"
        yield Fault(file, first_line + stray, 1, "E-SECTION-TEXT", "text before the first heading", mend)
    for heading in headings:
        if heading.tag == "h1" and heading.map:
            mend = "write `## …`; the headline comes from `document.title`"
            yield Fault(file, first_line + heading.map[0], 1, "E-SECTION-LEVEL", "a first-level heading", mend)
    yield from _unsafe_markup(lines, file=file, first_line=first_line)


def _unsafe_markup(lines: Sequence[str], *, file: str, first_line: int) -> Iterator[Fault]:
    parser = _parser(raw_html=True)
    tokens = parser.parse("\n".join(lines))
    for token in tokens:
        if token.map is None:
            continue
        if token.type == "html_block":
            yield _html_fault(lines, token.map[0], token.map[1], file, first_line)
        kinds = {child.type for child in token.children or ()}
        if "html_inline" in kinds:
            yield _html_fault(lines, token.map[0], token.map[1], file, first_line)
        if "image" in kinds:
            row = _first(lines, token.map, "![")
            mend = "describe it in words; figures come from the facts"
            yield Fault(file, first_line + row, lines[row].find("![") + 1, "E-PROSE-IMAGE", "an image", mend)
    yield from _unsafe_links(lines, file=file, first_line=first_line)


def _html_fault(lines: Sequence[str], start: int, end: int, file: str, first_line: int) -> Fault:
    for row in range(start, min(end, len(lines))):
        if match := _HTML.search(lines[row]):
            what = f"raw HTML `{match[0][:40]}`"
            return Fault(file, first_line + row, match.start() + 1, "E-PROSE-HTML", what, "write Markdown, or \\< for a plain <")
    return Fault(file, first_line + start, 1, "E-PROSE-HTML", "raw HTML", "write Markdown, or \\< for a plain <")


def _first(lines: Sequence[str], span: Sequence[int], mark: str) -> int:
    return next((row for row in range(span[0], min(span[1], len(lines))) if mark in lines[row]), span[0])


def _unsafe_links(lines: Sequence[str], *, file: str, first_line: int) -> Iterator[Fault]:
    for row, line in enumerate(lines):
        for match in _LINK.finditer(line):
            if match[1].lower() not in {"http", "https"}:
                what = f"a link to `{match[1]}:`"
                yield Fault(file, first_line + row, match.start(1) + 1, "E-PROSE-LINK", what, "link to http or https")


def citations(section: Section) -> Iterator[tuple[int, int, str]]:
    """Yield (line, column, source id) of each citation, both from 1."""
    for row, line in enumerate(section.markdown.split("\n")):
        for match in CITATION.finditer(line):
            for name in re.finditer(r"[a-z0-9-]+", match[1]):
                yield section.line + 1 + row, match.start(1) + name.start() + 1, name[0]


def render(markdown: str, *, numbers: Mapping[str, int]) -> str:
    """Return Markdown as clean HTML; `numbers` gives each cited source id its number in the list.

    Citations become links to `#source-ID`; runs of Arabic script carry `lang` and `dir`.
    """
    raw = _parser().render(markdown, {"numbers": numbers})
    return nh3.clean(
        raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer"
    )


def plain(markdown: str) -> str:
    """Return the words of a Markdown text, without markup or citations."""
    rendered = nh3.clean(_parser().render(CITATION.sub("", markdown), {"numbers": {}}), tags=set())
    return " ".join(html.unescape(rendered).split())


def isolate(text: str) -> str:
    """Escape a text for HTML and mark each run of Arabic script with its language and direction."""
    return ARABIC.sub(lambda run: f'<bdi lang="ar" dir="rtl">{run[0]}</bdi>', html.escape(text))


def _parser(*, raw_html: bool = False) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": raw_html, "typographer": False}).enable("table")
    parser.inline.ruler.before("link", "citation", _citation_rule)
    parser.add_render_rule("citation", _render_citation)
    parser.add_render_rule("text", _render_text)
    return parser


def _citation_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    match = CITATION.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        # The raised number stands right behind the word, whatever space the analyst typed.
        state.pending = state.pending.rstrip()
        token = state.push("citation", "sup", 0)
        token.meta = {"ids": re.findall(r"[a-z0-9-]+", match[1])}
    state.pos = match.end()
    return True


def _render_citation(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    return cite(tokens[index].meta["ids"], numbers=env["numbers"])


def cite(ids: Sequence[str], *, numbers: Mapping[str, int]) -> str:
    """Return links to sources, as raised numbers in the order given."""
    links = [
        f'<a class="cite" href="#source-{name}" aria-label="Source {numbers[name]}">{numbers[name]}</a>'
        for name in ids
        if name in numbers
    ]
    return f'<sup class="cites">{",".join(links)}</sup>' if links else ""


def _render_text(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    return isolate(tokens[index].content)
