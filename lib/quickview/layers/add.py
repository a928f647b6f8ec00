"""Make a layer of a file that somebody sent: read it, mend it, and append it to a catalogue.

`mending.py` changes what must be changed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from pydantic import ValidationError

from quickview.errors import Fault, InputError, did_you_mean
from quickview.files import write_atomically
from quickview.language.catalogs import ENGLISH, LANGUAGES, Language, countries
from quickview.layers.axes import Atlas
from quickview.layers.build import DECIMALS
from quickview.layers.catalog import Catalog, Layer
from quickview.layers.coverage import WGS_84, feature
from quickview.layers.entries import append, taken
from quickview.layers.geojson import Feature, problems, to_text
from quickview.layers.mending import (
    FINE,
    MOST_ROWS,
    ROW,
    AxisOrder,
    Features,
    counted,
    keep_one_kind,
    mend,
    records,
    simplify,
    tidy_text,
    to_degrees,
)
from quickview.layers.schemas import Schema, key_of, recognise
from quickview.layers.vector_file import VectorFile, read_vector_file

NEEDED: Final = ("source", "licence", "date")
"""Entries of the catalogue that no file tells for sure, and that must not be guessed."""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: what it does not say itself, or which part of it is meant.

    `crs` and `encoding` go before what the file says; `where` are conditions `COLUMN=VALUE` that a
    feature must meet, by the file's columns or the kit's; `tolerance` is in metres, None for one that makes a layer
    of about `TARGET_BYTES`. `country` (ISO 3166-1 alpha-3) and `swap_axes` tell whether latitude stands before longitude.
    """

    crs: str = ""
    encoding: str = ""
    layer: str = ""
    where: Sequence[str] = ()
    tolerance: float | None = None
    country: str = ""
    swap_axes: bool | None = None


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
    tolerance: float = 0.0
    """Metres that it was simplified to; 0 for not at all."""

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


def prepare(path: Path, reading: Reading | None = None, *, catalog: Catalog | None = None) -> NewLayer:
    """Read a file and make a layer of it: one kind of geometry, in WGS 84, sound, simplified, with columns of one naming.

    The layers of the catalogue help to find out whether longitude stands before latitude.
    Raises `InputError` when it cannot be read, does not say its CRS, holds nothing on the globe or
    nothing that `where` chooses; `MachineError` when a package for its format is missing.
    """
    reading = reading or Reading()
    file = read_vector_file(path, layer=reading.layer, encoding=reading.encoding)
    schema = recognise(file.columns)
    work = _work(path, file, schema)
    tidy_text(work)
    for condition in reading.where:
        _choose(work, condition, file)
    keep_one_kind(work)
    atlas = Atlas.of(catalog) if catalog else Atlas()
    order = AxisOrder(reading.swap_axes, countries().get(reading.country, ""), atlas)
    crs = to_degrees(work, file.crs, reading.crs, order)
    mend(work)
    tolerance = simplify(work, reading.tolerance)
    key = _keyed(work)
    steps = [f"{schema.name or file.format}, {crs}"]
    steps += [f"{file.format}"] * bool(schema.name)
    steps += [f"simplified with a tolerance of {tolerance:g} m" if tolerance else "not simplified"]
    if "name" not in work.columns:
        hint = f"rename one in a GIS: {', '.join(list(schema.columns)[:10]) or 'it has no columns'}"
        work.warn("W-FILE-NAME", "no column is called `name`, by which a brief shows places and regions", hint)
    if schema.left_out:
        columns = ", ".join(schema.left_out[:MOST_ROWS]) + (" …" if len(schema.left_out) > MOST_ROWS else "")
        work.warn("W-FILE-COLUMNS", f"{len(schema.left_out)} columns are empty or of no use: left out ({columns})", FINE)  # fmt: skip
    about = {"accuracy": "indicative", **schema.about}
    return NewLayer(path, work.kind, key, _features(work, key), about, work.faults, ", ".join(steps), tolerance)


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
    write_atomically(path, layer.text)
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
        "note": _note(layer, Language(ENGLISH)),
        "translations": {code: {"note": _note(layer, Language(code))} for code in LANGUAGES if code != ENGLISH},
        "recipe": {"kind": "file", "sha256": sha256(layer.text.encode()).hexdigest()},
    }


def _note(layer: NewLayer, language: Language) -> str:
    """Return what a reader of a report ought to know of a layer: where it comes from, and what was done to it."""
    _ = language.gettext
    unsound = _("Features without a usable geometry were left out.")
    others = _("Features of another kind of geometry were left out.")
    outlines = _("Outlines that crossed themselves or were open were mended.")
    small = _("Areas and islands too small to be seen were left out.")
    told = {
        "W-AXES": _("Latitude stood before longitude in the file: turned round."),
        "W-AXES-UNSURE": _("It is not certain that longitude stands before latitude in the file."),
        "W-CRS": _("The file names another coordinate system than the one it was read in."),
        "W-FEATURE-EMPTY": unsound,
        "W-FEATURE-GAPS": _("Gaps and overlaps of up to a metre between neighbours were closed."),
        "W-FEATURE-INVALID": outlines,
        "W-FEATURE-KIND": others,
        "W-FEATURE-MIXED": others,
        "W-FEATURE-NULL": unsound,
        "W-FEATURE-NUMBER": unsound,
        "W-FEATURE-OVERLAP": _("Some areas overlap."),
        "W-FEATURE-RING": outlines,
        "W-FEATURE-SMALL": small,
        "W-FEATURE-SPECKS": small,
        "W-FEATURE-TWICE": _("What stands in the file more than once was kept once."),
        "W-FILE-ENCODING": _("The encoding of its text was guessed."),
        "W-FILE-SHORT": _("The file is cut short, and features may be missing."),
    }
    sentences = [_("From the file {file}.", file=layer.file.name)]
    if layer.tolerance:
        sentences.append(_("Simplified, with a tolerance of {metres} m.", metres=language.number(layer.tolerance)))
    return " ".join(dict.fromkeys([*sentences, *(told[one.code] for one in layer.faults if one.code in told)]))[:1000]


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


def _work(path: Path, file: VectorFile, schema: Schema) -> Features:
    """Take a file's features up, without heights; close rings that are open, drop what has no shape."""
    columns = {name: np.array([*values, None], object)[:-1] for name, values in schema.columns.items()}
    count = len(file.shapes)
    work = Features(path, np.full(count, None, object), {**columns, ROW: np.arange(1, count + 1)})
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
            "W-FEATURE-RING", f"{counted(broken)} with a ring that is open or too short: mended ({work.rows(broken)})"
        )
    heights = np.array(
        [shapely.has_z(one) and shapely.get_coordinates(one, include_z=True)[:, 2].any() for one in shapes]
    )
    if heights.any():
        work.warn("W-FEATURE-HEIGHT", f"{counted(heights)} with heights, which no map shows: left out", FINE)
    work.shapes = shapely.force_2d(shapes)
    work.keep(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)), "W-FEATURE-NULL", "without a geometry")
    finite = np.array([np.isfinite(shapely.get_coordinates(one)).all() for one in work.shapes])
    work.keep(finite, "W-FEATURE-NUMBER", "with coordinates that are no numbers")
    return work


def _choose(work: Features, condition: str, file: VectorFile) -> None:
    column, sign, value = condition.partition("=")
    rows = work.columns[ROW] - 1
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


def _keyed(work: Features) -> str:
    """Return the column that tells features apart; one of their numbers is added where none does."""
    columns = {name: values.tolist() for name, values in work.columns.items() if name != ROW}
    if key := key_of(columns):
        return key
    name = next(one for one in ("number", "number_of_row", "row_number") if one not in columns)
    work.columns = {name: work.columns[ROW], **work.columns}
    work.warn("W-FILE-KEY", f"no column tells features apart: `{name}` was added, their numbers in the file", FINE)
    return name


def _features(work: Features, key: str) -> list[Feature]:
    made = [feature(shape, row, DECIMALS) for shape, row in zip(work.shapes, records(work), strict=True)]
    made.sort(key=lambda one: str(one["properties"][key]))
    if found := problems(json.loads(to_text(made)), geometry=work.kind, key=[key]):
        raise InputError(Fault(str(work.path), 0, 0, *one) for one in found)
    return made
