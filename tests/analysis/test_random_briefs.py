"""Any valid brief renders: made-up briefs of every size and odd content, through everything that reads a brief."""

import datetime as dt
import html
import json
import random
import re
import shutil
from dataclasses import dataclass, replace

import plotly.graph_objects as go
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.builders.printed import pages as printed_pages
from tests.conftest import ANDES, NOTEBOOK, run_notebook

from quickview import analysis as qv
from quickview.analysis.blocks import Block
from quickview.analysis.canvas import inside, overlaps
from quickview.brief import change_messages, changes, dates
from quickview.brief.export import as_json, linked_data, tables
from quickview.brief.masthead import Masthead
from quickview.brief.reader import load, read_past
from quickview.brief.vocabulary import (
    ICD203,
    ActorKind,
    Category,
    Located,
    Precision,
    RelationKind,
    Stance,
    TermState,
    last_day,
)
from quickview.language.catalogs import Language
from quickview.nightly import feed, index_page, record
from quickview.report.manifest import summary
from quickview.report.outline import Outline, Part
from quickview.report.page import print_report
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.slow

SHAPES = ANDES.parent.parent / "shapes"
LISTS = ("actors", "relations", "events", "forecasts", "terms", "measures", "quantities", "calendar", "precedents",
         "sites", "tables", "limits", "topics")  # fmt: skip
LANGUAGES = ("en", "ar", "fr")
SECTIONS = {
    "en": ("What happened", "Why it matters", "Elsewhere", "A section of its own"),
    "ar": ("ما الذي حدث", "لماذا يهمّ", "قسم خاص"),
    "fr": ("Ce qui s’est passé", "Pourquoi c’est important", "Une section à part"),
}
WORDS = {
    "en": [
        "road",
        "council",
        "river",
        "vote",
        "ministry",
        "of",
        "the",
        "northern",
        "valley",
        "talks",
        "grain",
        "and",
        "harbour",
        "district",
    ],
    "fr": [
        "route",
        "conseil",
        "rivière",
        "vote",
        "ministère",
        "de",
        "la",
        "vallée",
        "du",
        "nord",
        "pourparlers",
        "blé",
        "et",
        "port",
    ],
    "ar": ["طريق", "مجلس", "نهر", "تصويت", "وزارة", "الوادي", "الشمالي", "محادثات", "القمح", "ميناء", "منطقة"],
}
ODD = ("X", "م", 'The "road"', "<b>bold</b> & <script>x</script>", "“Quoted” road", "a_b *c* `d`", "{n} {what} %s",
       "Ünïcödé – “Œuvre”", "مجلس الوادي", "C++/C# [1] (x)", "A" * 60, "W" * 140, "https://a.example/" + "b" * 90, "'", "0")  # fmt: skip
PLACES = ("Villa Plomo", "Boca Mina", "Puente Seco", "Tres Hornos", "Pampa Alta")
STATUSES = ("blockaded", "picketed", "passable", "not reported")


@dataclass(frozen=True)
class Recipe:
    """How many of each record a made-up brief has, in which language, and the seed of all that is in them."""

    seed: int
    language: str
    sides: int
    sizes: dict[str, int]


def recipes(most: int) -> st.SearchStrategy[Recipe]:
    """Recipes of briefs, most of their lists short and a few of them up to `most` long."""
    few, many = st.integers(0, 4), st.integers(0, most)
    size = st.integers(0, 9).flatmap(lambda n: st.just(0) if n < 3 else few if n < 9 else many)
    return st.builds(
        Recipe, st.integers(0, 2**32), st.sampled_from(LANGUAGES), st.integers(0, 6),
        st.fixed_dictionaries(dict.fromkeys(LISTS, size)),
    )  # fmt: skip


class Maker:
    """Makes a brief that is valid after a recipe; `later` makes the next edition of the same."""

    def __init__(self, recipe: Recipe, *, brief: bool = False) -> None:
        self.recipe, self.rng = recipe, random.Random(recipe.seed)
        self.brief = brief or sum(recipe.sizes.values()) > 250
        self.as_of = dt.date(self.rng.choice([1000, 1066, 1950, 2017, 2024, 2024, 2024, 2999]), 1, 1) + dt.timedelta(
            days=self.rng.randrange(365)
        )
        self.sources = [f"s{n}" for n in range(self.rng.randint(1, 5))]

    # Words and figures

    def line(self, most: int = 200) -> str:
        draw = self.rng.random()
        if draw < 0.15:
            text = self.rng.choice(ODD)
        elif draw < 0.25 and not self.brief:
            text = self.words(200)
        else:
            text = self.words(self.rng.randint(3, 50))
        return text[:most].strip() or "X"

    def words(self, most: int) -> str:
        text = ""
        while len(text) < most:
            text += self.rng.choice(WORDS[self.recipe.language]) + " "
        text = text[:most].strip()
        return text[:1].upper() + text[1:]

    def text(self) -> str:
        return self.line() if self.brief or self.rng.random() < 0.8 else f"{self.words(600)}. {self.line()}"

    def maybe(self, value, share=0.5):
        return value() if self.rng.random() < share else None

    def number(self):
        kind = self.rng.randrange(8)
        return [0, 1, -1, self.rng.randint(-1000, 1000), self.rng.randint(0, 10**15), -(10**12) - 1,
                round(self.rng.uniform(-100, 100), self.rng.randint(1, 6)), self.rng.choice([1e15, 0.000001, 2.0])][kind]  # fmt: skip

    def source(self) -> str:
        return self.rng.choice(self.sources)

    def before(self) -> dt.date:
        reach = self.rng.choice([0, 1, 7, 40, 400, 5000, 200000])
        return self.as_of - dt.timedelta(days=min(self.rng.randint(0, reach), (self.as_of - dt.date(1000, 1, 1)).days))

    def after(self, day: dt.date | None = None) -> dt.date:
        day = day or self.as_of
        reach = self.rng.choice([1, 2, 7, 40, 400, 5000, 200000])
        return day + dt.timedelta(days=min(self.rng.randint(1, reach), (dt.date(3000, 12, 31) - day).days))

    def precision(self) -> str:
        return self.rng.choice(["day", "day", "day", "month", "year"])

    def some(self, rows, most=3):
        return self.rng.sample(rows, min(len(rows), self.rng.randint(0, most)))

    # Records

    def rows(self, name: str, make):
        return [make(f"{name[:4]}{n}".rstrip("-")) for n in range(self.recipe.sizes[name])]

    def facts(self):
        self.sides = [f"side{n}" for n in range(self.recipe.sides)]
        own = self.rng.random() < 0.3
        stances = [{"id": f"st{n}", "label": self.line()} for n in range(self.rng.randint(1, 6))] if own else []
        self.scale = [one["id"] for one in stances] or [word.value for word in Stance]
        self.actors = [f"acto{n}" for n in range(self.recipe.sizes["actors"])]
        self.has_place = self.rng.random() < 0.5
        self.row = self.rng.randrange(2)
        facts = {
            "document": self.document(),
            "sources": [self.source_of(name) for name in self.sources],
            "place": self.place() if self.has_place else None,
            "sides": [{"id": side, "name": self.line()} for side in self.sides],
            "stances": stances,
            "actors": self.rows("actors", self.actor),
            "relations": self.relations(),
            "quantities": self.rows("quantities", self.quantity),
            "agreement": self.agreement() if self.recipe.sizes["terms"] or self.rng.random() < 0.4 else None,
            "measures": self.rows("measures", self.measure),
            "sites": self.rows("sites", self.site) if self.actors else [],
            "events": self.rows("events", self.event),
            "calendar": self.rows("calendar", self.scheduled),
            "forecasts": self.rows("forecasts", self.forecast),
            "tables": self.rows("tables", self.table),
            "precedents": self.rows("precedents", self.precedent),
            "limits": [self.text() for _ in range(self.recipe.sizes["limits"])],
        }
        return _without_none(facts)

    def document(self):
        return {
            "title": self.line(), "summary": self.text(), "series": self.line(40), "desk": self.line(),
            "country": self.maybe(lambda: "BOL"), "content_type": self.maybe(self.line), "abstract": self.maybe(self.text),
            "topics": [self.line() for _ in range(self.recipe.sizes["topics"])], "as_of": str(self.as_of),
            "language": self.recipe.language,
        }  # fmt: skip

    def source_of(self, name):
        return {
            "id": name, "publisher": self.line(), "title": self.line(),
            "date": self.maybe(lambda: str(self.before())) or "null", "url": self.maybe(lambda: f"https://a.example/{name}"),
            "reliability": self.rng.choice("ABCDEF"), "credibility": self.rng.randint(1, 6),
        }  # fmt: skip

    def place(self):
        layer = self.rng.choice(["andes-district", "andes-departments", None])
        place = {
            "name": self.line(), "layer": layer, "places": "andes-places",
            "side": self.maybe(lambda: self.rng.choice(self.sides)) if self.sides else None,
            "cities": ["Llano Grande"] if self.rng.random() < 0.5 else [],
            "statuses": [{"status": one, "label": self.line(), "side": self.maybe(lambda: self.rng.choice(self.sides))
                          if self.sides else None} for one in STATUSES] if self.rng.random() < 0.5 else [],
            "regions": self.maybe(lambda: "andes-departments"), "countries": self.maybe(lambda: "andes-countries"),
            "show": self.some(["area", "distances"]),
        }  # fmt: skip
        if place["statuses"]:
            place["history"] = self.history()
        if self.rng.random() < 0.3:
            place["choropleth"] = {
                "layer": "andes-departments", "values": {code: self.number() for code in ("BO.CQ", "BO.OR", "BO.PO")},
                "label": self.line(), "unit": self.maybe(self.line), "source": self.source(),
                "classes": self.rng.choice(["quantile", "equal"]), "count": self.rng.randint(2, 5),
            }  # fmt: skip
        return place

    def actor(self, name):
        return {
            "id": name, "name": self.line(), "short": self.maybe(lambda: self.line(32), 0.3), "role": self.line(),
            "native": self.maybe(lambda: {"name": "مجلس الوادي", "language": "ar"}, 0.2), "source": self.source(),
            "kind": self.rng.choice(list(ActorKind)), "stance": self.maybe(lambda: self.rng.choice(self.scale), 0.8),
            "side": self.maybe(lambda: self.rng.choice(self.sides), 0.8) if self.sides else None,
        }  # fmt: skip

    def relations(self):
        if len(self.actors) < 2:
            return []
        found = {}
        for _ in range(self.recipe.sizes["relations"]):
            pair, kind = self.rng.sample(self.actors, 2), self.rng.choice(list(RelationKind))
            found[*pair, kind] = {"from": pair[0], "to": pair[1], "kind": kind, "note": self.maybe(self.text, 0.2),
                                  "source": self.source()}  # fmt: skip
        return list(found.values())

    def quantity(self, name):
        return {
            "id": name, "label": self.line(), "unit": self.line(60), "key": self.rng.random() < 0.5, "note": self.maybe(self.text, 0.2),
            "values": [self.value() for _ in range(self.rng.randint(1, 3))],
        }  # fmt: skip

    def value(self):
        ends = sorted([self.number(), self.number()])
        figure = {"value": ends[0]} if self.rng.random() < 0.6 else {"low": ends[0], "high": ends[1]}
        qualifier = self.maybe(lambda: self.rng.choice(["about", "more than", "at least", "at most"]), 0.3)
        return {**figure, "by": self.line(), "source": self.source(), "qualifier": qualifier}

    def claim(self, day):
        return {"date": str(day), "by": self.line(), "source": self.source(), "note": self.maybe(self.text, 0.2)}

    def state(self, day=None):
        # With a note it may have begun before the agreement was signed.
        return {"value": self.rng.choice(list(TermState)), "date": str(day or self.before()), "source": self.source(),
                "note": self.text()}  # fmt: skip

    def states(self):
        """Return the one state of a term or measure, or how it came along."""
        if self.rng.random() < 0.6:
            return {"state": self.state()}
        days = sorted({self.before() for _ in range(self.rng.choice([1, 2, 3, 9]))})
        return {"states": [self.state(day) for day in days]}

    def history(self):
        """Return what status places had when, in order of time."""
        days = sorted({self.before() for _ in range(self.rng.choice([0, 1, 3, 12]))})
        return [{"places": self.some(PLACES) or [PLACES[0]], "status": self.rng.choice(STATUSES), "from": str(day),
                 "precision": self.rng.choice(list(Precision)), "note": self.maybe(self.text, 0.2), "source": self.source(),
                 "until": self.maybe(lambda day=day: str(day), 0.2)} for day in days]  # fmt: skip

    def agreement(self):
        effective = self.maybe(self.rng.choice([self.before, self.after]))
        until = self.maybe(lambda: self.after(effective or self.rng.choice([self.as_of, self.before()])))
        if effective and until and until <= effective:
            until = None
        self.effective = effective
        return {
            "name": self.line(), "parties": self.some(self.actors), "guarantors": self.some(self.actors),
            "signed": [self.claim(self.before()) for _ in range(self.rng.randint(0, 2))],
            "effective": effective and self.claim(effective), "until": until and self.claim(until),
            "signed_at": self.maybe(self.line), "terms": self.rows("terms", self.term), "source": self.source(),
        }  # fmt: skip

    def term(self, name):
        earliest = self.effective or self.before()
        return {
            "id": name, "title": self.line(), "text": self.text(), "category": self.maybe(lambda: self.rng.choice(list(Category))),
            "binds": self.some(self.actors), **self.states(), "source": self.source(),
            "deadlines": [self.claim(day) for day in {self.after(earliest) for _ in range(self.rng.randint(0, 2))}
                          if not self.effective or day > self.effective],
        }  # fmt: skip

    def measure(self, name):
        since = self.maybe(self.rng.choice([self.before, self.after]))
        until = self.maybe(lambda: self.after(since or self.before()))
        return {
            "id": name, "title": self.line(), "text": self.maybe(self.text), "instrument": self.line(), "by": self.some(self.actors),
            "on": self.some(self.actors), "from": since and str(since), "until": until and str(until), **self.states(),
            "source": self.source(),
        }  # fmt: skip

    def site(self, name):
        return {
            "id": name, "name": self.line(), "kind": self.line(), "actor": self.rng.choice(self.actors), "source": self.source(),
            "place": self.rng.choice(PLACES) if self.has_place and self.rng.random() < 0.7 else None,
            "located": self.rng.choice(list(Located)), "note": self.maybe(self.text, 0.2),
        }  # fmt: skip

    def event(self, name):
        return {
            "id": name, "date": str(self.before()), "precision": self.precision(), "title": self.line(), "text": self.maybe(self.text),
            "place": self.rng.choice(PLACES) if self.has_place and self.rng.random() < 0.4 else None,
            "where": self.maybe(self.line, 0.2), "actors": self.some(self.actors), "sources": [self.source()],
        }  # fmt: skip

    def scheduled(self, name):
        day, precision = self.after(), self.precision()
        if precision != "day" and self.rng.random() < 0.5:
            day = day.replace(day=1)
        if last_day(day, precision) <= self.as_of:
            day, precision = self.after(), "day"
        return {
            "id": name, "date": str(day), "precision": precision, "title": self.line(), "text": self.maybe(self.text, 0.3),
            "where": self.maybe(self.line, 0.2), "actors": self.some(self.actors), "sources": [self.source()],
        }  # fmt: skip

    def forecast(self, name):
        band = self.rng.choice(ICD203)
        low, high = sorted(round(self.rng.uniform(band.low, band.high), self.rng.choice([0, 0, 1])) for _ in range(2))
        day = self.maybe(lambda: str(self.after()))
        return {
            "id": name, "title": self.line(), "statement": self.text(), "horizon": {"text": self.line(), "date": day},
            "probability": {"low": low, "high": self.rng.choice([low, high]), "basis": "given"}, "word": band.words[self.row],
            "confidence": self.rng.choice(["low", "moderate", "high"]), "confidence_reason": self.text(), "by": self.line(),
            "drivers_for": [self.text()], "drivers_against": [self.text() for _ in range(self.rng.randint(0, 2))],
            "indicators": [{"text": self.line(), "where": self.line()}], "settled_by": self.text(), "source": self.source(),
        }  # fmt: skip

    def table(self, name):
        cells = {"text": self.line, "number": self.number, "percent": self.number, "date": lambda: str(self.before())}
        kinds = [self.rng.choice(list(cells)) for _ in range(self.rng.randint(1, 5))]
        return {
            "id": name, "title": self.line(), "source": self.source(), "note": self.maybe(self.text, 0.2),
            "columns": [{"id": f"c{n}", "label": self.maybe(self.line), "type": kind,
                         "unit": self.maybe(lambda: self.line(20), 0.3) if kind == "number" else None} for n, kind in enumerate(kinds)],
            "rows": [[cells[kind]() for kind in kinds] for _ in range(self.rng.choice([0, 1, 3, 20]))],
        }  # fmt: skip

    def precedent(self, name):
        return {
            "id": name, "title": self.line(), "place": self.line(), "date": str(self.before()), "text": self.text(),
            "compare": [{"aspect": self.line(), "there": self.text(), "here": self.text()}], "sources": [self.source()],
        }  # fmt: skip

    def prose(self) -> str:
        titles = SECTIONS[self.recipe.language]
        titles = titles[: self.rng.randint(1, len(titles))]
        every = "; ".join(f"@{source}" for source in self.sources)
        return "\n".join(
            f"## {title}\n\n{self.words(self.rng.choice([20, 300, 3000]))} [{every}].\n" for title in titles
        )

    def editions(self) -> tuple[str, str]:
        """Return two editions of the brief: an earlier one, and the one to read."""
        facts, prose = self.facts(), self.prose()
        return _as_text(self.altered(facts), prose), _as_text(facts, prose)

    def altered(self, facts):
        """Return the facts as an earlier edition could have had them: rows that were not there, and other values."""
        past = json.loads(json.dumps(facts))
        for rows in past.values():
            if isinstance(rows, list) and rows and isinstance(rows[0], dict) and self.rng.random() < 0.5:
                rows.pop(self.rng.randrange(len(rows)))
        past["document"]["as_of"] = str(self.before())
        for row in past.get("forecasts", ()):
            if self.rng.random() < 0.5:
                row.update(confidence="low", title=self.line(), word=ICD203[0].words[self.row])
                row["probability"] = {"low": 1, "high": 4, "basis": "given"}
        for row in [*past.get("measures", ()), *past.get("agreement", {}).get("terms", ())]:
            if self.rng.random() < 0.5:
                (row.get("state") or row["states"][-1])["value"] = "pending"
        for row in past.get("quantities", ()):
            if self.rng.random() < 0.5:
                row["values"] = [self.value()]
        return past


def _without_none(node):
    if isinstance(node, dict):
        kept = {key: _without_none(value) for key, value in node.items() if value is not None}
        return {key: None if value == "null" else value for key, value in kept.items()}
    return [_without_none(one) for one in node] if isinstance(node, list) else node


def _as_text(facts, prose):
    return f"---\n{json.dumps(facts, ensure_ascii=False, indent=1)}\n---\n\n{prose}"


def written(recipe: Recipe, folder, name: str = "made"):
    """Write both editions of a brief with its layers; return the paths of the later and of the earlier."""
    if not (folder / "shapes").exists():
        shutil.copytree(SHAPES, folder / "shapes")
    past, now = Maker(recipe).editions()
    if len(now.encode()) > 500_000:
        half = Recipe(recipe.seed, recipe.language, recipe.sides, {key: n // 2 for key, n in recipe.sizes.items()})
        return written(half, folder, name)
    for part, text in (("briefs", now), ("earlier", past)):
        (folder / part).mkdir(exist_ok=True)
        (folder / part / f"{name}.md").write_text(text, encoding="utf-8")
    return folder / "briefs" / f"{name}.md", folder / "earlier" / f"{name}.md"


HEIGHTS = {"timeline": (560, 1500), "network": (700, 2600), "map": (840, 840), "yardstick": (960, 1500),
           "control": (960, 1500), "term-history": (960, 1560)}  # fmt: skip
"""The tallest that each figure may be, wide and narrow; 960 is a printed page."""

FALSE = re.compile(
    r"(?<![\d–,.])\b1 (?:events|days|dates|terms|changes|reports|forecasts|more changes|weeks|months|years)\b|"
    r"(?<![\d–,.])\b0 (?:events?|days?|dates?|reports?|changes?)\b|(?:in|for|off|ago|since|dans|il y a) [-−]\d|[-−]\d+ (?:days?|jours?)\b|"
    r"(?<![\d–,.])\b1 (?:événements|jours|rapports|prévisions|clauses|modifications|échéances|mesures)\b|(?<![\d–,.])\b0 (?:événements?|jours?|rapports?)\b|"
    r"\bNone\b(?! of the terms)|\bnan\b|\bUndefined\b|[({]\s*[)}]"
)
"""What is never a sentence: wrong plurals, counts of nothing, days that run backwards, a Python value."""


def parts(brief, territory):
    """Everything that the notebook shows of a brief, by name."""
    calls = {
        "masthead": qv.masthead, "changes": qv.changes, "judgement": qv.judgement,
        "key_figures": lambda brief: qv.key_figures(brief, territory), "map": lambda _: qv.territory_map(territory),
        "control": lambda _: qv.control(territory), "term-history": qv.term_history,
        "terms": qv.terms, "measures": qv.measures, "stances": qv.stances, "network": qv.network, "timeline": qv.timeline,
        "precedents": qv.precedents, "further": qv.further, "related": qv.related, "yardstick": qv.yardstick, "drivers": qv.drivers,
        "sources": qv.sources, "method": lambda brief: qv.method(brief, territory),
        **{f"section {name}": lambda brief, name=name: qv.section(brief, name)
           for name in ("what-happened", "why-it-matters", "elsewhere", "precedent") if brief.section(name)},
    }  # fmt: skip
    return {name: call(brief) for name, call in calls.items()}


def check_drawing(name, drawing, tallest):
    labels = [replace(one, text=re.sub("[\u2066-\u2069]", "", html.unescape(one.text))) for one in drawing.labels]
    frame = (-1, -1, drawing.width + 1, drawing.height + 1)
    assert drawing.height <= tallest, (name, drawing.width, drawing.height)
    outside = [one.text for one in labels if one.text and not inside(one.box, frame)]
    assert outside == [], (name, drawing.width, outside[:3])
    crossing = [(a.text, b.text) for n, a in enumerate(labels) for b in labels[:n] if overlaps(a.box, b.box, pad=-1.5)]
    assert crossing == [], (name, drawing.width, crossing[:3])


def check_words(name, shown, given):
    """No false sentence, nothing of a name taken for markup; `given` is the text of the brief."""
    assert "<script" not in shown, name
    text = re.sub(r"[\u2066-\u2069]|</?(?:bdi|span|b|time|strong)\b[^>]*>", "", shown)
    text = " ".join(re.sub(r"<[^>]+>", " | ", text).split())
    wrong = [text[max(0, one.start() - 60) : one.end() + 40] for one in FALSE.finditer(text) if one[0] not in given]
    assert wrong == [], (name, wrong[:3])


def check_shown(found, as_drawings, given):
    for name, shown in found.items():
        if isinstance(shown, go.Figure):
            for drawing, tallest in zip(as_drawings(shown), HEIGHTS[name], strict=True):
                check_drawing(name, drawing, tallest)
            meta = shown.layout.meta
            check_words(name, " | ".join((meta["title"], meta["alt"], meta["caption"])).replace("<", ""), given)
            go.Figure(shown.to_dict())
        else:
            assert isinstance(shown, Block)
            check_words(name, shown.html, given)


def outline_of(found):
    head = [Part(name, shown.html, data=shown.data) for name, shown in found.items() if name in {"masthead", "changes"}]
    return Outline(tuple(head), (), masthead=Masthead.read(found["masthead"].data))


def entry_of(brief, found):
    """What the nightly run would record of the report."""
    outline = outline_of(found)
    shown = {
        key: found["masthead"].data[key]
        for key in ("name", "title", "summary", "series", "desk", "language", "as_of", "topics")
    }
    report = {
        **shown,
        "country": brief.facts.document.country or "",
        **summary(brief, outline),
        "pdf": True,
        "picture": True,
    }
    return {"name": brief.edition, "brief": str(brief.path), "state": "succeeded", "cause": "", "faults": [], "detail": "",
            "stale": False, "tries": 1, "seconds": 1.0, "memory_mb": 100, "report": json.loads(json.dumps(report))}  # fmt: skip


def check_edition(entries, folder, given, language):
    edition = record.edition(entries)
    page = index_page.write(edition, theme=load_theme(), world=None, language=language)
    check_words("front page", page.partition("</head>")[2].partition("<script")[0], given)
    assert feed.atom(edition, language=language).startswith("<?xml")
    feed.catalogue(edition)
    path = folder / "edition.json"
    path.write_text(record.as_json(edition), encoding="utf-8")
    read = qv.read_edition(path, language=language)
    for block in (qv.digest_masthead, qv.moved, qv.deadlines, qv.forecasts):
        check_words(block.__name__, block(read).html, given)
    qv.places_map(read)


def check(recipe, folder, as_drawings):
    """Put a made-up brief through everything that reads a brief."""
    path, earlier = written(recipe, folder)
    given = path.read_text(encoding="utf-8") + earlier.read_text(encoding="utf-8")
    other = LANGUAGES[recipe.seed % 3]
    for language in dict.fromkeys((recipe.language, other)):
        brief = load(path, language=language, previous=earlier)
        assert all(fault.is_warning for fault in brief.warnings)
        found = parts(brief, qv.read_territory(brief))
        check_shown(found, as_drawings, given)
        tables(brief)
        json.loads(as_json(brief))
        json.dumps(linked_data(brief))
        check_edition([entry_of(brief, found)], folder, given, language)
    past = read_past(earlier)
    for change in changes.compare(past, brief) if past else ():
        for code in LANGUAGES:
            assert change_messages.say(change, Language(code))
    agreement = brief.facts.agreement
    if agreement and agreement.effective and agreement.effective.date > brief.facts.document.as_of:
        assert "In effect since" not in found["terms"].html
    assert all(one.date for one in dates.dated(brief.facts))
    return path, other


def check_print(path, language, browser):
    """Nothing is printed over another, and no page but the last is more than half empty."""
    notebook = run_notebook(NOTEBOOK, brief_path=str(path), language=language)
    browser.fresh()
    document, _ = print_report(read_outline(notebook, folder=NOTEBOOK.parent), browser, load_theme())
    printed = path.with_suffix(".pdf")
    printed.write_bytes(document)
    pages = printed_pages(printed)
    assert [page.covered for page in pages if page.covered] == []
    assert [n for n, page in enumerate(pages[:-1], start=1) if page.is_half_empty] == []


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tmp_path_factory.mktemp("made")


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(recipe=recipes(12))
def test_any_small_brief_renders(made, as_drawings, recipe):
    check(recipe, made, as_drawings)


@pytest.mark.audit
@settings(
    max_examples=200, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)
@given(recipe=recipes(300))
def test_any_brief_up_to_three_hundred_of_each_renders_and_prints(made, as_drawings, browser, recipe):
    check_print(*check(recipe, made, as_drawings), browser)
