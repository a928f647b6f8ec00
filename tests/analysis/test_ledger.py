"""What became of forecasts stands in a report apart from what was known; the ledger has them all, with their scores."""

import datetime as dt
import json

import pytest
from markupsafe import Markup
from tests.builders import ledgers
from tests.conftest import ROOT

from quickview import analysis as qv
from quickview.errors import InputError
from quickview.evidence import ledger
from quickview.nightly import page as night_page
from quickview.options import RenderOptions


@pytest.fixture
def settled(tmp_path):
    return ledgers.folder(tmp_path, "andes-blockade") / "andes-blockade.md"


def test_a_settled_forecast_is_told_apart_with_its_day_and_its_source(settled):
    html = qv.outcomes(qv.load(settled)).html
    assert "Written after 14 June 2024." in html
    assert "Did not come true" in html
    assert "2 August 2024" in html
    assert "judged likely, 65%" in Markup(html).striptags()
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


@pytest.fixture
def page(tmp_path):
    """Make the page of a ledger on a day: briefs of the tests, of which one forecast is settled."""
    briefs = ledgers.folder(tmp_path, "andes-blockade", "steel-measures", "two-rivers-ceasefire")

    def made(day, *, language="", outcomes=ledgers.OUTCOMES):
        (briefs / "outcomes.yaml").write_text(outcomes, encoding="utf-8")
        told = ledger.read(sorted(briefs.glob("*.md")), as_of=dt.date.fromisoformat(day), language=language)
        (tmp_path / "forecasts.json").write_text(ledger.as_json(told), encoding="utf-8")
        return qv.read_ledger(tmp_path / "forecasts.json", language=language)

    return made


def test_what_is_overdue_stands_first_and_says_so(page):
    html = qv.pending(page("2024-09-05")).html
    assert "Overdue for 5 days" in html
    assert html.index("Dalmora") < html.index("The ceasefire lasts")
    assert "Road reopens" not in html
    assert qv.ledger_masthead(page("2024-09-05")).data["title"] == "3 forecasts, 1 overdue, 1 settled"


def test_scores_stand_with_their_formulas_and_say_that_they_are_few(page):
    html = qv.scores(page("2024-09-05")).html
    assert "too few to tell skill from luck" in html
    assert html.count("<math") == 2
    assert "0.423" in html
    assert "1.050" in html


def test_without_a_scored_forecast_there_are_no_scores_and_no_figure(page):
    told = page("2024-09-05", outcomes=ledgers.OUTCOMES.replace("outcome: no", "outcome: void"))
    assert "Could not be settled" in qv.settled(told).html
    assert qv.scores(told).html == ""
    assert qv.calibration(told).html == ""


def test_the_calibration_figure_says_what_it_shows_in_words_and_in_a_table(page):
    meta = qv.calibration(page("2024-09-05")).layout.meta
    assert meta["title"] == "0 of 1 forecast came true, judged 65% on average"
    assert meta["alt"] == "55–80%: 0 of 1 came true, judged 65% on average."
    assert meta["table"]["rows"] == [["55–80%", 1, "65%", "0%", "0–73%"]]


def test_the_ledger_speaks_the_readers_language_and_marks_what_it_does_not(page):
    told = page("2024-09-05", language="ar")
    assert "لم يتحقق" in qv.settled(told).html
    assert '<bdi lang="en" dir="ltr">The pickets' in qv.settled(told).html
    assert '<bdi lang="en" dir="ltr">The ceasefire lasts' in qv.pending(told).html


@pytest.mark.parametrize("text", ["", "[]", '{"as_of": "2024-01-01", "forecasts": [{}]}'])
def test_what_is_no_ledger_is_refused(tmp_path, text):
    (tmp_path / "other.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"E-LEDGER no ledger of forecasts: .*quickview forecasts --format json"):
        qv.read_ledger(tmp_path / "other.json")


def test_a_night_and_the_command_tell_the_same_of_a_forecast(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade")
    told = ledger.read([briefs / "andes-blockade.md"])
    (entry,) = told.forecasts
    settled = entry.model_dump(mode="json", include={"outcome", "settled", "note", "note_language", "source"})
    forecast = entry.model_dump(mode="json", include={"id", "title", "low", "high", "confidence", "horizon", "date"})
    report = {"title": entry.headline, "desk": entry.desk, "language": "en", "as_of": "2024-06-14",
              "forecasts": [{**forecast, "word": "Wahrscheinlich", "judged": "likely", **settled}]}  # fmt: skip
    edition = {
        "as_of": "2024-06-14",
        "reports": [{"name": "andes-blockade", "report": report}, {"name": "x", "report": None}],
    }
    assert ledger.of_edition(edition) == told
    (before,) = ledger.of_edition(edition, as_of=dt.date(2024, 8, 1)).forecasts
    assert (before.state, before.outcome, before.word) == ("overdue", None, "Wahrscheinlich")


def test_a_report_in_a_second_language_tells_no_forecast_twice():
    forecast = {"id": "holds", "title": "Holds", "word": "likely", "low": 55, "high": 80, "confidence": "low",
                "horizon": "by July", "date": "2024-07-01"}  # fmt: skip
    report = {"title": "A pact", "desk": "", "language": "en", "as_of": "2024-06-14", "forecasts": [forecast]}
    reports = [{"name": name, "brief": "briefs/pact.md", "report": report} for name in ("pact", "pact.ar")]
    assert [one.report for one in ledger.of_edition({"reports": reports}).forecasts] == ["pact"]


@pytest.mark.slow
def test_the_page_is_made_whole_with_its_figure_and_its_pdf(tmp_path, page):
    told = page("2024-09-05")
    options = RenderOptions(ROOT / "notebooks" / "forecasts.ipynb", tmp_path / "reports", made_of={"kit": "1"})
    done = night_page.render(ledger.NAME, ledger.as_json(told.ledger), options, subject="ledger_path")
    assert done.faults == ()
    folder = tmp_path / "reports" / "forecasts"
    assert {file.suffix for file in folder.iterdir()} == {".html", ".pdf", ".png", ".ipynb", ".json"}
    html = (folder / "forecasts.html").read_text(encoding="utf-8")
    assert 'id="figure-calibration"' in html
    assert 'href="../andes-blockade/andes-blockade.html#outcome-road-reopens"' in html
    assert str(tmp_path) not in (folder / "forecasts.ipynb").read_text(encoding="utf-8")
    assert night_page.stands(folder, {"kit": "1"})
