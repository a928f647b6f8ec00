"""Folders for what is in the making, which do not outlive the process that makes it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PREFIX: Final = ".making-"

_open: set[Path] = set()


@contextmanager
def folder(parent: Path | None = None) -> Iterator[Path]:
    """A new private folder, in `parent` or where the system keeps temporary files, that goes away with the block."""
    made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    _open.add(made)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _open.discard(made)


def clear() -> None:
    """Remove the folders in use, when the process must end at once."""
    for made in list(_open):
        shutil.rmtree(made, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove folders left by processes of this machine that were killed."""
    for left in parent.glob(f"{PREFIX}*-*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
