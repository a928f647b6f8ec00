"""What became of forecasts: in a brief's own report, and all of them in the ledger, with how good they were."""

from typing import Any, Final

from markupsafe import Markup

from quickview.analysis.blocks import Block, absent, from_template, mark_up, untranslated
from quickview.analysis.sections import STATE_MARKS
from quickview.brief.reader import Brief
from quickview.brief.vocabulary import TermState
from quickview.evidence.outcomes import Fate, Verdict, of_brief
from quickview.language.phrases import became

_MARKS: Final = {
    Verdict.YES: TermState.MET,
    Verdict.NO: TermState.BREACHED,
    Verdict.PARTLY: TermState.CONTESTED,
    Verdict.VOID: TermState.ENDED,
}
"""What is drawn for an outcome: the marks that terms have, which differ without colour."""


def outcomes(brief: Brief) -> Block:
    """Return what became of the brief's forecasts, apart from all that was known when it was written.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it. What became of it stands in `outcomes.yaml`, beside the brief.

    Returns
    -------
    Block
        One part a settled forecast, as HTML: what became of it, the day on which that was known, what had been judged,
        and the source. Empty where none is settled.

    Raises
    ------
    InputError
        With every fault of the brief's part of `outcomes.yaml`.

    Examples
    --------
    >>> qv.outcomes(brief).html
    ''
    """
    fates = of_brief(brief)[0]
    if not fates:
        return absent("outcomes", brief)
    return from_template("outcomes", brief, rows=[_fate(one, brief) for one in fates])


def _fate(one: Fate, brief: Brief) -> dict[str, Any]:
    told = one.is_translated or brief.language == brief.own
    return {
        "forecast": one.forecast,
        "outcome": one.outcome,
        "became": became(one.outcome.outcome, brief.language),
        "mark": _mark(one.outcome.outcome),
        "note": mark_up(one.note, brief) if told else untranslated(one.note, brief),
    }


def _mark(verdict: Verdict) -> Markup:
    return Markup(STATE_MARKS[_MARKS[verdict]])  # noqa: S704 (the kit's own)
