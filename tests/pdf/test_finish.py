"""Finishing a printed page: tags, links, reading order. The pages are made by hand."""

import io
import shutil
import subprocess
from itertools import pairwise

import pikepdf
import pypdf
import pytest
from tests.builders.printed import untagged
from tests.builders.printing import bare, extracted, made, metadata, opened, page, poppler

from quickview.pdf import finish

pytestmark = pytest.mark.slow

PARAGRAPH = (
    "دخل اتفاق خفض التصعيد حيز التنفيذ في 3 آب 2017 عند الساعة 12:00 في شمال حمص، ويشمل 84 بلدة في الأردن، "
    "كما قال المتحدث Igor Konashenkov في موسكو: الهدنة صامدة، ولا يزال الطريق السريع بين حمص وحماة مغلقا"
)


TABLE = """<table><thead><tr><th scope=col>Actor</th><th scope=col>Role</th><th scope=col>Since</th><th scope=col>Head</th></tr></thead><tbody>
<tr><th scope=row>Council</th><td></td><td>2016</td><td>Mayor</td></tr><tr><th scope=row>Court</th><td>Judges</td><td>2014</td><td> </td></tr></tbody></table>"""


def test_each_cell_of_a_table_stands_under_its_heads_an_empty_one_too(browser):
    printed = opened(made(browser, TABLE))
    rows = [[cell for cell in printed.of("/TH", "/TD") if cell.parent is row] for row in printed.of("/TR")]
    assert [len(row) for row in rows] == [4, 4, 4]
    names = {str(cell.node.ID): cell.text for cell in printed.of("/TH") if "/ID" in cell.node}
    told = {
        cell.text: {names[str(name)] for entry in cell.node.A if "/Headers" in entry for name in entry.Headers}
        for cell in printed.of("/TD")
        if cell.text.strip()
    }
    assert told == {
        "2016": {"Since", "Council"},
        "Mayor": {"Head", "Council"},
        "Judges": {"Role", "Court"},
        "2014": {"Since", "Court"},
    }


def test_a_label_of_a_list_that_says_nothing_is_no_element(browser):
    printed = opened(made(browser, "<ul><li>First</li></ul><ol><li>Second</li></ol>"))
    assert all(label.text.strip() for label in printed.of("/Lbl"))
    assert [body.text.strip() for body in printed.of("/LBody")] == ["First", "Second"]


def long_report():
    rows = "".join(
        f"<tr><th scope=row>Row {n}</th><td>{'Some words that wrap. ' * (n % 9)}</td></tr>" for n in range(150)
    )
    table = f"<table><caption>All</caption><thead><tr><th scope=col>Heading</th><th scope=col>B</th></tr></thead><tbody>{rows}</tbody></table>"
    figure = '<figure class=chart id=f><p class=chart-title>A drawing</p><svg role=img viewBox="0 0 100 40" width="100%"><title>Map</title><desc>Finding</desc><rect width=90 height=38 /></svg><figcaption>Caption</figcaption></figure>'
    sections = ""
    for n in range(14):
        words = f"<p>{'Words of a paragraph. ' * 7 * n}</p>" if n else ""
        body = words + (figure if n % 3 == 0 else "")
        sections += f"<section class=section><h2>Section {n}</h2><div class=body>{body}</div></section>"
    return f"<main class=report><section class=section><h2>Table</h2><div class=body>{table}</div></section>{sections}</main>"


def test_an_image_says_its_name_and_its_finding_once(browser):
    body = """<figure><p>Map 1</p><svg role="img" viewBox="0 0 9 9" width="90" aria-labelledby="t" aria-describedby="d">
      <title id="t">Map 1: a pocket</title><desc id="d">It lies astride the road.</desc><rect width="9" height="9"/></svg>
      <figcaption>What is shown</figcaption></figure>"""
    printed = opened(made(browser, body))
    assert [str(figure.node.Alt) for figure in printed.of("/Figure")] == ["Map 1: a pocket. It lies astride the road."]
    assert [caption.text for caption in printed.of("/Caption")] == ["What is shown"]


def test_links_say_where_they_lead_each_time(browser):
    body = """<p>Said<sup class="cites"><a href="#source-a">1</a></sup> and <a href="https://example.org/%D8%A7">here</a>
      or <a href="https://example.org/%D8%A7">there</a>, as <a href="#figure-m">Map 1</a>.</p><div id="figure-m">m</div>
      <ol class="sources"><li id="source-a"><span class="publisher">A paper</span>, <cite>Its title</cite></li></ol>"""
    file = opened(made(browser, body)).file
    said = [str(note.Contents) for note in file.pages[0].Annots]
    assert said == ["Source 1: A paper, Its title", "here", "there", "Map 1"]
    tree = pikepdf.NumberTree(file.Root.StructTreeRoot.ParentTree)
    assert all(str(tree[int(note.StructParent)].S) == "/Link" for note in file.pages[0].Annots)


def test_lists_hold_only_what_lists_may_hold(browser):
    printed = opened(
        made(
            browser, "<ol><li>one<ul><li>inner</li></ul></li><li>two</li></ol><dl><div><dt>k</dt><dd>v</dd></div></dl>"
        )
    )
    assert {element.parent.kind for element in printed.of("/LI")} == {"/L"}
    assert {element.kind for element in printed.elements if element.parent and element.parent.kind == "/LI"} == {
        "/Lbl",
        "/LBody",
    }
    assert [item.text for item in printed.of("/LBody")][1:] == ["inner", "two", "kv"]


def test_decoration_is_no_content(browser):
    body = '<p style="border:1px solid">Words <i aria-hidden="true">unseen</i></p><div style="background:red;height:9px"></div>'
    printed = opened(made(browser, body))
    assert not any(untagged(one) for one in printed.file.pages)
    assert "".join(element.text for element in printed.elements if element.parent is None).split() == ["Words"]


def test_a_run_in_another_script_keeps_its_language(browser):
    printed = opened(made(browser, '<p>Homs <bdi lang="ar" dir="rtl">حمص</bdi> and <span lang="ru">Хомс</span></p>'))
    assert [str(e.node.Lang) for e in printed.elements if "/Lang" in e.node] == ["en", "ar", "ru"]


def test_running_heads_start_on_the_second_page_and_hold_any_text(browser):
    title = 'Odd " \\ </style> } 100% ’ اسم'
    reader = pypdf.PdfReader(io.BytesIO(made(browser, "<p>x اسم</p>" * 150, title=title)))
    texts = [one.extract_text() for one in reader.pages]
    assert "Quick View" not in texts[0]
    assert all("Quick View" in text and 'Odd"\\</style>}100%’اسم' in bare(text) for text in texts[1:])
    assert [f"Page {n} of {len(texts)}" in text for n, text in enumerate(texts, start=1)] == [True] * len(texts)


def test_no_row_and_no_figure_is_split_and_no_heading_ends_a_page(browser):
    printed = opened(made(browser, long_report()))
    assert len(printed.of("/Table")[0].pages) >= 3
    assert all(len(element.pages) == 1 for element in printed.of("/TR", "/Figure", "/H2"))
    said = printed.of("/H2", "/P", "/TR", "/Figure", "/Caption")
    for heading, after in pairwise(said):
        if heading.kind == "/H2":
            assert min(after.pages) == min(heading.pages), heading.text


def test_the_head_of_a_table_comes_again_on_each_page(browser):
    document = made(browser, long_report())
    pages = opened(document).of("/Table")[0].pages
    texts = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(document)).pages]
    assert all("Heading" in texts[n] for n in pages)


def test_arabic_comes_out_in_the_order_of_reading(browser):
    body = f'<p dir="rtl" lang="ar">{PARAGRAPH}</p><p>In a line of English <bdi lang="ar" dir="rtl">هيئة تحرير الشام (HTS)</bdi> stands.</p>'
    text = extracted(made(browser, body))
    assert bare(PARAGRAPH) in bare(text)
    assert "Englishهيئةتحريرالشام(HTS)stands" in bare(text)
    assert "خفض التصعيد حيز التنفيذ في" in text


def test_letters_with_vowel_signs_keep_their_signs_and_their_line(browser):
    words = "متحقّق مرجّح موسّع تُرسي هدنة سارٍ منذ 3 أغسطس 2017، 12:00 بتوقيت (09:00 غرينتش) مساعٍ روسية"
    text = extracted(made(browser, f"<p>{words}</p><p>قد <strong>يُشنّ</strong> هجوم</p>", language="ar"))
    assert bare(words) in bare(text)
    assert "قديُشنّهجوم" in bare(text)


def test_cells_of_an_arabic_table_are_words_apart(browser):
    body = "<table><tr><th scope=row>روسيا</th><td>ضامنة للاتفاق</td><td>في القاهرة</td></tr></table>"
    assert "روسيا ضامنة للاتفاق في القاهرة" in extracted(made(browser, body, language="ar"))


def test_citations_in_an_arabic_line_keep_their_places(browser):
    body = '<p>قالت روسيا إن الهدنة<sup class="cites"><a href="#s">1</a></sup> صامدة منذ 3 آب<sup class="cites"><a href="#s">2</a></sup>، ولا يزال موقع Example Org مفتوحا</p><p id="s">x</p>'
    text = bare(extracted(made(browser, body, language="ar")))
    assert "إنالهدنة1صامدةمنذ3آب2،ولايزالموقعExampleOrgمفتوحا" in text


def test_a_word_that_is_broken_in_its_middle_leaves_the_rest_of_the_file_its_letters_and_spaces(browser):
    broken = '<p style="inline-size: 30px; overflow-wrap: anywhere">10\u00a0يونيو 1950 وقد قيل</p>'
    text = extracted(made(browser, f"{broken}<p>{PARAGRAPH}</p>", language="ar"))
    assert bare(PARAGRAPH) in bare(text)
    assert "خفض التصعيد حيز التنفيذ في" in text


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler")
def test_poppler_reads_ligatures_as_they_are_spelt(browser, tmp_path):
    text = poppler(made(browser, f'<p dir="rtl" lang="ar">{PARAGRAPH}</p>', language="ar"), tmp_path)
    for words in ("حيز التنفيذ في", "ولا يزال الطريق السريع بين حمص وحماة مغلقا", "الأردن"):
        assert words in text


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs poppler")
def test_the_order_of_reading_changes_nothing_on_paper(browser, tmp_path):
    body = f"""<p>{PARAGRAPH}<sup class="cites"><a href="#s">1</a></sup> وأُفيد <strong>بوقوع قصف</strong> (09:00 غرينتش)</p>
      <table><tr><th style="color:red">محلّ خلاف</th><td id="s" style="color:blue">الفصائل المؤيدة</td></tr></table>"""
    printed = browser.print(page(body, language="ar"))
    pictures = []
    for name, document in (("before", printed.document), ("after", finish.finish(printed, metadata(language="ar")))):
        (tmp_path / f"{name}.pdf").write_bytes(document)
        subprocess.run(["pdftoppm", "-r", "100", tmp_path / f"{name}.pdf", tmp_path / name], check=True)
        pictures.append((tmp_path / f"{name}-1.ppm").read_bytes())
    assert len(set(pictures[0])) > 50
    assert max(abs(a - b) for a, b in zip(*pictures, strict=True)) <= 2


def test_the_same_page_is_the_same_file(browser):
    body = f'<p dir="rtl" lang="ar">{PARAGRAPH}</p>'
    assert made(browser, body) == made(browser, body)
