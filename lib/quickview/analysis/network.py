"""Who acts on whom: actors in lanes by side, relations typed by line style and labelled."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final

import pandas as pd
import plotly.graph_objects as go
from shapely import STRtree
from shapely.geometry import LineString, box

from quickview.analysis import wording
from quickview.analysis.block import side_of
from quickview.analysis.canvas import (
    BASE,
    SMALL,
    WIDE,
    Box,
    Canvas,
    Label,
    Words,
    add_labels,
    add_lines,
    inside,
    knock_out,
    overlaps,
    plain,
    responsive,
    wrap,
)
from quickview.analysis.lanes import Layout, lay_out
from quickview.brief.reader import Brief
from quickview.brief.records import Actor, Relation
from quickview.brief.vocabulary import FAMILY, RelationFamily
from quickview.look import typeface
from quickview.look.palette import LIGHT, side, tint

DASHES: Final = {
    RelationFamily.BELONGS: "solid",
    RelationFamily.TALKS: "7px,3px",
    RelationFamily.OVERSEES: "7px,3px,1.5px,3px",
    RelationFamily.OPPOSES: "1.5px,3px",
}

_TITLE: Final = 17.0
_CHANNEL: Final = 40.0
_PILL: Final = 36.0
_PAD: Final = 7.0
_GUTTER: Final = 84.0
_BETWEEN: Final = 34.0
"""Room asked for between two actors of a row when rows are filled."""
_LANE: Final = 15.0
"""Room asked for an edge that passes a row."""
_STEPS: Final = 14
_KEY_ROW: Final = 18.0


@dataclass(frozen=True)
class Plan:
    """One drawing: sizes that depend on its width, the rows of actors and where all of it goes."""

    brief: Brief
    width: int
    rows: tuple[tuple[str, ...], ...]
    row_sides: tuple[int, ...]
    layout: Layout
    pill_widths: dict[str, float]
    texts: dict[str, str]

    @property
    def is_wide(self) -> bool:
        """Whether relations have room for their labels."""
        return self.width >= WIDE

    @property
    def channel(self) -> float:
        """Free height between two lanes, where edges run."""
        return _CHANNEL

    @cached_property
    def legend(self) -> float:
        """Height kept free for the legend: as many rows as its words need in their language."""
        return 10.0 + _KEY_ROW * max((row + 1 for _, _, row in _keys(self.brief, self.width)), default=1)

    @cached_property
    def height(self) -> float:
        """Height of the drawing without its legend."""
        return self.top(len(self.rows) - 1, from_bottom=True)

    def top(self, row: int, *, from_bottom: bool = False) -> float:
        """Distance from the top of the canvas to the top of a lane (or to its lower edge)."""
        above = 0.0
        for r in range(row):
            above += self.lane_height(r) + (self.channel if self._is_last_of_side(r) else self.channel * 0.6)
        return above + (self.lane_height(row) if from_bottom else 0.0)

    def title_height(self, row: int) -> float:
        """Height that the side's name takes: it stands above the first row, or beside it where there is room."""
        return _TITLE if self.is_first_of_side(row) and not self.is_wide else 0.0

    def lane_height(self, row: int) -> float:
        """Height of a lane's band."""
        return _PILL + 2 * _PAD + self.title_height(row)

    def is_first_of_side(self, row: int) -> bool:
        """Whether the row begins its side."""
        return row == 0 or self.row_sides[row - 1] != self.row_sides[row]

    def _is_last_of_side(self, row: int) -> bool:
        return row + 1 == len(self.rows) or self.row_sides[row + 1] != self.row_sides[row]

    def centre(self, row: int) -> float:
        """Height above the bottom of the canvas at which the actors of a row stand."""
        return self.legend + self.height - self.top(row, from_bottom=True) + _PAD + _PILL / 2

    def pill(self, actor: str) -> Box:
        """The space an actor's name takes."""
        row = next(r for r, names in enumerate(self.rows) if actor in names)
        x, y, half = self.layout.x[actor], self.centre(row), self.pill_widths[actor] / 2
        return x - half, y - _PILL / 2, x + half, y + _PILL / 2


def network(brief: Brief) -> go.Figure:
    """Return the network of actors, with the table of relations behind it."""
    return responsive(lambda width: _draw(_plan(brief, width)), _words(brief), brief.language)


def _plan(brief: Brief, width: int) -> Plan:
    limit, gutter = (106.0, _GUTTER) if width >= WIDE else (96.0, 0.0)
    texts = {a.id: _two_lines(a.label, limit) for a in brief.facts.actors}
    widths = {name: Label(text, 0, 0, BASE, weight=typeface.BOLD).extent[0] + 16 for name, text in texts.items()}
    rows, row_sides = _rows(brief, widths, width - gutter)
    edges = list(dict.fromkeys((r.origin, r.target) for r in brief.facts.relations))
    gaps = {
        (r.origin, r.target): typeface.width(brief.language.gettext(r.kind), SMALL) + 20 for r in brief.facts.relations
    }
    layout = lay_out(
        rows, edges, widths=widths, gaps=gaps if width >= WIDE else {}, width=width - gutter - 16, gap=22, lane=8
    )
    shifted = replace(layout, x={name: x + gutter + 8 for name, x in layout.x.items()})
    return Plan(brief, width, rows, row_sides, shifted, widths, texts)


def _two_lines(text: str, limit: float) -> str:
    """Wrap a name, widening the limit until it takes two lines at most."""
    while (wrapped := wrap(text, limit, size=BASE, weight=typeface.BOLD)).count("\n") > 1:
        limit += 8
    return wrapped


def _rows(
    brief: Brief, widths: Mapping[str, float], room: float
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Break each side into as few rows as its actors and the edges that pass it need, of about the same length."""
    rows: list[tuple[str, ...]] = []
    sides: list[int] = []
    for number, one in enumerate(brief.facts.sides, start=1):
        names = [a.id for a in brief.facts.actors if a.side == one.id]
        free = room - _LANE * _passes(brief, number)
        split = next(
            (s for s in _splits(names) if all(_length(row, widths) <= free for row in s)), [(n,) for n in names]
        )
        rows += split
        sides += [number] * len(split)
    return tuple(rows), tuple(sides)


def _splits(names: Sequence[str]) -> Iterator[list[tuple[str, ...]]]:
    """Yield the names in one row, in two, in three and so on."""
    size = len(names)
    for count in range(1, size + 1):
        yield [tuple(names[r * size // count : (r + 1) * size // count]) for r in range(count)]


def _length(row: Sequence[str], widths: Mapping[str, float]) -> float:
    return sum(widths[name] for name in row) + _BETWEEN * (len(row) - 1)


def _passes(brief: Brief, number: int) -> int:
    """How many relations run from a side above to one below."""
    ends = [sorted((side_of(brief, r.origin), side_of(brief, r.target))) for r in brief.facts.relations]
    return sum(low < number < high for low, high in ends)


def _draw(plan: Plan) -> Canvas:
    figure = Canvas(plan.width, plan.height + plan.legend)
    paths = [_path(plan, relation) for relation in plan.brief.facts.relations]
    titles = _lane_titles(plan)
    pills = [plan.pill(actor.id) for actor in plan.brief.facts.actors]
    taken = [*(title.box for title in titles), *pills, *map(_tip, paths)]
    labels = _relation_labels(plan, paths, taken)
    boxes = [label.box for label in labels if label] + [title.box for title in titles]
    _add_bands(figure, plan)
    for relation, path in zip(plan.brief.facts.relations, paths, strict=True):
        _add_relation(figure, plan, relation, path, boxes)
    _add_actors(figure, plan)
    add_labels(figure, [*titles, *(label for label in labels if label)])
    _add_legend(figure, plan)
    return figure


def _tip(path: LineString) -> Box:
    """The space an arrowhead takes."""
    x, y = path.coords[-1]
    return x - 5, y - 5, x + 5, y + 5


def _number(plan: Plan, actor_id: str) -> int:
    sides = [s.id for s in plan.brief.facts.sides]
    return sides.index(_actor(plan, actor_id).side) + 1


def _actor(plan: Plan, actor_id: str) -> Actor:
    return next(a for a in plan.brief.facts.actors if a.id == actor_id)


def _row(plan: Plan, actor_id: str) -> int:
    return next(r for r, names in enumerate(plan.rows) if actor_id in names)


# Bands and actors.


def _add_bands(figure: Canvas, plan: Plan) -> None:
    for r, number in enumerate(plan.row_sides):
        bottom = plan.centre(r) - _PILL / 2 - _PAD
        top = bottom + plan.lane_height(r)
        if not plan.is_first_of_side(r):
            top += plan.channel * 0.6
        xs, ys = [0, plan.width, plan.width, 0, 0], [bottom, bottom, top, top, bottom]
        figure.add_scatter(
            x=xs, y=ys, mode="lines", fill="toself", fillcolor=tint(number), line={"width": 0}, hoverinfo="skip"
        )


def _lane_titles(plan: Plan) -> list[Label]:
    labels = []
    for r, number in enumerate(plan.row_sides):
        if plan.is_first_of_side(r):
            name = plan.brief.facts.sides[number - 1].name
            y = plan.centre(r)
            if plan.is_wide:
                name = wrap(name, _GUTTER - 12, size=SMALL, weight=typeface.BOLD)
            else:
                y += _PILL / 2 + _PAD + _TITLE / 2 - 2
            labels.append(Label(name, 8, y, SMALL, f"side-{number}", typeface.BOLD, "middle right"))
    return labels


def _add_actors(figure: Canvas, plan: Plan) -> None:
    labels, colon = [], plan.brief.language.gettext(": ")
    for actor in plan.brief.facts.actors:
        area = plan.pill(actor.id)
        shape = box(*area).buffer(-7).buffer(7, quad_segs=4)
        xs, ys = (list(values) for values in shape.exterior.xy)
        figure.add_scatter(
            x=[round(v, 1) for v in xs], y=[round(v, 1) for v in ys], mode="lines", fill="toself",
            fillcolor=LIGHT["paper"], line={"width": 1.4, "color": side(_number(plan, actor.id)), "simplify": False},
            hoveron="fills", hoverinfo="text", text=plain(f"{actor.name}{colon}{actor.role}"),
        )  # fmt: skip
        x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
        labels.append(Label(plan.texts[actor.id], x, y, BASE, weight=typeface.BOLD))
    add_labels(figure, labels)


# Relations.


def _path(plan: Plan, relation: Relation) -> LineString:
    if _row(plan, relation.origin) == _row(plan, relation.target):
        return _within_row(plan, relation)
    chain = plan.layout.chains[relation.origin, relation.target]
    down = _row(plan, relation.target) > _row(plan, relation.origin)
    points: list[tuple[float, float]] = []
    row = _row(plan, relation.origin)
    for i, (a, b) in enumerate(pairwise(chain)):
        start = _exit(plan, a, row, down=down, relation=relation if i == 0 else None)
        row += 1 if down else -1
        end = _exit(plan, b, row, down=not down, relation=relation if b == chain[-1] else None)
        points += _curve(start, end)
    return LineString(points)


def _exit(plan: Plan, node: str, row: int, *, down: bool, relation: Relation | None) -> tuple[float, float]:
    """Where an edge leaves or enters an item of a row: a port of an actor, or the edge of the lane."""
    y, half = plan.centre(row), _PILL / 2
    if relation is None:
        edge = half + _PAD + (0 if down else plan.title_height(row))
        return plan.layout.x[node], y - edge if down else y + edge
    return _port(plan, node, relation, down=down), y - half if down else y + half


def _port(plan: Plan, actor: str, relation: Relation, *, down: bool) -> float:
    """Spread the edges at one side of an actor, in the order of where they go."""
    mine = sorted(
        (plan.layout.x[_next(plan, r, actor)], n)
        for n, r in enumerate(plan.brief.facts.relations)
        if actor in {r.origin, r.target} and _leaves_down(plan, r, actor) == down
    )
    place = [n for _, n in mine].index(plan.brief.facts.relations.index(relation))
    room = min(plan.pill_widths[actor] * 0.7, 26.0 * (len(mine) - 1))
    return plan.layout.x[actor] + (room * (place / (len(mine) - 1) - 0.5) if len(mine) > 1 else 0.0)


def _next(plan: Plan, relation: Relation, actor: str) -> str:
    chain = plan.layout.chains[relation.origin, relation.target]
    return chain[1] if chain[0] == actor else chain[-2]


def _leaves_down(plan: Plan, relation: Relation, actor: str) -> bool | None:
    """Whether a relation leaves an actor downwards; None within a row, unless it swings below."""
    mine, other = (relation.origin, relation.target) if relation.origin == actor else (relation.target, relation.origin)
    if _row(plan, mine) == _row(plan, other):
        return None if _are_neighbours(plan, relation) else True
    return _row(plan, other) > _row(plan, mine)


def _are_neighbours(plan: Plan, relation: Relation) -> bool:
    row = plan.layout.rows[_row(plan, relation.origin)]
    return abs(row.index(relation.origin) - row.index(relation.target)) == 1


def _within_row(plan: Plan, relation: Relation) -> LineString:
    a, b = plan.pill(relation.origin), plan.pill(relation.target)
    y = (a[1] + a[3]) / 2
    if _are_neighbours(plan, relation):
        return LineString([(a[2], y), (b[0], y)] if a[0] < b[0] else [(a[0], y), (b[2], y)])
    start = _port(plan, relation.origin, relation, down=True)
    end = _port(plan, relation.target, relation, down=True)
    low = a[1] - _PAD - plan.channel * 0.45
    return LineString(_bezier((start, a[1]), (start, low), (end, low), (end, a[1])))


def _curve(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    middle = (start[1] + end[1]) / 2
    return _bezier(start, (start[0], middle), (end[0], middle), end)


def _bezier(*points: tuple[float, float]) -> list[tuple[float, float]]:
    a, b, c, d = points
    curve = []
    for n in range(_STEPS + 1):
        t = n / _STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        curve.append(tuple(sum(w * p[i] for w, p in zip(weights, (a, b, c, d), strict=True)) for i in (0, 1)))
    return [(float(x), float(y)) for x, y in curve]


def _add_relation(figure: Canvas, plan: Plan, relation: Relation, path: LineString, boxes: Sequence[Box]) -> None:
    colour = side(_number(plan, relation.origin))
    hover = _sentence(plan.brief, relation)
    if relation.note:
        hover = plan.brief.language.gettext("{relation}: {note}", relation=hover, note=relation.note)
    tip, before = path.coords[-1], path.interpolate(path.length - 6)
    shaft = LineString([*path.coords[:-1], (before.x, before.y)]) if path.length > 12 else path
    add_lines(
        figure, knock_out([shaft], boxes), hover=hover, color=colour, width=1.5, dash=DASHES[FAMILY[relation.kind]]
    )
    angle = _heading(before.x - tip[0], before.y - tip[1])
    figure.add_scatter(
        x=[tip[0]], y=[tip[1]], mode="markers", hoverinfo="text", text=plain(hover),
        marker={"symbol": "arrow", "size": 9, "angle": angle, "color": colour, "line": {"width": 0}},
    )  # fmt: skip


def _heading(dx: float, dy: float) -> float:
    """Degrees clockwise from north in which an arrow points, from -180 up to 180, given where its shaft lies."""
    return (round(math.degrees(math.atan2(-dx, -dy)), 1) + 180) % 360 - 180


def _relation_labels(plan: Plan, paths: Sequence[LineString], taken: Sequence[Box]) -> list[Label | None]:
    """Put each relation's name on its line where it covers nothing; None where there is no room."""
    taken = list(taken)
    frame = (0.0, plan.legend, float(plan.width), plan.height + plan.legend)
    labels: list[Label | None] = [None] * len(paths)
    tree = STRtree(paths)
    for n in sorted(range(len(paths)), key=lambda n: paths[n].length):
        relation = plan.brief.facts.relations[n]
        text = plan.brief.language.gettext(relation.kind)
        best = _best_label(text, paths, tree, n, taken, frame, size=SMALL if plan.is_wide else SMALL - 1)
        if best:
            labels[n] = replace(best, colour=f"side-{_number(plan, relation.origin)}")
            taken.append(best.box)
    return labels


def _best_label(
    text: str, paths: Sequence[LineString], tree: STRtree, n: int, taken: Sequence[Box], frame: Box, *, size: float
) -> Label | None:
    best, least = None, 1e9
    for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82):
        point = paths[n].interpolate(share, normalized=True)
        label = Label(text, point.x, point.y, size)
        if not inside(label.box, frame) or any(overlaps(label.box, other, pad=2) for other in taken):
            continue
        area = box(*label.box)
        crossed = [paths[i] for i in sorted(tree.query(area)) if i != n]
        cost = sum(path.intersection(area).length for path in crossed) + abs(share - 0.5) * 10
        if cost < least:
            best, least = label, cost
    return best


def _add_legend(figure: Canvas, plan: Plan) -> None:
    labels = []
    for family, x, row in _keys(plan.brief, plan.width):
        y, text = plan.legend - 16.0 - _KEY_ROW * row, plan.brief.language.gettext(str(family))
        add_lines(figure, [LineString([(x, y), (x + 26, y)])], color=LIGHT["ink"], width=1.5, dash=DASHES[family])
        labels.append(Label(text, x + 31, y, SMALL, anchor="middle right"))
    add_labels(figure, labels)


def _keys(brief: Brief, width: float) -> list[tuple[RelationFamily, float, int]]:
    """Flow the kinds of line that are drawn into rows: each with its left edge and its row, from 0."""
    used = [f for f in RelationFamily if any(FAMILY[r.kind] is f for r in brief.facts.relations)]
    keys: list[tuple[RelationFamily, float, int]] = []
    x, row = 2.0, 0
    for family in used:
        needed = 31 + typeface.width(brief.language.gettext(str(family)), SMALL)
        if keys and x + needed > width:
            x, row = 2.0, row + 1
        keys.append((family, x, row))
        x += needed + 18
    return keys


# Words.


def relations_table(brief: Brief) -> pd.DataFrame:
    """Return the relations: columns From, Relation, To, Note, Source (number in the list), named in its language."""
    _, names = brief.language.gettext, {a.id: a.label for a in brief.facts.actors}
    rows = [
        (names[r.origin], _(r.kind), names[r.target], r.note or "", brief.numbers[r.source])
        for r in brief.facts.relations
    ]
    return pd.DataFrame(rows, columns=[_("From"), _("Relation"), _("To"), _("Note"), _("Source")])


def _sentence(brief: Brief, relation: Relation) -> str:
    _, names = brief.language.gettext, {a.id: a.label for a in brief.facts.actors}
    return _(
        "{one} {relation} {other}", one=names[relation.origin], relation=_(relation.kind), other=names[relation.target]
    )


def _words(brief: Brief) -> Words:
    _, ngettext = brief.language.gettext, brief.language.ngettext
    actors, sides, relations = brief.facts.actors, brief.facts.sides, brief.facts.relations
    alt = [
        _("Network of {actors} on {sides}, joined by {relations}.",
          actors=ngettext("{n} actor", "{n} actors", len(actors), n=len(actors)),
          sides=ngettext("{n} side", "{n} sides", len(sides), n=len(sides)),
          relations=ngettext("{n} relation", "{n} relations", len(relations), n=len(relations)))
    ]  # fmt: skip
    alt += [f"{_sentence(brief, relation)}." for relation in relations]
    caption = _(
        "Actors stand in lanes by side; an arrow points from the one who acts. Colour shows the side that acts, "
        "the kind of line what it does. As reported up to {day}.",
        day=wording.day(brief.facts.document.as_of, brief.language),
    )
    return Words("network", _title(brief), caption, " ".join(alt), relations_table(brief))


def _title(brief: Brief) -> str:
    _, relations = brief.language.gettext, brief.facts.relations
    if not relations:
        return _("Who takes part")
    degrees = Counter(end for r in relations for end in (r.origin, r.target))
    most = max(brief.facts.actors, key=lambda a: degrees[a.id])
    return _("Most lines meet at {actor}: {part} of {all}", actor=most.label, part=degrees[most.id], all=len(relations))
