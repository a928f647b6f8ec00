"""The catalog of layers: read it, find a layer, read a layer's features.

Light on purpose: commands that must answer at once import this module, so it
loads no geospatial library.
"""

import contextlib
import functools
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from pydantic import Field, ValidationError

from quickview.errors import Fault, InputError, did_you_mean
from quickview.inputs.validation import faults_of, read_text
from quickview.inputs.yaml_document import Positions, read_document
from quickview.layers import geojson
from quickview.layers.geojson import problems
from quickview.layers.records import (
    ALL,
    Catalog,
    Column,
    FileRecipe,
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
    "FileRecipe",
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


MOST_REMEMBERED: Final = 650_000
"""Bytes of checksums of sound layers that are kept: ten thousand."""


class _Document(Record):
    """The catalog file: nothing but its layers."""

    layers: tuple[Layer, ...] = Field(min_length=1, description="a list of layers, each beginning with `- id: …`")


def read_catalog(path: Path | str) -> Catalog:
    """Read and check a catalog.

    Raises `InputError` with every fault of the file, each at its line and column. Layer
    files are not opened: `read_features` does that.
    """
    path = Path(path)
    text = read_text(path, prefix="CATALOG", limit=MAX_BYTES)
    tree, positions, faults = read_document(text, file=str(path), first_line=1)
    if faults:
        raise InputError(faults)
    try:
        document = _Document.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise InputError(faults_of(error, _Document, positions, str(path), prefix="CATALOG")) from None
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
    content, document = _parsed(path, catalog.folder)
    seen = hashlib.sha256(repr((_checks(), layer.geometry, layer.key)).encode() + content).hexdigest()
    if seen not in _sound():
        if found := problems(document, geometry=layer.geometry, key=layer.key):
            raise InputError(Fault(str(path), 0, 0, *problem) for problem in found)
        _remember(seen)
    return cast("dict[str, Any]", document)


@functools.cache
def _checks() -> str:
    """Return the checksum of the code that checks layers: when it changes, they are checked anew."""
    return hashlib.sha256(Path(geojson.__file__).read_bytes()).hexdigest()


def _memory() -> Path:
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / "quickview" / "sound-layers"


@functools.cache
def _sound() -> set[str]:
    """Return the checksums of layers found sound, in this process or before: areas take a library that is slow to load."""
    try:
        with _memory().open(encoding="ascii") as file:
            return set(file.read(MOST_REMEMBERED).split())
    except (OSError, UnicodeDecodeError, RuntimeError):  # no such file, or nobody's home
        return set()


def _remember(seen: str) -> None:
    _sound().add(seen)
    with contextlib.suppress(OSError, RuntimeError):
        path = _memory()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size < MOST_REMEMBERED:
            with path.open("a", encoding="ascii") as file:
                file.write(f"{seen}\n")


# Checks, measures and maps read the layers of one brief in turn; nobody changes what they read.
@functools.lru_cache(maxsize=8)
def _document(content: bytes) -> object:
    return json.loads(content)


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
        match layer.recipe:
            case PackageRecipe(union=str(column), columns=columns) if column not in {*columns, ALL}:
                place = positions.of(("layers", number, "recipe", "union"))
                mend = did_you_mean(column, columns)
                yield Fault(file, *place, "E-CATALOG-UNION", f"no column `{column}` among the layer's `columns`", mend)


def _source_problems(layer: Layer, known: dict[str, Layer]) -> Iterator[tuple[str, str]]:
    if layer.needs not in known:
        yield f"no layer `{layer.needs}`", did_you_mean(str(layer.needs), known)
    # Outlines and paths are drawn from points and are none themselves, so no circle of needs can pass this.
    elif known[layer.needs].geometry != "point":
        yield f"layer `{layer.needs}` holds no points", "name a layer with `geometry: point`"
    wanted = {"outline": "polygon", "path": "line"}[layer.recipe.kind]
    if layer.geometry != wanted:
        yield f"recipe `{layer.recipe.kind}` does not make a {layer.geometry}", f"write `geometry: {wanted}`"


def _parsed(path: Path, folder: Path) -> tuple[bytes, object]:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError.at(str(path), "E-LAYER-FILE", "leads out of the catalog's folder", "put the file itself there")
    try:
        content = path.read_bytes()
        return content, _document(content)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError.at(str(path), "E-LAYER-FILE", reason, "build the layer, or correct `file`") from None
    except json.JSONDecodeError as error:
        what, mend = f"not JSON: {error.msg}", "build the layer again"
        raise InputError.at(str(path), "E-LAYER-BROKEN", what, mend, line=error.lineno, column=error.colno) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise InputError.at(str(path), "E-LAYER-BROKEN", "not JSON in UTF-8", "build the layer again") from None
