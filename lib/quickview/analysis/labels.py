"""Put names beside points so that none covers another, a symbol or the frame."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.canvas import BASE, Box, Label, inside, overlaps, wrap
from quickview.theme import typeface

# Imhof (1975), "Positioning Names on Maps": to the right and slightly above is read most easily.
_POSITIONS: Final = (
    ("middle right", 1.0, 0.0),
    ("top right", 0.7, 0.5),
    ("middle left", -1.0, 0.0),
    ("top center", 0.0, 0.8),
    ("bottom right", 0.7, -0.5),
    ("top left", -0.7, 0.5),
    ("bottom center", 0.0, -0.8),
    ("bottom left", -0.7, -0.5),
)

MOST: Final = 2000
"""Names that are tried, the most important first: a map of a page's width has room for some hundred."""


@dataclass(frozen=True)
class Placement:
    """Labels that found room, and the texts of those that did not."""

    placed: tuple[Label, ...]
    dropped: tuple[str, ...]


def place_labels(
    wanted: Sequence[Label], *, frame: Box, obstacles: Sequence[Box], avoid: Sequence[BaseGeometry] = ()
) -> Placement:
    """Place labels in the order given; the first ones get the best positions.

    `obstacles` are never covered. Lines in `avoid` are crossed only where no other
    position is free; cut them with `clear_of` afterwards. Pixels throughout.
    """
    placed: list[Label] = []
    dropped: list[str] = []
    taken: list[Box] = []
    fixed = shapely.STRtree([box(*obstacle) for obstacle in obstacles])

    def is_free(trial: Box) -> bool:
        left, bottom, right, top = trial
        nearby = (obstacles[n] for n in fixed.query(box(left - 1, bottom - 1, right + 1, top + 1)))
        return inside(trial, frame) and not any(overlaps(trial, one, pad=1.0) for one in chain(nearby, taken))

    for label in wanted[:MOST]:
        candidates = [
            replace(label, x=label.x + dx * label.clear, y=label.y + dy * label.clear, anchor=anchor)
            for anchor, dx, dy in _POSITIONS
        ]
        free = [candidate for candidate in candidates if is_free(candidate.box)]
        if not free:
            dropped.append(label.text)
            continue
        best = min(free, key=lambda c: shapely.length(shapely.intersection(avoid, box(*c.box))).sum())
        placed.append(best)
        taken.append(best.box)
    return Placement(tuple(placed), (*dropped, *(label.text for label in wanted[MOST:])))


def place_area_label(
    label: Label, area: BaseGeometry, *, frame: Box, obstacles: Sequence[Box], step: float = 12.0
) -> Label | None:
    """Put a name inside an area, as far from its edge and from obstacles as a coarse grid finds."""
    width, height = label.extent
    low_x, low_y, high_x, high_y = area.bounds
    xs = _steps(frame[0] + width / 2, frame[2] - width / 2, step)
    ys = _steps(frame[1] + height / 2, frame[3] - height / 2, step)
    xs = xs[(xs - width / 2 >= low_x) & (xs + width / 2 <= high_x)]
    ys = ys[(ys - height / 2 >= low_y) & (ys + height / 2 <= high_y)]
    x, y = (values.ravel() for values in np.meshgrid(xs, ys, indexing="ij"))
    left, bottom = x - width / 2, y - height / 2
    trials = np.column_stack([left, bottom, left + width, bottom + height])
    shapely.prepare(area)
    is_inside = shapely.contains(area, shapely.box(*trials.T))
    if not is_inside.any():
        return None
    x, y, trials = x[is_inside], y[is_inside], trials[is_inside]
    room = _room(trials, area.boundary, obstacles)
    best = room.argmax()
    return replace(label, x=float(x[best]), y=float(y[best]), anchor="middle center") if room[best] > 0 else None


def _room(trials: np.ndarray, edge: BaseGeometry, obstacles: Sequence[Box]) -> np.ndarray:
    """Return how far each box stays from an edge and from all obstacles."""
    shapely.prepare(edge)
    room: np.ndarray = shapely.distance(edge, shapely.box(*trials.T))
    for low_x, low_y, high_x, high_y in obstacles:
        dx = np.maximum(low_x - trials[:, 2], trials[:, 0] - high_x).clip(0)
        dy = np.maximum(low_y - trials[:, 3], trials[:, 1] - high_y).clip(0)
        room = np.minimum(room, np.hypot(dx, dy))
    return room


def _steps(start: float, stop: float, step: float) -> np.ndarray:
    return start + step * np.arange(int(max(0.0, stop - start) / step) + 1)


def fold(text: str, limit: float, *, size: float = BASE, weight: int = typeface.REGULAR) -> str:
    """Break a text into lines no wider than `limit` pixels, as `wrap` does, and words that are wider."""
    return wrap(foldable(text, limit, size=size, weight=weight), limit, size=size, weight=weight)


def foldable(text: str, limit: float, *, size: float, weight: int = typeface.REGULAR) -> str:
    """Return a text whose words that are wider than `limit` pixels are divided by spaces, so that `wrap` can fold them."""
    return " ".join(_divided(word, limit, size, weight) for word in text.split(" "))


def _divided(word: str, limit: float, size: float, weight: int) -> str:
    parts, rest = [], word
    while typeface.width(rest, size, weight=weight) > limit and len(rest) > 1:
        end = max(1, bisect(range(len(rest)), limit, key=lambda n: typeface.width(rest[: n + 1], size, weight=weight)))
        parts.append(rest[:end])
        rest = rest[end:]
    return " ".join([*parts, rest])


def cut_short(text: str, limit: float, *, size: float, weight: int = typeface.REGULAR) -> str:
    """Return a text no wider than `limit` pixels, its end left out for an ellipsis where it is longer."""
    if typeface.width(text, size, weight=weight) <= limit:
        return text
    end = bisect(range(len(text)), limit, key=lambda n: typeface.width(f"{text[: n + 1]}…", size, weight=weight))
    return f"{text[:end].rstrip()}…"
