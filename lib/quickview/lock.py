"""One run at a time on a folder of reports, or of layers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from quickview.errors import ReportError

FILE: Final = ".lock"


class LockedError(ReportError):
    """Another run is at work on the same folder."""


@contextmanager
def lock(out: Path, *, other: str = "choose another folder with --out") -> Iterator[None]:
    """Keep other runs from a folder; raises `LockedError` at once when one is at work there.

    `other` says what to do instead of waiting. The system lets go of the lock when the process ends, whatever ends it.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = FileLock(out / FILE, timeout=0).acquire()
    except Timeout:
        mend = f"wait until it has ended, or {other}"
        raise LockedError("E-LOCKED", f"another run is at work on {out}", mend) from None
    except OSError as error:
        raise ReportError("E-OUT-WRITE", f"{out} cannot be written to: {error.strerror}", other) from None
    with held:
        yield
