"""Still pictures of what an analyst shows: images, Altair's charts, formulas, what a widget holds."""

import base64
import binascii
import copy
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

import nh3
from markupsafe import Markup

from quickview.errors import ReportError
from quickview.theme import typeface
from quickview.theme.palette import LIGHT

MOST_SVG: Final = 600_000
"""Characters of a drawing in lines beyond which its picture in dots is taken, if there is one."""

SAVE_IT: Final = "save it beside the notebook and show it as a picture of its own"
"""How to mend a picture that another host keeps."""

_BEGINNINGS: Final = {
    "image/png": (b"\x89PNG\r\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}
"""What a file of each kind of picture begins with."""

_ACTIVE: Final = re.compile(r"(?:on\w+|(?:xlink:)?href|src)$", re.IGNORECASE)
_SVG: Final = "http://www.w3.org/2000/svg"
_DROPPED: Final = [f"{{*}}{name}" for name in ("script", "iframe")]
_MOVING: Final = {"animate", "animateMotion", "animateTransform", "set"}
_FETCHED: Final = re.compile(r"@import[^;}]*;?|url\(\s*[\"']?(?!\s*[\"']?(?:#|data:))[^)]*\)", re.IGNORECASE)
_ARRAY: Final = re.compile(r"([fiu])[a-z]*(\d+)")
_COMMAND: Final = re.compile(r"<m\w+[^>]*>(\\\w+)</m")
_ENVIRONMENT: Final = re.compile(
    r"\\begin\{(?!(?:[pbBvV]|small)?matrix\*?\}|array\}|cases\}|split\}|align\*\})(\w+\*?)\}"
)
_ALIGNED: Final = re.compile(r"\\(begin|end)\{(?:aligned|eqnarray|gather(?:ed)?|multline|alignat)\*?\}")

MATHML: Final = {
    "math", "mi", "mn", "mo", "ms", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded",
    "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts",
    "mtable", "mtr", "mtd", "none",
}  # fmt: skip
_MATH_SAYS: Final = {
    "display", "mathvariant", "stretchy", "fence", "form", "separator", "lspace", "rspace", "accent", "accentunder",
    "linethickness", "columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines", "width", "height", "depth",
    "largeop", "movablelimits", "minsize", "maxsize", "displaystyle", "scriptlevel", "notation", "symmetric",
}  # fmt: skip
MATH_ATTRIBUTES: Final = dict.fromkeys(sorted(MATHML), _MATH_SAYS)
"""MathML Core, as far as formulas of LaTeX need it: what may stand in a report."""


@dataclass(frozen=True)
class Picture:
    """An image: its MIME type, its data as a notebook stores them (text for SVG, base 64 else), and what is said of it (width, height)."""

    form: str
    data: str
    said: Mapping[str, Any] = field(default_factory=dict)

    def html(self, alt: str) -> str:
        """Return the image as an element that needs nothing else, on a light ground of its own."""
        size = "".join(
            f' {side}="{int(self.said[side])}"'
            for side in ("width", "height")
            if str(self.said.get(side, "")).isdecimal()
        )
        uri = svg_uri(self.data) if self.form == "image/svg+xml" else dots_uri(self.form, unpacked(self.data))
        return f'<div class="output ground"><img alt="{html.escape(alt)}"{size} src="{uri}"></div>'


def unpacked(text: str) -> bytes:
    """Return what stands in base 64; nothing where it is broken off."""
    try:
        return base64.b64decode(re.sub(r"[^A-Za-z0-9+/]", "", text) + "==")
    except binascii.Error:
        return b""


def dots_uri(form: str, data: bytes) -> str:
    """Return a picture in dots as a `data:` address; raises `ReportError` where it does not begin as its kind does, or no browser knows the kind."""
    if not data.startswith(_BEGINNINGS.get(form, ())):
        message = f"shows a picture that is no {form.removeprefix('image/').upper()} file a browser can show"
        raise ReportError("E-IMAGE-FORM", message, "save it again, as PNG or SVG")
    return f"data:{form};base64,{base64.b64encode(data).decode()}"


def svg_uri(svg: str) -> str:
    """Return a drawing as a harmless `data:` address; raises `ReportError` for what is no drawing."""
    return f"data:image/svg+xml;base64,{base64.b64encode(harmless(svg)).decode()}"


def harmless(svg: str) -> bytes:
    """Return a drawing without scripts, handlers and addresses.

    Raises `ReportError` for what is no drawing, and for what would be missing from it: a
    picture from another host, a piece of a page.
    """
    from lxml import etree

    root = _root(svg)
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element).localname
        if name in _MOVING and _ACTIVE.match(str(element.get("attributeName", "")).rpartition(":")[2]):
            element.clear(keep_tail=True)
        elif name == "foreignObject":
            # A piece of a page goes where it has another drawing beside it.
            parent = element.getparent()
            if parent is None or etree.QName(parent).localname != "switch":
                raise _no_drawing("shows an SVG that holds a piece of a page (foreignObject)")
            parent.remove(element)
        elif name == "a":
            element.tag = f"{{{_SVG}}}g"
        elif name == "style":
            element.text = _FETCHED.sub("", element.text or "")
        _disarm(element, draws=name in {"image", "feImage", "use"})
    return bytes(etree.tostring(root, with_tail=False))


def _root(svg: str) -> Any:
    from lxml import etree

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", svg).strip()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        # A drawing in a page of HTML need not say what it is.
        text = text if "xmlns=" in text.partition(">")[0] else re.sub(r"^<svg\b", f'<svg xmlns="{_SVG}"', text)
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _no_drawing(f"shows an SVG that cannot be read: {error.msg}") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise _no_drawing("shows an SVG that is none")
    if any(node.tag is etree.Entity for node in root.iter()):
        raise _no_drawing("shows an SVG that writes in entities of its own")
    return root


def _no_drawing(message: str) -> ReportError:
    return ReportError("E-OUTPUT-SVG", message, "save the picture as PNG")


def _disarm(element: Any, *, draws: bool) -> None:
    """Take handlers and addresses from an element; raise `ReportError` where it draws what lies at one."""
    from lxml import etree

    for name, value in list(element.attrib.items()):
        inner = value.strip().startswith(("#", "data:image/"))
        if _ACTIVE.match(etree.QName(name).localname) and not inner:
            if draws and etree.QName(name).localname == "href":
                raise ReportError("E-IMAGE-NETWORK", f"shows an SVG that fetches `{value[:60]}`", SAVE_IT)
            del element.attrib[name]
        elif _FETCHED.search(value):
            element.attrib[name] = _FETCHED.sub("none", value)


def of_vega(form: str, spec: Mapping[str, Any]) -> Picture:
    """Return a chart of Altair's as a drawing, in the kit's fonts and colours where it has none of its own.

    Raises `ReportError` where the extra that draws it is not installed, or its data lie elsewhere.
    """
    try:
        converter: Any = import_module("vl_convert")
    except ImportError:
        hint = 'install the extra: pip install "quickview[altair]"'
        raise ReportError(
            "E-OUTPUT-VEGA", "shows a chart of Altair's, which needs vl-convert to be drawn", hint
        ) from None
    lite = "vegalite" in form
    given = {"allowed_base_urls": [], **({"config": _vega_config()} if lite else {})}
    try:
        svg = (converter.vegalite_to_svg if lite else converter.vega_to_svg)(dict(spec), **given)
    except ValueError as error:
        message = f"shows a chart of Altair's that cannot be drawn: {' '.join(str(error).split())[:160]}"
        raise ReportError("E-OUTPUT-VEGA", message, "keep its data in the chart, not at an address") from None
    # A picture has none of the page's fonts.
    faces = typeface.font_face_css(re.sub(r"<[^>]*>", "", svg))
    return Picture(
        "image/svg+xml",
        svg.replace("<defs>", f"<defs><style>{faces}</style>", 1)
        if "<defs>" in svg
        else svg.replace(">", f"><style>{faces}</style>", 1),
    )


def _vega_config() -> dict[str, Any]:
    text = {
        "labelColor": LIGHT["muted"],
        "titleColor": LIGHT["muted"],
        "labelFontSize": 11,
        "titleFontWeight": "normal",
    }
    lines = {"domainColor": LIGHT["line"], "tickColor": LIGHT["line"], "gridColor": LIGHT["rule"]}
    return {
        "font": "IBM Plex Sans, Noto Sans, Segoe UI, Arial, sans-serif",
        "background": LIGHT["paper"],
        "view": {"stroke": None},
        "axis": {**text, **lines},
        "legend": {**text, "orient": "top"},
        "range": {"category": [value for name, value in LIGHT.items() if name.startswith("side-")]},
        "mark": {"color": LIGHT["side-1"]},
        "title": {"anchor": "start", "color": LIGHT["ink"], "fontSize": 14, "fontWeight": 600},
    }


def is_formula(latex: str) -> bool:
    """Whether LaTeX is one formula, as sympy and `Math` write it, and no text with formulas in it."""
    bare = _bare(latex)
    return "$" not in bare.replace("\\$", "") and bool(bare != latex.strip() or re.search(r"\\[A-Za-z]|[\^_=]", bare))


def formula(latex: str) -> Markup:
    r"""Return a formula of LaTeX as MathML, which every browser sets by itself: `$x^2$`, `$$…$$`, `\[…\]`, or bare.

    Raises `ReportError` for what is no formula.
    """
    return Markup(f'<div class="output formula">{mathml(_bare(latex), display="block")}</div>')  # noqa: S704 (cleaned)


def _bare(latex: str) -> str:
    bare = re.sub(r"^\s*(?:\$\$?|\\\[|\\\()|(?:\$\$?|\\\]|\\\))\s*$", "", latex.strip())
    return re.sub(r"\\(?:displaystyle|(?:begin|end)\{(?:equation|math|displaymath)\*?\})", "", bare).strip()


def mathml(latex: str, *, display: str = "inline") -> str:
    """Return a formula as clean MathML; raises `ReportError` where it is none, or has commands nobody knows."""
    from latex2mathml import converter

    # An alignment that the converter does not know is one that it knows, without numbers.
    known = re.sub(r"\\label\{[^}]*\}|\\(?:nonumber|notag)\b", "", _ALIGNED.sub(r"\\\1{split}", latex))
    known = re.sub(r"\\(begin|end)\{align\}", r"\\\1{align*}", known)
    if strange := _ENVIRONMENT.search(known):
        raise _no_formula(latex, f"{strange[1]} is no environment of mathematics")
    try:
        made = converter.convert(known, display=display)
    except Exception as error:  # noqa: BLE001 (the converter has a class of its own for each fault)
        raise _no_formula(latex, type(error).__name__) from None
    if unknown := _COMMAND.search(made):
        raise _no_formula(latex, f"{unknown[1]} is not known")
    return nh3.clean(made, tags=MATHML, attributes=MATH_ATTRIBUTES)


def _no_formula(latex: str, why: str) -> ReportError:
    message = f"holds a formula that cannot be set (`{' '.join(latex.split())[:60]}`): {why}"
    return ReportError("E-OUTPUT-LATEX", message, "use LaTeX's mathematics only, without packages")


def of_widget(model: Mapping[str, Any]) -> Iterator[tuple[str, str | Mapping[str, Any]]]:
    """Yield the MIME type and content of what a widget holds that can stand still: a picture, a plotly figure, text."""
    state = model.get("state", {})
    shown = str(state.get("_data_url", ""))
    if match := re.fullmatch(r"data:(image/\w+);base64,(.+)", shown, re.DOTALL):
        yield match[1], match[2]
    if "_widget_data" in state:
        state = _with_numbers(model)
        yield (
            "application/vnd.plotly.v1+json",
            {"data": state["_widget_data"], "layout": state.get("_widget_layout", {})},
        )
    if model.get("model_name") == "ImageModel":
        form = f"image/{state.get('format', 'png')}".replace("jpg", "jpeg")
        yield from ((form, b["data"]) for b in model.get("buffers", ()) if b.get("path") == ["value"])
    if model.get("model_name") in {"HTMLModel", "HTMLMathModel"}:
        yield "text/html", str(state.get("value", ""))
    if model.get("model_name") in {"LabelModel", "TextModel", "TextareaModel"}:
        yield "text/html", html.escape(str(state.get("value", "")))


def _with_numbers(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state of a plotly figure's widget with its arrays, which lie beside it, as plotly packs them."""
    state: dict[str, Any] = copy.deepcopy(dict(model["state"]))
    for buffer in model.get("buffers") or ():
        array: Any = state
        for step in buffer["path"][:-1]:
            array = array[step]
        if kind := _ARRAY.fullmatch(str(array.get("dtype", ""))):
            shape = ", ".join(map(str, array.pop("shape", ())))
            array |= {"dtype": f"{kind[1]}{int(kind[2]) // 8}", "bdata": buffer["data"], "shape": shape}
    return state
