"""How providers lay out their tables of events: UCDP GED in its older and newer forms, ACLED, plain tables such as TimeMap's.

Columns and codes are those of the codebooks: UCDP GED (Sundberg and Melander 2013, doi:10.1177/0022343313484347), ACLED, TimeMap.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from quickview.errors import InputError, did_you_mean

_UCDP_TYPES: Final = {"1": "state-based", "2": "non-state", "3": "one-sided"}
_ACLED_ACTORS: Final = {
    "1": "State forces", "2": "Rebel group", "3": "Political militia", "4": "Identity militia", "5": "Rioters",
    "6": "Protesters", "7": "Civilians", "8": "External/Other forces",
}  # fmt: skip
_ACLED_DATES: Final = {"1": "1", "2": "3", "3": "4"}
_ACLED_PLACES: Final = {"1": "1", "2": "3", "3": "4"}
_TIMEMAP_DATES: Final = {"day": "1", "exact": "1", "hour": "1", "minute": "1", "week": "3", "month": "4", "year": "5"}


@dataclass(frozen=True)
class Layout:
    """How a provider lays its tables out: which of its columns is which of ours, and what its codes mean."""

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    """Our column -> what it may be called there, the newest name first."""
    needed: tuple[str, ...]
    telling: tuple[str, ...]
    """Columns that no other layout has."""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    licence: str = ""
    credit: str = ""
    is_shareable: bool = True
    """Whether its rows may be passed on."""

    def places(self, columns: Sequence[str]) -> dict[str, int]:
        """Return at which place of a table each of our columns stands, of those that it has."""
        known = {name.strip().lower(): n for n, name in reversed(list(enumerate(columns)))}
        found = {
            ours: next((known[name] for name in names if name in known), -1) for ours, names in self.columns.items()
        }
        return {ours: place for ours, place in found.items() if place >= 0}


LAYOUTS: Final = (
    Layout(
        "ucdp-ged",
        "UCDP Georeferenced Event Dataset",
        {
            "id": ("id",), "start": ("date_start",), "end": ("date_end",), "date_precision": ("date_prec",),
            "type": ("type_of_violence",), "subtype": ("conflict_name",), "side_a": ("side_a",), "side_b": ("side_b",),
            "low": ("low", "low_est"), "best": ("best", "best_est"), "high": ("high", "high_est"),
            "place": ("where_coordinates",), "admin_1": ("adm_1",), "admin_2": ("adm_2",), "country": ("country",),
            "place_precision": ("where_prec",), "longitude": ("longitude",), "latitude": ("latitude",),
            "status": ("code_status",), "year": ("year",), "grid": ("priogrid_gid",),
        },
        ("id", "start", "end", "date_precision", "type", "side_a", "side_b", "low", "best", "high", "place_precision", "longitude", "latitude"),
        ("type_of_violence", "date_start"),
        {"type": _UCDP_TYPES},
        "CC-BY-4.0",
        "Uppsala Conflict Data Program",
    ),
    Layout(
        "acled",
        "ACLED",
        {
            "id": ("event_id_cnty",), "start": ("event_date",), "date_precision": ("time_precision",),
            "type": ("event_type",), "subtype": ("sub_event_type",), "side_a": ("actor1",), "kind_a": ("inter1",),
            "side_b": ("actor2",), "kind_b": ("inter2",), "best": ("fatalities",), "place": ("location",),
            "admin_1": ("admin1",), "admin_2": ("admin2",), "country": ("country",),
            "place_precision": ("geo_precision",), "longitude": ("longitude",), "latitude": ("latitude",), "year": ("year",),
        },
        ("id", "start", "type", "best", "longitude", "latitude"),
        ("event_id_cnty", "event_date"),
        {"kind_a": _ACLED_ACTORS, "kind_b": _ACLED_ACTORS, "date_precision": _ACLED_DATES, "place_precision": _ACLED_PLACES},
        "ACLED's terms of use: rows may not be passed on",
        "ACLED",
        is_shareable=False,
    ),
    Layout(
        "table",
        "plain table of events",
        {
            "id": ("id",), "start": ("date", "start", "date_start"), "end": ("end", "date_end"), "date_precision": ("time_precision", "date_precision"),
            "type": ("category", "type"), "side_a": ("side_a", "actor"), "side_b": ("side_b",), "low": ("low",),
            "best": ("best", "deaths", "fatalities"), "high": ("high",), "place": ("location", "place"), "admin_1": ("admin_1",),
            "admin_2": ("admin_2",), "country": ("country",), "place_precision": ("place_precision",), "longitude": ("longitude",),
            "latitude": ("latitude",), "note": ("description",),
        },
        ("id", "start", "longitude", "latitude"),
        (),
        {"date_precision": _TIMEMAP_DATES},
    ),
)  # fmt: skip


def layout_of(columns: Sequence[str], file: str) -> Layout:
    """Return the layout that a table's columns tell; raises `InputError` with each column that is missing or there twice."""
    names = [name.strip().lower() for name in columns]
    layout = next((one for one in LAYOUTS if set(names).issuperset(one.telling)), LAYOUTS[-1])
    if layout is LAYOUTS[-1]:  # a provider's table that lacks one of what tells it is still the provider's
        layout = next((one for one in LAYOUTS[:-1] if len(_missing(one, names)) < len(one.needed) / 2), layout)
    if len(names) == 1:
        message, hint = f"one column only, `{columns[0][:60]}`", "part cells by a comma, a semicolon or a tab"
        raise InputError.at(file, "E-EVENTS-SEPARATOR", message, hint, line=1, column=1)
    if missing := _missing(layout, names):
        wanted = {name: f"no column `{name}`, which events need ({layout.title})" for name in missing}
        raise InputError.all(
            (file, 1, 1, "E-EVENTS-COLUMN", message, did_you_mean(name, columns)) for name, message in wanted.items()
        )
    used = {name for spellings in layout.columns.values() for name in spellings}
    if twice := [name for name, count in Counter(names).items() if count > 1 and name in used]:
        hint = "rename or drop one"
        raise InputError.all(
            (file, 1, 1, "E-EVENTS-COLUMN", f"two columns are called `{name}`", hint) for name in twice
        )
    return layout


def _missing(layout: Layout, names: Sequence[str]) -> list[str]:
    """Return the columns a table must have and has not, as its provider calls them."""
    spellings = (layout.columns[name] for name in layout.needed)
    return [one[0] for one in spellings if not any(name in names for name in one)]
