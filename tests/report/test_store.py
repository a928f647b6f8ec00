"""A report changes in one step or not at all, and nothing that lies beside it is lost."""

import os
import shutil
import sys

import pytest
from tests.conftest import ANDES

from quickview.brief.reader import load, read_past
from quickview.report import store


@pytest.fixture
def report(tmp_path):
    folder = tmp_path / "reports" / "one"
    folder.mkdir(parents=True)
    for name in ("one.html", "one.pdf", "manifest.json", "one.md"):
        (folder / name).write_text("old")
    return folder


def staged(folder, *names):
    staging = folder.parent / ".making-1-x"
    staging.mkdir(mode=0o700)
    for name in names:
        (staging / name).write_text("new")
    return staging


def texts(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_new_report_takes_the_place_of_the_old_one(report):
    made = store.swap_in(staged(report, "one.html", "manifest.json"), report)
    assert [path.name for path in made] == ["one.html", "manifest.json"]
    assert texts(report) == {"one.html": "new", "manifest.json": "new", "one.md": "old"}


def test_what_else_lies_in_the_folder_stays(report):
    (report / "notes.txt").write_text("mine")
    (report / "photos").mkdir()
    (report / "photos" / "a.jpg").write_text("photo")
    (report / "link").symlink_to("notes.txt")
    store.swap_in(staged(report, "one.html", "manifest.json"), report)
    assert (report / "notes.txt").read_text() == "mine"
    assert (report / "photos" / "a.jpg").read_text() == "photo"
    assert (report / "link").readlink().name == "notes.txt"


@pytest.mark.parametrize("at_once", [True, False])
def test_signatures_of_the_old_report_go_and_others_stay(report, monkeypatch, at_once):
    if not at_once:
        monkeypatch.setattr(store, "_exchanged", lambda *_: False)
    for name in (
        "one.html.sig",
        "one.cdx.json.sig",
        "manifest.json.sig",
        "one.html.sigstore.json",
        "manifest.json.sigstore.json",
    ):
        (report / name).write_text("signed")
    others = {"notes.html.sig": "mine", "notes.html.sigstore.json": "mine"}
    for name, text in others.items():
        (report / name).write_text(text)
    store.swap_in(staged(report, "one.html", "manifest.json"), report)
    assert texts(report) == {"one.html": "new", "manifest.json": "new", "one.md": "old", **others}


def test_others_may_read_a_report_as_they_may_read_the_folder_of_reports(report):
    report.parent.chmod(0o755)
    store.swap_in(staged(report, "one.html"), report)
    assert report.stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such exchange")
def test_the_whole_folder_changes_in_one_step(report, monkeypatch):
    """Whoever holds the old folder open sees the old report to the end."""
    monkeypatch.setattr(store, "_move", None)
    held = os.open(report, os.O_RDONLY)
    store.swap_in(staged(report, "one.html", "manifest.json"), report)
    try:
        with os.fdopen(os.open("one.html", os.O_RDONLY, dir_fd=held)) as file:
            assert file.read() == "old"
    finally:
        os.close(held)
    assert (report / "one.html").read_text() == "new"


def test_where_folders_cannot_be_exchanged_files_move_one_by_one_and_the_manifest_last(report, monkeypatch):
    monkeypatch.setattr(store, "_exchanged", lambda *_: False)
    moved = []
    replace = store.Path.replace
    monkeypatch.setattr(store.Path, "replace", lambda self, to: moved.append(self.name) or replace(self, to))
    store.swap_in(staged(report, "one.html", "one.png", "manifest.json"), report)
    assert moved == ["one.html", "one.png", "manifest.json"]
    assert texts(report) == {"one.html": "new", "one.png": "new", "manifest.json": "new", "one.md": "old"}


@pytest.fixture
def desk(tmp_path):
    """A brief, the folder of its report, and a function that lets an edition of it stand."""
    shutil.copytree(ANDES.parent.parent, tmp_path / "desk")
    path = tmp_path / "desk" / "briefs" / ANDES.name

    def publish(*edit):
        text = path.read_text(encoding="utf-8")
        assert not edit or edit[0] in text
        path.write_text(text.replace(*edit, 1) if edit else text, encoding="utf-8")
        staging = tmp_path / "staging"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        previous = store.keep_previous(load(path), tmp_path / "out", staging)
        shutil.copytree(staging, tmp_path / "out" / ANDES.stem, dirs_exist_ok=True)
        return previous.read_text(encoding="utf-8") if previous else None

    return publish


def test_the_first_edition_is_compared_with_nothing(desk):
    assert desk() is None


def test_an_edition_is_compared_with_the_one_before(desk):
    desk()
    assert "Second, " not in str(desk("  title: ", "  title: Second, "))
    assert "Second, " in desk("  title: ", "  title: Third, ")


def test_an_edition_that_says_the_same_is_compared_with_what_the_last_one_was(desk):
    desk()
    first = desk("  title: ", "  title: Second, ")
    assert desk() == first
    assert desk("sources:\n", "# a comment\nsources:\n") == first


def test_the_desks_remarks_are_not_put_on_the_shelf(desk, tmp_path):
    desk("sources:\n", "# do not name our source\nsources:\n")
    kept = tmp_path / "out" / ANDES.stem / f"{ANDES.stem}.md"
    assert "do not name" not in kept.read_text(encoding="utf-8")
    (past, now) = read_past(kept), read_past(tmp_path / "desk" / "briefs" / ANDES.name)
    assert past.facts == now.facts
    assert [section.markdown for section in past.sections] == [section.markdown for section in now.sections]


def test_a_brief_that_changes_under_our_hands_is_noticed(tmp_path):
    shutil.copytree(ANDES.parent.parent, tmp_path / "desk")
    path = tmp_path / "desk" / "briefs" / ANDES.name
    brief = load(path)
    path.write_text("other", encoding="utf-8")
    with pytest.raises(store.ReportError, match="E-BRIEF-CHANGED"):
        store.keep_previous(brief, tmp_path / "out", tmp_path)
