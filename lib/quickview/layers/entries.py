"""Append entries to a catalogue: what stands there stays as it is, to the byte.

Beside `catalog.py`, which commands that must answer at once import.
"""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from quickview.errors import Fault, InputError
from quickview.files import write_atomically
from quickview.layers.catalog import read_catalog


def taken(catalog: Path, ids: Sequence[str], *, hint: str) -> list[Fault]:
    """Return a fault if there is a layer, or a file of one, by one of these ids already."""
    known = read_catalog(catalog)
    there = {*known.ids, *(path.stem for path in known.folder.glob("*.geojson"))}
    found = [name for name in ids if name in there]
    return [
        Fault(str(catalog), 0, 0, "E-CATALOG-TWICE", f"there is a layer or file `{name}` already", hint)
        for name in found[:1]
    ]


def append(catalog: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Append entries to a catalogue in one step; raises `InputError`, and changes nothing, if it is faulty with them."""
    before = catalog.read_bytes()
    write_atomically(catalog, before.rstrip(b"\n") + b"\n" + _text(entries).encode())
    try:
        read_catalog(catalog)
    except InputError:
        write_atomically(catalog, before)
        raise


class _Dumper(yaml.SafeDumper):  # type: ignore[misc] # PyYAML brings no types
    """Writes entries as they stand in the catalogue: lists and `{from: …}` on one line, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (PyYAML calls it so)
        return True


_Dumper.add_representer(list, lambda to, data: to.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True))
_Dumper.add_representer(
    dict, lambda to, data: to.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=[*data] == ["from"])
)


def _text(entries: Sequence[Mapping[str, Any]]) -> str:
    """Write entries as items of the catalogue's list, a blank line before each."""
    dumped = [yaml.dump(entry, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=112) for entry in entries]
    return "".join("\n  - " + textwrap.indent(text, "    ").lstrip() for text in dumped)
