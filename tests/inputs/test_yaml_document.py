"""YAML with places: what is read, what is refused, and where each thing stands."""

import datetime as dt
import json

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quickview.inputs.yaml_document import MAX_DEPTH, Positions, read_document
from quickview.language.glyphs import reveal


def tree_of(text: str):
    tree, _, faults = read_document(text, file="x", first_line=1)
    assert faults == []
    return tree


def faults_of(text: str, first_line: int = 1):
    return [(f.code, f.line, f.column) for f in read_document(text, file="x", first_line=first_line)[2]]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("12:30", "12:30"), ("004", "004"), ("-04", "-04"), ("0x1F", "0x1F"),
        ("0o17", "0o17"), ("1_000", "1_000"), ("2017-08-04", "2017-08-04"), (".nan", ".nan"), ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000), ("=", "="), ("<<", "<<"), ('"4"', "4"), ("'true'", "true"), ("|\n  4\n", "4\n"),
        ("4", 4), ("-4", -4), ("0", 0), ("0.5", 0.5), ("1e3", 1000.0), ("true", True), ("False", False), ("null", None),
        ("~", None), ("", None), ("[]", []), ("{}", {}), ("[a, 1]", ["a", 1]),
    ],
)  # fmt: skip
def test_a_value_is_what_yaml_1_2_and_json_agree_on(written: str, value) -> None:
    assert tree_of(f"a: {written}") == {"a": value}
    assert type(tree_of(f"a: {written}")["a"]) is type(value)


def test_a_yaml_1_1_directive_does_not_bring_norway_back_as_false() -> None:
    tree, _, faults = read_document("%YAML 1.1\n--- # x\na: NO\nb: 12:30\n", file="x", first_line=1)
    assert (tree, faults) == ({"a": "NO", "b": "12:30"}, [])


def test_values_and_keys_have_places_counted_from_one() -> None:
    _, positions, _ = read_document("a:\n  - b: 1\n    'c d': {e: f}\n", file="x", first_line=2)
    assert positions.of(("a", 0, "b")) == (3, 8)
    assert positions.of_key(("a", 0, "c d")) == (4, 5)
    assert positions.of(("a", 0, "c d", "e")) == (4, 16)
    assert positions.of(("a", 0)) == (3, 5)


def test_the_place_of_what_is_not_there_is_that_of_what_holds_it() -> None:
    _, positions, _ = read_document("a:\n  b: 1\n", file="x", first_line=1)
    assert positions.of(("a", "x", 3)) == (2, 3)
    assert positions.of_key(("a", "x")) == (2, 3)
    assert Positions().of(("a",)) == (1, 1)


def test_an_empty_value_stands_at_its_key_and_not_at_the_next() -> None:
    _, positions, _ = read_document("a:\nb: 1\n", file="x", first_line=1)
    assert positions.of(("a",)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: &x 1\n", ("E-YAML-ANCHOR", 1, 4)),
        ("a: *x\n", ("E-YAML-ALIAS", 1, 4)),
        ("a: !!int 1\n", ("E-YAML-TAG", 1, 4)),
        ("a: ! 1\n", ("E-YAML-TAG", 1, 4)),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", ("E-YAML-TAG", 2, 1)),
        ("a: 1\nb: 2\na: 3\n", ("E-KEY-DUPLICATE", 3, 1)),
        ("a: 1\n\tb: 2\n", ("E-YAML-TAB", 2, 1)),
        ("a: b: c\n", ("E-YAML-SYNTAX", 1, 5)),
        ("a: {b: c: d}\n", ("E-YAML-SYNTAX", 1, 9)),
        ("a: 'b\nc: d\n", ("E-YAML-SYNTAX", 1, 4)),
        ('a: "b\nc: "d"\ne: f\n', ("E-YAML-SYNTAX", 1, 4)),
        ("a: [b\nc: d\n", ("E-YAML-SYNTAX", 1, 4)),
        ("a: {b: c\nd: e\n", ("E-YAML-SYNTAX", 1, 4)),
        ("? [a]\n: b\n", ("E-YAML-SYNTAX", 1, 3)),
        ('a: "\\U00110000"\n', ("E-YAML-SYNTAX", 1, 5)),
        ('a: "\\u202e"\n', ("E-TEXT-BIDI", 1, 4)),
        ('"\\x1b": a\n', ("E-TEXT-CONTROL", 1, 1)),
        ("a: \x80\n", ("E-TEXT-CONTROL", 1, 4)),
        ("a: 1\n---\nb: 2\n", ("E-YAML-SYNTAX", 2, 1)),
    ],
)
def test_what_json_cannot_say_is_refused_at_its_place(text: str, fault: tuple[str, int, int]) -> None:
    assert fault in faults_of(text)
    line = fault[1] + 6
    assert (fault[0], line, fault[2]) in faults_of(text, first_line=7)


def test_a_quote_over_several_lines_is_fine_when_it_is_closed() -> None:
    assert tree_of('a: "b\n  c"\nd: e\n') == {"a": "b c", "d": "e"}


def test_every_anchor_and_alias_is_told_at_once() -> None:
    assert len(faults_of("a: &x 1\nb: &y 2\nc: [*x, *y]\n")) == 4


def test_nesting_is_accepted_to_the_limit_and_no_further() -> None:
    assert tree_of("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    (fault,) = faults_of("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert fault == ("E-YAML-DEPTH", 1, MAX_DEPTH + 1)


@pytest.mark.parametrize("text", ["[" * 20_000, "{a: " * 20_000, "- " * 20_000, "? " * 20_000])
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    assert faults_of(text)[0][0] == "E-YAML-DEPTH"


def test_a_bomb_of_aliases_is_refused_before_anything_is_built() -> None:
    levels = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    tree, _, faults = read_document("\n".join(levels), file="x", first_line=1)
    assert tree is None
    assert {fault.code for fault in faults} == {"E-YAML-ALIAS", "E-YAML-ANCHOR"}


def test_hidden_characters_are_shown_and_the_length_is_kept() -> None:
    assert reveal("a\u202eb\x1bc\n\t") == "a\ufffdb\ufffdc\n\t"


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.text(st.characters(exclude_categories=["C", "Z"])).filter(lambda text: reveal(text) == text)
)


@pytest.mark.slow
@given(
    st.dictionaries(st.text("abc", min_size=1), st.recursive(SCALARS, lambda x: st.lists(x, max_size=3), max_leaves=8))
)
@settings(max_examples=60, deadline=None)
def test_whatever_json_writes_is_read_back_the_same(tree) -> None:
    if "[" * (MAX_DEPTH - 1) not in json.dumps(tree):
        assert tree_of(json.dumps(tree, ensure_ascii=False)) == tree


@given(st.dates(dt.date(1000, 1, 1)), st.times())
@settings(max_examples=40, deadline=None)
def test_days_and_times_stay_text(day: dt.date, time_of_day: dt.time) -> None:
    assert tree_of(f"[{day}, {time_of_day}]") == [str(day), str(time_of_day)]


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_text_raises_and_every_fault_lies_inside(text: str) -> None:
    _, _, faults = read_document(text, file="x", first_line=1)
    for fault in faults:
        assert fault.line >= 1
        assert fault.column >= 1
        assert fault.hint


INDENTS = ("", "", "  ", "    ")
HEADS = ("a: ", "b:", "- ", "- c: ", "'d e': ", "f: [", "g: {h: ", "? ", "", "# ", "i: |", "j: >-", "--- ")
TAILS = ("", "x", "x y", "1.5", "'x'", '"x\\/\\n"', "x: y", "x#y", "x # y", "]", "}", ", z]", ", z}", "é 😀", "~", "|", ">+2",
         "x\t", "\ty", "\x85", "\u2028", "\ufeff", "&k x", "*k", "!t x", "%", "...", "?", ":", "-", "'x", "\r", "  ", "|#")  # fmt: skip


@given(st.lists(st.tuples(*map(st.sampled_from, (INDENTS, HEADS, TAILS))).map("".join), max_size=6).map("\n".join))
@example("a: b\tc")
@example("a: x\x85b: c")
@example("a: 'x\u2028y'\nb: c")
@example("a: |#b\n  c")
@example("|\n#b")
@example("a: >-\n \n    b")
@example("{? }")
@example("[a:]")
@example("a: b\n...\n...")
@example('a: "\\ud800"')
@settings(max_examples=300, deadline=None)
def test_a_text_is_read_the_same_with_libyaml_and_without(text: str) -> None:
    with_libyaml = read_document(text, file="x", first_line=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "__with_libyaml__", False)
        # 1 and True are equal, but not the same.
        assert repr(read_document(text, file="x", first_line=1)) == repr(with_libyaml)
