"""The head of a report: masthead, key figures."""

from dataclasses import asdict, replace
from typing import Any, Final

from markupsafe import Markup

from quickview import files
from quickview.analysis.blocks import Block, absent, forecast_card, from_template, mark_up
from quickview.analysis.monitor import Monitoring
from quickview.analysis.sections import heading_language, rendered
from quickview.analysis.territory import Territory
from quickview.brief import confirmation, dates, formats
from quickview.brief.export import as_json, linked_data, tables
from quickview.brief.masthead import Card, CitedSource, DataTable, File, Masthead, Prose
from quickview.brief.reader import Brief
from quickview.brief.records import Quantity
from quickview.brief.vocabulary import Precision
from quickview.evidence import ingredients, outcomes
from quickview.language import phrases

MOST_CELLS: Final = 5

_MOST_CHARACTERS: Final = 56
"""Of all figures together that stand in one row on a printed page."""

_LONGEST_FIGURE: Final = 17
"""Characters of a figure that half a phone's width has room for."""


def masthead(brief: Brief) -> Block:
    """Return the head of a report: series, desk, date, headline and standfirst.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        `data` is what the page is told of the brief: its words (`title`, `summary`, `series`, `desk`, `topics`, `as_of`
        in ISO 8601, `language`), `sources` by id with number, publisher and grade, `prose`, `tables`, `downloads`,
        `linked_data` (JSON-LD of schema.org), `card`, `digest`, the SHA-256 of the brief's file, and
        `layers`, by id the SHA-256 of each layer's file.

    Examples
    --------
    >>> head = qv.masthead(brief)
    >>> head.data["title"], head.data["as_of"]
    ('Miners block the road to a silver town', '2024-06-14')
    >>> head.data["sources"]["radio"]
    {'number': 2, 'publisher': 'Radio Example', 'grade': 'B3'}
    """
    return _masthead(brief)


def monitor_masthead(brief: Brief, monitor: Monitoring | None) -> Block:
    """Return the head of a page on the monitor alone: that of the brief's report, and to which day events are counted.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.
    monitor : Monitoring or None
        As `qv.read_monitor` returns it.

    Returns
    -------
    Block
        As `qv.masthead` returns it; the brief's own prose, which is no part of such a page, is not in its `data`.

    Examples
    --------
    >>> qv.monitor_masthead(brief, None).data["title"]
    'Miners block the road to a silver town: is it holding?'
    """
    title = brief.language.gettext("{title}: is it holding?", title=brief.facts.document.title)
    return _masthead(brief, title=title, hindsight=monitor.hindsight if monitor else "")


def _masthead(brief: Brief, *, title: str = "", hindsight: str = "") -> Block:
    """Return the head of a report, or of a page of another title, which shows none of the brief's prose."""
    document, language = brief.facts.document, brief.language
    dateline = language.gettext("As of {day}", day=formats.day(document.as_of, language))
    draft = phrases.draft(*confirmation.counts(brief.tree, brief.sections), brief.language)
    if draft:
        dateline = f"{language.gettext('Draft')} · {dateline}"
    card = Card(dateline=dateline)
    if brief.facts.forecasts:
        first = brief.facts.forecasts[0]
        low, high = first.probability.low, first.probability.high
        card = forecast_card(dateline, first.title, language.gettext(first.word), low, high, language)
    fates = outcomes.of_brief(brief)[0]
    told = Masthead(
        name=brief.edition,
        title=title or document.title,
        summary=document.summary,
        series=document.series,
        desk=document.desk,
        language=language.code,
        as_of=document.as_of,
        topics=document.topics,
        sources={
            one.id: CitedSource(
                number=brief.numbers.get(one.id, 0),
                publisher=one.publisher,
                grade=f"{one.reliability.value}{one.credibility}",
            )
            for one in brief.facts.sources
        },
        digest=brief.digest,
        layers={name: files.sha256(brief.catalog.path(name)) for name in sorted(set(brief.facts.layers))},
        made_of=ingredients.beside(brief),
        card=card,
        linked_data=outcomes.with_outcomes(linked_data(brief), fates),
        prose=[
            Prose(id=one.id, title=one.title, language=heading_language(one, brief), html=rendered(one, brief))
            for one in (() if title else brief.sections)
        ],
        tables=[DataTable(**asdict(table)) for table in [*tables(brief), *outcomes.tables(fates)]],
        downloads=[File(name="facts.json", media_type="application/json", text=as_json(brief))],
    )
    return from_template(
        "masthead", brief, data=told.data, draft=draft, title=title or document.title, hindsight=hindsight
    )


def key_figures(brief: Brief, territory: Territory | None = None) -> Block:
    """Return what a reader takes in first: up to five cells, and under them all other quantities as a table.

    The cells are key quantities, the next deadline, the validity of the agreement, the next date set and the area, in
    this order. A day stands once: as the end of the agreement before all else.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.
    territory : Territory, optional
        As `qv.read_territory` returns it; needed for the area, which the brief asks for in `place.show`.

    Returns
    -------
    Block
        Cells and table as HTML: quantities in their own units, days from `as_of`, area in square kilometres on the
        WGS 84 ellipsoid, no more exact than the outline. Empty where there is nothing to count.

    Examples
    --------
    >>> from markupsafe import Markup
    >>> print(Markup(qv.key_figures(brief, territory).html).striptags())
    Lorries held up 120–150 lorries ... Cost of a day at least 85,000 dollars ... Area 166 km² ...
    """
    quantities = sorted(brief.facts.quantities, key=lambda one: not one.key)
    most = min(MOST_CELLS - 2, sum(one.key for one in quantities))
    cells, others = ([_quantity(one, brief) for one in some] for some in (quantities[:most], quantities[most:]))
    cells += [*_deadline(brief), *_dates(brief), *(_area(territory) if territory else [])]
    if not cells and not others:
        return absent("key_figures", brief)
    shown = cells[:MOST_CELLS]
    lengths = [len(cell["figure"]) for cell in shown]
    is_wide = sum(lengths) > _MOST_CHARACTERS or max(lengths, default=0) > _LONGEST_FIGURE
    block = from_template("key_figures", brief, cells=shown, is_wide=is_wide)
    if not others:
        return block
    return replace(block, html=f"{block.html}\n{from_template('other_figures', brief, rows=others).html}")


def _quantity(quantity: Quantity, brief: Brief) -> dict[str, Any]:
    who = [{"text": mark_up(one.by, brief), "sources": one.source} for one in quantity.values]
    if len(quantity.values) > 1:
        who = [{**row, "text": _said(formats.value(one, brief.language), one.by, brief)}
               for row, one in zip(who, quantity.values, strict=True)]  # fmt: skip
    return {
        "label": mark_up(quantity.label, brief),
        "figure": formats.figures(quantity, brief.language),
        "unit": mark_up(quantity.unit, brief),
        "who": who,
        "note": mark_up(quantity.note, brief) if quantity.note else "",
    }


def _said(said: str, by: str, brief: Brief) -> Markup:
    return Markup("{}{}{}").format(said, brief.language.gettext(": "), mark_up(by, brief))


def _deadline(brief: Brief) -> list[dict[str, Any]]:
    """Return the cell of the term whose deadline is nearest, if any lies ahead."""
    as_of = brief.facts.document.as_of
    terms = brief.facts.agreement.terms if brief.facts.agreement else ()
    ahead = [(claim.date, n) for n, term in enumerate(terms) for claim in term.deadlines if claim.date > as_of]
    if not ahead or min(ahead)[0] in {one.date for one in _validity(brief)}:
        return []
    term = terms[min(ahead)[1]]
    language = brief.language
    days = [(formats.near_day(c.date, as_of, language), c) for c in term.deadlines]
    who = [{"text": _said(day, claim.by, brief), "sources": claim.source} for day, claim in days]
    dates = [c.date for c in term.deadlines if c.date > as_of]
    left, unit = formats.days_left(dates, as_of, language), formats.days(dates, as_of, language)
    label = _said(language.gettext("Until due"), term.title, brief)
    return [{"label": label, "figure": left, "unit": unit, "who": who}]


def _dates(brief: Brief) -> list[dict[str, Any]]:
    """Return a cell each for the day of effect and the end of the agreement, if they lie ahead, and for the next date of the calendar."""
    as_of, language = brief.facts.document.as_of, brief.language
    agreement = _validity(brief)
    scheduled = [one for one in dates.ahead(brief.facts, "scheduled") if one.precision is Precision.DAY][:1]
    _ = language.gettext
    labels = {
        "effect": _("Until it takes effect"),
        "end": _("Until it ends"),
        "scheduled": _("Until the next date set"),
    }
    due = {one.date for one in [*agreement, *dates.ahead(brief.facts, "deadline")]}
    scheduled = [one for one in scheduled if one.date not in due]
    return [
        {
            "label": _said(labels[one.kind], one.title, brief),
            "figure": formats.days_left([one.date], as_of, language),
            "unit": formats.days([one.date], as_of, language),
            "who": [{"text": _said(formats.short_day(one.date, language, year=True), ", ".join(one.by), brief)
                     if one.by else formats.short_day(one.date, language, year=True), "sources": one.sources}],
        }
        for one in (*agreement, *scheduled)
    ]  # fmt: skip


def _validity(brief: Brief) -> list[dates.Dated]:
    return [one for one in dates.ahead(brief.facts, "effect", "end") if one.id == "agreement"]


def _area(territory: Territory) -> list[dict[str, Any]]:
    """Return the cell of the area, if the brief asks for it."""
    _ = territory.brief.language.gettext
    if "area" not in territory.place.show:
        return []
    label, figure = _("Area"), territory.area
    if territory.is_indicative:
        label, figure = _("Area, indicative outline"), _("about {figure}", figure=figure)
    who = [{"text": _("computed from the layer on the map"), "sources": []}]
    return [{"label": label, "figure": figure, "unit": _("km²"), "who": who}]
