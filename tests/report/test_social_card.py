"""The picture that stands for a link to a report."""

import io

import nbformat
import numpy as np
import pytest
from lxml import etree
from PIL import Image
from tests.builders.faces import font
from tests.conftest import file_of

from quickview.brief.masthead import Masthead
from quickview.report import social_card
from quickview.report.outline import Figure, Outline, Part, Section
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

MAP = {
    "data": [
        {"mode": "lines", "x": [0, 350, 350, 0], "y": [453, 453, 123, 123], "fill": "toself", "fillcolor": "#f2efe9"},
        {"mode": "text", "x": [100.0] * 5, "y": [300, 100, 81, 62, 43], "text": ["Harbour", "one", "two", "three", "four"],
         "textposition": "middle right", "textfont": {"size": 10, "color": "#1d2024"}},
    ],
    "layout": {"width": 350, "height": 453},
}  # fmt: skip
SAID = {"forecast": "Holds", "word": "Likely", "range": "55–80%", "low": 55, "high": 80, "dateline": "As of May"}
FACTS = {"title": "Truce", "series": "Quick View", "desk": "Desk", "card": SAID}


def outline(*, own=False, mapped=True, **facts):
    figure = Figure("map", MAP, MAP, {"kind": "Map"}, own=own)
    section = Section("where", "Where", [Part("map", figure=figure)] if mapped else [])
    return Outline((), (section,), masthead=Masthead(**{**FACTS, **facts}))


def drawn(made, theme=""):
    return np.asarray(Image.open(io.BytesIO(social_card.draw(made, theme=load_theme(str(theme))))).convert("RGB"), int)


def ink(pixels, left, top, right, bottom):
    """Return the box of what is not paper in a part of a card, as (left, top, right, bottom); None where it is empty."""
    part = pixels[top:bottom, left:right]
    ys, xs = np.nonzero(abs(part - pixels[20, 20]).sum(axis=2) > 90)
    return (left + xs.min(), top + ys.min(), left + xs.max() + 1, top + ys.max() + 1) if xs.size else None


def texts(made, theme="", **looks):
    """Return the texts of a card that have some looks, in their order."""
    root = etree.fromstring(social_card.written(made, theme=load_theme(str(theme))))
    found = [e for e in root.iter("{*}text") if all(e.get(key) == value for key, value in looks.items())]
    return ["".join(e.itertext()) for e in found]


def headline(made):
    return texts(made, **{"class": "heading"})


def own_theme(folder, **parts):
    path = folder / "own.yaml"
    path.write_text("name: Own\n" + "".join(f"{key}: {value}\n" for key, value in parts.items()), encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_reports_card_has_the_size_previews_ask_for_and_says_what_is_judged(homs_edition):
    png = file_of(homs_edition, ".png").read_bytes()
    made = read_outline(nbformat.read(file_of(homs_edition, ".ipynb"), as_version=4))
    assert Image.open(io.BytesIO(png)).size == (1200, 630)
    assert social_card.draw(made, theme=load_theme()) == png
    said = " ".join(texts(made))
    for words in ("QUICK VIEW", "Russia — politics", "establishes", "Likely", "55–80%", "2017", "Al-Rastan"):
        assert words in said


def test_the_same_report_gives_the_same_card_to_the_byte():
    assert social_card.draw(outline(title="هدنة 中"), theme=load_theme()) == social_card.draw(
        outline(title="هدنة 中"), theme=load_theme()
    )


def test_the_range_is_drawn_from_0_to_100_across_the_column():
    row = drawn(outline())[533, 56:596]
    house = np.nonzero((row == [0x0F, 0x4C, 0x5C]).all(axis=1))[0]
    assert (house.min() / 540, (house.max() + 1) / 540) == pytest.approx((0.55, 0.80), abs=0.003)


@pytest.mark.parametrize(
    "title",
    ["Truce", "A truce that holds for a while " * 3, "W" * 200, "A truce in the north " * 9, "هدنة في شمال البلاد " * 9,
     "Ćwierć: Ελλάδα, Москва — 2,585 Việt", "Unvergesslichkeitsbescheinigung"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("theme", ["", "gazette"])
def test_a_headline_of_any_length_stays_in_its_column(title, language, theme):
    said = {**SAID, "forecast": "Holds " * 30, "word": "Roughly even chance"}
    pixels = drawn(outline(title=title.strip(), desk="D" * 90, language=language, card=said), theme)
    pixels = pixels[:, ::-1] if language == "ar" else pixels
    assert ink(pixels, 56, 110, 600, 418)
    assert ink(pixels, 0, 20, 50, 630) is None
    assert ink(pixels, 603, 20, 638, 630) is None
    assert ink(pixels, 0, 596, 638, 630) is None
    assert ink(pixels, 0, 408, 638, 418) is None


def test_what_is_too_long_ends_in_an_ellipsis_and_what_is_not_is_whole():
    assert headline(outline(title="north " * 90))[-1].endswith("…")
    assert " ".join(headline(outline(title="The truce in the north holds"))) == "The truce in the north holds"
    assert (
        "".join(headline(outline(title="Unvergesslichkeitsbescheinigungen" * 2)))
        == "Unvergesslichkeitsbescheinigungen" * 2
    )


def test_lines_of_a_headline_are_of_about_one_length():
    lines = headline(outline(title="Reed League wins most seats in Lakeland but no majority", mapped=False))
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < 8


def test_a_card_in_arabic_is_mirrored():
    left, right = drawn(outline(title="هدنة")), drawn(outline(title="هدنة", language="ar"))
    assert ink(left, 0, 150, 639, 400)[0] < 100
    assert ink(right, 561, 150, 1200, 400)[2] > 1100
    assert (left[200, 1190] != left[200, 20]).any()
    assert (right[200, 10] != right[200, 1190]).any()


def test_letters_of_arabic_are_joined_beside_digits_and_signs_of_other_fonts():
    alone = drawn(outline(title="حتى حتى", language="ar", mapped=False))
    mixed = drawn(outline(title="حتى 4 حتى", language="ar", mapped=False))
    box = ink(alone, 0, 150, 1200, 400)
    word = (box[0] + box[2]) // 2 + 20
    # The first word, at the right, is the same whatever stands after it.
    assert (alone[150:400, word:1200] == mixed[150:400, word:1200]).all()


def test_a_sign_at_the_end_of_a_line_of_arabic_stands_at_its_left():
    word, said = (
        ink(drawn(outline(title=t, language="ar", mapped=False)), 0, 150, 1200, 400) for t in ("هدنة", "هدنة UN!")
    )
    pixels = drawn(outline(title="هدنة UN!", language="ar", mapped=False))
    sign = ink(pixels, said[0], 150, said[0] + 14, 400)
    assert said[2] == word[2]
    assert said[0] < word[0] - 100
    # As slim as "!", before the gap to the "U".
    assert sign[2] < said[0] + 14


def test_a_character_that_no_font_has_is_a_box_with_its_number():
    pictures = {social_card.draw(outline(title=f"In {c}", mapped=False), theme=load_theme()) for c in "中國🔥"}
    assert len(pictures) == 3


def test_the_map_is_that_of_phones_in_the_colours_of_the_theme_with_whole_rows_of_its_legend():
    pixels, gazette = drawn(outline()), drawn(outline(), "gazette")
    assert "#{:02x}{:02x}{:02x}".format(*pixels[300, 1100]) == load_theme().light["land"]
    assert "#{:02x}{:02x}{:02x}".format(*gazette[300, 1100]) == load_theme("gazette").light["land"]
    # The third row, which the card's edge would cut through, is not begun.
    assert ink(pixels, 700, 590, 1200, 606)
    assert ink(pixels, 642, 616, 1200, 630) is None


def test_without_a_map_words_take_the_whole_card():
    assert ink(drawn(outline(mapped=False)), 600, 20, 1200, 630)[2] == 1144
    assert texts(outline(own=True)) == texts(outline(mapped=False))


def test_a_map_that_an_analyst_drew_on_is_shown_as_the_page_has_it():
    picture = (
        '<svg width="350" height="453" viewBox="0 0 350 453"><rect width="350" height="330" fill="#ff0000"/></svg>'
    )
    png = social_card.draw(outline(own=True), [picture, picture], theme=load_theme())
    assert Image.open(io.BytesIO(png)).convert("RGB").getpixel((900, 300)) == (255, 0, 0)


def test_without_a_forecast_there_is_no_scale_and_without_a_brief_no_dateline():
    assert texts(outline(card={"dateline": "As of May"}, mapped=False)) == ["QUICK VIEW", "Desk", "Truce", "As of May"]
    assert ink(drawn(outline(title="", series="", desk="", card={}, mapped=False)), 0, 20, 1200, 630) is None


def test_text_of_a_brief_is_text_on_the_card():
    made = outline(title="<img src=x> & {{ 7*7 }}", series='"><script>')
    assert " ".join(headline(made)) == "<img src=x> & {{ 7*7 }}"
    assert '"><SCRIPT>' in texts(made)
    assert Image.open(io.BytesIO(social_card.draw(made, theme=load_theme()))).size == (1200, 630)


@pytest.mark.parametrize("kind", ["truetype", "outlines", "layers"])
def test_a_theme_sets_headings_and_text_in_its_own_fonts_and_what_they_lack_in_the_kits(kind, tmp_path):
    (tmp_path / "squares.ttf").write_bytes(font(kind, "Truce"))
    own = own_theme(tmp_path, fonts="{headings: {family: Squares, bold: squares.ttf}}")
    plain, squares = drawn(outline(mapped=False)), drawn(outline(mapped=False), own)
    box = ink(squares, 0, 150, 1200, 400)
    assert (plain[:110] == squares[:110]).all()
    assert box[2] - box[0] > 5 * 0.6 * 70 * 0.9
    assert (plain[150:400] != squares[150:400]).any()
    further = ink(drawn(outline(title="Truce 中 هدنة", mapped=False), own), 0, 150, 1200, 400)
    assert further[2] > box[2] + 150


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_theme_puts_its_logo_where_lines_begin(language, tmp_path):
    (tmp_path / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3" fill="#c00000"/></svg>'
    )
    own = own_theme(tmp_path, logo="{file: logo.svg, alt: Own}")
    pixels = drawn(outline(language=language, mapped=False), own)
    red = np.nonzero((pixels == [0xC0, 0, 0]).all(axis=2).any(axis=0))[0]
    assert (red.min(), red.max() + 1) == ((56, 188) if language == "en" else (1012, 1144))


def test_no_map_is_cut_at_its_sides_and_one_that_is_tall_is_made_smaller():
    def seen(width, height, foot):
        frame = {**MAP["data"][0], "x": [0, width, width, 0], "y": [height, height, height - foot, height - foot]}
        edges = {
            "mode": "markers",
            "x": [2, width - 2],
            "y": [height - 20] * 2,
            "marker": {"size": 4, "color": "#1d2024"},
        }
        spec = {"data": [frame, edges], "layout": {"width": width, "height": height}}
        made = Outline((), (Section("w", "W", [Part("map", figure=Figure("map", spec, spec, {"kind": "Map"}))]),),
                       masthead=Masthead(**FACTS))  # fmt: skip
        y = 14 + round(20 * social_card.map_height(made) / foot)
        return social_card.map_height(made), ink(drawn(made), 642, y - 6, 1200, y + 6)

    height, box = seen(350, 313, 229)
    assert height == round(229 * 560 / 350)
    assert box[0] < 648
    assert box[2] > 1192
    height, box = seen(350, 900, 800)
    assert height == 616
    assert 640 < box[0] < box[2] < 1200


def test_what_an_analyst_drew_on_has_no_height_of_its_own():
    assert social_card.map_height(outline(own=True)) == 0
    assert social_card.map_height(outline(mapped=False)) == 0
    assert social_card.map_height(outline()) == round(330 * 560 / 350)
