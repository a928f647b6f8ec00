"""What a notebook's cells are called in messages, what their sources say without being run, and what is noticed while they are read."""

import ast
import contextlib
import hashlib
import itertools
import json
import os
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from quickview import files
from quickview.brief import prose
from quickview.brief.masthead import CitedSource
from quickview.errors import ReportError, did_you_mean, one_line
from quickview.language.catalogs import Language

if TYPE_CHECKING:  # nbformat takes longer to import than a night without changes may take
    from nbformat import NotebookNode

NOTEBOOK: Final = Path("notebooks/quick_view.ipynb")
"""The outline of a report whose brief names none."""

PARAMETERS: Final = "parameters"
INJECTED: Final = "injected-parameters"

KIT: Final = "quickview.analysis"
_LONGEST: Final = 60
ADDRESS: Final = re.compile(r"\bat 0x[0-9a-f]+", re.IGNORECASE)
"""Where an object lies in memory, which differs from run to run."""

UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading JSON ends in that is not laid out as its MIME type says; half a character of UTF-16 is a `ValueError`."""

_MAGIC: Final = re.compile(r"^\s*[%!].*$", re.MULTILINE)


DESK: Final = re.compile(r"^([ \t]*)(%(?:quickview|(?:re)?load_ext[ \t]+quickview)\b.*)$", re.MULTILINE)
"""A line that asks the kit something while an analyst writes, such as `%quickview check`: no part of a report."""


def without_desk(source: str) -> str:
    """Return a cell's source with nothing done in the lines that are the analyst's own; what else it says keeps its place."""
    return DESK.sub(r"\1pass  # \2", source)


def is_desk(cell: "NotebookNode") -> bool:
    """Whether a cell holds nothing but such lines."""
    return bool(DESK.search(cell.source)) and not DESK.sub("", cell.source).strip()


def notebook_of(brief: Path, name: str | None = None) -> Path:
    """Return the notebook that a brief names, or else the kit's own of its project, or of this folder."""
    own = files.real(brief).parent.parent / NOTEBOOK.parent / (name or NOTEBOOK.name)
    return Path(os.path.relpath(own)) if name or own.is_file() else NOTEBOOK


def report_name(edition: str, notebook: Path | None) -> str:
    """Return what the report of an edition from a notebook is called: `accord-monitor.ar` for one that says `"quickview": {"report": "monitor"}` in its metadata."""
    try:
        said = json.loads(files.content(notebook))["metadata"]["quickview"]["report"] if notebook else ""
    except UNREADABLE:
        return edition
    name, dot, code = edition.partition(".")
    return (
        f"{name}-{said}{dot}{code}"
        if isinstance(said, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", said)
        else edition
    )


def tags(cell: "NotebookNode") -> Sequence[str]:
    """Return the tags of a cell."""
    return cast("Sequence[str]", cell.get("metadata", {}).get("tags", ()))


def check_form(notebook: "NotebookNode") -> None:
    """Raise `ReportError` where a notebook is not laid out as nbformat's own schema has it; nothing else need look at its types."""
    from nbformat import validator

    try:
        error = next(validator.iter_validate(notebook, relax_add_props=True), None)
        wrong = (
            f"{'.'.join(map(str, error.path))[:_LONGEST]}: {' '.join(str(error.message).split())[:160]}"
            if error
            else ""
        )
    except UNREADABLE as error:
        wrong = f"{type(error).__name__}, {error}"
    if wrong:
        message = f"the notebook is laid out as none is: {wrong}"
        raise ReportError("E-NOTEBOOK-FORM", message, "run it in JupyterLab, and save it again")


def is_blank(cell: "NotebookNode") -> bool:
    """Whether a cell says nothing: JupyterLab puts an empty one behind the last when that is run."""
    return not cell.source.strip()


def names(cells: Sequence["NotebookNode"]) -> list[str]:
    """Return what each cell is called: `cell [3] “brief = qv.load(brief_path)”`, or its first words.

    The number is the one that JupyterLab shows after Run All: the place among the code
    cells that are not blank. What papermill puts in is not counted.
    """
    called, number = [], 0
    for cell in cells:
        first = next((line.strip() for line in cell.source.split("\n") if line.strip()), "")
        shown = f"“{first if len(first) <= _LONGEST else first[: _LONGEST - 1] + '…'}”"
        if cell.cell_type != "code":
            called.append(f"the {cell.cell_type} cell {shown}")
        elif INJECTED in tags(cell):
            called.append("the cell of parameters")
        else:
            number += not is_blank(cell)
            called.append(f"cell [{number}] {shown}")
    return called


def parameters(cells: Sequence["NotebookNode"]) -> dict[str, str]:
    """Return the parameters that a notebook names, and their values as far as they are text; what is injected wins."""
    found: dict[str, str] = {}
    for tag in (PARAMETERS, INJECTED):
        for cell in cells:
            if tag in tags(cell):
                found |= _assigned(cell.source)
    return found


def _assigned(source: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for statement in _statements(source):
        match statement:
            case ast.Assign(targets=[ast.Name(name)], value=value) | ast.AnnAssign(target=ast.Name(name), value=value):
                text = value.value if isinstance(value, ast.Constant) else ""
                values[name] = text if isinstance(text, str) else ""
    return values


def _statements(source: str) -> list[ast.stmt]:
    """Return the statements of a cell, without IPython's magics; none where it is not Python."""
    try:
        return ast.parse(_MAGIC.sub("", source)).body
    except (SyntaxError, MemoryError, *UNREADABLE):  # the parser calls what is too deep an end of memory
        return []


def kit_names(cells: Sequence["NotebookNode"]) -> frozenset[str]:
    """Return the names under which a notebook has what it imports of the kit: `qv`, or a function's own."""
    found: set[str] = set()
    for cell in cells:
        if cell.cell_type != "code" or "quickview" not in cell.source:
            continue
        for statement in _statements(cell.source):
            match statement:
                case ast.ImportFrom(module="quickview", names=aliases):
                    found |= {one.asname or one.name for one in aliases if one.name == "analysis"}
                case ast.ImportFrom(module=module, names=aliases) if module == KIT:
                    found |= {one.asname or one.name for one in aliases}
                case ast.Import(names=aliases):
                    found |= {one.asname for one in aliases if one.name == KIT and one.asname}
    return frozenset(found)


def shown_calls(cell: "NotebookNode", kit: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Yield each call of the kit that stands by itself in a cell, and whether it is the last, which Jupyter shows.

    A semicolon at the end says that nothing is to be shown.
    """
    statements = [] if cell.source.rstrip().endswith(";") else _statements(cell.source)
    for statement in statements:
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        function = statement.value.func  # `qv.network` of `qv.network(brief)`
        while isinstance(function, ast.Attribute):
            function = function.value
        if isinstance(function, ast.Name) and function.id in kit:
            yield ast.unparse(statement.value), statement is statements[-1]


def named_files(path: Path) -> list[str]:
    """Return the names of files that a notebook reads by `qv.data(brief, "NAME.csv")`, as they stand in its source."""
    try:
        notebook = json.loads(files.content(path))
        sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except UNREADABLE:
        return []
    calls = [
        node
        for source in sources if ".data(" in source or "data(" in source
        for statement in _statements(source)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "data"
    ]  # fmt: skip
    given = [value for call in calls for value in (*call.args, *(keyword.value for keyword in call.keywords))]
    names = {value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str)}
    return sorted(name for name in names if Path(name).suffix)


def sha256(path: Path) -> str:
    """Return the checksum of what the notebook in a file says. A file that is no notebook counts by its bytes; none gives ""."""
    try:
        content = files.read_regular(path)
    except OSError:
        return ""
    try:
        return sha256_of(json.loads(content))
    except UNREADABLE:
        return hashlib.sha256(content).hexdigest()


def sha256_of(notebook: Mapping[str, Any]) -> str:
    """Return the checksum of what a notebook says: sources and tags of its cells, in their order, and its kernel.

    Outputs, numbers of runs, ids, blank cells, given parameters and whether the analyst's own lines are done play
    no part, so that running and saving a notebook changes nothing.
    """
    said = [
        # With its tags, and the pictures pasted into it.
        [cell["cell_type"], without_desk(text), sorted(marks), cell.get("attachments", {})]
        for cell in notebook["cells"]
        if (text := "".join(cell["source"]).strip()) and INJECTED not in (marks := cell["metadata"].get("tags", ()))
    ]
    kernel = notebook["metadata"].get("kernelspec", {}).get("name", "")
    return hashlib.sha256(json.dumps([said, kernel], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Context:
    """What is known of a report before its cells are read: its language, its sources by id, the notebook's folder, the states of its widgets by id."""

    language: Language = prose.ENGLISH
    sources: Mapping[str, CitedSource] = field(default_factory=dict)
    folder: Path | None = None
    widgets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each source in the list."""
        return {name: source.number for name, source in self.sources.items()}


@dataclass
class Notes:
    """What is noticed while cells are read: warnings, and what keeps the report from being made; `texts` numbers what has footnotes."""

    warnings: list[str] = field(default_factory=list)
    faults: list[ReportError] = field(default_factory=list)
    texts: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def warn(self, code: str, cell: str, message: str, hint: str = "") -> None:
        """Note what the analyst should know of a cell."""
        said = ADDRESS.sub("at …", message)
        self.warnings.append(one_line(f"{code} {cell} {said}{f' — {hint}' if hint else ''}"))

    def refuse(self, code: str, cell: str, message: str, hint: str, detail: str = "") -> None:
        """Note what cannot stand in a report."""
        self.faults.append(ReportError(code, f"{cell} {message}", hint, detail))

    @contextlib.contextmanager
    def refusing(self, cell: str) -> Iterator[None]:
        """Note what a cell holds in a form that nothing can read: forms of JSON have no schema, and so any content."""
        try:
            yield
        except UNREADABLE as error:
            message = f"holds what cannot be read: {type(error).__name__}, {' '.join(str(error).split())[:160]}"
            hint = "look at it in JupyterLab, mend it, and run the notebook again"
            self.refuse("E-CELL-FORM", cell, message, hint, traceback.format_exc())

    def check_source(self, name: str, cell: str, context: Context) -> bool:
        """Return whether the brief has a source of this id; note it where it has not."""
        known = name in context.sources
        if not known:
            message = f"cites `{name}`, which is no source of the brief"
            self.refuse("E-CITATION-UNKNOWN", cell, message, did_you_mean(name, sorted(context.sources)))
        return known

    def check_form(self, text: str, cell: str) -> None:
        """Note what begins like a citation but is none."""
        for wrong in prose.malformed(text):
            self.refuse("E-CITATION-FORM", cell, f"has `{wrong}`, which is no citation", prose.CITE_LIKE_THIS)
