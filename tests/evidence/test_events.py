"""Events that others recorded: taken in whatever the form of the file, each once, every row accounted for."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from tests.builders import events as made
from tests.builders import workbook

from quickview.errors import InputError
from quickview.evidence.event_import import Terms, import_events
from quickview.evidence.event_store import read_events, read_rows, rows_within, store_of, stores

PLAIN = Terms(licence="CC0-1.0", credit="Example Monitor")


@pytest.fixture
def taken(tmp_path):
    """Take in rows of a layout under the name of a file."""

    def taken(rows, columns=made.GED, *, name="GEDEvent_v25_1.csv", terms=None, **how):
        return import_events(made.write(tmp_path / name, rows, columns), tmp_path, terms or Terms(), **how)

    return taken


def test_rows_of_ucdp_are_read_as_its_codebook_has_them(taken):
    done = taken([made.ged(1, type_of_violence=3, date_end="2016-03-04 00:00:00.000")])
    (row,) = read_events(done.store).to_dict("records")
    assert (row["id"], row["type"], row["side_b"], row["admin_2"]) == ("500001", "one-sided", "River Front", "007")
    assert (row["start"], row["end"]) == (pd.Timestamp("2016-03-02"), pd.Timestamp("2016-03-04"))
    assert (row["low"], row["best"], row["high"], row["release"]) == (2, 3, 5, "25.1")
    assert row["geometry"] == shapely.Point(36.601, 34.701)
    assert done.store.provenance.licence == "CC-BY-4.0"


@pytest.mark.parametrize("columns", [made.GED_OLDER, [*made.GED[:-5], "best_est", "high_est", "low_est"]])
def test_older_forms_of_ucdp_say_the_same(taken, columns):
    rows = [made.ged(n, best_est=3, high_est=5, low_est=2, date_start=f"2016-03-0{n}", date_end=f"2016-03-0{n}") for n in (1, 2)]  # fmt: skip
    found = read_rows(taken(rows, columns, name="extract.csv").store)
    assert found[["low", "best", "high"]].to_numpy().tolist() == [[2, 3, 5]] * 2
    assert set(found["release"]) == {""}


def test_rows_of_acled_are_the_same_in_codes_and_in_words(taken):
    words = read_rows(taken([made.acled()], made.ACLED, name="new.csv").store)
    codes = made.acled(event_date="02 January 2017", inter1=1, inter2=2, time_precision=1)
    done = taken([codes], made.ACLED, name="old.csv")
    assert (done.unchanged, done.changed) == (1, 0)
    assert (words["kind_a"][0], words["kind_b"][0], words["best"][0]) == ("State forces", "Rebel group", 2)
    assert done.mended == {"`event_date`: days with the month in words": 1}


def test_rows_of_acled_can_never_be_passed_on(taken):
    store = taken([made.acled()], made.ACLED).store
    assert not store.is_shareable
    assert store.path.name == "acled.private.parquet"
    with pytest.raises(InputError, match=r"E-EVENTS-PRIVATE .* may not be passed on"):
        store.check_shareable()
    assert read_rows(store)["note"].isna().all()  # its texts are not even kept


def test_a_plain_table_says_whose_it_is_and_what_it_does_not_tell_is_not_nought(taken):
    with pytest.raises(InputError) as caught:
        taken([made.timemap()], made.TIMEMAP)
    assert [(fault.code, fault.hint) for fault in caught.value.faults] == [
        ("E-EVENTS-TERMS", "give --credit"),
        ("E-EVENTS-TERMS", "give --licence"),
    ]
    store = taken([made.timemap(7, time_precision="month")], made.TIMEMAP, terms=PLAIN).store
    (row,) = read_rows(store).to_dict("records")
    assert (row["id"], row["type"], row["place"], row["date_precision"]) == ("007", "alpha", "Market", 4)
    assert np.isnan(row["best"])


def _packed(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events/ged.csv", text)
    return stream.getvalue()


ROWS = [made.ged(1), made.ged(2, where_coordinates='Village "of two\nlines"'), made.ged(3)]
FORMS = {
    "semicolons": lambda: made.text(ROWS, made.GED, separator=";").encode(),
    "tabs": lambda: made.text(ROWS, made.GED, separator="\t").encode(),
    "a byte order mark": lambda: made.text(ROWS, made.GED).encode("utf-8-sig"),
    "Windows' line ends": lambda: made.text(ROWS, made.GED).replace("\n", "\r\n").encode(),
    "a ZIP": lambda: _packed(made.text(ROWS, made.GED)),
    "blank lines": lambda: made.text(ROWS, made.GED).replace("\n500003", "\n\n\n500003").encode() + b"\n\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_file_may_come_with(taken, tmp_path, form):
    taken(ROWS)
    (tmp_path / "other.csv").write_bytes(form())
    done = import_events(tmp_path / "other.csv", tmp_path, Terms(release="25.1"))
    assert (done.rows, done.unchanged) == (3, 3)
    assert read_rows(done.store)["place"][1] == 'Village "of two lines"'


def _table(path, rows, columns=made.GED):
    cells = [[row[name] if row[name] != "" else None for name in columns] for row in rows]
    if path.suffix == ".xlsx":
        return workbook.write(path, {"About": [["Made up"]], "Events": [columns, *cells]})
    pd.DataFrame(rows, columns=columns).assign(date_start=lambda f: pd.to_datetime(f["date_start"])).to_parquet(path)
    return path


@pytest.mark.parametrize(("name", "sheet"), [("ged.xlsx", "Events"), ("ged.parquet", "")])
def test_workbooks_and_parquet_are_read_like_text(taken, tmp_path, name, sheet):
    rows = [made.ged(1), made.ged(3)]
    taken(rows)
    done = import_events(_table(tmp_path / name, rows), tmp_path, sheet=sheet)
    assert (done.rows, done.unchanged) == (2, 2)


def test_a_second_import_changes_no_row_and_no_byte(taken, tmp_path):
    store = taken([made.ged(n) for n in range(50)]).store
    before = store.path.read_bytes()
    done = taken([made.ged(n) for n in reversed(range(50))], name="GEDEvent_v25_1 (1).csv")
    assert (done.added, done.changed, done.unchanged) == (0, 0, 50)
    assert store.path.read_bytes() == before
    store.path.unlink()
    taken([made.ged(n) for n in range(50)])
    assert store.path.read_bytes() == before


def test_a_changed_row_is_taken_from_a_newer_release_and_not_from_an_older_one(taken):
    taken([made.ged(1), made.ged(2)])
    newer = taken([made.ged(1, best=4), made.ged(2), made.ged(3)], name="GEDEvent_v26_1.csv")
    assert (newer.added, newer.changed, newer.unchanged) == (1, 1, 1)
    older = taken([made.ged(1, best=2), made.ged(4)], name="ged241-csv.zip.csv", terms=Terms(release="24.1"))
    assert (older.added, older.outdated) == (1, 1)
    assert read_rows(older.store).set_index("id")["best"].to_dict() == dict.fromkeys(("500002", "500003", "500004"), 3) | {"500001": 4}  # fmt: skip


def test_candidates_that_a_final_release_no_longer_has_go_and_others_stay(taken):
    candidates = [made.ged(1, **_on("2025-03-01")), made.ged(2, **_on("2025-03-02")), made.ged(3, **_on("2025-03-03"), country="Lowland")]  # fmt: skip
    taken([*candidates, made.ged(9, **_on("2026-01-05"))], name="GEDEvent_v25_0_3.csv")
    done = taken([made.ged(1, **_on("2025-03-01")), made.ged(8, **_on("2024-03-01"))], name="GEDEvent_v26_1.csv")
    assert (done.added, done.unchanged, done.superseded) == (1, 1, 1)
    assert set(read_rows(done.store)["id"]) == {"500001", "500003", "500008", "500009"}


def _on(day: str) -> dict[str, object]:
    return {"date_start": day, "date_end": day, "year": int(day[:4])}


def test_a_name_holds_events_of_one_provider_on_one_set_of_terms(taken):
    taken([made.ged()], terms=Terms(name="ucdp-ged-upland"))
    with pytest.raises(InputError, match=r"may be passed on — give another --name"):
        taken([made.ged()], terms=Terms(name="ucdp-ged-upland", private=True))
    with pytest.raises(InputError, match=r"begin it with `acled`"):
        taken([made.acled()], made.ACLED, terms=Terms(name="ucdp-ged-upland"))
    taken([made.timemap()], made.TIMEMAP, terms=PLAIN)
    with pytest.raises(InputError, match=r"use small letters"):
        taken([made.ged()], terms=Terms(name="../x"))


def test_stores_are_found_by_name_and_a_wrong_one_is_corrected(taken, tmp_path):
    taken([made.ged()])
    taken([made.acled()], made.ACLED)
    assert [store.name for store in stores(tmp_path)] == ["acled", "ucdp-ged"]
    with pytest.raises(InputError, match=r"did you mean `ucdp-ged`\?"):
        store_of(tmp_path, "ucdp-geds")
    (tmp_path / "events" / "odd.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="E-EVENTS-STORE"):
        stores(tmp_path)


def test_what_is_left_out_or_mended_is_counted_with_its_reason(taken):
    rows = [made.ged(1), made.ged(1), made.ged(2, latitude=0, longitude=0, priogrid_gid=""), made.ged(3, longitude="", priogrid_gid=""), made.ged(4, where_coordinates="a\u202eb\u0007\u0085\u2028c\u200b")]  # fmt: skip
    done = taken(rows)
    assert done.rows == 5
    assert done.left_out == {"no coordinates": 1, "0°, 0° for a place that is not known": 1, "the same row twice": 1}
    assert read_rows(done.store)["place"].tolist() == ["Village 1", "a b c"]


def test_days_that_excel_wrote_as_numbers_are_read_and_counted(taken):
    done = taken([made.acled(event_date=42736), made.acled(2)], made.ACLED)
    assert done.mended == {"`event_date`: days as numbers of Excel": 1}
    assert str(done.first) == "2017-01-01"


def test_a_precision_that_is_not_told_is_taken_as_exact_and_counted(taken):
    done = taken([made.acled(1, time_precision=""), made.acled(2, geo_precision=3)], made.ACLED)
    assert done.mended == {"no `time_precision`: taken as exact": 1}
    assert read_rows(done.store)["place_precision"].tolist() == [1, 4]


def test_a_table_that_says_nothing_of_precision_is_told_to_count_as_exact(taken):
    head = ("id", "date", "longitude", "latitude", "deaths")
    row = dict(zip(head, ("1", "2017-08-03", 36.5, 34.9, 2), strict=True))
    done = taken([row], head, terms=Terms(licence="CC0-1.0", credit="A desk"))
    assert done.mended == {"no `time_precision`: taken as exact": 1, "no `place_precision`: taken as exact": 1}


def test_faulty_rows_can_be_dropped_and_are_told_by_their_rows(taken):
    done = taken([made.ged(1), made.ged(2, best=-1), made.ged(3), made.ged(4, best="many")], drop_faulty=True)
    assert (done.read, done.dropped) == (2, 2)
    assert [fault.line for fault in done.faults] == [3, 5]


def test_a_head_without_rows_makes_no_store(taken, tmp_path):
    done = taken([])
    assert (done.rows, done.read) == (0, 0)
    assert stores(tmp_path) == []


L_SHAPE = shapely.Polygon([(36, 34), (38, 34), (38, 35), (37, 35), (37, 36), (36, 36)])


@pytest.mark.parametrize("metres", [0, 5_000])
def test_as_many_events_lie_within_an_area_as_plain_pandas_and_shapely_count(taken, tmp_path, metres):
    chance = np.random.default_rng(7)
    points = chance.uniform((35.5, 33.5), (38.5, 36.5), (2000, 2)).round(5)
    store = taken([made.ged(n, longitude=x, latitude=y) for n, (x, y) in enumerate(points)]).store
    rows = pd.read_csv(tmp_path / "GEDEvent_v25_1.csv", dtype={"id": str})
    to_metres = Transformer.from_crs(4326, 32637, always_xy=True).transform if metres else lambda x, y: (x, y)
    area = shapely.transform(shapely.segmentize(L_SHAPE, 0.01), to_metres, interleaved=False)
    places = zip(*to_metres(rows["longitude"].to_numpy(), rows["latitude"].to_numpy()), strict=True)
    inside = [
        name for name, (x, y) in zip(rows["id"], places, strict=True) if shapely.Point(x, y).distance(area) <= metres
    ]
    assert len(inside) > 500
    assert set(rows_within(store, L_SHAPE, metres=metres)["id"]) == set(inside)


def test_an_area_of_nothing_has_no_events(taken):
    store = taken([made.ged()]).store
    assert rows_within(store, shapely.box(0, 0, 1, 1)).empty
    assert read_events(store, box=(0, 0, 1, 1)).empty
