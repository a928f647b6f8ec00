"""Folders for what is in the making, which do not outlive the process that makes it."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PREFIX: Final = ".making-"

_making = threading.Lock()
_open: set[Path] = set()


@contextmanager
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
    for made in list(_open):
        shutil.rmtree(made, ignore_errors=True)


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
