"""The commands of the night: `nightly`, `why`, `diff`."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from quickview import terminal
from quickview.errors import InputError, did_you_mean
from quickview.options import CELL_SECONDS, REPORT_SECONDS, NightlyOptions, Timeouts
from quickview.terminal import BROKEN, FAILED, GOOD, print_detail, say, warn

if TYPE_CHECKING:
    from quickview.brief.reader import Past
    from quickview.nightly.record import Outcome
    from quickview.nightly.run import NightlyResult

DIGEST: Final = "digest"
PAGES: Final = (DIGEST, "forecasts")
"""Pages that stand beside the reports of a night, by the names of their folders."""

Name = Annotated[str, typer.Argument(help="Name of a brief in briefs/, or its path.", show_default=False)]


@dataclass(frozen=True)
class Selection:
    """Options of which briefs a night makes."""

    country: Annotated[str, typer.Option(help="Only briefs on this country (ISO alpha-3).", show_default=False)] = ""
    topic: Annotated[str, typer.Option(help="Only briefs on this topic.", show_default=False)] = ""
    force: Annotated[bool, typer.Option("--force", help="Make unchanged reports again too.")] = False


@dataclass(frozen=True)
class Patience:
    """Options of what a night does about failures, and how long it waits."""

    keep_going: Annotated[bool, typer.Option(help="Go on after a failure.")] = True
    max_failures: Annotated[
        int | None, typer.Option(help="Stop after so many failures.", min=1, show_default=False)
    ] = None
    report_timeout: Annotated[float, typer.Option(help="Seconds a report may take.", min=1)] = REPORT_SECONDS
    cell_timeout: Annotated[float, typer.Option(help="Seconds a cell may take.", min=1)] = CELL_SECONDS
    retries: Annotated[int, typer.Option(help="How often to try again when a kernel or the browser died.", min=0)] = 1


@dataclass(frozen=True)
class Edition:
    """Options of the edition that a night makes of its reports."""

    day: Annotated[
        str,
        typer.Option(
            help="Day of the edition, YYYY-MM-DD. [default: the latest as_of]",
            show_default=False,
            callback=terminal.checked_day,
        ),
    ] = ""
    digest: Annotated[
        Path | None,
        typer.Option(
            help="Notebook of the digest. [default: notebooks/digest.ipynb; none, no digest]", show_default=False
        ),
    ] = None
    forecasts: Annotated[
        Path | None,
        typer.Option(
            help="Notebook of the forecasts. [default: notebooks/forecasts.ipynb; none, no such page]",
            show_default=False,
        ),
    ] = None
    archive: Annotated[
        int | None,
        typer.Option(
            help="Keep each report under its day too (NAME/2017-08-04/), for so many days.",
            min=1,
            show_default=False,
            metavar="DAYS",
        ),
    ] = None


@terminal.flattened
def nightly(
    selection: Selection,
    patience: Patience,
    edition: Edition,
    rendering: terminal.Rendering,
    workforce: terminal.Workforce,
    briefs: Annotated[
        list[Path] | None, typer.Argument(help="Briefs. [default: all in briefs/]", show_default=False)
    ] = None,
) -> None:
    """Make every report that would come out differently, and the front page."""
    from quickview.nightly import failed_night

    out = rendering.out or terminal.in_project(terminal.OUT, beside=next(iter(briefs or ()), None))
    language = rendering.language
    try:
        result = _run(selection, patience, edition, rendering, workforce, briefs)
    except Exception as error:
        # Nothing is left behind where there is no project, nor where another run is at work.
        if getattr(error, "code", "") != "E-LOCKED" and (out.exists() or out.parent.joinpath(terminal.BRIEFS).is_dir()):
            failed_night.mark(out, *failed_night.told(error), language=language)
        raise
    _sum_up(result)
    causes = {outcome.cause for outcome in result.outcomes if outcome.faults}
    if "machine" in causes:
        faults = [str(fault) for outcome in result.outcomes for fault in outcome.faults if outcome.cause == "machine"]
        failed_night.mark(out, "machine", dict.fromkeys(faults), language=language)
        raise typer.Exit(BROKEN)
    raise typer.Exit(FAILED if causes else GOOD)


def _run(
    selection: Selection,
    patience: Patience,
    edition: Edition,
    rendering: terminal.Rendering,
    workforce: terminal.Workforce,
    briefs: Sequence[Path] | None,
) -> "NightlyResult":
    from quickview.files import lock

    paths = _named_apart(briefs or sorted(terminal.in_project(terminal.BRIEFS).glob("*.md")))
    options = NightlyOptions.of(
        rendering.of(paths[0]),
        timeouts=Timeouts(patience.cell_timeout, patience.report_timeout),
        tries=patience.retries + 1,
        briefs=paths,
        country=selection.country.upper(),
        topic=selection.topic,
        force=selection.force,
        most_failures=patience.max_failures if patience.keep_going else 1,
        workers=workforce.workers,
        scheduler=workforce.scheduler,
        day=edition.day,
        archive=edition.archive,
        forecasts=edition.forecasts or terminal.in_project(terminal.FORECASTS, beside=paths[0]),
        digest=edition.digest or terminal.in_project(terminal.DIGEST, beside=paths[0]),
    )
    with lock(options.out):
        from quickview.nightly.run import run

        return run(options, tell=_tell)


@terminal.flattened
def why(name: Name, rendering: terminal.Rendering) -> None:
    """Say why `nightly`, with the same options, would make a report again, or why not."""
    from quickview.nightly import plan
    from quickview.report import fingerprint

    path = named_brief(name)
    options = NightlyOptions.of(rendering.of(path), briefs=[path])
    for planned in plan.plan(options, fingerprint.common(options)):
        reasons = plan.why(planned)
        if not reasons:
            say(f"{planned.folder.name} stays: nothing that it is made of has changed")
        for reason in reasons:
            say(f"{planned.folder.name} is made again: {reason}")


def diff(
    name: Name,
    against: Annotated[
        str, typer.Option(help="A file, or a revision of Git. [default: the last good edition]", show_default=False)
    ] = "",
    out: terminal.Out = None,
) -> None:
    """Say what a brief says now that it did not say before."""
    for line in changes(named_brief(name), against=against, out=out):
        say(line)


def changes(path: Path, *, against: str = "", out: Path | None = None) -> list[str]:
    """Return what a brief says now that it did not say in the last edition in `out`, or in a file or revision of Git."""
    from quickview.brief.reader import read_past
    from quickview.nightly.plan import tell

    out = out or terminal.in_project(terminal.OUT, beside=path)
    now = read_past(path)
    if now is None:
        raise InputError.at(str(path), "E-BRIEF-READ", "cannot be read", f"run `quickview check {path}`")
    return tell(_past(path, against, out), now) or ["nothing changed"]


def _named_apart(briefs: Sequence[Path]) -> Sequence[Path]:
    """Return the briefs; raise `InputError` when two would have the same report, or there is none."""
    if not briefs:
        raise InputError.at(str(terminal.BRIEFS), "E-BRIEF-NONE", "holds no brief", "write briefs/NAME.md")
    seen: dict[str, Path] = {}
    for brief in briefs:
        if brief.stem in PAGES:
            message = f"a page of the night has this name: {' or '.join(PAGES)}"
            raise InputError.at(str(brief), "E-BRIEF-NAME", message, "give the brief another")
        if other := seen.get(brief.stem):
            message = f"its report would take the place of that of {other}"
            raise InputError.at(str(brief), "E-BRIEF-TWICE", message, "name each brief once, and differently")
        seen[brief.stem] = brief
    return briefs


def named_brief(name: str) -> Path:
    """Return the brief of that name or path; raises `InputError` where there is none."""
    folder = terminal.in_project(terminal.BRIEFS)
    path = folder / f"{name}.md"
    if name.endswith(".md"):
        path = Path(name) if Path(name).is_file() else terminal.in_project(Path(name))
    if not path.is_file():
        known = sorted(brief.stem for brief in folder.glob("*.md"))
        raise InputError.at(
            str(path), "E-BRIEF-NONE", f"there is no brief `{path.stem}`", did_you_mean(path.stem, known)
        )
    return path


def _past(path: Path, against: str, out: Path) -> "Past":
    """Return the brief as it was in the last edition, in a file, or in a revision of Git."""
    from quickview.brief.reader import past_of, read_past

    file = Path(against) if against else out / path.stem / f"{path.stem}.md"
    if file.exists():
        found = read_past(file)
    elif not against:
        raise InputError.at(str(path), "E-DIFF-NONE", "no edition of it stands", "name a file or revision: --against")
    else:
        # `--end-of-options` keeps a revision from being read as an option; `./` means from this folder.
        told = subprocess.run(  # noqa: S603 (asks about a file of the user's own)
            ["git", "show", "--end-of-options", f"{against}:./{path.name}"],  # noqa: S607 (the user's Git)
            cwd=path.resolve().parent,
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode:
            message = f"neither a file nor a revision that has {path.name}"
            raise InputError.at(against, "E-DIFF-AGAINST", message, "name a file, a commit, a branch or a tag")
        found = past_of(told.stdout, name=path.name)
    if found is None:
        shown = against or str(file)
        raise InputError.at(shown, "E-DIFF-READ", "no brief that can be compared", "name an earlier or later one")
    return found


def _tell(outcome: "Outcome") -> None:
    """Print what became of a brief as soon as it is known."""
    for warning in outcome.warnings:
        warn(f"{outcome.brief}: {warning}")
    for fault in (*outcome.noticed, *outcome.faults):
        warn(str(fault))
    print_detail(outcome.detail, always=outcome.cause == "cell")
    say(f"{outcome.brief}: {outcome.cause or 'made'}  {outcome.seconds:.1f} s")


def _sum_up(result: "NightlyResult") -> None:
    """Print the table of the edition; in a run of GitHub's, annotate the briefs and add to the run's summary."""
    from quickview.nightly import record

    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in record.annotations(result.outcomes):
            say(line)
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(record.as_markdown(result.edition))
    if result.undone:
        warn(f"left undone after too many failures: {', '.join(map(str, result.undone))}")
    for line in result.edition.get("left_out", ()):
        warn(line)
    say(record.table(result.edition))
