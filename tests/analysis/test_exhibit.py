"""An analyst's own figures and tables: the words they are given, and what is refused."""

from pathlib import Path

import matplotlib as mpl
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from PIL import Image

from quickview import analysis as qv
from quickview.analysis.session import SESSION
from quickview.brief.reader import load
from quickview.errors import InputError

DATA = Path(__file__).parents[1] / "data" / "briefs"
FRAME = pd.DataFrame({"party": ["A", "B"], "seats": [120, 84]})


@pytest.fixture
def brief(andes):
    """The brief a notebook loaded last."""
    SESSION.brief = andes
    yield andes
    SESSION.clear()


@pytest.fixture
def axes():
    mpl.use("agg")
    from matplotlib import pyplot as plt

    drawing, axes = plt.subplots()
    axes.plot([1, 2], [84, 60])
    yield axes
    plt.close(drawing)


def refused(make, *given, **words):
    with pytest.raises(InputError) as told:
        make(*given, **words)
    (fault,) = told.value.faults
    return fault


def test_a_plotly_figure_comes_back_as_one_with_its_words_and_numbers_and_stays_as_it_was():
    bars = px.bar(FRAME, x="party", y="seats")
    before = bars.to_json()
    figure = qv.figure(bars, title="A leads", caption="By the desk.", alt="Two bars.", id="seats", kind="Map")
    meta = figure.layout.meta
    assert isinstance(figure, go.Figure)
    assert [meta[word] for word in ("id", "kind", "title", "caption", "alt")] == [
        "seats",
        "Map",
        "A leads",
        "By the desk.",
        "Two bars.",
    ]
    assert meta["table"] == {"columns": ["party", "seats"], "rows": [["A", 120], ["B", 84]]}
    assert bars.to_json() == before


def test_a_figure_as_plain_data_is_a_figure():
    figure = qv.figure({"data": [{"type": "bar", "x": ["A"], "y": [1]}], "layout": {}}, title="One bar")
    assert figure.layout.meta["table"]["rows"] == [["A", 1]]


@pytest.mark.parametrize(
    ("drawn", "title"),
    [
        ("A <b>leads</b><br>in seats", "A leads in seats"),
        ("2024. Seats", "2024. Seats"),
        ("5 < 7 &amp; 9 > 8", "5 < 7 & 9 > 8"),
        (None, ""),
    ],
)
def test_a_title_is_taken_from_the_figure_without_its_tags(drawn, title):
    assert qv.figure(go.Figure(layout={"title": {"text": drawn}})).layout.meta["title"] == title


def test_a_table_given_stands_for_the_numbers_a_figure_is_drawn_from(axes):
    given = pd.DataFrame({"place": ["Boca Mina"]})
    for fig in (go.Figure(go.Bar(x=["A"], y=[1])), axes):
        shown = qv.figure(fig, title="t", table=given)
        meta = shown.layout.meta if isinstance(shown, go.Figure) else shown.meta
        assert meta["table"] == {"columns": ["place"], "rows": [["Boca Mina"]]}


@pytest.mark.parametrize("which", ["axes", "figure"])
def test_matplotlib_is_shown_sharp_and_in_dots_the_same_each_time(axes, which):
    axes.set_title("Deaths fall", loc="left")
    given = axes if which == "axes" else axes.figure
    mpl.rcParams["svg.hashsalt"] = "quickview"
    first, second = qv.figure(given, alt="A line that falls."), qv.figure(given, alt="A line that falls.")
    assert {"image/svg+xml", "image/png"} <= set(first.bundle)
    assert first.bundle == second.bundle
    assert first.meta["title"] == ("Deaths fall" if which == "axes" else "")


def test_any_picture_that_ipython_can_show_is_a_figure():
    shown = qv.figure(Image.new("RGB", (8, 8)), title="A scan", alt="Grey.")
    assert "image/png" in shown.bundle
    assert shown.meta["id"] == "a-scan"


@pytest.mark.parametrize("other", [FRAME, object(), "text", 7, None])
def test_what_is_no_figure_is_refused_by_its_kind(other):
    fault = refused(qv.figure, other, title="t")
    assert fault.code == "E-FIGURE-TYPE"
    assert type(other).__name__ in fault.message
    assert "qv.table" in fault.hint


@pytest.mark.parametrize("other", [object(), "text", 7, None, [1]])
def test_what_is_no_table_is_refused_by_its_kind(other):
    fault = refused(qv.table, other)
    assert (fault.code, type(other).__name__ in fault.message) == ("E-TABLE-TYPE", True)


def test_sources_are_those_of_the_brief_and_a_slip_is_told_the_nearest(brief):
    known = brief.facts.sources[0].id
    assert qv.table(FRAME, source=known).meta["sources"] == [known]
    assert qv.figure(go.Figure(), source=[known, known]).layout.meta["sources"] == [known, known]
    fault = refused(qv.table, FRAME, source=f"{known}x")
    assert (fault.code, fault.hint) == ("E-CITATION-UNKNOWN", f"did you mean `{known}`?")


def test_without_a_brief_no_source_is_known():
    SESSION.clear()
    assert "none to choose" in refused(qv.table, FRAME, source="tass").hint


@pytest.mark.parametrize(
    ("wrong", "right"), [("Seats by party", "seats-by-party"), ("Año 1", "año-1"), ("!", "small-letters-and-hyphens")]
)
def test_an_id_is_small_letters_and_hyphens(wrong, right):
    for make, subject in ((qv.figure, go.Figure()), (qv.table, FRAME)):
        fault = refused(make, subject, id=wrong)
        assert fault.code == "E-FIGURE-ID"
        assert right in fault.hint


def test_tables_of_every_kind_are_shown_and_those_with_data_can_be_downloaded():
    whole = {"columns": ["party", "seats"], "rows": [["A", 120], ["B", 84]]}
    assert qv.table(FRAME, title="Seats").meta["table"] == whole
    assert qv.table(FRAME.style.format(precision=1)).meta["table"] == whole
    assert qv.table(FRAME.seats).meta["table"]["columns"] == ["seats"]
    assert "<td" in qv.table(FRAME.style).bundle["text/html"]


def test_all_that_a_notebook_is_offered_is_all_it_is_told_of():
    assert dir(qv) == sorted(qv.__all__)


@pytest.fixture
def election():
    SESSION.brief = load(DATA / "lakeland-election.md")
    yield SESSION.brief
    SESSION.clear()


def test_a_table_of_the_brief_comes_as_a_frame_with_types_and_zeros(election):
    frame = qv.data(election, "votes")
    assert list(frame["code"]) == ["01", "02", "03", "04"]
    assert frame["seats"].sum() == 120
    assert frame["share"].dtype.kind == "f"
    assert list(qv.data(election, "turnout-by-district").columns) == ["district", "turnout"]


def test_a_table_of_the_brief_brings_its_words_with_it(election):
    shown = qv.table(qv.data(election, "votes"))
    assert (shown.meta["id"], shown.meta["title"], shown.meta["sources"]) == (
        "votes",
        "Votes and seats by party",
        ["board"],
    )
    assert shown.meta["table"]["columns"] == ["code", "Party", "Votes", "Share (%)", "Seats"]


def test_a_table_speaks_the_reports_language_where_it_can(election):
    french = load(election.path, language="fr")
    frame = qv.data(french, "votes")
    assert list(frame["party"])[:2] == ["Ligue des roseaux", "Parti du port"]
    assert qv.table(frame).meta["table"]["columns"][:3] == ["code", "Parti", "Voix"]


def test_a_file_beside_the_brief_is_taken_for_what_it_looks_like(election):
    frame = qv.data(election, "lakeland-votes.csv")
    assert list(frame["code"]) == ["01", "02", "03", "04"]
    assert frame["votes"].sum() == 447200


def test_a_table_that_is_not_there_is_refused_by_its_name(election):
    assert refused(qv.data, election, "vote").hint == "did you mean `votes`?"
    assert refused(qv.data, election, "polls.csv").code == "E-TABLE-FILE"
