"""What the machine lacks is told before a render meets it, and as what it is when one does."""

import errno
import math
import os
import subprocess
import sys

import pytest

from quickview import cli, doctor, files, terminal
from quickview.errors import MachineError
from quickview.nightly import record
from quickview.report import chromium, render
from quickview.report.session import RenderSession


def told():
    return {finding.name: finding for finding in doctor._surroundings()}


def test_a_sound_machine_lacks_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [finding.detail for finding in told().values() if not finding.ok] == []


@pytest.mark.parametrize("name", ["file", "nowhere"])
def test_a_folder_for_temporary_files_that_is_none_is_told_with_the_variable(tmp_path, monkeypatch, name):
    (tmp_path / "file").touch()
    monkeypatch.setenv("TMPDIR", str(tmp_path / name))
    finding = told()["temporary files"]
    assert (finding.ok, finding.detail.endswith("can be written to; correct or unset it")) == (False, True)
    with pytest.raises(MachineError, match=f"E-TMP TMPDIR is `.*{name}`, which is no folder"), files.temporary_folder():
        pass


def test_a_folder_of_reports_that_is_a_file_or_full_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: doctor.shutil._ntuple_diskusage(1e9, 1e9, 5e6))
    assert (told()["reports"].ok, told()["reports"].detail) == (False, f"5 MB free in {tmp_path}, of 100 needed")
    (tmp_path / "reports").touch()
    assert told()["reports"].detail == "reports is no folder that can be written to"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_too_little_memory_is_told_before_a_library_ends_the_process(monkeypatch):
    import resource

    assert chromium.mend_start() == "set QUICKVIEW_CHROMIUM to another Chromium"
    monkeypatch.setattr(resource, "getrlimit", lambda what: (700_000_000 if what == resource.RLIMIT_AS else 1024,) * 2)
    assert (told()["kernels"].ok, "700 MB" in told()["kernels"].detail) == (False, True)
    with pytest.raises(MachineError, match=r"E-MEMORY processes may take 700 MB .* — raise or unset `ulimit -v`"):
        RenderSession().__enter__()
    assert chromium.mend_start().startswith("raise or unset `ulimit -v` (700 MB)")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY,) * 2)
    assert chromium.address_space() == math.inf


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_too_few_open_files_are_told_before_chromium_ends_without_a_word(monkeypatch):
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda what: (64 if what == resource.RLIMIT_NOFILE else -1, -1))
    assert (told()["kernels"].ok, told()["open files"].ok) == (False, False)
    with pytest.raises(MachineError, match=r"E-FILES processes may open 64 files at once, .* `ulimit -n 1024`"):
        RenderSession().__enter__()


def test_a_folder_of_ipython_that_cannot_be_made_is_told_with_the_variable(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "file" / "ipython"))
    assert told()["kernels"].detail.startswith("IPYTHONDIR is")
    with pytest.raises(MachineError, match=r"E-IPYTHONDIR .* — correct or unset it"):
        RenderSession().__enter__()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "E-DISK a file, or what is printed, cannot be written: No space",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), "E-DISK /x/y cannot be written: Permission"),
        (MemoryError(), "E-MEMORY"),
        (OSError(errno.EMFILE, "Too many open files"), "E-MEMORY"),
        (ValueError("a slip"), "E-INTERNAL ValueError: a slip"),
    ],
)
def test_an_error_of_the_system_is_told_as_what_the_machine_lacks(error, code, capsys):
    terminal.print_fault(error)
    assert capsys.readouterr().err.startswith(code)
    assert str(record.internal(error)).startswith(code)
    assert (terminal.exit_code(error) == terminal.BROKEN) == ("INTERNAL" not in code)


def test_a_full_disk_is_named_by_its_folder(tmp_path, monkeypatch):
    """What is in the making has a name that tells nothing, and a block that does not fit has none."""
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(files.tempfile, "tempdir", str(temporary))
    room = {out: 7, temporary: 3}
    monkeypatch.setattr(render.shutil, "disk_usage", lambda one: doctor.shutil._ntuple_diskusage(9, 9, room[one]))
    assert render._place(OSError(28, "No space"), out) == temporary
    assert render._place(OSError(30, "Read-only", str(out / ".making-1-x.lock")), out) == out
    assert render._place(OSError(13, "Permission denied", "/else"), out).as_posix() == "/else"


@pytest.mark.skipif(os.name != "posix", reason="streams are closed in a shell of POSIX")
def test_nothing_is_opened_in_the_place_of_a_closed_stream(tmp_path):
    """What is printed would else go into the file that is opened next."""
    script = f"from quickview import cli; cli._fill_standard_streams(); f = open({str(tmp_path / 'a')!r}, 'w'); raise SystemExit(f.fileno() < 3)"
    done = subprocess.run(["sh", "-c", '"$0" -c "$1" <&- >&- 2>&-', sys.executable, script], check=False)
    assert done.returncode == 0


def test_a_full_standard_output_is_no_fault_of_the_kit(monkeypatch, capsys):
    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cli, "app", lambda *_, **__: full())
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().err.partition(" ")[0]) == (terminal.BROKEN, "E-DISK")
