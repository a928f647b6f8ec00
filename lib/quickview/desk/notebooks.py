"""The command `notebooks new`: a notebook of one's own, from the outline of the kit's."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quickview import terminal
from quickview.errors import InputError
from quickview.terminal import say

if TYPE_CHECKING:
    from quickview.brief.reader import Brief

app = typer.Typer(help="The notebooks that put reports in order.", no_args_is_help=True, rich_markup_mode=None)

OWN: Final = """\
**Your own cells go below this one**, which readers do not see: a Markdown cell that begins with `## Your heading`, and any
chart or table. Two calls give them a number, words, a source and a download:
`qv.figure(chart, id="…", title="…", alt="…", source="…")` and `qv.table(frame, title="…", source="…")`.
"""
"""What marks the place for an author's own cells."""

_BEFORE: Final = "h-sources"
"""The cell that an author's own cells stand before."""

_SHOWN: Final = {
    "judgement": "forecasts",
    "territory_map": "place",
    "control": "place",
    "terms": "agreement",
    "term_history": "agreement",
    "read_monitor": "monitor",
    "monitor_summary": "monitor",
    "monitor_weeks": "monitor",
    "monitor_map": "monitor",
    "measures": "measures",
    "tables": "tables",
    "stances": "actors",
    "network": "relations",
    "precedents": "precedents",
    "evidence_matrix": "hypotheses",
    "hypotheses": "hypotheses",
    "yardstick": "forecasts",
    "drivers": "forecasts",
}
"""Calls of the outline, and the one key of a brief that each shows; any other call stays."""

NotebookName = Annotated[str, typer.Argument(help="What to call it: notebooks/NAME.ipynb.", show_default=False)]


@app.command("new")
def new_notebook(
    name: NotebookName,
    brief: Annotated[
        Path | None, typer.Option("--for", help="Brief whose sections it is to have.", show_default=False)
    ] = None,
) -> None:
    """Write a notebook like the kit's, with a place for cells of your own."""
    from quickview.brief.reader import load
    from quickview.files import MOST_BYTES
    from quickview.inputs.validation import read_text

    path = notebook_path(name)
    outline = json.loads(
        read_text(terminal.in_project(path.parent / "quick_view.ipynb"), prefix="NOTEBOOK", limit=MOST_BYTES)
    )
    cells = of_brief(outline["cells"], load(brief)) if brief else outline["cells"]
    written = {**outline, "cells": with_room(cells)}
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    except FileExistsError:
        hint = "choose another name"
        raise InputError.at(str(path), "E-NOTEBOOK-THERE", "there is such a notebook already", hint) from None
    say(f"{path}: written\nA brief names it, and is then made from it:\n\ndocument:\n  notebook: {path.name}")


def notebook_path(name: str) -> Path:
    """Return where a new notebook of this name is written; wrong usage if it is no name."""
    stem = name.removesuffix(".ipynb")
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", stem, re.ASCII):
        message = f"E-NOTEBOOK-NAME `{name}` is no name for a notebook — letters, digits, hyphens and underscores"
        raise typer.BadParameter(message, param_hint="NAME")
    return terminal.in_project(terminal.DIGEST.parent) / f"{stem}.ipynb"


def of_brief(cells: Sequence[dict[str, Any]], brief: "Brief") -> list[dict[str, Any]]:
    """Return the cells of an outline that a brief has something for, told to read it; a heading goes with all of its cells."""
    kept: list[dict[str, Any]] = []
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not _shows(source, brief):
            continue
        if source.startswith("## ") and kept and _is_heading(kept[-1]):
            kept.pop()
        if "parameters" in cell["metadata"].get("tags", ()):
            told = re.sub(
                r'^brief_path = ".*"$', f'brief_path = "../briefs/{brief.path.name}"', source, flags=re.MULTILINE
            )
            cell = {**cell, "source": told.splitlines(keepends=True)}  # noqa: PLW2901 (the cell as it is written)
        kept.append(cell)
    return kept


def with_room(cells: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cells with a marked place for an author's own before the sources."""
    n = next((n for n, cell in enumerate(cells) if cell.get("id") == _BEFORE), len(cells))
    room = {
        "cell_type": "markdown",
        "id": "own",
        "metadata": {"tags": ["remove-cell"]},
        "source": OWN.rstrip("\n").splitlines(keepends=True),
    }
    return [*cells[:n], room, *cells[n:]]


def _is_heading(cell: Mapping[str, Any]) -> bool:
    return cell["cell_type"] == "markdown" and "".join(cell["source"]).startswith("## ")


def _shows(source: str, brief: "Brief") -> bool:
    """Whether a cell of the outline shows something of a brief."""
    if section := re.search(r'qv\.section\(brief, "([a-z0-9-]+)"', source):
        return brief.section(section[1]) is not None
    calls = re.findall(r"qv\.(\w+)\(", source)
    return not calls or any(call not in _SHOWN or getattr(brief.facts, _SHOWN[call]) for call in calls)
