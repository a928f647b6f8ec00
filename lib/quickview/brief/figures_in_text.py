"""Figures as prose writes them: digits of any script, separators and scales of several languages; and the figures that records carry."""

import functools
import itertools
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quickview.brief import data
from quickview.brief.checked import Context, Drafts, is_prose, last_key, own_path
from quickview.errors import InputError
from quickview.language.catalogs import months

_NUMBER: Final = re.compile(
    r"(?<![.,٫٬/:§#№°\-])(?<![^\Wوبفلك])(?:\d{1,3}(?:[ \u00a0\u202f\u2009’']\d{3})+(?!\d)|\d+(?:[.,٫٬]\d+)*)"
)
"""Digits in groups; Arabic prepositions and conjunctions may be joined to them."""

_SCALES: Final = {
    r"(?:thousand|mille|ألف|آلاف|الف|k\b)": 1e3,
    r"(?:million|مليون|ملايين|mn?\b)": 1e6,
    r"(?:billion|milliard|مليار|مليارات|bn\b)": 1e9,
}
_SCALE: Final = re.compile("|".join(f"({words})" for words in _SCALES), re.IGNORECASE)

_UNIT: Final = re.compile(r"(?:km|m|kg|t|ha|k|mn|bn)\b")
"""Letters that may stand right behind digits; any others make it a name, such as 5th or 3D."""

_MEASURED: Final = re.compile(
    r"%|٪|per\s?cent|pour\s?cent|km|m2|kg|tonn|hectar|dollar|euro|kill|dead|death|wounded|injur|civilian|people|person|fighter|soldier|casualt|house|"
    r"famil|displaced|prisoner|detain|attack|shell|incident|mort|tué|bless|civil|combattant|soldat|détenu|déplac|attaque|habitant|بالمئة|في المئة|بالمائة|"
    r"في المائة|كم|كيلومتر|قتي|قتلى|جري|جرح|مدني|شخص|مقاتل|جندي|جنود|محتجز|نازح|أسر|دولار|هجوم|هجم|حادث",
    re.IGNORECASE,
)
"""How what is measured or counted among people begins: such figures are facts however small they are."""

_LISTED: Final = 12
"""The most that prose counts of what the brief itself lists, as in “2 of 5 posts”."""

_YEARS: Final = range(1500, 2200)

_BEARERS: Final = (
    "articles?|arts?|resolutions?|résolutions?|laws?|loi|decrees?|décret|order|act|annexe?|chapters?|chapitre|sections?|paragraph|paragraphe|para|"
    "figure|fig|tables?|tableau|route|road|highway|pages?|pp?|nos?|n[°ºo]|phase|round|group|unit|line|zone|column|"
    "المادة|القرار|القانون|المرسوم|الفصل|الفقرة|الملحق|الطريق|رقم|الصفحة|ص|الجدول|الشكل|المرحلة"
)
"""What bears a number as its name."""

_DAY: Final = r"\d{1,2}(?:st|nd|rd|th|er|re)?"
_AND: Final = r"\s*(?:[–—,/-]|and|to|or|et|au|ou|و|أو|إلى|حتى)\s*"

_RECORDED_APART: Final = {"url", "credibility", "extent", "as_of", "date", "from", "until", "since", "id"}
"""Keys whose figures are no facts that prose may tell."""


@functools.cache
def _months() -> str:
    """Return a pattern of the names of months, as several languages and regions have them."""
    names = months("en", "fr", "ar", "ar_SY", "ar_DZ", "ar_MA", "es", "de", "ru")
    return "(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b\.?"


@functools.cache
def _date() -> re.Pattern[str]:
    """Match a date, a time or a span of years that begins with a digit."""
    parts = (
        rf"{_DAY}(?:{_AND}{_DAY}){{0,6}}\s+(?:of\s+|de\s+)?{_months()}",
        r"\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[–-]\d{2,4}",
        r"\d{1,2}[:h]\d{2}|\d{1,2}\s(?:h|am|pm|a\.m\.|p\.m\.|o’clock|heures?)(?!\w)",
    )
    return re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE)


@functools.cache
def _named() -> re.Pattern[str]:
    """Match what ends where the number begins that is its name: a month, or a thing that bears a number."""
    month = rf"{_months()}(?:\s+{_DAY}{_AND})?"
    return re.compile(rf"(?<!\w)(?:{month}|(?:{_BEARERS})\.?(?:\s*(?:n[°ºo]|رقم)\.?)?)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """A figure of a text: where it begins, as it is written, what it may stand for, and whether it measures or counts people."""

    offset: int
    written: str
    ways: frozenset[float]
    is_measured: bool


def find(text: str) -> Iterator[Figure]:
    """Yield the figures of a text, less years, dates and numbers that are names."""
    past = 0
    for match in _NUMBER.finditer(text):
        if match.start() < past:
            continue
        date = _date().match(text, match.start())
        past = date.end() if date else 0
        behind = text[match.end() : match.end() + 24]
        if not date and not _is_name(text[max(match.start() - 28, 0) : match.start()], match[0], behind):
            measured = bool(_MEASURED.match(behind.lstrip()))
            yield Figure(match.start(), match[0].strip(), _values(match[0], behind), measured)


def _is_name(before: str, written: str, behind: str) -> bool:
    """Whether digits are the number of an article or a day, part of a word, an item's mark, or a year."""
    in_word = (behind[:1].isalpha() and not _UNIT.match(behind)) or re.match(r"[/:]\d", behind)
    is_item = not before.rpartition("\n")[2].strip() and re.match(r"[.)]\s", behind)
    is_year = (
        len(written) == 4 and written.isdecimal() and int(written) in _YEARS and not _MEASURED.match(behind.lstrip())
    )
    # What bears a number is looked for last and only among letters: it takes longer than all the rest.
    return bool(in_word or is_item or is_year or (any(map(str.isalpha, before)) and _named().search(before)))


def _values(written: str, behind: str) -> frozenset[float]:
    """Return what digits may stand for: separators of thousands, or a decimal one, and the scale named behind them."""
    plain = (
        written
        if written.isdecimal() and written.isascii()
        else "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in written)
    )
    groups = re.split(r"\D", plain)
    ways = {float("".join(groups))} if all(len(group) == 3 for group in groups[1:]) else set[float]()
    if len(groups) == 2 and re.search("[.,٫]", plain):
        ways.add(float(".".join(groups)))
    scale = _SCALE.match(behind.lstrip("\u00a0\u202f ")) if behind else None
    if scale:
        factor = list(_SCALES.values())[(scale.lastindex or 1) - 1]
        ways |= {round(one * factor, 6) for one in ways}
    return frozenset(ways)


def recorded(drafts: Drafts, context: Context) -> set[float]:
    """Return the figures that prose may tell: of every record, its words too, of tables and their files, and sums of two in a list."""
    found: set[float] = set()
    for path, value in context.leaves:
        if last_key(path) in _RECORDED_APART or is_prose(own_path(path)):
            continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            found |= _roundings(float(value))
        elif isinstance(value, str):
            found |= {way for figure in find(value) for way in figure.ways}
    return found | _of_lists(drafts, context)


def _roundings(value: float) -> set[float]:
    """Return a figure and what it is rounded to, two digits at least; a share also in per cent."""
    if not math.isfinite(value):
        return set()
    digits = math.floor(math.log10(abs(value))) + 1 if value else 1
    shares = {round(value * 100, 1), float(round(value * 100))} if 0 < abs(value) < 1 else set[float]()
    return {value, *(float(round(value, -n)) for n in range(-3, digits - 1)), *shares}


def lengths(context: Context) -> set[float]:
    """Return how many things the brief lists, list by list: small counts of them are no figures of a source."""
    keys = context.tree.items() if isinstance(context.tree, dict) else ()
    sizes = [len(value) for _, value in keys if isinstance(value, list)]
    terms = context.rows("agreement", "terms")
    return {float(size) for size in (1, len(terms), *sizes) if size <= _LISTED}


def _of_lists(drafts: Drafts, context: Context) -> set[float]:
    """Return the figures of the brief's tables and of its map, with sums of two and the whole of each list."""
    lists: list[list[float]] = []
    place = drafts.get("place")
    if place and place.choropleth:
        lists.append([float(one) for one in place.choropleth.values.values() if not isinstance(one, str)])
    for table in drafts.get("tables") or ():
        try:
            rows = data.read(table, Path(context.file).parent).rows
        except (InputError, OSError):
            continue
        columns = zip(*rows, strict=False)
        lists += [[float(cell) for cell in column if isinstance(cell, int | float)] for column in columns]
    return {way for one in lists for number in _with_sums(one) for way in _roundings(number)}


def _with_sums(numbers: list[float]) -> Iterator[float]:
    yield from numbers
    if len(numbers) > 1:
        whole = math.fsum(numbers)
        yield from (whole, whole // 2 + 1)
    if len(numbers) <= _LISTED:
        yield from (one + other for one, other in itertools.combinations(numbers, 2))
