"""The section of competing explanations: its finding, its marks, and what would change it."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from quickview.analysis import evidence_matrix, hypotheses
from quickview.brief.records import Evidence


def _text(html: str, selector: str) -> str:
    found = BeautifulSoup(html, "lxml").select_one(selector)
    return " ".join(found.get_text(" ").split())


def _marked(**marks: str) -> tuple[Evidence, ...]:
    items = ("events.royalties", "events.talks", "events.mill")
    return tuple(
        Evidence(item=item, marks={"force-talks": one, "wait-out": other})
        for item, (one, other) in zip(items, zip(marks["force"], marks["wait"], strict=True), strict=True)
    )


@pytest.mark.parametrize(
    ("force", "wait", "finding"),
    [
        ("IIC", "CCI", "“The ministry waits” has the fewest contradictions: 1 of 3 items"),
        ("CIC", "CCI", "“The ministry waits” leads by weight alone: 1 contradiction, as many as “The pickets force talks”"),
        ("INC", "NIC", "The evidence tells none of the explanations from another"),
    ],
)  # fmt: skip
def test_the_caption_states_the_finding_and_owns_up_to_a_tie(andes, altered, force, wait, finding):
    block = hypotheses(altered(andes, evidence=_marked(force=force, wait=wait)))
    assert _text(block.html, "table.ranking caption") == finding


def test_marks_differ_in_shape_and_carry_a_word(andes, altered):
    html = hypotheses(altered(andes, evidence=_marked(force="CIN", wait=["NA", "C", "I"]))).html
    found = re.findall(r'<span class="state"><svg[^>]*>(.*?)</svg> (.*?)</span>', html)
    assert len(set(found)) == len({shape for shape, _ in found}) == len({word for _, word in found}) == 4


def test_the_grade_of_each_source_stands_beside_its_evidence(andes):
    rows = BeautifulSoup(hypotheses(andes).html, "lxml").select("table.matrix tbody tr")
    assert [row.select("td")[0].get_text(" ").split()[-1] for row in rows] == ["C2", "C2", "B3", "C2"]


def test_what_would_change_the_first_place_is_named_or_said_to_be_nothing(andes, altered):
    assert "No single item" in _text(hypotheses(andes).html, ".turning")
    turned = hypotheses(altered(andes, evidence=_marked(force="INN", wait="NCC")))
    assert "Without “Ministry raises royalties on silver”" in _text(turned.html, ".turning")
    assert turned.data["pivots"] == [{"item": "events.royalties", "leading": ["force-talks", "wait-out"]}]


def test_items_that_would_change_it_in_the_same_way_are_told_in_one_sentence(andes, altered):
    first, second, _, third = andes.facts.evidence
    marked = ((first, "force-talks"), (second, "force-talks"), (third, "wait-out"))
    evidence = tuple(one.model_copy(update={"marks": {name: "I"}, "note": None}) for one, name in marked)
    turned = _text(hypotheses(altered(andes, evidence=evidence)).html, ".turning")
    assert re.search("Without “[^”]*” or “[^”]*”, “[^”]*” and “[^”]*” would share it", turned), turned
    assert turned.count("Without") == 1


def test_a_brief_without_hypotheses_has_no_such_section(andes, altered):
    assert hypotheses(altered(andes, hypotheses=(), evidence=())).html == ""


def test_the_picture_puts_in_front_what_tells_the_explanations_apart_and_says_how_much_does(andes, altered):
    meta = evidence_matrix(altered(andes, evidence=_marked(force="CIC", wait="CNC") * 4)).layout.meta
    assert meta["title"] == "4 of 12 items of evidence tell the explanations apart"
    assert meta["table"]["columns"] == ["Evidence", "Grade", "Weight", "The pickets force talks", "The ministry waits"]
    assert [row[3:] for row in meta["table"]["rows"]] == [
        *[["inconsistent", "neutral"]] * 4, *[["consistent", "consistent"]] * 8,
    ]  # fmt: skip
    assert "The pickets force talks: 4 contradictions, weight" in meta["alt"]


def test_what_speaks_against_all_alike_tells_none_apart(andes, altered):
    figure = evidence_matrix(altered(andes, evidence=_marked(force="IIC", wait="IIC") * 3))
    assert figure.layout.meta["title"] == "No item of evidence tells the explanations apart"
    crosses = [trace for trace in figure.data if trace.mode == "lines" and trace.text]
    assert [trace.text.rpartition(": ")[2] for trace in crosses] == ["inconsistent"] * 12


def test_a_hundred_items_and_long_names_stay_in_the_drawing_wide_and_narrow(andes, altered):
    titles = {"title": "An explanation with a name of very many words that goes on for line after line " * 2}
    hypotheses = tuple(one.model_copy(update=titles) for one in andes.facts.hypotheses)
    evidence = _marked(force="ICN", wait="NIC") * 33
    figure = evidence_matrix(altered(andes, hypotheses=hypotheses, evidence=evidence))
    narrow = json.loads(figure.layout.meta["narrow"])
    for traces, layout in ((figure.to_plotly_json()["data"], figure.layout), (narrow["data"], narrow["layout"])):
        xs = [x for trace in traces for x in trace["x"] if x is not None]
        assert min(xs) >= 0
        assert max(xs) <= layout["width"]


def test_a_brief_with_no_more_evidence_than_its_table_shows_at_a_glance_has_no_such_picture(andes, altered):
    assert evidence_matrix(andes).html == ""
    assert evidence_matrix(altered(andes, hypotheses=(), evidence=())).html == ""
