"""A report is made again when what it is made of changes, and for no other reason; `why` says which."""

import json
import shutil
from dataclasses import replace

import pytest
from tests.builders import ledgers
from tests.conftest import ANDES, NOTEBOOK

from quickview.analysis import masthead
from quickview.brief.reader import load
from quickview.evidence import ingredients
from quickview.files import sha256
from quickview.nightly import plan, record
from quickview.options import NightlyOptions
from quickview.report import fingerprint, store

STANDING = {"html": "<!doctype html>", "pdf": "%PDF"}


@pytest.fixture
def night(tmp_path):
    """A desk with one brief, whose report stands as a nightly run would have left it."""
    shutil.copytree(ANDES.parent.parent, tmp_path / "desk")
    shutil.copytree(NOTEBOOK.parent, tmp_path / "desk" / "notebooks")
    brief = tmp_path / "desk" / "briefs" / ANDES.name
    notebook = tmp_path / "desk" / "notebooks" / NOTEBOOK.name
    night = NightlyOptions(notebook, tmp_path / "out", ["html", "pdf"], theme="gazette", briefs=[brief])
    stand(night)
    return night


def stand(night):
    """Put a report in place that is made of what is there now."""
    brief = load(night.briefs[0])
    folder = night.out / brief.name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(brief.path, folder / f"{brief.name}.md")
    for form, text in STANDING.items():
        (folder / f"{brief.name}.{form}").write_text(text)
    files = {path.name: {"bytes": path.stat().st_size, "sha256": sha256(path)} for path in folder.glob("andes*")}
    made_of = {**fingerprint.common(night), **fingerprint.of_notebook(night.notebook), **ingredients.of_brief(brief)}
    content = {"name": brief.name, "language": "en", "brief": brief.digest, "made_of": made_of, "files": files}
    document = brief.facts.document
    facts = {"title": document.title, "as_of": document.as_of.isoformat(),
             "country": document.country, "topics": list(document.topics)}  # fmt: skip
    (folder / store.MANIFEST).write_text(as_text({**content, **facts}))


def as_text(content):
    return record.as_json(content)


def reasons(night, **changed):
    (candidate,) = plan.plan(night, {**fingerprint.common(night), **changed})
    return plan.why(candidate)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_report_stays_when_nothing_it_is_made_of_has_changed(night):
    assert reasons(night) == []


def test_a_report_that_is_not_there_is_made(night):
    shutil.rmtree(night.out)
    assert reasons(night) == ["there is no report yet"]


@pytest.mark.parametrize("name", ["andes-blockade.html", "andes-blockade.pdf"])
def test_a_report_that_lost_a_file_is_made_again(night, name):
    (night.out / ANDES.stem / name).unlink()
    assert reasons(night) == [f"{name} is missing"]


def test_a_report_whose_file_was_cut_short_is_made_again(night):
    (night.out / ANDES.stem / "andes-blockade.html").write_text("<!doc")
    assert reasons(night) == ["andes-blockade.html was altered"]


def test_a_figure_that_somebody_altered_in_a_finished_page_is_told_and_the_page_is_made_again(night):
    page = night.out / ANDES.stem / "andes-blockade.html"
    page.write_text(STANDING["html"].upper())
    (planned,) = plan.plan(night, fingerprint.common(night))
    assert planned.reasons == ("andes-blockade.html was altered",)
    assert [str(fault) for fault in planned.noticed] == [
        f"{page.parent}: W-REPORT-ALTERED andes-blockade.html was altered — the report is made again"
    ]
    page.unlink()
    page.symlink_to("/etc/hostname")
    assert reasons(night) == ["andes-blockade.html is no regular file"]


def test_a_manifest_of_another_kit_that_does_not_fit_says_so_and_the_report_is_made_again(night):
    path = night.out / ANDES.stem / store.MANIFEST
    path.write_text(as_text({**json.loads(path.read_text()), "title": ["T"], "versions": {"quickview": "9.1"}}))
    (reason,) = reasons(night)
    assert "manifest.json: E-MANIFEST" in reason
    assert "`title`" in reason
    assert "written by quickview 9.1, read by 0.1.0" in reason


def test_a_report_that_was_not_whole_or_rendered_by_hand_is_made_again(night):
    edit(night.out / ANDES.stem / store.MANIFEST, '"made_of": {', '"made_of": null, "other": {')
    assert "was not made by a nightly run" in reasons(night)[0]


def test_what_the_brief_says_now_is_told(night):
    edit(night.briefs[0], "  title: ", "  title: Still, ")
    (told,) = reasons(night)
    assert told.startswith("brief changed: ")
    assert "Still, " in told


def test_a_comment_in_the_brief_is_told_as_one(night):
    edit(night.briefs[0], "sources:\n", "# checked twice\nsources:\n")
    assert reasons(night) == ["brief changed, but nothing it says (comments, order or white space)"]


def test_a_brief_that_cannot_be_read_any_more_is_told_so(night):
    edit(night.briefs[0], "  title: ", "  titel: ")
    assert reasons(night) == [f"brief changed, and cannot be read: run `quickview check {night.briefs[0]}`"]


def test_a_layer_that_the_brief_draws_on_counts(night):
    shapes = night.briefs[0].parent.parent / "shapes"
    edit(shapes / "andes-places.geojson", "{", " {")
    assert reasons(night) == ["layer andes-places changed"]


def test_a_layer_that_the_brief_does_not_draw_on_does_not_count(night):
    shapes = night.briefs[0].parent.parent / "shapes"
    edit(shapes / "andes-beacons.geojson", "{", " {")
    assert reasons(night) == []


def test_what_the_catalogue_says_of_a_layer_counts_and_its_comments_do_not(night):
    catalog = night.briefs[0].parent.parent / "shapes" / "catalog.yaml"
    catalog.write_text("# a remark\n" + catalog.read_text(encoding="utf-8"), encoding="utf-8")
    assert reasons(night) == []
    edit(catalog, "title: Villa Plomo mining district", "title: Villa Plomo mining district, drawn anew")
    assert reasons(night) == ["layer andes-district changed"]


def test_a_layer_that_is_gone_is_told(night):
    (night.briefs[0].parent.parent / "shapes" / "catalog.yaml").unlink()
    assert "layer andes-district cannot be read any more" in reasons(night)


def test_the_notebook_counts(night):
    edit(night.notebook, "## The judgement", "## What we think")
    assert reasons(night) == ["notebook quick_view.ipynb changed"]


def test_another_notebook_is_another_report(night):
    shutil.copy(night.notebook, night.notebook.with_name("short.ipynb"))
    told = reasons(replace(night, notebook=night.notebook.with_name("short.ipynb")))
    assert told == ["notebook short.ipynb is new", "notebook quick_view.ipynb is no longer used"]


def test_the_choices_of_the_command_line_count(night):
    assert reasons(replace(night, formats=["html"])) == ["formats: html and pdf → html"]
    assert reasons(replace(night, static=True)) == ["charts: interactive → still"]
    assert reasons(replace(night, site="https://example.org")) == ["site: none → https://example.org"]
    assert reasons(replace(night, kernel="python3")) == ["kernel: quickview → python3"]
    assert len(reasons(replace(night, theme="signal"))) == 2


def test_versions_are_told_from_old_to_new(night):
    assert reasons(night, Chromium="999.0") == [f"Chromium: {fingerprint.common(night)['Chromium'] or 'none'} → 999.0"]
    plotly = fingerprint.common(night)["package plotly"]
    assert reasons(night, **{"package plotly": "99.1"}) == [f"package plotly: {plotly} → 99.1"]
    assert reasons(night, **{"package added": "1.0"}) == ["package added is new"]
    assert reasons(night, Python="4.0.0")[0].endswith("→ 4.0.0")


def test_a_chromium_that_came_is_seen_by_a_process_that_once_found_none(night, monkeypatch, tmp_path):
    monkeypatch.setenv("QUICKVIEW_CHROMIUM", str(tmp_path / "none"))
    assert fingerprint.common(night)["Chromium"] == ""
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho Chromium 156.0.1\n")
    program.chmod(0o755)
    monkeypatch.setenv("QUICKVIEW_CHROMIUM", str(program))
    assert fingerprint.common(night)["Chromium"] == "156.0.1"


def test_a_chromium_that_is_gone_is_no_reason(night):
    assert reasons(night, Chromium="") == []


@pytest.mark.parametrize("part", ["code", "templates", "look", "words"])
def test_each_part_of_the_kit_counts(night, part):
    assert reasons(night, **{f"the kit's {part}": "0" * fingerprint.DIGITS}) == [f"the kit's {part} changed"]


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("report/page.py", "code"),
        ("report/templates/report.html", "templates"),
        ("theme/report.css", "look"),
        ("language/locales/fr/LC_MESSAGES/quickview.po", "words"),
        ("cli.py", None),
        ("nightly/templates/index_page.html", None),
        ("nightly/commands.py", None),
        ("doctor.py", None),
        ("terminal.py", None),
    ],
)
def test_a_file_of_the_kit_belongs_to_the_part_it_is_read_for(tmp_path, monkeypatch, file, part):
    """The package is copied, as its own files must stay as they are."""
    kit = tmp_path / "quickview"
    shutil.copytree(fingerprint.Path(fingerprint.quickview.__file__).parent, kit)
    monkeypatch.setattr(fingerprint.quickview, "__file__", str(kit / "__init__.py"))
    before = fingerprint.kit.__wrapped__()
    (kit / file).write_text((kit / file).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = fingerprint.kit.__wrapped__()
    assert [name for name in before if before[name] != after[name]] == ([part] if part else [])


def test_times_of_files_play_no_part(night):
    for path in night.briefs[0].parent.parent.rglob("*"):
        path.touch()
    assert reasons(night) == []


def test_the_packages_that_count_are_those_the_kit_needs(night):
    names = {name for name in fingerprint.common(night) if name.startswith("package ")}
    assert {"package plotly", "package pikepdf", "package numpy"} <= names
    assert not {"package pytest", "package ruff"} & names


@pytest.mark.slow
def test_what_no_report_is_made_of_is_not_imported_to_make_one():
    """The files set aside must not be needed for a report, or a change of theirs would go unseen."""
    import subprocess
    import sys

    code = "import sys; sys.modules['rfc3987_syntax'] = None; import quickview.report.render, quickview.report.session, quickview.analysis.warm_up; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    aside = tuple("quickview." + name.removesuffix(".py").replace("/", ".") for name in fingerprint.ASIDE)
    assert {name for name in loaded if name.startswith(aside)} <= {"quickview.report.fingerprint"}


def test_a_table_counts_whether_the_brief_or_the_notebook_names_it(tmp_path):
    rows = tmp_path / "votes.csv"
    rows.write_text("party,seats\nReeds,12\n")
    was = ingredients.of_tables(tmp_path, ["votes.csv", "none.csv"])
    rows.write_text("party,seats\nReeds,13\n")
    assert fingerprint.reasons(was, ingredients.of_tables(tmp_path, ["votes.csv", "none.csv"])) == [
        "table votes.csv changed"
    ]


def test_a_night_asks_whether_a_table_is_as_it_was(night):
    rows = night.briefs[0].parent / "votes.csv"
    rows.write_text("party,seats\nReeds,12\n")
    path = night.out / night.briefs[0].stem / store.MANIFEST
    content = json.loads(path.read_text())
    content["made_of"] |= ingredients.of_tables(rows.parent, [rows.name])
    path.write_text(as_text(content))
    assert reasons(night) == []
    rows.write_text("party,seats\nReeds,13\n")
    assert reasons(night) == ["table votes.csv changed"]


def test_a_night_asks_whether_the_briefs_that_another_points_at_have_another_heading(night):
    brief, other = night.briefs[0], night.briefs[0].with_name("wells.md")
    shutil.copy(brief, other)
    edit(brief, "\nsources:", "\nrelated:\n  - {brief: wells, as: elsewhere, text: Compare the wells.}\nsources:")
    (night.out / brief.stem / store.MANIFEST).unlink()
    stand(night)
    assert reasons(night) == []
    edit(other, "\n  title: ", "\n  title: Wells and ")
    assert reasons(night) == ["related wells changed"]
    other.unlink()
    assert reasons(night) == ["related wells cannot be read any more"]


def test_a_page_tells_what_lies_beside_its_brief_as_the_night_knows_it(tmp_path):
    brief = load(ledgers.folder(tmp_path, "andes-blockade") / "andes-blockade.md")
    told = masthead(brief).data["made_of"]
    assert told.keys() == {"outcomes"}
    assert told.items() <= ingredients.of_brief(brief).items()


def test_an_outcome_is_an_ingredient_of_its_own_briefs_report_alone(tmp_path):
    briefs = ledgers.folder(tmp_path, "andes-blockade", "river-accord")
    told = ingredients.of_outcomes(briefs / "andes-blockade.md")
    assert told == {"outcomes": told["outcomes"]}
    assert ingredients.of_outcomes(briefs / "river-accord.md") == {}
    assert ingredients.of_brief(load(briefs / "andes-blockade.md")).items() >= told.items()
    (briefs / "outcomes.yaml").unlink()
    assert fingerprint.reasons(told, ingredients.of_outcomes(briefs / "andes-blockade.md")) == [
        "outcomes is no longer used"
    ]


@pytest.mark.parametrize("name", ["ucdp-ged.parquet", "ucdp-ged.private.parquet"])
def test_events_that_were_imported_since_are_told_by_their_name(tmp_path, name):
    catalog = tmp_path / "catalog.yaml"
    was = ingredients.of_events(catalog, ["ucdp-ged"])
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / name).write_bytes(b"rows")
    assert fingerprint.reasons(was, ingredients.of_events(catalog, ["ucdp-ged"])) == ["events ucdp-ged changed"]
