"""Show a brief's parts in JupyterLab as they will stand in the report."""

from typing import Any

import plotly.io as pio

from quickview.look import stylesheet
from quickview.look.theme import Theme, load_theme


class Look:
    """The style sheet, shown once at the top of a notebook; it has no content of its own."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        css = stylesheet.for_notebook(self._theme)
        return {"text/html": f"<style>{css}</style>", "text/plain": "<the kit's look>"}


def use_look(theme: str = "") -> Look:
    """Show plotly figures through the notebook's own renderer, and blocks in the look of a theme.

    `theme` is the name of a shipped theme or the path of a theme file; by default the kit's own.
    """
    pio.renderers.default = "plotly_mimetype"
    return Look(load_theme(theme))
