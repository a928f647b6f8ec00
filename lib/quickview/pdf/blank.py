"""How much of each page of a printed report is left blank at its foot."""

import io
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Matrix

from quickview.pdf.tags import PAINT

MARGIN: Final = 40.0
"""Points at the head and the foot of a sheet that hold its title and number."""

_POINTS: Final = {"m": 1, "l": 1, "c": 3, "v": 2, "y": 2, "re": 2}
_SHOW: Final = {"Tj", "TJ", "'", '"'}
_WHOLE: Final = 0.9
"""Share of a sheet's height from which on a painted area is its ground."""


def blank_shares(document: bytes) -> list[float]:
    """Return for each page of a PDF the share of its height, 0 to 1 and without margins, below the lowest thing on it."""
    with pikepdf.open(io.BytesIO(document)) as file:
        return [_blank(page) for page in file.pages]


def _blank(page: pikepdf.Page) -> float:
    height = float(page.mediabox[3])
    body = [y for y in _heights(page, height) if MARGIN < y < height - MARGIN]
    return (min(body, default=height - MARGIN) - MARGIN) / (height - 2 * MARGIN)


def _heights(page: pikepdf.Page, height: float) -> Iterator[float]:
    """Yield how high above the foot of a page, in points, each text and each corner of what is painted lies."""
    now, text, path, kept = Matrix(), Matrix(), list[float](), list[Matrix]()
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = instruction.operands, str(instruction.operator)
        if operator == "q":
            kept.append(now)
        elif operator == "Q":
            now = kept.pop() if kept else Matrix()
        elif operator == "cm":
            now = Matrix(*map(float, operands)) @ now
        elif operator == "Tm":
            text = Matrix(*map(float, operands))
        elif operator in _SHOW:
            yield (text @ now).transform((0, 0))[1]
        elif operator in _POINTS:
            path += _corners(operator, operands, now)
        elif operator in PAINT or operator == "n":
            if operator != "n" and max(path, default=0) - min(path, default=0) < _WHOLE * height:
                yield from path
            path = []


def _corners(operator: str, operands: Any, now: Matrix) -> list[float]:
    numbers = [float(one) for one in operands]
    if operator == "re":
        x, y, width, rise = numbers
        numbers = [x, y, x + width, y + rise]
    return [now.transform((x, y))[1] for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
