"""What a plain article or notes say that a brief can begin with. Nothing is invented, and all of it is a guess to confirm."""

import datetime as dt
import itertools
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import yaml
from markdown_it import MarkdownIt

from quickview.brief import vocabulary
from quickview.brief.reader import MAX_BYTES, read_past
from quickview.brief.records import Actor
from quickview.desk.days_and_figures import days, figures, looks_ahead
from quickview.desk.place import names
from quickview.errors import InputError
from quickview.inputs.validation import read_text
from quickview.language.catalogs import Language
from quickview.language.glyphs import HIDDEN
from quickview.layers.catalog import read_catalog, read_features

if TYPE_CHECKING:
    from quickview.desk.new import Wish

SOURCE: Final = "article"
LONGEST: Final = 160
"""Characters of a sentence that stand in a title."""

MOST: Final = 12
"""Figures that are taken: more are a table."""

_ENDED: Final = re.compile(r"[.!?…؟][\"”»’)\]]*(?:\s|$)")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'\\^`{|}\])]+")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~$=@&])")


@dataclass(frozen=True)
class Article:
    """What a brief is to say by an article: its `wish` completed, the `words` of the template, more keys of `place`."""

    wish: "Wish"
    words: Mapping[str, Any]
    place: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class _Text:
    """An article as plain text: its headline, lines that are no sentences (who wrote it, when), its paragraphs, the first address in it."""

    title: str
    lines: Sequence[str]
    paragraphs: Sequence[str]
    address: str

    @property
    def whole(self) -> str:
        return "\n".join([self.title, *self.paragraphs])

    @property
    def sentences(self) -> list[str]:
        return [sentence for part in self.paragraphs for _, sentence in vocabulary.sentences(part)]


def read(name: str, wish: "Wish", *, catalog: Path, briefs: Path, is_dated: bool) -> Article:
    """Return what the article in a file, or of standard input for `-`, says of what a brief asks for.

    What the `wish` leaves open is filled: title, country and, unless it `is_dated`, the day it stands for: the one
    under the headline, else the latest on which something is said to have happened. Places are those of the catalogue's point layers, actors those of other briefs.
    Raises `InputError` when the text cannot be read or says nothing.
    """
    given = (
        (sys.stdin.read(MAX_BYTES) if sys.stdin else "")
        if name == "-"
        else read_text(Path(name), prefix="ARTICLE", limit=MAX_BYTES)
    )
    text = _plain(given)
    if not text.sentences:
        shown = "standard input" if name == "-" else name
        raise InputError.at(shown, "E-ARTICLE-EMPTY", "no sentence to begin with", "give text, in paragraphs")
    guesses = ["document.summary"]
    # A line with a date, under the headline, says when it was written.
    told = [sentence for sentence in text.sentences if not looks_ahead(sentence)]
    line, past = (
        max((day for one in some for day in days(one) if day <= wish.as_of), default=None)
        for some in (text.lines, told)
    )
    written = line or (wish.as_of if is_dated else past)
    if not is_dated and written:
        wish, guesses = replace(wish, as_of=written), [*guesses, "document.as_of"]
    if not wish.country and (country := _country(text.whole)):
        wish, guesses = replace(wish, country=country), [*guesses, "document.country"]
    if not wish.title:
        wish, guesses = replace(wish, title=_cut(text.title, 200)), ["document.title", *guesses]
    layer, places = _places(catalog, text.whole)
    actors = _actors(briefs, text.whole)
    records = _records(text, wish, actors, places, name, written)
    guesses += ["place"] if wish.country or layer else []
    guesses += [f"{table}.{row['id']}" for table, rows in records.items() for row in rows]
    _ = Language(wish.language).gettext
    place = [] if not layer else [("places", layer, f"has {', '.join(sorted(places))}")]
    if layer and not wish.country:
        place = [("name", min(places), "as it reads in a title"), *place]
    words = {
        "title": wish.title,
        "summary": _cut(text.sentences[0], 400),
        "unconfirmed": guesses,
        "topics": (),
        "sources": _as_yaml({"sources": records.pop("sources")}),
        "records": _as_yaml(records),
        "prose": [(_("What happened"), _quoted(text))],
    }
    return Article(wish, words, place)


def _plain(markdown: str) -> _Text:
    """Return Markdown, or text without any marks, as headline and paragraphs."""
    kept = HIDDEN.sub("", markdown.replace("\r\n", "\n"))
    blocks: list[tuple[bool, str]] = []
    addresses = _ADDRESS.findall(kept)
    heading = False
    for token in MarkdownIt("commonmark").parse(kept):
        heading = token.type == "heading_open" or (heading and token.type == "inline")
        if token.type == "inline":
            words = [" " if child.type.endswith("break") else child.content for child in token.children or ()]
            line = " ".join(_ADDRESS.sub("", "".join(words)).split())
            blocks += [(heading, line)] if line else []
            heading = False
    lines = [line for is_heading, line in blocks if not is_heading]
    parts = [line for line in lines if _ENDED.search(line)]
    titles = [*(line for is_heading, line in blocks if is_heading), *(line for line in lines if line not in parts)]
    said = [sentence for part in parts[:1] for _, sentence in vocabulary.sentences(part)]
    title = next(iter([*titles, *said]), "")
    rest = [line for line in lines if line not in parts]
    return _Text(title, rest, parts or titles[:1], addresses[0].rstrip(".,;:") if addresses else "")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _country(text: str) -> str:
    """Return the country that a text names most often, the first of them on a tie; "" where it names none."""
    known = {name: code for name, code in names().items() if len(name) > 3}
    found = [known[name] for name in _named(text, known)]
    return Counter(found).most_common(1)[0][0] if found else ""


def _named(text: str, known: Mapping[str, Any]) -> list[str]:
    """Return the names, as they are known, that a text has as whole words, in its order; the longest where they overlap."""
    if not known:
        return []
    folded = {name.casefold(): name for name in known}
    words = "|".join(re.escape(name) for name in sorted(folded, key=len, reverse=True))
    # In Arabic, short words are written together with the one behind them.
    start = r"(?:(?<!\w)|(?<=\bو)|(?<=\bب)|(?<=\bل))"
    text = "".join(c for c in unicodedata.normalize("NFKC", text))
    return [folded[match[0]] for match in re.finditer(rf"{start}(?:{words})(?!\w)", text.casefold())]


def _places(catalog: Path, text: str) -> tuple[str, dict[str, str]]:
    """Return the point layer with most of the places that a text names, and their names in it by those in the text."""
    known, best = read_catalog(catalog), ("", dict[str, str]())
    for layer in known.layers:
        if layer.geometry == "point":
            rows = [one["properties"] or {} for one in read_features(known, layer.id)["features"]]
            columns = {str(row[key]): str(row["name"]) for row in rows if row.get("name")
                       for key in row if re.fullmatch("name(_[a-z]{2,3})?", key) and row[key]}  # fmt: skip
            found = {columns[name]: name for name in _named(text, columns)}
            best = max(best, (layer.id, found), key=lambda one: len(one[1]))
    return best


def _actors(briefs: Path, text: str) -> list[Actor]:
    """Return the actors of other briefs whose name stands in a text as whole words, each once."""
    known: dict[str, Actor] = {}
    for path in sorted(briefs.glob("*.md")):
        past = read_past(path)
        for actor in past.facts.actors if past else ():
            native = (actor.native.name,) if actor.native else ()
            known |= {name: actor for name in (actor.name, *native) if name not in known}
    return list({known[name].id: known[name] for name in _named(text, known)}.values())


def _records(
    text: _Text, wish: "Wish", actors: Sequence[Actor], places: Mapping[str, str], name: str, written: dt.date | None
) -> dict[str, list[dict[str, Any]]]:
    """Return the records that a text gives, by their list; lists without any are left out."""
    _ = Language(wish.language).gettext
    host = urlsplit(text.address).hostname
    publisher = host or (_("Notes of the desk") if name == "-" else Path(name).name)
    source = {"id": SOURCE, "publisher": publisher, "title": _cut(text.title, 200), "date": None,
              **({"url": text.address} if host else {}), "reliability": "F", "credibility": 6}  # fmt: skip
    sound = [sentence for sentence in text.sentences if not vocabulary.mixed_sentences(sentence)]
    dated = [(day, sentence) for sentence in sound for day in days(sentence, written=written)[:1]]
    known = {actor.name: actor.id for actor in actors}

    def event(n: int, day: dt.date, sentence: str) -> dict[str, Any]:
        where = [] if day > wish.as_of else _named(sentence, {places[one]: one for one in places})
        who = list(dict.fromkeys(known[one] for one in _named(sentence, known)))
        at = {"place": next(row for row, said in places.items() if said == where[0])} if where else {}
        return {"id": f"event-{n}", "date": day, "title": _cut(sentence, LONGEST), **at,
                **({"actors": who} if who else {}), "sources": [SOURCE]}  # fmt: skip

    told = [event(n, *one) for n, one in enumerate(dated, start=1)]
    tables: dict[str, list[dict[str, Any]]] = {
        "sources": [source],
        "actors": [
            {"id": one.id, "name": one.name, "kind": str(one.kind), "role": _("Named in the source"), "source": SOURCE}
            for one in actors
        ],
        "quantities": list(_quantities(sound, wish, publisher)),
        "events": [one for one in told if one["date"] <= wish.as_of],
        "calendar": [one for one in told if one["date"] > wish.as_of],
    }
    return {table: rows for table, rows in tables.items() if rows}


def _quantities(sentences: Sequence[str], wish: "Wish", by: str) -> Iterator[dict[str, Any]]:
    """Yield each figure of some sentences, with the word behind it for a unit and its sentence for a label."""
    found = ((sentence, row) for sentence in sentences for row in figures(sentence, Language(wish.language)))
    for n, (sentence, row) in enumerate(itertools.islice(found, MOST), start=1):
        unit = row.pop("unit")
        values = [{**row, "by": by, "source": SOURCE}]
        yield {"id": f"figure-{n}", "label": _cut(sentence, LONGEST), "unit": unit, "values": values}


def _quoted(text: _Text) -> str:
    """Return the first paragraph as a quotation that cites the article, without what a brief must not say in one sentence."""
    kept = [said for _, said in vocabulary.sentences(text.paragraphs[0]) if not vocabulary.mixed_sentences(said)]
    plain = _MARKDOWN.sub(r"\\\1", " ".join(kept))
    return f"> {plain} [@{SOURCE}]" if kept else f"[@{SOURCE}]"


def _as_yaml(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return records as YAML, one on a line."""
    rows = {
        table: [yaml.safe_dump(row, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6).strip()
                for row in rows]
        for table, rows in records.items()
    }  # fmt: skip
    return "\n".join(f"{table}:\n" + "\n".join(f"  - {row}" for row in rows) for table, rows in rows.items())
