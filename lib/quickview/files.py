"""Files and folders: written in one step, made to go away, kept for one run at a time."""

import contextlib
import errno
import functools
import hashlib
import io
import lzma
import os
import platform
import re
import select
import shutil
import signal
import stat
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from importlib import resources
from io import BufferedReader
from pathlib import Path
from typing import Final, NoReturn

from quickview.errors import InputError, MachineError, ReportError

PREFIX: Final = ".making-"
LOCK: Final = ".lock"
KILL_SECONDS: Final = 1.0
UNPACKING: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError),
    *(LookupError, ValueError),
)
"""What a ZIP raises that is damaged, encrypted or packed in a way that cannot be read: each way of packing has errors of its own."""

MOST_BYTES: Final = 500_000_000
"""Longest file that is read as a whole, where nothing less is told."""
_BLOCK: Final = 1 << 20

_PLACE: Final = re.compile(
    r"(?:(?<![\w./:\\])(?:(?:\.\./)+|/)|file://+|(?<!\w)[A-Za-z]:[\\/])(?:[^\s/\\'\"`<>:|,;()]+[\\/])+(?=[^\s/\\])"
)
"""The folders that lead to a file from the root of a disk, or out of this folder."""

LEASE_SECONDS: Final = 24 * 3600
"""How old what another system was making is before it counts as left: far older than any report in the making."""

_MADE: Final = re.compile(rf"{re.escape(PREFIX)}[0-9a-f]+-.+")
_making = threading.Lock()
_open: dict[Path, int] = {}
"""Temporary folders of this process, each with the descriptor that holds its lock."""


def real(path: Path) -> Path:
    """Return where a path leads, as `Path.resolve` does, which ends in `RuntimeError` at a link that leads to itself."""
    return Path(os.path.realpath(path))


def is_regular(path: Path) -> bool:
    """Whether there is a regular file; a name that no file can have is none, where `Path.is_file` raises."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def sha256(path: Path) -> str:
    """Return the SHA-256 of a regular file in hexadecimal digits; "" where it cannot be read."""
    try:
        with _opened(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, InputError):
        return ""


def content(path: Path) -> bytes:
    """Return the bytes of a regular file; none where it cannot be read."""
    try:
        return read_regular(path)
    except OSError:
        return b""


def read_regular(path: Path, *, limit: int = MOST_BYTES) -> bytes:
    """Return the bytes of a regular file; a pipe, a device or a folder is refused without waiting for it.

    Raises `OSError`, whose `strerror` says why; `errno.EFBIG` where there are more than `limit` bytes, or it grows to be that long.
    """
    data, block = bytearray(), b" "
    with _opened(path) as stream:
        while block:
            block = stream.read(_BLOCK) or b""
            data += block
            if len(data) > limit:
                raise OSError(errno.EFBIG, f"has more than {limit:,} bytes", str(path))
    return bytes(data)


def _opened(path: Path) -> io.BufferedReader:
    return os.fdopen(_descriptor(path, os.O_RDONLY), "rb")


def _descriptor(path: Path, how: int) -> int:
    """Open a regular file without waiting for what is none, and make it where `how` says so."""
    try:
        descriptor = os.open(path, how | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0), 0o666)
    except ValueError as error:  # a name that no file can have
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is no regular file", str(path))
    return descriptor


@contextlib.contextmanager
def open_regular(
    path: Path, *, prefix: str, hint: str = "name a file that exists and may be read"
) -> Iterator[BufferedReader]:
    """Open a file to read its bytes; a pipe, a device or a folder is refused without waiting for it.

    Raises `InputError` with `E-<prefix>-OPEN`.
    """
    try:
        stream = _opened(path)
    except OSError as error:
        raise InputError.at(str(path), f"E-{prefix}-OPEN", error.strerror or "cannot be read", hint) from None
    with stream:
        yield stream


def public(text: str) -> str:
    """Return a text fit to be served to anyone: it names files, and not where on a machine they lie."""
    for folder in sorted({str(Path.cwd()), str(Path.home()), tempfile.gettempdir()}, key=len, reverse=True):
        text = text.replace(f"{folder}{os.sep}", "" if folder == str(Path.cwd()) else "/")
    return _PLACE.sub("", text)


def resource(package: str, name: str) -> str:
    """Return the text of a file that a package of the kit brings along."""
    return (resources.files(package) / name).read_text(encoding="utf-8")


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file in one step, and its folder if need be; nothing happens when it says the same already.

    Raises `ReportError` if it cannot be written.
    """
    data = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(path.parent) as folder:
            new = folder / path.name
            new.write_bytes(data)
            new.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise ReportError("E-OUT-WRITE", message, "make room, or see that its folder may be written to") from error


def note(path: Path, line: str, *, limit: int = MOST_BYTES) -> None:
    """Append a line to a log, or leave it: a log that cannot be written, or has `limit` bytes already, costs nobody more than the line; a link is not followed."""
    how = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(_descriptor(path, how), "ab") as log:
            if os.fstat(log.fileno()).st_size < limit:
                log.write(f"{line}\n".encode(errors="backslashreplace"))


@contextlib.contextmanager
def lock(out: Path, *, other: str = "choose another folder with --out") -> Iterator[None]:
    """Keep other runs from a folder of reports or layers; raises `ReportError` at once when one is at work there.

    What a killed one left there, or where temporary files are kept, is removed. `other` says what to do instead of waiting. The system lets go of the lock when the process ends, whatever ends it.
    """
    from filelock import FileLock, Timeout

    try:
        out.mkdir(parents=True, exist_ok=True)
        held = FileLock(out / LOCK, timeout=0).acquire()
    except Timeout:
        hint = f"wait until it has ended, or {other}"
        raise ReportError("E-LOCKED", f"another run is at work on {out}", hint) from None
    except OSError as error:
        message = f"{out} cannot be written to: {error.strerror}"
        raise ReportError("E-OUT-WRITE", message, "make room, or see that it may be written to") from None
    with held:
        for folder in (out, None):
            remove_stale(folder)
        yield


@contextlib.contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """A new private folder, in `parent` or where the system keeps temporary files, that goes away with the block.

    Whose it is tells a lock of the system on a file beside it. A process id would not: the same number is another
    process, or none, in the next container or on the next host that works in `parent`. A lock ends with its process,
    holds across all containers of a machine, and across hosts where their file system carries locks. Where it does
    not, `remove_stale` goes by age. A process that is forked has no part in it: a worker or a kernel that outlives
    its parent for a moment goes on with nothing that the parent was making.
    """
    with _making:
        _leave_to_parent()
        made, lock = _claimed(parent)
        _open[made] = lock
    try:
        yield made
    finally:
        # In a process forked meanwhile it is the parent's.
        if made in _open:
            _remove(made)
            os.close(_open.pop(made))


def temporary() -> Path:
    """Return where temporary files are kept; raises `MachineError` where there is no such folder.

    Python would take another in place of a `TMPDIR` that is none; what is started from here, such as Chromium, would not.
    """
    named = os.environ.get("TMPDIR", "")
    if named and not (Path(named).is_dir() and os.access(named, os.W_OK | os.X_OK)):
        message = f"TMPDIR is `{named}`, which is no folder that can be written to"
        raise MachineError("E-TMP", message, "correct or unset it")
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        message = "no folder for temporary files can be written to"
        raise MachineError("E-TMP", message, "make room in one, or set TMPDIR to another") from None


def _claimed(parent: Path | None) -> tuple[Path, int]:
    """Return a new folder and the descriptor that holds its lock, which is held before there is a folder to be swept."""
    parent = parent or temporary()
    while True:
        lock, name = tempfile.mkstemp(prefix=f"{PREFIX}{_system()}-", suffix=LOCK, dir=parent)
        made = Path(name.removesuffix(LOCK))
        try:
            # Another run that sweeps may be faster with the lock, and take the file for left.
            if _locked(lock) is not False and os.fstat(lock).st_nlink:
                made.mkdir(0o700)
                return made, lock
        except BaseException:
            _remove(made)
            os.close(lock)
            raise
        _remove(made)
        os.close(lock)


@functools.cache
def _system() -> str:
    """Return what tells this running system from others: its containers share it, another host or a new start has another."""
    try:
        told = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except OSError:
        told = platform.node()
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def _locked(lock: int) -> bool | None:
    """Lock an open file, and return whether that went; None where files cannot be locked."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None
    return True


def _remove(made: Path) -> None:
    """Remove what was in the making, then its lock's name."""
    shutil.rmtree(made, ignore_errors=True)
    for file in (made, made.with_name(made.name + LOCK)):
        with contextlib.suppress(OSError):
            file.unlink()


@functools.cache
def _leave_to_parent() -> None:
    """Let processes that are forked from this one neither hold its locks nor remove its folders."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_making.acquire, after_in_parent=_making.release, after_in_child=_forget)


def _forget() -> None:
    for lock in _open.values():
        os.close(lock)
    _open.clear()
    _making.release()


def end_with_temporary(code: int) -> NoReturn:
    """End this process at once, by an exit code, with the temporary folders in use; none is made any more.

    Its threads are at work in them, and would make anew what is removed. So it becomes a process that has none, and
    removes them; neither Ctrl-C nor SIGTERM reaches that.
    """
    try:
        _making.acquire()
        if _open and sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
            # Not on its command line, where who sweeps would take it for one that is at work in them.
            heard, told = os.pipe()
            os.write(told, "\0".join(map(str, _open)).encode(errors="surrogateescape"))
            os.close(told)
            os.set_inheritable(heard, True)  # noqa: FBT003 (its only form)
            with contextlib.suppress(OSError):
                os.execv(sys.executable, [sys.executable, "-c", _CLEARING, str(code), str(heard)])  # noqa: S606 (this Python)
        _clear(list(_open))
    finally:
        os._exit(code)


_CLEARING: Final = """
import os, sys
from pathlib import Path
try:
    from quickview import files
    with open(int(sys.argv[2]), encoding="utf-8", errors="surrogateescape") as told:
        files._clear([Path(one) for one in told.read().split("\\0")])
finally:
    os._exit(int(sys.argv[1]))
"""


def _clear(left: Collection[Path]) -> None:
    """End the processes that work in folders, and remove these: a kernel or a Chromium that is starting would make its own anew."""
    kill(_at_work_in(left))
    for made in left:
        _remove(made)
    # What was only being started when it was looked for has its name by now.
    if late := _at_work_in(left):
        kill(late)
        for made in left:
            _remove(made)


def _at_work_in(folders: Collection[Path]) -> list[int]:
    """Return the processes that are told of one of some folders: by their command line, or by `TMPDIR`."""
    names, found = [os.fsencode(folder.name) for folder in folders], []
    for process in Path("/proc").glob("[1-9]*") if names else ():
        with contextlib.suppress(OSError):  # another user's, or it has just ended
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            if any(name in told for name in names) and int(process.name) != os.getpid():
                found.append(int(process.name))
    return found


def kill(processes: Iterable[int]) -> None:
    """End processes in the order given, and see each of them end, where the system tells."""
    for process in processes:
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):  # it has ended
            if watched := hasattr(os, "pidfd_open"):
                stack.callback(os.close, ended := os.pidfd_open(process))
            os.kill(process, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            if watched:
                select.select([ended], [], [], KILL_SECONDS)


def descendants(process: int) -> Iterator[int]:
    """Yield the ids of the processes that a process has started, and of those that they have, where the system tells."""
    for told in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has just ended
            for child in map(int, told.read_text(encoding="ascii").split()):
                yield child
                yield from descendants(child)


def remove_stale(parent: Path | None = None) -> None:
    """Remove what processes left that were killed, and nothing that one is still making.

    What was begun on this system goes at once when its lock is free. What was begun on another, or before this one
    was started anew, or where files cannot be locked, goes when it is older than `LEASE_SECONDS` besides: that its
    lock seems free may only mean that the file system does not carry locks. That it is a local one proves nothing:
    this host may be the one that shares it, and what locks there over NFS or in a guest system is not seen here.
    """
    names = [file for file in (parent or temporary()).glob(f"{PREFIX}*") if _MADE.fullmatch(file.name)]
    for left in sorted({file.with_name(file.name.removesuffix(LOCK)) for file in names}):
        with contextlib.ExitStack() as stack:
            is_free = _is_free(left.with_name(left.name + LOCK), stack)
            is_ours = left.name.startswith(f"{PREFIX}{_system()}-")
            if (is_free and is_ours) or (is_free is not False and _age(left) > LEASE_SECONDS):
                _clear([left])


def _is_free(file: Path, stack: contextlib.ExitStack) -> bool | None:
    """Lock what another process may have locked, until the stack closes; None where it cannot be known."""
    try:
        lock = os.open(file, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:  # whoever makes a folder has its lock first
        return True
    except OSError:  # another user's
        return False
    stack.callback(os.close, lock)
    return _locked(lock)


def _age(left: Path) -> float:
    """Return for how many seconds nothing has changed in a folder or its lock."""
    changed = [0.0]
    for file in (left, left.with_name(left.name + LOCK)):
        with contextlib.suppress(OSError):
            changed.append(file.lstat().st_mtime)
    return time.time() - max(changed)
