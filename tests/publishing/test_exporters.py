"""The exporters as nbconvert and JupyterLab reach them."""

import asyncio
import copy
import json
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from tests.conftest import file_of

pytestmark = pytest.mark.slow


@pytest.fixture
def executed(homs_edition):
    return nbformat.read(file_of(homs_edition, ".ipynb"), as_version=4)


@pytest.mark.parametrize(("name", "suffix"), [("quickview-html", ".html"), ("quickview-pdf", ".pdf")])
def test_nbconvert_makes_the_same_file_from_the_executed_notebook(name, suffix, executed, homs_edition):
    before = copy.deepcopy(executed)
    made, resources = get_exporter(name)().from_notebook_node(executed)
    expected = file_of(homs_edition, suffix).read_bytes()
    assert (made.encode() if isinstance(made, str) else made) == expected
    assert resources["output_extension"] == suffix
    assert executed == before


def test_an_exporter_can_be_used_where_an_event_loop_runs(executed):
    async def export():
        return get_exporter("quickview-html")(static=True).from_notebook_node(executed)

    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        html, _ = elsewhere.submit(lambda: asyncio.run(export())).result()
    assert html.count('role="img"') == 8


def test_tables_stand_in_for_charts_where_there_is_no_browser_and_no_script(executed, visit, tmp_path):
    html, _ = get_exporter("quickview-html")(paint=False).from_notebook_node(executed)
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    page = visit(path, scripts=False).page
    assert page.locator("#figure-map details table").is_visible()
    assert page.locator("#figure-network details td", has_text="must expel").is_visible()


def test_exporters_say_what_they_are_in_the_export_menu():
    for name in ("quickview-html", "quickview-pdf"):
        assert "Quick View" in get_exporter(name).export_from_notebook


def test_a_notebook_that_is_no_report_is_exported_all_the_same():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("## Notes\n\nHello *there*.")])
    html, _ = get_exporter("quickview-html")(static=True).from_notebook_node(notebook)
    assert "<em>there</em>" in html
    assert "<title>Report</title>" in html


def report(*cells, **traits):
    html, _ = get_exporter("quickview-html")(paint=False, **traits).from_notebook_node(
        nbformat.v4.new_notebook(cells=cells)
    )
    return html


def heading(title):
    return nbformat.v4.new_markdown_cell(f"## {title}\n\nText.")


def block(name, html, **data):
    bundle = {"application/vnd.quickview.block+json": {"id": name, "empty": False, "data": data}, "text/html": html}
    return nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", bundle)])


def test_the_page_takes_its_language_and_direction_from_the_masthead():
    html = report(block("masthead", "<h1>x</h1>", language="ar", title="x", as_of="2017-08-04"), heading("Notes"))
    assert '<html lang="ar" dir="rtl">' in html
    assert "أغسطس 2017" in html[html.index("<footer") :]


def test_a_section_keeps_the_anchor_of_its_english_heading_in_any_language():
    html = report(block("masthead", "<h1>x</h1>", language="fr"), heading("Key figures"))
    assert '<section id="key-figures"' in html


def test_the_contents_stand_behind_the_judgement_and_the_key_figures():
    html = report(heading("A"), block("judgement", "<p>j</p>"))
    assert html.index('id="contents"') < html.index('id="a"')
    html = report(
        nbformat.v4.new_markdown_cell("## The judgement"), block("judgement", "<p>j</p>"), heading("Where it is")
    )
    assert html.index('id="the-judgement"') < html.index('id="contents"') < html.index('id="where-it-is"')


def test_a_theme_brings_its_colours_and_its_logo(tmp_path):
    (tmp_path / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8"
    )
    theme = tmp_path / "desk.yaml"
    lines = ["name: Desk", "colours:", '  light: {house: "#7b1e2e"}', "logo: {file: logo.svg, alt: The Desk}"]
    theme.write_text("\n".join(lines), encoding="utf-8")
    html = report(block("masthead", '<p class="series">Notes</p>'), theme=str(theme))
    assert "--house:#7b1e2e" in html
    assert '<p class="series"><img class="logo" src="data:image/svg+xml;base64,' in html
    assert 'alt="The Desk"> Notes' in html


def test_words_of_a_chart_come_as_text_whatever_they_hold():
    trace = {"type": "scatter", "x": [1], "y": [1]}
    layout = {
        "title": {"text": "<b>&</b>"},
        "meta": {"caption": "</figcaption>", "table": {"columns": ["<i>"], "rows": [["<u>"]]}},
    }
    bundle = {"application/vnd.plotly.v1+json": {"data": [trace], "layout": layout}}
    html = report(heading("A"), nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", bundle)]))
    figure = html[html.index("<figure") : html.index("</figure>")]
    assert not any(tag in figure for tag in ("<b>", "<i>", "<u>"))
    assert figure.count("</figcaption>") == 1


def test_what_the_script_says_is_data_of_the_page():
    html = report(heading("A"), nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", {
        "application/vnd.plotly.v1+json": {"data": [{"x": [1], "y": [1]}], "layout": {}}})]))  # fmt: skip
    words = html.split('id="qv-words">')[1].split("</script>")[0]
    assert json.loads(words)["close"] == "Close"
