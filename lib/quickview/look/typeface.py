"""Fonts inside the page: which files cover which characters, and how wide a text is in IBM Plex Sans.

Latin, Greek, Cyrillic, Vietnamese and Arabic come with the kit (SIL Open Font
License 1.1), because a reader's machine may have none that go together.
"""

import base64
import functools
import io
import unicodedata
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY: Final = "IBM Plex Sans"
STACK: Final = f"'{FAMILY}', 'Noto Sans', 'Segoe UI', Arial, sans-serif"
REGULAR: Final = 400
BOLD: Final = 600

SCRIPTS: Final = ("latin", "latin-ext", "greek", "cyrillic", "vietnamese", "arabic")
"""In the order they are asked for a character; the files divide the characters among them."""


@functools.cache
def _font(file: str) -> tuple[dict[int, int], int]:
    """Return advance widths by code point, and the units of an em."""
    with TTFont(file) as font:
        advances = font["hmtx"].metrics
        widths = {code: advances[glyph][0] for code, glyph in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm


def _file(script: str, weight: int) -> str:
    return str(resources.files(__package__) / "fonts" / f"plex-sans-{script}-{weight}.woff2")


def width(text: str, size: float, *, weight: int = REGULAR) -> float:
    """Return the width of a text in pixels at `size` pixels, without kerning.

    Arabic is summed as isolated letters, which is wider than it is drawn.
    """
    return sum(_advance(ord(c), weight) for c in text if unicodedata.category(c) not in {"Cf", "Mn"}) * size


@functools.cache
def _advance(code: int, weight: int) -> float:
    for script in SCRIPTS:
        widths, em = _font(_file(script, weight))
        if code in widths:
            return widths[code] / em
    return 1.0


def missing(text: str) -> set[str]:
    """Return the characters no face covers; the reader's own fonts will have to."""
    known = {code for script in SCRIPTS for code in _font(_file(script, REGULAR))[0]}
    return {c for c in text if not c.isspace() and unicodedata.category(c) != "Cf" and ord(c) not in known}


def font_face_css(text: str) -> str:
    """Return `@font-face` rules with the fonts a text needs inside, cut down to its characters."""
    return "\n".join(embedded(FAMILY, [_file(s, w) for s in SCRIPTS], str(w), text) for w in (REGULAR, BOLD))


def latin_face_css() -> str:
    """Return `@font-face` rules for Latin text of any kind, the files as they are."""
    return "\n".join(embedded(FAMILY, [_file("latin", w)], str(w)) for w in (REGULAR, BOLD))


def embedded(family: str, files: Sequence[str], weight: str, text: str | None = None) -> str:
    """Return `@font-face` rules with font files inside, which divide the characters among them in their order.

    With a `text`, files are cut down to its characters, and those it does not need are left out.
    """
    taken: set[int] = set()
    rules = []
    for file in files:
        own = _font(file)[0].keys() - taken
        taken |= own
        codes = own if text is None else own & {ord(character) for character in text}
        if any(not chr(code).isspace() for code in codes):
            data = Path(file).read_bytes() if text is None else _cut(file, frozenset(codes))
            rules.append(_rule(family, weight, data, codes))
    return "\n".join(rules)


def _rule(family: str, weight: str, data: bytes, codes: set[int]) -> str:
    form = "woff2" if data.startswith(b"wOF2") else "truetype"
    return (
        f"@font-face{{font-family:'{family}';font-style:normal;font-weight:{weight};font-display:block;"
        f"src:url(data:font/{'woff2' if form == 'woff2' else 'ttf'};base64,{base64.b64encode(data).decode()}) "
        f"format('{form}');unicode-range:{_ranges(codes)}}}"
    )


@functools.lru_cache(maxsize=64)
def _cut(file: str, codes: frozenset[int]) -> bytes:
    """Return a font with the glyphs for some characters only, joining forms included."""
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False)
    with TTFont(file, recalcTimestamp=False) as font:
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
