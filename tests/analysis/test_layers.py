import json

import pytest
from shapely.geometry import shape
from shapely.geometry.polygon import LinearRing

from quickview.analysis.territory_map import territory_map
from quickview.layers.catalog import read_features


@pytest.fixture(scope="module")
def files(territories):
    return {name: territory_map(one).layout.meta["downloads"] for name, one in territories.items()}


@pytest.fixture(scope="module")
def collections(files):
    return {name: json.loads(one["text"]) for name, (one,) in files.items()}


def layer(collection, name):
    return [one for one in collection["features"] if one["properties"]["layer"] == name]


def test_the_map_offers_one_file_of_geojson(files):
    (one,) = files["homs"]
    assert (one["name"], one["media_type"]) == ("map.geojson", "application/geo+json")
    assert len(one["text"].encode()) < 30_000


@pytest.mark.parametrize("brief", ["homs", "andes"])
def test_territory_and_places_come_back_as_the_layers_have_them(brief, collections, briefs):
    place, catalog = briefs[brief].facts.place, briefs[brief].catalog
    outline = [shape(one["geometry"]) for one in layer(collections[brief], "territory")]
    original = [shape(one["geometry"]) for one in read_features(catalog, place.layer)["features"]]
    assert all(a.equals(b) for a, b in zip(outline, original, strict=True))
    points = {one["properties"]["name"]: one["geometry"] for one in layer(collections[brief], "places")}
    for feature in read_features(catalog, place.places)["features"]:
        assert tuple(points[feature["properties"]["name"]]["coordinates"]) == tuple(feature["geometry"]["coordinates"])


def test_a_place_carries_what_is_known_of_it(collections):
    places = {one["properties"]["name"]: one["properties"] for one in layer(collections["homs"], "places")}
    assert places["Homs"]["status"] == "government_held"
    assert places["Homs"]["status_label"] == "Held by the government"
    assert any("name_ar" in one for one in places.values())
    assert any("site" in one for one in places.values())
    assert "" not in {value for one in places.values() for value in one.values()}


def test_the_surroundings_are_cut_to_what_the_map_shows(collections, homs_territory):
    regions = layer(collections["homs"], "regions")
    assert 1 < len(regions) < len(homs_territory.regions)
    whole = homs_territory.regions.to_crs("EPSG:4326").total_bounds
    shown = [shape(one["geometry"]).bounds for one in regions]
    assert min(b[0] for b in shown) > whole[0]
    assert max(b[3] for b in shown) < whole[3]


def test_source_licence_and_accuracy_of_each_layer_stand_beside_the_features(collections):
    layers = collections["homs"]["layers"]
    assert set(layers) == {"territory", "places", "routes", "regions"}
    assert layers["territory"]["accuracy"] == "indicative"
    assert all(one["licence"] and one["source"] for one in layers.values())


def test_rings_turn_as_the_standard_has_them(collections):
    for feature in collections["homs"]["features"]:
        if feature["geometry"]["type"] == "Polygon":
            assert LinearRing(feature["geometry"]["coordinates"][0]).is_ccw
