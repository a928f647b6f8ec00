"""A change between two editions: its kinds, what it carries, and one plain sentence for it in the reader's language."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from quickview.brief import formats
from quickview.brief.records import Event, Forecast, Horizon, Quantity, Scheduled, Source, Value
from quickview.brief.vocabulary import RelationKind
from quickview.language.catalogs import Language

KINDS: Final = (
    "term-state", "deadline-passed", "deadline-near", "deadline-moved", "deadline-new", "deadline-gone",
    "end-passed", "end-near", "effect-passed", "effect-near", "until", "until-new", "until-gone",
    "term-new", "term-gone", "term-renamed",
    "measure-state", "measure-new", "measure-gone", "measure-from", "measure-until", "measure-by", "measure-on",
    "measure-renamed",
    "forecast-new", "forecast-gone", "probability-up", "probability-down", "probability-range", "forecast-word",
    "confidence", "horizon", "forecast-renamed",
    "hypothesis-new", "hypothesis-gone", "evidence-new", "evidence-gone", "evidence-marks", "hypothesis-renamed",
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
    "related-new", "related-gone",
    "side-new", "side-gone", "side-renamed",
    "place-new", "place-gone", "place-name", "place-layer", "place-holder", "place-status",
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


Look = Callable[[str], str]


def say(change: Change, language: Language) -> str:
    """Return a change as a sentence without markup."""
    template, values = phrase(change, language)
    return template.format(**values)


def phrase(change: Change, language: Language) -> tuple[str, Mapping[str, str]]:
    """Return the sentence with `{…}` where words of the brief, dates and figures go, and what goes there."""
    values = {
        "what": change.what,
        "before": _shown(change.before, language),
        "after": _shown(change.after, language),
        "says": language.gettext("according to {by}", by=formats.listed(change.by, language)) if change.by else "",
        "n": str(change.after if change.kind == "table-data" else _days(change)),
        "record": _record(change.record, language.gettext),
    }
    for name, detail in (("old", change.before), ("word", change.after)):
        values[name] = language.gettext(detail.word) if isinstance(detail, Forecast) else ""
    return _template(change, language), values


def _template(change: Change, language: Language) -> str:
    if change.kind.endswith("-near"):
        return _near(change, language)
    if change.kind == "table-data":
        return language.ngettext("{what}: {n} row changed", "{what}: {n} rows changed", int(str(change.after)))
    if change.kind.startswith("probability"):
        return _odds(change, language.gettext)
    if change.kind.endswith("-renamed"):
        return language.gettext("Renamed: {after} (was {before})")
    if change.kind == "place-holder" and not (change.before and change.after):
        _ = language.gettext
        return _("{what}: now held by {after}") if change.after else _("{what}: no longer held by {before}")
    return {**_terms(language.gettext), **_people(language.gettext), **_frame(language.gettext)}[change.kind]


def _near(change: Change, language: Language) -> str:
    days = _days(change)
    ngettext = language.ngettext
    if change.kind == "effect-near":
        return ngettext("Takes effect in {n} day: {what}, {after} ({says})", "Takes effect in {n} days: {what}, {after} ({says})", days)  # fmt: skip
    if change.kind == "end-near":
        return ngettext("Ends in {n} day: {what}, {after} ({says})", "Ends in {n} days: {what}, {after} ({says})", days)
    if days == 0:
        return language.gettext("Deadline today: {what}, {after} ({says})")
    return ngettext(
        "Deadline in {n} day: {what}, {after} ({says})", "Deadline in {n} days: {what}, {after} ({says})", days
    )


def _days(change: Change) -> int:
    """Return the days from one date of a change to the other; 0 where it has no two dates."""
    dates = [one for one in (change.before, change.after) if isinstance(one, dt.date)]
    return (dates[-1] - dates[0]).days if dates else 0


def _odds(change: Change, _: Look) -> str:
    was, now = change.before, change.after
    same = isinstance(was, Forecast) and isinstance(now, Forecast) and was.word == now.word
    moved = {
        "probability-up": _("{what}: up from {before} to {after}, now {word} (was {old})"),
        "probability-down": _("{what}: down from {before} to {after}, now {word} (was {old})"),
        "probability-range": _("{what}: from {before} to {after}, now {word} (was {old})"),
    }
    kept = {
        "probability-up": _("{what}: up from {before} to {after}, still {word}"),
        "probability-down": _("{what}: down from {before} to {after}, still {word}"),
        "probability-range": _("{what}: from {before} to {after}, still {word}"),
    }
    return (kept if same else moved)[change.kind]


def _terms(_: Look) -> dict[str, str]:
    return {
        "term-state": _("{what}: from {before} to {after}"),
        "deadline-passed": _("Deadline passed: {what}, {after} ({says})"),
        "deadline-moved": _("Deadline moved: {what}, from {before} to {after} ({says})"),
        "deadline-new": _("New deadline: {what}, {after} ({says})"),
        "deadline-gone": _("Deadline no longer given: {what}, {before} ({says})"),
        "effect-passed": _("In effect: {what}, since {after} ({says})"),
        "end-passed": _("Ended: {what}, {after} ({says})"),
        "effective": _("{what}: in effect from {after} (was {before})"),
        "effective-new": _("{what}: in effect from {after} ({says})"),
        "effective-gone": _("{what}: day of effect no longer given, {before} ({says})"),
        "until": _("{what}: in effect until {after} (was {before})"),
        "until-new": _("{what}: in effect until {after} ({says})"),
        "until-gone": _("{what}: end no longer given, {before} ({says})"),
        "measure-state": _("{what}: from {before} to {after}"),
        "measure-new": _("New measure: {what}"),
        "measure-gone": _("Measure dropped: {what}"),
        "measure-from": _("{what}: applies from {after} (was {before})"),
        "measure-until": _("{what}: applies until {after} (was {before})"),
        "measure-by": _("{what}: taken by {after} (was {before})"),
        "measure-on": _("{what}: aimed at {after} (was {before})"),
        "term-new": _("New term: {what}"),
        "term-gone": _("Term dropped: {what}"),
        "forecast-new": _("New forecast: {what}, {after}, {word}"),
        "forecast-gone": _("Forecast dropped: {what}"),
        "forecast-word": _("{what}: now {word} (was {old})"),
        "confidence": _("{what}: confidence {after} (was {before})"),
        "horizon": _("{what}: horizon {after} (was: {before})"),
        "figure-new": _("New figure: {what}, {after}"),
        "figure-gone": _("Figure dropped: {what}"),
        "figure-revised": _("{what}: from {before} to {after} ({says})"),
        "value-new": _("{what}: new figure, {after} ({says})"),
        "value-gone": _("{what}: figure dropped, {before} ({says})"),
        "figure-unit": _("{what}: counted in {after} (was {before})"),
    }


def _people(_: Look) -> dict[str, str]:
    return {
        "actor-new": _("New actor: {after}"),
        "actor-gone": _("Actor dropped: {before}"),
        "stance": _("{what}: stance “{after}” (was “{before}”)"),
        "actor-side": _("{what}: side “{after}” (was “{before}”)"),
        "relation-new": _("New relation: {after}"),
        "relation-gone": _("Relation dropped: {after}"),
        "relation-kind": _("Relation changed: {after} (was: {before})"),
        "agreement-new": _("New agreement: {what}"),
        "agreement-gone": _("Agreement dropped: {what}"),
        "parties": _("Parties to the agreement: {after} (were: {before})"),
        "guarantors": _("Guarantors of the agreement: {after} (were: {before})"),
        "signature-moved": _("{what}: signed on {after}, not {before} ({says})"),
        "signature-new": _("{what}: signed on {after} ({says})"),
        "signature-gone": _("{what}: date of signature dropped, {before} ({says})"),
        "event-new": _("New event: {what}, {after}"),
        "event-gone": _("Event dropped: {what}, {before}"),
        "event-date": _("{what}: date {after} (was {before})"),
        "scheduled-new": _("Set: {what}, {after}"),
        "scheduled-gone": _("No longer set: {what}, {before}"),
        "scheduled-moved": _("{what}: set for {after} (was {before})"),
    }


def _frame(_: Look) -> dict[str, str]:
    return {
        "source-new": _("New source: {after}, {what}"),
        "source-gone": _("Source dropped: {before}, {what}"),
        "source-grade": _("Source {what}: grade {after} (was {before})"),
        "table-new": _("New table: {what}"),
        "table-gone": _("Table dropped: {what}"),
        "site-new": _("New site: {what}, {after}"),
        "site-gone": _("Site dropped: {what}, {before}"),
        "site-holder": _("{what}: now held by {after}, before by {before}"),
        "site-located": _("{what}: position {after} (was {before})"),
        "precedent-new": _("New precedent: {what}"),
        "precedent-gone": _("Precedent dropped: {what}"),
        "related-new": _("New related report: {what}"),
        "related-gone": _("Related report dropped: {what}"),
        "side-new": _("New side: {what}"),
        "side-gone": _("Side dropped: {what}"),
        "place-new": _("Place given: {what}"),
        "place-gone": _("Place no longer given: {what}"),
        "place-name": _("Renamed: {after} (was {before})"),
        "place-layer": _("{what}: outline drawn anew, {after} (was {before})"),
        "place-holder": _("{what}: now held by {after}, before by {before}"),
        "place-status": _("{what}: now “{after}” (was “{before}”)"),
        "headline": _("Headline: “{after}” (was “{before}”)"),
        "standfirst": _("Standfirst: “{after}” (was “{before}”)"),
        "hypothesis-new": _("New explanation: {what}"),
        "hypothesis-gone": _("Explanation dropped: {what}"),
        "evidence-new": _("New evidence: {what}"),
        "evidence-gone": _("Evidence dropped: {what}"),
        "evidence-marks": _("Evidence weighed anew: {what}"),
        "limit-new": _("New limit: {what}"),
        "limit-gone": _("Limit dropped: {what}"),
        "section-new": _("New section: {what}"),
        "section-gone": _("Section dropped: {what}"),
        "section-rewritten": _("Section rewritten: {what}"),
        "reworded": _("{record}, changed in detail: {what}"),
    }


def _record(record: str, _: Look) -> str:
    return {
        "term": _("Term"),
        "forecast": _("Forecast"),
        "hypothesis": _("Explanation"),
        "evidence": _("Evidence"),
        "figure": _("Figure"),
        "actor": _("Actor"),
        "relation": _("Relation"),
        "agreement": _("Agreement"),
        "event": _("Event"),
        "measure": _("Measure"),
        "scheduled": _("Date in the calendar"),
        "source": _("Source"),
        "site": _("Site"),
        "table": _("Table"),
        "words": _("Words for a figure"),
        "precedent": _("Precedent"),
        "related": _("Related report"),
        "side": _("Side"),
        "place": _("Place"),
        "document": _("Report"),
    }.get(record, "")


def _shown(detail: Detail, language: Language) -> str:
    match detail:
        case None:
            return "–"
        case StrEnum():
            return language.gettext(str(detail))
        case str():
            return detail
        case dt.date():
            return language.date(detail)
        case Event() | Scheduled():
            return formats.dated(detail.date, detail.precision, language)
        case Value():
            return formats.value(detail, language)
        case Quantity():
            return f"{formats.listed([formats.value(one, language) for one in detail.values], language)} {detail.unit}"
        case Forecast():
            return formats.percent(detail.probability.low, detail.probability.high, language)
        case Horizon():
            return f"{detail.text} ({_shown(detail.date, language)})" if detail.date else detail.text
        case Source():
            return f"{detail.reliability}{detail.credibility}"
        case Tie():
            return language.gettext(
                "{one} {relation} {other}",
                one=detail.origin, relation=language.gettext(detail.kind), other=detail.target,
            )  # fmt: skip
    return formats.listed(detail, language) or "–"
