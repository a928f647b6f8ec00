"""What keeps the house in order: the lock, the notebooks, the layout."""

import re
import subprocess
import tomllib
from importlib import metadata

import nbformat
import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

REQUIRED = ("jupyterlab", "pandas", "plotly", "geopandas", "papermill", "nbconvert")


def lock():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return [Requirement(entry.split("--hash=")[0]) for entry in text.replace("\\\n", " ").splitlines() if entry]


def needed(requirement, seen):
    """Walk what a requirement needs on this machine, by the metadata of what is installed."""
    name = canonicalize_name(requirement.name)
    wanted = {(name, extra) for extra in {"", *requirement.extras}}
    for key in wanted - seen:
        seen.add(key)
        for text in metadata.requires(name) or ():
            inner = Requirement(text)
            environment = {**default_environment(), "extra": key[1]}
            if inner.marker is None or inner.marker.evaluate(environment):
                needed(inner, seen)
    return seen


def test_the_lock_holds_exactly_what_the_project_needs_here():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    seen = set()
    for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        needed(Requirement(text), seen)
    pins = {canonicalize_name(r.name): r for r in lock() if r.marker is None or r.marker.evaluate()}
    assert {name for name, _ in seen} - {"pip", "setuptools"} == set(pins) - {"pip", "setuptools"}
    # Where hashes are checked, pip takes a package with an extra only from a pin that names the extra.
    assert {(name, extra) for name, extra in seen if extra and extra not in pins[name].extras} == set()


def test_every_pin_is_exact_installed_and_admitted_by_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = {canonicalize_name(r.name): r for r in lock() if r.marker is None or r.marker.evaluate()}
    for name, pin in pins.items():
        assert [s.operator for s in pin.specifier] == ["=="], name
        assert pin.specifier.contains(metadata.version(name), prereleases=True), name
    for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        asked = Requirement(text)
        version = next(iter(pins[canonicalize_name(asked.name)].specifier)).version
        assert asked.specifier.contains(version), text


def test_the_lock_names_the_users_packages_and_gives_the_hash_of_each():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    for name in REQUIRED:
        assert re.search(rf"^{name}==", text, re.MULTILINE)
    assert [
        entry
        for entry in text.splitlines()
        if not re.fullmatch(r"\S+==[^\\]*?( +--hash=sha256:[0-9a-f]{64})+ *", entry)
    ] == []


def test_set_up_takes_nothing_whose_hash_is_not_in_the_lock_nor_builds_what_it_downloads():
    setup = re.search(
        r"^\$\(VENV\)/ready:.*?\n\n", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    packages, kit = [line for line in setup[0].splitlines() if "$(INSTALL)" in line]
    assert "--require-hashes --only-binary :all: --requirement requirements.txt" in packages
    assert "--no-deps --no-build-isolation --editable ." in kit
    pinned = {canonicalize_name(pin.name) for pin in lock()}
    built_with = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert {canonicalize_name(Requirement(one).name) for one in built_with} <= pinned


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.name)
def test_notebooks_are_stripped_and_thin(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert not re.search(r"\b(def|try|sys\.path|class)\b", cell.source)
            assert len(cell.source.splitlines()) <= 5


def test_the_top_level_is_the_one_agreed_on():
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {name.split("/")[0] for name in names}
    agreed = {"requirements.txt", "notebooks", "briefs", "shapes", "reports", "lib", "tests", "README.md", "LICENSE",
              "Makefile", "pyproject.toml"}  # fmt: skip
    assert {name for name in top if not name.startswith(".")} == agreed


def test_the_library_knows_no_brief_by_name():
    for path in (ROOT / "lib").rglob("*"):
        if path.suffix in {".py", ".html", ".css", ".js", ".j2"}:
            assert not re.search(r"homs|hama\b|syria|idlib", path.read_text(encoding="utf-8"), re.IGNORECASE), path


def test_no_test_imports_another_test():
    files = (ROOT / "tests").rglob("*.py")
    modules = re.compile(r"^\s*(?:from|import) [\w.]*\btest_\w+|^\s*from tests[\w.]* import .*\btest_\w+", re.MULTILINE)
    found = {str(path.relative_to(ROOT)): modules.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {name: lines for name, lines in found.items() if lines} == {}
