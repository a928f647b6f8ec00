"""An executed notebook becomes the outline of a report; what is amiss is told by the cell's name, all at once."""

import json
import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from quickview.errors import ReportError
from quickview.report import page
from quickview.report.outputs import BLOCK, DESK, PLOTLY
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

KIT = "from quickview import analysis as qv"


def block(name, html="<p>text</p>", *, empty=False, data=None, source=""):
    bundle = {BLOCK: {"id": name, "empty": empty, "data": data or {}}, "text/html": html}
    return new_code_cell(source, outputs=[new_output("display_data", bundle)])


def shown(data, source="", **more):
    return new_code_cell(source, outputs=[new_output("display_data", data)], **more)


def failed(source, name, value, traceback=()):
    return new_code_cell(source, outputs=[new_output("error", ename=name, evalue=value, traceback=list(traceback))])


def outline(*cells):
    return read_outline(new_notebook(cells=list(cells)))


def test_headings_begin_sections_and_outputs_stand_in_them():
    found = outline(block("masthead"), new_markdown_cell("## Where it is"), block("map"), block("table"))
    assert [part.id for part in found.head] == ["masthead"]
    assert [(s.id, s.title, [p.id for p in s.shown]) for s in found.sections] == [
        ("where-it-is", "Where it is", ["map", "table"])
    ]


def test_text_after_a_heading_is_kept_as_safe_html():
    found = outline(new_markdown_cell("## Notes\n\nMind the *gap*.\n\n<b>Mind</b> <span onclick='x()'>it</span>"))
    html = found.sections[0].shown[0].html
    assert "<em>gap</em>" in html
    assert "<b>Mind</b> <span>it</span>" in html


def test_one_cell_may_begin_two_sections_and_a_heading_in_a_fence_begins_none():
    found = outline(new_markdown_cell("## One\n\n```\n## no\n```\n\n## Two\n\nb"))
    assert [section.id for section in found.sections] == ["one", "two"]
    assert "## no" in found.sections[0].shown[0].html


def test_sections_of_one_name_get_anchors_of_their_own():
    found = outline(new_markdown_cell("## Notes"), block("a"), new_markdown_cell("## Notes"), block("b"))
    assert [section.id for section in found.sections] == ["notes", "notes-2"]


PROSE = [
    {"id": name, "title": name.title(), "html": f"<p>{name}</p>"} for name in ("prologue", "vote", "count", "rest")
]


def _headings(*cells):
    found = outline(block("masthead", data={"prose": PROSE}), *cells)
    return [section.title for section in found.sections if not section.is_absent], found.warnings


def test_prose_that_no_cell_shows_lands_in_the_authors_order_and_is_told():
    titles, warnings = _headings(
        new_markdown_cell("## The vote"), block("vote"), new_markdown_cell("## Sources"), block("sources")
    )
    assert titles == ["Prologue", "The vote", "Count", "Rest", "Sources"]
    assert len(warnings) == 3
    assert warnings[1] == (
        "W-SECTION section “Count” is shown by no cell and stands behind “The vote” — to place it, write "
        '`qv.section(brief, "count")`, or for all such `qv.further(brief)`'
    )


def test_a_cell_for_the_further_ones_lands_them_without_a_word_and_no_section_stands_twice():
    titles, warnings = _headings(
        new_markdown_cell("## The vote"), block("vote"), new_markdown_cell("## Further notes"), block("further"),
        new_markdown_cell("## The count"), block("count"), new_markdown_cell("## Sources"), block("sources"),
    )  # fmt: skip
    assert titles == ["Prologue", "The vote", "The count", "Rest", "Sources"]
    assert warnings == []


def test_a_section_the_brief_has_nothing_for_is_absent():
    found = outline(new_markdown_cell("## What was agreed"), block("terms", "", empty=True))
    assert found.sections[0].is_absent


@pytest.mark.parametrize(
    "source", ["", "  \n", "# later", "x = 1", "import math", "for n in range(3): pass", "%time x"]
)
def test_a_cell_that_calls_nothing_of_the_kit_may_say_nothing(source):
    found = outline(new_code_cell(KIT), new_markdown_cell("## Map"), block("map"), new_code_cell(source))
    assert found.silent == []
    assert [part.id for part in found.sections[0].shown] == ["map"]


@pytest.mark.parametrize(
    ("imported", "call"),
    [
        (KIT, "qv.network(brief)"),
        ("import quickview.analysis as q", "q.network(brief)"),
        ("from quickview.analysis import network as net", "net(brief)"),
        (KIT, "brief = other\nqv.network(\n    brief,\n)"),
    ],
)
def test_a_call_of_the_kit_that_shows_nothing_is_named_by_its_cell(imported, call):
    found = outline(new_code_cell(imported), new_code_cell("x = 1"), new_code_cell(call))
    (told,) = found.silent
    assert told.startswith("cell [3] “")
    assert told.endswith("shows nothing")


def test_a_call_of_the_kit_in_the_middle_of_a_cell_is_not_lost_without_a_word():
    found = outline(new_code_cell(KIT), block("timeline", source="qv.network(brief)\nqv.timeline(brief)"))
    assert "qv.network(brief)" in found.silent[0]


@pytest.mark.parametrize("source", ["qv.network(brief);", "figure = qv.network(brief)", "qv.load(path)\nx = 1"])
def test_what_an_author_keeps_to_himself_is_no_fault(source):
    assert outline(new_code_cell(KIT), new_code_cell(source)).silent == []


def test_a_call_whose_output_stays_out_is_no_fault():
    cell = new_code_cell("qv.use_look(theme)", metadata={"tags": ["remove-output"]})
    assert outline(new_code_cell(KIT), cell).silent == []


def test_a_cell_that_ended_in_an_error_stops_the_report_and_is_told_with_the_analysts_own_lines():
    frames = ["----", "Cell In[4], line 2\n----> 2 y = nme", "File /lib/other.py:1\n  1 x", "NameError: name 'nme'"]
    broken = failed("x = 1\ny = nme", "NameError", "name 'nme' is not defined", frames)
    with pytest.raises(ReportError) as caught:
        outline(new_code_cell("a = 1"), new_markdown_cell("## Map"), broken)
    assert str(caught.value).startswith(
        "E-NOTEBOOK-CELL cell [2] “x = 1” ended in NameError: name 'nme' is not defined"
    )
    assert "----> 2 y = nme" in caught.value.detail
    assert "other.py" not in caught.value.detail


def test_everything_that_cannot_stand_in_a_report_is_told_at_once():
    geo = shown({PLOTLY: {"data": [{"type": "scattergeo", "lat": [1]}], "layout": {"title": {"text": "World"}}}})
    page = shown({"text/html": "<iframe src='https://example.org'></iframe>"}, "m")
    with pytest.raises(ReportError) as caught:
        outline(geo, failed("z", "ValueError", "no"), page)
    first, second, third = str(caught.value).split("\n")
    assert first.startswith("E-FIGURE-NETWORK")
    assert "“World”" in first
    assert second.startswith("E-NOTEBOOK-CELL cell [1] “z”")
    assert third.startswith("E-OUTPUT-SCRIPT cell [2] “m”")


def test_an_error_counts_even_where_outputs_stay_out():
    cell = failed("x", "KeyError", "'x'")
    cell.metadata["tags"] = ["remove-output"]
    with pytest.raises(ReportError, match=r"E-NOTEBOOK-CELL .*KeyError"):
        outline(cell)


def test_the_narrow_drawing_and_the_words_of_a_figure_are_told_apart_from_its_layout():
    meta = {"id": "map", "title": "T", "alt": "A", "narrow": json.dumps({"data": [], "layout": {"width": 350}})}
    found = outline(shown({PLOTLY: {"data": [{"x": [1]}], "layout": {"width": 760, "height": 500, "meta": meta}}}))
    figure = found.figures[0]
    assert figure.id == "map"
    assert figure.narrow["layout"]["width"] == 350
    assert "meta" not in figure.wide["layout"]
    assert figure.meta["alt"] == "A"


def test_an_analysts_own_chart_takes_its_title_as_name_and_is_set_to_both_widths():
    found = outline(shown({PLOTLY: {"data": [{"x": [1]}], "layout": {"title": {"text": "My <b>chart</b>"}}}}))
    figure = found.figures[0]
    assert (figure.id, figure.meta["title"]) == ("my-chart", "My chart")
    assert [drawing["layout"]["width"] for drawing in (figure.wide, figure.narrow)] == [760, 350]
    assert "title" not in figure.wide["layout"]


def test_two_charts_of_one_name_do_not_share_an_id():
    spec = {PLOTLY: {"data": [{"x": [1]}], "layout": {"title": {"text": "My chart"}}}}
    assert len({figure.id for figure in outline(shown(spec), shown(spec)).figures}) == 2


def test_what_a_cell_says_on_stderr_and_raw_cells_are_told_once():
    cell = new_code_cell(
        "run()",
        outputs=[
            new_output("stream", name="stdout", text="<b>7"),
            new_output("stream", name="stderr", text="one\n"),
            new_output("stream", name="stderr", text="careful\n"),
        ],
    )
    found = outline(cell, new_raw_cell("raw words"), new_raw_cell(" "))
    assert [part.html for part in found.parts] == ['<pre class="output">&lt;b&gt;7</pre>']
    assert [warning.split(" — ")[0] for warning in found.warnings] == [
        "W-STDERR cell [1] “run()” says on stderr: careful …",
        "W-CELL-RAW the raw cell “raw words” is left out",
    ]


def test_what_is_tagged_to_stay_out_stays_out():
    for tag in ("remove-cell", "remove-output"):
        assert outline(shown({"text/plain": "secret"}, metadata={"tags": [tag]})).parts == []


def test_a_masthead_whose_data_do_not_fit_is_refused_with_all_that_is_wrong():
    with pytest.raises(ReportError, match=r"E-MASTHEAD .*`as_of`: .*`sources\.tass\.grade`: "):
        outline(block("masthead", data={"as_of": "soon", "sources": {"tass": {"number": 1, "publisher": "TASS"}}}))


def test_sources_are_cited_by_the_masthead_and_unknown_ones_refused():
    data = {"sources": {"gazette": {"number": 3, "publisher": "Gazette", "grade": "C3"}}}
    head = block("masthead", data=data)
    found = outline(head, new_markdown_cell("## Notes\n\nIt came [@gazette]."))
    assert ">3</a>" in found.sections[0].shown[0].html
    with pytest.raises(
        ReportError, match=r"E-CITATION-UNKNOWN the markdown cell “## Notes” cites `gazete`.*did you mean `gazette`"
    ):
        outline(head, new_markdown_cell("## Notes\n\nIt came [@gazete]."))


def test_a_heading_of_the_authors_own_stays_as_it_is_and_says_its_language():
    own = {"id": "others", "title": "Others", "language": "en", "html": "<p>Others.</p>"}
    found = outline(
        block("masthead", data={"language": "fr", "prose": [own]}), new_markdown_cell("## Sources"), block("sources")
    )
    text, _ = page.render(found, None, load_theme(""), static=True)
    headings = re.findall(r"<h2 [^>]*>(.*?)</h2>", text)
    assert headings == ['<span class="untranslated" lang="en" dir="ltr">Others</span>', "Sources"]


def test_what_quickview_answers_an_analyst_is_no_part_of_a_report():
    answer = {
        DESK: {"codes": ["E-CITE"]},
        "text/html": "<style>p {}</style><iframe srcdoc='x'></iframe>",
        "text/plain": "x",
    }
    again = new_output("stream", name="stdout", text="The quickview extension is already loaded.\n")
    desk = new_code_cell("%load_ext quickview\n%quickview check", outputs=[again, new_output("display_data", answer)])
    mixed = new_code_cell(
        "%quickview check\nprint(1)", outputs=[new_output("display_data", answer), new_output("stream", text="1\n")]
    )
    found = outline(block("masthead"), desk, mixed)
    assert [part.id or part.html for part in found.head] == ["masthead", '<pre class="output">1</pre>']
    assert found.warnings == []
