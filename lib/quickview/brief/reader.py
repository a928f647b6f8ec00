"""Read a brief: every fault of the file at once, or a `Brief`."""

import errno
import hashlib
import json
import re
import typing
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from quickview.brief import checks, data, geography, prose, translation
from quickview.brief.checked import Context
from quickview.brief.data import Data
from quickview.brief.prose import Section
from quickview.brief.records import Facts, Related
from quickview.brief.related import Heading, heading
from quickview.errors import Fault, Findings, InputError, did_you_mean, told
from quickview.files import read_regular, real
from quickview.inputs import validation
from quickview.inputs.yaml_document import Positions, Tree, read_document
from quickview.language.catalogs import LANGUAGES, Language
from quickview.language.glyphs import directed, hidden, reveal
from quickview.layers.catalog import Catalog, Layer, read_catalog

MAX_BYTES: Final = 512 * 1024
"""Largest brief accepted; the richest one written so far is about 40 kB."""

NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What a brief may be called: the name becomes a folder and an address."""


@dataclass(frozen=True)
class Past:
    """An earlier edition of a brief: what it said, read without a look at its rules or its layers."""

    facts: Facts
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Brief:
    """A brief without faults: its facts, its prose and the layers it draws on."""

    path: Path
    facts: Facts
    sections: tuple[Section, ...]
    catalog: Catalog
    digest: str
    """SHA-256 of the file, in hexadecimal."""
    language: Language
    """The language it is read in: its own, or the one asked for."""
    foreign: frozenset[str] = frozenset()
    """Words that stay in the brief's own language, and the ids of such sections, as `#id`."""
    warnings: tuple[Fault, ...] = ()
    previous: Past | None = None
    """The edition it is compared with, told in the same language where it can be."""

    @property
    def own(self) -> Language:
        """The language the brief was written in."""
        return Language(self.facts.document.language)

    def layer(self, layer_id: str) -> Layer:
        """Return what the catalogue says of a layer, in the reader's language where it can."""
        return self.catalog.layer(layer_id).told_in(self.language.code)

    @cached_property
    def place_names(self) -> Mapping[str, str]:
        """How each row of the places layer is called in the reader's language; empty without one."""
        place = self.facts.place
        return geography.place_names(self.catalog, place.places, self.language) if place else {}

    @cached_property
    def data(self) -> Mapping[str, Data]:
        """The tables of the brief by id, read from their files. Raises `InputError` when one has changed into what cannot be read."""
        return {table.id: data.read(table, self.path.parent) for table in self.facts.tables}

    @cached_property
    def related(self) -> tuple[tuple[Related, Heading], ...]:
        """The other briefs it points at, each with its heading, in the reader's language where it has one; those that are gone are left out."""
        headings = (heading(self.path.with_name(f"{one.brief}.md"), self.language.code) for one in self.facts.related)
        return tuple((one, found) for one, found in zip(self.facts.related, headings, strict=True) if found)

    @property
    def edition(self) -> str:
        """Names the report's folder: the brief's name, and the language where it is not its own."""
        return self.name if self.language == self.own else f"{self.name}.{self.language.code}"

    @property
    def name(self) -> str:
        """The file's name without `.md`."""
        return self.path.stem

    def section(self, section_id: str) -> Section | None:
        """Return the prose section of that id, or None."""
        return next((s for s in self.sections if s.id == section_id), None)

    @cached_property
    def tree(self) -> Tree:
        """The facts as the file lays them out, in the reader's language; their translations stay out."""
        whole: Tree = self.facts.model_dump(mode="json", by_alias=True, exclude={"translations"})
        return whole

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


def catalog_of(brief: Path) -> Path:
    """Return where the catalogue of a brief's layers lies, if no other is named: in `shapes`, beside the brief's folder."""
    return real(brief).parent.parent / "shapes" / "catalog.yaml"


def load(
    path: Path | str, *, catalog: Path | str | None = None, language: str = "", previous: Path | str | None = None
) -> Brief:
    """Read `path` and check it.

    Layers come from `catalog`, by default `shapes/catalog.yaml` beside the brief's
    folder. `language` is an ISO 639 code of a translation the brief holds or the
    interface speaks; by default the brief's own. `previous` is the file of an earlier
    edition to compare it with. Raises `InputError` with every fault of the brief, in order
    of place.
    """
    path = Path(path)
    catalog = Path(catalog) if catalog else catalog_of(path)
    shown = str(path)
    text, digest, faults = _read_text(path, shown)
    parts = _split(text, shown)
    sections, form_faults = prose.split_sections(parts.prose, file=shown, first_line=parts.prose_line)
    tree, positions, yaml_faults = read_document(parts.front, file=shown, first_line=2)
    faults += form_faults + yaml_faults
    if tree is None:
        if not yaml_faults:
            message, hint = "no facts between the `---` lines", "begin with `document:`"
            faults.append(Fault(shown, 1, 1, "E-FRONT-EMPTY", message, hint))
        raise InputError(faults)
    sections = _canonical(sections, tree)
    facts, drafts, record_faults = _records(tree, positions, shown)
    faults += record_faults
    try:
        layers = read_catalog(catalog)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from None
    context = Context(shown, tree, positions, layers, tuple(sections), text.split("\n"))
    faults += checks.run(drafts, context)
    serious = [fault for fault in faults if not fault.is_warning]
    if serious or facts is None:
        raise InputError(faults)
    own = Language(facts.document.language)
    past = read_past(previous) if previous else None
    brief = Brief(path, facts, tuple(sections), layers, digest, own, warnings=told(faults), previous=past)
    return brief if language in {"", own.code} else _translated(brief, tree, language)


def read_past(path: Path | str) -> Past | None:
    """Read the file of an earlier edition, as `past_of` does; raises `InputError` where there is no such file."""
    try:
        data = read_regular(Path(path), limit=MAX_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            return None
        hint = "check the path, or leave `previous` out"
        raise InputError.at(str(path), "E-BRIEF-READ", f"cannot be read: {error.strerror}", hint) from None
    return past_of(data.decode("utf-8", "replace"), name=str(path))


def past_of(text: str, *, name: str) -> Past | None:
    """Return what the text of an earlier edition said; None when it does not fit today's records.

    Its rules were checked when it was new and its layers may be gone, so neither is looked
    at. `name` is what the text is called.
    """
    text = reveal("\n".join(_lines(text.removeprefix("\ufeff"))))
    if len(text.encode(errors="replace")) > MAX_BYTES:
        return None
    try:
        parts = _split(text, name)
        tree, _, _ = read_document(parts.front, file=name, first_line=2)
        facts = Facts.model_validate_json(json.dumps(tree))
    except (InputError, ValidationError):
        return None
    sections, _ = prose.split_sections(parts.prose, file=name, first_line=parts.prose_line)
    return Past(facts, tuple(_canonical(sections, tree)))


def restated(text: str, *, name: str) -> str:
    """Return a sound brief that says the same without its remarks, its files' rows within: what YAML comments tell is the desk's own."""
    parts = _split("\n".join(_lines(text.removeprefix("\ufeff"))), name)
    tree, _, _ = read_document(parts.front, file=name, first_line=2)
    if isinstance(tree, dict) and tree.get("tables"):
        facts = data.enclosed(Facts.model_validate_json(json.dumps(tree)), Path(name).parent)
        tree["tables"] = facts.model_dump(mode="json", by_alias=True, exclude_defaults=True)["tables"]
    return f"---\n{json.dumps(tree, indent=1, ensure_ascii=False)}\n---\n{parts.prose}"


def _canonical(sections: list[Section], tree: Tree) -> list[Section]:
    """Give the sections of the outline their ids, whichever language their headings are in."""
    document = tree.get("document") if isinstance(tree, dict) else None
    code = document.get("language", "en") if isinstance(document, dict) else "en"
    words = Language(str(code))
    ids = {prose.slug(words.gettext(title)): name for name, title in prose.OUTLINE.items()}
    return [replace(section, id=ids.get(section.id, section.id)) for section in sections]


def _translated(brief: Brief, tree: Tree, code: str) -> Brief:
    """Return the brief in another language: its translated words laid over its own."""
    offered = sorted({*LANGUAGES, *brief.facts.translations})
    if code not in offered:
        message = f"no translation into `{code}`"
        raise InputError.at(str(brief.path), "E-LANGUAGE", message, did_you_mean(code, offered))
    overlay = translation.lay_over(tree, code) if code in brief.facts.translations else None
    facts = Facts.model_validate_json(json.dumps(overlay.tree)) if overlay else brief.facts
    prose_of = translation.prose_of(tree, code)
    sections = [translation.section(one, prose_of.get(one.id)) for one in brief.sections]
    foreign = {f"#{one.id}" for one in brief.sections if one.id not in prose_of}
    own = [one.id for one in brief.sections if one.id not in prose.OUTLINE]
    foreign |= {f"## {name}" for name in own if not prose_of.get(name, {}).get("title")}
    past = brief.previous
    return replace(
        brief,
        previous=past and _retold(past, brief, Past(facts, tuple(sections)), code),
        facts=facts,
        sections=tuple(sections),
        language=Language(code),
        foreign=translation.foreign(tree, overlay) | foreign,
    )


def _retold(past: Past, own: Brief, told: Past, code: str) -> Past:
    """Return an earlier edition in another language, as far as it or the later one can say it."""
    return Past(
        translation.previous_facts(past.facts, own=own.facts, told=told.facts, code=code),
        translation.previous_sections(past.sections, own=own.sections, told=told.sections, facts=past.facts, code=code),
    )


def _read_text(path: Path, shown: str) -> tuple[str, str, list[Fault]]:
    if path.suffix != ".md" or not NAME.fullmatch(path.stem):
        hint = "name it with small letters, digits and single hyphens, and end it in .md"
        raise InputError.at(shown, "E-BRIEF-NAME", f"`{path.name}` is no name for a brief", hint)
    try:
        data = read_regular(path, limit=MAX_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            hint = f"keep a brief under {MAX_BYTES // 1024} kB"
            raise InputError.at(shown, "E-BRIEF-SIZE", "the file is too large", hint) from None
        hint = "check the path and the file's permissions"
        raise InputError.at(shown, "E-BRIEF-READ", f"cannot be read: {error.strerror}", hint) from None
    text, faults = _decode(data, shown)
    return text, hashlib.sha256(data).hexdigest(), faults


def _decode(data: bytes, shown: str) -> tuple[str, list[Fault]]:
    faults = Findings()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The error counts from behind a byte-order mark, and so does its copy of the bytes.
        *above, before = _lines(error.object[: error.start].decode())
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        faults.add(shown, len(above) + 1, len(before) + 1, "E-UTF8", message, "save the file as UTF-8")
        text = data.decode("utf-8-sig", "replace")
    text = "\n".join(_lines(text))
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for offset, *found in (*hidden(text), *directed(text)):
        row = bisect_right(starts, offset)
        faults.add(shown, row, offset - starts[row - 1] + 1, *found)
    return reveal(text), faults.whole()


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _split(text: str, shown: str) -> _Parts:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        hint = "begin the file with a line `---`, the facts, and another line `---`"
        raise InputError.at(shown, "E-FRONT-MISSING", "no front matter", hint, line=1, column=1)
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if end is None:
        hint = "end the facts with a line `---`, then write the prose"
        raise InputError.at(shown, "E-FRONT-OPEN", "the front matter has no end", hint, line=1, column=1)
    return _Parts("\n".join(lines[1:end]) + "\n", "\n".join(lines[end + 1 :]), end + 2)


def _records(tree: Tree, positions: Positions, shown: str) -> tuple[Facts | None, dict[str, Any], list[Fault]]:
    """Validate the tree; also return each field on its own, less its faulty items."""
    try:
        facts = Facts.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        return None, _drafts(tree, error), validation.faults_of(error, Facts, positions, shown)
    faults = [fault for code in facts.translations for fault in _translation_faults(tree, code, positions, shown)]
    return facts, dict(facts), faults


def _translation_faults(tree: Tree, code: str, positions: Positions, shown: str) -> Iterator[Fault]:
    overlay = translation.lay_over(tree, code)
    yield from translation.faults_of(overlay.faults, positions, shown)
    try:
        Facts.model_validate_json(json.dumps(overlay.changed))
    except ValidationError as error:
        yield from validation.faults_of(error, Facts, translation.moved(overlay, positions), shown)


def _drafts(tree: Tree, error: ValidationError) -> dict[str, Any]:
    if not isinstance(tree, dict):
        return {}
    found = error.errors(include_url=False, include_context=False, include_input=False)
    bad_items = {e["loc"][:2] for e in found if len(e["loc"]) > 1}
    drafts: dict[str, Any] = {}
    for name, field in Facts.model_fields.items():
        annotation: Any = field.annotation
        value = tree.get(name)
        if isinstance(value, list):
            value = [item for n, item in enumerate(value) if (name, n) not in bad_items]
        try:
            drafts[name] = TypeAdapter[Any](annotation).validate_json(json.dumps(value))
        except ValidationError:
            drafts[name] = () if typing.get_origin(annotation) is tuple else None
    return drafts
