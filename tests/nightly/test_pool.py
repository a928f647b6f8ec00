"""Many reports at once: the same results in the same order, whatever happens to a worker."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import Executor, Future
from pathlib import Path

import nbformat
import psutil
import pytest
from tests.builders.nights import PLAIN, wait_until
from tests.conftest import ANDES, NO_CHROMIUM, NOTEBOOK, ROOT

from quickview import options
from quickview.errors import MachineError
from quickview.kernels import servers
from quickview.nightly import pool, record
from quickview.nightly.pool import Job
from quickview.options import RenderOptions, Timeouts


def project(folder):
    """A project folder with four sound briefs, and one with a fault among them."""
    shutil.copytree(ANDES.parent.parent, folder / "data")
    briefs = folder / "data" / "briefs"
    text = (briefs / ANDES.name).read_text(encoding="utf-8")
    for name in ("a-brief", "b-brief", "d-brief", "e-brief"):
        (briefs / f"{name}.md").write_text(text, encoding="utf-8")
    (briefs / "c-brief.md").write_text(text.replace("  title:", "  titel:", 1), encoding="utf-8")
    return folder


@pytest.fixture
def desk(tmp_path):
    return project(tmp_path)


def briefs_of(desk, names="abcde"):
    return [desk / "data" / "briefs" / f"{name}-brief.md" for name in names]


def notebook(desk, source=""):
    """A notebook that needs nothing heavy, with a cell of one's own before its last."""
    code = nbformat.v4.new_code_cell
    cells = [
        code('brief_path = ""', metadata={"tags": ["parameters"]}),
        code(PLAIN),
        code(source, metadata={"tags": ["remove-cell"]}),
    ]
    cells += [nbformat.v4.new_markdown_cell("## Further notes"), code("block('notes', '<p>x</p>')")]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    path = desk / "plain.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


DEADLY = """
import os, pathlib
brief = pathlib.Path(brief_path)
desk = brief.parents[2]
with (desk / "log").open("a") as file: print(brief.stem, file=file)
deadly = (desk / brief.stem).exists() and (desk / brief.stem).read_text()
if deadly == "once": (desk / brief.stem).unlink()
if deadly: os.kill(int(os.environ["JPY_PARENT_PID"]), 9)
"""
"""Kills the worker of a brief, once or each time, if a file named after the brief says so."""


def command(briefs, out, *more):
    return [sys.executable, "-m", "quickview.cli", "render", *map(str, briefs), "--out", str(out), *map(str, more)]


def rendered(briefs, out, *more):
    environment = {**os.environ, **NO_CHROMIUM}
    done = subprocess.run(command(briefs, out, *more), cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done


def light(path):
    return ("--notebook", path, "--kernel", "python3", "--format", "html", "--static")


def contents(out):
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "timings.jsonl"
    }


def lines_without_folder(done, out):
    return [line for line in done.stdout.replace(str(out), "OUT").splitlines() if line]


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What one process makes of the briefs: contents of the files, and the lines that tell of them."""
    desk = project(tmp_path_factory.mktemp("alone"))
    done = rendered(briefs_of(desk), desk / "out", "--workers", 1, *light(notebook(desk, DEADLY)))
    assert done.returncode == 1
    return contents(desk / "out"), lines_without_folder(done, desk / "out")


@pytest.mark.slow
def test_workers_give_the_same_files_and_lines_in_the_same_order_as_one_process_and_plain_kernels(desk):
    briefs = briefs_of(desk, "acd")
    alone = rendered(briefs, desk / "one", "--format", "html", "--workers", 1, "--kernel", "python3")
    shared = rendered(briefs, desk / "two", "--format", "html", "--workers", 2)
    assert alone.returncode == shared.returncode == 1
    assert contents(desk / "one") == contents(desk / "two")
    assert len(contents(desk / "two")) == 10
    assert lines_without_folder(alone, desk / "one") == lines_without_folder(shared, desk / "two")
    assert shared.stderr.count("E-KEY-UNKNOWN") == 1


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_nothing_but_a_brief_that_kills_it_every_time(desk, alone):
    (desk / "b-brief").write_text("once")
    (desk / "d-brief").write_text("always")
    done = rendered(briefs_of(desk), desk / "out", "--workers", 2, *light(notebook(desk, DEADLY)))
    assert done.returncode == 1
    (told,) = (line for line in done.stderr.splitlines() if "E-WORKER" in line)
    assert "d-brief" in told
    made, lines = alone
    assert contents(desk / "out") == {name: sha for name, sha in made.items() if "d-brief" not in name}
    assert lines_without_folder(done, desk / "out") == [line for line in lines if "d-brief" not in line]


def browsers(process):
    """How many workers have a Chromium."""
    workers = psutil.Process(process.pid).children()
    return sum(any(map(_is_of_chromium, worker.children(recursive=True))) for worker in workers)


def _is_of_chromium(process):
    try:
        return "--type=zygote" in process.cmdline()
    except psutil.Error:  # it ended meanwhile
        return False


def running(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
@pytest.mark.usefixtures("heeding_ctrl_c")
@pytest.mark.skipif(not servers.possible(), reason="the parent is watched on Linux only")
@pytest.mark.parametrize(
    ("number", "code", "kernel"), [(signal.SIGKILL, -signal.SIGKILL, servers.KERNEL), (signal.SIGINT, 130, "python3")]
)
def test_a_batch_that_is_ended_leaves_no_process_and_no_file_behind(desk, number, code, kernel):
    slow = notebook(desk, f"import pathlib, time\npathlib.Path({str(desk / 'begun')!r}).touch()\ntime.sleep(600)")
    order = ("--workers", 2, "--notebook", slow, "--kernel", kernel, "--format", "html", "--format", "pdf")
    # Chromium's socket must fit into its folder for temporary files, whose path is limited to some 100 bytes.
    with (
        tempfile.TemporaryDirectory(prefix="qv-") as temporary,
        subprocess.Popen(
            command(briefs_of(desk, "abde"), desk / "out", *order),
            cwd=ROOT,
            env={**os.environ, "TMPDIR": temporary},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            assert wait_until((desk / "begun").exists, 60)
            assert wait_until(lambda: browsers(process) == 2, 60)
            kin = psutil.Process(process.pid).children(recursive=True)
            if number == signal.SIGINT:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
            assert process.wait(20) == code
        finally:
            process.kill()
        assert "Traceback" not in process.stderr.read()
        assert wait_until(lambda: not running(kin), 5), running(kin)
        assert list((desk / "out").iterdir()) == []
        assert wait_until(lambda: not list(Path(temporary).iterdir()), 5), list(Path(temporary).iterdir())


INTERRUPTED_IN_A_FORK = """
import os, signal
from quickview.cli import main
os.register_at_fork(after_in_parent=lambda: os.killpg(0, signal.SIGINT))
main()
"""


@pytest.mark.slow
@pytest.mark.usefixtures("heeding_ctrl_c")
@pytest.mark.skipif(not servers.possible(), reason="workers are forked on Linux only")
def test_a_ctrl_c_at_the_very_moment_in_which_the_workers_start_ends_the_batch(desk):
    words = command(
        briefs_of(desk, "ab"), desk / "out", "--workers", 2, *light(notebook(desk, "import time; time.sleep(600)"))
    )
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED_IN_A_FORK, *words[3:]],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(desk)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.wait(60) == 130
        finally:
            process.kill()
        assert process.stderr.read() == "", "a worker, or a hook, that is interrupted would print a traceback"
    assert not (desk / "out").exists()
    assert not list(desk.glob(".making-*"))


UNREAD = "import sys; sys.modules['rfc3987_syntax'] = None\n"
"""Spares the two seconds in which jsonschema, under nbformat, builds a grammar of web addresses."""

STUCK = """
import sys, threading
from pathlib import Path
from quickview import files
from quickview.nightly import pool

def stuck(begun):
    files._making.acquire()
    Path(begun).touch()
    threading.Event().wait()

pool.END_SECONDS = 0.1
pool = pool.Pool(2)
job = pool.submit(stuck, sys.argv[1])
while not Path(sys.argv[1]).exists():
    pass
pool.shutdown()
print(type(job.exception()).__name__)
"""


@pytest.mark.slow
def test_a_worker_that_does_not_end_when_it_is_told_to_is_killed(tmp_path):
    words = [sys.executable, "-c", UNREAD + STUCK, str(tmp_path / "begun")]
    assert subprocess.run(words, capture_output=True, text=True, timeout=60).stdout == "BrokenProcessPool\n"


LOSING = """
import os, signal, sys, threading
from pathlib import Path
from quickview import files
from quickview.nightly import pool

def hold(folder):
    with files.temporary_folder(folder) as made:
        (made / str(os.getpid())).touch()
        threading.Event().wait()

folders = [Path(name) for name in sys.argv[1:]]
pool = pool.Pool(2)
jobs = [pool.submit(hold, folder) for folder in folders]
while not all(any(folder.glob("*/*")) for folder in folders):
    pass
os.kill(int(next(folders[0].glob("*/*")).name), signal.SIGKILL)
print(type(jobs[1].exception()).__name__)
pool.shutdown()
"""


@pytest.mark.slow
def test_a_worker_that_must_end_because_another_has_gone_clears_up(tmp_path):
    killed, other = tmp_path / "killed", tmp_path / "other"
    killed.mkdir()
    other.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", UNREAD + LOSING, killed, other], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("BrokenProcessPool\n", "")
    assert (len(list(killed.glob("*/*"))), len(list(other.iterdir()))) == (1, 0)


def test_a_kernel_that_is_starting_does_not_outlive_the_folder_it_starts_from():
    # The folder's lock is not given back, so that this is done in a process of its own.
    script = """
import subprocess, sys
from quickview import files
words = [sys.executable, "-c", "import threading; threading.Event().wait()"]
with files.temporary_folder() as folder:
    kernel, other = (subprocess.Popen([*words, *more]) for more in (["-f", str(folder / "kernel.json")], []))
    files._clear(list(files._open))
    print(folder.exists(), kernel.poll() is None, other.poll() is None)
    other.kill()
"""
    done = subprocess.run([sys.executable, "-c", UNREAD + script], capture_output=True, text=True, timeout=60)
    gone = "False False True\n" if sys.platform == "linux" else "False True True\n"
    assert done.stdout == gone, done.stderr


class Desk(Executor):
    """An executor that notes how many jobs it holds, and does one when its outcome is asked for."""

    def __init__(self):
        self.held = self.most = 0

    def submit(self, _work, job):
        self.held += 1
        self.most = max(self.most, self.held)
        return Later(self, job)


class Later(Future):
    def __init__(self, desk, job):
        super().__init__()
        self.desk, self.job = desk, job

    def result(self, timeout=None):
        self.desk.held -= 1
        return record.Outcome(self.job.brief)


def test_a_batch_of_any_length_is_handed_out_a_few_at_a_time():
    made = []

    def jobs():
        for n in range(10_000):
            made.append(n)
            yield Job(Path(f"{n}.md"), RenderOptions(NOTEBOOK, Path("out")))

    desk = Desk()
    told = pool.run(jobs(), lambda: desk, workers=3)
    first = next(told)
    assert first.brief == Path("0.md")
    assert len(made) <= 3 * pool.AHEAD
    assert [outcome.brief.stem for outcome in told] == [str(n) for n in range(1, 10_000)]
    assert desk.most == 3 * pool.AHEAD


CLUSTER = """
import sys
sys.modules["rfc3987_syntax"] = None
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def scheduler(desk):
    pytest.importorskip("distributed", exc_type=ImportError)
    script = desk / "cluster.py"
    script.write_text(CLUSTER)
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **NO_CHROMIUM},
        text=True,
    ) as cluster:
        yield cluster.stdout.readline().strip()
        cluster.stdin.close()
        cluster.wait(30)


@pytest.mark.slow
def test_dask_workers_give_the_same_and_one_that_dies_costs_only_its_own_job(desk, scheduler, alone):
    (desk / "b-brief").write_text("once")
    done = rendered(briefs_of(desk), desk / "out", "--scheduler", scheduler, *light(notebook(desk, DEADLY)))
    assert sorted((desk / "log").read_text().split()) == ["a-brief", "b-brief", "b-brief", "d-brief", "e-brief"]
    assert done.returncode == 1
    assert (contents(desk / "out"), lines_without_folder(done, desk / "out")) == alone


@pytest.mark.parametrize("address", [" ", "no address", "tcp://a b:1", "tcp://host\n:8786", "host", "حاسوب:8786"])
def test_what_is_no_address_of_a_scheduler_is_told_before_any_is_tried(address, monkeypatch):
    distributed = pytest.importorskip("distributed", exc_type=ImportError)
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: pytest.fail("an address was tried"))
    with pytest.raises(MachineError, match="is no address") as told:
        list(pool.spread([], scheduler=address))
    assert told.value.code == "E-DASK-SCHEDULER"
    assert "tcp://host:8786" in told.value.hint


def test_the_time_of_a_report_runs_from_when_its_brief_is_read(desk, monkeypatch):
    def slow(*_, **__):
        clock[0] += 61
        return read(*_, **__)

    clock, read = [1000.0], pool.load
    monkeypatch.setattr(options.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(pool, "load", slow)
    job = Job(briefs_of(desk)[0], RenderOptions(NOTEBOOK, out=desk / "out", timeouts=Timeouts(report=60), tries=1))
    outcome = pool.work(job, lambda _kernel: pytest.fail("it was rendered"))
    assert [fault.code for fault in outcome.faults] == ["E-REPORT-TIMEOUT"]


def test_a_time_that_runs_already_is_not_begun_anew():
    running = Timeouts(report=60).running()
    assert running.running().until == running.until


IMPATIENT = """
from quickview import cli
from quickview.nightly import pool
pool.SCHEDULER_SECONDS = 0.2
cli.main()
"""


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_told_in_a_line(desk):
    words = command(briefs_of(desk), desk / "out", "--scheduler", "tcp://127.0.0.1:9")[3:]
    script = UNREAD + IMPATIENT
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True)
    assert done.returncode == 2
    assert "E-DASK-SCHEDULER" in done.stderr
    assert "Traceback" not in done.stderr
