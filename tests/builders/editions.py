"""Made-up editions for the tests of the front page and the feed."""

NASTY = "</script><img src=x onerror=alert(1)> \"'&"
AS_OF = "2017-08-20"


def forecast(title="The truce breaks down", word="likely", low=55, high=80):
    return {"id": "f", "title": title, "word": word, "low": low, "high": high, "confidence": "low",
            "horizon": "Within a month", "date": None}  # fmt: skip


def deadline(date, title="Highway opens", by="Gazette", state="pending"):
    return {"id": "road", "title": title, "date": date, "by": by, "state": state}


def report(name, **given):
    return {
        "name": name, "language": "en", "title": f"Report on {name}", "summary": "What it means.", "country": "SYR",
        "as_of": AS_OF, "series": "Quick View", "desk": "Middle East desk", "topics": ["ceasefire"],
        "sides": ["Government side"], "place": {"name": "Homs", "longitude": 36.7, "latitude": 34.7},
        "forecasts": [forecast()], "deadlines": [], "since": "2017-08-03", "changes": [], **given,
    }  # fmt: skip


def entry(name, state="unchanged", *, cause="", faults=(), made=True, **given):
    return {
        "name": name, "brief": f"briefs/{name}.md", "state": state, "cause": cause, "faults": list(faults),
        "stale": state == "failed" and made, "tries": 1, "seconds": 1.2, "memory_mb": 310,
        "report": report(name, **given) if made else None,
    }  # fmt: skip


def changes(*texts):
    return [{"kind": "forecast", "id": str(n), "text": text} for n, text in enumerate(texts)]


def edition(*entries, as_of=AS_OF):
    states = [one["state"] for one in entries]
    counts = {state: states.count(state) for state in ("succeeded", "unchanged", "failed")}
    return {"as_of": as_of, "counts": counts, "reports": sorted(entries, key=lambda one: one["name"])}


MOVED = entry(
    "moved", "succeeded", title="Truce in Homs", pdf=True, changes=changes("One.", "Two.", "Three.", "Four."),
    deadlines=[deadline("2017-09-03"), deadline("2017-08-14", "Prisoners are freed", state="met")],
)  # fmt: skip
FRESH = entry(
    "fresh", "succeeded", since=None, country="BOL", title="Blockade of the highland road", topics=["talks"],
    place={"name": "Altiplano", "longitude": -66.1, "latitude": -17.3}, sides=["Growers’ unions"],
)  # fmt: skip
ARABIC = entry(
    "arabic.ar", as_of="2017-08-05", language="ar", title="هدنة في مدينة حمص", summary="ملخّص", desk="مكتب الشرق الأوسط",
    topics=["هدنة"], sides=["الجانب الحكومي"], forecasts=[forecast("انهيار الهدنة", "مرجّح")],
    deadlines=[deadline("2017-09-25", "فتح الطريق", "الجريدة", "معلّق")],
)  # fmt: skip
STALE = entry("stale", "failed", cause="cell", faults=["E-CELL cell 9 failed"], as_of="2017-08-03", title="x" * 300)
NEVER = entry("never", "failed", cause="brief", faults=["briefs/never.md:1:1: E-KEY-UNKNOWN `as_off`"], made=False)
QUIET = entry("quiet", as_of="2017-08-10", place=None, country="IRQ", title="Café in Mosul", forecasts=[])
HOSTILE = entry(
    "hostile", as_of="2017-08-18", title=NASTY, summary=NASTY, desk=NASTY, topics=[NASTY], sides=[NASTY], country=NASTY,
    place={"name": NASTY, "longitude": 1, "latitude": 1}, forecasts=[forecast(NASTY, NASTY)],
    deadlines=[deadline("2017-08-21", NASTY, NASTY, NASTY)], changes=changes(NASTY),
)  # fmt: skip
ALL = edition(MOVED, FRESH, ARABIC, STALE, NEVER, QUIET, HOSTILE)

WORLD = {
    "features": [
        {"geometry": {"type": "Polygon", "coordinates": [[[-10, -10], [40, -10], [40, 40], [-10, 40], [-10, -10]]]}}
    ]
}
