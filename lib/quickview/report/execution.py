"""Run a notebook for a brief, through papermill, and make it fit to be passed on."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any, Final

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from quickview.brief.reader import NAME, Brief, catalog_of
from quickview.errors import Fault, InputError, MachineError, ReportError
from quickview.files import public, read_regular, real, temporary_folder
from quickview.kernels import servers
from quickview.kernels.standby import START_SECONDS, Standby, connection
from quickview.options import Timeouts
from quickview.report import cells, console
from quickview.report.cells import ADDRESS

PRINTABLE: Final = ("not a path to pass on", "use folders with printable names")

_NO_PARAMETER: Final = 'tag a cell `parameters`, write `{name} = ""` in it, and have the notebook use it'

_ASKED: Final = ("shapes", "until")
"""Parameters that a notebook must have too where they say something."""

ENGINE: Final = "quickview"
"""What papermill knows the engine as."""


@dataclass(frozen=True)
class Parameters:
    """What a notebook is told, all of it text: as the kernel gets it, and as a published notebook shows it.

    `subject` is the parameter that a notebook must have; of the others it gets those
    that its cell tagged `parameters` names, the empty ones too.
    """

    subject: str
    given: Mapping[str, str]
    shown: Mapping[str, str]

    def asked_by(self, notebook: NotebookNode) -> list[str]:
        """Return the names of the parameters that the notebook asks for; what was last tried in it never stands."""
        asked = cells.parameters(notebook.cells)
        return [name for name in self.given if name in asked]


def parameters_of(brief: Brief, *, theme: str = "", previous: Path | None = None, until: str = "") -> Parameters:
    """Return what a report's notebook is told: the path of a checked brief, a language, a theme, the brief before, its layers, and the last day to count.

    The catalogue of layers is named where it is not the one that the notebook finds by itself.
    A published notebook names them as they lie from `reports/NAME/`, so that it runs there.
    """
    language = "" if brief.language == brief.own else brief.language.code
    # The kernel works in the notebook's folder, so that it needs whole paths.
    look = str(real(Path(theme))) if Path(theme).suffix and Path(theme).exists() else theme
    layers = real(brief.catalog.file)
    shapes = "" if layers == real(catalog_of(brief.path)) else str(layers)
    given = {"brief_path": str(real(brief.path)), "language": language, "theme": look,
             "previous": str(real(previous)) if previous else "", "shapes": shapes, "until": until}  # fmt: skip
    if not NAME.fullmatch(brief.path.stem) or not given["brief_path"].isprintable():
        raise InputError.at(str(brief.path), "E-BRIEF-NAME", *PRINTABLE)
    for path in (given["theme"], given["previous"], given["shapes"]):
        if not path.isprintable():
            raise InputError.at(path, "E-PATH", *PRINTABLE)
    shown = {"brief_path": f"../../{real(brief.path).parent.name}/{brief.path.name}", "language": language,
             "theme": Path(theme).name, "previous": previous.name if previous else "",
             "shapes": f"../../{layers.parent.name}/{layers.name}" if shapes else "", "until": until}  # fmt: skip
    return Parameters("brief_path", given, shown)


def read_notebook(path: Path, *needed: str) -> NotebookNode:
    """Return a notebook; raises `InputError` when it cannot be read, or lacks a parameter that is needed."""
    try:
        notebook = nbformat.reads(read_regular(path).decode(), as_version=4)
        cells.check_form(notebook)
    except ReportError as error:
        raise InputError([error.at(str(path))]) from None
    except (OSError, AssertionError, nbformat.ValidationError, *cells.UNREADABLE) as error:
        hint = "name a notebook saved by JupyterLab"
        raise InputError.at(str(path), "E-NOTEBOOK-READ", f"cannot be read as a notebook: {error}", hint) from None
    asked = cells.parameters(notebook.cells)
    faults = [
        Fault(str(path), 0, 0, "E-NOTEBOOK-PARAMETER", f"no parameter `{name}`", _NO_PARAMETER.format(name=name))
        for name in needed
        if name not in asked
    ]
    if faults:
        raise InputError(faults)
    return notebook


class PublishingEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, whose notebook is fit to be passed on when papermill writes it, once and at the end."""

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, *, published: Callable[[NotebookNode], NotebookNode], **kwargs: Any
    ) -> NotebookNode:
        """Return the notebook that has run as `published` makes it."""
        return published(super().execute_notebook(nb, kernel_name, **kwargs))


def execute(
    notebook: Path,
    parameters: Parameters,
    *,
    published: Path | None = None,
    kernel: str | Standby = servers.KERNEL,
    timeouts: Timeouts = Timeouts(),  # noqa: B008 (frozen)
    on_cell: Callable[[NotebookNode], None] = lambda _cell: None,
) -> NotebookNode:
    """Return the notebook executed with these parameters, with outputs.

    The kernel works in the notebook's folder, as in JupyterLab; it is started for the
    run and ends with it, unless it stands by already. `on_cell` gets each cell that has run, with its outputs. The file `published` is written with what may
    be passed on. Raises `ReportError` for a cell that fails,
    runs too long, or loses its kernel, and `MachineError` when there is no such kernel.
    """
    source = read_notebook(notebook, parameters.subject, *(name for name in _ASKED if parameters.given.get(name)))
    cell_seconds = math.ceil(min(timeouts.cell, timeouts.left))
    ready = kernel if isinstance(kernel, Standby) else None

    for cell in source.cells:
        if cell.cell_type == "code":
            cell.source = cells.without_desk(cell.source)

    ran: list[NotebookNode] = []

    def publish(notebook: NotebookNode) -> NotebookNode:
        ran.append(notebook)
        return scrub(notebook, parameters)

    # papermill puts parameters into paths, which is to leave this one as it is.
    target = str(published).replace("{", "{{").replace("}", "}}") if published else None
    papermill_engines.register(ENGINE, PublishingEngine)
    try:
        with temporary_folder() as folder:
            papermill.execute_notebook(
                source,
                target,
                engine_name=ENGINE,
                published=publish,
                parameters={name: parameters.given[name] for name in parameters.asked_by(source)},
                cwd=real(notebook).parent,
                kernel_name=ready.kernel if ready else kernel,
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                start_timeout=math.ceil(min(START_SECONDS, timeouts.left)),
                timeout_func=lambda _cell: min(timeouts.cell, timeouts.left),
                execution_timeout=cell_seconds,  # of what is asked after the last cell
                iopub_timeout=cell_seconds,  # a map takes longer to arrive on a busy machine than nbclient's 4 s
                on_cell_executed=lambda cell, **_: on_cell(cell),
                shutdown_kernel="immediate",
                config=Config({"KernelManager": connection(folder)}),
                **({"km": ready.manager} if ready else {}),
            )
            return ran[0]
    except PapermillExecutionError as error:
        # papermill has put a cell of its own above most.
        called = zip(source.cells, cells.names(source.cells), strict=True)
        failed = (name for cell, name in called if cell.cell_type == "code" and cell.source == error.source)
        cell = next(failed, f"cell [{error.exec_count - 1}]")
        message = f"{cell} of {notebook.name} ended in {error.ename}: {error.evalue}"
        hint = "open the notebook in JupyterLab and run it there"
        raise ReportError("E-NOTEBOOK-CELL", message, hint, console.own_lines(error.traceback)) from error
    except (CellTimeoutError, AssertionError) as error:
        # An assertion of nbclient's fails when the kernel answers no more after its last cell.
        message = f"a cell of {notebook.name} took longer than {timeouts.cell:g} s"
        hint = "make the cell lighter, or allow it more time with --cell-timeout"
        raise timeouts.fault or ReportError("E-NOTEBOOK-TIMEOUT", message, hint) from error
    except (TimeoutError, Empty) as error:
        hint = "try again when the machine is less busy"
        raise timeouts.fault or ReportError("E-KERNEL", "the kernel did not answer in time", hint) from error
    except DeadKernelError as error:
        raise ReportError("E-KERNEL", "the kernel died", "check the machine's memory, and try again") from error
    except NoSuchKernel as error:
        hint = "run `make setup`, or name one that `jupyter kernelspec list` shows"
        raise MachineError("E-KERNEL-NAME", f"there is no kernel named {error.name}", hint) from error


def scrub(notebook: NotebookNode, parameters: Parameters) -> NotebookNode:
    """Return a copy fit to be passed on: no paths, no times, nothing of where an object lay in memory."""
    lines = [f"{name} = {json.dumps(parameters.shown[name])}" for name in parameters.asked_by(notebook)]
    injected = {"id": "injected-parameters", "source": "\n".join(["# Parameters", *lines, ""])}
    cells = []
    for cell in notebook.cells:
        clean = NotebookNode({**cell, "metadata": _without(cell.metadata, "papermill", "execution")})
        if "outputs" in cell:
            clean.outputs = list(map(_placeless, cell.outputs))
        if "injected-parameters" in cell.metadata.get("tags", ()):
            clean.update(injected)
        cells.append(clean)
    return NotebookNode({**notebook, "metadata": _without(notebook.metadata, "papermill"), "cells": cells})


def _without(metadata: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key not in keys}


def _placeless(output: NotebookNode) -> NotebookNode:
    """Return an output that says as text what an object is, and not where it lay."""
    if output.get("name") == "stderr":
        return NotebookNode({**output, "text": public(output["text"])})
    data = output.get("data", {})
    if "text/plain" not in data:
        return output
    return NotebookNode({**output, "data": {**data, "text/plain": ADDRESS.sub("at …", data["text/plain"])}})
