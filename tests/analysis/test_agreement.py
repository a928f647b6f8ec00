"""The terms of an agreement as a tracker."""

import datetime as dt
import io
import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from lxml import html
from PIL import Image

from quickview.analysis import method, terms
from quickview.brief.vocabulary import TermState
from quickview.language.catalogs import Language
from quickview.report import social_card
from quickview.theme.palette import side
from quickview.theme.theme import load_theme


def test_a_brief_without_an_agreement_has_no_tracker(andes):
    assert terms(andes).html == ""


def test_every_term_is_a_row_with_its_anchor(homs):
    page = terms(homs).html
    assert all(f'<tr id="term-{term.id}">' in page for term in homs.facts.agreement.terms)


def _in_state(brief, altered, state, **term):
    """The brief with one term, in that state."""
    first = brief.facts.agreement.terms[0]
    one = first.model_copy(update={"state": first.state.model_copy(update={"value": state}), **term})
    return altered(brief, agreement=brief.facts.agreement.model_copy(update={"terms": (one,)}))


def _tracker(brief):
    return html.fragment_fromstring(terms(brief).html, create_parent=True)


def _mark(brief):
    (mark,) = _tracker(brief).xpath("//*[@class='state']/svg")
    return mark


@pytest.mark.parametrize("state", TermState)
def test_a_state_is_a_word_and_a_drawn_mark_that_needs_no_style_sheet(homs, altered, state):
    brief = _in_state(homs, altered, state)
    assert _tracker(brief).xpath("string(//*[@class='state'])").strip() == str(state).capitalize()
    mark = _mark(brief)
    assert (mark.get("fill"), mark.get("stroke"), mark.get("aria-hidden")) == ("#000", "#000", "true")
    assert not mark.xpath(".//@style | .//@class")


def test_no_two_states_look_alike_without_colour(homs, altered):
    drawn = {}
    for state in TermState:
        svg = html.tostring(_mark(_in_state(homs, altered, state)), encoding="unicode", method="xml", with_tail=False)
        picture = social_card.png(svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1), load_theme())
        drawn[state] = np.asarray(Image.open(io.BytesIO(picture)).getchannel("A"), dtype=int)
        assert drawn[state].shape == (12, 12)
    for one, other in itertools.combinations(TermState, 2):
        # Of the 144 pixels of a mark at the size it has on paper; 255 is from black to white.
        assert abs(drawn[one] - drawn[other]).sum() / 255 > 25, (one, other)


def test_what_is_under_way_points_where_the_reader_goes(homs, altered):
    arabic = replace(_in_state(homs, altered, TermState.UNDER_WAY), language=Language("ar"))
    assert _mark(arabic).xpath("g[@transform='matrix(-1 0 0 1 16 0)']")
    assert not _mark(_in_state(homs, altered, TermState.UNDER_WAY)).xpath("g")


def test_a_category_stands_in_words_and_its_code_only_where_it_is_explained(homs, homs_territory):
    tracker = terms(homs).html
    assert "Disarmament" in tracker
    assert not re.search(r"\b(SsrDdr|CeProv|Ce|DevHum|HrDet|ImPK|Pubad)\b|PA-X provision", tracker)
    text = html.fragment_fromstring(method(homs, homs_territory).html, create_parent=True).text_content()
    assert "codes: Ceasefire (Ce), Public administration (Pubad), Disarmament (SsrDdr), " in text


def test_without_an_agreement_the_method_knows_no_categories(andes, andes_territory):
    assert "PA-X" not in method(andes, andes_territory).html


def test_rival_deadlines_both_stand_with_who_gives_them(homs):
    page = terms(homs).html
    assert "<strong>30–37 days</strong>" in page
    assert "3 Sept: EIU" in page
    assert "10 Sept: EA WorldView" in page


def test_terms_without_a_deadline_are_counted_once_and_not_said_row_by_row(homs):
    tracker = _tracker(homs)
    assert tracker.xpath("string(p)").strip().endswith("6 of 7 terms have no deadline.")
    seen = [cell.text_content() for cell in tracker.xpath("//td[@class='deadline'][.//*[@class='none']]")]
    assert seen == ["–"] * 6


def test_without_any_deadline_there_is_no_column_for_them(homs, altered):
    tracker = _tracker(_in_state(homs, altered, TermState.PENDING, deadlines=()))
    assert [one.text for one in tracker.xpath("//thead//th")] == ["Term", "Binds", "State"]
    assert len(tracker.xpath("//tbody/tr/*")) == 3
    assert tracker.xpath("string(p)").strip().endswith("None of the terms has a deadline.")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([3, 9], "3–9 days"),
        ([1], "1 day"),
        ([-4, 2], "2 days"),
        ([-4, -2], "2–4 days ago"),
        ([-1], "1 day ago"),
        ([-900, -800], "2 years ago"),
    ],
)
def test_days_are_counted_to_deadlines_ahead_and_from_those_that_passed(homs, altered, days, told):
    as_of, claim = homs.facts.document.as_of, homs.facts.agreement.terms[-1].deadlines[0]
    given = tuple(claim.model_copy(update={"date": as_of + dt.timedelta(n)}) for n in days)
    tracker = _tracker(_in_state(homs, altered, TermState.PENDING, deadlines=given))
    assert tracker.xpath("string(//td[@class='deadline']/strong)") == told


def test_who_is_bound_carries_the_colour_of_its_side(homs):
    page = terms(homs).html
    assert f'fill="{side(3)}"/></svg>Syrian government' in page


def test_the_lead_names_parties_guarantor_and_the_day_of_effect(homs):
    lead = terms(homs).html.split("</p>")[0]
    assert "Supporting groups and Syrian government" in lead
    assert "Guarantor: Russia" in lead
    assert "In effect since 3 August 2017" in lead
    assert "31 July 2017" in lead
    assert "2 August 2017" in lead


def test_what_takes_effect_later_is_not_said_to_be_in_effect(homs, altered):
    agreement = homs.facts.agreement
    later = agreement.effective.model_copy(update={"date": homs.facts.document.as_of.replace(day=9)})
    lead = terms(altered(homs, agreement=agreement.model_copy(update={"effective": later}))).html
    assert "Takes effect on 9 August 2017" in lead
    assert "In effect since" not in lead


def test_an_agreement_without_guarantor_or_signature_is_told_without_them(homs, altered):
    bare = homs.facts.agreement.model_copy(update={"guarantors": (), "signed": (), "signed_at": None})
    lead = terms(altered(homs, agreement=bare)).html.split("</p>")[0]
    assert "uarantor" not in lead
    assert "Signed" not in lead


def test_every_term_cites_its_source(homs):
    rows = terms(homs).html.split('<tr id="term-')[1:]
    for row, term in zip(rows, homs.facts.agreement.terms, strict=True):
        assert f'href="#source-{term.source}"' in row
        assert f'href="#source-{term.state.source}"' in row


def test_a_day_of_another_year_says_its_year(homs, altered):
    (term,) = [one for one in homs.facts.agreement.terms if one.deadlines][:1]
    claim = term.deadlines[0].model_copy(update={"date": dt.date(2031, 3, 9)})
    brief = _in_state(homs, altered, TermState.PENDING, deadlines=(claim,))
    assert "9 Mar 2031" in terms(brief).html
    assert "Aug 2017<" not in terms(brief).html.partition("<table")[2]


def test_an_agreement_that_is_over_took_effect_and_is_not_in_effect(homs, altered):
    effective = homs.facts.agreement.effective.model_copy(update={"date": dt.date(2016, 1, 1)})
    until = effective.model_copy(update={"date": dt.date(2016, 7, 1)})
    deal = homs.facts.agreement.model_copy(update={"effective": effective, "until": until})
    lead = terms(altered(homs, agreement=deal)).html.partition("<table")[0]
    assert "Took effect on 1 January 2016" in lead
    assert "Ended on 1 July 2016" in lead
    assert "In effect since" not in lead
