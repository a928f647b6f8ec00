"""Named colours, for light and dark, and the order in which sides take theirs.

Every colour of a figure is one of these, so that the page can swap light for dark
by name. Figures are drawn in `LIGHT`, in which no two names share a value; which
name a value stands for is then known, and a theme may give that name any colour.
"""

from collections.abc import Mapping
from typing import Final

LIGHT: Final[Mapping[str, str]] = {
    "paper": "#ffffff",
    "panel": "#f6f4f0",
    "land": "#f2efe9",
    "land-2": "#e7e2d9",
    "water": "#d6e2e8",
    "rule": "#d5d2cc",
    "line": "#a9a69f",
    "muted": "#5f6266",
    "ink": "#1d2024",
    "house": "#0f4c5c",
    "road": "#8b8378",
    "river": "#3f7fa6",
    "side-1": "#006eac",
    "side-2": "#8f3208",
    "side-3": "#00795c",
    "side-4": "#9a4381",
    "side-5": "#8a6300",
    "side-6": "#3c4856",
    "tint-1": "#e3eff7",
    "tint-2": "#faeae1",
    "tint-3": "#e1f1ed",
    "tint-4": "#f4e8f0",
    "tint-5": "#f7efdd",
    "tint-6": "#e9ebee",
    "step-1": "#e9f1ee",
    "step-2": "#c9dfdb",
    "step-3": "#a9ccca",
    "step-4": "#8ab8b9",
    "step-5": "#6ea3a8",
}

DARK: Final[Mapping[str, str]] = {
    "paper": "#14171a",
    "panel": "#1d2126",
    "land": "#1a1e22",
    "land-2": "#272c31",
    "water": "#0d2130",
    "rule": "#363c43",
    "line": "#6a7077",
    "muted": "#a5abb2",
    "ink": "#eceae6",
    "house": "#6db6c6",
    "road": "#8a857d",
    "river": "#5c94b8",
    "side-1": "#58aee0",
    "side-2": "#ee8a52",
    "side-3": "#3fc09a",
    "side-4": "#d48fc0",
    "side-5": "#dcae3f",
    "side-6": "#c6cfda",
    "tint-1": "#16293a",
    "tint-2": "#33221a",
    "tint-3": "#142d27",
    "tint-4": "#2f2230",
    "tint-5": "#2e2716",
    "tint-6": "#23282e",
    "step-1": "#1b2b30",
    "step-2": "#213c43",
    "step-3": "#284e56",
    "step-4": "#316069",
    "step-5": "#39707a",
}

STEPS: Final = 5
"""Steps of the one scale of lightness, from least to most; `ink` can be read on each."""

MAX_SIDES: Final = 6
"""Okabe and Ito (2008), *Color Universal Design*, darkened so that names set in them have 4.5:1 on
paper, land and every tint, and two sides differ by lightness where red and green look alike."""


def side_name(number: int) -> str:
    """Return the name of the colour of the side in that place of the list, from 1; 0 stands for no side."""
    return f"side-{number}" if number else "muted"


def side(number: int) -> str:
    """Return the full colour of the side in that place of the list, from 1; 0 stands for no side."""
    return LIGHT[side_name(number)]


def tint(number: int) -> str:
    """Return the pale colour of the side in that place of the list, from 1; 0 stands for no side."""
    return LIGHT[f"tint-{number}" if number else "panel"]


def css_variables(colours: Mapping[str, str]) -> str:
    """Return a scheme as CSS custom properties."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())
