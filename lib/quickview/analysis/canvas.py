"""What every figure of a report has in common.

A figure is drawn on a canvas measured in CSS pixels, once wide (page, wide screen)
and once narrow (phone, half a page). The wide one is a plotly figure whose
`layout.meta` carries what words can say of it, and the narrow drawing as JSON, which
plotly passes on as a text instead of looking at all that is in it.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, reduce
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import shapely
from shapely import STRtree
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from quickview.language.catalogs import Language
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

WIDE: Final = 760
NARROW: Final = 350
"""Widths in CSS pixels: a text column on a wide screen or an A4 page; a phone or half an A4 page."""

SMALL: Final = 11.0
BASE: Final = 12.5
LARGE: Final = 14.5
"""Sizes of type in figures, in CSS pixels."""

_RLI, _FSI, _PDI = "\u2067", "\u2068", "\u2069"
_RTL_LETTER: Final = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]")

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


@dataclass(frozen=True)
class Words:
    """What a figure says in words.

    `title` states the finding; `caption`, sentence by sentence, what is shown, of when, by
    whom; `alt` the finding for those who cannot see it; `table` holds the data behind it, and `whole` is
    whether the drawing says all of it: else it is printed too.
    """

    id: str
    title: str
    caption: Sequence[str]
    alt: Sequence[str]
    table: pd.DataFrame
    kind: str = "Figure"
    whole: bool = True


@dataclass(frozen=True)
class Canvas:
    """A drawing of a size in pixels, y upwards from the bottom, and its scatter traces as plain data.

    plotly does not check it: that takes longer than to draw it. The tests do.
    """

    width: float
    height: float
    traces: list[dict[str, Any]] = field(default_factory=list)

    def add_scatter(self, **trace: Any) -> None:
        """Draw a trace over those before it."""
        self.traces.append({**_in_order(trace), "type": "scatter"})

    def add_labels(self, labels: Iterable["Label"]) -> None:
        """Write labels, one trace for each style, so that the file stays small."""
        styles: dict[tuple[float, str, int, str], list[Label]] = {}
        for label in labels:
            styles.setdefault((label.size, label.colour, label.weight, label.anchor), []).append(label)
        for (size, colour, weight, anchor), group in styles.items():
            self.add_scatter(
                x=[label.x for label in group], y=[label.y for label in group],
                text=["<br>".join(map(plain, label.lines)) for label in group], mode="text", textposition=anchor,
                textfont={"size": size, "color": LIGHT[colour], "weight": weight}, hoverinfo="skip", cliponaxis=False,
            )  # fmt: skip

    def add_lines(
        self,
        lines: Iterable[BaseGeometry],
        *,
        color: str,
        hover: str = "",
        clear_of: Sequence[Box] = (),
        pad: float = 2.0,
        **style: Any,
    ) -> None:
        """Draw line work as one trace, cut where it would run under the texts in `clear_of`.

        `color` is a name of the palette or a value, `style` the rest of plotly's `line`.
        """
        xs: list[float | None] = []
        ys: list[float | None] = []
        for part in parts(knock_out(lines, clear_of, pad=pad)):
            points = list(part.coords)
            xs += [round(p[0], 2) for p in points] + [None]
            ys += [round(p[1], 2) for p in points] + [None]
        if xs:
            line = {"color": LIGHT.get(color, color), **style}
            self.add_scatter(x=xs[:-1], y=ys[:-1], mode="lines", line=line, **_pointed_at(hover))

    def add_rectangle(self, area: Box, colour: str, *, hover: str = "") -> None:
        """Fill a box with a colour, as `add_lines` takes one; `hover` is said of it where it is pointed at."""
        xs, ys = (list(values) for values in shapely.box(*area).exterior.xy)
        told = _pointed_at(hover) | ({"hoveron": "fills"} if hover else {})
        self.add_scatter(x=xs, y=ys, mode="lines", fill="toself", fillcolor=LIGHT.get(colour, colour),
                         line={"width": 0}, **told)  # fmt: skip

    @property
    def layout(self) -> dict[str, Any]:
        """Axes that count pixels, and no margins."""
        hidden = {"visible": False, "fixedrange": False}
        return {
            "template": {"data": {"scatter": [{"type": "scatter"}]}},
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": LIGHT["muted"], "activecolor": LIGHT["house"]},
            "font": {"family": typeface.STACK, "size": BASE, "color": LIGHT["ink"]},
            "hoverlabel": {"font": {"family": typeface.STACK, "size": BASE}},
            "xaxis": {"range": [0, self.width], **hidden},
            "yaxis": {"range": [0, self.height], "scaleanchor": "x", **hidden},
            "width": self.width,
            "height": self.height,
            "autosize": False,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": "pan",
        }


@dataclass(frozen=True)
class Scale:
    """Where numbers lie across a drawing: from `first` at the left edge to `last` at the right one."""

    left: float
    right: float
    first: float = 0.0
    last: float = 100.0

    def x(self, value: float) -> float:
        """Return where a number lies, in pixels."""
        return self.left + (self.right - self.left) * (value - self.first) / (self.last - self.first)


def _pointed_at(hover: str) -> dict[str, str]:
    return {"hoverinfo": "text", "text": plain(hover)} if hover else {"hoverinfo": "skip"}


def _in_order(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trace with its keys sorted, as plotly writes them."""
    return {key: _in_order(value) if isinstance(value, dict) else value for key, value in sorted(trace.items())}


def responsive(draw: Callable[[int], Canvas], words: Words, language: Language, *, turn: bool = True) -> go.Figure:
    """Draw wide and narrow, and return the wide figure with all that belongs to it.

    For a language that runs from right to left the drawing is turned about, unless
    `turn` says that left and right mean something in it, as on a map.
    """
    wide, narrow = draw(WIDE), draw(NARROW)
    for drawing in (wide, narrow) if language.is_rtl else ():
        if turn:
            turn_about(drawing)
        isolate_texts(drawing)
    table = words.table.astype(object).where(words.table.notna(), "")
    meta = {
        **{name: getattr(words, name) for name in ("id", "kind", "title")},
        **{name: " ".join(getattr(words, name)) for name in ("caption", "alt")},
        "table": {"columns": list(table.columns), "rows": table.to_numpy().tolist()},
        "narrow": json.dumps({"data": narrow.traces, "layout": narrow.layout}, ensure_ascii=False),
        **({} if words.whole else {"whole": False}),
    }
    layout = wide.layout
    # A figure begun without a template takes plotly's own, which is long.
    figure = go.Figure(wide.traces, {"template": layout.pop("template")}, _validate=False)
    return figure.update_layout({**layout, "meta": meta}, overwrite=True)


def turn_about(drawing: Canvas) -> None:
    """Mirror a drawing so that it begins at the right, as its reader does; texts stay readable."""
    for trace in drawing.traces:
        trace["x"] = [None if x is None else round(drawing.width - x, 2) for x in trace["x"]]
        if trace["mode"] == "text":
            vertical, horizontal = trace["textposition"].split()
            turned = {"left": "right", "right": "left"}.get(horizontal, horizontal)
            trace["textposition"] = f"{vertical} {turned}"
        elif "angle" in trace.get("marker", ()):
            trace["marker"]["angle"] = (180 - trace["marker"]["angle"]) % 360 - 180


@contextmanager
def mirrored(figure: Canvas, language: Language) -> Iterator[Canvas]:
    """Yield what to draw a legend or a curve on that begins where the reader does, though the map it belongs to is not turned."""
    strip = Canvas(figure.width, figure.height)
    yield strip
    if language.is_rtl:
        turn_about(strip)
    figure.traces.extend(strip.traces)


def isolate_texts(drawing: Canvas) -> None:
    """Give each line of text a direction of its own (UAX 9); the drawing itself has none."""
    for trace in drawing.traces:
        if "text" in trace:
            text = trace["text"]
            trace["text"] = _isolated(text) if isinstance(text, str) else list(map(_isolated, text))


def _isolated(text: str) -> str:
    return "<br>".join(f"{_RLI if _RTL_LETTER.search(line) else _FSI}{line}{_PDI}" for line in text.split("<br>"))


def plain(text: str) -> str:
    """Escape a text for a plotly label, which would read `<b>` or `<a href>` as markup."""
    return escape(text, quote=False)


@dataclass(frozen=True)
class Label:
    """A text on a canvas: anchor point, size, where it hangs, and how far from a symbol it must keep."""

    text: str
    x: float
    y: float
    size: float = BASE
    colour: str = "ink"
    weight: int = typeface.REGULAR
    anchor: str = "middle center"
    clear: float = 7.0

    @property
    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.split("\n")

    @cached_property
    def extent(self) -> tuple[float, float]:
        """Width and height in pixels."""
        width = max(typeface.width(line, self.size, weight=self.weight) for line in self.lines)
        return width, self.size * 1.3 * len(self.lines)

    @cached_property
    def box(self) -> Box:
        """The space the text takes."""
        width, height = self.extent
        vertical, horizontal = self.anchor.split()
        left = {"left": self.x - width, "center": self.x - width / 2, "right": self.x}[horizontal]
        bottom = {"bottom": self.y - height, "middle": self.y - height / 2, "top": self.y}[vertical]
        return left, bottom, left + width, bottom + height


def parts(geometries: Iterable[BaseGeometry]) -> list[LineString]:
    """Return the simple lines that geometries are made of; rings of polygons included."""
    found: list[LineString] = []
    for geometry in geometries:
        if geometry.is_empty:
            continue
        if isinstance(geometry, LineString):
            found.append(geometry)
        elif hasattr(geometry, "geoms"):
            found += parts(geometry.geoms)
        elif geometry.geom_type == "Polygon":
            found += parts([geometry.boundary])
    return found


def knock_out(lines: Iterable[BaseGeometry], boxes: Sequence[Box], *, pad: float = 2.0) -> list[BaseGeometry]:
    """Cut lines where they would run under a text, so that no line crosses a label in any medium."""
    if not boxes:
        return list(lines)
    holes = np.asarray(shapely.box(*np.add(boxes, [-pad, -pad, pad, pad]).T))
    tree = STRtree(holes)
    return [reduce(shapely.difference, holes[sorted(tree.query(line))], line) for line in lines]


def hatch(area: BaseGeometry, *, spacing: float, slope: float = 1.0) -> BaseGeometry:
    """Return parallel lines `spacing` apart across an area, in the area's own units.

    Real lines print sharp; a fill pattern becomes a blurred bitmap in a PDF.
    """
    left, bottom, right, top = area.bounds
    reach = (top - bottom) / slope
    step = spacing * (1 + slope**2) ** 0.5 / slope
    count = int((right - left + reach) / step) + 1
    starts = [left - reach + n * step for n in range(count + 1)]
    return area.intersection(MultiLineString([[(x, bottom), (x + reach, top)] for x in starts]))


def wrap(text: str, limit: float, *, size: float = BASE, weight: int = typeface.REGULAR) -> str:
    """Break a text into lines no wider than `limit` pixels; a longer word stays whole, and so do words joined by a no-break space."""
    lines: list[str] = []
    for word in re.split(r"[ \n]+", text.strip()):
        trial = f"{lines[-1]} {word}" if lines else word
        if lines and typeface.width(trial, size, weight=weight) <= limit:
            lines[-1] = trial
        else:
            lines.append(word)
    return "\n".join(lines)


def overlaps(a: Box, b: Box, *, pad: float = 0.0) -> bool:
    """Whether two boxes share space, or come nearer than `pad`."""
    return a[0] < b[2] + pad and b[0] < a[2] + pad and a[1] < b[3] + pad and b[1] < a[3] + pad


def inside(a: Box, frame: Box) -> bool:
    """Whether a box lies wholly in a frame."""
    return frame[0] <= a[0] and frame[1] <= a[1] and a[2] <= frame[2] and a[3] <= frame[3]


def capitalise(text: str) -> str:
    """Return a text with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]
