"""A project of its own: no brief yet, and the layers that come with the kit."""

import shutil

import pytest
from tests.conftest import ROOT


@pytest.fixture
def project(tmp_path):
    for name in ("shapes", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("kernel-ipc-*"))
    (tmp_path / "briefs").mkdir()
    return tmp_path
