"""The head of a report: masthead, key figures."""

from dataclasses import asdict, replace
from typing import Any, Final

from markupsafe import Markup

from quickview.analysis import wording
from quickview.analysis.block import Block, from_template, mark_up
from quickview.analysis.canvas import capitalise
from quickview.analysis.territory import Territory
from quickview.brief.linked_data import linked_data
from quickview.brief.reader import Brief
from quickview.brief.records import Quantity, Source
from quickview.brief.tables import as_json, tables

MOST_CELLS: Final = 5


def masthead(brief: Brief) -> Block:
    """Return the head of a report: series, desk, date, headline and standfirst.

    `brief` is what `qv.load` returns.
    """
    document = brief.facts.document
    data = {
        "name": brief.edition,
        "title": document.title,
        "summary": document.summary,
        "series": document.series,
        "desk": document.desk,
        "language": brief.language.code,
        "as_of": document.as_of.isoformat(),
        "topics": list(document.topics),
        "sources": {source.id: cited(brief, source) for source in brief.facts.sources},
        "digest": brief.digest,
        "card": _card(brief),
        "linked_data": linked_data(brief),
        "tables": [asdict(table) for table in tables(brief)],
        "downloads": [{"name": "facts.json", "media_type": "application/json", "text": as_json(brief)}],
    }
    return from_template("masthead", brief, data=data)


def cited(brief: Brief, source: Source) -> dict[str, Any]:
    """Return a source as what is not the kit's may cite it: its number in the list, who published it, its grade."""
    return {
        "number": brief.numbers.get(source.id, 0),
        "publisher": source.publisher,
        "grade": f"{source.reliability.value}{source.credibility}",
    }


def _card(brief: Brief) -> dict[str, Any]:
    """Return what a card for social media says of the first forecast, in the report's language."""
    forecast, language = brief.facts.forecasts[0], brief.language
    low, high = forecast.probability.low, forecast.probability.high
    return {
        "dateline": language.gettext("As of {day}", day=wording.day(brief.facts.document.as_of, language)),
        "forecast": forecast.title,
        "word": capitalise(language.gettext(forecast.word)),
        "range": wording.percent(low, high, language),
        "low": low,
        "high": high,
    }


def key_figures(brief: Brief, territory: Territory) -> Block:
    """Return three to five cells: key quantities, the next deadline, the area; under them all other quantities as a table.

    `brief` is what `qv.load` returns, `territory` what `qv.read_territory` does; the area is
    in square kilometres, and there if the brief asks for it.
    """
    quantities = sorted(brief.facts.quantities, key=lambda one: not one.key)
    most = min(MOST_CELLS - 2, sum(one.key for one in quantities))
    cells, others = ([_quantity(one, brief) for one in some] for some in (quantities[:most], quantities[most:]))
    block = from_template("key_figures", brief, cells=[*cells, *_deadline(brief), *_area(territory)][:MOST_CELLS])
    if not others:
        return block
    return replace(block, html=f"{block.html}\n{from_template('other_figures', brief, rows=others).html}")


def _quantity(quantity: Quantity, brief: Brief) -> dict[str, Any]:
    several = len(quantity.values) > 1
    who = [
        {
            "text": _said(wording.value(one, brief.language), one.by, brief) if several else mark_up(one.by, brief),
            "sources": one.source,
        }
        for one in quantity.values
    ]
    return {
        "label": mark_up(quantity.label, brief),
        "figure": wording.figures(quantity, brief.language),
        "unit": mark_up(quantity.unit, brief),
        "who": who,
        "note": mark_up(quantity.note, brief) if quantity.note else "",
    }


def _said(figure: str, by: str, brief: Brief) -> Markup:
    return Markup("{}{}{}").format(figure, brief.language.gettext(": "), mark_up(by, brief))


def _deadline(brief: Brief) -> list[dict[str, Any]]:
    """Return the cell of the term whose deadline is nearest, if any lies ahead."""
    as_of = brief.facts.document.as_of
    terms = brief.facts.agreement.terms if brief.facts.agreement else ()
    ahead = [(claim.date, n) for n, term in enumerate(terms) for claim in term.deadlines if claim.date > as_of]
    if not ahead:
        return []
    term = terms[min(ahead)[1]]
    language = brief.language
    who = [
        {"text": _said(wording.short_day(c.date, language), c.by, brief), "sources": c.source} for c in term.deadlines
    ]
    dates = [c.date for c in term.deadlines if c.date > as_of]
    left, unit = wording.days_left(dates, as_of, language), wording.days(dates, as_of, language)
    start = language.gettext("Left at {day}:", day=wording.short_day(as_of, language))
    return [
        {"label": Markup("{} {}").format(start, mark_up(term.title, brief)), "figure": left, "unit": unit, "who": who}
    ]


def _area(territory: Territory) -> list[dict[str, Any]]:
    """Return the cell of the area, if the brief asks for it."""
    _ = territory.brief.language.gettext
    if "area" not in territory.brief.facts.place.show:
        return []
    label = _("Area, indicative outline") if territory.is_indicative else _("Area")
    figure = territory.area
    if territory.is_indicative:
        figure = _("about {figure}", figure=figure)
    who = [{"text": _("computed from the layer on the map"), "sources": []}]
    return [{"label": label, "figure": figure, "unit": _("km²"), "who": who}]
