"""The process that kernels are forked from: `python -m quickview.kernels.forkserver FD`.

It imports modules, and then forks a kernel for every request that comes over the socket
FD. Before the second it rehearses, or earlier when it has nothing to do: where there is
but one kernel, a rehearsal would take longer than it saves. It ends when its owner does, however that ends: the socket closes. Only the
standard library is imported before the owner has said what to import, and no thread is
started, since threads do not survive a fork.

A message is a JSON object in one packet, with file descriptors beside it:

- first, from the owner: `preload` (names of modules) and `rehearse` (`module:function`, or "");
  the answer is `{}`, or `error`.
- then, for each kernel: `argv`, `cwd`, `env`, and the descriptors of standard input, output
  and error, of the owner's process, and of a pipe for the exit status. The answer is `pid` with a descriptor
  of the kernel's process; or `stale`, when what was imported has changed on disk since; or `error`.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import select
import selectors
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

MAX_MESSAGE: Final = 1 << 20
MAX_DESCRIPTORS: Final = 8
IDLE_SECONDS: Final = 2.0
"""How long nothing happens before the server rehearses by itself."""

LAUNCHER: Final = "ipykernel_launcher"
"""The module whose command lines are understood: what every Python kernelspec runs."""

_OF_KERNELS: Final = (
    "faulthandler",
    "sqlite3",
    "psutil",
    "tornado.platform.asyncio",
    "tornado.queues",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
)
"""What ipykernel imports only once it runs."""

_NO_POLLER: Final = 1
"""ipykernel polls its parent's id to end with it, unless the parent is process 1; the owner is watched instead."""


@dataclass(frozen=True)
class Launch:
    """A kernel to become: its command line after the launcher, and what it inherits."""

    argv: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    stdio: Sequence[int]
    owner: int
    bound: int
    """Closed when a client may connect."""


def main() -> None:
    """Serve until the owner is gone; in a forked child, become the kernel that was asked for."""
    # `python -m` puts its working folder first; a kernel has its own there, which IPython sees to.
    del sys.path[0]
    with socket.socket(fileno=int(sys.argv[1])) as control:
        launch = _warm(control)
    if launch:
        become_kernel(launch)


def _warm(control: socket.socket) -> Launch | None:
    asked, _ = receive(control)
    before = dict(os.environ)
    try:
        prepare(asked["preload"])
    except Exception as error:  # noqa: BLE001 (whatever an import may raise is told to the owner)
        send(control, {"error": f"{type(error).__name__}: {error}"})
        return None
    send(control, {})
    launch = serve(control, asked["preload"], asked["rehearse"])
    # What imports have set would be set in a kernel that imports by itself.
    return launch and replace(launch, env={**launch.env, **dict(os.environ.items() - before.items())})


def send(control: socket.socket, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one message; raises `OSError` when nobody listens any more, or it is too long."""
    socket.send_fds(control, [json.dumps(message).encode()], list(descriptors))


def receive(control: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return the next message and its descriptors; raises `EOFError` when there is none to come."""
    data, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, MAX_DESCRIPTORS)
    if not data:
        raise EOFError
    return json.loads(data), descriptors


def prepare(preload: Sequence[str]) -> None:
    """Import modules, and what kernels import."""
    for name in (*preload, *_OF_KERNELS):
        importlib.import_module(name)
    _settle()


@dataclass
class _Rehearsal:
    """`module:function` to call once, after the first kernel and before the second."""

    name: str
    is_due: bool = False

    @property
    def wait(self) -> float | None:
        """How long to wait for a request before it is run."""
        return IDLE_SECONDS if self.name and self.is_due else None

    def run(self) -> None:
        """Run it if it is due, and let it be due from now on. What it fails to load is loaded when it is first used."""
        if self.name and self.is_due:
            module, _, function = self.name.partition(":")
            with contextlib.suppress(Exception):
                getattr(importlib.import_module(module), function)()
            self.name = ""
            _settle()
        self.is_due = True


def _settle() -> None:
    """Keep what there is out of every later garbage collection."""
    gc.collect()
    gc.freeze()


def serve(control: socket.socket, preload: Sequence[str], rehearse: str) -> Launch | None:
    """Fork kernels until the owner is gone; return None then, and in each child what it is to become."""
    print_of_disk, rehearsal = fingerprint(preload), _Rehearsal(rehearse)
    with selectors.DefaultSelector() as waiting:
        waiting.register(control, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(rehearsal.wait)
            if not ready:
                rehearsal.run()
            for key, _ in ready:
                if key.data is not None:
                    _report_end(waiting, key)
                    continue
                try:
                    asked, descriptors = receive(control)
                except (EOFError, OSError):
                    # Kernels may outlive the wish for new ones; their ends are still told.
                    waiting.unregister(control)
                    continue
                rehearsal.run()
                if refusal := _refusal(is_stale=fingerprint(preload) != print_of_disk):
                    _close(descriptors)
                    send(control, refusal)
                elif launch := _fork(control, waiting, asked, descriptors):
                    return launch
    return None


def _refusal(*, is_stale: bool) -> dict[str, Any]:
    """Return why no kernel may be forked; empty when one may be."""
    if is_stale:
        return {"stale": True}
    if threading.active_count() > 1:
        names = ", ".join(sorted(thread.name for thread in threading.enumerate()))
        return {"error": f"threads would not survive a fork: {names}"}
    return {}


def _fork(
    control: socket.socket, waiting: selectors.BaseSelector, asked: Mapping[str, Any], descriptors: Sequence[int]
) -> Launch | None:
    *stdio, owner, status = descriptors
    awaited, bound = os.pipe()
    try:
        pid = os.fork()
    except OSError as error:
        _close([*descriptors, awaited, bound])
        send(control, {"error": str(error)})
        return None
    if pid == 0:
        # Signals go to the kernel's process group.
        os.setsid()
        return Launch(asked["argv"], asked["cwd"], asked["env"], stdio, owner, bound)
    process = os.pidfd_open(pid)
    os.close(bound)
    # A client that connects before the kernel listens tries again only after 0.1 s (ZMQ_RECONNECT_IVL).
    os.read(awaited, 1)
    _close([awaited, owner, *stdio])
    waiting.register(process, selectors.EVENT_READ, data=(pid, status))
    with contextlib.suppress(OSError):
        send(control, {"pid": pid}, [process])
    return None


def _report_end(waiting: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    pid, status = key.data
    waiting.unregister(key.fileobj)
    _, ended, used = os.wait4(pid, 0)
    with contextlib.suppress(OSError):
        os.write(status, f"{os.waitstatus_to_exitcode(ended)} {used.ru_maxrss}".encode())
    _close([key.fd, status])


def fingerprint(preload: Sequence[str]) -> tuple[tuple[str, int, int], ...]:
    """Return name, time and size of what imports rest on: the folders on the path, and every file of the packages."""
    folders = [Path(entry) for entry in sys.path if entry]
    packages = {Path(file).parent for name in preload if (file := getattr(_package(name), "__file__", None))}
    return tuple(_states([*folders, *sorted(packages)], deep=packages))


def _package(name: str) -> Any:
    return sys.modules.get(name.partition(".")[0])


def _states(paths: Sequence[Path], deep: set[Path]) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        with contextlib.suppress(OSError):
            state = path.stat()
            yield str(path), state.st_mtime_ns, state.st_size
            if path in deep:
                yield from _files(str(path))


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                state = entry.stat()
                yield entry.path, state.st_mtime_ns, state.st_size


def become_kernel(launch: Launch) -> None:
    """Take on a kernel's standard streams, folder, environment and command line, and run it to its end."""
    for target, descriptor in enumerate(launch.stdio):
        os.dup2(descriptor, target)
    _let_go({0, 1, 2, launch.owner, launch.bound})
    os.set_inheritable(launch.owner, False)  # noqa: FBT003 (the function's own way)
    os.environ.clear()
    os.environ.update(launch.env)
    time.tzset()
    os.chdir(launch.cwd)
    signal.set_wakeup_fd(-1)
    if numbers := sys.modules.get("numpy.random"):
        numbers.seed()
    connection = Path(launch.argv[1])
    threading.Thread(target=_end_with, args=[launch.owner, connection], daemon=True, name="quickview-owner").start()
    launcher = importlib.util.find_spec(LAUNCHER)
    sys.argv = [launcher.origin if launcher and launcher.origin else LAUNCHER, *launch.argv]
    _app(launch.bound).launch_instance(parent_handle=_NO_POLLER)


def _app(bound: int) -> Any:
    """Return ipykernel's application, which closes a descriptor when all its sockets are bound."""
    kernelapp = importlib.import_module("ipykernel.kernelapp")

    class IPKernelApp(kernelapp.IPKernelApp):  # type: ignore[misc, name-defined]
        def init_connection_file(self) -> None:
            # ipykernel's own makes the file and its folder anew, when whoever wrote it has ended and removed it.
            self.connection_file = self.abs_connection_file
            try:
                self.load_connection_file()
            except OSError:
                self.exit(1)

        def init_heartbeat(self) -> None:
            super().init_heartbeat()
            os.close(bound)

    return IPKernelApp


def _let_go(kept: set[int]) -> None:
    """Close what is open; of a library's own files only the number stays, so that it may close it later."""
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for descriptor in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if descriptor in kept or descriptor == null:
            continue
        with contextlib.suppress(OSError):
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.dup2(null, descriptor, inheritable=False)
            else:
                os.close(descriptor)
    os.close(null)


def _end_with(owner: int, connection: Path) -> None:
    """End this process, as ipykernel does, when the owner's is gone; remove what the owner would have removed."""
    select.select([owner], [], [])
    with contextlib.suppress(OSError, ValueError):
        told = json.loads(connection.read_text(encoding="utf-8"))
        for path in Path(told["ip"]).parent.glob(f"{Path(told['ip']).name}-*") if told["transport"] == "ipc" else ():
            path.unlink()
    with contextlib.suppress(OSError):
        connection.unlink()
        connection.parent.rmdir()
    with contextlib.suppress(OSError):
        importlib.import_module("quickview.files").remove_stale(connection.parent.parent)
    os._exit(1)


def _close(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


if __name__ == "__main__":
    main()
