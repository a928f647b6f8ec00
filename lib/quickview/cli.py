"""The command line."""

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from quickview.errors import InputError, MachineError, QuickViewError, ReportError

if TYPE_CHECKING:
    from quickview.publishing.batch import Job, Outcome

GOOD: Final = 0
FAILED: Final = 1
BROKEN: Final = 2
INTERRUPTED: Final = 130
"""Exit codes: all good; a brief or report failed and the rest is done; wrong usage or environment; interrupted."""

DEFAULT_NOTEBOOK: Final = Path("notebooks/quick_view.ipynb")
DEFAULT_OUT: Final = Path("reports")

app = typer.Typer(
    help="Short analytical reports on political and conflict events.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich takes longer to import than the help takes to read
    pretty_exceptions_enable=False,
)
shapes_app = typer.Typer(help="The layers that briefs may name.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(shapes_app, name="shapes")


class Format(StrEnum):
    """Files a report can be rendered to."""

    HTML = "html"
    PDF = "pdf"


Briefs = Annotated[list[Path], typer.Argument(help="Briefs to read (briefs/NAME.md).", show_default=False)]
Shapes = Annotated[
    Path | None,
    typer.Option(help="Catalogue of layers. [default: shapes/ beside the brief's folder]", show_default=False),
]


def _site(address: str) -> str:
    """Return the address as pages name it, or end as wrong usage."""
    if not address:
        return ""
    from quickview.publishing.sharing import site_address

    try:
        return site_address(address)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


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
        _print_fault(error)
        sys.exit(BROKEN if isinstance(error, MachineError) else FAILED)


@app.command()
def check(briefs: Briefs, shapes: Shapes = None) -> None:
    """Check briefs; print every fault as FILE:LINE:COLUMN."""
    from quickview.brief.reader import load

    failed = 0
    for path in briefs:
        with _faults_told() as told:
            brief = load(path, catalog=shapes)
            facts = brief.facts
            _say(f"{path}: sound; {len(facts.actors)} actors, {len(facts.events)} events, {len(facts.sources)} sources")
        failed += told.failed
    raise typer.Exit(FAILED if failed else GOOD)


@app.command()
def render(  # noqa: PLR0913, PLR0917 (one argument an option; they become one record right away)
    briefs: Briefs,
    formats: Annotated[
        list[Format] | None, typer.Option("--format", help="Formats to make; both by default.", show_default=False)
    ] = None,
    static: Annotated[bool, typer.Option("--static", help="Leave interactive charts out of the HTML.")] = False,  # noqa: FBT002 (a flag)
    out: Annotated[Path, typer.Option(help="Folder for reports.")] = DEFAULT_OUT,
    notebook: Annotated[Path, typer.Option(help="Notebook to run.")] = DEFAULT_NOTEBOOK,
    language: Annotated[
        str,
        typer.Option(help="Language of the report, such as ar or fr. [default: the brief's own]", show_default=False),
    ] = "",
    theme: Annotated[
        str, typer.Option(help="Theme: default, gazette, signal, or a theme file.", show_default=False)
    ] = "",
    shapes: Shapes = None,
    site: Annotated[
        str,
        typer.Option(
            help="Address the reports are served at, for previews of links.", show_default=False, callback=_site
        ),
    ] = "",
    kernel: Annotated[str, typer.Option(help="Kernel to run the notebook with.")] = "quickview",
    workers: Annotated[
        int | None, typer.Option(help="Processes to work with. [default: one a processor]", min=1, show_default=False)
    ] = None,
    scheduler: Annotated[
        str, typer.Option(help="Dask scheduler to work with instead, such as tcp://host:8786.", show_default=False)
    ] = "",
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
    from quickview.publishing.edition import FORMATS, Order

    load_theme(theme)
    order = Order(notebook, out, [str(f) for f in formats or FORMATS], static, theme, site, kernel)
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

    findings = examine(install=install, say=_say)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = "ok     " if finding.ok else "missing"
        _say(f"{mark} {finding.name:{width}}  {finding.detail}")
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
        _say(str(path))


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
        _print_fault(error)


def _one_by_one(jobs: "Sequence[Job]") -> "Generator[Outcome]":
    """Render in this process, on a press that is opened for the first sound brief."""
    from quickview.publishing.batch import work
    from quickview.publishing.press import Press

    with ExitStack() as stack:
        press = functools.cache(lambda kernel: stack.enter_context(Press(kernel)))
        for job in jobs:
            with _progress(job.brief.stem) as tell:
                outcome = work(job, press, tell)
            yield outcome


def _tell_of(outcome: "Outcome") -> int:
    """Print what became of a brief; return the exit code it asks for."""
    for line in (*(f"{outcome.brief}: {warning}" for warning in outcome.warnings), *outcome.faults):
        _warn(line)
    for file in outcome.files:
        _say(f"{file}  {file.stat().st_size / 1000:,.0f} kB")
    if outcome.machine:
        raise typer.Exit(BROKEN)
    return FAILED if outcome.faults else GOOD


@contextmanager
def _progress(name: str) -> Iterator[Callable[[str], None]]:
    """Show the step at work: a spinner on a terminal, plain lines elsewhere."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(name) as status:
            yield lambda step: status.update(f"{name}: {step}")
    else:
        yield lambda step: print(f"{name}: {step}", file=sys.stderr, flush=True)


def _say(text: str) -> None:
    print(text, flush=True)


def _warn(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print_fault(error: Exception) -> None:
    if isinstance(error, QuickViewError):
        _warn(str(error))
    else:
        _warn(f"E-INTERNAL {type(error).__name__}: {error} — run again with --debug and report what it prints")


if __name__ == "__main__":
    main()
