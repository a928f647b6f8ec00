"""Time from left to right: to scale, with what is cut out told."""

import datetime as dt

import pytest

from quickview.analysis.canvas import NARROW, WIDE, Canvas
from quickview.analysis.time_axis import BELOW, add_cuts, add_time_axis, time_axis
from quickview.language.catalogs import Language


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_days_lie_as_far_apart_as_they_are():
    axis = time_axis(map(day, ["2024-01-01", "2024-01-11", "2024-02-10"]), 100, 700)
    assert axis.cuts == []
    assert (axis.x(day("2024-01-01")), axis.x(day("2024-02-10"))) == (100, 700)
    assert axis.x(day("2024-01-11")) == pytest.approx(250)


def test_a_gap_far_longer_than_all_the_rest_is_cut_out_and_the_rest_stays_to_scale():
    axis = time_axis(map(day, ["2020-01-01", "2020-01-11", "2020-01-31", "2024-01-31"]), 0, 600)
    (cut,) = axis.cuts
    assert (cut.start, cut.end, cut.right - cut.left) == (day("2020-01-31"), day("2024-01-31"), pytest.approx(34))
    assert axis.x(day("2020-01-31")) == pytest.approx(3 * axis.x(day("2020-01-11")))
    figure = Canvas(600, 100)
    add_cuts(figure, axis, Language("en"), bottom=BELOW, top=90)
    assert [text for trace in figure.traces if trace["mode"] == "text" for text in trace["text"]] == ["4 years"]


@pytest.mark.parametrize("dates", [["2024-05-05"], ["2024-05-05", "2024-05-06"], ["1950-01-01", "2024-05-06"]])
def test_one_day_and_two_have_an_axis_without_a_cut(dates):
    axis = time_axis(map(day, dates), 0, 300)
    assert axis.cuts == []
    assert axis.x(day(dates[0])) == 0


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("end", ["2024-01-03", "2024-01-20", "2024-03-05", "2025-06-01", "2031-01-01", "2300-01-01"])
def test_round_dates_stand_below_without_covering_one_another(as_drawings, width, end):
    for code in ("en", "ar", "fr"):
        figure = Canvas(width, 60)
        add_time_axis(
            figure,
            time_axis([day("2024-01-02"), day(end)], 8, width - 8),
            Language(code),
            bottom=BELOW,
            top=50,
            boxes=[],
        )
        labels = [label for trace in figure.traces if trace["mode"] == "text" for label in trace["text"]]
        assert labels or end == "2024-01-03"
        assert len(labels) <= width / 40
