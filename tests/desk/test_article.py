"""`quickview new --from`: what an article says is taken, nothing is invented, and all of it is a guess to confirm."""

import datetime as dt
import time

import pytest

from quickview.brief.reader import load
from quickview.desk import article, new
from quickview.desk.days_and_figures import days, figures
from quickview.errors import InputError
from quickview.language.catalogs import Language

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
    assert [(one.date.isoformat(), one.actors) for one in facts.calendar] == [
        ("2017-09-03", ("red-council",)),
        ("2017-09-12", ()),
    ]


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


WRITTEN = dt.date(2025, 1, 10)


@pytest.mark.parametrize(("sentence", "day"), [
    ("It began on 28 December.", "2024-12-28"),
    ("Il a commencé le 28 décembre.", "2024-12-28"),
    ("The polls are scheduled for March 5.", "2025-03-05"),
    ("Talks were set for 5 January, and failed.", "2025-01-05"),
    ("بدأت المحادثات في ٣ كانون الثاني.", "2025-01-03"),
    ("وقع الطرفان في 5 يناير/كانون الثاني اتفاقا.", "2025-01-05"),
    ("On the 3rd of January it fell; on 5 March 2024 it stood.", "2025-01-03"),
])  # fmt: skip
def test_a_day_without_a_year_takes_the_one_near_the_day_of_writing(sentence, day):
    assert days(sentence, written=WRITTEN)[0].isoformat() == day
    assert [one for one in days(sentence) if one.isoformat() == day] == []


@pytest.mark.parametrize(
    "sentence", ["They march 5 km and may 10 go.", "In May 5 people died.", "On 1,205 March fell 30 February."]
)
def test_what_only_looks_like_a_day_is_none(sentence):
    assert days(sentence, written=WRITTEN) == []


def test_the_year_comes_from_the_dated_line_or_the_day_given_and_from_nothing_else(project, quickview):
    (project / "notes.md").write_text("A pause was agreed on 5 March. Two dozen lorries left.\n", encoding="utf-8")
    assert quickview("new", "none", "--from", "notes.md", cwd=project).returncode == 0
    assert load(project / "briefs" / "none.md").facts.events == ()
    assert quickview("new", "first", "--from", "notes.md", "--as-of", "2025-03-08", cwd=project).returncode == 0
    facts = load(project / "briefs" / "first.md").facts
    assert [event.date.isoformat() for event in facts.events] == ["2025-03-05"]
    assert {"events.event-1", "quantities.figure-1"} <= set(facts.document.unconfirmed)
    assert facts.quantities[0].label == "Two dozen lorries left."


@pytest.mark.parametrize(("language", "sentence", "told"), [
    ("en", "At least forty-five people were killed; some three hundred lorries and two dozen buses wait.",
     [("at least", 45, "people"), ("about", 300, "lorries"), (None, 24, "buses")]),
    ("en", "One hundred and twenty-three thousand voters; 2.5 million people; a dozen of the wounded; nearly 45 were killed.",
     [(None, 123_000, "voters"), (None, 2_500_000, "people"), (None, 12, "wounded"), ("about", 45, "killed")]),
    ("en", "Two to three hundred people and between five and seven tanks; fifty percent.",
     [(None, (200, 300), "people"), (None, (5, 7), "tanks"), (None, 50, "per cent")]),
    ("fr", "Au moins trois cents personnes, une douzaine de blessés et quatre-vingt-dix-sept maisons.",
     [("at least", 300, "personnes"), (None, 12, "blessés"), (None, 97, "maisons")]),
    ("fr", "Plus de deux mille cinq cents camions, cent soldats, deux millions d’habitants, vingt et un civils.",
     [("more than", 2500, "camions"), (None, 100, "soldats"), (None, 2_000_000, "habitants"), (None, 21, "civils")]),
    ("ar", "قتل ثلاثة وخمسون شخصا وأصيب نحو ثلاثمئة مدني وفر خمسة عشر جنديا.",
     [(None, 53, "شخصا"), ("about", 300, "مدني"), (None, 15, "جنديا")]),
    ("ar", "وصلت ألفان وخمسمئة سلة لعشرين ألف نازح و٢٫٥ مليون طفل.",
     [(None, 2500, "سلة"), (None, 20_000, "نازح"), (None, 2_500_000, "طفل")]),
])  # fmt: skip
def test_numbers_in_words_are_figures(language, sentence, told):
    found = list(figures(sentence, Language(language)))
    assert [
        (one.get("qualifier"), one.get("value", (one.get("low"), one.get("high"))), one["unit"]) for one in found
    ] == told


@pytest.mark.parametrize(("language", "sentence"), [
    ("en", "Half a million people, a million and a half tonnes, dozens of men, several hundred women, one man."),
    ("en", "One in three children, two-thirds of them, a five-day truce, the twenty-first, the two sides, 30 of them."),
    ("fr", "Plusieurs centaines de morts, des dizaines de blessés, les deux camps, deux tiers, un homme, 12.5 millions de lits."),
    ("ar", "مئات الآلاف من الناس وبضع مئات من الجنود ونصف مليون طفل."),
])  # fmt: skip
def test_parts_and_vague_numbers_are_no_figures(language, sentence):
    assert list(figures(sentence, Language(language))) == []


def test_a_text_that_says_nothing_is_refused(project, quickview):
    (project / "notes.md").write_text("\n\n", encoding="utf-8")
    done = quickview("new", "first", "--from", "notes.md", cwd=project)
    assert done.returncode == 1
    assert "notes.md: E-ARTICLE-EMPTY" in done.stderr
    with pytest.raises(InputError, match="E-ARTICLE-FILE"):
        article.read("none.md", new.Wish(), catalog=project / "x", briefs=project, is_dated=False)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "one "), ("en", "a hundred "), ("en", "ten to twenty "), ("en", "12 May, "), ("en", "123 "),
        ("fr", "vingt et un "), ("ar", "مئة وثلاثة "),
    ],
)  # fmt: skip
def test_a_sentence_of_thousands_of_figures_is_read_in_moments(code, words):
    sentence = words * (3000 // len(words.split())) + ". At least 30 lorries"
    begun = time.process_time()
    *_, last = figures(sentence, Language(code))
    assert days(sentence, written=dt.date(2017, 8, 21)) is not None
    assert (last["value"], last["unit"]) == (30, "lorries")
    assert time.process_time() - begun < 4


def test_a_figure_keeps_what_is_said_of_it_behind_a_long_sentence_and_a_day():
    sentence = f"{'Trucks waited, and ' * 50}on 5 May 2017 at least twelve trucks left."
    assert list(figures(sentence, Language("en"))) == [{"value": 12, "qualifier": "at least", "unit": "trucks"}]
