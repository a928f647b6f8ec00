"""Words of estimative probability and the numbers they stand for.

Source of both rows: Intelligence Community Directive 203, *Analytic Standards*
(Office of the Director of National Intelligence, 2 January 2015), section D.6.e(2)(a).
"""

import itertools
import re
from dataclasses import dataclass
from typing import Final


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
    return [start for start, sentence in sentences(text) if _CONFIDENCE.search(sentence) and find_words(sentence)]
