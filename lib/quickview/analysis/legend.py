"""The map's legend: a strip of keys under its frame, with only what the map shows."""

from collections.abc import Iterator
from typing import Final, Literal

from shapely.geometry import LineString, box

from quickview.analysis.canvas import SMALL, Canvas, Label, add_labels, capitalise, turn_about
from quickview.analysis.ground import add_held_area, add_roads
from quickview.analysis.marks import Mark, add_marks, site_mark, status_mark
from quickview.analysis.territory import Territory
from quickview.brief.vocabulary import Located
from quickview.look import typeface

ROW: Final = 19.0
"""Height of a row of the legend, in pixels."""

Key = Mark | Literal["area", "road"]
Entry = tuple[str, Key]


def legend_height(territory: Territory, width: float) -> float:
    """Return the height of the strip in pixels, at a width in pixels."""
    return len(_rows(territory, width)) * ROW + 8


def add_legend(figure: Canvas, territory: Territory, *, width: float, top: float) -> None:
    """Draw the keys in rows below `top`, in pixels, from the side where the reader begins."""
    strip = Canvas(width, top)
    labels = []
    for n, row in enumerate(_rows(territory, width)):
        y = top - 8 - ROW * (n + 0.5)
        for x, text, key in row:
            _add_key(strip, territory, key, x + 8, y)
            labels.append(Label(text, x + 22, y, SMALL, anchor="middle right"))
    add_labels(strip, labels)
    if territory.brief.language.is_rtl:
        turn_about(strip)
    figure.traces.extend(strip.traces)


def _entries(territory: Territory) -> Iterator[Entry]:
    place = territory.brief.facts.place
    _, name = territory.brief.language.gettext, capitalise(place.name)
    yield _("{place} (indicative outline)", place=name) if territory.is_indicative else name, "area"
    if not territory.routes.empty:
        yield capitalise(_route_name(territory)), "road"
    # A place that holds a site is marked as the site.
    held = {site.place for site in territory.brief.facts.sites}
    shown = set(territory.places[~territory.places["name"].isin(held)]["status"])
    for status in place.statuses:
        if status.status in shown:
            yield status.label, status_mark(territory, status.status)
    yield from _site_entries(territory)


def _site_entries(territory: Territory) -> list[Entry]:
    _ = territory.brief.language.gettext
    seen: dict[tuple[str, bool], Entry] = {}
    for site in territory.brief.facts.sites:
        if site.place:
            actor = next(a for a in territory.brief.facts.actors if a.id == site.actor)
            sure = site.located is Located.CONFIRMED
            text = (
                f"{actor.label}{_(': ')}{site.kind}"
                if sure
                else capitalise(_("{site}, position probable", site=site.kind))
            )
            seen.setdefault((site.kind, sure), (text, site_mark(territory, site)))
    return list(seen.values())


def _route_name(territory: Territory) -> str:
    layer = territory.brief.layer(territory.brief.facts.place.routes or "")
    indicative = territory.brief.language.gettext("{layer} (indicative)", layer=layer.title)
    return indicative if layer.accuracy == "indicative" else layer.title


def _rows(territory: Territory, width: float) -> list[list[tuple[float, str, Key]]]:
    """Flow the entries into rows; each entry has its left edge."""
    rows: list[list[tuple[float, str, Key]]] = [[]]
    x = 0.0
    for text, key in _entries(territory):
        needed = 24 + typeface.width(text, SMALL) + 18
        if rows[-1] and x + needed > width + 18:
            rows.append([])
            x = 0.0
        rows[-1].append((x, text, key))
        x += needed
    return rows


def _add_key(figure: Canvas, territory: Territory, key: Key, x: float, y: float) -> None:
    if key == "area":
        add_held_area(figure, territory, box(x - 8, y - 5, x + 8, y + 5), [], spacing=4.0)
    elif key == "road":
        add_roads(figure, [LineString([(x - 8, y), (x + 8, y)])], [])
    elif isinstance(key, Mark):
        add_marks(figure, [(x, y, key)])
