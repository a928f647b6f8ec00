"""The commands of events that others recorded: `events import`, `list`, `show`."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from quickview import terminal
from quickview.errors import MOST_SHOWN, InputError
from quickview.terminal import FAILED, GOOD, print_fault, say, warn

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table
    from shapely.geometry.base import BaseGeometry

    from quickview.evidence.event_import import Imported
    from quickview.evidence.event_store import Store

app = typer.Typer(help="Events that others recorded.", no_args_is_help=True, rich_markup_mode=None)

FIRST: Final = 10
"""Rows that are shown of a store."""
NEAR: Final = 2
"""Precision of a place, as UCDP counts it, up to which it is exact or near by."""

Shapes = Annotated[
    Path | None,
    typer.Option(
        help="Catalogue of layers that the events lie beside. [default: shapes/catalog.yaml]", show_default=False
    ),
]


@dataclass(frozen=True)
class Terms:
    """What is to be said of events besides what their file does."""

    name: Annotated[
        str, typer.Option(help="Name to keep them under. [default: the provider's]", show_default=False)
    ] = ""
    release: Annotated[
        str, typer.Option(help="Release, such as 25.1. [default: from the file's name]", show_default=False)
    ] = ""
    licence: Annotated[str, typer.Option(help="SPDX identifier, or the terms in words.", show_default=False)] = ""
    credit: Annotated[str, typer.Option(help="Whom to name under a figure.", show_default=False)] = ""
    private: Annotated[bool, typer.Option("--private", help="Rows may not be passed on.")] = False


@dataclass(frozen=True)
class How:
    """How a file is to be read."""

    sheet: Annotated[str, typer.Option(help="Sheet of a workbook. [default: the first]", show_default=False)] = ""
    drop_faulty: Annotated[bool, typer.Option("--drop-faulty", help="Leave faulty rows out, and tell them.")] = False


@app.command("import")
@terminal.flattened
def import_files(
    files: Annotated[
        list[Path], typer.Argument(help="CSV (may be zipped), Excel or Parquet: UCDP GED, ACLED, plain tables.")
    ],
    terms: Terms,
    how: How,
    shapes: Shapes = None,
) -> None:
    """Take in events, each once, however often its file is imported; all of a file, or nothing."""
    from quickview.evidence import event_import

    catalog, code = _catalog(shapes), GOOD
    given = event_import.Terms(**vars(terms))
    for path in files:
        try:
            done = event_import.import_events(path, catalog.parent, given, catalog=catalog, **vars(how))
        except InputError as error:
            print_fault(error)
            code = FAILED
        else:
            for fault in done.faults[:MOST_SHOWN]:
                warn(str(fault))
            say("\n".join(_told(path, done)))
    raise typer.Exit(code)


def _catalog(shapes: Path | None) -> Path:
    return shapes or terminal.in_project(terminal.CATALOG)


def _told(path: Path, done: "Imported") -> Iterator[str]:
    """Yield what is said of an import."""
    if done.read:
        counts = ("added", "changed", "unchanged", "outdated", "superseded")
        told = ", ".join(f"{getattr(done, name):,} {name}" for name in counts)
        yield f"{path}: {done.rows:,} row{'s' * (done.rows != 1)} read; {told}"
    else:
        yield f"{path}: no data: {_rows(done)}; that is no sign of calm"
    yield from _counted("left out", done.left_out)
    yield from _counted("mended", done.mended)
    if done.dropped:
        more = f", of which {MOST_SHOWN} are told above" if done.dropped > MOST_SHOWN else ""
        yield f"  dropped: {done.dropped:,} faulty row{'s' * (done.dropped > 1)}{more}"
    if done.read:
        provenance = done.store.provenance
        yield f"  {done.first} to {done.last}; {provenance.licence}; credit: {provenance.credit}"
        yield f"  {done.store.path}: {done.store.rows:,} events"
        if not done.store.is_shareable:
            yield "  Rows may not be passed on: the file is named *.private.parquet, so that version control leaves it out."


def _rows(done: "Imported") -> str:
    return f"none of {done.rows:,} rows can be used" if done.rows else "there is no row under the head"


def _counted(what: str, reasons: Mapping[str, int]) -> Iterator[str]:
    if reasons:
        yield f"  {what}: {'; '.join(f'{count:,} {reason}' for reason, count in reasons.items())}"


@app.command("list")
def list_events(shapes: Shapes = None) -> None:
    """Show what events there are, of whom, from when to when, and how precise."""
    from rich.table import Column, Table

    from quickview.evidence.event_store import stores
    from quickview.layers.catalog import EVENTS

    folder = _catalog(shapes).parent
    found = stores(folder)
    if not found:
        say(f"no events in {folder / EVENTS}: import some with `quickview events import FILE`")
        return
    heads = ("provider", "events", "from", "to", "countries", "day exact", "place exact or near", "releases", "licence")
    table = Table(Column("name", overflow="fold"), *heads, box=None, pad_edge=False)
    for store in found:
        table.add_row(*_row(store))
    terminal.print_tables([table])


def _row(store: "Store") -> tuple[str, ...]:
    """Return what the list says of a store."""
    from quickview.evidence.event_store import read_rows

    rows = read_rows(store, columns=["start", "country", "date_precision", "place_precision", "release"])
    countries = [str(name) for name in rows["country"].dropna().unique()]
    return (
        store.name, store.provenance.title, f"{len(rows):,}", f"{rows['start'].min():%Y-%m-%d}", f"{rows['start'].max():%Y-%m-%d}",
        ", ".join(sorted(countries)) if len(countries) <= 3 else f"{len(countries)}",
        f"{(rows['date_precision'] == 1).mean():.0%}", f"{(rows['place_precision'] <= NEAR).mean():.0%}",
        ", ".join(sorted(filter(None, rows["release"].dropna().unique()))), store.provenance.licence,
    )  # fmt: skip


class Form(StrEnum):
    """Forms that events are shown in."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True)
class Which:
    """Which events of a store are meant."""

    within: Annotated[
        str, typer.Option(help="Id of a polygon layer: only events in it, or on its edge.", show_default=False)
    ] = ""
    buffer: Annotated[float, typer.Option(help="Metres around that layer that count as within.", min=0)] = 0
    since: Annotated[str, typer.Option("--from", help="First day, as YYYY-MM-DD.", show_default=False)] = ""
    until: Annotated[str, typer.Option("--to", help="Last day, as YYYY-MM-DD.", show_default=False)] = ""


@app.command("show")
@terminal.flattened
def show_events(
    name: Annotated[str, typer.Argument(help="Name of a store, as `list` shows it.", show_default=False)],
    which: Which,
    form: Annotated[Form, typer.Option("--format", help="Overview, or the rows.")] = Form.TABLE,
    out: Annotated[
        Path | None, typer.Option(help="File for the rows. [default: standard output]", show_default=False)
    ] = None,
    shapes: Shapes = None,
) -> None:
    """Show events by year and type, how precise they are, and how many deaths they count; or their rows."""
    from quickview.evidence.event_store import store_of

    if out and form is Form.TABLE:
        raise typer.BadParameter("rows are written as csv or json; give --format", param_hint="--out")
    store = store_of(_catalog(shapes).parent, name)
    if form is not Form.TABLE:
        store.check_shareable()
    rows = _chosen(store, which, _catalog(shapes))
    if form is not Form.TABLE:
        _write(rows, form, out)
    elif rows.empty:
        say(f"no events recorded in `{name}` {_selection(which)}; that is no sign of calm")
    else:
        _overview(store, rows, which)


def _chosen(store: "Store", which: Which, catalog: Path) -> "pd.DataFrame":
    """Return the rows that are meant: those that had begun by the last day, and not ended before the first."""
    import pandas as pd

    from quickview.evidence.event_store import read_rows, rows_within

    since, until = (_day(text, f"--{option}") for text, option in ((which.since, "from"), (which.until, "to")))
    if since and until and until < since:
        raise typer.BadParameter(f"{until} is before {since}", param_hint="--to")
    if which.buffer and not which.within:
        raise typer.BadParameter("it is measured around a layer; give --within", param_hint="--buffer")
    rows = rows_within(store, _area(catalog, which.within), metres=which.buffer) if which.within else read_rows(store)
    if since:
        rows = rows[rows["end"] >= pd.Timestamp(since)]
    return rows[rows["start"] <= pd.Timestamp(until)] if until else rows


def _day(text: str, option: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"`{text}` is no day; write YYYY-MM-DD", param_hint=option) from None


def _area(catalog: Path, layer: str) -> "BaseGeometry":
    import shapely
    from shapely.geometry import shape

    from quickview.layers.catalog import read_catalog, read_features

    known = read_catalog(catalog)
    if layer in known.ids and known.layer(layer).geometry != "polygon":
        raise typer.BadParameter(f"`{layer}` has no areas; name a polygon layer", param_hint="--within")
    return shapely.union_all([shape(one["geometry"]) for one in read_features(known, layer)["features"]])


def _selection(which: Which) -> str:
    """Return in words which events are meant."""
    around = f" and {which.buffer:,g} m around it" if which.buffer else ""
    parts = [which.within and f"within `{which.within}`{around}", which.since and f"from {which.since}", which.until and f"to {which.until}"]  # fmt: skip
    return " ".join(filter(None, parts)) or "at all"


def _write(rows: "pd.DataFrame", form: Form, out: Path | None) -> None:
    from quickview.files import write_atomically

    days = {name: rows[name].dt.strftime("%Y-%m-%d") for name in ("start", "end")}
    told = rows.assign(**days)
    text = told.to_csv(index=False, lineterminator="\n") if form is Form.CSV else told.to_json(orient="records", force_ascii=False, indent=1)  # fmt: skip
    if out:
        write_atomically(out, text)
        say(f"{out}: {len(rows):,} events")
    else:
        say(text.rstrip("\n"))


def _overview(store: "Store", rows: "pd.DataFrame", which: Which) -> None:
    """Print what there is, by year and type, how precise, how many deaths, and the first rows."""
    provenance = store.provenance
    chosen = _selection(which)
    say(
        f"{store.name}: {len(rows):,} events{'' if chosen == 'at all' else f' {chosen}'}, {provenance.title}; {provenance.licence}"
    )
    say(f"Days: {_shares(rows['date_precision'], DAYS)}")
    say(f"Places: {_shares(rows['place_precision'], PLACES)}")
    say(f"Deaths: {_deaths(rows)}\n")
    terminal.print_tables([_by_year(rows)])
    say(f"\nThe first {min(FIRST, len(rows))}:" if len(rows) > 1 else "")
    terminal.print_tables([_first(rows)])


DAYS: Final = {1: "day known", 2: "within 2–6 days", 3: "week", 4: "month", 5: "longer"}
PLACES: Final = {
    1: "exact", 2: "near by", 3: "district", 4: "region", 5: "part of a region", 6: "country", 7: "at sea or in the air",
}  # fmt: skip
"""What the precisions of UCDP stand for."""


def _shares(column: "pd.Series[int]", words: Mapping[int, str]) -> str:
    shares = column.value_counts(normalize=True).sort_index()
    return ", ".join(f"{words[int(code)]} {share:.1%}" for code, share in shares.items())  # type: ignore[call-overload]


def _deaths(rows: "pd.DataFrame") -> str:
    """Return deaths as least–most likely–highest, and of how many events they are not told."""
    untold = int(rows["best"].isna().sum())
    if untold == len(rows):
        return "not told"
    low, best, high = (f"{int(rows[name].sum()):,}" for name in ("low", "best", "high"))
    told = best if low == best == high else f"{low}–{best}–{high} (low–best–high)"
    return f"{told}{f', not told of {untold:,} events' if untold else ''}"


def _by_year(rows: "pd.DataFrame") -> "Table":
    from rich.table import Column, Table

    table = Table(
        "year", "type", *(Column(name, justify="right") for name in ("events", "deaths")), box=None, pad_edge=False
    )
    kinds = rows["type"].astype(object).fillna("")
    for (year, kind), part in rows.groupby([rows["start"].dt.year, kinds], observed=True):
        table.add_row(str(year), str(kind), f"{len(part):,}", _deaths(part).removesuffix(" (low–best–high)"))
    return table


def _first(rows: "pd.DataFrame") -> "Table":
    from rich.table import Column, Table

    columns = ("id", "start", "type", "side_a", "side_b", "best", "place", "country")
    table = Table(*(Column(name, overflow="fold") for name in columns), box=None, pad_edge=False)
    for row in rows.head(FIRST)[list(columns)].astype({"start": str}).astype(object).itertuples(index=False):
        table.add_row(*("" if cell != cell or cell is None else str(cell) for cell in row))  # noqa: PLR0124 (NaN)
    return table
