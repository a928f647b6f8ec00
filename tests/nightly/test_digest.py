"""The digest is made again when the edition says something else, and by the same machinery as reports."""

import json
import shutil
from pathlib import Path

import pytest
from tests.builders.editions import edition, entry
from tests.conftest import ROOT

from quickview.nightly import digest, page
from quickview.options import RenderOptions
from quickview.report import fingerprint

NOTEBOOK = ROOT / "notebooks" / "digest.ipynb"
COMMON = {"Chromium": "156"}


def some():
    return edition(entry("first"), entry("second"), entry("third", "failed", cause="cell", faults=("E-X",)))


def made_of(told, **more):
    return digest.made_of(told, NOTEBOOK, {**COMMON, **more}, world=None)


def test_how_long_a_run_took_and_what_it_left_unchanged_makes_no_other_digest():
    told = some()
    later = {**told, "reports": [{**one, "state": "unchanged", "seconds": 9.0, "tries": 2} for one in told["reports"]]}
    assert made_of(told) == made_of(later)


def test_what_the_edition_says_the_notebook_and_the_kit_do():
    told = some()
    stale = {**told, "reports": [{**one, "stale": True} for one in told["reports"]]}
    assert made_of(told) != made_of(stale)
    assert made_of(told) != made_of({**told, "as_of": "2031-01-01"})
    assert made_of(told) != made_of(told, Chromium="157")
    assert made_of(told) != digest.made_of(told, NOTEBOOK, COMMON, world={"features": []})


@pytest.mark.slow
def test_the_digest_of_an_edition_is_a_page_or_two_with_a_pdf(tmp_path):
    shutil.copytree(ROOT / "shapes", tmp_path / "shapes")
    told = some()
    needed = made_of(told)
    order = RenderOptions(NOTEBOOK, tmp_path / "reports", made_of=needed, catalog=tmp_path / "shapes" / "catalog.yaml")
    outcome = digest.render(told, order)
    assert outcome.faults == ()
    folder = tmp_path / "reports" / "digest"
    assert {path.suffix for path in folder.iterdir()} == {".html", ".pdf", ".png", ".ipynb", ".json"}
    html = (folder / "digest.html").read_text(encoding="utf-8")
    assert all(f"../{one['name']}/" in html for one in told["reports"] if one["report"])
    assert str(tmp_path) not in (folder / "digest.ipynb").read_text(encoding="utf-8")
    assert page.stands(folder, needed)
    assert not page.stands(folder, {**needed, "Chromium": "157"})
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["name"] == "digest"
    assert Path(outcome.files[0]).exists()
    assert fingerprint.of_notebook(NOTEBOOK).items() <= needed.items()
