"""A sample of hostile layers and of files that are no files; thousands of them: `python -m tests.hostile.geodata`."""

import pytest
from tests.hostile import geodata


@pytest.mark.parametrize("name", [*geodata.LAYERS, "no file"])
def test_each_is_a_layer_that_can_be_drawn_or_refused_in_words(name, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOSTILE_SERVER", "127.0.0.1:9")
    answers = [geodata.run(geodata.Case(name, number, seed=7)) for number in range(12)]
    assert [one for one in answers if one.outcome not in {"layer", "refused"}] == []
    assert any(one.outcome == "refused" for one in answers)
