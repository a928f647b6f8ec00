"""Open a file of events, whatever its form: CSV, zipped CSV, Excel, Parquet. What comes out is text, batch by batch."""

import codecs
import contextlib
import csv as text_csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from quickview.errors import InputError
from quickview.evidence.events import ROW
from quickview.files import UNPACKING, open_regular

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

    They come as tables of text, one a batch, whose columns are called by their places, and `ROW`:
    a row's number is that of a spreadsheet, the head being row 1. Rows that have not as many cells
    as the head are left out, and told with their number, the cells there should be, and those there are.
    """

    columns: tuple[str, ...]
    batches: Callable[[Sequence[int], "Ragged"], Iterator["pa.Table"]]


Ragged = Callable[[int, int, int], None]


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
            with contextlib.closing(_unpacked(path, stream)) as member:
                yield _csv(path, member)
        else:
            yield _csv(path, stream)


def _unpacked(path: Path, stream: IO[bytes]) -> IO[bytes]:
    """Open the one table of a ZIP."""
    try:
        archive = zipfile.ZipFile(stream)
        tables = [one for one in archive.infolist() if one.filename.lower().endswith((".csv", ".txt", ".tsv"))]
        if len(tables) != 1:
            message = f"{len(tables) or 'no'} CSV files in the ZIP"
            raise InputError.at(str(path), "E-EVENTS-ZIP", message, "pack one CSV file, or give it unpacked")
        (table,) = tables
        if table.file_size > min(max(MAX_RATIO * table.compress_size, BLOCK), MAX_BYTES):
            sizes = f"{table.file_size:,} bytes unpacked, of {table.compress_size:,}"
            message = f"{table.filename} says it takes {sizes}"
            raise InputError.at(str(path), "E-EVENTS-SIZE", message, "get it anew from its provider")
        return archive.open(table)
    except UNPACKING as error:
        raise InputError.at(str(path), "E-EVENTS-ZIP", f"cannot be unpacked: {error}", _SAVE) from None


def _csv(path: Path, stream: IO[bytes]) -> EventFile:
    """Return the columns of a CSV, and what reads its rows."""
    text = _Utf8(path, stream)
    head = text.head()
    separator = max(SEPARATORS, key=head.count)
    columns = tuple(next(text_csv.reader([head], delimiter=separator), ()))
    if not any(columns):
        raise InputError.at(str(path), "E-EVENTS-EMPTY", "no table: nothing that could be a head", _SAVE)

    def batches(wanted: Sequence[int], ragged: Ragged) -> Iterator["pa.Table"]:
        from pyarrow import ArrowException

        left_out: list[int] = []

        def skip(row: Any) -> str:
            left_out.append(row.number)
            ragged(row.number, row.expected_columns, row.actual_columns)
            return "skip"

        rows = 0
        try:
            for batch in _text_batches(text, separator, len(columns), wanted, skip):
                numbers = np.arange(rows, rows + len(batch), dtype="int32")
                rows += len(batch)
                # So many rows before it were left out, of those that stand at 2, 3, 4 …
                before = np.searchsorted(np.array(left_out, int) - 2 - np.arange(len(left_out)), numbers, side="right")
                yield batch.append_column(ROW, [(numbers + before + 2).astype("int32")])
        except ArrowException as error:
            if text.fault:
                raise text.fault from None
            reason = " ".join(str(error).split())[:200]
            raise InputError.at(str(path), "E-EVENTS-FORM", f"no CSV: {reason}", _SAVE) from None
        if text.quotes % 2:
            message, hint = "a quote is opened and never closed", "close it, or write a quote within a cell twice"
            raise InputError.at(str(path), "E-EVENTS-QUOTE", message, hint, line=rows + len(left_out) + 1, column=1)

    return EventFile(columns, batches)


def _text_batches(
    text: "_Utf8", separator: str, count: int, wanted: Sequence[int], skip: Callable[[Any], str]
) -> Iterator["pa.Table"]:
    """Yield wanted columns of a CSV below its head, each cell a text or null; `skip` is told of rows of another length."""
    import pyarrow as pa
    from pyarrow import csv

    names = [f"{n}" for n in range(count)]
    reader = csv.open_csv(
        pa.PythonFile(text, mode="r"),
        csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names, skip_rows=1),
        # Empty lines come as rows, so that those below them are counted as in a spreadsheet.
        csv.ParseOptions(delimiter=separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), include_columns=[f"{n}" for n in wanted],
            strings_can_be_null=True, quoted_strings_can_be_null=True, null_values=[""],
        ),
    )  # fmt: skip
    for batch in reader:
        yield pa.table(batch)


class _Utf8(io.RawIOBase):
    """A stream of bytes that must be UTF-8: the first that is not is told with its line; quotes are counted."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        super().__init__()
        self._path, self._stream, self._decoder = path, stream, codecs.getincrementaldecoder("utf-8")()
        self._start = self._unpack(lambda: stream.read(3)).removeprefix(codecs.BOM_UTF8)
        self._size, self._lines, self.quotes = 0, 1, 0
        self.fault: InputError | None = None

    def head(self) -> str:
        """Return the first line without reading on."""
        if b"\n" not in self._start:
            self._start += self._unpack(lambda: self._stream.readline(MAX_HEAD))
        line = self._start.partition(b"\n")[0]
        hint, reason = "save it as CSV in UTF-8", "not UTF-8 text"
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                reason = "UTF-16 text"
            raise self._fault("ENCODING", reason, hint, line=1) from None
        if "\0" in text:
            raise self._fault("ENCODING", "no text: it holds null bytes", hint, line=1)
        if b"\n" not in self._start:  # a head alone
            self._start += b"\n"
        return text

    def readable(self) -> bool:
        """Whether one can read from it (io's own name for it)."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, once they are known to be text."""
        start, self._start = self._start, b""
        block = start + self._unpack(lambda: self._stream.read(max(size - len(start), 0) if size >= 0 else -1))
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line, byte = self._lines + error.object[: error.start].count(b"\n"), error.object[error.start]
            hint = "save the whole file in one encoding, UTF-8"
            raise self._fault("ENCODING", f"byte 0x{byte:02X} is not UTF-8", hint, line=line) from None
        self._size += len(block)
        self._lines += block.count(b"\n")
        self.quotes += block.count(b'"')
        if self._size > MAX_BYTES:
            raise self._fault("SIZE", "the table is too large", "give it in parts, such as a year each")
        return block

    def _unpack(self, read: Callable[[], bytes]) -> bytes:
        try:
            return read()
        except UNPACKING as error:
            raise self._fault("ZIP" if isinstance(self._stream, zipfile.ZipExtFile) else "FORM", f"damaged: {error}", "get the file anew from its provider") from None  # fmt: skip

    def _fault(self, code: str, message: str, hint: str, *, line: int = 0) -> InputError:
        """Return what is wrong, and keep it: Arrow may tell it as a fault of its own."""
        self.fault = InputError.at(str(self._path), f"E-EVENTS-{code}", message, hint, line=line, column=min(line, 1))
        return self.fault


def _parquet(path: Path, stream: IO[bytes]) -> EventFile:
    import pyarrow as pa
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.ParquetFile(stream)
    except (ArrowException, OSError) as error:
        raise InputError.at(str(path), "E-EVENTS-FORM", f"no Parquet: {error}", "write it anew, or as CSV") from None
    columns = tuple(table.schema_arrow.names)

    def batches(wanted: Sequence[int], ragged: Ragged) -> Iterator[pa.Table]:  # noqa: ARG001 (all rows are of one length)
        row = 2
        try:
            for batch in table.iter_batches(100_000, columns=[columns[n] for n in wanted]):
                numbers = pa.array(np.arange(row, row + len(batch), dtype="int32"))
                yield pa.table({**{f"{n}": _text(batch.column(columns[n])) for n in wanted}, ROW: numbers})
                row += len(batch)
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
    from quickview.brief.data import open_workbook

    head, *rows = open_workbook(path, sheet=sheet or None) or [[]]
    columns = tuple(str(cell or "").strip() for cell in head)
    if not any(columns):
        raise InputError.at(str(path), "E-EVENTS-EMPTY", "no table: nothing that could be a head", _SAVE)

    def batches(wanted: Sequence[int], ragged: Ragged) -> Iterator["pa.Table"]:  # noqa: ARG001 (a sheet is a rectangle)
        import pyarrow as pa

        cells = {f"{n}": pa.array([_cell(row[n]) for row in rows], pa.string()) for n in wanted}
        yield pa.table({**cells, ROW: pa.array(range(2, len(rows) + 2), pa.int32())})

    return EventFile(columns, batches)


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return str(value)
