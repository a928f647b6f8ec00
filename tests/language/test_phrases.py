"""Phrases that several pages share."""

import pytest

from quickview.language.catalogs import Language
from quickview.language.phrases import left

KINDS = ("deadline", "effect", "end", "forecast", "scheduled")


@pytest.mark.parametrize(
    ("code", "days", "said"),
    [
        ("en", -6513, ["was due 18 years ago", "took effect 18 years ago", "ended 18 years ago", "was to be settled 18 years ago", "18 years ago"]),
        ("en", 800, ["due in 2 years", "takes effect in 2 years", "ends in 2 years", "to be settled in 2 years", "in 2 years"]),
        ("en", -366, ["was due 366 days ago", "in effect for 366 days", "ended 366 days ago", "overdue for 366 days", "366 days ago"]),
        ("ar", -800, ["استُحق قبل سنتين", "بدأ سريانه قبل سنتين", "انتهى قبل سنتين", "كان ينبغي أن تُحسم قبل سنتين", "قبل سنتين"]),
        ("fr", -6513, ["échue il y a 18 ans", "entré en vigueur il y a 18 ans", "terminé il y a 18 ans", "devait être tranchée il y a 18 ans", "il y a 18 ans"]),
    ],
)  # fmt: skip
def test_what_is_more_than_a_year_off_is_told_in_years(code, days, said):
    assert [left(kind, days, Language(code)) for kind in KINDS] == said
