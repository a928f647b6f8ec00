"""Whether a report's file is as it was made: by the digest that it carries, by a manifest, by a signature."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from quickview import files, seal
from quickview.desk import signatures
from quickview.desk.signatures import Signers
from quickview.errors import Fault, InputError
from quickview.manifests import MANIFEST
from quickview.report.provenance import Provenance
from quickview.report.store import MADE

MOST_BYTES: Final = 500_000_000

_AGAIN: Final = "ask whoever made it for the file again"
_STARTS: Final = {b"%PDF-": "pdf", b"<!doctype html": "html", b"<html": "html", b"<!--": "html", b"{": "json"}
_BOM: Final = b"\xef\xbb\xbf"


class State(StrEnum):
    """What is known of a file."""

    SOUND = "sound"
    UNKNOWN = "unknown"
    ALTERED = "altered"


@dataclass(frozen=True)
class Evidence:
    """What came another way than the report: the SHA-256 of each file by its name, and whose signatures count."""

    listed: Mapping[str, str] | None = None
    signers: Signers | None = None


@dataclass
class Finding:
    """What is known of a file: its state and why, who signed it, and what it says made it."""

    path: Path
    state: State = State.SOUND
    faults: list[Fault] = field(default_factory=list)
    signer: str = ""
    made_by: Provenance | None = None

    def fault(self, state: State, code: str, message: str, hint: str = _AGAIN) -> None:
        """Note what is wrong; that a file was altered weighs more than that nothing is known of it."""
        self.faults.append(Fault(str(self.path), 0, 0, f"E-VERIFY-{code}", message, hint))
        self.state = State.ALTERED if State.ALTERED in {state, self.state} else state


def examine(path: Path, evidence: Evidence) -> Iterator[Finding]:
    """Yield what is known of a file; of a report's folder, of its manifest, each file named there, and each that is not."""
    if not path.is_dir():
        yield _examined(path, evidence)
        return
    others = {one.name for one in path.iterdir() if one.name.endswith(MADE) and not one.name.startswith(".")}
    for name in (MANIFEST, *sorted({*listed_in(path), *others})):
        found = _examined(path / name, evidence)
        if name != MANIFEST and name not in listed_in(path):
            found.fault(
                State.UNKNOWN,
                "STRANGE",
                f"is not named in {MANIFEST}",
                "it is no part of this report: look at it alone",
            )
        yield found


def manifest_listing(path: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that a manifest names; raises `InputError` where it names none."""
    try:
        listed = _listed(json.loads(_read(path)))
    except (ValueError, RecursionError):
        listed = {}
    if not listed:
        raise InputError.at(str(path), "E-VERIFY-MANIFEST", "is no manifest of a report", f"name a {MANIFEST}")
    return listed


def listed_in(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that the manifest in a folder names; nothing where there is none that can be read."""
    try:
        return manifest_listing(folder / MANIFEST)
    except InputError:
        return {}


def _listed(manifest: object) -> dict[str, str]:
    named = manifest.get("files") if isinstance(manifest, dict) else None
    entries = named.items() if isinstance(named, dict) else ()
    # A name is of this folder, whatever it says.
    return {Path(name).name: str(entry.get("sha256", "")) for name, entry in entries if isinstance(entry, dict)}


def _examined(path: Path, evidence: Evidence) -> Finding:
    found = Finding(path)
    if not path.exists():
        found.fault(State.ALTERED, "MISSING", "belongs to the report and is not here")
        return found
    data, beside = _read(path), listed_in(path.parent) if path.name != MANIFEST else {}
    sha256 = hashlib.sha256(data).hexdigest()
    _hold_against_itself(found, data, listed=path.name in beside or path.name in (evidence.listed or {}))
    if beside.get(path.name, sha256) != sha256:
        found.fault(State.ALTERED, "MANIFEST", f"is not the file that {MANIFEST} beside it names")
    if evidence.listed is not None and path.name != MANIFEST and sha256 not in evidence.listed.values():
        found.fault(State.ALTERED, "MANIFEST", "is no file that the manifest you named names")
    if evidence.signers:
        _hold_against_signature(found, by_manifest=beside.get(path.name) == sha256, signers=evidence.signers)
    return found


def _hold_against_itself(found: Finding, data: bytes, *, listed: bool) -> None:
    """Compare the digest that a file carries with that of its bytes; pictures and texts carry none, so that they must be `listed`."""
    kind = kind_of(data)
    if not kind:
        if not listed:
            hint = "name an HTML file, a PDF, a notebook or a folder that the kit made"
            found.fault(State.UNKNOWN, "KIND", "carries no digest, and no manifest names it", hint)
        return
    carried, actual = seal.digests(data, kind)
    found.made_by = Provenance.read(data, kind)
    if carried and carried == actual:
        return
    undone = _undone(data, kind)
    if undone:
        message = f"is not as it was made: {undone}; with that undone it is"
        found.fault(State.ALTERED, "REWRITTEN", message, "nothing that it says has changed; send it packed (zip)")
    elif carried:
        found.fault(
            State.ALTERED,
            "DIGEST",
            "is not as it was made: its bytes have another digest than it carries",
            _seen(data, kind),
        )
    elif len(seal.PLACES[kind].findall(data)) > 1:
        found.fault(State.ALTERED, "DIGEST", "carries more than one digest", _AGAIN)
    else:
        hint = "it was taken out, or another program wrote this file, or a kit that wrote none yet"
        found.fault(State.UNKNOWN, "DIGEST", "carries no digest", hint)


def kind_of(data: bytes) -> str:
    """Return html, pdf or json by how a file begins; "" for what carries no digest."""
    head = data[:64]
    text = head.decode("utf-16", "ignore").encode() if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else head
    text = text.removeprefix(_BOM).lstrip()
    return next((kind for start, kind in _STARTS.items() if text[: len(start)].lower() == start.lower()), "")


def _undone(data: bytes, kind: str) -> str:
    """Return what happened to a file on its way, if with all of that undone it is as it was made; else ""."""
    told = []
    for what, undo in _ways(kind):
        try:
            before = undo(data)
        except ValueError:
            continue
        if before != data:
            told.append(what)
            data = before
            carried, actual = seal.digests(data, kind)
            if carried and carried == actual:
                return ", ".join(told)
    return ""


def _ways(kind: str) -> Iterator[tuple[str, Any]]:
    """Yield what becomes of files in mail programs, editors and servers, and what undoes it."""

    def from_utf_16(data: bytes) -> bytes:
        return data.decode("utf-16").encode() if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else data

    def canonical(data: bytes) -> bytes:
        content = json.loads(data)
        if "nbformat" in content:
            return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()

    def to_end(data: bytes) -> bytes:
        return data[: data.rindex(b"</html>") + len(b"</html>")]

    def first_edition(data: bytes) -> bytes:
        return data[: data.index(b"%%EOF") + len(b"%%EOF\n")]

    if kind == "pdf":
        yield "a PDF program has saved notes or other changes after its end", first_edition
        return
    yield "its text was written anew as UTF-16", from_utf_16
    yield "a byte order mark was put before it", lambda data: data.removeprefix(_BOM)
    yield "its line ends were rewritten, as mail programs, FTP and Git do", lambda data: data.replace(b"\r\n", b"\n")
    if kind == "html":
        yield "something was written after its end", to_end
    else:
        yield "a program has saved it in another layout", canonical


def _seen(data: bytes, kind: str) -> str:
    """Return what the file shows of how it came to be another, and what to do."""
    end = data.rstrip()[-16:]
    if (
        (kind == "html" and not end.endswith(b"</html>"))
        or (kind == "pdf" and not end.endswith(b"%%EOF"))
        or (kind == "json" and not end.endswith(b"}"))
    ):
        return "its end is missing: send it again"
    if kind == "html" and (b"<!-- saved from url=" in data[:2000] or not data.startswith(b"<!doctype html>")):
        return "a browser saved what it showed: take the file itself, by “Save link as” or from the folder"
    return _AGAIN


def _hold_against_signature(found: Finding, *, by_manifest: bool, signers: Signers) -> None:
    """Note who signed a file, itself or with the manifest that names it."""
    signed = [found.path, *([found.path.with_name(MANIFEST)] if by_manifest else [])]
    for file in (one for one in signed if signatures.beside(one, signers.ending).is_file()):
        try:
            found.signer = signers.signer(file)
        except InputError as error:
            found.faults += error.faults
            found.state = State.ALTERED
        return
    name = signatures.beside(found.path, signers.ending).name
    found.fault(State.UNKNOWN, "UNSIGNED", "is not signed", f"ask for the signature ({name})")


def _read(path: Path) -> bytes:
    with files.open_regular(path, prefix="VERIFY") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError.at(str(path), "E-VERIFY-SIZE", f"is larger than {MOST_BYTES / 1e6:.0f} MB", "no report is")
    return data
