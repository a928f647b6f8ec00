"""What other programs get to read: the Atom feed and the list of reports."""

import json
import re
from pathlib import Path

import pytest
from lxml import etree
from tests.builders.editions import ALL, ARABIC, FRESH, MOVED, NASTY, NEVER, QUIET, changes, edition, entry, forecast

from quickview.nightly import feed

SITE = "https://example.org/reports"
A = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "data" / "atom.rng"))


def read(text):
    return etree.fromstring(text.encode())


def entries(text):
    return {one.findtext(f"{A}title"): one for one in read(text).findall(f"{A}entry")}


def link(one, rel="alternate"):
    return [found.get("href") for found in one.findall(f"{A}link") if found.get("rel") == rel]


@pytest.mark.parametrize("site", ["", SITE])
@pytest.mark.parametrize("given", [ALL, edition()], ids=["all", "none"])
def test_the_feed_is_what_rfc_4287_asks_for(given, site):
    document = read(feed.atom(given, site=site))
    assert SCHEMA.validate(document), SCHEMA.error_log
    ids = [found.text for found in document.iter(f"{A}id")]
    assert len(set(ids)) == len(ids) == 1 + len(given["reports"])
    assert all(re.match(r"(https|urn):", found) for found in ids)
    for one in [document, *document.iter(f"{A}entry")]:
        assert link(one) or one.find(f"{A}content") is not None
        assert len(link(one)) <= 1
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", found.text) for found in document.iter(f"{A}updated"))
    assert document.find(f"{A}author/{A}name").text


@pytest.mark.parametrize("title", [NASTY, "]]>&#0;", "\0\uffff", " ", "هدنة", "x" * 20_000])
def test_the_feed_is_valid_whatever_a_report_is_called(title):
    one = entry(
        "one",
        title=title,
        summary=title,
        desk=title,
        topics=[title],
        series=title,
        as_of="0001-01-01",
        changes=changes(title),
    )
    document = read(feed.atom(edition(one, as_of="9999-12-31")))
    assert SCHEMA.validate(document), SCHEMA.error_log


def test_the_newest_stands_first_and_one_day_goes_by_name():
    names = [one.findtext(f"{A}title") for one in read(feed.atom(edition(QUIET, MOVED, FRESH))).iter(f"{A}entry")]
    assert names == ["Blockade of the highland road", "Truce in Homs", "Café in Mosul"]


def test_with_a_site_every_address_is_whole_and_the_feed_names_its_own():
    document = read(feed.atom(ALL, site=SITE))
    assert link(document, "self") == [f"{SITE}/feed.xml"]
    found = entries(feed.atom(ALL, site=SITE))["Truce in Homs"]
    assert link(found) == [f"{SITE}/moved/moved.html"]


def test_ids_stay_when_the_address_of_the_reports_changes():
    ids = [[one.text for one in read(feed.atom(ALL, site=site)).iter(f"{A}id")] for site in ("", SITE)]
    assert ids[0] == ids[1]


def test_what_is_corrected_within_a_day_is_later_than_before_and_so_is_the_feed():
    once, twice = (edition(entry("moved", title="Truce in Homs", as_of="2017-08-20", revision=n)) for n in (0, 61))
    assert entries(feed.atom(once))["Truce in Homs"].findtext(f"{A}updated") == "2017-08-20T00:00:00Z"
    later = read(feed.atom(twice))
    assert {one.text for one in later.iter(f"{A}updated")} == {"2017-08-20T01:01:00Z"}


def test_without_a_site_links_are_relative_and_ids_stay_the_same_from_night_to_night():
    first = entries(feed.atom(ALL))["Truce in Homs"]
    later = entries(feed.atom(edition(entry("moved", title="Truce in Homs", as_of="2017-09-01"))))["Truce in Homs"]
    assert link(read(feed.atom(ALL)), "self") == []
    assert link(first) == ["moved/moved.html"]
    assert first.findtext(f"{A}id") == later.findtext(f"{A}id")


def test_a_summary_tells_the_judgement_and_what_changed():
    summary = entries(feed.atom(ALL))["Truce in Homs"].findtext(f"{A}summary")
    assert "The truce breaks down: likely, 55–80%." in summary
    assert summary.endswith("What changed: One. Two. Three. Four.")


def test_what_failed_is_said_and_why():
    found = entries(feed.atom(ALL))
    assert (
        found["x" * 300]
        .findtext(f"{A}summary")
        .startswith("The report of 3 August 2017 still stands: a cell of its notebook failed.")
    )
    assert found["never"].findtext(f"{A}summary") == "There is no report yet: its brief has faults."
    assert link(found["never"]) == []


def test_a_report_keeps_its_language_and_topics():
    found = entries(feed.atom(edition(ARABIC)))["هدنة في مدينة حمص"]
    assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    assert [one.get("term") for one in found.findall(f"{A}category")] == ["هدنة"]


def test_text_of_a_brief_stays_text_and_what_xml_cannot_write_is_replaced():
    document = read(feed.atom(edition(entry("a", title=f"{NASTY}\x00\x0b\ud800\uffff"))))
    assert document.find(f"{A}entry/{A}title").text == f"{NASTY}\ufffd\ufffd\ufffd\ufffd"


def test_a_name_that_the_kit_does_not_give_is_no_address():
    text = feed.atom(edition(entry("../../etc"), entry("javascript:alert(1)")), site=SITE)
    assert [one for found in read(text).iter(f"{A}entry") for one in link(found)] == []
    assert SCHEMA.validate(read(text)), SCHEMA.error_log


def test_the_list_holds_what_readers_need_and_nothing_of_the_machine():
    found = {one["name"]: one for one in json.loads(feed.catalogue(ALL, site=SITE))["reports"]}
    assert list(found) == sorted(found)
    assert found["moved"]["files"] == {"html": f"{SITE}/moved/moved.html", "pdf": f"{SITE}/moved/moved.pdf"}
    assert found["moved"]["forecasts"][0]["word"] == "likely"
    assert found["never"] == {"name": "never", "state": "failed", "cause": "brief", "stale": False, "files": {}}
    assert all({"faults", "seconds", "memory_mb", "brief"}.isdisjoint(one) for one in found.values())


def test_the_same_edition_gives_the_same_bytes_and_is_left_as_it_was():
    before = json.dumps(ALL)
    turned = {**ALL, "reports": ALL["reports"][::-1]}
    assert feed.atom(ALL) == feed.atom(turned)
    assert feed.catalogue(ALL) == feed.catalogue(turned)
    assert json.dumps(ALL) == before


def test_the_series_is_the_one_most_reports_name():
    assert feed.series(edition(entry("a", series="Brief"), entry("b", series="Brief"), MOVED, NEVER)) == "Brief"
    assert feed.series(edition(NEVER)) == "Quick View"


def test_feed_and_list_say_that_a_report_is_a_draft():
    given = edition(entry("draft", unconfirmed=["place"], examples=2))
    assert "1 entry is a guess that nobody has confirmed." in feed.atom(given)
    (listed,) = json.loads(feed.catalogue(given))["reports"]
    assert (listed["unconfirmed"], listed["examples"]) == (["place"], 2)


def test_a_summary_tells_no_forecast_of_long_ago_nor_one_that_is_settled():
    def told(**given):
        one = entry("one", title="One", as_of="1999-07-14", forecasts=[{**forecast("Peace holds"), **given}])
        return entries(feed.atom(edition(one)))["One"].findtext(f"{A}summary")

    assert "Peace holds" not in told(date="2000-07-07")
    assert "Peace holds" not in told(date=None)
    assert "Peace holds" in told(date="2017-08-30")
    assert "Peace holds" not in told(date="2017-08-30", outcome="yes", settled="2017-08-01")


def test_the_list_tells_what_a_report_is_to_be_compared_with():
    related = [{"name": "b", "as": "next", "title": "B", "language": "en", "as_of": "2017-09-01", "text": "Compare."}]
    (found,) = json.loads(feed.catalogue(edition(entry("a", related=related))))["reports"]
    assert found["related"] == related
