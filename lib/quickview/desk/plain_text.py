"""A page's content as plain text, for readers of mail without pictures: every heading, list, table and number of it."""

import textwrap
from collections.abc import Iterator
from typing import Final

from bs4 import Tag
from bs4.element import NavigableString

from quickview.language.catalogs import Language

WIDTH: Final = 72
"""Letters of a line; longer ones are broken by some mail programs (RFC 5322, 2.1.1, advises 78)."""

_UNDER: Final = {"h1": "=", "h2": "-"}
_BLOCKS: Final = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "ul",
}  # fmt: skip


def plain_text(content: Tag, language: Language) -> str:
    """Return an element's content as plain text: paragraphs in lines of at most 72 letters, a blank line between blocks.

    A table stands in columns where they fit, else as a list of its rows, each cell with the name of its column; from
    right to left always so, as no terminal keeps such columns apart. An image reads as its alternative text, a
    link as its words and the address.
    """
    return "\n\n".join(_blocks(content, WIDTH, language)) + "\n"


def _blocks(element: Tag, width: int, language: Language) -> Iterator[str]:
    line = ""
    for child in element.children:
        if isinstance(child, Tag) and (child.name in _BLOCKS or child.find(_BLOCKS)):
            yield from _filled(line, width)
            line = ""
            yield from _block(child, width, language)
        else:
            line += _inline(child)
    yield from _filled(line, width)


def _filled(line: str, width: int) -> Iterator[str]:
    lines = [textwrap.fill(" ".join(part.split()), width, break_long_words=False, break_on_hyphens=False)
             for part in line.split("\v")]  # fmt: skip
    if text := "\n".join(filter(None, lines)):
        yield text


def _inline(node: object) -> str:
    """Return the words of a node that begins no line of its own; a break of lines as a vertical tabulator."""
    if not isinstance(node, Tag):
        return str(node) if type(node) is NavigableString else ""  # neither comments nor declarations
    if node.name == "br":
        return "\v"
    if node.name == "img":
        return f"[{node['alt']}]" if node.get("alt") else ""
    words = "".join(map(_inline, node.children))
    if node.name in {"sup", "sub"} and "cites" not in node.get_attribute_list("class"):
        return f"{'^' if node.name == 'sup' else '_'}{words}"
    address = str(node.get("href", ""))
    return f"{words} <{address}>" if address.startswith("http") and address != words.strip() else words


def _block(element: Tag, width: int, language: Language) -> Iterator[str]:
    name = element.name
    if name in {"ul", "ol"}:
        yield "\n".join(_items(element, width, language))
    elif name == "table":
        yield from _table(element, width, language)
    elif name == "dl":
        yield "\n".join(_terms(element, width, language))
    elif name == "pre":
        yield element.get_text().rstrip()
    elif name in _UNDER:
        title = "\n".join(_filled(_inline(element), width))
        yield f"{title}\n{_UNDER[name] * max(map(len, title.splitlines() or ['']))}"
    else:
        yield from _blocks(element, width, language)


def _items(items: Tag, width: int, language: Language) -> Iterator[str]:
    for number, item in enumerate(items.find_all("li", recursive=False), start=1):
        mark = f"{number}. " if items.name == "ol" else "* "
        text = "\n".join(_blocks(item, width - len(mark), language))
        yield mark + textwrap.indent(text, " " * len(mark))[len(mark) :]


def _terms(terms: Tag, width: int, language: Language) -> Iterator[str]:
    """Yield each term of a list of definitions with what is said of it."""
    between, colon = language.gettext("; "), language.gettext(": ")
    for term in terms.find_all("dt"):
        said = [line for one in term.find_next_siblings("dd") for line in _lines(one, language)]
        yield from _filled(f"{' '.join(_lines(term, language))}{colon}{between.join(said)}", width)


def _lines(cell: Tag, language: Language) -> list[str]:
    """Return the content of a cell, a line for each block of it."""
    return [" ".join(block.split()) for block in _blocks(cell, 10_000, language)]


def _table(table: Tag, width: int, language: Language) -> Iterator[str]:
    if caption := table.find("caption"):
        yield from _filled(_inline(caption), width)
    between = language.gettext("; ")
    rows = [[_lines(cell, language) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
    head = [between.join(cell) for cell in rows.pop(0)] if table.find("thead") and rows else []
    cells = [[between.join(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*filter(None, [head, *cells]), strict=False)]
    if len({len(row) for row in cells}) == 1 and sum(widths) + 2 * len(widths) <= width and not language.is_rtl:
        lines = [*([head, ["-" * one for one in widths]] if head else []), *cells]
        yield "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in lines)
        return
    records = [_record(head, row, language) for row in rows if row]
    if all(len(" ".join(lines)) <= 2 * width for lines in records):
        records = [[_joined(lines, language)] for lines in records]
    wrapped = (
        textwrap.fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for lines in records
        for line in lines
    )
    yield "\n".join(wrapped)


def _record(head: list[str], row: list[list[str]], language: Language) -> list[str]:
    """Return the lines of a row: its first cell, then each of the others with the name of its column."""
    between, colon = language.gettext("; "), language.gettext(": ")
    first, others = row[0] or ["–"], [between.join(cell) for cell in row[1:]]
    if not others:
        return [f"{between.join(first)}{colon.rstrip()}"]
    names = head[1:] if len(head) == len(row) else [""] * len(others)
    said = [f"{name}{colon}{cell}" if name else cell for name, cell in zip(names, others, strict=True)]
    shown = [line for line, cell in zip(said, others, strict=True) if cell.strip("– ")]
    return [f"* {first[0]}", *(f"  {line}" for line in (*first[1:], *shown))]


def _joined(lines: list[str], language: Language) -> str:
    """Return the lines of a short row as one."""
    first, *others = lines
    return " – ".join(filter(None, [first, language.gettext("; ").join(map(str.strip, others))]))
