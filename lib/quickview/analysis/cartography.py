"""The map: the territory, what brackets it, and where in the world it lies.

Geometries are projected (UTM, metres) and then laid on the canvas in pixels, so
that the scale is the same in both directions and every label can be measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import plotly.graph_objects as go
from pyproj import CRS
from shapely import affinity
from shapely.geometry import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from quickview.analysis import wording
from quickview.analysis.figure import (
    BASE,
    LARGE,
    SMALL,
    WIDE,
    Box,
    Label,
    Words,
    add_labels,
    add_lines,
    canvas,
    capitalise,
    hatch,
    inside,
    knock_out,
    overlaps,
    parts,
    plain,
    responsive,
)
from quickview.analysis.labels import Placement, place_area_label, place_labels
from quickview.analysis.territory import WGS84, Territory, compass
from quickview.brief.records import PlaceStatus, Site
from quickview.brief.vocabulary import Located
from quickview.look import typeface
from quickview.look.palette import LIGHT, side

ASPECT: Final = {True: 0.66, False: 1.1}
"""Height of the map's frame against its width, when wide and when narrow."""

ROW: Final = 19.0
"""Height of a row of the legend, in pixels."""

MARGIN: Final = 0.055
"""Share of the extent left free around what must be seen."""

FEW: Final = 12
"""Up to so many places, a narrow map names the smaller ones too."""

_SYMBOLS: Final = ("circle", "square", "diamond", "pentagon", "hexagon", "star-square")


@dataclass(frozen=True)
class Sheet:
    """The frame of one drawing: its place on the canvas, and how metres become pixels."""

    territory: Territory
    width: int

    @property
    def is_wide(self) -> bool:
        """Whether there is room for every town's name."""
        return self.width >= WIDE

    @cached_property
    def frame(self) -> Box:
        """The map's frame in pixels; the legend stands below it."""
        legend = _legend_height(self.territory, self.width)
        return 0.0, legend, float(self.width), legend + round(self.width * ASPECT[self.is_wide])

    @cached_property
    def _extent(self) -> Box:
        """What the frame shows, in metres: territory, cities and sites, centred."""
        points = [self.territory.point(city) for city in self.territory.brief.facts.place.cities]
        points += [self.territory.point(s.place) for s in self.territory.brief.facts.sites if s.place]
        shapes = gpd.GeoSeries([self.territory.shape, *(p for p in points if p is not None)])
        left, bottom, right, top = shapes.total_bounds
        frame_width, frame_height = self.frame[2] - self.frame[0], self.frame[3] - self.frame[1]
        pixels = min(frame_width / (right - left), frame_height / (top - bottom)) * (1 - 2 * MARGIN)
        x, y = (left + right) / 2, (bottom + top) / 2
        half_w, half_h = frame_width / pixels / 2, frame_height / pixels / 2
        return x - half_w, y - half_h, x + half_w, y + half_h

    @property
    def pixels_per_metre(self) -> float:
        """The scale."""
        return (self.frame[2] - self.frame[0]) / (self._extent[2] - self._extent[0])

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres as one in pixels."""
        k, (left, bottom, *_) = self.pixels_per_metre, self._extent
        matrix = [k, 0, 0, k, self.frame[0] - k * left, self.frame[1] - k * bottom]
        return affinity.affine_transform(geometry, matrix)

    def clip(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres as pixels, cut to the frame."""
        return self.project(geometry).intersection(box(*self.frame)).simplify(0.3)

    @property
    def extent_in_metres(self) -> BaseGeometry:
        """The frame as a rectangle in the territory's CRS."""
        return box(*self._extent)


def territory_map(territory: Territory) -> go.Figure:
    """Return the map of a brief's territory, with the table of its places behind it."""
    placement: dict[int, Placement] = {}

    def draw(width: int) -> go.Figure:
        figure, placement[width] = _draw(Sheet(territory, width))
        return figure

    figure = responsive(draw, Words("map", "", "", "", pd.DataFrame(), kind="Map"))
    words = _words(territory, has_unnamed=bool(placement[WIDE].dropped))
    figure.layout.meta = {
        **figure.layout.meta,
        "title": words.title,
        "caption": words.caption,
        "alt": words.alt,
        "table": {"columns": list(words.table.columns), "rows": words.table.to_numpy().tolist()},
    }
    return figure


def _draw(sheet: Sheet) -> tuple[go.Figure, Placement]:
    territory = sheet.territory
    figure = canvas(sheet.width, sheet.frame[3])
    outline = sheet.clip(territory.shape)
    routes = [sheet.clip(line) for line in territory.routes.geometry]
    symbols = _symbols(sheet)
    furniture = _furniture_boxes(
        sheet, [outline, *routes, *(Point(s["x"], s["y"]).buffer(30) for s in symbols if s["rank"] == 0)]
    )
    obstacles = [*furniture.values(), *(_symbol_box(s) for s in symbols)]
    placement = place_labels(
        _town_labels(sheet, symbols), frame=sheet.frame, obstacles=obstacles, avoid=[*routes, outline.boundary]
    )
    regions = _region_labels(sheet, [*obstacles, *(label.box for label in placement.placed)])
    boxes = [label.box for label in (*placement.placed, *regions)] + [*furniture.values()]
    _add_ground(figure, sheet, boxes)
    _add_territory(figure, sheet, outline, boxes)
    _add_routes(figure, routes, boxes)
    _add_symbols(figure, symbols)
    add_labels(figure, [*regions, *placement.placed])
    _add_scale(figure, sheet, furniture["scale"])
    if "inset" in furniture:
        _add_inset(figure, sheet, furniture["inset"])
    _add_legend(figure, sheet)
    return figure, placement


# The ground: land, borders of regions.


def _add_ground(figure: go.Figure, sheet: Sheet, boxes: Sequence[Box]) -> None:
    _add_area(figure, box(*sheet.frame), "land")
    borders = [sheet.clip(region.boundary) for region in sheet.territory.regions.geometry]
    add_lines(figure, knock_out(borders, boxes), color=LIGHT["line"], width=1.2, dash="6px,3px,1px,3px")


def _add_area(figure: go.Figure, area: BaseGeometry, colour: str) -> None:
    for polygon in getattr(area, "geoms", [area]):
        if polygon.geom_type == "Polygon":
            x, y = (list(values) for values in polygon.exterior.xy)
            figure.add_scatter(
                x=[round(v, 1) for v in x], y=[round(v, 1) for v in y], mode="lines", fill="toself",
                fillcolor=LIGHT[colour], line={"width": 0}, hoverinfo="skip",
            )  # fmt: skip


def _region_labels(sheet: Sheet, obstacles: Sequence[Box]) -> list[Label]:
    labels: list[Label] = []
    for _, region in sheet.territory.regions.sort_values("name").iterrows():
        area = sheet.clip(region.geometry).difference(sheet.clip(sheet.territory.shape).buffer(6))
        if area.is_empty:
            continue
        largest = max(getattr(area, "geoms", [area]), key=lambda part: part.area)
        name = " ".join(str(region["name"]).upper())
        taken = [*obstacles, *(label.box for label in labels)]
        found = place_area_label(Label(name, 0, 0, SMALL, "muted"), largest, frame=sheet.frame, obstacles=taken)
        if found:
            labels.append(found)
    return labels


# The territory and the roads.


def _holder(territory: Territory) -> int | None:
    """The number of the side that holds the territory."""
    return _side_number(territory, territory.brief.facts.place.side)


def _side_number(territory: Territory, side_id: str | None) -> int | None:
    ids = [s.id for s in territory.brief.facts.sides]
    return ids.index(side_id) + 1 if side_id in ids else None


def _add_territory(figure: go.Figure, sheet: Sheet, outline: BaseGeometry, boxes: Sequence[Box]) -> None:
    number = _holder(sheet.territory)
    colour = side(number) if number else LIGHT["house"]
    _add_area(figure, outline, f"tint-{number}" if number else "land-2")
    if sheet.territory.is_indicative:
        lines = hatch(outline, spacing=7.0 if sheet.is_wide else 6.0)
        add_lines(figure, knock_out(parts([lines]), boxes), color=colour, width=0.55)
    dash = "5px,3px" if sheet.territory.is_indicative else "solid"
    hover = f"{sheet.territory.brief.facts.place.name}, {wording.area(sheet.territory.area_km2)} km²"
    add_lines(figure, knock_out([outline.boundary], boxes), hover=hover, color=colour, width=1.6, dash=dash)


def _add_routes(figure: go.Figure, routes: Sequence[BaseGeometry], boxes: Sequence[Box]) -> None:
    cut = knock_out(routes, boxes, pad=1.0)
    add_lines(figure, cut, color=LIGHT["road"], width=4.2)
    add_lines(figure, cut, color=LIGHT["paper"], width=2.2)


# Towns and sites.


def _symbols(sheet: Sheet) -> list[dict[str, Any]]:
    """Return one symbol a place in the frame: where, which mark, which rank (0 is a city)."""
    sites = {s.place: s for s in sheet.territory.brief.facts.sites if s.place}
    named = {e.place for e in sheet.territory.brief.facts.events} | set(sites)
    cities = sheet.territory.brief.facts.place.cities
    rows = []
    places = sheet.territory.places
    for name, status, cell, shape in zip(
        places["name"], places["status"], places["evidence"], places.geometry, strict=True
    ):
        point, evidence = sheet.project(shape).centroid, _evidence(cell)
        if not inside((point.x, point.y, point.x, point.y), sheet.frame):
            continue
        rank = 0 if name in cities else 1 if name in named else 3 - (evidence >= 3)
        rows.append({"name": name, "x": point.x, "y": point.y, "rank": rank, "status": status,
                     "site": sites.get(name), "evidence": evidence})  # fmt: skip
    return [r | _mark(sheet.territory, r) for r in sorted(rows, key=lambda r: (r["rank"], -r["evidence"], r["name"]))]


def _evidence(cell: object) -> int:
    """How many sources a row of the places layer names."""
    return len([part for part in cell.split("|") if part.strip()]) if isinstance(cell, str) else 0


def _mark(territory: Territory, row: dict[str, Any]) -> dict[str, Any]:
    site: Site | None = row["site"]
    if site:
        actor = next(a for a in territory.brief.facts.actors if a.id == site.actor)
        number = _side_number(territory, actor.side) or 1
        return {"symbol": _site_symbol(territory, site), "colour": side(number), "size": 12}
    status = _status(territory, row["status"])
    colour, symbol = _status_mark(territory, status)
    return {"symbol": symbol, "colour": colour, "size": 12 if row["rank"] == 0 else 7}


def _status(territory: Territory, value: str) -> PlaceStatus | None:
    return next((s for s in territory.brief.facts.place.statuses if s.status == value), None)


def _status_mark(territory: Territory, status: PlaceStatus | None) -> tuple[str, str]:
    if status is None:
        return LIGHT["muted"], "x-thin-open"
    number = _side_number(territory, status.side)
    position = territory.brief.facts.place.statuses.index(status)
    symbol = _SYMBOLS[position]
    return (side(number), symbol) if number else (LIGHT["muted"], f"{symbol}-open")


def _site_symbol(territory: Territory, site: Site) -> str:
    kinds = sorted({s.kind for s in territory.brief.facts.sites})
    base = ("triangle-up", "triangle-down", "star", "cross")[kinds.index(site.kind) % 4]
    return base if site.located is Located.CONFIRMED else f"{base}-open"


def _symbol_box(symbol: dict[str, Any]) -> Box:
    half = symbol["size"] / 2
    return symbol["x"] - half, symbol["y"] - half, symbol["x"] + half, symbol["y"] + half


def _add_symbols(figure: go.Figure, symbols: Sequence[dict[str, Any]]) -> None:
    ordered = list(reversed(symbols))
    figure.add_scatter(
        x=[s["x"] for s in ordered],
        y=[s["y"] for s in ordered],
        mode="markers",
        marker={
            "symbol": [s["symbol"] for s in ordered],
            "color": [s["colour"] for s in ordered],
            "size": [s["size"] for s in ordered],
            "opacity": 1,
            "line": {"width": [1.3 if "open" in s["symbol"] else 0.8 for s in ordered],
                     "color": [s["colour"] if "open" in s["symbol"] else LIGHT["paper"] for s in ordered]},
        },
        text=[plain(s["name"]) for s in ordered],
        hoverinfo="text",
    )  # fmt: skip


def _town_labels(sheet: Sheet, symbols: Sequence[dict[str, Any]]) -> list[Label]:
    most = 3 if sheet.is_wide or len(symbols) <= FEW else 2
    return [_town_label(s, is_wide=sheet.is_wide) for s in symbols if s["rank"] <= most]


def _town_label(symbol: dict[str, Any], *, is_wide: bool) -> Label:
    x, y, name, clear = symbol["x"], symbol["y"], symbol["name"], symbol["size"] / 2 + 4
    if symbol["rank"] == 0:
        return Label(name, x, y, LARGE + 1.5, weight=typeface.BOLD, clear=clear)
    if symbol["site"] and symbol["site"].name != name:
        name = f"{name} ({symbol['site'].name})" if is_wide else symbol["site"].name
    if symbol["rank"] < 3:
        return Label(
            name,
            x,
            y,
            BASE if is_wide else SMALL,
            weight=typeface.BOLD if symbol["rank"] == 2 else typeface.REGULAR,
            clear=clear,
        )
    return Label(name, x, y, SMALL, "muted", clear=clear)


# Furniture: scale bar with north arrow, locator inset. Each takes the freest corner.


def _furniture_boxes(sheet: Sheet, content: Sequence[BaseGeometry]) -> dict[str, Box]:
    side_length = 150.0 if sheet.is_wide else 92.0
    sizes = {"inset": (side_length, side_length), "scale": (118.0 if sheet.is_wide else 84.0, 34.0)}
    if sheet.territory.countries.empty:
        del sizes["inset"]
    taken: dict[str, Box] = {}
    for name, size in sizes.items():
        corners = [c for c in _corners(sheet.frame, size) if not any(overlaps(c, t, pad=4) for t in taken.values())]
        taken[name] = min(corners, key=lambda c: _covered(c, content))
    return taken


def _corners(frame: Box, size: tuple[float, float], gap: float = 9.0) -> list[Box]:
    left, bottom, right, top = frame
    width, height = size
    return [
        (x, y, x + width, y + height)
        for x in (left + gap, right - gap - width)
        for y in (bottom + gap, top - gap - height)
    ]


def _covered(corner: Box, content: Sequence[BaseGeometry]) -> float:
    area = box(*corner).buffer(10)
    return sum(area.intersection(shape).area + area.intersection(shape).length for shape in content)


def scale_length_km(span_km: float) -> float:
    """Return a round length (1, 2 or 5 times a power of ten) of about a fifth of the span."""
    target = span_km / 5
    power = 10.0 ** len(str(int(target))[1:]) if target >= 1 else 10.0 ** -len(str(int(1 / target)))
    return max((m * power for m in (1, 2, 5, 10) if m * power <= target * 1.3), default=power)


def _add_scale(figure: go.Figure, sheet: Sheet, place: Box) -> None:
    span_km = (sheet.frame[2] - sheet.frame[0]) / sheet.pixels_per_metre / 1e3
    km = scale_length_km(min(span_km, (place[2] - place[0] - 34) / sheet.pixels_per_metre / 1e3 * 5))
    length = km * 1e3 * sheet.pixels_per_metre
    x, y = place[0] + 24, place[1] + 8
    bar = [LineString([(x, y + 5), (x, y), (x + length, y), (x + length, y + 5)])]
    add_lines(figure, bar, color=LIGHT["ink"], width=1.2)
    arrow_x = place[0] + 8
    add_lines(figure, [LineString([(arrow_x, y), (arrow_x, y + 15)]),
                       LineString([(arrow_x - 4, y + 9), (arrow_x, y + 15), (arrow_x + 4, y + 9)])],
              color=LIGHT["ink"], width=1.2)  # fmt: skip
    add_labels(figure, [Label(f"{km:g} km" if km >= 1 else f"{km * 1e3:g} m", x + length / 2, y + 6, SMALL, anchor="top center"),
                        Label("N", arrow_x, y + 15, SMALL, anchor="top center")])  # fmt: skip


def _add_inset(figure: go.Figure, sheet: Sheet, place: Box) -> None:
    focus, others, here = _locator(sheet.territory)
    around = box(*focus.buffer(max(focus.bounds[2] - focus.bounds[0], focus.bounds[3] - focus.bounds[1]) * 0.12).bounds)
    to_inset = _fit(around, place)

    def lay(shape: BaseGeometry) -> BaseGeometry:
        return affinity.affine_transform(shape, to_inset).intersection(window).simplify(0.35)

    window = box(*place)
    _add_area(figure, window, "panel")
    for shape in others:
        _add_area(figure, lay(shape), "land-2")
    _add_area(figure, lay(focus), "paper")
    add_lines(figure, [lay(shape) for shape in (*others, focus)], color=LIGHT["line"], width=0.6)
    add_lines(figure, [window.boundary], color=LIGHT["rule"], width=1)
    spot = affinity.affine_transform(here, to_inset)
    mark = box(*spot.bounds) if spot.length > 24 else box(*spot.centroid.buffer(4).bounds)
    add_lines(figure, [mark.boundary], color=LIGHT["house"], width=2)
    _label_country(figure, sheet, lay(focus), mark)


def _label_country(figure: go.Figure, sheet: Sheet, area: BaseGeometry, mark: BaseGeometry) -> None:
    name = _focus_name(sheet.territory)
    largest = max(getattr(area, "geoms", [area]), key=lambda part: part.area)
    label = Label(name, 0, 0, SMALL if sheet.is_wide else SMALL - 1, "ink")
    found = place_area_label(label, largest, frame=largest.bounds, obstacles=[mark.bounds], step=4.0)
    add_labels(figure, [found] if found else [])


def _fit(area: BaseGeometry, place: Box) -> list[float]:
    left, bottom, right, top = area.bounds
    k = max((place[2] - place[0]) / (right - left), (place[3] - place[1]) / (top - bottom))
    k = min(k, 1.15 * min((place[2] - place[0]) / (right - left), (place[3] - place[1]) / (top - bottom)))
    x = (place[0] + place[2]) / 2 - k * (left + right) / 2
    y = (place[1] + place[3]) / 2 - k * (bottom + top) / 2
    return [k, 0, 0, k, x, y]


def _locator(territory: Territory) -> tuple[BaseGeometry, list[BaseGeometry], BaseGeometry]:
    """Return the country that holds the territory, its neighbours, and the territory, in metres.

    Lambert's azimuthal equal-area projection centred on the territory.
    """
    centre = territory.outline.to_crs(WGS84).union_all().centroid
    crs = CRS.from_proj4(f"+proj=laea +lat_0={centre.y:.4f} +lon_0={centre.x:.4f} +datum=WGS84 +units=m")
    countries = territory.countries.to_crs(crs).geometry.make_valid()
    here = territory.outline.to_crs(crs).union_all()
    nearest = int(countries.distance(here.centroid).to_numpy().argmin())
    shapes = list(countries)
    return shapes[nearest], shapes[:nearest] + shapes[nearest + 1 :], here


def _focus_name(territory: Territory) -> str:
    centre = territory.outline.to_crs(WGS84).union_all().centroid
    holders = territory.countries[territory.countries.contains(centre)]
    return "" if holders.empty else str(holders["name"].iloc[0])


# The legend, a strip under the frame.


def _legend_items(territory: Territory) -> list[tuple[str, dict[str, Any]]]:
    """Return (text, mark) of each entry; a mark is a marker's style, "area" or "road"."""
    place = territory.brief.facts.place
    note = " (indicative outline)" if territory.is_indicative else ""
    items: list[tuple[str, dict[str, Any]]] = [(capitalise(place.name) + note, {"kind": "area"})]
    if not territory.routes.empty:
        items.append((_route_name(territory), {"kind": "road"}))
    present = set(territory.places["status"])
    for status in place.statuses:
        if status.status in present:
            colour, symbol = _status_mark(territory, status)
            items.append((status.label, {"kind": "mark", "color": colour, "symbol": symbol, "size": 7}))
    return items + _site_items(territory)


def _site_items(territory: Territory) -> list[tuple[str, dict[str, Any]]]:
    seen: dict[tuple[str, bool], tuple[str, dict[str, Any]]] = {}
    for site in territory.brief.facts.sites:
        if not site.place:
            continue
        actor = next(a for a in territory.brief.facts.actors if a.id == site.actor)
        sure = site.located is Located.CONFIRMED
        text = f"{actor.label}: {site.kind}" if sure else capitalise(f"{site.kind}, position probable")
        mark = {"kind": "mark", "color": side(_side_number(territory, actor.side) or 1),
                "symbol": _site_symbol(territory, site), "size": 11}  # fmt: skip
        seen.setdefault((site.kind, sure), (text, mark))
    return list(seen.values())


def _route_name(territory: Territory) -> str:
    layer = territory.brief.catalog.layer(territory.brief.facts.place.routes or "")
    return layer.title + (" (indicative)" if layer.accuracy == "indicative" else "")


def _legend_rows(territory: Territory, width: float) -> list[list[tuple[float, str, dict[str, Any]]]]:
    """Flow the entries into rows; each entry has its left edge."""
    rows: list[list[tuple[float, str, dict[str, Any]]]] = [[]]
    x = 0.0
    for text, mark in _legend_items(territory):
        needed = 24 + typeface.width(text, SMALL) + 18
        if rows[-1] and x + needed > width + 18:
            rows.append([])
            x = 0.0
        rows[-1].append((x, text, mark))
        x += needed
    return rows


def _legend_height(territory: Territory, width: float) -> float:
    return len(_legend_rows(territory, width)) * ROW + 8


def _add_legend(figure: go.Figure, sheet: Sheet) -> None:
    labels = []
    for n, row in enumerate(_legend_rows(sheet.territory, sheet.width)):
        y = sheet.frame[1] - 8 - ROW * (n + 0.5)
        for x, text, mark in row:
            _add_key(figure, sheet, mark, x + 8, y)
            labels.append(Label(text, x + 22, y, SMALL, anchor="middle right"))
    add_labels(figure, labels)


def _add_key(figure: go.Figure, sheet: Sheet, mark: dict[str, Any], x: float, y: float) -> None:
    if mark["kind"] == "area":
        swatch = box(x - 8, y - 5, x + 8, y + 5)
        number = _holder(sheet.territory)
        _add_area(figure, swatch, f"tint-{number}" if number else "land-2")
        if sheet.territory.is_indicative:
            add_lines(
                figure,
                parts([hatch(swatch, spacing=4.0)]),
                color=side(number) if number else LIGHT["house"],
                width=0.55,
            )
        dash = "4px,2px" if sheet.territory.is_indicative else "solid"
        add_lines(figure, [swatch.boundary], color=side(number) if number else LIGHT["house"], width=1.2, dash=dash)
    elif mark["kind"] == "road":
        _add_routes(figure, [LineString([(x - 8, y), (x + 8, y)])], [])
    else:
        is_open = "open" in mark["symbol"]
        edge = {"width": 1.3 if is_open else 0.8, "color": mark["color"] if is_open else LIGHT["paper"]}
        style = {k: v for k, v in mark.items() if k != "kind"} | {"line": edge}
        figure.add_scatter(x=[x], y=[y], mode="markers", marker=style, hoverinfo="skip")


# What the map says in words.


def _words(territory: Territory, *, has_unnamed: bool) -> Words:
    return Words(
        id="map",
        kind="Map",
        title=_title(territory),
        caption=_caption(territory, has_unnamed=has_unnamed),
        alt=_alt(territory),
        table=places_table(territory),
    )


def _title(territory: Territory) -> str:
    place = territory.brief.facts.place
    if not territory.routes.empty and territory.routes_inside_km > 0.2 * territory.routes.length.sum() / 1e3:
        name = territory.brief.catalog.layer(place.routes or "").title
        return f"The {place.name} sits astride the {name}"
    outside = [city for city in place.cities if territory.distance_km(city) > 0]
    if len(outside) > 1:
        return f"The {place.name} lies between {wording.listed(outside)}"
    if outside:
        away = f"{territory.distance_km(outside[0]):,.0f} km {_back(territory, outside[0])}"
        return f"The {place.name} lies {away} of {outside[0]}"
    return f"The {place.name} covers {wording.area(territory.area_km2)} km²"


def _back(territory: Territory, city: str) -> str:
    """Return the point of the compass in which the territory lies from a city."""
    centre, point = territory.shape.centroid, territory.point(city)
    return compass(centre.x - point.x, centre.y - point.y) if point else ""


def _caption(territory: Territory, *, has_unnamed: bool) -> str:
    facts, catalog = territory.brief.facts, territory.brief.catalog
    sentences = []
    if territory.is_indicative:
        sentences.append(f"About {wording.area(territory.area_km2)} km². {territory.layer.note}")
    if has_unnamed:
        sentences.append("Smaller places without room for a name are only marked; the table lists them.")
    lost = [s.name for s in facts.sites if not s.place]
    if lost:
        sentences.append(f"Not placed: {', '.join(lost)}.")
    used = [facts.place.layer, facts.place.places, facts.place.routes, facts.place.regions, facts.place.countries]
    credited = list(dict.fromkeys(catalog.layer(name).credit for name in used if name))
    return " ".join([*sentences, f"Sources: {', '.join(credited)}."])


def _alt(territory: Territory) -> str:
    facts = territory.brief.facts
    cities = [_whereabouts(territory, city) for city in facts.place.cities]
    counts = territory.places["status"].value_counts()
    held = [f"{counts.get(s.status, 0)} places {s.label[0].lower() + s.label[1:]}" for s in facts.place.statuses]
    kind = "indicative outline of about" if territory.is_indicative else "area of"
    sentences = [f"Map of the {facts.place.name}, {kind} {wording.area(territory.area_km2)} square kilometres."]
    if cities:
        sentences.append(wording.listed(cities) + ".")
    if not territory.routes.empty:
        name = territory.brief.catalog.layer(facts.place.routes or "").title
        sentences.append(f"The {name} runs through it for {territory.routes_inside_km:.0f} km.")
    return " ".join([*sentences, f"The map marks {', '.join(held)}."])


def _whereabouts(territory: Territory, city: str) -> str:
    away = territory.distance_km(city)
    return f"{city} lies {away:,.0f} km {territory.direction(city)} of its edge" if away else f"{city} lies inside it"


def places_table(territory: Territory) -> pd.DataFrame:
    """Return the places of the layer: columns Place, Status, Distance (km from the outline), Sources."""
    places = territory.places.sort_values("name")
    labels = {s.status: s.label for s in territory.brief.facts.place.statuses}
    return pd.DataFrame(
        {
            "Place": places["name"].tolist(),
            "Status": [labels.get(s, s) for s in places["status"]],
            "km from outline": [f"{territory.shape.distance(p) / 1e3:.1f}" for p in places.geometry],
            "Sources for status": [_evidence(e) for e in places["evidence"]],
        }
    )
