"""The world laid on a canvas around some places.

Longitudes are counted from the middle of the map, so that the edge of the world cuts
no extent; the drawing then is in pixels, like every other.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from pyproj import Transformer
from shapely import affinity
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.canvas import WIDE, Box
from quickview.analysis.edition import Place
from quickview.analysis.projection import around

ASPECT: Final = {True: 0.42, False: 0.86}
"""Height of the frame against its width, when wide and when narrow."""

LOW: Final = 0.56
"""The same for the whole world when narrow, which would leave a tall frame empty."""

NORTH: Final = 72.0
SOUTH: Final = -47.0
"""What a map of the whole world shows at least: where people live."""

WHOLE: Final = 150.0
"""Degrees of longitude from which on the whole world is shown."""

MIDDLE: Final = 11.0
"""Longitude in the middle of the whole world: its edges then lie in the Bering Strait."""

LEAST: Final = 26.0
"""Degrees of latitude a map shows at least, so that one town is not lost in a blank."""

AROUND: Final = 0.14
EDGE: Final = 0.035
"""Share of the extent left free on each side: of the places, and of the whole world."""

STRIP: Final = 24.0
"""Height of the legend under the frame, in pixels."""


@dataclass(frozen=True)
class Sheet:
    """A drawing of the world around some places, for a width in pixels."""

    places: tuple[Place, ...]
    width: int

    @property
    def is_wide(self) -> bool:
        """Whether it is drawn for a wide page."""
        return self.width >= WIDE

    @property
    def frame(self) -> Box:
        """The map's frame in pixels."""
        aspect = min(LOW, ASPECT[self.is_wide]) if self._is_whole else ASPECT[self.is_wide]
        return 0.0, STRIP, float(self.width), STRIP + round(self.width * aspect)

    @cached_property
    def middle(self) -> float:
        """Longitude in the middle: that of the shortest arc that holds all places."""
        around = sorted({place.longitude % 360 for place in self.places})
        gaps = [((b - a) % 360 or 360.0, b) for a, b in zip(around, [*around[1:], around[0]], strict=True)]
        widest, start = max(gaps)
        span = 360 - widest
        return MIDDLE if span > WHOLE else (start + span / 2 + 180) % 360 - 180

    @cached_property
    def _projection(self) -> Transformer:
        """Equal Earth for the whole world; else plate carrée, true to scale at the middle latitude."""
        latitudes = [place.latitude for place in self.places]
        true = min(60.0, abs(min(latitudes) + max(latitudes)) / 2)
        name = "+proj=eqearth" if self._is_whole else f"+proj=eqc +lat_ts={true:.4f}"
        return Transformer.from_crs("EPSG:4326", f"{name} +lon_0=0 +R=57.29577951308232 +over", always_xy=True)

    @cached_property
    def _turned(self) -> list[float]:
        return [_turn(place.longitude - self.middle) for place in self.places]

    @property
    def _is_whole(self) -> bool:
        return max(self._turned) - min(self._turned) > WHOLE

    @cached_property
    def _extent(self) -> Box:
        """What the frame shows, in degrees of a great circle: all places and some room, or the whole world."""
        corners = [(-169.0, SOUTH), (179.0, SOUTH), (0.0, NORTH)] if self._is_whole else []
        points = [self._laid(x, p.latitude) for x, p in zip(self._turned, self.places, strict=True)]
        points += [self._laid(x, y) for x, y in corners]
        left, bottom, right, top = shapely.total_bounds(shapely.points(points))
        room = EDGE if corners else AROUND
        frame_width, frame_height = self.frame[2] - self.frame[0], self.frame[3] - self.frame[1]
        height = max((top - bottom) * (1 + 2 * room), LEAST)
        unit = max((right - left) * (1 + 2 * room) / frame_width, height / frame_height)
        x, y, half_w, half_h = (left + right) / 2, (bottom + top) / 2, frame_width * unit / 2, frame_height * unit / 2
        return x - half_w, y - half_h, x + half_w, y + half_h

    def _laid(self, longitude: float, latitude: float) -> tuple[float, float]:
        x, y = self._projection.transform(longitude, latitude)
        return float(x), float(y)

    def point(self, place: Place) -> tuple[float, float]:
        """Return where a place lies, in pixels."""
        x, y = self._laid(_turn(place.longitude - self.middle), place.latitude)
        a, _, _, d, e, f = self._matrix
        return a * x + e, d * y + f

    @property
    def _matrix(self) -> list[float]:
        left, bottom, right, _ = self._extent
        k = (self.frame[2] - self.frame[0]) / (right - left)
        return [k, 0, 0, k, self.frame[0] - k * left, self.frame[1] - k * bottom]

    def lay(self, country: BaseGeometry) -> BaseGeometry:
        """Return polygons in degrees as pixels, cut to the frame."""
        (turned,) = around([country], self.middle)
        placed = shapely.transform(affinity.translate(turned, -self.middle), self._transform)
        laid = affinity.affine_transform(placed, self._matrix)
        return shapely.make_valid(laid).intersection(box(*self.frame)).simplify(0.4)

    def _transform(self, points: np.ndarray) -> np.ndarray:
        return np.column_stack(self._projection.transform(points[:, 0], points[:, 1]))


def _turn(longitude: float) -> float:
    return (longitude + 180) % 360 - 180
