"""The whole report by keyboard alone."""

import pytest
from tests.builders.screens import colour

from quickview.theme.palette import ratio

pytestmark = pytest.mark.slow

EVERY_STOP = """
() => {
  const kinds = 'a[href], button, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll(kinds)].filter(e => e.checkVisibility({visibilityProperty: true}));
  all.forEach((e, i) => e.dataset.stop = i);
  return all.map(e => e.outerHTML.slice(0, 120));
}
"""

# Where the focus is, what hides it, and whether it can be seen.
FOCUS = """
() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const r = e.getClientRects()[0];
  const shown = r && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth;
  const x = r && Math.min(Math.max(r.left + Math.min(r.width, 20) / 2, 1), innerWidth - 1);
  const y = r && Math.min(Math.max(r.top + Math.min(r.height, 20) / 2, 1), innerHeight - 1);
  const over = shown ? document.elementFromPoint(x, y) : null;
  const style = getComputedStyle(e);
  return {
    stop: Number(e.dataset.stop ?? -1), what: e.outerHTML.slice(0, 120), shown,
    free: !!over && (e.contains(over) || over.contains(e)),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && style.opacity > 0.9,
  };
}
"""


@pytest.fixture
def still(visit):
    def open_still(path, **kw):
        page = visit(path, **kw).page
        page.emulate_media(reduced_motion="reduce")
        return page

    return open_still


@pytest.fixture
def homs_page(homs_html, still):
    return still(homs_html)


def open_figure(page, name):
    """Open a figure by keyboard; the focus is then on its drawing."""
    page.locator(f"#figure-{name} .wake").focus()
    page.keyboard.press("Enter")
    page.locator(f"#figure-{name} .canvas:focus").wait_for()


def shown_width(drawing):
    return float(drawing.get_attribute("viewBox").split()[2])


def said(page, name):
    return page.locator(f"#figure-{name} .said").inner_text()


AUDIT = pytest.mark.audit
WALKS = [
    ("homs_html", 360),
    ("andes_html", 1440),
    *(pytest.param(*one, marks=AUDIT) for one in [("homs_html", 1440), ("andes_html", 360)]),
]


@pytest.mark.parametrize(("report", "width"), WALKS)
def test_tab_reaches_everything_in_order_and_the_focus_is_always_seen(report, width, still, request):
    page = still(request.getfixturevalue(report), width=width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    every = page.evaluate(EVERY_STOP)
    walk = []
    for _ in range(len(every) + 5):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        walk.append(focus)
    own = [focus for focus in walk if focus["stop"] >= 0]
    assert [focus["stop"] for focus in own] == list(range(len(every)))
    assert [focus["what"] for focus in walk if not (focus["shown"] and focus["free"] and focus["ring"])] == []


def test_the_skip_link_comes_first_and_leads_to_the_report(homs_page):
    homs_page.keyboard.press("Tab")
    assert homs_page.locator(".skip:focus").is_visible()
    homs_page.keyboard.press("Enter")
    assert homs_page.evaluate("document.activeElement.id") == "report"


def test_the_table_behind_a_closed_figure_is_the_next_stop_after_its_button(homs_page):
    homs_page.locator("#figure-map .wake").focus()
    homs_page.keyboard.press("Tab")
    assert homs_page.evaluate("document.activeElement.textContent") == "Table behind Map 1"
    homs_page.keyboard.press("Enter")
    assert homs_page.locator("#figure-map td").first.is_visible()


def test_a_figure_is_opened_walked_and_closed(homs_page):
    open_figure(homs_page, "timeline")
    assert homs_page.locator("#figure-timeline .wake").get_attribute("aria-label") == "Close Figure 2"
    homs_page.keyboard.press("ArrowRight")
    assert said(homs_page, "timeline").startswith("1 of 11: Astana memorandum")
    assert homs_page.locator("#figure-timeline .tip").inner_text().startswith("Astana memorandum")
    homs_page.keyboard.press("End")
    last = said(homs_page, "timeline")
    homs_page.keyboard.press("ArrowDown")
    assert last.startswith("11 of 11")
    assert said(homs_page, "timeline") == last
    homs_page.keyboard.press("ArrowUp")
    assert said(homs_page, "timeline").startswith("10 of 11")
    homs_page.keyboard.press("Home")
    assert said(homs_page, "timeline").startswith("1 of 11")
    homs_page.keyboard.press("Escape")
    assert homs_page.locator("#figure-timeline .wake:focus").get_attribute("aria-label") == "Explore Figure 2"
    assert homs_page.locator("#figure-timeline .wide").is_visible()


def test_every_point_that_has_words_is_told_once(homs_page):
    for name in ("map", "network", "timeline", "yardstick"):
        open_figure(homs_page, name)
        homs_page.keyboard.press("Home")
        heard = [said(homs_page, name)]
        for _ in range(int(heard[0].split()[2].rstrip(":")) - 1):
            homs_page.keyboard.press("ArrowRight")
            heard.append(said(homs_page, name))
        rows = homs_page.locator(f"#figure-{name} tbody tr").count()
        assert len(set(heard)) == len(heard)
        assert len(heard) >= 0.8 * rows
        homs_page.keyboard.press("Escape")


def test_the_map_can_be_zoomed_and_a_point_outside_is_brought_into_view(homs_page):
    open_figure(homs_page, "map")
    drawing = homs_page.locator("#figure-map .wide svg")
    whole = drawing.get_attribute("viewBox")
    for _ in range(4):
        homs_page.keyboard.press("+")
    assert shown_width(drawing) < float(whole.split()[2]) / 4
    homs_page.keyboard.press("Home")
    tip, frame = (homs_page.locator(f"#figure-map {part}").bounding_box() for part in (".tip", ".canvas"))
    assert "Hama" in homs_page.locator("#figure-map .tip").inner_text()
    assert frame["x"] <= tip["x"] <= frame["x"] + frame["width"] - tip["width"] + 1
    assert frame["y"] - 40 <= tip["y"] <= frame["y"] + frame["height"]
    assert shown_width(drawing) < float(whole.split()[2]) / 4
    homs_page.keyboard.press("0")
    assert drawing.get_attribute("viewBox") == whole


def test_t_opens_the_table_and_escape_closes_the_chart_from_there(homs_page):
    open_figure(homs_page, "network")
    homs_page.keyboard.press("t")
    assert homs_page.evaluate("document.activeElement.ariaLabel") == "Table behind Figure 1"
    homs_page.keyboard.press("Escape")
    assert homs_page.locator("#figure-network .wake:focus").count() == 1


def test_the_focus_can_leave_a_chart(homs_page):
    open_figure(homs_page, "yardstick")
    for _ in range(5):
        homs_page.keyboard.press("Tab")
    assert not homs_page.evaluate(
        "document.querySelector('#figure-yardstick .drawing').contains(document.activeElement)"
    )


def test_the_focus_ring_stands_out_from_the_page_in_both_schemes(homs_html, still):
    for scheme in ("light", "dark"):
        page = still(homs_html, scheme=scheme)
        page.locator("#figure-map .wake").focus()
        ring, paper = colour(page, ":focus", "outlineColor"), colour(page, "body", "backgroundColor")
        assert ratio(ring, paper) >= 3
