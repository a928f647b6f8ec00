"""An earlier edition told in the words of a later one's translation.

Where both editions say the same in their own language, the earlier one takes the later
one's words, so that a translation made or mended since is no change of facts.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from quickview.brief import translation
from quickview.brief.prose import Section
from quickview.brief.records import Facts
from quickview.inputs.yaml_document import Path, Tree

Spot = tuple[tuple[str, ...], str]
"""Where words stand, whatever their place in a list, and the words in the brief's own language."""


def facts(past: Facts, *, own: Facts, told: Facts, code: str) -> Facts:
    """Return the facts of `past` in another language: in the words of `told`, else its own translation, else as it is.

    `own` are the later facts as they were written, `told` the same in the language `code`.
    """
    if not past.translations and own == told:
        return past
    known = {spot: text for (_, spot), (_, (_, text)) in zip(_spots(_tree(own)), _spots(_tree(told)), strict=True)}
    tree = _tree(past)
    laid = translation.lay_over(tree, code).tree
    for path, spot in list(_spots(tree)):
        if spot in known:
            _put(laid, path, known[spot])
    try:
        return Facts.model_validate_json(json.dumps(laid))
    except ValidationError:
        return past


def sections(past: Sequence[Section], *, own: Sequence[Section], told: Sequence[Section], facts: Facts, code: str
             ) -> tuple[Section, ...]:  # fmt: skip
    """Return the prose of an earlier edition in another language, in the same order of preference; `facts` are its own."""
    known = {_content(one): shown for one, shown in zip(own, told, strict=True)}
    prose_of = translation.prose_of(_tree(facts), code)
    return tuple(known.get(_content(one)) or translation.section(one, prose_of.get(one.id)) for one in past)


def _tree(facts: Facts) -> dict[str, Tree]:
    # A copy of its own, in which words are replaced.
    tree: dict[str, Tree] = facts.model_dump(mode="json", by_alias=True)
    return tree


def _content(section: Section) -> tuple[str, ...]:
    return section.id, section.title, *section.markdown.split()


def _spots(tree: Tree) -> Iterator[tuple[Path, Spot]]:
    for path, text in translation.words(tree):
        yield path, (tuple(_steps(tree, path)), text)


def _steps(tree: Any, path: Path) -> Iterator[str]:
    """Yield each step of a path; an item of a list goes by its id, or by nothing."""
    for step in path:
        tree = tree[step]
        if isinstance(step, str):
            yield step
        else:
            yield str(tree.get("id", "")) if isinstance(tree, dict) else ""


def _put(tree: Any, path: Path, text: str) -> None:
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = text
