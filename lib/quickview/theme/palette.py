"""Named colours, for light and dark, and the order in which sides take theirs.

Every colour of a figure is one of these, so that the page can swap light for dark
by name. Figures are drawn in `LIGHT`, in which no two names share a value; which
name a value stands for is then known, and a theme may give that name any colour.
"""

import colorsys
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


TEXT: Final = 4.5
"""Least contrast of text; success criterion 1.4.3."""

MARK: Final = 3.0
"""Least contrast of a mark that must be seen; success criterion 1.4.11."""

_SIDES: Final = [f"side-{n}" for n in range(1, MAX_SIDES + 1)]
_TINTS: Final = [f"tint-{n}" for n in range(1, MAX_SIDES + 1)]
_DRAWN_ON: Final = ["paper", "land", *_TINTS]
_WRITTEN_ON: Final = ["paper", "panel", "land", "land-2", *_TINTS]

NEEDED: Final[Mapping[tuple[str, str], float]] = {
    **{(name, ground): TEXT for name in ("ink", "muted", "house") for ground in _WRITTEN_ON},
    **{(name, ground): TEXT for name in _SIDES for ground in _DRAWN_ON},
    ("muted", "water"): TEXT,
    **{("ink", f"step-{n}"): TEXT for n in range(1, STEPS + 1)},
    **{(name, ground): MARK for name in ("road", "river") for ground in _DRAWN_ON},
}
"""The contrast a scheme needs, by the token of what stands and the token of what it stands on."""


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue as shares of light, 0 to 1."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return red, green, blue


def failures(scheme: Mapping[str, str], *, text: float = TEXT) -> list[tuple[str, str]]:
    """Return the pairs of `NEEDED` that a scheme does not hold to, text by the contrast given."""
    wanted = {pair: text if needed == TEXT else needed for pair, needed in NEEDED.items()}
    return [pair for pair, needed in wanted.items() if ratio(scheme[pair[0]], scheme[pair[1]]) < needed]


def nearest(colour: str, against: Mapping[str, float]) -> str | None:
    """Return the nearest colour of the same hue that has, to each colour of `against`, the contrast given there.

    None if no lightness of that hue has.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    steps = sorted((lightness, *(step / 255 for step in range(256))), key=lambda step: abs(step - lightness))
    for step in steps:
        trial = "#" + "".join(f"{round(255 * c):02x}" for c in colorsys.hls_to_rgb(hue, step, saturation))
        if all(ratio(trial, other) >= needed for other, needed in against.items()):
            return trial
    return None


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
