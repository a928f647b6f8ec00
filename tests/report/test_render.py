import hashlib
import json
import os
import re
import shutil

import nbformat
import pytest
from tests.builders.files import as_shown
from tests.conftest import ANDES, NOTEBOOK, file_of

from quickview.brief.reader import load
from quickview.errors import InputError, ReportError
from quickview.options import RenderOptions
from quickview.report import manifest
from quickview.report import render as editions
from quickview.report.chromium import VARIABLE
from quickview.report.provenance import ABOUT, Provenance
from quickview.report.render import render
from quickview.report.session import RenderSession

pytestmark = pytest.mark.slow


# Stands for a whole report, but imports nothing heavy: a masthead, a section, and room for the brief's prose.
PLAIN = """
def block(name, html):
    bundle = {"application/vnd.quickview.block+json": {"id": name, "empty": False, "data": {"title": name}}}
    display({**bundle, "text/html": html}, raw=True)
"""


def plain_notebook(folder, *cells):
    code = nbformat.v4.new_code_cell
    parameters = code('brief_path = ""', metadata={"tags": ["parameters"]})
    opening = [parameters, code(PLAIN), code("block('masthead', '<h1>Title</h1>')")]
    section = [nbformat.v4.new_markdown_cell("## Further notes"), code("block('notes', '<p>x</p>')")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "plain.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[*opening, *section, *map(code, cells)], metadata=kernel), path)
    return path


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_report_is_six_files_and_the_manifest_vouches_for_them(homs_edition):
    assert [p.name for p in homs_edition.files] == [
        "homs-truce.cdx.json", "homs-truce.html", "homs-truce.ipynb", "homs-truce.pdf", "homs-truce.png", "manifest.json",
    ]  # fmt: skip
    manifest = json.loads(homs_edition.files[-1].read_text(encoding="utf-8"))
    assert manifest["files"] == {
        p.name: {"bytes": p.stat().st_size, "sha256": digest(p)} for p in homs_edition.files[:-1]
    }
    told = Provenance.read(homs_edition.files[1].read_bytes(), "html")
    assert told.notebook == manifest["notebook"]["sha256"]
    assert "outcomes" in told.made_of
    assert Provenance.read(homs_edition.files[3].read_bytes(), "pdf").chromium
    assert manifest["figures"] == ["map", "network", "timeline", "yardstick"]
    assert [s["id"] for s in manifest["sections"]][:4] == [
        "the-judgement",
        "key-figures",
        "where-it-is",
        "what-was-agreed",
    ]


def test_a_copy_of_the_project_elsewhere_gives_the_same_report_to_the_byte(andes, andes_edition, tmp_path, press):
    root = tmp_path / "a folder {with} ünïcode"
    shutil.copytree(andes.path.parent.parent, root)
    again = render(load(root / "briefs" / andes.path.name), RenderOptions(NOTEBOOK, root / "reports"), press)
    assert [p.name for p in again.files] == [p.name for p in andes_edition.files]
    assert [digest(p) for p in again.files] == [digest(p) for p in andes_edition.files]


def test_the_published_notebook_holds_outputs_but_no_trace_of_this_machine(homs_edition):
    text = file_of(homs_edition, ".ipynb").read_text(encoding="utf-8")
    assert str(NOTEBOOK.parent.parent) not in text
    notebook = nbformat.reads(text, as_version=4)
    del notebook.metadata[ABOUT]  # which names packages
    assert "papermill" not in nbformat.writes(notebook)
    assert sum(bool(cell.get("outputs")) for cell in notebook.cells) > 12


def test_times_stand_in_a_log_of_their_own(homs_edition):
    log = homs_edition.folder.parent / editions.TIMINGS
    line = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    assert line["name"] == "homs-truce"
    steps = {"running the notebook", "drawing figures", "writing HTML", "drawing the card", "printing PDF"}
    assert set(line["seconds"]) == steps


def test_nothing_is_left_behind_but_the_report(homs_edition):
    names = {path.name for path in homs_edition.folder.parent.iterdir()}
    assert names == {"homs-truce", editions.TIMINGS}


def test_sizes_keep_to_what_can_be_mailed(homs_html):
    assert homs_html.stat().st_size <= 2_300_000


def test_a_static_report_has_no_script_and_is_small(homs, tmp_path, press):
    made = render(homs, RenderOptions(NOTEBOOK, tmp_path, ["html"], static=True), press)
    html = file_of(made, ".html").read_text(encoding="utf-8")
    kinds = re.findall(r'<script type="([^"]*)"[^>]*>', html)
    assert kinds == ["application/ld+json", "application/json"], "data, which no browser runs"
    assert html.count("<script") == 2
    assert "script-src 'none'" in html or "script-src &#39;none&#39;" in html
    assert html.count('role="img"') == 8
    assert len(html.encode()) <= 430_000


def test_pages_name_their_address_on_a_site(andes, tmp_path, press):
    made = render(
        andes, RenderOptions(NOTEBOOK, tmp_path, ["html"], static=True, site="https://example.org/reports"), press
    )
    html = file_of(made, ".html").read_text(encoding="utf-8")
    address = "https://example.org/reports/andes-blockade/andes-blockade"
    assert f'<link rel="canonical" href="{address}.html">' in html
    assert f'<meta property="og:image" content="{address}.png">' in html
    assert json.loads(made.files[-1].read_text(encoding="utf-8"))["site"] == "https://example.org/reports"


def test_an_old_report_stays_when_the_new_one_fails_and_nothing_half_made_is_seen(andes, tmp_path, press):
    folder = tmp_path / "andes-blockade"
    folder.mkdir()
    (folder / "andes-blockade.html").write_text("old")
    broken = plain_notebook(tmp_path, "raise ValueError('late')")
    with pytest.raises(ReportError, match=r"E-NOTEBOOK-CELL .*late"):
        render(andes, RenderOptions(broken, tmp_path), press)
    assert [p.name for p in folder.iterdir()] == ["andes-blockade.html"]
    assert (folder / "andes-blockade.html").read_text() == "old"
    assert {p.name for p in tmp_path.iterdir()} == {"andes-blockade", "plain.ipynb"}


def test_a_report_with_a_part_missing_is_not_published(andes, tmp_path, press):
    silent = plain_notebook(
        tmp_path, "from quickview import analysis as qv", "qv.use_look = lambda: None", "qv.use_look()"
    )
    with pytest.raises(ReportError, match=r"E-INCOMPLETE cell \[7\] “qv.use_look\(\)” shows nothing"):
        render(andes, RenderOptions(silent, tmp_path), press)
    assert not (tmp_path / "andes-blockade").exists()


def test_files_of_an_earlier_edition_that_are_not_of_this_one_go(andes, tmp_path, press):
    folder = tmp_path / "andes-blockade"
    folder.mkdir()
    (folder / "andes-blockade.pdf").write_text("old")
    (folder / "notes.txt").write_text("mine")
    render(andes, RenderOptions(plain_notebook(tmp_path), tmp_path, ["html"], static=True), press)
    assert {p.name for p in folder.iterdir()} == {
        "andes-blockade.cdx.json", "andes-blockade.html", "andes-blockade.ipynb", "andes-blockade.png", "manifest.json", "notes.txt",
    }  # fmt: skip


def test_without_a_chromium_the_html_is_delivered_and_the_pdf_is_told_as_failed(andes, tmp_path, monkeypatch, visit):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    chart = "import plotly.io as pio\npio.renderers.default = 'plotly_mimetype'\nimport plotly.express as px\npx.line(x=[1, 2], y=[3, 5], title='Incidents')"
    with RenderSession() as bare:
        made = render(andes, RenderOptions(plain_notebook(tmp_path, chart), tmp_path), bare)
    assert [fault.code for fault in made.failures] == ["E-CHROMIUM-PATH"]
    assert any("W-NO-PICTURES" in warning for warning in made.warnings)
    assert [p.suffix for p in made.files] == [".json", ".html", ".ipynb", ".png", ".json"]
    seen = visit(file_of(made, ".html"))
    seen.page.wait_for_function("() => document.querySelectorAll('.awake .live .main-svg').length >= 1")
    assert seen.complaints == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_told_so(andes, tmp_path, press):
    tmp_path.chmod(0o500)
    with pytest.raises(ReportError, match=r"E-OUT-WRITE"):
        render(andes, RenderOptions(NOTEBOOK, tmp_path / "reports"), press)


def test_a_link_out_of_the_folder_is_not_followed(andes, tmp_path, press):
    out, elsewhere = tmp_path / "reports", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "andes-blockade").symlink_to(elsewhere)
    with pytest.raises(ReportError, match=r"E-OUT-PATH"):
        render(andes, RenderOptions(NOTEBOOK, out), press)
    assert list(elsewhere.iterdir()) == []


def test_a_notebook_of_ones_own_with_a_plain_chart_and_a_table_becomes_part_of_the_report(andes, tmp_path, press):
    source = (
        "import pandas as pd, plotly.express as px, plotly.io as pio\n"
        "pio.renderers.default = 'plotly_mimetype'\n"
        "display(pd.DataFrame({'Week': [1, 2], 'Incidents': [3, 5]}))\n"
        "px.line(x=[1, 2], y=[3, 5], title='Incidents')"
    )
    made = render(andes, RenderOptions(plain_notebook(tmp_path, source), tmp_path, ["html"], static=True), press)
    html = file_of(made, ".html").read_text(encoding="utf-8")
    assert re.search(r'<th class="num" scope="col"[^>]*>Incidents</th>', html)
    assert "<td>1</td>" not in html, "numbers stand to the right"
    assert 'id="figure-incidents"' in html
    (told,) = (warning for warning in made.warnings if "W-FIGURE-ALT" in warning)
    assert "cell [5]" in told
    assert "“Incidents” without alternative text" in told


def saved(folder, edit):
    """A copy of the kit's notebook as an analyst saved it."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    edit(notebook)
    path = folder / "saved.ipynb"
    nbformat.write(notebook, path)
    return path


def tried(notebook):
    cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))
    cell.source = (
        'brief_path = "../elsewhere.md"\nlanguage="ar"\ntheme = "signal"\nprevious = "gone.md"\nshapes = "gone.yaml"'
    )


def test_what_was_last_tried_in_a_notebook_and_cells_that_say_nothing_stay_out_of_its_reports(
    andes, tmp_path, press, andes_edition
):
    def run_all(notebook):
        tried(notebook)
        code = nbformat.v4.new_code_cell
        notebook.cells[5:5] = [code("# a remark"), code("x = 1"), code("import math")]
        notebook.cells.append(code(""))
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.execution_count = 7

    made = render(andes, RenderOptions(saved(tmp_path, run_all), tmp_path, ["html"]), press)
    assert as_shown(file_of(made, ".html").read_text()) == as_shown(file_of(andes_edition, ".html").read_text())


def test_a_cell_below_the_parameters_that_sets_another_language_is_told(andes, tmp_path, press):
    def override(notebook):
        notebook.cells.insert(3, nbformat.v4.new_code_cell('language = "fr"'))

    with pytest.raises(
        ReportError, match=r"E-NOTEBOOK-BRIEF .*“andes-blockade.fr”, and “andes-blockade” was asked for"
    ):
        render(andes, RenderOptions(saved(tmp_path, override), tmp_path, ["html"], static=True), press)


def test_a_brief_names_its_notebook_and_the_command_line_another(andes, tmp_path, press):
    desk = tmp_path / "desk"
    shutil.copytree(ANDES.parent.parent, desk)
    (desk / "notebooks").mkdir()
    own, other = plain_notebook(desk / "notebooks", "print('own')"), plain_notebook(tmp_path, "print('other')")
    own = own.rename(own.with_name("election.ipynb"))
    path = desk / "briefs" / ANDES.name
    path.write_text(path.read_text("utf-8").replace("document:", "document:\n  notebook: election.ipynb", 1), "utf-8")
    brief = load(path)
    html = [
        file_of(render(brief, RenderOptions(named, tmp_path, ["html"], static=True), press), ".html").read_text("utf-8")
        for named in (None, other)
    ]
    assert ['<pre class="output">own</pre>' in text for text in html] == [True, False]
    own.unlink()
    with pytest.raises(InputError, match=r"E-NOTEBOOK-NONE no notebook `election.ipynb`"):
        load(path)


def test_a_revision_counts_what_a_report_of_one_day_came_to_say_and_not_how_often_it_was_made():
    first = {
        "as_of": "2017-08-04",
        "brief": "a",
        "notebook": {"sha256": "n"},
        "made_of": {"layer x": "1", "Python": "3.11"},
    }
    assert manifest.revision(None, first) == 0
    again = {**first, "made_of": {"layer x": "1", "Python": "3.12"}}
    assert manifest.revision({**first, "revision": 2}, again) == 2
    assert manifest.revision({**first, "revision": 2}, {**first, "brief": "b"}) == 3
    assert manifest.revision({**first, "revision": 2}, {**first, "made_of": {"layer x": "2"}}) == 3
    assert manifest.revision({**first, "revision": 2}, {**first, "as_of": "2017-08-05"}) == 0


def test_what_of_the_old_report_is_lost_is_said(tmp_path):
    folder, staging = tmp_path / "out", tmp_path / "new"
    for one in (folder, staging):
        one.mkdir()
    (staging / "x.html").write_text("")
    last = {"theme": "gazette", "files": {"x.html": {}, "x.pdf": {}, "x.png": {}}}
    told = list(manifest.lost(last, {"theme": "default"}, staging))
    assert [line.partition(" — ")[0] for line in told] == [
        "W-REPLACED x.pdf of the report before is removed",
        "W-REPLACED the report before was in the theme gazette",
    ]
    assert list(manifest.lost({}, {"theme": "default"}, staging)) == []
