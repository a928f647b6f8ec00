"""The commands `verify` and `sign`: is a report as it was made, and by whom."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quickview.errors import InputError
from quickview.terminal import FAILED, GOOD, say, warn

if TYPE_CHECKING:
    from quickview.desk.verification import Finding
    from quickview.report.provenance import Provenance

_SHOWN: Final = ("geopandas", "nbconvert", "pandas", "papermill", "plotly")
"""Packages that are named where not all are."""

_LIMITS: Final = {
    "digest": "This shows damage and carelessness, not malice: whoever alters a file can write a new digest into it. Compare with what "
    "came another way: --manifest FILE, or a signature with --signers FILE.",
    "manifest": "This shows that the files are those of the manifest you named; it is worth what the way it came is worth.",
    "signature": "This shows who answers for these bytes, not that what they say is true.",
}


def verify(
    reports: Annotated[
        list[Path],
        typer.Argument(help="HTML files, PDFs, notebooks, or folders of a report.", exists=True, show_default=False),
    ],
    manifest: Annotated[
        Path | None,
        typer.Option(help="Manifest that came another way.", exists=True, dir_okay=False, show_default=False),
    ] = None,
    signers: Annotated[
        Path | None,
        typer.Option(
            help="File of those who may sign (OpenSSH's allowed_signers).",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what is found as JSON.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Tell whether reports are as they were made, and what made them."""
    from quickview.desk.verification import Evidence, State, examine, manifest_listing

    evidence = Evidence(manifest_listing(manifest) if manifest else None, signers)
    findings = [found for path in reports for found in examine(path, evidence)]
    how = "signature" if signers and all(found.signer for found in findings) else "manifest" if manifest else "digest"
    if as_json:
        say(json.dumps({"findings": [*map(_as_json, findings)], "limits": _LIMITS[how]}, indent=2, ensure_ascii=False))
    else:
        _tell(findings)
        say(_LIMITS[how])
    raise typer.Exit(GOOD if all(found.state is State.SOUND for found in findings) else FAILED)


def sign(
    reports: Annotated[
        list[Path], typer.Argument(help="Files, or folders of a report.", exists=True, show_default=False)
    ],
    key: Annotated[
        Path, typer.Option(help="SSH key: private, or public where the agent holds it.", exists=True, dir_okay=False)
    ],
) -> None:
    """Sign reports with an SSH key; of a folder its manifest, which names all files."""
    from quickview.desk import signatures
    from quickview.desk.verification import Evidence, State, examine
    from quickview.manifests import MANIFEST

    for path in reports:
        if any(found.state is not State.SOUND for found in examine(path, Evidence())):
            hint = "look with `quickview verify`; render it again, and sign that"
            raise InputError.at(str(path), "E-SIGN-ALTERED", "is not known to be as it was made", hint)
        say(str(signatures.sign(path / MANIFEST if path.is_dir() else path, key)))


def _as_json(found: "Finding") -> dict[str, Any]:
    return {
        "file": str(found.path),
        "state": found.state,
        "faults": [{"code": one.code, "message": one.message, "hint": one.hint} for one in found.faults],
        "signer": found.signer,
        "made_by": found.made_by.model_dump() if found.made_by else None,
    }


def _tell(findings: "Sequence[Finding]") -> None:
    """Print what is known of each file, and once each line of what made them."""
    told: set[str] = set()
    for found in findings:
        say(f"{found.path}: {found.state}{f', signed by {_plain(found.signer)}' if found.signer else ''}")
        lines = [line for line in _made_by(found.made_by) if line not in told] if found.made_by else []
        told.update(lines)
        if lines and found.faults:
            say("  by its own account, which may be false:")
        for line in lines:
            say(f"  {_plain(line)}")
        for fault in found.faults:
            warn(_plain(str(fault)))


def _made_by(made: "Provenance") -> Iterator[str]:
    about = [made.name, made.as_of and f"as of {made.as_of}", made.language, made.theme]
    yield f"report    {', '.join(filter(None, about))}"
    yield f"brief     SHA-256 {made.brief or 'not told'}"
    for name, digest in made.layers.items():
        yield f"layer     {name}, SHA-256 {digest}"
    yield from (f"beside    {name}, digest {digest}" for name, digest in made.made_of.items())
    yield from (f"notebook  SHA-256 {digest} of what it says" for digest in [made.notebook] if digest)
    yield from (f"printed   by Chromium {version}" for version in [made.chromium] if version)
    yield f"kit       quickview {made.kit}, code {made.code}, Python {made.python}"
    shown = ", ".join(f"{name} {made.packages[name]}" for name in _SHOWN if name in made.packages)
    yield f"packages  {len(made.packages)}, with {shown or 'none that is known'}; --json names all"


def _plain(text: str) -> str:
    """Return what a file says as one line that commands nothing of a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
