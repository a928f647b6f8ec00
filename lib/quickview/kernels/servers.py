"""The fork servers of this process: one for each environment that kernels are asked for."""

import atexit
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from quickview import files
from quickview.kernels.forkserver import LAUNCHER, receive, send

KERNEL: Final = "quickview"
"""The kit's own kernelspec."""

PRELOAD: Final = ("quickview.analysis",)
REHEARSAL: Final = "quickview.analysis.warm_up:rehearse"
"""What the kit's own kernels have imported and done before they start."""

MOST: Final = 2
"""Fork servers kept at once; each holds some 200 MB, most of it shared with its kernels."""

START_SECONDS: Final = 120
END_SECONDS: Final = 5
UNKNOWN_END: Final = 1
"""Exit code of a kernel whose fork server was gone before it."""

VOLATILE: Final = frozenset(
    ("JPY_PARENT_PID", "JPY_SESSION_NAME", "OLDPWD", "PWD", "PYTEST_CURRENT_TEST", "PYTHONEXECUTABLE", "SHLVL", "_")
)
"""Variables that differ from kernel to kernel, and that nothing reads while it is imported."""


class ForkError(Exception):
    """No kernel can be forked; says why. A plain one may still start."""


class Recipe(NamedTuple):
    """What a fork server is made of; kernels that differ in it do not share one."""

    python: str
    preload: tuple[str, ...]
    rehearse: str
    environment: frozenset[tuple[str, str]]


def recipe(python: str, preload: Sequence[str], rehearse: str, environment: Mapping[str, str]) -> Recipe:
    """Return the recipe for kernels with such an environment."""
    lasting = frozenset((name, value) for name, value in environment.items() if name not in VOLATILE)
    return Recipe(python, tuple(preload), rehearse, lasting)


def possible() -> bool:
    """Whether kernels can be forked here: on Linux, where a process can be watched through a descriptor.

    macOS has fork, but its frameworks do not bear being used after it.
    """
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class ForkedKernel:
    """A kernel's process, to be used like a `subprocess.Popen`, although it is no child of this process."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, process: int, status: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._process = process
        self._status = status

    def fileno(self) -> int:
        """Return a descriptor that becomes readable when the process ends."""
        return self._process

    def poll(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        if self.returncode is None and select.select([self._process], [], [], 0)[0]:
            self._ended()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code when the process has ended; raises `subprocess.TimeoutExpired`."""
        if self.returncode is None:
            if not select.select([self._process], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired([LAUNCHER], timeout or 0)
            self._ended()
        assert self.returncode is not None  # noqa: S101 (for the type checker)
        return self.returncode

    def _ended(self) -> None:
        # The server writes the code as soon as it has seen the end; the pipe closes without one if it is gone.
        code, _, kilobytes = os.read(self._status, 32).decode().partition(" ")
        self.returncode = int(code) if code else UNKNOWN_END
        servers().peak = int(kilobytes or 0) / 1024
        os.close(self._process)
        os.close(self._status)

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signum)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)


@dataclass
class ForkServer:
    """A running fork server. It is warm when the first kernel is asked for, or a little later."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    warm: bool = False

    @classmethod
    def start(cls, made_of: Recipe) -> "ForkServer":
        """Start a server; return at once, while it imports."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(  # noqa: S603 (this Python, this package)
                [made_of.python, "-m", "quickview.kernels.forkserver", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Not the folder of this process: what lies there must not be imported.
                cwd=os.path.dirname(made_of.python),  # noqa: PTH120 (links must stay as they are)
                env=dict(made_of.environment),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        ours.settimeout(START_SECONDS)
        send(ours, {"preload": made_of.preload, "rehearse": made_of.rehearse})
        return cls(process, ours)

    def launch(
        self, argv: Sequence[str], cwd: str, env: Mapping[str, str], stdio: Sequence[int]
    ) -> ForkedKernel | None:
        """Return a new kernel, or None when the server's modules have changed on disk; raises `ForkError`."""
        if not self.warm:
            self._ask({}, [], told=False)
            self.warm = True
        owner, (heard, status) = os.pidfd_open(os.getpid()), os.pipe()
        try:
            answer, given = self._ask(
                {"argv": list(argv), "cwd": cwd, "env": dict(env)}, [*stdio, owner, status], told=True
            )
        except BaseException:
            os.close(heard)
            raise
        finally:
            os.close(owner)
            os.close(status)
        if answer.get("stale"):
            os.close(heard)
            return None
        return ForkedKernel(answer["pid"], given[0], heard)

    def _ask(self, message: Mapping[str, Any], given: Sequence[int], *, told: bool) -> tuple[dict[str, Any], list[int]]:
        try:
            if told:
                send(self.control, message, given)
            answer, descriptors = receive(self.control)
        except (OSError, EOFError) as error:
            raise ForkError(str(error) or "the fork server is gone") from error
        if "error" in answer:
            raise ForkError(answer["error"])
        return answer, descriptors

    def close(self) -> None:
        """Let the server end; kernels that it forked go on."""
        self.control.close()


@dataclass
class Servers:
    """The fork servers that this process owns.

    `peak` is the most memory that the kernel which ended last held, in MB with what it shares; 0 if unknown.
    """

    owner: int
    running: dict[Recipe, ForkServer]
    lock: threading.RLock
    starting: threading.Lock
    """Held while a server is started, which takes a moment; who holds the other lock may wait for a kernel, which takes long."""
    peak: float = 0

    def ahead(self, made_of: Recipe) -> ForkServer:
        """Return the server of a recipe; start it if there is none, and end the one unused for longest if need be."""
        with self.lock:
            with self.starting:
                server = self.running.pop(made_of, None) or ForkServer.start(made_of)
                self.running[made_of] = server
            while len(self.running) > MOST:
                self.drop(next(iter(self.running)))
            return server

    def drop(self, made_of: Recipe) -> None:
        """Let go of a server; it is reaped when it ends, which may be after its last kernel."""
        with self.lock:
            if server := self.running.pop(made_of, None):
                server.close()
                threading.Thread(target=server.process.wait, daemon=True, name="quickview-retired").start()

    def fork(
        self, made_of: Recipe, argv: Sequence[str], cwd: str, env: Mapping[str, str], stdio: Sequence[int]
    ) -> ForkedKernel:
        """Return a new kernel; raises `ForkError` when a server made anew cannot fork one either."""
        with self.lock:
            for last in (False, True):
                try:
                    if kernel := self.ahead(made_of).launch(argv, cwd, env, stdio):
                        return kernel
                except ForkError:
                    if last:
                        raise
                    self.drop(made_of)
                else:
                    self.drop(made_of)
        msg = "what kernels are made of keeps changing on disk"
        raise ForkError(msg)

    def close(self) -> None:
        """End all servers, and see them end."""
        with self.lock:
            ending = [*self.running.values()]
            self.running.clear()
        for server in ending:
            server.close()
        # Not by a thread: when Python ends, which is when this is called, none may be started any more.
        for server in ending:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.process.wait(END_SECONDS)

    def kill(self) -> None:
        """End all servers with their kernels, and let none be started any more, when the process must end at once."""
        self.starting.acquire()
        for server in [server.process.pid for server in self.running.values()]:
            files.kill([server, *files.descendants(server)])


_of_process: list[Servers] = []


def servers() -> Servers:
    """Return the fork servers of this process; a forked child has none of its parent's."""
    if not _of_process or _of_process[0].owner != os.getpid():
        _of_process[:] = [Servers(os.getpid(), {}, threading.RLock(), threading.Lock())]
        atexit.register(_of_process[0].close)
    return _of_process[0]


def ahead() -> None:
    """Start the fork server of the kit's own kernels, where there can be one, before a kernel is asked for."""
    if possible():
        servers().ahead(recipe(sys.executable, PRELOAD, REHEARSAL, os.environ))
