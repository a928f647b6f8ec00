"""Themes: an organisation's colours, fonts and logo, from one small YAML file.

A theme says only what it changes; two lines of colour make one:

    name: Northern Desk
    colours:
      light: {house: "#7b1e2e"}
      dark: {house: "#e58a95"}

`themes/default.yaml` lists all there is to set and says what each colour is for.
"""

import base64
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, Self

from fontTools.ttLib import TTFont
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    create_model,
    model_validator,
)

from quickview.errors import Fault, InputError, did_you_mean
from quickview.files import content, is_regular, read_regular
from quickview.inputs.validation import faults_of, read_text
from quickview.inputs.yaml_document import Path as Place
from quickview.inputs.yaml_document import Positions, Tree, read_document
from quickview.theme import palette, typeface
from quickview.theme.logo import logo_problem
from quickview.theme.palette import DARK, LIGHT

SHIPPED: Final = ("default", "gazette", "signal")
"""Themes that come with the kit, by name."""

MAX_BYTES: Final = 50_000
MAX_FONT_BYTES: Final = 2_000_000
MAX_LOGO_BYTES: Final = 64_000
"""A logo is carried by every report, next to a map of about 100 kB."""

_MAY_NOT_EMBED: Final = 0x0302
"""Bits of OS/2 `fsType`: restricted licence, no subsetting, bitmaps only."""


@dataclass(frozen=True)
class Font:
    """A family and its files, in the order they are asked for a character."""

    family: str
    regular: tuple[Path, ...] = ()
    bold: tuple[Path, ...] = ()

    def css(self, text: str | None = None) -> str:
        """Return `@font-face` rules, the files cut down to the characters of `text` if there is one."""
        files = {str(typeface.REGULAR): self.regular, str(typeface.BOLD): self.bold}
        given = {weight: paths for weight, paths in files.items() if paths}
        # One weight that stands for all keeps browsers from smearing a false bold.
        weights = given if len(given) > 1 else {"1 1000": next(iter(given.values()))}
        return "\n".join(typeface.embedded(self.family, [*map(str, p)], w, text) for w, p in weights.items())


@dataclass(frozen=True)
class Logo:
    """A picture as a `data:` address, and the words that stand for it."""

    uri: str
    alt: str


@dataclass(frozen=True)
class Theme:
    """A look without faults: every colour of both schemes, and fonts and a logo where it has its own."""

    name: str
    light: Mapping[str, str]
    dark: Mapping[str, str]
    text: Font | None = None
    """For all but figures; else the kit's own."""
    headings: Font | None = None
    """For headings; else that of the text."""
    logo: Logo | None = None


class _Record(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


def _ending(*endings: str) -> AfterValidator:
    def check(file: str) -> str:
        if Path(file).suffix.lower() not in endings:
            raise ValueError(f"the name of a file that ends in {' or '.join(endings)}")
        return file

    return AfterValidator(check)


def _another(family: str) -> str:
    if family.lower() == typeface.FAMILY.lower():
        raise ValueError(f"another name: {typeface.FAMILY} is the kit's own, which figures are set in")
    return family


_Line = Annotated[str, StringConstraints(pattern=r"^\S([^\r\n]*\S)?$", max_length=200)]
_Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$", to_lower=True)]
_Files = Annotated[
    tuple[Annotated[str, _ending(".woff2", ".ttf")], ...],
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    Field(strict=False, description="a .woff2 or .ttf file beside the theme, or a list of them"),
]
_LogoFile = Annotated[str, _ending(".svg", ".png")]
_scheme_fields: dict[str, Any] = {
    name.replace("-", "_"): (
        _Colour,
        Field(default="", alias=name, description='a colour in quotes, such as "#0f4c5c"'),
    )
    for name in LIGHT
}
_Scheme = create_model("_Scheme", __base__=_Record, **_scheme_fields)
"""A field a token; those left out keep the default's colour."""


class _Schemes(_Record):
    light: _Scheme = Field(default=_Scheme(), description="a mapping from a colour's name to its value")
    dark: _Scheme = Field(default=_Scheme(), description="a mapping from a colour's name to its value")


class _Font(_Record):
    family: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{0,59}$"), AfterValidator(_another)] = (
        Field(description="the family's name in Latin letters, digits, spaces and hyphens")
    )
    regular: _Files = ()
    bold: _Files = ()

    @model_validator(mode="after")
    def _some_file(self) -> Self:
        if not (self.regular or self.bold):
            raise ValueError("give `regular`, `bold` or both")
        return self


class _Fonts(_Record):
    text: _Font | None = Field(default=None, description="a mapping with `family`, `regular` and `bold`")
    headings: _Font | None = Field(default=None, description="a mapping with `family` and `bold`")


class _Logo(_Record):
    file: _LogoFile = Field(description="a .svg or .png file beside the theme")
    alt: _Line = Field(description="one line of words that stand for the picture, such as the organisation's name")


class _Document(_Record):
    name: _Line = Field(description="one line")
    colours: _Schemes = Field(default=_Schemes(), description="a mapping with `light` and `dark`")
    fonts: _Fonts = Field(default=_Fonts(), description="a mapping with `text` or `headings`")
    logo: _Logo | None = Field(default=None, description="a mapping with `file` and `alt`")


@cache
def _adapter(form: Any) -> TypeAdapter[Any]:
    """Return what reads a form; to build one takes longer than to read with it."""
    return TypeAdapter(form)


@dataclass(frozen=True)
class _Source:
    """A theme file as it was read."""

    path: Path
    tree: Tree
    positions: Positions

    def part(self, form: Any, *place: str) -> Any:
        """Return a part of the file if it is there and of the right form, whatever the rest is like; else None."""
        here = self.tree
        for step in place:
            here = here.get(step) if isinstance(here, dict) else None
        try:
            return _adapter(form).validate_json(json.dumps(here))
        except ValidationError:
            return None

    def fault(self, place: Place, code: str, message: str, hint: str) -> Fault:
        return Fault(str(self.path), *self.positions.of(place), f"E-THEME-{code}", message, hint)


def load_theme(name_or_path: str = "") -> Theme:
    """Return a theme by the name of a shipped one, or from the path of a `.yaml` file; else the default.

    Raises `InputError` with every fault of the file: its form, colours that cannot be told
    from their ground in either scheme (WCAG 2.2), fonts and a logo that cannot be embedded.
    """
    path = _located(name_or_path or "default")
    text = read_text(path, prefix="THEME", limit=MAX_BYTES)
    tree, positions, faults = read_document(text, file=str(path), first_line=1)
    if faults:
        raise InputError(faults)
    source = _Source(path, tree, positions)
    found = [*_pale(source, "light", LIGHT), *_pale(source, "dark", DARK), *_unusable_fonts(source), *_bad_logo(source)]
    try:
        document = _Document.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise InputError([*found, *faults_of(error, _Document, positions, str(path), prefix="THEME")]) from None
    if found:
        raise InputError(found)
    return _theme(document, path.parent)


def _located(name: str) -> Path:
    if name in SHIPPED:
        return Path(str(resources.files(__package__) / "themes" / f"{name}.yaml"))
    if Path(name).suffix not in {".yaml", ".yml"}:
        hint = f"{did_you_mean(name, SHIPPED)} Or give the path of a .yaml file"
        raise InputError.at(name, "E-THEME-FILE", "no theme of that name", hint)
    return Path(name)


def _theme(document: _Document, folder: Path) -> Theme:
    schemes, fonts, logo = document.colours, document.fonts, document.logo
    return Theme(
        document.name,
        {**LIGHT, **_given(schemes.light)},
        {**DARK, **_given(schemes.dark)},
        _font(fonts.text, folder),
        _font(fonts.headings, folder),
        Logo(_uri(folder / logo.file), logo.alt) if logo else None,
    )


def _given(scheme: BaseModel) -> dict[str, str]:
    return scheme.model_dump(by_alias=True, exclude_unset=True)


def _font(font: _Font | None, folder: Path) -> Font | None:
    if font is None:
        return None
    regular, bold = (tuple(folder / file for file in files) for files in (font.regular, font.bold))
    return Font(font.family, regular, bold)


def _pale(source: _Source, name: str, base: Mapping[str, str]) -> Iterator[Fault]:
    """Tell each colour of a scheme that is too near to one it stands on, or that stands on it."""
    written = source.part(dict[str, Any], "colours", name) or {}
    given = {token: value for token in written if (value := source.part(_Colour, "colours", name, token))}
    if not base.keys() >= written.keys():
        return  # Which colour a misspelt name stands for is not known.
    scheme = {**base, **given}
    unclear = written.keys() - given.keys()
    to_change: dict[str, list[tuple[str, str]]] = {}
    for front, ground in palette.failures(scheme):
        if unclear & {front, ground}:
            continue
        to_change.setdefault(front if front in given else ground, []).append((front, ground))
    for token, pairs in to_change.items():
        yield source.fault(("colours", name, token), "CONTRAST", *_paleness(token, pairs, scheme))


def _paleness(token: str, pairs: list[tuple[str, str]], scheme: Mapping[str, str]) -> tuple[str, str]:
    def share(pair: tuple[str, str]) -> float:
        return palette.ratio(scheme[pair[0]], scheme[pair[1]]) / palette.NEEDED[pair]

    front, ground = worst = min(pairs, key=share)
    needed = palette.NEEDED[worst]
    # Cut, not rounded: 4.499 is not 4.50.
    found = math.floor(share(worst) * needed * 100) / 100
    message = (
        f"`{front}` {scheme[front]} on `{ground}` {scheme[ground]} has a contrast of {found:.2f}:1, not {needed:g}:1"
    )
    return message, _darker_or_lighter(token, scheme, ground if token == front else front)


def _darker_or_lighter(token: str, scheme: Mapping[str, str], other: str) -> str:
    against: dict[str, float] = {}
    for pair, needed in palette.NEEDED.items():
        if token in pair:
            met = scheme[pair[0] if token == pair[1] else pair[1]]
            against[met] = max(needed, against.get(met, 0))
    instead = palette.nearest(scheme[token], against)
    return f'write `{token}: "{instead}"`' if instead else f"no lightness of this hue will do: change `{other}` as well"


def _unusable_fonts(source: _Source) -> Iterator[Fault]:
    for use in ("text", "headings"):
        for weight in ("regular", "bold"):
            for number, file in enumerate(source.part(_Files, "fonts", use, weight) or ()):
                if problem := _font_problem(source.path.parent / file):
                    yield source.fault(("fonts", use, weight, number), "FONT", f"`{file}` {problem[0]}", problem[1])


def _font_problem(path: Path) -> tuple[str, str] | None:
    if problem := _file_problem(path, MAX_FONT_BYTES):
        return problem
    try:
        with TTFont(path) as font:
            letter, rights = chr(max(font.getBestCmap())), font["OS/2"].fsType
        typeface.embedded("", [str(path)], "", letter)
    except Exception:  # noqa: BLE001 (fontTools lets through whatever a broken table raises)
        return "cannot be read as a font", "give a sound .woff2 or .ttf file"
    if rights & _MAY_NOT_EMBED:
        return "may not be embedded, its licence bits say", "choose a font whose licence allows it"
    return None


def _bad_logo(source: _Source) -> Iterator[Fault]:
    if file := source.part(_LogoFile, "logo", "file"):
        path = source.path.parent / file
        if problem := _file_problem(path, MAX_LOGO_BYTES) or logo_problem(content(path), path.suffix.lower()):
            yield source.fault(("logo", "file"), "LOGO", f"`{file}` {problem[0]}", problem[1])


def _file_problem(path: Path, limit: int) -> tuple[str, str] | None:
    if not is_regular(path):
        return "is no file", "write the path as seen from the theme's folder"
    if path.stat().st_size > limit:
        return "is too large", f"keep it under {limit // 1000} kB"
    return None


def _uri(path: Path) -> str:
    kind = {".svg": "svg+xml", ".png": "png"}[path.suffix.lower()]
    return f"data:image/{kind};base64,{base64.b64encode(read_regular(path)).decode()}"
