"""Time from left to right: to scale, with what is cut out told."""

import datetime as dt
import itertools

import pytest

from quickview.analysis.canvas import NARROW, SMALL, WIDE, Canvas, Label, inside, overlaps
from quickview.analysis.time_axis import BELOW, time_axis
from quickview.language.catalogs import Language


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_days_lie_as_far_apart_as_they_are():
    axis = time_axis(map(day, ["2024-01-01", "2024-01-11", "2024-02-10"]), 100, 700, Language("en"))
    assert axis.cuts == []
    assert (axis.x(day("2024-01-01")), axis.x(day("2024-02-10"))) == (100, 700)
    assert axis.x(day("2024-01-11")) == pytest.approx(250)


def test_a_gap_far_longer_than_all_the_rest_is_cut_out_and_the_rest_stays_to_scale():
    axis = time_axis(map(day, ["2020-01-01", "2020-01-11", "2020-01-31", "2024-01-31"]), 0, 600, Language("en"))
    (cut,) = axis.cuts
    assert (cut.start, cut.end) == (day("2020-01-31"), day("2024-01-31"))
    assert cut.right - cut.left < 60
    assert axis.x(day("2020-01-31")) == pytest.approx(3 * axis.x(day("2020-01-11")))
    assert cut.told == "4 years"


def test_no_more_than_two_gaps_are_cut_out_so_that_the_axis_keeps_room():
    dates = ["1000-01-01", "1900-01-01", "2020-01-01", "2023-01-01", "2023-02-01", "2023-02-02"]
    cuts = time_axis(map(day, dates), 8, 342, Language("en")).cuts
    assert [(cut.start.year, cut.end.year) for cut in cuts] == [(1000, 1900), (1900, 2020)]


@pytest.mark.parametrize("dates", [["2024-05-05"], ["2024-05-05", "2024-05-06"], ["1950-01-01", "2024-05-06"]])
def test_one_day_and_two_have_an_axis_without_a_cut(dates):
    axis = time_axis(map(day, dates), 0, 300, Language("en"))
    assert axis.cuts == []
    assert axis.x(day(dates[0])) == 0


@pytest.mark.parametrize(("only", "end"), [("0001-01-01", "left"), ("9999-12-31", "right")])
def test_the_first_and_the_last_day_that_can_be_written_have_an_axis_too(only, end):
    figure, language = Canvas(WIDE, 60), Language("en")
    axis = time_axis([day(only)], 8, WIDE - 8, language)
    axis.add_ticks(figure, language, bottom=BELOW, top=50, boxes=[])
    assert axis.x(day(only)) == getattr(axis, end)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("code", ["en", "ar", "fr"])
@pytest.mark.parametrize("end", ["2024-01-03", "2024-01-20", "2024-03-05", "2025-06-01", "2031-01-01", "2300-01-01"])
def test_round_dates_stand_below_without_covering_one_another(width, code, end):
    figure, language = Canvas(width, 60), Language(code)
    axis = time_axis([day("1960-01-01"), day("2024-01-02"), day(end)], 8, width - 8, language)
    axis.add_ticks(figure, language, bottom=BELOW, top=50)
    (trace,) = [trace for trace in figure.traces if trace["mode"] == "text"]
    anchored = zip(trace["text"], trace["x"], trace["y"], strict=True)
    labels = [Label(text, x, y, SMALL, anchor="bottom center") for text, x, y in anchored]
    assert len(labels) > len(axis.cuts)
    assert all(inside(label.box, (0, 0, width, 60)) for label in labels)
    assert not any(overlaps(a.box, b.box) for a, b in itertools.combinations(labels, 2))
