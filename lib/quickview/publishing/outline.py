"""Read an executed notebook as the outline of a report: its head, its sections, what stands in each.

A second-level heading begins a section. Blocks and plotly figures are known by their
MIME types; any other output is taken as it is, made safe.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

import nh3

from quickview.brief import prose
from quickview.errors import ReportError

if TYPE_CHECKING:  # nbformat takes longer to import than a night without changes may take
    from nbformat import NotebookNode

BLOCK: Final = "application/vnd.quickview.block+json"
PLOTLY: Final = "application/vnd.plotly.v1+json"

_TABLE_TAGS: Final = nh3.ALLOWED_TAGS - {"img"}


@dataclass(frozen=True)
class Figure:
    """A plotly figure: its id, its wide drawing, its narrow one if it has one, and what words say of it."""

    id: str
    wide: Mapping[str, Any]
    narrow: Mapping[str, Any] | None
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One output of a cell: a figure, or HTML. `id` is empty for output that is not the kit's."""

    id: str
    html: str = ""
    figure: Figure | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    absent: bool = False


@dataclass
class Section:
    """A section: anchor, heading, and its parts in order; `silent` counts cells that produced nothing."""

    id: str
    title: str
    parts: list[Part] = field(default_factory=list)
    silent: int = 0

    @property
    def shown(self) -> list[Part]:
        """The parts that have something to show."""
        return [part for part in self.parts if not part.absent]

    @property
    def is_absent(self) -> bool:
        """Whether the brief has nothing for this section, so that its heading goes too."""
        return bool(self.parts) and not self.shown


@dataclass(frozen=True)
class Outline:
    """The parts before the first heading, and the sections."""

    head: tuple[Part, ...]
    sections: tuple[Section, ...]

    @property
    def parts(self) -> list[Part]:
        """All parts that are shown, in order."""
        return [*self.head, *(part for section in self.sections for part in section.shown)]

    @property
    def figures(self) -> list[Figure]:
        """All figures, in order."""
        return [part.figure for part in self.parts if part.figure]

    @property
    def drawings(self) -> list[Mapping[str, Any]]:
        """All drawings of the figures, in order: each wide one, and its narrow one if it has one."""
        return [drawing for figure in self.figures for drawing in (figure.wide, figure.narrow) if drawing]

    @property
    def masthead(self) -> Mapping[str, Any]:
        """What the masthead says of the report: title, summary, language, as_of …; empty without one."""
        return next((part.data for part in self.head if part.id == "masthead"), {})


def read_outline(notebook: "NotebookNode") -> Outline:
    """Return the outline of an executed notebook; raises `ReportError` where a cell ended in an error.

    Cells tagged `remove-cell` and outputs of cells tagged `remove-output` stay out.
    """
    head = Section("head", "")
    sections: list[Section] = []
    for cell in notebook.cells:
        if "remove-cell" in _tags(cell):
            continue
        current = sections[-1] if sections else head
        if cell.cell_type == "markdown":
            sections += _read_markdown(cell, current)
        elif cell.cell_type == "code":
            parts = list(_parts(cell))
            current.parts += parts
            current.silent += not parts
    anchors: set[str] = set()
    figures: set[str] = set()
    for section in (head, *sections):
        section.id = _own(section.id, anchors)
        section.parts = [_named_apart(part, figures) for part in section.parts]
    return Outline(tuple(head.shown), tuple(sections))


def _read_markdown(cell: "NotebookNode", current: Section) -> list[Section]:
    """Return the sections a Markdown cell begins; text before its first heading goes to the current one."""
    begun: list[Section] = []
    text: list[str] = []
    for line in [*cell.source.split("\n"), "## "]:
        if line.startswith("## "):
            if "\n".join(text).strip():
                body = prose.render("\n".join(text), numbers={})
                (begun[-1] if begun else current).parts.append(Part("", f'<div class="prose">{body}</div>'))
            text = []
            title = line[3:].strip()
            if title:
                begun.append(Section(prose.slug(title), title))
        else:
            text.append(line)
    return begun


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
    figure = replace(part.figure, id=_own(part.figure.id, seen))
    return replace(part, id=figure.id, figure=figure)


def _tags(cell: "NotebookNode") -> Sequence[str]:
    return cast("Sequence[str]", cell.metadata.get("tags", ()))


def _parts(cell: "NotebookNode") -> Iterator[Part]:
    for output in () if "remove-output" in _tags(cell) else cell.get("outputs", ()):
        if output.output_type == "error":
            what = f"a cell ended in {output.ename}: {output.evalue}"
            raise ReportError("E-NOTEBOOK-CELL", what, "mend the cell, and run the notebook again")
        if output.output_type == "stream":
            if output.name == "stdout" and output.text.strip():
                yield Part("", f'<pre class="output">{html.escape(output.text)}</pre>')
            continue
        yield from _from_bundle(output.data)


def _from_bundle(data: Mapping[str, Any]) -> Iterator[Part]:
    if BLOCK in data:
        block = data[BLOCK]
        yield Part(block["id"], str(data.get("text/html", "")), data=block.get("data", {}), absent=block["empty"])
    elif PLOTLY in data:
        figure = _figure(data[PLOTLY])
        yield Part(figure.id, figure=figure)
    elif "image/png" in data:
        alt = html.escape(str(data.get("text/plain", "")))
        yield Part(
            "", f'<div class="output"><img alt="{alt}" src="data:image/png;base64,{data["image/png"].strip()}"></div>'
        )
    elif "text/html" in data:
        yield Part("", f'<div class="output">{nh3.clean(str(data["text/html"]), tags=_TABLE_TAGS)}</div>')
    elif "text/markdown" in data:
        yield Part("", f'<div class="prose">{prose.render(str(data["text/markdown"]), numbers={})}</div>')
    elif "text/plain" in data:
        yield Part("", f'<pre class="output">{html.escape(str(data["text/plain"]))}</pre>')


def _figure(spec: Mapping[str, Any]) -> Figure:
    layout = {"width": 760, "height": 420, **spec["layout"]}
    meta = layout.pop("meta", None)
    meta = dict(meta) if isinstance(meta, Mapping) else {}
    title = layout.get("title", {})
    meta.setdefault("title", title.get("text", "") if isinstance(title, Mapping) else str(title))
    narrow = meta.pop("narrow", None)
    name = str(meta.get("id") or prose.slug(str(meta["title"])) or "figure")
    return Figure(name, {"data": spec["data"], "layout": layout}, narrow, meta)
