"""The still picture of a figure: what GitHub, stock nbconvert and a preview show in plotly's place."""

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image, ImageFilter

from quickview import analysis
from quickview.analysis import svg
from quickview.look import typeface

"""So far a colour may lie from all those about its place, of 255; type of other smoothing does."""


@pytest.fixture
def pixels(press):
    def photographed(drawing: str, width: float, height: float) -> Image.Image:
        page = f"<!doctype html><style>{typeface.font_face_css(drawing)}body{{margin:0}}svg{{display:block}}</style>{drawing}"
        taken = Image.open(io.BytesIO(press.browser.screenshot(page, int(width), int(height))))
        return taken.convert("RGB").crop((0, 0, int(width), int(height)))

    return photographed


SEEN = 60
"""So far, of 255, a colour may lie from all those about its place; type that is smoothed otherwise does."""


def _differs(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels whose colour is nowhere within a pixel of their place in the other picture."""
    low, high = (np.asarray(other.filter(kind(3)), int) for kind in (ImageFilter.MinFilter, ImageFilter.MaxFilter))
    here = np.asarray(one, int)
    return float((np.maximum(low - here, here - high).max(axis=2) > SEEN).mean())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["homs", "andes"])
def test_looks_as_plotly_draws_it(name, figures, press, pixels):
    for figure in ("map", "network", "timeline", "yardstick"):
        data = figures[name, figure]
        layout = {key: value for key, value in data["layout"].items() if key != "meta"}
        layout["paper_bgcolor"] = "#ffffff"
        spec = {"data": data["data"], "layout": layout}
        size = layout["width"], layout["height"]
        ours, plotlys = (
            pixels(drawing, *size)
            for drawing in (svg.draw(spec, title="", description=""), *press.browser.draw([spec]))
        )
        assert max(_differs(ours, plotlys), _differs(plotlys, ours)) < 0.002, figure


def test_a_line_that_runs_from_right_to_left_hangs_on_the_same_side_of_its_point():
    text = {"mode": "text", "x": [100, 100], "y": [50, 20], "text": ["\u2067لاباز\u2069", "\u2068La Paz\u2069"],
            "textposition": "middle right", "textfont": {"size": 10, "color": "#000000"}}  # fmt: skip
    root = ET.fromstring(svg.draw(_spec(text), title="", description=""))
    arabic, latin = root.findall("{*}text")
    assert (arabic.text, arabic.get("direction"), arabic.get("text-anchor")) == ("لاباز", "rtl", "end")
    assert (latin.text, latin.get("direction"), latin.get("text-anchor")) == ("La Paz", None, "start")


def test_says_in_words_what_it_shows_whatever_signs_they_hold():
    drawing = svg.draw(_spec(), title="Oil < gas", description='"both" & none')
    root = ET.fromstring(drawing)
    assert [root.findtext("{*}title"), root.findtext("{*}desc")] == ["Oil < gas", '"both" & none']
    assert root.get("role") == "img"


def test_stands_on_a_ground_of_its_own_for_pages_that_are_dark():
    root = ET.fromstring(svg.draw(_spec(), title="", description=""))
    ground = root.find("{*}rect")
    assert ground.get("fill") == "#ffffff"


def test_a_gap_in_a_line_stays_a_gap_and_a_ring_is_closed():
    line = {
        "mode": "lines",
        "x": [0, 10, None, 20, 30],
        "y": [0, 0, None, 0, 0],
        "line": {"color": "#000000", "width": 1, "dash": "4px,3px"},
    }
    ring = {
        "mode": "lines",
        "x": [0, 10, 10],
        "y": [0, 0, 10],
        "fill": "toself",
        "fillcolor": "#eeeeee",
        "line": {"width": 0},
    }
    root = ET.fromstring(svg.draw(_spec(line, ring), title="", description=""))
    gapped, closed = root.findall("{*}path")
    assert gapped.get("d") == "M0,100L10,100M20,100L30,100"
    assert gapped.get("stroke-dasharray") == "4 3"
    assert closed.get("d").endswith("Z")
    assert (closed.get("fill"), closed.get("stroke")) == ("#eeeeee", None)


def test_every_mark_that_a_map_may_have_is_drawn(homs_territory):
    from quickview.analysis import map_symbols as marks

    for symbol in (*marks._SHAPES, *marks._SITE_SHAPES, "x-thin", "arrow"):
        assert symbol in svg._SHAPES
    assert "image" not in svg.draw(analysis.territory_map(homs_territory).to_plotly_json(), title="", description="")


def _spec(*traces):
    return {"data": list(traces), "layout": {"width": 200, "height": 100, "paper_bgcolor": "#ffffff"}}
