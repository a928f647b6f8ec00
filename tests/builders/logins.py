"""A small world of sigstore's own: who certifies logins, the log of certificates and that of signatures, without a network.

sigstore's real signer and verifier work in it, by a root of trust that names its keys.
"""

import base64
import datetime as dt
import hashlib
import json
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sigstore._internal.rekor.client import RekorClient
from sigstore.models import TransparencyLogEntry, TrustedRoot
from sigstore.sign import SigningContext
from sigstore.verify import policy

WHO = "desk@example.org"
ISSUER = "https://login.example.org"
TIMESTAMPS = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
SHA_256, ECDSA, PRECERTIFICATE = 4, 3, 1
"""Of RFC 5246, 7.4.1.4.1, and RFC 6962, 3.4."""


def token(who: str = WHO, issuer: str = ISSUER, *, age: int = 0) -> str:
    """Return what a login gives, valid for ten minutes from `age` seconds ago."""
    at = int(dt.datetime.now(dt.UTC).timestamp()) - age
    claims = {"iss": issuer, "sub": who, "aud": "sigstore", "iat": at, "exp": at + 600}
    return jwt.encode(claims, "x" * 32, algorithm="HS256")


class Key:
    """A key, and what it is called by."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.public = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.name = hashlib.sha256(self.public).digest()

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))

    def as_log(self) -> dict[str, Any]:
        return {
            "baseUrl": "https://log.example.org",
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": _base64(self.public),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": {"start": "2000-01-01T00:00:00Z"},
            },
            "logId": {"keyId": _base64(self.name)},
        }


class Log(RekorClient):
    """A log of signatures whose last of two entries is each time the new one."""

    def __init__(self, key: Key) -> None:
        super().__init__("https://log.example.org")
        self.key = key

    def create_entry(self, request: Any) -> TransparencyLogEntry:
        body = json.dumps(request, sort_keys=True, separators=(",", ":")).encode()
        first, second = (hashlib.sha256(b"\0" + leaf).digest() for leaf in (b"another", body))
        root = hashlib.sha256(b"\1" + first + second).digest()
        note = f"log.example.org\n2\n{_base64(root)}\n"
        entry = {
            "body": _base64(body),
            "integratedTime": int(dt.datetime.now(dt.UTC).timestamp()),
            "logID": self.key.name.hex(),
            "logIndex": 1,
        }
        promise = self.key.sign(json.dumps(entry, sort_keys=True, separators=(",", ":")).encode())
        proof = {
            "logIndex": 1,
            "treeSize": 2,
            "rootHash": root.hex(),
            "hashes": [first.hex()],
            "checkpoint": f"{note}\n— log.example.org {_base64(self.key.name[:4] + self.key.sign(note.encode()))}\n",
        }
        told = {"signedEntryTimestamp": _base64(promise), "inclusionProof": proof}
        return TransparencyLogEntry._from_v1_response({"1": {**entry, "verification": told}})


class World:
    """All that signing by a login needs; `from_trust_config` makes of it what sigstore makes of its own services."""

    def __init__(self) -> None:
        self.authority, self.certificates, self.log = Key(), Key(), Log(Key())
        self.now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        self.root = self._root()

    def from_trust_config(self, _config: object) -> SigningContext:
        fulcio = SimpleNamespace(signing_cert=SimpleNamespace(post=self._certified))
        return SigningContext(fulcio=fulcio, rekor=self.log, trusted_root=TrustedRoot.from_file(str(self.trusted_root)))

    def written(self, path: Path) -> Path:
        """Write the root of trust that names the keys of this world."""
        authority = {
            "subject": {"organization": "example", "commonName": "example"},
            "uri": "https://authority.example.org",
            "certChain": {"certificates": [{"rawBytes": _base64(self.root.public_bytes(Encoding.DER))}]},
            "validFor": {"start": "2000-01-01T00:00:00Z"},
        }
        trusted = {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [self.log.key.as_log()],
            "certificateAuthorities": [authority],
            "ctlogs": [self.certificates.as_log()],
            "timestampAuthorities": [],
        }
        path.write_text(json.dumps(trusted), encoding="utf-8")
        self.trusted_root = path
        return path

    def _root(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example")])
        own = self.authority.private.public_key()
        draft = self._draft(name, own, days=3650).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        draft = draft.add_extension(_usage("key_cert_sign"), True)
        draft = draft.add_extension(x509.SubjectKeyIdentifier.from_public_key(own), False)
        return draft.sign(self.authority.private, hashes.SHA256())

    def _draft(self, subject: x509.Name, key: Any, *, days: float) -> x509.CertificateBuilder:
        draft = x509.CertificateBuilder(subject_name=subject, public_key=key, serial_number=x509.random_serial_number())
        draft = draft.issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example")]))
        begins = self.now - dt.timedelta(minutes=5)
        return draft.not_valid_before(begins).not_valid_after(begins + dt.timedelta(days=days))

    def _certified(self, request: x509.CertificateSigningRequest, known: Any) -> SimpleNamespace:
        """Return the certificate of a login, with the promise of the log of certificates in it."""
        who = x509.UniformResourceIdentifier if "://" in known.identity else x509.RFC822Name
        own = self.authority.private.public_key()
        draft = self._draft(x509.Name([]), request.public_key(), days=0.1)
        for value, critical in (
            (_usage("digital_signature"), True),
            (x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CODE_SIGNING]), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(own), False),
            (x509.SubjectAlternativeName([who(known.identity)]), True),
            (x509.UnrecognizedExtension(policy.OIDCIssuer.oid, known.issuer.encode()), False),
        ):
            draft = draft.add_extension(value, critical)
        before = draft.sign(self.authority.private, hashes.SHA256()).tbs_certificate_bytes
        draft = draft.add_extension(x509.UnrecognizedExtension(TIMESTAMPS, self._promised(before)), False)
        return SimpleNamespace(cert=draft.sign(self.authority.private, hashes.SHA256()), chain=[self.root])

    def _promised(self, certificate: bytes) -> bytes:
        """Return the list of one signed timestamp (RFC 6962, 3.2 and 3.3) as the extension holds it."""
        at = int(self.now.timestamp() * 1000)
        length = struct.pack("!I", len(certificate))[1:]
        entry = self.authority.name + length + certificate
        signature = self.certificates.sign(struct.pack("!BBQH", 0, 0, at, PRECERTIFICATE) + entry + b"\0\0")
        head = b"\0" + self.certificates.name + struct.pack("!QHBB", at, 0, SHA_256, ECDSA)
        promise = _counted(head + _counted(signature))
        return asn1.encode_der(_counted(promise))


def _usage(one: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name == one for name in names})


def _counted(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
