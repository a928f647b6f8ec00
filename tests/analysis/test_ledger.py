"""What became of forecasts stands in a report of its own accord, apart from what was known, and in no brief."""

import json

import pytest
from tests.builders import ledgers

from quickview import analysis as qv
from quickview.errors import InputError


@pytest.fixture
def settled(tmp_path):
    return ledgers.folder(tmp_path, "andes-blockade") / "andes-blockade.md"


def test_a_settled_forecast_is_told_apart_with_its_day_and_its_source(settled):
    html = qv.outcomes(qv.load(settled)).html
    assert "Written after 14 June 2024." in html
    assert "Did not come true" in html
    assert "2 August 2024" in html
    assert "judged likely, 65%" in html
    assert 'href="https://example.org/pickets"' in html
    assert "B2" in html


def test_nothing_stands_where_nothing_is_settled(settled):
    settled.with_name("outcomes.yaml").unlink()
    assert qv.outcomes(qv.load(settled)).html == ""
    head = qv.masthead(qv.load(settled)).data
    assert "outcomes" not in {table["name"] for table in head["tables"]}


def test_the_note_is_in_the_readers_language_or_marked_as_the_briefs_own(settled):
    assert "<p>Les piquets tenaient" in qv.outcomes(qv.load(settled, language="fr")).html
    arabic = qv.outcomes(qv.load(settled, language="ar")).html
    assert '<span class="untranslated" lang="en" dir="ltr">The pickets' in arabic
    assert "لم يتحقق" in arabic


def test_machines_are_told_apart_too(settled):
    head = qv.masthead(qv.load(settled)).data
    table = next(table for table in head["tables"] if table["name"] == "outcomes")
    assert table["rows"][0][:6] == ["road-reopens", "likely", 65, 65, "no", "2024-08-02"]
    parts = {part["name"]: part["variableMeasured"] for part in head["linked_data"]["hasPart"]}
    assert parts["outcomes"][0]["value"] == "no"
    assert parts["outcomes"][0]["subjectOf"]["datePublished"] == "2024-08-02"
    assert "no" not in json.dumps(parts["forecasts"]).split('"')


def test_faulty_outcomes_stop_the_report_with_their_place(settled):
    file = settled.with_name("outcomes.yaml")
    file.write_text(ledgers.OUTCOMES.replace("outcome: no", "outcome: nay"), encoding="utf-8")
    with pytest.raises(InputError, match=r"outcomes.yaml:4:16: E-OUTCOME-VALUE"):
        qv.outcomes(qv.load(settled))
