"""What may come of it: forecasts on the yardstick, and what they rest on."""

from collections.abc import Callable
from typing import Final

import pandas as pd
import plotly.graph_objects as go
from shapely.geometry import LineString, box

from quickview.analysis.block import Block, from_template
from quickview.analysis.canvas import (
    BASE,
    SMALL,
    WIDE,
    Canvas,
    Label,
    Words,
    add_labels,
    add_lines,
    capitalise,
    plain,
    responsive,
    wrap,
)
from quickview.analysis.wording import percent
from quickview.brief.reader import Brief
from quickview.brief.records import Forecast
from quickview.brief.yardsticks import ICD203, row_of
from quickview.language.catalogues import Language
from quickview.look import typeface
from quickview.look.palette import LIGHT

_ROWS: Final = {True: 46.0, False: 66.0}
_BAR: Final = 13.0
_EDGE: Final = 8.0

Scale = Callable[[float], float]


def judgement(brief: Brief) -> Block:
    """Return the forecasts as one line each: word, range on a scale, horizon, and confidence beside it."""
    return from_template("judgement", brief)


def drivers(brief: Brief) -> Block:
    """Return what speaks for and against each forecast, what to watch and what would settle it."""
    return from_template("drivers", brief)


def yardstick(brief: Brief) -> go.Figure:
    """Return the forecasts on the ICD 203 scale, 0 to 100 per cent, with their table behind it."""
    return responsive(lambda width: _draw(brief, width), _words(brief), brief.language)


def _draw(brief: Brief, width: int) -> Canvas:
    row = row_of(brief.facts.forecasts[0].word)
    header, tall = (45.0, _ROWS[True]) if width >= WIDE else (87.0, _ROWS[False])
    forecasts = brief.facts.forecasts
    height = header + tall * len(forecasts) + 20
    figure = Canvas(width, height)

    def x(percent: float) -> float:
        return _EDGE + (width - 2 * _EDGE) * percent / 100

    floor = 20.0
    for n, band in enumerate(ICD203):
        if n % 2 == 0:
            _add_rectangle(figure, x(band.low), floor, x(band.high), height - header, "land")
    add_lines(
        figure, [LineString([(x(p), floor), (x(p), height - header)]) for p in (0, 100)], color=LIGHT["rule"], width=1
    )
    _ = brief.language.gettext
    labels = [
        _band_label(_(band.words[row]), n, x, height - header, is_wide=width >= WIDE) for n, band in enumerate(ICD203)
    ]
    labels += [
        Label(percent(p, p, brief.language), x(p), floor - 3, SMALL, "muted", anchor=_end(p))
        for p in (0, 20, 45, 55, 80, 100)
    ]
    for n, forecast in enumerate(forecasts):
        labels += _add_forecast(figure, forecast, x, height - header - tall * n, tall, brief.language)
    add_labels(figure, labels)
    return figure


def _end(percent: int) -> str:
    return {0: "bottom right", 100: "bottom left"}.get(percent, "bottom center")


def _band_label(word: str, n: int, x: Scale, y: float, *, is_wide: bool) -> Label:
    left, right = x(ICD203[n].low), x(ICD203[n].high)
    text = wrap(word, max(right - left, 30.0), size=SMALL - 0.5)
    base = y + 3 + (0 if is_wide or n % 2 else 42.0)
    centre = max((left + right) / 2, 24.0) if n == 0 else (left + right) / 2
    if n == len(ICD203) - 1:
        return Label(text, x(100), base, SMALL - 0.5, "muted", anchor="top left")
    return Label(text, centre, base, SMALL - 0.5, "muted", anchor="top center")


def _add_rectangle(
    figure: Canvas, left: float, bottom: float, right: float, top: float, colour: str, hover: str = ""
) -> None:
    xs, ys = (list(v) for v in box(left, bottom, right, top).exterior.xy)
    info = {"hoverinfo": "text", "text": plain(hover), "hoveron": "fills"} if hover else {"hoverinfo": "skip"}
    figure.add_scatter(x=xs, y=ys, mode="lines", fill="toself", fillcolor=LIGHT[colour], line={"width": 0}, **info)


def _fits(text: str, room: float) -> bool:
    return typeface.width(text, SMALL, weight=typeface.BOLD) < room


def _add_forecast(
    figure: Canvas, forecast: Forecast, x: Scale, top: float, tall: float, language: Language
) -> list[Label]:
    low, high = forecast.probability.low, forecast.probability.high
    middle = top - tall + 18
    add_lines(figure, [LineString([(x(0), middle), (x(100), middle)])], color=LIGHT["rule"], width=1)
    _ = language.gettext
    number = percent(low, high, language)
    said = _("{word}, {range}", word=_(forecast.word), range=number)
    left, right = (x(low), x(high)) if low < high else (x(low) - 3, x(low) + 3)
    hover = _("{forecast}: {word}, {range}", forecast=forecast.title, word=_(forecast.word), range=number)
    _add_rectangle(figure, left, middle - _BAR / 2, right, middle + _BAR / 2, "house", hover)
    text = capitalise(said)
    inside_bar = _fits(text, right - left - 8)
    colour, place, anchor = "ink", left - 5, "middle left"
    if inside_bar:
        colour, place, anchor = "paper", (left + right) / 2, "middle center"
    elif not _fits(text, left - 5 - x(0)):
        # The band's own name stands above the scale, so that the number alone will do where all does not fit.
        text = text if _fits(text, x(100) - right - 5) else number
        place, anchor = right + 5, "middle right"
    return [
        Label(forecast.title, x(0), top - 8, BASE, weight=typeface.BOLD, anchor="bottom right"),
        _confidence(_("Confidence: {level}", level=_(forecast.confidence)), x, top, tall),
        Label(text, place, middle, SMALL, colour, typeface.BOLD, anchor),
    ]


def _confidence(text: str, x: Scale, top: float, tall: float) -> Label:
    """Write the confidence at the far end of the title's line, or under it where the drawing is narrow."""
    if tall == _ROWS[True]:
        return Label(text, x(100), top - 8, SMALL, "muted", anchor="bottom left")
    return Label(text, x(0), top - 25, SMALL, "muted", anchor="bottom right")


def _words(brief: Brief) -> Words:
    _ = brief.language.gettext
    rows = [
        (f.title, _(f.word), _range(f, brief.language), _(f.confidence), f.horizon.text, f.by)
        for f in brief.facts.forecasts
    ]
    columns = [_("Forecast"), _("Word"), _("Range"), _("Confidence"), _("Horizon"), _("Judgement by")]
    alt = [_("Forecasts on a scale from 0 to 100.")]
    alt += [
        _("{forecast}: {word}, {range}.", forecast=f.title, word=_(f.word), range=_range(f, brief.language))
        for f in brief.facts.forecasts
    ]
    return Words("yardstick", _title(brief), _caption(brief), " ".join(alt), pd.DataFrame(rows, columns=columns))


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


def _caption(brief: Brief) -> str:
    _ = brief.language.gettext
    text = _("Words and ranges of the US intelligence community's yardstick (ICD 203).")
    if any(f.probability.basis == "yardstick" for f in brief.facts.forecasts):
        text += " " + _("Where a source gave a word and no number, the bar is the word's own range.")
    return text
