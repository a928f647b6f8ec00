"""Put names beside points so that none covers another, a symbol or the frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.figure import Box, Label, inside, overlaps

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


@dataclass(frozen=True)
class Placement:
    """Labels that found room, and the texts of those that did not."""

    placed: tuple[Label, ...]
    dropped: tuple[str, ...]


def place_labels(
    wanted: Sequence[Label], *, frame: Box, obstacles: Sequence[Box], avoid: Iterable[BaseGeometry] = ()
) -> Placement:
    """Place labels in the order given; the first ones get the best positions.

    `obstacles` are never covered. Lines in `avoid` are crossed only where no other
    position is free; cut them with `figure.knock_out` afterwards. Pixels throughout.
    """
    lines = list(avoid)
    placed: list[Label] = []
    dropped: list[str] = []
    taken = list(obstacles)
    for label in wanted:
        free = [c for c in _candidates(label) if inside(c.box, frame) and _is_free(c.box, taken)]
        if not free:
            dropped.append(label.text)
            continue
        best = min(free, key=lambda c: _crossed(c.box, lines))
        placed.append(best)
        taken.append(best.box)
    return Placement(tuple(placed), tuple(dropped))


def _candidates(label: Label) -> list[Label]:
    return [
        replace(label, x=label.x + dx * label.clear, y=label.y + dy * label.clear, anchor=anchor)
        for anchor, dx, dy in _POSITIONS
    ]


def _is_free(candidate: Box, taken: Sequence[Box]) -> bool:
    return not any(overlaps(candidate, other, pad=1.0) for other in taken)


def _crossed(candidate: Box, lines: Sequence[BaseGeometry]) -> float:
    area = box(*candidate)
    return sum(line.intersection(area).length for line in lines)


def place_area_label(
    label: Label, area: BaseGeometry, *, frame: Box, obstacles: Sequence[Box], step: float = 12.0
) -> Label | None:
    """Put a name inside an area, as far from its edge and from obstacles as a coarse grid finds."""
    width, height = label.extent
    best, best_room = None, 0.0
    blocked = [box(*b) for b in obstacles]
    for x in _steps(frame[0] + width / 2, frame[2] - width / 2, step):
        for y in _steps(frame[1] + height / 2, frame[3] - height / 2, step):
            trial = replace(label, x=x, y=y, anchor="middle center")
            rect = box(*trial.box)
            if not area.contains(rect):
                continue
            room = min([area.boundary.distance(rect),
                        *(b.distance(rect) for b in blocked)])  # fmt: skip
            if room > best_room:
                best, best_room = trial, room
    return best


def _steps(start: float, stop: float, step: float) -> list[float]:
    return [start + n * step for n in range(int(max(0.0, stop - start) / step) + 1)]
