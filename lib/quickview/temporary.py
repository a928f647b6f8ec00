"""Folders for what is in the making, which do not outlive the process that makes it."""

import contextlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PREFIX: Final = ".making-"

_making = threading.Lock()
_open: set[Path] = set()


@contextlib.contextmanager
def folder(parent: Path | None = None) -> Iterator[Path]:
    """A new private folder, in `parent` or where the system keeps temporary files, that goes away with the block."""
    with _making:
        made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
        _open.add(made)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _open.discard(made)


def clear() -> None:
    """Remove the folders in use, and let none be made any more, when the process must end at once."""
    _making.acquire()
    left = list(_open)
    for child in _children():
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            # A kernel that is just starting from a file in one of them would make it anew.
            if any(os.fsencode(made) in command for made in left):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
    for made in left:
        shutil.rmtree(made, ignore_errors=True)


def _children() -> Iterator[int]:
    """Yield the processes that this one has started, where the system tells."""
    for told in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has just ended
            yield from map(int, told.read_text(encoding="ascii").split())


def sweep(parent: Path | None = None) -> None:
    """Remove what processes of this machine left when they were killed.

    A kernel that is starting then makes its folder anew before it finds its owner gone.
    """
    for left in (parent or Path(tempfile.gettempdir())).glob(f"{PREFIX}*-*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _runs(int(owner)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
