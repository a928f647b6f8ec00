"""A notebook's Markdown cells: headings that begin sections, and text with citations, formulas, code, footnotes and pictures."""

import errno
import functools
import html
import itertools
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from quickview.brief import prose
from quickview.errors import ReportError
from quickview.files import is_regular, read_regular, real
from quickview.report import html_output, pictures
from quickview.report.cells import Context, Notes

if TYPE_CHECKING:  # nbformat takes longer to import than a night without changes may take
    from nbformat import NotebookNode

MOST_BYTES: Final = 8_000_000
"""Largest picture beside a notebook that is taken into a report."""

_PASTED: Final = "attachment:"
_SVG: Final = "image/svg+xml"
_INLINE: Final = re.compile(r"data:(image/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)")
_SECTIONS: Final = {"h1", "h2"}
_RAW_IMAGE: Final = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_RAW_HEADING: Final = re.compile(r"(</?)h[12]\b", re.IGNORECASE)
_DEFINITION: Final = re.compile(r"^ {0,3}\[[^\]\n]+\]:.*(?:\n+(?: {4}|\t).*)*", re.MULTILINE)
_NO_NOTE: Final = re.compile(r"\[\^[^\]\s]+\]")
_CLASS: Final = re.compile(r"cites?|xref|formula|footnote[\w-]*|language-[\w+-]+")
_WEB: Final = re.compile(r"https?:|mailto:|#", re.IGNORECASE)
_TAGS: Final = nh3.ALLOWED_TAGS - {"h1", "h2"} | {"section"} | pictures.MATHML
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    **pictures.MATH_ATTRIBUTES,
    "*": {"class", "lang", "dir", "id"},
    "a": {"href", "aria-label"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "style"},
    "td": {"style"},
    "ol": {"start"},
}


def split(cell: "NotebookNode") -> Iterator[tuple[str, str]]:
    """Yield the heading and text of each section that a cell begins; what stands before its first heading has none.

    First- and second-level headings begin sections; `##` in a code fence does not. What is far too long is left whole.
    """
    if _excess(cell.source):
        yield "", cell.source
        return
    lines = cell.source.split("\n")
    tokens = _parser().parse(cell.source, {"numbers": {}, "language": prose.ENGLISH, "own": "en"})
    heads = [
        (opening.map, prose.plain(words.content))
        for opening, words in itertools.pairwise(tokens)
        if opening.type == "heading_open" and opening.tag in _SECTIONS and opening.level == 0 and opening.map
    ]
    starts = [((0, 0), ""), *heads]
    ends = [*(place[0] for place, _ in heads), len(lines)]
    # Footnotes and addresses that stand at the end of a cell are for all of it.
    defined = _DEFINITION.findall(cell.source) if heads else []
    for (place, title), end in zip(starts, ends, strict=True):
        text = "\n".join(lines[place[1] : end]).strip("\n")
        missing = [one for one in defined if one not in text] if text.strip() else []
        yield title, "\n\n".join([text, *missing])


def render(text: str, cell: Mapping[str, Any], name: str, context: Context, notes: Notes) -> str:
    """Return the text of a cell as clean HTML; `name` is what the cell is called in messages.

    Sources that the brief does not list, formulas that cannot be set and pictures that
    are not there are noted as faults, and so is what is far too long to be read in good time.
    """
    if too_much := _excess(text):
        code, message, hint = too_much
        notes.refuse(code, name, f"holds {message}", hint)
        return ""
    tokens = _checked(text, cell, name, context, notes)
    environment = {"numbers": context.numbers, "language": context.language, "own": context.language.code,
                   "docId": f"n{next(notes.texts)}", "notes": notes, "cell": name}  # fmt: skip
    raw = _parser().renderer.render(tokens, _parser().options, environment)
    safe = nh3.clean(raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto", "data"}, link_rel="noopener noreferrer",
                     filter_style_properties={"text-align"}, attribute_filter=_only_safe)  # fmt: skip
    return f'<div class="prose">{safe}</div>'


def _excess(text: str) -> tuple[str, str, str] | None:
    """Return what is too much of a text, as of a brief's prose; pictures that it holds itself are no prose."""
    return prose.excess(_INLINE.sub("", text))


def _only_safe(tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value, or None for one that leads out of the file, or could be taken for the page's own."""
    allowed = {
        "src": value.startswith("data:image/"),
        "href": tag != "a" or bool(_WEB.match(value)),
        "id": value.startswith("fn"),
        "class": all(map(_CLASS.fullmatch, value.split())),
    }
    return value if allowed.get(name, True) else None


def _checked(text: str, cell: Mapping[str, Any], name: str, context: Context, notes: Notes) -> Sequence[Token]:
    """Return a text's tokens with its pictures inside, after what is wrong with them has been noted."""
    environment = {"numbers": {}, "language": prose.ENGLISH, "own": "en", "notes": notes, "cell": name}
    tokens = _parser().parse(text, environment)
    for token in _flat(tokens):
        if token.type == "citation":
            for source, _locator in token.meta["cited"]:
                notes.check_source(source, name, context)
        elif token.type == "text":
            notes.check_form(token.content, name)
            for mark in _NO_NOTE.findall(token.content):
                message = f"has the footnote `{mark}`, of which there is no text"
                notes.warn("W-FOOTNOTE", name, message, f"write `{mark}: …`")
        elif token.type == "image":
            # The picture's own data goes in the place of its address.
            address = str(token.attrs.get("src", ""))
            token.attrs["src"] = _taken_in(address, cell, name, context, notes)
            if not token.content.strip():
                _ask_for_words(address, name, notes)
        elif token.type == "link_open":
            if not _WEB.match(address := str(token.attrs.get("href", ""))):
                message = f"links to `{address[:60]}`, which no reader of the report can follow"
                notes.warn("W-LINK", name, message, "link to an address on the web, or say where the file is")
        elif token.type in {"html_block", "html_inline"}:
            _check_html(token.content, name, notes)
            for image in _RAW_IMAGE.finditer(token.content):
                if not re.search(r"\balt\s*=\s*[\"']?[^\"'\s>]", token.content):
                    _ask_for_words(image[2] or image[3] or image[4] or "", name, notes)
            token.content = _RAW_IMAGE.sub(
                lambda found: (
                    f'{found[1]}"{_taken_in(found[2] or found[3] or found[4] or "", cell, name, context, notes)}"'
                ),
                _RAW_HEADING.sub(r"\1h3", token.content),
            )
        elif token.tag in _SECTIONS:  # within a quotation or a list; else it has begun a section
            token.tag = "h3"
    return tokens


def _check_html(text: str, name: str, notes: Notes) -> None:
    if lost := html_output.lost(text):
        notes.refuse("E-OUTPUT-SCRIPT", name, f"has {lost}", "write Markdown; show data with qv.table or qv.figure")
    if re.search(r"<svg\b", text, re.IGNORECASE):
        notes.refuse(
            "E-OUTPUT-SVG",
            name,
            "has a drawing in HTML",
            "save it beside the notebook, and write ![what it shows](drawing.svg)",
        )


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


def _ask_for_words(address: str, name: str, notes: Notes) -> None:
    message = f"shows the picture {address[:60]} without alternative text"
    notes.warn("W-FIGURE-ALT", name, message, "write ![what it shows](…)")


def _taken_in(address: str, cell: Mapping[str, Any], name: str, context: Context, notes: Notes) -> str:
    """Return a picture's own data as an address, or "" after it was noted why that cannot be."""
    try:
        return _data_uri(unquote(address), cell.get("attachments", {}), context.folder)
    except ReportError as error:
        notes.refuse(error.code, name, error.message, error.hint)
        return ""


def _data_uri(address: str, pasted: Mapping[str, Mapping[str, Any]], folder: Path | None) -> str:
    """Return a picture as a `data:` address: one pasted into the cell, or a file beside the notebook."""
    if inline := _INLINE.fullmatch(address):
        return _packed(inline[1], pictures.unpacked(inline[2]))
    if address.startswith(_PASTED):
        forms = pasted.get(address.removeprefix(_PASTED), {})
        if form := min((form for form in forms if form.startswith("image/")), default=""):
            stored = "".join(forms[form])
            return _packed(form, stored.encode() if stored.lstrip().startswith("<") else pictures.unpacked(stored))
        raise ReportError(
            "E-IMAGE-MISSING", f"shows `{address}`, which is not in the cell any more", "paste the picture again"
        )
    if re.match(r"(?:https?:|ftp:)?//", address):
        raise ReportError(
            "E-IMAGE-NETWORK",
            f"shows a picture from another host, `{address[:60]}`",
            "save it beside the notebook and name its file",
        )
    form = mimetypes.guess_type(address)[0] or ""
    path = _inside(folder, address)
    if path is None or not form.startswith("image/"):
        raise ReportError(
            "E-IMAGE-MISSING",
            f"shows `{address[:60]}`, and there is no such picture in the notebook's folder",
            "correct the name, or paste the picture into the cell",
        )
    try:
        return _packed(form, read_regular(path, limit=MOST_BYTES))
    except OSError as error:
        raise ReportError(
            "E-IMAGE-SIZE" if error.errno == errno.EFBIG else "E-IMAGE-MISSING",
            f"shows `{address}`, which {error.strerror}",
            f"make it smaller than {MOST_BYTES / 1e6:.0f} MB, and a file that may be read",
        ) from None


def _packed(form: str, data: bytes) -> str:
    if form == _SVG:
        return pictures.svg_uri(data.decode(errors="replace"))
    return pictures.dots_uri(form, data)


def _inside(folder: Path | None, address: str) -> Path | None:
    """Return the file in the notebook's folder or under it; None where there is none."""
    if folder is None:
        return None
    path = folder / address
    return path if is_regular(path) and real(path).is_relative_to(real(folder)) else None


@functools.cache
def _parser() -> MarkdownIt:
    parser = prose.parser(html=True).enable(["table", "strikethrough"])
    dollarmath_plugin(parser, allow_space=False, double_inline=True, allow_digits=False)
    amsmath_plugin(parser)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label", "amsmath"):
        parser.add_render_rule(kind, _render_math)
    # What leads where it may not is told, and taken out afterwards; markdown-it would show it as it is written.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 (markdown-it's name)
    footnote_plugin(parser)
    parser.add_render_rule("footnote_anchor", _render_way_back)
    return parser


def _render_math(_self: Any, tokens: Sequence[Token], index: int, _options: Any, environment: Any) -> str:
    token = tokens[index]
    try:
        if token.type == "amsmath":
            return str(pictures.formula(token.content))
        display = "inline" if token.type == "math_inline" else "block"
        made = pictures.mathml(token.content.strip(), display=display)
    except ReportError as error:
        environment["notes"].refuse(error.code, environment["cell"], error.message, error.hint)
        return ""
    label = f" ({html.escape(token.info)})" if token.info else ""
    return f'<div class="formula">{made}{label}</div>' if token.type.startswith("math_block") else made


def _render_way_back(self: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
    """Write the way back from a footnote with a sign that the kit's fonts have."""
    name = self.rules["footnote_anchor_name"](tokens, index, options, environment)
    again = tokens[index].meta.get("subId", 0)
    return f' <a href="#fnref{name}{f":{again}" if again else ""}" class="footnote-backref">↑</a>'
