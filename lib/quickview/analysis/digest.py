"""The digest of an edition: what moved, what is due, what is expected, on one or two pages.

Whatever the number of reports, each part shows the weightiest and says how many more
stand on the front page. Words of a report stay in its language and are marked so.
"""

import functools
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from quickview.analysis import formats
from quickview.analysis.blocks import Block, filled, templates
from quickview.analysis.canvas import capitalise
from quickview.analysis.edition import Edition, Entry, Report
from quickview.analysis.upcoming import due, expected, move
from quickview.brief import prose
from quickview.edition import Status
from quickview.language.phrases import failure, left

NAME: Final = "digest"

FRONT_PAGE: Final = "../index.html"
"""All reports, seen from the folder of the digest."""

MOST_MOVED: Final = 9
MOST_FAILED: Final = 4
MOST_DUE: Final = 10
MOST_PASSED: Final = 3
MOST_FORECASTS: Final = 14
"""How many of each the digest shows."""

_TITLE, _REPORT, _PHRASE = 48, 42, 40
"""Letters that a forecast's title may have before it is cut, its report's, and a few words in a cell."""


@dataclass(frozen=True)
class _Room:
    """What each report that moved may say: so many changes, so many letters of its title and of a sentence."""

    changes: int
    title: int
    text: int


_ROOM: Final = {3: _Room(3, 90, 190), 6: _Room(2, 80, 140), MOST_MOVED: _Room(1, 66, 110)}
"""The more reports moved, the less room each has."""


def moved(edition: Edition) -> Block:
    """Return the reports that changed or are new with their weightiest changes, those that failed, and how many stayed.

    `edition` is what `qv.read_edition` returns.
    """
    ngettext = functools.partial(filled, edition.language.ngettext)
    changed, new = edition.of(Status.CHANGED), edition.of(Status.NEW)
    failed, settled = edition.of(Status.STALE, Status.MISSING), edition.of(Status.SETTLED)
    shown = [*changed, *new][:MOST_MOVED]
    room = next(room for limit, room in _ROOM.items() if len(shown) <= limit)
    rows = [_moved_row(entry, entry.report, edition, room) for entry in shown if entry.report]
    more = len(changed) + len(new) - len(shown)
    rest = [
        ngettext("{n} more report moved.", "{n} more reports moved.", more, n=more) if more else "",
        ngettext("{n} report stands as before.", "{n} reports stand as before.", len(settled), n=len(settled))
        if settled
        else "",
    ]
    lost = [{"entry": one, "title": _name(one, edition), "told": _told(one, edition)} for one in failed[:MOST_FAILED]]
    unsaid = len(failed) - len(lost)
    more_failed = ngettext("{n} more could not be made.", "{n} more could not be made.", unsaid, n=unsaid)
    return filled_in(
        "digest_moved", edition, rows=rows, few=len(rows) == 1, rest=[one for one in rest if one], failed=lost,
        more_failed=more_failed if unsaid else "",
    )  # fmt: skip


def deadlines(edition: Edition) -> Block:
    """Return what is due next and what passed last, with days from the edition's day; absent without a deadline.

    `edition` is what `qv.read_edition` returns.
    """
    ahead, passed = due(edition)
    if not ahead and not passed:
        return Block("digest_deadlines", "", edition.language)
    shown = [*ahead[:MOST_DUE], *passed[:MOST_PASSED]]
    rows = [
        {
            "date": one.date,
            "day": formats.short_day(one.date, edition.language, year=one.date.year != edition.as_of.year),
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
    """Return the forecasts, those that moved first, then the likeliest; absent without one.

    `edition` is what `qv.read_edition` returns.
    """
    found = expected(edition)
    if not found:
        return Block("digest_forecasts", "", edition.language)
    rows = [
        {
            "title": own(one.title, report, edition, most=_TITLE),
            "page": f"{entry.page}#forecast-{one.id}",
            "report": _name(entry, edition),
            "move": move(one, entry, edition),
            "word": own(capitalise(one.word), report, edition, most=_PHRASE),
            "range": formats.percent(one.low, one.high, edition.language),
            "low": one.low,
            "high": one.high,
            "confidence": own(capitalise(one.confidence), report, edition, most=_PHRASE),
            "horizon": own(one.horizon, report, edition, most=_PHRASE),
        }
        for one, entry, report in found[:MOST_FORECASTS]
    ]
    return filled_in("digest_forecasts", edition, rows=rows, more=max(0, len(found) - MOST_FORECASTS))


def own(text: str, report: Report, edition: Edition, *, most: int) -> Markup:
    """Return words of a report, cut to `most` letters, as markup that says their language where it is not the page's."""
    cut, language = shortened(text, most), report.own
    if language != edition.language:
        return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(language.code, language.direction, cut)
    return Markup(prose.isolate(cut, page=language.code, own=language.code))  # noqa: S704 (escaped by isolate)


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many letters, cut between words where it can be."""
    if len(text) <= most:
        return text
    head, _, _ = text[:most].rpartition(" ")
    return f"{(head or text[: most - 1]).rstrip(' ,;:.')}…"


# What moved


def _moved_row(entry: Entry, report: Report, edition: Edition, room: _Room) -> dict[str, Any]:
    _, status = edition.language.gettext, edition.status(entry)
    told = [change.text for change in report.changes[: room.changes]] if status is Status.CHANGED else [report.summary]
    left = len(report.changes) - len(told) if status is Status.CHANGED else 0
    return {
        "entry": entry,
        "kind": status.value,
        "mark": _("Changed") if status is Status.CHANGED else _("New"),
        "title": own(report.title, report, edition, most=room.title),
        "desk": own(report.desk, report, edition, most=_PHRASE),
        "told": [own(text, report, edition, most=room.text) for text in told if text],
        "left": left,
    }


def _name(entry: Entry, edition: Edition) -> Markup:
    """Return a report's title, or its name where there is none."""
    return own(entry.report.title, entry.report, edition, most=_REPORT) if entry.report else escape(entry.name)


def _told(entry: Entry, edition: Edition) -> str:
    """Return what is amiss with a report, in one sentence."""
    day = formats.day(entry.report.as_of, edition.language) if entry.report else ""
    return failure(entry.cause, day, edition.language)


# Templates


def filled_in(block_id: str, edition: Edition, *, data: dict[str, Any] | None = None, **context: Any) -> Block:
    """Fill the digest's template for a block."""
    template = templates().get_template(f"{NAME}_{block_id.removeprefix(f'{NAME}_')}.html")
    bound = {
        "_": functools.partial(filled, edition.language.gettext),
        "ngettext": functools.partial(filled, edition.language.ngettext),
        "front_page": FRONT_PAGE,
    }
    html = template.render(edition=edition, day=formats.day(edition.as_of, edition.language), **bound, **context)
    return Block(block_id, html.strip(), edition.language, data or {})
