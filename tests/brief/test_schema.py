"""The JSON Schema that editors complete and check a brief with."""

import json

import jsonschema
import pytest

from quickview.brief.export import dump, json_schema
from quickview.brief.vocabulary import FAMILY, WORDS, RelationKind
from quickview.inputs.yaml_document import read_document

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def tree(text: str):
    return read_document(text.split("\n---\n", maxsplit=1)[0].removeprefix("---\n"), file="x", first_line=2)[0]


def test_the_schema_is_one_of_its_own_draft() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_sound_briefs_fit_the_schema(homs_text: str, minimal: str) -> None:
    for text in (homs_text, minimal):
        assert list(VALIDATOR.iter_errors(tree(text))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  desk:", "  des:"),
        ("word: likely", "word: likly"),
        ("kind: person", "kind: persn"),
        ("title: Council calls a vote on wells", "title: 3"),
        ("credibility: 2", "credibility: 7"),
        ("id: call", "id: Call"),
        ("drivers_for: [The mayor wants it]", "drivers_for: []"),
        ("low: 60", "low: -60"),
        ("country: NOR", "country: NO"),
    ],
)
def test_what_the_reader_refuses_an_editor_marks_as_well(minimal: str, old: str, new: str) -> None:
    assert old in minimal
    assert not VALIDATOR.is_valid(tree(minimal.replace(old, new, 1)))


def test_relations_are_written_from_and_to() -> None:
    properties = json_schema()["$defs"]["Relation"]["properties"]
    assert {"from", "to"} <= set(properties)
    assert not {"origin", "target"} & set(properties)


def test_an_editor_offers_the_words_of_the_yardstick() -> None:
    assert json_schema()["$defs"]["Forecast"]["properties"]["word"]["enum"] == sorted(WORDS)


def test_every_kind_of_relation_is_drawn_in_a_family() -> None:
    assert set(FAMILY) == set(RelationKind)


def test_the_dump_is_the_schema_in_a_stable_order_with_words_readable() -> None:
    assert json.loads(dump()) == json_schema()
    assert dump() == dump()
    assert dump().endswith("}\n")
    assert "≤" in dump() or "\\u" not in dump()


def test_every_key_is_described():
    schema = json_schema()
    records = {"brief": schema, **schema["$defs"]}
    keys = [(name, key, what) for name, record in records.items() for key, what in record.get("properties", {}).items()]
    assert len(keys) > 200
    assert [f"{name}.{key}" for name, key, what in keys if not what.get("description")] == []
