"""How long things may take."""

import math
import time
from dataclasses import dataclass
from typing import Final

from quickview.errors import ReportError

CELL_SECONDS: Final = 120
REPORT_SECONDS: Final = 600

MOMENT: Final = 0.01
"""Seconds; what waits for a time to come may wake a little before it, as timers cut it to milliseconds."""


@dataclass(frozen=True)
class Limits:
    """How long a cell may run, in seconds, and a report be in the making, from the moment this was made."""

    cell: float = CELL_SECONDS
    report: float = REPORT_SECONDS
    until: float = math.inf

    def running(self) -> "Limits":
        """Return the same limits, with the time of the report running from now."""
        return Limits(self.cell, self.report, time.monotonic() + self.report)

    @property
    def left(self) -> float:
        """Seconds left for the report; never less than a moment, so that it can be waited for."""
        return max(MOMENT, self.until - time.monotonic())

    @property
    def fault(self) -> ReportError | None:
        """What to raise when the report's time is over; None before."""
        return self.over() if self.left <= MOMENT else None

    def over(self) -> ReportError:
        """Return what to raise because the report's time is over."""
        what = f"the report was not finished after {self.report:g} s"
        return ReportError("E-REPORT-TIMEOUT", what, "allow it more time with --report-timeout, or make it lighter")
