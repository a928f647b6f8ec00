import base64
import re

import pytest

from quickview.errors import ReportError
from quickview.report import pictures
from quickview.report.pictures import Picture, formula, harmless, is_formula, mathml, of_widget

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()


def test_a_picture_says_its_words_and_its_size():
    html = Picture("image/png", PNG[:6] + "\n" + PNG[6:], {"width": 300, "height": "200"}).html('A "map" <of> Homs')
    assert 'alt="A &quot;map&quot; &lt;of&gt; Homs" width="300" height="200"' in html
    assert f'src="data:image/png;base64,{PNG}"' in html


@pytest.mark.parametrize("size", ["50%", "²", 'x" onload="y', None, 3.5])
def test_a_size_that_is_no_number_of_pixels_is_left_out(size):
    assert "width" not in Picture("image/png", PNG, {"width": size}).html("a")


@pytest.mark.parametrize(
    ("form", "data"),
    [("image/png", "!!!"), ("image/png", ""), ("image/jpeg", PNG), ("image/png", "iVBOR"), ("image/gif", "PGh0bWw+")],
)
def test_data_that_are_no_picture_of_their_kind_are_refused(form, data):
    with pytest.raises(ReportError, match=r"E-IMAGE-FORM .*save it again"):
        Picture(form, data).html("a")


@pytest.mark.parametrize(
    ("inside", "gone", "stays"),
    [
        ("<script>x()</script><rect/>", "script", "<rect"),
        ("<rect onclick='x()' onload='y()' fill='red'/>", "onclick|onload", 'fill="red"'),
        ("<a xlink:href='javascript:x()'><rect/></a>", "javascript|<a", "<rect"),
        ("<text>be<script>x()</script>tween</text>", "script", "between"),
        ("<rect><animate attributeName='xlink:href' values='javascript:x()'/></rect>", "javascript", "<rect"),
        ("<rect><set attributeName='onclick' to='x()'/></rect>", "onclick", "<rect"),
        ("<style>@import url(http://example.org/a.css); .a{fill:url(#g)}</style>", "example", "url(#g)"),
        ("<rect style='fill:url(http://example.org/a#b)' clip-path='url(#c)'/>", "example", "url(#c)"),
        ("<switch><foreignObject><p>a</p></foreignObject><text>plain</text></switch>", "foreign", "plain"),
        ("<!-- secret --><?php x ?><rect/>", "secret|php", "<rect"),
        ("<use xlink:href='#a'/><image href='data:image/png;base64,AA=='/>", "nothing", 'href="#a"'),
    ],
)
def test_a_drawing_loses_what_acts_and_keeps_what_it_shows(inside, gone, stays):
    made = harmless(SVG.format(inside)).decode()
    assert not re.search(gone, made)
    assert stays in made


@pytest.mark.parametrize(
    ("svg", "code"),
    [
        (SVG.format("<foreignObject><p>a</p></foreignObject>"), "E-OUTPUT-SVG"),
        (SVG.format("<image href='http://example.org/a.png'/>"), "E-IMAGE-NETWORK"),
        (SVG.format("<use xlink:href='http://example.org/a.svg#b'/>"), "E-IMAGE-NETWORK"),
        ('<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + SVG.format("<text>&b;</text>"), "E-OUTPUT-SVG"),
        ('<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + SVG.format("<text>&f;</text>"), "E-OUTPUT-SVG"),
        ("<html><p>a</p></html>", "E-OUTPUT-SVG"),
        ("<svg><rect></svg>", "E-OUTPUT-SVG"),
        ("no drawing", "E-OUTPUT-SVG"),
        ("", "E-OUTPUT-SVG"),
    ],
)
def test_what_is_no_drawing_or_would_lose_a_part_is_refused(svg, code):
    with pytest.raises(ReportError, match=code):
        harmless(svg)


def test_entities_that_grow_without_end_are_refused_at_once():
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>' + SVG.format('<rect id="&l9;"/>')
    with pytest.raises(ReportError, match="E-OUTPUT-SVG"):
        harmless(bomb)


@pytest.mark.parametrize(
    "svg",
    [
        "<svg viewBox='0 0 1 1'><text>ž</text></svg>",
        "<?xml version='1.0' encoding='latin-1'?>\n" + SVG.format("<text>ž</text>"),
    ],
)
def test_a_drawing_need_not_say_rightly_what_it_is(svg):
    assert harmless(svg).startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')


@pytest.mark.slow
def test_a_chart_of_altairs_is_drawn_with_its_fonts():
    spec = {"mark": "bar", "data": {"values": [{"a": "Homs & <Hama>", "b": 2}]},
            "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}}}  # fmt: skip
    first, second = (pictures.of_vega("application/vnd.vegalite.v6+json", spec).html("a") for _ in range(2))
    svg = base64.b64decode(re.search('base64,([^"]*)', first)[1]).decode()
    assert "Homs &amp; &lt;Hama&gt;" in svg
    assert "@font-face" in svg
    assert first == second


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"mark": "bar", "data": {"url": "https://example.org/a.csv"}, "encoding": {}}, "E-OUTPUT-VEGA"),
        ({"mark": "no such mark"}, "E-OUTPUT-VEGA"),
        ({"mark": {"type": "image", "url": "https://example.org/a.png"}, "data": {"values": [{}]}}, "E-IMAGE-NETWORK"),
    ],
)
def test_a_chart_of_altairs_that_asks_another_host_or_is_none_is_refused(spec, code):
    with pytest.raises(ReportError, match=code):
        pictures.of_vega("application/vnd.vegalite.v6+json", spec).html("a")


@pytest.mark.parametrize(
    ("latex", "inside"),
    [
        ("$x^2$", "<msup>"),
        (r"$\displaystyle \frac{a}{b}$", "<mfrac>"),
        (r"\[\sqrt{a}\]", "<msqrt>"),
        (r"\begin{equation}a = b\label{one}\end{equation}", "<mo>=</mo>"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "<mtable"),
        (r"$$\begin{align*} a &= b \\ c &= d \nonumber \end{align*}$$", "<mtable"),
        (r"\begin{pmatrix} 1 & 2 \end{pmatrix}", "<mtable>"),
    ],
)
def test_formulas_are_set_as_mathml(latex, inside):
    made = formula(latex)
    assert inside in made
    assert "&amp;" not in made
    assert "\\" not in made


@pytest.mark.parametrize(
    "latex", [r"\frac{", r"\usepackage{x}", r"x \nosuch y", r"\left( a", r"\begin{tikzpicture}\end{tikzpicture}"]
)
def test_what_is_no_formula_is_refused(latex):
    with pytest.raises(ReportError, match="E-OUTPUT-LATEX"):
        mathml(latex)


def test_a_formula_holds_nothing_but_mathematics():
    made = mathml(r"\href{javascript:x}{y} \text{<script>x()</script>}")
    assert not re.search("javascript|<script", made)


@pytest.mark.parametrize(
    ("latex", "one"),
    [
        ("$a$", True),
        (r"\frac{a}{b}", True),
        ("Text $a$ and $b$", False),
        ("$a$ and $b$", False),
        ("plain words", False),
    ],
)
def test_a_formula_is_told_from_text_with_formulas(latex, one):
    assert is_formula(latex) is one


@pytest.mark.parametrize(
    ("model", "held"),
    [
        ({"model_name": "HTMLModel", "state": {"value": "<b>a</b>"}}, ("text/html", "<b>a</b>")),
        ({"model_name": "LabelModel", "state": {"value": "a < b"}}, ("text/html", "a &lt; b")),
        (
            {"model_name": "ImageModel", "state": {"format": "jpg"}, "buffers": [{"path": ["value"], "data": "AA=="}]},
            ("image/jpeg", "AA=="),
        ),
        ({"state": {"_data_url": "data:image/png;base64,AA=="}}, ("image/png", "AA==")),
        (
            {"state": {"_widget_data": [{"y": [1]}], "_widget_layout": {"title": "T"}}},
            ("application/vnd.plotly.v1+json", {"data": [{"y": [1]}], "layout": {"title": "T"}}),
        ),
    ],
)
def test_what_a_widget_holds_that_can_stand_still_is_found(model, held):
    assert next(of_widget(model)) == held


@pytest.mark.parametrize("model", [{}, {"model_name": "IntSliderModel", "state": {"value": 3}}])
def test_a_widget_that_only_acts_holds_nothing(model):
    assert list(of_widget(model)) == []


def test_the_numbers_of_a_figure_widget_that_lie_beside_it_are_put_back():
    model = {
        "state": {
            "_widget_data": [{"y": {"dtype": "float64", "shape": [3]}, "z": {"dtype": "uint8", "shape": [2, 3]}}]
        },
        "buffers": [
            {"path": ["_widget_data", 0, key, "buffer"], "data": data} for key, data in (("y", "AA=="), ("z", "AQ=="))
        ],
    }
    trace = next(of_widget(model))[1]["data"][0]
    assert trace["y"] == {"dtype": "f8", "bdata": "AA==", "shape": "3"}
    assert trace["z"] == {"dtype": "u1", "bdata": "AQ==", "shape": "2, 3"}
    assert "bdata" not in model["state"]["_widget_data"][0]["y"]
