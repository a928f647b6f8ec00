"""Do once, with nothing at stake, what takes time only the first time it is done in a process."""

from pathlib import Path
from typing import Any, Final

from IPython.core.formatters import DisplayFormatter
from plotly import io as pio
from plotly.graph_objects import Figure

from quickview import analysis as qv
from quickview.analysis import display, look
from quickview.analysis.session import SESSION
from quickview.theme import plotly_template
from quickview.theme.theme import load_theme

_STAGE: Final = Path(__file__).parent / "stage"
"""A brief with something of every kind, and its layers."""


def rehearse() -> None:
    """Show every part of a small brief to nobody; nothing of it is kept.

    It fills what libraries load when they are first used: plotly's validators and its
    template, the fonts, PROJ's database, Markdown's rules, catalogues, templates, the shipped theme.
    """
    brief = qv.load(_STAGE / "rehearsal.md", catalog=_STAGE / "catalog.yaml")
    territory = qv.read_territory(brief)
    of_brief = (qv.masthead, qv.changes, qv.judgement, qv.terms, qv.stances, qv.network, qv.timeline, qv.precedents,
                qv.further, qv.related, qv.yardstick, qv.drivers, qv.sources)  # fmt: skip
    shown: list[Any] = [qv.use_look(), qv.territory_map(territory), qv.section(brief, "what-happened")]
    shown += [part(brief) for part in of_brief]
    shown += [part(brief, territory) for part in (qv.key_figures, qv.method)]
    formatter = DisplayFormatter()
    SESSION.clear()
    stock = pio.templates.default
    look.dress_plotly(load_theme())
    pio.templates.default = stock
    del pio.templates[plotly_template.NAME]
    for part in shown:
        if isinstance(part, Figure):
            display.still(part)
        else:
            formatter.format(part)  # type: ignore[no-untyped-call]
