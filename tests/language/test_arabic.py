"""Arabic: its dates, numbers and plurals, a brief written in it, and one that is read in it."""

import datetime as dt
import re
import string

import pytest
from tests.conftest import ANDES, HOMS

from quickview import messages
from quickview.brief import formats, translation
from quickview.brief.reader import load
from quickview.brief.vocabulary import WORDS, Precision
from quickview.language.catalogs import Language

ARABIC = Language("ar")
NAMES = {"EA WorldView", "PA-X"}
"""What the Arabic edition writes in Latin letters too."""


@pytest.fixture(scope="module")
def native():
    return load(ANDES.with_name("andes-arabic.md"))


def _words(brief):
    tree = brief.facts.model_dump(mode="json", by_alias=True, exclude={"translations"})
    return {text for _, text in translation.words(tree)}


def test_dates_name_the_month_and_keep_european_digits():
    day = dt.date(2017, 8, 4)
    assert formats.day(day, ARABIC) == "4 أغسطس 2017"
    assert formats.dated(day, Precision.MONTH, ARABIC) == "أغسطس 2017"
    assert formats.short_day(day, ARABIC) == "4 أغسطس"


def test_numbers_have_european_digits_and_separators():
    assert ARABIC.span(147000, 260000) == "147,000–260,000"
    assert ARABIC.number(2.5) == "2.5"


def test_the_sign_of_per_cent_stands_behind_a_range_whatever_stands_before_it():
    """Without a mark of direction it stands at the left end after Arabic words, and between both numbers after none."""
    assert formats.percent(55, 80, ARABIC) == "55–80\u200f%"


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 يوم"), (1, "يوم واحد"), (2, "يومان"), (5, "5 أيام"), (37, "37 يومًا"), (100, "100 يوم"), (103, "103 أيام")],
)
def test_days_take_the_form_their_number_asks_for(n, text):
    assert ARABIC.ngettext("{n} day", "{n} days", n, n=n) == text


def test_the_word_behind_a_range_fits_its_last_number():
    as_of = dt.date(2017, 8, 4)
    dates = [dt.date(2017, 9, 3), dt.date(2017, 9, 10)]
    assert (formats.days_left(dates, as_of, ARABIC), formats.days(dates, as_of, ARABIC)) == ("30–37", "يومًا")


def test_lists_are_joined_the_arabic_way():
    assert ARABIC.gettext(", ").join(["مصر", "روسيا"]) == "مصر، روسيا"
    assert formats.listed(["مصر", "روسيا", "الأردن"], ARABIC) == "مصر وروسيا والأردن"


def test_translations_keep_what_is_filled_in():
    for message in messages.read("ar"):
        if message.id:
            given = _fields(_forms(message.id)[-1])
            # One and two are said by the form of the noun.
            spared = {"n", "recent"} if isinstance(message.id, tuple) else set()
            assert all(given - spared <= _fields(form) <= given for form in _forms(message.string)), message.id


def _forms(text):
    return text if isinstance(text, tuple) else (text,)


def _fields(text):
    return {name for _, name, *_ in string.Formatter().parse(text) if name is not None}


def test_no_two_words_of_the_yardstick_read_the_same():
    assert len({ARABIC.gettext(word) for word in WORDS}) == len(WORDS)


def test_a_brief_written_in_arabic_has_its_sections_found(native):
    assert [section.title for section in native.sections][:2] == ["ماذا حدث", "لماذا يهم"]
    assert native.section("what-happened").markdown
    assert native.section("why-it-matters").markdown


def test_a_brief_written_in_arabic_is_read_in_arabic(native):
    assert native.language.is_rtl
    assert native.foreign == frozenset()
    assert native.edition == "andes-arabic"


def test_words_not_translated_are_kept_and_marked_as_foreign():
    own, read = load(HOMS), load(HOMS, language="ar")
    left = _words(own) & _words(read)
    assert {word for word in read.foreign if not word.startswith("#")} <= left
    assert left - read.foreign <= NAMES


def test_a_brief_without_a_translation_is_all_foreign():
    own, read = load(ANDES), load(ANDES, language="ar")
    assert read.language == ARABIC
    assert read.facts == own.facts
    headings = {"## how-the-road-is-kept-closed"}
    assert read.foreign == _words(own) | {f"#{section.id}" for section in own.sections} | headings


def test_what_is_counted_stands_in_the_accusative_from_11_to_99_and_not_after_hundreds():
    plurals = [message.string for message in messages.read("ar") if isinstance(message.id, tuple)]
    counted = re.compile(r"\{\w+\} \w+ًا")
    assert [forms[4] for forms in plurals if counted.search(forms[4])] == []
    assert ARABIC.ngettext("{n} forecast", "{n} forecasts", 45, n=45) == "45 توقعًا"
    assert ARABIC.ngettext("{n} forecast", "{n} forecasts", 100, n=100) == "100 توقع"
