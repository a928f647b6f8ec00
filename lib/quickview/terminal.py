"""What commands share: their options, how they speak (what is made to standard output, what is wrong to standard error), how they end."""

import datetime as dt
import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final, Self, get_type_hints

import typer

from quickview.errors import MachineError, QuickViewError
from quickview.options import RenderOptions

if TYPE_CHECKING:
    from rich.table import Table

    from quickview.brief.reader import Brief

GOOD: Final = 0
FAILED: Final = 1
BROKEN: Final = 2
LOCKED: Final = 3
INTERRUPTED: Final = 130
"""Exit codes: all good; a brief or report failed and the rest is done; wrong usage or environment; another run is at work; interrupted."""


def exit_code(error: Exception) -> int:
    """Return the exit code that an error asks for."""
    if getattr(error, "code", "") == "E-LOCKED":
        return LOCKED
    return BROKEN if isinstance(error, MachineError) or MachineError.behind(error) else FAILED


def say(text: str) -> None:
    """Print a line of results."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print a line about what is wrong, or at work."""
    print(text, file=sys.stderr, flush=True)


def summary(brief: "Brief") -> str:
    """Return what is said of a sound brief."""
    facts = brief.facts
    counts = {"actor": len(facts.actors), "event": len(facts.events), "source": len(facts.sources)}
    counted = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in counts.items() if n)
    return f"{brief.path}: sound; {counted}"


def print_fault(error: Exception) -> None:
    """Print what went wrong in a line, without a traceback."""
    if known := error if isinstance(error, QuickViewError) else MachineError.behind(error):
        warn(str(known))
    else:
        warn(f"E-INTERNAL {type(error).__name__}: {error} — run again with --debug and report what it prints")


def print_detail(detail: str, *, always: bool = False) -> None:
    """Print what else helps to find a fault; a traceback of the kit only with `--debug`."""
    if detail and (always or "--debug" in sys.argv):
        warn(detail)


@contextmanager
def progress(name: str) -> Iterator[Callable[[str], None]]:
    """Show the step at work: a spinner on a terminal, plain lines elsewhere."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(name) as status:
            yield lambda step: status.update(f"{name}: {step}")
    else:
        yield lambda step: warn(f"{name}: {step}")


def table(columns: Iterable[str], rows: Iterable[Sequence[str]]) -> "Table":
    """Return a table whose cells break rather than lose their ends where a terminal is narrow."""
    from rich.table import Column, Table

    made = Table(*(Column(name, overflow="fold") for name in columns), box=None, pad_edge=False)
    for row in rows:
        made.add_row(*row)
    return made


def print_tables(parts: Iterable["Table | str"], *, file: IO[str] | None = None) -> None:
    """Print tables and lines, or write them to a file: as wide as the terminal is, elsewhere as wide as need be."""
    from rich.console import Console

    console = Console(file=file, force_terminal=False if file else None, markup=False, highlight=False)
    for part in parts:
        if not console.is_terminal:
            console.width = max(Console(width=10_000).measure(part).maximum, 1)
        console.print(part)


DIGEST: Final = Path("notebooks/digest.ipynb")
FORECASTS: Final = Path("notebooks/forecasts.ipynb")
OUT: Final = Path("reports")
BRIEFS: Final = Path("briefs")
CATALOG: Final = Path("shapes/catalog.yaml")


def in_project(path: Path, *, beside: Path | None = None) -> Path:
    """Return a path of the project: of the nearest folder, from here upwards, that holds briefs and notebooks.

    Outside of one it is the project that the brief `beside` lies in, else this folder.
    """
    here = Path.cwd()
    ways = [here, *here.parents, *([Path(os.path.realpath(beside)).parent.parent] if beside else [])]
    root = next((way for way in ways if (way / BRIEFS).is_dir() and (way / DIGEST.parent).is_dir()), here)
    return path if root == here else Path(os.path.relpath(root / path))


class Format(StrEnum):
    """Files a report can be rendered to."""

    HTML = "html"
    PDF = "pdf"


def checked_site(address: str) -> str:
    """Return the address as pages name it, or end as wrong usage."""
    if not address:
        return ""
    from quickview.report.sharing import site_address

    try:
        return site_address(address)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def checked_day(text: str) -> str:
    """Return an ISO date as it is, or end as wrong usage."""
    try:
        return text and dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter("write it as 2017-08-04") from None


def flattened(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the fields of its records of options as options of its own; it is called with the records."""
    hints = get_type_hints(command, include_extras=True)
    own = [one.replace(annotation=hints[one.name]) for one in inspect.signature(command).parameters.values()]
    records: dict[str, Any] = {one.name: one.annotation for one in own if is_dataclass(one.annotation)}

    @functools.wraps(command)
    def called(**given: Any) -> None:
        told = {
            name: record(**{field.name: given.pop(field.name) for field in fields(record)})
            for name, record in records.items()
        }
        command(**given, **told)

    flat = [one for parameter in own for one in _flat(parameter)]
    called.__signature__ = inspect.Signature(flat)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in flat}
    return called


def _flat(parameter: inspect.Parameter) -> list[inspect.Parameter]:
    if not is_dataclass(parameter.annotation):
        return [parameter]
    hints = get_type_hints(parameter.annotation, include_extras=True)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return [
        inspect.Parameter(field.name, kind, default=field.default, annotation=hints[field.name])
        for field in fields(parameter.annotation)
    ]


Briefs = Annotated[list[Path], typer.Argument(help="Briefs to read (briefs/NAME.md).", show_default=False)]
Shapes = Annotated[
    Path | None,
    typer.Option(help="Catalogue of layers. [default: shapes/ beside the brief's folder]", show_default=False),
]
Until = Annotated[
    str,
    typer.Option(
        help="Last day of events that a notebook counts, YYYY-MM-DD. [default: the brief's as_of]",
        show_default=False,
        metavar="DAY",
        callback=checked_day,
    ),
]
Untrusted = Annotated[
    bool,
    typer.Option(
        "--untrusted-brief",
        help="Briefs come from outside: take only their text, all else from this project; less time and memory.",
    ),
]
Out = Annotated[Path | None, typer.Option(help="Folder for reports. [default: reports/]", show_default=False)]


@dataclass(frozen=True)
class Look:
    """Options of what a report shows, and how: notebook, language, theme, layers."""

    notebook: Annotated[
        Path | None,
        typer.Option(
            help="Notebook to run. [default: the one the brief names, or notebooks/quick_view.ipynb]",
            show_default=False,
        ),
    ] = None
    language: Annotated[
        str,
        typer.Option(help="Language of the report, such as ar or fr. [default: the brief's own]", show_default=False),
    ] = ""
    theme: Annotated[
        str, typer.Option("--theme", help="Theme: default, gazette, signal, or a theme file.", show_default=False)
    ] = ""
    shapes: Shapes = None
    kernel: Annotated[str, typer.Option(help="Kernel to run the notebook with.")] = "quickview"

    def shown_in(self, out: Path, formats: Sequence[str] = ("html",)) -> RenderOptions:
        """Return what is to be made in a folder, of a brief where an option says nothing."""
        return RenderOptions(
            self.notebook,
            out,
            formats,
            theme=self.theme,
            kernel=self.kernel,
            catalog=self.shapes,
            language=self.language,
        )


@dataclass(frozen=True)
class Rendering(Look):
    """Options of every command that makes reports, or says why it would."""

    formats: Annotated[
        list[Format] | None, typer.Option("--format", help="Formats to make; both by default.", show_default=False)
    ] = None
    static: Annotated[bool, typer.Option("--static", help="Leave interactive charts out of the HTML.")] = False
    out: Out = None
    site: Annotated[
        str,
        typer.Option(
            "--site",
            help="Address the reports are served at, for previews of links.",
            show_default=False,
            callback=checked_site,
        ),
    ] = ""

    def at_home(self) -> Self:
        """Return the options with whole paths, which hold in another folder too."""
        theme = str(Path(self.theme).resolve()) if Path(self.theme).suffix else self.theme
        notebook, shapes, out = (path and path.resolve() for path in (self.notebook, self.shapes, self.out))
        return replace(self, theme=theme, notebook=notebook, shapes=shapes, out=out)

    def of(self, brief: Path) -> RenderOptions:
        """Return what is to be made, of a brief where an option says nothing."""
        out = self.out or in_project(OUT, beside=brief)
        options = self.shown_in(out, [str(form) for form in self.formats or Format])
        return replace(options, static=self.static, site=self.site)


@dataclass(frozen=True)
class Workforce:
    """Options of what works beside this process."""

    workers: Annotated[
        int | None, typer.Option(help="Processes to work with. [default: one a processor]", min=1, show_default=False)
    ] = None
    scheduler: Annotated[
        str, typer.Option(help="Dask scheduler to work with instead, such as tcp://host:8786.", show_default=False)
    ] = ""
