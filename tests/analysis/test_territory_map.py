"""The map: true to scale, every place marked, nothing drawn through a name."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from quickview.analysis import territory_map
from quickview.analysis.canvas import NARROW, WIDE
from quickview.analysis.territory_map import Sheet, places_table, scale_length_km
from quickview.brief.records import Site
from quickview.brief.vocabulary import Located
from quickview.theme.palette import LIGHT, side

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("name", ["homs", "andes"])
WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])
PIXELS = {"wide": WIDE, "narrow": NARROW}


def _meta(figures, name):
    return figures[name, "map"]["layout"]["meta"]


@BOTH
@WIDTHS
def test_every_place_in_the_frame_is_marked(drawings, territories, name, width):
    sheet = Sheet(territories[name], PIXELS[width])
    frame = box(*sheet.frame)
    points = [sheet.project(point) for point in territories[name].places.geometry]
    marks = [Point(mark["x"], mark["y"]) for mark in drawings[name, "map", width].markers()]
    assert all(any(point.distance(mark) < 0.1 for mark in marks) for point in points if frame.covers(point))


@BOTH
def test_the_frame_shows_the_territory_and_its_cities(territories, name):
    for width in (WIDE, NARROW):
        sheet = Sheet(territories[name], width)
        frame = box(*sheet.frame)
        assert frame.contains(sheet.project(territories[name].shape))
        for city in territories[name].brief.facts.place.cities:
            assert frame.contains(sheet.project(territories[name].point(city)))


@BOTH
@WIDTHS
def test_the_cities_are_named(drawings, territories, name, width):
    for city in territories[name].brief.facts.place.cities:
        assert drawings[name, "map", width].label(city)


def test_north_is_up_and_east_is_right_in_the_south_too(andes_territory):
    sheet = Sheet(andes_territory, WIDE)
    town, city = (sheet.project(andes_territory.point(name)) for name in ("Villa Plomo", "Llano Grande"))
    assert city.y > town.y
    assert city.x > town.x


@BOTH
@WIDTHS
def test_the_scale_bar_is_as_long_as_it_says(drawings, territories, name, width):
    drawing = drawings[name, "map", width]
    (label,) = [one for one in drawing.labels if one.text.endswith(" km")]
    spans = [geometry.bounds for _, geometry in drawing.lines]
    (bar,) = [b for b in spans if abs((b[0] + b[2]) / 2 - label.x) < 0.1 and 0 < label.y - b[1] < 8]
    metres = (bar[2] - bar[0]) / Sheet(territories[name], PIXELS[width]).pixels_per_metre
    assert metres == pytest.approx(float(label.text.split()[0]) * 1e3, rel=0.01)


def test_a_scale_below_a_kilometre_is_in_metres(andes_territory, as_drawings):
    here = andes_territory.point("Villa Plomo")
    small = andes_territory.outline.set_geometry([here.buffer(150 / 111_000)])
    place = andes_territory.brief.facts.place.model_copy(update={"cities": ()})
    brief = replace(andes_territory.brief, facts=andes_territory.brief.facts.model_copy(update={"place": place}))
    figure = territory_map(replace(andes_territory, brief=brief, outline=small))
    wide, _ = as_drawings(figure)
    assert [label.text for label in wide.labels if label.text.endswith(" m")] == ["50 m"]
    assert "km²" in figure.layout.meta["title"]


@given(st.floats(0.05, 5000))
def test_scale_lengths_are_round_and_of_fitting_size(span):
    length = scale_length_km(span)
    assert 0.08 * span <= length <= 0.27 * span
    assert f"{length:e}"[0] in "125"


@BOTH
@WIDTHS
def test_no_line_is_drawn_through_the_name_of_a_place(drawings, territories, name, width):
    drawing = drawings[name, "map", width]
    towns = set(territories[name].places["name"])
    names = [label for label in drawing.labels if label.text in towns]
    drawn = [geometry for trace, geometry in drawing.lines if trace["line"]["color"] != LIGHT["rule"]]
    assert names
    assert [label.text for label in names if any(g.intersects(box(*label.box)) for g in drawn)] == []


@BOTH
@WIDTHS
def test_no_name_covers_a_symbol(drawings, name, width):
    drawing = drawings[name, "map", width]
    symbols = [box(m["x"] - 2, m["y"] - 2, m["x"] + 2, m["y"] + 2) for m in drawing.markers()]
    assert [label.text for label in drawing.labels if any(s.intersects(box(*label.box)) for s in symbols)] == []


@BOTH
@WIDTHS
def test_the_legend_explains_every_status_that_occurs_and_no_other(drawings, territories, name, width):
    places, sites = territories[name].places, territories[name].brief.facts.sites
    # A place that holds a site is marked as the site.
    present = set(places[~places["name"].isin([site.place for site in sites])]["status"])
    texts = [label.text for label in drawings[name, "map", width].labels]
    for status in territories[name].brief.facts.place.statuses:
        assert (status.label in texts) == (status.status in present)


def test_a_place_takes_the_colour_of_the_side_that_holds_it(drawings, andes):
    marks = {mark["text"].partition(":")[0]: mark for mark in drawings["andes", "map", "wide"].markers()}
    assert marks["Villa Plomo"]["color"] == side(1)
    assert marks["Abra Larga"]["color"] == side(2)
    assert marks["Corral Viejo"]["color"] == LIGHT["muted"]
    assert "open" in marks["Corral Viejo"]["symbol"]


def test_two_statuses_of_one_side_have_symbols_of_their_own(drawings):
    marks = {mark["text"].partition(":")[0]: mark for mark in drawings["andes", "map", "wide"].markers()}
    assert marks["Villa Plomo"]["color"] == marks["Puente Seco"]["color"]
    assert marks["Villa Plomo"]["symbol"] != marks["Puente Seco"]["symbol"]


@WIDTHS
def test_a_surveyed_outline_is_drawn_without_dashes_or_hatching(drawings, andes_territory, width):
    traces = [trace for trace, _ in drawings["andes", "map", width].lines if trace["line"]["color"] == side(1)]
    assert {trace["line"].get("dash", "solid") for trace in traces} == {"solid"}
    assert all(trace["line"]["width"] > 1 for trace in traces)


@WIDTHS
def test_an_indicative_outline_is_dashed_hatched_and_called_so(drawings, figures, width):
    lines = [trace["line"] for trace, _ in drawings["homs", "map", width].lines if trace["line"]["color"] == side(5)]
    assert any(line["width"] < 1 for line in lines)
    assert any(line.get("dash", "solid") != "solid" for line in lines)
    assert any("indicative outline" in label.text for label in drawings["homs", "map", width].labels)
    assert "indicative" in _meta(figures, "homs")["alt"]


def test_a_surveyed_outline_is_nowhere_called_indicative(figures):
    meta = _meta(figures, "andes")
    assert "ndicative" not in " ".join((meta["title"], meta["caption"], meta["alt"]))


@WIDTHS
def test_the_inset_names_the_country_and_marks_the_spot_inside_it(drawings, width):
    drawing = drawings["andes", "map", width]
    (mark,) = [g for trace, g in drawing.lines if trace["line"]["color"] == LIGHT["house"]]
    name = drawing.label("Bolivia")
    assert box(*mark.bounds).centroid.distance(Point(name.x, name.y)) < 80
    assert not box(*name.box).intersects(mark)


def test_without_countries_there_is_no_inset(andes_territory, as_drawings):
    bare = replace(andes_territory, countries=andes_territory.countries.iloc[:0])
    for drawing in as_drawings(territory_map(bare)):
        assert "Bolivia" not in [label.text for label in drawing.labels]
        assert drawing.label("Llano Grande")


def test_without_regions_the_map_is_still_drawn(andes_territory, as_drawings):
    bare = replace(andes_territory, regions=andes_territory.regions.iloc[:0])
    for drawing in as_drawings(territory_map(bare)):
        assert drawing.label("Villa Plomo")


def _titled(territory, **place):
    facts = territory.brief.facts
    brief = replace(territory.brief, facts=facts.model_copy(update={"place": facts.place.model_copy(update=place)}))
    return territory_map(replace(territory, brief=brief)).layout.meta


def test_the_title_finds_the_road_that_runs_through(figures):
    assert _meta(figures, "homs")["title"] == "The northern Homs pocket sits astride the Homs–Hama highway"


def test_the_title_says_where_the_territory_lies_from_its_city(figures):
    assert _meta(figures, "andes")["title"] == "Villa Plomo mining district lies 11 km south-west of Llano Grande"


def test_the_title_names_both_cities_that_bracket_the_territory(andes_territory):
    meta = _titled(andes_territory, cities=("Llano Grande", "Abra Larga"))
    assert meta["title"].endswith("lies between Llano Grande and Abra Larga")


def test_a_city_inside_brackets_nothing(andes_territory):
    meta = _titled(andes_territory, cities=("Villa Plomo",))
    assert meta["title"] == "Villa Plomo mining district covers 166 km²"
    assert "Villa Plomo lies inside it." in meta["alt"]


def test_the_alternative_text_tells_distances_and_counts(figures):
    alt = _meta(figures, "andes")["alt"]
    assert "166 square kilometres" in alt
    assert "Llano Grande lies 11 km north-east of its edge." in alt
    assert "Cut off: 2 places. Pickets on the road: 2 places. Road open: 3 places. Not reported: 1 place." in alt


def test_the_caption_credits_every_source_once(figures, andes):
    caption = _meta(figures, "andes")["caption"]
    assert caption.count("Natural Earth") == caption.count("sample data") == 1


def test_the_caption_says_which_sites_could_not_be_placed(figures, homs):
    missing = [site.name for site in homs.facts.sites if site.located is Located.NOT_FOUND]
    assert missing
    assert all(name in _meta(figures, "homs")["caption"] for name in missing)


def test_a_site_of_probable_position_is_an_open_symbol(drawings, homs):
    sure = {site.place: site.located is Located.CONFIRMED for site in homs.facts.sites if site.place}
    marks = {mark["text"].partition(":")[0]: mark for mark in drawings["homs", "map", "wide"].markers()}
    assert {place: "open" not in marks[place]["symbol"] for place in sure} == sure


def test_a_mark_tells_the_status_of_its_place_and_every_site_there(andes_territory, altered, as_drawings):
    sites = tuple(
        Site(id=f"post-{n}", name=name, kind="post", actor=andes_territory.brief.facts.actors[0].id, place="Llano Grande",
             located=Located.CONFIRMED, source=andes_territory.brief.facts.sources[0].id)
        for n, name in enumerate(("Depot", "Gate"))
    )  # fmt: skip
    for drawing in as_drawings(
        territory_map(replace(andes_territory, brief=altered(andes_territory.brief, sites=sites)))
    ):
        assert "Llano Grande: Road open; Depot; Gate" in {mark["text"] for mark in drawing.markers()}
        assert drawing.label("Llano Grande Gate" if drawing.width == WIDE else "Llano Grande")


def test_a_site_with_a_long_name_stands_whole_under_its_place(andes_territory, altered, as_drawings):
    name = "Camp of the company at the dam"
    facts = andes_territory.brief.facts
    site = Site(id="camp", name=name, kind="camp", actor=facts.actors[0].id, place="Villa Plomo",
                located=Located.CONFIRMED, source=facts.sources[0].id)  # fmt: skip
    wide, _ = as_drawings(territory_map(replace(andes_territory, brief=altered(andes_territory.brief, sites=(site,)))))
    assert wide.label(f"Villa Plomo ({name})").extent[0] < 260


@BOTH
def test_the_table_lists_every_place_with_its_status(figures, territories, name):
    table = _meta(figures, name)["table"]
    labels = {status.status: status.label for status in territories[name].brief.facts.place.statuses}
    assert sorted(row[0] for row in table["rows"]) == sorted(territories[name].places["name"])
    assert Counter(row[1] for row in table["rows"]) == Counter(labels[s] for s in territories[name].places["status"])


def test_a_place_without_evidence_counts_no_source(andes_territory):
    places = andes_territory.places.assign(
        evidence=[None, float("nan"), "", *["a | b"] * (len(andes_territory.places) - 3)]
    )
    table = places_table(replace(andes_territory, places=places))
    assert sorted(table["Sources for status"]) == [0, 0, 0, 2, 2, 2, 2, 2]


def test_drawing_leaves_the_layers_alone(andes_territory):
    before = {name: getattr(andes_territory, name).copy() for name in ("outline", "places", "regions", "countries")}
    territory_map(andes_territory)
    assert all(getattr(andes_territory, name).equals(frame) for name, frame in before.items())
