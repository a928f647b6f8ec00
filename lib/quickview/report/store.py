"""Where finished reports stand: one folder each, which changes in one step or not at all.

A report of a nightly edition stands beside what its brief says (`NAME.md`, without the
desk's remarks) and what the brief said that this one is compared with (`NAME.previous.md`).
"""

import contextlib
import ctypes
import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from quickview import files
from quickview.brief.changes import compare
from quickview.brief.reader import Brief, read_past, restated
from quickview.errors import ReportError
from quickview.manifests import MANIFEST

SIGNATURE: Final = ".sig"
BUNDLE: Final = ".sigstore.json"
"""What the names of signatures end in, by key and by identity, after that of the file that they are of."""

BILL: Final = ".cdx.json"
"""What the name of a report's bill of materials ends in, by which programs that read CycloneDX know it."""

MADE: Final = (".html", ".pdf", ".png", ".ipynb", BILL)
"""What the names of a report's own files end in, after its name."""
_HERE: Final = -100
_EXCHANGE: Final = 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux's renameat2(2), which Python has no name for."""


def damages(folder: Path, manifest: Mapping[str, Any], *, to_the_byte: bool = True) -> Iterator[str]:
    """Yield in words which files of a report are missing, or are not those that its manifest tells of, to the byte or by their size."""
    for name, made in manifest["files"].items():
        path = folder / name
        if not path.exists() and not path.is_symlink():
            yield f"{name} is missing"
        # A link would pass on what it points at, and who reads a pipe waits.
        elif not stat.S_ISREG((told := path.lstat()).st_mode):
            yield f"{name} is no regular file"
        elif told.st_size != made["bytes"] or (to_the_byte and made["sha256"] not in {None, files.sha256(path)}):
            yield f"{name} was altered"


def keep_previous(brief: Brief, out: Path, staging: Path) -> Path | None:
    """Put the brief, and the one it is compared with, into a new report's folder; return the path of the latter.

    That is the brief of the report that stands, or the one that was compared with if this one says the same.
    """
    text = files.content(brief.path)
    if hashlib.sha256(text).hexdigest() != brief.digest:
        raise ReportError("E-BRIEF-CHANGED", "the brief changed while it was rendered", "render it again")
    name, folder = brief.edition, out / brief.edition
    former, last = folder / f"{name}.previous.md", folder / f"{name}.md"
    (staging / last.name).write_text(restated(text.decode("utf-8-sig"), name=str(brief.path)), encoding="utf-8")
    chosen = last if _differ(last, staging / last.name) else former
    if not chosen.exists():
        return None
    shutil.copyfile(chosen, staging / former.name)
    return staging / former.name


def _differ(last: Path, new: Path) -> bool:
    """Whether two briefs say different things, and can be compared at all."""
    past, present = (read_past(path) if path.exists() else None for path in (last, new))
    if past is None or present is None:
        return False
    return past.facts.document.as_of != present.facts.document.as_of or bool(compare(past, present))


def swap_in(staging: Path, folder: Path) -> list[Path]:
    """Make the new report stand in the place of the old one, in one step where the system can; return its files.

    What else lies in the folder stays, but for files of the old report that the new one does not have.
    """
    names = sorted((path.name for path in staging.iterdir()), key=lambda name: (name == MANIFEST, name))
    staging.chmod(staging.parent.stat().st_mode & 0o777)
    if not folder.exists():
        staging.rename(folder)
    elif not _exchanged(staging, folder):
        _move(staging, folder, names)
    return [folder / name for name in names]


def _exchanged(staging: Path, folder: Path) -> bool:
    """Exchange two folders, after the new one has got what must stay; return whether the system can."""
    if sys.platform != "linux":
        return False
    for path in _to_keep(folder, staging):
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, staging / path.name, symlinks=True, copy_function=link)
        else:
            with contextlib.suppress(FileNotFoundError):
                shutil.copy2(path, staging / path.name, follow_symlinks=False)
    return exchange(staging, folder)


def exchange(first: Path, second: Path) -> bool:
    """Let two folders take each other's place in one step; return whether the system can."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    paths = [os.fsencode(path.resolve()) for path in (first, second)]
    return rename is not None and rename(_HERE, paths[0], _HERE, paths[1], _EXCHANGE) == 0


def link(path: Path | str, other: Path | str) -> None:
    """Give a file a second name, or copy it where the disk cannot; the kit changes no file that stands, it makes a new one."""
    try:
        os.link(path, other, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, other, follow_symlinks=False)


def _to_keep(folder: Path, staging: Path) -> list[Path]:
    """Return what lies in a report's folder and is not the kit's to remove."""
    return [path for path in folder.iterdir() if not _is_old(path) and not (staging / path.name).exists()]


def _is_old(path: Path) -> bool:
    """Whether a file is the kit's own, of the report that stands; so is a signature, of bytes that will stand no more."""
    name = path.name.removesuffix(SIGNATURE).removesuffix(BUNDLE)
    return name in {MANIFEST, *(path.parent.name + ending for ending in MADE)}


def _move(staging: Path, folder: Path, names: list[str]) -> None:
    """Move files one by one, each in one step, the manifest last."""
    for name in names:
        (staging / name).replace(folder / name)
    for path in folder.iterdir():
        if path.name not in names and _is_old(path):
            path.unlink()
