"""Every fact of the first brief is found in the words of both files."""

import re
import unicodedata

import pikepdf
import pypdf
import pytest

pytestmark = pytest.mark.slow

FACTS = {
    "F1": ["Quick View", "Russia — politics", "Russia establishes truce in Homs", "country data and maps",
           "international relations", "politics", "news analysis", "forecast", "political geography"],
    "F2": ["early August 2017 Russia put a truce into effect in the rural north of Homs governorate, Syria"],
    "F3": ["the latest of several Russian efforts to reduce violence together with parts of the opposition that are not jihadi"],
    "F4": ["covers a pocket between the cities of Homs and Hama that rebel groups hold"],
    "F5": ["Russian officials count 84 communities"],
    "F6": ["147,000 people"],
    "F7": ["Local councils may go on running day-to-day affairs"],
    "F8": ["Rebel military groups need not hand over their weapons"],
    "F9": ["Russian military police are deployed to monitor the truce"],
    "F10": ["Aid convoys are guaranteed access"],
    "F11": ["All elements of Hayat Tahrir al-Sham, a group linked to al-Qaida, are expelled within one month",
            "condition about HTS may be what undermines the deal in the end"],
    "F12": ["Ahmed Jarba, a former head of the Syrian opposition coalition, led the talks for the opposition"],
    "F13": ["works through Tayar al-Ghad, a political formation that Egypt and the United Arab Emirates support"],
    "F14": ["In July Mr Jarba helped to broker a similar deal in Eastern Ghouta, outside the capital, Damascus"],
    "F15": ["He is influential, but his part could harm the process",
            "armed groups in the Homs countryside have voiced reservations about the truce and about his role"],
    "F16": ["Most rebel groups in the area support the agreement"],
    "F17": ["Rebel divisions and the conditions about HTS make it likely that the truce breaks down at some point"],
    "F18": ["in Idlib", "The US indicated that it would support outside military intervention against the dominance of HTS"],
    "F19": ["Michael Ratney, the State Department's regional envoy for Syria", "statement released in Arabic",
            "would find it hard to convince international parties not to take necessary measures"],
    "F20": ["clear reference to a possible Russian-backed offensive in the area"],
    "F21": ["HTS has just campaigned with success and seized territory and equipment from other groups"],
    "F22": ["It now seems likely that a Russian-backed offensive against HTS in Idlib will take place"],
}  # fmt: skip


def squeeze(text):
    """Drop what typesetting adds: raised source numbers, joiners, line breaks and hyphens at them."""
    text = unicodedata.normalize("NFKC", text).replace("\u2060", "")
    return re.sub(r"[\s\-‐]+", "", re.sub(r"(?<=[a-z.”\"])\d{1,2}(?:,\d{1,2})*(?=[\s.;,])", "", text)).lower()


@pytest.fixture(scope="module")
def html_words(homs_html, engine):
    page = engine.new_page(viewport={"width": 1440, "height": 900})
    page.goto(homs_html.as_uri())
    # What became of the forecasts stands apart, as written afterwards.
    page.evaluate("document.querySelectorAll('sup, .outcomes').forEach(s => s.remove())")
    words = page.evaluate("document.body.innerText")
    page.close()
    return squeeze(words)


@pytest.fixture(scope="module")
def pdf_words(homs_pdf):
    return squeeze(words_of(homs_pdf))


def words_of(path):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_is_in_the_html(fact, html_words):
    assert [phrase for phrase in FACTS[fact] if squeeze(phrase) not in html_words] == []


@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_is_in_the_pdf(fact, pdf_words):
    assert [phrase for phrase in FACTS[fact] if squeeze(phrase) not in pdf_words] == []


def test_nothing_later_than_the_cut_off_is_told_as_a_fact(html_words):
    for later in ("Abu al-Duhur", "rejected the Cairo text", "4 October 2017", "surrender", "15 April 2018"):
        assert squeeze(later) not in html_words


def test_the_report_does_not_claim_that_violence_fell(html_words):
    assert squeeze("It is too early to say whether violence has fallen") in html_words
    assert squeeze("violence fell") not in html_words


def test_arabic_words_come_out_of_the_pdf_letter_by_letter_in_reading_order(homs_pdf):
    words = set(unicodedata.normalize("NFKC", words_of(homs_pdf)).split())
    assert {"الحكومة", "السورية", "أحمد", "الجربا", "المجالس", "المحلية", "هيئة", "تحرير", "الشام"} <= words


def test_the_pdf_opens_with_its_title(homs_pdf):
    with pikepdf.open(homs_pdf) as file:
        assert str(file.docinfo["/Title"]) == "Russia establishes truce in Homs"
