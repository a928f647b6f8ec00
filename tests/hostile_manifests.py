"""Nights over folders of reports in which something was tampered with, or is of an older kit.

`python -m tests.hostile_manifests COUNT --seed N` makes so many and prints what became of them. No report is made: a
brief whose report does not stand fails, which is the worst that can come of it.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

from lxml import etree, html

from quickview import analysis as qv
from quickview import seal
from quickview.brief.reader import load
from quickview.desk import message
from quickview.errors import InputError, ReportError
from quickview.evidence import ingredients
from quickview.files import content as content_of
from quickview.files import sha256
from quickview.nightly import archive, index_page, page, plan, pool, record, run
from quickview.options import NightlyOptions
from quickview.report import fingerprint
from quickview.theme.theme import load_theme
from tests.builders.editions import NASTY, WORLD, changes, deadline, report
from tests.conftest import ANDES, NOTEBOOK

NAMES = ("calm", "dry", "even")
OLD = ("name", "title", "as_of", "files", "made_of", "brief", "notebook", "language")
"""What a manifest has had from the beginning on."""

OWN = ("edition.json", "junit.xml", "reports.json", "feed.xml", "index.html")
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "data" / "atom.rng"))
SECONDS = 20
"""A night longer than this waits for something that never comes."""

DAYS = ("0001-01-01", "9999-12-31", "2017-02-30", "10000-01-01", "1500000000", "2017-08-04T00:00:00Z", "٢٠١٧-٠٨-٠٤")
TEXTS = (NASTY, "]]>&#0;<![CDATA[", "\0", "\ud800", "\u202eecilop", "\uffff", "../../../../etc/passwd", "/etc/passwd", "C:\\x",
         "javascript:alert(1)", 'https://example.org/" onload="x', "{{ 7*7 }}", "%s{0}", "x" * 200_000, "", " ", "ar", "zzz", *DAYS)  # fmt: skip
VALUES = (None, True, 0, -1, 10**40, 1e308, float("nan"), float("inf"), [], {}, [[[]]], {"": None}, [None] * 3)


@dataclass
class Case:
    """One night: what was done to the folder, which reports were left alone, which of the night's own files cannot be written."""

    told: str = ""
    sound: set[str] = field(default_factory=lambda: set(NAMES))
    barred: set[str] = field(default_factory=set)


def whole(folder):
    """Make a project whose three reports stand, one of them with an earlier edition, and a night that has nothing to do."""
    (folder / "briefs").mkdir(parents=True)
    shutil.copytree(ANDES.parent.parent / "shapes", folder / "shapes")
    shutil.copytree(NOTEBOOK.parent, folder / "notebooks")
    briefs = [Path(shutil.copy(ANDES, folder / "briefs" / f"{name}.md")) for name in NAMES]
    night = NightlyOptions(folder / "notebooks" / NOTEBOOK.name, folder / "reports", ["html", "pdf"], briefs=briefs)
    common = fingerprint.common(night)
    for brief in map(load, briefs):
        stand(
            night.out / brief.name,
            brief,
            {**common, **fingerprint.of_notebook(night.notebook), **ingredients.of_brief(brief)},
        )
    archive.keep(night.out / "calm", 10_000)
    shutil.copytree(night.out / "calm", night.out / "digest")
    with unmade():
        run.run(night)
    return night


def stand(folder, brief, made_of):
    """Put a report in place as a night would have left it, with a manifest that has every key."""
    folder.mkdir(parents=True)
    for suffix in (".html", ".pdf", ".md"):
        (folder / f"{folder.name}{suffix}").write_text(f"65 % {suffix}", encoding="utf-8")
    files = {path.name: {"bytes": path.stat().st_size, "sha256": sha256(path)} for path in sorted(folder.iterdir())}
    day = brief.facts.document.as_of.isoformat()
    source = {
        "publisher": "Gazette",
        "title": "It happened",
        "date": day,
        "url": "https://example.org/a",
        "reliability": "B",
        "credibility": 2,
    }
    told = report(folder.name, as_of=day, changes=changes("One.", "Two."), deadlines=[deadline(day)])
    told["calendar"] = [{"kind": "effect", **deadline(day)}]
    told["related"] = [
        {"name": "even", "as": "precedent", "title": "Even", "language": "en", "as_of": day, "text": "Compare."}
    ]
    told["forecasts"].append({**told["forecasts"][0], "id": "g", "date": day, "judged": "likely", "outcome": "yes", "settled": day,
                              "source": source, "note": "It came so.", "note_language": "en"})  # fmt: skip
    rest = {"unconfirmed": ["place"], "examples": 1, "map_height": 500, "revision": 2, "theme": "Quick View", "static": False, "site": "",
            "brief": brief.digest, "notebook": {"name": NOTEBOOK.name, "sha256": "0" * 64}, "made_of": made_of,
            "versions": {"quickview": "0.1.0"}, "sections": [], "figures": [], "warnings": [], "files": files}  # fmt: skip
    (folder / "manifest.json").write_bytes(seal.sealed_json({**told, **rest}))


def unmade():
    """No report can be made in this block."""
    error = ReportError(
        "E-KERNEL", f"the kernel of {Path.home()}/x died", "run again", f"Traceback … {Path.home()}/y.py"
    )
    return mock.patch.object(pool, "spread", lambda jobs, **_: (record.failed(job.brief, [error]) for job in jobs))


def places(value, path=()):
    """Yield the path of every value in a tree of JSON."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(one, (*path, key))


def tampered(chance, content):
    """Return a tree of JSON of which one thing is another."""
    content = json.loads(json.dumps(content))
    *way, key = chance.choice([*places(content)])
    parent = content
    for step in way:
        parent = parent[step]
    how = chance.choice(("gone", "value", "value", "text", "text", "deep", "twice", "renamed", "nested"))
    if how == "gone":
        del parent[key]
    elif how in {"value", "text"}:
        parent[key] = chance.choice(VALUES if how == "value" else TEXTS)
    elif how == "deep":
        parent[key] = "DEEP"
    elif how == "twice":
        parent[key] = [parent[key]] * chance.choice((2, 500))
    elif how == "nested":
        parent[key] = {str(key): parent[key]}
    elif isinstance(parent, dict):
        parent[chance.choice(("../x", "", str(key).upper(), NASTY))] = parent.pop(key)
    return content, f"{how} at {'.'.join(map(str, (*way, key)))}"


def broken(chance, data):
    """Return bytes of which a machine or an editor has made something else."""
    at = chance.randrange(len(data))
    ways = {
        "cut": data[:at], "empty": b"", "utf-16": data.decode().encode("utf-16"), "bom": b"\xef\xbb\xbf" + data,
        "latin-1": data.replace(b"M", "é".encode("latin-1")), "flipped": data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :],
        "trailing": data + b"{}", "key twice": data.replace(b"{", b'{"name": "x", ', 1), "zeros": bytes(len(data)), "list": b"[]",
        "large": data + b" " * 6_000_000, "number": b"1e999999", "deep": b"[" * 100_000,
    }  # fmt: skip
    how = chance.choice([*ways])
    return ways[how], how


def change(chance, path):
    """Change a JSON file; return what was done."""
    data = content_of(path)
    if chance.random() < 0.2:
        data, how = broken(chance, data)
        path.write_bytes(data)
        return how
    content, hows = json.loads(data), []
    is_sealed = content.pop(seal.KEY, None) is not None and chance.random() < 0.8
    for _ in range(chance.choice((1, 1, 2, 5))):
        content, how = tampered(chance, content)
        hows.append(how)
        if not [*places(content)]:
            break
    text = json.dumps(content, ensure_ascii=chance.random() < 0.5)
    depth = chance.choice((50, 5000))
    data = text.replace('"DEEP"', "[" * depth + "]" * depth).encode("utf-8", "surrogatepass")
    if is_sealed:  # by who knows how, so that what it says is read
        data = seal.sealed(data.rstrip()[:-1] + f', "{seal.KEY}": "{seal.BLANK}"}}'.encode(), "json")
        hows.append("sealed anew")
    path.write_bytes(data)
    return "; ".join(hows)


def put(chance, path, out):
    """Put something else in the place of a file or folder; return what."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    kind = chance.choice(
        ("folder", "pipe", "link out", "link to itself", "link to nothing", "socket", "nothing", "file")
    )
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind.startswith("link"):
        path.symlink_to({"link out": Path("/etc/passwd"), "link to itself": path}.get(kind, out / "none"))
    elif kind == "socket" and len(os.fsencode(path)) < 100:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
    elif kind == "file":
        path.write_text(NASTY, encoding="utf-8")
    return kind


def stray(chance, out):
    """Put something into the folder of reports that is no report."""
    name = chance.choice(
        ("<img src=x onerror=alert(1)>", "a b", "..x", "x" * 200, "other", "2017-08-04", "é", "other.ar", "\n")
    )
    path = out / name if chance.random() < 0.5 else out / "calm" / name
    if chance.random() < 0.5:
        return f"{name!r}: {put(chance, path, out)}"
    shutil.copytree(out / "dry", path, symlinks=True)
    return f"{name!r}: a copy"


def hostile(chance, out):
    """Do one thing to a folder of reports, or several; return what."""
    case = Case()
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        name = chance.choice(NAMES)
        target = chance.choice(
            ("manifest",) * 6 + ("edition",) * 5 + ("old", "kept", "file", "place", "own", "report", "stray")
        )
        with contextlib.suppress(
            OSError, ValueError, LookupError, RecursionError, AttributeError
        ):  # what was tampered with before may have no more to change
            how = one_thing(chance, out, target, name, case)
            case.told += f"{target} {name}: {how}\n"
    return case


def one_thing(chance, out, target, name, case):
    """Do something to a part of a folder of reports; return what."""
    if target == "edition":
        return change(chance, out / "edition.json")
    if target == "kept":
        (kept,) = (out / "calm").glob("*-*-*")
        return change(chance, kept / "manifest.json")
    if target == "stray":
        return stray(chance, out)
    if target == "own":
        own = chance.choice(OWN)
        case.barred.add(own)
        return f"{own}: {put(chance, out / own, out)}"
    path = out / name / "manifest.json"
    if target == "old":
        content = json.loads(content_of(path))
        path.write_text(
            json.dumps(
                {key: one for key, one in content.items() if key in OLD or (key != seal.KEY and chance.random() < 0.3)}
            )
        )
        return "of an older kit"
    case.sound.discard(name)
    if target == "manifest":
        return change(chance, path)
    if target == "file":
        file = out / name / f"{name}{chance.choice(('.html', '.pdf', '.md'))}"
        file.write_bytes(content_of(file).replace(b"65", b"95"))
        return f"{file.name}: 95 % for 65 %"
    return put(chance, path if target == "place" else out / name, out)


def faults(night, case, chance):
    """Make a night of a folder; yield what is wrong with what comes of it."""
    with contextlib.suppress(InputError):
        qv.read_edition(night.out / "edition.json")
    with contextlib.suppress(InputError):
        [*message.files_of(night.out, "digest", "html")]
    page.stands(night.out / "digest", {})
    briefs = chance.choice((night.briefs, night.briefs, night.briefs[:1], night.briefs[1:]))
    night = replace(night, briefs=briefs, archive=chance.choice((None, 10)), language=chance.choice(("", "", "ar")))
    for planned in plan.plan(night, fingerprint.common(night)):
        plan.why(planned)
    try:
        with unmade():
            result = run.run(night)
    except ReportError as error:
        if error.code != "E-OUT-WRITE" or not case.barred:
            raise
        if "index.html" not in case.barred:
            yield from seen((night.out / "index.html").read_text(encoding="utf-8"), case.sound)
        return
    text = (night.out / "index.html").read_text(encoding="utf-8")
    yield from seen(text, case.sound)
    shown = index_page.write(
        result.edition, theme=load_theme(), world=WORLD, language=chance.choice(("en", "ar", "fr"))
    )
    yield from seen(shown, case.sound)
    atom = etree.fromstring((night.out / "feed.xml").read_bytes())
    if not SCHEMA.validate(atom):
        yield f"the feed is not valid: {SCHEMA.error_log}"
    etree.fromstring((night.out / "junit.xml").read_bytes())
    json.loads((night.out / "reports.json").read_bytes(), parse_constant=lambda name: 1 / 0)
    told = []
    record.read(night.out, tell=told.append)
    yield from (f"what the night wrote does not fit: {fault}" for fault in told)
    for name in OWN:
        public = (night.out / name).read_text(encoding="utf-8")
        yield from (
            f"{name} tells of {place}"
            for place in (str(night.out.parent), f"{Path.home()}/", "Traceback")
            if place in public
        )


def seen(text, sound):
    """Yield what is wrong with a front page on which these reports must stand."""
    document = html.document_fromstring(text)
    cards = {card.get("id"): card for card in document.iter("article")}
    for name in sorted(sound):
        card = cards.get(f"r-{name}")
        if card is None or f"{name}/{name}.html" not in card.xpath(".//h3/a/@href"):
            yield f"`{name}` is not on the front page"
    if document.xpath("//img[@src='x'] | //@onerror | //@onload") or len(document.xpath("//script")) != 2:
        yield "markup of a manifest is markup of the page"
    for address in document.xpath("//@href | //@src"):
        if address.startswith(("javascript:", "/", "file:")) or ".." in address:
            yield f"the page leads to {address[:80]}"


def campaign(count, seed, *, tell=lambda _line: None):
    """Make so many nights; return how many reports stood on the front page and the cases in which something was wrong."""
    wrong, stood = [], 0
    with tempfile.TemporaryDirectory() as root:
        night = whole(Path(root) / "whole")
        for number in range(count):
            chance = random.Random(f"{seed} {number}")
            project = Path(root) / "night"
            shutil.copytree(night.out.parent, project)
            here = replace(night, out=project / "reports", notebook=project / "notebooks" / NOTEBOOK.name,
                           briefs=[project / "briefs" / brief.name for brief in night.briefs])  # fmt: skip
            case = hostile(chance, here.out)
            stood += len(case.sound)
            signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError("it waits")))
            signal.alarm(SECONDS)
            try:
                found = [*faults(here, case, chance)]
            except Exception:  # noqa: BLE001 (whatever comes of it is counted)
                found = [traceback.format_exc()]
            finally:
                signal.alarm(0)
                shutil.rmtree(project)
            if found:
                wrong.append((number, case.told, found))
                tell(f"case {number}: {case.told}  {'  '.join(dict.fromkeys(found))}")
    return stood, wrong


def main():
    """Print the figures of a campaign."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    start = time.monotonic()
    stood, wrong = campaign(given.count, given.seed, tell=print)
    kinds = Counter(found[0].strip().splitlines()[-1][:80] for _, _, found in wrong)
    print(
        f"{given.count} folders, {stood} sound reports, {len(wrong)} nights with something wrong, {time.monotonic() - start:.0f} s"
    )
    for kind, number in kinds.most_common():
        print(f"{number:5}  {kind}")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
