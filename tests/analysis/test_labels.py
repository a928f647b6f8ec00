"""Names beside points: none covers another, a symbol or the frame."""

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from quickview.analysis.canvas import Label, inside, overlaps, wrap
from quickview.analysis.labels import cut_short, foldable, place_area_label, place_labels
from quickview.theme import typeface

FRAME = (0.0, 0.0, 400.0, 300.0)
NAMES = st.text("abcdefghij ", min_size=1, max_size=14).map(str.strip).filter(bool)
POINTS = st.tuples(st.floats(0, 400), st.floats(0, 300))
LABELS = st.lists(
    st.builds(lambda text, at, size: Label(text, *at, size), NAMES, POINTS, st.sampled_from([9.0, 11.0, 16.0])),
    max_size=25,
)
BOXES = st.lists(
    st.builds(lambda at, w, h: (at[0], at[1], at[0] + w, at[1] + h), POINTS, st.floats(1, 90), st.floats(1, 60)),
    max_size=6,
)


@given(LABELS, BOXES)
@settings(max_examples=40, deadline=None)
def test_placed_labels_cover_nothing_and_stay_in_the_frame(wanted, obstacles):
    placed = place_labels(wanted, frame=FRAME, obstacles=obstacles).placed
    boxes = [label.box for label in placed]
    assert all(inside(one, FRAME) for one in boxes)
    assert not any(overlaps(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert not any(overlaps(a, b) for a in boxes for b in obstacles)


@given(LABELS, BOXES)
@settings(max_examples=40, deadline=None)
def test_every_label_is_either_placed_or_reported_as_dropped(wanted, obstacles):
    placement = place_labels(wanted, frame=FRAME, obstacles=obstacles)
    assert sorted([*placement.dropped, *(label.text for label in placement.placed)]) == sorted(
        label.text for label in wanted
    )


@given(LABELS)
@settings(max_examples=40, deadline=None)
def test_a_label_stands_beside_its_own_point(wanted):
    at = {(label.text, label.x, label.y) for label in wanted}
    for label in place_labels(wanted, frame=FRAME, obstacles=()).placed:
        assert any(t == label.text and abs(label.x - x) <= 7.1 and abs(label.y - y) <= 7.1 for t, x, y in at)


def test_placing_leaves_its_inputs_alone():
    wanted, obstacles = [Label("Homs", 50, 50)], [(0.0, 0.0, 10.0, 10.0)]
    place_labels(wanted, frame=FRAME, obstacles=obstacles)
    assert wanted == [Label("Homs", 50, 50)]
    assert obstacles == [(0.0, 0.0, 10.0, 10.0)]


def test_the_first_of_two_rivals_gets_the_room():
    walls = [(0.0, 0.0, 400.0, 139.0), (0.0, 159.0, 400.0, 300.0), (90.0, 0.0, 400.0, 300.0)]
    pair = [Label("first", 10, 149), Label("second one", 12, 149)]
    placement = place_labels(pair, frame=FRAME, obstacles=walls)
    assert [label.text for label in placement.placed] == ["first"]
    assert placement.dropped == ("second one",)


def test_a_free_name_stands_to_the_right():
    (label,) = place_labels([Label("Homs", 100, 100)], frame=FRAME, obstacles=()).placed
    assert label.box[0] > 100


def test_a_name_moves_off_a_road_when_it_can():
    road = LineString([(100, 100), (400, 100)])
    (label,) = place_labels([Label("Homs", 100, 100)], frame=FRAME, obstacles=(), avoid=[road]).placed
    assert not road.intersects(box(*label.box))


def test_a_name_crosses_a_road_rather_than_being_lost():
    roads = [LineString([(0, y), (400, y)]) for y in range(0, 300, 5)]
    placement = place_labels([Label("Homs", 100, 100)], frame=FRAME, obstacles=(), avoid=roads)
    assert placement.dropped == ()


def test_an_area_is_named_inside_itself():
    area = box(20, 20, 200, 120)
    label = place_area_label(Label("HAMA", 0, 0), area, frame=FRAME, obstacles=[(20.0, 20.0, 110.0, 120.0)])
    assert area.contains(box(*label.box))
    assert not overlaps(label.box, (20.0, 20.0, 110.0, 120.0))


def test_an_area_too_small_for_its_name_goes_without():
    assert place_area_label(Label("HAMA", 0, 0), box(20, 20, 40, 25), frame=FRAME, obstacles=()) is None


@given(st.text("abcdef ", max_size=90), st.floats(30, 300))
def test_any_text_can_be_folded_to_any_width_without_losing_a_letter(text, limit):
    folded = wrap(foldable(text, limit, size=12), limit, size=12)
    assert folded.replace("\n", "").replace(" ", "") == text.replace(" ", "")
    assert all(typeface.width(line, 12) <= limit for line in folded.split("\n"))


@given(st.text("abcdef ", max_size=90), st.floats(30, 300))
def test_a_text_that_is_cut_short_fits_and_says_so(text, limit):
    short = cut_short(text, limit, size=12)
    assert typeface.width(short, 12) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_of_more_names_than_any_map_has_room_for_the_most_important_are_placed_and_the_others_told():
    wanted = [Label(f"Town {n}", 20 + n % 60 * 12, 20 + n // 60 % 60 * 12, size=11) for n in range(3000)]
    placement = place_labels(wanted, frame=(0.0, 0.0, 760.0, 760.0), obstacles=[])
    assert placement.placed[0].text == "Town 0"
    assert placement.dropped[-1] == "Town 2999"
    assert len(placement.placed) + len(placement.dropped) == len(wanted)
