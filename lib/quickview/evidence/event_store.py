"""Keep events that others recorded: one GeoParquet file a provider, in which an event stands once, however often it is imported."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quickview.errors import Fault, InputError, ReportError, did_you_mean
from quickview.evidence import events
from quickview.evidence.event_file import open_event_file
from quickview.evidence.events import COLUMNS, LAYOUTS, Reading
from quickview.files import lock, sha256, temporary_folder

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

FOLDER: Final = "events"
"""Beside the catalogue of layers."""
PRIVATE: Final = ".private"
"""Stands in the name of a file whose rows may not be passed on, so that version control can leave it out."""

_ROWS: Final = 200_000
"""Rows written at a time."""
_RELEASE: Final = re.compile(r"(?i)(?:v|ged|candidate[-_ ]?)(\d{2})[._]?(\d{1,2})((?:[._]\d{1,2})*)(?!\d)")
_GEO: Final = {
    "version": "1.1.0", "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"], "crs": None}},
}  # fmt: skip


@dataclass(frozen=True)
class Provenance:
    """Where a store's events come from, and on what terms."""

    layout: str
    title: str
    licence: str
    credit: str
    is_shareable: bool
    imports: Sequence[Mapping[str, Any]] = ()
    """Of each file that was imported: its name, SHA-256, release, and how many events it held."""


@dataclass(frozen=True)
class Store:
    """A file of events: its name, and what is known of it without reading them."""

    name: str
    path: Path
    provenance: Provenance
    rows: int

    @property
    def is_shareable(self) -> bool:
        """Whether its rows may be passed on, as a download of a report does."""
        return self.provenance.is_shareable


@dataclass(frozen=True)
class Imported:
    """What an import did: events in the file, and what became of them and of those that were there before."""

    store: Store
    read: int
    added: int
    changed: int
    unchanged: int
    outdated: int
    """Rows of an older release than what is there already."""
    superseded: int
    """Candidate events that the provider's final release no longer has."""
    mended: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    """Of rows that were dropped."""


@dataclass(frozen=True)
class Terms:
    """What is to be said of events besides what their layout says."""

    name: str = ""
    release: str = ""
    licence: str = ""
    credit: str = ""
    private: bool = False


def stores(shapes: Path) -> list[Store]:
    """Return the stores beside a catalogue of layers, by name; raises `InputError` for files there that are none."""
    return [open_store(path) for path in sorted((shapes / FOLDER).glob("*.parquet"))]


def store_of(shapes: Path, name: str) -> Store:
    """Return the store of that name; raises `InputError` with what there is."""
    paths = {
        path.name.removesuffix(".parquet").removesuffix(PRIVATE): path for path in (shapes / FOLDER).glob("*.parquet")
    }
    if name not in paths:
        hint = did_you_mean(name, sorted(paths)) if paths else "import some with `quickview events import FILE`"
        raise InputError.at(str(shapes / FOLDER), "E-EVENTS-NAME", f"there are no events `{name}`", hint)
    return open_store(paths[name])


def open_store(path: Path) -> Store:
    """Return what is known of a store; raises `InputError` where a file is none."""
    from pyarrow import ArrowException, parquet

    try:
        file = parquet.read_metadata(path)
        told = json.loads((file.metadata or {})[b"quickview"])
        provenance = Provenance(**told)
    except (ArrowException, OSError, KeyError, TypeError, ValueError):
        hint = "remove it, and import the events again"
        raise InputError.at(str(path), "E-EVENTS-STORE", "no events that this kit keeps", hint) from None
    return Store(path.name.removesuffix(".parquet").removesuffix(PRIVATE), path, provenance, file.num_rows)


def read_events(store: Store, *, box: Sequence[float] | None = None) -> "gpd.GeoDataFrame":
    """Return the events of a store: the columns of `events.COLUMNS` and points in EPSG:4326, by first day and id.

    With `box`, those within [west, south, east, north] in degrees. Days are datetime64[s].
    """
    import geopandas as gpd
    import pyarrow as pa
    from pyarrow import parquet

    within = [("longitude", ">=", box[0]), ("longitude", "<=", box[2]), ("latitude", ">=", box[1]), ("latitude", "<=", box[3])] if box else None  # fmt: skip
    table = parquet.read_table(store.path, columns=list(COLUMNS), filters=within)
    for name in events.DAYS:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.timestamp("s")))
    frame = table.to_pandas()
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["longitude"], frame["latitude"]), crs="EPSG:4326")


def import_events(
    path: Path, shapes: Path, terms: Terms = Terms(), *, sheet: str = "", drop_faulty: bool = False
) -> Imported:
    """Import a provider's file into its store beside a catalogue of layers; all of it, or nothing.

    An event that is there already is replaced when it reads otherwise, unless it comes from an
    older release. Raises `InputError` with what is wrong with the file, each row at its place; with
    `drop_faulty`, faulty rows are dropped and told instead.
    """
    with open_event_file(path, sheet=sheet) as file:
        layout = events.layout_of(file.columns, str(path))
        release, reading = terms.release or _release(path.name), Reading(str(path))
        wanted = sorted(set(layout.places(file.columns).values()))
        parts = (
            events.normalized(batch, file.columns, layout, reading, release=release) for batch in file.batches(wanted)
        )
        whole = _compact(parts)
    new = _once(whole, reading)
    _check_swapped(new, reading)
    if reading.faults and not drop_faulty:
        raise InputError(_all_told(reading))
    name = terms.name or layout.name
    provenance = Provenance(layout.name, layout.title, terms.licence or layout.licence, terms.credit or layout.credit,
                            is_shareable=layout.is_shareable and not terms.private)  # fmt: skip
    if faults := list(_unstated(name, provenance, str(path))):
        raise InputError(faults)
    told = {"file": path.name, "sha256": sha256(path), "release": release, "events": len(new)}
    with lock(shapes / FOLDER, other="let it end"):
        return _merged(new, shapes / FOLDER, name, provenance, told, reading)


def _compact(parts: Iterable["pa.Table"]) -> "pa.Table":
    """Return parts of `events.schema` as one table."""
    import pyarrow as pa

    return pa.concat_tables([*parts, events.schema().empty_table()]).unify_dictionaries().combine_chunks()


def _once(table: "pa.Table", reading: Reading) -> "pa.Table":
    """Return the table with each event once; the same row twice is left out, two rows of one id are a fault."""
    ids = table["id"].to_pandas()
    again = ids.duplicated().to_numpy()
    if not again.any():
        return table
    shared = ids[ids.duplicated(keep=False)]
    first = {one: row for row, one in zip(reversed(shared.index), reversed(shared.tolist()), strict=True)}
    rows = np.flatnonzero(again)
    same = _equal(table, rows, table, np.array([first[ids[row]] for row in rows]))
    reading.left_out["the same row twice"] += int(same.sum())
    hint = "get the file anew from its provider, or give each event its own"
    for row in rows[~same]:
        reading.faulty += 1
        reading.faults.append(
            Fault(reading.file, 0, 0, "E-EVENTS-TWICE", f"two events have the id `{ids[row]}`"[:300], hint)
        )
    return table.filter(~again)


def _equal(one: "pa.Table", rows: np.ndarray, other: "pa.Table", others: np.ndarray) -> np.ndarray:
    """Return for each pair of rows of two tables whether they say the same, whatever release they come from."""
    from pyarrow import compute

    same = np.ones(len(rows), bool)
    for name in COLUMNS:
        if name == "release":
            continue
        for start in range(0, len(rows), _ROWS):
            part = slice(start, start + _ROWS)
            a, b = (_plain(table[name].take(chosen[part])) for table, chosen in ((one, rows), (other, others)))
            both = compute.and_(compute.is_null(a), compute.is_null(b))
            same[part] &= compute.or_kleene(compute.fill_null(compute.equal(a, b), fill_value=False), both).to_numpy()
    return same


def _plain(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa

    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


FEWEST: Final = 8
"""Events of a country from which on its middle tells where it is."""
FAR: Final = 15.0
"""Degrees from the middle of a country's events that are too far, if the swapped place lies among them."""


def _check_swapped(table: "pa.Table", reading: Reading) -> None:
    """Tell events that lie far from the others of their country, and among them once latitude and longitude are swapped."""
    country = table["country"].combine_chunks()
    longitude, latitude = (table[name].to_numpy() for name in events.DEGREES)
    codes = country.indices.to_numpy(zero_copy_only=False) if len(table) and not country.null_count else None
    if codes is None:
        return
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        if len(rows) < FEWEST:
            continue
        east, north = np.median(longitude[rows]), np.median(latitude[rows])
        spread = max(np.percentile(np.abs(longitude[rows] - east), 75), np.percentile(np.abs(latitude[rows] - north), 75), 1)  # fmt: skip
        far = np.maximum(abs(longitude[rows] - east), abs(latitude[rows] - north)) > max(FAR, 4 * spread)
        fits = np.maximum(abs(latitude[rows] - east), abs(longitude[rows] - north)) < 4 * spread
        for row in rows[far & fits]:
            reading.faulty += 1
            message = f"`{table['id'][row]}` lies at {latitude[row]:g}° N, {longitude[row]:g}° E, far from {country[row]}, and within it once they are swapped"  # fmt: skip
            reading.faults.append(Fault(reading.file, 0, 0, "E-EVENTS-PLACE", message[:300], "put latitude and longitude in their own columns"))  # fmt: skip


def _all_told(reading: Reading) -> Iterator[Fault]:
    yield from reading.faults
    hint = "mend the file, or let such rows be left out with --drop-faulty"
    yield Fault(reading.file, 0, 0, "E-EVENTS-FAULTY", f"{reading.faulty:,} of {reading.rows:,} rows are faulty; nothing was imported", hint)  # fmt: skip


def _unstated(name: str, provenance: Provenance, file: str) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        yield Fault(file, 0, 0, "E-EVENTS-NAME", f"`{name}` is no name for events", "use small letters, digits and single hyphens, such as acled-syria")  # fmt: skip
    if provenance.layout != LAYOUTS[-1].name and not name.startswith(provenance.layout):
        yield Fault(
            file,
            0,
            0,
            "E-EVENTS-NAME",
            f"`{name}` does not say whose events they are",
            f"begin it with `{provenance.layout}`",
        )
    for option, value in (("licence", provenance.licence), ("credit", provenance.credit)):
        if not value:
            yield Fault(file, 0, 0, "E-EVENTS-TERMS", f"a plain table does not say its {option}", f"give --{option}")


def _merged(
    new: "pa.Table", folder: Path, name: str, provenance: Provenance, told: Mapping[str, Any], reading: Reading
) -> Imported:
    """Write what is new or reads otherwise into the store, if anything is."""
    import pyarrow as pa

    path = folder / f"{name}{'' if provenance.is_shareable else PRIVATE}.parquet"
    old, imports = _kept(path)
    if path.exists() and open_store(path).provenance.layout != provenance.layout:
        raise InputError.at(
            told["file"], "E-EVENTS-NAME", f"`{name}` holds events of another provider", "give another --name"
        )
    places = _places(new["id"], old["id"])
    there = places >= 0
    same = np.zeros(len(new), bool)
    same[there] = _equal(new, np.flatnonzero(there), old, places[there])
    late = there & ~same & np.isin(places, np.flatnonzero(_is_later(old["release"], told["release"])))
    changed = there & ~same & ~late
    gone = np.zeros(len(old), bool)
    gone[places[changed]] = True
    dropped = _superseded(old, new, told["release"]) & ~gone
    imported = Imported(Store(name, path, provenance, len(old)), len(new), int((~there).sum()), int(changed.sum()),
                        int(same.sum()), int(late.sum()), int(dropped.sum()), reading.mended, +reading.left_out, tuple(reading.faults))  # fmt: skip
    if not (imported.added or imported.changed or imported.superseded or not path.exists()):
        return imported
    whole = pa.concat_tables([old.filter(~gone & ~dropped), new.filter(~there | changed)]).unify_dictionaries()
    listed = [*(one for one in imports if one["sha256"] != told["sha256"]), dict(told)]
    kept = Provenance(
        provenance.layout, provenance.title, provenance.licence, provenance.credit, provenance.is_shareable, listed
    )
    if len(whole):
        _write(whole, path, kept)
    return Imported(Store(name, path, kept, len(whole)), *(getattr(imported, one) for one in ("read", "added", "changed", "unchanged", "outdated", "superseded", "mended", "left_out", "faults")))  # fmt: skip


def _kept(path: Path) -> tuple["pa.Table", Sequence[Mapping[str, Any]]]:
    from pyarrow import parquet

    if not path.exists():
        return _compact([]), ()
    imports = open_store(path).provenance.imports
    return _compact([parquet.read_table(path, columns=list(COLUMNS))]), imports


def _release(name: str) -> str:
    """Return the release that a file's name tells, as UCDP numbers them: 25.1 is final, 25.0.3 a candidate's; "" where it tells none."""
    match = _RELEASE.search(name)
    return ".".join([match[1], match[2], *re.findall(r"\d+", match[3])]) if match else ""


def _number(release: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", release)))


def _places(ids: "pa.ChunkedArray", known: "pa.ChunkedArray") -> np.ndarray:
    """Return where each id stands among those known; -1 where it does not."""
    from pyarrow import compute

    found = compute.index_in(ids, value_set=known.combine_chunks())
    places: np.ndarray = compute.fill_null(found, -1).to_numpy()
    return places


def _which(words: "pa.ChunkedArray", holds: Callable[[str], bool]) -> np.ndarray:
    """Return which of a column's words are such that something holds of them."""
    words = words.combine_chunks()
    chosen = np.array([holds(word or "") for word in words.dictionary.to_pylist()] or [False])
    indices = words.indices.fill_null(0).to_numpy() if len(words) else np.zeros(0, int)
    held = chosen[indices] if len(words.dictionary) else np.zeros(len(words), bool)
    found: np.ndarray = held & words.is_valid().to_numpy(zero_copy_only=False)
    return found


def _is_later(releases: "pa.ChunkedArray", release: str) -> np.ndarray:
    return _which(releases, lambda one: bool(one and release) and _number(one) > _number(release))


def _superseded(old: "pa.Table", new: "pa.Table", release: str) -> np.ndarray:
    """Return which candidate events a final release, which covers all years before its own, no longer has in the file's countries."""
    number = _number(release)
    if len(number) != 2 or not number[1] or not len(old):
        return np.zeros(len(old), bool)
    countries = set(new["country"].combine_chunks().dictionary.to_pylist())
    candidate = _which(old["release"], lambda one: len(_number(one)) > 2 and _number(one)[1] == 0)
    covered = _which(old["country"], lambda one: one in countries)
    before = old["start"].to_numpy().astype("datetime64[D]") < np.datetime64(f"{2000 + number[0]}-01-01")
    found: np.ndarray = candidate & covered & before & (_places(old["id"], new["id"]) < 0)
    return found


def _write(table: "pa.Table", path: Path, provenance: Provenance) -> None:
    """Write a store as GeoParquet in one step, the same bytes for the same events."""
    import pyarrow as pa
    import shapely
    from pyarrow import compute, parquet

    told = {**vars(provenance), "imports": list(provenance.imports)}
    geo = json.loads(json.dumps(_GEO))
    geo["columns"]["geometry"].pop("crs")  # OGC:CRS84 is what a file without one is in
    metadata = {b"geo": json.dumps(geo).encode(), b"quickview": json.dumps(told, ensure_ascii=False).encode()}
    schema = pa.schema([*table.schema, ("geometry", pa.binary())]).with_metadata(metadata)
    try:
        with temporary_folder(path.parent) as folder:
            file = folder / path.name
            order = compute.sort_indices(table, sort_keys=[("start", "ascending"), ("id", "ascending")])
            with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
                for start in range(0, len(table), _ROWS):
                    part = table.take(order.slice(start, _ROWS))
                    points = shapely.to_wkb(shapely.points(*(part[name].to_numpy() for name in events.DEGREES)))
                    writer.write_table(part.append_column("geometry", pa.array(points, pa.binary())).cast(schema))
            file.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        raise ReportError("E-OUT-WRITE", message, "make room, and import again") from error


def span_of(store: Store) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day that a store's events tell of; None where it has none."""
    from pyarrow import compute, parquet

    table = parquet.read_table(store.path, columns=list(events.DAYS))
    return (compute.min(table["start"]).as_py(), compute.max(table["end"]).as_py()) if len(table) else None
