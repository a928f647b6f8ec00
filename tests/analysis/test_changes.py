"""The block of what changed, at the head of a report."""

import json
import re
from dataclasses import replace

import pytest
from tests.conftest import HOMS, NOTEBOOK

from quickview.analysis import changes
from quickview.brief.reader import Past, load, past_of
from quickview.report.reading import read_outline

DAY = ("as_of: 2017-08-04", "as_of: 2017-08-03")
STATE = ("state: {value: pending, date: 2017-08-03, source: ea}", "state: {value: met, date: 2017-08-03, source: ea}")
ODDS = (
    "{low: 55, high: 80, basis: yardstick}\n    word: likely",
    "{low: 20, high: 45, basis: yardstick}\n    word: unlikely",
)
NAME = ("name: Egypt\n", "name: Egypt & <b>co</b>\n")


@pytest.fixture(scope="module")
def since(homs):
    """The brief with a past that differs in some places."""
    text = HOMS.read_text(encoding="utf-8")

    def since(*edits):
        told = text
        for old, new in (DAY, *edits):
            assert old in told
            told = told.replace(old, new, 1)
        return replace(homs, previous=past_of(told, name="before.md"))

    return since


def _items(html):
    return re.findall(r"<li.*?</li>", html)


def _plain(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_it_says_since_when_and_what(since):
    block = changes(since(STATE, ODDS))
    assert "Since the edition of 3 August 2017" in _plain(block.html)
    assert [_plain(item) for item in _items(block.html)] == [
        "HTS expelled: from met to pending",
        "Truce breaks down: up from 20–45% to 55–80%, now likely (was unlikely)",
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Since an earlier edition of the same day"),
        ("fr", "Depuis une édition antérieure du même jour"),
        ("ar", "ما تغيّر منذ إصدار سابق في اليوم نفسه"),
    ],
)
def test_of_two_editions_of_one_day_it_names_no_day(tmp_path, language, said):
    before = tmp_path / "before.md"
    before.write_text(HOMS.read_text(encoding="utf-8").replace(*STATE), encoding="utf-8")
    block = changes(load(HOMS, language=language, previous=before))
    heading = _plain(block.html.partition("<ul")[0])
    assert heading == said
    assert block.data["since"] == "2017-08-04"


def test_its_data_are_plain_and_in_order_of_weight(since):
    data = changes(since(NAME, ODDS, STATE)).data
    assert data["since"] == "2017-08-03"
    assert data == json.loads(json.dumps(data))
    assert [(one["kind"], one["id"]) for one in data["changes"]] == [
        ("term-state", "expel-hts"),
        ("probability-up", "truce-breaks-down"),
        ("actor-renamed", "egypt"),
    ]
    assert data["changes"][2]["text"] == "Renamed: Egypt (was Egypt & <b>co</b>)"


def test_words_of_the_brief_are_escaped_on_the_page(since):
    html = changes(since(NAME)).html
    assert "<b>Egypt</b> (was Egypt &amp; &lt;b&gt;co&lt;/b&gt;)" in html


def test_what_came_of_terms_and_forecasts_stands_first_and_large(since):
    stance = ("    stance: reservations", "    stance: supports")
    deadline = ("date: 2017-09-03, by: EIU", "date: 2017-09-05, by: EIU")
    items = _items(changes(since(stance, deadline, ODDS, STATE)).html)
    assert ['class="strong"' in item for item in items] == [True, True, False, False]


def test_there_is_no_block_without_a_past_or_without_a_change(homs, since):
    for brief in (homs, since()):
        block = changes(brief)
        assert (block.id, block.html, dict(block.data)) == ("changes", "", {})


def _limited(homs, count):
    facts = homs.facts.model_copy(update={"limits": (*homs.facts.limits, *(f"Limit {n}." for n in range(count)))})
    return replace(homs, previous=Past(facts, homs.sections))


@pytest.mark.parametrize(("count", "shown", "rest"), [(7, 7, 0), (8, 8, 0), (9, 7, 2), (40, 7, 33)])
def test_a_long_list_is_shortened_but_nothing_is_lost(homs, count, shown, rest):
    block = changes(_limited(homs, count))
    head, _, tail = block.html.partition("<details>")
    assert (len(_items(head)), len(_items(tail))) == (shown, rest)
    assert len(block.data["changes"]) == count
    assert (f"and {rest} more changes" in tail) == (rest > 0)


def test_in_arabic_latin_names_are_set_apart(tmp_path):
    before = tmp_path / "before.md"
    text = HOMS.read_text(encoding="utf-8").replace(*DAY).replace("    credibility: 1\n", "    credibility: 2\n")
    before.write_text(text.replace(*STATE), encoding="utf-8")
    block = changes(load(HOMS, language="ar", previous=before))
    assert "ما تغيّر منذ إصدار" in block.html
    assert "من" in _plain(_items(block.html)[0])
    assert not re.search("[A-Za-z]{3}", _plain(_items(block.html)[0]))
    assert re.search(r'<bdi lang="en" dir="ltr">TSI Syria update', block.html)


@pytest.mark.slow
def test_the_notebook_shows_it_under_the_masthead_when_there_is_a_past(run_here, tmp_path):
    before = tmp_path / "before.md"
    before.write_text(HOMS.read_text(encoding="utf-8").replace(*STATE), encoding="utf-8")
    parameters = {"brief_path": str(HOMS), "previous": str(before)}
    assert [part.id for part in read_outline(run_here(NOTEBOOK, **parameters)).head] == ["masthead", "changes"]
    parameters["previous"] = ""
    assert [part.id for part in read_outline(run_here(NOTEBOOK, **parameters)).head] == ["masthead"]
