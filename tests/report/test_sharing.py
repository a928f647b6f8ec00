"""What a report offers to those who pass it on."""

import base64
import csv
import html
import io
import json
import re
from urllib.parse import unquote

import pytest
from tests.conftest import FULL

from quickview.brief.export import tables
from quickview.brief.masthead import DataTable, Masthead
from quickview.brief.reader import load
from quickview.report import sharing
from quickview.report.outline import Figure, Outline, Part

EVIL = "\"><script>alert(1)</script><!-- & \u2028 {{ 7*7 }} '=1+1"
TABLE = {"columns": ["Place", "km, from edge"], "rows": [["Al-Rastan", "0.0"], ['Said "Hama"', -3], ["حمص", "a\nb"]]}


def figure(**meta):
    return Figure("map", {"data": [], "layout": {}}, None, {"table": TABLE, **meta})


def outline(figures=(), **facts):
    head = (Part("masthead", "<h1>x</h1>"), *(Part(f.id, figure=f) for f in figures))
    return Outline(head, (), masthead=Masthead(**facts))


def offer(figures=(), *, site="", **facts):
    made = outline(figures, **facts)
    return sharing.offer(made, {f.id: "Map 1" for f in figures}, site=site)


def files(markup):
    """Read every download of a piece of markup as its reader's browser would: (name, media type, text)."""
    for link in re.findall(r"<a [^>]*download=[^>]*>", markup):
        name = html.unescape(re.search(r'download="([^"]*)"', link)[1])
        address = html.unescape(re.search(r"href='([^']*)'", link)[1])
        media, data = address.removeprefix("data:").split(",", 1)
        plain = media.removesuffix(";base64")
        packed = plain != media
        yield name, plain, base64.b64decode(data, validate=True).decode() if packed else unquote(data, errors="strict")


def test_a_file_takes_the_shorter_of_two_forms_and_comes_back_from_either():
    latin, arabic = (
        {"name": f"{n}.json", "media_type": "application/json", "text": t * 90}
        for n, t in (("a", "Homs "), ("b", "حمص"))
    )
    under = offer([figure(downloads=[latin, arabic], table=None)], name="x").under["map"]
    assert [text for *_, text in files(under)] == [latin["text"], arabic["text"]]
    assert under.count(";base64,") == 1


def read(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


def test_the_csv_of_a_figure_is_the_table_behind_it():
    ((name, media, text),) = files(offer([figure()], name="homs-truce").under["map"])
    assert (name, media) == ("homs-truce-map.csv", "text/csv;charset=utf-8")
    assert read(text) == [TABLE["columns"], *[[str(cell) for cell in row] for row in TABLE["rows"]]]
    assert text.count("\r\n") == 4


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "-", "-1e3x"]
)
def test_no_cell_is_taken_for_a_formula(cell):
    ((_, (found,)),) = [read(sharing.csv_text(["x"], [[cell]]))]
    assert found == f"'{cell}"


@pytest.mark.parametrize("cell", ["-3", "+4.5", -3, 0.5, "a=b", "Homs–Hama", "'quoted", ""])
def test_numbers_and_plain_words_stay_as_they_are(cell):
    assert read(sharing.csv_text(["x", "y"], [[cell, ""]]))[1] == [str(cell), ""]


def test_nothing_is_written_for_nothing():
    assert read(sharing.csv_text(["x", "y"], [[None, 1]]))[1] == ["", "1"]


def test_the_files_a_figure_brings_stand_before_its_table():
    layers = {"name": "map.geojson", "media_type": "application/geo+json", "text": '{"type":"FeatureCollection"}'}
    under = offer([figure(downloads=[layers])], name="homs-truce").under["map"]
    assert [name for name, *_ in files(under)] == ["homs-truce-map.geojson", "homs-truce-map.csv"]
    assert 'aria-label="Map 1 as GeoJSON, 1 kB"' in under


def test_a_figure_without_data_offers_nothing():
    assert offer([figure(table=None)]).under == {}
    assert offer([figure(table=None)]).data == ""


def test_the_list_names_the_brief_its_tables_and_each_figure():
    facts = {"name": "facts.json", "media_type": "application/json", "text": "{}"}
    table = {"name": "actors", "columns": ["id"], "rows": [["hts"]]}
    data = offer([figure()], name="homs-truce", downloads=[facts], tables=[table]).data
    assert [name for name, *_ in files(data)] == ["homs-truce-facts.json", "homs-truce-actors.csv"]
    assert '<a href="#figure-map">' in data
    assert "apostrophe" in data


def test_hostile_names_and_texts_stay_texts():
    bad = {"name": f"{EVIL}.htm{EVIL}l", "media_type": f"text/html{EVIL}", "text": EVIL}
    made = offer([figure(downloads=[bad], table=TABLE)], name="x", title=EVIL, tables=[{"name": EVIL, **TABLE}])
    for markup in (made.under["map"], made.data):
        assert "<script" not in markup
        assert not re.search(r"<a (?![^<>]*>)", markup)
        assert all(re.fullmatch(r"x-[a-z0-9-]*\.[a-z0-9-]*", name) for name, *_ in files(markup))


def test_linked_data_is_json_without_a_character_that_html_reads():
    linked = offer([figure()], name="x", title=EVIL, linked_data={"@type": "Report", "headline": EVIL}).linked
    assert not set(linked) & set("<>&\u2028\u2029")
    assert json.loads(linked)["headline"] == EVIL


def test_linked_data_points_at_the_files_in_the_page():
    made = offer([figure()], name="x", linked_data={"@type": "Report"}, site="https://e.org/r")
    report = json.loads(made.linked)
    (file,) = report["mainEntity"]["distribution"]
    assert file["contentUrl"] == "#figure-map-map-csv"
    assert f'id="{file["contentUrl"][1:]}"' in made.under["map"]
    assert report["url"] == "https://e.org/r/x/x.html"
    assert offer().linked == ""


FACTS = {"name": "homs-truce", "title": "Truce", "summary": "One line.", "series": "Quick View", "desk": "Desk",
         "language": "en", "as_of": "2017-08-04", "topics": ["peace", "war"],
         "card": {"forecast": "Holds", "word": "Likely", "range": "55–80%"}}  # fmt: skip


def tags(**options):
    preview = offer(**{**FACTS, **options}).preview
    return [*preview.properties, *preview.names], preview.address


def test_a_preview_says_what_the_report_is():
    found, address = tags()
    assert dict(found) | {"article:tag": ""} == {
        "og:type": "article",
        "og:title": "Truce",
        "og:description": "One line.",
        "og:site_name": "Quick View",
        "og:locale": "en_GB",
        "article:published_time": "2017-08-04",
        "article:section": "Desk",
        "article:tag": "",
        "og:image": "homs-truce.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Truce. Holds: Likely, 55–80%",
        "twitter:card": "summary_large_image",
        "twitter:title": "Truce",
        "twitter:description": "One line.",
        "twitter:image": "homs-truce.png",
        "twitter:image:alt": "Truce. Holds: Likely, 55–80%",
    }
    assert [value for name, value in found if name == "article:tag"] == ["peace", "war"]
    assert address == ""


def test_with_a_site_addresses_are_absolute():
    found, address = tags(site="https://example.org/reports")
    assert address == dict(found)["og:url"] == "https://example.org/reports/homs-truce/homs-truce.html"
    assert dict(found)["og:image"] == "https://example.org/reports/homs-truce/homs-truce.png"


def test_a_report_without_a_name_promises_no_picture():
    found, _ = tags(name="")
    assert not any("image" in name for name, _ in found)
    assert dict(found)["twitter:card"] == "summary"


@pytest.mark.parametrize(("language", "locale"), [("en", "en_GB"), ("ar", "ar_EG"), ("fr", "fr_FR"), ("xx", "en_GB")])
def test_the_locale_names_a_country_too(language, locale):
    assert dict(tags(language=language)[0])["og:locale"] == locale


@pytest.mark.parametrize("address", ["https://example.org", "http://localhost:8000/reports/"])
def test_a_site_is_a_plain_address(address):
    assert sharing.site_address(address) == address.rstrip("/")


@pytest.mark.parametrize(
    "address", ["example.org", "ftp://example.org", "javascript:alert(1)", "https://", "https://e.org/?q", 'https://e.org/"><script>',
                "https://user:word@e.org", "file:///etc", "https://e.org/a b"],
)  # fmt: skip
def test_anything_else_is_refused_as_a_site(address):
    with pytest.raises(ValueError, match="is no address of a site"):
        sharing.site_address(address)


def test_the_name_of_another_report_leads_to_its_page_where_the_site_is_known_and_nowhere_else():
    named = '<p><cite data-report="b-c" lang="fr">Une <b>trêve</b></cite>, <cite data-report="d">D</cite></p>'
    assert sharing.link_reports(named, site="") == named
    linked = sharing.link_reports(named, site="https://x.example/r")
    assert '<a href="https://x.example/r/b-c/b-c.html">Une <b>trêve</b></a></cite>' in linked
    assert linked.count("<a ") == 2


def test_linked_data_give_the_address_of_another_report_where_the_site_is_known():
    cited = [{"@type": "CreativeWork", "@id": "#source-a"}, {"@type": "Report", "identifier": "b"}]
    facts = Masthead(**FACTS, linked_data={"citation": cited})
    found = [json.loads(sharing.json_ld(facts, [], site=site))["citation"] for site in ("", "https://x.example")]
    assert found[0] == cited
    assert [one.get("url") for one in found[1]] == [None, "https://x.example/b/b.html"]


def test_no_table_of_a_brief_is_offered_under_the_name_of_its_file():
    told = [DataTable(name=one.name, columns=one.columns, rows=one.rows) for one in tables(load(FULL)) if not one.title]
    assert {"hypotheses", "evidence", "related", "states", "control"} <= {one.name for one in told}
    assert [one.title for one in sharing.of_report(Masthead(tables=told)) if one.title.endswith(".csv")] == []
