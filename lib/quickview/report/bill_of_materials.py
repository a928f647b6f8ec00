"""What a report is made of and by, as a software bill of materials: CycloneDX 1.6 (ECMA-424), as JSON.

It says nothing of when or where, so that the same report has the same bill, and carries the digest of its own bytes.
"""

import functools
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from packaging.utils import canonicalize_name

from quickview import seal
from quickview.layers.catalog import Layer
from quickview.report import fingerprint
from quickview.report.outline import Outline
from quickview.report.plotly_figure import plotly_js
from quickview.report.provenance import Provenance, installation
from quickview.report.store import BILL
from quickview.theme import typeface
from quickview.theme.theme import Theme

KIT: Final = "quickview"
PLOTLY: Final = 'id="qv-plotly"'
"""What a page holds that holds plotly.js."""

_FACE: Final = re.compile(r"@font-face\{font-family:'([^']+)'")

Component = dict[str, Any]


def write(outline: Outline, html: str, stem: Path, theme: Theme, layers: Sequence[Layer], *, chromium: str) -> None:
    """Write the bill of the report whose files begin with `stem` and whose page is `html`; `chromium` is the version of the one that drew or printed it, if one did."""
    provenance = Provenance.of(outline, theme.name)
    own = [
        *(_component("application", "chromium", one, "generic") for one in [chromium] if one),
        *(_plotly() for _ in [PLOTLY] if PLOTLY in html and stem.with_name(f"{stem.name}.html").exists()),
        *(_font(family, theme) for family in dict.fromkeys(_FACE.findall(html))),
        *(_layer(layer, provenance.layers.get(layer.id, "")) for layer in layers),
    ]
    parts, needs = software()
    made_of = {"code": provenance.code, "notebook": provenance.notebook, **provenance.made_of}
    about: Component = {
        "bom-ref": f"report:{stem.name}",
        "description": outline.masthead.title,
        "sha256": provenance.brief,
        "properties": [{"name": f"quickview:{name}", "value": value} for name, value in made_of.items() if value],
    }
    subject = _component("data", stem.name, provenance.as_of, **about)
    made_with = [parts[0]["bom-ref"], *(one["bom-ref"] for one in own)]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "tools": {"components": [{"type": "application", "name": KIT, "version": provenance.kit}]},
            "component": subject,
        },
        "components": [*parts, *own],
        "dependencies": [{"ref": subject["bom-ref"], "dependsOn": made_with}, *needs],
        "properties": [{"name": seal.KEY, "value": seal.BLANK}],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content))
    text = json.dumps({"serialNumber": f"urn:uuid:{number}", **content}, indent=2, ensure_ascii=False) + "\n"
    stem.with_name(stem.name + BILL).write_bytes(seal.sealed(text.encode(), "json"))


@functools.cache
def software() -> tuple[list[Component], list[dict[str, Any]]]:
    """Return the kit, Python and the packages that the kit needs, and which needs which; the same for all reports."""
    packages = dict(sorted(fingerprint.installed(KIT).items(), key=lambda one: (one[0] != KIT, one[0].lower())))
    known = {canonicalize_name(name): _package(name, package) for name, package in packages.items()}
    known[canonicalize_name("python")] = _component("application", "python", installation()["python"], "generic")
    needs = []
    for name, package in packages.items():
        asked = map(canonicalize_name, [*package.needs, *(["python"] if name == KIT else [])])
        on = sorted({known[one]["bom-ref"] for one in asked if one in known})
        needs.append({"ref": known[canonicalize_name(name)]["bom-ref"], "dependsOn": on})
    return [*known.values()], needs


def _package(name: str, package: fingerprint.Package) -> Component:
    # The kit is not on PyPI, where its name may be another's.
    kind, registry = ("application", "") if name == KIT else ("library", "pypi")
    return _component(kind, name, package.version, registry) | _licences(package.licences)


def _component(
    kind: str, name: str, version: str = "", registry: str = "", *, sha256: str = "", **more: Any
) -> Component:
    """Return a component; its reference is its package URL in a registry, or else says what it is called."""
    purl = f"pkg:{registry}/{name.lower().replace('_', '-')}@{version}".rstrip("@") if registry else ""
    ref, hashes = purl or f"{kind}:{name}", [{"alg": "SHA-256", "content": sha256}] if sha256 else []
    told = {"type": kind, "bom-ref": ref, "name": name, "version": version, "purl": purl, "hashes": hashes, **more}
    return {key: value for key, value in told.items() if value}


@functools.cache
def _plotly() -> Component:
    with plotly_js().open(encoding="utf-8") as script:
        found = re.search(r"plotly\.js v([\w.+-]+)", script.read(500))
    version = found[1] if found else ""
    return _component("library", "plotly.js", version, "npm") | _licences(["MIT"])


def _font(family: str, theme: Theme) -> Component:
    """Return a family inside the page; of a theme's own only the desk knows the licence."""
    kit = Path(typeface.file("latin", typeface.REGULAR)).resolve().parent
    own = [font for font in (theme.text, theme.headings) if font and font.family == family]
    is_the_kits = all(path.resolve().parent == kit for font in own for path in (*font.regular, *font.bold))
    return _component("file", family) | _licences(["OFL-1.1"] if is_the_kits else [])


def _layer(layer: Layer, sha256: str) -> Component:
    told = f"{layer.title}. Source: {layer.source}"
    return _component("data", layer.id, layer.date, description=told, sha256=sha256) | _licences([layer.licence])


def _licences(told: Iterable[str]) -> Component:
    """Return a component's licences: the first of what is told that is an expression of SPDX, else the last as a name; nothing of nothing."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    name = ""
    for name in told:
        try:
            return {"licenses": [{"expression": canonicalize_license_expression(name)}]}
        except InvalidLicenseExpression:
            continue
    return {"licenses": [{"license": {"name": name}}]} if name else {}
