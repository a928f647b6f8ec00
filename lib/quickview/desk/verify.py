"""The commands `verify` and `sign`: is a report as it was made, and by whom."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quickview.errors import InputError, MachineError
from quickview.terminal import FAILED, GOOD, flattened, say, warn

if TYPE_CHECKING:
    from quickview.desk.verification import Evidence, Finding
    from quickview.report.provenance import Provenance

_SHOWN: Final = ("geopandas", "nbconvert", "pandas", "papermill", "plotly")
"""Packages that are named where not all are."""

_LIMITS: Final = {
    "digest": "This shows damage and carelessness, not malice: whoever alters a file can write a new digest into it. Compare with what "
    "came another way: --manifest FILE, or a signature with --signers FILE or --identity WHO.",
    "manifest": "This shows that the files are those of the manifest you named; it is worth what the way it came is worth.",
}


def _file(told: str) -> Any:
    return typer.Option(help=told, exists=True, dir_okay=False, show_default=False)


@dataclass(frozen=True)
class Trust:
    """Options of what came another way than the reports, and of whose signatures count."""

    manifest: Annotated[Path | None, _file("Manifest that came another way.")] = None
    signers: Annotated[Path | None, _file("File of those who may sign (OpenSSH's allowed_signers).")] = None
    identity: Annotated[
        str | None,
        typer.Option(help="Identity that may sign: an e-mail address, a workflow's URL.", show_default=False),
    ] = None
    issuer: Annotated[
        str | None,
        typer.Option(help="Who must have known that identity, as a URL. [default: any issuer]", show_default=False),
    ] = None
    trusted_root: Annotated[Path | None, _file("Root of trust to hold it against. [default: sigstore's]")] = None

    def evidence(self) -> "Evidence":
        """Return what reports are held against, or end as wrong usage."""
        from quickview.desk.signatures import AllowedSigners
        from quickview.desk.verification import Evidence, manifest_listing

        if "" in {self.identity, self.issuer}:  # of a variable of the shell that is not set: all would pass
            raise typer.BadParameter("--identity and --issuer name somebody")
        if self.signers and self.identity:
            raise typer.BadParameter("name those who may sign by --signers or by --identity, not both")
        if not self.identity and (self.issuer or self.trusted_root):
            raise typer.BadParameter("--issuer and --trusted-root go with --identity")
        listed = manifest_listing(self.manifest) if self.manifest else None
        if self.identity:
            _need_sigstore()
            from quickview.desk.identities import Identity

            return Evidence(listed, Identity(self.identity, self.issuer, self.trusted_root))
        return Evidence(listed, AllowedSigners(self.signers) if self.signers else None)


@flattened
def verify(
    reports: Annotated[
        list[Path],
        typer.Argument(help="HTML files, PDFs, notebooks, or folders of a report.", exists=True, show_default=False),
    ],
    trust: Trust,
    as_json: Annotated[bool, typer.Option("--json", help="Print what is found as JSON.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Tell whether reports are as they were made, and what made them."""
    from quickview.desk.verification import State, examine

    evidence = trust.evidence()
    findings = [found for path in reports for found in examine(path, evidence)]
    limits = _LIMITS["manifest" if trust.manifest else "digest"]
    if evidence.signers and all(found.signer for found in findings):
        limits = evidence.signers.shows
    if as_json:
        say(json.dumps({"findings": [*map(_as_json, findings)], "limits": limits}, indent=2, ensure_ascii=False))
    else:
        _tell(findings)
        say(limits)
    raise typer.Exit(GOOD if all(found.state is State.SOUND for found in findings) else FAILED)


def sign(
    reports: Annotated[
        list[Path], typer.Argument(help="Files, or folders of a report.", exists=True, show_default=False)
    ],
    key: Annotated[Path | None, _file("SSH key: private, or public where the agent holds it.")] = None,
    identity: Annotated[bool, typer.Option("--identity", help="Sign as who you log in as, in a public log.")] = False,  # noqa: FBT002 (a flag)
    identity_token: Annotated[Path | None, _file("File with a token to log in with.")] = None,
) -> None:
    """Sign reports with an SSH key or as an identity; of a folder its manifest, which names all files."""
    from quickview.desk.verification import Evidence, State, examine
    from quickview.manifests import MANIFEST

    if bool(key) == bool(identity or identity_token):
        raise typer.BadParameter("name either --key FILE or --identity")
    for path in reports:
        if any(found.state is not State.SOUND for found in examine(path, Evidence())):
            hint = "look with `quickview verify`; render it again, and sign that"
            raise InputError.at(str(path), "E-SIGN-ALTERED", "is not known to be as it was made", hint)
    named = [path / MANIFEST if path.is_dir() else path for path in reports]
    if key:
        from quickview.desk import signatures

        made = [signatures.sign(path, key) for path in named]
    else:
        _need_sigstore()
        from quickview.desk import identities

        made = identities.sign(named, identity_token)
    say("\n".join(map(str, made)))


def _need_sigstore() -> None:
    if find_spec("sigstore") is None:
        hint = 'install the extra: pip install "quickview[sign]"'
        raise MachineError("E-SIGN-EXTRA", "what signs by identity is not installed", hint)


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
