"""The digest: all briefs of an edition on a page or two, made by a notebook of its own."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from quickview.nightly import page
from quickview.nightly.record import Outcome
from quickview.options import RenderOptions
from quickview.report import fingerprint

NAME: Final = "digest"
"""The folder it stands in; no brief may have this name."""

_TOLD: Final = ("name", "brief", "stale", "cause", "report")
"""What an edition's record tells that does not depend on when and how fast it was made."""


def material(edition: Mapping[str, Any]) -> str:
    """Return what the digest is made from: the record of an edition without what a run has of its own, as JSON."""
    reports = [{key: one[key] for key in _TOLD} for one in edition["reports"]]
    return json.dumps({"as_of": edition["as_of"], "reports": reports}, indent=1, ensure_ascii=False) + "\n"


def made_of(
    edition: Mapping[str, Any], notebook: Path, common: Mapping[str, str], *, world: Mapping[str, Any] | None
) -> dict[str, str]:
    """Return the digest's ingredients: those of all reports, its notebook, the edition, the world's outlines."""
    told = {"edition": material(edition), "world": json.dumps(world)}
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in told.items()}
    return {**common, **fingerprint.of_notebook(notebook), **digests}


def render(edition: Mapping[str, Any], options: RenderOptions) -> Outcome:
    """Make `options.out/digest/` with digest.html and digest.pdf from the record of an edition; return what became of it.

    `options.notebook` is the digest's notebook. It is told the paths of the record and of the catalogue of layers.
    """
    return page.render(NAME, material(edition), options)
