"""The picture that stands for a link to a report."""

import struct
import zlib

import nbformat
import pytest
from tests.conftest import file_of

from quickview.look.theme import load_theme
from quickview.publishing import card
from quickview.publishing.browser import Browser
from quickview.publishing.outline import Outline, Part
from quickview.publishing.reading import read_outline

pytestmark = pytest.mark.slow

CLIPPED = """() => [...document.querySelectorAll('h1, .word, .series, .dateline')].filter(e =>
    e.getBoundingClientRect().bottom > 630 || e.scrollWidth > e.clientWidth + 1).map(e => e.className || e.tagName)"""


@pytest.fixture(scope="module")
def browser():
    with Browser() as running:
        yield running


@pytest.fixture
def outline(homs_edition):
    return read_outline(nbformat.read(file_of(homs_edition, ".ipynb"), as_version=4))


def bare(**facts):
    return Outline((Part("masthead", "<h1>x</h1>", data=facts),), ())


def pixels(png):
    """Return the size of a PNG and its unpacked rows."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    here, data = 8, b""
    while here < len(png):
        length, kind = struct.unpack(">I4s", png[here : here + 8])
        body = png[here + 8 : here + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        data += body if kind == b"IDAT" else b""
        here += length + 12
    return size, zlib.decompress(data)


def test_the_card_has_the_size_previews_ask_for_and_is_not_blank(homs_edition):
    size, rows = pixels(file_of(homs_edition, ".png").read_bytes())
    assert size == (1200, 630)
    assert len(set(rows)) > 100


def test_the_same_report_gives_the_same_card_to_the_byte(outline, browser, homs_edition):
    assert card.draw(outline, browser, theme=load_theme()) == file_of(homs_edition, ".png").read_bytes()


def test_the_card_says_whose_report_it_is_what_of_and_what_is_judged(outline, browser):
    page = card.page(outline, browser, theme=load_theme())
    for words in ("Quick View", "Russia — politics", "Russia establishes truce in Homs", "Likely", "55–80%", "2017"):
        assert words in page
    assert "Al-Rastan" in page
    assert "inset-inline:55" in page


@pytest.mark.parametrize(
    "title", ["Truce", "A truce that holds for a while " * 3, "W" * 200, "A truce in the north " * 9]
)
def test_a_headline_of_any_length_stays_on_the_card(title, browser, engine):
    context = engine.new_context(viewport={"width": 1200, "height": 630})
    page = context.new_page()
    said = {
        "forecast": "Holds " * 30,
        "word": "Roughly even chance",
        "range": "45–55%",
        "low": 45,
        "high": 55,
        "dateline": "x",
    }
    page.set_content(
        card.page(bare(title=title.strip(), series="S", desk="D" * 60, card=said), browser, theme=load_theme())
    )
    assert page.evaluate(CLIPPED) == []
    context.close()


def test_text_of_a_brief_is_text_on_the_card(browser):
    page = card.page(bare(title="<img src=x onerror=alert(1)>", series="{{ 7*7 }}"), browser, theme=load_theme())
    assert "<img src=x" not in page
    assert "{{ 7*7 }}" in page


def test_a_card_runs_with_its_language_and_wears_its_theme(browser):
    page = card.page(bare(title="هدنة", language="ar"), browser, theme=load_theme("gazette"))
    assert 'lang="ar" dir="rtl"' in page
    assert load_theme("gazette").light["house"] in page
