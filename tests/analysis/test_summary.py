"""The head of a report."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from lxml import html
from shapely.geometry import box
from tests.conftest import ANDES

from quickview.analysis import key_figures, masthead, read_territory
from quickview.brief.reader import load
from quickview.brief.records import Quantity, Value


def _cells(block):
    text = re.sub(r"<sup.*?</sup>|\u2060", "", block.html)
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in text.split('class="cell"')[1:]
    ], plain


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_the_masthead_has_series_desk_date_headline_and_standfirst(briefs, name):
    document = briefs[name].facts.document
    html = masthead(briefs[name]).html
    assert f"<h1>{document.title}</h1>" in html
    assert document.series in html
    assert document.desk in html
    assert f'datetime="{document.as_of}"' in html
    assert document.summary in html


def test_the_masthead_hands_on_what_an_index_needs(andes):
    data = masthead(andes).data
    assert data["name"] == "andes-blockade"
    assert data["as_of"] == "2024-06-14"
    assert data["topics"] == ["mining", "labour"]
    assert len(data["digest"]) == 64


def test_rival_figures_are_a_range_with_each_attributed(homs, homs_territory):
    _, text = _cells(key_figures(homs, homs_territory))
    assert "147,000–260,000" in text
    assert "147,000: Russian officials" in text
    assert "about 260,000: Syria Direct" in text


def test_a_single_figure_keeps_its_qualifier(andes, andes_territory):
    _, text = _cells(key_figures(andes, andes_territory))
    assert "at least 85,000 dollars" in text
    assert "120–150 lorries" in text


def test_the_deadline_is_counted_in_days_from_the_cut_off(homs, homs_territory):
    _, text = _cells(key_figures(homs, homs_territory))
    assert "30–37 days" in text
    assert "Until due: HTS expelled" in text


def test_one_day_left_is_in_the_singular(homs, homs_territory, altered):
    term = homs.facts.agreement.terms[-1]
    near = term.model_copy(update={"deadlines": (term.deadlines[0].model_copy(update={"date": dt.date(2017, 8, 5)}),)})
    agreement = homs.facts.agreement.model_copy(update={"terms": (near,)})
    _, text = _cells(key_figures(altered(homs, agreement=agreement), homs_territory))
    assert "1 day " in text


def test_a_deadline_that_has_passed_is_no_key_figure(homs, homs_territory, altered):
    document = homs.facts.document.model_copy(update={"as_of": dt.date(2018, 1, 1)})
    _, text = _cells(key_figures(altered(homs, document=document), homs_territory))
    assert "Until due" not in text


def test_only_an_indicative_area_is_hedged(homs, homs_territory, andes, andes_territory):
    assert "about 580 km²" in _cells(key_figures(homs, homs_territory))[1]
    assert "166 km²" in _cells(key_figures(andes, andes_territory))[1]
    assert "about 166" not in _cells(key_figures(andes, andes_territory))[1]


def test_a_small_area_is_not_rounded_to_nothing(andes, andes_territory):
    tiny = andes_territory.outline.set_geometry([box(-72, -16, -71.995, -15.995)])
    assert "0.3 km²" in _cells(key_figures(andes, replace(andes_territory, outline=tiny)))[1]


def test_there_are_never_more_than_five_cells(homs, homs_territory, altered):
    one = Value(value=3, by="Example Gazette", source="eiu")
    many = tuple(Quantity(id=f"q{n}", label=f"Label {n}", unit="things", values=(one,), key=True) for n in range(9))
    cells, text = _cells(key_figures(altered(homs, quantities=many), homs_territory))
    assert len(cells) == 5
    assert "days" in text
    assert "km²" in text


def _others(block):
    """The rows of the table of other figures, cell by cell; citations as the numbers they show."""
    page = html.fragment_fromstring(block.html, create_parent=True)
    cells = [[cell.text_content().replace("\u2060", " ") for cell in row] for row in page.xpath("//table/tbody/tr")]
    return [[" ".join(cell.split()) for cell in row] for row in cells]


def _quantity(name, *values, key=False, **given):
    return Quantity(id=name, label=name.capitalize(), unit="things", values=values, key=key, **given)


def test_quantities_that_are_not_key_stand_in_a_table_with_ranges_units_and_who_says_so(
    andes, andes_territory, altered
):
    tents = _quantity(
        "tents",
        Value(value=40, qualifier="about", by="Example Gazette", source="gazette"),
        Value(low=60, high=75, by="Radio Example", source="radio"),
        note="Counted from a hill.",
    )
    fires = _quantity("fires", Value(value=1200, by="Radio <b>Example</b>", source="radio"))
    block = key_figures(altered(andes, quantities=(*andes.facts.quantities, tents, fires)), andes_territory)
    cells, _ = _cells(replace(block, html=block.html.partition('<div class="scroll')[0]))
    assert len(cells) == 3
    assert _others(block) == [
        ["Tents Counted from a hill.", "40–75 things", "about 40: Example Gazette 1; 60–75: Radio Example 2"],
        ["Fires", "1,200 things", "Radio <b>Example</b> 2"],
    ]


def test_no_key_quantity_is_lost_where_there_are_more_than_cells(homs, homs_territory, altered):
    one = Value(value=3, by="Example Gazette", source="eiu")
    many = tuple(_quantity(f"q{n}", one, key=n != 1) for n in range(7))
    block = key_figures(altered(homs, quantities=many), homs_territory)
    cells, _ = _cells(replace(block, html=block.html.partition('<div class="scroll')[0]))
    assert [cell.split()[1] for cell in cells[:3]] == ["Q0", "Q2", "Q3"]
    assert [row[0] for row in _others(block)] == ["Q4", "Q5", "Q6", "Q1"]


@pytest.mark.parametrize(
    ("language", "heads"), [("fr", ["Donnée", "Chiffre", "Selon"]), ("ar", ["البيان", "الرقم", "بحسب"])]
)
def test_other_figures_are_told_in_the_reader_s_language(altered, language, heads):
    brief = load(ANDES, language=language)
    quiet = tuple(quantity.model_copy(update={"key": False}) for quantity in brief.facts.quantities)
    block = key_figures(altered(brief, quantities=quiet), read_territory(brief))
    page = html.fragment_fromstring(block.html, create_parent=True)
    assert [one.text for one in page.xpath("//thead//th")] == heads
    assert len(_others(block)) == 2


def test_without_other_quantities_there_is_no_table(homs, homs_territory):
    assert "<table" not in key_figures(homs, homs_territory).html


def test_of_rival_deadlines_the_cell_counts_to_those_ahead(homs, homs_territory, altered):
    document = homs.facts.document.model_copy(update={"as_of": dt.date(2017, 9, 6)})
    _, text = _cells(key_figures(altered(homs, document=document), homs_territory))
    assert "Until due: HTS expelled 4 days" in text
