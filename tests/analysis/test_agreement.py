"""The terms of an agreement as a tracker."""

from quickview.analysis import terms
from quickview.look.palette import side


def test_a_brief_without_an_agreement_has_no_tracker(andes):
    assert terms(andes).html == ""


def test_every_term_is_a_row_with_its_anchor(homs):
    html = terms(homs).html
    assert all(f'<tr id="term-{term.id}">' in html for term in homs.facts.agreement.terms)


def test_a_state_is_a_word_and_a_mark(homs):
    html = terms(homs).html
    assert '<span class="state state-in-force"><i aria-hidden="true"></i>In force</span>' in html
    assert '<span class="state state-contested"><i aria-hidden="true"></i>Contested</span>' in html


def test_rival_deadlines_both_stand_with_who_gives_them(homs):
    html = terms(homs).html
    assert "<strong>30–37 days</strong>" in html
    assert "3 Sept: EIU" in html
    assert "10 Sept: EA WorldView" in html


def test_a_term_without_a_deadline_says_so(homs):
    without = [term for term in homs.facts.agreement.terms if not term.deadlines]
    assert terms(homs).html.count("none given") == len(without)


def test_who_is_bound_carries_the_colour_of_its_side(homs):
    html = terms(homs).html
    assert f'fill="{side(3)}"/></svg>Syrian government' in html


def test_the_lead_names_parties_guarantor_and_the_day_of_effect(homs):
    lead = terms(homs).html.split("</p>")[0]
    assert "Supporting groups and Syrian government" in lead
    assert "guarantor: Russia" in lead
    assert "In effect from 3 August 2017" in lead
    assert "31 July 2017" in lead
    assert "2 August 2017" in lead


def test_an_agreement_without_guarantor_or_signature_is_told_without_them(homs, altered):
    bare = homs.facts.agreement.model_copy(update={"guarantors": (), "signed": (), "signed_at": None})
    lead = terms(altered(homs, agreement=bare)).html.split("</p>")[0]
    assert "guarantor" not in lead
    assert "Signed" not in lead


def test_every_term_cites_its_source(homs):
    rows = terms(homs).html.split('<tr id="term-')[1:]
    for row, term in zip(rows, homs.facts.agreement.terms, strict=True):
        assert f'href="#source-{term.source}"' in row
        assert f'href="#source-{term.state.source}"' in row
