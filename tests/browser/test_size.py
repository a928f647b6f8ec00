"""Reports of every kind and size, printed, wide and on a phone: nothing over another, cut, lost or left alone on a page.

The largest is made with every run of the tests; the rest, in two languages each, with the audit.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdf
import pytest
from tests.builders import facts
from tests.builders.printed import Printed, pages
from tests.conftest import ANDES, FULL, NOTEBOOK, run_notebook

from quickview.brief.reader import Brief, load
from quickview.report import page, reading
from quickview.report.page import print_report
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

TWICE = {
    "lakeland-election": "fr",
    "steel-measures": "fr",
    "straits-incident": "fr",
    "two-rivers-ceasefire": "ar",
    "grain-compact": "fr",
}
"""Briefs and the language, besides their own, that each is made in."""

OTHERS = [(name, code) for name, other in TWICE.items() for code in ("en", other)]
OTHERS.remove((FULL.stem, "en"))

ELSEWHERE = re.compile(r"tables\.|relations\.\d+\.note|place\.statuses")
"""What stands only in the downloads of a page, or in the table behind a figure that opens there."""

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
class Made:
    """A brief and the two files of its report."""

    brief: Brief
    html: Path
    pdf: Path


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((FULL.stem, "en"), marks=pytest.mark.slow),
        *(pytest.param(one, marks=pytest.mark.audit) for one in OTHERS),
    ],
    ids=".".join,
)
def made(request, browser, tmp_path_factory):
    """Each report, from the notebook that was run in this process."""
    name, code = request.param
    path, folder = ANDES.with_name(f"{name}.md"), tmp_path_factory.mktemp(name)
    brief = load(path, language=code)
    outline = read_outline(run_notebook(NOTEBOOK, brief_path=str(path), language=code), folder=NOTEBOOK.parent)
    reading.check_outline(outline, brief)
    browser.fresh()
    text, noticed = page.render(outline, browser.draw(outline.drawings) or None, load_theme())
    document, _ = print_report(outline, browser, load_theme())
    assert [*brief.warnings, *outline.warnings, *noticed] == []
    report = Made(brief, folder / "made.html", folder / "made.pdf")
    report.html.write_text(text, encoding="utf-8")
    report.pdf.write_bytes(document)
    return report


def _bare(text):
    return facts.bare(unicodedata.normalize("NFKC", text))


def _lost(brief, said):
    return [(where, text) for where, text in facts.of(brief) if _bare(text) not in said and not ELSEWHERE.match(where)]


def test_no_word_is_printed_over_another(made):
    assert [one.covered for one in pages(made.pdf) if one.covered] == []


def test_no_page_but_the_last_is_more_than_half_empty(made):
    assert [n for n, one in enumerate(pages(made.pdf)[:-1], start=1) if one.is_half_empty] == []


def test_nothing_is_lost_on_paper(made):
    document = made.brief.facts.document
    said = [_bare(one.extract_text()) for one in pypdf.PdfReader(made.pdf).pages]
    head = _bare(document.series + document.title)
    # A sentence may run on behind what stands at the foot of a page and at the head of the next.
    whole = "".join([said[0], *(text.replace(head, "", 1) for text in said[1:])])
    assert _lost(made.brief, re.sub(r"page\d+(?:of|sur)\d+", "", whole)) == []


def test_no_row_is_cut_and_heads_are_tagged_once(made):
    with pikepdf.open(made.pdf) as file:
        rows = Printed(file).of("/TR")
    assert rows
    assert [row.text for row in rows if len(row.pages) > 1] == []
    heads = [row.text for row in rows if row.text.startswith(("Actor", "FromRelation", "DateWhat"))]
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_loses_nothing_and_no_text_covers_another(made, visit, width):
    shown = visit(made.html, width=width).page
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.evaluate(COVERED) == []
    shown.evaluate("document.querySelectorAll('sup, script, style').forEach((one) => one.remove())")
    assert _lost(made.brief, _bare(shown.evaluate("document.documentElement.textContent"))) == []


@pytest.mark.parametrize(("width", "is_open"), [(1440, True), (390, False)])
def test_what_is_long_is_folded_on_a_phone_and_open_beside_a_keyboard(made, visit, width, is_open):
    actors = made.brief.facts.actors
    if len(actors) <= 10:
        pytest.skip("has nothing long")
    shown = visit(made.html, width=width).page
    assert shown.locator(f"#actor-{actors[-1].id}").is_visible() == is_open
    assert shown.locator("summary", has_text=re.compile(rf"^{len(actors)}\s")).first.is_visible() != is_open
