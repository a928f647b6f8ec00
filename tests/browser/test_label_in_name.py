"""Whoever speaks to a page says what they see: the visible text of a control is in its name (WCAG 2.2, 2.5.3)."""

import json

import pytest
from tests.builders.editions import ARABIC, FRESH, MOVED, edition, entry
from tests.conftest import ANDES, HOMS, NOTEBOOK, ROOT

from quickview.nightly import index_page
from quickview.report.exporters import QuickViewHTMLExporter
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.slow

LANGUAGES = pytest.mark.parametrize("language", ["en", "ar", "fr"])
CROWD = [entry(f"crowd-{n}", place={"name": "Altiplano", "longitude": -66.1, "latitude": -17.3}) for n in range(3)]

UNNAMED = """
() => {
  const plain = text => (text ?? '').replace(/[\\u200e\\u200f\\u2060\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim().toLowerCase();
  const named = e => e.getAttribute('aria-label')
    ?? e.getAttribute('aria-labelledby')?.split(' ').map(id => document.getElementById(id).textContent).join(' ');
  const seen = e => {
    const copy = e.cloneNode(true);
    copy.querySelectorAll('title, desc, .spoken').forEach(hidden => hidden.remove());
    return plain(copy.textContent);
  };
  const controls = [...document.querySelectorAll('a, button, input, select, summary, [role=button], [role=link], [tabindex="0"]:not([role=region], [role=application])')];
  return controls.filter(e => named(e) !== undefined && /[\\p{L}\\p{N}]/u.test(seen(e)))
    .map(e => [seen(e), plain(named(e))]).filter(([text, name]) => !name.includes(text));
}
"""
"""Controls whose name lacks their text; one that shows a mere sign, such as "#", has no text to be said."""


@pytest.fixture(scope="module")
def report(tmp_path_factory, run_here, browser):
    """Write the report of a brief in a language."""

    def write(brief, language):
        notebook = run_here(NOTEBOOK, brief_path=str(brief), language=language)
        html, _ = QuickViewHTMLExporter(browser=browser).from_notebook_node(notebook)
        path = tmp_path_factory.mktemp("named") / "report.html"
        path.write_text(html, encoding="utf-8")
        return path

    return write


REPORTS = [
    (HOMS, "ar"),
    (ANDES, "fr"),
    *(
        pytest.param(*one, marks=pytest.mark.audit)
        for one in [(HOMS, "en"), (HOMS, "fr"), (ANDES, "en"), (ANDES, "ar")]
    ),
]


@pytest.mark.parametrize(("brief", "language"), REPORTS)
def test_every_control_of_a_report_can_be_called_by_its_text(report, visit, brief, language):
    page = visit(report(brief, language)).page
    assert page.locator("a[aria-label], button[aria-label]").count() > 10
    assert page.evaluate(UNNAMED) == []
    page.locator("button.wake").first.click()
    page.locator("figure.awake").wait_for()
    assert page.evaluate(UNNAMED) == []


@LANGUAGES
def test_every_control_of_the_front_page_can_be_called_by_its_text(visit, tmp_path, language):
    world = json.loads((ROOT / "shapes" / "world.geojson").read_text(encoding="utf-8"))
    given = edition(MOVED, ARABIC, FRESH, *CROWD)
    path = tmp_path / "index.html"
    path.write_text(index_page.write(given, theme=load_theme(""), world=world, language=language), encoding="utf-8")
    page = visit(path).page
    assert page.locator("svg a text").all_text_contents() == ["2", "4"]
    assert page.evaluate(UNNAMED) == []


def test_a_name_that_lacks_the_text_is_found(visit, tmp_path):
    path = tmp_path / "page.html"
    path.write_text('<a href="#x" aria-label="Two reports">2</a><a href="#y" aria-label="Source 1">1</a>', "utf-8")
    assert visit(path).page.evaluate(UNNAMED) == [["2", "two reports"]]
