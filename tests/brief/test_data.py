"""The tables of a brief: read, checked, translated, compared and offered, from rows or from a file beside it."""

import datetime as dt
from pathlib import Path

import pytest
from tests.builders import workbook

from quickview.brief import data
from quickview.brief.change_messages import say
from quickview.brief.changes import compare
from quickview.brief.export import tables
from quickview.brief.reader import load, past_of, restated
from quickview.errors import InputError
from quickview.language.catalogs import Language

HEAD = """\
---
document: {title: A vote is held, summary: The council is elected., series: Quick View, desk: Water, as_of: 2020-02-10}
sources:
  - {id: paper, publisher: The Paper, title: A vote, date: 2020-02-03, reliability: B, credibility: 2}
tables:
"""
COLUMNS = """\
    columns:
      - {id: code, from: Code}
      - {id: party, label: Party, from: Party}
      - {id: seats, label: Seats, type: number, unit: seats, from: Seats}
      - {id: share, type: percent, from: Share}
      - {id: counted, type: date, from: Counted}
"""
FILE = "  - id: votes\n    title: Seats in the council\n    source: paper\n    file: votes.csv\n" + COLUMNS
CSV = "Code,Party,Party_fr,Seats,Share,Counted,Remark\n007,Reeds,Roseaux,12,54.5,2020-02-04,x\n012,Wells,,10,45.5,2020-02-05,\n"
BODY = "---\n\n## The vote\n\nIt was held [@paper].\n"
SOUND = HEAD + FILE + BODY


@pytest.fixture
def votes(house: Path):
    """Write a file of data beside the brief."""

    def votes(text: str = CSV, name: str = "votes.csv") -> Path:
        path = house / "briefs" / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    votes()
    return votes


@pytest.mark.usefixtures("votes")
def test_cells_are_what_their_columns_say_and_codes_keep_their_zeros(read) -> None:
    assert read(SOUND).data["votes"].rows == (
        ("007", "Reeds", 12, 54.5, dt.date(2020, 2, 4)),
        ("012", "Wells", 10, 45.5, dt.date(2020, 2, 5)),
    )


@pytest.mark.usefixtures("votes")
def test_words_come_from_the_files_column_of_the_language_where_there_are_some(read, house) -> None:
    read(SOUND)
    brief = load(house / "briefs" / "sample.md", language="fr")
    assert [row[1] for row in brief.data["votes"].told_in("fr")] == ["Roseaux", "Wells"]


@pytest.mark.usefixtures("votes")
def test_a_table_can_be_taken_away_under_its_title(read) -> None:
    (table,) = [one for one in tables(read(SOUND)) if one.name == "votes"]
    assert (table.title, table.columns) == ("Seats in the council", ["code", "party", "seats", "share", "counted"])
    assert table.rows[0] == ["007", "Reeds", 12, 54.5, "2020-02-04"]


@pytest.mark.parametrize(
    ("content", "place", "code", "hint"),
    [
        (CSV.replace("12,54.5", "twelve,54.5"), "votes.csv:2:4", "E-TABLE-VALUE", "a number with a decimal point"),
        (CSV.replace("54.5", "54.5 %"), "votes.csv:2:5", "E-TABLE-VALUE", "per cent without the sign"),
        (CSV.replace("2020-02-05", "5.2.2020"), "votes.csv:3:6", "E-TABLE-VALUE", "a day as YYYY-MM-DD"),
        (CSV.replace("Seats", "Seat"), "votes.csv:1:1", "E-TABLE-COLUMN", "did you mean `Seat`?"),
        (CSV.partition("\n")[0] + "\n", "votes.csv", "E-TABLE-EMPTY", "first line"),
        (b"Code,Party\n1,\xff\n", "votes.csv", "E-TABLE-ENCODING", "UTF-8"),
        ('Code,"Party\n', "votes.csv", "E-TABLE-FORM", "save it anew"),
    ],
)
def test_what_a_file_does_not_hold_is_told_at_its_line(faults, votes, content, place, code, hint) -> None:
    votes(content)
    (fault,) = faults(SOUND)
    assert str(fault).partition(": ")[0].endswith(place)
    assert fault.code == code
    assert hint in fault.hint


@pytest.mark.usefixtures("votes")
def test_every_wrong_cell_is_told_at_once(faults, votes) -> None:
    votes(CSV.replace("12,54.5", "a,b").replace("10,", "c,"))
    assert [fault.code for fault in faults(SOUND)] == ["E-TABLE-VALUE"] * 3


@pytest.mark.parametrize(
    ("table", "code", "hint"),
    [
        (FILE.replace("votes.csv", "other.csv"), "E-TABLE-FILE", "beside the brief"),
        (FILE.replace("votes.csv", "../votes.csv"), "E-FORMAT", ""),
        (FILE.replace("id: votes", "id: sources"), "E-TABLE-ID", "write `sources-data`"),
        (FILE.replace("    file: votes.csv\n", ""), "E-VALUE", "either `file` or `rows`"),
        (FILE.replace("id: share", "id: seats"), "E-TABLE-COLUMN", "give each its own"),
        (FILE.replace("source: paper", "source: pper"), "E-REF-SOURCE", "did you mean `paper`?"),
        ("  - {id: v, title: V, source: paper, columns: [{id: a}, {id: b, type: number}], rows: [[x, 1], [y]]}\n", "E-TABLE-ROW", "one for each"),
        ("  - {id: v, title: V, source: paper, columns: [{id: a}, {id: b, type: number}], rows: [[x, 1], [y, z]]}\n", "E-TABLE-VALUE", "decimal point"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("votes")
def test_a_table_that_is_described_wrongly_is_told(faults, table, code, hint) -> None:
    (fault,) = faults(HEAD + table + BODY)
    assert (fault.code, fault.line > 1) == (code, "other.csv" not in table)
    assert hint in fault.hint


@pytest.mark.usefixtures("votes")
def test_an_edition_is_kept_with_its_rows_so_that_a_changed_file_is_found(read, votes) -> None:
    brief = read(SOUND)
    past = past_of(restated(SOUND, name=str(brief.path)), name="before")
    assert compare(past, read(SOUND)) == ()
    votes(CSV.replace("12,54.5", "13,54.5").replace("012,Wells,,10", "013,Wells,,10"))
    assert [say(change, Language("en")) for change in compare(past, read(SOUND))] == [
        "Seats in the council: 3 rows changed"
    ]


def test_a_workbook_is_read_by_its_sheet(read, faults, votes) -> None:
    rows = [["Code", "Party", "Seats", "Share", "Counted"], ["007", "Reeds", 12, 54.5, "2020-02-04"]]
    workbook.write(votes("", "votes.xlsx"), {"Notes": [], "Seats": rows})
    text = SOUND.replace("file: votes.csv", "file: votes.xlsx\n    sheet: Seats")
    assert read(text).data["votes"].rows == (("007", "Reeds", 12, 54.5, dt.date(2020, 2, 4)),)
    (fault,) = faults(text.replace("sheet: Seats", "sheet: Seat"))
    assert (fault.code, fault.hint) == ("E-TABLE-SHEET", "did you mean `Seats`?")


NOTHING = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (NOTHING + " " * 3_000_000, "E-TABLE-SIZE"),
        (NOTHING + '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "E-TABLE-SIZE"),
    ],
    ids=["far more unpacked than packed", "a cell in the last corner"],
)  # fmt: skip
def test_a_workbook_that_would_fill_the_memory_is_refused_before_it_is_read(
    faults, votes, monkeypatch, xml, code
) -> None:
    monkeypatch.setattr(data, "MAX_UNPACKED", 2_000_000)
    workbook.write(votes("", "votes.xlsx"), {"Seats": []}, xml=xml)
    (fault,) = faults(SOUND.replace("file: votes.csv", "file: votes.xlsx"))
    assert fault.code == code


def test_a_workbook_that_lies_about_its_size_is_refused(faults, votes, monkeypatch) -> None:
    monkeypatch.setattr(data, "MAX_UNPACKED", 2_000_000)
    path = workbook.write(votes("", "votes.xlsx"), {"Seats": []}, xml=NOTHING + " " * 3_000_000)
    true = (len(NOTHING) + 3_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true, (1000).to_bytes(4, "little")))
    (fault,) = faults(SOUND.replace("file: votes.csv", "file: votes.xlsx"))
    assert fault.code == "E-TABLE-SIZE"


REST_OF_SHEET = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'


def _row(*cells: str, times: int = 1, wide: int = 1) -> str:
    here = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{wide}"><text:p>'
    told = "".join(f"{here}{cell}</text:p></table:table-cell>" for cell in cells)
    return f'<table:table-row table:number-rows-repeated="{times}">{told}</table:table-row>'


def test_an_opendocument_sheet_is_read_whatever_blank_cells_fill_it_to_its_edges(tmp_path) -> None:
    rows = _row("Code", "Party") + _row("007", "Reeds", times=2) + REST_OF_SHEET
    path = workbook.write_opendocument(tmp_path / "votes.ods", rows)
    assert data.open_file(path) == (["Code", "Party"], [["007", "Reeds"], ["007", "Reeds"]])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (_row("a") + _row("x", times=1_048_575, wide=16_384), "E-TABLE-SIZE"),
        ("".join(_row("x", times=1_000_000, wide=20) for _ in range(4)), "E-TABLE-SIZE"),
        (_row("a").replace('repeated="1"', 'repeated="many"'), "E-TABLE-FORM"),
        (_row("a") + "<table:table-row>", "E-TABLE-FORM"),
    ],
    ids=["one cell for all", "rows that add up", "no count", "cut off"],
)
def test_an_opendocument_sheet_that_repeats_cells_without_end_is_refused_unread(tmp_path, rows, code) -> None:
    with pytest.raises(InputError) as caught:
        data.open_file(workbook.write_opendocument(tmp_path / "votes.ods", rows))
    assert [fault.code for fault in caught.value.faults] == [code]


def test_what_is_no_parquet_is_refused(faults, votes) -> None:
    votes("x", "votes.parquet")
    (fault,) = faults(HEAD + FILE.replace("votes.csv", "votes.parquet") + BODY)
    assert fault.code == "E-TABLE-FORM"


def test_rows_in_the_brief_are_translated_like_its_other_words(read, house) -> None:
    table = "  - {id: v, title: Votes, source: paper, columns: [{id: a}, {id: b, type: number}], rows: [[Reeds, 1], [Wells, 2]]}\n"
    french = "translations:\n  fr: {tables: {v: {title: Voix, rows: [[Roseaux, null], null]}}}\n"
    read(HEAD + table + french + BODY)
    brief = load(house / "briefs" / "sample.md", language="fr")
    assert brief.data["v"].rows == (("Roseaux", 1), ("Wells", 2))
    assert brief.facts.tables[0].title == "Voix"


@pytest.mark.parametrize("sign", [";", "\t"])
def test_semicolons_and_tabs_part_cells_as_well(votes, sign) -> None:
    head, rows = data.open_file(votes(CSV.replace(",", sign)))
    assert head[:2] == ["Code", "Party"]
    assert list(rows[0])[:2] == ["007", "Reeds"]
