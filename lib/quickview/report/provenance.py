"""What a report's file tells of its making: the brief, the kit, the layers and packages."""

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
from quickview import seal
from quickview.evidence import ingredients
from quickview.report import fingerprint
from quickview.report.outline import Outline

ABOUT: Final = "qv-provenance"
"""The id of the element of a page that holds its provenance; in a notebook's metadata the key."""

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


def sealed_notebook(text: str, provenance: Provenance) -> bytes:
    """Return a notebook that has run as a file, with what made it and its digest in its metadata."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata |= {ABOUT: provenance.model_dump(), seal.KEY: seal.BLANK}
    return seal.sealed(nbformat.writes(notebook).encode(), "json")
