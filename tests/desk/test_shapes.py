"""The commands of layers that list, check and export them, and that add one."""

import json
import os
import pty
import subprocess
import sys

import geopandas as gpd
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, box, mapping
from typer.testing import CliRunner

from quickview.desk.shapes import app
from quickview.desk.terminal_map import braille_map
from quickview.layers.add import NewLayer, add
from quickview.layers.coverage import feature

ABOUT = {"source": "Example Survey", "licence": "CC0-1.0", "date": "2021-03"}


@pytest.fixture
def catalog(tmp_path):
    """A catalogue with one layer of points from a table."""
    path = tmp_path / "shapes" / "catalog.yaml"
    path.parent.mkdir()
    row = {"id": "towns", "title": "Towns", "file": "towns.geojson", "geometry": "point", "source": "S", "credit": "S",
           "licence": "CC-BY-4.0", "date": "2020", "crs": "EPSG:4326", "key": ["name"], "accuracy": "indicative",
           "note": "N.", "recipe": {"kind": "table", "csv": "towns.csv"}}  # fmt: skip
    path.write_text(f"layers:\n  - {json.dumps(row)}\n", encoding="utf-8")
    path.with_name("towns.csv").write_text("name,lon,lat\nHoms,36.7,34.7\n", encoding="utf-8")
    assert run("build", path).exit_code == 0
    return path


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def said(result):
    return str(result.exception) if result.exception and not isinstance(result.exception, SystemExit) else result.output


def districts(catalog, count=2):
    features = [feature(box(36 + n, 34, 37 + n, 35), {"name": f"R{n}", "name_ar": "حمص"}, 5) for n in range(count)]
    layer = NewLayer(catalog.parent / "districts.gpkg", "polygon", "name", features, {"accuracy": "indicative"}, [], "as it is")  # fmt: skip
    return add(catalog, layer, ABOUT)


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "Survey 2021.gpkg"
    gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[box(36, 34, 37, 35), box(37, 34, 38, 35)], crs=4326).to_file(path)
    return path


@pytest.mark.slow
def test_a_file_is_added_and_what_to_write_in_the_brief_is_told(catalog, survey):
    options = [word for name, value in ABOUT.items() for word in (f"--{name}", value)]
    done = run("add", survey, catalog, *options)
    assert done.exit_code == 0, said(done)
    assert "2 features" in done.output
    assert "  layer: survey-2021\n  regions: survey-2021" in done.output
    assert run("check", catalog).output == "2 of 2 layers are sound\n"
    assert run("build", catalog, "--only", "survey-2021").exit_code == 0


@pytest.mark.slow
def test_what_the_catalogue_needs_and_nobody_says_is_named_at_once(catalog, survey):
    told = said(run("add", survey, catalog, "--date", "2021"))
    assert "E-ENTRY-MISSING" in told
    assert "--source, --licence" in told
    assert "--date" not in told


@pytest.mark.slow
def test_on_a_terminal_it_is_asked_for(catalog, survey):
    main, other = pty.openpty()
    command = [sys.executable, "-m", "quickview.cli", "shapes", "add", survey, catalog, "--id", "asked"]
    process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other)
    os.write(main, b"Example Survey\nCC0-1.0\n2021\n")
    os.close(other)
    assert process.wait(60) == 0
    os.close(main)
    assert "id: asked" in catalog.read_text(encoding="utf-8")


def test_the_list_shows_each_layer_in_a_line_and_what_is_missing(catalog):
    districts(catalog)
    catalog.with_name("towns.geojson").unlink()
    towns, regions = run("list", catalog).output.splitlines()[1:]
    assert towns.split() == ["towns", "Towns", "point", "E-LAYER-FILE", "2020", "CC-BY-4.0"]
    assert regions.split() == ["districts", "Districts", "polygon", "2", "0.4", "kB", "2021-03", "CC0-1.0"]


def lines_of_map(*shapes):
    return braille_map([mapping(one) for one in shapes]).splitlines()


def test_a_line_may_lead_round_the_side_of_the_earth_that_a_map_leaves_out():
    line = LineString([(-53, 75), (39, -39), (-4, 16), (163, -86), (-47, 23)])
    assert [len(row) for row in lines_of_map(line)] == [24] * 8
    assert "".join(lines_of_map(line)).strip("⠀")


def test_the_list_draws_each_layer_beside_what_is_known_of_it(catalog):
    districts(catalog)
    listed = run("list", catalog, "--maps").output
    words = ("districts", "Districts", "polygon · 2 rows · 0.4 kB", "Example Survey", "CC0-1.0", "2021-03")
    assert all(one in listed for one in words)
    assert "".join(lines_of_map(box(36, 34, 37, 35), box(37, 34, 38, 35))[0]) in listed
    catalog.with_name("districts.geojson").unlink()
    assert "polygon · E-LAYER-FILE" in run("list", catalog, "--maps").output
    assert "⠀" not in run("list", catalog).output


def test_a_map_is_as_wide_as_the_latitude_makes_it_and_north_is_up():
    square, far = lines_of_map(box(0, 0, 1, 1)), lines_of_map(box(0, 60, 1, 60.5))
    assert {len(line) for line in (*square, *far)} == {24}
    drawn = [line.strip("⠀") for line in far]
    assert len(drawn[0]) in {16, 17}  # half a degree up is as far as one across at sixty degrees north
    road = lines_of_map(LineString([(0, 0), (1, 1)]))
    assert len(road[0].rstrip("⠀")) > len(road[-1].rstrip("⠀"))


def test_a_map_joins_what_the_180th_meridian_parts_and_draws_no_border_there():
    parted = lines_of_map(MultiPolygon([box(177, -19, 180, -16), box(-180, -19, -177, -16)]))
    middle = [line[11:13] for line in parted[1:-1]]
    assert set(middle) == {"⠀⠀"}
    assert all(line.strip("⠀") for line in parted)
    assert lines_of_map(Point(180, 0))[4].strip("⠀")


def test_every_fault_of_every_layer_is_told(catalog):
    districts(catalog)
    catalog.with_name("towns.geojson").write_text("{", encoding="utf-8")
    regions = catalog.with_name("districts.geojson")
    regions.write_text(regions.read_text(encoding="utf-8").replace("R0", "R9"), encoding="utf-8")
    done = run("check", catalog)
    assert done.exit_code == 1
    assert "E-LAYER-BROKEN" in done.output
    assert "E-LAYER-SHA256" in done.output
    assert "0 of 2 layers are sound" in done.output


@pytest.mark.parametrize("form", ["gpkg", "parquet", "fgb"])
def test_an_exported_layer_is_whole_and_the_same_bytes_each_time(form, catalog, tmp_path):
    districts(catalog)
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        done = run("export", "districts", catalog, "--format", form, "--out", tmp_path / name)
        assert done.exit_code == 0, said(done)
        made.append(tmp_path / name / f"districts.{form}")
    assert made[0].read_bytes() == made[1].read_bytes()
    read = gpd.read_parquet(made[0]) if form == "parquet" else gpd.read_file(made[0])
    assert read.crs == "EPSG:4326"
    assert sorted(read["name"]) == ["R0", "R1"]
    assert set(read["name_ar"]) == {"حمص"}
    assert read.geometry[read["name"] == "R0"].iloc[0].contains(Point(36.5, 34.5))


def test_a_layer_that_is_not_there_cannot_be_exported(catalog):
    assert "E-CATALOG-LAYER" in said(run("export", "town", catalog))
