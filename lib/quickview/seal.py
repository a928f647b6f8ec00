"""The digest of its own bytes that a file carries.

It is the SHA-256 of the file with 64 zeros in the digest's own place (a "hard binding" with an exclusion, as in
C2PA). So one file alone shows whether it is as it was made. Whoever can write a new digest can alter a page: malice
shows only against a manifest or a signature that came another way.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

KEY: Final = "quickview:sha256"
"""What the digest is called, in each format."""

BLANK: Final = "0" * 64

PLACES: Final = {
    "html": re.compile(rb'<meta name="quickview:sha256" content="([0-9a-f]{64})">'),
    "pdf": re.compile(rb"<quickview:sha256[^<>]*>([0-9a-f]{64})</quickview:sha256>"),
    "json": re.compile(rb'(?<!\\)"quickview:sha256"(?:: |,\s+"value": )"([0-9a-f]{64})"'),
}
"""Where the digest stands, in bytes that nothing which a brief says can spell: they would be escaped."""


def sealed(data: bytes, kind: str) -> bytes:
    """Return a file of a kind (html, pdf, json) with the digest of its bytes in the place that was left for it."""
    place = PLACES[kind].search(data)
    if place is None or place[1] != BLANK.encode():
        msg = f"no place for a digest in this {kind}"
        raise ValueError(msg)
    return data[: place.start(1)] + hashlib.sha256(data).hexdigest().encode() + data[place.end(1) :]


def digests(data: bytes, kind: str) -> tuple[str, str]:
    """Return the digest that a file carries and the one that its bytes have; "" where it carries none, or several."""
    places = [*PLACES[kind].finditer(data)]
    if len(places) != 1:
        return "", ""
    start, end = places[0].span(1)
    return data[start:end].decode(), hashlib.sha256(data[:start] + BLANK.encode() + data[end:]).hexdigest()


def sealed_json(content: Mapping[str, Any]) -> bytes:
    """Return an object as JSON with its digest as its last entry."""
    text = json.dumps({**content, KEY: BLANK}, indent=2, ensure_ascii=False) + "\n"
    return sealed(text.encode(), "json")
