"""What a manifest tells of a report, so that front page, feed and digest need not read the brief again."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import quickview
from quickview import files
from quickview.brief import confirmation, dates
from quickview.brief.dates import Dated
from quickview.brief.reader import Brief
from quickview.brief.vocabulary import Precision
from quickview.evidence import ingredients, ledger, outcomes
from quickview.options import FORMATS, RenderOptions
from quickview.report import cells, fingerprint, social_card
from quickview.report.cells import NOTEBOOK
from quickview.report.outline import Outline
from quickview.theme.theme import load_theme

_STAMPED: Final = ("geopandas", "nbconvert", "pandas", "papermill", "plotly")


def subject(brief: Brief, options: RenderOptions, outline: Outline) -> dict[str, Any]:
    """Return what the report is about and made of; nothing in it depends on when or where."""
    document, notebook = brief.facts.document, options.notebook or NOTEBOOK
    made_of = options.made_of and {
        **options.made_of,
        **fingerprint.of_notebook(notebook),
        **ingredients.of_brief(brief),
        **ingredients.of_tables(brief.path.parent, cells.named_files(notebook)),
    }
    known = confirmation.named(brief.tree)
    return {
        "name": outline.masthead.name or brief.edition,
        "language": brief.language.code,
        "title": document.title,
        "summary": document.summary,
        "series": document.series,
        "desk": document.desk,
        "country": document.country or "",
        "topics": list(document.topics),
        "as_of": document.as_of.isoformat(),
        "unconfirmed": [entry for entry in document.unconfirmed if entry in known],
        "examples": confirmation.counts(brief.tree, brief.sections)[1],
        **summary(brief, outline),
        "brief": brief.digest,
        "notebook": {"name": notebook.name, "sha256": cells.sha256(notebook)},
        "theme": load_theme(options.theme).name,
        "static": options.static,
        "site": options.site,
        "made_of": made_of,
    }


def content(outline: Outline, warnings: Iterable[str], staging: Path) -> dict[str, Any]:
    """Return what the report consists of."""
    return {
        "versions": {"quickview": quickview.__version__, **{name: version(name) for name in _STAMPED}},
        "sections": [{"id": section.id, "title": section.title} for section in outline.sections if section.shown],
        "figures": [figure.id for figure in outline.figures],
        "warnings": sorted(map(files.public, warnings)),
        "files": {p.name: {"bytes": p.stat().st_size, "sha256": files.sha256(p)} for p in sorted(staging.iterdir())},
    }


def revision(last: Mapping[str, Any] | None, content: Mapping[str, Any]) -> int:
    """Return how often what a report of one day says has changed: its brief, notebook, outcomes, layers, events or tables; 0 at first."""
    if last is None or last.get("as_of") != content.get("as_of"):
        return 0

    def said(manifest: Mapping[str, Any]) -> list[Any]:
        parts = (manifest.get("made_of") or {}).items()
        own = sorted(
            (name, value) for name, value in parts if name.startswith(("layer ", "events ", "outcomes", "table "))
        )
        return [manifest.get("brief"), manifest.get("notebook"), own]

    return int(last["revision"]) + (said(last) != said(content))


def lost(last: Mapping[str, Any], content: Mapping[str, Any], staging: Path) -> Iterator[str]:
    """Yield what of the report that stands is lost with it: a format that is not asked for now, another theme."""
    for name in sorted(last.get("files", {})):
        if Path(name).suffix.removeprefix(".") in FORMATS and not (staging / name).exists():
            yield f"W-REPLACED {name} of the report before is removed — ask for both formats, or try out in another folder: --out"
    if last.get("theme") not in {None, content.get("theme")}:
        yield f"W-REPLACED the report before was in the theme {last['theme']} — try out in another folder: --out"


def summary(brief: Brief, outline: Outline) -> dict[str, Any]:
    """Return sides, place, how high the map is on the card, forecasts (with outcomes that are known, without exercises), deadlines, calendar, the reports to compare with, and what changed since when; words are in the report's language.

    `calendar` holds the days that are no deadlines: of effect, of an end, and what is set for a day
    (what is set for a month or a year has none to count to).
    The place is the middle of the territory's bounds, longitude and latitude in degrees, WGS 84.
    """
    facts, _ = brief.facts, brief.language.gettext
    changes = next((part.data for part in outline.head if part.id == "changes"), {})
    return {
        "sides": [side.name for side in facts.sides],
        "place": _place(facts.place.name, outline) if facts.place else None,
        "map_height": social_card.map_height(outline),
        "forecasts": [
            {**one, **{key: _(one[key]) for key in ("word", "confidence")}}
            for one in ledger.values(brief, outcomes.of_brief(brief)[0])
        ],
        "deadlines": [_day(one, brief) for one in dates.dated(facts) if one.kind == "deadline"],
        "calendar": [
            {"kind": one.kind, **_day(one, brief)}
            for one in dates.dated(facts)
            if one.kind != "deadline" and one.precision is Precision.DAY
        ],
        "related": next((part.data["related"] for part in outline.parts if part.id == "related"), []),
        "since": changes.get("since"),
        "changes": changes.get("changes", []),
    }


def _place(name: str, outline: Outline) -> dict[str, Any] | None:
    covered: Mapping[str, Any] = outline.masthead.linked_data.get("spatialCoverage", {})
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
