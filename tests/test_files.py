"""What is in the making is its owner's until that ends, on whatever system it runs; files are read that are files."""

import os
import subprocess
import sys
import time

import pytest

from quickview import files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="locks and namespaces are Linux's")

HOLD = """
import sys
from pathlib import Path
from quickview import files
with files.temporary_folder(Path(sys.argv[1])) as folder:
    (folder / "half.html").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""
SWEEP = "import sys; from pathlib import Path; from quickview import files; files.remove_stale(Path(sys.argv[1]))"
APART = ["unshare", "--pid", "--fork", "--kill-child"]


def holding(folder, *, before=()):
    """Start a process that makes a temporary folder and keeps it until its input ends."""
    words = [*before, sys.executable, "-c", HOLD, folder]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, files.Path(process.stdout.readline().strip())


def ended(process, *, kill):
    process.kill() if kill else None
    process.communicate()


@pytest.fixture
def apart():
    if subprocess.run([*APART, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespace of processes may be made here")
    return APART


def left_behind(folder, name, *, hours):
    """Make a folder as another process left it so many hours ago."""
    left = folder / name
    left.mkdir()
    (left / "half.html").touch()
    lock = folder / f"{name}{files.LOCK}"
    lock.touch()
    for path in (left, lock):
        os.utime(path, (time.time() - hours * 3600,) * 2)
    return left


def test_what_another_process_is_making_stays_and_goes_at_once_when_that_is_killed(tmp_path):
    process, made = holding(tmp_path)
    files.remove_stale(tmp_path)
    assert (made / "half.html").exists()
    ended(process, kill=True)
    files.remove_stale(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_who_locks_a_folder_removes_what_killed_processes_left_there_and_among_temporary_files(tmp_path, monkeypatch):
    tmp, out = tmp_path / "tmp", tmp_path / "out"
    for folder in (tmp, out):
        folder.mkdir()
        ended(holding(folder)[0], kill=True)
        assert len(list(folder.iterdir())) == 2
    monkeypatch.setattr(files.tempfile, "tempdir", str(tmp))
    with files.lock(out):
        assert ([*tmp.iterdir()], [one.name for one in out.iterdir()]) == ([], [files.LOCK])


def test_processes_of_two_namespaces_leave_each_other_what_they_make(tmp_path, apart):
    """Two containers on one folder of reports: each has a process of the same number."""
    process, made = holding(tmp_path, before=apart)
    mine = subprocess.run([*apart, sys.executable, "-c", SWEEP, tmp_path], capture_output=True, text=True, check=False)
    files.remove_stale(tmp_path)
    assert (mine.stderr, (made / "half.html").exists()) == ("", True)
    ended(process, kill=True)
    subprocess.run([*apart, sys.executable, "-c", SWEEP, tmp_path], check=True)
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_ends_leaves_neither_folder_nor_lock(tmp_path):
    process, _ = holding(tmp_path)
    ended(process, kill=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("hours", "stays"), [(1, True), (25, False)])
def test_what_another_host_was_making_stays_for_a_day_although_its_lock_seems_free(tmp_path, hours, stays):
    left = left_behind(tmp_path, f"{files.PREFIX}00000000-abc", hours=hours)
    files.remove_stale(tmp_path)
    assert left.exists() == stays
    assert len(list(tmp_path.iterdir())) == 2 * stays


@pytest.mark.parametrize(("hours", "stays"), [(1, True), (25, False)])
def test_where_files_cannot_be_locked_what_is_made_has_a_day(tmp_path, monkeypatch, hours, stays):
    import fcntl

    def unheard_of(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unheard_of)
    with files.temporary_folder(tmp_path) as made:
        for path in tmp_path.iterdir():
            os.utime(path, (time.time() - hours * 3600,) * 2)
        files.remove_stale(tmp_path)
        assert made.exists() == stays


def test_what_is_not_the_kits_stays_however_old(tmp_path):
    left = left_behind(tmp_path, ".making-of", hours=100)
    files.remove_stale(tmp_path)
    assert left.exists()


FORK = """
import os, sys
from pathlib import Path
from quickview import files
folder = Path(sys.argv[1])
with files.temporary_folder(folder) as made:
    child = os.fork()
    if not child:
        with files.temporary_folder(folder):
            pass
        files._clear(list(files._open))
        print("child", made.exists(), flush=True)
        sys.stdin.read()
        os._exit(0)
    os.kill(os.getpid(), 9)
"""


def test_a_fork_neither_holds_what_its_parent_makes_nor_removes_it(tmp_path):
    """A kernel or a worker may outlive its parent for a moment."""
    with subprocess.Popen(
        [sys.executable, "-c", FORK, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout.readline() == "child True\n"
        assert parent.wait() == -9
        files.remove_stale(tmp_path)
        assert list(tmp_path.iterdir()) == [], "the child lives, and its parent does not"


def test_a_lock_that_is_swept_before_it_is_held_is_made_anew(tmp_path, monkeypatch):
    lock, swept = files._locked, []

    def sweep(descriptor):
        if not swept:
            swept.append(descriptor)
            for path in tmp_path.iterdir():
                path.unlink()
        return lock(descriptor)

    monkeypatch.setattr(files, "_locked", sweep)
    with files.temporary_folder(tmp_path) as made:
        assert made.with_name(made.name + files.LOCK).exists()


def test_two_write_one_file_at_once_and_it_is_whole(tmp_path, apart):
    """Processes of two namespaces have the same numbers."""
    script = "import sys; from pathlib import Path; from quickview.files import write_atomically as w\nfor n in range(200): w(Path(sys.argv[1]), f'{sys.argv[2]}{n}' * 1000)"
    words = [*apart, sys.executable, "-c", script, tmp_path / "feed.xml"]
    pair = [subprocess.Popen([*words, letter], stderr=subprocess.PIPE, text=True) for letter in "ab"]
    assert [process.communicate()[1] for process in pair] == ["", ""]
    assert (tmp_path / "feed.xml").read_text()[:4] in {"a199", "b199"}
    assert [path.name for path in tmp_path.iterdir()] == ["feed.xml"]
