"""Render one brief under many conditions and hold the bytes of every file against the first.

`python -m tests.same_bytes [BRIEF] [--python PROGRAM ...]`: three time zones, two locales and two folders with all that lies in
folders listed in a shuffled order, then once for each other Python, an environment with the kit's packages. What a file tells of its
own making, such as the versions of packages, is left out for another Python, which has others.
"""

import argparse
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from quickview import seal
from quickview.report.provenance import ABOUT
from tests.conftest import HOMS, ROOT

ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns")
LOCALES = ("C.UTF-8", "C")
FOLDERS = ("a", "a folder, dossier été")
PARTS = ("lib", "notebooks", "briefs", "shapes")
SHUFFLE = """
import os, random
chance, scan, names = random.Random(os.getpid()), os.scandir, os.listdir
class Shuffled:
    def __init__(self, *given):
        with scan(*given) as found:
            self.found = list(found)
        chance.shuffle(self.found)
    def __enter__(self): return iter(self.found)
    def __exit__(self, *_): pass
    def __iter__(self): return iter(self.found)
    def __next__(self):
        if not self.found:
            raise StopIteration
        return self.found.pop()
    def close(self): pass
def listdir(*given):
    found = names(*given)
    chance.shuffle(found)
    return found
os.scandir, os.listdir = Shuffled, listdir
"""
MANIFEST_OF_A_RUN = {"made_of", "versions", "files", "warnings", seal.KEY}


def render(brief: Path, folder: Path, *, python: str, zone: str, locale: str) -> dict[str, bytes]:
    """Copy the project to a folder, render there, and return the files of the report."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    (folder / "order").mkdir(exist_ok=True)
    (folder / "order" / "sitecustomize.py").write_text(SHUFFLE, encoding="utf-8")
    paths = os.pathsep.join(map(str, (folder / "order", folder / "lib")))
    environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": paths, "PYTHONHASHSEED": str(len(zone))}
    words = [python, "-m", "quickview.cli", "render", str(Path("briefs") / brief.name), "--static"]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{python}, {zone}, {locale}, {folder.name}: {done.stdout}{done.stderr}")
    made = folder / "reports" / brief.stem
    return {one.name: one.read_bytes() for one in sorted(made.iterdir())}


def differences(first: dict[str, bytes], other: dict[str, bytes]) -> Iterator[str]:
    """Yield the names of files that are not the same, or that only one has."""
    return (name for name in sorted({*first, *other}) if first.get(name) != other.get(name))


def without_making(name: str, data: bytes) -> object:
    """Return what a file says apart from what it tells of its making."""
    if name.endswith(".cdx.json"):
        return ""  # nothing else
    if name.endswith(".pdf"):
        return pdf_content(data)
    if name.endswith(".html"):
        blank = seal.PLACES["html"].sub(b"", data)
        return re.sub(rb'(<script type="application/json" id="qv-provenance">).*?</script>', rb"\1", blank)
    if name.endswith((".json", ".ipynb")):
        content = json.loads(data)
        for key in (ABOUT, seal.KEY):
            content.get("metadata", {}).pop(key, None)
        content.get("metadata", {}).get("language_info", {}).pop("version", None)
        return {key: value for key, value in content.items() if key not in MANIFEST_OF_A_RUN}
    return data


def pdf_content(data: bytes) -> list[bytes]:
    """Return all objects of a PDF but its metadata, in their order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        told = pdf.Root.Metadata.objgen
        return [
            one.unparse(resolved=True) + (one.read_raw_bytes() if isinstance(one, pikepdf.Stream) else b"")
            for one in pdf.objects
            if one.objgen != told and not (isinstance(one, pikepdf.Stream) and one.get("/Type") == "/XRef")
        ]


def main() -> int:
    """Print what differs; the exit code tells whether anything does."""
    parser = argparse.ArgumentParser(prog="python -m tests.same_bytes", description=__doc__)
    parser.add_argument("brief", type=Path, nargs="?", default=HOMS)
    parser.add_argument("--python", action="append", default=[], help="another Python")
    given = parser.parse_args()
    wrong, first = 0, {}
    ways = [(sys.executable, *way) for way in itertools.product(ZONES, LOCALES, FOLDERS)]
    for python, zone, locale, name in (*ways, *((python, ZONES[0], LOCALES[0], "a") for python in given.python)):
        with tempfile.TemporaryDirectory() as folder:
            made = render(given.brief, Path(folder) / name, python=python, zone=zone, locale=locale)
        if python != sys.executable:
            held = ({one: without_making(one, data) for one, data in files.items()} for files in (first, made))
            found = [*differences(*held)]
        else:
            first = first or made
            found = [*differences(first, made)]
        wrong += bool(found)
        print(f"{python} {zone} {locale} {name!r}: {len(made)} files, {', '.join(found) or 'the same'}", flush=True)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
