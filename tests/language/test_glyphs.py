"""Which characters the kit's fonts lack, what they are called, and what to write instead."""

import unicodedata
from importlib import resources

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from quickview.language.glyphs import instead, is_undrawn, missing, named, runs

FONTS = resources.files("quickview.theme") / "fonts"


@pytest.mark.slow
def test_the_list_of_what_is_covered_is_that_of_the_fonts_themselves():
    held = set()
    for script in ("latin", "latin-ext", "greek", "cyrillic", "vietnamese", "arabic"):
        with (FONTS / f"plex-sans-{script}-400.woff2").open("rb") as file:
            held |= set(TTFont(file).getBestCmap())
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    seen = {c for c in every if not c.isspace() and not is_undrawn(c)}
    assert missing("".join(every)) == seen - set(map(chr, held))


def test_characters_no_font_of_the_kit_has_are_found():
    assert missing("Homs 漢 حمص 🔥") == {"漢", "🔥"}


def test_signs_without_a_shape_are_not_missed():
    assert missing("a\u2060b\u200dc\u00ad\ufe0f\U000e0100\u034f\u3000") == set()


def test_words_between_part_a_run_and_nothing_else_does():
    assert list(runs("a 🔥 👨\u200d👩 b မြန်မာ (中)\n中 x")) == [(2, "🔥 👨\u200d👩"), (10, "မြန်မာ (中"), (21, "中")]
    assert list(runs("| 中 | 國 |")) == [(2, "中"), (6, "國")]


@given(st.text(st.sampled_from("a🔥中\u103a\u1019\u200d\ufe0f |\n.x_ \ue000")))
def test_runs_hold_all_that_is_missing_at_their_places(text):
    found = list(runs(text))
    assert set("".join(run for _, run in found)) >= missing(text)
    assert all(text[at:].startswith(run) and {run[0], run[-1]} <= missing(text) for at, run in found)


def test_a_character_is_called_by_number_and_name_and_the_many_as_they_are():
    assert named("🔥\ue000") == "U+1F525 FIRE, U+E000 without a name"
    many = [chr(0x4E00 + n) for n in range(13)]
    assert named(many).endswith(f"U+4E09 {unicodedata.name(many[9])} and 3 more: {' '.join(many[10:])}")


@pytest.mark.parametrize(
    ("run", "start"),
    [("🔥", "write it in words"), ("≥", "write it in words"), ("တပ်", "write it in Latin"), ("\ue000", "write what it stands for"), ("\u0378", "check"), ("\u0307", "write the letter")],
)  # fmt: skip
def test_what_to_write_instead_depends_on_what_it_is(run, start):
    assert instead(run).startswith(start)
