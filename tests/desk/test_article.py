"""`quickview new --from`: what an article says is taken, nothing is invented, and all of it is a guess to confirm."""

import pytest

from quickview.brief.reader import load
from quickview.desk import article, new
from quickview.errors import InputError

ARTICLE = """\
# Convoy reaches Talbiseh as talks drag on

By our reporter, 21 August 2017

A convoy of 30 lorries reached Talbiseh, in Syria, on 19 August 2017, [the Red Council](https://news.test/a/convoy) said.
About 147,000 people wait in Homs; 12.5% of them for bread. Between 120–150 lorries are held up in 2017.

A second convoy is set for September 3, 2017, the Red Council said. On 12 September people of Syria vote.
We have high confidence that it is likely to hold 20 days.
"""

OTHER = """\
---
document: {title: A vote is called, summary: The council calls a vote., series: Quick View, desk: Water, as_of: 2017-02-10}
sources:
  - {id: paper, publisher: The Paper, title: A vote, date: 2017-02-03, reliability: B, credibility: 2}
actors:
  - {id: red-council, name: Red Council, kind: local council, role: Called it, source: paper}
  - {id: council, name: Red Cou, kind: person, role: Is no whole word, source: paper}
---
"""


@pytest.fixture
def facts(project, quickview):
    (project / "briefs" / "other.md").write_text(OTHER, encoding="utf-8")
    (project / "notes.md").write_text(ARTICLE, encoding="utf-8")
    done = quickview("new", "first", "--from", "notes.md", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    return load(project / "briefs" / "first.md").facts


def test_the_document_takes_headline_day_country_and_first_sentence(facts):
    document = facts.document
    assert document.title == "Convoy reaches Talbiseh as talks drag on"
    assert (document.as_of.isoformat(), document.country) == ("2017-08-21", "SYR")
    assert document.summary.startswith("A convoy of 30 lorries reached Talbiseh")


def test_the_source_is_the_page_that_is_linked_and_its_grade_is_not_known(facts):
    (source,) = facts.sources
    assert (source.publisher, source.url, source.date) == ("news.test", "https://news.test/a/convoy", None)
    assert (source.reliability, source.credibility) == ("F", 6)


def test_places_are_those_of_a_layer_and_events_name_them(facts):
    assert facts.place.places == "homs-places"
    told = [(event.date.isoformat(), event.place, event.actors) for event in facts.events]
    assert told == [("2017-08-19", "Talbiseh", ("red-council",))]
    assert [(one.date.isoformat(), one.actors) for one in facts.calendar] == [("2017-09-03", ("red-council",))]


def test_actors_are_known_from_other_briefs_by_whole_words(facts):
    assert [(actor.id, actor.kind, actor.role) for actor in facts.actors] == [
        ("red-council", "local council", "Named in the source")
    ]


def test_figures_come_with_their_unit_and_their_sentence_and_years_and_days_are_none(facts):
    told = [(one.values[0].bounds, one.unit, one.values[0].qualifier) for one in facts.quantities]
    assert told == [((30, 30), "lorries", None), ((147_000, 147_000), "people", "about"),
                    ((12.5, 12.5), "per cent", None), ((120, 150), "lorries", None)]  # fmt: skip
    assert facts.quantities[3].label == "Between 120–150 lorries are held up in 2017."


def test_every_guess_is_marked_and_told_at_its_place(project, facts):
    records = [f"{table}.{row.id}" for table in ("sources", "actors", "quantities", "events", "calendar")
               for row in getattr(facts, table)]  # fmt: skip
    guessed = ["document.title", "document.summary", "document.as_of", "document.country", "place"]
    assert facts.document.unconfirmed == (*guessed, *records)
    warnings = load(project / "briefs" / "first.md").warnings
    assert {fault.code for fault in warnings} == {"W-UNCONFIRMED"}
    lines = (project / "briefs" / "first.md").read_text(encoding="utf-8").splitlines()
    assert all("figure-2" in lines[one.line - 1] for one in warnings if "figure-2" in one.message)


def test_the_lead_is_quoted_and_cited_and_its_signs_stay_signs(project, quickview):
    (project / "notes.txt").write_text("A *plain* <b>note</b> & [more].\n\nSecond part.\n", encoding="utf-8")
    assert quickview("new", "first", "--from", "notes.txt", "--title", "Own", cwd=project).returncode == 0
    brief = load(project / "briefs" / "first.md")
    assert brief.facts.document.title == "Own"
    assert "document.title" not in brief.facts.document.unconfirmed
    assert brief.facts.sources[0].publisher == "notes.txt"
    assert brief.section("what-happened").markdown.endswith("[@article]")


def test_french_and_arabic_are_read_in_their_own_numbers_and_months(project):
    texts = {
        "fr": "Un convoi est arrivé.\n\nLe 1er août 2017, 1 200 camions ont traversé la Syrie, soit 12,5 % de plus.",
        "ar": "وصول قافلة.\n\nفي 1 أغسطس 2017 عبرت ١٢٠٠ شاحنة سوريا وتوقفت.",
    }
    for language, text in texts.items():
        path = project / f"{language}.md"
        path.write_text(text, encoding="utf-8")
        made = article.read(str(path), new.Wish(language=language), catalog=project / "shapes" / "catalog.yaml",
                            briefs=project / "briefs", is_dated=False)  # fmt: skip
        assert (made.wish.as_of.isoformat(), made.wish.country) == ("2017-08-01", "SYR")
        assert "value: 1200" in made.words["records"]
    assert "value: 12.5" not in made.words["records"]


@pytest.mark.parametrize(("text", "day"), [
    ("KHARTOUM, 12 November 2025\n\nA pause holds.\n\nTalks are set for 24 November 2025. Source: x", "2025-11-12"),
    ("A pause was agreed on 10 November 2025. Talks will begin on 24 November 2025.", "2025-11-10"),
    ("Une trêve a été signée le 1er mars 2025. Un sommet est prévu le 8 mars 2025.", "2025-03-01"),
])  # fmt: skip
def test_what_is_only_set_is_not_the_day_the_brief_stands_for(project, text, day):
    (project / "notes.md").write_text(text, encoding="utf-8")
    made = article.read(str(project / "notes.md"), new.Wish(), catalog=project / "shapes" / "catalog.yaml",
                        briefs=project / "briefs", is_dated=False)  # fmt: skip
    assert made.wish.as_of.isoformat() == day
    assert "calendar:" in made.words["records"]


def test_a_text_that_says_nothing_is_refused(project, quickview):
    (project / "notes.md").write_text("\n\n", encoding="utf-8")
    done = quickview("new", "first", "--from", "notes.md", cwd=project)
    assert done.returncode == 1
    assert "notes.md: E-ARTICLE-EMPTY" in done.stderr
    with pytest.raises(InputError, match="E-ARTICLE-FILE"):
        article.read("none.md", new.Wish(), catalog=project / "x", briefs=project, is_dated=False)
