"""Colours one can read by, in light and in dark."""

import itertools
import math

import pytest

from quickview.theme import palette
from quickview.theme.palette import DARK, LIGHT, MAX_SIDES, css_variables, side, tint
from quickview.theme.theme import SHIPPED, load_theme

SCHEMES = pytest.mark.parametrize(
    "scheme",
    [scheme for name in SHIPPED for theme in [load_theme(name)] for scheme in (theme.light, theme.dark)],
    ids=[f"{name} {scheme}" for name in SHIPPED for scheme in ("light", "dark")],
)
SIDES = [f"side-{n}" for n in range(1, MAX_SIDES + 1)]


def test_light_and_dark_have_the_same_names():
    assert list(LIGHT) == list(DARK)


def test_a_value_of_a_figure_drawn_in_the_default_colours_stands_for_one_name():
    assert len(set(LIGHT.values())) == len(LIGHT)


@SCHEMES
def test_all_that_must_be_read_or_seen_stands_out_from_its_ground(scheme):
    assert palette.failures(scheme) == []


@SCHEMES
def test_text_in_a_bar_can_be_read(scheme):
    assert palette.ratio(scheme["paper"], scheme["house"]) >= palette.TEXT


EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
"""How eyes see linear RGB: Machado, Oliveira and Fernandes (2009), severity 1."""

XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.9505, 1.0, 1.089)


def _times(matrix, vector):
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def _lab(colour, eyes):
    """CIE L*a*b* of a colour as some eyes see it."""
    seen = [min(1.0, max(0.0, c)) for c in _times(EYES[eyes], palette.linear(colour))]
    x, y, z = (v / w for v, w in zip(_times(XYZ, seen), WHITE, strict=True))
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@SCHEMES
@pytest.mark.parametrize("eyes", EYES)
def test_sides_can_be_told_apart_by_eyes_of_every_kind(scheme, eyes):
    distances = {
        (a, b): math.dist(_lab(scheme[a], eyes), _lab(scheme[b], eyes)) for a, b in itertools.combinations(SIDES, 2)
    }
    assert min(distances.values()) >= 10, min(distances, key=distances.get)


def test_a_side_and_its_tint_go_by_place_in_the_list():
    assert (side(1), tint(6)) == (LIGHT["side-1"], LIGHT["tint-6"])


def test_a_scheme_becomes_custom_properties():
    assert css_variables({"ink": "#000000", "side-1": "#123456"}) == "--ink:#000000;--side-1:#123456;"
