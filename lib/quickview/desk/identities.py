"""Signatures by whom somebody logs in as (OpenID Connect), made and checked by sigstore, which keeps them in a public log."""

import contextlib
import functools
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from cryptography.x509 import Certificate
from requests import RequestException
from sigstore.errors import NetworkError, TUFError
from sigstore.hashes import Hashed
from sigstore.models import Bundle, ClientTrustConfig, TrustedRoot
from sigstore.oidc import IdentityToken, Issuer, detect_credential
from sigstore.sign import SigningContext
from sigstore.verify import Verifier, policy
from sigstore_models.common.v1 import HashAlgorithm

from quickview import files
from quickview.desk import signatures
from quickview.errors import InputError, MachineError, ReportError
from quickview.report.store import BUNDLE

MOST_BYTES: Final = 1_000_000
"""Of a bundle, which has some 10 kB, and of a token."""


@dataclass(frozen=True)
class Identity:
    """An identity whose signatures count: an e-mail address or a workflow's URL, by an issuer or, if none is named, by any.

    They are held against sigstore's own root of trust as it was last seen here, or against that of a file; nothing is fetched.
    """

    who: str
    issuer: str | None = None
    trusted_root: Path | None = None

    ending: ClassVar[str] = BUNDLE
    shows: ClassVar[str] = (
        "This shows that whoever controlled that identity at that moment, as its issuer says, signed these bytes, and that a public log "
        "has an entry of it; not that what they say is true, nor that they are the latest. Where no issuer is named (--issuer), any may have known that name."
    )

    def signer(self, file: Path) -> str:
        """Return the identity that signed a file, and its issuer; raises `InputError` where it did not."""
        beside, whom = signatures.beside(file, BUNDLE), policy.Identity(identity=self.who, issuer=self.issuer)
        with _refused(beside, "BUNDLE", "is no bundle of sigstore's", "ask whoever signed for it again"):
            bundle = Bundle.from_json(files.read_regular(beside, limit=MOST_BYTES))
        hint = "do not trust it before its maker has told you who signs, and by which issuer"
        with _refused(file, "IDENTITY", f"is not signed by {self.who}", hint):
            whom.verify(bundle.signing_certificate)
        verifier = self._verifier
        hint = (
            "do not trust it; if it is newer than the sigstore installed here, upgrade that, or name a --trusted-root"
        )
        with _refused(file, "SIGNATURE", f"{beside.name} is no signature of it", hint):
            verifier.verify_artifact(_digest(file), bundle, whom)
            return f"{self.who} ({_issuer(bundle.signing_certificate)})"

    @functools.cached_property
    def _verifier(self) -> Verifier:
        place = self.trusted_root or Path("--trusted-root")
        logging.getLogger("sigstore").setLevel(logging.ERROR)  # it warns that it asks nobody, which is what is wanted
        with _refused(place, "ROOT", "is no root of trust", "name one such as sigstore's trusted_root.json"):
            if self.trusted_root:
                return Verifier(trusted_root=TrustedRoot.from_file(str(self.trusted_root)))
            return Verifier.production(offline=True)


def sign(reports: Sequence[Path], token: Path | None = None) -> list[Path]:
    """Write beside each file a bundle with its signature; return the bundles.

    Who signs is told by a token of a file, else by what this process runs in (GitHub Actions and their like), else in the browser.
    Raises `InputError` for a token that tells nobody, `MachineError` without a network, `ReportError` for what else keeps
    sigstore from signing.
    """
    known = _told_by(token) if token else None
    digests = [_digest(file) for file in reports]
    with _asked():
        config = ClientTrustConfig.production()
        with SigningContext.from_trust_config(config).signer(known or _present(config)) as signer:
            bundles = [signer.sign_artifact(digest).to_json() for digest in digests]
    made = [signatures.beside(file, BUNDLE) for file in reports]
    for path, bundle in zip(made, bundles, strict=True):
        files.write_atomically(path, bundle)
    return made


def _told_by(file: Path) -> IdentityToken:
    try:
        return IdentityToken(files.read_regular(file, limit=MOST_BYTES).decode().strip())
    except Exception as error:  # noqa: BLE001 (whatever a broken token does to those who read it)
        hint = "write a fresh one there, for the audience `sigstore`"
        raise InputError.at(str(file), "E-SIGN-TOKEN", f"tells no identity: {error}", hint) from None


def _present(config: ClientTrustConfig) -> IdentityToken:
    ambient = detect_credential()
    return IdentityToken(ambient) if ambient else Issuer(config.signing_config.get_oidc_url()).identity_token()


@contextlib.contextmanager
def _asked() -> Iterator[None]:
    """Tell that sigstore's services are out of reach, or what they refuse: its clients have a class of their own for each."""
    try:
        yield
    except (NetworkError, TUFError, RequestException) as error:
        message = f"sigstore's services cannot be reached: {str(error) or error.__cause__}"
        raise MachineError("E-SIGN-NETWORK", message, "look at the network, or sign with an SSH key (--key)") from None
    except Exception as error:  # noqa: BLE001
        hint = "log in again; in GitHub Actions allow the job `id-token: write`; or name a token (--identity-token)"
        message = f"sigstore does not sign: {str(error) or type(error).__name__}"
        raise ReportError("E-SIGN-IDENTITY", message, hint) from None


@contextlib.contextmanager
def _refused(file: Path, code: str, message: str, hint: str) -> Iterator[None]:
    """Tell as a fault of a file whatever a stranger's bundle does to those who read it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001
        why, *_ = str(getattr(error, "strerror", None) or error).splitlines() or [type(error).__name__]
        raise InputError.at(str(file), f"E-VERIFY-{code}", f"{message}: {why}", hint) from None


def _digest(file: Path) -> Hashed:
    return Hashed(algorithm=HashAlgorithm.SHA2_256, digest=bytes.fromhex(files.sha256(file)))


def _issuer(certificate: Certificate) -> str:
    told = certificate.extensions.get_extension_for_oid(policy.OIDCIssuer.oid).value.public_bytes()
    return told.decode()
