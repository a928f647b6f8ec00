"""What the glyphs of a printed file's fonts mean; changed where a glyph does not mean just one letter."""

import functools
import io
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

NARROW: Final = 50
"""Advance of a glyph without ink, in thousandths of an em; pdfium drops letters that have none."""

MIRRORED: Final = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
"""Brackets and their counterparts."""

_UNMAPPED: Final = str.maketrans(dict.fromkeys("\0\ufeff\ufffe", "\u2060"))
"""What no glyph may mean by PDF/UA, though Chromium has those mean it that only go with others; and what says as little."""

_EM: Final = 1000.0
"""Width of a glyph that a file gives none for, in thousandths of an em; what matters is that it is not 0."""

_MAP: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<{first}> <{last}>
endcodespacerange
{entries}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@dataclass(frozen=True)
class Font:
    """A font: what each glyph means, its width, and glyphs without ink that may mean whatever is wanted.

    The number of a glyph takes two bytes in a composite font, one in any other, such as those that hold pictures.
    """

    meaning: Mapping[int, str]
    widths: Mapping[int, float]
    usual: float
    code_bytes: int = 2
    blank: frozenset[int] = frozenset()
    spare: list[int] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    given: dict[int, str] = field(default_factory=dict)
    learnt: dict[int, str] = field(default_factory=dict)

    @property
    def runs_right_to_left(self) -> bool:
        """Whether any of its letters do."""
        return side("".join(self.meaning.values())) == "R"

    def codes(self, shown: bytes) -> tuple[int, ...]:
        """Return the glyphs that a string shows."""
        starts = range(0, len(shown), self.code_bytes)
        return tuple(int.from_bytes(shown[start : start + self.code_bytes], "big") for start in starts)

    def string(self, code: int) -> pikepdf.String:
        """Return the string that shows a glyph."""
        return pikepdf.String(code.to_bytes(self.code_bytes, "big"))

    def learn(self, code: int, text: str) -> None:
        """Note which letter a glyph stands for on a page, of the several that share it."""
        if len(text) == 1 and text.isalpha() and side(text) != "R":
            self.learnt.setdefault(code, text)

    def is_sign(self, code: int) -> bool:
        """Whether a glyph takes no room of its own."""
        return not self.widths.get(code, self.usual)

    def spelt(self, code: int, letters: str) -> list[int]:
        """Return the glyphs that say these letters, from left to right, where one glyph shows them all.

        The glyph means the first letter from now on, glyphs without ink the others.
        """
        if len(letters) == 1:
            self.given[code] = letters
            return [code]
        others = {letter: spare for spare, letter in self.given.items() if spare in self.taken}
        wanted = [letter for letter in dict.fromkeys(letters[1:]) if letter not in others]
        if len(wanted) > len(self.spare):
            return [code]
        others |= {letter: self.spare.pop(0) for letter in wanted}
        self.taken.update(others.values())
        self.given.update({others[letter]: letter for letter in letters[1:]} | {code: letters[0]})
        return [*(others[letter] for letter in reversed(letters[1:])), code]


@dataclass
class Fonts:
    """The fonts of a file. What is asked of them is written by `save`."""

    file: pikepdf.Pdf
    _known: dict[tuple[int, int], tuple[Any, Font]] = field(default_factory=dict)
    _twins: dict[tuple[tuple[int, int], str], Any] = field(default_factory=dict)

    def of(self, resources: Any) -> dict[str, Font]:
        """Return the fonts of a page's resources by name."""
        found = {}
        for name, font in resources.get("/Font", Dictionary()).items():
            if font.objgen not in self._known:
                self._known[font.objgen] = (font, _read(font))
            found[str(name)] = self._known[font.objgen][1]
        return found

    def mirrored(self, resources: Any, name: str) -> str:
        """Return the name of a font like another whose brackets mean their counterparts."""
        meaning = self._known[resources.Font[name].objgen][1].meaning
        return self._twin(resources, name, "m", {code: text.translate(MIRRORED) for code, text in meaning.items()})

    def silent(self, resources: Any, name: str) -> str:
        """Return the name of a font like another whose glyphs mean nothing but a space."""
        known = self._known[resources.Font[name].objgen][1]
        return self._twin(resources, name, "s", dict.fromkeys({*known.widths, *known.meaning}, " "))

    def _twin(self, resources: Any, name: str, ending: str, meaning: Mapping[int, str]) -> str:
        own = resources.Font[name]
        if (own.objgen, ending) not in self._twins:
            twin = Dictionary({key: value for key, value in own.items() if key != "/ToUnicode"})
            twin.ToUnicode = self._written(meaning, self._known[own.objgen][1].code_bytes)
            self._twins[own.objgen, ending] = self.file.make_indirect(twin)
        resources.Font[Name(name + ending)] = self._twins[own.objgen, ending]
        return name + ending

    def save(self) -> None:
        """Write what the glyphs mean now into the fonts that have changed."""
        for font, known in self._known.values():
            given = known.given if known.taken else {}
            meaning = {**known.meaning, **known.learnt, **given}
            told = {code: text.translate(_UNMAPPED) for code, text in meaning.items()}
            if told != known.meaning:
                font.ToUnicode = self._written(told, known.code_bytes)
            if known.taken:
                self._narrow(font.DescendantFonts[0], known)

    def _narrow(self, font: Any, known: Font) -> None:
        """Give the glyphs without ink their width, in the font and in what the file says of it."""
        codes = known.taken
        with TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes()), recalcTimestamp=False) as face:
            for code in codes:
                face["hmtx"][face.getGlyphName(code)] = (round(NARROW * face["head"].unitsPerEm / 1000), 0)
            out = io.BytesIO()
            face.save(out, reorderTables=False)
        font.FontDescriptor.FontFile2 = self.file.make_stream(out.getvalue(), Length1=len(out.getvalue()))
        widths = {**known.widths, **dict.fromkeys(codes, NARROW)}
        font.W = Array([one for code in sorted(widths) for one in (code, Array([widths[code]]))])

    def _written(self, meaning: Mapping[int, str], size: int) -> pikepdf.Stream:
        digits = 2 * size
        lines = [
            f"<{code:0{digits}X}> <{text.encode('utf-16-be', 'replace').hex().upper()}>"
            for code, text in sorted(meaning.items())
        ]
        blocks = [lines[n : n + 100] for n in range(0, len(lines), 100)]
        entries = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return self.file.make_stream(_MAP.format(first="0" * digits, last="F" * digits, entries=entries).encode())


@functools.lru_cache(maxsize=4096)
def side(text: str) -> str:
    """Return the way a text is read: "R" if any of it runs from right to left, "L", "D" for figures, "N" for neither."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    return "R" if kinds & {"R", "AL"} else "L" if "L" in kinds else "D" if kinds & {"EN", "AN"} else "N"


def _read(font: Any) -> Font:
    """Return a font of any kind."""
    meaning = _meaning(font)
    if "/DescendantFonts" in font:
        inner = font.DescendantFonts[0]
        blank = _blank_glyphs(inner, meaning)
        spare = [code for code in blank if code not in meaning]
        return Font(meaning, _widths(inner), float(inner.get("/DW", _EM)), 2, frozenset(blank), spare)
    widths = enumerate(map(float, font.get("/Widths", [])), start=int(font.get("/FirstChar", 0)))
    return Font(meaning, dict(widths), _EM, 1)


def _meaning(font: Any) -> dict[int, str]:
    """Return what a font's map to Unicode says of its glyphs."""
    meaning: dict[int, str] = {}
    given = font.get("/ToUnicode")
    for one in pikepdf.parse_content_stream(given) if isinstance(given, pikepdf.Stream) else ():
        operands: Any = one.operands
        if str(one.operator) == "endbfchar":
            meaning |= {_code(code): _text(text) for code, text in zip(operands[::2], operands[1::2], strict=True)}
        elif str(one.operator) == "endbfrange":
            for first, last, start in zip(operands[::3], operands[1::3], operands[2::3], strict=True):
                codes = range(_code(first), _code(last) + 1)
                meaning |= dict(zip(codes, _texts(start), strict=False))
    return meaning


def _code(string: Any) -> int:
    return int.from_bytes(bytes(string), "big")


def _text(string: Any) -> str:
    return bytes(string).decode("utf-16-be", "replace")


def _texts(start: Any) -> Iterator[str]:
    """Yield what the glyphs of a range mean: each its own text of a list, or texts that differ in the last character."""
    if isinstance(start, Array):
        yield from map(_text, start)
    else:
        text = _text(start)
        yield from (text[:-1] + chr(code) for last in text[-1:] for code in range(ord(last), sys.maxunicode + 1))


def _widths(font: Any) -> dict[int, float]:
    widths: dict[int, float] = {}
    given = list(font.get("/W", []))
    while given:
        if isinstance(given[1], Array):
            widths |= {int(given[0]) + n: float(width) for n, width in enumerate(given[1])}
            del given[:2]
        else:
            widths |= dict.fromkeys(range(int(given[0]), int(given[1]) + 1), float(given[2]))
            del given[:3]
    return widths


def _blank_glyphs(inner: Any, meaning: Mapping[int, str]) -> list[int]:
    """Return the glyphs that a TrueType font of a right-to-left script has without ink."""
    if side("".join(meaning.values())) != "R" or "/FontFile2" not in inner.get("/FontDescriptor", Dictionary()):
        return []
    with TTFont(io.BytesIO(inner.FontDescriptor.FontFile2.read_bytes())) as face:
        names = list(enumerate(face.getGlyphOrder()))[1:]
        return [code for code, name in names if not face["glyf"][name].numberOfContours]
