"""Reports altered in every way that is known, which `verify` must all tell, and sound ones, which must pass.

`python -m tests.alterations COUNT` renders a few briefs, and takes COUNT of each kind from them. The suite takes
a few of reports that are made in a moment.
"""

import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import nbformat

from quickview import seal
from quickview.desk.verification import Evidence, State, examine
from quickview.report import manifest, page
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme
from tests.conftest import ANDES, HOMS

KINDS = {".html": "html", ".pdf": "pdf", ".ipynb": "json", ".json": "json"}
RENDERS = [(HOMS, "--static"), (HOMS, "--language", "ar", "--theme", "gazette"), (ANDES, "--theme", "signal"),
           (ANDES.with_name("andes-arabic.md"), "--language", "fr")]  # fmt: skip


def a_byte(folder, other, chance):
    path = chance.choice(sorted(folder.iterdir()))
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)
    return path


def a_number(folder, other, chance):
    """65 → 95 %, in the page or in the notebook."""
    path = _of(folder, chance.choice([".html", ".ipynb"]))
    data = path.read_bytes()
    place = chance.choice([*re.finditer(rb"(?<![\w#.-])[1-8]\d(?![\w.-])", data)])
    return _write(path, data[: place.start()] + b"9" + data[place.start() + 1 :])


def a_script(folder, other, chance):
    path = _of(folder, ".html")
    data = path.read_bytes()
    place = chance.choice([b"</head>", b"</body>", b"</main>"])
    return _write(path, data.replace(place, b"<script>document.title='x'</script>" + place))


def a_figure(folder, other, chance):
    path = _of(folder, ".html")
    data = path.read_bytes()
    place = chance.choice([*re.finditer(rb"<(path|rect|text|circle)[ >]", data)])
    return _write(
        path,
        data[: place.start()] + b"<!--" + data[place.start() + 1 :]
        if chance.random() < 0.5
        else data[: place.start()] + b'<g transform="scale(2)"/>' + data[place.start() :],
    )


def the_manifest(folder, other, chance):
    path = folder / "manifest.json"
    content = json.loads(path.read_bytes())
    name = chance.choice(sorted(content))
    content[name] = [content[name]]
    return _write(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def a_file_in_the_manifest(folder, other, chance):
    """The page altered with a new digest of its own; the manifest beside it tells."""
    path = _of(folder, ".html")
    data = path.read_bytes().replace(b"</main>", b"<p>95 %</p></main>")
    place = seal.PLACES["html"].search(data)
    blank = data[: place.start(1)] + seal.BLANK.encode() + data[place.end(1) :]
    return _write(path, seal.sealed(blank, "html"))


def truncated(folder, other, chance):
    path = chance.choice(sorted(folder.iterdir()))
    data = path.read_bytes()
    return _write(path, data[: chance.randrange(len(data))])


def appended(folder, other, chance):
    path = chance.choice(sorted(folder.iterdir()))
    return _write(path, path.read_bytes() + chance.choice([b"\n", b" ", b"\x00", b"%%EOF\n", b"<!-- seen -->", b"{}"]))


def swapped(folder, other, chance):
    path = _of(folder, chance.choice([".html", ".pdf", ".ipynb"]))
    return _write(path, _of(other, path.suffix).read_bytes())


def without_digest(folder, other, chance):
    path = _of(folder, chance.choice(list(KINDS)))
    data = path.read_bytes()
    place = seal.PLACES[KINDS[path.suffix]].search(data)
    return _write(path, data[: place.start()] + data[place.end() :])


def with_two_digests(folder, other, chance):
    path = _of(folder, ".html")
    data = path.read_bytes()
    return _write(path, data.replace(b"</head>", seal.PLACES["html"].search(data)[0] + b"</head>"))


def a_digest(folder, other, chance):
    path = _of(folder, chance.choice(list(KINDS)))
    data = path.read_bytes()
    place = seal.PLACES[KINDS[path.suffix]].search(data)
    wrong = chance.randbytes(32).hex().encode()
    return _write(path, data[: place.start(1)] + wrong + data[place.end(1) :])


def on_its_way(folder, other, chance):
    """What mail programs, editors and servers do to text."""
    path = _of(folder, chance.choice([".html", ".ipynb", ".json"]))
    text = path.read_bytes().decode()
    how = {
        "crlf": lambda: text.replace("\n", "\r\n").encode(),
        "bom": lambda: text.encode("utf-8-sig"),
        "utf-16": lambda: text.encode("utf-16"),
        "saved": lambda: (
            text.replace("<head>", "<!-- saved from url=(0014)about:internet -->\n<head>", 1).encode() + b"\n"
        ),
        "ascii": lambda: text.encode("ascii", "xmlcharrefreplace") + b"\n",
    }
    return _write(path, how[chance.choice(list(how))]())


def removed(folder, other, chance):
    path = chance.choice(sorted(folder.iterdir()))
    path.unlink()
    return path


def of_another_name(folder, other, chance):
    path = folder / "annex.html"
    return _write(path, _of(other, ".html").read_bytes())


ALTERATIONS = [a_byte, a_number, a_script, a_figure, the_manifest, a_file_in_the_manifest, truncated, appended, swapped,
               without_digest, with_two_digests, a_digest, on_its_way, removed, of_another_name]  # fmt: skip

IN_THE_FOLDER_ONLY = {a_file_in_the_manifest, swapped, removed, of_another_name}
"""What one file cannot show: it is a sound report, but not this one; or it is not there."""


def _of(folder, suffix):
    return next(path for path in sorted(folder.iterdir()) if path.suffix == suffix)


def _write(path, data):
    path.write_bytes(data)
    return path


def passed(path):
    return all(found.state is State.SOUND for found in examine(path, Evidence()))


def untold(reports, count, *, seed=0):
    """Yield how many were altered in each way, and those that nothing told of: in its folder, or the file alone."""
    chance, tried, missed = random.Random(seed), Counter(), []
    for n in range(count):
        alter = ALTERATIONS[n % len(ALTERATIONS)]
        report, other = chance.sample(reports, 2)
        with tempfile.TemporaryDirectory() as room:
            folder, alone = Path(room) / "report", Path(room) / "alone"
            shutil.copytree(report, folder)
            before = {path.name: path.read_bytes() for path in folder.iterdir()}
            path = alter(folder, other, chance)
            if before == {one.name: one.read_bytes() for one in folder.iterdir()}:
                continue
            tried[alter.__name__] += 1
            if passed(folder):
                missed.append(f"{alter.__name__} of {path.name}")
            if path.suffix in KINDS and alter not in IN_THE_FOLDER_ONLY:
                alone.mkdir()
                shutil.copy2(path, alone)
                if passed(alone / path.name):
                    missed.append(f"{alter.__name__} of {path.name} alone")
    return tried, missed


def rebuilt(reports, count, *, seed=0):
    """Make reports again out of the notebooks that ran: in other themes, still or not, for other sites, renamed, alone."""
    chance, failed = random.Random(seed), []
    for n in range(count):
        report = reports[n % len(reports)]
        outline = read_outline(nbformat.read(_of(report, ".ipynb"), as_version=4), folder=report)
        with tempfile.TemporaryDirectory() as room:
            folder = Path(room) / "report"
            folder.mkdir()
            theme, site = (
                load_theme(chance.choice(["", "gazette", "signal"])),
                chance.choice(["", "https://reports.example/"]),
            )
            html, _ = page.render(outline, [], theme, static=chance.random() < 0.5, site=site)
            name = chance.choice(["report", "تقرير", "rapport (1)"])
            (folder / f"{name}.html").write_text(html, encoding="utf-8")
            for suffix in (".pdf", ".ipynb", ".png"):
                shutil.copy2(_of(report, suffix), folder / f"{name}{suffix}")
            (folder / "manifest.json").write_bytes(
                seal.sealed_json({"name": name, **manifest.content(outline, [], folder)})
            )
            (folder / "remarks.txt").write_text("seen", encoding="utf-8")
            if not passed(folder):
                failed.append(f"{report.name} in {theme.name}")
            (folder / "manifest.json").unlink()
            if not passed(folder / f"{name}.html"):
                failed.append(f"{report.name} in {theme.name}, alone")
    return failed


def main():
    from tests.harness import quickview

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as room:
        out, reports = Path(room), []
        for n, (brief, *options) in enumerate(RENDERS):
            quickview("render", brief, "--out", out / str(n), *options)
            reports += [path.parent for path in (out / str(n)).glob("*/manifest.json")]
        start = time.perf_counter()
        tried, missed = untold(reports, count)
        between = time.perf_counter()
        failed = rebuilt(reports, count)
        print(
            f"{len(reports)} reports rendered; {tried.total()} altered in {between - start:.0f} s, {len(missed)} not told: {missed}"
        )
        print(", ".join(f"{name} {number}" for name, number in tried.items()))
        print(f"{count} rebuilt in {time.perf_counter() - between:.0f} s, {len(failed)} not passed: {failed}")
    sys.exit(bool(missed or failed or len(reports) < len(RENDERS)))


if __name__ == "__main__":
    main()
