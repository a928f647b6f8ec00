"""What a manifest tells of a report, so that front page, feed and digest need not read the brief again."""

from collections.abc import Mapping
from typing import Any

from quickview.brief import dates
from quickview.brief.dates import Dated
from quickview.brief.reader import Brief
from quickview.brief.vocabulary import Precision
from quickview.report.outline import Outline


def of_brief(brief: Brief, outline: Outline) -> dict[str, Any]:
    """Return sides, place, forecasts, deadlines, calendar, and what changed since when; words are in the report's language.

    `calendar` holds the days that are no deadlines: of effect, of an end, and what is set for a day
    (what is set for a month or a year has none to count to).
    The place is the middle of the territory's bounds, longitude and latitude in degrees, WGS 84.
    """
    facts, _ = brief.facts, brief.language.gettext
    changes = next((part.data for part in outline.head if part.id == "changes"), {})
    return {
        "sides": [side.name for side in facts.sides],
        "place": _place(facts.place.name, outline) if facts.place else None,
        "forecasts": [
            {
                "id": one.id,
                "title": one.title,
                "word": _(one.word),
                "low": one.probability.low,
                "high": one.probability.high,
                "confidence": _(one.confidence.value),
                "horizon": one.horizon.text,
                "date": one.horizon.date.isoformat() if one.horizon.date else None,
            }
            for one in facts.forecasts
        ],
        "deadlines": [_day(one, brief) for one in dates.dated(facts) if one.kind == "deadline"],
        "calendar": [
            {"kind": one.kind, **_day(one, brief)}
            for one in dates.dated(facts)
            if one.kind != "deadline" and one.precision is Precision.DAY
        ],
        "since": changes.get("since"),
        "changes": changes.get("changes", []),
    }


def _place(name: str, outline: Outline) -> dict[str, Any] | None:
    covered: Mapping[str, Any] = outline.masthead.get("linked_data", {}).get("spatialCoverage", {})
    if not covered:
        return None
    south, west, north, east = (float(value) for value in covered["geo"]["box"].split())
    # Across 180 degrees, west is larger than east.
    middle = (west + (east - west) % 360 / 2 + 180) % 360 - 180 if west > east else (west + east) / 2
    return {"name": name, "longitude": round(middle, 3), "latitude": round((south + north) / 2, 3)}


def _day(one: Dated, brief: Brief) -> dict[str, Any]:
    """Return a day that a brief names, with all who give it; `state` is empty where it is of no term or measure."""
    _ = brief.language.gettext
    return {
        "id": one.id,
        "title": one.title,
        "date": one.date.isoformat(),
        "by": _(", ").join(one.by),
        "state": _(one.state.value) if one.state else "",
    }
