"""The cases: kernels, commands, one report, many reports, a cluster, and how it grows."""

import asyncio
import itertools
import math
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
from jupyter_client.manager import AsyncKernelManager

from quickview.brief.reader import load
from quickview.kernels.client import PromptClient
from quickview.options import RenderOptions
from quickview.report import page, render
from quickview.report.reading import read_outline
from quickview.report.session import RenderSession
from quickview.theme import drawing
from quickview.theme.theme import load_theme
from tests.benchmarks.results import Row
from tests.conftest import ANDES, HOMS, NO_CHROMIUM, NOTEBOOK, ROOT, run_notebook

BIN = Path(sys.executable).parent
SAME = "import quickview.analysis\nfrom quickview.analysis.warm_up import rehearse\nrehearse()"
"""What brings a plain kernel to where a warm one starts."""


@dataclass(frozen=True)
class Desk:
    """Where the benchmark works, and how much."""

    folder: Path
    runs: int
    briefs: int
    peer_briefs: int
    most: int

    def fresh(self, name: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def copies(self, n: int, *originals: Path) -> list[Path]:
        """Briefs that differ in name and title, made from some in turn."""
        folder, paths = self.fresh("briefs-of-many"), []
        for k, original in zip(range(n), itertools.cycle(originals), strict=False):
            shutil.copytree(original.parent.parent / "shapes", folder / original.stem / "shapes", dirs_exist_ok=True)
            path = folder / original.stem / "briefs" / f"brief-{k:04}.md"
            path.parent.mkdir(exist_ok=True)
            text = original.read_text(encoding="utf-8")
            path.write_text(text.replace("\n  title: ", f"\n  title: Number {k}, ", 1), encoding="utf-8")
            paths.append(path)
        return paths


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(work: Callable[[], object], runs: int) -> float:
    return statistics.median(timed(work) for _ in range(runs))


def medians(runs: int, *measures: Callable[[], float]) -> list[float]:
    """Measure in turns, so that what else the machine does weighs on all alike."""
    rounds = [[measure() for measure in measures] for _ in range(runs)]
    return [statistics.median(figures) for figures in zip(*rounds, strict=True)]


def run(*command: object, cwd: Path = ROOT, **environment: str) -> None:
    given = {**os.environ, **environment}
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True, env=given)


def peer(brief: Path, out: Path, *more: str) -> None:
    """papermill, then nbconvert: one HTML page, whose charts are missing."""
    made = out / f"{brief.stem}.ipynb"
    papermill = [BIN / "papermill", NOTEBOOK, made, "-p", "brief_path", brief, "--no-progress-bar", *more]
    run(*papermill, cwd=NOTEBOOK.parent)
    run(BIN / "jupyter", "nbconvert", "--to", "html", made)


PLAIN = ("-k", "python3")


def kernel(desk: Desk) -> Iterator[Row]:
    """From the start of a kernel to its first reply, with the same modules imported and a figure drawn."""

    async def start(name: str, code: str, client: str | None) -> float:
        manager = AsyncKernelManager(kernel_name=name, transport="ipc", ip=str(desk.fresh("kernel") / "k"))
        if client:
            manager.client_class = client
        begun = time.perf_counter()
        await manager.start_kernel()
        kernel = manager.client()
        kernel.start_channels()
        await kernel.wait_for_ready(timeout=60)
        if code:
            await kernel.execute_interactive(code, timeout=60, output_hook=lambda _message: None)
        seconds = time.perf_counter() - begun
        kernel.stop_channels()
        await manager.shutdown_kernel()
        return seconds

    def times(*how: str | None) -> list[float]:
        return [asyncio.run(start(*how)) for _ in range(desk.runs + 1)][1:]

    plain = statistics.median(times("python3", SAME, None))
    yield Row("kernel", "plain ipykernel, with the same imports", plain)
    for what, client in (("warm", f"{PromptClient.__module__}.PromptClient"), ("warm, stock client", None)):
        value = statistics.median(times("quickview", "", client))
        yield Row("kernel", what, value, ratio=plain / value)


def command(desk: Desk) -> Iterator[Row]:
    """Whole processes that print a line or two."""
    for words in (["--help"], ["check", HOMS]):
        value = median(lambda words=words: run(BIN / "quickview", *words), 2 * desk.runs + 1)
        yield Row("command", f"quickview {words[0]}", value)


def report(desk: Desk) -> Iterator[Row]:
    """One report: whole processes, and in a process that is warm."""
    out = desk.fresh("report")
    base = median(lambda: peer(HOMS, out, *PLAIN), desk.runs)
    yield Row("report", "papermill + nbconvert, HTML", base)
    if find_spec("ploomber_engine"):
        value = median(lambda: peer(HOMS, out, "--engine", "embedded", *PLAIN), desk.runs)
        yield Row("report", "papermill with ploomber-engine + nbconvert, HTML", value)
    for what, formats in KINDS.items():
        options = [option for form in formats for option in ("--format", form)]
        value = median(lambda o=options: run(BIN / "quickview", "render", HOMS, "--out", out, *o), desk.runs)
        yield Row("report", f"quickview render, cold, {what}", value, ratio=base / value)
    floor = median_floor(desk)
    yield Row("report", "floor: the cells in one warm process, one template pass", floor, ratio=base / floor)
    with RenderSession() as press:
        for what, formats in KINDS.items():
            order = RenderOptions(NOTEBOOK, out, formats)
            render.render(load(HOMS), order, press)
            value = median(lambda order=order: render.render(load(HOMS), order, press), 2 * desk.runs + 1)
            note = f"{value / floor:.1f} times the floor"
            yield Row("report", f"quickview, warm, {what}", value, ratio=base / value, note=note)


def chromium(desk: Desk) -> Iterator[Row]:
    """A page by a process of its own, on a machine with a Chromium and on one without."""
    render = [BIN / "quickview", "render", HOMS, "--format", "html", "--out", desk.fresh("chromium")]
    base, value = medians(
        desk.runs, lambda: timed(lambda: run(*render)), lambda: timed(lambda: run(*render, **NO_CHROMIUM))
    )
    yield Row("chromium", "quickview render, cold, HTML", base)
    yield Row("chromium", "the same, cold without Chromium", value, ratio=base / value)


def marimo(desk: Desk) -> Iterator[Row]:
    """The same cells as a notebook of marimo, whose kernel and exporter are one process."""
    if not find_spec("marimo"):
        yield Row("marimo", "marimo export html", math.nan, "", note="skipped: marimo is not installed")
        return
    out = desk.fresh("marimo")
    command, cells = [sys.executable, "-m", "marimo", "-y"], out / "cells.py"
    run(*command, "convert", NOTEBOOK, "-o", cells)
    cells.write_text(cells.read_text(encoding="utf-8").replace("../briefs/homs-truce.md", str(HOMS)), encoding="utf-8")
    export = [*command, "export", "html", cells, "-f", "-o", out / "cells.html"]
    render = [BIN / "quickview", "render", HOMS, "--format", "html", "--out", out]
    base, value = medians(desk.runs, lambda: timed(lambda: run(*export)), lambda: timed(lambda: run(*render)))
    yield Row("marimo", "marimo export html", base)
    yield Row("marimo", "quickview render, cold, HTML", value, ratio=base / value)


def figures(desk: Desk) -> Iterator[Row]:
    """All drawings of one report, wide and narrow: by Chromium that runs plotly.js and is warm, and by the kit."""
    drawn = read_outline(run_notebook(NOTEBOOK, brief_path=str(HOMS))).figures
    specs = [form for figure in drawn if figure.is_canvas for form in (figure.wide, figure.narrow) if form]

    def by_kit() -> None:
        for spec in specs:
            drawing.draw(spec, title="", description="")

    with RenderSession() as press:
        browser = press.browser
        assert browser

        def by_plotly() -> None:
            browser.fresh()
            browser.draw(specs)

        by_plotly()
        base = median(by_plotly, 2 * desk.runs + 1)
    value = median(by_kit, 2 * desk.runs + 1)
    yield Row("figures", f"plotly.js in a warm Chromium, {len(specs)} drawings", base)
    yield Row("figures", f"the kit, {len(specs)} drawings", value, ratio=base / value, note=f"{1000 * value:.1f} ms")


KINDS = {"HTML": ("html",), "HTML and PDF": ("html", "pdf")}


def median_floor(desk: Desk) -> float:
    def once() -> None:
        outline = read_outline(run_notebook(NOTEBOOK, brief_path=str(HOMS)))
        page.render(outline, None, load_theme(""), static=False)

    once()
    return median(once, 2 * desk.runs + 1)


def batch(desk: Desk) -> Iterator[Row]:
    """Many briefs, two at a time, in seconds a brief."""
    briefs = desk.copies(desk.briefs, HOMS, ANDES)
    some, out = briefs[: desk.peer_briefs], desk.fresh("batch")
    loop = timed(lambda: [peer(brief, out, *PLAIN) for brief in some]) / len(some)
    yield Row("batch", "papermill + nbconvert, one after another, HTML", loop, note=f"a brief, of {len(some)}")
    xargs = timed(lambda: side_by_side(some, out)) / len(some)
    yield Row("batch", "the same over xargs -P2", xargs, note=f"a brief, of {len(some)}")
    for what, formats in KINDS.items():
        options = ["--workers", "2", *(option for form in formats for option in ("--format", form))]
        value = timed(lambda o=options: run(BIN / "quickview", "render", *briefs, "--out", out, *o)) / len(briefs)
        note = f"a brief, of {len(briefs)}; {xargs / value:.1f}× xargs"
        yield Row("batch", f"quickview, 2 workers, {what}", value, ratio=loop / value, note=note)


def unchanged(desk: Desk) -> Iterator[Row]:
    """A night on which nothing has changed, after one on which everything is new; whole processes."""
    briefs, out = desk.copies(desk.briefs, ANDES), desk.fresh("unchanged")
    night = [BIN / "quickview", "nightly", *briefs, "--out", out, "--digest", "none.ipynb"]
    first = timed(lambda: run(*night))
    yield Row("unchanged", f"quickview nightly, {desk.briefs} new briefs", first)
    value = median(lambda: run(*night), desk.runs)
    note = f"{1000 * value / desk.briefs:.1f} ms a brief"
    yield Row("unchanged", f"quickview nightly, {desk.briefs} unchanged briefs", value, ratio=first / value, note=note)


def side_by_side(briefs: Sequence[Path], out: Path) -> None:
    one = f"{BIN}/papermill {NOTEBOOK} {out}/$(basename {{}}).ipynb -k python3 -p brief_path {{}} --no-progress-bar"
    script = f"{one} && {BIN}/jupyter nbconvert --to html {out}/$(basename {{}}).ipynb"
    command = ["xargs", "-P2", "-I{}", "sh", "-c", script]
    text = "\n".join(map(str, briefs))
    subprocess.run(command, input=text, text=True, cwd=NOTEBOOK.parent, check=True, capture_output=True)


CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    n = int(sys.argv[1])
    with LocalCluster(n_workers=n, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def dask(desk: Desk) -> Iterator[Row]:
    """The same briefs over one Dask worker and over two, each a process that is warm."""
    briefs, out = desk.copies(desk.briefs, HOMS, ANDES), desk.fresh("dask")
    one = 0.0
    for n in (1, 2):
        with subprocess.Popen(
            [sys.executable, "-c", CLUSTER, str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as cluster:
            assert cluster.stdout
            assert cluster.stdin
            order = ["--scheduler", cluster.stdout.readline().strip(), "--out", out]
            run(BIN / "quickview", "render", *briefs[: 2 * n], *order)
            value = timed(lambda order=order: run(BIN / "quickview", "render", *briefs, *order)) / len(briefs)
            cluster.stdin.close()
        one = one or value
        ratio = one / value if n > 1 else None
        yield Row(
            "dask", f"quickview, {n} Dask worker{'s' * (n > 1)}, HTML and PDF", value, ratio=ratio, note="a brief"
        )


class Watch(threading.Thread):
    """Notes, every half second, what memory each worker of a batch holds, with its browser and kernels."""

    def __init__(self, parent: int, out: Path) -> None:
        super().__init__(daemon=True)
        self.parent, self.out = psutil.Process(parent), out
        self.seen: list[tuple[int, int, float, float]] = []

    def run(self) -> None:
        while self.parent.is_running() and self.parent.status() != psutil.STATUS_ZOMBIE:
            done = sum(1 for _ in self.out.glob("*/manifest.json"))
            for worker in self.parent.children():
                try:
                    own = worker.memory_info().rss / 1e6
                    kin = sum(child.memory_full_info().pss for child in worker.children(recursive=True)) / 1e6
                except psutil.Error:
                    continue
                self.seen.append((worker.pid, done, own, kin))
            time.sleep(0.5)

    def flat(self, after: int) -> tuple[float, float, float, float]:
        """Median memory of a worker, and of its browser and kernels, just after the first reports and at the end."""
        late = max(done for _, done, _, _ in self.seen)
        first = [row for row in self.seen if after <= row[1] <= after * 1.5]
        last = [row for row in self.seen if row[1] >= late - after * 0.5]
        middle = statistics.median
        return (
            middle(row[2] for row in first),
            middle(row[2] for row in last),
            middle(row[3] for row in first),
            middle(row[3] for row in last),
        )


def growth(desk: Desk) -> Iterator[Row]:
    """From ten reports to very many: seconds a report, and what memory a worker holds."""
    sizes = [n for n in (10, 100, 500, 1000) if n <= desk.most]
    for n in sizes:
        briefs, out = desk.copies(n, ANDES), desk.fresh("growth")
        command = [BIN / "quickview", "render", *briefs, "--out", out, "--workers", "2"]
        start = time.perf_counter()
        with subprocess.Popen([*map(str, command)], cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            watch = Watch(process.pid, out)
            watch.start()
            process.wait()
        value = (time.perf_counter() - start) / n
        yield Row("growth", f"{n} reports, HTML and PDF, 2 workers", value, note="a report")
        if n >= 200:
            first, last, kin_first, kin_last = watch.flat(50)
            yield Row("growth", f"a worker after 50 of {n}", first, "MB")
            yield Row("growth", f"a worker at the end of {n}", last, "MB", note=f"{100 * (last / first - 1):+.1f} %")
            yield Row("growth", f"its browser and kernels after 50 of {n}", kin_first, "MB")
            note = f"{100 * (kin_last / kin_first - 1):+.1f} %"
            yield Row("growth", f"its browser and kernels at the end of {n}", kin_last, "MB", note=note)
