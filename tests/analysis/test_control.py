"""Small maps of who held what, and how many places had each status through time."""

import itertools
from collections import Counter
from dataclasses import replace

import pytest
from tests.conftest import ANDES

from quickview.analysis import control, read_territory
from quickview.analysis.canvas import inside, overlaps
from quickview.brief.reader import load
from quickview.theme.palette import LIGHT, side

CEASEFIRE = ANDES.with_name("two-rivers-ceasefire.md")


@pytest.fixture(scope="module")
def ceasefire():
    return read_territory(load(CEASEFIRE))


def _with(territory, altered, **place):
    """The territory of the same brief with other facts of its place."""
    brief = altered(territory.brief, place=territory.place.model_copy(update=place))
    return replace(territory, brief=brief)


def _marks(drawing, frame):
    """How many places a small map shows in each colour."""
    left, bottom, right, top = frame
    inner = (m for m in drawing.markers() if left <= m["x"] <= right and bottom <= m["y"] <= top)
    return Counter(m["color"] for m in inner if m["symbol"] != "circle-open")


def _frames(drawing):
    """The frames of the small maps, in reading order: what the sea or land of each fills."""
    titles = [label for label in drawing.labels if label.weight == 600]
    width = max(t.x for t in titles) and min(
        b.x - a.x for a, b in itertools.pairwise(sorted(titles, key=lambda t: t.x)) if b.x > a.x
    )
    ordered = sorted(titles, key=lambda t: (-round(t.y), t.x))
    return [(t.text, (t.x, t.y - width, t.x + width - 12, t.y)) for t in ordered]


def test_without_a_history_or_a_place_there_is_no_figure(andes_territory):
    assert control(andes_territory).html == ""
    assert control(None).html == ""


def test_small_maps_show_each_day_as_it_was(ceasefire, as_drawings):
    wide, _ = as_drawings(control(ceasefire))
    shown = {title: _marks(wide, frame) for title, frame in _frames(wide)}
    assert list(shown) == ["2023", "5 November 2023", "2 March 2024", "10 June 2024"]
    government, front, other = side(1), side(2), LIGHT["muted"]
    assert shown["2023"] == {government: 5, front: 2, other: 1}
    assert shown["5 November 2023"] == {government: 2, front: 6}
    assert shown["10 June 2024"] == {government: 3, front: 3, other: 2}


def test_a_brief_may_say_which_days_the_small_maps_show(ceasefire, altered, as_drawings):
    days = tuple(one.since for one in ceasefire.place.history[2:5])
    wide, narrow = as_drawings(control(_with(ceasefire, altered, history_days=days)))
    for drawing in (wide, narrow):
        assert [title for title, _ in _frames(drawing)] == ["April 2023", "18 September 2023", "5 November 2023"]


def test_the_areas_count_places_to_scale_and_what_is_not_known_is_one_of_them(ceasefire, as_drawings):
    wide, _ = as_drawings(control(ceasefire))
    floor, top = wide.label("0").y, wide.label("8").y
    counts = sorted((label.y, label.text) for label in wide.labels if label.text in {"1", "3"} and label.x > 700)
    assert [text for _, text in counts] == ["3", "3", "1", "1"]
    assert (counts[0][0] - floor) / (top - floor) == pytest.approx(1.5 / 8)
    assert "Not known" in [label.text for label in wide.labels]


def test_the_title_and_the_words_tell_what_changed(ceasefire):
    meta = control(ceasefire).layout.meta
    assert meta["title"] == "Held by the government: from 5 to 3 of 8 places, 2023 to 14 June 2024"
    assert "5 November 2023: Held by the government 2; Held by the Hill Front 6." in meta["alt"]
    assert meta["table"]["columns"] == ["Place", "Status", "From", "Until", "Note", "Sources"]
    assert [
        "Sandbar Port",
        "Held by the government",
        "2023",
        "11 Feb 2024",
        "Nothing is told of it since",
        "1",
    ] in meta["table"]["rows"]


def test_places_without_a_history_are_neither_counted_nor_passed_over(ceasefire, altered):
    some = _with(ceasefire, altered, history=ceasefire.place.history[:1])
    meta = control(some).layout.meta
    assert "Of 4 more places on the map no history is given." in meta["caption"]
    assert meta["title"] == "0 of 4 places changed their status since 2023"


def test_what_the_map_colours_besides_is_not_in_the_small_ones(ceasefire, as_drawings):
    wide, _ = as_drawings(control(ceasefire))
    fills = {trace.get("fillcolor") for trace in wide.traces}
    assert not fills & {LIGHT[f"step-{n}"] for n in range(1, 6)}


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_no_text_covers_another_and_none_leaves_the_canvas(as_drawings, language):
    territory = read_territory(load(CEASEFIRE, language=language))
    for drawing in as_drawings(control(territory)):
        frame = (0, 0, drawing.width, drawing.height)
        assert [label.text for label in drawing.labels if not inside(label.box, frame)] == []
        assert [
            (a.text, b.text) for a, b in itertools.combinations(drawing.labels, 2) if overlaps(a.box, b.box, pad=-1)
        ] == []


def test_for_readers_of_arabic_days_run_from_the_right_and_maps_are_not_mirrored(as_drawings):
    wide, _ = as_drawings(control(read_territory(load(CEASEFIRE, language="ar"))))
    english, _ = as_drawings(control(read_territory(load(CEASEFIRE))))
    first = next(label for label in wide.labels if label.text.strip("\u2066\u2067\u2068\u2069") == "2023")
    assert first.x == pytest.approx(wide.width, abs=1)
    own = sorted(round(m["x"] % 193, 1) for m in english.markers() if m["y"] > 200)
    assert sorted(round(m["x"] % 193, 1) for m in wide.markers() if m["y"] > 200) == own
