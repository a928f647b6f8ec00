"""Events that others recorded: one table for UCDP GED, ACLED and plain lists, checked where it enters.

Columns, sources and codes are those of the codebooks: UCDP GED (Sundberg and Melander 2013,
doi:10.1177/0022343313484347), PRIO-GRID (Tollefsen et al. 2012), ACLED, TimeMap.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quickview.errors import Fault, InputError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Final[Mapping[str, str]] = {
    "id": "what its provider calls the event",
    "start": "first day",
    "end": "last day",
    "date_precision": "UCDP's date_prec: 1 the day is known, 2 within 2–6 days, 3 the week, 4 the month, 5 longer",
    "type": "its provider's word for what it was",
    "subtype": "a finer word, if there is one",
    "side_a": "who acted",
    "kind_a": "what kind of actor that is",
    "side_b": "on whom",
    "kind_b": "what kind of actor that is",
    "low": "least number of deaths",
    "best": "most likely number of deaths",
    "high": "highest number of deaths",
    "place": "where, in words",
    "admin_1": "first-level region",
    "admin_2": "second-level region",
    "country": "country",
    "place_precision": "UCDP's where_prec: 1 exact, 2 near by, 3 the district, 4 the region, 5 a part of it, 6 the country, 7 at sea or in the air",
    "longitude": "decimal degrees, WGS 84",
    "latitude": "decimal degrees, WGS 84",
    "status": "`Clear`, or what its provider says of how sure it is",
    "release": "the release that it comes from",
    "note": "a description that may be passed on",
}
"""The columns of a table of events, in order. Text but for days, precisions, deaths and coordinates."""

DAYS: Final = ("start", "end")
WHOLE: Final = ("date_precision", "low", "best", "high", "place_precision")
DEGREES: Final = ("longitude", "latitude")

MOST_FAULTS: Final = 1000
"""How many faults of rows are told one by one."""

EARLIEST: Final = dt.date(1900, 1, 1)
LATEST: Final = dt.date(2100, 1, 1)

_UCDP_TYPES: Final = {"1": "state-based", "2": "non-state", "3": "one-sided"}
_ACLED_ACTORS: Final = {
    "1": "State forces", "2": "Rebel group", "3": "Political militia", "4": "Identity militia", "5": "Rioters",
    "6": "Protesters", "7": "Civilians", "8": "External/Other forces",
}  # fmt: skip
_ACLED_DATES: Final = {"1": "1", "2": "3", "3": "4"}
_ACLED_PLACES: Final = {"1": "1", "2": "3", "3": "4"}
_TIMEMAP_DATES: Final = {"day": "1", "exact": "1", "hour": "1", "minute": "1", "week": "3", "month": "4", "year": "5"}


def schema() -> "pa.Schema":
    """Return the types of `COLUMNS`: a word that returns is kept once."""
    import pyarrow as pa

    kinds = {**dict.fromkeys(DAYS, pa.date32()), **dict.fromkeys(WHOLE, pa.int32()), **dict.fromkeys(DEGREES, pa.float64()), "id": pa.string(), "note": pa.string()}  # fmt: skip
    word = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([(name, kinds.get(name, word)) for name in COLUMNS])


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
    """Return the layout that a table's columns tell; raises `InputError` with each column that is missing."""
    known = {name.strip().lower() for name in columns}
    layout = next((one for one in LAYOUTS if known.issuperset(one.telling)), LAYOUTS[-1])
    if layout is LAYOUTS[-1]:  # a provider's table that lacks one of what tells it is still the provider's
        layout = next((one for one in LAYOUTS[:-1] if len(_missing(one, known)) < len(one.needed) / 2), layout)
    missing = _missing(layout, known)
    if missing:
        raise InputError.all(
            (file, 1, 1, "E-EVENTS-COLUMN", f"no column `{layout.columns[name][0]}`, which {layout.title} has", did_you_mean(layout.columns[name][0], columns))
            for name in missing
        )  # fmt: skip
    twice = sorted(
        name for name, count in Counter(name.strip().lower() for name in columns).items() if count > 1 and name
    )
    if twice:
        raise InputError.all((file, 1, 1, "E-EVENTS-COLUMN", f"two columns are called `{name}`", "rename or drop one") for name in twice)  # fmt: skip
    return layout


def _missing(layout: Layout, known: set[str]) -> list[str]:
    return [name for name in layout.needed if known.isdisjoint(layout.columns[name])]


@dataclass
class Reading:
    """What became of the rows of a file so far: faults of rows, and how many were mended or left out, by reason."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0
    mended: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    rows: int = 0

    def tell(self, rows: np.ndarray, code: str, message: Callable[[int], str], hint: str) -> None:
        """Note a fault of each of these rows, given by their place in the batch."""
        self.faulty += len(rows)
        for row in rows[: max(MOST_FAULTS - len(self.faults), 0)].tolist():
            self.faults.append(Fault(self.file, self.rows + row + 2, 1, code, message(row)[:300], hint))


def normalized(
    batch: "pa.Table", columns: Sequence[str], layout: Layout, reading: Reading, *, release: str = ""
) -> "pa.Table":
    """Return a batch of a provider's rows as rows of `COLUMNS`, without those that are faulty or have no place.

    `reading` is told of every row that is mended, left out or faulty.
    """
    import pyarrow as pa

    given = _Batch(batch, columns, layout, reading)
    whole = {name: given.whole(name, *_BOUNDS[name]) for name in WHOLE}
    start, end = given.days("start"), given.days("end")
    end = np.where(np.isnat(end), start, end)
    best = np.nan_to_num(whole["best"])
    whole["low"], whole["high"] = (np.where(np.isnan(whole[name]), best, whole[name]) for name in ("low", "high"))
    degrees = {name: given.number(name, -limit, limit) for name, limit in (("longitude", 180), ("latitude", 90))}
    for name in ("date_precision", "place_precision"):
        whole[name] = np.where(np.isnan(whole[name]), 1, whole[name])
    given.compare(start, end, whole["low"], best, whole["high"], degrees)
    keep = given.keep
    text = {name: given.text(name) for name in COLUMNS if name not in {*WHOLE, *DEGREES, *DAYS, "release"}}
    made: dict[str, Any] = {**text, "start": pa.array(start), "end": pa.array(end)}
    made |= {
        name: pa.array(np.nan_to_num(column if name != "best" else best).astype("int32"))
        for name, column in whole.items()
    }
    made |= {name: pa.array(column) for name, column in degrees.items()}
    made["release"] = pa.array([release] * len(batch), pa.string())
    reading.rows += len(batch)
    kept = pa.table({name: made[name] for name in COLUMNS}).filter(pa.array(keep))
    return kept.cast(schema())


_BOUNDS: Final = {"date_precision": (1, 5), "place_precision": (1, 7), "low": (0, 2_000_000), "best": (0, 2_000_000), "high": (0, 2_000_000)}  # fmt: skip


class _Batch:
    """The rows of a batch, column by column; `keep` says which of them go on."""

    def __init__(self, batch: "pa.Table", columns: Sequence[str], layout: Layout, reading: Reading) -> None:
        self._batch, self._layout, self._reading = batch, layout, reading
        self._places = layout.places(columns)
        self.keep = np.ones(len(batch), bool)
        self._check_ids()

    def _name(self, ours: str) -> str:
        return self._layout.columns[ours][0]

    def _fail(self, rows: np.ndarray, code: str, message: Callable[[int], str], hint: str) -> None:
        rows = rows[self.keep[rows]]  # a row has one fault told
        self.keep[rows] = False
        self._reading.tell(rows, f"E-EVENTS-{code}", message, hint)

    def text(self, ours: str) -> "pa.Array":
        """Return a column as text without what cannot be seen, its codes in words; empty where the file has none."""
        import pyarrow as pa
        from pyarrow import compute

        place = self._places.get(ours)
        if place is None:
            return pa.nulls(len(self._batch), pa.string())
        column = self._batch[f"{place}"].combine_chunks()
        clean = compute.utf8_trim_whitespace(compute.replace_substring_regex(column, _HIDDEN, " "))
        codes = self._layout.codes.get(ours)
        return _decoded(clean, codes) if codes else clean

    def _check_ids(self) -> None:
        from pyarrow import compute

        empty = compute.fill_null(compute.equal(self.text("id"), ""), fill_value=True).to_numpy(zero_copy_only=False)
        self._fail(np.flatnonzero(empty), "ID", lambda _: f"no `{self._name('id')}`", "give each event one")

    def number(self, ours: str, low: float, high: float) -> np.ndarray:
        """Return a column of numbers, NaN where there is none; what is none or out of bounds is a fault."""
        from pyarrow import ArrowInvalid, compute

        text = self.text(ours)
        try:
            found = compute.cast(text, "float64").to_numpy(zero_copy_only=False)
        except ArrowInvalid:
            found = _coerced(text)
        written = compute.is_valid(text).to_numpy(zero_copy_only=False) & compute.fill_null(compute.not_equal(text, ""), fill_value=False).to_numpy(zero_copy_only=False)  # fmt: skip
        with np.errstate(invalid="ignore"):
            wrong = written & ~((found >= low) & (found <= high))
        hint = f"write a number from {low:g} to {high:g}"
        self._fail(np.flatnonzero(wrong), "NUMBER", lambda n: f"`{self._name(ours)}` is `{text[n].as_py()}`", hint)
        return np.where(wrong | ~written, np.nan, found)

    def whole(self, ours: str, low: float, high: float) -> np.ndarray:
        """Return a column of whole numbers, as floats because of NaN."""
        if self._places.get(ours) is None:
            return np.full(len(self._batch), np.nan)
        found = self.number(ours, low, high)
        odd = np.flatnonzero(~np.isnan(found) & (found != np.floor(found)))
        self._fail(odd, "NUMBER", lambda n: f"`{self._name(ours)}` is {found[n]:g}", "write a whole number")
        if ours in self._layout.needed:
            none = np.flatnonzero(np.isnan(found))
            self._fail(none, "NUMBER", lambda _: f"no `{self._name(ours)}`", "get the file anew from its provider")
        return found

    def days(self, ours: str) -> np.ndarray:
        """Return a column of days; what is none, or none that can be, is a fault."""
        from pyarrow import ArrowInvalid, compute

        if self._places.get(ours) is None:
            return np.full(len(self._batch), np.datetime64("NaT"), "datetime64[D]")
        # Newer releases write a time of midnight behind the day.
        text = compute.replace_substring_regex(compute.utf8_slice_codeunits(self.text(ours), 0, 40), _MIDNIGHT, r"\1")
        try:
            found: np.ndarray = compute.cast(text, "date32").to_numpy(zero_copy_only=False).astype("datetime64[D]")
        except ArrowInvalid:
            found = self._read_days(text.to_pylist())
        with np.errstate(invalid="ignore"):
            wrong = ~((found >= np.datetime64(EARLIEST)) & (found < np.datetime64(LATEST)))
        hint = "write a day that there is, as YYYY-MM-DD"
        self._fail(np.flatnonzero(wrong), "DATE", lambda n: f"`{self._name(ours)}` is `{text[n].as_py() or ''}`", hint)
        return found

    def _read_days(self, texts: Sequence[str | None]) -> np.ndarray:
        read = {text: _day(text) for text in set(texts) if text}
        mended = Counter(read[text][1] for text in texts if text and read[text][1])
        self._reading.mended.update({f"{self._name('start')}: {reason}": count for reason, count in mended.items()})
        days = [read[text][0] if text else None for text in texts]
        return np.array(days, "datetime64[D]")

    def compare(
        self, start: np.ndarray, end: np.ndarray, low: np.ndarray, best: np.ndarray, high: np.ndarray, degrees: Mapping[str, np.ndarray]
    ) -> None:  # fmt: skip
        """Check what columns say of each other, and leave out what has no place."""
        provider = "get the file anew from its provider, or ask there"
        self._fail(
            np.flatnonzero(end < start), "DATE", lambda n: f"ends on {end[n]}, before it begins on {start[n]}", provider
        )
        self._fail(
            np.flatnonzero((low > best) | (best > high)), "DEATHS",
            lambda n: f"deaths are low {low[n]:g}, best {best[n]:g}, high {high[n]:g}, and not low ≤ best ≤ high", provider,
        )  # fmt: skip
        if self._places.get("year") is not None:
            year = self.whole("year", EARLIEST.year, LATEST.year)
            other = (year < start.astype("datetime64[Y]").astype(int) + 1970) | (year > end.astype("datetime64[Y]").astype(int) + 1970)  # fmt: skip
            self._fail(
                np.flatnonzero(other), "DATE", lambda n: f"`year` is {year[n]:g}, and it began on {start[n]}", provider
            )
        longitude, latitude = degrees["longitude"], degrees["latitude"]
        self._check_grid(longitude, latitude)
        nowhere = np.isnan(longitude) | np.isnan(latitude)
        zero = (longitude == 0) & (latitude == 0)
        for rows, reason in ((nowhere, "no coordinates"), (zero, "0°, 0° for a place that is not known")):
            self._reading.left_out[reason] += int((rows & self.keep).sum())
            self.keep &= ~rows

    def _check_grid(self, longitude: np.ndarray, latitude: np.ndarray) -> None:
        """Compare coordinates with the cell of PRIO-GRID that UCDP gives: half a degree wide, counted from 180° W, 90° S."""
        if self._places.get("grid") is None:
            return
        grid = self.number("grid", 1, 259_200)
        with np.errstate(invalid="ignore"):
            cell = np.floor((latitude + 90) * 2) * 720 + np.floor((longitude + 180) * 2) + 1
            # A point on the edge of a cell may be counted to its neighbour.
            apart = np.maximum(
                np.abs((cell - 1) // 720 - (grid - 1) // 720), np.abs((cell - 1) % 720 - (grid - 1) % 720)
            )
            far = np.flatnonzero(apart > 1)
            turned = np.floor((longitude + 90) * 2) * 720 + np.floor((latitude + 180) * 2) + 1 == grid
        message = "lies at {:g}° N, {:g}° E, outside of its cell {:.0f} of PRIO-GRID{}"
        self._fail(
            far, "PLACE",
            lambda n: message.format(latitude[n], longitude[n], grid[n], ": latitude and longitude are swapped" if turned[n] else ""),
            "put latitude and longitude in their own columns",
        )  # fmt: skip


_MIDNIGHT: Final = r"^(\d{4}-\d{2}-\d{2})[ T][0-9:.]+Z?$"
_HIDDEN: Final = r"[\x00-\x1f\x7f\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]+"
"""What cannot be seen in a cell, and line breaks."""


def _decoded(text: "pa.Array", codes: Mapping[str, str]) -> "pa.Array":
    import pyarrow as pa
    from pyarrow import compute

    encoded = text.dictionary_encode()
    words = [codes.get(value.removesuffix(".0") if value else value, value) for value in encoded.dictionary.to_pylist()]
    return compute.take(pa.array(words, pa.string()), encoded.indices)


def _coerced(text: "pa.Array") -> np.ndarray:
    import pandas as pd

    found: np.ndarray = pd.to_numeric(pd.Series(text.to_pylist(), dtype=object), errors="coerce").to_numpy(dtype=float)
    return found


def _day(text: str) -> tuple[dt.date | None, str]:
    """Return the day that a text is, and how it had to be read if it is not written YYYY-MM-DD."""
    for form in ("%Y-%m-%d", "%d %B %Y", "%d-%b-%Y"):
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
        return day, "" if form == "%Y-%m-%d" else "days with the month in words"
    number = text.removesuffix(".0")
    if number.isdigit() and len(number) == 5:
        return dt.date(1899, 12, 30) + dt.timedelta(int(number)), "days as numbers of Excel"
    return None, ""
