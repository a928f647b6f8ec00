"""Checks of the prose of a brief, of its words, and of what it cites, refers to and is shown with."""

import functools
import html
import re
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Final

from quickview.brief import prose, translation, vocabulary
from quickview.brief.checked import Context, Drafts, table_of
from quickview.brief.records import MAX_ID
from quickview.errors import Fault, Known, did_you_mean
from quickview.files import read_regular, real
from quickview.language import glyphs
from quickview.language.catalogs import LANGUAGES

_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")

KIT_FIGURES: Final = {
    "map": "`place`",
    "control": "`place.history`",
    "term-history": "a term with more than one of `states`",
    "network": "more than three `relations`",
    "timeline": "`events`",
    "yardstick": "`forecasts`",
    "evidence-matrix": "more than eight items of `evidence`",
}
"""Figures of the kit, and what of a brief each is drawn from."""

_QUOTED: Final = re.compile(r"[“„”«‘‚][^“„”«»‘’‚]*[“”»’]")

_BRACKETED: Final = re.compile(r"(?<![\]!\\])\[([a-z][a-z0-9-]*)\](?![(:\[])")

_CODE: Final = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)

_UNSUPPORTED: Final = {
    r"\[\^[^\]\s]+\]": ("a footnote, which prose has none of", "cite a source, `[@id]`, or say it in brackets"),
    r"~~[^~\n]+~~": ("struck through, which prose has none of", "leave it out, or say what changed"),
    r"^\s*[-*+] \[[ xX]\] ": ("a task, which prose has none of", "write a plain list"),
    r"\$\$[^$\n]+\$\$": ("a formula, which prose has none of", "put it in a Markdown cell of the notebook"),
    r"^:::.*$": ("a block of another dialect", "write a quotation, `> …`, or a paragraph"),
    r"==[^=\n]+==": ("marked text of another dialect", "write `**…**`"),
}
"""What looks like Markdown of other dialects, by a pattern: what it is and what to write instead."""

_ELSEWHERE: Final = (
    "the page leaves it to the reader's fonts, the PDF to this machine's, or else prints its number in a box"
)


def check_citations(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Every citation must name a source, and every source must be used."""
    known, tables = context.ids("sources"), context.ids("tables")
    used = {str(v) for path, v in context.leaves if table_of(path) == "sources" and path[0] != "sources"}
    used |= {str(row.get("item")).removeprefix("sources.") for _, row in context.rows("evidence")}
    for section in context.sections:
        for line, column, text in prose.malformed_citations(section):
            yield context.at((line, column), "E-CITE", f"`{text[:40]}` is no citation", prose.CITE_LIKE_THIS)
        for line, column, name in prose.citations(section):
            used.add(name)
            if known and name not in known:
                table = next((name[-n:] for n in range(min(len(name), MAX_ID), 0, -1) if name[-n:] in tables), "")
                hint = f"to refer to the table, write [@fig-{table}]" if table else did_you_mean(name, known)
                yield context.at((line, column), "E-CITE", f"no source has the id `{name}`", hint)
    for path, row in context.rows("sources"):
        source = row.get("id")
        if isinstance(source, str) and source not in used:
            hint = "cite it where it is used, or remove it"
            yield context.fault((*path, "id"), "E-SOURCE-UNUSED", f"source `{source}` is never used", hint)


def check_sections(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Every section of the prose has a heading of its own, and text."""
    seen: set[str] = set()
    for section in context.sections:
        if not section.id:
            hint = "give it words, such as `## What happened`"
            yield context.at((section.line, 1), "E-SECTION-TITLE", "a heading without words", hint)
        elif section.id in seen:
            message = f"a second section “{section.title}”"
            yield context.at((section.line, 1), "E-SECTION-TWICE", message, "join the two")
        if not section.markdown.strip():
            message = f"“{section.title}” is empty"
            yield context.at((section.line, 1), "E-SECTION-EMPTY", message, "write it, or remove it")
        seen.add(section.id)


NOTEBOOKS: Final = "notebooks"
"""The folder of notebooks, beside that of the briefs."""


def check_notebook(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A notebook that the brief names must lie beside the others."""
    document = drafts.get("document")
    if document and document.notebook:
        folder = real(FilePath(context.file)).parent.parent / NOTEBOOKS
        if not (folder / document.notebook).is_file():
            known = sorted(path.name for path in folder.glob("*.ipynb"))
            message = f"no notebook `{document.notebook}` in {NOTEBOOKS}/"
            hint = did_you_mean(document.notebook, known)
            yield context.fault(("document", "notebook"), "E-NOTEBOOK-NONE", message, hint)


def check_sentences(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """No sentence may state both a confidence level and a likelihood (ICD 203)."""
    hint = "put the confidence in a sentence of its own"
    message = "a confidence level and a likelihood in one sentence"
    for path, value in context.leaves:
        if isinstance(value, str) and vocabulary.mixed_sentences(value):
            yield context.fault(path, "E-CONFIDENCE-MIXED", message, hint)
    for section in context.sections:
        for offset in vocabulary.mixed_sentences(section.markdown):
            yield context.at(section.place(offset), "E-CONFIDENCE-MIXED", message, hint)


def check_prose_words(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """What the desk judges must be in the row of yardstick words that the forecasts use."""
    rows = {vocabulary.row_of(f.word) for f in drafts.get("forecasts") or () if f.word in vocabulary.WORDS}
    if len(rows) != 1:
        return
    row = rows.pop()
    for line, column, word in _words_of_the_desk(context):
        if vocabulary.row_of(word) != row:
            message = f"“{word}” is of the other row of ICD 203 than the forecasts"
            hint = f"write “{vocabulary.band_of(word).words[row]}”"
            yield context.at((line, column), "E-WORD-ROWS", message, hint)


def _words_of_the_desk(context: Context) -> Iterator[tuple[int, int, str]]:
    """Yield (line, column, word) of yardstick words in the prose, the document and the forecasts' texts."""
    for path, value in context.leaves:
        if isinstance(value, str) and path[:1] in {("document",), ("forecasts",)} and path[-1] != "word":
            for _, word in vocabulary.find_words(value):
                yield *context.positions.of(path), word
    for section in context.sections:
        for offset, word in vocabulary.find_words(section.markdown):
            yield *section.place(offset), word


def check_quotes(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Curly quotes round a whole value do not quote in YAML: they are printed."""
    for path, value in context.leaves:
        if isinstance(value, str) and _QUOTED.fullmatch(value):
            message = f"the quotes of {value[:40]} are part of the text"
            hint = 'write straight ones, "…", or none; leave them where they are meant to be read'
            yield context.fault(path, "W-QUOTES", message, hint)


def check_markdown(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Prose that looks like more than CommonMark and tables is told with what to write instead."""
    sources = context.ids("sources")
    for section in context.sections:
        plain = _without_code(section.markdown)
        for pattern, (message, hint) in _UNSUPPORTED.items():
            for match in re.finditer(pattern, plain, re.MULTILINE):
                found = f"`{match[0].strip()[:40]}` is {message}"
                yield context.at(section.place(match.start()), "W-MARKDOWN", found, hint)
        for match in _BRACKETED.finditer(plain):
            if match[1] in sources:
                place = section.place(match.start())
                yield context.at(place, "W-CITE", f"`{match[0]}` is no citation", f"write `[@{match[1]}]`")


def _without_code(markdown: str) -> str:
    """Return Markdown of the same length with what stands in fences or code blanked out."""
    return _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), markdown)


def check_figures(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A figure or table that the prose refers to must be one of the report's."""
    there = Known([*_figures(drafts, context), *context.ids("tables")])
    draws_its_own = functools.cache(lambda: _draws_its_own(drafts, context))
    for path, row in context.rows("figures"):
        if isinstance(row.get("id"), str) and row["id"] in KIT_FIGURES and row["id"] not in there:
            message = f"words for `{row['id']}`, which this report has not"
            yield context.fault((*path, "id"), "W-FIGURE-NONE", message, f"give {KIT_FIGURES[row['id']]}, or drop them")
    for section in context.sections:
        for match in prose.CITATION.finditer(section.markdown):
            for name in re.finditer(rf"@{prose.FIGURE}([a-z0-9-]+)", match[1]):
                wanted = name[1]
                if wanted not in there and (wanted in KIT_FIGURES or not draws_its_own()):
                    place = section.place(match.start(1) + name.start())
                    message = f"no figure of the report is `{wanted}`"
                    if wanted in KIT_FIGURES:
                        message += f": the brief has nothing for it, such as {KIT_FIGURES[wanted]}"
                    yield context.at(place, "E-XREF", message, did_you_mean(wanted, there))


def _figures(drafts: Drafts, context: Context) -> list[str]:
    """Return the ids of the kit's figures that the brief has something for, as far as can be told."""
    agreement = drafts.get("agreement")
    dated = any(context.value(name) for name in ("events", "calendar", "measures")) or agreement
    has = {"map": context.value("place"), "control": context.value("place", "history"), "term-history": any(len(term.history) > 1 for term in agreement.terms) if agreement else False,
           "network": len(context.rows("relations")) > 3, "timeline": dated,
           "yardstick": context.value("forecasts"), "evidence-matrix": len(context.rows("evidence")) > 8}  # fmt: skip
    return [name for name in KIT_FIGURES if has[name]]


def _draws_its_own(drafts: Drafts, context: Context) -> bool:
    """Whether the brief's notebook has figures or tables of its own, whose ids only a run can tell."""
    document = drafts.get("document")
    folder = real(FilePath(context.file)).parent.parent / NOTEBOOKS
    path = folder / ((document and document.notebook) or "quick_view.ipynb")
    try:
        return bool(re.search(r"\b(figure|table)\(", read_regular(path).decode()))
    except FileNotFoundError:
        # The kit's own outline then makes the report, which draws none; of one that is missing, that is told.
        return bool(document and document.notebook)
    except (OSError, UnicodeDecodeError):
        return True


def check_language(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """The interface should speak the brief's language."""
    document = drafts.get("document")
    if document and document.language not in LANGUAGES:
        message = f"the interface does not speak `{document.language}`: headings, labels and dates are in English"
        hint = f"it speaks {', '.join(sorted(LANGUAGES))}; catalogues lie in lib/quickview/language/locales/"
        yield context.fault(("document", "language"), "W-LANGUAGE", message, hint)


def check_glyphs(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Characters that the kit's fonts lack are told, each where it stands first; the report is made all the same."""
    told: set[str] = set()
    for place, run in _uncovered(context):
        lacking = glyphs.missing(run) - told
        told |= lacking
        if lacking:
            new = [character for character in dict.fromkeys(run) if character in lacking]
            message = f"`{run[:40]}`: the kit's fonts lack {glyphs.named(new)}"
            hint = f"{_ELSEWHERE}; if that will not do, {glyphs.instead(run)}"
            yield context.at(place, "W-GLYPH", message, hint)


def _uncovered(context: Context) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield (place, run) of what the kit's fonts lack: in the facts, their translations, and the prose."""
    for path, value in context.leaves:
        text = value if isinstance(value, str) else ""
        for _, run in glyphs.runs(_plain(text) if translation.SECTIONS in path else text):
            yield context.place(run[0], context.positions.of(path), len(text)), run
    for section in context.sections:
        for _, run in glyphs.runs(section.title):
            yield context.place(run[0], (section.line, 1), 1), run
        for offset, run in glyphs.runs(_plain(section.markdown)):
            yield section.place(offset), run


def _plain(markdown: str) -> str:
    """Return Markdown of the same length with its references to characters resolved."""
    return _REFERENCE.sub(lambda one: html.unescape(one[0]).ljust(len(one[0]), "\u2060"), markdown)
