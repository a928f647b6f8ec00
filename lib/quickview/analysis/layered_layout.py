"""Layered drawing of a small graph whose layers are given (Sugiyama, Tagawa and Toda, 1981).

Rows are fixed; what is chosen is the order within each row, so that few edges
cross, and then the place of each item, so that edges run straight.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

SWEEPS: Final = 24
"""Passes of the barycentre heuristic; small graphs settle in fewer."""

Node = str


@dataclass(frozen=True)
class Layout:
    """Rows of items in order, the x of each item's centre, and each edge as the items it passes."""

    rows: tuple[tuple[Node, ...], ...]
    x: Mapping[Node, float]
    chains: Mapping[tuple[Node, Node], tuple[Node, ...]]


def lay_out(
    rows: Sequence[Sequence[Node]],
    edges: Mapping[tuple[Node, Node], float],
    *,
    widths: Mapping[Node, float],
    width: float,
    gap: float,
    lane: float,
) -> Layout:
    """Order and place the nodes of given rows.

    `widths` are those of nodes; an edge may ask for more than `gap` between its nodes where
    they come to stand side by side; `lane` is the width kept free where an edge passes a
    row between its ends. All in pixels; x runs from 0 to `width`.
    """
    row_of = {node: r for r, row in enumerate(rows) for node in row}
    filled, chains = _with_passes(rows, list(edges), row_of)
    links = [pair for chain in chains.values() for pair in pairwise(chain)]
    order = _order(filled, links)

    def solid(a: Node, b: Node) -> float:
        return (widths.get(a, lane) + widths.get(b, lane)) / 2

    def loose(a: Node, b: Node) -> float:
        is_pair = a in widths and b in widths
        return max(gap, edges.get((a, b), 0), edges.get((b, a), 0)) if is_pair else gap / 3

    def spaces(row: Sequence[Node]) -> list[float]:
        """Distances asked for along a row; what is between its items gives way where there is no room."""
        pairs = list(pairwise(row))
        room = (
            width
            - (widths.get(row[0], lane) + widths.get(row[-1], lane)) / 2
            - math.fsum(solid(a, b) for a, b in pairs)
        )
        asked = math.fsum(loose(a, b) for a, b in pairs)
        share = min(1.0, max(0.0, room) / asked) if asked else 1.0
        return [0.0, *(solid(a, b) + share * loose(a, b) for a, b in pairs)]

    return Layout(tuple(map(tuple, order)), _place(order, links, spaces, widths, lane, width), chains)


def _with_passes(
    rows: Sequence[Sequence[Node]], edges: Sequence[tuple[Node, Node]], row_of: Mapping[Node, int]
) -> tuple[list[list[Node]], dict[tuple[Node, Node], tuple[Node, ...]]]:
    filled = [list(row) for row in rows]
    chains = {}
    for a, b in edges:
        step = 1 if row_of[b] > row_of[a] else -1
        between = range(row_of[a] + step, row_of[b], step) if row_of[a] != row_of[b] else range(0)
        passes = [f"{a}>{b}@{r}" for r in between]
        for r, name in zip(between, passes, strict=True):
            filled[r].append(name)
        chains[a, b] = (a, *passes, b)
    return filled, chains


def _neighbours(rows: Sequence[Sequence[Node]], links: Sequence[tuple[Node, Node]]) -> dict[Node, list[Node]]:
    near: dict[Node, list[Node]] = {node: [] for row in rows for node in row}
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    return near


def _order(rows: list[list[Node]], links: Sequence[tuple[Node, Node]]) -> list[list[Node]]:
    near = _neighbours(rows, links)
    best = current = [list(row) for row in rows]
    least = _cost(best, links)
    seen: list[tuple[bool, list[list[Node]]]] = []
    for sweep in range(SWEEPS):
        # What comes after an order depends on nothing else.
        if (sweep % 2 == 0, current) in seen:
            break
        seen.append((sweep % 2 == 0, current))
        current = _sweep(current, near, downwards=sweep % 2 == 0)
        current = [_swap_neighbours(current, r, links) for r in range(len(current))]
        cost = _cost(current, links)
        if cost < least:
            best, least = [list(row) for row in current], cost
    return best


def _sweep(rows: list[list[Node]], near: Mapping[Node, Sequence[Node]], *, downwards: bool) -> list[list[Node]]:
    spot = {node: (i + 0.5) / len(row) for row in rows for i, node in enumerate(row)}
    rows = [list(row) for row in rows]
    for r in range(len(rows)) if downwards else reversed(range(len(rows))):
        rows[r].sort(key=lambda n: (math.fsum(spot[m] for m in near[n]) / len(near[n])) if near[n] else spot[n])
        spot |= {node: (i + 0.5) / len(rows[r]) for i, node in enumerate(rows[r])}
    return rows


def _swap_neighbours(rows: list[list[Node]], r: int, links: Sequence[tuple[Node, Node]]) -> list[Node]:
    touching = [pair for pair in links if pair[0] in rows[r] or pair[1] in rows[r]]
    least = _cost(rows, touching)
    for i in range(len(rows[r]) - 1):
        row = rows[r]
        row[i], row[i + 1] = row[i + 1], row[i]
        cost = _cost(rows, touching)
        if cost < least:
            least = cost
        else:
            row[i], row[i + 1] = row[i + 1], row[i]
    return rows[r]


def _cost(rows: Sequence[Sequence[Node]], links: Sequence[tuple[Node, Node]]) -> float:
    """Crossings between rows, and what stands between nodes linked within a row."""
    spot = {node: (r, i) for r, row in enumerate(rows) for i, node in enumerate(row)}
    between: dict[int, list[tuple[int, int]]] = {}
    apart = 0.0
    for a, b in links:
        (ra, ia), (rb, ib) = sorted((spot[a], spot[b]))
        if ra == rb:
            apart += (abs(ia - ib) - 1) * 1.5
        else:
            between.setdefault(ra, []).append((ia, ib))
    crossings = ((a[0] - b[0]) * (a[1] - b[1]) < 0 for pairs in between.values() for a, b in combinations(pairs, 2))
    return apart + sum(crossings)


def _place(
    rows: Sequence[Sequence[Node]],
    links: Sequence[tuple[Node, Node]],
    spaces: Callable[[Sequence[Node]], list[float]],
    widths: Mapping[Node, float],
    lane: float,
    width: float,
) -> dict[Node, float]:
    near = _neighbours(rows, links)
    x = {node: width * (i + 1) / (len(row) + 1) for row in rows for i, node in enumerate(row)}
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wished = [math.fsum(x[m] for m in near[n]) / len(near[n]) if near[n] else x[n] for n in row]
            needed = spaces(row)
            ends = (widths.get(row[0], lane) / 2, width - widths.get(row[-1], lane) / 2)
            x |= dict(zip(row, spread(wished, needed, *ends), strict=True))
    # The whole drawing leaves as much room on its left as on its right.
    left = min((x[node] - widths.get(node, lane) / 2 for node in x), default=0.0)
    right = max((x[node] + widths.get(node, lane) / 2 for node in x), default=width)
    shift = (width - left - right) / 2
    return {node: place + shift for node, place in x.items()}


def spread(wished: Sequence[float], needed: Sequence[float], low: float, high: float) -> list[float]:
    """Return places in order, as near as can be to those wished, `needed[i]` after the one before.

    Least squares by pooling adjacent violators (isotonic regression), kept between
    `low` and `high`; where there is not room for all, the last ones run over.
    """
    offsets = [math.fsum(needed[: i + 1]) for i in range(len(needed))]
    pools: list[list[float]] = []
    for value, offset in zip(wished, offsets, strict=True):
        pools.append([value - offset, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, count = pools.pop()
            pools[-1] = [(pools[-1][0] * pools[-1][1] + mean * count) / (pools[-1][1] + count), pools[-1][1] + count]
    flat = [mean for mean, count in pools for _ in range(int(count))]
    top = high - offsets[-1]
    return [max(low, min(value, top)) + offset for value, offset in zip(flat, offsets, strict=True)]
