"""The digest of an edition: its head, what moved, what is due, what is expected, on one or two pages.

Whatever the number of reports, each part shows the weightiest and says how many more
stand on the front page. Words of a report stay in its language and are marked so.
"""

import functools
from collections.abc import Iterator
from typing import Any, Final

from markupsafe import Markup, escape

from quickview.analysis.blocks import Block, filled, forecast_card, in_language, rendered
from quickview.analysis.canvas import capitalise
from quickview.analysis.edition import Edition
from quickview.brief import formats
from quickview.brief.masthead import Card, DataTable, Masthead
from quickview.edition import Status, is_expected, is_watched
from quickview.language.phrases import draft, failure, left
from quickview.manifests import Deadline, Entry, Forecast, Report

NAME: Final = "digest"

FRONT_PAGE: Final = "../index.html"
"""All reports, seen from the folder of the digest."""

MOST_TOPICS: Final = 8
MOST_MOVED: Final = 9
MOST_FAILED: Final = 4
MOST_DUE: Final = 10
MOST_PASSED: Final = 3
MOST_FORECASTS: Final = 14
"""How many of each the digest shows."""

_TITLE, _REPORT, _PHRASE, _DESK = 48, 42, 40, 48
"""Letters that a forecast's title may have before it is cut, its report's, a few words in a cell, a desk's name in the masthead."""

_TRENDS: Final = {"probability-up": "up", "probability-down": "down", "forecast-new": "new"}
_ABOUT_FORECASTS: Final = ("forecast-", "probability-", "confidence", "horizon")
"""How kinds of changes begin that are about a forecast."""


_ROOM: Final = {3: (3, 90, 190), 6: (2, 80, 140), MOST_MOVED: (1, 66, 110)}
"""Of up to so many reports that moved, each may say so many changes, in so many letters of its title and of a sentence."""

_Due = tuple[Deadline, Entry, Report]


def digest_masthead(edition: Edition) -> Block:
    """Return the head of a digest: series, day, how many reports moved, and what is next.

    Parameters
    ----------
    edition : Edition
        As `qv.read_edition` returns it.

    Returns
    -------
    Block
        `data` is the record of the digest: `title`, `summary`, `series`, `desk`, `language`, `as_of` (ISO 8601),
        `topics`, `digest` (SHA-256 of the edition's record), `card` and `tables`: `deadlines` with the columns date,
        title, by, state, report, and `forecasts` with title, word, low and high in per cent, confidence, horizon,
        date, report.

    Examples
    --------
    >>> head = qv.digest_masthead(edition)
    >>> head.data["title"]
    '4 reports, 1 changed, 1 new, 1 out of date: edition of 14 June 2024'
    >>> head.data["summary"]
    'The next deadline is on 21 June 2024, 2 forecasts stand, 1 of them moved.'
    """
    desks = {report.desk for _, report in edition.reports}
    desk = shortened(*desks, most=_DESK) if len(desks) == 1 else ""
    topics = [topic for _, report in edition.reports if report.own == edition.language for topic in report.topics]
    title, summary = _title(edition), _summary(edition)
    told = Masthead(
        name=NAME,
        title=title,
        summary=summary,
        series=edition.series,
        desk=desk,
        language=edition.language.code,
        as_of=edition.as_of,
        topics=sorted(set(topics), key=lambda topic: (-topics.count(topic), topic))[:MOST_TOPICS],
        digest=edition.digest,
        card=_card(edition),
        tables=_tables(edition),
    )
    return filled_in("masthead", edition, data=told.data, title=title, summary=summary, desk=desk)


def moved(edition: Edition) -> Block:
    """Return the reports that changed or are new, those that failed, and how many stayed.

    Parameters
    ----------
    edition : Edition
        As `qv.read_edition` returns it.

    Returns
    -------
    Block
        As HTML, the weightiest first: up to nine reports with their weightiest changes, up to four that failed.

    Examples
    --------
    >>> from markupsafe import Markup
    >>> print(Markup(qv.moved(edition).html).striptags())
    Miners block the road to a silver town Changed ... up from 40–55% to 65%... New ... still stands: ...
    """
    ngettext = functools.partial(filled, edition.language.ngettext)
    changed, new = edition.of(Status.CHANGED), edition.of(Status.NEW)
    failed, settled = edition.of(Status.STALE, Status.MISSING), edition.of(Status.SETTLED)
    shown = [*changed, *new][:MOST_MOVED]
    room = next(room for limit, room in _ROOM.items() if len(shown) <= limit)
    rows = [_moved_row(entry, entry.report, edition, room) for entry in shown if entry.report]
    more = len(changed) + len(new) - len(shown)
    rest = [ngettext("{n} more report moved.", "{n} more reports moved.", more, n=more)] if more else []
    if n := len(settled):
        rest.append(ngettext("{n} report stands as before.", "{n} reports stand as before.", n, n=n))
    drafts = sum(report.is_draft for _, report in edition.reports)
    if drafts:
        rest.append(ngettext("{n} report is a draft.", "{n} reports are drafts.", drafts, n=drafts))
    lost = [
        {
            "entry": one,
            "title": _name(one, edition),
            "told": failure(
                one.cause, formats.day(one.report.as_of, edition.language) if one.report else "", edition.language
            ),
        }
        for one in failed[:MOST_FAILED]
    ]
    unsaid = len(failed) - len(lost)
    more_failed = ngettext("{n} more could not be made.", "{n} more could not be made.", unsaid, n=unsaid)
    return filled_in(
        "digest_moved", edition, rows=rows, few=len(rows) == 1, rest=rest, failed=lost,
        more_failed=more_failed if unsaid else "",
    )  # fmt: skip


def deadlines(edition: Edition) -> Block:
    """Return what is due next and what passed last, with days from the edition's day.

    Parameters
    ----------
    edition : Edition
        As `qv.read_edition` returns it.

    Returns
    -------
    Block
        A table as HTML: day, what is due, who gives it, state; the nearest ten days ahead, the latest three past.
        Empty where no report has a day.

    Examples
    --------
    >>> "due in 7 days" in qv.deadlines(edition).html
    True
    """
    ahead, passed = upcoming_deadlines(edition)
    if not ahead and not passed:
        return Block("digest_deadlines", "", edition.language)
    shown = [*ahead[:MOST_DUE], *passed[:MOST_PASSED]]
    rows = [
        {
            "date": one.date,
            "day": formats.near_day(one.date, edition.as_of, edition.language),
            "left": left(one.kind, (one.date - edition.as_of).days, edition.language),
            "passed": one.date < edition.as_of,
            "title": own(one.title, report, edition, most=_TITLE),
            "report": _name(entry, edition),
            "page": entry.page,
            "by": own(one.by, report, edition, most=_PHRASE),
            "state": own(capitalise(one.state), report, edition, most=_PHRASE),
        }
        for one, entry, report in shown
    ]
    more = len(ahead) + len(passed) - len(shown)
    mixed = any(one.kind != "deadline" for one, *_ in (*ahead, *passed))
    return filled_in("digest_deadlines", edition, rows=rows, more=more, mixed=mixed)


def forecasts(edition: Edition) -> Block:
    """Return the forecasts of all reports, those that moved first, then the likeliest.

    Parameters
    ----------
    edition : Edition
        As `qv.read_edition` returns it.

    Returns
    -------
    Block
        A table as HTML: forecast and its report, likelihood in per cent, confidence, horizon; the first fourteen.
        Empty without a forecast.

    Examples
    --------
    >>> html = qv.forecasts(edition).html
    >>> html.index("Road reopens by the end of July") < html.index("Reed League leads a coalition")
    True
    """
    ranked = ranked_forecasts(edition)
    if not ranked:
        return Block("digest_forecasts", "", edition.language)
    rows = [
        {
            "title": own(one.title, report, edition, most=_TITLE),
            "page": f"{entry.page}#forecast-{one.id}",
            "report": _name(entry, edition),
            "move": forecast_trend(one, entry, report, edition=edition),
            "word": own(capitalise(one.word), report, edition, most=_PHRASE),
            "range": formats.percent(one.low, one.high, edition.language),
            "low": one.low,
            "high": one.high,
            "confidence": own(capitalise(one.confidence), report, edition, most=_PHRASE),
            "horizon": own(one.horizon, report, edition, most=_PHRASE),
        }
        for one, entry, report in ranked[:MOST_FORECASTS]
    ]
    return filled_in("digest_forecasts", edition, rows=rows, more=max(0, len(ranked) - MOST_FORECASTS))


def own(text: str, report: Report, edition: Edition, *, most: int) -> Markup:
    """Return words of a report, cut to `most` letters, as markup that says their language where it is not the page's."""
    return in_language(shortened(text, most=most), report.own, edition.language)


def shortened(text: str, *, most: int) -> str:
    """Return a text of at most so many letters, cut between words where it can be."""
    if len(text) <= most:
        return text
    head, _, _ = text[:most].rpartition(" ")
    return f"{(head or text[: most - 1]).rstrip(' ,;:.')}…"


# The head


def _title(edition: Edition) -> str:
    """Return "7 reports, 3 changed: edition of 4 August 2017"."""
    _, ngettext = edition.language.gettext, edition.language.ngettext
    count = {status: len(edition.of(status)) for status in Status}
    changed, new, stale, missing = (count[one] for one in (Status.CHANGED, Status.NEW, Status.STALE, Status.MISSING))
    total = len(edition.entries)
    said = [
        ngettext("{n} report", "{n} reports", total, n=edition.language.number(total)),
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
    (ahead, _passed), ranked = upcoming_deadlines(edition), ranked_forecasts(edition)
    n = len(ahead)
    coming, day = _("No deadline lies ahead"), formats.day(ahead[0][0].date, edition.language) if ahead else ""
    if any(one.kind != "deadline" for one, *_rest in ahead):
        coming = ngettext("The next date is on {day}", "The next of {n} dates is on {day}", n, n=n, day=day)
    elif ahead:
        coming = ngettext("The next deadline is on {day}", "The next of {n} deadlines is on {day}", n, n=n, day=day)
    moved = sum(bool(forecast_trend(*found, edition=edition)) for found in ranked)
    said = [
        coming,
        ngettext("{n} forecast stands", "{n} forecasts stand", len(ranked), n=len(ranked)) if ranked else "",
        ngettext("{n} of them moved", "{n} of them moved", moved, n=moved) if moved else "",
    ]
    return _(", ").join(one for one in said if one) + "."


def _card(edition: Edition) -> Card:
    """Return what a card for social media says of the first forecast; nothing without one."""
    language, ranked = edition.language, ranked_forecasts(edition)
    if not ranked:
        return Card()
    one, dateline = ranked[0][0], language.gettext("Edition of {day}", day=formats.day(edition.as_of, language))
    return forecast_card(dateline, one.title, one.word, one.low, one.high, language)


def _tables(edition: Edition) -> list[DataTable]:
    """Return what is due and what is expected as tables of plain values, for whoever reads the record of the digest."""
    ahead, passed = upcoming_deadlines(edition)
    due = [[d.date.isoformat(), d.title, d.by, d.state, entry.name] for d, entry, _ in [*passed[::-1], *ahead]]
    expected = [
        [f.title, f.word, f.low, f.high, f.confidence, f.horizon, f.date.isoformat() if f.date else "", entry.name]
        for f, entry, _ in sorted(ranked_forecasts(edition), key=lambda found: found[1].name)
    ]
    columns = ["title", "word", "low", "high", "confidence", "horizon", "date", "report"]
    return [
        DataTable(name="deadlines", columns=["date", "title", "by", "state", "report"], rows=due),
        DataTable(name="forecasts", columns=columns, rows=expected),
    ]


# What lies ahead


def upcoming_deadlines(edition: Edition) -> tuple[list[_Due], list[_Due]]:
    """Return the deadlines and other days ahead, the nearest first, and those that passed, the latest first."""
    every = [
        (one, entry, report)
        for entry, report in edition.reports
        # What an old report waited for is over, or nobody waits any more.
        for one in (
            *(one for one in (*report.deadlines, *report.calendar) if is_watched(one.date, edition.as_of)),
            *_to_settle(report, edition),
        )
    ]
    every.sort(key=lambda found: (found[0].date, found[1].name, found[0].id))
    ahead = [found for found in every if found[0].date >= edition.as_of]
    passed = [found for found in every if found[0].date < edition.as_of]
    return ahead, sorted(passed, key=lambda found: found[0].date, reverse=True)


def _to_settle(report: Report, edition: Edition) -> Iterator[Deadline]:
    """Yield the last day of each forecast that is not settled, as a day that is due."""
    for one in report.forecasts:
        if one.date and one.is_open(edition.as_of):
            said = f"{one.word}, {formats.percent(one.low, one.high, report.own)}"
            yield Deadline(kind="forecast", id=one.id, title=one.title, date=one.date, by="", state=said)


def ranked_forecasts(edition: Edition) -> list[tuple[Forecast, Entry, Report]]:
    """Return the forecasts that are not settled on the day of the edition nor of a time long past, those that moved first, then the likeliest."""

    def rank(found: tuple[Forecast, Entry, Report]) -> tuple[bool, float, str, str]:
        forecast, entry, _ = found
        return not forecast_trend(*found, edition=edition), -(forecast.low + forecast.high), entry.name, forecast.id

    standing = (
        (one, entry, report)
        for entry, report in edition.reports
        for one in report.forecasts
        if one.is_open(edition.as_of) and is_expected(one.date, report.as_of, edition.as_of)
    )
    return sorted(standing, key=rank)


def forecast_trend(forecast: Forecast, entry: Entry, report: Report, *, edition: Edition) -> str:
    """Return how a forecast moved, in a word; "" where it did not."""
    if edition.status(entry) is not Status.CHANGED:
        return ""
    _ = edition.language.gettext
    words = {"up": _("Up"), "down": _("Down"), "new": _("New"), "": _("Moved")}
    about = [c.kind for c in report.changes if c.id == forecast.id and c.kind.startswith(_ABOUT_FORECASTS)]
    return words[next((_TRENDS[kind] for kind in about if kind in _TRENDS), "")] if about else ""


# What moved


def _moved_row(entry: Entry, report: Report, edition: Edition, room: tuple[int, int, int]) -> dict[str, Any]:
    (changes, title, sentence), _, status = room, edition.language.gettext, edition.status(entry)
    told = [change.text for change in report.changes[:changes]] if status is Status.CHANGED else [report.summary]
    left = len(report.changes) - len(told) if status is Status.CHANGED else 0
    return {
        "entry": entry,
        "kind": status.value,
        "mark": _("Changed") if status is Status.CHANGED else _("New"),
        "title": own(report.title, report, edition, most=title),
        "desk": own(report.desk, report, edition, most=_PHRASE),
        "draft": draft(len(report.unconfirmed), report.examples, edition.language),
        "told": [own(text, report, edition, most=sentence) for text in told if text],
        "left": left,
    }


def _name(entry: Entry, edition: Edition) -> Markup:
    """Return a report's title, marked where it is a draft, or its name where there is none."""
    if not entry.report:
        return escape(entry.name)
    mark = Markup('<b class="mark">{}</b> ').format(edition.language.gettext("Draft")) if entry.report.is_draft else ""
    return mark + own(entry.report.title, entry.report, edition, most=_REPORT)


# Templates


def filled_in(block_id: str, edition: Edition, *, data: dict[str, Any] | None = None, **context: Any) -> Block:
    """Fill the digest's template for a block."""
    name, day = f"{NAME}_{block_id.removeprefix(f'{NAME}_')}", formats.day(edition.as_of, edition.language)
    html = rendered(name, edition.language, edition=edition, day=day, front_page=FRONT_PAGE, **context)
    return Block(block_id, html, edition.language, data or {})
