"""Who stands where: the table of actors by side, with one column a stance."""

from typing import Any, Final

from markupsafe import Markup

from quickview.analysis.block import Block, from_template
from quickview.brief.reader import Brief
from quickview.brief.vocabulary import Stance
from quickview.look.palette import side as colour_of_side

RIGHT_TO_LEFT: Final = ("ar", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi")
"""Languages usually written from right to left (ISO 639)."""

_RING: Final = '<circle cx="8" cy="8" r="6.8" fill="none"/>'

SHAPES: Final = {
    Stance.SUPPORTS: '<circle cx="8" cy="8" r="8" stroke="none"/>',
    Stance.RESERVATIONS: f'{_RING}<path d="M8 1a7 7 0 0 0 0 14z" stroke="none"/>',
    Stance.BOUND: '<path d="M0 0h16v16H0z" stroke="none"/>',
    Stance.EXCLUDED: f'{_RING}<path d="m3 3 10 10"/>',
    Stance.GUARANTEES: '<path d="M8 0 16 8 8 16 0 8z" stroke="none"/>',
    Stance.WATCHES: _RING,
}
"""What marks each stance, on a square of 16 units: shapes that differ without colour."""


def stances(brief: Brief) -> Block:
    """Return every actor with native name, part and stance as a table, grouped by side.

    `brief` is what `qv.load` returns.
    """
    shapes = {stance: Markup(shape) for stance, shape in SHAPES.items()}  # noqa: S704 (the kit's own)
    return from_template(
        "stances", brief, groups=_groups(brief), stances=list(Stance), shapes=shapes, rtl=RIGHT_TO_LEFT
    )


def _groups(brief: Brief) -> list[dict[str, Any]]:
    groups = [
        {
            "number": n,
            "colour": colour_of_side(n),
            "name": side.name,
            "actors": [a for a in brief.facts.actors if a.side == side.id],
        }
        for n, side in enumerate(brief.facts.sides, start=1)
    ]
    return [group for group in groups if group["actors"]]
