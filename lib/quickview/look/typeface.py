"""IBM Plex Sans: which files cover which characters, and how wide a text is.

Latin, Greek, Cyrillic, Vietnamese and Arabic come with the kit (SIL Open Font
License 1.1), because a reader's machine may have none that go together.
"""

import base64
import functools
import io
import unicodedata
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY: Final = "IBM Plex Sans"
STACK: Final = f"'{FAMILY}', 'Noto Sans', 'Segoe UI', Arial, sans-serif"
REGULAR: Final = 400
BOLD: Final = 600


@dataclass(frozen=True)
class Face:
    """One font file: the script it covers and its weight."""

    script: str
    weight: int


SCRIPTS: Final = ("latin", "latin-ext", "greek", "cyrillic", "vietnamese", "arabic")
"""In the order they are asked for a character; the files divide the characters among them."""


@functools.cache
def _font(face: Face) -> tuple[dict[int, int], int]:
    """Return advance widths by code point, and the units of an em."""
    with TTFont(_file(face)) as font:
        advances = font["hmtx"].metrics
        widths = {code: advances[glyph][0] for code, glyph in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm


def _file(face: Face) -> str:
    path = resources.files(__package__) / "fonts" / f"plex-sans-{face.script}-{face.weight}.woff2"
    return str(path)


def width(text: str, size: float, *, weight: int = REGULAR) -> float:
    """Return the width of a text in pixels at `size` pixels, without kerning.

    Arabic is summed as isolated letters, which is wider than it is drawn.
    """
    return sum(_advance(ord(character), weight) for character in text) * size


@functools.cache
def _advance(code: int, weight: int) -> float:
    for script in SCRIPTS:
        widths, em = _font(Face(script, weight))
        if code in widths:
            return widths[code] / em
    return 1.0


def faces_for(text: str) -> list[Face]:
    """Return the faces needed to set a text, in both weights."""
    wanted = {ord(character) for character in text if not character.isspace()}
    chosen = []
    for script in SCRIPTS:
        covered = wanted & _font(Face(script, REGULAR))[0].keys()
        if covered:
            chosen.append(script)
            wanted -= covered
    return [Face(script, weight) for script in chosen for weight in (REGULAR, BOLD)]


def missing(text: str) -> set[str]:
    """Return the characters no face covers; the reader's own fonts will have to."""
    known = {code for script in SCRIPTS for code in _font(Face(script, REGULAR))[0]}
    return {c for c in text if not c.isspace() and unicodedata.category(c) != "Cf" and ord(c) not in known}


def font_face_css(text: str) -> str:
    """Return `@font-face` rules with the fonts a text needs inside, cut down to its characters."""
    return "\n".join(_rule(face, text) for face in faces_for(text))


def latin_face_css() -> str:
    """Return `@font-face` rules for Latin text of any kind, the files as they are."""
    faces = [Face("latin", weight) for weight in (REGULAR, BOLD)]
    return "\n".join(_font_face(face, Path(_file(face)).read_bytes(), _own_codes(face)) for face in faces)


def _rule(face: Face, text: str) -> str:
    codes = _own_codes(face) & {ord(character) for character in text}
    return _font_face(face, _cut(face, frozenset(codes)), codes)


def _font_face(face: Face, data: bytes, codes: set[int]) -> str:
    return (
        f"@font-face{{font-family:'{FAMILY}';font-style:normal;font-weight:{face.weight};font-display:block;"
        f"src:url(data:font/woff2;base64,{base64.b64encode(data).decode()}) format('woff2');"
        f"unicode-range:{_ranges(codes)}}}"
    )


def _own_codes(face: Face) -> set[int]:
    """Code points of a face, less those an earlier script covers."""
    earlier = SCRIPTS[: SCRIPTS.index(face.script)]
    return set(_font(face)[0]) - {code for script in earlier for code in _font(Face(script, face.weight))[0]}


@functools.lru_cache(maxsize=64)
def _cut(face: Face, codes: frozenset[int]) -> bytes:
    """Return the face with the glyphs for some characters only, joining forms included."""
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False)
    with TTFont(_file(face), recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        # A space inside a run of Arabic is set from this face too.
        cutter.populate(unicodes=codes | {0x20})
        cutter.subset(font)
        out = io.BytesIO()
        font.flavor = "woff2"
        font.save(out, reorderTables=False)
        return out.getvalue()


def _ranges(codes: set[int]) -> str:
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)
