"""What must hold between the records of a brief; the seeded faults show where each is told."""

import copy
import dataclasses
import json

import pytest

from quickview.brief import checks
from quickview.brief.checked import Context
from quickview.brief.checks import CHECKS
from quickview.inputs.yaml_document import read_document
from quickview.layers.catalog import read_catalog

FORECAST = """\
  - id: {id}
    title: Vote
    statement: The vote is held.
    horizon: {{text: Within a year{day}}}
    probability: {{low: {low}, high: {high}, basis: given}}
    word: {word}
    confidence: low
    confidence_reason: One report.
    by: The Paper
    drivers_for: [The mayor wants it]
    indicators:
      - {{text: Ballots are printed, where: Town hall}}
    settled_by: A vote.
    source: paper
"""
AGREEMENT = """\
agreement:
  name: Well pact
  parties: [mayor]
  effective: {date: 2020-02-01, by: The Paper, source: paper}
  source: paper
  terms:
    - id: share
      title: Water is shared
      text: Water is shared.
      category: %(category)s
      binds: [%(binds)s]
      deadlines: [{date: %(deadline)s, by: The Paper, source: paper}]
      state: {value: pending, date: %(state)s, source: paper}
      source: paper
"""
PACT = {"category": "Ce", "binds": "mayor", "deadline": "2020-03-01", "state": "2020-02-01"}


@pytest.fixture
def codes(faults):
    return lambda text: [fault.code for fault in faults(text)]


@pytest.fixture
def with_forecasts(minimal: str):
    def with_forecasts(*forecasts: dict) -> str:
        rows = "".join(
            FORECAST.format(**{"id": f"f{n}", "low": 60, "high": 70, "day": "", "word": "likely"} | forecast)
            for n, forecast in enumerate(forecasts)
        )
        start, end = minimal.index("  - id: vote-held"), minimal.index("---\n\n## What")
        return minimal[:start] + rows + minimal[end:]

    return with_forecasts


def test_the_minimal_brief_passes_every_check(codes, minimal: str) -> None:
    assert codes(minimal) == []


def test_every_check_is_run() -> None:
    assert set(CHECKS) == {check for name, check in vars(checks).items() if name.startswith("check_")}


def test_checks_leave_facts_and_tree_as_they_were(house, minimal: str) -> None:
    front = (
        minimal.replace("actor: council", "actor: nobody")
        .replace("kind: person, side: council", "kind: person, side: nobody")
        .split("---\n")[1]
    )
    tree, positions, _ = read_document(front, file="x", first_line=2)
    before = copy.deepcopy(tree)
    assert checks.run({}, Context("x", tree, positions, read_catalog(house / "shapes" / "catalog.yaml"), ())) != []
    assert tree == before


@pytest.mark.parametrize("tree", [None, [], {}, "x", 3, [[1]], {"sources": 3, "actors": [3], "agreement": []}])
def test_checks_bear_facts_of_any_shape(house, tree) -> None:
    _, positions, _ = read_document(json.dumps(tree), file="x", first_line=2)
    context = Context("x", tree, positions, read_catalog(house / "shapes" / "catalog.yaml"), ())
    assert checks.run({}, context) == []


def test_a_context_cannot_be_changed(house) -> None:
    _, positions, _ = read_document("{}", file="x", first_line=2)
    context = Context("x", {}, positions, read_catalog(house / "shapes" / "catalog.yaml"), ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        context.file = "y"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("place: North well", "place: North wel", "E-REF-PLACE"),
        ("supports, source: paper}", "supports, source: papr}", "E-REF-SOURCE"),
        ("side: council", "side: concil", "E-REF-SIDE"),
        ("sources: [paper]", "actors: [major], sources: [paper]", "E-REF-ACTOR"),
        ("  places: wells", "  side: concil\n  places: wells", "E-REF-SIDE"),
        ("label: Open}", "label: Open, side: concil}", "E-REF-SIDE"),
    ],
)
def test_an_id_that_nothing_bears_is_told_with_the_closest(faults, minimal: str, old: str, new: str, code: str) -> None:
    (fault,) = faults(minimal.replace(old, new, 1))
    assert fault.code == code
    assert fault.hint.startswith("did you mean ")


def test_a_faulty_record_may_still_be_referred_to(codes, minimal: str) -> None:
    assert codes(minimal.replace("credibility: 2", "credibility: 9")) == ["E-GRADE"]


def test_a_faulty_record_hides_no_fault_of_another(codes, minimal: str) -> None:
    text = minimal.replace("credibility: 2", "credibility: 9").replace("country: NOR", "country: XXX\n  colour: red")
    text = text.replace("id: call, date: 2020-02-03", "id: call, date: 2021-02-03").replace("[@paper]", "[@papr]")
    text = text.replace("label: Open", "lable: Open")
    assert sorted(codes(text)) == ["E-CITE", "E-COUNTRY", "E-GRADE", "E-HINDSIGHT", "E-KEY-UNKNOWN", "E-KEY-UNKNOWN"]


def test_a_faulty_term_hides_no_fault_of_the_agreement(codes, minimal: str) -> None:
    pact = PACT | {"category": "Cx", "deadline": "2020-01-01", "state": "2021-01-01", "binds": "major"}
    text = minimal.replace("events:", AGREEMENT % pact + "events:")
    assert sorted(codes(text)) == ["E-DEADLINE", "E-HINDSIGHT", "E-REF-ACTOR", "E-WORD"]


def test_a_sound_agreement_passes_with_a_deadline_after_the_cut_off(codes, minimal: str) -> None:
    assert codes(minimal.replace("events:", AGREEMENT % PACT + "events:")) == []


@pytest.mark.parametrize(("deadline", "late"), [("2020-01-31", True), ("2020-02-01", True), ("2020-02-02", False)])
def test_a_deadline_lies_after_the_day_of_effect(codes, minimal: str, deadline: str, late: bool) -> None:
    text = minimal.replace("events:", AGREEMENT % (PACT | {"deadline": deadline, "state": "2020-02-09"}) + "events:")
    assert codes(text) == (["E-DEADLINE"] if late else [])


STATES = """      states:
        - {value: pending, date: %s, source: paper}
        - {value: met, date: %s, source: paper%s}
"""


@pytest.fixture
def states(minimal: str):
    """A brief whose one term came along in two states; `both` keeps the one `state` beside them."""

    def states(first: str, second: str, note: str = "", *, both: bool = False) -> str:
        pact = (AGREEMENT % PACT).replace(
            "  parties:", "  signed: [{date: 2020-01-31, by: The Paper, source: paper}]\n  parties:"
        )
        one = "      state: {value: pending, date: 2020-02-01, source: paper}\n"
        assert one in pact
        pact = pact.replace(one, STATES % (first, second, note) + one * both)
        return minimal.replace("events:", pact + "events:")

    return states


def test_a_term_may_come_along_in_dated_states_of_which_the_last_holds(read, states) -> None:
    (term,) = read(states("2020-02-01", "2020-02-09")).facts.agreement.terms
    assert [str(state.value) for state in term.history] == ["pending", "met"]
    assert term.state == term.history[-1]


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        (("2020-02-01", "2020-02-01"), "E-STATE-ORDER"),
        (("2020-02-05", "2020-02-03"), "E-STATE-ORDER"),
        (("2020-02-01", "2020-02-11"), "E-HINDSIGHT"),
        (("2020-01-30", "2020-02-03"), "E-STATE-EARLY"),
    ],
)
def test_states_ascend_from_the_signature_to_the_cut_off(codes, states, dates, code) -> None:
    assert codes(states(*dates)) == [code]


def test_a_state_before_the_signature_may_stand_with_a_note_of_how(codes, states) -> None:
    assert codes(states("2020-01-20", "2020-01-25", ", note: Begun before")) == ["E-STATE-EARLY"]
    assert codes(states("2020-02-01", "2020-02-02", ", note: Begun before")) == []


def test_a_term_has_its_state_in_one_form(faults, states) -> None:
    (fault,) = faults(states("2020-02-01", "2020-02-09", both=True))
    assert (fault.code, fault.hint) == ("E-STATE-TWICE", "put it last among `states`")


def test_a_fault_in_one_of_the_states_is_told_once(codes, states) -> None:
    assert codes(states("2020-02-01", "2020-02-31")) == ["E-DATE"]


def test_a_term_without_any_state_is_told_how_to_have_one(faults, minimal: str) -> None:
    pact = (AGREEMENT % PACT).replace("      state: {value: pending, date: 2020-02-01, source: paper}\n", "")
    (fault,) = faults(minimal.replace("events:", pact + "events:"))
    assert "give `state`, or `states`" in fault.hint


def test_what_was_due_on_the_day_of_effect_is_told_how_to_stand_without_a_deadline(faults, minimal: str) -> None:
    (fault,) = faults(
        minimal.replace("events:", AGREEMENT % (PACT | {"deadline": "2020-02-01", "state": "2020-02-09"}) + "events:")
    )
    assert fault.hint == "leave it out: what was due that day has a `state`, met or not"


@pytest.mark.parametrize(("day", "late"), [("2020-02-09", False), ("2020-02-10", False), ("2020-02-11", True)])
def test_what_happened_on_the_day_of_the_cut_off_may_stand(codes, minimal: str, day: str, late: bool) -> None:
    assert codes(minimal.replace("call, date: 2020-02-03", f"call, date: {day}")) == (["E-HINDSIGHT"] if late else [])


@pytest.mark.parametrize(("day", "passed"), [("2020-02-10", True), ("2020-02-11", False)])
def test_a_horizon_lies_after_the_cut_off(codes, with_forecasts, day: str, passed: bool) -> None:
    assert codes(with_forecasts({"day": f", date: {day}"})) == (["E-HORIZON"] if passed else [])


def test_a_later_source_may_stand_with_a_reason(codes, minimal: str) -> None:
    later = minimal.replace("wells, date: 2020-02-03", "wells, date: 2020-02-12")
    assert codes(later) == ["E-SOURCE-LATE"]
    assert codes(later.replace("credibility: 2", "credibility: 2, late: It tells of the third")) == []


def test_a_source_without_a_date_is_not_late(codes, minimal: str) -> None:
    assert codes(minimal.replace("wells, date: 2020-02-03", "wells, date: null")) == []


def test_one_citation_in_the_prose_is_use_enough(codes, minimal: str) -> None:
    extra = "sources:\n  - {id: radio, publisher: Radio, title: News, date: null, reliability: C, credibility: 3}\n"
    text = minimal.replace("sources:\n", extra, 1)
    assert codes(text) == ["E-SOURCE-UNUSED"]
    assert codes(text.replace("[@paper]", "[@paper;\n@radio]")) == []


def test_every_forecast_outside_the_first_row_is_told_and_none_inside(faults, with_forecasts) -> None:
    words = ["likely", "probable", "likely", "probable"]
    told = list(faults(with_forecasts(*({"word": word} for word in words))))
    assert [fault.message.split()[0] for fault in told] == ["`probable`", "`probable`"]
    assert {fault.hint for fault in told} == {"write `likely`, of the row of `likely`"}


@pytest.mark.parametrize(("low", "high", "sound"), [(55, 80, True), (80, 80, True), (54, 80, False), (55, 80.1, False)])
def test_a_word_agrees_with_its_band_edges_included(codes, with_forecasts, low, high, sound: bool) -> None:
    assert codes(with_forecasts({"low": low, "high": high})) == ([] if sound else ["E-WORD-NUMBER"])


def test_prose_in_the_second_row_agrees_with_forecasts_in_the_second_row(codes, with_forecasts) -> None:
    text = with_forecasts({"word": "probable"})
    assert codes(text.replace("Wells run dry.", "It is highly probable that wells run dry [@paper].")) == []
    assert codes(text.replace("Wells run dry.", "It is very likely that wells run dry [@paper].")) == ["E-WORD-ROWS"]


def test_titles_of_sources_are_not_the_words_of_the_desk(codes, minimal: str) -> None:
    assert codes(minimal.replace("title: A vote on wells", "title: A vote is probable")) == []


def test_a_relation_may_go_both_ways_and_be_of_two_kinds(codes, minimal: str) -> None:
    actor = "  - {id: town, name: Town, kind: state, side: council, role: Votes, stance: bound, source: paper}\n"
    rows = "relations:\n" + "".join(
        f"  - {{from: {a}, to: {b}, kind: {kind}, source: paper}}\n"
        for a, b, kind in [("mayor", "town", "leads"), ("town", "mayor", "leads"), ("mayor", "town", "warns")]
    )
    text = minimal.replace("events:\n", actor + rows + "events:\n")
    assert codes(text) == []
    assert codes(text.replace("kind: warns", "kind: leads")) == ["E-RELATION-TWICE"]


@pytest.mark.parametrize(("place", "far"), [("Near well", False), ("Edge well", False), ("Far well", True)])
def test_a_place_lies_in_the_territory_or_within_fifty_kilometres(faults, minimal: str, place: str, far: bool) -> None:
    told = faults(minimal.replace("place: North well", f"place: {place}"))
    assert [fault.code for fault in told] == (["E-PLACE-FAR"] if far else [])
    if far:
        assert "56 km" in told[0].message


def test_a_broken_layer_is_told_with_the_faults_of_the_brief(faults, house, minimal: str) -> None:
    (house / "shapes" / "wells.geojson").write_text("{", encoding="utf-8")
    told = faults(minimal.replace("[@paper]", "[@papr]"))
    assert {fault.code for fault in told} == {"E-CITE", "E-LAYER-BROKEN"}


def test_places_without_names_are_a_fault_of_the_layer(faults, house, minimal: str) -> None:
    path = house / "shapes" / "wells.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace('"name": "Far well", ', ""), encoding="utf-8")
    (fault,) = faults(minimal)
    assert (fault.code, fault.file) == ("E-LAYER-NAME", str(path))
    assert "column `name`" in fault.hint


def test_an_optional_layer_is_checked_too(codes, minimal: str) -> None:
    assert codes(minimal.replace("  places: wells", "  places: wells\n  routes: rods")) == ["E-REF-LAYER"]
    assert codes(minimal.replace("  places: wells", "  places: wells\n  routes: valley")) == ["E-LAYER-KIND"]


def test_a_section_that_is_needed_must_hold_text(codes, minimal: str) -> None:
    assert codes(minimal.replace("Wells run dry.", "")) == ["E-SECTION-EMPTY"]


def _warned(read, text):
    return [(w.line, w.column, w.message) for w in read(text).warnings]


def test_a_character_the_kits_fonts_lack_is_told_by_name_at_its_place_and_the_brief_is_sound(
    read, minimal: str
) -> None:
    text = minimal.replace("title: Council calls a vote", "title: Council 🔥 calls a vote")
    assert _warned(read, text) == [(3, 18, "`🔥`: the kit's fonts lack U+1F525 FIRE")]


def test_a_native_name_in_any_script_is_no_fault(read, minimal: str) -> None:
    text = minimal.replace("name: The mayor,", "name: The mayor, native: {name: တပ်မတော်, language: my},")
    ((_, _, message),) = _warned(read, text)
    assert message.startswith("`တပ်မတော်`: the kit's fonts lack U+1010 MYANMAR LETTER TA, U+1015 ")
    assert "Latin letters" in read(text).warnings[0].hint


def test_each_character_is_told_once_where_it_stands_first(read, minimal: str) -> None:
    text = minimal.replace("The council called", "🔥 中 The 🔥 council 國🔥 called").replace(
        "Wells run dry", "中國 Wells 人 run"
    )
    line = text[: text.index("🔥")].count("\n") + 1
    assert [(at, column, message.split(":")[0]) for at, column, message in _warned(read, text)] == [
        (line, 1, "`🔥 中`"),
        (line, 19, "`國🔥`"),
        (line + 4, 10, "`人`"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("title: Council calls", 'title: "\\U0001F525 Council calls"\n  #', 10),
        ("## What happened", "## What happened 🔥", 18),
        ("The council called", "A &#x1f525; council called", 3),
        ("The council called", "A &hearts; council called", 3),
        ("statement: It is likely", "statement: >-\n      It is\n      🔥 likely", 7),
    ],
)
def test_characters_are_found_however_they_are_written(
    read, faults, minimal: str, old: str, new: str, column: int
) -> None:
    text = minimal.replace(old, new, 1)
    found = [fault for fault in faults(text) if fault.code == "W-GLYPH"]
    assert [(fault.column, fault.message[-4:]) for fault in found] in ([(column, "FIRE")], [(column, "SUIT")])


def test_a_remark_in_the_facts_is_not_printed_and_not_told(codes, minimal: str) -> None:
    assert codes(minimal.replace("topics: [water]", "topics: [water]  # 🔥")) == []


def test_what_a_translation_says_is_told_too(read, minimal: str) -> None:
    words = "translations:\n  ar:\n    document: {title: 中 مجلس}\n    sections:\n      what-happened: المجلس 國 [@paper].\n---\n\n## What"
    text = minimal.replace("---\n\n## What", words)
    assert [message[:3] for _, _, message in _warned(read, text)] == ["`中`", "`國`"]


def test_a_hidden_character_is_told_as_such_only(codes, minimal: str) -> None:
    assert codes(minimal.replace("The council", "The \u202ecouncil", 1)) == ["E-TEXT-BIDI"]
    assert codes(minimal.replace("title: Council", "title: \x01Council")) == ["E-TEXT-CONTROL"]


def test_a_warning_is_told_with_the_faults_of_a_brief_that_is_not_sound(codes, minimal: str) -> None:
    assert sorted(codes(minimal.replace("country: NOR", "country: XXX").replace("Wells run", "🔥 Wells run"))) == [
        "E-COUNTRY",
        "W-GLYPH",
    ]


TABLE = """tables:
  - {id: votes, title: Votes, source: paper, columns: [{id: party}], rows: [[Blue]]}
events:"""


def test_prose_may_refer_to_a_table_of_the_brief(house, codes, minimal: str) -> None:
    (house / "notebooks").mkdir()
    (house / "notebooks" / "quick_view.ipynb").write_text("{}", encoding="utf-8")
    text = minimal.replace("events:", TABLE, 1)
    assert codes(text + "\nAs [@fig-votes] shows.\n") == []
    assert codes(text + "\nAs [@fig-seats] shows.\n") == ["E-XREF"]


def test_a_table_that_is_cited_as_a_source_is_told_how_to_refer_to_it(faults, minimal: str) -> None:
    (fault,) = faults(minimal.replace("events:", TABLE, 1) + "\nAs [@tab-votes] shows.\n")
    assert (fault.code, fault.hint) == ("E-CITE", "to refer to the table, write [@fig-votes]")


HISTORY = """    - {status: open, label: Open}
    - {status: dry, label: Dry}
  history:
    - {places: [North well, Near well], status: dry, from: 2019-05-01, until: 2019-08-31, source: paper}
    - {places: [North well], status: open, from: 2019-09-01, source: paper}
"""


@pytest.fixture
def history(minimal: str):
    """A brief with the history of two wells, in which a text is replaced."""

    def history(old: str = "", new: str = "") -> str:
        assert old in HISTORY
        return minimal.replace("    - {status: open, label: Open}\n", HISTORY.replace(old, new) if old else HISTORY)

    return history


def test_the_history_of_places_is_read_as_it_stands(read, history) -> None:
    first, second = read(history()).facts.place.history
    assert (first.places, first.status, first.since.isoformat()) == (("North well", "Near well"), "dry", "2019-05-01")
    assert second.until is None


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("Near well]", "Neer well]", "E-REF-PLACE", "did you mean `Near well`?"),
        ("status: dry, from", "status: dri, from", "E-REF-STATUS", "did you mean `dry`?"),
        ("from: 2019-09-01", "from: 2019-08-31", "E-HISTORY-ORDER", "let none begin before the one before has ended"),
        ("from: 2019-09-01", "from: 2019-04-01", "E-HISTORY-ORDER", "give the oldest first"),
        ("from: 2019-09-01", "from: 2020-02-11", "E-HINDSIGHT", "later edition"),
        ("until: 2019-08-31", "until: 2019-04-30", "E-VALUE", "let `until` lie after `from`"),
        ("2019-09-01, source: paper", "2019-09-01, source: papr", "E-REF-SOURCE", "did you mean `paper`?"),
        ("status: open, from", "status: dry, from", "W-HISTORY-LAYER", "correct either"),
        ("  history:\n", "  history_days: [2019-04-01]\n  history:\n", "E-HISTORY-DAY", "the oldest first"),
        ("  history:\n", "  history_days: [2019-06-01, 2019-06-01]\n  history:\n", "E-HISTORY-DAY", "the oldest first"),
    ],
)
def test_what_cannot_be_in_the_history_of_places_is_told_at_its_line(faults, history, old, new, code, hint) -> None:
    text = history(old, new)
    found = [one for one in faults(text) if one.code != "W-STATUS-NONE"]
    assert [one.code for one in found] == [code]
    assert hint in found[0].hint
    assert new.strip().split("\n")[0] in text.split("\n")[found[0].line - 1]


def test_a_history_without_a_layer_of_places_is_told_so(codes, history) -> None:
    assert "E-REF-PLACE" in codes(history().replace("  places: wells\n", "").replace(", place: North well", ""))
