"""The made brief of full size holds one of everything, so that whoever renders it renders every key there is."""

import typing

import pytest
from pydantic import BaseModel
from tests.conftest import FULL

from quickview.brief.reader import load
from quickview.brief.records import ComparedArea, Facts, Monitor, Record


@pytest.fixture(scope="module")
def full():
    return load(FULL)


def _records(kind):
    """Yield the records that stand in an annotation."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in typing.get_args(kind):
        yield from _records(part)


def _keys(record, seen):
    """Add to `seen` each key of a record and of those below it."""
    for name, field in record.model_fields.items():
        if (record, name) not in seen:
            seen.add((record, name))
            for below in _records(field.annotation):
                _keys(below, seen)
    return seen


def _given(value, seen):
    """Add to `seen` each key that is given in a record and in those below it."""
    if isinstance(value, Record):
        for name in value.model_fields_set:
            if getattr(value, name) not in (None, ()):
                seen.add((type(value), name))
            _given(getattr(value, name), seen)
    elif isinstance(value, tuple):
        for one in value:
            _given(one, seen)
    return seen


def test_it_gives_every_key_of_every_record(full):
    missing = _keys(Facts, set()) - _given(full.facts, set())
    # Briefs of the tests have no folder of notebooks beside them to name one of, nor events, and are no drafts or exercises.
    assert {f"{record.__name__}.{name}" for record, name in missing} == {
        "Document.notebook",
        "Document.unconfirmed",
        "Facts.monitor",
        "Forecast.exercise",
        "Source.placeholder",
        *(f"Monitor.{name}" for name in Monitor.model_fields),
        *(f"ComparedArea.{name}" for name in ComparedArea.model_fields),
    }


def test_it_is_as_large_as_it_says(full):
    facts = full.facts
    listed = (facts.actors, facts.relations, facts.events, facts.forecasts, facts.sources, facts.agreement.terms)
    assert [len(rows) for rows in listed] == [40, 64, 40, 8, 14, 12]
    assert len(facts.document.topics) == 20
    assert max(len(event.title) for event in facts.events) >= 80


def test_its_translation_leaves_nothing_but_names(full):
    names = {"Example Desk", "Portmoor", "Marenne", "Sandbar Port", "Tarsholm", "Varnholm", "Estuary City"}
    french = load(FULL, language="fr")
    assert {word for word in french.foreign if not word.startswith("#")} <= names
    assert {word for word in french.foreign if word.startswith("#")} == {
        "## others",
        "#notes-on-figures",
        "## notes-on-figures",
    }
