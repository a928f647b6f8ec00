"""Briefs of one thing said over and over, of any size: what is cheap once must stay cheap ten thousand times."""

import itertools
from pathlib import Path

ROOT = Path(__file__).parents[2]

HEAD = """\
document:
  title: Council calls a vote on wells
  summary: The council has called a vote.
  series: Quick View
  desk: Water
  as_of: 2020-02-10
"""
SOURCE = "  - {id: paper, publisher: The Paper, title: A vote, date: 2020-02-03, reliability: B, credibility: 2}\n"
PROSE = "## What happened\n\nThe council called a vote [@paper].\n\n"


def brief(facts="", prose="", *, sources="", document=""):
    """Return a brief with more facts, prose, sources or keys of its document than the least there may be."""
    return f"---\n{HEAD}{document}sources:\n{SOURCE}{sources}{facts}---\n\n{PROSE}{prose}"


def _filled(line, size):
    """Return lines made of a number each, until they fill as many bytes."""
    lines = (line(n) for n in itertools.count())
    made, length = [], 0
    while length < size:
        made.append(next(lines))
        length += len(made[-1].encode(errors="replace"))
    return "".join(made)


def _source(n):
    return f"  - {{id: s{n}, publisher: P, title: T {n}, date: null, reliability: B, credibility: 2}}\n"


def _actor(n):
    return f"  - {{id: a{n}, name: Name {n}, kind: person, side: one, role: R, stance: supports, source: paper}}\n"


def _event(n, source="paper"):
    return f"  - {{id: e{n}, date: 2020-01-02, title: T {n}, where: W, sources: [{source}]}}\n"


SIDES = "sides:\n  - {id: one, name: One}\n"
HYPOTHESES = "hypotheses:\n" + "".join(f"  - {{id: h{n}, title: H {n}, statement: S}}\n" for n in range(6))


def _half(first, line, then, other, *, size, prose=""):
    """Return facts of which one list fills the first half, and another one the second."""
    return brief(first + _filled(line, size // 2) + then + _filled(other, size // 2), prose)


CODES = ("aa", "ab", "af", "ak", "am", "ar", "as", "ay", "az", "ba", "be", "bg")

FACTS = {
    "sources, unused": lambda size: brief(sources=_filled(_source, size)),
    "sources, cited": lambda size: brief(sources=_filled(_source, size * 9 // 10), prose=_filled(lambda n: f"x [@s{n}]\n", size // 10)),
    "sources, cited unknown": lambda size: brief(sources=_filled(_source, size // 2), prose=_filled(lambda n: f"x [@t{n}]\n", size // 2)),
    "sources, named alone": lambda size: brief(sources=_filled(_source, size // 2), prose=_filled(lambda n: f"x [s{n}] y\n", size // 2)),
    "sources, examples": lambda size: brief(sources=_filled(lambda n: _source(n).replace("2}", "2, placeholder: true}"), size // 2), prose=_filled(lambda n: f"## H {n}\n\nx [@s{n}]\n\n", size // 2)),
    "sources, of one id": lambda size: brief(sources=_filled(lambda _: _source(1), size)),
    "sources, faulty": lambda size: brief(sources=_filled(lambda n: _source(n).replace("B", "Z"), size)),
    "sources, empty": lambda size: brief(sources="  - {}\n" * (size // 7)),
    "items of nothing": lambda size: brief(sources="  -\n" * (size // 4)),
    "actors": lambda size: brief(SIDES + "actors:\n" + _filled(_actor, size)),
    "actors, of unknown sides": lambda size: brief("sides:\n" + _filled(lambda n: f"  - {{id: x{n}, name: N}}\n", size // 2) + "actors:\n" + _filled(lambda n: _actor(n).replace("one", f"y{n}"), size // 2)),
    "actors, of unknown sources": lambda size: brief(SIDES + "actors:\n" + _filled(lambda n: _actor(n).replace("paper", f"y{n}"), size // 2), sources=_filled(_source, size // 2)),
    "relations, unknown": lambda size: _half(SIDES + "actors:\n", _actor, "relations:\n", lambda n: f"  - {{from: b{n}, to: c{n}, kind: backs, source: paper}}\n", size=size),
    "events": lambda size: brief("events:\n" + _filled(_event, size)),
    "events, many sources": lambda size: brief("events:\n" + _event(1).replace("[paper]", "[" + _filled(lambda n: f"x{n},", size) + "]")),
    "events, far off": lambda size: brief("events:\n" + _filled(lambda n: _event(n).replace("where: W", f"place: P{n}"), size)),
    "events, wrong dates": lambda size: brief("events:\n" + _filled(lambda n: _event(n).replace("2020-01-02", "soon"), size)),
    "related": lambda size: brief("related:\n" + _filled(lambda n: f"  - {{brief: b{n}, as: precedent, why: W}}\n", size)),
    "evidence, unknown": lambda size: _half("events:\n", _event, HYPOTHESES + "evidence:\n", lambda n: f"  - {{item: events.f{n}, marks: {{h1: C, h2: I}}}}\n", size=size),
    "evidence": lambda size: _half("events:\n", _event, HYPOTHESES + "evidence:\n", lambda n: f"  - {{item: events.e{n}, marks: {{h1: C, h2: I}}}}\n", size=size),
    "evidence, marks": lambda size: brief(HYPOTHESES + "evidence:\n  - item: sources.paper\n    marks: {" + _filled(lambda n: f"g{n}: C, ", size) + "}\n"),
    "hypotheses and marks": lambda size: _half("hypotheses:\n", lambda n: f"  - {{id: h{n}, title: H {n}, statement: S}}\n", "evidence:\n", lambda n: f"  - {{item: sources.paper, marks: {{g{n}: C}}}}\n", size=size),
    "guesses, unknown": lambda size: brief("events:\n" + _filled(_event, size // 2), document="  unconfirmed: [" + _filled(lambda n: f"events.f{n},", size // 2) + "]\n"),
    "guesses": lambda size: brief("events:\n" + _filled(_event, size // 2), document="  unconfirmed: [" + _filled(lambda n: f"events.e{n},", size // 4) + "]\n"),
    "topics": lambda size: brief(document="  topics: [" + "a," * (size // 2) + "a]\n"),
    "topics, one a line": lambda size: brief(document="  topics:\n" + "  - a\n" * (size // 6)),
    "topics, empty": lambda size: brief(document="  topics: [" + '"",' * (size // 3) + "a]\n"),
    "limits": lambda size: brief("limits:\n" + _filled(lambda n: f"  - Nothing of {n} people and {n} km\n", size)),
    "limits, judged": lambda size: brief("limits:\n" + "  - The regime will probably fall\n" * (size // 34)),
    "names and judged limits": lambda size: _half(SIDES + "actors:\n", _actor, "limits:\n", lambda _: "  - The regime will fall\n", size=size),
    "a long text": lambda size: brief("limits:\n  - |\n" + "    The regime killed 12 people, perhaps 13.\n" * (size // 45)),
    "a long abstract": lambda size: brief(document="  abstract: |\n" + "    The regime killed 12 people, perhaps 13.\n" * (size // 45)),
    "a long line": lambda size: brief(document=f"  abstract: {'The regime killed 12 people, perhaps 13. ' * (size // 41)}\n"),
    "a long folded line": lambda size: brief(document="  abstract: >\n" + "    The regime killed 12 people, perhaps 13.\n" * (size // 45)),
    "a long escaped line": lambda size: brief(document='  abstract: "' + "The regime\\u0020killed 12 perhaps 13. " * (size // 38) + '"\n'),
    "quotes": lambda size: brief("limits:\n" + "  - “x”\n" * (size // 12)),
    "signs without a glyph": lambda size: brief("limits:\n" + _filled(lambda n: f"  - x {chr(0x4E00 + n % 20000)}\n", size)),
    "signs without a glyph, long": lambda size: brief(document="  abstract: " + _filled(lambda n: f"x {chr(0x4E00 + n % 20000)} ", size) + "\n"),
    "keys, unknown": lambda size: brief(_filled(lambda n: f"key{n}: 1\n", size)),
    "keys, unknown in records": lambda size: brief(document=_filled(lambda n: f"  key{n}: 1\n", size)),
    "keys, twice": lambda size: brief("limits: [x]\n" * (size // 12)),
    "keys, empty": lambda size: brief('"": 1\n' * (size // 6)),
    "keys, of nothing": lambda size: brief(": 1\n" * (size // 4)),
    "keys, lists": lambda size: brief("? [a]\n: 1\n" * (size // 10)),
    "keys, long": lambda size: brief(f"{'k' * size}: 1\n"),
    "values, long": lambda size: brief(document=f"  country: {'k' * size}\n"),
    "translations": lambda size: _half(SIDES + "actors:\n", _actor, "translations:\n  fr:\n    actors:\n", lambda n: f"      a{n}: {{name: N}}\n", size=size),
    "translations, unknown": lambda size: _half(SIDES + "actors:\n", _actor, "translations:\n  fr:\n    actors:\n", lambda n: f"      b{n}: {{name: N}}\n", size=size),
    "translations, fixed": lambda size: _half(SIDES + "actors:\n", _actor, "translations:\n  fr:\n    actors:\n", lambda n: f"      a{n}: {{kind: N}}\n", size=size),
    "translations, faulty": lambda size: _half(SIDES + "actors:\n", _actor, "translations:\n  fr:\n    actors:\n", lambda n: f"      a{n}: {{name: 1}}\n", size=size),
    "translations, keys": lambda size: brief("translations:\n  fr:\n" + _filled(lambda n: f"    b{n}: x\n", size)),
    "translations, prose": lambda size: brief("translations:\n  fr:\n    sections:\n" + _filled(lambda n: f"      b{n}: Le régime va tomber [@s{n}].\n", size // 2), sources=_filled(_source, size // 2)),
    "translations, one text": lambda size: brief("translations:\n  fr:\n    sections:\n      what-happened: |\n" + "        Le régime va sans doute tomber, 12 morts.\n" * (size // 50)),
    "languages": lambda size: brief("translations:\n" + _filled(lambda n: f"  {chr(97 + n // 676 % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}: {{document: {{title: T}}}}\n", min(size, 650_000))),
    "languages, twelve": lambda size: brief(SIDES + "actors:\n" + _filled(_actor, size // 2) + "translations:\n" + "".join(f"  {code}:\n    actors:\n" + _filled(lambda n: f"      a{n}: {{name: N}}\n", size // 24) for code in CODES)),
    "languages, twelve, of long prose": lambda size: brief("translations:\n" + "".join(f"  {code}:\n    sections:\n      what-happened: |\n" + "        *Le* `maire` [@paper] va _sans_ doute tomber, 12 morts.\n" * (size // 12 // 60) for code in CODES)),
    "sections of a translation": lambda size: brief("translations:\n  fr:\n    sections:\n" + _filled(lambda n: f"      s{n}: |\n" + "        a|b\n        -|-\n" * 200, size)),
    "languages of actors": lambda size: brief(SIDES + "actors:\n" + _filled(_actor, size // 2) + "translations:\n" + _filled(lambda n: f"  {chr(97 + n // 676 % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}: {{document: {{title: T}}}}\n", size // 2)),
    "tables, columns": lambda size: brief("tables:\n  - id: t\n    title: T\n    source: paper\n    columns:\n" + _filled(lambda n: f"      - {{id: c{n}, label: L, type: number}}\n", size)),
    "tables, equal columns": lambda size: brief("tables:\n  - id: t\n    title: T\n    source: paper\n    columns:\n" + _filled(lambda n: f"      - {{id: c{n // 2}, label: L, type: number}}\n", size)),
    "tables, rows": lambda size: brief("tables:\n  - id: t\n    title: T\n    source: paper\n    columns: [{id: a, label: A, type: number}]\n    rows:\n" + _filled(lambda n: f"      - [{n}]\n", size)),
    "tables, faulty rows": lambda size: brief("tables:\n  - id: t\n    title: T\n    source: paper\n    columns: [{id: a, label: A, type: number}]\n    rows:\n" + "      - [x]\n" * (size // 12)),
    "tables, short rows": lambda size: brief("tables:\n  - id: t\n    title: T\n    source: paper\n    columns: [{id: a, label: A, type: number}]\n    rows:\n" + "      - []\n" * (size // 11)),
    "tables": lambda size: brief("tables:\n" + _filled(lambda n: f"  - {{id: t{n}, title: T, source: paper, columns: [{{id: a, label: A, type: number}}], rows: [[1]]}}\n", size)),
    "figures of tables": lambda size: brief("tables:\n" + _filled(lambda n: f"  - {{id: t{n}, title: T, source: paper, columns: [{{id: a, label: A, type: number}}], rows: [[1]]}}\n", size // 2), _filled(lambda n: f"see [@fig-u{n}], [@u{n}]\n", size // 2)),
    "terms": lambda size: brief("agreement:\n  name: A\n  terms:\n" + _filled(lambda n: f"    - {{id: t{n}, title: T, text: X, article: 1, state: {{value: pending, date: 2020-01-01, source: paper}}, source: paper}}\n", size)),
    "states": lambda size: brief("measures:\n  - id: m\n    states:\n" + "      - {value: in force, date: 2020-01-01, source: paper}\n" * (size // 60)),
    "quantities": lambda size: brief("quantities:\n" + _filled(lambda n: f"  - {{id: q{n}, label: L, unit: people, values: [{{value: {n}, source: paper}}]}}\n", size)),
    "history": lambda size: brief("place:\n  name: P\n  places: homs-places\n  statuses: [{status: a, label: A}]\n  history:\n" + _filled(lambda n: f"    - {{places: [P{n}], status: b{n}, from: 2019-01-01, source: paper}}\n", size)),
    "choropleth": lambda size: brief("place:\n  name: P\n  regions: syria-governorates\n  choropleth:\n    label: L\n    source: paper\n    values: {" + _filled(lambda n: f"SY{n}: 1, ", size) + "}\n"),
    "cities": lambda size: brief("place:\n  name: P\n  places: homs-places\n  cities: [" + _filled(lambda n: f"P{n},", size) + "]\n"),
    "flow maps": lambda size: brief("limits: " + "[{a: 1}," * 1 + "{a: 1}," * (size // 7) + "]\n"),
    "flow, open": lambda size: brief("limits: " + "[" * size + "\n"),
    "anchors": lambda size: brief("limits:\n" + "  - &a x\n" * (size // 9)),
    "aliases": lambda size: brief("limits:\n  - &a x\n" + "  - *a\n" * (size // 7)),
    "tags": lambda size: brief("limits:\n" + "  - !!str x\n" * (size // 12)),
    "remarks": lambda size: brief("# x\n" * (size // 4)),
    "blank lines": lambda size: brief("\n" * size),
    "tabs": lambda size: brief("limits:\n" + "  -\tx\n" * (size // 6)),
    "blanks": lambda size: brief("limits:\n  - x\n" + " \n" * (size // 2)),
    "controls": lambda size: brief("limits:\n" + "  - \u202ex\n" * (size // 9)),
    "escaped controls": lambda size: brief("limits:\n" + '  - "\\u202e"\n' * (size // 13)),
    "a text of controls": lambda size: brief("limits: [x" + "\u200b" * (size // 3) + "]\n"),
}  # fmt: skip

PIECES = (
    "[", "![", "[a](", "[a][", "[a](<b", "[a]: <", "]", "](", "*", "**a", "*a ", "_a", "a*_", "a**b", "***a* ", "`", "`a``", "<", "<a ", "<!--",
    "<?", "<![CDATA[", "<!A ", "</a", "<a b='", "<http:", "&", "&#", "&amp;", "\\", "\\[", "<br>", "<ins>", "a<br>\n", "<ins>a</ins> ", "<b>x\n\n",
    "<div>\n", "~~a~~", "~~", "==a==", "$$a$$", "$$", "[^1]", "[@", "[@a", "[@paper] ", "[@a; @b] ", "[@a,b", "[@paper, ", "[@x; ", "[a] ", "[paper] ",
    "[@fig-x] ", "> ", ">", "> a\n", "- ", "- a\n", "- a\n\n", "1. ", "1. a\n", "* ", "*\t", " - ", "a\n=\n", "a\n-\n", "a\n\n", "a\n", "a  \n", "a\\\n", "#", "# a\n", "## a\n",
    "### a\n", "## a\n\nb\n\n", "#\n", "##\n", "```\n", "```", "~~~\na\n", "    a\n", "\t", "|", "|a", "|-", "| a |\n", "|a|\n|-|\n", "a|b\n-|-\n", "|-|\n", "a|", "---\n", "***\n", "[a]: b\n", "[a]: b 'c\n", "[a]:\n",
    "[a]: /b\n[a]\n", "a [a]\n\n[a]: b\n\n", "‘", "“a”", "“", "«", '"', "'", "12 ", "1,234 ", "1.", "1 000 ", "12 people ", "12 May ", "2 and ", "1,2 and ", "1/", "12km ", "2.5 million ", "٣ ",
    "likely ", "it will fall. ", "It will. ", "probably ", "high confidence ", "high confidence likely. ", "confidence a ", "because ", "attacks fell because ", "Attacks fell because of it. ",
    "the regime ", "Terrorists ", "The regime fell [@paper]. ", "martyrs ", "a. ", "A. ", ". ", "! ", "a", "a ", " ", "\n", " \n", "\n \n", "é", "\U0001f600", "\U0001f600 a ", "中", "中 a ", "عربي ", "ا ", "ب12 ", "٬", "\u200d", "\u0301",
    "&#x202e;", "&#65;", ":::\n", "::: x ", "- [ ] a\n", "\ufeff", "\u200b", "\xad", "\u2028", "\x85", "\x00", "\r", "a\r", "(", "((", "a@b.c ", "www.a.b ", "http://a.b ", "\ud7ff", "(a ", "a-", "-", "--", "a - ", "'a' ",
)  # fmt: skip
"""What Markdown, the checks of prose or the reader look for: a chain is one of them, over and over."""


def chain(piece, size):
    """Return a brief whose prose is one piece over and over."""
    return brief(prose=piece * (size // len(piece.encode())))


CHAINS = {**FACTS, **{f"prose of {piece!r}": lambda size, piece=piece: chain(piece, size) for piece in PIECES}}
"""Every chain by its name: a function from a size in bytes to a brief."""
