"""axe-core over the reports: WCAG 2.0 to 2.2, A and AA, and best practice.

The suite takes each brief in one theme on one screen; `make audit` takes all of them.
"""

import itertools

import pytest
from tests.builders.screens import AXE, RUN, TAGS
from tests.conftest import ANDES, HOMS, NOTEBOOK

from quickview.report.exporters import QuickViewHTMLExporter
from quickview.theme.palette import ratio
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.slow

ARABIC = ANDES.with_name("andes-arabic.md")
BRIEFS = {"homs": HOMS, "andes": ANDES, "arabic": ARABIC}
THEMES = ("default", "gazette", "signal")
SCREENS = tuple(itertools.product(("light", "dark"), (360, 1440)))
DRAWN_TEXT = """
() => [...new Set([...document.querySelectorAll('.chart svg text')].filter(t => t.getClientRects().length && t.textContent.trim())
  .map(t => getComputedStyle(t).fill))]
"""


@pytest.fixture(scope="module")
def page_of(tmp_path_factory, run_here, browser):
    """Make the report of a brief in a theme, each once."""
    folder, executed, made = tmp_path_factory.mktemp("axe"), {}, {}

    def make(brief, theme):
        if brief not in executed:
            executed[brief] = run_here(NOTEBOOK, brief_path=str(BRIEFS[brief]))
        if (brief, theme) not in made:
            html, _ = QuickViewHTMLExporter(browser=browser, theme=theme).from_notebook_node(executed[brief])
            made[brief, theme] = folder / f"{brief}-{theme}.html"
            made[brief, theme].write_text(html, encoding="utf-8")
        return made[brief, theme]

    return make


def assert_sound(page, theme, scheme):
    page.evaluate(AXE)
    found = page.evaluate(RUN, TAGS)
    assert found["violations"] == []
    unsure = [one for one in found["incomplete"] if not resolved(one)]
    assert unsure == []
    assert_drawn_text_is_legible(page, getattr(load_theme(theme), scheme))


def resolved(one):
    """The stance a row has stands in its own column on screen, and in one column only on paper."""
    return one[0] == "th-has-data-cells" and "stances" in one[1]


def assert_drawn_text_is_legible(page, colours):
    """axe cannot see what lies behind a text of a drawing; each is a colour checked on every ground it may have."""
    rgb = {tuple(int(value[i : i + 2], 16) for i in (1, 3, 5)): name for name, value in colours.items()}
    for fill in page.evaluate(DRAWN_TEXT):
        name = rgb.get(tuple(int(part) for part in fill.removeprefix("rgb(").removesuffix(")").split(",")))
        assert name in {"ink", "muted", "house", "paper"} or name.startswith("side-"), fill
        grounds = ["house"] if name == "paper" else ["paper", "land"]
        assert min(ratio(colours[name], colours[ground]) for ground in grounds) >= 4.5, name


def look(page_of, visit, brief, theme, scheme, width):
    page = visit(page_of(brief, theme), width=width, scheme=scheme).page
    assert_sound(page, theme, scheme)
    for n in range(page.locator(".wake").count()):
        page.locator(".wake").nth(n).press("Enter")
        page.keyboard.press("Home")
    assert page.locator(".awake .tip:visible").count() >= 4
    assert_sound(page, theme, scheme)


CHOSEN = [("homs", "default", "light", 1440), ("andes", "gazette", "dark", 360), ("arabic", "signal", "dark", 1440)]


@pytest.mark.parametrize(("brief", "theme", "scheme", "width"), CHOSEN)
def test_a_report_has_no_fault_that_axe_can_find(brief, theme, scheme, width, page_of, visit):
    look(page_of, visit, brief, theme, scheme, width)


@pytest.mark.audit
@pytest.mark.parametrize(("scheme", "width"), SCREENS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("brief", BRIEFS)
def test_no_report_on_any_screen_has_a_fault_that_axe_can_find(brief, theme, scheme, width, page_of, visit):
    look(page_of, visit, brief, theme, scheme, width)
