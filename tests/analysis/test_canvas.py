"""What every figure owes its reader, and the pen it is drawn with."""

import itertools
import json
import math

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from quickview.analysis import canvas as pen
from quickview.analysis.canvas import NARROW, WIDE, Label, hatch, knock_out, overlaps, parts, plain, wrap
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

ALL = [(name, figure) for name in ("homs", "andes") for figure in ("map", "network", "timeline", "yardstick")]
EACH = pytest.mark.parametrize("key", ALL, ids=" ".join)
WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])


@EACH
def test_says_in_words_what_it_shows(figures, key):
    meta = figures[key]["layout"]["meta"]
    assert meta["id"] == key[1]
    assert meta["title"].strip()
    assert meta["caption"].strip()
    assert meta["alt"].strip()


@EACH
def test_alternative_text_gives_figures_not_only_a_kind(figures, key):
    alt = figures[key]["layout"]["meta"]["alt"]
    assert any(character.isdigit() for character in alt)
    assert len(alt.split()) > 12


@EACH
def test_table_behind_it_is_rectangular_and_not_empty(figures, key):
    table = figures[key]["layout"]["meta"]["table"]
    assert table["rows"]
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}


@EACH
def test_table_holds_nothing_but_text_and_numbers(figures, key):
    rows = figures[key]["layout"]["meta"]["table"]["rows"]
    cells = json.loads(json.dumps(rows, allow_nan=False))
    assert all(isinstance(cell, str | int | float) for row in cells for cell in row)


@EACH
def test_plotly_finds_no_fault_with_it_in_either_width(figures, key):
    wide = figures[key]
    for drawing in (wide, json.loads(wide["layout"]["meta"]["narrow"])):
        go.Figure({"data": drawing["data"], "layout": drawing["layout"]})


@EACH
def test_is_drawn_for_a_wide_and_for_a_narrow_page(figures, key):
    layout = figures[key]["layout"]
    assert layout["width"] == WIDE
    narrow = json.loads(layout["meta"]["narrow"])
    assert narrow["layout"]["width"] == NARROW
    assert narrow["data"]


@EACH
def test_same_inputs_give_the_same_json(draw, figures, key):
    assert draw(*key).to_plotly_json() == figures[key]


@EACH
def test_keeps_every_stroke_and_text_on_the_canvas(drawings, key):
    for width in ("wide", "narrow"):
        drawing = drawings[*key, width]
        frame = (-0.5, -0.5, drawing.width + 0.5, drawing.height + 0.5)
        assert [label.text for label in drawing.labels if not pen.inside(label.box, frame)] == []
        for trace in drawing.traces:
            assert all(-0.5 <= x <= drawing.width + 0.5 for x in trace["x"] if x is not None)
            assert all(-0.5 <= y <= drawing.height + 0.5 for y in trace["y"] if y is not None)


@EACH
@WIDTHS
def test_no_text_covers_another(drawings, key, width):
    labels = drawings[*key, width].labels
    clashes = [(a.text, b.text) for i, a in enumerate(labels) for b in labels[:i] if overlaps(a.box, b.box, pad=-1.5)]
    assert clashes == []


@EACH
@WIDTHS
def test_takes_every_colour_from_the_palette(drawings, key, width):
    used = set(_colours(drawings[*key, width].traces))
    assert used <= set(LIGHT.values())


@EACH
def test_draws_no_map_that_would_fetch_something(figures, key):
    assert {trace["type"] for trace in figures[key]["data"]} == {"scatter"}


def _colours(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from _colours(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _colours(inner)
    elif isinstance(value, str) and value.startswith("#"):
        yield value


def test_labels_read_markup_as_plain_text():
    assert plain('<b>&"x"</b><a href="//x">') == '&lt;b&gt;&amp;"x"&lt;/b&gt;&lt;a href="//x"&gt;'


@pytest.mark.parametrize("anchor", ["middle right", "top left", "bottom center", "middle center"])
def test_box_of_a_label_holds_what_its_anchor_says(anchor):
    label = Label("Homs", 100, 50, 12, anchor=anchor)
    left, bottom, right, top = label.box
    vertical, horizontal = anchor.split()
    assert {"left": right, "right": left, "center": (left + right) / 2}[horizontal] == pytest.approx(100)
    assert {"bottom": top, "top": bottom, "middle": (bottom + top) / 2}[vertical] == pytest.approx(50)


def test_label_of_two_lines_is_twice_as_high():
    assert Label("a\nb", 0, 0).extent[1] == pytest.approx(2 * Label("a", 0, 0).extent[1])


@given(st.text("abc de", max_size=60), st.floats(20, 300))
@settings(max_examples=40, deadline=None)
def test_wrapping_keeps_every_word_and_the_limit(text, limit):
    lines = wrap(text, limit).split("\n")
    assert " ".join(lines).split() == text.split()
    assert all(" " not in line or typeface.width(line, pen.BASE) <= limit for line in lines)


def test_lines_are_cut_where_a_text_stands():
    (cut,) = knock_out([LineString([(0, 0), (100, 0)])], [(40, -5, 60, 5)], pad=2)
    assert cut.length == pytest.approx(100 - 24)
    assert not cut.intersects(box(40, -5, 60, 5))


def test_lines_away_from_every_text_stay_as_they_are():
    line = LineString([(0, 20), (100, 20)])
    assert list(knock_out([line], [(40, -5, 60, 5)])) == [line]


def test_cutting_lines_leaves_those_passed_in_alone():
    lines, boxes = [LineString([(0, 0), (100, 0)])], [(40, -5, 60, 5)]
    knock_out(lines, boxes)
    assert lines == [LineString([(0, 0), (100, 0)])]
    assert boxes == [(40, -5, 60, 5)]


@given(st.floats(2, 20), st.floats(0.3, 3), st.floats(10, 200), st.floats(10, 200))
@settings(max_examples=40, deadline=None)
def test_hatching_stays_inside_and_is_evenly_spaced(spacing, slope, width, height):
    area = box(5, 7, 5 + width, 7 + height)
    strokes = parts([hatch(area, spacing=spacing, slope=slope)])
    assert all(area.buffer(1e-6).covers(stroke) for stroke in strokes)
    offsets = sorted({round(_offset(s, slope), 6) for s in strokes if s.length > 0.01})
    gaps = [b - a for a, b in itertools.pairwise(offsets)]
    assert all(gap == pytest.approx(spacing, rel=1e-3) for gap in gaps)


def _offset(stroke, slope):
    x, y = stroke.coords[0]
    return (x * slope - y) / math.hypot(1, slope)


def test_parts_take_rings_of_polygons_and_leave_points():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    assert len(parts([ring, Point(0, 0), LineString()])) == 2


def test_a_figure_shown_in_a_notebook_carries_its_words(draw):
    meta = draw("andes", "yardstick").layout.meta
    assert {"id", "kind", "title", "caption", "alt", "table", "narrow"} <= set(meta)
