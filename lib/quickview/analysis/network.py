"""Who acts on whom: actors in lanes by side, relations typed by line style and labelled."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import plotly.graph_objects as go
import shapely
from shapely import STRtree
from shapely.geometry import LineString, Point, box

from quickview.analysis import relations
from quickview.analysis.blocks import Block, absent, from_template, side_groups, side_label, side_of, worded
from quickview.analysis.canvas import BASE, SMALL, WIDE, Box, Canvas, Label, plain, responsive, wrap
from quickview.analysis.labels import fold, foldable
from quickview.analysis.layered_layout import Layout, lay_out
from quickview.brief.reader import Brief
from quickview.brief.records import Actor, Relation
from quickview.brief.vocabulary import FAMILY, RelationFamily, RelationKind
from quickview.theme import typeface
from quickview.theme.palette import LIGHT, side, side_name, tint

DASHES: Final = {
    RelationFamily.BELONGS: "solid",
    RelationFamily.TALKS: "7px,3px",
    RelationFamily.OVERSEES: "7px,3px,1.5px,3px",
    RelationFamily.OPPOSES: "1.5px,3px",
}

_TITLE: Final = 17.0
_CHANNEL: Final = 40.0
"""Free height between two lanes, where edges run."""
_PILL: Final = 36.0
_PAD: Final = 7.0
_GUTTER: Final = 84.0
_LONGEST_WORD: Final = 84.0
"""A word of a side's name up to this width stays whole."""
_BETWEEN: Final = 34.0
"""Room asked for between two actors of a row when rows are filled."""
_LANE: Final = 15.0
"""Room asked for an edge that passes a row."""
_PASS: Final = 8.0
"""Room that it needs at least."""
_STEPS: Final = 14
_KEY_ROW: Final = 18.0
_FEW: Final = 3
"""Relations that a table says better than a drawing."""
_MOST_ACTORS: Final = 25
_MOST_LINES: Final = 40
"""What can be told apart as boxes and lines; more goes into a matrix."""
_TALLEST: Final = 700.0
"""Where the drawing is wide, with its legend and all that it lists: what leaves room on a printed page for more than itself."""


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
    numbers: Mapping[RelationKind, int] = field(default_factory=dict)
    """What stands on lines that have no room for their words; the legend says what it means."""
    sentences: tuple[str, ...] = ()
    """Relations whose lines have no room for a number either; the legend says them in full."""

    @property
    def is_wide(self) -> bool:
        """Whether relations have room for their labels."""
        return self.width >= WIDE

    @cached_property
    def legend(self) -> float:
        """Height kept free for the legend: as many rows as its words need in their language."""
        return 10.0 + max((key.top + key.height for key in _keys(self)), default=_KEY_ROW)

    @cached_property
    def height(self) -> float:
        """Height of the drawing without its legend."""
        return self.bottoms[-1]

    @cached_property
    def bottoms(self) -> tuple[float, ...]:
        """Distance from the top of the canvas to the lower edge of each lane."""
        edges, above = [], 0.0
        for row in range(len(self.rows)):
            edges.append(above + self.lane_height(row))
            goes_on = row + 1 < len(self.rows) and not self.is_first_of_side(row + 1)
            above = edges[-1] + _CHANNEL * (0.6 if goes_on else 1)
        return tuple(edges)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """For each row the name of the side that begins with it, in lines; "" where none does."""
        room = (_GUTTER if self.is_wide else self.width) - 12
        named = (
            side_label(self.brief, n) if self.is_first_of_side(row) else "" for row, n in enumerate(self.row_sides)
        )
        folded = (foldable(name, max(room, _LONGEST_WORD), size=SMALL, weight=typeface.BOLD) for name in named)
        return tuple(wrap(name, room, size=SMALL, weight=typeface.BOLD) for name in folded)

    def title_height(self, row: int) -> float:
        """Height that the side's name takes: it stands above the first row, or beside it where there is room."""
        name = self.titles[row]
        return _TITLE + name.count("\n") * SMALL * 1.3 if name and not self.is_wide else 0.0

    @cached_property
    def pill_height(self) -> float:
        """Height of an actor's box: two lines, or as many as the longest name needs."""
        return max(_PILL, 4 + BASE * 1.3 * (1 + max(text.count("\n") for text in self.texts.values())))

    def row_height(self, row: int) -> float:
        """Height of a lane's band under the side's name."""
        beside = SMALL * 1.3 * (1 + self.titles[row].count("\n")) + 8 if self.is_wide else 0.0
        return max(self.pill_height + 2 * _PAD, beside)

    def lane_height(self, row: int) -> float:
        """Height of a lane's band."""
        return self.row_height(row) + self.title_height(row)

    def is_first_of_side(self, row: int) -> bool:
        """Whether the row begins its side."""
        return row == 0 or self.row_sides[row - 1] != self.row_sides[row]

    def centre(self, row: int) -> float:
        """Height above the bottom of the canvas at which the actors of a row stand."""
        return self.legend + self.height - self.bottoms[row] + self.row_height(row) / 2

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row in which each actor stands."""
        return {actor: row for row, actors in enumerate(self.rows) for actor in actors}

    def pill(self, actor: str) -> Box:
        """The space an actor's name takes."""
        x, y, half = self.layout.x[actor], self.centre(self.row_of[actor]), self.pill_widths[actor] / 2
        return x - half, y - self.pill_height / 2, x + half, y + self.pill_height / 2


def network(brief: Brief) -> go.Figure | Block:
    """Return who acts on whom: lines where they are few, a matrix where they would braid.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide. `layout.meta` holds `id` ("network"), `kind` ("Figure"), `title`, `caption`, `alt`, `narrow` (the
        drawing for pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row a relation: from, relation, to,
        note, number of the source; `whole` is False of a matrix. Up to three relations come as a table in a block,
        which is empty where there is none.

    Examples
    --------
    >>> meta = qv.network(brief).layout.meta
    >>> meta["table"]["columns"]
    ['From', 'Relation', 'To', 'Note', 'Source']
    >>> print(meta["alt"])
    Network of 5 actors on 3 sides, joined by 4 relations. Blockade Committee part of Federation of Cooperatives. ...
    """
    if not brief.facts.relations:
        return absent("network", brief)
    if len(brief.facts.relations) <= _FEW:
        return from_template("network", brief, names={actor.id: actor.label for actor in brief.facts.actors})
    return worded(relations_figure(brief), brief)


def relations_figure(brief: Brief) -> go.Figure:
    """Return the relations of a brief, which are not none, as a drawing in the form that fits the number of actors and relations."""
    form: Literal["lines", "matrix"] = "matrix"
    draw: Callable[[int], Canvas] = partial(relations.matrix, brief, tallest=_TALLEST)
    if len(brief.facts.actors) <= _MOST_ACTORS and len(brief.facts.relations) <= _MOST_LINES:
        wide = _draw(_plan(brief, WIDE))
        if wide.height <= _TALLEST:
            form, draw = "lines", lambda width: wide if width == WIDE else _draw(_plan(brief, width))
    return responsive(draw, relations.words(brief, form=form), brief.language)


def _plan(brief: Brief, width: int) -> Plan:
    limit, gutter = (106.0, _GUTTER) if width >= WIDE else (96.0, 0.0)
    room = {a.id: width - gutter - 32 - _PASS * _around(brief, a) for a in brief.facts.actors}
    texts = {a.id: _two_lines(a.label, limit, most=room[a.id]) for a in brief.facts.actors}
    widths = {name: Label(text, 0, 0, BASE, weight=typeface.BOLD).extent[0] + 16 for name, text in texts.items()}
    rows, row_sides = _rows(brief, widths, width - gutter)
    kinds = {(r.origin, r.target): brief.language.gettext(r.kind) for r in brief.facts.relations}
    edges = {edge: typeface.width(kind, SMALL) + 20 if width >= WIDE else 0.0 for edge, kind in kinds.items()}
    across = width - gutter - 16
    layout = lay_out(rows, edges, widths=widths, width=across, gap=22, lane=_PASS)
    shifted = replace(layout, x={name: x + gutter + 8 for name, x in layout.x.items()})
    return Plan(brief, width, rows, row_sides, shifted, widths, texts)


def _two_lines(text: str, limit: float, *, most: float) -> str:
    """Wrap a name, widening the limit until it takes two lines, or as few as it can where there is no more room."""
    text = foldable(text, most, size=BASE, weight=typeface.BOLD)
    while (wrapped := wrap(text, limit, size=BASE, weight=typeface.BOLD)).count("\n") > 1 and limit < most:
        limit = min(limit + 8, most)
    return wrapped


def _rows(
    brief: Brief, widths: Mapping[str, float], room: float
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Break each side into as few rows as its actors and the edges that pass it need, of about the same length."""
    rows: list[tuple[str, ...]] = []
    sides: list[int] = []
    for number, _name, actors in side_groups(brief):
        names = [actor.id for actor in actors]
        free = room - _LANE * sum(low < number < high for low, high in _ends(brief))
        size = len(names)
        for count in range(1, size + 1):
            split = [tuple(names[r * size // count : (r + 1) * size // count]) for r in range(count)]
            if all(math.fsum(widths[name] for name in row) + _BETWEEN * (len(row) - 1) <= free for row in split):
                break
        rows += split
        sides += [number] * len(split)
    return tuple(rows), tuple(sides)


def _ends(brief: Brief, *, without: str = "") -> list[list[int]]:
    """Return the sides that each relation joins, the upper first; `without` those of an actor."""
    others = (r for r in brief.facts.relations if without not in {r.origin, r.target})
    return [sorted((side_of(brief, r.origin), side_of(brief, r.target))) for r in others]


def _around(brief: Brief, actor: Actor) -> int:
    """How many relations of others may have to pass beside an actor."""
    number = side_of(brief, actor.id)
    return sum(low <= number <= high for low, high in _ends(brief, without=actor.id))


def _draw(plan: Plan) -> Canvas:
    plan, labels = _named(plan)
    figure = Canvas(plan.width, plan.height + plan.legend)
    titles = _lane_titles(plan)
    boxes = [label.box for label in [*labels, *titles]]
    _add_bands(figure, plan)
    for relation in plan.brief.facts.relations:
        _add_relation(figure, plan, relation, _path(plan, relation), boxes)
    _add_actors(figure, plan)
    figure.add_labels([*titles, *labels])
    _add_legend(figure, plan)
    return figure


# Bands and actors.


def _add_bands(figure: Canvas, plan: Plan) -> None:
    for r, number in enumerate(plan.row_sides):
        bottom = plan.centre(r) - plan.row_height(r) / 2
        top = bottom + plan.lane_height(r)
        if not plan.is_first_of_side(r):
            top += _CHANNEL * 0.6
        xs, ys = [0, plan.width, plan.width, 0, 0], [bottom, bottom, top, top, bottom]
        figure.add_scatter(
            x=xs, y=ys, mode="lines", fill="toself", fillcolor=tint(number), line={"width": 0}, hoverinfo="skip"
        )


def _lane_titles(plan: Plan) -> list[Label]:
    labels = []
    for r, number in enumerate(plan.row_sides):
        if name := plan.titles[r]:
            y = plan.centre(r)
            if not plan.is_wide:
                y += plan.row_height(r) / 2 + plan.title_height(r) / 2 - 2
            labels.append(Label(name, 8, y, SMALL, side_name(number), typeface.BOLD, "middle right"))
    return labels


def _add_actors(figure: Canvas, plan: Plan) -> None:
    labels, colon = [], plan.brief.language.gettext(": ")
    for actor in plan.brief.facts.actors:
        area = plan.pill(actor.id)
        shape = box(*area).buffer(-7).buffer(7, quad_segs=4)
        xs, ys = (list(values) for values in shape.exterior.xy)
        figure.add_scatter(
            x=[round(v, 1) for v in xs], y=[round(v, 1) for v in ys], mode="lines", fill="toself",
            fillcolor=LIGHT["paper"], line={"width": 1.4, "color": side(side_of(plan.brief, actor.id)), "simplify": False},
            hoveron="fills", hoverinfo="text", text=plain(f"{actor.name}{colon}{actor.role}"),
        )  # fmt: skip
        x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
        labels.append(Label(plan.texts[actor.id], x, y, BASE, weight=typeface.BOLD))
    figure.add_labels(labels)


# Relations.


def _path(plan: Plan, relation: Relation) -> LineString:
    if plan.row_of[relation.origin] == plan.row_of[relation.target]:
        return _within_row(plan, relation)
    chain = plan.layout.chains[relation.origin, relation.target]
    down = plan.row_of[relation.target] > plan.row_of[relation.origin]
    points: list[tuple[float, float]] = []
    row = plan.row_of[relation.origin]
    for i, (a, b) in enumerate(pairwise(chain)):
        start = _exit(plan, a, row, down=down, relation=relation if i == 0 else None)
        row += 1 if down else -1
        end = _exit(plan, b, row, down=not down, relation=relation if b == chain[-1] else None)
        middle = (start[1] + end[1]) / 2
        points += _bezier(start, (start[0], middle), (end[0], middle), end)
    return LineString(points)


def _exit(plan: Plan, node: str, row: int, *, down: bool, relation: Relation | None) -> tuple[float, float]:
    """Where an edge leaves or enters an item of a row: a port of an actor, or the edge of the lane."""
    if relation is None:
        x, edge = plan.layout.x[node], plan.row_height(row) / 2 + (0 if down else plan.title_height(row))
    else:
        x, edge = _port(plan, node, relation, down=down), plan.pill_height / 2
    return x, plan.centre(row) - edge if down else plan.centre(row) + edge


def _port(plan: Plan, actor: str, relation: Relation, *, down: bool) -> float:
    """Spread the edges at one side of an actor, in the order of where they go."""
    given, mine = plan.brief.facts.relations, list[tuple[float, int]]()
    for n, one in enumerate(given):
        if actor in {one.origin, one.target} and _leaves_down(plan, one, actor) == down:
            chain = plan.layout.chains[one.origin, one.target]
            mine.append((plan.layout.x[chain[1] if chain[0] == actor else chain[-2]], n))
    place = [n for _, n in sorted(mine)].index(given.index(relation))
    room = min(plan.pill_widths[actor] * 0.7, 26.0 * (len(mine) - 1))
    return plan.layout.x[actor] + (room * (place / (len(mine) - 1) - 0.5) if len(mine) > 1 else 0.0)


def _leaves_down(plan: Plan, relation: Relation, actor: str) -> bool | None:
    """Whether a relation leaves an actor downwards; None within a row, unless it swings below."""
    mine, other = (relation.origin, relation.target) if relation.origin == actor else (relation.target, relation.origin)
    if plan.row_of[mine] == plan.row_of[other]:
        return None if _are_neighbours(plan, relation) else True
    return plan.row_of[other] > plan.row_of[mine]


def _are_neighbours(plan: Plan, relation: Relation) -> bool:
    row = plan.layout.rows[plan.row_of[relation.origin]]
    return abs(row.index(relation.origin) - row.index(relation.target)) == 1


def _within_row(plan: Plan, relation: Relation) -> LineString:
    a, b = plan.pill(relation.origin), plan.pill(relation.target)
    y = (a[1] + a[3]) / 2
    if _are_neighbours(plan, relation):
        return LineString([(a[2], y), (b[0], y)] if a[0] < b[0] else [(a[0], y), (b[2], y)])
    start = _port(plan, relation.origin, relation, down=True)
    end = _port(plan, relation.target, relation, down=True)
    low = a[1] - _PAD - _CHANNEL * 0.45
    return LineString(_bezier((start, a[1]), (start, low), (end, low), (end, a[1])))


def _bezier(*points: tuple[float, float]) -> list[tuple[float, float]]:
    curve = []
    for t in (n / _STEPS for n in range(_STEPS + 1)):
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        x, y = (math.fsum(w * p[i] for w, p in zip(weights, points, strict=True)) for i in (0, 1))
        curve.append((float(x), float(y)))
    return curve


def _add_relation(figure: Canvas, plan: Plan, relation: Relation, path: LineString, boxes: Sequence[Box]) -> None:
    colour = side(side_of(plan.brief, relation.origin))
    hover = relations.sentence(plan.brief, relation)
    if relation.note:
        hover = plan.brief.language.gettext("{relation}: {note}", relation=hover, note=relation.note)
    tip, before = path.coords[-1], path.interpolate(path.length - 6)
    shaft = LineString([*path.coords[:-1], (before.x, before.y)]) if path.length > 12 else path
    figure.add_lines([shaft], clear_of=boxes, hover=hover, color=colour, width=1.5, dash=DASHES[FAMILY[relation.kind]])
    # Degrees clockwise from north in which the arrow points, from -180 up to 180.
    angle = (round(math.degrees(math.atan2(tip[0] - before.x, tip[1] - before.y)), 1) + 180) % 360 - 180
    figure.add_scatter(
        x=[tip[0]], y=[tip[1]], mode="markers", hoverinfo="text", text=plain(hover),
        marker={"symbol": "arrow", "size": 9, "angle": angle, "color": colour, "line": {"width": 0}},
    )  # fmt: skip


def _named(plan: Plan) -> tuple[Plan, list[Label]]:
    """Name every relation on its line; or number it and say in the legend what the number means, or all of it there."""
    given, _ = plan.brief.facts.relations, plan.brief.language.gettext
    paths = [_path(plan, relation) for relation in given]
    pills = (plan.pill(actor.id) for actor in plan.brief.facts.actors)
    arrowheads = (Point(path.coords[-1]).buffer(5).bounds for path in paths)
    taken = [*(title.box for title in _lane_titles(plan)), *pills, *arrowheads]
    size = SMALL if plan.is_wide else SMALL - 1
    labels = _placed(plan, {n: Label(_(r.kind), 0, 0, size) for n, r in enumerate(given)}, paths, taken)
    middles = [path.interpolate(0.5, normalized=True) for path in paths]
    # Numbered as one reads the drawing: from the top, and from the side where a line begins.
    nameless = sorted(set(range(len(given))) - labels.keys(), key=lambda n: (-round(middles[n].y), middles[n].x))
    # Each keeps room for the largest number there may be; which there are is known only then.
    sign = Label(str(len(nameless)), 0, 0, SMALL, weight=typeface.BOLD)
    named = [*taken, *(label.box for label in labels.values())]
    signs = _placed(plan, dict.fromkeys(nameless, sign), paths, named)
    kinds = dict.fromkeys(given[n].kind for n in nameless if n in signs)
    numbers = {kind: n for n, kind in enumerate(kinds, start=1)}
    labels |= {n: replace(label, text=str(numbers[given[n].kind])) for n, label in signs.items()}
    sentences = tuple(relations.sentence(plan.brief, given[n]) for n in nameless if n not in labels)
    whole = replace(plan, numbers=numbers, sentences=sentences)
    return whole, [replace(label, y=label.y + whole.legend - plan.legend) for _n, label in sorted(labels.items())]


def _placed(
    plan: Plan, wanted: Mapping[int, Label], paths: Sequence[LineString], taken: Sequence[Box]
) -> dict[int, Label]:
    """Put labels, by the number of their relation, where they cover nothing; those that find no room are left out."""
    frame = (0.0, plan.legend, float(plan.width), plan.height + plan.legend)
    labels: dict[int, Label] = {}
    tree, filled = STRtree(paths), np.asarray(taken)
    for n in sorted(wanted, key=lambda n: paths[n].length):
        middles, costs = _spots(wanted[n], paths[n])
        half = np.divide(wanted[n].extent, 2)
        spots = np.hstack([middles - half, middles + half])
        best, least = None, math.inf
        for k in np.flatnonzero(_free(spots, frame, filled)):
            if costs[k] < least:
                area = box(*spots[k])
                crossed = [paths[i].intersection(area).length for i in sorted(tree.query(area)) if i != n]
                if costs[k] + sum(crossed) < least:
                    best, least = middles[k].tolist(), costs[k] + sum(crossed)
        if best:
            colour = side_name(side_of(plan.brief, plan.brief.facts.relations[n].origin))
            labels[n] = replace(wanted[n], x=best[0], y=best[1], colour=colour)
            filled = np.vstack([filled, labels[n].box])
    return labels


def _free(spots: np.ndarray, frame: Box, taken: np.ndarray) -> np.ndarray:
    """Return which boxes lie in a frame and keep 2 px from all that is taken."""
    low, high = spots[:, :2], spots[:, 2:]
    near = np.all((low[:, None] < taken[:, 2:] + 2) & (taken[:, :2] < high[:, None] + 2), axis=2)
    free: np.ndarray = np.all((low >= frame[:2]) & (high <= frame[2:]), axis=1) & ~np.any(near, axis=1)
    return free


_OFF: Final = np.array([0, *(sign * step for step in range(4, 44, 4) for sign in (-1, 1))])
"""Where along its line a label is tried, in hundredths of the line from its middle."""


def _spots(label: Label, path: LineString) -> tuple[np.ndarray, np.ndarray]:
    """Return where the middle of a label may stand, and how far each spot is from best: on its line; a bold number also beside it."""
    width, height = label.extent
    is_bold = label.weight == typeface.BOLD
    points = shapely.get_coordinates(shapely.line_interpolate_point(path, 0.5 + _OFF / 100, normalized=True))
    # A short line that a number cuts is hardly a line any more.
    on_line = 20.0 if is_bold and path.length < 4 * width + 20 else 0.0
    aside = np.array([(0.0, height / 2 + 3), (width / 2 + 5, 0.0)]) if is_bold else np.empty((0, 2))
    moves = np.vstack([(0.0, 0.0), *((move, -move) for move in aside)])
    middles = (points[:, None] + moves).reshape(-1, 2)
    costs = (np.abs(_OFF)[:, None] / 10 + [on_line, *[8.0] * (len(moves) - 1)]).ravel()
    return middles, costs


@dataclass(frozen=True)
class _Key:
    """An entry of the legend: its words, what they explain, and where it stands; `top` is measured from the first row."""

    text: str
    family: RelationFamily | None = None
    number: str = ""
    x: float = 2.0
    top: float = 0.0

    @property
    def indent(self) -> float:
        """Room that the line or the number takes before the words."""
        number = typeface.width(self.number, SMALL, weight=typeface.BOLD) + 5 if self.number else 0.0
        return 31.0 if self.family else number

    @property
    def width(self) -> float:
        return self.indent + Label(self.text, 0, 0, SMALL).extent[0]

    @property
    def height(self) -> float:
        return _KEY_ROW + SMALL * 1.3 * self.text.count("\n")


def _add_legend(figure: Canvas, plan: Plan) -> None:
    labels = []
    for key in _keys(plan):
        y = plan.legend - 7.0 - key.top - key.height / 2
        if key.family:
            line = LineString([(key.x, y), (key.x + 26, y)])
            figure.add_lines([line], color="ink", width=1.5, dash=DASHES[key.family])
        elif key.number:
            labels.append(Label(key.number, key.x, y, SMALL, weight=typeface.BOLD, anchor="middle right"))
        labels.append(Label(key.text, key.x + key.indent, y, SMALL, anchor="middle right"))
    figure.add_labels(labels)


def _keys(plan: Plan) -> list[_Key]:
    """Flow into rows the kinds of line that are drawn, the numbers that stand for words, and what stands on no line."""
    _, drawn = plan.brief.language.gettext, {FAMILY[r.kind] for r in plan.brief.facts.relations}
    lines = [_Key(_(str(family)), family) for family in RelationFamily if family in drawn]
    numbers = [_Key(_(str(kind)), number=str(n)) for kind, n in plan.numbers.items()]
    room = plan.width - 4
    sentences = [_Key(fold(text, room, size=SMALL)) for text in plan.sentences]
    keys: list[_Key] = []
    for key in (*lines, *numbers, *sentences):
        last = keys[-1] if keys else None
        x = last.x + last.width + 18 if last else 2.0
        if last and (x + key.width > plan.width or key in sentences or bool(last.number) != bool(key.number)):
            keys.append(replace(key, top=last.top + last.height))
        else:
            keys.append(replace(key, x=x, top=last.top if last else 0.0))
    return keys
