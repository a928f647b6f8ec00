"""`quickview notebooks new`, and the tutorial that a newcomer runs."""

import json
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from tests.conftest import ANDES, ROOT, run_notebook

from quickview.brief.reader import load
from quickview.desk.notebooks import OWN, of_brief, with_room
from quickview.report import reading
from quickview.report.reading import read_outline


def read(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


@pytest.mark.slow
def test_a_new_notebook_is_the_outline_with_a_marked_place_before_the_sources(project, quickview):
    done = quickview("notebooks", "new", "election", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert "notebook: election.ipynb" in done.stdout
    made, outline = (read(project / "notebooks" / f"{name}.ipynb") for name in ("election", "quick_view"))
    ids = [cell.id for cell in made.cells]
    assert [one for one in ids if one != "own"] == [cell.id for cell in outline.cells]
    assert ids[ids.index("own") + 1] == "h-sources"
    stripped = subprocess.run(
        [sys.executable, "-m", "nbstripout", "--verify", "--keep-id", project / "notebooks" / "election.ipynb"]
    )
    assert stripped.returncode == 0


def test_it_is_never_written_over_and_its_name_is_checked(project, quickview):
    assert quickview("notebooks", "new", "mine", cwd=project).returncode == 0
    again = quickview("notebooks", "new", "mine", cwd=project)
    assert (again.returncode, "E-NOTEBOOK-THERE" in again.stderr) == (1, True)
    wrong = quickview("notebooks", "new", "../mine", cwd=project)
    assert (wrong.returncode, "E-NOTEBOOK-NAME" in wrong.stderr) == (2, True)


def test_for_a_brief_it_has_the_sections_that_the_brief_fills_and_makes_its_report(tmp_path):
    outline = json.loads((ROOT / "notebooks" / "quick_view.ipynb").read_text(encoding="utf-8"))
    brief = load(ANDES)
    made = {**outline, "cells": with_room(of_brief(outline["cells"], brief))}
    ids = [cell["id"] for cell in made["cells"]]
    assert brief.facts.agreement is None
    assert not {"terms", "h-terms", "measures", "h-measures", "tables", "h-tables"} & {*ids}
    assert {"masthead", "map", "h-map", "timeline", "sources", "method"} <= {*ids}
    path = tmp_path / "own.ipynb"
    path.write_text(json.dumps(made), encoding="utf-8")
    run = run_notebook(path, brief_path=str(ANDES))
    report = read_outline(run, folder=path.parent)
    reading.check_outline(report, brief)
    assert OWN.split()[0] not in "".join(part.html for part in report.parts)
    assert 'brief_path = "../briefs/andes-blockade.md"' in "".join(made["cells"][2]["source"])


@pytest.mark.slow
def test_the_tutorial_runs_from_its_first_cell_to_its_last():
    notebook = nbformat.read(ROOT / "notebooks" / "tutorial.ipynb", as_version=4)
    notebooks = {"metadata": {"path": str(ROOT / "notebooks")}}
    before = sorted((ROOT / "briefs").iterdir())
    NotebookClient(notebook, kernel_name="quickview", resources=notebooks).execute()
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    (fault,) = outputs["fault"]
    assert (fault.output_type, "E-KEY-UNKNOWN unknown key `as_off`" in fault.evalue) == ("error", True)
    assert [name for name, shown in outputs.items() if any(one.output_type == "error" for one in shown)] == ["fault"]
    assert "W-UNCONFIRMED" in outputs["check"][0].text
    assert "W-UNCONFIRMED" not in outputs["replace"][0].text
    for cell in ("masthead", "map", "timeline", "stances", "yardstick", "own-figure"):
        assert outputs[cell], cell
    assert sorted((ROOT / "briefs").iterdir()) == before
