"""Characters that the kit's fonts have no glyph for: which they are, what they are called, what to write instead.

The fonts themselves need not be opened for it, so that a brief is checked at once.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from quickview.errors import MOST_SHOWN

BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction of the text around them."""

CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Characters that are no text: C0 and C1 controls, separators that split lines, surrogates, non-characters."""

_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
INVISIBLE: Final = re.compile(
    # Fillers, soft hyphens, word joiners, tags and other signs of formatting: what they hide, no reader sees.
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    # Scripts that join their letters, or part no words, need what joins, parts or varies them; Latin, Greek and Cyrillic do not.
    r"|(?<![^\s\u0000-\u058f\u1e00-\u1fff\u2000-\u206f])[\u200b-\u200d]"
    rf"|(?<![^\s\u0000-\"\$-\)\+-/:-\u00a8\u00aa-\u00ad\u00af-\u058f\u1e00-\u1fff\u2000-\u203b\u203d-\u2048\u204a-\u206f{_SELECTORS}])"
    f"[{_SELECTORS}]"
)
"""Characters that are never seen and mean nothing where they stand."""

DIRECTED: Final = re.compile("[\u061c\u200e\u200f]")
"""Marks that stand for a letter of one direction."""

HIDDEN: Final = re.compile(f"{BIDI.pattern[:-1]}{CONTROL.pattern[1:]}|{INVISIBLE.pattern}")
MEND_BIDI: Final = "remove it; the report sets the direction of each name itself"

COVERED: Final = (
    "0,D,20-7E,A0-17F,18F,192,1A0-1A1,1AF-1B0,1CD-1DC,1FA-1FF,218-21B,237,259,2BB-2BC,2C6-2C7,2DA,2DC-2DD,"
    "300-301,303-304,308-309,323,37E,384-38A,38C,38E-3A1,3A3-3CE,400-45F,490-491,4B0-4B1,600-604,606-61B,"
    "61E-6A1,6A3-6FF,750-77F,8A0,8A2-8AC,8B3,8E4-8FE,1E80-1E85,1E9E,1EA0-1EF9,2002,2009,200B,2010,2013-2014,"
    "2018-201A,201C-201E,2020,2022,2026,2032-2033,2039-203A,2044,20A1,20A4,20A6,20A8-20AE,20B1-20B2,20B4-20B5,"
    "20B8-20BA,20BD,20BF,2113,2116,2122,2191,2193,2212,2215,FB51,FB53-FB55,FB57-FB59,FB5B-FB5D,FB5F-FB61,"
    "FB63-FB65,FB67-FB69,FB6B-FB6D,FB6F-FB71,FB73-FB75,FB77-FB79,FB7B-FB7D,FB7F-FB81,FB83,FB85,FB87,FB89,FB8B,"
    "FB8D,FB8F-FB91,FB93-FB95,FB97-FB99,FB9B-FB9D,FB9F,FBA1,FBA5,FBA7-FBA9,FBAB-FBAD,FBAF,FBB1-FBC1,FBD4-FBD6,"
    "FBD8,FBDA,FBDC,FBDF,FBE1,FBE3,FBE5-FBE9,FBFD-FBFF,FC03-FC04,FC09-FC0A,FC0F-FC10,FC13-FC14,FC31-FC32,"
    "FC35-FC36,FC3D-FC3E,FC42-FC44,FC4F-FC50,FC59-FC5D,FC64-FC65,FC67-FC6B,FC6D-FC71,FC73-FC77,FC79-FC7B,"
    "FC83-FC84,FC8A-FC8B,FC8D-FC92,FC94-FC96,FCCC,FCD9,FCF2-FCF4,FCFB-FCFE,FD05-FD08,FD0D-FD10,FD17-FD1A,"
    "FD21-FD24,FD29-FD2C,FD3C-FD3F,FDF1-FDF2,FDF4,FDFA-FDFD,FE70-FE74,FE76-FEFC,FEFF,FFFD"
)
"""Code points that IBM Plex Sans, as the kit carries it, has glyphs for."""

_ESCAPED: Final = re.sub("[0-9A-F]+", lambda code: rf"\U{code[0]:0>8}", COVERED).replace(",", "")
_LACKING: Final = re.compile(rf"[^\s{_ESCAPED}]")
_UNDRAWN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""Characters besides format controls that are never seen themselves (`Default_Ignorable_Code_Point`)."""

_INSTEAD: Final = {
    "L": "write it in Latin letters",
    "Co": "write what it stands for: each font has another sign at this number",
    "Cn": "check that it is the character you mean",
    "Mn": "write the letter that has the mark in it, if there is one",
}
_BETWEEN: Final = re.compile(r"[^\w\n|]*")
_IN_WORDS: Final = "write it in words"


def hidden(text: str, *, hint: str = "remove it") -> Iterator[tuple[int, str, str, str]]:
    """Yield (offset, code, what, mend) of direction controls, invisible and control characters of a text; `mend` is for the last."""
    for match in HIDDEN.finditer(text):
        number = f"U+{ord(match[0]):04X}"
        if BIDI.match(match[0]):
            yield match.start(), "E-TEXT-BIDI", f"the direction control {number}", MEND_BIDI
        elif not CONTROL.match(match[0]):
            yield match.start(), "E-TEXT-INVISIBLE", f"{named(match[0])}, which nobody sees", "remove it"
        else:
            yield match.start(), "E-TEXT-CONTROL", f"the control character {number}", hint


def directed(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Yield (offset, code, what, mend) of the marks of direction of a text, which do no harm."""
    for match in DIRECTED.finditer(text):
        yield match.start(), "W-TEXT-INVISIBLE", f"{named(match[0])}, which nobody sees", MEND_BIDI


def reveal(text: str) -> str:
    """Return a text of the same length with U+FFFD for each hidden character."""
    return HIDDEN.sub("\ufffd", text)


def missing(text: str) -> set[str]:
    """Return the characters of a text that no font of the kit can show; other fonts will have to."""
    return {character for character in set(_LACKING.findall(text)) if not is_undrawn(character)}


def is_undrawn(character: str) -> bool:
    """Whether a character only tells how others are shown."""
    return unicodedata.category(character) == "Cf" or bool(_UNDRAWN.match(character))


def runs(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, run) of characters no font of the kit has, with what stands between them on a line besides words."""
    lacking = missing(text)
    places = [n for n, character in enumerate(text) if character in lacking] if lacking else []
    start = None
    for here, following in itertools.zip_longest(places, places[1:]):
        start = here if start is None else start
        if following is None or not _BETWEEN.fullmatch(text, here + 1, following):
            yield start, text[start : here + 1]
            start = None


def named(characters: Iterable[str]) -> str:
    """Return characters by number and name, as "U+1F525 FIRE"; of many, those after the tenth as they are."""
    rest = iter(characters)
    told = ", ".join(
        f"U+{ord(c):04X} {unicodedata.name(c, 'without a name')}" for c in itertools.islice(rest, MOST_SHOWN)
    )
    more = list(rest)
    return f"{told} and {len(more)} more: {' '.join(more)}" if more else told


def instead(run: str) -> str:
    """Return what to write instead of a run, which is a word if it has a letter."""
    kinds = [unicodedata.category(character) for character in run]
    return _INSTEAD["L"] if any(kind[0] == "L" for kind in kinds) else _INSTEAD.get(kinds[0], _IN_WORDS)
