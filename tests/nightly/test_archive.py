"""Editions of a report that stay under their day."""

import json
import shutil

import pytest
from lxml import html
from tests.builders.editions import edition, entry

from quickview.errors import ReportError
from quickview.manifests import read_manifest
from quickview.nightly import archive, index_page, record
from quickview.report import store
from quickview.theme.theme import load_theme


def make(out, day, text="Truce", *, whole=True):
    """Let a report of a day take the place of the one that stands, as a night does."""
    staging = out / "staging"
    staging.mkdir(parents=True)
    (staging / "homs.html").write_text(text, encoding="utf-8")
    (staging / "homs.md").write_text(f"{text}, as a brief", encoding="utf-8")
    files = {path.name: {"bytes": path.stat().st_size} for path in sorted(staging.iterdir())}
    told = {"name": "homs", "title": text, "as_of": day, "files": files, "made_of": {"brief": "1"} if whole else None}
    (staging / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    store.swap_in(staging, out / "homs")
    shutil.rmtree(staging, ignore_errors=True)
    return out / "homs"


def kept(folder):
    return {day: (folder / day / "homs.html").read_text(encoding="utf-8") for day in archive.editions(folder)}


def test_a_report_stays_under_its_day_whole_and_to_the_byte_when_a_later_one_takes_its_place(tmp_path):
    archive.keep(make(tmp_path, "2017-08-03", "Talks"), 30)
    before = {path.name: path.read_bytes() for path in (tmp_path / "homs" / "2017-08-03").iterdir()}
    folder = make(tmp_path, "2017-08-04", "Truce")
    archive.keep(folder, 30)
    assert kept(folder) == {"2017-08-04": "Truce", "2017-08-03": "Talks"}
    assert {path.name: path.read_bytes() for path in (folder / "2017-08-03").iterdir()} == before
    assert set(before) == {"homs.html", "homs.md", "manifest.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["homs"]


def test_a_kept_edition_takes_no_room_of_its_own_and_one_that_stays_is_left_alone(tmp_path):
    folder = make(tmp_path, "2017-08-04")
    archive.keep(folder, 30)
    first = (folder / "2017-08-04").stat()
    assert (folder / "2017-08-04" / "homs.html").samefile(folder / "homs.html")
    archive.keep(folder, 30)
    assert (folder / "2017-08-04").stat() == first


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_report_made_again_the_same_day_takes_the_place_of_the_kept_one(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(store, "exchange", lambda *_: False)
    archive.keep(make(tmp_path, "2017-08-04", "Truce"), 30)
    folder = make(tmp_path, "2017-08-04", "Truce, corrected")
    archive.keep(folder, 30)
    assert kept(folder) == {"2017-08-04": "Truce, corrected"}
    assert [path.name for path in tmp_path.iterdir()] == ["homs"]


def test_only_the_term_removes_an_edition_counted_from_the_report_that_stands(tmp_path):
    for day in ("2017-08-01", "2017-08-04", "2017-08-10"):
        folder = make(tmp_path, day, day)
        archive.keep(folder, 9)
    assert list(kept(folder)) == ["2017-08-10", "2017-08-04", "2017-08-01"]
    archive.keep(folder, 6)
    assert list(kept(folder)) == ["2017-08-10", "2017-08-04"]
    folder = make(tmp_path, "2019-01-01", "later, without a term")
    assert list(kept(folder)) == ["2017-08-10", "2017-08-04"]


def test_what_is_not_whole_is_not_kept_and_what_is_no_edition_is_not_removed(tmp_path):
    folder = make(tmp_path, "2017-08-04", whole=False)
    (folder / "2001-01-01").mkdir()
    (folder / "2001-01-01" / "notes.txt").write_text("mine", encoding="utf-8")
    archive.keep(folder, 1)
    assert kept(folder) == {}
    archive.keep(make(tmp_path, "2017-08-05"), 1)
    assert (folder / "2001-01-01" / "notes.txt").exists()
    assert list(kept(folder)) == ["2017-08-05"]


def test_a_kept_edition_is_no_loss_of_the_report_that_stands(tmp_path):
    archive.keep(make(tmp_path, "2017-08-03"), 30)
    folder = make(tmp_path, "2017-08-04")
    assert [*store.damages(folder, read_manifest(folder))] == []


def test_what_is_somebody_elses_is_not_replaced(tmp_path):
    folder = make(tmp_path, "2017-08-04")
    (folder / "2017-08-04").write_text("a file", encoding="utf-8")
    with pytest.raises(ReportError, match="E-OUT-PATH"):
        archive.keep(folder, 30)
    assert (folder / "2017-08-04").read_text(encoding="utf-8") == "a file"


def earlier_on_the_card(one):
    page = index_page.write(edition(one), theme=load_theme(), world=None)
    return html.document_fromstring(page).find_class("earlier")


def test_the_front_page_links_to_earlier_editions_and_not_to_the_one_that_stands(tmp_path):
    for day in ("2017-08-01", "2017-08-02", "2017-08-03", "2017-08-04", "2017-08-05"):
        folder = make(tmp_path, day)
        archive.keep(folder, 30)
    days = record.entry(tmp_path / "homs.md", folder, None)["editions"]
    assert days == ["2017-08-04", "2017-08-03", "2017-08-02", "2017-08-01"]
    (earlier,) = earlier_on_the_card({**entry("homs", as_of="2017-08-05"), "editions": days})
    assert earlier.xpath(".//@href") == [f"homs/{day}/homs.html" for day in days]
    assert len(earlier.xpath(".//details//a")) == 1
    assert earlier_on_the_card(entry("homs")) == []


def test_a_kept_edition_that_is_not_whole_any_more_is_left_out_and_told_and_its_files_stay(tmp_path):
    for day in ("2017-08-02", "2017-08-03", "2017-08-04"):
        folder = make(tmp_path, day)
        archive.keep(folder, 30)
    (folder / "2017-08-02" / "homs.html").write_text("Truce, and more", encoding="utf-8")
    (folder / "2017-08-03" / "manifest.json").write_text("{}", encoding="utf-8")
    told = []
    assert archive.editions(folder, tell=told.append) == ["2017-08-04"]
    assert {fault.code for fault in told} == {"E-EDITION-ALTERED", "E-MANIFEST"}
    assert all(fault.hint.startswith("put it back") for fault in told)
    assert (folder / "2017-08-02" / "homs.html").exists()
