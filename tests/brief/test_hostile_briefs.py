"""What a brief may not do to whoever checks it: take long, break a line of the log, or go by unseen."""

import pytest
from tests.hostile import briefs, checking, keys
from tests.hostile.chains import CODES, SIDES, brief

from quickview import errors
from quickview.errors import MOST_ALIKE, Fault, InputError, Known, did_you_mean


def faults(read, text):
    try:
        return read(text).warnings
    except InputError as error:
        return error.faults


def codes(found):
    return [fault.code for fault in found]


def test_more_languages_than_are_checked_are_refused(read):
    text = brief("translations:\n" + "".join(f"  {code}: {{document: {{title: T}}}}\n" for code in [*CODES, "zu"]))
    assert codes(faults(read, text)) == ["E-LENGTH"]
    assert not faults(read, text.replace("  zu: {document: {title: T}}\n", ""))


def test_a_wrong_word_of_a_translation_is_told_whatever_else_is_not_translated(read):
    events = "events:\n  - {id: vote, date: 2020-01-02, title: A vote, where: W, sources: [paper]}\n"
    text = brief(events + "translations:\n  fr:\n    events:\n      vote: {title: 5}\n")
    assert codes(faults(read, text)) == ["E-TYPE"]


def test_a_fault_is_one_line_that_shows_what_controls_text_and_has_an_end():
    shown = str(Fault("x.md", 1, 1, "E-A", "`id\n::stop-commands::\x1b[2J\u202e\u2028a`", "`" + "k" * 400_000 + "`"))
    assert "\\x1b[2J\\u202e" in shown
    assert shown.isprintable()
    assert len(shown) < 2_000


def test_what_a_script_needs_is_shown_as_it_is():
    assert "می\u200cخواهم" in str(Fault("x.md", 1, 1, "E-A", "می\u200cخواهم", ""))


def test_of_very_many_faults_of_a_kind_the_rest_is_counted():
    told = InputError(Fault("x.md", n, 1, "E-A", f"fault {n}", "") for n in range(1, 5_001)).faults
    assert len(told) == MOST_ALIKE + 1
    assert told[-1].code == "E-MORE"
    assert told[-1].message.startswith("and 4,900 more of E-A")
    assert InputError(told).faults == told


def test_a_slip_is_found_among_ten_thousand_words():
    known = Known(f"source-{n}" for n in range(10_000))
    assert "did you mean `source-77" in did_you_mean("source-77x7", known)


def test_words_beyond_what_is_told_are_compared_with_none(monkeypatch):
    known, compared = Known(f"source-{n}" for n in range(10_000)), []
    monkeypatch.setattr(errors.difflib, "get_close_matches", lambda word, *_, **__: compared.append(word))
    for n in range(10_000):
        did_you_mean(f"sources-{n}", known)
    assert len(compared) == MOST_ALIKE


@pytest.mark.parametrize("name", ["place", "agreement", "document", "sources", "actors", "translations", "monitor"])
@pytest.mark.parametrize("value", ["[a, b]", "{a: b}", "5", "text", "true", "null", "[[a]]", "[{a: 1}]"])
def test_a_key_of_the_wrong_type_is_a_fault_and_never_more(read, minimal, name, value):
    for fault in faults(read, minimal.replace("---\n", f"---\n{name}: {value}\n", 1)):
        assert fault.line


def test_an_id_of_a_figure_that_is_a_list_is_told(read):
    assert "E-WORD" in codes(faults(read, brief("figures:\n  - {id: [map], title: A map}\n")))


def test_a_place_that_is_a_list_is_told(read):
    assert "E-TYPE" in codes(faults(read, brief("place:\n  - a\n")))


def test_sections_of_a_translation_that_are_no_mapping_are_told(read):
    text = brief("translations:\n  fr:\n    sections: [x]\n")
    assert "E-TYPE" in codes(faults(read, text))


def test_a_section_of_a_translation_has_title_and_text_and_nothing_that_would_be_ignored(read):
    words = "translations:\n  fr:\n    sections:\n      what-happened: {title: Titre, text: 'Un vote [@paper].'%s}\n"
    assert not faults(read, brief(words % ""))
    (fault,) = faults(read, brief(words % ", note: x"))
    assert (fault.code, fault.line) == ("E-TRANSLATION-KEY", 13)


def test_what_is_sound_stands_in_the_records_as_it_was_written():
    checking.prepare()
    assert checking.check("everything", keys.written(keys.BASE)).outcome == "sound"


def test_an_id_of_a_source_must_not_read_as_a_figure(read):
    text = brief(prose="See [@fig-paper].\n").replace("id: paper,", "id: fig-paper,").replace("[@paper]", "")
    assert "E-ID-FIGURE" in codes(faults(read, text))


def test_a_figure_that_no_outline_draws_is_told(read):
    assert "E-XREF" in codes(faults(read, brief(prose="See [@fig-nope].\n")))


@pytest.mark.parametrize("sign", ["\u200b", "\xad", "\u2060", "\u3164", "\U000e0041", "\ufeff", "\ufe0f", "\u200d"])
def test_what_nobody_sees_is_refused(read, sign):
    assert codes(faults(read, brief(prose=f"A vo{sign}te.\n"))) == ["E-TEXT-INVISIBLE"]


@pytest.mark.parametrize("sign", ["\u061c", "\u200e", "\u200f"])
def test_a_mark_of_direction_is_told_at_its_place_and_does_no_harm(read, sign):
    (fault,) = read(brief(prose=f"A vo{sign}te.\n")).warnings
    assert (fault.code, fault.line, fault.column) == ("W-TEXT-INVISIBLE", 16, 5)
    assert fault.message.startswith(f"U+{ord(sign):04X}")


def test_of_very_many_signs_that_nobody_sees_the_rest_is_counted(read):
    found = faults(read, brief("limits:\n" + "  - x\u202e\n" * 5_000))
    assert [fault.line for fault in found[:MOST_ALIKE]] == list(range(11, 11 + MOST_ALIKE))
    assert "and 4,900 more of E-TEXT-BIDI" in next(fault.message for fault in found if fault.code == "E-MORE")


def test_prose_of_all_translations_together_is_bounded(read):
    section = "    sections:\n      what-happened: |\n" + "        Le maire va parler [@paper].\n" * 1_300
    text = brief("translations:\n" + "".join(f"  {code}:\n{section}" for code in CODES[:2]))
    assert "E-PROSE-SIZE" not in codes(faults(read, text))
    text = brief("translations:\n" + "".join(f"  {code}:\n{section}" for code in CODES[:4]))
    assert codes(faults(read, text)) == ["E-PROSE-SIZE"]


@pytest.mark.parametrize("text", ["می‌خواهم", "क्‍ष", "ไทย\u200bไทย"])
def test_what_joins_or_parts_the_letters_of_a_script_may_stand(read, text):
    assert "E-TEXT-INVISIBLE" not in codes(faults(read, brief(prose=f"A {text}.\n")))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (brief(prose="a " * 60_000), "E-PROSE-SIZE"),
        (brief(document="  topics: [" + "a," * 100_000 + "a]\n"), "E-YAML-SIZE"),
        (brief(sources="  - {}\n" * 20_000), "E-YAML-SIZE"),
        (brief("limits:\n" + "  -\tx\n" * 20_000), "E-YAML-SYNTAX"),
        (brief("translations:\n  fr:\n    sections:\n      what-happened: " + "a " * 60_000 + "\n"), "E-PROSE-SIZE"),
    ],
)  # fmt: skip
def test_what_is_far_too_much_is_refused_at_once(read, text, code):
    assert code in codes(faults(read, text))


def large():
    """Return a brief of far more than any desk writes: hundreds of records, each told in two more languages."""
    sources, actors, events = range(300), range(150), range(200)
    records = "".join(
        f"  - {{id: s{n}, publisher: The Paper, title: Page {n}, date: 2020-02-03, url: 'https://a.org/{n}', reliability: B, credibility: 2}}\n"
        for n in sources
    )
    facts = (
        SIDES
        + "actors:\n"
        + "".join(
            f"  - {{id: a{n}, name: Body {n}, short: B {n}, native: {{name: هيئة, language: ar}}, kind: political body, side: one, role: A role, stance: supports, source: s{n}}}\n"
            for n in actors
        )
    )
    facts += "relations:\n" + "".join(
        f"  - {{from: a{n}, to: a{(n + 1) % 150}, kind: backs, source: s{n}}}\n" for n in actors
    )
    facts += "events:\n" + "".join(
        f"  - {{id: e{n}, date: 2020-01-02, title: A vote, text: A vote was held, where: Afar, actors: [a{n % 150}], sources: [s{n}, s{n + 99}]}}\n"
        for n in events
    )
    facts += "translations:\n"
    for code in ("fr", "ar"):
        facts += f"  {code}:\n    actors:\n" + "".join(f"      a{n}: {{name: N {n}, role: R}}\n" for n in actors)
        facts += "    events:\n" + "".join(f"      e{n}: {{title: T, text: X, where: W}}\n" for n in events)
    words = "".join(
        f"The council met on the question again and went on without an answer [@s{n}].\n\n" for n in sources
    )
    return brief(facts, words + "It met once more and talked [@s1].\n\n" * 600, sources=records)


def test_a_brief_of_hundreds_of_records_and_long_prose_in_three_languages_is_sound(read):
    found = read(large())
    assert (len(found.facts.sources), len(found.facts.events), len(found.facts.actors)) == (301, 200, 150)
    assert len(found.sections[0].markdown) > 40_000


@pytest.mark.slow
def test_a_brief_of_each_hostile_class_is_answered_in_lines_and_touches_nothing():
    checking.prepare()
    answers = [checking.check(*briefs.made(number, seed=7)) for number in range(len(briefs.CLASSES))]
    assert {answer.name: (answer.wrongs, answer.touched, answer.detail) for answer in answers if answer.wrongs} == {}
