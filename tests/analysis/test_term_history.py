"""Terms through time: what is drawn, what is told of it."""

import datetime as dt
import itertools

import pytest
from tests.conftest import ANDES

from quickview.analysis import term_history
from quickview.analysis.canvas import inside, overlaps
from quickview.brief.export import as_json, tables
from quickview.brief.reader import load
from quickview.brief.records import DatedClaim, State
from quickview.brief.vocabulary import TermState

CEASEFIRE = ANDES.with_name("two-rivers-ceasefire.md")


@pytest.fixture(scope="module")
def ceasefire():
    return load(CEASEFIRE)


def _state(value, day, note=None):
    return State(value=TermState(value), date=dt.date.fromisoformat(day), source="monitor", note=note)


def _with(brief, altered, *, deadlines=(), title="Fire ceases", **histories):
    """The brief with terms of these histories, all with the same deadlines."""
    first = brief.facts.agreement.terms[0]
    due = tuple(DatedClaim(date=dt.date.fromisoformat(day), by=by, source="monitor") for day, by in deadlines)
    terms = tuple(
        first.model_copy(
            update={"id": name, "title": f"{title} {name}", "states": states, "state": states[-1], "deadlines": due}
        )
        for name, states in histories.items()
    )
    return altered(brief, agreement=brief.facts.agreement.model_copy(update={"terms": terms}))


def test_without_a_term_that_changed_its_state_there_is_no_figure(andes, homs):
    assert term_history(andes).html == ""
    assert term_history(homs).html == ""


def test_rows_stand_by_the_state_that_terms_are_in_what_went_wrong_first(ceasefire, as_drawings):
    wide, _ = as_drawings(term_history(ceasefire))
    names = [label for label in wide.labels if label.weight == 600 and label.x < 200]
    said = [label.text.replace("\n", " ") for label in sorted(names, key=lambda label: -label.y)]
    assert said == ["Prisoners are freed", "Fire ceases in the whole country", "The army leaves two bridges",
                    "Aid barges go up both rivers", "Minefields are shown"]  # fmt: skip


def test_rival_deadlines_stand_with_who_gives_them_and_are_to_scale(ceasefire, as_drawings):
    for drawing in as_drawings(term_history(ceasefire)):
        texts = [label.text for label in drawing.labels]
        assert "20 Jun: Hill Front" in texts
        assert "1 Jul: River Mission" in texts
        ends = sorted(mark["x"] for mark in drawing.markers())
        (as_of,) = [t["x"][0] for t in drawing.traces if t.get("line", {}).get("dash") == "4px,3px"]
        assert (ends[3] - as_of) / (ends[2] - as_of) == pytest.approx(17 / 6, abs=0.02)


def test_rows_stand_no_further_apart_than_what_lies_between_them_asks_for(ceasefire, as_drawings):
    wide, _ = as_drawings(term_history(ceasefire))
    words = min((label for label in wide.labels if label.text == "Breached"), key=lambda label: label.y).box
    beside, under = wide.label("1 Jul: River Mission").box, wide.label("The army leaves two bridges").box
    assert words[2] < beside[0]
    assert words[1] - beside[3] < 13
    assert words[1] > under[3]


@pytest.mark.parametrize(("breached", "opening"), [("2024-06-03", "Not kept on time"), ("2024-06-08", "Kept on time")])
def test_what_was_met_and_breached_again_before_its_day_was_not_kept(ceasefire, altered, breached, opening):
    history = (_state("pending", "2024-05-15"), _state("met", "2024-06-01"), _state("breached", breached))
    brief = _with(ceasefire, altered, deadlines=[("2024-06-05", "A")], a=history)
    assert term_history(brief).layout.meta["title"] == f"{opening}: Fire ceases a"


@pytest.mark.parametrize(
    ("met", "deadlines", "title"),
    [
        ("2024-06-01", [("2024-06-05", "A")], "Kept on time: Fire ceases a"),
        ("2024-06-06", [("2024-06-05", "A")], "Not kept on time: Fire ceases a"),
        ("2024-06-06", [("2024-06-05", "A"), ("2024-06-10", "B")], "Not kept on time: Fire ceases a"),
        ("2024-06-06", [("2024-06-05", "A"), ("2024-06-20", "B")], "1 of 1 term is in force or met"),
        ("2024-06-06", [], "1 of 1 term is in force or met"),
    ],
)
def test_the_title_tells_what_was_kept_on_time_by_every_date_that_has_passed(ceasefire, altered, met, deadlines, title):
    brief = _with(ceasefire, altered, deadlines=deadlines, a=(_state("pending", "2024-05-15"), _state("met", met)))
    assert term_history(brief).layout.meta["title"] == title


def test_without_a_deadline_the_title_tells_what_went_wrong(ceasefire, altered):
    turned = (_state("in force", "2024-05-15"), _state("suspended", "2024-06-01"))
    brief = _with(ceasefire, altered, a=turned, b=turned[:1])
    assert term_history(brief).layout.meta["title"] == "1 of 2 terms breached, contested or suspended"


def test_no_two_states_are_drawn_alike_without_colour(ceasefire, altered, as_drawings):
    looks = set()
    for state in TermState:
        brief = _with(ceasefire, altered, a=(_state("pending", "2024-05-15"), _state(state, "2024-06-01")))
        wide, _ = as_drawings(term_history(brief))
        start = wide.label(str(state).capitalize()).x if state is not TermState.PENDING else None
        fills = [
            t
            for t in wide.traces
            if t.get("fill") == "toself" and (start is None or min(t["x"]) == pytest.approx(start))
        ]
        over = [(t["line"]["color"], t["line"].get("dash"), round(t["y"][1] - t["y"][0], 1), round(t["x"][1] - t["x"][0], 1))
                for t in wide.traces if t.get("line", {}).get("width") in {1.1, 1} and (start or 0) <= min(filter(None, t["x"]))]  # fmt: skip
        looks.add((fills[-1]["fillcolor"], str(over)))
    assert len(looks) == len(TermState)


LONG = "The coordination office of the eastern valleys hands its maps to the united councils of the mountain districts"


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
@pytest.mark.parametrize("steps", [1, 3, 9])
def test_no_text_covers_another_however_fast_states_follow(altered, as_drawings, language, steps):
    brief = load(CEASEFIRE, language=language)
    histories = {
        f"t{n}": tuple(
            _state(state, f"2024-06-{14 - len(TermState) + k:02d}") for k, state in enumerate([*TermState][-steps:])
        )
        for n in range(4)
    } | {"x": (_state("pending", "2024-05-15"), _state("met", "2024-06-14"))}
    due = [
        ("2024-06-15", "River Mission"),
        ("2024-06-16", "A coordination office of many valleys"),
        ("2024-07-16", "B"),
    ]
    for drawing in as_drawings(term_history(_with(brief, altered, deadlines=due, title=LONG, **histories))):
        frame = (0, 0, drawing.width, drawing.height)
        assert [label.text for label in drawing.labels if not inside(label.box, frame)] == []
        assert [
            (a.text, b.text) for a, b in itertools.combinations(drawing.labels, 2) if overlaps(a.box, b.box, pad=-1)
        ] == []


def test_of_more_terms_than_are_taken_in_the_rest_is_told_and_the_table_has_all(ceasefire, altered):
    turned = (_state("in force", "2024-05-15"), _state("breached", "2024-06-01"))
    meta = term_history(_with(ceasefire, altered, **{f"t{n}": turned for n in range(60)})).layout.meta
    assert meta["whole"] is False
    assert "more terms in the table." in meta["caption"]
    assert len(meta["table"]["rows"]) == 120


def test_a_cut_in_the_axis_is_told(ceasefire, altered):
    turned = (_state("in force", "2024-05-15"), _state("breached", "2024-06-01"))
    due = [("2029-06-01", "River Mission")]
    assert "cut out" in term_history(_with(ceasefire, altered, deadlines=due, a=turned)).layout.meta["caption"]
    assert "cut out" not in term_history(_with(ceasefire, altered, a=turned)).layout.meta["caption"]


def test_two_cuts_in_the_axis_are_told_as_two(ceasefire, altered):
    turned = (_state("in force", "2024-05-15"), _state("breached", "2024-06-01"))
    due = [("2029-06-01", "River Mission"), ("2099-06-01", "River Mission")]
    caption = term_history(_with(ceasefire, altered, deadlines=due, a=turned)).layout.meta["caption"]
    assert "the 2 gaps that are cut out; their lengths are told" in caption


def test_the_states_can_be_taken_out(ceasefire):
    (table,) = [table for table in tables(ceasefire) if table.name == "states"]
    assert (
        "fire",
        "Fire ceases in the whole country",
        "breached",
        "2024-06-08",
        "Cedar Gate is shelled",
        "monitor",
    ) in table.rows
    assert '"states":[{"value":"in force","date":"2024-05-15","source":"gazette"}' in as_json(ceasefire)
