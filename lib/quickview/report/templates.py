"""Pages from Jinja templates: the environment they share, and what makes their scripts, styles and data safe."""

import base64
import functools
import hashlib
import json
from typing import Any, Final

import jinja2
from markupsafe import Markup

from quickview.brief import prose
from quickview.files import resource
from quickview.language.catalogs import Language

_POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src-elem {styles}; style-src-attr 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src {images}data:; font-src data:; base-uri 'none'; form-action 'none'"
)
"""`style-src` is for browsers that do not know the two finer rules (Safari before 15.4)."""

_HARMLESS: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@functools.cache
def template(package: str, name: str, language: Language) -> jinja2.Template:
    """Return a template of a package's folder `templates`, which says its messages in a language."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.globals |= {"_": language.gettext, "ngettext": language.ngettext}
    environment.filters["isolate"] = lambda text: Markup(prose.isolate(str(text), page=language.code))  # noqa: S704
    environment.filters["brief"] = _brief
    return environment.from_string(resource(package, f"templates/{name}"))


def _brief(cell: Any) -> Any:
    """Return what a table shows of a value; the download has all its digits."""
    if not isinstance(cell, float):
        return cell
    return float(f"{cell:.6g}") if abs(cell) < 1e6 else round(cell, 1)


def content_security_policy(scripts: list[bytes], styles: list[bytes], *, images: str = "") -> str:
    """Return a page's Content-Security-Policy, which admits these scripts and style sheets by hash, and `images` from there."""

    def hashes(texts: list[bytes]) -> str:
        digests = (base64.b64encode(hashlib.sha256(text).digest()).decode() for text in texts)
        return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"

    return _POLICY.format(scripts=hashes(scripts), styles=hashes(styles), images=images)


def json_in_page(data: Any, **how: Any) -> Markup:
    """Return data as JSON that is safe inside a script element; `how` it is written is told as to `json.dumps`."""
    return Markup(json.dumps(data, ensure_ascii=False, **how).translate(_HARMLESS))  # noqa: S704 (no character of HTML's is left)
