"""What counts before and since an agreement bear out."""

import datetime as dt
import math
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer
from scipy.stats import binomtest
from shapely.geometry import Point, box
from statsmodels.stats.rates import confint_poisson_2indep

from quickview.brief.records import Monitor
from quickview.evidence.monitor import Area, Count, Period, dispersion, monitored, rate_ratio

HERE = box(20.0, 10.0, 20.4, 10.4)
DAY = dt.date(2021, 6, 2)
FULL = Period(DAY, dt.date(2021, 12, 31), (dt.date(2020, 1, 1), dt.date(2021, 12, 31)))
ASKED = Monitor(events=("ucdp-ged",), weeks_before=52)


def count(events, days):
    return Count(events, 0, 0, 0, days)


def frame(rows):
    """Make events of (day, longitude, latitude) and whatever else is said of them."""
    plain = {"date_precision": 1, "place_precision": 1, "low": 1, "best": 2, "high": 4, "type": "state-based"}
    told = [{**plain, "start": start, "end": start, "x": x, "y": y, **more} for start, x, y, more in rows]
    table = pd.DataFrame(told)
    table[["start", "end"]] = table[["start", "end"]].astype("datetime64[s]")
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["x"], table["y"]), crs="EPSG:4326")


def made(seed, many=1500):
    rng = np.random.default_rng(seed)
    days = [dt.date(2020, 1, 1) + dt.timedelta(int(n)) for n in rng.integers(0, 730, many)]
    more = [
        {"date_precision": int(d), "place_precision": int(p), "low": int(low), "best": int(low + b), "high": int(low + b + h)}
        for d, p, low, b, h in zip(
            rng.choice([1, 2, 3, 4, 5], many, p=[0.7, 0.1, 0.1, 0.05, 0.05]), rng.integers(1, 8, many),
            rng.poisson(2, many), rng.poisson(2, many), rng.poisson(2, many), strict=True,
        )
    ]  # fmt: skip
    return frame(list(zip(days, rng.uniform(19.7, 20.7, many), rng.uniform(9.7, 10.7, many), more, strict=True)))


@pytest.mark.parametrize("buffer_km", [0, 4.5])
@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_a_plain_count(seed, buffer_km):
    events = made(seed)
    found = monitored(events, HERE, ASKED.model_copy(update={"buffer_km": buffer_km}), FULL)
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:32634", always_xy=True).transform
    corners = [to_metres(*corner) for corner in HERE.exterior.coords]
    area = gpd.GeoSeries.from_wkt([f"POLYGON(({', '.join(f'{x} {y}' for x, y in corners)}))"])[0].buffer(
        buffer_km * 1000
    )
    inside = np.array([area.contains(Point(to_metres(x, y))) for x, y in zip(events["x"], events["y"], strict=True)])
    sure = (events["date_precision"] < 4) & (events["place_precision"] < 4)
    first = pd.Timestamp(DAY) - pd.Timedelta(weeks=52)
    timely = (events["start"] >= first) & (events["start"] <= pd.Timestamp(FULL.last))
    known = events[inside & timely & sure]
    before, since = (known[part] for part in (known["start"] < pd.Timestamp(DAY), known["start"] >= pd.Timestamp(DAY)))
    for told, plain, days in ((found.here.before, before, 364), (found.here.since, since, 213)):
        assert told == Count(len(plain), plain["low"].sum(), plain["best"].sum(), plain["high"].sum(), days)
    assert len(plain) > 10
    assert found.here.vague == (~sure & inside & timely).sum() > 0
    assert found.here.weeks["events"].sum() == len(before) + len(since)
    assert found.here.weeks["high"].sum() == before["high"].sum() + since["high"].sum()


def test_no_week_holds_days_of_both_periods_and_the_day_of_effect_is_the_first_of_the_second():
    rows = [(DAY - dt.timedelta(1), 20.2, 10.2, {}), (DAY, 20.2, 10.2, {}), (DAY + dt.timedelta(6), 20.2, 10.2, {})]
    here = monitored(frame(rows), HERE, ASKED, FULL).here
    weeks = here.weeks.set_index("week")["events"]
    assert (weeks[-1], weeks[0], weeks[1]) == (1, 2, 0)
    assert (here.before.events, here.since.events) == (1, 2)


def test_an_event_that_runs_across_the_day_of_effect_is_counted_for_neither_side():
    rows = [(DAY - dt.timedelta(3), 20.2, 10.2, {"end": DAY})]
    here = monitored(frame(rows), HERE, ASKED, FULL).here
    assert (here.before.events, here.since.events, here.vague) == (0, 0, 1)


def test_nothing_after_the_last_day_asked_for_is_counted():
    rows = [(DAY + dt.timedelta(n), 20.2, 10.2, {}) for n in range(60)]
    found = monitored(frame(rows), HERE, ASKED, Period(DAY, DAY + dt.timedelta(9), FULL.data))
    assert (found.here.since.events, found.here.since.days) == (10, 10)


def test_data_that_end_before_the_day_of_effect_say_nothing_of_what_came_after():
    end = DAY - dt.timedelta(30)
    rows = [(end - dt.timedelta(n), 20.2, 10.2, {}) for n in range(40)]
    found = monitored(frame(rows), HERE, ASKED, Period(DAY, DAY + dt.timedelta(90), (dt.date(2020, 1, 1), end)))
    assert found.here.since is None
    assert found.here.ratio is None
    assert found.here.before.days == 364 - 29  # the days that there are data for


def test_what_is_compared_with_leaves_out_the_territory_and_its_surroundings():
    rows = [(DAY, 20.2, 10.2, {}), (DAY, 20.41, 10.2, {}), (DAY, 20.6, 10.2, {})]
    asked = ASKED.model_copy(update={"buffer_km": 5})
    found = monitored(frame(rows), HERE, asked, FULL, compare=box(19, 9, 21, 11))
    assert (found.here.since.events, found.elsewhere.since.events) == (2, 1)


def test_only_the_types_that_are_asked_for_count():
    rows = [(DAY, 20.2, 10.2, {"type": "Battles"}), (DAY, 20.2, 10.2, {"type": "Protests"})]
    found = monitored(frame(rows), HERE, ASKED.model_copy(update={"types": ("Battles",)}), FULL)
    assert found.here.since.events == 1


def test_too_little_is_not_compared():
    few = Area(frame([(DAY, 20.2, 10.2, {})]), pd.DataFrame(), count(5, 364), count(4, 200), 0)
    short = Area(frame([(DAY, 20.2, 10.2, {})]), pd.DataFrame(), count(50, 364), count(4, 27), 0)
    assert few.ratio is short.ratio is None


@pytest.mark.slow
def test_the_interval_is_that_of_scipy_and_statsmodels_on_a_thousand_tables():
    rng = np.random.default_rng(7)
    for n in range(1000):
        since, before = (int(n) for n in rng.integers(1, 400, 2))
        days = [int(n) for n in rng.integers(28, 1500, 2)]
        ratio = rate_ratio(count(since, days[0]), count(before, days[1]))
        assert ratio.value == pytest.approx(since / days[0] / (before / days[1]))
        shares = binomtest(since, since + before).proportion_ci(method="wilson")
        odds = [share / (1 - share) * days[1] / days[0] for share in (shares.low, shares.high)]
        assert (ratio.low, ratio.high) == pytest.approx(odds)
        if n % 20 == 0:  # it searches for its ends, which takes long
            score = confint_poisson_2indep(since, days[0], before, days[1], method="score", compare="ratio")
            assert (ratio.low, ratio.high) == pytest.approx(score, rel=1e-5)


def test_an_interval_without_an_event_on_one_side_is_open_to_it():
    assert rate_ratio(count(0, 100), count(12, 100)).low == 0
    assert rate_ratio(count(0, 100), count(12, 100)).verdict == "fewer"
    other = rate_ratio(count(12, 100), count(0, 100))
    assert (other.value, other.high, other.verdict) == (math.inf, math.inf, "more")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nothing = rate_ratio(count(0, 100), count(0, 100))
    assert (nothing.low, nothing.high) == (0, math.inf)


@pytest.mark.parametrize(("rate", "ratio"), [(0.1, 1.0), (0.3, 0.5), (1.0, 2.0)])
def test_the_interval_holds_the_true_ratio_at_its_nominal_rate(rate, ratio):
    rng = np.random.default_rng(11)
    before, since = rng.poisson(rate * 360, 3000), rng.poisson(rate * ratio * 180, 3000)
    found = [rate_ratio(count(int(s), 180), count(int(b), 360)) for s, b in zip(since, before, strict=True)]
    held = np.mean([one.low <= ratio <= one.high for one in found])
    assert held == pytest.approx(0.95, abs=0.012)


def test_where_weeks_vary_more_than_chance_the_interval_widens_and_still_holds():
    rng, true = np.random.default_rng(13), 0.7
    held, plain = [], []
    for _ in range(400):
        mean = np.r_[np.full(52, 6.0), np.full(26, 6.0 * true)]
        counts = rng.negative_binomial(mean / 2, 1 / 3)  # three times as variable as Poisson's
        weeks = pd.DataFrame({"week": np.arange(-52, 26), "events": counts, "days": 7})
        since, before = count(int(counts[52:].sum()), 26 * 7), count(int(counts[:52].sum()), 52 * 7)
        wide, narrow = rate_ratio(since, before, dispersion=dispersion(weeks)), rate_ratio(since, before)
        held.append(wide.low <= true <= wide.high)
        plain.append(narrow.low <= true <= narrow.high)
    assert np.mean(held) > 0.92
    assert np.mean(plain) < 0.8


def test_weeks_of_equal_counts_do_not_make_the_interval_narrower():
    assert dispersion(pd.DataFrame({"week": range(-5, 5), "events": 4, "days": 7})) == 1.0
    assert dispersion(pd.DataFrame({"week": [-1], "events": [3], "days": [7]})) == 1.0
