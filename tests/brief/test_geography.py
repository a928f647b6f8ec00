"""Where named places lie, measured against a territory."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, Point

from quickview.brief.geography import Gazetteer, bounds, read_gazetteer
from quickview.errors import InputError
from quickview.layers.catalog import read_catalog

SPHERE = Geod(a=6371008.8, b=6371008.8)


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


def polygon(*rings) -> dict:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in ring] for ring in rings]}


def rectangle(west, south, east, north) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def test_of_several_points_the_nearest_counts() -> None:
    there = Gazetteer([polygon(rectangle(0, 0, 1, 1))], {"a": [[0.5, 3], [0.5, 1.5]]})
    assert there.distance_km("a") == pytest.approx(111.195 / 2, rel=0.001)


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(-6, 6), st.floats(-6, 6))
@settings(max_examples=60, deadline=None)
def test_distances_are_those_of_the_sphere_wherever_the_territory_lies(west, south, east, north) -> None:
    square = polygon(rectangle(*(turned(west), south, turned(west + 2), south + 2)))
    point = Point(turned(west + 1 + east), max(-89.0, min(89.0, south + 1 + north)))
    edge = LineString(rectangle(west, south, west + 2, south + 2)).segmentize(0.02)
    known = min(SPHERE.inv(point.x, point.y, x, y)[2] for x, y in edge.coords) / 1e3
    is_inside = abs(east) <= 1 and south <= point.y <= south + 2
    found = Gazetteer([square], {"a": [[point.x, point.y]]}).distance_km("a")
    assert found == pytest.approx(0 if is_inside else known, rel=0.005, abs=1.2)


def turned(longitude: float) -> float:
    return (longitude + 180) % 360 - 180


def test_a_place_in_a_hole_is_outside() -> None:
    there = Gazetteer([polygon(rectangle(0, 0, 9, 9), rectangle(3, 3, 6, 6))], {"a": [[4.5, 4.5]], "b": [[1, 1]]})
    assert there.distance_km("a") == pytest.approx(166, abs=2)
    assert there.distance_km("b") == 0


def test_a_territory_round_a_pole_holds_the_pole() -> None:
    ring = [(x, -70) for x in range(-180, 181, 30)] + [(180, -90), (-180, -90), (-180, -70)]
    there = Gazetteer([polygon(ring)], {"pole": [[45, -90]], "near": [[13, -80]], "off": [[45, -60]]})
    assert (there.distance_km("pole"), there.distance_km("near")) == (0, 0)
    assert there.distance_km("off") == pytest.approx(1112, abs=2)


def test_points_and_lines_are_territories_too() -> None:
    line = {"type": "LineString", "coordinates": [[179, 10], [-179, 10]]}
    there = Gazetteer([line, {"type": "Point", "coordinates": [0, 0]}], {"a": [[180, 11]], "b": [[1, 0]]})
    assert there.distance_km("a") == pytest.approx(111.2, abs=0.1)
    assert there.distance_km("b") == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(
    ("rectangles", "expected"),
    [
        ([(179, 0, -179, 2)], (179, 0, -179, 2)),
        ([(170, 60, 180, 70), (-180, 61, -170, 71)], (170, 60, -170, 71)),
        ([(20, 40, 180, 80), (-180, 60, -170, 70)], (20, 40, -170, 80)),
        ([(-10, 0, 0, 5), (0, 0, 10, 10)], (-10, 0, 10, 10)),
        ([(-180, -90, 180, 90)], (-180, -90, 180, 90)),
    ],
)
def test_bounds_hold_all_on_the_shortest_arc(rectangles, expected) -> None:
    assert bounds(polygon(rectangle(*one)) for one in rectangles) == expected


@pytest.mark.parametrize(("territory", "places"), [("nowhere", "wells"), ("valley", "nowhere")])
def test_a_layer_that_is_not_there_is_a_fault(house, territory: str, places: str) -> None:
    catalog = read_catalog(house / "shapes" / "catalog.yaml")
    with pytest.raises(InputError, match="nowhere"):
        read_gazetteer(catalog, territory=territory, places=places)
