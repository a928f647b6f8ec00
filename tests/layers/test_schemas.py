"""Columns of boundary files under the kit's names, whoever made the file."""

import pytest

from quickview.layers.schemas import key_of, recognise


def test_the_levels_above_are_named_like_the_level_itself():
    given = {"adm2_name": ["Al-Qusayr"], "adm2_name1": ["القصير"], "adm2_pcode": ["SY0402"], "adm1_name": ["Homs"],
             "adm1_name1": ["حمص"], "adm1_pcode": ["SY04"], "adm0_name": ["Syria"], "adm0_pcode": ["SY"],
             "valid_on": ["2020-12-17"], "valid_to": [None], "version": ["v02"]}  # fmt: skip
    schema = recognise(given)
    assert {name: values[0] for name, values in schema.columns.items()} == {
        "name": "Al-Qusayr", "name_ar": "القصير", "pcode": "SY0402", "adm1_name": "Homs", "adm1_name_ar": "حمص",
        "parent_pcode": "SY04", "adm0_name": "Syria", "adm0_pcode": "SY", "valid_on": "2020-12-17", "version": "v02",
    }  # fmt: skip
    assert schema.about["source"] == "OCHA COD-AB Syria v02: administrative boundaries of level 2"
    assert schema.left_out == ["valid_to"]


def test_languages_are_those_that_the_file_names():
    given = {
        "adm1_name": ["Kidal"],
        "adm1_name1": ["Kidal (fr)"],
        "adm1_pcode": ["ML08"],
        "lang": ["en"],
        "lang1": ["fr"],
    }
    assert recognise(given).columns["name_fr"] == ["Kidal (fr)"]
    french = recognise({"ADM1_FR": ["Kidal"], "ADM1_PCODE": ["ML08"], "ADM1_REF": ["Kidal"]}).columns
    assert french == {"name": ["Kidal"], "pcode": ["ML08"], "ref_name": ["Kidal"]}
    arabic = recognise({"ADM1_AR": ["حمص"], "ADM1_PCODE": ["SY04"]}).columns
    assert arabic == {"name": ["حمص"], "pcode": ["SY04"]}


@pytest.mark.parametrize(
    "given",
    [
        {"admin2Name": ["Homs"], "admin2Na_1": ["حمص"], "admin2Pcod": ["SY0401"], "admin1Pcod": ["SY04"], "validOn": ["2020-12-17"], "admin2RefN": ["Homs"]},
        {"ADM2_EN": ["Homs"], "ADM2_AR": ["حمص"], "ADM2_PCODE": ["SY0401"], "ADM1_PCODE": ["SY04"], "validOn": ["2020-12-17"], "adm2_ref_n": ["Homs"]},
        {"admin2Name_en": ["Homs"], "admin2Name_ar": ["حمص"], "admin2Pcode": ["SY0401"], "admin1Pcode": ["SY04"], "validOn": ["2020-12-17"], "admin2RefName": ["Homs"]},
    ],
    ids=["ITOS, cut to ten letters", "HDX", "ITOS"],
)  # fmt: skip
def test_older_schemas_give_the_same(given):
    schema = recognise({**given, "ValidTo": [""]})
    assert schema.columns == {"name": ["Homs"], "name_ar": ["حمص"], "pcode": ["SY0401"], "parent_pcode": ["SY04"],
                              "valid_on": ["2020-12-17"], "ref_name": ["Homs"]}  # fmt: skip
    assert schema.about["date"] == "2020-12-17"


def test_geoboundaries_are_known_and_a_region_is_not_taken_for_its_country():
    given = {"shapeName": ["Homs", "Hama"], "shapeISO": ["SY-HI", "SY-HM"], "shapeID": ["1", "2"], "shapeGroup": ["SYR"] * 2, "shapeType": ["ADM1"] * 2}  # fmt: skip
    schema = recognise(given)
    assert schema.columns["name"] == ["Homs", "Hama"]
    assert schema.columns["country_a3"] == ["SYR", "SYR"]
    assert (schema.name, schema.about["source"], key_of(schema.columns)) == (
        "geoBoundaries",
        "geoBoundaries SYR ADM1",
        "iso_3166_2",
    )
    assert "date" not in schema.about


def test_of_natural_earth_what_a_brief_can_use_is_kept_and_the_rest_is_named():
    given = {
        "NAME": ["Syria"],
        "NAME_AR": ["سوريا"],
        "ADM0_A3": ["SYR"],
        "ISO_A3": ["SYR"],
        "MAPCOLOR7": [3],
        "adm0_sr": [1],
    }
    schema = recognise(given)
    assert schema.columns == {"name": ["Syria"], "name_ar": ["سوريا"], "adm0_a3": ["SYR"], "iso_a3": ["SYR"]}
    assert (schema.left_out, schema.about["licence"]) == (["MAPCOLOR7", "adm0_sr"], "public domain")


def test_codes_that_a_file_has_as_numbers_become_text():
    columns = recognise({"code": [401.0, None, 7], "share": [0.5, 1.0, None]}).columns
    assert columns == {"code": ["401", None, "7"], "share": [0.5, 1.0, None]}


def test_a_key_is_a_column_that_every_feature_fills_with_its_own():
    assert key_of({"name": ["A", "A"], "pcode": ["1", None], "no": [1, 2], "x": [0.5, 0.7]}) == "no"
    assert key_of({"name": ["A", "A"], "x": [0.5, 0.7]}) == ""
