"""A kernel provisioner that forks kernels, for the `kernel_provisioner` of a kernelspec.

"metadata": {"kernel_provisioner": {"provisioner_name": "quickview-warm", "config": {"preload": ["geopandas"]}}}
"""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import List, Unicode

from quickview.kernels import servers
from quickview.kernels.forkserver import LAUNCHER
from quickview.kernels.servers import ForkedKernel, ForkError


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Kernels forked from a process that has imported `preload` and run `rehearse`.

    Where that is not to be had (another system than Linux, a command line that is not
    ipykernel's, an import that fails) the kernel is a plain one.
    """

    preload = List(Unicode(), list(servers.PRELOAD), help="Modules to import before kernels are forked.").tag(
        config=True
    )
    rehearse = Unicode(servers.REHEARSAL, help="`module:function` to call once, so that what it needs is loaded.").tag(
        config=True
    )

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel for a command line, or start a plain one; return its connection info."""
        if not (servers.possible() and _is_ours(cmd, kwargs)):
            return await super().launch_kernel(cmd, **kwargs)
        try:
            self.process = await asyncio.to_thread(self._fork, cmd, kwargs)
        except ForkError as error:
            self.log.warning("A plain kernel starts, as none can be forked: %s", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    def _fork(self, cmd: Sequence[str], kwargs: Mapping[str, Any]) -> ForkedKernel:
        env = {**kwargs["env"], "JPY_PARENT_PID": str(os.getpid())}
        made_of = servers.recipe(cmd[0], self.preload, self.rehearse, env)
        cwd = os.path.realpath(kwargs.get("cwd") or os.curdir)
        with ExitStack() as stack:
            null = stack.enter_context(Path(os.devnull).open("r+b", buffering=0))
            streams = [_descriptor(kwargs.get(name), n) for n, name in enumerate(("stdout", "stderr"), start=1)]
            return servers.servers().fork(made_of, cmd[3:], cwd, env, [null.fileno(), *streams])

    async def wait(self) -> int | None:
        """Wait for the kernel's end, without polling; return its exit code."""
        await self._end()
        code: int | None = await super().wait()
        return code

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 (jupyter_client's own)
        """Give the kernel the time to end by itself that its manager would give it."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._end(), self.get_shutdown_wait_time() / 2)

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and the processes it started; see a killed kernel end."""
        if await self.poll() is None:
            await super().send_signal(signum)
            if signum == getattr(signal, "SIGKILL", None):
                await self._end()

    async def _end(self) -> None:
        """Return when the kernel has ended."""
        if self.process is None or self.process.poll() is not None or not hasattr(os, "pidfd_open"):
            return
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        kernel = self.process
        process = os.dup(kernel.fileno()) if isinstance(kernel, ForkedKernel) else os.pidfd_open(kernel.pid)
        loop.add_reader(process, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(process)
            os.close(process)


def _is_ours(cmd: Sequence[str], kwargs: Mapping[str, Any]) -> bool:
    known = {"cwd", "env", "kernel_id", "stdout", "stderr", "extra_arguments"}
    piped = {kwargs.get("stdout"), kwargs.get("stderr")} & {subprocess.PIPE, subprocess.STDOUT, subprocess.DEVNULL}
    return list(cmd[1:4]) == ["-m", LAUNCHER, "-f"] and not kwargs.keys() - known and not piped


def _descriptor(stream: Any, default: int) -> int:
    if stream is None:
        return default
    return stream if isinstance(stream, int) else int(stream.fileno())
