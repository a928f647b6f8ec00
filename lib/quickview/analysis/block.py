"""Parts of a report that are not figures: HTML made from templates, with a name.

A block shows itself in JupyterLab, and carries its id in a MIME type of its own so
that an exporter can tell which part of the report it is.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import jinja2
from markupsafe import Markup

from quickview.analysis import wording
from quickview.analysis.figure import capitalise
from quickview.brief import prose
from quickview.brief.reader import Brief
from quickview.look.palette import side

MIME: Final = "application/vnd.quickview.block+json"


@dataclass(frozen=True)
class Block:
    """A part of a report: its id, its HTML, and facts for whoever assembles the report.

    An empty `html` means that the brief has nothing for this part.
    """

    id: str
    html: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """What a notebook stores and JupyterLab shows."""
        shown = self.html or f'<p class="qv-absent">Nothing in this brief for “{self.id}”.</p>'
        return {
            MIME: {"id": self.id, "empty": not self.html, "data": dict(self.data)},
            "text/html": f'<div class="qv">{shown}</div>',
            "text/plain": f"<block {self.id}>",
        }


def from_template(block_id: str, brief: Brief, *, data: Mapping[str, Any] | None = None, **context: Any) -> Block:
    """Fill the template named after the block; `brief` is always at hand in it."""
    template = _templates().get_template(f"{block_id}.html")
    bound = {"cite": functools.partial(_cite, brief), "side_of": functools.partial(side_of, brief)}
    html = template.render(brief=brief, facts=brief.facts, **bound, **context)
    return Block(block_id, html.strip(), data or {})


def absent(block_id: str) -> Block:
    """Return the block of a part the brief has nothing for."""
    return Block(block_id, "")


def side_of(brief: Brief, actor_id: str) -> int:
    """Return the number of an actor's side, from 1."""
    actor = next(a for a in brief.facts.actors if a.id == actor_id)
    return [s.id for s in brief.facts.sides].index(actor.side) + 1


def _cite(brief: Brief, ids: str | Sequence[str]) -> Markup:
    names = [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
    return Markup(prose.cite(names, numbers=brief.numbers))  # noqa: S704 (made of ids and numbers only)


def _isolate(text: str) -> Markup:
    return Markup(prose.isolate(str(text)))  # noqa: S704 (escaped by isolate)


@functools.cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("quickview.analysis", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": wording.day, "short_day": wording.short_day, "figures": wording.figures, "value": wording.value,
        "number": wording.number, "span": wording.span, "isolate": _isolate, "capitalise": capitalise,
        "listed": wording.listed,
    }  # fmt: skip
    environment.globals |= {"side": side}
    return environment
