"""What lies in front of the reports: the record of the edition, the front page, the feed and the catalogue."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from quickview.errors import InputError
from quickview.files import write_atomically
from quickview.language.catalogs import ENGLISH, LANGUAGES
from quickview.layers.catalog import read_catalog, read_features
from quickview.nightly import feed, index_page, record
from quickview.theme.theme import load_theme

WORLD: Final = "world"
"""The layer that the front page's locator is drawn from, if the catalogue has it."""


def publish(
    edition: Mapping[str, Any],
    out: Path,
    *,
    site: str = "",
    theme: str = "",
    language: str = "",
    catalog: Path | None = None,
) -> None:
    """Write edition.json, junit.xml, index.html, feed.xml and reports.json, each in one step."""
    words = language if language in LANGUAGES else ENGLISH
    page = index_page.write(edition, theme=load_theme(theme), world=world(catalog), site=site, language=words)
    files = {
        record.FILE: record.as_json(edition),
        record.JUNIT: record.as_junit(edition),
        "reports.json": feed.catalogue(edition, site=site),
        "feed.xml": feed.atom(edition, site=site, language=words),
        "index.html": page,
    }
    for name, text in files.items():
        write_atomically(out / name, text)


def world(catalog: Path | None) -> Mapping[str, Any] | None:
    """Return the outlines of the world's countries as GeoJSON; None where there are none to be had."""
    if catalog is None:
        return None
    try:
        return read_features(read_catalog(catalog), WORLD)
    except InputError:
        return None
