"""The front page, opened from disk as a reader would."""

import base64
import json
from datetime import datetime

import pytest
from tests.builders.editions import ALL, ARABIC, FRESH, MOVED, QUIET, edition, entry
from tests.builders.screens import AXE, RUN, TAGS
from tests.conftest import ROOT

from quickview.nightly import index_page
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.slow

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def put(tmp_path):
    """Write a front page, with a picture for each report."""

    def write(given=ALL, *, theme="", language="en"):
        world = json.loads((ROOT / "shapes" / "world.geojson").read_text(encoding="utf-8"))
        page = index_page.write(given, theme=load_theme(theme), world=world, language=language)
        for one in given["reports"]:
            (tmp_path / one["name"]).mkdir(exist_ok=True)
            (tmp_path / one["name"] / f"{one['name']}.png").write_bytes(PIXEL)
        (tmp_path / "index.html").write_text(page, encoding="utf-8")
        return tmp_path / "index.html"

    return write


def shown(page):
    return page.evaluate(
        "[...document.querySelectorAll('.card')].filter(c => c.checkVisibility()).map(c => c.id.slice(2))"
    )


def search(page, text):
    page.get_by_role("searchbox").fill(text)
    return shown(page)


def test_pictures_come_from_beside_the_page_and_nothing_from_elsewhere(put, visit):
    seen = visit(put())
    picture = seen.page.locator("#r-moved img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 1
    assert seen.requests == []
    assert seen.complaints == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("TRUCE in", ["moved"]),
        ("cafe mosul", ["quiet"]),
        ("growers", ["fresh"]),
        ("altiplano", ["fresh"]),
        ("talks", ["fresh"]),
        ("bolivia", ["fresh"]),
        ("هُدْنَة فِي مدينه", ["arabic.ar"]),
        ("onerror", ["hostile"]),
    ],
)
def test_a_search_minds_neither_accents_nor_capitals_nor_vowel_signs(asked, found, put, visit):
    assert search(visit(put()).page, asked) == found


def test_the_number_found_is_told_and_so_is_that_nothing_fits(put, visit):
    page = visit(put()).page
    search(page, "homs")
    assert page.get_by_role("status").inner_text() == "Reports shown: 3 of 7"
    assert search(page, "no such thing") == []
    assert page.get_by_role("status").inner_text().startswith("No report fits")
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("() => document.querySelectorAll('.card:not([hidden])').length === 7")


@pytest.mark.parametrize(
    ("label", "option", "found"),
    [
        ("Country", "Bolivia", ["fresh"]),
        ("Topic", "هدنة", ["arabic.ar"]),
        ("Side", "Growers’ unions", ["fresh"]),
        ("Deadline", "14", ["moved", "hostile"]),
        ("Deadline", "passed", ["moved"]),
    ],
)
def test_reports_can_be_chosen_by_country_topic_side_and_deadline(label, option, found, put, visit):
    page = visit(put()).page
    page.get_by_role("combobox", name=label).select_option(value=option)
    assert shown(page) == found


def test_the_calendar_and_empty_sections_follow_what_is_chosen(put, visit):
    page = visit(put(edition(MOVED, ARABIC, QUIET))).page
    search(page, "cafe")
    assert page.locator(".calendar").is_hidden()
    assert page.get_by_role("heading", name="What moved").is_hidden()
    search(page, "homs truce")
    assert [one.inner_text() for one in page.locator("li[data-r] time").all() if one.is_visible()] == [
        "3 Sept",
        "14 Aug",
    ]


def test_a_dot_on_the_map_shows_what_lies_there_and_gives_back_the_rest(put, visit):
    page = visit(put(edition(MOVED, ARABIC, FRESH))).page
    dot = page.get_by_role("link", name="Homs, reports: 2")
    dot.focus()
    page.keyboard.press("Enter")
    assert shown(page) == ["moved", "arabic.ar"]
    page.keyboard.press("Enter")
    assert len(shown(page)) == 3


def test_a_link_to_a_related_card_that_is_not_shown_shows_all_again(put, visit):
    related = [{"name": "fresh", "title": "Blockade of the highland road"}]
    page = visit(put(edition(entry("here", title="Bridge opens", related=related), FRESH))).page
    assert search(page, "bridge") == ["here"]
    page.get_by_role("link", name="Blockade of the highland road").first.click()
    assert set(shown(page)) == {"here", "fresh"}
    assert page.get_by_role("searchbox").input_value() == ""


@pytest.mark.parametrize("width", [390, 1440])
def test_a_map_is_seen_whole_in_its_frame(width, put, visit):
    many = [entry(name, map_height=high) for name, high in (("a", 300), ("b", 366), ("c", 560), ("d", 616))]
    page = visit(put(edition(*many)), width=width).page
    frames = page.evaluate("""[...document.querySelectorAll(".card:not(.lead) .map")].map((map) => {
      const [outer, inner] = [map, map.firstElementChild].map((one) => one.getBoundingClientRect());
      return [inner.width / inner.height, inner.width <= outer.width + 1 && inner.height <= outer.height + 1];
    })""")
    assert [ratio for ratio, _ in frames] == pytest.approx([558 / high for high in (366, 560, 616)], rel=0.01)
    assert all(whole for _, whole in frames)


def test_of_a_card_s_picture_the_side_with_the_map_is_seen(put, visit):
    page = visit(
        put(edition(MOVED, entry("left", map_height=500), entry("right.ar", language="ar", map_height=500)))
    ).page
    beyond = page.evaluate("""[...document.querySelectorAll(".card:not(.lead) .map")].map((map) => {
      const [seen, picture] = [map.firstElementChild, map.querySelector("img")].map((one) => one.getBoundingClientRect());
      return [seen.left - picture.left, picture.right - seen.right].map((beside) => Math.round(558 * beside / seen.width));
    })""")
    assert beyond == [[642, 0], [0, 642]]


def test_what_is_asked_for_stands_in_the_address_and_comes_back_with_it(put, visit):
    path = put(edition(MOVED, ARABIC, FRESH))
    page = visit(path).page
    page.get_by_role("combobox", name="Country").select_option(value="Syria")
    search(page, "truce")
    page.wait_for_function("() => location.hash.includes('q=truce')")
    page.goto(page.url)
    page.reload()
    assert page.get_by_role("searchbox").input_value() == "truce"
    assert shown(page) == ["moved"]
    page.evaluate("location.hash = 'at=fresh'")
    page.wait_for_function("() => document.querySelector('#r-moved').hidden")
    assert shown(page) == ["fresh"]


def test_a_foreign_address_chooses_nothing_that_is_not_there(put, visit):
    seen = visit(put())
    seen.page.evaluate("location.hash = 'country=Nowhere&due=9&at=none&q='")
    seen.page.wait_for_function("() => document.querySelector('[name=country]').value === ''")
    assert len(shown(seen.page)) == 7
    assert seen.complaints == []


def test_without_scripts_every_report_is_there_and_no_filter_leads_nowhere(put, visit):
    page = visit(put(), scripts=False).page
    assert len(shown(page)) == 7
    assert page.locator("#find").is_hidden()


def test_a_card_does_without_a_picture_that_is_not_there(put, visit):
    path = put(edition(MOVED))
    (path.parent / "moved" / "moved.png").unlink()
    page = visit(path).page
    page.wait_for_function("() => !document.querySelector('.map')")
    assert page.locator("#r-moved.bare").is_visible()


@pytest.mark.parametrize("name", ["moved", "fresh"])
@pytest.mark.parametrize(("width", "own", "language"), [(1280, "ar", "en"), (1280, "en", "ar"), (360, "ar", "en")])
def test_the_picture_leads_where_the_headline_leads(name, width, own, language, put, visit):
    moved = {**MOVED, "report": {**MOVED["report"], "language": own}}
    path = put(edition(moved, FRESH), language=language)
    (path.parent / name / f"{name}.html").write_text(name, encoding="utf-8")
    page = visit(path, width=width).page
    # Fonts that come in between would move what is clicked.
    page.evaluate("() => document.fonts.ready")
    page.locator(f"#r-{name} .map").click(position={"x": 40, "y": 40}, force=True)
    page.wait_for_url(f"**/{name}/{name}.html")


@pytest.mark.parametrize(("language", "theme"), [("en", ""), ("ar", "gazette")])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_never_scrolls_sideways(width, language, theme, put, visit):
    page = visit(put(language=language, theme=theme), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("scheme", "width", "language", "theme"),
    [
        ("light", 1280, "en", ""),
        ("dark", 360, "en", "signal"),
        ("light", 360, "ar", "gazette"),
        ("dark", 1280, "fr", ""),
    ],
)
def test_the_front_page_has_no_fault_that_axe_can_find(scheme, width, language, theme, put, visit):
    page = visit(put(language=language, theme=theme), width=width, scheme=scheme).page
    page.evaluate(AXE)
    found = page.evaluate(RUN, TAGS)
    assert found["violations"] == []
    assert found["incomplete"] == []


def test_every_control_can_be_reached_by_key_and_shows_that_it_is(put, visit):
    page = visit(put()).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the reports"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "reports"
    page.get_by_role("searchbox").focus()
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate("document.activeElement.type") == "reset"


def test_print_shows_every_card_change_and_date_and_no_filter(put, visit):
    many = edition(*(entry(f"r-{n}", deadlines=MOVED["report"]["deadlines"]) for n in range(20)), MOVED)
    page = visit(put(many), width=794, media="print").page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(shown(page)) == 21
    assert page.get_by_text("Four.").is_visible()
    assert all(one.is_visible() for one in page.locator("li[data-r]").all())
    assert page.locator("#find").is_hidden()


def test_a_keystroke_among_a_thousand_reports_changes_cards_only_where_it_must(put, visit):
    page = visit(put(edition(*(entry(f"r-{n:04}", title=f"Report {n:04}") for n in range(1000))))).page
    page.evaluate("""() => {
      window.touched = 0;
      new MutationObserver(all => { touched += all.length; }).observe(document.querySelector('main'), {attributes: true, attributeFilter: ['hidden'], subtree: true});
    }""")
    assert len(search(page, "099")) == 11
    page.evaluate("touched = 0")
    assert search(page, "0990") == ["r-0990"]
    assert page.evaluate("touched") == 10


@pytest.mark.parametrize(
    ("language", "now", "said"),
    [
        ("en", "2017-08-23T08:00:00", "This edition is 3 days old"),
        ("fr", "2017-08-23T08:00:00", "Cette édition a 3\u00a0jours"),
        ("ar", "2017-08-22T08:00:00", "عمر هذه الطبعة يومان"),
        ("en", "2018-01-20T08:00:00", "This edition is 5 months old"),
        ("en", "2019-12-01T08:00:00", "This edition is 2 years old"),
        ("en", "2017-08-21T23:00:00", None),
        ("en", "2017-08-01T08:00:00", None),
    ],
)
def test_an_edition_that_is_read_later_says_how_old_it_is(put, engine, language, now, said):
    page = engine.new_page()
    page.clock.set_fixed_time(datetime.fromisoformat(now))
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(put(language=language).as_uri())
    age = page.locator(".age")
    assert age.is_visible() == bool(said)
    assert age.text_content() == (said or "")
    assert complaints == []
    page.close()
