"""What a cell put out, as parts of a report: the kit's blocks and figures, and whatever an analyst made.

Each output is stored in several forms, by MIME type; the best that can stand still in a
file is taken. What has none is refused with words, never left out without any.
"""

import contextlib
import html
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from quickview.brief import prose
from quickview.brief.masthead import File
from quickview.errors import ReportError
from quickview.language.catalogs import Language
from quickview.report import console, html_output, markdown_cells, pictures, plotly_figure
from quickview.report.cells import ADDRESS, UNREADABLE, Context, Notes
from quickview.report.outline import Figure, Part
from quickview.theme import drawing

BLOCK: Final = "application/vnd.quickview.block+json"
FIGURE: Final = "application/vnd.quickview.figure+json"
WORDS: Final = "application/vnd.quickview.words+json"
DESK: Final = "application/vnd.quickview.desk+json"
"""A block; what words say of a figure that is no plotly figure; what JupyterLab shows above and below a figure; what `%quickview` answers."""

PLOTLY: Final = "application/vnd.plotly.v1+json"
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE: Final = "application/vnd.jupyter.widget-state+json"

_PICTURES: Final = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_STILL: Final = "show it as a table (qv.table), a picture, or a plotly or matplotlib figure (qv.figure)"
_MATHS: Final = "text/latex"
_SPOKEN: Final = {"title": "title", "alt": "alternative text"}


def of_cell(outputs: Sequence[Mapping[str, Any]], cell: str, context: Context, notes: Notes) -> Iterator[Part]:
    """Yield what a cell shows; `cell` is what it is called in messages."""
    has_picture = any(_is_picture(output.get("data", {})) for output in outputs)
    complaints = "".join("".join(output["text"]) for output in outputs if _is_stream(output, "stderr"))
    if lines := console.plain(complaints).strip().splitlines():
        notes.warn("W-STDERR", cell, f"says on stderr: {lines[-1][:160]}{' …' if lines[1:] else ''}")
    for output in _joined(outputs):
        if output["output_type"] == "error":
            message = f"ended in {output['ename']}: {' '.join(console.plain(output['evalue']).split())}"
            hint = "mend the cell in JupyterLab, and run the notebook again"
            notes.refuse("E-NOTEBOOK-CELL", cell, message, hint, console.own_lines(output.get("traceback", ())))
        elif output["output_type"] == "stream":
            yield from _printed(console.plain(output["text"]), cell, context, notes)
        else:
            shown = _Output(output["data"], output.get("metadata", {}), cell, context, notes)
            if not (has_picture and shown.is_of_drawing):
                yield from shown.parts()


def _joined(outputs: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield a cell's outputs without its complaints; what it prints in pieces is one, as a terminal shows it."""
    shown = [output for output in outputs if not _is_stream(output, "stderr")]
    for printed, pieces in itertools.groupby(shown, key=lambda output: _is_stream(output, "stdout")):
        if printed:
            yield {"output_type": "stream", "text": "".join("".join(piece["text"]) for piece in pieces)}
        else:
            yield from pieces


def _is_stream(output: Mapping[str, Any], name: str) -> bool:
    return bool(output["output_type"] == "stream" and output["name"] == name)


def _printed(text: str, cell: str, context: Context, notes: Notes) -> Iterator[Part]:
    if ADDRESS.search(text):
        message = "prints where an object lies in memory, which differs from run to run and is left out"
        notes.warn("W-OUTPUT-REPR", cell, message, "print what the object holds")
    if text.strip():
        yield Part("", _pre(ADDRESS.sub("at …", text).strip("\n").rstrip(), context))


def _pre(text: str, context: Context) -> str:
    """Return text as it stands, in lines; in another script than the page's, with a direction of its own."""
    marked = prose.isolate(text, page=context.language.code)
    direction = ' dir="auto"' if "<bdi" in marked else ""
    return f'<pre class="output"{direction}>{marked}</pre>'


def drawings(outputs: Sequence[Mapping[str, Any]], language: Language) -> Iterator[Mapping[str, Any]]:
    """Yield an analyst's plotly charts among a cell's outputs, so that they can be begun while later cells run."""
    for output in outputs:
        spec = output.get("data", {}).get(PLOTLY)
        with contextlib.suppress(*UNREADABLE):  # which is told when the outline is read
            if spec and not _is_canvas(spec) and not plotly_figure.needs_network(spec):
                figure = _figure(spec, language)
                yield from (form for form in (figure.wide, figure.narrow) if form)


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

    @property
    def is_of_drawing(self) -> bool:
        """Whether the output is but what the last line of a drawing comes to, beside the picture itself."""
        text = self._text("text/plain")
        if set(self.data) != {"text/plain"} or not (console.is_drawn(text) or console.are_limits(text)):
            return False
        if not console.is_drawn(text):
            self._leave_out(text)
        return True

    def parts(self) -> Iterator[Part]:
        """Yield the output as a part of a report, or note why it cannot be one."""
        if WORDS in self.data or DESK in self.data:
            return
        if WIDGET in self.data and FIGURE not in self.data:
            yield from self.widget(str(self.data[WIDGET].get("model_id", "")))
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
        return Part(block["id"], self._text("text/html"), data=as_saved(block.get("data", {})), absent=block["empty"])

    def _plotly(self) -> Part | None:
        spec = self.data[PLOTLY]
        figure = _figure(spec, self.context.language)
        called = f"figure “{figure.meta['title'] or figure.id}”"
        if fetched := plotly_figure.needs_network(spec):
            hint = "project the shapes with geopandas and plot them (gdf.plot(), qv.territory_map), or use `scatter`"
            hint = "put the picture itself into the figure, as a `data:` address" if "picture" in fetched else hint
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
        said = (self.metadata.get(form, {}) for form in _PICTURES if form in self.data)
        body = self.body(str(next((words["alt"] for words in said if words.get("alt")), "")))
        if f'alt="{html.escape(self._undescribed)}"' in body:
            hint = 'show it with qv.figure(fig, title="…", alt="…")'
            self.notes.warn("W-FIGURE-ALT", self.cell, "shows a picture that has no alternative text", hint)
        return Part("", body) if body else None

    @property
    def _undescribed(self) -> str:
        return self.context.language.gettext("Picture without a description")

    def _ask_for_words(self, figure: Figure, called: str) -> None:
        _check_behind(figure.meta)
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
            self.notes.check_form(text, self.cell)
            for name in prose.cited(text):
                self.notes.check_source(name, self.cell, self.context)
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
        if not self.notes.check_source(name, self.cell, self.context):
            return ""
        source = self.context.sources[name]
        cited = prose.cite([name], numbers=self.context.numbers, language=self.context.language)
        publisher = prose.isolate(source.publisher, page=self.context.language.code)
        return f"{publisher} ({html.escape(source.grade)}){cited}"

    def body(self, alt: str) -> str:
        """Return the best still form of an output as HTML; "" where it has nothing to show, or is refused."""
        picture = next((form for form in _PICTURES if form in self.data and self._fits(form)), "")
        if picture:
            drawn = pictures.Picture(picture, self._text(picture), self.metadata.get(picture, {}))
            return self._tried(lambda: drawn.html(alt or self._undescribed))
        if vega := _vega(self.data):
            alt = alt or str(self.data[vega].get("description", ""))
            return self._tried(lambda: pictures.of_vega(vega, self.data[vega]).html(alt or self._undescribed))
        if WIDGET in self.data:
            return "".join(part.html for part in self.widget(str(self.data[WIDGET].get("model_id", ""))))
        if self._text("text/html").strip():
            return self._html(self._text("text/html"))
        if latex := self._text(_MATHS):
            return self._tried(lambda: pictures.formula(latex)) if pictures.is_formula(latex) else self._markdown(latex)
        return self._text_body()

    def _fits(self, form: str) -> bool:
        """Whether a drawing is small enough to be taken for its picture in dots, if there is one."""
        return (
            form != "image/svg+xml"
            or len(self._text(form)) <= pictures.MOST_SVG
            or not set(_PICTURES[1:]) & set(self.data)
        )

    def _tried(self, make: Callable[[], str]) -> str:
        """Return what is made, or note why it cannot be."""
        try:
            return str(make())
        except ReportError as error:
            self.notes.refuse(error.code, self.cell, error.message, error.hint)
            return ""

    def _html(self, text: str) -> str:
        if lost := html_output.lost(text):
            message = f"shows {lost}, which cannot stand in a file without scripts and other hosts"
            self.notes.refuse("E-OUTPUT-SCRIPT", self.cell, message, _STILL)
            return ""
        if html_output.has_tooltips(text):
            message = "shows a table with tooltips, which only a mouse can find and which are left out"
            self.notes.warn("W-OUTPUT-TOOLTIP", self.cell, message, "give them a column")
        faults = len(self.notes.faults)
        label = self.context.language.gettext("Table")
        body = self._tried(lambda: html_output.clean(text, label=label, undescribed=self._undescribed))
        if not body and len(self.notes.faults) == faults and not html_output.is_style_only(text):
            self.notes.warn("W-OUTPUT-EMPTY", self.cell, "shows HTML in which there is nothing to see", _STILL)
        if body and html_output.has_lost_links(text, body):
            message = "has links that no reader of the report can follow, of which the words alone are left"
            self.notes.warn("W-LINK", self.cell, message, "link to an address on the web, or say where the file is")
        return body

    def _markdown(self, text: str) -> str:
        return markdown_cells.render(text, {}, self.cell, self.context, self.notes) if text.strip() else ""

    def _text_body(self) -> str:
        if "text/markdown" in self.data:
            return self._markdown(self._text("text/markdown"))
        if "application/json" in self.data:
            return _pre(json.dumps(self.data["application/json"], indent=2, ensure_ascii=False), self.context)
        others = [form for form in self.data if form not in {"text/plain", "text/html"}]
        if others:
            self.notes.refuse("E-OUTPUT-TYPE", self.cell, f"shows `{others[0]}`, which has no still form", _STILL)
            return ""
        text = console.plain(self._text("text/plain"))
        if console.is_repr(text):
            self._leave_out(text)
            return ""
        shown = console.value(text)
        if console.is_python(shown):
            message = f"ends in `{shown[:60]}`, which is shown as Python writes it"
            self.notes.warn(
                "W-OUTPUT-PYTHON", self.cell, message, "print it in words, or show it as a table (qv.table)"
            )
        return _pre(shown, self.context) if shown.strip() else ""

    def _leave_out(self, text: str) -> None:
        message = f"ends in `{text[:60]}`, which says nothing to a reader and is left out"
        self.notes.warn("W-OUTPUT-REPR", self.cell, message, f"end the line with `;`, or {_STILL}")

    def widget(self, name: str) -> Iterator[Part]:
        """Yield what a widget holds that can stand still: pictures, figures, text; progress says nothing afterwards."""
        known = self.context.widgets
        model = known.get(name, {})
        state = model.get("state", {})
        children = [str(child).removeprefix("IPY_MODEL_") for child in state.get("children") or ()]
        kinds = [str(one.get("model_name", "")) for one in (model, *(known.get(child, {}) for child in children))]
        # A widget that holds itself is not shown again.
        inside = replace(self.context, widgets={key: one for key, one in known.items() if key != name})
        within = replace(self, context=inside, metadata={})
        if any("Progress" in kind for kind in kinds):
            return
        if kinds[0] == "OutputModel":
            yield from of_cell(state.get("outputs") or (), self.cell, inside, self.notes)
        elif "children" in state:
            for child, title in itertools.zip_longest(children, (state.get("titles") or ())[: len(children)]):
                if title:
                    yield Part("", f'<div class="output"><strong>{html.escape(str(title))}</strong></div>')
                yield from within.widget(child)
        elif held := next(pictures.of_widget(model), None):
            yield from replace(within, data=dict([held])).parts()
        else:
            message = f"shows a widget ({kinds[0] or 'its state is not in the notebook'}), which has no still form"
            hint = f"{_STILL}; what a reader would set, show for chosen values"
            self.notes.refuse("E-OUTPUT-WIDGET", self.cell, message, hint)

    def _text(self, form: str) -> str:
        return "".join(self.data[form]) if form in self.data else ""


def _id(meta: Mapping[str, Any]) -> str:
    return prose.slug(str(meta.get("id") or meta.get("title", ""))) or "figure"


def _check_behind(meta: Mapping[str, Any]) -> None:
    """Raise `TypeError`, `LookupError` or `ValueError` where what a figure offers to take away is no table and no file."""
    table = meta.get("table") or {"columns": [], "rows": []}
    if not all(isinstance(row, list) for row in (table["columns"], *table["rows"])):
        message = "the table behind a figure is none"
        raise TypeError(message)
    for file in meta.get("downloads", ()):
        File(**file)


def _figure(spec: Mapping[str, Any], language: Language) -> Figure:
    """Return a plotly figure with both its drawings: the kit's as they are, an analyst's set to both widths.

    A figure of the kit on which an analyst has drawn is the analyst's; what was added shows on wide pages.
    """
    spec = as_saved(spec)
    meta = plotly_figure.words(spec)
    if _is_of_the_kit(meta):
        spec = plotly_figure.original(spec)
        meta = plotly_figure.words(spec)
        narrow = json.loads(meta.pop("narrow"), parse_float=_number)
        layout = {key: value for key, value in spec["layout"].items() if key != "meta"}
        wide = {"data": spec["data"], "layout": layout}
        return Figure(_id(meta), wide, narrow, meta, own=not drawing.is_canvas(spec))
    wide, narrow = (plotly_figure.fitted(spec, width, language) for width in (plotly_figure.WIDE, plotly_figure.NARROW))
    return Figure(_id(meta), wide, narrow, meta, own=True, live=plotly_figure.live(spec))


def _is_canvas(spec: Mapping[str, Any]) -> bool:
    """Whether a figure is one of the kit's on which nobody has drawn."""
    return _is_of_the_kit((spec.get("layout") or {}).get("meta")) and drawing.is_canvas(spec)


def _is_of_the_kit(meta: Any) -> bool:
    """Whether the words of a figure hold its form for phones, which the kit alone draws."""
    return isinstance(meta, Mapping) and isinstance(meta.get("narrow"), str)


def as_saved(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return data as JupyterLab saves it, which writes 760.0 as 760, so that its exports are the files `render` makes."""
    saved: Mapping[str, Any] = json.loads(json.dumps(data), parse_float=_number)
    return saved


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number
