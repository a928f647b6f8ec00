"""What a report is made of, so that it is made again when that changes and not before.

Ingredients are names with a digest of the content, or a version, or a choice in words. Times
of files play no part.
"""

import functools
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from email import message_from_string
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple

from packaging.requirements import Requirement

import quickview
from quickview.errors import MachineError
from quickview.evidence.ingredients import DIGITS, digest
from quickview.options import RenderOptions
from quickview.report import cells, chromium
from quickview.theme.theme import load_theme

KIT: Final = {
    "code": (".py",),
    "templates": (".html", ".js"),
    "look": (".css", ".yaml", ".woff2"),
    "words": (".mo", ".po"),
}
"""Parts of the kit, by the files that make them up."""

ASIDE: Final = ("cli.py", "desk", "doctor.py", "evidence/event_checks.py", "evidence/event_file.py", "evidence/event_import.py",
                "evidence/event_layouts.py", "jupyter", "kernels/ending.py", "messages.py", "nightly", "reference.py", "terminal.py",
                "layers/add.py", "layers/axes.py", "layers/build.py", "layers/country.py", "layers/coverage.py", "layers/entries.py",
                "layers/export.py", "layers/mending.py", "layers/npm.py", "layers/schemas.py",
                "layers/text_encoding.py", "layers/vector_file.py", "report/fingerprint.py")  # fmt: skip
"""Files and folders of the kit that no report is made of: what decides whether, where and for whom one is made."""

VERSION_SECONDS: Final = 20


def common(options: RenderOptions) -> dict[str, str]:
    """Return what all reports of an edition are made of: theme, choices made on the command line, the kit, packages, Chromium."""
    look = load_theme(options.theme)
    return {
        # With the fonts and the logo that it names.
        f"theme {look.name}": digest(repr(look).encode()),
        "formats": " and ".join(sorted(options.formats)),
        "charts": "still" if options.static else "interactive",
        "site": options.site,
        "kernel": options.kernel,
        **{f"the kit's {part}": value for part, value in kit().items()},
        **{f"package {name}": number for name, number in sorted(packages("quickview").items())},
        "Python": python(),
        "Chromium": _chromium(),
    }


def of_notebook(path: Path) -> dict[str, str]:
    """Return the ingredient that a notebook is: what it says. Running and saving it changes nothing; one that cannot be read is empty."""
    return {f"notebook {path.name}": cells.sha256(path)[:DIGITS]}


@functools.cache
def kit() -> dict[str, str]:
    """Return a digest of each part of the kit that reports are made of."""
    folder = Path(quickview.__file__).parent
    aside = [folder / name for name in ASIDE]
    paths = sorted(path for path in folder.rglob("*") if not any(path.is_relative_to(one) for one in aside))
    return {
        part: digest(
            *(
                content
                for path in paths
                if path.suffix in endings
                for content in (path.relative_to(folder).as_posix().encode(), path.read_bytes())
            )
        )
        for part, endings in KIT.items()
    }


class Package(NamedTuple):
    """A package as its metadata tell of it: version, what they say of its licence, and the names of those it needs."""

    version: str
    licences: tuple[str, ...]
    needs: tuple[str, ...]


@functools.cache
def installed(name: str) -> dict[str, Package]:
    """Return each package that the kit needs to run, directly or not, by its name."""
    found: dict[str, Package] = {}
    asked = [name]
    while asked:
        try:
            # Without the description under the head, which takes five times as long to read.
            head = message_from_string((distribution(asked.pop()).read_text("METADATA") or "").partition("\n\n")[0])
        except PackageNotFoundError:
            continue
        if head["Name"] not in found:
            required = map(Requirement, head.get_all("Requires-Dist", []))
            needs = [one.name for one in required if not one.marker or one.marker.evaluate({"extra": ""})]
            classes = [one.split(" :: ") for one in head.get_all("Classifier", [])]
            told = (head["License-Expression"], head["License"], *(one[-1] for one in classes if one[0] == "License"))
            licences = tuple(one for one in told if one and len(one.splitlines()) == 1)  # some give the whole text
            found[head["Name"]] = Package(head["Version"], licences, tuple(needs))
            asked += needs
    return found


def packages(name: str) -> dict[str, str]:
    """Return the version of each package that the kit needs to run, directly or not."""
    return {one: package.version for one, package in installed(name).items()}


def python() -> str:
    """Return the version of Python that the kit runs on."""
    return ".".join(map(str, sys.version_info[:3]))


def _chromium() -> str:
    """Return the version that Chromium gives itself; empty without one.

    Of several, which only a start would tell apart, each counts: an upgrade of any makes reports again.
    """
    return _chromium_by(os.environ.get(chromium.VARIABLE, ""), os.environ.get("PATH", ""))


@functools.cache
def _chromium_by(_variable: str, _path: str) -> str:
    """What those two say decides which programs are found: an answer holds for as long as they stand."""
    try:
        programs = chromium.installed() or [chromium.find()]
    except MachineError:
        return ""
    return ", ".join(filter(None, map(_version, programs)))


def _version(program: Path) -> str:
    try:
        told = subprocess.run(  # noqa: S603 (a browser that reports may be made with)
            [program, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    number = re.search(r"\d+(\.\d+)+", told)
    return number[0] if number else ""


def reasons(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Return in words what differs between what a report was made of and what it would be made of now."""
    names = [*new, *(name for name in old if name not in new)]
    return [_reason(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _reason(name: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{name} is new"
    if new is None:
        return f"{name} is no longer used"
    if _isdigest(old) or _isdigest(new):
        return f"{name} changed" if new else f"{name} cannot be read any more"
    return f"{name}: {old or 'none'} → {new or 'none'}"


def _isdigest(value: str) -> bool:
    return len(value) in {DIGITS, 64} and not set(value) - set("0123456789abcdef")
