"""Is an agreement holding? Events in its territory by week, before and since it took effect, and how sure one may be of a difference."""

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from quickview.brief.records import Monitor

WEEK: Final = 7
MONTH: Final = 30.0
"""Days that rates are given for."""

VAGUE_DATE: Final = 4
VAGUE_PLACE: Final = 4
"""From these of UCDP's precisions on an event is known by month, or by region, only."""

LEAST_EVENTS: Final = 10
LEAST_DAYS: Final = 28
"""Below these the two periods are not compared: with fewer, only a change of several times would show."""

CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Count:
    """Events of a period that are known well enough to be counted, and the deaths that are given for them."""

    events: int
    low: int
    best: int
    high: int
    days: int

    @property
    def rate(self) -> float:
        """Events per 30 days."""
        return self.events / self.days * MONTH if self.days else math.nan


@dataclass(frozen=True)
class Ratio:
    """Rate since over rate before, and the interval that holds the true one in 95 of 100 such comparisons."""

    value: float
    low: float
    high: float
    dispersion: float
    """How many times more weekly counts vary than chance alone lets them (1: not more)."""

    @property
    def verdict(self) -> str:
        """What the interval tells: fewer, more, or unclear."""
        return "fewer" if self.high < 1 else "more" if self.low > 1 else "unclear"


@dataclass(frozen=True)
class Area:
    """What is counted in an area.

    `events` has the columns of `evidence.events.COLUMNS`, `week` (0 begins on the day the agreement took
    effect) and `is_vague`; `weeks` a row a week: week, start, events, vague, low, best, high.
    """

    events: gpd.GeoDataFrame
    weeks: pd.DataFrame
    before: Count
    since: Count | None
    vague: int

    @cached_property
    def ratio(self) -> Ratio | None:
        """The comparison of the two periods; None where there is too little of either."""
        if self.since is None or self.since.days < LEAST_DAYS or self.before.days < LEAST_DAYS:
            return None
        if self.before.events + self.since.events < LEAST_EVENTS:
            return None
        return rate_ratio(self.since, self.before, dispersion=dispersion(self.weeks))


@dataclass(frozen=True)
class Period:
    """The day an agreement took effect, the last day that is asked for, and from when to when there are data."""

    effective: dt.date
    until: dt.date
    data: tuple[dt.date, dt.date]

    @property
    def last(self) -> dt.date:
        """The last day that both the data and the question reach."""
        return min(self.until, self.data[1])

    def first(self, weeks: int) -> dt.date:
        """The first day of at most so many whole weeks before the day of effect, as far as the data reach back."""
        return self.effective - dt.timedelta(max(0, min(weeks, (self.effective - self.data[0]).days // WEEK)) * WEEK)


@dataclass(frozen=True)
class Monitored:
    """What events tell of an agreement, from the day `first` on."""

    period: Period
    first: dt.date
    here: Area
    elsewhere: Area | None = None


def monitored(
    events: gpd.GeoDataFrame, territory: BaseGeometry, asked: Monitor, period: Period, *, compare: BaseGeometry | None = None
) -> Monitored:  # fmt: skip
    """Count events in a territory and in an area to compare it with, as a brief asks for it.

    `events` are points in EPSG:4326 with the columns of `evidence.events.COLUMNS`; `territory` and
    `compare` are in degrees (longitude, latitude). Distances are metres of the UTM zone of the
    territory. An event counts for the week of its first day. Those known by month or by region
    only, or that run across the day of effect, are told apart.
    """
    first = period.first(asked.weeks_before)
    area, zone = buffered(territory, asked.buffer_km)
    found = _dated(events[events["type"].isin(asked.types)] if asked.types else events, period, first)

    def counted(part: BaseGeometry) -> Area:
        return _counted(_within(found, part, zone), period, first)

    beside = None
    if compare is not None:
        (projected,) = gpd.GeoSeries([compare], crs="EPSG:4326").to_crs(zone)
        beside = counted(projected.difference(area))
    return Monitored(period, first, counted(area), beside)


def buffered(territory: BaseGeometry, buffer_km: float) -> tuple[BaseGeometry, CRS]:
    """Return the territory and what lies within a distance of it, in metres, and the CRS of that."""
    shapes = gpd.GeoSeries([territory], crs="EPSG:4326")
    zone = shapes.estimate_utm_crs()
    return shapes.to_crs(zone).iloc[0].buffer(buffer_km * 1000), zone


def _within(events: gpd.GeoDataFrame, area: BaseGeometry, zone: CRS) -> gpd.GeoDataFrame:
    """Return the events in an area that is given in metres; those far from it are not projected."""
    west, south, east, north = gpd.GeoSeries([area], crs=zone).to_crs("EPSG:4326").total_bounds
    pad = 0.1  # degrees: the edge of an area bends between its corners
    near = events.cx[west - pad : east + pad, south - pad : north + pad]
    points = near.geometry.to_crs(zone)
    shapely.prepare(area)
    inside = shapely.contains_xy(area, points.x.to_numpy(), points.y.to_numpy())
    return near[inside]


def _dated(events: gpd.GeoDataFrame, period: Period, first: dt.date) -> gpd.GeoDataFrame:
    """Return the events of the time that is looked at, each with its week and whether it is too vague to count."""
    day = pd.Timestamp(period.effective)
    found = events[(events["start"] >= pd.Timestamp(first)) & (events["start"] <= pd.Timestamp(period.last))]
    week = np.floor((found["start"] - day).dt.days / WEEK).astype(int)
    across = (found["start"] < day) & (found["end"] >= day)
    vague = (found["date_precision"] >= VAGUE_DATE) | (found["place_precision"] >= VAGUE_PLACE) | across
    return found.assign(week=week, is_vague=vague)


def _counted(events: gpd.GeoDataFrame, period: Period, first: dt.date) -> Area:
    effective, last = period.effective, period.last
    sure = events[~events["is_vague"]]
    numbers = range((first - effective).days // WEEK, (last - effective).days // WEEK + 1)
    weeks = pd.DataFrame({"week": numbers})
    weeks["start"] = [effective + dt.timedelta(week * WEEK) for week in numbers]
    weeks["events"] = sure.groupby("week").size().reindex(weeks["week"], fill_value=0).to_numpy()
    weeks["vague"] = events[events["is_vague"]].groupby("week").size().reindex(weeks["week"], fill_value=0).to_numpy()
    for name in ("low", "best", "high"):
        weeks[name] = sure.groupby("week")[name].sum().reindex(weeks["week"], fill_value=0).astype(int).to_numpy()
    weeks["days"] = [min(WEEK, (last - start).days + 1) for start in weeks["start"]]
    since = _count(sure[sure["week"] >= 0], (last - effective).days + 1) if last >= effective else None
    before = _count(sure[sure["week"] < 0], min(effective - first, last + dt.timedelta(1) - first).days)
    return Area(events, weeks, before, since, int(events["is_vague"].sum()))


def _count(events: pd.DataFrame, days: int) -> Count:
    low, best, high = (int(events[name].sum()) for name in ("low", "best", "high"))
    return Count(len(events), low, best, high, days)


def dispersion(weeks: pd.DataFrame) -> float:
    """Return how many times more weekly counts vary, about the mean of their period, than Poisson's do; at least 1.

    Pearson's chi-square over its degrees of freedom (McCullagh and Nelder 1989, 4.5). Weeks that are
    not whole stay out.
    """
    whole = weeks[weeks["days"] == WEEK]
    groups = [group["events"].to_numpy(float) for _, group in whole.groupby(whole["week"] >= 0)]
    groups = [counts for counts in groups if len(counts) > 1 and counts.sum()]
    freedom = sum(len(counts) - 1 for counts in groups)
    if not freedom:
        return 1.0
    squares = math.fsum(float(((counts - counts.mean()) ** 2).sum() / counts.mean()) for counts in groups)
    return max(1.0, squares / freedom)


def rate_ratio(since: Count, before: Count, *, dispersion: float = 1.0) -> Ratio:
    """Return the ratio of two rates with its 95% interval.

    Of all events, those that fall in the second period are binomial given the sum (Przyborowski and Wilenski 1940);
    the interval is Wilson's score (1927), which for counts of two Poisson rates is the score interval
    (Gu et al. 2008). Where weekly counts vary more than chance lets them, counts are divided by the
    `dispersion`, as for an effective sample (Kish 1965): the interval becomes wider.
    """
    from statsmodels.stats.proportion import proportion_confint

    whole = since.events + before.events
    if not whole:
        return Ratio(math.nan, 0.0, math.inf, dispersion)
    shares = proportion_confint(since.events / dispersion, whole / dispersion, alpha=1 - CONFIDENCE, method="wilson")
    low, high = (float(share) / (1 - float(share)) if share < 1 else math.inf for share in shares)
    exposure = before.days / since.days
    value = since.events / before.events * exposure if before.events else math.inf
    return Ratio(value, low * exposure if since.events else 0.0, high * exposure, dispersion)
