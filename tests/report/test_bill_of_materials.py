"""The bill of materials beside a report: what is in it, in the field's own form, and the same for the same report."""

import json
import shutil

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from tests.conftest import ROOT

from quickview import seal
from quickview.brief.masthead import Masthead
from quickview.files import resource
from quickview.layers.catalog import read_catalog
from quickview.report import bill_of_materials
from quickview.report.outline import Outline
from quickview.theme import typeface
from quickview.theme.theme import load_theme

FACES = "@font-face{font-family:'IBM Plex Sans';}@font-face{font-family:'Desk Sans';}"
LAYERS = read_catalog(ROOT / "shapes" / "catalog.yaml").layers


def written(folder, *, name="pocket", html=FACES, theme="", chromium="156.0.8078.73", title="A “truce”"):
    facts = Masthead(
        name=name, title=title, as_of="2017-08-04", digest="5" * 64, layers={one.id: "a" * 64 for one in LAYERS}
    )
    (folder / f"{name}.html").write_text(html, encoding="utf-8")
    outline, stem = Outline((), (), masthead=facts), folder / name
    bill_of_materials.write(outline, html, stem, load_theme(theme), LAYERS, chromium=chromium)
    return (folder / f"{name}.cdx.json").read_bytes()


def parts(data):
    return {one["name"]: one for one in json.loads(data)["components"]}


@pytest.mark.slow
def test_it_fits_the_schema_of_the_field_and_every_reference_leads_to_a_component(tmp_path):
    plain = written(tmp_path, name="empty", html="", chromium="", title="")
    for data in (written(tmp_path, html=FACES + bill_of_materials.PLOTLY), plain):
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(data.decode()) is None
        told = json.loads(data)
        known = [one["bom-ref"] for one in (told["metadata"]["component"], *told["components"])]
        assert len(known) == len(set(known))
        assert {ref for one in told["dependencies"] for ref in (one["ref"], *one["dependsOn"])} <= set(known)


def test_packages_have_their_address_and_a_licence_in_the_words_of_spdx_where_they_give_one(tmp_path):
    known = parts(written(tmp_path))
    assert known["pydantic_core"]["purl"].startswith("pkg:pypi/pydantic-core@")
    assert known["geopandas"]["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert known["nbconvert"]["licenses"] == [{"license": {"name": "BSD License"}}], "a whole text is no name"
    assert "purl" not in known["quickview"], "PyPI may have another of that name"
    needs = {one["ref"]: one["dependsOn"] for one in json.loads(written(tmp_path))["dependencies"]}
    assert known["shapely"]["bom-ref"] in needs[known["geopandas"]["bom-ref"]]


def test_the_brief_its_layers_fonts_and_programs_are_told_as_far_as_the_report_uses_them(tmp_path):
    data = written(tmp_path, html=FACES + bill_of_materials.PLOTLY)
    about, known = json.loads(data)["metadata"]["component"], parts(data)
    assert (about["name"], about["version"], about["hashes"][0]["content"]) == ("pocket", "2017-08-04", "5" * 64)
    assert known["chromium"]["version"] == "156.0.8078.73"
    assert known["IBM Plex Sans"]["licenses"] == [{"expression": "OFL-1.1"}]
    assert known["plotly.js"]["purl"] == f"pkg:npm/plotly.js@{known['plotly.js']['version']}"
    assert bill_of_materials.PLOTLY in resource("quickview.report", "templates/report.html"), "as pages say it"
    layer = LAYERS[0]
    assert layer.source in known[layer.id]["description"]
    assert known[layer.id]["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert known[layer.id]["licenses"]
    assert not {"chromium", "plotly.js", "IBM Plex Sans"} & parts(written(tmp_path, html="", chromium="")).keys()


def test_a_font_of_a_theme_is_not_said_to_have_the_licence_of_the_kits(tmp_path):
    shutil.copy2(typeface.file("latin", typeface.REGULAR), tmp_path / "own.woff2")
    theme = tmp_path / "desk.yaml"
    theme.write_text("name: Desk\nfonts: {text: {family: Desk Sans, regular: own.woff2}}\n", encoding="utf-8")
    assert "licenses" not in parts(written(tmp_path, theme=str(theme)))["Desk Sans"]


def test_the_same_report_has_the_same_bill_and_another_one_another_number(tmp_path):
    first = written(tmp_path)
    carried, actual = seal.digests(first, "json")
    assert first == written(tmp_path)
    assert carried == actual
    assert json.loads(first)["serialNumber"] != json.loads(written(tmp_path, title="Another"))["serialNumber"]
