"""Checks of how a brief argues: figures that nothing carries, judgements without a word or a source, cause, one-sided words, old states, weak sources."""

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from quickview.brief import analytic_words, figures_in_text, prose, vocabulary
from quickview.brief.checked import Context, Drafts, is_prose, last_key, own_path
from quickview.brief.records import Term
from quickview.brief.vocabulary import Reliability, TermState
from quickview.errors import Fault
from quickview.inputs.yaml_document import Path

FRESH: Final = dt.timedelta(days=14)
"""How long a state that may change is taken to stand without a newer word."""

_MOVING: Final = (TermState.PENDING, TermState.UNDER_WAY, TermState.CONTESTED, TermState.SUSPENDED, TermState.UNKNOWN)
"""States that something else is to follow; what is in force, met, breached or ended may stay so."""

_WEAK: Final = (Reliability.E, Reliability.F)

_QUOTED: Final = re.compile(
    r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|\"(?:[^\"\n]|\n(?!\s*\n))*\"|‘[^‘’\n]*’|^>.*$", re.MULTILINE
)
_ID: Final = re.compile(r"[a-z0-9-]*")
_ITEM: Final = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]", re.MULTILINE)
_BREAK: Final = re.compile(r"\n[ \t]*\n(?![ \t]*(?:[-*+]|\d+[.)])[ \t])")
_WITHIN: Final = 300
"""Lines of the file within which a word of a value is sought."""
_TABLE: Final = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
_CODE: Final = re.compile(r"^(```|~~~)(?:.*\n)*?\1|`[^`\n]+`", re.MULTILINE)


@dataclass(frozen=True)
class _Passage:
    """A text of the desk's own: its language, and where in the file each of its characters stands."""

    text: str
    language: str
    place: Callable[[int], tuple[int, int]]
    is_section: bool = True


def _passages(texts: Iterable[tuple[Path, _Passage]], context: Context) -> Iterator[_Passage]:
    """Yield the headline, standfirst, abstract and sections, in the brief's own language and in each translation."""
    for section in context.sections:
        yield _Passage(section.markdown, context.language, section.place)
    for path, passage in texts:
        if is_prose(path) and not (passage.is_section and last_key(path) == "title"):
            yield passage


def _texts(context: Context) -> Iterator[tuple[Path, _Passage]]:
    """Yield each text of the facts, in every language, with its path in them."""
    for path, value in context.leaves:
        inner = own_path(path)
        if isinstance(value, str) and inner:
            language = context.language if inner == path else str(path[1])
            yield (
                inner,
                _Passage(value, language, functools.partial(_place_in, context, path, value), inner[0] == "sections"),
            )


def _place_in(context: Context, path: Path, text: str, offset: int) -> tuple[int, int]:
    """Return where a character of a value stands: by its line where the file has it so, else by the word that begins there."""
    begin, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    line, start = text[begin : end if end >= 0 else len(text)].rstrip(), context.positions.of(path)
    within = min(len(text) // 2 + 3, _WITHIN)
    row, column = context.place(line, start, within)
    if context.lines[row - 1].find(line, column - 1) == column - 1:
        return row, column + offset - begin
    return context.place(re.split(r"\s", text[offset:], maxsplit=1)[0], start, within)


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Return a text of the same length with what a pattern matches blanked out."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _own_words(text: str) -> str:
    """Return a text of the same length without quotations, code and citations: what is said in the desk's own voice."""
    for pattern in (_CODE, prose.CITATION, _QUOTED):
        text = _without(pattern, text)
    return text


def check_text(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """What the desk says in its own words: figures that a record carries, judgements by the yardstick, no cause from counts, no side taken."""
    texts = list(_texts(context))
    passages = list(_passages(texts, context))
    yield from _unrecorded_figures(passages, drafts, context)
    yield from _judgements(passages, context)
    yield from _causes(passages, context)
    yield from _one_sided_words(passages, texts, context)


def _unrecorded_figures(passages: Sequence[_Passage], drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A figure in the prose must stand in a record, where it has a source; one in a translation also in the brief's own prose."""
    own = context.language
    figures = [(passage, figure) for passage in passages for figure in _figures(passage)]
    if not figures:
        return
    known, counts = figures_in_text.recorded(drafts, context), figures_in_text.lengths(context)
    said = known.union(*(figure.ways for passage, figure in figures if passage.language == own))
    for passage, figure in figures:
        is_count = not figure.is_measured and figure.ways & counts
        if not is_count and not figure.ways & (known if passage.language == own else said):
            message = f"“{figure.written}” stands in no record of the brief"
            hint = "give it in `quantities`, a table or the record it belongs to, with who says so; or correct it"
            yield context.at(passage.place(figure.offset), "W-FIGURE-UNSOURCED", message, hint)


def _figures(passage: _Passage) -> Iterator[figures_in_text.Figure]:
    text = passage.text
    for pattern in (_CODE, _TABLE, prose.CITATION):
        text = _without(pattern, text)
    return figures_in_text.find(text)


def _judgements(passages: Sequence[_Passage], context: Context) -> Iterator[Fault]:
    """A likelihood is told by a word of the yardstick, and what is to come with a source."""
    for passage in passages:
        text = _own_words(passage.text)
        for match, word in analytic_words.find_replaced(analytic_words.LIKELIHOOD, text, passage.language):
            message = f"“{' '.join(match[0].split())}” is no word of the yardstick (ICD 203)"
            hint = f"write “{word}”, or the word that its number stands for; keep a source's own word in quotes"
            yield context.at(passage.place(match.start()), "W-JUDGEMENT-WORD", message, hint)
        if passage.is_section:
            for offset in _unsourced(passage, text):
                message, hint = "a judgement of what is to come, without a source", "cite whose it is: `[@source-id]`"
                yield context.at(passage.place(offset), "W-JUDGEMENT-SOURCE", message, hint)


def _unsourced(passage: _Passage, own_words: str) -> Iterator[int]:
    """Yield where sentences begin that tell what is to come, and neither they nor what follows them in the paragraph cites."""
    for start, end in _paragraphs(passage.text):
        last = max((match.end() for match in prose.CITATION.finditer(passage.text, start, end)), default=0)
        last = end if last and _ITEM.search(passage.text, start, end) else last
        for offset, sentence in vocabulary.sentences(passage.text[start:end]):
            begin = start + offset
            said = own_words[begin : begin + len(sentence)]
            if begin >= last and analytic_words.holds(analytic_words.AHEAD, said, passage.language):
                yield begin


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where paragraphs begin and end; a list belongs to the sentence before it, whose citation speaks for its items."""
    ends = [match.span() for match in _BREAK.finditer(text)]
    yield from zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True)


def _causes(passages: Sequence[_Passage], context: Context) -> Iterator[Fault]:
    """That counts of events went up or down after something does not show that it made them do so."""
    words = analytic_words
    for passage in passages:
        text = _own_words(passage.text)
        for offset, sentence in vocabulary.sentences(text):
            lists = (words.COUNTED, words.CHANGE)
            claim = next(iter(words.find(words.CAUSE, sentence, passage.language)), None)
            if claim is None or not all(words.holds(one, sentence, passage.language) for one in lists):
                continue
            if not words.holds(words.CLAIMED, sentence, passage.language):
                message = f"“{' '.join(claim[0].split())}”: counts of events do not show what made them change"
                hint = "say what was before and what after, or whose claim it is (“according to …”)"
                yield context.at(passage.place(offset + claim.start()), "W-CAUSE", message, hint)


def _one_sided_words(
    passages: Sequence[_Passage], texts: Sequence[tuple[Path, _Passage]], context: Context
) -> Iterator[Fault]:
    """Words that take a side are told, in prose and records, outside quotations and the names of actors and sources."""
    texts = [(path, text) for path, text in texts if not is_prose(path) and not _ID.fullmatch(text.text)]
    names = {text.text for path, text in texts if _names(path) and last_key(path) != "late"}
    named = functools.cache(lambda word: [name for name in names if word in name])
    records = [text for path, text in texts if not _names(path) and last_key(path) != "by"]
    for passage in [*passages, *records]:
        text = passage.text
        found = list(analytic_words.find_replaced(analytic_words.ADVOCACY, text, passage.language))
        spoken = _without(_QUOTED, text) if found else text
        for match, instead in found:
            start = match.start()
            is_quoted = spoken[start] != text[start]
            if (
                not is_quoted
                and not analytic_words.is_listed(text, start)
                and not _is_named(text, match, named(match[0]))
            ):
                message, hint = f"“{match[0]}” takes a side", f"write neutrally: {instead}; or quote who says it"
                yield context.at(passage.place(match.start()), "W-ADVOCACY", message, hint)


def _names(path: Path) -> bool:
    """Whether what stands at a path of the facts names an actor, or tells of a source."""
    return path[0] == "sources" or (path[0] == "actors" and last_key(path) in {"name", "short"})


def _is_named(text: str, match: re.Match[str], names: Iterable[str]) -> bool:
    """Whether a word is part of a name: of those that hold it, or of something that is written with capitals."""
    for name in names:
        start = max(match.start() - len(name), 0)
        if name in text[start : match.end() + len(name)]:
            return True
    before, after = text[: match.start()].rstrip()[-40:], text[match.end() :].lstrip()[:40]
    beside = (before.rpartition(" ")[2], after.partition(" ")[0])
    return match[0][:1].isupper() and any(word[:1].isupper() for word in beside)


def check_weak_sources(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A key figure must not rest on a source alone that is neither reliable nor credible."""
    graded = {source.id: source for source in drafts.get("sources") or ()}
    for path, quantity in context.records(drafts, "quantities"):
        sources = {value.source for value in quantity.values}
        alone = graded.get(sources.pop()) if quantity.key and len(sources) == 1 else None
        if alone and alone.reliability in _WEAK and alone.credibility >= 5 and not alone.placeholder:
            grade = f"{alone.reliability}{alone.credibility}"
            message = f"a key figure that rests on `{alone.id}` alone, a source graded {grade}"
            hint = "find a second source, take `key` out, or grade it anew where it has proved sound"
            yield context.fault((*path, "values", 0, "source"), "W-SOURCE-WEAK", message, hint)


def check_stale_states(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A state that something is to follow must be looked at again.

    It is as old as the later of its own day and the day its source was published. A term not started whose state is
    dated on the agreement's own day was never looked at since, whenever the text was printed. A deadline that passed
    since makes any state old.
    """
    as_of, agreement = context.as_of, drafts.get("agreement")
    if as_of is None:
        return
    published = {source.id: min(source.date or dt.date.min, as_of) for source in drafts.get("sources") or ()}
    own_days = {claim.date for claim in (*agreement.signed, agreement.effective) if claim} if agreement else set()
    terms = [(("agreement", "terms", n), term) for n, term in enumerate(agreement.terms if agreement else ())]
    for path, one in [*terms, *context.records(drafts, "measures")]:
        state = one.state
        if state.value not in _MOVING:
            continue
        deadline = max((claim.date for claim in getattr(one, "deadlines", ())), default=None)
        never = state.value is TermState.PENDING and isinstance(one, Term) and state.date in own_days
        seen = state.date if never else max(state.date, published.get(state.source, state.date))
        awaited = getattr(one, "since", None) or seen
        message = ""
        if deadline and state.date <= deadline < as_of:
            message = f"`{state.value}` since {state.date}, and its deadline passed on {deadline}"
        elif as_of - max(seen, min(awaited, as_of)) > FRESH:
            message = f"`{state.value}` as of {seen}, {(as_of - seen).days} days before `as_of`"
        if message:
            hint = "look again, and give the state with its day and source; `not known` where nothing was found"
            yield context.fault((*path, "state", "date"), "W-STATE-STALE", message, hint)
