import pytest

from quickview.language.catalogs import Language
from quickview.report.outline import Outline, Part, Section, mentioned, resolve_references

CITE = '<sup><a class="cite" href="#source-radio" aria-label="Source 1" rel="noopener">1</a></sup>'
SOURCE = '<ol><li id="source-radio">Radio</li><li id="source-silent">Never cited</li></ol>'
MENTION = '<a class="xref" href="#figure-map">map</a>'


@pytest.fixture
def outline():
    prose = [Part("text", f"<p>a{CITE} b{CITE}</p>"), Part("more", f"<p>{MENTION}</p>")]
    return Outline(
        (Part("masthead", f"<p>{CITE}</p>"),), (Section("s", "S", prose), Section("t", "T", [Part("sources", SOURCE)]))
    )


@pytest.fixture
def html(outline):
    return "".join(part.html for part in resolve_references(outline, {"map": "Map 1"}, Language("en")).parts)


def test_each_citation_has_an_id_of_its_own_and_keeps_what_it_had(html):
    assert [f'<a id="cite-radio-{n}" class="cite" href="#source-radio"' in html for n in (1, 2, 3)] == [True] * 3
    assert html.count('aria-label="Source 1"') == 3


def test_a_source_leads_back_to_each_of_its_citations(html):
    back = html[html.index('class="back"') :]
    assert [f'href="#cite-radio-{n}" aria-label="Back to citation {n}">{n}</a>' in back for n in (1, 2, 3)] == [
        True
    ] * 3
    assert '<li id="source-silent">Never cited</li>' in html


def test_a_mention_of_a_figure_reads_as_its_number(html):
    assert '<a class="xref" href="#figure-map">Map 1</a>' in html


def test_what_is_mentioned_is_known_before_it_is_resolved(outline):
    before = [part.html for part in outline.parts]
    assert list(mentioned(outline)) == ["map"]
    resolve_references(outline, {}, Language("en"))
    assert [part.html for part in outline.parts] == before


def test_a_mention_of_no_figure_stays_as_it_was(outline):
    assert MENTION in resolve_references(outline, {}, Language("en")).parts[2].html
