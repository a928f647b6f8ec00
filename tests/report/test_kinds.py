"""Reports of quite different kinds, from one notebook: all that their briefs say stands on the page."""

import html
import re
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from tests.conftest import NOTEBOOK, ROOT, run_notebook

from quickview.brief.reader import load
from quickview.report import page, reading
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.slow

KINDS = ("lakeland-election", "river-accord", "straits-incident", "two-rivers-ceasefire", "steel-measures")
TRANSLATED = {"straits-incident": "fr", "two-rivers-ceasefire": "ar", "steel-measures": "fr"}
EDITIONS = [*((name, "en") for name in KINDS), *TRANSLATED.items()]


@dataclass(frozen=True)
class Made:
    """A report as its reader has it: the brief, the parsed page, and the words that can be read on it."""

    brief: object
    page: BeautifulSoup
    words: str
    noticed: list


@pytest.fixture(scope="module")
def made():
    """Each report once, in this process: no kernel, and no Chromium, so that a table stands for each drawing."""
    return {edition: _made(*edition) for edition in EDITIONS}


def _made(name, language):
    path = ROOT / "tests" / "data" / "briefs" / f"{name}.md"
    brief = load(path, language=language)
    outline = read_outline(run_notebook(NOTEBOOK, brief_path=str(path), language=language), folder=NOTEBOOK.parent)
    reading.check_outline(outline, brief)
    text, noticed = page.render(outline, None, load_theme(""), static=True, site="", told="")
    parsed = BeautifulSoup(text, "lxml")
    return Made(brief, parsed, _plain(parsed.body.get_text(" ")), [*brief.warnings, *outline.warnings, *noticed])


def _plain(text):
    """What is read of a text: without marks of direction, and every space alike."""
    text = re.sub(r"[\u2060\u2066-\u2069\u200e\u200f]", "", html.unescape(text))
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("edition", EDITIONS, ids=".".join)
def test_nothing_is_wrong_with_a_report_of_any_kind(made, edition):
    assert made[edition].noticed == []
    empty = [h.get_text() for h in made[edition].page.find_all(["h2", "h3", "caption"]) if not _plain(h.get_text())]
    assert not empty
    hollow = [
        s["id"]
        for s in made[edition].page.select("main section.section")
        if not _plain(s.select_one(".body").get_text())
    ]
    assert not hollow


def test_the_table_behind_a_choropleth_holds_each_value(made):
    ceasefire = made["two-rivers-ceasefire", "en"]
    rows = [
        [_plain(c.get_text()) for c in row.find_all(["td", "th"])] for row in ceasefire.page.select("#figure-map tr")
    ]
    told = {row[2]: row[3] for row in rows if row[1] == "Region"}
    values = {code: str(value) for code, value in ceasefire.brief.facts.place.choropleth.values.items()}
    assert values.items() <= told.items()
    assert told["MN-07"] == "no data"


def test_tables_of_a_brief_can_be_taken_out_with_every_cell(made):
    links = {_plain(a.get_text()): a["href"] for a in made["steel-measures", "en"].page.select("#data a")}
    (file,) = [href for text, href in links.items() if text.startswith("Imports from Dalmora by code, 2023")]
    assert "0721,Scrap for furnaces,181.3" in file
    assert any(text.startswith("Licences by month") for text in links)
