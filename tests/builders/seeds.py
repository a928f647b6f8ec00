"""Mistakes an analyst makes, each to be seeded into a copy of the Homs brief.

An edit replaces the first occurrence of one text by another. `¶` marks the place where
the fault must be reported and is taken out before the brief is written; an edit without
it expects a fault of the file as a whole. `\\udcXX` stands for the byte XX.
"""

from dataclasses import dataclass
from pathlib import Path

HERE = "¶"
Edit = tuple[str, str]


@dataclass(frozen=True)
class Seeded:
    """A mistake: how it is made, the code it must get, words its mend must hold and what else it may cause."""

    name: str
    code: str
    edits: tuple[Edit, ...]
    hint: str = ""
    also: frozenset[str] = frozenset()


def seeded(name: str, code: str, *edits: Edit, hint: str = "", also: str = "") -> Seeded:
    return Seeded(name, code, edits, hint, frozenset(also.split()))


FACTS = (
    # keys
    seeded("misspelt key", "E-KEY-UNKNOWN", ("  desk:", "  ¶des:"), hint="did you mean `desk`?"),
    seeded("misspelt top-level key", "E-KEY-UNKNOWN", ("\nactors:", "\n¶actrs:"), hint="did you mean `actors`?"),
    seeded("misspelt key of a flow mapping", "E-KEY-UNKNOWN", ("{aspect: Broker", "{¶aspct: Broker"), hint="`aspect`"),
    seeded("key of no record", "E-KEY-UNKNOWN", ("  series:", "  ¶zzz: red\n  series:"), hint="use one of: title"),
    seeded(
        "missing key",
        "E-KEY-MISSING",
        ('  desk: "Russia — politics"\n', ""),
        ("  title: Russia est", "  ¶title: Russia est"),
        hint="add `desk: …`: The desk that wrote it",
    ),
    seeded(
        "missing key of a record in a list",
        "E-KEY-MISSING",
        ("- id: eiu\n    publisher: Economist Intelligence Unit\n", "- ¶id: eiu\n"),
        hint="add `publisher: …`",
    ),
    seeded(
        "missing key of a flow mapping",
        "E-KEY-MISSING",
        ("{from: hts, to: al-qaida, kind: linked to, source: eiu}", "¶{from: hts, to: al-qaida, kind: linked to}"),
        hint="add `source: …`",
    ),
    # types
    seeded("number for text", "E-TYPE", ("title: Russia establishes truce in Homs", "title: ¶2017"), hint="in quotes"),
    seeded("truth for text", "E-TYPE", ("series: Quick View", "series: ¶true"), hint="write text in quotes"),
    seeded("nothing for text", "E-TYPE", ("  title: Russia establishes truce in Homs", "  ¶title:"), hint="write text"),
    seeded("text for a number", "E-TYPE", ("{value: 84,", "{value: ¶many,"), hint="write a number"),
    seeded("text for a probability", "E-TYPE", ("{low: 55,", "{low: ¶half,"), hint="write a number"),
    seeded("list for a mapping", "E-TYPE", ("horizon: {text: No date was given}", "horizon: ¶[No date]"), hint="text"),
    seeded(
        "mapping for text",
        "E-TYPE",
        ("  settled_by: A party's", "  settled_by: ¶{by: a}\n    limit: x"),
        also="E-KEY-UNKNOWN",
    ),
    seeded("text for a list", "E-TYPE", ("binds: [russia]", "binds: ¶russia"), hint="write a list"),
    seeded("list for an id", "E-TYPE", ("{from: hts, to: al-qaida", "{from: ¶[hts], to: al-qaida"), hint="write text"),
    seeded("text for truth", "E-TYPE", ("key: true", "key: ¶yes"), hint="true or false"),
    seeded("empty list", "E-EMPTY", ("sources: [sott]", "sources: ¶[]"), hint="write at least one"),
    seeded("empty text", "E-EMPTY", ("series: Quick View", 'series: ¶""'), hint="write something"),
    seeded(
        "too many sides",
        "E-LENGTH",
        ("sides:\n  - {id: outside", "sides:\n  ¶- {id: seventh, name: Seventh}\n  - {id: outside"),
        hint="keep to 6 items",
    ),
    seeded("short name too long", "E-LENGTH", ("short: UAE", "short: ¶" + "U" * 33), hint="keep to 32 characters"),
    seeded("two lines for one", "E-FORMAT", ("name: Jordan", 'name: ¶"Jor\\ndan"'), hint="write one line"),
    # words and forms
    seeded("day that is none", "E-DATE", ("date: 2017-08-03\n", "date: ¶2017-02-30\n"), hint="YYYY-MM-DD"),
    seeded("date as a number", "E-DATE", ("date: 2017-08-03\n", "date: ¶20170803\n"), hint="YYYY-MM-DD"),
    seeded("date the other way round", "E-DATE", ("as_of: 2017-08-04", "as_of: ¶04/08/2017"), hint="YYYY-MM-DD"),
    seeded("reliability beyond F", "E-GRADE", ("reliability: B", "reliability: ¶G"), hint="A to F"),
    seeded("credibility beyond 6", "E-GRADE", ("credibility: 2", "credibility: ¶7"), hint="1 to 6"),
    seeded("no such country", "E-COUNTRY", ("country: RUS", "country: ¶XYZ"), hint="alpha-3"),
    seeded("country in small letters", "E-FORMAT", ("country: RUS", "country: ¶rus"), hint="alpha-3"),
    seeded("Norway", "E-FORMAT", ("country: RUS", "country: ¶NO"), hint="alpha-3"),
    seeded(
        "address that runs a script",
        "E-FORMAT",
        ("url: https://southfront.org/", 'url: ¶"javascript:alert(1)" #'),
        hint="http:// or https://",
    ),
    seeded("id with a capital", "E-FORMAT", ("- id: effect", "- id: ¶Effect"), hint="small letters"),
    seeded(
        "stance not in the list", "E-WORD", ("stance: supports", "stance: ¶suports"), hint="did you mean `supports`?"
    ),
    seeded("kind not in the list", "E-WORD", ("kind: armed group", "kind: ¶armed grup"), hint="`armed group`?"),
    seeded("category not in the list", "E-WORD", ("category: CeProv", "category: ¶CeProf"), hint="`CeProv`?"),
    seeded("state not in the list", "E-WORD", ("value: contested", "value: ¶contestd"), hint="`contested`?"),
    seeded("word not of the yardstick", "E-WORD", ("word: likely", "word: ¶likly"), hint="did you mean `likely`?"),
    # references
    seeded("unknown source", "E-REF-SOURCE", ("    source: sott", "    source: ¶sot"), hint="did you mean `sott`?"),
    seeded("unknown source in a list", "E-REF-SOURCE", ("[tass, eiu]", "[tass, ¶eui]"), hint="did you mean `eiu`?"),
    seeded(
        "unknown actor", "E-REF-ACTOR", ("actor: military-police", "actor: ¶military-polise"), hint="`military-police`?"
    ),
    seeded("unknown actor of a relation", "E-REF-ACTOR", ("to: al-qaida", "to: ¶al-qaeda"), hint="`al-qaida`?"),
    seeded("unknown side", "E-REF-SIDE", ("side: outside", "side: ¶outsid"), hint="`outside`?"),
    seeded("unknown layer", "E-REF-LAYER", ("layer: homs-pocket", "layer: ¶homs-poket"), hint="`homs-pocket`?"),
    seeded(
        "layer of the wrong kind", "E-LAYER-KIND", ("layer: homs-pocket", "layer: ¶homs-places"), hint="`homs-pocket`?"
    ),
    seeded(
        "places that are none", "E-LAYER-KIND", ("places: homs-places", "places: ¶homs-pocket"), hint="`homs-places`?"
    ),
    seeded("unknown place of an event", "E-REF-PLACE", ("place: Talbiseh", "place: ¶Talbise"), hint="`Talbiseh`?"),
    seeded("unknown place of a site", "E-REF-PLACE", ("place: Tall Umari", "place: ¶Tall Omari"), hint="`Tall Umari`?"),
    seeded("unknown city", "E-REF-PLACE", ("cities: [Homs, Hama]", "cities: [Homs, ¶Hamma]"), hint="`Hama`?"),
    seeded("id given twice", "E-ID-TWICE", ("- id: south-west", "- id: ¶astana"), hint="`astana-2`"),
    seeded("id of a term given twice", "E-ID-TWICE", ("- id: councils", "- id: ¶ceasefire"), hint="`ceasefire-2`"),
    seeded(
        "source never used",
        "E-SOURCE-UNUSED",
        (
            "sources:\n  - id: eiu",
            "sources:\n  - {id: ¶spare, publisher: A, title: B, date: null, reliability: A, credibility: 1}\n  - id: eiu",
        ),
        hint="cite it",
    ),
    # time
    seeded("event after the cut-off", "E-HINDSIGHT", ("date: 2017-05-04", "date: ¶2017-08-05"), hint="later edition"),
    seeded(
        "precedent after the cut-off",
        "E-HINDSIGHT",
        ('capital"\n    date: 2017-07-22', 'capital"\n    date: ¶2018-07-22'),
        hint="leave it out",
    ),
    seeded(
        "state of a term after the cut-off",
        "E-HINDSIGHT",
        ("{value: contested, date: 2017-08-03", "{value: contested, date: ¶2017-08-13"),
        hint="leave it out",
    ),
    seeded(
        "signature after the cut-off", "E-HINDSIGHT", ("{date: 2017-07-31", "{date: ¶2017-08-31"), hint="leave it out"
    ),
    seeded(
        "later source without a reason",
        "E-SOURCE-LATE",
        ("    late: Published a day after the cut-off; used only for the deployment of 4 August.\n", ""),
        ("date: 2017-08-05\n    url: https://www.newarab", "date: ¶2017-08-05\n    url: https://www.newarab"),
        hint="say in `late: …`",
    ),
    seeded(
        "reason for a source that is not late",
        "E-SOURCE-LATE",
        ("    credibility: 3\n", "    credibility: 3\n    late: ¶Why not.\n"),
        hint="remove `late`",
    ),
    seeded(
        "horizon that has passed",
        "E-HORIZON",
        ("{text: No date was given}", "{text: No date was given, date: ¶2017-08-04}"),
        hint="lies ahead",
    ),
    seeded(
        "deadline before the agreement",
        "E-DEADLINE",
        ("{date: 2017-09-03", "{date: ¶2016-09-03"),
        hint="check the year",
    ),
    # judgement
    seeded(
        "word against number",
        "E-WORD-NUMBER",
        ("word: likely", "word: ¶unlikely"),
        hint="write `likely`, or a range inside 20–45",
    ),
    seeded(
        "range across two bands",
        "E-WORD-NUMBER",
        (
            "low: 55, high: 80, basis: yardstick}\n    word: likely",
            "low: 50, high: 90, basis: given}\n    word: ¶likely",
        ),
        hint="narrow the range",
    ),
    seeded(
        "rows of the yardstick mixed in forecasts",
        "E-WORD-ROWS",
        (
            "No date was given}\n    probability: {low: 55, high: 80, basis: yardstick}\n    word: likely",
            "No date was given}\n    probability: {low: 55, high: 80, basis: yardstick}\n    word: ¶probable",
        ),
        hint="write `likely`",
    ),
    seeded(
        "other row of the yardstick in a text of the facts",
        "E-WORD-ROWS",
        ("statement: It now seems likely", "statement: ¶It now seems probable"),
        hint="write “likely”",
    ),
    seeded(
        "probability upside down",
        "E-VALUE",
        ("probability: {low: 55, high: 80", "probability: ¶{low: 80, high: 55"),
        hint="low ≤ high",
    ),
    seeded("probability above one hundred", "E-RANGE", ("high: 80", "high: ¶180"), hint="less than or equal to 100"),
    seeded("probability below nought", "E-RANGE", ("low: 55", "low: ¶-5"), hint="greater than or equal to 0"),
    seeded(
        "value and range together", "E-VALUE", ("{value: 84,", "¶{value: 84, low: 80, high: 90,"), hint="either `value`"
    ),
    seeded(
        "confidence and likelihood in one sentence",
        "E-CONFIDENCE-MIXED",
        ("statement: It now seems likely", "statement: ¶We judge with high confidence that it seems likely"),
        hint="a sentence of its own",
    ),
    seeded(
        "relation to itself",
        "E-RELATION-SELF",
        ("{from: hts, to: al-qaida", "¶{from: hts, to: hts"),
        hint="another actor",
    ),
    seeded(
        "relation given twice",
        "E-RELATION-TWICE",
        (
            "  - {from: hts, to: al-qaida, kind: linked to, source: eiu}\n",
            (
                "  - {from: hts, to: al-qaida, kind: linked to, source: eiu}\n"
                "  - ¶{from: hts, to: al-qaida, kind: linked to, source: pax}\n"
            ),
        ),
        hint="remove one",
    ),
)

PARAGRAPH = "In early August"
PROSE = (
    seeded("citation of no source", "E-CITE", ("Syria [@eiu]", "Syria [@¶eui]"), hint="did you mean `eiu`?"),
    seeded(
        "second source of a citation", "E-CITE", ("[@eiu; @southfront]", "[@eiu; @¶southfrnt]"), hint="`southfront`?"
    ),
    seeded("citation over two lines", "E-CITE", ("[@eiu; @southfront]", "[@eiu;\n@¶southfrnt]"), hint="`southfront`?"),
    seeded("citation in capitals", "E-CITE", ("Syria [@eiu]", "Syria ¶[@EIU]"), hint="`[@source-id]`"),
    seeded(
        "citation with a page but no comma", "E-CITE", ("Syria [@eiu]", "Syria ¶[@eiu p. 3]"), hint="`[@source-id]`"
    ),
    seeded("raw HTML", "E-PROSE-HTML", (PARAGRAPH, "In ¶<b>early</b> August"), hint="write Markdown"),
    seeded("raw HTML behind code", "E-PROSE-HTML", (PARAGRAPH, "In `<i>` ¶<b>early</b> August"), hint="write Markdown"),
    seeded(
        "block of HTML", "E-PROSE-HTML", (PARAGRAPH, "¶<script>\nalert(1)\n</script>\n\nIn early August"), hint="\\<"
    ),
    seeded("comment", "E-PROSE-HTML", (PARAGRAPH, "¶<!-- to do -->\n\nIn early August"), hint="write Markdown"),
    seeded("image", "E-PROSE-IMAGE", (PARAGRAPH, "In early ¶![map](map.png) August"), hint="in words"),
    seeded(
        "image in a table", "E-PROSE-IMAGE", (PARAGRAPH, "| a |\n|---|\n| ¶![x](y.png) |\n\nIn early"), hint="in words"
    ),
    seeded(
        "link that runs a script",
        "E-PROSE-LINK",
        (PARAGRAPH, "In [early](¶javascript:alert(1)) August"),
        hint="cite it",
    ),
    seeded(
        "link between angle brackets", "E-PROSE-LINK", (PARAGRAPH, "In <¶javascript:alert(1)> August"), hint="cite it"
    ),
    seeded("link in disguise", "E-PROSE-LINK", (PARAGRAPH, "¶[In](java&#115;cript:alert(1)) August"), hint="cite it"),
    seeded(
        "link defined elsewhere",
        "E-PROSE-LINK",
        (PARAGRAPH, "¶[In][x] August\n\n[x]: data:text/html,x\n\nIn early"),
        hint="cite it",
    ),
    seeded("first-level heading", "E-SECTION-LEVEL", ("## Elsewhere", "¶# Elsewhere"), hint="write `## …`"),
    seeded(
        "text before the first heading",
        "E-SECTION-TEXT",
        ("## What happened", "¶Lost words.\n\n## What happened"),
        hint="under a heading",
    ),
    seeded(
        "third-level heading first",
        "E-SECTION-TEXT",
        ("## What happened", "¶### Sub\n\nLost.\n\n## What happened"),
        hint="under a heading",
    ),
    seeded("section given twice", "E-SECTION-TWICE", ("## Elsewhere", "¶## What happened"), hint="join the two"),
    seeded("section without text", "E-SECTION-EMPTY", ("## Elsewhere", "¶## Nothing\n\n## Elsewhere"), hint="write it"),
    seeded("heading without words", "E-SECTION-TITLE", ("## Elsewhere", "¶##"), hint="give it words"),
    seeded(
        "other row of the yardstick",
        "E-WORD-ROWS",
        ("Most rebel groups in the area support the agreement [", "It is ¶highly probable that most support it ["),
        hint="write “very likely”",
    ),
    seeded(
        "other row over two lines",
        "E-WORD-ROWS",
        ("Most rebel groups in the area support the agreement [", "It is ¶nearly\ncertain that most support it ["),
        hint="“almost certain”",
    ),
    seeded(
        "confidence and likelihood in a sentence of prose",
        "E-CONFIDENCE-MIXED",
        ("He is\ninfluential", "¶We have high confidence that it\nis likely. He is\ninfluential"),
        hint="a sentence of its own",
    ),
    seeded(
        "confidence and likelihood first thing",
        "E-CONFIDENCE-MIXED",
        (PARAGRAPH, "¶Likely, with low confidence. In August"),
        hint="own",
    ),
)

FORM = (
    seeded(
        "key given twice", "E-KEY-DUPLICATE", ("  language: en\n", "  language: en\n  ¶language: ar\n"), hint="keep one"
    ),
    seeded("alias", "E-YAML-ALIAS", ("series: Quick View", "series: ¶*name"), hint="write the value out"),
    seeded("anchor", "E-YAML-ANCHOR", ("series: Quick View", "series: ¶&name Quick View"), hint="remove it"),
    seeded(
        "tag", "E-YAML-TAG", ("series: Quick View", "series: ¶!!python/name:os.system Quick View"), hint="remove it"
    ),
    seeded("tab", "E-YAML-TAB", ("  series:", "¶\tseries:"), hint="two spaces"),
    seeded("second colon", "E-YAML-SYNTAX", ("series: Quick View", "series: Quick¶: View"), hint="double quotes"),
    seeded(
        "second colon in a flow mapping", "E-YAML-SYNTAX", ("name: Qubeibat", "name: Qub¶: eibat"), hint="double quotes"
    ),
    seeded(
        "quote never closed",
        "E-YAML-SYNTAX",
        ("series: Quick View", 'series: ¶"Quick View'),
        hint="close the quote on this line",
    ),
    seeded(
        "last quote never closed",
        "E-YAML-SYNTAX",
        ("  - No published", '  - ¶"No published'),
        ('only "most" and "armed groups"', "only most"),
        hint="close the quote",
    ),
    seeded(
        "bracket never closed",
        "E-YAML-SYNTAX",
        ("topics: [inter", "topics: ¶[inter"),
        ("geography]", "geography"),
        hint="close it with `]`",
    ),
    seeded("list as a key", "E-YAML-SYNTAX", ("  series:", "  ? ¶[a, b]\n  : c\n  series:"), hint="a plain word"),
    seeded(
        "character beyond Unicode",
        "E-YAML-SYNTAX",
        ("series: Quick View", 'series: "¶\\U99999999"'),
        hint="the character itself",
    ),
    seeded(
        "nested too deeply",
        "E-YAML-DEPTH",
        ("series: Quick View", "series: " + "[" * 10 + "¶[x]" + "]" * 10),
        hint="flatter",
    ),
    seeded(
        "byte that is not UTF-8",
        "E-UTF8",
        ("series: Quick", "series: Qu\u00ef¶\udcffck"),
        hint="save the file as UTF-8",
    ),
    seeded("direction control", "E-TEXT-BIDI", ("name: Jordan", "name: Jor¶\u202edan"), hint="remove it"),
    seeded("direction control, escaped", "E-TEXT-BIDI", ("name: Jordan", 'name: ¶"Jor\\u202Edan"'), hint="remove it"),
    seeded("direction control in prose", "E-TEXT-BIDI", (PARAGRAPH, "In ¶\u2066early August"), hint="remove it"),
    seeded(
        "direction control as a reference", "E-TEXT-BIDI", (PARAGRAPH, "In ¶&#x202e;early August"), hint="remove it"
    ),
    seeded("bell", "E-TEXT-CONTROL", ("name: Jordan", "name: Jor¶\x07dan"), hint="remove it"),
    seeded("control of the second set", "E-TEXT-CONTROL", ("name: Jordan", "name: Jor¶\x81dan"), hint="remove it"),
    seeded("escape of a terminal", "E-TEXT-CONTROL", ("name: Jordan", 'name: ¶"Jor\\edan"'), hint="remove it"),
    seeded("half a character", "E-TEXT-CONTROL", ("name: Jordan", 'name: ¶"Jor\\ud800dan"'), hint="remove it"),
    seeded(
        "no front matter", "E-FRONT-MISSING", ("---\ndocument:", "¶document:"), hint="begin the file with a line `---`"
    ),
    seeded(
        "front matter never closed",
        "E-FRONT-OPEN",
        ("\n---\n", "\n"),
        ("---\ndocument", "¶---\ndocument"),
        hint="end the facts",
    ),
)


def in_french(words: str) -> Edit:
    """Give the brief a translation of one line, at the end of its facts."""
    return "\n---\n\n## What happened", f"\n\ntranslations:\n  fr:\n    {words}\n---\n\n## What happened"


TRANSLATION = (
    seeded(
        "translation of no record",
        "E-TRANSLATION-KEY",
        in_french("actors: {¶rusia: {name: Russie}}"),
        hint="did you mean `russia`?",
    ),
    seeded(
        "translation of no status",
        "E-TRANSLATION-KEY",
        in_french("place: {statuses: {¶front: {label: Front}}}"),
        hint="`frontline`",
    ),
    seeded(
        "translation of no key",
        "E-TRANSLATION-KEY",
        in_french("document: {¶titel: Trêve}"),
        hint="did you mean `title`?",
    ),
    seeded("translation of no list", "E-TRANSLATION-KEY", in_french("¶actrs: {}"), hint="did you mean `actors`?"),
    seeded(
        "translation of what the brief does not say",
        "E-TRANSLATION-KEY",
        ("    where: Astana\n", "    text: null\n"),
        ("    text: Four de-escalation areas, in force from 6 May.\n", ""),
        in_french("events: {astana: {¶text: Quatre zones}}"),
    ),
    seeded(
        "translation of no section",
        "E-TRANSLATION-KEY",
        in_french("sections: {¶elsewere: Au nord.}"),
        hint="did you mean `elsewhere`?",
    ),
    seeded("translation in a translation", "E-TRANSLATION-KEY", in_french("¶translations: {ar: {}}")),
    seeded("translated text for a mapping", "E-TRANSLATION-FORM", in_french("place: ¶poche"), hint="a mapping"),
    seeded("translated text for a list", "E-TRANSLATION-FORM", in_french("sides: ¶Russie"), hint="by id"),
    seeded("translated country", "E-TRANSLATION-FIXED", in_french("document: {country: ¶RUS}"), hint="remove it"),
    seeded(
        "translated word of a list",
        "E-TRANSLATION-FIXED",
        in_french("actors: {russia: {kind: ¶État}}"),
        hint="remove it",
    ),
    seeded(
        "translated title of a source",
        "E-TRANSLATION-FIXED",
        in_french("sources: {eiu: {title: ¶Politique russe}}"),
        hint="remove it",
    ),
    seeded("translated list too short", "E-TRANSLATION-LENGTH", in_french("limits: ¶[Un, Deux]"), hint="null for what"),
    seeded("translated number for text", "E-TYPE", in_french("document: {title: ¶2017}"), hint="in quotes"),
    seeded("translated mapping for text", "E-TYPE", in_french("document: {title: ¶{fr: Trêve}}"), hint="write text"),
    seeded("translated text that is empty", "E-EMPTY", in_french('document: {title: ¶""}'), hint="write something"),
    seeded(
        "translated short name too long",
        "E-LENGTH",
        in_french("actors: {uae: {short: ¶" + "É" * 33 + "}}"),
        hint="keep to 32 characters",
    ),
    seeded(
        "translated section without text", "E-TYPE", in_french("sections: {elsewhere: ¶{title: Ici}}"), hint="Markdown"
    ),
    seeded("translated section as a number", "E-TYPE", in_french("sections: {elsewhere: ¶12}"), hint="Markdown"),
    seeded(
        "citation of no source in a translation",
        "E-CITE",
        in_french('sections: {elsewhere: ¶"Au nord [@eui]."}'),
        hint="did you mean `eiu`?",
    ),
    seeded(
        "citation in capitals in a translation",
        "E-CITE",
        in_french('sections: {elsewhere: ¶"Au nord [@EIU]."}'),
        hint="`[@source-id]`",
    ),
    seeded(
        "raw HTML in a translation",
        "E-PROSE-HTML",
        in_french("sections: {elsewhere: ¶<b>Au</b> nord.}"),
        hint="write Markdown",
    ),
    seeded(
        "raw HTML in a block of a translation",
        "E-PROSE-HTML",
        in_french("sections:\n      elsewhere: ¶|\n        Au nord.\n\n        <script>alert(1)</script>"),
        hint="write Markdown",
    ),
    seeded(
        "image in a translation",
        "E-PROSE-IMAGE",
        in_french('sections: {elsewhere: ¶"![carte](x.png)"}'),
        hint="in words",
    ),
    seeded(
        "link in a translation",
        "E-PROSE-LINK",
        in_french('sections: {elsewhere: ¶"[Au nord](https://x.org)"}'),
        hint="cite it",
    ),
    seeded(
        "heading in a translation", "E-SECTION-LEVEL", in_french('sections: {elsewhere: ¶"## Au nord"}'), hint="###"
    ),
    seeded(
        "direction control in a translation",
        "E-TEXT-BIDI",
        in_french('document: {title: ¶"Tr\\u202Eêve"}'),
        hint="remove it",
    ),
)

ALL = (*FACTS, *PROSE, *FORM, *TRANSLATION)
TOGETHER = (
    "misspelt key",
    "number for text",
    "no such country",
    "reliability beyond F",
    "unknown actor of a relation",
    "stance not in the list",
    "event after the cut-off",
    "deadline before the agreement",
    "word not of the yardstick",
    "key given twice",
    "direction control in prose",
    "second source of a citation",
    "first-level heading",
    "confidence and likelihood in a sentence of prose",
)


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    for old, new in edits:
        assert old in text, f"the Homs brief no longer says {old!r}"
        text = text.replace(old, new, 1)
    return text


def place(marked: str) -> tuple[int, int]:
    """Where the mark stands, from 1; (0, 0) without a mark."""
    before, mark, _ = marked.partition(HERE)
    return (before.count("\n") + 1, len(before) - before.rfind("\n")) if mark else (0, 0)


def write(folder: Path, marked: str) -> Path:
    path = folder / "homs-truce.md"
    path.write_bytes(marked.replace(HERE, "").encode("utf-8", "surrogateescape"))
    return path
