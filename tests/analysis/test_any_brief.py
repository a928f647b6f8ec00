"""What the notebook calls works for a brief that has next to nothing, and for one of another kind."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from quickview import analysis as qv
from quickview.analysis.timeline import entries
from quickview.brief.reader import load
from quickview.brief.records import FigureWords

DATA = Path(__file__).parents[1] / "data" / "briefs"
LEAST = """\
---
document: {title: A vote is called, summary: The council calls a vote., series: Quick View, desk: Water, as_of: 2020-02-10}
sources:
  - {id: paper, publisher: The Paper, title: A vote, date: 2020-02-03, reliability: B, credibility: 2}
---

## The vote

It is on Sunday [@paper].
"""


@pytest.fixture(scope="module")
def accord():
    return load(DATA / "river-accord.md")


def _least(folder: Path):
    path = folder / "least.md"
    path.write_text(LEAST, encoding="utf-8")
    return load(path, catalog=DATA.parent / "shapes" / "catalog.yaml")


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_block_of_the_notebook_is_absent_where_the_brief_has_nothing(tmp_path):
    brief = _least(tmp_path)
    territory = qv.read_territory(brief)
    assert territory is None
    blocks = [
        qv.judgement,
        qv.terms,
        qv.measures,
        qv.stances,
        qv.network,
        qv.timeline,
        qv.precedents,
        qv.yardstick,
        qv.drivers,
        qv.tables,
    ]
    assert [block(brief).html for block in blocks] == [""] * len(blocks)
    assert qv.territory_map(territory).html == qv.key_figures(brief, territory).html == ""
    assert "Quick View" in _plain(qv.method(brief, territory).html)
    assert "What is not known" not in qv.method(brief, territory).html


def test_a_part_that_is_absent_says_so_in_the_notebook(tmp_path):
    assert "Nothing in this brief for “network”" in qv.network(_least(tmp_path))._repr_mimebundle_()["text/html"]


def test_validity_and_the_next_date_stand_among_the_key_figures(accord):
    text = _plain(qv.key_figures(accord).html)
    assert "Until it takes effect: River accord 20 days 1 Mar 2020: Government" in text
    assert "Until it ends: River accord 203 days" in text
    assert "Until the next date set: High Court rules on the accord 10 days" in text
    assert "Until due: Camps are left 65 days 15 Apr: Government" in text


def test_the_last_day_of_an_agreement_is_no_second_key_figure_as_a_deadline_or_date(accord, altered):
    agreement, last = accord.facts.agreement, accord.facts.agreement.until.date
    terms = [one.model_copy(update={"deadlines": tuple(c.model_copy(update={"date": last}) for c in one.deadlines)})
             for one in agreement.terms]  # fmt: skip
    calendar = tuple(one.model_copy(update={"date": last}) for one in accord.facts.calendar[:1])
    brief = altered(accord, agreement=agreement.model_copy(update={"terms": tuple(terms)}), calendar=calendar)
    text = _plain(qv.key_figures(brief).html)
    assert text.count("203 days") == 1
    assert "Until it ends: River accord" in text


def test_every_table_of_a_brief_stands_in_its_report_under_its_id():
    shown = qv.tables(qv.load(DATA / "lakeland-election.md")).exhibits
    assert [one.meta["id"] for one in shown] == ["votes", "turnout-by-district"]
    assert {one.meta["kind"] for one in shown} == {"Table"}


def test_the_timeline_tells_deadlines_validity_and_calendar_apart(accord):
    told = [(entry.date, entry.title) for entry in entries(accord) if entry.ahead]
    assert told == [
        (dt.date(2020, 2, 20), "High Court rules on the accord"),
        (dt.date(2020, 3, 1), "Takes effect: River accord"),
        (dt.date(2020, 4, 15), "Due: Camps are left (Government)"),
        (dt.date(2020, 5, 1), "Ends: Freeze of accounts"),
        (dt.date(2020, 6, 1), "Second summit"),
        (dt.date(2020, 8, 31), "Ends: River accord"),
    ]


def test_a_measure_aimed_at_nobody_and_without_a_day_says_so():
    rows = re.findall(r'<tr id="measure-.*?</tr>', qv.measures(load(DATA / "steel-measures.md")).html, re.DOTALL)
    assert [row.count('class="none"') for row in rows] == [0, 0, 0, 0, 2]


def test_where_no_stance_is_given_the_table_of_actors_claims_none():
    html = qv.stances(load(DATA / "steel-measures.md")).html
    assert "Each actor and its part, as of 14 June 2024" in _plain(html)
    assert "stands" not in html


def test_the_table_behind_a_map_tells_what_stands_at_each_place():
    table = qv.territory_map(qv.read_territory(load(DATA / "straits-incident.md"))).layout.meta["table"]
    there = {row[0]: row[-1] for row in table["rows"]}
    assert table["columns"][-1] == "What is there"
    assert there["Buoy Middle"] == "Holed boat"
    assert there["Port Calder"] == ""


def test_a_brief_of_no_country_has_a_desk_of_none():
    brief = load(DATA / "straits-incident.md")
    assert "Country desk" not in qv.method(brief, qv.read_territory(brief)).html


def test_the_language_of_what_is_not_translated_is_named_without_a_country():
    assert "(anglais)." in _plain(qv.masthead(load(DATA / "steel-measures.md", language="fr")).html)


def test_an_agreement_that_lies_ahead_is_not_said_to_be_in_effect(accord):
    lead = _plain(qv.terms(accord).html.partition("<table")[0])
    assert "Takes effect on 1 March 2020" in lead
    assert "Valid until 31 August 2020" in lead
    assert "In effect since" not in lead


def test_a_term_may_bind_nobody_and_fit_no_category(accord):
    (row,) = [
        row for row in re.findall(r'<tr id="term-.*?</tr>', qv.terms(accord).html, re.DOTALL) if "Talks go on" in row
    ]
    assert 'class="code"' not in row


def test_measures_are_a_table_with_their_days_and_states(accord):
    text = _plain(qv.measures(accord).html)
    assert "Freeze of accounts asset freeze" in text
    assert "Central Bank" in text
    assert "from 15 January 2020 until 1 May 2020 ends in 81 days" in text
    assert "Suspended For the talks" in text


def test_stances_are_those_of_the_briefs_own_scale(accord):
    html = qv.stances(accord).html
    assert re.findall(r'class="stance"><span>(.*?)</span>', html) == ["In the talks", "Outside"]
    assert "Supports" not in html
    assert [_plain(row) for row in re.findall(r'<tr class="side-row">.*?</tr>', html, re.DOTALL)] == ["State", "Others"]


def test_the_author_may_word_figures_and_tables(accord):
    words = tuple(
        FigureWords(id=name, title="Own title", caption="Own caption.", alt="Own words.")
        for name in ("timeline", "terms", "stances", "measures")
    )
    brief = replace(accord, facts=accord.facts.model_copy(update={"figures": words}))
    meta = qv.timeline(brief).layout.meta
    assert (meta["title"], meta["caption"], meta["alt"]) == ("Own title", "Own caption.", "Own words.")
    assert meta["table"]["rows"]
    for block in (qv.terms, qv.stances, qv.measures):
        assert "<caption>Own caption.</caption>" in block(brief).html


def test_a_month_that_has_begun_is_not_told_in_days(accord, altered):
    summit = accord.facts.calendar[-1].model_copy(update={"date": accord.facts.document.as_of.replace(day=1)})
    title = qv.timeline(altered(accord, calendar=(summit,))).layout.meta["title"]
    assert "day off" not in title
    assert "days off" not in title
    assert "dates ahead" in title


def test_what_took_effect_is_told_where_nothing_happened_and_nothing_is_ahead(accord, altered):
    freeze = accord.facts.measures[0].model_copy(update={"until": None})
    brief = altered(accord, events=(), calendar=(), agreement=None, measures=(freeze,), forecasts=())
    meta = qv.timeline(brief).layout.meta
    assert meta["title"] == "Took effect: Freeze of accounts"
    assert "0 " not in meta["alt"].partition("Took")[0].replace("2020", "")
