"""A kernel that starts before it is asked for, and serves one run of a notebook."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final, Self

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from traitlets.config import Config

from quickview.files import temporary_folder
from quickview.kernels.client import PromptClient

START_SECONDS: Final = 120
"""How long a kernel may take to start."""

MAX_SOCKET_PATH: Final = 107
"""Longest path of a Unix socket, in bytes (sockaddr_un on Linux)."""


class _Manager(AsyncKernelManager):  # type: ignore[misc]
    """Keeps the client that it hands out, since a run leaves that of a kernel which is not its own open."""

    handed: Any = None

    def client(self, **kwargs: Any) -> Any:
        """Return a client for the run."""
        self.handed = super().client(**kwargs)
        return self.handed


class Standby:
    """A kernel that works in a folder and was started ahead of its one run. Close it after that.

    It belongs to the thread that made it, whose event loop its client listens with. One that
    does not start, or dies while it waits, is not to be taken: the run then starts its own.
    """

    def __init__(self, kernel: str, folder: Path) -> None:
        self.kernel, self.folder, self.taken = kernel, folder.resolve(), False
        self._stack = ExitStack()
        place = self._stack.enter_context(temporary_folder())
        self.manager = _Manager(kernel_name=kernel, config=Config({"KernelManager": connection(place)}))
        with suppress(NoSuchKernel, OSError):
            run_sync(self.manager.start_kernel)(cwd=str(self.folder))

    @property
    def lives(self) -> bool:
        """Whether it runs."""
        return bool(run_sync(self.manager.is_alive)())

    def take(self) -> Self:
        """Return the kernel for its one run."""
        self.taken = True
        return self

    def close(self) -> None:
        """End the kernel, if it has not ended by itself."""
        run_sync(self._end)()
        self._stack.close()

    async def _end(self) -> None:
        if self.manager.handed:
            self.manager.handed.stop_channels()
        with suppress(RuntimeError):  # there is none any more
            if await self.manager.is_alive():
                await self.manager.shutdown_kernel(now=True)
        await self.manager.cleanup_resources()


def connection(folder: Path) -> dict[str, str]:
    """Return where a kernel is spoken with: sockets of this machine where they can be had, which are private."""
    own = {"client_class": f"{PromptClient.__module__}.{PromptClient.__name__}"}
    own["connection_file"] = str(folder / "kernel.json")
    if os.name != "posix" or len(os.fsencode(folder / "kernel-1")) > MAX_SOCKET_PATH:
        return {**own, "transport": "tcp"}
    return {**own, "transport": "ipc", "ip": str(folder / "kernel")}
