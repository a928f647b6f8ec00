"""The card that stands for a report where its link is shown: a picture of the headline, the judgement and the map."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from quickview.language.catalogues import Language
from quickview.look import drawing, typeface
from quickview.look.palette import LIGHT
from quickview.look.theme import Theme
from quickview.publishing import raster, svg
from quickview.publishing.outline import Outline
from quickview.publishing.sharing import CARD_SIZE

_WIDTH, _HEIGHT = CARD_SIZE
_TOP: Final = 14
_EDGE: Final = 56
_GUTTER: Final = 44
_FOOT: Final = 592
_MAP_WIDTH: Final = 560

_SIZES: Final = {70: 4, 52: 5, 38: 7}
"""Sizes of the headline, and the most lines it may have in each."""


def draw(outline: Outline, pictures: Sequence[str] | None = None, *, theme: Theme) -> bytes:
    """Return the card of a report as PNG, 1200 × 630 pixels; the same report gives the same bytes.

    `pictures` are those of the outline's `drawings`, if there are any: without one, a map that is not the kit's is left out.
    """
    return raster.png(written(outline, pictures, theme=theme), theme)


def written(outline: Outline, pictures: Sequence[str] | None = None, *, theme: Theme) -> str:
    """Return the card as the text of an SVG, each line of its words a text."""
    facts = outline.masthead
    picture = _map(outline, pictures, theme)
    room = _WIDTH - _EDGE - (_MAP_WIDTH + _GUTTER if picture else _EDGE)
    sheet = _Sheet(theme, Language(facts.get("language", "en")), room)
    foot, top = _judgement(sheet, facts.get("card") or {})
    head, bottom = _masthead(sheet, facts)
    title = _headline(sheet, str(facts.get("title", "")), bottom + 22, top - 22)
    beside = _beside(sheet, picture) if picture else ""
    body = sheet.rect(0, 0, _WIDTH, _HEIGHT, "paper") + beside + sheet.rect(0, 0, _WIDTH, _TOP, "house") + head + title + foot
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">{body}</svg>'


@dataclass(frozen=True)
class _Sheet:
    """What everything is drawn on: pixels from the edge at which the language's lines begin, and `room` for words."""

    theme: Theme
    language: Language
    room: float

    def text(self, words: str, y: float, size: float, colour: str, *, x: float = _EDGE, end: bool = False, **look: Any) -> str:
        """Return a line of words with its baseline at `y`; `end` hangs it by its end. `look` is `weight`, `role`, `spacing`."""
        attributes = {
            "x": f"{self._from_left(x):g}", "y": f"{y:.2f}", "font-size": f"{size:g}", "fill": self.theme.light[colour],
            "font-weight": look.get("weight", typeface.REGULAR), "class": look.get("role", "text"),
            "letter-spacing": f"{look.get('spacing', 0) * size:g}", "text-anchor": "end" if end else "start",
            "direction": self.language.direction,
        }  # fmt: skip
        return f"<text{svg.written(attributes)}>{escape(words)}</text>"

    def rect(self, x: float, y: float, width: float, height: float, colour: str) -> str:
        left = self._from_left(x + width) if self.language.is_rtl else x
        return f'<rect x="{left:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{self.theme.light[colour]}"/>'

    def width(self, words: str, size: float, *, weight: int = typeface.REGULAR, role: str = "text", spacing: float = 0) -> float:
        own = raster.own_files(self.theme, role, weight)
        return typeface.width(typeface.joined(words), size, weight=weight, own=own) + spacing * size * len(words)

    def cut(self, words: str, size: float, room: float, **look: Any) -> str:
        """Return words that fit in `room`, with an ellipsis where some are cut off."""
        if self.width(words, size, **look) <= room:
            return words
        kept = bisect_left(range(len(words)), True, key=lambda n: self.width(f"{words[: n + 1]}…", size, **look) > room)
        return f"{words[:kept].rstrip()}…"

    def _from_left(self, x: float) -> float:
        return _WIDTH - x if self.language.is_rtl else x


def _masthead(sheet: _Sheet, facts: Mapping[str, Any]) -> tuple[str, float]:
    """Return the logo and whose report it is, on one line or two, and where they end."""
    drawn, y = "", 48.0
    if logo := sheet.theme.logo:
        side, x = ("xMax", _WIDTH - _EDGE - 300) if sheet.language.is_rtl else ("xMin", _EDGE)
        drawn = f'<image x="{x}" y="{y:g}" width="300" height="44" preserveAspectRatio="{side}YMid" href="{escape(logo.uri)}"/>'
        y += 58
    bold = {"weight": typeface.BOLD, "spacing": 0 if sheet.language.is_rtl else 0.09}
    series, desk = sheet.cut(str(facts.get("series", "")).upper(), 23, sheet.room, **bold), str(facts.get("desk", ""))
    drawn += sheet.text(series, y + 23.5, 23, "house", **bold)
    after = sheet.width(series, 23, **bold) + 14 if series else 0
    if after + sheet.width(desk, 23) > sheet.room:
        y, after = y + 30, 0
    return drawn + sheet.text(sheet.cut(desk, 23, sheet.room), y + 23.5, 23, "muted", x=_EDGE + after), y + 30


def _judgement(sheet: _Sheet, said: Mapping[str, Any]) -> tuple[str, float]:
    """Return the judged forecast, its range on a scale from 0 to 100 and the dateline, and where they begin."""
    if not said:
        return "", _FOOT
    drawn = sheet.text(sheet.cut(said.get("dateline", ""), 22, sheet.room), _FOOT - 6, 22, "muted")
    if not said.get("forecast"):
        return drawn, _FOOT - 29
    room = sheet.room - sheet.width(said["range"], 32) - 20
    size = 40 * min(1, room / sheet.width(said["word"], 40, weight=typeface.BOLD))
    length = max(5, sheet.room * (said["high"] - said["low"]) / 100)
    return drawn + "".join((
        sheet.rect(_EDGE, 420, sheet.room, 2, "ink"),
        sheet.text(sheet.cut(said["forecast"], 22, sheet.room), 460, 22, "muted"),
        sheet.text(said["word"], 506, size, "house", weight=typeface.BOLD),
        sheet.text(said["range"], 506, 32, "ink", x=_EDGE + sheet.room, end=True),
        sheet.rect(_EDGE, 524, sheet.room, 18, "land-2"),
        sheet.rect(_EDGE + min(sheet.room * said["low"] / 100, sheet.room - length), 524, length, 18, "house"),
    )), 420  # fmt: skip


def _headline(sheet: _Sheet, title: str, top: float, bottom: float) -> str:
    """Return the headline in the largest size in which it fits, in lines of about one length; what does not fit is cut off."""
    leading = 1.3 if sheet.language.is_rtl else 1.06
    look: dict[str, Any] = {"weight": typeface.BOLD, "role": "heading", "spacing": 0 if sheet.language.is_rtl else -0.015}
    for size, most in _SIZES.items():
        most = min(most, int((bottom - top) // (size * leading)))
        lines = _wrap(sheet, title, size, sheet.room, look)
        if len(lines) <= most and max(sheet.width(word, size, **look) for word in title.split(" ")) <= sheet.room:
            break
    count, widest = len(lines), int(sheet.room)
    if count > most:
        lines = [*lines[: most - 1], sheet.cut(" ".join(lines[most - 1 :]), size, sheet.room, **look)]
    else:
        rooms = range(widest // 3, widest)
        even = bisect_left(rooms, True, key=lambda room: len(_wrap(sheet, title, size, room, look)) <= count)
        lines = _wrap(sheet, title, size, widest // 3 + even, look)
    first = (top + bottom - len(lines) * size * leading) / 2 + size * (leading / 2 + 0.375)
    return "".join(sheet.text(line, first + n * size * leading, size, "ink", **look) for n, line in enumerate(lines))


def _wrap(sheet: _Sheet, text: str, size: float, room: float, look: Mapping[str, Any]) -> list[str]:
    """Return a text in lines no wider than `room`; a longer word is broken."""
    lines: list[str] = []
    for word in text.split(" "):
        trial = f"{lines[-1]} {word}" if lines else word
        if lines and sheet.width(trial, size, **look) <= room:
            lines[-1] = trial
            continue
        rest = word
        while sheet.width(rest, size, **look) > room:
            fits = max(1, bisect_left(range(len(rest)), True, key=lambda n: sheet.width(rest[: n + 1], size, **look) > room))  # noqa: B023
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(rest)
    return lines


def _map(outline: Outline, pictures: Sequence[str] | None, theme: Theme) -> str:
    """Return the report's first map as it is drawn for phones, in the theme's colours; empty without one."""
    drawn = dict(zip(map(id, outline.drawings), pictures or (), strict=False))
    for figure in outline.figures:
        shown = figure.narrow or figure.wide
        if figure.meta.get("kind") != "Map" or not shown:
            continue
        if figure.is_canvas:
            colours = {value: theme.light[name] for name, value in LIGHT.items()}
            picture = drawing.draw(shown, title="", description="", prefix="m")
            return re.sub(r'(?<=(?:fill|roke)=")#\w{6}(?=")', lambda one: colours.get(one[0], one[0]), picture)
        if id(shown) in drawn:
            return svg.fit(drawn[id(shown)], prefix="m", title="", description="")
    return ""


def _beside(sheet: _Sheet, picture: str) -> str:
    """Return the map filling the card's side from its top, and paper over what it has beyond it.

    The legend under the map ends with a whole row. resvg needs half as long again to clip the map instead.
    """
    edge, high = _WIDTH - _MAP_WIDTH, _HEIGHT - _TOP
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', picture)
    if size is None:
        return ""
    width, height = map(float, size.groups())
    scale = max(_MAP_WIDTH / width, high / height)
    rows = (float(y) for y in re.findall(r'<text [^>]*\by="([\d.]+)"', picture))
    shown = scale * min((y - 13 for y in rows if y - 13 < high / scale < y + 5), default=high / scale)
    box = f'x="{0 if sheet.language.is_rtl else edge}" y="{_TOP}" width="{_MAP_WIDTH}" height="{high}"'
    return "".join((
        picture.replace(size[0], f'{box} overflow="visible" preserveAspectRatio="xMidYMin slice"', 1),
        sheet.rect(edge, _TOP + shown, _MAP_WIDTH, high - shown, "paper"),
        sheet.rect(0, 0, edge, _HEIGHT, "paper"),
        sheet.rect(edge - 1, 0, 1, _HEIGHT, "rule"),
    ))  # fmt: skip
