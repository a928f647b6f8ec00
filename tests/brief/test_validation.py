"""What a record's validation found, in the words and at the place an analyst needs."""

import typing

import pytest
from pydantic import BaseModel

from quickview.brief.records import Facts


@pytest.fixture
def told(faults, minimal: str):
    """Edit the minimal brief and return its faults as (code, line, column, what, mend)."""

    def told(old: str, new: str):
        assert old in minimal
        return [(f.code, f.line, f.column, f.message, f.hint) for f in faults(minimal.replace(old, new, 1))]

    return told


@pytest.fixture
def at(minimal: str):
    """Return the line and column of a text in the minimal brief."""

    def at(text: str) -> tuple[int, int]:
        before = minimal[: minimal.index(text)]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    return at


def test_an_unknown_key_is_told_at_the_key_with_the_closest_known_one(told, at) -> None:
    message, hint = "unknown key `serie`", "did you mean `series`?"
    assert told("series:", "serie:") == [("E-KEY-UNKNOWN", *at("series:"), message, hint)]


def test_a_misspelt_key_is_not_told_a_second_time_as_missing(told) -> None:
    assert [code for code, *_ in told("probability:", "probabilty:")] == ["E-KEY-UNKNOWN"]


def test_a_key_unlike_any_other_is_told_with_the_keys_there_are_and_the_missing_one_too(told) -> None:
    found = {code: hint for code, *_, hint in told("  summary:", "  wibble:")}
    assert found["E-KEY-UNKNOWN"].startswith("use one of: title, summary, series")
    assert found["E-KEY-MISSING"] == "add `summary: …`: The standfirst: one sentence."


def test_a_missing_key_is_told_at_its_record(told, at) -> None:
    code, line, column, message, _ = told("title: Vote called, ", "")[0]
    assert (code, (line, column)) == ("E-KEY-MISSING", at("{id: call"))
    assert message == "`title` is missing from `events`"


def test_a_missing_table_is_told_once_and_not_for_every_reference_into_it(told, minimal: str) -> None:
    table = minimal[minimal.index("actors:") : minimal.index("events:")]
    text = minimal.replace("place: North well,", "place: North well, actors: [mayor, clerk],")
    ((code, *_, message, hint),) = told(minimal, text.replace(table, ""))
    assert (code, message, hint) == ("E-REF-ACTOR", "no actor has the id `mayor`", "there are none to choose from")


def test_a_key_that_the_record_lacks_is_told_with_the_words_it_may_hold(told) -> None:
    ((code, *_, hint),) = told("kind: person, ", "")
    assert code == "E-KEY-MISSING"
    assert hint.startswith("add `kind: …`")
    assert "One of: state, ministry, armed group" in hint


def test_a_value_where_a_record_belongs_is_told_with_the_record_written_out(told) -> None:
    given = "agreement:\n  title: Pact\n  source: paper\n  signed: 2020-02-01\n  effective: 2020-02-01\nevents:"
    found = {(code, message.split("`")[1]): hint for code, _, _, message, hint in told("events:", given)}
    sample = "{date: 2020-02-01, by: …, source: …}"
    assert found["E-TYPE", "signed"] == f"write a list, such as `[{sample}]`; note may stand there too"
    assert found["E-TYPE", "effective"] == f"write a mapping, such as `{sample}`; note may stand there too"
    assert found["E-KEY-UNKNOWN", "title"].startswith("use one of: name, parties")


def test_a_value_where_a_record_of_records_belongs_is_told_with_its_keys(told) -> None:
    ((_, *_, hint),) = told("events:", "agreement: signed\nevents:")
    assert hint.startswith("write a mapping")
    assert {code for code, *_ in told("events:", "tables: votes.csv\nevents:")} == {"E-TYPE"}


def test_one_faulty_item_does_not_make_its_list_empty(told) -> None:
    assert [code for code, *_ in told("where: Town hall", "wher: Town hall")] == ["E-KEY-UNKNOWN"]
    assert [code for code, *_ in told("kind: person", "kind: persn")] == ["E-WORD"]


def test_a_faulty_item_is_told_once_though_a_number_may_be_whole_or_not(told) -> None:
    assert [code for code, *_ in told("low: 60", "low: sixty")] == ["E-TYPE"]


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "hint"),
    [
        ("title: Council calls a vote on wells", "title: 5", "E-TYPE", "`title` is `5`", "write text in quotes"),
        ("title: Council calls a vote on wells", "title: false", "E-TYPE", "`title` is `false`", "write text in quotes"),
        ("title: Council calls a vote on wells", "title: {a: b}", "E-TYPE", "`title` is a mapping", "write text"),
        ("topics: [water]", "topics: water", "E-TYPE", "`topics` is `water`", "write a list, such as `[water]`"),
        ("topics: [water]", "topics: [1]", "E-TYPE", "`topics` is `1`", "write text in quotes"),
        ("drivers_for: [The mayor wants it]", "drivers_for: []", "E-EMPTY", "`drivers_for` is empty", "write at least one, or remove the key if it may be left out"),
        ("horizon: {text: Within a year}", "horizon: soon", "E-TYPE", "`horizon` is `soon`", "write a mapping, such as `{text: soon}`; date may stand there too"),
        ("credibility: 2", "credibility: 2.5", "E-GRADE", "`credibility` is `2.5`", "write an Admiralty grade: one digit, 1 to 6"),
        ("credibility: 2", 'credibility: "2"', "E-GRADE", "`credibility` is `2`", "write an Admiralty grade: one digit, 1 to 6"),
        ("reliability: B", "reliability: b", "E-GRADE", "`reliability` is `b`", "write an Admiralty grade: one letter, A to F"),
        ("reliability: B", "reliability: null", "E-GRADE", "`reliability` is empty", "write an Admiralty grade: one letter, A to F"),
        ("confidence: low", "confidence: none", "E-WORD", "`confidence` is `none`", "use one of: low, moderate, high"),
        ("basis: given", "basis: givn", "E-WORD", "`basis` is `givn`", "did you mean `given`? use one of: given, yardstick"),
        ("as_of: 2020-02-10", "as_of: 2020-02-30", "E-DATE", "`as_of` is `2020-02-30`", "write a real day as YYYY-MM-DD, without quotes"),
        ("as_of: 2020-02-10", "as_of: 2020-02-10T00:00:00Z", "E-DATE", "`as_of` is `2020-02-10T00:00:00Z`", "write a real day as YYYY-MM-DD, without quotes"),
        ("as_of: 2020-02-10", "as_of: 1", "E-DATE", "`as_of` is `1`", "write a real day as YYYY-MM-DD, without quotes"),
        ("country: NOR", "country: 578", "E-TYPE", "`country` is `578`", "write text in quotes"),
        ("country: NOR", "country: NORWAY", "E-FORMAT", "`country` is `NORWAY`", "write the ISO 3166-1 alpha-3 code, such as SYR"),
        ("country: NOR", "language: English\n  country: NOR", "E-FORMAT", "`language` is `English`", "write the ISO 639 code in small letters, such as en or ar"),
        ("high: 70", "high: 101", "E-RANGE", "`high` is `101`", "write a number less than or equal to 100"),
        ("summary: The council has called a vote.", 'summary: "  "', "E-EMPTY", "`summary` is empty", "write something, or remove the key if it may be left out"),
        ("desk: Water", "desk: " + "w" * 201, "E-LENGTH", "`desk` is too long", "keep to 200 characters"),
        ("title: Vote called", 'title: "Vote called "', "E-FORMAT", "`title` is `Vote called`", "write one line, without spaces at its ends"),
        ("id: call", "id: 2nd", "E-FORMAT", "`id` is `2nd`", "use small letters, digits and single hyphens, beginning with a letter"),
    ],
)  # fmt: skip
def test_a_bad_value_is_told_with_what_to_write_instead(told, old, new, code, message, hint) -> None:
    assert [(c, w, m) for c, _, _, w, m in told(old, new)] == [(code, message, hint)]


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.b",
        "javascript:alert(1)",
        "//a.b",
        "a.b",
        "https://a b",
        'https://a"b',
        "https://a'b",
        "https://a<b",
        "data:x",
        "http://",
    ],
)
def test_an_address_that_is_none_or_could_break_out_of_a_link_is_refused(told, address: str) -> None:
    quoted = "'" + address.replace("'", "''") + "'"
    ((code, _, _, _, hint),) = told("date: 2020-02-03, reliability", f"date: 2020-02-03, url: {quoted}, reliability")
    assert (code, hint.split(" that ")[0]) == ("E-FORMAT", "write an address")


def test_a_long_value_is_shown_cut_and_on_one_line(told) -> None:
    ((_, _, _, message, _),) = told("kind: person", 'kind: "' + "a b\\n" * 40 + '"')
    assert message == "`kind` is `" + ("a b " * 40)[:60] + "…`"


def test_two_forms_of_one_figure_are_told_at_the_figure(faults, minimal: str) -> None:
    table = "quantities:\n  - id: wells\n    label: Wells\n    unit: wells\n    values:\n      - {by: Us, source: paper%s}\n"
    for extra, sound in [(", value: 0", True), (", low: 0, high: 0", True), ("", False), (", low: 1", False),
                         (", low: 3, high: 2", False), (", value: 1, high: 2", False)]:  # fmt: skip
        text = minimal.replace("events:", table % extra + "events:")
        line = text[: text.index("{by: Us")].count("\n") + 1
        told = [(f.code, f.line, f.column) for f in faults(text)]
        assert told == ([] if sound else [("E-VALUE", line, 9)])


def records(annotation, found=None):
    found = {} if found is None else found
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
        found[annotation] = annotation.model_fields
        for field in annotation.model_fields.values():
            records(field.annotation, found)
    for part in typing.get_args(annotation):
        records(part, found)
    return found


def test_every_record_is_frozen_strict_and_closed() -> None:
    for record in records(Facts):
        assert record.model_config["frozen"]
        assert record.model_config["strict"]
        assert record.model_config["extra"] == "forbid"
        assert record.__doc__
