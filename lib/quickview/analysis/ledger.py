"""What became of forecasts: in a brief's own report, and all of them in the ledger, with how good they were."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup
from pydantic import ValidationError

from quickview.analysis.blocks import (
    Block,
    absent,
    from_template,
    in_language,
    mark_up,
    page_language,
    rendered,
    untranslated,
)
from quickview.analysis.canvas import capitalise
from quickview.analysis.sections import STATE_MARKS
from quickview.brief import formats
from quickview.brief.masthead import Card, DataTable, Masthead
from quickview.brief.reader import Brief
from quickview.brief.vocabulary import TermState
from quickview.errors import InputError
from quickview.evidence import scores as scoring
from quickview.evidence.ledger import COLUMNS, NAME, Entry, Ledger, State, rows
from quickview.evidence.outcomes import Fate, Verdict, of_brief
from quickview.evidence.scores import Score
from quickview.inputs.validation import read_text
from quickview.language.catalogs import Language
from quickview.language.phrases import became, left

MAX_BYTES: Final = 20_000_000
"""Largest record read; a thousand settled forecasts need about 1 MB."""

MOST_TOLD: Final = 12
"""Settled forecasts of which the page tells what happened, the latest ones."""

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
    >>> from markupsafe import Markup
    >>> print(Markup(qv.outcomes(brief).html).striptags())
    Written after 14 June 2024. ... Did not come true 2 August 2024 ... judged likely, 65% ...
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


@dataclass(frozen=True)
class LedgerPage:
    """The ledger of forecasts as a page is made of it: its record, the reader's language, and the record's digest."""

    ledger: Ledger
    language: Language
    digest: str


def read_ledger(path: Path | str, *, language: str = "") -> LedgerPage:
    """Read the record of a ledger of forecasts and check it.

    Parameters
    ----------
    path : str or Path
        The record, as `quickview forecasts --format json` and the night write it.
    language : str, optional
        ISO 639 code of the page's own words; by default that of the forecasts if it is one and the same and the interface
        speaks it, else English. Words of a forecast stay in its language and are marked so.

    Returns
    -------
    LedgerPage
        Its `ledger` holds the day in `as_of` and the forecasts in `forecasts`, those that press first.

    Raises
    ------
    InputError
        When it cannot be read or is no such record, and for what is no code of a language.

    Examples
    --------
    >>> page = qv.read_ledger("../reports/forecasts.json")
    >>> [(one.id, str(one.state)) for one in page.ledger.forecasts]
    [('holds', 'due'), ('road-reopens', 'settled')]
    """
    text = read_text(Path(path), prefix="LEDGER", limit=MAX_BYTES)
    try:
        ledger = Ledger.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = f"no ledger of forecasts: {f'`{place}`: ' if place else ''}{first['msg']}"
        hint = "name the forecasts.json that `quickview forecasts --format json` or `quickview nightly` writes"
        raise InputError.at(str(path), "E-LEDGER", message, hint) from None
    chosen = page_language(language, (one.language for one in ledger.forecasts), str(path))
    return LedgerPage(ledger, chosen, hashlib.sha256(text.encode()).hexdigest())


def ledger_masthead(page: LedgerPage) -> Block:
    """Return the head of the ledger: how many forecasts there are on its day, how many press, how many were scored.

    Parameters
    ----------
    page : LedgerPage
        As `qv.read_ledger` returns it.

    Returns
    -------
    Block
        `data` is the record of the page, with `tables`: `forecasts`, a row a forecast, probabilities in per cent.

    Examples
    --------
    >>> qv.ledger_masthead(page).data["title"]
    '2 forecasts, 1 due, 1 settled'
    """
    language, ledger = page.language, page.ledger
    _, ngettext, count = language.gettext, language.ngettext, len(ledger.forecasts)
    told = {state: len(ledger.of(state)) for state in State}
    overdue, due, settled = (told[one] for one in (State.OVERDUE, State.DUE, State.SETTLED))
    said = [
        ngettext("{n} forecast", "{n} forecasts", count, n=count),
        ngettext("{n} overdue", "{n} overdue", overdue, n=overdue) if overdue else "",
        ngettext("{n} due", "{n} due", due, n=due) if due else "",
        ngettext("{n} settled", "{n} settled", settled, n=settled) if settled else "",
    ]
    title, dateline = _(", ").join(filter(None, said)), _("As of {day}", day=formats.day(ledger.as_of, language))
    summary = _("What was judged, what is still open, and how good the judgements were that are settled.")
    record = Masthead(
        name=NAME, title=title, summary=summary, series=_("Quick View"), language=language.code, as_of=ledger.as_of,
        digest=page.digest, card=Card(dateline=dateline), tables=[DataTable(name=NAME, columns=COLUMNS, rows=rows(ledger))],
    )  # fmt: skip
    return _filled("masthead", page, data=record.data, title=title, summary=summary, dateline=dateline)


def pending(page: LedgerPage) -> Block:
    """Return the forecasts that are not settled: those overdue first, then those due within 14 days, then the others.

    Parameters
    ----------
    page : LedgerPage
        As `qv.read_ledger` returns it.

    Returns
    -------
    Block
        A table as HTML: state, forecast and report, likelihood in per cent, last day. Empty where all are settled.

    Examples
    --------
    >>> "To be settled in 3 days" in qv.pending(page).html
    True
    """
    waiting = page.ledger.of(State.OVERDUE, State.DUE, State.OPEN)
    return _filled("pending", page, rows=[_row(one, page) for one in waiting])


def settled(page: LedgerPage) -> Block:
    """Return the forecasts that are settled, the latest first.

    Parameters
    ----------
    page : LedgerPage
        As `qv.read_ledger` returns it.

    Returns
    -------
    Block
        A table as HTML: what became of it and when that was known, forecast and report, what happened and who tells of it,
        likelihood in per cent. Empty where none is settled.

    Examples
    --------
    >>> "Did not come true" in qv.settled(page).html
    True
    """
    done = sorted(page.ledger.of(State.SETTLED), key=lambda one: (one.settled, one.report, one.id), reverse=True)
    return _filled("settled", page, rows=[_row(one, page) for one in done], most=MOST_TOLD)


def scores(page: LedgerPage) -> Block:
    """Return how good the forecasts were that came true or did not, held against an even chance and the base rate.

    Parameters
    ----------
    page : LedgerPage
        As `qv.read_ledger` returns it.

    Returns
    -------
    Block
        Formulas and tables as HTML: Brier and log score, lower is better, of all and by desk and word. A range is scored
        at its middle; what came true in part, or could not be settled, is counted and not scored. Empty where none is.

    Notes
    -----
    Brier score: Brier, *Monthly Weather Review* 78 (1950). Log score: Good, *JRSS B* 14 (1952). In the latter a
    probability counts as at least 0.1 % and at most 99.9 %.

    Examples
    --------
    >>> "0.423" in qv.scores(page).html
    True
    """
    scored, language = page.ledger.scored, page.language
    if not scored:
        return Block("scores", "", language)
    _ = language.gettext
    compared = [
        (_("These forecasts"), scoring.score(scored)),
        (_("Always 50%"), scoring.always_even(scored)),
        (_("The base rate, known only afterwards"), scoring.base_rate(scored)),
    ]
    groups = [
        (_("By desk"), [(name or "–", one) for name, one in scoring.by(scored, lambda one: one.desk).items()]),
        (_("By word"), [(capitalise(_(name)), one) for name, one in scoring.by_word(scored).items()]),
    ]
    return _filled(
        "scores", page, compared=[_score(name, one, language) for name, one in compared],
        groups=[(title, [_score(name, one, language) for name, one in told]) for title, told in groups],
        formulas=_formulas(), few=len(scored) < scoring.FEW, count=len(scored), unscored=len(page.ledger.unscored),
        ends=[formats.percent(end, end, language) for end in (scoring.CLIP * 100, 100 - scoring.CLIP * 100)],
    )  # fmt: skip


def _formulas() -> dict[str, Markup]:
    from latex2mathml import converter

    latex = {
        "brier": r"\frac{1}{n}\sum_{i=1}^{n}(p_i-o_i)^2",
        "log": r"-\frac{1}{n}\sum_{i=1}^{n}\ln\left(o_i p_i+(1-o_i)(1-p_i)\right)",
    }
    return {name: Markup(converter.convert(one, display="block")) for name, one in latex.items()}  # noqa: S704 (the kit's own)


def _score(name: str, one: Score, language: Language) -> dict[str, str]:
    """Return a row of the tables of scores, in words."""
    shares = {key: round(getattr(one, key) * 100) for key in ("forecast", "came_true")}
    return {
        "name": name, "count": language.number(one.count),
        **{key: formats.percent(share, share, language) for key, share in shares.items()},
        **{key: language.number(getattr(one, key), decimals=3) for key in ("brier", "log")},
    }  # fmt: skip


def _row(one: Entry, page: LedgerPage) -> dict[str, Any]:
    """Return what the tables say of a forecast; its own words are marked where they are not in the page's language."""
    language, _ = page.language, page.language.gettext
    by = one.days if one.days is not None and one.state is not State.SETTLED else None
    return {
        "entry": one,
        "page": f"../{one.report}/{one.report}.html",
        "state": capitalise(left("forecast", by, language)) if by is not None else _("Open"),
        "title": _own(one.title, one.language, page),
        "headline": _own(one.headline, one.language, page),
        "horizon": _own(one.horizon, one.language, page),
        "word": capitalise(_(one.word)),
        "range": formats.percent(one.low, one.high, language),
        "day": formats.day(one.date, language) if one.date else "",
        "became": became(one.outcome, language) if one.outcome else "",
        "mark": _mark(one.outcome) if one.outcome else "",
        "settled": formats.day(one.settled, language) if one.settled else "",
        "note": _own(one.note, one.note_language, page),
        "told": formats.day(one.source.date, language) if one.source and one.source.date else "",
    }


def _own(text: str, code: str, page: LedgerPage) -> Markup:
    return in_language(text, Language(code) if code else page.language, page.language)


def _filled(block_id: str, page: LedgerPage, *, data: dict[str, Any] | None = None, **context: Any) -> Block:
    """Fill the ledger's template for a block; where its `rows` are none, it is empty."""
    if not context.get("rows", True):
        return Block(block_id, "", page.language)
    html = rendered(f"ledger_{block_id}", page.language, language=page.language, **context)
    return Block(block_id, html, page.language, data or {})
