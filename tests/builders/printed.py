"""What tests ask of a printed file: its elements, what they say, on which pages, what is left untagged, and where words stand."""

import math
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape

import pikepdf
import pypdf
import pytest

from quickview.pdf.to_unicode import Fonts

PAINT = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Tj", "TJ", "'", '"', "Do", "sh", "INLINE IMAGE"}


@dataclass
class Element:
    """An element of the structure tree: its kind, its node, what it says, and the pages it stands on."""

    kind: str
    node: pikepdf.Dictionary
    parent: object
    text: str = ""
    pages: frozenset = frozenset()


class Printed:
    """A PDF, read through its tags."""

    def __init__(self, file):
        self.file = file
        self.numbers = {page.obj.objgen: n for n, page in enumerate(file.pages)}
        fonts = Fonts(file)
        self.said = [marked_text(page, fonts) for page in file.pages]
        self.elements = []
        self._read(file.Root.StructTreeRoot, None, None)

    def of(self, *kinds):
        return [element for element in self.elements if element.kind in kinds]

    def _read(self, node, page, parent):
        """Gather the elements under a node; return what they say and where."""
        page = node.get("/Pg", page)
        text, pages = "", set()
        for kid in kids(node):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                element = Element(str(kid.S), kid, parent)
                self.elements.append(element)
                element.text, element.pages = self._read(kid, page, element)
                text, pages = text + element.text, pages | element.pages
            elif not isinstance(kid, pikepdf.Dictionary) or "/MCID" in kid:
                marked = kid if not isinstance(kid, pikepdf.Dictionary) else kid.MCID
                where = self.numbers[(page if not isinstance(kid, pikepdf.Dictionary) else kid.get("/Pg", page)).objgen]
                text, pages = text + self.said[where].get(int(marked), ""), pages | {where}
        return text, frozenset(pages)


def kids(node):
    found = node.get("/K", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def marked_text(page, fonts):
    """Return what each marked sequence of a page says, as it stands from left to right."""
    known, said, stack, font = fonts.of(page.resources), {}, [], None
    for one in pikepdf.parse_content_stream(page):
        name = str(one.operator)
        if name in {"BMC", "BDC"}:
            properties = one.operands[1] if name == "BDC" else {}
            stack.append(int(properties["/MCID"]) if "/MCID" in properties else None)
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            font = known[str(one.operands[0])]
        elif name in {"Tj", "TJ"}:
            strings = one.operands[0] if name == "TJ" else [one.operands[0]]
            codes = b"".join(bytes(s) for s in strings if isinstance(s, pikepdf.String))
            text = "".join(font.meaning.get(code, "?") for code in font.codes(codes))
            for number in [n for n in stack if n is not None]:
                said[number] = said.get(number, "") + text
    return said


def untagged(page):
    """Return what a page paints that is neither tagged nor marked as an artifact."""
    depth, found = 0, []
    for one in pikepdf.parse_content_stream(page):
        name = str(one.operator)
        depth += (name in {"BMC", "BDC"}) - (name == "EMC")
        tagged_inside = name == "Do" and "/StructParents" in page.resources.XObject[str(one.operands[0])]
        if depth == 0 and name in PAINT and not tagged_inside:
            found.append(name)
    return found


HEAD, FOOT = 30, 36
"""How high the margins of a page are in which something stands, in points."""

_PAGE = re.compile(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


@dataclass(frozen=True, order=True)
class Word:
    """A word on a printed page and where it stands, in points from the top left."""

    top: float
    left: float
    right: float
    bottom: float
    text: str


@dataclass(frozen=True)
class Page:
    """A printed page: how high it is, in points, and its words in the order of the file."""

    height: float
    words: list

    @property
    def body(self):
        """The words between the margins."""
        return [word for word in self.words if word.top > HEAD and word.bottom < self.height - FOOT]

    @property
    def is_half_empty(self):
        """Whether nothing stands in its lower half."""
        return max((word.bottom for word in self.body), default=0) < self.height / 2

    @property
    def covered(self):
        """Pairs of words of which one lies over the other."""
        pairs, words = [], sorted(self.words)
        for n, a in enumerate(words):
            for b in words[n + 1 :]:
                if b.top > a.bottom:
                    break
                if _is_over(a, b):
                    pairs.append((a.text, b.text))
        return pairs


def pages(path):
    """Return the pages of a PDF; skips the test on a machine without pdftotext."""
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext")
    done = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True)
    return [
        Page(float(height), [_word(*found) for found in _WORD.findall(body)])
        for height, body in _PAGE.findall(done.stdout)
    ]


def _word(left, top, right, bottom, text):
    return Word(float(top), float(left), float(right), float(bottom), unescape(text))


def _is_over(a, b):
    """Whether two words cover each other by more than a source's number raised into the line above, or letters that join or are kerned."""
    high = min(a.bottom, b.bottom) - max(a.top, b.top) > 0.6 * min(a.bottom - a.top, b.bottom - b.top)
    wide = min(a.right, b.right) - max(a.left, b.left) > 0.4 * min(a.right - a.left, b.right - b.left)
    is_seen = all(word.text.strip("\u2060\u200f") for word in (a, b))
    return high and wide and max(len(a.text), len(b.text)) > 1 and is_seen


def text_sizes(pdf):
    """Yield each text of a file with its size on paper in points."""
    found = []

    def take(text, outer, inner, _font, size):
        if text.strip():
            found.append((abs(size) * math.hypot(*inner[2:4]) * math.hypot(*outer[2:4]), text.strip()))

    for page in pypdf.PdfReader(pdf).pages:
        page.extract_text(visitor_text=take)
    return found


def letters_of(text):
    """Return a text's letters and digits; signs may come from the style sheet, and white space is never the same."""
    return "".join(c for c in text if c.isalnum())
