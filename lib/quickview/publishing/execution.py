"""Run a notebook for a brief, through papermill, and make it fit to be passed on."""

import json
import os
import uuid
from pathlib import Path
from typing import Final

import nbformat
import papermill
from jupyter_core.paths import jupyter_runtime_dir
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from quickview.brief.reader import NAME, Brief
from quickview.errors import InputError, ReportError

PARAMETER: Final = "brief_path"
"""The parameter every notebook must have: the path of a brief that has been checked."""

CHOICES: Final = ("language", "theme")
"""Parameters a notebook may have: an ISO 639 code, and a theme's name or path. All parameters are text."""

MAX_SOCKET_PATH: Final = 107
"""Longest path of a Unix socket, in bytes (sockaddr_un on Linux)."""

CELL_SECONDS: Final = 120
START_SECONDS: Final = 120
IOPUB_SECONDS: Final = 60
"""nbclient gives up on a busy machine after 4 seconds; a map can take longer to arrive."""


def read_notebook(path: Path) -> NotebookNode:
    """Return a notebook; raises `InputError` when it cannot be read, or has no parameter for the brief."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        mend = "name a notebook saved by JupyterLab"
        raise InputError.at(str(path), "E-NOTEBOOK-READ", f"cannot be read as a notebook: {error}", mend) from None
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", ())]
    if not any(f"{PARAMETER} =" in c.source for c in cells):
        mend = f'tag a cell `parameters` and write `{PARAMETER} = "…"` in it'
        raise InputError.at(str(path), "E-NOTEBOOK-PARAMETER", f"no parameter `{PARAMETER}`", mend)
    return notebook


def execute(notebook: Path, brief: Brief, *, theme: str = "", cell_seconds: int = CELL_SECONDS) -> NotebookNode:
    """Return the notebook executed for a brief, in the brief's language and the look of a theme, with outputs.

    The kernel works in the notebook's folder, as in JupyterLab. Raises `ReportError`
    for a cell that fails, runs too long, or loses its kernel.
    """
    source = read_notebook(notebook)
    try:
        return papermill.execute_notebook(
            source,
            None,
            parameters=_parameters(source, brief, theme),
            cwd=notebook.resolve().parent,
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=START_SECONDS,
            execution_timeout=cell_seconds,
            iopub_timeout=IOPUB_SECONDS,
            config=Config({"KernelManager": _channels()}),
        )
    except PapermillExecutionError as error:
        what = f"cell {error.exec_count} of {notebook.name} ended in {error.ename}: {error.evalue}"
        raise ReportError("E-NOTEBOOK-CELL", what, "open the notebook in JupyterLab and run it there") from error
    except CellTimeoutError as error:
        what = f"a cell of {notebook.name} took longer than {cell_seconds} s"
        raise ReportError("E-NOTEBOOK-TIMEOUT", what, "make the cell lighter, or allow it more time") from error
    except DeadKernelError as error:
        raise ReportError("E-KERNEL", "the kernel died", "check the machine's memory, and try again") from error


def _parameters(notebook: NotebookNode, brief: Brief, theme: str) -> dict[str, str]:
    """Return what papermill writes into the notebook; of the choices only those made and asked for."""
    asked = "\n".join(c.source for c in notebook.cells if "parameters" in c.metadata.get("tags", ()))
    choices = {"language": "" if brief.language == brief.own else brief.language.code, "theme": _theme(theme)}
    made = {name: _printable(choices[name]) for name in CHOICES if choices[name] and f"{name} =" in asked}
    return {PARAMETER: _checked(brief.path), **made}


def _theme(theme: str) -> str:
    """A theme file is named in full, since the kernel works in the notebook's folder."""
    return str(Path(theme).resolve()) if Path(theme).suffix and Path(theme).exists() else theme


def _printable(text: str) -> str:
    if not text.isprintable():
        raise InputError.at(text, "E-THEME-FILE", "not a path to pass on", "use folders with printable names")
    return text


def _channels() -> dict[str, str]:
    """Sockets of this machine where they can be had: private, named so that no two kernels share one."""
    folder = Path(jupyter_runtime_dir())
    name = folder / f"quickview-{uuid.uuid4().hex}"
    if os.name != "posix" or len(os.fsencode(name)) + len("-1") > MAX_SOCKET_PATH:
        return {"transport": "tcp"}
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {"transport": "ipc", "ip": str(name)}


def _checked(path: Path) -> str:
    """Return the path of a checked brief as the text that papermill will write into the notebook."""
    text = str(path.resolve())
    if not NAME.fullmatch(path.stem) or not text.isprintable():
        raise InputError.at(str(path), "E-BRIEF-NAME", "not a path to pass on", "use folders with printable names")
    return text


def scrub(notebook: NotebookNode, *, brief: Brief, theme: str = "") -> NotebookNode:
    """Return a copy fit to be passed on: no paths, no times.

    The brief is named as it lies from `reports/NAME/`, so that the notebook runs there.
    """
    clean = nbformat.from_dict(json.loads(json.dumps(notebook)))
    clean.metadata.pop("papermill", None)
    shown = f"../../{brief.path.resolve().parent.name}/{brief.path.name}"
    for cell in clean.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.id = "injected-parameters"
            given = {**_parameters(notebook, brief, Path(theme).name), PARAMETER: shown}
            cell.source = "\n".join(["# Parameters", *(f"{name} = {json.dumps(v)}" for name, v in given.items()), ""])
    return clean
