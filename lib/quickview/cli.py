"""The command line."""

import contextlib
import functools
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from quickview import terminal
from quickview.desk import events, new, notebooks, shapes
from quickview.desk.forecasts import forecasts
from quickview.desk.mail import mail
from quickview.desk.preview import preview
from quickview.desk.verify import sign, verify
from quickview.errors import InputError, MachineError, ReportError
from quickview.kernels import ending
from quickview.nightly import commands
from quickview.terminal import BROKEN, FAILED, GOOD, INTERRUPTED, print_detail, print_fault, progress, say, warn

if TYPE_CHECKING:
    from pathlib import Path

    from quickview.nightly.pool import Job
    from quickview.nightly.record import Outcome
    from quickview.options import RenderOptions

app = typer.Typer(
    help="Short analytical reports on political and conflict events.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich takes longer to import than the help takes to read
    pretty_exceptions_enable=False,
)
app.add_typer(shapes.app, name="shapes")
app.add_typer(events.app, name="events")
app.add_typer(notebooks.app, name="notebooks")
for command in (preview, commands.nightly, commands.why, commands.diff, forecasts, mail, verify, sign):
    app.command()(command)
app.command("new")(new.new_brief)


def main() -> None:
    """Run the command line; a fault is told in a line, never as a traceback, unless `--debug` stands first."""
    debug = "--debug" in sys.argv[1:]
    _fill_standard_streams()
    try:
        ending.by_signals()
        app([argument for argument in sys.argv[1:] if argument != "--debug"], standalone_mode=True)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        print_fault(error)
        sys.exit(terminal.exit_code(error))


def _fill_standard_streams() -> None:
    """Open nothing in the place of standard streams that are closed: a lock or a socket would else be printed into."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


@app.command()
def check(briefs: terminal.Briefs, shapes: terminal.Shapes = None, untrusted_brief: terminal.Untrusted = False) -> None:  # noqa: FBT002 (a flag)
    """Check briefs; print every fault as FILE:LINE:COLUMN."""
    if untrusted_brief:
        from quickview.desk import untrusted

        shapes = shapes and shapes.resolve()
        with untrusted.staged(briefs) as copies:
            raise typer.Exit(FAILED if _check(copies, shapes) else GOOD)
    raise typer.Exit(FAILED if _check(briefs, shapes) else GOOD)


def _check(briefs: "Sequence[Path]", shapes: "Path | None") -> bool:
    """Print the faults of briefs; return whether there are any."""
    from quickview.brief.reader import load
    from quickview.evidence import outcomes

    failed = False
    for path in briefs:
        try:
            brief = load(path, catalog=shapes)
            _, noticed = outcomes.of_brief(brief)
        except MachineError:
            raise
        except (InputError, ReportError) as error:
            failed = True
            print_fault(error)
        else:
            for warning in (*brief.warnings, *noticed):
                warn(str(warning))
            say(terminal.summary(brief))
    return failed


@app.command()
@terminal.flattened
def render(
    briefs: terminal.Briefs,
    rendering: terminal.Rendering,
    workforce: terminal.Workforce,
    until: terminal.Until = "",
    untrusted_brief: terminal.Untrusted = False,  # noqa: FBT002 (a flag)
) -> None:
    """Render briefs to finished reports."""
    if untrusted_brief:
        from quickview.desk import untrusted
        from quickview.kernels import servers

        if (
            not rendering.out
            or rendering.site
            or workforce != terminal.Workforce()
            or rendering.kernel != servers.KERNEL
        ):
            refused = "name a folder of its own with --out; --site, --kernel, --workers and --scheduler are not for it"
            raise typer.BadParameter(refused)
        options = replace(rendering.at_home().of(briefs[0]), until=until, timeouts=untrusted.TIMEOUTS)
        with untrusted.staged(briefs) as copies:
            untrusted.start_kernels()
            _render(copies, options, terminal.Workforce(workers=1))
    _render(briefs, replace(rendering.of(briefs[0]), until=until), workforce)


def _render(briefs: "Sequence[Path]", options: "RenderOptions", workforce: terminal.Workforce) -> NoReturn:
    from quickview.kernels import servers

    many = bool(workforce.scheduler) or min(workforce.workers or os.cpu_count() or 1, len(briefs)) > 1
    if not many and options.kernel == servers.KERNEL:
        servers.ahead()
    # jsonschema, under nbformat, would build a grammar of web addresses for 2 s, which no notebook asks for.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from quickview.nightly import pool
    from quickview.theme.theme import load_theme

    load_theme(options.theme)
    jobs = [pool.Job(path, options) for path in briefs]
    outcomes = (
        pool.spread(jobs, workers=workforce.workers, scheduler=workforce.scheduler) if many else _one_by_one(jobs)
    )
    with contextlib.closing(outcomes):
        worst = max((_tell_of(outcome) for outcome in outcomes), default=GOOD)
    raise typer.Exit(worst)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a brief's front matter."""
    from quickview.brief.export import dump

    print(dump(), end="")


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


def _one_by_one(jobs: "Sequence[Job]") -> "Generator[Outcome]":
    """Render in this process, on a press that is opened for the first sound brief."""
    from quickview.nightly.pool import work
    from quickview.report.session import RenderSession

    with ExitStack() as stack:
        press = functools.cache(lambda kernel: stack.enter_context(RenderSession(kernel)))
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
