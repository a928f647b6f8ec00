"""A layer as a small map of braille characters, for a terminal."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import shapely

from quickview.brief import geography
from quickview.layers.geojson import laid

COLUMNS: Final = 24
ROWS: Final = 8
_DOTS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""What each dot of a braille character, four high and two wide, adds to U+2800."""
_MOST_AREAS: Final = 60
"""Borders between more areas than these would fill a map: only those round all of them are drawn."""


def braille_map(geometries: Iterable[Mapping[str, Any]]) -> str:
    """Return GeoJSON geometries of one kind (longitude, latitude) as `ROWS` lines of `COLUMNS` braille characters.

    Outlines of areas, lines, points, north up, east and north to one scale at the middle latitude. What the
    180th meridian parts lies together, and no border runs along it.
    """
    given = [*geometries]
    west, south, east, north = geography.bounds(given)
    squeeze = max(math.cos(math.radians((south + north) / 2)), 0.05)
    extent = np.array([((east - west) % 360 or east - west) * squeeze, north - south])
    canvas = np.array([COLUMNS * 2, ROWS * 4])
    # A dot is as high as it is wide; what has no extent lies in the middle.
    scale = float(min((canvas - 1) / np.maximum(extent, 1e-9)))
    dots = np.zeros(canvas[::-1], bool)
    for part in _outlines(np.array([laid(one) for one in given], object)):
        at = shapely.get_coordinates(shapely.segmentize(part, 0.5 / scale) if part.length else part)
        if part.length:
            at = at[np.abs(np.abs(at[:, 0]) - 180) > 1e-9]
        turn = 360 * np.floor((at[:, 0] - west) / 360 + 1e-9)
        placed = np.column_stack([(at[:, 0] - turn - west) * squeeze, north - at[:, 1]])
        x, y = np.rint((placed - extent / 2) * scale + (canvas - 1) / 2).astype(int).T
        seen = x < canvas[0]  # a line may lead through the side of the earth that the map leaves out
        dots[y[seen], x[seen]] = True
        if not part.length:  # a single dot is hard to see
            left, above = np.maximum(x - 1, 0), np.maximum(y - 1, 0)
            dots[y, left] = dots[above, x] = dots[above, left] = True
    cells = (dots.reshape(ROWS, 4, COLUMNS, 2) * _DOTS[None, :, None, :]).sum(axis=(1, 3))
    return "\n".join("".join(chr(0x2800 + int(cell)) for cell in row) for row in cells)


def _outlines(shapes: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the rings, lines or points that shapes are drawn with."""
    if shapely.get_dimensions(shapes[0]) < 2:
        return np.asarray(shapely.get_parts(shapes))
    areas = np.array([shapely.union_all(shapes)], object) if len(shapes) > _MOST_AREAS else shapes
    return np.asarray(shapely.get_rings(shapely.get_parts(areas)))
