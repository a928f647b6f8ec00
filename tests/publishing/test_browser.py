"""One Chromium for many reports: it comes back when it dies, and keeps reports apart."""

import pytest

from quickview.errors import ReportError
from quickview.publishing import browser as browsers
from quickview.publishing.browser import Browser

pytestmark = pytest.mark.slow

FIGURE = {"data": [{"type": "scatter", "x": [1, 2], "y": [3, 5]}], "layout": {"width": 300, "height": 200}}
OTHER = {**FIGURE, "layout": {"width": 320, "height": 200}}


@pytest.fixture
def browser():
    with Browser() as running:
        yield running


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
    assert browser.screenshot("<p>x</p>", 40, 30).startswith(b"\x89PNG")


def test_a_crashed_page_is_drawn_on_anew(browser):
    (before,) = browser.draw([FIGURE])

    def crash():
        with browser._drawing.expect_event("crash"), pytest.raises(browsers.Error):
            browser._drawing.goto("chrome://crash")

    on_its_thread(browser, crash)
    assert browser.draw([OTHER]) != [before]


def test_each_report_is_drawn_in_a_page_and_a_context_of_its_own(browser):
    pages = []
    for _ in range(2):
        browser.fresh()
        browser.draw([FIGURE])
        pages.append(browser._drawing)
    assert pages[0] is not pages[1]
    assert pages[0].context is not pages[1].context
    assert on_its_thread(browser, pages[0].is_closed)


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


def test_chromium_is_started_anew_after_so_many_pages(browser, monkeypatch):
    monkeypatch.setattr(browsers, "PAGES", 2)
    running = []
    for _ in range(3):
        browser.screenshot("<p>x</p>", 40, 30)
        running.append(browser._chromium)
    assert running[0] is running[1] is not running[2]
