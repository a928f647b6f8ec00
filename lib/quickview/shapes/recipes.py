"""Rebuild the layers of a catalog from their recipes.

Every layer is written as GeoJSON: longitude, latitude in WGS 84 (EPSG:4326), exterior
rings counter-clockwise, features sorted by key, so that the same sources give the same bytes.
Distances are metres in the UTM zone that geopandas estimates for the points.
"""

import json
import logging
import os
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pycountry
import shapely
from shapely.geometry.base import BaseGeometry

from quickview.errors import InputError, ReportError, did_you_mean
from quickview.shapes.catalog import Catalog, Layer, read_features
from quickview.shapes.geojson import Feature, problems, to_text
from quickview.shapes.packages import NPM, fetch, read_member
from quickview.shapes.records import Column, OutlineRecipe, PackageRecipe, PathRecipe, TableRecipe
from quickview.shapes.tables import read_table

WGS_84: Final = "EPSG:4326"
DECIMALS: Final = 5
"""Decimals of a degree in layers of our own: 1 m, finer than any coordinate source used."""

_PARTS: Final = {"polygon": "Polygon", "line": "LineString", "point": "Point"}
_log = logging.getLogger(__name__)


def build(
    catalog: Catalog, *, only: Collection[str] | None = None, packages: Path | None = None, npm: Sequence[str] = NPM
) -> list[Path]:
    """Build the layers, or those named in `only`, and return their files in the order built.

    A layer comes after the one it is made from. Files are replaced in one step and only
    when their bytes differ. `packages` is a folder of npm tarballs: those found there are
    not fetched again. Raises `InputError` for a table or catalog that does not fit,
    `ReportError` for a package that is not what the catalog says, and
    `MachineError` when npm is needed and missing.
    """
    chosen = [catalog.layer(layer_id) for layer_id in (catalog.ids if only is None else only)]
    # Layers made from others need exactly one step: their sources are points, which need none.
    ordered = sorted(chosen, key=lambda layer: (layer.needs is not None, catalog.ids.index(layer.id)))
    with tempfile.TemporaryDirectory() as scratch:
        return [_build_layer(catalog, layer, packages or Path(scratch), npm) for layer in ordered]


def _build_layer(catalog: Catalog, layer: Layer, packages: Path, npm: Sequence[str]) -> Path:
    path = catalog.path(layer.id)
    features = sorted(_features(catalog, layer, packages, npm), key=lambda feature: _key_of(feature, layer))
    text = to_text(features)
    if found := problems(json.loads(text), geometry=layer.geometry, key=layer.key):
        code, what, _ = found[0]
        raise ReportError(code, f"layer `{layer.id}` came out wrong: {what}", "correct its recipe in the catalog")
    _write(path, text.encode())
    return path


def _key_of(feature: Feature, layer: Layer) -> list[str]:
    return [str(feature["properties"].get(column, "")) for column in layer.key]


def _features(catalog: Catalog, layer: Layer, packages: Path, npm: Sequence[str]) -> list[Feature]:
    match layer.recipe:
        case TableRecipe() as recipe:
            return table_features(catalog.folder / recipe.csv, recipe)
        case OutlineRecipe() as recipe:
            return [outline_feature(read_features(catalog, recipe.source), recipe, layer)]
        case PathRecipe() as recipe:
            return [path_feature(read_features(catalog, recipe.source), recipe, layer)]
        case PackageRecipe() as recipe:
            content = read_member(fetch(recipe, packages, npm=npm), recipe.member)
            return package_features(content, recipe, geometry=layer.geometry)


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        # mkstemp makes files private; layers are as readable as the folder they lie in.
        Path(name).chmod(path.parent.stat().st_mode & 0o666)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def table_features(path: Path, recipe: TableRecipe) -> list[Feature]:
    """Make a point of every row of a CSV table; its other columns become text properties."""
    rows = read_table(path, recipe)
    points = [shapely.Point(float(row[recipe.longitude]), float(row[recipe.latitude])) for row in rows]
    places = {recipe.longitude, recipe.latitude}
    columns = [{name: value for name, value in row.items() if name not in places} for row in rows]
    return [_feature(point, row, DECIMALS) for point, row in zip(points, columns, strict=True)]


def outline_feature(document: Mapping[str, Any], recipe: OutlineRecipe, layer: Layer) -> Feature:
    """Draw a concave hull round the chosen points, widened by the recipe's buffer.

    Properties: `id` and `name` (the layer's id and title), `places` (points used) and
    `area_km2` (in the points' UTM zone, rounded). Raises `InputError` when fewer than
    three points are chosen or a column is unknown.
    """
    points = _frame(_chosen(document["features"], recipe, layer))
    hull = shapely.concave_hull(shapely.union_all(points.geometry.to_numpy()), ratio=recipe.hull_ratio)
    outline = hull.buffer(recipe.buffer_km * 1000)
    properties = {"id": layer.id, "name": layer.title, "places": len(points), "area_km2": round(outline.area / 1e6)}
    return _feature(_in_degrees(outline, points), properties, DECIMALS)


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
    return _feature(_in_degrees(line, points), properties, DECIMALS)


def _chosen(features: Sequence[Feature], recipe: OutlineRecipe, layer: Layer) -> list[Feature]:
    columns = sorted({column for feature in features for column in feature["properties"]})
    for column in recipe.where:
        if column not in columns:
            raise _misfit(layer, f"`where` names a column `{column}`", did_you_mean(column, columns))
    chosen = [f for f in features if all(f["properties"].get(c) in words for c, words in recipe.where.items())]
    if len(chosen) < 3:
        raise _misfit(layer, f"`where` chooses {len(chosen)} points", "choose at least three, which span an area")
    return chosen


def _named(features: Sequence[Feature], recipe: PathRecipe, layer: Layer) -> list[Feature]:
    names = [str(feature["properties"].get("name")) for feature in features]
    unknown = [name for name in recipe.through if names.count(name) != 1]
    if unknown:
        faults = [_misfit(layer, f"{names.count(n)} points named `{n}`", did_you_mean(n, names)) for n in unknown]
        raise InputError(fault for error in faults for fault in error.faults)
    return [features[names.index(name)] for name in recipe.through]


def _misfit(layer: Layer, what: str, mend: str) -> InputError:
    return InputError.at(f"layer `{layer.id}`", "E-RECIPE", what, mend)


def _frame(features: Sequence[Feature]) -> gpd.GeoDataFrame:
    """Points in metres, in the UTM zone estimated for them."""
    points = gpd.GeoDataFrame.from_features(features, crs=WGS_84)
    return points.to_crs(points.estimate_utm_crs())


def _in_degrees(shape: BaseGeometry, points: gpd.GeoDataFrame) -> BaseGeometry:
    return gpd.GeoSeries([shape], crs=points.crs).to_crs(WGS_84).iloc[0]


def package_features(content: bytes, recipe: PackageRecipe, *, geometry: str) -> list[Feature]:
    """Read a package's GeoJSON or TopoJSON file: keep, clip and simplify what the recipe asks for.

    Invalid geometries are repaired with `make_valid` and counted in the log. Borders that
    two polygons share stay shared. Columns are those of the recipe; a value that has no
    ISO code becomes null. Raises `ReportError` when the file does not fit the recipe.
    """
    frame = _read_package(content, recipe)
    frame = frame[~frame.geometry.isna() & ~frame.geometry.is_empty]
    box = shapely.box(*recipe.bbox) if recipe.bbox else None
    if box is not None:
        frame = frame[frame.geometry.intersects(box)]
    shapes = _clipped(_simplified(_repaired(frame, recipe), recipe, geometry), box, geometry)
    rows = frame.drop(columns="geometry").to_dict(orient="records")
    values = [{name: _value(row, column) for name, column in recipe.columns.items()} for row in rows]
    return [
        _feature(shape, value, recipe.decimals)
        for shape, value in zip(shapes, values, strict=True)
        if not shape.is_empty
    ]


def _read_package(content: bytes, recipe: PackageRecipe) -> gpd.GeoDataFrame:
    try:
        document = json.loads(content)
        frame = _read_topojson(content, recipe.object) if recipe.object else _from_geojson(document)
    except (ValueError, KeyError, TypeError, RecursionError, RuntimeError) as error:
        what = f"{recipe.package}: cannot read {recipe.member}: {error}"
        raise ReportError("E-PACKAGE-READ", what, "correct `member` and `object` in the catalog") from None
    unknown = sorted({column.source for column in recipe.columns.values()} - set(map(str, frame.columns)))
    if unknown:
        what = f"{recipe.member} has no property `{unknown[0]}`"
        raise ReportError("E-PACKAGE-COLUMN", what, did_you_mean(unknown[0], map(str, frame.columns)))
    return frame


def _from_geojson(document: Mapping[str, Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame.from_features(document["features"], crs=WGS_84)


def _read_topojson(content: bytes, name: str) -> gpd.GeoDataFrame:
    # GDAL goes by content, not by name: the digest and the JSON check before this say what it is.
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "package.topojson"
        path.write_bytes(content)
        frame = gpd.read_file(path, layer=name, engine="pyogrio")
    # TopoJSON without a transform of its own is longitude, latitude in WGS 84; GDAL leaves that unsaid.
    return frame.set_crs(WGS_84, allow_override=True)


def _repaired(frame: gpd.GeoDataFrame, recipe: PackageRecipe) -> np.ndarray[Any, Any]:
    shapes = frame.geometry.to_numpy()
    broken = int((~shapely.is_valid(shapes)).sum())
    if broken:
        _log.info("%s: %d of %d geometries repaired", recipe.member, broken, len(shapes))
    return np.asarray(shapely.make_valid(shapes, method="structure", keep_collapsed=False))


def _simplified(shapes: np.ndarray[Any, Any], recipe: PackageRecipe, geometry: str) -> np.ndarray[Any, Any]:
    if recipe.simplify is None or not len(shapes):
        return shapes
    if geometry == "polygon":
        return np.asarray(shapely.coverage_simplify(shapes, recipe.simplify))
    return np.asarray(shapely.simplify(shapes, recipe.simplify))


def _clipped(shapes: Iterable[BaseGeometry], box: BaseGeometry | None, geometry: str) -> list[BaseGeometry]:
    kept = [shape if box is None else shape.intersection(box) for shape in shapes]
    return [_only(shape, _PARTS[geometry]) for shape in kept]


def _only(shape: BaseGeometry, part: str) -> BaseGeometry:
    """Drop the points and lines that clipping leaves where a shape only touches the box."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == part]
    return shapely.union_all(parts) if len(parts) != 1 else parts[0]


def _value(row: Mapping[Any, Any], column: Column) -> str | None:
    given = row[column.source]
    if given is None or given != given:  # noqa: PLR0124 (only not-a-number differs from itself)
        return None
    text = column.values.get(str(given), str(given))
    return _alpha_3(text) if column.convert else text


def _alpha_3(numeric: str) -> str | None:
    country = pycountry.countries.get(numeric=numeric.zfill(3))
    return str(country.alpha_3) if country else None


def _feature(shape: BaseGeometry, properties: Mapping[str, object], decimals: int) -> Feature:
    geometry = shapely.geometry.mapping(_tidy(shape, decimals) if shape.area else shape)
    coordinates = _listed(geometry["coordinates"], decimals)
    return {
        "type": "Feature",
        "geometry": {"type": geometry["type"], "coordinates": coordinates},
        "properties": dict(properties),
    }


def _tidy(shape: BaseGeometry, decimals: int) -> BaseGeometry:
    """Round a polygon, which plain rounding could make touch itself, and order and turn its rings."""
    rounded = shapely.set_precision(shape, 10.0**-decimals)
    return shapely.orient_polygons(shapely.normalize(rounded))


def _listed(coordinates: Any, decimals: int) -> Any:
    if isinstance(coordinates, tuple | list):
        return [_listed(part, decimals) for part in coordinates]
    return round(float(coordinates), decimals)
