"""What cells are called, what parameters a notebook has, and what of a notebook counts."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from tests.conftest import NOTEBOOK, ROOT

from quickview.report import cells


def parameter(source, tag="parameters"):
    return new_code_cell(source, metadata={"tags": [tag]})


def test_cells_are_called_by_the_number_that_jupyterlab_shows_after_run_all_and_their_first_line():
    called = cells.names(
        [
            new_markdown_cell("\n# Title"),
            new_code_cell("import math"),
            new_code_cell(" "),
            parameter("brief_path = 'x'", "injected-parameters"),
            new_code_cell("\nx = 1\ny = 2"),
            new_code_cell("z" * 100),
        ]
    )
    assert called[0] == "the markdown cell “# Title”"
    assert called[1] == "cell [1] “import math”"
    assert called[3] == "the cell of parameters"
    assert called[4] == "cell [2] “x = 1”"
    assert called[5] == f"cell [3] “{'z' * 59}…”"


@pytest.mark.parametrize(
    "source", ['language = "ar"', 'language="ar"', 'language: str = "ar"', '%time 1\nlanguage = "ar"  # tried']
)
def test_a_parameter_is_found_however_it_is_written(source):
    assert cells.parameters([parameter(source)]) == {"language": "ar"}


def test_what_is_injected_wins_and_what_is_no_text_is_empty():
    found = cells.parameters(
        [parameter('theme = "a"\nn = 3'), parameter('theme = "b"', "injected-parameters"), new_code_cell('theme = "c"')]
    )
    assert found == {"theme": "b", "n": ""}


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "outline.ipynb"
    nbformat.write(nbformat.read(NOTEBOOK, as_version=4), path)
    return path


def changed(path, edit):
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    nbformat.write(notebook, path)
    return cells.sha256(path)


def run_all(notebook):
    for n, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        cell.execution_count = n + 1
        cell.outputs = [new_output("stream", text="said")]
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01"}
    notebook.cells.append(new_code_cell(""))
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


def test_running_and_saving_a_notebook_changes_nothing(notebook):
    before = cells.sha256(notebook)
    assert changed(notebook, run_all) == before


def test_what_a_notebook_was_given_and_asked_for_while_it_was_written_changes_nothing(notebook):
    before = changed(notebook, lambda n: n.cells.insert(1, new_code_cell("%quickview check")))
    given = new_code_cell('brief_path = "x.md"', metadata={"tags": [cells.INJECTED]})

    def run(ran):
        ran.cells[1].source = cells.without_desk(ran.cells[1].source)
        ran.cells.insert(1, given)

    assert changed(notebook, run) == before


@pytest.mark.parametrize(
    "edit",
    [
        lambda n: n.cells[-1].update(source="qv.method(brief, territory) "[:-2] + "  )"),
        lambda n: n.cells[0].metadata.update(tags=[]),
        lambda n: n.cells.pop(),
        lambda n: n.cells.insert(0, n.cells.pop()),
        lambda n: n.metadata.kernelspec.update(name="python3"),
        lambda n: n.cells[0].update(attachments={"a.png": {"image/png": "aGk="}}),
    ],
    ids=["source", "tags", "a cell less", "order", "kernel", "pasted picture"],
)
def test_what_a_notebook_says_counts(notebook, edit):
    before = cells.sha256(notebook)
    assert changed(notebook, edit) != before


def test_a_file_that_is_no_notebook_counts_by_its_bytes_and_none_by_nothing(tmp_path):
    path = tmp_path / "x.ipynb"
    assert cells.sha256(path) == ""
    path.write_text("{")
    first = cells.sha256(path)
    path.write_text(json.dumps({"cells": 1}))
    assert first != cells.sha256(path) != ""


def test_calls_of_the_kit_are_found_under_every_name_they_are_imported_by():
    sources = [
        "from quickview import analysis",
        "from quickview.analysis import terms as t",
        "import quickview.analysis as q",
        "import numpy as np",
    ]
    assert cells.kit_names([new_code_cell(source) for source in sources]) == {"analysis", "t", "q"}


def test_files_that_a_notebook_reads_through_the_kit_are_found_as_they_stand_in_its_source(tmp_path):
    path = tmp_path / "own.ipynb"
    sources = [
        'frame = qv.data(brief, "polls.csv")\nqv.table(frame)',
        'px.bar(qv.data(brief, name="b.xlsx"))',
        'qv.data(brief, "votes")',
        "data(",
    ]
    own = [new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=own), path)
    assert cells.named_files(path) == ["b.xlsx", "polls.csv"]
    assert cells.named_files(tmp_path / "none.ipynb") == []


def test_the_notebook_is_that_of_the_briefs_project_or_of_this_folder(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "quick_view.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert cells.notebook_of(tmp_path / "briefs" / "x.md") == Path("notebooks/quick_view.ipynb")
    assert cells.notebook_of(tmp_path / "briefs" / "x.md", "own.ipynb") == Path("notebooks/own.ipynb")
    assert cells.notebook_of(tmp_path / "elsewhere" / "briefs" / "x.md") == cells.NOTEBOOK


def test_lines_that_ask_the_kit_something_do_nothing_in_a_report_and_keep_their_place():
    source = "%load_ext quickview\nif x:\n    %quickview preview homs-truce\n%time y = 1\nz = '%quickview'"
    calm = (
        "pass  # %load_ext quickview\nif x:\n    pass  # %quickview preview homs-truce\n%time y = 1\nz = '%quickview'"
    )
    assert cells.without_desk(source) == calm
    assert not cells.is_desk(new_code_cell(source))
    assert cells.is_desk(new_code_cell("\n%load_ext quickview\n%quickview check\n"))
    assert not cells.is_desk(new_code_cell(""))


def test_the_report_of_a_notebook_that_says_so_stands_beside_the_briefs_own():
    monitor, quick_view = (ROOT / "notebooks" / name for name in ("truce_monitor.ipynb", "quick_view.ipynb"))
    assert cells.report_name("homs-truce", monitor) == "homs-truce-monitor"
    assert cells.report_name("homs-truce.ar", monitor) == "homs-truce-monitor.ar"
    assert cells.report_name("homs-truce", quick_view) == cells.report_name("homs-truce", None) == "homs-truce"


@pytest.mark.parametrize("said", ["../other", "A b", "", 3, None])
def test_what_is_no_name_for_a_report_is_passed_over(tmp_path, said):
    path = tmp_path / "own.ipynb"
    path.write_text(json.dumps({"metadata": {"quickview": {"report": said}}, "cells": []}), encoding="utf-8")
    assert cells.report_name("homs-truce", path) == "homs-truce"
