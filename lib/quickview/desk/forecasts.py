"""The command that keeps the ledger of forecasts: what is open, what is due, and how good the settled ones were."""

import datetime as dt
import io
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from quickview import terminal
from quickview.errors import Fault, InputError
from quickview.terminal import FAILED, GOOD, say, warn

if TYPE_CHECKING:
    from rich.table import Table

    from quickview.evidence.ledger import Entry, Ledger
    from quickview.evidence.scores import Score, Scored

BRIER: Final = "mean of (p − o)²"
LOG: Final = "mean of −ln of the probability given to what happened"
"""The formulas, in letters that a terminal has."""

_HEADINGS: Final = {"overdue": "Overdue: the last day is over, and no outcome is given", "due": "Due within {n} days",
                    "open": "Open", "settled": "Settled"}  # fmt: skip


class Shape(StrEnum):
    """How a ledger is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def _day(text: str) -> dt.date | None:
    """Return an ISO date, or end as wrong usage."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("write it as 2017-08-04") from None


def forecasts(
    briefs: Annotated[
        list[Path] | None, typer.Argument(help="Briefs. [default: all in briefs/]", show_default=False)
    ] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", help="Day to look from, YYYY-MM-DD. [default: today]", show_default=False)
    ] = "",
    shape: Annotated[Shape, typer.Option("--format", help="How to print them.")] = Shape.TABLE,
    out: Annotated[Path | None, typer.Option(help="File to write. [default: print]", show_default=False)] = None,
    shapes: terminal.Shapes = None,
) -> None:
    """List forecasts by state, and score those that `outcomes.yaml`, beside the briefs, settles."""
    from quickview.evidence import ledger
    from quickview.files import write_atomically
    from quickview.report.sharing import csv_text

    day = _day(as_of) or dt.datetime.now(dt.UTC).date()
    paths = list(dict.fromkeys(briefs or sorted(terminal.in_project(terminal.BRIEFS).glob("*.md"))))
    if not paths:
        raise InputError.at(str(terminal.BRIEFS), "E-BRIEF-NONE", "holds no brief", "write briefs/NAME.md")
    faults: list[Fault] = []
    told = ledger.read(paths, as_of=day, catalog=shapes, tell=faults.append)
    for fault in faults:
        warn(str(fault))
    text = io.StringIO()
    if shape is Shape.TABLE:
        terminal.print_tables(_tables(told), file=text if out else None)
    else:
        text.write(ledger.as_json(told) if shape is Shape.JSON else csv_text(ledger.COLUMNS, ledger.rows(told)))
    if out:
        write_atomically(out, text.getvalue())
        say(f"{out}  {len(told.forecasts)} forecast{'s' * (len(told.forecasts) != 1)}")
    else:
        sys.stdout.write(text.getvalue())
    raise typer.Exit(FAILED if any(not fault.is_warning for fault in faults) else GOOD)


def _tables(told: "Ledger") -> Iterator["Table | str"]:
    """Yield the forecasts by state, how good those were that are settled, and how scores are made."""
    from quickview.evidence import scores
    from quickview.evidence.ledger import DUE_DAYS, State

    for state in State:
        if entries := told.of(state):
            yield f"{_HEADINGS[state].format(n=DUE_DAYS)} ({len(entries)})"
            yield terminal.table(("forecast", "judged", "last day", "report", ""), map(_row, entries))
            yield ""
    if told.scored:
        yield "Scores (lower is better)"
        yield terminal.table(("", "n", f"Brier: {BRIER}", f"log: {LOG}"), _comparison(told.scored))
        yield ""
        yield "By desk, by word and by band of the yardstick"
        yield terminal.table(("", "n", "mean forecast", "came true", "Brier", "log"), _breakdown(told.scored))
        yield ""
    if not told.forecasts:
        yield f"no forecasts on {told.as_of}"
        return
    yield f"as of {told.as_of}: forecasts: {len(told.forecasts)}, scored: {len(told.scored)}"
    if told.unscored:
        yield f"{len(told.unscored)} settled as partly or void, which no score counts"
    if told.scored:
        yield "p is the middle of a forecast's range, o is 1 where it came true and 0 where it did not"
        yield f"in the log score, p counts as at least {scores.CLIP:.1%} and at most {1 - scores.CLIP:.1%}"
        yield "* the share that came true, said of every forecast: known only afterwards"
        if len(told.scored) < scores.FEW:
            yield f"{len(told.scored)} scored: too few to tell skill from luck"


def _row(one: "Entry") -> tuple[str, ...]:
    when = one.date.isoformat() if one.date else one.horizon
    if one.outcome:
        how = f"{one.outcome}, {one.settled}"
    elif one.days is None:
        how = ""
    else:
        unit = "day" if abs(one.days) == 1 else "days"
        how = f"{one.days} {unit} left" if one.days >= 0 else f"{-one.days} {unit} overdue"
    span = f"{one.low:g}%" if one.low == one.high else f"{one.low:g}–{one.high:g}%"
    return one.title, f"{one.word}, {span}", when, f"{one.report}#{one.id}", how


def _comparison(scored: list["Scored"]) -> list[tuple[str, ...]]:
    from quickview.evidence import scores

    rows = (("these forecasts", scores.score(scored)), ("always 50%", scores.always_even(scored)),
            ("base rate*", scores.base_rate(scored)))  # fmt: skip
    return [(name, str(one.count), f"{one.brier:.3f}", f"{one.log:.3f}") for name, one in rows]


def _breakdown(scored: list["Scored"]) -> list[tuple[str, ...]]:
    from quickview.evidence import scores

    def row(name: str, one: "Score") -> tuple[str, ...]:
        shares = (f"{one.forecast:.0%}", f"{one.came_true:.0%}")
        return name, str(one.count), *shares, f"{one.brier:.3f}", f"{one.log:.3f}"

    rows = [row(name, one) for name, one in scores.by(scored, lambda one: one.desk).items()]
    rows += [row(name, one) for name, one in scores.by_word(scored).items()]
    rows += [
        (f"{one.low}–{one.high}%", str(one.count), f"{one.forecast:.0%}", f"{one.came_true:.0%}", "", "")
        for one in scores.calibration(scored)
    ]
    return rows
