"""The head of a digest: how many reports moved, and what is next."""

import datetime as dt
from typing import Any, Final

from quickview.analysis import formats
from quickview.analysis.blocks import Block
from quickview.analysis.canvas import capitalise
from quickview.analysis.digest import NAME, filled_in, shortened
from quickview.analysis.edition import Edition
from quickview.analysis.upcoming import due, expected, move
from quickview.edition import Status

MOST_TOPICS: Final = 8

LONGEST_DESK: Final = 48
"""Letters of a desk's name, which stands in the masthead beside the series."""


def digest_masthead(edition: Edition) -> Block:
    """Return the head of a digest: series, day, how many reports moved, and what is next.

    `edition` is what `qv.read_edition` returns.
    """
    title, summary, desk = _title(edition), _summary(edition), _desk(edition)
    data = {
        "name": NAME,
        "title": title,
        "summary": summary,
        "series": edition.series,
        "desk": desk,
        "language": edition.language.code,
        "as_of": edition.as_of.isoformat(),
        "topics": _topics(edition),
        "digest": edition.digest,
        "card": _card(edition),
        "tables": [_deadline_table(edition), _forecast_table(edition)],
    }
    return filled_in("masthead", edition, data=data, title=title, summary=summary, desk=desk)


def _title(edition: Edition) -> str:
    """Return "7 reports, 3 changed: edition of 4 August 2017"."""
    _, ngettext = edition.language.gettext, edition.language.ngettext
    count = {status: len(edition.of(status)) for status in Status}
    changed, new, stale, missing = (count[one] for one in (Status.CHANGED, Status.NEW, Status.STALE, Status.MISSING))
    total = len(edition.entries)
    said = [
        ngettext("{n} report", "{n} reports", total, n=formats.number(total, edition.language)),
        ngettext("{n} changed", "{n} changed", changed, n=changed) if changed else "",
        ngettext("{n} new", "{n} new", new, n=new) if new else "",
        "" if changed or new else _("none changed"),
        ngettext("{n} out of date", "{n} out of date", stale, n=stale) if stale else "",
        ngettext("{n} not made", "{n} not made", missing, n=missing) if missing else "",
    ]
    counts = _(", ").join(one for one in said if one)
    return _("{counts}: edition of {day}", counts=counts, day=formats.day(edition.as_of, edition.language))


def _summary(edition: Edition) -> str:
    """Return one sentence on what is due next and how many forecasts stand."""
    _, ngettext = edition.language.gettext, edition.language.ngettext
    (ahead, _passed), standing = due(edition), expected(edition)
    next_day = formats.day(ahead[0][0].date, edition.language) if ahead else ""
    mixed = any(one.kind != "deadline" for one, *_rest in ahead)
    stirred = sum(bool(move(one, entry, edition)) for one, entry, _report in standing)
    said = [
        _next(len(ahead), next_day, edition, mixed=mixed) if ahead else _("No deadline lies ahead"),
        ngettext("{n} forecast stands", "{n} forecasts stand", len(standing), n=len(standing)) if standing else "",
        ngettext("{n} of them moved", "{n} of them moved", stirred, n=stirred) if stirred else "",
    ]
    return _(", ").join(one for one in said if one) + "."


def _next(count: int, day: str, edition: Edition, *, mixed: bool) -> str:
    """Return what lies ahead: deadlines, or dates where not all are such."""
    ngettext = edition.language.ngettext
    if mixed:
        return ngettext("The next date is on {day}", "The next of {n} dates is on {day}", count, n=count, day=day)
    return ngettext("The next deadline is on {day}", "The next of {n} deadlines is on {day}", count, n=count, day=day)


def _desk(edition: Edition) -> str:
    desks = {report.desk for _, report in edition.reports}
    return shortened(next(iter(desks)), LONGEST_DESK) if len(desks) == 1 else ""


def _topics(edition: Edition) -> list[str]:
    """Return the topics of most reports in the page's language."""
    every = [topic for _, report in edition.reports if report.own == edition.language for topic in report.topics]
    return sorted(set(every), key=lambda topic: (-every.count(topic), topic))[:MOST_TOPICS]


def _card(edition: Edition) -> dict[str, Any]:
    """Return what a card for social media says of the first forecast; nothing without one."""
    found = expected(edition)
    if not found:
        return {}
    one = found[0][0]
    return {
        "dateline": edition.language.gettext("Edition of {day}", day=formats.day(edition.as_of, edition.language)),
        "forecast": one.title,
        "word": capitalise(one.word),
        "range": formats.percent(one.low, one.high, edition.language),
        "low": one.low,
        "high": one.high,
    }


def _deadline_table(edition: Edition) -> dict[str, Any]:
    ahead, passed = due(edition)
    rows = [[d.date.isoformat(), d.title, d.by, d.state, entry.name] for d, entry, _ in [*passed[::-1], *ahead]]
    return {"name": "deadlines", "columns": ["date", "title", "by", "state", "report"], "rows": rows}


def _forecast_table(edition: Edition) -> dict[str, Any]:
    columns = ["title", "word", "low", "high", "confidence", "horizon", "date", "report"]
    rows = [
        [one.title, one.word, one.low, one.high, one.confidence, one.horizon, _iso(one.date), entry.name]
        for one, entry, _ in sorted(expected(edition), key=lambda found: found[1].name)
    ]
    return {"name": "forecasts", "columns": columns, "rows": rows}


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""
