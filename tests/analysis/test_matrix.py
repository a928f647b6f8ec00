"""Many relations as a matrix: none lost, none over another, at any width."""

import re
from dataclasses import replace

import pytest
from tests.builders import sizes

from quickview.analysis import network
from quickview.analysis.canvas import inside, overlaps
from quickview.analysis.relations import SHAPES
from quickview.brief.reader import load
from quickview.brief.vocabulary import FAMILY


@pytest.fixture(scope="module")
def of_size(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    return lambda actors, relations: load(
        sizes.write(folder, f"actors-{actors}", actors=actors, relations=relations, sources=3)
    )


@pytest.fixture(scope="module")
def full(of_size):
    return of_size(40, 60)


def _crossing(drawing):
    labels, frame = drawing.labels, (-1, -1, drawing.width + 1, drawing.height + 1)
    return [
        one.text
        for n, one in enumerate(labels)
        if not inside(one.box, frame) or any(overlaps(one.box, other.box, pad=-1.5) for other in labels[:n])
    ]


def test_every_relation_is_a_mark_of_its_kind_that_says_it(full, as_drawings):
    wide, _ = as_drawings(network(full))
    said = {mark["text"]: mark["symbol"] for mark in wide.markers() if mark["text"]}
    names = {actor.id: actor.label for actor in full.facts.actors}
    for one in full.facts.relations:
        sentence = f"{names[one.origin]} {one.kind} {names[one.target]}"
        (shape,) = [shape for text, shape in said.items() if sentence in text.split("; ")]
        assert shape == SHAPES[FAMILY[one.kind]]


def test_a_mark_stands_in_the_row_of_who_acts_and_the_column_of_who_is_acted_on(full, as_drawings):
    wide, _ = as_drawings(network(full))
    names = {actor.id: actor.label for actor in full.facts.actors}
    one = full.facts.relations[17]
    (mark,) = [m for m in wide.markers() if m["text"] == f"{names[one.origin]} {one.kind} {names[one.target]}"]
    row, named = wide.label(names[one.origin]), wide.label(names[one.target])
    (number,) = [label.text for label in wide.labels if label.text.isdigit() and label.y == named.y]
    (head,) = [label for label in wide.labels if label.text == number and label.y > wide.height - 20]
    assert abs(mark["y"] - row.y) < 6
    assert abs(mark["x"] - head.x) < 6


@pytest.mark.parametrize(("actors", "relations"), [(40, 60), (70, 240), (12, 44)])
def test_no_text_covers_another_and_the_drawing_stays_small(of_size, as_drawings, actors, relations):
    figure = network(of_size(actors, relations))
    for drawing in as_drawings(figure):
        assert _crossing(drawing) == []
        assert drawing.height <= 640
    assert figure.layout.meta["whole"] is False
    assert len(figure.layout.meta["table"]["rows"]) == relations


def test_on_a_phone_relations_are_counted_by_side(full, as_drawings):
    _, narrow = as_drawings(network(full))
    counts = [int(mark["text"].rsplit(" ", 1)[1]) for mark in narrow.markers() if mark["text"]]
    assert sum(counts) == 60


def test_a_word_as_long_as_a_line_is_folded(full, altered, as_drawings):
    sides = tuple(one.model_copy(update={"name": "Sehrlangeswort" * 6}) for one in full.facts.sides)
    actors = tuple(one.model_copy(update={"name": "Sehrlangeswort" * 6}) for one in full.facts.actors)
    for drawing in as_drawings(network(altered(full, sides=sides, actors=actors))):
        assert _crossing(drawing) == []


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_what_the_marks_stand_for_has_room_in_every_language(tmp_path, as_drawings, language):
    path = sizes.write(tmp_path, "many", actors=40, relations=60, sources=3)
    for drawing in as_drawings(network(load(path, language=language))):
        key = [replace(one, text=re.sub("[\u2066-\u2069]", "", one.text)) for one in drawing.labels if one.y < 60]
        assert len(key) >= 4
        assert [one.text for one in key if not inside(one.box, (0, 0, drawing.width, drawing.height))] == []
