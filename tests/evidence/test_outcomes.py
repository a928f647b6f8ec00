"""What became of forecasts: every fault of the file at its place, and none of one brief in the way of another."""

import pytest
from tests.builders import ledgers

from quickview.brief.reader import load
from quickview.errors import InputError
from quickview.evidence import outcomes


def brief_with(tmp_path, text=ledgers.OUTCOMES, **given):
    return load(ledgers.folder(tmp_path, "andes-blockade", outcomes=text) / "andes-blockade.md", **given)


def told(brief):
    """Return the faults as code, line and hint."""
    try:
        found = outcomes.of_brief(brief)[1]
    except InputError as error:
        found = error.faults
    return [(one.code, one.line, one.hint) for one in found]


def test_an_outcome_is_read_with_its_source_and_its_note_in_the_readers_language(tmp_path):
    brief = brief_with(tmp_path)
    fates, faults = outcomes.of_brief(brief)
    assert faults == []
    assert [(one.forecast.id, one.outcome.outcome.value, one.outcome.source.publisher) for one in fates] == [
        ("road-reopens", "no", "Example Gazette")
    ]
    assert not fates[0].is_translated
    french = outcomes.of_brief(load(brief.path, language="fr"))[0][0]
    assert french.is_translated
    assert french.note.startswith("Les piquets")


def test_all_faults_are_told_at_once_at_their_places(tmp_path):
    text = ledgers.OUTCOMES.replace("settled: 2024-08-02", "settled: 2024-06-01").replace(
        "date: 2024-08-02", "date: 2024-06-02"
    )
    text = text.replace(
        "translations:", "    road-reopen: {outcome: maybe, settled: 2024-08-02, note: x}\ntranslations:"
    )
    text = text.replace("      road-reopens: {note: Les", "      road: {note: Les")
    found = told(brief_with(tmp_path, text))
    assert [(code, line) for code, line, _ in found] == [
        ("E-OUTCOME-SETTLED", 5),
        ("W-OUTCOME-HORIZON", 5),
        ("E-OUTCOME-SOURCE", 6),
        ("E-OUTCOME-FORECAST", 8),
        ("E-OUTCOME-MISSING", 8),
        ("E-OUTCOME-VALUE", 8),
        ("E-OUTCOME-TRANSLATION", 12),
    ]
    assert "did you mean `road-reopens`?" in {hint for *_, hint in found}


@pytest.mark.parametrize(
    ("outcome", "settled", "code"),
    [
        ("no", "2024-07-20", "W-OUTCOME-HORIZON"),
        ("yes", "2024-08-20", "W-OUTCOME-HORIZON"),
        ("yes", "2024-07-20", None),
        ("no", "2024-08-01", None),
        ("void", "2024-08-20", None),
    ],
)
def test_what_hardly_fits_the_horizon_is_worth_a_look(tmp_path, outcome, settled, code):
    text = ledgers.OUTCOMES.replace("outcome: no", f"outcome: {outcome}").replace(
        "settled: 2024-08-02", f"settled: {settled}"
    )
    assert [found for found, *_ in told(brief_with(tmp_path, text))] == ([code] if code else [])


def test_a_no_without_a_last_day_is_worth_a_look(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade")
    brief = briefs / "andes-blockade.md"
    text = brief.read_text(encoding="utf-8")
    brief.write_text(text.replace(", date: 2024-07-31}", "}", 1), encoding="utf-8")
    assert [code for code, *_ in told(load(brief))] == ["W-OUTCOME-HORIZON"]


def test_faults_of_another_brief_do_not_matter_and_a_brief_that_is_not_there_is_a_warning(tmp_path):
    text = ledgers.OUTCOMES.replace("translations:", "  andes-blokade:\n    x: {outcome: maybe}\ntranslations:")
    brief = brief_with(tmp_path, text)
    assert told(brief) == []
    found = outcomes.of_none(brief.path.parent)
    warning = next(one for one in found if one.code == "W-OUTCOME-BRIEF")
    assert (warning.line, warning.hint) == (8, "did you mean `andes-blockade`?")


def test_notes_of_a_brief_that_is_not_there_are_told_too(tmp_path):
    text = ledgers.OUTCOMES.replace("  fr:\n    andes-blockade:", "  fr:\n    andes-blokade:")
    (found,) = outcomes.of_none(brief_with(tmp_path, text).path.parent)
    assert (found.code, found.line, found.hint) == ("W-OUTCOME-BRIEF", 10, "did you mean `andes-blockade`?")


def test_what_is_no_yaml_or_no_mapping_is_told_of_whatever_brief_is_read(tmp_path):
    brief = brief_with(tmp_path, "outcomes: {andes-blockade: \n")
    assert [code for code, *_ in told(brief)] == ["E-YAML-SYNTAX"]
    (brief.path.parent / "outcomes.yaml").write_text("- one\n", encoding="utf-8")
    assert [code for code, *_ in told(brief)] == ["E-OUTCOME-VALUE"]
    (brief.path.parent / "outcomes.yaml").write_text("outcomes: [1]\nmore: 2\n", encoding="utf-8")
    assert [one.code for one in outcomes.of_none(brief.path.parent)] == ["E-OUTCOME-VALUE", "E-OUTCOME-KEY"]


def test_without_a_file_nothing_is_settled(tmp_path):
    brief = brief_with(tmp_path)
    (brief.path.parent / "outcomes.yaml").unlink()
    assert outcomes.of_brief(brief) == ([], [])
    assert outcomes.material(brief.path) == ""


def test_a_report_is_made_of_its_own_outcomes_and_no_others(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade", "river-accord")
    before = [outcomes.material(briefs / f"{name}.md") for name in ("andes-blockade", "river-accord")]
    file = briefs / "outcomes.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Les piquets", "Des piquets"), encoding="utf-8")
    after = [outcomes.material(briefs / f"{name}.md") for name in ("andes-blockade", "river-accord")]
    assert before[0] != after[0]
    assert before[1] == after[1] == ""
    file.write_text("outcomes: {", encoding="utf-8")
    assert outcomes.material(briefs / "andes-blockade.md") == "?"
