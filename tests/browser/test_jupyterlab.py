"""JupyterLab with the kit in it: new briefs, the editor, `%quickview`, and the export menu, its route and itself in a browser."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

import nbformat
import pytest
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect
from tests.builders.files import as_shown
from tests.conftest import ROOT, file_of

from quickview.brief.reader import load
from quickview.options import RenderOptions
from quickview.report.render import render

pytestmark = pytest.mark.slow

TOKEN = "of-this-test"
SECONDS = 120
NAVIGATION = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}


@dataclass
class Lab:
    """A running JupyterLab, and the folder it serves."""

    folder: Path
    address: str

    def get(self, path, body=None, **headers):
        """Answer of the server: status, headers, body; to what is posted, if there is a `body`."""
        request = urllib.request.Request(
            self.address + path,
            data=body and json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}", "Accept": "*/*", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return answer.status, answer.headers, answer.read()
        except HTTPError as error:
            return error.code, error.headers, error.read()

    def save(self, name, *cells):
        nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), self.folder / "notebooks" / name)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder, own = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("jupyter")
    for name in ("notebooks", "briefs", "shapes"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("kernel-ipc-*", ".ipynb_checkpoints"))
    news = own / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false"}', encoding="utf-8")
    places = {"JUPYTER_RUNTIME_DIR": "runtime", "JUPYTER_CONFIG_DIR": "config", "JUPYTERLAB_SETTINGS_DIR": "settings",
              "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--port=0", "--ip=127.0.0.1", "--no-browser", "--allow-root",
               f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url=None",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
               "--LabApp.extension_manager=readonly",
               f"--LabApp.extra_labextensions_path={ROOT / 'lib' / 'quickview' / 'jupyter' / 'labextensions'}"]  # fmt: skip
    environment = {**os.environ, **{name: str(own / place) for name, place in places.items()}}
    with subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True) as server:
        address = next(filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in server.stderr)))[0]
        threading.Thread(target=server.stderr.read, daemon=True).start()
        running = Lab(folder, address)
        wait_for(running)
        expect.set_options(timeout=SECONDS * 1000)
        yield running
        expect.set_options(timeout=None)
        server.terminate()


def wait_for(running):
    """The address is told a moment before it answers."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            return running.get("/api")
        except URLError:
            continue
    pytest.fail("JupyterLab does not answer")


def block(part, html, **data):
    bundle = {"application/vnd.quickview.block+json": {"id": part, "empty": False, "data": data}, "text/html": html}
    output = nbformat.v4.new_output("execute_result", bundle, execution_count=1)
    return nbformat.v4.new_code_cell(f"qv.{part}(brief)", outputs=[output], execution_count=1)


OWN = (
    "import pandas as pd\nimport plotly.express as px\nlorries = pd.DataFrame({'day': ['2017-08-19', '2017-08-20'], 'n': [12, 24]})",
    "qv.figure(px.bar(lorries, x='day', y='n'), title='Lorries doubled', alt='Two bars, 12 and 24.', source='eiu')",
    "ax = lorries.plot.bar(x='day', y='n')\nqv.figure(ax, title='The same by matplotlib', alt='Two bars.')",
    "qv.table(lorries, title='Lorries a day')",
)


def complaining():
    """A cell that an analyst should look at again, though it stops nothing."""
    output = nbformat.v4.new_output("stream", name="stderr", text="Dropped 3 rows\n")
    return nbformat.v4.new_code_cell("read()", outputs=[output], execution_count=2)


def test_a_link_to_a_fault_opens_the_brief_in_the_editor_where_its_line_can_be_seen(lab):
    _, _, body = lab.get("/lab/api/settings/@jupyterlab/docmanager-extension:plugin")
    assert json.loads(body)["schema"]["properties"]["defaultViewers"]["default"] == {"markdown": "Editor"}


def attachment(headers):
    return (headers["Content-Disposition"] or "").rpartition("''")[2]


def test_the_export_menu_offers_each_format_once(lab):
    formats = json.loads(lab.get("/api/nbconvert")[2])
    offered = {name: form["output_mimetype"] for name, form in formats.items() if "quick" in name}
    assert offered == {"quickview_html": "text/html", "quickview_pdf": "application/pdf"}
    assert "html" in formats


@pytest.mark.parametrize("suffix", [".html", ".pdf"])
def test_an_exported_report_is_the_rendered_one_and_named_after_its_brief(lab, suffix, homs_edition):
    shutil.copy(file_of(homs_edition, ".ipynb"), lab.folder / "notebooks" / "executed.ipynb")
    path = f"/nbconvert/quickview_{suffix[1:]}/notebooks/executed.ipynb"
    status, headers, body = lab.get(f"{path}?download=true", **NAVIGATION)
    assert (status, attachment(headers)) == (200, f"homs-truce{suffix}")
    assert body == file_of(homs_edition, suffix).read_bytes()


def test_a_report_in_another_language_has_it_in_its_name_and_one_without_a_masthead_is_named_after_the_notebook(lab):
    lab.save("aleppo.ipynb", block("masthead", "<h1>x</h1>", name="aleppo.ar", language="ar"))
    lab.save("notes.ipynb", nbformat.v4.new_markdown_cell("## Notes\n\nHello."))
    names = [attachment(lab.get(f"/nbconvert/quickview_html/notebooks/{name}.ipynb?download=true")[1])
             for name in ("aleppo", "notes")]  # fmt: skip
    assert names == ["aleppo.ar.html", "notes.html"]


def test_without_a_download_the_report_is_shown(lab):
    lab.save("shown.ipynb", block("masthead", "<h1>Shown</h1>", name="shown"), complaining())
    status, headers, body = lab.get("/nbconvert/quickview_html/notebooks/shown.ipynb", **NAVIGATION)
    assert (status, headers["Content-Disposition"]) == (200, None)
    assert b"<h1>Shown</h1>" in body


def test_a_notebook_that_was_never_run_is_refused_with_words(lab):
    shutil.copy(ROOT / "notebooks" / "quick_view.ipynb", lab.folder / "notebooks" / "never.ipynb")
    for form in ("html", "pdf"):
        path = f"/nbconvert/quickview_{form}/notebooks/never.ipynb?download=true"
        status, headers, body = lab.get(path, **NAVIGATION)
        text = body.decode()
        assert (status, headers["Content-Disposition"]) == (422, None)
        assert headers["Content-Type"].startswith("text/html")
        for words in ("never.ipynb was not exported", "E-NOTEBOOK-NOT-RUN", "cell [1]", "Run All, save, and export"):
            assert words in text
        assert "Traceback" not in text


def test_every_fault_of_a_theme_is_told_in_the_page(lab):
    cell = nbformat.v4.new_code_cell('theme = "<b>"', metadata={"tags": ["parameters"]}, execution_count=1)
    lab.save("themed.ipynb", cell)
    status, _, body = lab.get("/nbconvert/quickview_html/notebooks/themed.ipynb", **NAVIGATION)
    assert status == 422
    assert "E-THEME-FILE" in body.decode()
    assert "<b>" not in body.decode()


def test_no_notebook_of_that_name_is_not_found(lab):
    assert lab.get("/nbconvert/quickview_html/notebooks/none.ipynb")[0] == 404


def test_one_who_is_not_let_in_is_asked_for_a_password(lab):
    body = lab.get("/nbconvert/quickview_html/notebooks/quick_view.ipynb", Authorization="token wrong", **NAVIGATION)[2]
    assert b'type="password"' in body
    assert b"Quick View" not in body


def test_a_script_gets_the_file_at_once_whatever_the_warnings(lab):
    lab.save("warned.ipynb", block("masthead", "<h1>x</h1>", name="warned"), complaining())
    status, headers, body = lab.get("/nbconvert/quickview_html/notebooks/warned.ipynb?download=true")
    assert (status, attachment(headers)) == (200, "warned.html")
    assert body.startswith(b"<!doctype html>")


def test_a_tab_tells_the_warnings_and_the_download_starts_by_itself(lab, engine):
    lab.save("warned.ipynb", block("masthead", "<h1>x</h1>", name="warned"), complaining())
    context = engine.new_context()
    page = context.new_page()
    page.goto(f"{lab.address}/lab?token={TOKEN}")
    complaints = []
    with context.expect_page() as opened, context.expect_event("download", timeout=SECONDS * 1000) as download:
        page.evaluate("p => window.open(p, '_blank', 'noopener')",
                      "/nbconvert/quickview_html/notebooks/warned.ipynb?download=true")  # fmt: skip
    tab = opened.value
    tab.on("console", lambda message: complaints.append(message.text))
    expect(tab.get_by_role("heading")).to_have_text("warned.html was made, with a warning")
    expect(tab.get_by_text("Dropped 3 rows")).to_be_visible()
    assert download.value.suggested_filename == "warned.html"
    assert download.value.path().read_text(encoding="utf-8").startswith("<!doctype html>")
    assert complaints == []
    context.close()


def choose(page, *path):
    """Choose an entry of JupyterLab's menu bar."""
    page.locator(".lm-MenuBar-itemLabel").get_by_text(path[0], exact=True).click()
    for name in path[1:]:
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()


def exported(page, form):
    """What the export menu saves."""
    with page.context.expect_event("download", timeout=SECONDS * 1000) as download:
        choose(page, "File", "Save and Export Notebook As", form)
    return download.value


@contextmanager
def opened(lab, engine, name):
    """A notebook in JupyterLab after Run All, and the requests to other hosts."""
    context = engine.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(SECONDS * 1000)
    page, foreign = context.new_page(), []
    page.on("request", lambda r: None if r.url.startswith((lab.address, "data:", "blob:")) else foreign.append(r.url))
    page.goto(f"{lab.address}/lab/tree/notebooks/{name}?token={TOKEN}")
    page.get_by_text("Quick View | Idle").wait_for()
    choose(page, "Run", "Run All Cells")
    cells = sum(c.cell_type == "code" for c in nbformat.read(lab.folder / "notebooks" / name, 4).cells)
    expect(page.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(f"[{cells}]:", timeout=SECONDS * 1000)
    yield page, foreign
    context.close()


def colour(line, text):
    """How a word is coloured in an editor."""
    word = """(line, text) => {
      const words = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      while (words.nextNode()) if (words.currentNode.data.includes(text)) return getComputedStyle(words.currentNode.parentElement).color;
    }"""
    return line.evaluate(word, text)


def make_brief(lab, page, name):
    """Make a brief by the launcher's card; return its lines in the editor."""
    page.locator(".jp-LauncherCard").get_by_text("Quick View: new brief").click()
    page.locator(".jp-Dialog input").fill(name)
    page.locator(".jp-Dialog .jp-mod-accept").click()
    if json.loads(lab.get("/quickview/briefs")[2])["kinds"]:
        page.locator(".jp-Dialog .jp-mod-accept").get_by_text("Create").click()
    return page.locator(".jp-Document:not(.lm-mod-hidden) .jp-FileEditor .cm-line")


def save(page):
    page.keyboard.press("Control+S")
    expect(page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")).to_have_count(0)


@pytest.fixture
def page(lab, engine):
    context = engine.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(SECONDS * 1000)
    page = context.new_page()
    page.goto(f"{lab.address}/lab?reset&token={TOKEN}")
    yield page
    context.close()


def test_from_a_new_brief_through_a_fault_and_a_preview_to_the_files_that_render_makes(lab, page, press, tmp_path):
    notebook = nbformat.read(ROOT / "notebooks" / "quick_view.ipynb", 4)
    notebook.metadata.pop("kernelspec")
    notebook.cells[2].source = 'brief_path = "../briefs/aid-convoy.md"\nlanguage = theme = previous = shapes = ""'
    asks = [nbformat.v4.new_code_cell(line) for line in ("%load_ext quickview\n%quickview check", "%quickview preview")]
    notebook.cells = [*notebook.cells[:3], asks[0], *notebook.cells[3:], asks[1]]
    path, brief = lab.folder / "notebooks" / "desk.ipynb", lab.folder / "briefs" / "aid-convoy.md"
    nbformat.write(notebook, path)

    lines = make_brief(lab, page, brief.stem)
    series = lines.filter(has_text="series: Quick View")
    expect(series.locator("span").get_by_text("series", exact=True)).to_be_visible()
    plain = colour(series, "Quick View")
    assert colour(series, "series") != plain, "facts are YAML"
    assert colour(lines.filter(has_text="## ").first, "##") != plain, "prose is Markdown"
    series.click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("sumary: twice")
    save(page)
    number = brief.read_text(encoding="utf-8").split("\n").index("  sumary: twice") + 1

    page.goto(f"{lab.address}/lab/tree/notebooks/{path.name}?token={TOKEN}")
    page.locator(".jp-Dialog select").select_option(label="Quick View")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.get_by_text("Quick View | Idle").wait_for()
    choose(page, "Run", "Run All Cells")
    fault = page.locator(".qv-desk li:not(.doubt)")
    expect(fault).to_contain_text("E-KEY-UNKNOWN")
    expect(fault.locator("mark")).to_have_text("sumary")
    fault.get_by_role("link").click()
    page.get_by_text(f"Ln {number}, Col 1", exact=True).wait_for()
    page.keyboard.press("Control+Shift+K")
    save(page)
    assert "sumary" not in brief.read_text(encoding="utf-8")

    page.locator(".lm-TabBar-tabLabel").get_by_text(path.name).click()
    choose(page, "Run", "Run All Cells")
    shown = page.locator(".qv-desk iframe")
    shown.wait_for()
    page.get_by_text("Quick View | Idle").wait_for()
    save(page)  # with the kernel that was chosen
    made = render(load(brief), RenderOptions(path, tmp_path / "reports"), press)
    assert as_shown(shown.get_attribute("srcdoc")) == as_shown(file_of(made, ".html").read_text(encoding="utf-8"))
    expect(page.frame_locator(".qv-desk iframe").get_by_role("heading", level=1)).to_be_visible()
    for form in ("html", "pdf"):
        saved = exported(page, f"Quickview_{form}")
        assert saved.suggested_filename == f"{brief.stem}.{form}"
        assert saved.path().read_bytes() == file_of(made, f".{form}").read_bytes()


def test_the_editor_completes_the_keys_and_values_that_may_stand_there_and_explains_a_key(lab, page):
    page.goto(f"{lab.address}/lab/tree/briefs/homs-truce.md?reset&token={TOKEN}")
    lines, offered = (
        page.locator(".jp-Document:not(.lm-mod-hidden) .jp-FileEditor .cm-line"),
        page.locator(".jp-Completer:not(.lm-mod-hidden) code.jp-Completer-match"),
    )
    key = lines.filter(has_text="as_of").locator("span").get_by_text("as_of", exact=True)
    explained = page.locator(".cm-tooltip")
    for x in range(4, 40, 2):  # a pointer that does not move when the schema has come gets no answer
        key.hover(position={"x": x, "y": 7})
        with suppress(TooLate):
            explained.wait_for(timeout=1000)
            break
    expect(explained).to_have_text("Nothing that happened after this day may stand in the brief.")
    lines.filter(has_text="sources:").first.click()
    page.keyboard.press("End")
    page.keyboard.type("\n  - {id: x, rel")
    page.keyboard.press("Tab")
    expect(offered).to_have_text(["reliability"])
    page.keyboard.press("Enter")
    expect(lines.nth(15)).to_have_text("  - {id: x, reliability: ")
    page.keyboard.press("Tab")
    expect(offered).to_have_text(["A", "B", "C", "D", "E", "F"])


@pytest.mark.parametrize("name", ["Not A Name", "homs-truce", "--help"])
def test_a_brief_whose_name_will_not_do_is_not_made_and_the_words_say_why(lab, name):
    before = sorted((lab.folder / "briefs").iterdir())
    status, _, body = lab.get("/quickview/briefs", {"name": name, "folder": "notebooks"})
    assert status == 422
    assert json.loads(body)["message"].partition(" ")[2]
    assert sorted((lab.folder / "briefs").iterdir()) == before


def test_no_brief_is_made_outside_of_what_the_server_shows_or_for_a_stranger(lab):
    assert lab.get("/quickview/briefs", {"name": "mine", "folder": "../.."})[0] == 422
    assert lab.get("/quickview/briefs", {"name": "mine"}, Authorization="token wrong")[0] == 403
    assert not (lab.folder / "briefs" / "mine.md").exists()


@pytest.mark.audit
def test_run_all_and_export_make_the_files_that_render_makes(lab, engine, homs_html, homs_pdf):
    with opened(lab, engine, "quick_view.ipynb") as (page, foreign):
        for form, rendered in (("Quickview_html", homs_html), ("Quickview_pdf", homs_pdf)):
            saved = exported(page, form)
            assert saved.suggested_filename == rendered.name
            assert saved.path().read_bytes() == rendered.read_bytes()
    assert foreign == []


@pytest.mark.audit
def test_charts_and_tables_of_ones_own_come_out_the_same_by_menu_and_by_command(lab, engine, homs, press, tmp_path):
    notebook = nbformat.read(ROOT / "notebooks" / "quick_view.ipynb", 4)
    notebook.cells[-2:-2] = [nbformat.v4.new_code_cell(source) for source in OWN]
    path = lab.folder / "notebooks" / "own.ipynb"
    nbformat.write(notebook, path)
    with opened(lab, engine, path.name) as (page, foreign):
        page.locator(".jp-CodeCell .jp-InputArea-editor").last.click()
        page.keyboard.press("Shift+Enter")
        expect(page.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text("[ ]:")
        files = {form: exported(page, f"Quickview_{form}").path().read_bytes() for form in ("html", "pdf")}
    assert foreign == []
    assert nbformat.read(path, 4).cells[-1].source == "", "JupyterLab adds an empty cell behind the last"
    made = render(homs, RenderOptions(path, tmp_path / "reports"), press)
    assert not [warning for warning in made.warnings if not warning.startswith("W-GLYPH")]
    assert {form: file_of(made, f".{form}").read_bytes() == files[form] for form in files} == dict.fromkeys(files, True)
    assert b"Lorries doubled" in files["html"]
