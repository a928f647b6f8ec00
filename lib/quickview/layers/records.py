"""What a catalog of layers says, as frozen records."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from quickview.errors import InputError, did_you_mean


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


Recipe = Annotated[TableRecipe | OutlineRecipe | PathRecipe | FileRecipe | PackageRecipe, Field(discriminator="kind")]


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
    recipe: Recipe = Field(description="a mapping that begins with `kind: table`, outline, path, file or package")

    def told_in(self, language: str) -> Self:
        """Return the layer with title and note in a language, as far as they are translated."""
        words = self.translations.get(language)
        given = {key: value for key, value in words if value} if words else {}
        return self.model_copy(update=given)

    @property
    def needs(self) -> str | None:
        """Id of the layer this one is made from, if any."""
        return self.recipe.source if isinstance(self.recipe, OutlineRecipe | PathRecipe) else None


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
        raise InputError.at(
            str(self.file), "E-CATALOG-LAYER", f"no layer `{layer_id}`", did_you_mean(layer_id, self.ids)
        )

    def path(self, layer_id: str) -> Path:
        """Return where the layer's file lies, whether or not it exists."""
        return self.folder / self.layer(layer_id).file
