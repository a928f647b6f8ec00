"""Checks of the layers and places that a brief names."""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any, Final

from quickview.brief import geography
from quickview.brief.checked import Context, Drafts
from quickview.brief.vocabulary import RouteKind
from quickview.errors import Fault, InputError, Known, did_you_mean
from quickview.inputs.yaml_document import Path
from quickview.language.catalogs import countries
from quickview.layers.catalog import EVENTS, events_file, read_features

NEAR_KM: Final = 50.0
"""How far outside the territory a city, event or site may lie before it is taken for a mistake; half as far as a large one is wide."""

_GEOMETRIES: Final = {
    "layer": "polygon",
    "places": "point",
    "routes": "line",
    "regions": "polygon",
    "countries": "polygon",
}
"""Keys of `place` that name layers, and what each layer must hold."""


def check_country(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """The country must be one of ISO 3166-1."""
    code = context.value("document", "country")
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code):
        return
    if code not in countries():
        hint = "write the ISO 3166-1 alpha-3 code, such as SYR"
        yield context.fault(("document", "country"), "E-COUNTRY", f"`{code}` is no country code", hint)


def check_places(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Layers must exist, be sound and have the columns that are read; named places must be in or near the territory."""
    place = drafts.get("place")
    if place is None:
        if context.value("place") is None:
            yield from _placeless(context)
        return
    missing = list(_missing_layers(place, context))
    yield from missing
    if missing:
        return
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for layer in place.layers:
        try:
            features = read_features(context.catalog, layer)["features"]
        except InputError as error:
            yield from error.faults
        else:
            rows[layer] = [feature["properties"] or {} for feature in features]
    if len(rows) == len(place.layers):
        yield from _column_faults(place, rows, context)
        yield from _status_faults(place, rows, context)
        yield from _code_faults(place, rows, context)
        yield from _kind_faults(place, rows, context)
        yield from _history_faults(place, rows, context)
        yield from _far_places(place, context)
        yield from _lost_sea(place, context)


def check_monitor(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """What is counted needs a day, an area, events, and the rows of the layer that it is compared with."""
    monitor, agreement, place = drafts.get("monitor"), drafts.get("agreement"), drafts.get("place")
    if monitor is None:
        return
    if context.value("agreement", "effective") is None:
        hint = "give `effective`, the day from which it is in effect"
        yield context.fault(("monitor",), "E-MONITOR-DAY", "`monitor` needs an agreement that took effect", hint)
    if context.value("place") is None or (place and place.layer in context.catalog.ids and context.catalog.layer(place.layer).geometry != "polygon"):  # fmt: skip
        hint = "name a polygon layer in `place.layer`"
        yield context.fault(("monitor",), "E-MONITOR-AREA", "`monitor` needs a territory to count in", hint)
    if monitor.compare and agreement is not None:
        yield from _compared_faults(monitor.compare, context)
    for n, name in enumerate(monitor.events):
        if events_file(context.catalog.file, name) is None:
            message = f"there are no events `{name}` in {EVENTS}/: the report has no monitor"
            hint = "import them with `quickview events import FILE`"
            yield context.fault(("monitor", "events", n), "W-MONITOR-EVENTS", message, hint)


def _compared_faults(area: Any, context: Context) -> Iterator[Fault]:
    here = ("monitor", "compare")
    if area.layer not in context.catalog.ids:
        message, hint = f"no layer has the id `{area.layer}`", did_you_mean(area.layer, context.catalog.ids)
        yield context.fault((*here, "layer"), "E-REF-LAYER", message, hint)
        return
    if (form := context.catalog.layer(area.layer).geometry) != "polygon":
        yield context.fault((*here, "layer"), "E-LAYER-GEOMETRY", f"layer `{area.layer}` holds {form}s", "name one of polygons")  # fmt: skip
        return
    rows = [feature["properties"] or {} for feature in read_features(context.catalog, area.layer)["features"]]
    known = Known(sorted({str(row[area.column]) for row in rows if area.column in row}))
    for n, name in enumerate(area.rows):
        if name not in known:
            message = f"no feature of `{area.layer}` has `{area.column}` “{name}”"
            yield context.fault((*here, "rows", n), "E-MONITOR-ROW", message, did_you_mean(name, known))


def _lost_sea(place: Any, context: Context) -> Iterator[Fault]:
    """Tell that a layer of countries ends where the map goes on: what it leaves free there may be sea, or land."""
    if place.countries is None:
        return
    known = geography.bounds(geography.geometries(context.catalog, place.countries))
    named = {*place.cities, *(str(row.get("place")) for _, row in context.rows("sites"))}
    shown = geography.framed(place.extent or geography.shown(context.catalog, place, named))
    if not geography.covers(known, shown):
        reach, needed = ("[" + ", ".join(f"{edge:.1f}" for edge in bounds) + "]" for bounds in (known, shown))
        message = (
            f"layer `{place.countries}` reaches {reach}, less far than the map does: no sea and no coast are drawn"
        )
        hint = f"give one that reaches {needed}, or an `extent` well within this one"
        yield context.fault(("place", "countries"), "W-MAP-SEA", message, hint)


def _far_places(place: Any, context: Context) -> Iterator[Fault]:
    named = list(_named_places(context))
    if not place.places:
        hint = "name a point layer in `places`, or write `where` for an event"
        for path, name in named:
            yield context.fault(path, "E-REF-PLACE", f"no layer of places has “{name}”", hint)
        return
    try:
        gazetteer = geography.read_gazetteer(context.catalog, territory=place.layer, places=place.places)
    except InputError as error:
        yield from error.faults
        return
    known = Known(gazetteer.names)
    near = max(NEAR_KM, gazetteer.diameter_km / 2) if named else NEAR_KM
    for path, name in named:
        distance = gazetteer.distance_km(name)
        if math.isnan(distance):
            hint = did_you_mean(name, known)
            yield context.fault(path, "E-REF-PLACE", f"layer `{place.places}` has no place “{name}”", hint)
        elif distance > near:
            message = f"“{name}” lies {distance:.0f} km outside `{place.layer}`"
            yield context.fault(
                path, "E-PLACE-FAR", message, f"check its coordinates; within {near:.0f} km is accepted"
            )


_Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def _kind_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell the kinds of routes that no map draws in a way of their own."""
    given = Counter(str(row.get("kind") or place.route_kind) for row in rows[place.routes]) if place.routes else {}
    for kind in sorted(set(given) - set(RouteKind)):
        message = f"{given[kind]} lines of layer `{place.routes}` are of the kind `{kind}`, which the map does not know"
        hint = f"{did_you_mean(kind, list(RouteKind))}, or they are drawn as `route_kind` says: {place.route_kind}"
        yield context.fault(("place", "routes"), "W-ROUTE-KIND", message, hint)


def _column_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell the columns that a layer lacks; places without a name in some rows are told elsewhere."""
    wanted = [("places", "name", "E"), ("regions", "name", "E"), ("countries", "name", "E")]
    wanted += [("places", "status", "E"), ("places", "evidence", "W")] if place.statuses else []
    for key, column, weight in wanted:
        layer = getattr(place, key)
        if layer and not any(column in row for row in rows[layer]):
            hint = "add it to every feature, or choose another layer"
            if weight == "W":
                hint = "add it, with the sources of each status parted by `|`, or the table will not count them"
            message = f"layer `{layer}` has no column `{column}`"
            yield context.fault(("place", key), f"{weight}-LAYER-COLUMN", message, hint)


def _status_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell the statuses that only the layer has, or only the brief; the map is made all the same."""
    if not place.statuses or not any("status" in row for row in rows[place.places or place.layer]):
        return
    given = Counter(str(row.get("status") or "") for row in rows[place.places or place.layer])
    listed = [status.status for status in place.statuses]
    for value in sorted(set(given) - {"", *listed}):
        message = f"{given[value]} places of layer `{place.places}` have the status `{value}`, which is not listed"
        hint = "list it in `statuses`, or the map calls it “Other status”"
        yield context.fault(("place", "statuses"), "W-STATUS-UNLISTED", message, hint)
    for n, status in enumerate(place.statuses):
        if status.status not in given:
            message = f"no place of layer `{place.places}` has the status `{status.status}`"
            hint = did_you_mean(status.status, sorted(set(given) - {"", *listed}) or sorted(set(given) - {""}))
            yield context.fault(("place", "statuses", n, "status"), "W-STATUS-NONE", message, hint)


def _code_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell the regions of a choropleth that its layer has not."""
    if place.choropleth is None:
        return
    column, path = place.choropleth.column, ("place", "choropleth")
    known = Known(sorted({str(row[column]) for row in rows[place.coloured] if row.get(column) not in (None, "")}))
    if not known:
        columns = sorted({key for row in rows[place.coloured] for key in row})
        message = f"layer `{place.coloured}` has no column `{column}`"
        yield context.fault((*path, "column"), "E-LAYER-COLUMN", message, did_you_mean(column, columns))
        return
    codes = set(place.choropleth.values)
    if better := _column_with(codes, rows[place.coloured]) if not codes & set(known) else "":
        message = f"no region of layer `{place.coloured}` has these codes in the column `{column}`"
        yield context.fault(path, "E-REF-REGION", message, f"write `column: {better}`, which holds them")
        return
    for code in place.choropleth.values:
        if code not in known:
            message = f"layer `{place.coloured}` has no region whose `{column}` is `{code}`"
            yield context.fault((*path, "values", code), "E-REF-REGION", message, did_you_mean(code, known))


def _history_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell what of the history of places cannot be, and where it ends in another status than the layer has."""
    current = {str(row.get("name")): row.get("status") for row in rows.get(place.places or "", ())}
    statuses, names = Known(status.status for status in place.statuses), Known(current)
    as_of = context.as_of or dt.date.max
    last: dict[str, Any] = {}
    for n, holding in enumerate(place.history):
        path: Path = ("place", "history", n)
        if holding.status not in statuses:
            message = f"`{holding.status}` is none of the `statuses` of the place"
            yield context.fault((*path, "status"), "E-REF-STATUS", message, did_you_mean(holding.status, statuses))
        for key, date in (("from", holding.since), ("until", holding.until)):
            if date and date > as_of:
                message, hint = f"{date} is after `as_of` ({as_of})", "leave it out, or write a later edition"
                yield context.fault((*path, key), "E-HINDSIGHT", message, hint)
        for k, name in enumerate(holding.places):
            spot = (*path, "places", k)
            if name not in current:
                message = f"layer `{place.places}` has no place “{name}”" if place.places else f"no layer has “{name}”"
                yield context.fault(spot, "E-REF-PLACE", message, did_you_mean(name, names))
            elif (before := last.get(name)) and holding.since <= (before.until or before.since):
                message = f"“{name}” is {before.status} from {before.since}" + f" until {before.until}" * bool(
                    before.until
                )
                hint = "give the oldest first, and let none begin before the one before has ended"
                yield context.fault(spot, "E-HISTORY-ORDER", message, hint)
            last[name] = holding
    for name, holding in last.items():
        if holding.until is None and current.get(name) not in {None, "", holding.status}:
            message = f"the history leaves “{name}” {holding.status}, and layer `{place.places}` has it {current[name]}"
            hint = "correct either; the map shows the layer's status"
            yield context.fault(("place", "history", place.history.index(holding)), "W-HISTORY-LAYER", message, hint)
    yield from _history_day_faults(place, as_of, context)


def _history_day_faults(place: Any, as_of: dt.date, context: Context) -> Iterator[Fault]:
    """Tell the days of small maps of which nothing is known, or that do not ascend."""
    first = min((holding.since for holding in place.history), default=dt.date.max)
    for n, (before, date) in enumerate(pairwise((dt.date.min, *place.history_days))):
        if not before < date <= as_of or date < first:
            told = f"from {first} to {as_of}" if place.history else "and the place has no `history`"
            hint = "give days of the history, the oldest first"
            yield context.fault(("place", "history_days", n), "E-HISTORY-DAY", f"{date} cannot be shown: {told}", hint)


def _column_with(codes: AbstractSet[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the column of a layer that holds one of some codes at least, the most of them; "" where none does."""
    found = Counter(key for row in rows for key, value in row.items() if str(value) in codes)
    return found.most_common(1)[0][0] if found else ""


def _placeless(context: Context) -> Iterator[Fault]:
    """Yield what names a row of the places layer although the brief has no place."""
    for path, name in _named_places(context):
        message = f"“{name}” is to be a row of a layer, and the brief has no `place`"
        hint = "write `where: …` for what no layer has, or add `place` with its layers"
        yield context.fault(path, "E-REF-PLACE", message, hint)


def _missing_layers(place: Any, context: Context) -> Iterator[Fault]:
    known = {layer.id: layer for layer in context.catalog.layers}
    named: list[tuple[Path, str | None, str]]
    named = [(("place", key), getattr(place, key), geometry) for key, geometry in _GEOMETRIES.items()]
    if place.choropleth:
        named.append((("place", "choropleth", "layer"), place.choropleth.layer, "polygon"))
    for path, name, geometry in named:
        # Without a layer of its own, the territory is where its places or routes are.
        if name is None or (path == ("place", "layer") and context.value(*path) is None):
            continue
        if name not in known:
            yield context.fault(path, "E-REF-LAYER", f"the catalogue has no layer `{name}`", did_you_mean(name, known))
        elif known[name].geometry != geometry:
            fitting = [layer.id for layer in known.values() if layer.geometry == geometry]
            message = f"layer `{name}` is a {known[name].geometry} layer; `{path[-1]}` needs a {geometry} layer"
            yield context.fault(path, "E-LAYER-KIND", message, did_you_mean(name, fitting))


def _named_places(context: Context) -> Iterator[tuple[Path, str]]:
    """Yield every value that must be the name of a row of the places layer."""
    for path, value in context.leaves:
        listed = path[:2] == ("place", "cities") or (path[:1] in {("sites",), ("events",)} and path[-1] == "place")
        if listed and isinstance(value, str):
            yield path, value
