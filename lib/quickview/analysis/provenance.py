"""Where it all comes from: sources with grades, method and limits."""

import functools
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

import quickview
from quickview.analysis import wording
from quickview.analysis.block import Block, filled, from_template, mark_up
from quickview.analysis.territory import Territory
from quickview.brief.reader import Brief
from quickview.brief.records import DatedClaim, Site
from quickview.brief.vocabulary import CATEGORY, CREDIBILITY, RELIABILITY, Located


def sources(brief: Brief) -> Block:
    """Return the numbered list of sources with Admiralty grades and links.

    `brief` is what `qv.load` returns.
    """
    listed = brief.facts.sources
    return from_template(
        "sources",
        brief,
        letters=_grades(brief, {s.reliability: RELIABILITY[s.reliability] for s in listed}),
        numbers=_grades(brief, {s.credibility: CREDIBILITY[s.credibility] for s in listed}),
    )


def _grades(brief: Brief, meanings: Mapping[Any, str]) -> str:
    _ = brief.language.gettext
    return _(", ").join(f"{grade} {_(meanings[grade])}" for grade in sorted(meanings))


def method(brief: Brief, territory: Territory) -> Block:
    """Return what is not known, how the report was made, and the stamp of the edition.

    `brief` is what `qv.load` returns, `territory` what `qv.read_territory` does.
    """
    place = brief.facts.place
    used = [place.layer, place.places, place.routes, place.regions, place.countries]
    return from_template(
        "method",
        brief,
        disputed=[q for q in brief.facts.quantities if len({v.bounds for v in q.values}) > 1],
        layers=[brief.layer(name) for name in dict.fromkeys(used) if name],
        notes=_notes(brief),
        categories=_categories(brief),
        computed=_computed(territory),
        version=quickview.__version__,
    )


def _categories(brief: Brief) -> Markup:
    """Return the categories of the terms as words, each with its code in the database they come from."""
    terms = brief.facts.agreement.terms if brief.facts.agreement else ()
    named = [
        Markup('{} (<bdi dir="ltr">{}</bdi>)').format(brief.language.gettext(CATEGORY[code]), code)
        for code in dict.fromkeys(term.category for term in terms)
    ]
    return Markup(brief.language.gettext(", ")).join(named)  # noqa: S704 (the kit's own)


def _notes(brief: Brief) -> list[Markup]:
    _ = functools.partial(filled, brief.language.gettext)
    notes: list[Markup] = []
    unsure = [s for s in brief.facts.sites if s.located is not Located.CONFIRMED]
    if unsure:
        sites = _("; ").join(_position(s, brief) for s in unsure)
        notes.append(_("Positions: {sites}.", sites=sites))
    agreement = brief.facts.agreement
    for term in agreement.terms if agreement else ():
        if len({c.date for c in term.deadlines}) > 1:
            dates = _("; ").join(_said(c, brief) for c in term.deadlines)
            notes.append(
                _(
                    "Sources disagree on the deadline of “{term}”: {dates}.",
                    term=mark_up(term.title, brief),
                    dates=dates,
                )
            )
    return notes


def _position(site: Site, brief: Brief) -> Markup:
    _, note = brief.language.gettext, site.note or ""
    if note not in brief.foreign:
        note = note[:1].lower() + note[1:]
    found = Markup("{}{}{}").format(mark_up(site.name, brief), _(", "), _(str(site.located)))
    return Markup("{} ({})").format(found, mark_up(note, brief)) if note else found


def _said(claim: DatedClaim, brief: Brief) -> Markup:
    return Markup("{} ({})").format(wording.day(claim.date, brief.language), mark_up(claim.by, brief))


def _computed(territory: Territory) -> str:
    return territory.brief.language.gettext(
        "Area and distances are computed in {crs}, in metres; distances run from the edge of the outline.",
        crs=territory.crs.name,
    )
