"""What lies ahead in an edition: deadlines by day, and forecasts, those that moved first."""

from typing import Final

from quickview.analysis.edition import Change, Deadline, Edition, Entry, Forecast, Report
from quickview.edition import Status

_UP: Final = {"probability-up": "up", "probability-down": "down", "forecast-new": "new"}
_FORECAST: Final = ("forecast-", "probability-", "confidence", "horizon")
"""How kinds of changes begin that are about a forecast."""

Due = tuple[Deadline, Entry, Report]


def due(edition: Edition) -> tuple[list[Due], list[Due]]:
    """Return the deadlines and other days ahead, the nearest first, and those that passed, the latest first."""
    every = [(one, entry, report) for entry, report in edition.reports for one in (*report.deadlines, *report.calendar)]
    every.sort(key=lambda found: (found[0].date, found[1].name, found[0].id))
    ahead = [found for found in every if found[0].date >= edition.as_of]
    passed = [found for found in every if found[0].date < edition.as_of]
    return ahead, sorted(passed, key=lambda found: found[0].date, reverse=True)


def expected(edition: Edition) -> list[tuple[Forecast, Entry, Report]]:
    """Return the forecasts, those that moved first, then the likeliest."""
    every = [(one, entry, report) for entry, report in edition.reports for one in report.forecasts]
    return sorted(
        every,
        key=lambda found: (
            not move(found[0], found[1], edition),
            -(found[0].low + found[0].high),
            found[1].name,
            found[0].id,
        ),
    )


def move(forecast: Forecast, entry: Entry, edition: Edition) -> str:
    """Return how a forecast moved, in a word; "" where it did not."""
    if edition.status(entry) is not Status.CHANGED:
        return ""
    _ = edition.language.gettext
    words = {"up": _("Up"), "down": _("Down"), "new": _("New"), "": _("Moved")}
    changes = entry.report.changes if entry.report else ()
    kinds = [change.kind for change in changes if _is_about(change, forecast)]
    return words[next((_UP[kind] for kind in kinds if kind in _UP), "")] if kinds else ""


def _is_about(change: Change, forecast: Forecast) -> bool:
    return change.id == forecast.id and change.kind.startswith(_FORECAST)
