"""What can go wrong, said so that the person who reads it can mend it.

A *fault* is one thing wrong with an input: a code, a place, what is wrong and what
to write instead. Functions that read inputs gather every fault and raise once.
"""

import difflib
import errno
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Self

WARNING = "W-"
MOST_SHOWN = 10
FULL_OR_FORBIDDEN = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG
}  # fmt: skip
"""Errors of the system that tell that a file cannot be written, rather than that the kit is at fault."""
_MEMORY = {errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE}
CLOSE = 0.65
"""How alike two words are, of 1, if one may be a slip for the other: `title` is none for `until`."""
MOST_ALIKE: Final = 100
"""Faults of one kind in a file that are told, and slips that a word is sought for; what is more comes of one cause."""
NEIGHBOURS: Final = 50
"""Of very many words, how many on either side in the alphabet one may be a slip for."""
COMPARED: Final = 20_000
"""Words that slips are sought among as a whole, a tenth of a second in all; then among neighbours in the alphabet."""
_WORD: Final = 100
"""Characters of the longest word that may be a slip for another."""
_LONGEST: Final = 800
"""Characters of what is wrong, or of what to write instead: who reads it sees at once what is meant."""
_QUOTED: Final = re.compile("`([^`]{120})[^`]+`")
_JOINERS: Final = "\u200c\u200d"


def one_line(text: str) -> str:
    """Return a text as one line, with an escape for each character that controls how text is shown."""
    line = " ".join(text.splitlines())
    return line if line.isprintable() else "".join(map(_seen, line))


def _seen(character: str) -> str:
    is_control = unicodedata.category(character) in {"Cc", "Cf", "Cs"} and character not in _JOINERS
    return character.encode("unicode_escape").decode() if is_control else character


def _short(text: str) -> str:
    """Return a text of bounded length: values that it quotes end early."""
    text = _QUOTED.sub(r"`\1…`", text) if len(text) > _LONGEST else text
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


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

    def __post_init__(self) -> None:
        # Whatever a fault quotes, nobody can write lines of their own with it into a log.
        for name in ("message", "hint"):
            text = getattr(self, name)
            if len(text) > _LONGEST or not text.isprintable():
                object.__setattr__(self, name, _short(one_line(text)))

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
        return f"{place and f'{one_line(place)}: '}{self.code} {self.message}{self.hint and f' — {self.hint}'}"


_PLACED: Final = attrgetter("file", "line", "column", "code", "message", "hint")


def told(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults once each, in the order of the file; of very many of a kind the first, and how many more there are."""
    counts, kept = Counter[tuple[str, str]](), list[Fault]()
    beyond: dict[tuple[str, str], Fault] = {}
    for fault in sorted(set(faults), key=_PLACED):
        kind = (fault.file, fault.code)
        counts[kind] += 1
        if counts[kind] <= MOST_ALIKE or fault.code.endswith("-MORE"):
            kept.append(fault)
        else:
            beyond.setdefault(kind, fault)
    kept += [more(first, counts[kind] - MOST_ALIKE) for kind, first in beyond.items()]
    return tuple(sorted(kept, key=_PLACED))


class Findings(list[Fault]):
    """Faults of a file in the order of their places: of those beyond what is told of a kind, only the number is kept."""

    def __init__(self) -> None:
        self._beyond: dict[str, Fault] = {}
        self._counts = Counter[str]()

    def add(self, *fault: Any) -> None:
        """Add what is told as file, line, column, code, what is wrong and how to mend it."""
        code = fault[3]
        self._counts[code] += 1
        if self._counts[code] <= MOST_ALIKE:
            self.append(Fault(*fault))
        elif code not in self._beyond:
            self._beyond[code] = Fault(*fault)

    def whole(self) -> list[Fault]:
        """Return the faults that are told, with how many more there are of a kind."""
        return [*self, *(more(first, self._counts[code] - MOST_ALIKE) for code, first in self._beyond.items())]


def more(first: Fault, count: int) -> Fault:
    """Return what tells of faults that are like others, by the first of them and how many they are."""
    message = f"and {count:,} more of {first.code} from here on"
    return replace(first, code=f"{first.code[:2]}MORE", message=message, hint="mend the first ones, then check again")


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
        self.faults = told(faults)
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


TRANSIENT: Final = {"E-KERNEL", "E-BROWSER", "E-FIGURE", "E-PDF", "E-BRIEF-CHANGED"}
"""Codes of what may be gone at the next try; what a brief or a notebook does wrong it does again."""


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
        return "\n".join(str(one.at("")) for one in (self, *self.others))


class MachineError(ReportError):
    """The machine lacks something the kit needs."""

    @classmethod
    def behind(cls, error: Exception) -> Self | None:
        """Return what the machine lacks, where an error of the system or of Python comes of that; None for any other."""
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _MEMORY):
            hint = "end other programs, or allow this one more (`ulimit`)"
            return cls("E-MEMORY", "the system gives no more memory, processes or threads", hint)
        if isinstance(error, OSError) and error.errno in FULL_OR_FORBIDDEN:
            message = f"{error.filename or 'a file, or what is printed,'} cannot be written: {error.strerror}"
            return cls("E-DISK", message, "make room, or name another folder; `quickview doctor` looks at each")
        return None


class Known(tuple[str, ...]):  # noqa: SLOT001 (it keeps its index)
    """Words to choose from: to ask for one takes no longer where there are many."""

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self)

    @cached_property
    def _lowered(self) -> dict[str, str]:
        return {name.lower(): name for name in reversed(self)}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._lowered)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in self._words

    def close(self, word: str) -> str:
        """Return the word that another is a slip for, whatever its case; "" where there is none.

        It is sought for as often as somebody may read it, and not among words of any length.
        """
        self._sought = getattr(self, "_sought", 0) + 1
        if self._sought > MOST_ALIKE or len(word) > _WORD:
            return ""
        word = word.lower()
        # "political party" means `party`, however close it comes to `political body`.
        if parts := [part for part in word.split() if part in self._lowered]:
            return self._lowered[parts[-1]]
        here = bisect_left(self._sorted, word)
        is_cheap = self._sought * len(self._sorted) <= COMPARED
        beside = self._sorted if is_cheap else self._sorted[max(here - NEIGHBOURS, 0) : here + NEIGHBOURS]
        return self._lowered[found[0]] if (found := difflib.get_close_matches(word, beside, n=1, cutoff=CLOSE)) else ""


def did_you_mean(word: str, known: Iterable[str], *, whole: bool = False) -> str:
    """Return the closest known word as a question, whatever its case, or the words there are, ten at most.

    A closed list is shown `whole`, behind the question too.
    """
    known = known if isinstance(known, Known) else Known(known)
    close = known.close(word)
    question = f"did you mean `{close}`?" if close else ""
    if whole and known:
        return f"{question} use one of: {', '.join(known)}".lstrip()
    if question:
        return question
    more = f" and {len(known) - MOST_SHOWN} more" if len(known) > MOST_SHOWN else ""
    return f"use one of: {', '.join(known[:MOST_SHOWN])}{more}" if known else "there are none to choose from"
