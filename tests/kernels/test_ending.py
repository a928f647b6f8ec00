"""A process that a signal ends: at once, without a word, with nothing left."""

import contextlib
import os
import signal
import subprocess
import sys

import pytest

WORK = """
import os, signal, sys, threading
from pathlib import Path
from quickview import files
from quickview.kernels import ending
if "ignored" in sys.argv: signal.signal(signal.SIGINT, signal.SIG_IGN)
else: signal.signal(signal.SIGINT, signal.default_int_handler)
ending.by_signals()
heard, told = os.pipe()
os.set_blocking(told, False)
signal.set_wakeup_fd(told)
def write(folder):
    while True:
        try:
            (folder / "a" / "b").mkdir(parents=True, exist_ok=True)
            for n in range(200): (folder / "a" / "b" / str(n)).touch()
        except OSError: pass
with files.temporary_folder(Path(sys.argv[1])) as made:
    if "writing" in sys.argv: threading.Thread(target=write, args=[made], daemon=True).start()
    if "holding" in sys.argv: files._making.acquire()
    print("at work", flush=True)
    try:
        if "holding" in sys.argv:
            os.read(heard, 1)
            files._making.release()
        threading.Event().wait(60)
    except BaseException as error:
        print("told", error)
"""


@contextlib.contextmanager
def at_work(folder, how):
    with subprocess.Popen([sys.executable, "-c", WORK, folder, how], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:  # fmt: skip
        try:
            assert process.stdout.readline() == "at work\n"
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize(
    "how", ["", "holding", "writing"], ids=["waiting", "while_it_makes_a_folder", "while_a_thread_writes"]
)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_process_with_its_code_and_removes_what_it_was_making(tmp_path, number, code, how):
    with at_work(tmp_path, how) as process:
        assert len([one for one in tmp_path.iterdir() if one.is_dir()]) == 1
        process.send_signal(number)
        assert process.wait(10) == code
        assert process.stdout.read() == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_what_whoever_started_it_has_it_ignore_stays_ignored(tmp_path):
    with at_work(tmp_path, "ignored") as process:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 143
