"""Checks of how a brief argues: figures that nothing carries, judgements without a word or a source, cause, one-sided words, old states, weak sources."""

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from quickview.brief import analytic_words, figures_in_text, prose, translation, vocabulary
from quickview.brief.checked import Context, Drafts, last_key
from quickview.brief.records import Source, State, Term
from quickview.brief.vocabulary import Reliability, TermState
from quickview.errors import Fault
from quickview.inputs.yaml_document import Path

FRESH: Final = dt.timedelta(days=14)
"""How long a state that may change is taken to stand without a newer word."""

_MOVING: Final = (TermState.PENDING, TermState.UNDER_WAY, TermState.CONTESTED, TermState.SUSPENDED, TermState.UNKNOWN)
"""States that something else is to follow; what is in force, met, breached or ended may stay so."""

_WEAK: Final = (Reliability.E, Reliability.F)

_STANDFIRST: Final = ("title", "summary", "abstract")
"""What of the document is prose."""

_QUOTED: Final = re.compile(
    r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|\"(?:[^\"\n]|\n(?!\s*\n))*\"|‘[^‘’\n]*’|^>.*$", re.MULTILINE
)
_ID: Final = re.compile(r"[a-z0-9-]*")
_ITEM: Final = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]", re.MULTILINE)
_BREAK: Final = re.compile(r"\n[ \t]*\n(?![ \t]*(?:[-*+]|\d+[.)])[ \t])")
_TABLE: Final = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
_CODE: Final = re.compile(r"^(```|~~~)(?:.*\n)*?\1|`[^`\n]+`", re.MULTILINE)


@dataclass(frozen=True)
class _Passage:
    """A text of the desk's own: its language, and where in the file each of its characters stands."""

    text: str
    language: str
    place: Callable[[int], tuple[int, int]]
    is_section: bool = True


def _passages(context: Context) -> Iterator[_Passage]:
    """Yield the headline, standfirst, abstract and sections, in the brief's own language and in each translation."""
    own = str(context.value("document", "language") or "en")
    for section in context.sections:
        yield _Passage(section.markdown, own, section.place)
    for path, value in context.leaves:
        if not isinstance(value, str) or not path:
            continue
        is_told = len(path) > 2 and path[0] == "translations"
        language, inner = (str(path[1]), path[2:]) if is_told else (own, path)
        is_section = is_told and inner[0] == translation.SECTIONS and last_key(path) != "title"
        if is_section or (inner[0] == "document" and inner[-1] in _STANDFIRST):
            yield _Passage(value, language, partial(_place_in, context, path, value), is_section)


def _place_in(context: Context, path: Path, text: str, offset: int) -> tuple[int, int]:
    """Return where a character of a value stands: by its line where the file has it so, else by the word that begins there."""
    begin, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    line, start = text[begin : end if end >= 0 else len(text)].rstrip(), context.positions.of(path)
    within = text.count("\n") + len(text) // 20 + 3
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
    passages = list(_passages(context))
    yield from _unrecorded_figures(passages, drafts, context)
    yield from _judgements(passages, context)
    yield from _causes(passages, context)
    yield from _one_sided_words(passages, context)


def _unrecorded_figures(passages: Sequence[_Passage], drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A figure in the prose must stand in a record, where it has a source; one in a translation also in the brief's own prose."""
    own = str(context.value("document", "language") or "en")
    known, counts = figures_in_text.recorded(drafts, context), figures_in_text.lengths(context)
    said = {way for one in passages if one.language == own for figure in _figures(one) for way in figure.ways}
    for passage in passages:
        carried = known if passage.language == own else known | said
        for figure in _figures(passage):
            if not figure.ways & (carried if figure.is_measured else carried | counts):
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


def _one_sided_words(passages: Sequence[_Passage], context: Context) -> Iterator[Fault]:
    """Words that take a side are told, outside quotations and the names of actors and sources."""
    names = _names(context)
    for passage in itertools.chain(passages, _record_texts(context)):
        text = passage.text
        found = list(analytic_words.find_replaced(analytic_words.ADVOCACY, text, passage.language))
        spoken = _without(_QUOTED, text) if found else text
        for match, instead in found:
            start = match.start()
            is_quoted = spoken[start] != text[start]
            if not is_quoted and not analytic_words.is_listed(text, start) and not _is_named(text, match, names):
                message, hint = f"“{match[0]}” takes a side", f"write neutrally: {instead}; or quote who says it"
                yield context.at(passage.place(match.start()), "W-ADVOCACY", message, hint)


def _record_texts(context: Context) -> Iterator[_Passage]:
    """Yield the words of the records, less names of actors and what sources are called, in each language."""
    own = str(context.value("document", "language") or "en")
    for path, value in context.leaves:
        if not isinstance(value, str) or not path or _ID.fullmatch(value):
            continue
        is_told = len(path) > 2 and path[0] == "translations"
        language, inner = (str(path[1]), path[2:]) if is_told else (own, path)
        key, table = last_key(path), inner[0]
        is_prose = table == translation.SECTIONS or (table == "document" and key in _STANDFIRST)
        is_name = table == "sources" or key == "by" or (table == "actors" and key in {"name", "short"})
        if not is_prose and not is_name:
            yield _Passage(value, language, partial(_place_in, context, path, value), is_section=False)


def _names(context: Context) -> list[str]:
    """Return what actors and sources are called, in every language of the brief."""
    names = []
    for path, value in context.leaves:
        inner = path[2:] if path[:1] == ("translations",) else path
        is_actor = inner[:1] == ("actors",) and last_key(path) in {"name", "short"}
        if isinstance(value, str) and (is_actor or (inner[:1] == ("sources",) and last_key(path) != "late")):
            names.append(value)
    return names


def _is_named(text: str, match: re.Match[str], names: Iterable[str]) -> bool:
    """Whether a word is part of a name: of an actor or source, or of something that is written with capitals."""
    for name in names:
        start = max(match.start() - len(name), 0)
        if match[0] in name and name in text[start : match.end() + len(name)]:
            return True
    before, after = (
        text[max(match.start() - 40, 0) : match.start()].rstrip(),
        text[match.end() : match.end() + 40].lstrip(),
    )
    words = (before.rpartition(" ")[2], after.partition(" ")[0])
    return match[0][:1].isupper() and any(word[:1].isupper() for word in words)


def check_weak_sources(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A key figure must not rest on a source alone that is neither reliable nor credible."""
    graded = {source.id: source for source in drafts.get("sources") or ()}
    for path, quantity in context.records(drafts, "quantities"):
        sources = {value.source for value in quantity.values}
        weak = [graded[one] for one in sources if one in graded and _is_weak(graded[one])]
        if quantity.key and len(sources) == len(weak) == 1:
            grade = f"{weak[0].reliability}{weak[0].credibility}"
            message = f"a key figure that rests on `{weak[0].id}` alone, a source graded {grade}"
            hint = "find a second source, take `key` out, or grade it anew where it has proved sound"
            yield context.fault((*path, "values", 0, "source"), "W-SOURCE-WEAK", message, hint)


def _is_weak(source: Source) -> bool:
    return source.reliability in _WEAK and source.credibility >= 5 and not source.placeholder


def check_stale_states(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A state that something is to follow must be looked at again.

    It is as old as the later of its own day and the day its source was published. A term not started whose state is
    dated on the agreement's own day was never looked at since, whenever the text was printed. A deadline that passed
    since makes any state old.
    """
    as_of, agreement = context.as_of, drafts.get("agreement")
    published = {source.id: source.date for source in drafts.get("sources") or ()}
    if as_of is None:
        return
    claims = [*agreement.signed, agreement.effective] if agreement else []
    own_days = {claim.date for claim in claims if claim}
    for path, one in _stated(drafts, context):
        deadline = max((claim.date for claim in getattr(one, "deadlines", ())), default=None)
        never = one.state.value is TermState.PENDING and isinstance(one, Term) and one.state.date in own_days
        seen = one.state.date if never else _seen(one.state, published, as_of)
        awaited = getattr(one, "since", None)
        message = ""
        if one.state.value in _MOVING and deadline and one.state.date <= deadline < as_of:
            message = f"`{one.state.value}` since {one.state.date}, and its deadline passed on {deadline}"
        elif one.state.value in _MOVING and as_of - max(seen, min(awaited or seen, as_of)) > FRESH:
            message = f"`{one.state.value}` as of {seen}, {(as_of - seen).days} days before `as_of`"
        if message:
            hint = "look again, and give the state with its day and source; `not known` where nothing was found"
            yield context.fault((*path, "state", "date"), "W-STATE-STALE", message, hint)


def _seen(state: State, published: dict[str, dt.date | None], as_of: dt.date) -> dt.date:
    """Return the last day on which a state was told."""
    told = published.get(state.source)
    return max(state.date, min(told, as_of)) if told else state.date


def _stated(drafts: Drafts, context: Context) -> Iterator[tuple[Path, Any]]:
    agreement = drafts.get("agreement")
    rows: Sequence[Term] = agreement.terms if agreement else ()
    yield from ((("agreement", "terms", n), term) for n, term in enumerate(rows))
    yield from context.records(drafts, "measures")
