"""Read a brief: every fault of the file at once, or a `Brief`."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from quickview.brief import checks, prose, validation
from quickview.brief.prose import Section
from quickview.brief.records import Facts
from quickview.document import BIDI, CONTROL, Positions, Tree, read_document, reveal
from quickview.errors import Fault, InputError
from quickview.shapes.catalog import Catalog, read_catalog

MAX_BYTES: Final = 512 * 1024
"""Largest brief accepted; the richest one written so far is about 40 kB."""

NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What a brief may be called: the name becomes a folder and an address."""


@dataclass(frozen=True)
class Brief:
    """A brief without faults: its facts, its prose and the layers it draws on."""

    path: Path
    facts: Facts
    sections: tuple[Section, ...]
    catalog: Catalog
    digest: str
    """SHA-256 of the file, in hexadecimal."""
    warnings: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without `.md`; names the report's folder."""
        return self.path.stem

    def section(self, section_id: str) -> Section | None:
        """Return the prose section of that id, or None."""
        return next((s for s in self.sections if s.id == section_id), None)

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each source id in the list of sources, from 1."""
        return {source.id: n for n, source in enumerate(self.facts.sources, start=1)}


@dataclass(frozen=True)
class _Parts:
    """The two halves of a file, and the line the prose starts on."""

    front: str
    prose: str
    prose_line: int


def load(path: Path | str, *, catalog: Path | str | None = None) -> Brief:
    """Read `path` and check it.

    Layers come from `catalog`, by default `shapes/catalog.yaml` beside the brief's
    folder. Raises `InputError` with every fault of the brief, in order of place.
    """
    path = Path(path)
    catalog = Path(catalog) if catalog else path.resolve().parent.parent / "shapes" / "catalog.yaml"
    shown = str(path)
    text, digest, faults = _read_text(path, shown)
    parts = _split(text, shown)
    sections, form_faults = prose.split_sections(parts.prose, file=shown, first_line=parts.prose_line)
    tree, positions, yaml_faults = read_document(parts.front, file=shown, first_line=2)
    faults += form_faults + yaml_faults
    if tree is None:
        if not yaml_faults:
            what, mend = "no facts between the `---` lines", "begin with `document:`"
            faults.append(Fault(shown, 1, 1, "E-FRONT-EMPTY", what, mend))
        raise InputError(faults)
    facts, drafts, record_faults = _records(tree, positions, shown)
    faults += record_faults
    try:
        layers = read_catalog(catalog)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from None
    faults += checks.run(drafts, checks.Context(shown, tree, positions, layers, tuple(sections)))
    serious = [fault for fault in faults if not fault.is_warning]
    if serious or facts is None:
        raise InputError(faults)
    return Brief(path, facts, tuple(sections), layers, digest, tuple(faults))


def _read_text(path: Path, shown: str) -> tuple[str, str, list[Fault]]:
    if path.suffix != ".md" or not NAME.fullmatch(path.stem):
        mend = "name it with small letters, digits and single hyphens, and end it in .md"
        raise InputError.at(shown, "E-BRIEF-NAME", f"`{path.name}` is no name for a brief", mend)
    try:
        if path.stat().st_size > MAX_BYTES:
            mend = f"keep a brief under {MAX_BYTES // 1024} kB"
            raise InputError.at(shown, "E-BRIEF-SIZE", "the file is too large", mend)
        data = path.read_bytes()
    except OSError as error:
        mend = "check the path and the file's permissions"
        raise InputError.at(shown, "E-BRIEF-READ", f"cannot be read: {error.strerror}", mend) from None
    text, faults = _decode(data, shown)
    return text, hashlib.sha256(data).hexdigest(), faults


def _decode(data: bytes, shown: str) -> tuple[str, list[Fault]]:
    faults = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The error counts from behind a byte-order mark, and so does its copy of the bytes.
        *above, before = _lines(error.object[: error.start].decode())
        what = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        faults.append(Fault(shown, len(above) + 1, len(before) + 1, "E-UTF8", what, "save the file as UTF-8"))
        text = data.decode("utf-8-sig", "replace")
    text = "\n".join(_lines(text))
    faults += _hidden_characters(text, shown)
    return reveal(text), faults


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _hidden_characters(text: str, shown: str) -> Iterator[Fault]:
    for row, line in enumerate(text.split("\n"), start=1):
        for match in BIDI.finditer(line):
            what = f"the direction control U+{ord(match[0]):04X}"
            mend = "remove it; the report sets the direction of each name itself"
            yield Fault(shown, row, match.start() + 1, "E-TEXT-BIDI", what, mend)
        for match in CONTROL.finditer(line):
            what = f"the control character U+{ord(match[0]):04X}"
            yield Fault(shown, row, match.start() + 1, "E-TEXT-CONTROL", what, "remove it")


def _split(text: str, shown: str) -> _Parts:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        mend = "begin the file with a line `---`, the facts, and another line `---`"
        raise InputError.at(shown, "E-FRONT-MISSING", "no front matter", mend, line=1, column=1)
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if end is None:
        mend = "end the facts with a line `---`, then write the prose"
        raise InputError.at(shown, "E-FRONT-OPEN", "the front matter has no end", mend, line=1, column=1)
    return _Parts("\n".join(lines[1:end]) + "\n", "\n".join(lines[end + 1 :]), end + 2)


def _records(tree: Tree, positions: Positions, shown: str) -> tuple[Facts | None, dict[str, Any], list[Fault]]:
    """Validate the tree; also return each field on its own, less its faulty items."""
    try:
        facts = Facts.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        return None, _drafts(tree, error), validation.faults_of(error, tree, positions, shown)
    return facts, dict(facts), []


def _drafts(tree: Tree, error: ValidationError) -> dict[str, Any]:
    if not isinstance(tree, dict):
        return {}
    bad_items = {e["loc"][:2] for e in error.errors() if len(e["loc"]) > 1}
    drafts: dict[str, Any] = {}
    for name, field in Facts.model_fields.items():
        annotation: Any = field.annotation
        value = tree.get(name)
        if isinstance(value, list):
            value = [item for n, item in enumerate(value) if (name, n) not in bad_items]
        try:
            drafts[name] = TypeAdapter[Any](annotation).validate_json(json.dumps(value))
        except ValidationError:
            drafts[name] = () if isinstance(value, list) else None
    return drafts
