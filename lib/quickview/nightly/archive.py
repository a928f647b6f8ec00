"""Earlier editions of a report, each in a folder by its day inside the report's own, as complete as on that day.

Their files are those that stood, to the byte, so that a link to one goes on saying what it said. They do not link
to each other: the front page, which is written each night, links to them all.
"""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from quickview import files
from quickview.errors import Fault, ReportError
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


def editions(folder: Path, *, tell: Callable[[Fault], None] = lambda _fault: None) -> list[str]:
    """Return the days, as ISO dates, of what is kept of a report and has a page; the latest first.

    One that is not whole any more is left out, and told. Files are held against their manifests by size alone: to read all
    that a house has ever kept would be most of a night's work. `quickview verify` reads them.
    """
    whole, hint = [], "put it back from where it was published, or remove the folder"
    for day, manifest in _kept(folder, tell=lambda fault: tell(replace(fault, hint=hint))).items():
        damages = [*store.damages(folder / day, manifest, to_the_byte=False)]
        for damage in damages:
            tell(Fault(str(folder / day), 0, 0, "E-EDITION-ALTERED", damage, hint))
        if not damages and f"{folder.name}.html" in manifest["files"]:
            whole.append(day)
    return whole


def _kept(folder: Path, *, tell: Callable[[Fault], None] = lambda _fault: None) -> dict[str, dict[str, Any]]:
    """Return the manifests of what the kit has kept in a folder by their days, the latest first; other folders named so are none of it."""
    if not folder.is_dir():
        return {}
    days = [entry.name for entry in os.scandir(folder) if _DAY.fullmatch(entry.name) and not entry.is_symlink()]
    told = {day: read_manifest(folder / day, tell=tell) for day in sorted(days, reverse=True)}
    return {day: one for day, one in told.items() if one and (one["name"], one["as_of"]) == (folder.name, day)}
