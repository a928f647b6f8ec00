"""What tests share: the two briefs, their territories, a report of each, and a Chromium to look at them."""

import ast
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import plotly.graph_objects as go
import pytest
from playwright.sync_api import sync_playwright

from quickview.analysis.territory import read_territory
from quickview.brief.reader import load
from quickview.publishing import chromium
from quickview.publishing.edition import Order, render
from quickview.publishing.outputs import PLOTLY
from quickview.publishing.press import Press

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "notebooks" / "quick_view.ipynb"
HOMS = ROOT / "briefs" / "homs-truce.md"
ANDES = ROOT / "tests" / "data" / "briefs" / "andes-blockade.md"


@pytest.fixture(scope="session")
def homs():
    return load(HOMS)


@pytest.fixture(scope="session")
def andes():
    return load(ANDES)


@pytest.fixture(scope="session")
def homs_territory(homs):
    return read_territory(homs)


@pytest.fixture(scope="session")
def andes_territory(andes):
    return read_territory(andes)


@pytest.fixture(scope="session")
def press():
    """A warm press, shared by the tests of a process."""
    with Press() as running:
        yield running


@pytest.fixture(scope="session")
def homs_edition(homs, press, tmp_path_factory):
    return render(homs, Order(NOTEBOOK, tmp_path_factory.mktemp("reports")), press)


@pytest.fixture(scope="session")
def andes_edition(andes, press, tmp_path_factory):
    return render(andes, Order(NOTEBOOK, tmp_path_factory.mktemp("reports")), press)


def file_of(edition, suffix):
    return next(path for path in edition.files if path.suffix == suffix)


@pytest.fixture(scope="session")
def homs_html(homs_edition):
    return file_of(homs_edition, ".html")


@pytest.fixture(scope="session")
def homs_pdf(homs_edition):
    return file_of(homs_edition, ".pdf")


@pytest.fixture(scope="session")
def andes_html(andes_edition):
    return file_of(andes_edition, ".html")


@pytest.fixture(scope="session")
def andes_pdf(andes_edition):
    return file_of(andes_edition, ".pdf")


@dataclass
class Visit:
    """A page that was opened from disk, with every request to a host and every complaint."""

    page: object
    requests: list = field(default_factory=list)
    complaints: list = field(default_factory=list)


@pytest.fixture(scope="session")
def engine():
    with sync_playwright() as playwright:
        arguments = ["--disable-dev-shm-usage", "--disable-background-networking"]
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        running = playwright.chromium.launch(
            executable_path=chromium.find(), args=arguments, chromium_sandbox=not as_root
        )
        yield running
        running.close()


@pytest.fixture
def visit(engine):
    contexts = []

    def open_page(path, *, width=1440, scheme="light", scripts=True, media=None):
        context = engine.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        made = Visit(context.new_page())
        made.page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else made.requests.append(r.url))
        made.page.on("console", lambda m: made.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        made.page.on("pageerror", lambda e: made.complaints.append(str(e)))
        if media:
            made.page.emulate_media(media=media)
        made.page.goto(path.resolve().as_uri())
        return made

    yield open_page
    for context in contexts:
        context.close()


def _outputs(source, names):
    """Run a cell in this process; the bundle of its last expression, if it has one."""
    body = ast.parse(source).body
    *before, last = body
    if not isinstance(last, ast.Expr):
        before, last = body, None
    exec(compile(ast.Module(before, []), "<cell>", "exec"), names)
    value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None
    if value is None:
        return []
    bundle = {PLOTLY: json.loads(value.to_json())} if isinstance(value, go.Figure) else value._repr_mimebundle_()
    return [nbformat.v4.new_output("execute_result", bundle)]


def run_notebook(path, **parameters):
    """Run a notebook in this process, which is quicker than in a kernel; returns it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    names = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs = _outputs(cell.source, names)
            cell.outputs = [] if "remove-output" in cell.metadata.get("tags", ()) else outputs
            cell.execution_count = 1
        if "parameters" in cell.metadata.get("tags", ()):
            names |= parameters
    return notebook


@pytest.fixture(scope="session")
def run_here():
    """`run_notebook`, for tests."""
    return run_notebook


@pytest.fixture(scope="session")
def browser(press):
    """A running browser of the kit's own, to draw with."""
    return press.browser
