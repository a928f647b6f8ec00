"""The commands of layers: `shapes build`, `shapes new`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from quickview import terminal
from quickview.errors import InputError, did_you_mean
from quickview.terminal import GOOD, say, warn

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
    import tempfile

    from quickview.files import lock
    from quickview.layers.catalog import read_catalog
    from quickview.layers.country import add_country

    catalog = catalog or terminal.in_project(terminal.CATALOG)
    read_catalog(catalog)  # before its folder is locked, which would make one
    with tempfile.TemporaryDirectory() as scratch, lock(catalog.parent, other=ANOTHER):
        try:
            added = add_country(catalog, country, packages=packages or Path(scratch))
        except InputError as error:
            if error.faults[0].code != "E-COUNTRY":
                raise
            raise typer.BadParameter(str(error), param_hint="COUNTRY") from None
        code = _build(catalog, added.ids, packages or Path(scratch))
    say(added.told)
    raise typer.Exit(code)


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
