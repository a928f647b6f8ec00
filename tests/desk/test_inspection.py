import pytest

from quickview.desk.inspection import Finding, inspect
from quickview.report.browser import Browser

PAGE = """<!doctype html><html lang="en"><title>x</title><main><h1>Convoy</h1>{}</main></html>"""


@pytest.fixture(scope="module")
def browser():
    with Browser() as running:
        yield running


def found_on(body, browser):
    return inspect(PAGE.format(body), None, browser, goes_on=lambda: True)


@pytest.mark.slow
def test_what_is_wider_than_a_phone_or_the_sheet_is_told_by_its_own_place(browser):
    body = (
        '<div><p id="wide" style="width:500px">Too wide for a phone</p></div><p style="width:2000px">For paper too</p>'
    )
    found = [one for one in found_on(body, browser) if "too wide" in one.message]
    assert [(one.where, one.places) for one in found] == [
        ("phone", ["#wide"]),
        ("phone", ["main:nth-of-type(1) > p:nth-of-type(1)"]),
        ("print", ["main:nth-of-type(1) > p:nth-of-type(1)"]),
    ]
    assert all("px too wide" in one.message for one in found)


@pytest.mark.slow
def test_what_can_be_scrolled_aside_is_no_fault(browser):
    assert found_on('<div style="overflow-x:auto" tabindex="0"><p style="width:900px">A table</p></div>', browser) == []


@pytest.mark.slow
def test_what_bars_a_reader_is_told_with_the_rule_and_its_place(browser):
    found = found_on('<img id="map" src="data:,">', browser)
    assert found == [Finding("screen", "Images must have alternative text (image-alt, critical)", ["#map"])]


def test_nothing_is_looked_at_for_nobody():
    assert inspect("", b"not a PDF", None, goes_on=lambda: False) == []
