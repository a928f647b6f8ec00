import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from tests.hostile import notebooks

from quickview.errors import InputError, ReportError
from quickview.language.catalogs import Language
from quickview.report import cells, html_output, outputs
from quickview.report.execution import read_notebook
from quickview.report.outputs import BLOCK, FIGURE, PLOTLY, WIDGET
from quickview.report.reading import read_outline

CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "x = ''", "outputs": [], "execution_count": 1}
NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}


def of(*data):
    """Return a notebook of one cell that shows these forms, as nobody may have checked them."""
    return notebooks.notebook([nbformat.from_dict(CELL | {"outputs": list(map(notebooks.shown, data))})])


def refused(notebook):
    with pytest.raises(ReportError) as caught:
        read_outline(notebook)
    return caught.value


def test_cells_of_every_kind_are_shown_or_refused_in_lines_and_none_is_lost():
    answers = [notebooks.answer(kind, cell) for kind, cell in notebooks.cells_of(1, seed=7)]
    assert {(one.kind, *one.wrongs, one.detail) for one in answers if one.wrongs} == set()


@pytest.mark.parametrize(
    "markup",
    [
        "<meta http-equiv=refresh content='0;url=http://host.invalid'>", "<script>x()</script>", "<iframe src=x></iframe>", "<base href=x>",
        "<link rel=dns-prefetch href='//host.invalid'>", "<form action=x></form>", "<style>p {color: red}</style>", "<b title='>' onclick='x()'>b</b>", "<svg>", "<b>a</b></div>", "<!-- a", "<b", "<b onclick='x()'>b</b>", "<a href='javascript:x()'>a</a>", "<a href='&#106;avascript:x()'>a</a>", "<a href='java\nscript:x()'>a</a>",
    ],
)  # fmt: skip
def test_what_acts_in_an_output_that_passes_for_the_kits_own_is_refused(markup):
    block = {BLOCK: {"id": "own", "empty": False, "data": {}}, "text/html": f"<p>a</p>{markup}"}
    masthead = {"prose": [{"id": "own", "title": "Own", "html": markup}]}
    prose = {BLOCK: {"id": "masthead", "empty": False, "data": masthead}, "text/html": "<p>a</p>"}
    assert [refused(of(data)).code for data in (block, prose)] == ["E-OUTPUT-FOREIGN"] * 2


@pytest.mark.parametrize(
    "address",
    [
        "../homs/homs.html#forecast-f",
        "#s-1",
        "a.csv",
        "https://example.org/?a:b#c",
        "mailto:a@example.org",
        "data:text/csv,a",
    ],
)
def test_a_link_of_the_kits_own_leads_to_the_web_or_to_another_page(address):
    assert not html_output.foreign(f'<p><a href="{address}">a</a></p>')


@pytest.mark.parametrize("form", [BLOCK, FIGURE, PLOTLY, WIDGET, "application/vnd.vega.v5+json"])
@pytest.mark.parametrize("content", [[1], "x", 5])
def test_json_that_is_no_mapping_where_its_form_is_one_is_refused(form, content):
    assert refused(of({form: content, "text/plain": "x"})).code in {"E-CELL-FORM", "E-OUTPUT-VEGA"}


def test_a_chart_that_is_none_is_not_begun_while_later_cells_run():
    assert list(outputs.drawings([notebooks.shown({PLOTLY: [1]})], Language("en"))) == []


def test_the_table_behind_a_figure_must_be_one():
    data = {FIGURE: {"id": "a", "title": "A", "alt": "a", "table": [[]]}, "text/html": "<p>a</p>"}
    assert refused(of(data)).code == "E-CELL-FORM"


@pytest.mark.parametrize("text", ["a \ud800", "<p>\udfff</p>"])
def test_half_a_character_is_told_with_its_cell(text):
    assert "the markdown cell" in refused(notebooks.notebook([new_markdown_cell(text)])).message
    block = {BLOCK: {"id": "own", "empty": False, "data": {}}, "text/html": text}
    assert all("cell [1]" in refused(of(data)).message for data in ({"text/html": text}, block))


def test_a_notebook_that_is_laid_out_as_none_is_refused_before_it_is_read():
    faulty = [{"metadata": {"tags": 5}}, {"source": 5}, {"cell_type": 5}, {"outputs": [5]}]
    found = [refused(nbformat.from_dict(NOTEBOOK | {"cells": [CELL | one]})) for one in faulty]
    assert {one.code for one in found} == {"E-NOTEBOOK-FORM"}


@pytest.mark.parametrize("address", ["javascript:x()", "data:text/html,x", "file:///etc/passwd", "notes.txt"])
def test_a_link_of_an_output_that_leads_nowhere_is_told(address):
    (warning,) = read_outline(
        of({"text/html": f"<p><a href='{address}'>a</a> <a href='https://a.org'>b</a></p>"})
    ).warnings
    assert warning.startswith("W-LINK cell [1]")


def test_what_is_warned_of_a_cell_cannot_write_to_a_terminal():
    (warning,) = read_outline(notebooks.notebook([nbformat.v4.new_raw_cell("\x1b[2Jx")])).warnings
    assert warning.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "5", '"x"', "[" * 5_000, json.dumps({"nbformat": 3, "worksheets": 5}),
        *(json.dumps(NOTEBOOK | one) for one in ({"nbformat": "4"}, {"nbformat": 99}, {"nbformat_minor": "x"}, {"cells": 5}, {"cells": [5]}, {"cells": [{}]}, {"metadata": 5})),
        *(json.dumps(NOTEBOOK | {"cells": [CELL | one]}) for one in ({"source": 5}, {"metadata": []}, {"metadata": {"tags": 5}}, {"cell_type": 5}, {"outputs": 5})),
    ],
)  # fmt: skip
def test_a_file_that_is_no_notebook_is_a_fault_of_the_file(text, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_notebook(path)
    assert {fault.code for fault in caught.value.faults} <= {"E-NOTEBOOK-READ", "E-NOTEBOOK-FORM"}
    assert cells.report_name("a", path) == "a"
    assert cells.named_files(path) == []
    assert cells.sha256(path)


@pytest.mark.parametrize("source", ["x = " + "-" * 50_000 + "1", "x = '\x00'", "x = '\ud800'"])
def test_source_that_no_parser_takes_names_no_parameter(source):
    assert cells.parameters([new_code_cell(source, metadata={"tags": ["parameters"]})]) == {}
