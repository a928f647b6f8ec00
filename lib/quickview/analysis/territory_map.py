"""The map: the territory, what brackets it, and where in the world it lies.

Geometries are projected (metres) and then laid on the canvas in pixels, so that the
scale is the same in both directions and every label can be measured.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from quickview.analysis import layers
from quickview.analysis import map_symbols as symbols
from quickview.analysis.blocks import Block, worded
from quickview.analysis.canvas import (
    NARROW,
    SMALL,
    WIDE,
    Box,
    Canvas,
    Label,
    Words,
    capitalise,
    inside,
    overlaps,
    parts,
    responsive,
)
from quickview.analysis.choropleth import classes_of, heading, regions_table, values_of, written
from quickview.analysis.ground import NOTHING, Ground, Region, lay_ground
from quickview.analysis.labels import Placement, place_area_label, place_labels
from quickview.analysis.locator import Locator, add_inset, locate
from quickview.analysis.map_symbols import Entry, Symbol, legend_height
from quickview.analysis.projection import around, distance_km
from quickview.analysis.session import SESSION
from quickview.analysis.territory import Territory
from quickview.brief import formats
from quickview.brief.geography import MARGIN, aspect

FEW: Final = 12
"""Up to so many places, a narrow map names the smaller ones too."""

LEAST_M: Final = 20_000.0
"""What the map of a single point shows, in metres."""

MOST_NAMES: Final = {True: 24, False: 10}
"""How many countries, and how many regions, a map names."""


@dataclass(frozen=True)
class Sheet:
    """The frame of one drawing: what it shows, its place on the canvas, and how metres become pixels."""

    territory: Territory
    width: int

    @property
    def is_wide(self) -> bool:
        """Whether there is room for every town's name."""
        return self.width >= WIDE

    @cached_property
    def frame(self) -> Box:
        """The map's frame in pixels; the legend stands below it."""
        legend = legend_height(self.entries, self.width)
        return 0.0, legend, float(self.width), legend + self._height

    @cached_property
    def _content(self) -> Box:
        """What must be seen, in metres: the extent that the brief gives, or territory, cities and sites."""
        territory, facts = self.territory, self.territory.brief.facts
        if territory.place.extent:
            west, south, east, north = territory.place.extent
            (window,) = around([box(west, south, east + 360 * (east < west), north)], territory.projection.middle)
            return _grown(territory.projection.project(window).bounds)
        names = [*territory.place.cities, *(site.place for site in facts.sites if site.place)]
        points = [territory.projection.project(point) for name in names if (point := territory.point(name))]
        return _grown(tuple(shapely.total_bounds([territory.drawn, *points])))

    @cached_property
    def _height(self) -> int:
        """Height of the frame in pixels, lower for what is much wider than high, and higher for what is very tall."""
        left, bottom, right, top = self._content
        return round(self.width * aspect((top - bottom) / (right - left), is_wide=self.is_wide))

    @cached_property
    def _extent(self) -> Box:
        """What the frame shows, in metres: the content, centred."""
        left, bottom, right, top = self._content
        pixels = min(self.width / (right - left), self._height / (top - bottom)) * (1 - 2 * MARGIN)
        x, y = (left + right) / 2, (bottom + top) / 2
        half_w, half_h = self.width / pixels / 2, self._height / pixels / 2
        return x - half_w, y - half_h, x + half_w, y + half_h

    @cached_property
    def ground(self) -> Ground:
        """What lies under the marks, in metres."""
        return lay_ground(self.territory, self.extent_in_metres, pixel=1 / self.pixels_per_metre)

    @cached_property
    def lines(self) -> Mapping[str, BaseGeometry]:
        """The lines between regions, land and sea, and countries that are to be seen, in metres, the weaker first."""
        coast, borders, pixel = self.ground.coast, self.ground.borders, 1 / self.pixels_per_metre
        regions, region = [one.edge for one in self.ground.regions], NOTHING
        if regions and not self.territory.place.choropleth:
            # Where layers are drawn to different scales, a regional border beside a stronger one would only blur it.
            nearby = shapely.union_all([coast, borders]).simplify(pixel).buffer(3 * pixel, quad_segs=1)
            region = shapely.union_all(regions).difference(nearby)
        drawn = {"region": region, "coast": coast, "border": borders}
        kept = {kind: line for kind, line in drawn.items() if line.length * self.pixels_per_metre > 8}
        # Dashes run on only along a line that is whole.
        return {
            kind: shapely.line_merge(line) if line.geom_type == "MultiLineString" else line
            for kind, line in kept.items()
        }

    @cached_property
    def entries(self) -> list[Entry]:
        """The legend."""
        window, territory = self.extent_in_metres, self.territory
        laid = map(territory.projection.project, territory.places.geometry)
        marked = {
            name for name, shape in zip(territory.places["name"], laid, strict=True) if window.covers(shape.centroid)
        }
        return list(symbols.legend(territory, self.lines, list(self.ground.routes), marked))

    @cached_property
    def pixels_per_metre(self) -> float:
        """The scale in the middle of the map."""
        return self.width / (self._extent[2] - self._extent[0])

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in degrees as one in pixels."""
        return self.lay(self.territory.projection.project(geometry))

    def lay(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres as one in pixels."""
        k, (left, bottom, *_) = self.pixels_per_metre, self._extent
        return affinity.affine_transform(geometry, [k, 0, 0, k, self.frame[0] - k * left, self.frame[1] - k * bottom])

    def clip(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres as pixels, cut to the frame."""
        return self.lay(geometry.intersection(self.extent_in_metres))

    @property
    def extent_in_metres(self) -> BaseGeometry:
        """The frame as a rectangle in the map's projection."""
        return box(*self._extent)


def _grown(bounds: tuple[float, ...]) -> Box:
    """Return bounds in metres with some width and height, even of a point or a line along an axis."""
    left, bottom, right, top = bounds
    least = max(right - left, top - bottom) / 20 or LEAST_M
    x, y = max(0.0, least - (right - left)) / 2, max(0.0, least - (top - bottom)) / 2
    return left - x, bottom - y, right + x, top + y


def territory_map(territory: Territory | None) -> go.Figure | Block:
    """Return the map of a brief's territory.

    Parameters
    ----------
    territory : Territory or None
        As `qv.read_territory` returns it.

    Returns
    -------
    plotly.graph_objects.Figure or Block
        760 px wide, in pixels, north up where `territory.projection.is_local`. `layout.meta` holds `id` ("map"), `kind`
        ("Map"), `title`, `caption`, `alt`, `narrow` (the drawing for pages of 350 px, as JSON), `downloads` and `table`:
        `columns` and `rows`, a row a place: place, status, kilometres from the outline, number of sources for the status;
        or, for a choropleth, a row a region: region, code, value, class, and a row for each place and route drawn on
        them. `downloads` are files to take away: the layers as GeoJSON (longitude, latitude; WGS 84).
        An empty block for None.

    Notes
    -----
    Distances are on the WGS 84 ellipsoid. Classes of a choropleth are quantiles, unless the brief gives limits or
    asks for equal steps; a value on a limit is in the upper class. GeoJSON is that of RFC 7946.

    Examples
    --------
    >>> meta = qv.territory_map(territory).layout.meta
    >>> meta["title"]
    'Villa Plomo mining district lies 11 km south-west of Llano Grande'
    >>> meta["table"]["columns"]
    ['Place', 'Status', 'km from outline', 'Sources for status']
    >>> [file["name"] for file in meta["downloads"]]
    ['map.geojson']
    """
    if territory is None:
        return Block("map", "", SESSION.language)
    window = Sheet(territory, WIDE).extent_in_metres
    locator = locate(territory, window)
    drawn = {width: _draw(Sheet(territory, width), locator) for width in (WIDE, NARROW)}
    words = _words(territory, has_unnamed=bool(drawn[WIDE][1].dropped))
    figure = responsive(lambda width: drawn[width][0], words, territory.brief.language, turn=False)
    figure.layout.meta = {**figure.layout.meta, "downloads": layers.downloads(territory, window=window)}
    return worded(figure, territory.brief)


def _draw(sheet: Sheet, locator: Locator | None) -> tuple[Canvas, Placement]:
    territory, ground = sheet.territory, sheet.ground
    figure = Canvas(sheet.width, sheet.frame[3])
    outline, edge = sheet.lay(ground.territory), sheet.lay(ground.outline)
    routes = {kind: sheet.lay(lines) for kind, lines in ground.routes.items()}
    places = _symbols(sheet)
    marks = [Point(s.x, s.y).buffer(30 if s.rank == symbols.CITY else s.mark.size) for s in places]
    furniture = _furniture_boxes(sheet, [outline, *routes.values(), *marks], has_inset=locator is not None)
    obstacles = [*furniture.values(), *(symbol.box for symbol in places)]
    least = symbols.OTHER if sheet.is_wide or len(places) <= FEW else symbols.WELL_ATTESTED
    wanted = [s.label(is_wide=sheet.is_wide) for s in places if s.shown and s.rank <= least]
    placement = place_labels(wanted, frame=sheet.frame, obstacles=obstacles, avoid=[*routes.values(), edge])
    taken, known = [label.box for label in placement.placed], {label.text for label in placement.placed}
    areas = _area_labels(sheet, outline, [*obstacles, *taken], known)
    boxes = [*taken, *(label.box for label in areas), *furniture.values()]
    add_ground(figure, sheet, outline, boxes)
    hover = territory.place.name
    if "area" in territory.place.show:
        hover = territory.brief.language.gettext("{place}, {area} km²", place=hover, area=territory.area)
    symbols.add_outline(figure, territory, edge, boxes, hover=hover)
    for kind, lines in routes.items():
        symbols.add_route(figure, kind, [lines], boxes)
    # The most important lie on top.
    symbols.add_marks(figure, [(s.x, s.y, s.mark) for s in places[::-1]], hover=[s.told for s in places[::-1]])
    figure.add_labels([*areas, *placement.placed])
    if "scale" in furniture:
        _add_scale(figure, sheet, furniture["scale"])
    if locator:
        add_inset(figure, locator, furniture["inset"], size=SMALL if sheet.is_wide else SMALL - 1)
    symbols.add_legend(figure, territory, sheet.entries, top=sheet.frame[1])
    return figure, placement


def _symbols(sheet: Sheet) -> list[Symbol]:
    """Return the places in the frame, the most important first."""
    territory, places = sheet.territory, sheet.territory.places
    sites, found, empty = symbols.sites_of(territory), list[Symbol](), [None] * len(places)
    given = (places["name"], places["shown"], places.get("status", empty), places.get("evidence", empty))
    for name, shown, status, cell, shape in zip(*given, places.geometry, strict=True):
        point, sources, site = sheet.project(shape).centroid, symbols.evidence(cell), sites.get(name)
        rank = symbols.rank_of(territory, name, sources)
        size = 12 if rank == symbols.CITY else 7
        mark = symbols.site_mark(territory, site) if site else symbols.status_mark(territory, status, size=size)
        if inside((point.x, point.y, point.x, point.y), sheet.frame):
            told = symbols.told_of(territory, name, shown, status)
            found.append(Symbol(name, shown, point.x, point.y, rank, sources, mark, site, told))
    return sorted(found, key=lambda s: (s.rank, -s.evidence, s.name))


def add_ground(
    figure: Canvas, sheet: Sheet, outline: BaseGeometry, boxes: Sequence[Box], *, is_hatched: bool = True
) -> None:
    """Draw sea, land, the territory or the regions of a choropleth, and the lines between them."""
    territory, ground = sheet.territory, sheet.ground
    countries = {is_home: [c.area for c in ground.countries if c.is_home is is_home] for is_home in (True, False)}
    view = sheet.clip(territory.projection.globe) if territory.projection.is_world else box(*sheet.frame)
    symbols.add_area(figure, view, "water" if ground.countries else "land")
    symbols.add_area(figure, sheet.clip(shapely.union_all(countries[False])), "land-2")
    symbols.add_area(figure, sheet.clip(shapely.union_all(countries[True])), "land")
    if territory.place.choropleth:
        classes, values = classes_of(territory), values_of(territory)
        for region in ground.regions:
            symbols.add_fill(figure, sheet.clip(region.area), classes.fill(values[region.row]), boxes)
        # Gaps in the colour of the paper keep two regions of one class apart.
        edges = parts(sheet.clip(region.edge) for region in ground.regions)
        figure.add_lines(edges, clear_of=boxes, color="paper", width=1)
    else:
        known = [country.area for country in ground.countries]
        land = sheet.clip(shapely.union_all(known)) if known else None
        spacing = (7.0 if sheet.is_wide else 6.0) * is_hatched
        symbols.add_held_area(figure, territory, outline, boxes, land=land, spacing=spacing)
    for kind, line in sheet.lines.items():
        figure.add_lines(parts([sheet.clip(line)]), clear_of=boxes, **symbols.LINES[kind])


def _area_labels(sheet: Sheet, outline: BaseGeometry, obstacles: Sequence[Box], known: Collection[str]) -> list[Label]:
    """Return the names of regions and of countries around, those that matter first, as far as there is room.

    A region that is called as a place in it is not named again.
    """
    ground, place = sheet.ground, sheet.territory.place
    told = " ".join(section.markdown for section in sheet.territory.brief.sections)
    has_neighbours, labels = len(ground.countries) > 1, list[Label]()
    is_kept_free = ground.regions and not has_neighbours and not place.choropleth
    held = shapely.union_all(shapely.buffer(shapely.get_parts(outline), 6)) if is_kept_free else NOTHING
    for regions, is_country in ((ground.regions, False), (ground.countries, True)):
        ranked = sorted(regions, key=lambda one: (one.shown not in told, -one.area.area, one.shown))
        for region in ranked[: MOST_NAMES[sheet.is_wide]]:
            if not region.shown or region.shown in known or (is_country and region.is_home):
                continue
            taken = [*obstacles, *(label.box for label in labels)]
            is_apart = is_country and not sheet.territory.projection.is_world
            area = sheet.clip(region.area).difference(outline if is_apart else held)
            largest = max(shapely.get_parts(area), key=lambda part: part.area, default=NOTHING)
            texts = _area_texts(region, sheet, is_quiet=is_country or not has_neighbours) if not area.is_empty else []
            inside_it = (place_area_label(text, largest, frame=sheet.frame, obstacles=taken) for text in texts)
            found = list(islice(filter(None, inside_it), 1))
            if not found and not is_country and region.shown in told:
                found = _labels_beside(region, sheet, taken)
            labels += found
    return labels


def _area_texts(region: Region, sheet: Sheet, *, is_quiet: bool) -> list[Label]:
    """Return how an area may be called, the best first; letters are spaced out in scripts that do not join them."""
    territory, choropleth = sheet.territory, sheet.territory.place.choropleth
    if is_quiet and not choropleth and not territory.projection.is_world:
        # A drawing takes spaces side by side for one; a no-break space between keeps words apart.
        spaced = " ".join(region.shown.upper().replace(" ", "\u00a0"))
        name = region.shown if territory.brief.language.is_rtl else spaced
        return [Label(name, 0, 0, SMALL, "muted")]
    names = list(
        dict.fromkeys([region.shown, re.sub(r"(?<=\w{3})([- ])(?=\w{3})", r"\1\n", region.shown).replace(" \n", "\n")])
    )
    value = None if is_quiet or not choropleth else values_of(territory)[region.row]
    valued = [f"{name}\n{written(value, territory)}" for name in names if isinstance(value, int | float)]
    return [Label(text, 0, 0, SMALL, "muted" if is_quiet else "ink") for text in [*valued * sheet.is_wide, *names]]


def _labels_beside(region: Region, sheet: Sheet, taken: Sequence[Box]) -> list[Label]:
    """Return the name of a region too small for it, at its side, if there is room."""
    area = sheet.clip(region.area)
    if area.is_empty:
        return []
    spot = area.representative_point()
    wanted = Label(region.shown, spot.x, spot.y, SMALL, "ink", clear=6)
    return list(place_labels([wanted], frame=sheet.frame, obstacles=taken).placed)


# Furniture: scale bar with north arrow, and the inset's place. Each takes the freest corner.


def _furniture_boxes(sheet: Sheet, content: Sequence[BaseGeometry], *, has_inset: bool) -> dict[str, Box]:
    side_length = 150.0 if sheet.is_wide else 92.0
    is_world = sheet.territory.projection.is_world
    sizes = {"inset": (side_length, side_length), "scale": (118.0 if sheet.is_wide else 84.0, 34.0)}
    # On a map of the world, no scale is right but at one place.
    sizes = {name: size for name, size in sizes.items() if (has_inset if name == "inset" else not is_world)}
    taken: dict[str, Box] = {}
    for name, size in sizes.items():
        left, bottom, right, top = np.add(sheet.frame, [9, 9, -9 - size[0], -9 - size[1]]).tolist()
        corners = [(x, y, x + size[0], y + size[1]) for x in (left, right) for y in (bottom, top)]
        corners = [corner for corner in corners if not any(overlaps(corner, one, pad=4) for one in taken.values())]
        taken[name] = min(corners, key=lambda c: _covered(c, content))
    return taken


def _covered(corner: Box, content: Sequence[BaseGeometry]) -> float:
    area = box(*corner).buffer(10)
    return math.fsum(area.intersection(shape).area + area.intersection(shape).length for shape in content)


def scale_length_km(span_km: float) -> float:
    """Return a round length (1, 2 or 5 times a power of ten) of about a fifth of the span."""
    target = span_km / 5
    power = 10.0 ** len(str(int(target))[1:]) if target >= 1 else 10.0 ** -len(str(int(1 / target)))
    return max((m * power for m in (1, 2, 5, 10) if m * power <= target * 1.3), default=power)


def _add_scale(figure: Canvas, sheet: Sheet, place: Box) -> None:
    span_km = sheet.width / sheet.pixels_per_metre / 1e3
    km = scale_length_km(min(span_km, (place[2] - place[0] - 34) / sheet.pixels_per_metre / 1e3 * 5))
    length = km * 1e3 * sheet.pixels_per_metre
    x, y = place[0] + 24, place[1] + 8
    bar = [LineString([(x, y + 5), (x, y), (x + length, y), (x + length, y + 5)])]
    figure.add_lines(bar, color="ink", width=1.2)
    _, language = sheet.territory.brief.language.gettext, sheet.territory.brief.language
    text = _("{n} km", n=language.number(km)) if km >= 1 else _("{n} m", n=language.number(km * 1e3))
    labels = [Label(text, x + length / 2, y + 6, SMALL, anchor="top center")]
    if sheet.territory.projection.is_local:
        arrow, tip = place[0] + 8, y + 15
        lines = [
            LineString([(arrow, y), (arrow, tip)]),
            LineString([(arrow - 4, y + 9), (arrow, tip), (arrow + 4, y + 9)]),
        ]
        figure.add_lines(lines, color="ink", width=1.2)
        labels.append(Label(_("N"), arrow, tip, SMALL, anchor="top center"))
    figure.add_labels(labels)


# What the map says in words.


def _words(territory: Territory, *, has_unnamed: bool) -> Words:
    title, caption = capitalise(_title(territory)), _caption(territory, has_unnamed=has_unnamed)
    table = _marked_regions(territory) if territory.place.choropleth else places_table(territory)
    return Words("map", title, caption, _alt(territory), table, kind="Map")


def _km(distance: float, territory: Territory) -> str:
    return territory.brief.language.number(territory.fitting(round(distance)))


def _title(territory: Territory) -> str:
    """Return what the brief asks the map to tell, else what it shows; names stand without an article."""
    _, place = territory.brief.language.gettext, territory.place
    if place.choropleth:
        return _("{place}: {what}", place=place.name, what=place.choropleth.label)
    if "distances" in place.show and (found := _situation(territory)):
        return found
    if "area" in place.show and territory.area_km2:
        return _("{place} covers {area} km²", place=place.name, area=territory.area)
    return place.name


def _situation(territory: Territory) -> str:
    """Return where the territory lies from its road and its cities; nothing where it has none outside it."""
    _, place = territory.brief.language.gettext, territory.place
    if not territory.routes.empty and territory.routes_inside_km > 0.2 * territory.routes_km:
        route = territory.brief.layer(place.routes or "").title
        return _("{place} sits astride {route}", place=place.name, route=route)
    outside = [city for city in place.cities if territory.distance_km(city) > 0]
    if len(outside) > 1:
        cities = formats.listed([territory.brief.place_names[city] for city in outside], territory.brief.language)
        return _("{place} lies between {cities}", place=place.name, cities=cities)
    if not outside:
        return ""
    return _(
        "{place} lies {km} km {direction} of {city}",
        place=place.name,
        km=_km(territory.distance_km(outside[0]), territory),
        direction=territory.direction(outside[0], back=True),
        city=territory.brief.place_names[outside[0]],
    )


def _caption(territory: Territory, *, has_unnamed: bool) -> list[str]:
    _, facts = territory.brief.language.gettext, territory.brief.facts
    place, choropleth, sentences = territory.place, territory.place.choropleth, list[str]()
    if territory.is_indicative and "area" in place.show and territory.area_km2:
        sentences.append(_("About {area} km².", area=territory.area))
    if territory.is_indicative:
        sentences.append(territory.layer.note)
    sentences += _whereabouts(territory)
    if has_unnamed:
        sentences.append(_("Smaller places without room for a name are only marked; the table lists them."))
    lost = [s.name for s in facts.sites if not s.place]
    if lost:
        sentences.append(_("Not placed: {sites}.", sites=_(", ").join(lost)))
    if choropleth:
        source = next(one for one in facts.sources if one.id == choropleth.source)
        sentences.append(_("{what}: {source}.", what=heading(choropleth), source=source.publisher))
    credited = list(dict.fromkeys(territory.brief.layer(name).credit for name in place.layers))
    return [*sentences, _("Sources: {sources}.", sources=_(", ").join(credited))]


def _alt(territory: Territory) -> list[str]:
    _, ngettext, place = territory.brief.language.gettext, territory.brief.language.ngettext, territory.place
    has_area = "area" in place.show and territory.area_km2 > 0
    messages = {
        (True, True): _("Map of {place}, indicative outline of about {area} square kilometres."),
        (True, False): _("Map of {place}, area of {area} square kilometres."),
        (False, True): _("Map of {place}, indicative outline."),
        (False, False): _("Map of {place}."),
    }
    message = messages[has_area, territory.is_indicative]
    sentences = [message.format(place=place.name, area=territory.area if has_area else ""), *_whereabouts(territory)]
    if not territory.routes.empty and "distances" in place.show:
        route = territory.brief.layer(place.routes or "").title
        km = _km(territory.routes_inside_km, territory)
        sentences.append(_("{km} km of {route} run through it.", route=route, km=km))
    counts: dict[Any, Any] = territory.places["status"].value_counts().to_dict() if place.statuses else {}
    for status in place.statuses:
        n = int(counts.get(status.status, 0))
        sentences.append(status.label + _(": ") + ngettext("{n} place", "{n} places", n, n=n) + ".")
    return [*sentences, *_spread(territory)]


def _spread(territory: Territory) -> list[str]:
    """Return, for a choropleth, what is shown, its least and greatest figure or the regions of each category, and what has no data."""
    _, choropleth = territory.brief.language.gettext, territory.place.choropleth
    if choropleth is None:
        return []
    classes, values = classes_of(territory), values_of(territory)
    known = [
        (value, shown) for value, shown in zip(values, territory.regions["shown"], strict=True) if value is not None
    ]
    sentences = [heading(choropleth) + "."]
    if known and not choropleth.categories:
        (low, least), (high, most) = min(known), max(known)
        low, high = written(low, territory), written(high, territory)
        sentences.append(_("From {low} ({least}) to {high} ({most}).", low=low, least=least, high=high, most=most))
    counts = [(label, values.count(name)) for name, label in zip(classes.names, classes.labels, strict=False)]
    counts += [(_("no data"), values.count(None))] if None in values else []
    for label, n in counts:
        regions = territory.brief.language.ngettext("{n} region", "{n} regions", n, n=n)
        sentences.append(f"{label}{_(': ')}{regions}.")
    return [capitalise(sentence) for sentence in sentences]


def _whereabouts(territory: Territory) -> list[str]:
    """Return where the cities lie from the territory, if the brief asks for it."""
    _, place, sentences = territory.brief.language.gettext, territory.place, []
    for city in place.cities if "distances" in place.show else ():
        away, name = territory.distance_km(city), territory.brief.place_names[city]
        km, direction = _km(away, territory), territory.direction(city)
        if away:
            where = _("{city} lies {km} km {direction} of its edge", city=name, km=km, direction=direction)
            sentences.append(f"{where}.")
        elif not territory.is_indicative:
            sentences.append(_("{city} lies inside it", city=name) + ".")
    return sentences


def _marked_regions(territory: Territory) -> pd.DataFrame:
    """Return the regions of a choropleth and, where there are any, the places and routes drawn on them, each with what it is."""
    _, routes = territory.brief.language.gettext, territory.routes
    regions, places, name, kind = regions_table(territory), places_table(territory), _("Name"), _("Kind")
    lines = pd.DataFrame({name: routes["shown"], kind: [capitalise(_(word)) for word in routes["kind"]]})
    lines = lines[lines[name] != ""].drop_duplicates().sort_values(name)
    if places.empty and lines.empty:
        return regions
    regions.insert(1, kind, _("Region"))
    places.insert(1, kind, _("Place"))
    listed = [regions.rename(columns={_("Region"): name}), places.rename(columns={_("Place"): name}), lines]
    # As objects, or counts would become fractions where other rows have none.
    return pd.concat([rows.astype(object) for rows in listed], ignore_index=True).fillna("")


def places_table(territory: Territory) -> pd.DataFrame:
    """Return the places of the layer, named in its language: Place, Status, km from outline, Sources for status, What is there.

    Status and its sources are there if the brief lists statuses, kilometres if it asks for distances, what is
    there if sites of the brief are.
    """
    _, language, place = territory.brief.language.gettext, territory.brief.language, territory.place
    places = territory.places.sort_values("name")
    labels = {s.status: s.label for s in place.statuses}
    columns: dict[str, list[Any]] = {_("Place"): places["shown"].tolist()}
    if place.statuses:
        columns[_("Status")] = [labels.get(s, s or "") if isinstance(s, str) else "" for s in places["status"]]
    if "distances" in place.show:
        decimals = None if territory.is_indicative else 1
        away = [territory.fitting(distance_km(p.centroid, territory.shape)) for p in places.geometry]
        columns[_("km from outline")] = [language.number(round(d, 1), decimals=decimals) for d in away]
    if place.statuses and "evidence" in places.columns:
        columns[_("Sources for status")] = [symbols.evidence(e) for e in places["evidence"]]
    there: dict[str | None, list[str]] = {}
    for site in territory.brief.facts.sites:
        there.setdefault(site.place, []).append(site.name)
    if set(there) & set(places["name"]):
        columns[_("What is there")] = [_("; ").join(there.get(name, ())) for name in places["name"]]
    return pd.DataFrame(columns)
