"""What is known of a report before its cells are read, and what is noticed while they are."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from quickview.brief import prose
from quickview.errors import ReportError, did_you_mean
from quickview.language.catalogs import Language

ADDRESS: Final = re.compile(r"\bat 0x[0-9a-f]+", re.IGNORECASE)
"""Where an object lies in memory, which differs from run to run."""


@dataclass(frozen=True)
class Context:
    """What is known of a report before its cells are read: its language, its sources by id, the notebook's folder, the states of its widgets by id."""

    language: Language = prose.ENGLISH
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    folder: Path | None = None
    widgets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each source in the list."""
        return {name: source["number"] for name, source in self.sources.items()}


@dataclass
class Notes:
    """What is noticed while cells are read: warnings, and what keeps the report from being made; `texts` numbers what has footnotes."""

    warnings: list[str] = field(default_factory=list)
    faults: list[ReportError] = field(default_factory=list)
    texts: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def warn(self, code: str, cell: str, what: str, hint: str = "") -> None:
        """Note what the analyst should know of a cell."""
        said = ADDRESS.sub("at …", what)
        self.warnings.append(f"{code} {cell} {said}{f' — {hint}' if hint else ''}")

    def refuse(self, code: str, cell: str, what: str, hint: str, detail: str = "") -> None:
        """Note what cannot stand in a report."""
        self.faults.append(ReportError(code, f"{cell} {what}", hint, detail))

    def check_source(self, name: str, cell: str, context: Context) -> bool:
        """Return whether the brief has a source of this id; note it where it has not."""
        known = name in context.sources
        if not known:
            what = f"cites `{name}`, which is no source of the brief"
            self.refuse("E-CITATION-UNKNOWN", cell, what, did_you_mean(name, sorted(context.sources)))
        return known

    def check_form(self, text: str, cell: str) -> None:
        """Note what begins like a citation but is none."""
        for wrong in prose.malformed(text):
            self.refuse("E-CITATION-FORM", cell, f"has `{wrong}`, which is no citation", prose.CITE_LIKE_THIS)
