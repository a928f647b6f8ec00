"""What a cell puts out for a figure: number and title above, the drawing, caption, sources and table below."""

import json

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from bs4 import BeautifulSoup

from quickview import analysis as qv
from quickview.analysis import display, session
from quickview.analysis.session import SESSION
from quickview.report import plotly_figure
from quickview.theme.palette import LIGHT
from quickview.theme.theme import load_theme


class Cell:
    """A front end's request, as a kernel keeps it."""

    def __init__(self, cell: str = "", run: str = "") -> None:
        self.parent_header = {"header": {"msg_id": run}, "metadata": {"cellId": cell} if cell else {}}


@pytest.fixture
def outputs(monkeypatch):
    """Show something, and return what was put out: forms by MIME type."""
    put_out = []
    monkeypatch.setattr(display, "publish_display_data", lambda forms, *_: put_out.append(forms))
    SESSION.clear()

    def show(shown, request: Cell | None = None):
        put_out.clear()
        monkeypatch.setattr(session, "get_ipython", lambda: request)
        display.show(shown) if isinstance(shown, go.Figure) else shown._ipython_display_()
        return list(put_out)

    yield show
    SESSION.clear()


def text(forms):
    return BeautifulSoup(forms["text/html"], "html.parser").get_text(" ", strip=True)


def bars(title="Seats by party"):
    return px.bar(pd.DataFrame({"party": ["A", "B"], "seats": [120, 84]}), x="party", y="seats", title=title)


def test_an_analysts_figure_has_its_own_title_above_it_and_its_numbers_under_it(outputs):
    above, drawing, below = outputs(bars())
    assert text(above) == "Figure 1 Seats by party"
    assert drawing[display.PLOTLY]["layout"]["title"] == {}
    assert text(below) == "Table behind Figure 1 party seats A 120 B 84"


def test_the_figure_itself_keeps_its_title(outputs):
    figure = bars()
    before = figure.to_json()
    outputs(figure)
    assert figure.to_json() == before


def test_the_report_takes_the_words_that_the_notebook_shows(outputs):
    _, drawing, _ = outputs(bars("A <b>leads</b>"))
    assert plotly_figure.words(drawing[display.PLOTLY])["title"] == "A leads"


def test_words_above_and_below_are_marked_so_that_a_report_leaves_them_out(outputs):
    above, drawing, below = outputs(bars())
    assert [display.WORDS in forms for forms in (above, drawing, below)] == [True, False, True]


def test_no_button_sends_a_figure_to_another_host(outputs):
    _, drawing, _ = outputs(bars())
    assert drawing[display.PLOTLY]["config"]["modeBarButtonsToRemove"] == ["sendChartToCloud"]


def test_where_there_is_no_plotly_an_analysts_figure_is_its_words_and_numbers_and_the_kits_a_drawing(outputs, draw):
    _, own, _ = outputs(qv.figure(bars(), alt="A has 120 of 204."))
    assert text(own) == "A has 120 of 204. party seats A 120 B 84"
    _, kits, _ = outputs(draw("andes", "map"))
    assert kits["image/svg+xml"].startswith("<svg ")


def test_a_cell_run_again_keeps_its_numbers_though_its_titles_are_written_anew(outputs):
    numbers = [
        text(outputs(bars(title), Cell(cell, run))[0]).removesuffix(title).strip()
        for title, cell, run in [
            ("One", "a", "1"),
            ("Two", "a", "1"),
            ("", "b", "2"),
            ("Uno", "a", "3"),
            ("Dos", "a", "3"),
        ]
    ]
    assert numbers == ["Figure 1", "Figure 2", "Figure 3", "Figure 1", "Figure 2"]


def test_where_no_cell_is_told_a_figure_goes_by_its_title_and_an_untitled_one_is_new(outputs):
    shown = [("One", "1"), ("", "2"), ("", "3"), ("One", "4")]
    assert [text(outputs(bars(title), Cell(run=run))[0]).split()[1] for title, run in shown] == ["1", "2", "3", "1"]


def test_each_kind_is_counted_apart_and_loading_a_brief_begins_anew(outputs, draw, andes):
    table = qv.table(pd.DataFrame({"n": [1]}), title="Ones")
    assert [text(outputs(one)[0]).split()[:2] for one in (draw("andes", "map"), bars(), table)] == [
        ["Map", "1"], ["Figure", "1"], ["Table", "1"]]  # fmt: skip
    qv.load(andes.path)
    assert text(outputs(bars("Another"))[0]) == "Figure 1 Another"


def test_a_table_stands_once_and_names_its_columns_of_numbers(outputs):
    _, shown, *below = outputs(qv.table(pd.DataFrame({"party": ["A"], "seats": [120]}), title="Seats"))
    soup = BeautifulSoup(shown["text/html"], "html.parser")
    assert [column.get("class") for column in soup.find_all("col")] == [None, ["num"]]
    assert below == []


def test_caption_cites_by_number_and_sources_are_named_with_their_grades(outputs, andes):
    qv.load(andes.path)
    source = andes.facts.sources[0]
    caption = text(outputs(qv.figure(bars(), caption=f"Counted [@{source.id}].", source=source.id))[-1])
    assert caption.replace("\u2060", "").split()[:2] == ["Counted", "1"]
    assert f"Source: {source.publisher} ({source.reliability}{source.credibility})" in caption


def test_words_of_a_figure_are_never_markup(outputs):
    above, _, below = outputs(qv.figure(bars(), title="<b onclick=x()>A</b>", caption="5 < 7"))
    assert "onclick=x()" in text(above)
    assert "<b " not in above["text/html"]
    assert "5 < 7" in text(below)


def test_a_theme_dresses_the_kits_figures_and_the_report_finds_the_way_back(outputs, draw):
    plain = outputs(draw("homs", "map"))[1][display.PLOTLY]
    SESSION.theme = load_theme("gazette")
    forms = outputs(draw("homs", "map"))[1]
    themed = forms[display.PLOTLY]
    assert themed["layout"]["paper_bgcolor"] == SESSION.theme.light["paper"] != LIGHT["paper"]
    assert SESSION.theme.light["paper"] in forms["image/svg+xml"]
    assert plotly_figure.original(json.loads(json.dumps(themed)))["data"] == plotly_figure.original(plain)["data"]


def test_a_libraries_own_table_stands_on_a_light_ground(outputs):
    frame = pd.DataFrame({"n": [1]})
    assert BeautifulSoup(outputs(qv.table(frame.style))[1]["text/html"], "html.parser").select(".qv > .ground table")
    assert not BeautifulSoup(outputs(qv.table(frame))[1]["text/html"], "html.parser").select(".ground")
