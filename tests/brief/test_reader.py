"""Reading a brief: what comes back, what never happens, and that the caller's things stay as they were."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quickview.brief.reader import MAX_BYTES, NAME, Brief, load
from quickview.errors import InputError

SHARED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
SMALL = settings(SHARED, max_examples=80)

# Pieces that mean something to YAML, Markdown or the reader, so that chance comes near to what matters.
PIECES = st.sampled_from(
    ["---\n", "- ", ": ", "\n", "  ", "\t", "#", "## What happened\n", "[@", "]", "[", "{", "}", "!!", "&a ", "*a", "|\n",
     ">-\n", '"', "'", "\\", "\\u202e", "\\ud83d", "%YAML 1.1\n", "...\n", "? ", "<b>", "![", "](javascript:x)", "\u202e",
     "\ufeff", "\r", "\x0b", "\x85", "\u2028", "\x00", "é", "id", "document", "sources", "null", "~", "<<", "=", "1e999",
     "likely", "high confidence", "```\n", "| a |\n|---|\n", "\U0001f600", "İ", "2017-08-04", "&#x202e;", "&lt;", "%", "@", "`"]
)  # fmt: skip
SOUP = st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join)


def faults_of(read, content: str | bytes):
    try:
        read(content)
    except InputError as error:
        return error.faults
    return ()


def assert_places_lie_inside(faults, content: bytes) -> None:
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    for fault in faults:
        if fault.line == 0:
            assert fault.column == 0
            continue
        assert 1 <= fault.line <= len(lines), fault
        # One column further than the line is long is the place of something that is missing at its end.
        assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1, fault
        assert "\n" not in str(fault)


def test_a_fault_is_one_line_even_if_it_quotes_several(read, minimal: str) -> None:
    faults = faults_of(read, minimal.replace("{id: paper,", '{id: "pa\n\nper",'))
    assert any("never used" in str(fault) for fault in faults)
    assert not [fault for fault in faults if len(str(fault).splitlines()) > 1]


def test_a_minimal_brief_loads_with_its_facts_sections_and_layers(read, house: Path, minimal: str) -> None:
    brief = read(minimal)
    assert isinstance(brief, Brief)
    assert brief.name == "sample"
    assert brief.path == house / "briefs" / "sample.md"
    assert brief.facts.document.title == "Council calls a vote on wells"
    assert brief.facts.document.language == "en"
    assert [section.id for section in brief.sections] == ["what-happened", "why-it-matters"]
    assert brief.catalog.ids == ("valley", "wells")
    assert brief.warnings == ()


def test_a_section_is_found_by_its_id(read, minimal: str) -> None:
    brief = read(minimal)
    assert brief.section("why-it-matters").title == "Why it matters"
    assert brief.section("precedent") is None


def test_sources_are_numbered_from_one_in_the_order_of_the_list(read, minimal: str) -> None:
    extra = "sources:\n  - {id: radio, publisher: Radio, title: News, date: null, reliability: C, credibility: 3}\n"
    text = minimal.replace("sources:\n", extra, 1).replace("[@paper]", "[@paper; @radio]")
    assert read(text).numbers == {"radio": 1, "paper": 2}


def test_the_digest_is_that_of_the_bytes_on_disk(read, minimal: str) -> None:
    assert read(minimal).digest == hashlib.sha256(minimal.encode()).hexdigest()
    assert read(minimal.replace("\n", "\r\n")).digest != read(minimal).digest


def test_the_file_is_left_as_it_was(read, house: Path, minimal: str) -> None:
    content = b"\xef\xbb\xbf" + minimal.replace("\n", "\r\n").encode()
    read(content)
    assert (house / "briefs" / "sample.md").read_bytes() == content


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_of_other_systems_read_the_same(read, minimal: str, ending: str) -> None:
    other, usual = read(minimal.replace("\n", ending)), read(minimal)
    assert other.facts == usual.facts
    assert other.sections == usual.sections


def test_a_byte_order_mark_is_no_part_of_the_text(read, minimal: str) -> None:
    assert read(b"\xef\xbb\xbf" + minimal.encode()).facts == read(minimal).facts


def test_a_bad_byte_behind_a_byte_order_mark_is_found_where_it_stands(faults, minimal: str) -> None:
    content = b"\xef\xbb\xbf" + minimal.encode().replace(b"series: Quick", b"series: \xc3\xa9\xe9")
    (fault,) = [fault for fault in faults(content) if fault.code == "E-UTF8"]
    assert (fault.line, fault.column) == (5, 12)
    assert "0xe9" in fault.message


def test_names_in_every_script_come_through_unchanged(read, minimal: str) -> None:
    text = minimal.replace("name: The mayor", "name: رئيس البلدية 😀 Ñandú")
    assert read(text).facts.actors[0].name == "رئيس البلدية 😀 Ñandú"


def test_a_file_that_is_not_there_is_a_fault_and_no_crash(house: Path) -> None:
    with pytest.raises(InputError, match=r"E-BRIEF-READ cannot be read: .* — check the path"):
        load(house / "briefs" / "nothing.md")


def test_a_folder_is_no_brief(house: Path) -> None:
    (house / "briefs" / "folder.md").mkdir()
    with pytest.raises(InputError, match="E-BRIEF-READ"):
        load(house / "briefs" / "folder.md")


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(faults, minimal: str) -> None:
    (fault,) = faults(minimal + "x" * MAX_BYTES)
    assert (fault.code, fault.line) == ("E-BRIEF-SIZE", 0)
    assert "512 kB" in fault.hint


@pytest.mark.parametrize("facts", ["", "\n\n", "# a remark\n", "null\n", "~\n"])
def test_front_matter_without_facts_says_what_to_begin_with(faults, facts: str) -> None:
    told = {fault.code: fault for fault in faults(f"---\n{facts}---\n")}
    assert "begin with `document:`" in told["E-FRONT-EMPTY"].hint


@pytest.mark.parametrize("facts", ["text", "[a, b]", "- a\n- {id: b}", "12", "true"])
def test_front_matter_that_is_no_mapping_lists_the_keys_of_a_brief(faults, facts: str) -> None:
    (fault,) = [fault for fault in faults(f"---\n{facts}\n---\n") if fault.code == "E-TYPE"]
    assert fault.line == 2
    assert "a mapping with the keys document, sources, place" in fault.hint


def test_an_empty_file_has_no_front_matter(faults) -> None:
    (fault,) = faults("")
    assert (fault.code, fault.line, fault.column) == ("E-FRONT-MISSING", 1, 1)


def test_a_missing_catalog_is_told_by_its_name(read, house: Path, minimal: str) -> None:
    (house / "shapes" / "catalog.yaml").unlink()
    with pytest.raises(InputError, match=r"catalog\.yaml: E-CATALOG-FILE"):
        read(minimal)
    told = faults_of(read, minimal.replace("credibility: 2", "credibility: 9"))
    assert {fault.code for fault in told} == {"E-CATALOG-FILE", "E-GRADE"}


def test_a_catalog_of_another_folder_can_be_named(house: Path, minimal: str, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("elsewhere") / "sample.md"
    path.write_text(minimal, encoding="utf-8")
    assert load(str(path), catalog=str(house / "shapes" / "catalog.yaml")).name == "sample"


def test_the_file_is_named_as_the_user_named_it(house: Path, minimal: str, monkeypatch) -> None:
    monkeypatch.chdir(house)
    text = minimal.replace("word: likely", "word: lkely")
    Path("briefs/sample.md").write_text(text, encoding="utf-8")
    line = text[: text.index("lkely")].count("\n") + 1
    with pytest.raises(InputError, match=re.escape(f"briefs/sample.md:{line}:11: E-WORD")):
        load("briefs/sample.md")


@pytest.mark.parametrize(
    "text", ["NO", "12:30", "004", "0o17", "0x1F", "1_000", "yes", "off", "2017-08-04", ".inf", "<<"]
)
def test_yaml_of_today_leaves_words_codes_and_times_as_text(read, minimal: str, text: str) -> None:
    assert read(minimal.replace("name: The mayor", f"name: {text}")).facts.actors[0].name == text


@given(stem=st.text(max_size=12))
@SMALL
def test_a_name_is_taken_only_if_it_is_safe_as_a_folder_and_an_address(stem: str) -> None:
    if NAME.fullmatch(stem):
        assert re.fullmatch(r"[a-z0-9-]+", stem)
        assert not stem.startswith("-")
        assert not stem.endswith("-")


@given(content=st.binary(max_size=300) | SOUP.map(lambda text: text.encode("utf-8", "replace")))
@SMALL
def test_no_bytes_raise_anything_but_faults_with_places_inside_the_file(read, content: bytes) -> None:
    assert_places_lie_inside(faults_of(read, content), content)


@given(facts=SOUP, prose=SOUP)
@SHARED
def test_no_facts_or_prose_raise_anything_but_faults(read, facts: str, prose: str) -> None:
    content = f"---\n{facts}\n---\n{prose}".encode("utf-8", "replace")
    assert_places_lie_inside(faults_of(read, content), content)


@given(data=st.data(), piece=SOUP)
@SHARED
def test_no_damage_to_a_sound_brief_raises_anything_but_faults(read, minimal: str, data, piece: str) -> None:
    start = data.draw(st.integers(0, len(minimal)))
    end = data.draw(st.integers(start, min(len(minimal), start + 60)))
    content = (minimal[:start] + piece + minimal[end:]).encode("utf-8", "replace")
    assert_places_lie_inside(faults_of(read, content), content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["paper", "mayor", "2020-01-01", "likely", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "date", "from", "x"]), inner),
    max_leaves=4,
)
KEYS = st.sampled_from(re.findall(r"\b(\w+): [^\s>{\[]", (Path(__file__).parent / "conftest.py").read_text("utf-8")))


@given(key=KEYS, value=JSON)
@SHARED
def test_no_value_of_another_type_raises_anything_but_faults(read, minimal: str, key: str, value) -> None:
    import json

    text = re.sub(rf"\b{key}: [^,\n}}]*", lambda _: f"{key}: {json.dumps(value)}", minimal)
    assert_places_lie_inside(faults_of(read, text), text.encode())
