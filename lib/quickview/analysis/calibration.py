"""Whether forecasts hold what they say: the share that came true against the probability that was judged."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import plotly.graph_objects as go
from shapely.geometry import LineString

from quickview.analysis.blocks import Block
from quickview.analysis.canvas import SMALL, WIDE, Canvas, Label, Words, responsive
from quickview.analysis.labels import place_labels
from quickview.analysis.ledger import LedgerPage
from quickview.analysis.map_symbols import Mark, add_marks
from quickview.analysis.outlook import percentages
from quickview.brief.formats import percent
from quickview.brief.vocabulary import ICD203
from quickview.evidence import scores
from quickview.evidence.scores import Bin
from quickview.language.catalogs import Language
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

_LEFT, _RIGHT, _LOW, _HEAD = 46.0, 22.0, 40.0, 26.0
"""Room around the plot: shares, the last percentage, percentages and what they are, what the shares are."""

_DOT: Final = 11.0


@dataclass(frozen=True)
class _Plot:
    """Where a probability and a share lie in the drawing, both from 0 to 1."""

    width: float
    tall: float

    def x(self, probability: float) -> float:
        return _LEFT + (self.width - _LEFT - _RIGHT) * probability

    def y(self, share: float) -> float:
        return _LOW + self.tall * share


def calibration(page: LedgerPage) -> go.Figure | Block:
    """Return the share of forecasts that came true by band of the yardstick, against what was judged.

    Parameters
    ----------
    page : LedgerPage
        As `qv.read_ledger` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide. `layout.meta` holds `id` ("calibration"), `kind` ("Figure"), `title`, `caption`, `alt`, `narrow` (the
        drawing for pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row a band: band, how many, mean
        likelihood, share that came true, and within what it may lie, in per cent. An empty block where none is scored.

    Notes
    -----
    Bands are those of ICD 203; a range counts at its middle. The interval is Wilson's, at 90 %.

    Examples
    --------
    >>> meta = qv.calibration(page).layout.meta
    >>> meta["table"]["rows"]
    [['55–80%', 1, '65%', '0%', '0–73%']]
    """
    bins = scores.calibration(page.ledger.scored)
    if not bins:
        return Block("calibration", "", page.language)
    return responsive(lambda width: _draw(bins, page.language, width), _words(bins, page.language), page.language)


def _draw(bins: Sequence[Bin], language: Language, width: int) -> Canvas:
    plot = _Plot(width, 300.0 if width >= WIDE else 250.0)
    figure, counts = Canvas(width, plot.y(1) + _HEAD), _counts(bins, plot, language)
    _add_ground(figure, plot, counts)
    for one in bins:
        line = LineString([(plot.x(one.forecast), plot.y(one.least)), (plot.x(one.forecast), plot.y(one.most))])
        figure.add_lines([line], color="muted", width=2)
    spots = [(plot.x(one.forecast), plot.y(one.came_true), Mark("circle", LIGHT["house"], _DOT)) for one in bins]
    add_marks(figure, spots, hover=[_told(one, language) for one in bins])
    figure.add_labels([*_axes(plot, language), *counts])
    return figure


def _add_ground(figure: Canvas, plot: _Plot, labels: Sequence[Label]) -> None:
    for band in ICD203[::2]:
        low, high = (plot.x(end / 100) for end in (band.low, band.high))
        figure.add_rectangle((low, plot.y(0), high, plot.y(1)), "land")
    boxes = [label.box for label in labels]
    grid = [LineString([(plot.x(0), plot.y(share)), (plot.x(1), plot.y(share))]) for share in (0, 0.5, 1)]
    figure.add_lines(grid, clear_of=boxes, color="rule", width=1)
    even = LineString([(plot.x(0), plot.y(0)), (plot.x(1), plot.y(1))])
    figure.add_lines([even], clear_of=boxes, color="ink", width=1)


def _axes(plot: _Plot, language: Language) -> list[Label]:
    _ = language.gettext
    labels = percentages(lambda p: plot.x(p / 100), plot.y(0) - 4, language)
    labels += [
        Label(percent(p, p, language), plot.x(0) - 6, plot.y(p / 100), SMALL, "muted", anchor="middle left")
        for p in (0, 50, 100)
    ]
    labels.append(Label(_("Likelihood that was judged"), plot.x(1), plot.y(0) - 21, SMALL, "ink", anchor="bottom left"))
    labels.append(Label(_("Share that came true"), 0, plot.y(1) + 9, SMALL, "ink", anchor="top right"))
    return labels


def _counts(bins: Sequence[Bin], plot: _Plot, language: Language) -> list[Label]:
    """Return how many came true of how many, beside each dot as far as there is room; those of most forecasts have the first choice."""
    frame = (plot.x(0), plot.y(0), plot.x(1), plot.y(1) + _HEAD)
    spots = [(plot.x(one.forecast), plot.y(one.came_true)) for one in bins]
    dots = [(x - _DOT / 2, y - _DOT / 2, x + _DOT / 2, y + _DOT / 2) for x, y in spots]
    lines = [(x - 2, plot.y(one.least), x + 2, plot.y(one.most)) for (x, _), one in zip(spots, bins, strict=True)]
    wanted = sorted(zip(bins, spots, strict=True), key=lambda found: -found[0].count)
    labels = [Label(_hits(one, language), x, y, SMALL, "ink", typeface.BOLD, clear=_DOT) for one, (x, y) in wanted]
    return list(place_labels(labels, frame=frame, obstacles=[*dots, *lines]).placed)


def _hits(one: Bin, language: Language) -> str:
    hits = round(one.count * one.came_true)
    return language.gettext("{hits} of {n}", hits=language.number(hits), n=language.number(one.count))


def _told(one: Bin, language: Language) -> str:
    band, mean, hits = percent(one.low, one.high, language), _share(one.forecast, language), _hits(one, language)
    return language.gettext("{band}: {hits} came true, judged {mean} on average", band=band, hits=hits, mean=mean)


def _share(low: float, language: Language, high: float | None = None) -> str:
    return percent(round(low * 100), round((low if high is None else high) * 100), language)


def _words(bins: Sequence[Bin], language: Language) -> Words:
    _ = language.gettext
    count = sum(one.count for one in bins)
    hits = round(math.fsum(one.count * one.came_true for one in bins))
    mean = math.fsum(one.count * one.forecast for one in bins) / count
    title = language.ngettext(
        "{hits} of {n} forecast came true, judged {mean} on average",
        "{hits} of {n} forecasts came true, judged {mean} on average",
        count, hits=language.number(hits), n=language.number(count), mean=_share(mean, language),
    )  # fmt: skip
    caption = [
        _(
            "A dot stands for a band of the yardstick (ICD 203); on the slanting line, as many come true as were judged likely to."
        ),
        _("Bars: within what the share may lie where so few are counted (Wilson, 90%)."),
    ]
    table = pd.DataFrame(
        [
            (percent(one.low, one.high, language), one.count, _share(one.forecast, language), _share(one.came_true, language),
             _share(one.least, language, one.most))
            for one in bins
        ],
        columns=[_("Band"), _("Forecasts"), _("Mean likelihood"), _("Share that came true"), _("May lie within")],
    )  # fmt: skip
    alt = [f"{_told(one, language)}." for one in bins]
    return Words("calibration", title, caption, alt, table)
