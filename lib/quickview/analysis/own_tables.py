"""The tables of a brief, each as `qv.table` shows it."""

from dataclasses import dataclass

from quickview.analysis.blocks import Block, absent
from quickview.analysis.display import Exhibit
from quickview.analysis.exhibit import data, table
from quickview.brief.reader import Brief


@dataclass(frozen=True)
class OwnTables:
    """Tables that stand one after another as the last expression of a cell."""

    exhibits: tuple[Exhibit, ...]

    def _ipython_display_(self) -> None:
        for exhibit in self.exhibits:
            exhibit._ipython_display_()


def tables(brief: Brief) -> OwnTables | Block:
    """Return every table of the brief's `tables`, in its order, with number, title, source and download.

    `brief` is what `qv.load` returns. Text refers to each by its id, `[@fig-ID]`. Absent
    when there is none. Raises `InputError` for a file that cannot be read.
    """
    exhibits = tuple(table(data(brief, name)) for name in brief.data)
    return OwnTables(exhibits) if exhibits else absent("tables", brief)
