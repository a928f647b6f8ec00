"""The catalog of layers: read it, find a layer, read a layer's features.

Light on purpose: commands that must answer at once import this module, so it
loads no geospatial library.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from quickview.document import Positions, Tree, read_document
from quickview.errors import Fault, InputError, did_you_mean
from quickview.shapes.geojson import problems
from quickview.shapes.records import (
    Catalog,
    Column,
    Layer,
    OutlineRecipe,
    PackageRecipe,
    PathRecipe,
    Record,
    TableRecipe,
)

__all__ = [
    "Catalog",
    "Column",
    "Layer",
    "OutlineRecipe",
    "PackageRecipe",
    "PathRecipe",
    "TableRecipe",
    "read_catalog",
    "read_features",
]

MAX_BYTES: Final = 200_000
"""Largest catalog read; a hundred layers need about 80 kB."""

_RECIPES: Final[dict[str, type[Record]]] = {
    "table": TableRecipe,
    "outline": OutlineRecipe,
    "path": PathRecipe,
    "package": PackageRecipe,
}


class _Document(Record):
    """The catalog file: nothing but its layers."""

    layers: tuple[Layer, ...] = Field(min_length=1, description="a list of layers, each beginning with `- id: …`")


def read_catalog(path: Path | str) -> Catalog:
    """Read and check a catalog.

    Raises `InputError` with every fault of the file, each at its line and column. Layer
    files are not opened: `read_features` does that.
    """
    path = Path(path)
    tree, positions, faults = read_document(_text(path), file=str(path), first_line=1)
    if faults:
        raise InputError(faults)
    try:
        document = _Document.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        found = filter(_is_news, error.errors())
        raise InputError(_fault(each, tree, positions, str(path)) for each in found) from None
    if faults := list(_inconsistencies(document.layers, positions, str(path))):
        raise InputError(faults)
    return Catalog(file=path, layers=document.layers)


def read_features(catalog: Catalog, layer_id: str) -> dict[str, Any]:
    """Read a layer as a GeoJSON FeatureCollection (longitude, latitude; WGS 84).

    What comes back has at least one feature; every feature has a finite geometry of the
    layer's kind and a value for each key column. Raises `InputError` otherwise, with
    `E-LAYER-EMPTY` alone for a sound file without features and other codes for a broken one.
    """
    layer = catalog.layer(layer_id)
    path = catalog.path(layer_id)
    document = _parsed(path, catalog.folder)
    found = problems(document, geometry=layer.geometry, key=layer.key)
    if found:
        raise InputError(Fault(str(path), 0, 0, *problem) for problem in found)
    return cast("dict[str, Any]", document)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError.at(str(path), "E-CATALOG-FILE", reason, "name a catalog.yaml that exists") from None
    if len(content) > MAX_BYTES:
        raise InputError.at(str(path), "E-CATALOG-SIZE", f"larger than {MAX_BYTES:,} bytes", "split it in two")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError.at(str(path), "E-CATALOG-ENCODING", "not UTF-8 text", "save it as UTF-8") from None


def _is_news(error: ErrorDetails) -> bool:
    # pydantic calls a list too short when its items are faulty, which their own errors say already.
    return error["type"] != "too_short" or len(error["input"]) < error.get("ctx", {}).get("min_length", 0)


def _fault(error: ErrorDetails, tree: Tree, positions: Positions, file: str) -> Fault:
    path, records = _walk(error["loc"], tree)
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "the catalog")
    record = records[-1]
    if error["type"] == "extra_forbidden":
        mend = did_you_mean(key, _keys(record))
        return Fault(file, *positions.of_key(path), "E-CATALOG-KEY", f"unknown key `{key}`", mend)
    if error["type"] == "missing":
        mend = f"add `{key}:` with {_wanted(record, key)}"
        return Fault(file, *positions.of(path[:-1]), "E-CATALOG-MISSING", f"`{key}` is missing", mend)
    if error["type"].startswith("union_tag"):
        path, key = (*path, "kind"), "kind"
    what = f"`{key}` is {_shown(error, key)}"
    return Fault(file, *positions.of(path), "E-CATALOG-VALUE", what, f"write {_mend(error, records, key)}")


def _walk(location: tuple[int | str, ...], tree: Tree) -> tuple[tuple[int | str, ...], list[type[Record]]]:
    """Follow an error's location through the file.

    Returns the path as the file has it (pydantic adds the names of union branches) and
    the records passed on the way.
    """
    path: list[int | str] = []
    records: list[type[Record]] = [_Document]
    here: Any = tree
    for step in location:
        if isinstance(here, dict | list) and not (path and path[-1] == "recipe" and step in _RECIPES):
            path.append(step)
            here = _at(here, step)
            if record := _record_at(path):
                records.append(record)
        elif step in _RECIPES:
            records.append(_RECIPES[str(step)])
    return tuple(path), records


def _at(tree: Any, step: int | str) -> Any:
    if isinstance(tree, dict):
        return tree.get(step)
    return tree[step] if isinstance(step, int) and step < len(tree) else None


def _record_at(path: list[int | str]) -> type[Record] | None:
    if len(path) == 2:
        return Layer
    return Column if len(path) == 5 and path[3] == "columns" else None


def _keys(record: type[Record]) -> list[str]:
    return [field.alias or name for name, field in record.model_fields.items()]


def _wanted(record: type[Record], key: str) -> str:
    for name, field in record.model_fields.items():
        if key in {name, field.alias} and field.description:
            return field.description
    return "a value"


def _shown(error: ErrorDetails, key: str) -> str:
    given = error["input"]
    if isinstance(given, dict) and key in given:
        given = given[key]
    if given is None:
        return "empty"
    if isinstance(given, dict | list):
        return "not of the right kind" if given else "empty"
    return f"`{str(given)[:60]}`"


def _mend(error: ErrorDetails, records: list[type[Record]], key: str) -> str:
    if error["type"] == "value_error":
        return str(error.get("ctx", {}).get("error", error["msg"]))
    if error["type"].startswith("union_tag"):
        return "one of: " + ", ".join(_RECIPES)
    wanted = next((text for record in reversed(records) if (text := _wanted(record, key)) != "a value"), "")
    quotes = " (in quotes, so that it is text)" if error["type"] == "string_type" and error["input"] is not None else ""
    return (wanted or error["msg"].removeprefix("Input should be ")) + quotes


def _inconsistencies(layers: tuple[Layer, ...], positions: Positions, file: str) -> Iterator[Fault]:
    known = {layer.id: layer for layer in layers}
    ids: set[str] = set()
    files: set[str] = set()
    for number, layer in enumerate(layers):
        for key, value, seen in (("id", layer.id, ids), ("file", layer.file, files)):
            if value in seen:
                place = positions.of(("layers", number, key))
                yield Fault(file, *place, "E-CATALOG-TWICE", f"{key} `{value}` is used twice", "give each its own")
            seen.add(value)
        if layer.needs is not None:
            place = positions.of(("layers", number, "recipe", "from"))
            yield from (Fault(file, *place, "E-CATALOG-FROM", *found) for found in _source_problems(layer, known))


def _source_problems(layer: Layer, known: dict[str, Layer]) -> Iterator[tuple[str, str]]:
    if layer.needs not in known:
        yield f"no layer `{layer.needs}`", did_you_mean(str(layer.needs), known)
    # Outlines and paths are drawn from points and are none themselves, so no circle of needs can pass this.
    elif known[layer.needs].geometry != "point":
        yield f"layer `{layer.needs}` holds no points", "name a layer with `geometry: point`"
    wanted = {"outline": "polygon", "path": "line"}[layer.recipe.kind]
    if layer.geometry != wanted:
        yield f"recipe `{layer.recipe.kind}` does not make a {layer.geometry}", f"write `geometry: {wanted}`"


def _parsed(path: Path, folder: Path) -> object:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError.at(str(path), "E-LAYER-FILE", "leads out of the catalog's folder", "put the file itself there")
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError.at(str(path), "E-LAYER-FILE", reason, "build the layer, or correct `file`") from None
    except json.JSONDecodeError as error:
        what, mend = f"not JSON: {error.msg}", "build the layer again"
        raise InputError.at(str(path), "E-LAYER-BROKEN", what, mend, line=error.lineno, column=error.colno) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise InputError.at(str(path), "E-LAYER-BROKEN", "not JSON in UTF-8", "build the layer again") from None
