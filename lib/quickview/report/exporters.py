"""nbconvert exporters: an executed notebook as a finished report, in HTML and in PDF.

They stand in JupyterLab's export menu and behind `jupyter nbconvert --to quickview_html`.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Instance, Unicode, default
from traitlets.config import Application

from quickview.errors import MachineError, QuickViewError, ReportError
from quickview.report import cells, page
from quickview.report.outline import Outline
from quickview.report.reading import read_outline
from quickview.theme.theme import Theme, load_theme

if TYPE_CHECKING:
    from quickview.report.browser import Browser

MOST_CELLS: Final = 5
"""How many cells that have not been run are named."""


@contextlib.contextmanager
def _borrowed(browser: "Browser | None") -> "Iterator[Browser]":
    """Use the browser at hand, or one that ends with the block."""
    from quickview.report.browser import Browser

    with contextlib.nullcontext(browser) if browser else Browser() as at_hand:
        yield at_hand


class ReportExporter(Exporter):  # type: ignore[misc]
    """What both formats share: which notebooks are refused, the theme, and what is told of the report."""

    theme = Unicode("", help="A shipped theme's name, or the path of a theme file; else the notebook's parameter.").tag(
        config=True
    )
    browser = Instance(
        "quickview.report.browser.Browser", allow_none=True, help="A running browser to draw with; else one is started."
    )

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Return the report, and nbconvert's resources with `quickview` added: `outline`, `name` and `warnings`.

        `name` is what the masthead calls the report, without a suffix; empty without a masthead.
        Raises `ReportError` for a notebook that has not been run, or in which a cell failed,
        `InputError` for a faulty theme, and `MachineError` where a PDF finds no Chromium.
        """
        with _ending_nbconvert():
            notebook, resources = super().from_notebook_node(nb, resources, **kw)
            folder = Path(resources["metadata"].get("path", ""))
            outline = read_outline(notebook, folder=folder)
            check_was_run(notebook)
            output, noticed = self._export(outline, load_theme(self.theme or theme_parameter(notebook, folder)))
        warnings = [*outline.warnings, *noticed]
        for warning in warnings:
            self.log.warning("%s", warning)
        told = {"outline": outline, "name": outline.masthead.name, "warnings": warnings}
        return output, {**resources, "quickview": told}

    def _export(self, outline: Outline, theme: Theme) -> tuple[str | bytes, list[str]]:
        raise NotImplementedError


class QuickViewHTMLExporter(ReportExporter):
    """A report as one HTML file that needs nothing else: no network, no script to be read."""

    export_from_notebook = "Quick View report (HTML)"
    output_mimetype = "text/html"

    static = Bool(default_value=False, help="Leave the interactive charts out.").tag(config=True)
    site = Unicode("", help="Address the folder of reports is served at.").tag(config=True)
    paint = Bool(default_value=True, help="Draw still pictures of the charts; needs a Chromium.")

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def _export(self, outline: Outline, theme: Theme) -> tuple[str, list[str]]:
        pictures, unpainted = self._draw(outline)
        html, warnings = page.render(outline, pictures, theme, static=self.static, site=self.site)
        return html, [*unpainted, *warnings]

    def _draw(self, outline: Outline) -> tuple[list[str] | None, list[str]]:
        """Return pictures of the charts, or none and why there are none."""
        if not self.paint:
            return None, []
        if not outline.drawings:
            return [], []
        try:
            with _borrowed(self.browser) as browser:
                return browser.draw(outline.drawings), []
        except MachineError as fault:
            return None, [f"W-NO-PICTURES charts draw themselves when the file is opened: {fault.message}"]


class QuickViewPDFExporter(ReportExporter):
    """The same report printed: A4, tagged, with an outline; needs a Chromium."""

    export_from_notebook = "Quick View report (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def _export(self, outline: Outline, theme: Theme) -> tuple[bytes, list[str]]:
        with _borrowed(self.browser) as browser:
            return page.print_report(outline, browser, theme)


class HyphenatedHTMLExporter(QuickViewHTMLExporter):
    """The exporter by its older name, `quickview-html`, for commands and scripts.

    Jupyter's server admits letters, digits and `_` in a format's name and nothing else, so that a name with
    a hyphen cannot be reached from the export menu; `quickview.jupyter` keeps it out of there.
    """


class HyphenatedPDFExporter(QuickViewPDFExporter):
    """Likewise `quickview-pdf`."""


def check_was_run(notebook: NotebookNode) -> None:
    """Raise `ReportError` that names the cells which have not been run.

    Those that hold nothing but comments or `%quickview` and those tagged `remove-cell` need not have been.
    """

    def matters(cell: NotebookNode) -> bool:
        lines = cells.DESK.sub("", cell.source).splitlines()
        says = any(line.strip() and not line.lstrip().startswith("#") for line in lines)
        return cell.cell_type == "code" and says and "remove-cell" not in cells.tags(cell)

    called = zip(notebook.cells, cells.names(notebook.cells), strict=True)
    idle = [name for cell, name in called if cell.get("execution_count") is None and matters(cell)]
    if idle:
        count = f"{len(idle)} cells have" if len(idle) > 1 else "one cell has"
        more = f" and {len(idle) - MOST_CELLS} more" if len(idle) > MOST_CELLS else ""
        message = f"{count} not been run: {', '.join(idle[:MOST_CELLS])}{more}"
        raise ReportError("E-NOTEBOOK-NOT-RUN", message, "Run All, save, and export again")


def theme_parameter(notebook: NotebookNode, folder: Path) -> str:
    """Return the theme that the notebook's parameters name, empty without one.

    A file is named from the notebook's own `folder`, where its kernel works; the path returned holds here.
    """
    theme = cells.parameters(notebook.cells).get("theme", "")
    return str(folder / theme) if Path(theme).suffix else theme


@contextlib.contextmanager
def _ending_nbconvert() -> Iterator[None]:
    """End `jupyter nbconvert` with an error's own words; anywhere else the error goes on its way.

    The command ends itself so, with one line and status 1, but prints a traceback to every
    error of a conversion. It is known by name: importing it would import every exporter there is.
    """
    try:
        yield
    except QuickViewError as error:
        running = Application.instance() if Application.initialized() else None
        if running is not None and running.name == "jupyter-nbconvert":
            running.log.error("%s", error)  # noqa: TRY400 (no traceback: that is the point)
            running.exit(1)
        raise
