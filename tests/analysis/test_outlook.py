"""Forecasts on the yardstick, and what they rest on."""

import itertools
import re
from dataclasses import replace

import pytest
from shapely.geometry import box
from tests.conftest import ANDES

from quickview.analysis import drivers, judgement, yardstick
from quickview.analysis.canvas import NARROW, WIDE, inside, overlaps
from quickview.brief.reader import load
from quickview.brief.records import Probability
from quickview.brief.vocabulary import ICD203, band_of, mixed_sentences, row_of
from quickview.language.catalogs import Language
from quickview.theme.palette import LIGHT

ROWS = {word: {band.words[row_of(word)] for band in ICD203} for word in ("likely", "probable")}
WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])


def _bars(drawing):
    return [t for t in drawing.traces if t.get("fill") == "toself" and t["fillcolor"] == LIGHT["house"]]


def _percent(drawing, x):
    low, high = (drawing.label(f"{end}%").x for end in (0, 100))
    return (x - low) / (high - low) * 100


def _forecast(brief, *, low, high, word, basis="given"):
    probability = Probability(low=low, high=high, basis=basis)
    return brief.facts.forecasts[0].model_copy(update={"probability": probability, "word": word})


@WIDTHS
def test_a_bar_spans_the_range_of_its_forecast(drawings, homs, width):
    drawing = drawings["homs", "yardstick", width]
    spans = [(_percent(drawing, min(bar["x"])), _percent(drawing, max(bar["x"]))) for bar in _bars(drawing)]
    assert spans == [pytest.approx((f.probability.low, f.probability.high)) for f in homs.facts.forecasts]


@WIDTHS
def test_a_single_probability_is_a_mark_at_its_place(drawings, width):
    drawing = drawings["andes", "yardstick", width]
    (bar,) = _bars(drawing)
    assert _percent(drawing, (min(bar["x"]) + max(bar["x"])) / 2) == pytest.approx(65)
    assert 3 <= max(bar["x"]) - min(bar["x"]) <= 10
    assert drawing.label("Likely, 65%")


@pytest.mark.parametrize("band", ICD203, ids=lambda band: band.words[0])
def test_words_at_either_end_stay_on_the_canvas_and_off_the_bar(andes, altered, as_drawings, band):
    for low, high in ((band.low, band.low), (band.high, band.high), (band.low, band.high)):
        brief = altered(andes, forecasts=(_forecast(andes, low=low, high=high, word=band.words[0]),))
        for drawing in as_drawings(yardstick(brief)):
            (label,) = [one for one in drawing.labels if one.text.endswith("%") and one.weight == 600]
            (bar,) = _bars(drawing)
            area = (min(bar["x"]), 0, max(bar["x"]), drawing.height)
            assert inside(label.box, (0, 0, drawing.width, drawing.height))
            assert inside(label.box, area) or not overlaps(label.box, area)


LONG = "The coordination office of the eastern valleys resumes its talks with the united councils of the mountain districts"


@pytest.fixture(params=itertools.product(("en", "ar", "fr"), ("likely", "probable"), (1, 4)), ids=str)
def outlooks(request, altered):
    """A brief in a language, in a row of the yardstick's words, with short names or names over several lines."""
    language, word, length = request.param
    brief = load(ANDES, language=language)
    bands = [next(b for b in band.words if b in ROWS[word]) for band in ICD203]
    ends = [(band.low, band.high) for band in ICD203]
    forecasts = tuple(
        _forecast(brief, low=low, high=high, word=one).model_copy(
            update={"id": f"f{n}", "title": LONG[: 25 * length].strip() + f" {n}"}
        )
        for n, (one, (low, high)) in enumerate(zip(bands, ends, strict=True))
    )
    return altered(brief, forecasts=forecasts)


def _seen(drawing):
    return [replace(one, text=re.sub("[\u2067-\u2069]", "", one.text)) for one in drawing.labels]


def _grounds(drawing):
    """The boxes of the bands."""
    found = [t for t in drawing.traces if t.get("fill") == "toself" and t["fillcolor"] == LIGHT["land"]]
    return [(min(t["x"]), min(t["y"]), max(t["x"]), max(t["y"])) for t in found]


def test_no_name_lies_on_the_bands_and_no_text_on_another(outlooks, as_drawings):
    for drawing in as_drawings(yardstick(outlooks)):
        labels, grounds = _seen(drawing), _grounds(drawing)
        names = [one for one in labels if one.size == 12.5 or ":" in one.text]
        assert len(names) == 2 * len(outlooks.facts.forecasts)
        assert [one.text for one in names if any(overlaps(one.box, ground) for ground in grounds)] == []
        frame = (-0.5, -0.5, drawing.width + 0.5, drawing.height + 0.5)
        assert [one.text for one in labels if not inside(one.box, frame)] == []
        assert [
            (a.text, b.text) for i, a in enumerate(labels) for b in labels[:i] if overlaps(a.box, b.box, pad=-1.5)
        ] == []


def test_names_stand_beside_the_bands_from_the_side_where_the_reader_begins_or_above_each_row(outlooks, as_drawings):
    wide, narrow = as_drawings(yardstick(outlooks))
    name = [one for one in _seen(wide) if one.size == 12.5]
    left, right = min(g[0] for g in _grounds(wide)), max(g[2] for g in _grounds(wide))
    is_rtl = outlooks.language.is_rtl
    assert all(one.box[0] > right if is_rtl else one.box[2] < left for one in name)
    rows = sorted({ground[1::2] for ground in _grounds(narrow)}, reverse=True)
    assert len(rows) == len(outlooks.facts.forecasts)
    for (low, high), above in zip(rows, [one for one in _seen(narrow) if one.size == 12.5], strict=True):
        assert high < above.box[1] < low + 100


@WIDTHS
@pytest.mark.parametrize("name", ["homs", "andes"])
def test_no_line_runs_through_what_a_bar_says(drawings, name, width):
    drawing = drawings[name, "yardstick", width]
    said = [one for one in drawing.labels if one.text.endswith("%") and one.weight == 600]
    assert said
    assert not [one.text for one in said if any(g.intersects(box(*one.box)) for _, g in drawing.lines)]


@WIDTHS
@pytest.mark.parametrize("name", ["homs", "andes"])
def test_the_scale_names_every_band_of_the_row_in_use(drawings, briefs, name, width):
    texts = {label.text.replace("\n", " ") for label in drawings[name, "yardstick", width].labels}
    assert {band.words[0] for band in ICD203} <= texts
    assert {f"Confidence: {f.confidence}" for f in briefs[name].facts.forecasts} <= texts


def test_the_scale_takes_the_second_row_of_words_where_the_brief_does(andes, altered, as_drawings):
    brief = altered(andes, forecasts=(_forecast(andes, low=65, high=65, word="probable"),))
    wide, _ = as_drawings(yardstick(brief))
    assert {band.words[1] for band in ICD203} <= {label.text.replace("\n", " ") for label in wide.labels}


def test_the_title_of_one_forecast_gives_its_word_and_number(figures):
    assert figures["andes", "yardstick"]["layout"]["meta"]["title"] == "Road reopens by the end of July: likely, 65%"


def test_the_title_of_two_alike_says_both(figures):
    assert figures["homs", "yardstick"]["layout"]["meta"]["title"] == "Both forecasts are judged likely"


def test_the_title_of_two_unlike_names_the_likelier(andes, altered):
    other = _forecast(andes, low=80, high=95, word="very likely", basis="yardstick").model_copy(
        update={"id": "other", "title": "Talks resume"}
    )
    title = yardstick(altered(andes, forecasts=(*andes.facts.forecasts, other))).layout.meta["title"]
    assert title == "Talks resume: very likely"


def test_only_a_range_taken_from_a_word_is_called_so(figures):
    note = "the bar is the word's own range"
    assert note in figures["homs", "yardstick"]["layout"]["meta"]["caption"]
    assert note not in figures["andes", "yardstick"]["layout"]["meta"]["caption"]


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_no_sentence_mixes_confidence_with_likelihood(figures, name):
    meta = figures[name, "yardstick"]["layout"]["meta"]
    assert mixed_sentences(" ".join((meta["title"], meta["caption"], meta["alt"]))) == []


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_the_table_gives_word_range_confidence_and_horizon(figures, briefs, name):
    table = figures[name, "yardstick"]["layout"]["meta"]["table"]
    assert table["columns"] == ["Forecast", "Word", "Range", "Confidence", "Horizon", "Judgement by"]
    assert [row[1] for row in table["rows"]] == [f.word for f in briefs[name].facts.forecasts]
    assert all(band_of(row[1]) for row in table["rows"])


def test_the_judgement_puts_confidence_beside_the_statement(andes):
    html = judgement(andes).html
    assert "The road to Villa Plomo is likely to be open again" in html
    assert "65%" in html
    assert "Confidence: low" in html
    assert "31 July 2024" in html


def test_the_judgement_of_a_range_shows_both_ends(homs):
    assert judgement(homs).html.count("55–80%") == 2


def test_confidence_is_one_dot_for_low_and_two_for_moderate(homs):
    first, second = judgement(homs).html.split('class="judgement"')[1:]
    filled = f'<circle [^>]* fill="{LIGHT["ink"]}"/>'
    assert [len(re.findall(filled, part)) for part in (first, second)] == [2, 1]
    assert first.count("<circle") == 3


@pytest.mark.parametrize(
    ("low", "high", "language", "place"),
    [(20, 45, "en", (20, 25)), (20, 45, "ar", (55, 25)), (50, 50, "en", (50, 1.2)), (100, 100, "en", (98.8, 1.2))],
)
def test_the_bar_of_a_judgement_begins_where_its_reader_does_and_stays_on_the_scale(
    low, high, language, place, andes, altered
):
    brief = altered(andes, forecasts=(_forecast(andes, low=low, high=high, word="likely"),))
    html = judgement(replace(brief, language=Language(language))).html
    ((x, width),) = re.findall(r'class="bar" x="([\d.]+)%" width="([\d.]+)%"', html)
    assert (float(x), float(width)) == pytest.approx(place)


def test_drivers_against_are_left_out_where_there_are_none(andes, homs):
    assert "Drivers against" not in drivers(andes).html
    assert "Drivers against" in drivers(homs).html


def test_every_indicator_says_where_one_would_see_it(homs):
    html = drivers(homs).html
    for forecast in homs.facts.forecasts:
        assert f'id="forecast-{forecast.id}"' in html
        assert all(f"({one.where})" in html for one in forecast.indicators)


def test_widths_are_those_of_page_and_phone(drawings):
    assert drawings["andes", "yardstick", "wide"].width == WIDE
    assert drawings["andes", "yardstick", "narrow"].width == NARROW


def test_of_a_hundred_forecasts_the_first_are_drawn_and_the_rest_counted(andes, altered, as_drawings):
    one = _forecast(andes, low=60, high=70, word="likely")
    figure = yardstick(altered(andes, forecasts=tuple(one.model_copy(update={"id": f"f{n}"}) for n in range(100))))
    wide, _ = as_drawings(figure)
    drawn = sum(label.text.startswith("Confidence") for label in wide.labels)
    assert 10 < drawn < 40
    assert f"{100 - drawn} more forecasts." in figure.layout.meta["caption"]
    assert len(figure.layout.meta["table"]["rows"]) == 100


@pytest.mark.parametrize("code", ["en", "fr", "ar"])
@pytest.mark.parametrize("word", ["likely", "probable"])
def test_the_words_of_the_bands_stand_in_one_row_above_them(altered, as_drawings, code, word):
    brief = load(ANDES, language=code)
    brief = altered(brief, forecasts=(_forecast(brief, low=60, high=70, word=word),))
    words = {Language(code).gettext(band.words[row_of(word)]) for band in ICD203}
    drawing, _ = as_drawings(yardstick(brief))
    heads = [
        one for one in drawing.labels if re.sub(r"<br>|\s+", " ", re.sub("[\u2066-\u2069]", "", one.text)) in words
    ]
    assert len(heads) == len(words)
    assert len({round(one.box[1]) for one in heads}) == 1
