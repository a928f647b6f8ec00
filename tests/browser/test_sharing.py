"""What a reader takes away from a finished report, opened from disk."""

import csv
import io
import json

import pytest
from tests.conftest import file_of

pytestmark = pytest.mark.slow

FIGURES = ["map", "network", "timeline", "yardstick"]
COLLECT = "s => [...document.querySelectorAll(s)].map(a => a.id)"


def take(page, anchor):
    """Click a download as a reader would, and return its name and its text."""
    with page.expect_download() as download:
        page.locator(f"[id='{anchor}']").click()
    return download.value.suggested_filename, download.value.path().read_bytes().decode()


def rows(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


@pytest.fixture
def linked(homs_html, view):
    return json.loads(view(homs_html).locator("script[type='application/ld+json']").text_content())


def test_every_table_can_be_saved_without_scripts_and_is_the_one_shown(homs_html, visit):
    page = visit(homs_html, scripts=False).page
    for figure in FIGURES:
        name, text = take(page, f"figure-{figure}-{figure}-csv")
        assert name == f"homs-truce-{figure}.csv"
        page.locator(f"#figure-{figure} summary").click()
        read = "t => [...t.rows].map(r => [...r.cells].map(c => c.innerText.trim()))"
        shown = page.locator(f"#figure-{figure} details table").evaluate(read)
        saved = [[" ".join(cell.split()) for cell in row] for row in rows(text)]
        assert saved == [[" ".join(cell.split()) for cell in row] for row in shown]


def test_the_maps_layers_can_be_saved_and_hold_what_the_map_shows(homs_html, visit, homs_territory):
    name, text = take(visit(homs_html, scripts=False).page, "figure-map-map-geojson")
    assert name == "homs-truce-map.geojson"
    places = [one for one in json.loads(text)["features"] if one["properties"]["layer"] == "places"]
    assert {one["properties"]["name"] for one in places} == set(homs_territory.places["name"])


def test_every_file_of_the_list_can_be_saved_and_read(homs_html, view, homs):
    page = view(homs_html)
    files = dict(take(page, anchor) for anchor in page.evaluate(COLLECT, "#data a[download]"))
    assert set(files) == {
        f"homs-truce-{n}"
        for n in (
            "actors.csv",
            "evidence.csv",
            "facts.json",
            "hypotheses.csv",
            "outcomes.csv",
            "quantities.csv",
            "related.csv",
            "sources.csv",
            "terms.csv",
        )
    }
    assert json.loads(files["homs-truce-facts.json"])["document"]["title"] == homs.facts.document.title
    actors = rows(files["homs-truce-actors.csv"])
    assert [row[1] for row in actors[1:]] == [actor.name for actor in homs.facts.actors]
    assert "هيئة تحرير الشام" in files["homs-truce-actors.csv"]


def test_the_list_leads_to_every_figure(homs_html, view):
    page = view(homs_html)
    targets = page.evaluate(
        "[...document.querySelectorAll('#data .files a:not([download])')].map(a => a.getAttribute('href'))"
    )
    assert targets == [f"#figure-{name}" for name in FIGURES]


def test_linked_data_names_every_file_and_every_source_in_the_page(linked, homs_html, view):
    page = view(homs_html)
    files = [one["contentUrl"] for one in linked["mainEntity"]["distribution"]]
    assert {one[1:] for one in files} == set(page.evaluate(COLLECT, "a[download]"))
    anchors = [one["@id"] for one in linked["citation"]]
    assert page.evaluate("t => t.filter(x => !document.querySelector(x))", [*anchors, *files, linked["@id"]]) == []


def test_previews_of_a_link_say_what_the_page_says(homs_html, view):
    page = view(homs_html)
    told = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('meta[property]')].map(m => [m.getAttribute('property'), m.content]))"
    )
    assert told["og:title"] == page.locator("h1").inner_text()
    assert told["og:image"] == "homs-truce.png"
    assert page.locator("link[rel=canonical]").count() == 0


def test_the_picture_that_a_preview_names_lies_beside_the_page(homs_edition):
    assert file_of(homs_edition, ".png").name == "homs-truce.png"


def test_print_has_no_downloads(homs_html, view):
    assert view(homs_html, media="print").locator(".downloads:visible").count() == 0
