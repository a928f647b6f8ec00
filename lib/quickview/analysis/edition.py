"""An edition: all reports of a night, as its record tells of them."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from quickview import manifests
from quickview.analysis.blocks import page_language
from quickview.brief.change_messages import KINDS
from quickview.edition import Status
from quickview.language.catalogs import Language
from quickview.layers.catalog import Catalog, read_catalog
from quickview.manifests import EDITION_BYTES, EditionFile, Entry, Report

SERIES: Final = "Quick View"


@dataclass(frozen=True)
class Edition:
    """The reports of an edition, by name; the digest of its record; the catalogue of layers; the reader's language."""

    as_of: dt.date
    entries: tuple[Entry, ...]
    digest: str
    language: Language
    catalog: Catalog | None = None

    @property
    def series(self) -> str:
        """What most reports call their series."""
        names = [report.series for _, report in self.reports if report.series]
        return max(sorted(set(names)), key=names.count, default=SERIES)

    @cached_property
    def reports(self) -> tuple[tuple[Entry, Report], ...]:
        """All reports that stand, each with its entry."""
        return tuple((one, one.report) for one in self.entries if one.report)

    def status(self, entry: Entry) -> Status:
        """Return how a report stands."""
        return entry.status(self.as_of)

    def of(self, *statuses: Status) -> list[Entry]:
        """Return the entries that stand so: the weightiest change first, then those with most changes, then by name."""

        def weight(entry: Entry) -> tuple[int, int, str]:
            changes = entry.report.changes if entry.report else ()
            kinds = [KINDS.index(one.kind) if one.kind in KINDS else len(KINDS) for one in changes]
            return min(kinds, default=len(KINDS) + 1), -len(changes), entry.name

        return sorted((one for one in self.entries if self.status(one) in statuses), key=weight)


def read_edition(path: Path | str, *, catalog_path: Path | str = "", language: str = "") -> Edition:
    """Read the record of an edition and check it.

    Parameters
    ----------
    path : str or Path
        The record, such as `reports/edition.json`; at most 50 MB.
    catalog_path : str or Path, optional
        A catalogue of layers, for `qv.places_map`.
    language : str, optional
        ISO 639 code; by default that of the reports if it is one and the same and the interface speaks it, else English.

    Returns
    -------
    Edition
        Its day in `as_of`, its reports in `entries`, by name; `of` picks those of a status, the weightiest change first.

    Raises
    ------
    InputError
        When it cannot be read or is no edition, and for what is no code of a language.

    Examples
    --------
    >>> edition = qv.read_edition("../reports/edition.json")
    >>> [entry.name for entry in edition.entries]
    ['andes-blockade', 'lakeland-election', 'river-accord', 'steel-measures']
    >>> {entry.name: str(edition.status(entry)) for entry in edition.entries if entry.report.place}
    {'andes-blockade': 'changed', 'lakeland-election': 'settled', 'river-accord': 'new'}
    """
    path = Path(path)
    hint = "name the edition.json that `quickview nightly` writes"
    file, data = manifests.read(path, EditionFile, prefix="EDITION", hint=hint, limit=EDITION_BYTES)
    entries = tuple(sorted(file.reports, key=lambda one: one.name))
    spoken = page_language(language, (one.report.language for one in entries if one.report), str(path))
    catalog = read_catalog(catalog_path) if str(catalog_path) else None
    return Edition(file.as_of, entries, hashlib.sha256(data).hexdigest(), spoken, catalog)
