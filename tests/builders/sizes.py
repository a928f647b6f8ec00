"""Briefs of any size, on the ground of the Andes brief: what its lists would be if they were that long."""

import datetime as dt
import itertools

import yaml

from quickview.brief.vocabulary import RelationKind, Stance, TermState
from tests.conftest import ANDES

SIDES = ["Cooperatives", "State and company", "Mediators", "Neighbouring governments", "Unions and churches"]
BODIES = [
    "Federation",
    "Committee",
    "Ministry",
    "Company",
    "Ombudsman",
    "League",
    "Union",
    "Council",
    "Bishops",
    "Board",
]
PLACES = ["Villa Plomo", "Boca Mina", "Puente Seco", "Tres Hornos", "Pampa Alta", "Abra Larga", "Llano Grande"]
WORDS = [("very unlikely", 8, 15), ("unlikely", 25, 40), ("likely", 60, 75), ("very likely", 82, 90)]
AS_OF = dt.date(2024, 6, 14)


class _Plain(yaml.SafeDumper):
    """Writes a value out each time it stands, for a brief takes no aliases."""

    def ignore_aliases(self, data):
        return True


def write(folder, name, **sizes):
    """Write a brief of some sizes with its layers beside it, and return its path."""
    (folder / "briefs").mkdir(exist_ok=True)
    if not (folder / "shapes").exists():
        (folder / "shapes").symlink_to(ANDES.parent.parent / "shapes")
    path = folder / "briefs" / f"{name}.md"
    path.write_text(text(**sizes), encoding="utf-8")
    return path


def text(*, actors=1, relations=0, events=1, forecasts=1, sources=1, terms=0):
    """Return a brief with so many of each."""
    facts = yaml.safe_load(ANDES.read_text(encoding="utf-8").split("---\n")[1])
    # Evidence names records by their ids, which are others here.
    facts = {key: value for key, value in facts.items() if key not in {"hypotheses", "evidence"}}
    facts["sources"] = [
        {"id": f"s{n}", "publisher": f"Paper {n}", "title": f"Report {n}", "date": AS_OF, "reliability": "C",
         "credibility": 3, "url": f"https://paper{n}.example/a/long/address/of/a/report/{n}"}
        for n in range(sources)
    ]  # fmt: skip
    cite = itertools.cycle([source["id"] for source in facts["sources"]])
    facts["sides"] = [{"id": f"side{n}", "name": name} for n, name in enumerate(SIDES[:actors])]
    facts["place"]["side"] = "side0"
    for status in facts["place"]["statuses"]:
        status.pop("side", None)
    facts["actors"] = [
        {"id": f"a{n}", "name": f"{BODIES[n % 10]} of {PLACES[n // 10 % 7]}", "kind": "civil society",
         "side": f"side{n % len(facts['sides'])}", "role": f"Has part number {n}", "stance": list(Stance)[n % 6].value,
         "source": next(cite)}
        for n in range(actors)
    ]  # fmt: skip
    pairs = [(a, (a + step) % actors) for step in (1, 7, 3, 11) for a in range(actors) if a != (a + step) % actors]
    facts["relations"] = [
        {"from": f"a{a}", "to": f"a{b}", "kind": kind.value, "source": next(cite)}
        for (a, b), kind in zip(pairs[:relations], itertools.cycle(RelationKind), strict=False)
    ]
    facts["events"] = [
        {"id": f"e{n}", "date": AS_OF - dt.timedelta(days=1 + n * n * 4000 // events**2), "title": f"Event number {n}",
         "text": "The first lorries are turned back before dawn.", "actors": [f"a{n % actors}"], "sources": [next(cite)]}
        for n in range(events)
    ]  # fmt: skip
    given = facts["forecasts"][0]
    facts["forecasts"] = [
        given | {"id": f"f{n}", "title": f"Outcome number {n}", "statement": f"Outcome {n} is {word} to come about.",
                 "word": word, "probability": {"low": low, "high": high, "basis": "given"}, "source": next(cite)}
        for n, (word, low, high) in zip(range(forecasts), itertools.cycle(WORDS))
    ]  # fmt: skip
    for quantity in facts["quantities"]:
        quantity["values"][0]["source"] = next(cite)
    if terms:
        facts["agreement"] = {
            "name": "Accord of the roads", "parties": ["a0"], "source": next(cite),
            "effective": {"date": AS_OF, "by": "Paper 0", "source": next(cite)},
            "terms": [
                {"id": f"t{n}", "title": f"Term number {n}", "text": "Each opens its own part of the road.",
                 "category": "HrMob", "binds": [f"a{n % actors}"], "source": next(cite),
                 "state": {"value": list(TermState)[n % 7].value, "date": AS_OF, "source": next(cite)},
                 "deadlines": [{"date": AS_OF + dt.timedelta(days=9 * (n + 1)), "by": "Paper 0", "source": next(cite)}]}
                for n in range(terms)
            ],
        }  # fmt: skip
    every = "; ".join(f"@{source['id']}" for source in facts["sources"])
    return (
        f"---\n{yaml.dump(facts, Dumper=_Plain, sort_keys=False)}---\n\n"
        f"## What happened\n\nThe road was closed on 31 May [{every}].\n\n## Why it matters\n\nThe mill stopped [@s0].\n"
    )
