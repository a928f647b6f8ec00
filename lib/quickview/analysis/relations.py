"""Who acts on whom in words: a title that says who has influence, a sentence each, and the table."""

from typing import Final, Literal

import pandas as pd

from quickview.analysis import formats
from quickview.analysis.canvas import Words
from quickview.brief.reader import Brief
from quickview.brief.records import Relation
from quickview.brief.vocabulary import RelationKind

INFLUENCE: Final = (
    RelationKind.LEADS,
    RelationKind.DEPLOYS,
    RelationKind.BACKS,
    RelationKind.GUARANTEES,
    RelationKind.MEDIATES,
    RelationKind.NEGOTIATES_FOR,
    RelationKind.MONITORS,
    RelationKind.GOVERNS,
    RelationKind.REGULATES,
    RelationKind.OWNS,
    RelationKind.APPOINTS,
    RelationKind.FUNDS,
    RelationKind.SUPPLIES,
)
"""Kinds of relation by which one moves another; who merely talks, belongs or opposes does not."""

_LEADS: Final = 3
"""Others that an actor must move, at least, to be said to have most influence."""

_MOST_TOLD: Final = 40
"""Relations that the alternative text tells; beyond that, a listener takes the table."""


def relations_table(brief: Brief) -> pd.DataFrame:
    """Return the relations: columns From, Relation, To, Note, Source (number in the list), named in its language."""
    _, names = brief.language.gettext, {a.id: a.label for a in brief.facts.actors}
    rows = [
        (names[r.origin], _(r.kind), names[r.target], r.note or "", brief.numbers[r.source])
        for r in brief.facts.relations
    ]
    return pd.DataFrame(rows, columns=[_("From"), _("Relation"), _("To"), _("Note"), _("Source")])


def sentence(brief: Brief, relation: Relation) -> str:
    """Return "Russia guarantees to Supporting groups"."""
    _, names = brief.language.gettext, {a.id: a.label for a in brief.facts.actors}
    return _(
        "{one} {relation} {other}", one=names[relation.origin], relation=_(relation.kind), other=names[relation.target]
    )


def words(brief: Brief, *, form: Literal["lines", "matrix"], whole: bool) -> Words:
    """Return what the drawing of relations says in words; `whole` where it names every relation."""
    _, ngettext = brief.language.gettext, brief.language.ngettext
    actors, sides, relations = brief.facts.actors, brief.facts.sides, brief.facts.relations
    alt = [
        _("Network of {actors} on {sides}, joined by {relations}.",
          actors=ngettext("{n} actor", "{n} actors", len(actors), n=len(actors)),
          sides=ngettext("{n} side", "{n} sides", len(sides), n=len(sides)),
          relations=ngettext("{n} relation", "{n} relations", len(relations), n=len(relations)))
    ]  # fmt: skip
    alt += [f"{sentence(brief, relation)}." for relation in relations[:_MOST_TOLD]]
    if len(relations) > _MOST_TOLD:
        alt.append(_("The table tells the rest."))
    day = formats.day(brief.facts.document.as_of, brief.language)
    caption = _(
        "Actors stand in lanes by side; an arrow points from the one who acts. Colour shows the side that acts, "
        "the kind of line what it does. As reported up to {day}.",
        day=day,
    )
    if form == "matrix":
        caption = _(
            "Who acts stands in the row, who is acted on in the column of the same number; the mark shows how. "
            "The table names every relation. As reported up to {day}.",
            day=day,
        )
    return Words("network", _title(brief), caption, " ".join(alt), relations_table(brief), whole=whole)


def _title(brief: Brief) -> str:
    """Return who has influence on most others and by what, where one clearly has; else what is shown."""
    _, ngettext = brief.language.gettext, brief.language.ngettext
    moved: dict[str, dict[str, None]] = {actor.id: {} for actor in brief.facts.actors}
    for relation in brief.facts.relations:
        if relation.kind in INFLUENCE:
            moved[relation.origin][relation.target] = None
    first, second, *_rest = [*sorted((len(others) for others in moved.values()), reverse=True), 0]
    if first < _LEADS or first == second:
        return _("Who acts on whom")
    actor = next(actor for actor in brief.facts.actors if len(moved[actor.id]) == first)
    kinds = dict.fromkeys(_(r.kind) for r in brief.facts.relations if r.origin == actor.id and r.kind in INFLUENCE)
    return ngettext(
        "{actor} has most influence: on {n} other ({how})", "{actor} has most influence: on {n} others ({how})", first,
        actor=actor.label, n=first, how=_(", ").join(kinds),
    )  # fmt: skip
