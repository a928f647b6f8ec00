"""The card that stands for a report where its link is shown: a picture of the headline, the judgement and the map."""

import re
import unicodedata
import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Final, NamedTuple

from quickview.brief.masthead import Card, Masthead
from quickview.files import temporary_folder
from quickview.language import glyphs
from quickview.report import svg
from quickview.report.outline import Figure, Outline
from quickview.report.sharing import CARD_SIZE
from quickview.theme import drawing, typeface
from quickview.theme.palette import LIGHT
from quickview.theme.theme import Theme

_WIDTH, _HEIGHT = CARD_SIZE
_TOP: Final = 14
_EDGE: Final = 56
_FOOT: Final = 592
_MAP_WIDTH: Final = 560

_SIZES: Final = {70: 4, 52: 5, 38: 7}
"""Sizes of the headline, and the most lines it may have in each."""

_TEXT: Final = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')
_TAG: Final = re.compile(r"<[^>]*>")
_ANCHORS: Final = {"start": "end", "middle": "middle", "end": "start"}

_Face = tuple[str, tuple[str, ...]]
"""The file that most of a text is set from, and the theme's files that come before the kit's for the rest."""


def draw(outline: Outline, pictures: Sequence[str] | None = None, *, theme: Theme) -> bytes:
    """Return the card of a report as PNG, 1200 × 630 pixels; the same report gives the same bytes.

    `pictures` are SVG texts of `outline.drawings`: without them, a map that an analyst has drawn on is left out.
    """
    return png(written(outline, pictures, theme=theme), theme)


def written(outline: Outline, pictures: Sequence[str] | None = None, *, theme: Theme) -> str:
    """Return the card as the text of an SVG, with a text for each line of its words."""
    facts, (picture, foot) = outline.masthead, _map(outline, pictures, theme)
    room = _WIDTH - 2 * _EDGE - (_MAP_WIDTH - 12 if picture else 0)
    sheet = _Sheet(theme, facts.spoken.is_rtl, room)
    masthead, below = _masthead(sheet, facts)
    judgement, above = _judgement(sheet, facts.card)
    body = "".join([
        sheet.area(0, 0, _WIDTH, _HEIGHT, "paper"),
        _beside(sheet, picture, foot),
        sheet.area(0, 0, _WIDTH, _TOP, "house"),
        masthead,
        _headline(sheet, facts.title, below + 22, above - 22),
        judgement,
    ])  # fmt: skip
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">{body}</svg>'


class _Type(NamedTuple):
    size: float
    weight: int = typeface.REGULAR
    role: str = "text"
    spacing: float = 0.0
    """In pixels, after each letter."""


@dataclass(frozen=True)
class _Sheet:
    """What everything is drawn on: pixels from the edge where the language's lines begin, with `room` for words."""

    theme: Theme
    is_rtl: bool
    room: float

    def line(self, words: str, x: float, y: float, type_: _Type, colour: str, *, end: bool = False) -> str:
        """Return a line of words on the baseline `y`, hung by its beginning or its `end`."""
        attributes = {
            "x": f"{_WIDTH - x if self.is_rtl else x:g}", "y": f"{y:g}", "font-size": f"{type_.size:g}",
            "font-weight": str(type_.weight), "letter-spacing": f"{type_.spacing:g}", "class": type_.role,
            "fill": self.theme.light[colour], "text-anchor": "end" if end else "start",
            "direction": "rtl" if self.is_rtl else "ltr",
        }  # fmt: skip
        return f"<text{svg.written(attributes)}>{escape(words)}</text>"

    def area(self, x: float, y: float, width: float, height: float, colour: str) -> str:
        left = _WIDTH - x - width if self.is_rtl else x
        return f'<rect x="{left:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{self.theme.light[colour]}"/>'

    def width(self, words: str, type_: _Type) -> float:
        own = own_files(self.theme, type_.role, type_.weight)
        shown = typeface.joined(words)
        return typeface.width(shown, type_.size, weight=type_.weight, own=own) + type_.spacing * len(words)

    def fitting(self, words: str, type_: _Type, *, sign: str = "") -> int:
        """Return how many letters there is room for, with a sign after them."""
        return bisect_left(range(len(words)), 1, key=lambda n: self.width(words[: n + 1] + sign, type_) > self.room)

    def cut(self, words: str, type_: _Type) -> str:
        """Return words that there is room for, with an ellipsis where some are cut off."""
        if self.width(words, type_) <= self.room:
            return words
        return words[: self.fitting(words, type_, sign="…")].rstrip() + "…"

    def lines(self, words: str, type_: _Type, room: float) -> list[str]:
        """Return words in lines no wider than `room`; a word that is wider than the sheet's is broken."""
        found: list[str] = []
        for word in words.split(" "):
            if found and self.width(f"{found[-1]} {word}", type_) <= room:
                found[-1] += f" {word}"
                continue
            rest = word
            while self.width(rest, type_) > self.room:
                fits = max(1, self.fitting(rest, type_))
                found.append(rest[:fits])
                rest = rest[fits:]
            found.append(rest)
        return found


def _masthead(sheet: _Sheet, facts: Masthead) -> tuple[str, float]:
    """Return the logo and whose report it is, in one line or two, and where they end."""
    drawn, y = "", 48.0
    if logo := sheet.theme.logo:
        x, side = (_WIDTH - _EDGE - 300, "xMax") if sheet.is_rtl else (_EDGE, "xMin")
        drawn = f'<image x="{x}" y="{y:g}" width="300" height="44" preserveAspectRatio="{side}YMid" href="{logo.uri}"/>'
        y += 58
    plain, bold = _Type(23), _Type(23, typeface.BOLD, spacing=0 if sheet.is_rtl else 2)
    series, desk = sheet.cut(facts.series.upper(), bold), sheet.cut(facts.desk, plain)
    drawn += sheet.line(series, _EDGE, y + 23.5, bold, "house")
    after = sheet.width(series, bold) + 12 if series else 0
    if after + sheet.width(desk, plain) > sheet.room:
        after, y = 0, y + 30
    return drawn + sheet.line(desk, _EDGE + after, y + 23.5, plain, "muted"), y + 30


def _judgement(sheet: _Sheet, said: Card) -> tuple[str, float]:
    """Return the judged forecast, its range on a scale from 0 to 100 and the dateline, and where they begin."""
    plain = _Type(22)
    dateline = sheet.line(sheet.cut(said.dateline, plain), _EDGE, _FOOT - 6, plain, "muted")
    if not said.forecast:
        return dateline, _FOOT - 29
    word, span = _Type(40, typeface.BOLD), _Type(32)
    room = sheet.room - sheet.width(said.range, span) - 20
    word = word._replace(size=40 * min(1, room / sheet.width(said.word, word)))
    length = max(5, sheet.room * (said.high - said.low) / 100)
    start = min(sheet.room * said.low / 100, sheet.room - length)
    return "".join([
        sheet.area(_EDGE, 420, sheet.room, 2, "ink"),
        sheet.line(sheet.cut(said.forecast, plain), _EDGE, 460, plain, "muted"),
        sheet.line(said.word, _EDGE, 506, word, "house"),
        sheet.line(said.range, _EDGE + sheet.room, 506, span, "ink", end=True),
        sheet.area(_EDGE, 524, sheet.room, 18, "land-2"),
        sheet.area(_EDGE + start, 524, length, 18, "house"),
        dateline,
    ]), 420  # fmt: skip


def _headline(sheet: _Sheet, title: str, top: float, bottom: float) -> str:
    """Return the headline in the largest size in which it fits, in lines of about one length; the smallest is cut off."""
    leading, spacing = (1.3, 0.0) if sheet.is_rtl else (1.06, -0.015)
    for size, limit in _SIZES.items():
        type_ = _Type(size, typeface.BOLD, "heading", spacing * size)
        most = min(limit, int((bottom - top) / (size * leading)))
        lines = sheet.lines(title, type_, sheet.room)
        widest = max(sheet.width(word, type_) for word in title.split(" "))
        if len(lines) <= most and widest <= sheet.room:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], sheet.cut(" ".join(lines[most - 1 :]), type_)]
    elif widest < sheet.room:
        rooms = range(int(widest), int(sheet.room))
        even = bisect_left(rooms, 1, key=lambda room: len(sheet.lines(title, type_, room)) <= len(lines))
        lines = sheet.lines(title, type_, widest + even)
    first = (top + bottom - len(lines) * size * leading) / 2 + size * (leading / 2 + 0.375)
    return "".join(sheet.line(line, _EDGE, first + n * size * leading, type_, "ink") for n, line in enumerate(lines))


def _first_map(outline: Outline) -> tuple[Figure, Mapping[str, Any]] | None:
    """Return the report's first map, and it as it is drawn for phones."""
    maps = (one for one in outline.figures if one.meta.get("kind") == "Map")
    return next(((one, shown) for one in maps if (shown := one.narrow or one.wide)), None)


def map_height(outline: Outline) -> int:
    """Return how high the frame of the map is on the card of a report, in pixels; 0 without one, or where an analyst has drawn on it."""
    figure, spec = _first_map(outline) or (None, {})
    if figure is None or not figure.is_canvas:
        return 0
    foot = drawing.foot(spec)
    return round(foot * _scale(spec["layout"]["width"], foot))


def _scale(width: float, foot: float) -> float:
    """Return how large a map is on the card: as wide as its side, or smaller where its frame would not be seen whole."""
    return min(_MAP_WIDTH / width, (_HEIGHT - _TOP) / foot)


def _map(outline: Outline, pictures: Sequence[str] | None, theme: Theme) -> tuple[str, float]:
    """Return the report's first map in the theme's colours, and how far down its frame reaches; empty without one, or where nothing has drawn it."""
    figure, spec = _first_map(outline) or (None, {})
    drawn = dict(zip(map(id, outline.drawings), pictures or (), strict=False))
    if figure and figure.is_canvas:
        picture = drawing.draw(spec, title="", description="", prefix="m")
        colours = {value: theme.light[name] for name, value in LIGHT.items()}
        own = re.sub(r'(?<=(?:fill|roke)=")#\w{6}(?=")', lambda value: colours.get(value[0], value[0]), picture)
        return own, drawing.foot(spec)
    if id(spec) not in drawn:
        return "", 0
    # What an analyst has drawn may reach anywhere: all of it is the map.
    return svg.fit(drawn[id(spec)], prefix="m", title="", description=""), 0


def _beside(sheet: _Sheet, picture: str, foot: float) -> str:
    """Return the map at the card's side from its top, none of its frame cut off, and paper over what it has beyond the card.

    The legend under the map ends with a whole row. To clip the map instead takes resvg half as long again.
    """
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', picture)
    if size is None:
        return ""
    edge, high, width, height = _WIDTH - _MAP_WIDTH, _HEIGHT - _TOP, float(size[1]), float(size[2])
    scale = _scale(width, foot or height)
    rows = (float(y) for y in re.findall(r'<text [^>]*\by="([\d.]+)"', picture))
    seen = scale * min((y - 13 for y in rows if y - 13 < high / scale < y + 5), default=high / scale)
    left = (_MAP_WIDTH - scale * width) / 2 + (0 if sheet.is_rtl else edge)
    box = f'x="{left:g}" y="{_TOP}" width="{scale * width:g}" height="{scale * height:g}"'
    return "".join([
        picture.replace(size[0], box, 1),
        sheet.area(edge, _TOP + seen, _MAP_WIDTH, high - seen, "paper"),
        sheet.area(0, 0, edge, _HEIGHT, "paper"),
        sheet.area(edge - 1, 0, 1, _HEIGHT, "rule"),
    ])  # fmt: skip


def png(drawing: str, theme: Theme, *, zoom: float | None = None, ground: str | None = None) -> bytes:
    """Return an SVG as PNG, in its own size or so many times that, on a ground or none; the same SVG gives the same bytes.

    A text of `class` "heading" or "text" is set in the theme's fonts, any other in the kit's. A character
    that no font has comes as a box with its number.
    """
    import resvg_py

    faces: dict[_Face, dict[str, str]] = defaultdict(dict)
    typeset = _TEXT.sub(lambda text: _typeset(text, theme, faces), drawing)
    with temporary_folder() as folder:
        files = []
        for face, held in faces.items():
            files.append(folder / f"{_family(face)}.ttf")
            files[-1].write_bytes(typeface.single(face[0], _family(face), held))
        return resvg_py.svg_to_bytes(
            svg_string=typeset, skip_system_fonts=True, font_files=[*map(str, files)], zoom=zoom, background=ground
        )


def own_files(theme: Theme, role: str, weight: int) -> tuple[str, ...]:
    """Return the paths of the theme's font files for a "heading" or a "text", of the other weight if there is but one."""
    font = {"heading": theme.headings or theme.text, "text": theme.text}.get(role)
    if font is None:
        return ()
    return tuple(map(str, (font.bold or font.regular) if weight == typeface.BOLD else (font.regular or font.bold)))


def _typeset(text: re.Match[str], theme: Theme, faces: dict[_Face, dict[str, str]]) -> str:
    """Return a text with one font for all of it and with marks of direction.

    Of a second font resvg loses letters that are joined or made of parts, and it has no `direction`.
    """
    attributes, inner = dict(_ATTRIBUTE.findall(text[1])), text[2]
    weight = typeface.BOLD if attributes.pop("font-weight", "") == str(typeface.BOLD) else typeface.REGULAR
    own = own_files(theme, attributes.pop("class", ""), weight)
    seen = (character for character in unescape(_TAG.sub("", inner)) if not glyphs.is_undrawn(character))
    held = {c: file for c in seen if (file := typeface.holder(c, weight, own)) or not c.isspace()}
    # The file of letters that run to the left, which are joined, or else of the most.
    joined = (file for c, file in held.items() if file and unicodedata.bidirectional(c) in {"R", "AL"})
    most = [file for file, _ in Counter(filter(None, held.values())).most_common(1)]
    face = (next(joined, most[0] if most else typeface.holder(" ", weight)), own)
    faces[face] |= held
    if attributes.pop("direction", "ltr") == "rtl":
        attributes["text-anchor"] = _ANCHORS[attributes.get("text-anchor", "start")]
        inner = f"\u2067{inner}\u2069"
    return f"<text{svg.written({**attributes, 'font-family': _family(face)})}>{inner}</text>"


def _family(face: _Face) -> str:
    return f"f{zlib.crc32(repr(face).encode()):08x}"
