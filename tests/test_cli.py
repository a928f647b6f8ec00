import json
import os
import shutil
import subprocess
import sys

import jsonschema
import pytest
from ruamel.yaml import YAML

from tests.conftest import ANDES, HOMS, NO_CHROMIUM, ROOT


def started(*arguments, **environment):
    """Run a command in a process of its own, as a shell does."""
    command = [sys.executable, "-m", "quickview.cli", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "COLUMNS": "120", **environment}
    )
    assert "Traceback" not in done.stderr
    return done


def broken_copy(folder):
    shutil.copytree(ANDES.parent.parent, folder / "data")
    path = folder / "data" / "briefs" / "broken.md"
    path.write_text(ANDES.read_text(encoding="utf-8").replace("  title:", "  titel:", 1), encoding="utf-8")
    return path


def test_help_names_the_commands():
    done = started("--help")
    assert done.returncode == 0
    for command in ("check", "render", "schema", "doctor", "shapes"):
        assert command in done.stdout


MODULES = """
import sys
from quickview.cli import main
try:
    main()
except SystemExit:
    print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


def imported(*arguments):
    command = [sys.executable, "-c", MODULES, *map(str, arguments)]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stderr.split())


MAPS_AND_NOTEBOOKS = {"geopandas", "plotly", "pandas", "numpy", "shapely", "nbconvert", "nbformat", "papermill",
                      "playwright", "IPython", "rich", "sigstore", "cryptography"}  # fmt: skip


def test_help_is_there_at_once():
    slow = {*MAPS_AND_NOTEBOOKS, "pydantic", "ruamel", "yaml", "babel", "markdown_it"}
    modules = imported("--help")
    assert "quickview" in modules
    assert not slow & modules


def test_check_loads_nothing_that_only_reports_need():
    imported("check", HOMS)  # new layers are looked at with shapely, once
    modules = imported("check", HOMS)
    assert {"quickview", "pydantic"} <= modules
    assert not {*MAPS_AND_NOTEBOOKS, "ruamel"} & modules


def test_check_passes_sound_briefs(quickview):
    done = quickview("check", HOMS, ANDES)
    assert done.returncode == 0
    assert done.stdout.count("sound") == 2
    assert done.stderr == ""


def test_check_warns_of_what_fonts_lack_and_passes_the_brief(tmp_path, quickview):
    shutil.copytree(ANDES.parent.parent, tmp_path / "data")
    path = tmp_path / "data" / "briefs" / "andes-blockade.md"
    path.write_text(path.read_text(encoding="utf-8").replace("title: Miners", "title: 🔥 Miners", 1), encoding="utf-8")
    done = quickview("check", path)
    assert done.returncode == 0
    assert done.stderr.startswith(f"{path}:4:10: W-GLYPH `🔥`: the kit's fonts lack U+1F525 FIRE — ")
    assert "sound" in done.stdout


def test_check_goes_on_after_a_faulty_brief_and_tells_where_it_is_faulty(tmp_path, quickview):
    path = broken_copy(tmp_path)
    done = quickview("check", path, ANDES)
    assert done.returncode == 1
    assert f"{path}:" in done.stderr
    assert "E-KEY-UNKNOWN unknown key `titel` — did you mean `title`?" in done.stderr
    assert "sound" in done.stdout


def test_a_brief_that_is_not_there_is_one_line(quickview):
    done = quickview("check", "briefs/nowhere.md")
    assert done.returncode == 1
    assert done.stderr.startswith("briefs/nowhere.md: E-BRIEF-READ")
    assert len(done.stderr.splitlines()) == 1


def test_wrong_usage_is_exit_2(quickview):
    assert quickview("render").returncode == 2
    assert quickview("render", HOMS, "--format", "docx").returncode == 2
    assert quickview("render", HOMS, "--site", "example.org").returncode == 2
    assert quickview("no-such-command").returncode == 2


def test_a_day_to_count_to_that_is_none_is_wrong_usage(quickview):
    done = quickview("render", HOMS, "--until", "2017-13-31")
    assert done.returncode == 2
    assert "write it as 2017-08-04" in done.stderr


@pytest.mark.slow
def test_the_schema_is_stable_and_admits_the_briefs(quickview):
    done = started("schema")
    assert done.stdout == quickview("schema").stdout
    schema = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for brief in (HOMS, ANDES):
        front = brief.read_text(encoding="utf-8").split("---\n")[1]
        facts = json.loads(json.dumps(YAML(typ="safe", pure=True).load(front), default=str))
        jsonschema.validate(facts, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"document": {}}, schema)


@pytest.mark.slow
def test_doctor_tells_what_is_there_and_what_to_do():
    sound = started("doctor")
    assert sound.returncode == 0
    assert "ok      Chromium" in sound.stdout
    ill = started("doctor", **NO_CHROMIUM)
    assert ill.returncode == 2
    assert "missing Chromium" in ill.stdout
    assert "correct or unset it" in ill.stdout


@pytest.mark.slow
def test_render_tells_steps_and_files_and_leaves_out_what_failed(tmp_path):
    path = broken_copy(tmp_path)
    order = ("--format", "html", "--static", "--out", tmp_path / "out", "--workers", "1")
    done = started("render", path, ANDES, *order, **NO_CHROMIUM)
    assert done.returncode == 1
    assert "E-KEY-UNKNOWN" in done.stderr
    assert "andes-blockade: running the notebook" in done.stderr
    assert str(tmp_path / "out" / "andes-blockade" / "andes-blockade.html") in done.stdout
    assert not (tmp_path / "out" / "broken").exists()


@pytest.mark.slow
def test_a_fault_of_the_kit_itself_is_one_line_without_debug(tmp_path):
    notebook = tmp_path / "x.ipynb"
    notebook.write_text("{}")
    done = started(
        "render", ANDES, "--notebook", notebook, "--kernel", "python3", "--out", tmp_path / "out", **NO_CHROMIUM
    )
    assert done.returncode == 1
    assert "E-NOTEBOOK" in done.stderr
