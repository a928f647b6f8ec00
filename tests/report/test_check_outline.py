import pytest

from quickview.brief.masthead import Masthead
from quickview.errors import ReportError
from quickview.report import reading
from quickview.report.outline import Figure, Outline, Part, Section

HEAD = (Part("masthead", "<h1>x</h1>"),)
PROSE = [Section(s, s, [Part(s, "<p>x</p>")]) for s in ("what-happened", "why-it-matters", "elsewhere", "precedent")]


def figure(*traces):
    return Figure("map", {"data": list(traces), "layout": {}}, None, {})


def check(brief, *sections, head=HEAD, silent=(), **said):
    outline = Outline(head, (*PROSE, *sections), silent, masthead=Masthead(**said))
    reading.check_outline(outline, brief)


def test_a_whole_report_passes(homs):
    check(homs, Section("map", "Map", [Part("map", figure=figure({"x": [1], "y": [2]}))]))


def test_a_report_without_masthead_is_not_whole(homs):
    with pytest.raises(ReportError, match="no masthead"):
        check(homs, head=())


@pytest.mark.parametrize(
    "trace",
    [
        {"type": "indicator", "value": 0},
        {"type": "table", "cells": {"values": [["a"]]}},
        {"type": "sankey", "link": {"source": [0], "target": [1], "value": [1]}},
        {"type": "sunburst", "labels": ["a"]},
        {"type": "bar", "y": {"dtype": "i1", "bdata": "AQID"}},
        {"type": "choropleth3d", "z": [[1]]},
    ],
    ids=lambda trace: trace["type"],
)
def test_a_figure_with_data_of_any_kind_is_not_empty(homs, trace):
    check(homs, Section("map", "Map", [Part("map", figure=figure(trace))]))


def test_an_empty_figure_is_named(homs):
    with pytest.raises(ReportError, match="figure “map” is empty"):
        check(homs, Section("map", "Map", [Part("map", figure=figure({"x": []}))]))


def test_a_cell_that_gave_nothing_is_named(homs):
    with pytest.raises(ReportError, match=r"cell \[4\] “qv.network\(brief\)” shows nothing"):
        check(homs, silent=["cell [4] “qv.network(brief)” shows nothing"])


def test_an_empty_part_is_named_with_its_cell(homs):
    with pytest.raises(ReportError, match=r"part “terms” \(cell \[9\] “qv.terms”\) is empty"):
        check(homs, Section("t", "T", [Part("terms", " ", cell="cell [9] “qv.terms”")]))


def test_a_heading_with_nothing_under_it_does_not_keep_the_report_from_being_made(homs):
    check(homs, Section("notes", "Notes"))


@pytest.mark.parametrize(("said", "told"), [({"language": "ar"}, "language “ar”"), ({"name": "other"}, "name “other”")])
def test_a_notebook_that_made_another_report_than_it_was_asked_for_is_refused(homs, said, told):
    with pytest.raises(ReportError, match=f"E-NOTEBOOK-BRIEF .*{told}"):
        check(homs, **said)


def test_everything_missing_is_told_at_once(homs):
    with pytest.raises(ReportError) as caught:
        check(homs, head=(), silent=["cell [2] “qv.terms” shows nothing"])
    assert "masthead" in str(caught.value)
    assert "“qv.terms”" in str(caught.value)


def test_a_part_the_brief_has_nothing_for_is_no_fault(homs):
    check(homs, Section("terms", "What was agreed", [Part("terms", "", absent=True)]))


def test_a_reference_to_a_figure_that_is_not_there_is_named(homs):
    text = Section("x", "X", [Part("x", '<p><a class="xref" href="#figure-chart">chart</a></p>')])
    drawn = Section("map", "Map", [Part("map", figure=figure({"x": [1]}))])
    with pytest.raises(ReportError, match=r"E-XREF .*\[@fig-chart\].*\[@fig-map\]"):
        check(homs, text, drawn)
