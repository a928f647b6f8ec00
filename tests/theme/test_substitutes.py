"""Boxes with the numbers of characters that no font has."""

import io

from fontTools.ttLib import TTFont

from quickview.theme.substitutes import POLE_EMS, boxes, pole


def read(data):
    return TTFont(io.BytesIO(data))


def test_each_character_has_a_box_of_its_own():
    font = read(boxes(["🔥", "中", "中", "\ue000", "\U0010fffd"]))
    names = font.getBestCmap()
    assert set(names) == {0x1F525, 0x4E2D, 0xE000, 0x10FFFD}
    shapes = [font["glyf"][name] for name in names.values()]
    assert len({bytes(shape.coordinates.array) for shape in shapes}) == 4
    assert {font["hmtx"][name][0] for name in names.values()} == {font["head"].unitsPerEm}


def test_signs_are_no_marks_so_that_their_boxes_stand_beside_that_of_the_letter():
    font = read(boxes(["တ", "\u103a"]))
    classes = font["GDEF"].table.GlyphClassDef.classDefs
    assert {classes[name] for name in font.getBestCmap().values()} == {1}


def test_boxes_fit_a_line():
    shape = read(boxes(["中"]))["glyf"]["u4E2D"]
    assert shape.yMax - shape.yMin < 1000
    assert 0 < shape.xMin < shape.xMax < 1000


def test_a_pole_is_higher_than_any_letter():
    font = read(pole())
    assert font["glyf"][".notdef"].yMax == POLE_EMS * font["head"].unitsPerEm
    assert not font.getBestCmap()


def test_the_same_characters_make_the_same_font():
    assert boxes(["中", "🔥"]) == boxes(["🔥", "中"])
