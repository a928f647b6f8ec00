"""The commands of events: what they tell of files taken in, and of what is there."""

import json

import pytest
from tests.builders import events as made
from typer.testing import CliRunner

from quickview.desk.events import app


@pytest.fixture
def run(project):
    """Run a command of events in a project; return its exit code, and all that it says."""

    def run(*arguments):
        shapes = ["--shapes", str(project / "shapes" / "catalog.yaml")]
        done = CliRunner().invoke(app, [*map(str, arguments), *shapes])
        if done.exception and not isinstance(done.exception, SystemExit):
            return 1, str(done.exception)
        return done.exit_code, done.output

    return run


@pytest.fixture
def ged(project, run):
    """Fifty events of two kinds in two years, from 36.60° E, 34.70° N northwards, as a store."""
    rows = [made.ged(n, latitude=34.7 + n / 150, type_of_violence=n % 2 + 1, **({"date_start": "2015-12-31", "year": 2015} if n < 5 else {})) for n in range(50)]  # fmt: skip
    path = made.write(project / "GEDEvent_v25_1.csv", rows)
    assert run("import", path)[0] == 0
    return path


def test_an_import_accounts_for_every_row(project, run):
    rows = [made.ged(1), made.ged(1), made.ged(2, longitude="", priogrid_gid=""), *(made.ged(n, best=-1) for n in range(10, 22))]  # fmt: skip
    path = made.write(project / "GEDEvent_v25_1.csv", rows)
    code, said = run("import", path)
    assert code == 1
    assert "12 of 15 rows are faulty; nothing was imported" in said
    code, said = run("import", path, "--drop-faulty")
    assert code == 0
    assert said.count("E-EVENTS-NUMBER") == 10
    for words in (
        "15 rows read; 1 added, 0 changed, 0 unchanged, 0 outdated, 0 superseded",
        "left out: 1 no coordinates; 1 the same row twice",
        "dropped: 12 faulty rows, of which 10 are told above",
        "2016-03-02 to 2016-03-02; CC-BY-4.0; credit: Uppsala Conflict Data Program",
    ):
        assert words in said


def test_a_faulty_file_does_not_keep_the_others_out(project, run, ged):
    (project / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    code, said = run("import", project / "x.csv", ged)
    assert (code, "E-EVENTS-COLUMN" in said, "50 unchanged" in said) == (1, True, True)


def test_no_rows_are_no_sign_of_calm(project, run):
    code, said = run("import", made.write(project / "ged.csv", []))
    assert code == 0
    assert "no data: there is no row under the head; that is no sign of calm" in said
    assert "no events in" in run("list")[1]


def test_rows_of_acled_are_kept_and_never_written_out(project, run):
    code, said = run("import", made.write(project / "a.csv", [made.acled()], made.ACLED))
    assert code == 0
    assert "Rows may not be passed on: the file is named *.private.parquet" in said
    for form in ("csv", "json"):
        code, said = run("show", "acled", "--format", form, "--out", project / "out")
        assert (code, "E-EVENTS-PRIVATE" in said, (project / "out").exists()) == (1, True, False)
    assert "Battles" in run("show", "acled")[1]


@pytest.mark.usefixtures("ged")
def test_the_list_tells_of_whom_when_and_how_precise(run):
    code, said = run("list")
    assert code == 0
    for words in ("ucdp-ged", "50", "2015-12-31", "2016-03-28", "Upland", "100%", "25.1", "CC-BY-4.0"):
        assert words in said


@pytest.mark.usefixtures("ged")
def test_an_overview_counts_by_year_and_type(run):
    code, said = run("show", "ucdp-ged", "--from", "2016-03-10")
    assert code == 0
    for words in ("from 2016-03-10", "Days: day known 100.0%", "Places: exact 100.0%", "(low–best–high)", "non-state"):
        assert words in said
    assert len([line for line in said.splitlines() if line.startswith("5000")]) == 10


@pytest.mark.usefixtures("ged")
def test_rows_within_a_layer_are_written_as_csv_and_json(project, run):
    code, said = run("show", "ucdp-ged", "--within", "homs-pocket", "--format", "csv")
    inside = said.splitlines()
    assert code == 0
    assert 1 < len(inside) < 51
    around = run("show", "ucdp-ged", "--within", "homs-pocket", "--buffer", "2000", "--format", "csv")[1].splitlines()
    assert set(inside) < set(around)
    assert run("show", "ucdp-ged", "--format", "json", "--out", project / "out.json")[0] == 0
    rows = json.loads((project / "out.json").read_text(encoding="utf-8"))
    assert (len(rows), rows[0]["start"], rows[0]["admin_2"]) == (50, "2015-12-31", "007")


@pytest.mark.usefixtures("ged")
@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--to", "2014-12-31"], 0, "no events recorded in `ucdp-ged` to 2014-12-31; that is no sign of calm"),
        (["--within", "homs-pockets"], 1, "did you mean `homs-pocket`?"),
        (["--within", "homs-places"], 2, "has no areas"),
        (["--from", "31.12.2015"], 2, "write YYYY-MM-DD"),
        (["--from", "2016-02-01", "--to", "2016-01-01"], 2, "is before"),
        (["--buffer", "100"], 2, "give --within"),
        (["--out", "x.csv"], 2, "give --format"),
    ],
)
def test_what_is_asked_for_and_is_not_there_is_told(run, options, code, said):
    done = run("show", "ucdp-ged", *options)
    assert done[0] == code
    assert said in " ".join(done[1].replace("│", " ").split())
