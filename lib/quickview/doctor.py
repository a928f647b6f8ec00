"""What the kit finds on this machine."""

import math
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from jupyter_client.kernelspec import KernelSpecManager
from nbconvert.exporters import get_export_names

from quickview import files, terminal
from quickview.errors import MachineError
from quickview.kernels import servers
from quickview.layers import vector_file
from quickview.report import chromium
from quickview.report.browser import Browser
from quickview.report.session import LEAST_FILES, check_machine, open_files

PACKAGES: Final = ("jupyterlab", "pandas", "plotly", "geopandas", "papermill", "nbconvert", "playwright")
OLDEST_PYTHON: Final = (3, 11)
SET_UP: Final = "run `make setup`"
LEAST_ROOM_MB: Final = 100
"""What reports and temporary files take while a few reports are made."""


@dataclass(frozen=True)
class Finding:
    """One thing looked for: whether it is there, and its version or what to do."""

    name: str
    ok: bool
    detail: str


def examine(*, install: bool, say: Callable[[str], None]) -> list[Finding]:
    """Return what was found; with `install`, a missing Chromium is installed first."""
    is_new = sys.version_info >= OLDEST_PYTHON
    has_kernel = servers.KERNEL in KernelSpecManager().find_kernel_specs()
    how = "forked from a warm process" if servers.possible() else "plain, as forking is for Linux"
    has_exporters = {"quickview_html", "quickview_pdf"} <= set(get_export_names())
    return [
        Finding("Python", is_new, sys.version.split()[0] if is_new else "install Python 3.11 or newer"),
        *map(_package, PACKAGES),
        Finding(f"kernel {servers.KERNEL}", has_kernel, how if has_kernel else SET_UP),
        Finding("files of others", ok=True, detail=_reading()),
        Finding("exporters", has_exporters, "quickview_html, quickview_pdf" if has_exporters else SET_UP),
        *_surroundings(),
        _chromium(install=install, say=say),
    ]


def _surroundings() -> Iterator[Finding]:
    """Look at what the machine gives a run: room, memory, open files."""
    try:
        yield _room("temporary files", files.temporary())
    except MachineError as fault:
        yield Finding("temporary files", ok=False, detail=f"{fault.message}; {fault.hint}")
    try:
        check_machine()
        yield Finding("kernels", ok=True, detail="have memory and a folder to start")
    except MachineError as fault:
        yield Finding("kernels", ok=False, detail=f"{fault.message}; {fault.hint}")
    yield _room("reports", terminal.in_project(terminal.OUT))
    yield _allowed("open files", open_files(), LEAST_FILES, "at once", "ulimit -n")


def _room(name: str, folder: Path) -> Finding:
    """Tell whether files can be written in a folder, or in the nearest one above it that is there."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        return Finding(name, ok=False, detail=f"{there} is no folder that can be written to")
    free = shutil.disk_usage(there).free / 1e6
    return Finding(name, ok=free >= LEAST_ROOM_MB, detail=f"{free:,.0f} MB free in {there}, of {LEAST_ROOM_MB} needed")


def _allowed(name: str, limit: float, least: int, unit: str, setting: str) -> Finding:
    if limit >= least:
        return Finding(name, ok=True, detail="no limit" if limit == math.inf else f"{limit:,.0f} {unit} allowed")
    return Finding(name, ok=False, detail=f"{limit:,.0f} {unit} allowed, of {least:,} needed; raise `{setting}`")


def _reading() -> str:
    """Tell how files that somebody sent are read."""
    if vector_file.reads_without_network():
        return "read in a process without a network"
    return "read in a process that could reach the network, were GDAL to break: the system gives it no namespace of its own"


def _package(name: str) -> Finding:
    try:
        return Finding(name, ok=True, detail=version(name))
    except PackageNotFoundError:
        return Finding(name, ok=False, detail=SET_UP)


def _chromium(*, install: bool, say: Callable[[str], None]) -> Finding:
    try:
        if install:
            chromium.ensure(say=say)
        with Browser() as browser:
            aside = [f"{program} has no usable sandbox" for program in browser.refused]
            aside += [f"{program} is a snap, which cannot see /tmp" for program in chromium.snaps()]
            return Finding("Chromium", ok=True, detail="; ".join([f"{browser.version} ({browser.program})", *aside]))
    except MachineError as fault:
        return Finding("Chromium", ok=False, detail=f"{fault.message}; {fault.hint}")
