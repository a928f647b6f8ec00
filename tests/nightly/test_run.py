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
from tests.builders.nights import PLAIN, wait_until
from tests.conftest import ANDES, NO_CHROMIUM

from quickview.files import lock
from quickview.nightly import pool
from quickview.report.chromium import VARIABLE
from quickview.report.session import RenderSession

NAMES = "abc"


def project(folder):
    """A project folder with three sound briefs and a light notebook."""
    shutil.copytree(ANDES.parent.parent, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "briefs")
    (folder / "briefs").mkdir()
    for name in NAMES:
        write(folder, name)
    notebook(folder)
    return folder


@pytest.fixture
def desk(tmp_path):
    """A project folder in which no night has been."""
    return project(tmp_path)


@pytest.fixture(scope="module")
def first_night(tmp_path_factory):
    """A project folder after a night in which all went well; tests go on from a copy."""
    folder = project(tmp_path_factory.mktemp("first"))
    assert run(folder).returncode == 0
    assert set(states(folder).values()) == {"succeeded"}
    return folder


@pytest.fixture
def later(first_night, tmp_path):
    """A project folder of which every report stands."""
    shutil.copytree(first_night, tmp_path, dirs_exist_ok=True)
    return tmp_path


def write(desk, name, *edit):
    text = ANDES.read_text(encoding="utf-8")
    (desk / "briefs" / f"{name}.md").write_text(text.replace(*edit, 1) if edit else text, encoding="utf-8")


def notebook(desk, source="pass"):
    """The notebook runs `source`, which knows the folder and the name of the brief."""
    own = f"import json, os, pathlib, time\nbrief = pathlib.Path(brief_path)\ndesk, name = brief.parent.parent, brief.stem\n{source}"
    code = nbformat.v4.new_code_cell
    cells = [
        code('brief_path = ""', metadata={"tags": ["parameters"]}),
        code(PLAIN),
        code(own, metadata={"tags": ["remove-cell"]}),
        nbformat.v4.new_markdown_cell("## Further notes"),
        code("block('notes', f'<p>{name}</p>')"),
    ]
    made = nbformat.v4.new_notebook(cells=cells)
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
    nbformat.write(made, desk / "plain.ipynb")


LIGHT = ("--notebook", "plain.ipynb", "--kernel", "python3", "--format", "html", "--static", "--workers", "1")


def command(*more):
    return [sys.executable, "-m", "quickview.cli", "nightly", *LIGHT, *map(str, more)]


def run(desk, *more, **env):
    environment = {**os.environ, **NO_CHROMIUM, **env}
    done = subprocess.run(command(*more), cwd=desk, env=environment, capture_output=True, text=True)
    assert "Traceback (most recent" not in done.stderr
    return done


@pytest.fixture
def night(quickview, monkeypatch):
    """Give a night in this process, which spares what one of its own would import."""

    def run_here(desk, *more, **env):
        with monkeypatch.context() as here, RenderSession("python3") as press:
            here.setattr(pool, "spread", lambda jobs, **_: (pool.work(job, lambda _kernel: press) for job in jobs))
            for name, value in {**NO_CHROMIUM, **env}.items():
                here.setenv(name, value)
            return quickview("nightly", *LIGHT, *more, cwd=desk)

    return run_here


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
def test_a_night_makes_what_changed_and_tells_what_failed_and_why(later, night):
    first = marks(later)
    write(later, "a", "  title: ", "  titel: ")
    write(later, "b", "  title: ", "  title: Later, ")
    done = night(later, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(later / "summary.md"))
    assert done.returncode == 1
    assert states(later) == {"a": "failed", "b": "succeeded", "c": "unchanged"}
    assert record(later)["a"]["cause"] == "brief"
    assert record(later)["a"]["stale"]
    assert "::error file=briefs/a.md,line=4,col=3,title=E-KEY-UNKNOWN::" in done.stdout
    assert "| a | failed | brief |" in (later / "summary.md").read_text(encoding="utf-8")
    suite = ET.parse(later / "reports" / "junit.xml").getroot()[0]
    assert [(case.get("name"), [part.tag for part in case]) for case in suite] == [
        ("a", ["failure"]), ("b", []), ("c", ["skipped"]),
    ]  # fmt: skip
    second = marks(later)
    assert {name for name in first if first[name] == second[name]} == {"a", "c"}, "the old reports stay untouched"

    write(later, "a")
    assert night(later).returncode == 0
    assert states(later) == dict.fromkeys(NAMES, "unchanged"), "a says again what its standing report was made of"
    assert not record(later)["a"]["stale"]


@pytest.mark.slow
def test_what_is_kept_under_its_day_makes_no_report_again_and_is_no_report_of_its_own(later, night):
    before = marks(later)
    assert night(later, "--archive", 7).returncode == 0
    assert states(later) == dict.fromkeys(NAMES, "unchanged")
    assert marks(later) == before
    (kept,) = (later / "reports" / "a").glob("*-*-*/")
    assert (kept / "a.html").read_bytes() == (later / "reports" / "a" / "a.html").read_bytes()
    assert (kept / "manifest.json").exists()
    write(later, "a", "  title: ", "  title: Later, ")
    assert night(later).returncode == 0
    assert states(later) == {"a": "succeeded", "b": "unchanged", "c": "unchanged"}
    assert "Later, " not in (kept / "a.md").read_text(encoding="utf-8")


TROUBLE = """
if name == "b": os._exit(1)
if name == "c" and not (desk / "died").exists(): (desk / "died").touch(); os._exit(1)
if name == "d":
    json.loads('{')
"""


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """The record of a night in which nothing but the last brief went well at once."""
    desk = project(tmp_path_factory.mktemp("troubled"))
    notebook(desk, TROUBLE)
    write(desk, "a", "  title: ", "  titel: ")
    write(desk, "d")
    write(desk, "e")
    done = run(desk, "--retries", 2)
    assert done.returncode == 1
    (desk / "said.txt").write_text(done.stderr, encoding="utf-8")
    return desk


@pytest.mark.slow
def test_every_failure_is_told_by_its_cause_and_keeps_no_other_brief_from_its_turn(troubled):
    assert told(troubled) == {"a": "brief", "b": "kernel", "c": "succeeded", "d": "cell", "e": "succeeded"}
    assert record(troubled)["d"]["report"] is None


@pytest.mark.slow
def test_what_may_pass_is_tried_again_and_a_brief_or_cell_is_not(troubled):
    assert {name: one["tries"] for name, one in record(troubled).items()} == {"a": 1, "b": 3, "c": 2, "d": 1, "e": 1}


@pytest.mark.slow
def test_a_cell_that_fails_is_told_on_the_terminal_alone_with_the_analysts_own_lines(troubled):
    said = (troubled / "said.txt").read_text(encoding="utf-8")
    assert "json.loads('{')" in said
    assert "more frames in libraries" in said
    assert "site-packages" not in said
    assert "def loads" not in said
    for path in (path for path in (troubled / "reports").rglob("*") if path.is_file()):
        public = path.read_bytes()
        assert str(troubled).encode() not in public, path.name
        assert b"more frames in libraries" not in public, path.name


@pytest.mark.slow
@pytest.mark.parametrize(("option", "words"), [("--cell-timeout", "a cell of plain.ipynb took longer than 2 s"), ("--report-timeout", "not finished after 2 s")])  # fmt: skip
def test_what_takes_too_long_is_stopped(desk, night, option, words):
    notebook(desk, "time.sleep(600)")
    night(desk, option, 2, "briefs/b.md")
    assert told(desk) == {"b": "timeout"}
    assert words in record(desk)["b"]["faults"][0]
    assert record(desk)["b"]["seconds"] < 2 + 5


@pytest.mark.slow
def test_without_a_chromium_the_html_is_delivered_and_the_pdf_has_failed(desk, night):
    night(desk, "--format", "pdf", "briefs/a.md")
    assert told(desk) == {"a": "browser"}
    assert sorted(path.suffix for path in (desk / "reports" / "a").iterdir()) == [
        ".html",
        ".ipynb",
        ".json",
        ".json",
        ".md",
        ".png",
    ]
    assert not record(desk)["a"]["stale"]
    night(desk, "--format", "pdf", "briefs/a.md", **{VARIABLE: ""})
    assert told(desk) == {"a": "succeeded"}, "a report that is not whole is made again"


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_report_as_it_was(later):
    before = {path.name: path.read_bytes() for path in (later / "reports" / "a").iterdir()}
    write(later, "a", "  title: ", "  title: Still, ")
    # A file may grow to 3 kB here, which is too small for a report as well as for the front page.
    limited = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); sys.argv = sys.argv[1:]; runpy.run_module('quickview.cli', run_name='__main__')"
    words = [sys.executable, "-c", limited, *command("briefs/a.md")[2:]]
    done = subprocess.run(words, cwd=later, env={**os.environ, **NO_CHROMIUM}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "briefs/a.md: E-OUT-WRITE" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in (later / "reports" / "a").iterdir()} == before
    assert not list((later / "reports").glob(".making-*"))


@pytest.mark.slow
def test_after_so_many_failures_the_rest_is_left_undone(desk, quickview, monkeypatch):
    # A faulty brief is told before anything is started, so that it needs no process of its own.
    monkeypatch.setattr(pool, "spread", lambda jobs, **_: (pool.work(job, press=None) for job in jobs))
    for name in NAMES:
        write(desk, name, "  title: ", "  titel: ")
    done = quickview("nightly", "--max-failures", 2, cwd=desk)
    assert done.returncode == 1
    assert told(desk) == {"a": "brief", "b": "brief"}
    assert "left undone after too many failures: briefs/c.md\n" in done.stderr
    done = quickview("nightly", "--no-keep-going", cwd=desk)
    assert "left undone after too many failures: briefs/b.md, briefs/c.md\n" in done.stderr
    assert states(desk) == {"a": "failed", "b": "failed"}


@pytest.mark.slow
def test_a_country_or_topic_selects_and_the_rest_is_carried_over(later, night):
    write(later, "b", "  country: ", "  country: PER #")
    write(later, "d", "  country: ", "  country: PER #")
    night(later, "--country", "per")
    assert states(later) == {"a": "unchanged", "b": "succeeded", "c": "unchanged", "d": "succeeded"}
    (later / "briefs" / "a.md").unlink()
    night(later, "--topic", "no such topic", "briefs/b.md")
    assert set(states(later)) == {"b", "c", "d"}, "a report without a brief is listed no more"


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_from_where_it_was(desk):
    notebook(desk, "if name != 'a' and not (desk / 'calm').exists(): time.sleep(600)")
    environment = {**os.environ, **NO_CHROMIUM}
    with subprocess.Popen(
        command(),
        cwd=desk,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert wait_until(lambda: "a" in marks(desk), 60)
        os.killpg(process.pid, signal.SIGKILL)
    before = marks(desk)
    (desk / "calm").touch()
    assert wait_until(lambda: run(desk).returncode == 0, 10), "the lock goes with the process"
    after = marks(desk)
    assert set(after) == set(NAMES)
    assert {name: after[name] for name in before} == before
    assert not list((desk / "reports").glob(".making-*"))


def test_one_run_at_a_time(desk, night):
    with lock(desk / "reports"):
        done = night(desk)
    assert done.returncode == 3
    assert (
        done.stderr
        == "E-LOCKED another run is at work on reports — wait until it has ended, or choose another folder with --out\n"
    )


def test_two_briefs_of_one_name_are_refused(desk, quickview):
    (desk / "more").mkdir()
    shutil.copy(desk / "briefs" / "a.md", desk / "more" / "a.md")
    done = quickview("nightly", "briefs/a.md", "more/a.md", cwd=desk)
    assert (done.returncode, "E-BRIEF-TWICE" in done.stderr) == (1, True)


def test_no_brief_at_all_is_told(tmp_path, quickview):
    done = quickview("nightly", cwd=tmp_path)
    assert done.returncode == 1
    assert "E-BRIEF-NONE" in done.stderr
    assert list(tmp_path.iterdir()) == [], "outside of a project nothing is left behind"


def test_diff_tells_what_changed_since_a_file_a_revision_or_the_last_edition(desk, quickview):
    path = desk / "briefs" / "a.md"
    for words in (
        ["init", "-q"],
        ["add", "briefs"],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=desk, check=True)
    shutil.copy(path, desk / "old.md")
    assert quickview("diff", "a", "--against", "HEAD", cwd=desk).stdout == "nothing changed\n"
    write(desk, "a", "  title: ", "  title: Still, ")
    for against in ("HEAD", "old.md"):
        done = quickview("diff", "a", "--against", against, cwd=desk)
        assert (done.returncode, "Still, " in done.stdout) == (0, True)
    assert "E-DIFF-NONE" in quickview("diff", "a", cwd=desk).stderr
    folder = desk / "reports" / "a"
    folder.mkdir(parents=True)
    shutil.copy(desk / "old.md", folder / "a.md")
    assert "Still, " in quickview("diff", "a", cwd=desk).stdout
    for against in ("nosuch", "--output=x", "HEAD~5"):
        assert "E-DIFF-AGAINST" in quickview("diff", "a", f"--against={against}", cwd=desk).stderr
    assert not (desk / "x").exists()


def test_why_names_the_reason(desk, quickview):
    done = quickview("why", "a", *LIGHT[:-2], cwd=desk)
    assert (done.returncode, done.stdout) == (0, "a is made again: there is no report yet\n")
