"""Open a file of events, whatever its form: CSV, zipped CSV, Excel, Parquet. What comes out is text, batch by batch."""

import codecs
import contextlib
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from quickview.errors import InputError
from quickview.files import open_regular

if TYPE_CHECKING:
    import pyarrow as pa

MAX_BYTES: Final = 8_000_000_000
"""Of a table, unpacked: ten times what all of ACLED takes."""
MAX_RATIO: Final = 200
"""How many times its size a zipped table may take unpacked: text of events packs some fifteen times smaller."""
MAX_HEAD: Final = 64_000
BLOCK: Final = 16 << 20
"""Bytes of text read at a time."""
SEPARATORS: Final = ",;\t|"

_SAVE: Final = "save it as CSV in UTF-8, as its provider gives it out"


@dataclass(frozen=True)
class EventFile:
    """An open file: its columns as they are called there, and what reads some of them, given by their places.

    They come as tables of text, one a batch, whose columns are called by their places. A row's
    number is that of a spreadsheet: the head is row 1.
    """

    columns: tuple[str, ...]
    batches: Callable[[Sequence[int]], Iterator["pa.Table"]]


@contextlib.contextmanager
def open_event_file(path: Path, *, sheet: str = "") -> Iterator[EventFile]:
    """Open a CSV, a ZIP with one CSV in it, a workbook (.xlsx, .xls, .ods) or a Parquet file.

    Raises `InputError`, here or while the batches are read, where it is none of them, is
    damaged, not UTF-8, or far larger unpacked than packed.
    """
    with open_regular(path, prefix="EVENTS") as stream:
        head = stream.read(8)
        stream.seek(0)
        if path.suffix.lower() in {".xlsx", ".xls", ".ods"}:
            yield _workbook(path, sheet)
        elif head.startswith(b"PAR1"):
            yield _parquet(path, stream)
        elif head.startswith(b"PK\x03\x04"):
            with _unpacked(path, stream) as member:
                yield _csv(path, member)
        else:
            yield _csv(path, stream)


@contextlib.contextmanager
def _unpacked(path: Path, stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """Open the one table of a ZIP."""
    try:
        with zipfile.ZipFile(stream) as archive:
            found = [one for one in archive.infolist() if not one.is_dir() and one.filename.lower().endswith((".csv", ".txt", ".tsv"))]  # fmt: skip
            if len(found) != 1:
                message = f"{len(found) or 'no'} CSV files in the ZIP" if len(found) != 1 else ""
                raise InputError.at(str(path), "E-EVENTS-ZIP", message, "pack one CSV file, or give it unpacked")
            (table,) = found
            if table.file_size > max(MAX_RATIO * table.compress_size, BLOCK) or table.file_size > MAX_BYTES:
                message = (
                    f"{table.filename} says it takes {table.file_size:,} bytes unpacked, of {table.compress_size:,}"
                )
                raise InputError.at(str(path), "E-EVENTS-SIZE", message, "get it anew from its provider")
            with archive.open(table) as member:
                yield member
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError.at(str(path), "E-EVENTS-ZIP", f"cannot be unpacked: {error}", _SAVE) from None


def _csv(path: Path, stream: IO[bytes]) -> EventFile:
    """Return the rows of a CSV; those with a cell too many or too few are a fault of the file."""
    from pyarrow import ArrowException, csv

    text = _Utf8(path, stream)
    head = text.head()
    separator = max(SEPARATORS, key=head.count)
    wrong: list[tuple[int, int, int]] = []

    def skip(row: Any) -> str:
        wrong.append((row.number or 0, row.expected_columns, row.actual_columns))
        return "skip"

    columns = tuple(next(_rows_of(head, separator), ()))
    if not columns or "\0" in head:
        raise InputError.at(str(path), "E-EVENTS-EMPTY", "no table: nothing that could be a head", _SAVE)

    def batches(wanted: Sequence[int]) -> Iterator["pa.Table"]:
        import pyarrow as pa

        try:
            names = [f"{n}" for n in range(len(columns))]
            reader = csv.open_csv(
                pa.PythonFile(text, mode="r"),
                csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names, skip_rows=1),
                csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=skip),
                csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), include_columns=[f"{n}" for n in wanted],
                    strings_can_be_null=True, quoted_strings_can_be_null=True, null_values=[""],
                ),
            )  # fmt: skip
            for batch in reader:
                if wrong:
                    break
                yield pa.table(batch)
        except (ArrowException, EOFError, zipfile.BadZipFile) as error:
            if text.fault:
                raise text.fault from None
            raise InputError.at(
                str(path), "E-EVENTS-FORM", f"no CSV: {' '.join(str(error).split())[:200]}", _SAVE
            ) from None
        if wrong:
            raise InputError.all(
                (str(path), number, 1, "E-EVENTS-ROW", f"{found} cells, and the head has {expected}", _SAVE)
                for number, expected, found in wrong
            )

    return EventFile(columns, batches)


def _rows_of(text: str, separator: str) -> Iterator[list[str]]:
    import csv

    return csv.reader(io.StringIO(text), delimiter=separator)


class _Utf8(io.RawIOBase):
    """A stream of bytes that must be UTF-8: the first that is not is told with its row."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        super().__init__()
        self._path, self._stream, self._rows, self._decoder = path, stream, 1, codecs.getincrementaldecoder("utf-8")()
        self._start = stream.read(3).removeprefix(codecs.BOM_UTF8)
        self._size, self._last = 0, ""
        self.fault: InputError | None = None

    def head(self) -> str:
        """Return the first line without reading on."""
        self._start += self._stream.readline(MAX_HEAD)
        try:
            return self._start.decode("utf-8")
        except UnicodeDecodeError:
            hint = "save it as CSV in UTF-8" if not self._start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "it is UTF-16: save it as UTF-8"  # fmt: skip
            raise InputError.at(
                str(self._path), "E-EVENTS-ENCODING", "not UTF-8 text", hint, line=1, column=1
            ) from None

    def readable(self) -> bool:
        """Whether one can read from it (io's own name for it)."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, once they are known to be text."""
        start, self._start = self._start, b""
        block = start + self._stream.read(max(size - len(start), 0) if size >= 0 else -1)
        self._size += len(block)
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            row = self._rows + error.object[: error.start].count(b"\n")
            self.fault = InputError.at(str(self._path), "E-EVENTS-ENCODING", f"byte 0x{error.object[error.start]:02X} is not UTF-8", "save the whole file in one encoding, UTF-8", line=row, column=1)  # fmt: skip
            raise self.fault from None
        self._rows += block.count(b"\n")
        if self._size > MAX_BYTES:
            self.fault = InputError.at(str(self._path), "E-EVENTS-SIZE", "the table is too large", "give it in parts, such as a year each")  # fmt: skip
            raise self.fault
        return block


def _parquet(path: Path, stream: IO[bytes]) -> EventFile:
    import pyarrow as pa
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.ParquetFile(stream)
    except (ArrowException, OSError) as error:
        raise InputError.at(str(path), "E-EVENTS-FORM", f"no Parquet: {error}", "write it anew, or as CSV") from None
    columns = tuple(table.schema_arrow.names)

    def batches(wanted: Sequence[int]) -> Iterator[pa.Table]:
        try:
            for batch in table.iter_batches(100_000, columns=[columns[n] for n in wanted]):
                yield pa.table({f"{n}": _text(batch.column(columns[n])) for n in wanted})
        except (ArrowException, OSError) as error:
            raise InputError.at(str(path), "E-EVENTS-FORM", f"damaged: {error}", "get the file anew") from None

    return EventFile(columns, batches)


def _text(column: "pa.Array") -> "pa.Array":
    """Return a column of Parquet as text; what cannot be text, such as bytes of a geometry, is left empty."""
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return compute.strftime(column.cast(pa.timestamp("s")), format="%Y-%m-%d")
    if pa.types.is_string(kind) or pa.types.is_primitive(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.string())
    return pa.nulls(len(column), pa.string())


def _workbook(path: Path, sheet: str) -> EventFile:
    import pyarrow as pa

    from quickview.brief.data import open_workbook

    rows = open_workbook(path, sheet=sheet or None)
    if len(rows) < 1 or not any(rows[0]):
        raise InputError.at(str(path), "E-EVENTS-EMPTY", "no table: nothing that could be a head", _SAVE)
    columns = tuple(str(cell or "").strip() for cell in rows[0])

    def batches(wanted: Sequence[int]) -> Iterator[pa.Table]:
        cells = {n: [_cell(row[n]) if n < len(row) else None for row in rows[1:]] for n in wanted}
        yield pa.table({f"{n}": pa.array(column, pa.string()) for n, column in cells.items()})

    return EventFile(columns, batches)


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return str(value)
