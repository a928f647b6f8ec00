"""Dates and figures as the report writes them."""

import datetime as dt

import pytest

from quickview.brief import formats
from quickview.brief.records import Quantity, Value
from quickview.brief.vocabulary import Precision
from quickview.language.catalogs import Language

DAY = dt.date(2017, 8, 4)
ENGLISH, FRENCH, ARABIC = Language("en"), Language("fr"), Language("ar")


def _quantity(*values):
    return Quantity(id="q", label="People", unit="people", values=tuple(Value(by="x", source="s", **v) for v in values))


def test_a_day_is_written_out():
    assert formats.day(DAY, ENGLISH) == "4 August 2017"


@pytest.mark.parametrize(
    ("precision", "short", "with_year", "full"),
    [(Precision.DAY, "4 Aug", "4 Aug 2017", "4 August 2017"), (Precision.MONTH, "Aug", "Aug 2017", "August 2017"),
     (Precision.YEAR, "2017", "2017", "2017")],
)  # fmt: skip
def test_a_date_is_no_more_exact_than_it_is_known(precision, short, with_year, full):
    assert formats.short_day(DAY, ENGLISH, precision=precision) == short
    assert formats.short_day(DAY, ENGLISH, precision=precision, year=True) == with_year
    assert formats.dated(DAY, precision, ENGLISH) == full


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (147000, "147,000"),
        (3.0, "3"),
        (2.5, "2.5"),
        (0, "0"),
        (1234.5, "1,234.5"),
        (1.5e-6, "0.0000015"),
        (-3.21e-7, "-0.000000321"),
        (2.5e-12, "2.5E-12"),
        (0.1234567, "0.123457"),
    ],
)
def test_numbers_have_thousands_and_no_idle_decimals(value, text):
    assert ENGLISH.number(value) == text


@pytest.mark.parametrize(("km2", "text"), [(579.2, "579"), (12345, "12,345"), (9.876, "9.9"), (0.2827, "0.28")])
def test_areas_keep_two_figures_where_they_are_small(km2, text):
    assert formats.area(km2, ENGLISH) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [([{"value": 147000}, {"value": 260000, "qualifier": "about"}], "147,000–260,000"),
     ([{"value": 1000, "qualifier": "about"}], "about 1,000"),
     ([{"value": 1000, "qualifier": "about"}, {"value": 1000, "qualifier": "about"}], "about 1,000"),
     ([{"value": 1000, "qualifier": "about"}, {"value": 1000, "qualifier": "at least"}], "1,000"),
     ([{"low": 120, "high": 150}], "120–150"),
     ([{"low": 120, "high": 150}, {"value": 90}], "90–150")],
)  # fmt: skip
def test_what_sources_say_becomes_one_range(values, text):
    assert formats.figures(_quantity(*values), ENGLISH) == text


def test_days_left_run_from_the_first_to_the_last_date():
    assert formats.days_left([dt.date(2017, 9, 10), dt.date(2017, 9, 3)], DAY, ENGLISH) == "30–37"
    assert formats.days_left([dt.date(2017, 8, 5)], DAY, ENGLISH) == "1"


@pytest.mark.parametrize(
    ("words", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), ([], "")]
)
def test_words_are_listed_in_a_sentence(words, text):
    assert formats.listed(words, ENGLISH) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [(ENGLISH, "1 September 2017"), (FRENCH, "1er septembre 2017"), (ARABIC, "1 سبتمبر 2017")],
    ids=lambda value: getattr(value, "code", ""),
)
def test_a_day_is_written_out_in_every_language(language, text):
    assert formats.day(dt.date(2017, 9, 1), language) == text


def test_a_short_date_follows_the_language():
    assert formats.short_day(dt.date(2017, 9, 1), ENGLISH) == "1 Sept"
    assert formats.short_day(dt.date(2017, 9, 1), FRENCH) == "1er sept."
    assert formats.short_day(dt.date(2017, 9, 11), FRENCH) == "11 sept."


def test_figures_follow_the_language_and_keep_european_digits():
    assert FRENCH.number(1234.5) == "1\u00a0234,5"
    assert ARABIC.number(1234.5, decimals=0).isascii()
    assert formats.percent(55, 80, FRENCH) == "55–80\u00a0%"


def test_a_figure_in_french_is_set_with_a_space_that_the_fonts_have():
    assert "\u202f" not in FRENCH.span(147000, 260000)


@pytest.mark.parametrize(("left", "text"), [(0, "days"), (1, "day"), (2, "days")])
def test_only_one_day_is_in_the_singular(left, text):
    assert formats.days([DAY + dt.timedelta(left)], DAY, ENGLISH) == text


def test_none_is_in_the_singular_in_french():
    assert formats.days([DAY], DAY, FRENCH) == "jour"
