"""What a notebook has told the kit so far: the brief it loaded last, the look, the figures it has shown."""

from dataclasses import dataclass, field
from pathlib import Path

from IPython.core.getipython import get_ipython

from quickview.brief import prose, reader
from quickview.brief.reader import Brief
from quickview.language.catalogs import Language
from quickview.theme.theme import Theme


@dataclass
class Session:
    """One notebook's kernel. Numbers are given in the order in which figures are first shown, as in the report."""

    brief: Brief | None = None
    path: Path | None = None
    """The brief that was asked for last, sound or not."""
    theme: Theme | None = None
    shown: dict[str, list[str]] = field(default_factory=dict)
    run: tuple[str, int] = ("", 0)
    """The run of a cell that showed a figure last, and how many it has shown."""

    @property
    def language(self) -> Language:
        """The language of the report; English as long as no brief is loaded."""
        return self.brief.language if self.brief else prose.ENGLISH

    def number(self, kind: str, figure_id: str) -> str:
        """Return what a figure is called: "Map 1", "Figure 2", "Table 1", the same each time its cell is run."""
        _ = self.language.gettext
        patterns = {"Map": _("Map {n}"), "Table": _("Table {n}"), "Figure": _("Figure {n}")}
        kind = kind if kind in patterns else "Figure"
        seen, place = self.shown.setdefault(kind, []), self._place(figure_id)
        if place not in seen:
            seen.append(place)
        return patterns[kind].format(n=seen.index(place) + 1)

    def _place(self, figure_id: str) -> str:
        """Return where a figure is shown: its place in a cell, or where no cell is told, its id; without one it is a new one."""
        request = getattr(get_ipython(), "parent_header", None) or {}
        run = str(request.get("header", {}).get("msg_id", ""))
        self.run = (run, self.run[1] + 1 if run == self.run[0] else 1)
        cell = str(request.get("metadata", {}).get("cellId", ""))
        return f"{cell} {self.run[1]}" if cell else figure_id or f"{run} {self.run[1]}"

    def clear(self) -> None:
        """Forget everything."""
        self.brief, self.path, self.theme = None, None, None
        self.shown.clear()
        self.run = ("", 0)


SESSION = Session()


def load(
    path: str | Path, *, catalog: str | Path | None = None, language: str = "", previous: str | Path = ""
) -> Brief:
    """Return the brief in a file, checked, and keep it in mind for what the notebook shows.

    Parameters
    ----------
    path : str or Path
        The brief, from the notebook's folder.
    catalog : str or Path, optional
        The catalogue of layers; by default `shapes/catalog.yaml` beside the brief's folder.
    language : str, optional
        ISO 639 code of a translation that the brief holds or the interface speaks; by default the brief's own.
    previous : str or Path, optional
        The file of an earlier edition, for `qv.changes`; one that does not fit today's form is passed over.

    Returns
    -------
    Brief
        Its records in `facts`, prose in `sections`, layers in `catalog`.

    Raises
    ------
    InputError
        With every fault, in the order of the file: its line, what is wrong, what to write instead.

    Examples
    --------
    >>> brief = qv.load("../briefs/andes-blockade.md")
    >>> brief.facts.document.title
    'Miners block the road to a silver town'
    >>> [event.title for event in brief.facts.events if event.place == "Boca Mina"]
    ['Mill stops for want of fuel']
    >>> qv.load("../briefs/andes-blockade.md", language="xx")
    Traceback (most recent call last):
        ...
    quickview.errors.InputError: ../briefs/andes-blockade.md: E-LANGUAGE no translation into `xx` — use one of: ar, en, fr
    """
    SESSION.path = Path(path)
    brief = reader.load(path, catalog=catalog, language=language, previous=previous)
    SESSION.brief = brief
    SESSION.shown.clear()
    return brief
