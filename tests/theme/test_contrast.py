"""Contrast as the standard has it, and colours that have enough."""

import colorsys

import pytest

from quickview.theme.palette import LIGHT, NEEDED, failures, nearest, ratio


def test_contrast_is_that_of_the_standard():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert ratio("#ffffff", "#767676") == ratio("#767676", "#ffffff")


def test_what_cannot_be_told_from_its_ground_is_named_with_it():
    assert failures({**LIGHT, "muted": LIGHT["land-2"]}) == [pair for pair in NEEDED if pair[0] == "muted"]


@pytest.mark.parametrize(("ground", "lighter"), [("#ffffff", False), ("#14171a", True)])
def test_the_nearest_colour_passes_with_little_to_spare_and_keeps_its_hue(ground, lighter):
    found = nearest("#4a90a4" if lighter is False else "#0f4c5c", {ground: 4.5})
    assert 4.5 <= ratio(found, ground) < 4.7
    hue = colorsys.rgb_to_hls(*(int(found[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0]
    assert hue == pytest.approx(194 / 360, abs=0.02)


def test_a_colour_that_passes_stays():
    assert nearest("#0f4c5c", {"#ffffff": 4.5}) == "#0f4c5c"


def test_no_colour_stands_out_from_black_and_white_alike():
    assert nearest("#0f4c5c", {"#ffffff": 7, "#000000": 7}) is None
