"""What a message says that shares a report: its finished page as mail programs keep it, and as plain text.

They keep tables, pictures that come along and looks that stand in each element. Scripts, style sheets, SVG, fonts,
layouts of boxes and all that is fetched are lost in one or another of them, so that none of it is left to lose.
"""

import base64
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from pathlib import Path
from string import Template
from typing import Final

from bs4 import BeautifulSoup, Tag

from quickview.desk.plain_text import plain_text
from quickview.errors import ReportError
from quickview.files import resource
from quickview.language.catalogs import Language
from quickview.report import social_card
from quickview.theme import typeface
from quickview.theme.palette import LIGHT
from quickview.theme.theme import load_theme

COLUMN: Final = 600
"""Pixels across that every mail program has room for."""

PICTURE: Final = 440
"""Pixels across of a figure, which is drawn for phones, and so large enough to read on one."""

ZOOM: Final = 2.5

PHONE: Final = 358.0
"""Pixels across that a table has on a phone, 390 less the margins."""

_GONE: Final = (
    "button, nav, .skip, .copy, .keys, .said, .live, .downloads, .back, .annex, .ends, [hidden]:not(.narrow), "
    "caption.spoken, th.stance, th.axis, td.sure > .name, td > .head, .drawing:has(.narrow) .wide, summary"
)
"""What needs a script, a wide page or a click, and what paper has because nothing can be opened on it."""

_LINES: Final = "td.deadline > span, td .who, dd.who > span, th > .name, th > .what, th > .code, th > .of, td > .note"
"""What a style sheet sets on a line of its own."""

_FRONT_PAGE: Final = "../index.html"

_FLUID: Final = "display:block;width:100%;height:auto;border:0"

_PLAIN: Final = {"article": "div", "aside": "div", "bdi": "span", "details": "div", "figcaption": "div", "figure": "div",
                 "footer": "div", "header": "div", "main": "div", "section": "div", "time": "span"}  # fmt: skip
"""Elements that some mail programs do not know, and what they do."""

_KEPT: Final = {"align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "charset", "colspan", "content", "dir",
                "height", "href", "lang", "name", "rowspan", "scope", "src", "start", "style", "valign", "width"}  # fmt: skip
_LOOKS: Final = re.compile(
    r"\s*(?:display(?=\s*:\s*block\s*$)|color|background-color|border[\w-]*|font[\w-]*|height|line-height|margin[\w-]*|max-width|padding[\w-]*"
    r"|text-[\w-]+|vertical-align|white-space|width|word-break|word-wrap)\s*:(?!.*(?:url|var|expression)\().*",
    re.IGNORECASE | re.DOTALL,
)
"""Declarations that mail programs keep and that fetch nothing."""


@dataclass(frozen=True)
class Body:
    """A page as a message says it: what it is called, HTML, plain text, and pictures by Content-ID, each with its kind."""

    title: str
    series: str
    day: date
    site: str
    language: Language
    html: str
    text: str
    pictures: Mapping[str, tuple[str, bytes]]


@dataclass
class _Page:
    """A finished page that is taken apart: its content, its drawings by number, its colours, pictures found so far."""

    path: Path
    soup: BeautifulSoup
    drawings: list[str]
    colours: Mapping[str, str]
    pictures: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def meta(self, name: str) -> str:
        found = self.soup.find("meta", attrs={"property": name})
        return str(found["content"]) if found else ""

    @property
    def language(self) -> Language:
        return Language(str(self.soup.html["lang"])) if self.soup.html else Language("en")

    @property
    def site(self) -> str:
        """Where the folder of reports is served at, as the page itself says."""
        link = self.soup.find("link", rel="canonical")
        return str(link["href"]).rpartition("/")[0].rpartition("/")[0] if link else ""

    def new(self, name: str, words: str = "", **attributes: str) -> Tag:
        made = self.soup.new_tag(name, attrs={key.rstrip("_"): value for key, value in attributes.items()})
        if words:
            made.string = words
        return made

    def keep(self, data: bytes, kind: str = "png") -> str:
        """Take a picture along; return the address by which the page shows it."""
        name = f"{hashlib.sha256(data).hexdigest()[:24]}@quickview"
        self.pictures[name] = (kind, data)
        return f"cid:{name}"


def body_of(path: Path, *, site: str = "", attached: Sequence[Path] = ()) -> Body:
    """Return the page of a report or of the digest as the body of a message.

    `site` is the address that the folder of reports is served at; by default the one that the page names. Without
    one, a link says which of the `attached` files it would lead to. Tables behind figures are said in the plain text,
    and in the HTML where a figure has no picture. Raises `ReportError` for what is no page of the kit's.
    """
    page = _read(path)
    content = page.new("div")
    content.extend(part.extract() for part in page.soup.select("header.head, #report, footer.footer"))
    _simplify(content, page)
    _show_card(content, page)
    site = site or page.site
    _link(content, page, site, attached)
    text = plain_text(content, page.language)
    for behind in content.select("figure:not([data-unpainted]) .behind"):
        behind.decompose()
    _lay_out(content, page)
    title, day = page.meta("og:title"), date.fromisoformat(page.meta("article:published_time"))
    return Body(
        title, page.meta("og:site_name"), day, site, page.language, _html(content, page, title), text, page.pictures
    )


# Reading


def _read(path: Path) -> _Page:
    """Take a page apart. Drawings are put aside: a reader of HTML would write their names in small letters."""
    text = re.sub(r"<script\b.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    palette = re.search(r":root(?:,\.ground)?\{((?:--[\w-]+:#\w+;?)+)", text)
    colours = {**LIGHT, **dict(re.findall(r"--([\w-]+):(#\w+)", palette[1] if palette else ""))}
    drawings: list[str] = []
    parts, depth, start, end = [], 0, 0, 0
    for tag in re.finditer(r"<svg\b|</svg>", text):
        start = tag.start() if depth == 0 else start
        depth += 1 if tag[0] == "<svg" else -1
        if depth == 0:
            kind = re.match(r'<svg[^>]*? class="([^"]*)"', text[start:])
            parts.append(f'{text[end:start]}<img data-drawing="{len(drawings)}" class="{kind[1] if kind else ""}">')
            drawings.append(text[start : tag.end()])
            end = tag.end()
    soup = BeautifulSoup("".join([*parts, text[end:]]), "lxml")
    page = _Page(path, soup, drawings, colours)
    if not (soup.find(id="report") and page.meta("article:published_time")):
        raise ReportError("E-MAIL-PAGE", f"{path} is no page of a report", "render it again")
    return page


def _simplify(content: Tag, page: _Page) -> None:
    """Leave what a reader who can click on nothing sees, in elements that say what it is."""
    for gone in content.select(_GONE):
        gone.decompose()
    for citation in content.select("sup.cites"):
        citation.string = f"[{' '.join(citation.get_text(' ').split())}]".replace(" ,", ",")
    for joined in content.find_all(string=re.compile("\u2060")):
        joined.replace_with(joined.replace("\u2060", ""))
    for formula in content.find_all("math"):
        formula.replace_with(_spelt(formula))
    for line in content.select(_LINES):
        line.name = "div"
    for link in content.select("table.due th > a"):
        link.wrap(page.new("div", class_="of"))
    for table in content.select("table.stances"):
        _one_stance(table, page)
    for scale in content.select("td.axis"):
        before = scale.find_previous_sibling("td")
        if before:
            before.extend(list(scale.children))
        scale.decompose()
    for figure in content.select("figure"):
        for image in figure.select(".drawing [data-drawing]"):
            said = re.search(r"<desc[^>]*>(.*?)</desc>", page.drawings[int(str(image["data-drawing"]))], re.DOTALL)
            image["alt"] = unescape(said[1]) if said else str(figure.get("data-title", ""))


def _one_stance(table: Tag, page: _Page) -> None:
    """Give the table of actors one column with the word in place of one for each stance."""
    columns = len(table.select("thead th"))
    for row in table.select("tbody tr"):
        marked = row.select("td.stance")
        for cell in marked:
            if not cell.get_text(strip=True):
                cell.decompose()
        if marked and not row.select("td.stance"):
            row.append(page.new("td"))
        for over in row.select("[colspan]"):
            over["colspan"] = str(columns)


def _spelt(formula: Tag) -> str:
    """Return a formula in a line, with signs for what stands above and below."""
    inner = [_spelt(child) if isinstance(child, Tag) else str(child).strip() for child in formula.children]
    inner = [one for one in inner if one]
    signs = {"msup": "^", "msub": "_", "mfrac": "/", "mover": "^", "munder": "_"}
    if sign := signs.get(formula.name):
        return sign.join(one if len(one) == 1 or one.isalnum() else f"({one})" for one in inner)
    return f"√({''.join(inner)})" if formula.name == "msqrt" else "".join(inner)


def _show_card(content: Tag, page: _Page) -> None:
    """Show the card of the report that moved most above what is said of it, if there is one beside the digest."""
    link = content.select_one("ul.news > li h3 a")
    told = page.path.parent / str(link["href"]) if link else Path()
    if link and told.with_suffix(".png").is_file():
        head = told.read_text(encoding="utf-8").partition("<style>")[0] if told.is_file() else ""
        alt = re.search(r'"og:image:alt" content="([^"]*)"', head)
        src, width = page.keep(told.with_suffix(".png").read_bytes()), str(COLUMN - 32)
        shown = page.new("img", src=src, alt=unescape(alt[1]) if alt else link.get_text(), width=width, style=_FLUID)
        frame = page.new("div", class_="card")
        frame.append(shown)
        link.find_parent("li").insert(0, frame)  # type: ignore[union-attr]


def _link(content: Tag, page: _Page, site: str, attached: Sequence[Path]) -> None:
    """Make links lead to the site; without one, name the file that is attached, if it is."""
    own, files = page.path.stem, {path.stem: path.name for path in attached}
    gettext = page.language.gettext
    for link in content.find_all("a"):
        address = str(link.get("href", ""))
        inside, _, anchor = address.partition("#")
        name = Path(inside).stem if inside.startswith("../") else own
        if re.match("https?:", address):
            continue
        if site and re.fullmatch(r"\.\./[\w.-]+(?:/[\w.-]+)?", inside):
            link["href"] = f"{site}{inside[2:]}{f'#{anchor}' if anchor else ''}"
        elif inside == _FRONT_PAGE:
            link.decompose()
        else:
            if inside and name in files and not link.find_parent("table"):
                link.append(f" ({files[name]})")
            link.unwrap()
    if heading := content.find("h1"):
        names = gettext(", ").join(path.name for path in attached)
        doors = [page.new("a", gettext("Read in the browser"), href=f"{site}/{own}/{own}.html")] if site else []
        said = gettext("Attached: {names}", names=names) if names else ""
        door = page.new("p", class_="door")
        door.extend([*doors, *([" · "] if doors and said else []), *([said] if said else [])])
        if doors or said:
            (content.find(class_="standfirst") or heading).insert_after(door)


# Writing


def _lay_out(content: Tag, page: _Page) -> None:
    """Turn what a style sheet would place into tables and blocks, and every drawing into a picture, a table or a sign."""
    for cells in content.select("dl.cells"):
        cells.replace_with(_table_of_figures(cells, page))
    for terms in content.find_all("dl"):
        for term in terms.find_all("dt"):
            term.name = "strong"
            term.append(": ")
        for part in [*terms.find_all("dd"), *terms.find_all("div"), terms]:
            part.name = "span" if part.name == "dd" else "div"
    for listed in content.select("ul.judgements, ul.news"):
        for item in listed.find_all("li", recursive=False):
            item.name, item["class"] = "div", "item"
        listed.name = "div"
    draw = {"scale": _scale, "dots": _dots, "side": _dot}
    for image in content.select("[data-drawing]"):
        svg, kinds = page.drawings[int(str(image["data-drawing"]))], set(image.get_attribute_list("class"))
        if make := next((make for kind, make in draw.items() if kind in kinds), None):
            image.replace_with(make(svg, page))
        elif image.get("alt"):
            image.replace_with(_picture(svg, image, page))
        else:
            image.decompose()
    for image in content.select('img[src^="data:"]'):
        _take_along(image, page)
    for figure in content.select("figcaption"):
        figure["class"] = "caption"
    for table in content.select("table:has(> thead)"):
        _stack(table, page)
    for element in content.find_all(list(_PLAIN)):
        element.name = _PLAIN[element.name]


def _stack(table: Tag, page: _Page) -> None:
    """Put the cells of a row under one another, each after the head of its column, where they have no room side by side on a phone."""
    heads, *body = (row.find_all(["th", "td"], recursive=False) for row in table.select("tr"))
    columns = zip(heads, *(cells for cells in body if len(cells) == len(heads)), strict=True)
    if sum(8 + max(map(_longest, column)) for column in columns) <= PHONE:
        return
    names = [head.get_text(" ", strip=True) + page.language.gettext(": ") for head in heads[1:]]
    for first, *others in body:
        under = page.new("td")
        for name, cell in zip(names, others, strict=False):
            if cell.get_text(strip=True):
                line = page.new("div")
                line.extend([page.new("span", name, class_="label"), *cell.contents[:]])
                under.append(line)
            cell.decompose()
        if others:
            first.insert_after(under)
        elif first.get("colspan"):
            first["colspan"] = "2"
    if table.thead:
        table.thead.decompose()


def _longest(cell: Tag) -> float:
    """Return how wide the widest part of a cell is that stays in one line, in pixels."""
    whole = [one.get_text() for one in cell.select(".whole, .likely span")]
    size, weight = (12 if cell.find_parent("thead") else 14), typeface.BOLD if cell.name == "th" else typeface.REGULAR
    words = (*whole, *re.split(r"[ \n]+", cell.get_text(" ")))
    return max(typeface.width(word, size, weight=weight) for word in words)


def _table_of_figures(cells: Tag, page: _Page) -> Tag:
    table = page.new("table", cellpadding="0", cellspacing="0", border="0", width="100%")
    every, row = cells.select(".cell"), page.new("tr")
    for n, cell in enumerate(every):
        row = row if n % 2 else page.new("tr")
        table.append(row)
        place = page.new("td", class_="cell", width="50%", valign="top")
        for part in cell.find_all(["dt", "dd"]):
            part["class"] = "label" if part.name == "dt" else part["class"]
            part.name = "div"
            place.append(part)
        row.append(place)
    if len(every) % 2:
        row.append(page.new("td", "\u00a0", class_="cell", width="50%"))
    return table


def _scale(svg: str, page: _Page) -> Tag:
    """Return a range on a scale from 0 to 100 as a table of a row."""
    bar = re.search(r'class="bar" x="([\d.]+)%" width="([\d.]+)%"', svg)
    start, width = (float(bar[1]), float(bar[2])) if bar else (0.0, 0.0)
    parts = [("", start), ("bar", width), ("", 100 - start - width)]
    # From right to left the drawing is turned round already, as a row of a table will be.
    parts = parts[::-1] if page.language.is_rtl else parts
    table = page.new("table", class_="scale", cellpadding="0", cellspacing="0", border="0", width="100%")
    row = page.new("tr")
    for kind, share in parts:
        if share > 0:
            colour = page.colours["house" if kind else "land-2"]
            row.append(page.new("td", "\u00a0", class_=kind, width=f"{share:g}%", height="9", bgcolor=colour))
    table.append(row)
    return table


def _dots(svg: str, page: _Page) -> Tag:
    circles = re.findall(r"<circle[^>]*>", svg)
    full = sum("fill=" in one for one in circles)
    return page.new("span", "●" * full + "○" * (len(circles) - full), lang="")


def _dot(svg: str, page: _Page) -> Tag:
    colour = re.search(r'fill="(#\w+)"', svg)
    return page.new("span", "● ", style=f"color:{_coloured(colour[1], page) if colour else page.colours['muted']}")


def _coloured(value: str, page: _Page) -> str:
    name = next((name for name, known in LIGHT.items() if known == value), "")
    return page.colours.get(name, value)


def _picture(svg: str, image: Tag, page: _Page) -> Tag:
    """Return a figure's drawing as a picture that comes along, with its alternative text."""
    if "themed" in image.get_attribute_list("class"):
        svg = re.sub(r'(?<=(?:fill|roke)=")#\w{6}(?=")', lambda found: _coloured(found[0], page), svg)
    wide = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    shown = min(COLUMN - 32, PICTURE if wide and float(wide[1]) <= PICTURE else COLUMN)
    png = social_card.png(svg, load_theme(), zoom=ZOOM if shown == PICTURE else 2.0, ground=page.colours["paper"])
    frame = page.new("div", class_="drawn")
    frame.append(
        page.new(
            "img", src=page.keep(png), alt=str(image["alt"]), width=str(shown), style=f"{_FLUID};max-width:{shown}px"
        )
    )
    return frame


def _take_along(image: Tag, page: _Page) -> None:
    """Send a picture that lies in the page along; what mail programs may not know becomes a PNG."""
    from PIL import Image

    kind, _, packed = str(image["src"]).removeprefix("data:image/").partition(";base64,")
    data = base64.b64decode(packed)
    if kind.startswith("svg"):
        data, kind = social_card.png(data.decode(), load_theme(), zoom=2.0), "png"
    with Image.open(io.BytesIO(data)) as opened:
        width = opened.width
        if kind not in {"png", "jpeg", "gif"}:
            out = io.BytesIO()
            opened.save(out, "PNG")
            data, kind = out.getvalue(), "png"
    is_logo = "logo" in image.get_attribute_list("class")
    image["src"] = page.keep(data, kind)
    image["width"] = str(min(int(str(image.get("width") or width)), 200 if is_logo else COLUMN - 32))
    image["style"] = f"max-width:100%;height:auto;border:0;{'display:block' if is_logo else ''}"


def _html(content: Tag, page: _Page, title: str) -> str:
    """Return the whole page, with the looks of each element in it and nothing that names a style sheet."""
    import css_inline

    language = page.language
    start, end = ("right", "left") if language.is_rtl else ("left", "right")
    colours = {name.replace("-", "_"): value for name, value in page.colours.items()}
    css = Template(resource(__package__, "mail.css")).substitute(colours, start=start, end=end)
    paper = page.colours["paper"]
    whole = (
        f'<!doctype html><html lang="{language.code}" dir="{language.direction}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title></title></head>'
        f'<body bgcolor="{paper}"><table class="sheet" width="100%" bgcolor="{paper}" cellpadding="0" cellspacing="0" border="0"><tr>'
        f'<td align="center"><table class="column" width="{COLUMN}" cellpadding="0" cellspacing="0" border="0"><tr>'
        f'<td class="page" lang="{language.code}" dir="{language.direction}" align="{start}">{content.decode_contents()}</td>'
        "</tr></table></td></tr></table></body></html>"
    )
    inlined = css_inline.CSSInliner(extra_css=css, load_remote_stylesheets=False, keep_style_tags=False).inline(whole)
    soup = BeautifulSoup(inlined, "lxml")
    if soup.title:
        soup.title.string = title
    for element in soup.find_all():
        element.attrs = {key: value for key, value in element.attrs.items() if key in _KEPT and value}
        if style := str(element.get("style", "")):
            kept = [one.strip().replace(": ", ":", 1) for one in style.split(";") if _LOOKS.fullmatch(one)]
            element["style"] = ";".join(kept)
    return str(soup)
