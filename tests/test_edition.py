"""How a report stands in an edition: front page and digest say one thing of every kind of entry."""

import itertools
import json
import re

import pytest

from quickview import analysis as qv
from quickview.edition import Status, entry_status, status_message
from quickview.language.catalogs import Language
from quickview.nightly import index_page
from quickview.theme.theme import load_theme
from tests.builders.editions import AS_OF, changes, edition, entry

BEFORE = "2017-08-03"


def every_kind():
    kinds = itertools.product(
        ("succeeded", "unchanged", "failed"),
        (True, False),
        (AS_OF, BEFORE),
        (BEFORE, None),
        ((), ("One.",)),
        (True, False),
    )
    for n, (state, made, as_of, since, told, is_stale) in enumerate(kinds):
        given = {"as_of": as_of, "since": since, "changes": changes(*told)} if made else {}
        one = entry(f"kind-{n}", state, cause="browser" * (state == "failed"), made=made, **given)
        if made or state == "failed":
            yield {**one, "stale": state == "failed" and made and is_stale}


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    told = edition(*every_kind())
    path = tmp_path_factory.mktemp("night") / "edition.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return told, qv.read_edition(path)


def test_front_page_and_digest_say_the_same_of_every_report(night):
    told, read = night
    page = index_page.write(told, theme=load_theme(), world=None)
    marks = dict(
        re.findall(r'<article[^>]*id="r-([\w.-]+)".*?<p class=kicker>(?:<span class="mark (\w+)">)?', page, re.DOTALL)
    )
    stand = {one.name: read.status(one).value for one in read.entries}
    assert len(stand) > 50
    assert {name: mark or "settled" for name, mark in marks.items()} == stand


def test_a_report_without_its_pdf_is_as_new_as_its_page_and_says_what_is_missing():
    half = {**entry("half", "failed", cause="browser", as_of=AS_OF, changes=changes("One.")), "stale": False}
    assert entry_status(half, AS_OF) is Status.CHANGED
    assert status_message(half, Language("en")).startswith("A part of the report of 20 August 2017 could not be made")
