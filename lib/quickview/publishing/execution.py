"""Run a notebook for a brief, through papermill, and make it fit to be passed on."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from quickview.brief.reader import NAME, Brief
from quickview.errors import InputError, MachineError, ReportError
from quickview.kernels import servers
from quickview.kernels.client import PromptClient
from quickview.publishing import scratch

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


def execute(
    notebook: Path,
    brief: Brief,
    *,
    theme: str = "",
    kernel: str = servers.KERNEL,
    cell_seconds: int = CELL_SECONDS,
    on_cell: Callable[[NotebookNode], None] = lambda _cell: None,
) -> NotebookNode:
    """Return the notebook executed for a brief, in the brief's language and the look of a theme, with outputs.

    The kernel works in the notebook's folder, as in JupyterLab. `on_cell` gets each
    cell that has run, with its outputs. Raises `ReportError` for a cell that fails,
    runs too long, or loses its kernel, and `MachineError` when there is no such kernel.
    """
    source = read_notebook(notebook)

    def executed(cell: NotebookNode, **_: object) -> None:
        on_cell(cell)

    try:
        with scratch.folder() as folder:
            return papermill.execute_notebook(
                source,
                None,
                parameters=_parameters(source, brief, theme),
                cwd=notebook.resolve().parent,
                kernel_name=kernel,
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                start_timeout=START_SECONDS,
                execution_timeout=cell_seconds,
                iopub_timeout=IOPUB_SECONDS,
                on_cell_executed=executed,
                shutdown_kernel="immediate",
                config=Config({"KernelManager": _manager(folder)}),
            )
    except PapermillExecutionError as error:
        what = f"cell {error.exec_count} of {notebook.name} ended in {error.ename}: {error.evalue}"
        raise ReportError("E-NOTEBOOK-CELL", what, "open the notebook in JupyterLab and run it there") from error
    except CellTimeoutError as error:
        what = f"a cell of {notebook.name} took longer than {cell_seconds} s"
        raise ReportError("E-NOTEBOOK-TIMEOUT", what, "make the cell lighter, or allow it more time") from error
    except DeadKernelError as error:
        raise ReportError("E-KERNEL", "the kernel died", "check the machine's memory, and try again") from error
    except NoSuchKernel as error:
        mend = "run `make setup`, or name one that `jupyter kernelspec list` shows"
        raise MachineError("E-KERNEL-NAME", f"there is no kernel named {error.name}", mend) from error


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


def _manager(folder: Path) -> dict[str, str]:
    """Where a kernel is spoken with: sockets of this machine where they can be had, which are private."""
    own = {"client_class": f"{PromptClient.__module__}.{PromptClient.__name__}"}
    own["connection_file"] = str(folder / "kernel.json")
    if os.name != "posix" or len(os.fsencode(folder / "kernel-1")) > MAX_SOCKET_PATH:
        return {**own, "transport": "tcp"}
    return {**own, "transport": "ipc", "ip": str(folder / "kernel")}


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
