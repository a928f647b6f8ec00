"""The ledger on a terminal: states by the day, scores with their formulas, faults that hide nothing else."""

import csv
import io
import json

from tests.builders import ledgers
from typer.testing import CliRunner

from quickview.analysis import judgement
from quickview.brief.reader import load
from quickview.cli import app


def run(briefs, *options):
    paths = [str(path) for path in sorted(briefs.glob("*.md"))]
    return CliRunner().invoke(app, ["forecasts", *paths, "--shapes", str(ledgers.CATALOG), *options])


def test_a_forecast_goes_from_open_over_due_and_overdue_to_settled(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade")

    def state(day):
        (entry,) = json.loads(run(briefs, "--as-of", day, "--format", "json").stdout)["forecasts"]
        return entry["state"], entry["days"]

    assert state("2024-07-16") == ("open", 15)
    assert state("2024-07-17") == ("due", 14)
    assert state("2024-07-31") == ("due", 0)
    assert state("2024-08-01") == ("overdue", -1)
    assert state("2024-08-02")[0] == "settled"
    assert json.loads(run(briefs, "--as-of", "2024-01-01", "--format", "json").stdout)["forecasts"] == []


def test_a_brief_that_is_named_twice_counts_once(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade")
    done = run(briefs, str(briefs / "andes-blockade.md"), "--as-of", "2024-08-20", "--format", "json")
    assert len(json.loads(done.stdout)["forecasts"]) == 1


def test_in_a_pipe_each_forecast_has_one_line_however_long(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade")
    brief = briefs / "andes-blockade.md"
    title = "Road reopens by the end of July " + "and stays open " * 9
    brief.write_text(
        brief.read_text(encoding="utf-8").replace("Road reopens by the end of July", title), encoding="utf-8"
    )
    (line,) = [line for line in run(briefs, "--as-of", "2024-08-20").stdout.splitlines() if "Road reopens" in line]
    assert title.strip() in line
    assert "no, 2024-08-02" in line


def test_the_table_scores_what_is_settled_with_the_formula_beside_it(tmp_path):
    done = run(ledgers.folder(tmp_path, "andes-blockade", "steel-measures"), "--as-of", "2024-08-20")
    assert done.exit_code == 0, done.output
    assert "Due within 14 days (1)" in done.stdout
    assert "Settled (1)" in done.stdout
    assert "Brier: mean of (p − o)²" in done.stdout
    # 65 % of what did not come true: 0.65² and −ln 0.35
    assert any(line.split()[2:] == ["1", "0.423", "1.050"] for line in done.stdout.splitlines() if "these" in line)
    assert "too few to tell skill from luck" in done.stdout


def test_what_came_true_in_part_is_told_and_not_scored(tmp_path):
    text = ledgers.OUTCOMES.replace("outcome: no", "outcome: partly")
    done = run(ledgers.folder(tmp_path, "andes-blockade", outcomes=text), "--as-of", "2024-08-20")
    assert "partly, 2024-08-02" in done.stdout
    assert "1 settled as partly or void, which no score counts" in done.stdout
    assert "Brier" not in done.stdout


def test_an_exercise_made_afterwards_is_neither_due_nor_scored_and_the_report_says_what_it_is(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade")
    file = briefs / "andes-blockade.md"
    text = file.read_text(encoding="utf-8")
    assert "An exercise" not in judgement(load(file, catalog=ledgers.CATALOG)).html
    file.write_text(text.replace("    settled_by:", "    exercise: true\n    settled_by:", 1), encoding="utf-8")
    assert json.loads(run(briefs, "--as-of", "2024-08-20", "--format", "json").stdout)["forecasts"] == []
    assert "An exercise, made afterwards" in judgement(load(file, catalog=ledgers.CATALOG)).html


def test_faults_of_one_brief_do_not_hide_the_rest(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade", "steel-measures", "river-accord")
    (briefs / "river-accord.md").write_text("---\ndocument: 3\n---\n", encoding="utf-8")
    file = briefs / "outcomes.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("outcome: no", "outcome: nay"), encoding="utf-8")
    done = run(briefs, "--as-of", "2024-07-30")
    assert done.exit_code == 1
    assert "outcomes.yaml:4:16: E-OUTCOME-VALUE" in done.stderr
    assert "river-accord.md:2:11" in done.stderr
    assert "Dalmora" in done.stdout
    assert "Road reopens" not in done.stdout


def test_where_the_file_cannot_be_read_nobody_can_say_how_a_forecast_stands(tmp_path):
    done = run(ledgers.folder(tmp_path, "andes-blockade", outcomes="outcomes: {"), "--as-of", "2024-08-20")
    assert done.exit_code == 1
    assert done.stderr.count("E-YAML-SYNTAX") == 1
    assert "no forecasts on 2024-08-20" in done.stdout


def test_a_spreadsheet_gets_a_row_a_forecast(tmp_path):
    out = tmp_path / "ledger.csv"
    done = run(
        ledgers.folder(tmp_path, "andes-blockade"), "--as-of", "2024-08-20", "--format", "csv", "--out", str(out)
    )
    assert done.exit_code == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    assert (row["report"], row["low"], row["outcome"], row["days"]) == ("andes-blockade", "65.0", "no", "-20")


def test_a_day_that_is_none_is_wrong_usage(tmp_path):
    assert run(ledgers.folder(tmp_path, "andes-blockade"), "--as-of", "tomorrow").exit_code == 2


def test_check_looks_at_a_briefs_outcomes_too(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade", outcomes=ledgers.OUTCOMES.replace("road-reopens:", "road:", 1))
    done = CliRunner().invoke(app, ["check", str(briefs / "andes-blockade.md")])
    assert done.exit_code == 1
    assert "E-OUTCOME-FORECAST" in done.stderr
