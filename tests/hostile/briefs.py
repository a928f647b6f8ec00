"""Briefs that mean harm, by class: each class is a function from a source of chance to a brief's text or bytes."""

import json
import random

from tests.hostile import chains, keys

ROOT = chains.ROOT
REAL = [path.read_text(encoding="utf-8") for path in sorted([*(ROOT / "briefs").glob("*.md"), *(ROOT / "tests/data/briefs").glob("*.md")])]  # fmt: skip
SIGNS = "\x00\x01\x08\x0b\x0c\x1b\x7f\x85\xad\u034f\u061c\u115f\u200b\u200d\u200e\u202e\u2028\u2029\u2066\u3164\ufe0f\ufeff\ufffe\U000e0041\U0001f600"
PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![a](http://x.invalid/a.png)", "<svg/onload=x>", "</title><script>",
    "<a href='http://x.invalid'>a</a>", "{{ 7*7 }}", "{% include '/etc/passwd' %}", "{0.__class__.__mro__}", "{a!r:>99999999}", "%(x)s %n", "$(touch /tmp/x)", "`id`", "'; import os; os.system('x') #",
    "\n::stop-commands::x", "::error::x", "\r\n::set-output name=a::b", "\x1b[2J", "<b>x</b><br>", "<i>a", "&lt;script&gt;", "&#x202e;", "$x^2$", "\\input{/etc/passwd}", "=cmd|' /C calc'!A0", "a\\u202eb", "]]>", "-->", "<!--",
    "../../etc/passwd", "/etc/passwd", "C:\\x", "con", "nul.md", ".", "..", "a/b", "~", "a%00b", "file:///etc/passwd", "data:text/html,x", "http://[::1", "https://a b", "x" * 5000, "`" * 300, "__proto__", "constructor", "parameters", "PAPERMILL",
)  # fmt: skip
EDGES = ("0", "-0", "1e999", "-1e308", ".inf", ".nan", "1_000", "0x1F", "0o7", "004", "1e15", "1e16", "99999999999999999999", "0001-01-01", "9999-12-31", "10000-01-01", "2020-02-30", "2020-13-01",
         "2020-1-1", "2020-W01-1", "2020-001", "20200101", "12:30", "NO", "yes", "~", "null", "true", '""', "''", "[]", "{}", "[[]]", "[{}]", "{a: 1}", "- a", "|", ">", "!!int 1", "&a 1", "*a", "?", "-", "'", '"', "@", "`", "%")  # fmt: skip
KEYS = ("document", "sources", "sides", "stances", "actors", "relations", "quantities", "agreement", "measures", "sites", "events", "calendar", "forecasts", "hypotheses", "evidence",
        "tables", "figures", "precedents", "related", "limits", "translations", "place", "monitor")  # fmt: skip


def _quoted(text):
    return json.dumps(text, ensure_ascii=False)


def _swapped(chance, value):
    """Return a real brief of which one value is another."""
    lines = chance.choice(REAL).split("\n")
    spots = [n for n, line in enumerate(lines[:400]) if ": " in line and not line.startswith("#")]
    n = chance.choice(spots)
    lines[n] = f"{lines[n].partition(': ')[0]}: {value}"
    return "\n".join(lines)


def _cited(chance, value):
    text = chance.choice(REAL)
    at = text.index("\n## ") if "\n## " in text else len(text)
    at = text.find("\n\n", at + 1) + 2
    return f"{text[:at]}{value} {text[at:]}"


def _mutated(chance):
    raw = bytearray(chance.choice(REAL).encode())
    for _ in range(chance.randint(1, 20)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


def _shuffled(chance):
    lines = chance.choice(REAL).split("\n")
    start = chance.randrange(len(lines))
    part = lines[start : start + chance.randint(2, 40)]
    chance.shuffle(part)
    lines[start : start + len(part)] = part
    return "\n".join(lines)


def _cut(chance):
    text = chance.choice(REAL)
    at = chance.randrange(len(text))
    return text[:at] if chance.random() < 0.5 else text[:at] + text[at + chance.randint(1, 200) :]


def _joined(chance):
    one, other = chance.choice(REAL), chance.choice(REAL)
    return one[: chance.randrange(len(one))] + other[chance.randrange(len(other)) :]


def _bomb(chance):
    levels = chance.randint(2, 12)
    lines = [
        "a0: &a0 [x, x, x, x, x, x, x, x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)),
    ]
    return chains.brief("\n".join(lines) + "\n")


def _encoded(chance):
    text = chance.choice(REAL)
    sign = chance.choice(["\ufeff", "\x00", "\ud800", "é", ""])
    encoding = chance.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1256", "utf-7", "utf-8", "utf-8-sig"])
    return (sign + text).encode(
        encoding, "surrogatepass" if encoding.startswith("utf-") and encoding != "utf-7" else "ignore"
    )


CLASSES = {
    "aliases that expand": _bomb,
    "depth": lambda c: chains.brief("limits: " + c.choice(["[", "{a: ", "- ", "? "]) * c.randint(5, 3000) + "\n"),
    "size": lambda c: chains.brief(prose="word " * c.randint(1_000, 120_000)),
    "tags": lambda c: _swapped(c, c.choice(["!!python/object/apply:os.system [x]", "!!binary aGk=", "!x y", "!!set {a}", "!<tag:x> y", "!!omap [a: b]", "<<: *x"])),
    "encodings": _encoded,
    "signs in values": lambda c: _swapped(c, _quoted("".join(c.choice([*SIGNS, "a", "b "]) for _ in range(c.randint(1, 20))))),
    "signs in prose": lambda c: _cited(c, "".join(c.choice([*SIGNS, "a", "b "]) for _ in range(c.randint(1, 20)))),
    "escapes": lambda c: _swapped(c, '"' + "".join(c.choice(["\\u202e", "\\ud83d", "\\x00", "\\N", "\\L", "\\P", "\\_", "\\U00110000", "\\U000E0041", "\\e", "\\n::x::"]) for _ in range(3)) + '"'),
    "payloads in values": lambda c: _swapped(c, _quoted(c.choice(PAYLOADS))),
    "payloads in prose": lambda c: _cited(c, c.choice(PAYLOADS)),
    "payloads as keys": lambda c: chains.brief(f"{_quoted(c.choice(PAYLOADS))}: 1\n"),
    "payloads as ids": lambda c: chains.brief(sources=f"  - {{id: {_quoted(c.choice(PAYLOADS))}, publisher: P, title: T, date: null, reliability: B, credibility: 2}}\n", prose=f"x [@{c.choice(PAYLOADS)}]\n"),
    "translations": lambda c: chains.brief(f"translations: {{{c.choice(['fr', 'ar', 'xx', _quoted('../x')])}: {{{c.choice(['document', 'sections', 'sources', 'x'])}: {c.choice([*EDGES, _quoted(c.choice(PAYLOADS))])}}}}}\n"),
    "edges": lambda c: _swapped(c, c.choice(EDGES)),
    "wrong types": lambda c: chains.brief(f"{c.choice(KEYS)}: {c.choice(EDGES)}\n"),
    "wrong types of items": lambda c: chains.brief(f"{c.choice(KEYS)}: [{c.choice(EDGES)}]\n"),
    "unknown keys": lambda c: _swapped(c, f"{{{_quoted(c.choice(PAYLOADS))[:60]}: {c.choice(EDGES)}}}"),
    "bytes changed": _mutated,
    "lines shuffled": _shuffled,
    "cut": _cut,
    "joined": _joined,
    "chains": lambda c: chains.CHAINS[c.choice(list(chains.CHAINS))](int(10 ** c.uniform(1, 5.6))),
    "pieces": lambda c: chains.brief(prose="".join(c.choice(chains.PIECES) for _ in range(c.randint(1, 300)))),
    **keys.CLASSES,
}  # fmt: skip


def made(number, seed, only=""):
    """Return the class and the text of one brief; the same numbers give the same brief."""
    names = [name for name in CLASSES if only in name]
    name = names[number % len(names)]
    return name, CLASSES[name](random.Random(f"{seed}-{number}"))
