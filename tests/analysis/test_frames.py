"""Frames as tables, and the numbers behind an analyst's plotly figure."""

import datetime as dt
import decimal
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from bs4 import BeautifulSoup
from shapely.geometry import Point, Polygon

from quickview.analysis import frames
from quickview.language.catalogs import Language


def shown(frame, language="en", **options):
    """Return a table as texts, row by row, headings first, and the class of each column."""
    soup = BeautifulSoup(frames.to_html(frame, Language(language), **options), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.find_all("tr")]
    return rows, [(column.get("class") or [""])[0] for column in soup.find_all("col")]


MIXED = pd.DataFrame(
    {
        "name": ["Puente Seco", "Boca <Mina>"],
        "open": [True, False],
        "kind": pd.Categorical(["town", "pass"]),
        "seen": pd.to_datetime(["2024-06-13 22:00", "2024-06-14 06:30"]).tz_localize("America/La_Paz"),
        "tons": [decimal.Decimal("1.50"), decimal.Decimal(2)],
        "share": [0.25, np.nan],
        "lorries": pd.array([12, None], dtype="Int64"),
        "left": [pd.Timedelta(days=2), pd.NaT],
        "on": [dt.date(2024, 6, 13), None],
    }
)


def test_columns_of_numbers_are_named_by_their_dtype_and_no_others():
    _, kinds = shown(MIXED)
    named = dict(zip(MIXED.columns, kinds, strict=True))
    assert {name for name, kind in named.items() if kind == "num"} == {"share", "lorries"}


def test_every_dtype_can_be_downloaded_as_plain_values():
    data = frames.as_data(MIXED)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    first, second = (dict(zip(data["columns"], row, strict=True)) for row in data["rows"])
    assert (first["open"], first["seen"], first["tons"]) == (True, "2024-06-13 22:00:00-04:00", "1.50")
    assert (second["share"], second["lorries"], second["left"], second["on"]) == ("", "", "", "")


def test_signs_of_markup_in_a_cell_are_shown_and_what_is_missing_is_a_dash():
    rows, _ = shown(MIXED)
    assert rows[2][0] == "Boca <Mina>"
    assert rows[2][list(MIXED.columns).index("share")] == "–"


def test_an_index_that_only_counts_is_left_out_and_any_other_is_a_heading_of_its_row():
    plain = pd.DataFrame({"seats": [120, 84]})
    assert shown(plain)[0] == [["seats"], ["120"], ["84"]]
    named = plain.set_axis(pd.Index(["A", "B"], name="party"))
    assert shown(named) == ([["party", "seats"], ["A", "120"], ["B", "84"]], ["head", "num"])
    assert frames.as_data(named) == {"columns": ["party", "seats"], "rows": [["A", 120], ["B", 84]]}


def test_an_index_named_as_a_column_is_shown_and_downloaded_beside_it():
    frame = pd.DataFrame({"day": [1, 2]}).rename_axis("day").set_axis(pd.Index(["x", "y"], name="day"))
    rows, _ = shown(frame)
    assert [cell.strip() for cell in rows[0]] == ["day", "day"]
    assert [row[0] for row in frames.as_data(frame)["rows"]] == ["x", "y"]


def test_several_levels_of_index_and_of_columns_stay_apart():
    frame = MIXED.assign(n=[1, 2]).set_index(["name", "kind"])[["n"]]
    assert shown(frame)[1] == ["head", "head", "num"]
    wide = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("seats", 2019), ("seats", 2024)]), index=["A"])
    assert frames.as_data(wide)["columns"][1:] == ["seats 2019", "seats 2024"]
    assert shown(wide)[1] == ["head", "num", "num"]


def test_geometries_are_told_by_their_kind():
    frame = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[Point(0, 0), Polygon([(0, 0), (1, 0), (1, 1)])])
    assert [row[1] for row in shown(frame)[0][1:]] == ["Point", "Polygon"]
    assert [row[1] for row in frames.as_data(frame)["rows"]] == ["Point", "Polygon"]


def test_a_long_table_shows_both_ends_and_keeps_all_for_the_download():
    long = pd.DataFrame({"n": range(500)})
    rows, _ = shown(long, most_rows=10)
    assert (rows[1], rows[-1], len(rows)) == (["0"], ["499"], 12)
    assert len(frames.as_data(long)["rows"]) == 500


def test_a_series_is_a_table_of_one_column():
    series = pd.Series([3, 4], index=["a", "b"], name="seats")
    assert shown(series)[0] == [["", "seats"], ["a", "3"], ["b", "4"]]


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", ["1 Mar 2024", "184,200.0", "41.2", "2019"]),
        ("fr", ["1er mars 2024", "184 200,0", "41,2", "2019"]),
        ("ar", ["1 مارس 2024", "184,200.0", "41.2", "2019"]),
    ],
)
def test_days_and_figures_are_written_as_in_the_rest_of_the_report(language, first):
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-03-01", None]),
            "votes": [184200, 9800.5],
            "share": [41.2, np.nan],
            "year": [2019, 2024],
        }
    )
    rows, _ = shown(frame, language, grouped=True)
    assert [cell.replace("\u00a0", " ") for cell in rows[1]] == first
    assert (rows[2][0], rows[2][2]) == ("–", "–")


def test_whole_numbers_that_may_be_codes_are_left_as_they_are():
    rows, _ = shown(pd.DataFrame({"code": [72019, 72024]}))
    assert rows[1] == ["72019"]


def test_the_frame_itself_stays_as_it_was():
    before = MIXED.copy(deep=True)
    frames.to_html(MIXED, Language("en"))
    frames.as_data(MIXED)
    pd.testing.assert_frame_equal(MIXED, before)


def behind(figure):
    return frames.as_data(frames.behind(figure))


def test_behind_bars_of_several_series_stands_a_row_a_bar_with_its_series():
    frame = pd.DataFrame({"year": [2019, 2024, 2019, 2024], "seats": [120, 84, 60, 96], "party": list("AABB")})
    assert behind(px.bar(frame, x="year", y="seats", color="party")) == {
        "columns": ["party", "year", "seats"],
        "rows": [["A", 2019, 120], ["A", 2024, 84], ["B", 2019, 60], ["B", 2024, 96]],
    }


def test_behind_a_line_with_dates_stand_days():
    frame = pd.DataFrame({"day": pd.date_range("2024-06-13", periods=2), "lorries": np.array([12, 7], "int16")})
    assert behind(px.line(frame, x="day", y="lorries")) == {
        "columns": ["day", "lorries"],
        "rows": [["2024-06-13", 12], ["2024-06-14", 7]],
    }


def test_behind_a_heat_map_stands_a_row_a_cell():
    figure = go.Figure(go.Heatmap(z=[[1, 2], [3, None]], x=["Mon", "Tue"], y=["day", "night"]))
    assert behind(figure) == {
        "columns": ["y", "x", "value"],
        "rows": [["day", "Mon", 1], ["day", "Tue", 2], ["night", "Mon", 3], ["night", "Tue", ""]],
    }


def test_behind_a_pie_stand_its_parts():
    assert behind(go.Figure(go.Pie(labels=["for", "against"], values=[31, 12]))) == {
        "columns": ["labels", "values"],
        "rows": [["for", 31], ["against", 12]],
    }


def test_behind_a_sankey_stand_its_flows_by_the_names_of_their_ends():
    figure = go.Figure(go.Sankey(node={"label": ["mine", "port"]}, link={"source": [0], "target": [1], "value": [84]}))
    assert behind(figure) == {"columns": ["source", "target", "value"], "rows": [["mine", "port", 84]]}


def test_behind_a_table_trace_stand_its_cells():
    figure = go.Figure(go.Table(header={"values": ["Actor", "Seats"]}, cells={"values": [["A", "B"], [1, 2]]}))
    assert behind(figure) == {"columns": ["Actor", "Seats"], "rows": [["A", 1], ["B", 2]]}


def test_series_of_different_lengths_are_each_shown_whole():
    figure = go.Figure([go.Scatter(y=[1, 2, 3], name="long"), go.Scatter(x=[0], y=[9], name="short")])
    assert [row[0] for row in behind(figure)["rows"]] == ["long"] * 3 + ["short"]


def test_a_column_shorter_than_its_points_is_left_out():
    assert behind(go.Figure(go.Scatter(x=[1, 2, 3], y=[4, 5])))["columns"] == ["x"]


def test_an_indicator_is_its_one_number_and_an_empty_figure_is_nothing():
    figure = go.Figure(go.Indicator(value=84, title={"text": "Communities"}))
    assert behind(figure)["rows"] == [["Communities", 84]]
    assert behind(go.Figure()) == {"columns": [], "rows": []}


@pytest.mark.parametrize("axis", ["y", "y2"])
def test_numbers_are_named_by_the_title_of_the_axis_they_stand_on(axis):
    layout = {"yaxis": {"title": {"text": "Lorries"}}, "yaxis2": {"title": {"text": "Tons"}}}
    figure = go.Figure(go.Scatter(x=[1], y=[2], yaxis=axis), layout)
    assert behind(figure)["columns"][1] == {"y": "Lorries", "y2": "Tons"}[axis]
