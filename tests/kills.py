"""Kill what the command line has at work, at random moments, and look whether anything is lost.

`python -m tests.kills COUNT [--seed N] [--stage render|nightly|preview|import|shapes|forks] [--signal KILL|TERM|INT]`.
A SIGKILL strikes any process at work (the command, a worker, a kernel, its fork server, the
browser, its driver), SIGTERM the command, SIGINT its group. Then a report that stood must still be
whole, nothing may run on or lie about, and what lost but a helper must be made nevertheless.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil

from tests.builders import events
from tests.builders.nights import PLAIN, wait_until
from tests.conftest import ANDES

RUN = "QUICKVIEW_KILLS_RUN"
BRIEFS = ("a", "b")
AT_ONCE = 2
LATEST = 5.0
"""Seconds after which nothing is killed any more; a third are killed in the first second."""
INTERRUPTED = {"INT": 130, "TERM": 143}
END_SECONDS, GONE_SECONDS, RUN_SECONDS = 2.0, 5.0, 240.0
KINDS = {
    "quickview.kernels.forkserver": "fork server",
    "ipykernel_launcher": "kernel",
    "run-driver": "driver",
    "--type=": "",
    "--remote-debugging-pipe": "browser",
}
HELPERS = ("", "worker", "fork server", "kernel", "driver", "browser")
"""What is to be killed, whenever it is at work; "" is anything, at any time."""
SQUARE = [[[-70, -10], [-69, -10], [-69, -9], [-70, -9], [-70, -10]]]
FORKS = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
from quickview.kernels.forkserver import prepare
prepare(["quickview.analysis"])
from quickview.analysis.warm_up import rehearse
rehearse()
import geopandas, shapely
for n in range(int(sys.argv[1])):
    if not (child := os.fork()):
        frame = geopandas.GeoSeries([shapely.box(36, 34, 37, 35)], crs=4326)
        os._exit(not frame.to_crs(32637).to_crs(4326).geom_equals_exact(frame, 1e-6).all())
    if os.waitpid(child, 0)[1]:
        print("lost", n)
print("done")
"""


@dataclass
class Told:
    """What the kills of a campaign came to."""

    counts: Counter = field(default_factory=Counter)
    violations: list = field(default_factory=list)
    slowest: float = 0.0


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


def write(folder: Path, number: int) -> None:
    """Let briefs, events and layer say something new."""
    text = ANDES.read_text(encoding="utf-8")
    for name in BRIEFS:
        (folder / "briefs" / f"{name}.md").write_text(
            text.replace("  title: ", f"  title: {number} ", 1), encoding="utf-8"
        )
    events.write(folder / "ged.csv", [events.ged(n) for n in range(1, 200 + number)])
    feature = {"type": "Feature", "properties": {"n": number}, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
    (folder / "new.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )


def command(stage: str, number: int, rng: random.Random) -> list[str]:
    kernel = rng.choice(("python3", "quickview"))
    look = ["--notebook", "plain.ipynb", "--kernel", kernel]
    made = [*look, "--static", "--format", "html", *rng.choice(([], ["--format", "pdf"]))]
    return {
        "render": ["render", "briefs/a.md", *made],
        "nightly": ["nightly", *made, "--workers", "2"],
        "preview": ["preview", "briefs/a.md", *look, "--no-open"],
        "import": ["events", "import", "ged.csv", "--name", "ucdp-ged", "--release", str(number)],
        "shapes": ["shapes", "add", "new.geojson", "--id", f"new-{number}", "--source", "x", "--licence", "CC0-1.0", "--date", "2020"],
    }[stage]  # fmt: skip


def start(folder: Path, words: list[str], run: str) -> subprocess.Popen:
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from quickview.cli import main; main()"
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), RUN: run}
    with (folder / "told").open("w") as told:
        return subprocess.Popen(
            [sys.executable, "-c", heeding, *words],
            cwd=folder, env=environment, stdout=told, stderr=subprocess.STDOUT, start_new_session=True,
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
    """Folders in the making whose process is gone, and other things in the folder for temporary files."""
    making = [one for one in folder.rglob(".making-*") if not psutil.pid_exists(int(one.name.split("-")[1]))]
    return [str(one.relative_to(folder)) for one in {*making, *(folder / "tmp").glob("[!.]*")}]


def unsound(folder: Path, stage: str, run: str) -> Iterator[str]:
    """What the kit itself finds wrong with its layers or events."""
    asked = {"shapes": ["shapes", "check"], "import": ["events", "list"]}.get(stage)
    if asked and start(folder, asked, run).wait(RUN_SECONDS):
        said = (folder / "told").read_text(encoding="utf-8")
        if "E-EVENTS-NONE" not in said:
            yield f"{' '.join(asked)}: {said[-400:]}"


def wait_for_the_moment(process: subprocess.Popen, rng: random.Random, helper: str) -> None:
    """Wait a random time; if a helper is to be killed, until one is there, and from then on."""
    while helper and process.poll() is None and helper not in at_work(process):
        time.sleep(0.02)
    soon = helper or rng.random() < 1 / 3
    until = time.monotonic() + (rng.uniform(0, 1) if soon else rng.uniform(1, LATEST))
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


def kill(folder: Path, stage: str, name: str, seed: int, told: Told) -> None:
    """Start a stage, kill something of it, and note what is wrong then."""
    rng, run, wrong = random.Random(seed), f"{os.getpid()}-{seed}", []
    write(folder, seed % 1000)
    stood = {one.parent.name for one in (folder / "reports").glob("[!.]*/manifest.json")}
    words = command(stage, seed, rng)
    process = start(folder, words, run)
    helper = rng.choice(HELPERS) if name == "KILL" and stage in {"render", "nightly", "preview"} else ""
    wait_for_the_moment(process, rng, helper)
    kind, begun, heeded = "nothing", time.monotonic(), True
    if process.poll() is None:
        heeded = heeds(process)
        kind = strike(process, name, helper, rng)
    ended = kind == "command"
    if stage == "preview" and not ended:
        wait_until(lambda: process.poll() is not None or "rendered" in (folder / "told").read_text(), 60)
        process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(END_SECONDS * 5 if ended else RUN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = "none, as it does not end"
        wrong.append("does not end")
    seconds = time.monotonic() - begun
    said = (folder / "told").read_text(encoding="utf-8", errors="replace")
    if ended and seconds > END_SECONDS:
        wrong.append(f"ends only after {seconds:.1f} s")
    if ended and heeded and name in INTERRUPTED and code not in {0, INTERRUPTED[name]}:
        wrong.append(f"exit {code}")
    if heeded and ("Traceback" in said or "Exception ignored" in said):
        wrong.append(f"traceback: {said[-600:]}")
    if not ended and stage != "preview" and code != 0:
        wrong.append(f"exit {code} though but a {kind} was killed: {said[-400:]}")
    if not wait_until(lambda: not list(of_run(run)), GONE_SECONDS):
        wrong.append(f"runs on: {[one.cmdline()[:4] for one in of_run(run)]}")
        for one in of_run(run):
            one.kill()
    wrong += faulty(folder)
    wrong += [f"gone: {one}" for one in stood if not (folder / "reports" / one / "manifest.json").exists()]
    if not ended and stage in {"render", "nightly"} and (lying := left(folder)):
        wrong.append(f"left: {lying}")
    if ended and heeded and name in INTERRUPTED and (lying := left(folder)):
        told.counts[f"{stage} {name}: leaves folders for the next run to clear up"] += 1
    wrong += unsound(folder, stage, run)
    told.counts[f"{stage} {name}: {kind}"] += 1
    told.slowest = max(told.slowest, seconds if ended else 0)
    for one in wrong:
        told.violations.append(f"seed {seed}, {stage} {name}, {kind} ({' '.join(words)}): {one}")
        print(told.violations[-1], flush=True)


def forks(count: int) -> int:
    """Fork as the fork server does, while PROJ and GDAL work in the children; return how many did not do their work."""
    done = subprocess.run([sys.executable, "-c", FORKS, str(count)], capture_output=True, text=True, check=False)
    print(done.stdout[-500:], done.stderr[-500:])
    return done.stdout.count("lost") + (not done.stdout.endswith("done\n"))


def main() -> int:
    stages = ("render", "nightly", "preview", "import", "shapes")
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stage", choices=(*stages, "forks"))
    parser.add_argument("--signal", choices=("KILL", "TERM", "INT"))
    given = parser.parse_args()
    if given.stage == "forks":
        return min(forks(given.count), 1)
    told, begun = Told(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="qv-", ignore_cleanup_errors=True) as temporary:
        desks = [desk(Path(temporary) / str(n)) for n in range(AT_ONCE)]

        def campaign(n: int) -> None:
            for seed in range(given.seed + n, given.seed + given.count, AT_ONCE):
                rng = random.Random(f"kind of {seed}")
                stage, name = given.stage or rng.choice(stages), given.signal or rng.choice(("KILL", "KILL", "KILL", "INT", "TERM"))  # fmt: skip
                kill(desks[n], stage, name, seed, told)
            last = start(desks[n], command("nightly", 0, random.Random(1)), f"{os.getpid()}-last-{n}")
            if last.wait(RUN_SECONDS) or left(desks[n]):
                told.violations.append(f"after the last run: {left(desks[n])} {(desks[n] / 'told').read_text()[-400:]}")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(campaign, range(AT_ONCE)))
    for what, n in sorted(told.counts.items()):
        print(f"{n:5}  {what}")
    print(*told.violations, sep="\n")
    took = time.monotonic() - begun
    print(
        f"{given.count} runs in {took:.0f} s; slowest end after a signal {told.slowest:.1f} s; {len(told.violations)} violations"
    )
    return min(len(told.violations), 1)


if __name__ == "__main__":
    sys.exit(main())
