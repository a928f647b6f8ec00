import io

import pikepdf
import pytest

from quickview.pdf.blank import MARGIN, blank_shares

HEIGHT = 842.0
BODY = HEIGHT - 2 * MARGIN


def sheets(*contents):
    """A PDF of pages that paint these instructions."""
    file, out = pikepdf.new(), io.BytesIO()
    for content in contents:
        file.add_blank_page(page_size=(595, HEIGHT)).Contents = file.make_stream(content.encode())
    file.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "lowest"),
    [
        ("BT /F 9 Tf 1 0 0 1 50 700 Tm (high) Tj ET", 700),
        ("q 0.5 0 0 -0.5 0 842 cm BT 1 0 0 -1 50 1000 Tm (turned, as Chromium writes) Tj ET Q", 342),
        ("BT 1 0 0 1 50 700 Tm (text) Tj ET 50 300 100 40 re f", 300),
        ("BT 1 0 0 1 50 700 Tm (text) Tj ET 50 300 100 40 re W n", 700),
        ("0 0 595 842 re f BT 1 0 0 1 50 700 Tm (on a ground) Tj ET", 700),
        ("BT 1 0 0 1 50 700 Tm (text) Tj ET BT 1 0 0 1 50 20 Tm (page 1) Tj ET", 700),
    ],
)
def test_a_page_is_blank_below_the_lowest_thing_that_is_painted_on_it(content, lowest):
    assert blank_shares(sheets(content)) == [pytest.approx((lowest - MARGIN) / BODY)]


def test_each_page_has_its_share_and_an_empty_one_is_blank():
    assert blank_shares(sheets("BT 1 0 0 1 50 41 Tm (full) Tj ET", "")) == [pytest.approx(1 / BODY), 1.0]
