"""What is to be made, and how: one record that travels from the command line to the notebook."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from quickview.errors import ReportError

FORMATS: Final = ("html", "pdf")
CELL_SECONDS: Final = 120
REPORT_SECONDS: Final = 600

MOMENT: Final = 0.01
"""Seconds; what waits for a time to come may wake a little before it, as timers cut it to milliseconds."""


@dataclass(frozen=True)
class Timeouts:
    """How long a cell may run, in seconds, and a report be in the making, from the moment this was made."""

    cell: float = CELL_SECONDS
    report: float = REPORT_SECONDS
    until: float = math.inf

    def running(self) -> "Timeouts":
        """Return the same timeouts, with the time of the report running from now, or from before."""
        return Timeouts(self.cell, self.report, min(self.until, time.monotonic() + self.report))

    @property
    def left(self) -> float:
        """Seconds left for the report; never less than a moment, so that it can be waited for."""
        return max(MOMENT, self.until - time.monotonic())

    @property
    def fault(self) -> ReportError | None:
        """What to raise when the report's time is over; None before."""
        if self.left > MOMENT:
            return None
        message = f"the report was not finished after {self.report:g} s"
        return ReportError("E-REPORT-TIMEOUT", message, "allow it more time with --report-timeout, or make it lighter")


@dataclass(frozen=True)
class RenderOptions:
    """What to make of a brief: the notebook to run, the folder for reports, the formats, and whether charts stay still.

    Without a `notebook` it is the one that the brief names, or the kit's own.

    `theme` is the name of a shipped theme or the path of a theme file; `site` is the
    address that the folder is served at, if it is known; `kernel` names a kernelspec.
    `made_of` is what all reports of a nightly edition are made of; such a report keeps
    a copy of its brief, to be compared with the next one. `catalog` is the path of the
    catalogue of layers, and `language` a code, where they are not the brief's own;
    `tries` is how often to try when the cause of a failure may pass, and `card` whether the
    picture that stands for a shared link is drawn beside the HTML. `until` is a day, YYYY-MM-DD, for
    notebooks that count to one.
    """

    notebook: Path | None
    out: Path
    formats: Sequence[str] = FORMATS
    static: bool = False
    theme: str = ""
    site: str = ""
    kernel: str = "quickview"
    timeouts: Timeouts = field(default_factory=Timeouts)
    made_of: Mapping[str, str] | None = None
    catalog: Path | None = None
    language: str = ""
    until: str = ""
    tries: int = 2
    card: bool = True


@dataclass(frozen=True, kw_only=True)
class NightlyOptions(RenderOptions):
    """What a night is to make: which briefs, how, and what to do about failures.

    `country` (ISO 3166-1 alpha-3) and `topic` select briefs; empty means any. `force` makes
    unchanged reports too; after `most_failures` the rest is left undone. `digest` and `forecasts` are the
    notebooks of the digest and of the ledger of forecasts, if there are to be such pages. `archive` is for how many days each report
    is kept under its day too.
    """

    briefs: Sequence[Path]
    country: str = ""
    topic: str = ""
    force: bool = False
    most_failures: int | None = None
    workers: int | None = None
    scheduler: str = ""
    day: str = ""
    digest: Path | None = None
    forecasts: Path | None = None
    archive: int | None = None

    @classmethod
    def of(cls, options: RenderOptions, **others: Any) -> "NightlyOptions":
        """Return the options of a night that makes reports like these, with others of its own."""
        return cls(**{field.name: getattr(options, field.name) for field in fields(options)} | others)
