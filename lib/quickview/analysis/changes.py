"""What is new since the edition before: a few lines at the head of a report."""

from typing import Any, Final

from markupsafe import Markup, escape

from quickview.analysis.block import Block, absent, from_template, mark_up
from quickview.brief.changes import Change, compare, phrase, say
from quickview.brief.reader import Brief

MOST: Final = 7
"""How many changes stand in sight; the rest is one click away, and printed in full."""

STRONG: Final = ("term-state", "probability", "forecast-word")
"""How kinds begin that a reader must not miss: what came of a term, what a forecast now says."""


def changes(brief: Brief) -> Block:
    """Return what changed since the previous edition, weightiest first.

    `brief` is what `qv.load` returns; it knows the edition named by `previous` there. Absent
    without one, or without a change.
    """
    found = compare(brief.previous, brief) if brief.previous else ()
    if brief.previous is None or not found:
        return absent("changes", brief)
    since = brief.previous.facts.document.as_of
    told = [{"kind": one.kind, "id": one.id, "text": say(one, brief.language)} for one in found]
    # What is set large stands first, so that the rest can flow in columns.
    rows = sorted((_row(one, brief) for one in found), key=lambda row: not row["strong"])
    shown = len(rows) if len(rows) == MOST + 1 else MOST
    data = {"since": since.isoformat(), "changes": told}
    return from_template("changes", brief, data=data, since=since, rows=rows[:shown], rest=rows[shown:])


def _row(change: Change, brief: Brief) -> dict[str, Any]:
    """Return a change as markup; what it is about stands out, and what moved in few words stays on one line."""
    strong = change.kind.startswith(STRONG)
    template, values = phrase(change, brief.language)
    marked = {name: mark_up(value, brief) for name, value in values.items()}
    about = "what" if "{what}" in template else "after"
    marked[about] = Markup("<b>{}</b>").format(marked[about])
    if strong:
        marked |= {name: Markup('<span class="whole">{}</span>').format(marked[name]) for name in ("before", "after")}
    return {"strong": strong, "text": Markup(escape(template)).format(**marked)}  # noqa: S704 (escaped right here)
