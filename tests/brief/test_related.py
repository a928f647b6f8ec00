"""What a brief says of others of its house: which lie beside it, of which day, and what to compare."""

import json
from dataclasses import replace

import pytest

from quickview.brief.change_messages import say
from quickview.brief.changes import compare
from quickview.brief.export import as_json, linked_data, tables
from quickview.brief.reader import Past, load
from quickview.evidence import ingredients

LATER = 'document: {title: Wells reopen, as_of: 2020-03-01, language: en}\ntranslations: {fr: {document: {title: "Les puits rouvrent"}}}'
EARLIER = "document:\n  title: A vote of 2019\n  as_of: 2019-05-04"


@pytest.fixture
def pointing(house, minimal):
    """Return the text of a brief that points at others, two of which lie beside it: `later` and `earlier`."""
    for name, front in (("later", LATER), ("earlier", EARLIER)):
        (house / "briefs" / f"{name}.md").write_text(f"---\n{front}\n---\n\n## Anything\n", encoding="utf-8")

    def text(*links):
        rows = "".join(f"  - {{brief: {name}, as: {kind}, text: Compare the wells.}}\n" for name, kind in links)
        return minimal.replace("\n---\n\n##", f"\nrelated:\n{rows}---\n\n##", 1)

    return text


@pytest.fixture
def told(faults):
    return lambda text: [(one.code, one.line) for one in faults(text)]


def test_a_brief_may_point_at_those_beside_it_whatever_else_they_hold(pointing, told):
    assert told(pointing(("earlier", "precedent"), ("later", "next"))) == []
    assert told(pointing(("earlier", "elsewhere"))) == []


@pytest.mark.parametrize(
    ("links", "code", "said"),
    [
        ([("latr", "next")], "E-REF-BRIEF", "did you mean `later`?"),
        ([("sample", "next")], "E-RELATED-SELF", "is this brief itself"),
        ([("earlier", "precedent"), ("earlier", "elsewhere")], "E-RELATED-TWICE", "is named twice"),
        ([("later", "precedent")], "E-HINDSIGHT", "`later` is of 2020-03-01, after `as_of` (2020-02-10)"),
        ([("later", "elsewhere")], "E-HINDSIGHT", "write `as: next`"),
        ([("earlier", "next")], "E-RELATED-ORDER", "write `as: precedent`"),
        ([("broken", "next")], "E-RELATED-READ", "mend that brief first"),
    ],
)
def test_a_link_that_cannot_stand_is_told_at_its_line(links, code, said, pointing, faults, house):
    (house / "briefs" / "broken.md").write_text("no front matter", encoding="utf-8")
    text = pointing(*links)
    (fault,) = faults(text)
    assert fault.code == code
    assert said in f"{fault.message} — {fault.hint}"
    assert fault.line == text[: text.rindex("{brief: ")].count("\n") + 1


def test_a_day_that_is_wrong_in_the_brief_itself_hides_no_link_that_leads_nowhere(pointing, told):
    text = pointing(("none", "next")).replace("as_of: 2020-02-10", "as_of: soon")
    assert "E-REF-BRIEF" in [code for code, _ in told(text)]


def test_a_headline_is_told_in_the_readers_language_where_it_has_one(pointing, read):
    path = read(pointing(("later", "next"), ("earlier", "precedent"))).path
    headings = [other for _, other in load(path, language="fr").related]
    assert [(one.title, one.language) for one in headings] == [("Les puits rouvrent", "fr"), ("A vote of 2019", "en")]


def test_what_to_compare_is_translated_by_the_name_of_the_other(pointing, read):
    words = "translations: {fr: {related: {later: {text: Comparer.}}}}\n---\n\n##"
    brief = load(read(pointing(("later", "next")).replace("---\n\n##", words, 1)).path, language="fr")
    assert [one.text for one in brief.facts.related] == ["Comparer."]
    assert "Comparer." not in brief.foreign


def test_a_new_or_dropped_link_is_a_change_by_the_headline_and_another_sentence_a_change_in_detail(pointing, read):
    brief = read(pointing(("later", "next")))
    (link,) = brief.facts.related

    def said(**changed):
        past = Past(brief.facts.model_copy(update=changed), brief.sections)
        return [say(one, brief.language) for one in compare(past, brief)]

    assert said(related=()) == ["New related report: Wells reopen"]
    assert said(related=(link.model_copy(update={"text": "Compare."}),)) == [
        "Related report, changed in detail: Wells reopen"
    ]
    dropped = compare(
        Past(brief.facts, brief.sections), replace(brief, facts=brief.facts.model_copy(update={"related": ()}))
    )
    assert [say(one, brief.language) for one in dropped] == ["Related report dropped: Wells reopen"]


@pytest.mark.parametrize("left", [None, "no front matter"])
def test_a_dropped_link_to_a_brief_that_cannot_be_read_is_told_in_the_words_of_the_brief(left, pointing, read, house):
    brief = read(pointing(("later", "next")))
    other = house / "briefs" / "later.md"
    other.unlink() if left is None else other.write_text(left, encoding="utf-8")
    now = replace(brief, facts=brief.facts.model_copy(update={"related": ()}))
    said = [say(one, brief.language) for one in compare(Past(brief.facts, brief.sections), now)]
    assert said == ["Related report dropped: Compare the wells."]


def test_links_stand_in_facts_table_and_linked_data(pointing, read):
    brief = read(pointing(("later", "next")))
    assert json.loads(as_json(brief))["related"] == [{"brief": "later", "as": "next", "text": "Compare the wells."}]
    (table,) = [one for one in tables(brief) if one.name == "related"]
    assert list(table.rows) == [("later", "next", "Wells reopen", "en", "2020-03-01", "Compare the wells.")]
    (cited,) = [one for one in linked_data(brief)["citation"] if one["@type"] == "Report"]
    assert (cited["headline"], cited["datePublished"], cited["@id"]) == ("Wells reopen", "2020-03-01", "#related-later")


def test_a_report_is_made_again_when_another_gets_a_new_headline_or_day_and_not_for_its_prose(pointing, read, house):
    other = house / "briefs" / "later.md"

    def material(old="", new=""):
        other.write_text(other.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
        return ingredients.of_brief(read(pointing(("later", "next"))))["related later"]

    before = material()
    assert material("## Anything", "## Another thing\n\nProse.") == before
    renamed = material("Wells reopen", "Wells open")
    assert renamed != before
    assert material("2020-03-01", "2020-03-02") != renamed
