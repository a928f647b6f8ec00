"""A brief as short as a brief can be, with shapes of its own, and ways to read edited briefs."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import alone

from quickview.brief.reader import Brief, load
from quickview.errors import Fault, InputError

ROOT = Path(__file__).parents[2]

MINIMAL = """\
---
document:
  title: Council calls a vote on wells
  summary: The council has called a vote.
  series: Quick View
  desk: Water
  country: NOR
  content_type: sample
  topics: [water]
  as_of: 2020-02-10
sources:
  - {id: paper, publisher: The Paper, title: A vote on wells, date: 2020-02-03, reliability: B, credibility: 2}
place:
  name: valley
  layer: valley
  places: wells
  statuses:
    - {status: open, label: Open}
sides:
  - {id: council, name: Council}
actors:
  - {id: mayor, name: The mayor, kind: person, side: council, role: Called the vote, stance: supports, source: paper}
events:
  - {id: call, date: 2020-02-03, title: Vote called, place: North well, sources: [paper]}
forecasts:
  - id: vote-held
    title: Vote is held
    statement: It is likely that the vote is held.
    horizon: {text: Within a year}
    probability: {low: 60, high: 70, basis: given}
    word: likely
    confidence: low
    confidence_reason: One report.
    by: The Paper
    drivers_for: [The mayor wants it]
    indicators:
      - {text: Ballots are printed, where: Town hall}
    settled_by: A vote.
    source: paper
---

## What happened

The council called a vote [@paper].

## Why it matters

Wells run dry.
"""

LAYER = """\
  - id: {id}
    title: {id}
    file: {id}.geojson
    geometry: {geometry}
    credit: Own survey
    source: Own survey
    licence: CC0-1.0
    date: 2020-02-03
    crs: EPSG:4326
    key: [id]
    accuracy: surveyed
    note: Invented.
    recipe:
      kind: table
      csv: {id}.csv
"""

SQUARE = [[[10.0, 60.0], [10.2, 60.0], [10.2, 60.2], [10.0, 60.2], [10.0, 60.0]]]
# North well lies inside the valley; the others lie 0.1, 0.4 and 0.5 degrees of latitude north of it.
WELLS = {"North well": (10.1, 60.1), "Near well": (10.1, 60.3), "Edge well": (10.1, 60.6), "Far well": (10.1, 60.7)}


@pytest.fixture(scope="session")
def homs_text() -> str:
    """The brief less its translations, so that one mistake in it is one fault."""
    text = alone((ROOT / "briefs" / "homs-truce.md").read_text(encoding="utf-8"))
    return re.sub(r"\ntranslations:\n.*?(?=\n---\n)", "", text, flags=re.DOTALL)


@pytest.fixture(scope="session")
def homs_catalog() -> Path:
    return ROOT / "shapes" / "catalog.yaml"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with an empty `briefs` and a `shapes` that holds a valley and its wells."""
    shapes = tmp_path / "shapes"
    (tmp_path / "briefs").mkdir()
    shapes.mkdir()
    layers = {"valley": "polygon", "wells": "point"}
    recipes = "".join(LAYER.format(id=name, geometry=geometry) for name, geometry in layers.items())
    (shapes / "catalog.yaml").write_text("layers:\n" + recipes, encoding="utf-8")
    write_layer(shapes / "valley.geojson", {"valley": {"type": "Polygon", "coordinates": SQUARE}})
    points = {name: {"type": "Point", "coordinates": list(place)} for name, place in WELLS.items()}
    write_layer(shapes / "wells.geojson", points)
    return tmp_path


@pytest.fixture
def minimal() -> str:
    return MINIMAL


@pytest.fixture
def read(house: Path) -> Callable[[str | bytes], Brief]:
    """Read a text as a brief of `house`."""

    def read(text: str | bytes) -> Brief:
        path = house / "briefs" / "sample.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path)

    return read


@pytest.fixture
def faults(read: Callable[[str | bytes], Brief]) -> Callable[[str | bytes], tuple[Fault, ...]]:
    """Return the faults of a text that is read as a brief; none where it is sound."""

    def faults(text: str | bytes) -> tuple[Fault, ...]:
        try:
            return read(text).warnings
        except InputError as error:
            return error.faults

    return faults


ROW = {"status": "open", "evidence": "survey"}


def write_layer(path: Path, geometries: dict[str, dict]) -> None:
    features = [
        {"type": "Feature", "geometry": geometry, "properties": {"id": name, "name": name, **ROW}}
        for name, geometry in geometries.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
