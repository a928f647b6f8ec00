"""What of a brief is no fact yet: guesses that wait for someone to confirm them, and what rests on an example instead of a source."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from quickview.brief import prose
from quickview.brief.checked import Context, Drafts, scalars, table_of
from quickview.brief.prose import Section
from quickview.errors import Fault, Known, did_you_mean
from quickview.inputs.yaml_document import Path, Tree
from quickview.language.catalogs import Language

_WORDS: Final = ("title", "label", "name", "text")
"""Keys that say what a record is called, the first that it has."""

_MOST_LINES: Final = 100
"""Lines that are told of what rests on an example."""

_NAMED: Final = ("document.title", "document.as_of", "place")
"""What else a guess may be, to be suggested."""


def named(tree: Tree) -> dict[str, Path]:
    """Return where everything stands that an entry of `document.unconfirmed` may name, by that entry."""
    found: dict[str, Path] = {}
    for table, rows in tree.items() if isinstance(tree, dict) else ():
        if rows:
            found[table] = (table,)
        listed = _rows(rows, table)
        if isinstance(rows, dict) and table == "agreement":
            listed = _rows(rows.get("terms"), table, "terms")
        elif isinstance(rows, dict):
            found |= {f"{table}.{name}": (table, name) for name in rows}
        for path, row in listed:
            found.setdefault(f"{table}.{row.get('id')}", path)
    return found


def unconfirmed(tree: Tree) -> list[Path]:
    """Return where the things stand that nobody has confirmed yet, as the brief itself says."""
    known = named(tree) if (entries := _entries(tree)) else {}
    return [known[entry] for entry in entries if entry in known]


def examples(tree: Tree) -> list[Path]:
    """Return where the records stand that rest on an example instead of a source, each once."""
    made_up = placeholders(tree)
    kept = (
        {key: value for key, value in tree.items() if key != "translations"}
        if isinstance(tree, dict) and made_up
        else {}
    )
    resting = (path for path, value in scalars(kept) if table_of(path) == "sources" and value in made_up)
    return list(dict.fromkeys(_record_of(path) for path in resting))


def counts(tree: Tree, sections: Iterable[Section]) -> tuple[int, int]:
    """Return how many entries of a brief are guesses, and how many entries and sections of its prose are examples."""
    return len(unconfirmed(tree)), len(examples(tree)) + len(citing(sections, placeholders(tree)))


def is_draft(tree: Tree) -> bool:
    """Whether something of a brief is no fact yet."""
    return bool(unconfirmed(tree) or placeholders(tree))


def placeholders(tree: Tree) -> dict[str, Path]:
    """Return the sources that are examples, to be replaced: id -> where it stands."""
    rows = _rows(tree.get("sources") if isinstance(tree, dict) else None, "sources")
    return {str(row.get("id")): path for path, row in rows if row.get("placeholder") is True}


def citing(sections: Iterable[Section], sources: Iterable[str]) -> list[Section]:
    """Return the sections of the prose that cite one of these sources."""
    wanted = {*sources}
    return [one for one in sections if any(name in wanted for _, _, name in prose.citations(one))]


def called(tree: Tree, path: Path, language: Language) -> str:
    """Return what a thing of the brief is called: by its own words, or a key of `document` by what it is for."""
    _ = language.gettext
    keys = {
        "title": _("the headline"),
        "summary": _("the summary"),
        "as_of": _("the day it stands for"),
        "country": _("the country"),
    }
    here: Any = tree
    for step in path:
        here = here[step]
    if isinstance(here, Mapping):
        return next((str(here[key]) for key in _WORDS if here.get(key)), str(here.get("id") or here.get("kind") or ""))
    return keys.get(str(path[-1]), str(path[-1]))


def check_unconfirmed(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Guesses that are still to be confirmed are told, each at its place."""
    known = named(context.tree)
    rows = Known([*(name for name, path in known.items() if isinstance(path[-1], int)), *_NAMED])
    for n, entry in enumerate(_entries(context.tree)):
        path, own = known.get(entry), ("document", "unconfirmed", n)
        if path is None:
            message, hint = f"nothing of the brief is `{entry}`", did_you_mean(entry, rows)
            yield context.fault(own, "W-UNCONFIRMED-NONE", message, f"take it out, or correct it: {hint}")
        else:
            hint = "look, correct it, and take it out of `document.unconfirmed`"
            yield context.fault(path, "W-UNCONFIRMED", f"`{entry}` is a guess", hint)


def check_placeholders(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A source that is an example is told, with the lines of all that rests on it."""
    known = placeholders(context.tree)
    lines = sorted({context.positions.of(path)[0] for path in examples(context.tree)})
    lines += sorted({section.line for section in citing(context.sections, known)})
    where = ", ".join(map(str, lines[:_MOST_LINES])) + f" and {len(lines) - _MOST_LINES} more" * (
        len(lines) > _MOST_LINES
    )
    for name, path in known.items():
        message = f"the source `{name}` is an example, and so is what rests on it: lines {where}"
        hint = "write facts there, with sources of their own, then remove this one"
        yield context.fault(path, "W-PLACEHOLDER", message, hint)


def _entries(tree: Tree) -> list[str]:
    document = tree.get("document") if isinstance(tree, dict) else None
    listed = document.get("unconfirmed") if isinstance(document, dict) else None
    return [entry for entry in listed if isinstance(entry, str)] if isinstance(listed, list) else []


def _rows(rows: Tree, *path: str) -> Iterator[tuple[Path, Mapping[str, Tree]]]:
    for n, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            yield (*path, n), row


def _record_of(path: Path) -> Path:
    """Return the record that a value stands in: a row of a list of the brief, a term, or the agreement itself."""
    if path[:2] == ("agreement", "terms"):
        return path[:3]
    return path[:2] if len(path) > 1 and isinstance(path[1], int) else path[:1]
