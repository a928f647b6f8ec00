"""The kit's look for a notebook: its blocks, and whatever an analyst draws with plotly, matplotlib, pandas or Altair.

Each library is told through a door of its own: plotly's templates, the configuration of
IPython's inline backend, IPython's formatters. None is imported for it.
"""

import hashlib
import io
import logging
import os
import sys
from pathlib import Path
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from IPython import get_ipython

from quickview.analysis import display
from quickview.analysis.session import SESSION
from quickview.theme import plotly_template, stylesheet, typeface
from quickview.theme.theme import Theme, load_theme

PLOTLY_RENDERER: Final = "plotly_mimetype"
"""plotly's own way to the same, for `figure.show()`; plotly reads it when it first shows a figure."""

_COLOURED: Final = (("pandas.io.formats.style", "Styler"), ("great_tables.gt", "GT"))
"""Tables with colours of their own, which are made for a light page: module and name."""

_ALTAIR: Final = (5, 6)
"""Major versions whose charts are shown as data."""

_SCRIPTS: Final = ("latin", "latin-ext", "greek", "cyrillic")
_SIZE: Final = (7.6, 4.2)
"""Inches of a matplotlib figure: at 100 dots an inch as wide as the page's drawings."""


class Look:
    """The style sheet, shown once at the top of a notebook; it has no content of its own."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        css = stylesheet.for_notebook(self._theme)
        return {"text/html": f"<style>{css}</style>", "text/plain": "<the kit's look>"}


def use_look(theme: str = "") -> Look:
    """Give everything the notebook shows the kit's look, in the colours of a theme.

    Parameters
    ----------
    theme : str, optional
        The name of a shipped theme (`gazette`, `signal`) or the path of a theme file; by default the kit's own.

    Returns
    -------
    Look
        The style sheet of JupyterLab's page, to be the last expression of a cell tagged `remove-output`.

    Raises
    ------
    InputError
        For a theme that cannot be read.

    Examples
    --------
    >>> look = qv.use_look("gazette")
    >>> qv.use_look("gazete")
    Traceback (most recent call last):
        ...
    quickview.errors.InputError: gazete: E-THEME-FILE no theme of that name — did you mean `gazette`? ...
    """
    chosen = load_theme(theme)
    SESSION.theme = chosen
    if shell := get_ipython():
        os.environ["PLOTLY_RENDERER"] = PLOTLY_RENDERER
        dress_plotly(chosen)
        formatters = shell.display_formatter
        formatters.ipython_display_formatter.for_type(go.Figure, display.show)
        for kind in (pd.DataFrame, pd.Series):
            formatters.formatters["text/html"].for_type(kind, display.frame_html)
        for module, name in _COLOURED:
            formatters.formatters["text/html"].for_type_by_name(module, name, _on_light)
        for version in _ALTAIR:
            formatters.mimebundle_formatter.for_type_by_name(
                f"altair.vegalite.v{version}.api", "TopLevelMixin", _altair
            )
        _dress_matplotlib(shell, chosen)
    return Look(chosen)


def dress_plotly(theme: Theme) -> None:
    """Make the kit's template plotly's default."""
    # Both statements copy the template, property by property: the default is named while it is empty.
    pio.templates[plotly_template.NAME] = {}
    pio.templates.default = plotly_template.NAME
    pio.templates[plotly_template.NAME] = plotly_template.template(theme.light)


def _on_light(table: Any) -> str:
    """Return a table on a light ground, with the id that pandas draws by chance made of what the table says."""
    html = str(table._repr_html_())
    if drawn := str(getattr(table, "uuid", "")):
        html = html.replace(drawn, hashlib.sha256(html.replace(drawn, "").encode()).hexdigest()[:8])
    return f'<div class="qv"><div class="ground">{html}</div></div>'


def _altair(chart: Any, **_: object) -> dict[str, Any]:
    """Return a chart as data; JupyterLab draws it, and later versions of Vega-Lite too, under the last name it knows."""
    return {"application/vnd.vegalite.v5+json": chart.to_dict(), "text/plain": "<Altair chart>"}


def _dress_matplotlib(shell: Any, theme: Theme) -> None:
    """Set what IPython's inline backend tells matplotlib when a notebook first draws with it, or now if it has."""
    options = {
        "rc": _rc(theme),
        "figure_formats": {"svg", "png"},
        # The same figure gives the same bytes.
        "print_figure_kwargs": {"bbox_inches": "tight", "metadata": {"Date": None}},
    }
    for name, value in options.items():
        setattr(shell.config.InlineBackend, name, value)
    if backend := sys.modules.get("matplotlib_inline.config"):
        for name, value in options.items():
            setattr(backend.InlineBackend.instance(parent=shell), name, value)
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams.update(options["rc"])
    # Until the typeface is there, which is before a figure is shown, matplotlib measures with another and says so.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    for moment in ("pre_run_cell", "post_execute"):
        if _register_fonts not in shell.events.callbacks[moment]:
            shell.events.register(moment, _register_fonts)


def _rc(theme: Theme) -> dict[str, Any]:
    """Return matplotlib's settings for a theme: direct, unframed, on its paper; the same figure gives the same SVG."""
    colours = theme.light
    sides = [value for name, value in colours.items() if name.startswith("side-")]
    return {
        "figure.figsize": _SIZE, "figure.dpi": 100, "savefig.dpi": 200, "svg.hashsalt": "quickview", "svg.fonttype": "path",
        "font.family": [typeface.FAMILY, "DejaVu Sans"], "font.size": 9.5, "text.color": colours["ink"],
        "axes.prop_cycle": f"cycler('color', {sides})", "axes.edgecolor": colours["line"], "axes.labelcolor": colours["muted"],
        "axes.titlecolor": colours["ink"], "axes.titlelocation": "left", "axes.titleweight": 600, "axes.titlesize": 11.5,
        "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "y",
        "axes.axisbelow": True, "axes.facecolor": "none", "figure.facecolor": colours["paper"], "savefig.facecolor": colours["paper"],
        "grid.color": colours["rule"], "grid.linewidth": 0.8, "xtick.color": colours["line"], "xtick.labelcolor": colours["muted"],
        "ytick.color": colours["line"], "ytick.labelcolor": colours["muted"], "ytick.left": False, "legend.frameon": False,
        "lines.linewidth": 1.8, "patch.edgecolor": colours["paper"],
    }  # fmt: skip


def _register_fonts(*_: object) -> None:
    """Give matplotlib the kit's typeface, once it is there and before it draws."""
    fonts = sys.modules.get("matplotlib.font_manager")
    if fonts is None or any(entry.name == typeface.FAMILY for entry in fonts.fontManager.ttflist):
        return
    folder = Path(sys.modules["matplotlib"].get_cachedir())
    for weight in (typeface.REGULAR, typeface.BOLD):
        path = folder / f"quickview-plex-sans-{weight}.ttf"
        if not path.exists():
            own = path.with_suffix(f".{os.getpid()}")
            own.write_bytes(_merged(weight))
            own.replace(path)
        fonts.fontManager.addfont(path)


def _merged(weight: int) -> bytes:
    """Return the typeface as one TrueType file, which is all that matplotlib reads, under its family's name."""
    parts = []
    for script in _SCRIPTS:
        part = io.BytesIO()
        with TTFont(typeface.file(script, weight)) as font:
            font.flavor = None
            font.save(part)
        part.seek(0)
        parts.append(part)
    whole, out = Merger().merge(parts), io.BytesIO()
    style = "Bold" if weight == typeface.BOLD else "Regular"
    for name_id, text in ((1, typeface.FAMILY), (2, style), (4, f"{typeface.FAMILY} {weight}")):
        whole["name"].setName(text, name_id, 3, 1, 0x409)
    whole.save(out)
    return out.getvalue()
