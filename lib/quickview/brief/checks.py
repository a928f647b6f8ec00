"""What must hold between the records of a brief, beyond their types.

Each check looks at the records that are sound and yields faults, so that one
faulty record does not hide the rest.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any, Final

from quickview.brief import data, prose, translation, vocabulary
from quickview.brief.checked import REFERENCES, Check, Context, Drafts, day, last_key, table_of
from quickview.brief.checks_of_analysis import check_stale_states, check_text, check_weak_sources
from quickview.brief.checks_of_hypotheses import check_hypotheses
from quickview.brief.checks_of_places import check_country, check_monitor, check_places
from quickview.brief.checks_of_prose import (
    check_citations,
    check_figures,
    check_glyphs,
    check_language,
    check_markdown,
    check_notebook,
    check_prose_words,
    check_quotes,
    check_sections,
    check_sentences,
)
from quickview.brief.confirmation import check_placeholders, check_unconfirmed
from quickview.brief.related import check_related
from quickview.brief.vocabulary import Stance, last_day
from quickview.errors import Fault, InputError, Known, did_you_mean
from quickview.inputs.yaml_document import Path


def run(drafts: Drafts, context: Context) -> list[Fault]:
    """Run every check; `drafts` holds the sound records by field name of `Facts`."""
    return [fault for check in CHECKS for fault in check(drafts, context)]


def check_references(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Every id named must exist, as far as the list it stands in can be read."""
    known = {table: context.ids(table) for table in set(REFERENCES.values())}
    # Of a list that cannot be read, or that a misspelt key may hold, nothing is known; of one that is not there, once.
    settled = {table for table, ids in known.items() if not ids and (context.value(table) or context.has_unknown_keys)}
    for path, value in context.leaves:
        table = table_of(path)
        if table is None or (path[0] == table and len(path) < 3) or table in settled or not isinstance(value, str):
            continue
        if value not in known[table]:
            settled |= {table} if not known[table] else set()
            message, hint = f"no {table[:-1]} has the id `{value}`", did_you_mean(value, known[table])
            yield context.fault(path, f"E-REF-{table[:-1].upper()}", message, hint)


def check_ids(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """No id may be given twice in a list."""
    tables = ("sources", "sides", "stances", "actors", "quantities", "measures", "sites", "events", "calendar",
              "forecasts", "hypotheses", "tables", "figures", "precedents")  # fmt: skip
    for table in (*((name,) for name in tables), ("agreement", "terms")):
        counts = Counter(context.ids(*table))
        seen: set[str] = set()
        for path, row in context.rows(*table):
            name = row.get("id")
            if not isinstance(name, str):
                continue
            if name in seen:
                hint = f"choose another, such as `{name}-{counts[name]}`"
                yield context.fault((*path, "id"), "E-ID-TWICE", f"the id `{name}` is taken", hint)
            if table == ("sources",) and name.startswith(prose.FIGURE):
                message, hint = (
                    f"`{name}` begins as the ids of figures do",
                    f"write `{name.removeprefix(prose.FIGURE)}`",
                )
                yield context.fault((*path, "id"), "E-ID-FIGURE", message, f"{hint}, or no citation is taken for one")
            seen.add(name)


def check_hindsight(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Nothing that happened after `as_of` may stand in a brief."""
    as_of = context.as_of
    if as_of is None:
        return
    for path, date in _raw_dates(context):
        if date > as_of:
            message = f"{date} is after `as_of` ({as_of})"
            hint = "leave it out, or write a later edition with a later `as_of`"
            yield context.fault(path, "E-HINDSIGHT", message, hint)
    for path, scheduled in context.records(drafts, "calendar"):
        if last_day(scheduled.date, scheduled.precision) <= as_of:
            message = f"{scheduled.date} is not after `as_of` ({as_of})"
            hint = "put what has happened among `events`, or drop what did not"
            yield context.fault((*path, "date"), "E-CALENDAR", message, hint)
    for path, forecast in context.records(drafts, "forecasts"):
        if forecast.horizon.date and forecast.horizon.date <= as_of:
            message = f"the horizon {forecast.horizon.date} has passed at `as_of`"
            yield context.fault((*path, "horizon", "date"), "E-HORIZON", message, "give a horizon that lies ahead")


def _raw_dates(context: Context) -> Iterator[tuple[Path, dt.date]]:
    """Yield dates of facts: events, precedents, signatures and states of terms and measures."""
    for path, value in context.leaves:
        if last_key(path) == "date" and (date := day(value)):
            happened = path[0] in {"agreement", "measures"} and {"signed", "state", "states"} & set(path)
            if happened or path[0] in {"events", "precedents"}:
                yield path, date


def check_late_sources(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A source published after `as_of` must say why it stands here."""
    as_of = context.as_of
    if as_of is None:
        return
    for path, source in context.records(drafts, "sources"):
        if source.date and source.date > as_of and not source.late:
            message = f"published {source.date}, after `as_of` ({as_of})"
            hint = "leave it out, or say in `late: …` why it may stand for what had already happened"
            yield context.fault((*path, "date"), "E-SOURCE-LATE", message, hint)
        if source.late and source.date and source.date <= as_of:
            message = "`late` is given, but the source is not later than `as_of`"
            yield context.fault((*path, "late"), "E-SOURCE-LATE", message, "remove `late`")


def check_words(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A forecast's word must be of the yardstick and agree with its number, all of one row."""
    first: str | None = None
    for record, forecast in context.records(drafts, "forecasts"):
        path = (*record, "word")
        if forecast.word not in vocabulary.WORDS:
            hint = did_you_mean(forecast.word, vocabulary.WORDS)
            yield context.fault(path, "E-WORD", f"`{forecast.word}` is not an ICD 203 word", hint)
            continue
        low, high = forecast.probability.low, forecast.probability.high
        if not vocabulary.agrees(forecast.word, low, high):
            yield context.fault(*_misjudged(path, forecast.word, low, high))
        first = first or forecast.word
        row = vocabulary.row_of(first)
        if vocabulary.row_of(forecast.word) != row:
            hint = f"write `{vocabulary.band_of(forecast.word).words[row]}`, of the row of `{first}`"
            yield context.fault(path, "E-WORD-ROWS", f"`{forecast.word}` is of the other row of ICD 203", hint)


def _misjudged(path: Path, word: str, low: float, high: float) -> tuple[Path, str, str, str]:
    """Return the fault of a number that does not go with its word; a share of one is told as such."""
    if 0 < high <= 1 and vocabulary.agrees(word, low * 100, high * 100):
        message = f"the probability is {low:g}–{high:g}, and `{word}` stands for more"
        hint = f"write per cent: `low: {low * 100:g}, high: {high * 100:g}`"
        return (*path[:-1], "probability", "low"), "E-PERCENT", message, hint
    return path, "E-WORD-NUMBER", *_disagreement(word, low, high)


def _disagreement(word: str, low: float, high: float) -> tuple[str, str]:
    band = vocabulary.band_of(word)
    better = vocabulary.words_for(low, high)
    message = f"`{word}` stands for {band.low}–{band.high} %, but the probability is {low:g}–{high:g} %"
    hint = (
        f"write `{better[-1]}`, or a range inside {band.low}–{band.high}" if better else "narrow the range to one band"
    )
    return message, hint


def check_deadlines(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A deadline must lie after the day the agreement takes effect."""
    effective = day(context.value("agreement", "effective", "date"))
    if effective is None:
        return
    for path, value in context.leaves:
        if path[:2] == ("agreement", "terms") and "deadlines" in path and path[-1] == "date":
            deadline = day(value)
            if deadline and deadline <= effective:
                message = f"the deadline {deadline} is not after the agreement takes effect ({effective})"
                hint = "check the year, or the effective date"
                if deadline == effective:
                    hint = "leave it out: what was due that day has a `state`, met or not"
                yield context.fault(path, "E-DEADLINE", message, hint)


def check_states(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """States ascend by date, stand in one form, and begin with the signature of the agreement unless a note says why not."""
    signed = min(
        (date for _, row in context.rows("agreement", "signed") if (date := day(row.get("date")))), default=None
    )
    for table in (("agreement", "terms"), ("measures",)):
        for path, row in context.rows(*table):
            if row.get("state") and row.get("states"):
                message = "both `state` and `states` are given"
                yield context.fault((*path, "state"), "E-STATE-TWICE", message, "put it last among `states`")
            states = context.below(path, row, "states")
            yield from _descending(states, context)
            alone = row.get("state")
            for spot, state in states or ([((*path, "state"), alone)] if isinstance(alone, dict) else []):
                date = day(state.get("date"))
                if table[0] == "agreement" and date and signed and date < signed and not state.get("note"):
                    message = f"{date} is before the agreement was signed ({signed})"
                    hint = "check the year, or say in a `note` how it could be so before"
                    yield context.fault((*spot, "date"), "E-STATE-EARLY", message, hint)


def _descending(states: Sequence[tuple[Path, Mapping[str, Any]]], context: Context) -> Iterator[Fault]:
    """Yield each state that is not later than the one before it."""
    dates = [(path, date) for path, state in states if (date := day(state.get("date")))]
    for (_, before), (path, date) in pairwise(dates):
        if date <= before:
            message = f"{date} is not after the state before it ({before})"
            yield context.fault((*path, "date"), "E-STATE-ORDER", message, "give the oldest first, one a day")


def check_stances(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A stance is one of the kit's words, or of the brief's own scale where it has one."""
    own = context.ids("stances")
    known = own or list(Stance)
    for path, row in context.rows("actors"):
        stance = row.get("stance")
        if isinstance(stance, str) and stance not in known and (own or not context.value("stances")):
            message = f"`{stance}` is none of {'the stances of this brief' if own else 'the stances'}"
            hint = did_you_mean(stance, known, whole=True)
            hint = hint if own else f"{hint}; or give a scale of your own in `stances`"
            yield context.fault((*path, "stance"), "E-WORD", message, hint)


def check_relations(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A relation joins two actors, and each kind of relation once."""
    seen: set[tuple[object, ...]] = set()
    for path, row in context.rows("relations"):
        triple = (row.get("from"), row.get("kind"), row.get("to"))
        if not all(isinstance(step, str) for step in triple):
            continue
        if row["from"] == row["to"]:
            yield context.fault(path, "E-RELATION-SELF", f"`{row['from']}` is related to itself", "name another actor")
        if triple in seen:
            yield context.fault(path, "E-RELATION-TWICE", "this relation is given twice", "remove one")
        seen.add(triple)


def check_tables(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A table's rows must be as long as it has columns, and its file must hold what the columns say."""
    for path, table in context.records(drafts, "tables"):
        wrong = list(data.problems(table))
        yield from (context.fault(path, *problem) for problem in wrong)
        try:
            if not wrong:
                data.read(table, FilePath(context.file).parent)
        except InputError as error:
            own = (replace(one, file=context.file) for one in error.faults if not one.file)
            for one in own:
                line, column = context.positions.of((*path, "rows", one.line - 1, one.column - 1))
                yield replace(one, line=line, column=column)
            yield from (one for one in error.faults if one.file)


def check_translations(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Translated prose must be as sound as the brief's own, and belong to one of its sections."""
    sections, sources = Known(s.id for s in context.sections), context.ids("sources")
    translations = context.value("translations")
    languages = tuple(translations) if isinstance(translations, dict) else ()
    written = (one.get("text") for code in languages for one in translation.prose_of(context.tree, code).values())
    if too_much := prose.excess("\n".join(text for text in written if isinstance(text, str)), times=2):
        yield context.fault(("translations",), *too_much)
        return
    for language in languages:
        problems = translation.prose_problems(context.tree, language, sections=sections, sources=sources)
        yield from translation.faults_of(problems, context.positions, context.file)


CHECKS: Final[tuple[Check, ...]] = (
    check_ids,
    check_references,
    check_citations,
    check_sections,
    check_hindsight,
    check_late_sources,
    check_notebook,
    check_words,
    check_sentences,
    check_prose_words,
    check_deadlines,
    check_states,
    check_stances,
    check_relations,
    check_country,
    check_places,
    check_monitor,
    check_tables,
    check_translations,
    check_quotes,
    check_markdown,
    check_figures,
    check_language,
    check_glyphs,
    check_unconfirmed,
    check_placeholders,
    check_text,
    check_weak_sources,
    check_stale_states,
    check_hypotheses,
    check_related,
)
