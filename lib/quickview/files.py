"""Files and folders: written in one step, made to go away, kept for one run at a time."""

import contextlib
import hashlib
import os
import re
import select
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Iterator
from importlib import resources
from io import BufferedReader
from pathlib import Path
from typing import Final

from quickview.errors import InputError, ReportError

PREFIX: Final = ".making-"
LOCK: Final = ".lock"
KILL_SECONDS: Final = 1.0

_PLACE: Final = re.compile(
    r"(?:(?<![\w./:\\])(?:(?:\.\./)+|/)|file://+|(?<!\w)[A-Za-z]:[\\/])(?:[^\s/\\'\"`<>:|,;()]+[\\/])+(?=[^\s/\\])"
)
"""The folders that lead to a file from the root of a disk, or out of this folder."""

_making = threading.Lock()
_open: set[Path] = set()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits; "" where it cannot be read."""
    try:
        with open_regular(path, prefix="FILE") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, InputError):
        return ""


def content(path: Path) -> bytes:
    """Return the bytes of a file; none where it cannot be read."""
    try:
        with open_regular(path, prefix="FILE") as stream:
            return stream.read()
    except (OSError, InputError):
        return b""


@contextlib.contextmanager
def open_regular(
    path: Path, *, prefix: str, hint: str = "name a file that exists and may be read"
) -> Iterator[BufferedReader]:
    """Open a file to read its bytes; a pipe, a device or a folder is refused without waiting for it.

    Raises `InputError` with `E-<prefix>-OPEN`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError.at(str(path), f"E-{prefix}-OPEN", reason, "name a file that exists and may be read") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputError.at(str(path), f"E-{prefix}-OPEN", "is no regular file", hint)
    with os.fdopen(descriptor, "rb") as stream:
        yield stream


def public(text: str) -> str:
    """Return a text fit to be served to anyone: it names files, and not where on a machine they lie."""
    for folder in sorted({str(Path.cwd()), str(Path.home()), tempfile.gettempdir()}, key=len, reverse=True):
        text = text.replace(f"{folder}{os.sep}", "" if folder == str(Path.cwd()) else "/")
    return _PLACE.sub("", text)


def resource(package: str, name: str) -> str:
    """Return the text of a file that a package of the kit brings along."""
    return (resources.files(package) / name).read_text(encoding="utf-8")


def write_atomically(path: Path, text: str) -> None:
    """Write a file in one step; nothing happens when it says the same already. Raises `ReportError` if it cannot be written."""
    data = text.encode()
    if path.exists() and content(path) == data:
        return
    new = path.with_name(f"{PREFIX}{os.getpid()}-{path.name}")
    try:
        new.write_bytes(data)
        new.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise ReportError("E-OUT-WRITE", message, "make room, or choose another folder with --out") from error
    finally:
        new.unlink(missing_ok=True)


@contextlib.contextmanager
def lock(out: Path, *, other: str = "choose another folder with --out") -> Iterator[None]:
    """Keep other runs from a folder of reports or layers; raises `ReportError` at once when one is at work there.

    `other` says what to do instead of waiting. The system lets go of the lock when the process ends, whatever ends it.
    """
    from filelock import FileLock, Timeout

    try:
        out.mkdir(parents=True, exist_ok=True)
        held = FileLock(out / LOCK, timeout=0).acquire()
    except Timeout:
        hint = f"wait until it has ended, or {other}"
        raise ReportError("E-LOCKED", f"another run is at work on {out}", hint) from None
    except OSError as error:
        raise ReportError("E-OUT-WRITE", f"{out} cannot be written to: {error.strerror}", other) from None
    with held:
        yield


@contextlib.contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """A new private folder, in `parent` or where the system keeps temporary files, that goes away with the block."""
    with _making:
        made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
        _open.add(made)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _open.discard(made)


def remove_temporary() -> None:
    """Remove the temporary folders in use, and let none be made any more, when the process must end at once."""
    _making.acquire()
    left = list(_open)
    for process in _descendants("self"):
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{process}/cmdline").read_bytes()
            # A kernel that is just starting from a file in one of them, or a Chromium, would make it anew.
            if any(os.fsencode(made) in command for made in left):
                ended = os.pidfd_open(int(process))
                os.kill(int(process), signal.SIGKILL)
                select.select([ended], [], [], KILL_SECONDS)
    for made in left:
        shutil.rmtree(made, ignore_errors=True)


def _descendants(process: str) -> Iterator[str]:
    """Yield the ids of the processes that a process has started, and of those that they have, where the system tells."""
    for told in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has just ended
            for child in told.read_text(encoding="ascii").split():
                yield child
                yield from _descendants(child)


def remove_stale(parent: Path | None = None) -> None:
    """Remove what processes of this machine left when they were killed.

    A kernel that is starting then makes its folder anew before it finds its owner gone.
    """
    for left in (parent or Path(tempfile.gettempdir())).glob(f"{PREFIX}*-*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        if not owner.isdigit():
            continue
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
        except OSError:  # it runs, and is another user's
            continue
