"""Kill what the command line has at work, at random moments, and look whether anything is lost.

`python -m tests.kills COUNT [--seed N] [--stage render|nightly|preview|import|shapes|forks|disk] [--signal KILL|TERM|INT]`.
A SIGKILL strikes any process at work (the command, a worker, a kernel, its fork server, the
browser, its driver, what reads a file), SIGTERM the command, SIGINT its group. Then a report that stood
must still be whole, nothing may run on or lie about, and what lost but a helper must be made nevertheless;
a preview must show what is saved after that. `forks` has a fork server fork COUNT times, `disk` has each
stage work on COUNT disks that are read-only, or full to the last block from the start or while it works.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil

from quickview.kernels import servers
from tests.builders import events
from tests.builders.nights import PLAIN, wait_until
from tests.conftest import ANDES

RUN = "QUICKVIEW_KILLS_RUN"
BRIEFS = ("a", "b", "c")
TINY = """\
---
document:
  title: Night {number}
  summary: A vote was called.
  series: Quick View
  desk: Water
  country: NOR
  content_type: sample
  topics: [water]
  as_of: 2020-02-10
sources:
  - {{id: paper, publisher: The Paper, title: A vote on wells, date: 2020-02-03, reliability: B, credibility: 2}}
---

## What happened

The council called a vote [@paper].
"""
EACH = 10
"""Every so many runs, what the kit itself says is asked too: a clean night, `shapes check`, `events list`."""
AT_ONCE = 2
LATEST = 5.0
SOON = 0.38
"""Seconds after which nothing is killed any more, and how many are to be killed in the first: more than a third, as some have ended by then."""
INTERRUPTED = {"INT": 130, "TERM": 143}
END_SECONDS, GONE_SECONDS, RUN_SECONDS, HELPER_SECONDS = 2.0, 5.0, 240.0, 20.0
LARGE, BLOCK = 100, 4096
"""How many times more a full disk is to take of events and layers than others, and its blocks in bytes."""
KINDS = {
    "quickview.kernels.forkserver": "fork server",
    "ipykernel_launcher": "kernel",
    "run-driver": "driver",
    "--type=": "",
    "--remote-debugging-pipe": "browser",
}
HELPERS = ("", "fork server", "kernel", "driver", "browser")
STAGES = {
    "render": HELPERS, "nightly": (*HELPERS, *["worker"] * 5), "preview": HELPERS[1:], "import": ("",),
    "shapes": ("worker", ""),
}  # fmt: skip
"""What is to be killed, whenever it is at work; "" is anything, at any time, and a worker of `shapes` what reads its file."""
OFTEN = ("render", "nightly", "nightly", "preview", "preview", "import", "shapes")
FORKS = """
import os, socket, sys
from quickview.kernels import forkserver, servers
with socket.socket(fileno=int(sys.argv[1])) as control:
    forkserver.prepare(servers.PRELOAD)
    import geopandas, shapely
    geopandas.read_file(sys.argv[2]).to_crs(32637)
    forkserver.send(control, {})
    launch = forkserver.serve(control, servers.PRELOAD, servers.REHEARSAL)
if launch:
    os.close(launch.bound)  # the next is forked while this one works
    frame = geopandas.read_file(sys.argv[2])
    back = frame.to_crs(32637).to_crs(4326)
    os._exit(len(frame) != 1 or not back.geom_equals_exact(frame, 1e-6).all())
"""


@dataclass
class Told:
    """What the kills of a campaign came to."""

    counts: Counter = field(default_factory=Counter)
    totals: Counter = field(default_factory=Counter)
    violations: list = field(default_factory=list)
    slowest: float = 0.0

    def wrong(self, place: str, found: Iterable[tuple[str, str]]) -> None:
        """Note what is wrong, each with its kind: lost, invalid, orphans or other."""
        for kind, what in found:
            self.totals[kind] += 1
            self.violations.append(f"{place}: {kind}: {what}")
            print(self.violations[-1], flush=True)

    def table(self) -> str:
        """The figures that a campaign is run for."""
        struck, soon = self.totals["kills"] + self.totals["interrupts"], self.totals["soon"]
        rows = {
            name: self.totals[name]
            for name in ("kills", "interrupts", "had ended before", "lost", "invalid", "orphans", "other")
        }
        rows["in the first second"] = f"{soon} ({soon / max(struck, 1):.0%})"
        rows["slowest end after a signal"] = f"{self.slowest:.1f} s"
        return "\n".join(f"{name:27} {value}" for name, value in rows.items())


def desk(folder: Path) -> Path:
    """A project of two briefs, a light notebook, a table of events and a layer to be added."""
    shutil.copytree(ANDES.parent.parent, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "briefs")
    for name in ("briefs", "tmp"):
        (folder / name).mkdir()
    code = nbformat.v4.new_code_cell
    cells = [code('brief_path = ""', metadata={"tags": ["parameters"]}), code(PLAIN),
             nbformat.v4.new_markdown_cell("## Further notes"), code("block('notes', '<p>x</p>')")]  # fmt: skip
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "plain.ipynb")
    write(folder, 0)
    return folder


def write(folder: Path, number: int, *, size: int = 1) -> None:
    """Let briefs, events and layer say something new, and the two as much as is asked."""
    for name in BRIEFS:
        (folder / "briefs" / f"{name}.md").write_text(TINY.format(number=number), encoding="utf-8")
    events.write(folder / "ged.csv", [events.ged(n) for n in range(1, 200 * size + number)])
    features = [
        {"type": "Feature", "properties": {"n": number + n}, "geometry": {"type": "Polygon", "coordinates": square(n)}}
        for n in range(size)
    ]
    (folder / "new.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )


def square(n: int) -> list[list[list[float]]]:
    west, south = -75 + n % 20, -20 + n // 20
    return [[[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]]


def command(stage: str, number: int, rng: random.Random, helper: str = "") -> list[str]:
    """The words of a stage in which a helper is at work."""
    kernel = "quickview" if helper == "fork server" else rng.choice(("python3", "quickview"))
    look = ["--notebook", "plain.ipynb", "--kernel", kernel]
    made = [*look, "--static", "--format", "html", *(["--format", "pdf"] if helper in {"browser", "driver"} else [])]
    return {
        "render": ["render", "briefs/a.md", *made],
        "nightly": ["nightly", *made, "--workers", "2"],
        "preview": ["preview", "briefs/a.md", *look, "--no-open"],
        "import": ["events", "import", "ged.csv", "--name", "ucdp-ged", "--release", str(number)],
        "shapes": ["shapes", "add", "new.geojson", "--id", f"new-{number}", "--source", "x", "--licence", "CC0-1.0", "--date", "2020"],
    }[stage]  # fmt: skip


def start(
    folder: Path, words: list[str], run: str, *, tmp: Path | None = None, told: Path | None = None
) -> subprocess.Popen:
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from quickview.cli import main; main()"
    environment = {**os.environ, "TMPDIR": str(tmp or folder / "tmp"), RUN: run}
    with (told or folder / "told").open("w") as heard:
        return subprocess.Popen(
            [sys.executable, "-c", heeding, *words],
            cwd=folder, env=environment, stdout=heard, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip


def at_work(process: subprocess.Popen) -> dict[str, list[psutil.Process]]:
    """The processes of a run by their kind; what Chromium starts for itself is left out."""
    found = {"command": [psutil.Process(process.pid)]}
    try:
        others = found["command"][0].children(recursive=True)
    except psutil.Error:  # it has just ended
        others = []
    for one in others:
        try:
            words, parent = " ".join(one.cmdline()), one.ppid()
        except (psutil.Error, OSError):
            continue
        kind = next((kind for mark, kind in KINDS.items() if mark in words), "worker" if parent == process.pid else "")
        if kind == "fork server" and any(one.ppid() == server.pid for server in found.get(kind, ())):
            kind = "kernel"
        if kind:
            found.setdefault(kind, []).append(one)
    return found


def of_run(run: str) -> Iterator[psutil.Process]:
    for one in psutil.process_iter():
        try:
            if one.environ().get(RUN) == run and one.status() != psutil.STATUS_ZOMBIE:
                yield one
        except psutil.Error:
            continue


def heeds(process: subprocess.Popen) -> bool:
    """Whether the kit has begun: before that, Python itself answers a signal."""
    caught = Path(f"/proc/{process.pid}/status").read_text().partition("SigCgt:")[2].split()
    return bool(caught and int(caught[0], 16) >> (signal.SIGTERM - 1) & 1)


def faulty(folder: Path) -> Iterator[str]:
    """What is not whole: reports, records, layers, events."""
    for manifest in (folder / "reports").glob("[!.]*/manifest.json"):
        for name, file in json.loads(manifest.read_bytes()).get("files", {}).items():
            data = (manifest.parent / name).read_bytes() if (manifest.parent / name).exists() else b""
            if len(data) != file["bytes"] or hashlib.sha256(data).hexdigest() != file.get(
                "sha256", hashlib.sha256(data).hexdigest()
            ):
                yield f"{manifest.parent.name}/{name} is not what its manifest says"
    for one in (folder / "reports").glob("[!.]*/"):
        if not (one / "manifest.json").exists():
            yield f"{one.name} has no manifest"
    for record in (folder / "reports").glob("[!.]*.json"):
        json.loads(record.read_bytes())


def left(folder: Path) -> list[str]:
    """What was in the making of reports, now that no process of the run is there, and all in the folder for temporary files."""
    return [
        str(one.relative_to(folder)) for one in {*(folder / "reports").rglob(".making-*"), *(folder / "tmp").iterdir()}
    ]


def unsound(folder: Path, stage: str, run: str) -> Iterator[tuple[str, str]]:
    """What the kit itself finds wrong with its layers or events."""
    clean = command("nightly", 0, random.Random(1))
    asked = {"shapes": ["shapes", "check"], "import": ["events", "list"]}.get(stage, clean)
    if start(folder, asked, run).wait(RUN_SECONDS):
        said = (folder / "told").read_text(encoding="utf-8")
        if "E-EVENTS-NONE" not in said:
            yield "invalid", f"{' '.join(asked)}: {said[-400:]}"
    if asked is clean and (lying := left(folder)):
        yield "orphans", f"left after a clean night: {lying}"


def wait_for_the_moment(process: subprocess.Popen, rng: random.Random, helper: str, *, soon: bool) -> None:
    """Wait a random time; if a helper is to be killed, until one is there, and from then on."""
    wait_until(lambda: not helper or process.poll() is not None or helper in at_work(process), HELPER_SECONDS)
    until = time.monotonic() + (rng.uniform(0, 0.95) if soon or helper else rng.uniform(1, LATEST))
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)


def strike(process: subprocess.Popen, name: str, helper: str, rng: random.Random) -> str:
    """Send the signal; return what kind of process it was sent to."""
    there = at_work(process)
    kind = "command" if name != "KILL" else helper if helper in there else rng.choice(list(there))
    if name == "INT":
        os.killpg(process.pid, signal.SIGINT)
    else:
        try:
            rng.choice(there[kind]).send_signal(getattr(signal, f"SIG{name}"))
        except psutil.NoSuchProcess:
            return "nothing"
    return kind


def shown(folder: Path) -> int:
    """How many rounds a preview has told of."""
    return len(re.findall(r"^\d\d:\d\d:\d\d  rendered", (folder / "told").read_text(encoding="utf-8"), re.MULTILINE))


def goes_on(folder: Path, process: subprocess.Popen, number: int) -> bool:
    """Whether a preview shows what is saved now, and then ends when it is told to."""
    wait_until(lambda: process.poll() is not None or re.search(r"rendered|fault", (folder / "told").read_text()), 60)
    before = shown(folder)
    write(folder, number)
    done = wait_until(lambda: process.poll() is not None or shown(folder) > before, 60) and process.poll() is None
    process.send_signal(signal.SIGTERM)
    return done


def kill(folder: Path, stage: str, name: str, seed: int, told: Told) -> None:
    """Start a stage, kill something of it, and note what is wrong then."""
    rng, run, wrong = random.Random(seed), f"{os.getpid()}-{seed}", []
    write(folder, seed % 1000)
    stood = {one.parent.name for one in (folder / "reports").glob("[!.]*/manifest.json")}
    lay = left(folder)
    soon = rng.random() < SOON
    helper = rng.choice(STAGES[stage]) if name == "KILL" and not soon else ""
    words = command(stage, seed, rng, helper)
    process, started = start(folder, words, run), time.monotonic()
    wait_for_the_moment(process, rng, helper, soon=soon)
    kind, begun, heeded = "nothing", time.monotonic(), True
    if process.poll() is None:
        heeded = heeds(process)
        kind = strike(process, name, helper, rng)
    ended = kind == "command"
    if stage == "preview" and not ended and not goes_on(folder, process, seed % 1000 + 1):
        wrong.append(("lost", f"what is saved after that is not shown: {(folder / 'told').read_text()[-400:]}"))
    try:
        code = process.wait(END_SECONDS * 5 if ended else RUN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = "none, as it does not end"
        if heeded:
            wrong.append(("other", "does not end"))
    seconds = time.monotonic() - begun if heeded else 0
    said = (folder / "told").read_text(encoding="utf-8", errors="replace")
    if ended and seconds > END_SECONDS:
        wrong.append(("other", f"ends only after {seconds:.1f} s"))
    if ended and heeded and name in INTERRUPTED and code not in {0, INTERRUPTED[name]}:
        wrong.append(("other", f"exit {code}"))
    if heeded and ("Traceback" in said or "Exception ignored" in said):
        wrong.append(("other", f"traceback: {said[-600:]}"))
    if not ended and stage != "preview" and code != 0:
        wrong.append(("lost", f"exit {code} though but a {kind} was killed: {said[-400:]}"))
    if not wait_until(lambda: not list(of_run(run)), GONE_SECONDS):
        wrong.append(("orphans", f"runs on: {[one.cmdline()[:4] for one in of_run(run)]}"))
        for one in of_run(run):
            one.kill()
    wrong += [("invalid", one) for one in faulty(folder)]
    wrong += [("lost", one) for one in stood if not (folder / "reports" / one / "manifest.json").exists()]
    # Whoever is ended by SIGKILL leaves that to the next run, and so does Python before the kit has begun.
    tidies, sweeps = not ended or (heeded and name in INTERRUPTED), not ended and stage in {"render", "nightly"}

    def lying() -> list[str]:
        return [one for one in left(folder) if sweeps or one not in lay]

    # A process that is just becoming another has no environment to be known by.
    if tidies and not wait_until(lambda: not lying(), GONE_SECONDS):
        wrong.append(("orphans", f"left: {lying()}"))
    if seed % EACH == 0:
        wrong += unsound(folder, stage, run)
    told.counts[f"{stage} {name}: {kind}"] += 1
    told.totals["had ended before" if kind == "nothing" else "kills" if name == "KILL" else "interrupts"] += 1
    told.totals["soon"] += kind != "nothing" and begun - started < 1
    told.slowest = max(told.slowest, seconds if ended else 0)
    told.wrong(f"seed {seed}, {stage} {name}, {kind} ({' '.join(words)})", wrong)


def forks(count: int) -> int:
    """Have a fork server fork as it does for kernels, while PROJ and GDAL work in what it forks; return how many failed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with tempfile.TemporaryDirectory() as folder:
        write(desk(Path(folder)), 0)
        words = [sys.executable, "-c", FORKS, str(theirs.fileno()), f"{folder}/new.geojson"]
        with ours, theirs, subprocess.Popen(words, pass_fds=[theirs.fileno()]) as process:
            theirs.close()
            server, lost = servers.ForkServer(process, ours), 0
            for n in range(0, count, EACH):
                began = [server.launch([], folder, {}, (0, 1, 2)) for _ in range(min(EACH, count - n))]
                lost += sum(one.wait(RUN_SECONDS) != 0 for one in began)
            ours.close()
    return lost


def disks(stage: str, count: int, seed: int) -> Iterator[str]:
    """Let a stage work on a disk that is full, or may not be written to, and yield what is wrong then."""
    for n in range(seed, seed + count):
        rng = random.Random(f"{stage} {n}")
        with tempfile.TemporaryDirectory() as name, mounted(Path(name) / "disk") as folder:
            outside, words = Path(name), command(stage, n, rng)
            desk(folder)
            if start(folder, command("nightly", 0, random.Random(1)), "disk").wait(RUN_SECONDS):
                yield f"seed {n}: no good report to begin with: {(folder / 'told').read_text()[-400:]}"
            write(folder, n + 1, size=LARGE)
            shutil.copytree(folder, outside / "roomy")
            before = contents(folder)
            how = rng.choice(("read-only", "full", "full", "filled at work", "filled at work"))
            tmp = rng.choice((folder, outside)) / "tmp"
            tmp.mkdir(exist_ok=True)
            code = worked(folder, words, how, rng, tmp=tmp, told=outside / "told")
            said, after = (outside / "told").read_text(encoding="utf-8"), contents(folder)
            wrong = [*faulty(folder), *(f"left: {one}" for one in left(folder))]
            if code == 0:
                start(outside / "roomy", words, "disk", tmp=outside, told=outside / "roomy told").wait(RUN_SECONDS)
                wrong += [
                    f"told as done, and {one} differs from what a disk with room gets"
                    for one in differing(after, contents(outside / "roomy"))
                ]
            elif stage != "nightly":
                wrong += [f"told as failed, and changed {one}" for one in differing(before, after)]
            if "Traceback" in said or (code and not re.search(r"\b[EW]-[A-Z]", said)):
                wrong.append(f"no code is told: {said[-400:]}")
            wrong += [one for _, one in unsound(folder, stage, "disk")]
            judged = (
                "WRONG" if wrong else "whole, as on a disk with room" if code == 0 else "told, and what stood stands"
            )
            print(
                f"seed {n}, {stage}, {how}, TMPDIR {'on it' if tmp.parent == folder else 'elsewhere'}: exit {code}, {judged}: {said.strip()[-160:]!r}",
                flush=True,
            )
            yield from (f"seed {n}, {stage}: {one}" for one in wrong)


def worked(folder: Path, words: list[str], how: str, rng: random.Random, *, tmp: Path, told: Path) -> int:
    """Have a stage work on a disk that is made bad before, or as it works; return its exit code, the disk good again."""
    if how == "read-only":
        mount("-o", "remount,ro", folder)
    if how == "full":
        fill(folder, spare=rng.choice((0, 0, 1, 8, 40, 150, 300)))
    process = start(folder, words, "disk", tmp=tmp, told=told)
    until = time.monotonic() + rng.uniform(0, 2)
    while process.poll() is None:
        if how == "filled at work" and time.monotonic() > until:
            fill(folder)
        time.sleep(0.002)
    (folder / "filler").unlink(missing_ok=True) if how != "read-only" else mount("-o", "remount,rw", folder)
    return process.wait()


def fill(folder: Path, *, spare: int = 0) -> None:
    """Fill a disk to the last block, or leave some."""
    with (folder / "filler").open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        for block in (1 << 20, BLOCK):
            with contextlib.suppress(OSError):
                while filler.write(bytes(block)) == block:
                    pass
        filler.truncate(filler.tell() // BLOCK * BLOCK - spare * BLOCK)


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The files that two folders do not hold alike; of reports, what their times go into is not compared."""
    return [name for name in sorted({*one, *other}) if told_of(name, one) != told_of(name, other)]


def told_of(name: str, files: dict[str, bytes]) -> bytes | bool | None:
    return (
        name in files if name.startswith("reports/") and name.endswith((".pdf", ".json", ".xml")) else files.get(name)
    )


def contents(folder: Path) -> dict[str, bytes]:
    """What stands for others to read: reports, layers, events."""
    places = (folder / name for name in ("reports", "shapes", "evidence", "events"))
    return {str(one.relative_to(folder)): one.read_bytes() for place in places for one in place.rglob("*")
            if one.is_file() and not one.name.startswith(".") and one.suffix != ".jsonl"}  # fmt: skip


def mount(*words: object) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


@contextlib.contextmanager
def mounted(folder: Path) -> Iterator[Path]:
    """A small disk of its own, which is gone with the block."""
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=64m", "none", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stage", choices=(*STAGES, "forks", "disk"))
    parser.add_argument("--signal", choices=("KILL", "TERM", "INT"))
    given = parser.parse_args()
    told, begun = Told(), time.monotonic()
    if given.stage == "forks":
        lost = forks(given.count)
        print(f"{given.count} forks in {time.monotonic() - begun:.0f} s; {lost} failed")
        return min(lost, 1)
    if given.stage == "disk":
        if os.name != "posix" or os.geteuid():
            print("only root may mount a disk")
            return 0
        wrong = [
            one for stage in ("render", "nightly", "import", "shapes") for one in disks(stage, given.count, given.seed)
        ]
        print(*wrong, f"{given.count} disks for each stage; {len(wrong)} violations", sep="\n")
        return min(len(wrong), 1)
    with tempfile.TemporaryDirectory(prefix="qv-", ignore_cleanup_errors=True) as temporary:
        desks = [desk(Path(temporary) / str(n)) for n in range(AT_ONCE)]

        def campaign(n: int) -> None:
            for seed in range(given.seed + n, given.seed + given.count, AT_ONCE):
                rng = random.Random(f"kind of {seed}")
                stage, name = given.stage or rng.choice(OFTEN), given.signal or rng.choice(("KILL", "KILL", "KILL", "INT", "TERM"))  # fmt: skip
                kill(desks[n], stage, name, seed, told)
            told.wrong("after the last run", unsound(desks[n], "nightly", f"{os.getpid()}-last-{n}"))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(campaign, range(AT_ONCE)))
    for what, n in sorted(told.counts.items()):
        print(f"{n:5}  {what}")
    print(*told.violations, told.table(), f"{given.count} runs in {time.monotonic() - begun:.0f} s", sep="\n")
    return min(len(told.violations), 1)


if __name__ == "__main__":
    sys.exit(main())
