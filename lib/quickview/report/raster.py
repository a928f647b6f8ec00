"""A drawing of the kit as a picture in dots, without a browser."""

import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from html import unescape
from typing import Final

from quickview.files import temporary_folder
from quickview.language import glyphs
from quickview.report import svg
from quickview.theme import typeface
from quickview.theme.theme import Theme

_TEXT: Final = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')
_TAG: Final = re.compile(r"<[^>]*>")
_ANCHORS: Final = {"start": "end", "middle": "middle", "end": "start"}

_Face = tuple[str, tuple[str, ...]]
"""The file that most of a text is set from, and the theme's files that come before the kit's for the rest."""


def png(drawing: str, theme: Theme) -> bytes:
    """Return an SVG as PNG, in its own size; the same SVG gives the same bytes.

    A text of `class` "heading" or "text" is set in the theme's fonts, any other in the kit's. A character
    that no font has comes as a box with its number.
    """
    import resvg_py

    faces: dict[_Face, dict[str, str]] = defaultdict(dict)
    typeset = _TEXT.sub(lambda text: _typeset(text, theme, faces), drawing)
    with temporary_folder() as folder:
        files = []
        for face, held in faces.items():
            files.append(folder / f"{_family(face)}.ttf")
            files[-1].write_bytes(typeface.single(face[0], _family(face), held))
        return resvg_py.svg_to_bytes(svg_string=typeset, skip_system_fonts=True, font_files=[*map(str, files)])


def own_files(theme: Theme, role: str, weight: int) -> tuple[str, ...]:
    """Return the paths of the theme's font files for a "heading" or a "text", of the other weight if there is but one."""
    font = {"heading": theme.headings or theme.text, "text": theme.text}.get(role)
    if font is None:
        return ()
    return tuple(map(str, (font.bold or font.regular) if weight == typeface.BOLD else (font.regular or font.bold)))


def _typeset(text: re.Match[str], theme: Theme, faces: dict[_Face, dict[str, str]]) -> str:
    """Return a text with one font for all of it and with marks of direction.

    Of a second font resvg loses letters that are joined or made of parts, and it has no `direction`.
    """
    attributes, inner = dict(_ATTRIBUTE.findall(text[1])), text[2]
    weight = typeface.BOLD if attributes.pop("font-weight", "") == str(typeface.BOLD) else typeface.REGULAR
    own = own_files(theme, attributes.pop("class", ""), weight)
    seen = (character for character in unescape(_TAG.sub("", inner)) if not glyphs.is_undrawn(character))
    held = {c: file for c in seen if (file := typeface.holder(c, weight, own)) or not c.isspace()}
    face = (_main(held) or typeface.holder(" ", weight), own)
    faces[face] |= held
    if attributes.pop("direction", "ltr") == "rtl":
        attributes["text-anchor"] = _ANCHORS[attributes.get("text-anchor", "start")]
        inner = f"\u2067{inner}\u2069"
    return f"<text{svg.written({**attributes, 'font-family': _family(face)})}>{inner}</text>"


def _main(held: dict[str, str]) -> str:
    """Return the file of letters that run to the left, which are joined, or else of the most; "" without any."""
    joined = (file for character, file in held.items() if file and unicodedata.bidirectional(character) in {"R", "AL"})
    most = Counter(filter(None, held.values())).most_common(1)
    return next(joined, most[0][0] if most else "")


def _family(face: _Face) -> str:
    return f"f{zlib.crc32(repr(face).encode()):08x}"
