"""Tables that no sheet of paper is wide enough for: printed as bands of columns, one under the other."""

import copy
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


def fold(table: "Tag", soup: "BeautifulSoup", widths: Sequence[float], *, room: float) -> "Tag | None":
    """Return a table again as bands that each fit into `room`, the first column at the head of each.

    `widths` are those of the columns, in the unit of `room`. None where a cell spans several.
    """
    if table.find(["td", "th"], attrs={"colspan": True}) or table.find(["td", "th"], attrs={"rowspan": True}):
        return None
    folded = soup.new_tag("div", attrs={"class": "folded"})
    for band in _bands(widths, room):
        part = copy.copy(table)
        part["class"] = "frame small"
        for columns in part.find_all("colgroup"):
            columns.decompose()
        for row in part.find_all("tr"):
            for n, cell in enumerate(row.find_all(["td", "th"], recursive=False)):
                if n and n not in band:
                    cell.decompose()
        folded.append(part)
    return folded


def _bands(widths: Sequence[float], room: float) -> Iterator[range]:
    """Yield the columns of each band, the first column of all not counted; all bands are about as wide."""
    first, *others = widths
    count = math.ceil(sum(others) / max(room - first - max(others), 1))
    share = sum(others) / count
    used, start, done = 0.0, 1, 1
    for n, width in enumerate(others, start=1):
        if used >= done * share and n > start:
            yield range(start, n)
            start, done = n, done + 1
        used += width
    yield range(start, len(widths))
