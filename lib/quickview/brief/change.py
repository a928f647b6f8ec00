"""A change between two editions of a brief: its kinds, by weight, and what it carries."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from quickview.brief.records import Event, Forecast, Horizon, Quantity, Scheduled, Source, Value
from quickview.brief.vocabulary import RelationKind

KINDS: Final = (
    "term-state", "deadline-passed", "deadline-near", "deadline-moved", "deadline-new", "deadline-gone",
    "end-passed", "end-near", "effect-passed", "effect-near", "until", "until-new", "until-gone",
    "term-new", "term-gone", "term-renamed",
    "measure-state", "measure-new", "measure-gone", "measure-from", "measure-until", "measure-by", "measure-on",
    "measure-renamed",
    "forecast-new", "forecast-gone", "probability-up", "probability-down", "probability-range", "forecast-word",
    "confidence", "horizon", "forecast-renamed",
    "figure-new", "figure-gone", "figure-revised", "value-new", "value-gone", "figure-unit", "figure-renamed",
    "actor-new", "actor-gone", "stance", "actor-side", "actor-renamed",
    "relation-new", "relation-gone", "relation-kind",
    "agreement-new", "agreement-gone", "agreement-renamed", "parties", "guarantors",
    "effective", "effective-new", "effective-gone",
    "signature-moved", "signature-new", "signature-gone",
    "event-new", "event-gone", "event-date", "event-renamed",
    "scheduled-new", "scheduled-gone", "scheduled-moved", "scheduled-renamed",
    "table-new", "table-gone", "table-data", "table-renamed",
    "source-new", "source-gone", "source-grade", "source-renamed",
    "site-new", "site-gone", "site-holder", "site-located", "site-renamed",
    "precedent-new", "precedent-gone", "precedent-renamed",
    "side-new", "side-gone", "side-renamed",
    "place-new", "place-gone", "place-name", "place-layer", "place-holder",
    "headline", "standfirst",
    "limit-new", "limit-gone",
    "section-new", "section-gone", "section-renamed", "section-rewritten",
    "reworded",
)  # fmt: skip
"""Every kind of change, the weightiest first."""


@dataclass(frozen=True)
class Tie:
    """A relation with the names of those it joins."""

    origin: str
    kind: RelationKind
    target: str


Detail = (
    str | dt.date | Value | Quantity | Forecast | Horizon | Event | Scheduled | Source | Tie | tuple[str, ...] | None
)


@dataclass(frozen=True)
class Change:
    """One change: of what kind, in which kind of record, its id and name, and what it was and is."""

    kind: str
    record: str
    id: str
    what: str = ""
    before: Detail = None
    after: Detail = None
    by: tuple[str, ...] = ()
    """Who says so, where sources may disagree."""
