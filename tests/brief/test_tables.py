import json

import jsonschema

from quickview.brief import export
from quickview.brief.export import as_json, tables
from quickview.brief.records import Facts


def test_tables_hold_a_row_for_each_actor_term_value_and_source(homs):
    found = {table.name: table for table in tables(homs)}
    facts = homs.facts
    assert len(found["actors"].rows) == len(facts.actors)
    assert len(found["terms"].rows) == len(facts.agreement.terms)
    assert len(found["quantities"].rows) == sum(len(q.values) for q in facts.quantities)
    assert len(found["sources"].rows) == len(facts.sources)
    assert {len(row) - len(table.columns) for table in found.values() for row in table.rows} == {0}


def test_a_table_without_rows_is_left_out(andes):
    assert "terms" not in {table.name for table in tables(andes)}


def test_the_facts_as_json_are_the_brief_again(homs):
    text = as_json(homs)
    assert Facts.model_validate_json(text) == homs.facts.model_copy(update={"translations": {}})
    jsonschema.validate(json.loads(text), json.loads(export.dump()))
