"""YAML front matter as a tree of plain values, with the place of every key and value.

Only what JSON can say is accepted: no anchors, aliases or tags, one value a key,
capped in size and depth, and refused before anything is built from it.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

from quickview.errors import MOST_ALIKE, Fault, Findings
from quickview.language.glyphs import CONTROL, HIDDEN, hidden, reveal

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"
Path: TypeAlias = tuple[str | int, ...]
Event: TypeAlias = Any
"""What libyaml or ruamel.yaml found; their events have the same names and the same fields."""

MAX_DEPTH: Final = 12
"""Levels of nesting; the deepest record needs seven."""

MAX_VALUES: Final = 40_000
"""Keys, values, and what begins or ends a list or a mapping; a brief that is full of records has less."""

MAX_LISTS: Final = 5_000
"""Lists and mappings in a document: each may lack all that its record needs."""

LOOKED_AT: Final = 64_000
"""Characters up to which ruamel.yaml has a look where libyaml does not do: it takes over thirty times as long."""

_WORDS: Final = {
    word: value
    for name, value in {"true": True, "false": False, "null": None}.items()
    for word in (name, name.title(), name.upper())
} | {"~": None, "": None}
_NUMBER: Final = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_READ_DIFFERENTLY: Final = re.compile(
    rf"[\t\ufeff]|{CONTROL.pattern}|[|>][-+0-9]*#|[\r\n] +[\r\n]|(?:^|[\s\[{{,])\?(?:\s|$)"
)
"""What libyaml takes for something else than ruamel.yaml does, or refuses less often."""
_BLANKS: Final = re.compile(r"(?m)^ +$")
_LOOKED_FOR: Final = {
    re.compile(r"\t"): ("a tab", "write spaces"),
    re.compile(r"\ufeff"): ("a byte-order mark", "remove it"),
    re.compile(r"[|>][-+0-9]*#"): ("a remark behind the sign of a text", "put it on a line of its own"),
    re.compile(r"(?m)(?:^[ -]*|[\[{,:] *)\?(?=\s|$)"): ("a question mark that stands alone", "put the text in quotes"),
}
"""What ruamel.yaml would have to look at, told by what it is and what to write instead where it would take too long."""
_DESCENTS: Final = {"MappingStartEvent": 1, "SequenceStartEvent": 1, "MappingEndEvent": -1, "SequenceEndEvent": -1}
"""Levels that an event goes down."""
_NODES: Final = {*_DESCENTS, "ScalarEvent"}
_BEYOND_UNICODE: Final = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")


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
    faults: Findings = field(default_factory=Findings)
    long_quote: Event | None = None
    """The last quoted value that ran over several lines: perhaps a quote never closed."""
    begun: bool = False
    """Whether a document has begun."""

    def place(self, mark: Any) -> tuple[int, int]:
        return mark.line + self.first_line, mark.column + 1

    def fault(self, mark: Any, code: str, message: str, hint: str) -> None:
        self.faults.add(self.file, *self.place(mark), code, message, hint)

    def fault_at(self, text: str, offset: int, code: str, message: str, hint: str) -> None:
        line = self.first_line + text.count("\n", 0, offset)
        self.faults.add(self.file, line, offset - text.rfind("\n", 0, offset), code, message, hint)


def read_document(text: str, *, file: str, first_line: int) -> tuple[Tree, Positions, list[Fault]]:
    """Read one YAML 1.2 document.

    Returns the tree (None when it cannot be built), the positions and every fault.
    `first_line` is the line of `file` on which `text` starts, from 1.
    """
    reading = _Reading(file, first_line)
    text = _BLANKS.sub("", text)
    events = _plain_events(text) or _events(text, reading)
    nodes = (event for event in events if _kind(event) in _NODES)
    tree = None if reading.faults or (first := next(nodes, None)) is None else _build(first, nodes, (), reading)
    return tree, reading.positions, reading.faults.whole()


def _kind(event: Event) -> str:
    return type(event).__name__


def _descent(event: Event) -> int:
    return _DESCENTS.get(type(event).__name__, 0)


def _plain_events(text: str) -> list[Event]:
    """Return what libyaml finds, ten times sooner; nothing where it is not there or ruamel.yaml must have a look."""
    events: list[Event] = []
    if not yaml.__with_libyaml__ or _READ_DIFFERENTLY.search(text):
        return events
    depth = lists = 0
    try:
        # Only its events are used: what a scalar means is told by YAML 1.2, not by PyYAML.
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            descent = _descent(event)
            depth += descent
            lists += descent > 0
            if depth > MAX_DEPTH or _is_extra(event) or lists > MAX_LISTS or len(events) > MAX_VALUES:
                return []
            events.append(event)
    except (yaml.YAMLError, UnicodeEncodeError):
        return []
    return events if len(events) > 2 and _descent(events[2]) else []


def _is_extra(event: Event) -> bool:
    """Whether it is an alias, has an anchor or a tag, or a line `---` or `...` begins or ends the document."""
    if _kind(event) in {"DocumentStartEvent", "DocumentEndEvent"}:
        return bool(event.explicit)
    return getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None


def _events(text: str, reading: _Reading) -> list[Event]:
    """Return what ruamel.yaml finds, up to where it cannot go on; all that is not plain is a fault."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    errors: tuple[type[Exception], ...] = (MarkedYAMLError, yaml.MarkedYAMLError)
    events: list[Event] = []
    if match := _BEYOND_UNICODE.search(text):
        message = f"`{match[0]}` is no character"
        reading.fault_at(text, match.start(), "E-YAML-SYNTAX", message, "type the character itself")
        return events
    if is_long := len(text) > LOOKED_AT and yaml.__with_libyaml__:
        _refuse_doubtful(text, reading)
    depth = lists = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader) if is_long else YAML(typ="safe", pure=True).parse(text):
            depth += _descent(event)
            if depth > MAX_DEPTH:
                message = f"nested more than {MAX_DEPTH} levels deep"
                hint = "write it flatter; no record needs more than seven levels"
                reading.fault(event.start_mark, "E-YAML-DEPTH", message, hint)
                break
            lists += _descent(event) > 0
            if lists > MAX_LISTS or len(events) > MAX_VALUES:
                message = (
                    f"more than {MAX_LISTS:,} lists and mappings"
                    if lists > MAX_LISTS
                    else f"more than {MAX_VALUES:,} values"
                )
                reading.fault(event.start_mark, "E-YAML-SIZE", message, "put long tables into files beside the brief")
                break
            _refuse_extras(event, reading)
            events.append(event)
    except errors as error:
        _report_syntax(error, reading)
    except (ReaderError, yaml.reader.ReaderError) as error:
        at = match.start() if (match := CONTROL.search(text)) else min(error.position, len(text) - 1)
        reading.fault_at(text, at, "E-TEXT-CONTROL", f"the control character U+{ord(text[at]):04X}", "remove it")
    return events


def _refuse_doubtful(text: str, reading: _Reading) -> None:
    for pattern, (message, hint) in _LOOKED_FOR.items():
        for match in itertools.islice(pattern.finditer(text), MOST_ALIKE):
            reading.fault_at(text, match.end() - 1, "E-YAML-SYNTAX", message, hint)


def _refuse_extras(event: Event, reading: _Reading) -> None:
    mark, kind = event.start_mark, _kind(event)
    if kind == "AliasEvent":
        reading.fault(mark, "E-YAML-ALIAS", f"alias `*{event.anchor}`", "write the value out again")
    elif kind == "ScalarEvent" or _descent(event) > 0:
        if event.anchor:
            reading.fault(mark, "E-YAML-ANCHOR", f"anchor `&{event.anchor}`", "remove it and write values out")
        if kind == "ScalarEvent" and event.style in {'"', "'"} and mark.line < event.end_mark.line:
            reading.long_quote = event
        tag = getattr(event, "ctag", event.tag)
        if tag is not None and str(tag):
            reading.fault(mark, "E-YAML-TAG", f"tag `{tag}`", "remove it; quote the value if it is text")
    elif kind == "DocumentStartEvent":
        if event.tags:
            reading.fault(mark, "E-YAML-TAG", "a %TAG directive", "remove it")
        if reading.begun:
            reading.fault(mark, "E-YAML-SYNTAX", "a second document", "remove the line that begins with `---`")
        reading.begun = True


def _report_syntax(error: Any, reading: _Reading) -> None:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or "not valid YAML")
    opening, quote = error.context_mark, reading.long_quote
    if quote and mark.line == quote.end_mark.line:
        message = f"a quote that ends only on line {reading.place(quote.end_mark)[0]}"
        reading.fault(quote.start_mark, "E-YAML-SYNTAX", message, "close the quote on this line")
    elif opening and "quoted scalar" in str(error.context) and opening.line < mark.line:
        reading.fault(opening, "E-YAML-SYNTAX", "a quote that is never closed", "close the quote on this line")
    elif opening and "flow" in str(error.context) and opening.line < mark.line:
        line, _ = reading.place(mark)
        message = f"a bracket that is not closed, or a comma that is missing before line {line} goes on"
        reading.fault(opening, "E-YAML-SYNTAX", message, "close it with `]` or `}`, and put a comma between entries")
    elif "'\\t'" in problem:
        reading.fault(mark, "E-YAML-TAB", "a tab used for indentation", "indent with two spaces")
    elif "mapping values" in problem or problem.endswith("but got ':'"):
        reading.fault(mark, "E-YAML-SYNTAX", "a second `:` in a value", 'put the value in double quotes: "…: …"')
    else:
        reading.fault(mark, "E-YAML-SYNTAX", problem, "check indentation, quotes and brackets on this line")


def _build(event: Event, rest: Iterator[Event], path: Path, reading: _Reading) -> Tree:
    """Build the value that begins with `event`; takes from `rest` up to the value's end."""
    reading.positions.values[path] = reading.place(event.start_mark)
    if _kind(event) == "MappingStartEvent":
        return dict(_items(rest, path, reading))
    if _kind(event) == "SequenceStartEvent":
        items = itertools.takewhile(lambda item: _kind(item) != "SequenceEndEvent", rest)
        return [_build(item, rest, (*path, index), reading) for index, item in enumerate(items)]
    if not event.style and not event.value:
        # An empty value has no place of its own; the parser gives the next token's.
        reading.positions.values[path] = reading.positions.of_key(path)
    value = _scalar(event)
    return _clean(event, reading) if isinstance(value, str) else value


def _items(rest: Iterator[Event], path: Path, reading: _Reading) -> Iterator[tuple[str, Tree]]:
    seen: dict[str, int] = {}
    for event in itertools.takewhile(lambda item: _kind(item) != "MappingEndEvent", rest):
        if _kind(event) != "ScalarEvent":
            hint = "write a plain word before the `:`"
            reading.fault(event.start_mark, "E-YAML-SYNTAX", "a list or a mapping as a key", hint)
            _skip(event, rest)
            _skip(next(rest), rest)
            continue
        key = _clean(event, reading)
        line, _ = place = reading.place(event.start_mark)
        if key in seen:
            message = f"key `{key}` is given twice (first on line {seen[key]})"
            reading.fault(event.start_mark, "E-KEY-DUPLICATE", message, "keep one of the two")
            _skip(next(rest), rest)
            continue
        seen[key] = line
        reading.positions.keys[(*path, key)] = place
        yield key, _build(next(rest), rest, (*path, key), reading)


def _skip(event: Event, rest: Iterator[Event]) -> None:
    depth = _descent(event)
    while depth:
        event = next(rest)
        depth += _descent(event)


def _clean(event: Event, reading: _Reading) -> str:
    """Return a scalar's text; the hidden characters that YAML's escapes can put into it are faults."""
    text = str(event.value)
    if not HIDDEN.search(text):
        return text
    for _, *found in hidden(text, hint="remove it, or type the character itself"):
        reading.fault(event.start_mark, *found)
    return reveal(text)


def _scalar(event: Event) -> Tree:
    text = str(event.value)
    if event.style:
        return text
    return _WORDS[text] if text in _WORDS else _number(text)


def _number(text: str) -> int | float | str:
    """Read a decimal number; anything else (004, 0x1F, 1_000, infinity, a number beyond all use) stays text."""
    if not _NUMBER.fullmatch(text) or not -1e15 <= float(text) <= 1e15:
        return text
    return int(text) if text.lstrip("+-").isdigit() else float(text)
