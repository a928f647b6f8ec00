import base64
import re

import pytest
from nbformat.v4 import new_markdown_cell

from quickview.brief.masthead import CitedSource
from quickview.language.catalogs import Language
from quickview.report import markdown_cells
from quickview.report.cells import Context, Notes

PNG = b"\x89PNG\r\n\x1a\nrest"
PASTED = base64.b64encode(PNG).decode()
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>x()</script><rect/></svg>"
SOURCES = {"tass": CitedSource(number=1, publisher="TASS", grade="B2")}


@pytest.fixture
def folder(tmp_path):
    """A notebook's folder with pictures, and one beside the folder."""
    own = tmp_path / "notebooks"
    (own / "maps").mkdir(parents=True)
    for name in ("homs.png", "two words.png", "maps/hama.png", "../outside.png"):
        (own / name).write_bytes(PNG)
    (own / "drawing.svg").write_text(SVG)
    (own / "fake.png").write_text("<html>")
    (own / "data.csv").write_text("a")
    (own / "link.png").symlink_to(tmp_path / "outside.png")
    return own


def read(text, *, folder=None, language="en", notes=None, **attachments):
    """Return a cell's text as HTML, and what is noticed."""
    notes = notes or Notes()
    context = Context(Language(language), SOURCES, folder)
    cell = new_markdown_cell(text, attachments=attachments)
    pieces = [(title, body) for title, body in markdown_cells.split(cell) if body.strip()]
    return "".join(markdown_cells.render(body, cell, "the cell", context, notes) for _, body in pieces), notes


def html(text, **known):
    """Return a cell's text as HTML; nothing may be amiss."""
    made, notes = read(text, **known)
    assert not notes.faults
    assert not notes.warnings
    return made


def codes(notes):
    return [fault.code for fault in notes.faults] + [warning.partition(" ")[0] for warning in notes.warnings]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("# Title\n\na\n\n## Part\n\nb", ["", "Title", "Part"]),
        ("Title\n===\n\na\n\nPart\n---\n\nb", ["", "Title", "Part"]),
        ("a\n\n```\n## code\n```\n\n    ## code", [""]),
        ("> ## quoted\n\n- # listed", [""]),
        ("### third", [""]),
        ("##nospace", [""]),
        ("## **Aid** in `Homs` & [Hama](http://x.org) [@tass]", ["", "Aid in Homs & Hama"]),
    ],
)
def test_first_and_second_level_headings_begin_sections(text, titles):
    assert [title for title, _ in markdown_cells.split(new_markdown_cell(text))] == titles


def test_headings_within_quotations_and_lists_stay_headings():
    assert html("> ## quoted\n\n- # listed\n\n<h1>raw</h1>").count("<h3>") == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a [@tass; @nobody]", "E-CITATION-UNKNOWN"),
        ("a [@TASS]", "E-CITATION-FORM"),
        ("a [@tass", "E-CITATION-FORM"),
        ("a[^nope]", "W-FOOTNOTE"),
        ("<script>x()</script>", "E-OUTPUT-SCRIPT"),
        ("a <iframe src='http://example.org'></iframe>", "E-OUTPUT-SCRIPT"),
        ("<input type='checkbox'>", "E-OUTPUT-SCRIPT"),
        ("<svg><rect/></svg>", "E-OUTPUT-SVG"),
        ("$\\frac{$", "E-OUTPUT-LATEX"),
        ("$\\nosuch x$", "E-OUTPUT-LATEX"),
        ("[a](data.csv)", "W-LINK"),
        ("[a](javascript:x)", "W-LINK"),
        ("[a]()", "W-LINK"),
        ("![a](http://example.org/a.png)", "E-IMAGE-NETWORK"),
        ("![a](//example.org/a.png)", "E-IMAGE-NETWORK"),
        ("<img alt='a' src=http://example.org/a.png>", "E-IMAGE-NETWORK"),
        ("![a](gone.png)", "E-IMAGE-MISSING"),
        ("![a]()", "E-IMAGE-MISSING"),
        ("![a](data.csv)", "E-IMAGE-MISSING"),
        ("![a](../outside.png)", "E-IMAGE-MISSING"),
        ("![a](link.png)", "E-IMAGE-MISSING"),
        ("![a](/etc/hostname.png)", "E-IMAGE-MISSING"),
        ("![a](file:///etc/hostname.png)", "E-IMAGE-MISSING"),
        ("![a](attachment:gone.png)", "E-IMAGE-MISSING"),
        ("![a](data:text/html;base64,AAAA)", "E-IMAGE-MISSING"),
        ("![a](data:image/png;base64,AAA)", "E-IMAGE-FORM"),
        ("![a](fake.png)", "E-IMAGE-FORM"),
        ("![](homs.png)", "W-FIGURE-ALT"),
        ("<img src='homs.png'>", "W-FIGURE-ALT"),
    ],
)
def test_what_is_amiss_in_a_text_is_told_with_its_cell(text, code, folder):
    made, notes = read(text, folder=folder)
    assert codes(notes) == [code]
    assert "the cell" in [*(fault.message for fault in notes.faults), *notes.warnings][0]
    assert not re.search(r"javascript|src=\"(?!data:image)|<script|<iframe|example\.org", made)


@pytest.mark.parametrize(
    "text", ["`[@nobody]`", "```\n[@TASS] $\\nosuch$ <script>\n```", "\\$5 and \\[@x]", "<!-- <script> -->"]
)
def test_code_and_comments_are_not_read(text):
    assert "the cell" not in html(text)


@pytest.mark.parametrize("text", ["a " * 40_000, "a\n" * 3_000, "## A\n\n" + "*a* " * 3_000])
def test_text_that_is_far_too_long_is_refused(text):
    shown, notes = read(text)
    assert shown == ""
    assert [fault.code for fault in notes.faults] == ["E-PROSE-SIZE"]


@pytest.mark.parametrize("form", ["![a](data:image/png;base64,{})", "<img alt='a' src='data:image/png;base64,{}'>"])
def test_a_picture_in_the_text_itself_is_no_prose_however_large(form):
    picture = base64.b64encode(PNG + b"x" * 300_000).decode()
    assert len(html(form.format(picture))) > 400_000


def test_prose_beside_a_picture_is_counted():
    picture = f"![a](data:image/png;base64,{base64.b64encode(PNG).decode()})"
    assert codes(read(f"{picture} {'a ' * 40_000}")[1]) == ["E-PROSE-SIZE"]


@pytest.mark.parametrize(
    "text",
    [
        "![Homs](homs.png)",
        "![Homs](two%20words.png)",
        "![Homs](<two words.png> 'title')",
        "![Homs](maps/hama.png)",
        "![Homs][one]\n\n[one]: homs.png",
        "[![Homs](homs.png)](https://example.org)",
        "<img src='homs.png' alt='Homs' width=300>",
        "![Homs](attachment:p.png)",
        "<img alt=Homs src=attachment:p.png>",
        f"![Homs](data:image/png;base64,{PASTED})",
    ],
)
def test_pictures_come_along(text, folder):
    made = html(
        text, folder=folder, **{"p.png": {"application/pdf": "AA==", "image/png": [PASTED[:5] + "\n", PASTED[5:]]}}
    )
    assert f'src="data:image/png;base64,{PASTED}"' in made
    assert 'alt="Homs"' in made


@pytest.mark.parametrize(
    "address",
    ["drawing.svg", f"data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}", "attachment:a.svg"],
)
def test_drawings_come_along_without_what_acts(address, folder):
    made = html(f"![a]({address})", folder=folder, **{"a.svg": {"image/svg+xml": SVG}})
    svg = base64.b64decode(re.search('base64,([^"]*)', made)[1])
    assert b"<rect" in svg
    assert b"script" not in svg


def test_a_picture_that_is_too_large_is_refused(folder, monkeypatch):
    monkeypatch.setattr(markdown_cells, "MOST_BYTES", 5)
    assert codes(read("![a](homs.png)", folder=folder)[1]) == ["E-IMAGE-SIZE"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<b>a</b><br>b", "<b>a</b><br>b"),
        (
            "<table onclick='x()'><tr><td style='text-align:right;color:red'>1</td></tr></table>",
            '<table><tbody><tr><td style="text-align:right">1',
        ),
        ("<div id='masthead' class='report'>a</div>", "<div>a</div>"),
        ("<details><summary>More</summary>\n\n**b**\n\n</details>", "<strong>b</strong>"),
        ("<style>p{}</style>\n\na", "<p>a</p>"),
        ("[a](https://example.org)", 'href="https://example.org"'),
        ("[a](mailto:desk@example.org)", 'href="mailto:desk@example.org"'),
        ("[a](#sources)", 'href="#sources"'),
        ("See [@fig-aid].", 'href="#figure-aid"'),
        ("A [@tass].", 'href="#source-tass"'),
        ("- [x] done", "[x] done"),
        ("~~a~~", "<s>a</s>"),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", '<td style="text-align:right">2'),
        ("w" * 400, "<wbr>".join(["w" * 20] * 20)),
    ],
)
def test_what_a_text_may_hold_stays(text, kept):
    assert kept in html(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("between $5m and $10m", "between $5m and $10m"),
        ("US$5 and US$7", "US$5 and US$7"),
        ("\\$5 and \\$6", "$5 and $6"),
        ("costs $5 (about $a$)", "costs $5 (about <math"),
    ],
)
def test_dollars_are_money_where_they_are_money(text, kept):
    assert kept in html(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("$a^2$", '<math display="inline">'),
        ("$$a^2$$", '<math display="block">'),
        ("$$\na\n$$ (1)", "</math> (1)"),
        ("\\begin{equation}a = b\\end{equation}", '<math display="block">'),
        ("\\begin{align}a &= b \\\\ c &= d\\end{align}", "<mtable"),
    ],
)
def test_formulas_are_set(text, kept):
    assert kept in html(text)


def test_footnotes_of_two_cells_do_not_share_their_ids():
    notes = Notes()
    made = "".join(html("Text[^1]\n\n[^1]: A note.", notes=notes) for _ in range(2))
    ids = re.findall(r'id="([^"]*)"', made)
    assert len(ids) == len(set(ids)) == 4
    assert set(re.findall(r'href="#([^"]*)"', made)) == set(ids)


def test_a_note_and_an_address_at_the_end_of_a_cell_serve_all_its_sections():
    made = html(
        "## One\n\nText[^a] and [there][site].\n\n## Two\n\nOther[^a].\n\n[^a]: A note.\n[site]: https://example.org"
    )
    assert made.count("A note.") == 2
    assert 'href="https://example.org"' in made
    assert "[^a]" not in made


@pytest.mark.parametrize(
    ("language", "text", "marked"),
    [
        ("en", "The word مرحبا here", '<bdi lang="ar" dir="rtl">مرحبا</bdi>'),
        ("ar", "كلمة hello هنا", '<bdi lang="en" dir="ltr">hello</bdi>'),
        ("ar", "كلمة هنا", "<p>كلمة هنا</p>"),
    ],
)
def test_words_of_another_script_are_marked(language, text, marked):
    notes = Notes()
    made, _ = read(text, language=language, notes=notes)
    assert marked in made


def test_the_same_text_gives_the_same_bytes(folder):
    text = "# A\n\n![a](homs.png) $x$ [@tass] [^1]\n\n<div class='x' title='t'>a</div>\n\n[^1]: b"
    assert html(text, folder=folder) == html(text, folder=folder)
