"""A night ends with a front page, whatever lies in the folder of reports. `python -m tests.hostile_manifests` tries many more."""

import pytest
from tests import hostile_manifests


@pytest.mark.slow
def test_sound_reports_stay_on_the_front_page_whatever_is_done_to_the_others():
    stood, wrong = hostile_manifests.campaign(16, "sample")
    assert wrong == []
    assert stood > 16
