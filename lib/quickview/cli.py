"""The command line."""

import contextlib
import functools
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quickview import night, options
from quickview.errors import InputError, MachineError, ReportError
from quickview.terminal import BROKEN, FAILED, GOOD, INTERRUPTED, LOCKED, print_detail, print_fault, progress, say, warn

if TYPE_CHECKING:
    from quickview.publishing.batch import Job
    from quickview.publishing.outcomes import Outcome

app = typer.Typer(
    help="Short analytical reports on political and conflict events.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich takes longer to import than the help takes to read
    pretty_exceptions_enable=False,
)
shapes_app = typer.Typer(help="The layers that briefs may name.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(shapes_app, name="shapes")
for command in (night.nightly, night.why, night.diff):
    app.command()(command)


def main() -> None:
    """Run the command line; a fault is told in a line, never as a traceback, unless `--debug` stands first."""
    debug = "--debug" in sys.argv[1:]
    try:
        app([argument for argument in sys.argv[1:] if argument != "--debug"], standalone_mode=True)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        print_fault(error)
        sys.exit(_exit_code(error))


def _exit_code(error: Exception) -> int:
    if getattr(error, "code", "") == "E-LOCKED":
        return LOCKED
    return BROKEN if isinstance(error, MachineError) else FAILED


@app.command()
def check(briefs: options.Briefs, shapes: options.Shapes = None) -> None:
    """Check briefs; print every fault as FILE:LINE:COLUMN."""
    from quickview.brief.reader import load

    failed = 0
    for path in briefs:
        with _faults_told() as told:
            brief = load(path, catalog=shapes)
            facts = brief.facts
            for warning in brief.warnings:
                warn(str(warning))
            counts = {"actor": len(facts.actors), "event": len(facts.events), "source": len(facts.sources)}
            counted = ", ".join(f"{n} {noun}{'' if n == 1 else 's'}" for noun, n in counts.items())
            say(f"{path}: sound; {counted}")
        failed += told.failed
    raise typer.Exit(FAILED if failed else GOOD)


@app.command()
def render(  # noqa: PLR0913, PLR0917 (one argument an option; they become one record right away)
    briefs: options.Briefs,
    formats: options.Formats = None,
    static: options.Static = False,  # noqa: FBT002 (a flag)
    out: options.Out = options.OUT,
    notebook: options.Notebook = None,
    language: options.LanguageCode = "",
    theme: options.ThemeName = "",
    shapes: options.Shapes = None,
    site: options.SiteAddress = "",
    kernel: options.Kernel = "quickview",
    workers: options.Workers = None,
    scheduler: options.Scheduler = "",
) -> None:
    """Render briefs to finished reports."""
    from quickview.kernels import servers

    many = bool(scheduler) or min(workers or os.cpu_count() or 1, len(briefs)) > 1
    if not many and kernel == servers.KERNEL:
        servers.ahead()
    # jsonschema, under nbformat, would build a grammar of web addresses for 2 s, which no notebook asks for.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from quickview.look.theme import load_theme
    from quickview.publishing import batch
    from quickview.publishing.edition import Order

    load_theme(theme)
    order = Order(notebook, out, options.chosen(formats), static, theme, site, kernel)
    jobs = [batch.Job(path, order, shapes, language) for path in briefs]
    outcomes = batch.spread(jobs, workers=workers, scheduler=scheduler) if many else _one_by_one(jobs)
    with contextlib.closing(outcomes):
        worst = max((_tell_of(outcome) for outcome in outcomes), default=GOOD)
    raise typer.Exit(worst)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a brief's front matter."""
    from quickview.brief.schema import dump

    sys.stdout.write(dump())


@app.command()
def doctor(
    install: Annotated[bool, typer.Option("--install", help="Install a Chromium if there is none.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Tell what is installed, what is missing and what to do about it."""
    from quickview.doctor import examine

    findings = examine(install=install, say=say)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = "ok     " if finding.ok else "missing"
        say(f"{mark} {finding.name:{width}}  {finding.detail}")
    raise typer.Exit(GOOD if all(finding.ok for finding in findings) else BROKEN)


@shapes_app.command("build")
def build_shapes(
    catalog: Annotated[Path, typer.Argument(help="Catalogue of layers.")] = Path("shapes/catalog.yaml"),
    packages: Annotated[
        Path | None, typer.Option(help="Folder with packages fetched before.", show_default=False)
    ] = None,
) -> None:
    """Rebuild every layer from its recipe."""
    from quickview.shapes.catalog import read_catalog
    from quickview.shapes.recipes import build

    for path in build(read_catalog(catalog), packages=packages):
        say(str(path))


class _Told:
    """Whether the work in a `with` block failed."""

    failed = False


@contextmanager
def _faults_told() -> Iterator[_Told]:
    """Print what goes wrong with one brief, so that the next one gets its turn."""
    told = _Told()
    try:
        yield told
    except MachineError:
        raise
    except (InputError, ReportError) as error:
        told.failed = True
        print_fault(error)


def _one_by_one(jobs: "Sequence[Job]") -> "Generator[Outcome]":
    """Render in this process, on a press that is opened for the first sound brief."""
    from quickview.publishing.batch import work
    from quickview.publishing.press import Press

    with ExitStack() as stack:
        press = functools.cache(lambda kernel: stack.enter_context(Press(kernel)))
        for job in jobs:
            with progress(job.brief.stem) as tell:
                outcome = work(job, press, tell)
            yield outcome


def _tell_of(outcome: "Outcome") -> int:
    """Print what became of a brief; return the exit code it asks for."""
    warnings = (f"{outcome.brief}: {warning}" for warning in outcome.warnings)
    for line in (*outcome.noticed, *warnings, *outcome.faults):
        warn(str(line))
    print_detail(outcome.detail, always=outcome.cause == "cell")
    for file in outcome.files:
        say(f"{file}  {file.stat().st_size / 1000:,.0f} kB")
    if outcome.cause == "machine":
        raise typer.Exit(BROKEN)
    return FAILED if outcome.faults else GOOD


if __name__ == "__main__":
    main()
