"""A report with dozens of everything, printed and on a phone: nothing over another, cut, lost or left alone on a page."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape

import pikepdf
import pytest
from tests import sizes
from tests.conftest import NOTEBOOK, file_of
from tests.publishing.printed import Printed

from quickview.brief.reader import load
from quickview.publishing.edition import Order, render

pytestmark = pytest.mark.slow

HEIGHT = 842
FOOT = 36
"""Of an A4 page and of what stands at its foot, in points."""

_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')

COVERED = """() => {
  const boxes = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const holder = node.parentElement;
    if (!node.data.trim() || holder.closest('.spoken, .skip, script, style, .tracker thead, .stances thead')) continue;
    if (!holder.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) boxes.push([box.left + 1, box.top + box.height / 4, box.right - 1, box.bottom - box.height / 4, node.data.trim()]);
  }
  boxes.sort((a, b) => a[1] - b[1]);
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => b[1] < a[3] && a[0] < b[2] && b[0] < a[2]).map((b) => [a[4], b[4]]));
}"""


@dataclass(frozen=True)
class Word:
    """A word on a printed page and where it stands, in points from the top left."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


@pytest.fixture(scope="module")
def brief(tmp_path_factory):
    folder = tmp_path_factory.mktemp("full")
    return load(sizes.write(folder, "full", actors=40, relations=60, events=40, forecasts=8, sources=14, terms=12))


@pytest.fixture(scope="module")
def edition(brief, press, tmp_path_factory):
    return render(brief, Order(NOTEBOOK, tmp_path_factory.mktemp("reports")), press)


@pytest.fixture(scope="module")
def pages(edition):
    """The words of each page."""
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext")
    done = subprocess.run(
        ["pdftotext", "-bbox", file_of(edition, ".pdf"), "-"], capture_output=True, text=True, check=True
    )
    return [
        [Word(*map(float, found[:4]), unescape(found[4])) for found in _WORD.findall(page)]
        for page in done.stdout.split("<page ")[1:]
    ]


def bare(text):
    return "".join(c for c in text if c.isalnum())


def _titles(brief):
    facts = brief.facts
    terms = facts.agreement.terms
    return [*(one.name for one in facts.actors), *(one.title for one in (*facts.events, *facts.forecasts, *terms))]


def _is_over(a, b):
    # The box of a word is as tall as its line may be; a superscript stands beside a joiner of no width.
    middle = min(a.bottom, b.bottom) - max(a.top, b.top) > 0.45 * min(a.bottom - a.top, b.bottom - b.top)
    return middle and a.left + 0.3 < b.right - 0.3 and b.left + 0.3 < a.right - 0.3 and "\u2060" not in a.text + b.text


def test_no_word_is_printed_over_another(pages):
    assert [(a.text, b.text) for words in pages for n, a in enumerate(words) for b in words[:n] if _is_over(a, b)] == []


def test_no_page_but_the_last_is_more_than_half_empty(pages):
    lowest = [max(word.bottom for word in words if word.bottom < HEIGHT - FOOT) for words in pages]
    assert [n for n, y in enumerate(lowest[:-1], start=1) if y < HEIGHT / 2] == []


def test_nothing_is_lost_on_paper(pages, brief):
    said = bare("".join(word.text for words in pages for word in words))
    assert [title for title in _titles(brief) if bare(title) not in said] == []
    assert "Tablesbehindthefigures" in said


def test_no_row_is_cut_and_heads_are_tagged_once(edition):
    with pikepdf.open(file_of(edition, ".pdf")) as file:
        printed = Printed(file)
        rows = printed.of("/TR")
        assert len(rows) > 150
        assert [row.text for row in rows if len(row.pages) > 1] == []
        heads = [row.text for row in rows if row.text.startswith(("Actor", "FromRelation", "DateWhat"))]
        assert len(heads) == len(set(heads)) == 3


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_loses_nothing_and_no_text_covers_another(edition, brief, visit, width):
    page = visit(file_of(edition, ".html"), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(COVERED) == []
    said = bare(page.evaluate("document.documentElement.textContent"))
    assert [title for title in _titles(brief) if bare(title) not in said] == []


def test_what_is_long_is_folded_on_a_phone_and_open_beside_a_keyboard(edition, visit):
    for width, is_open in ((1440, True), (390, False)):
        page = visit(file_of(edition, ".html"), width=width).page
        assert page.locator("#actor-a39").is_visible() == is_open
        assert page.get_by_text("40 actors", exact=True).is_visible() != is_open
