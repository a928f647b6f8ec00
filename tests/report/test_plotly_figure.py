import base64
import copy
import struct

import pytest

from quickview.language.catalogs import Language
from quickview.report import plotly_figure
from quickview.report.plotly_figure import NARROW, WIDE, fitted, has_data, live, needs_network, words
from quickview.theme import plotly_template
from quickview.theme.palette import LIGHT

TYPED = {"dtype": "f8", "bdata": base64.b64encode(struct.pack("<2d", 1, 2)).decode()}
BARS = {"type": "bar", "x": ["Homs", "Hama"], "y": [84, 12]}
FAR = "https://example.org/logo.png"


@pytest.mark.parametrize(
    "spec",
    [
        *({"data": [{"type": kind}]} for kind in ("choropleth", "scattergeo", "scattermap", "densitymapbox")),
        {"data": [BARS], "layout": {"images": [{"source": FAR}]}},
        {"data": [BARS], "layout": {"template": {"layout": {"images": [{"source": "//example.org/a.png"}]}}}},
        {"data": [{"type": "image", "source": FAR}]},
        {"data": [BARS], "frames": [{"data": [{"type": "scattergeo"}]}]},
        {"data": [BARS], "frames": [{"layout": {"images": [{"source": FAR}]}}]},
    ],
)
def test_a_figure_that_asks_another_host_is_told(spec):
    assert "another host" in needs_network(spec)


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"data": None, "layout": None, "frames": None},
        {"data": [BARS], "layout": {"images": [{"source": "data:image/png;base64,AA=="}], "template": None}},
        {"data": [{"type": "image", "z": [[[1, 2, 3]]]}, {"type": "surface", "z": [[1]]}]},
    ],
)
def test_a_figure_that_holds_all_it_shows_asks_nobody(spec):
    assert needs_network(spec) == ""


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ({"data": [{"x": TYPED}]}, True),
        ({"data": [{"type": "indicator", "value": 0}]}, True),
        ({"data": [{"type": "sankey", "link": {"source": [0]}}]}, True),
        ({"data": [{"type": "table", "cells": {"values": [["A"]]}}]}, True),
        ({"data": [{"type": "image", "source": "data:image/png;base64,AA=="}]}, True),
        ({"data": [], "layout": {"annotations": [{"text": "Homs"}]}}, True),
        ({"layout": {"shapes": [{"type": "rect"}]}}, True),
        ({"data": [{"x": [], "y": []}], "layout": {"annotations": [{"text": "No data"}]}}, False),
        ({"data": [{"x": [None], "marker": {"color": ["red"]}}]}, False),
        ({"data": [], "layout": {"annotations": []}}, False),
        ({}, False),
    ],
)
def test_whether_a_figure_shows_anything(spec, shown):
    assert has_data(spec) is shown


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Homs", "Homs"),
        ({"text": "Deaths<br><b>rise</b> in <a href='http://x.org'>Homs</a>"}, "Deaths rise in Homs"),
        ("Aid &amp; trade where 5 < 6", "Aid & trade where 5 < 6"),
        ({"text": None}, ""),
        (None, ""),
    ],
)
def test_a_title_is_read_without_its_markup(title, read):
    assert words({"layout": {"title": title, "meta": ["not", "words"]}})["title"] == read


def test_words_given_to_a_figure_win_over_the_title_it_draws():
    assert words({"layout": {"title": "Drawn", "meta": {"title": "Given", "alt": "A"}}}) == {
        "title": "Given",
        "alt": "A",
    }


def test_a_figure_is_set_to_both_widths_without_its_title_and_stays_as_it_was():
    spec = {"data": [BARS], "layout": {"title": "T", "width": 1800, "sliders": [{}], "meta": {"alt": "A"}}}
    before = copy.deepcopy(spec)
    wide, narrow = fitted(spec, WIDE), fitted(spec, NARROW)
    assert (wide["layout"]["width"], narrow["layout"]["width"]) == (760, 350)
    assert not {"title", "meta", "sliders"} & set(wide["layout"])
    assert spec == before


@pytest.mark.parametrize("stock", [None, {}, {"layout": {"plot_bgcolor": "#E5ECF6"}}])
def test_plotlys_stock_look_gives_way_to_the_kits(stock):
    layout = fitted({"data": [BARS], "layout": {"template": stock}}, WIDE)["layout"]
    assert layout["template"] == plotly_template.template(LIGHT)


def test_a_look_that_an_analyst_chose_stays():
    dark = {"layout": {"plot_bgcolor": "rgb(17,17,17)", "colorway": ["#111111"]}}
    assert fitted({"data": [BARS], "layout": {"template": dark}}, WIDE)["layout"]["template"] == dark


def test_stock_colours_change_where_they_colour_and_nowhere_else():
    trace = {"type": "scatter", "x": ["#636efa"], "text": "#636EFA", "marker": {"color": ["#636EFA", "#123456"]}}
    data = fitted({"data": [trace]}, WIDE)["data"][0]
    assert data["marker"]["color"] == [LIGHT["side-1"], "#123456"]
    assert (data["x"], data["text"]) == (["#636efa"], "#636EFA")


def test_a_table_is_as_high_as_its_rows():
    def height(rows):
        cells = {"values": [[str(n) for n in range(rows)]]}
        return fitted({"data": [{"type": "table", "cells": cells}]}, WIDE)["layout"]["height"]

    assert height(12) - height(2) == 10 * plotly_template.ROW


@pytest.mark.parametrize("values", [[TYPED], [["a", "b"], TYPED], {**TYPED, "shape": "1, 2"}])
def test_a_table_of_packed_numbers_is_as_high_as_its_rows(values):
    packed, loose = (
        fitted({"data": [{"type": "table", "cells": {"values": cells}}]}, WIDE)["layout"]["height"]
        for cells in (values, [[1, 2]])
    )
    assert packed == loose


def test_one_number_is_low_and_a_gauge_is_not():
    number, gauge = (
        fitted({"data": [{"type": "indicator", "mode": mode, "value": 1}]}, WIDE)["layout"]["height"]
        for mode in ("number+delta", "gauge+number")
    )
    assert number < gauge


def test_what_only_a_screen_can_use_is_kept_for_the_screen():
    steps = [{"name": "2017", "data": [BARS]}]
    spec = {"data": [BARS], "layout": {"sliders": [{"steps": []}], "updatemenus": []}, "frames": steps}
    assert live(spec) == {"layout": {"sliders": [{"steps": []}]}, "frames": steps}
    assert live({"data": [BARS], "layout": None}) == {}


def test_a_still_candlestick_has_no_slider_under_it():
    axis = {"rangeselector": {"buttons": []}, "title": {"text": "Day"}}
    layout = fitted({"data": [{"type": "candlestick", "x": [1]}], "layout": {"xaxis": axis}}, WIDE)["layout"]
    assert layout["xaxis"] == {"title": {"text": "Day"}, "rangeslider": {"visible": False}}


@pytest.mark.parametrize("kind", ["scatterpolar", "scatterternary", "parcoords"])
def test_names_round_a_figure_have_room(kind):
    assert fitted({"data": [{"type": kind}]}, WIDE)["layout"]["margin"]["t"] > plotly_template.MARGIN["t"] + 20


def test_the_legend_stands_above_the_titles_of_panels():
    panels = [{"text": "A", "xref": "paper", "yref": "paper", "x": 0.2, "y": 1.0}]
    layout = fitted({"data": [BARS], "layout": {"annotations": panels}}, WIDE)["layout"]
    assert layout["legend"]["y"] > 1.05
    assert layout["margin"]["t"] == plotly_template.PANEL_TOP


def test_a_narrow_figure_has_its_colour_bars_one_under_another():
    maps = [{"type": "heatmap", "z": [[1]]}, {"type": "heatmap", "z": [[2]], "colorbar": {"x": 0.4}}]
    bars = [trace["colorbar"] for trace in fitted({"data": maps}, NARROW)["data"]]
    assert {bar["orientation"] for bar in bars} == {"h"}
    assert bars[0]["y"] > bars[1]["y"] + 0.1
    assert "orientation" not in maps[1]["colorbar"]


@pytest.mark.parametrize(("series", "under"), [(2, False), (6, True)])
def test_many_names_stand_under_a_narrow_figure(series, under):
    data = [{"type": "bar", "name": f"Series {n}", "x": [n]} for n in range(series)]
    assert (fitted({"data": data}, NARROW)["layout"].get("legend", {}).get("y", 1) < 0) is under


def test_the_same_figure_gives_the_same_drawing_instructions():
    spec = {"data": [BARS], "layout": {"title": "T", "coloraxis": {}}}
    assert plotly_figure.fitted(spec, NARROW) == plotly_figure.fitted(copy.deepcopy(spec), NARROW)


def test_months_and_days_are_named_in_the_reports_language():
    drawn = plotly_figure.fitted({"data": [{"x": ["2017-07-02"], "y": [1]}]}, plotly_figure.WIDE, Language("fr"))
    assert (drawn["calendar"]["months"][6], drawn["calendar"]["shortDays"][0]) == ("juillet", "dim.")
    assert "calendar" not in plotly_figure.fitted({"data": []}, plotly_figure.WIDE, Language("en"))


@pytest.mark.slow
def test_dates_of_an_analysts_chart_are_drawn_in_the_reports_language(browser):
    spec = {"data": [{"x": ["2017-07-02", "2017-08-09"], "y": [1, 2]}], "layout": {}}
    (arabic,) = browser.draw([plotly_figure.fitted(spec, plotly_figure.WIDE, Language("ar"))])
    assert "يوليو" in arabic
    assert "Jul" not in arabic
