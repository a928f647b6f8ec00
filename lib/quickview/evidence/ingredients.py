"""What a brief brings into a report, each by its name with a digest of its content.

By these a night knows whether a report would come out differently, and a report tells what it was made of.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from quickview import files
from quickview.brief.reader import Brief
from quickview.brief.related import heading
from quickview.evidence import outcomes
from quickview.layers.catalog import Catalog, events_file

DIGITS: Final = 16
"""Hexadecimal digits of a digest that are kept: 64 bits."""


def of_brief(brief: Brief) -> dict[str, str]:
    """Return what a brief adds to a report: itself, the language it is read in, the layers it draws on, and what `beside` it counts."""
    own = {"brief": brief.digest, "language": brief.language.code}
    return {**own, **beside(brief), **of_layers(brief.catalog, brief.facts.layers)}


def beside(brief: Brief) -> dict[str, str]:
    """Return its own outcomes, the headings of the briefs it points at, the events it counts and the tables it names."""
    events = brief.facts.monitor.events if brief.facts.monitor else ()
    folder, others = brief.path.parent, [one.brief for one in brief.facts.related]
    return {
        **of_outcomes(brief.path),
        **of_related(folder, others, brief.language.code),
        **of_events(brief.catalog.file, events),
        **of_tables(folder, [table.file for table in brief.facts.tables if table.file]),
    }


def of_outcomes(brief: Path) -> dict[str, str]:
    """Return the ingredient that the outcomes of a brief's forecasts are, where any is known; those of other briefs play no part."""
    told = outcomes.material(brief)
    return {"outcomes": digest(told.encode())} if told else {}


def of_related(folder: Path, names: Iterable[str], language: str) -> dict[str, str]:
    """Return the ingredient that the heading of each brief is that another points at; empty where it cannot be read."""
    found = {name: heading(folder / f"{name}.md", language) for name in sorted(set(names))}
    return {f"related {name}": digest(repr(one).encode()) if one else "" for name, one in found.items()}


def of_tables(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the ingredient of each file of data in the folder of a brief; a file that is not there counts as an empty one."""
    return {f"table {name}": digest(files.content(folder / name)) for name in sorted(set(names))}


def of_layers(catalog: Catalog, names: Iterable[str]) -> dict[str, str]:
    """Return the ingredient of each layer: what the catalogue says of it, and its file; empty where there is none."""
    known = {layer.id: layer for layer in catalog.layers}
    return {
        f"layer {name}": digest(known[name].model_dump_json().encode(), files.content(catalog.path(name)))
        if name in known
        else ""
        for name in sorted(set(names))
    }


def of_events(catalog: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the ingredient that the events of each name are, beside a catalogue; empty where they were not imported."""
    paths = {name: events_file(catalog, name) for name in sorted(set(names))}
    return {f"events {name}": files.sha256(path)[:DIGITS] if path else "" for name, path in paths.items()}


def digest(*parts: bytes) -> str:
    """Return a digest of several contents, which tells where one ends."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()[:DIGITS]
