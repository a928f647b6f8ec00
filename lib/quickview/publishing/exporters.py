"""nbconvert exporters: an executed notebook as a finished report, in HTML and in PDF.

They stand in JupyterLab's export menu and behind `jupyter nbconvert --to quickview-html`.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Instance, Unicode, default

from quickview.errors import MachineError
from quickview.look.theme import Theme, load_theme
from quickview.publishing import page, pdf
from quickview.publishing.browser import Browser
from quickview.publishing.outline import Outline
from quickview.publishing.reading import read_outline


class QuickViewHTMLExporter(Exporter):  # type: ignore[misc]
    """A report as one HTML file that needs nothing else: no network, no script to be read."""

    export_from_notebook = "Quick View report (HTML)"
    output_mimetype = "text/html"

    static = Bool(default_value=False, help="Leave the interactive charts out.").tag(config=True)
    theme = Unicode("", help="A theme that ships with the kit, or the path of a theme file.").tag(config=True)
    site = Unicode("", help="Address the folder of reports is served at.").tag(config=True)
    paint = Bool(default_value=True, help="Draw still pictures of the charts; needs a Chromium.")
    browser = Instance(Browser, allow_none=True, help="A running browser to draw with; else one is started.")

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the report as HTML, and nbconvert's resources with `quickview` added: `outline` and `warnings`."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        outline = read_outline(notebook)
        theme = load_theme(self.theme)
        html, warnings = page.render(outline, self._draw(outline), theme, static=self.static, site=self.site)
        return html, {**resources, "quickview": {"outline": outline, "warnings": warnings}}

    def _draw(self, outline: Outline) -> list[str] | None:
        if not outline.drawings or not self.paint:
            return None
        try:
            with _borrowed(self.browser) as browser:
                return browser.draw(outline.drawings)
        except MachineError as fault:
            self.log.warning("W-NO-PICTURES %s; charts draw themselves when the file is opened", fault)
            return None


class QuickViewPDFExporter(Exporter):  # type: ignore[misc]
    """The same report printed: A4, tagged, with an outline."""

    export_from_notebook = "Quick View report (PDF)"
    output_mimetype = "application/pdf"

    theme = Unicode("", help="A shipped theme's name, or the path of a theme file.").tag(config=True)
    browser = Instance(Browser, allow_none=True, help="A running browser to draw with; else one is started.")

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the report as a PDF; needs a Chromium."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        with _borrowed(self.browser) as browser:
            return print_report(read_outline(notebook), browser, load_theme(self.theme)), resources


def print_report(outline: Outline, browser: Browser, theme: Theme) -> bytes:
    """Return a report as a PDF."""
    html, _ = page.render(outline, browser.draw(outline.drawings) or None, theme, static=True)
    return pdf.finish(browser.print(html), outline.masthead)


@contextlib.contextmanager
def _borrowed(browser: Browser | None) -> Iterator[Browser]:
    """Use the browser at hand, or one that ends with the block."""
    if browser is not None:
        yield browser
    else:
        with Browser() as own:
            yield own
