import base64
import copy
import json
import re

import pytest

from quickview.brief.masthead import CitedSource
from quickview.language.catalogs import Language
from quickview.report import outputs
from quickview.report.cells import Context, Notes
from quickview.report.outputs import BLOCK, FIGURE, PLOTLY, WIDGET, WORDS

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect/></svg>'
SOURCES = {"tass": CitedSource(number=1, publisher="TASS", grade="B2")}


def shown(data, **metadata):
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def value(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def read(*cell, widgets=None, language="en"):
    """Return the parts of a cell, and what is noticed."""
    notes = Notes()
    context = Context(Language(language), SOURCES, None, widgets or {})
    return list(outputs.of_cell(cell, "cell [3] “x”", context, notes)), notes


def html(*cell, **known):
    """Return what a cell shows as HTML; nothing may be amiss."""
    parts, notes = read(*cell, **known)
    assert not notes.faults
    assert not notes.warnings
    return "".join(part.html for part in parts)


def text(*cell, **known):
    return re.sub(r"<[^>]*>", "", html(*cell, **known))


def codes(notes):
    return [fault.code for fault in notes.faults] + [warning.partition(" ")[0] for warning in notes.warnings]


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("text/html", "<iframe src='http://example.org'></iframe>"),
        ("text/html", "<script>draw()</script>"),
        ("text/html", "<img src='http://example.org/a.png'>"),
        ("application/javascript", "alert(1)"),
        ("application/geo+json", {"type": "Point"}),
        ("application/pdf", "JVBERi0="),
        ("application/vnd.unknown+json", {}),
        ("image/svg+xml", "no drawing"),
        ("image/png", "!!!"),
        ("text/latex", r"\frac{"),
        ("text/latex", r"\usepackage{x}"),
        ("text/markdown", "[@nobody]"),
        ("text/markdown", "![a](http://example.org/a.png)"),
        (
            "application/vnd.vegalite.v6+json",
            {"mark": "bar", "data": {"url": "http://example.org/a.csv"}, "encoding": {}},
        ),
        (PLOTLY, {"data": [{"type": "choropleth"}], "layout": {}}),
        (WIDGET, {"model_id": "gone"}),
    ],
)
def test_what_cannot_stand_in_a_file_is_refused_with_its_cell_and_what_to_use(form, content):
    _, notes = read(shown({form: content, "text/plain": "<x>"}))
    assert len(notes.faults) == 1
    assert notes.faults[0].message.startswith("cell [3] “x” ")
    assert notes.faults[0].hint


@pytest.mark.parametrize(
    ("data", "stands"),
    [
        ({"text/html": "<p>worse</p>", "image/png": PNG}, "data:image/png"),
        ({"image/png": PNG, "image/svg+xml": SVG}, "data:image/svg+xml"),
        ({"image/png": PNG, "image/svg+xml": SVG.replace("<rect/>", "<rect/>" * 90_000)}, "data:image/png"),
        ({"text/html": "<table><tr><td>7</td></tr></table>", "text/latex": "worse"}, "<table"),
        ({"text/latex": "$x^2$", "text/plain": "x**2"}, "<msup>"),
        ({"text/latex": "Text $a$ and $b$"}, "Text <math"),
        ({"text/markdown": "a **b** $x^2$"}, "<strong>b</strong> <math"),
        ({"text/markdown": "a [@tass]"}, 'href="#source-tass"'),
        ({"application/json": {"a": ["<b>"]}, "text/plain": "<JSON>"}, "&lt;b&gt;"),
        ({"application/vnd.unknown+json": {}, "text/html": "<p>known</p>"}, "<p>known</p>"),
        ({"text/html": "", "text/plain": "7"}, ">7<"),
        ({"text/html": ["<p>in ", "pieces</p>"]}, "<p>in pieces</p>"),
    ],
)
def test_the_best_form_that_stands_still_is_taken(data, stands):
    parts, notes = read(shown(data))
    assert stands in parts[0].html
    assert not notes.faults


def test_a_picture_takes_its_words_and_size_from_its_metadata():
    picture = shown({"image/png": PNG}, **{"image/png": {"alt": "Homs", "width": 300}})
    assert 'alt="Homs" width="300"' in html(picture)


@pytest.mark.parametrize("data", [{"image/png": PNG}, {"text/html": f"<img src='data:image/png;base64,{PNG}'>"}])
def test_a_picture_without_words_is_noticed(data):
    parts, notes = read(shown(data))
    assert codes(notes) == ["W-FIGURE-ALT"]
    assert 'alt="Picture without a description"' in parts[0].html


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("5", "5"),
        ("3.25", "3.25"),
        ("np.float64(3.25)", "3.25"),
        ("Decimal('1.20')", "1.20"),
        ("Timestamp('2017-08-03 00:00:00')", "2017-08-03 00:00:00"),
        ("datetime.date(2017, 8, 3)", "2017-08-03"),
        ("'a text'", "a text"),
        ('"it\'s"', "it&#x27;s"),
        ("'two\\nlines'", "two\nlines"),
        ("'<b>bold</b>'", "&lt;b&gt;bold&lt;/b&gt;"),
        ("'a path C:\\\\d'", "a path C:\\d"),
        ("'not\" closed", "&#x27;not&quot; closed"),
        ("{'a': '<b>'}", "{&#x27;a&#x27;: &#x27;&lt;b&gt;&#x27;}"),
        ("[1, 2]", "[1, 2]"),
        ("<5 events", "&lt;5 events"),
        ("<3 of 10>", "&lt;3 of 10&gt;"),
    ],
)
def test_a_value_is_shown_as_a_reader_would_write_it(written, seen):
    assert text(value(written)) == seen


@pytest.mark.parametrize(
    "written",
    [
        "<Axes: >",
        "[<matplotlib.lines.Line2D at 0x7f001122>]",
        "<object object at 0x7F0011aa>",
        "{'x': <object at 0x7f001122>}",
        "<function __main__.<lambda>(x)>",
        "<Figure size 640x480 with 0 Axes>",
    ],
)
def test_what_python_says_of_an_object_is_left_out_with_a_warning(written):
    parts, notes = read(value(written))
    assert parts == []
    assert codes(notes) == ["W-OUTPUT-REPR"]
    assert "at 0x" not in notes.warnings[0].lower()


def test_what_reads_as_python_is_shown_with_a_warning():
    parts, notes = read(value("array([1, 2])"))
    assert "array([1, 2])" in parts[0].html
    assert codes(notes) == ["W-OUTPUT-PYTHON"]


@pytest.mark.parametrize(
    "drawn",
    ["<Axes: >", "Text(0.5, 1.0, 'Deaths')", "(array([1., 2.]), array([0., 1.]), <BarContainer object of 2 artists>)"],
)
def test_what_a_line_that_draws_comes_to_is_left_out_beside_its_picture(drawn):
    parts, notes = read(value(drawn), shown({"image/png": PNG}))
    assert len(parts) == 1
    assert codes(notes) == ["W-FIGURE-ALT"]


def test_the_limits_of_axes_beside_a_picture_are_left_out_with_a_warning():
    parts, notes = read(value("(0.0, 3.5)"), shown({"image/png": PNG}))
    assert len(parts) == 1
    assert "W-OUTPUT-REPR" in codes(notes)


@pytest.mark.parametrize("last", [value("7"), value("'a text'"), shown({"text/html": "<p>a</p>", "text/plain": "<x>"})])
def test_a_value_beside_a_picture_is_shown(last):
    parts, _ = read(shown({"image/png": PNG}), last)
    assert len(parts) == 2


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m\x1b[2K", "red green"),
        ("\x1b]8;;http://example.org\x07link\x1b]8;;\x07", "link"),
        ("10%\r50%\r100%\ndone\n", "100%\ndone"),
        ("100%\r", "100%"),
        ("a\r\nb", "a\nb"),
        ("abc\b\bx\x00\x07", "ax"),
        ("\b\bx", "x"),
        ("\n  indented\n", "  indented"),
        ('<b> & "', "&lt;b&gt; &amp; &quot;"),
    ],
)
def test_what_a_cell_prints_reads_as_in_a_terminal(printed, seen):
    assert text(stream(printed)) == seen


def test_a_line_that_is_printed_in_pieces_is_one():
    parts, notes = read(stream("0%"), stream("careful\n", "stderr"), stream("\r100%"), stream("\nend"))
    assert [re.sub("<[^>]*>", "", part.html) for part in parts] == ["100%\nend"]
    assert codes(notes) == ["W-STDERR"]


def test_where_an_object_lies_is_left_out_of_what_is_printed():
    parts, notes = read(stream("<object at 0x7f001122>"))
    assert "0x" not in parts[0].html
    assert codes(notes) == ["W-OUTPUT-REPR"]


@pytest.mark.parametrize("printed", ["", "  \n", "\r\n", "\x1b[0m"])
def test_blanks_are_nothing(printed):
    assert read(stream(printed))[0] == []


def test_the_last_words_on_stderr_are_passed_on():
    _, notes = read(stream("first\n\x1b[31mlast\x1b[0m\n", "stderr"))
    assert notes.warnings == ["W-STDERR cell [3] “x” says on stderr: last …"]


@pytest.mark.parametrize(
    ("language", "printed", "marks"),
    [("en", "مرحبا", 'dir="auto"><bdi lang="ar" dir="rtl">'), ("ar", "hello", 'dir="auto"><bdi lang="en" dir="ltr">')],
)
def test_what_is_printed_in_another_script_has_its_own_direction(language, printed, marks):
    assert marks in html(stream(printed), language=language)
    assert 'dir="auto"' not in html(stream({"مرحبا": "hello", "hello": "مرحبا"}[printed]), language=language)


def test_an_error_is_told_in_plain_words():
    error = {"output_type": "error", "ename": "KeyError", "evalue": "\x1b[31m'x'\x1b[0m\nmore", "traceback": []}
    _, notes = read(error)
    assert notes.faults[0].message == "cell [3] “x” ended in KeyError: 'x' more"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"text/html": "<div><table></table></div>"}, "W-OUTPUT-EMPTY"),
        ({"text/html": "<style>#T .pd-t::after {content: 'tip'}</style><p>a</p>"}, "W-OUTPUT-TOOLTIP"),
    ],
)
def test_what_is_lost_of_html_is_noticed(data, code):
    assert codes(read(shown(data))[1]) == [code]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text/plain": ""},
        {"text/markdown": " "},
        {"text/html": "<style>p{}</style>"},
        {WORDS: {}, "text/html": "<p>a</p>"},
    ],
)
def test_what_says_nothing_is_nothing(data):
    assert html(shown(data)) == ""


def widget(kind, **state):
    return {"model_name": f"{kind}Model", "state": state}


LABEL = widget("Label", value="A label")
HTML = widget("HTML", value="<i>words</i>")


def held(root, **others):
    return {"root": root, **others}


@pytest.mark.parametrize(
    ("widgets", "seen"),
    [
        (held(LABEL), "A label"),
        (held(HTML), "words"),
        (held(widget("HBox", children=["IPY_MODEL_a", "IPY_MODEL_b"]), a=LABEL, b=HTML), "A labelwords"),
        (held(widget("Tab", children=["IPY_MODEL_a"], titles=["Homs"]), a=LABEL), "HomsA label"),
        (held(widget("Output", outputs=[stream("printed"), shown({"text/html": "<b>shown</b>"})])), "printedshown"),
        (held(widget("FloatProgress", value=1)), ""),
        (held(widget("HBox", children=["IPY_MODEL_a", "IPY_MODEL_b"]), a=widget("FloatProgress"), b=HTML), ""),
        (held(widget("VBox", children=[])), ""),
        (held(widget("Label", value="")), ""),
        (held(widget("Output", outputs=[])), ""),
    ],
)
def test_a_widget_shows_what_it_holds(widgets, seen):
    assert text(shown({WIDGET: {"model_id": "root"}, "text/plain": "Widget()"}), widgets=widgets) == seen


@pytest.mark.parametrize(
    "widgets",
    [
        {},
        held(widget("IntSlider", value=3)),
        held(widget("HBox", children=["IPY_MODEL_a", "IPY_MODEL_b"]), a=LABEL, b=widget("Dropdown")),
        held(widget("HTML", value="<script>x()</script>")),
        held(widget("VBox", children=["IPY_MODEL_root"])),
        held(widget("Output", outputs=[shown({WIDGET: {"model_id": "root"}})])),
    ],
)
def test_a_widget_that_acts_or_holds_itself_is_refused(widgets):
    _, notes = read(shown({WIDGET: {"model_id": "root"}}), widgets=widgets)
    assert len(notes.faults) == 1


def test_a_figure_widget_is_a_figure():
    model = {"state": {"_widget_data": [{"type": "bar", "y": [1]}], "_widget_layout": {"title": {"text": "Aid"}}}}
    parts, _ = read(shown({WIDGET: {"model_id": "root"}}), widgets=held(model))
    assert parts[0].figure.id == "aid"


def plotly(**layout):
    return shown({PLOTLY: {"data": [{"type": "bar", "y": [1]}], "layout": layout}})


@pytest.mark.parametrize(
    ("meta", "code"),
    [
        ({}, "W-FIGURE-ALT"),
        ({"alt": "A"}, "W-FIGURE-TITLE"),
        ({"title": "T"}, "W-FIGURE-ALT"),
        ({"title": "T", "alt": "A"}, ""),
    ],
)
def test_words_that_a_figure_lacks_are_asked_for(meta, code):
    assert "".join(codes(read(plotly(meta=meta))[1])) == code


def test_an_id_is_one_whatever_a_figure_says():
    assert read(plotly(meta={"id": 'A b"><script>'}))[0][0].figure.id == "a-b-script"


@pytest.mark.parametrize(
    ("meta", "code"),
    [
        ({"sources": ["nobody"]}, "E-CITATION-UNKNOWN"),
        ({"caption": "See [@nobody]"}, "E-CITATION-UNKNOWN"),
        ({"caption": "See [@TASS]"}, "E-CITATION-FORM"),
    ],
)
def test_a_figure_may_cite_only_the_briefs_sources(meta, code):
    assert codes(read(plotly(meta={"title": "T", "alt": "A", **meta}))[1]) == [code]


def test_a_figure_names_its_sources_under_its_caption():
    part = read(plotly(meta={"title": "T", "alt": "A", "caption": "By **day** <b>.", "sources": ["tass"]}))[0][0]
    assert "By <strong>day</strong>" in part.html
    assert "Source: TASS (B2)" in part.html


@pytest.mark.parametrize(
    ("bundle", "stands"),
    [({"image/png": PNG}, "data:image/png"), ({"text/html": "<table><tr><td>7</td></tr></table>"}, "<table")],
)
def test_a_picture_or_table_with_words_is_a_figure(bundle, stands):
    part = read(shown({FIGURE: {"id": "aid", "title": "Aid", "alt": "A", "kind": "Figure"}, **bundle}))[0][0]
    assert (part.id, part.figure.own) == ("aid", True)
    assert stands in part.figure.body


def test_a_widget_with_words_is_a_figure_of_what_it_holds():
    bundle = {FIGURE: {"id": "aid", "title": "Aid", "alt": "A"}, WIDGET: {"model_id": "root"}}
    assert "words" in read(shown(bundle), widgets=held(HTML))[0][0].figure.body


def test_a_block_of_the_kit_is_taken_as_it_is():
    block = {BLOCK: {"id": "terms", "empty": False, "data": {"a": 1}}, "text/html": "<p class='x'>as it is</p>"}
    part = read(shown(block))[0][0]
    assert (part.id, part.html, part.data, part.absent) == ("terms", "<p class='x'>as it is</p>", {"a": 1}, False)


def test_drawings_can_begin_as_soon_as_their_cell_has_run():
    network = shown({PLOTLY: {"data": [{"type": "scattergeo"}], "layout": {}}})
    widths = [
        drawing["layout"]["width"] for drawing in outputs.drawings([stream("a"), plotly(), network], Language("en"))
    ]
    assert widths == [760, 350]


def test_the_same_outputs_give_the_same_bytes_and_stay_as_they_were():
    cell = [
        plotly(title="T"),
        stream("a\rb"),
        value("'x'"),
        shown({"image/svg+xml": SVG}),
        shown({"text/latex": "$x$"}),
    ]
    before = copy.deepcopy(cell)
    (first, noticed), (second, again) = read(*cell), read(*cell)
    assert first == second
    assert noticed.warnings == again.warnings
    assert cell == before


def test_a_figure_of_the_kit_on_which_someone_has_drawn_is_plotlys_and_keeps_its_form_for_phones():
    def form(width):
        axes = {"xaxis": {"range": [0, width]}, "yaxis": {"range": [0, 100]}}
        trace = {"type": "scatter", "mode": "lines", "x": [0, width], "y": [0, 9], "line": {"color": "#000000"}}
        return {"data": [trace], "layout": {"width": width, "height": 100, **axes}}

    def figure(**added):
        layout = {**form(760)["layout"], **added, "meta": {"title": "T", "alt": "A", "narrow": json.dumps(form(350))}}
        return read(shown({PLOTLY: {"data": form(760)["data"], "layout": layout}}))[0][0].figure

    plain, drawn_on = figure(), figure(annotations=[{"text": "here", "x": 1, "y": 1}])
    assert (plain.is_canvas, drawn_on.is_canvas) == (True, False)
    assert drawn_on.wide["layout"]["annotations"][0]["text"] == "here"
    assert drawn_on.narrow["layout"]["width"] == 350
