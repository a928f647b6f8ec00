"""Type: widths as the fonts have them, faces as the text needs them."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from quickview.look.typeface import BOLD, REGULAR, font_face_css, missing, width

ARABIC = "هيئة تحرير الشام"


def _fonts(css):
    found = re.findall(r"font-weight:(\d+);.*?base64,([^)]+)\).*?unicode-range:([^}]+)}", css)
    return [(int(weight), TTFont(io.BytesIO(base64.b64decode(data))), ranges) for weight, data, ranges in found]


@pytest.mark.parametrize(("letter", "advance"), [(" ", 0.236), ("0", 0.6), ("1", 0.6), ("M", 0.812), ("i", 0.25)])
def test_letters_are_as_wide_as_ibm_plex_sans_has_them(letter, advance):
    assert width(letter, 1000) == pytest.approx(advance * 1000, abs=1)


def test_figures_are_all_of_one_width_so_that_columns_line_up():
    for weight in (REGULAR, BOLD):
        assert len({width(digit, 10, weight=weight) for digit in "0123456789"}) == 1


def test_bold_is_wider():
    assert width("Homs and Hama", 12, weight=BOLD) > width("Homs and Hama", 12)


@given(st.text("abcXYZ é1", max_size=20), st.text("abcXYZ é1", max_size=20), st.floats(6, 40))
@settings(max_examples=50, deadline=None)
def test_width_adds_up_and_grows_with_size(a, b, size):
    assert width(a + b, size) == pytest.approx(width(a, size) + width(b, size))
    assert width(a, 2 * size) == pytest.approx(2 * width(a, size))


def test_a_letter_no_face_has_takes_an_em():
    assert width("漢", 12) == 12


@pytest.mark.parametrize(
    ("text", "cut"),
    [("Homs", ["Homs"]), ("Россия", ["Росия"]), (ARABIC, [ARABIC]), ("Homs حمص Хомс", ["Homs", "Хомс", "حمص"]),
     ("Αθήνα", ["Αθήνα"]), ("", []), (" ", [])],
)  # fmt: skip
def test_a_text_gets_the_fonts_of_its_scripts_in_both_weights(text, cut):
    fonts = _fonts(font_face_css(text))
    assert [weight for weight, *_ in fonts] == [REGULAR] * len(cut) + [BOLD] * len(cut)
    assert [set(font.getBestCmap()) for _, font, _ in fonts] == [{ord(c) for c in part + " "} for part in cut] * 2


def test_characters_no_face_has_are_told():
    assert missing("Homs 漢 حمص") == {"漢"}


def test_signs_without_a_shape_are_not_missed():
    assert missing("a\u2060b\u200dc") == set()


def test_both_briefs_can_be_set_in_the_fonts_of_the_kit(homs, andes):
    for brief in (homs, andes):
        assert missing(brief.path.read_text(encoding="utf-8")) == set()


def test_a_font_is_cut_down_to_the_letters_used():
    (regular, bold) = _fonts(font_face_css("Homs"))
    assert (regular[0], bold[0]) == (REGULAR, BOLD)
    assert set(regular[1].getBestCmap()) == {ord(c) for c in "Homs "}
    assert len(font_face_css("Homs")) < 8000


def test_cut_arabic_keeps_its_joining_forms():
    (_, font, _), _ = _fonts(font_face_css(ARABIC))
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"init", "medi", "fina"} <= features
    letters = len({c for c in ARABIC if not c.isspace()})
    assert len(font.getGlyphOrder()) > 2 * letters


def test_a_face_is_only_asked_for_what_no_earlier_one_has():
    ranges = {weight: text for weight, _, text in _fonts(font_face_css("حمص"))}
    assert ranges[REGULAR] == ranges[BOLD] == "U+62D,U+635,U+645"


def test_letters_in_a_row_are_written_as_a_range():
    assert "unicode-range:U+61-63}" in font_face_css("abc")


def test_the_same_text_gives_the_same_bytes():
    assert font_face_css(f"Homs {ARABIC}") == font_face_css(f"Homs {ARABIC}")


def test_nothing_is_fetched():
    assert set(re.findall(r"url\((\w+):", font_face_css(f"Homs {ARABIC}"))) == {"data"}
