"""Warm kernels behave like plain ones, from the first reply to the last."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from quickview.kernels import servers
from quickview.kernels.client import PromptClient
from quickview.kernels.provisioner import WarmProvisioner
from quickview.kernels.servers import ForkedKernel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not servers.possible(), reason="kernels are plain here"),
    # jupyter_client leaves sockets of a kernel that died to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore:.*is running over TCP"),
]

STATE = """
import gc, json, os, resource, signal, sys, warnings
print(json.dumps({
    "argv": sys.argv[1:2] + [a for a in sys.argv[3:] if "hist_file" not in a],
    "launcher": sys.argv[0],
    "path": sys.path,
    "cwd": os.getcwd(),
    "env": {k: v for k, v in sorted(os.environ.items()) if k not in ("JPY_PARENT_PID", "_")},
    "owner": os.environ["JPY_PARENT_PID"],
    "own group": os.getpgid(0) == os.getpid() and os.getsid(0) == os.getpid(),
    "signals": {s.name: str(signal.getsignal(s)) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD)},
    "masked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "umask": [os.umask(0o22), os.umask(0o22)][1],
    "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    "main": sys.modules["__main__"].__name__,
    "flags": str(sys.flags),
    "gc": gc.isenabled(),
}))
"""


class Kernel:
    """A running kernel and a client that is ready."""

    def __init__(self, manager: AsyncKernelManager, client: PromptClient) -> None:
        self.manager = manager
        self.client = client

    @property
    def process(self) -> ForkedKernel:
        return self.manager.provisioner.process

    async def run(self, code: str) -> str:
        """What a cell prints, or the name of the error it ends in."""
        told: list[str] = []

        def hear(message):
            content = message["content"]
            told.append(content.get("text") or content.get("ename") or "")

        await self.client.execute_interactive(textwrap.dedent(code), output_hook=hear, timeout=60, allow_stdin=False)
        return "".join(told).strip()

    async def ready(self) -> None:
        self.client.stop_channels()
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=60)


@contextlib.asynccontextmanager
async def kernel(name: str = "quickview", spec: KernelSpec | None = None, **how):
    manager = AsyncKernelManager(kernel_name=name)
    manager.client_class = f"{PromptClient.__module__}.PromptClient"
    if spec:
        manager._kernel_spec = spec
    await manager.start_kernel(**how)
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        yield (running := Kernel(manager, client))
    finally:
        running.client.stop_channels()
        if await manager.is_alive():
            await manager.shutdown_kernel()
        await manager.cleanup_resources()


def run(work):
    """Run a coroutine on a thread of its own: Playwright's loop may run on this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def spec_of(config: dict) -> KernelSpec:
    return KernelSpec(
        argv=["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        language="python",
        display_name="",
        metadata={"kernel_provisioner": {"provisioner_name": "quickview-warm", "config": config}},
    )


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def see_gone(*pids: int, seconds: float = 5) -> list[int]:
    """The processes that still run after so many seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := [pid for pid in pids if not is_gone(pid)]) and loop.time() < end:  # noqa: ASYNC110 (no event tells)
        await asyncio.sleep(0.02)
    return left


def test_a_warm_kernel_finds_the_same_world_as_a_plain_one(tmp_path):
    async def both():
        states = []
        for name in ("python3", "quickview"):
            async with kernel(name, cwd=str(tmp_path), env={**os.environ, "MARK": "of this kernel"}) as running:
                states.append(json.loads(await running.run(STATE)))
        return states

    plain, warm = run(both())
    assert warm == plain
    assert warm["env"]["MARK"] == "of this kernel"
    assert warm["owner"] == str(os.getpid())


def test_the_stack_is_there_before_the_first_cell():
    async def loaded():
        async with kernel() as running:
            assert isinstance(running.process, ForkedKernel)
            return await running.run(
                "import sys; print('quickview.analysis' in sys.modules, 'geopandas' in sys.modules)"
            )

    assert run(loaded()) == "True True"


def test_a_client_may_connect_as_soon_as_a_kernel_is_started(tmp_path):
    async def listening():
        manager = AsyncKernelManager(kernel_name="quickview", transport="ipc", ip=str(tmp_path / "k"))
        await manager.start_kernel()
        ports = [manager.shell_port, manager.iopub_port, manager.stdin_port, manager.control_port]
        found = {path.name for path in tmp_path.glob("k-*")}
        await manager.shutdown_kernel(now=True)
        return {f"k-{port}" for port in ports} - found

    assert run(listening()) == set()


def test_random_numbers_differ_from_kernel_to_kernel():
    async def drawn():
        async with kernel() as first, kernel() as second:
            code = "import random, numpy, uuid; print(random.random(), numpy.random.random(), uuid.uuid4())"
            return (await first.run(code)).split(), (await second.run(code)).split()

    first, second = run(drawn())
    assert len(first) == 3
    assert not set(first) & set(second)


def test_nothing_a_kernel_does_is_left_for_the_next():
    async def left():
        async with kernel() as first:
            await first.run("""
                import os, sys, warnings, pandas, quickview.analysis
                os.environ["LEFT"] = "behind"; sys.path.insert(0, "/left"); pandas.LEFT = 1
                quickview.analysis.load = None; warnings.simplefilter("error", RuntimeWarning); os.chdir("/"); left = 1
            """)
        async with kernel() as second:
            return await second.run("""
                import os, sys, warnings, pandas, quickview.analysis
                print(os.environ.get("LEFT"), "/left" in sys.path, hasattr(pandas, "LEFT"), quickview.analysis.load is None,
                      ("error", RuntimeWarning) in {(f[0], f[2]) for f in warnings.filters}, os.getcwd() == "/", "left" in globals())
            """)

    assert run(left()) == "None False False False False False False"


def test_kernels_share_no_open_files_with_each_other_or_with_their_owner():
    code = """
        import os
        for name in os.listdir("/proc/self/fd"):
            try: print(os.readlink("/proc/self/fd/" + name), flush=False)
            except OSError: pass
    """

    def of_process(pid):
        links = set()
        for path in list(Path(f"/proc/{pid}/fd").iterdir()):
            with contextlib.suppress(OSError):
                links.add(str(path.readlink()))
        return links

    def tells_apart(link):
        return link.startswith(("socket:", "pipe:")) or (link.startswith("/") and not link.startswith("/dev/"))

    async def opened():
        async with kernel() as first, kernel() as second:
            pids = [os.getpid(), psutil.Process(first.process.pid).ppid()]
            streams = {os.readlink(f"/proc/self/fd/{n}") for n in range(3)}  # noqa: PTH115 (no wait)
            sets = [set((await one.run(code)).split("\n")) for one in (first, second)]
            return [
                {link for link in links - streams if tells_apart(link)} for links in (*sets, *map(of_process, pids))
            ]

    first, second, owner, server = run(opened())
    assert first
    assert not first & second
    assert not (first | second) & (owner | server)


def test_a_kernel_can_be_interrupted_and_goes_on():
    async def interrupted():
        async with kernel() as running:
            running.client.execute(
                "import time\nprint('begun', flush=True)\nwhile True: time.sleep(0.01)", stop_on_error=False
            )
            while (message := await running.client.get_iopub_msg(timeout=30))["msg_type"] != "stream":
                pass
            await running.manager.interrupt_kernel()
            while (message := await running.client.get_iopub_msg(timeout=30))["msg_type"] != "error":
                pass
            await running.client.get_shell_msg(timeout=30)
            return message["content"]["ename"], await running.run("print('goes on')")

    assert run(interrupted()) == ("KeyboardInterrupt", "goes on")


def test_a_restarted_kernel_has_forgotten():
    async def restarted():
        async with kernel() as running:
            before = running.process.pid
            await running.run("kept = 1")
            await running.manager.restart_kernel()
            await running.ready()
            return before, running.process.pid, await running.run("print('kept' in globals())")

    before, after, told = run(restarted())
    assert before != after
    assert told == "False"
    assert is_gone(before)


ASKED = (0, -signal.SIGTERM)
"""How a kernel ends that is shut down: jupyter_client interrupts it first, and where that swallows its request asks with a signal."""


def test_a_kernel_that_is_shut_down_ends_and_is_gone():
    async def shut():
        async with kernel() as running:
            process = running.process
            await running.manager.shutdown_kernel()
            return process.poll() in ASKED, is_gone(process.pid), running.manager.has_kernel

    assert run(shut()) == (True, True, False)


@pytest.mark.parametrize(("code", "ended"), [("os._exit(7)", 7), ("os.kill(os.getpid(), 9)", -signal.SIGKILL)])
def test_the_death_of_a_kernel_is_noticed_with_its_exit_code(code, ended):
    async def died():
        async with kernel() as running:
            process = running.process
            running.client.execute(f"import os; {code}")
            return await asyncio.to_thread(process.wait, 10), await running.manager.is_alive()

    assert run(died()) == (ended, False)


def test_a_kernel_outlives_its_fork_server_and_another_server_takes_its_place():
    async def orphaned():
        async with kernel() as running:
            await running.run("kept = 1")
            server = psutil.Process(running.process.pid).ppid()
            os.kill(server, signal.SIGKILL)
            assert not await see_gone(server)
            async with kernel() as another:
                assert psutil.Process(another.process.pid).ppid() not in (server, os.getpid())
                told = await running.run("print(kept)"), await another.run("print(2)")
            process = running.process
            await running.manager.shutdown_kernel()
            return told, process.poll()

    assert run(orphaned()) == (("1", "2"), servers.UNKNOWN_END)


def test_kernels_and_fork_server_end_with_an_owner_that_is_killed(tmp_path):
    owner = tmp_path / "owner.py"
    owner.write_text(
        textwrap.dedent("""
        import asyncio, os, psutil
        from jupyter_client.manager import AsyncKernelManager
        async def main():
            manager = AsyncKernelManager(kernel_name="quickview")
            await manager.start_kernel()
            client = manager.client(); client.start_channels(); await client.wait_for_ready(timeout=60)
            pid = manager.provisioner.pid
            print(pid, psutil.Process(pid).ppid(), flush=True)
            await asyncio.sleep(600)
        asyncio.run(main())
        """)
    )
    with subprocess.Popen([sys.executable, str(owner)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        pids = [int(word) for word in process.stdout.readline().split()]
        assert len(pids) == 2
        process.kill()
    assert run(see_gone(*pids)) == []


def test_a_fork_server_that_is_still_importing_ends_with_a_process_that_must_end_at_once():
    own = servers.Servers(os.getpid(), {}, threading.RLock(), threading.Lock())
    server = own.ahead(servers.recipe(sys.executable, servers.PRELOAD, servers.REHEARSAL, os.environ))
    own.kill()
    assert server.process.wait(10) == -signal.SIGKILL
    server.close()


def test_fork_servers_are_seen_to_end_with_python_which_then_starts_no_thread(monkeypatch):
    def refused(_):
        raise RuntimeError("can't create new thread at interpreter shutdown")

    own = servers.Servers(os.getpid(), {}, threading.RLock(), threading.Lock())
    server = own.ahead(servers.recipe(sys.executable, servers.PRELOAD, servers.REHEARSAL, os.environ))
    monkeypatch.setattr(threading.Thread, "start", refused)
    own.close()
    assert server.process.poll() is not None


def test_a_kernel_sees_modules_as_they_are_on_disk(tmp_path, monkeypatch):
    package = tmp_path / "desk"
    package.mkdir()
    (package / "__init__.py").write_text("word = 'old'")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    spec = spec_of({"preload": ["desk"], "rehearse": ""})

    async def seen():
        told = []
        for word in ("old", "newer"):
            (package / "__init__.py").write_text(f"word = '{word}'")
            async with kernel(spec=spec) as running:
                assert isinstance(running.process, ForkedKernel)
                told.append(
                    await running.run("import sys; print('desk' in sys.modules); import desk; print(desk.word)")
                )
        return told

    assert run(seen()) == ["True\nold", "True\nnewer"]


def test_a_plain_kernel_starts_where_the_modules_cannot_be_imported(caplog):
    async def started():
        async with kernel(spec=spec_of({"preload": ["no_such_module"], "rehearse": ""})) as running:
            return isinstance(running.process, subprocess.Popen), await running.run("print(1)")

    assert run(started()) == (True, "1")
    assert "no_such_module" in caplog.text


def test_kernels_after_the_first_come_rehearsed_and_are_forked_where_that_fails(tmp_path, monkeypatch):
    (tmp_path / "stage.py").write_text(
        "played = 0\ndef play():\n    global played\n    played += 1\ndef fail():\n    1 / 0\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)

    async def played(function):
        told = []
        spec = spec_of({"preload": ["stage"], "rehearse": f"stage:{function}"})
        for _ in range(3):
            async with kernel(spec=spec) as running:
                told.append(
                    (isinstance(running.process, ForkedKernel), await running.run("import stage; print(stage.played)"))
                )
        return told

    assert run(played("play")) == [(True, "0"), (True, "1"), (True, "1")]
    assert run(played("fail")) == [(True, "0"), (True, "0"), (True, "0")]


def test_a_plain_kernel_starts_where_none_can_be_forked(monkeypatch):
    monkeypatch.setattr(servers, "possible", lambda: False)

    async def started():
        async with kernel() as running:
            process = running.process
            told = await running.run("print(1)")
            await running.manager.shutdown_kernel()
            return isinstance(process, subprocess.Popen), told, process.returncode in ASKED

    assert run(started()) == (True, "1", True)


def test_kernels_of_another_environment_are_not_forked_from_the_same_process():
    async def zones():
        told = []
        for zone in ("Asia/Damascus", "America/La_Paz"):
            async with kernel(env={**os.environ, "TZ": zone}) as running:
                told.append(await running.run("import time; print(time.timezone)"))
        return told

    assert run(zones()) == ["-10800", "14400"] or run(zones()) == ["-7200", "14400"]


def test_the_provisioner_is_found_by_its_name():
    async def found():
        async with kernel() as running:
            return type(running.manager.provisioner)

    assert run(found()) is WarmProvisioner
