"""Mend the features of a file so that they can be a layer: one kind of geometry, in degrees, sound, simplified.

What is changed is counted and told, a line each kind. Borders that neighbours share stay shared.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from quickview.errors import Fault, InputError
from quickview.language.glyphs import HIDDEN
from quickview.layers.axes import Atlas, order_of_axes
from quickview.layers.build import DECIMALS
from quickview.layers.coverage import PARTS, WGS_84, Shapes, as_coverage, cut_at_180, feature, only, repaired, snapped
from quickview.layers.geojson import DEGREE_M, MAX_TEXT, square_metres, to_text

TARGET_BYTES: Final = 500_000
"""What a layer is simplified to, as far as no tolerance is asked for."""
TOLERANCES: Final = (0, 5, 10, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 10_000)
"""Metres to choose from: the square of one is the area of the largest triangle at a corner that goes."""
_KINDS: Final = ("point", "line", "polygon")
_NOISE: Final = 1e-5
"""Degrees by which neighbours may miss each other: a metre."""
_ACROSS: Final = 360.0
_FARTHEST: Final = 2e8
"""No projected coordinate lies farther out, in metres or feet: the Earth's girth is 4e7 metres."""
MOST_ROWS: Final = 5
FINE: Final = "nothing need be done"


@dataclass
class Features:
    """Features on their way to a layer: shapes, columns of the same length, and what was found wrong so far."""

    path: Path
    shapes: Shapes
    columns: dict[str, Any]
    kind: str = ""
    faults: list[Fault] = field(default_factory=list)

    def warn(self, code: str, message: str, hint: str = "look at the map, or mend the file") -> None:
        """Note what was changed."""
        self.faults.append(Fault(str(self.path), 0, 0, code, message, hint))

    def fail(self, code: str, message: str, hint: str) -> InputError:
        """Return the error to raise, which tells what was noted so far too."""
        return InputError([*self.faults, Fault(str(self.path), 0, 0, code, message, hint)])

    def keep(self, mask: Any, code: str = "", message: str = "") -> None:
        """Keep the features of a mask; tell how many others there were, and which, if that is no wish of the analyst's."""
        if (~mask).any() and code:
            self.warn(code, f"{counted(~mask)} {message}: left out ({self.rows(~mask)})")
        self.shapes = self.shapes[mask]
        self.columns = {name: values[mask] for name, values in self.columns.items()}
        if not len(self.shapes):
            raise self.fail("E-LAYER-EMPTY", "no feature is left", "choose others, or mend the file")

    def rows(self, mask: Any) -> str:
        """Name features: by their place code or name, else by their number in the file."""
        named = next((self.columns[name] for name in ("pcode", "name") if name in self.columns), self.columns[ROW])
        told = [
            str(one if one not in (None, "") else row)
            for one, row in zip(named[mask], self.columns[ROW][mask], strict=True)
        ]
        return ", ".join(told[:MOST_ROWS]) + (" …" if len(told) > MOST_ROWS else "")


ROW: Final = " row"
"""The column of features' numbers in the file while they are worked on; no file has one of this name."""


def tidy_text(work: Features) -> None:
    """Take out of texts what cannot be seen or turns others round, and the end of those that are no name and no note."""
    for name, values in work.columns.items():
        texts = np.array([HIDDEN.sub("", one)[:MAX_TEXT] if isinstance(one, str) else one for one in [*values, None]], object)[:-1]  # fmt: skip
        changed = np.array([new is not old and new != old for new, old in zip(texts, values, strict=True)])
        if changed.any():
            what = f"control characters, or more than {MAX_TEXT:,} letters, in `{name}`"
            work.warn("W-FEATURE-TEXT", f"{counted(changed)} with {what}: taken out ({work.rows(changed)})")
            work.columns = {**work.columns, name: texts}


def keep_one_kind(work: Features) -> None:
    """Keep the kind of geometry that most features have, and drop features that stand twice."""
    kinds = shapely.get_dimensions(work.shapes)
    counts = [int((kinds == one).sum()) for one in range(3)]
    most = max(range(3), key=lambda one: (counts[one], one))
    work.kind = _KINDS[most]
    others = ", ".join(f"{_KINDS[one]}s" for one in range(3) if counts[one] and one != most)
    work.keep(kinds == most, "W-FEATURE-KIND", f"of another kind ({others}) among {work.kind}s")
    mixed = np.array([PARTS[work.kind] not in one.geom_type for one in work.shapes])
    if mixed.any():
        work.warn("W-FEATURE-MIXED", f"{counted(mixed)} that mix kinds of geometry: only their {work.kind}s are kept ({work.rows(mixed)})")  # fmt: skip
        work.shapes[mixed] = [only(one, PARTS[work.kind]) for one in work.shapes[mixed]]
    seen: set[Any] = set()
    rows = zip(
        shapely.to_wkb(shapely.normalize(work.shapes)), *(v for n, v in work.columns.items() if n != ROW), strict=True
    )
    first = np.array([not (row in seen or seen.add(row)) for row in rows])  # type: ignore[func-returns-value]
    work.keep(first, "W-FEATURE-TWICE", "the same as another in all that they say")


@dataclass(frozen=True)
class AxisOrder:
    """What decides which number of a pair is the longitude: a wish, the country by its alpha-2 code, the catalogue's layers."""

    swapped: bool | None = None
    country: str = ""
    atlas: Atlas = field(default_factory=Atlas)


def to_degrees(work: Features, said: str, asked: str, order: AxisOrder) -> str:
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
        work.warn("W-CRS", f"the file says {CRS.from_user_input(said).name}; read as {name} all the same", FINE)
    if not (crs.is_geographic or crs.is_projected or crs.is_compound or crs.is_bound):
        raise work.fail(
            "E-CRS-NONE", f"says no more of its coordinates than `{crs.name}`", "say what they mean with --crs"
        )
    if crs.is_geographic:
        _check_degrees(work, order)
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


def _check_degrees(work: Features, order: AxisOrder) -> None:
    """Put longitude before latitude where it stands behind it, and tell where it may; refuse what is no place on Earth."""
    west, south, east, north = shapely.total_bounds(work.shapes)
    across, up = max(abs(west), abs(east)), max(abs(south), abs(north))
    if (up > 180 or across > 90) if up > 90 or order.swapped else across > 360:
        message = f"has coordinates within {_bounds(work.shapes)}, which are no degrees"
        raise work.fail("E-CRS-FIT", message, f"say what they mean: --crs {_likely(work.shapes)}")
    lean, reason = 1, ""
    if order.swapped is not None or up > 90:
        lean = -1 if order.swapped or up > 90 else 1
    elif across <= 90:
        lean, reason = order_of_axes(work.shapes, work.columns, order.atlas, country=order.country)
    if lean < 0:
        work.shapes = shapely.transform(work.shapes, lambda points: points[:, ::-1])
        told = f"latitude stood before longitude in all {len(work.shapes)} features{f', {reason}' * bool(reason)}: turned round"
        work.warn(
            "W-AXES", told, "look at the map; --no-swap-axes leaves them as they stand" if reason else "look at the map"
        )
    elif not lean:
        work.warn("W-AXES-UNSURE", reason, "say which: --no-swap-axes, or --swap-axes if latitude stands first in it")


def _likely(shapes: Shapes) -> str:
    """Return the CRS that coordinates look like: degrees, or metres of a UTM zone that must be known."""
    return (
        WGS_84
        if (np.abs(shapely.total_bounds(shapes)) <= [180, 90, 180, 90]).all()
        else "EPSG:32637, if they are metres of UTM zone 37"
    )


def _bounds(shapes: Shapes) -> str:
    return f"[{', '.join(f'{edge:.6g}' for edge in shapely.total_bounds(shapes))}]"


def mend(work: Features) -> None:
    """Cut shapes at the 180th meridian, and mend areas that cross themselves."""
    if work.kind == "point":
        # A longitude of 190 degrees is one of -170.
        work.shapes = shapely.transform(work.shapes, lambda at: at - 360 * np.round(at / 360) * [1, 0])
        return
    broken = ~shapely.is_valid(work.shapes) if work.kind == "polygon" else np.zeros(len(work.shapes), bool)
    if broken.any():
        before = shapely.area(work.shapes[broken])
        work.shapes[broken] = repaired(work.shapes[broken], work.kind)
        change, largest = np.abs(shapely.area(work.shapes[broken]) - before).max(), shapely.area(work.shapes).max()
        told = "with an outline that crosses or touches itself: mended"
        told += f", by up to {change / largest:.1%} of the largest area" if largest else ""
        work.warn("W-FEATURE-INVALID", f"{counted(broken)} {told} ({work.rows(broken)})")
    cut = np.array([cut_at_180(one, longest=_ACROSS) for one in work.shapes], object)
    if count := sum(new is not old for new, old in zip(cut, work.shapes, strict=True)):
        work.warn("W-FEATURE-180", f"{count} features cross the 180th meridian: cut there", FINE)
    work.shapes = cut
    size = shapely.area(work.shapes) if work.kind == "polygon" else shapely.length(work.shapes)
    work.keep(size > 0, "W-FEATURE-EMPTY", f"without any {'area' if work.kind == 'polygon' else 'length'}")


def simplify(work: Features, tolerance: float | None) -> float:
    """Simplify shapes to a tolerance in metres, round them, and return the tolerance."""
    if work.kind == "point":
        return 0.0
    is_coverage = work.kind == "polygon" and _joined_borders(work)
    if tolerance is None:
        rest = len(to_text([feature(shapely.Point(0, 0), row, 0) for row in records(work)]))
        tolerance = _coarse_enough(lambda at: shapely.get_num_coordinates(_simplified(work, at)[0]).sum() * 20 + rest)
    work.shapes, specks = _simplified(work, tolerance)
    if specks:
        message = f"{specks} islands are too small to be seen at {tolerance:g} m: left out"
        work.warn("W-FEATURE-SPECKS", message, "give a smaller --tolerance, if they matter")
    if is_coverage:
        work.shapes = snapped(work.shapes, 10.0**-DECIMALS)
    else:
        work.shapes = shapely.set_precision(work.shapes, 10.0**-DECIMALS)
    is_seen = ~shapely.is_empty(work.shapes)
    if work.kind == "polygon":
        is_seen &= np.array([bool(one) and square_metres(one) >= 1 for one in work.shapes])
    work.keep(is_seen, "W-FEATURE-SMALL", "too small to be seen at this tolerance")
    return float(tolerance)


def _joined_borders(work: Features) -> bool:
    """Close gaps and overlaps of up to a metre between neighbours; return whether none are left."""
    if not shapely.coverage_is_valid(work.shapes, gap_width=_NOISE):
        cleaned = as_coverage(work.shapes, noise=_NOISE)
        moved = ~np.isclose(shapely.area(cleaned), shapely.area(work.shapes), rtol=1e-9, atol=0)
        if moved.any():
            told = f"{counted(moved)} miss their neighbours by up to a metre: joined ({work.rows(moved)})"
            work.warn("W-FEATURE-GAPS", told, FINE)
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


def _simplified(work: Features, tolerance: float) -> tuple[Shapes, int]:
    """Return shapes simplified in metres of an equirectangular projection, in which edges stay straight; how many islands went."""
    if not tolerance:
        return work.shapes, 0
    _, south, _, north = shapely.total_bounds(work.shapes)
    scale = DEGREE_M * np.array([max(math.cos(math.radians((south + north) / 2)), 0.01), 1.0])
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


def records(work: Features) -> list[dict[str, Any]]:
    """Return the columns as a record each feature."""
    columns = {name: values.tolist() for name, values in work.columns.items() if name != ROW}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)] or [{}] * len(
        work.shapes
    )


def counted(mask: Any) -> str:
    """Return how many features of all a mask names."""
    count = int(mask.sum())
    return f"{count} of {len(mask)} features"
