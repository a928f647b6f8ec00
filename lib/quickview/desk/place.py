"""The country of a new brief: which one is meant, and the layers its map is drawn from."""

import contextlib
import functools
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from babel import Locale

from quickview import files
from quickview.brief import geography
from quickview.brief.prose import ENGLISH
from quickview.errors import InputError, QuickViewError, did_you_mean
from quickview.language.catalogs import LANGUAGES, Language, countries, country_called, folded
from quickview.layers.catalog import Catalog, read_catalog, read_features

_WORLD: Final = 100
"""A layer with as many countries, or more, is one of the world."""

_COARSE: Final = "-coarse"
"""How the id of a layer ends that is cut out of one of the world."""


@dataclass(frozen=True)
class Ground:
    """What the `place` of a brief is to say, as (key, value, remark), and what its author ought to know."""

    place: Sequence[tuple[str, str, str]] = ()
    told: Sequence[str] = ()


def country_code(words: str) -> str:
    """Return the ISO 3166-1 alpha-3 code that a code or a country's name in English, Arabic or French stands for.

    Raises `InputError` that names the nearest one.
    """
    meant = names().get(folded(words), "") or _alpha_3().get(country_called(words), "")
    if not meant:
        known = [*_alpha_3().values(), *(str(name) for name in Locale("en").territories.values())]
        message = "no country of ISO 3166-1 is called so"
        raise InputError.at(f"`{words}`", "E-COUNTRY", message, did_you_mean(words, known))
    return meant


def country_name(code: str, language: Language) -> str:
    """Return what a country, by its alpha-3 code, is called in a language."""
    return str(language.locale.territories.get(countries()[code], code))


@functools.cache
def names() -> dict[str, str]:
    """Return the alpha-3 code of each country by its codes and its names in the languages of the interface, in small letters."""
    found = {letters.lower(): _alpha_3()[alpha_2] for letters, alpha_2 in countries().items()}
    for language in LANGUAGES:
        territories = Locale(language).territories
        found |= {folded(territories[short]): code for short, code in _alpha_3().items() if short in territories}
    return found | {short.lower(): code for short, code in _alpha_3().items()}


def _alpha_3() -> dict[str, str]:
    return {alpha_2: letters for letters, alpha_2 in countries().items() if letters.isalpha()}


def ground(
    catalog: Path,
    code: str,
    language: Language = ENGLISH,
    *,
    make: bool = False,
    packages: Path | None = None,
    tell: Callable[[str], None] = print,
) -> Ground:
    """Return the `place` of a country, by its alpha-3 code, on layers that the catalogue has, or that are made for it.

    With `make` it gets layers of its own, as by `shapes new`, when it has none; `packages` is a folder
    of npm tarballs fetched before. Where that fails, and without `make`, it is cut out of a layer of the
    world; where there is none, or it lacks the country, there is no place.
    """
    told: list[str] = []
    layers = _own(read_catalog(catalog), code)
    if not layers and make:
        tell(f"fetching the borders of {country_name(code, Language('en'))}: 95 MB, once")
        try:
            told += _made(catalog, code, packages)
        except QuickViewError as error:
            if error.code == "E-LOCKED":
                raise
            told.append(f"no layers of its own: {error}")
        layers = _own(read_catalog(catalog), code)
    name = country_name(code, language)
    if layers:
        remarks = {"layer": "the territory", "regions": "inside it", "countries": "land around it"}
        return Ground([_named(name), *((key, value, remarks[key]) for key, value in layers.items())], told)
    return _out_of_the_world(read_catalog(catalog), code, name, told)


def _named(name: str) -> tuple[str, str, str]:
    return "name", name, "as it reads in a title"


def _own(catalog: Catalog, code: str) -> dict[str, str]:
    """Return the layers of a country, by the key of `place`: those of `shapes new`, or any whose regions are all its own."""
    own, ids = code.lower(), catalog.ids
    if own in ids:
        further = {key: f"{own}-{key}" for key in ("regions", "countries") if f"{own}-{key}" in ids}
        return {"layer": own, **further}
    regions = next((name for name, rows in _polygons(catalog) if _are_of(countries()[code], rows)), "")
    if not regions:
        return {}
    shown = geography.framed(geography.bounds(geography.geometries(catalog, regions)))
    around = [name for name, rows in _polygons(catalog) if len(rows) < _WORLD and any(row.get("iso_a3") == code for row in rows)
              and geography.covers(geography.bounds(geography.geometries(catalog, name)), shown)]  # fmt: skip
    return {"layer": regions, "regions": regions, **({"countries": around[0]} if around else {})}


def _are_of(alpha_2: str, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether all rows have a code, of ISO 3166-2 or like it, that is of a country."""
    columns = ("iso_3166_2", "code")
    return any(all(str(row.get(key, "")).partition("-")[0] == alpha_2 for row in rows) for key in columns)


def _polygons(catalog: Catalog) -> Iterator[tuple[str, Sequence[dict[str, Any]]]]:
    """Yield each polygon layer that can be read, with the columns of its features."""
    for layer in catalog.layers:
        if layer.geometry == "polygon":
            with contextlib.suppress(InputError):
                yield layer.id, [one["properties"] or {} for one in read_features(catalog, layer.id)["features"]]


def _made(catalog: Path, code: str, packages: Path | None) -> list[str]:
    """Make the layers of a country; what fails leaves the catalogue as it was. Returns what there is to know of them."""
    from quickview.layers.build import build
    from quickview.layers.country import add_country

    with files.temporary_folder() as scratch, files.lock(catalog.parent, other="try again later"):
        before = catalog.read_bytes()
        added = add_country(catalog, code, packages=packages or scratch)
        built = list(build(read_catalog(catalog), only=added.ids, packages=packages or scratch))
        if errors := [one.error for one in built if one.error]:
            files.write_atomically(catalog, before)
            raise errors[0]
    known = added.told.partition("Write in the brief:")[0].splitlines()
    return [*(str(one.file) for one in built), *(line for line in known if line)]


def _out_of_the_world(catalog: Catalog, code: str, name: str, told: Sequence[str]) -> Ground:
    """Return a place on a layer of its own that is cut out of one of the world, with the countries around it, and say so."""
    for layer, rows in _polygons(catalog):
        n = _row_of(rows, code) if len(rows) >= _WORLD else None
        if n is None or catalog.layer(layer).recipe.kind != "package":
            continue
        own = f"{code.lower()}{_COARSE}"
        if own not in catalog.ids:
            _cut(catalog, layer, n, own, country_name(code, ENGLISH))
            told = [*told, f"{catalog.path(layer).with_name(f'{own}.geojson')}: cut out of `{layer}`, and as coarse"]
        place = [
            _named(name),
            ("layer", own, "the territory, coarse: `quickview shapes new` makes a fine one, with regions"),
            ("countries", layer, "land around it"),
        ]
        return Ground(place, told)
    return Ground((), [*told, f"no map: no layer has {name}; .github/reference/layers.md tells how to make one"])


def _cut(catalog: Catalog, layer: str, n: int, own: str, name: str) -> None:
    """Write one feature of a layer as a layer of its own, and add to the catalogue what would build it so."""
    import yaml

    from quickview.layers.geojson import to_text

    whole, feature = catalog.layer(layer), read_features(catalog, layer)["features"][n]
    key = whole.key[0]
    entry = whole.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"translations"})
    entry |= {"id": own, "title": name, "file": f"{own}.geojson"}
    entry["recipe"] |= {"kind": "package", "where": {key: [feature["properties"][key]]}}
    text = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=112)
    with files.lock(catalog.folder, other="try again later"):
        files.write_atomically(catalog.folder / f"{own}.geojson", to_text([feature]))
        before = catalog.file.read_bytes().rstrip(b"\n")
        files.write_atomically(catalog.file, before + b"\n\n" + textwrap.indent(text, "  ").encode())


def _row_of(rows: Sequence[dict[str, Any]], code: str) -> int | None:
    """Return the number of the feature that is a country, by its code or by its name in English."""
    alpha_2 = countries()[code]
    fits = (row.get("iso_a3") == code or country_called(str(row.get("name", ""))) == alpha_2 for row in rows)
    return next((n for n, fit in enumerate(fits) if fit), None)
