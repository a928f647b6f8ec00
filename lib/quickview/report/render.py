"""One report from one subject: run, export, check, and only then put in place."""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from quickview import files, seal
from quickview.brief import prose
from quickview.brief.reader import Brief
from quickview.errors import FULL_OR_FORBIDDEN, ReportError
from quickview.language.catalogs import Language
from quickview.layers.catalog import Layer
from quickview.manifests import MANIFEST, Page, read_manifest
from quickview.options import RenderOptions
from quickview.report import bill_of_materials, execution, manifest, outputs, page, social_card, store
from quickview.report.cells import NOTEBOOK, notebook_of, report_name
from quickview.report.execution import Parameters
from quickview.report.outline import Outline
from quickview.report.provenance import Provenance, sealed_notebook
from quickview.report.reading import check_outline, read_outline
from quickview.report.session import RenderSession
from quickview.theme.theme import load_theme

if TYPE_CHECKING:
    from quickview.report.browser import Browser

TIMINGS: Final = "timings.jsonl"


@dataclass(frozen=True)
class ReportJob:
    """What a notebook is to report on: the report's name, what it is told, whether it is whole."""

    name: str
    parameters: Parameters
    check: Callable[[Outline], None]
    facts: Callable[[Outline], Mapping[str, Any]]
    """What the manifest says of it besides what it consists of."""
    language: Language = prose.ENGLISH
    told: str = ""
    """What warnings of its brief say already."""
    layers: Sequence[Layer] = ()


@dataclass
class Report:
    """A report that was made: its files and outline, what was noticed, what failed, and seconds a step."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[ReportError] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    tell: Callable[[str], None] = lambda _step: None
    outline: Outline | None = None

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Tell of a step, and note how long it takes."""
        self.tell(step)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = round(time.perf_counter() - start, 3)


def render(
    brief: Brief, options: RenderOptions, session: RenderSession, *, tell: Callable[[str], None] = lambda _step: None
) -> Report:
    """Make `options.out/NAME/` with NAME.html, NAME.png, NAME.pdf, NAME.ipynb, NAME.cdx.json and manifest.json.

    NAME is the brief's, with the code of another language. A notebook that is asked for may add to it, so that its
    report stands beside the brief's own; a night has one report a brief.

    Nothing changes in the folder until every file is complete; then all of it changes in
    one step. Raises `ReportError` and leaves the old report as it is. Without a
    Chromium the HTML is still made; what could not be made stands in `failures`.
    """
    name = brief.edition if options.made_of is not None else report_name(brief.edition, options.notebook)
    options = replace(options, notebook=options.notebook or notebook_of(brief.path, brief.facts.document.notebook))
    with staging_in(options.out) as staging:
        previous = store.keep_previous(brief, options.out, staging) if options.made_of is not None else None
        job = ReportJob(
            name,
            execution.parameters_of(brief, theme=options.theme, previous=previous, until=options.until),
            lambda outline: check_outline(outline, brief),
            lambda outline: manifest.subject(brief, options, outline),
            brief.language,
            "".join(warning.message for warning in brief.warnings),
            [brief.layer(name) for name in sorted(set(brief.facts.layers))],
        )
        return make(job, options, session, staging=staging, tell=tell)


def make(
    job: ReportJob,
    options: RenderOptions,
    session: RenderSession,
    *,
    staging: Path,
    tell: Callable[[str], None] = lambda _step: None,
) -> Report:
    """Make a report in the folder `staging`, and put it in place when it is whole."""
    name, notebook, folder = job.name, options.notebook or NOTEBOOK, options.out / job.name
    if folder.resolve().parent != options.out.resolve():
        raise ReportError("E-OUT-PATH", f"{folder} lies outside {options.out}", "name a folder that is not a link")
    if folder.exists() and not folder.is_dir():
        raise ReportError("E-OUT-PATH", f"{folder} is no folder", "move it away, or choose another with --out")
    report, timeouts = Report(folder, tell=tell), options.timeouts.running()
    Thread(target=bill_of_materials.software).start()  # known when the kernel, which takes longer, has run
    with session.report(timeouts, printed="pdf" in options.formats):
        with report.timed("running the notebook"):
            executed = execution.execute(
                notebook,
                job.parameters,
                published=staging / f"{name}.ipynb",
                kernel=session.kernel(options.kernel, notebook.resolve().parent),
                timeouts=timeouts,
                # The browser begins to draw each figure as soon as it is there.
                on_cell=lambda cell: session.draw_ahead(list(outputs.drawings(cell.get("outputs", ()), job.language))),
            )
        outline = read_outline(executed, folder=notebook.resolve().parent)
        browser = _browser(session, outline, report, options)
        report.outline = outline
        report.warnings += outline.warnings
        job.check(outline)
        if outline.masthead.name:  # the page's address and files are those of its folder
            outline = replace(outline, masthead=outline.masthead.model_copy(update={"name": name}))
        ran = staging / f"{name}.ipynb"
        theme = load_theme(options.theme)
        provenance = Provenance.of(outline, theme.name)
        ran.write_bytes(sealed_notebook(ran.read_text(encoding="utf-8"), provenance))
        html = _export(outline, staging / name, browser, report, options, told=job.told)
        bill_of_materials.write(
            outline, html, staging / name, theme, job.layers, chromium=browser.version if browser else ""
        )
    last = read_manifest(folder, Page)
    content = {**job.facts(outline), **manifest.content(outline, report.warnings, staging)}
    content["revision"] = manifest.revision(last, content)
    if report.failures:
        content["made_of"] = None
    (staging / MANIFEST).write_bytes(seal.sealed_json(content))
    report.warnings += manifest.lost(last or {}, content, staging)
    report.files = store.swap_in(staging, folder)
    files.note(options.out / TIMINGS, json.dumps({"name": name, "seconds": report.seconds}))
    return report


@contextmanager
def staging_in(out: Path) -> Iterator[Path]:
    """A folder beside the reports, on the same disk, that goes away whatever happens."""
    try:
        with ExitStack() as stack:
            out.mkdir(parents=True, exist_ok=True)
            for folder in (out, None):
                files.remove_stale(folder)
            yield stack.enter_context(files.temporary_folder(out))
    except OSError as error:
        if error.errno not in FULL_OR_FORBIDDEN:
            raise
        message = f"{_place(error, out)} cannot be written: {error.strerror}"
        raise ReportError("E-OUT-WRITE", message, "make room, or choose another folder with --out or TMPDIR") from error


def _place(error: OSError, out: Path) -> Path:
    """Return which folder is at fault: what is in the making has a name that tells nothing, and a block that is written has none."""
    folders = (out, files.temporary())
    if name := error.filename:
        return next((one for one in folders if Path(name).absolute().is_relative_to(one.absolute())), Path(name))
    return min(folders, key=lambda one: shutil.disk_usage(one).free)


def _browser(session: RenderSession, outline: Outline, report: Report, options: RenderOptions) -> "Browser | None":
    """Return the browser if something needs it, or note what is missing without one."""
    if not outline.drawings and "pdf" not in options.formats:
        return None
    if session.fault:
        if outline.drawings:
            report.warnings.append(
                f"W-NO-PICTURES charts draw themselves when the file is opened: {session.fault.message}"
            )
        if "pdf" in options.formats:
            report.failures.append(session.fault)
    return session.browser


def _export(
    outline: Outline, stem: Path, browser: "Browser | None", report: Report, options: RenderOptions, *, told: str
) -> str:
    """Write the formats that are asked for; return the page. Chromium draws and prints while this process writes."""
    theme, pictures = load_theme(options.theme), None
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {}
    if options.card:
        makers["html"] = (".png", lambda: social_card.draw(outline, pictures, theme=theme))
    if browser:
        with report.timed("drawing figures"):
            pictures = browser.draw(outline.drawings)
        makers["pdf"] = (".pdf", lambda: page.print_report(outline, browser, theme, site=options.site)[0])
    with ThreadPoolExecutor() as aside:
        making = {
            form: aside.submit(lambda path, make: path.write_bytes(make()), stem.with_name(stem.name + suffix), make)
            for form, (suffix, make) in makers.items()
            if form in options.formats
        }
        with report.timed("writing HTML"):
            html, noticed = page.render(outline, pictures, theme, static=options.static, site=options.site, told=told)
            report.warnings += noticed
            if "html" in options.formats:
                stem.with_name(f"{stem.name}.html").write_text(html, encoding="utf-8")
        for form, made in making.items():
            with report.timed({"pdf": "printing PDF", "html": "drawing the card"}[form]):
                made.result()
    return html
