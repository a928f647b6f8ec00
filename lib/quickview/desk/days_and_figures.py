"""Days and figures that a sentence names, in digits or in words of any language of the interface."""

import datetime as dt
import functools
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from babel.numbers import NumberFormatError, get_decimal_symbol, get_group_symbol, parse_decimal

from quickview.language.catalogs import Language, months

_ISO: Final = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)")
_AHEAD: Final = re.compile(
    r"\b(?:will|to|set|due|scheduled|planned|expected)\b|\b(?:prévue?s?|sera|seront|aur(?:a|ont) lieu|attendue?s?)\b|المقرر|المرتقب|سوف"
)
"""Words of sentences whose days may lie ahead."""

_BACK: Final = {True: 31, False: 275}
"""How many days behind the day of writing a day without a year may lie, in a sentence that looks ahead and in any other."""

_CALENDARS: Final = ("en", "en_GB", "fr", "ar", "ar_SY", "ar_DZ", "ar_MA", "ar_MR")
"""Locales of CLDR with the names of months: Arabic has those of Egypt, the Levant and Iraq, Algeria, Morocco, Mauritania."""

_NUMBER: Final = r"\d{1,3}(?:[,.  \u202f٬]\d{3}){1,6}(?:[.,٫]\d+)?|\d{1,18}(?:[.,٫]\d+)?"
_MOST_WORDS: Final = 20
"""How many words a number may have, so that a pattern need not look further from each of them."""

_NEAR: Final = 60
"""How far before a figure the words may begin that say how exact it is, or that it counts no things."""
_START: Final = r"(?:(?<![\w.,:/–-])|(?<=\bو)|(?<=\bب)|(?<=\bل)|(?<=\bف))"
"""Where a figure may begin: in Arabic, short words are written together with the one behind them."""

_BEHIND: Final = (
    r"of|de|were|was|have been|had been|are|other|others|more|the|ont été|sont|étaient|autres|من|آخرين|آخرون|إضافية"
)
"""Words that may stand between a figure and what it counts."""

_FIGURE: Final = re.compile(
    rf"{_START}(?P<low>{_NUMBER})(?:\s?[–-]\s?(?P<high>{_NUMBER}))?"
    rf"(?:\s(?:{_BEHIND})\b)*(?:\sd[’'])?\s?(?P<unit>%|per cent|percent|pour cent|[^\W\d_]+)(?![\w/])"
)
_NO_UNIT: Final = re.compile(
    "and|or|to|in|on|at|by|from|for|with|as|but|than|since|after|before|that|who|which|per|an?|it|he|she|they|them|these|those"
    "|is|st|nd|rd|th|er|am|pm|et|ou|à|aux?|dans|en|sur|par|pour|avec|que|qui|dont|depuis|après|avant|mais|l[ae]s?|une?|des|du"
    "|ce|ils?|elles?|h|و|أو|في|على|إلى|عن|مع|بعد|قبل|منذ|ثم|لكن|هو|هي"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_QUALIFIERS: Final = {
    "about": "about|around|some|roughly|approximately|nearly|almost|close to|environ|quelque|près de|presque|نحو|حوالي|زهاء|قرابة",
    "more than": "more than|over|plus de|أكثر من",
    "at least": "at least|no fewer than|no less than|au moins|ما لا يقل عن",
    "at most": "at most|up to|no more than|au plus|jusqu’à|jusqu'à|ما لا يزيد عن",
}
_SAYS: Final = {
    word: re.compile(rf"(?<!\w)(?:{before})\s+(?:d[’']|de\s)?$", re.IGNORECASE) for word, before in _QUALIFIERS.items()
}


@dataclass(frozen=True)
class _Words:
    """Words of numbers in a language: those that are added, and scales, which multiply what stands before them.

    A scale needs a number before it, or what `alone` says. `joint` stands between two words, `span` between the ends
    of a range, `between` before one with `also` in it. What has `not_counted` before it, or `more` behind it, is no
    number of things: a part of one, or things known already.
    """

    added: Mapping[str, int]
    scales: Mapping[str, int]
    alone: str
    joint: str
    span: str
    between: str
    also: str
    not_counted: str
    more: str


def _numbered(words: str, first: int = 1, step: int = 1) -> dict[str, int]:
    """Return words with the numbers they stand for; a stroke parts forms of one number."""
    return {one: first + n * step for n, forms in enumerate(words.split()) for one in forms.split("/")}


_WORDS: Final = {
    "en": _Words(
        _numbered(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
        | _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
        {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9},
        alone=r"an?\s(?:dozen|hundred|thousand|million|billion)",
        joint=r"(?:(?:(?<=hundred)|(?<=thousand)|(?<=million))\s+and\s+|[\s-]+)",
        span="to|or",
        between="between",
        also=r"\sand\s",
        not_counted=r"\b(?:the|these|those|both|its|their|his|her|half|quarter|third|(?:one|two|out) (?:in|of)|and a half)\s(?:an?\s)?$",
        more=r"\sand a half\b|\s(?:thirds|quarters|fifths|sides|parties)\b",
    ),
    "fr": _Words(
        _numbered(
            "un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
        )
        | _numbered("vingt trente quarante cinquante soixante septante/soixante-dix quatre-vingt/quatre-vingts nonante", 20, 10),
        {"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
         "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "cent": 100, "cents": 100, "mille": 1000, "millier": 1000,
         "milliers": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9},
        alone="cent|mille",
        joint=r"(?:\s+et\s+(?=une?\b|onze\b)|[\s-]+)",
        span="à|ou",
        between="entre",
        also=r"\set\s",
        not_counted=r"\b(?:les|ces|ses|leurs|des|demi|pour|(?:une?|deux) sur|plusieurs|quelques)[\s-]$",
        more=r"\set demie?\b|\s(?:tiers|quarts|camps|parties)\b",
    ),
    "ar": _Words(
        _numbered(
            "واحد/واحدة اثنان/اثنين/اثنتان/اثنتين/اثنا/اثني/اثنتا/اثنتي ثلاثة/ثلاث أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع "
            "ثمانية/ثماني/ثمان تسعة/تسع عشرة/عشر"
        )
        | _numbered(
            "عشرون/عشرين ثلاثون/ثلاثين أربعون/أربعين خمسون/خمسين ستون/ستين سبعون/سبعين ثمانون/ثمانين تسعون/تسعين", 20, 10
        )
        | _numbered(
            "مئتان/مئتين/مئتا/مئتي/مائتان/مائتين/مائتا/مائتي ثلاثمئة/ثلاثمائة أربعمئة/أربعمائة خمسمئة/خمسمائة ستمئة/ستمائة "
            "سبعمئة/سبعمائة ثمانمئة/ثمانمائة/ثمانيمئة تسعمئة/تسعمائة",
            200,
            100,
        )
        | {"ألفان": 2000, "ألفين": 2000, "ألفي": 2000, "مليونان": 2 * 10**6, "مليونين": 2 * 10**6, "مليوني": 2 * 10**6},
        {"مئة": 100, "مائة": 100, "ألف": 1000, "ألفا": 1000, "ألفًا": 1000, "آلاف": 1000, "مليون": 10**6, "مليونا": 10**6,
         "ملايين": 10**6, "مليار": 10**9, "مليارات": 10**9},
        alone="مئة|مائة|ألف|مليون|مليار",
        joint=r"\s+و?",
        span="إلى|أو",
        between="بين",
        also=r"\sو",
        not_counted=r"(?:نصف|ربع|ثلث|بضع|بضعة|عدة|مئات|عشرات|كل)\s$",
        more=r"\s(?:ونصف|وربع)(?!\w)",
    ),
}  # fmt: skip


def days(text: str, *, written: dt.date | None = None) -> list[dt.date]:
    """Return the days that a text names, in its order, as 2026-11-20 or in words.

    A day without a year counts where it is known when the text was `written`: it takes the year that brings it
    near, ahead where its words look ahead.
    """
    first = written and dt.date.fromordinal(max(1, written.toordinal() - _BACK[looks_ahead(text)]))
    return [day for match in _dates(text) if (day := _day(match, first))]


def looks_ahead(sentence: str) -> bool:
    """Whether the days of a sentence may lie ahead of it."""
    return bool(_AHEAD.search(sentence))


def figures(sentence: str, language: Language) -> Iterator[dict[str, Any]]:
    """Yield each figure of a sentence, as a brief's value has it, and the word behind it as its `unit`.

    It is written as the language writes numbers, or in its words. Years and days of a month are none.
    """
    ends = [0, *(end for match in _dates(sentence) for end in match.span()), len(sentence)]
    between = (sentence[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))
    sentence = _in_digits(" . ".join(between), language)
    for match in _FIGURE.finditer(sentence):
        value, unit = _value(match, language), match["unit"].casefold()
        if value and not _NO_UNIT.fullmatch(unit):
            before = (sentence, max(0, match.start() - _NEAR), match.start())
            said = next((word for word, pattern in _SAYS.items() if pattern.search(*before)), None)
            named = language.gettext("per cent") if unit in {"%", "percent"} else match["unit"]
            yield {**value, **({"qualifier": said} if said else {}), "unit": named}


def _dates(text: str) -> list[re.Match[str]]:
    """Return where a text names a day, in its order; the longer where two overlap."""
    found = [match for pattern in _date_patterns() for match in pattern.finditer(text)]
    kept = list[re.Match[str]]()
    for match in sorted(found, key=lambda one: (one.start(), -one.end())):
        if not kept or kept[-1].end() <= match.start():
            kept.append(match)
    return kept


@functools.cache
def _date_patterns() -> tuple[re.Pattern[str], ...]:
    name = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    # With a year, small letters do too; without one, only the month as it is written tells a day from other words.
    twice = rf"(?!\w)\.?(?:\s?[/(]\s?(?:{name})\)?)?"  # as in آذار/مارس
    every, alone = rf"(?P<m>(?i:{name})){twice}", rf"(?P<m>{name}){twice}"
    day, year, of = r"(?<![\d.,])(?P<d>\d{1,2})(?:st|nd|rd|th|er)?", r"(?P<y>\d{4})(?!\d)", r"\s+(?:of\s+|من\s+)?"
    behind = r"\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\d:]|[.,]\d)"
    return (
        _ISO,
        re.compile(rf"{day}{of}{every},?\s+{year}"),
        re.compile(rf"(?<!\w){every}{behind},?\s+{year}"),
        re.compile(rf"{day}{of}{alone}(?!,?\s+\d{{4}}(?!\d))(?P<y>)"),
        re.compile(rf"(?<!\w)(?<![Ii]n ){alone}{behind}(?!,?\s+\d{{4}}(?!\d))(?P<y>)"),
    )


@functools.cache
def _months() -> dict[str, int]:
    """Return the number of each month by its names, as they are written in the middle of a sentence."""
    return months(*_CALENDARS)


@functools.cache
def _folded() -> dict[str, int]:
    return {name.casefold(): number for name, number in _months().items()}


def _day(match: re.Match[str], first: dt.date | None) -> dt.date | None:
    """Return the day that a text names; without a year, the next one from a `first` day on."""
    month = int(match["m"]) if match["m"].isdigit() else _folded()[match["m"].casefold()]
    years = [int(match["y"])] if match["y"] else [first.year, first.year + 1] if first else []
    for year in years:
        try:
            day = dt.date(year, month, int(match["d"]))
        except ValueError:
            continue
        if match["y"] or (first and day >= first):
            return day
    return None


def _in_digits(sentence: str, language: Language) -> str:
    """Return a sentence with its numbers in digits, and ranges with a dash, where they stand in words."""
    words = _WORDS[language.code]
    run, number = _run(language.code), rf"{_START}{_NUMBER}(?![\w.,/–-])"
    either = rf"(?:{run}|{number})"
    spans = (
        rf"(?<!\w){words.between}\s(?P<low>{either}){words.also}(?P<high>{either})",
        rf"(?<!from\s)(?<!\bde\s)(?<!من\s)(?P<low>{either})\s(?:{words.span})\s(?P<high>{either})",
    )
    for span in spans:
        sentence = re.sub(span, lambda match: _range(match, words, language), sentence, flags=re.IGNORECASE)
    return re.sub(run, lambda match: str(_said(match, words, language) or match[0]), sentence, flags=re.IGNORECASE)


@functools.cache
def _run(code: str) -> str:
    """Return the pattern of a number in words of a language, which may begin in digits as `2.5 million` does."""
    words = _WORDS[code]
    scale, added = _one_of(words.scales), _one_of(words.added)
    more = rf"(?:{words.joint}(?:{added}|{scale})(?!\w)){{0,{_MOST_WORDS}}}(?!-)"
    return rf"{_START}(?:{_NUMBER}\s{scale}|{words.alone}|{added})(?!\w){more}"


def _one_of(words: Mapping[str, int]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


def _said(match: re.Match[str], words: _Words, language: Language) -> int | None:
    """Return the number that words say; nothing where it counts no things."""
    text, start, end = match.string, *match.span()
    not_counted, more = re.compile(words.not_counted, re.IGNORECASE), re.compile(words.more)
    if not_counted.search(text, max(0, start - _NEAR), start) or more.match(text, end):
        return None
    value = _sum(match[0], words, language)
    return value if value is not None and value > 1 else None


def _sum(text: str, words: _Words, language: Language) -> int | None:
    """Return what words of numbers come to: each is added, or multiplies what stands before it."""
    known, total, group = {**words.added, **words.scales}, 0, 0.0
    for part in re.findall(rf"{_NUMBER}|{_one_of(known)}(?!\w)", text.casefold()):
        scale, value = words.scales.get(part), known.get(part) or _number(part, language)
        if value is None:
            return None
        if scale is None:
            group += value
            continue
        group = (group or 1) * scale
        if scale >= 1000:
            total, group = total + round(group), 0
    return total + int(group) if group == int(group) else None


def _range(match: re.Match[str], words: _Words, language: Language) -> str:
    """Return a range in digits; a scale behind its end is that of both, as in `two to three hundred`."""
    low, high = (_sum(match[end], words, language) or _number(match[end], language) for end in ("low", "high"))
    scale = math.prod(words.scales.get(word, 1) for word in re.split(r"[\s-]+", match["high"].casefold()))
    if low and high and low < 100 and low * scale < high:
        low *= scale
    return f"{low}–{high}" if low and high and low < high else match[0]


def _value(match: re.Match[str], language: Language) -> dict[str, float]:
    """Return a figure as a value or a range; nothing where it is a year, or not written as the language does."""
    low, high = (_number(match[key], language) for key in ("low", "high"))
    if low is None or _YEAR.fullmatch(match["low"]) or match["unit"] in _months():
        return {}
    return {"value": low} if high is None else {"low": low, "high": high} if low <= high else {}


def _number(text: str | None, language: Language) -> float | None:
    if not text:
        return None
    point, group = get_decimal_symbol(language.locale), get_group_symbol(language.locale)
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    plain = re.sub(r"[  \u202f]", "\u202f", plain.replace("٫", point).replace("٬", group))
    if set(re.findall(r"\D", plain)) - {point, group, "\u202f"}:
        return None
    try:
        value = parse_decimal(plain, locale=language.locale, strict=True)
    except NumberFormatError:
        return None
    return int(value) if value == int(value) else float(value)
