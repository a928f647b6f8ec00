"""The world as a small drawing: one path for its countries, and dots where reports are about."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 1000
"""Units across the drawing; coordinates are whole ones."""

NORTH: Final = 84.0
SOUTH: Final = -57.0

MIDDLE: Final = 11.0
"""Longitude in the middle: the edges then lie in the Bering Strait, where they cut no country."""

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796

Point = tuple[int, int]


@dataclass(frozen=True)
class Dot:
    """A place on the drawing and the reports, by their number, that are about it or what lies near."""

    x: int
    y: int
    reports: tuple[int, ...]


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Return x to the east and y to the north, in radii of the globe, of a point in degrees.

    The projection and its coefficients: Šavrič, Patterson and Jenny (2019), *The Equal
    Earth map projection*, International Journal of Geographical Information Science 33(3).
    """
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square**3
    slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    return x, theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))


_RIGHT: Final = equal_earth(180, 0)[0]
_TOP: Final = equal_earth(0, NORTH)[1]
_SCALE: Final = WIDTH / (2 * _RIGHT)

HEIGHT: Final = math.ceil((_TOP - equal_earth(0, SOUTH)[1]) * _SCALE)


def point(longitude: float, latitude: float) -> Point:
    """Return where a place lies on the drawing, y downwards from its top."""
    return _at(longitude + _turn(longitude), latitude)


def _turn(longitude: float) -> float:
    """Return the degrees that bring what lies beyond the western edge to the eastern one."""
    return 360.0 if longitude < MIDDLE - 180 else 0.0


def _at(longitude: float, latitude: float) -> Point:
    x, y = equal_earth(longitude - MIDDLE, latitude)
    return round((x + _RIGHT) * _SCALE), round((_TOP - y) * _SCALE)


def path(world: Mapping[str, Any]) -> str:
    """Return the polygons of a GeoJSON document, longitude and latitude, as the `d` of an SVG path."""
    rings = []
    for shape in (feature["geometry"] for feature in world["features"]):
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        for ring in (ring for polygon in polygons for ring in polygon):
            # A ring stays on one side of the drawing even where it crosses the edge.
            turn = _turn((min(ring)[0] + max(ring)[0]) / 2)
            rings.append(_ring([_at(place[0] + turn, place[1]) for place in ring]))
    return "".join(rings)


def _ring(points: list[Point]) -> str:
    """Return a closed ring with steps from corner to corner; "" for one that is smaller than a unit."""
    corners = [b for a, b in zip([None, *points], points, strict=False) if a != b]
    if len(set(corners)) < 3:
        return ""
    x, y = corners[0]
    steps = []
    for right, down in corners[1:-1]:
        steps.append(f"{right - x}{'' if down < y else ' '}{down - y}")
        x, y = right, down
    joined = "".join(step if step.startswith("-") or not n else f" {step}" for n, step in enumerate(steps))
    return f"M{corners[0][0]} {corners[0][1]}l{joined}z"


def dots(places: Iterable[tuple[int, float, float]], *, apart: int) -> list[Dot]:
    """Return a dot for each place, and one for all those nearer than `apart` units to the first of them.

    `places` are a report's number, its longitude and its latitude; dots stand in the order of these numbers.
    """
    found: list[tuple[Point, list[int]]] = []
    for number, longitude, latitude in sorted(places):
        here = point(longitude, latitude)
        near = next((reports for there, reports in found if math.dist(here, there) < apart), None)
        if near is None:
            found.append((here, [number]))
        else:
            near.append(number)
    return [Dot(x, y, tuple(reports)) for (x, y), reports in found]
