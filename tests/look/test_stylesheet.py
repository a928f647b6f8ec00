"""The style sheet of reports and notebooks."""

import re

import pytest

from quickview.look import stylesheet
from quickview.look.palette import DARK, LIGHT

SHEETS = pytest.mark.parametrize(
    "css", [stylesheet.for_report("Homs حمص"), stylesheet.for_notebook()], ids=["report", "notebook"]
)


@SHEETS
def test_braces_balance(css):
    assert css.count("{") == css.count("}")


@SHEETS
def test_nothing_is_fetched_from_elsewhere(css):
    assert set(re.findall(r"url\(['\"]?(\w+):", css)) == {"data"}
    assert "@import" not in css
    assert "http" not in css


@SHEETS
def test_nothing_can_end_the_style_element(css):
    assert "</" not in css


@SHEETS
def test_every_colour_a_rule_names_exists(css):
    used = set(re.findall(r"var\(--([a-z0-9-]+)", css))
    defined = set(re.findall(r"--([a-z0-9-]+):", css))
    assert used <= defined | {"c"}


@SHEETS
def test_both_schemes_are_there(css):
    assert f"--paper:{LIGHT['paper']}" in css
    assert f"--paper:{DARK['paper']}" in css


def test_the_dark_scheme_is_for_screens_only():
    css = stylesheet.for_report("Homs")
    before = css[: css.index(f"--paper:{DARK['paper']}")]
    assert before.rstrip().endswith("@media screen and (prefers-color-scheme:dark){:root{")


def test_a_report_carries_the_fonts_of_its_text_and_no_others():
    assert stylesheet.for_report("Homs").count("@font-face") == 2
    assert stylesheet.for_report("Homs حمص").count("@font-face") == 4


def test_a_notebook_is_changed_inside_the_blocks_only():
    rules = re.sub(r"@font-face\{[^}]*\}", "", stylesheet.for_notebook())
    depth, top = 0, []
    for part in re.split(r"([{}])", rules):
        if part == "{":
            depth += 1
        elif part == "}":
            depth -= 1
        elif depth == 0 and part.strip():
            top.append(part.strip())
    assert top
    assert all(".qv" in selector for selector in top)


def test_the_same_text_gives_the_same_sheet():
    assert stylesheet.for_report("Homs") == stylesheet.for_report("Homs")
