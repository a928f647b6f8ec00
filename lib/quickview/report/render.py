"""One report from one subject: run, export, check, and only then put in place."""

import errno
import functools
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nbformat import NotebookNode

import quickview
from quickview import files
from quickview.brief import prose
from quickview.brief.reader import Brief
from quickview.errors import ReportError
from quickview.kernels import servers
from quickview.language.catalogs import Language
from quickview.report import cells, execution, outputs, page, social_card, store, summary
from quickview.report.cells import NOTEBOOK, notebook_of
from quickview.report.execution import Parameters
from quickview.report.fingerprint import of_brief, of_notebook, of_tables
from quickview.report.limits import Limits
from quickview.report.outline import Outline
from quickview.report.reading import check_outline, read_outline
from quickview.report.session import Press
from quickview.report.store import MANIFEST
from quickview.theme.theme import load_theme

if TYPE_CHECKING:
    from quickview.report.browser import Browser

FORMATS: Final = ("html", "pdf")
TIMINGS: Final = "timings.jsonl"

_STAMPED: Final = ("geopandas", "nbconvert", "pandas", "papermill", "plotly")
_DISK: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG}


@dataclass(frozen=True)
class Order:
    """What to make: the notebook to run, the folder for reports, the formats, and whether charts stay still.

    Without a `notebook` it is the one that the brief names, or `NOTEBOOK`.

    `theme` is the name of a shipped theme or the path of a theme file; `site` is the
    address that the folder is served at, if it is known; `kernel` names a kernelspec.
    `made_of` is what all reports of a nightly edition are made of; such a report keeps
    a copy of its brief, to be compared with the next one.
    """

    notebook: Path | None
    out: Path
    formats: Sequence[str] = FORMATS
    static: bool = False
    theme: str = ""
    site: str = ""
    kernel: str = servers.KERNEL
    limits: Limits = field(default_factory=Limits)
    made_of: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Assignment:
    """What a notebook is to report on: the report's name, what it is told, whether it is whole."""

    name: str
    parameters: Parameters
    check: Callable[[Outline], None]
    facts: Callable[[Outline], Mapping[str, Any]]
    """What the manifest says of it besides what it consists of."""
    language: Language = prose.ENGLISH
    told: str = ""
    """What warnings of its brief say already."""


@dataclass
class Edition:
    """A report that was made: its files, what was noticed, what failed, and seconds a step."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[ReportError] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    tell: Callable[[str], None] = lambda _step: None

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Tell of a step, and note how long it takes."""
        self.tell(step)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = round(time.perf_counter() - start, 3)


def render(brief: Brief, order: Order, press: Press, *, tell: Callable[[str], None] = lambda _step: None) -> Edition:
    """Make `order.out/NAME/` with NAME.html, NAME.png, NAME.pdf, NAME.ipynb and manifest.json.

    Nothing changes in the folder until every file is complete; then all of it changes in
    one step. Raises `ReportError` and leaves the old report as it is. Without a
    Chromium the HTML is still made; what could not be made stands in `failures`.
    """
    order = replace(order, notebook=order.notebook or notebook_of(brief.path, brief.facts.document.notebook))
    with staging_in(order.out) as staging:
        previous = store.enclose(brief, order.out, staging) if order.made_of is not None else None
        assignment = Assignment(
            brief.edition,
            execution.of_brief(brief, theme=order.theme, previous=previous),
            lambda outline: check_outline(outline, brief),
            lambda outline: _facts(brief, order, outline),
            brief.language,
            "".join(warning.what for warning in brief.warnings),
        )
        return make(assignment, order, press, staging=staging, tell=tell)


def make(
    assignment: Assignment,
    order: Order,
    press: Press,
    *,
    staging: Path,
    tell: Callable[[str], None] = lambda _step: None,
) -> Edition:
    """Make a report in the folder `staging`, and put it in place when it is whole."""
    name, notebook = assignment.name, order.notebook or NOTEBOOK
    edition = Edition(_folder(order.out, name), tell=tell)
    limits = order.limits.running()
    with press.report(limits, printed="pdf" in order.formats):
        executed = _execute(assignment, press, edition, order, limits, published=staging / f"{name}.ipynb")
        outline = read_outline(executed, folder=notebook.resolve().parent)
        browser = _browser(press, outline, edition, order)
        edition.warnings += outline.warnings
        assignment.check(outline)
        _export(outline, staging / name, browser, edition, order, told=assignment.told)
    content = {**assignment.facts(outline), **_content(outline, edition, staging)}
    content["revision"] = _revision(store.read_manifest(edition.folder), content)
    if edition.failures:
        content["made_of"] = None
    _write_json(staging / MANIFEST, content)
    edition.warnings += _lost(edition.folder, staging, content)
    edition.files = store.put_in_place(staging, edition.folder)
    _log_seconds(order.out, name, edition)
    return edition


def _revision(last: Mapping[str, Any] | None, content: Mapping[str, Any]) -> int:
    """Return how often what a report of one day says has changed: its brief, notebook, layers or tables; 0 at first."""
    if last is None or last.get("as_of") != content.get("as_of"):
        return 0

    def said(manifest: Mapping[str, Any]) -> list[Any]:
        parts = (manifest.get("made_of") or {}).items()
        own = sorted((name, value) for name, value in parts if name.startswith(("layer ", "table ")))
        return [manifest.get("brief"), manifest.get("notebook"), own]

    before = last.get("revision", 0)
    number = before if isinstance(before, int) else 0
    return number + (said(last) != said(content))


def _lost(folder: Path, staging: Path, content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of the report that stands is lost with it: a format that is not asked for now, another theme."""
    last = store.read_manifest(folder) or {}
    for name in sorted(last.get("files", {})):
        if Path(name).suffix.removeprefix(".") in FORMATS and not (staging / name).exists():
            yield f"W-REPLACED {name} of the report before is removed — ask for both formats, or try out in another folder: --out"
    if last.get("theme", content.get("theme")) != content.get("theme"):
        yield f"W-REPLACED the report before was in the theme {last['theme']} — try out in another folder: --out"


def _folder(out: Path, name: str) -> Path:
    if (out / name).resolve().parent != out.resolve():
        raise ReportError("E-OUT-PATH", f"{out / name} lies outside {out}", "name a folder that is not a link")
    return out / name


@contextmanager
def staging_in(out: Path) -> Iterator[Path]:
    """A folder beside the reports, on the same disk, that goes away whatever happens."""
    try:
        with ExitStack() as stack:
            out.mkdir(parents=True, exist_ok=True)
            files.remove_stale(out)
            yield stack.enter_context(files.temporary_folder(out))
    except OSError as error:
        if error.errno not in _DISK:
            raise
        what = f"{error.filename or out} cannot be written: {error.strerror}"
        raise ReportError("E-OUT-WRITE", what, "make room, or choose another folder with --out") from error


def _execute(
    assignment: Assignment, press: Press, edition: Edition, order: Order, limits: Limits, *, published: Path
) -> NotebookNode:
    """Run the notebook; the browser begins to draw each figure as soon as it is there."""
    with edition.timed("running the notebook"):
        return execution.execute(
            order.notebook or NOTEBOOK,
            assignment.parameters,
            published=published,
            kernel=order.kernel,
            limits=limits,
            on_cell=lambda cell: press.draw_ahead(list(outputs.drawings(cell.get("outputs", ()), assignment.language))),
        )


def _browser(press: Press, outline: Outline, edition: Edition, order: Order) -> "Browser | None":
    """Return the browser if something needs it, or note what is missing without one."""
    if not outline.drawings and "pdf" not in order.formats:
        return None
    if press.fault:
        if outline.drawings:
            edition.warnings.append(f"W-NO-PICTURES charts draw themselves when the file is opened: {press.fault.what}")
        if "pdf" in order.formats:
            edition.failures.append(press.fault)
    return press.browser


def _export(
    outline: Outline, stem: Path, browser: "Browser | None", edition: Edition, order: Order, *, told: str
) -> None:
    """Write the formats that are asked for. Chromium draws and prints while this process writes."""
    theme = load_theme(order.theme)
    pictures = None
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "html": (".png", lambda: social_card.draw(outline, pictures, theme=theme))
    }
    if browser:
        with edition.timed("drawing figures"):
            pictures = browser.draw(outline.drawings)
        makers["pdf"] = (".pdf", lambda: page.print_report(outline, browser, theme)[0])
    with ThreadPoolExecutor() as aside:
        making = {
            form: aside.submit(_write, stem.with_name(stem.name + suffix), make)
            for form, (suffix, make) in makers.items()
            if form in order.formats
        }
        with edition.timed("writing HTML"):
            html, noticed = page.render(outline, pictures, theme, static=order.static, site=order.site, told=told)
            edition.warnings += noticed
            if "html" in order.formats:
                stem.with_name(f"{stem.name}.html").write_text(html, encoding="utf-8")
        for form, made in making.items():
            with edition.timed({"pdf": "printing PDF", "html": "drawing the card"}[form]):
                made.result()


def _write(path: Path, make: Callable[[], bytes]) -> None:
    path.write_bytes(make())


def _facts(brief: Brief, order: Order, outline: Outline) -> dict[str, Any]:
    """Return what the report is about and made of; nothing in it depends on when or where."""
    document, notebook = brief.facts.document, order.notebook or NOTEBOOK
    return {
        "name": brief.edition,
        "language": brief.language.code,
        "title": document.title,
        "summary": document.summary,
        "series": document.series,
        "desk": document.desk,
        "country": document.country or "",
        "topics": list(document.topics),
        "as_of": document.as_of.isoformat(),
        **summary.of_brief(brief, outline),
        "brief": brief.digest,
        "notebook": {"name": notebook.name, "sha256": cells.sha256(notebook)},
        "theme": load_theme(order.theme).name,
        "static": order.static,
        "site": order.site,
        "made_of": None if order.made_of is None else _made_of(brief, notebook, order.made_of),
    }


def _made_of(brief: Brief, notebook: Path, common: Mapping[str, str]) -> dict[str, str]:
    """Return all ingredients of a report."""
    files = [table.file for table in brief.facts.tables if table.file] + cells.named_files(notebook)
    return {**common, **of_notebook(notebook), **of_brief(brief), **of_tables(brief.path.parent, files)}


def _content(outline: Outline, edition: Edition, staging: Path) -> dict[str, Any]:
    """Return what the report consists of."""
    return {
        "versions": _versions(),
        "sections": [{"id": section.id, "title": section.title} for section in outline.sections if section.shown],
        "figures": [figure.id for figure in outline.figures],
        "warnings": sorted(edition.warnings),
        "files": {p.name: {"bytes": p.stat().st_size, "sha256": files.sha256(p)} for p in sorted(staging.iterdir())},
    }


@functools.cache
def _versions() -> dict[str, str]:
    return {"quickview": quickview.__version__, **{name: version(name) for name in _STAMPED}}


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _log_seconds(out: Path, name: str, edition: Edition) -> None:
    line = json.dumps({"name": name, "seconds": edition.seconds})
    with (out / TIMINGS).open("a", encoding="utf-8") as log:
        log.write(line + "\n")
