"""The front page of all reports, as it is written."""

import base64
import copy
import hashlib
import json
import re

import pytest
from lxml import html
from tests.builders.editions import (
    ALL,
    ARABIC,
    FRESH,
    HOSTILE,
    MOVED,
    NASTY,
    NEVER,
    QUIET,
    STALE,
    WORLD,
    changes,
    deadline,
    edition,
    entry,
    forecast,
)
from tests.conftest import ROOT

from quickview.edition import draft_message
from quickview.language.catalogs import Language
from quickview.nightly import index_page, world_map
from quickview.theme.theme import SHIPPED, load_theme

THEME = load_theme()


def write(given, **options):
    return index_page.write(given, **{"theme": THEME, "world": WORLD, **options})


def read(given=ALL, **options):
    return html.document_fromstring(write(given, **options))


def card(page, name):
    (found,) = page.xpath(f"//*[@id='r-{name}']")
    return found


def words(element):
    return re.sub(r"\s+", " ", element.text_content()).strip()


def names(page, section):
    return [one.get("id")[2:] for one in page.xpath(f"//section[h2/@id='{section}']/article")]


def rows(page):
    return [words(one) for one in page.xpath("//li[@data-r]")]


def many(count, **given):
    return edition(*(entry(f"r-{n:03}", **given) for n in range(count)))


def test_the_nameplate_tells_the_series_the_day_and_how_many_reports_there_are():
    head = words(read().find(".//header"))
    assert head == ("Quick View Edition of 20 August 2017 7 reports · 1 new · 1 changed · 1 out of date · 1 not made")


def test_what_changed_comes_first_then_what_failed_then_what_is_new():
    page = read()
    assert names(page, "moved") == ["moved", "never", "stale", "fresh"]
    assert names(page, "others") == ["hostile", "quiet", "arabic.ar"]


def test_a_second_run_in_the_same_night_still_tells_what_moved_in_it():
    again = edition({**MOVED, "state": "unchanged"}, QUIET)
    assert names(read(again), "moved") == ["moved"]


def test_a_report_that_changed_long_ago_is_as_before():
    assert names(read(edition(entry("old", as_of="2017-08-01", changes=changes("x")), MOVED)), "others") == ["old"]


def test_of_one_day_the_one_that_changed_most_leads():
    little = entry("a-little", "succeeded", changes=changes("One."))
    assert names(read(edition(little, MOVED)), "moved") == ["moved", "a-little"]


def test_where_nothing_moved_the_latest_reports_stand_first():
    page = read(many(7, as_of="2017-08-01"))
    assert page.xpath("string(//h2[@id='moved'])") == "Latest reports"
    assert len(names(page, "moved")) == index_page.FIRST
    assert len(names(page, "others")) == 2


def test_more_that_moved_goes_on_below_the_map_and_no_report_is_shown_twice():
    page = read(edition(*(entry(f"r-{n}", "succeeded", since=None) for n in range(20)), QUIET))
    assert len(names(page, "more")) == 15
    assert names(page, "others") == ["quiet"]
    assert len(page.xpath("//article")) == 21


def test_a_card_leads_to_its_report_and_shows_judgement_and_changes():
    found = card(read(), "moved")
    assert found.xpath(".//h3/a/@href") == ["moved/moved.html"]
    assert found.xpath(".//p[@class='foot']/a/@href") == ["moved/moved.pdf"]
    assert "likely 55–80%" in words(found)
    assert found.xpath(".//*[@class='scale']/i/@style") == ["inset-inline:55% 20%"]
    assert [words(one) for one in found.xpath(".//div[@class='changes']/ul/li")] == ["One.", "Two.", "Three."]
    assert words(found.find(".//details")) == "1 more changeFour."
    assert {"Middle East desk", "Syria"} <= set(words(found.find(".//p[@class='kicker']"))[8:].split(" · "))


def test_a_picture_says_what_it_shows_keeps_its_place_and_waits_until_it_is_seen():
    (picture,) = card(read(), "fresh").xpath(".//img")
    assert dict(picture.attrib) == {
        "src": "fresh/fresh.png", "alt": "Map: Altiplano", "width": "1200", "height": "630", "loading": "lazy",
        "decoding": "async",
    }  # fmt: skip


def test_there_is_no_picture_without_a_place_or_without_a_card_and_no_pdf_unless_said():
    page = read(edition(QUIET, entry("drawn", picture=False)))
    assert page.xpath("//article//img") == []
    assert not [address for address in page.xpath("//article//@href") if address.endswith(".pdf")]


def test_a_report_out_of_date_says_which_one_stands_and_why():
    found = card(read(), "stale")
    assert "The report of 3 August 2017 still stands: a cell of its notebook failed." in words(found)
    assert "E-CELL cell 9 failed" in words(found.find(".//details"))
    assert found.xpath(".//h3/a/@href") == ["stale/stale.html"]


@pytest.mark.parametrize(("language", "mark"), [("en", "Draft"), ("fr", "Brouillon"), ("ar", "مسودة")])
def test_a_draft_is_marked_and_says_how_much_of_it_is_no_fact(language, mark):
    draft = entry("draft", unconfirmed=["place", "events.arrival"], examples=1)
    page = read(edition(draft, QUIET), language=language)
    assert [words(one) for one in page.xpath("//span[@class='mark draft']")] == [mark]
    (told,) = card(page, "draft").xpath(".//p[@class='draft']")
    assert words(told) == draft_message(draft, Language(language))
    if language == "en":
        assert "2 entries are guesses that nobody has confirmed." in words(told)
        assert words(page.xpath("//p[@class='counts']")[0]) == "2 reports · 1 draft"


def test_a_report_never_made_has_a_card_without_a_link():
    found = card(read(), "never")
    assert "Not made" in words(found)
    assert "its brief has faults" in words(found)
    assert found.xpath(".//@href") == []


@pytest.mark.parametrize("cause", ["brief", "cell", "timeout", "kernel", "browser", "disk", "incomplete", "worker", "machine"])  # fmt: skip
def test_every_cause_has_words_of_its_own(cause):
    said = words(card(read(edition(entry("a", "failed", cause=cause))), "a").find(".//p[@class='told']"))
    assert "not known" not in said


def test_a_card_speaks_its_reports_language_and_the_page_its_own():
    found = card(read(language="fr"), "arabic.ar")
    assert {(one.get("lang"), one.get("dir")) for one in found.xpath(".//h3 | .//div[@class='judged']")} == {
        ("ar", "rtl")
    }
    assert "5 août 2017" in words(found)
    assert read(language="ar").get("dir") == "rtl"


def test_a_country_is_not_named_again_after_its_desk():
    found = read(edition(entry("a", desk="Syria — aid"), entry("b", desk="Desk")), language="fr")
    assert [words(one) for one in found.xpath("//p[@class='kicker']")] == ["Syria — aid", "Desk · Syrie"]


def test_the_calendar_goes_by_month_and_what_has_passed_comes_last():
    page = read(edition(MOVED, ARABIC))
    assert [words(one) for one in page.xpath("//details[@class='month']//h3")] == ["September 2017", "August 2017"]
    assert rows(page)[0] == "3 SeptHighway opens due in 14 daysTruce in Homs · given by Gazette · pending"
    assert rows(page)[-1].startswith("14 AugPrisoners are freed was due 6 days ago")
    assert page.xpath("count(//div[@class='past']//li)") == 1


def test_a_date_of_today_is_neither_ahead_nor_passed():
    assert "today" in rows(read(edition(entry("a", deadlines=[deadline("2017-08-20")]))))[0]


def test_a_long_calendar_opens_with_the_next_month_only():
    dates = [deadline(f"2017-{month:02}-{day:02}") for month in (7, 9, 10) for day in range(1, 15)]
    page = read(edition(entry("a", deadlines=dates)))
    assert [one.get("open") is not None for one in page.xpath("//details[@class='month']")] == [True, False, False]


def test_reports_close_together_share_a_dot_that_leads_to_the_first():
    dots = read(edition(MOVED, ARABIC, FRESH)).xpath("//svg//a")
    assert [(one.get("href"), one.get("data-at"), one.get("aria-label")) for one in dots] == [
        ("#r-moved", "0 2", "Homs, reports: 2"), ("#r-fresh", "1", "Altiplano, reports: 1"),
    ]  # fmt: skip


def test_a_card_says_since_when_it_changed_and_names_no_day_for_an_edition_of_its_own_day():
    told = {"2017-08-03": "Changed since 3 August 2017", "2017-08-20": "Changed since an earlier edition of the same day",
            None: "What changed"}  # fmt: skip
    for since, heading in told.items():
        page = read(edition(entry("a", "succeeded", since=since, changes=changes("One."))))
        assert page.xpath("string(//div[@class='changes']/p)") == heading


@pytest.mark.parametrize(("language", "said"), [("en", "Homs, reports: 2"), ("ar", "Homs، عدد التقارير: 2")])
def test_a_dot_s_name_holds_the_number_it_shows_where_a_language_has_a_word_for_two(language, said):
    (dot,) = read(edition(MOVED, ARABIC), language=language).xpath("//svg//a[text]")
    assert dot.xpath("string(text)") == "2"
    assert dot.get("aria-label") == dot.xpath("string(title)") == said


def test_a_place_in_the_pacific_is_on_the_map():
    page = read(edition(entry("tonga", place={"name": "Tonga", "longitude": -175.2, "latitude": -21.1})))
    left, _, width, _ = map(int, page.xpath("string(//svg/@viewbox)").split())
    assert left < int(page.xpath("string(//svg//circle/@cx)")) < left + width


def test_without_the_world_or_places_there_is_no_map():
    assert read(world=None).xpath("//svg") == []
    assert read(edition(QUIET)).xpath("//svg") == []


def test_the_world_is_small_and_no_country_is_drawn_across_the_map():
    world = json.loads((ROOT / "shapes" / "world.geojson").read_text(encoding="utf-8"))
    drawn = world_map.path(world)
    assert len(drawn) < 40_000
    steps = [list(map(int, re.findall(r"-?\d+", ring))) for ring in re.findall(r"l([^z]*)z", drawn)]
    assert len(steps) > 150
    assert max(abs(step) for ring in steps for step in ring[::2]) < 100


@pytest.mark.parametrize(("longitude", "x"), [(0, 0), (180, 2.7066), (-180, -2.7066)])
def test_the_projection_is_equal_earth(longitude, x):
    assert world_map.equal_earth(longitude, 0) == pytest.approx((x, 0), abs=1e-4)
    assert world_map.equal_earth(0, 90)[1] == pytest.approx(1.3174, abs=1e-4)


def test_text_of_a_brief_never_becomes_markup():
    page = read(edition(HOSTILE))
    assert card(page, "hostile").xpath("string(.//h3)") == NASTY
    assert page.xpath("//*[@onerror]") == []
    assert len(page.xpath("//script")) == 2
    assert json.loads(page.xpath("string(//script[1])"))["names"]["side"] == [NASTY]


@pytest.mark.parametrize("name", ["../up", "javascript:alert(1)", "a b", "A", "a/b", "//host"])
def test_a_name_that_the_kit_does_not_give_is_no_address(name):
    found = read(edition(entry(name, pdf=True))).find(".//article")
    assert found.xpath(".//@href | .//@src") == []


def test_the_policy_admits_the_pages_own_script_and_style_and_nothing_else():
    page = read()
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    for kind, element in (("script-src", page.xpath("//script")[1]), ("style-src-elem", page.find(".//style"))):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none'; ")


def test_the_page_points_at_feed_list_and_record():
    page = read(site="https://example.org/reports")
    assert page.xpath("//link[@rel='alternate']/@href") == ["feed.xml", "reports.json"]
    assert page.xpath("//footer//@href") == ["feed.xml", "reports.json", "edition.json"]
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://example.org/reports/"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_colour_a_rule_names_exists_in_every_theme(name):
    (css,) = re.findall(r"<style>(.*?)</style>", write(ALL, theme=load_theme(name)), re.DOTALL)
    assert set(re.findall(r"var\(--([a-z0-9-]+)", css)) <= set(re.findall(r"--([a-z0-9-]+):", css))
    assert css.count("{") == css.count("}")
    assert not re.search(r"\b(margin|padding|border)-(left|right)|(?<![\w-])(left|right)\s*:", css)


def test_the_page_carries_the_fonts_of_its_text_and_no_others():
    assert write(edition(QUIET)).count("@font-face") == 2
    assert write(edition(QUIET, ARABIC)).count("@font-face") == 4


def test_an_edition_without_reports_says_so():
    assert "There are no reports yet." in words(read(edition()))


def test_the_same_edition_gives_the_same_bytes_and_is_left_as_it_was():
    before = copy.deepcopy(ALL)
    assert write(ALL) == write({**ALL, "reports": ALL["reports"][::-1]})
    assert before == ALL


def test_a_thousand_reports_stay_light():
    assert len(write(many(1000)).encode()) < 1_200_000


def test_names_only_of_what_is_there_are_offered_to_filter_by():
    names_of = json.loads(read(edition(STALE, NEVER, FRESH)).xpath("string(//script[1])"))["names"]
    assert names_of == {
        "country": ["Syria", "Bolivia"], "topic": ["ceasefire", "talks"],
        "side": ["Government side", "Growers’ unions"],
    }  # fmt: skip


def test_the_last_day_of_a_forecast_is_due_until_it_is_settled_and_then_overdue():
    def told(**given):
        forecasts = [{**forecast("Road reopens"), "date": "2017-08-15", **given}]
        return read(edition(entry("one", forecasts=forecasts))).text_content()

    assert "overdue for 5 days" in told()
    assert "to be settled in 10 days" in told(date="2017-08-30")
    settled = told(outcome="no", settled="2017-08-16")
    assert "overdue" not in settled
    assert "Did not come true" in settled
    # On the day of the edition nobody knew.
    assert "overdue for 5 days" in told(outcome="no", settled="2018-01-01")


OLD = entry(
    "old", as_of="1999-07-14", deadlines=[deadline("1999-08-18", "Arms laid down")],
    forecasts=[{**forecast("Peace holds"), "date": "2000-07-07"}, {**forecast("Vote held"), "id": "g", "date": "2017-08-30"}],
)  # fmt: skip


def test_what_a_brief_of_long_ago_waited_for_is_not_watched_any_more_but_its_forecasts_wait_to_be_settled():
    page = read(edition(OLD, MOVED))
    told = " ".join(rows(page))
    assert "Arms laid down" not in told
    assert "Peace holds was to be settled 17 years ago" in told
    assert "Vote held to be settled in 10 days" in told
    assert "days ago" not in words(card(page, "old"))
    assert card(page, "old").get("data-d").split() == ["-6253", "10"]


def test_a_day_is_watched_for_ninety_days_after_it_passed():
    dates = [deadline("2017-05-22", "Ninety days"), deadline("2017-05-21", "Ninety-one days")]
    assert [one.split("Ninety")[1][:4] for one in rows(read(edition(entry("a", deadlines=dates))))] == [" day"]


def test_a_card_of_long_ago_says_its_day_beside_its_desk_and_that_its_forecast_is_overdue():
    page = read(edition(OLD, MOVED))
    assert words(card(page, "old").find(".//p[@class='kicker']")).endswith("14 July 1999")
    assert "Was to be settled 17 years ago" in words(card(page, "old"))
    assert "2017" not in words(card(page, "moved").find(".//p[@class='kicker']"))


def test_a_card_leads_to_related_reports_of_the_edition_in_its_own_language_where_there_is_one():
    related = [{"name": "moved", "title": "Truce in Homs"}, {"name": "elsewhere", "title": "Not made here"}]
    here = entry("here", related=related)
    arabic = entry("here.ar", language="ar", related=[{"name": "moved", "title": "هدنة"}])
    page = read(edition(here, arabic, MOVED, entry("moved.ar", language="ar")))
    (see,) = card(page, "here").xpath(".//p[@class='see']")
    assert see.xpath("./a/@href") == ["#r-moved"]
    assert words(see) == "See also: Truce in Homs"
    assert card(page, "here.ar").xpath(".//p[@class='see']/a/@href") == ["#r-moved.ar"]
    assert not card(page, "moved").xpath(".//p[@class='see']")


def test_a_picture_is_shown_as_high_as_its_map_is():
    page = read(edition(entry("wide", map_height=366), entry("unknown")))
    frames = {name: card(page, name).xpath("string(.//div[@class='map']/span/@style)") for name in ("wide", "unknown")}
    assert frames == {"wide": "--high:366", "unknown": "--high:612"}


def test_an_edition_of_no_day_yet_has_a_page():
    assert words(card(read(edition(NEVER, as_of="")), "never")).startswith("Not made")


@pytest.mark.parametrize("count", [0, 1, 500])
def test_a_front_page_shows_every_report_be_there_none_or_many_and_of_any_day(count):
    days = ("0001-01-01", "2017-08-20", "9999-12-31")
    entries = [
        entry(
            f"r{n}",
            as_of=days[n % 3],
            deadlines=[deadline(days[n % 2])],
            forecasts=[{**forecast(), "date": days[n % 3]}],
        )
        for n in range(count)
    ]
    page = html.document_fromstring(index_page.write(edition(*entries), theme=load_theme(), world=WORLD))
    assert len(page.xpath("//article")) == count
    assert len(page.find_class("empty")) == (count == 0)
