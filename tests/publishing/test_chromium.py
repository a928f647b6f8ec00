import stat

import pytest

from quickview.errors import MachineError
from quickview.publishing import chromium
from quickview.publishing.browser import Browser


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
        _ = browser.version
