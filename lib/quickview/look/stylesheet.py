"""The style sheet, for a report and for a notebook."""

import re
from functools import cache
from importlib import resources
from typing import Final

from quickview.look import typeface
from quickview.look.palette import DARK, LIGHT, css_variables

# As strong as JupyterLab's own rules for tables and lists, wherever else the notebook is shown.
_ROOT: Final = ":is(.jp-RenderedHTMLCommon, body) .qv"


def for_report(text: str) -> str:
    """Return the whole style sheet of a report; `text` is all it says, which decides the fonts it carries."""
    return f"{typeface.font_face_css(text)}\n{_schemes()}\n{_rules('report.css')}\n{_rules('blocks.css')}\n{_rules('print.css')}"


def for_notebook() -> str:
    """Return the rules for blocks shown in JupyterLab, each under `.qv` so that nothing else changes."""
    light, dark = css_variables(LIGHT), css_variables(DARK)
    schemes = f".qv{{{light}}}[data-jp-theme-light='false'] .qv{{{dark}}}"
    return f"{typeface.latin_face_css()}{schemes}{_ROOT}{{{_rules('notebook.css')}{_rules('blocks.css')}}}"


def _schemes() -> str:
    light, dark = css_variables(LIGHT), css_variables(DARK)
    return (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f":root{{--family:{typeface.STACK}}}"
    )


@cache
def _rules(name: str) -> str:
    text = (resources.files(__package__) / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text).strip()
