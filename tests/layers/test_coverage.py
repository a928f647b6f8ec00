"""Layers of one file fit each other: borders stay shared after simplification, joining and clipping."""

import json
import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from quickview.layers.catalog import PackageRecipe
from quickview.layers.coverage import package_features

SIZE = 4


def wiggly(start: tuple[int, int], end: tuple[int, int]) -> list[list[float]]:
    """Return the border between two corners of the grid, the same to both who share it, with 40 bends."""
    low, high = sorted((start, end))
    bends = random.Random(repr((low, high)))
    points = []
    for step in range(41):
        along = step / 40
        aside = 0.4 * along * (1 - along) * bends.uniform(-1, 1)  # less towards the corners, where others begin
        (x, y), (dx, dy) = low, (high[0] - low[0], high[1] - low[1])
        points.append([x + dx * along + dy * aside, y + dy * along + dx * aside])
    return points if (start, end) == (low, high) else points[::-1]


def region(column: int, row: int, *, noise: float = 0.0) -> dict[str, Any]:
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
    ring = [point for start, end in pairwise(corners) for point in wiggly(start, end)[:-1]]
    bends = random.Random(repr((column, row)))
    ring = [[x + noise * bends.random(), y + noise * bends.random()] for x, y in ring]
    country = "West" if column < SIZE / 2 else "East"
    return {
        "type": "Feature",
        "properties": {"name": f"{column}-{row}", "country": country},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }


def layer(*others: dict[str, Any], noise: float = 0.0, decimals: int = 4, **recipe: Any) -> list[dict[str, Any]]:
    features = [*(region(column, row, noise=noise) for column in range(SIZE) for row in range(SIZE)), *others]
    given = {
        "kind": "package",
        "package": "regions",
        "version": "1.0.0",
        "integrity": "sha512-" + "A" * 86 + "==",
        "member": "regions.json",
        "columns": {"name": {"from": "name"}, "country": {"from": "country"}},
        "decimals": decimals,
        **recipe,
    }
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    made = package_features(content, PackageRecipe.model_validate_json(json.dumps(given)), geometry="polygon")
    return [{**feature, "shape": shape(feature["geometry"])} for feature in made]


def shapes(**recipe: Any) -> Any:
    return np.array([feature["shape"] for feature in layer(**recipe)])


# What neighbours miss each other by in Natural Earth, and by more than is drawn.
@pytest.mark.parametrize("noise", [0.0, 1e-13, 1e-7])
def test_the_outline_of_sixteen_regions_is_one_ring_on_their_borders(noise: float) -> None:
    regions = shapes(simplify=0.05, noise=noise)
    (outline,) = shapes(simplify=0.05, union="all", noise=noise)
    assert outline.geom_type == "Polygon"
    assert not outline.interiors
    assert shapely.coverage_is_valid(regions)
    assert shapely.union_all(regions).equals(outline)
    borders = shapely.union_all(shapely.boundary(regions))
    assert borders.covers(outline.exterior)
    assert shapely.get_num_coordinates(regions).sum() < 16 * 100


def test_an_outline_loses_what_its_regions_lose_to_rounding() -> None:
    thorn = region(9, 9)  # thinner than the grid towards its tip
    thorn["geometry"]["coordinates"] = [[[20, 0], [21, 0.011], [22, 0.024], [20, 2], [19, 1], [20, 0]]]
    regions = shapely.union_all(np.array([each["shape"] for each in layer(thorn, decimals=2)]))
    (outline,) = (each["shape"] for each in layer(thorn, decimals=2, union="all"))
    assert regions.equals(outline)


def test_layers_that_choose_differently_share_the_border_between_them() -> None:
    (west,) = shapes(simplify=0.05, where={"country": ["West"]}, union="country")
    (east,) = shapes(simplify=0.05, where={"country": ["East"]}, union="all")
    (both,) = shapes(simplify=0.05, union="all")
    assert shapely.coverage_is_valid([west, east])
    assert west.union(east).equals(both)
    assert west.intersection(east).length > SIZE


def test_a_layer_cut_to_a_box_keeps_the_borders_of_the_whole() -> None:
    window = shapely.box(0.5, 0.5, 2.5, 2.5)
    cut = shapes(simplify=0.05, bbox=[0.5, 0.5, 2.5, 2.5])
    whole = shapes(simplify=0.05)
    assert len(cut) == 9
    assert shapely.union_all(cut).equals(window)
    lines = shapely.union_all(shapely.boundary(whole)).intersection(window.buffer(-0.01))
    assert lines.difference(shapely.union_all(shapely.boundary(cut)).buffer(2e-4)).is_empty


@pytest.mark.parametrize("recipe", [{"simplify": 0.05}, {"union": "country"}, {"bbox": [0, 0, 5, 5]}])
def test_a_region_that_is_but_a_line_is_left_out(recipe: dict[str, Any]) -> None:
    flat = region(9, 9)
    flat["geometry"]["coordinates"] = [[[4.5, 1], [4.5, 2], [4.5, 1.5], [4.5, 1]]]
    assert len(layer(flat, **recipe)) == (2 if "union" in recipe else 16)


def test_zones_that_overlap_on_purpose_stay_whole() -> None:
    rings = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], [[1, 0], [3, 0], [3, 2], [1, 2], [1, 0]]]
    features = [
        {"type": "Feature", "properties": {"name": f"zone {n}"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for n, ring in enumerate(rings)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    recipe = {"kind": "package", "package": "zones", "version": "1.0.0", "integrity": "sha512-" + "A" * 86 + "=="}
    recipe |= {"member": "zones.json", "columns": {"name": {"from": "name"}}, "simplify": 0.01}
    for union, areas in ((None, [4, 4]), ("all", [6])):
        given = PackageRecipe.model_validate_json(json.dumps({**recipe, "union": union}))
        made = package_features(content, given, geometry="polygon")
        assert [shape(feature["geometry"]).area for feature in made] == pytest.approx(areas)
