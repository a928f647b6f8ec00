"""Import a file of events into its store: all of it or nothing, each event once, every row accounted for."""

import contextlib
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quickview.errors import Fault, InputError, ReportError
from quickview.evidence import events
from quickview.evidence.event_checks import equal, once, without_swapped
from quickview.evidence.event_file import open_event_file
from quickview.evidence.event_layouts import LAYOUTS, Layout, layout_of
from quickview.evidence.event_store import PRIVATE, Provenance, Store, name_of, open_store
from quickview.evidence.events import COLUMNS, Reading
from quickview.files import lock, sha256, temporary_folder
from quickview.language.catalogs import telling_words
from quickview.layers.catalog import EVENTS

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS: Final = 200_000
"""Rows written at a time."""
_RELEASE: Final = re.compile(r"(?i)(?:v|ged|candidate[-_ ]?)(\d{2})[._]?(\d{1,2})((?:[._]\d{1,2})*)(?!\d)")
_GEO: Final = {
    "version": "1.1.0", "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},  # in OGC:CRS84, if it does not say
}  # fmt: skip
WORLD: Final = 100
"""A layer with as many countries, or more, is one of the world."""


@dataclass(frozen=True)
class Imported:
    """What an import did with the rows of a file, and with the events that were there before."""

    store: Store
    rows: int
    """Rows of the file, but for blank ones."""
    read: int = 0
    """Events in it, each once, without what was left out or dropped."""
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    outdated: int = 0
    """Rows of an older release than what is there already."""
    superseded: int = 0
    """Candidate events that the provider's final release no longer has."""
    first: dt.date | None = None
    last: dt.date | None = None
    mended: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    dropped: int = 0
    faults: Sequence[Fault] = ()
    """Of rows that were dropped, as far as they are told one by one."""


@dataclass(frozen=True)
class Terms:
    """What is to be said of events besides what their layout says."""

    name: str = ""
    release: str = ""
    licence: str = ""
    credit: str = ""
    private: bool = False


def import_events(
    path: Path, shapes: Path, terms: Terms = Terms(), *, sheet: str = "", drop_faulty: bool = False, catalog: Path | None = None
) -> Imported:  # fmt: skip
    """Import a provider's file into its store beside a catalogue of layers; all of it, or nothing.

    An event that is there already is replaced when it reads otherwise, unless it comes from an
    older release. Raises `InputError` with what is wrong with the file, each row at its place; with
    `drop_faulty`, faulty rows are dropped and told instead. Where the catalogue has a layer of the
    world's countries, events are compared with it.
    """
    reading = Reading(str(path))
    with open_event_file(path, sheet=sheet) as file:
        layout = layout_of(file.columns, str(path))
        release = terms.release or _release(path.name)
        name, provenance = _described(terms, layout, str(path), shapes / EVENTS)
        wanted = sorted(set(layout.places(file.columns).values()))
        batches = file.batches(wanted, reading.tell_ragged)
        parts = (events.normalized(batch, file.columns, layout, reading, release=release) for batch in batches)
        whole = _compact([events.schema(numbered=True).empty_table(), *parts])
    new = without_swapped(once(whole, reading), reading, _borders(catalog))
    if reading.faults and not drop_faulty:
        hint = "mend the file, or let such rows be left out with --drop-faulty"
        message = f"{reading.faulty:,} of {reading.rows:,} rows are faulty; nothing was imported"
        raise InputError([*reading.faults, Fault(str(path), 0, 0, "E-EVENTS-FAULTY", message, hint)])
    told = {"file": path.name, "sha256": sha256(path), "release": release, "events": len(new)}
    store = shapes / EVENTS / f"{name}{'' if provenance.is_shareable else PRIVATE}.parquet"
    done = Imported(Store(name, store, provenance, 0), reading.rows, len(new), mended=reading.mended,
                    left_out=+reading.left_out, dropped=reading.faulty, faults=tuple(sorted(reading.faults)))  # fmt: skip
    if not len(new):
        return done
    with lock(shapes / EVENTS, other="let it end"):
        return _merged(new.drop_columns([events.ROW]), done, told)


def _compact(parts: Iterable["pa.Table"]) -> "pa.Table":
    """Return parts of a table of events as one, with each word kept once."""
    import pyarrow as pa

    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()


def _borders(catalog: Path | None) -> dict[frozenset[str], Any]:
    """Return the countries of a layer of the world, by the words that tell them apart; none where there is no such layer."""
    from shapely.geometry import shape

    from quickview.layers.catalog import read_catalog, read_features

    if catalog is None:
        return {}
    with contextlib.suppress(InputError):
        known = read_catalog(catalog)
        for layer in known.layers:
            if layer.geometry == "polygon" and "name" in layer.key:
                features = read_features(known, layer.id)["features"]
                if len(features) >= WORLD:
                    return {telling_words(one["properties"]["name"]): shape(one["geometry"]) for one in features}
    return {}


def _described(terms: Terms, layout: Layout, file: str, folder: Path) -> tuple[str, Provenance]:
    """Return name and provenance of a store; raises `InputError` with what is not told, or told otherwise than before."""
    name = terms.name or layout.name
    given = Provenance(layout.name, layout.title, terms.licence or layout.licence, terms.credit or layout.credit,
                       is_shareable=layout.is_shareable and not terms.private)  # fmt: skip
    found = list(_problems(name, given))
    for store in (open_store(path) for path in sorted(folder.glob("*.parquet")) if name_of(path) == name):
        if store.provenance.layout != given.layout:
            found.append(("NAME", f"`{name}` holds events of another provider", "give another --name"))
        elif store.is_shareable != given.is_shareable:
            has = "events that may be passed on" if store.is_shareable else "events that may not be passed on"
            found.append(
                ("TERMS", f"`{name}` holds {has}", "give another --name" if store.is_shareable else "give --private")
            )
    if found:
        raise InputError.all((file, 0, 0, f"E-EVENTS-{code}", message, hint) for code, message, hint in found)
    return name, given


def _problems(name: str, given: Provenance) -> Iterator[tuple[str, str, str]]:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        yield (
            "NAME",
            f"`{name}` is no name for events",
            "use small letters, digits and single hyphens, such as acled-north",
        )
    elif given.layout != LAYOUTS[-1].name and not f"{name}-".startswith(f"{given.layout}-"):
        yield "NAME", f"`{name}` does not say whose events they are", f"begin it with `{given.layout}`"
    for option, value in (("licence", given.licence), ("credit", given.credit)):
        if not value:
            yield "TERMS", f"a plain table does not say its {option}", f"give --{option}"


def _merged(new: "pa.Table", done: Imported, told: Mapping[str, Any]) -> Imported:
    """Write what is new or reads otherwise into the store, if anything is."""
    import pyarrow as pa
    from pyarrow import compute

    store = done.store
    old, imports = _kept(store.path)
    places = _places(new["id"], old["id"])
    there = places >= 0
    same = np.zeros(len(new), bool)
    same[there] = equal(new, np.flatnonzero(there), old, places[there])
    release = told["release"]
    later = _which(old["release"], lambda one: bool(one and release) and _number(one) > _number(release))
    late = there & ~same & np.isin(places, np.flatnonzero(later))
    changed = there & ~same & ~late
    gone = _superseded(old, new, release)
    span = compute.min_max(new["start"]).as_py()
    done = replace(
        done, first=span["min"], last=span["max"], added=int((~there).sum()), changed=int(changed.sum()),
        unchanged=int(same.sum()), outdated=int(late.sum()), superseded=int(gone.sum()),
    )  # fmt: skip
    if not (done.added or done.changed or done.superseded):
        return replace(done, store=open_store(store.path))
    gone[places[changed]] = True
    whole = pa.concat_tables([old.filter(~gone), new.filter(~there | changed)]).unify_dictionaries()
    listed = [*(one for one in imports if one["sha256"] != told["sha256"]), dict(told)]
    _write(whole, store.path, replace(store.provenance, imports=listed))
    return replace(done, store=open_store(store.path))


def _kept(path: Path) -> tuple["pa.Table", Sequence[Mapping[str, Any]]]:
    from pyarrow import parquet

    if not path.exists():
        return events.schema().empty_table(), ()
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


def _superseded(old: "pa.Table", new: "pa.Table", release: str) -> np.ndarray:
    """Return which candidate events a final release no longer has, in the countries and years of the file.

    A final release covers all years before its own: 25.1 those to 2024.
    """
    number = _number(release)
    if len(number) != 2 or not number[1] or not len(old):
        return np.zeros(len(old), bool)
    countries = set(new["country"].unique().to_pylist())
    candidate = _which(old["release"], lambda one: len(_number(one)) > 2 and _number(one)[1] == 0)
    covered = _which(old["country"], lambda one: one in countries)
    years, covering = (table["start"].to_numpy().astype("datetime64[Y]") for table in (old, new))
    before = np.isin(years, np.unique(covering)) & (years < np.datetime64(f"{2000 + number[0]}"))
    found: np.ndarray = candidate & covered & before & (_places(old["id"], new["id"]) < 0)
    return found


def _write(table: "pa.Table", path: Path, provenance: Provenance) -> None:
    """Write a store as GeoParquet in one step, the same bytes for the same events."""
    import pyarrow as pa
    import shapely
    from pyarrow import compute, parquet

    told = {**vars(provenance), "imports": list(provenance.imports)}
    metadata = {b"geo": json.dumps(_GEO).encode(), b"quickview": json.dumps(told, ensure_ascii=False).encode()}
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
