"""Time from left to right, to scale: where a day lies, what is cut out, and the line of dates below."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Final

from shapely.geometry import LineString

from quickview.analysis.canvas import SMALL, Box, Canvas, Label, overlaps
from quickview.brief import formats
from quickview.brief.vocabulary import Precision
from quickview.language.catalogs import Language
from quickview.theme import typeface

BELOW: Final = 20.0
"""Room for the dates under the axis, in pixels."""

_MOST_CUTS: Final = 2
_CUT: Final = 34.0
"""Width of a gap that is cut out, in pixels; more where its length needs it to be told."""
_LONG: Final = 4.0
"""A gap so many times as long as all the rest is cut out."""
LEVEL: Final = 15.0
"""From one line of labels to the next, in pixels."""
_STEPS: Final = (
    *((Precision.DAY, step) for step in (1, 2, 5, 10)),
    *((Precision.MONTH, step) for step in (1, 3, 6)),
    *((Precision.YEAR, step) for step in (1, 2, 5, 10, 25, 50, 100)),
)
_DAYS: Final = {Precision.DAY: 1.0, Precision.MONTH: 30.4, Precision.YEAR: 365.2}


@dataclass(frozen=True)
class Stretch:
    """A time without a gap, or one that is cut out, and the pixels it takes; `told` says how long the latter is."""

    start: dt.date
    end: dt.date
    left: float
    right: float
    told: str = ""

    @property
    def days(self) -> int:
        """How long it is."""
        return (self.end - self.start).days


@dataclass(frozen=True)
class TimeAxis:
    """Stretches of time side by side, all to one scale but those that are cut out."""

    stretches: tuple[Stretch, ...]

    @property
    def left(self) -> float:
        """Where the first day lies."""
        return self.stretches[0].left

    @property
    def right(self) -> float:
        """Where the last day lies."""
        return self.stretches[-1].right

    @property
    def cuts(self) -> list[Stretch]:
        """The times that are cut out."""
        return [stretch for stretch in self.stretches if stretch.told]

    def x(self, date: dt.date) -> float:
        """Return where a day lies, in pixels; one beyond the axis lies at its end."""
        one = next((stretch for stretch in self.stretches if date <= stretch.end), self.stretches[-1])
        share = (date - one.start).days / one.days
        return one.left + min(1.0, max(0.0, share)) * (one.right - one.left)

    def add_ticks(
        self, figure: Canvas, language: Language, *, bottom: float, top: float, boxes: Sequence[Box] = ()
    ) -> None:
        """Draw faint lines at round dates from `bottom` to `top`, and the dates below, before what stands on them; `boxes` stay free."""
        ticks, labels = [], list[Label]()
        cuts = [_below(cut.told, (cut.left + cut.right) / 2, bottom) for cut in self.cuts]
        for stretch in self.stretches:
            for date, precision in [] if stretch.told else _ticks(stretch):
                x = self.x(date)
                ticks.append(LineString([(x, bottom), (x, top)]))
                # The first date needs its year, and the first of a year.
                year = not labels or (date.month == 1 and (precision is Precision.MONTH or date.day == 1))
                shown = formats.short_day(date, language, precision=precision, year=year)
                label = within(_below(shown, x, bottom), 0, figure.width)
                if not any(overlaps(label.box, other.box, pad=5) for other in (*cuts, *labels)):
                    labels.append(label)
        figure.add_lines(ticks, clear_of=boxes, pad=1.0, color="rule", width=0.8)
        figure.add_lines([LineString([(self.left, bottom), (self.right, bottom)])], color="line", width=1)
        figure.add_labels([*labels, *cuts])

    def day_labels(self, days: Sequence["Day"], *, top: float, width: float) -> list[Label]:
        """Return what days that matter are called, above the lines that reach up to `top`."""
        wanted = [
            Label(day.text, self.x(day.date), top + 2, SMALL, day.colour, typeface.BOLD, "top center") for day in days
        ]
        return on_levels([within(label, 0, width) for label in wanted], LEVEL)

    def add_cuts(self, figure: Canvas, *, bottom: float, top: float, boxes: Sequence[Box] = ()) -> None:
        """Blank the middle of the times that are cut out, after what stands on the axis; the lines beside it leave `boxes` free."""
        for cut in self.cuts:
            middle = (cut.left + cut.right) / 2
            figure.add_rectangle((middle - 5, bottom - 2, middle + 5, top), "paper")
            edges = [LineString([(middle + x - 3, bottom - 4), (middle + x + 3, bottom + 4)]) for x in (-5, 5)]
            figure.add_lines(edges, color="line", width=1)
            edges = [LineString([(middle + x, bottom), (middle + x, top)]) for x in (-5, 5)]
            figure.add_lines(edges, clear_of=boxes, pad=1.0, color="line", width=0.8, dash="2px,3px")

    def add_days(
        self, figure: Canvas, days: Sequence["Day"], labels: Sequence[Label], *, bottom: float, boxes: Sequence[Box]
    ) -> None:
        """Draw lines at days that matter, up to their labels; those in the house's colour are dashed. They leave `boxes` free."""
        for day, label in zip(days, labels, strict=True):
            dash = {"dash": "4px,3px"} if day.colour == "house" else {}
            line = LineString([(self.x(day.date), bottom), (self.x(day.date), label.y - 1)])
            figure.add_lines([line], clear_of=boxes, pad=1.0, color=day.colour, width=1.2, **dash)


@dataclass(frozen=True)
class Day:
    """A day that a line marks, what it is called, and the colour of both."""

    date: dt.date
    text: str
    colour: str


def time_axis(dates: Iterable[dt.date], left: float, right: float, language: Language) -> TimeAxis:
    """Return an axis from the first to the last of some days, on which gaps longer than four times all the rest are cut out."""
    days = sorted(set(dates))
    if len(days) == 1:
        start = min(days[0], dt.date.max - dt.timedelta(days=1))
        days = [start, start + dt.timedelta(days=1)]
    gaps = list(pairwise(days))
    told = {(start, end): formats.length(end - start, language) for start, end in _long(gaps)}
    widths = {gap: max(_CUT, typeface.width(text, SMALL) + 10) for gap, text in told.items()}
    scale = (right - left - math.fsum(widths.values())) / math.fsum(
        (end - start).days for start, end in gaps if (start, end) not in told
    )
    found, x = list[Stretch](), left
    for start, end in gaps:
        text = told.get((start, end), "")
        width = widths.get((start, end), (end - start).days * scale)
        if found and not text and not found[-1].told:
            before = found.pop()
            found.append(Stretch(before.start, end, before.left, x + width))
        else:
            found.append(Stretch(start, end, x, x + width, text))
        x += width
    return TimeAxis(tuple(found))


def _long(gaps: Sequence[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Return the gaps that are to be cut out, the longest first."""
    ranked, found = sorted(gaps, key=lambda gap: gap[0] - gap[1]), list[tuple[dt.date, dt.date]]()
    for n, (start, end) in enumerate(ranked[:_MOST_CUTS], start=1):
        rest = sum((later - sooner).days for sooner, later in ranked[n:])
        if not rest or (end - start).days <= _LONG * rest:
            break
        found.append((start, end))
    return found


def _below(text: str, x: float, bottom: float) -> Label:
    return Label(text, x, bottom - 3, SMALL, "muted", anchor="bottom center")


def _ticks(stretch: Stretch) -> list[tuple[dt.date, Precision]]:
    """Return the round dates of a stretch, as close as their labels have room."""
    room = {Precision.DAY: 62.0, Precision.MONTH: 64.0, Precision.YEAR: 44.0}
    scale = (stretch.right - stretch.left) / stretch.days
    fitting = ((p, n) for p, n in _STEPS if n * _DAYS[p] * scale >= room[p])
    precision, step = next(fitting, _STEPS[-1])
    if precision is Precision.DAY:
        days = (stretch.start + dt.timedelta(days=n) for n in range(stretch.days + 1))
        return [(day, precision) for day in days if (day.day - 1) % step == 0 and (step < 5 or day.day < 30)]
    months = step * 12 if precision is Precision.YEAR else step
    first, last = (day.year * 12 + day.month - 1 for day in (stretch.start, stretch.end))
    starts = (dt.date(n // 12, n % 12 + 1, 1) for n in range(first, last + 1) if n % months == 0)
    return [(day, precision) for day in starts if day >= stretch.start]


def within(label: Label, left: float, right: float) -> Label:
    """Return a label moved sideways so far that it lies between two edges, the left one if it is too long."""
    low, _, high, _ = label.box
    return replace(label, x=label.x + max(left - low, min(0.0, right - high)))


def on_levels(labels: Sequence[Label], step: float) -> list[Label]:
    """Return labels each moved up by so many steps, or down by negative ones, that it covers none before it."""
    placed = list[Label]()
    for label in labels:
        levels = (replace(label, y=label.y + n * step) for n in count())
        placed.append(next(one for one in levels if not any(_meet(one.box, other.box) for other in placed)))
    return placed


def _meet(a: Box, b: Box) -> bool:
    """Whether two texts touch: lines may stand close under each other, but words side by side need a space."""
    return a[0] < b[2] + 5 and b[0] < a[2] + 5 and a[1] < b[3] - 1 and b[1] < a[3] - 1
