"""Many reports: on this machine's processes, or on those of a Dask cluster.

A worker is a process with a press of its own. Jobs are handed out a few at a time, so
that a batch of any length takes the same memory, and their outcomes come in the order of the jobs.
"""

import contextlib
import functools
import itertools
import multiprocessing
import os
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as ready
from pathlib import Path
from typing import Any, Final

from quickview import files
from quickview.brief.reader import load
from quickview.errors import InputError, MachineError, ReportError
from quickview.evidence import outcomes
from quickview.kernels import ending, servers
from quickview.nightly import record
from quickview.nightly.record import Outcome
from quickview.options import RenderOptions
from quickview.report import render
from quickview.report.session import RenderSession

AHEAD: Final = 4
"""Jobs handed out for each worker: one in work, and enough to go on with while an earlier one takes long."""

END_SECONDS: Final = 2.0
"""How long workers may take to end by themselves."""

SCHEDULER_SECONDS: Final = 10


@dataclass(frozen=True)
class Job:
    """A brief to be rendered: its path, what to make, and from which folder."""

    brief: Path
    options: RenderOptions
    folder: Path = field(default_factory=Path.cwd)


def work(job: Job, press: Callable[[str], RenderSession], tell: Callable[[str], None] = lambda _step: None) -> Outcome:
    """Render one brief on the press for its kernel, again if the cause of a failure may pass."""
    begun, tries = time.perf_counter(), 1
    servers.servers().peak = 0
    while (outcome := _tried(job, press, tell)).is_transient and tries < job.options.tries:
        tries += 1
    seconds = round(time.perf_counter() - begun, 3)
    return replace(outcome, tries=tries, seconds=seconds, memory=round(servers.servers().peak))


def _tried(job: Job, press: Callable[[str], RenderSession], tell: Callable[[str], None]) -> Outcome:
    """Render one brief, which is given its time to be read too; a fault becomes part of the outcome."""
    options = replace(job.options, timeouts=job.options.timeouts.running())
    try:
        brief = load(job.brief, catalog=options.catalog, language=options.language)
        _, noticed = outcomes.of_brief(brief)
        if fault := options.timeouts.fault:
            raise fault  # noqa: TRY301 (as a report that takes too long does)
        made = render.render(brief, options, press(options.kernel), tell=tell)
    except InputError as error:
        return Outcome(job.brief, faults=error.faults, cause="brief")
    except ReportError as error:
        return record.failed(job.brief, [error])
    except Exception as error:  # noqa: BLE001 (a fault of the kit must not keep the other briefs from their turn)
        return record.failed(job.brief, [record.internal(error)])
    return replace(
        record.failed(job.brief, made.failures) if made.failures else Outcome(job.brief),
        files=tuple(made.files),
        noticed=(*brief.warnings, *noticed),
        warnings=tuple(made.warnings),
    )


def run(jobs: Iterable[Job], hire: Callable[[], Executor], *, workers: int) -> Generator[Outcome]:
    """Yield the outcome of each job, in the order of the jobs.

    `hire` returns an executor; another is hired when one breaks because a worker died.
    The jobs that were with it are then done again one by one, so that it is known which
    of them kills its worker: that one has failed, and the rest go on.
    """
    source, held = iter(jobs), deque[tuple[Job, Future[Outcome]]]()
    with contextlib.ExitStack() as stack:
        executor = stack.enter_context(_hired(hire))
        while True:
            for job in itertools.islice(source, AHEAD * workers - len(held)):
                held.append((job, executor.submit(work_here, job)))
            if not held:
                return
            try:
                yield held[0][1].result()
                held.popleft()
            except BrokenExecutor:
                stack.close()
                yield from _one_by_one(held, hire)
                held.clear()
                executor = stack.enter_context(_hired(hire))


def _one_by_one(held: Iterable[tuple[Job, Future[Outcome]]], hire: Callable[[], Executor]) -> Generator[Outcome]:
    with contextlib.ExitStack() as stack:
        executor = stack.enter_context(_hired(hire))
        for job, future in held:
            if future.done() and not future.cancelled() and not future.exception():
                yield future.result()
                continue
            try:
                yield executor.submit(work_here, job).result()
            except BrokenExecutor:
                hint = "check the machine's memory; render the brief by itself to see what it needs"
                yield record.failed(job.brief, [ReportError("E-WORKER", "its worker died, twice", hint)])
                stack.close()
                executor = stack.enter_context(_hired(hire))


def spread(jobs: Sequence[Job], *, workers: int | None = None, scheduler: str = "") -> Generator[Outcome]:
    """Yield the outcomes of jobs done by processes here, or by the workers of a Dask scheduler."""
    if scheduler:
        with _client(scheduler) as client:
            n = max(1, len(client.scheduler_info()["workers"]))
            yield from run(jobs, lambda: client.get_executor(pure=False), workers=n)
    else:
        n = min(workers or os.cpu_count() or 1, len(jobs))
        try:
            yield from run(jobs, lambda: Pool(n), workers=n)
        finally:
            # A worker that was killed has not cleared up.
            for folder in (None, *{job.options.out for job in jobs}):
                files.remove_stale(folder)


@contextlib.contextmanager
def _hired(hire: Callable[[], Executor]) -> Iterator[Executor]:
    """An executor that ends with the block: its jobs are done by then, or nobody waits for them any more."""
    executor = hire()
    try:
        yield executor
    finally:
        executor.shutdown(wait=False)


class Pool(ProcessPoolExecutor):
    """Processes on this machine, which end when this one does, or when they are told to.

    A fork shares what this process has imported; one that has threads, as a notebook's kernel has, must not `fork`.
    """

    def __init__(self, workers: int, *, fork: bool = servers.possible()) -> None:
        context = multiprocessing.get_context("fork" if fork else "spawn")
        self._life, theirs = context.Pipe()
        ours = self._life if fork else None
        super().__init__(workers, mp_context=context, initializer=_begin, initargs=(theirs, ours))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 (an executor's own)
        """End the workers, even in the middle of their jobs, and see them end; one that does not is killed."""
        self._life.close()
        until = time.monotonic() + END_SECONDS
        for worker in list((self._processes or {}).values()):
            if not ready([worker.sentinel], max(0, until - time.monotonic())):
                worker.kill()
        super().shutdown()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        hint = 'install the extra: pip install "quickview[dask]"'
        raise MachineError("E-DASK-MISSING", "Dask is not installed", hint) from None
    if not re.fullmatch("[!-~]+:[!-~]+", address):
        # The client would try an address that can be none for a long time, in threads that print what they think.
        raise MachineError("E-DASK-SCHEDULER", f"`{address}` is no address", "write one such as tcp://host:8786")
    try:
        return Client(address, timeout=SCHEDULER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        hint = "start one with `dask scheduler`, or correct the address"
        raise MachineError("E-DASK-SCHEDULER", f"no scheduler answers at {address}: {error}", hint) from None


def _begin(life: Connection, of_parent: Connection | None) -> None:
    """Make this process a worker: it leaves Ctrl-C to its parent, and ends with it, leaving nothing behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The pool sends it to all workers when one has gone.
    ending.heed(signal.SIGTERM)
    if of_parent:
        of_parent.close()
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    threading.Thread(target=_end_with, args=[life], daemon=True, name="quickview-parent").start()


def _end_with(life: Connection) -> None:
    ready([life])
    ending.end(1)


@functools.cache
def _press(kernel: str) -> RenderSession:
    """The press of this process; it ends with the process."""
    return RenderSession(kernel).__enter__()


_turn = threading.Lock()


def work_here(job: Job) -> Outcome:
    """Do a job on this worker's press, from the folder that the job was given in."""
    with _turn, contextlib.chdir(job.folder):
        return work(job, _press)
