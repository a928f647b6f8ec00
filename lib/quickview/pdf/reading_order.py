"""Text that runs from right to left, put in the order in which it is read.

Chromium writes the pieces of a line as they stand, from left to right, a ligature as one
glyph that means several letters, and a vowel sign off the line. Programs that take the
text out of a file turn each piece around, but neither the line nor the ligature, and
take the sign for a line of its own. Here the pieces of a line change places in the file,
not on the page; a ligature or a letter with signs gets a glyph without ink for each
letter after its first; and the ink of the signs follows the piece, without a meaning.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, takewhile
from typing import Any, Final, TypeAlias

from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator, String

from quickview.language.glyphs import BIDI
from quickview.pdf.tags import PAINT
from quickview.pdf.to_unicode import MIRRORED, NARROW, Font, Fonts, side

Node: TypeAlias = Any
"""A piece, a line, or an instruction as pikepdf reads it."""

_STATE: Final = frozenset({"RG", "rg", "gs"})
_UNDERLINE: Final = frozenset({"re", "f"})
_TEXT: Final = frozenset({"BT", "ET", "BMC", "BDC", "EMC", "Tf", "Tm", "Td", "Tj"})


@dataclass(frozen=True)
class Said:
    """What the page said before it was printed, and the way it is read where that does not tell."""

    text: str
    right_to_left: bool

    def has(self, line: str) -> bool:
        """Whether the page said a line; white space does not count, as lines break elsewhere on paper."""
        return "".join(line.split()) in self._squeezed

    @cached_property
    def _squeezed(self) -> str:
        return "".join(self.text.split())


@dataclass(frozen=True)
class _Glyphs:
    """Glyphs shown together: at which distance from the piece's place, and the letters of each.

    `said` is what they stand for where their font does not tell it.
    """

    x: float
    rise: float
    codes: tuple[int, ...]
    letters: tuple[str, ...]
    is_mirrored: bool = False
    is_sign: bool = False
    said: str = ""

    @property
    def side(self) -> str:
        return side("".join(self.letters))


@dataclass(frozen=True)
class _Piece:
    """A text object: its font and place, the glyphs on its line, the ink of vowel signs, and its state.

    `source` is the object itself where it needs no change.
    """

    font: Font
    name: str
    size: Any
    matrix: tuple[Any, ...]
    shown: tuple[_Glyphs, ...]
    signs: tuple[_Glyphs, ...]
    is_reversed: bool
    state: tuple[Any, ...]
    source: tuple[Any, ...] = ()

    @cached_property
    def left(self) -> float:
        return float(self.matrix[4]) + self.shown[0].x

    @cached_property
    def base(self) -> float:
        return float(self.matrix[5])

    @cached_property
    def text(self) -> str:
        """What it says, in the order of reading."""
        letters = [one for glyphs in self.shown for one in glyphs.letters]
        return "".join(reversed(letters) if side("".join(letters)) == "R" else letters)

    @property
    def left_behind(self) -> tuple[Any, ...]:
        """The state after it."""
        return self.state


@dataclass(frozen=True)
class _Line:
    """A marked sequence that stands on one line: its tag, and pieces with changes of state between them."""

    opening: Any
    nodes: tuple[Node, ...]

    @cached_property
    def pieces(self) -> list[_Piece]:
        return [node for node in self.nodes if isinstance(node, _Piece)]

    @cached_property
    def left(self) -> float:
        return min(piece.left for piece in self.pieces)

    @property
    def base(self) -> float:
        return self.pieces[0].base

    @property
    def size(self) -> Any:
        return self.pieces[0].size

    @cached_property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def state(self) -> tuple[Any, ...]:
        return self.pieces[0].state

    @property
    def left_behind(self) -> tuple[Any, ...]:
        """The state after it."""
        after = takewhile(lambda node: not isinstance(node, _Piece), reversed(self.nodes))
        return (*self.pieces[-1].state, *reversed(list(after)))


def restore(instructions: Sequence[Any], resources: Any, fonts: Fonts, said: Said) -> list[Any]:
    """Return the instructions of a page or form with its lines in the order of reading.

    One without text that runs from right to left comes back as it was. `fonts` has to be
    saved when all pages are done.
    """
    known = fonts.of(resources)
    _learn(instructions, known)
    if not any(font.runs_right_to_left for font in known.values()):
        return list(instructions)
    reader = _Reader(resources, fonts, known)
    nodes = _arranged(_lines(_arranged(reader.pieces(instructions), said)), said)
    return [one for node in nodes for one in reader.written(node)]


def _learn(instructions: Iterable[Any], known: Mapping[str, Font]) -> None:
    """Have glyphs mean the character that is written beside them, for programs that do not read what stands beside."""
    text, font = "", None
    for one in instructions:
        name = str(one.operator)
        if name == "Tf":
            font = known[str(one.operands[0])]
        elif name in {"BDC", "EMC"}:
            text = _actual_text(one) if name == "BDC" else ""
        elif name == "Tj" and font and text:
            codes = font.codes(bytes(one.operands[0]))
            if len(codes) == 1:
                font.learn(codes[0], text)
            text = ""


def _actual_text(one: ContentStreamInstruction) -> str:
    properties = one.operands[1]
    return str(properties.get("/ActualText", "")) if isinstance(properties, Dictionary) else ""


@dataclass(frozen=True)
class _Reader:
    """Reads text objects with the fonts of their page, and writes them."""

    resources: Any
    fonts: Fonts
    known: dict[str, Font]

    def pieces(self, instructions: Iterable[Any]) -> Iterator[Node]:
        """Yield instructions, with text objects as pieces."""
        state: dict[str, Any] = {}
        saved: list[dict[str, Any]] = []
        group: list[Any] = []
        for one in instructions:
            name = str(one.operator)
            if name in _STATE:
                state = {**state, name: one}
            elif name == "q":
                saved.append(state)
            elif name == "Q":
                state = saved.pop()
            if not group and name != "BT":
                yield one
                continue
            group.append(one)
            if name == "ET":
                yield from self._read(group, tuple(state.values())) or group
                group = []

    def _read(self, group: Sequence[Any], state: tuple[Any, ...]) -> list[_Piece]:
        """Return a text object as pieces, spaces and signs at its ends apart; none if it is of another build.

        One in several fonts, or one that no glyphs on the line can stand for, as in scripts that stack them, moves as it is.
        """
        named = {str(one.operator): one for one in group}
        if named.keys() - _TEXT or not {"Tf", "Tm", "Tj"} <= named.keys():
            return []
        names = {str(one.operands[0]) for one in group if str(one.operator) == "Tf"}
        name, size = str(named["Tf"].operands[0]), named["Tf"].operands[1]
        font = self.known[name]
        clusters = _trusted([(meant, glyphs) for meant, glyphs in _clusters(group, self.known) if glyphs], font)
        whole = [joined for meant, glyphs in clusters if (joined := _joined(meant, glyphs))]
        turned, matrix = "BMC" in named, tuple(named["Tm"].operands)
        if len(names) > 1 or len(whole) != len(clusters) or any(one.rise for one, _ in whole):
            shown = tuple(replace(one[0], letters=(meant,) if meant else one[0].letters) for meant, one in clusters)
            return [_Piece(font, name, size, matrix, shown, (), turned, state, tuple(group))] if shown else []
        shown, signs = tuple(one for one, _ in whole), tuple(sign for _, ink in whole for sign in ink)
        changes = turned or "BDC" in named or any(one.side == "R" for one in shown)
        source = () if changes else tuple(group)
        piece = _Piece(font, name, size, matrix, shown, signs, turned, state, source)
        return [
            replace(one, name=self.fonts.mirrored(self.resources, name)) if one.shown[0].is_mirrored else one
            for one in (_parted(piece) if turned else [piece])
        ]

    def written(self, node: Node) -> Iterator[Any]:
        """Yield the instructions of a node."""
        if isinstance(node, _Line):
            yield node.opening
            for inner in node.nodes:
                yield from self.written(inner)
            yield _do("EMC")
        elif isinstance(node, _Piece):
            yield from node.source or _text_object(node, node.name, node.shown)
            if node.signs:
                silent = self.fonts.silent(self.resources, node.name)
                yield from _text_object(
                    node, silent, tuple(replace(sign, letters=(" ",) * len(sign.codes)) for sign in node.signs)
                )
        else:
            yield node


def _clusters(group: Iterable[Any], known: Mapping[str, Font]) -> list[tuple[str, list[_Glyphs]]]:
    """Return what a text object shows, glyphs that stand for a text together with it; a glyph by itself with ""."""
    clusters: list[tuple[str, list[_Glyphs]]] = []
    marks: list[str] = []
    x = rise = 0.0
    for one in group:
        name = str(one.operator)
        if name in {"BMC", "BDC"}:
            marks.append(_actual_text(one) if name == "BDC" else "")
            if marks[-1]:
                clusters.append((marks[-1], []))
        elif name == "EMC":
            marks.pop()
        elif name == "Tf":
            font = known[str(one.operands[0])]
        elif name == "Td":
            right, up = one.operands
            x, rise = x + float(right), rise + float(up)
        elif name == "Tj":
            numbers = font.codes(bytes(one.operands[0]))
            letters = tuple(font.meaning.get(code, "") for code in numbers)
            glyphs = _Glyphs(x, round(rise, 3), numbers, letters, is_sign=all(map(font.is_sign, numbers)))
            if marks and marks[-1]:
                clusters[-1][1].append(glyphs)
            else:
                clusters.append(("", [glyphs]))
    return clusters


def _trusted(clusters: list[tuple[str, list[_Glyphs]]], font: Font) -> list[tuple[str, list[_Glyphs]]]:
    """Return clusters without their texts if those are the neighbours', as Chromium has it where a joined word is broken.

    It shows where a glyph without ink stands for a letter, or one with ink for a space.
    """
    single = [(meant, glyphs[0].codes) for meant, glyphs in clusters if meant and len(glyphs) == 1]
    if not font.blank or not any(meant.isspace() != font.blank.issuperset(codes) for meant, codes in single):
        return clusters
    return [("" if len(glyphs) == 1 else meant, glyphs) for meant, glyphs in clusters]


def _joined(meant: str, glyphs: list[_Glyphs]) -> tuple[_Glyphs, list[_Glyphs]] | None:
    """Return the glyph on the line that stands for a text, and the signs around it."""
    if not meant:
        return glyphs[0], []
    signs = [one for one in glyphs if one.is_sign]
    bearers = [one for one in glyphs if one not in signs]
    if len(bearers) != 1 or len(bearers[0].codes) != 1:
        return None
    own = bearers[0].letters[0]
    is_mirrored = meant != own and meant == own.translate(MIRRORED)
    said = "" if is_mirrored or side(meant) == "R" or BIDI.search(meant) else meant
    return replace(bearers[0], letters=(meant,), is_mirrored=is_mirrored, said=said), signs


def _parted(piece: _Piece) -> list[_Piece]:
    """Return a piece that runs from right to left without brackets, and spaces and stops at its ends, and those as pieces."""
    sides = [glyphs.side for glyphs in piece.shown]
    first, last = (sides.index("R"), len(sides) - sides[::-1].index("R")) if "R" in sides else (0, 0)
    parts: list[list[_Glyphs]] = []
    for n, glyphs in enumerate(piece.shown):
        alone = glyphs.is_mirrored or not first <= n < last
        if alone or not parts or parts[-1][0].is_mirrored or n == first:
            parts.append([])
        parts[-1].append(glyphs)
    signs = [piece.signs] + [()] * (len(parts) - 1)
    return [replace(piece, shown=tuple(part), signs=ink) for part, ink in zip(parts, signs, strict=True)]


def _lines(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes, with each marked sequence of pieces on one level as a line."""
    held: list[Node] = []
    depth = 0
    for node in nodes:
        name = "" if isinstance(node, _Piece) else str(node.operator)
        depth += (name in {"BDC", "BMC"}) - (name == "EMC")
        held.append(node)
        if depth == 0:
            yield from _line(held)
            held = []
    yield from held


def _line(sequence: list[Node]) -> list[Node]:
    """Return a marked sequence as a line if it is one; what follows its last piece and shows nothing stands behind it."""
    after = list(takewhile(lambda node: not isinstance(node, _Piece), sequence[-2:0:-1]))
    inner = sequence[1 : len(sequence) - 1 - len(after)]
    if not _is_line(inner) or any(str(node.operator) in PAINT for node in after):
        return sequence
    return [_Line(sequence[0], tuple(inner)), *reversed(after)]


def _is_line(nodes: Sequence[Node]) -> bool:
    pieces = [node for node in nodes if isinstance(node, _Piece)]
    plain = all(isinstance(node, _Piece) or str(node.operator) in _STATE | _UNDERLINE for node in nodes)
    return bool(pieces) and plain and all(abs(a.base - b.base) < 1 for a, b in pairwise(pieces))


def _arranged(nodes: Iterable[Node], said: Said) -> Iterator[Node]:
    """Yield nodes, with the pieces or lines that stand on one level in the order of reading."""
    held: list[Node] = []
    for node in nodes:
        is_label = isinstance(node, _Line) and str(node.opening.operands[0]) == "/Lbl"
        if isinstance(node, _Piece | _Line) and not is_label:
            parts = _parts(held)
            if parts and abs(parts[-1].base - node.base) > float(node.size) * 0.6:
                yield from _in_order(held, said)
                held = []
        elif isinstance(node, _Line) or str(node.operator) not in _STATE:
            yield from (*_in_order(held, said), node)
            held = []
            continue
        held.append(node)
    yield from _in_order(held, said)


def _parts(nodes: Iterable[Node]) -> list[Any]:
    return [node for node in nodes if isinstance(node, _Piece | _Line)]


def _in_order(held: list[Node], said: Said) -> list[Node]:
    parts = _parts(held)
    if len(parts) < 2 or not (said.right_to_left or any(side(part.text) == "R" for part in parts)):
        return held
    ordered = _spaced(_chosen(parts, said), said)
    if all(a is b for a, b in zip(ordered, parts, strict=True)):
        return held
    after = takewhile(lambda node: not isinstance(node, _Piece | _Line), reversed(held))
    return [*(one for part in ordered for one in (*part.state, part)), *parts[-1].left_behind, *reversed(list(after))]


def _chosen(parts: list[Any], said: Said) -> list[Any]:
    """Return the parts of a line as they are read: the way the page says it, else the way the page runs."""
    line = sorted(parts, key=lambda part: float(part.left))
    ways = [_turned(line, base) for base in ("RL" if said.right_to_left else "LR")]
    ways += [line[::-1], _turned(line, "L", joined="N")]
    return next((way for way in ways if said.has("".join(part.text for part in way))), ways[0])


def _turned(line: list[Any], base: str, joined: str = "") -> list[Any]:
    """Return a line's parts, which stand from left to right, as they are read in a text that runs to one side.

    Figures run from left to right; only after a word that does so are they of one run with it. Signs
    belong to what is before them, unless they are `joined` ("N") to what is read before them, as a bracket is.
    """
    other = "R" if base == "L" else "L"
    rest = line if base == "L" else line[::-1]
    turned: list[Any] = []
    while rest:
        run = list(takewhile(lambda part: side(part.text) != base, rest))
        while run and side(run[-1].text) != other:
            run.pop()
        if not run or (side(run[0].text) == "N" and not joined):
            run = rest[:1]
        turned += run[::-1]
        rest = rest[len(run) :]
    return turned


def _spaced(line: list[Any], said: Said) -> list[Any]:
    """Return a line with a space before each part that stands left of the one before it and is no part of its word.

    Programs see such a gap by themselves only where a text goes on to the right.
    """
    spaced = line[:1]
    for before, part in pairwise(line):
        edges = before.text[-1:], part.text[:1]
        words = [*before.text.split()[-1:], *part.text.split()[:1]]
        apart = all(edge.strip() for edge in edges) and part.left < before.left and "".join(words) not in said.text
        if apart and isinstance(before, _Line) and isinstance(part, _Line):
            blank = [replace(one, state=part.state) for one in _blank([*before.pieces, *part.pieces], before.left)]
            spaced.append(replace(part, nodes=(*blank, *part.nodes)))
        else:
            spaced.append(part)
    return spaced


def _blank(pieces: Iterable[_Piece], x: float) -> list[_Piece]:
    """Return a space in the font of one of some pieces; none if no font has one."""
    for piece in pieces:
        for code, letters in piece.font.meaning.items():
            if letters == " ":
                shown = (_Glyphs(0, 0, (code,), (" ",)),)
                matrix = (*piece.matrix[:4], x, piece.matrix[5])
                return [replace(piece, matrix=matrix, shown=shown, signs=(), is_reversed=False, source=())]
    return []


def _text_object(piece: _Piece, name: str, shown: Iterable[_Glyphs]) -> Iterator[Any]:
    at = rise = 0.0
    yield _do("BT")
    if piece.is_reversed:
        yield ContentStreamInstruction([Name.ReversedChars], Operator("BMC"))
    yield from (_do("Tf", Name(name), piece.size), _do("Tm", *piece.matrix))
    for glyphs in shown:
        if glyphs.x != at:
            yield _do("Td", round(glyphs.x - at, 6), 0)
        if glyphs.rise != rise:
            yield _do("Ts", glyphs.rise)
        if glyphs.said:
            yield _do("BDC", Name.Span, Dictionary(ActualText=String(glyphs.said)))
        yield _do("TJ", Array(_strings(piece.font, glyphs)))
        if glyphs.said:
            yield _do("EMC")
        at, rise = glyphs.x, glyphs.rise
    if rise:
        yield _do("Ts", 0)
    if piece.is_reversed:
        yield _do("EMC")
    yield _do("ET")


def _strings(font: Font, glyphs: _Glyphs) -> Iterator[Any]:
    """Yield the strings to show, glyphs without ink on the spot of the glyph they belong to."""
    for code, letters in zip(glyphs.codes, glyphs.letters, strict=True):
        *unseen, seen = font.spelt(code, letters) if side(letters) == "R" else [code]
        for one in unseen:
            yield from (font.string(one), NARROW)
        yield font.string(seen)


def _do(operator: str, *operands: Any) -> ContentStreamInstruction:
    return ContentStreamInstruction(list(operands), Operator(operator))
