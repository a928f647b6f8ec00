"""Whether a logo's picture is safe and whole."""

import re
import xml.etree.ElementTree as ET
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ACTIVE: Final = {"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler", "listener",
                  "animate", "animatemotion", "animatetransform", "set"}  # fmt: skip
_OUTWARD: Final = re.compile(r"@import|url\((?!\s*['\"]?\s*#)", re.IGNORECASE)
_CARRIED: Final = re.compile(r"#|data:image/(png|jpeg);", re.IGNORECASE)


def problem(content: bytes, ending: str) -> tuple[str, str] | None:
    """Return what keeps a `.png` or `.svg` from being a logo and what to do about it, or None.

    In an `<img>` an SVG runs no script and fetches nothing; one that wants to is refused
    all the same, for files are passed on and opened alone.
    """
    if ending == ".png":
        whole = content.startswith(_PNG) and b"IEND" in content[-12:]
        return None if whole else ("is no PNG", "export it again as PNG")
    try:
        text = content.decode("utf-8-sig")
        root = ET.fromstring(text)  # noqa: S314 (expat loads no external entity and caps how far others grow)
    except (UnicodeDecodeError, ET.ParseError):
        return "is no SVG in UTF-8", "export it again as plain SVG"
    if _local(root.tag) != "svg":
        return "is no SVG", "export it again as plain SVG"
    if "<?xml-stylesheet" in text or "<!ENTITY" in text:
        return "has a style sheet or entities of its own", "export it again as plain SVG"
    found = next(filter(None, map(_wish, root.iter())), None)
    return (found, "take it out, or export the drawing as PNG") if found else None


def _wish(element: ET.Element) -> str | None:
    """Return what an element wants that a picture should not: to act or to fetch."""
    if _local(element.tag) in _ACTIVE:
        return f"holds <{_local(element.tag)}>"
    if _local(element.tag) == "style" and _OUTWARD.search("".join(element.itertext())):
        return "fetches from elsewhere in <style>"
    for name, value in element.attrib.items():
        key = _local(name)
        if key.startswith("on"):
            return f"holds a script in `{key}`"
        if (key in {"href", "src"} and not _CARRIED.match(value.strip())) or _OUTWARD.search(value):
            return f"refers to something outside itself in `{key}`"
    return None


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()
