"""Where named places lie, measured against a territory."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Point, Polygon

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
    square = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
    there = Gazetteer([square], {"a": [[0.5, 2]], "b": [[0.5, 3], [0.5, 1.5]]})
    assert there.distance_km("a") == pytest.approx(KM_PER_DEGREE)
    assert there.distance_km("b") == pytest.approx(KM_PER_DEGREE / 2)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_distances_are_those_that_shapely_finds(seed: int) -> None:
    draw = random.Random(seed)
    rings = [star(draw, 3, 2), star(draw, 1, 0.5)]
    other = star(draw, 2, 1)
    x, y = draw.uniform(-5, 5), draw.uniform(-5, 5)
    there = Gazetteer([rings, [other]], {"a": [[x, y]]})
    scaled = [
        affinity.scale(p, xfact=math.cos(math.radians(y)), origin=(0, 0))
        for p in (Polygon(rings[0], rings[1:]), Polygon(other))
    ]
    assert there.distance_km("a") == pytest.approx(
        min(p.distance(Point(x * math.cos(math.radians(y)), y)) for p in scaled) * KM_PER_DEGREE, abs=1e-9
    )


def star(draw: random.Random, most: float, least: float) -> list[list[float]]:
    angles = sorted(draw.uniform(0, 2 * math.pi) for _ in range(9))
    turns = [(math.cos(angle), math.sin(angle), draw.uniform(least, most)) for angle in angles]
    corners = [[x * far, y * far] for x, y, far in turns]
    return [*corners, corners[0]]


@pytest.mark.parametrize(("territory", "places"), [("nowhere", "wells"), ("valley", "nowhere")])
def test_a_layer_that_is_not_there_is_a_fault(house, territory: str, places: str) -> None:
    catalog = read_catalog(house / "shapes" / "catalog.yaml")
    with pytest.raises(InputError, match="nowhere"):
        read_gazetteer(catalog, territory=territory, places=places)
