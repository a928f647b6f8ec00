"""The commands of layers: `shapes build`, `new`, `add`, `list`, `check`, `export`."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quickview import terminal
from quickview.errors import InputError, did_you_mean
from quickview.terminal import FAILED, GOOD, say, warn

if TYPE_CHECKING:
    from rich.table import Table

    from quickview.layers.add import NewLayer
    from quickview.layers.catalog import Catalog, Layer

app = typer.Typer(help="The layers that briefs may name.", no_args_is_help=True, rich_markup_mode=None)

ANOTHER: Final = "build another catalogue"

CatalogPath = Annotated[
    Path | None, typer.Argument(help="Catalogue of layers. [default: shapes/catalog.yaml]", show_default=False)
]
Packages = Annotated[Path | None, typer.Option(help="Folder with packages fetched before.", show_default=False)]


@app.command("build")
def build_layers(
    catalog: CatalogPath = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Build this layer and what it needs; may be repeated.", show_default=False)
    ] = None,
    packages: Packages = None,
) -> None:
    """Rebuild layers from their recipes."""
    from quickview.files import lock
    from quickview.layers.catalog import read_catalog

    catalog = catalog or terminal.in_project(terminal.CATALOG)
    known = read_catalog(catalog).ids
    if unknown := [f"no layer `{name}`, {did_you_mean(name, known)}" for name in only or () if name not in known]:
        raise typer.BadParameter("; ".join(unknown), param_hint="--only")
    with lock(catalog.parent, other=ANOTHER):
        raise typer.Exit(_build(catalog, only or None, packages))


@app.command("new")
def new_country(
    country: Annotated[str, typer.Argument(help="ISO 3166-1 alpha-3 code, such as COL.", show_default=False)],
    catalog: CatalogPath = None,
    packages: Packages = None,
) -> None:
    """Add the outline, regions and neighbours of a country to the catalogue, and build them."""
    from quickview.files import lock, temporary_folder
    from quickview.layers.catalog import read_catalog
    from quickview.layers.country import add_country

    catalog = catalog or terminal.in_project(terminal.CATALOG)
    read_catalog(catalog)  # before its folder is locked, which would make one
    with temporary_folder() as scratch, lock(catalog.parent, other=ANOTHER):
        try:
            added = add_country(catalog, country, packages=packages or scratch)
        except InputError as error:
            if error.faults[0].code != "E-COUNTRY":
                raise
            raise typer.BadParameter(str(error), param_hint="COUNTRY") from None
        code = _build(catalog, added.ids, packages or scratch)
    say(added.told)
    raise typer.Exit(code)


@dataclass(frozen=True)
class Description:
    """What the catalogue says of a layer, as far as the file does not."""

    id: Annotated[
        str, typer.Option("--id", help="Id of the layer. [default: from the file's name]", show_default=False)
    ] = ""
    title: Annotated[str, typer.Option(help="Title. [default: from the id]", show_default=False)] = ""
    source: Annotated[str, typer.Option(help="Who made the data, in which edition.", show_default=False)] = ""
    credit: Annotated[
        str, typer.Option(help="A few words for a map's caption. [default: the source]", show_default=False)
    ] = ""
    licence: Annotated[str, typer.Option(help="SPDX identifier, or the terms in words.", show_default=False)] = ""
    date: Annotated[
        str, typer.Option(help="Day, month or year it stands for, such as 2017-08.", show_default=False)
    ] = ""


@dataclass(frozen=True)
class How:
    """How a file is to be read."""

    crs: Annotated[
        str, typer.Option(help="CRS of the coordinates, if the file does not say it.", show_default=False)
    ] = ""
    encoding: Annotated[str, typer.Option(help="Encoding of a Shapefile's text.", show_default=False)] = ""
    layer: Annotated[str, typer.Option(help="Layer of the file, or file of the ZIP, to take.", show_default=False)] = ""
    where: Annotated[
        list[str] | None,
        typer.Option(help="COLUMN=VALUE that features must have; may be repeated.", show_default=False),
    ] = None
    tolerance: Annotated[
        float | None,
        typer.Option(
            help="Metres to simplify to; 0 for none. [default: as much as 500 kB need]", min=0, show_default=False
        ),
    ] = None
    country: Annotated[
        str, typer.Option(help="Country it lies in, by name or ISO 3166-1 code.", show_default=False)
    ] = ""
    swap_axes: Annotated[
        bool | None,
        typer.Option(help="Whether latitude stands before longitude. [default: found out]", show_default=False),
    ] = None


@app.command("add")
@terminal.flattened
def add_file(
    file: Annotated[
        Path, typer.Argument(help="GeoJSON, GeoPackage, Shapefile, FlatGeobuf, KML or GeoParquet.", show_default=False)
    ],
    description: Description,
    how: How,
    catalog: CatalogPath = None,
) -> None:
    """Add a file as a layer: checked, mended, simplified."""
    from quickview.desk.place import country_code
    from quickview.files import lock
    from quickview.layers.add import Reading, add, prepare
    from quickview.layers.catalog import read_catalog

    catalog = catalog or terminal.in_project(terminal.CATALOG)
    known = read_catalog(catalog)
    reading = Reading(**{**asdict(how), "where": how.where or (), "country": how.country and country_code(how.country)})
    with terminal.progress(file.name) as step:
        step("reading, mending and simplifying")
        layer = prepare(file, reading, catalog=known)
    if layer.faults:
        warn("\n".join(map(str, layer.faults)))
    about = _asked(layer, asdict(description))
    with lock(catalog.parent, other=ANOTHER):
        entry = add(catalog, layer, about)
    size = len(layer.text.encode())
    say(f"{catalog.parent / entry.file}: {len(layer.features)} features, {_size(size)}; {layer.done}")
    say(f"Columns: {', '.join(layer.features[0]['properties'])}; key: {layer.key}")
    say(f"Write in the brief:\n\n{layer.place(entry.id, entry.title)}")


def _asked(layer: "NewLayer", about: dict[str, str]) -> dict[str, str]:
    """Ask on a terminal for what the catalogue must say and neither file nor options do."""
    from quickview.layers.add import NEEDED, entry_of
    from quickview.layers.catalog import Layer

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return about
    known = entry_of(layer, about)
    missing = [name for name in NEEDED if not known[name]]
    return about | {
        name: typer.prompt(f"{name} ({Layer.model_fields[name].description})", err=True) for name in missing
    }


@app.command("list")
def list_layers(
    catalog: CatalogPath = None,
    maps: Annotated[
        bool | None,
        typer.Option("--maps/--no-maps", help="Draw each layer. [default: on a terminal]", show_default=False),
    ] = None,
) -> None:
    """Show the layers of the catalogue."""
    from rich.console import Console

    from quickview.layers.catalog import read_catalog

    known = read_catalog(catalog or terminal.in_project(terminal.CATALOG))
    console = Console(markup=False, highlight=False)
    is_able = console.is_terminal and not console.is_dumb_terminal and console.width >= MAPS_WIDTH
    if (is_able if maps is None else maps) and console.encoding.startswith("utf"):
        console.print(_maps(known), soft_wrap=False)
        return
    names = ("id", "title", "geometry", "features", "size", "date", "licence")
    told = ((one.id, one.title, one.geometry, *_told(known, one)[1:], one.date, one.licence) for one in known.layers)
    terminal.print_tables([terminal.table(names, told)])


MAPS_WIDTH: Final = 60
"""Columns of a terminal that has room for maps with words beside them."""
_COLOURS: Final = {"polygon": "cyan", "line": "magenta", "point": "green"}


def _told(catalog: "Catalog", layer: "Layer") -> tuple[list[Mapping[str, Any]], str, str]:
    """Return a layer's geometries, how many they are or what is wrong with it, and its size."""
    from quickview.layers.catalog import read_features

    try:
        rows = read_features(catalog, layer.id)["features"]
        return [one["geometry"] for one in rows], str(len(rows)), _size(catalog.path(layer.id).stat().st_size)
    except InputError as error:
        return [], error.faults[0].code, ""


def _maps(catalog: "Catalog") -> "Table":
    """Return a map of each layer with what is known of it beside."""
    from rich.table import Table
    from rich.text import Text

    from quickview.desk.terminal_map import COLUMNS, braille_map

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=COLUMNS)
    grid.add_column()
    for layer in catalog.layers:
        shapes, count, size = _told(catalog, layer)
        colour = _COLOURS[layer.geometry] if shapes else "red"
        kind = " · ".join(
            filter(None, [layer.geometry, f"{count} row{'s' * (count != '1')}" if shapes else count, size])
        )
        lines = [(layer.id, f"bold {colour}"), (layer.title, "bold"), (kind, colour), (layer.source, "")]
        lines += [(layer.licence, "dim"), (layer.date, "dim")]
        words = Text("\n").join(Text(*line) for line in lines)
        grid.add_row(Text(braille_map(shapes) if shapes else "", colour), words)
        grid.add_row()
    return grid


def _size(count: int) -> str:
    return f"{max(count / 1000, 0.1):,.{count < 10_000:d}f} kB"


@app.command("check")
def check_layers(catalog: CatalogPath = None) -> None:
    """Check every layer and tell all faults."""
    from quickview.layers.build import faults_of_layer
    from quickview.layers.catalog import read_catalog

    known = read_catalog(catalog or terminal.in_project(terminal.CATALOG))
    found = {layer.id: faults_of_layer(known, layer) for layer in known.layers}
    for faults in filter(None, found.values()):
        warn("\n".join(map(str, faults)))
    say(f"{sum(not faults for faults in found.values())} of {len(found)} layers are sound")
    raise typer.Exit(FAILED if any(found.values()) else GOOD)


class Exchange(StrEnum):
    """Formats that layers are exported to."""

    GPKG = "gpkg"
    PARQUET = "parquet"
    FGB = "fgb"


@app.command("export")
def export_layer(
    name: Annotated[str, typer.Argument(help="Id of a layer.", show_default=False)],
    catalog: CatalogPath = None,
    form: Annotated[Exchange, typer.Option("--format", help="GeoPackage, GeoParquet or FlatGeobuf.")] = Exchange.GPKG,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
) -> None:
    """Write a layer for a GIS."""
    from quickview.layers.catalog import read_catalog
    from quickview.layers.export import export

    say(str(export(read_catalog(catalog or terminal.in_project(terminal.CATALOG)), name, form=form, out=out)))


def _build(catalog: Path, only: Sequence[str] | None, packages: Path | None) -> int:
    """Build layers, tell what became of each, and return the exit code."""
    from quickview.layers.build import build
    from quickview.layers.catalog import read_catalog

    code = GOOD
    for built in build(read_catalog(catalog), only=only, packages=packages):
        if built.error is None:
            say(str(built.file))
            continue
        warn("\n".join(map(str, built.faults)))
        code = max(code, terminal.exit_code(built.error))
    return code
