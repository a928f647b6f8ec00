"""Faults of argument, each seeded into a brief in three languages that has none, and found at its place."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from quickview.brief import figures_in_text

SOUND = """\
---
document:
  title: Council calls a vote on 14 wells
  summary: A vote was called on 3 February 2020; it will be held in March.
  series: Quick View
  desk: Water
  as_of: 2020-02-28
sources:
  - {id: paper, publisher: Regime Watch, title: Terrorist lists and wells, date: 2020-02-27, reliability: B, credibility: 2}
  - {id: blog, publisher: A blog, title: On wells, date: 2020-02-26, reliability: F, credibility: 6}
sides:
  - {id: council, name: Council}
actors:
  - {id: mayor, name: The mayor, kind: person, side: council, role: Called the vote, source: paper}
  - {id: brigade, name: Martyrs of the Valley Brigade, kind: armed group, role: Holds two wells, source: blog}
quantities:
  - {id: wells, label: Wells, unit: wells, key: true, values: [{value: 14, by: The Paper, source: paper}]}
  - {id: people, label: People, unit: people, key: true, values: [{value: 147326, by: The Paper, source: paper}, {low: 1.5, high: 2, by: A blog, source: blog}]}
agreement:
  name: Well pact
  parties: [mayor]
  signed: [{date: 2020-02-20, by: The Paper, source: paper}]
  effective: {date: 2020-02-21, by: The Paper, source: paper}
  source: paper
  terms:
    - {id: share, title: Water is shared, text: Water is shared within 30 days., deadlines: [{date: 2020-03-21, by: The Paper, source: paper}], state: {value: pending, date: 2020-02-21, source: paper}, source: paper}
    - {id: open, title: Wells stay open, text: Wells stay open., state: {value: in force, date: 2020-02-21, source: blog}, source: paper}
measures:
  - {id: fee, title: Fee on water, instrument: fee, from: 2019-06-01, state: {value: in force, date: 2019-06-01, source: blog}, source: paper}
  - {id: fine, title: Fine for waste, instrument: fine, state: {value: suspended, date: 2020-02-26, source: blog}, source: paper}
events:
  - {id: call, date: 2020-02-03, title: Vote called, sources: [paper]}
translations:
  fr:
    sections:
      what-happened: |
        Le conseil a annoncé un vote sur 14 puits le 3 février 2020 [@paper]. Environ 147 300 personnes sont concernées
        [@paper]. Après la trêve, les attaques ont baissé [@paper]. Selon le journal, les violences ont reculé grâce à la
        trêve [@paper]. Le maire parle de « terroristes » ; les détenus libérés sont rentrés [@paper].

        Suite du texte.
  ar:
    sections:
      what-happened: |
        أعلن المجلس تصويتًا على ١٤ بئرًا في 3 فبراير 2020 [@paper]. ويعني ذلك ١٤٧٬٣٢٦ شخصًا [@paper]. وتراجع العنف بعد
        الهدنة [@paper]. وتحدث العمدة عن «إرهابيين» وعن النظام الصحي [@paper].

        بقية النص.
---

## What happened

The council called a vote on 14 wells on 3 February 2020 [@paper, p. 77]. It touches about 147,000 people [@paper; @blog]. From 12
to 15 February, at 09:30 and 12 h, two of 2 sides met under article 40 and resolution 2254 (2015) [@paper]. In 1911 there were
no wells [@paper]. The sanctions regime goes on [@paper]. “The regime will fall, 300 are martyrs”, says the mayor [@paper].

After the truce, attacks fell by half [@paper]. The paper says that attacks fell because of the truce [@paper]. Shelling led to
a new road [@paper]. The Martyrs of the Valley Brigade holds two wells [@blog]. It is likely that the vote is held [@paper].

What comes next [@paper]:

- The mayor will speak.
- Wells will open.

| What | How many |
|---|---:|
| Pumps | 9,999 |

## Why it matters

The will of the council counts [@paper]. Rest of the text.
"""
SOUND = SOUND.replace("“The regime will fall, 300 are martyrs”", "“The regime will fall, all are martyrs”")

ENDS = {"en": "Rest of the text.", "fr": "Suite du texte.", "ar": "بقية النص."}


@dataclass(frozen=True)
class Fault:
    """A fault of argument: its code, and what is put in place of what in the sound brief; `¶` stands where it is told."""

    code: str
    new: str
    old: str = ENDS["en"]


def said(code: str, *sentences: tuple[str, str]) -> list[Fault]:
    return [Fault(code, f"{ENDS[language]} {sentence}", ENDS[language]) for language, sentence in sentences]


TERM = "state: {value: pending, date: 2020-02-21, source: paper}, source: paper}"
SEEDED = [
    *said(
        "W-FIGURE-UNSOURCED",
        ("en", "Some ¶148,000 people live there [@paper]."),
        ("en", "At least ¶3 killed were counted [@paper]."),
        ("en", "It costs ¶2.4 million crowns [@paper]."),
        ("en", "A share of ¶63% is lost [@paper]."),
        ("en", "There are ¶120–¶150 lorries [@paper].".replace("–¶150", "–14")),
        ("en", "They hold ¶1200 km of pipe [@paper]."),
        ("en", "On 4 March, ¶37 pumps stood still [@paper]."),
        ("fr", "On compte ¶148 000 personnes [@paper]."),
        ("fr", "Soit ¶63,5 % des puits [@paper]."),
        ("fr", "Il y a eu ¶25 morts [@paper]."),
        ("ar", "ويبلغ العدد ¶١٤٨٬٠٠٠ نسمة [@paper]."),
        ("ar", "وقُتل ¶25 شخصًا [@paper]."),
        ("ar", "والكلفة ¶٢٫٤ مليون [@paper]."),
    ),
    Fault("W-FIGURE-UNSOURCED", "a vote on ¶15 wells\n  summary", "a vote on 14 wells\n  summary"),
    *said(
        "W-JUDGEMENT-WORD",
        ("en", "The vote is ¶probably lost [@paper]."),
        ("en", "It is ¶highly likely that wells close [@paper]."),
        ("en", "There is a ¶good chance of rain [@paper].".replace("a ¶good", "¶a good")),
        ("en", "The pact is ¶bound to fail [@paper]."),
        ("en", "The mayor ¶may well resign [@paper]."),
        ("fr", "Le vote est ¶sans doute perdu [@paper]."),
        ("fr", "La trêve tiendra ¶probablement [@paper]."),
        ("ar", "و¶على الأرجح سيفشل التصويت [@paper].".replace("و¶", "¶و")),
        ("ar", "¶ربما يستقيل العمدة [@paper]."),
    ),
    *said(
        "W-JUDGEMENT-SOURCE",
        ("en", "¶The council will lose the vote."),
        ("en", "¶It is likely that wells close."),
        ("fr", "¶Les puits seront fermés."),
        ("ar", "¶وسوف يخسر المجلس التصويت."),
    ),
    *said(
        "W-CAUSE",
        ("en", "¶Because of the truce violence fell [@paper]."),
        ("en", "The truce ¶led to fewer attacks [@paper]."),
        ("en", "The patrols ¶caused shelling to drop [@paper]."),
        ("en", "Incidents declined ¶thanks to the monitors [@paper]."),
        ("fr", "¶Grâce à la trêve, les violences ont baissé [@paper]."),
        ("fr", "La trêve ¶a entraîné un recul des attaques [@paper].".replace("un recul des", "moins d’")),
        ("ar", "وتراجع العنف ¶بفضل الهدنة [@paper]."),
        ("ar", "¶أدت إلى انخفاض القصف هدنة [@paper]."),
    ),
    *said(
        "W-ADVOCACY",
        ("en", "The ¶regime shelled a well [@paper]."),
        ("en", "Two ¶terrorists fled [@paper]."),
        ("en", "The town was ¶liberated [@paper]."),
        ("en", "A ¶puppet council met [@paper]."),
        ("en", "Nine ¶martyrs were buried [@paper].".replace("Nine", "The")),
        ("fr", "Des ¶terroristes ont fui [@paper]."),
        ("fr", "Les ¶forces du régime avancent [@paper]."),
        ("fr", "Une ¶ville libérée fête [@paper]."),
        ("ar", "وقصفت ¶قوات النظام بئرًا [@paper]."),
        ("ar", "وهرب ¶إرهابيون [@paper]."),
        ("ar", "ودُفن ¶شهداء [@paper]."),
    ),
    Fault("W-ADVOCACY", "title: Vote called by the ¶regime", "title: Vote called"),
    Fault("W-SOURCE-WEAK", "values: [{value: 14, by: A blog, source: ¶blog}]", "values: [{value: 14, by: The Paper, source: paper}]"),
    Fault("W-SOURCE-WEAK", "values: [{value: 14, by: A, source: ¶blog}, {value: 15, by: B, source: blog}]", "values: [{value: 14, by: The Paper, source: paper}]"),
    Fault("W-STATE-STALE", TERM.replace("2020-02-21", "¶2020-01-21").replace("source: paper}, s", "source: old, note: Before it was signed}, s"), TERM),
    Fault("W-STATE-STALE", "value: suspended, date: ¶2020-02-10, source: old}", "value: suspended, date: 2020-02-26, source: blog}"),
    Fault("W-STATE-STALE", "{date: 2020-02-25, by: The Paper, source: paper}], state: {value: pending, date: ¶2020-02-21", "{date: 2020-03-21, by: The Paper, source: paper}], state: {value: pending, date: 2020-02-21"),
]  # fmt: skip
OLD = "sources:\n  - {id: old, publisher: Old, title: Old, date: 2020-02-01, reliability: B, credibility: 2}"


def marked(fault: Fault) -> str:
    assert fault.old in SOUND
    text = SOUND.replace(fault.old, fault.new, 1)
    return text.replace("sources:", OLD, 1) if "source: old" in fault.new else text


def place(text: str) -> tuple[int, int]:
    before = text.partition("¶")[0]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def told(faults: Callable, text: str) -> list[tuple[str, int, int]]:
    return [(one.code, one.line, one.column) for one in faults(text.replace("¶", ""))]


def test_a_sound_argument_in_three_languages_is_left_alone(faults: Callable) -> None:
    assert faults(SOUND) == ()


@pytest.mark.parametrize("fault", SEEDED, ids=lambda fault: f"{fault.code}: {fault.new[-40:]}")
def test_a_seeded_fault_of_argument_is_found_at_its_place_and_nothing_else(fault: Fault, faults: Callable) -> None:
    text = marked(fault)
    found = [one for one in told(faults, text) if one[0] != "E-ID-TWICE"]
    assert found == [(fault.code, *place(text))]


def test_every_kind_is_seeded_and_two_score_in_all() -> None:
    assert len(SEEDED) >= 40
    assert len({fault.code for fault in SEEDED}) == 7


def test_a_term_not_started_is_old_from_the_day_of_the_agreement_whenever_its_text_was_printed(
    faults: Callable,
) -> None:
    later = SOUND.replace("as_of: 2020-02-28", "as_of: 2020-03-09").replace("date: 2020-02-27", "date: 2020-03-08")
    later = later.replace("date: 2020-02-26, rel", "date: 2020-03-08, rel")
    assert [one.code for one in faults(later)] == ["W-STATE-STALE"]
    looked = later.replace("value: pending, date: 2020-02-21", "value: pending, date: 2020-02-22")
    assert faults(looked) == ()


def test_a_neutral_word_is_offered(faults: Callable) -> None:
    (fault,) = faults(SOUND.replace(ENDS["en"], "The regime shelled a well [@paper]."))
    assert fault.hint.startswith("write neutrally: government")


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("1,500 and 1.500 and 1 500 and ١٬٥٠٠", [{1500.0, 1.5}, {1500.0, 1.5}, {1500.0}, {1500.0}]),
        ("3.5 million, 2 milliards, ٣ ملايين", [{3.5, 3.5e6}, {2.0, 2e9}, {3.0, 3e6}]),
        ("3–5 August 2017, August 3 and 4, 31 مايو, le 1er mai, في 3 و4 أغسطس 2017", []),
        ("S-300, F16, 5th, Article 12, No. 7, n° 8, 2017–18, 12:30, 24/7, 1990s, in 2017", []),
        ("1. one\n2) two", []),
        ("2000 people in 2000", [{2000.0}]),
    ],
)  # fmt: skip
def test_figures_are_read_as_they_are_written(text: str, figures: list[set[float]]) -> None:
    assert [set(one.ways) for one in figures_in_text.find(text)] == figures


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Groups listed as terrorist are left out [@paper]."),
        ("fr", "Les groupes classés terroristes restent dehors [@paper]."),
        ("ar", "ولا يشمل الجماعات المصنفة إرهابية [@paper]."),
    ],
)
def test_a_list_that_somebody_keeps_is_named_as_it_is_called(faults: Callable, language: str, words: str) -> None:
    assert faults(SOUND.replace(ENDS[language], words)) == ()
