"""What a cell put out, as parts of a report: the kit's blocks and figures, and whatever an analyst made.

Each output is stored in several forms, by MIME type; the best that can stand still in a
file is taken. What has none is refused with words, never left out without any.
"""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from quickview.brief import prose
from quickview.errors import ReportError
from quickview.language.catalogues import Language
from quickview.publishing import html_output, pictures, plotly_figure
from quickview.publishing.outline import Figure, Part

BLOCK: Final = "application/vnd.quickview.block+json"
FIGURE: Final = "application/vnd.quickview.figure+json"
WORDS: Final = "application/vnd.quickview.words+json"
"""A block; what words say of a figure that is no plotly figure; what JupyterLab shows above and below a figure."""

PLOTLY: Final = "application/vnd.plotly.v1+json"
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE: Final = "application/vnd.jupyter.widget-state+json"

_PICTURES: Final = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_REPR: Final = re.compile(r"^[\[({\s]*<[\w.]+[^>]*>", re.DOTALL)
_STILL: Final = "show it as a table (qv.table), a picture, or a plotly or matplotlib figure (qv.figure)"
_MATHS: Final = "text/latex"


@dataclass(frozen=True)
class Context:
    """What is known of a report before its cells are read: its language, its sources by id, the notebook's folder, the states of its widgets by id."""

    language: Language = prose.ENGLISH
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    folder: Path | None = None
    widgets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each source in the list."""
        return {name: source["number"] for name, source in self.sources.items()}


@dataclass
class Notes:
    """What is noticed while cells are read: warnings, and what keeps the report from being made."""

    warnings: list[str] = field(default_factory=list)
    faults: list[ReportError] = field(default_factory=list)

    def warn(self, code: str, cell: str, what: str, hint: str = "") -> None:
        """Note what the analyst should know of a cell."""
        # Where an object lies in memory differs from run to run.
        said = _ADDRESS.sub("at …", what)
        self.warnings.append(f"{code} {cell} {said}{f' — {hint}' if hint else ''}")

    def refuse(self, code: str, cell: str, what: str, hint: str, detail: str = "") -> None:
        """Note what cannot stand in a report."""
        self.faults.append(ReportError(code, f"{cell} {what}", hint, detail))


_ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_FRAME: Final = re.compile(r"(Cell In\[\d+\]|File )")
_ADDRESS: Final = re.compile(r"\bat 0x[0-9a-f]+", re.IGNORECASE)
_SPOKEN: Final = {"title": "title", "alt": "alternative text"}


def own_lines(traceback: Sequence[str]) -> str:
    """Return the traceback of a cell as plain text, cut to the notebook's own lines and the error itself.

    `traceback` is IPython's: a rule and the error's name, a text for each frame, the error.
    """
    texts = [_ANSI.sub("", text).rstrip() for text in traceback]
    frames = [text for text in texts if _FRAME.match(text)]
    own = [text for text in frames if text.startswith("Cell In")]
    left = len(frames) - len(own)
    told = [f"… {left} more {'frames' if left > 1 else 'frame'} in libraries"] if left else []
    return "\n".join([*own, *told, *texts[-1:]] if frames else texts)


def of_cell(outputs: Sequence[Mapping[str, Any]], cell: str, context: Context, notes: Notes) -> Iterator[Part]:
    """Yield what a cell shows; `cell` is what it is called in messages."""
    has_picture = any(_is_picture(output.get("data", {})) for output in outputs)
    complaints = "".join(o["text"] for o in outputs if o["output_type"] == "stream" and o["name"] == "stderr").strip()
    if complaints:
        more = " …" if "\n" in complaints else ""
        notes.warn("W-STDERR", cell, f"says on stderr: {_ANSI.sub('', complaints).splitlines()[-1][:160]}{more}")
    for output in outputs:
        if output["output_type"] == "error":
            what = f"ended in {output['ename']}: {output['evalue']}"
            hint = "mend the cell in JupyterLab, and run the notebook again"
            notes.refuse("E-NOTEBOOK-CELL", cell, what, hint, own_lines(output.get("traceback", ())))
        elif output["output_type"] == "stream":
            if output["name"] == "stdout" and output["text"].strip():
                yield Part("", f'<pre class="output">{html.escape(_ANSI.sub("", output["text"]).rstrip())}</pre>')
        elif not (has_picture and set(output["data"]) == {"text/plain"}):
            # With a picture, the last line's value is a drawing's own: `<Axes: >`, `Text(0.5, 1, …)`.
            yield from _Output(output["data"], output.get("metadata", {}), cell, context, notes).parts()


def drawings(outputs: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the plotly drawings among a cell's outputs, so that they can be begun while later cells run."""
    for output in outputs:
        spec = output.get("data", {}).get(PLOTLY)
        if spec and not plotly_figure.needs_network(spec):
            figure = _figure(spec)
            yield from (drawing for drawing in (figure.wide, figure.narrow) if drawing)


def _is_picture(data: Mapping[str, Any]) -> bool:
    return PLOTLY in data or any(form in data for form in (*_PICTURES, FIGURE)) or bool(_vega(data))


def _vega(data: Mapping[str, Any]) -> str:
    return next((form for form in data if re.fullmatch(r"application/vnd\.vega(lite)?\.v\d+\+json", form)), "")


@dataclass(frozen=True)
class _Output:
    """One output: its forms by MIME type, what is said of them, and the cell it comes from."""

    data: Mapping[str, Any]
    metadata: Mapping[str, Any]
    cell: str
    context: Context
    notes: Notes

    def parts(self) -> Iterator[Part]:
        """Yield the output as a part of a report, or note why it cannot be one."""
        if WORDS in self.data:
            return
        if WIDGET in self.data and FIGURE not in self.data:
            for held in self.held():
                yield from held.parts()
            return
        readers: Sequence[tuple[bool, Callable[[], Part | None]]] = (
            (BLOCK in self.data, self._block),
            (PLOTLY in self.data, self._plotly),
            (FIGURE in self.data, self._described),
            (True, self._plain_part),
        )
        part = next(read for fits, read in readers if fits)()
        if part:
            yield part

    def _block(self) -> Part:
        block = self.data[BLOCK]
        return Part(block["id"], self._text("text/html"), data=_as_saved(block.get("data", {})), absent=block["empty"])

    def _plotly(self) -> Part | None:
        spec = self.data[PLOTLY]
        figure = _figure(spec)
        called = f"figure “{figure.meta['title'] or figure.id}”"
        if fetched := plotly_figure.needs_network(spec):
            hint = "project the shapes with geopandas and plot them (gdf.plot(), qv.territory_map), or use `scatter`"
            self.notes.refuse("E-FIGURE-NETWORK", self.cell, f"shows {called}: {fetched}", hint)
            return None
        self._ask_for_words(figure, called)
        return Part(figure.id, self._caption(figure), figure=figure)

    def _described(self) -> Part | None:
        """Return a picture or table that `qv.figure` or `qv.table` said something of."""
        meta = dict(self.data[FIGURE])
        body = self.body(str(meta.get("alt", "")))
        if not body:
            return None
        figure = Figure(_id(meta), None, None, meta, body=body, own=True)
        self._ask_for_words(figure, f"“{meta.get('title') or figure.id}”")
        return Part(figure.id, self._caption(figure), figure=figure)

    def _plain_part(self) -> Part | None:
        body = self.body(str(next((said["alt"] for said in self._of_pictures() if said.get("alt")), "")))
        if body and "<img" in body and not any(said.get("alt") for said in self._of_pictures()):
            hint = 'show it with qv.figure(fig, title="…", alt="…")'
            self.notes.warn("W-FIGURE-ALT", self.cell, "shows a picture that has no alternative text", hint)
        return Part("", body) if body else None

    def _of_pictures(self) -> Iterator[Mapping[str, Any]]:
        yield from (self.metadata.get(form, {}) for form in _PICTURES if form in self.data)

    def _ask_for_words(self, figure: Figure, called: str) -> None:
        if figure.own and figure.meta.get("kind") != "Table":
            missing = [word for word in ("title", "alt") if not figure.meta.get(word)]
            if missing:
                asked = ", ".join(f'{word}="…"' for word in missing)
                hint = f"show it with qv.figure(fig, {asked})"
                code = "W-FIGURE-ALT" if "alt" in missing else "W-FIGURE-TITLE"
                self.notes.warn(
                    code, self.cell, f"shows {called} without {' and '.join(_SPOKEN[word] for word in missing)}", hint
                )

    def _caption(self, figure: Figure) -> str:
        """Return caption and sources as HTML; an analyst's caption may cite, as prose does."""
        text, language = str(figure.meta.get("caption", "")), self.context.language
        if figure.own and text:
            self._check_citations(text)
            caption = prose.render_line(text, numbers=self.context.numbers, language=language)
        else:
            caption = prose.isolate(text, page=language.code)
        named = [self._source(name) for name in figure.meta.get("sources", ())]
        if not any(named):
            return caption
        listed = language.gettext("Source: {sources}", sources="; ".join(filter(None, named)))
        return f'{caption} <span class="from">{listed}</span>'

    def _source(self, name: str) -> str:
        """Return a source as a figure names it, with its grade; what the brief does not know is noted."""
        source = self.context.sources.get(name)
        if source is None:
            self.notes.refuse("E-CITATION-UNKNOWN", self.cell, *unknown_source(name, self.context))
            return ""
        cited = prose.cite([name], numbers=self.context.numbers, language=self.context.language)
        publisher = prose.isolate(source["publisher"], page=self.context.language.code)
        return f"{publisher} ({html.escape(source['grade'])}){cited}"

    def _check_citations(self, text: str) -> None:
        for name in prose.cited(text):
            if name not in self.context.sources:
                self.notes.refuse("E-CITATION-UNKNOWN", self.cell, *unknown_source(name, self.context))

    def body(self, alt: str) -> str:
        """Return the best still form of an output as HTML; "" where it has nothing to show, or is refused."""
        picture = next((form for form in _PICTURES if form in self.data and self._fits(form)), "")
        if picture:
            return self._picture(picture, alt)
        if vega := _vega(self.data):
            return self._tried(lambda: pictures.of_vega(vega, self.data[vega]), alt=alt)
        if WIDGET in self.data:
            return "".join(held.body(alt) for held in self.held())
        if "text/html" in self.data:
            return self._html(self._text("text/html"))
        if _MATHS in self.data:
            return self._tried(lambda: pictures.formula(self._text(_MATHS)))
        return self._text_body()

    def _fits(self, form: str) -> bool:
        """Whether a drawing is small enough to be taken for its picture in dots, if there is one."""
        return (
            form != "image/svg+xml"
            or len(self._text(form)) <= pictures.MOST_SVG
            or not set(_PICTURES[1:]) & set(self.data)
        )

    def _picture(self, form: str, alt: str) -> str:
        return self._tried(lambda: pictures.Picture(form, self._text(form), self.metadata.get(form, {})), alt=alt)

    def _tried(self, make: Callable[[], "pictures.Picture | Markup"], *, alt: str = "") -> str:
        """Return what is made, or note why it cannot be."""
        try:
            made = make()
            return (
                made.html(alt or self.context.language.gettext("Picture without a description"))
                if isinstance(made, pictures.Picture)
                else str(made)
            )
        except ReportError as error:
            self.notes.refuse(error.code, self.cell, error.what, error.mend)
            return ""

    def _html(self, text: str) -> str:
        if lost := html_output.lost(text):
            self.notes.refuse(
                "E-OUTPUT-SCRIPT",
                self.cell,
                f"shows {lost}, which cannot stand in a file without scripts and other hosts",
                _STILL,
            )
            return ""
        return html_output.clean(text, label=self.context.language.gettext("Table"))

    def _text_body(self) -> str:
        if "text/markdown" in self.data:
            text = self._text("text/markdown")
            self._check_citations(text)
            return f'<div class="prose">{prose.render(text, numbers=self.context.numbers, language=self.context.language)}</div>'
        if "application/json" in self.data:
            shown = json.dumps(self.data["application/json"], indent=2, ensure_ascii=False)
            return f'<pre class="output">{html.escape(shown)}</pre>'
        others = [form for form in self.data if form != "text/plain"]
        if others:
            self.notes.refuse("E-OUTPUT-TYPE", self.cell, f"shows `{others[0]}`, which has no still form", _STILL)
            return ""
        text = self._text("text/plain")
        if _REPR.match(text):
            hint = f"end the line with `;`, or {_STILL}"
            self.notes.warn(
                "W-OUTPUT-REPR",
                self.cell,
                f"ends in `{text[:60]}`, which says nothing to a reader and is left out",
                hint,
            )
            return ""
        return f'<pre class="output">{html.escape(text)}</pre>' if text.strip() else ""

    def held(self) -> Iterator["_Output"]:
        """Yield what a widget holds that can stand still: pictures, figures, text; progress says nothing afterwards."""
        model = self._model(str(self.data[WIDGET].get("model_id", "")))
        name, state = str(model.get("model_name", "")), model.get("state", {})
        children = [str(child).removeprefix("IPY_MODEL_") for child in state.get("children", ())]
        for child in children:
            yield from replace(self, data={WIDGET: {"model_id": child}}).held()
        held = [replace(self, data={form: content}, metadata={}) for form, content in pictures.of_widget(model)]
        yield from held[:1]
        if not (children or held or "Progress" in name):
            what = f"shows a widget ({name or 'its state is not in the notebook'}), which has no still form"
            hint = f"{_STILL}; what a reader would set, show for chosen values"
            self.notes.refuse("E-OUTPUT-WIDGET", self.cell, what, hint)

    def _model(self, name: str) -> Mapping[str, Any]:
        return self.context.widgets.get(name, {})

    def _text(self, form: str) -> str:
        return "".join(self.data[form]) if form in self.data else ""


def unknown_source(name: str, context: Context) -> tuple[str, str]:
    """Return in words that a source is cited which the brief does not list, and which ones it does."""
    from quickview.errors import did_you_mean

    return f"cites `{name}`, which is no source of the brief", did_you_mean(name, sorted(context.sources))


def _id(meta: Mapping[str, Any]) -> str:
    return str(meta.get("id") or prose.slug(str(meta.get("title", ""))) or "figure")


def _figure(spec: Mapping[str, Any]) -> Figure:
    """Return a plotly figure with both its drawings: the kit's as they are, an analyst's set to both widths."""
    spec = _as_saved(spec)
    meta = plotly_figure.words(spec)
    if meta.get("narrow"):
        spec = plotly_figure.original(spec)
        meta = plotly_figure.words(spec)
        narrow = meta.pop("narrow")
        layout = {key: value for key, value in spec["layout"].items() if key != "meta"}
        return Figure(_id(meta), {"data": spec["data"], "layout": layout}, narrow, meta)
    wide, narrow = (plotly_figure.fitted(spec, width) for width in (plotly_figure.WIDE, plotly_figure.NARROW))
    return Figure(_id(meta), wide, narrow, meta, own=True, live=plotly_figure.live(spec))


def _as_saved(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return data as JupyterLab saves it, which writes 760.0 as 760, so that its exports are the files `render` makes."""
    saved: Mapping[str, Any] = json.loads(json.dumps(data), parse_float=_number)
    return saved


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number
