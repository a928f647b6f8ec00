"""Sources with grades; method and limits."""

import re

import pytest

import quickview
from quickview.analysis import method, sources
from quickview.brief.vocabulary import CREDIBILITY, RELIABILITY

BOTH = pytest.mark.parametrize("name", ["homs", "andes"])


@BOTH
def test_sources_stand_in_the_order_of_their_numbers(briefs, name):
    ids = re.findall(r'<li id="source-([^"]+)"', sources(briefs[name]).html)
    assert ids == [source.id for source in briefs[name].facts.sources] == list(briefs[name].numbers)


@BOTH
def test_every_source_has_its_grade_and_every_grade_is_explained(briefs, name):
    html = sources(briefs[name]).html
    for source in briefs[name].facts.sources:
        assert f'<bdi dir="ltr">{source.reliability}{source.credibility}</bdi>' in html
        assert RELIABILITY[source.reliability] in html.split('class="grades"')[1]
        assert CREDIBILITY[source.credibility] in html.split('class="grades"')[1]


def test_a_source_without_a_date_is_called_undated(andes):
    assert "Example Desk" in sources(andes).html
    assert "undated" in sources(andes).html


def test_an_address_is_written_out_and_opens_safely(andes):
    assert (
        '<a href="https://gazette.example/1" rel="noopener noreferrer" dir="ltr">https://gazette.example/1</a>'
        in sources(andes).html
    )


def test_a_source_without_an_address_has_no_link(andes):
    item = sources(andes).html.split('id="source-radio"')[1].split("</li>")[0]
    assert "<a " not in item


def test_a_late_source_says_why_it_may_stand(homs):
    assert "used only for the deployment of 4 August" in sources(homs).html


@BOTH
def test_every_layer_on_the_map_is_credited_with_licence_and_accuracy(briefs, territories, name):
    html = method(briefs[name], territories[name]).html
    place, catalog = briefs[name].facts.place, briefs[name].catalog
    for layer_id in (place.layer, place.places, place.routes, place.regions, place.countries):
        if layer_id:
            layer = catalog.layer(layer_id)
            said = re.sub(r"</?bdi[^>]*>", "", html)
            assert f"<strong>{layer.title}</strong> ({layer.accuracy}, {layer.date})" in said
            assert f"Licence: {layer.licence}." in said


def test_a_layer_that_is_not_on_the_map_is_not_credited(andes, andes_territory):
    assert "Boundary beacons" not in method(andes, andes_territory).html


def test_the_projection_and_what_is_measured_on_the_ellipsoid_are_named(andes, andes_territory):
    html = method(andes, andes_territory).html
    assert "The map is drawn in a transverse Mercator projection" in html
    assert "WGS 84 ellipsoid" in html


def test_figures_that_disagree_are_told(homs, homs_territory):
    html = method(homs, homs_territory).html
    assert "Sources disagree on “People in the pocket”" in html
    assert "Sources disagree on the deadline of “HTS expelled”: 3 September 2017 (EIU); 10 September 2017" in html


def test_figures_that_agree_are_not_called_disputed(andes, andes_territory):
    assert "disagree" not in method(andes, andes_territory).html


def test_positions_that_are_not_sure_are_told(homs, homs_territory):
    html = method(homs, homs_territory).html
    assert "Qubeibat, not found" in html
    assert "Khmeirat, probable (taken to be Al-Humrat; unconfirmed)" in html


@BOTH
def test_every_limit_the_analyst_wrote_is_there(briefs, territories, name):
    html = method(briefs[name], territories[name]).html
    assert all(limit.replace('"', "&quot;") in html for limit in briefs[name].facts.limits)


def test_the_stamp_identifies_edition_brief_and_version(andes, andes_territory):
    html = method(andes, andes_territory).html
    assert "as of 14 June 2024 · " in html
    assert f"brief {andes.digest[:12]} · <bdi>quickview {quickview.__version__}</bdi>" in html
    assert "Abstract" not in html
