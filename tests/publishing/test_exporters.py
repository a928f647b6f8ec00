"""The exporters as nbconvert and JupyterLab reach them."""

import asyncio
import copy
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
    assert html.count("<svg") == 8


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
