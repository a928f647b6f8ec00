"""Where a file is asked for, anything else is told with a code and place, at once."""

import os
import signal
import socket
import sys

import pytest

from quickview import files
from quickview.analysis.edition import read_edition
from quickview.analysis.ledger import read_ledger
from quickview.brief import data
from quickview.brief.reader import load, read_past
from quickview.brief.related import heading
from quickview.errors import InputError, QuickViewError
from quickview.evidence import event_file, event_store
from quickview.inputs.validation import read_text
from quickview.layers import vector_file
from quickview.layers.catalog import read_catalog, read_features
from quickview.manifests import read_manifest
from quickview.nightly import pool
from quickview.report import cells, execution, markdown_cells
from quickview.theme.theme import load_theme
from tests.conftest import ANDES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes and devices have names on Linux")


def pipe(path):
    os.mkfifo(path)


def endless(path):
    path.symlink_to("/dev/zero")


def itself(path):
    path.symlink_to(path)


def folder(path):
    path.mkdir()


def listening(path):
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(path.parent)
        made.bind(path.name)


def nothing(path):
    path.symlink_to("nowhere")


ODD = [pipe, endless, itself, folder, listening, nothing]


@pytest.fixture(params=ODD, ids=lambda make: make.__name__)
def odd(request, tmp_path, monkeypatch):
    """Make what is no file under a name; whoever waits for it fails after some seconds."""
    monkeypatch.chdir(tmp_path)

    def made(name):
        request.param(tmp_path / name)
        return tmp_path / name

    def late(*_):
        raise AssertionError("it waits for what is no file")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(10)
    yield made
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


DOORS = {
    "a-brief.md": (load, "E-BRIEF-READ"),
    "earlier.md": (read_past, "E-BRIEF-READ"),
    "catalog.yaml": (read_catalog, "E-CATALOG-FILE"),
    "own.yaml": (lambda path: load_theme(str(path)), "E-THEME-FILE"),
    "edition.json": (read_edition, "E-EDITION-OPEN"),
    "ledger.json": (read_ledger, "E-LEDGER-FILE"),
    "any.ipynb": (execution.read_notebook, "E-NOTEBOOK-READ"),
    "area.geojson": (vector_file.read_vector_file, "E-FILE-OPEN"),
    "votes.csv": (data.open_file, "E-TABLE-FILE"),
    "votes.xlsx": (data.open_file, "E-TABLE-FILE"),
    "votes.parquet": (data.open_file, "E-TABLE-FILE"),
    "events.csv": (lambda path: event_file.open_event_file(path).__enter__(), "E-EVENTS-OPEN"),
    "kept.parquet": (event_store.open_store, "E-EVENTS-STORE"),
    "article.md": (lambda path: read_text(path, prefix="ARTICLE", limit=1000), "E-ARTICLE-FILE"),
    "photo.png": (lambda path: markdown_cells._data_uri(path.name, {}, path.parent), "E-IMAGE-MISSING"),
}


@pytest.mark.parametrize("name", DOORS)
def test_what_is_no_file_is_told_at_once(odd, name):
    read, code = DOORS[name]
    path = odd(name)
    with pytest.raises(QuickViewError) as told:
        read(path)
    found = told.value.faults[0].code if isinstance(told.value, InputError) else told.value.code
    assert found == code
    assert path.name in str(told.value)


def test_what_is_asked_after_and_is_no_file_counts_as_none(odd):
    path = odd("manifest.json")
    assert read_manifest(path.parent) is None
    assert (cells.sha256(path), cells.named_files(path), cells.report_name("a", path)) == ("", [], "a")
    assert heading(path) is None


LAYER = """\
layers:
  - {id: area, title: Area, file: area.geojson, geometry: polygon, credit: Own, source: Own, licence: CC0-1.0,
     date: 2020-02-03, crs: "EPSG:4326", key: [id], accuracy: surveyed, note: An area., recipe: {kind: table, csv: a.csv}}
"""
THEME = "name: Desk\nfonts:\n  text: {family: Own, regular: own.woff2}\nlogo: {file: own.svg, alt: Own}\n"


def test_a_layer_a_font_and_a_logo_that_are_no_files_are_told(odd, tmp_path):
    (tmp_path / "catalog.yaml").write_text(LAYER)
    (tmp_path / "desk.yaml").write_text(THEME)
    for name in ("area.geojson", "own.woff2", "own.svg"):
        odd(name)
    with pytest.raises(InputError) as told:
        read_features(read_catalog(tmp_path / "catalog.yaml"), "area")
    assert [fault.code for fault in told.value.faults] == ["E-LAYER-FILE"]
    with pytest.raises(InputError) as told:
        load_theme(str(tmp_path / "desk.yaml"))
    assert [(fault.code, fault.line) for fault in told.value.faults] == [("E-THEME-FONT", 3), ("E-THEME-LOGO", 4)]


def test_a_log_that_is_no_file_is_left_as_it_is_and_makes_none_elsewhere(odd):
    path = odd("timings.jsonl")
    before = path.lstat()
    files.note(path, "a line")
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert (path.lstat().st_mode, path.lstat().st_ino) == (before.st_mode, before.st_ino)


def test_a_log_grows_by_a_line_until_it_is_long(tmp_path):
    for _ in range(3):
        files.note(tmp_path / "new" / "log", "a line", limit=10)
    assert (tmp_path / "new" / "log").read_text(encoding="utf-8") == "a line\n" * 2


def test_a_file_that_grows_while_it_is_read_ends_at_the_limit(tmp_path, monkeypatch):
    path = tmp_path / "grows"
    path.write_bytes(b"a")
    opened = files._opened

    def growing(path):
        path.write_bytes(b"a" * 100)
        return opened(path)

    monkeypatch.setattr(files, "_opened", growing)
    assert len(files.read_regular(path, limit=100)) == 100
    with pytest.raises(OSError, match="more than 99 bytes"):
        files.read_regular(path, limit=99)


def test_a_brief_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    """An administrator may read whatever there is."""

    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "open", forbidden)
    with pytest.raises(InputError, match="E-BRIEF-READ cannot be read: Permission denied"):
        load(tmp_path / "a-brief.md")


def test_check_goes_on_after_a_brief_that_links_to_itself(tmp_path, quickview):
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    os.mkfifo(tmp_path / "pipe.md")
    done = quickview("check", tmp_path / "loop.md", tmp_path / "pipe.md", ANDES)
    assert (done.returncode, "sound" in done.stdout) == (1, True)
    loop, piped = done.stderr.splitlines()[:2]
    assert "loop.md: E-BRIEF-READ cannot be read: Too many levels of symbolic links" in loop
    assert "pipe.md: E-BRIEF-READ cannot be read: is no regular file" in piped


def test_a_night_tells_each_brief_that_is_no_file_and_makes_the_rest(tmp_path, quickview, monkeypatch):
    """The front page, the feed and the record come out; a brief is told before anything is started."""
    monkeypatch.setattr(pool, "spread", lambda jobs, **_: (pool.work(job, press=None) for job in jobs))
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    (tmp_path / "notebooks").mkdir()
    for make in ODD:
        make(briefs / f"{make.__name__}.md")
    done = quickview("nightly", "--format", "html", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("E-BRIEF-READ") == len(ODD), done.stderr
    assert {"index.html", "feed.xml", "edition.json"} <= {path.name for path in (tmp_path / "reports").iterdir()}
