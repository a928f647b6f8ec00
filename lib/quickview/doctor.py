"""What the kit finds on this machine."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from jupyter_client.kernelspec import KernelSpecManager
from nbconvert.exporters import get_export_names

from quickview.errors import MachineError
from quickview.kernels import servers
from quickview.layers import vector_file
from quickview.report import chromium
from quickview.report.browser import Browser

PACKAGES: Final = ("jupyterlab", "pandas", "plotly", "geopandas", "papermill", "nbconvert", "playwright")
OLDEST_PYTHON: Final = (3, 11)
SET_UP: Final = "run `make setup`"


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
        _chromium(install=install, say=say),
    ]


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
