"""Who acts on whom: in words, and as a matrix, who acts in the rows, who is acted on in the columns, a mark for each kind of line.

Above some twenty actors lines run as one braid; a matrix stays as readable as it was.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd
from shapely.geometry import LineString

from quickview.analysis.blocks import side_groups, side_label, side_of
from quickview.analysis.canvas import SMALL, WIDE, Box, Canvas, Label, Words, plain
from quickview.analysis.labels import cut_short, fold
from quickview.brief import formats
from quickview.brief.reader import Brief
from quickview.brief.records import Actor, Relation
from quickview.brief.vocabulary import FAMILY, RelationFamily, RelationKind
from quickview.theme import typeface
from quickview.theme.palette import LIGHT, side, side_name, tint

INFLUENCE: Final = (
    RelationKind.LEADS,
    RelationKind.DEPLOYS,
    RelationKind.BACKS,
    RelationKind.GUARANTEES,
    RelationKind.MEDIATES,
    RelationKind.NEGOTIATES_FOR,
    RelationKind.MONITORS,
    RelationKind.GOVERNS,
    RelationKind.REGULATES,
    RelationKind.OWNS,
    RelationKind.APPOINTS,
    RelationKind.FUNDS,
    RelationKind.SUPPLIES,
)
"""Kinds of relation by which one moves another; who merely talks, belongs or opposes does not."""

_LEADS: Final = 3
"""Others that an actor must move, at least, to be said to have most influence."""

_MOST_TOLD: Final = 40
"""Relations that the alternative text tells; beyond that, a listener takes the table."""

SHAPES: Final = {
    RelationFamily.BELONGS: "square",
    RelationFamily.TALKS: "circle",
    RelationFamily.OVERSEES: "triangle-up",
    RelationFamily.OPPOSES: "cross",
}
"""Marks that differ without colour, for that tells whose relation it is."""

_TINY: Final = SMALL - 1
_PITCH: Final = 13.0
_HEAD: Final = 16.0
_SIDE: Final = 15.0
_NAMES: Final = 250.0
"""Most room for the names of actors."""
_SIZE: Final = 8.0
_COUNT: Final = 30.0
"""Room for a mark and how many relations it stands for."""


def relations_table(brief: Brief) -> pd.DataFrame:
    """Return the relations: columns From, Relation, To, Note, Source (number in the list), named in its language."""
    _, names = brief.language.gettext, {a.id: a.label for a in brief.facts.actors}
    rows = [
        (names[r.origin], _(r.kind), names[r.target], r.note or "", brief.numbers[r.source])
        for r in brief.facts.relations
    ]
    return pd.DataFrame(rows, columns=[_("From"), _("Relation"), _("To"), _("Note"), _("Source")])


def sentence(brief: Brief, relation: Relation) -> str:
    """Return "Russia guarantees to Supporting groups"."""
    _, names = brief.language.gettext, {a.id: a.label for a in brief.facts.actors}
    return _(
        "{one} {relation} {other}", one=names[relation.origin], relation=_(relation.kind), other=names[relation.target]
    )


def words(brief: Brief, *, form: Literal["lines", "matrix"]) -> Words:
    """Return what the drawing of relations says in words; as lines it names every relation."""
    _, ngettext = brief.language.gettext, brief.language.ngettext
    actors, sides, relations = brief.facts.actors, brief.facts.sides, brief.facts.relations
    alt = [
        _("Network of {actors} on {sides}, joined by {relations}.",
          actors=ngettext("{n} actor", "{n} actors", len(actors), n=len(actors)),
          sides=ngettext("{n} side", "{n} sides", len(sides), n=len(sides)),
          relations=ngettext("{n} relation", "{n} relations", len(relations), n=len(relations)))
    ]  # fmt: skip
    alt += [f"{sentence(brief, relation)}." for relation in relations[:_MOST_TOLD]]
    if len(relations) > _MOST_TOLD:
        alt.append(_("The table tells the rest."))
    day = formats.day(brief.facts.document.as_of, brief.language)
    caption = _(
        "Actors stand in lanes by side; an arrow points from the one who acts. Colour shows the side that acts, "
        "the kind of line what it does. As reported up to {day}.",
        day=day,
    )
    if form == "matrix":
        caption = _(
            "Who acts stands in the row, who is acted on in the column of the same number; the mark shows how. "
            "The table names every relation. As reported up to {day}.",
            day=day,
        )
    return Words("network", _title(brief), [caption], alt, relations_table(brief), whole=form == "lines")


def _title(brief: Brief) -> str:
    """Return who has influence on most others and by what, where one clearly has; else what is shown."""
    _, ngettext = brief.language.gettext, brief.language.ngettext
    moved: dict[str, dict[str, None]] = {actor.id: {} for actor in brief.facts.actors}
    for relation in brief.facts.relations:
        if relation.kind in INFLUENCE:
            moved[relation.origin][relation.target] = None
    first, second, *_rest = [*sorted((len(others) for others in moved.values()), reverse=True), 0]
    if first < _LEADS or first == second:
        return _("Who acts on whom")
    actor = next(actor for actor in brief.facts.actors if len(moved[actor.id]) == first)
    kinds = dict.fromkeys(_(r.kind) for r in brief.facts.relations if r.origin == actor.id and r.kind in INFLUENCE)
    return ngettext(
        "{actor} has most influence: on {n} other ({how})", "{actor} has most influence: on {n} others ({how})", first,
        actor=actor.label, n=first, how=_(", ").join(kinds),
    )  # fmt: skip


# The matrix


@dataclass(frozen=True)
class _Mark:
    """A mark in a cell: its middle, kind of line, side that acts, size, and what is said of it."""

    x: float
    y: float
    family: RelationFamily
    number: int
    text: str
    size: float


@dataclass(frozen=True)
class _Grid:
    """The actors that have relations, side by side; the same order down and across."""

    brief: Brief
    width: int
    groups: tuple[tuple[int, tuple[Actor, ...]], ...]
    names: float

    @property
    def actors(self) -> list[Actor]:
        return [actor for _number, group in self.groups for actor in group]

    @property
    def height(self) -> float:
        return _HEAD + _SIDE * len(self.groups) + _PITCH * len(self.actors) + _key(self.brief, self.width)

    @property
    def column(self) -> float:
        return min(18.0, (self.width - self.names) / max(1, len(self.actors)))

    def x(self, column: int) -> float:
        """The middle of a column."""
        return self.names + self.column * (column + 0.5)

    def rows(self) -> dict[str, float]:
        """Return the height above the bottom at which each actor's row lies."""
        found, y = {}, self.height - _HEAD
        for _number, group in self.groups:
            y -= _SIDE
            for actor in group:
                found[actor.id] = y - _PITCH / 2
                y -= _PITCH
        return found


def matrix(brief: Brief, width: int, *, tallest: float) -> Canvas:
    """Draw the matrix of actors, or of sides where it would be taller, or its columns too narrow to be told apart."""
    grid = _grid(brief, width)
    return _of_actors(brief, width) if grid.column >= _PITCH - 1 and grid.height <= tallest else _of_sides(brief, width)


def _of_actors(brief: Brief, width: int) -> Canvas:
    """Draw every relation as a mark where the row of who acts meets the column of who is acted on."""
    grid = _grid(brief, width)
    figure = Canvas(width, grid.height)
    rows, places = grid.rows(), {actor.id: n for n, actor in enumerate(grid.actors)}
    labels = [*_add_frame(figure, grid, rows), *_add_key(figure, brief, width)]
    cells: dict[tuple[str, str], dict[RelationFamily, list[Relation]]] = {}
    for relation in brief.facts.relations:
        cell = cells.setdefault((relation.origin, relation.target), {})
        cell.setdefault(FAMILY[relation.kind], []).append(relation)
    marks: list[_Mark] = []
    for (origin, target), families in cells.items():
        for n, (family, relations) in enumerate(families.items()):
            # Marks of one cell stand alone, side by side, or in a square.
            dx, dy, size = 0.0, 0.0, _SIZE
            if len(families) > 1:
                dx, dy, size = 3.1 * (2 * (n % 2) - 1), 3.1 * (1 - n // 2 * 2) if len(families) > 2 else 0.0, 5.4
            text = "; ".join(sentence(brief, relation) for relation in relations)
            x, y = grid.x(places[target]) + dx, rows[origin] + dy
            marks.append(_Mark(x, y, family, side_of(brief, origin), text, size))
    _add_marks(figure, marks)
    figure.add_labels(labels)
    return figure


def _grid(brief: Brief, width: int) -> _Grid:
    ends = {end for relation in brief.facts.relations for end in (relation.origin, relation.target)}
    groups = [(n, tuple(actor for actor in actors if actor.id in ends)) for n, _name, actors in side_groups(brief)]
    longest = max(typeface.width(actor.label, SMALL) for _n, group in groups for actor in group)
    return _Grid(brief, width, tuple(group for group in groups if group[1]), min(_NAMES, longest + 34))


def _add_frame(figure: Canvas, grid: _Grid, rows: Mapping[str, float]) -> list[Label]:
    """Tint where the rows of a side meet the columns of a side, and return names and numbers."""
    labels, first = [], 0
    for number, group in grid.groups:
        top, bottom = rows[group[0].id] + _PITCH / 2, rows[group[-1].id] - _PITCH / 2
        start = 0
        for _other, across in grid.groups:
            left, right = grid.x(start) - grid.column / 2 + 1, grid.x(start + len(across) - 1) + grid.column / 2 - 1
            figure.add_rectangle(_rounded(left, bottom, right, top), tint(number))
            start += len(across)
        ys, xs = (rows[a.id] - _PITCH / 2 for a in group[:-1]), (grid.x(n) + grid.column / 2 for n in range(start - 1))
        lines = [LineString([(grid.names, y), (grid.width, y)]) for y in ys]
        lines += [LineString([(x, bottom), (x, top)]) for x in xs]
        figure.add_lines(lines, color="paper", width=0.8)
        name = side_label(grid.brief, number)
        said = cut_short(name, grid.width - 4, size=SMALL, weight=typeface.BOLD)
        labels.append(Label(said, 0, top + _SIDE / 2 - 1, SMALL, side_name(number), typeface.BOLD, "middle right"))
        for n, actor in enumerate(group, start=first):
            text, y = cut_short(actor.label, grid.names - 30, size=SMALL), rows[actor.id]
            labels.append(Label(str(n + 1), 18, y, _TINY, side_name(number), anchor="middle left"))
            labels.append(Label(text, 23, y, SMALL, anchor="middle right"))
            labels.append(Label(str(n + 1), grid.x(n), grid.height - _HEAD / 2, _TINY, side_name(number)))
        first += len(group)
    return labels


def _of_sides(brief: Brief, width: int) -> Canvas:
    """Draw how many relations of each kind of line go from each side to each: what stays readable at any number and width."""
    counts = Counter(
        (side_of(brief, r.origin), side_of(brief, r.target), FAMILY[r.kind]) for r in brief.facts.relations
    )
    numbers = sorted({number for pair in counts for number in pair[:2]})
    names = min(200.0, width * 0.3)
    column = (width - names) / len(numbers)
    titles = {n: _side_title(brief, n, names - 8) for n in numbers}
    fit = max(1, int(column // _COUNT))
    cells = {(n, other): [(f, counts[n, other, f]) for f in RelationFamily if counts[n, other, f]]
             for n in numbers for other in numbers}  # fmt: skip
    lines = {n: -(-max(len(cells[n, other]) for other in numbers) // fit) for n in numbers}
    heights = {n: max(titles[n].extent[1], 16.0 * max(1, lines[n])) + 8 for n in numbers}
    figure = Canvas(width, _HEAD + math.fsum(heights.values()) + _key(brief, width))
    labels, top = _add_key(figure, brief, width), figure.height - _HEAD
    marks: list[_Mark] = []
    for n, number in enumerate(numbers):
        x, y = names + column * (n + 0.5), figure.height - _HEAD / 2
        labels.append(Label(str(number), x, y, SMALL, side_name(number), typeface.BOLD))
    for number in numbers:
        bottom = top - heights[number]
        middle = (top + bottom) / 2
        labels.append(Label(titles[number].text, 0, middle, SMALL, side_name(number), typeface.BOLD, "middle right"))
        for n, other in enumerate(numbers):
            left = names + column * n
            figure.add_rectangle(_rounded(left + 1, bottom + 1, left + column - 1, top - 1), tint(number))
            cell = cells[number, other]
            for k, (family, count) in enumerate(cell):
                in_line, line = min(fit, len(cell) - k // fit * fit), k // fit
                x = left + column / 2 + _COUNT * (k % fit - in_line / 2) + 8
                y = middle + 16.0 * ((-(-len(cell) // fit) - 1) / 2 - line)
                marks.append(_Mark(x, y, family, number, f"{brief.language.gettext(str(family))}: {count}", _SIZE))
                labels.append(Label(str(count), x + 7, y, SMALL, anchor="middle right"))
        top = bottom
    _add_marks(figure, marks)
    figure.add_labels(labels)
    return figure


def _side_title(brief: Brief, number: int, room: float) -> Label:
    text = fold(f"{number} {side_label(brief, number)}", room, size=SMALL, weight=typeface.BOLD)
    return Label(text, 0, 0, SMALL, weight=typeface.BOLD)


def _key_rows(brief: Brief, width: int) -> list[list[tuple[RelationFamily, float, str]]]:
    """Return the key in rows as many as its words take: what a mark stands for, how far from the left, and its words."""
    _, drawn = brief.language.gettext, {FAMILY[relation.kind] for relation in brief.facts.relations}
    rows: list[list[tuple[RelationFamily, float, str]]] = [[]]
    x = 5.0
    for family, text in ((family, _(str(family))) for family in RelationFamily if family in drawn):
        if rows[-1] and x + 12 + typeface.width(text, _TINY) > width:
            x = 5.0
            rows.append([])
        rows[-1].append((family, x, text))
        x += 30 + typeface.width(text, _TINY)
    return rows


def _key(brief: Brief, width: int) -> float:
    """Height kept free for the key, at least that of one row, on a narrow drawing of two."""
    return max(28.0 if width >= WIDE else 42.0, 14.0 + 14.0 * len(_key_rows(brief, width)))


def _add_key(figure: Canvas, brief: Brief, width: int) -> list[Label]:
    """Draw what the marks stand for along the bottom, and return its words."""
    labels: list[Label] = []
    for n, row in enumerate(_key_rows(brief, width), start=1):
        y = _key(brief, width) - 14.0 * n
        for family, x, text in row:
            figure.add_scatter(
                x=[x], y=[y], mode="markers", hoverinfo="skip",
                marker={"symbol": SHAPES[family], "size": _SIZE, "color": LIGHT["ink"], "line": {"width": 0}},
            )  # fmt: skip
            labels.append(Label(text, x + 8, y, _TINY, anchor="middle right"))
    return labels


def _add_marks(figure: Canvas, marks: Sequence[_Mark]) -> None:
    figure.add_scatter(
        x=[round(mark.x, 1) for mark in marks], y=[round(mark.y, 1) for mark in marks], mode="markers",
        hoverinfo="text", text=[plain(mark.text) for mark in marks],
        marker={
            "symbol": [SHAPES[mark.family] for mark in marks],
            "size": [mark.size for mark in marks],
            "color": [side(mark.number) for mark in marks],
            "opacity": 1,
            "line": {"width": 0},
        },
    )  # fmt: skip


def _rounded(left: float, bottom: float, right: float, top: float) -> Box:
    return round(left, 1), round(bottom, 1), round(right, 1), round(top, 1)
