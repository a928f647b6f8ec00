"""Characters that the kit's fonts lack, on paper: in fonts of every kind, and where no font has them."""

import html
import io
import shutil

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.faces import KINDS, face, font
from tests.builders.printed import untagged
from tests.builders.printing import bare, extracted, made, metadata, opened, page, poppler

from quickview.pdf import finish, reading_order
from quickview.pdf.to_unicode import Fonts
from quickview.report.browser import Browser

pytestmark = pytest.mark.slow

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
ODD = {
    "emoji": f"🔥{FAMILY}👍🏽🇸🇾❤\ufe0f✔\ufe0e1\ufe0f\u20e3",
    "a long run of emoji": "🔥" * 300,
    "Burmese": "တပ်မတော်",
    "Chinese, Japanese, Korean": "中國人民解放軍 日本語 한국어 葛\U000e0100城",
    "Ethiopic": "የኢትዮጵያ መከላከያ ሠራዊት",
    "Devanagari": "हिन्दी क्षत्रिय",
    "Hebrew with points": "צְבָא הֲגָנָה (צה״ל)",
    "beyond the first plane": "𠮷𞤀𞤣𞤤𞤢𞤥𒀀𝔸",
    "private use": "\ue000\U000f0000\U0010fffd",
    "signs that are not drawn": "Tru\u00adce a\u200bb\u2060c\ufeffd\u034f",
    "marks": "e\u0301 q\u0307\u0308 x\u0323\u035f \u0307",
    "no characters": "\ufffd \u0378 \U0001fbff \ufdd0",
    "right to left": "ﷺ نستعلیق ߒߞߏ ܣܘܪܝܝܐ",
}


@pytest.fixture(scope="module")
def bare_browser(tmp_path_factory):
    """A Chromium on a machine whose one font has the letters of ASCII only."""
    folder = tmp_path_factory.mktemp("fonts")
    (folder / "own.ttf").write_bytes(font("truetype", "".join(map(chr, range(0x20, 0x7F)))))
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONTCONFIG_FILE", str(folder / "fonts.conf"))
        with Browser() as running:
            yield running


def in_font(body, kind, text):
    """A page with a text in a font of a kind, for which nothing has to be installed."""
    rule = face(kind, "".join(c for c in text if not c.isspace()))
    return page(body).replace("<style>", f"<style>{rule}.own{{font-family:Own}}", 1)


def kinds_of(document):
    file = pikepdf.open(io.BytesIO(document))
    return {str(one.Subtype) for sheet in file.pages for one in sheet.resources.get("/Font", {}).values()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("text", "language"), [("🔥中က", "en"), ("🔥中က", "ar"), ("אבג", "en"), ("אבג", "ar")])
def test_a_font_of_any_kind_is_finished_and_its_text_comes_out(browser, kind, text, language):
    body = f'<p dir="auto">قال الجيش <span class="own">{text}</span> هدنة</p><p>Then <span class="own">{text}</span> came</p>'
    printed = browser.print(in_font(body, kind, text))
    assert ("/Type3" in kinds_of(printed.document)) == (kind != "truetype")
    document = finish.finish(printed, metadata(language=language))
    assert language == "en" or bare(f"قال الجيش {text} هدنة") in bare(extracted(document))
    assert bare(f"Then {text} came") in bare(extracted(document))
    assert not any(untagged(one) for one in opened(document).file.pages)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("where", ["browser", "bare_browser"])
def test_text_of_any_script_is_finished_whatever_fonts_there_are(request, where, language, tmp_path):
    body = "".join(
        f"<h2>{text}</h2><p>قال {text} هنا</p><table><tr><th scope=row>{text}<td>{text}</table>"
        for text in ODD.values()
    )
    facts = {
        "title": "Fire 🔥 " + "中" * 120,
        "series": "တပ်မတော်",
        "topics": [FAMILY, "\U0010fffd"],
        "language": language,
    }
    document = made(request.getfixturevalue(where), body, **facts)
    printed = opened(document)
    assert not any(untagged(one) for one in printed.file.pages)
    assert printed.file.check_pdf_syntax() == []
    assert str(printed.file.docinfo["/Title"]) == facts["title"]
    for fonts in [one.resources.Font for one in printed.file.pages]:
        assert not [
            text
            for known in Fonts(printed.file).of({"/Font": fonts}).values()
            for text in known.meaning.values()
            if set(text) & set("\0\ufeff\ufffe")
        ]


@given(texts=st.lists(st.text(st.sampled_from("".join(ODD.values()) + "ab ()12،سلام"), min_size=1), min_size=1, max_size=12), kind=st.sampled_from(KINDS),
       language=st.sampled_from(["en", "ar"]))  # fmt: skip
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_mixture_of_characters_and_fonts_breaks_a_print(browser, texts, kind, language):
    body = "".join(f'<p>{html.escape(text)}<b class="own" dir="auto">{html.escape(text)}</b></p>' for text in texts)
    document = finish.finish(
        browser.print(in_font(f"<h1>Title</h1>{body}", kind, "".join(texts))), metadata(language=language)
    )
    assert not any(untagged(one) for one in opened(document).file.pages)


def test_what_no_font_has_stands_in_boxes_and_can_be_copied(bare_browser, tmp_path):
    texts = ["🔥", "中國", "አማርኛ", "\ue000", "𒀀"]
    document = made(bare_browser, "".join(f"<p>Word {text} end</p>" for text in texts), title="Fire 🔥", series="中國")
    file = pikepdf.open(io.BytesIO(document))
    names = {str(one.BaseFont) for sheet in file.pages for one in sheet.resources.Font.values()}
    assert any(name.endswith("NumberedBoxes") for name in names)
    assert all(bare(f"Word {text} end") in bare(extracted(document)) for text in texts)
    assert not _shows_no_glyph(file)
    if shutil.which("pdftotext"):
        assert all(f"Word {text} end" in poppler(document, tmp_path) for text in texts)


def test_boxes_stand_in_bold_text_in_figures_and_in_the_margins_too(bare_browser):
    drawing = (
        '<svg viewBox="0 0 90 20" width="200"><text y="9" font-family="\'IBM Plex Sans\', sans-serif">ሰላም</text></svg>'
    )
    document = made(bare_browser, f"<p><b>ሰላም</b></p>{drawing}" + "<p>x</p>" * 120, title="中國", series="የኢ")
    text = bare(extracted(document))
    assert text.count("ሰላም") == 2
    assert "中國" in text
    assert "የኢ" in text
    assert not _shows_no_glyph(pikepdf.open(io.BytesIO(document)))


def test_a_page_with_boxes_is_the_same_file_each_time(bare_browser):
    assert made(bare_browser, "<p>中 🔥</p>") == made(bare_browser, "<p>中 🔥</p>")


def test_a_page_the_kit_has_letters_for_gets_no_boxes(browser, monkeypatch):
    monkeypatch.setattr("quickview.theme.substitutes.boxes", lambda _: pytest.fail("no box is needed"))
    assert made(browser, "<p>Homs حمص Хомс “x” – 5 °</p>")


@pytest.mark.parametrize(
    "own",
    [
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica, Encoding=pikepdf.Name.WinAnsiEncoding),
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, FirstChar=65, LastChar=66, Widths=pikepdf.Array([0, 500])),
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, Encoding=pikepdf.Name("/Identity-H"), ToUnicode=pikepdf.Name("/Identity-H"),
                           DescendantFonts=pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType0)])),
    ],
    ids=lambda own: str(own.Subtype),
)  # fmt: skip
def test_fonts_that_say_little_of_themselves_are_left_as_they_are(own):
    file = pikepdf.new()
    cmap = b"1 beginbfchar <41> <05D0> endbfchar 2 beginbfrange <42> <43> [<05D1> <D83DDD25>] <44> <45> <D83DDD25> endbfrange"
    hebrew = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type3, ToUnicode=file.make_stream(cmap))
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=file.make_indirect(own), F2=file.make_indirect(hebrew)))
    fonts = Fonts(file)
    assert fonts.of(resources)["/F2"].meaning == {0x41: "א", 0x42: "ב", 0x43: "🔥", 0x44: "🔥", 0x45: "🔦"}
    content = (
        b"/Span /MC0 BDC BT /F1 9 Tf 1 0 0 1 0 0 Tm (AB) Tj ET EMC BT /F2 9 Tf 1 0 0 1 9 0 Tm (A) Tj /F1 9 Tf (B) Tj ET"
    )
    said = reading_order.Said("אAB", right_to_left=False)
    kept = reading_order.restore(pikepdf.parse_content_stream(file.make_stream(content)), resources, fonts, said)
    fonts.save()
    shown = [bytes(one.operands[0]) for one in kept if str(one.operator) == "Tj"]
    assert sorted(shown) == [b"A", b"AB", b"B"]


def _shows_no_glyph(file):
    """Whether a page refers to the glyph that means "none", which PDF/UA forbids."""
    for sheet in file.pages:
        known, current = Fonts(file).of(sheet.resources), None
        for one in pikepdf.parse_content_stream(sheet):
            if str(one.operator) == "Tf":
                current = known[str(one.operands[0])]
            elif str(one.operator) in {"Tj", "TJ"}:
                strings = one.operands[0] if str(one.operator) == "TJ" else [one.operands[0]]
                if any(0 in current.codes(bytes(shown)) for shown in strings if isinstance(shown, pikepdf.String)):
                    return True
    return False
