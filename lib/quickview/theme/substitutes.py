"""What is printed for a character that no font at hand has: a box with the character's number in it.

The box is the glyph of that character in a font made for the page, so that the text keeps the
character for whoever copies it or has it read out, and no PDF refers to a glyph that means "none".
"""

import io
from collections.abc import Mapping, Sequence
from importlib import resources
from string import hexdigits
from typing import Any, Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

POLE_EMS: Final = 4
"""How far the pole rises above the line, by which it is known from any glyph of another font."""

_EM: Final = 1000
_MADE: Final = 0x7C259DC0
"""The first of January 1970, as fonts count seconds; of an earlier day fontTools warns whoever reads the font."""

_POLE: Final = (0, 0, _EM, POLE_EMS * _EM)
_FRAME: Final = ((50, -150, 950, 820), (90, 780, 910, -110))
"""The outer and the inner edge of a box by two opposite corners, the inner one drawn the other way round."""
_ROWS: Final = (368, -48)
"""How high the two rows of digits stand."""
_SIZES: Final = {2: 0.46, 3: 0.4}
"""Size of the digits by how many stand in a row."""


def pole() -> bytes:
    """Return a TrueType font whose one glyph, a pole, stands for every character: where it is seen no other font has one."""
    return _font({".notdef": _drawn(_POLE)}, {})


def boxes(characters: Sequence[str]) -> bytes:
    """Return a TrueType font with a box, an em wide, for each character; the same characters give the same bytes."""
    codes = {ord(character): f"u{ord(character):04X}" for character in sorted(set(characters))}
    with (resources.files(__package__) / "fonts" / "plex-sans-latin-plain-400.woff2").open("rb") as file:
        latin = TTFont(file)
        digits = {digit: latin.getGlyphSet()[latin.getBestCmap()[ord(digit)]] for digit in hexdigits}
        return _font({".notdef": _drawn(*_FRAME), **{name: _box(code, digits) for code, name in codes.items()}}, codes)


def _font(glyphs: Mapping[str, Any], characters: Mapping[int, str]) -> bytes:
    builder = FontBuilder(_EM, isTTF=True)
    builder.updateHead(created=_MADE, modified=_MADE)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(characters)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (_EM, glyph.xMin) for name, glyph in glyphs.items()})
    builder.setupHorizontalHeader(ascent=820, descent=-150)
    builder.setupNameTable({"familyName": "Numbered Boxes", "styleName": "Regular", "psName": "NumberedBoxes"})
    builder.setupOS2(sTypoAscender=820, sTypoDescender=-150, usWinAscent=820, usWinDescent=150)
    builder.setupPost()
    # Without classes, signs that are joined to a letter would be drawn over its box.
    classes = f"GlyphClassDef [{' '.join(glyphs)}], , , ;"
    builder.addOpenTypeFeatures(f"table GDEF {{ {classes} }} GDEF;")
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _drawn(*edges: tuple[int, int, int, int]) -> Any:
    pen = TTGlyphPen(None)
    _draw(pen, edges)
    return pen.glyph()


def _box(code: int, digits: Mapping[str, Any]) -> Any:
    """Return a frame with a number in two rows of digits."""
    number = f"{code:04X}" if code < 0x10000 else f"{code:06X}"
    pen, length = TTGlyphPen(None), len(number) // 2
    size = _SIZES[length]
    _draw(pen, _FRAME)
    for row, height in zip((number[:length], number[length:]), _ROWS, strict=True):
        for n, digit in enumerate(row):
            middle = _EM / 2 + (n - (length - 1) / 2) * 640 * size
            left = middle - digits[digit].width * size / 2
            digits[digit].draw(TransformPen(pen, (size, 0, 0, size, left, height)))
    return pen.glyph()


def _draw(pen: TTGlyphPen, edges: Sequence[tuple[int, int, int, int]]) -> None:
    for a, b, c, d in edges:
        pen.moveTo((a, b))
        for point in ((a, d), (c, d), (c, b)):
            pen.lineTo(point)
        pen.closePath()
