import json
import shutil
import sys
import time
from dataclasses import replace
from queue import Empty

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError
from nbformat.v4 import new_code_cell, new_notebook, new_output
from tests.conftest import ROOT

from quickview.errors import InputError, ReportError
from quickview.layers.catalog import read_catalog
from quickview.nightly import record
from quickview.options import Timeouts
from quickview.report import execution
from quickview.report.execution import parameters_of as told

PARAMETERS = new_code_cell('brief_path = "x"', metadata={"tags": ["parameters"]})


def written(folder, *cells):
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "own {0}.ipynb"
    nbformat.write(new_notebook(cells=[PARAMETERS, *cells], metadata=kernel), path)
    return path


def test_a_file_that_is_no_notebook_is_told_so(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text("hello")
    with pytest.raises(InputError, match=r"E-NOTEBOOK-READ"):
        execution.read_notebook(path)


def test_a_missing_notebook_is_told_so(tmp_path):
    with pytest.raises(InputError, match=r"E-NOTEBOOK-READ"):
        execution.read_notebook(tmp_path / "none.ipynb")


def test_a_notebook_without_the_parameter_is_told_what_to_write(tmp_path):
    path = tmp_path / "x.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("brief_path = 1")]), path)
    with pytest.raises(InputError, match="tag a cell `parameters`"):
        execution.read_notebook(path, "brief_path")


@pytest.mark.slow
def test_the_kernel_gets_the_brief_as_text_and_works_in_the_notebooks_folder(tmp_path, homs):
    cell = new_code_cell("import pathlib\nprint(type(brief_path).__name__, brief_path, pathlib.Path.cwd())")
    done = execution.execute(written(tmp_path, cell), told(homs))
    assert done.cells[-1].outputs[0].text.split() == ["str", str(homs.path.resolve()), str(tmp_path)]


def test_a_notebook_is_told_of_another_catalogue_of_layers_only_where_it_is_another(homs, tmp_path):
    other = shutil.copytree(homs.catalog.folder, tmp_path / "layers")
    moved = replace(homs, catalog=read_catalog(other / "catalog.yaml"))
    assert told(homs).given["shapes"] == ""
    assert told(moved).given["shapes"] == str(other / "catalog.yaml")
    assert told(moved).shown["shapes"] == "../../layers/catalog.yaml"


def test_a_notebook_that_cannot_take_another_catalogue_says_so(homs, tmp_path):
    other = shutil.copytree(homs.catalog.folder, tmp_path / "layers")
    moved = replace(homs, catalog=read_catalog(other / "catalog.yaml"))
    with pytest.raises(InputError, match="E-NOTEBOOK-PARAMETER no parameter `shapes`"):
        execution.execute(written(tmp_path), told(moved))


def test_a_notebook_that_counts_to_no_day_says_so_when_it_is_asked_to(homs, tmp_path):
    asked = told(homs, until="2017-12-31")
    assert asked.given["until"] == asked.shown["until"] == "2017-12-31"
    with pytest.raises(InputError, match="E-NOTEBOOK-PARAMETER no parameter `until`"):
        execution.execute(written(tmp_path), asked)
    assert execution.read_notebook(ROOT / "notebooks" / "truce_monitor.ipynb", "until")


@pytest.mark.slow
def test_a_cell_that_fails_is_named_with_its_error(tmp_path, homs):
    with pytest.raises(ReportError) as caught:
        execution.execute(written(tmp_path, new_code_cell("x = 1"), new_code_cell("y = 0\nx / y")), told(homs))
    assert caught.value.code == "E-NOTEBOOK-CELL"
    assert caught.value.message.startswith("cell [3] “y = 0” of ")
    assert caught.value.message.endswith("ended in ZeroDivisionError: division by zero")
    assert "----> 2 x / y" in caught.value.detail


def test_every_parameter_that_a_notebook_names_is_given_the_empty_one_too(homs):
    source = 'brief_path="x"\nlanguage: str = "ar"\ntheme = "signal"'
    notebook = new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})])
    parameters = told(homs)
    assert parameters.asked_by(notebook) == ["brief_path", "language", "theme"]
    assert parameters.given["language"] == parameters.given["theme"] == ""


@pytest.mark.slow
def test_a_cell_that_runs_too_long_is_stopped(tmp_path, homs):
    with pytest.raises(ReportError, match=r"E-NOTEBOOK-TIMEOUT .*longer than 1 s"):
        execution.execute(written(tmp_path, new_code_cell("while True: pass")), told(homs), timeouts=Timeouts(cell=1))


@pytest.mark.slow
def test_a_kernel_that_answers_no_more_after_its_last_cell_is_given_up(tmp_path, homs):
    deaf = new_code_cell("""
import threading
get_ipython().kernel.shell_handlers["kernel_info_request"] = lambda *_: threading.Event().wait()
""")
    with pytest.raises(ReportError, match=r"E-NOTEBOOK-TIMEOUT"):
        execution.execute(written(tmp_path, deaf), told(homs), timeouts=Timeouts(cell=1))


@pytest.fixture
def own_kernel(tmp_path, monkeypatch):
    """Install a kernel that runs a piece of Python instead; returns its name."""

    def install(source):
        folder = tmp_path / "jupyter" / "kernels" / "own"
        folder.mkdir(parents=True)
        spec = {"argv": [sys.executable, "-c", source], "display_name": "own", "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
        return "own"

    return install


@pytest.mark.slow
def test_a_kernel_that_never_answers_takes_no_longer_than_its_report_may(tmp_path, homs, own_kernel):
    kernel = own_kernel("import threading; threading.Event().wait()")
    with pytest.raises(ReportError, match=r"E-REPORT-TIMEOUT .*not finished after 0\.1 s"):
        execution.execute(written(tmp_path), told(homs), kernel=kernel, timeouts=Timeouts(report=0.1).running())


@pytest.mark.slow
def test_a_kernel_that_ends_before_it_answers_has_died(tmp_path, homs, own_kernel):
    with pytest.raises(ReportError, match=r"E-KERNEL the kernel died"):
        execution.execute(written(tmp_path), told(homs), kernel=own_kernel("pass"))


IN_VAIN = [CellTimeoutError("Cell execution timed out"), CellTimeoutError("Timeout waiting for IOPub output"), AssertionError(),
           TimeoutError("Kernel didn't respond in 1 seconds"), Empty()]  # fmt: skip


def failing(monkeypatch, error):
    def execute(*_, **__):
        raise error

    monkeypatch.setattr(papermill, "execute_notebook", execute)


@pytest.mark.parametrize("error", IN_VAIN, ids=repr)
def test_whatever_waits_in_vain_until_the_reports_time_is_over_is_told_as_that(tmp_path, homs, monkeypatch, error):
    failing(monkeypatch, error)
    # A timer may wake a little before its time.
    with pytest.raises(ReportError, match=r"E-REPORT-TIMEOUT") as caught:
        execution.execute(written(tmp_path), told(homs), timeouts=Timeouts(until=time.monotonic() + 0.001))
    assert record.cause_of(caught.value) == "timeout"


@pytest.mark.parametrize(("error", "code"), list(zip(IN_VAIN, [*["E-NOTEBOOK-TIMEOUT"] * 3, *["E-KERNEL"] * 2], strict=True)), ids=repr)  # fmt: skip
def test_whatever_waits_in_vain_before_is_told_as_the_cells_or_the_kernels(tmp_path, homs, monkeypatch, error, code):
    failing(monkeypatch, error)
    with pytest.raises(ReportError, match=code):
        execution.execute(written(tmp_path), told(homs), timeouts=Timeouts().running())


@pytest.mark.slow
def test_a_kernel_that_dies_is_noticed(tmp_path, homs):
    with pytest.raises(ReportError, match=r"E-KERNEL"):
        execution.execute(written(tmp_path, new_code_cell("import os\nos._exit(1)")), told(homs))


def test_a_published_notebook_names_no_folder_and_no_time(tmp_path, homs):
    cell = new_code_cell(
        f'brief_path = "{homs.path}"', metadata={"tags": ["injected-parameters"], "papermill": {"a": 1}}
    )
    cell.metadata["execution"] = {"iopub.execute_input": "2026-01-01"}
    asking = new_code_cell('brief_path = ""', metadata={"tags": ["parameters"]})
    value = new_output("execute_result", {"text/plain": "<Thing at 0x7f0AbC12>"})
    complaint = new_output("stream", name="stderr", text="/home/ada/lib/x.py:3: UserWarning: old\n")
    cells = [cell, asking, new_code_cell("thing", outputs=[value, complaint])]
    notebook = new_notebook(cells=cells, metadata={"papermill": {"input_path": str(homs.path)}})
    clean = execution.scrub(notebook, told(homs))
    text = json.dumps(clean)
    assert "0x7f" not in text
    assert "papermill" not in text
    assert clean.cells[2].outputs[1].text == "x.py:3: UserWarning: old\n"
    assert "2026-01-01" not in text
    assert clean.cells[0].source == '# Parameters\nbrief_path = "../../briefs/homs-truce.md"\n'
    assert notebook.metadata.papermill, "the executed notebook itself stays as it was"
