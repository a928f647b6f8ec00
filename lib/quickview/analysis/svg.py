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

_LINE_HEIGHT: Final = 1.3
_BASELINE: Final = 0.75
"""What plotly sets between lines, and from the top of a line to its baseline, in sizes of the type."""

_RLI: Final = "\u2067"
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
_ANCHORS: Final = {"left": ("end", "start"), "center": ("middle", "middle"), "right": ("start", "end")}
"""By the side of its point on which plotly hangs a text: the anchor of a line that runs to the right, and to the left."""

_ABOVE: Final = {"top": 1.0, "middle": 0.5, "bottom": 0.0}
"""How much of a text stands above its point."""

_SHAPES: Final = {
    "circle": "M1,0A1,1 0 1,1 0,-1A1,1 0 0,1 1,0Z",
    "square": "M1,1H-1V-1H1Z",
    "diamond": "M1.3,0L0,1.3L-1.3,0L0,-1.3Z",
    "pentagon": "M.951,-.309L.588,.809H-.588L-.951,-.309L0,-1Z",
    "hexagon": "M.866,-.5V.5L0,1L-.866,.5V-.5L0,-1Z",
    "star-square": "M-1.1,-1.1A2,2 0 0 1 -1.1,1.1A2,2 0 0 1 1.1,1.1A2,2 0 0 1 1.1,-1.1A2,2 0 0 1 -1.1,-1.1Z",
    "triangle-up": "M-1.155,.5H1.155L0,-1Z",
    "triangle-down": "M-1.155,-.5H1.155L0,1Z",
    "star": "M.315,-.433H1.331L.508,.165L.823,1.133L0,.535L-.823,1.133L-.508,.165L-1.331,-.433H-.315L0,-1.4Z",
    "cross": "M1.2,.4H.4V1.2H-.4V.4H-1.2V-.4H-.4V-1.2H.4V-.4H1.2Z",
    "x-thin": "M1,1L-1,-1M1,-1L-1,1",
    "arrow": "M0,0L-.618,1.902H.618Z",
}
"""plotly's marks that the kit uses, about the middle in units of half their size, y downwards."""


def draw(spec: Mapping[str, Any], *, title: str, description: str) -> str:
    """Return a figure (`data` and `layout` of plotly, one unit a pixel, y upwards) as the text of an SVG."""
    layout = spec["layout"]
    width, height = layout["width"], layout["height"]
    shapes = "".join(shape for trace in spec["data"] for shape in _trace(trace, height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'stroke-miterlimit="2" font-family="{escape(typeface.STACK)}"><title>{escape(title)}</title><desc>{escape(description)}</desc>'
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
    dash = str(line.get("dash", "solid")).replace("px", "").replace(",", " ")
    dashed = f' stroke-dasharray="{dash}"' if dash != "solid" and stroke else ""
    fill = trace.get("fillcolor", "none") if closed else "none"
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd"{stroke}{dashed}/>'


def _marks(marker: Mapping[str, Any], points: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    for n, (x, y) in enumerate(points):
        symbol, colour, size, angle = (
            _nth(marker.get(key, other), n)
            for key, other in (("symbol", "circle"), ("color", LIGHT["ink"]), ("size", 6), ("angle", 0))
        )
        edge = marker.get("line", {})
        stroke, width = _nth(edge.get("color", colour), n), _nth(edge.get("width", 0), n)
        half = size / 2
        fill = "none" if "open" in str(symbol) else colour
        turned = f" rotate({angle:g})" if angle else ""
        yield (
            f'<path d="{_SHAPES[str(symbol).removesuffix("-open")]}" transform="translate({x:g},{y:g}){turned} scale({half:g})" fill="{fill}" '
            f'stroke="{colour if fill == "none" else stroke}" stroke-width="{width / half:.3g}"/>'
        )


def _texts(trace: Mapping[str, Any], points: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    font = trace["textfont"]
    for n, (x, y) in enumerate(points):
        vertical, horizontal = str(_nth(trace["textposition"], n)).split()
        lines = str(_nth(trace["text"], n)).split("<br>")
        size = _nth(font["size"], n)
        first = y + size * (_BASELINE - _ABOVE[vertical] * (1 + _LINE_HEIGHT * (len(lines) - 1)))
        for row, line in enumerate(lines):
            # An attribute, for WebKit ignores the mark of direction round a line (UAX 9, X5a to X5c).
            runs_left = line.startswith(_RLI)
            direction = ' direction="rtl"' if runs_left else ""
            yield (
                f'<text x="{x:g}" y="{first + size * _LINE_HEIGHT * row:.2f}" text-anchor="{_ANCHORS[horizontal][runs_left]}"{direction} '
                f'font-size="{size:g}" font-weight="{font.get("weight", 400)}" fill="{_nth(font["color"], n)}">{_ISOLATES.sub("", line)}</text>'
            )


def _nth(value: Any, n: int) -> Any:
    return value[n] if isinstance(value, list | tuple) else value
