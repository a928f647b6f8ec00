"""How each report of a night's edition stands: one answer for its front page, feed and digest."""

from enum import StrEnum


class Status(StrEnum):
    """How a report stands in an edition."""

    CHANGED = "changed"
    NEW = "new"
    STALE = "stale"
    MISSING = "missing"
    SETTLED = "settled"


def status_of(*, stands: bool, is_stale: bool, is_of_tonight: bool, is_known: bool, has_changes: bool) -> Status:
    """Return how a report stands.

    `stands` tells whether there is one, and `is_stale` whether it is an older one that could
    not be made anew; one of which only a part could be made is as new as that part.
    `is_of_tonight` tells whether it was made for this edition, `is_known` whether one was
    there before, and `has_changes` whether it says something else than that.
    """
    if not stands:
        return Status.MISSING
    if is_stale:
        return Status.STALE
    if not is_of_tonight:
        return Status.SETTLED
    if has_changes:
        return Status.CHANGED
    return Status.SETTLED if is_known else Status.NEW
