import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from quickview.errors import InputError, ReportError
from quickview.publishing import execution
from quickview.publishing.execution import of_brief as told
from quickview.publishing.limits import Limits

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
        execution.read_notebook(path)


@pytest.mark.slow
def test_the_kernel_gets_the_brief_as_text_and_works_in_the_notebooks_folder(tmp_path, homs):
    cell = new_code_cell("import pathlib\nprint(type(brief_path).__name__, brief_path, pathlib.Path.cwd())")
    done = execution.execute(written(tmp_path, cell), told(homs))
    assert done.cells[-1].outputs[0].text.split() == ["str", str(homs.path.resolve()), str(tmp_path)]


@pytest.mark.slow
def test_a_cell_that_fails_is_named_with_its_error(tmp_path, homs):
    with pytest.raises(ReportError, match=r"E-NOTEBOOK-CELL .*ZeroDivisionError: division by zero"):
        execution.execute(written(tmp_path, new_code_cell("1 / 0")), told(homs))


@pytest.mark.slow
def test_a_cell_that_runs_too_long_is_stopped(tmp_path, homs):
    with pytest.raises(ReportError, match=r"E-NOTEBOOK-TIMEOUT .*longer than 1 s"):
        execution.execute(written(tmp_path, new_code_cell("while True: pass")), told(homs), limits=Limits(cell=1))


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
    notebook = new_notebook(cells=[cell, asking], metadata={"papermill": {"input_path": str(homs.path)}})
    clean = execution.scrub(notebook, told(homs))
    text = json.dumps(clean)
    assert "papermill" not in text
    assert "2026-01-01" not in text
    assert clean.cells[0].source == '# Parameters\nbrief_path = "../../briefs/homs-truce.md"\n'
    assert notebook.metadata.papermill, "the executed notebook itself stays as it was"
