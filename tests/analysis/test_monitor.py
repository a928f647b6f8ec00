"""Whether an agreement holds, as figures and words tell of made events."""

import datetime as dt
import itertools
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from tests.conftest import HOMS, NOTEBOOK, ROOT, alone

from quickview import analysis as qv
from quickview.analysis.canvas import inside, overlaps
from quickview.analysis.monitor import Monitoring
from quickview.brief.reader import load
from quickview.brief.records import ComparedArea, FigureWords, Monitor
from quickview.evidence import monitor as counting
from quickview.evidence.event_import import Terms, import_events
from quickview.evidence.event_store import Provenance, Store
from quickview.report import reading
from quickview.theme.palette import LIGHT

EFFECTIVE = dt.date(2017, 3, 1)
TALBISEH, RASTAN, HOMS_CITY = (36.72, 34.84), (36.73, 34.93), (36.72, 34.73)
UCDP = Provenance(
    "ucdp-ged", "UCDP Georeferenced Event Dataset", "CC-BY-4.0", "Uppsala Conflict Data Program", is_shareable=True
)
ACLED = Provenance("acled", "ACLED", "rows may not be passed on", "ACLED", is_shareable=False)


def _event(at, days, kind="state-based", deaths=1, *, place_precision=1):
    start = pd.Timestamp(EFFECTIVE) + pd.Timedelta(days=days)
    return {"at": at, "start": start, "end": start, "type": kind, "low": deaths, "best": deaths, "high": deaths + 1,
            "date_precision": 1, "place_precision": place_precision}  # fmt: skip


SOME = (
    *(_event(TALBISEH, -7 * n - 3, deaths=1 + n % 4) for n in range(12)),
    *(_event(RASTAN, -7 * n - 2, "one-sided") for n in range(4)),
    *(_event(TALBISEH, 7 * n + 3, deaths=9) for n in range(5)),
    _event(RASTAN, 20, "non-state", 0),
    _event(RASTAN, 22, place_precision=4),
    _event(HOMS_CITY, -20),
    _event((38.5, 34.5), -20),
)


def _monitor(brief, events=SOME, *, provenance=UCDP, until=dt.date(2017, 6, 1), data=None, **asked):
    """A brief's monitor of made events, compared with all that lies around."""
    compare = ComparedArea(name="all around", layer="syria-governorates")
    facts = brief.facts.model_copy(update={"monitor": Monitor(events=("made",), compare=compare, **asked)})
    brief = replace(brief, facts=facts)
    territory = qv.read_territory(brief)
    frame = pd.DataFrame([{key: value for key, value in one.items() if key != "at"} for one in events])
    points = gpd.points_from_xy([one["at"][0] for one in events], [one["at"][1] for one in events])
    found = counting.monitored(
        gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326"),
        territory.shape,
        facts.monitor,
        counting.Period(EFFECTIVE, until, data or (dt.date(2016, 1, 1), dt.date(2017, 12, 31))),
        compare=territory.shape.buffer(3),
    )
    return Monitoring(brief, territory, (Store("made", Path("made.parquet"), provenance, len(events)),), found)


@pytest.fixture(scope="module")
def brief():
    return load(HOMS)


@pytest.fixture(scope="module")
def monitor(brief):
    return _monitor(brief)


def _marks(drawing, period, places=2):
    """The marks on one of the wide maps, without the squares of cities."""
    half = drawing.width / places
    legend = max(label.y for label in drawing.labels if label.text == "State-based") + 12
    return [
        mark for mark in drawing.markers()
        if period * half <= mark["x"] < (period + 1) * half and mark["y"] > legend
        and not (mark["symbol"] == "square" and mark["color"] == LIGHT["ink"])
    ]  # fmt: skip


def test_without_a_monitor_there_is_nothing():
    for part in (qv.monitor_summary, qv.monitor_weeks, qv.monitor_map):
        assert part(None).html == ""


def test_without_a_single_event_there_is_no_map_and_no_word_of_calm(brief):
    silent = _monitor(brief, [_event((38.5, 20.0), -3)])
    assert qv.monitor_map(silent).html == ""
    assert "no sign of calm" in qv.monitor_summary(silent).html


def test_a_dot_is_an_event_before_or_since_and_its_area_its_deaths(monitor, as_drawings):
    wide, narrow = as_drawings(qv.monitor_map(monitor))
    before, since = _marks(wide, 0), _marks(wide, 1)
    assert (len(before), len(since)) == (17, 7)
    sizes = sorted({mark["size"] for mark in before if mark["symbol"] == "circle"})
    assert sizes[-1] / sizes[-3] == pytest.approx(math.sqrt(4 / 2), abs=0.1)
    assert wide.label("16 events, 364 days, 1.3 per 30 days")
    assert len(_marks(narrow, 0, places=1)) == 24


def test_types_differ_by_shape_and_colour_what_is_vague_is_hollow_and_what_lies_outside_is_grey(monitor, as_drawings):
    wide, _ = as_drawings(qv.monitor_map(monitor))
    looks = {(mark["symbol"], mark["color"]) for mark in [*_marks(wide, 0), *_marks(wide, 1)]}
    counted = {look for look in looks if look[1] not in {LIGHT["line"], LIGHT["muted"]}}
    assert len({symbol for symbol, _ in counted}) == len({colour for _, colour in counted}) == 3
    assert ("circle-open", LIGHT["muted"]) in looks
    assert ("circle", LIGHT["line"]) in looks
    assert {"State-based", "Non-state", "One-sided", "Not counted", "Outside of what is counted"} <= {
        label.text for label in wide.labels
    }


def test_events_of_one_place_stand_side_by_side_and_each_is_seen(monitor, as_drawings):
    wide, _ = as_drawings(qv.monitor_map(monitor))
    spots = [(mark["x"], mark["y"]) for mark in _marks(wide, 0)]
    assert len(set(spots)) == len(spots)


def test_dots_stay_in_their_map_however_many_lie_at_its_edge(brief, as_drawings):
    crowd = [_event(HOMS_CITY, -(n % 300) - 1, deaths=30) for n in range(300)]
    wide, _ = as_drawings(qv.monitor_map(_monitor(brief, [*SOME, *crowd])))
    floor = max(label.y for label in wide.labels if label.text == "State-based") + 12
    assert all(mark["y"] - mark["size"] / 2 > floor for mark in _marks(wide, 0))


def test_with_many_events_a_dot_stands_for_all_of_a_type_at_a_place(brief, as_drawings):
    many = [_event(TALBISEH, -(n % 300) - 1) for n in range(600)]
    figure = qv.monitor_map(_monitor(brief, many))
    wide, _ = as_drawings(figure)
    assert len(_marks(wide, 0)) == 1
    assert "all events of a type at a place" in figure.layout.meta["caption"]


def test_both_maps_show_the_same_ground_at_one_scale(monitor, as_drawings):
    wide, _ = as_drawings(qv.monitor_map(monitor))
    first, second = (label for label in wide.labels if label.text == "Hama")
    assert second.x - first.x == pytest.approx(386)
    assert second.y == first.y


def test_the_table_counts_and_never_lists_an_event(brief):
    table = qv.monitor_map(_monitor(brief, provenance=ACLED)).layout.meta["table"]
    assert table["columns"] == [
        "Where", "Type", "Events before", "Events since", "Deaths before", "Deaths since", "Not counted"
    ]  # fmt: skip
    assert ["northern Homs pocket", "state-based", 12, 5, 30, 45, 1] in table["rows"]
    assert ["all around", "state-based", 2, 0, 2, 0, 0] in table["rows"]
    assert len(table["rows"]) == 4


def test_words_tell_rates_and_what_is_not_drawn(monitor):
    meta = qv.monitor_map(monitor).layout.meta
    assert (meta["id"], meta["kind"]) == ("monitor-map", "Map")
    assert meta["title"] == "Where events are recorded: 1.3 per 30 days before it took effect, 1.9 since"
    assert "1 event lies outside of these maps." in meta["caption"]
    assert "Uppsala Conflict Data Program" in meta["caption"]
    assert "Before: state-based 12; one-sided 4. Since: state-based 5; non-state 1." in meta["alt"]


def test_data_that_end_before_the_day_of_effect_give_one_map(brief, as_drawings):
    figure = qv.monitor_map(_monitor(brief, data=(dt.date(2016, 1, 1), dt.date(2017, 2, 1))))
    wide, _ = as_drawings(figure)
    assert [label.text for label in wide.labels if label.text.startswith(("Before:", "Since:"))] == [
        "Before: 2 Mar 2016 to 1 Feb 2017"
    ]
    assert "all before it took effect" in figure.layout.meta["title"]
    assert "Events since" not in figure.layout.meta["table"]["columns"]


def test_no_rate_is_told_of_a_few_days_nor_of_too_few_events_a_change(brief):
    young = _monitor(brief, until=EFFECTIVE)
    assert qv.monitor_map(young).layout.meta["title"] == "Where events are recorded, before it took effect and since"
    assert qv.monitor_weeks(young).layout.meta["title"] == "Too early to compare: 1 day of data since it took effect"
    assert "The last bar is of 1 day." in qv.monitor_weeks(young).layout.meta["caption"]
    assert re.search(r"Per 30 days since</th><td class=\"num\">–<", qv.monitor_summary(young).html)
    few = _monitor(brief, SOME[:3])
    assert " per 30 days" not in qv.monitor_map(few).layout.meta["title"]
    assert qv.monitor_weeks(few).layout.meta["title"] == "Too few events are recorded to compare before and since"
    assert "0 such events are recorded. That is no sign of calm" in qv.monitor_summary(few).html


def test_data_that_end_before_the_day_of_effect_say_so_first_and_tell_nothing_of_since(brief):
    html = qv.monitor_summary(_monitor(brief, data=(dt.date(2016, 1, 1), dt.date(2017, 2, 1)))).html
    assert html.startswith("<p>The data end on 1 February 2017, and the agreement took effect on 1 March 2017")
    assert " since</th>" not in html


def test_a_fall_that_the_surroundings_share_is_not_told_as_one_of_its_own(brief):
    fewer = [_event(at, -n // 3 - 1) for n in range(300) for at in (TALBISEH, HOMS_CITY)]
    fewer += [_event(at, 9 * n) for n in range(9) for at in (TALBISEH, HOMS_CITY)]
    title = qv.monitor_weeks(_monitor(brief, fewer)).layout.meta["title"]
    assert title == "Events are recorded less often since it took effect, with no clear difference from elsewhere"


def test_an_area_that_reaches_beyond_the_data_is_said_to_be_counted_in_part(brief):
    part = replace(_monitor(brief), uncovered={"all around": 0.62, "northern Homs pocket": 0.01})
    html = qv.monitor_summary(part).html
    assert "Of all around, 62% lies outside of the box in which these data have any event" in html
    assert "Of northern Homs pocket" not in html


def test_a_buffer_is_drawn_and_what_lies_in_it_is_counted(brief):
    meta = qv.monitor_map(_monitor(brief, buffer_km=15)).layout.meta
    assert "Dashed: northern Homs pocket; dotted: 15 km around it." in meta["caption"]
    assert ["northern Homs pocket and 15 km around it", "state-based", 13, 5, 31, 45, 1] in meta["table"]["rows"]


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
@pytest.mark.parametrize("part", [qv.monitor_map, qv.monitor_weeks])
def test_no_text_covers_another_and_none_leaves_the_canvas(as_drawings, language, part):
    for drawing in as_drawings(part(_monitor(load(HOMS, language=language)))):
        frame = (0, 0, drawing.width, drawing.height)
        assert [label.text for label in drawing.labels if not inside(label.box, frame)] == []
        pairs = itertools.combinations(drawing.labels, 2)
        assert [(a.text, b.text) for a, b in pairs if overlaps(a.box, b.box, pad=-1)] == []


def test_scales_of_thousands_and_long_names_stay_within_the_drawing(brief, as_drawings):
    long = _monitor(brief, [_event(TALBISEH, -n, deaths=7000) for n in range(1, 30)])
    compare = long.asked.compare.model_copy(update={"name": "The long name of an area to compare with " * 3})
    facts = long.brief.facts.model_copy(update={"monitor": long.asked.model_copy(update={"compare": compare})})
    for drawing in as_drawings(qv.monitor_weeks(replace(long, brief=replace(long.brief, facts=facts)))):
        frame = (0, 0, drawing.width, drawing.height)
        assert [label.text for label in drawing.labels if not inside(label.box, frame)] == []
        assert any(re.fullmatch(r"[\d,]{5,}", label.text) for label in drawing.labels)


def test_for_readers_of_arabic_maps_run_from_the_right_and_are_not_mirrored(brief, monitor, as_drawings):
    wide, _ = as_drawings(qv.monitor_map(_monitor(load(HOMS, language="ar"))))
    english, _ = as_drawings(qv.monitor_map(monitor))
    first = next(label for label in wide.labels if "قبل" in label.text)
    assert first.x == pytest.approx(wide.width)
    shift = 386
    right = sorted(round(mark["x"] - shift, 1) for mark in wide.markers() if mark["x"] > shift and mark["y"] > 60)
    left = sorted(round(mark["x"], 1) for mark in english.markers() if mark["x"] < shift - 12 and mark["y"] > 60)
    assert right == left


def test_an_author_may_word_the_map(brief, altered):
    worded = altered(brief, figures=(FigureWords(id="monitor-map", title="Mostly on the road"),))
    assert qv.monitor_map(_monitor(worded)).layout.meta["title"] == "Mostly on the road"


def test_ranges_never_break_over_lines(monitor):
    cells = re.findall(r'<td class="num">([^<]*\([^<]*)</td>', qv.monitor_summary(monitor).html)
    assert len(cells) == 5
    assert not [cell for cell in cells if " " in cell or re.search("(?<!\u2060)–", cell)]


def test_what_is_counted_after_the_briefs_own_day_is_told_first(brief):
    later = _monitor(brief, until=dt.date(2017, 9, 30))
    told = "Events are counted to 30 September 2017, after the brief’s own day, 4 August 2017."
    assert qv.monitor_summary(later).html.startswith(f"<p>{told}")
    assert told in qv.monitor_masthead(brief, later).html
    within = _monitor(brief, until=dt.date(2017, 8, 4))
    assert "after the brief’s own day" not in qv.monitor_summary(within).html + qv.monitor_masthead(brief, within).html


def test_the_head_of_the_monitors_page_has_a_title_of_its_own_and_none_of_the_prose(brief, monitor):
    head = qv.monitor_masthead(brief, monitor)
    assert head.data["title"] == "Russia establishes truce in Homs: is it holding?"
    assert head.data["prose"] == []
    assert qv.masthead(brief).data["prose"] != []


def test_no_data_are_said_to_end_only_where_they_end_before_the_day_that_is_asked_for(brief, as_drawings):
    def said(**told):
        wide, narrow = as_drawings(qv.monitor_weeks(_monitor(brief, until=dt.date(2017, 7, 30), **told)))
        return [any("No data after" in label.text for label in drawing.labels) for drawing in (wide, narrow)]

    assert said() == [False, False]
    assert said(data=(dt.date(2016, 1, 1), dt.date(2017, 4, 1))) == [True, True]
    few_days = qv.monitor_weeks(
        _monitor(brief, until=dt.date(2017, 7, 30), data=(dt.date(2016, 1, 1), dt.date(2017, 7, 10)))
    )
    for drawing in as_drawings(few_days):
        assert all(inside(label.box, (0, 0, drawing.width, drawing.height)) for label in drawing.labels)


@pytest.fixture
def project(tmp_path):
    """A project whose brief has a monitor, and plain events on both sides of its day of effect."""
    shutil.copytree(ROOT / "shapes", tmp_path / "shapes")
    (tmp_path / "briefs").mkdir()
    text = alone(HOMS.read_text(encoding="utf-8"))
    (tmp_path / "briefs" / HOMS.name).write_text(
        text.replace("\nsides:", "\nmonitor:\n  events: [table]\n\nsides:", 1), encoding="utf-8"
    )
    days = [dt.date(2017, 1, 2) + dt.timedelta(days=9 * n) for n in range(30)]
    rows = [f"{n},{day},36.72,34.84,shelling,2" for n, day in enumerate(days)]
    file = tmp_path / "events.csv"
    file.write_text("\n".join(["id,date,longitude,latitude,type,deaths", *rows]), encoding="utf-8")
    terms = Terms(licence="CC0", credit="made for a test", release="1")
    import_events(file, tmp_path / "shapes", terms)
    return tmp_path


def test_the_monitors_notebook_counts_to_the_day_it_is_given_and_says_that_it_is_after_the_briefs(project, run_here):
    path = project / "briefs" / HOMS.name
    run = run_here(ROOT / "notebooks" / "truce_monitor.ipynb", brief_path=str(path), until="2017-09-15")
    report = reading.read_outline(run, folder=ROOT / "notebooks")
    reading.check_outline(report, load(path))
    shown = [part.id for part in report.parts if part.id]
    assert [name for name in shown if name in {"masthead", "monitor", "monitor-map", "terms", "sources", "method"}] == [
        "masthead", "monitor", "monitor", "monitor-map", "terms", "sources", "method"
    ], shown  # fmt: skip
    assert "Events are counted to 15 September 2017" in report.head[0].html
    assert not [warning for warning in report.warnings if "W-SECTION" in warning]


def test_the_quick_view_of_the_same_brief_counts_to_its_own_day(project, run_here):
    path = project / "briefs" / HOMS.name
    report = reading.read_outline(run_here(NOTEBOOK, brief_path=str(path)), folder=ROOT / "notebooks")
    told = next(part.html for section in report.sections for part in section.parts if section.title == "Is it holding?")
    assert "4 August 2017" in told
    assert "15 September" not in told
    assert "monitor-map" in {figure.id for figure in report.figures}
