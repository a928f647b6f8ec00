"""Read an executed notebook as the outline of a report, and check that it is whole.

A first- or second-level heading begins a section. Cells tagged `remove-cell`, and
outputs of cells tagged `remove-output`, stay out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from quickview.brief import prose
from quickview.brief.masthead import Masthead, Prose
from quickview.brief.reader import Brief
from quickview.errors import ReportError
from quickview.report import cells, html_output, markdown_cells, outputs, plotly_figure
from quickview.report.cells import Context, Notes
from quickview.report.outline import Outline, Part, Section, mentioned

if TYPE_CHECKING:  # nbformat takes longer to import than a night without changes may take
    from nbformat import NotebookNode

_MASTHEAD: Final = "masthead"

_SILENT: Final = ("use_look", "load", "read_territory", "read_edition", "read_ledger")
"""What of the kit shows nothing by itself."""


def read_outline(notebook: "NotebookNode", *, folder: Path | None = None) -> Outline:
    """Return the outline of an executed notebook; `folder` is where it lies, for pictures beside it.

    Raises `ReportError` that tells all at once what ended in an error and what cannot stand in a report.
    """
    cells.check_form(notebook)
    taken = [
        (cell, name)
        for cell, name in zip(notebook.cells, cells.names(notebook.cells), strict=True)
        if "remove-cell" not in cells.tags(cell)
    ]
    masthead, notes, kit = Masthead(), Notes(), cells.kit_names(notebook.cells)
    states: Mapping[str, Any] = {}
    with notes.refusing("the notebook"):
        masthead = _masthead(notebook)
        states = notebook.metadata.get("widgets", {}).get(outputs.WIDGET_STATE, {}).get("state", {})
    context = Context(masthead.spoken, masthead.sources, folder, states)
    head, sections, silent = Section("head", ""), list[Section](), list[str]()
    for cell, name in taken:
        current = sections[-1] if sections else head
        with notes.refusing(name):
            json.dumps(cell, ensure_ascii=False).encode()  # no file can hold half a character
            if cell.cell_type == "markdown":
                sections += _read_text(cell, name, current, context, notes)
            elif cell.cell_type == "code":
                parts = list(outputs.of_cell(_outputs(cell), name, context, notes))
                current.parts += [replace(part, cell=name) for part in parts]
                silent += _silent(cell, name, kit, shown=len(parts))
            elif not cells.is_blank(cell):
                notes.warn("W-CELL-RAW", name, "is left out", "make it a Markdown or a code cell")
    _refuse_foreign([head, *sections], masthead.prose, notes)
    if notes.faults:
        raise ReportError.of(notes.faults)
    sections = _land([head, *sections], masthead.prose, notes)[1:]
    anchors, figures = set[str](), set[str]()
    for section in (head, *sections):
        section.id = _own(section.id, anchors)
        section.parts = [_named_apart(part, figures) for part in section.parts]
    return Outline(tuple(head.shown), tuple(sections), silent, notes.warnings, masthead, cells.sha256_of(notebook))


def _refuse_foreign(sections: Sequence[Section], prose_of: Sequence[Prose], notes: Notes) -> None:
    """Note what acts in what passes for the kit's own: a notebook's outputs can be written by hand, and the kit's are not cleaned."""
    own = (("the masthead", one.html) for one in prose_of)
    shown = ((part.cell, part.html + (part.figure.body if part.figure else "")) for one in sections for part in one.parts)  # fmt: skip
    for cell, markup in (*own, *shown):
        if found := html_output.foreign(markup):
            message = f"shows as the kit's own what the kit never writes: `{found[:80]}`"
            notes.refuse("E-OUTPUT-FOREIGN", cell, message, "clear the outputs, and run the notebook again")


def _land(sections: list[Section], prose_of: Sequence[Prose], notes: Notes) -> list[Section]:
    """Give each section of the brief's prose that no cell shows a place of its own, in the author's order.

    A cell that shows the `further` ones asks for just that; without one it is a warning.
    """
    placed = {part.id for section in sections for part in section.parts}
    for section in sections:
        section.parts = [replace(part, absent=part.absent or part.id == "further") for part in section.parts]
    for n, one in enumerate(prose_of):
        if one.id not in placed:
            spot = _spot(sections, [other.id for other in prose_of[:n]], [other.id for other in prose_of[n:]])
            sections.insert(spot, Section(one.id, one.title, [Part(one.id, one.html)], one.language))
            if "further" not in placed:
                where = f"behind “{sections[spot - 1].title}”" if sections[spot - 1].title else "first"
                hint = f'to place it, write `qv.section(brief, "{one.id}")`, or for all such `qv.further(brief)`'
                notes.warn("W-SECTION", f"section “{one.title}”", f"is shown by no cell and stands {where}", hint)
    return sections


def _spot(sections: Sequence[Section], before: Sequence[str], after: Sequence[str]) -> int:
    """Return where a section lands: behind the prose that comes before it, else ahead of what comes after, else of the sources."""
    spots = {part.id: n for n, section in enumerate(sections) for part in section.parts}
    behind = [spots[name] + 1 for name in before if name in spots]
    ahead = [spots[name] for name in (*after, "sources") if name in spots]
    return max(behind) if behind else (ahead or [len(sections)])[0]


def _masthead(notebook: "NotebookNode") -> Masthead:
    """Return what the masthead says of the report, be it shown or not: all other cells are read in its light."""
    shown = (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))
    blocks = (data[outputs.BLOCK] for data in shown if outputs.BLOCK in data)
    return next(
        (Masthead.read(outputs.as_saved(block.get("data"))) for block in blocks if block.get("id") == _MASTHEAD),
        Masthead(),
    )


def _outputs(cell: "NotebookNode") -> Sequence[Mapping[str, Any]]:
    """Return what a cell put out; of a cell whose outputs stay out, the errors alone, of one that is the analyst's own, nothing."""
    if cells.is_desk(cell):
        return ()
    found: Sequence[Mapping[str, Any]] = cell.get("outputs", ())
    return [one for one in found if one["output_type"] == "error"] if "remove-output" in cells.tags(cell) else found


def _read_text(cell: "NotebookNode", name: str, current: Section, context: Context, notes: Notes) -> list[Section]:
    """Return the sections a Markdown cell begins; text before its first heading goes to the current one."""
    begun: list[Section] = []
    for title, text in markdown_cells.split(cell):
        if title:
            begun.append(Section(prose.slug(title), title))
        if text.strip():
            body = markdown_cells.render(text, cell, name, context, notes)
            (begun[-1] if begun else current).parts.append(Part("", body, cell=name))
    return begun


def _silent(cell: "NotebookNode", name: str, kit: frozenset[str], *, shown: int) -> Iterator[str]:
    """Yield what a cell calls of the kit without showing it, in words."""
    if "remove-output" in cells.tags(cell):
        return
    for call, last in cells.shown_calls(cell, kit):
        shows = call.partition("(")[0].rpartition(".")[2] not in _SILENT
        if last and not shown and not cell.outputs:
            yield f"{name} shows nothing"
        elif not last and call.count(".") and shows and shown < 2:
            yield f"{name} calls {call} and does not show it: write it last in its cell, or in a cell of its own"


def _own(name: str, seen: set[str]) -> str:
    """Return the name, or the first of name-2, name-3 … that has not been seen; and see it."""
    own, n = name, 2
    while own in seen:
        own, n = f"{name}-{n}", n + 1
    seen.add(own)
    return own


def _named_apart(part: Part, seen: set[str]) -> Part:
    if part.figure is None:
        return part
    name = _own(part.figure.id, seen)
    return replace(part, id=name, figure=replace(part.figure, id=name))


def check_outline(outline: Outline, brief: Brief) -> None:
    """Raise `ReportError` that names everything missing from the report, or every figure it refers to in vain.

    A notebook that has read another brief than it was told, or in another language, has made another report.
    """
    said = outline.masthead
    for key, own, asked in (("name", said.name, brief.edition), ("language", said.language, brief.language.code)):
        if own not in {"", asked}:
            message = f"the notebook made a report with {key} “{own}”, and “{asked}” was asked for"
            hint = "let no cell below the parameters set brief_path or language"
            raise ReportError("E-NOTEBOOK-BRIEF", message, hint)
    check_parts(outline)
    unknown = sorted(set(mentioned(outline)) - {figure.id for figure in outline.figures})
    if unknown:
        message = f"the text refers to {', '.join(f'[@fig-{name}]' for name in unknown)}, and there is no such figure"
        known = ", ".join(f"[@fig-{figure.id}]" for figure in outline.figures) or "none"
        raise ReportError("E-XREF", message, f"the report's figures are {known}")


def check_parts(outline: Outline) -> None:
    """Raise `ReportError` that names every part that is empty or has no output."""
    if missing := list(_missing_parts(outline)):
        raise ReportError("E-INCOMPLETE", "; ".join(missing), "run the notebook in JupyterLab and look at these parts")


def _missing_parts(outline: Outline) -> Iterator[str]:
    if all(part.id != _MASTHEAD for part in outline.head):
        yield "the report has no masthead"
    yield from outline.silent
    for part in outline.parts:
        where = f" ({part.cell})" if part.cell else ""
        if part.figure and part.figure.wide and not plotly_figure.has_data(part.figure.wide):
            yield f"figure “{part.id}”{where} is empty"
        elif part.id and not part.figure and not part.html.strip():
            yield f"part “{part.id}”{where} is empty"
