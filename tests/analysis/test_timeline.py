"""The timeline: in order, as exact as the dates are known, with what lies ahead apart."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.builders import sizes

from quickview.analysis import timeline
from quickview.analysis.canvas import inside, overlaps
from quickview.analysis.timeline import chosen, entries
from quickview.brief.reader import load
from quickview.brief.vocabulary import Precision
from quickview.theme.palette import LIGHT, side

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


def test_a_title_counts_no_last_week_in_which_all_fell(andes, altered):
    late = [event for event in andes.facts.events if event.date >= dt.date(2024, 6, 8)]
    assert len(late) == 2
    assert _title(altered(andes, events=tuple(late))).startswith("2 events since ")


def test_the_title_of_one_event_and_one_day_is_in_the_singular(andes, altered):
    forecast = andes.facts.forecasts[0]
    horizon = forecast.horizon.model_copy(update={"date": dt.date(2024, 6, 15)})
    brief = altered(andes, events=andes.facts.events[:1], forecasts=(forecast.model_copy(update={"horizon": horizon}),))
    assert _title(brief) == "One event: November 2023; the next date is 1 day off"


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


@pytest.fixture(scope="module")
def of_size(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    return lambda events: load(sizes.write(folder, f"events-{events}", actors=8, events=events, sources=3, terms=3))


def _crossing(drawing):
    """Texts that share room with another, or leave the canvas."""
    labels = drawing.labels
    frame = (-1, -1, drawing.width + 1, drawing.height + 1)
    return [
        one.text
        for n, one in enumerate(labels)
        if not inside(one.box, frame) or any(overlaps(one.box, other.box, pad=-1.5) for other in labels[:n])
    ]


@pytest.mark.parametrize("events", [1, 3, 15, 40, 500])
def test_any_number_of_events_is_drawn_no_taller_than_a_reader_takes_in(of_size, as_drawings, events):
    wide, narrow = as_drawings(timeline(of_size(events)))
    assert wide.height <= 560
    assert narrow.height <= 1500
    assert _crossing(wide) == _crossing(narrow) == []


@pytest.mark.parametrize("events", [1, 15, 40])
def test_up_to_forty_events_are_all_named(of_size, as_drawings, events):
    brief = of_size(events)
    for drawing in as_drawings(timeline(brief)):
        assert {event.title for event in brief.facts.events} <= set(_texts(drawing))


def test_of_five_hundred_events_the_drawing_counts_those_it_does_not_name(of_size, as_drawings):
    brief = of_size(500)
    figure = timeline(brief)
    wide, _ = as_drawings(figure)
    counted = [int(text.split()[0]) for text in _texts(wide) if text.endswith(" events")]
    alone = [text for text in _texts(wide) if text.startswith("Event number")]
    assert 450 < sum(counted) <= 500
    assert 10 < len(alone) < 60
    assert figure.layout.meta["whole"] is False
    assert len(figure.layout.meta["table"]["rows"]) == len(entries(brief))
    assert len(figure.layout.meta["alt"]) < 4000


def test_what_several_sources_report_and_what_was_agreed_is_named_before_the_rest(of_size):
    brief = of_size(500)
    old, early = brief.facts.events[480], brief.facts.events[450]
    told = old.model_copy(update={"sources": ("s0", "s1", "s2"), "title": "Told by three"})
    events = tuple({old.id: told}.get(one.id, one) for one in brief.facts.events)
    agreement = brief.facts.agreement
    signed = agreement.effective.model_copy(update={"date": early.date})
    facts = brief.facts.model_copy(
        update={"events": events, "agreement": agreement.model_copy(update={"signed": (signed,)})}
    )
    brief = replace(brief, facts=facts)
    named = {entry.title for entry in chosen(brief, entries(brief), 4)}
    assert {"Told by three", early.title} <= named
    assert not {one.title for one in events[400:440]} & named


def test_a_long_silence_is_told_and_dotted(andes, as_drawings):
    wide, _ = as_drawings(timeline(andes))
    assert "7 months" in _texts(wide)
    assert sum(trace["line"].get("dash") == "2px,3px" for trace, _lines in wide.lines) == 1


def test_without_events_and_dates_there_is_no_timeline(andes, altered):
    forecast = andes.facts.forecasts[0]
    open_ended = forecast.model_copy(update={"horizon": forecast.horizon.model_copy(update={"date": None})})
    assert timeline(altered(andes, events=(), forecasts=(open_ended,))).html == ""


def test_with_dates_ahead_alone_the_title_tells_the_next(andes, altered):
    assert _title(altered(andes, events=())) == "The next date is 47 days off"
