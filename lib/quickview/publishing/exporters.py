"""nbconvert exporters: an executed notebook as a finished report, in HTML and in PDF.

They stand in JupyterLab's export menu and behind `jupyter nbconvert --to quickview-html`.
"""

import base64
import contextlib
import functools
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib import resources as files
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup
from nbconvert.exporters import Exporter, TemplateExporter
from nbformat import NotebookNode
from traitlets import Bool, Instance, default
from traitlets.config import Config

import quickview
from quickview.errors import MachineError
from quickview.look import palette, stylesheet, typeface
from quickview.publishing import pdf, svg
from quickview.publishing.browser import Browser, plotly_js
from quickview.publishing.outline import Figure, Outline, Part, read_outline

_POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


class QuickViewHTMLExporter(TemplateExporter):  # type: ignore[misc]
    """A report as one HTML file that needs nothing else: no network, no script to be read."""

    export_from_notebook = "Quick View report (HTML)"
    output_mimetype = "text/html"

    static = Bool(default_value=False, help="Leave the interactive charts out.").tag(config=True)
    paint = Bool(default_value=True, help="Draw still pictures of the charts; needs a Chromium.")
    browser = Instance(Browser, allow_none=True, help="A running browser to draw with; else one is started.")

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "quickview"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(Path(__file__).parent / "templates")]

    @property
    def default_config(self) -> Config:
        """Cells tagged `remove-cell` and outputs tagged `remove-output` stay out of the report."""
        tags = {"enabled": True, "remove_cell_tags": ["remove-cell"], "remove_all_outputs_tags": ["remove-output"]}
        config = Config({"TagRemovePreprocessor": tags})
        config.merge(super().default_config)
        return config

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the report as HTML, and nbconvert's resources with `quickview` added."""
        trimmed, resources = self._preprocess(nb, self._init_resources(resources or {}))
        outline = read_outline(trimmed)
        page = _page(outline, self._draw(outline.figures), static=self.static)
        html, resources = super().from_notebook_node(nb, {**resources, "quickview": page}, **kw)
        return html, resources

    def _draw(self, figures: list[Figure]) -> list[str] | None:
        specs = [spec for figure in figures for spec in (figure.wide, figure.narrow) if spec]
        if not specs or not self.paint:
            return None
        try:
            with _borrowed(self.browser) as browser:
                return browser.draw(specs)
        except MachineError as fault:
            self.log.warning("W-NO-PICTURES %s; charts draw themselves when the file is opened", fault)
            return None


class QuickViewPDFExporter(Exporter):  # type: ignore[misc]
    """The same report printed: A4, tagged, with an outline."""

    export_from_notebook = "Quick View report (PDF)"
    output_mimetype = "application/pdf"

    browser = Instance(Browser, allow_none=True, help="A running browser to draw with; else one is started.")

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the report as a PDF; needs a Chromium."""
        with _borrowed(self.browser) as browser:
            html = QuickViewHTMLExporter(config=self.config, parent=self.parent, browser=browser, static=True)
            page, resources = html.from_notebook_node(nb, resources, **kw)
            document = pdf.finish(browser.print(page), resources["quickview"]["outline"].masthead)
        resources["output_extension"] = ".pdf"
        return document, resources


@contextlib.contextmanager
def _borrowed(browser: Browser | None) -> Iterator[Browser]:
    """Use the browser at hand, or one that ends with the block."""
    if browser is not None:
        yield browser
    else:
        with Browser() as own:
            yield own


def _page(outline: Outline, pictures: list[str] | None, *, static: bool) -> dict[str, Any]:
    """Return what the template needs."""
    facts = outline.masthead
    interactive = not static and bool(outline.figures)
    charts = _charts(outline, pictures, interactive=interactive)
    head = [_markup(part, charts) for part in outline.head]
    shown = [section for section in outline.sections if section.shown]
    bodies = [[_markup(part, charts) for part in section.shown] for section in shown]
    sections = [
        {"id": s.id, "title": s.title, "part": s.shown[0].id or s.id, "content": body}
        for s, body in zip(shown, bodies, strict=True)
    ]
    text = "".join([*head, *(item for body in bodies for item in body), *(section.title for section in shown)])
    script = _resource("wake.js") if interactive else ""
    return {
        "outline": outline,
        "warnings": _warnings(outline, text),
        "title": facts.get("title", "Report"),
        "summary": facts.get("summary", ""),
        "author": facts.get("desk", ""),
        "keywords": ", ".join(facts.get("topics", ())),
        "language": facts.get("language", "en"),
        "direction": "ltr",
        "version": quickview.__version__,
        "policy": _POLICY.format(scripts=_hashes(script) if interactive else "'none'"),
        "style": Markup(stylesheet.for_report(text)),  # noqa: S704 (the kit's own)
        "head": head,
        "sections": sections,
        "footer": _footer(facts),
        "payload": _payload(outline.figures) if interactive else None,
        "script": Markup(script),  # noqa: S704 (the kit's own)
    }


def _warnings(outline: Outline, text: str) -> list[str]:
    found = [f"W-FIGURE-ALT figure “{f.id}” has no alternative text" for f in outline.figures if not f.meta.get("alt")]
    if unknown := typeface.missing(text):
        found.append(f"W-GLYPH the kit's fonts lack {' '.join(sorted(unknown))}; the reader's own must serve")
    return found


def _footer(facts: Mapping[str, Any]) -> str:
    parts = [facts.get("series", ""), facts.get("title", ""), f"as of {facts['as_of']}" if "as_of" in facts else ""]
    return " · ".join(part for part in parts if part)


def _markup(part: Part, charts: Mapping[int, Markup]) -> Markup:
    return charts[id(part.figure)] if part.figure else Markup(part.html)  # noqa: S704 (made safe by the outline)


def _charts(outline: Outline, pictures: list[str] | None, *, interactive: bool) -> dict[int, Markup]:
    """Return each figure's markup, numbered by kind in order of appearance."""
    counts: dict[str, int] = {}
    drawn = iter(pictures or ())
    charts = {}
    for n, figure in enumerate(outline.figures, start=1):
        kind = str(figure.meta.get("kind", "Figure"))
        counts[kind] = counts.get(kind, 0) + 1
        number = f"{kind} {counts[kind]}"
        wide = next(drawn, None)
        narrow = next(drawn, None) if figure.narrow else None
        charts[id(figure)] = _chart(figure, number, [wide, narrow], prefix=f"c{n}", interactive=interactive)
    return charts


def _chart(figure: Figure, number: str, drawn: list[str | None], *, prefix: str, interactive: bool) -> Markup:
    name = f"{number}: {figure.meta.get('title') or figure.id}"
    fitted = [
        Markup(svg.fit(one, prefix=f"{prefix}{form}", title=name, description=str(figure.meta.get("alt", ""))))  # noqa: S704 (drawn by plotly, text escaped)
        if one
        else None
        for form, one in zip("wn", drawn, strict=True)
    ]
    return Markup(  # noqa: S704 (the template escapes)
        _figure_template().render(
            id=figure.id,
            number=number,
            title=figure.meta.get("title", ""),
            caption=figure.meta.get("caption", ""),
            table=figure.meta.get("table"),
            wide=fitted[0],
            narrow=fitted[1],
            interactive=interactive,
        )
    )


@functools.cache
def _figure_template() -> jinja2.Template:
    return jinja2.Environment(autoescape=True, trim_blocks=True).from_string(_resource("templates/figure.html"))


def _resource(name: str) -> str:
    return (files.files(__package__) / name).read_text(encoding="utf-8")


def _payload(figures: list[Figure]) -> dict[str, Markup]:
    """Return plotly.js and the figures, packed so that they cost nothing until they are asked for."""
    tokens = {value: name for name, value in palette.LIGHT.items()}
    specs = {figure.id: {"wide": figure.wide, "narrow": figure.narrow} for figure in figures}
    text = json.dumps({"palette": tokens, "figures": specs}, sort_keys=True, ensure_ascii=False)
    return {"figures": _packed(text.encode()), "plotly": _packed_plotly()}


@functools.cache
def _packed_plotly() -> Markup:
    return _packed(plotly_js().read_bytes())


def _packed(data: bytes) -> Markup:
    return Markup(base64.b64encode(gzip.compress(data, compresslevel=9, mtime=0)).decode())  # noqa: S704 (base64)


def _hashes(script: str) -> str:
    """Return the sources that the Content-Security-Policy admits: this script and plotly.js, by hash."""
    return " ".join(f"'sha256-{_digest(text)}'" for text in (script.encode(), plotly_js().read_bytes()))


def _digest(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
