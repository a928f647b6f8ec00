import json

import pytest

from quickview.brief.export import linked_data


@pytest.fixture
def report(homs):
    return json.loads(json.dumps(linked_data(homs)))


def part(report, name):
    return next(one for one in report["hasPart"] if one["name"] == name)["variableMeasured"]


def test_a_report_says_what_it_is_of_which_day_and_by_whom(report, homs):
    assert (report["@context"], report["@type"]) == ("https://schema.org", "Report")
    assert report["headline"] == "Russia establishes truce in Homs"
    assert report["datePublished"] == "2017-08-04"
    assert report["inLanguage"] == "en"
    assert report["author"]["name"] == "Russia — politics"
    assert report["publisher"]["name"] == "Quick View"
    assert report["keywords"] == list(homs.facts.document.topics)
    assert report["identifier"]["value"] == homs.digest


def test_the_agreement_is_an_event_with_its_day_and_place(report):
    (event,) = report["about"]
    assert event["startDate"] == "2017-08-03"
    assert event["location"]["name"] == "Cairo"
    assert [one["name"] for one in event["organizer"]] == ["Russia"]


def test_the_territory_has_a_box_that_holds_it(report, homs_territory):
    south, west, north, east = map(float, report["spatialCoverage"]["geo"]["box"].split())
    bounds = homs_territory.outline.to_crs("EPSG:4326").total_bounds
    assert (west, south, east, north) == pytest.approx(tuple(bounds), abs=1e-4)


def test_every_source_is_cited_with_its_grade_and_its_anchor(report, homs):
    cited = {one["@id"]: one for one in report["citation"] if one["@type"] == "CreativeWork"}
    assert set(cited) == {f"#source-{source.id}" for source in homs.facts.sources}
    tass = cited["#source-tass"]
    assert tass["contentRating"]["ratingValue"] == "B1"
    assert (tass["datePublished"], tass["url"]) == ("2017-07-22", "http://tass.com/world/957354")
    assert "datePublished" not in cited["#source-eiu"]


def test_every_figure_stands_with_who_gives_it(report, homs):
    people = [one for one in part(report, "quantities") if one["propertyID"] == "population"]
    assert [one["value"] for one in people] == [147000, 260000]
    assert people[1]["description"] == "about (Syria Direct)"
    assert people[1]["subjectOf"] == {"@id": "#source-syria-direct"}
    assert len(part(report, "terms")) == len(homs.facts.agreement.terms)
    assert {one["value"] for one in part(report, "forecasts")} == {f.word for f in homs.facts.forecasts}


def test_actors_keep_their_native_names_and_events_their_days(report, homs):
    mentions = {one["identifier"]: one for one in report["mentions"]}
    assert mentions["hts"]["alternateName"] == {"@language": "ar", "@value": "هيئة تحرير الشام"}
    assert mentions["ratney"]["@type"] == "Person"
    assert len(mentions) == len(homs.facts.actors) + len(homs.facts.events)


def test_what_a_brief_does_not_have_is_left_out(andes):
    report = linked_data(andes)
    assert report["about"] == []
    assert "terms" not in {one["name"] for one in report["hasPart"]}


def test_the_same_brief_gives_the_same_bytes(homs):
    assert json.dumps(linked_data(homs)) == json.dumps(linked_data(homs))
