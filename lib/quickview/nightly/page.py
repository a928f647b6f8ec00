"""A page of a night beside its reports, made by a notebook of its own from a record: the digest, the ledger of forecasts."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from quickview.errors import ReportError
from quickview.manifests import Page, read_manifest
from quickview.nightly import record
from quickview.nightly.record import Outcome
from quickview.options import RenderOptions
from quickview.report import store


def stands(folder: Path, made_of: Mapping[str, str]) -> bool:
    """Whether the page that stands in a folder is whole and made of the same."""
    manifest = read_manifest(folder, Page)
    return manifest is not None and manifest["made_of"] == made_of and not any(store.damages(folder, manifest))


def render(name: str, content: str, options: RenderOptions, *, subject: str = "edition_path") -> Outcome:
    """Make `options.out/NAME/` with NAME.html and NAME.pdf from a record's text; return what became of it.

    `options.notebook` is the page's notebook. It is told the path of the record, as the parameter
    `subject`, and that of the catalogue of layers; the record stays beside the page as NAME.json.
    """
    from quickview.report.execution import Parameters
    from quickview.report.reading import check_parts
    from quickview.report.render import ReportJob, make, staging_in
    from quickview.report.session import RenderSession

    notebook, catalog, theme, file = (
        options.notebook or Path(name),
        options.catalog,
        Path(options.theme),
        f"{name}.json",
    )
    # What the page shows of its parameters must not depend on where it is made.
    shown = {subject: file, "theme": theme.name, "language": options.language,
             "catalog_path": f"../../{catalog.parent.name}/{catalog.name}" if catalog else ""}  # fmt: skip
    try:
        with staging_in(options.out) as staging, RenderSession(options.kernel) as press:
            (staging / file).write_text(content, encoding="utf-8")
            given = {**shown, subject: str((staging / file).resolve()), "catalog_path": str(catalog.resolve()) if catalog else "",
                     "theme": str(theme.resolve()) if theme.suffix else options.theme}  # fmt: skip
            job = ReportJob(
                name,
                Parameters(subject, given, shown),
                check_parts,
                lambda outline: {"name": name, "title": outline.masthead.title, "made_of": options.made_of},
            )
            made = make(job, options, press, staging=staging)
    except ReportError as error:
        return record.failed(notebook, [error])
    done = record.failed(notebook, made.failures) if made.failures else Outcome(notebook)
    return replace(done, files=tuple(made.files), warnings=tuple(made.warnings))
