"""HTML that an analyst's libraries write: frames, Styler, great_tables, and whatever else, made safe and set as the report's own."""

import copy
import math
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

import nh3
from PIL import ImageColor

from quickview.errors import ReportError
from quickview.report import pictures
from quickview.theme import palette, typeface
from quickview.theme.palette import LIGHT

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_LOST: Final = {
    "iframe": "a page within the page",
    "script": "something that a script draws",
    "object": "an embedded object",
    "embed": "an embedded object",
    "video": "a film",
    "audio": "a sound",
    "canvas": "something that a script draws",
    **dict.fromkeys(("form", "input", "select", "textarea", "button"), "a form"),
    **dict.fromkeys(("progress", "meter"), "a gauge"),
}
_OPENING: Final = re.compile(r"<(" + "|".join(_LOST) + r")\b", re.IGNORECASE)
_ACTING: Final = {
    *("script", "iframe", "frame", "frameset", "object", "embed", "applet", "base", "meta", "link", "style"),
    *("form", "input", "select", "textarea", "button", "video", "audio"),
}
"""Elements that no part of a report has: they would act, ask another host, or dress the whole page."""

_VOID: Final = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
"""Elements without an end (HTML Living Standard, 13.1.2)."""

_NO_TAG: Final = re.compile(r"<[!?]|<[^>]*\Z")
"""A comment or its like, and a tag that does not end: the kit writes neither in a part."""

_ANCHOR: Final = re.compile(r"<a\b[^<>]*\shref\s*=", re.IGNORECASE)
_COMMENT: Final = re.compile(r"(<style\b.*?(?:</style>|\Z))|<!--(?:-?>|.*?(?:--!?>|\Z))", re.IGNORECASE | re.DOTALL)
_DRAWING: Final = re.compile(r"<svg\b.*?(?:</svg>|\Z)", re.IGNORECASE | re.DOTALL)
_LINK: Final = re.compile(r"(?:https?:|mailto:|#)", re.IGNORECASE)
_HARMLESS: Final = re.compile(r"(?:https?|mailto|data):|(?![\x00-\x20]*[a-z][a-z\d+.\s-]*:)", re.IGNORECASE)
"""Addresses on the web, of mail, of data, and those without a scheme; browsers read one with spaces before it and line breaks in it."""

_TOOLTIP: Final = re.compile(r"\.pd-t[^{]*::after\s*\{\s*content", re.IGNORECASE)
_BAR: Final = re.compile(r"linear-gradient\([-#%,.\w\s]*\)")
# What is left open goes on to the end, as in a browser; looking for its end again and again would take minutes.
_STYLE: Final = re.compile(r"<style\b[^>]*>(.*?)(?:</style>|\Z)", re.IGNORECASE | re.DOTALL)

_KEPT: Final = {
    "color",
    "background-color",
    "font-weight",
    "font-style",
    "text-align",
    "text-decoration",
    "white-space",
    "background",
}
"""Declarations that a cell of a table may bring along; a `background` only where it is a bar."""

_OF_ABOVE: Final = {"unset", "inherit", "initial", "revert"}
_HIDING: Final = {"display", "visibility"}
_MOST_SPANNED: Final = 1000
"""Columns and rows that one cell may span (HTML, 4.9.11)."""

_TAGS: Final = nh3.ALLOWED_TAGS | {"figure", "figcaption", "caption", "colgroup", "col"} | pictures.MATHML
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    **pictures.MATH_ATTRIBUTES,
    "*": {"lang", "dir", "title", "hidden", "style"},
    "table": {"class"},
    "col": {"class", "span"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
}
_NUMBER: Final = re.compile(
    r"[-−+]?(?:[$€£¥]\s?)?(?:\d{1,3}(?:[,\u00a0\u202f' ]\d{3})+|\d+)?(?:[.,]\d+)?(?:e[-+]?\d+)?(?:\s?[%‰])?",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"0\d")
_NOTHING: Final = {"", "–", "—", "nan", "none", "nat", "<na>", "…", "..."}

PAGE: Final = 516
SHEET: Final = 765
"""Width of the text on an A4 page, upright and turned, in points."""

SMALL: Final = 7.0
"""Size of type in a table that is set small on paper, in points; see `print.css`."""

_LONGEST_EM: Final = 12.0
_BETWEEN_EM: Final = 1.0
_PRINTED: Final = 8.0
"""What a word takes at most before it is broken, what lies between two columns, in ems; type of a table on paper, in points."""


def lost(text: str) -> str:
    """Return in words what of an output cannot stand still in a file; "" where all can."""
    found = _OPENING.search(_uncommented(text))
    return _LOST[found[1].lower()] if found else ""


def _uncommented(text: str) -> str:
    """Return HTML without its comments; what looks like one within a style sheet is none."""
    return _COMMENT.sub(lambda found: found[1] or "", text)


def foreign(text: str) -> str:
    """Return the tag in the markup of a part that none has which the kit made or cleaned, as it acts or leads elsewhere; "" for none."""
    reader = _Foreign()
    reader.feed(text)
    reader.close()
    odd = _NO_TAG.search(text)
    return reader.found or (odd[0] if odd else "") or "".join(f"<{tag}>" for tag in reader.open[-1:])


class _Foreign(HTMLParser):
    """Remembers the first tag that is none of the kit's, and those that are left open, which would take what follows in."""

    def __init__(self) -> None:
        super().__init__()
        self.found, self.open = "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        leads = [value or "" for name, value in attrs if name in {"href", "xlink:href"}]
        acts = tag in _ACTING or any(name.startswith("on") for name, _ in attrs)
        if acts or not all(map(_HARMLESS.match, leads)):
            self.found = self.found or self.get_starttag_text() or tag
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and (not self.open or self.open.pop() != tag):
            self.found = self.found or f"</{tag}>"


def has_lost_links(text: str, cleaned: str) -> bool:
    """Whether a link of an output leads where no reader of the report could follow, so that its words alone are left."""
    return len(_ANCHOR.findall(_uncommented(text))) > len(_ANCHOR.findall(cleaned))


def is_style_only(text: str) -> bool:
    """Whether HTML only says how a notebook looks, so that nothing of it is missed."""
    return not _STYLE.sub("", _uncommented(text)).strip()


def has_tooltips(text: str) -> bool:
    """Whether a table of pandas' Styler says more where a mouse rests, which a still table cannot."""
    return bool(_TOOLTIP.search(text))


def clean(text: str, *, label: str, undescribed: str) -> str:
    """Return HTML without what is unsafe, its tables set as the report's own; "" where nothing is left to see.

    Style sheets become the cells' own styles, of which colours stay where they can be
    read; drawings become pictures. `label` is what a table without a caption is called by
    a screen reader, `undescribed` a picture without alternative text. Raises `ReportError`
    for a picture that is not in the text.
    """
    from bs4 import BeautifulSoup

    safe = nh3.clean(
        _inlined(_DRAWING.sub(lambda drawing: f'<img src="{pictures.svg_uri(drawing[0])}">', _uncommented(text))),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        filter_style_properties=_KEPT | _HIDING,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )
    soup = BeautifulSoup(safe, "html.parser")
    _drop_hidden(soup)
    _check_addresses(soup, undescribed=undescribed)
    if not soup.get_text(strip=True) and not soup.find("img"):
        return ""
    for heading in soup.find_all(["h1", "h2"]):
        heading.name = "h3"
    coloured = _legible(soup)
    for table in soup.find_all("table"):
        _set_table(table, soup, label=label)
    return f'<div class="output{" ground" if coloured else ""}">{str(soup).strip()}</div>'


def _drop_hidden(soup: "BeautifulSoup") -> None:
    """Drop what its style hides in the notebook too."""
    for element in soup.find_all(lambda tag: tag.has_attr("style") or tag.has_attr("hidden")):
        if not element.decomposed:
            said = _declarations(str(element.get("style", "")))
            if element.has_attr("hidden") or said.get("display") == "none" or said.get("visibility") == "hidden":
                element.decompose()


def _check_addresses(soup: "BeautifulSoup", *, undescribed: str) -> None:
    """Let links lead to the web or within the report only, and pictures stand in the text."""
    for link in soup.find_all("a", href=True):
        if not _LINK.match(str(link["href"])):
            del link["href"]
    for image in soup.find_all("img"):
        address = str(image.get("src", ""))
        if not address.startswith("data:image/"):
            raise ReportError(
                "E-IMAGE-NETWORK", f"shows a picture that is not in the notebook, `{address[:60]}`", pictures.SAVE_IT
            )
        image["alt"] = image.get("alt") or undescribed


def _inlined(text: str) -> str:
    """Return HTML with the rules of its own style sheets on the elements they are for."""
    if not _STYLE.search(text):
        return text
    import css_inline

    try:
        return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False).inline(text)
    except css_inline.InlineError:
        return _STYLE.sub("", text)


def _declarations(style: str) -> dict[str, str]:
    pairs = (one.split(":", 1) for one in style.split(";") if ":" in one)
    said = {name.strip().lower(): value.replace("!important", "").strip() for name, value in pairs}
    return {name: value for name, value in said.items() if value.lower() not in _OF_ABOVE}


def _legible(soup: "BeautifulSoup") -> bool:
    """Drop colours of text that do not stand out from their ground (WCAG 1.4.3); return whether any are left."""
    coloured = False
    for element in soup.find_all(style=True):
        said = {name: value for name, value in _declarations(str(element["style"])).items() if name in _KEPT}
        grounds, ink = _grounds(said), _hex(said.get("color", ""))
        if grounds or "color" in said:
            behind = (_declarations(str(parent.get("style", ""))) for parent in element.parents)
            above = next(
                (ground for one in behind if (ground := _hex(one.get("background-color", "")))), LIGHT["paper"]
            )
            said["color"] = _readable(ink, grounds or [above])
            coloured = True
        element["style"] = ";".join(f"{name}:{value}" for name, value in said.items())
        if not said:
            del element["style"]
    return coloured


def _grounds(said: dict[str, str]) -> list[str]:
    """Return the colours behind a cell's text, a bar's and the paper's; what is no colour is dropped from what is said."""
    bar = said.pop("background", "")
    if _BAR.fullmatch(bar):
        said["background"] = bar
        return [*filter(None, map(_hex, re.findall(r"#[0-9a-fA-F]{3,8}\b", bar))), LIGHT["paper"]]
    ground = _hex(said.pop("background-color", "") or bar)
    if ground:
        said["background-color"] = ground
    return [ground] if ground else []


def _readable(ink: str, grounds: list[str]) -> str:
    """Return a colour of text, or ink or paper where it does not stand out from all of its grounds."""

    def least(colour: str) -> float:
        return min(palette.ratio(colour, ground) for ground in grounds)

    return ink if ink and least(ink) >= palette.TEXT else max((LIGHT["ink"], LIGHT["paper"]), key=least)


def _hex(colour: str) -> str:
    """Return a colour of CSS as `#rrggbb`; "" for none, for what is see-through, and for what is no colour."""
    try:
        red, green, blue, *alpha = ImageColor.getrgb(colour.strip().lower())
    except ValueError:
        return ""
    return f"#{red:02x}{green:02x}{blue:02x}" if alpha in ([], [255]) else ""


def _set_table(table: "Tag", soup: "BeautifulSoup", *, label: str) -> None:
    """Give a table the look and the roles of the report's own: numbers to the right, headers named, room to scroll."""
    _drop_counted(table)
    rows = _grid(_rows(table))
    heads = [n for n, column in enumerate(table.find_all("col")) if "head" in _classes(column)]
    for cell in (cells[n] for cells in rows for n in heads if n in cells):
        cell.name = "th"
    body = [cells for cells in rows if not any(cell.find_parent("thead") for cell in cells.values())]
    for column in _numeric(table, body):
        for cell in (cells[column] for cells in rows if column in cells and not cells[column].get("colspan")):
            cell["class"] = "num"
    for head in (cell for cells in rows for cell in cells.values() if cell.name == "th"):
        head["scope"] = "col" if head.find_parent("thead") else "row"
    caption = table.find("caption")
    widths = _widths(rows)
    # On paper it is set as it is, small, or small on a page turned for it; the text around it stays as it is.
    small, turned = " small" * (math.fsum(widths) * _PRINTED > PAGE), " turned" * (math.fsum(widths) * SMALL > PAGE)
    table["class"] = f"frame{small}{turned}"
    name = caption.get_text(" ", strip=True) if caption else label
    folded = _fold(table, soup, widths, room=PAGE / SMALL) if math.fsum(widths) * SMALL > SHEET else None
    box = table.wrap(
        soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0", "role": "group", "aria-label": name})
    )
    if folded:
        box.insert_after(folded)


def _rows(table: "Tag") -> list["Tag"]:
    """Return a table's own rows, not those of a table in one of its cells."""
    return [row for row in table.find_all("tr") if row.find_parent("table") is table]


def _grid(rows: list["Tag"]) -> list[dict[int, "Tag"]]:
    """Return the cells that begin in each row by their columns, counted past what spans from above."""
    spanned: dict[int, int] = {}
    grid = []
    for row in rows:
        taken = {column for column, left in spanned.items() if left}
        spanned = {column: left - 1 for column, left in spanned.items() if left}
        cells, column = dict[int, "Tag"](), 0
        for cell in row.find_all(["td", "th"], recursive=False):
            while column in taken:
                column += 1
            cells[column] = cell
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            spanned |= dict.fromkeys(range(column, column + wide), high - 1)
            column += wide
        grid.append(cells)
    return grid


def _span(cell: "Tag", name: str) -> int:
    said = str(cell.get(name, ""))
    return min(max(int(said), 1), _MOST_SPANNED) if said.isdecimal() else 1


def _drop_counted(table: "Tag") -> None:
    """Drop the column of an index that only counts the rows, as pandas' Styler writes it."""
    rows = [row for row in _rows(table) if row.find_parent("thead") is None]
    firsts = [cell for row in rows if (cell := row.find(["td", "th"]))]
    if not table.find("col") and firsts and all(cell.name == "th" for cell in firsts):
        counted = [cell.get_text(strip=True) for cell in firsts] == [str(n) for n in range(len(rows))]
        heads = [row.find(["td", "th"]) for row in _rows(table) if row.find_parent("thead")]
        corners = [corner for corner in heads if corner and not corner.get_text(strip=True)]
        if counted and len(corners) == len(heads):
            for cell in (*firsts, *corners):
                cell.decompose()


def _classes(tag: "Tag") -> list[str]:
    return list(tag.get("class") or ())


def _numeric(table: "Tag", body: list[dict[int, "Tag"]]) -> Iterator[int]:
    """Yield the columns that hold numbers: those that the frame says do, else those of which every cell is one."""
    columns = table.find_all("col")
    if columns:
        yield from (n for n, column in enumerate(columns) if "num" in _classes(column))
        return
    for n in sorted({column for cells in body for column in cells}):
        texts = [cells[n].get_text(strip=True) for cells in body if n in cells and cells[n].name == "td"]
        told = [text for text in texts if text.lower() not in _NOTHING]
        if told and all(_NUMBER.fullmatch(text) and not _CODE.match(text) for text in told):
            yield n


def _widths(rows: list[dict[int, "Tag"]]) -> list[float]:
    """Return what each column of a table needs on paper, with what lies between it and the next, in ems."""
    widths = [0.0] * (max((n for cells in rows for n in cells), default=-1) + 1)
    for n, cell in (placed for cells in rows for placed in cells.items()):
        if not cell.get("colspan"):
            longest = max(cell.get_text(" ", strip=True).split(), key=len, default="")
            widths[n] = max(widths[n], min(typeface.width(longest, 1), _LONGEST_EM))
    return [width + _BETWEEN_EM for width in widths]


def _fold(table: "Tag", soup: "BeautifulSoup", widths: Sequence[float], *, room: float) -> "Tag | None":
    """Return a table again as bands that each fit into `room`, the first column at the head of each.

    `widths` are those of the columns, in the unit of `room`. None where a cell spans several.
    """
    if table.find(["td", "th"], attrs={"colspan": True}) or table.find(["td", "th"], attrs={"rowspan": True}):
        return None
    folded = soup.new_tag("div", attrs={"class": "folded"})
    for band in _bands(widths, room):
        part = copy.copy(table)
        part["class"] = "frame small"
        for columns in part.find_all("colgroup"):
            columns.decompose()
        for row in part.find_all("tr"):
            for n, cell in enumerate(row.find_all(["td", "th"], recursive=False)):
                if n and n not in band:
                    cell.decompose()
        folded.append(part)
    return folded


def _bands(widths: Sequence[float], room: float) -> Iterator[range]:
    """Yield the columns of each band, the first column of all not counted; all bands are about as wide."""
    first, *others = widths
    count = math.ceil(math.fsum(others) / max(room - first - max(others), 1))
    share = math.fsum(others) / count
    used, start, done = 0.0, 1, 1
    for n, width in enumerate(others, start=1):
        if used >= done * share and n > start:
            yield range(start, n)
            start, done = n, done + 1
        used += width
    yield range(start, len(widths))
