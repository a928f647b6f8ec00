"""Every command in the README, the guides and the page on security does what it says, in a copy of the project."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from quickview import reference
from quickview.brief.reader import load
from quickview.options import RenderOptions
from quickview.report.render import render
from tests.conftest import NO_CHROMIUM, ROOT, file_of

REFERENCE = ROOT / ".github" / "reference"
WRITTEN = (ROOT / "README.md", *sorted(REFERENCE.glob("*.md")), ROOT / ".github" / "SECURITY.md")
PAGES = {path: path.read_text(encoding="utf-8") for path in WRITTEN}
GUIDES = "\n".join(text for text in PAGES.values() if not text.startswith(reference.NOTE))
COMMANDS = [
    line for block in re.findall(r"^```sh\n(.*?)^```", GUIDES, re.DOTALL | re.MULTILINE) for line in block.splitlines()
]

# These run the tests, or a server, or fetch packages, or do what another has done: here only that make, or the command line, knows what to do.
NOT_HERE = {
    "make test",
    "make quick",
    "make lab",
    "make shapes",
    'make bench PARTS="kernel"',
    ".venv/bin/quickview new sudan-talks --kind truce --country Sudan",
    ".venv/bin/quickview new sudan-convoy --from article.md",
    ".venv/bin/quickview notebooks new election --for briefs/my-brief.md",
    ".venv/bin/quickview shapes new COL",
    ".venv/bin/quickview shapes build --only col-towns",
    '.venv/bin/quickview shapes add regions.gpkg --source "Example Survey" --licence CC0-1.0 --date 2021',
    ".venv/bin/quickview events import GEDEvent_v25_1.csv",
    ".venv/bin/quickview events list",
    ".venv/bin/quickview events show ucdp-ged --within homs-pocket",
    "make report BRIEF=briefs/my-brief.md",
    ".venv/bin/quickview preview briefs/my-brief.md",
    ".venv/bin/quickview verify report.html --manifest manifest-from-the-desk.json",
    ".venv/bin/quickview sign reports/homs-truce --key ~/.ssh/id_ed25519",
    ".venv/bin/quickview verify reports/homs-truce --signers allowed_signers",
    ".venv/bin/quickview sign reports/homs-truce --identity",
    ".venv/bin/quickview verify reports/homs-truce --identity desk@example.org --issuer https://accounts.google.com",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    copy = tmp_path_factory.mktemp("project")
    for name in ("Makefile", "requirements.txt", "pyproject.toml", "README.md"):
        shutil.copy2(ROOT / name, copy)
        os.utime(copy / name, (0, 0))  # so that make takes the environment at hand for set up
    for name in ("briefs", "shapes", "notebooks"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("kernel-ipc-*"))
    (copy / ".venv").symlink_to(ROOT / ".venv")
    brief = re.search(r"^````markdown\n(.*?)^````", GUIDES, re.DOTALL | re.MULTILINE)[1]
    (copy / "briefs" / "my-brief.md").write_text(brief, encoding="utf-8")
    return copy


def run(command, folder, **environment):
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "CI": "1", **environment},
    )


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".venv" / "ready").exists(), reason="set up with make")
@pytest.mark.parametrize("command", dict.fromkeys(COMMANDS))
def test_the_command_works(command, project):
    """The first draws and prints; what the others do, they do without a Chromium too, and so without PDF."""
    harmless = command.replace("make ", "make --dry-run ") if command.startswith("make") else f"{command} --help"
    known = harmless if command in NOT_HERE else command
    known += " --format html" if " nightly" in known else ""
    done = run(known, project, **({} if command == "make report" else NO_CHROMIUM))
    assert done.returncode == 0, done.stderr
    if command == "make report":
        made = {path.name for path in (project / "reports" / "homs-truce").iterdir()}
        endings = (".html", ".pdf", ".png", ".ipynb", ".cdx.json")
        assert made == {"manifest.json", *(f"homs-truce{ending}" for ending in endings)}


@pytest.mark.slow
def test_the_cells_it_shows_stand_in_a_report(project, press, tmp_path):
    notebook = nbformat.read(project / "notebooks" / "quick_view.ipynb", as_version=4)
    cells = re.findall(r"^```python\n(.*?)^```", GUIDES, re.DOTALL | re.MULTILINE)
    notebook.cells[-2:-2] = map(nbformat.v4.new_code_cell, cells)
    nbformat.write(notebook, project / "notebooks" / "election.ipynb")
    text = (project / "briefs" / "my-brief.md").read_text(encoding="utf-8")
    named = text.replace("document:\n", "document:\n  notebook: election.ipynb\n", 1)
    named = named.replace("test of the promise", "test [@fig-lorries] of the promise")
    path = project / "briefs" / "own-brief.md"
    path.write_text(named, encoding="utf-8")
    made = render(load(path), RenderOptions(None, tmp_path, ["html"], static=True), press)
    assert made.warnings == []
    html = file_of(made, ".html").read_text(encoding="utf-8")
    assert re.search(r"Lorries more than doubled in a day.*Source: Example Gazette \(C3\)", html, re.DOTALL)
    assert html.count("data:text/csv") > html.count("figure-lorries-lorries-csv") > 0
    assert re.search(r'href="#figure-lorries"[^>]*>Figure \d</a>', html)


def test_every_command_of_the_prose_is_one_of_the_program_or_of_make():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", GUIDES)) <= targets
    assert set(re.findall(r"quickview ([a-z]+)", GUIDES)) <= {
        "check",
        "diff",
        "doctor",
        "events",
        "forecasts",
        "mail",
        "new",
        "nightly",
        "notebooks",
        "preview",
        "render",
        "schema",
        "shapes",
        "sign",
        "why",
        "verify",
    }


def test_the_translation_it_shows_fits_the_brief_it_shows(project):
    block = re.search(r"^```yaml\n(translations:.*?)^```", GUIDES, re.DOTALL | re.MULTILINE)[1]
    front, prose = (project / "briefs" / "my-brief.md").read_text(encoding="utf-8").split("\n---\n", 1)
    path = project / "briefs" / "translated.md"
    path.write_text(f"{front}\n{block}---\n{prose}", encoding="utf-8")
    brief = load(path, language="fr")
    path.unlink()
    assert brief.facts.document.title.startswith("Un convoi")
    assert brief.section("what-happened").markdown.startswith("Un convoi")
    assert "Within a month" in brief.foreign


def test_the_agreement_it_shows_fits_the_brief_it_shows(project):
    agreement = re.search(r"^```yaml\n(agreement:.*?)^```", GUIDES, re.DOTALL | re.MULTILINE)[1]
    path = project / "briefs" / "agreed.md"
    text = (project / "briefs" / "my-brief.md").read_text(encoding="utf-8")
    path.write_text(text.replace("\nevents:", f"\n{agreement}events:", 1), encoding="utf-8")
    brief = load(path)
    path.unlink()
    assert [term.title for term in brief.facts.agreement.terms] == ["Weekly convoys"]


def test_the_layer_of_towns_it_shows_is_built(tmp_path, quickview):
    catalog, rows = (
        re.search(rf"^```{kind}\n({first}.*?)^```", GUIDES, re.DOTALL | re.MULTILINE)[1]
        for kind, first in (("yaml", "  - id: col-towns"), ("text", "id,name,lat,lon"))
    )
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "catalog.yaml").write_text(f"layers:\n{catalog}", encoding="utf-8")
    (tmp_path / "shapes" / "towns.csv").write_text(rows, encoding="utf-8")
    done = quickview("shapes", "build", "--only", "col-towns", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Bogotá" in (tmp_path / "shapes" / "col-towns.geojson").read_text(encoding="utf-8")


def test_the_fault_it_shows_is_the_one_the_program_gives(project):
    path = project / "briefs" / "my-brief.md"
    text = path.read_text(encoding="utf-8")
    faulty = project / "briefs" / "faulty.md"
    faulty.write_text(text.replace("  as_of:", "  as_off:"), encoding="utf-8")
    done = run(f"{ROOT}/.venv/bin/quickview check briefs/faulty.md", project)
    line = re.search(r"E-KEY-UNKNOWN.*", GUIDES)[0]
    assert line in done.stderr
    place = re.search(r"my-brief\.md:(\d+:\d+): E-KEY", GUIDES)[1]
    assert f"faulty.md:{place}: E-KEY-UNKNOWN" in done.stderr


def test_the_picture_is_there():
    for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGES[ROOT / "README.md"]):
        assert (ROOT / Path(name)).stat().st_size > 50_000


def test_no_link_leads_nowhere():
    for path, text in PAGES.items():
        for target in re.findall(
            r"\]\(\s*([^)\s]+)\s*\)", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
        ):
            file, _, anchor = target.partition("#")
            page = (path.parent / file).resolve() if file else path
            assert target.startswith("https://") or page.exists(), (path.name, target)
            assert not anchor or anchor in anchors(PAGES[page]), (path.name, target)


def test_every_page_is_linked_from_the_readme_which_is_short():
    text = PAGES[ROOT / "README.md"]
    assert set(re.findall(r"\.github/reference/(\w+\.md)", text)) == {path.name for path in REFERENCE.glob("*.md")}
    assert len(text.splitlines()) <= 300
    assert max(len(text.splitlines()) for text in PAGES.values() if not text.startswith(reference.NOTE)) <= 300


def anchors(text):
    """Return what GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
