"""The record of an edition, for machines, CI and a terminal."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from quickview.errors import Fault, ReportError
from quickview.files import public, write_atomically
from quickview.nightly import record
from quickview.nightly.record import Outcome

FAULT = Fault("briefs/b.md", 23, 5, "E-TERM-DEADLINE", "the deadline, 50% sure", "write a later one: now\nor never")


@pytest.fixture
def out(tmp_path):
    for name, as_of in (("a", "2017-08-04"), ("b", "2017-08-02")):
        (tmp_path / name).mkdir()
        manifest = {"name": name, "as_of": as_of, "title": "T", "made_of": {}, "files": {f"{name}.pdf": {"bytes": 4}}}
        (tmp_path / name / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


@pytest.fixture
def edition(out):
    cell = ReportError("E-NOTEBOOK-CELL", "cell 9 ended in ValueError: \x00", "look", "Cell In[9], line 1\nValueError")
    told = [
        (Path("briefs/b.md"), Outcome(Path("briefs/b.md"), faults=(FAULT,), cause="brief", seconds=0.25)),
        (Path("briefs/a.md"), Outcome(Path("briefs/a.md"), files=(out / "a",), seconds=1.5, memory=150, tries=2)),
        (Path("briefs/c.md"), record.failed(Path("briefs/c.md"), [cell])),
        (Path("briefs/d.md"), None),
    ]
    return record.edition(record.entry(brief, out / brief.stem, outcome) for brief, outcome in told)


def test_the_record_counts_and_is_sorted_and_dated_by_the_latest_report(edition):
    assert edition["counts"] == {"succeeded": 1, "unchanged": 1, "failed": 2}
    assert [one["name"] for one in edition["reports"]] == ["a", "b", "c", "d"]
    assert edition["as_of"] == "2017-08-04"


def test_a_failure_leaves_the_last_good_report_stale_if_there_is_one(edition):
    assert {one["name"]: one["stale"] for one in edition["reports"]} == {"a": False, "b": True, "c": False, "d": False}
    assert [one["report"] and one["report"]["pdf"] for one in edition["reports"]] == [True, True, None, None]


def test_junit_has_a_case_a_brief_with_the_cause_and_no_part_of_a_traceback(edition):
    suite = ET.fromstring(record.as_junit(edition))[0]
    assert {key: suite.get(key) for key in ("tests", "failures", "skipped")} == {
        "tests": "4", "failures": "2", "skipped": "1",
    }  # fmt: skip
    cases = {case.get("name"): case for case in suite}
    assert cases["b"][0].get("type") == "brief"
    assert cases["b"][0].get("message").startswith("briefs/b.md:23:5: E-TERM-DEADLINE")
    assert "E-NOTEBOOK-CELL" in cases["c"][0].text
    assert "Cell In[9]" not in record.as_junit(edition) + record.as_json(edition)
    assert cases["d"][0].tag == "skipped"
    assert not list(cases["a"])
    assert cases["a"].get("time") == "1.500"


def test_github_shows_a_fault_at_its_line():
    noticed = Fault("briefs/b.md", 4, 9, "W-GLYPH", "no glyph", "write it in words")
    outcome = Outcome(Path("briefs/b.md"), noticed=(noticed,), warnings=("W-FONT: pale",), faults=(FAULT,))
    assert list(record.annotations([outcome])) == [
        "::warning file=briefs/b.md,line=4,col=9,title=W-GLYPH::no glyph — write it in words",
        "::error file=briefs/b.md,line=23,col=5,title=E-TERM-DEADLINE::the deadline, 50%25 sure — write a later one: now or never",
        "::warning file=briefs/b.md::W-FONT: pale",
    ]


def test_a_fault_of_the_whole_file_has_no_line():
    (line,) = record.annotations([record.failed(Path("a,b.md"), [ReportError("E-KERNEL", "died", "again")])])
    assert line == "::error file=a%2Cb.md,title=E-KERNEL::died — again"


def test_the_table_shows_what_was_made_or_failed_and_counts_the_rest(edition):
    lines = record.table(edition).splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [["succeeded", "a"], ["failed", "b"], ["failed", "c"]]
    assert "2 tries" in lines[0]
    assert "150 MB" in lines[0]
    assert "the last good report stays" in lines[1]
    assert lines[-1] == "1 succeeded, 1 unchanged, 2 failed"


def test_the_summary_of_a_run_is_a_table_that_a_fault_cannot_break(edition):
    edition["reports"][1]["faults"] = ["a | b\nc"]
    assert "| b | failed | brief | a \\| b c |" in record.as_markdown(edition)


def test_a_file_that_says_the_same_is_not_written_again(tmp_path):
    path = tmp_path / "edition.json"
    write_atomically(path, "one")
    before = path.stat().st_ino
    write_atomically(path, "one")
    assert path.stat().st_ino == before
    write_atomically(path, "two")
    assert path.read_text() == "two"
    assert [file.name for file in tmp_path.iterdir()] == ["edition.json"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/srv/desk one/briefs/a.md:3:1: E-X", "one/briefs/a.md:3:1: E-X"),
        ("[Errno 2] No such file: '/home/ada/kit/x.py'", "[Errno 2] No such file: 'x.py'"),
        ("../../home/ada/briefs/a.md: E-X", "a.md: E-X"),
        ("see file:///home/ada/x.html", "see x.html"),
        (r"C:\Users\ada\x.md cannot be read", "x.md cannot be read"),
        (f"{Path.cwd()}/briefs/a.md and {Path.home()}/ada/b.md", "briefs/a.md and b.md"),
        (
            "https://example.org/a/b, 5 km/h, and/or, <a></a>, briefs/a.md",
            "https://example.org/a/b, 5 km/h, and/or, <a></a>, briefs/a.md",
        ),
    ],
)
def test_what_is_served_names_a_file_and_not_where_it_lies(text, shown):
    assert public(text).removeprefix("desk ") == shown


def test_a_machine_s_folders_stay_out_of_an_entry(tmp_path):
    error = ReportError(
        "E-INTERNAL", f"OSError: {tmp_path}/secret/x.py", "run again", f"File {tmp_path}/kit.py, line 3"
    )
    one = record.entry(
        tmp_path / "briefs" / "a.md", tmp_path / "a", record.failed(tmp_path / "briefs" / "a.md", [error])
    )
    told = record.edition([one])
    assert str(tmp_path) not in record.as_json(told) + record.as_junit(told)
    assert one["faults"] == ["a.md: E-INTERNAL OSError: x.py — run again"]


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_a_record_that_cannot_be_read_is_an_empty_one(tmp_path, text):
    (tmp_path / record.FILE).write_text(text)
    assert record.read(tmp_path)["reports"] == []


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("E-NOTEBOOK-CELL", "cell"), ("E-NOTEBOOK-TIMEOUT", "timeout"), ("E-REPORT-TIMEOUT", "timeout"), ("E-KERNEL", "kernel"),
        ("E-CHROMIUM-MISSING", "browser"), ("E-PDF", "browser"), ("E-OUT-WRITE", "disk"), ("E-INCOMPLETE", "incomplete"),
    ],
)  # fmt: skip
def test_each_fault_has_its_cause(code, cause):
    assert record.cause_of(ReportError(code, "", "")) == cause


def test_only_what_is_transient_is_tried_again():
    def tried(code):
        return record.failed(Path("x.md"), [ReportError(code, "", "")]).is_transient

    assert [code for code in ("E-KERNEL", "E-PDF", "E-NOTEBOOK-CELL", "E-INCOMPLETE", "E-OUT-WRITE", "E-CHROMIUM-MISSING") if tried(code)] == [
        "E-KERNEL", "E-PDF",
    ]  # fmt: skip
