"""The network: every actor and relation drawn, every label on its line and over nothing else."""

import itertools
import re
from dataclasses import replace

import pytest
from shapely.geometry import LineString, Point, box
from tests.conftest import ANDES, HOMS

from quickview.analysis import network
from quickview.analysis.canvas import NARROW, WIDE, inside, overlaps, responsive
from quickview.analysis.network import _draw, _named, _path, _plan, relations_figure
from quickview.analysis.relations import relations_table, words
from quickview.brief.reader import load
from quickview.brief.records import Relation
from quickview.brief.vocabulary import RelationKind
from quickview.theme import typeface
from quickview.theme.palette import LIGHT, side

BOTH = pytest.mark.parametrize("name", ["homs", "andes"])
WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])
SIDES = {side(n) for n in range(1, 7)}
SIDE_NAMES = {"Cooperatives", "State and company", "State and\ncompany", "Mediators"}
PIXELS = {"wide": WIDE, "narrow": NARROW}


@pytest.fixture(scope="module")
def plans(briefs):
    return {(name, width): _named(_plan(briefs[name], PIXELS[width]))[0] for name in briefs for width in PIXELS}


def _kinds(plan):
    return {str(relation.kind) for relation in plan.brief.facts.relations}


def _actor_labels(drawing):
    return {label.text.replace("\n", " "): label for label in drawing.labels if label.colour == LIGHT["ink"]}


def _relation_labels(drawing, plan):
    return [
        label
        for label in drawing.labels
        if label.text in _kinds(plan) and label.weight == 400 and label.colour != LIGHT["ink"]
    ]


def _plain(drawing):
    """Texts without the controls that only tell their direction."""
    return [replace(label, text=re.sub("[\u2067-\u2069]", "", label.text)) for label in drawing.labels]


def _told(brief, drawing):
    """What the drawing says of relations: the words on their lines, and those a number there stands for in the legend."""
    labels = _plain(drawing)
    on_lines = [one for one in labels if one.colour in SIDES]
    key = [one for one in labels if one.colour == LIGHT["ink"]]
    told = [one.text for one in on_lines if one.weight == typeface.REGULAR]
    for number in (one for one in on_lines if one.text.isdigit()):
        (entry,) = [one for one in key if one.text == number.text]
        after = [one for one in key if one.y == entry.y and one.weight == typeface.REGULAR]
        told.append(min(after, key=lambda one: abs(one.x - entry.x)).text)
    assert {one.text for one in key if one.text.isdigit()} <= {one.text for one in on_lines}, "explained in vain"
    return sorted(told)


def _words(brief):
    return sorted(brief.language.gettext(relation.kind) for relation in brief.facts.relations)


@BOTH
@WIDTHS
def test_every_actor_stands_in_a_box_of_its_own(drawings, plans, name, width):
    drawing, plan = drawings[name, "network", width], plans[name, width]
    pills = [plan.pill(actor.id) for actor in plan.brief.facts.actors]
    assert {actor.label for actor in plan.brief.facts.actors} <= _actor_labels(drawing).keys()
    assert not any(overlaps(a, b) for i, a in enumerate(pills) for b in pills[:i])
    assert all(inside(pill, (0, 0, drawing.width, drawing.height)) for pill in pills)


@BOTH
@WIDTHS
def test_a_name_fits_its_box(drawings, plans, name, width):
    plan = plans[name, width]
    labels = _actor_labels(drawings[name, "network", width])
    assert all(inside(labels[actor.label].box, plan.pill(actor.id)) for actor in plan.brief.facts.actors)


@BOTH
@WIDTHS
def test_every_actor_stands_in_the_lane_of_its_side(plans, name, width):
    plan = plans[name, width]
    sides = [one.id for one in plan.brief.facts.sides]
    for row, number in zip(plan.rows, plan.row_sides, strict=True):
        assert {actor.side for actor in plan.brief.facts.actors if actor.id in row} == {sides[number - 1]}


@BOTH
@WIDTHS
def test_every_relation_ends_in_an_arrow_at_the_one_acted_on(drawings, plans, name, width):
    plan = plans[name, width]
    arrows = [mark for mark in drawings[name, "network", width].markers() if mark["symbol"] == "arrow"]
    assert len(arrows) == len(plan.brief.facts.relations)
    for arrow, relation in zip(arrows, plan.brief.facts.relations, strict=True):
        assert box(*plan.pill(relation.target)).exterior.distance(Point(arrow["x"], arrow["y"])) < 0.1


@BOTH
@WIDTHS
def test_every_relation_has_a_line_one_can_see(plans, name, width):
    plan = plans[name, width]
    assert all(_path(plan, relation).length >= 12 for relation in plan.brief.facts.relations)


@BOTH
@WIDTHS
def test_every_line_begins_at_the_one_who_acts(plans, name, width):
    plan = plans[name, width]
    for relation in plan.brief.facts.relations:
        start = Point(_path(plan, relation).coords[0])
        assert box(*plan.pill(relation.origin)).exterior.distance(start) < 0.1


@BOTH
@WIDTHS
def test_no_line_runs_through_an_actor(plans, name, width):
    plan = plans[name, width]
    pills = {actor.id: box(*plan.pill(actor.id)).buffer(-1) for actor in plan.brief.facts.actors}
    crossed = [
        (relation.origin, relation.target, actor)
        for relation in plan.brief.facts.relations
        for actor, pill in pills.items()
        if _path(plan, relation).intersects(pill)
    ]
    assert crossed == []


@pytest.fixture(scope="module", params=["en", "ar", "fr"])
def read(request):
    """Each example brief in a language."""
    return [load(path, language=request.param) for path in (HOMS, ANDES, ANDES.with_name("andes-arabic.md"))]


def test_no_relation_loses_its_words_in_any_language(read, as_drawings):
    for brief in read:
        for drawing in as_drawings(relations_figure(brief)):
            assert _told(brief, drawing) == _words(brief)


def _as_lines(brief):
    """The drawing with lines, however many there are."""
    return responsive(lambda width: _draw(_plan(brief, width)), words(brief, form="lines"), brief.language)


LONG = "Provisional coordination office of the united councils of the eastern valleys and their mountain districts"


@pytest.fixture(scope="module", params=["en", "ar", "fr"])
def lengthy(request, altered):
    """A brief with names as long as a brief may have, in which everybody acts on everybody."""
    brief = load(ANDES, language=request.param)
    names = {actor.id: f"{LONG} {n} {LONG}"[:200] for n, actor in enumerate(brief.facts.actors)}
    actors = tuple(actor.model_copy(update={"name": names[actor.id], "short": None}) for actor in brief.facts.actors)
    sides = tuple(one.model_copy(update={"name": f"{LONG} {n}"}) for n, one in enumerate(brief.facts.sides))
    pairs = itertools.permutations([actor.id for actor in actors], 2)
    kinds = itertools.cycle(RelationKind)
    given = [{"from": a, "to": b, "kind": next(kinds), "source": "radio"} for a, b in pairs]
    relations = tuple(Relation.model_validate(one, strict=False) for one in given)
    return altered(brief, actors=actors, sides=sides, relations=relations)


def test_long_names_stay_in_boxes_of_their_own_on_the_canvas(lengthy, as_drawings):
    for width, drawing in zip((WIDE, NARROW), as_drawings(_as_lines(lengthy)), strict=True):
        plan, _ = _named(_plan(lengthy, width))
        frame = (-0.5, -0.5, drawing.width + 0.5, drawing.height + 0.5)
        pills = [plan.pill(actor.id) for actor in lengthy.facts.actors]
        labels = _plain(drawing)
        assert all(inside(pill, frame) for pill in pills)
        assert not any(overlaps(a, b) for i, a in enumerate(pills) for b in pills[:i])
        assert [one.text for one in labels if not inside(one.box, frame)] == []
        assert [
            (a.text, b.text) for i, a in enumerate(labels) for b in labels[:i] if overlaps(a.box, b.box, pad=-1.5)
        ] == []


def test_a_name_of_one_word_without_end_stays_on_the_canvas(lengthy, altered, as_drawings):
    actors = tuple(one.model_copy(update={"name": "W" * 90, "short": None}) for one in lengthy.facts.actors)
    for drawing in as_drawings(_as_lines(altered(lengthy, actors=actors))):
        frame = (-0.5, -0.5, drawing.width + 0.5, drawing.height + 0.5)
        assert [one.text for one in _plain(drawing) if not inside(one.box, frame)] == []


def test_a_crowd_of_relations_is_told_whole(lengthy, as_drawings):
    names = {actor.id: actor.label for actor in lengthy.facts.actors}
    for drawing in as_drawings(_as_lines(lengthy)):
        texts = [" ".join(one.text.split()) for one in _plain(drawing)]
        on_lines = _told(lengthy, drawing)
        whole = [
            relation
            for relation in lengthy.facts.relations
            if any(text.startswith(names[relation.origin]) and text.endswith(names[relation.target]) for text in texts)
        ]
        missing = list(_words(lengthy))
        for word in (*on_lines, *(lengthy.language.gettext(r.kind) for r in whole)):
            missing.remove(word)
        assert missing == []


def test_what_fits_on_no_line_is_said_in_full_in_the_legend(andes, altered, as_drawings):
    one = andes.facts.relations[0]
    many = tuple(one.model_copy(update={"kind": kind}) for kind in RelationKind) * 3
    for drawing in as_drawings(_as_lines(altered(andes, relations=many))):
        texts = [one.text.replace("\n", " ") for one in drawing.labels]
        on_lines = len([one for one in drawing.labels if one.colour in SIDES and one.text not in SIDE_NAMES])
        assert on_lines + sum(text.startswith("Blockade Committee ") for text in texts) == len(many)


@BOTH
def test_every_relation_is_named_where_there_is_room(drawings, plans, name):
    named = sorted(label.text for label in _relation_labels(drawings[name, "network", "wide"], plans[name, "wide"]))
    assert named == sorted(str(relation.kind) for relation in plans[name, "wide"].brief.facts.relations)


@BOTH
@WIDTHS
def test_a_label_stands_on_a_line_of_its_kind_and_colour(drawings, plans, name, width):
    plan = plans[name, width]
    for label in _relation_labels(drawings[name, "network", width], plan):
        paths = [_path(plan, r) for r in plan.brief.facts.relations if r.kind == label.text]
        assert min(path.distance(Point(label.x, label.y)) for path in paths) < 1


@BOTH
@WIDTHS
def test_a_label_covers_no_actor_and_no_other_label(drawings, plans, name, width):
    plan, drawing = plans[name, width], drawings[name, "network", width]
    labels = _relation_labels(drawing, plan)
    assert labels
    for n, label in enumerate(labels):
        assert not any(overlaps(label.box, plan.pill(actor.id)) for actor in plan.brief.facts.actors)
        assert not any(overlaps(label.box, other.box) for other in labels[:n])


@BOTH
@WIDTHS
def test_no_line_is_drawn_under_a_label(drawings, plans, name, width):
    plan, drawing = plans[name, width], drawings[name, "network", width]
    lines = [g for trace, g in drawing.lines if trace.get("fill") is None]
    struck = [a.text for a in _relation_labels(drawing, plan) if any(g.intersects(box(*a.box)) for g in lines)]
    assert struck == []


@BOTH
@WIDTHS
def test_the_legend_shows_the_kinds_of_line_in_use(drawings, name, width):
    texts = {label.text for label in drawings[name, "network", width].labels}
    assert {"belongs to or backs", "talks or agrees", "opposes or warns"} <= texts
    assert ("guarantees, monitors or governs" in texts) == (name == "homs")


@BOTH
def test_the_drawing_stands_in_the_middle_of_its_room(plans, name):
    plan = plans[name, "wide"]
    pills = [plan.pill(actor.id) for actor in plan.brief.facts.actors]
    left, right = min(p[0] for p in pills), max(p[2] for p in pills)
    assert left > 84
    assert right < WIDE
    if name == "andes":
        assert left - 84 == pytest.approx(WIDE - right, abs=20)


def test_a_relation_takes_the_colour_of_the_side_that_acts(drawings, andes):
    arrows = [mark for mark in drawings["andes", "network", "wide"].markers() if mark["symbol"] == "arrow"]
    assert [arrow["color"] for arrow in arrows] == [side(1), side(1), side(1), side(3)]


def test_hovering_tells_the_whole_relation(drawings):
    texts = [mark["text"] for mark in drawings["andes", "network", "wide"].markers()]
    assert "Federation of Cooperatives negotiates with Ministry of Mines: Talks put off on 11 June" in texts


def _related(*triples):
    given = [{"from": a, "kind": kind, "to": b, "source": "radio"} for a, kind, b in triples]
    return tuple(Relation.model_validate(one, strict=False) for one in given)


def test_the_title_says_who_moves_most_others_and_how(andes, altered):
    given = _related(
        ("ministry", "backs", "company"), ("ministry", "governs", "federation"), ("ministry", "governs", "committee"),
        ("ombudsman", "mediates for", "federation"), ("committee", "warns", "ministry"),
    )  # fmt: skip
    meta = relations_figure(altered(andes, relations=given)).layout.meta
    assert meta["title"] == "Ministry of Mines has most influence: on 3 others (backs, governs)"


def test_the_title_only_says_what_is_shown_where_nobody_moves_more_than_the_rest(figures):
    assert figures["andes", "network"]["layout"]["meta"]["title"] == "Who acts on whom"


@BOTH
def test_the_alternative_text_tells_every_relation(figures, briefs, name):
    alt = figures[name, "network"]["layout"]["meta"]["alt"]
    names = {actor.id: actor.label for actor in briefs[name].facts.actors}
    assert all(f"{names[r.origin]} {r.kind} {names[r.target]}." in alt for r in briefs[name].facts.relations)


def test_the_table_has_one_row_a_relation_with_the_number_of_its_source(andes):
    table = relations_table(andes)
    assert list(table.columns) == ["From", "Relation", "To", "Note", "Source"]
    assert table.iloc[1].tolist() == [
        "Federation of Cooperatives", "negotiates with", "Ministry of Mines", "Talks put off on 11 June", 1,
    ]  # fmt: skip


def test_relations_in_both_directions_are_two_lines(andes, altered, as_drawings):
    back = Relation.model_validate(
        {"from": "ministry", "to": "federation", "kind": "warns", "source": "gazette"}, strict=False
    )
    brief = altered(andes, relations=(*andes.facts.relations, back))
    plan = _plan(brief, WIDE)
    there, again = (_path(plan, brief.facts.relations[n]) for n in (1, 4))
    assert not LineString(there).buffer(0.5).contains(again)
    for drawing in as_drawings(relations_figure(brief)):
        assert sum(mark["symbol"] == "arrow" for mark in drawing.markers()) == 5


def test_without_relations_there_is_no_network(andes, altered):
    assert network(altered(andes, relations=())).html == ""


def test_few_relations_are_a_table_that_cites(andes, altered):
    block = network(altered(andes, relations=andes.facts.relations[:3]))
    text = " ".join(re.sub("<[^>]*>", " ", block.html).split())
    assert "Federation of Cooperatives negotiates with (Talks put off on 11 June)" in text
    assert 'href="#source-radio"' in block.html


def test_a_side_without_actors_has_no_lane(andes, altered, as_drawings):
    facts = andes.facts
    actors = tuple(actor for actor in facts.actors if actor.side != "mediators")
    relations = tuple(r for r in facts.relations if r.origin != "ombudsman")
    wide, _ = as_drawings(relations_figure(altered(andes, actors=actors, relations=relations)))
    assert "Mediators" not in [label.text for label in wide.labels]
