"""The tables of a brief: rows written in it, or a file beside it, read as what each column says it holds.

CSV (UTF-8, commas or semicolons, a head line), Excel (.xlsx, .xls, .ods) and Parquet. Text stays
as it is, so that codes keep their leading zeros.
"""

import csv
import datetime as dt
import errno
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from quickview.brief.records import Column, Facts, Table
from quickview.errors import InputError, did_you_mean
from quickview.files import UNPACKING, is_regular, read_regular, real

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 100_000
"""Largest file and longest table read; a report of more than that is no quick view."""

MAX_UNPACKED: Final = 2_000_000_000
"""What a workbook may take unpacked: a sheet of Excel that is full takes as much."""
MAX_CELLS: Final = 60_000_000
"""A sheet is read as a rectangle from its first cell to its last, whatever lies between: as many rows as Excel has, of 57 columns."""

RESERVED: Final = frozenset(
    {"actors", "calendar", "deadlines", "facts", "forecasts", "measures", "quantities", "sources", "terms"}
)
"""Names of the tables that a report offers for download besides."""

Cell: TypeAlias = str | int | float | dt.date | None
Problem: TypeAlias = tuple[str, str, str]
"""Code, what is wrong, and what to write instead."""

_NUMBER: Final = re.compile(r"[-+−]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_BLOCK: Final = 1 << 20
_NAME: Final = 16
"""As many bytes as name a cell, at most: such as ` r="XFD1048576"`."""
_ROW: Final = re.compile(rb' r="[A-Z]{0,3}(\d{1,7})"')
_COLUMN: Final = re.compile(rb' r="([A-Z]{1,3})\d')
_ODS: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_EXAMPLES: Final = {
    "number": "a number with a decimal point and nothing between thousands, such as 1234.5",
    "percent": "a number of per cent without the sign, such as 12.5",
    "date": "a day as YYYY-MM-DD",
}


@dataclass(frozen=True)
class Data:
    """What a table holds: its record, and the rows in the order of its columns.

    `other` holds the same column in other languages, such as `name_fr` of a file, by
    (column id, language).
    """

    table: Table
    rows: tuple[tuple[Cell, ...], ...]
    other: Mapping[tuple[str, str], tuple[Cell, ...]] | None = None

    def told_in(self, language: str) -> tuple[tuple[Cell, ...], ...]:
        """Return the rows with the words of a language where the file has a column for it."""
        columns: list[Sequence[Cell]] = [list(values) for values in zip(*self.rows, strict=True)]
        for n, column in enumerate(self.table.columns if columns else ()):
            told = (self.other or {}).get((column.id, language))
            columns[n] = [new or old for new, old in zip(told, columns[n], strict=True)] if told else columns[n]
        return tuple(zip(*columns, strict=True))


def read(table: Table, folder: Path) -> Data:
    """Read a table; its file lies in `folder`. Raises `InputError` with the faults of a file, each at its line.

    A fault in rows that the brief itself holds names no file, and the row and the cell for
    line and column.
    """
    if table.rows is not None:
        return Data(table, _typed(table.rows, table, range(len(table.columns)), "", first=1))
    path = folder / str(table.file)
    head, rows = open_file(path, sheet=table.sheet)
    typed = _typed(rows, table, _places(table, head, str(path)), str(path), first=2)
    return Data(table, typed, _translated(table, head, rows))


def _typed(
    rows: Sequence[Sequence[Any]], table: Table, places: Sequence[int], file: str, *, first: int
) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows with each cell as its column has it; raises `InputError` with every cell that is not."""
    faults: list[tuple[str, int, int, str, str, str]] = []

    def typed(row: Sequence[Any], line: int, place: int, column: Column) -> Cell:
        try:
            return _cell(row[place] if place < len(row) else None, column.type)
        except ValueError:
            message = f"`{column.id}` is `{str(row[place])[:60]}`"
            faults.append((file, line, place + 1, "E-TABLE-VALUE", message, f"write {_EXAMPLES[column.type]}"))
            return None

    columns = list(zip(places, table.columns, strict=True))
    found = tuple(tuple(typed(row, n, *column) for column in columns) for n, row in enumerate(rows, start=first))
    if faults:
        raise InputError.all(faults)
    return found


def _content(path: Path) -> bytes:
    hint = "put the file beside the brief, or correct `file`"
    if path.suffix.lower() not in {".csv", ".xlsx", ".xls", ".ods", ".parquet"}:
        raise InputError.at(str(path), "E-TABLE-FORM", "no table that can be read", "save it as CSV, Excel or Parquet")
    if not is_regular(path) or real(path).parent != real(path.parent):
        raise InputError.at(str(path), "E-TABLE-FILE", "there is no such file", hint)
    try:
        return read_regular(path, limit=MAX_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            hint = f"keep it under {MAX_BYTES // 1_000_000} MB"
            raise InputError.at(str(path), "E-TABLE-SIZE", "the file is too large", hint) from None
        raise InputError.at(str(path), "E-TABLE-FILE", error.strerror or "cannot be read", hint) from None


def open_file(path: Path, *, sheet: str | None = None) -> tuple[list[str], list[Sequence[Any]]]:
    """Return the head and the rows of a CSV, Excel or Parquet file; raises `InputError` where it cannot be read as one."""
    content, kind = _content(path), path.suffix.lower()
    rows = (
        _csv(path, content)
        if kind == ".csv"
        else _parquet(path, content)
        if kind == ".parquet"
        else open_workbook(path, sheet=sheet)
    )
    rows = [row for row in rows if any(cell not in {None, ""} for cell in row)]
    if len(rows) < 2:
        hint = "write the columns' names in the first line"
        raise InputError.at(str(path), "E-TABLE-EMPTY", "no rows under a head", hint)
    if len(rows) > MAX_ROWS:
        raise InputError.at(str(path), "E-TABLE-SIZE", f"more than {MAX_ROWS:,} rows", "keep what the report shows")
    return [str(cell or "").strip() for cell in rows[0]], rows[1:]


def _csv(path: Path, content: bytes) -> list[Sequence[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError.at(str(path), "E-TABLE-ENCODING", "not UTF-8 text", "save it as CSV in UTF-8") from None
    head = text.partition("\n")[0]
    try:
        return list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count), strict=True))
    except csv.Error as error:
        raise InputError.at(str(path), "E-TABLE-FORM", f"no CSV: {error}", "save it anew from where it comes") from None


def open_workbook(path: Path, *, sheet: str | None) -> list[Sequence[Any]]:
    """Return the rows of a sheet, the first by default; raises `InputError` where there is no such workbook or sheet."""
    from python_calamine import CalamineError, load_workbook

    _check_unpacked(path)
    _check_repeated(path)
    try:
        book = load_workbook(str(path))
    except CalamineError as error:
        raise InputError.at(str(path), "E-TABLE-FORM", f"no workbook: {error}", "save it anew, or as CSV") from None
    name = sheet or book.sheet_names[0]
    if name not in book.sheet_names:
        hint = did_you_mean(name, book.sheet_names)
        raise InputError.at(str(path), "E-TABLE-SHEET", f"there is no sheet `{name}`", hint)
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    # A workbook has only decimals; whole ones are whole numbers.
    return [[int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row] for row in rows]


def _check_unpacked(path: Path) -> None:
    """Raise `InputError` where a workbook takes far more unpacked than packed, whatever it says itself, or has cells far off."""
    if not zipfile.is_zipfile(path):
        return
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(path) as book:
            for member in book.infolist():
                member.file_size = left + 2 * _BLOCK  # else no more is unpacked than it says
                with book.open(member) as stream:
                    corner, tail = (0, 0), b""
                    while left >= 0 and (block := stream.read(_BLOCK)):
                        left -= len(block)
                        corner, tail = _corner(tail + block, corner), block[-_NAME:]
                if left < 0 or corner[0] * corner[1] > MAX_CELLS:
                    message = "the workbook takes far too much room unpacked"
                    raise InputError.at(str(path), "E-TABLE-SIZE", message, "save the sheet as CSV")
    except UNPACKING as error:
        raise InputError.at(str(path), "E-TABLE-FORM", f"no workbook: {error}", "save it anew, or as CSV") from None


def _check_repeated(path: Path) -> None:
    """Raise `InputError` where an OpenDocument sheet says of cells that they stand there so often that none could read it."""
    if path.suffix.lower() != ".ods" or not zipfile.is_zipfile(path):
        return
    from xml.etree import ElementTree as ET

    cells = width = 0
    try:
        with zipfile.ZipFile(path) as book, book.open("content.xml") as stream:
            for _, element in ET.iterparse(stream):  # noqa: S314 (expat refuses entities that multiply)
                if element.tag == f"{_ODS}table-cell" and len(element):  # empty ones fill a sheet to its edges
                    width += int(element.get(f"{_ODS}number-columns-repeated", 1))
                elif element.tag == f"{_ODS}table-row":
                    cells, width = cells + width * int(element.get(f"{_ODS}number-rows-repeated", 1)), 0
                    element.clear()
    except (SyntaxError, *UNPACKING):
        raise InputError.at(str(path), "E-TABLE-FORM", "no workbook: damaged", "save it anew, or as CSV") from None
    if cells > MAX_CELLS:
        raise InputError.at(str(path), "E-TABLE-SIZE", f"{cells:,} cells, by repeating some", "save the sheet as CSV")


def _corner(block: bytes, known: tuple[int, int]) -> tuple[int, int]:
    """Return the last row and the last column, as a number, that cells of a block of a sheet name."""
    rows = max(map(int, set(_ROW.findall(block))), default=0)
    columns = (
        sum((letter - 64) * 26**n for n, letter in enumerate(reversed(name))) for name in set(_COLUMN.findall(block))
    )
    return max(known[0], rows), max(known[1], *columns, 0)


def _parquet(path: Path, data: bytes) -> list[Sequence[Any]]:
    from pyarrow import ArrowException, parquet

    try:
        content = parquet.read_table(io.BytesIO(data))
    except (ArrowException, OSError) as error:
        raise InputError.at(str(path), "E-TABLE-FORM", f"no Parquet: {error}", "write it anew, or as CSV") from None
    return [content.column_names, *(list(row.values()) for row in content.to_pylist())]


def _places(table: Table, head: Sequence[str], file: str) -> list[int]:
    """Return where each column stands in a row; raises `InputError` for those the head has not."""
    missing = [column for column in table.columns if column.heading not in head]
    if missing:
        raise InputError.all(
            (file, 1, 1, "E-TABLE-COLUMN", f"no column `{column.heading}`", did_you_mean(column.heading, head))
            for column in missing
        )
    return [head.index(column.heading) for column in table.columns]


def _cell(value: Any, kind: str) -> Cell:
    """Return a cell as what its column holds; raises `ValueError` where it is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if kind == "text":
        return value.strip() if isinstance(value, str) else str(value)
    if isinstance(value, dt.datetime) and kind == "date":
        return value.date()
    if kind == "date":
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value).strip()
    if not _NUMBER.fullmatch(text):
        raise ValueError(value)
    number = float(text.replace("−", "-"))
    return int(number) if number.is_integer() and "." not in text else number


def _translated(
    table: Table, head: Sequence[str], rows: Sequence[Sequence[Any]]
) -> dict[tuple[str, str], tuple[Cell, ...]]:
    """Return the columns of a file that hold another column's words in a language, as `name_fr` does."""
    found = {}
    for column in table.columns:
        for place, name in enumerate(head):
            if match := re.fullmatch(rf"{re.escape(column.heading)}_([a-z]{{2,3}})", name):
                found[column.id, match[1]] = tuple(
                    _cell(row[place] if place < len(row) else None, "text") for row in rows
                )
    return found


def enclosed(facts: Facts, folder: Path) -> Facts:
    """Return facts whose tables hold their rows themselves, so that they can be kept and compared without their files."""

    def plain(table: Table) -> Table:
        found = read(table, folder).rows
        rows = tuple(tuple(cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row) for row in found)
        return table.model_copy(update={"file": None, "sheet": None, "rows": rows})

    tables = tuple(table if table.file is None else plain(table) for table in facts.tables)
    return facts.model_copy(update={"tables": tables})


def problems(table: Table) -> Iterator[Problem]:
    """Yield what is wrong with how a table is described."""
    if table.id in RESERVED:
        yield "E-TABLE-ID", f"`{table.id}` is the name of a table that every report offers", f"write `{table.id}-data`"
    ids = [column.id for column in table.columns]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield "E-TABLE-COLUMN", f"two columns have the id `{name}`", "give each its own"
    for n, row in enumerate(table.rows or (), start=1):
        if len(row) != len(ids):
            yield "E-TABLE-ROW", f"row {n} has {len(row)} cells, and there are {len(ids)} columns", "write one for each"
