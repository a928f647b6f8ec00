"""A brief written by somebody who wishes the reader ill: nothing of it may run, call out or break the page."""

import http.server
import json
import shutil
import threading
from pathlib import Path

import pytest

from quickview.brief import translation
from quickview.brief.reader import load
from quickview.errors import InputError
from quickview.inputs.yaml_document import read_document
from quickview.report.exporters import QuickViewHTMLExporter

pytestmark = pytest.mark.slow

HOST = "http://127.0.0.1:PORT"
SHOWN = {
    "script": "<script>window.ran=1</script>",
    "script from afar": f'<script src="{HOST}/a.js"></script>',
    "end of a script": f"</script><script>window.ran=1;fetch('{HOST}')</script>",
    "end of a style": f"</style><style>@import url({HOST}/a.css)</style>",
    "end of a title": "</title><script>window.ran=1</script>",
    "end of a text area": "</textarea></noscript><script>window.ran=1</script>",
    "event of an image": f'<img src="{HOST}/a.png" onerror="window.ran=1">',
    "event of the body": '<body onload="window.ran=1">',
    "event that needs no click": '<input autofocus onfocus="window.ran=1">',
    "open details": '<details open ontoggle="window.ran=1">x</details>',
    "out of an attribute": '" autofocus onfocus="window.ran=1" x="',
    "out of a quoted attribute": "' onmouseover='window.ran=1' x='",
    "link that runs": '<a href="javascript:window.ran=1">x</a>',
    "link to data": '<a href="data:text/html,<script>window.ran=1</script>">x</a>',
    "Markdown link that runs": "[x](javascript:window.ran=1)",
    "Markdown image": f"![x]({HOST}/a.png)",
    "SVG": '<svg onload="window.ran=1"><script>window.ran=1</script></svg>',
    "SVG that animates": "<svg><animate onbegin=window.ran=1 attributeName=x dur=1s></svg>",
    "SVG that uses": f'<svg><use href="{HOST}/a.svg#x"/></svg>',
    "MathML": f'<math><maction actiontype="statusline#{HOST}" xlink:href="javascript:window.ran=1">x</maction></math>',
    "style of an element": f'<b style="position:fixed;inset:0;background:url({HOST}/b.png)">x</b>',
    "style sheet": f"<style>body{{display:none;background:url({HOST}/c.png)}}</style>",
    "refresh": f'<meta http-equiv="refresh" content="0;url={HOST}/r">',
    "prefetch": f'<link rel="prefetch" href="{HOST}/p"><link rel="dns-prefetch" href="//x.example">',
    "speculation rules": '<script type="speculationrules">{"prefetch":[{"urls":["HOST/s"]}]}</script>'.replace("HOST", HOST),
    "frame": f'<iframe src="{HOST}/f" srcdoc="<script>parent.ran=1</script>"></iframe>',
    "base": f'<base href="{HOST}/">',
    "form": f'<form action="{HOST}/q"><button autofocus>x</button></form>',
    "plotly link": f'<a href="{HOST}/plotly" target="_self">click</a><b>bold</b><br>',
    "template": "{{ 7*7 }}{% raw %}{{ cycler.__init__.__globals__ }}${7*7}#{7*7}",
    "format string": "{0.__class__.__init__.__globals__}{brief}%(x)s%n",
    "comment": "<!-- --><!--<script>window.ran=1</script>",
    "CDATA": "]]><![CDATA[<script>window.ran=1</script>]]>",
    "a word without end": "W" * 150,
}  # fmt: skip
SOME = ("end of a script", "out of an attribute", "style sheet", "plotly link", "a word without end")
PAYLOADS = [pytest.param(p, id=n, marks=[] if n in SOME else [pytest.mark.audit]) for n, p in SHOWN.items()]
"""Each of them in every text field is a report to make, so that the suite takes a few and `make audit` all."""

REFUSED = {
    "right-to-left override": "abc\u202ecod.exe",
    "isolate without end": "abc\u2067def",
    "null": "abc\x00def",
    "line separator": "abc\u2028window.ran=1",
}


@pytest.fixture(scope="module")
def listener():
    """A host of one's own that counts who calls."""
    calls = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", calls
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def front(andes):
    text = andes.path.read_text(encoding="utf-8").split("\n---\n", 1)[0].removeprefix("---\n")
    return read_document(text, file="andes", first_line=1)[0]


def put(tree, path, text):
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = text


def value_at(tree, path):
    for step in path:
        tree = tree[step]
    return tree


def write(folder: Path, facts, prose="A sentence [@gazette]."):
    (folder / "briefs").mkdir(exist_ok=True)
    path = folder / "briefs" / "hostile.md"
    body = f"---\n{json.dumps(facts, ensure_ascii=False)}\n---\n\n## What happened\n\n{prose}\n\n## Why it matters\n\n{prose}\n"
    path.write_text(body, encoding="utf-8", errors="surrogatepass")
    return path


def fields(front):
    """Every text that is not a key into something else, and the longest text it may hold."""
    limits = {"short": 32, "unit": 200}
    for path, _ in translation.words(front):
        yield path, limits.get(path[-1], 200)


def filled(front, payload):
    facts = json.loads(json.dumps(front))
    for path, limit in fields(front):
        put(facts, path, f"x {payload}"[:limit].strip())
    for source in facts["sources"]:
        source["publisher"] = source["title"] = f"x {payload}"[:200].strip()
    return facts


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, andes, run_here, browser, listener):
    """Make the report of a payload in every text field; returns the page."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(andes.path.parent.parent / "shapes", folder / "shapes")
    notebook = Path(__file__).parents[2] / "notebooks" / "quick_view.ipynb"

    def make(facts, prose="A sentence [@gazette].", **options):
        path = write(folder, facts, prose)
        executed = run_here(notebook, brief_path=str(path))
        html, _ = QuickViewHTMLExporter(browser=browser, **options).from_notebook_node(executed)
        page = folder / "hostile.html"
        page.write_text(html, encoding="utf-8")
        return page

    return make


def assert_harmless(seen, calls):
    page = seen.page
    assert page.evaluate("() => window.ran") is None
    assert seen.requests == []
    assert calls == []
    assert (
        page.locator("main script, main iframe, main form, main base, main link, main meta, main style, math").count()
        == 0
    )
    events = "() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name)).length"
    assert page.evaluate(events) == 0
    schemes = page.evaluate("() => [...document.querySelectorAll('a[href]')].map(a => a.protocol)")
    assert set(schemes) <= {"file:", "http:", "https:", "data:"}
    assert page.locator("a[href^='data:']:not([download])").count() == 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_every_text_field_is_shown_as_text(payload, front, hostile, listener, visit):
    host, calls = listener
    payload = payload.replace("127.0.0.1:PORT", host)
    seen = visit(hostile(filled(front, payload), static=True), width=360)
    assert_harmless(seen, calls)
    assert payload[:28] in seen.page.locator("h1").inner_text()
    assert seen.page.evaluate("() => document.documentElement.scrollWidth") <= 360
    assert seen.page.locator("section[id]").count() >= 9


def test_all_payloads_together_stay_text_when_the_figures_are_walked_through(front, hostile, listener, visit):
    host, calls = listener
    facts, payloads = json.loads(json.dumps(front)), [p.replace("127.0.0.1:PORT", host) for p in SHOWN.values()]
    for n, (path, limit) in enumerate(fields(front)):
        put(facts, path, f"x {payloads[n % len(payloads)]}"[:limit].strip())
    seen = visit(hostile(facts))
    for n in range(seen.page.locator(".wake").count()):
        seen.page.locator(".wake").nth(n).press("Enter")
        seen.page.keyboard.press("Home")
    assert seen.page.locator(".awake .tip:visible").count() >= 3
    assert seen.page.locator(".canvas a, .canvas script, .canvas image, .tip *").count() == 0
    assert_harmless(seen, calls)


@pytest.mark.parametrize("payload", REFUSED.values(), ids=REFUSED)
def test_hidden_characters_are_refused_in_every_text_field(payload, front, tmp_path, andes):
    shutil.copytree(andes.path.parent.parent / "shapes", tmp_path / "shapes")
    places = [path for path, _ in fields(front)]
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, filled(front, payload)))
    codes = [fault.code for fault in caught.value.faults]
    assert set(codes) <= {"E-TEXT-BIDI", "E-TEXT-CONTROL"}
    assert len(codes) >= len(places)


@pytest.mark.parametrize("name", ["script", "template", "right-to-left override"])
def test_a_payload_in_a_field_that_is_no_text_is_refused_with_a_code(name, front, tmp_path, andes):
    payload = {**SHOWN, **REFUSED}[name]
    shutil.copytree(andes.path.parent.parent / "shapes", tmp_path / "shapes")
    words = {path for path, _ in translation.words(front)}
    names = ("title", "publisher", "name", "status")
    fixed = [
        path for path, value in leaves(front) if isinstance(value, str) and path not in words and path[-1] not in names
    ]
    for path in fixed:
        facts = json.loads(json.dumps(front))
        put(facts, path, f"{value_at(facts, path)} {payload}")
        with pytest.raises(InputError) as caught:
            load(write(tmp_path, facts))
        serious = [fault for fault in caught.value.faults if not fault.is_warning]
        assert serious, path
        assert all(fault.code.startswith("E-") and fault.line for fault in serious), path


def leaves(node, path=()):
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(value, (*path, key))
    else:
        yield path, node


@pytest.mark.parametrize("payload", SHOWN.values(), ids=SHOWN)
def test_a_payload_in_the_prose_is_refused_or_shown_as_text(payload, front, hostile, listener, visit):
    host, calls = listener
    payload = payload.replace("127.0.0.1:PORT", host)
    try:
        page = hostile(front, f"x {payload} [@gazette].", static=True, paint=False)
    except InputError as error:
        codes = {fault.code for fault in error.faults}
        page = None
    if page is None:
        assert codes <= {"E-PROSE-HTML", "E-PROSE-IMAGE", "E-PROSE-LINK"}
        return
    seen = visit(page)
    assert_harmless(seen, calls)
    assert payload[:3].strip() in seen.page.locator(".prose").first.inner_text()
