"""Fonts inside the page: which files cover which characters, and how wide a text is in IBM Plex Sans.

Latin, Greek, Cyrillic, Vietnamese and Arabic come with the kit (SIL Open Font
License 1.1), because a reader's machine may have none that go together.
"""

import base64
import functools
import io
import itertools
import math
import unicodedata
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTFont

from quickview.files import read_regular

FAMILY: Final = "IBM Plex Sans"
_EMOJI: Final = "'Noto Color Emoji', 'Apple Color Emoji', 'Segoe UI Emoji'"
STACK: Final = f"'{FAMILY}', 'Noto Sans', 'Segoe UI', Arial, sans-serif, {_EMOJI}"
REGULAR: Final = 400
BOLD: Final = 600

SCRIPTS: Final = ("latin", "latin-ext", "greek", "cyrillic", "vietnamese", "arabic")
"""In the order they are asked for a character; the files divide the characters among them."""

_MARKS: Final = "A0,AB,B0,B2,B7,BB,D7,2013-2014,2018-2019,201C-201D,2026,2191,2212"
_ARABIC: Final = "60C,61B,61F,621-63A,641-64A"
_VOWELS: Final = f"{_ARABIC},640,64B-652,660-66C"
_PERSIAN: Final = "679,67E,686,688,691,695,698,6A4,6A9,6AF,6B5,6BA,6BE,6C0-6C1,6C6,6CC,6CE,6D2,6D4-6D5,6F0-6F9"
PARTS: Final = {
    "latin": {"plain": f"20-7E,{_MARKS}", "western": f"20-7E,A0-FF,152-153,20AC,{_MARKS}"},
    "cyrillic": {"russian": "401,410-44F,451"},
    "arabic": {"letters": _ARABIC, "vowels": _VOWELS, "persian": f"{_VOWELS},{_PERSIAN}"},
}
"""Code points of ever larger parts of a script, each a file of its own beside the whole script's."""

_BY_GLYPH: Final = {"DSIG", "HVAR", "LTSH", "VORG", "VVAR", "avar", "fvar", "gvar", "hdmx", "vhea", "vmtx"}
"""Tables that say something of each glyph, and that a text across the page does without."""

BLOCK: Final = 128
"""Code points that a theme's font keeps or loses together."""


@functools.cache
def _font(file: str) -> tuple[dict[int, int], int]:
    """Return advance widths by code point, and the units of an em."""
    with TTFont(file) as font:
        advances = font["hmtx"].metrics
        widths = {code: advances[glyph][0] for code, glyph in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm


def file(script: str, weight: int) -> str:
    """Return the path of the file that holds a script whole."""
    return str(resources.files(__package__) / "fonts" / _name(script, "", weight))


@functools.lru_cache(maxsize=4096)
def holder(character: str, weight: int, own: tuple[str, ...] = ()) -> str:
    """Return the path of the file that a character is set from, of a theme's `own` files or else the kit's; "" if none has it."""
    files = itertools.chain(own, (file(script, weight) for script in SCRIPTS))
    return next((one for one in files if ord(character) in _font(one)[0]), "")


def width(text: str, size: float, *, weight: int = REGULAR, own: tuple[str, ...] = ()) -> float:
    """Return the width of a text in pixels at `size` pixels, without kerning; a theme's `own` files come before the kit's.

    Arabic is summed as isolated letters, which is wider than it is drawn.
    """
    return _ems(text, weight, own) * size


def joined(text: str) -> str:
    """Return a text with Arabic letters in the forms they have beside each other, which are as wide as they are drawn."""
    forms, letters = _forms(), [n for n, character in enumerate(text) if unicodedata.category(character) != "Mn"]
    found = list(text)
    for before, here, after in zip([None, *letters], letters, [*letters[1:], None], strict=False):
        follows = before is not None and (text[before], "initial") in forms and (text[here], "final") in forms
        leads = after is not None and (text[here], "initial") in forms and (text[after], "final") in forms
        form = {(False, True): "initial", (True, True): "medial", (True, False): "final"}.get((follows, leads), "")
        found[here] = forms.get((text[here], form), text[here])
    return "".join(found)


@functools.cache
def _forms() -> dict[tuple[str, str], str]:
    """Return the joined forms of Arabic letters (Unicode, Arabic Presentation Forms) by letter and form."""
    told = (
        (chr(code), unicodedata.decomposition(chr(code)).split())
        for code in (*range(0xFB50, 0xFBC2), *range(0xFE80, 0xFEFD))
    )
    return {(chr(int(parts[1], 16)), parts[0].strip("<>")): form for form, parts in told if len(parts) == 2}


@functools.lru_cache(maxsize=4096)
def _ems(text: str, weight: int, own: tuple[str, ...]) -> float:
    return math.fsum(_advance(character, weight, own) for character in text)


@functools.lru_cache(maxsize=4096)
def _advance(character: str, weight: int, own: tuple[str, ...]) -> float:
    """Return the width of a character in ems; marks above and below, and signs that are not drawn, have none.

    One that the kit's fonts lack counts for an em, an emoji for what the widest of the usual fonts give it.
    """
    if unicodedata.category(character) in {"Cf", "Me", "Mn"}:
        return 0.0
    code = ord(character)
    if held := holder(character, weight, own):
        widths, em = _font(held)
        return widths[code] / em
    return 1.35 if code >= 0x1F300 and unicodedata.category(character) == "So" else 1.0


def font_face_css(text: str) -> str:
    """Return `@font-face` rules with the fonts a text needs inside: of each script the smallest part that serves."""
    asked = _asked(text)
    faces = [(script, _part(script, asked)) for script in SCRIPTS if asked & _own(script)]
    return "\n".join(_face(script, part, weight) for weight in (REGULAR, BOLD) for script, part in faces)


def latin_face_css() -> str:
    """Return `@font-face` rules for Latin text of any kind."""
    return "\n".join(_face("latin", "", weight) for weight in (REGULAR, BOLD))


def embedded(family: str, files: Sequence[str], weight: str, text: str | None = None) -> str:
    """Return `@font-face` rules with font files inside, which divide the characters among them in their order.

    With a `text`, files are cut down to the blocks of characters it uses, and those it does not need are left out.
    """
    asked = None if text is None else _asked(text)
    taken: set[int] = set()
    rules = []
    for file in files:
        data = read_regular(Path(file))
        own = _codes(data) - taken
        taken |= own
        if asked is None:
            rules.append(_rule(family, weight, data, own))
        elif own & asked:
            codes = _in_blocks(own, own & asked)
            rules.append(_rule(family, weight, _cut(data, codes), codes))
    return "\n".join(rules)


def serving(file: str, text: str) -> str:
    """Return the path of the smallest part of a font of the kit that serves a text; of a theme's font, the path itself."""
    head, _, weight = Path(file).stem.rpartition("-")
    names = (f"{head}-{part}-{weight}.woff2" for part in PARTS.get(head.removeprefix("plex-sans-"), ()))
    parts = (str(part) for name in names if (part := Path(file).with_name(name)).exists())
    return next((part for part in parts if _asked(text) <= _font(part)[0].keys()), file)


def single(main: str, family: str, held: Mapping[str, str]) -> bytes:
    """Return one font in TrueType for all of a text, as of another family; for programs that read no WOFF2 or mix no fonts.

    It is the file `main`, with the characters besides that `held` says are in other files; "" is that of the numbered boxes.
    """
    rest = {character: file for character, file in held.items() if file != main}
    data = _truetype(serving(main, "".join(held.keys() - rest.keys())), family)
    if not rest:
        return data
    from fontTools.fontBuilder import FontBuilder

    with TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False) as font:
        if "glyf" not in font:
            return single(file("latin", REGULAR), family, held)
        codes, order = font.getBestCmap(), [*font.getGlyphOrder()]
        for lender in sorted(set(rest.values())):
            asked = sorted(character for character in rest if rest[character] == lender)
            for code, (glyph, advance) in _lent(lender, asked, font["head"].unitsPerEm).items():
                codes[code] = name = f"lent{code:X}"
                order.append(name)
                font["glyf"][name] = glyph
                glyph.recalcBounds(font["glyf"])
                font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))
        font.setGlyphOrder(order)
        FontBuilder(font=font).setupCharacterMap(codes)
        for tag in _BY_GLYPH.intersection(font.keys()):
            del font[tag]
        return _saved(font)


def _lent(file: str, characters: Sequence[str], em: int) -> dict[int, tuple[Any, int]]:
    """Return the outline and the width of characters in a file, by code point, for a font with that many units an em."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    from quickview.theme import substitutes

    data = _truetype(serving(file, "".join(characters)), "") if file else substitutes.boxes(characters)
    with TTFont(io.BytesIO(data)) as font:
        glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), em / font["head"].unitsPerEm
        found = {}
        for code in map(ord, characters):
            shape, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
            glyphs[names[code]].draw(shape)
            shape.replay(TransformPen(Cu2QuPen(pen, max_err=1), (scale, 0, 0, scale, 0, 0)))
            found[code] = (pen.glyph(), round(glyphs[names[code]].width * scale))
        return found


@functools.lru_cache(maxsize=64)
def _truetype(file: str, family: str) -> bytes:
    with TTFont(file, recalcTimestamp=False) as font:
        font.flavor = None
        font["name"].names = []
        for name in (1, 6):
            font["name"].setName(family, name, 3, 1, 0x409)
        return _saved(font)


def _saved(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def write_kit(whole: Path, out: Path) -> None:
    """Write the kit's files to `out`, cut from those of the npm package @fontsource/ibm-plex-sans, named as here."""
    from fontTools import subset

    for script, weight in itertools.product(SCRIPTS, (REGULAR, BOLD)):
        data = (whole / _name(script, "", weight)).read_bytes()
        parts = {part: frozenset(subset.parse_unicodes(codes)) for part, codes in PARTS.get(script, {}).items()}
        for part, codes in {"": _codes(data), **parts}.items():
            (out / _name(script, part, weight)).write_bytes(_cut(data, codes))


def _asked(text: str) -> frozenset[int]:
    """Return the code points of a text that need a shape."""
    return frozenset(ord(character) for character in set(text) if not character.isspace())


def _part(script: str, asked: frozenset[int]) -> str:
    needed = asked & _own(script)
    return next((part for part in PARTS.get(script, ()) if needed <= _codes(_kit(script, part, REGULAR))), "")


@functools.cache
def _own(script: str) -> frozenset[int]:
    """Return the code points that a script is asked for: those of no script before it."""
    before = SCRIPTS[: SCRIPTS.index(script)]
    return _codes(_kit(script, "", REGULAR)).difference(*map(_own, before))


@functools.cache
def _face(script: str, part: str, weight: int) -> str:
    data = _kit(script, part, weight)
    return _rule(FAMILY, str(weight), data, _codes(data) & _own(script))


@functools.cache
def _kit(script: str, part: str, weight: int) -> bytes:
    return (resources.files(__package__) / "fonts" / _name(script, part, weight)).read_bytes()


def _name(script: str, part: str, weight: int) -> str:
    return "-".join(filter(None, ["plex-sans", script, part, str(weight)])) + ".woff2"


@functools.lru_cache(maxsize=128)
def _codes(data: bytes) -> frozenset[int]:
    with TTFont(io.BytesIO(data)) as font:
        return frozenset(font.getBestCmap())


def _in_blocks(own: frozenset[int], asked: frozenset[int]) -> frozenset[int]:
    """Return all code points of a font in the blocks that are asked for, so that texts alike share one cut."""
    blocks = {code // BLOCK for code in asked}
    return frozenset(code for code in own if code // BLOCK in blocks)


def _rule(family: str, weight: str, data: bytes, codes: frozenset[int]) -> str:
    form = "woff2" if data.startswith(b"wOF2") else "truetype"
    return (
        f"@font-face{{font-family:'{family}';font-style:normal;font-weight:{weight};font-display:block;"
        f"src:url(data:font/{'woff2' if form == 'woff2' else 'ttf'};base64,{base64.b64encode(data).decode()}) "
        f"format('{form}');unicode-range:{_ranges(codes)}}}"
    )


@functools.lru_cache(maxsize=32)
def _cut(data: bytes, codes: frozenset[int]) -> bytes:
    """Return a font with the glyphs for some characters only, joining forms included; of its names the licence asks for."""
    # It takes long to import, and only a theme's own fonts need it.
    from fontTools import subset

    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False, name_IDs=[0, 6])
    options.drop_tables += ["STAT", "gasp"]
    with TTFont(io.BytesIO(data), recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        # A space inside a run of Arabic is set from this face too.
        cutter.populate(unicodes=codes | {0x20})
        cutter.subset(font)
        font.flavor = "woff2"
        return _saved(font)


def _ranges(codes: frozenset[int]) -> str:
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)
