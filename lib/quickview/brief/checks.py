"""What must hold between the records of a brief, beyond their types.

Each check looks at the records that are sound and yields faults, so that one
faulty record does not hide the rest.
"""

import datetime as dt
import html
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any, Final

from quickview.brief import data, geography, prose, translation, vocabulary
from quickview.brief.prose import Section
from quickview.brief.records import Facts
from quickview.brief.vocabulary import RouteKind, Stance, last_day
from quickview.errors import Fault, InputError, did_you_mean
from quickview.inputs.yaml_document import Path, Positions, Tree
from quickview.language import glyphs
from quickview.language.catalogs import LANGUAGES, countries
from quickview.layers.catalog import Catalog, read_features

NEAR_KM: Final = 50.0
"""How far outside the territory a city, event or site may lie before it is taken for a mistake; half as far as a large one is wide."""

_REFERENCES: Final = {
    "source": "sources",
    "sources": "sources",
    "actor": "actors",
    "actors": "actors",
    "from": "actors",
    "to": "actors",
    "binds": "actors",
    "parties": "actors",
    "guarantors": "actors",
    "side": "sides",
}
"""Keys that hold ids, and the list the ids stand in."""

_OWN_REFERENCES: Final = {
    "measures": {"by": "actors", "on": "actors", "source": "sources"},
    "tables": {"source": "sources"},
}
"""The same inside tables whose keys mean something else: a measure is `from` a day on, a column `from` a heading."""

_GEOMETRIES: Final = {
    "layer": "polygon",
    "places": "point",
    "routes": "line",
    "regions": "polygon",
    "countries": "polygon",
}
"""Keys of `place` that name layers, and what each layer must hold."""

_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
KIT_FIGURES: Final = {
    "map": "`place`",
    "network": "more than three `relations`",
    "timeline": "`events`",
    "yardstick": "`forecasts`",
}
"""Figures of the kit, and what of a brief each is drawn from."""

_QUOTED: Final = re.compile(r"[“„”«‘‚][^“„”«»‘’‚]*[“”»’]")
_BRACKETED: Final = re.compile(r"(?<![\]!\\])\[([a-z][a-z0-9-]*)\](?![(:\[])")
_CODE: Final = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_UNSUPPORTED: Final = {
    r"\[\^[^\]\s]+\]": ("a footnote, which prose has none of", "cite a source, `[@id]`, or say it in brackets"),
    r"~~[^~\n]+~~": ("struck through, which prose has none of", "leave it out, or say what changed"),
    r"^\s*[-*+] \[[ xX]\] ": ("a task, which prose has none of", "write a plain list"),
    r"\$\$[^$\n]+\$\$": ("a formula, which prose has none of", "put it in a Markdown cell of the notebook"),
    r"^:::.*$": ("a block of another dialect", "write a quotation, `> …`, or a paragraph"),
    r"==[^=\n]+==": ("marked text of another dialect", "write `**…**`"),
}
"""What looks like Markdown of other dialects, by a pattern: what it is and what to write instead."""

_ELSEWHERE: Final = (
    "the page leaves it to the reader's fonts, the PDF to this machine's, or else prints its number in a box"
)


@dataclass(frozen=True)
class Context:
    """What the checks look at besides the records."""

    file: str
    tree: Tree
    positions: Positions
    catalog: Catalog
    sections: tuple[Section, ...]
    lines: Sequence[str] = ()
    """The file as it was read."""

    def fault(self, path: Path, code: str, what: str, mend: str) -> Fault:
        """Build the fault for the value at `path`."""
        return Fault(self.file, *self.positions.of(path), code, what, mend)

    def place(self, text: str, start: tuple[int, int], within: int) -> tuple[int, int]:
        """Return where a text stands from a place on, within some lines; the place itself where it is written otherwise."""
        line, column = start
        for row, written in enumerate(self.lines[line - 1 : line - 1 + within], start=line):
            found = written.find(text, column - 1 if row == line else 0)
            if found >= 0:
                return row, found + 1
        return start

    @cached_property
    def leaves(self) -> Sequence[tuple[Path, Any]]:
        """All scalars in the facts, as (path, value)."""
        return list(_leaves(self.tree, ()))

    @property
    def has_unknown_keys(self) -> bool:
        """Whether a key of the file as a whole is none of a brief's."""
        return isinstance(self.tree, dict) and not set(self.tree) <= set(Facts.model_fields)

    def value(self, *path: str) -> Tree:
        """Return what stands at a path of keys; None where there is nothing."""
        here = self.tree
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        return here

    def rows(self, *path: str) -> list[tuple[Path, Mapping[str, Any]]]:
        """Return (path, mapping) of the items of a list."""
        items = self.value(*path)
        if not isinstance(items, list):
            return []
        return [((*path, n), row) for n, row in enumerate(items) if isinstance(row, dict)]

    def ids(self, *path: str) -> list[str]:
        """Return the ids of a list, as far as they can be read."""
        return [row["id"] for _, row in self.rows(*path) if isinstance(row.get("id"), str)]

    @property
    def as_of(self) -> dt.date | None:
        """The day nothing may be later than, whatever else is wrong with the document."""
        return _day(self.value("document", "as_of"))


Drafts = Mapping[str, Any]
Check = Callable[[Drafts, Context], Iterable[Fault]]


def run(drafts: Drafts, context: Context) -> list[Fault]:
    """Run every check; `drafts` holds the sound records by field name of `Facts`."""
    return [fault for check in CHECKS for fault in check(drafts, context)]


def _day(value: object) -> dt.date | None:
    """Return the day a value of the file stands for; None if it is no date."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _leaves(node: Tree, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, (*path, index))
    else:
        yield path, node


def _key(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def check_references(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Every id named must exist, as far as the list it stands in can be read."""
    known = {table: context.ids(table) for table in set(_REFERENCES.values())}
    # Of a list that cannot be read, or that a misspelt key may hold, nothing is known; of one that is not there, once.
    settled = {table for table, ids in known.items() if not ids and (context.value(table) or context.has_unknown_keys)}
    for path, value in context.leaves:
        table = _table_of(path)
        if table is None or (path[0] == table and len(path) < 3) or table in settled or not isinstance(value, str):
            continue
        if value not in known[table]:
            settled |= {table} if not known[table] else set()
            code = f"E-REF-{table[:-1].upper()}"
            yield context.fault(
                path, code, f"no {table[:-1]} has the id `{value}`", did_you_mean(str(value), known[table])
            )


def _table_of(path: Path) -> str | None:
    """Return the list that a value must name a row of by its id, if it must."""
    return _OWN_REFERENCES.get(str(path[0]) if path else "", _REFERENCES).get(_key(path))


def check_ids(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """No id may be given twice in a list."""
    tables = ("sources", "sides", "stances", "actors", "quantities", "measures", "sites", "events", "calendar",
              "forecasts", "tables", "figures", "precedents")  # fmt: skip
    for table in (*((name,) for name in tables), ("agreement", "terms")):
        counts = Counter(context.ids(*table))
        seen: set[str] = set()
        for path, row in context.rows(*table):
            name = row.get("id")
            if not isinstance(name, str):
                continue
            if name in seen:
                mend = f"choose another, such as `{name}-{counts[name]}`"
                yield context.fault((*path, "id"), "E-ID-TWICE", f"the id `{name}` is taken", mend)
            seen.add(name)


def check_citations(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Every citation must name a source, and every source must be used."""
    known = context.ids("sources")
    used = {str(v) for path, v in context.leaves if _table_of(path) == "sources" and path[0] != "sources"}
    for section in context.sections:
        for line, column, text in prose.malformed_citations(section):
            yield Fault(context.file, line, column, "E-CITE", f"`{text[:40]}` is no citation", prose.CITE_LIKE_THIS)
        for line, column, name in prose.citations(section):
            used.add(name)
            if known and name not in known:
                table = next((one for one in context.ids("tables") if name.endswith(one)), "")
                mend = f"to refer to the table, write [@fig-{table}]" if table else did_you_mean(name, known)
                yield Fault(context.file, line, column, "E-CITE", f"no source has the id `{name}`", mend)
    for path, row in context.rows("sources"):
        source = row.get("id")
        if isinstance(source, str) and source not in used:
            mend = "cite it where it is used, or remove it"
            yield context.fault((*path, "id"), "E-SOURCE-UNUSED", f"source `{source}` is never used", mend)


def check_sections(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Every section of the prose has a heading of its own, and text."""
    seen: set[str] = set()
    for section in context.sections:
        if not section.id:
            mend = "give it words, such as `## What happened`"
            yield Fault(context.file, section.line, 1, "E-SECTION-TITLE", "a heading without words", mend)
        elif section.id in seen:
            yield Fault(
                context.file, section.line, 1, "E-SECTION-TWICE", f"a second section “{section.title}”", "join the two"
            )
        if not section.markdown.strip():
            yield Fault(
                context.file,
                section.line,
                1,
                "E-SECTION-EMPTY",
                f"“{section.title}” is empty",
                "write it, or remove it",
            )
        seen.add(section.id)


def check_hindsight(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Nothing that happened after `as_of` may stand in a brief."""
    as_of = context.as_of
    if as_of is None:
        return
    for path, date in _raw_dates(context):
        if date > as_of:
            what = f"{date} is after `as_of` ({as_of})"
            yield context.fault(
                path, "E-HINDSIGHT", what, "leave it out, or write a later edition with a later `as_of`"
            )
    for n, scheduled in enumerate(drafts.get("calendar") or ()):
        if last_day(scheduled.date, scheduled.precision) <= as_of:
            path = _path_of(context, "calendar", scheduled.id, n)
            what = f"{scheduled.date} is not after `as_of` ({as_of})"
            mend = "put what has happened among `events`, or drop what did not"
            yield context.fault((*path, "date"), "E-CALENDAR", what, mend)
    for n, forecast in enumerate(drafts.get("forecasts") or ()):
        if forecast.horizon.date and forecast.horizon.date <= as_of:
            what = f"the horizon {forecast.horizon.date} has passed at `as_of`"
            path = _path_of(context, "forecasts", forecast.id, n)
            yield context.fault((*path, "horizon", "date"), "E-HORIZON", what, "give a horizon that lies ahead")


def _path_of(context: Context, table: str, row_id: str, otherwise: int) -> Path:
    """Find the place of a record by its id; sound records may have moved up in the list."""
    return next((path for path, row in context.rows(table) if row.get("id") == row_id), (table, otherwise))


def _raw_dates(context: Context) -> Iterator[tuple[Path, dt.date]]:
    """Yield dates of facts: events, precedents, signatures and states of terms and measures."""
    for path, value in context.leaves:
        if _key(path) == "date" and _is_fact(path) and (date := _day(value)):
            yield path, date


def _is_fact(path: Path) -> bool:
    return path[0] in {"events", "precedents"} or (
        path[0] in {"agreement", "measures"} and ("signed" in path or "state" in path)
    )


NOTEBOOKS: Final = "notebooks"
"""The folder of notebooks, beside that of the briefs."""


def check_notebook(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A notebook that the brief names must lie beside the others."""
    document = drafts.get("document")
    if document and document.notebook:
        folder = FilePath(context.file).resolve().parent.parent / NOTEBOOKS
        if not (folder / document.notebook).is_file():
            known = sorted(path.name for path in folder.glob("*.ipynb"))
            what = f"no notebook `{document.notebook}` in {NOTEBOOKS}/"
            yield context.fault(
                ("document", "notebook"), "E-NOTEBOOK-NONE", what, did_you_mean(document.notebook, known)
            )


def check_late_sources(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A source published after `as_of` must say why it stands here."""
    as_of = context.as_of
    if as_of is None:
        return
    for n, source in enumerate(drafts.get("sources") or ()):
        path = _path_of(context, "sources", source.id, n)
        if source.date and source.date > as_of and not source.late:
            what = f"published {source.date}, after `as_of` ({as_of})"
            mend = "leave it out, or say in `late: …` why it may stand for what had already happened"
            yield context.fault((*path, "date"), "E-SOURCE-LATE", what, mend)
        if source.late and source.date and source.date <= as_of:
            what = "`late` is given, but the source is not later than `as_of`"
            yield context.fault((*path, "late"), "E-SOURCE-LATE", what, "remove `late`")


def check_words(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A forecast's word must be of the yardstick and agree with its number, all of one row."""
    first: str | None = None
    for n, forecast in enumerate(drafts.get("forecasts") or ()):
        path = (*_path_of(context, "forecasts", forecast.id, n), "word")
        if forecast.word not in vocabulary.WORDS:
            mend = did_you_mean(forecast.word, vocabulary.WORDS)
            yield context.fault(path, "E-WORD", f"`{forecast.word}` is not an ICD 203 word", mend)
            continue
        low, high = forecast.probability.low, forecast.probability.high
        if not vocabulary.agrees(forecast.word, low, high):
            yield context.fault(*_misjudged(path, forecast.word, low, high))
        first = first or forecast.word
        row = vocabulary.row_of(first)
        if vocabulary.row_of(forecast.word) != row:
            mend = f"write `{vocabulary.band_of(forecast.word).words[row]}`, of the row of `{first}`"
            yield context.fault(path, "E-WORD-ROWS", f"`{forecast.word}` is of the other row of ICD 203", mend)


def _misjudged(path: Path, word: str, low: float, high: float) -> tuple[Path, str, str, str]:
    """Return the fault of a number that does not go with its word; a share of one is told as such."""
    if 0 < high <= 1 and vocabulary.agrees(word, low * 100, high * 100):
        what = f"the probability is {low:g}–{high:g}, and `{word}` stands for more"
        mend = f"write per cent: `low: {low * 100:g}, high: {high * 100:g}`"
        return (*path[:-1], "probability", "low"), "E-PERCENT", what, mend
    return path, "E-WORD-NUMBER", *_disagreement(word, low, high)


def _disagreement(word: str, low: float, high: float) -> tuple[str, str]:
    band = vocabulary.band_of(word)
    better = vocabulary.words_for(low, high)
    what = f"`{word}` stands for {band.low}–{band.high} %, but the probability is {low:g}–{high:g} %"
    return (
        what,
        f"write `{better[-1]}`, or a range inside {band.low}–{band.high}" if better else "narrow the range to one band",
    )


def check_sentences(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """No sentence may state both a confidence level and a likelihood (ICD 203)."""
    mend = "put the confidence in a sentence of its own"
    what = "a confidence level and a likelihood in one sentence"
    for path, value in context.leaves:
        if isinstance(value, str) and vocabulary.mixed_sentences(value):
            yield context.fault(path, "E-CONFIDENCE-MIXED", what, mend)
    for section in context.sections:
        for offset in vocabulary.mixed_sentences(section.markdown):
            yield Fault(context.file, *section.place(offset), "E-CONFIDENCE-MIXED", what, mend)


def check_prose_words(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """What the desk judges must be in the row of yardstick words that the forecasts use."""
    rows = {vocabulary.row_of(f.word) for f in drafts.get("forecasts") or () if f.word in vocabulary.WORDS}
    if len(rows) != 1:
        return
    row = rows.pop()
    for line, column, word in _words_of_the_desk(context):
        if vocabulary.row_of(word) != row:
            what = f"“{word}” is of the other row of ICD 203 than the forecasts"
            mend = f"write “{vocabulary.band_of(word).words[row]}”"
            yield Fault(context.file, line, column, "E-WORD-ROWS", what, mend)


def _words_of_the_desk(context: Context) -> Iterator[tuple[int, int, str]]:
    """Yield (line, column, word) of yardstick words in the prose, the document and the forecasts' texts."""
    for path, value in context.leaves:
        if isinstance(value, str) and path[:1] in {("document",), ("forecasts",)} and path[-1] != "word":
            for _, word in vocabulary.find_words(value):
                yield *context.positions.of(path), word
    for section in context.sections:
        for offset, word in vocabulary.find_words(section.markdown):
            yield *section.place(offset), word


def check_deadlines(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A deadline must lie after the day the agreement takes effect."""
    effective = _day(context.value("agreement", "effective", "date"))
    if effective is None:
        return
    for path, value in context.leaves:
        if path[:2] == ("agreement", "terms") and "deadlines" in path and path[-1] == "date":
            deadline = _day(value)
            if deadline and deadline <= effective:
                what = f"the deadline {deadline} is not after the agreement takes effect ({effective})"
                mend = "check the year, or the effective date"
                if deadline == effective:
                    mend = "leave it out: what was due that day has a `state`, met or not"
                yield context.fault(path, "E-DEADLINE", what, mend)


def check_stances(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A stance is one of the kit's words, or of the brief's own scale where it has one."""
    own = context.ids("stances")
    known = own or list(Stance)
    for path, row in context.rows("actors"):
        stance = row.get("stance")
        if isinstance(stance, str) and stance not in known and (own or not context.value("stances")):
            what = f"`{stance}` is none of {'the stances of this brief' if own else 'the stances'}"
            mend = did_you_mean(stance, known, whole=True)
            yield context.fault(
                (*path, "stance"), "E-WORD", what, mend if own else f"{mend}; or give a scale of your own in `stances`"
            )


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


def check_country(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """The country must be one of ISO 3166-1."""
    code = context.value("document", "country")
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code):
        return
    if code not in countries():
        mend = "write the ISO 3166-1 alpha-3 code, such as SYR"
        yield context.fault(("document", "country"), "E-COUNTRY", f"`{code}` is no country code", mend)


def check_places(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Layers must exist, be sound and have the columns that are read; named places must be in or near the territory."""
    place = drafts.get("place")
    if place is None:
        if context.value("place") is None:
            yield from _placeless(context)
        return
    missing = list(_missing_layers(place, context))
    yield from missing
    if missing:
        return
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for layer in place.layers:
        try:
            features = read_features(context.catalog, layer)["features"]
        except InputError as error:
            yield from error.faults
        else:
            rows[layer] = [feature["properties"] or {} for feature in features]
    if len(rows) == len(place.layers):
        yield from _column_faults(place, rows, context)
        yield from _status_faults(place, rows, context)
        yield from _code_faults(place, rows, context)
        yield from _kind_faults(place, rows, context)
        yield from _far_places(place, context)
        yield from _lost_sea(place, context)


def _lost_sea(place: Any, context: Context) -> Iterator[Fault]:
    """Tell that a layer of countries ends where the map goes on: what it leaves free there may be sea, or land."""
    if place.countries is None:
        return
    known = geography.bounds(geography.geometries(context.catalog, place.countries))
    named = {*place.cities, *(str(row.get("place")) for _, row in context.rows("sites"))}
    shown = geography.framed(place.extent or geography.shown(context.catalog, place, named))
    if not geography.covers(known, shown):
        reach, needed = ("[" + ", ".join(f"{edge:.1f}" for edge in bounds) + "]" for bounds in (known, shown))
        what = f"layer `{place.countries}` reaches {reach}, less far than the map does: no sea and no coast are drawn"
        mend = f"give one that reaches {needed}, or an `extent` well within this one"
        yield context.fault(("place", "countries"), "W-MAP-SEA", what, mend)


def _far_places(place: Any, context: Context) -> Iterator[Fault]:
    named = list(_named_places(context))
    if not place.places:
        mend = "name a point layer in `places`, or write `where` for an event"
        yield from (
            context.fault(path, "E-REF-PLACE", f"no layer of places has “{name}”", mend) for path, name in named
        )
        return
    try:
        gazetteer = geography.read_gazetteer(context.catalog, territory=place.layer, places=place.places)
    except InputError as error:
        yield from error.faults
        return
    near = max(NEAR_KM, gazetteer.diameter_km / 2) if named else NEAR_KM
    for path, name in named:
        distance = gazetteer.distance_km(name)
        if math.isnan(distance):
            mend = did_you_mean(name, gazetteer.names)
            yield context.fault(path, "E-REF-PLACE", f"layer `{place.places}` has no place “{name}”", mend)
        elif distance > near:
            what = f"“{name}” lies {distance:.0f} km outside `{place.layer}`"
            yield context.fault(path, "E-PLACE-FAR", what, f"check its coordinates; within {near:.0f} km is accepted")


_Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def _kind_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell the kinds of routes that no map draws in a way of their own."""
    given = Counter(str(row.get("kind") or place.route_kind) for row in rows[place.routes]) if place.routes else {}
    for kind in sorted(set(given) - set(RouteKind)):
        what = f"{given[kind]} lines of layer `{place.routes}` are of the kind `{kind}`, which the map does not know"
        mend = f"{did_you_mean(kind, list(RouteKind))}, or they are drawn as `route_kind` says: {place.route_kind}"
        yield context.fault(("place", "routes"), "W-ROUTE-KIND", what, mend)


def _column_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell the columns that a layer lacks; places without a name in some rows are told elsewhere."""
    wanted = [("places", "name", "E"), ("regions", "name", "E"), ("countries", "name", "E")]
    wanted += [("places", "status", "E"), ("places", "evidence", "W")] if place.statuses else []
    for key, column, weight in wanted:
        layer = getattr(place, key)
        if layer and not any(column in row for row in rows[layer]):
            mend = "add it to every feature, or choose another layer"
            if weight == "W":
                mend = "add it, with the sources of each status parted by `|`, or the table will not count them"
            what = f"layer `{layer}` has no column `{column}`"
            yield context.fault(("place", key), f"{weight}-LAYER-COLUMN", what, mend)


def _status_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell the statuses that only the layer has, or only the brief; the map is made all the same."""
    if not place.statuses or not any("status" in row for row in rows[place.places or place.layer]):
        return
    given = Counter(str(row.get("status") or "") for row in rows[place.places or place.layer])
    listed = [status.status for status in place.statuses]
    for value in sorted(set(given) - {"", *listed}):
        what = f"{given[value]} places of layer `{place.places}` have the status `{value}`, which is not listed"
        mend = "list it in `statuses`, or the map calls it “Other status”"
        yield context.fault(("place", "statuses"), "W-STATUS-UNLISTED", what, mend)
    for n, status in enumerate(place.statuses):
        if status.status not in given:
            what = f"no place of layer `{place.places}` has the status `{status.status}`"
            mend = did_you_mean(status.status, sorted(set(given) - {"", *listed}) or sorted(set(given) - {""}))
            yield context.fault(("place", "statuses", n, "status"), "W-STATUS-NONE", what, mend)


def _code_faults(place: Any, rows: _Rows, context: Context) -> Iterator[Fault]:
    """Tell the regions of a choropleth that its layer has not."""
    if place.choropleth is None:
        return
    column, path = place.choropleth.column, ("place", "choropleth")
    known = sorted({str(row[column]) for row in rows[place.coloured] if row.get(column) not in (None, "")})
    if not known:
        columns = sorted({key for row in rows[place.coloured] for key in row})
        what = f"layer `{place.coloured}` has no column `{column}`"
        yield context.fault((*path, "column"), "E-LAYER-COLUMN", what, did_you_mean(column, columns))
        return
    codes = set(place.choropleth.values)
    if better := _column_with(codes, rows[place.coloured]) if not codes & set(known) else "":
        what = f"no region of layer `{place.coloured}` has these codes in the column `{column}`"
        yield context.fault(path, "E-REF-REGION", what, f"write `column: {better}`, which holds them")
        return
    for code in place.choropleth.values:
        if code not in known:
            what = f"layer `{place.coloured}` has no region whose `{column}` is `{code}`"
            yield context.fault((*path, "values", code), "E-REF-REGION", what, did_you_mean(code, known))


def _column_with(codes: AbstractSet[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the column of a layer that holds one of some codes at least, the most of them; "" where none does."""
    found = Counter(key for row in rows for key, value in row.items() if str(value) in codes)
    return found.most_common(1)[0][0] if found else ""


def _placeless(context: Context) -> Iterator[Fault]:
    """Yield what names a row of the places layer although the brief has no place."""
    for path, name in _named_places(context):
        mend = "write `where: …` for what no layer has, or add `place` with its layers"
        yield context.fault(
            path, "E-REF-PLACE", f"“{name}” is to be a row of a layer, and the brief has no `place`", mend
        )


def _missing_layers(place: Any, context: Context) -> Iterator[Fault]:
    known = {layer.id: layer for layer in context.catalog.layers}
    named: list[tuple[Path, str | None, str]]
    named = [(("place", key), getattr(place, key), geometry) for key, geometry in _GEOMETRIES.items()]
    if place.choropleth:
        named.append((("place", "choropleth", "layer"), place.choropleth.layer, "polygon"))
    for path, name, geometry in named:
        # Without a layer of its own, the territory is where its places or routes are.
        if name is None or (path == ("place", "layer") and context.value(*path) is None):
            continue
        if name not in known:
            yield context.fault(path, "E-REF-LAYER", f"the catalogue has no layer `{name}`", did_you_mean(name, known))
        elif known[name].geometry != geometry:
            fitting = [layer.id for layer in known.values() if layer.geometry == geometry]
            what = f"layer `{name}` is a {known[name].geometry} layer; `{path[-1]}` needs a {geometry} layer"
            yield context.fault(path, "E-LAYER-KIND", what, did_you_mean(name, fitting))


def _named_places(context: Context) -> Iterator[tuple[Path, str]]:
    """Yield every value that must be the name of a row of the places layer."""
    for path, value in context.leaves:
        listed = path[:2] == ("place", "cities") or (path[:1] in {("sites",), ("events",)} and path[-1] == "place")
        if listed and isinstance(value, str):
            yield path, value


def check_tables(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A table's rows must be as long as it has columns, and its file must hold what the columns say."""
    for n, table in enumerate(drafts.get("tables") or ()):
        path = _path_of(context, "tables", table.id, n)
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
    sections, sources = [s.id for s in context.sections], context.ids("sources")
    translations = context.value("translations")
    for language in translations if isinstance(translations, dict) else ():
        problems = translation.prose_problems(context.tree, language, sections=sections, sources=sources)
        yield from translation.faults_of(problems, context.positions, context.file)


def check_quotes(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Curly quotes round a whole value do not quote in YAML: they are printed."""
    for path, value in context.leaves:
        if isinstance(value, str) and _QUOTED.fullmatch(value):
            what = f"the quotes of {value[:40]} are part of the text"
            mend = 'write straight ones, "…", or none; leave them where they are meant to be read'
            yield context.fault(path, "W-QUOTES", what, mend)


def check_markdown(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Prose that looks like more than CommonMark and tables is told with what to write instead."""
    sources = context.ids("sources")
    for section in context.sections:
        plain = _without_code(section.markdown)
        for pattern, (what, mend) in _UNSUPPORTED.items():
            for match in re.finditer(pattern, plain, re.MULTILINE):
                yield Fault(
                    context.file,
                    *section.place(match.start()),
                    "W-MARKDOWN",
                    f"`{match[0].strip()[:40]}` is {what}",
                    mend,
                )
        for match in _BRACKETED.finditer(plain):
            if match[1] in sources:
                place = section.place(match.start())
                yield Fault(context.file, *place, "W-CITE", f"`{match[0]}` is no citation", f"write `[@{match[1]}]`")


def _without_code(markdown: str) -> str:
    """Return Markdown of the same length with what stands in fences or code blanked out."""
    return _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), markdown)


def check_figures(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """A figure or table that the prose refers to must be one of the report's."""
    there = [*_figures(drafts, context), *context.ids("tables")]
    for path, row in context.rows("figures"):
        if row.get("id") in KIT_FIGURES and row["id"] not in there:
            what = f"words for `{row['id']}`, which this report has not"
            yield context.fault((*path, "id"), "W-FIGURE-NONE", what, f"give {KIT_FIGURES[row['id']]}, or drop them")
    for section in context.sections:
        for match in prose.CITATION.finditer(section.markdown):
            for name in re.finditer(rf"@{prose.FIGURE}([a-z0-9-]+)", match[1]):
                wanted = name[1]
                if wanted not in there and (wanted in KIT_FIGURES or not _draws_its_own(drafts, context)):
                    place = section.place(match.start(1) + name.start())
                    what = f"no figure of the report is `{wanted}`"
                    if wanted in KIT_FIGURES:
                        what += f": the brief has nothing for it, such as {KIT_FIGURES[wanted]}"
                    yield Fault(context.file, *place, "E-XREF", what, did_you_mean(wanted, there))


def _figures(drafts: Drafts, context: Context) -> list[str]:
    """Return the ids of the kit's figures that the brief has something for, as far as can be told."""
    agreement = drafts.get("agreement")
    dated = any(context.value(name) for name in ("events", "calendar", "measures")) or agreement
    has = {"map": context.value("place"), "network": len(context.rows("relations")) > 3, "timeline": dated,
           "yardstick": context.value("forecasts")}  # fmt: skip
    return [name for name in KIT_FIGURES if has[name]]


def _draws_its_own(drafts: Drafts, context: Context) -> bool:
    """Whether the brief's notebook has figures or tables of its own, whose ids only a run can tell."""
    document = drafts.get("document")
    folder = FilePath(context.file).resolve().parent.parent / NOTEBOOKS
    path = folder / ((document and document.notebook) or "quick_view.ipynb")
    try:
        return bool(re.search(r"\b(figure|table)\(", path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return True


def check_language(drafts: Drafts, context: Context) -> Iterator[Fault]:
    """The interface should speak the brief's language."""
    document = drafts.get("document")
    if document and document.language not in LANGUAGES:
        what = f"the interface does not speak `{document.language}`: headings, labels and dates are in English"
        mend = f"it speaks {', '.join(sorted(LANGUAGES))}; catalogues lie in lib/quickview/language/locales/"
        yield context.fault(("document", "language"), "W-LANGUAGE", what, mend)


def check_glyphs(_drafts: Drafts, context: Context) -> Iterator[Fault]:
    """Characters that the kit's fonts lack are told, each where it stands first; the report is made all the same."""
    told: set[str] = set()
    for place, run in _uncovered(context):
        lacking = glyphs.missing(run) - told
        told |= lacking
        if lacking:
            new = [character for character in dict.fromkeys(run) if character in lacking]
            what = f"`{run[:40]}`: the kit's fonts lack {glyphs.named(new)}"
            mend = f"{_ELSEWHERE}; if that will not do, {glyphs.instead(run)}"
            yield Fault(context.file, *place, "W-GLYPH", what, mend)


def _uncovered(context: Context) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield (place, run) of what the kit's fonts lack: in the facts, their translations, and the prose."""
    for path, value in context.leaves:
        text = value if isinstance(value, str) else ""
        for _, run in glyphs.runs(_plain(text) if translation.SECTIONS in path else text):
            yield context.place(run[0], context.positions.of(path), len(text)), run
    for section in context.sections:
        for _, run in glyphs.runs(section.title):
            yield context.place(run[0], (section.line, 1), 1), run
        for offset, run in glyphs.runs(_plain(section.markdown)):
            yield section.place(offset), run


def _plain(markdown: str) -> str:
    """Return Markdown of the same length with its references to characters resolved."""
    return _REFERENCE.sub(lambda one: html.unescape(one[0]).ljust(len(one[0]), "\u2060"), markdown)


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
    check_stances,
    check_relations,
    check_country,
    check_places,
    check_tables,
    check_translations,
    check_quotes,
    check_markdown,
    check_figures,
    check_language,
    check_glyphs,
)
