"""The still picture of a figure: what GitHub, stock nbconvert and a preview show in plotly's place."""

import io
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import resvg_py
from PIL import Image, ImageFilter
from tests.conftest import ANDES

from quickview import analysis
from quickview.analysis.network import relations_figure
from quickview.analysis.territory import read_territory
from quickview.brief.reader import load
from quickview.theme import drawing, palette, stylesheet, typeface

SEEN = 60
"""So far, of 255, a colour may lie from all those about its place; type that is smoothed otherwise does."""


@pytest.fixture
def pixels(engine):
    def photographed(picture: str, size: tuple[float, float], colours) -> Image.Image:
        style = f":root{{{stylesheet.css_variables(colours)}}}body{{margin:0;background:{colours['paper']}}}svg{{display:block}}"
        style += f"svg text{{font-family:{typeface.STACK}}}" + stylesheet.drawing_colours()
        page.set_viewport_size({"width": int(size[0]), "height": int(size[1])})
        page.set_content(f"<!doctype html><style>{typeface.font_face_css(picture)}{style}</style>{picture}")
        page.wait_for_function("() => document.fonts.status === 'loaded'")
        taken = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
        return taken.convert("RGB").crop((0, 0, *map(int, size)))

    page = engine.new_page()
    yield photographed
    page.close()


def _differs(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels whose colour is nowhere within a pixel of their place in the other picture."""
    low, high = (np.asarray(other.filter(kind(3)), int) for kind in (ImageFilter.MinFilter, ImageFilter.MaxFilter))
    here = np.asarray(one, int)
    return float((np.maximum(low - here, here - high).max(axis=2) > SEEN).mean())


def _in_colours(spec, colours):
    """A figure in other colours than the palette's light ones, as plotly must be given it."""
    names = {value: name for name, value in palette.LIGHT.items()}
    recoloured = re.sub("#[0-9a-f]{6}", lambda found: colours[names[found[0]]], json.dumps(spec))
    return json.loads(recoloured)


@pytest.fixture(scope="session")
def every_figure(figures):
    """The figures of two briefs that run to the right, and of one that runs to the left."""
    arabic = load(ANDES.with_name("andes-arabic.md"))
    leftward = {
        "map": analysis.territory_map(read_territory(arabic)),
        "network": relations_figure(arabic),
        "timeline": analysis.timeline(arabic),
        "yardstick": analysis.yardstick(arabic),
    }
    return {**figures, **{("andes-arabic", name): figure.to_plotly_json() for name, figure in leftward.items()}}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["LIGHT", "DARK"])
@pytest.mark.parametrize("name", ["homs", "andes", "andes-arabic"])
def test_looks_as_plotly_draws_it_in_both_widths(name, scheme, every_figure, press, pixels):
    colours = getattr(palette, scheme)
    for (brief, figure), data in every_figure.items():
        narrow = json.loads(data["layout"]["meta"]["narrow"])
        for spec in ({**data, "layout": {**data["layout"], "meta": None}}, narrow) if brief == name else ():
            assert drawing.is_canvas(spec), figure
            size = spec["layout"]["width"], spec["layout"]["height"]
            ours = pixels(drawing.draw(spec, title="", description=""), size, colours)
            plotlys = pixels(*press.browser.draw([_in_colours(spec, colours)]), size, colours)
            assert max(_differs(ours, plotlys), _differs(plotlys, ours)) < 0.002, (figure, size)


def test_a_line_that_runs_from_right_to_left_hangs_on_the_same_side_of_its_point():
    text = {"mode": "text", "x": [100, 100], "y": [50, 20], "text": ["\u2067لاباز\u2069", "\u2068La Paz\u2069"],
            "textposition": "middle right", "textfont": {"size": 10, "color": "#000000"}}  # fmt: skip
    root = ET.fromstring(drawing.draw(_spec(text), title="", description=""))
    arabic, latin = root.findall("{*}text")
    assert (arabic.text, arabic.get("direction"), arabic.get("text-anchor")) == ("لاباز", "rtl", "end")
    assert (latin.text, latin.get("direction"), latin.get("text-anchor")) == ("La Paz", None, None)


def test_says_in_words_what_it_shows_whatever_signs_they_hold():
    root = ET.fromstring(drawing.draw(_spec(), title="Oil < gas", description='"both" & none'))
    assert [root.findtext("{*}title"), root.findtext("{*}desc")] == ["Oil < gas", '"both" & none']
    assert root.get("role") == "img"


def test_stands_on_a_ground_of_its_own_for_pages_that_are_dark():
    root = ET.fromstring(drawing.draw(_spec(), title="", description=""))
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
    root = ET.fromstring(drawing.draw(_spec(line, ring), title="", description=""))
    gapped, closed = root.findall("{*}path")
    assert gapped.get("d") == "M0,100L10,100M20,100L30,100"
    assert gapped.get("stroke-dasharray") == "4 3"
    assert closed.get("d").endswith("Z")
    assert (closed.get("fill"), closed.get("stroke")) == ("#eeeeee", None)


def test_every_mark_that_a_map_may_have_is_drawn(homs_territory):
    from quickview.analysis import map_symbols as marks

    for symbol in (*marks._SHAPES, *marks._SITE_SHAPES, "x-thin", "arrow"):
        assert symbol in drawing.SHAPES
    assert "image" not in drawing.draw(
        analysis.territory_map(homs_territory).to_plotly_json(), title="", description=""
    )


def _spec(*traces):
    return {"data": list(traces), "layout": {"width": 200, "height": 100, "paper_bgcolor": "#ffffff"}}


def test_lines_of_one_look_are_one_path_and_no_mark_that_says_something_is_joined():
    line = {"mode": "lines", "y": [0, 1], "line": {"color": "#000000", "width": 1}}
    spoken = {**line, "x": [5, 6], "hoverinfo": "text", "text": "A &amp; B<br>meet"}
    root = ET.fromstring(
        drawing.draw(_spec({**line, "x": [0, 1]}, {**line, "x": [2, 3]}, spoken), title="", description="")
    )
    assert root.find("{*}path").get("d") == "M0,100L1,99M2,100L3,99"
    assert [group.findtext("{*}title") for group in root.findall("{*}g")] == ["A & B meet"]


def test_coordinates_that_travel_packed_are_drawn_as_they_were(figures):
    for data in figures.values():
        spec = {"data": data["data"], "layout": data["layout"]}
        travelled = {**spec, "data": [drawing.packed(trace) for trace in data["data"]]}
        assert len(json.dumps(travelled["data"])) <= len(json.dumps(spec["data"]))
        assert drawing.is_canvas(travelled)
        assert drawing.draw(travelled, title="", description="") == drawing.draw(spec, title="", description="")


def test_what_says_the_same_is_pointed_at_as_one():
    shaft = {
        "mode": "lines",
        "x": [0, 9],
        "y": [5, 5],
        "line": {"color": "#000000"},
        "text": "A backs B",
        "hoverinfo": "text",
    }
    tip = {
        "mode": "markers",
        "x": [9],
        "y": [5],
        "marker": {"symbol": "arrow", "color": "#000000", "size": 9, "angle": 90},
        "text": "A backs B",
        "hoverinfo": "text",
    }
    (group,) = ET.fromstring(drawing.draw(_spec(shaft, tip), title="", description="")).findall("{*}g")
    assert [part.tag.split("}")[1] for part in group] == ["title", "path", "path"]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "</text><image href='x'/>", "&lt;b&gt;", "<b>bold", "a & b"]
)
def test_no_label_becomes_markup(text):
    label = {"mode": "text", "x": [1], "y": [1], "text": [text], "textposition": "middle center", "textfont": {"size": 9, "color": text}}  # fmt: skip
    mark = {"mode": "markers", "x": [1], "y": [1], "marker": {"color": text}, "text": [text], "hoverinfo": "text"}
    root = ET.fromstring(drawing.draw(_spec(label, mark), title=text, description=text))
    assert {element.tag.split("}")[1] for element in root.iter()} <= {
        "svg", "title", "desc", "rect", "text", "g", "circle"
    }  # fmt: skip
    assert root.find("{*}text").get("fill") == text


def test_a_figure_on_which_someone_has_drawn_is_no_canvas_any_more(draw):
    changes = (
        lambda figure: figure.add_annotation(text="here", x=1, y=1),
        lambda figure: figure.add_shape(type="line", x0=0, x1=1, y0=0, y1=1),
        lambda figure: figure.add_bar(x=[1], y=[2]),
        lambda figure: figure.update_xaxes(range=[10, 90]),
        lambda figure: figure.update_traces(marker_symbol="hourglass", selector={"mode": "markers"}),
    )
    assert drawing.is_canvas(draw("homs", "timeline").to_plotly_json())
    for change in changes:
        assert not drawing.is_canvas(change(draw("homs", "timeline")).to_plotly_json())


def test_what_two_shapes_of_one_colour_cover_is_filled():
    square = {"x": [10, 30, 30, 10], "y": [10, 10, 30, 30]}
    look = {"type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": "#ff0000", "line": {"width": 0}}
    layout = {"width": 40, "height": 40, "paper_bgcolor": "#ffffff"}
    spec = {"data": [{**square, **look}, {**square, **look}], "layout": layout}
    picture = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=drawing.draw(spec, title="t", description="d"))))
    assert picture.convert("RGB").getpixel((20, 20)) == (255, 0, 0)


def test_what_stands_in_several_places_is_written_once_and_takes_its_colours_from_each():
    coast = [(n, n * n % 17) for n in range(80)]

    def moved(by):
        return {"mode": "lines", "x": [x + by for x, _ in coast], "y": [y + by / 2 for _, y in coast],
                "line": {"color": palette.LIGHT["line"], "width": 1}}  # fmt: skip

    spec = {"data": [moved(0), moved(100), moved(250)], "layout": {"width": 400, "height": 200}}
    picture = ET.fromstring(drawing.draw(spec, title="", description="", prefix="a"))
    (path,) = picture.iter("{http://www.w3.org/2000/svg}path")
    uses = list(picture.iter("{http://www.w3.org/2000/svg}use"))
    assert [(one.get("x"), one.get("y")) for one in uses] == [("0", "0"), ("100", "-50"), ("250", "-125")]
    assert {one.get("href") for one in uses} == {f"#{path.get('id')}"}
    assert path.get("stroke") is None
    assert {one.get("stroke") for one in uses} == {palette.LIGHT["line"]}
