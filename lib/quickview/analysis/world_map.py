"""The map of an edition: the world around its places, a dot for each, and what it says in words.

Longitudes are counted from the middle of the map, so that the edge of the world cuts
no extent; the drawing then is in pixels, like every other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import shapely
from pyproj import Transformer
from shapely import affinity
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from quickview.analysis.blocks import Block
from quickview.analysis.canvas import SMALL, WIDE, Box, Canvas, Label, Words, mirrored, responsive
from quickview.analysis.edition import Edition
from quickview.analysis.labels import place_labels
from quickview.analysis.map_symbols import Mark, add_area, add_marks
from quickview.analysis.projection import around
from quickview.brief import formats
from quickview.edition import Status
from quickview.layers.catalog import Layer, read_features
from quickview.layers.geojson import laid
from quickview.manifests import Entry, Place, Report
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

ASPECT: Final = {True: 0.42, False: 0.86}
"""Height of the frame against its width, when wide and when narrow."""

LOW: Final = 0.56
"""The same for the whole world when narrow, which would leave a tall frame empty."""

NORTH: Final = 72.0
SOUTH: Final = -47.0
"""What a map of the whole world shows at least: where people live."""

WHOLE: Final = 150.0
"""Degrees of longitude from which on the whole world is shown."""

MIDDLE: Final = 11.0
"""Longitude in the middle of the whole world: its edges then lie in the Bering Strait."""

LEAST: Final = 26.0
"""Degrees of latitude a map shows at least, so that one town is not lost in a blank."""

AROUND: Final = 0.14
EDGE: Final = 0.035
"""Share of the extent left free on each side: of the places, and of the whole world."""

STRIP: Final = 24.0
"""Height of the legend under the frame, in pixels."""

LAYER: Final = "world"

APART: Final = 26.0
"""Pixels, across or upwards, from which on two places have a dot each."""

NAMED: Final = 3
"""Places that moved and stand in the title."""

_ORDER: Final = (Status.CHANGED, Status.NEW, Status.STALE, Status.SETTLED)

_Found = tuple[Entry, Report, Place]


@dataclass(frozen=True)
class _World:
    """A drawing of the world around some places, for a width in pixels."""

    places: tuple[Place, ...]
    width: int

    @property
    def is_wide(self) -> bool:
        """Whether it is drawn for a wide page."""
        return self.width >= WIDE

    @property
    def frame(self) -> Box:
        """The map's frame in pixels."""
        aspect = min(LOW, ASPECT[self.is_wide]) if self._is_whole else ASPECT[self.is_wide]
        return 0.0, STRIP, float(self.width), STRIP + round(self.width * aspect)

    @cached_property
    def middle(self) -> float:
        """Longitude in the middle: that of the shortest arc that holds all places."""
        around = sorted({place.longitude % 360 for place in self.places})
        gaps = [((b - a) % 360 or 360.0, b) for a, b in zip(around, [*around[1:], around[0]], strict=True)]
        widest, start = max(gaps)
        span = 360 - widest
        return MIDDLE if span > WHOLE else (start + span / 2 + 180) % 360 - 180

    @cached_property
    def _projection(self) -> Transformer:
        """Equal Earth for the whole world; else plate carrée, true to scale at the middle latitude."""
        latitudes = [place.latitude for place in self.places]
        true = min(60.0, abs(min(latitudes) + max(latitudes)) / 2)
        name = "+proj=eqearth" if self._is_whole else f"+proj=eqc +lat_ts={true:.4f}"
        return Transformer.from_crs("EPSG:4326", f"{name} +lon_0=0 +R=57.29577951308232 +over", always_xy=True)

    @cached_property
    def _turned(self) -> list[float]:
        return [_turn(place.longitude - self.middle) for place in self.places]

    @property
    def _is_whole(self) -> bool:
        return max(self._turned) - min(self._turned) > WHOLE

    @cached_property
    def _extent(self) -> Box:
        """What the frame shows, in degrees of a great circle: all places and some room, or the whole world."""
        corners = [(-169.0, SOUTH), (179.0, SOUTH), (0.0, NORTH)] if self._is_whole else []
        places = zip(self._turned, (place.latitude for place in self.places), strict=True)
        points = shapely.points([self._projection.transform(*at) for at in (*places, *corners)])
        left, bottom, right, top = shapely.total_bounds(points)
        room = EDGE if corners else AROUND
        wide, high = self.frame[2], self.frame[3] - STRIP
        height = max((top - bottom) * (1 + 2 * room), LEAST)
        unit = max((right - left) * (1 + 2 * room) / wide, height / high)
        x, y, half_w, half_h = (left + right) / 2, (bottom + top) / 2, wide * unit / 2, high * unit / 2
        return x - half_w, y - half_h, x + half_w, y + half_h

    def point(self, place: Place) -> tuple[float, float]:
        """Return where a place lies, in pixels."""
        x, y = self._projection.transform(_turn(place.longitude - self.middle), place.latitude)
        a, _, _, d, e, f = self._matrix
        return a * x + e, d * y + f

    @property
    def _matrix(self) -> list[float]:
        left, bottom, right, _ = self._extent
        k = self.width / (right - left)
        return [k, 0, 0, k, -k * left, STRIP - k * bottom]

    def lay(self, country: BaseGeometry) -> BaseGeometry:
        """Return polygons in degrees as pixels, cut to the frame."""
        (turned,) = around([country], self.middle)
        centred = affinity.translate(turned, -self.middle)
        placed = shapely.transform(centred, lambda p: np.column_stack(self._projection.transform(*p.T)))
        laid = affinity.affine_transform(placed, self._matrix)
        return shapely.make_valid(laid).intersection(box(*self.frame)).simplify(0.4)


def _turn(longitude: float) -> float:
    return (longitude + 180) % 360 - 180


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
    def names(self) -> list[str]:
        """The names of its places."""
        return list(dict.fromkeys(place.name for *_rest, place in self.found))

    @property
    def number(self) -> Label:
        """How many reports it stands for."""
        colour = "ink" if self.status is Status.SETTLED else "paper"
        return Label(str(len(self.found)), self.x, self.y, SMALL, colour, typeface.BOLD)

    def label(self, size: float) -> Label:
        """Return the name of its place, cut to what a map has room for; dots after it stand for others."""
        name = self.names[0][:39] + ("…" if self.names[1:] or len(self.names[0]) > 39 else "")
        weight = typeface.BOLD if self.status in {Status.CHANGED, Status.NEW} else typeface.REGULAR
        return Label(name, self.x, self.y, size, weight=weight, clear=self.mark.size / 2 + 4)


def _mark(status: Status, size: float) -> Mark:
    if status in {Status.CHANGED, Status.NEW}:
        return Mark("circle", LIGHT["house"], size)
    if status is Status.STALE:
        return Mark("square", LIGHT["side-2"], size)
    return Mark("circle-open", LIGHT["muted"], size * 0.8 if size <= 10 else size)


def places_map(edition: Edition) -> go.Figure | Block:
    """Return the map of all places of an edition, with a dot for those that moved and for those that did not.

    Parameters
    ----------
    edition : Edition
        As `qv.read_edition` returns it; countries are drawn if it was read with a catalogue that has the layer `world`.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide, in pixels. `layout.meta` holds `id` ("map"), `kind` ("Map"), `title`, `caption`, `alt`, `narrow` (the
        drawing for pages of 350 px, as JSON) and `table`: `columns` and `rows`, a row a place: place, report, day, state,
        longitude and latitude (degrees, WGS 84). An empty block when no report has a place.

    Notes
    -----
    The whole world is drawn in Equal Earth, less of it in plate carrée true to scale at its middle latitude.

    Examples
    --------
    >>> meta = qv.places_map(edition).layout.meta
    >>> meta["title"]
    '2 of 3 places moved: Villa Plomo and River Valley'
    >>> meta["table"]["rows"][2]
    ['Villa Plomo', 'Miners block the road to a silver town', '2024-06-14', 'Changed', -66.6, -20.1]
    """
    found = [(entry, report, report.place) for entry, report in edition.reports if report.place]
    if not found:
        return Block("map", "", edition.language)
    layer, countries, catalog = None, list[BaseGeometry](), edition.catalog
    if catalog and LAYER in catalog.ids:
        layer = catalog.layer(LAYER).told_in(edition.language.code)
        countries = [laid(feature["geometry"]) for feature in read_features(catalog, LAYER)["features"]]
    places = tuple(place for *_, place in found)
    return responsive(
        lambda width: _draw(_World(places, width), found, countries, edition),
        _words(found, edition, layer),
        edition.language,
        turn=False,
    )


def _draw(world: _World, found: Sequence[_Found], countries: Sequence[BaseGeometry], edition: Edition) -> Canvas:
    figure = Canvas(world.width, world.frame[3])
    add_area(figure, box(*world.frame), "panel")
    areas = [area for country in countries if not (area := world.lay(country)).is_empty]
    for area in areas:
        add_area(figure, area, "land-2")
    # What the frame cut is no border.
    inland = box(*world.frame).buffer(-0.5)
    figure.add_lines([area.boundary.intersection(inland) for area in areas], color="paper", width=0.8)
    dots = _dots(world, found, edition)
    # The one that moved most lies on top.
    add_marks(figure, [(d.x, d.y, d.mark) for d in dots[::-1]], hover=[_said(d, edition) for d in dots[::-1]])
    figure.add_labels([dot.number for dot in dots if len(dot.found) > 1])
    wanted = [dot.label(SMALL + 1 if world.is_wide else SMALL) for dot in dots]
    figure.add_labels(place_labels(wanted, frame=world.frame, obstacles=[dot.box for dot in dots]).placed)
    _add_legend(figure, dots, edition)
    return figure


def _dots(world: _World, found: Sequence[_Found], edition: Edition) -> list[Dot]:
    """Return a dot for each place, one for those too close to be told apart; the one that moved most first."""
    ordered = sorted(found, key=lambda one: (_ORDER.index(edition.status(one[0])), one[0].name))
    groups: list[tuple[tuple[float, float], list[_Found]]] = []
    for one in ordered:
        x, y = world.point(one[2])
        apart = [max(abs(x - at[0]), abs(y - at[1])) for at, _ in groups]
        if apart and min(apart) < APART:
            groups[apart.index(min(apart))][1].append(one)
        else:
            groups.append(((x, y), [one]))
    return [Dot(round(x, 1), round(y, 1), tuple(held), edition.status(held[0][0])) for (x, y), held in groups]


def _said(dot: Dot, edition: Edition) -> str:
    shown = edition.language.gettext(", ").join(dot.names[:3]) + (" …" if dot.names[3:] else "")
    # The number as the dot shows it, where a language has a word for two.
    return edition.language.gettext("{places}, reports: {n}", places=shown, n=len(dot.found))


def _add_legend(figure: Canvas, dots: Sequence[Dot], edition: Edition) -> None:
    """Draw a key for each kind of mark that is there, under the frame, from the side where the reader begins."""
    _, x, y = edition.language.gettext, 6.0, STRIP / 2 - 3
    moved = _("Changed or new")
    texts = {Status.CHANGED: moved, Status.NEW: moved, Status.STALE: _("Out of date"),
             Status.SETTLED: _("As before")}  # fmt: skip
    kinds = {texts[dot.status]: dot.status for dot in sorted(dots, key=lambda dot: _ORDER.index(dot.status))}
    labels, spots = [], []
    for text, status in kinds.items():
        spots.append((x, y, _mark(status, 10)))
        labels.append(Label(text, x + 11, y, SMALL, anchor="middle right"))
        x += 11 + typeface.width(text, SMALL) + 20
    with mirrored(figure, edition.language) as strip:
        add_marks(strip, spots)
        strip.add_labels(labels)


# What the map says in words.


def _words(found: Sequence[_Found], edition: Edition, layer: Layer | None) -> Words:
    _, names = edition.language.gettext, _moved(found, edition)
    caption, alt = [], [edition.language.ngettext("Map with the place of {n} report.", "Map with the places of {n} reports.",
                                                  len(found), n=len(found))]  # fmt: skip
    if names:
        alt.append(_("Moved: {names}.", names=formats.listed(names[:10], edition.language)))
    if len(found) > 1:
        caption.append(
            _("A number counts reports that lie close together; its mark is that of the one that moved most.")
        )
    if layer:
        caption.append(_("Borders: {credit}.", credit=layer.credit))
    title = _title(found, names, edition)
    return Words("map", title, caption, alt, _table(found, edition), kind="Map")


def _moved(found: Sequence[_Found], edition: Edition) -> list[str]:
    """Return the names of the places that moved, the weightiest change first."""
    names = {entry.name: place.name for entry, _, place in found}
    entries = [*edition.of(Status.CHANGED), *edition.of(Status.NEW)]
    return list(dict.fromkeys(names[entry.name] for entry in entries if entry.name in names))


def _title(found: Sequence[_Found], names: Sequence[str], edition: Edition) -> str:
    _, ngettext = edition.language.gettext, edition.language.ngettext
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
