"""What a cell prints, and the value it ends in, as plain text for a reader."""

import ast
import re
import warnings
from collections.abc import Sequence
from typing import Final

from quickview.report.cells import ADDRESS

_ESCAPE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FRAME: Final = re.compile(r"(Cell In\[\d+\]|File )")

_REPR: Final = re.compile(r"[\[({\s]*<[A-Za-z_][\w.]*[^>]*>", re.DOTALL)
_DRAWN: Final = re.compile(r"<[A-Za-z]|\bText\(")
_LIMITS: Final = re.compile(r"\((?:(?:np\.float64\()?[-+\d.e]+\)?(?:, )?){2,4}\)")
_CONSTRUCTED: Final = re.compile(r"[A-Za-z_][\w.]*\(.*\)", re.DOTALL)
_DATE: Final = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")
_WRAPPED: Final = re.compile(r"""[A-Za-z_][\w.]*\(('[^']*'|"[^"]*"|[-+]?[\d.]+(?:e[-+]?\d+)?|True|False|nan|-?inf)\)""")


def plain(text: str) -> str:
    """Return what a terminal would show in the end: without colours, of each line its last state."""
    seen = _ESCAPE.sub("", text).replace("\r\n", "\n")
    while "\b" in seen.lstrip("\b"):
        seen = re.sub(r"[^\n\b]\x08|^\x08+", "", seen)
    lines = (next((state for state in reversed(line.split("\r")) if state.strip()), "") for line in seen.split("\n"))
    return _UNSEEN.sub("", "\n".join(lines))


def own_lines(traceback: Sequence[str]) -> str:
    """Return the traceback of a cell as plain text, cut to the notebook's own lines and the error itself.

    `traceback` is IPython's: a rule and the error's name, a text for each frame, the error.
    """
    texts = [plain(text).rstrip() for text in traceback]
    frames = [text for text in texts if _FRAME.match(text)]
    own = [text for text in frames if text.startswith("Cell In")]
    left = len(frames) - len(own)
    told = [f"… {left} more {'frames' if left > 1 else 'frame'} in libraries"] if left else []
    return "\n".join([*own, *told, *texts[-1:]] if frames else texts)


def value(text: str) -> str:
    """Return the value that a cell ends in as a reader would write it: a text without quotes, a number or date without its type."""
    if date := _DATE.fullmatch(text):
        return "{}-{:02}-{:02}".format(*map(int, date.groups()))
    if wrapped := _WRAPPED.fullmatch(text):
        return value(wrapped[1])
    if text[:1] not in {"'", '"'}:
        return text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            said = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return said if isinstance(said, str) else text


def is_repr(text: str) -> bool:
    """Whether a value is told by what it is in the machine, `<Axes: >`, which says nothing to a reader."""
    return bool(_REPR.match(text) or ADDRESS.search(text))


def is_drawn(text: str) -> bool:
    """Whether a value is what a line that draws comes to: `Text(0.5, 1.0, '…')`, `(array([…]), <BarContainer …>)`."""
    return bool(_DRAWN.search(text))


def is_python(text: str) -> bool:
    """Whether a value reads as Python: `array([1, 2])`, `range(0, 3)`."""
    return bool(_CONSTRUCTED.fullmatch(text))


def are_limits(text: str) -> bool:
    """Whether a value is the limits of axes, `(0.0, 3.0)`, as the line that sets them comes to."""
    return bool(_LIMITS.fullmatch(text))
