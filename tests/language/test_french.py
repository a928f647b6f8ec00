"""French: its typography, its plurals, its degrees of likelihood."""

import re

import pytest
from tests.conftest import HOMS

from quickview import messages
from quickview.analysis import outlook
from quickview.brief.reader import load
from quickview.brief.vocabulary import CREDIBILITY, ICD203, RELIABILITY, RelationFamily, RelationKind
from quickview.language import glyphs
from quickview.language.catalogs import Language

FRENCH = Language("fr")


@pytest.fixture(scope="module")
def texts():
    strings = (message.string for message in messages.read("fr") if message.id)
    return [form for text in strings for form in (text if isinstance(text, tuple) else (text,))]


def _said(words):
    return [FRENCH.gettext(str(word)) for word in words]


def test_no_line_can_break_before_a_sign_or_inside_quotes(texts):
    assert [text for text in texts if re.search(r"(?<!\u00a0)[;:!?»%](?!//)|«(?!\u00a0)", text)] == []


def test_quotes_and_apostrophes_are_those_of_print(texts):
    assert [text for text in texts if re.search("[\"'“”]", text)] == []


def test_every_character_has_a_glyph_in_the_kit_s_fonts(texts):
    assert glyphs.missing("".join(texts)) == set()
    assert "\u202f" not in "".join(texts)


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0\u00a0jour"), (1, "1\u00a0jour"), (2, "2\u00a0jours"), (37, "37\u00a0jours")]
)
def test_none_and_one_are_in_the_singular(n, text):
    assert FRENCH.ngettext("{n} day", "{n} days", n, n=n) == text


def test_both_rows_of_the_yardstick_have_words_of_their_own():
    assert _said(band.words[0] for band in ICD203) == [
        "presque aucune chance", "très peu probable", "peu probable", "chances à peu près égales", "probable",
        "très probable", "quasi certain",
    ]  # fmt: skip
    assert set(_said(band.words[0] for band in ICD203)).isdisjoint(_said(band.words[1] for band in ICD203))


def test_grades_differ_from_one_another():
    for meanings in (RELIABILITY, CREDIBILITY):
        assert len(set(_said(meanings.values()))) == len(meanings)


def test_relations_differ_from_one_another_and_fit_on_a_line():
    said = _said(RelationKind)
    assert len(set(said)) == len(said)
    assert max(map(len, said)) <= 24
    assert len(set(_said(RelationFamily))) == len(RelationFamily)


def test_a_title_over_two_forecasts_needs_no_agreement():
    title = outlook.yardstick(load(HOMS, language="fr")).layout.meta["title"]
    assert title == "Même appréciation pour les deux prévisions\u00a0: probable"


def test_the_homs_brief_is_translated_to_the_last_word():
    assert load(HOMS, language="fr").foreign == frozenset()


def test_the_translation_sets_no_breaking_space_before_a_sign_either():
    brief = load(HOMS, language="fr")
    prose = "\n".join(section.markdown for section in brief.sections)
    prose = re.sub(r"\[@[^\]]*\]", "", prose)
    assert re.findall(r".{9}(?<!\u00a0)[;:!?»%]", prose) == []


def test_a_citation_in_french_names_the_sources_the_original_names():
    brief, own = load(HOMS, language="fr"), load(HOMS)
    for read, written in zip(brief.sections, own.sections, strict=True):
        cited = [set(re.findall(r"@([\w-]+)", one.markdown)) for one in (read, written)]
        assert cited[0] == cited[1]
        numbers = [
            re.findall(r"\d{2,}", re.sub(r"(?<=\d)[\u00a0,](?=\d{3})", "", one.markdown)) for one in (read, written)
        ]
        assert sorted(numbers[0]) == sorted(numbers[1]), read.id
