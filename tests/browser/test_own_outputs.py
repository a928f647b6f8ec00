"""The finished HTML and PDF of a report that holds what an analyst made: charts, pictures, tables, formulas, text."""

import io
import os
import re

import nbformat
import pikepdf
import pypdf
import pytest
from nbclient import NotebookClient
from nbconvert.exporters import get_exporter
from tests.browser.own_notebook import PLOTLY, write
from tests.builders.files import as_shown
from tests.builders.printed import Printed, kids, letters_of, text_sizes, untagged
from tests.builders.screens import AXE, COLLISIONS, RUN, TAGS, colour
from tests.conftest import file_of

from quickview.kernels import servers
from quickview.options import RenderOptions
from quickview.report import chromium
from quickview.report.render import render
from quickview.theme.palette import ratio

pytestmark = pytest.mark.slow

OF_THE_DRIVER = re.compile(r"GL Driver Message|Canvas2D: Multiple readback")
"""What Chromium says of a machine that draws three dimensions without a graphics card."""

FLAT = ["pie", "sunburst", "sankey", "table-trace", "indicator"]


@pytest.fixture(scope="session")
def own_edition(andes, press, tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    return render(andes, RenderOptions(write(folder / "own.ipynb"), folder / "reports"), press)


@pytest.fixture(scope="session")
def own_html(own_edition):
    return file_of(own_edition, ".html")


@pytest.fixture(scope="session")
def own_pdf(own_edition):
    return file_of(own_edition, ".pdf")


@pytest.fixture(scope="session")
def printed(own_pdf):
    with pikepdf.open(own_pdf) as file:
        yield Printed(file)


def wake(page, name):
    page.locator(f"#figure-{name} .wake").click()
    page.locator(f"#figure-{name}.awake:not([aria-busy]) .main-svg").first.wait_for(state="attached")


def wake_all(page):
    for name in PLOTLY:
        wake(page, name)


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def complaints(seen):
    return [text for text in seen.complaints if not OF_THE_DRIVER.search(text)]


def assert_axe_finds_nothing(page):
    page.evaluate(AXE)
    assert page.evaluate(RUN, TAGS)["violations"] == []


# The page


SCREENS = [
    (390, "dark"),
    *(pytest.param(*screen, marks=pytest.mark.audit) for screen in [(1440, "light"), (1440, "dark"), (390, "light")]),
]
"""All of them are looked at by `make audit`."""


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_asleep_or_awake_axe_finds_no_fault_and_the_page_does_not_scroll_sideways(own_html, width, scheme, visit):
    page = visit(own_html, width=width, scheme=scheme).page
    assert_axe_finds_nothing(page)
    wake_all(page)
    assert_axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_chart_wakes_without_a_complaint_or_a_request_and_closes_again(own_html, visit):
    seen = visit(own_html)
    page = seen.page
    for name in PLOTLY:
        wide = page.locator(f"#figure-{name} .wide").bounding_box()
        wake(page, name)
        live = page.locator(f"#figure-{name} .live .svg-container")
        assert live.bounding_box()["width"] == pytest.approx(wide["width"], abs=1)
        assert live.bounding_box()["height"] >= 0.8 * wide["height"]
        assert_buttons_do_something(page, name)
        page.keyboard.press("Escape")
        assert page.locator(f"#figure-{name} .wide svg").is_visible()
        assert page.locator(f"#figure-{name} .wake").evaluate("e => e === document.activeElement")
    assert seen.requests == []
    assert complaints(seen) == []


BUTTONS = {
    "surface": ["Rotate", "Show all"],
    "bars": ["Zoom in", "Zoom out", "Show all"],
    **{name: [] for name in FLAT},
}


def assert_buttons_do_something(page, name):
    """No button sends a chart anywhere, and each kind of chart has only those that do something."""
    titles = page.locator(f"#figure-{name} .modebar-btn").evaluate_all("e => e.map(b => b.dataset.title)")
    assert titles == BUTTONS.get(name, titles)
    assert not [title for title in titles if "Share" in title or "Chart" in title]
    assert page.locator(f"#figure-{name} .modebar-btn--logo").count() == 0


WALKS = {
    "bars": ["Government: 1 July 2017, 3", "Rebels: 4 July 2017, 5"],
    "towns": ["Sucre, 1,234,567", "Potosí, 890,123"],
    "scatter": ["Government: 1, 1,000.5", "Rebels: 2, 2,001"],
    "gantt": ["3 August 2017 – 3 September 2017, Truce", "1 July 2017 – 20 July 2017, Talks"],
    "pie": ["Government, 3", "Rebels, 5"],
    "sankey": ["Mines, Mill, 5", "Mill, Port, 3"],
    "surface": ["0, 0, 0.378401", "0, 1, 0.235991"],
}


def test_arrow_keys_tell_each_point_along_the_axis_in_words_a_reader_knows(own_html, visit):
    page = visit(own_html).page
    for name, texts in WALKS.items():
        wake(page, name)
        for text in texts:
            page.keyboard.press("ArrowRight")
            page.locator(f"#figure-{name} .said", has_text=f": {text}").wait_for()
        page.keyboard.press("Escape")


def test_an_animation_has_its_slider_and_tells_the_points_of_the_step_it_stands_at(own_html, visit):
    page = visit(own_html).page
    wake(page, "animation")
    live = page.locator("#figure-animation .live")
    assert live.locator(".slider-container").count() == 1
    live.evaluate("e => Plotly.animate(e, ['3'], {mode: 'immediate', frame: {duration: 0}, transition: {duration: 0}})")
    live.focus()
    page.keyboard.press("Home")
    page.locator("#figure-animation .said", has_text="Army, 8").wait_for()


def test_where_the_browser_has_no_webgl_the_picture_stays_and_the_reader_is_told(own_html, engine):
    without = engine.browser_type.launch(
        executable_path=chromium.find(), args=["--disable-3d-apis"], chromium_sandbox=not is_root()
    )
    page = without.new_page()
    page.goto(own_html.resolve().as_uri())
    page.locator("#figure-surface .wake").click()
    page.locator(".told", has_text="cannot draw").wait_for()
    assert page.locator("#figure-surface .wide svg").is_visible()
    assert page.locator("#figure-surface").locator(".live:visible, .wake:visible").count() == 0
    wake(page, "bars")
    without.close()


@pytest.mark.parametrize(
    ("width", "shown", "hidden"),
    [pytest.param(360, "narrow", "wide", marks=pytest.mark.audit), (390, "narrow", "wide"), (1440, "wide", "narrow")],
)
def test_charts_are_drawn_for_the_width_they_get_and_the_page_does_not_scroll_sideways(
    own_html, width, shown, hidden, view
):
    page = view(own_html, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in PLOTLY:
        assert page.locator(f"#figure-{name} .{shown} svg").is_visible()
        assert not page.locator(f"#figure-{name} .{hidden}").is_visible()
    assert (
        page.evaluate(
            "() => [...document.querySelectorAll('.scroll')].filter(s => s.checkVisibility() && s.scrollWidth > s.clientWidth).length"
        )
        >= 2
    )


def test_in_the_dark_an_analysts_colours_stand_on_a_light_ground_and_plain_tables_on_the_pages(own_html, view):
    page = view(own_html, scheme="dark")
    for ground in ("#figure-bars .drawing", "#figure-drawn .output", ".output:has([style*=background])"):
        assert ratio(colour(page, ground, "backgroundColor"), "#ffffff") < 1.1
        assert ratio(colour(page, ground, "color"), colour(page, ground, "backgroundColor")) >= 4.5
    fills = page.locator("#figure-bars .wide text").evaluate_all("e => e.map(t => t.getAttribute('fill'))")
    assert min(ratio(fill, "#ffffff") for fill in fills) >= 4.5
    plain = "#tables .output:not(.ground) td"
    assert colour(page, plain, "color") == colour(page, "body", "color")


def test_pictures_lie_in_the_page_with_words_for_those_who_cannot_see_them(own_html, view):
    page = view(own_html)
    images = page.locator("main img").evaluate_all("e => e.map(i => [i.src.slice(0, 18), i.alt, i.naturalWidth])")
    assert [one[0] for one in images[:2]] == ["data:image/svg+xml"] * 2
    assert all(alt and width for _, alt, width in images)


def test_without_scripts_everything_is_there(own_html, view):
    page = view(own_html, scripts=False)
    assert page.locator(".wide svg:visible").count() == len(PLOTLY)
    assert page.locator(".wake:visible").count() == 0
    assert page.locator("main img:visible").count() == 3
    assert page.locator("math:visible").count() == 4
    text = page.locator("main").inner_text()
    for words in ("row 299", "column_24", "v59b", "## no heading", "The note.", "See Figure 1"):
        assert words in text


def run_all(path, brief):
    """Run a notebook as JupyterLab does: in its folder, with what stands in its cells, and an empty cell added at the end."""
    notebook = nbformat.read(path, 4)
    parameters = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))
    parameters.source = parameters.source.replace("../briefs/homs-truce.md", str(brief))
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_name=servers.KERNEL, resources=resources).execute()
    notebook.cells.append(nbformat.v4.new_code_cell(""))
    nbformat.write(notebook, path)
    return str(path)


def test_whatever_is_shown_comes_out_the_same_by_the_export_menu_after_run_all_and_by_the_command(
    own_html, own_pdf, andes, browser, tmp_path
):
    ran = run_all(write(tmp_path / "own.ipynb"), andes.path)
    pages = [get_exporter("quickview_html")(browser=browser).from_filename(ran)[0] for _ in range(2)]
    assert pages[0] == pages[1]
    assert as_shown(pages[0]) == as_shown(own_html.read_text(encoding="utf-8"))
    printed = get_exporter("quickview_pdf")(browser=browser).from_filename(ran)[0]
    assert drawn(printed) == drawn(own_pdf.read_bytes())


def drawn(pdf):
    """Return what draws each page; what the file tells of its making is apart."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [pikepdf.unparse_content_stream(pikepdf.parse_content_stream(page)) for page in file.pages]


def test_from_right_to_left_units_stand_under_units_and_dates_and_code_read_as_they_are_written(own_html, visit):
    page = visit(own_html).page
    page.evaluate("document.documentElement.dir = 'rtl'")
    places = page.evaluate("""() => {
      const place = (element, from, to, side = 'left') => {
        const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode(), range = document.createRange();
        range.setStart(node, from); range.setEnd(node, to);
        return range.getBoundingClientRect()[side];
      };
      const find = (selector, text) => [...document.querySelectorAll(selector)].find(e => e.textContent.startsWith(text));
      const date = find('.frame td', '2017-07-01 00:00:00'), numbers = [...document.querySelectorAll('.frame td.num')], code = find('pre', '## no');
      return {
        date: [place(date, 0, 4), place(date, 11, 13)], code: [place(code, 0, 2), place(code, 3, 5)],
        gaps: numbers.slice(0, 3).map((cell) => cell.getBoundingClientRect().right - place(cell, 0, cell.textContent.length, 'right')),
      };
    }""")
    assert places["date"] == sorted(places["date"])
    assert places["code"] == sorted(places["code"])
    assert places["gaps"] == pytest.approx([0, 0, 0], abs=1)


# The print


def test_a_wide_table_makes_nothing_else_smaller_and_nothing_is_too_small(own_pdf, andes_pdf):
    def most_used(pdf, words):
        return {round(size, 1) for size, text in text_sizes(pdf) if words in text}

    words = "Pickets change at dawn"
    assert most_used(own_pdf, words) == most_used(andes_pdf, words) == {9.0}
    assert [text for size, text in text_sizes(own_pdf) if size < 6.49] == []


def test_every_cell_of_every_table_is_printed(own_pdf):
    said = "".join(letters_of(page.extract_text()) for page in pypdf.PdfReader(own_pdf).pages)
    cells = [f"row {n:03}" for n in range(300)] + [f"v{n}{row}" for n in range(60) for row in "ab"]
    cells += [f"column_{n:02}" for n in range(25)] + [f"{1234.5678 + n:.4f}" for n in range(25)]
    assert [cell for cell in cells if letters_of(cell) not in said] == []
    assert letters_of("https://example.org/" + "a" * 140) in said


def test_a_number_never_breaks_over_two_lines_on_paper(own_html, view):
    page = view(own_html, width=688, media="print")
    broken = page.evaluate("""() => [...document.querySelectorAll('.frame .num')].filter(c => c.checkVisibility()).filter(c => {
      const range = document.createRange(); range.selectNodeContents(c);
      return new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1;
    }).map(c => c.textContent)""")
    assert broken == []


def test_the_head_of_a_long_table_stands_on_each_of_its_pages(own_pdf):
    texts = [page.extract_text() for page in pypdf.PdfReader(own_pdf).pages]
    pages = [text for text in texts if "row 1" in text]
    assert len(pages) > 1
    assert all(re.search(r"^row$|^row n$|row\s*n\n", text, re.MULTILINE) for text in pages)
    assert len(texts) <= 15


def test_the_file_is_sound_and_tagged(own_pdf, printed):
    with pikepdf.open(own_pdf) as file:
        assert file.check_pdf_syntax() == []
    assert [untagged(page) for page in printed.file.pages] == [[]] * len(printed.file.pages)
    alternatives = [str(figure.node.get("/Alt", "")) for figure in printed.of("/Figure")]
    assert len(alternatives) == len(PLOTLY) + 3
    assert all(alternatives)
    assert "Bars by three days; most on 13 July." in "".join(alternatives)
    for cell in printed.of("/TH"):
        assert any("/Scope" in a for a in cell.node.A), cell.text
    rows = [row for row in printed.of("/TR") if any(str(kid.S) == "/TD" for kid in kids(row.node))]
    assert all(len(row.pages) == 1 for row in rows)


def test_on_paper_and_screen_no_words_of_a_chart_lie_on_others(own_html, view):
    for width, media in ((1440, "screen"), (390, "screen"), (688, "print")):
        assert view(own_html, width=width, media=media).evaluate(COLLISIONS) == []


def test_printed_without_backgrounds_as_browsers_do_nothing_is_lost(own_html, view, tmp_path):
    page = view(own_html, scripts=False)
    said = []
    for backgrounds in (True, False):
        file = tmp_path / f"{backgrounds}.pdf"
        page.pdf(path=file, print_background=backgrounds, prefer_css_page_size=True)
        said.append([letters_of(one.extract_text()) for one in pypdf.PdfReader(file).pages])
    assert said[0] == said[1]
