"""Logos: what an SVG or PNG may hold, so that it neither acts nor fetches, not even when it is opened alone."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from typing import Any, Final

Problem = tuple[str, str]
"""What is wrong, and what to do about it."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "http://www.w3.org/2000/svg"
_ELEMENTS: Final = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textpath",
        "title",
        "desc",
        "metadata",
        "a",
        "view",
        "switch",
        "style",
        "image",
        "lineargradient",
        "radialgradient",
        "stop",
        "pattern",
        "clippath",
        "mask",
        "marker",
        "filter",
        "feblend",
        "fecolormatrix",
        "fecomponenttransfer",
        "fecomposite",
        "feconvolvematrix",
        "fediffuselighting",
        "fedisplacementmap",
        "fedistantlight",
        "fedropshadow",
        "feflood",
        "fefunca",
        "fefuncb",
        "fefuncg",
        "fefuncr",
        "fegaussianblur",
        "feimage",
        "femerge",
        "femergenode",
        "femorphology",
        "feoffset",
        "fepointlight",
        "fespecularlighting",
        "fespotlight",
        "fetile",
        "feturbulence",
    ]
)
"""Elements of SVG 2 that draw, or say what is drawn; none that acts, moves or holds another language."""
_NOTES: Final = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://creativecommons.org/ns#", "http://purl.org/dc/elements/1.1/",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd", "http://www.inkscape.org/namespaces/inkscape",
    "http://www.bohemiancoding.com/sketch/ns",
)  # fmt: skip
"""Namespaces in which drawing programs keep notes of their own."""
_XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_RULES: Final = frozenset(("media", "supports"))
"""At-rules of a style sheet that name no file."""
_CARRIED: Final = re.compile(r"#|data:image/(png|jpeg);", re.IGNORECASE)
_ENCODING: Final = re.compile(r"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
_PLAIN: Final = "export it again as plain SVG"


def logo_problem(content: bytes, ending: str) -> Problem | None:
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
    except (UnicodeDecodeError, ET.ParseError, RecursionError):
        return "is no SVG in UTF-8", _PLAIN
    if _ENCODING.match(text):  # which a browser would believe
        return "is no SVG in UTF-8", _PLAIN
    if root.tag not in {f"{{{_SVG}}}svg", "svg"}:
        return "is no SVG", _PLAIN
    if "<?xml-stylesheet" in text or "<!ENTITY" in text:
        return "has a style sheet or entities of its own", _PLAIN
    found = next(filter(None, map(_wish, root.iter())), None)
    return (found, "take it out, or export the drawing as PNG") if found else None


def _wish(element: ET.Element) -> str | None:
    """Return what an element wants that a picture should not: to act or to fetch."""
    space, _, name = str(element.tag).removeprefix("{").rpartition("}")
    is_drawn = space in {"", _SVG}
    if (is_drawn and name.lower() not in _ELEMENTS) or not (is_drawn or space in _NOTES):
        return f"holds <{name.lower()[:40]}>"
    if name.lower() == "style" and _fetches("".join(element.itertext())):
        return "fetches from elsewhere in <style>"
    for attribute, value in element.attrib.items():
        key = attribute.rpartition("}")[2].lower()[:40]
        if key.startswith("on"):
            return f"holds a script in `{key}`"
        is_outward = key in {"href", "src"} and not _CARRIED.match(value.strip())
        if is_outward or attribute == _XML_BASE or _fetches(value):
            return f"refers to something outside itself in `{key}`"
    return None


def _fetches(css: str) -> bool:
    """Whether a style sheet, or the value of an attribute, names what lies elsewhere, however it is spelt."""
    if not re.search(r"[(\\@]", css):
        return False
    import tinycss2

    for node, is_argument in _nodes(tinycss2.parse_component_value_list(css, skip_comments=True)):
        match node.type:
            case "at-keyword" if node.lower_value not in _RULES:
                return True
            case "error" if node.kind == "bad-url":
                return True
            case "url" if not node.value.strip().startswith("#"):
                return True
            case "string" if is_argument and not node.value.strip().startswith("#"):  # of url(), src(), image-set() …
                return True
    return False


def _nodes(values: Iterable[Any], *, is_argument: bool = False) -> Iterator[tuple[Any, bool]]:
    """Yield the parts of CSS, those within blocks and functions too, and whether each is within a function."""
    for node in values:
        yield node, is_argument
        if node.type == "function":
            yield from _nodes(node.arguments, is_argument=True)
        elif node.type.endswith(" block"):
            yield from _nodes(node.content, is_argument=is_argument)
