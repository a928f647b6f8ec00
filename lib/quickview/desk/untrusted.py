"""A brief that somebody else sent, made into a report in a project that is trusted: of theirs nothing but its text plays a part."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from quickview import files, terminal
from quickview.brief.reader import MAX_BYTES, NAME
from quickview.errors import Fault, InputError
from quickview.kernels import servers
from quickview.options import Timeouts
from quickview.report import store

TIMEOUTS: Final = Timeouts(cell=60, report=240)
MEMORY_BYTES: Final = 2_000_000_000
FILE_BYTES: Final = 100_000_000
"""What a kernel may hold, and the largest file it may write."""

_LINK: Final = "may be no link, nor lie behind one"
_NAMED: Final = "call it lower-case-words.md"


@contextlib.contextmanager
def staged(briefs: Sequence[Path]) -> Iterator[list[Path]]:
    """Work in a copy of the trusted project around this folder, in which these briefs take the place of its own; yield them.

    Of each only its text is taken, no link is followed, and tables, other briefs, outcomes, layers and notebooks are
    the project's. The working folder is the copy's meanwhile. Raises `InputError` with all that is no brief.
    """
    home, root = Path.cwd(), terminal.in_project(terminal.BRIEFS).resolve().parent
    if faults := [fault for path in briefs for fault in _faults(path)]:
        raise InputError(faults)
    texts = dict[str, bytes]()
    for path in briefs:
        with files.open_regular(path, prefix="BRIEF") as stream:
            texts[path.name] = stream.read(MAX_BYTES + 1)  # one more than a brief may have, for its reader to refuse
    with files.temporary_folder() as copy:
        for name in ("shapes", "notebooks"):
            (copy / name).symlink_to(root / name)
        (copy / terminal.BRIEFS).mkdir()
        for path in (path for path in (root / terminal.BRIEFS).iterdir() if path.name not in texts):
            if path.is_file():  # no link to it: what lies beside a brief must lie in its folder
                store.link(path.resolve(), copy / terminal.BRIEFS / path.name)
        for name, text in texts.items():
            (copy / terminal.BRIEFS / name).write_bytes(text)
        os.chdir(copy)
        try:
            yield [terminal.BRIEFS / name for name in texts]
        finally:
            os.chdir(home)


def start_kernels() -> None:
    """Start what kernels are forked from, held to a share of memory and disk, as are they.

    Chromium is not: it sets limits of its own, and shows the kit's page with scripts switched off.
    """
    import resource

    limits = {resource.RLIMIT_DATA: MEMORY_BYTES, resource.RLIMIT_FSIZE: FILE_BYTES}
    before = {kind: resource.getrlimit(kind) for kind in limits}
    for kind, (soft, hard) in before.items():
        rooms = [room for room in (limits[kind], soft, hard) if room != resource.RLIM_INFINITY]
        resource.setrlimit(kind, (min(rooms), hard))
    try:
        servers.ahead()
    finally:
        for kind, limit in before.items():
            resource.setrlimit(kind, limit)


def _faults(path: Path) -> Iterator[Fault]:
    """Yield why a path is none of a brief by somebody else: what it is called, and links on the way to it."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in str(path))
    if path.suffix != ".md" or not NAME.fullmatch(path.stem):
        yield Fault(shown, 0, 0, "E-BRIEF-NAME", "is no name of a brief", _NAMED)
    here = Path.cwd()
    whole = here / path
    way = [whole, *(one for one in whole.parents if one.is_relative_to(here) or one == whole.parent)]
    if any(one.is_symlink() for one in way):
        yield Fault(shown, 0, 0, "E-UNTRUSTED-LINK", _LINK, "commit the file itself")
