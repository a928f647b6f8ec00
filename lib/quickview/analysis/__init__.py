"""From a brief and its layers to figures and tables; notebooks import this.

Each function takes a brief (some also its territory), or for a digest an edition, and
returns a plotly figure or a `Block`, ready to stand as the last expression of a cell.
A block whose `html` is empty stands for a part that the brief has nothing for.

Examples are those of a notebook in a folder beside that of the briefs; `brief`, `territory`, `edition` and
`page` are what `load`, `read_territory`, `read_edition` and `read_ledger` returned in its first cells.
"""

from quickview.analysis.calibration import calibration
from quickview.analysis.control import control
from quickview.analysis.digest import deadlines, digest_masthead, forecasts, moved
from quickview.analysis.edition import read_edition
from quickview.analysis.evidence_matrix import evidence_matrix
from quickview.analysis.exhibit import data, figure, table, tables
from quickview.analysis.hypotheses import hypotheses
from quickview.analysis.ledger import ledger_masthead, outcomes, pending, read_ledger, scores, settled
from quickview.analysis.look import use_look
from quickview.analysis.monitor import monitor_summary, monitor_weeks, read_monitor
from quickview.analysis.monitor_map import monitor_map
from quickview.analysis.network import network
from quickview.analysis.outlook import drivers, judgement, yardstick
from quickview.analysis.sections import (
    changes,
    further,
    measures,
    method,
    precedents,
    related,
    section,
    sources,
    stances,
    terms,
)
from quickview.analysis.session import load
from quickview.analysis.summary import key_figures, masthead, monitor_masthead
from quickview.analysis.term_history import term_history
from quickview.analysis.territory import read_territory
from quickview.analysis.territory_map import territory_map
from quickview.analysis.timeline import timeline
from quickview.analysis.world_map import places_map

__all__ = [
    "calibration", "changes", "control", "data", "deadlines", "digest_masthead", "drivers", "evidence_matrix", "figure", "forecasts",
    "further", "hypotheses", "judgement", "key_figures", "ledger_masthead", "load", "masthead", "measures", "method",
    "monitor_map", "monitor_masthead", "monitor_summary", "monitor_weeks", "moved", "network", "outcomes", "pending",
    "places_map", "precedents", "read_edition", "read_ledger", "read_monitor", "read_territory", "related", "scores",
    "section", "settled", "sources", "stances", "table", "tables", "term_history", "terms", "territory_map",
    "timeline", "use_look", "yardstick",
]  # fmt: skip


def __dir__() -> list[str]:
    """What notebooks are meant to call."""
    return __all__
