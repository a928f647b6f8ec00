import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from quickview.errors import ReportError
from quickview.publishing.outputs import BLOCK, PLOTLY
from quickview.publishing.reading import read_outline


def block(name, html="<p>text</p>", *, empty=False, data=None):
    bundle = {BLOCK: {"id": name, "empty": empty, "data": data or {}}, "text/html": html}
    return new_code_cell(outputs=[new_output("display_data", bundle)])


def shown(data):
    return new_code_cell(outputs=[new_output("display_data", data)])


def outline(*cells):
    return read_outline(new_notebook(cells=list(cells)))


def test_headings_begin_sections_and_outputs_stand_in_them():
    found = outline(block("masthead"), new_markdown_cell("## Where it is"), block("map"), block("table"))
    assert [part.id for part in found.head] == ["masthead"]
    assert [(s.id, s.title, [p.id for p in s.shown]) for s in found.sections] == [
        ("where-it-is", "Where it is", ["map", "table"])
    ]


def test_text_after_a_heading_is_kept_as_safe_html():
    found = outline(new_markdown_cell("## Notes\n\nMind the *gap* <script>alert(1)</script>"))
    html = found.sections[0].shown[0].html
    assert "<em>gap</em>" in html
    assert "<script" not in html


def test_one_cell_may_begin_two_sections():
    found = outline(new_markdown_cell("## One\n\na\n\n## Two\n\nb"))
    assert [section.id for section in found.sections] == ["one", "two"]


def test_sections_of_one_name_get_anchors_of_their_own():
    found = outline(new_markdown_cell("## Notes"), block("a"), new_markdown_cell("## Notes"), block("b"))
    assert [section.id for section in found.sections] == ["notes", "notes-2"]


def test_a_section_the_brief_has_nothing_for_is_absent():
    found = outline(new_markdown_cell("## What was agreed"), block("terms", "", empty=True))
    assert found.sections[0].is_absent


def test_a_cell_without_output_is_counted():
    found = outline(new_markdown_cell("## Map"), new_code_cell("x = 1"))
    assert found.sections[0].silent == 1


def test_a_cell_that_ended_in_an_error_stops_the_report():
    broken = new_code_cell(outputs=[new_output("error", ename="KeyError", evalue="'x'", traceback=[])])
    with pytest.raises(ReportError, match=r"E-NOTEBOOK-CELL .*KeyError"):
        outline(new_markdown_cell("## Map"), broken)


def test_the_narrow_drawing_and_the_words_of_a_figure_are_told_apart_from_its_layout():
    meta = {"id": "map", "title": "T", "alt": "A", "narrow": {"data": [], "layout": {"width": 350}}}
    found = outline(shown({PLOTLY: {"data": [{"x": [1]}], "layout": {"width": 760, "height": 500, "meta": meta}}}))
    figure = found.figures[0]
    assert figure.id == "map"
    assert figure.narrow["layout"]["width"] == 350
    assert "meta" not in figure.wide["layout"]
    assert figure.meta["alt"] == "A"


def test_an_analysts_own_chart_takes_its_title_as_name_and_gets_a_size():
    found = outline(shown({PLOTLY: {"data": [{"x": [1]}], "layout": {"title": {"text": "My chart"}}}}))
    figure = found.figures[0]
    assert (figure.id, figure.meta["title"], figure.wide["layout"]["width"]) == ("my-chart", "My chart", 760)


def test_two_charts_of_one_name_do_not_share_an_id():
    spec = {PLOTLY: {"data": [{"x": [1]}], "layout": {"title": {"text": "My chart"}}}}
    assert len({figure.id for figure in outline(shown(spec), shown(spec)).figures}) == 2


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"text/html": "<table><tr><td>7</td></tr></table>"}, "<td>7</td>"),
        ({"text/markdown": "a **b**"}, "<strong>b</strong>"),
        ({"text/plain": "<Figure>"}, "&lt;Figure&gt;"),
        ({"image/png": "iVBORw0=\n", "text/plain": 'a "plot"'}, 'src="data:image/png;base64,iVBORw0="'),
    ],
)
def test_other_outputs_are_kept(data, kept):
    assert kept in outline(new_markdown_cell("## Own"), shown(data)).sections[0].shown[0].html


def test_foreign_html_is_made_safe():
    html = '<p onclick="x()">a</p><script>x()</script><img src=x onerror=x()>'
    assert outline(shown({"text/html": html})).parts[0].html == '<div class="output"><p>a</p></div>'


def test_what_a_cell_prints_is_kept_and_what_it_warns_is_not():
    cell = new_code_cell(
        outputs=[new_output("stream", name="stdout", text="<b>7"), new_output("stream", name="stderr", text="careful")]
    )
    parts = outline(cell).parts
    assert [part.html for part in parts] == ['<pre class="output">&lt;b&gt;7</pre>']


@pytest.mark.parametrize("tag", ["remove-cell", "remove-output"])
def test_what_is_tagged_to_stay_out_stays_out(tag):
    shown = new_output("display_data", {"text/plain": "secret"})
    cell = new_code_cell(outputs=[shown], metadata={"tags": [tag]})
    assert read_outline(new_notebook(cells=[cell])).parts == []
