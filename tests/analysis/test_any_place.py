"""A map for any place: sixty made layers, each right against the ellipsoid or refused by a code."""

import json
import math
from pathlib import Path

import pytest
import shapely
from pyproj import Geod
from shapely import affinity
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon, box, mapping
from tests.brief.conftest import LAYER, MINIMAL

from quickview.analysis import territory_map
from quickview.analysis.canvas import WIDE
from quickview.analysis.cartography import Sheet
from quickview.analysis.locator import locate
from quickview.analysis.territory import read_territory
from quickview.brief.reader import load
from quickview.errors import InputError

pytestmark = pytest.mark.slow

ELLIPSOID = Geod(ellps="WGS84")


def disc(x, y, size, corners=24):
    """A star-shaped outline of `size` degrees of latitude, so wide that it looks round."""
    wide = size / math.cos(math.radians(y))
    turns = [2 * math.pi * n / corners for n in range(corners)]
    radii = [0.9 + 0.1 * math.cos(5 * turn) for turn in turns]
    return Polygon(
        [(x + wide * r * math.cos(t), y + size * r * math.sin(t)) for r, t in zip(radii, turns, strict=True)]
    )


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
    **{f"{kind.__name__} {size} at {spot}": kind(*at, size) for spot, at in SPOTS.items() for kind in (disc, ring)
       for size in (0.0001, 0.2, 3)},
    **{f"{form.__name__} {kind.__name__} {size} over 180 at {y}": (form, kind(179.9, y, size))
       for form in (wrapped, cut) for kind in (disc, ring) for y, size in ((-17, 0.5), (66, 2), (-80, 0.3))},
    "two parts far apart": MultiPolygon([disc(10, 10, 1), disc(40, -12, 2)]),
    "island in a hole": MultiPolygon([ring(20, 50, 2), disc(20, 50, 0.5)]),
    "thin": box(5, 45, 15, 45.001),
    "tall": box(-72, -55, -68, -18),
    "continent": disc(20, 5, 35, 60),
    "round the north pole": cap(72),
    "round the south pole": cap(-60),
    "half the world": box(-80, -60, 95, 80),
    "all longitudes": box(-180, -60, 180, 80),
    "many corners": disc(30, 40, 2, 100_000),
}  # fmt: skip
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
}  # fmt: skip


def brief_of(folder: Path, layers: dict, place: str):
    """A brief about a place with layers of its own: geometries by layer id, one feature each."""
    (folder / "briefs").mkdir(exist_ok=True)
    (folder / "shapes").mkdir(exist_ok=True)
    kinds = {"P": "point", "L": "line"}
    texts = []
    for name, shapes in layers.items():
        kind = (
            kinds.get(shapes[0].geom_type.removeprefix("Multi")[0], "polygon")
            if shapes[0].geom_type[-7:] != "Polygon"
            else "polygon"
        )
        rows = [
            {
                "type": "Feature",
                "properties": {"id": f"{name}-{n}", "name": f"{name} {n}", "code": f"R{n}"},
                "geometry": mapping(shape),
            }
            for n, shape in enumerate(shapes)
        ]
        (folder / "shapes" / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
        texts.append(LAYER.format(id=name, geometry=kind))
    (folder / "shapes" / "catalog.yaml").write_text("layers:\n" + "".join(texts), encoding="utf-8")
    head, rest = MINIMAL.split("place:\n", 1)
    text = f"{head}place:\n{place}sides:\n{rest.split('sides:' + chr(10), 1)[1]}".replace("place: North well, ", "")
    (folder / "briefs" / "sample.md").write_text(text, encoding="utf-8")
    return load(folder / "briefs" / "sample.md")


def laid(made):
    """The file's form of a made layer, and the shape it stands for."""
    form, shape = made if isinstance(made, tuple) else (lambda same: same, made)
    return form(shape), shape


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


@pytest.mark.parametrize("name", MADE)
def test_a_made_place_is_measured_and_drawn_right(name, tmp_path):
    given, shape = laid(MADE[name])
    territory = read_territory(brief_of(tmp_path, {"made": [given]}, "  name: place\n  layer: made\n  show: [area]\n"))
    assert territory.area_km2 == pytest.approx(known_area(shape), rel=0.005)
    sheet = Sheet(territory, WIDE)
    assert box(*sheet.frame).buffer(1).covers(sheet.lay(territory.drawn).envelope)
    x, y = shape.representative_point().coords[0]
    size = min(shape.bounds[3] - shape.bounds[1], 1) / 10
    middle, north, east = (sheet.project(Point(*at)) for at in ((x, y), (x, min(y + size, 90)), (x + size, y)))
    if not name.startswith("round"):
        assert north.y > middle.y
        assert east.x > middle.x


@pytest.mark.parametrize("name", [name for name in MADE if name.startswith(("ring", "island", "wrapped ring"))][::3])
def test_a_hole_is_not_painted(name, tmp_path):
    given, shape = laid(MADE[name])
    territory = read_territory(brief_of(tmp_path, {"made": [given]}, "  name: place\n  layer: made\n"))
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
    assert fault.what.startswith("feature 1 ")
    assert "(" in fault.what.removeprefix("feature 1 (made-0)")
    assert fault.mend


def test_there_are_sixty_of_them():
    assert len(MADE) + len(WRONG) >= 60


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
    assert any(text.replace(" ", "").startswith("WORLD1") for text in texts)
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
    assert (fault.code, fault.mend) == ("E-REF-REGION", "write `column: name`, which holds them")
