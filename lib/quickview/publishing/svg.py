"""Make plotly's SVG fit to stand in a page: one colour scheme, own ids, a name, no waste."""

import re
from html import escape
from typing import Final

from quickview.look.palette import LIGHT

_TOKENS: Final = {tuple(int(value[i : i + 2], 16) for i in (1, 3, 5)): name for name, value in LIGHT.items()}
_RGB: Final = re.compile(r"rgb\((\d+), ?(\d+), ?(\d+)\)")
_ROOT: Final = re.compile(r"<svg\b[^>]*>")
_WASTE: Final = (
    (re.compile(r"font-family: (?:&quot;[^&]*&quot;|[^;&\"])*;\s?"), ""),
    (re.compile(r"(?:white-space: pre;|font-variant: normal;|font-style: normal;|font-weight: normal;|font-weight: 400;"
                r"|fill-opacity: 1;|stroke-opacity: 1;|opacity: 1;|stroke-miterlimit: 2;|text-transform: none;"
                r"|vector-effect: none;|line-height: [\d.]+;|vertical-align: [^;\"]*;)\s?"), ""),
    (re.compile(r'\s(?:data-[a-z-]+|class|xml:space)="[^"]*"'), ""),
    (re.compile(r'\sstyle="\s*"'), ""),
    (re.compile(r"(?<=\d\.\d\d)\d+"), ""),
)  # fmt: skip
_PATHS: Final = re.compile(r'(?:<path d="[^"]*"[^>]*/>){2,}')
_PATH: Final = re.compile(r'<path d="([^"]*)"([^>]*)/>')
_UNSEEN: Final = re.compile(r"<path [^>]*fill: none;[^>]*stroke-width: 0(?:px)?;[^>]*/>")
_EMPTY: Final = re.compile(r"<(g|defs|clipPath|text)(?:\s[^<>]*)?(?:/>|></\1>)")


def fit(svg: str, *, prefix: str, title: str, description: str) -> str:
    """Return the SVG as markup for a page.

    Colours of the palette become CSS variables, so that the page's scheme decides;
    ids begin with `prefix`; `role="img"` has a name and a description.
    """
    body = svg[svg.index("<svg") :]
    for pattern, instead in _WASTE:
        body = pattern.sub(instead, body)
    body = _PATHS.sub(_joined, _UNSEEN.sub("", _RGB.sub(_token, body)))
    body = _drop_empty(body)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', body)
    body = re.sub(r"url\((?:&quot;|')?#([^)'&]+)(?:&quot;|')?\)", rf"url(#{prefix}-\1)", body)
    root = _ROOT.match(body)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', root[0]) if root else None
    if root is None or size is None:
        msg = "plotly returned no SVG"
        raise ValueError(msg)
    names = f'<title id="{prefix}-t">{escape(title)}</title><desc id="{prefix}-d">{escape(description)}</desc>'
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[1]} {size[2]}" role="img" '
        f'aria-labelledby="{prefix}-t" aria-describedby="{prefix}-d">'
    )
    return opening + names + body[root.end() :]


def _token(match: re.Match[str]) -> str:
    name = _TOKENS.get((int(match[1]), int(match[2]), int(match[3])))
    return f"var(--{name})" if name else match[0]


def _joined(match: re.Match[str]) -> str:
    """Write paths that stand side by side and look alike as one; plotly draws a path a line."""
    runs: list[tuple[str, str]] = []
    for shape, look in _PATH.findall(match[0]):
        if runs and runs[-1][1] == look and "fill: none" in look:
            runs[-1] = (runs[-1][0] + shape, look)
        else:
            runs.append((shape, look))
    return "".join(f'<path d="{shape}"{look}/>' for shape, look in runs)


def _drop_empty(body: str) -> str:
    before = ""
    while before != body:
        before, body = body, _EMPTY.sub("", body)
    return body
