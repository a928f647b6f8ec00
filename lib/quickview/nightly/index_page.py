"""The front page of all reports: what moved, where, what is due, and a card for each, written from an edition's data."""

import functools
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from babel.units import format_unit
from markupsafe import Markup

import quickview
from quickview.edition import (
    Entry,
    Status,
    draft_message,
    entry_status,
    file_address,
    has_news,
    is_failed,
    is_settled,
    is_watched,
    long_date,
    status_message,
)
from quickview.files import resource
from quickview.language.catalogs import ENGLISH, Language, countries
from quickview.language.phrases import became, left
from quickview.nightly import feed, world_map
from quickview.report.sharing import CARD_SIZE
from quickview.report.templates import content_security_policy, json_in_page, template
from quickview.theme import stylesheet
from quickview.theme.theme import Theme

SIDE_HEIGHT: Final = 612
"""Height of a card's side with the map and its legend, in pixels."""

FIRST: Final = 5
"""Cards beside the map and the calendar: one over the whole width, the others in pairs."""

ROW: Final = 3
"""Cards side by side; fewer that moved have no section of their own beyond the first."""

OPEN: Final = 30
"""Dates up to which every month of the calendar is open."""

LAND: Final = (130, 930)
"""Units of the map from Alaska to the Bering Strait; the oceans at its sides show only where a report is there."""

TOUCH: Final = 24 / 328
"""Share of the map's width between two dots: 24 pixels on a phone, which a finger can hit (WCAG 2.2, 2.5.8)."""

CHANGES: Final = 3

EARLIER: Final = 3
"""Editions before the one that stands which a card names; the others are folded away."""

_RANKS: Final = {Status.CHANGED: 0, Status.STALE: 1, Status.MISSING: 1, Status.NEW: 2, Status.SETTLED: 3}


def write(
    edition: Mapping[str, Any],
    *,
    theme: Theme,
    world: Mapping[str, Any] | None,
    site: str = "",
    language: str = ENGLISH,
    ledger: str = "",
) -> str:
    """Return the front page of an edition as one HTML file, which shows each report's card picture beside it.

    `world` is a GeoJSON document of polygons, longitude and latitude; without it there is
    no map. `site` is the address the page is served at, if it is known; `language` that
    of its own words; `ledger` where the page of all forecasts lies, if there is one. A report may say `"pdf": true` where there is a PDF, and
    `"picture": false` where there is no picture.
    """
    script = resource(__package__, "index_page.js")
    return template(__package__, "index_page.html", Language(language)).render(
        **_content(edition, Language(language), world),
        site=site,
        ledger=ledger,
        theme=theme,
        version=quickview.__version__,
        script=Markup(script),  # noqa: S704 (the kit's own)
        sheet=lambda body: _sheet(body, theme),
        # Opened from disk, a page is of no origin in some browsers, and `'self'` admits nothing there.
        policy=lambda sheet: content_security_policy([script.encode()], [sheet.encode()], images="'self' file: "),
        card_size=CARD_SIZE,
        most_earlier=EARLIER,
    )


def _content(edition: Mapping[str, Any], language: Language, world: Mapping[str, Any] | None) -> dict[str, Any]:
    entries = _in_order(edition)
    indexes = _Index(language, (str(entry["name"]) for entry in entries))
    cards = [_card(entry, n, edition["as_of"], indexes) for n, entry in enumerate(entries)]
    moved = sum(has_news(entry, edition["as_of"]) for entry in entries)
    front = min(moved or len(cards), FIRST)
    more = moved if moved - front >= ROW else front
    return {
        "language": language,
        "series": feed.series(edition),
        "day": long_date(edition["as_of"], language),
        "as_of": edition["as_of"],
        "ages": _ages(language),
        "counts": _counts(cards, language),
        "moved": bool(moved),
        "first": cards[:front],
        "more": cards[front:more],
        "others": cards[more:],
        "settled": 0 < moved == more,
        "map": _map(cards, world, language) if world else None,
        "calendar": _calendar(cards, edition["as_of"], language),
        "found": indexes.as_json(),
        "feeds": (feed.ATOM, feed.CATALOGUE, "edition.json"),
    }


def _in_order(edition: Mapping[str, Any]) -> list[Entry]:
    """Return what changed, then what failed, what is new and the rest, each the newest first.

    Of those of one day that changed, the one that changed most comes first. Cards keep this order.
    """

    def rank(entry: Entry) -> int:
        return _RANKS[entry_status(entry, edition["as_of"])]

    def much(entry: Entry) -> int:
        return -len((entry.get("report") or {}).get("changes", ())) if rank(entry) == 0 else 0

    newest = [list(group) for _, group in itertools.groupby(feed.newest_first(edition), feed.day_of(edition))]
    return sorted(itertools.chain(*(sorted(group, key=much) for group in newest)), key=rank)


class _Index:
    """Names that cards are filtered by, each once, of which a card holds the numbers; and the names of all reports."""

    def __init__(self, language: Language, reports: Iterable[str]) -> None:
        self.language = language
        self.reports = frozenset(reports)
        self.names: dict[str, dict[str, int]] = {"country": {}, "topic": {}, "side": {}}

    def number(self, kind: str, name: str) -> str:
        known = self.names[kind]
        return f"{kind[0]}{known.setdefault(name, len(known))}"

    def as_json(self) -> Markup:
        """Return the names, and what the script says, as JSON that is safe inside a script element."""
        _ = self.language.gettext
        words = {
            "found": _("Reports shown: {n} of {total}"),
            "none": _("No report fits. Ask for less, or show all."),
            "age": _("This edition is {age} old"),
        }
        return json_in_page({"names": {k: list(v) for k, v in self.names.items()}, "words": words})


def _card(entry: Entry, number: int, as_of: str, index: _Index) -> dict[str, Any]:
    """Return what the card of a report shows, whether or not there is a report."""
    language, report = index.language, entry.get("report") or {}
    own = Language(report.get("language", language.code))
    changes = [change["text"] for change in report.get("changes", ())]
    code, desk, place = report.get("country", ""), report.get("desk", ""), (report.get("place") or {}).get("name", "")
    country = _country(code, language)
    filters = [index.number("country", country)] if country else []
    filters += [index.number("topic", topic) for topic in dict.fromkeys(report.get("topics", ()))]
    filters += [index.number("side", side) for side in dict.fromkeys(report.get("sides", ()))]
    is_pictured = report.get("place") and report.get("picture") is not False  # with a map on it
    _, kind = language.gettext, entry_status(entry, as_of)
    marks = {
        Status.STALE: _("Out of date"),
        Status.MISSING: _("Not made"),
        Status.CHANGED: _("Changed"),
        Status.NEW: _("New"),
    }
    return {
        "number": number,
        "name": entry["name"],
        "report": report,
        "title": report.get("title", entry["name"]),
        "desk": desk,
        "summary": report.get("summary", ""),
        "place": place,
        "lang": own if own != language else None,
        "page": file_address(entry),
        "pdf": file_address(entry, suffix=".pdf") if report.get("pdf") else "",
        "picture": file_address(entry, suffix=".png") if is_pictured else "",
        "map_height": int(report.get("map_height") or 0) or SIDE_HEIGHT,
        "mark": (kind.value, marks[kind]) if kind in marks else ("", ""),
        "told": status_message(entry, language),
        "draft": draft_message(entry, language),
        "faults": entry.get("faults", ()) if is_failed(entry) else (),
        "country": "" if any(_country(code, one) in desk for one in (language, own)) else country,
        "day": long_date(report["as_of"], language) if report else "",
        # Of what is told as the state of things, a reader must not overlook that it is one of long ago.
        "long_ago": bool(report) and not is_watched(date.fromisoformat(report["as_of"]), date.fromisoformat(as_of)),
        "see": [
            (name, other["title"]) for other in report.get("related", ()) if (name := _among(index, other["name"], own))
        ],
        "earlier": [(file_address(entry, day=day), long_date(day, language)) for day in entry.get("editions", ())],
        "tags": [name for name in (place, *report.get("topics", ())) if name],
        "since": _since(report, language),
        "changes": (changes[:CHANGES], changes[CHANGES:]),
        "forecasts": [
            {**one, "range": feed.share(one, own), "after": 100 - one["high"], "became": _became(one, as_of, own)}
            for one in report.get("forecasts", ())[:3]
        ],
        "filters": " ".join(filters),
        "due": " ".join(str(days) for days in sorted({_days(one, as_of) for one in _days_of(report, as_of)})),
    }


def _among(index: _Index, name: str, language: Language) -> str:
    """Return which report of the edition another points at: the one in its own language, or the only one; "" where it has none."""
    return next((one for one in (f"{name}.{language.code}", name) if one in index.reports), "")


def _became(forecast: Mapping[str, Any], as_of: str, language: Language) -> str:
    """Return what became of a forecast, or that its last day has passed; "" where neither is known."""
    if is_settled(forecast, as_of):
        return became(forecast["outcome"], language)
    is_over = forecast.get("date") and forecast["date"] < as_of
    said = left("forecast", _days(forecast, as_of), language) if is_over else ""
    return said[:1].upper() + said[1:]


def _since(report: Mapping[str, Any], language: Language) -> str:
    """Return since when a report has changed, as the heading of what did."""
    _, since = language.gettext, report.get("since")
    if not since:
        return _("What changed")
    if since == report["as_of"]:
        return _("Changed since an earlier edition of the same day")
    return _("Changed since {day}", day=long_date(since, language))


@functools.cache
def _country(code: str, language: Language) -> str:
    """Return a country's name by its ISO 3166 alpha-3 code, or what was given for a code."""
    return str(language.locale.territories.get(countries().get(code, ""), code))


def _counts(cards: Sequence[Mapping[str, Any]], language: Language) -> list[str]:
    marks = [card["mark"][0] for card in cards]
    new, changed, stale, missing = (marks.count(kind) for kind in ("new", "changed", "stale", "missing"))
    ngettext, drafts = language.ngettext, sum(bool(card["draft"]) for card in cards)
    said = [
        ngettext("{n} report", "{n} reports", len(cards), n=language.number(len(cards))),
        ngettext("{n} new", "{n} new", new, n=new) if new else "",
        ngettext("{n} changed", "{n} changed", changed, n=changed) if changed else "",
        ngettext("{n} out of date", "{n} out of date", stale, n=stale) if stale else "",
        ngettext("{n} not made", "{n} not made", missing, n=missing) if missing else "",
        ngettext("{n} draft", "{n} drafts", drafts, n=drafts) if drafts else "",
    ]
    return [one for one in said if one]


def _ages(language: Language) -> str:
    """Return the letters that the script writes an age in: browsers have the words of CLDR for it, as this has."""
    numbers = (1, 2, 3, 11, 100, 1_000_000)  # one of each plural that a language may have
    return "".join(
        format_unit(n, f"duration-{unit}", locale=language.locale) for unit in ("day", "month", "year") for n in numbers
    )


def _map(cards: Sequence[Mapping[str, Any]], world: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the drawing of the world, with a dot for every place or for several that lie close together."""
    places = [(card["number"], card["report"].get("place") or {}) for card in cards]
    placed = [(n, place["longitude"], place["latitude"]) for n, place in places if "longitude" in place]
    across = [world_map.point(*where)[0] for _, *where in placed]
    left, right = min([LAND[0], *(x - 30 for x in across)]), max([LAND[1], *(x + 30 for x in across)])
    apart = math.ceil((right - left) * TOUCH)
    return {
        "path": world_map.path(world),
        "left": left,
        "width": right - left,
        "height": world_map.HEIGHT,
        "reach": apart // 2,
        "dots": [_dot(dot, cards, language) for dot in world_map.dots(placed, apart=apart)],
    }


def _dot(dot: world_map.Dot, cards: Sequence[Mapping[str, Any]], language: Language) -> dict[str, Any]:
    names = list(dict.fromkeys(cards[n]["report"]["place"]["name"] for n in dot.reports))
    several = len(dot.reports)
    shown = language.gettext(", ").join(names[:3]) + (" …" if names[3:] else "")
    return {
        "x": dot.x,
        "y": dot.y,
        "several": several if several > 1 else "",
        "first": cards[dot.reports[0]]["name"],
        "cards": " ".join(map(str, dot.reports)),
        # The number as the dot shows it: a language may have a word for two (WCAG 2.2, 2.5.3).
        "said": language.gettext("{places}, reports: {n}", places=shown, n=several),
    }


def _days(deadline: Mapping[str, Any], as_of: str) -> int:
    return (date.fromisoformat(deadline["date"]) - date.fromisoformat(as_of)).days


def _days_of(report: Mapping[str, Any], as_of: str) -> Iterator[Mapping[str, Any]]:
    """Yield the days of a report that an edition's readers watch: its deadlines, what else its calendar holds, and the last day of each forecast that is not settled.

    What passed long before the edition is over; but a forecast waits until somebody settles it.
    """
    for one in (*report.get("deadlines", ()), *report.get("calendar", ())):
        if is_watched(date.fromisoformat(one["date"]), date.fromisoformat(as_of)):
            yield one
    for one in report.get("forecasts", ()):
        if one.get("date") and not is_settled(one, as_of):
            own = Language(report["language"])
            yield {"kind": "forecast", "id": one["id"], "title": one["title"], "date": one["date"], "by": "",
                   "state": f"{one['word']}, {feed.share(one, own)}"}  # fmt: skip


def _calendar(cards: Sequence[Mapping[str, Any]], as_of: str, language: Language) -> dict[str, Any]:
    """Return the dates ahead by month, then those passed, the latest month first."""
    dates = [_date(one, card, as_of, language) for card in cards for one in _days_of(card["report"], as_of)]
    dates.sort(key=lambda one: (one["date"], one["card"]["name"], one["id"]))
    ahead = _months([one for one in dates if one["days"] >= 0], language)
    passed = _months([one for one in dates if one["days"] < 0][::-1], language)
    few = len(dates) <= OPEN
    opened = [(title, rows, few or n == 0) for n, (title, rows) in enumerate(ahead)]
    return {
        "ahead": opened,
        "passed": [(title, rows, few) for title, rows in passed],
        "long": not few,
        "count": len(dates),
        "mixed": any(one.get("kind") for one in dates),
    }


def _date(one: Mapping[str, Any], card: Mapping[str, Any], as_of: str, language: Language) -> dict[str, Any]:
    days = _days(one, as_of)
    when = date.fromisoformat(one["date"])
    return {
        **one,
        "card": card,
        "days": days,
        "day": language.date(when, "MMMd"),
        "left": left(one.get("kind", "deadline"), days, language),
    }


def _months(dates: Iterable[Mapping[str, Any]], language: Language) -> list[tuple[str, list[Mapping[str, Any]]]]:
    groups = itertools.groupby(dates, key=lambda one: str(one["date"])[:7])
    return [(language.date(date.fromisoformat(f"{month}-01"), "yMMMM"), list(rows)) for month, rows in groups]


def _sheet(body: str, theme: Theme) -> Markup:
    """Return the style sheet, with the fonts that the letters of a body need; some are shown in capitals."""
    letters = "".join(sorted({*body, *body.upper()}))
    rules = re.sub(r"/\*.*?\*/", "", resource(__package__, "index_page.css"), flags=re.DOTALL)
    own = re.sub(r"\s+", " ", rules).strip()
    return Markup("\n".join([stylesheet.fonts_and_colours(letters, theme), own]))  # noqa: S704 (the kit's own)
