"""HTML that an analyst's libraries write: frames, Styler, great_tables, and whatever else, made safe and set as the report's own."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import nh3
from PIL import ImageColor

from quickview.look import contrast, typeface
from quickview.look.palette import LIGHT
from quickview.publishing import folding

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
    "form": "a form",
}
_OPENING: Final = re.compile(r"<(" + "|".join(_LOST) + r")\b", re.IGNORECASE)
_STYLE: Final = re.compile(r"<style\b[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)

_KEPT: Final = {
    "color",
    "background-color",
    "font-weight",
    "font-style",
    "text-align",
    "text-decoration",
    "white-space",
}
"""Declarations that a cell of a table may bring along."""

_TAGS: Final = nh3.ALLOWED_TAGS | {"figure", "figcaption", "caption", "colgroup", "col"}
_ATTRIBUTES: Final = {
    "*": {"lang", "dir", "title"},
    "table": {"class"},
    "col": {"class", "span"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "style"},
    "span": {"style"},
    "div": {"style"},
    "p": {"style"},
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
    found = _OPENING.search(text)
    return _LOST[found[1].lower()] if found else ""


def clean(text: str, *, label: str) -> str:
    """Return HTML without what is unsafe, its tables set as the report's own; "" where nothing is left to see.

    Style sheets become the cells' own styles, of which colours stay where they can be
    read. `label` is what a table without a caption is called by a screen reader.
    """
    from bs4 import BeautifulSoup

    safe = nh3.clean(
        _inlined(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        filter_style_properties=_KEPT,
        url_schemes={"http", "https", "data"},
        link_rel="noopener noreferrer",
    )
    soup = BeautifulSoup(safe, "html.parser")
    for image in soup.find_all("img"):
        if not str(image.get("src", "")).startswith("data:image/"):
            image.decompose()
    if not soup.get_text(strip=True) and not soup.find("img"):
        return ""
    coloured = _legible(soup)
    for table in soup.find_all("table"):
        _set_table(table, soup, label=label)
    return f'<div class="output{" ground" if coloured else ""}">{str(soup).strip()}</div>'


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
    return {name.strip().lower(): value.replace("!important", "").strip() for name, value in pairs}


def _legible(soup: "BeautifulSoup") -> bool:
    """Drop colours of text that do not stand out from their ground (WCAG 1.4.3); return whether any are left."""
    coloured = False
    for element in soup.find_all(style=True):
        said = _declarations(str(element["style"]))
        ground, ink = _hex(said.get("background-color", "")), _hex(said.get("color", ""))
        if not ground:
            said.pop("background-color", None)
        if ground or "color" in said:
            behind = ground or _ground_of(element)
            readable = ink and contrast.ratio(ink, behind) >= contrast.TEXT
            inks = [LIGHT["ink"], LIGHT["paper"]]
            said["color"] = ink if readable else max(inks, key=lambda one: contrast.ratio(one, behind))
            coloured = True
        element["style"] = ";".join(f"{name}:{value}" for name, value in said.items())
        if not said:
            del element["style"]
    return coloured


def _ground_of(element: "Tag") -> str:
    for parent in element.parents:
        if found := _hex(_declarations(str(parent.get("style", ""))).get("background-color", "")):
            return found
    return LIGHT["paper"]


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
    rows = [list(row.find_all(["td", "th"], recursive=False)) for row in table.find_all("tr")]
    heads = [n for n, column in enumerate(table.find_all("col")) if "head" in _classes(column)]
    for cell in (cells[n] for cells in rows for n in heads if n < len(cells)):
        cell.name = "th"
    body = [cells for row, cells in zip(table.find_all("tr"), rows, strict=True) if row.find_parent("thead") is None]
    for column in _numeric(table, body):
        for cells in rows:
            if column < len(cells) and len(cells) == _width(rows) and not cells[column].get("colspan"):
                cells[column]["class"] = "num"
    for head in table.find_all("th"):
        head["scope"] = "col" if head.find_parent("thead") else "row"
    caption = table.find("caption")
    widths = _widths(rows)
    table["class"] = " ".join(["frame", *_size_on_paper(sum(widths))])
    name = caption.get_text(" ", strip=True) if caption else label
    folded = folding.fold(table, soup, widths, room=PAGE / SMALL) if sum(widths) * SMALL > SHEET else None
    box = table.wrap(
        soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0", "role": "group", "aria-label": name})
    )
    if folded:
        box.insert_after(folded)


def _drop_counted(table: "Tag") -> None:
    """Drop the column of an index that only counts the rows, as pandas' Styler writes it."""
    rows = [row for row in table.find_all("tr") if row.find_parent("thead") is None]
    firsts = [cell for row in rows if (cell := row.find(["td", "th"]))]
    if not table.find("col") and firsts and all(cell.name == "th" for cell in firsts):
        counted = [cell.get_text(strip=True) for cell in firsts] == [str(n) for n in range(len(rows))]
        heads = [row.find(["td", "th"]) for row in table.find_all("tr") if row.find_parent("thead")]
        corners = [corner for corner in heads if corner and not corner.get_text(strip=True)]
        if counted and len(corners) == len(heads):
            for cell in (*firsts, *corners):
                cell.decompose()


def _classes(tag: "Tag") -> list[str]:
    return list(tag.get("class") or ())


def _width(rows: list[list["Tag"]]) -> int:
    return max((len(cells) for cells in rows), default=0)


def _numeric(table: "Tag", body: list[list["Tag"]]) -> Iterator[int]:
    """Yield the columns that hold numbers: those that the frame says do, else those of which every cell is one."""
    columns = table.find_all("col")
    if columns:
        yield from (n for n, column in enumerate(columns) if "num" in _classes(column))
        return
    for n in range(_width(body)):
        texts = [cells[n].get_text(strip=True) for cells in body if n < len(cells) and cells[n].name == "td"]
        told = [text for text in texts if text.lower() not in _NOTHING]
        if told and all(_NUMBER.fullmatch(text) and not _CODE.match(text) for text in told):
            yield n


def _widths(rows: list[list["Tag"]]) -> list[float]:
    """Return what each column of a table needs on paper, with what lies between it and the next, in ems."""
    widths = [0.0] * _width(rows)
    for cells in rows:
        for n, cell in enumerate(cells):
            if not cell.get("colspan"):
                longest = max(cell.get_text(" ", strip=True).split(), key=len, default="")
                widths[n] = max(widths[n], min(typeface.width(longest, 1), _LONGEST_EM))
    return [width + _BETWEEN_EM for width in widths]


def _size_on_paper(needed: float) -> Iterator[str]:
    """Yield how a table is set on paper: as it is, small, or small on a page turned for it; the text around it stays as it is."""
    if needed * _PRINTED > PAGE:
        yield "small"
    if needed * SMALL > PAGE:
        yield "turned"
