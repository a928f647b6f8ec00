"""The prose: sections, citations, safe HTML, and Arabic names that keep their direction."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickview.brief import prose
from quickview.brief.prose import Section, citations, isolate, malformed_citations, plain, render, slug, split_sections
from quickview.language.catalogs import Language

NUMBERS = {"eiu": 1, "pax": 2}


def sections_of(text: str, first_line: int = 1) -> list[Section]:
    return split_sections(text, file="x", first_line=first_line)[0]


def faults_of(text: str) -> list[tuple[str, int, int]]:
    return [(f.code, f.line, f.column) for f in split_sections(text, file="x", first_line=1)[1]]


def html(markdown: str) -> str:
    return render(markdown, numbers=NUMBERS)


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("What happened", "what-happened"),
        ("  The US — why?  ", "the-us-why"),
        ("Élan & co.", "élan-co"),
        ("…", ""),
        ("سوريا", "سوريا"),
    ],
)
def test_an_anchor_is_the_heading_in_small_letters_with_hyphens(title: str, anchor: str) -> None:
    assert slug(title) == anchor


def test_sections_carry_their_heading_text_and_line() -> None:
    first, second = sections_of("\n## One\n\na\n\nb\n## Two\nc\n\n", first_line=10)
    assert (first.id, first.title, first.line) == ("one", "One", 11)
    assert (second.id, second.markdown, second.line) == ("two", "c", 16)
    assert first.markdown.strip() == "a\n\nb"


@given(
    st.lists(
        st.sampled_from(["", "a", "word here", "### Sub", "- item", "> q", "```", "## H", "under\n---"]), max_size=12
    )
)
@settings(max_examples=100, deadline=None)
def test_every_word_of_a_section_is_placed_where_it_stands_in_the_file(lines: list[str]) -> None:
    text = "## Start\n" + "\n".join(lines)
    rows = text.split("\n")
    for section in sections_of(text):
        for match in re.finditer(r"\w+", section.markdown):
            line, column = section.place(match.start())
            assert rows[line - 1].startswith(match[0], column - 1)


@pytest.mark.parametrize("heading", ["## One", "## One ##", "  ##   One", "One\n---", "##\tOne"])
def test_a_heading_is_known_however_it_is_written(heading: str) -> None:
    (section,) = sections_of(f"{heading}\n\ntext")
    assert (section.id, section.title, section.line, section.markdown.strip()) == ("one", "One", 1, "text")


@pytest.mark.parametrize("text", ["```\n## No\n```", "> ## No", "- ## No", "    ## No", "### No", "\\## No", "#No"])
def test_what_only_looks_like_a_heading_begins_no_section(text: str) -> None:
    assert [section.id for section in sections_of(f"## One\n\n{text}\n")] == ["one"]


def test_a_text_without_headings_has_no_sections() -> None:
    assert split_sections("", file="x", first_line=1) == ([], [])
    assert sections_of("words") == []
    assert faults_of("\nwords") == [("E-SECTION-TEXT", 2, 1)]


def test_nothing_is_lost_without_a_fault_before_the_first_section() -> None:
    assert faults_of("### Sub\n\nwords\n\n## One\n\na") == [("E-SECTION-TEXT", 1, 1)]


def test_sound_markdown_has_no_fault() -> None:
    text = "## One\n\nA < B & C > D, *em*, **strong**, `<b>`, `![x](y)`, [a](#figure-map), [@fig-map] [@eiu].\n\n"
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n<script>\n```\n\n    <b>\n\n1. x\n2. y\n\n> q\n"
    assert faults_of(text + table) == []


@pytest.mark.parametrize(
    ("markdown", "fault"),
    [
        ("a <b>b</b>", ("E-PROSE-HTML", 3, 3)),
        ("a\n<b>b</b>", ("E-PROSE-HTML", 4, 1)),
        ("a</b>", ("E-PROSE-HTML", 3, 2)),
        ("<!-- x -->", ("E-PROSE-HTML", 3, 1)),
        ("<details>\nx", ("E-PROSE-HTML", 3, 1)),
        ("> <img src=x\n> onerror=alert(1)>", ("E-PROSE-HTML", 3, 3)),
        ("- a\n- b <br>", ("E-PROSE-HTML", 4, 5)),
        ("a ![b][c]\n\n[c]: d.png", ("E-PROSE-IMAGE", 3, 3)),
        ("[a ![b](c)](#figure-map)", ("E-PROSE-IMAGE", 3, 4)),
        ("[a](https://x.org)", ("E-PROSE-LINK", 3, 5)),
        ("<https://x.org>", ("E-PROSE-LINK", 3, 2)),
        ("[a](../secret)", ("E-PROSE-LINK", 3, 5)),
        ("[a](JavaScript:alert(1))", ("E-PROSE-LINK", 3, 5)),
        ("[a](<javascript:alert(1)>)", ("E-PROSE-LINK", 3, 6)),
        ("[a](\njavascript:x)", ("E-PROSE-LINK", 4, 1)),
        ("[a](file:///etc/passwd)", ("E-PROSE-LINK", 3, 5)),
        ("[a](mailto:a@b.org)", ("E-PROSE-LINK", 3, 5)),
        ("&#8238;", ("E-TEXT-BIDI", 3, 1)),
    ],
)
def test_markup_that_may_not_stand_in_a_report_is_told_at_its_place(markdown: str, fault) -> None:
    assert faults_of(f"## One\n\n{markdown}\n") == [fault]


def test_each_of_several_faults_in_a_paragraph_is_told() -> None:
    codes = [code for code, *_ in faults_of("## One\n\n<b>x</b> ![y](z) <i>x</i> [a](data:x)\n")]
    assert codes == ["E-PROSE-HTML", "E-PROSE-IMAGE", "E-PROSE-HTML", "E-PROSE-LINK"]


def test_citations_are_told_with_their_places() -> None:
    (section,) = sections_of("## One\n\na [@eiu] b [@pax;@eiu]\n\n- [@x-1;\n  @y]", first_line=5)
    assert list(citations(section)) == [(7, 5, "eiu"), (7, 14, "pax"), (7, 19, "eiu"), (9, 5, "x-1"), (10, 4, "y")]
    assert list(malformed_citations(section)) == []


@pytest.mark.parametrize("text", ["[@EIU]", "[@eiu, @pax]", "[@eiu p. 3]", "[@]", "[@eiu;]", "[@ eiu]", "[@eiu"])
def test_what_begins_like_a_citation_and_is_none_is_told(text: str) -> None:
    assert [found[:2] for found in malformed_citations(Section("a", "A", f"x {text}", 3))] == [(4, 3)]


def test_a_citation_becomes_a_raised_number_that_leads_to_its_source() -> None:
    out = html("Words [@pax; @eiu].")
    assert 'href="#source-pax"' in out
    assert out.index("#source-pax") < out.index("#source-eiu")
    assert 'aria-label="Source 2"' in out
    assert "Words\u2060<sup" in out


def test_a_citation_in_code_stays_as_it_is_typed() -> None:
    assert "[@eiu]" in html("`[@eiu]`")


def test_arabic_is_isolated_with_language_and_direction() -> None:
    out = html("Led by **أحمد الجربا** (Jarba).")
    assert re.search(r'<bdi (lang="ar" dir="rtl"|dir="rtl" lang="ar")>أحمد الجربا</bdi>', out)
    assert isolate("a <b> مصر & c") == 'a &lt;b&gt; <bdi lang="ar" dir="rtl">مصر</bdi> &amp; c'


AR = '<bdi lang="ar" dir="rtl">{}</bdi>'
EN = '<bdi lang="en" dir="ltr">{}</bdi>'
RU = '<bdi lang="ru" dir="ltr">{}</bdi>'


@pytest.mark.parametrize(
    ("page", "text", "out"),
    [
        ("en", "in حمص now", f"in {AR.format('حمص')} now"),
        ("en", "من حمص إلى حماة", AR.format("من حمص إلى حماة")),
        ("en", "2017, حمص", AR.format("2017, حمص")),
        ("en", "via Россия and Минобороны России", f"via {RU.format('Россия')} and {RU.format('Минобороны России')}"),
        ("fr", "Élysée et حمص", f"Élysée et {AR.format('حمص')}"),
        ("en", "12 km", "12 km"),
        ("ar", "قالت EA WorldView إن", f"قالت {EN.format('EA WorldView')} إن"),
        ("ar", "Syria Direct, 2017", EN.format("Syria Direct, 2017")),
        ("ar", "من حمص", "من حمص"),
        ("ar", "قال Россия", f"قال {RU.format('Россия')}"),
        ("ar", "الأمن <b> AT&T", f"الأمن &lt;{EN.format('b')}&gt; {EN.format('AT&amp;T')}"),
        ("en", '<i>"حمص"&', f'&lt;i&gt;&quot;{AR.format("حمص")}&quot;&amp;'),
        ("ar", "", ""),
    ],
)  # fmt: skip
def test_words_in_another_script_than_the_page_s_are_isolated(page: str, text: str, out: str) -> None:
    assert isolate(text, page=page) == out


def test_latin_words_on_an_arabic_page_are_in_the_language_of_the_brief() -> None:
    assert isolate("قال le Caire", page="ar", own="fr") == 'قال <bdi lang="fr" dir="ltr">le Caire</bdi>'


@given(st.text(st.sampled_from("aé م ح 1<&>\"'.ж"), max_size=20), st.sampled_from(["en", "fr", "ar"]))
def test_isolating_neither_loses_nor_adds_a_character(text: str, page: str) -> None:
    marked = isolate(text, page=page)
    assert unescape(re.sub(r"</?bdi[^>]*>", "", marked)) == text
    assert {tag for tag, _ in Tags(marked).found} <= {"bdi"}


def test_a_citation_on_a_line_of_its_own_stands_behind_the_word_before_it() -> None:
    assert "Hama\u2060<sup" in html("Homs and Hama\n[@eiu].")
    assert "*\u2060" not in html("*Hama*\n[@eiu]")


def test_a_citation_is_spoken_in_the_language_of_the_page() -> None:
    assert 'aria-label="Source\u00a01"' in unescape(render("Mots [@eiu].", numbers=NUMBERS, language=Language("fr")))


def test_a_reference_leads_to_its_figure_and_is_no_citation() -> None:
    (section,) = sections_of("## One\n\nSee [@fig-map] [@eiu; @fig-network].")
    assert [name for *_, name in citations(section)] == ["eiu"]
    out = html(section.markdown)
    assert 'href="#figure-map"' in out
    assert 'href="#figure-network"' in out
    assert out.count("<sup") == 1


def test_plain_words_lose_markup_and_citations() -> None:
    assert (
        plain("## A\n\n*Russia* & [Syria](https://x.org) [@eiu]\nagree < never.") == "A Russia & Syria agree < never."
    )


def test_a_table_a_list_and_a_quote_survive() -> None:
    out = html("| a |\n|---|\n| b |\n\n1. x\n\n> y\n\n### z\n")
    assert all(tag in out for tag in ("<table>", "<th>", "<td>", "<ol>", "<blockquote>", "<h3>"))


class Tags(HTMLParser):
    """The tags and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.found.append((tag, dict(attrs)))


HOSTILE = st.lists(
    st.sampled_from(
        ["<script>", "alert(1)", "</script>", "<img src=x onerror=alert(1)>", "[a](", "javascript:x", "data:text/html,x", ")",
         "<svg/onload=x>", "![", "](", "[@eiu", "]", "[@", "`", "\n", "\n\n", "    ", "> ", "- ", "| a |\n|---|\n| ", "&lt;",
         "&#60;b>", "\\", "*", "_", "أ", "\u202e", '"', "'", "<a href='javascript:x'>", "<", "&", "style=", "[x]: ", "<https://a.b>"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(HOSTILE)
@settings(max_examples=100, deadline=None)
def test_rendered_prose_holds_no_markup_but_its_own(markdown: str) -> None:
    for tag, attributes in Tags(html(markdown)).found:
        assert tag in prose._TAGS
        assert not any(name.startswith("on") or name in {"style", "src"} for name in attributes)
        assert re.match(r"https?:|(?![a-zA-Z][a-zA-Z0-9+.-]*:)", attributes.get("href") or "")


@given(HOSTILE)
@settings(max_examples=100, deadline=None)
def test_unsafe_markup_lies_inside_the_text_and_plain_words_hold_no_tags(markdown: str) -> None:
    lines = ("## One\n\n" + markdown).split("\n")
    for code, line, column in faults_of("\n".join(lines)):
        assert 1 <= line <= len(lines), code
        assert 1 <= column <= len(lines[line - 1]) + 1, code
    assert isinstance(plain(markdown), str)


def test_a_very_long_word_may_break_and_no_other():
    assert prose.isolate("a" * 45) == f"{'a' * 20}<wbr>{'a' * 20}<wbr>{'a' * 5}"
    assert "<wbr>" not in prose.isolate("Internationalisation of the road & harbour")
