"""Still pictures of what an analyst shows: images, Altair's charts, formulas, what a widget holds."""

import base64
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

import nh3
from markupsafe import Markup

from quickview.errors import ReportError
from quickview.look import typeface
from quickview.look.palette import LIGHT

MOST_SVG: Final = 600_000
"""Characters of a drawing in lines beyond which its picture in dots is taken, if there is one."""

_ACTIVE: Final = re.compile(r"(?:on\w+|(?:xlink:)?href|src)$", re.IGNORECASE)
_DROPPED: Final = {"script", "foreignObject", "iframe", "a"}
_SVG: Final = "http://www.w3.org/2000/svg"

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
            if str(self.said.get(side, "")).isdigit()
        )
        return f'<div class="output ground"><img alt="{html.escape(alt)}"{size} src="data:{self.form};base64,{self._packed()}"></div>'

    def _packed(self) -> str:
        if self.form == "image/svg+xml":
            return base64.b64encode(harmless(self.data)).decode()
        return re.sub(r"[^A-Za-z0-9+/=]", "", self.data)


def harmless(svg: str) -> bytes:
    """Return a drawing without scripts, handlers and addresses; raises `ReportError` for what is no drawing."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(svg.strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ReportError(
            "E-OUTPUT-SVG", f"shows an SVG that cannot be read: {error.msg}", "save the picture as PNG"
        ) from None
    for element in list(root.iter(etree.Element)):
        if etree.QName(element).localname in _DROPPED and element.getparent() is not None:
            element.getparent().remove(element)
        for name, value in list(element.attrib.items()):
            inner = value.strip().startswith(("#", "data:image/"))
            if _ACTIVE.match(etree.QName(name).localname) and not inner:
                del element.attrib[name]
    return bytes(etree.tostring(root))


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
        what = f"shows a chart of Altair's that cannot be drawn: {str(error).splitlines()[0][:160]}"
        raise ReportError("E-OUTPUT-VEGA", what, "keep its data in the chart, not at an address") from None
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


def formula(latex: str) -> Markup:
    r"""Return a formula of LaTeX as MathML, which every browser sets by itself: `$x^2$`, `$$…$$`, `\[…\]`, or bare.

    Raises `ReportError` for what is no formula.
    """
    bare = re.sub(r"^\s*(?:\$\$?|\\\[|\\\()|(?:\$\$?|\\\]|\\\))\s*$", "", latex.strip())
    bare = re.sub(r"\\(?:displaystyle|(?:begin|end)\{(?:equation|align|math|displaymath)\*?\})", "", bare).strip()
    return Markup(f'<div class="output formula">{mathml(bare, display="block")}</div>')  # noqa: S704 (cleaned)


def mathml(latex: str, *, display: str = "inline") -> str:
    """Return a formula as clean MathML; raises `ReportError` where it is none."""
    from latex2mathml import converter

    try:
        made = converter.convert(latex, display=display)
    except Exception as error:  # noqa: BLE001 (the converter has a class of its own for each fault)
        what = f"holds a formula that cannot be set (`{latex[:60]}`): {type(error).__name__}"
        raise ReportError("E-OUTPUT-LATEX", what, "use LaTeX's mathematics only, without packages") from None
    return nh3.clean(made, tags=MATHML, attributes=MATH_ATTRIBUTES)


def of_widget(model: Mapping[str, Any]) -> Iterator[tuple[str, str | Mapping[str, Any]]]:
    """Yield the MIME type and content of what a widget holds that can stand still: a picture, a plotly figure, text."""
    state = model.get("state", {})
    shown = str(state.get("_data_url", ""))
    if match := re.fullmatch(r"data:(image/\w+);base64,(.+)", shown, re.DOTALL):
        yield match[1], match[2]
    if "_widget_data" in state:
        yield (
            "application/vnd.plotly.v1+json",
            {"data": state["_widget_data"], "layout": state.get("_widget_layout", {})},
        )
    if model.get("model_name") == "ImageModel":
        form = f"image/{state.get('format', 'png')}"
        yield from ((form, b["data"]) for b in model.get("buffers", ()) if b.get("path") == ["value"])
    if model.get("model_name") in {"HTMLModel", "HTMLMathModel"}:
        yield "text/html", str(state.get("value", ""))
    if model.get("model_name") in {"LabelModel", "TextModel", "TextareaModel"}:
        yield "text/plain", str(state.get("value", ""))
