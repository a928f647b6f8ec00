"""Checks of competing hypotheses and of the evidence that is weighed against them."""

from collections.abc import Iterator
from typing import Any, Final

from quickview.brief.checked import Context, Drafts
from quickview.errors import Fault, Known, did_you_mean
from quickview.inputs.yaml_document import Path

LISTS: Final = ("sources", "events", "quantities", "measures")
"""Lists whose records may be evidence; terms go by `agreement.ID`."""


def check_hypotheses(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """At least two hypotheses, and evidence that names things of the brief and tells hypotheses apart."""
    hypotheses, rows = context.ids("hypotheses"), context.rows("evidence")
    if len(context.rows("hypotheses")) == 1:
        message, hint = "one hypothesis competes with nothing", "give at least one more that rules it out"
        yield context.fault(("hypotheses", 0), "E-HYPOTHESES-FEW", message, hint)
    if rows and not context.value("hypotheses"):
        message, hint = "evidence for no hypothesis", "give `hypotheses`, or leave `evidence` out"
        yield context.fault(("evidence",), "E-HYPOTHESES-FEW", message, hint)
    elif hypotheses:
        yield from _items(context)
        for path, row in rows:
            yield from _marks(path, row.get("marks"), hypotheses, context)
        yield from _unweighed(context)


def _items(context: Context) -> Iterator[Fault]:
    """Yield items that are nothing of the brief, and items given twice."""
    lists = {**{table: (table,) for table in LISTS}, "agreement": ("agreement", "terms")}
    known = Known(f"{table}.{name}" for table, path in lists.items() for name in context.ids(*path))
    seen: set[str] = set()
    for path, row in context.rows("evidence"):
        item = row.get("item")
        if isinstance(item, str) and item not in known:
            message = f"nothing of the brief that may be evidence is `{item}`"
            yield context.fault((*path, "item"), "E-REF-EVIDENCE", message, did_you_mean(item, known))
        elif isinstance(item, str) and item in seen:
            yield context.fault((*path, "item"), "E-EVIDENCE-TWICE", f"`{item}` is weighed twice", "join the two")
        seen.add(str(item))


def _marks(path: Path, marks: Any, hypotheses: Known, context: Context) -> Iterator[Fault]:
    if not isinstance(marks, dict):
        return
    for name in marks:
        if name not in hypotheses:
            place = context.positions.of_key((*path, "marks", name))
            message, hint = f"no hypothesis has the id `{name}`", did_you_mean(name, hypotheses)
            yield context.at(place, "E-REF-HYPOTHESIS", message, hint)
    if len(hypotheses) > 1 and len({str(marks.get(name, "N")) for name in hypotheses}) == 1:
        message = "marked the same for every hypothesis: it tells none from another"
        hint = "mark what it speaks against, or leave it out"
        yield context.fault((*path, "marks"), "W-EVIDENCE-SAME", message, hint)


def _unweighed(context: Context) -> Iterator[Fault]:
    """Yield hypotheses that no evidence is marked for: they would rank first for want of a look."""
    marked = {
        name for _, row in context.rows("evidence") if isinstance(row.get("marks"), dict) for name in row["marks"]
    }
    for path, row in context.rows("hypotheses"):
        if isinstance(row.get("id"), str) and row["id"] not in marked:
            message, hint = f"nothing is weighed against `{row['id']}`", "mark evidence for it, or leave it out"
            yield context.fault((*path, "id"), "W-HYPOTHESIS-UNWEIGHED", message, hint)
