import os
import stat

import pytest

from quickview import doctor
from quickview.errors import MachineError
from quickview.report import chromium
from quickview.report.browser import Browser

UBUNTU = """#!/bin/sh
echo "[1:1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! If you are running on Ubuntu 23.10+, see" >&2
echo "https://chromium.googlesource.com/chromium/src/+/main/docs/security/apparmor-userns-restrictions.md." >&2
exit 1
"""
"""Ends as Chromium does there."""


def program(folder, name, text="#!/bin/sh\nexit 1\n"):
    path = folder / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_variable_goes_before_the_path(tmp_path, monkeypatch):
    program(tmp_path, "chromium")
    named = program(tmp_path, "mine")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(chromium.VARIABLE, str(named))
    assert chromium.find() == named


def test_a_variable_that_names_nothing_is_a_fault_and_not_passed_over(tmp_path, monkeypatch):
    program(tmp_path, "chromium")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(chromium.VARIABLE, str(tmp_path / "none"))
    with pytest.raises(MachineError, match=r"E-CHROMIUM-PATH"):
        chromium.find()


def test_one_on_the_path_is_found(tmp_path, monkeypatch):
    found = program(tmp_path, "chromium-browser")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    assert chromium.find() == found


def test_none_at_all_is_told_with_what_to_run(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    with pytest.raises(MachineError, match=r"E-CHROMIUM-MISSING .*playwright install chromium"):
        chromium.find()


def test_one_that_is_there_is_not_installed_again(tmp_path, monkeypatch):
    found = program(tmp_path, "chromium")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    said = []
    assert chromium.ensure(say=said.append) == found
    assert said == []


def test_a_snap_is_passed_over_as_it_sees_another_tmp(tmp_path, monkeypatch):
    program(tmp_path, "snap")
    (tmp_path / "chromium").symlink_to("snap")
    script = program(tmp_path, "chromium-browser", '#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    with pytest.raises(MachineError, match=r"E-CHROMIUM-MISSING .*a snap, which cannot see /tmp"):
        chromium.find()
    assert chromium.snaps() == [tmp_path / "chromium", script]
    chrome = program(tmp_path, "google-chrome")
    assert chromium.find() == chrome


def test_a_program_under_two_names_is_tried_once(tmp_path, monkeypatch):
    one = program(tmp_path, "chromium")
    (tmp_path / "chromium-browser").symlink_to("chromium")
    other = program(tmp_path, "google-chrome")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    assert chromium.installed() == [one, other]


@pytest.fixture
def ubuntu(tmp_path, monkeypatch):
    """A machine whose AppArmor forbids this Chromium its sandbox, and that has no other yet."""
    refused = program(tmp_path, "chromium", UBUNTU)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "NAMES", ("chromium", "google-chrome"))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    real = chromium.find()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return refused, real


@pytest.mark.slow
def test_where_the_sandbox_is_forbidden_one_that_is_allowed_it_runs(ubuntu):
    refused, real = ubuntu
    chrome = program(refused.parent, "google-chrome", f'#!/bin/sh\nexec {real} "$@"\n')
    with Browser() as browser:
        assert (browser.program, browser.refused) == (chrome, [refused])
    found = doctor._chromium(install=True, say=print)
    assert found.ok
    assert f"({chrome}); {refused} has no usable sandbox" in found.detail


@pytest.mark.slow
def test_where_none_may_have_its_sandbox_the_cure_is_told_in_one_line(ubuntu, monkeypatch):
    refused, _ = ubuntu
    cure = r"AppArmor forbids [^\n]* — install google-chrome-stable [^\n]*sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    with (
        pytest.raises(MachineError, match=f"^E-CHROMIUM-SANDBOX {refused} does not start, no usable sandbox: {cure}`$"),
        Browser(),
    ):
        pass
    found = doctor._chromium(install=True, say=print)
    assert not found.ok
    assert "apparmor_restrict_unprivileged_userns" in found.detail
    program(refused.parent, "google-chrome")
    with pytest.raises(MachineError, match=f"^E-CHROMIUM-SANDBOX {refused} and .*google-chrome do"), Browser():
        pass
    monkeypatch.setenv(chromium.VARIABLE, str(refused))
    with (
        pytest.raises(MachineError, match=rf"{refused}, which {chromium.VARIABLE} names, does .* and unset "),
        Browser(),
    ):
        pass


@pytest.mark.slow
def test_a_program_that_is_no_browser_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv(chromium.VARIABLE, str(program(tmp_path, "mine")))
    with pytest.raises(MachineError, match=r"E-CHROMIUM-START"), Browser():
        pass


@pytest.mark.slow
def test_the_browser_ends_with_its_block():
    with Browser() as browser:
        assert browser.version.split(".")[0].isdigit()
    with pytest.raises(RuntimeError):
        _ = browser._running
