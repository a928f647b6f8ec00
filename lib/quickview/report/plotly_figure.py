"""plotly figures as a notebook stores them: the kit's own, and those that an analyst made.

The kit's figures come drawn wide and narrow. An analyst's is set here to both widths, in
the kit's look unless it has one of its own, without what only a screen can use.
"""

import base64
import copy
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from quickview.errors import MachineError
from quickview.language.catalogs import Language
from quickview.theme import plotly_template
from quickview.theme.palette import LIGHT

WIDE: Final = 760
NARROW: Final = 350
"""Widths in CSS pixels: the text column of a wide screen or an A4 page, and a phone."""

ENGLISH: Final = Language("en")
HEIGHT: Final = 420
LOW: Final = 180
LOWEST: Final = 300
CLEAR: Final = "rgba(0,0,0,0)"

MANY: Final = 3
"""So many entries of a legend stand in a line above a narrow figure; more go under it."""

_FETCHING: Final = re.compile(r"choropleth|scattergeo|(?:scatter|density|choropleth)map(?:box)?")
_LABELLED_ROUND: Final = re.compile(r"scatterpolar|barpolar|scatterternary|scattersmith|parcoords|parcats|indicator")
_ABOVE_TITLES: Final = 1.12
_BAR_HEIGHT: Final = 0.22
"""Heights as shares of a plot: a legend above the titles of panels, one colour bar under another."""

_SCREEN_ONLY: Final = ("updatemenus", "sliders")
_TAG: Final = re.compile(r"</?[A-Za-z][^>]*>")
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
_STYLE: Final = {"marker", "line", "textfont", "hoverlabel", "colorbar", "colorscale", "contours", "lighting", "header"}


def needs_network(spec: Mapping[str, Any]) -> str:
    """Return what of a figure asks another host when it is looked at, in words; "" where nothing does."""
    for frame in (spec, *(spec.get("frames") or ())):
        layout = frame.get("layout") or {}
        template = (layout.get("template") or {}).get("layout") or {}
        traces = frame.get("data") or ()
        for trace in traces:
            if _FETCHING.fullmatch(str(trace.get("type", ""))):
                return f"`{trace['type']}` fetches its map from another host when it is looked at"
        drawn = [trace for trace in traces if trace.get("type") == "image"]
        for image in (*(layout.get("images") or ()), *(template.get("images") or ()), *drawn):
            if not str(image.get("source") or "data:").startswith("data:"):
                return "a picture in it is fetched from another host when it is looked at"
    return ""


def has_data(spec: Mapping[str, Any]) -> bool:
    """Whether a figure shows anything: a trace holds points, cells, nodes or the one value of an indicator.

    A figure without traces shows what is written and drawn over it.
    """
    traces, layout = spec.get("data") or (), spec.get("layout") or {}
    if not traces:
        return any(layout.get(key) for key in ("annotations", "shapes", "images"))
    return any(trace.get("value") is not None or trace.get("source") or _holds(trace) for trace in traces)


def _holds(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "bdata" in value or any(_holds(inner) for key, inner in value.items() if key not in _STYLE)
    return isinstance(value, Sequence) and not isinstance(value, str) and any(one is not None for one in value)


def words(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a figure says of itself: its `layout.meta`, with the title that plotly would draw if it has none."""
    layout = spec.get("layout") or {}
    meta = layout.get("meta")
    meta = dict(meta) if isinstance(meta, Mapping) else {}
    title = layout.get("title") or ""
    drawn = str(title.get("text") or "") if isinstance(title, Mapping) else str(title)
    meta["title"] = meta.get("title") or " ".join(html.unescape(_TAG.sub(" ", drawn)).split())
    return meta


def original(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a figure of the kit in the palette it was drawn in, on no ground of its own.

    JupyterLab shows it in a theme's colours, which `layout.meta.colours` leads back.
    """
    colours = spec["layout"]["meta"].get("colours", {})
    if colours:
        spec = json.loads(_HEX.sub(lambda match: colours.get(match[0], match[0]), json.dumps(spec)))
    meta = {key: value for key, value in spec["layout"]["meta"].items() if key != "colours"}
    return {**spec, "layout": {**spec["layout"], "meta": meta, "paper_bgcolor": CLEAR}}


def fitted(spec: Mapping[str, Any], width: int, language: Language = ENGLISH) -> dict[str, Any]:
    """Return an analyst's figure as data and layout of that width in pixels, without the title, which the page sets.

    In another language than plotly's own, `calendar` names its months and days.
    """
    layout = copy.deepcopy(dict(spec.get("layout") or {}))
    for key in ("title", "meta", "autosize", *_SCREEN_ONLY):
        layout.pop(key, None)
    asked = layout.get("height") or _height(spec)
    layout |= {"width": width, "height": asked if width == WIDE else min(asked, max(LOWEST, round(width * 1.2)))}
    data = [dict(trace) for trace in spec.get("data") or ()]
    _dress(layout, {str(trace.get("type", "scatter")) for trace in data})
    if width == NARROW:
        _narrow(layout, data)
    named = {} if language.locale.language == ENGLISH.code else {"calendar": _calendar(language)}
    # What plotly express coloured from its stock template has the colours of the template that it has now.
    colours = layout.get("template", {}).get("layout", {}).get("colorway", ())
    stock = dict(zip(plotly_template.STOCK_COLOURS, colours, strict=False))
    return {"data": [_recoloured(trace, stock) for trace in data], "layout": layout, **named}


def _calendar(language: Language) -> dict[str, list[str]]:
    """Return the names of months and days as plotly takes them, days from Sunday (Unicode CLDR)."""
    names = {}
    for length, months, days in (("wide", "months", "days"), ("abbreviated", "shortMonths", "shortDays")):
        names[months] = [language.locale.months["format"][length][n] for n in range(1, 13)]
        # Babel counts days from Monday.
        names[days] = [language.locale.days["format"][length][n % 7] for n in range(6, 13)]
    return names


def _height(spec: Mapping[str, Any]) -> int:
    """Return the height in pixels of a figure that asks for none: what its rows or its one number take, else the usual."""
    kinds = {trace.get("type") for trace in spec.get("data") or ()}
    if kinds == {"table"}:
        cells = [(trace.get("cells") or {}).get("values") or () for trace in spec["data"]]
        rows = max((_rows(values) for values in cells), default=0)
        return plotly_template.ROW * (rows + 1) + plotly_template.MARGIN["t"] + plotly_template.MARGIN["b"]
    gauged = any("gauge" in str(trace.get("mode", "")) for trace in spec.get("data") or ())
    return LOW if kinds == {"indicator"} and not gauged else HEIGHT


def _rows(values: Any) -> int:
    """Return how many rows a table's columns have, lists or as plotly packs numbers: `{"dtype", "bdata", "shape"}`."""
    if isinstance(values, Mapping):
        return int(str(values.get("shape", "0")).rpartition(",")[2])
    packed = (column for column in values if isinstance(column, Mapping))
    rows = [len(base64.b64decode(column["bdata"])) // int(str(column["dtype"])[1:]) for column in packed]
    return max([*rows, *(len(column) for column in values if not isinstance(column, Mapping))], default=0)


def live(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an analyst's figure has only where it can be played with: steps of an animation, menus, sliders."""
    layout = spec.get("layout") or {}
    kept = {key: layout[key] for key in _SCREEN_ONLY if layout.get(key)}
    return {"layout": kept, "frames": spec["frames"]} if spec.get("frames") else {"layout": kept} if kept else {}


def _dress(layout: dict[str, Any], kinds: set[str]) -> None:
    """Give a layout the kit's template in the place of plotly's stock one, and the space that a missing title leaves."""
    if plotly_template.is_stock(layout.get("template")):
        layout["template"] = plotly_template.template(LIGHT)
    margin = dict(layout.get("margin") or {})
    if margin.get("t", 0) >= plotly_template.STOCK_TOP:
        margin.pop("t")
    layout["margin"] = {**plotly_template.MARGIN, **_room(layout, kinds), **margin}
    for name in {"xaxis", *(key for key in layout if key.startswith("xaxis"))}:
        axis = {key: value for key, value in (layout.get(name) or {}).items() if key != "rangeselector"}
        layout[name] = {**axis, "rangeslider": {"visible": False}}


def _room(layout: dict[str, Any], kinds: set[str]) -> dict[str, int]:
    """Return the margins of what plotly makes no room for by itself: names round a circle, titles above panels.

    A legend then stands above the panels' titles.
    """
    if any(_LABELLED_ROUND.match(kind) for kind in kinds):
        return plotly_template.ROUND
    titled = [note for note in layout.get("annotations") or () if note.get("yref") == "paper" and note.get("y") == 1]
    if titled and not (layout.get("legend") or {}):
        layout["legend"] = {"y": _ABOVE_TITLES}
    return {"t": plotly_template.PANEL_TOP} if titled else {}


def _recoloured(value: Any, stock: Mapping[str, str], *, coloured: bool = False) -> Any:
    if isinstance(value, Mapping):
        return {key: _recoloured(inner, stock, coloured="color" in key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_recoloured(inner, stock, coloured=coloured) for inner in value]
    return stock.get(value.lower(), value) if coloured and isinstance(value, str) else value


def _narrow(layout: dict[str, Any], data: list[dict[str, Any]]) -> None:
    """Set legend and colour bars under a narrow figure, where they take no width."""
    named = sum(trace.get("showlegend", True) is not False and bool(trace.get("name")) for trace in data)
    if named > MANY:
        under = {"orientation": "h", "x": 0, "xanchor": "left", "y": -0.18, "yanchor": "top"}
        layout["legend"] = {**(layout.get("legend") or {}), **under}
    for n, bar in enumerate(_colour_bars(layout, data)):
        bar |= {
            "orientation": "h",
            "x": 0.5,
            "xanchor": "center",
            "y": -0.2 - n * _BAR_HEIGHT,
            "yanchor": "top",
            "len": 1,
            "thickness": 10,
        }


def _colour_bars(layout: dict[str, Any], data: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for key in [name for name in layout if name.startswith("coloraxis")]:
        layout[key] = {**layout[key], "colorbar": dict(layout[key].get("colorbar") or {})}
        yield layout[key]["colorbar"]
    for trace in data:
        if trace.get("type") in {"heatmap", "contour", "surface", "histogram2d"} and "coloraxis" not in trace:
            trace["colorbar"] = dict(trace.get("colorbar") or {})
            yield trace["colorbar"]


def plotly_js() -> Path:
    """Return the path of the plotly.js that the plotly package ships; plotly itself is not imported."""
    spec = find_spec("plotly")
    path = Path(spec.origin).parent / "package_data" / "plotly.min.js" if spec and spec.origin else None
    if path is None or not path.exists():
        raise MachineError("E-PLOTLY", "the plotly package has no plotly.min.js", "install the requirements again")
    return path
