"""Languages of the interface: which way they run, and what stands where nothing is translated."""

import pytest

from quickview.language.catalogs import ENGLISH, LANGUAGES, Language


@pytest.mark.parametrize(
    ("code", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl"), ("he", "rtl"), ("no", "ltr")]
)
def test_a_language_runs_as_its_script_does(code, direction):
    assert Language(code).direction == direction
    assert Language(code).is_rtl == (direction == "rtl")


def test_english_is_that_of_the_united_kingdom():
    assert str(Language(ENGLISH).locale) == "en_GB"


@pytest.mark.parametrize("code", ["no", "he", "qqq", "../fr"])
def test_a_language_without_a_catalogue_speaks_english(code):
    assert Language(code).gettext("As of {day}", day="x") == "As of x"
    assert Language(code).ngettext("{n} day", "{n} days", 2, n=2) == "2 days"


@pytest.mark.parametrize("code", sorted({*LANGUAGES} - {ENGLISH}))
def test_a_language_of_the_interface_says_it_in_its_own_words(code):
    assert Language(code).gettext("As of {day}", day="1") not in {"As of 1", "1", ""}
    assert Language(code).gettext("no message of the interface") == "no message of the interface"


def test_braces_in_a_value_are_not_filled_in_again():
    assert Language("fr").gettext("As of {day}", day="{day}").endswith("{day}")


def test_a_message_without_values_keeps_its_braces():
    assert Language("en").gettext("{range}%") == "{range}%"
