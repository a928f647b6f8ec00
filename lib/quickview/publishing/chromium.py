"""Find a Chromium on this machine, or install one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from quickview.errors import MachineError

VARIABLE: Final = "QUICKVIEW_CHROMIUM"
"""Names the browser to use; it goes before any other."""

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")

INSTALL_SECONDS: Final = 600

_MEND: Final = f"run `python -m playwright install chromium`, or set {VARIABLE} to a Chromium you have"


def find() -> Path:
    """Return the Chromium to use: `QUICKVIEW_CHROMIUM`, one on PATH, or Playwright's own.

    Raises `MachineError` when there is none, or the variable names no program.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return _checked(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    own = _of_playwright()
    if own.exists():
        return own
    raise MachineError("E-CHROMIUM-MISSING", "no Chromium was found", _MEND)


def _checked(named: str) -> Path:
    found = shutil.which(named)
    if found is None:
        raise MachineError("E-CHROMIUM-PATH", f"{VARIABLE} is `{named}`, which is no program", "correct or unset it")
    return Path(found)


def _of_playwright() -> Path:
    """Where Playwright keeps its own build; asked on a new thread, as this one may run an event loop."""

    def ask() -> Path:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            return Path(playwright.chromium.executable_path)

    with ThreadPoolExecutor(max_workers=1) as worker:
        return worker.submit(ask).result()


def ensure(*, say: Callable[[str], None]) -> Path:
    """Return a Chromium, installing one if need be: Playwright's build, or Debian's package as root."""
    try:
        return find()
    except MachineError as fault:
        if fault.code != "E-CHROMIUM-MISSING":
            raise
    for name, commands in _installers():
        say(f"Installing Chromium ({name}) …")
        if all(_run(command) for command in commands):
            try:
                return find()
            except MachineError:
                continue
    raise MachineError("E-CHROMIUM-INSTALL", "Chromium could not be installed", _by_hand())


def _installers() -> list[tuple[str, list[list[str]]]]:
    installers = [("Playwright's build", [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]])]
    if os.name == "posix" and os.geteuid() != 0:
        installers = [("Playwright's build", [[sys.executable, "-m", "playwright", "install", "chromium"]])]
    elif shutil.which("apt-get"):
        installers.append(
            ("Debian's package", [["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "chromium"]])
        )
    return installers


def _run(command: Sequence[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "15000"}
    try:
        done = subprocess.run(  # noqa: S603 (a fixed command)
            command, check=False, capture_output=True, timeout=INSTALL_SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _by_hand() -> str:
    return "run `sudo apt-get install chromium`" if shutil.which("apt-get") else f"install one and set {VARIABLE}"
