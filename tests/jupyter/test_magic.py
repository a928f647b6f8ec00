"""`%quickview` in a notebook: it answers in words, with the place of each fault, and never with a traceback."""

import os
import shutil
import signal
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from tests.conftest import HOMS, ROOT, alone

from quickview.analysis.session import SESSION, load
from quickview.errors import Fault, InputError
from quickview.jupyter import magic
from quickview.nightly.record import Outcome
from quickview.report.outputs import DESK


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project, from the folder of its notebooks."""
    for name in ("briefs", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("kernel-ipc-*"))
    (tmp_path / "shapes").symlink_to(ROOT / "shapes")
    monkeypatch.chdir(tmp_path / "notebooks")
    yield tmp_path
    SESSION.clear()


def write(project, name, *, change=("", "")):
    path = project / "briefs" / name
    path.write_text(alone(HOMS.read_text(encoding="utf-8")).replace(*change, 1), encoding="utf-8")
    return path


def shown(line, **namespace):
    return magic.answer(line, namespace)._repr_mimebundle_()


def test_a_fault_is_shown_with_its_line_a_mark_and_a_link_to_the_line(project):
    write(project, "wrong.md", change=("  as_of:", "  as_off:"))
    shows = shown("check wrong")
    line = HOMS.read_text(encoding="utf-8").split("\n").index("  as_of: 2017-08-04") + 1
    text = shows["text/plain"].split("\n")
    at = next(n for n, one in enumerate(text) if "E-KEY-UNKNOWN" in one)
    assert text[at + 1].endswith("|   as_off: 2017-08-04")
    assert text[at + 2].index("^") == text[at + 1].index("as_off")
    assert "<mark>as_off</mark>" in shows["text/html"]
    assert f'href="../briefs/wrong.md#line={line - 1}"' in shows["text/html"]
    assert "E-KEY-UNKNOWN" in shows[DESK]["codes"]


def test_all_faults_are_told_at_once_and_what_a_line_holds_is_no_html(project):
    write(project, "wrong.md", change=("  series: Quick View", "  <script>alert(1)</script>: x\n  serie: Quick View"))
    shows = shown("check wrong")
    assert len(shows[DESK]["codes"]) > 1
    assert "<script>" not in shows["text/html"]


def test_a_sound_brief_is_told_with_what_it_holds_whether_named_or_by_its_path_from_the_project(project):
    for brief in ("homs-truce", "briefs/homs-truce.md", "../briefs/homs-truce.md"):
        assert shown(f"check {brief}")["text/plain"].endswith("sound; 18 actors, 9 events, 10 sources")


def test_without_a_name_it_is_the_brief_that_was_asked_for_last_though_it_was_faulty(project):
    write(project, "wrong.md", change=("  as_of:", "  as_off:"))
    assert "homs-truce.md: sound" in shown("check", brief_path="../briefs/homs-truce.md")["text/plain"]
    load("../briefs/homs-truce.md")
    with pytest.raises(InputError):
        load("../briefs/wrong.md")
    assert "as_off" in shown("check", brief_path="../briefs/homs-truce.md")["text/plain"]


def test_without_any_brief_it_says_how_to_name_one(project):
    assert "E-BRIEF-NONE this notebook has loaded no brief" in shown("check")["text/plain"]
    assert "did you mean `homs-truce`?" in shown("check homs-truse")["text/plain"]


@pytest.mark.parametrize("line", ["", "chek", "check a b", "check 'a", "preview --colour red", "diff --against"])
def test_words_that_are_none_of_its_own_get_its_usage(line):
    assert "%quickview preview [BRIEF]" in shown(line)["text/plain"]


def test_diff_tells_what_the_brief_says_that_a_file_did_not(project):
    old = write(project, "old.md", change=("probability: {low: 55", "probability: {low: 56"))
    assert "down from 56–80" in shown(f"diff homs-truce --against {old}")["text/plain"]
    assert shown(f"diff homs-truce --against {HOMS}")["text/plain"] == "nothing changed"
    assert "E-DIFF-NONE" in shown("diff homs-truce")["text/plain"]


def test_a_theme_that_is_none_is_told_and_nothing_is_rendered(project):
    shows = shown("preview homs-truce --theme gazete")
    assert shows[DESK]["codes"] == ["E-THEME-FILE"]
    assert "<iframe" not in shows["text/html"]


@pytest.mark.slow
def test_load_ext_makes_the_magic_known_and_it_prints_nothing_of_its_own(project):
    lines = "%load_ext quickview\n%quickview check homs-truce"
    command = [sys.executable, "-m", "IPython", "--quick", "--HistoryManager.enabled=False", "-c", lines]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert (done.returncode, "sound" in done.stdout) == (0, True), done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_a_preview_is_rendered_as_its_options_say_else_as_the_notebook_does_and_never_into_the_reports(
    project, monkeypatch
):
    jobs = []
    monkeypatch.setattr(magic, "_rendered", lambda job: jobs.append(job.options) or Outcome(job.brief))
    theme, shapes = str(project / "own.yaml"), str(project / "shapes" / "catalog.yaml")
    shutil.copy(ROOT / "lib" / "quickview" / "theme" / "themes" / "default.yaml", theme)
    parameters = {"brief_path": "../briefs/homs-truce.md", "language": "fr", "theme": theme, "shapes": ""}
    for line in ("preview", f"preview --language ar --theme gazette --shapes {shapes}", "preview homs-truce"):
        magic.answer(line, parameters)
    asked = [(one.language, one.theme, one.catalog and str(one.catalog)) for one in jobs]
    assert asked == [("fr", theme, None), ("ar", "gazette", shapes), ("", "", None)]
    assert all(one.formats == ["html"] and not one.out.is_relative_to(project) for one in jobs)


def test_the_page_stands_in_a_frame_that_can_neither_read_the_notebook_nor_break_out_of_its_attribute(project):
    page = '<!doctype html><p title="a">&amp;</p></iframe><script>1</script>'
    doubts = (Fault.noticed("W-GLYPH a letter", "x.md"), Fault.noticed("W-LATE a source", "x.md"))
    html = magic.Answer(faults=doubts, page=page)._repr_mimebundle_()["text/html"]
    frame = BeautifulSoup(html, "lxml").iframe
    assert "<summary>2 warnings</summary>" in html
    assert frame["srcdoc"] == page
    assert "allow-same-origin" not in frame["sandbox"]
    assert "<script>" not in html


@pytest.mark.slow
def test_what_makes_the_page_may_die_and_the_next_preview_is_made_by_another(project):
    load("../briefs/homs-truce.md")
    for worker in magic._worker()._processes.values():
        os.kill(worker.pid, signal.SIGKILL)
    first = magic.answer("preview", {"theme": "signal"})
    assert [fault.code for fault in first.faults][:1] in ([], ["E-WORKER"])
    second = magic.answer("preview", {"theme": "signal"})
    assert "<h1" in second.page
