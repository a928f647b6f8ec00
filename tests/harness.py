"""What the kit makes, as hashes: take them before a change that must change nothing, and compare after it.

`python -m tests.harness record FILE`, then `python -m tests.harness compare FILE`. It renders the
briefs of the kit and of the tests in their languages, themes and forms, stages two nights, and
asks for the texts of the seeded faults, the schema and every help text. What a report is made
of, and what a run takes, is left out.
"""

import argparse
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from quickview.brief.reader import load
from quickview.errors import InputError
from tests.builders.seeds import ALL, edited, write
from tests.conftest import ANDES, HOMS, ROOT, alone

LANGUAGES = ("", "ar", "fr")
THEMES = ("", "gazette")
FORMS = {"interactive": (), "static": ("--static",)}
KEPT = {".html", ".pdf", ".png", ".ipynb", ".json", ".xml"}
OF_TIME = {"junit.xml"}
OF_THE_KIT = (
    re.compile(rb"(?<=quickview:sha256)[^<]{0,60}?[0-9a-f]{64}"),
    re.compile(rb'"code": ?"[0-9a-f]{16}"|&quot;code&quot;:&quot;[0-9a-f]{16}'),
    re.compile(rb"/ID \[.*?\]"),
)
"""A digest, which other code changes with all it is taken of."""
OF_A_RUN = {"made_of", "quickview:sha256", "seconds", "memory_mb", "bytes", "sha256", "versions", "files"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")


def quickview(*words: object, cwd: Path = ROOT) -> str:
    command = [sys.executable, "-m", "quickview.cli", *map(str, words)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def hashes(folder: Path, named: str) -> Iterator[tuple[str, str]]:
    """Yield name and hash of each file; of JSON what does not depend on the run."""
    for path in sorted(
        one
        for one in folder.rglob("*")
        if one.suffix in KEPT and not one.name.endswith((".cdx.json", *OF_TIME)) and one.is_file()
    ):
        data = path.read_bytes()
        if path.suffix == ".json":
            data = json.dumps(_lasting(json.loads(data)), sort_keys=True).encode()
        if path.suffix in {".html", ".xml"}:
            data = TIME.sub("now", data.decode()).encode()
        if path.suffix in {".html", ".pdf", ".ipynb"}:
            for own in OF_THE_KIT:
                data = own.sub(b"", data)
        yield f"{named} {path.relative_to(folder)}", sha256(data)


def _lasting(told: object) -> object:
    if isinstance(told, dict):
        return {key: _lasting(value) for key, value in told.items() if key not in OF_A_RUN}
    if isinstance(told, list):
        return [_lasting(one) for one in told]
    return TIME.sub("now", told) if isinstance(told, str) else told


def reports(folder: Path) -> Iterator[tuple[str, str]]:
    briefs = [HOMS, ANDES, ANDES.with_name("andes-arabic.md")]
    for brief, language, theme, form in itertools.product(briefs, LANGUAGES, THEMES, FORMS):
        named = f"{brief.stem} {language or 'own'} {theme or 'default'} {form}"
        out, shapes = folder / named.replace(" ", "-"), brief.parent.parent / "shapes" / "catalog.yaml"
        options = ["--language", language] * bool(language) + ["--theme", theme] * bool(theme) + [*FORMS[form]]
        quickview("render", brief, "--shapes", shapes, "--out", out, *options)
        yield from hashes(out, named)


def nights(folder: Path) -> Iterator[tuple[str, str]]:
    """An edition of six, and the next, in which two of them have changed and one cannot be made."""
    data = ROOT / "tests" / "data"
    for name in ("briefs", "shapes"):
        shutil.copytree(data / name, folder / name)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    briefs = sorted((folder / "briefs").glob("*.md"))
    for path in briefs[6:]:
        path.unlink()
    for night in ("first", "second"):
        quickview("nightly", "--site", "https://reports.example", "--workers", "2", cwd=folder)
        yield from hashes(folder / "reports", f"night {night}")
        for path, (old, new) in zip(
            briefs, (("title: ", "title: New "), ("as_of: ", "as_off: "), ("title: ", "title: A ")), strict=False
        ):
            path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> Iterator[tuple[str, str]]:
    text = alone(HOMS.read_text(encoding="utf-8"))
    for case in ALL:
        try:
            load(write(folder, edited(text, case.edits)), catalog=ROOT / "shapes" / "catalog.yaml")
        except InputError as error:
            told = "\n".join(map(str, error.faults)).replace(str(folder), "")
            yield f"fault {case.name}", sha256(told.encode())


def words(_folder: Path) -> Iterator[tuple[str, str]]:
    commands = (
        "",
        "check",
        "render",
        "nightly",
        "why",
        "diff",
        "schema",
        "doctor",
        "shapes",
        "shapes build",
        "shapes new",
    )
    for command in commands:
        yield f"help {command}", sha256(quickview(*command.split(), "--help").encode())
    yield "schema", sha256(quickview("schema").encode())


PARTS = (words, faults, nights, reports)


def taken() -> dict[str, str]:
    os.environ["COLUMNS"] = "100"
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(max_workers=2) as pool:
        folders = [Path(folder) / part.__name__ for part in PARTS]
        for one in folders:
            one.mkdir()
        return dict(itertools.chain.from_iterable(pool.map(lambda part, to: list(part(to)), PARTS, folders)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.harness", description=__doc__)
    parser.add_argument("what", choices=("record", "compare"))
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    now = taken()
    if given.what == "record":
        given.file.write_text(json.dumps(now, indent=1, sort_keys=True), encoding="utf-8")
        print(f"{len(now)} hashes")
        return 0
    before = json.loads(given.file.read_text(encoding="utf-8"))
    moved = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    print("\n".join(moved) or f"{len(now)} hashes, all equal")
    return min(len(moved), 1)


if __name__ == "__main__":
    sys.exit(main())
