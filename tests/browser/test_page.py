"""The finished HTML, opened from disk as a reader would."""

import base64
import html
import itertools
import re

import pytest
from tests.builders.screens import COLLISIONS

from quickview.theme.palette import LIGHT

pytestmark = pytest.mark.slow

FIGURES = ["map", "network", "timeline", "yardstick"]

SHARES = """
async png => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d'), shares = {};
  canvas.drawImage(image, 0, 0);
  for (const pixel of new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer)) {
    const colour = '#' + [0, 8, 16].map(by => ((pixel >> by) & 255).toString(16).padStart(2, '0')).join('');
    shares[colour] = (shares[colour] ?? 0) + 1 / image.width / image.height;
  }
  return shares;
}
"""


def wake(figure):
    figure.locator(".wake").click()
    figure.page.locator(f"#{figure.get_attribute('id')}.awake:not([aria-busy])").wait_for()


def shown(figure):
    """The drawing that the window's width shows."""
    return figure.locator("svg:visible").first


def over(page, figure, text):
    """Where on the screen the middle of a figure's text is."""
    box = figure.locator(f"svg:visible text:text-is('{text}')").first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("report", ["homs_html", "andes_html"])
def test_nothing_is_asked_of_any_host_and_nothing_complained_of_asleep_or_awake(report, visit, request):
    seen = visit(request.getfixturevalue(report))
    for figure in seen.page.locator("figure.chart").all():
        figure.locator(".wake").press("Enter")
        seen.page.keyboard.press("End")
    assert seen.page.locator(".awake .tip:visible").count() >= len(FIGURES)
    assert seen.requests == []
    assert seen.complaints == []


def test_a_figure_tells_what_it_shows_wherever_one_points_without_a_click(homs_html, visit):
    page = visit(homs_html).page
    figure, tip = page.locator("#figure-network"), page.locator("#figure-network .tip")
    figure.scroll_into_view_if_needed()
    page.mouse.move(*over(page, figure, "Jordan"))
    assert tip.inner_text().startswith("Jordan: ")
    box = tip.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert tip.inner_text().startswith("Jordan: ")
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.mouse.move(*over(page, figure, "Russian MoD"))
    assert tip.is_visible()
    page.mouse.move(2, 2)
    assert not tip.is_visible()


def test_a_figure_is_opened_and_closed_as_it_was(homs_html, visit):
    page = visit(homs_html).page
    figure = page.locator("#figure-map")
    before = shown(figure).bounding_box()
    wake(figure)
    after = shown(figure).bounding_box()
    assert [after[key] for key in ("x", "width", "height")] == [before[key] for key in ("x", "width", "height")]
    figure.locator(".tools button").first.click()
    assert figure.locator("svg:visible").first.get_attribute("viewBox") != "0 0 760 567"
    figure.locator(".wake").click()
    assert shown(figure).get_attribute("viewBox").startswith("0 0 760 ")
    assert figure.locator(".wake").inner_text() == "Explore"
    assert figure.locator(".tools button:visible").count() == 0


def test_a_zoomed_figure_follows_the_hand_and_stands_whole_on_paper(homs_html, visit):
    page = visit(homs_html).page
    figure = page.locator("#figure-map")
    drawing = shown(figure)
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.dblclick(x, y)
    zoomed = [float(v) for v in drawing.get_attribute("viewBox").split()]
    assert zoomed[2] == pytest.approx(380)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 90, y, steps=3)
    page.mouse.up()
    moved = [float(v) for v in drawing.get_attribute("viewBox").split()]
    assert moved[0] - zoomed[0] == pytest.approx(90 * 380 / box["width"], abs=1)
    assert moved[1:] == zoomed[1:]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert drawing.get_attribute("viewBox").startswith("0 0 760 ")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert [float(v) for v in drawing.get_attribute("viewBox").split()] == moved


PINCH = """
([x, y]) => {
  const stage = document.querySelector('#figure-map .canvas');
  const fingers = apart => [x - apart, x + apart].map((clientX, identifier) =>
    new Touch({identifier, target: stage, clientX, clientY: y}));
  for (const [type, apart] of [['touchstart', 30], ['touchmove', 45], ['touchmove', 90]])
    stage.dispatchEvent(new TouchEvent(type, {touches: fingers(apart), bubbles: true, cancelable: true}));
  stage.dispatchEvent(new TouchEvent('touchend', {touches: [], bubbles: true}));
}
"""


def test_two_fingers_zoom_where_they_are_and_a_finger_points(homs_html, visit):
    page = visit(homs_html, width=390, touch=True).page
    figure = page.locator("#figure-map")
    drawing = shown(figure)
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    whole = [float(v) for v in drawing.get_attribute("viewBox").split()]
    page.evaluate(PINCH, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    view = [float(v) for v in drawing.get_attribute("viewBox").split()]
    assert view[2] == pytest.approx(whole[2] / 3, rel=0.01)
    assert view[0] + view[2] / 2 == pytest.approx(whole[2] / 2, abs=1)
    assert figure.locator(".tools button:visible").count() == 3
    figure.locator(".tools button").last.click()
    mark = drawing.locator("g.mark circle").first.bounding_box()
    page.touchscreen.tap(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2 + 4)
    assert figure.locator(".tip").inner_text()


@pytest.mark.parametrize("report", ["homs_html", "andes_html"])
def test_without_scripts_every_figure_is_there_and_no_button_leads_nowhere(report, view, request):
    page = view(request.getfixturevalue(report), scripts=False)
    for name in FIGURES:
        picture = page.locator(f"#figure-{name} .wide svg")
        assert picture.is_visible()
        assert picture.get_attribute("role") == "img"
        assert len(picture.locator("desc").text_content()) > 30
    assert page.locator(".wake:visible").count() == 0


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("report", ["homs_html", "andes_html"])
def test_no_text_of_a_figure_is_cut_or_collides_and_the_page_never_scrolls_sideways(report, width, view, request):
    page = view(request.getfixturevalue(report), width=width)
    assert page.evaluate(COLLISIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("report", ["homs_html", "andes_html"])
def test_no_text_of_a_figure_is_cut_or_collides_in_print(report, view, request):
    page = view(request.getfixturevalue(report), width=688, media="print")
    assert page.evaluate(COLLISIONS) == []


@pytest.mark.parametrize("width", [360, 1440])
def test_text_of_figures_is_legible_at_the_width_it_is_shown(homs_html, width, view):
    page = view(homs_html, width=width)
    smallest = page.evaluate("""() => Math.min(...[...document.querySelectorAll('.chart svg')]
      .filter(s => s.getClientRects().length)
      .flatMap(s => [...s.querySelectorAll('text')].map(t =>
        parseFloat(getComputedStyle(t).fontSize) * s.getBoundingClientRect().width / s.viewBox.baseVal.width)))""")
    assert smallest >= 9


def test_dark_mode_recolours_page_and_figures_alike(homs_html, view):
    colour = "s => getComputedStyle(document.querySelector(s)).getPropertyValue('fill')"
    first = "#figure-map .wide svg path[fill='#f2efe9']"
    light, dark = view(homs_html), view(homs_html, scheme="dark")
    assert light.evaluate(colour, first) != dark.evaluate(colour, first)
    assert dark.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


def test_a_file_whose_styles_are_refused_shows_its_figures_in_light_colours_and_once(homs_html, visit, tmp_path):
    bare = tmp_path / "bare.html"
    markup = re.sub(
        r"<(style|script)\b.*?</\1>|<meta http-equiv[^>]*>", "", homs_html.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    bare.write_text(re.sub(r'\sstyle="[^"]*"', "", markup), encoding="utf-8")
    page = visit(bare, scheme="dark", width=900).page
    drawing = page.locator("#figure-map .wide svg")
    colours = page.evaluate(SHARES, base64.b64encode(drawing.screenshot()).decode())
    assert colours[LIGHT["land"]] > 0.3
    assert colours.get("#000000", 0) < 0.01
    assert drawing.bounding_box()["width"] == 760
    assert page.locator(".wake:visible, .keys:visible").count() == 0
    assert page.locator(".narrow svg:visible").count() == 0


@pytest.mark.parametrize(("width", "media"), [(360, "screen"), (1440, "screen"), (688, "print")])
def test_no_range_of_numbers_in_a_block_breaks_over_two_lines(homs_html, width, media, view):
    page = view(homs_html, width=width, media=media)
    found, broken = page.evaluate("""() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [], broken = [];
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.parentElement.checkVisibility() || node.parentElement.closest('script, style, svg, .spoken')) continue;
        for (const run of node.data.matchAll(/\\d[\\d,.]*–\\d[\\d,.]*%?/g)) {
          const range = document.createRange();
          range.setStart(node, run.index); range.setEnd(node, run.index + run[0].length);
          const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
          (tops.size > 1 ? broken : found).push(run[0]);
        }
      }
      return [found, broken];
    }""")
    assert "147,000–260,000" in found
    assert broken == []


def test_every_citation_leads_to_its_source(homs_html, view):
    page = view(homs_html)
    targets = page.evaluate("[...document.querySelectorAll('a.cite')].map(a => a.getAttribute('href'))")
    assert len(targets) > 40
    assert page.evaluate("t => t.filter(x => !document.querySelector(x))", targets) == []


def test_the_first_screen_carries_the_judgement(homs_html, view):
    page = view(homs_html)
    bottom = page.evaluate("document.querySelector('#key-figures').getBoundingClientRect().bottom")
    assert bottom < 900
    assert page.locator("h1").inner_text() == "Russia establishes truce in Homs"


def test_native_names_are_set_in_the_kits_own_face_and_marked(homs_html, view):
    page = view(homs_html)
    name = page.locator('bdi[lang="ar"]', has_text="هيئة تحرير الشام").first
    assert name.get_attribute("dir") == "rtl"
    assert page.evaluate("document.fonts.check('16px \"IBM Plex Sans\"', 'هيئة تحرير الشام')")


def test_headings_step_down_without_a_gap_and_ids_are_unique(homs_html, view):
    page = view(homs_html)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_the_policy_admits_scripts_by_hash_alone(homs_html):
    text = homs_html.read_text(encoding="utf-8")
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1])
    assert "default-src 'none'" in policy
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert "unsafe" not in rules["script-src"] + rules["style-src-elem"]
    assert rules["script-src"].count("sha256-") == 1
    assert rules["form-action"] == "'none'"


def test_a_brief_without_an_agreement_has_no_heading_for_one(andes_html, homs_html, view):
    headings = "[...document.querySelectorAll('h2')].map(h => h.textContent)"
    without = view(andes_html).evaluate(headings)
    assert "What was agreed" not in without
    assert {"The judgement", "Where it is", "Who is who", "Sources", "How the road is kept closed"} <= set(without)
    assert "What was agreed" in view(homs_html).evaluate(headings)


def test_every_citation_can_be_returned_to_from_its_source(homs_html, view):
    page = view(homs_html)
    ways = page.evaluate("""() => [...document.querySelectorAll('a.cite')].map(cite =>
      [cite.id, document.querySelector(cite.hash)?.querySelector(`.back a[href="#${cite.id}"]`)?.ariaLabel])""")
    assert len(ways) > 40
    assert [cite for cite, label in ways if not label] == []


def test_the_contents_name_every_section_and_mark_the_one_being_read(homs_html, visit):
    page = visit(homs_html).page
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("""() => [...document.querySelectorAll('.section')].map(s => `#${s.id}`)""") == page.evaluate(
        """() => [...document.querySelectorAll('.contents a')].map(a => a.hash)"""
    )
    page.locator(".contents a", has_text="Sources").click()
    page.locator(".contents [aria-current]", has_text="Sources").wait_for()
    place = page.locator(".contents").bounding_box()
    assert place["y"] >= 0
    assert place["y"] + place["height"] <= 900


def test_the_contents_are_a_closed_list_on_a_phone_and_open_without_scripts(homs_html, visit):
    page = visit(homs_html, width=360, scripts=False).page
    entry = page.locator(".contents a", has_text="Outlook")
    assert not entry.is_visible()
    page.locator(".contents summary").click()
    assert entry.is_visible()


def test_the_figures_are_no_narrower_than_the_column_they_had_without_contents(homs_html, view):
    assert view(homs_html).locator("#figure-map .wide").bounding_box()["width"] >= 865


def test_a_link_to_a_section_is_copied_and_said_to_be(homs_html, visit):
    page = visit(homs_html).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#what-happened .copy").click()
    page.locator(".told", has_text="Link copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{homs_html.as_uri()}#what-happened"


def test_landmarks_are_those_of_a_document(homs_html, view):
    page = view(homs_html)
    assert page.evaluate("[...document.body.children].map(e => e.localName).filter(n => n !== 'script')") == [
        "a", "header", "main", "footer", "p"
    ]  # fmt: skip


def test_with_the_systems_own_colours_the_lines_and_words_of_a_figure_keep_to_them(homs_html, visit):
    page = visit(homs_html).page
    page.emulate_media(forced_colors="active", color_scheme="dark")
    shades = page.evaluate("""() => [...document.querySelectorAll('#figure-network .wide text')]
      .map(t => getComputedStyle(t).fill)""")
    assert set(shades) == {"rgb(255, 255, 255)"}


def test_a_figure_that_is_open_goes_on_in_the_drawing_of_another_width(homs_html, visit):
    page = visit(homs_html).page
    figure = page.locator("#figure-map")
    wake(figure)
    page.keyboard.press("+")
    page.set_viewport_size({"width": 390, "height": 900})
    assert shown(figure).get_attribute("viewBox").startswith("0 0 350 ")
    page.keyboard.press("Home")
    assert figure.locator(".tip").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
