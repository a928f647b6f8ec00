"""The outline of a report: its head, its sections, what stands in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A figure with a number: two drawings as plotly's data, or a `body` of HTML (a picture, a table), and what words say of it.

    `own` is one that an analyst made, which plotly draws, on a light ground in the dark too;
    `live` is what it has only where it can be played with (`layout`, `frames`);
    `drawn` keeps pictures by name, so that page and print of one report share them.
    """

    id: str
    wide: Mapping[str, Any] | None
    narrow: Mapping[str, Any] | None
    meta: Mapping[str, Any]
    body: str = ""
    own: bool = False
    live: Mapping[str, Any] = field(default_factory=dict)
    drawn: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_canvas(self) -> bool:
        """Whether it is a canvas of the kit's, which no browser is needed to draw."""
        return self.wide is not None and not self.own


@dataclass(frozen=True)
class Part:
    """One output of a cell: HTML, or a figure and its caption as HTML. `id` is empty for output that is not the kit's.

    `absent` says that the brief has nothing for it; `cell` is what its cell is called in messages.
    """

    id: str
    html: str = ""
    figure: Figure | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    absent: bool = False
    cell: str = ""


@dataclass
class Section:
    """A section: anchor, heading, and its parts in order.

    `language` is that of a heading of the brief's own, by its ISO 639 code; one of the
    notebook's has none, and is said in the report's.
    """

    id: str
    title: str
    parts: list[Part] = field(default_factory=list)
    language: str = ""

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
    """The parts before the first heading, and the sections.

    `silent` names the cells that call the kit and show nothing; `warnings` tell the
    analyst what was noticed.
    """

    head: tuple[Part, ...]
    sections: tuple[Section, ...]
    silent: Sequence[str] = ()
    warnings: Sequence[str] = ()

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
        """All that plotly draws, in order: each chart wide, and narrow."""
        charts = [figure for figure in self.figures if not figure.is_canvas]
        return [drawing for figure in charts for drawing in (figure.wide, figure.narrow) if drawing]

    @property
    def masthead(self) -> Mapping[str, Any]:
        """What the masthead says of the report: title, summary, language, as_of …; empty without one."""
        return next((part.data for part in self.head if part.id == "masthead"), {})
