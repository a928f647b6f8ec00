"""One Chromium for many reports: it comes back when it dies, and leaves nothing of one report to the next."""

import gc
import io
import os
import signal
import tempfile
from concurrent.futures import Future
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import TimeoutError as PageTimeout
from tests.builders.nights import wait_until

from quickview.errors import MachineError, ReportError
from quickview.options import Timeouts
from quickview.report import browser as browsers
from quickview.report import session
from quickview.report.browser import Browser

# What a killed driver leaves behind in this process is collected whenever Python likes.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

FIGURE = {"data": [{"type": "scatter", "x": [1, 2], "y": [3, 5]}], "layout": {"width": 300, "height": 200}}
OTHER = {**FIGURE, "layout": {"width": 320, "height": 200}}
ARABIC = {**FIGURE, "layout": {**OTHER["layout"], "title": {"text": "روسيا"}, "legend": {"title": {"text": "Élan"}}}}


@pytest.fixture(scope="module")
def running():
    with Browser() as running:
        yield running
    gc.collect()


@pytest.fixture
def browser(running):
    """A Chromium that begins a new report; what a test has killed comes back."""
    running.fresh()
    return running


def on_its_thread(browser, work):
    return browser._worker.submit(work).result()


def kill_chromium(browser):
    def kill():
        session = browser._chromium.new_browser_cdp_session()
        with pytest.raises(browsers.Error):
            session.send("Browser.crash")

    on_its_thread(browser, kill)


def test_a_killed_chromium_comes_back_with_the_next_thing_to_do(browser):
    (before,) = browser.draw([FIGURE])
    kill_chromium(browser)
    assert browser.print("<p>x</p>").document.startswith(b"%PDF")
    kill_chromium(browser)
    browser.fresh()
    assert browser.draw([FIGURE]) == [before]
    assert browser.print("<p>x</p>").document.startswith(b"%PDF")


@pytest.mark.skipif(not Path("/proc").exists(), reason="the driver is known where the system tells of it")
def test_a_killed_driver_comes_back_with_the_next_thing_to_do(browser, capfd):
    assert browser.print("<p>x</p>").document.startswith(b"%PDF")
    for _ in range(2):
        chromium, driver = browser._processes
        os.kill(driver, signal.SIGKILL)
        assert browser.print("<p>x</p>").document.startswith(b"%PDF")
        assert wait_until(lambda gone=chromium: not browsers._runs(gone), 5)
    gc.collect()
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not Path("/proc").exists(), reason="the driver is known where the system tells of it")
def test_what_a_driver_that_is_killed_was_doing_is_done_once_more(browser, monkeypatch):
    done = []

    def killing(html):
        if not done:
            os.kill(browser._processes[1], signal.SIGKILL)
        done.append(html)
        return Browser._print(browser, html)

    monkeypatch.setattr(browser, "_print", killing)
    assert browser.print("<p>x</p>").document.startswith(b"%PDF")
    assert len(done) == 2


def test_a_driver_that_dies_while_chromium_starts_is_started_once_more(monkeypatch):
    launch, tries = Browser._launched, []

    def dying(self, playwright, programs):
        tries.append(programs)
        if len(tries) < 2:
            raise RuntimeError("Connection closed while reading from the driver")
        return launch(self, playwright, programs)

    monkeypatch.setattr(Browser, "_launched", dying)
    with Browser() as browser:
        assert browser.version
    assert len(tries) == 2


def test_a_browser_that_did_not_start_for_one_report_may_start_for_the_next(monkeypatch):
    starts = iter([ReportError("E-BROWSER", "x", "x"), MachineError("E-CHROMIUM-START", "x", "x"), MachineError("E-CHROMIUM-MISSING", "x", "x")])  # fmt: skip
    told = []

    def start():
        raise next(starts)

    monkeypatch.setattr(session, "_start", start)
    press = session.RenderSession("python3")
    for _ in range(5):
        with press.report():
            told.append(getattr(press._begun.exception(5), "code", ""))
    assert told == ["E-BROWSER", "E-CHROMIUM-START", "E-CHROMIUM-MISSING", "E-CHROMIUM-MISSING", "E-CHROMIUM-MISSING"]


def test_a_driver_and_its_chromium_keep_what_they_write_where_the_next_run_clears_up(browser):
    browser.print("<p>x</p>")
    assert list(browser._folder.glob("playwright*"))


def test_a_crashed_page_is_drawn_on_anew(browser):
    (before,) = browser.draw([FIGURE])

    def crash():
        with browser._drawing.expect_event("crash"), pytest.raises(browsers.Error):
            browser._drawing.goto("chrome://crash")

    on_its_thread(browser, crash)
    assert browser.draw([OTHER]) != [before]


def state_of(page):
    return page.evaluate("[document.documentElement.outerHTML, Object.getOwnPropertyNames(window)]")


def test_a_drawing_does_not_depend_on_what_was_drawn_before(browser):
    (first,) = browser.draw([FIGURE])
    browser.fresh()
    browser.draw([ARABIC])
    browser.fresh()
    assert browser.draw([FIGURE]) == [first]
    browser.fresh()
    (later,) = browser.draw([ARABIC])
    with Browser() as other:
        assert other.draw([ARABIC, FIGURE]) == [later, first]


def test_a_drawing_leaves_nothing_on_the_page(browser):
    browser.draw([FIGURE])
    before = on_its_thread(browser, lambda: state_of(browser._drawing))
    browser.fresh()
    browser.draw([ARABIC])
    assert "روسيا" not in str(on_its_thread(browser, lambda: state_of(browser._drawing)))
    browser.fresh()
    browser.draw([OTHER])
    assert on_its_thread(browser, lambda: state_of(browser._drawing)) == before


def test_a_page_leaves_nothing_to_the_next(browser):
    words = "<!doctype html><title>One</title><p>One <a href='https://example.org/'>link</a>"
    assert browser.print(words).links
    assert on_its_thread(browser, browser._showing.content) == "<html><head></head><body></body></html>"
    assert browser.print("<p>two</p>").text == "two"


def test_a_page_that_cannot_be_shown_is_not_used_again(browser, monkeypatch):
    browser.print("<p>x</p>")
    monkeypatch.setattr(browsers, "PRINT_TIMEOUT_MS", 1)
    with pytest.raises(ReportError, match=r"E-PDF"):
        browser.print("<p>secret</p>" * 100_000)
    assert on_its_thread(browser, lambda: browser._showing) is None
    monkeypatch.undo()
    assert browser.print("<p>two</p>").text == "two"


def ended(error=None):
    """Something that was asked of Chromium, which has failed, or was called off by who gave Chromium up."""
    future = Future()
    if error:
        future.set_exception(error)
    else:
        future.cancel()
    return future


ENDS = {"given up": None, "a page's own limit": PageTimeout("Timeout 60000ms exceeded"), "another limit": TimeoutError(),
        "killed": browsers.Error("Target closed"), "not started": MachineError("E-CHROMIUM-START", "x", "x")}  # fmt: skip


@pytest.mark.parametrize("error", ENDS.values(), ids=ENDS)
def test_whatever_fails_once_the_reports_time_is_over_fails_because_of_it(monkeypatch, error):
    browser = Browser()
    monkeypatch.setattr(browser, "_submit", lambda *_: ended(error))
    browser.fresh(Timeouts(report=5, until=0))
    for ask in (lambda: browser.draw([FIGURE]), lambda: browser.print("")):
        with pytest.raises(ReportError, match=r"E-REPORT-TIMEOUT .* 5 s"):
            ask()


def test_before_that_it_fails_for_a_reason_of_the_browsers(monkeypatch):
    told = {
        "given up": "E-BROWSER",
        "a page's own limit": "E-PDF",
        "killed": "E-PDF",
        "not started": "E-CHROMIUM-START",
    }
    browser = Browser()
    for end, code in told.items():
        monkeypatch.setattr(browser, "_submit", lambda *_, error=ENDS[end]: ended(error))
        with pytest.raises(ReportError, match=code):
            browser.print("")


def test_a_report_whose_time_is_over_while_chromium_is_at_work_leaves_the_next_a_new_one(browser):
    browser.fresh(Timeouts(report=0.02).running())
    with pytest.raises(ReportError, match=r"E-REPORT-TIMEOUT"):
        browser.print("<p>long</p>" * 100_000)
    browser.fresh()
    assert browser.print("<p>two</p>").text == "two"


def test_a_killed_chromium_leaves_nothing_where_temporary_files_are_kept(tmp_path, monkeypatch):
    # Chromium's socket must fit into its folder for temporary files, whose path is limited to some 100 bytes.
    with tempfile.TemporaryDirectory(prefix="qv-") as temporary:
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        with Browser() as browser:
            (folder,) = (one for one in Path(temporary).iterdir() if one.is_dir())
            assert any("Chromium" in path.name for path in folder.iterdir())
            browser.give_up()
        assert not folder.exists()


@pytest.mark.parametrize(("length", "kept"), [(20, True), (100, False)])
def test_a_folder_whose_path_is_too_long_for_a_socket_is_left_to_others(length, kept, monkeypatch):
    folder = "/" + "x" * (length - 1)
    monkeypatch.setattr(browsers.files, "temporary", lambda: Path(folder))
    assert (str(browsers._parent()) == folder) == kept


def test_what_was_drawn_for_one_report_is_forgotten_with_the_next(browser):
    (before,) = browser.draw([FIGURE])
    browser.fresh()
    assert browser._drawn == {}
    assert browser.draw([FIGURE]) == [before]


def test_figures_drawn_ahead_are_drawn_once(browser, monkeypatch):
    drawn = []
    anew = Browser._draw_anew
    monkeypatch.setattr(Browser, "_draw_anew", lambda self, spec: drawn.append(spec) or anew(self, spec))
    browser.draw_ahead([FIGURE, OTHER])
    ahead = browser.draw([FIGURE, OTHER])
    assert len(drawn) == 2
    browser.fresh()
    assert browser.draw([FIGURE, OTHER]) == ahead


def test_what_goes_wrong_ahead_is_told_when_the_drawing_is_asked_for(browser):
    broken = {"data": 5, "layout": {"width": "x", "height": -1}}
    browser.draw_ahead([broken])
    with pytest.raises(ReportError, match=r"E-FIGURE"):
        browser.draw([broken])
    assert browser.draw([FIGURE])


def test_chromium_is_started_anew_after_so_many_jobs(browser, monkeypatch):
    browser.print("<p>x</p>")
    monkeypatch.setattr(browsers, "JOBS", browser._jobs + 2)
    running = []
    for _ in range(3):
        browser.print("<p>x</p>")
        running.append(browser._chromium)
    assert running[0] is running[1] is not running[2]


def test_a_reports_time_ends_with_it_and_strikes_nothing_that_comes_later(press):
    with press.report(Timeouts(report=0).running()):
        pass
    assert press.browser.draw([FIGURE])[0].startswith("<svg")


def _printed(browser, *, before, figure):
    """Print a page with so much before a figure of such a height, in pixels, and a section behind it; return what each page says."""
    drawing = f'<svg viewBox="0 0 688 {figure}" style="display:block;width:100%"><text y="20" font-size="14">drawing</text></svg>'
    html = (
        "<style>@page { size: A4; margin: 13.5mm 14mm 12.5mm } body { margin: 0 } figure { margin: 0; break-inside: avoid }</style>"
        f'<main><div style="height:{before}px">before</div><section><figure class="chart">{drawing}</figure></section>'
        '<section><p style="height:200px">behind</p></section></main>'
    )
    return [page.extract_text().split() for page in pypdf.PdfReader(io.BytesIO(browser.print(html).document)).pages]


def test_a_figure_is_made_smaller_where_that_lets_it_stand_on_a_page_that_has_begun(browser):
    assert _printed(browser, before=560, figure=500) == [["before", "drawing"], ["behind"]]


def test_what_follows_a_figure_goes_before_it_where_it_would_leave_much_of_a_page_empty(browser):
    assert _printed(browser, before=500, figure=900) == [["before", "behind"], ["drawing"]]
