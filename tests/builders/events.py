"""Tables of events as their providers lay them out, with rows that are made up."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = dict[str, object]

GED = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]
"""The 49 columns of UCDP GED since its release 22.1."""

GED_OLDER = [
    "id",
    "year",
    "active_year",
    "type_of_violence",
    "conflict_new_id",
    "conflict_name",
    "dyad_new_id",
    "dyad_name",
    "side_a_new_id",
    "side_a",
    "side_b_new_id",
    "gwnob",
    "side_b",
    "number_of_sources",
    "where_prec",
    "where_coordinates",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "low",
    "best",
    "high",
]
"""The 36 columns that extracts of older releases have."""

ACLED = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]

TIMEMAP = [
    "id",
    "description",
    "date",
    "time",
    "time_precision",
    "location",
    "latitude",
    "longitude",
    "category",
    "sources",
]


def priogrid(longitude: float, latitude: float) -> int:
    """Return the cell of PRIO-GRID that a point lies in: rows of 720 from the south-west, half a degree wide."""
    return int((latitude + 90) // 0.5) * 720 + int((longitude + 180) // 0.5) + 1


def ged(n: int = 1, **other: object) -> Row:
    """Return a row of UCDP GED; keys of `other` stand instead of what is made up."""
    longitude, latitude = 36.6 + n / 1000, 34.7 + n / 1000
    cell = (
        priogrid(float(str(other.get("longitude", longitude))), float(str(other.get("latitude", latitude))))
        if "priogrid_gid" not in other
        else 0
    )
    day = f"2016-03-{n % 28 + 1:02}"
    made: Row = {
        **dict.fromkeys((*GED, *GED_OLDER), ""), "id": 500_000 + n, "relid": f"MADE-{n}", "year": 2016, "active_year": 1,
        "code_status": "Clear", "type_of_violence": 1, "conflict_name": "Upland: Government",
        "side_a": "Government of Upland", "side_b": "River Front", "number_of_sources": 1, "source_article": 'A paper, 2016, "A headline"',
        "where_prec": 1, "where_coordinates": f"Village {n}", "adm_1": "North", "adm_2": "007", "latitude": latitude,
        "longitude": longitude, "geom_wkt": f"POINT ({longitude} {latitude})", "priogrid_gid": cell,
        "country": "Upland", "country_id": 652, "region": "Middle East", "event_clarity": 1, "date_prec": 1,
        "date_start": f"{day} 00:00:00.000", "date_end": f"{day} 00:00:00.000", "deaths_a": 1, "best": 3, "high": 5, "low": 2,
    }  # fmt: skip
    return made | other


def acled(n: int = 1, **other: object) -> Row:
    """Return a row of ACLED."""
    made: Row = {
        **dict.fromkeys(ACLED, ""), "event_id_cnty": f"UPL{n:04}", "event_date": f"2017-01-{n % 28 + 1:02}", "year": 2017,
        "time_precision": 1, "event_type": "Battles", "sub_event_type": "Armed clash", "actor1": "Forces of Upland",
        "inter1": "State forces", "actor2": "River Front", "inter2": "Rebel group", "iso": "004", "country": "Upland",
        "admin1": "North", "admin2": "012", "location": f"Village {n}", "latitude": 34.7 + n / 1000,
        "longitude": 36.6 + n / 1000, "geo_precision": 1, "notes": 'They "met"\nat noon, it is said.', "fatalities": 2,
    }  # fmt: skip
    return made | other


def timemap(n: int = 1, **other: object) -> Row:
    """Return a row of a table as TimeMap takes it."""
    made: Row = {
        **dict.fromkeys(TIMEMAP, ""), "id": f"{n:03}", "description": "Smoke is seen.", "date": f"2018-05-{n % 28 + 1:02}",
        "time": "12:30", "time_precision": "day", "location": "Market", "latitude": 34.7 + n / 1000,
        "longitude": 36.6 + n / 1000, "category": "alpha",
    }  # fmt: skip
    return made | other


def text(rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, separator: str = ",") -> str:
    """Return rows as the text of a CSV."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, delimiter=separator, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write(path: Path, rows: Sequence[Mapping[str, object]], columns: Sequence[str] = GED) -> Path:
    """Write rows as a CSV."""
    path.write_text(text(rows, columns), encoding="utf-8")
    return path
