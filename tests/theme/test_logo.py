"""Logos: pictures pass, what would act or fetch does not."""

import pytest

from quickview.theme.logo import logo_problem

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">%s</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0h9v9z" fill="#0f4c5c"/>',
        '<linearGradient id="g"/><path d="M0 0h9" fill="url(#g)" style="stroke: url(\'#g\')"/>',
        '<path id="p" d="M0 0h9"/><use href="#p"/><use xlink:href="#p"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        "<style>path { fill: red } @media print { path { fill: #000 } }</style><title>It's (a) Desk @ work</title>",
        '<text aria-label="a (b) \\ c" font-family="\'Noto Sans\'" transform="rotate(4 1 2)">Desk</text>',
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" r:about="x"/></metadata>',
    ],
)
def test_a_drawing_is_accepted(inside):
    assert logo_problem((SVG % inside).encode(), ".svg") is None


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<script>1</script>", "<script>"),
        ("<SCRIPT>1</SCRIPT>", "<script>"),
        ('<x:script xmlns:x="http://www.w3.org/2000/svg">1</x:script>', "<script>"),
        ("<foreignObject/>", "<foreignobject>"),
        ('<set attributeName="href" to="javascript:1"/>', "<set>"),
        ('<path onload="1"/>', "`onload`"),
        ('<g ONCLICK="1"/>', "`onclick`"),
        ('<image href="https://a.example/x.png"/>', "`href`"),
        ('<use xlink:href="other.svg#p"/>', "`href`"),
        ('<a href=" javascript:1"/>', "`href`"),
        ('<image href="data:image/svg+xml,x"/>', "`href`"),
        ('<path fill="url(https://a.example/#g)"/>', "`fill`"),
        ('<path style="fill: URL( //a.example )"/>', "`style`"),
        ("<style>@import 'x.css';</style>", "<style>"),
        ("<style>path { fill: url(x.svg) }</style>", "<style>"),
        (r"<style>path { fill: \75rl(//a.example) }</style>", "<style>"),
        (r"<style>@\69mport '//a.example';</style>", "<style>"),
        ("<style>path { mask: image-set('//a.example' 1x) }</style>", "<style>"),
        ("<style>@font-face { font-family: a; src: url(//a.example) }</style>", "<style>"),
        ("<style>@media screen { path { fill: url( '//a.example' ) } }</style>", "<style>"),
        ("<style>path { fill: url(//a.example</style>", "<style>"),
        (r'<path style="fill: u\0072l(//a.example)"/>', "`style`"),
        ('<path cursor="src(&quot;//a.example&quot;)"/>', "`cursor`"),
        ('<g xml:base="https://a.example/"><use href="#p"/></g>', "`base`"),
        ('<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=//a.example"/>', "<meta>"),
        ('<img xmlns="http://www.w3.org/1999/xhtml" srcset="//a.example 1x"/>', "<img>"),
        ('<maction xmlns="http://www.w3.org/1998/Math/MathML"/>', "<maction>"),
        ('<x xmlns="http://www.w3.org/2001/XInclude"/>', "<x>"),
        ("<discard/>", "<discard>"),
    ],
)
def test_a_drawing_that_acts_or_fetches_is_refused(inside, told):
    message, hint = logo_problem((SVG % inside).encode(), ".svg")
    assert told in message
    assert "PNG" in hint


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg",
        b"<html/>",
        b"\xff\xfe<\x00",
        b'<?xml-stylesheet href="x.css"?><svg/>',
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>',
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        "<svg/>".encode("utf-16"),
        b'<?xml version="1.0" encoding="ISO-2022-JP"?><svg/>',
    ],
)
def test_what_is_no_plain_drawing_is_refused(content):
    assert logo_problem(content, ".svg")


def test_a_png_is_whole_or_refused():
    whole = b"\x89PNG\r\n\x1a\n" + b"\0" * 20 + b"IEND\xaeB`\x82"
    assert logo_problem(whole, ".png") is None
    assert logo_problem(whole[:-9], ".png")
    assert logo_problem(b"GIF89a", ".png")
