"""What became of a brief, and whose fault it was."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quickview.errors import Fault, MachineError, ReportError

PASSING: Final = {"E-KERNEL", "E-BROWSER", "E-FIGURE", "E-PDF", "E-BRIEF-CHANGED"}
"""Faults that may be gone at the next try; what a brief or a notebook does wrong it does again."""

_CAUSES: Final = {
    "E-NOTEBOOK-CELL": "cell",
    "E-NOTEBOOK-TIMEOUT": "timeout",
    "E-REPORT-TIMEOUT": "timeout",
    "E-KERNEL": "kernel",
    "E-BROWSER": "browser",
    "E-FIGURE": "browser",
    "E-PDF": "browser",
    "E-OUT-WRITE": "disk",
    "E-OUT-PATH": "disk",
    "E-INCOMPLETE": "incomplete",
    "E-XREF": "incomplete",
    "E-NOTEBOOK-BRIEF": "incomplete",
    "E-NOTEBOOK-NOT-RUN": "incomplete",
    "E-WORKER": "worker",
    "E-BRIEF-CHANGED": "changed",
    "E-INTERNAL": "kit",
}


_OUTPUT: Final = ("E-OUTPUT-", "E-FIGURE-", "E-IMAGE-", "E-CITATION-")
"""How the codes of what an analyst's cell shows and cannot stand in a report begin."""


@dataclass(frozen=True)
class Outcome:
    """What became of a job: the files made, what was noticed, and what failed.

    `noticed` are warnings of the brief itself, `warnings` those of its report.
    `cause` is one word, empty if all is well: brief, cell, timeout, kernel, browser, disk,
    incomplete, worker, machine, changed, kit. `detail` is the notebook's own part of a traceback.
    `memory` is the most that the kernel held, in MB, 0 if unknown.
    """

    brief: Path
    files: tuple[Path, ...] = ()
    noticed: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    cause: str = ""
    detail: str = ""
    tries: int = 1
    seconds: float = 0
    memory: float = 0

    @property
    def may_pass(self) -> bool:
        """Whether another try may do better."""
        return any(fault.code in PASSING for fault in self.faults)


def failed(brief: Path, errors: Sequence[ReportError]) -> Outcome:
    """Return the outcome of a brief whose report could not be made, or not wholly."""
    every = [one for error in errors for one in (error, *error.others)]
    detail = "\n".join(one.detail for one in every if one.detail)
    return Outcome(brief, faults=tuple(one.at(str(brief)) for one in every), cause=cause_of(errors[0]), detail=detail)


def cause_of(error: ReportError) -> str:
    """Return in one word what kind of thing went wrong."""
    if error.code.startswith("E-CHROMIUM"):
        return "browser"
    if error.code.startswith(_OUTPUT):
        return "cell"
    return _CAUSES.get(error.code, "machine" if isinstance(error, MachineError) else "kit")


def internal(error: Exception) -> ReportError:
    """Return a fault of the kit's own as one that can be told in a line."""
    what, mend = f"{type(error).__name__}: {error}", "run again with --debug and report what it prints"
    return ReportError("E-INTERNAL", what, mend, "".join(traceback.format_exception(error)))
