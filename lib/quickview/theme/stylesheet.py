"""The style sheet, for a report and for a notebook."""

import re
from functools import cache
from importlib import resources
from typing import Final

from quickview.theme import typeface
from quickview.theme.palette import LIGHT, css_variables
from quickview.theme.theme import Font, Theme, load_theme

# As strong as JupyterLab's own rules for tables and lists, wherever else the notebook is shown.
_ROOT: Final = ":is(.jp-RenderedHTMLCommon, body) .qv"

_DIGEST: Final = 'class="digest'
"""What the blocks of a digest begin with; other pages do not carry its rules."""


_MOST_COLUMNS: Final = 24
"""So many columns of a table a notebook sets to the right where they hold numbers."""

THEMED: Final = "themed"
"""Class of drawings whose colours follow the page's scheme."""


def for_report(text: str, theme: Theme | None = None) -> str:
    """Return the whole style sheet of a report, by default in the default theme.

    `text` is all it says, which decides the fonts it carries.
    """
    sheets = ["report.css", "blocks.css", "print.css", *(["digest.css"] if _DIGEST in text else [])]
    rules = [_rules(name) for name in sheets]
    return "\n".join([fonts_and_colours(text, theme or load_theme()), *rules, drawing_colours()])


def fonts_and_colours(text: str, theme: Theme) -> str:
    """Return what a page with rules of its own takes from a theme; `text` is all it says."""
    fonts = [typeface.font_face_css(text), *(font.css(text) for font in _own_fonts(theme))]
    return "\n".join([*fonts, _schemes(theme)])


def drawing_colours() -> str:
    """Return the rules that give the palette's colours in a themed drawing the values of the page's scheme."""
    return "".join(
        f'.{THEMED} [{paint}="{value}"]{{{paint}:var(--{name})}}'
        for name, value in LIGHT.items()
        for paint in ("fill", "stroke")
    )


def for_notebook(theme: Theme | None = None) -> str:
    """Return the rules for blocks shown in JupyterLab, each under `.qv` so that nothing else changes."""
    theme = theme or load_theme()
    fonts = "".join([typeface.latin_face_css(), *(font.css() for font in _own_fonts(theme))])
    light, dark = css_variables(theme.light), css_variables(theme.dark)
    schemes = f".qv{{{_families(theme)}}}.qv,.qv .ground{{{light}}}[data-jp-theme-light='false'] .qv{{{dark}}}"
    rules = "".join(_rules(name) for name in ("notebook.css", "blocks.css", "digest.css"))
    return f"{fonts}{schemes}{_ROOT}{{{rules}{_number_columns()}{drawing_colours()}}}"


def _number_columns() -> str:
    """Return the rules that set the columns of numbers to the right, which in a report a class of each cell does.

    They count from the end: headings of an index that span rows stand before.
    """
    return "".join(
        f".frame:has(col.num:nth-last-child({n})) :is(td,thead tr:last-child th):nth-last-child({n})"
        "{text-align:end;font-variant-numeric:tabular-nums}"
        for n in range(1, _MOST_COLUMNS + 1)
    )


def _schemes(theme: Theme) -> str:
    light, dark = css_variables(theme.light), css_variables(theme.dark)
    return (
        f":root{{color-scheme:light dark;{_families(theme)}}}:root,.ground{{{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )


def _own_fonts(theme: Theme) -> list[Font]:
    return [font for font in (theme.text, theme.headings) if font]


def _families(theme: Theme) -> str:
    """Figures keep the family they were measured in; headings go with the text unless they have their own."""
    text, headings = (f"'{font.family}', var(--family)" if font else "" for font in (theme.text, theme.headings))
    return (
        f"--family:{typeface.STACK};--text-family:{text or 'var(--family)'};"
        f"--heading-family:{headings or 'var(--text-family)'};"
    )


@cache
def _rules(name: str) -> str:
    text = (resources.files(__package__) / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return _tight(re.sub(r"\s+", " ", text).strip())


def _tight(rules: str) -> str:
    """Return rules without the spaces and semicolons that change nothing. No string of the kit's holds any of them."""
    return re.sub(r" ?([{};,]) ?|: | (>) ", lambda sign: sign[1] or sign[2] or ":", rules).replace(";}", "}")
