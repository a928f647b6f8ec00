"""Show a brief's parts in JupyterLab as they will stand in the report."""

from typing import Any

import plotly.io as pio

from quickview.look import stylesheet


class Look:
    """The style sheet, shown once at the top of a notebook; it has no content of its own."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        css = stylesheet.for_notebook()
        return {"text/html": f"<style>{css}</style>", "text/plain": "<the kit's look>"}


def use_look() -> Look:
    """Show plotly figures through the notebook's own renderer, and blocks in the kit's look."""
    pio.renderers.default = "plotly_mimetype"
    return Look()
