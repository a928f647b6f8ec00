"""Dates and figures as the report writes them, in the reader's language (CLDR, through Babel).

Digits are European in every language, as in the tables and charts of the Arab press.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from babel.dates import format_timedelta
from babel.lists import format_list

from quickview.brief.records import Quantity, Value
from quickview.brief.vocabulary import Precision
from quickview.language.catalogs import Language

_FULL = {Precision.MONTH: "yMMMM", Precision.YEAR: "y"}
_SHORT = {Precision.DAY: "MMMd", Precision.MONTH: "MMM", Precision.YEAR: "y"}
_SHORT_WITH_YEAR = {Precision.DAY: "yMMMd", Precision.MONTH: "yMMM", Precision.YEAR: "y"}


def day(date: dt.date, language: Language) -> str:
    """Return "4 August 2017"."""
    return dated(date, Precision.DAY, language)


def dated(date: dt.date, precision: Precision, language: Language) -> str:
    """Return "4 August 2017", "August 2017" or "2017", as exactly as the date is known."""
    return language.date(date) if precision is Precision.DAY else language.date(date, _FULL[precision])


def short_day(date: dt.date, language: Language, *, precision: Precision = Precision.DAY, year: bool = False) -> str:
    """Return "4 Aug", as exactly as the date is known, with the year if asked."""
    return language.date(date, (_SHORT_WITH_YEAR if year else _SHORT)[precision])


def near_day(date: dt.date, as_of: dt.date, language: Language) -> str:
    """Return "4 Aug", with the year where it is another than that of the report."""
    return short_day(date, language, year=date.year != as_of.year)


def length(span: dt.timedelta, language: Language) -> str:
    """Return a length of time in its largest unit, as "3 months"."""
    return str(format_timedelta(span, granularity="day", threshold=1.5, locale=language.locale))


def area(square_kilometres: float, language: Language) -> str:
    """Return an area without decimals, or with two figures where it is small."""
    shown = round(square_kilometres) if square_kilometres >= 10 else float(f"{square_kilometres:.2g}")
    return language.number(shown)


def percent(low: float, high: float, language: Language) -> str:
    """Return "55–80%" as the language writes it."""
    return language.gettext("{range}%", range=language.span(low, high))


def value(one: Value, language: Language) -> str:
    """Return a value with its qualifier, as "about 260,000"."""
    _ = language.gettext
    patterns = {
        None: "{figure}",
        "about": _("about {figure}"),
        "more than": _("more than {figure}"),
        "at least": _("at least {figure}"),
        "at most": _("at most {figure}"),
    }
    return patterns[one.qualifier].format(figure=language.span(*one.bounds))


def figures(quantity: Quantity, language: Language) -> str:
    """Return the range of all that sources say of a quantity."""
    bounds = [one.bounds for one in quantity.values]
    low, high = min(b[0] for b in bounds), max(b[1] for b in bounds)
    same = {one.qualifier for one in quantity.values}
    return value(quantity.values[0], language) if low == high and len(same) == 1 else language.span(low, high)


def days_left(dates: Sequence[dt.date], as_of: dt.date, language: Language) -> str:
    """Return days from `as_of` to the first and last of some dates, as "30–37"."""
    left = sorted((date - as_of).days for date in dates)
    return language.span(left[0], left[-1])


def days(dates: Sequence[dt.date], as_of: dt.date, language: Language) -> str:
    """Return the word for days that fits the last of the days left."""
    return language.ngettext("day", "days", max((date - as_of).days for date in dates))


def listed(words: Sequence[str], language: Language, *, style: Literal["standard", "or"] = "standard") -> str:
    """Return "a, b and c", or with "or"."""
    return str(format_list(list(words), style, language.locale)) if words else ""
