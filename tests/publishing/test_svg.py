import re

import pytest

from quickview.look.palette import LIGHT
from quickview.publishing import svg

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


def test_colours_of_the_palette_become_the_pages_own(fitted):
    assert "stroke: var(--side-1)" in fitted
    assert "rgb(1, 2, 3)" in fitted


def test_ids_and_what_points_to_them_get_the_prefix(fitted):
    assert 'id="c1-clipabc"' in fitted
    assert "url(#c1-clipabc)" in fitted


def test_lines_that_look_alike_are_one_path(fitted):
    assert 'd="M0,0L1,1M2,2L3,3"' in fitted


def test_the_picture_has_no_fixed_size_and_leaves_the_font_to_the_page(fitted):
    root = re.match(r"<svg[^>]*>", fitted)[0]
    assert 'viewBox="0 0 760 500"' in root
    assert "width=" not in root
    assert "font-family" not in fitted


def test_waste_is_dropped(fitted):
    assert "<g" not in fitted
    assert "4.12,4" in fitted


def test_something_else_is_refused():
    with pytest.raises(ValueError, match="no SVG"):
        svg.fit("<svg></svg>", prefix="c", title="", description="")
