"""The printed report: form, tags and metadata."""

import pikepdf
import pypdf
import pytest

pytestmark = pytest.mark.slow

A4 = (595, 842)


@pytest.fixture
def homs_file(homs_pdf):
    with pikepdf.open(homs_pdf) as file:
        yield file


def elements(node, kind):
    """Return every element of a kind in the structure tree."""
    found = [node] if str(node.get("/S", "")) == kind else []
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            found += elements(child, kind)
    return found


@pytest.mark.parametrize(("report", "most"), [("homs_pdf", 4), ("andes_pdf", 4)])
def test_a_report_is_at_most_four_pages_of_a4(report, most, request):
    with pikepdf.open(request.getfixturevalue(report)) as file:
        assert 1 < len(file.pages) <= most
        for page in file.pages:
            width, height = float(page.mediabox[2]), float(page.mediabox[3])
            assert (round(width), round(height)) == pytest.approx(A4, abs=1)


def test_it_is_tagged_and_every_figure_says_what_it_shows(homs_file):
    assert bool(homs_file.Root.MarkInfo.Marked)
    figures = elements(homs_file.Root.StructTreeRoot, "/Figure")
    spoken = [str(f.get("/Alt", "")) for f in figures]
    for kind in ("Map 1", "Figure 1", "Figure 2", "Figure 3"):
        assert any(kind in alt for alt in spoken)


def test_tables_and_headings_are_tagged_as_such(homs_file):
    root = homs_file.Root.StructTreeRoot
    assert len(elements(root, "/Table")) >= 3
    assert len(elements(root, "/TH")) > 20
    assert len(elements(root, "/H1")) == 1
    assert len(elements(root, "/H2")) >= 10


def test_it_has_an_outline_of_its_sections(homs_file):
    with homs_file.open_outline() as outline:
        titles = []

        def gather(items):
            for item in items:
                titles.append(item.title)
                gather(item.children)

        gather(outline.root)
    assert {"the judgement", "where it is", "sources", "method and limits"} <= {t.lower() for t in titles}


def test_its_metadata_come_from_the_brief_and_its_dates_from_the_edition(homs_file):
    info = homs_file.docinfo
    assert str(info["/Author"]) == "Russia — politics"
    assert "political geography" in str(info["/Keywords"])
    assert str(info["/CreationDate"]) == "D:20170804000000Z"
    assert str(homs_file.Root.Lang) == "en"
    with homs_file.open_metadata() as xmp:
        assert xmp["dc:title"] == "Russia establishes truce in Homs"


def test_all_fonts_are_embedded_and_are_the_kits_own(homs_file):
    names, embedded = set(), []
    for page in homs_file.pages:
        for font in page.resources.get("/Font", {}).values():
            for inner in font.get("/DescendantFonts", [font]):
                names.add(str(inner.BaseFont))
                descriptor = inner.get("/FontDescriptor", {})
                embedded.append(any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")))
    assert all(embedded)
    assert all("IBMPlexSans" in name for name in names)


def test_no_page_is_left_mostly_empty(homs_pdf):
    words = [len(page.extract_text().split()) for page in pypdf.PdfReader(homs_pdf).pages]
    assert min(words) > 150
