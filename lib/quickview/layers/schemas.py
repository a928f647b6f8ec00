"""Column schemas of boundary files in the wild, and the one way in which the kit names what they hold.

| column | what it holds |
|---|---|
| `name` | the name in Latin letters, or the only one; a map shows it where it has none in the reader's language |
| `name_ar`, `name_fr` … | the name in that language, by its ISO 639 code |
| `pcode`, `parent_pcode` | the place code of a unit and of the one it belongs to: text, zeros at the front kept |
| `adm1_name`, `adm1_name_ar`, `adm1_pcode` … | the same of the levels above |
| `iso_3166_2`, `iso_a3` | ISO codes; `iso_a3` only where each feature is a country, else `country_a3` |
| `valid_on`, `valid_to` | days from and up to which a boundary stands |

All other columns keep their names in small letters, with `_` for what is neither letter nor digit. None is called
`geometry` or `shown`, which the kit adds to every layer that it draws.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from quickview.layers.geojson import OWN

Columns = Mapping[str, Sequence[Any]]

_NEW: Final = re.compile(r"adm(\d)_(name|pcode)(\d?)", re.IGNORECASE)
_ITOS: Final = re.compile(
    r"admin(\d)(na|name|pcode?)(?:_([a-z]{2}|\d))?", re.IGNORECASE
)  # whole, or cut to ten letters
_HDX: Final = re.compile(r"adm(\d)_()([a-z]{2})", re.IGNORECASE)
_REF: Final = re.compile(r"adm(?:in)?(\d)_?ref(?:_?n\w*)?", re.IGNORECASE)
_DATES: Final = {"validon": "valid_on", "validto": "valid_to"}
_KEYS: Final = ("pcode", "iso_3166_2", "adm1_code", "iso_a3", "shape_id", "code", "id", "name")
_NATURAL_EARTH: Final = re.compile(
    r"name(_\w\w|_zht)?|iso_3166_2|iso_a[23]|adm0_a3|adm1_code|gu_a3|sov_a3|admin|type|type_en|featurecla|pop_max|scalerank"
)
"""Of more than a hundred columns, those that a brief can use."""


@dataclass(frozen=True)
class Schema:
    """Whose schema the columns of a file follow, if anybody's, and what that says of the layer."""

    name: str
    columns: Columns
    about: Mapping[str, str] = field(default_factory=dict)
    """Entries of the catalogue that need not be asked for: source, credit, licence, date, accuracy."""
    left_out: Sequence[str] = ()
    """Columns of the file that were left out, for they are empty or say what another says."""


def recognise(given: Columns) -> Schema:
    """Return a file's columns under the kit's names, and what is known of its source.

    The schemas: OCHA's boundaries (COD-AB) as they are named now (`adm2_name`, `adm2_name1`), by
    ITOS (`admin2Name_ar`) and in Shapefiles of HDX (`ADM2_AR`, cut to ten letters); geoBoundaries;
    Natural Earth; and files of no schema, of which `name_en` or `title` may become `name`.
    """
    filled = {name: values for name, values in given.items() if any(one not in (None, "") for one in values)}
    lowered = {name.lower() for name in filled}
    if "adm0_a3" in lowered and "name" in lowered:
        schema = _natural_earth(filled)
    elif any(parts[1] == "pcode" for name in filled if (parts := _parts(name))):
        schema = _cod_ab(filled)
    elif "shapename" in lowered and lowered & {"shapeid", "shapegroup"}:
        schema = _geoboundaries(filled)
    else:
        schema = _unknown(filled)
    return Schema(schema.name, schema.columns, schema.about, [*sorted(set(given) - set(filled)), *schema.left_out])


def key_of(columns: Columns) -> str:
    """Return the column that tells features apart: place codes before names; "" where none does."""
    for name in dict.fromkeys([*(one for one in _KEYS if one in columns), *columns]):
        texts = [str(one) for one in columns[name] if one not in (None, "") and not isinstance(one, float)]
        if len(texts) == len(columns[name]) == len({*texts}):
            return name
    return ""


def _parts(name: str) -> tuple[int, str, str] | None:
    """Return the level, `name` or `pcode`, and the language or number of a column of OCHA's."""
    for pattern in (_NEW, _ITOS, _HDX):
        if found := pattern.fullmatch(name):
            level, word, language = found.groups(default="")
            return int(level), "pcode" if word.lower().startswith("p") else "name", language.lower()
    return None


def _cod_ab(given: Columns) -> Schema:
    levels = {name: parts[0] for name in given if (parts := _parts(name))}
    level = max(levels.values())
    ordered = {name: given[name] for name in sorted(given, key=lambda name: -levels.get(name, -1))}
    named = _named(ordered, lambda name: _cod_ab_name(name, level, given))
    for prefix in ("", *(f"adm{one}_" for one in range(level))):
        # Where no name is English, the first in Latin letters is the one, or the first.
        names = [name for name in named if re.fullmatch(rf"{prefix}name_\w+", name)]
        if names and f"{prefix}name" not in named:
            latin = next((name for name in names if not _is_arabic(named[name])), names[0])
            named = {(f"{prefix}name" if name == latin else name): values for name, values in named.items()}
    country, version = (_first(named, name) for name in ("adm0_name" if level else "name", "version"))
    day = _first(named, "valid_on") or _first(named, "date")
    about = {
        "credit": "OCHA COD-AB",
        "source": f"{' '.join(filter(None, ['OCHA COD-AB', country, version]))}: administrative boundaries of level {level}",
        "licence": "CC-BY-3.0-IGO",
        "accuracy": "generalised",
        **({"date": day[:10].replace("/", "-")} if day else {}),
    }
    return Schema("COD-AB", named, about)


def _first(named: Columns, name: str) -> str:
    return next((str(one) for one in named.get(name, ()) if one not in (None, "")), "")


def _cod_ab_name(name: str, level: int, given: Columns) -> str:
    if found := _REF.fullmatch(name):
        at, word = int(found[1]), "ref_name"
    elif parts := _parts(name):
        at, word, language = parts
        if word == "name" and not language.isalpha():
            language = _language(language, given[name], given)
        word = f"{word}_{language}" if language not in {"", "en"} else word
    else:
        return _DATES.get(name.lower(), _safe(name))
    if at == level:
        return word
    return "parent_pcode" if word == "pcode" and at == level - 1 else f"adm{at}_{word}"


def _language(number: str, values: Sequence[Any], given: Columns) -> str:
    """Return the language of names: what a column `lang1` says, or the letters; else their number, 1 to 3."""
    column = next((name for name in given if number and name.lower() == f"lang{number}"), "")
    said = _first(given, column).lower()
    return said if re.fullmatch(r"[a-z]{2,3}", said) else "ar" if _is_arabic(values) else number


def _is_arabic(values: Sequence[Any]) -> bool:
    letters = [letter for one in values if isinstance(one, str) for letter in one if letter.isalpha()]
    return sum("\u0600" <= letter <= "\u06ff" for letter in letters) > len(letters) / 2


def _geoboundaries(given: Columns) -> Schema:
    names = {"shapename": "name", "shapeid": "shape_id", "shapetype": "shape_type", "shapegroup": "iso_a3", "shapeiso": "iso_3166_2"}  # fmt: skip
    named = _named(given, lambda name: names.get(name.lower(), _safe(name)))
    country, level = _first(named, "country_a3") or _first(named, "iso_a3"), _first(named, "shape_type")
    about = {
        "credit": "geoBoundaries",
        "source": " ".join(filter(None, ["geoBoundaries", country, level])),
        "licence": "CC-BY-4.0",
        "accuracy": "generalised",
    }
    return Schema("geoBoundaries", named, about)


def _natural_earth(given: Columns) -> Schema:
    kept = {name: values for name, values in given.items() if _NATURAL_EARTH.fullmatch(name.lower())}
    about = {
        "credit": "Natural Earth",
        "source": "Natural Earth",
        "licence": "public domain",
        "accuracy": "generalised",
    }
    return Schema("Natural Earth", _named(kept, _safe), about, [name for name in given if name not in kept])


def _unknown(given: Columns) -> Schema:
    named = _named(given, _safe)
    instead = next((name for name in ("name_en", "title", "nom", "nombre", "label") if name in named), "")
    if "name" not in named and instead:
        named = {("name" if name == instead else name): values for name, values in named.items()}
    return Schema("", named)


def _named(given: Columns, name_of: Callable[[str], str]) -> dict[str, list[Any]]:
    """Return columns under new names, no two the same, with codes as text."""
    named: dict[str, list[Any]] = {}
    for name, values in given.items():
        new = name_of(name)
        if new == "iso_a3" and len({*map(str, values)}) < len(values):
            new = "country_a3"  # the kit takes a feature with `iso_a3` for the country itself
        new = f"file_{new}" if new in OWN else new
        new = next(one for one in (new, *(f"{new}_{n}" for n in range(2, len(given) + 2))) if one not in named)
        named[new] = [*map(_code, values)] if re.search(r"code|^iso_|(^|_)id$", new) else [*values]
    return named


def _code(value: Any) -> str | None:
    """Return a code as text: a file of numbers has lost the zeros at its front, but need not gain a point."""
    return None if value is None else str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _safe(name: str) -> str:
    return re.sub(r"\W+", "_", unicodedata.normalize("NFKC", name).lower()).strip("_") or "column"
