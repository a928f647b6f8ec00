"""A kernel that starts before it is asked for, and serves one run of a notebook."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final, Self

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from traitlets.config import Config

from quickview.files import temporary_folder
from quickview.kernels.client import PromptClient

START_SECONDS: Final = 120
"""How long a kernel may take to start."""

MAX_SOCKET_PATH: Final = 107
"""Longest path of a Unix socket, in bytes (sockaddr_un on Linux)."""


class Standby:
    """A kernel that works in a folder and answers already, with its client. Close it after its run.

    It belongs to the thread that made it, whose event loop its client listens with.
    """

    def __init__(self, kernel: str, folder: Path, *, seconds: float) -> None:
        self.kernel, self.folder, self.taken = kernel, folder.resolve(), False
        self._stack = ExitStack()
        place = self._stack.enter_context(temporary_folder())
        self.manager: Any = AsyncKernelManager(kernel_name=kernel, config=Config({"KernelManager": connection(place)}))
        try:
            self.client: Any = run_sync(self._start)(seconds)
        except BaseException:
            self.close()
            raise

    async def _start(self, seconds: float) -> Any:
        await self.manager.start_kernel(cwd=str(self.folder))
        client = self.manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=seconds)
        client.allow_stdin = False
        return client

    def take(self) -> Self:
        """Return the kernel for its one run."""
        self.taken = True
        return self

    def close(self) -> None:
        """End the kernel, if it has not ended by itself."""
        run_sync(self._end)()
        self._stack.close()

    async def _end(self) -> None:
        with suppress(RuntimeError):  # there is none any more
            if await self.manager.is_alive():
                await self.manager.shutdown_kernel(now=True)
        if client := getattr(self, "client", None):
            client.stop_channels()
        await self.manager.cleanup_resources()


def standby(kernel: str, folder: Path, *, seconds: float) -> Standby | None:
    """Return a kernel that waits for its run; None where it does not start, of which the run itself will tell."""
    try:
        return Standby(kernel, folder, seconds=seconds)
    except (DeadKernelError, NoSuchKernel, TimeoutError, OSError):
        return None


def connection(folder: Path) -> dict[str, str]:
    """Return where a kernel is spoken with: sockets of this machine where they can be had, which are private."""
    own = {"client_class": f"{PromptClient.__module__}.{PromptClient.__name__}"}
    own["connection_file"] = str(folder / "kernel.json")
    if os.name != "posix" or len(os.fsencode(folder / "kernel-1")) > MAX_SOCKET_PATH:
        return {**own, "transport": "tcp"}
    return {**own, "transport": "ipc", "ip": str(folder / "kernel")}
