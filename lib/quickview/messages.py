"""Gather the interface's messages into the catalogues of `language/locales/`.

Messages stand in calls of `_`, `gettext` and `ngettext`, in templates, in the
headings of notebooks and in the closed lists a brief chooses from.
"""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, get_args

import nbformat
from babel.messages import Catalog, pofile
from babel.messages.extract import extract

import quickview
from quickview.brief import prose, vocabulary
from quickview.language.catalogs import ENGLISH, HEADING, LANGUAGES
from quickview.layers.catalog import Layer

PACKAGE: Final = Path(__file__).parent
_METHODS: Final = {".py": "python", ".html": "jinja2", ".j2": "jinja2"}
_KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2)}


def gather(notebooks: Iterable[Path]) -> Catalog:
    """Return every message of the interface, without translations, in order of the alphabet."""
    found: dict[str | tuple[str, ...], list[tuple[str, int]]] = {}
    for message, place in [*_in_files(), *_in_lists()]:
        found.setdefault(message, []).append(place)
    catalog = Catalog(project="quickview", version=quickview.__version__)
    for message in sorted(found, key=str):
        catalog.add(message, locations=sorted({(name, 0) for name, _ in found[message]}))
    for heading in sorted(set(_in_notebooks(notebooks))):
        catalog.add(heading, context=HEADING)
    return catalog


def _in_files() -> Iterator[tuple[str | tuple[str, ...], tuple[str, int]]]:
    for path in sorted(PACKAGE.rglob("*")):
        if method := _METHODS.get(path.suffix):
            with path.open("rb") as file:
                for line, message, *_ in extract(method, file, _KEYWORDS):
                    yield message, (path.relative_to(PACKAGE).as_posix(), line)


def _in_lists() -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield the words that are looked up by value."""
    enums = [kind for kind in vars(vocabulary).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    shown = [
        kind
        for kind in enums
        if kind not in {StrEnum, vocabulary.Reliability, vocabulary.Category, vocabulary.Precision}
    ]
    meanings = (vocabulary.RELIABILITY, vocabulary.CREDIBILITY, vocabulary.CATEGORY)
    words = [str(member) for kind in shown for member in kind]
    words += [word for table in meanings for word in table.values()] + list(vocabulary.WORDS)
    words += [*prose.OUTLINE.values(), *get_args(Layer.model_fields["accuracy"].annotation)]
    yield from ((word, ("vocabulary", 0)) for word in words)


def _in_notebooks(notebooks: Iterable[Path]) -> Iterator[str]:
    for path in sorted(notebooks):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield from (line[3:].strip() for line in cell.source.split("\n") if line.startswith("## "))


def update(notebooks: Iterable[Path]) -> None:
    """Bring every catalogue up to date; what is new has no translation, what is gone is dropped."""
    template = gather(notebooks)
    for code in LANGUAGES:
        if code != ENGLISH:
            path = catalogue_path(code)
            catalog = read(code) if path.exists() else Catalog(locale=code)
            catalog.update(template, no_fuzzy_matching=True)
            catalog.obsolete.clear()
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                pofile.write_po(file, catalog, omit_header=True, no_location=True, sort_output=True, width=110)


def catalogue_path(code: str) -> Path:
    """Return where the catalogue of a language lies."""
    return PACKAGE / "language" / "locales" / code / "LC_MESSAGES" / "quickview.po"


def read(code: str) -> Catalog:
    """Return the catalogue of a language."""
    with catalogue_path(code).open("rb") as file:
        return pofile.read_po(file, locale=code)


if __name__ == "__main__":
    update(Path(argument) for argument in sys.argv[1:])
