"""The night run: only what changed, nothing lost, every failure with its cause."""

import json
import os
import shutil
import signal
import subprocess
import sys
from xml.etree import ElementTree as ET

import nbformat
import pytest
from tests.conftest import ANDES
from tests.publishing.test_batch import PLAIN, wait_until

from quickview.publishing.lock import lock

NAMES = "abcd"


@pytest.fixture
def desk(tmp_path):
    """A project folder with four sound briefs and a light notebook, which does what a file of its own tells it."""
    shutil.copytree(ANDES.parent.parent, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "briefs")
    (tmp_path / "briefs").mkdir()
    for name in NAMES:
        write(tmp_path, name)
    notebook(tmp_path)
    return tmp_path


def write(desk, name, *edit):
    text = ANDES.read_text(encoding="utf-8")
    (desk / "briefs" / f"{name}.md").write_text(text.replace(*edit, 1) if edit else text, encoding="utf-8")


def notebook(desk, source="pass"):
    """The notebook runs `source` for the briefs whose names stand in the file `trouble`."""
    trouble = f"import os, pathlib, time\nname = pathlib.Path(brief_path).stem\nif name in pathlib.Path({str(desk / 'trouble')!r}).read_text().split(): {source}"
    code = nbformat.v4.new_code_cell
    cells = [
        code('brief_path = ""', metadata={"tags": ["parameters"]}),
        code(PLAIN),
        code(trouble, metadata={"tags": ["remove-cell"]}),
        nbformat.v4.new_markdown_cell("## Further notes"),
        code("block('notes', f'<p>{name}</p>')"),
    ]
    made = nbformat.v4.new_notebook(cells=cells)
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
    nbformat.write(made, desk / "plain.ipynb")
    (desk / "trouble").write_text("")


LIGHT = ("--notebook", "plain.ipynb", "--kernel", "python3", "--format", "html", "--static", "--workers", "2")


def command(*more):
    return [sys.executable, "-m", "quickview.cli", "nightly", *LIGHT, *map(str, more)]


def run(desk, *more, **env):
    done = subprocess.run(command(*more), cwd=desk, env={**os.environ, **env}, capture_output=True, text=True)
    assert "Traceback (most recent" not in done.stderr
    return done


def record(desk):
    edition = json.loads((desk / "reports" / "edition.json").read_text(encoding="utf-8"))
    return {one["name"]: one for one in edition["reports"]}


def states(desk):
    return {name: one["state"] for name, one in record(desk).items()}


def told(desk):
    return {name: one["cause"] or one["state"] for name, one in record(desk).items()}


def marks(desk):
    """What a report that is made again gets anew."""
    return {path.parent.name: path.stat().st_ino for path in (desk / "reports").glob("*/manifest.json")}


@pytest.mark.slow
def test_a_night_makes_what_changed_and_tells_what_failed_and_why(desk):
    assert run(desk).returncode == 0
    assert set(states(desk).values()) == {"succeeded"}
    first = marks(desk)

    write(desk, "a", "  title: ", "  titel: ")
    write(desk, "b", "  title: ", "  title: Later, ")
    write(desk, "c", "  title: ", "  title: Still, ")
    done = run(desk, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(desk / "summary.md"))
    assert done.returncode == 1
    assert states(desk) == {"a": "failed", "b": "succeeded", "c": "succeeded", "d": "unchanged"}
    assert record(desk)["a"]["cause"] == "brief"
    assert record(desk)["a"]["stale"]
    assert "::error file=briefs/a.md,line=4,col=3,title=E-KEY-UNKNOWN::" in done.stdout
    assert "| a | failed | brief |" in (desk / "summary.md").read_text(encoding="utf-8")
    suite = ET.parse(desk / "reports" / "junit.xml").getroot()[0]
    assert [(case.get("name"), [part.tag for part in case]) for case in suite] == [
        ("a", ["failure"]), ("b", []), ("c", []), ("d", ["skipped"]),
    ]  # fmt: skip
    second = marks(desk)
    assert {name for name in first if first[name] == second[name]} == {"a", "d"}, "the old reports stay untouched"

    write(desk, "a")
    assert run(desk).returncode == 0
    assert states(desk) == dict.fromkeys(NAMES, "unchanged"), "a says again what its standing report was made of"
    assert not record(desk)["a"]["stale"]


@pytest.mark.slow
def test_a_cell_that_fails_is_told_with_the_analysts_own_lines(desk):
    notebook(desk, "import json; json.loads('{')")
    (desk / "trouble").write_text("b")
    done = run(desk)
    assert done.returncode == 1
    assert told(desk) == {"a": "succeeded", "b": "cell", "c": "succeeded", "d": "succeeded"}
    detail = record(desk)["b"]["detail"]
    assert "json.loads('{')" in detail
    assert "more frames in libraries" in detail
    assert "site-packages" not in detail
    assert "def loads" not in detail
    assert record(desk)["b"]["report"] is None


@pytest.mark.slow
def test_a_kernel_that_dies_is_tried_again_and_named(desk):
    notebook(desk, "os._exit(1)")
    (desk / "trouble").write_text("b")
    assert run(desk, "--retries", 2).returncode == 1
    assert told(desk)["b"] == "kernel"
    assert record(desk)["b"]["tries"] == 3
    assert record(desk)["a"]["tries"] == 1


@pytest.mark.slow
def test_a_brief_is_not_tried_again_and_a_passing_cause_may_pass(desk):
    notebook(desk, f"pathlib.Path({str(desk / 'trouble')!r}).write_text(''); os._exit(1)")
    (desk / "trouble").write_text("b")
    write(desk, "a", "  title: ", "  titel: ")
    run(desk)
    assert told(desk) == {"a": "brief", "b": "succeeded", "c": "succeeded", "d": "succeeded"}
    assert {name: one["tries"] for name, one in record(desk).items()} == {"a": 1, "b": 2, "c": 1, "d": 1}


@pytest.mark.slow
@pytest.mark.parametrize(("option", "words"), [("--cell-timeout", "a cell of plain.ipynb took longer than 2 s"), ("--report-timeout", "not finished after 2 s")])  # fmt: skip
def test_what_takes_too_long_is_stopped(desk, option, words):
    notebook(desk, "time.sleep(600)")
    (desk / "trouble").write_text("b")
    run(desk, option, 2, "briefs/b.md")
    assert told(desk) == {"b": "timeout"}
    assert words in record(desk)["b"]["faults"][0]
    assert record(desk)["b"]["seconds"] < 2 + 5


@pytest.mark.slow
def test_without_a_chromium_the_html_is_delivered_and_the_pdf_has_failed(desk):
    run(desk, "--format", "pdf", "briefs/a.md", QUICKVIEW_CHROMIUM=str(desk / "none"))
    assert told(desk) == {"a": "browser"}
    assert sorted(path.suffix for path in (desk / "reports" / "a").iterdir()) == [".html", ".ipynb", ".json", ".md"]
    assert not record(desk)["a"]["stale"]
    run(desk, "--format", "pdf", "briefs/a.md")
    assert told(desk) == {"a": "succeeded"}, "a report that is not whole is made again"


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_report_as_it_was(desk):
    run(desk, "briefs/a.md")
    before = {path.name: path.read_bytes() for path in (desk / "reports" / "a").iterdir()}
    write(desk, "a", "  title: ", "  title: Still, ")
    # A file may grow to 3 kB here, which is too small for a report as well as for the front page.
    limited = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); sys.argv = sys.argv[1:]; runpy.run_module('quickview.cli', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", limited, *command("briefs/a.md")[2:]], cwd=desk, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "briefs/a.md: E-OUT-WRITE" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in (desk / "reports" / "a").iterdir()} == before
    assert not list((desk / "reports").glob(".making-*"))


@pytest.mark.slow
def test_after_so_many_failures_the_rest_is_left_undone(desk):
    for name in NAMES:
        write(desk, name, "  title: ", "  titel: ")
    done = run(desk, "--max-failures", 2)
    assert done.returncode == 1
    assert set(told(desk)) == {"a", "b"}
    assert "left undone after too many failures: briefs/c.md, briefs/d.md" in done.stderr
    assert set(told(desk)) == {"a", "b"}
    run(desk, "--no-keep-going")
    assert states(desk) == {"a": "failed", "b": "failed"}


@pytest.mark.slow
def test_a_country_or_topic_selects_and_the_rest_is_carried_over(desk):
    run(desk, "briefs/a.md", "briefs/b.md")
    write(desk, "b", "  country: ", "  country: PER #")
    write(desk, "c", "  country: ", "  country: PER #")
    run(desk, "--country", "per")
    assert states(desk) == {"a": "unchanged", "b": "succeeded", "c": "succeeded"}
    (desk / "briefs" / "a.md").unlink()
    run(desk, "--topic", "no such topic", "briefs/b.md")
    assert set(states(desk)) == {"b", "c"}, "a report without a brief is listed no more"


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_from_where_it_was(desk):
    notebook(desk, "time.sleep(600)")
    (desk / "trouble").write_text("c d")
    with subprocess.Popen(
        command(), cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert wait_until(lambda: set(marks(desk)) >= {"a", "b"}, 60)
        os.killpg(process.pid, signal.SIGKILL)
    before = marks(desk)
    (desk / "trouble").write_text("")
    assert wait_until(lambda: run(desk).returncode == 0, 10), "the lock goes with the process"
    after = marks(desk)
    assert set(after) == set(NAMES)
    assert {name: after[name] for name in before} == before
    assert not list((desk / "reports").glob(".making-*"))


def test_one_run_at_a_time(desk):
    with lock(desk / "reports"):
        done = run(desk)
    assert done.returncode == 3
    assert (
        done.stderr
        == "E-LOCKED another run is at work on reports — wait until it has ended, or choose another folder with --out\n"
    )


def test_two_briefs_of_one_name_are_refused(desk):
    (desk / "more").mkdir()
    shutil.copy(desk / "briefs" / "a.md", desk / "more" / "a.md")
    done = run(desk, "briefs/a.md", "more/a.md")
    assert (done.returncode, "E-BRIEF-TWICE" in done.stderr) == (1, True)


def test_no_brief_at_all_is_told(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "quickview.cli", "nightly"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "E-BRIEF-NONE" in done.stderr


def told_by(desk, *words):
    return subprocess.run(
        [sys.executable, "-m", "quickview.cli", *map(str, words)], cwd=desk, capture_output=True, text=True
    )


def test_diff_tells_what_changed_since_a_file_a_revision_or_the_last_edition(desk):
    path = desk / "briefs" / "a.md"
    for words in (
        ["init", "-q"],
        ["add", "briefs"],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=desk, check=True)
    shutil.copy(path, desk / "old.md")
    assert told_by(desk, "diff", "a", "--against", "HEAD").stdout == "nothing changed\n"
    write(desk, "a", "  title: ", "  title: Still, ")
    for against in ("HEAD", "old.md"):
        done = told_by(desk, "diff", "a", "--against", against)
        assert (done.returncode, "Still, " in done.stdout) == (0, True)
    assert "E-DIFF-NONE" in told_by(desk, "diff", "a").stderr
    folder = desk / "reports" / "a"
    folder.mkdir(parents=True)
    shutil.copy(desk / "old.md", folder / "a.md")
    assert "Still, " in told_by(desk, "diff", "a").stdout
    for against in ("nosuch", "--output=x", "HEAD~5"):
        assert "E-DIFF-AGAINST" in told_by(desk, "diff", "a", f"--against={against}").stderr
    assert not (desk / "x").exists()


def test_why_names_the_reason(desk):
    done = told_by(desk, "why", "a", *LIGHT[:-2])
    assert (done.returncode, done.stdout) == (0, "a is made again: there is no report yet\n")
