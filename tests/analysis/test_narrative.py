"""The prose: cited, clean, and none of it lost."""

import re
from dataclasses import replace

import pytest
from tests.conftest import FULL

from quickview.analysis import further, precedents, related, section
from quickview.brief.prose import Section
from quickview.brief.reader import load
from quickview.errors import InputError


def test_citations_become_links_to_numbered_sources(andes):
    html = section(andes, "what-happened").html
    assert re.search(r'<a [^>]*href="#source-gazette"[^>]*aria-label="Source 1"[^>]*>1</a>', html)
    assert "[@" not in html


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_every_section_stands_somewhere(briefs, name):
    placed = {i for i in ("what-happened", "why-it-matters", "elsewhere", "precedent") if section(briefs[name], i).html}
    rest = [s for s in briefs[name].sections if s.id not in placed]
    assert all(s.title in further(briefs[name]).html for s in rest)


def test_a_section_of_ones_own_lands_in_further_notes_with_its_heading(andes):
    html = further(andes).html
    assert "<h3>How the road is kept closed</h3>" in html
    assert "<strong>rope</strong>" in html
    assert "<li>" in html


def test_a_brief_of_known_sections_has_no_further_notes(homs):
    assert further(homs).html == ""


@pytest.mark.parametrize("name", ["elsewhere", "precedent"])
def test_a_section_the_brief_lacks_is_absent(andes, name):
    assert section(andes, name).html == ""


def test_arabic_in_prose_is_set_from_right_to_left(andes):
    spoken = Section("what-happened", "What happened", "They say الرستن there.", 1)
    html = section(replace(andes, sections=(spoken,)), "what-happened").html
    assert '<bdi lang="ar" dir="rtl">الرستن</bdi>' in html


def test_a_precedent_is_compared_aspect_by_aspect(homs):
    html = precedents(homs).html
    for one in homs.facts.precedents:
        assert f'id="precedent-{one.id}"' in html
        assert all(row.aspect in html and row.there in html and row.here in html for row in one.compare)


def test_a_brief_without_precedents_has_no_table_of_them(andes):
    assert precedents(andes).html == ""


@pytest.mark.parametrize(
    ("wrong", "told"), [("what-hapened", ["what-happened"]), ("zzz", ["what-happened", "precedent"])]
)
def test_a_section_there_is_none_of_is_told_by_the_ids_there_are(andes, wrong, told):
    with pytest.raises(InputError) as refused:
        section(andes, wrong)
    (fault,) = refused.value.faults
    assert fault.code == "E-SECTION-UNKNOWN"
    assert all(name in fault.hint for name in told)


def test_related_briefs_are_named_with_what_they_are_their_day_and_what_to_compare():
    block = related(load(FULL, language="fr"))
    html = block.html
    assert [one["as"] for one in block.data["related"]] == ["precedent", "elsewhere"]
    assert html.index("Précédent") < html.index("14 juin 2024") < html.index("Comparer qui")
    # A headline that nobody translated is marked as what it is, and no address is given that may not hold.
    assert 'data-report="two-rivers-ceasefire" lang="en" dir="ltr"' in html
    assert "href" not in html


def test_a_brief_that_points_at_none_has_no_part_for_them(andes):
    assert related(andes).html == ""
