"""A notebook's Markdown cells: headings that begin sections, and text with citations, formulas, code, footnotes and pictures."""

import base64
import functools
import itertools
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from quickview.brief import prose
from quickview.errors import ReportError
from quickview.publishing import html_output, pictures
from quickview.publishing.outputs import Context, Notes, unknown_source

if TYPE_CHECKING:  # nbformat takes longer to import than a night without changes may take
    from nbformat import NotebookNode

MOST_BYTES: Final = 8_000_000
"""Largest picture beside a notebook that is taken into a report."""

_PASTED: Final = "attachment:"
_SECTIONS: Final = {"h1", "h2"}
_TAGS: Final = nh3.ALLOWED_TAGS - {"h1", "h2"} | {"section", "input"} | pictures.MATHML
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

    First- and second-level headings begin sections; `##` in a code fence does not.
    """
    lines = cell.source.split("\n")
    tokens = _parser().parse(cell.source, {"numbers": {}, "language": prose.ENGLISH, "own": "en"})
    heads = [
        (opening.map, " ".join(words.content.split()))
        for opening, words in itertools.pairwise(tokens)
        if opening.type == "heading_open" and opening.tag in _SECTIONS and opening.level == 0 and opening.map
    ]
    starts = [((0, 0), ""), *heads]
    ends = [*(place[0] for place, _ in heads), len(lines)]
    for (place, title), end in zip(starts, ends, strict=True):
        yield title, "\n".join(lines[place[1] : end]).strip("\n")


def render(text: str, cell: "NotebookNode", name: str, context: Context, notes: Notes) -> str:
    """Return the text of a cell as clean HTML; `name` is what the cell is called in messages.

    Sources that the brief does not list, formulas that cannot be set and pictures that
    are not there are noted as faults.
    """
    tokens = _checked(text, cell, name, context, notes)
    environment = {"numbers": context.numbers, "language": context.language, "own": context.language.code,
                   "docId": "n" + prose.slug(name)[-24:], "notes": notes, "cell": name}  # fmt: skip
    raw = _parser().renderer.render(tokens, _parser().options, environment)
    safe = nh3.clean(raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "data"}, link_rel="noopener noreferrer",
                     filter_style_properties={"text-align"})  # fmt: skip
    return f'<div class="prose">{safe}</div>'


def _checked(text: str, cell: "NotebookNode", name: str, context: Context, notes: Notes) -> Sequence[Token]:
    """Return a text's tokens with its pictures inside, after what is wrong with them has been noted."""
    environment = {"numbers": {}, "language": prose.ENGLISH, "own": "en", "notes": notes, "cell": name}
    tokens = _parser().parse(text, environment)
    for token in _flat(tokens):
        if token.type == "citation":
            for source in token.meta["ids"]:
                if source not in context.sources:
                    notes.refuse("E-CITATION-UNKNOWN", name, *unknown_source(source, context))
        elif token.type == "text":
            for wrong in prose.malformed(token.content):
                notes.refuse("E-CITATION-FORM", name, f"has `{wrong}`, which is no citation", prose.CITE_LIKE_THIS)
        elif token.type == "image":
            _take_in(token, cell, name, context, notes)
        elif token.type in {"html_block", "html_inline"} and (lost := html_output.lost(token.content)):
            notes.refuse("E-OUTPUT-SCRIPT", name, f"has {lost}", "write Markdown; show data with qv.table or qv.figure")
    return tokens


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


def _take_in(token: Token, cell: "NotebookNode", name: str, context: Context, notes: Notes) -> None:
    """Put a picture's own data in the place of its address, or note why that cannot be."""
    address = str(token.attrs.get("src", ""))
    try:
        token.attrs["src"] = _data_uri(address, cell.get("attachments", {}), context.folder)
    except ReportError as error:
        notes.refuse(error.code, name, error.what, error.mend)
        return
    if not token.content.strip():
        notes.warn(
            "W-FIGURE-ALT",
            name,
            f"shows the picture {address[:60]} without alternative text",
            "write ![what it shows](…)",
        )


def _data_uri(address: str, pasted: Mapping[str, Mapping[str, Any]], folder: Path | None) -> str:
    """Return a picture as a `data:` address: one pasted into the cell, or a file beside the notebook."""
    if address.startswith("data:image/"):
        return address
    if address.startswith(_PASTED):
        forms = pasted.get(address.removeprefix(_PASTED), {})
        if forms:
            form, data = next(iter(sorted(forms.items())))
            return f"data:{form};base64,{''.join(data).replace(chr(10), '')}"
        raise ReportError(
            "E-IMAGE-MISSING", f"shows `{address}`, which is not in the cell any more", "paste the picture again"
        )
    if "://" in address or address.startswith("//"):
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
    data = path.read_bytes()
    if len(data) > MOST_BYTES:
        raise ReportError(
            "E-IMAGE-SIZE",
            f"shows `{address}`, which has {len(data) / 1e6:.0f} MB",
            f"make it smaller than {MOST_BYTES / 1e6:.0f} MB",
        )
    if form == "image/svg+xml":
        data = pictures.harmless(data.decode(errors="replace"))
    return f"data:{form};base64,{base64.b64encode(data).decode()}"


def _inside(folder: Path | None, address: str) -> Path | None:
    """Return the file in the notebook's folder or under it; None where there is none."""
    if folder is None:
        return None
    path = (folder / address).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


@functools.cache
def _parser() -> MarkdownIt:
    parser = prose.parser(html=True).enable(["table", "strikethrough"])
    dollarmath_plugin(parser, allow_space=False, double_inline=True, allow_digits=False)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        parser.add_render_rule(kind, _render_math)
    footnote_plugin(parser)
    parser.add_render_rule("footnote_anchor", _render_way_back)
    return parser


def _render_math(_self: Any, tokens: Sequence[Token], index: int, _options: Any, environment: Any) -> str:
    token = tokens[index]
    block = "block" in token.type or "double" in token.type
    try:
        made = pictures.mathml(token.content.strip(), display="block" if block else "inline")
    except ReportError as error:
        environment["notes"].refuse(error.code, environment["cell"], error.what, error.mend)
        return ""
    return f'<div class="formula">{made}</div>' if token.type.startswith("math_block") else made


def _render_way_back(self: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
    """Write the way back from a footnote with a sign that the kit's fonts have."""
    name = self.rules["footnote_anchor_name"](tokens, index, options, environment)
    again = tokens[index].meta.get("subId", 0)
    return f' <a href="#fnref{name}{f":{again}" if again else ""}" class="footnote-backref">↑</a>'
