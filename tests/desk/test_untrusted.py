"""Briefs by somebody else: nothing of theirs but the text plays a part, and nothing outside is reached."""

import os
import resource
import shutil
from pathlib import Path

import pytest
from tests.conftest import HOMS, ROOT
from typer.testing import CliRunner

from quickview import errors
from quickview.cli import app
from quickview.desk import untrusted
from quickview.kernels import servers

TABLE = """tables:
  - {id: lorries, title: Lorries, source: SOURCE, file: lorries.csv, columns: [{id: day, label: Day}]}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A trusted project, and beside it what somebody sent."""
    trusted, sent = tmp_path / "trusted", tmp_path / "trusted" / "sent" / "briefs"
    sent.mkdir(parents=True)
    for name in ("shapes", "notebooks"):
        (trusted / name).symlink_to(ROOT / name)
    (trusted / "briefs").mkdir()
    shutil.copy2(HOMS, trusted / "briefs" / "homs-truce.md")
    monkeypatch.chdir(trusted)
    return Path("sent/briefs")


def check(*paths):
    return CliRunner().invoke(app, ["check", "--untrusted-brief", *map(str, paths)])


def sent(folder, text, name="sent.md"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def alone(text):
    """The brief without what it points at beside it."""
    from tests.conftest import alone

    return alone(text)


def test_a_sound_brief_is_checked_against_the_trusted_layers_and_named_as_in_the_project(project):
    (project.parent / "shapes").mkdir()
    (project.parent / "shapes" / "catalog.yaml").write_text("layers: [")
    done = check(sent(project, alone(HOMS.read_text(encoding="utf-8"))))
    assert done.exit_code == 0, str(done.exception)
    assert done.stdout.startswith("briefs/sent.md: sound")


def test_a_table_beside_the_brief_that_was_sent_is_not_read_and_one_in_the_project_is(project):
    text = alone(HOMS.read_text(encoding="utf-8"))
    source = text.split("sources:")[1].split("id: ")[1].split(",")[0].split()[0]
    path = sent(project, text.replace("\nsources:", f"\n{TABLE.replace('SOURCE', source)}sources:", 1))
    (project / "lorries.csv").write_text("day\nsecret\n", encoding="utf-8")
    refused = check(path)
    assert refused.exit_code == 1
    assert "lorries.csv" in refused.stderr
    (Path("briefs") / "lorries.csv").write_text("day\nMonday\n", encoding="utf-8")
    assert check(path).exit_code == 0, check(path).stderr


def test_links_and_names_that_are_no_briefs_are_refused_all_at_once(project, tmp_path):
    (tmp_path / "secret").write_text("the secret", encoding="utf-8")
    (project / "linked.md").symlink_to(tmp_path / "secret")
    (project / "::warning::x.md").write_text("x")
    (project.parent / "away").symlink_to(tmp_path)
    (tmp_path / "far.md").write_text("x")
    with (
        pytest.raises(errors.InputError) as refused,
        untrusted.staged([project / "linked.md", project / "::warning::x.md", project.parent / "away" / "far.md"]),
    ):
        pass
    assert [fault.code for fault in refused.value.faults].count("E-UNTRUSTED-LINK") == 2
    assert [fault.code for fault in refused.value.faults].count("E-BRIEF-NAME") == 1
    assert "the secret" not in str(refused.value)


def test_a_pipe_and_a_brief_that_is_too_large_are_refused_without_waiting(project):
    os.mkfifo(project / "pipe.md")
    assert "E-BRIEF-OPEN" in str(check(project / "pipe.md").exception)
    assert check(sent(project, "x" * 1_000_000)).exit_code == 1


def test_the_working_folder_comes_back_and_the_copy_goes(project):
    before = Path.cwd()
    with untrusted.staged([sent(project, "x")]) as copies:
        inside = Path.cwd()
        assert copies == [Path("briefs/sent.md")]
    assert Path.cwd() == before
    assert not inside.exists()
    assert (before / "briefs" / "homs-truce.md").is_file()


@pytest.mark.parametrize(
    "more", [[], ["--out", "x", "--site", "https://x.example/"], ["--out", "x", "--kernel", "python3"]]
)
def test_nothing_is_published_nor_run_by_another_kernel(project, more):
    done = CliRunner().invoke(app, ["render", str(sent(project, "x")), "--untrusted-brief", *more])
    assert done.exit_code == 2
    assert not Path("x").exists()


def test_kernels_are_forked_from_what_is_held_to_a_share_of_memory_and_this_process_is_not(monkeypatch):
    held = {}
    monkeypatch.setattr(servers, "ahead", lambda: held.update(now=resource.getrlimit(resource.RLIMIT_DATA)[0]))
    before = resource.getrlimit(resource.RLIMIT_DATA)
    untrusted.start_kernels()
    assert held["now"] == untrusted.MEMORY_BYTES
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
