"""How good forecasts were: Brier and log score, calibration, and what they are held against.

A probability that is a range is scored at its middle. Only what came true or did not is scored. Lower is better.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quickview.brief.vocabulary import ICD203

CLIP: Final = 0.001
"""In the log score, a probability nearer to 0 or to 1 counts as this far from it: a certainty that fails costs 6.9, not infinity."""

FEW: Final = 30
"""Forecasts below which scores tell little of skill."""

CONFIDENCE: Final = 0.9
"""Of the interval that says within what a share of so few may lie."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """A forecast that came true or did not: `low` to `high` in per cent, its word, whose desk it is."""

    low: float
    high: float
    came_true: bool
    word: str = ""
    desk: str = ""

    @property
    def probability(self) -> float:
        """The middle of its range, from 0 to 1."""
        return (self.low + self.high) / 200


@dataclass(frozen=True)
class Score:
    """Scores of some forecasts: how many, mean probability, share that came true, Brier and log score; NaN without any."""

    count: int
    forecast: float
    came_true: float
    brier: float
    log: float


@dataclass(frozen=True)
class Bin:
    """Forecasts of one band of the yardstick, `low` to `high` in per cent, and within what the true share may lie (Wilson)."""

    low: int
    high: int
    count: int
    forecast: float
    came_true: float
    least: float
    most: float


def brier(probabilities: Sequence[float] | Numbers, outcomes: Sequence[bool] | Numbers) -> float:
    """Return the mean of (p − o)², from 0 to 1: p from 0 to 1, o is 1 for what came true, else 0 (Brier 1950)."""
    p, o = np.asarray(probabilities, float), np.asarray(outcomes, float)
    return float(np.mean((p - o) ** 2)) if p.size else math.nan


def log_score(probabilities: Sequence[float] | Numbers, outcomes: Sequence[bool] | Numbers) -> float:
    """Return the mean of −ln of the probability given to what happened, each at least `CLIP` (Good 1952)."""
    p, o = np.clip(np.asarray(probabilities, float), CLIP, 1 - CLIP), np.asarray(outcomes, float)
    return float(-np.mean(o * np.log(p) + (1 - o) * np.log1p(-p))) if p.size else math.nan


def score(forecasts: Sequence[Scored], *, said: float | None = None) -> Score:
    """Return the scores of forecasts, or of saying one probability, from 0 to 1, of all of them."""
    outcomes = np.array([one.came_true for one in forecasts], float)
    given = np.array([one.probability if said is None else said for one in forecasts], float)
    if not len(forecasts):
        return Score(0, math.nan, math.nan, math.nan, math.nan)
    means = float(given.mean()), float(outcomes.mean())
    return Score(len(forecasts), *means, brier(given, outcomes), log_score(given, outcomes))


def always_even(forecasts: Sequence[Scored]) -> Score:
    """Return the scores of one who says 50 % of everything: 0.25 and ln 2."""
    return score(forecasts, said=0.5)


def base_rate(forecasts: Sequence[Scored]) -> Score:
    """Return the scores of one who says of everything the share that came true, which is known only afterwards."""
    return score(forecasts, said=score(forecasts).came_true)


def by(forecasts: Iterable[Scored], key: Callable[[Scored], str]) -> dict[str, Score]:
    """Return the scores of each group of forecasts, by its name in order of the alphabet."""
    return {name: score(list(group)) for name, group in groupby(sorted(forecasts, key=key), key=key)}


def by_word(forecasts: Iterable[Scored]) -> dict[str, Score]:
    """Return the scores by word of the yardstick, from the least likely."""
    found = by(forecasts, lambda one: one.word)
    return dict(sorted(found.items(), key=lambda pair: pair[1].forecast))


def calibration(forecasts: Iterable[Scored]) -> list[Bin]:
    """Return the bands of the yardstick (ICD 203) that forecasts lie in, from the least likely: a middle on an edge counts above it."""
    from scipy.stats import binomtest

    edges = [band.low / 100 for band in ICD203[1:]]
    ordered = sorted(forecasts, key=lambda one: one.probability)
    found = []
    for n, group in groupby(ordered, key=lambda one: int(np.searchsorted(edges, one.probability, side="right"))):
        members = list(group)
        told, hits = score(members), sum(one.came_true for one in members)
        interval = binomtest(hits, len(members)).proportion_ci(CONFIDENCE, method="wilson")
        low, high = 0 if n == 0 else ICD203[n].low, 100 if n == len(ICD203) - 1 else ICD203[n].high
        ends = float(interval.low), float(interval.high)
        found.append(Bin(low, high, told.count, told.forecast, told.came_true, *ends))
    return found
