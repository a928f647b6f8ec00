"""Scores are those of the literature: held against scikit-learn, and against values worked out by hand."""

import math
import warnings

import numpy as np
import pytest

from quickview.evidence import scores
from quickview.evidence.scores import Scored


@pytest.mark.slow
def test_brier_and_log_score_are_those_of_scikit_learn_on_a_thousand_random_ledgers():
    from sklearn.metrics import brier_score_loss, log_loss

    random = np.random.default_rng(20170804)
    for _ in range(1000):
        n = int(random.integers(1, 40))
        p = random.choice([0.0, 1.0, *random.random(3)], n) if random.random() < 0.3 else random.random(n)
        o = random.integers(0, 2, n)
        clipped = np.clip(p, scores.CLIP, 1 - scores.CLIP)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ledgers in which all came true, or nothing
            brier, log = brier_score_loss(o, p, labels=[0, 1], pos_label=1), log_loss(o, clipped, labels=[0, 1])
        assert scores.brier(p, o) == pytest.approx(brier)
        assert scores.log_score(p, o) == pytest.approx(log)


def test_a_certainty_that_fails_costs_much_and_not_everything():
    assert scores.log_score([1.0], [False]) == pytest.approx(-math.log(0.001))
    assert scores.log_score([0.0], [False]) == pytest.approx(-math.log(0.999))
    assert scores.brier([1.0], [False]) == 1


def test_a_range_is_scored_at_its_middle():
    found = scores.score([Scored(60, 80, came_true=True), Scored(20, 20, came_true=True)])
    assert (found.count, found.forecast, found.came_true) == (2, pytest.approx(0.45), 1)
    assert found.brier == pytest.approx((0.3**2 + 0.8**2) / 2)


def test_forecasts_are_held_against_an_even_chance_and_against_the_base_rate():
    some = [Scored(90, 90, came_true=True)] * 3 + [Scored(10, 10, came_true=False)]
    assert scores.always_even(some).brier == 0.25
    assert scores.always_even(some).log == pytest.approx(math.log(2))
    assert scores.base_rate(some).brier == pytest.approx(0.75 * 0.25)
    assert scores.score(some).brier == pytest.approx(0.01)


def test_without_a_settled_forecast_there_is_no_score():
    assert scores.score([]).count == 0
    assert math.isnan(scores.score([]).brier)
    assert math.isnan(scores.brier([], []))
    assert math.isnan(scores.log_score([], []))
    assert scores.calibration([]) == []


def test_calibration_counts_by_band_of_the_yardstick_and_says_how_little_few_tell():
    some = [Scored(0, 0, came_true=False), Scored(55, 80, came_true=True), Scored(55, 80, came_true=False)]
    some += [Scored(100, 100, came_true=True), Scored(20, 20, came_true=False)]
    bins = scores.calibration(some)
    assert [(one.low, one.high, one.count) for one in bins] == [(0, 5, 1), (20, 45, 1), (55, 80, 2), (95, 100, 1)]
    likely = bins[2]
    assert (likely.forecast, likely.came_true) == (pytest.approx(0.675), 0.5)
    assert likely.least < 0.15
    assert likely.most > 0.85


def test_scores_are_told_by_desk_and_by_word():
    some = [Scored(60, 60, came_true=True, word="likely", desk="North"),
            Scored(30, 30, came_true=True, word="unlikely", desk="North"),
            Scored(60, 60, came_true=False, word="likely", desk="South")]  # fmt: skip
    assert {name: one.count for name, one in scores.by(some, lambda one: one.desk).items()} == {"North": 2, "South": 1}
    assert [(word, one.came_true) for word, one in scores.by_word(some).items()] == [("unlikely", 1), ("likely", 0.5)]
