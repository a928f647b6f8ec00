import base64
import re

import pytest

from quickview.errors import ReportError
from quickview.report import html_output

FRAME = "<table><thead><tr><th>{0}</th></tr></thead><tbody><tr><td>{1}</td></tr></tbody></table>"


def clean(text):
    return html_output.clean(text, label="Table", undescribed="No words")


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("<iframe src='http://x.org'></iframe>", "a page within the page"),
        ("<div id='p'></div><SCRIPT>draw()</SCRIPT>", "something that a script draws"),
        ("<script type='application/json'>{}</script>", "something that a script draws"),
        ("<video controls></video>", "a film"),
        ("<audio src='a.mp3'>", "a sound"),
        ("<input type=range>", "a form"),
        ("<select><option>1</select>", "a form"),
        ("<button>Go</button>", "a form"),
        ("<progress value=3>", "a gauge"),
        ("<!-- <script> --><p>the word &lt;script&gt; and <code>&lt;form&gt;</code></p>", ""),
        ("<details><summary>More</summary>text</details>", ""),
    ],
)
def test_what_cannot_stand_still_is_named(text, lost):
    assert html_output.lost(text) == lost


@pytest.mark.parametrize(
    "text",
    [
        "<p onclick='x()'>a</p>",
        "<a href='javascript:x()'>a</a>",
        "<a href='data:text/html;base64,AA=='>a</a>",
        "<a href='//example.org'>a</a>",
        "<a href='data.csv'>a</a>",
        "<link rel='stylesheet' href='http://example.org/a.css'><p>a</p>",
        "<meta http-equiv='refresh' content='0;url=http://example.org'><base href='http://example.org'><p>a</p>",
        "<p style='position:fixed;background:url(http://example.org/a.png)'>a</p>",
        "<style>p{background-image:url(http://example.org/a.png)} @import 'http://example.org/a.css';</style><p>a</p>",
        "<table background='http://example.org/a.png'><tr><td>a</td></tr></table>",
        "<p id='masthead' class='report' data-x='1'>a</p>",
    ],
)
def test_nothing_unsafe_and_no_address_of_another_host_gets_in(text):
    made = clean(text)
    assert re.sub(r"<[^>]*>", "", made).strip() == "a"
    assert not re.search(r"example|javascript|data:|onclick|position|masthead|csv", made)


@pytest.mark.parametrize("address", ["https://example.org", "mailto:desk@example.org", "#sources"])
def test_links_to_the_web_by_mail_and_within_the_report_stay(address):
    assert f'href="{address}"' in clean(f"<a href='{address}'>a</a>")


@pytest.mark.parametrize("address", ["http://example.org/a.png", "a.png", "data:text/html;base64,AA==", ""])
def test_a_picture_that_is_not_in_the_text_is_refused(address):
    with pytest.raises(ReportError, match="E-IMAGE-NETWORK"):
        clean(f"<p>a</p><img src='{address}'>")


def test_a_picture_without_words_says_that_it_has_none():
    made = clean("<img src='data:image/png;base64,AA=='><img alt='Homs' src='data:image/png;base64,AA=='>")
    assert re.findall('alt="([^"]*)"', made) == ["No words", "Homs"]


def test_a_drawing_becomes_a_harmless_picture():
    made = clean("<p>a</p><svg viewBox='0 0 9 9'><script>x()</script><rect onclick='x()' width='9' height='9'/></svg>")
    svg = base64.b64decode(re.search('base64,([^"]*)', made)[1]).decode()
    assert "<rect" in svg
    assert not re.search("script|onclick", svg)


def test_what_a_notebook_hides_stays_hidden():
    text = (
        "<style>.t{visibility:hidden}</style><p>seen<span class='t'>tip</span></p>"
        "<div style='display:none'>secret <b style='color:red'>x</b></div><p hidden>secret</p>"
    )
    assert clean(text) == '<div class="output"><p>seen</p></div>'


@pytest.mark.parametrize(
    "text", ["", "<div></div>", "<div><table><tbody></tbody></table></div>", "<template>a</template>"]
)
def test_what_has_nothing_to_see_is_nothing(text):
    assert clean(text) == ""


@pytest.mark.parametrize(
    ("text", "only"), [("<style>p{color:red}</style>\n<!-- a -->", True), ("<style>p{}</style><div></div>", False)]
)
def test_a_style_sheet_alone_is_told_from_an_empty_output(text, only):
    assert html_output.is_style_only(text) is only


def test_headings_stand_below_the_reports_own():
    assert clean("<h1>A</h1><h2>B</h2>") == '<div class="output"><h3>A</h3><h3>B</h3></div>'


def test_mathml_stays():
    assert "<math><msup><mi>a</mi><mn>2</mn></msup></math>" in clean("<math><msup><mi>a</mi><mn>2</mn></msup></math>")


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("background-color:#08306b;color:#f1f1f1", "background-color:#08306b"),
        ("background:#000;color:#fff", "color:#fff"),
        ("background-color:#ffff00;color:#ffffee", "color:#1d2024"),
        ("color:#eee", "color:#1d2024"),
        ("background-color:#08306b", "color:#ffffff"),
        ("background:linear-gradient(90deg, #d65f5f 40.0%, transparent 40.0%)", "linear-gradient(90deg, #d65f5f 40.0%"),
        ("font-weight:bold", "font-weight:bold"),
    ],
)
def test_colours_bars_and_weights_of_cells_stay_where_they_can_be_read(style, kept):
    assert kept in clean(f"<table><tr><td style='{style}'>7</td></tr></table>")


def test_a_bar_made_of_an_address_does_not_stay():
    assert "background" not in clean(
        "<table><tr><td style='background:linear-gradient(url(a),#fff)'>7</td></tr></table>"
    )


def test_the_rules_of_a_styler_go_to_its_cells():
    made = clean(f"<style>#T_1 td {{color: #990000}}</style><div id='T_1'>{FRAME.format('a', '7')}</div>")
    assert 'style="color:#990000"' in made


def test_tooltips_of_a_styler_are_noticed():
    assert html_output.has_tooltips('<style>#T_1 #T_1_row0_col0 .pd-t::after {\n content: "tip";\n}</style>')
    assert not html_output.has_tooltips("<style>#T_1 .pd-t {\n visibility: hidden;\n}</style>")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        *((text, True) for text in ("7", "−3.5", "1,204", "5 %", "−7%", "$ 12", "1e-5", "1 204,5", ".5")),
        *((text, False) for text in ("007", "SY01", "2017-08-03", "7 July", "5–6", "+963 11 222")),
    ],
)
def test_numbers_stand_to_the_right_and_codes_do_not(cell, number):
    assert ('<td class="num">' in clean(FRAME.format("n", cell))) is number


def test_what_is_missing_does_not_make_a_column_of_numbers_one_of_words():
    rows = "".join(f"<tr><td>{cell}</td></tr>" for cell in ("1", "NaN", "–", "2"))
    assert clean(f"<table>{rows}</table>").count('class="num"') == 4


def test_cells_that_span_rows_push_the_others_aside():
    made = clean(
        "<table><tbody><tr><th rowspan='2'>A</th><th>x</th><td>1</td></tr><tr><th>y</th><td>2</td></tr></tbody></table>"
    )
    assert re.findall(r"<t[hd][^>]*num[^>]*>(.)", made) == ["1", "2"]


@pytest.mark.parametrize("span", ["0", "-1", "x", "999999999", "²"])
def test_no_span_however_strange_stops_a_table(span):
    assert "<td" in clean(f"<table><tr><td colspan='{span}' rowspan='{span}'>a</td><td>1</td></tr></table>")


def test_a_table_in_a_table_keeps_its_own_columns():
    inner = FRAME.format("n", "7")
    made = clean(f"<table><tr><td>words {inner}</td></tr></table>")
    assert made.count('role="group"') == 2
    assert made.count('class="num"') == 2


def test_a_table_is_named_by_its_caption():
    assert 'aria-label="Seats by party"' in clean(
        "<table><caption>Seats <b>by party</b></caption><tr><td>1</td></tr></table>"
    )
    assert 'aria-label="Table"' in clean("<table><tr><td>1</td></tr></table>")


def test_an_index_that_only_counts_is_left_out_and_one_that_says_more_stays():
    def styler(labels):
        rows = "".join(f"<tr><th>{label}</th><td>{n}</td></tr>" for n, label in enumerate(labels))
        return clean(f"<table><thead><tr><th>&nbsp;</th><th>v</th></tr></thead><tbody>{rows}</tbody></table>")

    assert "<th" not in styler("01").partition("<tbody>")[2]
    assert styler("12").count('scope="row"') == 2


@pytest.mark.parametrize(("columns", "sizes"), [(3, []), (19, ["small"]), (40, ["small", "turned"])])
def test_a_table_is_set_as_small_on_paper_as_it_must_be(columns, sizes):
    made = clean(f"<table><tr>{'<td>1,234</td>' * columns}</tr></table>")
    assert re.search('class="frame([^"]*)"', made)[1].split() == sizes


def test_the_same_html_gives_the_same_bytes():
    text = f"<style>td{{color:red;font-weight:bold}}</style><div lang='en' title='t'>{FRAME.format('a', '7')}</div>"
    assert clean(text) == clean(text)


@pytest.mark.parametrize("piece", ["<!--", "<style>", "<svg>", "<a href="])
def test_what_is_begun_over_and_over_and_never_ended_is_looked_through_once(piece):
    text = piece * 60_000
    assert not html_output.lost(text)
    assert html_output.is_style_only(text) == (piece in {"<!--", "<style>"})
    assert not html_output.has_lost_links(text, text)


def test_what_looks_like_a_comment_in_a_style_sheet_takes_nothing_along():
    text = "<style>p{}<!--</style><p>seen</p><!-- <style> --><p>too</p>"
    cleaned = html_output.clean(text, label="", undescribed="")
    assert ("seen" in cleaned, "too" in cleaned, "<!--" in cleaned) == (True, True, False)
