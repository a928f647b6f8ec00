"""The map of an edition: a dot for each place, and what it says in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import plotly.graph_objects as go
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from quickview.analysis import formats
from quickview.analysis.blocks import Block
from quickview.analysis.canvas import SMALL, Box, Canvas, Label, Words, add_labels, add_lines, responsive, turn_about
from quickview.analysis.edition import Edition, Entry, Place, Report
from quickview.analysis.labels import place_labels
from quickview.analysis.map_symbols import Mark, add_area, add_marks
from quickview.analysis.world_map import STRIP, Sheet
from quickview.edition import Status
from quickview.layers.catalog import Layer, read_features
from quickview.layers.geojson import laid
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

LAYER: Final = "world"

APART: Final = 26.0
"""Pixels, across or upwards, from which on two places have a dot each."""

NAMED: Final = 3
"""Places that moved and stand in the title."""

_ORDER: Final = (Status.CHANGED, Status.NEW, Status.STALE, Status.SETTLED)

_Found = tuple[Entry, Report, Place]


@dataclass(frozen=True)
class Dot:
    """Reports whose places lie close together: where on the canvas, and how the one that moved most stands."""

    x: float
    y: float
    found: tuple[_Found, ...]
    status: Status

    @property
    def mark(self) -> Mark:
        """Its marker, larger where it holds a number."""
        size = 10 if len(self.found) == 1 else 15 + 3 * len(str(len(self.found)))
        return _mark(self.status, size)

    @property
    def box(self) -> Box:
        """The space its marker takes."""
        half = self.mark.size / 2 + 1
        return self.x - half, self.y - half, self.x + half, self.y + half

    @property
    def name(self) -> str:
        """The name of its place, cut to what a map has room for; dots after it stand for others."""
        names = list(dict.fromkeys(place.name for *_rest, place in self.found))
        return names[0][:39] + ("…" if names[1:] or len(names[0]) > 39 else "")


def _mark(status: Status, size: float) -> Mark:
    if status in {Status.CHANGED, Status.NEW}:
        return Mark("circle", LIGHT["house"], size)
    if status is Status.STALE:
        return Mark("square", LIGHT["side-2"], size)
    return Mark("circle-open", LIGHT["muted"], size * 0.8 if size <= 10 else size)


def places_map(edition: Edition) -> go.Figure | Block:
    """Return the map of all places of an edition; absent when no report has a place.

    `edition` is what `qv.read_edition` returns. Comes back as a plotly figure, 760 px wide, whose `layout.meta` holds id, kind, title,
    caption, alt, the table behind it, and the drawing for narrow pages.
    The table has a row a place: place, report, day, state, longitude and latitude in degrees.
    """
    found = [(entry, report, report.place) for entry, report in edition.reports if report.place]
    if not found:
        return Block("map", "", edition.language)
    layer = _layer(edition)
    countries = _countries(edition) if layer else []
    return responsive(
        lambda width: _draw(Sheet(tuple(place for *_, place in found), width), found, countries, edition),
        _words(found, edition, layer),
        edition.language,
        turn=False,
    )


def _layer(edition: Edition) -> Layer | None:
    if edition.catalog is None or LAYER not in edition.catalog.ids:
        return None
    return edition.catalog.layer(LAYER).told_in(edition.language.code)


def _countries(edition: Edition) -> list[BaseGeometry]:
    if edition.catalog is None:
        return []
    features = read_features(edition.catalog, LAYER)["features"]
    return [laid(feature["geometry"]) for feature in features]


def _draw(sheet: Sheet, found: Sequence[_Found], countries: Sequence[BaseGeometry], edition: Edition) -> Canvas:
    figure = Canvas(sheet.width, sheet.frame[3])
    add_area(figure, box(*sheet.frame), "panel")
    laid = [area for country in countries if not (area := sheet.lay(country)).is_empty]
    for area in laid:
        add_area(figure, area, "land-2")
    borders = [line for area in laid for line in _inland(area, sheet.frame)]
    add_lines(figure, borders, color=LIGHT["paper"], width=0.8)
    dots = _dots(sheet, found, edition)
    # The one that moved most lies on top.
    add_marks(figure, [(d.x, d.y, d.mark) for d in dots[::-1]], hover=[_said(d, edition) for d in dots[::-1]])
    add_labels(figure, [_number(dot) for dot in dots if len(dot.found) > 1])
    wanted = [_label(dot, sheet) for dot in dots]
    add_labels(figure, place_labels(wanted, frame=sheet.frame, obstacles=[dot.box for dot in dots]).placed)
    _add_legend(figure, sheet, dots, edition)
    return figure


def _inland(area: BaseGeometry, frame: Box) -> list[BaseGeometry]:
    """Return the outline of an area without what only the frame cut."""
    line = shapely.intersection(area.boundary, box(*frame).buffer(-0.5))
    return [] if line.is_empty else [line]


def _dots(sheet: Sheet, found: Sequence[_Found], edition: Edition) -> list[Dot]:
    """Return a dot for each place, one for those too close to be told apart; the one that moved most first."""
    ordered = sorted(found, key=lambda one: (_ORDER.index(edition.status(one[0])), one[0].name))
    groups: list[tuple[tuple[float, float], list[_Found]]] = []
    for one in ordered:
        x, y = sheet.point(one[2])
        apart = [max(abs(x - at[0]), abs(y - at[1])) for at, _ in groups]
        if apart and min(apart) < APART:
            groups[apart.index(min(apart))][1].append(one)
        else:
            groups.append(((x, y), [one]))
    return [Dot(round(x, 1), round(y, 1), tuple(held), edition.status(held[0][0])) for (x, y), held in groups]


def _number(dot: Dot) -> Label:
    return Label(
        str(len(dot.found)), dot.x, dot.y, SMALL, "ink" if dot.status is Status.SETTLED else "paper", typeface.BOLD
    )


def _label(dot: Dot, sheet: Sheet) -> Label:
    weight = typeface.BOLD if dot.status in {Status.CHANGED, Status.NEW} else typeface.REGULAR
    return Label(
        dot.name, dot.x, dot.y, SMALL + 1 if sheet.is_wide else SMALL, weight=weight, clear=dot.mark.size / 2 + 4
    )


def _said(dot: Dot, edition: Edition) -> str:
    names = list(dict.fromkeys(place.name for *_, place in dot.found))
    shown = edition.language.gettext(", ").join(names[:3]) + (" …" if names[3:] else "")
    # The number as the dot shows it, where a language has a word for two.
    return edition.language.gettext("{places}, reports: {n}", places=shown, n=len(dot.found))


def _add_legend(figure: Canvas, sheet: Sheet, dots: Sequence[Dot], edition: Edition) -> None:
    """Draw a key for each kind of mark that is there, under the frame, from the side where the reader begins."""
    _, strip, x, y = edition.language.gettext, Canvas(sheet.width, sheet.frame[3]), 6.0, STRIP / 2 - 3
    moved = _("Changed or new")
    texts = {Status.CHANGED: moved, Status.NEW: moved, Status.STALE: _("Out of date"),
             Status.SETTLED: _("As before")}  # fmt: skip
    kinds = {texts[dot.status]: dot.status for dot in sorted(dots, key=lambda dot: _ORDER.index(dot.status))}
    labels, spots = [], []
    for text, status in kinds.items():
        spots.append((x, y, _mark(status, 10)))
        labels.append(Label(text, x + 11, y, SMALL, anchor="middle right"))
        x += 11 + typeface.width(text, SMALL) + 20
    add_marks(strip, spots)
    add_labels(strip, labels)
    if edition.language.is_rtl:
        turn_about(strip)
    figure.traces.extend(strip.traces)


# What the map says in words.


def _words(found: Sequence[_Found], edition: Edition, layer: Layer | None) -> Words:
    title = _title(found, edition)
    return Words(
        id="map",
        kind="Map",
        title=title,
        caption=_caption(found, edition, layer),
        alt=_alt(found, edition),
        table=_table(found, edition),
    )


def _moved(found: Sequence[_Found], edition: Edition) -> list[str]:
    """Return the names of the places that moved, the weightiest change first."""
    names = {entry.name: place.name for entry, _, place in found}
    entries = [*edition.of(Status.CHANGED), *edition.of(Status.NEW)]
    return list(dict.fromkeys(names[entry.name] for entry in entries if entry.name in names))


def _title(found: Sequence[_Found], edition: Edition) -> str:
    _, ngettext, names = edition.language.gettext, edition.language.ngettext, _moved(found, edition)
    total = len({place.name for *_rest, place in found})
    if total == 1:
        place = found[0][2].name
        return _("All that moved is at {place}", place=place) if names else _("Nothing moved at {place}", place=place)
    if not names:
        return ngettext("Nothing moved at {n} place", "Nothing moved at any of {n} places", total, n=total)
    listed = formats.listed(names[:NAMED], edition.language)
    several = ngettext("{n} of {total} places moved: {names}", "{n} of {total} places moved: {names}", len(names),
                       n=len(names), total=total, names=listed)  # fmt: skip
    if len(names) <= NAMED:
        return several
    return _("{n} of {total} places moved, above all {names}").format(n=len(names), total=total, names=listed)


def _caption(found: Sequence[_Found], edition: Edition, layer: Layer | None) -> str:
    _ = edition.language.gettext
    said = [
        _("A number counts reports that lie close together; its mark is that of the one that moved most.")
        if found[1:]
        else "",
        _("Borders: {credit}.", credit=layer.credit) if layer else "",
    ]
    return " ".join(one for one in said if one)


def _alt(found: Sequence[_Found], edition: Edition) -> str:
    ngettext, names = edition.language.ngettext, _moved(found, edition)
    said = [ngettext("Map with the place of {n} report.", "Map with the places of {n} reports.", len(found),
                     n=len(found))]  # fmt: skip
    if names:
        shown = formats.listed(names[:10], edition.language)
        said.append(edition.language.gettext("Moved: {names}.", names=shown))
    return " ".join(said)


def _table(found: Sequence[_Found], edition: Edition) -> pd.DataFrame:
    """Return the places: name, report, day, how it stands, longitude and latitude in degrees."""
    _ = edition.language.gettext
    words = {Status.CHANGED: _("Changed"), Status.NEW: _("New"), Status.STALE: _("Out of date"),
             Status.SETTLED: _("As before")}  # fmt: skip
    rows = sorted(found, key=lambda one: (one[2].name, one[0].name))
    return pd.DataFrame(
        {
            _("Place"): [place.name for *_rest, place in rows],
            _("Report"): [report.title for _entry, report, _place in rows],
            _("Day"): [report.as_of.isoformat() for _entry, report, _place in rows],
            _("State"): [words[edition.status(entry)] for entry, *_rest in rows],
            _("Longitude"): [place.longitude for *_rest, place in rows],
            _("Latitude"): [place.latitude for *_rest, place in rows],
        }
    )
