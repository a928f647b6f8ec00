"""A night that fails as a whole says so on the front page."""

import datetime as dt
import shutil

import pytest
from lxml import html
from tests.builders.editions import ALL, NASTY
from tests.conftest import ANDES

from quickview.errors import Fault, InputError, MachineError
from quickview.files import lock
from quickview.nightly import failed_night, index_page, run
from quickview.nightly.record import Outcome
from quickview.nightly.run import NightlyResult
from quickview.theme.theme import load_theme

DAY = dt.date(2017, 8, 5)
BROKEN = MachineError("E-CHROMIUM-NONE", f"no Chromium {NASTY}", "install one")


def mark(folder, error=BROKEN, **how):
    failed_night.mark(folder, *failed_night.told(error), day=DAY, **how)
    return (folder / "index.html").read_text(encoding="utf-8")


def project(folder):
    (folder / "briefs").mkdir()
    (folder / "notebooks").mkdir()
    shutil.copy(ANDES, folder / "briefs" / "a.md")


def words(page):
    return " ".join(html.document_fromstring(page).find(".//aside").text_content().split())


def test_the_page_that_stands_is_marked_and_is_as_it_was_otherwise(tmp_path):
    standing = index_page.write(ALL, theme=load_theme(), world=None)
    (tmp_path / "index.html").write_text(standing, encoding="utf-8")
    page = mark(tmp_path)
    assert words(page) == (
        "The night of 5 August 2017 failed: no browser could draw it. The reports below are those of the edition before. "
        f"What went wrong E-CHROMIUM-NONE no Chromium {NASTY} — install one"
    )
    assert page.replace(page[page.index("<aside") : page.index("</aside>\n") + 9], "") == standing
    assert mark(tmp_path) == page, "a second failure takes the place of the first"
    assert html.document_fromstring(page).xpath("//aside//img | //aside//script") == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "La nuit du 5 août 2017 a échoué"),
        ("ar", "أخفق تشغيل ليلة 5 أغسطس 2017"),
        ("xx", "The night of 5 August"),
    ],
)
def test_the_mark_speaks_the_language_of_the_page_or_of_the_night(tmp_path, language, said):
    assert words(mark(tmp_path, language=language)).startswith(said)
    assert words(mark(tmp_path)).startswith(said)


def test_where_no_page_stands_a_plain_one_says_so(tmp_path):
    page = mark(tmp_path / "reports", ValueError("a slip of the kit's"))
    assert page.lstrip().startswith("<!doctype html>")
    assert "failed: the software that makes it failed. There are no reports yet." in words(page)
    assert "E-INTERNAL ValueError: a slip" in words(page)
    assert "Traceback" not in page
    assert "default-src 'none'" in html.fromstring(page).xpath("string(//meta/@content)")


def test_a_night_with_a_broken_theme_marks_the_page_and_fails(tmp_path, quickview):
    project(tmp_path)
    (tmp_path / "theme.yaml").write_text("colours: 7\n", encoding="utf-8")
    done = quickview("nightly", "--theme", "theme.yaml", cwd=tmp_path)
    assert done.returncode == 1
    page = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert "failed: something that it is made from has faults." in words(page)
    assert "theme.yaml" in words(page)


def test_where_another_run_is_at_work_nothing_is_marked(tmp_path, quickview):
    project(tmp_path)
    with lock(tmp_path / "reports"):
        assert quickview("nightly", cwd=tmp_path).returncode == 3
    assert not (tmp_path / "reports" / "index.html").exists()


def test_a_page_that_cannot_be_written_hides_no_fault(tmp_path):
    (tmp_path / "reports").write_text("a file", encoding="utf-8")
    cause, faults = failed_night.told(InputError.at("x", "E-X", "m", "h"))
    failed_night.mark(tmp_path / "reports", cause, faults)
    assert (tmp_path / "reports").read_text(encoding="utf-8") == "a file"


def test_a_night_in_which_the_machine_lacked_something_is_marked_when_it_is_over(tmp_path, quickview, monkeypatch):
    project(tmp_path)
    fault = Fault("briefs/a.md", 0, 0, "E-KERNEL-NONE", "there is no such kernel", "run make setup")
    done = NightlyResult(ALL, [Outcome(tmp_path, faults=(fault,), cause="machine")], [])
    monkeypatch.setattr(run, "run", lambda *_, **__: done)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "index.html").write_text(
        index_page.write(ALL, theme=load_theme(), world=None), encoding="utf-8"
    )
    assert quickview("nightly", cwd=tmp_path).returncode == 2
    page = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert "failed: something on the machine is missing." in words(page)
    assert "E-KERNEL-NONE" in words(page)
