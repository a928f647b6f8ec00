"""What a night makes again, and why: each brief with the reasons why its report would come out differently.

What a report is made of is told by `report/fingerprint.py`; here that is held against what it was made of.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quickview import files
from quickview.brief.change_messages import say
from quickview.brief.changes import compare, language_of
from quickview.brief.reader import Past, catalog_of, read_past
from quickview.errors import Fault, InputError
from quickview.evidence import ingredients
from quickview.layers.catalog import Catalog, read_catalog
from quickview.manifests import read_manifest
from quickview.options import NightlyOptions
from quickview.report import fingerprint, store
from quickview.report.cells import NOTEBOOK, notebook_of


@dataclass(frozen=True)
class Planned:
    """A brief, the folder of its report, and why the report must be made again; no reason means that it stays."""

    brief: Path
    folder: Path
    reasons: tuple[str, ...]
    facts: Mapping[str, Any] | None
    """Country and topics of the brief; None when it cannot be read."""
    noticed: tuple[Fault, ...] = ()
    """What is wrong with the report that stands, which nobody but the kit should have changed."""


def plan(night: NightlyOptions, made_of: Mapping[str, str]) -> Iterator[Planned]:
    """Yield each brief with the reasons to make its report again. `made_of` is what all reports are made of."""
    catalogs = _Catalogs(night.catalog)
    for brief in night.briefs:
        folder = _folder(brief, night.out, night.language)
        unfit: list[Fault] = []
        manifest = read_manifest(folder, tell=unfit.append)
        damages = [*store.damages(folder, manifest)] if manifest and manifest["made_of"] else []
        reasons = (
            *(f"its manifest cannot be used: {fault}" for fault in unfit),
            *damages,
            *([] if unfit else _reasons(brief, manifest, made_of, catalogs, night.notebook)),
        )
        hint = "the report is made again"
        noticed = [replace(fault, code=f"W{fault.code[1:]}", hint=hint) for fault in unfit]
        noticed += [Fault(str(folder), 0, 0, "W-REPORT-ALTERED", damage, hint) for damage in damages]
        same = manifest and manifest["brief"] == files.sha256(brief)
        facts: Mapping[str, Any] | None = manifest
        if not same:
            past = _past(brief)
            document = past.facts.document if past else None
            facts = {"country": document.country, "topics": document.topics} if document else None
        yield Planned(brief, folder, reasons, facts, tuple(noticed))


def _folder(brief: Path, out: Path, language: str) -> Path:
    """Return where the report stands: in a folder of its own if it is read in another language than its own."""
    own = out / brief.stem
    if not language or (read_manifest(own) or {}).get("language") == language:
        return own
    past = _past(brief)
    return own if past and past.facts.document.language == language else out / f"{brief.stem}.{language}"


def _past(path: Path) -> Past | None:
    try:
        return read_past(path)
    except InputError:  # whoever renders it tells
        return None


def _reasons(
    brief: Path,
    manifest: Mapping[str, Any] | None,
    made_of: Mapping[str, str],
    catalogs: "_Catalogs",
    given: Path | None,
) -> Iterator[str]:
    if manifest is None:
        yield "there is no report yet"
    elif not manifest["made_of"]:
        yield "the report that stands is not whole, or was not made by a nightly run"
    else:
        last: dict[str, str] = manifest["made_of"]
        # The notebook that it was made with, where it lies now; what the brief names now counts as the brief's own change.
        name = (manifest["notebook"] or {"name": NOTEBOOK.name})["name"]
        notebook = given or notebook_of(brief, None if name == NOTEBOOK.name else name)
        now = {
            **made_of,
            **fingerprint.of_notebook(notebook),
            "brief": files.sha256(brief),
            "language": last.get("language", ""),
            **ingredients.of_outcomes(brief),
            **catalogs.layers(brief, last),
            **ingredients.of_related(brief.parent, _named(last, "related "), last.get("language", "")),
            **ingredients.of_tables(brief.parent, _named(last, "table ")),
        }
        # Without a Chromium a report could only become worse than the one that stands.
        now["Chromium"] = made_of["Chromium"] or last.get("Chromium", "")
        yield from fingerprint.reasons(last, now)


def _named(made_of: Mapping[str, str], kind: str) -> list[str]:
    """Return the names of the ingredients of one kind, such as `layer `, that a report was made of."""
    return [key.removeprefix(kind) for key in made_of if key.startswith(kind)]


class _Catalogs:
    """The catalogues of layers that briefs draw on, each read once."""

    def __init__(self, given: Path | None) -> None:
        self._given = given
        self._read = functools.cache(self._catalog)
        self._layer = functools.cache(self._fingerprint)

    def layers(self, brief: Path, last: Mapping[str, str]) -> dict[str, str]:
        """Return the layers and events that a report was made of as they are now."""
        path = self._given or catalog_of(brief)
        drawn = {f"layer {name}": self._layer(path, name) for name in _named(last, "layer ")}
        return {**drawn, **ingredients.of_events(path, _named(last, "events "))}

    def _fingerprint(self, path: Path, name: str) -> str:
        known = self._read(path)
        return ingredients.of_layers(known, [name])[f"layer {name}"] if known else ""

    @staticmethod
    def _catalog(path: Path) -> Catalog | None:
        try:
            return read_catalog(path)
        except InputError:
            return None


def why(planned: Planned) -> list[str]:
    """Return the reasons in words, with what the brief says that it did not say before."""
    if "brief changed" not in planned.reasons:
        return [*planned.reasons]
    last, now = _past(planned.folder / f"{planned.folder.name}.md"), _past(planned.brief)
    said = "brief changed"
    if now is None:
        said += f", and cannot be read: run `quickview check {planned.brief}`"
    elif last is not None:
        told = tell(last, now)
        said += f": {'; '.join(told)}" if told else ", but nothing it says (comments, order or white space)"
    return [said if reason == "brief changed" else reason for reason in planned.reasons]


def tell(last: Past, now: Past) -> list[str]:
    """Return what changed from one brief to another, a plain sentence each, in the language of the later one."""
    return [say(change, language_of(now)) for change in compare(last, now)]
