"""The matrix of evidence as a picture: a row an explanation, a column an item, what tells them apart in front."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import pandas as pd
import plotly.graph_objects as go
from shapely.geometry import LineString, MultiLineString

from quickview.analysis.blocks import Block, absent, drawn
from quickview.analysis.canvas import BASE, SMALL, WIDE, Canvas, Label, Words
from quickview.analysis.labels import fold
from quickview.analysis.map_symbols import Mark, add_marks
from quickview.brief import formats
from quickview.brief.reader import Brief
from quickview.brief.records import Evidence
from quickview.brief.vocabulary import BEARINGS, Bearing
from quickview.evidence.hypotheses import Standing, rank, sources_of, tells_apart, weight_of
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

_NAMES: Final = 220.0
"""Room for the names of explanations beside their rows, on a wide drawing."""
_TOTALS: Final = 130.0
_COLUMN: Final = 58.0
"""Widest column."""
_HEAD: Final = 18.0
"""Height of the grades over the columns."""
_GAP: Final = 14.0
"""Between what tells the explanations apart and what does not."""
FEW: Final = 8
"""Items that the table of them shows at a glance, so that no picture is needed."""
_LEAST: Final = 36.0
"""Height of the marks of a row."""


@dataclass(frozen=True)
class _Grid:
    """Where columns and rows lie; `items` are in the order of the columns, `telling` how many of them tell explanations apart."""

    brief: Brief
    items: Sequence[Evidence]
    telling: int
    left: float
    column: float

    def x(self, n: int) -> float:
        return self.left + (n + 0.5) * self.column + _GAP * (n >= self.telling > 0)


def evidence_matrix(brief: Brief) -> go.Figure | Block:
    """Return which evidence speaks against which of the competing explanations, at a glance.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide: a row an explanation, by rank; a column an item of evidence, those that tell explanations apart
        first, and the heaviest in front. `layout.meta` holds `id` ("evidence-matrix"), `kind` ("Figure"), `title`,
        `caption`, `alt`, `narrow` (the drawing for pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row
        an item: evidence, grade, weight, and its mark for each explanation. An empty block for up to eight items,
        which the table of `qv.hypotheses` shows at a glance.

    Notes
    -----
    An item tells explanations apart where it is inconsistent with some and not with others: the diagnostic evidence of
    Heuer (1999), Psychology of Intelligence Analysis, ch. 8. Weights are those of `qv.hypotheses`.

    Examples
    --------
    >>> len(brief.facts.evidence), qv.evidence_matrix(brief).html
    (4, '')
    """
    if not brief.facts.hypotheses or len(brief.facts.evidence) <= FEW:
        return absent("evidence-matrix", brief)
    return drawn(partial(_draw, brief), _words(brief), brief)


def _ordered(brief: Brief) -> list[Evidence]:
    facts = brief.facts
    return sorted(facts.evidence, key=lambda one: (not tells_apart(one, facts), -weight_of(facts, one.item)))


def _draw(brief: Brief, width: int) -> Canvas:
    is_wide, items = width >= WIDE, _ordered(brief)
    left = _NAMES if is_wide else 0.0
    room = width - left - _GAP - (_TOTALS if is_wide else 0.0)
    telling = sum(tells_apart(one, brief.facts) for one in items)
    grid = _Grid(brief, items, telling, left, min(_COLUMN, room / len(items)))
    rows = [(one, *_head(brief, one, width)) for one in rank(brief.facts)]
    heights = [max(_LEAST, name.extent[1] + 8) if is_wide else name.extent[1] + _LEAST + 14 for _, name, _ in rows]
    y = math.fsum(heights)
    figure = Canvas(width, y + _HEAD)
    figure.add_labels(_grades(grid, y + _HEAD / 2))
    for (standing, name, total), height in zip(rows, heights, strict=True):
        middle = y - height / 2 if is_wide else y - height + 8 + _LEAST / 2
        figure.add_lines([LineString([(0, y - 1), (width, y - 1)])], color="rule", width=1)
        _add_row(figure, grid, standing.hypothesis, middle)
        top = middle if is_wide else y - 5
        anchors = ("middle right", "middle left") if is_wide else ("bottom right", "bottom left")
        heads = [(name, 0.0, anchors[0]), (total, width, anchors[1])]
        figure.add_labels([_at(label, x, top, anchor) for label, x, anchor in heads])
        y -= height
    return figure


def _grades(grid: _Grid, y: float) -> list[Label]:
    """Return the best grade among the sources of each item, over its column, where there is room for all."""
    best = [
        min(sources_of(grid.brief.facts, one.item), key=lambda s: s.credibility, default=None) for one in grid.items
    ]
    told = [f"{one.reliability}{one.credibility}" if one else "" for one in best]
    labels = [Label(text, grid.x(n), y, SMALL, "muted") for n, text in enumerate(told)]
    return labels if all(label.extent[0] + 4 <= grid.column for label in labels) else []


def _at(label: Label, x: float, y: float, anchor: str) -> Label:
    return Label(label.text, x, y, label.size, label.colour, label.weight, anchor)


def _head(brief: Brief, standing: Standing, width: int) -> tuple[Label, Label]:
    """Return the name of an explanation and what speaks against it, in all."""
    language, n = brief.language, standing.contradictions
    title = next(one.title for one in brief.facts.hypotheses if one.id == standing.hypothesis)
    told = language.ngettext("{n} contradiction", "{n} contradictions", n, n=language.number(n))
    weight = language.gettext("weight {weight}", weight=language.number(standing.weight))
    is_wide, separator = width >= WIDE, "\n" if width >= WIDE else " · "
    told = f"{told}{separator}{weight}" if n else told
    room = _NAMES - 16 if is_wide else width - typeface.width(told, SMALL) - 12
    name = Label(fold(title, room, size=BASE, weight=typeface.BOLD), 0, 0, BASE, weight=typeface.BOLD)
    return name, Label(told, 0, 0, SMALL, "muted")


def _add_row(figure: Canvas, grid: _Grid, hypothesis: str, y: float) -> None:
    """Draw how each item bears on an explanation: a cross by its weight, a dot, a ring, or nothing where it does not apply."""
    size = min(grid.column * 0.62, 15.0)
    spots, told = [], []
    for n, one in enumerate(grid.items):
        bearing = BEARINGS[one.marks.get(hypothesis, "N")]
        said = f"{grid.brief.facts.evidence_title(one.item)}: {grid.brief.language.gettext(str(bearing))}"
        if bearing is Bearing.INCONSISTENT:
            half = size / 2 * weight_of(grid.brief.facts, one.item) ** 0.5
            x = grid.x(n)
            arms = [[(x - half, y - half), (x + half, y + half)], [(x - half, y + half), (x + half, y - half)]]
            figure.add_lines([MultiLineString(arms)], color="house", width=3, hover=said)
        elif bearing is not Bearing.NOT_APPLICABLE:
            is_for = bearing is Bearing.CONSISTENT
            mark = ("circle", LIGHT["muted"], size * 0.55) if is_for else ("circle-open", LIGHT["muted"], size * 0.35)
            spots.append((grid.x(n), y, Mark(*mark)))
            told.append(said)
    if spots:
        add_marks(figure, spots, hover=told)


def _words(brief: Brief) -> Words:
    _, ngettext, facts = brief.language.gettext, brief.language.ngettext, brief.facts
    items, number = _ordered(brief), brief.language.number
    n, total = sum(tells_apart(one, facts) for one in items), len(items)
    title = ngettext(
        "{n} of {total} items of evidence tells the explanations apart", "{n} of {total} items of evidence tell the explanations apart", n, n=number(n), total=number(total),
    ) if n else _("No item of evidence tells the explanations apart")  # fmt: skip
    caption = [
        _("A row is an explanation, a column an item of evidence."),
        _("Cross: inconsistent, the larger the more credible its sources; dot: consistent; ring: neutral."),
        *([_("What tells the explanations apart stands first, the heaviest in front.")] if n else []),
        _("Over each column, the best grade of its sources; the marks are the desk’s."),
    ]
    names = {one.id: one.title for one in facts.hypotheses}
    alt = [
        ngettext("{name}: {n} contradiction, weight {weight}.", "{name}: {n} contradictions, weight {weight}.", one.contradictions, name=names[one.hypothesis], n=number(one.contradictions), weight=number(one.weight))
        for one in rank(facts)
    ]  # fmt: skip
    return Words("evidence-matrix", title, caption, [f"{title}.", *alt], _table(brief, items, names))


def _table(brief: Brief, items: Sequence[Evidence], names: dict[str, str]) -> pd.DataFrame:
    _, facts = brief.language.gettext, brief.facts
    rows = [
        {
            _("Evidence"): facts.evidence_title(one.item),
            _("Grade"): formats.listed(list(dict.fromkeys(f"{s.reliability}{s.credibility}" for s in sources_of(facts, one.item))), brief.language),
            _("Weight"): weight_of(facts, one.item),
            **{title: _(str(BEARINGS[one.marks.get(name, "N")])) for name, title in names.items()},
        }
        for one in items
    ]  # fmt: skip
    return pd.DataFrame(rows)
