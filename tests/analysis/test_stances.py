"""Who stands where."""

import re

import pytest

from quickview.analysis import stances
from quickview.brief.vocabulary import Stance
from quickview.theme.palette import side


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_every_actor_is_one_row_with_one_mark(briefs, name):
    rows = stances(briefs[name]).html.split('<tr id="actor-')[1:]
    assert len(rows) == len(briefs[name].facts.actors)
    assert all(row.split("</tr>")[0].count('class="mark') == 1 for row in rows)


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_a_stance_is_told_in_words_too(briefs, name):
    html = stances(briefs[name]).html
    for actor in briefs[name].facts.actors:
        row = html.split(f'<tr id="actor-{actor.id}">')[1].split("</tr>")[0]
        assert f'<span class="spoken">{actor.stance}</span>' in row


def test_marks_of_stances_differ_without_colour_and_carry_the_colour_of_the_side(andes, altered):
    actors = [
        actor.model_copy(update={"stance": stance}) for actor, stance in zip(andes.facts.actors, Stance, strict=False)
    ]
    html = stances(altered(andes, actors=tuple(actors))).html
    marks = re.findall(r'<svg class="mark themed"[^>]*><g fill="(#\w+)"[^>]*>(.*?)</g>', html)
    assert len({shape for _, shape in marks}) == len(marks) == len(actors) > 4
    assert {colour for colour, _ in marks} == {side(1), side(2), side(3)}
    assert "background" not in html


def test_every_stance_has_a_column(andes):
    html = stances(andes).html
    assert all(f"<span>{str(stance).capitalize()}</span>" in html for stance in Stance)


def test_actors_stand_under_their_side(andes):
    groups = stances(andes).html.split("<tbody>")[1:]
    assert [("Cooperatives" in g, "Ombudsman" in g) for g in groups] == [(True, False), (False, False), (False, True)]


def test_a_side_without_actors_is_left_out(andes, altered):
    actors = tuple(actor for actor in andes.facts.actors if actor.side != "mediators")
    assert "Mediators" not in stances(altered(andes, actors=actors)).html


def test_a_name_in_arabic_has_language_and_direction(homs):
    assert '<bdi class="native" lang="ar" dir="rtl">هيئة تحرير الشام</bdi>' in stances(homs).html


def test_a_name_in_russian_runs_from_left_to_right(homs):
    assert '<bdi class="native" lang="ru" dir="ltr">Россия</bdi>' in stances(homs).html


def test_without_an_agreement_the_caption_speaks_of_none(andes, homs):
    assert "towards the agreement" not in stances(andes).html
    assert "towards the agreement" in stances(homs).html
