"""The style sheet of reports and notebooks."""

import re
from importlib import resources

import pytest

from quickview.theme import stylesheet, typeface
from quickview.theme.palette import DARK, LIGHT
from quickview.theme.theme import SHIPPED, load_theme

KINDS = {"report": lambda theme: stylesheet.for_report("Homs حمص", theme), "notebook": stylesheet.for_notebook}


@pytest.fixture(scope="module", params=SHIPPED)
def theme(request):
    return load_theme(request.param)


@pytest.fixture(scope="module", params=KINDS)
def css(request, theme):
    return KINDS[request.param](theme)


def test_braces_balance(css):
    assert css.count("{") == css.count("}")


def test_nothing_is_fetched_from_elsewhere(css):
    assert set(re.findall(r"url\(['\"]?(\w+):", css)) == {"data"}
    assert "@import" not in css
    assert "http" not in css


def test_nothing_can_end_the_style_element(css):
    assert "</" not in css


def test_every_colour_a_rule_names_exists(css):
    used = set(re.findall(r"var\(--([a-z0-9-]+)", css))
    defined = set(re.findall(r"--([a-z0-9-]+):", css))
    assert used <= defined | {"c"}


def test_both_schemes_are_there(theme):
    for css in (stylesheet.for_report("Homs", theme), stylesheet.for_notebook(theme)):
        assert f"--paper:{theme.light['paper']}" in css
        assert f"--paper:{theme.dark['paper']}" in css


def test_the_default_theme_is_the_palette():
    assert stylesheet.for_report("Homs") == stylesheet.for_report("Homs", load_theme("default"))
    assert f"--paper:{LIGHT['paper']}" in stylesheet.for_report("Homs")


def test_a_theme_sets_headings_in_its_own_family_and_figures_in_the_kits():
    css = stylesheet.for_report("Homs", load_theme("gazette"))
    assert "--heading-family:'IBM Plex Serif', var(--family)" in css
    assert f"--family:{typeface.STACK}" in css
    assert css.count("font-family:'IBM Plex Serif'") == 1
    assert css.count("font-family:'IBM Plex Sans'") == 2


def test_a_family_of_one_weight_is_asked_for_every_weight():
    (weight,) = re.findall(
        r"'IBM Plex Serif';font-style:normal;font-weight:([^;]+);", stylesheet.for_report("Homs", load_theme("gazette"))
    )
    assert weight == "1 1000"


@pytest.mark.parametrize("name", ["blocks.css", "notebook.css"])
def test_the_blocks_turn_round_with_the_direction_of_the_text(name):
    css = (resources.files("quickview.theme") / name).read_text(encoding="utf-8")
    assert not re.search(r"\b(margin|padding|border)-(left|right)|(?<![\w-])(left|right)\s*:|:\s*(left|right)\b", css)


def test_no_type_is_smaller_than_twelve_pixels_on_a_screen():
    css = (resources.files("quickview.theme") / "blocks.css").read_text(encoding="utf-8")
    assert min(float(size) for size in re.findall(r"font-size: ([\d.]+)rem", css)) >= 0.75


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
