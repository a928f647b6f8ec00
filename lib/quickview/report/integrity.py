"""What a report's file tells of its making, and the digest of its own bytes that it carries.

The digest stands in the file that it is of: it is the SHA-256 of the file with 64 zeros in the digest's
own place (a "hard binding" with an exclusion, as in C2PA). So one file alone shows whether it is as
it was made. Whoever can write a new digest can alter a page: malice shows only against a
manifest or a signature that came another way.
"""

import functools
import hashlib
import html
import json
import re
from collections.abc import Mapping
from typing import Any, Final, Self

import nbformat
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import quickview
from quickview.evidence import ingredients
from quickview.report import fingerprint
from quickview.report.outline import Outline

KEY: Final = "quickview:sha256"
"""What the digest is called, in each format."""

ABOUT: Final = "qv-provenance"
"""The id of the element of a page that holds its provenance; in a notebook's metadata the key."""

BLANK: Final = "0" * 64

PLACES: Final = {
    "html": re.compile(rb'<meta name="quickview:sha256" content="([0-9a-f]{64})">'),
    "pdf": re.compile(rb"<quickview:sha256[^<>]*>([0-9a-f]{64})</quickview:sha256>"),
    "json": re.compile(rb'(?<!\\)"quickview:sha256"(?:: |,\s+"value": )"([0-9a-f]{64})"'),
}
"""Where the digest stands, in bytes that nothing which a brief says can spell: they would be escaped."""

_TOLD: Final = {
    "html": re.compile(rb'<script type="application/json" id="qv-provenance">(.*?)</script>', re.DOTALL),
    "pdf": re.compile(rb"<quickview:provenance[^<>]*>(.*?)</quickview:provenance>", re.DOTALL),
}

_Sha256 = Field("", pattern="^([0-9a-f]{64})?$")


class Provenance(BaseModel):
    """What made a report: the brief (SHA-256 of its file), the kit (version, and a digest of its code, look and words), the layers and packages.

    `brief` of a digest or a ledger is the digest of all that it is made of. Layers are told by the SHA-256 of their files,
    `notebook` by that of what it says; `made_of` are the outcomes, events, tables and headings of other briefs that
    the brief brings, and `chromium` is the version that a PDF was printed with.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = ""
    as_of: str = ""
    language: str = ""
    theme: str = ""
    brief: str = _Sha256
    layers: Mapping[str, str] = {}
    notebook: str = _Sha256
    made_of: Mapping[str, str] = {}
    chromium: str = ""
    kit: str = ""
    code: str = ""
    python: str = ""
    packages: Mapping[str, str] = {}

    @classmethod
    def of(cls, outline: Outline, theme: str, *, chromium: str = "") -> Self:
        """Return what made the report that an outline is of; the same in whatever way it is exported."""
        facts = outline.masthead
        return cls(
            name=facts.name,
            as_of=facts.as_of.isoformat() if facts.as_of else "",
            language=facts.spoken.code,
            theme=theme,
            brief=facts.digest if re.fullmatch("[0-9a-f]{64}", facts.digest) else "",
            layers=dict(sorted(facts.layers.items())),
            notebook=outline.notebook,
            made_of={name: digest for name, digest in sorted(facts.made_of.items()) if digest},
            chromium=chromium,
            **installation(),
        )

    @classmethod
    def read(cls, data: bytes, kind: str) -> Self | None:
        """Return what a file of a kind (html, pdf, json) tells of its making; None where it tells nothing that can be read."""
        try:
            if kind == "json":
                content = json.loads(data)
                told = content["metadata"][ABOUT] if "metadata" in content else content[ABOUT]
            else:
                found = _TOLD[kind].search(data)
                told = json.loads(html.unescape(found[1].decode()) if kind == "pdf" else found[1]) if found else None
            return cls.model_validate(told)
        except (ValueError, KeyError, TypeError, RecursionError, ValidationError):
            return None


@functools.cache
def installation() -> dict[str, Any]:
    """Return the kit's version and digest, Python's version, and those of the packages that the kit needs."""
    parts = fingerprint.kit()
    return {
        "kit": quickview.__version__,
        "code": hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[: ingredients.DIGITS],
        "python": fingerprint.python(),
        "packages": dict(sorted(fingerprint.packages("quickview").items())),
    }


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


def sealed_notebook(text: str, provenance: Provenance) -> bytes:
    """Return a notebook that has run as a file, with what made it and its digest in its metadata."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata |= {ABOUT: provenance.model_dump(), KEY: BLANK}
    return sealed(nbformat.writes(notebook).encode(), "json")


def sealed_json(content: Mapping[str, Any]) -> bytes:
    """Return an object as JSON with its digest as its last entry."""
    text = json.dumps({**content, KEY: BLANK}, indent=2, ensure_ascii=False) + "\n"
    return sealed(text.encode(), "json")
