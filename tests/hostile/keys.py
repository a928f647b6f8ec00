"""A brief with one of everything, of which one key at any depth holds what it must not: the records' own annotations tell the keys."""

import json
import typing

from pydantic import BaseModel

from quickview.brief.records import Facts, Mark
from quickview.inputs.yaml_document import read_document
from tests.hostile.chains import ROOT

FRONT, _, PROSE = (ROOT / "tests/data/briefs/grain-compact.md").read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")  # fmt: skip
MONITOR = {"events": ["nothing-fetched"], "buffer_km": 5, "weeks_before": 8, "types": ["Battles"]}
MONITOR["compare"] = {"name": "the rest", "layer": "two-rivers-regions", "column": "code", "rows": ["MN-01"]}
TYPES = ("[]", "[[]]", "[a, b]", "[{a: 1}]", "{}", "{a: {b: 1}}", "0", "-1", "1.5", "1e308", ".inf", ".nan", "99999999999999999999", "true", "null", "2024-02-29", "12:30:00", '""', '" "', '"\\n"', '"2024-01-01"', '"x"')  # fmt: skip
TEXTS = (
    "x\x00y", "x\x1b[2J", "x\u202ey", "x\u200by", "x\u2066y", "x\u2028y", "x\U000e0041y", "x\ufeffy", "x\x85y", "<b>x</b>", "<script>x()</script>", "**x** _y_", "[x](javascript:y)", "[@nope]", "[@fig-nope]",
    "{}", "{{}}", "{0.__class__}", "%s %(x)s %n", "{{ 7*7 }}", "{% raw %}", "${x}", "$x^2$", "`x`", "x\ny", "x\r\n::error::y", " x", "x ", "x" * 199, "x" * 201, "x " * 2_000, "x" * 100_000, "نص", "=1+1", "-", "NO", "1e3", "a.b", "x-y-z",
)  # fmt: skip
STRANGE = ("x", "titel", "Title", "title ", "id", "from", "since", "origin", "as", "kind", "translations", "sections", "model_config", "__class__", "", "\u202e", "{}", "a b", "notes", "date", "text")  # fmt: skip


def _base():
    """Return the facts of the full brief without what lies beside it, and with a few of each that it has many of."""
    tree, _, _ = read_document(FRONT, file="", first_line=1)
    few = {name: tree[name][:3] for name in ("quantities", "sites", "events", "calendar", "forecasts", "precedents", "limits")}  # fmt: skip
    few["tables"] = [table for table in tree["tables"] if "file" not in table]
    few["evidence"] = [one for one in tree["evidence"] if one["item"].startswith("sources.")]
    tree |= few | {"monitor": MONITOR}
    del tree["related"], tree["translations"]["fr"]["related"]
    for name, words in tree["translations"]["fr"].items():
        if isinstance(words, dict) and name in few:
            known = {one.get("id") or one.get("item") for one in few[name]}
            tree["translations"]["fr"][name] = {key: one for key, one in words.items() if key in known}
    tree["translations"]["fr"]["limits"] = tree["translations"]["fr"]["limits"][:3]
    return {key: value for key, value in tree.items() if value}


BASE = _base()


def record_of(annotation):
    """Return the record that an annotation holds, itself or in a list; None for none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in typing.get_args(annotation) if (found := record_of(part))), None)


def keys_of(record=Facts, path=()):
    """Yield each key of the records at any depth, as (path of the record without places in lists, key, what is said of it)."""
    for name, field in record.model_fields.items():
        key = field.alias or name
        yield path, key, field
        if inner := record_of(field.annotation):
            yield from keys_of(inner, (*path, key))


KEYS = list(keys_of())


def records_at(node, path):
    """Return all mappings of a tree at a path that passes over places in lists."""
    if isinstance(node, list):
        return [found for item in node for found in records_at(item, path)]
    if not path:
        return [node] if isinstance(node, dict) else []
    return records_at(node[path[0]], path[1:]) if isinstance(node, dict) and path[0] in node else []


def mappings(node):
    """Yield every mapping of a tree."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from mappings(inner)


def written(tree, raw=""):
    """Return a brief of a tree; where it says `@raw`, a piece of YAML stands."""
    front = json.dumps(tree, ensure_ascii=True, indent=1).replace('"@raw"', raw)
    return f"---\n{front}\n---\n{PROSE}"


def _copy():
    return json.loads(json.dumps(BASE))


def _put(chance, value, *, fits=lambda _: True):
    """Return the brief with a value at one of the keys that fit, which may be one that it left out."""
    tree = _copy()
    path, key, _ = chance.choice([spot for spot in KEYS if fits(spot[2])])
    chance.choice(records_at(tree, path) or [tree.setdefault("related", [{}])[0]])[key] = "@raw"
    return written(tree, value)


def wrong_type(chance):
    """Put a value of any type at any key."""
    return _put(chance, chance.choice(TYPES))


def text(chance):
    """Put a text that means something elsewhere at a key that takes text."""
    return _put(chance, json.dumps(chance.choice(TEXTS)), fits=lambda field: "str" in str(field.annotation) or Mark.WORDS in field.metadata)  # fmt: skip


def edge(chance):
    """Put a number, a day or a list at its edge where one is taken."""
    values = ("0", "1", "5", "6", "7", "100", "100.0000001", "-0.0", "180", "181", "0001-01-01", "9999-12-31", "2024-10-31", "2024-11-01", "[x]", f"[{'x,' * 2_000}]", f"[{'x, y,' * 20}]", "5.0", "'5'")  # fmt: skip
    return _put(chance, chance.choice(values), fits=lambda field: not isinstance(field.annotation, type) or not issubclass(field.annotation, str))  # fmt: skip


def sibling(chance):
    """Put a key that nobody knows, or knows elsewhere, beside those of any mapping; or take one away."""
    tree = _copy()
    place = chance.choice([one for one in mappings(tree) if one])
    if chance.random() < 0.2:
        del place[chance.choice(list(place))]
    else:
        place[chance.choice(STRANGE)] = chance.choice(["x", 1, None, {}, {"x": "y"}])
    return written(tree)


def reference(chance):
    """Give an id twice, or name what there is not, or something of another list."""
    tree = _copy()
    known = [one["id"] for one in mappings(BASE) if isinstance(one.get("id"), str)]
    path, key, field = chance.choice([spot for spot in KEYS if "pattern" in str(spot[2]) or "Id" in str(spot[2]) or spot[1] in {"id", "source", "place", "status", "item"}])  # fmt: skip
    found = records_at(tree, path) or [tree]
    value = chance.choice([*known, "nothing", "no-such-thing"])
    chance.choice(found)[key] = [value, value] if "tuple" in str(field.annotation) else value
    return written(tree)


def translated(chance):
    """Put anything at any key of a translation."""
    tree = _copy()
    place = chance.choice([one for one in mappings(tree["translations"]) if one])
    if chance.random() < 0.1:
        sections = tree["translations"]["fr"]["sections"]
        name = chance.choice(list(sections))
        place = sections[name] = {"title": "Titre", "text": sections[name]}
    key = chance.choice([*place, *STRANGE, "@raw"])
    place[key] = "@raw"
    return written(tree, chance.choice([*TYPES, *map(json.dumps, TEXTS)]))


CLASSES = {
    "nested keys: types": wrong_type,
    "nested keys: texts": text,
    "nested keys: edges": edge,
    "nested keys: siblings": sibling,
    "nested keys: references": reference,
    "nested keys: translations": translated,
}
