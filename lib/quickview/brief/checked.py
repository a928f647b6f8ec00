"""A brief as the checks see it: its records as far as they are sound, and the file they were read from."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from quickview.brief.prose import MAX_PROSE, Section
from quickview.brief.records import MAX_TEXT, Facts
from quickview.errors import Fault, Known
from quickview.inputs.yaml_document import Path, Positions, Tree
from quickview.layers.catalog import Catalog

REFERENCES: Final = {
    "source": "sources",
    "sources": "sources",
    "actor": "actors",
    "actors": "actors",
    "from": "actors",
    "to": "actors",
    "binds": "actors",
    "parties": "actors",
    "guarantors": "actors",
    "side": "sides",
}
"""Keys that hold ids, and the list the ids stand in."""

_OWN_REFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "place": {"source": "sources", "side": "sides"},
    "measures": {"by": "actors", "on": "actors", "source": "sources"},
    "tables": {"source": "sources"},
}
"""The same inside tables whose keys mean something else: a measure or status is `from` a day on, a column `from` a heading."""


@dataclass(frozen=True)
class Context:
    """What the checks look at besides the records."""

    file: str
    tree: Tree
    positions: Positions
    catalog: Catalog
    sections: tuple[Section, ...]
    lines: Sequence[str] = ()
    """The file as it was read."""

    def fault(self, path: Path, code: str, message: str, hint: str) -> Fault:
        """Build the fault for the value at `path`."""
        return self.at(self.positions.of(path), code, message, hint)

    def at(self, place: tuple[int, int], code: str, message: str, hint: str) -> Fault:
        """Build the fault for a line and column."""
        return Fault(self.file, *place, code, message, hint)

    def records(self, drafts: "Drafts", table: str) -> Iterator[tuple[Path, Any]]:
        """Yield the sound records of a list with their paths: they may have moved up in it."""
        rows = reversed(self.rows(table))
        paths = {row["id"]: path for path, row in rows if isinstance(row.get("id"), str)}
        yield from ((paths.get(one.id, (table, n)), one) for n, one in enumerate(drafts.get(table) or ()))

    def place(self, text: str, start: tuple[int, int], within: int) -> tuple[int, int]:
        """Return where a text stands from a place on, within some lines; the place itself where it is written otherwise."""
        line, column = start
        for row, written in enumerate(self.lines[line - 1 : line - 1 + within], start=line):
            found = written.find(text, column - 1 if row == line else 0)
            if found >= 0:
                return row, found + 1
        return start

    @cached_property
    def leaves(self) -> Sequence[tuple[Path, Any]]:
        """All scalars in the facts, as (path, value); nothing more is looked for in a text that is told to be too long."""
        return [
            (path, value)
            for path, value in scalars(self.tree)
            if not isinstance(value, str) or len(value) <= (MAX_PROSE if "sections" in path else MAX_TEXT)
        ]

    @property
    def has_unknown_keys(self) -> bool:
        """Whether a key of the file as a whole is none of a brief's."""
        return isinstance(self.tree, dict) and not set(self.tree) <= set(Facts.model_fields)

    def value(self, *path: str) -> Tree:
        """Return what stands at a path of keys; None where there is nothing."""
        here = self.tree
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        return here

    def rows(self, *path: str) -> list[tuple[Path, Mapping[str, Any]]]:
        """Return (path, mapping) of the items of a list."""
        return self.below(path[:-1], {path[-1]: self.value(*path)}, path[-1])

    @staticmethod
    def below(path: Path, row: Mapping[str, Any], key: str) -> list[tuple[Path, Mapping[str, Any]]]:
        """Return (path, mapping) of the items of a list that a mapping at a path has under a key."""
        items = row.get(key)
        listed = enumerate(items) if isinstance(items, list) else ()
        return [((*path, key, n), item) for n, item in listed if isinstance(item, dict)]

    def ids(self, *path: str) -> Known:
        """Return the ids of a list, as far as they can be read."""
        return Known(row["id"] for _, row in self.rows(*path) if isinstance(row.get("id"), str))

    @cached_property
    def language(self) -> str:
        """The code of the language that the brief is written in."""
        return str(self.value("document", "language") or "en")

    @cached_property
    def as_of(self) -> dt.date | None:
        """The day nothing may be later than, whatever else is wrong with the document."""
        return day(self.value("document", "as_of"))


Drafts = Mapping[str, Any]

Check = Callable[[Drafts, Context], Iterable[Fault]]


def day(value: object) -> dt.date | None:
    """Return the day a value of the file stands for; None if it is no date."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def scalars(node: Tree, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield (path, value) of all scalars at and below a node that stands at `path`."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from scalars(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from scalars(value, (*path, index))
    else:
        yield path, node


def last_key(path: Path) -> str:
    """Return the key that a path ends in, or in whose list; "" where there is none."""
    for step in reversed(path):
        if isinstance(step, str):
            return step
    return ""


def own_path(path: Path) -> Path:
    """Return where a value stands in the facts, or where what it translates does."""
    return path[2:] if path[:1] == ("translations",) else path


def is_prose(path: Path) -> bool:
    """Whether what stands at a path of the facts is the desk's own prose: a section, headline, standfirst or abstract."""
    is_standfirst = path[:1] == ("document",) and last_key(path) in {"title", "summary", "abstract"}
    return path[:1] == ("sections",) or is_standfirst


def table_of(path: Path) -> str | None:
    """Return the list that a value must name a row of by its id, if it must."""
    return _OWN_REFERENCES.get(str(path[0]) if path else "", REFERENCES).get(last_key(path))
