"""The timeline: in order, as exact as the dates are known, with what lies ahead apart."""

import datetime as dt

import pytest

from quickview.analysis import timeline
from quickview.analysis.timeline import entries
from quickview.brief.vocabulary import Precision
from quickview.look.palette import LIGHT, side

BOTH = pytest.mark.parametrize("name", ["homs", "andes"])
WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])


def _texts(drawing):
    return [label.text.replace("\n", " ") for label in drawing.labels]


@BOTH
@WIDTHS
def test_events_run_down_the_page_in_order_of_date(drawings, briefs, name, width):
    drawing = drawings[name, "timeline", width]
    heights = [drawing.label(entry.title).box[3] for entry in entries(briefs[name])]
    assert heights == sorted(heights, reverse=True)


@BOTH
@WIDTHS
def test_what_lies_ahead_stands_below_the_cut_off(drawings, briefs, name, width):
    drawing = drawings[name, "timeline", width]
    (line,) = [label for label in drawing.labels if label.text.startswith("As of ")]
    as_of = briefs[name].facts.document.as_of
    for entry in entries(briefs[name]):
        assert (drawing.label(entry.title).y < line.y) == (entry.date > as_of) == entry.ahead


@BOTH
@WIDTHS
def test_every_entry_has_a_dot_beside_its_title(drawings, briefs, name, width):
    drawing = drawings[name, "timeline", width]
    dots = {mark["text"]: mark for mark in drawing.markers()}
    for entry in entries(briefs[name]):
        top, bottom = drawing.label(entry.title).box[3], drawing.label(entry.title).box[1]
        assert bottom <= dots[entry.title]["y"] <= top
        assert ("open" in dots[entry.title]["symbol"]) == entry.ahead


def test_a_date_known_to_the_month_is_given_no_day(drawings, figures):
    assert "Nov" in _texts(drawings["andes", "timeline", "wide"])
    meta = figures["andes", "timeline"]["layout"]["meta"]
    assert "November 2023: Ministry raises royalties on silver." in meta["alt"]
    assert "1 November" not in meta["alt"]
    assert meta["table"]["rows"][0][0] == "Nov 2023"


@WIDTHS
def test_years_are_written_where_they_change(drawings, width):
    years = [text for text in _texts(drawings["andes", "timeline", width]) if text in {"2023", "2024"}]
    assert years == ["2023", "2024"]


@WIDTHS
def test_years_are_left_out_where_all_lies_in_one(drawings, width):
    assert "2017" not in _texts(drawings["homs", "timeline", width])


def test_a_date_known_to_the_year_is_the_year_once(andes, altered, as_drawings):
    first = andes.facts.events[0].model_copy(update={"precision": Precision.YEAR})
    wide, _ = as_drawings(timeline(altered(andes, events=(first, *andes.facts.events[1:]))))
    assert _texts(wide).count("2023") == 1


def test_two_events_of_one_day_share_the_date(drawings):
    texts = _texts(drawings["homs", "timeline", "wide"])
    assert texts.count("2 Aug") == texts.count("3 Aug") == 1


def test_a_month_and_a_day_that_begin_alike_are_told_apart(andes, altered, as_drawings):
    first = andes.facts.events[0]
    second = first.model_copy(update={"id": "second", "precision": Precision.DAY, "title": "Talks open"})
    wide, _ = as_drawings(timeline(altered(andes, events=(first, second))))
    assert {"Nov", "1 Nov"} <= set(_texts(wide))


def test_an_event_takes_the_colour_of_the_side_that_acts_first(drawings):
    dots = {mark["text"]: mark["color"] for mark in drawings["andes", "timeline", "wide"].markers()}
    assert dots["Pickets close the road"] == side(1)
    assert dots["Talks are put off"] == side(2)
    assert dots["Horizon of the forecast: Road reopens by the end of July"] == LIGHT["house"]


def test_the_day_the_agreement_takes_effect_stands_out(drawings):
    labels = drawings["homs", "timeline", "wide"].labels
    assert {label.text for label in labels if label.weight == 600 and "Aug" not in label.text} >= {
        "Truce takes effect at noon", "Due: HTS expelled (EIU)",
    }  # fmt: skip


def test_both_rival_deadlines_are_shown(homs):
    ahead = [entry for entry in entries(homs) if entry.ahead]
    assert [entry.date for entry in ahead] == [dt.date(2017, 9, 3), dt.date(2017, 9, 10)]


def test_close_weeks_get_room_and_empty_months_do_not(andes, altered, as_drawings):
    late = andes.facts.events[1:]
    early = andes.facts.events[0].model_copy(update={"date": dt.date(1980, 1, 1)})
    near, _ = as_drawings(timeline(andes))
    far, _ = as_drawings(timeline(altered(andes, events=(early, *late))))
    assert far.height <= near.height + 1


def _title(brief):
    return timeline(brief).layout.meta["title"]


def test_the_title_counts_the_last_week_and_the_days_to_come(andes):
    assert _title(andes) == "2 of 4 events fall in the last week; the next date is 47 days off"


def test_the_title_of_one_event_and_one_day_is_in_the_singular(andes, altered):
    forecast = andes.facts.forecasts[0]
    horizon = forecast.horizon.model_copy(update={"date": dt.date(2024, 6, 15)})
    brief = altered(andes, events=andes.facts.events[:1], forecasts=(forecast.model_copy(update={"horizon": horizon}),))
    assert _title(brief) == "1 event since November 2023; the next date is 1 day off"


def test_without_anything_ahead_the_cut_off_ends_the_timeline(andes, altered, as_drawings):
    forecast = andes.facts.forecasts[0]
    horizon = forecast.horizon.model_copy(update={"date": None})
    figure = timeline(altered(andes, forecasts=(forecast.model_copy(update={"horizon": horizon}),)))
    assert figure.layout.meta["title"] == "2 of 4 events fall in the last week"
    for drawing in as_drawings(figure):
        lowest = min(drawing.labels, key=lambda label: label.box[1])
        assert lowest.text == "As of 14 June 2024"


def test_the_table_numbers_the_sources_of_each_event(figures):
    rows = figures["andes", "timeline"]["layout"]["meta"]["table"]["rows"]
    assert rows[1] == [
        "31 May 2024",
        "Pickets close the road",
        "The first lorries are turned back before dawn · Puente Seco",
        "1, 2",
    ]


def test_events_given_out_of_order_are_put_in_order(andes, altered):
    brief = altered(andes, events=tuple(reversed(andes.facts.events)))
    assert [entry.title for entry in entries(brief)] == [entry.title for entry in entries(andes)]
