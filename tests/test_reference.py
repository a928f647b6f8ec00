"""The reference says what the code says."""

import re

import pytest
import typer

from quickview import analysis as qv
from quickview import cli, reference
from quickview.brief.export import json_schema
from quickview.layers.catalog import Layer
from tests.conftest import ROOT

FOLDER = ROOT / ".github" / "reference"


@pytest.fixture(scope="module")
def pages():
    return reference.pages()


def test_the_pages_are_those_that_the_code_gives(pages):
    stale = [name for name, text in pages.items() if (FOLDER / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run `make reference`"
    written = {path.name for path in FOLDER.glob("*.md") if path.read_text(encoding="utf-8").startswith(reference.NOTE)}
    assert written == set(pages)


def test_every_key_of_a_brief_stands_in_it(pages):
    schema = json_schema()
    parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", pages["brief.md"], re.DOTALL | re.MULTILINE))
    records = {"Top level": schema, **{name: one for name, one in schema["$defs"].items() if "properties" in one}}
    assert set(parts) == set(records)
    for name, record in records.items():
        assert set(re.findall(r"^\| \**`([^`]+)`", parts[name], re.MULTILINE)) == set(record["properties"])


def test_every_key_of_the_catalogue_of_layers_stands_in_it(pages):
    schema = Layer.model_json_schema(by_alias=True)
    parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", pages["catalogue.md"], re.DOTALL | re.MULTILINE))
    records = {"Layer": schema, **schema["$defs"]}
    assert set(parts) == set(records)
    for name, record in records.items():
        assert set(re.findall(r"^\| \**`([^`]+)`", parts[name], re.MULTILINE)) == set(record["properties"])


def test_every_command_and_option_stands_in_it(pages):
    def options(command, words):
        for name, one in getattr(command, "commands", {}).items():
            yield from options(one, [*words, name])
        if not hasattr(command, "commands"):
            yield " ".join(words), {name for one in command.params for name in one.opts if name.startswith("--")}

    told = dict(re.findall(r"^## (quickview .+?)\n(.*?)(?=^## |\Z)", pages["commands.md"], re.DOTALL | re.MULTILINE))
    known = dict(options(typer.main.get_command(cli.app), ["quickview"]))
    assert set(told) == set(known)
    for name, names in known.items():
        assert {option for option in names if option not in told[name]} == set()


def test_every_function_of_a_notebook_stands_in_it_with_a_picture_of_what_can_be_seen(pages):
    assert re.findall(r"^## qv\.(\w+)$", pages["notebooks.md"], re.MULTILINE) == sorted(dir(qv))
    shown = set(re.findall(r"images/(\w+)\.png", pages["notebooks.md"]))
    assert shown == set(reference.PICTURES) == {path.stem for path in (FOLDER / "images").glob("*.png")}


def test_every_room_of_the_house_says_what_it_is_for(pages):
    assert not re.findall(r"^\| `.*\| +\|$", pages["house.md"], re.MULTILINE)
    assert not re.findall(r"^- `\w+\.py`: *$", pages["house.md"], re.MULTILINE)
