"""The door of manifests and of a night's record: what fits comes in whole, what does not is named and left out."""

import json
import os

import pytest

from quickview import manifests, seal
from quickview.errors import InputError
from quickview.nightly import record
from tests.builders.editions import ALL, NASTY, entry, report

WHOLE = {**report("homs"), "files": {"homs.html": {"bytes": 3, "sha256": "0" * 64}}, "made_of": {"brief": "1"}}


def read(folder, content):
    """What comes of a manifest in the folder of the report `homs`, and what is told."""
    folder = folder / "homs"
    folder.mkdir(exist_ok=True)
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    (folder / "manifest.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    told = []
    return manifests.read_manifest(folder, tell=told.append), [str(fault) for fault in told]


def test_a_manifest_of_an_older_kit_has_what_it_lacks_and_of_a_newer_one_keeps_what_it_adds(tmp_path):
    old = {key: WHOLE[key] for key in ("name", "title", "as_of", "files")}
    found, told = read(tmp_path, old)
    assert told == []
    assert (found["language"], found["forecasts"], found["made_of"], found["revision"]) == ("en", [], None, 0)
    found, told = read(tmp_path, {**WHOLE, "sbom": {"file": "homs.cdx.json"}})
    assert told == []
    assert found["sbom"] == {"file": "homs.cdx.json"}
    assert "sbom" not in record.report_facts(found), "what nobody here knows is shown to nobody"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({key: value for key, value in WHOLE.items() if key != "title"}, "`title`: Field required"),
        ({**WHOLE, "as_of": "soon"}, "`as_of`"),
        ({**WHOLE, "as_of": 20170804}, "`as_of`"),
        ({**WHOLE, "title": "a\0b"}, "`title`: text without control characters"),
        ({**WHOLE, "files": {"../../passwd": {"bytes": 3}}}, "`files.../../passwd.[key]`"),
        ({**WHOLE, "notebook": {"name": "../other/x.ipynb", "sha256": ""}}, "`notebook.name`"),
        ({**WHOLE, "site": "javascript:alert(1)"}, "`site"),
        ({**WHOLE, "related": [{"name": "../x", "as": "precedent", "title": "X"}]}, "`related[0].name`"),
        ({**WHOLE, "forecasts": [{**WHOLE["forecasts"][0], "low": 95, "high": 65}]}, "`forecasts[0]`: a `low` that"),
        ({**WHOLE, "place": {"name": "X", "longitude": 1e400, "latitude": 0}}, "`place.longitude`"),
        ({**WHOLE, "revision": 10**30}, "`revision`"),
        ({**WHOLE, "name": "other"}, "`name`: the manifest of `other` lies in the folder `homs`"),
        ("[" * 100_000, "E-MANIFEST-JSON"),
        ("", "E-MANIFEST-JSON"),
        (json.dumps(WHOLE).encode("utf-16"), "E-MANIFEST-JSON"),
        (json.dumps({**WHOLE, "title": "\ud800"}), "E-MANIFEST-JSON"),
        (" " * (manifests.MANIFEST_BYTES + 1), "E-MANIFEST-SIZE"),
    ],
    ids=lambda one: one if isinstance(one, str) and len(one) < 60 else "",
)
def test_a_manifest_of_another_shape_is_named_by_file_key_and_what_to_do(tmp_path, wrong, said):
    found, (told, *_) = read(tmp_path, wrong)
    assert found is None
    assert said in told
    assert "manifest.json: E-MANIFEST" in told
    assert "let `quickview nightly` make the report again" in told


def test_a_manifest_edited_to_other_sound_values_is_told_by_its_digest(tmp_path):
    sealed = seal.sealed_json(WHOLE)
    assert read(tmp_path, sealed) == ({**read(tmp_path, WHOLE)[0], seal.KEY: json.loads(sealed)[seal.KEY]}, [])
    found, told = read(tmp_path, sealed.replace(b'"high": 80', b'"high": 95'))
    assert found is None
    assert "E-MANIFEST-ALTERED" in told[0]


def test_what_is_no_file_is_told_and_nobody_waits_for_it(tmp_path):
    folder = tmp_path / "homs"
    folder.mkdir()
    os.mkfifo(folder / "manifest.json")
    told = []
    assert manifests.read_manifest(folder, tell=told.append) is None
    assert [fault.code for fault in told] == ["E-MANIFEST-OPEN"]


def test_an_entry_that_does_not_fit_is_left_out_of_a_record_and_the_others_stay(tmp_path):
    whole = json.loads(json.dumps(ALL["reports"]))
    wrong = [{**whole[0], "name": "../up"}, {**whole[1], "report": {"language": "en"}}, "text", None, whole[2]]
    (tmp_path / "edition.json").write_text(json.dumps({**ALL, "reports": [*whole, *wrong]}), encoding="utf-8")
    told = []
    found = record.read(tmp_path, tell=told.append)
    assert [one["name"] for one in found["reports"]] == [one["name"] for one in ALL["reports"]]
    assert found["as_of"] == ALL["as_of"]
    assert found["counts"] == ALL["counts"]
    first = len(whole)
    places = {str(fault).split(" is left out")[0].rpartition(" ")[2] for fault in told}
    assert places == {f"reports[{n}]" for n in range(first, first + 5)}
    assert next(one for one in found["reports"] if one["name"] == "hostile")["report"]["title"] == NASTY


def test_a_settled_forecast_must_have_what_the_ledger_needs(tmp_path):
    settled = {**WHOLE["forecasts"][0], "outcome": "yes", "settled": "2017-09-01"}
    found, told = read(tmp_path, {**WHOLE, "forecasts": [settled]})
    assert (found["forecasts"][0]["outcome"], told) == ("yes", [])
    found, told = read(tmp_path, {**WHOLE, "forecasts": [{**settled, "outcome": "perhaps"}]})
    assert found is None
    assert "`forecasts[0].outcome" in told[0]


def test_the_record_of_a_night_that_a_notebook_reads_must_be_sound_as_a_whole(tmp_path):
    path = tmp_path / "edition.json"
    path.write_text(json.dumps({"as_of": "2017-08-04", "reports": [entry("a"), entry("a")]}), encoding="utf-8")
    with pytest.raises(InputError, match="`a` stands in it twice"):
        manifests.read(path, manifests.EditionFile, prefix="EDITION", hint="", limit=manifests.EDITION_BYTES)
