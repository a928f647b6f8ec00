"""Show a brief's parts in JupyterLab as they will stand in the report."""

import json
import os
from typing import Any, Final

import plotly.graph_objects as go
from IPython import get_ipython
from IPython.display import publish_display_data
from plotly.io import to_json

from quickview.look import stylesheet
from quickview.look.theme import Theme, load_theme

PLOTLY: Final = "application/vnd.plotly.v1+json"

PLOTLY_RENDERER: Final = "plotly_mimetype"
"""plotly's own way to the same, for `figure.show()`; plotly reads it when it first shows a figure."""


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
    if shell := get_ipython():
        os.environ["PLOTLY_RENDERER"] = PLOTLY_RENDERER
        shell.display_formatter.ipython_display_formatter.for_type(go.Figure, _show)
    return Look(load_theme(theme))


def _show(figure: go.Figure) -> None:
    """Show a figure as data. plotly's own renderers would do it too, after 3 s of imports."""
    publish_display_data(  # type: ignore[no-untyped-call]
        {PLOTLY: json.loads(to_json(figure, validate=False, remove_uids=False))}
    )
