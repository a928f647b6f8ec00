"""What is measured on the layers, checked against the ellipsoid."""

import json
from dataclasses import replace

import pytest
from pyproj import Geod

from quickview.analysis.territory import compass, read_layer, read_territory
from quickview.errors import InputError
from quickview.language.catalogs import Language
from quickview.layers.catalog import read_catalog

ELLIPSOID = Geod(ellps="WGS84")


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_a_small_territory_is_drawn_round_its_own_middle_meridian(territories, name):
    west, _, east, _ = territories[name].outline.total_bounds
    assert territories[name].projection.middle == pytest.approx((west + east) / 2)
    assert territories[name].projection.is_local


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_area_is_that_of_the_ellipsoid(territories, name):
    territory = territories[name]
    degrees = territory.outline.to_crs("EPSG:4326").union_all()
    known = abs(ELLIPSOID.geometry_area_perimeter(degrees)[0]) / 1e6
    assert territory.area_km2 == pytest.approx(known, rel=0.005)


def test_area_of_the_pocket_is_the_one_its_layer_states(homs_territory):
    stated = float(homs_territory.outline["area_km2"].iloc[0])
    assert homs_territory.area_km2 == pytest.approx(stated, rel=0.005)


def test_a_measure_is_no_more_exact_than_the_outline(homs_territory, andes_territory):
    assert homs_territory.area == "580"
    assert andes_territory.area == "166"


@pytest.mark.parametrize(("name", "city"), [("homs", "Homs"), ("homs", "Hama"), ("andes", "Llano Grande")])
def test_distance_to_a_city_is_the_shortest_on_the_ellipsoid(territories, name, city):
    territory = territories[name]
    degrees = territory.outline.to_crs("EPSG:4326").union_all()
    places = territory.places.to_crs("EPSG:4326").set_index("name").geometry
    edge = degrees.boundary.segmentize(0.0005)
    metres = min(ELLIPSOID.inv(places[city].x, places[city].y, x, y)[2] for x, y in edge.coords)
    assert territory.distance_km(city) == pytest.approx(metres / 1e3, rel=0.005)


def test_a_place_inside_is_no_distance_away(andes_territory):
    assert andes_territory.distance_km("Villa Plomo") == 0


def test_a_place_the_layer_lacks_has_no_point(andes_territory):
    assert andes_territory.point("Homs") is None
    assert andes_territory.direction("Homs") == ""


@pytest.mark.parametrize(
    ("name", "city", "direction"),
    [("homs", "Homs", "south"), ("homs", "Hama", "north"), ("andes", "Llano Grande", "north-east")],
)
def test_directions_are_right_in_both_hemispheres(territories, name, city, direction):
    assert territories[name].direction(city) == direction


@pytest.mark.parametrize(
    ("east", "north", "point"),
    [(0, 1, "north"), (1, 1, "north-east"), (1, 0, "east"), (1, -1, "south-east"), (0, -1, "south"), (-1, -1, "south-west"),
     (-1, 0, "west"), (-1, 1, "north-west"), (-0.01, 1, "north"), (0.5, 1, "north-east")],
)  # fmt: skip
def test_the_compass_has_eight_points(east, north, point):
    assert compass(east, north, Language("en")) == point


def test_only_an_indicative_outline_is_called_so(homs_territory, andes_territory):
    assert homs_territory.is_indicative
    assert not andes_territory.is_indicative


def test_the_road_through_the_pocket_is_shorter_than_the_road(homs_territory):
    assert 0 < homs_territory.routes_inside_km < homs_territory.routes_km


def test_a_brief_without_roads_has_none_of_them_inside(andes_territory):
    assert andes_territory.routes.empty
    assert andes_territory.routes_inside_km == 0


def test_a_layer_nobody_names_is_empty_and_has_a_name_column(andes):
    layer = read_layer(andes, None)
    assert layer.empty
    assert "name" in layer.columns


def test_a_column_that_the_map_needs_is_named(andes, tmp_path):
    for path in andes.catalog.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    places = tmp_path / "andes-places.geojson"
    document = json.loads(places.read_text())
    for feature in document["features"]:
        feature["properties"] = {"id": feature["properties"]["id"], "name": feature["properties"]["name"]}
    places.write_text(json.dumps(document))
    with pytest.raises(InputError) as caught:
        read_territory(replace(andes, catalog=read_catalog(tmp_path / "catalog.yaml")))
    assert [fault.code for fault in caught.value.faults] == ["E-LAYER-COLUMN"]
    assert "`status`" in str(caught.value)


def test_reading_twice_gives_the_same_territory(andes, andes_territory):
    again = read_territory(andes)
    assert again.area_km2 == andes_territory.area_km2
    assert again.places.equals(andes_territory.places)
