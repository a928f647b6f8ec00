"""Who stands where: the table of actors by side, with one column a stance."""

from typing import Any, Final

from quickview.analysis.block import Block, from_template
from quickview.brief.reader import Brief
from quickview.brief.vocabulary import Stance

RIGHT_TO_LEFT: Final = ("ar", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi")
"""Languages usually written from right to left (ISO 639)."""


def stances(brief: Brief) -> Block:
    """Return every actor with native name, part and stance, grouped by side."""
    return from_template("stances", brief, groups=_groups(brief), stances=list(Stance), rtl=RIGHT_TO_LEFT)


def _groups(brief: Brief) -> list[dict[str, Any]]:
    groups = [
        {"number": n, "name": side.name, "actors": [a for a in brief.facts.actors if a.side == side.id]}
        for n, side in enumerate(brief.facts.sides, start=1)
    ]
    return [group for group in groups if group["actors"]]
