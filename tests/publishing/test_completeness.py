import pytest

from quickview.errors import ReportError
from quickview.publishing import completeness
from quickview.publishing.outline import Figure, Outline, Part, Section

HEAD = (Part("masthead", "<h1>x</h1>", data={"title": "x"}),)
PROSE = [Section(s, s, [Part(s, "<p>x</p>")]) for s in ("what-happened", "why-it-matters", "elsewhere", "precedent")]


def figure(*traces):
    return Figure("map", {"data": list(traces), "layout": {}}, None, {})


def check(brief, *sections, head=HEAD):
    completeness.check(Outline(head, (*PROSE, *sections)), brief)


def test_a_whole_report_passes(homs):
    check(homs, Section("map", "Map", [Part("map", figure=figure({"x": [1], "y": [2]}))]))


def test_a_report_without_masthead_is_not_whole(homs):
    with pytest.raises(ReportError, match="no masthead"):
        check(homs, head=())


def test_an_empty_figure_is_named(homs):
    with pytest.raises(ReportError, match="figure “map” is empty"):
        check(homs, Section("map", "Map", [Part("map", figure=figure({"x": []}))]))


def test_a_cell_that_gave_nothing_is_named(homs):
    with pytest.raises(ReportError, match="“Map” has a cell without output"):
        check(homs, Section("map", "Map", [], silent=1))


def test_a_section_of_the_brief_that_found_no_place_is_named(homs):
    outline = Outline(HEAD, tuple(PROSE[:-1]))
    with pytest.raises(ReportError, match="“Precedent” has no place"):
        completeness.check(outline, homs)


def test_everything_missing_is_told_at_once(homs):
    with pytest.raises(ReportError) as caught:
        check(homs, Section("map", "Map", [], silent=1), head=())
    assert "masthead" in str(caught.value)
    assert "“Map”" in str(caught.value)


def test_a_part_the_brief_has_nothing_for_is_no_fault(homs):
    check(homs, Section("terms", "What was agreed", [Part("terms", "", absent=True)]))


def test_a_reference_to_a_figure_that_is_not_there_is_named(homs):
    text = Section("x", "X", [Part("x", '<p><a class="xref" href="#figure-chart">chart</a></p>')])
    drawn = Section("map", "Map", [Part("map", figure=figure({"x": [1]}))])
    with pytest.raises(ReportError, match=r"E-XREF .*\[@fig-chart\].*\[@fig-map\]"):
        check(homs, text, drawn)
