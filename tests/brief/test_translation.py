"""A brief read in another language: what changes, what stays, and what is told of it."""

import pytest

from quickview.brief import translation
from quickview.brief.reader import load
from quickview.errors import InputError

FRENCH = """
translations:
  fr:
    document: {title: Le conseil appelle à voter, topics: [eau]}
    place: {name: vallée, statuses: {open: {label: Ouvert}}}
    sides: {council: {name: Conseil}}
    actors:
      mayor: {name: La maire}
    forecasts:
      vote-held: {drivers_for: [La maire le veut], indicators: [{text: Les bulletins sont imprimés}]}
    sections:
      what-happened: |
        Le conseil a appelé à voter [@paper].
"""


@pytest.fixture
def in_french(house, minimal):
    path = house / "briefs" / "sample.md"
    path.write_text(minimal.replace("\n---\n\n## What", f"{FRENCH}---\n\n## What"), encoding="utf-8")
    return load(path, language="fr")


def test_translated_words_take_the_place_of_the_brief_s_own(in_french):
    facts = in_french.facts
    assert facts.document.title == "Le conseil appelle à voter"
    assert facts.document.topics == ("eau",)
    assert facts.place.statuses[0].label == "Ouvert"
    assert facts.actors[0].name == "La maire"
    assert facts.forecasts[0].indicators[0].text == "Les bulletins sont imprimés"
    assert in_french.section("what-happened").markdown == "Le conseil a appelé à voter [@paper]."


def test_what_is_the_same_in_every_language_stays(in_french):
    own = load(in_french.path)
    assert in_french.digest == own.digest
    assert in_french.numbers == own.numbers
    assert in_french.facts.forecasts[0].probability == own.facts.forecasts[0].probability
    assert in_french.facts.forecasts[0].word == "likely"
    assert in_french.section("what-happened").id == "what-happened"


def test_what_is_not_translated_is_kept_and_known_as_foreign(in_french):
    assert in_french.facts.document.summary == "The council has called a vote."
    assert in_french.facts.document.summary in in_french.foreign
    assert in_french.section("why-it-matters").markdown.strip() == "Wells run dry."
    assert {name for name in in_french.foreign if name.startswith("#")} == {"#why-it-matters"}


def test_what_is_translated_is_not_foreign(in_french):
    assert {"Le conseil appelle à voter", "Council calls a vote on wells", "Council"}.isdisjoint(in_french.foreign)


def test_the_brief_in_its_own_language_has_nothing_foreign(in_french):
    own = load(in_french.path)
    assert own.foreign == frozenset()
    assert own.language == own.own == in_french.own
    assert load(in_french.path, language="en") == own


def test_an_edition_is_named_after_its_language_where_that_is_not_its_own(in_french):
    assert in_french.edition == "sample.fr"
    assert load(in_french.path).edition == "sample"


def test_without_a_translation_everything_is_foreign(read, minimal, house):
    brief = load(read(minimal).path, language="ar")
    assert brief.language.is_rtl
    assert {text for _, text in translation.words(brief.facts.model_dump(mode="json", by_alias=True))} <= brief.foreign
    assert {"#what-happened", "#why-it-matters"} <= brief.foreign


def test_a_language_nobody_wrote_is_refused_with_those_there_are(in_french):
    with pytest.raises(InputError) as caught:
        load(in_french.path, language="frr")
    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("E-LANGUAGE", 0)
    assert "`fr`" in fault.hint


def test_a_translation_into_a_language_the_interface_does_not_speak_is_read(read, minimal):
    text = minimal.replace("\n---\n\n## What", "\ntranslations: {no: {document: {title: Avstemning}}}\n---\n\n## What")
    brief = load(read(text).path, language="no")
    assert brief.facts.document.title == "Avstemning"
    assert brief.language.gettext("Explore") == "Explore"


def test_an_item_given_as_null_stays_as_it_is(homs_text, homs_catalog, tmp_path):
    words = "\ntranslations:\n  fr:\n    limits: [null, Deux, null, null, null]\n---\n\n## What"
    path = tmp_path / "homs-truce.md"
    path.write_text(homs_text.replace("\n---\n\n## What", words), encoding="utf-8")
    brief, own = load(path, catalog=homs_catalog, language="fr"), load(path, catalog=homs_catalog)
    assert brief.facts.limits == (own.facts.limits[0], "Deux", *own.facts.limits[2:])
    assert own.facts.limits[0] in brief.foreign
    assert own.facts.limits[1] not in brief.foreign


def test_laying_over_leaves_the_facts_as_they_were(in_french):
    tree = in_french.facts.model_dump(mode="json", by_alias=True)
    before = in_french.facts.model_dump(mode="json", by_alias=True)
    translation.lay_over(tree, "fr")
    assert tree == before


@pytest.mark.parametrize("facts", [None, [], "x", {}, {"translations": []}, {"translations": {"fr": 1}}])
def test_facts_of_any_shape_can_be_looked_at(facts):
    assert translation.lay_over(facts, "fr").tree == facts
    assert translation.prose_of(facts, "fr") == {}
