"""Lay two editions of a brief's records side by side: what is new, gone, or not the same.

Order and layout are no facts: lists are compared without their order, text with its
white space collapsed.
"""

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, Final, TypeVar

from quickview.brief.change_messages import Change, Detail
from quickview.brief.records import Facts, Record

T = TypeVar("T")
Entry = TypeVar("Entry", bound=Any)
"""A record with an id."""


def tidy(facts: Facts) -> Facts:
    """Return the facts with white space collapsed, and without the translations, which are no facts of their own."""
    tree = facts.model_dump(mode="json", by_alias=True, exclude={"translations"})
    return Facts.model_validate_json(json.dumps(_collapsed(tree)))


def _collapsed(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _collapsed(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_collapsed(value) for value in tree]
    return " ".join(tree.split()) if isinstance(tree, str) else tree


def differ(was: Record, now: Record, *known: str) -> bool:
    """Whether two records differ in more than the fields that have been looked at."""
    one, other = (_unordered(record.model_dump(mode="json", exclude=set(known))) for record in (was, now))
    return bool(one != other)


def _unordered(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _unordered(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return sorted(map(_unordered, tree), key=lambda value: json.dumps(value, sort_keys=True))
    return int(tree) if isinstance(tree, float) and tree.is_integer() else tree


def matched(
    was: Sequence[T], now: Sequence[T], *keys: Callable[[T], Hashable]
) -> tuple[list[T], list[T], list[tuple[T, T]]]:
    """Pair what is the same by the first key, then the rest by the next; returns what is new, gone, and the pairs."""
    gone, new, pairs = dict(enumerate(was)), dict(enumerate(now)), {}
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for n, one in gone.items():
            waiting.setdefault(key(one), []).append(n)
        for n, one in list(new.items()):
            if found := waiting.get(key(one)):
                pairs[n] = (gone.pop(found.pop(0)), new.pop(n))
    return list(new.values()), list(gone.values()), [pairs[n] for n in sorted(pairs)]


_TITLES: Final = ("title", "label", "name")
"""Fields that name a record, of which each has one."""


def entries(
    record: str,
    was: Sequence[Entry],
    now: Sequence[Entry],
    *,
    known: Sequence[str] = (),
    detail: Callable[[Entry], Detail] = lambda _: None,
    moves: Callable[[Entry, Entry, Change], Iterator[Change]] = lambda *_: iter(()),
) -> Iterator[Change]:
    """Yield what came, went, was renamed or otherwise changed in a list of records with ids.

    `moves` yields the changes in the fields `known`.
    """
    title = next((name for name in _TITLES for one in (*was, *now) if name in type(one).model_fields), "")
    new, gone, kept = matched(was, now, attrgetter("id"))
    for one in new:
        yield Change(f"{record}-new", record, one.id, getattr(one, title), after=detail(one))
    for one in gone:
        yield Change(f"{record}-gone", record, one.id, getattr(one, title), before=detail(one))
    for old, one in kept:
        base = Change("reworded", record, one.id, getattr(one, title))
        yield from moves(old, one, base)
        yield from moved(base, f"{record}-renamed", getattr(old, title), base.what)
        if differ(old, one, title, *known):
            yield base


def moved(base: Change, kind: str, before: Detail, after: Detail) -> Iterator[Change]:
    """Yield the change of a field from `before` to `after`, if there is one."""
    if before != after:
        yield replace(base, kind=kind, before=before, after=after)
