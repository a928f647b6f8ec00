"""What can go wrong, said so that the person who reads it can mend it.

A *fault* is one thing wrong with an input: a code, a place, what is wrong and what
to write instead. Functions that read inputs gather every fault and raise once.
"""

import difflib
import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

WARNING = "W-"
MOST_SHOWN = 10
FULL_OR_FORBIDDEN = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG
}  # fmt: skip
"""Errors of the system that tell that a file cannot be written, rather than that the kit is at fault."""
_MEMORY = {errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE}
CLOSE = 0.65
"""How alike two words are, of 1, if one may be a slip for the other: `title` is none for `until`."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with an input.

    `file` is named as the user named it; `line` and `column` count from 1, and 0
    means the file as a whole. Codes that start with `W-` are warnings: the report
    is still made.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str

    @classmethod
    def noticed(cls, warning: str, file: str) -> Self:
        """Return what was noticed of a report, such as "W-GLYPH cell [3] shows …", as a fault of a file as a whole."""
        code, _, message = warning.partition(" ")
        return cls(file, 0, 0, code, message, hint="")

    @property
    def is_warning(self) -> bool:
        """Whether the work goes on in spite of this fault."""
        return self.code.startswith(WARNING)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        said = f"{place and f'{place}: '}{self.code} {self.message}{self.hint and f' — {self.hint}'}"
        # A fault is one line, whatever lines the text it quotes has.
        return " ".join(said.splitlines())


class QuickViewError(Exception):
    """Base of every error the kit raises on purpose."""

    code = "E-QUICKVIEW"

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the faults, one a line."""
        return str(self).split("\n")


class InputError(QuickViewError):
    """An input with one or more faults, all of them at once, in the order of the file."""

    code = "E-INPUT"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(self.faults)

    @classmethod
    def at(cls, file: str, code: str, message: str, hint: str, *, line: int = 0, column: int = 0) -> Self:
        """Build the error for a single fault."""
        return cls([Fault(file, line, column, code, message, hint)])

    @classmethod
    def all(cls, faults: Iterable[tuple[str, int, int, str, str, str]]) -> Self:
        """Build the error for faults given as file, line, column, code, what is wrong and how to mend it."""
        return cls(Fault(*fault) for fault in faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))

    def _render_traceback_(self) -> list[str]:
        """Name files in full: of such a place JupyterLab makes a link that opens the file at the line."""
        files = {fault.file: Path(fault.file) for fault in self.faults}
        whole = {name: str(path.resolve()) for name, path in files.items() if path.is_file()}
        return [str(replace(fault, file=whole.get(fault.file, fault.file))) for fault in self.faults]


class ReportError(QuickViewError):
    """A report that could not be made although its brief is sound.

    `detail` is what else helps to find the cause, such as the lines of a notebook that
    failed; `others` are told with it.
    """

    def __init__(
        self, code: str, message: str, hint: str, detail: str = "", others: tuple["ReportError", ...] = ()
    ) -> None:
        self.code, self.message, self.hint, self.detail, self.others = code, message, hint, detail, others
        super().__init__(code, message, hint, detail, others)

    @classmethod
    def of(cls, errors: Sequence["ReportError"]) -> "ReportError":
        """Return one error that tells all of these."""
        first, *others = errors
        return ReportError(first.code, first.message, first.hint, first.detail, tuple(others))

    def at(self, file: str) -> Fault:
        """Return what is wrong as a fault of a file as a whole."""
        return Fault(file, 0, 0, self.code, self.message, self.hint)

    def __str__(self) -> str:
        return "\n".join(f"{one.code} {one.message} — {one.hint}" for one in (self, *self.others))


class MachineError(ReportError):
    """The machine lacks something the kit needs."""

    @classmethod
    def behind(cls, error: Exception) -> Self | None:
        """Return what the machine lacks, where an error of the system or of Python comes of that; None for any other."""
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _MEMORY):
            hint = "end other programs, or allow this one more (`ulimit`)"
            return cls("E-MEMORY", "the system gives no more memory, processes or threads", hint)
        if isinstance(error, OSError) and error.errno in FULL_OR_FORBIDDEN:
            message = f"{error.filename or 'what is printed'} cannot be written: {error.strerror}"
            return cls("E-DISK", message, "make room, or name another folder; `quickview doctor` looks at each")
        return None


def did_you_mean(word: str, known: Iterable[str], *, whole: bool = False) -> str:
    """Return the closest known word as a question, whatever its case, or the words there are, ten at most.

    A closed list is shown `whole`, behind the question too.
    """
    known = list(known)
    lowered = {name.lower(): name for name in reversed(known)}
    # "political party" means `party`, however close it comes to `political body`.
    close = [part for part in word.lower().split() if part in lowered]
    close = close[-1:] or difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=CLOSE)
    question = f"did you mean `{lowered[close[0]]}`?" if close else ""
    if whole and known:
        return f"{question} use one of: {', '.join(known)}".lstrip()
    if question:
        return question
    more = f" and {len(known) - MOST_SHOWN} more" if len(known) > MOST_SHOWN else ""
    return f"use one of: {', '.join(known[:MOST_SHOWN])}{more}" if known else "there are none to choose from"
