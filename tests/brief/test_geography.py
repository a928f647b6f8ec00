"""Where named places lie, measured against a territory."""

import math

import pytest
from shapely.geometry import Point, box

from quickview.brief.geography import KM_PER_DEGREE, Gazetteer, read_gazetteer
from quickview.errors import InputError
from quickview.shapes.catalog import read_catalog


@pytest.fixture
def gazetteer(house) -> Gazetteer:
    return read_gazetteer(read_catalog(house / "shapes" / "catalog.yaml"), territory="valley", places="wells")


def test_places_are_listed_by_name(gazetteer: Gazetteer) -> None:
    assert gazetteer.names == ["Edge well", "Far well", "Near well", "North well"]


def test_a_place_inside_the_territory_is_no_way_off(gazetteer: Gazetteer) -> None:
    assert gazetteer.distance_km("North well") == 0


def test_a_place_north_of_the_territory_is_as_far_off_as_its_latitude(gazetteer: Gazetteer) -> None:
    assert gazetteer.distance_km("Near well") == pytest.approx(11.1, abs=0.1)
    assert gazetteer.distance_km("Far well") == pytest.approx(55.6, abs=0.1)


def test_a_degree_of_longitude_is_shorter_in_the_north(house) -> None:
    path = house / "shapes" / "wells.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace("[10.1, 60.7]", "[11.2, 60.1]"), encoding="utf-8")
    there = read_gazetteer(read_catalog(house / "shapes" / "catalog.yaml"), territory="valley", places="wells")
    # One degree of longitude at 60.1 degrees north.
    assert there.distance_km("Far well") == pytest.approx(111.2 * math.cos(math.radians(60.1)), rel=0.001)


def test_an_unknown_place_has_no_distance(gazetteer: Gazetteer) -> None:
    assert math.isnan(gazetteer.distance_km("Nowhere"))


def test_distances_are_in_kilometres() -> None:
    there = Gazetteer(box(0, 0, 1, 1), {"a": Point(0.5, 2)})
    assert there.distance_km("a") == pytest.approx(KM_PER_DEGREE)


@pytest.mark.parametrize(("territory", "places"), [("nowhere", "wells"), ("valley", "nowhere")])
def test_a_layer_that_is_not_there_is_a_fault(house, territory: str, places: str) -> None:
    catalog = read_catalog(house / "shapes" / "catalog.yaml")
    with pytest.raises(InputError, match="nowhere"):
        read_gazetteer(catalog, territory=territory, places=places)
