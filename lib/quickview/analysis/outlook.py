"""What may come of it: forecasts on the yardstick, and what they rest on."""

import math
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pandas as pd
import plotly.graph_objects as go
from shapely.geometry import LineString

from quickview.analysis.blocks import Block, absent, drawn, from_template
from quickview.analysis.canvas import BASE, SMALL, WIDE, Canvas, Label, Scale, Words, capitalise, overlaps, wrap
from quickview.analysis.labels import fold
from quickview.brief.formats import percent
from quickview.brief.reader import Brief
from quickview.brief.records import Forecast
from quickview.brief.vocabulary import ICD203, row_of
from quickview.language.catalogs import Language
from quickview.theme import typeface

_NAMES: Final = 206.0
"""Room beside the bands for what each row is about, where the drawing is wide."""
_BAND: Final = 26.0
"""Height of the bands behind a bar, at least."""
_BAR: Final = 13.0
_EDGE: Final = 8.0
_ASIDE: Final = (0.0, -5.0, 5.0, -10.0, 10.0, -15.0, 15.0)
"""How far beside the middle of its band a word may stand, so that it need not stand above the others."""
_AXIS: Final = 20.0
"""Height of the line of percentages."""
_HEAD: Final = 90.0
"""Room for percentages and the words of the bands, at most."""
_TALLEST: Final = {True: 960.0, False: 1500.0}
"""Where the drawing is wide, a printed page; else two turns of a phone's screen."""


@dataclass(frozen=True)
class _Row:
    """A forecast, what its row is called in lines, and from where to where its bands reach, upwards from the bottom."""

    forecast: Forecast
    name: Label
    confidence: Label
    low: float
    high: float


def judgement(brief: Brief) -> Block:
    """Return the forecasts as one line each: word, range on a scale, horizon, and confidence beside it.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        The lines as HTML, ranges in per cent; empty without a forecast.

    Examples
    --------
    >>> from markupsafe import Markup
    >>> print(Markup(qv.judgement(brief).html).striptags())
    The road to Villa Plomo is likely to be open again by the end of July... Likely 65% ... Confidence: low ...
    """
    return from_template("judgement", brief) if brief.facts.forecasts else absent("judgement", brief)


def drivers(brief: Brief) -> Block:
    """Return what speaks for and against each forecast, what to watch and what would settle it.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        One part a forecast, as HTML; empty without one.

    Examples
    --------
    >>> "Settled by</strong> Lorries that pass Puente Seco on three days running." in qv.drivers(brief).html
    True
    """
    return from_template("drivers", brief) if brief.facts.forecasts else absent("drivers", brief)


def yardstick(brief: Brief) -> go.Figure | Block:
    """Return the forecasts as bars on a scale from 0 to 100 per cent.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide. `layout.meta` holds `id` ("yardstick"), `kind` ("Figure"), `title`, `caption`, `alt`, `narrow` (the
        drawing for pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row a forecast: forecast, word, range
        in per cent, confidence, horizon, whose judgement it is. Of more than a reader takes in, the drawing has the
        first; `whole` then is False. An empty block without a forecast.

    Notes
    -----
    The seven bands and their words are those of the US intelligence community (ICD 203, Analytic Standards).

    Examples
    --------
    >>> meta = qv.yardstick(brief).layout.meta
    >>> meta["title"]
    'Road reopens by the end of July: likely, 65%'
    >>> meta["table"]["columns"]
    ['Forecast', 'Word', 'Range', 'Confidence', 'Horizon', 'Judgement by']
    """
    if not brief.facts.forecasts:
        return absent("yardstick", brief)
    return drawn(partial(_draw, brief), _words(brief), brief)


def _draw(brief: Brief, width: int) -> Canvas:
    is_wide = width >= WIDE
    scale = Scale(_NAMES, width - 26.0) if is_wide else Scale(_EDGE, width - _EDGE)
    words = _band_words(brief, scale, width)
    header = math.fsum(_heights(words))
    # The words of the bands stand above them where the rows' names stand beside; else under the percentages.
    floor = _AXIS + (0.0 if is_wide else header)
    rows = _rows(brief, brief.facts.forecasts[: _count(brief, width)], width, floor)
    top = _top(rows, is_wide=is_wide)
    figure = Canvas(width, top + (header if is_wide else 2.0))
    for low, high in [(floor, top)] if is_wide else [(row.low, row.high) for row in rows]:
        _add_bands(figure, scale, low, high)
    labels = [_at_level(one, words, top if is_wide else 0.0, is_wide=is_wide) for one in words]
    labels += percentages(scale.x, floor - 3, brief.language)
    for row in rows:
        labels += [row.name, row.confidence, _add_bar(figure, row, scale, brief.language)]
    figure.add_labels(labels)
    return figure


def percentages(x: Callable[[float], float], y: float, language: Language) -> list[Label]:
    """Return the labels of a scale from 0 to 100 per cent at the edges of the yardstick's wider bands, under a height."""
    sides = {0: "right", 20: "center", 45: "center", 55: "center", 80: "center", 100: "left"}
    return [
        Label(percent(p, p, language), x(p), y, SMALL, "muted", anchor=f"bottom {side}") for p, side in sides.items()
    ]


def _count(brief: Brief, width: int) -> int:
    """Return how many forecasts the drawing has: the first ones, as many as a reader takes in."""
    is_wide, given = width >= WIDE, brief.facts.forecasts

    def height(count: int) -> float:
        return _top(_rows(brief, given[:count], width, _HEAD), is_wide=is_wide)

    return max(1, bisect(range(1, len(given) + 1), _TALLEST[is_wide] - _HEAD, key=height))


def _top(rows: Sequence[_Row], *, is_wide: bool) -> float:
    return max(row.high if is_wide else row.name.y for row in rows)


def _rows(brief: Brief, forecasts: Sequence[Forecast], width: int, floor: float) -> list[_Row]:
    """Return the rows from the last one up: names in a column beside the bands, or above them where there is no room."""
    rows: list[_Row] = []
    is_wide = width >= WIDE
    room, bottom = (_NAMES - 18 if is_wide else width - 2 * _EDGE), floor
    for forecast in forecasts[::-1]:
        level = brief.language.gettext("Confidence: {level}", level=brief.language.gettext(forecast.confidence))
        title = fold(forecast.title, room, weight=typeface.BOLD)
        name = Label(title, _EDGE, 0, BASE, weight=typeface.BOLD, anchor="bottom right")
        sure = Label(wrap(level, room, size=SMALL), _EDGE, 0, SMALL, "muted", anchor="bottom right")
        tall = name.extent[1] + sure.extent[1]
        high = bottom + (max(_BAND, tall + 12) if is_wide else _BAND)
        start = (bottom + high + tall) / 2 if is_wide else high + tall + 3
        name, sure = replace(name, y=start), replace(sure, y=start - name.extent[1])
        rows.append(_Row(forecast, name, sure, bottom, high))
        bottom = high if is_wide else start + 12
    return rows[::-1]


def _band_words(brief: Brief, scale: Scale, width: int) -> list[tuple[Label, int]]:
    """Return the word of each band over its middle or a little beside it, each with the level, from the bands away, where it covers no other."""
    row = row_of(brief.facts.forecasts[0].word)
    words: list[tuple[Label, int]] = []
    # Those of narrow bands have the least choice.
    for band in sorted(ICD203, key=lambda band: band.high - band.low):
        word, room = brief.language.gettext(band.words[row]), max(scale.x(band.high) - scale.x(band.low), 30.0)
        texts = dict.fromkeys((wrap(word, room, size=SMALL - 0.5), wrap(word, 0, size=SMALL - 0.5)))
        middle, labels = scale.x((band.low + band.high) / 2), list[Label]()
        for label in (Label(text, middle, 0, SMALL - 0.5, "muted") for text in texts):
            half = label.extent[0] / 2 + 1
            labels += [replace(label, x=min(max(middle + aside, half), width - half)) for aside in _ASIDE]
        trials = ((label, level) for level in range(len(ICD203)) for label in labels)
        words.append(next(
            (label, level) for label, level in trials
            if not any(own == level and overlaps(other.box, label.box, pad=4) for other, own in words)
        ))  # fmt: skip
    return words


def _heights(words: Sequence[tuple[Label, int]]) -> list[float]:
    levels = range(1 + max(level for _, level in words))
    return [4 + max(label.extent[1] for label, own in words if own == level) for level in levels]


def _at_level(word: tuple[Label, int], words: Sequence[tuple[Label, int]], edge: float, *, is_wide: bool) -> Label:
    """Put the word of a band as far from the bands as its level lies: above `edge`, or under the percentages."""
    (label, level), heights = word, _heights(words)
    if is_wide:
        return replace(label, y=edge + 3 + math.fsum(heights[:level]), anchor="top center")
    return replace(label, y=edge + math.fsum(heights[level:]) - 2, anchor="bottom center")


def _add_bands(figure: Canvas, scale: Scale, low: float, high: float) -> None:
    for band in ICD203[::2]:
        figure.add_rectangle((scale.x(band.low), low, scale.x(band.high), high), "land")
    ends = [LineString([(scale.x(p), low), (scale.x(p), high)]) for p in (0, 100)]
    figure.add_lines(ends, color="rule", width=1)


def _fits(text: str, room: float) -> bool:
    return typeface.width(text, SMALL, weight=typeface.BOLD) < room


def _add_bar(figure: Canvas, row: _Row, scale: Scale, language: Language) -> Label:
    """Draw the range of a forecast, and return what it says for inside the bar or beside it."""
    _, forecast = language.gettext, row.forecast
    low, high = forecast.probability.low, forecast.probability.high
    middle, number = (row.low + row.high) / 2, _range(forecast, language)
    left, right = (scale.x(low), scale.x(high)) if low < high else (scale.x(low) - 3, scale.x(low) + 3)
    hover = _("{forecast}: {word}, {range}", forecast=forecast.title, word=_(forecast.word), range=number)
    text = capitalise(_("{word}, {range}", word=_(forecast.word), range=number))
    colour, place, anchor = "ink", left - 5, "middle left"
    if _fits(text, right - left - 8):
        colour, place, anchor = "paper", (left + right) / 2, "middle center"
    elif not _fits(text, left - 5 - scale.x(0)):
        # The band's own name stands beside the scale, so that the number alone will do where all does not fit.
        text = text if _fits(text, scale.x(100) - right - 5) else number
        place, anchor = right + 5, "middle right"
    label = Label(text, place, middle, SMALL, colour, typeface.BOLD, anchor)
    line = LineString([(scale.x(0), middle), (scale.x(100), middle)])
    figure.add_lines([line], clear_of=[label.box], pad=4, color="rule", width=1)
    figure.add_rectangle((left, middle - _BAR / 2, right, middle + _BAR / 2), "house", hover=hover)
    return label


def _words(brief: Brief) -> Words:
    _, shown = brief.language.gettext, _count(brief, WIDE)
    more = len(brief.facts.forecasts) - shown
    rest = [
        brief.language.ngettext("{n} more forecast.", "{n} more forecasts.", more, n=more),
        _("The table has the details, and whatever is only counted here."),
    ] if more else []  # fmt: skip
    rows = [
        (f.title, _(f.word), _range(f, brief.language), _(f.confidence), f.horizon.text, f.by)
        for f in brief.facts.forecasts
    ]
    columns = [_("Forecast"), _("Word"), _("Range"), _("Confidence"), _("Horizon"), _("Judgement by")]
    alt = [_("Forecasts on a scale from 0 to 100.")]
    alt += [
        _("{forecast}: {word}, {range}.", forecast=f.title, word=_(f.word), range=_range(f, brief.language))
        for f in brief.facts.forecasts[:shown]
    ]
    table = pd.DataFrame(rows, columns=columns)
    caption = [_("Words and ranges of the US intelligence community's yardstick (ICD 203).")]
    if any(f.probability.basis == "yardstick" for f in brief.facts.forecasts):
        caption.append(_("Where a source gave a word and no number, the bar is the word's own range."))
    return Words("yardstick", _title(brief), [*caption, *rest], [*alt, *rest], table, whole=not more)


def _range(forecast: Forecast, language: Language) -> str:
    return percent(forecast.probability.low, forecast.probability.high, language)


def _title(brief: Brief) -> str:
    _, forecasts = brief.language.gettext, brief.facts.forecasts
    strongest = max(forecasts, key=lambda f: (f.probability.low + f.probability.high, f.id))
    word = _(strongest.word)
    if len(forecasts) > 1 and all(f.word == strongest.word for f in forecasts):
        both, every = _("Both forecasts are judged {word}", word=word), _("All forecasts are judged {word}", word=word)
        return every if len(forecasts) > 2 else both
    if strongest.probability.basis == "given":
        number = _range(strongest, brief.language)
        return _("{forecast}: {word}, {range}", forecast=strongest.title, word=word, range=number)
    return _("{forecast}: {word}", forecast=strongest.title, word=word)
