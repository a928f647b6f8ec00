"""Words and numbers of ICD 203: which go together, and which sentences mix what must stand apart."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickview.brief import vocabulary
from quickview.brief.vocabulary import (
    ICD203,
    WORDS,
    agrees,
    band_of,
    find_words,
    mixed_sentences,
    row_of,
    sentences,
    words_for,
)

# As printed in the directive.
DIRECTIVE = {
    (1, 5): ("almost no chance", "remote"),
    (5, 20): ("very unlikely", "highly improbable"),
    (20, 45): ("unlikely", "improbable"),
    (45, 55): ("roughly even chance", "roughly even odds"),
    (55, 80): ("likely", "probable"),
    (80, 95): ("very likely", "highly probable"),
    (95, 99): ("almost certain", "nearly certain"),
}
BANDS = st.sampled_from(ICD203)
FEW = settings(max_examples=80, deadline=None)


def test_the_yardstick_is_that_of_the_directive() -> None:
    assert {(band.low, band.high): band.words for band in ICD203} == DIRECTIVE
    assert len(WORDS) == 14


def test_the_bands_meet_without_gap_from_one_to_ninety_nine() -> None:
    assert all(lower.high == upper.low for lower, upper in itertools.pairwise(ICD203))
    assert (ICD203[0].low, ICD203[-1].high) == (1, 99)


@given(st.data(), BANDS, st.booleans())
@FEW
def test_a_range_inside_a_band_agrees_with_the_words_of_that_band_alone(data, band, whole: bool) -> None:
    kind = st.integers if whole else st.floats
    low, high = sorted((data.draw(kind(band.low, band.high)), data.draw(kind(band.low, band.high))))
    if low == high and low in {band.low, band.high}:
        return  # an edge belongs to both bands: see below
    assert {word for word in WORDS if agrees(word, low, high)} == set(band.words)
    assert words_for(low, high) == (band.words[0],)


@given(st.floats(0, 100), st.floats(0, 100))
@FEW
def test_words_for_a_range_are_the_first_row_words_that_agree_with_it(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert words_for(low, high) == tuple(b.words[0] for b in ICD203 if agrees(b.words[0], low, high))
    assert len(words_for(low, high)) <= (2 if low == high else 1)


@pytest.mark.parametrize("edge", [5, 20, 45, 55, 80, 95])
def test_an_edge_between_bands_agrees_with_both(edge: int) -> None:
    weaker, stronger = words_for(edge, edge)
    assert band_of(weaker).high == band_of(stronger).low == edge


@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (0, 1), (0.5, 0.9), (99, 100), (99.5, 99.5), (100, 100), (0, 100), (54, 56)]
)
def test_no_word_stands_for_certainty_or_for_a_range_across_bands(low: float, high: float) -> None:
    assert words_for(low, high) == ()
    assert not any(agrees(word, low, high) for word in WORDS)


@given(BANDS, st.data())
@FEW
def test_a_range_upside_down_agrees_with_nothing(band, data) -> None:
    low = data.draw(st.integers(band.low + 1, band.high))
    assert not agrees(band.words[0], low, low - 1)


@given(st.sampled_from(sorted(WORDS)))
def test_band_and_row_lead_back_to_the_word(word: str) -> None:
    assert band_of(word).words[row_of(word)] == word


def test_another_word_has_no_band() -> None:
    with pytest.raises(KeyError):
        band_of("quite likely")


@given(st.sampled_from([word for word in WORDS if word != "remote"]), st.sampled_from([" ", "\n", "  \n  ", "\t"]))
@FEW
def test_each_word_is_found_whole_in_any_case_and_across_lines(word: str, space: str) -> None:
    written = word.title().replace(" ", space)
    assert find_words(f"It is {written}, they say.") == [(6, word)]


@pytest.mark.parametrize(
    "text", ["a remote valley", "the likelihood", "unlikelier", "improbably", "certain groups", "even odds"]
)
def test_words_that_only_resemble_the_yardstick_are_left_alone(text: str) -> None:
    assert find_words(text) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("The U.S. envoy left at 9 a.m. on Monday.", ["The U.S. envoy left at 9 a.m. on Monday."]),
        ("It rose by 3.5 per cent. 12 fell.", ["It rose by 3.5 per cent. 12 fell."]),
        ("“Go.” They went.", ["“Go.”", "They went."]),
        ("(All of it.) None.", ["(All of it.)", "None."]),
        ("One\n\ntwo", ["One", "two"]),
        ("- one\n- two\n3. three", ["- one", "- two", "3. three"]),
        ("One [@a]. [@b] Two.", ["One [@a].", "[@b] Two."]),
        ("لا. نعم.", ["لا.", "نعم."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_text_is_split_into_its_sentences(text: str, parts: list[str]) -> None:
    assert [part for _, part in sentences(text)] == parts


@given(st.text(st.sampled_from('aB.!? \n-"1)'), max_size=40))
@FEW
def test_sentences_stand_at_their_offsets_and_lose_no_word(text: str) -> None:
    found = sentences(text)
    assert all(text.startswith(part, offset) for offset, part in found)
    assert "".join("".join(part for _, part in found).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "We have high confidence that a collapse is likely.",
        "It is very unlikely (low confidence).",
        "Moderate\nconfidence attaches to this nearly\ncertain outcome.",
        "A high level of confidence makes it probable.",
        "Our confidence in this is low, and it is improbable.",
    ],
)
def test_a_sentence_with_confidence_and_likelihood_is_mixed(text: str) -> None:
    assert mixed_sentences(text) == [0]
    assert mixed_sentences(f"\n\nFirst this. {text}") == [14]


@pytest.mark.parametrize(
    "text",
    [
        "It is likely. We have high confidence.",
        "“It is likely.” We have high confidence.",
        "(It is likely.) We have high confidence.",
        "- It is likely\n- High confidence",
        "| likely |\n| high confidence |",
        "It is likely\n\nHigh confidence",
        "Confidence-building measures are likely at a high level.",
        "They lost confidence and it is likely to stay so.",
        "High confidence in the sources.",
        "",
    ],
)
def test_sentences_that_say_one_of_the_two_are_not_mixed(text: str) -> None:
    assert mixed_sentences(text) == []


@given(
    st.sampled_from([w for w in WORDS if w != "remote"]), st.sampled_from(["low", "moderate", "high"]), st.booleans()
)
@FEW
def test_only_the_full_stop_between_them_makes_the_difference(word: str, level: str, apart: bool) -> None:
    text = f"It is {word}{'. We' if apart else ', and we'} have {level} confidence in it."
    assert mixed_sentences(text) == ([] if apart else [0])


def test_the_search_for_words_does_not_slow_down_on_long_texts() -> None:
    long = "We have confidence in the very highly roughly almost nearly even things " * 3000
    assert vocabulary.mixed_sentences(long) == []
