"""Messages of the interface in the reader's language.

English stands in the code; every other language is a gettext catalogue in `locales/`,
read as it was written, so that no compiled file can fall behind it.
"""

import datetime as dt
import functools
import gettext
import io
import math
import re
import unicodedata
from dataclasses import dataclass
from importlib import resources
from typing import Final

from babel import Locale, localedata
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_decimal, format_scientific

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "ar", "fr")
"""Languages the interface speaks, as ISO 639."""

SMALL: Final = -9
"""Power of ten below which a figure is written with one, as 2.5E-12."""

HEADING: Final = "heading"
"""The context that headings of the kit's notebooks have in the catalogues."""

# CLDR writes the first of a month as any other day.
_FIRST: Final = {"fr": ("1 ", "1er ")}

# CLDR's plain "en" is that of the United States, which writes the month first.
_LOCALES: Final = {ENGLISH: "en_GB"}


_WITHDRAWN: Final = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR", "230", "249", "278", "280", "720", "736", "886"}
"""Codes of ISO 3166-1 that stood for a country of today under another name, or for a part of it."""


@functools.cache
def countries() -> dict[str, str]:
    """Return the alpha-2 code of every country of ISO 3166-1 by its alpha-3 and by its numeric code, as CLDR has them."""
    codes = {code: found for code, found in get_global("territory_aliases").items() if len(code) == 3}
    # From 900 on, numbers are private use, as are the letters that stand for the same.
    assigned = {found[0] for code, found in codes.items() if code.isdigit() and code < "900"}
    single = {code: found[0] for code, found in codes.items() if len(found) == 1 and code not in _WITHDRAWN}
    return {code: country for code, country in sorted(single.items()) if country in assigned}


_COMMON: Final = {"the", "republic", "of", "united", "and", "america"}
"""Words that tell no two countries apart: layers and CLDR differ in them."""

_FORMER: Final = {
    "Czech Republic": "CZ", "Democratic Republic of the Congo": "CD", "East Timor": "TL", "Ivory Coast": "CI", "Macedonia": "MK",
    "Myanmar": "MM", "Republic of the Congo": "CG", "Swaziland": "SZ", "Turkey": "TR",
}  # fmt: skip
"""Names that layers use and CLDR does not."""


def folded(text: str) -> str:
    """Return a name in small letters without marks on them, and with one kind of dash, quote and space."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\s‐-–-]+", " ", plain.replace("’", "'")).strip().casefold()


def telling_words(name: str) -> frozenset[str]:
    """Return the words of a name that tell a country from others."""
    return frozenset(re.findall(r"\w+", folded(re.sub(r"\(.*?\)", "", name)))) - _COMMON


def country_called(name: str) -> str:
    """Return the alpha-2 code of the country that a layer calls so in English, or ""."""
    return _FORMER.get(name) or _told_by_words().get(telling_words(name), "")


@functools.cache
def _told_by_words() -> dict[frozenset[str], str]:
    territories = _locale(ENGLISH).territories
    return {telling_words(territories[short]): short for short in {*countries().values()} if short in territories}


@dataclass(frozen=True)
class Language:
    """A language of the interface. For one without a catalogue the words stay English."""

    code: str

    @property
    def locale(self) -> Locale:
        """What CLDR knows of the language: its dates, numbers and lists."""
        return _locale(self.code)

    @property
    def direction(self) -> str:
        """The way its script runs: ltr or rtl."""
        return "rtl" if self.locale.character_order == "right-to-left" else "ltr"

    @property
    def is_rtl(self) -> bool:
        """Whether it runs from right to left."""
        return self.direction == "rtl"

    def gettext(self, message: str, **values: object) -> str:
        """Return a message in this language; `{name}` in it is filled from `values`."""
        text = _translations(self.code).gettext(message)
        return text.format(**values) if values else text

    def heading(self, title: str) -> str:
        """Return a heading of the kit's notebooks in this language; any other stays as it is, be it a word of the interface."""
        return _translations(self.code).pgettext(HEADING, title)

    def ngettext(self, singular: str, plural: str, count: float, **values: object) -> str:
        """Return the form of a message that fits a count, with `{name}` filled from `values`."""
        text = _translations(self.code).ngettext(singular, plural, int(count))
        return text.format(**values) if values else text

    def date(self, day: dt.date, skeleton: str = "") -> str:
        """Return a day as "4 August 2017", or with the fields of a CLDR skeleton, such as "MMMd"."""
        text = format_skeleton(skeleton, day, locale=self.locale) if skeleton else format_date(day, "long", self.locale)
        cardinal, ordinal = _FIRST.get(self.code, ("", ""))
        return ordinal + text.removeprefix(cardinal) if cardinal and text.startswith(cardinal) else str(text)

    def years(self, days: int) -> str:
        """Return days from now as "in 2 years", or "18 years ago" where they are below zero."""
        return str(format_timedelta(dt.timedelta(days), granularity="year", add_direction=True, locale=self.locale))

    def number(self, value: float, *, decimals: int | None = None) -> str:
        """Return a figure with thousands separated, and no decimals it does not have, or as many as asked for; a small one keeps three digits."""
        power = math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0
        if decimals is None and power < SMALL:
            text = format_scientific(value, format="0.##E0", locale=self.locale)
        else:
            most = "#" * max(6, 2 - power)
            pattern = "#,##0" + ("." + "0" * decimals if decimals else "" if decimals == 0 else f".{most}")
            text = format_decimal(value, format=pattern, locale=self.locale)
        # The fonts that come with the kit have no narrow no-break space, which CLDR sets between thousands.
        return str(text).replace("\u202f", "\u00a0")

    def span(self, low: float, high: float) -> str:
        """Return "147,000–260,000", with room round the dash where a figure is below zero, or one figure where both ends are the same."""
        first, dash = self.number(low), "–" if low >= 0 else "\u00a0–\u00a0"
        return first if low == high else f"{first}{dash}{self.number(high)}"


@functools.cache
def _locale(code: str) -> Locale:
    return Locale.parse(_LOCALES.get(code, code if localedata.exists(code) else _LOCALES[ENGLISH]))


@functools.cache
def _translations(code: str) -> gettext.NullTranslations:
    if code == ENGLISH or code not in LANGUAGES:
        return gettext.NullTranslations()
    from babel.messages import mofile, pofile

    compiled = io.BytesIO()
    source = resources.files(__package__) / "locales" / code / "LC_MESSAGES" / "quickview.po"
    mofile.write_mo(compiled, pofile.read_po(io.StringIO(source.read_text(encoding="utf-8")), locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def months(*locales: str) -> dict[str, int]:
    """Return the number of each month by its names, whole and cut short, in some of CLDR's locales; without the point of a cut."""
    named = (Locale.parse(code).months[style] for code in locales for style in ("format", "stand-alone"))
    return {name.rstrip("."): number for widths in named for width in ("wide", "abbreviated")
            for number, name in widths[width].items()}  # fmt: skip
