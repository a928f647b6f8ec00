"""Read a vector file that somebody sent, whatever it holds: GeoJSON, GeoPackage, Shapefile, FlatGeobuf, KML, GeoParquet.

What a file is, its first bytes say and not its name. It is copied into a folder of its own, where a child process reads
it with limits of time, memory and files, and on Linux, where the system lets it, without a network; GDAL has no driver
there but that of the format (one for VRT, as an example, would read other files, one for a web service the network).
What comes back is plain JSON, never pickled.
"""

import contextlib
import ctypes
import json
import os
import re
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from quickview.errors import InputError, MachineError, did_you_mean
from quickview.files import UNPACKING, open_regular, temporary, temporary_folder
from quickview.layers.text_encoding import decode, guess, same

MAX_BYTES: Final = 500_000_000
"""Of a file with what belongs to it, unpacked: a country's communes need a fifth."""
MAX_SECONDS: Final = 120
MAX_MEMORY: Final = 4 << 30
MAX_FILES: Final = 64

FORMATS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "GeoJSON": (".geojson", ("GeoJSON", "GeoJSONSeq")),
    "GeoPackage": (".gpkg", ("GPKG",)),
    "Shapefile": (".shp", ("ESRI Shapefile",)),
    "FlatGeobuf": (".fgb", ("FlatGeobuf",)),
    "KML": (".kml", ("LIBKML", "KML")),  # the second knows no columns but name and description
    "GeoParquet": (".parquet", ()),
}
"""Format -> how its files end, and the drivers of GDAL that may read it; pyarrow reads GeoParquet."""

_ENDINGS: Final = (".json", *(ending for ending, _ in FORMATS.values()))
_BESIDE: Final = (".shx", ".dbf", ".prj", ".cpg")
"""What belongs to a Shapefile, by the end of its name."""
_HEAD: Final = 4096
_FORMATS_HINT: Final = "give GeoJSON, GeoPackage, Shapefile (.shp, or zipped), FlatGeobuf, KML or GeoParquet"
_KML_ONLY: Final = ("id", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon")  # fmt: skip
"""Columns that LIBKML gives every file, of how it is drawn."""
_RESULT: Final = "rows.json"
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
"""Flags of unshare(2), of Linux: `os.unshare` is there from Python 3.12 on."""
_NO_HOST: Final = "http://127.0.0.1:9"
_KILLED: Final = (-9, -15)
"""Exit codes of a process that others end, as a system short of memory does; what a file is at fault for ends in other signals."""
_NO_ROOM: Final = 74
"""Exit code of a process that cannot write its result: EX_IOERR of sysexits.h."""


@dataclass(frozen=True)
class VectorFile:
    """What a vector file holds, as it stands there.

    `columns` are lists of text, numbers, true or false and None, one value a feature; `shapes` the
    geometries as WKB, None where there is none, in `crs`: WKT, or "" where the file does not say.
    `notes` tell, a line each, what had to be guessed or is not whole.
    """

    format: str
    columns: Mapping[str, Sequence[Any]]
    shapes: Sequence[bytes | None]
    crs: str
    notes: Sequence[tuple[str, str, str]]
    """A code, what was found, and what to do."""


def read_vector_file(path: Path, *, layer: str = "", encoding: str = "") -> VectorFile:
    """Read all features of a file, or of one of its layers.

    `encoding` is that of a Shapefile's text; without it, UTF-8 is tried first, then what the file
    says, windows-1256 (Arabic) and windows-1252. Raises `InputError` when the file is none of the
    known formats, is broken, too large, takes too long, or holds several layers and none is named;
    `MachineError` when there is no room to read it in, or its reader is killed twice.
    """
    with temporary_folder() as folder:
        name, file, layer = _copied(path, folder, layer)
        notes = [*_missing_parts(file)]
        told = _read_apart(path, file, {"format": name, "layer": layer, "encoding": encoding})
    shapes = [None if one is None else bytes.fromhex(one) for one in told["shapes"]]
    return VectorFile(name, told["columns"], shapes, told["crs"] or "", [*notes, *map(tuple, told["notes"])])


def _copied(path: Path, folder: Path, layer: str) -> tuple[str, Path, str]:
    """Copy a file, and what belongs to it, under names of our own; return its format, the copy and the layer to read."""
    with open_regular(path, prefix="FILE", hint=_FORMATS_HINT) as stream:
        head = stream.read(_HEAD)
        stream.seek(0)
        if head.startswith(b"PK\x03\x04"):
            return _unpacked(path, stream, folder, layer)
        name = _format(path, head)
        file = folder / f"data{FORMATS[name][0]}"
        left = _copy(path, stream, file, MAX_BYTES)
    if name == "Shapefile":
        for beside in path.parent.iterdir():
            if beside.stem == path.stem and beside.suffix.lower() in _BESIDE:
                with open_regular(beside, prefix="FILE", hint=_FORMATS_HINT) as stream:
                    left = _copy(path, stream, file.with_suffix(beside.suffix.lower()), left)
    return name, file, layer


def _copy(path: Path, stream: IO[bytes], to: Path, left: int) -> int:
    """Copy at most `left` bytes, and return how many more there may be."""
    with to.open("wb") as copy:
        while chunk := stream.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                hint = "cut out the part you need, or simplify it, and give that"
                raise InputError.at(str(path), "E-FILE-SIZE", f"holds more than {MAX_BYTES // 10**6} MB", hint)
            copy.write(chunk)
    return left


def _format(path: Path, head: bytes) -> str:
    """Return the format that a file's first bytes tell."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"SQLite format 3\0") and head[68:72] in {b"GPKG", b"GP10", b"GP11"}:
        return "GeoPackage"
    if len(head) >= 100 and head[:4] == (9994).to_bytes(4, "big"):
        return "Shapefile"
    for magic, name in ((b"fgb", "FlatGeobuf"), (b"PAR1", "GeoParquet")):
        if head.startswith(magic):
            return name
    if text.startswith(b"{"):
        return "GeoJSON"
    if text.startswith(b"<") and b"<kml" in head:
        return "KML"
    hint = "give the .shp that lies beside it" if path.suffix.lower() in _BESIDE else _FORMATS_HINT
    message = "is empty" if not head else f"is no format that is read, whatever `{path.suffix}` says"
    raise InputError.at(str(path), "E-FILE-FORMAT", message, hint)


def _unpacked(path: Path, stream: IO[bytes], folder: Path, layer: str) -> tuple[str, Path, str]:
    """Unpack the one file of a known format in a ZIP archive, or the one whose stem is the layer's name."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [PurePosixPath(one) for one in archive.namelist() if not one.startswith("__MACOSX/")]
            known = {
                one.stem: one for one in members if one.suffix.lower() in _ENDINGS and not one.name.startswith(".")
            }
            if len(known) > 1 and layer not in known:
                hint = f"choose one with --layer: {did_you_mean(layer, sorted(known))}"
                raise InputError.at(str(path), "E-FILE-LAYER", f"holds {len(known)} files that can be read", hint)
            if not known:
                raise InputError.at(
                    str(path), "E-FILE-FORMAT", "is a ZIP without a file that can be read", _FORMATS_HINT
                )
            chosen = known[layer] if layer in known else next(iter(known.values()))
            with archive.open(str(chosen)) as member:
                name = _format(Path(chosen.name), member.read(_HEAD))
            file, left = folder / f"data{FORMATS[name][0]}", MAX_BYTES
            belong = [one for one in members if one.with_suffix("") == chosen.with_suffix("")]
            for one in belong:
                if one == chosen or one.suffix.lower() in _BESIDE:
                    with archive.open(str(one)) as member:
                        target = file if one == chosen else file.with_suffix(one.suffix.lower())
                        left = _copy(path, member, target, left)
    except UNPACKING as error:
        if isinstance(error, OSError) and error.errno:  # the machine's, such as a disk that is full
            raise
        hint = "pack it again, without a password"
        raise InputError.at(str(path), "E-FILE-BROKEN", f"the ZIP cannot be unpacked: {error}", hint) from None
    return name, file, "" if layer in known else layer


def _missing_parts(file: Path) -> Iterator[tuple[str, str, str]]:
    """Tell that a Shapefile ends before its header says it does, or lacks a file."""
    if file.suffix == ".shp":
        with file.open("rb") as stream:
            said = 2 * int.from_bytes(stream.read(28)[24:28], "big")
        if said > (size := file.stat().st_size):
            message = f"the .shp is cut short: {size:,} of {said:,} bytes are there"
            yield "W-FILE-SHORT", message, "get it again, if its missing features matter"
        for ending, message in ((".shx", "rebuilt"), (".dbf", "features have no columns")):
            if not file.with_suffix(ending).exists():
                yield (
                    "W-FILE-PARTS",
                    f"there is no {ending} beside the .shp: {message}",
                    "get all its files, if you can",
                )


def _read_apart(path: Path, file: Path, asked: Mapping[str, str]) -> dict[str, Any]:
    """Read a file in a process of its own, and return what it tells."""
    import pyogrio

    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("GDAL_", "OGR_", "CPL_", "SHAPE_"))
    }
    others = sorted(set(pyogrio.list_drivers()) - {*FORMATS[asked["format"]][1]})
    bounded = {
        "OGR_SKIP": ",".join(others),
        "SHAPE_RESTORE_SHX": "NO" if file.with_suffix(".shx").exists() else "YES",
        "PROJ_NETWORK": "OFF",
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",  # of /vsicurl/, /vsis3/ and their like
        **dict.fromkeys(("GDAL_HTTP_PROXY", "http_proxy", "https_proxy", "all_proxy"), _NO_HOST),
        "no_proxy": "",
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more memory than they may
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [sys.executable, "-P", "-m", __name__, str(file), json.dumps(asked)]
    try:
        for _ in range(2):  # a process that was killed says nothing of the file
            done = subprocess.run(  # noqa: S603 (our own interpreter and module, and a path we made)
                command, env={**own, **bounded}, cwd=file.parent, capture_output=True, timeout=MAX_SECONDS, check=False
            )
            if done.returncode not in _KILLED:
                break
    except subprocess.TimeoutExpired:
        hint = "cut out the part you need, or simplify it, and give that"
        raise InputError.at(str(path), "E-FILE-TIME", f"takes more than {MAX_SECONDS} s to read", hint) from None
    try:
        told: dict[str, Any] = json.loads((file.parent / _RESULT).read_bytes())
    except (OSError, ValueError):
        raise _unread(path, done) from None
    if "fault" in told:
        raise InputError.at(str(path), *told["fault"])
    return told


def _unread(path: Path, done: subprocess.CompletedProcess[bytes]) -> InputError | MachineError:
    """Return why a process that read a file left no result: the machine's fault, or the file's."""
    if done.returncode in _KILLED:
        message = f"{path} cannot be read: its reader was killed, twice; the file may be sound"
        return MachineError("E-FILE-KILLED", message, "see that the machine has memory to spare, and try again")
    if done.returncode == _NO_ROOM:
        message = f"{path} cannot be read: there is no room for that in {temporary()}"
        return MachineError("E-DISK", message, "make room, or set TMPDIR to another folder")
    last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    cause = "it takes more memory or time than it may" if done.returncode < 0 or "Memory" in last else last
    hint = "open it in a GIS and save it as GeoPackage"
    return InputError.at(str(path), "E-FILE-BROKEN", f"cannot be read: {cause}", hint)


def _main(file: Path, asked: Mapping[str, str]) -> None:
    """Read a file within limits and write what it holds beside it: what the child process does."""
    leave_network()
    _limit()
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            told = _parquet(file) if asked["format"] == "GeoParquet" else _features(file, asked)
        said = dict.fromkeys(str(one.message).split("\n")[0] for one in caught if one.category is RuntimeWarning)
        said = {one: None for one in said if "Non closed ring" not in one}  # they are counted and closed
        told["notes"] += [("W-FILE-READ", f"GDAL says: {one}", "look at the map") for one in [*said][:5]]
    except _FaultError as error:
        told = {"fault": error.args}
    except Exception as error:  # noqa: BLE001 (whatever a library makes of a broken file)
        reason = re.sub(r"'?/\S*/data\.\w+'?", "the file", str(error).split("\n")[0].split("; It might help")[0])
        message = f"cannot be read: {reason or type(error).__name__}"
        told = {"fault": ("E-FILE-BROKEN", message, "open it in a GIS and save it as GeoPackage")}
    new = file.with_name(f"{_RESULT}.new")
    try:
        new.write_text(json.dumps(told), encoding="utf-8")
    except OSError:
        sys.exit(_NO_ROOM)
    new.replace(file.with_name(_RESULT))


class _FaultError(Exception):
    """A code, what is wrong and what to do, on the way to the process that asked."""


def leave_network() -> bool:
    """Put this process, for good, where there is no network; return whether the system lets it.

    Linux alone can; a process with threads cannot, nor can one where only root may make namespaces.
    """
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None).unshare
    return any(unshare(flags) == 0 for flags in (_NEW_USER | _NEW_NETWORK, _NEW_NETWORK))


def reads_without_network() -> bool:
    """Return whether files are read without a network on this machine, as a process that tries it finds."""
    code = f"import sys; from {__name__} import leave_network; sys.exit(not leave_network())"
    return subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=False).returncode == 0  # noqa: S603


def _limit() -> None:
    with contextlib.suppress(ImportError):  # other systems than Unix limit the time alone
        import resource

        for what, most in (
            (resource.RLIMIT_AS, MAX_MEMORY),
            (resource.RLIMIT_CPU, MAX_SECONDS),
            (resource.RLIMIT_FSIZE, 4 * MAX_BYTES),
            (resource.RLIMIT_NOFILE, MAX_FILES),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most + 1))  # at the second, the system kills as if others did


def _parquet(file: Path) -> dict[str, Any]:
    import geopandas as gpd

    frame = gpd.read_parquet(file)
    shapes = frame.geometry.to_wkb()
    columns = {str(name): frame[name].tolist() for name in frame.columns if name != frame.geometry.name}
    return _told(columns, shapes.tolist(), frame.crs.to_wkt() if frame.crs else "")


def _features(file: Path, asked: Mapping[str, str]) -> dict[str, Any]:
    import pyogrio
    import pyogrio.raw

    if more := set(pyogrio.list_drivers()) - {*FORMATS[asked["format"]][1]}:
        raise _FaultError("E-FILE-DRIVER", f"GDAL keeps drivers that are not allowed: {', '.join(more)}", "report this")
    layers = [str(name) for name, kind in pyogrio.list_layers(file) if kind is not None]
    if len(layers) > 1:  # a folder of KML may hold nothing but folders
        layers = [name for name in layers if pyogrio.read_info(file, layer=name, force_feature_count=True)["features"]]
    layer = _layer(layers, asked["layer"])
    is_shapefile = asked["format"] == "Shapefile"
    # What comes as ISO 8859-1 can be turned into the bytes of the file again.
    text = {"encoding": "ISO-8859-1"} if is_shapefile else {}
    info = pyogrio.read_info(file, layer=layer, **text)
    meta, _, shapes, values = pyogrio.raw.read(file, layer=layer, datetime_as_string=True, **text)
    kinds = dict(zip(info["fields"], map(str, info["dtypes"]), strict=True))
    columns = {
        str(name): _whole(given.tolist()) if "int" in kinds[name] else given.tolist()
        for name, given in zip(meta["fields"], values, strict=True)
    }
    if asked["format"] == "KML":
        columns = {name: given for name, given in columns.items() if any(given) and name.lower() not in _KML_ONLY}
    notes: list[tuple[str, str, str]] = []
    if is_shapefile:
        columns, notes = _decoded(columns, file, asked["encoding"])
    return _told(columns, shapes.tolist(), meta["crs"] or "", notes)


def _layer(known: Sequence[str], asked: str) -> str:
    if not known:
        raise _FaultError(
            "E-FILE-EMPTY", "holds no layer with geometries, or is cut short", "give another, or get it again"
        )
    if asked and asked not in known:
        raise _FaultError("E-FILE-LAYER", f"has no layer `{asked}`", did_you_mean(asked, known))
    if len(known) > 1 and not asked:
        raise _FaultError(
            "E-FILE-LAYER", f"holds {len(known)} layers", f"choose one with --layer: {', '.join(known[:20])}"
        )
    return asked or known[0]


def _whole(given: Iterable[Any]) -> list[int | None]:
    """Return whole numbers, which come as decimals where some are missing."""
    return [None if one is None or one != one else int(one) for one in given]  # noqa: PLR0124 (only not-a-number differs from itself)


def _told(
    columns: Mapping[str, Iterable[Any]], shapes: Iterable[Any], crs: str, notes: Sequence[Any] = ()
) -> dict[str, Any]:
    plain = {name: [_plain(one) for one in given] for name, given in columns.items()}
    return {"columns": plain, "shapes": [one.hex() if one else None for one in shapes], "crs": crs, "notes": [*notes]}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; a list or record as its JSON, binary data as nothing."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, bytes) or value != value:  # noqa: PLR0124 (not a time)
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return json.dumps(value.tolist() if hasattr(value, "tolist") else value, ensure_ascii=False, default=str)


def _decoded(
    columns: Mapping[str, list[Any]], file: Path, encoding: str
) -> tuple[dict[str, list[Any]], list[tuple[str, str, str]]]:
    """Return a Shapefile's columns in letters rather than bytes, and how these were read where it was not plain."""
    beside = file.with_suffix(".cpg")
    said = beside.read_text(encoding="ascii", errors="replace").strip()[:40] if beside.exists() else ""
    texts = [one for name, given in columns.items() for one in (name, *given) if isinstance(one, str)]
    strange = [one for one in texts if not one.isascii()]
    taken = encoding or guess([one.encode("latin-1") for one in strange], said)
    try:
        "".encode(taken)
        read = {
            decode(name, taken): [decode(one, taken) if isinstance(one, str) else one for one in given]
            for name, given in columns.items()
        }
    except (UnicodeDecodeError, LookupError):
        hint = "try --encoding windows-1256, windows-1252 or utf-8"
        raise _FaultError("E-FILE-ENCODING", f"is not text in {taken}", hint) from None
    if not strange or encoding or same(said, taken):
        return read, []
    where = f"its .cpg says {said}" if said else "it has no .cpg"
    message = f"read as {taken}, though {where}: “{decode(strange[-1], taken)}”"
    return read, [("W-FILE-ENCODING", message, "if that is not a word, say --encoding")]


if __name__ == "__main__":
    _main(Path(sys.argv[1]), json.loads(sys.argv[2]))
