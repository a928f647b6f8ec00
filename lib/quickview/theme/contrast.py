"""How well two colours stand apart, and the nearest colour that would do (WCAG 2.2).

Colours are written as `#rrggbb`.
"""

import colorsys
from collections.abc import Mapping
from typing import Final

from quickview.theme.palette import MAX_SIDES, STEPS

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
