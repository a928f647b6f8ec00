"""Dates and figures as the report writes them."""

import datetime as dt
from collections.abc import Sequence

from quickview.brief.records import Quantity, Value
from quickview.brief.vocabulary import Precision

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def day(date: dt.date) -> str:
    """Return "4 August 2017"."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def short_day(date: dt.date, *, precision: Precision = Precision.DAY, year: bool = False) -> str:
    """Return "4 Aug", as exactly as the date is known, with the year if asked."""
    month = _MONTHS[date.month - 1][:3]
    if precision is Precision.YEAR:
        return str(date.year)
    text = month if precision is Precision.MONTH else f"{date.day} {month}"
    return f"{text} {date.year}" if year else text


def dated(date: dt.date, precision: Precision) -> str:
    """Return "4 August 2017", "August 2017" or "2017", as exactly as the date is known."""
    full = day(date)
    return {Precision.DAY: full, Precision.MONTH: full.split(" ", 1)[1], Precision.YEAR: str(date.year)}[precision]


def counted(count: int, noun: str) -> str:
    """Return "1 event" or "2 events"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def area(square_kilometres: float) -> str:
    """Return an area without decimals, or with two figures where it is small."""
    return f"{square_kilometres:,.0f}" if square_kilometres >= 10 else f"{square_kilometres:.2g}"


def number(value: float) -> str:
    """Return a figure with thousands separated, and no decimals it does not have."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,g}"


def span(low: float, high: float) -> str:
    """Return "147,000–260,000", or one figure where both ends are the same."""
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def value(one: Value) -> str:
    """Return a value with its qualifier, as "about 260,000"."""
    return f"{one.qualifier or ''} {span(*one.bounds)}".strip()


def figures(quantity: Quantity) -> str:
    """Return the range of all that sources say of a quantity."""
    bounds = [one.bounds for one in quantity.values]
    low, high = min(b[0] for b in bounds), max(b[1] for b in bounds)
    same = {one.qualifier for one in quantity.values}
    return value(quantity.values[0]) if low == high and len(same) == 1 else span(low, high)


def days_left(dates: Sequence[dt.date], as_of: dt.date) -> str:
    """Return days from `as_of` to the first and last of some dates, as "30–37"."""
    left = sorted((date - as_of).days for date in dates)
    return span(left[0], left[-1])


def listed(words: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
