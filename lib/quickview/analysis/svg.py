"""A figure of the kit as SVG, drawn from the same traces as plotly's: what is seen where plotly is not at hand.

GitHub, stock nbconvert and previews of notebooks show it. A canvas has lines, areas,
marks and texts in pixels, and nothing else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, Final

from quickview.look import typeface
from quickview.look.palette import LIGHT

_DASHES: Final = {"solid": "", "dot": "2 3", "dash": "7 4", "longdash": "11 5", "dashdot": "7 3 2 3"}
_LINE_HEIGHT: Final = 1.3
_ISOLATES: Final = re.compile("[\u2066-\u2069]")

_SHAPES: Final = {
    "circle": "M1,0A1,1 0 1 1 1,-.001Z",
    "square": "M-1,-1H1V1H-1Z",
    "diamond": "M0,-1.3L1.3,0L0,1.3L-1.3,0Z",
    "triangle-up": "M0,-1.1L1.1,.9H-1.1Z",
    "triangle-down": "M0,1.1L1.1,-.9H-1.1Z",
    "arrow": "M0,0L1,2H-1Z",
    "cross": "M-1,-.4H-.4V-1H.4V-.4H1V.4H.4V1H-.4V.4H-1Z",
    "x": "M-.9,-.5L-.5,-.9L0,-.4L.5,-.9L.9,-.5L.4,0L.9,.5L.5,.9L0,.4L-.5,.9L-.9,.5L-.4,0Z",
    "star": "M0,-1.2L.3,-.4L1.15,-.4L.45,.15L.7,1L0,.5L-.7,1L-.45,.15L-1.15,-.4L-.3,-.4Z",
}
"""Marks about the middle in units of half their size, y downwards; others are drawn as circles."""


def draw(spec: Mapping[str, Any], *, title: str, description: str) -> str:
    """Return a figure (`data` and `layout` of plotly, one unit a pixel, y upwards) as the text of an SVG."""
    layout = spec["layout"]
    width, height = layout["width"], layout["height"]
    shapes = "".join(shape for trace in spec["data"] for shape in _trace(trace, height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'font-family="{escape(typeface.STACK)}"><title>{escape(title)}</title><desc>{escape(description)}</desc>'
        f'<rect width="100%" height="100%" fill="{layout.get("paper_bgcolor", LIGHT["paper"])}"/>{shapes}</svg>'
    )


def _trace(trace: Mapping[str, Any], height: float) -> Iterator[str]:
    points = [(x, None if y is None else height - y) for x, y in zip(trace["x"], trace["y"], strict=True)]
    if trace["mode"] == "lines":
        yield _lines(trace, points)
    elif trace["mode"] == "markers":
        yield from _marks(trace["marker"], points)
    elif trace["mode"] == "text":
        yield from _texts(trace, points)


def _lines(trace: Mapping[str, Any], points: Sequence[tuple[Any, Any]]) -> str:
    closed = "Z" if trace.get("fill") == "toself" else ""
    path = "".join(
        "M" + "L".join(f"{x:g},{y:g}" for x, y in run) + closed
        for gap, run in groupby(points, key=lambda point: point[0] is None or point[1] is None)
        if not gap
    )
    line = trace.get("line", {})
    stroke = (
        f' stroke="{line["color"]}" stroke-width="{line.get("width", 2):g}"'
        if line.get("color") and line.get("width", 2)
        else ""
    )
    dash = _DASHES.get(str(line.get("dash", "solid")), str(line.get("dash", "")).replace("px", "").replace(",", " "))
    dashed = f' stroke-dasharray="{dash}"' if dash and stroke else ""
    fill = trace.get("fillcolor", "none") if closed else "none"
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke-linejoin="round"{stroke}{dashed}/>'


def _marks(marker: Mapping[str, Any], points: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    for n, (x, y) in enumerate(points):
        symbol, colour, size, angle = (
            _nth(marker.get(key, other), n)
            for key, other in (("symbol", "circle"), ("color", LIGHT["ink"]), ("size", 6), ("angle", 0))
        )
        edge = marker.get("line", {})
        stroke, width = _nth(edge.get("color", colour), n), _nth(edge.get("width", 0), n)
        shape, half = str(symbol).removesuffix("-dot").removesuffix("-open"), size / 2
        fill = "none" if "open" in str(symbol) else colour
        turned = f" rotate({angle:g})" if angle else ""
        yield (
            f'<path d="{_SHAPES.get(shape, _SHAPES["circle"])}" transform="translate({x:g},{y:g}){turned} scale({half:g})" fill="{fill}" '
            f'stroke="{colour if fill == "none" else stroke}" stroke-width="{width / half:.3g}"/>'
        )


def _texts(trace: Mapping[str, Any], points: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    font = trace["textfont"]
    for n, (x, y) in enumerate(points):
        vertical, horizontal = str(_nth(trace["textposition"], n)).split()
        lines = str(_nth(trace["text"], n)).split("<br>")
        size = _nth(font["size"], n)
        # plotly hangs a text on the side of its point that the position names.
        anchor = {"left": "end", "center": "middle", "right": "start"}[horizontal]
        full = size * _LINE_HEIGHT * len(lines)
        top = y + {"top": -full, "middle": -full / 2, "bottom": 0}[vertical]
        for row, line in enumerate(lines):
            baseline = top + size * (_LINE_HEIGHT * row + 1)
            yield (
                f'<text x="{x:g}" y="{baseline:.2f}" text-anchor="{anchor}" font-size="{size:g}" font-weight="{font.get("weight", 400)}" '
                f'fill="{_nth(font["color"], n)}">{_ISOLATES.sub("", line)}</text>'
            )


def _nth(value: Any, n: int) -> Any:
    return value[n] if isinstance(value, list | tuple) else value
