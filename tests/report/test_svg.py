import re

import pytest

from quickview.report import svg
from quickview.theme.palette import LIGHT

SIDE = "rgb({}, {}, {})".format(*(int(LIGHT["side-1"][i : i + 2], 16) for i in (1, 3, 5)))
DRAWN = (
    '<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="760" height="500" style="" viewBox="0 0 760 500">'
    '<defs><clipPath id="clipabc"><rect width="1" height="1"/></clipPath></defs><g class="layer"/>'
    '<path d="M0,0L1,1" style="fill: none; stroke: ' + SIDE + '; stroke-width: 1px;"/>'
    '<path d="M2,2L3,3" style="fill: none; stroke: ' + SIDE + '; stroke-width: 1px;"/>'
    '<path d="M4.123456,4" clip-path="url(#clipabc)" style="fill: rgb(1, 2, 3);"/>'
    '<text style="font-family: &quot;IBM Plex Sans&quot;; font-size: 12px;">Homs</text></svg>'
)


@pytest.fixture
def fitted():
    return svg.fit(DRAWN, prefix="c1", title="Map 1: <b>", description="A & B")


def test_a_picture_is_an_image_with_a_name_and_a_description(fitted):
    assert 'role="img" aria-labelledby="c1-t" aria-describedby="c1-d"' in fitted
    assert '<title id="c1-t">Map 1: &lt;b&gt;</title><desc id="c1-d">A &amp; B</desc>' in fitted


def test_looks_are_attributes_so_that_a_reader_who_takes_styles_away_sees_them(fitted):
    assert f'fill="none" stroke="{LIGHT["side-1"]}" stroke-width="1"' in fitted
    assert 'fill="#010203"' in fitted
    assert 'font-size="12"' in fitted
    assert "style" not in fitted


def test_a_style_says_what_no_attribute_can_and_the_later_word_counts():
    drawn = DRAWN.replace(
        '<text style="', '<text font-size="9" text-anchor="end" style="mix-blend-mode: multiply; fill: red !important; '
    )
    fitted = svg.fit(drawn, prefix="c", title="", description="")
    assert '<text font-size="12" text-anchor="end" fill="red" style="mix-blend-mode:multiply;">' in fitted


def test_ids_and_what_points_to_them_get_the_prefix(fitted):
    assert 'id="c1-clipabc"' in fitted
    assert "url(#c1-clipabc)" in fitted


def test_lines_that_look_alike_are_one_path(fitted):
    assert 'd="M0,0L1,1M2,2L3,3"' in fitted


def test_the_picture_has_a_size_of_its_own_and_a_family_for_where_the_page_gives_none(fitted):
    root = re.match(r"<svg[^>]*>", fitted)[0]
    assert 'width="760" height="500" viewBox="0 0 760 500"' in root
    assert 'font-family="sans-serif"' in root
    assert "IBM Plex" not in fitted


def _fitted_text(text):
    drawn = re.sub(r"<text.*?</text>", lambda _: text, DRAWN)
    return re.findall(r"<text.*?</text>", svg.fit(drawn, prefix="c", title="", description=""))


@pytest.mark.parametrize(
    ("line", "direction"),
    [
        ("\u2067حمص (EIU)\u2069", "rtl"),
        ("\u2068(55–80%) حمص\u2069", "rtl"),
        ("\u2068Homs (حمص)\u2069", None),
        ("\u20665 km\u2069", None),
    ],
)
@pytest.mark.parametrize(("anchor", "turned"), [("start", "end"), ("middle", "middle"), ("end", "start")])
def test_a_mark_of_direction_becomes_the_elements_own_and_the_text_stays_in_its_place(line, direction, anchor, turned):
    (text,) = _fitted_text(f'<text x="9" text-anchor="{anchor}">{line}</text>')
    assert not re.search("[\u2066-\u2069]", text)
    assert (f'direction="{direction}"' in text) == (direction is not None)
    assert f'text-anchor="{turned if direction else anchor}"' in text


def test_each_line_of_a_text_has_a_direction_of_its_own():
    lines = '<tspan dy="0em" x="9" y="4">\u2067روسيا <tspan style="font-weight: 600;">و</tspan>\u2069</tspan><tspan dy="1.3em" x="9" y="4">\u2068UN\u2069</tspan>'
    assert _fitted_text(f'<text x="1" text-anchor="start" style="fill: red;">{lines}</text>') == [
        '<text x="9" text-anchor="end" fill="red" dy="0em" y="4" direction="rtl">روسيا <tspan font-weight="600">و</tspan></text>',
        '<text x="9" text-anchor="start" fill="red" dy="1.3em" y="4">UN</text>',
    ]


def test_waste_is_dropped(fitted):
    assert "<g" not in fitted
    assert "4.12,4" in fitted


def test_what_is_empty_goes_without_the_end_of_what_it_stands_in():
    picture = '<svg viewBox="0 0 1 1"><g id="a"><rect width="1" height="1"/><g clip-path="url(#b)"/></g></svg>'
    made = svg.fit(picture, prefix="m", title="", description="")
    assert made.endswith('<g id="m-a"><rect width="1" height="1"/></g></svg>')


def test_something_else_is_refused():
    with pytest.raises(ValueError, match="no SVG"):
        svg.fit("<svg></svg>", prefix="c", title="", description="")
