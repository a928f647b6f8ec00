"""What tests share: the two briefs, their territories, a report of each, and a Chromium to look at them."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import nbformat
import plotly.graph_objects as go
import pytest
from filelock import FileLock
from playwright.sync_api import sync_playwright

from quickview import cli
from quickview.analysis.territory import read_territory
from quickview.brief.reader import load
from quickview.options import RenderOptions
from quickview.report import chromium
from quickview.report.outputs import PLOTLY
from quickview.report.render import Report, render
from quickview.report.session import RenderSession

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "notebooks" / "quick_view.ipynb"
HOMS = ROOT / "briefs" / "homs-truce.md"
ANDES = ROOT / "tests" / "data" / "briefs" / "andes-blockade.md"
FULL = ANDES.with_name("grain-compact.md")
"""One of everything, and forty of what a brief may hold many of."""

SLOWEST = (
    "test_jupyterlab.py", "test_own_outputs.py", "test_pool.py", "test_readme.py", "test_provisioner.py", "test_run.py",
    "test_preview.py", "test_magic.py", "test_finish.py", "test_pdf.py", "test_front_page.py", "test_render.py",
)  # fmt: skip
"""Files that take longest, longest first."""


def alone(text):
    """Return a brief's text without the other briefs it points at, which do not lie beside a copy of it."""
    return re.sub(r"^( *)related:\n(?:\1 +.*\n)+\n?", "", text, flags=re.MULTILINE)


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that no process is left with one when the others are done.

    Those with slow tests come next; tests of a file stay in their order.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def place(item):
        name = item.path.name
        return (SLOWEST.index(name) if name in SLOWEST else len(SLOWEST), item.path not in slow)

    items.sort(key=place)


NO_CHROMIUM = {chromium.VARIABLE: "no-chromium-here"}
"""For a command in which nothing need be drawn: a Chromium takes longer to start than such a command takes."""


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
    with RenderSession() as running:
        yield running


def _rendered_once(brief, request, tmp_path_factory):
    """Render a brief for all processes of a run: whichever asks first makes it, the others wait for its files."""
    temporary = tmp_path_factory.getbasetemp()
    out = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / f"rendered-{brief.edition}"
    out.mkdir(exist_ok=True)
    known = out / "edition.json"
    with FileLock(out / "lock"):
        if not known.exists():
            made = render(brief, RenderOptions(NOTEBOOK, out / "reports"), request.getfixturevalue("press"))
            assert not made.failures
            kept = {"folder": str(made.folder), "files": list(map(str, made.files)), "warnings": made.warnings}
            known.write_text(json.dumps({**kept, "seconds": made.seconds}), encoding="utf-8")
    kept = json.loads(known.read_text(encoding="utf-8"))
    return Report(Path(kept["folder"]), list(map(Path, kept["files"])), kept["warnings"], seconds=kept["seconds"])


@pytest.fixture(scope="session")
def homs_edition(homs, request, tmp_path_factory):
    return _rendered_once(homs, request, tmp_path_factory)


@pytest.fixture(scope="session")
def andes_edition(andes, request, tmp_path_factory):
    return _rendered_once(andes, request, tmp_path_factory)


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
    kind: tuple
    requests: list = field(default_factory=list)
    complaints: list = field(default_factory=list)

    def ask(self, request):
        if not request.url.startswith(("file:", "data:")):
            self.requests.append(request.url)

    def say(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def fail(self, error):
        self.complaints.append(str(error))

    @property
    def heard(self):
        return {"request": self.ask, "console": self.say, "pageerror": self.fail}


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


class Tabs:
    """Tabs of a Chromium, used one visit after another: a tab and a context of its own take a visit three times the work."""

    def __init__(self, engine, blank):
        self.engine, self.blank, self.idle = engine, blank, {}

    def open(self, path, *, width=1440, scheme="light", scripts=True, media=None, touch=False):
        kind = scripts, touch
        idle = self.idle.setdefault(kind, [])
        page = idle.pop() if idle else self._tab(*kind)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media=media or "null", color_scheme=scheme, reduced_motion="null", forced_colors="null")
        made = Visit(page, kind)
        for event, hear in made.heard.items():
            page.on(event, hear)
        page.goto(path.resolve().as_uri())
        return made

    def _tab(self, scripts, touch):
        return self.engine.new_context(java_script_enabled=scripts, has_touch=touch).new_page()

    def leave(self, made):
        """Leave a page as nobody had been there: nothing heard, allowed, pointed at or still running."""
        for event, hear in made.heard.items():
            made.page.remove_listener(event, hear)
        made.page.context.clear_permissions()
        made.page.mouse.move(0, 0)
        made.page.goto(self.blank)
        self.idle[made.kind].append(made.page)


@pytest.fixture(scope="session")
def tabs(engine, tmp_path_factory):
    blank = tmp_path_factory.mktemp("blank") / "blank.html"
    blank.write_text("<!doctype html><title>Blank</title>", encoding="utf-8")
    return Tabs(engine, blank.as_uri())


@pytest.fixture
def visit(tabs):
    """Open a page from disk, which is the test's own."""
    visits = []

    def open_page(path, **how):
        visits.append(tabs.open(path, **how))
        return visits[-1]

    yield open_page
    for made in visits:
        tabs.leave(made)


@pytest.fixture(scope="module")
def view(tabs):
    """Open a page from disk once for all tests of a file that only look at it and leave it as it is."""
    visits = {}

    def open_page(path, **how):
        key = (path, *sorted(how.items()))
        if key not in visits:
            visits[key] = tabs.open(path, **how)
        return visits[key].page

    yield open_page
    for made in visits.values():
        tabs.leave(made)


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
    if hasattr(value, "_ipython_display_") and not isinstance(value, go.Figure):
        shown = []
        with mock.patch("quickview.analysis.display.publish_display_data", lambda data, *_: shown.append(data)):
            value._ipython_display_()
        return [nbformat.v4.new_output("display_data", data) for data in shown]
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


@pytest.fixture
def quickview(monkeypatch, capsys):
    """Give the kit a command in this process, which spares what one of its own would import."""

    monkeypatch.setattr("quickview.kernels.ending.by_signals", lambda: None)  # this process is pytest's

    def run(*words, cwd=ROOT):
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["quickview", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return subprocess.CompletedProcess(words, ended.value.code or 0, told.out, told.err)

    return run


@pytest.fixture
def heeding_ctrl_c():
    """Let the processes that a test starts heed Ctrl-C, which a shell has those in the background ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def browser(press):
    """A running browser of the kit's own, to draw with."""
    return press.browser
