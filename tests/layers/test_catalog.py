"""The catalog of layers: what it accepts, what it refuses and how it says so."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from quickview.errors import InputError
from quickview.layers import catalog
from quickview.layers.catalog import Catalog, read_catalog, read_features

SHAPES = Path(__file__).parents[2] / "shapes"

LAYER = """\
  - id: wells
    title: Wells
    file: wells.geojson
    geometry: point
    credit: Own survey
    source: Own survey
    licence: CC0-1.0
    date: 2020-02-03
    crs: EPSG:4326
    key: [id]
    accuracy: surveyed
    note: Three wells.
    recipe:
      kind: table
      csv: wells.csv
"""
RIDGE = LAYER.replace("wells", "ridge").replace("geometry: point", "geometry: polygon")
OUTLINE = "      kind: outline\n      from: wells\n      hull_ratio: 0.5\n      buffer_km: 1.0\n"
PATH = "      kind: path\n      from: wells\n      through: [North, South]\n"
TABLE = "      kind: table\n      csv: ridge.csv\n"


def write(folder: Path, *layers: str) -> Path:
    path = folder / "catalog.yaml"
    path.write_text("layers:\n" + "".join(layers), encoding="utf-8")
    return path


def codes(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_catalog(path)
    return [fault.code for fault in caught.value.faults]


def point(name: str, longitude: Any = 10.5, latitude: Any = 20.25) -> dict[str, Any]:
    return feature({"type": "Point", "coordinates": [longitude, latitude]}, name)


def feature(geometry: Any, name: str | None = "one") -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"id": name}}


def catalog_with(folder: Path, *features: Any, geometry: str = "point", **members: Any) -> Catalog:
    document = {"type": "FeatureCollection", "features": list(features), **members}
    (folder / "wells.geojson").write_text(json.dumps(document), encoding="utf-8")
    return read_catalog(write(folder, LAYER.replace("geometry: point", f"geometry: {geometry}")))


def layer_codes(catalog: Catalog) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_features(catalog, "wells")
    return [fault.code for fault in caught.value.faults]


def test_a_catalog_is_read_with_its_folder_and_its_dates_as_text(tmp_path: Path) -> None:
    catalog = read_catalog(write(tmp_path, LAYER))
    assert catalog.folder == tmp_path
    assert catalog.ids == ("wells",)
    assert catalog.layer("wells").date == "2020-02-03"
    assert catalog.path("wells") == tmp_path / "wells.geojson"


def test_an_unknown_layer_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no layer `well`.*did you mean `wells`\?"):
        read_catalog(write(tmp_path, LAYER)).layer("well")


def test_a_missing_catalog_is_a_fault_of_the_input(tmp_path: Path) -> None:
    assert codes(tmp_path / "catalog.yaml") == ["E-CATALOG-FILE"]


def test_all_faults_come_at_once_at_their_places(tmp_path: Path) -> None:
    text = LAYER.replace("accuracy: surveyed", "accuracy: exact").replace("title:", "titel:")
    text = text.replace("    crs: EPSG:4326\n", "")
    with pytest.raises(InputError) as caught:
        read_catalog(write(tmp_path, text))
    assert [(f.line, f.column, f.code) for f in caught.value.faults] == [
        (2, 5, "E-CATALOG-MISSING"),
        (3, 5, "E-CATALOG-KEY"),
        (11, 15, "E-CATALOG-VALUE"),
    ]
    assert "did you mean `title`?" in str(caught.value)
    assert "surveyed, generalised or indicative" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("file: wells.geojson", "file: ../wells.geojson"),
        ("file: wells.geojson", "file: /wells.geojson"),
        ("file: wells.geojson", "file: /vsicurl/x/wells.geojson"),
        ("file: wells.geojson", "file: zip:wells.geojson"),
        ("file: wells.geojson", "file: wells.gpkg"),
        ("csv: wells.csv", "csv: ../wells.csv"),
        ("crs: EPSG:4326", "crs: EPSG:3857"),
        ("date: 2020-02-03", "date: February 2020"),
        ("date: 2020-02-03", "date: 2020"),
        ("id: wells", "id: The Wells"),
        ("key: [id]", "key: []"),
        ("note: Three wells.", "note: [Three, wells]"),
        ("kind: table", "kind: magic"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_on_its_line(tmp_path: Path, written: str, instead: str) -> None:
    path = write(tmp_path, LAYER.replace(written, instead))
    with pytest.raises(InputError) as caught:
        read_catalog(path)
    (fault,) = caught.value.faults
    assert fault.code == "E-CATALOG-VALUE"
    assert instead.partition(":")[0] in path.read_text(encoding="utf-8").splitlines()[fault.line - 1]


def test_aliases_are_refused(tmp_path: Path) -> None:
    assert "E-YAML-ALIAS" in codes(write(tmp_path, LAYER.replace("[id]", "&k [id]"), RIDGE.replace("[id]", "*k")))


def test_ids_and_files_are_used_once(tmp_path: Path) -> None:
    assert codes(write(tmp_path, LAYER, LAYER)) == ["E-CATALOG-TWICE", "E-CATALOG-TWICE"]


@pytest.mark.parametrize(
    "recipe",
    [OUTLINE.replace("from: wells", "from: welsl"), OUTLINE.replace("from: wells", "from: ridge"), PATH],
    ids=["unknown source", "itself", "line where a polygon is declared"],
)
def test_a_layer_can_only_be_made_from_points_into_what_its_recipe_makes(tmp_path: Path, recipe: str) -> None:
    assert codes(write(tmp_path, LAYER, RIDGE.replace(TABLE, recipe))) == ["E-CATALOG-FROM"]


def test_an_outline_of_a_point_layer_is_accepted(tmp_path: Path) -> None:
    catalog = read_catalog(write(tmp_path, LAYER, RIDGE.replace(TABLE, OUTLINE)))
    assert catalog.layer("ridge").needs == ("wells",)


def test_a_fault_in_a_recipe_names_the_key_and_its_line(tmp_path: Path) -> None:
    recipe = OUTLINE.replace("hull_ratio: 0.5", "hull_ratio: 5.0").replace("buffer_km", "bufer_km")
    with pytest.raises(InputError) as caught:
        read_catalog(write(tmp_path, LAYER, RIDGE.replace(TABLE, recipe)))
    assert [fault.code for fault in caught.value.faults] == ["E-CATALOG-VALUE", "E-CATALOG-KEY"]
    assert "0 (tightest hull) to 1" in str(caught.value)
    assert "did you mean `buffer_km`?" in str(caught.value)


PACKAGE = f"""\
      kind: package
      package: squares
      version: 1.0.0
      integrity: sha512-{"A" * 86}==
      member: lands.json
      columns: {{name: {{from: label}}}}
"""


def test_a_union_by_a_column_that_the_layer_has_not_is_refused_at_its_place(tmp_path: Path) -> None:
    layer = LAYER.replace("      kind: table\n      csv: wells.csv\n", PACKAGE + "      union: nmae\n")
    with pytest.raises(InputError) as caught:
        read_catalog(write(tmp_path, layer))
    (fault,) = caught.value.faults
    assert (fault.line, fault.column, fault.code) == (21, 14, "E-CATALOG-UNION")
    assert fault.hint == "did you mean `name`?"
    assert read_catalog(write(tmp_path, layer.replace("nmae", "all"))).layer("wells").recipe.union == "all"


def test_a_file_without_its_hash_is_told_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"E-CATALOG-MISSING.*`quickview shapes build` tells"):
        read_catalog(write(tmp_path, LAYER.replace("kind: table\n      csv: wells.csv", "kind: file")))
    with pytest.raises(InputError, match=r"E-CATALOG-VALUE.*`quickview shapes build` tells"):
        read_catalog(
            write(tmp_path, LAYER.replace("kind: table\n      csv: wells.csv", "kind: file\n      sha256: ''"))
        )


def test_features_come_back_as_the_file_has_them(tmp_path: Path) -> None:
    catalog = catalog_with(tmp_path, point("a"), point("b"))
    assert read_features(catalog, "wells")["features"] == [point("a"), point("b")]


def test_an_empty_layer_is_not_a_broken_one(tmp_path: Path) -> None:
    assert layer_codes(catalog_with(tmp_path)) == ["E-LAYER-EMPTY"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert layer_codes(read_catalog(write(tmp_path, LAYER))) == ["E-LAYER-FILE"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<OGRVRTDataSource/>", b"[1, 2]", b'{"type": "Topology"}', b"\xff\xfe", b"[" * 100_000, b'{"type":'],
)
def test_content_that_is_no_feature_collection_is_broken(tmp_path: Path, content: bytes) -> None:
    catalog = catalog_with(tmp_path)
    (tmp_path / "wells.geojson").write_bytes(content)
    assert layer_codes(catalog) == ["E-LAYER-BROKEN"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    catalog = catalog_with(tmp_path / "inside", point("a"))
    path = catalog.path("wells")
    path.rename(tmp_path / "outside.geojson")
    path.symlink_to(tmp_path / "outside.geojson")
    assert layer_codes(catalog) == ["E-LAYER-FILE"]


def test_another_crs_is_refused_and_wgs_84_is_not(tmp_path: Path) -> None:
    name = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32637"}}
    assert layer_codes(catalog_with(tmp_path, point("a"), crs=name)) == ["E-LAYER-CRS"]
    name["properties"] = {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}
    assert read_features(catalog_with(tmp_path, point("a"), crs=name), "wells")


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (feature(None), "E-LAYER-NULL"),
        (feature({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}), "E-LAYER-TYPE"),
        (point("nan", float("nan")), "E-LAYER-COORDINATES"),
        (point("infinite", 1, float("inf")), "E-LAYER-COORDINATES"),
        (point("metres", 500_000, 3_800_000), "E-LAYER-COORDINATES"),
        (point("text", "10"), "E-LAYER-COORDINATES"),
        (feature({"type": "Point", "coordinates": []}), "E-LAYER-COORDINATES"),
        (feature({"type": "Point", "coordinates": [1, 2]}, None), "E-LAYER-KEY"),
        (point("sound"), "E-LAYER-KEY"),
        (17, "E-LAYER-BROKEN"),
    ],
)
def test_a_broken_feature_is_named_beside_a_sound_one(tmp_path: Path, broken: Any, code: str) -> None:
    assert layer_codes(catalog_with(tmp_path, point("sound"), broken)) == [code]


@pytest.mark.parametrize(
    ("columns", "code", "place"),
    [
        ({"status": ["held", "lost"]}, "E-LAYER-VALUE", "`status`"),
        ({"name": {"en": "Well"}}, "E-LAYER-VALUE", "`name`"),
        ({"people": float("inf")}, "E-LAYER-VALUE", "`people`"),
        ({"note": "x" * 3000}, "E-LAYER-VALUE", "3,000 letters in `note`"),
        ({"name": "Well\x00"}, "E-LAYER-TEXT-CONTROL", "U+0000 in `name`"),
        ({"status": "held \u202edlot"}, "E-LAYER-TEXT-BIDI", "U+202E in `status`"),
        ({"na\u2028me": "Well"}, "E-LAYER-TEXT-CONTROL", "`na\ufffdme`"),
        ({"geometry": "POINT (1 2)"}, "E-LAYER-COLUMN", "`geometry`"),
        ({"shown": "yes"}, "E-LAYER-COLUMN", "`shown`"),
    ],
)
def test_a_column_that_a_map_cannot_use_is_named_with_its_feature(
    tmp_path: Path, columns: Any, code: str, place: str
) -> None:
    broken = point("b")
    broken["properties"] |= columns
    with pytest.raises(InputError) as caught:
        read_features(catalog_with(tmp_path, point("a"), broken), "wells")
    (fault,) = caught.value.faults
    assert fault.code == code
    assert fault.message.startswith("feature 2 (b) has ")
    assert place in fault.message
    assert str(fault).isprintable()


def test_a_column_may_hold_text_numbers_truth_or_nothing(tmp_path: Path) -> None:
    sound = point("a")
    sound["properties"] |= {"name": "بئر\u200cها", "deep": 1.5, "people": 3, "dry": False, "note": None}
    assert read_features(catalog_with(tmp_path, sound), "wells")["features"] == [sound]


def rectangle(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def told(folder: Path, *parts: Any, geometry: str = "polygon") -> str:
    kind = {"polygon": "MultiPolygon", "line": "MultiLineString"}[geometry]
    catalog = catalog_with(folder, feature({"type": kind, "coordinates": list(parts)}), geometry=geometry)
    try:
        read_features(catalog, "wells")
    except InputError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("code", "where", "parts"),
    [
        ("E-LAYER-COORDINATES", "", [[[]]]),
        ("E-LAYER-RING", "(0, 0)", [[[[0, 0], [1, 0], [0, 0]]]]),
        ("E-LAYER-RING", "ends at (0, 1)", [[[[0, 0], [1, 0], [1, 1], [0, 1]]]]),
        ("E-LAYER-RING", "(3, 3)", [[[[3, 3]] * 5]]),
        ("E-LAYER-CROSSING", "crosses itself at (1, 1)", [[[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]]),
        ("E-LAYER-CROSSING", "at (-180, 1)", [[[[179, 0], [-179, 2], [-179, 0], [179, 2], [179, 0]]]]),
        ("E-LAYER-CROSSING", "touches itself at (1, 1)", [[[[0, 0], [2, 0], [1, 1], [2, 2], [0, 2], [1, 1], [0, 0]]]]),
        ("E-LAYER-OVERLAP", "(9, 2)", [[rectangle(0, 0, 9, 9)], [rectangle(2, 2, 13, 13)]]),
        ("E-LAYER-OVERLAP", "(2, 2)", [[rectangle(0, 0, 9, 9)], [rectangle(2, 2, 3, 3)]]),
        ("E-LAYER-HOLE", "(10, 10)", [[rectangle(0, 0, 9, 9), rectangle(10, 10, 11, 11)]]),
        ("E-LAYER-HOLE", "(2, 2)", [[rectangle(0, 0, 9, 9), rectangle(1, 1, 5, 5), rectangle(2, 2, 3, 3)]]),
        ("E-LAYER-HOLE", "", [[rectangle(0, 0, 9, 9), rectangle(0, 0, 9, 9)]]),
        ("E-LAYER-RING", "less than a square metre at (5, 60)", [[rectangle(5, 60, 5.00001, 60.00001)]]),
        ("E-LAYER-RING", "", [[rectangle(5, 60, 6, 60)]]),
        ("E-LAYER-EDGE", "from (-160, 0) to (160, 0)", [[rectangle(-160, 0, 160, 2)]]),
        ("E-LAYER-POLE", "", [[[[x, 70] for x in range(-180, 181, 30)] + [[-180, 70]]]]),
    ],
)
def test_an_area_that_cannot_be_drawn_or_measured_is_refused_by_name_and_place(
    tmp_path: Path, code: str, where: str, parts: Any
) -> None:
    text = told(tmp_path, *parts)
    assert f" {code} feature 1 (one) " in text
    assert where in text
    assert " — " in text


@pytest.mark.parametrize(
    "parts",
    [
        [[[[0, 0], [0, 0], [2, 0], [2, 0], [2, 2], [0, 0]]]],
        [[rectangle(0, 0, 9, 9), rectangle(1, 1, 3, 3), rectangle(4, 4, 6, 6)]],
        [[rectangle(0, 0, 9, 9), rectangle(1, 1, 8, 8)], [rectangle(2, 2, 7, 7)]],
        [[rectangle(179, 0, -179, 2)]],
        [[rectangle(179, 0, 180, 2)], [rectangle(-180, 0, -179, 2)]],
        [[[[179, 0], [180, 0], [-180, 0], [-179, 0], [-179, 2], [179, 2], [179, 0]]]],
        [[[[x, -70] for x in range(-180, 181, 30)] + [[180, -90], [-180, -90], [-180, -70]]]],
        [[rectangle(-180, -90, 180, 90)]],
    ],
)
def test_holes_islands_in_them_the_date_line_and_poles_are_sound(tmp_path: Path, parts: Any) -> None:
    assert not told(tmp_path, *parts)


def test_a_line_may_cross_the_date_line_the_short_way_only(tmp_path: Path) -> None:
    assert not told(tmp_path, [[179, 1], [-179, 2]], geometry="line")
    assert "E-LAYER-EDGE" in told(tmp_path, [[-120, 1], [120, 2]], geometry="line")
    assert "E-LAYER-RING" in told(tmp_path, [[1, 1]], geometry="line")


def test_every_broken_feature_is_reported_at_once(tmp_path: Path) -> None:
    assert len(layer_codes(catalog_with(tmp_path, feature(None, "a"), feature(None, "b"), point("c")))) == 2


def test_the_catalog_is_read_without_geospatial_libraries() -> None:
    heavy = "{'geopandas', 'shapely', 'pandas', 'pyogrio', 'numpy'}"
    program = f"import sys, quickview.layers.catalog; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("layer_id", read_catalog(SHAPES / "catalog.yaml").ids)
def test_every_layer_of_the_kit_reads(layer_id: str) -> None:
    catalog = read_catalog(SHAPES / "catalog.yaml")
    assert read_features(catalog, layer_id)["features"]


def test_layers_that_were_drawn_from_places_say_that_they_are_indicative() -> None:
    drawn = [one for one in read_catalog(SHAPES / "catalog.yaml").layers if one.recipe.kind in {"outline", "path"}]
    assert {layer.id for layer in drawn} >= {"homs-pocket", "homs-hama-highway"}
    assert all(layer.accuracy == "indicative" and layer.note.startswith("Indicative") for layer in drawn)


def test_the_shapes_are_small_enough_to_live_beside_the_code() -> None:
    assert sum(path.stat().st_size for path in SHAPES.iterdir()) < 300_000


def test_a_layer_found_sound_is_remembered_and_a_changed_one_is_looked_at_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    catalog._sound.cache_clear()
    known = catalog_with(tmp_path, point("north"))
    read_features(known, "wells")
    (line,) = (tmp_path / "cache" / "quickview" / "sound-layers").read_text().splitlines()
    catalog._sound.cache_clear()
    looked: list[int] = []
    monkeypatch.setattr(catalog, "problems", lambda *_, **__: looked.append(1) or [])
    read_features(known, "wells")
    assert looked == []
    path = known.path("wells")
    path.write_text(path.read_text() + "\n")
    read_features(known, "wells")
    assert (len(line), looked) == (64, [1])
    catalog._sound.cache_clear()
