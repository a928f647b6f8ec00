"""Make a layer of a file that somebody sent: read it, mend it, and append it to a catalogue.

What is changed is counted and told, a line each kind. Borders that neighbours share stay shared.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from pydantic import ValidationError
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from quickview.errors import Fault, InputError, did_you_mean
from quickview.layers.build import DECIMALS, write
from quickview.layers.catalog import Layer
from quickview.layers.coverage import PARTS, WGS_84, Shapes, as_coverage, cut_at_180, feature, only, repaired, snapped
from quickview.layers.entries import append, taken
from quickview.layers.geojson import Feature, problems, to_text
from quickview.layers.schemas import Schema, key_of, recognise
from quickview.layers.vector_file import VectorFile, read_vector_file

TARGET_BYTES: Final = 500_000
"""What a layer is simplified to, as far as no tolerance is asked for."""
TOLERANCES: Final = (0, 5, 10, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 10_000)
"""Metres to choose from: the square of one is the area of the largest triangle at a corner that goes."""
METRES: Final = 111_195.0
"""In a degree of latitude, on the sphere of the Earth's mean radius."""
NEEDED: Final = ("source", "licence", "date")
"""Entries of the catalogue that no file tells for sure, and that must not be guessed."""

_KINDS: Final = ("point", "line", "polygon")
_NOISE: Final = 1e-5
"""Degrees by which neighbours may miss each other: a metre."""
_ACROSS: Final = 360.0
_FARTHEST: Final = 2e8
"""No projected coordinate lies farther out, in metres or feet: the Earth's girth is 4e7 metres."""
_LATITUDES: Final = ("center_lat", "latitude", "lat", "intptlat")
_LONGITUDES: Final = ("center_lon", "longitude", "lon", "intptlon")
_MOST_ROWS: Final = 5
_FINE: Final = "nothing need be done"


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: what it does not say itself, or which part of it is meant.

    `crs` and `encoding` go before what the file says; `where` are conditions `COLUMN=VALUE` that a
    feature must meet, by the file's columns or the kit's; `tolerance` is in metres, None for one that makes a layer
    of about `TARGET_BYTES`.
    """

    crs: str = ""
    encoding: str = ""
    layer: str = ""
    where: Sequence[str] = ()
    tolerance: float | None = None


@dataclass(frozen=True)
class NewLayer:
    """A layer that is ready to be added, and what is known of it.

    `features` are sorted by `key`, in WGS 84 (longitude, latitude). `about` holds entries of the
    catalogue; `faults` are warnings, one for each kind of thing that was mended or left out.
    """

    file: Path
    geometry: str
    key: str
    features: Sequence[Feature]
    about: Mapping[str, str]
    faults: Sequence[Fault]
    done: str
    """How the file was read and what was done to all of it, in a sentence."""

    @property
    def text(self) -> str:
        """The layer as GeoJSON."""
        return to_text(self.features)

    def place(self, layer_id: str, title: str) -> str:
        """Return what to write in a brief's `place:` to show the layer."""
        keys = {"polygon": ["layer", "regions"], "line": ["routes"], "point": ["places"]}[self.geometry]
        has_names = "name" in self.features[0]["properties"]
        keys = keys[: 1 + (len(self.features) > 1 and has_names)]
        return "\n".join(["place:", f"  name: {title}", *(f"  {key}: {layer_id}" for key in keys)])


@dataclass
class _Work:
    """Features on their way to a layer: shapes, columns of the same length, and what was found wrong so far."""

    path: Path
    shapes: Shapes
    columns: dict[str, Any]
    kind: str = ""
    faults: list[Fault] = field(default_factory=list)

    def warn(self, code: str, message: str, hint: str = "look at the map, or mend the file") -> None:
        self.faults.append(Fault(str(self.path), 0, 0, code, message, hint))

    def fail(self, code: str, message: str, hint: str) -> InputError:
        return InputError([*self.faults, Fault(str(self.path), 0, 0, code, message, hint)])

    def keep(self, mask: Any, code: str = "", message: str = "") -> None:
        """Keep the features of a mask; tell how many others there were, and which, if that is no wish of the analyst's."""
        if (~mask).any() and code:
            self.warn(code, f"{_count(~mask)} {message}: left out ({self.rows(~mask)})")
        self.shapes = self.shapes[mask]
        self.columns = {name: values[mask] for name, values in self.columns.items()}
        if not len(self.shapes):
            raise self.fail("E-LAYER-EMPTY", "no feature is left", "choose others, or mend the file")

    def rows(self, mask: Any) -> str:
        """Name features: by their place code or name, else by their number in the file."""
        named = next((self.columns[name] for name in ("pcode", "name") if name in self.columns), self.columns[_ROW])
        told = [
            str(one if one not in (None, "") else row)
            for one, row in zip(named[mask], self.columns[_ROW][mask], strict=True)
        ]
        return ", ".join(told[:_MOST_ROWS]) + (" …" if len(told) > _MOST_ROWS else "")


_ROW: Final = " row"
"""The column of features' numbers in the file while they are worked on; no file has one of this name."""


def prepare(path: Path, reading: Reading | None = None) -> NewLayer:
    """Read a file and make a layer of it: one kind of geometry, in WGS 84, sound, simplified, with columns of one naming.

    Raises `InputError` when it cannot be read, does not say its CRS, holds nothing on the globe or
    nothing that `where` chooses; `MachineError` when a package for its format is missing.
    """
    reading = reading or Reading()
    file = read_vector_file(path, layer=reading.layer, encoding=reading.encoding)
    schema = recognise(file.columns)
    work = _work(path, file, schema)
    for condition in reading.where:
        _choose(work, condition, file)
    _one_kind(work)
    crs = _to_degrees(work, file.crs, reading.crs)
    _mend(work)
    tolerance = _simplify(work, reading.tolerance)
    key = _keyed(work)
    steps = [f"{schema.name or file.format}, {crs}"]
    steps += [f"{file.format}"] * bool(schema.name)
    steps += [f"simplified with a tolerance of {tolerance:g} m" if tolerance else "not simplified"]
    if schema.left_out:
        columns = ", ".join(schema.left_out[:_MOST_ROWS]) + (" …" if len(schema.left_out) > _MOST_ROWS else "")
        work.warn("W-FILE-COLUMNS", f"{len(schema.left_out)} columns are empty or of no use: left out ({columns})", _FINE)  # fmt: skip
    about = {"accuracy": "indicative", **schema.about}
    return NewLayer(path, work.kind, key, _features(work, key), about, work.faults, ", ".join(steps))


def add(catalog: Path, layer: NewLayer, about: Mapping[str, str]) -> Layer:
    """Write a layer beside a catalogue and append its entry, which `about` says more of; return the entry.

    The catalogue's folder must be locked. Nothing is overwritten. Raises `InputError` with all that
    is missing or wrong in the entry, and when there is such a layer, or file, already.
    """
    entry = entry_of(layer, about)
    path = catalog.parent / str(entry["file"])
    faults = [*_entry_faults(entry, layer.file), *taken(catalog, [str(entry["id"])], hint="give another with --id")]
    if faults:
        raise InputError(faults)
    write(path, layer.text.encode())
    try:
        append(catalog, [entry])
    except BaseException:
        path.unlink()
        raise
    return Layer.model_validate_json(json.dumps(entry))


def entry_of(layer: NewLayer, about: Mapping[str, str]) -> dict[str, Any]:
    """Return the entry of a layer in the catalogue, with "" for what is not known."""
    said = {**layer.about, **{name: value for name, value in about.items() if value}}
    stem = re.sub(r"[^a-z0-9]+", "-", layer.file.stem.lower()).strip("-")
    layer_id = said.get("id") or (stem if stem[:1].isalpha() else f"layer-{stem}".strip("-"))[:60].strip("-")
    title = said.get("title") or layer_id.replace("-", " ").capitalize()
    told = [f"From {layer.file.name}: {layer.done}.", *(f"{fault.message}."[:1].upper() + f"{fault.message}."[1:] for fault in layer.faults)]  # fmt: skip
    return {
        "id": layer_id,
        "title": title,
        "file": f"{layer_id}.geojson",
        "geometry": layer.geometry,
        "credit": said.get("credit") or said.get("source", ""),
        **{name: said.get(name, "") for name in NEEDED},
        "crs": WGS_84,
        "key": [layer.key],
        "accuracy": said["accuracy"],
        "note": " ".join(told)[:1000],
        "recipe": {"kind": "file", "sha256": sha256(layer.text.encode()).hexdigest()},
    }


def _entry_faults(entry: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Tell what is missing in an entry, all at once, and what does not fit its record."""
    if missing := [f"--{name}" for name in NEEDED if not entry[name]]:
        yield Fault(str(path), 0, 0, "E-ENTRY-MISSING", f"the file does not say its {', '.join(missing)}".replace("--", ""), f"give {', '.join(missing)}")  # fmt: skip
    try:
        Layer.model_validate_json(json.dumps(entry))
    except ValidationError as error:
        for name in dict.fromkeys(str(one["loc"][0]) for one in error.errors()):
            if entry[name] and name != "file":
                yield Fault(str(path), 0, 0, "E-ENTRY-VALUE", f"`{entry[name]}` is no --{name}", f"write {Layer.model_fields[name].description}")  # fmt: skip


def _work(path: Path, file: VectorFile, schema: Schema) -> _Work:
    """Take a file's features up, without heights; close rings that are open, drop what has no shape."""
    columns = {name: np.array([*values, None], object)[:-1] for name, values in schema.columns.items()}
    count = len(file.shapes)
    work = _Work(path, np.full(count, None, object), {**columns, _ROW: np.arange(1, count + 1)})
    work.faults += [Fault(str(path), 0, 0, *note) for note in file.notes]
    if not count:
        raise work.fail("E-LAYER-EMPTY", "holds no features", "give a file that has some")
    given = np.array([*file.shapes, None], object)[:-1]
    there = given != None  # noqa: E711 (each of them)
    with np.errstate(invalid="ignore"):  # what is not a number is told further down
        shapes = shapely.from_wkb(given, on_invalid="ignore")
        broken = there & shapely.is_missing(shapes)
        shapes[broken] = shapely.from_wkb(given[broken], on_invalid="fix")
    if broken.any():
        work.warn(
            "W-FEATURE-RING", f"{_count(broken)} with a ring that is open or too short: mended ({work.rows(broken)})"
        )
    heights = np.array(
        [shapely.has_z(one) and shapely.get_coordinates(one, include_z=True)[:, 2].any() for one in shapes]
    )
    if heights.any():
        work.warn("W-FEATURE-HEIGHT", f"{_count(heights)} with heights, which no map shows: left out", _FINE)
    work.shapes = shapely.force_2d(shapes)
    work.keep(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)), "W-FEATURE-NULL", "without a geometry")
    finite = np.array([np.isfinite(shapely.get_coordinates(one)).all() for one in work.shapes])
    work.keep(finite, "W-FEATURE-NUMBER", "with coordinates that are no numbers")
    return work


def _choose(work: _Work, condition: str, file: VectorFile) -> None:
    column, sign, value = condition.partition("=")
    rows = work.columns[_ROW] - 1
    given = (
        np.array([*file.columns[column], None], object)[rows] if column in file.columns else work.columns.get(column)
    )
    if not sign or given is None:
        hint = "write COLUMN=VALUE" if not sign else did_you_mean(column, [*file.columns, *work.columns])
        raise work.fail("E-WHERE", f"`{condition}` names no column of the file", hint)
    chosen = np.array([str(one) == value for one in given])
    if not chosen.any():
        raise work.fail(
            "E-WHERE", f"no feature has `{condition}`", did_you_mean(value, sorted({str(one) for one in given}))
        )
    work.keep(chosen)


def _one_kind(work: _Work) -> None:
    """Keep the kind of geometry that most features have, and drop features that stand twice."""
    kinds = shapely.get_dimensions(work.shapes)
    counts = [int((kinds == one).sum()) for one in range(3)]
    most = max(range(3), key=lambda one: (counts[one], one))
    work.kind = _KINDS[most]
    others = ", ".join(f"{_KINDS[one]}s" for one in range(3) if counts[one] and one != most)
    work.keep(kinds == most, "W-FEATURE-KIND", f"of another kind ({others}) among {work.kind}s")
    mixed = np.array([PARTS[work.kind] not in one.geom_type for one in work.shapes])
    if mixed.any():
        work.warn("W-FEATURE-MIXED", f"{_count(mixed)} that mix kinds of geometry: only their {work.kind}s are kept ({work.rows(mixed)})")  # fmt: skip
        work.shapes[mixed] = [only(one, PARTS[work.kind]) for one in work.shapes[mixed]]
    seen: set[Any] = set()
    rows = zip(
        shapely.to_wkb(shapely.normalize(work.shapes)), *(v for n, v in work.columns.items() if n != _ROW), strict=True
    )
    first = np.array([not (row in seen or seen.add(row)) for row in rows])  # type: ignore[func-returns-value]
    work.keep(first, "W-FEATURE-TWICE", "the same as another in all that they say")


def _to_degrees(work: _Work, said: str, asked: str) -> str:
    """Bring shapes to longitude and latitude in WGS 84, and return where they come from, in words."""
    if not (said or asked):
        hint = f"ask who made it, and say it: --crs {_likely(work.shapes)}"
        raise work.fail(
            "E-CRS-NONE", f"does not say what its coordinates mean; they lie within {_bounds(work.shapes)}", hint
        )
    try:
        crs = CRS.from_user_input(asked or said)
    except CRSError:
        hint = "give one by its code, such as EPSG:4326 for degrees or EPSG:32637 for metres in UTM zone 37"
        raise work.fail("E-CRS", f"`{(asked or said)[:60]}` is no CRS", hint) from None
    name = ":".join(crs.to_authority(min_confidence=70) or ()) or crs.name
    name = WGS_84 if name == "OGC:CRS84" else name
    if asked and said and CRS.from_user_input(said) != crs:
        work.warn("W-CRS", f"the file says {CRS.from_user_input(said).name}; read as {name} all the same", _FINE)
    if not (crs.is_geographic or crs.is_projected or crs.is_compound or crs.is_bound):
        raise work.fail(
            "E-CRS-NONE", f"says no more of its coordinates than `{crs.name}`", "say what they mean with --crs"
        )
    if crs.is_geographic:
        _check_degrees(work)
    elif (np.abs(shapely.total_bounds(work.shapes)) <= [180, 90, 180, 90]).all():
        message = f"has coordinates within {_bounds(work.shapes)}, which are degrees and not metres of {name}"
        raise work.fail("E-CRS-FIT", message, "say what they mean with --crs, such as --crs EPSG:4326")
    elif np.abs(shapely.total_bounds(work.shapes)).max() > _FARTHEST:
        raise work.fail("E-CRS-FIT", f"has coordinates that {name} does not reach", "say what they mean with --crs")
    try:
        work.shapes = gpd.GeoSeries(work.shapes, crs=crs).to_crs(WGS_84).to_numpy()
    except ProjError:
        work.shapes = np.full(1, shapely.Point(math.inf, math.inf), object)
    bounds = shapely.total_bounds(work.shapes)
    if not (np.isfinite(bounds).all() and np.abs(bounds[[1, 3]]).max() <= 90):
        raise work.fail("E-CRS-FIT", f"has coordinates that {name} does not reach", "say what they mean with --crs")
    return name


def _check_degrees(work: _Work) -> None:
    """Put longitude before latitude where it surely stands behind it; refuse what is no place on Earth."""
    west, south, east, north = shapely.total_bounds(work.shapes)
    beyond = max(abs(south), abs(north)) > 90
    if (beyond and max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180) or _contradicts_columns(
        work
    ):
        work.shapes = shapely.transform(work.shapes, lambda points: points[:, ::-1])
        work.warn(
            "W-AXES",
            f"latitude stood before longitude in all {len(work.shapes)} features: turned round",
            "look at the map",
        )
    elif beyond or max(abs(west), abs(east)) > 360:
        message = f"has coordinates within {_bounds(work.shapes)}, which are no degrees"
        raise work.fail("E-CRS-FIT", message, f"say what they mean: --crs {_likely(work.shapes)}")


def _contradicts_columns(work: _Work) -> bool:
    """Whether columns of latitude and longitude, if there are any, fit the shapes only when their axes are swapped."""
    found = [
        next((work.columns[one] for one in names if one in work.columns), None) for names in (_LATITUDES, _LONGITUDES)
    ]
    try:
        said = np.array([[float(one) for one in column] for column in found if column is not None])
    except (TypeError, ValueError):
        return False
    if len(said) != 2:
        return False
    x, y = shapely.get_coordinates(shapely.centroid(work.shapes)).T
    right, swapped = (float(np.abs(said - there).max(axis=0).mean()) for there in ((y, x), (x, y)))
    return swapped < min(right / 2, 1.0)


def _likely(shapes: Shapes) -> str:
    """Return the CRS that coordinates look like: degrees, or metres of a UTM zone that must be known."""
    return (
        WGS_84
        if (np.abs(shapely.total_bounds(shapes)) <= [180, 90, 180, 90]).all()
        else "EPSG:32637, if they are metres of UTM zone 37"
    )


def _bounds(shapes: Shapes) -> str:
    return f"[{', '.join(f'{edge:.6g}' for edge in shapely.total_bounds(shapes))}]"


def _mend(work: _Work) -> None:
    """Cut shapes at the 180th meridian, and mend areas that cross themselves."""
    if work.kind == "point":
        # A longitude of 190 degrees is one of -170.
        work.shapes = shapely.transform(work.shapes, lambda at: at - 360 * np.round(at / 360) * [1, 0])
        return
    broken = ~shapely.is_valid(work.shapes) if work.kind == "polygon" else np.zeros(len(work.shapes), bool)
    if broken.any():
        before = shapely.area(work.shapes[broken])
        work.shapes[broken] = repaired(work.shapes[broken], work.kind)
        change = np.abs(shapely.area(work.shapes[broken]) - before).max() / shapely.area(work.shapes).max()
        told = f"with an outline that crosses or touches itself: mended, by up to {change:.1%} of the largest area"
        work.warn("W-FEATURE-INVALID", f"{_count(broken)} {told} ({work.rows(broken)})")
    cut = np.array([cut_at_180(one, longest=_ACROSS) for one in work.shapes], object)
    if count := sum(new is not old for new, old in zip(cut, work.shapes, strict=True)):
        work.warn("W-FEATURE-180", f"{count} features cross the 180th meridian: cut there", _FINE)
    work.shapes = cut
    size = shapely.area(work.shapes) if work.kind == "polygon" else shapely.length(work.shapes)
    work.keep(size > 0, "W-FEATURE-EMPTY", f"without any {'area' if work.kind == 'polygon' else 'length'}")


def _simplify(work: _Work, tolerance: float | None) -> float:
    """Simplify shapes to a tolerance in metres, round them, and return the tolerance."""
    if work.kind == "point":
        return 0.0
    is_coverage = work.kind == "polygon" and _joined_borders(work)
    if tolerance is None:
        rest = len(to_text([feature(shapely.Point(0, 0), row, 0) for row in _records(work)]))
        tolerance = _coarse_enough(lambda at: shapely.get_num_coordinates(_simplified(work, at)[0]).sum() * 20 + rest)
    work.shapes, specks = _simplified(work, tolerance)
    if specks:
        message = f"{specks} islands are too small to be seen at {tolerance:g} m: left out"
        work.warn("W-FEATURE-SPECKS", message, "give a smaller --tolerance, if they matter")
    if is_coverage:
        work.shapes = snapped(work.shapes, 10.0**-DECIMALS)
    else:
        work.shapes = shapely.set_precision(work.shapes, 10.0**-DECIMALS)
    work.keep(~shapely.is_empty(work.shapes), "W-FEATURE-SMALL", "too small to be seen at this tolerance")
    return float(tolerance)


def _joined_borders(work: _Work) -> bool:
    """Close gaps and overlaps of up to a metre between neighbours; return whether none are left."""
    if not shapely.coverage_is_valid(work.shapes, gap_width=_NOISE):
        cleaned = as_coverage(work.shapes, noise=_NOISE)
        moved = ~np.isclose(shapely.area(cleaned), shapely.area(work.shapes), rtol=1e-9, atol=0)
        if moved.any():
            told = f"{_count(moved)} miss their neighbours by up to a metre: joined ({work.rows(moved)})"
            work.warn("W-FEATURE-GAPS", told, _FINE)
        work.shapes = cleaned
    if shapely.coverage_is_valid(work.shapes):
        return True
    work.warn(
        "W-FEATURE-OVERLAP",
        "features overlap, or share borders that differ: each is simplified by itself",
        "if they should not, mend the file",
    )
    return False


def _coarse_enough(size: Callable[[float], float]) -> float:
    """Return the smallest tolerance with which a layer is small enough; the last where none is."""
    low, high = 0, len(TOLERANCES) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if size(TOLERANCES[middle]) <= TARGET_BYTES else (middle + 1, high)
    return TOLERANCES[low]


def _simplified(work: _Work, tolerance: float) -> tuple[Shapes, int]:
    """Return shapes simplified in metres of an equirectangular projection, in which edges stay straight; how many islands went."""
    if not tolerance:
        return work.shapes, 0
    _, south, _, north = shapely.total_bounds(work.shapes)
    scale = METRES * np.array([max(math.cos(math.radians((south + north) / 2)), 0.01), 1.0])
    flat, specks = shapely.transform(work.shapes, lambda points: points * scale), 0
    if work.kind == "polygon":
        flat, specks = _without_specks(flat, tolerance)
    simplify = shapely.coverage_simplify if work.kind == "polygon" else shapely.simplify
    return np.asarray(shapely.transform(simplify(flat, tolerance), lambda points: points / scale)), specks


def _without_specks(areas: Shapes, tolerance: float) -> tuple[Shapes, int]:
    """Return areas without islands smaller than a corner that may go, and how many there were; each keeps its largest part."""
    parts, owners = shapely.get_parts(areas, return_index=True)
    sizes = shapely.area(parts)
    largest = np.zeros(len(areas))
    np.maximum.at(largest, owners, sizes)
    small = np.flatnonzero((sizes < tolerance**2 / 2) & (sizes < largest[owners]))
    # What touches a neighbour is no island: without it there would be a gap.
    speck, other = shapely.STRtree(parts).query(parts[small], predicate="intersects")
    bound = np.unique(speck[owners[small[speck]] != owners[other]])
    kept = np.ones(len(parts), bool)
    kept[np.delete(small, bound)] = False
    if kept.all():
        return areas, 0
    return np.asarray(shapely.multipolygons(parts[kept], indices=owners[kept])), int((~kept).sum())


def _keyed(work: _Work) -> str:
    """Return the column that tells features apart; one of their numbers is added where none does."""
    columns = {name: values.tolist() for name, values in work.columns.items() if name != _ROW}
    if key := key_of(columns):
        return key
    name = next(one for one in ("number", "number_of_row", "row_number") if one not in columns)
    work.columns = {name: work.columns[_ROW], **work.columns}
    work.warn("W-FILE-KEY", f"no column tells features apart: `{name}` was added, their numbers in the file", _FINE)
    return name


def _records(work: _Work) -> list[dict[str, Any]]:
    columns = {name: values.tolist() for name, values in work.columns.items() if name != _ROW}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)] or [{}] * len(
        work.shapes
    )


def _features(work: _Work, key: str) -> list[Feature]:
    made = [feature(shape, row, DECIMALS) for shape, row in zip(work.shapes, _records(work), strict=True)]
    made.sort(key=lambda one: str(one["properties"][key]))
    if found := problems(json.loads(to_text(made)), geometry=work.kind, key=[key]):
        raise InputError(Fault(str(work.path), 0, 0, *one) for one in found)
    return made


def _count(mask: Any) -> str:
    count = int(mask.sum())
    return f"{count} of {len(mask)} features"
