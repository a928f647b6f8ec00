"""What a brief says reaches the page as text, whatever it says."""

import json
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from quickview import analysis
from quickview.analysis.blocks import MIME, Block, absent, side_of
from quickview.brief.prose import Section
from quickview.brief.records import Facts
from quickview.language.catalogs import Language

pytestmark = pytest.mark.slow

HOSTILE = "<script>alert(1)</script><b>{{ 7*7 }}</b>\"'&amp;"
KEPT = {"id", "source", "sources", "actor", "actors", "side", "from", "to", "layer", "places", "routes", "regions", "countries",
        "binds", "parties", "guarantors", "country", "language", "url", "word", "basis", "qualifier", "status", "place", "cities"}  # fmt: skip
"""Keys whose values are ids, names of rows or words of a list: a check, not the page, keeps them clean."""

ALLOWED = {"a", "article", "bdi", "caption", "circle", "cite", "dd", "div", "dl", "dt", "em", "g", "h1", "h3", "h4", "i",
           "li", "ol", "p", "path", "rect", "span", "strong", "sup", "svg", "table", "tbody", "td", "th", "thead", "time", "tr", "ul", "wbr"}  # fmt: skip


def _poisoned(value, key=""):
    if (
        key in KEPT
        and not (isinstance(value, tuple) and value and isinstance(value[0], dict))
        and not isinstance(value, dict)
    ):
        return value
    if isinstance(value, dict):
        return {inner: _poisoned(one, inner) for inner, one in value.items()}
    if isinstance(value, tuple):
        return tuple(_poisoned(one, key) for one in value)
    if type(value) is not str:
        return value
    return HOSTILE[:32] if key == "short" else f"{value[:20].strip()} {HOSTILE}"


@pytest.fixture(scope="module")
def hostile(homs):
    facts = homs.facts.model_dump(by_alias=True)
    poisoned = _poisoned(facts)
    for actor, kept in zip(poisoned["actors"], facts["actors"], strict=True):
        actor["stance"] = kept["stance"]
    for mark, kept in zip(poisoned["evidence"], facts["evidence"], strict=True):
        mark.update(item=kept["item"], marks=kept["marks"])
    for other, kept in zip(poisoned["related"], facts["related"], strict=True):
        other.update({"brief": kept["brief"], "as": kept["as"]})
    poisoned["place"] = {**facts["place"], "name": HOSTILE}
    poisoned["place"]["statuses"] = tuple(
        {**s, "label": f"{n} {HOSTILE}"} for n, s in enumerate(facts["place"]["statuses"])
    )
    layers = tuple(layer.model_copy(update=dict.fromkeys(("title", "note", "credit", "source", "licence"), HOSTILE))
                   for layer in homs.catalog.layers)  # fmt: skip
    sections = (Section("what-happened", HOSTILE, HOSTILE, 1), Section("own", HOSTILE, HOSTILE, 5))
    catalog = homs.catalog.model_copy(update={"layers": layers})
    return replace(homs, facts=Facts.model_validate(poisoned), sections=sections, catalog=catalog)


@pytest.fixture(scope="module")
def hostile_territory(hostile, homs_territory):
    places = homs_territory.places.assign(name=[f"{name} {HOSTILE}" for name in homs_territory.places["name"]])
    regions = homs_territory.regions.assign(name=HOSTILE)
    return replace(homs_territory, brief=hostile, places=places, regions=regions)


def _blocks(brief, territory):
    return [
        analysis.masthead(brief), analysis.judgement(brief), analysis.key_figures(brief, territory), analysis.terms(brief),
        analysis.section(brief, "what-happened"), analysis.stances(brief), analysis.precedents(brief), analysis.further(brief),
        analysis.drivers(brief), analysis.sources(brief), analysis.method(brief, territory),
    ]  # fmt: skip


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = Counter(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text.append(data)


def _read(html):
    parser = _Tags()
    parser.feed(html)
    return parser


def test_hostile_text_adds_no_element_to_any_block(hostile, hostile_territory):
    for block in _blocks(hostile, hostile_territory):
        seen = _read(block.html)
        assert "<script" not in block.html, block.id
        assert set(seen.tags) <= ALLOWED, block.id
        assert not {name for name in seen.attributes if name.startswith("on")}, block.id


def test_hostile_text_is_shown_as_it_was_written(hostile, hostile_territory):
    for block in _blocks(hostile, hostile_territory):
        text = "".join(_read(block.html).text)
        if block.id not in {"what-happened", "further"}:
            assert HOSTILE in text, block.id


def test_hostile_text_is_not_run_as_a_template(hostile, hostile_territory):
    for block in _blocks(hostile, hostile_territory):
        assert "{{ 7*7 }}" in "".join(_read(block.html).text), block.id
        assert ">49<" not in block.html


@pytest.mark.parametrize("name", ["map", "network", "timeline", "yardstick"])
def test_hostile_text_is_escaped_in_labels_and_on_hover(hostile, hostile_territory, name):
    makers = {"map": lambda: analysis.territory_map(hostile_territory), "network": lambda: analysis.network(hostile),
              "timeline": lambda: analysis.timeline(hostile), "yardstick": lambda: analysis.yardstick(hostile)}  # fmt: skip
    data = makers[name]().to_plotly_json()
    traces = [*data["data"], *json.loads(data["layout"]["meta"]["narrow"])["data"]]
    texts = [text for trace in traces for text in _texts(trace)]
    assert any("&lt;script" in text for text in texts)
    assert [text for text in texts if "<" in text.replace("<br>", "")] == []


def _texts(trace):
    for key in ("text", "hovertext", "hovertemplate", "name"):
        value = trace.get(key, ())
        yield from (value,) if isinstance(value, str) else (str(one) for one in value)


def test_a_block_shows_itself_and_says_which_part_it_is():
    bundle = Block("key_figures", "<p>4</p>", Language("en"), {"a": 1})._repr_mimebundle_()
    assert bundle[MIME] == {"id": "key_figures", "empty": False, "data": {"a": 1}}
    assert bundle["text/html"] == '<div class="qv" lang="en" dir="ltr"><p>4</p></div>'


def test_an_absent_block_says_so_in_the_notebook_and_is_marked_empty(andes):
    bundle = absent("terms", andes)._repr_mimebundle_()
    assert bundle[MIME]["empty"] is True
    assert "Nothing in this brief" in bundle["text/html"]


def test_the_side_of_an_actor_is_its_place_in_the_list(andes):
    assert [side_of(andes, actor.id) for actor in andes.facts.actors] == [1, 1, 2, 2, 3]


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_the_same_brief_gives_the_same_blocks(briefs, territories, name):
    assert _blocks(briefs[name], territories[name]) == _blocks(briefs[name], territories[name])


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_making_blocks_leaves_the_brief_alone(briefs, territories, name):
    before = briefs[name].facts.model_copy(deep=True)
    _blocks(briefs[name], territories[name])
    assert briefs[name].facts == before


@pytest.mark.parametrize("name", ["homs", "andes"])
def test_every_citation_leads_to_a_source_in_the_list(briefs, territories, name):
    html = "".join(block.html for block in _blocks(briefs[name], territories[name]))
    targets = {part.split('"')[0] for part in html.split('href="#')[1:]}
    assert targets
    assert all(f'id="{target}"' in html for target in targets)
