"""The catalog of layers: read it, find a layer, read a layer's features.

Light on purpose: commands that must answer at once import this module, so it
loads no geospatial library.
"""

import contextlib
import functools
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from quickview.errors import Fault, InputError, did_you_mean
from quickview.files import note, read_regular, real
from quickview.inputs.validation import faults_of, read_text
from quickview.inputs.yaml_document import Positions, read_document
from quickview.language import glyphs
from quickview.layers import geojson
from quickview.layers.geojson import problems


def _inside(path: str) -> str:
    # A driver may trust a file's content more than its name, so where it lies matters too.
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path or re.match(r"^[A-Za-z][\w+.-]*:", path):
        raise ValueError("a path relative to the catalog, with forward slashes and without `..`")
    return path


def _geojson(path: str) -> str:
    if not path.endswith(".geojson"):
        raise ValueError("a file name that ends in .geojson: no other format is read")
    return path


def _unbroken(path: str) -> str:
    if not path or path != path.strip() or any(ord(letter) < 32 for letter in path):
        raise ValueError("a file name without spaces at its ends or control characters")
    return path


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^\S([^\r\n]*\S)?$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Inside = Annotated[str, AfterValidator(_unbroken), AfterValidator(_inside)]
LayerFile = Annotated[Inside, AfterValidator(_geojson)]
When = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Integrity = Annotated[str, StringConstraints(pattern=r"^sha512-[A-Za-z0-9+/]{86}==$")]
PackageName = Annotated[str, StringConstraints(pattern=r"^(@[a-z0-9-][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+[0-9A-Za-z.+-]*$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Degrees = Annotated[float, Field(ge=-180, le=180)]


ALL: Final = "all"
"""What `union` says when it joins all features into one."""
Where = Mapping[str, Annotated[tuple[str, ...], Field(min_length=1)]]
"""Column -> the values that are chosen."""


class Record(BaseModel):
    """Base of all records: strict, frozen, no unknown keys, no infinities."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Column(Record):
    """A column of a package's table: the property it comes from and how its values are corrected."""

    source: Line = Field(alias="from", description="the name of a property in the package's file")
    values: Mapping[str, str] = Field(default_factory=dict, description="a mapping from a value given to the one kept")
    convert: Literal["numeric-to-alpha-3"] | None = Field(
        default=None, description="numeric-to-alpha-3 (ISO 3166-1 codes), or leave the key out"
    )


class TableRecipe(Record):
    """Points from a CSV table, one a row; `longitude` and `latitude` name columns in decimal degrees."""

    kind: Literal["table"]
    csv: Inside = Field(description="the name of a CSV file beside the catalog")
    longitude: Line = Field(default="lon", description="the name of a column")
    latitude: Line = Field(default="lat", description="the name of a column")
    allowed: Mapping[str, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(
        default_factory=dict, description="a mapping from a column to the values it may hold"
    )


class OutlineRecipe(Record):
    """One polygon round the chosen points of another layer: a concave hull, widened by a buffer."""

    kind: Literal["outline"]
    source: Id = Field(alias="from", description="the id of a point layer of this catalog")
    where: Where = Field(default_factory=dict, description="a mapping from a column to the values that are chosen")
    hull_ratio: Annotated[float, Field(ge=0, le=1)] = Field(description="0 (tightest hull) to 1 (convex hull)")
    buffer_km: Annotated[float, Field(gt=0, le=100)] = Field(description="kilometres, more than 0")


class DissolveRecipe(Record):
    """One area of the chosen areas of another layer, such as districts by their p-code, cut to those of a third."""

    kind: Literal["dissolve"]
    source: Id = Field(alias="from", description="the id of a polygon layer of this catalog")
    where: Where = Field(default_factory=dict, description="a mapping from a column to the values that are chosen")
    clip: Id | None = Field(default=None, description="the id of a polygon layer that the area is cut to")


class PathRecipe(Record):
    """One line through named points of another layer, in the order given."""

    kind: Literal["path"]
    source: Id = Field(alias="from", description="the id of a point layer of this catalog")
    through: Annotated[tuple[str, ...], Field(min_length=2)] = Field(description="two or more names, in order")


class FileRecipe(Record):
    """Features of a file that was drawn or downloaded: it is kept as it is, and known by the SHA-256 of its bytes."""

    kind: Literal["file"]
    sha256: Sha256 = Field(description="64 hexadecimal digits, which `quickview shapes build` tells")


class PackageRecipe(Record):
    """Polygons, lines or points from a GeoJSON or TopoJSON file inside an npm package.

    `object` names the TopoJSON object; without it the file is GeoJSON. `where` chooses features
    by a column of the layer or a property of the file; `union` joins them: those of one value in a
    column, or all, which then have the columns `id` and `name`, the layer's id and title, besides.
    `bbox` (west, south, east, north; west > east where it crosses the 180th meridian) and
    `simplify` are in degrees. `simplify` is the tolerance of `shapely.coverage_simplify`: corners
    whose triangle is smaller than its square go. The file is simplified as a whole, before all
    else, so that layers of one file with one `simplify` and `decimals` fit each other.
    """

    kind: Literal["package"]
    package: PackageName = Field(description="an npm package name")
    version: Version = Field(description="an exact version such as 1.2.3")
    integrity: Integrity = Field(description="`sha512-` and the digest the registry gives")
    member: Inside = Field(description="the path of a file inside the package")
    object: Line | None = Field(default=None, description="the name of a TopoJSON object")
    columns: Mapping[str, Column] = Field(default_factory=dict, description="a mapping from a column to `from: …`")
    where: Where = Field(default_factory=dict, description="a mapping from a column to the values that are chosen")
    union: Line | None = Field(default=None, description="`all`, for one feature, or the name of a column")
    bbox: tuple[Degrees, Degrees, Degrees, Degrees] | None = Field(
        default=None, description="four numbers: [west, south, east, north]"
    )
    simplify: Annotated[float, Field(gt=0, le=5)] | None = Field(default=None, description="degrees, more than 0")
    decimals: Annotated[int, Field(ge=0, le=7)] = Field(default=5, description="a whole number, 0 to 7")


Recipe = Annotated[
    TableRecipe | OutlineRecipe | DissolveRecipe | PathRecipe | FileRecipe | PackageRecipe, Field(discriminator="kind")
]


_MADE: Final = {"outline": ("polygon", "point"), "path": ("line", "point"), "dissolve": ("polygon", "polygon")}
"""Kind of a recipe that draws on other layers -> the geometry it makes, and the one it is made from."""


class LayerWords(Record):
    """What is said of a layer in another language."""

    title: Line | None = Field(default=None, description="one line")
    note: Text | None = Field(default=None, description="one or two sentences")


class Layer(Record):
    """One layer: what it shows, where it comes from, how far it can be trusted."""

    id: Id = Field(description="small letters, digits and single hyphens, beginning with a letter")
    title: Line = Field(description="one line")
    file: LayerFile = Field(description="the name of a .geojson file beside the catalog")
    geometry: Literal["polygon", "line", "point"] = Field(description="polygon, line or point")
    source: Text = Field(description="who made the data, with package name@version where it is one")
    credit: Line = Field(description="a few words for the caption of a map")
    licence: Text = Field(description="an SPDX identifier, or the terms in words")
    date: When = Field(description="the day, month or year the content stands for: 2017-08-04, 2017-08 or 2017")
    crs: Literal["EPSG:4326"] = Field(description="EPSG:4326: layers are longitude, latitude in WGS 84")
    key: Annotated[tuple[Line, ...], Field(min_length=1)] = Field(description="a list of columns that name a feature")
    accuracy: Literal["surveyed", "generalised", "indicative"] = Field(
        description="surveyed, generalised or indicative"
    )
    note: Text = Field(description="one or two sentences in plain English")
    translations: Mapping[Language, LayerWords] = Field(
        default_factory=dict, description="a mapping from ISO 639 codes to `title` and `note`"
    )
    recipe: Recipe = Field(
        description="a mapping that begins with `kind: table`, outline, dissolve, path, file or package"
    )

    def told_in(self, language: str) -> Self:
        """Return the layer with title and note in a language, as far as they are translated."""
        words = self.translations.get(language)
        given = {key: value for key, value in words if value} if words else {}
        return self.model_copy(update=given)

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids of the layers this one is made from, if any."""
        match self.recipe:
            case OutlineRecipe(source=source) | PathRecipe(source=source):
                return (source,)
            case DissolveRecipe(source=source, clip=clip):
                return (source, clip) if clip else (source,)
        return ()

    @property
    def step(self) -> int:
        """When it can be built: after all layers of an earlier step. A dissolved one may need outlines, and nothing needs it."""
        return 2 if isinstance(self.recipe, DissolveRecipe) else 1 if self.needs else 0


class Catalog(Record):
    """The layers of a folder, in the order of the file they were read from."""

    file: Path
    layers: tuple[Layer, ...]

    @property
    def folder(self) -> Path:
        """The folder that holds the catalog and its layers."""
        return self.file.parent

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all layers, in order."""
        return tuple(layer.id for layer in self.layers)

    def layer(self, layer_id: str) -> Layer:
        """Return the layer with this id; raises `InputError` that names the nearest one."""
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        hint = did_you_mean(layer_id, self.ids)
        raise InputError.at(str(self.file), "E-CATALOG-LAYER", f"no layer `{layer_id}`", hint)

    def path(self, layer_id: str) -> Path:
        """Return where the layer's file lies, whether or not it exists."""
        return self.folder / self.layer(layer_id).file


MAX_BYTES: Final = 200_000
"""Largest catalog read; a hundred layers need about 80 kB."""


MOST_REMEMBERED: Final = 650_000
"""Bytes of checksums of sound layers that are kept: ten thousand."""


class _Document(Record):
    """The catalog file: nothing but its layers."""

    layers: tuple[Layer, ...] = Field(min_length=1, description="a list of layers, each beginning with `- id: …`")


EVENTS: Final = "events"
"""The folder, beside a catalogue of layers, of events that others recorded."""


def events_file(catalog: Path, name: str) -> Path | None:
    """Return the file of events of that name beside a catalogue; None where none were imported."""
    endings = (".parquet", ".private.parquet")  # the second may not be passed on
    return next((path for ending in endings if (path := catalog.parent / EVENTS / f"{name}{ending}").is_file()), None)


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
    return hashlib.sha256(b"".join(Path(str(part.__file__)).read_bytes() for part in (geojson, glyphs))).hexdigest()


def _memory() -> Path:
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / "quickview" / "sound-layers"


@functools.cache
def _sound() -> set[str]:
    """Return the checksums of layers found sound, in this process or before: areas take a library that is slow to load."""
    try:
        return set(read_regular(_memory(), limit=2 * MOST_REMEMBERED).decode("ascii").split())
    except (OSError, UnicodeDecodeError, RuntimeError):  # no such file, or nobody's home
        return set()


def _remember(seen: str) -> None:
    _sound().add(seen)
    with contextlib.suppress(RuntimeError):  # nobody's home
        note(_memory(), seen, limit=MOST_REMEMBERED)


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
        if layer.needs:
            place = positions.of(("layers", number, "recipe", "from"))
            yield from (Fault(file, *place, "E-CATALOG-FROM", *found) for found in _source_problems(layer, known))
        match layer.recipe:
            case PackageRecipe(union=str(column), columns=columns) if column not in {*columns, ALL}:
                place = positions.of(("layers", number, "recipe", "union"))
                hint = did_you_mean(column, columns)
                yield Fault(file, *place, "E-CATALOG-UNION", f"no column `{column}` among the layer's `columns`", hint)


def _source_problems(layer: Layer, known: dict[str, Layer]) -> Iterator[tuple[str, str]]:
    made, kind = _MADE[layer.recipe.kind]
    for name in layer.needs:
        if name not in known:
            yield f"no layer `{name}`", did_you_mean(name, known)
        elif known[name].geometry != kind:
            yield f"layer `{name}` holds no {kind}s", f"name a layer with `geometry: {kind}`"
        # Nothing is made from what was dissolved, and points from nothing, so no circle of needs can pass this.
        elif known[name].step >= layer.step:
            yield f"layer `{name}` is dissolved itself", "choose from the layer that it is made from"
    if layer.geometry != made:
        yield f"recipe `{layer.recipe.kind}` does not make a {layer.geometry}", f"write `geometry: {made}`"


def _parsed(path: Path, folder: Path) -> tuple[bytes, object]:
    if not real(path).is_relative_to(real(folder)):
        raise InputError.at(str(path), "E-LAYER-FILE", "leads out of the catalog's folder", "put the file itself there")
    try:
        content = read_regular(path)
        return content, _document(content)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError.at(str(path), "E-LAYER-FILE", reason, "build the layer, or correct `file`") from None
    except json.JSONDecodeError as error:
        message, hint = f"not JSON: {error.msg}", "build the layer again"
        raise InputError.at(str(path), "E-LAYER-BROKEN", message, hint, line=error.lineno, column=error.colno) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise InputError.at(str(path), "E-LAYER-BROKEN", "not JSON in UTF-8", "build the layer again") from None
