"""Hostile and damaged geodata by the thousand: `python -m tests.hostile.geodata COUNT [--seed N] [--jobs N] [--only CLASS]`.

Each file is given to `shapes add`, and each layer to what reads a brief's layers. What must never come of one: an error
that is no answer, a hang, text of a file that was not given, a connection, a file outside, fewer features than there
were without a word.
"""

import argparse
import json
import math
import multiprocessing
import os
import random
import resource
import shutil
import socket
import struct
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
from shapely.geometry import LineString, Point, Polygon, box, mapping

from quickview.errors import InputError, ReportError
from quickview.language.glyphs import HIDDEN
from quickview.layers import vector_file
from quickview.layers.add import Reading, prepare
from quickview.layers.catalog import Catalog, Layer, read_features
from quickview.layers.geojson import problems

SECRET = "Rosebud"
"""What stands in a file beside the one that is given, and must never be seen."""
SECONDS = 60
FORMATS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".kml": "LIBKML", ".geojson": "GeoJSON", ".parquet": ""}  # fmt: skip
STRANGE = ["", " ", "\0", "\u202eB", "A\nB", "::stop-commands::x", "<script>alert(1)</script>", "{{7*7}}", "{a.__class__}", "../../x", "=cmd()", "\ud7ff", "\U000e0041", "x" * 5000, "ال", "NaN", "null", "'; drop table", "\u2028"]  # fmt: skip
NUMBERS = [
    math.nan,
    math.inf,
    -math.inf,
    1e308,
    -1e308,
    1e-320,
    180.0000001,
    -90.1,
    5e5,
    0,
    -0.0,
    2**63,
    None,
    "10",
    True,
    [],
    {},
]
CLASSES = {}
"""Name of a class -> what makes a file of it in a folder: returns its path and how many features it holds, None where nobody can say."""
LAYERS = {}
"""Name of a class -> what makes the GeoJSON of a layer of polygons or points."""


@dataclass(frozen=True)
class Case:
    """One of a class, by its number."""

    name: str
    number: int
    seed: int


@dataclass
class Answer:
    """What came of one."""

    name: str
    outcome: str
    number: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0
    codes: list = field(default_factory=list)
    detail: str = ""


def makes(name, into=CLASSES):
    """Enter a function under the name of a class."""

    def entered(make):
        into[name] = make
        return make

    return entered


def shapes(rng, count):
    """Return some areas beside each other, somewhere."""
    x, y = rng.uniform(-150, 150), rng.uniform(-70, 70)
    return [box(x + n, y, x + n + 1, y + rng.uniform(0.2, 1)) for n in range(count)]


def frame(rng, count=4):
    """Return a sound table of areas."""
    made = shapes(rng, count)
    return gpd.GeoDataFrame({"name": [f"Area {n}" for n in range(count)], "pcode": [f"0{n}" for n in range(count)]}, geometry=made, crs=4326)  # fmt: skip


def save(data, path):
    """Write a table in the format that a path's ending names."""
    driver = FORMATS[path.suffix]
    data.to_file(path, driver=driver) if driver else data.to_parquet(path)
    return path


def features(*rows):
    """Return GeoJSON of (columns, geometry)."""
    made = [{"type": "Feature", "properties": columns, "geometry": shape if shape is None or isinstance(shape, dict) else mapping(shape)} for columns, shape in rows]  # fmt: skip
    return {"type": "FeatureCollection", "features": made}


def write(folder, name, content):
    """Write text, bytes or JSON under a name, and return the path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else (content if isinstance(content, str) else json.dumps(content)).encode("utf-8", "surrogatepass"))  # fmt: skip
    return path


def anything(rng, folder):
    """Return a sound file of any format."""
    return save(frame(rng), folder / f"x{rng.choice([*FORMATS])}")


@makes("sound")
def _sound(rng, folder):
    return anything(rng, folder), 4


@makes("cut short")
def _cut(rng, folder):
    path = anything(rng, folder)
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(len(data))])
    return path, None


@makes("bytes changed")
def _flipped(rng, folder):
    path = anything(rng, folder)
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice([1, 2, 5, 20, 200])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(data)
    return path, None


@makes("bytes doubled, lost or mixed")
def _spliced(rng, folder):
    path = anything(rng, folder)
    data = path.read_bytes()
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    path.write_bytes(rng.choice([data[:a] + data[b:], data[:b] + data[a:], data + data, data[:a] + bytes(b - a) + data[b:], rng.randbytes(50) + data]))  # fmt: skip
    return path, None


@makes("numbers of a header changed")
def _header(rng, folder):
    path = anything(rng, folder)
    data = bytearray(path.read_bytes())
    at = rng.randrange(0, min(200, len(data) - 4), 4)
    data[at : at + 4] = struct.pack(rng.choice("<>") + "i", rng.choice([-1, 0, 1, 2**31 - 1, -(2**31), 65536, 100]))
    path.write_bytes(data)
    return path, None


@makes("parts of a Shapefile")
def _parts(rng, folder):
    path = save(frame(rng), folder / "x.shp")
    for ending in rng.sample([".shx", ".dbf", ".prj", ".cpg"], rng.randrange(1, 4)):
        part = path.with_suffix(ending)
        match rng.randrange(4):
            case 0:
                part.unlink(missing_ok=True)
            case 1:
                part.write_bytes(part.read_bytes()[: rng.randrange(60)] if part.exists() else b"?")
            case 2:
                part.write_bytes(rng.randbytes(rng.choice([0, 5, 500])))
            case _:
                part.unlink(missing_ok=True)
                part.symlink_to(folder / "secret.geojson")
    return path, None


@makes("of another name")
def _disguised(rng, folder):
    path = anything(rng, folder)
    to = folder / f"y{rng.choice([*FORMATS, '.json', '.zip', '.xml', '.txt', '.vrt'])}"
    path.rename(to)
    return to, None


@makes("what GDAL would follow")
def _followed(rng, folder):
    secret, address = folder / "secret.geojson", os.environ["HOSTILE_SERVER"]
    source = rng.choice([str(secret), f"/vsicurl/http://{address}/x.geojson", f"http://{address}/x", f"/vsizip/{secret}", "/etc/passwd", f"/vsisubfile/0_100,{secret}", f"WFS:http://{address}", f"CSV:{secret}", "/vsistdin/", f"GeoJSON:http://{address}/a"])  # fmt: skip
    text = rng.choice([
        f'<OGRVRTDataSource><!--<kml>--><OGRVRTLayer name="secret"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
        f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "{source}">]><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&x;</name><Point><coordinates>1,2</coordinates></Point></Placemark></Document></kml>',
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>{source}</href></Link></NetworkLink><Placemark><name>a</name><Point><coordinates>1,2</coordinates></Point></Placemark></Document></kml>',
        json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {source} ! write x"}),
        json.dumps({"type": "FeatureCollection", "crs": {"type": "link", "properties": {"href": f"http://{address}/crs", "type": "proj4"}}, "features": features(({"name": "a"}, Point(1, 2)))["features"]}),
        json.dumps({"type": "Topology", "objects": {}, "arcs": [], "href": source}),
        f"<WFS_Capabilities>{source}</WFS_Capabilities>", f"<GDAL_WMS>{source}</GDAL_WMS>", source,
        f"<OGRWFSDataSource><URL>http://{address}/</URL></OGRWFSDataSource>",
    ])  # fmt: skip
    return write(folder, f"x{rng.choice(['.geojson', '.kml', '.gpkg', '.shp', '.fgb', '.vrt'])}", text), None


@makes("XML that multiplies")
def _bomb_xml(rng, folder):
    levels = rng.choice([3, 9, 12])
    entities = '<!ENTITY e0 "ha">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    text = f'<?xml version="1.0"?><!DOCTYPE kml [{entities}]><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&e{levels - 1};</name><Point><coordinates>1,2</coordinates></Point></Placemark></kml>'
    return write(folder, "x.kml", text), None


@makes("archives")
def _archive(rng, folder):
    source = save(frame(rng), folder / "x.shp")
    names = rng.choice([["x.shp", "x.shx", "x.dbf", "x.prj"], ["../../../x.shp", "../../../x.shx"], ["/tmp/x.shp"], ["x.shp/", "x.shp"], ["a/b/" * 100 + "x.shp"], ["x.shp", "x.shp"], ["CON.shp", "con.shx"], ["x\0y.shp"], ["ü.SHP", "ü.Shx"], ["x.zip"], ["x.geojson/x.shp", "x.geojson"], ["__MACOSX/x.shp"]])  # fmt: skip
    path = folder / rng.choice(["x.zip", "x.kmz", "x.shp.zip", "x.gpkg"])
    with zipfile.ZipFile(path, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])) as archive:  # fmt: skip
        for name in names:
            part = source.with_suffix(Path(name.strip("/")).suffix.lower())
            archive.writestr(name, part.read_bytes() if part.exists() else b"{}")
        if rng.random() < 0.3:
            archive.writestr("big.geojson", b" " * rng.choice([10**5, 10**7, 10**8]))
        if rng.random() < 0.2:
            link = zipfile.ZipInfo("link.geojson")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, str(folder / "secret.geojson"))
    if rng.random() < 0.4:
        data = bytearray(path.read_bytes())
        data[rng.randrange(len(data))] ^= 255
        path.write_bytes(data)
    return path, None


@makes("no file")
def _no_file(rng, folder):
    path = folder / f"x{rng.choice([*FORMATS])}"
    match rng.randrange(7):
        case 0:
            os.mkfifo(path)
        case 1:
            path.symlink_to("/dev/zero")
        case 2:
            path.symlink_to(path)
        case 3:
            path.mkdir()
        case 4:
            path.symlink_to("/dev/stdin")
        case 5:
            path.symlink_to(folder / "nothing")
        case _:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(str(path))
    return path, None


@makes("coordinates")
def _coordinates(rng, folder):
    def number():
        return rng.choice([rng.uniform(-200, 200), rng.choice(NUMBERS)])

    rows = []
    for n in range(rng.randrange(1, 6)):
        kind = rng.choice(
            ["Point", "LineString", "Polygon", "MultiPolygon", "MultiPoint", "GeometryCollection", "Circle"]
        )
        run = [[number() for _ in range(rng.choice([2, 2, 2, 3, 1, 0]))] for _ in range(rng.choice([1, 3, 4, 5]))]
        given = {"Point": run[0], "LineString": run, "Polygon": [run], "MultiPolygon": [[run]], "MultiPoint": run}.get(
            kind, run
        )
        rows.append(({"name": f"N{n}"}, {"type": kind, "coordinates": given}))
    return write(folder, "x.geojson", json.dumps(features(*rows))), None


@makes("areas that cross, touch, lie in each other")
def _crossing(rng, folder):
    rows, sound = [], shapes(rng, 3)
    for n, area in enumerate(sound):
        west, south, east, north = area.bounds
        points = [(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(rng.randrange(3, 12))]
        twisted = Polygon(
            points,
            [[(west - 5, south - 5), (west - 4, south - 5), (west - 4, south - 4)]] if rng.random() < 0.3 else [],
        )
        rows.append(
            (
                {"name": f"N{n}"},
                rng.choice(
                    [twisted, area, Polygon([*area.exterior.coords], [area.exterior.coords]), LineString(points)]
                ),
            )
        )
    return write(folder, "x.geojson", features(*rows)), 3


@makes("latitude before longitude")
def _swapped(rng, folder):
    turned = [Polygon([(y, x) for x, y in one.exterior.coords]) for one in shapes(rng, 3)]
    return write(folder, "x.geojson", features(*(({"name": f"N{n}"}, one) for n, one in enumerate(turned)))), None


@makes("another CRS than it says, or none")
def _crs(rng, folder):
    data = frame(rng)
    data = data.set_crs(rng.choice([3857, 32637, 2154, 4979]), allow_override=True) if rng.random() < 0.5 else data.to_crs(3857).set_crs(4326, allow_override=True)  # fmt: skip
    path = save(data, folder / f"x{rng.choice(['.gpkg', '.shp', '.fgb', '.parquet'])}")
    if path.suffix == ".shp" and rng.random() < 0.5:
        write(
            folder,
            "x.prj",
            rng.choice(
                [
                    "",
                    "PROJCS[",
                    "EPSG:9999999",
                    "+proj=evil +init=/etc/passwd",
                    "x" * 10**5,
                    f"@{folder}/secret.geojson",
                ]
            ),
        )
    return path, None


@makes("across the date line, and poles")
def _date_line(rng, folder):
    y = rng.uniform(-89, 88)
    ring = rng.choice([[(179, y), (-179, y), (-179, y + 1), (179, y + 1)], [(x, 89) for x in range(-180, 181, 30)], [(-180, -90), (180, -90), (180, 90), (-180, 90)], [(170, y), (190, y), (190, y + 1), (170, y + 1)], [(-200, y), (-170, y), (-170, y + 1)]])  # fmt: skip
    return write(folder, "x.geojson", features(({"name": "a"}, Polygon(ring)), ({"name": "b"}, box(0, 0, 1, 1)))), 2


@makes("nothing in it")
def _empty(rng, folder):
    nothing = rng.choice([features(), features(({}, None)), features(({"name": "a"}, {"type": "Polygon", "coordinates": []})), {}, [], {"type": "FeatureCollection"}, {"type": "FeatureCollection", "features": {}}, {"type": "FeatureCollection", "features": [None, 1, "x"]}, {"type": "Feature"}, "", " ", "{", "null"])  # fmt: skip
    return write(folder, "x.geojson", nothing), None


@makes("columns and their values")
def _columns(rng, folder):
    def value():
        return rng.choice(
            [rng.choice(STRANGE), rng.choice([None, 1, 1e300, True, ["a", "b"], {"a": {"b": 1}}, -0.0, "007"])]
        )

    names = ["name", *rng.sample(["geometry", "shown", "fid", "ogc_fid", "id", "status", "name_ar", "Name", "NAME", " row", "", "a\nb", "\u202e", "x" * 500, "__class__", "pcode", "index"], 4)]  # fmt: skip
    rows = [({name: value() for name in names}, one) for one in shapes(rng, rng.randrange(1, 5))]
    return write(folder, "x.geojson", features(*rows)), len(rows)


@makes("depth")
def _deep(rng, folder):
    depth = rng.choice([100, 5_000, 200_000])
    text = rng.choice(["[" * depth, '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":' + "[" * depth + "]" * depth + '},"geometry":null}]}', '{"type":"GeometryCollection","geometries":[' * (depth // 10)])  # fmt: skip
    return write(folder, "x.geojson", text), None


@makes("many corners")
def _many(rng, folder):
    count = rng.choice([1_000, 30_000, 200_000])
    ring = [
        (10 + math.cos(n / count * math.tau) * rng.choice([1, 1, 0.999]), 10 + math.sin(n / count * math.tau))
        for n in range(count)
    ]
    return write(folder, "x.geojson", features(({"name": "a"}, Polygon(ring)))), 1


@makes("many features")
def _much(rng, folder):
    count = rng.choice([500, 5_000, 20_000])
    return write(
        folder,
        "x.geojson",
        features(*(({"name": f"Town {n}"}, Point(n % 200 / 10, n // 200 / 10)) for n in range(count))),
    ), count


@makes("encodings")
def _encoded(rng, folder):
    text = json.dumps(features(({"name": "حماة Hôpital"}, box(0, 0, 1, 1))), ensure_ascii=False)
    data = text.encode(rng.choice(["utf-16", "utf-32", "cp1256", "utf-8-sig", "utf-7"]), "replace")
    return write(folder, "x.geojson", rng.choice([data, data[:-3], b"\xff\xfe" + data, data.replace(b"H", b"\x00"), data.replace(b"p", b"\xed\xa0\x80")])), None  # fmt: skip


@makes("SQLite that is no GeoPackage, or more than one")
def _sqlite(rng, folder):
    import sqlite3

    path = save(frame(rng), folder / "x.gpkg")
    with sqlite3.connect(path) as base:
        for line in rng.sample([
            "update gpkg_contents set table_name = 'nothing'", "delete from gpkg_geometry_columns", "update gpkg_spatial_ref_sys set definition = 'x'",
            "create view v as select * from x", "create trigger t after insert on x begin select load_extension('/tmp/x.so'); end",
            "update x set geom = x'00'", "update x set geom = null", "update x set name = zeroblob(1000000)", "drop table gpkg_contents",
            "insert into gpkg_extensions values (null, null, 'gpkg_evil', 'x', 'read-write')", "update gpkg_contents set srs_id = 123456",
        ], 2):  # fmt: skip
            try:
                base.execute(line)
            except sqlite3.Error:
                continue
    base.close()
    return path, None


def layer_of(name):
    """Enter a class of layers of a catalogue."""
    return makes(name, LAYERS)


@layer_of("layer: geometry")
def _of_geometry(rng, folder):
    return json.loads(_crossing(rng, folder)[0].read_text())


@layer_of("layer: coordinates")
def _of_coordinates(rng, folder):
    return json.loads(_coordinates(rng, folder)[0].read_text())


@layer_of("layer: columns")
def _of_columns(rng, folder):
    return json.loads(_columns(rng, folder)[0].read_text())


@layer_of("layer: structure")
def _of_structure(rng, _folder):
    document = features(*(({"name": f"N{n}"}, one) for n, one in enumerate(shapes(rng, 3))))
    for _ in range(rng.randrange(1, 4)):
        at = document
        while isinstance(at, dict | list) and at:
            key = rng.choice([*at]) if isinstance(at, dict) else rng.randrange(len(at))
            if rng.random() < 0.3 or not isinstance(at[key], dict | list):
                at[key] = rng.choice([None, 1, "x", [], {}, math.inf, [[]], True, 10**400, "\0"])
                break
            at = at[key]
    return document


@layer_of("layer: bytes")
def _of_bytes(rng, _folder):
    data = bytearray(json.dumps(features(*(({"name": f"N{n}"}, one) for n, one in enumerate(shapes(rng, 3))))).encode())
    for _ in range(rng.choice([1, 3, 30])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data[: rng.choice([len(data), rng.randrange(len(data))])])


@layer_of("layer: date line")
def _of_date_line(rng, folder):
    return json.loads(_date_line(rng, folder)[0].read_text())


def try_file(make, rng, folder):
    """Read one file as `shapes add` does, and return the outcome, codes and more."""
    path, count = make(rng, folder)
    try:
        layer = prepare(path, Reading())
    except (InputError, ReportError) as error:
        return answered(error)
    text = layer.text
    if SECRET in text or SECRET in str(layer.faults):
        return "secret", [], text[:300]
    if found := problems(json.loads(text), geometry=layer.geometry, key=[layer.key]):
        return "unsound", [], str(found[0])
    if count is not None and len(layer.features) < count and not layer.faults:
        return "silent loss", [], f"{len(layer.features)} of {count}"
    told = [str(one) for one in layer.faults]
    return (
        ("long" if any(len(one) > 2000 or HIDDEN.search(one) for one in told) else "layer"),
        [one.code for one in layer.faults],
        "",
    )


def answered(error):
    """Return what an error is: an answer, or none."""
    told = str(error)
    bad = (
        SECRET in told
        or "Traceback" in told
        or any(len(line) > 2000 or HIDDEN.search(line) for line in told.split("\n"))
    )
    codes = [one.code for one in error.faults] if isinstance(error, InputError) else [error.code]
    return ("bad words" if bad else "refused"), codes, told[:500] if bad else ""


def try_layer(make, rng, folder):
    """Read a layer of a catalogue as a brief's map does."""
    from quickview.layers.geojson import laid

    path = write(folder, "x.geojson", made if isinstance(made := make(rng, folder), bytes) else json.dumps(made))
    kind = rng.choice(["polygon", "polygon", "point", "line"])
    words = dict.fromkeys(("title", "source", "credit", "licence", "note"), "X")
    layer = Layer.model_validate({**words, "id": "x", "file": path.name, "geometry": kind, "date": "2020", "crs": "EPSG:4326", "key": ("name",), "accuracy": "surveyed", "recipe": {"kind": "file", "sha256": "0" * 64}})  # fmt: skip
    try:
        known = read_features(Catalog(file=folder / "catalog.yaml", layers=(layer,)), "x")["features"]
    except InputError as error:
        return answered(error)
    made = [laid(one["geometry"]) for one in known]
    if kind == "polygon" and not all(one.is_valid and one.area > 0 for one in made):
        return "unsound", [], str(made)[:300]
    return "layer", [], ""


def run(case):
    """Make one and try it, in a folder of its own."""
    rng = random.Random(f"{case.seed} {case.name} {case.number}")
    with tempfile.TemporaryDirectory(prefix="hostile-") as outer:
        folder = Path(outer) / "in"
        folder.mkdir()
        write(folder, "secret.geojson", features(({"name": SECRET}, Point(1, 2))))
        kept = Path(outer) / "kept.txt"
        kept.write_text(SECRET)
        start = time.perf_counter()
        try:
            outcome, codes, detail = try_file(CLASSES[case.name], rng, folder) if case.name in CLASSES else try_layer(LAYERS[case.name], rng, folder)  # fmt: skip
        except Exception:  # noqa: BLE001 (what must not happen)
            outcome, codes, detail = "traceback", [], traceback.format_exc()[-1500:]
        seconds = time.perf_counter() - start
        if sorted(one.name for one in Path(outer).iterdir()) != ["in", "kept.txt"] or kept.read_text() != SECRET:
            outcome = "file outside"
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)) / 1024
    return Answer(case.name, "hang" if seconds > SECONDS else outcome, case.number, seconds, largest, codes, detail)


def cases(count, seed, only=""):
    """Return so many cases, of all classes alike."""
    names = [name for name in (*CLASSES, *LAYERS) if only in name]
    return [Case(names[n % len(names)], n // len(names), seed) for n in range(count)]


def serve(server, calls):
    """Count who connects."""
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return
        calls.value += 1


def main():
    """Try as many as are asked for, print what came of each class, and say by the exit code whether anything fell."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.geodata", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    calls, told = multiprocessing.Value("i", 0), defaultdict(list)
    with socket.create_server(("127.0.0.1", 0)) as server:
        os.environ["HOSTILE_SERVER"] = f"127.0.0.1:{server.getsockname()[1]}"
        os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="hostile-cache-")
        watcher = multiprocessing.Process(target=serve, args=(server, calls), daemon=True)
        watcher.start()
        with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
            for answer in pool.imap_unordered(run, cases(options.count, options.seed, options.only), chunksize=4):
                told[answer.name].append(answer)
                if answer.outcome not in {"layer", "refused"}:
                    print(f"{answer.outcome}: {answer.name} {answer.number}: {answer.detail}", flush=True)
        watcher.terminate()
        shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)
    return report(told, calls.value)


def report(told, calls):
    """Print a row a class and the sum; return 1 where something fell."""
    whole = [one for rows in told.values() for one in rows]
    for name, rows in sorted(told.items()):
        counts = ", ".join(
            f"{count} {outcome}" for outcome, count in sorted(Counter(one.outcome for one in rows).items())
        )
        common = ", ".join(code for code, _ in Counter(code for one in rows for code in one.codes).most_common(4))
        print(f"{len(rows):5}  {max(one.seconds for one in rows):6.2f} s  {name}: {counts}; {common}")
    fallen = sum(one.outcome not in {"layer", "refused"} for one in whole)
    slowest = max(whole, key=lambda one: one.seconds)
    print(f"{len(whole)} tried, {fallen} fell, {calls} connections; slowest {slowest.seconds:.2f} s ({slowest.name}), largest process {max(one.megabytes for one in whole):.0f} MB, limits {vector_file.MAX_SECONDS} s and {vector_file.MAX_MEMORY >> 20} MB")  # fmt: skip
    return int(bool(fallen or calls))


if __name__ == "__main__":
    sys.exit(main())
