"""The recipes for the night: GitHub's workflow, and what the guide gives to cron and systemd."""

import os
import re
import subprocess

import pytest
import yaml
from typer.testing import CliRunner

from quickview.cli import app
from tests.conftest import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8"))
GUIDE = (ROOT / ".github" / "reference" / "nights.md").read_text(encoding="utf-8")
JOBS = WORKFLOW["jobs"]
REQUEST = yaml.safe_load((ROOT / ".github" / "workflows" / "pull-request.yml").read_text(encoding="utf-8"))
(SENT,) = REQUEST["jobs"].values()


def steps():
    return [step for job in (*JOBS.values(), SENT) for step in job["steps"]]


def test_every_action_is_pinned_by_its_hash():
    used = [step["uses"] for step in steps() if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"actions/[a-z-]+(/[a-z]+)?@[0-9a-f]{40}", name)] == []


def test_nothing_may_write_but_what_publishes_and_what_tells():
    assert WORKFLOW["permissions"] == {}
    assert JOBS["edition"]["permissions"] == {"contents": "read"}
    assert JOBS["attest"]["permissions"] == {"actions": "read", "id-token": "write", "attestations": "write"}
    assert REQUEST["permissions"] == {}
    assert SENT["permissions"] == {"contents": "read"}
    assert JOBS["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert JOBS["issue"]["permissions"] == {"issues": "write"}


def test_what_somebody_types_in_never_becomes_part_of_a_script():
    assert [step["run"] for step in steps() if "${{" in step.get("run", "")] == []


def test_a_request_from_a_fork_runs_without_secrets_the_kit_of_the_branch_that_it_is_for():
    assert REQUEST[True] == {
        "pull_request": {"paths": ["briefs/*.md"]}
    }  # not pull_request_target; YAML 1.1 takes `on` for true
    kit, sent = [step["with"] for step in SENT["steps"] if "checkout" in step.get("uses", "")]
    assert "base.sha" in kit["ref"]
    assert (sent["path"], sent["sparse-checkout"]) == ("sent", "briefs")
    assert [step["persist-credentials"] for step in (kit, sent)] == [False, False]
    assert "{{ secrets" not in (ROOT / ".github" / "workflows" / "pull-request.yml").read_text(encoding="utf-8")


def test_of_a_request_the_briefs_that_differ_are_rendered_as_strangers_and_their_words_are_no_commands(tmp_path):
    (step,) = [step for step in SENT["steps"] if "--untrusted-brief" in step.get("run", "")]
    for name, text in {
        "briefs/same.md": "a",
        "sent/briefs/same.md": "a",
        "sent/briefs/new.md": "b",
        "sent/briefs/$(touch x) y.md": "c",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "sent" / "briefs" / "link.md").symlink_to("/etc/hostname")
    kit = tmp_path / ".venv" / "bin" / "quickview"
    kit.parent.mkdir(parents=True)
    kit.write_text("#!/bin/sh\nprintf '<%s>' \"$@\"; exit 1\n", encoding="utf-8")
    kit.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    stopped, asked, again = (
        done.stdout.replace("::stop", "\n::stop").replace(">::", ">\n::").split()[0],
        done.stdout,
        done.stdout.strip(),
    )
    assert stopped.startswith("::stop-commands::")
    assert again.endswith("::")
    assert "<--untrusted-brief>" in asked
    assert "<sent/briefs/new.md>" in asked
    assert "<sent/briefs/$(touch x) y.md>" in asked
    assert "same.md" not in asked
    assert "link.md" not in asked
    assert not (tmp_path / "x").exists()


def test_a_failed_brief_is_published_around_and_a_failed_night_only_over_the_last_edition():
    (page,) = [step for step in JOBS["edition"]["steps"] if step.get("id") == "page"]
    assert "code == '0'" in page["if"]
    assert "code == '1'" in page["if"]
    assert "cache-matched-key != ''" in page["if"]
    assert "code == '2'" not in page["if"]
    assert "stands == 'true'" in JOBS["publish"]["if"]


GH = """#!/bin/sh
printf '%s|' "$@" >> "$LOG"; echo >> "$LOG"
[ "$2" != list ] || printf '%s' "$STANDING"
"""


@pytest.mark.parametrize(
    ("code", "published", "standing", "done"),
    [
        ("0", "success", "", []),
        ("0", "success", "7", ["close"]),
        ("1", "success", "7", ["close"]),  # what a brief does wrong is no failed night
        ("2", "success", "", ["create", "create"]),
        ("2", "success", "7", ["comment"]),
        ("", "skipped", "", ["create", "create"]),
        ("124", "skipped", "7", ["comment"]),
        ("0", "failure", "", ["create", "create"]),
    ],
)
def test_nights_that_fail_as_a_whole_have_one_issue_which_a_good_one_closes(tmp_path, code, published, standing, done):
    (step,) = JOBS["issue"]["steps"]
    (tmp_path / "gh").write_text(GH, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    told = {
        "CODE": code,
        "PUBLISHED": published,
        "STANDING": standing,
        "FAULT": "E-X $(touch x) `x`",
        "RUN": "https://r",
    }
    path = f"{tmp_path}:{os.environ['PATH']}"
    environment = {**told, "PATH": path, "LOG": str(tmp_path / "log")}
    subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step["run"]], env=environment, cwd=tmp_path, check=True)
    log = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert [line.split("|")[1] for line in log[1:]] == done
    assert all("E-X $(touch x) `x`" in line for line in log if line.startswith(("issue|create", "issue|comment")))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("text", [*(step["run"] for step in steps() if "run" in step), GUIDE])
def test_every_option_of_the_night_is_one_of_the_command(text):
    offered = set(re.findall(r"--[a-z-]+", CliRunner().invoke(app, ["nightly", "--help"], terminal_width=200).stdout))
    asked = {
        option for line in re.findall(r"quickview nightly (.*)", text) for option in re.findall(r"--[a-z-]+", line)
    }
    assert asked <= offered
