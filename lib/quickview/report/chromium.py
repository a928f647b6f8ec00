"""Find a Chromium on this machine, or install one."""

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Final

from quickview.errors import MachineError

VARIABLE: Final = "QUICKVIEW_CHROMIUM"
"""Names the browser to use; it goes before any other."""

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")

INSTALL_SECONDS: Final = 600

_MEND: Final = f"run `python -m playwright install chromium`, or set {VARIABLE} to a Chromium you have"
_SNAP_BYTES: Final = 4096


def find() -> Path:
    """Return the Chromium to try first: the first of `candidates`, which says what is raised."""
    return next(candidates())


def candidates() -> Iterator[Path]:
    """Return the Chromiums to try, best first: those `installed`, then Playwright's own, unless the variable names one.

    Raises `MachineError` at once when the variable names no program, and in place of the first when there is none.
    """
    there = installed()
    return iter(there) if os.environ.get(VARIABLE) else chain(there, _own(there))


def mend_start() -> str:
    """Return what may help a Chromium that does not start."""
    if (allowed := address_space()) < math.inf:
        return f"raise or unset `ulimit -v` ({allowed:,.0f} MB): Chromium takes far more addresses than memory"
    return f"set {VARIABLE} to another Chromium"


def address_space() -> float:
    """Return how many MB of address space a process may take; infinity where nothing limits it."""
    if sys.platform == "win32":
        return math.inf
    import resource

    allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
    return math.inf if allowed == resource.RLIM_INFINITY else allowed / 1e6


def _own(others: Sequence[Path]) -> Iterator[Path]:
    own = _of_playwright()
    if own.exists():
        yield own
    elif not others:
        but = "".join(f" but {program}, a snap, which cannot see /tmp" for program in snaps()[:1])
        raise MachineError("E-CHROMIUM-MISSING", f"no Chromium was found{but}", _MEND)


def installed() -> list[Path]:
    """Return what `QUICKVIEW_CHROMIUM` names and no other, or the Chromiums on PATH; `MachineError` as in `candidates`."""
    if named := os.environ.get(VARIABLE):
        if found := shutil.which(named):
            return [Path(found)]
        raise MachineError("E-CHROMIUM-PATH", f"{VARIABLE} is `{named}`, which is no program", "correct or unset it")
    return [program for program in _on_path() if not _is_snap(program)]


def snaps() -> list[Path]:
    """Return the Chromiums on PATH that are not tried, because a snap sees another /tmp than who starts it."""
    return [program for program in _on_path() if _is_snap(program)]


def _on_path() -> list[Path]:
    """The programs of these names, each once, whatever links lead to it."""
    found: dict[Path, Path] = {}
    for name in filter(None, map(shutil.which, NAMES)):
        found.setdefault(Path(name).resolve(), Path(name))
    return list(found.values())


def _is_snap(program: Path) -> bool:
    """Whether this is a link to `snap`, or a script that calls one, as in Ubuntu's package."""
    whole = program.resolve()
    try:
        with whole.open("rb") as file:
            head = file.read(_SNAP_BYTES)
    except OSError:
        head = b""
    return whole.name == "snap" or whole.is_relative_to("/snap") or (head.startswith(b"#!") and b"/snap/" in head)


def _of_playwright() -> Path:
    """Where Playwright keeps its own build; asked on a new thread, as this one may run an event loop."""

    def ask() -> Path:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            return Path(playwright.chromium.executable_path)

    with ThreadPoolExecutor(max_workers=1) as worker:
        return worker.submit(ask).result()


def may_pass(fault: BaseException | None) -> bool:
    """Whether a Chromium that did not start for this reason may start the next time."""
    return fault is not None and (not isinstance(fault, MachineError) or fault.code == "E-CHROMIUM-START")


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
    debian = ", or on Debian run `sudo apt-get install chromium`" if shutil.which("apt-get") else ""
    hint = f"install google-chrome-stable or another and set {VARIABLE} to it{debian}"
    raise MachineError("E-CHROMIUM-INSTALL", "Chromium could not be installed", hint)


def _installers() -> Iterator[tuple[str, list[list[str]]]]:
    is_root = os.name != "posix" or os.geteuid() == 0
    own = [sys.executable, "-m", "playwright", "install", *(["--with-deps"] if is_root else []), "chromium"]
    yield "Playwright's build", [own]
    if is_root and shutil.which("apt-get"):
        yield "Debian's package", [["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "chromium"]]


def _run(command: Sequence[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "15000"}
    try:
        done = subprocess.run(  # noqa: S603 (a fixed command)
            command, check=False, capture_output=True, timeout=INSTALL_SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
