"""Hostile briefs and notebooks by the thousand, and growing briefs: `python -m tests.hostile briefs COUNT`, `notebooks COUNT` or `growth`."""

import argparse
import multiprocessing
import os
import re
import sys
from collections import Counter, defaultdict

from tests.hostile import briefs, chains, checking


def main():
    """Run what is asked for; the exit code tells whether anything fell."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    commands = parser.add_subparsers(required=True)
    many = commands.add_parser("briefs", help="generate hostile briefs and check each")
    many.add_argument("count", type=int)
    many.add_argument("--seed", type=int, default=1)
    many.add_argument("--only", default="", help="classes whose names hold this")
    many.set_defaults(run=_briefs)
    growth = commands.add_parser("growth", help="check chains of growing size")
    growth.add_argument("--sizes", type=int, nargs="*", default=[50, 100, 200, 500], help="in kB")
    growth.add_argument("--only", default="", help="chains whose names match this")
    growth.set_defaults(run=_growth)
    for command in (many, growth):
        command.add_argument("--jobs", type=int, default=1)
    own = commands.add_parser("notebooks", help="read hostile cells, and open in Chromium what stands of each notebook")
    own.add_argument("count", type=int)
    own.add_argument("--seed", type=int, default=1)
    own.add_argument("--only", default="", help="kinds of cells whose names hold this")
    own.set_defaults(run=_notebooks)
    options = parser.parse_args()
    sys.exit(options.run(options))


def _pool(jobs):
    return multiprocessing.get_context("fork").Pool(jobs, initializer=checking.prepare)


def _grown(task):
    name, kilobytes = task
    return kilobytes, checking.check(name, chains.CHAINS[name](kilobytes * 1000))


def _made(task):
    number, seed, only = task
    name, text = briefs.made(number, seed, only)
    return number, checking.check(name, text)


def campaign(count, seed=1, *, jobs=1, only=""):
    """Check so many briefs; returns the answers by number."""
    with _pool(jobs) as pool:
        return dict(pool.imap_unordered(_made, [(number, seed, only) for number in range(count)], chunksize=4))


def _briefs(options):
    answers = campaign(options.count, options.seed, jobs=options.jobs, only=options.only)
    classes = defaultdict(list)
    for number, answer in answers.items():
        classes[answer.name].append((number, answer))
    for name, found in classes.items():
        outcomes = Counter(answer.outcome for _, answer in found)
        slow, big = (max(found, key=lambda one, what=what: getattr(one[1], what)) for what in ("seconds", "megabytes"))
        print(
            f"{name:24} {len(found):6}  {dict(outcomes)}  slowest {slow[1].seconds:.2f} s (#{slow[0]}), largest {big[1].megabytes:.0f} MB (#{big[0]})"
        )
    fallen = [(number, answer) for number, answer in sorted(answers.items()) if answer.wrongs]
    for number, answer in fallen[:100]:
        print(f"#{number} {answer.name}: {answer.wrongs} {answer.touched[:2]} {answer.detail[-400:]}")
    print(
        f"{len(answers):,} briefs, {len(fallen):,} fell: {dict(Counter(wrong for _, answer in fallen for wrong in answer.wrongs))}"
    )
    return 1 if fallen else 0


def _notebooks(options):
    from playwright.sync_api import sync_playwright

    from quickview.report import chromium
    from tests.hostile import notebooks

    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--disable-dev-shm-usage"], chromium_sandbox=not as_root
        )
        answers = list(notebooks.campaign(options.count, options.seed, only=options.only, browser=browser))
    for kind in sorted({answer.kind for answer in answers}):
        found = [answer for answer in answers if answer.kind == kind]
        slowest = max(answer.seconds for answer in found)
        print(f"{kind:16} {len(found):6}  {dict(Counter(answer.outcome for answer in found))}  slowest {slowest:.2f} s")
    fallen = [answer for answer in answers if answer.wrongs]
    for answer in fallen[:100]:
        print(f"{answer.kind}: {answer.wrongs} {answer.detail}")
    print(f"{options.count:,} notebooks, {len(answers):,} cells and pages, {len(fallen):,} fell")
    return 1 if fallen else 0


def _growth(options):
    names = [name for name in chains.CHAINS if re.search(options.only, name)]
    told = defaultdict(dict)
    with _pool(options.jobs) as pool:
        for kilobytes, answer in pool.imap_unordered(_grown, [(n, size) for n in names for size in options.sizes]):
            told[answer.name][kilobytes] = answer
            if len(told[answer.name]) == len(options.sizes):
                row = [told[answer.name][size] for size in options.sizes]
                seconds = " ".join(f"{one.seconds:7.2f}" for one in row)
                last = row[-1]
                slow = "SLOW " * (last.seconds > 1) + "LARGE " * (last.megabytes > 200)
                wrong = ", ".join(sorted({w for one in row for w in one.wrongs}))
                print(
                    f"{seconds} s {last.megabytes:6.0f} MB {len(last.lines):6} lines  {answer.name}  {slow}{wrong} {last.detail[-300:]}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    main()
