import asyncio
import json
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from jupyter_core.utils import run_sync
from tests.conftest import ANDES, NOTEBOOK
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from quickview.brief.reader import load
from quickview.desk.preview import Desk, Preview
from quickview.desk.server import Server
from quickview.errors import ReportError
from quickview.options import RenderOptions
from quickview.report.render import render
from quickview.report.session import RenderSession

DATA = ANDES.parent
BRIEF = DATA / "straits-incident.md"


@pytest.fixture
def project(tmp_path):
    """A project of one brief, as an analyst has it."""
    shutil.copytree(DATA.parent / "shapes", tmp_path / "shapes")
    for folder, file in (("briefs", BRIEF), ("notebooks", NOTEBOOK)):
        (tmp_path / folder).mkdir()
        shutil.copy2(file, tmp_path / folder)
    return tmp_path


@pytest.fixture
def shown(project):
    """A preview that has made no round yet, and needs no session for what is asked of it."""
    return Preview(project / "briefs" / BRIEF.name, RenderOptions(None, project / "out", ("html",)), session=None)


@pytest.mark.slow
def test_the_page_is_what_render_writes_from_a_kernel_that_stood_by_too(project, shown, press):
    shown._session = press
    assert not shown.make().faults
    first = shown.page
    shown.stand_by()
    assert press._standby
    shown.make()
    brief = load(shown.brief)
    render(brief, RenderOptions(None, project / "other", ("html",)), press)
    assert (project / "other" / brief.edition / f"{brief.edition}.html").read_bytes() == first == shown.page


@pytest.mark.parametrize("is_killed", [True, False], ids=["killed", "alive"])
def test_a_kernel_is_taken_for_a_round_unless_it_died_while_it_stood_by(tmp_path, is_killed):
    with RenderSession("python3") as session:
        session.stand_by("python3", tmp_path)
        ahead = session._standby
        if is_killed:
            run_sync(ahead.manager.provisioner.kill)()
            run_sync(ahead.manager.provisioner.wait)()
        assert session.kernel("python3", tmp_path) == ("python3" if is_killed else ahead)


@pytest.mark.slow
def test_a_fault_is_told_with_its_line_and_leaves_the_last_good_page(shown, press):
    shown._session = press
    shown.make()
    page, text = shown.page, shown.brief.read_text(encoding="utf-8")
    shown.brief.write_text(text.replace("as_of:", "as_off:", 1), encoding="utf-8")
    made = shown.make()
    assert {"E-KEY-UNKNOWN"} <= {fault.code for fault in made.faults}
    assert shown.page == page
    told = next(one for one in shown.state()["faults"] if one["code"] == "E-KEY-UNKNOWN")
    assert told["text"] == text.replace("as_of:", "as_off:", 1).split("\n")[told["line"] - 1]
    assert told["text"][told["column"] - 1 :].startswith("as_off")


@pytest.mark.slow
def test_a_cell_that_fails_is_a_fault_too(shown, press, project):
    shown._session = press
    notebook = project / "notebooks" / NOTEBOOK.name
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("qv.masthead(brief)", "1 / 0"), encoding="utf-8")
    (fault,) = shown.make().faults
    assert fault.code == "E-NOTEBOOK-CELL"
    assert shown.state()["page"] is False


def test_what_may_be_gone_at_the_next_try_is_tried_again_and_what_stays_is_told(shown, monkeypatch):
    made = []

    def dies(code):
        def render(*_):
            made.append(code)
            raise ReportError(code, "the kernel died", "try again")

        return render

    for code in ("E-KERNEL", "E-INCOMPLETE"):
        monkeypatch.setattr("quickview.report.render.render", dies(code))
        assert [fault.code for fault in shown.make().faults] == [code]
    assert made == ["E-KERNEL", "E-KERNEL", "E-INCOMPLETE"]


def test_only_what_the_report_is_made_of_begins_a_round(shown, project):
    folders = shown.folders()
    assert {project / "briefs", project / "shapes", project / "notebooks"} <= folders
    mine = [shown.brief, project / "shapes" / "catalog.yaml", project / "briefs" / "votes.csv"]
    others = [project / "briefs" / "other.md", project / "notebooks" / "other.ipynb", project / "briefs" / ".x.swp"]
    assert [shown.concerns(path) for path in mine] == [True] * 3
    assert [shown.concerns(path) for path in others] == [False] * 3


async def _asked(server, path, **how):
    """Return the status and body of an answer."""
    request = f"http://127.0.0.1:{server.port}{path}"
    try:
        answer = await AsyncHTTPClient().fetch(request, **how)
    except HTTPClientError as error:
        return error.code, b""
    return answer.code, answer.body


def asked_of(shown, ask):
    """Return what `ask` hears of a server of this preview."""

    async def serve():
        desk = Desk(shown)
        server = Server(desk)
        try:
            return await ask(server, desk)
        finally:
            server.close()
            desk.close()

    # A test before may have left an event loop running on this thread.
    with ThreadPoolExecutor() as aside:
        return aside.submit(asyncio.run, serve()).result()


def test_the_page_is_shown_to_who_has_the_token_and_asks_for_it_by_a_name_of_this_machine(shown):
    shown.page = b"<p>a report"

    async def ask(server, _):
        own = {"Cookie": f"{server.cookie}={server.token}"}
        paths = ("/", "/page/1", "/events", "/print/1")
        return (
            [(await _asked(server, path))[0] for path in paths],
            (await _asked(server, "/page/1", headers={"Cookie": f"{server.cookie}=guessed"}))[0],
            (await _asked(server, "/page/1", headers={**own, "Host": "reports.example.org"}))[0],
            await _asked(server, "/page/1", headers=own),
            (await _asked(server, f"/?token={server.token}"))[0],
        )

    without, guessed, rebound, page, shell = asked_of(shown, ask)
    assert without == [403] * 4
    assert guessed == rebound == 403
    assert page == (200, b"<p>a report")
    assert shell == 200


def test_a_language_or_theme_that_is_not_on_offer_is_refused(shown):
    async def ask(server, desk):
        def choose(body, kind="application/json"):
            headers = {"Cookie": f"{server.cookie}={server.token}", "Content-Type": kind}
            return _asked(server, "/choice", method="POST", body=json.dumps(body), headers=headers)

        refused = [
            (await choose({"language": "xx", "theme": "default"}))[0],
            (await choose({"language": "", "theme": "/etc/theme.yaml"}))[0],
            (await choose({"language": "", "theme": "gazette"}, kind="text/plain"))[0],
        ]
        before = desk.shown.options
        taken = (await choose({"language": "", "theme": "gazette"}))[0]
        return refused, before.theme, taken, desk.shown.options.theme

    assert asked_of(shown, ask) == ([400, 400, 415], "", 204, "gazette")


@pytest.fixture
def page(engine):
    context = engine.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def running(project, heeding_ctrl_c):
    """`quickview preview` at work, and the address that it prints."""
    command = [sys.executable, "-m", "quickview.cli", "preview", f"briefs/{BRIEF.name}", "--no-open"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        yield process, re.search(r"http\S+", process.stdout.readline())[0]
        process.kill()


@pytest.mark.slow
def test_a_save_shows_the_new_report_where_the_reader_was_and_a_fault_shows_above_it(running, project, page):
    process, address = running
    brief = project / "briefs" / BRIEF.name
    text = brief.read_text(encoding="utf-8")
    page.goto(address)
    page.wait_for_selector("html[data-shown='/page/1']")
    report = page.frame_locator("iframe")
    assert page.url.endswith("/"), "the token does not stay in the address"
    page.evaluate("shown.contentWindow.scrollTo(0, 900)")

    brief.write_text(re.sub(r"title: .*", "title: Another headline", text, count=1), encoding="utf-8")
    page.wait_for_selector("html[data-shown='/page/2']")
    assert report.locator("h1").inner_text() == "Another headline"
    assert page.evaluate("shown.contentWindow.scrollY") > 800

    brief.write_text(text.replace("as_of:", "as_off:", 1), encoding="utf-8")
    page.wait_for_selector("#faults li")
    assert "did you mean as_of?" in page.locator("#faults").inner_text()
    assert report.locator("h1").inner_text() == "Another headline"

    brief.write_text(text, encoding="utf-8")
    page.wait_for_selector("html[data-shown='/page/4']")
    page.click("#dark")
    assert page.evaluate("shown.contentWindow.getComputedStyle(shown.contentDocument.body).colorScheme") == "dark"
    page.click("#phone")
    assert page.evaluate("shown.contentWindow.innerWidth") == 390

    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 130
    assert "Traceback" not in process.stdout.read()
