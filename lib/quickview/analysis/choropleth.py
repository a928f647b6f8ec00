"""Regions coloured by a value each: classes of figures, or categories, and what the legend and table say of them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from quickview.analysis.territory import Territory
from quickview.brief.records import Choropleth
from quickview.language.catalogs import Language
from quickview.theme.palette import STEPS

HATCHES: Final = (1.0, 0.35, 2.8, 1.8, 0.6, 0.15)
"""Slopes of the hatching of categories, by their place in the list, so that eyes of every kind can tell them apart."""


@dataclass(frozen=True)
class Fill:
    """How a region is filled: a colour of the palette, and perhaps lines of another at a slope."""

    colour: str
    lines: str = ""
    slope: float = 1.0
    spacing: float = 6.0


NO_DATA: Final = Fill("paper", "line", spacing=5.0)


@dataclass(frozen=True)
class Classes:
    """What a value of a choropleth is shown by, and how the legend explains it."""

    limits: tuple[float, ...]
    fills: tuple[Fill, ...]
    labels: tuple[str, ...]
    names: tuple[str, ...] = ()
    """The words that stand for categories; none where values are figures."""

    def number(self, value: object) -> int | None:
        """Return the place of a value among the classes; None for no value."""
        if isinstance(value, int | float):
            return bisect_right(self.limits, value)
        return self.names.index(value) if isinstance(value, str) else None

    def fill(self, value: object) -> Fill:
        """Return how a region of a value is filled."""
        number = self.number(value)
        return NO_DATA if number is None else self.fills[number]


def side_fill(number: int | None, slope: float, spacing: float) -> Fill:
    """Return the fill of what a side holds, or nobody: its colour, and lines that tell it without colour."""
    return Fill(f"tint-{number}" if number else "land-2", f"side-{number}" if number else "muted", slope, spacing)


def classes_of(territory: Territory) -> Classes:
    """Return the classes of a brief's choropleth."""
    facts, language = territory.brief.facts, territory.brief.language
    choropleth = territory.place.choropleth
    if choropleth is None:
        return Classes((), (), ())
    if choropleth.categories:
        sides = [side.id for side in facts.sides]
        numbers = [sides.index(one.side) + 1 if one.side in sides else 0 for one in choropleth.categories]
        fills = [side_fill(n, slope, 5.0) for n, slope in zip(numbers, HATCHES, strict=False)]
        labels = tuple(one.label for one in choropleth.categories)
        return Classes((), tuple(fills), labels, tuple(one.status for one in choropleth.categories))
    limits = _limits(choropleth)
    steps = np.linspace(1, STEPS, len(limits) + 1).round().astype(int) if limits else [STEPS // 2 + 1]
    return Classes(limits, tuple(Fill(f"step-{step}") for step in steps), _labels(limits, choropleth, language))


def _figures(choropleth: Choropleth) -> list[int | float]:
    return [value for value in choropleth.values.values() if not isinstance(value, str)]  # noqa: PD011 (a field of the brief)


def _limits(choropleth: Choropleth) -> tuple[float, ...]:
    """Return what parts one class from the next; a figure on a limit is in the upper class."""
    if isinstance(choropleth.classes, tuple):
        return tuple(map(float, choropleth.classes))
    values = sorted(_figures(choropleth))
    shares = [n / choropleth.count for n in range(1, choropleth.count)]
    if choropleth.classes == "equal":
        low, high = values[0], values[-1]
        return tuple(sorted({float(f"{low + share * (high - low):.3g}") for share in shares if low < high}))
    ends = [int(np.ceil(share * len(values))) for share in shares]
    pairs = [(values[end - 1], values[end]) for end in ends if 0 < end < len(values)]
    return tuple(sorted({_round_between(low, high) for low, high in pairs if low < high}))


def _round_between(low: float, high: float) -> float:
    """Return the roundest figure above one and not above another."""
    trials = (float(f"{(low + high) / 2:.{digits}g}") for digits in range(1, 17))
    return next((trial for trial in trials if low < trial <= high), float(high))


def _labels(limits: Sequence[float], choropleth: Choropleth, language: Language) -> tuple[str, ...]:
    _ = language.gettext
    if not limits:
        return (language.span(min(_figures(choropleth)), max(_figures(choropleth))),)
    shown = [language.number(limit) for limit in limits]
    between = [_("{low} to under {high}", low=low, high=high) for low, high in pairwise(shown)]
    return (_("under {limit}", limit=shown[0]), *between, _("{limit} and more", limit=shown[-1]))


def heading(choropleth: Choropleth) -> str:
    """Return what is shown, with its unit."""
    return f"{choropleth.label} ({choropleth.unit})" if choropleth.unit else choropleth.label


def values_of(territory: Territory) -> list[Any]:
    """Return the value of each region in the order of their layer; None for no data."""
    choropleth = territory.place.choropleth
    return [choropleth.values.get(str(code)) for code in territory.regions[choropleth.column]] if choropleth else []  # noqa: PD011 (a field of the brief)


def written(value: object, territory: Territory) -> str:
    """Return a value as the map and the table write it."""
    language, classes = territory.brief.language, classes_of(territory)
    if isinstance(value, int | float):
        return language.number(value)
    number = classes.number(value)
    return language.gettext("no data") if number is None else classes.labels[number]


def regions_table(territory: Territory) -> pd.DataFrame:
    """Return the regions of a choropleth: Region, Code, the value, and its class where it is a figure; by name."""
    _, choropleth, classes = territory.brief.language.gettext, territory.place.choropleth, classes_of(territory)
    if choropleth is None:
        return pd.DataFrame()
    values = values_of(territory)
    columns = {
        _("Region"): territory.regions["shown"].tolist(),
        _("Code"): [str(code) for code in territory.regions[choropleth.column]],
        heading(choropleth): [written(value, territory) for value in values],
    }
    if not choropleth.categories:
        numbers = map(classes.number, values)
        columns[_("Class")] = [_("no data") if n is None else classes.labels[n] for n in numbers]
    return pd.DataFrame(columns).drop_duplicates().sort_values([_("Region"), _("Code")], ignore_index=True)
