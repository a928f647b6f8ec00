"""Type: widths as the fonts have them, faces as the text needs them."""

import base64
import io
import re
import unicodedata
from importlib import resources

import pytest
from fontTools.subset import parse_unicodes
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from quickview.language.glyphs import missing
from quickview.theme.typeface import (
    BOLD,
    PARTS,
    REGULAR,
    SCRIPTS,
    embedded,
    font_face_css,
    holder,
    joined,
    single,
    width,
)

FONTS = resources.files("quickview.theme") / "fonts"

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
    ("text", "scripts"),
    [("Homs", ["H"]), ("Россия", ["я"]), (ARABIC, ["ه"]), ("Homs حمص Хомс", ["H", "Х", "ح"]), ("Αθήνα", ["Α"]), ("", []), (" ", [])],
)  # fmt: skip
def test_a_text_gets_the_fonts_of_its_scripts_in_both_weights(text, scripts):
    fonts = _fonts(font_face_css(text))
    assert [weight for weight, *_ in fonts] == [REGULAR] * len(scripts) + [BOLD] * len(scripts)
    assert all(ord(letter) in font.getBestCmap() for letter, (_, font, _) in zip(scripts * 2, fonts, strict=True))


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("weight", [REGULAR, BOLD])
def test_a_part_of_a_script_holds_the_characters_it_is_said_to_hold(script, weight):
    whole = TTFont(FONTS / f"plex-sans-{script}-{weight}.woff2").getBestCmap()
    for part, codes in PARTS.get(script, {}).items():
        held = set(TTFont(FONTS / f"plex-sans-{script}-{part}-{weight}.woff2").getBestCmap())
        assert held == set(parse_unicodes(codes)) | {ord(" ")}
        assert held <= set(whole)


@pytest.mark.parametrize(
    "text", ["Homs", "Homs – “Rastan”", "Córdoba", "Łódź", "Хомс", "Київ", "حمص", "هُدنة", "گلستان", "ﷺ", "Đặng"]
)
def test_every_letter_of_a_text_is_in_a_font_it_gets(text):
    fonts = _fonts(font_face_css(text))
    for weight in (REGULAR, BOLD):
        held = set().union(*(font.getBestCmap() for own, font, _ in fonts if own == weight))
        assert {ord(c) for c in text} <= held


def test_texts_of_the_same_letters_share_their_fonts_whatever_they_say():
    assert font_face_css("Homs and Hama") == font_face_css("Quito")


@pytest.mark.parametrize(
    "text",
    ["🔥", "👨\u200d👩\u200d👧", "👍🏽", "🇸🇾", "တပ်", "\ue000", "\ufffd", "\U0010fffd", "\u0378", "1\ufe0f\u20e3"],
)
def test_any_character_has_a_width_with_room_for_a_box(text):
    drawn = [c for c in text if unicodedata.category(c) not in {"Cf", "Mn", "Me"}]
    assert 5 * len(drawn) <= width(text, 10) <= 14 * len(drawn)


def test_marks_and_signs_that_are_not_drawn_have_no_width():
    assert width("\u0307\u200d\ufe0f\u00ad", 12) == 0
    assert width("❤\ufe0f", 12) == width("❤", 12)


def test_both_briefs_can_be_set_in_the_fonts_of_the_kit(homs, andes):
    for brief in (homs, andes):
        assert missing(brief.path.read_text(encoding="utf-8")) == set()


def test_a_text_carries_no_more_of_a_script_than_the_part_that_serves():
    sizes = [len(font_face_css(text)) for text in ("حمص", "هُدنة", "گلستان", "ﷺ")]
    assert sizes == sorted(set(sizes))
    assert len(font_face_css("Homs")) < 31_000


def test_a_themes_font_is_cut_down_to_the_blocks_of_letters_a_text_uses():
    file = str(FONTS / "plex-serif-latin-600.woff2")
    (_, font, _) = _fonts(embedded("Plex", [file], "600", "Homs"))[0]
    assert set(range(0x20, 0x7F)) <= set(font.getBestCmap()) < set(range(0x80))
    assert embedded("Plex", [file], "600", "Homs") == embedded("Plex", [file], "600", "Hama")


def test_a_themes_font_that_has_changed_is_read_anew(tmp_path):
    file = tmp_path / "own.woff2"
    sheets = []
    for script in ("greek", "cyrillic"):
        file.write_bytes((FONTS / f"plex-sans-{script}-400.woff2").read_bytes())
        sheets.append(embedded("Own", [str(file)], "400", "Αθήνα Хомс"))
    assert ["U+400-" in sheet for sheet in sheets] == [False, True]


def test_arabic_keeps_its_joining_forms():
    (_, font, _), _ = _fonts(font_face_css(ARABIC))
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"init", "medi", "fina"} <= features
    assert len(font.getGlyphOrder()) > 2 * len(font.getBestCmap())


def test_a_face_is_only_asked_for_what_no_earlier_one_has():
    ranges = {weight: text for weight, _, text in _fonts(font_face_css("حمص"))}
    assert ranges[REGULAR] == ranges[BOLD] == "U+60C,U+61B,U+61F,U+621-63A,U+641-64A"


def test_the_same_text_gives_the_same_bytes():
    assert font_face_css(f"Homs {ARABIC}") == font_face_css(f"Homs {ARABIC}")


def test_nothing_is_fetched():
    assert set(re.findall(r"url\((\w+):", font_face_css(f"Homs {ARABIC}"))) == {"data"}


def test_arabic_is_measured_in_the_forms_that_its_letters_have_beside_each_other():
    assert joined("حتى، Homs") == "\ufea3\ufe98\ufef0، Homs"
    assert joined("دار") == "دار"
    assert width(joined("يقطعون الطريق"), 100) < 0.9 * width("يقطعون الطريق", 100)
    assert len(joined("تُرسي")) == len("تُرسي")


def test_one_font_holds_all_of_a_text_whatever_files_its_characters_are_in():
    text = "حمص 2017 — Łódź 中"
    held = {character: holder(character, BOLD) for character in text}
    assert len(set(held.values())) == 4
    data = single(held["ح"], "Own", held)
    with TTFont(io.BytesIO(data)) as font:
        assert {ord(character) for character in text} <= font.getBestCmap().keys()
        assert font["hmtx"][font.getBestCmap()[ord("2")]][0] == width("2", 1000, weight=BOLD)
        assert "GSUB" in font
        assert font["name"].getDebugName(1) == "Own"
    assert data == single(held["ح"], "Own", held)
