"""The kit's look for charts that an analyst makes with plotly, as a template of plotly's own.

Plain data, so that whoever shows a chart and whoever exports it use the same.
"""

from collections.abc import Mapping
from typing import Any, Final

from quickview.theme import typeface

NAME: Final = "quickview"
"""What plotly knows the template by: `plotly.io.templates.default`."""

MARGIN: Final = {"l": 8, "r": 12, "t": 14, "b": 8}
ROUND: Final = {"l": 48, "r": 48, "t": 40, "b": 40}
PANEL_TOP: Final = 64
"""Margins of what has names all round it; above panels that have titles and a legend."""

ROW: Final = 26
"""Height of a row of a table, in pixels."""

STOCK_TOP: Final = 60
"""What plotly express leaves above a figure for a title, in pixels."""

STOCK_COLOURS: Final = ("#636efa", "#ef553b", "#00cc96", "#ab63fa", "#ffa15a", "#19d3f3",
                        "#ff6692", "#b6e880", "#ff97ff", "#fecb52")  # fmt: skip
_STOCK_GROUND: Final = "#e5ecf6"
"""The colours of plotly's template `plotly`, and the ground of its plots."""


def is_stock(template: Mapping[str, Any] | None) -> bool:
    """Whether a figure has the template that plotly takes when it is told of none."""
    layout = (template or {}).get("layout", {})
    return not layout or str(layout.get("plot_bgcolor", "")).lower() == _STOCK_GROUND


def template(colours: Mapping[str, str]) -> dict[str, Any]:
    """Return the template in these colours, named as in `palette.LIGHT`: direct, unframed, on a light ground."""
    sides = [value for name, value in colours.items() if name.startswith("side-")]
    edge = {"line": {"color": colours["paper"], "width": 1}}
    bar = {"outlinewidth": 0, "thickness": 12, "tickfont": {"color": colours["muted"], "size": 11.5}}
    shaded = {"colorbar": bar, "colorscale": _sequential(colours)}
    return {
        "layout": {**_layout(colours, sides), "coloraxis": {"colorbar": bar}},
        "data": {
            "bar": [{"marker": {"line": {"width": 0}}, "type": "bar"}],
            "histogram": [{"marker": edge, "type": "histogram"}],
            "pie": [{"marker": edge, "textfont": {"color": colours["paper"]}, "insidetextorientation": "horizontal", "sort": False, "type": "pie"}],
            "sunburst": [{"marker": edge, "type": "sunburst"}],
            "treemap": [{"marker": edge, "type": "treemap"}],
            "heatmap": [{**shaded, "type": "heatmap"}],
            "contour": [{**shaded, "type": "contour"}],
            "surface": [{**shaded, "type": "surface"}],
            "histogram2d": [{**shaded, "type": "histogram2d"}],
            "sankey": [{"node": {"color": colours["side-6"], "line": {"width": 0}, "pad": 14, "thickness": 14}, "link": {"color": colours["land-2"]}, "type": "sankey"}],
            "indicator": [{"gauge": {"bar": {"color": colours["side-1"]}, "borderwidth": 0, "bgcolor": colours["land"]},
                           "delta": {"increasing": {"symbol": "+", "color": colours["house"]}, "decreasing": {"symbol": "−", "color": colours["house"]}},
                           "number": {"font": {"size": 56}}, "type": "indicator"}],
            "table": [_table(colours)],
        },
    }  # fmt: skip


def _layout(colours: Mapping[str, str], sides: list[str]) -> dict[str, Any]:
    line = {"linecolor": colours["line"], "tickcolor": colours["line"], "zerolinecolor": colours["line"],
            "gridcolor": colours["rule"], "tickfont": {"color": colours["muted"], "size": 11.5}, "automargin": True,
            "title": {"standoff": 8, "font": {"color": colours["muted"], "size": 11.5}}}  # fmt: skip
    wall = {"backgroundcolor": colours["land"], "gridcolor": colours["rule"], "zerolinecolor": colours["line"],
            "linecolor": colours["line"], "showbackground": True, "tickfont": {"size": 11.5}}  # fmt: skip
    ring = {key: line[key] for key in ("linecolor", "gridcolor", "tickcolor", "tickfont")}
    return {
        "font": {"family": typeface.STACK, "size": 12.5, "color": colours["ink"]},
        "colorway": sides,
        "colorscale": {"sequential": _sequential(colours), "sequentialminus": _sequential(colours)[::-1],
                       "diverging": [[0, colours["side-2"]], [0.5, colours["land"]], [1, colours["side-1"]]]},
        "paper_bgcolor": colours["paper"],
        "plot_bgcolor": colours["paper"],
        "margin": MARGIN,
        "title": {"x": 0, "xref": "paper", "font": {"size": 15, "weight": 600}},
        "xaxis": {**line, "showgrid": False, "ticks": "outside", "ticklen": 4, "showline": True, "zeroline": False},
        "yaxis": {**line, "showgrid": True, "ticks": "", "showline": False},
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "bgcolor": "rgba(0,0,0,0)",
                   "title": {"font": {"color": colours["muted"], "size": 11.5}}},
        "hovermode": "closest",
        "hoverlabel": {"font": {"family": typeface.STACK, "size": 12.5}},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colours["muted"], "activecolor": colours["house"]},
        "annotationdefaults": {"arrowcolor": colours["muted"], "arrowwidth": 1, "arrowhead": 0},
        "shapedefaults": {"line": {"color": colours["muted"], "width": 1}},
        "scene": {"camera": {"eye": {"x": 1.6, "y": 1.6, "z": 1.1}}, "xaxis": wall, "yaxis": wall, "zaxis": wall},
        "polar": {"bgcolor": colours["paper"], "angularaxis": ring, "radialaxis": ring},
        "ternary": {"bgcolor": colours["paper"]},
    }  # fmt: skip


def _sequential(colours: Mapping[str, str]) -> list[list[Any]]:
    return [[0.0, colours["tint-1"]], [0.5, colours["side-1"]], [1.0, colours["ink"]]]


def _table(colours: Mapping[str, str]) -> dict[str, Any]:
    head = {"fill": {"color": colours["paper"]}, "line": {"color": colours["ink"], "width": 0.5}, "align": "left",
            "font": {"family": typeface.STACK, "color": colours["muted"], "size": 11.5}, "height": ROW}  # fmt: skip
    cells = {"fill": {"color": colours["paper"]}, "line": {"color": colours["rule"], "width": 0.5}, "align": "left", "height": ROW,
             "font": {"family": typeface.STACK, "color": colours["ink"], "size": 12}}  # fmt: skip
    return {"header": head, "cells": cells, "type": "table"}
