"""The report from right to left: every letter in the kit's fonts, every string in its own direction."""

import unicodedata

import pytest
from tests.conftest import HOMS, NOTEBOOK, alone

from quickview.report.exporters import QuickViewHTMLExporter

pytestmark = pytest.mark.slow

# Where the first and the last letter of each Arabic line stand; of Latin lines too.
REVERSED = """
() => {
  const arabic = /[\\u0621-\\u064a]/, latin = /[A-Za-z]/, faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.data;
    if (!node.parentElement.getClientRects().length) continue;
    if (getComputedStyle(node.parentElement).writingMode !== 'horizontal-tb') continue;
    for (const [letters, falls] of [[arabic, true], [latin, false]]) {
      for (const run of text.matchAll(falls ? /[\\u0621-\\u064a]+/g : /[A-Za-z]{2,}/g)) {
        const at = n => { const r = document.createRange(); r.setStart(node, n); r.setEnd(node, n + 1); return r.getBoundingClientRect(); };
        const a = at(run.index), b = at(run.index + run[0].length - 1);
        if (Math.abs(a.top - b.top) > 2 || run[0].length < 2 || !a.width || !b.width) continue;
        seen += 1;
        if (falls ? a.left < b.left - .5 : a.left > b.left + .5) faults.push(run[0]);
      }
    }
  }
  return {seen, faults};
}
"""
# Words of one line must run from right to left as well.
DISORDERED = """
() => [...document.querySelectorAll('.prose p, .standfirst, .chart svg tspan, .chart svg text:not(:has(tspan))')].flatMap(e => {
  const faults = [], words = [];
  const walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const run of walker.currentNode.data.matchAll(/[\\u0621-\\u064a]{2,}/g)) {
      const r = document.createRange();
      r.setStart(walker.currentNode, run.index); r.setEnd(walker.currentNode, run.index + run[0].length);
      words.push([run[0], r.getBoundingClientRect()]);
    }
  }
  words.slice(1).forEach(([word, box], n) => {
    const [before, other] = words[n];
    if (box.width && other.width && Math.abs(box.top - other.top) < 2 && box.left > other.left) faults.push(before + ' ' + word);
  });
  return faults;
})
"""


@pytest.fixture(scope="module")
def arabic_html(tmp_path_factory, run_here, browser):
    executed = run_here(NOTEBOOK, brief_path=str(HOMS), language="ar")
    html, resources = QuickViewHTMLExporter(browser=browser).from_notebook_node(executed)
    path = tmp_path_factory.mktemp("arabic") / "homs.html"
    path.write_text(html, encoding="utf-8")
    assert resources["quickview"]["warnings"] == []
    return path


@pytest.mark.parametrize("width", [360, pytest.param(1440, marks=pytest.mark.audit)])
def test_no_letter_is_missing_from_the_fonts_the_report_carries(width, arabic_html, visit):
    page = visit(arabic_html, width=width).page
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": -1})["root"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root["nodeId"], "selector": "body *"})["nodeIds"]
    drawn = 0
    for node in nodes:
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        drawn += sum(font["glyphCount"] for font in fonts)
        strange = sum(font["glyphCount"] for font in fonts if not font["isCustomFont"])
        if strange:
            # Marks of direction have no glyph of their own; a font that is not the report's may stand for them, unseen.
            html = session.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]
            assert strange <= sum(unicodedata.category(c) == "Cf" for c in html), html[:200]
    assert drawn > 5000


@pytest.mark.parametrize("width", [360, 1440])
def test_no_string_is_reversed(width, arabic_html, view):
    page = view(arabic_html, width=width)
    found = page.evaluate(REVERSED)
    assert found["seen"] > 500
    assert found["faults"] == []
    assert page.evaluate(DISORDERED) == []


def test_the_page_runs_from_right_to_left_as_a_whole(arabic_html, view):
    page = view(arabic_html)
    assert page.evaluate("() => [document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    wide, mark = page.locator("#figure-map .wide svg").bounding_box(), page.locator(".series-name").bounding_box()
    assert mark["x"] > 720
    words = page.locator("#figure-timeline .wide svg text", has_text="أغسطس").first.bounding_box()
    assert words["x"] > wide["x"] + wide["width"] / 2
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1440


def test_what_is_not_translated_is_marked_and_not_dropped(run_here, browser, tmp_path):
    text = alone(HOMS.read_text(encoding="utf-8"))
    (tmp_path / "briefs").mkdir()
    (tmp_path / "shapes").symlink_to(HOMS.parent.parent / "shapes")
    front, prose = text.split("\n---\n", 1)
    path = tmp_path / "briefs" / "homs-truce.md"
    path.write_text(front.split("\ntranslations:\n")[0] + "\n---\n" + prose, encoding="utf-8")
    executed = run_here(NOTEBOOK, brief_path=str(path), language="ar")
    html, _ = QuickViewHTMLExporter(browser=browser, static=True).from_notebook_node(executed)
    assert 'class="untranslated" lang="en" dir="ltr">Russia establishes truce in Homs<' in html
    assert 'class="prose untranslated" lang="en" dir="ltr"' in html
    assert "In early August 2017 Russia put a truce into effect" in html
