"""Features out of a package's file, which are simplified with those around them before anything is joined or cut.

So borders stay shared between the features of a layer and between layers of one file: a country's
outline lies on the borders of its regions. Coordinates are longitude, latitude in WGS 84.
"""

import json
import logging
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from quickview import files
from quickview.errors import ReportError, did_you_mean
from quickview.language.catalogs import countries
from quickview.layers.catalog import ALL, Column, PackageRecipe
from quickview.layers.geojson import Feature

WGS_84: Final = "EPSG:4326"

PARTS: Final = {"polygon": "Polygon", "line": "LineString", "point": "Point"}
_SAME_AREA: Final = 1e-3
"""Share of a polygon's area that cleaning may change: more, and the polygons overlap on purpose."""
_NOISE: Final = 1e-6
"""Degrees by which neighbours may miss each other in the file: a decimetre, less than any source is true to."""
_log = logging.getLogger(__name__)

Shapes: TypeAlias = np.ndarray[Any, Any]
Indices: TypeAlias = np.ndarray[Any, np.dtype[np.intp]]


def package_features(content: bytes, recipe: PackageRecipe, *, geometry: str) -> list[Feature]:
    """Read a package's GeoJSON or TopoJSON file: choose, simplify, join and clip what the recipe asks for.

    Invalid geometries are repaired and counted in the log; polygons that cross the 180th
    meridian are cut there, as RFC 7946 asks. Columns are those of the recipe; a value that has no
    ISO code becomes null, and so does one in which joined features differ. Raises
    `ReportError` when the file does not fit the recipe.
    """
    file = read_package(content, recipe)
    if faults := [*_misfits(file, recipe)]:
        raise ReportError.of(faults)
    chosen = _chosen(file, recipe)
    shapes = simplified(file, chosen, tolerance=recipe.simplify, geometry=geometry)
    if recipe.union:  # so that an outline loses what its regions lose to rounding
        shapes = shapely.set_precision(shapes, 10.0**-recipe.decimals)
    rows = file.iloc[chosen]
    columns = {name: [_value(given, one) for given in rows[one.source]] for name, one in recipe.columns.items()}
    layer = gpd.GeoDataFrame(columns, geometry=shapes, crs=WGS_84)
    if recipe.union and not layer.empty:
        layer = _joined(layer, recipe.union, grid=10.0**-recipe.decimals)
    box = _box(*recipe.bbox) if recipe.bbox else None
    kept = (shape if box is None else shape.intersection(box) for shape in layer.geometry)
    clipped = [only(shape, PARTS[geometry]) for shape in kept]
    given = layer.drop(columns="geometry").astype(object)
    records = given.where(given.notna(), None).to_dict(orient="records")
    there = ((shape, row) for shape, row in zip(clipped, records, strict=True) if not shape.is_empty)
    return [feature(shape, row, recipe.decimals) for shape, row in there]


def read_package(content: bytes, recipe: PackageRecipe) -> gpd.GeoDataFrame:
    """Return all features of a package's file that have a geometry, with all their properties, as the file has them.

    Raises `ReportError` when it cannot be read.
    """
    try:
        return _read(content, recipe.object)
    except (ValueError, KeyError, TypeError, RecursionError, RuntimeError) as error:
        message = f"{recipe.package}: cannot read {recipe.member}: {error}"
        raise ReportError("E-PACKAGE-READ", message, "correct `member` and `object` in the catalog") from None


# Layers of one file come in a row as a rule: the next one need not read it again.
@lru_cache(maxsize=2)
def _read(content: bytes, name: str | None) -> gpd.GeoDataFrame:
    document = json.loads(content)
    file = _read_topojson(content, name) if name else gpd.GeoDataFrame.from_features(document["features"], crs=WGS_84)
    file = file[~file.geometry.isna() & ~file.geometry.is_empty].reset_index(drop=True)
    return file.set_geometry([cut_at_180(shape) for shape in file.geometry], crs=WGS_84) if name else file


def simplified(file: gpd.GeoDataFrame, chosen: Indices, *, tolerance: float | None, geometry: str) -> Shapes:
    """Return the chosen shapes, repaired and, if there is a tolerance in degrees, simplified.

    Where corners may go depends on who else has them, so polygons that touch the chosen ones
    are simplified with them: what comes out for a border does not depend on what else is chosen.
    """
    shapes = file.geometry.to_numpy()
    around = chosen
    if geometry == "polygon":
        around = _near(shapes, shapely.get_parts(shapes[chosen]))
    shapes = repaired(shapes[around], geometry)
    if geometry == "polygon":
        shapes = as_coverage(shapes)
    if tolerance:
        simplify = shapely.coverage_simplify if geometry == "polygon" else shapely.simplify
        shapes = np.asarray(simplify(shapes, tolerance))
    return shapes[np.isin(around, chosen)]


def _chosen(file: gpd.GeoDataFrame, recipe: PackageRecipe) -> Indices:
    """Return the positions of the features that `where` chooses and that may reach into the box."""
    mask = np.ones(len(file), bool)
    for name, values in _where_values(file, recipe).items():
        mask &= values.isin(recipe.where[name]).to_numpy()
    if recipe.bbox:
        mask &= np.isin(np.arange(len(file)), _near(file.geometry.to_numpy(), shapely.get_parts(_box(*recipe.bbox))))
    return np.flatnonzero(mask)


def _near(shapes: Shapes, places: Shapes) -> Indices:
    """Return the positions of shapes with a part whose bounds meet those of one of the places."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    return np.unique(owners[shapely.STRtree(parts).query(places)[1]])


def _read_topojson(content: bytes, name: str) -> gpd.GeoDataFrame:
    # GDAL goes by content, not by name: the digest and the JSON check before this say what it is.
    with files.temporary_folder() as scratch:
        path = scratch / "package.topojson"
        path.write_bytes(content)
        file = gpd.read_file(path, layer=name, engine="pyogrio")
    # TopoJSON without a transform of its own is longitude, latitude in WGS 84; GDAL leaves that unsaid.
    return file.set_crs(WGS_84, allow_override=True)


def repaired(shapes: Shapes, geometry: str) -> Shapes:
    """Return shapes without crossings, of one kind of geometry; those that were not valid are counted in the log."""
    broken = int((~shapely.is_valid(shapes)).sum())
    if broken:
        _log.info("%d of %d geometries repaired", broken, len(shapes))
    repaired = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    return np.asarray([only(shape, PARTS[geometry]) for shape in repaired], object)


def as_coverage(shapes: Shapes, *, noise: float = _NOISE) -> Shapes:
    """Make borders that are shared in effect, up to `noise`, shared in fact; leave polygons that overlap alone."""
    there = ~shapely.is_empty(shapes)
    cleaned = shapes.copy()
    # The stubs are those of shapely 2.1.
    cleaned[there] = shapely.coverage_clean(shapes[there], gap_width=noise, snapping_distance=noise)  # type: ignore[attr-defined]
    same = np.allclose(shapely.area(cleaned), shapely.area(shapes), rtol=_SAME_AREA, atol=noise**2)
    return cleaned if same else shapes


def cut_at_180(shape: BaseGeometry, *, longest: float = math.inf) -> BaseGeometry:
    """Cut a polygon or line where it runs across the 180th meridian, with a step of 360 degrees or on beyond it.

    Edges of `longest` degrees or more are no steps, but run along a parallel.
    """
    parts = shapely.get_parts(shape)
    rings = [part.exterior if part.geom_type == "Polygon" else part for part in parts]
    if not shapely.get_dimensions(shape) or not any(_crosses(ring, longest) for ring in rings):
        return shape
    return shapely.union_all([piece for part in parts for piece in _pieces(part)])


def _crosses(ring: BaseGeometry, longest: float) -> bool:
    longitudes = shapely.get_coordinates(ring)[:, 0]
    steps = np.abs(np.diff(longitudes))
    return bool(((steps > 180) & (steps < longest)).any() or (np.abs(longitudes) > 180).any())


def _pieces(part: shapely.Polygon | shapely.LineString) -> Iterator[BaseGeometry]:
    if part.geom_type == "Polygon":
        outer, *holes = (_unrolled(ring) for ring in (part.exterior, *part.interiors))
        middle = outer[:, 0].mean()
        holes = [hole - [360 * round((hole[:, 0].mean() - middle) / 360), 0] for hole in holes]
        whole = shapely.make_valid(shapely.Polygon(outer, holes), method="structure")
    else:
        whole = shapely.LineString(np.unwrap(shapely.get_coordinates(part), period=360, axis=0))
    for turn in (-360, 0, 360):
        yield affinity.translate(whole.intersection(shapely.box(turn - 180, -90, turn + 180, 90)), -turn)


def _unrolled(ring: BaseGeometry) -> Shapes:
    """Return a ring's coordinates without the step of 360 degrees; one that goes round a pole takes the pole in."""
    coordinates = shapely.get_coordinates(ring)
    coordinates[:, 0] = np.unwrap(coordinates[:, 0], period=360)
    (first, _), (last, latitude) = coordinates[0], coordinates[-1]
    if abs(last - first) > 180:
        pole = np.copysign(90, latitude)
        coordinates = np.vstack([coordinates, [[last, pole], [first, pole], coordinates[0]]])
    return coordinates


def _misfits(file: gpd.GeoDataFrame, recipe: PackageRecipe) -> Iterator[ReportError]:
    known = list(map(str, file.columns.drop("geometry")))
    for source in sorted({column.source for column in recipe.columns.values()} - set(known)):
        message = f"{recipe.member} has no property `{source}`"
        yield ReportError("E-PACKAGE-COLUMN", message, did_you_mean(source, known))
    for name in recipe.where:
        if name not in {*recipe.columns, *known}:
            message = f"`where` names `{name}`, which is no column of the layer and no property of {recipe.member}"
            yield ReportError("E-PACKAGE-COLUMN", message, did_you_mean(name, [*recipe.columns, *known]))
    for name, values in _where_values(file, recipe).items():
        for word in sorted(set(recipe.where[name]) - set(values)):
            message = f"`where` chooses `{word}`, which no feature has as `{name}`"
            yield ReportError("E-PACKAGE-VALUE", message, did_you_mean(word, sorted(set(values.dropna()))))


def _where_values(file: gpd.GeoDataFrame, recipe: PackageRecipe) -> dict[str, "pd.Series[Any]"]:
    """What `where` compares, as text, for each of its columns that there is; a column of the layer goes before a property."""
    columns = {name: recipe.columns.get(name, Column(source=name)) for name in recipe.where}
    there = {name: column for name, column in columns.items() if column.source in file}
    return {name: pd.Series([_value(given, column) for given in file[column.source]]) for name, column in there.items()}


def _value(given: Any, column: Column) -> str | None:
    if given is None or given != given:  # noqa: PLR0124 (only not-a-number differs from itself)
        return None
    text = column.values.get(str(given), str(given))  # noqa: PD011 (a recipe's column, not a frame's)
    return _alpha_3().get(text.zfill(3)) if column.convert else text


@lru_cache
def _alpha_3() -> dict[str, str]:
    """Return the alpha-3 code of each country by its numeric one."""
    letters = {country: code for code, country in countries().items() if code.isalpha()}
    return {code: letters[country] for code, country in countries().items() if code.isdigit()}


def _joined(layer: gpd.GeoDataFrame, by: str, *, grid: float) -> gpd.GeoDataFrame:
    sound = shapely.coverage_is_valid(layer.geometry.to_numpy())
    method: dict[str, Any] = {"method": "coverage"} if sound else {"method": "unary", "grid_size": grid}
    groups = layer.assign(**{ALL: ""}) if by == ALL else layer
    joined = groups.dissolve(by, aggfunc=_common, as_index=False, dropna=False, **method)
    return joined[layer.columns]


def _common(values: "pd.Series[Any]") -> str | None:
    """Return the value that all rows have, or None."""
    first, *others = values.where(values.notna(), None)
    return first if all(other == first for other in others) else None


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """Return the box, in two parts when it crosses the 180th meridian (RFC 7946, 5.2)."""
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union(shapely.box(west, south, 180, north), shapely.box(-180, south, east, north))


def snapped(shapes: Shapes, grid: float) -> Shapes:
    """Round the polygons of a coverage to a grid so that they stay one: without gaps and overlaps, however thin.

    Rounded one by one, a polygon gets a corner where another's edge comes near it, and its neighbour
    none. So all borders are rounded at once, and each face between them goes to the polygon
    that it lies in. One too small for the grid comes out empty.
    """
    borders = shapely.union_all(shapely.boundary(shapes), grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    inside, owners = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    owner = np.full(len(faces), -1)
    owner[inside] = owners
    return np.asarray([shapely.coverage_union_all(faces[owner == one]) for one in range(len(shapes))], object)


def only(shape: BaseGeometry, part: str) -> BaseGeometry:
    """Drop the points and lines, say, that clipping leaves where a shape only touches the box: all but parts of one type."""
    if shape.geom_type in {part, f"Multi{part}"}:
        return shape
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == part]
    if not parts:
        return shapely.from_wkt(f"{part} EMPTY")
    return shapely.union_all(parts) if len(parts) > 1 else parts[0]


def feature(shape: BaseGeometry, properties: Mapping[Any, object], decimals: int) -> Feature:
    """Return a GeoJSON feature with rounded coordinates, exterior rings counter-clockwise."""
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
