"""Earlier editions of a report, each in a folder by its day inside the report's own, as complete as on that day.

Their files are those that stood, to the byte, so that a link to one goes on saying what it said. They do not link
to each other: the front page, which is written each night, links to them all.
"""

import os
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Final

from quickview import files
from quickview.errors import ReportError
from quickview.manifests import MANIFEST, read_manifest
from quickview.report import store

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def keep(folder: Path, days: int) -> None:
    """Keep the whole report that stands in a folder under its day too; remove those more than so many days before it.

    What was kept of the same day is replaced in one step. Raises `ReportError` where it cannot be written.
    """
    manifest = read_manifest(folder)
    if not (manifest and manifest["made_of"]) or any(store.damages(folder, manifest)):
        return
    kept = folder / manifest["as_of"]
    if kept.exists() and kept.name not in _kept(folder):
        raise ReportError("E-OUT-PATH", f"{kept} is no edition of the kit's and in its place", "name it otherwise")
    try:
        if files.content(kept / MANIFEST) != files.content(folder / MANIFEST):
            _put([folder / name for name in (*manifest["files"], MANIFEST)], kept, folder.parent)
        for day in _kept(folder):
            if (date.fromisoformat(manifest["as_of"]) - date.fromisoformat(day)).days > days:
                shutil.rmtree(folder / day)
    except OSError as error:
        message = f"{kept} cannot be written: {error.strerror}"
        raise ReportError("E-OUT-WRITE", message, "make room, or do without --archive") from error


def _put(standing: list[Path], kept: Path, out: Path) -> None:
    """Make a folder of files that stand, and let it take the place of another."""
    with files.temporary_folder(out) as staging:
        for path in standing:
            store.link(path, staging / path.name)
        staging.chmod(out.stat().st_mode & 0o777)
        if not kept.exists():
            staging.rename(kept)
        elif not store.exchange(staging, kept):
            shutil.rmtree(kept)
            staging.rename(kept)


def editions(folder: Path) -> list[str]:
    """Return the days, as ISO dates, of what is kept of a report and has a page; the latest first."""
    return [day for day in _kept(folder) if (folder / day / f"{folder.name}.html").exists()]


def _kept(folder: Path) -> list[str]:
    """Return the days of what the kit has kept in a folder, the latest first; other folders named so are none of it."""
    if not folder.is_dir():
        return []
    days = [entry.name for entry in os.scandir(folder) if _DAY.fullmatch(entry.name) and not entry.is_symlink()]
    told = {day: read_manifest(folder / day) or {} for day in days}
    return sorted(
        (day for day, one in told.items() if (one.get("name"), one.get("as_of")) == (folder.name, day)), reverse=True
    )
