"""The field's own words: the closed lists a brief chooses from, what they mean, and the numbers words of probability stand for."""

import calendar
import datetime as dt
import itertools
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Reliability(StrEnum):
    """Admiralty code: how far a source can be relied on."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


RELIABILITY: Final = {
    Reliability.A: "completely reliable",
    Reliability.B: "usually reliable",
    Reliability.C: "fairly reliable",
    Reliability.D: "not usually reliable",
    Reliability.E: "unreliable",
    Reliability.F: "reliability cannot be judged",
}

CREDIBILITY: Final = {
    1: "confirmed by other sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "truth cannot be judged",
}
"""Admiralty code: how credible the information is, 1 (best) to 6."""


class Category(StrEnum):
    """PA-X provision codes that fit a local truce (PA-X Peace Agreements Database codebook)."""

    CEASEFIRE = "Ce"
    CEASEFIRE_PROVISION = "CeProv"
    DISARMAMENT = "SsrDdr"
    FOREIGN_FORCES = "SsrPsf"
    DETENTION = "HrDet"
    MOBILITY = "HrMob"
    HUMANITARIAN = "DevHum"
    INFRASTRUCTURE = "DevInfra"
    TERRITORY = "Terr"
    PEACEKEEPERS = "ImPK"
    OTHER_IMPLEMENTATION = "ImOth"
    PUBLIC_ADMINISTRATION = "Pubad"


CATEGORY: Final = {
    Category.CEASEFIRE: "Ceasefire",
    Category.CEASEFIRE_PROVISION: "Ceasefire provision",
    Category.DISARMAMENT: "Disarmament",
    Category.FOREIGN_FORCES: "Foreign forces",
    Category.DETENTION: "Detention",
    Category.MOBILITY: "Mobility and access",
    Category.HUMANITARIAN: "Humanitarian aid",
    Category.INFRASTRUCTURE: "Infrastructure",
    Category.TERRITORY: "Territory",
    Category.PEACEKEEPERS: "Peacekeepers",
    Category.OTHER_IMPLEMENTATION: "Implementation",
    Category.PUBLIC_ADMINISTRATION: "Public administration",
}


class TermState(StrEnum):
    """How far a term of an agreement, or a measure, has come at `as_of`."""

    IN_FORCE = "in force"
    UNDER_WAY = "under way"
    PENDING = "pending"
    MET = "met"
    CONTESTED = "contested"
    BREACHED = "breached"
    SUSPENDED = "suspended"
    ENDED = "ended"
    UNKNOWN = "not known"


class ActorKind(StrEnum):
    """What an actor is."""

    STATE = "state"
    MINISTRY = "ministry"
    ARMED_GROUP = "armed group"
    ARMED_FORCES = "armed forces"
    MILITARY_POLICE = "military police"
    SECURITY_SERVICE = "security service"
    POLITICAL_BODY = "political body"
    GOVERNMENT = "government"
    PARLIAMENT = "parliament"
    PARTY = "party"
    COALITION = "coalition"
    COURT = "court"
    CENTRAL_BANK = "central bank"
    ELECTORAL_BODY = "electoral body"
    REGULATOR = "regulator"
    LOCAL_COUNCIL = "local council"
    PERSON = "person"
    COMPANY = "company"
    MEDIA = "media"
    TRADE_UNION = "trade union"
    RELIGIOUS_BODY = "religious body"
    CIVIL_SOCIETY = "civil society"
    MOVEMENT = "movement"
    INTERNATIONAL_ORGANISATION = "international organisation"


class Stance(StrEnum):
    """Where an actor stands towards the agreement or event."""

    SUPPORTS = "supports"
    RESERVATIONS = "reservations"
    BOUND = "bound"
    EXCLUDED = "excluded"
    GUARANTEES = "guarantees"
    WATCHES = "watches"


class RelationKind(StrEnum):
    """How one actor acts on another; the first named acts."""

    PART_OF = "part of"
    LEADS = "leads"
    LED = "formerly led"
    SPEAKS_FOR = "speaks for"
    DEPLOYS = "deploys"
    BACKS = "backs"
    FUNDS = "funds"
    SUPPLIES = "supplies"
    OWNS = "owns"
    APPOINTS = "appoints"
    ALLIED_WITH = "allied with"
    LINKED_TO = "linked to"
    TRADES_WITH = "trades with"
    NEGOTIATES_WITH = "negotiates with"
    NEGOTIATES_FOR = "negotiates for"
    MEDIATES = "mediates for"
    AGREES_WITH = "agrees with"
    GUARANTEES = "guarantees to"
    MONITORS = "monitors"
    GOVERNS = "governs"
    REGULATES = "regulates"
    RECOGNISES = "recognises"
    ACCEPTS = "accepts"
    CRITICISES = "criticises"
    WARNS = "warns"
    RIVAL_OF = "rival of"
    OPPOSES = "opposes"
    SUES = "sues"
    RULES_AGAINST = "rules against"
    SANCTIONS = "sanctions"
    EXPELS = "must expel"
    FIGHTS = "fights"
    SEIZES_FROM = "seizes from"


class RelationFamily(StrEnum):
    """The four line styles that relations are drawn in."""

    BELONGS = "belongs to or backs"
    TALKS = "talks or agrees"
    OVERSEES = "guarantees, monitors or governs"
    OPPOSES = "opposes or warns"


_FAMILIES: Final = {
    RelationFamily.BELONGS: "part of, leads, formerly led, speaks for, deploys, backs, funds, supplies, owns, allied with, linked to",
    RelationFamily.TALKS: "trades with, negotiates with, negotiates for, mediates for, agrees with, recognises, accepts",
    RelationFamily.OVERSEES: "appoints, guarantees to, monitors, governs, regulates",
    RelationFamily.OPPOSES: "criticises, warns, rival of, opposes, sues, rules against, sanctions, must expel, fights, seizes from",
}
FAMILY: Final = {RelationKind(kind): family for family, kinds in _FAMILIES.items() for kind in kinds.split(", ")}


class Confidence(StrEnum):
    """How sound the information behind a judgement is; not how likely the thing is."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Bearing(StrEnum):
    """How a piece of evidence bears on a hypothesis (Heuer 1999, Psychology of Intelligence Analysis, ch. 8)."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    NEUTRAL = "neutral"
    NOT_APPLICABLE = "not applicable"


BEARINGS: Final = {
    "C": Bearing.CONSISTENT,
    "I": Bearing.INCONSISTENT,
    "N": Bearing.NEUTRAL,
    "NA": Bearing.NOT_APPLICABLE,
}
"""The marks of a matrix of hypotheses, as a brief writes them."""


class Precision(StrEnum):
    """How exactly an event's date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


def last_day(date: dt.date, precision: Precision) -> dt.date:
    """Return the last day that a date known so exactly may mean."""
    if precision is Precision.DAY:
        return date
    month = date.month if precision is Precision.MONTH else 12
    return date.replace(month=month, day=calendar.monthrange(date.year, month)[1])


class RouteKind(StrEnum):
    """What a line of a map is; each is drawn in a way of its own."""

    ROAD = "road"
    RAIL = "railway"
    RIVER = "river"
    BORDER = "border"
    FRONT_LINE = "front line"
    PIPELINE = "pipeline"
    POWER_LINE = "power line"
    FERRY = "ferry line"


class Located(StrEnum):
    """How surely a site's position is known."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    NOT_FOUND = "not found"


@dataclass(frozen=True)
class Band:
    """One column of the yardstick: its words in both rows and its range in per cent."""

    low: int
    high: int
    words: tuple[str, str]


ICD203: Final = (
    Band(1, 5, ("almost no chance", "remote")),
    Band(5, 20, ("very unlikely", "highly improbable")),
    Band(20, 45, ("unlikely", "improbable")),
    Band(45, 55, ("roughly even chance", "roughly even odds")),
    Band(55, 80, ("likely", "probable")),
    Band(80, 95, ("very likely", "highly probable")),
    Band(95, 99, ("almost certain", "nearly certain")),
)

WORDS: Final = {word: (band, row) for band in ICD203 for row, word in enumerate(band.words)}

_LONGEST_FIRST: Final = sorted(WORDS, key=len, reverse=True)
# "remote" alone is more often a place than a probability, so prose is not searched for it.
_IN_PROSE: Final = re.compile(
    r"\b(" + "|".join(word.replace(" ", r"\s+") for word in _LONGEST_FIRST if word != "remote") + r")\b", re.IGNORECASE
)
_CONFIDENCE: Final = re.compile(
    r"\b(?:(?:low|moderate|medium|high)(?:\s+level\s+of)?\s+confidence"
    r"|confidence\s+(?:\w+\s+){0,3}(?:low|moderate|medium|high))\b",
    re.IGNORECASE,
)
# A full stop ends a sentence only where a capital follows, so that "U.S. forces" does not.
# Quotes and brackets may close behind the stop. Items of a list and lines of a table are sentences of their own.
_SENTENCE_END: Final = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][\"'”’)\]]))\s+(?=[^\s\da-z])|\n\s*\n|\n\s*(?=(?:[-*+]|\d+[.)])\s|\|)"
)


def band_of(word: str) -> Band:
    """Return the band a yardstick word stands for; KeyError for any other word."""
    return WORDS[word][0]


def row_of(word: str) -> int:
    """Return 0 for a word of the first row of ICD 203, 1 for the second."""
    return WORDS[word][1]


def agrees(word: str, low: float, high: float) -> bool:
    """Whether a probability from `low` to `high` per cent lies inside the word's band."""
    band = band_of(word)
    return band.low <= low <= high <= band.high


def words_for(low: float, high: float) -> tuple[str, ...]:
    """Return the first-row words whose band holds the range, weakest first; empty if none does."""
    return tuple(b.words[0] for b in ICD203 if b.low <= low <= high <= b.high)


def find_words(text: str) -> list[tuple[int, str]]:
    """Return each yardstick word in a text as (offset, word in lower case), in order."""
    return [(match.start(), " ".join(match[1].lower().split())) for match in _IN_PROSE.finditer(text)]


def sentences(text: str) -> list[tuple[int, str]]:
    """Split a text into sentences, each with its offset in the text."""
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    pairs = [(start, text[start:end]) for start, end in itertools.pairwise(starts)]
    return [(start + len(part) - len(part.lstrip()), part.strip()) for start, part in pairs if part.strip()]


def mixed_sentences(text: str) -> list[int]:
    """Return offsets of sentences that state a confidence level and a likelihood together."""
    if not _CONFIDENCE.search(text):
        return []
    return [start for start, sentence in sentences(text) if _CONFIDENCE.search(sentence) and find_words(sentence)]
