"""What the glyphs of a printed file's fonts mean; changed where a glyph does not mean just one letter."""

import functools
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

NARROW: Final = 50
"""Advance of a glyph without ink, in thousandths of an em; pdfium drops letters that have none."""

MIRRORED: Final = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
"""Brackets and their counterparts."""

_ENTRY: Final = re.compile(r"^<(\w{4})> <(\w+)>$", re.MULTILINE)
_RANGE: Final = re.compile(r"^<(\w{4})> <(\w{4})> <(\w{4})>$", re.MULTILINE)
_MAP: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{entries}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@dataclass(frozen=True)
class Font:
    """A font: what each glyph means, its width, and glyphs without ink that may mean whatever is wanted."""

    meaning: Mapping[int, str]
    widths: Mapping[int, float]
    usual: float
    spare: list[int] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    given: dict[int, str] = field(default_factory=dict)

    @property
    def runs_right_to_left(self) -> bool:
        """Whether any of its letters do."""
        return side("".join(self.meaning.values())) == "R"

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
                inner = font.DescendantFonts[0]
                meaning = _meaning(font)
                self._known[font.objgen] = (
                    font,
                    Font(meaning, _widths(inner), float(inner.DW), _spare_glyphs(inner, meaning)),
                )
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
            twin.ToUnicode = self._written(meaning)
            self._twins[own.objgen, ending] = self.file.make_indirect(twin)
        resources.Font[Name(name + ending)] = self._twins[own.objgen, ending]
        return name + ending

    def save(self) -> None:
        """Write what the glyphs mean now into the fonts that have changed."""
        for font, known in self._known.values():
            if known.taken:
                font.ToUnicode = self._written({**known.meaning, **known.given})
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

    def _written(self, meaning: Mapping[int, str]) -> pikepdf.Stream:
        lines = [f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in sorted(meaning.items())]
        blocks = [lines[n : n + 100] for n in range(0, len(lines), 100)]
        entries = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return self.file.make_stream(_MAP.format(entries=entries).encode())


@functools.lru_cache(maxsize=4096)
def side(text: str) -> str:
    """Return the way a text is read: "R" if any of it runs from right to left, "L", "D" for figures, "N" for neither."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    return "R" if kinds & {"R", "AL"} else "L" if "L" in kinds else "D" if kinds & {"EN", "AN"} else "N"


def _meaning(font: Any) -> dict[int, str]:
    """Return what a font's map to Unicode says of its glyphs."""
    text = font.ToUnicode.read_bytes().decode("latin-1") if "/ToUnicode" in font else ""
    meaning = {int(a, 16): bytes.fromhex(b).decode("utf-16-be") for a, b in _ENTRY.findall(text)}
    for first, last, start in _RANGE.findall(text):
        codes = range(int(first, 16), int(last, 16) + 1)
        meaning |= {code: chr(int(start, 16) + n) for n, code in enumerate(codes)}
    return meaning


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


def _spare_glyphs(inner: Any, meaning: Mapping[int, str]) -> list[int]:
    """Return the glyphs that a font with letters of right-to-left scripts has without ink and without a meaning."""
    if side("".join(meaning.values())) != "R":
        return []
    with TTFont(io.BytesIO(inner.FontDescriptor.FontFile2.read_bytes())) as face:
        names = list(enumerate(face.getGlyphOrder()))[1:]
        return [code for code, name in names if code not in meaning and not face["glyf"][name].numberOfContours]
