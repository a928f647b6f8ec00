"""The printed report of each brief: form, tags, metadata, and the same words as the page."""

import re
import shutil
import subprocess
from collections import Counter
from itertools import pairwise

import pikepdf
import pypdf
import pytest
from tests.builders.printed import Printed, kids, letters_of, pages, text_sizes, untagged
from tests.conftest import ANDES, NOTEBOOK, file_of, run_notebook

from quickview.pdf.tags import elements
from quickview.pdf.to_unicode import side
from quickview.report.page import print_report
from quickview.report.reading import read_outline
from quickview.theme.palette import LIGHT
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.slow

A4 = (595, 842)
REPORTS = ["homs", "andes"]
PAGE = re.compile(r"Page\d+of\d+")


@pytest.fixture(scope="module", params=REPORTS)
def report(request):
    """A report's edition, its PDF read through its tags, and its brief."""
    edition = request.getfixturevalue(f"{request.param}_edition")
    with pikepdf.open(file_of(edition, ".pdf")) as file:
        yield edition, Printed(file), request.getfixturevalue(request.param)


@pytest.fixture
def printed(report):
    return report[1]


def text_of(edition, brief):
    """Return what each page of the PDF says, without white space and without what stands in the margins."""
    document = brief.facts.document
    texts = [letters_of(page.extract_text()) for page in pypdf.PdfReader(file_of(edition, ".pdf")).pages]
    for n in range(1, len(texts)):
        head = letters_of(document.series + document.title)
        assert head in texts[n]
        texts[n] = texts[n].replace(head, "", 1)
    return [PAGE.sub("", text) for text in texts]


def test_a_report_is_at_most_five_pages_of_a4_and_light(report):
    edition, printed, _ = report
    assert 1 < len(printed.file.pages) <= 5
    assert file_of(edition, ".pdf").stat().st_size < 330_000
    for page in printed.file.pages:
        width, height = float(page.mediabox[2]), float(page.mediabox[3])
        assert (round(width), round(height)) == pytest.approx(A4, abs=1)


def test_the_file_is_sound(report):
    with pikepdf.open(file_of(report[0], ".pdf")) as file:
        assert file.check_pdf_syntax() == []


@pytest.mark.parametrize("name", REPORTS)
def test_every_word_of_the_page_is_in_the_file_and_in_order(name, request, visit):
    edition, brief = request.getfixturevalue(f"{name}_edition"), request.getfixturevalue(name)
    page = visit(file_of(edition, ".html"), media="print").page
    page.evaluate("document.querySelectorAll('svg, [aria-hidden=true]').forEach((node) => node.remove())")
    lines = [letters_of(line) for line in re.split(r"[\n\t]", page.evaluate("document.body.innerText")) if line.strip()]
    said = "".join(text_of(edition, brief))
    assert len(lines) > 60
    assert [line for line in lines if line not in said] == []
    with pikepdf.open(file_of(edition, ".pdf")) as file:
        told = letters_of("".join(element.text for element in Printed(file).elements if element.parent is None))
    at = 0
    for line in lines:
        if side(line) != "R":
            at = told.find(line, at)
            assert at >= 0, f"lost or out of order: {line}"


def test_everything_is_tagged_or_marked_as_decoration(printed):
    assert bool(printed.file.Root.MarkInfo.Marked)
    assert [untagged(page) for page in printed.file.pages] == [[]] * len(printed.file.pages)


def test_headings_are_those_of_the_page_and_skip_no_level(report, view):
    edition, printed, _ = report
    page = view(file_of(edition, ".html"), media="print")
    seen = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].filter((h) => h.checkVisibility()).map((h) => [h.tagName, h.textContent])"
    )
    headings = [
        (element.kind, letters_of(element.text).casefold()) for element in printed.of("/H1", "/H2", "/H3", "/H4")
    ]
    assert headings == [(f"/{level}", letters_of(text).casefold()) for level, text in seen]
    levels = [int(kind[2]) for kind, _ in headings]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_every_figure_says_its_name_and_its_finding(report, view):
    edition, printed, _ = report
    page = view(file_of(edition, ".html"))
    told = page.evaluate(
        "[...document.querySelectorAll('.wide svg')].map((s) => [s.querySelector('title').textContent, s.querySelector('desc').textContent])"
    )
    said = [str(figure.node.get("/Alt", "")) for figure in printed.of("/Figure")]
    assert len(said) == len(told) == 4
    for alt, (name, finding) in zip(said, told, strict=True):
        assert letters_of(name) in letters_of(alt)
        assert letters_of(finding) in letters_of(alt)
        assert len(finding) > 40
    assert all(figure.pages for figure in printed.of("/Figure"))


def test_every_link_says_where_it_leads(report):
    _, printed, brief = report
    tree = pikepdf.NumberTree(printed.file.Root.StructTreeRoot.ParentTree)
    notes = [note for page in printed.file.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    sources = {f"/source-{s.id}": f"{s.publisher}, {s.title}" for s in brief.facts.sources}
    assert len(notes) >= len(sources)
    for note in notes:
        assert str(tree[int(note.StructParent)].S) == "/Link"
        where = str(note.get("/Dest", ""))
        assert sources.get(where, str(note.A.URI) if "/A" in note else "") in str(note.Contents)
        assert str(note.Contents).startswith("Source ") == (where in sources)
        assert len(str(note.Contents)) > 4


def test_tables_and_lists_hold_only_what_they_may(printed):
    below = {"/Table": {"/Caption", "/TR"}, "/TR": {"/TH", "/TD"}, "/L": {"/LI", "/Caption"}, "/LI": {"/Lbl", "/LBody"}}
    for element in printed.elements:
        if element.parent and element.parent.kind in below:
            assert element.kind in below[element.parent.kind]
    assert all(str(kid.S) for table in printed.of("/Table", "/TR", "/L", "/LI") for kid in kids(table.node))
    assert len(printed.of("/Table")) >= 1
    assert len(printed.of("/L")) > 3


def test_every_header_cell_has_a_scope(printed):
    cells = printed.of("/TH")
    assert len(cells) > 5
    for cell in cells:
        scopes = [str(a.Scope) for a in cell.node.A if "/Scope" in a]
        assert scopes, cell.text
        assert scopes[0] in {"/Row", "/Column", "/Both"}


def _columns(cell):
    attributes = cell.get("/A", [])
    listed = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    return next((int(one.ColSpan) for one in listed if "/ColSpan" in one), 1)


def test_every_row_of_a_table_is_as_wide_as_its_head_and_few_are_all_heads(printed):
    for table in printed.of("/Table"):
        rows = [kids(row) for row in elements(table.node) if str(row.S) == "/TR"]
        assert len({sum(map(_columns, row)) for row in rows}) == 1
        kinds = [[str(cell.S) for cell in row] for row in rows]
        assert [set(row) == {"/TH"} for row in kinds].count(True) == 1
        heads = sum(row.count("/TH") for row in kinds)
        assert heads <= sum(map(len, kinds)) - heads or len(kinds) < 3


def test_roles_that_are_younger_than_the_format_are_told_in_its_own(printed):
    known = {"/Strong": "/Span", "/Em": "/Span"}
    used = {str(one.S) for one in elements(printed.file.Root.StructTreeRoot)} & known.keys()
    assert used
    assert {key: str(printed.file.Root.StructTreeRoot.RoleMap[key]) for key in used} == {
        key: known[key] for key in used
    }


def test_nothing_that_belongs_together_is_on_two_pages(printed):
    assert all(len(element.pages) == 1 for element in printed.of("/Figure", "/H1", "/H2", "/H3", "/H4", "/LI"))
    rows = [row for row in printed.of("/TR") if any(str(kid.S) == "/TD" for kid in kids(row.node))]
    assert all(len(row.pages) == 1 for row in rows)
    said = [element for element in printed.elements if element.text and element.kind != "/NonStruct"]
    for heading, after in pairwise(said):
        if heading.kind in {"/H2", "/H3"}:
            assert min(after.pages) == min(heading.pages), heading.text


def test_it_has_an_outline_of_its_sections(printed):
    with printed.file.open_outline() as outline:
        titles = []

        def gather(items):
            for item in items:
                titles.append(item.title)
                gather(item.children)

        gather(outline.root)
    assert {"the judgement", "where it is", "sources", "method and limits"} <= {t.lower() for t in titles}


def test_its_metadata_come_from_the_brief_and_its_dates_from_the_edition(report):
    _, printed, brief = report
    document, info, root = brief.facts.document, printed.file.docinfo, printed.file.Root
    assert str(info["/Title"]) == document.title
    assert str(info["/Author"]) == document.desk
    assert str(info["/Subject"]) == document.summary
    assert str(info["/Keywords"]) == ", ".join(document.topics)
    assert str(info["/CreationDate"]) == document.as_of.strftime("D:%Y%m%d000000Z")
    assert str(root.Lang) == "en"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert all(str(page.obj.Tabs) == "/S" for page in printed.file.pages)
    with printed.file.open_metadata() as xmp:
        assert xmp["dc:title"] == document.title
        assert xmp["dc:creator"] == [document.desk]
        assert xmp["dc:description"] == document.summary
        assert set(xmp["dc:language"]) == {"en"}
        assert xmp["pdfuaid:part"] == "1"


def test_all_fonts_are_the_kits_own_embedded_and_legible(printed):
    for page in printed.file.pages:
        for font in page.resources.get("/Font", {}).values():
            assert "/ToUnicode" in font
            for inner in font.get("/DescendantFonts", [font]):
                assert "IBMPlexSans" in str(inner.BaseFont)
                assert any(key in inner.FontDescriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_arabic_and_russian_names_read_as_they_are_written(homs_edition, homs):
    said = "".join(text_of(homs_edition, homs))
    names = [actor.native.name for actor in homs.facts.actors if actor.native]
    assert len(names) > 8
    assert [name for name in names if letters_of(name) not in said] == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler")
def test_poppler_reads_the_names_too(homs_pdf, homs):
    done = subprocess.run(["pdftotext", homs_pdf, "-"], capture_output=True, text=True, check=True)
    said = letters_of(done.stdout.translate(dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))))
    assert [a.native.name for a in homs.facts.actors if a.native and letters_of(a.native.name) not in said] == []


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs poppler")
@pytest.mark.parametrize("name", REPORTS)
def test_a_reader_who_prints_without_backgrounds_as_browsers_do_loses_no_ink(name, request, visit, tmp_path):
    page = visit(file_of(request.getfixturevalue(f"{name}_edition"), ".html"), scripts=False).page
    drawn = []
    for backgrounds in (True, False):
        file = tmp_path / f"{backgrounds}.pdf"
        page.pdf(path=file, print_background=backgrounds, prefer_css_page_size=True)
        command = ["pdftoppm", "-r", "60", "-f", "1", "-l", "1", file]
        drawn.append(subprocess.run(command, capture_output=True, check=True).stdout)
    inks = [Counter(zip(*[iter(picture[-496 * 702 * 3 :])] * 3, strict=True)) for picture in drawn]
    # Chromium darkens pale letters on paper without backgrounds, so the inks of text are left out.
    marks = [tuple(bytes.fromhex(LIGHT[name][1:])) for name in ("house", "land-2", "side-1", "side-2", "side-3")]
    assert [inks[1][ink] for ink in marks] == pytest.approx([inks[0][ink] for ink in marks], abs=2)
    assert min(inks[1][ink] for ink in marks[:2]) > 300


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_on_paper_is_set_smaller_than_six_and_a_half_points(name, request):
    sizes = text_sizes(request.getfixturevalue(f"{name}_pdf"))
    assert [text for size, text in sizes if size < 6.49] == []
    letters = Counter()
    for size, text in sizes:
        letters[round(size, 1)] += len(text)
    assert sum(count for size, count in letters.items() if size >= 8.9) > 500


def test_the_map_beside_what_changed_is_smaller_but_as_legible(homs_html, visit):
    page = visit(homs_html, width=688, media="print").page
    page.evaluate("document.querySelector('.standfirst').insertAdjacentHTML('afterend', '<div class=changes></div>')")
    smallest, width, height = page.evaluate("""() => {
      const s = document.querySelector('#figure-map .wide svg'), box = s.getBoundingClientRect();
      const sizes = [...s.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize));
      return [Math.min(...sizes) * box.width / s.viewBox.baseVal.width * .75, box.width, box.height];
    }""")
    assert smallest >= 6.5
    assert height < 460
    assert width < 620


@pytest.mark.parametrize("name", REPORTS)
def test_no_page_is_left_mostly_empty(name, request):
    printed = pages(file_of(request.getfixturevalue(f"{name}_edition"), ".pdf"))
    assert [n for n, page in enumerate(printed[:-1], start=1) if page.is_half_empty] == []
    # A report ends where its words end; what little would stand on a last page fits before it.
    assert max(word.bottom for word in printed[-1].body) > printed[-1].height / 4


ENDLESS = "W" * 140
PRECEDENT = f"""precedents:
  - id: coalition
    title: {"A coalition of the year before that lasted " * 4}
    place: Lakeland
    date: 2011-03-01
    text: It held.
    compare: [{{aspect: {ENDLESS}, there: Thirty-one months together, here: Not yet begun}}]
    sources: [board]
"""


def _printed(text, folder, browser, language="fr"):
    """Print a brief that was made of one of the test briefs."""
    path = folder / "briefs" / "made.md"
    path.parent.mkdir()
    shutil.copytree(ANDES.parent.parent / "shapes", folder / "shapes")
    shutil.copy(ANDES.with_name("lakeland-votes.csv"), path.parent)
    path.write_text(text, encoding="utf-8")
    outline = read_outline(run_notebook(NOTEBOOK, brief_path=str(path), language=language), folder=NOTEBOOK.parent)
    browser.fresh()
    document, _ = print_report(outline, browser, load_theme())
    path.with_suffix(".pdf").write_bytes(document)
    return path.with_suffix(".pdf")


@pytest.fixture(scope="module")
def election():
    return ANDES.with_name("lakeland-election.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def crowded_pdf(browser, election, tmp_path_factory):
    """A brief with two narrow tables, and words without end in a precedent and in what an actor does."""
    text = election.replace("\ntables:\n", f"\n{PRECEDENT}tables:\n")
    text = text.replace("role: Hears complaints", f"role: {ENDLESS}")
    return _printed(text, tmp_path_factory.mktemp("crowded"), browser)


def test_a_word_without_end_neither_widens_its_table_nor_makes_the_rest_of_the_report_smaller(crowded_pdf):
    words = [word for page in pages(crowded_pdf) for word in page.words]
    assert [word.text for word in words if word.left < 0 or word.right > A4[0]] == []
    assert {"Thirty-one", "months", "begun"} <= {word.text for word in words}
    letters = Counter()
    for size, text in text_sizes(crowded_pdf):
        letters[round(size, 1)] += len(text)
    assert letters[9.0] > 100


def test_narrow_tables_stand_side_by_side_with_figures_as_in_the_rest_of_the_report(crowded_pdf):
    words = [word for page in pages(crowded_pdf) for word in page.words]
    numbers = [number for title, number in pairwise(words) if title.text == "Tableau" and number.text in {"1", "2"}]
    assert len(numbers) == 2
    assert numbers[0].top == pytest.approx(numbers[1].top, abs=1)
    assert {"184 200", "41,2"} <= {word.text.replace("\u00a0", " ") for word in words} | {
        f"{a.text} {b.text}" for a, b in pairwise(words)
    }


def test_a_stance_of_many_words_leaves_the_other_columns_their_words_and_no_page_empty(browser, election, tmp_path):
    stance = "May yet join those who would rather not govern " * 4
    text = re.sub(r"(id: in-talks, label:) [^,}]+", rf"\1 {stance.strip()}", election)
    hills = "".join(f"\n      - [{'Hills and the valleys below them ' * 4}{n}, 58.7]" for n in range(40))
    printed = pages(_printed(text.replace("\n      - [Hills, 58.7]", hills), tmp_path, browser))
    words = [word for page in printed for word in page.words]
    assert {"Hears", "Counted", "balance"} <= {word.text.strip("\u2060") for word in words}
    assert [n for n, page in enumerate(printed[:-1], start=1) if page.is_half_empty] == []


def test_an_agreement_without_terms_stays_on_the_page_that_has_room_for_it(browser, tmp_path):
    text = ANDES.with_name("two-rivers-ceasefire.md").read_text(encoding="utf-8")
    text = re.sub(r"  history:\n(    - .*\n)+", "", text)
    without_terms = re.sub(r"\n( *)terms:\n(?:\1 .*\n)+", "\n", text)
    first = " ".join(word.text for word in pages(_printed(without_terms, tmp_path, browser, language="en"))[0].words)
    assert "What was agreed Two Rivers ceasefire" in first
