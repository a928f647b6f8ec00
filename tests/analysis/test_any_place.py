"""A map for any place: a hundred made layers, each right against the ellipsoid or refused by a code."""

import json
import math
import re
import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely import affinity
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon, box, mapping, shape
from tests.brief.conftest import LAYER, MINIMAL

from quickview.analysis import territory_map
from quickview.analysis.canvas import NARROW, WIDE
from quickview.analysis.locator import locate
from quickview.analysis.map_symbols import ROUTES
from quickview.analysis.projection import corners
from quickview.analysis.territory import read_territory
from quickview.analysis.territory_map import Sheet
from quickview.brief import geography
from quickview.brief.reader import load
from quickview.brief.vocabulary import RouteKind
from quickview.errors import InputError
from quickview.theme.palette import LIGHT

pytestmark = pytest.mark.slow

ELLIPSOID = Geod(ellps="WGS84")


def disc(x, y, size, corners=24):
    """A star-shaped outline of `size` degrees of latitude, so wide that it looks round."""
    turns = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii, wide = 0.9 + 0.1 * np.cos(5 * turns), size / math.cos(math.radians(y))
    return Polygon(np.column_stack([x + wide * radii * np.cos(turns), y + size * radii * np.sin(turns)]))


def ring(x, y, size):
    return disc(x, y, size).difference(affinity.scale(disc(x, y, size), 0.5, 0.5))


def wrapped(shape):
    """The shape as files have it that do not cut at 180 degrees: every longitude by itself."""
    return shapely.transform(shape, lambda p: [[(x + 180) % 360 - 180, y] for x, y in p])


def cut(shape):
    """The shape as RFC 7946 has it: cut at 180 degrees."""
    east = shape.intersection(box(-180, -90, 180, 90))
    west = affinity.translate(shape.intersection(box(180, -90, 540, 90)), -360)
    return MultiPolygon([p for part in (east, west) for p in shapely.get_parts(part) if p.geom_type == "Polygon"])


def clockwise(shape):
    return shapely.reverse(shapely.orient_polygons(shape))


def with_heights(shape):
    return shapely.force_3d(shape, 1234.5)


def apart(shape):
    """The parts of a shape as features of their own."""
    return list(shapely.get_parts(shape))


def twice(shape):
    return [shape, shape]


def repeated(shape):
    """Every corner given twice."""
    return Polygon([corner for corner in shape.exterior.coords for _ in range(2)])


def cap(latitude):
    pole = math.copysign(90, latitude)
    return Polygon([(x, latitude) for x in range(-180, 181, 5)] + [(180, pole), (-180, pole)])


SPOTS = {
    "homs": (36.7, 34.9),
    "andes": (-66.0, -20.0),
    "svalbard": (16.0, 78.5),
    "quito": (-78.5, 0.0),
    "ross shelf": (160.0, -77.8),
}
MADE = {
    **{
        f"{kind.__name__} {size} at {spot}": kind(*at, size)
        for spot, at in SPOTS.items()
        for kind in (disc, ring)
        for size in (0.0001, 0.2, 3)
    },
    **{
        f"{form.__name__} {kind.__name__} {size} over 180 at {y}": (form, kind(179.9, y, size))
        for form in (wrapped, cut)
        for kind in (disc, ring)
        for y, size in ((-17, 0.5), (66, 2), (-80, 0.3))
    },
    "two parts far apart": MultiPolygon([disc(10, 10, 1), disc(40, -12, 2)]),
    "island in a hole": MultiPolygon([ring(20, 50, 2), disc(20, 50, 0.5)]),
    "thin": box(5, 45, 15, 45.001),
    "tall": box(-72, -55, -68, -18),
    "continent": disc(20, 5, 35, 60),
    "round the north pole": cap(72),
    "round the south pole": cap(-60),
    "half the world": box(-80, -60, 95, 80),
    "all longitudes": box(-180, -60, 180, 80),
    "whole world": box(-180, -90, 180, 90),
    "a few metres": disc(12, 47, 3e-5),
    "equator all round": box(-180, -0.5, 180, 0.5),
    "up to 180": box(170, -5, 180, 5),
    "close round the pole": cap(89.9),
    "beside the pole": disc(40, 89, 0.5),
    "comb": Polygon([*((20 + n / 50, 45 + 2 * (n % 2)) for n in range(200)), (24, 44), (20, 44)]),
    "archipelago": MultiPolygon([disc(100 + n % 10, n // 10 - 5, 0.3, 8) for n in range(100)]),
    "holes that touch": Polygon(box(0, 0, 4, 4).exterior, [box(1, 1, 2, 2).exterior, box(2, 2, 3, 3).exterior]),
    "hole at the edge": Polygon(box(0, 50, 4, 54).exterior, [[(0, 52), (1, 51), (1, 53)]]),
    "ring in a ring in a ring": MultiPolygon([ring(-60, 5, 4), ring(-60, 5, 1.5), disc(-60, 5, 0.4)]),
    "enclave": Polygon(disc(12, 42, 2).exterior, [disc(12.4, 43, 0.05).exterior]),
    "clockwise ring": (clockwise, ring(28, -29, 1)),
    "with heights": (with_heights, ring(86.9, 28, 0.5)),
    "features apart": (apart, MultiPolygon([disc(10, 10, 1), disc(14, 12, 2), disc(12, 7, 0.1)])),
    "features apart over 180": (apart, MultiPolygon([disc(176, -18, 1), disc(179, -15, 0.5)])),
    "features that meet": (apart, MultiPolygon([box(0, 40, 2, 42), box(2, 42, 4, 44)])),
    "feature given twice": (twice, disc(5, 5, 1)),
    "corners given twice": (repeated, disc(-3, 40, 1)),
    "many corners": disc(30, 40, 2, 100_000),
}
HEAVY = {
    "a million corners": lambda: disc(30, 40, 2, 1_000_000),
    "a million corners in two features": lambda: (apart, MultiPolygon([disc(30, 40, 2, 500_000), disc(36, 40, 2, 500_000)])),
    "a million corners over 180": lambda: (wrapped, disc(179, 70, 2, 1_000_000)),
    "a million corners of islands": lambda: MultiPolygon([disc(100 + n % 100 / 20, n // 100 / 20, 0.02, 100) for n in range(10_000)]),
}  # fmt: skip
"""Made when they are asked for: collecting the tests takes seconds otherwise."""
WRONG = {
    "bow-tie": ("E-LAYER-CROSSING", Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])),
    "bow-tie over 180": ("E-LAYER-CROSSING", wrapped(Polygon([(179, 0), (181, 2), (181, 0), (179, 2)]))),
    "touching itself": ("E-LAYER-CROSSING", Polygon([(0, 0), (2, 0), (1, 1), (2, 2), (0, 2), (1, 1)])),
    "flat": ("E-LAYER-CROSSING", Polygon([(0, 0), (1, 1), (2, 2)])),
    "one point": ("E-LAYER-RING", Polygon([(1, 1)] * 4)),
    "nested parts": ("E-LAYER-OVERLAP", MultiPolygon([disc(0, 0, 2), disc(0, 0, 1)])),
    "parts that overlap": ("E-LAYER-OVERLAP", MultiPolygon([disc(0, 0, 2), disc(1, 0, 2)])),
    "hole outside": ("E-LAYER-HOLE", Polygon(box(0, 0, 2, 2).exterior, [box(3, 3, 4, 4).exterior])),
    "nested holes": ("E-LAYER-HOLE", Polygon(box(0, 0, 9, 9).exterior, [box(1, 1, 8, 8).exterior, box(2, 2, 3, 3).exterior])),
    "round a pole": ("E-LAYER-POLE", Polygon([(x, 70) for x in range(-180, 181, 5)])),
    "one edge round the world": ("E-LAYER-EDGE", box(-160, 0, 160, 10)),
    "ring of one line": ("E-LAYER-CROSSING", Polygon([(0, 0), (3, 0), (0, 0), (3, 0)])),
    "spike": ("E-LAYER-CROSSING", Polygon([(0, 0), (2, 0), (2, 2), (5, 2), (2, 2), (0, 2)])),
}  # fmt: skip
SQUARE = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
BROKEN = {
    "no geometry": ("E-LAYER-NULL", None),
    "empty": ("E-LAYER-COORDINATES", {"type": "Polygon", "coordinates": []}),
    "empty ring": ("E-LAYER-COORDINATES", {"type": "Polygon", "coordinates": [[]]}),
    "empty part": ("E-LAYER-COORDINATES", {"type": "MultiPolygon", "coordinates": [[SQUARE], []]}),
    "latitude first": ("E-LAYER-COORDINATES", {"type": "Polygon", "coordinates": [[[15, 120], [17, 120], [17, 122], [15, 120]]]}),
    "metres": ("E-LAYER-COORDINATES", {"type": "Polygon", "coordinates": [[[5e5, 4e6], [6e5, 4e6], [6e5, 5e6], [5e5, 4e6]]]}),
    "not a number": ("E-LAYER-COORDINATES", {"type": "Polygon", "coordinates": [[[0, 0], [math.nan, 0], [2, 2], [0, 0]]]}),
    "words": ("E-LAYER-COORDINATES", {"type": "Polygon", "coordinates": [[["0", "0"], ["2", "0"], ["2", "2"], ["0", "0"]]]}),
    "four numbers": ("E-LAYER-COORDINATES", {"type": "Polygon", "coordinates": [[[*at, 0, 0] for at in SQUARE]]}),
    "a bare pair": ("E-LAYER-COORDINATES", {"type": "Polygon", "coordinates": [0, 0]}),
    "not closed": ("E-LAYER-RING", {"type": "Polygon", "coordinates": [SQUARE[:-1]]}),
    "three positions": ("E-LAYER-RING", {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [0, 0]]]}),
    "line": ("E-LAYER-TYPE", {"type": "LineString", "coordinates": SQUARE}),
    "collection": ("E-LAYER-TYPE", {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": [SQUARE]}]}),
}  # fmt: skip


def brief_of(folder: Path, layers: dict, place: str):
    """A brief about a place with layers of its own: geometries by layer id, one feature each."""
    (folder / "briefs").mkdir(exist_ok=True)
    (folder / "shapes").mkdir(exist_ok=True)
    kinds = {"P": "point", "L": "line"}
    texts = []
    for name, shapes in layers.items():
        geometries = [shape if isinstance(shape, dict | None) else mapping(shape) for shape in shapes]
        kind = kinds.get(re.sub("Multi|Polygon", "", getattr(shapes[0], "geom_type", ""))[:1], "polygon")
        rows = [
            {
                "type": "Feature",
                "properties": {"id": f"{name}-{n}", "name": f"{name} {n}", "code": f"R{n}"},
                "geometry": geometry,
            }
            for n, geometry in enumerate(geometries)
        ]
        (folder / "shapes" / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
        texts.append(LAYER.format(id=name, geometry=kind))
    (folder / "shapes" / "catalog.yaml").write_text("layers:\n" + "".join(texts), encoding="utf-8")
    head, rest = MINIMAL.split("place:\n", 1)
    text = f"{head}place:\n{place}sides:\n{rest.split('sides:' + chr(10), 1)[1]}".replace("place: North well, ", "")
    (folder / "briefs" / "sample.md").write_text(text, encoding="utf-8")
    return load(folder / "briefs" / "sample.md")


def laid(made):
    """The file's features of a made layer, and the shape they stand for."""
    form, shape = made if isinstance(made, tuple) else (lambda same: same, made)
    given = form(shape)
    return given if isinstance(given, list) else [given], shape


def known_area(shape) -> float:
    # Narrow strips: the ellipsoid's polygons must be smaller than half of it, and their edges short.
    west, south, east, north = shape.bounds
    steps = max(1, math.ceil((east - west) / 60))
    strips = [
        box(west + (east - west) * n / steps, south, west + (east - west) * (n + 1) / steps, north)
        for n in range(steps)
    ]
    parts = [shape.intersection(strip).segmentize(0.5) for strip in strips]
    return (
        sum(
            abs(ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(p))[0])
            for part in parts
            for p in shapely.get_parts(part)
        )
        / 1e6
    )


def painted(sheet, figure, spot) -> bool:
    """Whether the territory's fill covers a spot in degrees."""
    at = sheet.project(spot)
    covered = False
    for trace in figure.data:
        if trace.fill == "toself" and trace.fillcolor == "#e7e2d9":
            runs, run = [], []
            for x, y in [*zip(trace.x, trace.y, strict=True), (None, None)]:
                runs, run = ([*runs, run], []) if x is None else (runs, [*run, (x, y)])
            covered ^= sum(Polygon(one).contains(at) for one in runs if len(one) > 3) % 2 == 1
    return covered


def known_distance(shape, spot) -> float:
    """Kilometres to the nearest of a great many points of the edge."""
    west, south, east, north = shape.bounds
    edge = shapely.get_coordinates(
        shape.boundary.segmentize(max(min(east - west, north - south) / 50, shape.length / 1e6))
    )
    starts = np.broadcast_to([spot.x, spot.y], edge.shape)
    return min(ELLIPSOID.inv(*starts.T, *edge.T)[2]) / 1e3


def beside(shape):
    """A place outside a shape, some way off to the north-east of its middle; None where all is inside."""
    west, south, east, north = shape.bounds
    size = min(east - west, north - south)
    spots = [Point(east + size * 0.4, (south + north) / 2 + size * 0.1), Point((west + east) / 2, south - size * 0.4),
             Point((west + east) / 2, north + min(size * 0.4, (90 - north) / 2))]  # fmt: skip
    return next((p for p in spots if (-89.99 < p.y < 89.99 and east - west < 359) or p.y - north > 1e-3), None)


def prove(made, folder: Path, *, has_north: bool = True) -> None:
    """See that a made layer is measured and drawn right."""
    given, shape = laid(made)
    spot = beside(shape)
    towns = {"towns": [wrapped(spot)]} if spot else {}
    place = "  name: place\n  layer: made\n  show: [area]\n" + "  places: towns\n" * bool(spot)
    territory = read_territory(brief_of(folder, {"made": given, **towns}, place))
    assert territory.area_km2 == pytest.approx(known_area(shape), rel=0.005)
    if spot:
        assert territory.distance_km("towns 0") == pytest.approx(known_distance(shape, spot), rel=0.005)
    sheet = Sheet(territory, WIDE)
    assert box(*sheet.frame).buffer(1).covers(sheet.lay(territory.drawn).envelope)
    x, y = shape.representative_point().coords[0]
    size = min(shape.bounds[3] - shape.bounds[1], 1) / 10
    middle, north, east = (sheet.project(Point(*at)) for at in ((x, y), (x, min(y + size, 90)), (x + size, y)))
    if has_north:
        assert north.y > middle.y
        assert east.x > middle.x


@pytest.mark.parametrize("name", MADE)
def test_a_made_place_is_measured_and_drawn_right(name, tmp_path):
    prove(MADE[name], tmp_path, has_north="round" not in name)


@pytest.mark.audit
@pytest.mark.parametrize("name", HEAVY)
def test_a_place_of_a_million_corners_is_measured_right_and_drawn_at_once(name, tmp_path):
    prove(HEAVY[name](), tmp_path)
    territory = read_territory(load(tmp_path / "briefs" / "sample.md"))
    start = time.process_time()
    (file,) = territory_map(territory).layout.meta["downloads"]
    assert time.process_time() - start < 8
    assert len(file["text"]) < 1_500_000
    collection = json.loads(file["text"])
    assert collection["layers"]["territory"]["simplified_to_m"] < 1_000
    kept = [shape(one["geometry"]) for one in collection["features"] if one["properties"]["layer"] == "territory"]
    assert all(map(shapely.is_valid, kept))
    # What is drawn of islands a dozen pixels wide is rounder than they are; figures are of all corners.
    assert sum(map(known_area, kept)) == pytest.approx(territory.area_km2, rel=0.03)


@pytest.mark.parametrize("name", [name for name in MADE if name.startswith(("ring", "island", "wrapped ring"))][::3])
def test_a_hole_is_not_painted(name, tmp_path):
    given, shape = laid(MADE[name])
    territory = read_territory(brief_of(tmp_path, {"made": given}, "  name: place\n  layer: made\n"))
    figure, sheet = territory_map(territory), Sheet(territory, WIDE)
    hole = Polygon(next(part for part in shapely.get_parts(shape) if part.interiors).interiors[0])
    spots = [hole.representative_point(), shape.representative_point()]
    here = [affinity.translate(s, 360 * round((territory.projection.middle - s.x) / 360)) for s in spots]
    assert [painted(sheet, figure, spot) for spot in here] == [hole.representative_point().intersects(shape), True]


@pytest.mark.parametrize("name", WRONG)
def test_what_bounds_no_area_is_refused_with_feature_and_place(name, tmp_path):
    code, shape = WRONG[name]
    with pytest.raises(InputError) as caught:
        brief_of(tmp_path, {"made": [shape]}, "  name: place\n  layer: made\n")
    (fault,) = caught.value.faults
    assert fault.code == code
    assert fault.message.startswith("feature 1 ")
    assert "(" in fault.message.removeprefix("feature 1 (made-0)")
    assert fault.hint


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_polygon_is_refused(name, tmp_path):
    code, geometry = BROKEN[name]
    with pytest.raises(InputError) as caught:
        brief_of(tmp_path, {"made": [disc(0, 0, 1), geometry]}, "  name: place\n  layer: made\n")
    (fault,) = caught.value.faults
    assert fault.code == code
    assert fault.message.startswith("feature 2 (made-1)")


def test_there_are_more_than_a_hundred_of_them():
    assert len(MADE) + len(HEAVY) + len(WRONG) + len(BROKEN) > 100


@pytest.mark.parametrize("at", [(179.5, -17.0), (36.7, 34.9), (10.0, 84.0)])
def test_a_distance_is_the_shortest_on_the_ellipsoid_anywhere(at, tmp_path):
    x, y = at
    shape = disc(x, y, 0.5)
    towns = MultiPoint([(x + 3, y + 0.7)])
    layers = {"made": [wrapped(shape)], "towns": [wrapped(towns)]}
    territory = read_territory(brief_of(tmp_path, layers, "  name: place\n  layer: made\n  places: towns\n"))
    edge = shape.boundary.segmentize(0.002)
    metres = min(ELLIPSOID.inv(x + 3, y + 0.7, a, b)[2] for a, b in edge.coords)
    assert territory.distance_km("towns 0") == pytest.approx(metres / 1e3, rel=0.005)
    assert territory.direction("towns 0") in {"north", "north-east", "east"}


REGIONS = [box(n * 2, 40, n * 2 + 2, 44) for n in range(6)]
COUNTRIES = [box(0, 40, 12, 44), box(12, 36, 20, 48), box(-9, 45, -4, 48), box(-9, 30, 21, 34)]


def label_texts(figure) -> list[str]:
    return [text for trace in figure.data if trace.mode == "text" for text in trace.text]


def test_a_country_has_sea_borders_and_neighbours_and_all_its_lines_are_explained(tmp_path):
    layers = {"land": [COUNTRIES[0]], "parts": REGIONS, "world": COUNTRIES}
    place = "  name: land\n  layer: land\n  regions: parts\n  countries: world\n  extent: [-2, 37, 15, 46]\n"
    figure = territory_map(read_territory(brief_of(tmp_path, layers, place)))
    texts = label_texts(figure)
    assert {"Land", "National border", "Coast", "Regional border"} <= set(texts)
    assert "parts 2" in texts
    assert "W O R L D \u00a0 1" in texts
    fills = {trace.fillcolor for trace in figure.data if trace.fill == "toself"}
    assert "#d6e2e8" in fills
    assert figure.layout.meta["title"] == "Land"
    assert "km" not in figure.layout.meta["alt"]


def test_without_a_layer_of_countries_that_reaches_as_far_no_sea_is_claimed(tmp_path):
    place = "  name: land\n  layer: land\n  countries: world\n"
    figure = territory_map(read_territory(brief_of(tmp_path, {"land": [COUNTRIES[0]], "world": COUNTRIES[:1]}, place)))
    assert "#d6e2e8" not in {trace.fillcolor for trace in figure.data}
    assert "Coast" not in label_texts(figure)


SHORES = [
    Polygon([(side * 14, 38), *((side * (3 + 0.3 * (n % 2)), 38 + n / 4) for n in range(49)), (side * 14, 50)])
    for side in (-1, 1)
]
"""Two coasts with corners enough to be drawn as such."""
STRAIT = box(-2, 42, 2, 46)


@pytest.mark.parametrize(("held", "filled"), [("", False), ("  side: council\n", True)])
def test_sea_that_no_side_holds_stays_sea(held, filled, tmp_path):
    layers = {"strait": [STRAIT], "world": SHORES}
    place = f"  name: strait\n  layer: strait\n  countries: world\n  extent: [-5, 41, 5, 47]\n{held}"
    brief = brief_of(tmp_path, layers, place)
    territory = read_territory(brief)
    sheet, figure = Sheet(territory, WIDE), territory_map(territory)
    spot = sheet.project(Point(0, 44))
    tops = [
        trace.fillcolor
        for trace in figure.data
        if trace.fill == "toself" and None not in trace.x and Polygon(zip(trace.x, trace.y, strict=True)).contains(spot)
    ]
    assert (tops[-1] != "#d6e2e8") is filled


def test_a_territory_at_sea_is_located_between_its_shores(tmp_path):
    place = "  name: strait\n  layer: strait\n  countries: world\n  extent: [-5, 41, 5, 47]\n"
    territory = read_territory(brief_of(tmp_path, {"strait": [STRAIT], "world": SHORES}, place))
    found = locate(territory, Sheet(territory, WIDE).extent_in_metres)
    west, _, east, _ = found.focus.bounds
    assert len(shapely.get_parts(found.focus)) == 2
    assert abs(found.here.centroid.x - (west + east) / 2) < 0.01 * (east - west)
    assert found.name == ""


CHOROPLETH = """\
  name: land
  layer: land
  regions: parts
  choropleth:
    label: Turnout
    unit: per cent
    source: paper
    values: {R0: 11, R1: 22, R2: 33, R3: 44, R4: 55}
"""


def test_a_choropleth_explains_its_classes_and_what_has_no_data(tmp_path):
    layers = {"land": [COUNTRIES[0]], "parts": REGIONS}
    figure = territory_map(read_territory(brief_of(tmp_path, layers, CHOROPLETH)))
    meta, texts = figure.layout.meta, label_texts(figure)
    assert {"Turnout (per cent)", "under 20", "50 and more", "no data"} <= set(texts)
    steps = ["#e9f1ee", "#c9dfdb", "#a9ccca", "#8ab8b9", "#6ea3a8"]
    assert [t.fillcolor for t in figure.data if t.fill == "toself" and t.fillcolor in steps][:5] == steps
    assert meta["table"]["columns"] == ["Region", "Code", "Turnout (per cent)", "Class"]
    assert meta["table"]["rows"][0] == ["parts 0", "R0", "11", "under 20"]
    assert meta["table"]["rows"][5] == ["parts 5", "R5", "no data", "no data"]
    assert "From 11 (parts 0) to 55 (parts 4)." in meta["alt"]
    assert meta["title"] == "Land: Turnout"


@pytest.mark.parametrize(
    ("given", "instead", "code"),
    [
        ("R0: 11", "R9: 11", "E-REF-REGION"),
        ("    label:", "    column: cod\n    label:", "E-LAYER-COLUMN"),
        ("source: paper", "source: papper", "E-REF-SOURCE"),
        ("R0: 11", "R0: left", "E-"),
        ("    label:", "    classes: [5, 3]\n    label:", "E-"),
    ],
)
def test_a_choropleth_that_cannot_be_drawn_is_refused(tmp_path, given, instead, code):
    layers = {"land": [COUNTRIES[0]], "parts": REGIONS}
    with pytest.raises(InputError) as caught:
        brief_of(tmp_path, layers, CHOROPLETH.replace(given, instead, 1))
    assert caught.value.faults[0].code.startswith(code)


def test_points_alone_and_lines_alone_make_a_map(tmp_path):
    towns = MultiPoint([(170, 60), (-175, 62)]).geoms
    figure = territory_map(
        read_territory(brief_of(tmp_path, {"towns": list(towns)}, "  name: ports\n  places: towns\n"))
    )
    assert {"towns 0", "towns 1"} <= set(label_texts(figure))
    road = shapely.LineString([(10, 50), (12, 51)])
    figure = territory_map(read_territory(brief_of(tmp_path, {"road": [road]}, "  name: line\n  routes: road\n")))
    assert "Road" in label_texts(figure)


def test_codes_that_stand_in_another_column_are_told_once_with_that_column(tmp_path):
    values = "{region 0: 1, region 1: 2}"
    place = f"  name: x\n  layer: made\n  choropleth: {{label: x, column: code, unit: x, source: paper, values: {values}}}\n"
    with pytest.raises(InputError) as told:
        brief_of(
            tmp_path,
            {"made": [disc(0, 0, 1)], "region": [disc(5, 5, 1), disc(9, 5, 1)]},
            place.replace("column", "layer: region, column"),
        )
    (fault,) = told.value.faults
    assert (fault.code, fault.hint) == ("E-REF-REGION", "write `column: name`, which holds them")


def test_latitude_first_in_one_layer_puts_its_cities_far_away(tmp_path):
    layers = {
        "made": [Polygon([(y, x) for x, y in disc(36.7, 34.9, 0.2).exterior.coords])],
        "towns": [Point(36.7, 34.9)],
    }
    with pytest.raises(InputError) as caught:
        brief_of(tmp_path, layers, "  name: x\n  layer: made\n  places: towns\n  cities: [towns 0]\n")
    assert {fault.code for fault in caught.value.faults} == {"E-PLACE-FAR"}


@pytest.mark.parametrize(
    ("world", "extent", "told"),
    [
        (COUNTRIES, "[2, 41, 8, 43]", []),
        (COUNTRIES, "[-2, 37, 15, 46]", []),
        (COUNTRIES[:1], "[-2, 37, 15, 46]", ["W-MAP-SEA"]),
        (COUNTRIES[:1], "[2, 41, 11.9, 43.9]", ["W-MAP-SEA"]),
    ],
)
def test_a_layer_of_countries_that_ends_inside_the_map_is_told_where_it_is_named(world, extent, told, tmp_path):
    place = f"  name: land\n  layer: land\n  countries: world\n  extent: {extent}\n"
    brief = brief_of(tmp_path, {"land": [COUNTRIES[0]], "world": world}, place)
    sea = [warning for warning in brief.warnings if warning.code == "W-MAP-SEA"]
    assert [warning.code for warning in sea] == told
    lines = brief.path.read_text(encoding="utf-8").splitlines()
    assert all("countries: world" in lines[warning.line - 1] for warning in sea)


@pytest.mark.parametrize("name", [name for name in MADE if " all " not in name])
def test_what_the_check_takes_for_the_map_holds_all_that_is_drawn(name, tmp_path):
    given, _ = laid(MADE[name])
    brief = brief_of(tmp_path, {"made": given}, "  name: place\n  layer: made\n")
    territory = read_territory(brief)
    expected = geography.framed(geography.shown(brief.catalog, brief.facts.place))
    for width in (WIDE, NARROW):
        west, south, east, north = territory.projection.window(Sheet(territory, width).extent_in_metres).bounds
        turned = ((west + 180) % 360 - 180, south, (east + 180) % 360 - 180, north)
        assert east - west > 359 or geography.covers(expected, turned)
        assert expected[2] - expected[0] > 359 or east - west <= 359


def routes_brief(folder, kinds, more=""):
    """A brief whose routes are of some kinds, one a line; None for none."""
    lines = [shapely.LineString([(1, 40.5 + n * 0.4), (11, 40.7 + n * 0.4)]) for n in range(len(kinds))]
    place = f"  name: land\n  layer: land\n  routes: ways\n{more}"
    brief_of(folder, {"land": [COUNTRIES[0]], "ways": lines}, place)
    file = folder / "shapes" / "ways.geojson"
    document = json.loads(file.read_text(encoding="utf-8"))
    for feature, kind in zip(document["features"], kinds, strict=True):
        feature["properties"] |= {"kind": kind} if kind else {}
    file.write_text(json.dumps(document), encoding="utf-8")
    return load(folder / "briefs" / "sample.md")


def strokes(figure) -> set:
    return {(trace.line.color, trace.line.width, trace.line.dash) for trace in figure.data if trace.mode == "lines"}


def test_each_kind_of_route_has_strokes_and_a_legend_entry_of_its_own(tmp_path):
    figure = territory_map(read_territory(routes_brief(tmp_path, [*RouteKind, None])))
    assert {"Road", "Railway", "River", "Border", "Front line", "Pipeline", "Power line", "Ferry line"} <= set(
        label_texts(figure)
    )
    told = [frozenset(tuple(sorted(stroke.items())) for stroke in ROUTES[kind]) for kind in RouteKind]
    assert len(set(told)) == len(RouteKind)
    seen = {(colour, width) for colour, width, _ in strokes(figure)}
    assert {(stroke["color"], stroke["width"]) for kind in RouteKind for stroke in ROUTES[kind]} <= seen


def test_a_river_is_no_road(tmp_path):
    brief = routes_brief(tmp_path, [None], "  route_kind: river\n")
    figure = territory_map(read_territory(brief))
    (river,) = [stroke for stroke in ROUTES[RouteKind.RIVER] if stroke["color"] == LIGHT["river"]]
    assert (river["color"], river["width"], None) in strokes(figure)
    assert LIGHT["road"] not in {colour for colour, *_ in strokes(figure)}
    (feature,) = [
        one
        for one in json.loads(figure.layout.meta["downloads"][0]["text"])["features"]
        if one["properties"]["layer"] == "routes"
    ]
    assert feature["properties"]["kind"] == "river"


def test_a_kind_that_no_map_knows_is_told(tmp_path):
    (told,) = [
        warning for warning in routes_brief(tmp_path, ["rivr", "road"]).warnings if warning.code == "W-ROUTE-KIND"
    ]
    assert "`rivr`" in told.message
    assert "`river`" in told.hint


def test_the_table_behind_a_choropleth_lists_places_and_routes_too(tmp_path):
    layers = {
        "land": [COUNTRIES[0]],
        "parts": REGIONS,
        "towns": [Point(3, 42)],
        "ways": [shapely.LineString([(1, 41), (11, 43)])],
    }
    place = CHOROPLETH.replace("  choropleth:", "  places: towns\n  routes: ways\n  choropleth:")
    table = territory_map(read_territory(brief_of(tmp_path, layers, place))).layout.meta["table"]
    assert table["columns"] == ["Name", "Kind", "Code", "Turnout (per cent)", "Class"]
    assert table["rows"][0] == ["parts 0", "Region", "R0", "11", "under 20"]
    assert table["rows"][6:] == [["towns 0", "Place", "", "", ""], ["ways 0", "Road", "", "", ""]]


def test_borders_shared_by_regions_of_very_many_corners_stay_shared(tmp_path):
    bends = np.linspace(0, 2, 30_001)
    border = np.column_stack([4 + 0.05 * np.sin(bends * 40) + 0.001 * np.sin(bends * 9e4), 40 + bends])
    west, east = (Polygon([*border, (x, 42), (x, 40)]) for x in (2, 6))
    layers = {"land": [box(2, 40, 6, 42)], "parts": [west, east]}
    place = "  name: land\n  layer: land\n  regions: parts\n"
    territory = read_territory(brief_of(tmp_path, layers, place))
    kept = territory.sketch["regions"].geometry
    assert corners(kept) < 6_000
    assert shapely.coverage_is_valid(kept.to_numpy())
    text = territory_map(territory).layout.meta["downloads"][0]["text"]
    regions = [
        shape(one["geometry"]) for one in json.loads(text)["features"] if one["properties"]["layer"] == "regions"
    ]
    assert shapely.coverage_is_valid(regions)
