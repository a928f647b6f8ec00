"""Do once, with nothing at stake, what takes time only the first time it is done in a process."""

import geopandas as gpd
import pandas as pd
from plotly.io import to_json
from shapely.geometry import Point

from quickview.analysis.figure import Canvas, Words, responsive
from quickview.brief import prose
from quickview.language.catalogues import Language
from quickview.look import stylesheet, typeface
from quickview.look.theme import load_theme


def rehearse() -> None:
    """Draw one figure, project one point, set one paragraph; nothing of it is kept.

    It fills what libraries load when they are first used: plotly's validators, the
    fonts, PROJ's database, Markdown's rules, the shipped theme and style sheet.
    """
    language = Language("en")
    words = Words("rehearsal", "A point", "A caption", "One point", pd.DataFrame({"x": [1.0]}))
    to_json(responsive(_draw, words, language), validate=False)
    gpd.GeoSeries([Point(36.7, 34.9)], crs="EPSG:4326").to_crs("EPSG:32637")
    prose.render("A *word* and a [link](#here).", numbers={})
    stylesheet.for_notebook(load_theme(""))


def _draw(width: int) -> Canvas:
    canvas = Canvas(width, 100)
    size = typeface.width("A label", 12) + typeface.width("A label", 12, weight=typeface.BOLD)
    canvas.add_scatter(
        x=[0.0, size],
        y=[0.0, 1.0],
        text=["A label", ""],
        mode="lines+markers+text",
        line={"color": "#000000", "width": 1},
        marker={"size": 4, "line": {"width": 1}},
        textfont={"size": 12},
    )
    return canvas
