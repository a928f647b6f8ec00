"""One report from one brief: run, export, check, and only then put in place."""

import functools
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import nbformat
from nbformat import NotebookNode

import quickview
from quickview.brief.reader import Brief
from quickview.errors import QuickViewError, ReportError
from quickview.kernels import servers
from quickview.look.theme import load_theme
from quickview.publishing import card, completeness, execution, page, scratch
from quickview.publishing.browser import Browser
from quickview.publishing.exporters import print_report
from quickview.publishing.outline import Outline, read_outline
from quickview.publishing.press import Press

FORMATS: Final = ("html", "pdf")
MANIFEST: Final = "manifest.json"
TIMINGS: Final = "timings.jsonl"

_STAMPED: Final = ("geopandas", "nbconvert", "pandas", "papermill", "plotly")


@dataclass(frozen=True)
class Order:
    """What to make: the notebook to run, the folder for reports, the formats, and whether charts stay still.

    `theme` is the name of a shipped theme or the path of a theme file; `site` is the
    address that the folder is served at, if it is known; `kernel` names a kernelspec.
    """

    notebook: Path
    out: Path
    formats: Sequence[str] = FORMATS
    static: bool = False
    theme: str = ""
    site: str = ""
    kernel: str = servers.KERNEL


@dataclass
class Edition:
    """A report that was made: its files, what was noticed, what failed, and seconds a step."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[QuickViewError] = field(default_factory=list)
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

    Nothing changes in the folder until every file is complete; the manifest is
    written last. Raises `ReportError` and leaves the old report as it is. Without a
    Chromium the HTML is still made; what could not be made stands in `failures`.
    """
    edition = Edition(_folder(order.out, brief.edition), tell=tell)
    with _staging(order.out) as staging:
        executed = _execute(brief, press, edition, order)
        browser = _browser(press, edition, order)
        published = execution.scrub(executed, brief=brief, theme=order.theme)
        outline = read_outline(published)
        completeness.check(outline, brief)
        _export(outline, staging / brief.edition, browser, edition, order)
        nbformat.write(published, staging / f"{brief.edition}.ipynb")
        _write_json(staging / MANIFEST, _manifest(brief, order, staging, outline, edition))
        edition.files = _put_in_place(staging, edition.folder)
    _log_seconds(order.out, brief, edition)
    return edition


def _folder(out: Path, name: str) -> Path:
    if (out / name).resolve().parent != out.resolve():
        raise ReportError("E-OUT-PATH", f"{out / name} lies outside {out}", "name a folder that is not a link")
    return out / name


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """A folder beside the reports, on the same disk, that goes away whatever happens."""
    with ExitStack() as stack:
        try:
            out.mkdir(parents=True, exist_ok=True)
            scratch.sweep(out)
            folder = stack.enter_context(scratch.folder(out))
        except OSError as error:
            what = f"{out} cannot be written to: {error.strerror}"
            raise ReportError("E-OUT-WRITE", what, "choose another folder with --out") from error
        yield folder


def _execute(brief: Brief, press: Press, edition: Edition, order: Order) -> NotebookNode:
    """Run the notebook; the browser begins to draw each figure as soon as it is there."""
    press.begin()
    with edition.timed("running the notebook"):
        return execution.execute(
            order.notebook,
            brief,
            theme=order.theme,
            kernel=order.kernel,
            on_cell=lambda cell: press.draw_ahead(read_outline(NotebookNode(cells=[cell])).drawings),
        )


def _browser(press: Press, edition: Edition, order: Order) -> Browser | None:
    if press.fault:
        edition.warnings.append(f"W-NO-PICTURES charts draw themselves when the file is opened: {press.fault.what}")
        if "pdf" in order.formats:
            edition.failures.append(press.fault)
    return press.browser


def _export(outline: Outline, stem: Path, browser: Browser | None, edition: Edition, order: Order) -> None:
    """Write the formats that are asked for. Chromium draws and prints while this process writes."""
    theme = load_theme(order.theme)
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {}
    pictures = None
    if browser:
        with edition.timed("drawing figures"):
            pictures = browser.draw(outline.drawings) or None
        makers["pdf"] = (".pdf", lambda: print_report(outline, browser, theme))
        makers["html"] = (".png", lambda: card.draw(outline, browser, theme=theme))
    with ThreadPoolExecutor() as aside:
        making = {
            form: aside.submit(_write, stem.with_suffix(suffix), make)
            for form, (suffix, make) in makers.items()
            if form in order.formats
        }
        with edition.timed("writing HTML"):
            html, noticed = page.render(outline, pictures, theme, static=order.static, site=order.site)
            edition.warnings += noticed
            if "html" in order.formats:
                stem.with_suffix(".html").write_text(html, encoding="utf-8")
        for form, made in making.items():
            with edition.timed({"pdf": "printing PDF", "html": "drawing the card"}[form]):
                made.result()


def _write(path: Path, make: Callable[[], bytes]) -> None:
    path.write_bytes(make())


def _manifest(brief: Brief, order: Order, staging: Path, outline: Outline, edition: Edition) -> dict[str, Any]:
    """Return what the report is made of and consists of; nothing in it depends on when or where."""
    return {
        "name": brief.edition,
        "language": brief.language.code,
        "theme": load_theme(order.theme).name,
        "title": brief.facts.document.title,
        "summary": brief.facts.document.summary,
        "country": brief.facts.document.country,
        "as_of": brief.facts.document.as_of.isoformat(),
        "brief": brief.digest,
        "notebook": {"name": order.notebook.name, "sha256": _sha256(order.notebook)},
        "static": order.static,
        "site": order.site,
        "versions": _versions(),
        "sections": [{"id": section.id, "title": section.title} for section in outline.sections if section.shown],
        "figures": [figure.id for figure in outline.figures],
        "warnings": sorted(edition.warnings),
        "files": {p.name: {"bytes": p.stat().st_size, "sha256": _sha256(p)} for p in sorted(staging.iterdir())},
    }


@functools.cache
def _versions() -> dict[str, str]:
    return {"quickview": quickview.__version__, **{name: version(name) for name in _STAMPED}}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _put_in_place(staging: Path, folder: Path) -> list[Path]:
    """Move the files one by one, each in one step, the manifest last; then drop what is not of this edition."""
    folder.mkdir(exist_ok=True)
    names = sorted((path.name for path in staging.iterdir()), key=lambda name: (name == MANIFEST, name))
    for name in names:
        (staging / name).replace(folder / name)
    for stale in set(folder.iterdir()) - {folder / name for name in names}:
        if stale.stem == folder.name and stale.is_file():
            stale.unlink()
    return [folder / name for name in names]


def _log_seconds(out: Path, brief: Brief, edition: Edition) -> None:
    line = json.dumps({"name": brief.edition, "seconds": edition.seconds})
    with (out / TIMINGS).open("a", encoding="utf-8") as log:
        log.write(line + "\n")
