"""Other briefs of the house that a brief points at: they lie beside it, and have a headline and a day."""

import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path

from quickview.brief.checked import Context, Drafts, day
from quickview.errors import Fault, Known, did_you_mean
from quickview.files import read_regular
from quickview.inputs.yaml_document import Path as Place
from quickview.inputs.yaml_document import Tree, read_document


@dataclass(frozen=True)
class Heading:
    """What a brief is called, in which language (ISO 639), and the day nothing in it is later than."""

    name: str
    title: str
    language: str
    as_of: dt.date


def heading(path: Path, language: str = "") -> Heading | None:
    """Return the heading of the brief in a file, in a language where it has a title in it; None where it cannot be read.

    Nothing else of it is looked at: what is wrong with the rest is its own author's to mend.
    """
    try:
        text = read_regular(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    document = _block(text, "document")
    as_of, title = day(_at(document, "document", "as_of")), _at(document, "document", "title")
    if not as_of or not isinstance(title, str):
        return None
    own = _at(document, "document", "language") or "en"
    told = (
        None
        if language in {"", own}
        else _at(_block(text, "translations"), "translations", language, "document", "title")
    )
    if isinstance(told, str):
        return Heading(path.stem, told, language, as_of)
    return Heading(path.stem, title, own if isinstance(own, str) else "en", as_of)


@functools.lru_cache(maxsize=64)
def _block(text: str, key: str) -> Tree:
    """Return the part of a brief's front matter under a key; the rest of it, which takes longest, is not read."""
    _, *lines = text.splitlines() or [""]
    front = takewhile(lambda line: line.rstrip() != "---", lines)
    others = dropwhile(lambda line: not line.startswith(f"{key}:"), front)
    head = next(others, "")
    inside = takewhile(lambda line: not line or line[0] in " \t#-", others)
    return read_document("\n".join([head, *inside, ""]), file="", first_line=2)[0] if head else None


def _at(tree: Tree, *path: str) -> Tree:
    for key in path:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def check_related(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """What a brief points at lies beside it, each once, and is of no later day unless it is told as what came next."""
    file, seen = Path(context.file), set[str]()
    known = Known(sorted(other.stem for other in file.parent.glob("*.md") if other.stem != file.stem))
    for path, row in context.rows("related"):
        name, spot = row.get("brief"), (*path, "brief")
        if not isinstance(name, str):
            continue
        if name == file.stem:
            yield context.fault(
                spot, "E-RELATED-SELF", f"`{name}` is this brief itself", "name another, or leave it out"
            )
        elif name in seen:
            yield context.fault(spot, "E-RELATED-TWICE", f"`{name}` is named twice", "join the two")
        elif name not in known:
            message, hint = f"no brief beside this one is called `{name}`", did_you_mean(name, known)
            yield context.fault(spot, "E-REF-BRIEF", message, hint)
        else:
            yield from _misplaced(path, name, row.get("as"), context)
        seen.add(name)


def _misplaced(path: Place, name: str, kind: object, context: Context) -> Iterator[Fault]:
    """Yield the fault of a brief whose day does not fit what it is named as, or cannot be read."""
    other, as_of = heading(Path(context.file).with_name(f"{name}.md")), context.as_of
    if other is None:
        message, hint = f"`{name}` has no `title` and `as_of` that can be read", "mend that brief first"
        yield context.fault((*path, "brief"), "E-RELATED-READ", message, hint)
    elif as_of and kind in {"precedent", "elsewhere"} and other.as_of > as_of:
        message = f"`{name}` is of {other.as_of}, after `as_of` ({as_of})"
        hint = "write `as: next`, which is told as a link made later"
        yield context.fault((*path, "as"), "E-HINDSIGHT", message, hint)
    elif as_of and kind == "next" and other.as_of <= as_of:
        message = f"`{name}` is of {other.as_of}, not after `as_of` ({as_of})"
        yield context.fault((*path, "as"), "E-RELATED-ORDER", message, "write `as: precedent` or `as: elsewhere`")
