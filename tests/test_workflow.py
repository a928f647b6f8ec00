"""The recipes for the night: GitHub's workflow, and what README gives to cron and systemd."""

import re

import pytest
import yaml
from typer.testing import CliRunner

from quickview.cli import app
from tests.conftest import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
JOBS = WORKFLOW["jobs"]


def steps():
    return [step for job in JOBS.values() for step in job["steps"]]


def test_every_action_is_pinned_by_its_hash():
    used = [step["uses"] for step in steps() if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"actions/[a-z-]+(/[a-z]+)?@[0-9a-f]{40}", name)] == []


def test_nothing_may_write_but_the_job_that_publishes():
    assert WORKFLOW["permissions"] == {}
    assert JOBS["edition"]["permissions"] == {"contents": "read"}
    assert JOBS["publish"]["permissions"] == {"pages": "write", "id-token": "write"}


def test_what_somebody_types_in_never_becomes_part_of_a_script():
    assert [step["run"] for step in steps() if "${{" in step.get("run", "")] == []


def test_a_failed_brief_is_published_around_and_a_broken_machine_is_not():
    condition = JOBS["publish"]["if"]
    assert "code == '0'" in condition
    assert "code == '1'" in condition
    assert "code == '2'" not in condition


@pytest.mark.parametrize("text", [*(step["run"] for step in steps() if "run" in step), README])
def test_every_option_of_the_night_is_one_of_the_command(text):
    offered = set(re.findall(r"--[a-z-]+", CliRunner().invoke(app, ["nightly", "--help"], terminal_width=200).stdout))
    asked = {
        option for line in re.findall(r"quickview nightly (.*)", text) for option in re.findall(r"--[a-z-]+", line)
    }
    assert asked <= offered
