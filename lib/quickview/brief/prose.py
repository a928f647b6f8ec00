"""The prose of a brief: Markdown sections with citations, as safe HTML.

CommonMark with tables; raw HTML is refused. `[@id]` or `[@id; @other]` cites
sources, as in Pandoc, Quarto and MyST, `[@id, art. 3]` a place in one; `[@fig-map]` refers to a figure, as in Quarto.
"""

import functools
import html
import itertools
import re
import unicodedata
from bisect import bisect_right
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
from quickview.language.catalogs import Language
from quickview.language.glyphs import BIDI, MEND_BIDI

_CITED: Final = r"@[a-z0-9-]+(?:,[ \t]*[^\s\[\];@][^\[\];@\n]*)?"
CITATION: Final = re.compile(rf"\[({_CITED}(?:\s*;\s*{_CITED})*)\]")
"""Sources between brackets, each by its id and perhaps a locator behind a comma."""

_LETTERS: Final = {
    "ar": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "he": "\u0590-\u05ff",
    "ru": "\u0400-\u052f",
    "el": "\u0370-\u03ff",
    "en": "A-Za-z\u00c0-\u024f",
}
"""Letters of a script, by the language it is read in where nothing else is known."""

_WITHIN: Final = r"\s\d.,'’\-–—&/"
"""What may stand between two words of a run."""

_RTL: Final = {"ar", "he"}

CITE_LIKE_THIS: Final = "write `[@source-id]`, `[@one; @other]` or `[@one, p. 7]`, ids in small letters"
"""How to mend what begins like a citation but is none."""

FIGURE: Final = "fig-"
"""How an id begins that stands for a figure."""

_MALFORMED: Final = re.compile(rf"(?!{CITATION.pattern})\[@[^\]\n]*\]?")
_REFERENCE: Final = re.compile(r"&#(?:x[0-9a-f]+|[0-9]+);", re.IGNORECASE)
_LONG_WORD: Final = re.compile(r"\S{30,}")
_HTML: Final = re.compile(r"<(?:[a-zA-Z/!?][^>\n]*>?)")
OUTLINE: Final = {
    "what-happened": "What happened",
    "why-it-matters": "Why it matters",
    "elsewhere": "Elsewhere",
    "precedent": "Precedent",
}
"""Ids and English headings of the sections that a report's outline has a place for."""

MAX_PROSE: Final = 60_000
MAX_LINES: Final = 2_000
MAX_MARKS: Final = 4_000
"""Characters, lines, and signs of Markdown of a brief's prose, or of a section in another language.

The longest written so far has 3,300, 51 and 92; what takes a parser long has thousands of blocks, cells or marks.
"""

ENGLISH: Final = Language("en")
_MARKS: Final = re.compile(r"[\[\]*_`<|\\!&~#>=:$@]|^[ \t]*(?:[-+]|\d+[.)])", re.MULTILINE)
_PLAIN: Final = {"numbers": {}, "language": ENGLISH, "own": "en"}
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
    """One `## Heading` of the prose: anchor id, heading, Markdown and the heading's line in the file.

    The Markdown begins on the line behind `line`, blank lines included.
    """

    id: str
    title: str
    markdown: str
    line: int

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column in the file of an offset in the Markdown."""
        row = bisect_right(self._starts, offset) - 1
        return self.line + 1 + row, offset - self._starts[row] + 1

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.markdown))]


def slug(title: str) -> str:
    """Return the anchor id of a heading: lower case, words joined by hyphens."""
    bare = "".join(c for c in unicodedata.normalize("NFKC", title.lower()) if unicodedata.category(c) != "Mn")
    return re.sub(r"[^\w]+", "-", bare).strip("-")


def split_sections(text: str, *, file: str, first_line: int) -> tuple[list[Section], list[Fault]]:
    """Split Markdown at its second-level headings; every fault of form comes with it, and no section of what is far too long."""
    if too_much := excess(text):
        return [], [Fault(file, first_line, 1, *too_much)]
    lines = text.split("\n")
    tokens = _parser().parse(text)
    headings = [t for t in tokens if t.type == "heading_open" and t.level == 0 and t.map]
    faults = list(_faults_of_form(lines, headings, file=file, first_line=first_line))
    titles = [
        (opening.map[0], opening.map[1], words.content)
        for opening, words in itertools.pairwise(tokens)
        if opening.type == "heading_open" and opening.tag == "h2" and opening.level == 0 and opening.map
    ]
    ends = [*(start for start, _, _ in titles[1:]), len(lines)]
    sections = [
        _section(title, lines[start:end], height=below - start, line=first_line + start)
        for (start, below, title), end in zip(titles, ends, strict=False)  # no heading, no section
    ]
    return sections, faults


def excess(markdown: str, *, times: int = 1) -> tuple[str, str, str] | None:
    """Return (code, what, mend) of prose that is too much to be parsed in good time; None for any that people write.

    What is told together, such as all translations, may be so many `times` as long.
    """
    sizes = (
        (len(markdown), MAX_PROSE * times, "characters"),
        (markdown.count("\n"), MAX_LINES * times, "lines"),
        (sum(1 for _ in _MARKS.finditer(markdown)), MAX_MARKS * times, "signs of Markdown"),
    )
    hint = "keep what a reader has time for; long tables go into files beside the brief"
    over = (f"prose of more than {most:,} {unit}" for size, most, unit in sizes if size > most)
    return next((("E-PROSE-SIZE", message, hint) for message in over), None)


def _section(title: str, lines: Sequence[str], *, height: int, line: int) -> Section:
    """Build a section; a heading that is underlined is `height` lines high."""
    title = " ".join(title.split())
    return Section(slug(title), title, "\n".join([*[""] * (height - 1), *lines[height:]]).rstrip("\n"), line)


def _faults_of_form(lines: Sequence[str], headings: Sequence[Token], *, file: str, first_line: int) -> Iterator[Fault]:
    first = next((h.map[0] for h in headings if h.map and h.tag in {"h1", "h2"}), len(lines))
    stray = next((i for i, line in enumerate(lines[:first]) if line.strip()), None)
    if stray is not None:
        hint = "put it under a heading such as `## What happened`"
        yield Fault(file, first_line + stray, 1, "E-SECTION-TEXT", "text before the first heading", hint)
    for heading in headings:
        if heading.tag == "h1" and heading.map:
            hint = "write `## …`; the headline comes from `document.title`"
            yield Fault(file, first_line + heading.map[0], 1, "E-SECTION-LEVEL", "a first-level heading", hint)
    yield from _hidden_characters(lines, file=file, first_line=first_line)
    text = "\n".join(lines)
    for offset, finding in _unsafe_markup(lines):
        line = first_line + text.count("\n", 0, offset)
        yield Fault(file, line, offset - text.rfind("\n", 0, offset), *finding)


def _hidden_characters(lines: Sequence[str], *, file: str, first_line: int) -> Iterator[Fault]:
    for row, line in enumerate(lines):
        for match in _REFERENCE.finditer(line):
            if BIDI.search(html.unescape(match[0])):
                message = f"the direction control `{match[0]}`"
                yield Fault(file, first_line + row, match.start() + 1, "E-TEXT-BIDI", message, MEND_BIDI)


def problems(markdown: str) -> Iterator[tuple[str, str, str]]:
    """Yield (code, what, mend) of what may not stand in the prose of a section."""
    if too_much := excess(markdown):
        yield too_much
        return
    lines = markdown.split("\n")
    for token in _parser().parse(markdown):
        if token.type == "heading_open" and token.level == 0 and token.tag in {"h1", "h2"}:
            yield "E-SECTION-LEVEL", "a first- or second-level heading", "write `### …`"
    yield from (finding for _, finding in _unsafe_markup(lines))
    yield from ((f.code, f.message, f.hint) for f in _hidden_characters(lines, file="", first_line=1))


def _unsafe_markup(lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Yield (offset, (code, what, mend)) of what may not stand in a report."""
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    for token in _lenient_parser().parse("\n".join(lines)):
        if token.map is None:
            continue
        block = "\n".join(lines[token.map[0] : token.map[1]])
        pieces = [token] if token.type == "html_block" else token.children or []
        opened = False
        for piece, offset in _placed(pieces, block):
            closing = piece.content.startswith("</")
            if (finding := _finding(piece)) and not (opened and closing):
                yield starts[token.map[0]] + offset, finding
            opened |= piece.type == "html_inline" and not closing


def _finding(token: Token) -> tuple[str, str, str] | None:
    if token.type in {"html_block", "html_inline"}:
        shown = match[0] if (match := _HTML.search(token.content)) else token.content
        return "E-PROSE-HTML", f"raw HTML `{shown[:40]}`", "write Markdown, or \\< for a plain <"
    if token.type == "image":
        return "E-PROSE-IMAGE", "an image", "describe it in words; figures come from the facts"
    if token.type == "link_open":
        target = str(token.attrs["href"])
        if not target.startswith("#"):
            return "E-PROSE-LINK", f"a link to `{target[:40]}`", "make it a source and cite it, as in `[@source-id]`"
    return None


def _placed(tokens: Sequence[Token], block: str) -> Iterator[tuple[Token, int]]:
    """Yield each token with its offset in the Markdown it was read from, as near as it can be found."""
    here = 0
    for token in tokens:
        if token.type == "link_open":
            begin = str(token.attrs["href"]).partition(":")[0]
            match = re.compile(re.escape(begin), re.IGNORECASE).search(block, here) if begin else None
            yield token, match.start() if match else here
            continue
        mark = "![" if token.type == "image" else token.content.strip().partition("\n")[0]
        found = block.find(mark, here)
        yield token, max(found, here)
        here = max(found + len(mark), here)


class _Lenient(MarkdownIt):
    """A parser that takes any address for a link, so that a bad one can be told."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 (markdown-it's name)
        return True


@functools.cache
def _lenient_parser() -> MarkdownIt:
    return _Lenient("commonmark", {"html": True}).enable("table")


def citations(section: Section) -> Iterator[tuple[int, int, str]]:
    """Yield (line, column, source id) of each citation, both from 1."""
    for match in CITATION.finditer(section.markdown):
        for name in re.finditer(r"@([a-z0-9-]+)", match[1]):
            if not name[1].startswith(FIGURE):
                yield *section.place(match.start(1) + name.start(1)), name[1]


def malformed_citations(section: Section) -> Iterator[tuple[int, int, str]]:
    """Yield (line, column, text) of what begins like a citation but is none."""
    for match in _MALFORMED.finditer(section.markdown):
        yield *section.place(match.start()), match[0]


def render(markdown: str, *, numbers: Mapping[str, int], language: Language = ENGLISH, own: str = "en") -> str:
    """Return Markdown as clean HTML; `numbers` gives each cited source id its number in the list.

    Citations become links to `#source-ID` and references links to `#figure-ID`; runs of
    a script that is not the page's carry `lang` and `dir`.
    """
    raw = _parser().render(markdown, {"numbers": numbers, "language": language, "own": own})
    return nh3.clean(
        raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer"
    )


def render_line(text: str, *, numbers: Mapping[str, int], language: Language = ENGLISH) -> str:
    """Return one line of Markdown as clean HTML, without a paragraph round it; it may cite and refer as prose does."""
    raw = _parser().renderInline(text, {"numbers": numbers, "language": language, "own": language.code})
    return nh3.clean(raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"})


def cited(markdown: str) -> Iterator[str]:
    """Yield the id of each source that a text cites."""
    for match in CITATION.finditer(markdown):
        yield from (name for name, _ in _located(match[1]) if not name.startswith(FIGURE))


def _located(citation: str) -> list[tuple[str, str]]:
    """Return the ids between the brackets of a citation, each with its locator, "" without one."""
    parts = [part.strip().removeprefix("@").partition(",") for part in citation.split(";")]
    return [(name, " ".join(locator.split())) for name, _, locator in parts]


def malformed(markdown: str) -> list[str]:
    """Return what begins like a citation but is none."""
    return [match[0] for match in _MALFORMED.finditer(markdown)]


def plain(markdown: str) -> str:
    """Return the words of a Markdown text, without markup or citations."""
    rendered = nh3.clean(_parser().render(CITATION.sub("", markdown), _PLAIN), tags=set())
    return " ".join(html.unescape(rendered).split())


def isolate(text: str, *, page: str = "en", own: str = "en") -> str:
    """Escape a text for HTML and mark each run of a script that is not the page's.

    `page` is the language of the page, `own` that of Latin letters on it. A text without
    a letter of the page's script is one run.
    """
    own = "en" if own in _LETTERS else own  # no Latin letters are Arabic, whatever the report is
    whole = _runs(page).search(text)
    if whole and not _letters(page).search(text):
        return _run(text, own if whole.lastgroup == "en" else str(whole.lastgroup))
    pieces: list[str] = []
    end = 0
    for run in _runs(page).finditer(text):
        language = own if run.lastgroup == "en" else str(run.lastgroup)
        pieces += [_escaped(text[end : run.start()]), _run(run[0], language)]
        end = run.end()
    return "".join([*pieces, _escaped(text[end:])])


def _run(text: str, language: str) -> str:
    direction = "rtl" if language in _RTL else "ltr"
    return f'<bdi lang="{language}" dir="{direction}">{_escaped(text)}</bdi>'


def _escaped(text: str) -> str:
    """Escape a text for HTML; a very long word may break, or in a table it would leave other columns no room."""
    parts = _LONG_WORD.sub(lambda word: re.sub("(.{20})(?=.)", "\\1\0", word[0]), text)
    return html.escape(parts).replace("\0", "<wbr>")


@functools.cache
def _letters(page: str) -> re.Pattern[str]:
    return re.compile(f"[{_LETTERS.get(page, _LETTERS['en'])}]")


@functools.cache
def _runs(page: str) -> re.Pattern[str]:
    """Match runs of each script but the page's own, inner spaces included; the group names the language."""
    script = page if page in _LETTERS else "en"
    return re.compile("|".join(_run_of(code, letters) for code, letters in _LETTERS.items() if code != script))


def _run_of(language: str, letters: str) -> str:
    """Match words of a script; Latin ones may end in a number, and all may have more in brackets behind them."""
    last = r"\d" if language == "en" else ""
    words = f"[{letters}](?:[{letters}{_WITHIN}]*[{letters}{last}])?"
    return rf"(?P<{language}>{words}(?:\s?\([{letters}{_WITHIN}]+\))*)"


@functools.cache
def _parser() -> MarkdownIt:
    return parser()


def parser(*, html: bool = False) -> MarkdownIt:
    """Return a new parser of CommonMark with tables and citations; raw HTML is text unless asked for.

    It renders with `numbers`, `language` and `own` in its environment, as `render` takes them.
    """
    parser = MarkdownIt("commonmark", {"html": html, "typographer": False}).enable("table")
    parser.inline.ruler.before("link", "citation", _citation_rule)
    parser.add_render_rule("citation", _render_citation)
    parser.add_render_rule("reference", _render_reference)
    parser.add_render_rule("text", _render_text)
    return parser


def _citation_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    match = CITATION.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        found = _located(match[1])
        for name, _ in found:
            if name.startswith(FIGURE):
                state.push("reference", "a", 0).meta = {"figure": name.removeprefix(FIGURE)}
        if cited := [one for one in found if not one[0].startswith(FIGURE)]:
            # The raised number stands right behind the word, whatever space the analyst typed.
            state.pending = state.pending.rstrip()
            if not state.pending and state.tokens and state.tokens[-1].type == "softbreak":
                state.tokens.pop()
            state.push("citation", "sup", 0).meta = {"cited": cited}
    state.pos = match.end()
    return True


def _render_citation(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    return _raised(tokens[index].meta["cited"], numbers=env["numbers"], language=env["language"])


def cite(ids: Sequence[str], *, numbers: Mapping[str, int], language: Language = ENGLISH) -> str:
    """Return links to sources, as raised numbers in the order given."""
    return _raised([(name, "") for name in ids], numbers=numbers, language=language)


def _raised(cited: Sequence[tuple[str, str]], *, numbers: Mapping[str, int], language: Language) -> str:
    """Return links to sources, each with the place in it that is meant."""
    links = [_cite_link(name, numbers[name], locator, language) for name, locator in cited if name in numbers]
    between = "; " if any(locator for _, locator in cited) else ","
    # A word joiner keeps the numbers on the line of the word they stand behind.
    return f'\u2060<sup class="cites">{between.join(links)}</sup>' if links else ""


def _cite_link(source: str, number: int, locator: str, language: Language) -> str:
    where = language.gettext(", ") + locator if locator else ""
    spoken = html.escape(language.gettext("Source {n}", n=number) + where)
    shown = html.escape(where).replace(" ", "\u00a0")
    return f'<a class="cite" href="#source-{source}" aria-label="{spoken}">{number}{shown}</a>'


def _render_reference(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    """Link to a figure; the exporter writes its number, which only the whole report knows."""
    name = tokens[index].meta["figure"]
    return f'<a class="xref" href="#figure-{name}">{name}</a>'


def _render_text(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    return isolate(tokens[index].content, page=env["language"].code, own=env["own"])
