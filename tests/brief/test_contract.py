"""A brief needs a document and sources; all else may be missing or short, and days are told as what they are."""

import datetime as dt
from pathlib import Path

import pytest

from quickview.brief import dates, prose
from quickview.brief.change_messages import say
from quickview.brief.changes import compare
from quickview.brief.export import linked_data, tables
from quickview.brief.reader import load, past_of
from quickview.errors import InputError
from quickview.language.catalogs import Language

LEAST = """\
---
document: {title: A vote is called, summary: The council calls a vote., series: Quick View, desk: Water, as_of: 2020-02-10}
sources:
  - {id: paper, publisher: The Paper, title: A vote, date: 2020-02-03, reliability: B, credibility: 2}
---

## The vote

It is on Sunday [@paper].
"""


ACCORD = Path(__file__).parents[1] / "data" / "briefs" / "river-accord.md"


@pytest.fixture(scope="module")
def accord_text() -> str:
    return ACCORD.read_text(encoding="utf-8")


@pytest.fixture
def accord(read, accord_text):
    return read(accord_text)


def test_a_document_with_sources_and_a_section_is_a_brief(read) -> None:
    brief = read(LEAST)
    assert (brief.facts.place, brief.facts.actors, brief.place_names) == (None, (), {})
    assert [table.name for table in tables(brief)] == ["sources"]
    assert "spatialCoverage" not in linked_data(brief)


def test_days_are_told_in_order_as_what_they_are(accord) -> None:
    found = [(one.date.isoformat(), one.kind, one.id) for one in dates.dated(accord.facts)]
    assert found == [
        ("2020-01-15", "effect", "freeze"),
        ("2020-02-20", "scheduled", "ruling"),
        ("2020-03-01", "effect", "agreement"),
        ("2020-04-15", "deadline", "camps"),
        ("2020-05-01", "end", "freeze"),
        ("2020-06-01", "scheduled", "summit"),
        ("2020-08-31", "end", "agreement"),
    ]
    assert [one.id for one in dates.ahead(accord.facts, "effect")] == ["agreement"]


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("2020-02-20, title: High", "2020-02-10, title: High", "E-CALENDAR", "among `events`"),
        ("date: 2020-06-01, precision: month", "date: 2020-01-01, precision: month", "E-CALENDAR", "among `events`"),
        ("until: {date: 2020-08-31", "until: {date: 2020-02-28", "E-VALUE", "let `until` lie after `effective`"),
        ("until: 2020-05-01", "until: 2020-01-01", "E-VALUE", "let `until` lie after `from`"),
        ("value: suspended, date: 2020-02-05", "value: suspended, date: 2020-02-15", "E-HINDSIGHT", "leave it out"),
        ("date: 2020-04-15", "date: 2020-02-15", "E-DEADLINE", "check the year"),
        ("stance: outside", "stance: supports", "E-WORD", "use one of: in-the-talks, outside"),
        ("by: [bank]", "by: [the-bank]", "E-REF-ACTOR", "did you mean `bank`?"),
        ("where: Capital, sources", "place: Capital, sources", "E-REF-PLACE", "write `where: …`"),
        ("value: suspended", "value: stopped", "E-WORD", "suspended, ended, not known"),
    ],
)
def test_what_does_not_hold_is_told_with_what_to_write(faults, accord_text, old, new, code, hint) -> None:
    (fault,) = faults(accord_text.replace(old, new, 1))
    assert fault.code == code
    assert fault.line > 1
    assert hint in fault.hint


def test_a_stance_of_neither_scale_is_told_with_the_whole_list(faults, accord_text) -> None:
    bare = accord_text.replace(accord_text[accord_text.index("stances:") : accord_text.index("actors:")], "")
    found = faults(bare)
    assert {fault.code for fault in found} == {"E-WORD"}
    assert "use one of: supports, reservations, bound, excluded, guarantees, watches" in found[0].hint


def _told(before: str, after: str) -> list[str]:
    was, now = past_of(before, name="before"), past_of(after, name="after")
    return [say(change, Language("en")) for change in compare(was, now)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("as_of: 2020-02-10", "as_of: 2020-03-02", "In effect: River accord, since 1 March 2020 (according to Government)"),
        ("as_of: 2020-02-10", "as_of: 2020-02-20", "Takes effect in 10 days: River accord, 1 March 2020 (according to Government)"),
        ("as_of: 2020-02-10", "as_of: 2020-08-20", "Ends in 11 days: River accord, 31 August 2020 (according to Government)"),
        ("as_of: 2020-02-10", "as_of: 2020-09-02", "Ended: River accord, 31 August 2020 (according to Government)"),
        ("until: {date: 2020-08-31", "until: {date: 2020-09-30", "River accord: in effect until 30 September 2020 (was 31 August 2020)"),
        ("  until: {date: 2020-08-31, by: Government, source: paper}\n", "", "River accord: end no longer given, 31 August 2020 (according to Government)"),
        ("value: suspended", "value: ended", "Freeze of accounts: from suspended to ended"),
        ("    until: 2020-05-01\n", "", "Freeze of accounts: applies until – (was 1 May 2020)"),
        ("date: 2020-06-01, precision: month", "date: 2020-07-01, precision: month", "Second summit: set for July 2020 (was June 2020)"),
        ("stance: outside", "stance: in-the-talks", "High Court: stance “In the talks” (was “Outside”)"),
        ("kind: court, role", "kind: court, side: state, role", "High Court: side “State” (was “–”)"),
    ],
)  # fmt: skip
def test_a_change_is_said_as_what_it_is(accord_text, old, new, said) -> None:
    assert old in accord_text
    assert said in _told(accord_text, accord_text.replace(old, new, 1))


def test_a_date_of_the_calendar_that_has_come_is_no_news_of_the_calendar(accord_text) -> None:
    later = accord_text.replace("as_of: 2020-02-10", "as_of: 2020-02-21")
    entry = later[later.index("  - {id: ruling") : later.index("  - {id: summit")]
    assert not [text for text in _told(accord_text, later.replace(entry, "")) if "High Court rules" in text]
    assert "No longer set: Second summit, June 2020" in _told(
        accord_text,
        accord_text.replace(accord_text[accord_text.index("  - {id: summit") : accord_text.index("events:")], ""),
    )


def test_linked_data_says_when_an_agreement_begins_and_ends_and_what_is_set(accord) -> None:
    data = linked_data(accord)
    (deal,) = data["about"]
    assert (deal["startDate"], deal["endDate"]) == ("2020-03-01", "2020-08-31")
    assert [one["startDate"] for one in data["mentions"] if one.get("eventStatus")] == ["2020-02-20", "2020-06"]


def test_measures_and_calendar_are_tables_to_take_away(accord) -> None:
    found = {table.name: table for table in tables(accord)}
    assert found["measures"].rows[0][3:9] == ("asset freeze", "bank", "front", "2020-01-15", "2020-05-01", "suspended")
    assert [row[1] for row in found["calendar"].rows] == ["2020-02-20", "2020-06-01"]


def test_a_month_lies_ahead_until_it_is_over() -> None:
    month = dates.Dated("scheduled", "x", "x", dt.date(2020, 2, 1), precision=dates.Precision.MONTH)
    assert month.lies_ahead(dt.date(2020, 2, 28))
    assert not month.lies_ahead(dt.date(2020, 2, 29))


def test_a_brief_without_a_place_has_no_faults_and_no_warnings() -> None:
    assert load(ACCORD).warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("[@paper].\n\n## The court", "[paper].\n\nAgreed [@paper].\n\n## The court", "W-CITE", "write `[@paper]`"),
        ("[@paper].\n\n## The court", "[@paper][^1].\n\n## The court", "W-MARKDOWN", "cite a source"),
        ("[@paper].\n\n## The court", "[@paper]. ~~Not~~\n\n## The court", "W-MARKDOWN", "leave it out"),
        ("[@paper].\n\n## The court", "[@paper].\n\n- [ ] to do\n\n## The court", "W-MARKDOWN", "a plain list"),
        ("[@paper].\n\n## The court", "[@paper]. See [@fig-map].\n\n## The court", "E-XREF", "use one of: timeline"),
        ("[@paper].\n\n## The court", "[@paper]. See [@fig-timelin].\n\n## The court", "E-XREF", "did you mean `timeline`?"),
        ("title: Second summit", "title: “Second summit”", "W-QUOTES", "write straight ones"),
        ("as_of: 2020-02-10", "as_of: 2020-02-10\n  language: de", "W-LANGUAGE", "it speaks ar, en, fr"),
    ],
)  # fmt: skip
def test_check_tells_what_a_report_would_not_show_as_it_was_meant(
    house, read, accord_text, old, new, code, hint
) -> None:
    (house / "notebooks").mkdir()
    (house / "notebooks" / "quick_view.ipynb").write_text("{}", encoding="utf-8")
    text = accord_text.replace(
        "agreement:\n", "relations:\n  - {from: court, to: government, kind: sues, source: paper}\nagreement:\n", 1
    )
    assert old in text
    try:
        found = read(text.replace(old, new, 1)).warnings
    except InputError as error:
        found = error.faults
    (fault,) = found
    assert fault.code == code
    assert fault.line > 1
    assert hint in fault.hint


@pytest.mark.parametrize("code", ["`[paper]`", "```\n[paper] ~~x~~ [^1]\n```", "[paper](#the-court)", "[other]"])
def test_code_links_and_plain_brackets_are_left_alone(read, accord_text, code) -> None:
    assert read(accord_text.replace("can still stop it", f"can still stop it\n\n{code}\n\nso far")).warnings == ()


def test_a_probability_given_as_a_share_of_one_is_told_in_per_cent(faults, minimal) -> None:
    (fault,) = faults(minimal.replace("{low: 60, high: 70, basis: given}", "{low: 0.6, high: 0.7, basis: given}"))
    assert (fault.code, fault.hint) == ("E-PERCENT", "write per cent: `low: 60, high: 70`")


def test_a_citation_may_name_the_place_in_a_source(read, accord_text) -> None:
    brief = read(accord_text.replace("3 February [@paper]", "3 February [@paper, art. 3; @gazette, p. 7]"))
    html = prose.render(brief.sections[0].markdown, numbers=brief.numbers)
    assert 'aria-label="Source 1, art. 3"' in html
    assert "2,&nbsp;p.&nbsp;7</a>" in html
