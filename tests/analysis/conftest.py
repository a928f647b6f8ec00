"""Figures of both briefs, and what tests read off them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from shapely.geometry import LineString, MultiLineString

from quickview import analysis
from quickview.analysis.canvas import Label
from quickview.analysis.network import relations_figure

BRIEFS = ("homs", "andes")
FIGURES = ("map", "network", "timeline", "yardstick")


@dataclass(frozen=True)
class Drawing:
    """One form of a figure as plain data: traces, size and the texts with the room they take."""

    traces: tuple[dict, ...]
    width: float
    height: float

    @property
    def labels(self) -> list[Label]:
        """Every text, as the label it was made from."""
        return [label for trace in self.traces if trace.get("mode") == "text" for label in _labels(trace)]

    def label(self, text: str) -> Label:
        """The one label with this text; line breaks count as spaces."""
        (found,) = [label for label in self.labels if label.text.replace("\n", " ") == text]
        return found

    @property
    def lines(self) -> list[tuple[dict, MultiLineString]]:
        """Traces that draw visible lines, each with its geometry."""
        drawn = [t for t in self.traces if t.get("mode") == "lines" and t["line"].get("width")]
        return [(trace, _runs(trace)) for trace in drawn]

    def markers(self) -> Iterator[dict]:
        """Every single marker: x, y, text and its style."""
        for trace in self.traces:
            if trace.get("mode") == "markers":
                for n, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
                    style = {k: v[n] if isinstance(v, list | tuple) else v for k, v in trace["marker"].items()}
                    text = trace.get("text", "")
                    yield {"x": x, "y": y, "text": text if isinstance(text, str) else text[n], **style}


def _labels(trace: dict) -> Iterator[Label]:
    font = trace["textfont"]
    for x, y, text in zip(trace["x"], trace["y"], trace["text"], strict=True):
        yield Label(
            text.replace("<br>", "\n"), x, y, font["size"], font["color"], font["weight"], trace["textposition"]
        )


def _runs(trace: dict) -> MultiLineString:
    runs, run = [], []
    for x, y in [*zip(trace["x"], trace["y"], strict=True), (None, None)]:
        if x is None:
            runs += [LineString(run)] if len(run) > 1 else []
            run = []
        else:
            run.append((x, y))
    return MultiLineString(runs)


def _drawing(data: dict) -> Drawing:
    return Drawing(tuple(data["data"]), data["layout"]["width"], data["layout"]["height"])


@pytest.fixture(scope="session")
def briefs(homs, andes):
    return {"homs": homs, "andes": andes}


@pytest.fixture(scope="session")
def territories(homs_territory, andes_territory):
    return {"homs": homs_territory, "andes": andes_territory}


@pytest.fixture(scope="session")
def draw(briefs, territories) -> Callable:
    """Draw a figure of a brief anew."""
    makers = {
        "map": lambda name: analysis.territory_map(territories[name]),
        "network": lambda name: relations_figure(briefs[name]),
        "timeline": lambda name: analysis.timeline(briefs[name]),
        "yardstick": lambda name: analysis.yardstick(briefs[name]),
    }
    return lambda name, figure: makers[figure](name)


@pytest.fixture(scope="session")
def figures(draw):
    """Every figure of both briefs, as plotly's JSON data."""
    return {(name, figure): draw(name, figure).to_plotly_json() for name in BRIEFS for figure in FIGURES}


@pytest.fixture(scope="session")
def drawings(figures):
    """Every figure of both briefs in both widths."""
    found = {}
    for key, data in figures.items():
        found[*key, "wide"] = _drawing(data)
        found[*key, "narrow"] = _drawing(json.loads(data["layout"]["meta"]["narrow"]))
    return found


@pytest.fixture(scope="session")
def as_drawings() -> Callable:
    """Turn a plotly figure into its wide and its narrow drawing."""

    def both(figure) -> tuple[Drawing, Drawing]:
        data = figure.to_plotly_json()
        return _drawing(data), _drawing(json.loads(data["layout"]["meta"]["narrow"]))

    return both


@pytest.fixture(scope="session")
def altered() -> Callable:
    """Return a brief with other facts in some places."""
    return lambda brief, **facts: replace(brief, facts=brief.facts.model_copy(update=facts))
