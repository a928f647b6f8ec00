"""YAML front matter as a tree of plain values, with the place of every key and value.

Only what JSON can say is accepted: no anchors, aliases or tags, one value a key,
capped in size and depth, and refused before anything is built from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    ScalarEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from quickview.errors import Fault

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"
Path: TypeAlias = tuple[str | int, ...]

MAX_DEPTH: Final = 12
"""Levels of nesting; the deepest record needs seven."""

_TAG: Final = "tag:yaml.org,2002:"
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass
class Positions:
    """Where each value and each key of a document stands: path -> (line, column), from 1."""

    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def of(self, path: Path) -> tuple[int, int]:
        """Return the place of the value at `path`, or of the nearest thing that holds it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def of_key(self, path: Path) -> tuple[int, int]:
        """Return the place of the key that `path` ends in."""
        return self.keys.get(path) or self.of(path)


@dataclass
class _Reading:
    """One document being read: its name, its first line, and what was found so far."""

    file: str
    first_line: int
    positions: Positions = field(default_factory=Positions)
    faults: list[Fault] = field(default_factory=list)

    def place(self, mark: StringMark) -> tuple[int, int]:
        return mark.line + self.first_line, mark.column + 1

    def fault(self, mark: StringMark, code: str, what: str, mend: str) -> None:
        self.faults.append(Fault(self.file, *self.place(mark), code, what, mend))


def read_document(text: str, *, file: str, first_line: int) -> tuple[Tree, Positions, list[Fault]]:
    """Read one YAML 1.2 document.

    Returns the tree (None when it cannot be built), the positions and every fault.
    `first_line` is the line of `file` on which `text` starts, from 1.
    """
    reading = _Reading(file, first_line)
    tree: Tree = None
    try:
        if _is_plain(text, reading):
            node = YAML(typ="safe", pure=True).compose(text)
            tree = _build(node, (), reading) if node is not None else None
    except MarkedYAMLError as error:
        _report_syntax(error, reading)
    return tree, reading.positions, reading.faults


def _is_plain(text: str, reading: _Reading) -> bool:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            reading.fault(
                event.start_mark,
                "E-YAML-DEPTH",
                f"nested more than {MAX_DEPTH} levels deep",
                "write it flatter; no record needs more than seven levels",
            )
            return False
        _refuse_extras(event, reading)
    return not reading.faults


def _refuse_extras(event: Event, reading: _Reading) -> None:
    mark = event.start_mark
    if isinstance(event, AliasEvent):
        reading.fault(mark, "E-YAML-ALIAS", f"alias `*{event.anchor}`", "write the value out again")
    elif isinstance(event, ScalarEvent | CollectionStartEvent):
        if event.anchor:
            reading.fault(mark, "E-YAML-ANCHOR", f"anchor `&{event.anchor}`", "remove it and write values out")
        if event.ctag is not None and str(event.ctag):
            reading.fault(mark, "E-YAML-TAG", f"tag `{event.ctag}`", "remove it; quote the value if it is text")
    elif isinstance(event, DocumentStartEvent) and event.tags:
        reading.fault(mark, "E-YAML-TAG", "a %TAG directive", "remove it")


def _report_syntax(error: MarkedYAMLError, reading: _Reading) -> None:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or "not valid YAML")
    if "'\\t'" in problem:
        reading.fault(mark, "E-YAML-TAB", "a tab used for indentation", "indent with two spaces")
    elif "mapping values" in problem:
        reading.fault(mark, "E-YAML-SYNTAX", "a second `:` in a value", 'put the value in double quotes: "…: …"')
    else:
        reading.fault(mark, "E-YAML-SYNTAX", problem, "check indentation, quotes and brackets on this line")


def _build(node: Node, path: Path, reading: _Reading) -> Tree:
    reading.positions.values[path] = reading.place(node.start_mark)
    if isinstance(node, MappingNode):
        return {key: _build(value, (*path, key), reading) for key, value in _items(node, path, reading)}
    if isinstance(node, SequenceNode):
        return [_build(item, (*path, index), reading) for index, item in enumerate(node.value)]
    return _scalar(node)


def _items(node: MappingNode, path: Path, reading: _Reading) -> Iterator[tuple[str, Node]]:
    seen: dict[str, int] = {}
    for key_node, value in node.value:
        key = str(key_node.value)
        line, _ = place = reading.place(key_node.start_mark)
        if key in seen:
            what = f"key `{key}` is given twice (first on line {seen[key]})"
            reading.fault(key_node.start_mark, "E-KEY-DUPLICATE", what, "keep one of the two")
            continue
        seen[key] = line
        reading.positions.keys[(*path, key)] = place
        yield key, value


def _scalar(node: ScalarNode) -> Tree:
    text = str(node.value)
    kind = str(node.tag).removeprefix(_TAG)
    if node.style is not None:
        return text
    if kind == "null":
        return None
    if kind == "bool":
        return _BOOLEANS.get(text.lower(), text)
    if kind in {"int", "float"}:
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    """Read a decimal number; anything else (octal, infinity, not-a-number) stays text."""
    for number in (int, float):
        try:
            value = number(text.replace("_", "x"))
        except ValueError:
            continue
        return value if -1e15 < value < 1e15 else text
    return text
