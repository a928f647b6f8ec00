"""Signatures of files, and those by SSH keys, made and checked by OpenSSH: no service, no key of another kind."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Protocol

from quickview.errors import InputError, MachineError
from quickview.report.store import SIGNATURE

NAMESPACE: Final = "quickview"
"""What signatures of reports are for, so that one of something else counts for none (PROTOCOL.sshsig)."""

SECONDS: Final = 60


class Signers(Protocol):
    """Those whose signatures count; what the names of such signatures end in, and what one shows and does not."""

    ending: ClassVar[str]
    shows: ClassVar[str]

    def signer(self, file: Path) -> str:
        """Return who signed a file by the signature beside it; raises `InputError` where none of these did."""


@dataclass(frozen=True)
class AllowedSigners:
    """Those whose SSH keys a file names (OpenSSH's allowed_signers)."""

    file: Path

    ending: ClassVar[str] = SIGNATURE
    shows: ClassVar[str] = "This shows who answers for these bytes, not that what they say is true."

    def signer(self, file: Path) -> str:
        """Return who signed a file, as the allowed_signers file names the key; raises `InputError` where nobody did who is named there."""
        signature = beside(file)
        told = _ssh_keygen("find-principals", "-f", self.file, "-s", signature)
        for name in told.stdout.decode(errors="replace").splitlines()[:1] if not told.returncode else ():
            words = ("-f", self.file, "-I", name, "-n", NAMESPACE, "-s", signature)
            with file.open("rb") as stream:
                if not _ssh_keygen("verify", *words, stdin=stream).returncode:
                    return name
        message = f"{signature.name} is no signature of it by one of those who may sign"
        hint = "do not trust it before its maker has told you by which key it is signed"
        raise InputError.at(str(file), "E-VERIFY-SIGNATURE", message, hint)


def beside(file: Path, ending: str = SIGNATURE) -> Path:
    """Return where the signature of a file lies."""
    return file.with_name(f"{file.name}{ending}")


def sign(file: Path, key: Path) -> Path:
    """Write the signature of a file beside it, by a private key or by the agent that holds a public key's other half.

    Raises `InputError` where the key cannot sign, and `MachineError` without OpenSSH.
    """
    made = beside(file)
    made.unlink(missing_ok=True)  # the program asks before it replaces one
    done = _ssh_keygen("sign", "-f", key, "-n", NAMESPACE, file)
    if done.returncode or not made.exists():
        said = (done.stderr.decode(errors="replace").strip().splitlines() or ["ssh-keygen says no more"])[-1]
        raise InputError.at(
            str(key), "E-SIGN-KEY", f"cannot sign: {said}", "name a private key, or a public one that the agent holds"
        )
    return made


def _ssh_keygen(
    action: str, *words: object, stdin: object = subprocess.DEVNULL
) -> "subprocess.CompletedProcess[bytes]":
    program = shutil.which("ssh-keygen")
    if program is None:
        raise MachineError("E-SIGN-SSH", "there is no ssh-keygen", "install OpenSSH's client (openssh-client)")
    command = [program, "-Y", action, *map(str, words)]
    return subprocess.run(command, stdin=stdin, capture_output=True, timeout=SECONDS, check=False)  # type: ignore[call-overload,no-any-return]  # noqa: S603
