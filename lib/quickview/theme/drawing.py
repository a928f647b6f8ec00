"""A figure of the kit as SVG: what a report, its print, GitHub and previews of notebooks show.

A canvas has lines, areas, marks and texts in pixels, and nothing else, so that no
browser is needed to draw it. The traces are plotly's, who draws the same in JupyterLab.
"""

import math
import re
import sys
from array import array
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from itertools import groupby
from typing import Any, Final
from zlib import crc32

from quickview.theme import typeface
from quickview.theme.stylesheet import THEMED

_LINE_HEIGHT: Final = 1.3
_BASELINE: Final = 0.75
"""What plotly sets between lines, and from the top of a line to its baseline, in sizes of the type."""

_RLI: Final = "\u2067"
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
_TAG: Final = re.compile(r"<[^>]*>")
_ANCHORS: Final = {"left": ("end", "start"), "center": ("middle", "middle"), "right": ("start", "end")}
"""By the side of its point on which plotly hangs a text: the anchor of a line that runs to the right, and to the left."""

_ABOVE: Final = {"top": 1.0, "middle": 0.5, "bottom": 0.0}
"""How much of a text stands above its point."""

SHAPES: Final = {
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

_MODES: Final = {"lines", "markers", "text"}
_ADDED: Final = ("annotations", "images", "selections", "shapes", "sliders", "updatemenus")

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_LONG: Final = 300
"""Characters of a path beyond which it is worth looking for another like it."""

_FEW: Final = 8
"""So few points travel as they are."""

_Shape = tuple[str, str, str]
"""A piece of a drawing: path data or else an element; the attributes of the path; what is said of it when it is pointed at."""


def is_canvas(spec: Mapping[str, Any]) -> bool:
    """Whether a figure of plotly's is a canvas still, so that `draw` shows all of it; an analyst may have added to it."""
    layout = spec["layout"]
    whole = all(
        (layout.get(axis) or {}).get("range") == [0, layout.get(side)]
        for axis, side in (("xaxis", "width"), ("yaxis", "height"))
    )
    return whole and not any(layout.get(key) for key in _ADDED) and all(map(_is_drawn, spec["data"]))


def _is_drawn(trace: Mapping[str, Any]) -> bool:
    marks = trace.get("marker", {}).get("symbol", "circle")
    named = {str(mark).removesuffix("-open") for mark in (marks if isinstance(marks, list) else [marks])}
    plain = trace.get("type", "scatter") == "scatter" and trace.get("mode") in _MODES and trace.get("visible", True)
    xs, ys = (_numbers(trace.get(axis)) for axis in "xy")
    numbers = len(xs) == len(ys) and all(value is None or isinstance(value, int | float) for value in xs + ys)
    return bool(plain) and numbers and named <= SHAPES.keys()


def foot(spec: Mapping[str, Any]) -> float:
    """Return how far down the frame of a map reaches, in pixels: it is the area that is drawn first, and the legend stands below it."""
    height: float = spec["layout"]["height"]
    first: Mapping[str, Any] = next(iter(spec["data"]), {})
    ys = [y for y in _numbers(first.get("y")) if isinstance(y, int | float)] if first.get("fill") else []
    return height - min(ys, default=0)


def packed(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trace with its coordinates as plotly packs numbers, which travel from the kernel in a tenth of the time.

    Single precision keeps a hundredth of a pixel; a gap is not a number (NaN).
    """
    if len(trace["x"]) < _FEW:
        return dict(trace)
    axes = {
        axis: array("f", [math.nan if value is None else round(value, 2) for value in trace[axis]]) for axis in "xy"
    }
    return {
        **trace,
        **{axis: {"dtype": "f4", "bdata": b64encode(_little(values)).decode()} for axis, values in axes.items()},
    }


def _little(values: "array[float]") -> bytes:
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def _numbers(values: Any) -> list[Any]:
    """Return the coordinates of a trace, packed or not; a gap is None, and what cannot be read a list with it inside."""
    if not isinstance(values, Mapping):
        return values if isinstance(values, list) else [values]
    if values.get("dtype") != "f4":
        return [values]
    found = array("f", b64decode(str(values["bdata"])))
    if sys.byteorder == "big":
        found.byteswap()
    return [None if math.isnan(value) else value for value in found]


def draw(spec: Mapping[str, Any], *, title: str, description: str, prefix: str = "drawing") -> str:
    """Return a figure as the text of an SVG.

    `spec` is `data` and `layout` as plotly has them, one unit a pixel, y upwards. Looks
    are attributes, in the palette's light colours, which show wherever styles are taken
    away; `stylesheet.drawing_colours` gives them a page's scheme. What a trace says when it is
    pointed at is the `title` of its marks. `prefix` begins the ids.
    """
    layout = spec["layout"]
    width, height = layout["width"], layout["height"]
    paper = str(layout.get("paper_bgcolor", "rgba"))
    ground = "" if paper.startswith("rgba") else f'<rect width="100%" height="100%" fill="{escape(paper)}"/>'
    shapes = _written(_once([shape for trace in spec["data"] for shape in _trace(trace, height)], prefix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" class="{THEMED}" '
        f'role="img" aria-labelledby="{prefix}-t" aria-describedby="{prefix}-d" direction="ltr" stroke-miterlimit="2" '
        f'font-family="{escape(typeface.STACK)}">'
        f'<title id="{prefix}-t">{escape(title)}</title><desc id="{prefix}-d">{escape(description)}</desc>'
        f"{ground}{shapes}</svg>"
    )


def _once(shapes: Sequence[_Shape], prefix: str) -> list[_Shape]:
    """Return the shapes with each long path that stands in several places, as the ground of small maps does, written only once.

    Its id is made of its content, so that it is the same wherever the same drawing stands in a page. Looks are those of
    each place: a page's rules for colours do not reach into what is written once.
    """
    keys = [
        (look, *_unplaced(data)) if look and not said and len(data) > _LONG else None for data, look, said in shapes
    ]
    again, first, found = Counter(keys), dict[Any, tuple[str, Sequence[float]]](), list[_Shape]()
    for key, shape in zip(keys, shapes, strict=True):
        if key is None or again[key] == 1:
            found.append(shape)
            continue
        data, look, _ = shape
        begun = [float(number) for number in _NUMBER.findall(data)[:2]]
        if key not in first:
            first[key] = f"{prefix}-{crc32(data.encode()):08x}", begun
            found.append((f'<defs><path id="{first[key][0]}" d="{data}"/></defs>', "", ""))
        name, start = first[key]
        x, y = (now - then for now, then in zip(begun, start, strict=True))
        found.append((f'<use href="#{name}" x="{x:.7g}" y="{y:.7g}"{look}/>', "", ""))
    return found


def _unplaced(data: str) -> tuple[str, tuple[int, ...]]:
    """Return a path without its place: its commands, and how far each point is from the first, in hundredths of a pixel."""
    points = [round(float(number) * 100) for number in _NUMBER.findall(data)]
    return _NUMBER.sub("", data), tuple(value - points[n % 2] for n, value in enumerate(points))


def _written(shapes: Sequence[_Shape]) -> str:
    """Write shapes one over another: lines that look alike as one path, and what says the same as one group."""
    found = []
    for said, group in groupby(shapes, key=lambda shape: shape[2]):
        drawn = ""
        for look, alike in groupby(group, key=lambda shape: shape[1]):
            data = "".join(shape[0] for shape in alike)
            drawn += f'<path d="{data}"{look}/>' if look else data
        found.append(f"<g><title>{said}</title>{drawn}</g>" if said else drawn)
    return "".join(found)


def _trace(trace: Mapping[str, Any], height: float) -> Iterator[_Shape]:
    xs, ys = _numbers(trace["x"]), _numbers(trace["y"])
    points = [
        (None, None) if x is None or y is None else (round(x, 2), round(height - round(y, 2), 2))
        for x, y in zip(xs, ys, strict=True)
    ]
    if trace["mode"] == "lines":
        yield _lines(trace, points)
    elif trace["mode"] == "markers":
        yield from _marks(trace, points)
    else:
        yield from _texts(trace, points)


def _said(trace: Mapping[str, Any], n: int) -> str:
    if trace.get("hoverinfo") in {"skip", "none"}:
        return ""
    return _text(str(_nth(trace.get("hovertext") or trace.get("text") or "", n)).replace("<br>", " "))


def _text(label: str) -> str:
    """Return a label of plotly's, which may hold tags, as text in XML, without marks of direction."""
    return escape(unescape(_TAG.sub("", _ISOLATES.sub("", label))), quote=False)


def _lines(trace: Mapping[str, Any], points: Sequence[tuple[Any, Any]]) -> _Shape:
    closed = "Z" if trace.get("fill") == "toself" else ""
    data = "".join(
        "M" + "L".join(f"{x:.7g},{y:.7g}" for x, y in run) + closed
        for gap, run in groupby(points, key=lambda point: point[0] is None)
        if not gap
    )
    line = trace.get("line", {})
    width = line.get("width", 2)
    stroke = f' stroke="{escape(str(line["color"]))}" stroke-width="{width:g}"' if line.get("color") and width else ""
    dash = str(line.get("dash", "solid")).replace("px", "").replace(",", " ")
    dashed = f' stroke-dasharray="{escape(dash)}"' if dash != "solid" and stroke else ""
    # Shapes that look alike become one path: by the rule of even and odd, what two of them cover would be bare.
    filled = f' fill="{escape(str(trace.get("fillcolor", "none")))}"' if closed else ' fill="none"'
    return data, filled + stroke + dashed, _said(trace, 0)


def _marks(trace: Mapping[str, Any], points: Sequence[tuple[Any, Any]]) -> Iterator[_Shape]:
    drawn = (_mark(trace, n, x, y) for n, (x, y) in enumerate(points))
    for (look, said), alike in groupby(drawn, key=lambda mark: mark[1:]):
        begun = [begin for begin, _, _ in alike]
        if said or len(begun) == 1:
            yield from ((f"{begin}{look}/>", "", said) for begin in begun)
        else:
            yield f"<g{look}>{''.join(f'{begin}/>' for begin in begun)}</g>", "", ""


def _mark(trace: Mapping[str, Any], n: int, x: float, y: float) -> _Shape:
    """Return the beginning of the element that draws a mark, its looks, and what is said of it."""
    marker = trace["marker"]
    edge = marker.get("line", {})
    symbol, colour, size, angle = (
        _nth(marker.get(key, other), n)
        for key, other in (("symbol", "circle"), ("color", "#000000"), ("size", 6), ("angle", 0))
    )
    fill = "none" if "open" in str(symbol) else colour
    stroke, width = colour if fill == "none" else _nth(edge.get("color", colour), n), _nth(edge.get("width", 0), n)
    placed, half = _placed(str(symbol).removesuffix("-open"), x, y, size / 2, angle)
    lined = f' stroke="{escape(str(stroke))}" stroke-width="{width / half:.3g}"' if width else ""
    return placed, f' fill="{escape(str(fill))}"{lined}', _said(trace, n)


def _placed(shape: str, x: float, y: float, half: float, angle: float) -> tuple[str, float]:
    """Return the beginning of an element that draws a mark, and how much larger than said its lines come out."""
    if shape == "circle":
        return f'<circle cx="{x:.7g}" cy="{y:.7g}" r="{half:g}"', 1.0
    turned = f" rotate({angle:g})" if angle else ""
    return (f'<path d="{SHAPES[shape]}" transform="translate({x:.7g},{y:.7g}){turned} scale({half:g})"', half)


def _texts(trace: Mapping[str, Any], points: Sequence[tuple[Any, Any]]) -> Iterator[_Shape]:
    font = trace["textfont"]
    for n, (x, y) in enumerate(points):
        vertical, horizontal = str(_nth(trace["textposition"], n)).split()
        lines = str(_nth(trace["text"], n)).split("<br>")
        size, weight = _nth(font["size"], n), _nth(font.get("weight", 400), n)
        bold = f' font-weight="{weight}"' if weight != typeface.REGULAR else ""
        look = f'font-size="{size:g}"{bold} fill="{escape(str(_nth(font["color"], n)))}"'
        first = y + size * (_BASELINE - _ABOVE[vertical] * (1 + _LINE_HEIGHT * (len(lines) - 1)))
        for row, line in enumerate(lines):
            # An attribute, for WebKit ignores the mark of direction round a line (UAX 9, X5a to X5c).
            runs_left = line.startswith(_RLI)
            anchor = _ANCHORS[horizontal][runs_left]
            hung = (' direction="rtl"' if runs_left else "") + ("" if anchor == "start" else f' text-anchor="{anchor}"')
            yield (
                f'<text x="{x:.7g}" y="{first + size * _LINE_HEIGHT * row:.2f}"{hung} {look}>{_text(line)}</text>',
                "",
                "",
            )


def _nth(value: Any, n: int) -> Any:
    return value[n] if isinstance(value, list | tuple) else value
