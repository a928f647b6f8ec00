"""What the docstrings of `qv` show an analyst is true, and says what goes in and what comes out."""

import datetime as dt
import doctest
import inspect
import json
import shutil

import pytest
from tests.builders import ledgers
from tests.builders.editions import deadline, edition, entry, forecast
from tests.conftest import ROOT

from quickview import analysis as qv
from quickview.analysis.session import SESSION
from quickview.evidence import ledger

DAY = "2024-06-14"
MOVED = [{"kind": "probability-up", "id": "f", "text": "Road reopens by the end of July: up from 40–55% to 65%."}]
REPORTS = edition(
    entry("andes-blockade", "succeeded", as_of=DAY, title="Miners block the road to a silver town", changes=MOVED,
          place={"name": "Villa Plomo", "longitude": -66.6, "latitude": -20.1},
          forecasts=[forecast("Road reopens by the end of July", "likely", 65, 65)]),
    entry("lakeland-election", as_of="2024-05-28", title="Reed League wins most seats", forecasts=[forecast("Reed League leads a coalition", "likely", 60, 75)],
          place={"name": "Lakeland", "longitude": 25.0, "latitude": 61.0}),
    entry("river-accord", "succeeded", as_of=DAY, since=None, title="River accord is signed", forecasts=[], deadlines=[deadline("2024-06-21", "Camps are left")],
          place={"name": "River Valley", "longitude": 8.0, "latitude": 47.0}),
    entry("steel-measures", "failed", cause="cell", as_of="2024-06-01", title="Steel", forecasts=[], place=None),
    as_of=DAY,
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Stage a project folder: briefs with their layers, one of them in an earlier edition, and the record of a night."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "tests" / "data", folder, dirs_exist_ok=True)
    text = (folder / "briefs" / "andes-blockade.md").read_text(encoding="utf-8")
    for now, before in ((DAY, "2024-06-07"), ("low: 65, high: 65", "low: 40, high: 55"), ("word: likely", "word: roughly even chance")):  # fmt: skip
        text = text.replace(now, before)
    (folder / "briefs" / "before.md").write_text(text, encoding="utf-8")
    for name in ("notebooks", "reports"):
        (folder / name).mkdir()
    (folder / "reports" / "edition.json").write_text(json.dumps(REPORTS), encoding="utf-8")
    (folder / "briefs" / "outcomes.yaml").write_text(ledgers.OUTCOMES, encoding="utf-8")
    briefs = [folder / "briefs" / f"{name}.md" for name in ("andes-blockade", "two-rivers-ceasefire")]
    told = ledger.as_json(ledger.read(briefs, as_of=dt.date(2024, 11, 11)))
    (folder / "reports" / "forecasts.json").write_text(told, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def names(project):
    """What a notebook's first cells leave behind."""
    brief = qv.load(project / "briefs" / "andes-blockade.md")
    night = qv.read_edition(project / "reports" / "edition.json", catalog_path=ROOT / "shapes" / "catalog.yaml")
    page = qv.read_ledger(project / "reports" / "forecasts.json")
    yield {"qv": qv, "page": page, "brief": brief, "territory": qv.read_territory(brief), "edition": night}
    SESSION.clear()


@pytest.fixture
def notebook(project, names, monkeypatch):
    """A notebook in the project's folder that has loaded its brief."""
    monkeypatch.chdir(project / "notebooks")
    SESSION.brief = names["brief"]
    yield dict(names)
    SESSION.clear()


@pytest.mark.parametrize("name", qv.__all__)
def test_what_a_docstring_shows_is_what_comes_back(name, notebook):
    (found,) = doctest.DocTestFinder(recurse=False).find(getattr(qv, name), name, globs=notebook)
    assert found.examples
    told = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    doctest.DocTestRunner(optionflags=flags).run(found, out=told.append)
    assert not told, "".join(told)


@pytest.mark.parametrize("name", qv.__all__)
def test_every_function_offered_says_what_it_takes_and_what_comes_back(name):
    function = getattr(qv, name)
    summary, *sections = inspect.getdoc(function).split("\n\n")
    heads = {head: body for head, rule, body in (s.split("\n", 2) for s in sections if "\n---" in s)}
    assert "\n" not in summary
    assert heads["Returns"]
    named = [one.strip() for line in heads["Parameters"].splitlines() if not line.startswith(" ")
             for one in line.split(" : ")[0].split(",")]  # fmt: skip
    assert named == list(inspect.signature(function).parameters)
