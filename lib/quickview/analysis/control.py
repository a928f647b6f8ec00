"""Who held what, and when: small maps of some days, and how many places had each status through time."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Final

import pandas as pd
import plotly.graph_objects as go
import shapely
from shapely.geometry import Point, Polygon

from quickview.analysis.blocks import Block, absent, drawn
from quickview.analysis.canvas import SMALL, WIDE, Canvas, Label, Words, capitalise, inside, mirrored
from quickview.analysis.choropleth import HATCHES, NO_DATA, Fill, side_fill
from quickview.analysis.map_symbols import (
    Entry,
    Mark,
    add_fill,
    add_legend,
    add_marks,
    legend_height,
    side_number,
    status_mark,
)
from quickview.analysis.session import SESSION
from quickview.analysis.small_maps import SmallMaps, quiet
from quickview.analysis.territory import Territory
from quickview.analysis.time_axis import BELOW, TimeAxis, time_axis
from quickview.brief import formats
from quickview.brief.reader import Brief
from quickview.evidence.control import Control, control_of
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

_TITLE: Final = 19.0
"""Room above a small map for its day."""
_CURVE: Final = 132.0
"""Height of the areas that count places."""
_SCALE: Final = 24.0
"""Room beside them for the scale, and for what stands at their end."""
_APART: Final = 14.0
"""How far apart what stands beside the areas is, at least."""
_RING: Final = 6.0
"""How much larger than its mark the ring of a place is that changed."""


@dataclass(frozen=True)
class _Plan:
    """What is drawn, at a width: the territory without what else its map shows, the days, and where small maps stand."""

    territory: Territory
    control: Control
    width: int

    @property
    def brief(self) -> Brief:
        return self.territory.brief

    @cached_property
    def days(self) -> Sequence[dt.date]:
        """The days of the small maps."""
        return self.territory.place.history_days or self.control.days

    @cached_property
    def maps(self) -> SmallMaps:
        """Where the small maps stand, and what each shows."""
        columns = 2 if self.width < WIDE else max(2, len(self.days)) if len(self.days) <= 4 else 3
        return SmallMaps(self.territory, self.width, len(self.days), columns, _TITLE)

    @cached_property
    def statuses(self) -> list[str | None]:
        """The statuses that places had, in the order of the brief; None, for not known, comes last."""
        had = {status for day in self.control.changes for status in self.control.counts(day)}
        listed = [one.status for one in self.territory.place.statuses if one.status in had]
        return [*listed, *([None] if None in had else [])]

    @cached_property
    def entries(self) -> list[Entry]:
        """The legend."""
        _, names = self.brief.language.gettext, _labels(self.brief)
        found: list[Entry] = [(names[status], self.mark(status)) for status in self.statuses]
        if len(self.days) > 1:
            found.append((_("Not as on the map before"), _ring(self.mark(None))))
        return found

    def mark(self, status: str | None) -> Mark:
        return status_mark(self.territory, status, size=8.0)

    def fill(self, status: str | None) -> Fill:
        """Return how the area of a status is filled, so that it is known without colour."""
        listed = self.territory.place.statuses
        found = next((n for n, one in enumerate(listed) if one.status == status), None)
        if found is None:
            return NO_DATA
        return side_fill(side_number(self.territory, listed[found].side), HATCHES[found], 8.0)


def control(territory: Territory | None) -> go.Figure | Block:
    """Return who held what, and when: small maps of some days, and how many places had each status through time.

    Parameters
    ----------
    territory : Territory or None
        As `qv.read_territory` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide; small maps of one extent and scale, of the brief's `history_days` or the days on which most changed,
        and areas that count places, time to scale. `layout.meta` holds `id` ("control"), `kind` ("Figure"), `title`,
        `caption`, `alt`, `narrow` (the drawing for pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row a
        place and status: place, status, from, until, note, number of the source. An empty block where the brief has no
        `place.history`.

    Notes
    -----
    Only places of the history are counted. Before the first that is told of a place, and after an `until` that nothing
    follows, it is not known, and shown so.

    Examples
    --------
    >>> ceasefire = qv.load("../briefs/two-rivers-ceasefire.md")
    >>> meta = qv.control(qv.read_territory(ceasefire)).layout.meta
    >>> meta["title"]
    'Held by the government: from 5 to 3 of 8 places, 2023 to 14 June 2024'
    >>> meta["table"]["rows"][1]
    ['Ashford', 'Held by the Hill Front', '5 Nov 2023', '21 Jan 2024', 'Both in one night', '2']
    """
    if territory is None:
        return Block("control", "", SESSION.language)
    brief = territory.brief
    found = control_of(brief.facts)
    if found is None:
        return absent("control", brief)
    shown = replace(quiet(territory), regions=territory.regions[:0])
    plan = partial(_Plan, shown, found)
    return drawn(lambda width: _draw(plan(width)), _words(plan(WIDE)), brief, turn=False)


def _draw(plan: _Plan) -> Canvas:
    foot = legend_height(plan.entries, plan.width)
    below = foot + BELOW + _CURVE + 22.0
    figure = Canvas(plan.width, below + plan.maps.height)
    spots = _spots(plan)
    ground = plan.maps.ground([Point(at).buffer(6, quad_segs=1) for at in spots.values()])
    for n, day in enumerate(plan.days):
        small = Canvas(ground.width, ground.height, list(ground.traces))
        _add_day(small, plan, spots, day, plan.days[n - 1] if n else None)
        title = Label(_told(plan, day), 0, 0, SMALL + 0.5, weight=typeface.BOLD)
        plan.maps.lay(figure, small, n, bottom=below, title=[title])
    _add_curve(figure, plan, bottom=foot)
    add_legend(figure, plan.territory, plan.entries, top=foot)
    return figure


def _spots(plan: _Plan) -> dict[str, tuple[float, float]]:
    """Return where the places of the history lie on a small map, those that are in its frame."""
    points, sheet = {name: plan.territory.point(name) for name in plan.control.spans}, plan.maps.sheet
    laid = [(name, sheet.project(point).centroid) for name, point in points.items() if point]
    return {name: (at.x, at.y) for name, at in laid if inside((at.x, at.y, at.x, at.y), sheet.frame)}


def _add_day(
    small: Canvas, plan: _Plan, spots: Mapping[str, tuple[float, float]], day: dt.date, before: dt.date | None
) -> None:
    """Mark the places as they were at the end of a day; what is not as on the day before it is ringed."""
    changed = plan.control.changed(before, day) if before else ()
    marks = {name: plan.mark(plan.control.status(name, day)) for name in spots}
    rings = [(*spots[name], _ring(marks[name])) for name in spots if name in changed]
    if rings:
        add_marks(small, rings)
    names, labels = plan.brief.place_names, _labels(plan.brief)
    hover = [
        f"{names[name]}{plan.brief.language.gettext(': ')}{labels[plan.control.status(name, day)]}" for name in spots
    ]
    add_marks(small, [(*spots[name], marks[name]) for name in spots], hover=hover)


def _ring(mark: Mark) -> Mark:
    return Mark("circle-open", LIGHT["ink"], mark.size + _RING)


def _told(plan: _Plan, day: dt.date) -> str:
    """Return a day as exactly as what began on it is known."""
    return formats.dated(day, plan.control.precision(day), plan.brief.language)


def _add_curve(figure: Canvas, plan: _Plan, *, bottom: float) -> None:
    """Draw how many places had each status as areas over one another that step where it changed; the day of each map is marked."""
    language, total = plan.brief.language, len(plan.control.spans)
    low = bottom + BELOW
    axis = time_axis(
        [*plan.control.changes, *plan.days, plan.control.as_of], _SCALE, plan.width - _SCALE - 14, language
    )
    step = _CURVE / total
    tops = [(axis.x(day), low + _CURVE + 5, Mark("triangle-down", LIGHT["ink"], 7)) for day in plan.days]
    scale = [
        Label(language.number(n), _SCALE - 5, low + n * step, SMALL, "muted", anchor=f"{side} left")
        for n, side in ((0, "top"), (total, "middle"))
    ]
    with mirrored(figure, language) as strip:
        for number in range(len(plan.statuses)):
            _add_area(strip, plan, axis, number, low=low)
        _add_ends(strip, plan, axis.right, low=low)
        axis.add_ticks(strip, language, bottom=low, top=low)
        axis.add_cuts(strip, bottom=low, top=low + _CURVE)
        add_marks(strip, tops)
        strip.add_labels(scale)


def _add_ends(figure: Canvas, plan: _Plan, x: float, *, low: float) -> None:
    """Say beside the areas how many places have each status at the cut-off, the words apart where areas are low."""
    ends, step = _stacked(plan, plan.control.as_of), _CURVE / len(plan.control.spans)
    held = [(status, *pair) for status, pair in zip(plan.statuses, pairwise(ends), strict=True) if pair[0] < pair[1]]
    heights = [low + (start + end) / 2 * step for _, start, end in held]
    for n in range(1, len(held)):
        heights[n] = max(heights[n], heights[n - 1] + _APART)
    for n in range(len(held) - 1, -1, -1):
        heights[n] = min(heights[n], low + _CURVE - _APART * (len(held) - 1 - n))
    add_marks(figure, [(x + 10, y, plan.mark(status)) for y, (status, _, _) in zip(heights, held, strict=True)])
    counts = [plan.brief.language.number(end - start) for _, start, end in held]
    figure.add_labels([Label(n, x + 18, y, SMALL, anchor="middle right") for n, y in zip(counts, heights, strict=True)])


def _stacked(plan: _Plan, day: dt.date) -> list[int]:
    """Return where the areas of the statuses begin and end on a day, in places."""
    counts = plan.control.counts(day)
    return [sum(counts[status] for status in plan.statuses[:n]) for n in range(len(plan.statuses) + 1)]


def _add_area(figure: Canvas, plan: _Plan, axis: TimeAxis, number: int, *, low: float) -> None:
    days, step = [*plan.control.changes, plan.control.as_of], _CURVE / len(plan.control.spans)
    parts = [
        shapely.box(axis.x(start), low + ends[number] * step, axis.x(end), low + ends[number + 1] * step)
        for start, end in pairwise(days)
        if (ends := _stacked(plan, start))[number + 1] > ends[number] and end > start
    ]
    area = shapely.union_all(parts)
    add_fill(figure, area, plan.fill(plan.statuses[number]), [])
    edges = [one.exterior for one in shapely.get_parts(area) if isinstance(one, Polygon)]
    figure.add_lines(edges, color="ink", width=0.8)


def _labels(brief: Brief) -> dict[str | None, str]:
    listed = brief.facts.place.statuses if brief.facts.place else ()
    return {**{one.status: one.label for one in listed}, None: capitalise(brief.language.gettext("not known"))}


def _words(plan: _Plan) -> Words:
    brief, language = plan.brief, plan.brief.language
    _, ngettext, control = language.gettext, language.ngettext, plan.control
    day = formats.day(control.as_of, language)
    caption = [_("Maps: how places stood at the end of each day."),
               _("Areas: how many had each status, until {day}; triangles mark the days of the maps.", day=day)]  # fmt: skip
    if others := len(set(plan.territory.places["name"]) - set(control.spans)):
        caption.append(ngettext("Of {n} more place on the map no history is given.", "Of {n} more places on the map no history is given.",
                                others, n=others))  # fmt: skip
    labels = _labels(brief)
    alt = [_("Small maps of the same area, and areas that count places by status.")]
    for one in plan.days:
        counts = control.counts(one)
        said = [f"{labels[status]} {language.number(counts[status])}" for status in plan.statuses if counts[status]]
        alt.append(f"{_told(plan, one)}{_(': ')}{_('; ').join(said)}.")
    columns = [_("Place"), _("Status"), _("From"), _("Until"), _("Note"), _("Sources")]
    return Words(
        "control",
        _title(plan),
        caption,
        alt,
        pd.DataFrame(_rows(plan), columns=columns),
        whole=not any(one.note for one in plan.territory.place.history),
    )


def _rows(plan: _Plan) -> list[tuple[str, ...]]:
    brief, labels = plan.brief, _labels(plan.brief)
    return [
        (
            brief.place_names[name],
            labels[one.status],
            formats.short_day(one.since, brief.language, precision=one.precision, year=True),
            formats.short_day(end, brief.language, year=True) if end else "",
            one.note or "",
            str(brief.numbers[one.source]),
        )
        for name, spans in sorted(plan.control.spans.items(), key=lambda item: brief.place_names[item[0]])
        for one, after in zip(spans, [*spans[1:], None], strict=True)
        for end in [one.until or (after and after.since - dt.timedelta(days=1))]
    ]


def _title(plan: _Plan) -> str:
    """Return what changed most from the first map to the cut-off: the count of one status, or how many places it changed of."""
    _, language, control = plan.brief.language.gettext, plan.brief.language, plan.control
    first, total = plan.days[0], len(control.spans)
    was, now = control.counts(first), control.counts(control.as_of)
    moved = max(plan.statuses, key=lambda status: (status is not None, abs(now[status] - was[status])))
    changed = len(control.changed(first, control.as_of))
    if now[moved] == was[moved]:
        return language.ngettext("{changed} of {n} place changed its status since {day}", "{changed} of {n} places changed their status since {day}",
                                 total, changed=changed, n=total, day=_told(plan, first))  # fmt: skip
    return _("{status}: from {before} to {after} of {n} places, {day} to {last}", status=_labels(plan.brief)[moved], before=was[moved],
             after=now[moved], n=total, day=_told(plan, first), last=formats.day(control.as_of, language))  # fmt: skip
