"""The digest: all briefs of an edition on a page or two, made by a notebook of its own."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from quickview.errors import ReportError
from quickview.nightly import record
from quickview.nightly.record import Outcome
from quickview.options import RenderOptions
from quickview.report import fingerprint, store

NAME: Final = "digest"
"""The folder it stands in; no brief may have this name."""

FILE: Final = "digest.json"

_TOLD: Final = ("name", "brief", "stale", "cause", "report")
"""What an edition's record tells that does not depend on when and how fast it was made."""


def material(edition: Mapping[str, Any]) -> str:
    """Return what the digest is made from: the record of an edition without what a run has of its own, as JSON."""
    reports = [{key: one[key] for key in _TOLD} for one in edition["reports"]]
    return json.dumps({"as_of": edition["as_of"], "reports": reports}, indent=1, ensure_ascii=False) + "\n"


def made_of(
    edition: Mapping[str, Any], notebook: Path, common: Mapping[str, str], *, world: Mapping[str, Any] | None
) -> dict[str, str]:
    """Return the digest's ingredients: those of all reports, its notebook, the edition, the world's outlines."""
    told = {"edition": material(edition), "world": json.dumps(world)}
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in told.items()}
    return {**common, **fingerprint.of_notebook(notebook), **digests}


def stands(out: Path, made_of: Mapping[str, str]) -> bool:
    """Whether the digest that stands is whole and made of the same."""
    manifest = store.read_manifest(out / NAME)
    return manifest is not None and manifest.get("made_of") == made_of and not store.missing_files(out / NAME, manifest)


def render(edition: Mapping[str, Any], options: RenderOptions) -> Outcome:
    """Make `options.out/digest/` with digest.html and digest.pdf from the record of an edition; return what became of it.

    `options.notebook` is the digest's notebook. It is told the paths of the record and of the catalogue of layers.
    """
    from quickview.report.execution import Parameters
    from quickview.report.reading import check_parts
    from quickview.report.render import ReportJob, make, staging_in
    from quickview.report.session import RenderSession

    notebook, catalog, theme = options.notebook or Path(NAME), options.catalog, options.theme
    try:
        with staging_in(options.out) as staging, RenderSession(options.kernel) as press:
            (staging / FILE).write_text(material(edition), encoding="utf-8")
            layers = str(catalog.resolve()) if catalog else ""
            look = str(Path(theme).resolve()) if Path(theme).suffix else theme
            given = {"edition_path": str((staging / FILE).resolve()), "catalog_path": layers, "language": options.language,
                     "theme": look}  # fmt: skip
            shown = {**given, "edition_path": FILE, "theme": Path(theme).name,
                     "catalog_path": f"../../{catalog.parent.name}/{catalog.name}" if catalog else ""}  # fmt: skip
            job = ReportJob(
                NAME,
                Parameters("edition_path", given, shown),
                check_parts,
                lambda outline: {"name": NAME, "title": outline.masthead.title, "made_of": options.made_of},
            )
            made = make(job, options, press, staging=staging)
    except ReportError as error:
        return record.failed(notebook, [error])
    done = record.failed(notebook, made.failures) if made.failures else Outcome(notebook)
    return replace(done, files=tuple(made.files), warnings=tuple(made.warnings))
