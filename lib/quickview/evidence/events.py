"""Events that others recorded: one table for UCDP GED, ACLED and plain lists, each row checked where it enters."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from quickview.errors import Fault

if TYPE_CHECKING:
    import pyarrow as pa

    from quickview.evidence.event_layouts import Layout

COLUMNS: Final[Mapping[str, str]] = {
    "id": "what its provider calls the event",
    "start": "first day",
    "end": "last day",
    "date_precision": "UCDP's date_prec: 1 the day is known (also where its provider does not say), 2 within 2–6 days, 3 the week, 4 the month, 5 longer",
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
    "place_precision": "UCDP's where_prec: 1 exact (also where its provider does not say), 2 near by, 3 the district, 4 the region, 5 a part of it, 6 the country, 7 at sea or in the air",
    "longitude": "decimal degrees, WGS 84",
    "latitude": "decimal degrees, WGS 84",
    "status": "`Clear`, or what its provider says of how sure it is",
    "release": "the release that it comes from",
    "note": "a description that may be passed on",
}
"""The columns of a table of events, in order: text but for days, precisions, deaths and coordinates.

Precisions and coordinates are always told; deaths are null where the provider gives none.
"""

DAYS: Final = ("start", "end")
WHOLE: Final = ("date_precision", "low", "best", "high", "place_precision")
DEGREES: Final = ("longitude", "latitude")

ROW: Final = "row"
"""What a column is called that tells where a row stands in its file, the head being row 1."""

MOST_FAULTS: Final = 1000
"""How many faults of rows are told one by one."""

EARLIEST: Final = dt.date(1900, 1, 1)
LATEST: Final = dt.date(2100, 1, 1)


def schema(*, numbered: bool = False) -> "pa.Schema":
    """Return the types of `COLUMNS`, and of `ROW` if they are `numbered`: a word that returns is kept once."""
    import pyarrow as pa

    kinds = {**dict.fromkeys(DAYS, pa.date32()), **dict.fromkeys(WHOLE, pa.int32()), **dict.fromkeys(DEGREES, pa.float64()), "id": pa.string(), "note": pa.string()}  # fmt: skip
    word = pa.dictionary(pa.int32(), pa.string())
    row = [(ROW, pa.int32())] if numbered else []
    return pa.schema([*((name, kinds.get(name, word)) for name in COLUMNS), *row])


@dataclass
class Reading:
    """What became of the rows of a file so far: faults of rows, and how many were mended or left out, by reason."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    """The first `MOST_FAULTS` of them."""
    faulty: int = 0
    mended: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    rows: int = 0

    def tell(self, rows: Sequence[int] | np.ndarray, code: str, messages: Iterable[str], hint: str) -> None:
        """Note a fault of each of these rows, given by their numbers in the file; `messages` are only asked for as far as they are kept."""
        self.faulty += len(rows)
        free = max(MOST_FAULTS - len(self.faults), 0)
        for row, message in zip(rows[:free], messages, strict=False):
            self.faults.append(Fault(self.file, int(row), 1, f"E-EVENTS-{code}", message[:300], hint))

    def tell_ragged(self, row: int, expected: int, found: int) -> None:
        """Note a row that has not as many cells as the head."""
        self.rows += 1
        hint = "quote cells that hold a separator or a line break, as programs do that write CSV"
        self.tell([row], "ROW", [f"{found:,} cells, and the head has {expected:,}"], hint)


def normalized(
    batch: "pa.Table", columns: Sequence[str], layout: "Layout", reading: Reading, *, release: str = ""
) -> "pa.Table":
    """Return a batch of a provider's rows as rows of `COLUMNS` and `ROW`, without those that are faulty or have no place.

    `reading` is told of every row that is mended, left out or faulty.
    """
    import pyarrow as pa

    given = _Batch(batch, columns, layout, reading)
    made = {name: given.text(name) for name in COLUMNS if name not in {*WHOLE, *DEGREES, *DAYS, "release"}}
    made |= {name: pa.array(column) for name, column in given.time_and_place().items()}
    made |= {name: pa.array(column, from_pandas=True).cast(pa.int32()) for name, column in given.counts().items()}
    given.leave_out_nowhere()
    made |= {"release": pa.array([release] * len(batch), pa.string()), ROW: batch[ROW]}
    kept = pa.table({name: made[name] for name in (*COLUMNS, ROW)}).filter(pa.array(given.keep))
    return kept.cast(schema(numbered=True))


_BOUNDS: Final = {
    **dict.fromkeys(("low", "best", "high"), (0, 2_000_000)), "date_precision": (1, 5), "place_precision": (1, 7),
    "longitude": (-180, 180), "latitude": (-90, 90), "year": (EARLIEST.year, LATEST.year), "grid": (1, 259_200),
}  # fmt: skip
_PROVIDER: Final = "get the file anew from its provider, or ask there"
_SWAPPED: Final = "put latitude and longitude in their own columns"


class _Batch:
    """The rows of a batch, column by column; `keep` says which of them go on."""

    def __init__(self, batch: "pa.Table", columns: Sequence[str], layout: "Layout", reading: Reading) -> None:
        self._batch, self._layout, self._reading = batch, layout, reading
        self._places = layout.places(columns)
        self._rows = batch[ROW].to_numpy()
        self.keep = np.ones(len(batch), bool)
        self._skip_blank()
        self._check_ids()

    def _name(self, ours: str) -> str:
        return self._layout.columns[ours][0]

    def _fail(self, wrong: np.ndarray, code: str, message: Callable[[int], str], hint: str) -> None:
        rows = np.flatnonzero(wrong & self.keep)  # a row has one fault told
        self.keep[rows] = False
        self._reading.tell(self._rows[rows], code, map(message, rows.tolist()), hint)

    def _skip_blank(self) -> None:
        """Pass over rows in which no column that is read has anything; they are not counted."""
        for column in self._batch.drop_columns([ROW]).columns:
            if not column.null_count:
                break
        else:
            self.keep = np.zeros(len(self._batch), bool)
            for column in self._batch.drop_columns([ROW]).columns:
                self.keep |= column.is_valid().to_numpy()
        self._reading.rows += int(self.keep.sum())

    def _check_ids(self) -> None:
        self._fail(~_is_written(self.text("id")), "ID", lambda _: f"no `{self._name('id')}`", "give each event one")

    def text(self, ours: str) -> "pa.Array":
        """Return a column as text without what cannot be seen, its codes in words; empty where the file has none."""
        from pyarrow import compute

        column = self._given(ours)
        if ours in {"id", "note"}:
            return _clean(column)
        encoded = column.dictionary_encode()  # a word that returns is cleaned once
        return compute.take(_decoded(_clean(encoded.dictionary), self._layout.codes.get(ours, {})), encoded.indices)

    def _given(self, ours: str) -> "pa.Array":
        """Return a column as the file has it."""
        import pyarrow as pa

        place = self._places.get(ours)
        return pa.nulls(len(self._batch), pa.string()) if place is None else self._batch[f"{place}"].combine_chunks()

    def _number(self, ours: str) -> np.ndarray:
        """Return a column of numbers, NaN where there is none; what is none, or out of bounds, is a fault."""
        from pyarrow import ArrowInvalid, compute

        text = self.text(ours) if ours in self._layout.codes else self._given(ours)
        low, high = _BOUNDS[ours]
        try:
            found = compute.cast(text, "float64").to_numpy(zero_copy_only=False)
        except ArrowInvalid:
            text = self.text(ours)
            found = _coerced(text)
        wrong = _is_written(text) & ~((found >= low) & (found <= high))
        hint = f"write a number from {low:,} to {high:,}, with a point for its decimals"
        self._fail(wrong, "NUMBER", lambda n: f"`{self._name(ours)}` is `{text[n].as_py()}`", hint)
        return np.where(wrong, np.nan, found)

    def _whole(self, ours: str) -> np.ndarray:
        """Return a column of whole numbers, as floats because of NaN."""
        if self._places.get(ours) is None:
            return np.full(len(self._batch), np.nan)
        found = self._number(ours)
        odd = ~np.isnan(found) & (found != np.floor(found))
        self._fail(odd, "NUMBER", lambda n: f"`{self._name(ours)}` is {found[n]:g}", "write a whole number")
        if ours in self._layout.needed:
            self._fail(np.isnan(found), "NUMBER", lambda _: f"no `{self._name(ours)}`", _PROVIDER)
        return np.where(odd, np.nan, found)

    def _days(self, ours: str) -> np.ndarray:
        """Return a column of days; what is none, or none that can be, is a fault."""
        from pyarrow import ArrowInvalid, compute

        if self._places.get(ours) is None:
            return np.full(len(self._batch), np.datetime64("NaT", "D"))
        text = self._given(ours)
        # Newer releases write a time of midnight behind the day.
        if not compute.all(compute.less_equal(compute.utf8_length(text), len("YYYY-MM-DD"))).as_py():
            text = compute.replace_substring_regex(self.text(ours), _MIDNIGHT, r"\1")
        try:
            found: np.ndarray = compute.cast(text, "date32").to_numpy(zero_copy_only=False).astype("datetime64[D]")
        except ArrowInvalid:
            text = _clean(text)
            found = self._read_days(self._name(ours), text.to_pylist())
        wrong = ~((found >= np.datetime64(EARLIEST)) & (found < np.datetime64(LATEST)))
        if ours not in self._layout.needed:
            wrong &= _is_written(text)
        hint = "write a day that there is, as YYYY-MM-DD"
        self._fail(wrong, "DATE", lambda n: f"`{self._name(ours)}` is `{text[n].as_py() or ''}`", hint)
        return found

    def _read_days(self, name: str, texts: Sequence[str | None]) -> np.ndarray:
        read = {text: _day(text) for text in set(texts) if text}
        mended = Counter(read[text][1] for text in texts if text and read[text][1])
        self._reading.mended.update({f"`{name}`: {reason}": count for reason, count in mended.items()})
        days = [read[text][0] if text else None for text in texts]
        return np.array(days, "datetime64[D]")

    def time_and_place(self) -> dict[str, np.ndarray]:
        """Return first and last days and degrees, compared with the year and the cell of a grid that the provider gives."""
        start, end = self._days("start"), self._days("end")
        end = np.where(np.isnat(end), start, end)
        backwards = "ends on {}, before it begins on {}"
        self._fail(end < start, "DATE", lambda n: backwards.format(end[n], start[n]), _PROVIDER)
        if self._places.get("year") is not None:
            year = self._whole("year")
            first, last = (days.astype("datetime64[Y]").astype(int) + 1970 for days in (start, end))
            other = "`year` is {:g}, and it began on {}"
            self._fail((year < first) | (year > last), "DATE", lambda n: other.format(year[n], start[n]), _PROVIDER)
        self._longitude, self._latitude = self._number("longitude"), self._number("latitude")
        if self._places.get("grid") is not None:
            self._check_grid(self._longitude, self._latitude, self._number("grid"))
        return {"start": start, "end": end, "longitude": self._longitude, "latitude": self._latitude}

    def counts(self) -> dict[str, np.ndarray]:
        """Return deaths, NaN where none are told, and precisions, exact where they are not told; deaths must be in order."""
        found = {name: self._whole(name) for name in WHOLE}
        best = found["best"]
        low, high = (np.where(np.isnan(found[name]), best, found[name]) for name in ("low", "high"))
        message = "deaths are low {:g}, best {:g}, high {:g}, and not low ≤ best ≤ high"
        wrong = (low > best) | (best > high)
        self._fail(wrong, "DEATHS", lambda n: message.format(low[n], best[n], high[n]), _PROVIDER)
        found |= {"low": low, "high": high}
        for name in ("date_precision", "place_precision"):
            untold = np.isnan(found[name])
            if count := int((untold & self.keep).sum()):
                self._reading.mended[f"no `{self._name(name)}`: taken as exact"] += count
            found[name] = np.where(untold, 1, found[name])
        return found

    def leave_out_nowhere(self) -> None:
        """Leave out what has no place."""
        nowhere = np.isnan(self._longitude) | np.isnan(self._latitude)
        zero = (self._longitude == 0) & (self._latitude == 0)
        for rows, reason in ((nowhere, "no coordinates"), (zero, "0°, 0° for a place that is not known")):
            self._reading.left_out[reason] += int((rows & self.keep).sum())
            self.keep &= ~rows

    def _check_grid(self, longitude: np.ndarray, latitude: np.ndarray, grid: np.ndarray) -> None:
        """Compare coordinates with the cell of PRIO-GRID (Tollefsen et al. 2012) that UCDP gives: half a degree wide, counted from 180° W, 90° S."""
        cell = _cell(longitude, latitude)
        # A point on the edge of a cell may be counted to its neighbour.
        apart = np.maximum(np.abs((cell - 1) // 720 - (grid - 1) // 720), np.abs((cell - 1) % 720 - (grid - 1) % 720))
        turned = _cell(latitude, longitude) == grid
        message = "lies at {:g}° N, {:g}° E, outside of its cell {:.0f} of PRIO-GRID{}"
        swapped = ("", ": latitude and longitude are swapped")
        self._fail(
            apart > 1, "PLACE",
            lambda n: message.format(latitude[n], longitude[n], grid[n], swapped[int(turned[n])]), _SWAPPED,
        )  # fmt: skip


def _cell(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Return the number of the cell of PRIO-GRID in which a point lies."""
    found: np.ndarray = np.floor((latitude + 90) * 2) * 720 + np.floor((longitude + 180) * 2) + 1
    return found


def _is_written(text: "pa.Array") -> np.ndarray:
    """Return which cells hold something."""
    from pyarrow import compute

    found: np.ndarray = compute.fill_null(compute.not_equal(text, ""), fill_value=False).to_numpy(zero_copy_only=False)
    return found


_MIDNIGHT: Final = r"^(\d{4}-\d{2}-\d{2})[ T][0-9:.]+Z?$"
_HIDDEN: Final = (
    r"[\x00-\x1f\x7f-\x{9f}\x{61c}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2028}\x{2029}\x{2060}-\x{2069}\x{feff}]+"
)
"""What cannot be seen in a cell, and line breaks."""


def _clean(text: "pa.Array") -> "pa.Array":
    from pyarrow import compute

    return compute.utf8_trim_whitespace(compute.replace_substring_regex(text, _HIDDEN, " "))


def _decoded(words: "pa.Array", codes: Mapping[str, str]) -> "pa.Array":
    """Return words with those that are codes as what they stand for."""
    import pyarrow as pa

    if not codes:
        return words
    return pa.array(
        [codes.get((word or "").removesuffix(".0").lower(), word) for word in words.to_pylist()], pa.string()
    )


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
