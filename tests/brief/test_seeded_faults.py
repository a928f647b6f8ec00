"""Mistakes an analyst makes, each seeded into a copy of the Homs brief and found again at its place."""

import functools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.builders.seeds import ALL, HERE, TOGETHER, Seeded, edited, place, write

from quickview.brief import reader
from quickview.brief.reader import load
from quickview.errors import Fault, InputError

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True, scope="module")
def _catalog_read_once():
    """Read the catalog once: it is the same for every seeded fault."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_catalog", functools.cache(reader.read_catalog))
        yield


def found(path: Path, catalog: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        load(path, catalog=catalog)
    return caught.value.faults


def test_the_homs_brief_has_no_fault(homs_text: str, homs_catalog: Path, tmp_path: Path) -> None:
    brief = load(write(tmp_path, homs_text), catalog=homs_catalog)
    assert brief.warnings == ()
    assert brief.name == "homs-truce"


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_seeded_fault_is_found_at_its_place(case: Seeded, homs_text: str, homs_catalog: Path, tmp_path: Path) -> None:
    marked = edited(homs_text, case.edits)
    faults = found(write(tmp_path, marked), homs_catalog)
    expected = [fault for fault in faults if fault.code == case.code]
    assert [(fault.line, fault.column) for fault in expected] == [place(marked)]
    assert {fault.code for fault in faults} - {case.code} <= case.also
    (fault,) = expected
    assert case.hint in fault.hint
    assert f" — {fault.hint}" in str(fault)
    assert "\n" not in str(fault)


def test_faults_of_many_kinds_are_told_in_one_run(homs_text: str, homs_catalog: Path, tmp_path: Path) -> None:
    cases = [case for case in ALL if case.name in TOGETHER]
    assert len(cases) == len(TOGETHER)
    text = homs_text
    for case in cases:
        text = edited(text, tuple((old, new) for old, new in case.edits))
    expected = places_of_marks(text)
    faults = found(write(tmp_path, text), homs_catalog)
    assert {(fault.line, fault.column) for fault in faults} == expected
    assert sorted(fault.code for fault in faults) == sorted(case.code for case in cases)


def places_of_marks(text: str) -> set[tuple[int, int]]:
    """Where every mark of a text stands once all marks are taken out."""
    lines = text.split("\n")
    return {
        (row, len(line[:at].replace(HERE, "")) + 1)
        for row, line in enumerate(lines, start=1)
        for at, character in enumerate(line)
        if character == HERE
    }


def test_faults_stand_in_the_order_of_the_file(homs_text: str, homs_catalog: Path, tmp_path: Path) -> None:
    text = homs_text.replace("stance: supports", "stance: suports").replace("[@eiu]", "[@eui]")
    faults = found(write(tmp_path, text), homs_catalog)
    assert len(faults) > 15
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_endings_change_no_place(ending: str, homs_text: str, homs_catalog: Path, tmp_path: Path) -> None:
    marked = edited(homs_text, (("Syria [@eiu]", "Syria [@¶eui]"), ("series: Quick", "series: Qui\udcffck")))
    path = tmp_path / "homs-truce.md"
    path.write_bytes(marked.replace(HERE, "").replace("\n", ending).encode("utf-8", "surrogateescape"))
    places = {fault.code: (fault.line, fault.column) for fault in found(path, homs_catalog)}
    assert places == {"E-CITE": place(marked), "E-UTF8": (7, 14)}


@pytest.mark.parametrize("name", ["Homs.md", "homs truce.md", "homs--truce.md", "homs_truce.md", "homs.txt", "-.md"])
def test_a_bad_file_name_is_told_before_the_file_is_read(name: str, tmp_path: Path) -> None:
    (fault,) = found(tmp_path / name, tmp_path)
    assert (fault.code, fault.line, fault.column) == ("E-BRIEF-NAME", 0, 0)
    assert "small letters" in fault.hint


@pytest.fixture
def check(homs_catalog: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def check(*paths: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "quickview.cli", "check", "--shapes", homs_catalog, *paths]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)

    return check


def test_the_command_line_prints_each_fault_with_its_place(check, homs_text: str, tmp_path: Path) -> None:
    cases = [case for case in ALL if case.name in {"misspelt key", "unknown city", "image"}]
    text = homs_text
    for case in cases:
        text = edited(text, case.edits)
    path = write(tmp_path, text)
    done = check(path)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    printed = done.stderr.splitlines()
    assert len(printed) == len(cases)
    for (line, column), case in zip(sorted(places_of_marks(text)), cases, strict=True):
        assert any(told.startswith(f"{path}:{line}:{column}: {case.code} ") and case.hint in told for told in printed)


def test_the_command_line_checks_the_next_brief_after_a_bad_one(check, homs_text: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_bytes(b"\xff\x00\x1b[31m---\n")
    done = check(bad, write(tmp_path, homs_text))
    assert done.returncode == 1
    assert "homs-truce.md: sound;" in done.stdout
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
