"""A brief for machines: as linked data, as tables, and the schema that editors complete it by.

The linked data is a schema.org `Report`, for search engines and scripts. Facts that schema.org has no type for stand as `PropertyValue`s of a `Dataset` named after
the key of the front matter they come from; `subjectOf` points at the source of each.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from quickview.brief import confirmation, geography
from quickview.brief.data import Data
from quickview.brief.reader import Brief
from quickview.brief.records import (
    Actor,
    Agreement,
    DatedClaim,
    Event,
    Facts,
    Forecast,
    Measure,
    Place,
    Quantity,
    Related,
    Scheduled,
    Source,
    Term,
    Value,
)
from quickview.brief.related import Heading
from quickview.brief.vocabulary import CREDIBILITY, RELIABILITY, ActorKind, Precision
from quickview.layers.catalog import read_features

Node = dict[str, Any]

_TYPES: Final = {
    ActorKind.STATE: "Country",
    ActorKind.MINISTRY: "GovernmentOrganization",
    ActorKind.PERSON: "Person",
    ActorKind.COMPANY: "Corporation",
    ActorKind.CIVIL_SOCIETY: "NGO",
}
"""schema.org's types for actors; every other kind is an Organization."""

_DIGITS: Final = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}


def linked_data(brief: Brief) -> Node:
    """Return the brief as JSON-LD of plain dicts, lists and strings; the same brief gives the same value.

    Sources have the ids of their anchors in the report (`#source-ID`). Raises `InputError`
    when the layer of the territory cannot be read.
    """
    facts, document = brief.facts, brief.facts.document
    return {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": "#report",
        "headline": document.title,
        "description": document.summary,
        "abstract": document.abstract or document.summary,
        "datePublished": document.as_of.isoformat(),
        "inLanguage": brief.language.code,
        **({"creativeWorkStatus": "Draft"} if confirmation.is_draft(brief.tree) else {}),
        **({"genre": document.content_type} if document.content_type else {}),
        "keywords": list(document.topics),
        "author": {"@type": "Organization", "name": document.desk},
        "publisher": {"@type": "Organization", "name": document.series},
        "identifier": {"@type": "PropertyValue", "propertyID": "SHA-256 of the brief", "value": brief.digest},
        **({"spatialCoverage": _place(facts.place, brief)} if facts.place else {}),
        "citation": [*map(_source, facts.sources), *(_report(*pair) for pair in brief.related)],
        "about": [_agreement(facts.agreement, facts.actors)] if facts.agreement else [],
        "mentions": [*map(_actor, facts.actors), *map(_event, facts.events), *map(_event, facts.calendar)],
        "hasPart": _datasets(facts),
    }


def _place(place: Place, brief: Brief) -> Node:
    features = read_features(brief.catalog, place.layer)["features"]
    west, south, east, north = geography.bounds(one["geometry"] for one in features)
    # schema.org writes a box as latitude, longitude of two corners; the first lies east of the second across 180 degrees.
    corners = " ".join(f"{value:.4f}" for value in (south, west, north, east))
    return {"@type": "Place", "name": place.name, "geo": {"@type": "GeoShape", "box": corners}}


def _source(source: Source) -> Node:
    grade = {
        "@type": "Rating",
        "ratingValue": f"{source.reliability}{source.credibility}",
        "ratingExplanation": f"Admiralty code: {RELIABILITY[source.reliability]}; {CREDIBILITY[source.credibility]}",
    }
    return {
        "@type": "CreativeWork",
        "@id": f"#source-{source.id}",
        "name": source.title,
        "publisher": {"@type": "Organization", "name": source.publisher},
        "contentRating": grade,
        **({"datePublished": source.date.isoformat()} if source.date else {}),
        **({"url": source.url} if source.url else {}),
    }


def _report(one: Related, other: Heading) -> Node:
    """Return another report of the house, and what to compare."""
    return {
        "@type": "Report",
        "@id": f"#related-{other.name}",
        "identifier": other.name,
        "headline": other.title,
        "inLanguage": other.language,
        "datePublished": other.as_of.isoformat(),
        "description": one.text,
    }


def _cited(source_id: str) -> Node:
    return {"@id": f"#source-{source_id}"}


def _agreement(agreement: Agreement, actors: tuple[Actor, ...]) -> Node:
    names = {actor.id: actor.name for actor in actors}
    organisers = [{"@type": "Organization", "name": names[one]} for one in agreement.guarantors]
    return {
        "@type": "Event",
        "name": agreement.name,
        "contributor": [{"@type": "Organization", "name": names[one]} for one in agreement.parties],
        "subjectOf": _cited(agreement.source),
        **({"startDate": agreement.effective.date.isoformat()} if agreement.effective else {}),
        **({"endDate": agreement.until.date.isoformat()} if agreement.until else {}),
        **({"organizer": organisers} if organisers else {}),
        **({"location": {"@type": "Place", "name": agreement.signed_at}} if agreement.signed_at else {}),
    }


def _actor(actor: Actor) -> Node:
    native = {"@language": actor.native.language, "@value": actor.native.name} if actor.native else None
    return {
        "@type": _TYPES.get(actor.kind, "Organization"),
        "identifier": actor.id,
        "name": actor.name,
        "description": actor.role,
        "subjectOf": _cited(actor.source),
        **({"alternateName": native} if native else {}),
    }


def _event(event: Event | Scheduled) -> Node:
    """Return what happened, or what is set for a day."""
    where = (event.place if isinstance(event, Event) else None) or event.where
    return {
        "@type": "Event",
        **({"eventStatus": "https://schema.org/EventScheduled"} if isinstance(event, Scheduled) else {}),
        "identifier": event.id,
        "name": event.title,
        "startDate": event.date.isoformat()[: _DIGITS[event.precision]],
        "subjectOf": [_cited(one) for one in event.sources],
        **({"description": event.text} if event.text else {}),
        **({"location": {"@type": "Place", "name": where}} if where else {}),
    }


def _datasets(facts: Facts) -> list[Node]:
    terms = facts.agreement.terms if facts.agreement else ()
    found: dict[str, list[Node]] = {
        "quantities": [_value(quantity, one) for quantity in facts.quantities for one in quantity.values],
        "terms": [_stated(one, one.text, one.state.source) for one in terms],
        "measures": [_stated(m, f"{m.instrument}. {m.text or ''}".rstrip(), m.source) for m in facts.measures],
        "forecasts": [*map(_forecast, facts.forecasts)],
    }
    return [{"@type": "Dataset", "name": name, "variableMeasured": nodes} for name, nodes in found.items() if nodes]


def _value(quantity: Quantity, value: Value) -> Node:
    low, high = value.bounds
    figures = {"value": low} if low == high else {"minValue": low, "maxValue": high}
    return {
        "@type": "PropertyValue",
        "propertyID": quantity.id,
        "name": quantity.label,
        "unitText": quantity.unit,
        "description": " ".join(filter(None, [value.qualifier, f"({value.by})"])),
        "subjectOf": _cited(value.source),
        **figures,
    }


def _stated(one: Term | Measure, description: str, source: str) -> Node:
    """Return a term or a measure with how far it has come."""
    return {
        "@type": "PropertyValue",
        "propertyID": one.id,
        "name": one.title,
        "value": str(one.state.value),
        "description": description,
        "subjectOf": _cited(source),
    }


def _forecast(forecast: Forecast) -> Node:
    return {
        "@type": "PropertyValue",
        "propertyID": forecast.id,
        "name": forecast.title,
        "value": forecast.word,
        "minValue": forecast.probability.low,
        "maxValue": forecast.probability.high,
        "unitText": "%",
        "description": f"{forecast.statement} ({forecast.by}; {forecast.horizon.text})",
        "subjectOf": _cited(forecast.source),
    }


@dataclass(frozen=True)
class Table:
    """A table by the name of its key in the front matter; every cell is a string or a number."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""
    """What it is called, where its name alone does not say."""


def tables(brief: Brief) -> list[Table]:
    """Return actors, terms, measures, states (where one has more than one), control (a row a place and status), quantities (a row a value), calendar, hypotheses, evidence, sources, related briefs and the brief's own tables, each only if the brief has any."""
    terms = brief.facts.agreement.terms if brief.facts.agreement else ()
    simple = {name: listed(name, columns, terms if name == "terms" else getattr(brief.facts, name))
              for name, columns in _LISTED.items()}  # fmt: skip
    found = [simple["actors"], simple["terms"], simple["measures"], _states((*terms, *brief.facts.measures)),
             _control(brief), _quantities(brief), simple["calendar"], simple["hypotheses"], _evidence(brief),
             simple["sources"], _related(brief)]  # fmt: skip
    found += [_own(one, brief) for one in brief.data.values()]
    return [table for table in found if table.rows]


def as_json(brief: Brief) -> str:
    """Return the facts as JSON that the schema of a brief's front matter describes, in the language they are read in."""
    facts = brief.facts.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"translations"})
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


_LISTED: Final = {
    "actors": "id name native=native.name language=native.language kind side role stance source",
    "terms": "id title text category binds deadlines state=state.value state_date=state.date state_source=state.source source",
    "measures": "id title text instrument by on from=since until state=state.value state_date=state.date source",
    "calendar": "id date precision title text where actors sources",
    "hypotheses": "id title text",
    "sources": "id publisher title date url reliability credibility late",
}
"""Columns of tables that have a row a record; behind `=` stands the record's own name for what it holds."""


def listed(name: str, columns: str, records: Iterable[Any]) -> Table:
    """Return records as a table: its columns, parted by spaces, each with the path of the attribute it holds where that is another."""
    paths = {head: path or head for head, _, path in (column.partition("=") for column in columns.split())}
    return Table(name, tuple(paths), [tuple(_cell(_held(one, path)) for path in paths.values()) for one in records])


def _held(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = None if record is None else getattr(record, name)
    return record


def _cell(value: Any) -> str | float:
    """Return a value as a cell: days as ISO dates, several values in one text, and what is missing as no text."""
    if isinstance(value, tuple):
        return "; ".join(f"{one.date.isoformat()} ({one.by})" if isinstance(one, DatedClaim) else one for one in value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else value if isinstance(value, int | float) else str(value)


def _quantities(brief: Brief) -> Table:
    columns = ("id", "label", "unit", "low", "high", "qualifier", "by", "source")
    rows = [
        (q.id, q.label, q.unit, *one.bounds, one.qualifier or "", one.by, one.source)
        for q in brief.facts.quantities
        for one in q.values
    ]
    return Table("quantities", columns, rows)


def _states(stated: Iterable[Term | Measure]) -> Table:
    """Return the states of terms and measures that have more than one."""
    rows = [
        (one.id, one.title, str(state.value), state.date.isoformat(), state.note or "", state.source)
        for one in stated
        if len(one.history) > 1
        for state in one.history
    ]
    return Table("states", ("id", "title", "state", "date", "note", "source"), rows)


def _control(brief: Brief) -> Table:
    columns = ("place", "status", "from", "precision", "until", "note", "source")
    history = brief.facts.place.history if brief.facts.place else ()
    rows = [
        (name, one.status, *map(_cell, (one.since, one.precision, one.until, one.note)), one.source)
        for one in history
        for name in one.places
    ]
    return Table("control", columns, rows)


def _evidence(brief: Brief) -> Table:
    """Return the evidence, a column a hypothesis; what is not marked is neutral."""
    ids = [one.id for one in brief.facts.hypotheses]
    rows = [
        (e.item, brief.facts.evidence_title(e.item), *(e.marks.get(one, "N") for one in ids), e.note or "")
        for e in brief.facts.evidence
    ]
    return Table("evidence", ("item", "title", *ids, "note"), rows)


def _own(data: Data, brief: Brief) -> Table:
    """Return a table of the brief's own; its columns go by their ids."""
    rows = [[_cell(cell) for cell in row] for row in data.told_in(brief.language.code)]
    return Table(data.table.id, [column.id for column in data.table.columns], rows, data.table.title)


def _related(brief: Brief) -> Table:
    rows = [
        (other.name, one.kind, other.title, other.language, other.as_of.isoformat(), one.text)
        for one, other in brief.related
    ]
    return Table("related", ("brief", "as", "title", "language", "as_of", "text"), rows)


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) that editors use to complete and check a brief."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Quick View brief",
        **Facts.model_json_schema(by_alias=True),
    }


def dump() -> str:
    """Return the schema as text, keys in a stable order, newline at the end."""
    return json.dumps(json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
