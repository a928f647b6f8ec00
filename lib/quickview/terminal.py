"""How commands speak: what is made goes to standard output, what is wrong to standard error; and how they end."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from quickview.errors import QuickViewError

GOOD: Final = 0
FAILED: Final = 1
BROKEN: Final = 2
LOCKED: Final = 3
INTERRUPTED: Final = 130
"""Exit codes: all good; a brief or report failed and the rest is done; wrong usage or environment; another run is at work; interrupted."""


def say(text: str) -> None:
    """Print a line of results."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print a line about what is wrong, or at work."""
    print(text, file=sys.stderr, flush=True)


def print_fault(error: Exception) -> None:
    """Print what went wrong in a line, without a traceback."""
    if isinstance(error, QuickViewError):
        warn(str(error))
    else:
        warn(f"E-INTERNAL {type(error).__name__}: {error} — run again with --debug and report what it prints")


def print_detail(detail: str, *, always: bool = False) -> None:
    """Print what else helps to find a fault; a traceback of the kit only with `--debug`."""
    if detail and (always or "--debug" in sys.argv):
        warn(detail)


@contextmanager
def progress(name: str) -> Iterator[Callable[[str], None]]:
    """Show the step at work: a spinner on a terminal, plain lines elsewhere."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(name) as status:
            yield lambda step: status.update(f"{name}: {step}")
    else:
        yield lambda step: warn(f"{name}: {step}")
