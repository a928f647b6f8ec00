"""Benchmarks, side by side in one run: `make bench`, or a part of it with `make bench PARTS="kernel report"`.

Each figure is a median of whole runs; each ratio is of two figures of the same run.
The peers are what one would type without the kit: papermill, then nbconvert, each
with its own process and a plain kernel, on the same notebook and briefs.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks import cases, events, reader, results

PARTS: dict[str, Callable[[cases.Desk], Iterator[results.Row]]] = {
    "kernel": cases.kernel,
    "command": cases.command,
    "figures": cases.figures,
    "report": cases.report,
    "batch": cases.batch,
    "unchanged": cases.unchanged,
    "dask": cases.dask,
    "growth": cases.growth,
    "chromium": cases.chromium,
    "marimo": cases.marimo,
    "events": events.events,
    "click": reader.click,
    "paint": reader.paint,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Time the kit against its peers.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; everything by default")
    parser.add_argument("--runs", type=int, default=5, help="runs a figure")
    parser.add_argument("--briefs", type=int, default=50, help="briefs of a batch")
    parser.add_argument("--peer-briefs", type=int, default=10, help="briefs that a peer's batch is timed on")
    parser.add_argument("--most", type=int, default=500, help="reports of the longest run")
    parser.add_argument("--out", type=Path, default=Path(".bench"), help="folder for the table and the plot")
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        desk = cases.Desk(Path(folder), given.runs, given.briefs, given.peer_briefs, given.most)
        for part in given.parts or PARTS:
            for row in PARTS[part](desk):
                rows.append(row)
                print(row, flush=True)
    machine = f"{os.cpu_count()} processors, Python {platform.python_version()}, {platform.system()}"
    given.out.mkdir(exist_ok=True)
    (given.out / "bench.md").write_text(results.table(rows, machine), encoding="utf-8")
    (given.out / "bench.svg").write_text(results.plot(rows), encoding="utf-8")
    print(results.table(rows, machine))


if __name__ == "__main__":
    sys.exit(main())
