"""The exporters as nbconvert and JupyterLab reach them."""

import asyncio
import copy
import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from tests.conftest import NOTEBOOK, file_of

from quickview.errors import InputError, ReportError

pytestmark = pytest.mark.slow


@pytest.fixture
def executed(homs_edition):
    return nbformat.read(file_of(homs_edition, ".ipynb"), as_version=4)


def test_an_exporter_can_be_used_where_an_event_loop_runs_and_leaves_the_notebook_as_it_is(executed):
    before = copy.deepcopy(executed)

    async def export():
        return get_exporter("quickview_html")(static=True).from_notebook_node(executed)

    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        html, _ = elsewhere.submit(lambda: asyncio.run(export())).result()
    assert html.count('role="img"') == 8
    assert executed == before


def test_where_there_is_no_browser_and_no_script_the_kits_figures_are_drawn_and_a_table_stands_for_others(
    executed, visit, tmp_path, monkeypatch
):
    monkeypatch.setenv("QUICKVIEW_CHROMIUM", "/nowhere")
    trace = {"data": [{"type": "bar", "x": ["Homs"], "y": [3]}], "layout": {"meta": BARS}}
    shown = code("bars")
    shown.outputs = [nbformat.v4.new_output("display_data", {"application/vnd.plotly.v1+json": trace})]
    notebook = copy.deepcopy(executed)
    notebook.cells.append(shown)
    html, _ = get_exporter("quickview_html")().from_notebook_node(notebook)
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    page = visit(path, scripts=False).page
    assert page.locator("#figure-map .wide svg text", has_text="Al-Rastan").is_visible()
    assert not page.locator("#figure-map details table").is_visible()
    assert page.locator("#figure-bars details td", has_text="3").is_visible()


def test_exporters_say_what_they_are_in_the_export_menu():
    for name in ("quickview_html", "quickview_pdf"):
        assert "Quick View" in get_exporter(name).export_from_notebook


def test_a_notebook_that_is_no_report_is_exported_all_the_same():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("## Notes\n\nHello *there*.")])
    html, _ = get_exporter("quickview_html")(static=True).from_notebook_node(notebook)
    assert "<em>there</em>" in html
    assert "<title>Report</title>" in html


def export(*cells, resources=None, **traits):
    notebook = nbformat.v4.new_notebook(cells=cells)
    return get_exporter("quickview_html")(paint=False, **traits).from_notebook_node(notebook, resources)


def report(*cells, **traits):
    return export(*cells, **traits)[0]


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


def code(source, *tags, ran=1):
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}, execution_count=ran)


def test_a_notebook_that_was_never_run_is_refused():
    with pytest.raises(ReportError) as refused:
        get_exporter("quickview_pdf")().from_notebook_node(nbformat.read(NOTEBOOK, as_version=4))
    assert refused.value.code == "E-NOTEBOOK-NOT-RUN"
    assert "cell [1] “from quickview import analysis as qv”" in refused.value.message
    assert "Run All, save, and export again" in refused.value.hint


def test_a_cell_written_after_the_run_is_named_by_the_number_it_would_get():
    cells = [
        code("a = 1"),
        code("\n"),
        code("a = 2", "injected-parameters"),
        heading("Notes"),
        code("b = a\nb", ran=None),
    ]
    with pytest.raises(ReportError, match=r"one cell has not been run: cell \[2\] “b = a” — ") as refused:
        export(*cells)
    assert "a = 1" not in str(refused.value)


def test_the_first_few_of_many_cells_are_named_and_the_rest_counted():
    with pytest.raises(ReportError, match=r"9 cells have not been run: cell \[1\].*cell \[5\] “step\(5\)” and 4 more"):
        export(*(code(f"step({n})", ran=None) for n in range(1, 10)))


def test_blank_cells_comments_what_asks_the_kit_and_cells_that_stay_out_need_not_have_been_run():
    html, _ = export(
        heading("Notes"),
        code("", ran=None),
        code("# todo\n\n  # more", ran=None),
        code("%load_ext quickview\n%quickview check", ran=None),
        code("try_it()", "remove-cell", ran=None),
    )
    assert "Notes" in html


def test_a_cell_that_failed_is_told_before_those_behind_it_that_could_not_run():
    failed = code("1 / 0")
    failed.outputs = [
        nbformat.v4.new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])
    ]
    with pytest.raises(ReportError, match="ZeroDivisionError") as refused:
        export(failed, code("more()", ran=None))
    assert refused.value.code == "E-NOTEBOOK-CELL"


def house(html):
    return html.partition("--house:")[2].partition(";")[0]


def test_the_theme_is_the_one_that_the_notebook_names():
    plain, gazette, signal = (house(report(heading("A"), theme=name)) for name in ("default", "gazette", "signal"))
    assert len({plain, gazette, signal}) == 3
    named, injected = code('x = 1\ntheme = "gazette"', "parameters"), code('theme = "signal"', "injected-parameters")
    assert house(report(heading("A"), named)) == gazette
    assert house(report(heading("A"), named, injected)) == signal
    assert house(report(heading("A"), named, injected, theme="default")) == plain
    assert house(report(heading("A"), code('theme = "gazette"'))) == plain
    assert house(report(heading("A"), code('theme = ""', "parameters"))) == plain


def test_a_theme_file_is_named_from_the_folder_of_the_notebook(tmp_path):
    for name in ("themes", "notebooks"):
        (tmp_path / name).mkdir()
    text = 'name: Desk\ncolours:\n  light: {house: "#7b1e2e"}\n'
    (tmp_path / "themes" / "desk.yaml").write_text(text, encoding="utf-8")
    where = {"metadata": {"path": str(tmp_path / "notebooks")}}
    html, _ = export(heading("A"), code('theme = "../themes/desk.yaml"', "parameters"), resources=where)
    assert house(html) == "#7b1e2e"
    with pytest.raises(InputError):
        export(heading("A"), code('theme = "themes/desk.yaml"', "parameters"), resources=where)


def test_warnings_are_handed_on_and_logged(caplog):
    noisy = code("read()")
    noisy.outputs = [nbformat.v4.new_output("stream", name="stderr", text="Dropped 3 rows\n")]
    with caplog.at_level(logging.WARNING):
        _, resources = export(heading("A"), noisy, log=logging.getLogger("of-this-test"))
    (warning,) = resources["quickview"]["warnings"]
    assert "Dropped 3 rows" in warning
    assert [record.getMessage() for record in caplog.records] == [warning]


BARS = {"id": "bars", "title": "Bars", "alt": "One bar.", "table": {"columns": ["place", "n"], "rows": [["Homs", 3]]}}


def test_a_report_that_is_not_painted_for_want_of_a_browser_says_so(monkeypatch):
    monkeypatch.setenv("QUICKVIEW_CHROMIUM", "/nowhere")
    trace = {
        "data": [{"type": "bar", "x": [1], "y": [1]}],
        "layout": {"title": {"text": "Bars"}, "meta": {"alt": "One."}},
    }
    shown = code("bars")
    shown.outputs = [nbformat.v4.new_output("display_data", {"application/vnd.plotly.v1+json": trace})]
    notebook = nbformat.v4.new_notebook(cells=[heading("A"), shown])
    _, resources = get_exporter("quickview_html")().from_notebook_node(notebook)
    assert "W-NO-PICTURES" in "".join(resources["quickview"]["warnings"])


@pytest.mark.parametrize(("old", "new"), [("quickview-html", "quickview_html"), ("quickview-pdf", "quickview_pdf")])
def test_the_older_names_do_the_same(old, new):
    assert issubclass(get_exporter(old), get_exporter(new))


def nbconvert(path, form, folder):
    command = [sys.executable, "-m", "nbconvert", "--to", form, str(path), "--output-dir", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_makes_the_report(executed, homs_edition, tmp_path):
    nbformat.write(executed, tmp_path / "executed.ipynb")
    done = nbconvert(tmp_path / "executed.ipynb", "quickview_html", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "executed.html").read_bytes() == file_of(homs_edition, ".html").read_bytes()


def test_the_command_refuses_in_one_line(tmp_path):
    done = nbconvert(NOTEBOOK, "quickview-html", tmp_path)
    assert done.returncode == 1
    assert "E-NOTEBOOK-NOT-RUN" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
