"""Signatures of files by SSH keys, made and checked by OpenSSH: no service, no key of another kind."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from quickview.errors import InputError, MachineError
from quickview.report.store import SIGNATURE

NAMESPACE: Final = "quickview"
"""What signatures of reports are for, so that one of something else counts for none (PROTOCOL.sshsig)."""

SECONDS: Final = 60


def beside(file: Path) -> Path:
    """Return where the signature of a file lies."""
    return file.with_name(f"{file.name}{SIGNATURE}")


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


def signer(file: Path, signers: Path) -> str:
    """Return who signed a file, as the allowed_signers file names the key; "" where nobody did who is named there."""
    told = _ssh_keygen("find-principals", "-f", signers, "-s", beside(file))
    for name in told.stdout.decode(errors="replace").splitlines()[:1] if not told.returncode else ():
        with file.open("rb") as stream:
            done = _ssh_keygen("verify", "-f", signers, "-I", name, "-n", NAMESPACE, "-s", beside(file), stdin=stream)
        return "" if done.returncode else name
    return ""


def _ssh_keygen(
    action: str, *words: object, stdin: object = subprocess.DEVNULL
) -> "subprocess.CompletedProcess[bytes]":
    program = shutil.which("ssh-keygen")
    if program is None:
        raise MachineError("E-SIGN-SSH", "there is no ssh-keygen", "install OpenSSH's client (openssh-client)")
    command = [program, "-Y", action, *map(str, words)]
    return subprocess.run(command, stdin=stdin, capture_output=True, timeout=SECONDS, check=False)  # type: ignore[call-overload,no-any-return]  # noqa: S603
