"""Make plotly's SVG of an analyst's chart fit to stand in a page: looks that need no style sheet, own ids, a name, no waste."""

import re
import unicodedata
from collections.abc import Mapping
from html import escape, unescape
from typing import Final

_RLI, _FSI = "\u2067", "\u2068"
_RGB: Final = re.compile(r"rgb\((\d+), ?(\d+), ?(\d+)\)")
_ROOT: Final = re.compile(r"<svg\b[^>]*>")
_WASTE: Final = (
    (re.compile(r"font-family: (?:&quot;[^&]*&quot;|[^;&\"])*;\s?"), ""),
    (re.compile(r"(?:white-space: pre;|font-variant: normal;|font-style: normal;|font-weight: normal;|font-weight: 400;"
                r"|fill-opacity: 1;|stroke-opacity: 1;|opacity: 1;|stroke-miterlimit: 2;|text-transform: none;"
                r"|vector-effect: none;|line-height: [\d.]+;|vertical-align: [^;\"]*;)\s?"), ""),
    (re.compile(r'\s(?:data-[a-z-]+|class|xml:space)="[^"]*"'), ""),
    (re.compile(r"(?<=\d\.\d\d)\d+"), ""),
)  # fmt: skip
_STYLED: Final = re.compile(r'<(\w+)([^<>]*?) style="([^"]*)"([^<>]*?)(/?)>')
_ATTRIBUTE: Final = re.compile(r'\s([\w:-]+)="([^"]*)"')
_PRESENTATION: Final = re.compile(
    r"(?:fill|stroke|font|stop|flood|marker)(?:-[a-z]+)*|(?:clip-)?path|clip-rule|color|cursor|direction|display"
    r"|dominant-baseline|letter-spacing|mask|opacity|overflow|paint-order|pointer-events|shape-rendering"
    r"|text-(?:anchor|decoration|rendering)|unicode-bidi|vector-effect|visibility|word-spacing|writing-mode"
)
"""Properties that SVG knows as attributes too (SVG 2, 6.6)."""

_LINES: Final = re.compile(
    "<text\\b([^<>]*)>((?:<tspan\\b[^<>]*>[\u2066-\u2068][^\u2066-\u2069]*\u2069</tspan>)+)</text>"
)
_LINE: Final = re.compile("<tspan\\b([^<>]*)>([\u2066-\u2068][^\u2066-\u2069]*\u2069)</tspan>")
_ISOLATED: Final = re.compile("<text\\b([^<>]*)>([\u2066-\u2068])([^\u2066-\u2069]*)\u2069</text>")
_TAG: Final = re.compile(r"<[^>]*>")

_PATHS: Final = re.compile(r'(?:<path d="[^"]*"[^>]*/>){2,}')
_PATH: Final = re.compile(r'<path d="([^"]*)"([^>]*)/>')
_UNSEEN: Final = re.compile(r'<(?:path|rect) (?=[^>]* fill(?:="none"|-opacity="0"))(?=[^>]* stroke-width="0")[^>]*/>')
_EMPTY: Final = re.compile(r"<(g|defs|clipPath|text)(?:\s[^<>]*?)?(?:/>|></\1>)")


def fit(svg: str, *, prefix: str, title: str, description: str) -> str:
    """Return the SVG as markup for a page.

    Its looks are attributes, so that a reader who takes styles away still sees them. Marks
    of direction round a line become its `direction`. Ids begin with `prefix`; `role="img"`
    has a name and a description. Raises `ValueError` when there is no SVG.
    """
    body = svg[svg.index("<svg") :]
    for pattern, instead in _WASTE:
        body = pattern.sub(instead, body)
    body = _PATHS.sub(_joined, _UNSEEN.sub("", _STYLED.sub(_plain, body)))
    body = _ISOLATED.sub(_directed, _LINES.sub(_line_by_line, body))
    before = ""
    while before != body:
        before, body = body, _EMPTY.sub("", body)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', body)
    body = re.sub(r"url\((?:&quot;|&#x27;|')?#([^)'&]+)(?:&quot;|&#x27;|')?\)", rf"url(#{prefix}-\1)", body)
    root = _ROOT.match(body)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', root[0]) if root else None
    if root is None or size is None:
        msg = "plotly returned no SVG"
        raise ValueError(msg)
    names = f'<title id="{prefix}-t">{escape(title)}</title><desc id="{prefix}-d">{escape(description)}</desc>'
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[1]}" height="{size[2]}" viewBox="0 0 {size[1]} {size[2]}"'
        f' font-family="sans-serif" direction="ltr" role="img" '
        f'aria-labelledby="{prefix}-t" aria-describedby="{prefix}-d">'
    )
    return opening + names + body[root.end() :]


def _plain(match: re.Match[str]) -> str:
    """Write an element's style as attributes, and leave in the style what only a style can say."""
    name, before, style, after, end = match.groups()
    attributes, rest = dict(_ATTRIBUTE.findall(before + after)), ""
    for declaration in filter(str.strip, unescape(style).split(";")):
        key, value = (part.strip() for part in declaration.split(":", 1))
        if _PRESENTATION.fullmatch(key):
            value = re.sub(
                r"(?<=\d)px\b",
                "",
                _RGB.sub(
                    lambda rgb: "#{:02x}{:02x}{:02x}".format(*map(int, rgb.groups())),
                    value.removesuffix("!important").strip(),
                ),
            )
            attributes[key] = escape(value.replace('"', ""))
        else:
            rest += f"{key}:{escape(value)};"
    attributes |= {"style": rest} if rest else {}
    return f"<{name}{written(attributes)}{end}>"


def written(attributes: Mapping[str, str]) -> str:
    """Return attributes, whose values are escaped, as they stand in an element."""
    return "".join(f' {key}="{value}"' for key, value in attributes.items())


def _line_by_line(match: re.Match[str]) -> str:
    """Write each line of a text as a text of its own, which has a direction of its own in every browser."""
    whole = dict(_ATTRIBUTE.findall(match[1]))
    return "".join(
        f"<text{written({**whole, **dict(_ATTRIBUTE.findall(own))})}>{line}</text>"
        for own, line in _LINE.findall(match[2])
    )


def _directed(match: re.Match[str]) -> str:
    """Write the mark of direction round a line as an attribute: WebKit ignores the mark (UAX 9, X5a to X5c)."""
    attributes, mark, line = dict(_ATTRIBUTE.findall(match[1])), match[2], match[3]
    kinds = map(unicodedata.bidirectional, unescape(_TAG.sub("", line)))
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    if mark == _RLI or (mark == _FSI and first != "L"):
        anchor = attributes.get("text-anchor", "start")
        # At which end of the line its anchor is depends on the direction; its place on the page does not.
        attributes |= {"direction": "rtl", "text-anchor": {"start": "end", "end": "start"}.get(anchor, anchor)}
    return f"<text{written(attributes)}>{line}</text>"


def _joined(match: re.Match[str]) -> str:
    """Write paths that stand side by side and look alike as one; plotly draws a path a line."""
    runs: list[tuple[str, str]] = []
    for shape, look in _PATH.findall(match[0]):
        if runs and runs[-1][1] == look and 'fill="none"' in look:
            runs[-1] = (runs[-1][0] + shape, look)
        else:
            runs.append((shape, look))
    return "".join(f'<path d="{shape}"{look}/>' for shape, look in runs)
