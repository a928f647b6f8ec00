"""A brief as linked data: a schema.org `Report` that search engines and scripts can read.

Facts that schema.org has no type for stand as `PropertyValue`s of a `Dataset` named after
the key of the front matter they come from; `subjectOf` points at the source of each.
"""

from typing import Any, Final

from quickview.brief import geography
from quickview.brief.reader import Brief
from quickview.brief.records import (
    Actor,
    Agreement,
    Event,
    Facts,
    Forecast,
    Measure,
    Place,
    Quantity,
    Scheduled,
    Source,
    Term,
    Value,
)
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
        **({"genre": document.content_type} if document.content_type else {}),
        "keywords": list(document.topics),
        "author": {"@type": "Organization", "name": document.desk},
        "publisher": {"@type": "Organization", "name": document.series},
        "identifier": {"@type": "PropertyValue", "propertyID": "SHA-256 of the brief", "value": brief.digest},
        **({"spatialCoverage": _place(facts.place, brief)} if facts.place else {}),
        "citation": [_source(source) for source in facts.sources],
        "about": [_agreement(facts.agreement, facts.actors)] if facts.agreement else [],
        "mentions": [*map(_actor, facts.actors), *map(_event, facts.events), *map(_scheduled, facts.calendar)],
        "hasPart": [part for part in _datasets(facts) if part["variableMeasured"]],
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


def _event(event: Event) -> Node:
    where = event.place or event.where
    return {
        "@type": "Event",
        "identifier": event.id,
        "name": event.title,
        "startDate": event.date.isoformat()[: _DIGITS[event.precision]],
        "subjectOf": [_cited(one) for one in event.sources],
        **({"description": event.text} if event.text else {}),
        **({"location": {"@type": "Place", "name": where}} if where else {}),
    }


def _scheduled(one: Scheduled) -> Node:
    return {
        "@type": "Event",
        "eventStatus": "https://schema.org/EventScheduled",
        "identifier": one.id,
        "name": one.title,
        "startDate": one.date.isoformat()[: _DIGITS[one.precision]],
        "subjectOf": [_cited(source) for source in one.sources],
        **({"description": one.text} if one.text else {}),
        **({"location": {"@type": "Place", "name": one.where}} if one.where else {}),
    }


def _datasets(facts: Facts) -> list[Node]:
    terms = facts.agreement.terms if facts.agreement else ()
    return [
        _dataset("quantities", [_value(q, one) for q in facts.quantities for one in q.values]),
        _dataset("terms", [*map(_term, terms)]),
        _dataset("measures", [*map(_measure, facts.measures)]),
        _dataset("forecasts", [*map(_forecast, facts.forecasts)]),
    ]


def _dataset(name: str, properties: list[Node]) -> Node:
    return {"@type": "Dataset", "name": name, "variableMeasured": properties}


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


def _term(term: Term) -> Node:
    return {
        "@type": "PropertyValue",
        "propertyID": term.id,
        "name": term.title,
        "value": str(term.state.value),
        "description": term.text,
        "subjectOf": _cited(term.state.source),
    }


def _measure(measure: Measure) -> Node:
    return {
        "@type": "PropertyValue",
        "propertyID": measure.id,
        "name": measure.title,
        "value": str(measure.state.value),
        "description": f"{measure.instrument}. {measure.text or ''}".rstrip(),
        "subjectOf": _cited(measure.source),
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
