"""Figures and blocks in other languages: room for the words, the way they run, and what is not translated."""

import copy
import html
import re
from dataclasses import replace

import pytest
from tests.conftest import ANDES, HOMS

from quickview import analysis
from quickview.analysis.blocks import mark_up
from quickview.analysis.canvas import Canvas, Label, inside, isolate_texts, overlaps, turn_about, wrap
from quickview.analysis.territory import read_territory
from quickview.brief.reader import load

ISOLATES = re.compile("[\u2067\u2068\u2069]")
FIGURES = ("map", "network", "timeline", "yardstick")
EACH = pytest.mark.parametrize("figure", FIGURES)
LANGUAGES = pytest.mark.parametrize("language", ["fr", "ar"])
WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])
MARK = '<span class="untranslated" lang="en" dir="ltr">'


@pytest.fixture(scope="module")
def told():
    """The Homs brief in each language it is translated into."""
    return {language: load(HOMS, language=language) for language in ("fr", "ar")}


@pytest.fixture(scope="module")
def spoken(told, as_drawings):
    """Every figure of the Homs brief in both widths and languages; texts as they are seen."""
    found = {}
    for language, brief in told.items():
        figures = {"map": analysis.territory_map(read_territory(brief)), "network": analysis.network(brief),
                   "timeline": analysis.timeline(brief), "yardstick": analysis.yardstick(brief)}  # fmt: skip
        for name, figure in figures.items():
            found[language, name, "wide"], found[language, name, "narrow"] = as_drawings(figure)
    return found


def _seen(drawing):
    """Labels without the controls that only tell their direction."""
    return [
        Label(ISOLATES.sub("", one.text), one.x, one.y, one.size, one.colour, one.weight, one.anchor)
        for one in drawing.labels
    ]


def _turned(data):
    drawing = Canvas(data["layout"]["width"], data["layout"]["height"], copy.deepcopy(data["data"]))
    turn_about(drawing)
    return drawing.traces


@EACH
@LANGUAGES
@WIDTHS
def test_no_text_covers_another_or_leaves_the_canvas(spoken, language, figure, width):
    drawing = spoken[language, figure, width]
    labels, frame = _seen(drawing), (-0.5, -0.5, drawing.width + 0.5, drawing.height + 0.5)
    assert [label.text for label in labels if not inside(label.box, frame)] == []
    assert [
        (a.text, b.text) for i, a in enumerate(labels) for b in labels[:i] if overlaps(a.box, b.box, pad=-1.5)
    ] == []


@EACH
def test_turned_about_twice_a_figure_is_as_it_was(draw, figure):
    data = draw("andes", figure).to_plotly_json()
    once = _turned(data)
    assert once != data["data"]
    for one, other in zip(_turned({**data, "data": once}), data["data"], strict=True):
        assert [x is None for x in one["x"]] == [x is None for x in other["x"]]
        assert [x for x in one["x"] if x is not None] == pytest.approx(
            [x for x in other["x"] if x is not None], abs=0.011
        )
        angle, was = one.get("marker", {}).pop("angle", None), other.get("marker", {}).pop("angle", None)
        assert angle == (was if was is None else pytest.approx(was))
        assert {k: v for k, v in one.items() if k != "x"} == {k: v for k, v in other.items() if k != "x"}


def test_a_label_that_is_turned_about_takes_the_mirrored_room():
    figure = Canvas(200, 50)
    label = Label("Homs", 30, 20, anchor="middle right")
    figure.add_labels([label])
    turn_about(figure)
    left, bottom, right, top = label.box
    (trace,) = figure.traces
    turned = Label("Homs", trace["x"][0], trace["y"][0], anchor=trace["textposition"])
    assert turned.box == pytest.approx((200 - right, bottom, 200 - left, top))


@WIDTHS
def test_a_map_is_not_turned_about(spoken, width):
    places = {language: _marks(spoken[language, "map", width]) for language in ("fr", "ar")}
    assert places["ar"] == places["fr"]


def _marks(drawing):
    (trace,) = [t for t in drawing.traces if t.get("mode") == "markers" and t.get("hoverinfo") == "text"]
    return sorted(round(x, 2) for x in trace["x"])


@WIDTHS
def test_the_legend_of_a_map_begins_where_the_reader_does(spoken, width):
    begins = {}
    for language in ("fr", "ar"):
        drawing = spoken[language, "map", width]
        (first,) = [one for one in _seen(drawing) if one.text.endswith(("(contour indicatif)", "(حدود تقريبية)"))]
        begins[language] = first.x
    assert begins["fr"] == pytest.approx(22)
    assert begins["ar"] == pytest.approx(spoken["ar", "map", width].width - 22)


@WIDTHS
def test_scales_and_columns_begin_at_the_right_in_arabic(spoken, width):
    scale = {one.text: one.x for one in _seen(spoken["ar", "yardstick", width])}
    assert scale["0\u200f%"] > scale["55\u200f%"] > scale["100\u200f%"]
    dates = [one for one in _seen(spoken["ar", "timeline", width]) if re.fullmatch(r"\d+ \w+", one.text)]
    others = [one for one in _seen(spoken["ar", "timeline", width]) if one not in dates]
    assert min(one.box[0] for one in dates) > max(one.box[0] for one in others)


@EACH
@WIDTHS
def test_each_line_of_text_has_a_direction_of_its_own_in_arabic(spoken, figure, width):
    for trace in spoken["ar", figure, width].traces:
        texts = trace.get("text") or ()
        for text in [texts] if isinstance(texts, str) else texts:
            for line in text.split("<br>"):
                assert re.fullmatch("[\u2067\u2068][^\u2066-\u2069]*\u2069", line), line
                assert (line[0] == "\u2067") == bool(re.search("[\u0600-\u06ff\u200f]", line))


def test_isolating_leaves_traces_without_text_alone():
    figure = Canvas(10, 10)
    figure.add_scatter(x=[1], y=[1], mode="markers")
    isolate_texts(figure)
    assert "text" not in figure.traces[0]


def test_words_joined_by_a_no_break_space_stay_on_one_line():
    assert wrap("le 3\u00a0août 2017", 1).split("\n") == ["le", "3\u00a0août", "2017"]


@LANGUAGES
def test_a_map_s_title_begins_with_a_capital(told, spoken, language):
    title = analysis.territory_map(read_territory(told[language])).layout.meta["title"]
    assert title[0] == title[0].upper()


# What is not translated.


@pytest.fixture(scope="module")
def untold():
    """A brief that nobody translated, read in Arabic, with its territory."""
    brief = load(ANDES, language="ar")
    return brief, read_territory(brief)


def _blocks(brief, territory):
    return [
        analysis.masthead(brief), analysis.judgement(brief), analysis.key_figures(brief, territory), analysis.terms(brief),
        analysis.section(brief, "what-happened"), analysis.stances(brief), analysis.precedents(brief), analysis.further(brief),
        analysis.drivers(brief), analysis.sources(brief), analysis.method(brief, territory),
    ]  # fmt: skip


def _text(block):
    return html.unescape(re.sub(r"<[^>]+>", "", block.html))


def test_nothing_is_dropped_where_nothing_is_translated(andes, andes_territory, untold):
    words = {word for word in untold[0].foreign if not word.startswith("#")}
    for own, read in zip(_blocks(andes, andes_territory), _blocks(*untold), strict=True):
        assert bool(own.html) == bool(read.html), own.id
        kept = _text(read)
        assert [word for word in words if word in _text(own) and word not in kept] == [], own.id


def test_words_that_are_not_translated_are_marked(untold):
    brief, territory = untold
    for text in (brief.facts.document.title, brief.facts.forecasts[0].statement, brief.facts.actors[0].role):
        assert any(f"{MARK}{html.escape(text)}</span>" in block.html for block in _blocks(brief, territory)), text


def test_prose_that_is_not_translated_is_marked_whole(untold):
    block = analysis.section(untold[0], "what-happened")
    assert '<div class="prose untranslated" lang="en" dir="ltr">' in block.html
    assert "<bdi" not in block.html


def test_the_masthead_says_what_the_marks_mean_only_where_there_are_any(andes, untold, told):
    assert "untranslated-note" in analysis.masthead(untold[0]).html
    assert "untranslated-note" not in analysis.masthead(andes).html
    assert "untranslated-note" not in analysis.masthead(told["fr"]).html


def test_a_sentence_of_the_kit_marks_the_words_it_takes_from_the_brief(homs, altered):
    brief = load(HOMS, language="ar")
    (site,) = [site for site in homs.facts.sites if site.id == "khmeirat"]
    half = replace(altered(brief, sites=(site,)), foreign=frozenset({site.name, site.note}))
    block = analysis.method(half, read_territory(brief))
    assert f"{MARK}{site.name}</span>" in block.html
    assert f"({MARK}{site.note}</span>)" in block.html


def test_marked_words_are_escaped(untold):
    brief = untold[0]
    assert mark_up("<b>&", brief) == '<bdi lang="en" dir="ltr">&lt;b&gt;&amp;</bdi>'


@LANGUAGES
def test_every_block_says_its_language_and_direction(told, language):
    shown = analysis.masthead(told[language])._repr_mimebundle_()["text/html"]
    direction = {"fr": "ltr", "ar": "rtl"}[language]
    assert shown.startswith(f'<div class="qv" lang="{language}" dir="{direction}">')
