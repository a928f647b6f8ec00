"""Tables of places: CSV, one row a place, in UTF-8."""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from quickview.errors import Fault, InputError, did_you_mean
from quickview.layers.records import TableRecipe


def read_table(path: Path, recipe: TableRecipe) -> list[dict[str, str]]:
    """Read the rows of a CSV table as text.

    Raises `InputError` with every fault: a column the recipe names but the table lacks,
    rows of the wrong length, coordinates that are no decimal degrees, values not allowed.
    """
    header, rows = _rows(path)
    faults = [*_header_faults(header, recipe, str(path))]
    if not faults:
        faults = [fault for line, row in rows for fault in _row_faults(header, row, line, recipe, str(path))]
    if faults:
        raise InputError(faults)
    return [dict(zip(header, row, strict=True)) for _, row in rows]


def _rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError.at(str(path), "E-TABLE-FILE", reason, "correct `csv` in the catalog") from None
    except UnicodeDecodeError:
        raise InputError.at(str(path), "E-TABLE-ENCODING", "not UTF-8 text", "save it as CSV in UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        found = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        what, line = f"not CSV: {error}", reader.line_num
        raise InputError.at(str(path), "E-TABLE-CSV", what, "check the quotes", line=line, column=1) from None
    return (found[0][1], found[1:]) if found else ([], [])


def _header_faults(header: list[str], recipe: TableRecipe, file: str) -> Iterator[Fault]:
    for column in dict.fromkeys([recipe.longitude, recipe.latitude, *recipe.allowed]):
        if column not in header:
            yield Fault(file, 1, 1, "E-TABLE-COLUMN", f"no column `{column}`", did_you_mean(column, header))
    for column in {column for column in header if header.count(column) > 1}:
        yield Fault(file, 1, 1, "E-TABLE-COLUMN", f"column `{column}` stands twice", "rename or remove one")


def _row_faults(header: list[str], row: list[str], line: int, recipe: TableRecipe, file: str) -> Iterator[Fault]:
    if len(row) != len(header):
        what = f"{len(row)} fields where the header has {len(header)}"
        yield Fault(file, line, 1, "E-TABLE-ROW", what, "quote fields that hold commas; leave none out")
        return
    values = dict(zip(header, row, strict=True))
    for column, limit in ((recipe.longitude, 180.0), (recipe.latitude, 90.0)):
        if not _is_degrees(values[column], limit):
            what = f"`{column}` is `{values[column]}`"
            mend = f"write decimal degrees, -{limit:.0f} to {limit:.0f}"
            yield Fault(file, line, 1, "E-TABLE-DEGREES", what, mend)
    yield from _vocabulary_faults(values, line, recipe.allowed, file)


def _is_degrees(text: str, limit: float) -> bool:
    try:
        return math.isfinite(float(text)) and abs(float(text)) <= limit
    except ValueError:
        return False


def _vocabulary_faults(
    values: Mapping[str, str], line: int, allowed: Mapping[str, tuple[str, ...]], file: str
) -> Iterator[Fault]:
    for column, words in allowed.items():
        if values[column] not in words:
            what = f"`{column}` is `{values[column]}`"
            yield Fault(file, line, 1, "E-TABLE-WORD", what, did_you_mean(values[column], words))
