"""Show figures, tables and pictures in JupyterLab as they will stand in the report: number, title, drawing, caption, table.

What stands above and below a drawing are outputs of their own, marked so that the report,
which sets them itself, leaves them out. Beside plotly's data lies a picture for those
who have no plotly: GitHub, stock nbconvert.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
from IPython.display import publish_display_data
from markupsafe import Markup, escape
from plotly.io import to_json

from quickview.analysis import frames
from quickview.analysis.session import SESSION
from quickview.brief import prose
from quickview.theme import drawing
from quickview.theme.palette import LIGHT
from quickview.theme.theme import Theme

PLOTLY: Final = "application/vnd.plotly.v1+json"
FIGURE: Final = "application/vnd.quickview.figure+json"
WORDS: Final = "application/vnd.quickview.words+json"

_CONFIG: Final = {"displaylogo": False, "modeBarButtonsToRemove": ["sendChartToCloud"]}
"""plotly has a button that sends the figure to another host."""

_TAG: Final = re.compile(r"</?(?:a|b|br|em|i|s|span|strong|sub|sup|u)\b[^>]*>", re.IGNORECASE)
"""The tags that plotly understands in a text."""

_HEX: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Exhibit:
    """A picture or a table with its words, ready to stand as the last expression of a cell.

    `meta` holds id, kind, title, caption, alt, sources and the table behind it; `bundle` its forms by MIME type.
    """

    meta: Mapping[str, Any]
    bundle: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def _ipython_display_(self) -> None:
        forms = {**self.bundle, FIGURE: dict(self.meta)}
        if "text/html" in forms:
            forms["text/html"] = f'<div class="qv">{forms["text/html"]}</div>'
        _publish(self.meta, forms, self.metadata, behind=self.meta.get("kind") != "Table")


def show(figure: go.Figure) -> None:
    """Show a figure as data, in the colours of the notebook's theme. plotly's own renderers would take 3 s of imports."""
    meta, forms = still(figure)
    _publish(meta, forms, {}, behind=True)


def still(figure: go.Figure) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the words of a figure, and its forms by MIME type: plotly's data, and what stands still in their place."""
    spec = json.loads(to_json(figure, validate=False, remove_uids=False))
    meta = dict(figure.layout.meta or {}) if isinstance(figure.layout.meta, Mapping) else {}
    if "narrow" in meta:
        # Packed coordinates take little room in a notebook.
        packed = map(drawing.packed, spec["data"]) if drawing.is_canvas(spec) else spec["data"]
        spec = _in_theme({**spec, "data": list(packed)}, SESSION.theme)
        form = {"image/svg+xml": drawing.draw(spec, title=str(meta["title"]), description=str(meta["alt"]))}
    else:
        # An analyst's figure has the title above it, and the numbers behind it.
        table = meta.get("table") or frames.as_data(frames.behind(figure), most=frames.MOST_BEHIND)
        meta |= {"title": meta.get("title") or drawn_title(figure), "table": table}
        spec["layout"] = {**spec["layout"], "title": {}, "meta": meta}
        # Where there is no plotly, words stand for the figure, and its numbers as a table.
        words = escape(meta.get("alt") or meta["title"])
        form = {"text/html": f'<div class="qv"><p>{words}</p>{_as_html(table, 20)}</div>'}
    spec["config"] = _CONFIG
    called = meta["title"] or meta.get("id", "")
    return meta, {PLOTLY: spec, **form, "text/plain": f"<figure {called}>"}


def drawn_title(figure: go.Figure) -> str:
    """Return the title that plotly would draw, without its tags; "" where there is none."""
    return " ".join(unescape(_TAG.sub(" ", str(figure.layout.title.text or ""))).split())


def _in_theme(spec: dict[str, Any], theme: Theme | None) -> dict[str, Any]:
    """Return a figure of the kit in a theme's colours, on its paper, and with the way back to the palette's in `meta.colours`."""
    spec["layout"]["paper_bgcolor"] = LIGHT["paper"]
    if theme is None or theme.light == LIGHT:
        return spec
    colours = _distinct({LIGHT[name]: value for name, value in theme.light.items() if name in LIGHT})
    themed: dict[str, Any] = json.loads(_HEX.sub(lambda match: colours.get(match[0], match[0]), json.dumps(spec)))
    themed["layout"]["meta"]["colours"] = {value: key for key, value in colours.items()}
    return themed


def _distinct(colours: Mapping[str, str]) -> dict[str, str]:
    """Return colours of which no two are alike, moved by a shade nobody sees, so that each leads back to its own."""
    taken: set[str] = set()
    found = {}
    for key, value in colours.items():
        shade = int(value[1:], 16)
        while f"#{shade:06x}" in taken:
            shade += -1 if shade & 0xFF else 1
        found[key] = f"#{shade:06x}"
        taken.add(found[key])
    return found


def _publish(meta: Mapping[str, Any], forms: Mapping[str, Any], metadata: Mapping[str, Any], *, behind: bool) -> None:
    title = str(meta.get("title", ""))
    number = SESSION.number(str(meta.get("kind", "Figure")), str(meta.get("id") or prose.slug(title)))
    _words(
        Markup('<p class="chart-title"><span class="number">{}</span> {}</p>').format(number, _isolated(title)),
        f"{number} {title}",
    )
    publish_display_data(dict(forms), dict(metadata))  # type: ignore[no-untyped-call]
    under = Markup("{}{}").format(_caption(meta), _table(meta, number) if behind else "")
    if under:
        _words(under, str(meta.get("caption", "")))


def _words(html: Markup, plain: str) -> None:
    language = SESSION.language
    framed = Markup('<div class="qv" lang="{}" dir="{}">{}</div>').format(language.code, language.direction, html)
    publish_display_data({WORDS: {}, "text/html": str(framed), "text/plain": plain})  # type: ignore[no-untyped-call]


def _isolated(text: str) -> Markup:
    return Markup(prose.isolate(text, page=SESSION.language.code))  # noqa: S704 (escaped by isolate)


def _caption(meta: Mapping[str, Any]) -> Markup:
    brief, language = SESSION.brief, SESSION.language
    text, numbers = str(meta.get("caption", "")), brief.numbers if brief else {}
    html = prose.render_line(text, numbers=numbers, language=language)
    caption = _isolated(text) if "narrow" in meta else Markup(html)  # noqa: S704 (cleaned)
    known = {source.id: source for source in brief.facts.sources} if brief else {}
    named = [
        f"{known[name].publisher} ({known[name].reliability}{known[name].credibility})"
        for name in meta.get("sources", ())
        if name in known
    ]
    if named:
        caption += Markup(" ") + language.gettext("Source: {sources}", sources="; ".join(named))
    return Markup('<p class="caption">{}</p>').format(caption) if caption else Markup()


def _table(meta: Mapping[str, Any], number: str) -> Markup:
    table = meta.get("table") or {}
    if not table.get("rows"):
        return Markup()
    behind = SESSION.language.gettext("Table behind {figure}", figure=number)
    html = Markup(_as_html(table, frames.MOST_ROWS))  # noqa: S704 (escaped by pandas)
    return Markup('<details class="behind"><summary>{}</summary>{}</details>').format(behind, html)


def _as_html(table: Mapping[str, Any], most_rows: int) -> str:
    return frames.to_html(pd.DataFrame(table["rows"], columns=table["columns"]), SESSION.language, most_rows=most_rows)


def frame_html(frame: pd.DataFrame | pd.Series) -> str:
    """Return a frame that stands alone as the last expression of a cell, as HTML."""
    return f'<div class="qv">{frames.to_html(frame, SESSION.language)}</div>'
