"""Files of many kinds that become layers: what is recognised, mended, counted, refused; borders that stay shared."""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, mapping, shape

from quickview.errors import InputError, MachineError
from quickview.layers import add as adding
from quickview.layers import mending, vector_file
from quickview.layers.add import Reading, add
from quickview.layers.catalog import read_catalog, read_features

NAMES = [("Homs", "حمص", "SY04"), ("Hama", "حماة", "SY05"), ("Idlib", "إدلب", "SY07")]
BOXES = [box(36, 34, 37, 35), box(36, 35, 37, 36), box(35.5, 35.5, 36, 36)]
SCHEMAS = {
    "new": {"name": "adm1_name", "ar": "adm1_name1", "pcode": "adm1_pcode", "parent": "adm0_pcode", "day": "valid_on"},
    "itos": {"name": "admin1Name_en", "ar": "admin1Name_ar", "pcode": "admin1Pcode", "parent": "admin0Pcode", "day": "validOn"},
    "hdx": {"name": "ADM1_EN", "ar": "ADM1_AR", "pcode": "ADM1_PCODE", "parent": "ADM0_PCODE", "day": "validOn"},
}  # fmt: skip
FORMATS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf", "kml": "LIBKML", "geojson": "GeoJSON", "parquet": None}  # fmt: skip
ABOUT = {"source": "Example Survey", "licence": "CC0-1.0", "date": "2021"}


SYRIA = read_catalog(Path(__file__).parents[2] / "shapes" / "catalog.yaml")
"""A catalogue with layers of Syria, in which most files here lie, and of the world."""


def prepare(path, reading=None, catalog=SYRIA):
    return adding.prepare(path, reading, catalog=catalog)


def frame(columns=None, shapes=BOXES, crs=4326):
    columns = columns if columns is not None else {"name": [name for name, _, _ in NAMES[: len(shapes)]]}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def regions(schema):
    names, arabic, codes = zip(*NAMES, strict=True)
    values = {"name": names, "ar": arabic, "pcode": codes, "parent": ["SY"] * 3, "day": ["2020-12-17"] * 3}
    return frame({SCHEMAS[schema][key]: list(given) for key, given in values.items()})


def save(data, path, **options):
    driver = FORMATS[path.suffix[1:]]
    data.to_file(path, driver=driver, **options) if driver else data.to_parquet(path)
    return path


def geojson(path, *rows):
    features = [{"type": "Feature", "properties": p, "geometry": g if g is None or isinstance(g, dict) else mapping(g)} for p, g in rows]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def codes(error_or_layer):
    return sorted(fault.code for fault in error_or_layer.faults)


def refused(path, **reading):
    with pytest.raises(InputError) as caught:
        prepare(path, Reading(**reading))
    return caught.value


def shapes_of(layer):
    return np.array([shape(feature["geometry"]) for feature in layer.features], object)


def borders(shapes):
    """Return the square degrees of overlaps and of gaps between polygons."""
    together = shapely.union_all(shapes)
    gaps = sum(Polygon(ring).area for part in shapely.get_parts(together) for ring in part.interiors)
    return shapely.area(shapes).sum() - together.area, gaps


@pytest.fixture
def here(monkeypatch):
    """Have files read in this process, which spares the start of another; what guards it is tried elsewhere."""

    def run(command, **_):
        vector_file._main(Path(command[-2]), json.loads(command[-1]))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(vector_file.subprocess, "run", run)
    monkeypatch.setattr(vector_file, "_limit", lambda: None)
    monkeypatch.setattr(vector_file, "leave_network", lambda: True)
    monkeypatch.setattr(pyogrio, "list_drivers", dict)


@pytest.fixture
def catalog(tmp_path):
    path = tmp_path / "shapes" / "catalog.yaml"
    path.parent.mkdir()
    row = {"id": "there", "title": "There", "file": "there.geojson", "geometry": "point", "source": "S", "credit": "S",
           "licence": "L", "date": "2020", "crs": "EPSG:4326", "key": ["name"], "accuracy": "indicative", "note": "N.",
           "recipe": {"kind": "table", "csv": "there.csv"}}  # fmt: skip
    path.write_text(f"# Ours.\nlayers:\n  - {json.dumps(row)}  # kept\n\n\n", encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "ending"), [*zip(["new", "hdx", "itos", "new", "itos", "hdx"], FORMATS, strict=True)], ids=[*FORMATS]
)
def test_every_format_gives_the_same_columns_and_says_its_source(schema, ending, tmp_path):
    layer = prepare(save(regions(schema), tmp_path / f"syr-adm1.{ending}"))
    first = layer.features[0]["properties"]
    assert {name: first[name] for name in ("name", "name_ar", "pcode", "parent_pcode", "valid_on")} == {
        "name": "Homs", "name_ar": "حمص", "pcode": "SY04", "parent_pcode": "SY", "valid_on": "2020-12-17",
    }  # fmt: skip
    assert (layer.key, layer.about["date"], layer.about["licence"]) == ("pcode", "2020-12-17", "CC-BY-3.0-IGO")
    assert [fault for fault in layer.faults if fault.code != "W-FEATURE-HEIGHT"] == []
    assert shapely.equals(shapes_of(layer), BOXES).all()


def wobbly(count, step):
    """A grid of regions whose borders wander as rivers do, with a corner each `step` degrees."""
    boxes = [box(x, y, x + 1, y + 1) for x in range(count) for y in range(count)]

    def bend(points):
        x, y = points.T
        waves = [(0.02 / n, n * 5.3) for n in (1, 2, 4, 8, 16)]
        return np.column_stack(
            [x + sum(a * np.sin(f * y + f) for a, f in waves), y + sum(a * np.sin(f * x) for a, f in waves)]
        )

    return list(shapely.transform(shapely.segmentize(boxes, step), bend))


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", [0, 30, 500, 5000])
def test_neighbours_share_their_borders_whatever_the_tolerance(tolerance, here, tmp_path):
    drawn = wobbly(4, 0.002)
    data = frame({"name": [f"R{n}" for n in range(len(drawn))]}, drawn)
    layer = prepare(save(data, tmp_path / "wobbly.gpkg"), Reading(tolerance=tolerance))
    shapes = shapes_of(layer)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    assert borders(shapes) == (pytest.approx(0, abs=1e-12), 0)
    assert len(shapes) == len(drawn)
    if tolerance:
        assert shapely.get_num_coordinates(shapes).sum() < shapely.get_num_coordinates(drawn).sum()


@pytest.mark.slow
def test_a_large_layer_is_simplified_to_half_a_megabyte_and_says_so(here, tmp_path):
    data = frame({"name": [f"R{n}" for n in range(25)]}, wobbly(5, 0.002))
    layer = prepare(save(data, tmp_path / "large.fgb"))
    assert len(layer.text.encode()) < 1.1 * mending.TARGET_BYTES
    assert "simplified with a tolerance of" in layer.done
    assert shapely.coverage_is_valid(shapes_of(layer))


def test_islands_too_small_to_be_seen_go_and_are_counted_but_what_a_neighbour_touches_stays(here, tmp_path):
    specks = [box(30 + n / 100, 30, 30.0001 + n / 100, 30.0001) for n in range(50)]
    exclave = box(38.5, 34.5, 38.501, 34.501)
    rows = [
        ({"name": "A"}, MultiPolygon([BOXES[0], *specks])),
        ({"name": "B"}, box(38, 34, 39, 35) - exclave),
        ({"name": "C"}, MultiPolygon([exclave, box(39, 34, 40, 35)])),
    ]
    layer = prepare(geojson(tmp_path / "x.geojson", *rows), Reading(tolerance=500))
    assert [fault.message for fault in layer.faults] == ["50 islands are too small to be seen at 500 m: left out"]
    assert borders(shapes_of(layer)) == (pytest.approx(0, abs=1e-12), 0)


def test_metres_become_degrees_and_a_file_without_a_crs_is_asked_for_it(here, tmp_path):
    data = frame().to_crs(32637)
    layer = prepare(save(data, tmp_path / "utm.gpkg"))
    assert "EPSG:32637" in layer.done
    assert shapely.equals_exact(shapely.normalize(shapes_of(layer)[1]), shapely.normalize(BOXES[0]), 1e-4)
    bare = save(data, tmp_path / "bare.shp")
    bare.with_suffix(".prj").unlink()
    error = refused(bare)
    assert codes(error) == ["E-CRS-NONE"]
    assert "--crs" in str(error)
    given = prepare(bare, Reading(crs="EPSG:32637"))
    assert shapely.equals_exact(shapely.normalize(shapes_of(given)[1]), shapely.normalize(BOXES[0]), 1e-4)


@pytest.mark.parametrize(
    ("said", "taken"), [(None, "windows-1256"), ("UTF-8", "windows-1256"), ("ISO-8859-1", "windows-1256")]
)
def test_arabic_of_a_shapefile_is_read_though_its_encoding_is_unsaid_or_wrong(said, taken, here, tmp_path):
    path = save(regions("hdx"), tmp_path / "arabic.shp", encoding="windows-1256")
    path.with_suffix(".cpg").unlink() if said is None else path.with_suffix(".cpg").write_text(said)
    layer = prepare(path)
    assert layer.features[0]["properties"]["name_ar"] == "حمص"
    assert [fault.code for fault in layer.faults] == ["W-FILE-ENCODING"]
    assert taken in layer.faults[0].message


def test_accents_are_not_taken_for_arabic_and_utf8_is_told_by_itself(here, tmp_path):
    for encoding in ("windows-1252", "utf-8"):
        path = save(
            frame({"NAME": ["Añasco", "Ciudad Bolívar", "Éloyes"]}), tmp_path / f"{encoding}.shp", encoding=encoding
        )
        path.with_suffix(".cpg").unlink()
        layer = prepare(path)
        assert layer.features[0]["properties"]["name"] == "Añasco"
        assert encoding in layer.faults[0].message


def shapefile(tmp_path, name="x"):
    return save(frame(), tmp_path / f"{name}.shp")


def vrt(tmp_path):
    secret = save(frame(), tmp_path / "secret.geojson")
    path = tmp_path / "x.geojson"
    path.write_text(f'<OGRVRTDataSource><!--<kml>--><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>')  # fmt: skip
    return path


def other_json(tmp_path):
    path = tmp_path / "x.geojson"
    path.write_text('{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read /etc/passwd ! write x"}')
    return path


def cut(path, share):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def fifo(tmp_path):
    os.mkfifo(tmp_path / "x.geojson")
    return tmp_path / "x.geojson"


def written(name, content):
    def make(tmp_path):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


def zipped(*members):
    def make(tmp_path):
        source = shapefile(tmp_path)
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            for member in members:
                archive.write(source.with_suffix(member[member.rindex(".") :].lower()), member)
        return tmp_path / "x.zip"

    return make


REFUSED = {
    "a VRT of another name": (vrt, "E-FILE-BROKEN"),
    "a pipeline of GDAL in JSON": (other_json, "E-FILE-BROKEN"),
    "a named pipe": (fifo, "E-FILE-OPEN"),
    "a folder": (lambda at: at, "E-FILE-OPEN"),
    "nothing there": (lambda at: at / "none.gpkg", "E-FILE-OPEN"),
    "an empty file": (written("x.geojson", b""), "E-FILE-FORMAT"),
    "a picture with the ending of a GeoPackage": (written("x.gpkg", b"\x89PNG\r\n" + bytes(200)), "E-FILE-FORMAT"),
    "SQLite that is no GeoPackage": (written("x.gpkg", b"SQLite format 3\0" + bytes(500)), "E-FILE-FORMAT"),
    "the .dbf of a Shapefile": (lambda at: shapefile(at).with_suffix(".dbf"), "E-FILE-FORMAT"),
    "GeoJSON cut short": (lambda at: cut(save(frame(), at / "x.geojson"), 0.6), "E-FILE-BROKEN"),
    "a GeoPackage cut short": (lambda at: cut(save(frame(), at / "x.gpkg"), 0.3), "E-FILE-BROKEN"),
    "a FlatGeobuf cut short": (lambda at: cut(save(frame(), at / "x.fgb"), 0.5), "E-FILE-EMPTY"),
    "GeoParquet cut short": (lambda at: cut(save(frame(), at / "x.parquet"), 0.5), "E-FILE-BROKEN"),
    "a ZIP cut short": (lambda at: cut(zipped("x.shp", "x.shx")(at), 0.5), "E-FILE-BROKEN"),
    "a ZIP of two Shapefiles": (zipped("a.shp", "a.shx", "b.shp", "b.shx"), "E-FILE-LAYER"),
    "a ZIP of nothing known": (zipped("x.dbf"), "E-FILE-FORMAT"),
    "no features": (lambda at: geojson(at / "x.geojson"), "E-LAYER-EMPTY"),
    "nulls alone": (lambda at: geojson(at / "x.geojson", ({}, None), ({}, None)), "E-LAYER-EMPTY"),
    "metres that are called degrees": (lambda at: save(frame().to_crs(32637).set_crs(4326, allow_override=True), at / "x.gpkg"), "E-CRS-FIT"),
    "degrees that are called metres": (lambda at: save(frame().set_crs(32637, allow_override=True), at / "x.gpkg"), "E-CRS-FIT"),
    "metres of nowhere": (lambda at: save(frame(shapes=[box(1e12, 1e12, 2e12, 2e12)], crs=3857), at / "x.gpkg"), "E-CRS-FIT"),
    "areas that are but lines": (lambda at: geojson(at / "x.geojson", ({}, Polygon([(36, 34), (37, 35), (36, 34), (36, 34)]))), "E-LAYER-EMPTY"),
}  # fmt: skip


HERE = [case for case, (_, code) in REFUSED.items() if code.startswith(("E-CRS", "E-LAYER"))]
"""Of which reading is not what matters."""


@pytest.mark.parametrize("case", [pytest.param(one, marks=[] if one in HERE else pytest.mark.slow) for one in REFUSED])
def test_what_cannot_be_a_layer_is_refused(case, tmp_path, request):
    make, code = REFUSED[case]
    if case in HERE:
        request.getfixturevalue("here")
    error = refused(make(tmp_path))
    assert code in codes(error)
    assert "Traceback" not in str(error)
    assert "making-" not in str(error)


BOW_TIE = Polygon([(36, 34), (37, 35), (37, 34), (36, 35)])
NOT_NUMBERS = {"type": "Polygon", "coordinates": [[[36, 34], [float("nan"), 34], [37, 35], [36, 34]]]}
OPEN = {"type": "Polygon", "coordinates": [[[36, 34], [37, 34], [37, 35], [36, 35]]]}
GOOD = [({"name": name}, shape) for (name, _, _), shape in zip(NAMES, BOXES, strict=True)]


def of(*rows):
    return lambda at: geojson(at / "x.geojson", *rows)


def short_shapefile(at):
    return cut(shapefile(at), 0.8)


def without(ending):
    def make(at):
        path = shapefile(at)
        path.with_suffix(ending).unlink()
        return path

    return make


MENDED = {
    "a bow-tie": (of(({"name": "Tie"}, BOW_TIE), *GOOD[1:]), "W-FEATURE-INVALID", "1 of 3", 3),
    "rows without geometry": (of(*GOOD, ({"name": "A"}, None), ({"name": "B"}, None)), "W-FEATURE-NULL", "2 of 5", 3),
    "coordinates that are no numbers": (of(*GOOD, ({"name": "A"}, NOT_NUMBERS)), "W-FEATURE-NUMBER", "1 of 4", 3),
    "rows that stand twice": (of(*GOOD, GOOD[0], GOOD[0]), "W-FEATURE-TWICE", "2 of 5", 3),
    "points and lines among areas": (of(*GOOD, ({"name": "P"}, Point(36, 34)), ({"name": "L"}, LineString([(36, 34), (37, 35)]))), "W-FEATURE-KIND", "2 of 5", 3),
    "a ring that is open": (of(({"name": "Open"}, OPEN), *GOOD[1:]), "W-FEATURE-RING", "1 of 3", 3),
    "areas with a line beside them": (of(({"name": "M"}, shapely.GeometryCollection([BOXES[0], LineString([(0, 0), (1, 1)])])), *GOOD[1:]), "W-FEATURE-MIXED", "1 of 3", 3),
    "names that stand twice": (of(GOOD[0], ({"name": "Homs"}, BOXES[1])), "W-FILE-KEY", "`number`", 2),
    "areas that overlap": (of(GOOD[0], ({"name": "Over"}, box(36.5, 34.5, 37.5, 35.5))), "W-FEATURE-OVERLAP", "overlap", 2),
    "gaps of a decimetre": (of(GOOD[0], ({"name": "Near"}, box(37.000001, 34, 38, 35))), "W-FEATURE-GAPS", "joined", 2),
    "latitude first, beyond 90": (of(({"name": "Fiji"}, box(-18, 177, -17, 178))), "W-AXES", "turned round", 1),
    "latitude first, as columns tell": (of(({"name": "Homs", "center_lat": 34.5, "center_lon": 36.5}, box(34, 36, 35, 37))), "W-AXES", "turned round", 1),
    "a Shapefile cut short": (short_shapefile, "W-FILE-SHORT", "bytes are there", 2),
    "a Shapefile without its index": (without(".shx"), "W-FILE-PARTS", "rebuilt", 3),
    "columns of which none is a name": (of(({"bezirk": "A"}, BOXES[0])), "W-FILE-NAME", "called `name`", 1),
    "a Shapefile without its table": (without(".dbf"), "W-FILE-PARTS", "no columns", 3),
    "a ZIP with odd names": (zipped("__MACOSX/._x.shp", "../../ü ber/Ärger.SHP", "../../ü ber/Ärger.shx", "../../ü ber/Ärger.dbf", "../../ü ber/Ärger.prj"), "", "", 3),
    "a name that cannot be seen whole": (of(({"name": "A\u202eB\x00C"}, BOXES[0]), *GOOD[1:]), "W-FEATURE-TEXT", "1 of 3", 3),
    "a book in a cell": (of(({"name": "A", "note": "word " * 9000}, BOXES[0]), *GOOD[1:]), "W-FEATURE-TEXT", "in `note`", 3),
    "an area of a hand's breadth": (of(({"name": "A"}, box(36, 34, 36.000001, 34.000001)), *GOOD[1:]), "W-FEATURE-SMALL", "1 of 3", 2),
    "heights": (of(({"name": "High"}, shapely.force_3d(BOXES[0], 100.0))), "W-FEATURE-HEIGHT", "1 of 1", 1),
}  # fmt: skip


@pytest.mark.parametrize("case", MENDED)
def test_what_can_be_mended_is_mended_counted_and_told(case, tmp_path, request):
    if "index" not in case:  # which GDAL rebuilds where its environment says so
        request.getfixturevalue("here")
    make, code, told, count = MENDED[case]
    layer = prepare(make(tmp_path))
    assert len(layer.features) == count
    assert not code or any(fault.code == code and told in fault.message for fault in layer.faults), layer.faults
    assert shapely.is_valid(shapes_of(layer)).all()
    if "latitude" in case:
        assert shapes_of(layer)[0].centroid.x == pytest.approx({"Fiji": 177.5, "Homs": 36.5}[layer.features[0]["properties"]["name"]])  # fmt: skip


def turned(shapes):
    return shapely.transform(list(shapes), lambda points: points[:, ::-1])


OTHER_SIDE = {"latitude first": turned, "longitude first": list}
YEMEN = [box(46, 15, 46.3, 15.3), box(45, 15.5, 45.3, 15.8)]
"""Which lie in Slovenia and Croatia when their axes are swapped."""
EVIDENCE = {
    "a country that is given": ({"name": ["A", "B"]}, YEMEN, {"country": "YEM"}),
    "place codes": ({"name": ["A", "B"], "adm1_pcode": ["YE11", "YE12"]}, YEMEN, {}),
    "codes of ISO 3166-2": ({"name": ["A", "B"], "ISO_3166_2": ["YE-SN", "YE-MA"]}, YEMEN, {}),
    "the country's column": ({"name": ["A", "B"], "iso_a3": ["YEM", "YEM"]}, YEMEN, {}),
    "names that the catalogue has": ({"name": ["Homs", "Hama"]}, [Point(36.7, 34.7), Point(36.75, 35.13)], {}),
    "names in another language": ({"name": ["حمص"]}, [Point(36.7, 34.7)], {}),
    "layers that lie there": ({"name": ["X", "Y"]}, [box(37, 34.6, 37.4, 35), box(38, 35, 38.4, 35.4)], {}),
}  # fmt: skip


@pytest.mark.parametrize("side", OTHER_SIDE)
@pytest.mark.parametrize("case", EVIDENCE)
def test_latitude_before_longitude_is_found_out_by_what_is_known(case, side, here, tmp_path):
    columns, shapes, wishes = EVIDENCE[case]
    layer = prepare(save(frame(columns, OTHER_SIDE[side](shapes)), tmp_path / "x.gpkg"), Reading(**wishes))
    assert sorted(one.centroid.x for one in shapes_of(layer)) == pytest.approx(
        sorted(one.centroid.x for one in shapes), abs=1e-4
    )
    assert [fault.code for fault in layer.faults if "AXES" in fault.code] == ["W-AXES"] * (side == "latitude first")


def test_land_is_not_taken_for_sea(here, tmp_path):
    camp = save(frame({"name": ["Camp"]}, [Point(37, 0)]), tmp_path / "x.gpkg")  # swapped, in the Mediterranean
    assert "W-AXES-UNSURE" not in codes(prepare(camp))


def test_both_readings_are_told_in_a_line_where_nothing_tells_which_is_right(here, tmp_path):
    path = save(frame({"name": ["A", "B"]}, YEMEN[:1] * 2), tmp_path / "x.gpkg")
    unsure = [fault for fault in prepare(path).faults if fault.code == "W-AXES-UNSURE"]
    assert [fault.message for fault in unsure] == ["read as lying in Yemen; swapped it would lie in Slovenia"]
    assert "--swap-axes" in unsure[0].hint
    alone = [fault.message for fault in prepare(path, catalog=None).faults if fault.code == "W-AXES-UNSURE"]
    assert alone == ["read as lying at 15.15 north, 46.15 east; swapped it would lie at 46.15 north, 15.15 east"]  # fmt: skip
    elsewhere = prepare(path, Reading(country="FRA"))
    assert "W-AXES-UNSURE" in codes(elsewhere)


def test_whoever_adds_a_file_has_the_last_word(here, tmp_path):
    path = save(frame({"name": ["A"], "iso_a3": ["YEM"]}, YEMEN[:1]), tmp_path / "x.gpkg")
    assert shapes_of(prepare(path, Reading(swap_axes=True)))[0].centroid.x == pytest.approx(15.15)
    assert codes(prepare(path, Reading(swap_axes=True))) == ["W-AXES"]
    first = save(frame({"name": ["A"], "iso_a3": ["YEM"]}, turned(YEMEN[:1])), tmp_path / "y.gpkg")
    assert shapes_of(prepare(first, Reading(swap_axes=False)))[0].centroid.x == pytest.approx(15.15)
    assert codes(
        refused(save(frame({"name": ["F"]}, [box(177, -18, 178, -17)]), tmp_path / "z.gpkg"), swap_axes=True)
    ) == ["E-CRS-FIT"]


def test_a_cut_shapefile_counts_the_rows_that_lost_their_shapes(here, tmp_path):
    layer = prepare(short_shapefile(tmp_path))
    assert [fault.message for fault in layer.faults if fault.code == "W-FEATURE-NULL"] == [
        "1 of 3 features without a geometry: left out (Idlib)"
    ]


def test_what_runs_across_the_180th_meridian_is_cut_there_and_stays_whole(here, tmp_path):
    rows = [({"name": "Wrapped"}, Polygon([(179, -17), (-179, -17), (-179, -16), (179, -16)])), ({"name": "Beyond"}, box(179, -16, 181, -15))]  # fmt: skip
    layer = prepare(geojson(tmp_path / "fiji.geojson", *rows))
    assert shapely.area(shapes_of(layer)) == pytest.approx([2, 2])
    assert all(isinstance(one, MultiPolygon) for one in shapes_of(layer))
    road = prepare(geojson(tmp_path / "road.geojson", ({"name": "R"}, LineString([(179, 0), (-179, 1)]))))
    assert shapely.length(shapes_of(road)[0]) == pytest.approx(5**0.5)
    at = prepare(geojson(tmp_path / "at.geojson", ({"name": "P"}, Point(190, 10))))
    assert at.features[0]["geometry"]["coordinates"] == [-170, 10]


def test_codes_keep_their_zeros_and_own_columns_are_not_taken(here, tmp_path):
    row = {
        "Code": "0401",
        "geometry": "g",
        "shown": "s",
        "ISO_A3": "SYR",
        "Größe (km²)": 1.5,
        "Name": "Homs",
        "name": "Homs 2",
    }
    layer = prepare(geojson(tmp_path / "x.geojson", (row, BOXES[0]), (row | {"Code": "0402"}, BOXES[1])))
    assert layer.features[0]["properties"] == {
        "code": "0401", "file_geometry": "g", "file_shown": "s", "country_a3": "SYR", "größe_km2": 1.5, "name": "Homs", "name_2": "Homs 2",
    }  # fmt: skip
    assert layer.key == "code"


def test_one_layer_or_some_rows_of_a_file_can_be_chosen(here, tmp_path):
    path = save(regions("hdx"), tmp_path / "two.gpkg", layer="adm1")
    frame({"name": ["Road"]}, [LineString([(36, 34), (37, 35)])]).to_file(path, layer="roads", driver="GPKG")
    assert codes(refused(path)) == ["E-FILE-LAYER"]
    chosen = prepare(path, Reading(layer="adm1", where=["ADM1_PCODE=SY05"]))
    assert [one["properties"]["name"] for one in chosen.features] == ["Hama"]
    assert codes(refused(path, layer="adm1", where=["pcode=SY99"])) == ["E-WHERE"]
    assert codes(refused(path, layer="adm1", where=["nothing=1"])) == ["E-WHERE"]
    assert prepare(path, Reading(layer="roads")).geometry == "line"


def test_a_file_that_takes_too_much_memory_or_time_or_room_is_refused(tmp_path, monkeypatch):
    path = save(frame(), tmp_path / "x.gpkg")
    monkeypatch.setattr(vector_file, "MAX_SECONDS", 0.01)
    assert codes(refused(path)) == ["E-FILE-TIME"]
    monkeypatch.undo()
    monkeypatch.setattr(vector_file, "MAX_BYTES", 1000)
    assert codes(refused(path)) == ["E-FILE-SIZE"]
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.geojson", "{" + " " * 100_000)
    assert codes(refused(tmp_path / "bomb.zip")) == ["E-FILE-SIZE"]


PROBE = """
import os, socket
def list_drivers():
    try:
        socket.create_connection(("127.0.0.1", {port}), timeout=5)
    except OSError as error:
        raise RuntimeError(f"no way out: {{error.strerror}}")
    raise RuntimeError("connected")
"""


def test_what_reads_a_file_reaches_no_server_even_of_this_machine(tmp_path, monkeypatch):
    if not vector_file.reads_without_network():
        pytest.skip("this system gives no namespaces")
    path = save(frame(), tmp_path / "x.gpkg")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        (tmp_path / "pyogrio").mkdir()
        (tmp_path / "pyogrio" / "__init__.py").write_text(PROBE.format(port=port))
        (tmp_path / "pyogrio" / "raw.py").write_text("")
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
        assert "no way out: Network is unreachable" in str(refused(path))


STRUCK = """
import os, pathlib
def list_drivers():
    tried = pathlib.Path(__file__).with_name("tried")
    tried.write_text((tried.read_text() if tried.exists() else "") + "x")
    if len(tried.read_text()) <= {times}:
        {how}
    raise ValueError("read to its end")
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize(
    ("how", "times", "told", "tries"),
    [
        ("os.kill(os.getpid(), 9)", 1, "E-FILE-BROKEN cannot be read: read to its end", 2),
        ("os.kill(os.getpid(), 15)", 1, "E-FILE-BROKEN cannot be read: read to its end", 2),
        ("os.kill(os.getpid(), 9)", 2, "E-FILE-KILLED x.gpkg cannot be read: its reader was killed, twice", 2),
        ("os.kill(os.getpid(), 11)", 1, "E-FILE-BROKEN cannot be read: it takes more memory", 1),
        ("os.mkdir('rows.json.new')", 1, "E-DISK x.gpkg cannot be read: there is no room for that in", 1),
    ],
    ids=["killed once", "ended once", "killed twice", "crashed by the file", "no room for the result"],
)
def test_a_reader_that_is_killed_reads_once_more_and_no_file_is_blamed_for_what_the_machine_lacks(
    tmp_path, monkeypatch, how, times, told, tries
):
    save(frame(), tmp_path / "x.gpkg")
    (tmp_path / "pyogrio").mkdir()
    (tmp_path / "pyogrio" / "__init__.py").write_text(STRUCK.format(times=times, how=how))
    (tmp_path / "pyogrio" / "raw.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    monkeypatch.chdir(tmp_path)
    with pytest.raises((InputError, MachineError)) as caught:
        prepare(Path("x.gpkg"))
    assert told in str(caught.value)
    assert len((tmp_path / "pyogrio" / "tried").read_text()) == tries


@pytest.mark.slow
def test_gdal_asks_no_server_where_the_system_gives_no_namespaces(tmp_path, monkeypatch):
    given = {}
    monkeypatch.setattr(
        vector_file.subprocess,
        "run",
        lambda _, *, env, **__: given.update(env) or (_ for _ in ()).throw(subprocess.TimeoutExpired("", 1)),
    )
    refused(save(frame(), tmp_path / "x.gpkg"))
    monkeypatch.undo()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"127.0.0.1:{server.getsockname()[1]}/x.geojson"
        code = f"import pyogrio\nfor one in ('/vsicurl/http://{address}', 'http://{address}'):\n  try: pyogrio.read_info(one)\n  except Exception: pass"
        subprocess.run([sys.executable, "-c", code], env=given, check=True)
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_entry_is_appended_and_the_rest_of_the_catalogue_is_the_same_bytes(catalog, here, tmp_path):
    before = catalog.read_bytes()
    layer = prepare(save(frame(), tmp_path / "My Regions.gpkg"))
    entry = add(catalog, layer, ABOUT)
    assert catalog.read_bytes().startswith(before.rstrip(b"\n") + b"\n\n  - id: my-regions\n")
    known = read_catalog(catalog)
    assert len(read_features(known, entry.id)["features"]) == 3
    assert (entry.source, entry.date, entry.accuracy) == ("Example Survey", "2021", "indicative")
    with pytest.raises(InputError, match="E-CATALOG-TWICE"):
        add(catalog, layer, ABOUT)


def test_the_note_says_in_every_language_what_a_reader_ought_to_know(catalog, here, tmp_path):
    rows = [({"name": f"R{n}"}, one) for n, one in enumerate(wobbly(2, 0.01))]
    layer = prepare(
        geojson(tmp_path / "x.geojson", *rows, ({"name": "None"}, None)), Reading(tolerance=1500, swap_axes=False)
    )
    entry = add(catalog, layer, ABOUT)
    assert entry.note == "From the file x.geojson. Simplified, with a tolerance of 1,500 m. Features without a usable geometry were left out."  # fmt: skip
    french = read_catalog(catalog).layer(entry.id).told_in("fr")
    assert french.note.startswith("D’après le fichier x.geojson. Simplifié")
    assert "1\u00a0500 m" in french.note
    assert "أُسقطت العناصر" in entry.told_in("ar").note


def test_all_that_is_missing_or_wrong_in_an_entry_is_told_at_once_and_nothing_is_written(catalog, here, tmp_path):
    layer = prepare(save(frame(), tmp_path / "x.gpkg"))
    before = catalog.read_bytes()
    with pytest.raises(InputError) as caught:
        add(catalog, layer, {"id": "Not An Id", "title": "two\nlines", "date": "last year"})
    assert codes(caught.value) == ["E-ENTRY-MISSING", *["E-ENTRY-VALUE"] * 3]
    assert "--source, --licence" in str(caught.value)
    assert catalog.read_bytes() == before
    assert [*catalog.parent.iterdir()] == [catalog]


def test_the_same_file_gives_the_same_bytes(here, tmp_path):
    path = save(frame({"name": [f"R{n}" for n in range(16)]}, wobbly(4, 0.01)), tmp_path / "x.gpkg")
    again = shutil.copy(path, tmp_path / "again.gpkg")
    assert prepare(path, Reading(tolerance=100)).text == prepare(again, Reading(tolerance=100)).text


@pytest.mark.slow
def test_a_shapefile_whose_header_lies_about_its_length_is_no_danger(tmp_path):
    path = shapefile(tmp_path)
    data = bytearray(path.read_bytes())
    data[24:28] = struct.pack(">i", 2**31 - 1)
    data[104:108] = struct.pack(">i", 2**30)
    path.write_bytes(data)
    assert "W-FILE-SHORT" in codes(prepare(path))
