"""What a manifest tells of a report, so that front page, feed and digest need not read the brief again."""

from collections.abc import Iterator, Mapping
from typing import Any

from quickview.brief.reader import Brief
from quickview.brief.records import Agreement
from quickview.publishing.outline import Outline


def of_brief(brief: Brief, outline: Outline) -> dict[str, Any]:
    """Return sides, place, forecasts, deadlines, and what changed since when; words are in the report's language.

    The place is the middle of the territory's bounds, longitude and latitude in degrees, WGS 84.
    """
    facts, _ = brief.facts, brief.language.gettext
    changes = next((part.data for part in outline.head if part.id == "changes"), {})
    return {
        "sides": [side.name for side in facts.sides],
        "place": _place(facts.place.name, outline),
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
        "deadlines": list(_deadlines(facts.agreement, brief)) if facts.agreement else [],
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


def _deadlines(agreement: Agreement, brief: Brief) -> Iterator[dict[str, Any]]:
    """Yield each day that is given for a term, with all who give it."""
    for term in agreement.terms:
        for day in sorted({claim.date for claim in term.deadlines}):
            by = dict.fromkeys(claim.by for claim in term.deadlines if claim.date == day)
            yield {
                "id": term.id,
                "title": term.title,
                "date": day.isoformat(),
                "by": brief.language.gettext(", ").join(by),
                "state": brief.language.gettext(term.state.value.value),
            }
