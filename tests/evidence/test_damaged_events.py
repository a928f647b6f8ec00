"""Damaged files of events: each is told by its code and its row, nothing is imported, and nothing ends in a traceback."""

import io
import os
import shutil
import zipfile

import pandas as pd
import pytest
from tests.builders import events as made
from tests.builders import workbook
from tests.conftest import ROOT

from quickview.brief import data
from quickview.errors import InputError
from quickview.evidence.event_import import Terms, import_events

ROWS = [made.ged(n) for n in range(1, 5)]
HEAD, *LINES = made.text(ROWS, made.GED).splitlines(keepends=True)


def ged(row, *rows):
    """Four rows, of which one is another, and more."""
    return made.text([*ROWS[:2], row, *rows, ROWS[3]], made.GED)


def acled(**other):
    return made.text([made.acled(1), made.acled(2, **other)], made.ACLED)


def without(text, column, columns):
    return made.text([], [{column: f"{column}s"}.get(name, name) for name in columns]) + text.partition("\n")[2]


def swapped(row):
    return row | {"latitude": row["longitude"], "longitude": row["latitude"]}


def zipped(text, *names, cut=None, declared=None):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("ged.csv",):
            archive.writestr(name, text)
    packed = stream.getvalue()
    if declared is not None:
        packed = packed.replace(len(text).to_bytes(4, "little"), declared.to_bytes(4, "little"))
    return packed[:cut]


def parquet(cut):
    stream = io.BytesIO()
    pd.DataFrame(ROWS).astype(str).to_parquet(stream)
    return stream.getvalue()[:cut]


TEXT = HEAD + "".join(LINES)
BY_COUNTRY = [made.acled(n) for n in range(1, 12)]

DAMAGED = {
    "separator that is none": (lambda: TEXT.replace(",", ":"), "SEPARATOR", 1, "part cells by a comma"),
    "column called otherwise": (lambda: without(TEXT, "where_prec", made.GED), "COLUMN", 1, "did you mean `where_precs`?"),
    "column called otherwise, of ACLED": (lambda: without(acled(), "event_id_cnty", made.ACLED), "COLUMN", 1, "did you mean `event_id_cntys`?"),
    "two columns of one name": (lambda: TEXT.replace("gwnob", "best", 1), "COLUMN", 1, "two columns are called `best`"),
    "mixed encodings": (lambda: TEXT.replace("Village 3", "Al Wa'r, Hôms").encode("utf-8").replace("ô".encode(), b"\xf4"), "ENCODING", 4, "byte 0xF4"),
    "UTF-16": (lambda: TEXT.encode("utf-16"), "ENCODING", 1, "UTF-16"),
    "UTF-16 without a mark": (lambda: TEXT.encode("utf-16-le"), "ENCODING", 1, "null bytes"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "ENCODING", 1, "UTF-8"),
    "null bytes in the head": (lambda: "\0" + TEXT, "ENCODING", 1, "null bytes"),
    "null bytes for the rest": (lambda: TEXT + "\0" * 500, "ROW", 6, "1 cells, and the head has 49"),
    "swapped coordinates of a row": (lambda: ged(swapped(ROWS[2])), "PLACE", 4, "latitude and longitude are swapped"),
    "swapped coordinates of all rows": (lambda: made.text(map(swapped, ROWS), made.GED), "PLACE", 2, "swapped"),
    "place outside of its cell": (lambda: ged(made.ged(3, priogrid_gid=1)), "PLACE", 4, "outside of its cell 1 of PRIO-GRID"),
    "swapped coordinates far from others": (lambda: made.text([*BY_COUNTRY, made.acled(99, latitude=67.7, longitude=34.5)], made.ACLED).replace("36.6", "66.6").replace(",36.", ",66."), "PLACE", 13, "far from the others of its country"),
    "negative deaths": (lambda: ged(made.ged(3, low=-1)), "NUMBER", 4, "`low` is `-1`"),
    "more deaths at least than likely": (lambda: ged(made.ged(3, low=4)), "DEATHS", 4, "low 4, best 3, high 5"),
    "deaths in words": (lambda: acled(fatalities="several"), "NUMBER", 3, "`fatalities` is `several`"),
    "half a death": (lambda: ged(made.ged(3, best=3.5)), "NUMBER", 4, "write a whole number"),
    "no deaths told": (lambda: ged(made.ged(3, best="")), "NUMBER", 4, "no `best`"),
    "day that is none": (lambda: ged(made.ged(3, date_start="2016-02-30")), "DATE", 4, "`date_start` is `2016-02-30`"),
    "day of either of two months": (lambda: acled(event_date="02/01/2017"), "DATE", 3, "write a day that there is, as YYYY-MM-DD"),
    "year 3016": (lambda: ged(made.ged(3, date_start="3016-03-04", date_end="3016-03-04", year=3016)), "DATE", 4, "3016-03-04"),
    "no day": (lambda: ged(made.ged(3, date_start="")), "DATE", 4, "`date_start` is ``"),
    "end before the start": (lambda: ged(made.ged(3, date_end="2016-03-01")), "DATE", 4, "ends on 2016-03-01, before it begins on 2016-03-04"),
    "other year": (lambda: ged(made.ged(3, year=2015)), "DATE", 4, "`year` is 2015"),
    "two events of one id": (lambda: ged(made.ged(3, id=500_001)), "TWICE", 4, "the id `500001` of row 2"),
    "no id": (lambda: ged(made.ged(3, id=" ")), "ID", 4, "no `id`"),
    "precision that is none": (lambda: ged(made.ged(3, date_prec=6)), "NUMBER", 4, "from 1 to 5"),
    "coordinates out of range": (lambda: acled(latitude=347), "NUMBER", 3, "from -90 to 90"),
    "coordinates with a decimal comma": (lambda: made.text([made.ged(3, latitude="34,7", priogrid_gid="")], made.GED, separator=";"), "NUMBER", 2, "with a point for its decimals"),
    "ragged row": (lambda: TEXT + "500009,MADE-9\n", "ROW", 6, "2 cells, and the head has 49"),
    "fault below a ragged row": (lambda: TEXT + "500009,MADE-9\n" + made.text([made.ged(9, best="x")], made.GED).partition("\n")[2], "NUMBER", 7, "`best` is `x`"),
    "fault below a blank line": (lambda: TEXT + "\n\n" + made.text([made.ged(9, best="x")], made.GED).partition("\n")[2], "NUMBER", 8, "`best` is `x`"),
    "quote that is never closed": (lambda: made.text([made.timemap(n) for n in (1, 2, 3)], [*made.TIMEMAP[:1], *made.TIMEMAP[2:], "description"]).replace("Smoke", '"Smoke', 2).replace('"Smoke', "Smoke", 1), "QUOTE", 3, "never closed"),
    "empty file": (lambda: "", "EMPTY", 0, "nothing that could be a head"),
    "ZIP cut short": (lambda: zipped(TEXT, cut=300), "ZIP", 0, "cannot be unpacked"),
    "ZIP damaged within": (lambda: bytes(60).join([zipped(TEXT * 20)[:200], zipped(TEXT * 20)[260:]]), "ZIP", 0, "get the file anew"),
    "ZIP that says it holds less": (lambda: zipped(TEXT * 20, declared=len(TEXT)), "ZIP", 0, "get the file anew"),
    "ZIP of two tables": (lambda: zipped(TEXT, "a.csv", "b.csv"), "ZIP", 0, "pack one CSV file"),
    "ZIP of no table": (lambda: zipped(TEXT, "a.pdf"), "ZIP", 0, "no CSV files"),
    "gigabyte of zeros in a ZIP": (lambda: zipped(bytes(9_000_000), declared=1_000_000_000), "SIZE", 0, "1,000,000,000 bytes unpacked"),
    "Parquet cut short": (lambda: parquet(2000), "FORM", 0, "no Parquet"),
    "Parquet without its columns": (lambda: parquet(None).replace(b"where_prec", b"where_proc"), "COLUMN", 1, "did you mean `where_proc`?"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code", "row", "said"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused(tmp_path, content, code, row, said):
    path = tmp_path / "ged.csv"
    bad = content()
    path.write_bytes(bad if isinstance(bad, bytes) else bad.encode())
    faults = refused(path, Terms(licence="CC0-1.0", credit="Monitor"))
    fault = next((one for one in faults if one.code == f"E-EVENTS-{code}" and one.line == row), None)
    assert fault, "\n".join(map(str, faults))
    assert said in str(fault)


def refused(path, terms=None, **how):
    """Return what is told of a file of which nothing is imported."""
    with pytest.raises(InputError) as caught:
        import_events(path, path.parent, terms or Terms(), **how)
    assert not list(path.parent.glob("events/*.parquet"))
    return caught.value.faults


def test_all_faulty_rows_are_told_at_once_and_their_number(tmp_path):
    faults = refused(made.write(tmp_path / "ged.csv", [made.ged(1, best=-1), made.ged(2, year=9), made.ged(3), made.ged(4, id="")]))  # fmt: skip
    assert [(fault.code.removeprefix("E-EVENTS-"), fault.line) for fault in faults] == [("FAULTY", 0), ("NUMBER", 2), ("NUMBER", 3), ("ID", 5)]  # fmt: skip
    assert "3 of 4 rows are faulty; nothing was imported" in str(faults[0])


@pytest.mark.parametrize("name", ["fifo.csv", "/dev/zero", "."])
def test_what_is_no_file_is_not_waited_for(tmp_path, name):
    path = tmp_path / name
    if name == "fifo.csv":
        os.mkfifo(path)
    with pytest.raises(InputError, match="E-EVENTS-OPEN"):
        import_events(path, tmp_path)


def test_a_sheet_that_a_workbook_has_not_is_corrected(tmp_path):
    path = workbook.write(tmp_path / "ged.xlsx", {"Events": [made.GED]})
    (fault,) = refused(path, sheet="Event")
    assert (fault.code, fault.hint) == ("E-TABLE-SHEET", "did you mean `Events`?")


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "MAX_UNPACKED", 1_000_000)
    path = workbook.write(tmp_path / "ged.xlsx", {"Events": [made.GED]}, xml=" " * 4_000_000)
    assert refused(path)[0].code == "E-TABLE-SIZE"


def test_what_is_called_a_workbook_and_is_none_is_refused(tmp_path):
    (tmp_path / "ged.xlsx").write_text(TEXT, encoding="utf-8")
    assert refused(tmp_path / "ged.xlsx")[0].code == "E-TABLE-FORM"


@pytest.fixture
def world(tmp_path):
    shutil.copytree(ROOT / "shapes", tmp_path / "shapes")
    return tmp_path / "shapes" / "catalog.yaml"


SYRIA = [made.acled(n, country="Syria") for n in range(1, 30)]


def test_a_whole_file_of_swapped_coordinates_is_found_by_the_borders_of_the_world(tmp_path, world):
    path = made.write(tmp_path / "acled.csv", [swapped(row) for row in SYRIA], made.ACLED)
    faults = refused(path, catalog=world)
    assert len(faults) == 30
    assert "none of its country's events lies there" in str(faults[1])
    sound = made.write(tmp_path / "sound.csv", SYRIA, made.ACLED)
    assert import_events(sound, tmp_path, catalog=world).added == 29


def test_countries_that_no_layer_has_are_not_judged(tmp_path, world):
    path = made.write(tmp_path / "acled.csv", [swapped(made.acled(n)) for n in range(1, 30)], made.ACLED)
    assert import_events(path, tmp_path, catalog=world).added == 29


def test_swapped_rows_are_dropped_as_other_faulty_rows_are(tmp_path):
    rows = [made.acled(n, latitude=10 + n / 10, longitude=60.0) for n in range(1, 12)]
    path = made.write(tmp_path / "acled.csv", [*rows, made.acled(12, latitude=60.0, longitude=10.5)], made.ACLED)
    done = import_events(path, tmp_path, drop_faulty=True)
    assert (done.read, done.dropped, [fault.line for fault in done.faults]) == (11, 1, [13])
