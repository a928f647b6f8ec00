"""The sections of a report that are words and tables: what changed, what was agreed, who stands where, prose, sources, method."""

import datetime as dt
import functools
from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup, escape

import quickview
from quickview.analysis.blocks import Block, absent, filled, from_template, mark_up, side_groups, side_of, untranslated
from quickview.analysis.territory import Territory
from quickview.brief import confirmation, formats, prose
from quickview.brief.change_messages import Change, phrase, say
from quickview.brief.changes import compare
from quickview.brief.prose import Section
from quickview.brief.reader import Brief
from quickview.brief.records import Measure, Site, Term
from quickview.brief.vocabulary import CATEGORY, CREDIBILITY, RELIABILITY, Located, Stance, TermState
from quickview.errors import InputError, did_you_mean
from quickview.language.catalogs import Language
from quickview.language.phrases import YEAR, left
from quickview.theme.palette import side as colour_of_side

MOST_CHANGES: Final = 7
"""How many changes stand in sight; the rest is one click away, and printed in full."""

STRONG: Final = ("term-state", "probability", "forecast-word")
"""How kinds begin that a reader must not miss: what came of a term, what a forecast now says."""


def changes(brief: Brief) -> Block:
    """Return what changed since an earlier edition, weightiest first.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it with `previous`, the file of the earlier edition.

    Returns
    -------
    Block
        The list as HTML; `data` holds `since`, the earlier edition's day (ISO 8601), and `changes`, each with
        `kind`, `id` of what it is about, and `text`. Empty without an earlier edition, or where it says the same.

    Examples
    --------
    >>> later = qv.load("../briefs/andes-blockade.md", previous="../briefs/before.md")
    >>> for change in qv.changes(later).data["changes"]:
    ...     print(change["kind"], "|", change["text"])
    probability-up | Road reopens by the end of July: up from 40–55% to 65%, now likely (was roughly even chance)
    """
    found = compare(brief.previous, brief) if brief.previous else ()
    if brief.previous is None or not found:
        return absent("changes", brief)
    since = brief.previous.facts.document.as_of
    told = [{"kind": one.kind, "id": one.id, "text": say(one, brief.language)} for one in found]
    # What is set large stands first, so that the rest can flow in columns.
    rows = sorted((_change_row(one, brief) for one in found), key=lambda row: not row["strong"])
    shown = len(rows) if len(rows) == MOST_CHANGES + 1 else MOST_CHANGES
    data = {"since": since.isoformat(), "changes": told}
    return from_template("changes", brief, data=data, since=since, rows=rows[:shown], rest=rows[shown:])


def _change_row(change: Change, brief: Brief) -> dict[str, Any]:
    """Return a change as markup; what it is about stands out, and what moved in few words stays on one line."""
    strong = change.kind.startswith(STRONG)
    template, values = phrase(change, brief.language)
    marked = {name: mark_up(value, brief) for name, value in values.items()}
    about = "what" if "{what}" in template else "after"
    marked[about] = Markup("<b>{}</b>").format(marked[about])
    if strong:
        marked |= {name: Markup('<span class="whole">{}</span>').format(marked[name]) for name in ("before", "after")}
    return {"strong": strong, "text": Markup(escape(template)).format(**marked)}  # noqa: S704 (escaped right here)


STATE_MARKS: Final = {
    TermState.IN_FORCE: '<circle cx="8" cy="8" r="6.5" stroke="none"/>',
    TermState.UNDER_WAY: '<path d="M3 1.5 15 8 3 14.5z" stroke="none"/>',
    TermState.PENDING: '<circle cx="8" cy="8" r="5.75" fill="none" stroke-width="2"/>',
    TermState.MET: '<path d="m1.5 8.5 4.5 5 8.5-11" fill="none" stroke-width="3"/>',
    TermState.CONTESTED: '<path d="M8 1.5 14.5 8 8 14.5 1.5 8z" fill="none" stroke-width="1.75"/><path d="M8 1.5v13L1.5 8z" stroke="none"/>',
    TermState.BREACHED: '<path d="m2 2 12 12M14 2 2 14" fill="none" stroke-width="3"/>',
    TermState.SUSPENDED: '<path d="M3 1.5h3.5v13H3zM9.5 1.5H13v13H9.5z" stroke="none"/>',
    TermState.ENDED: '<path d="M1 6h14v4H1z" stroke="none"/>',
    TermState.UNKNOWN: '<path d="M4 5.5C4 0 12 0 12 5c0 3-4 3-4 6M8 13v2.5" fill="none" stroke-width="2.25"/>',
}
"""What marks each state beside its word, on a square of 16 units: shapes that differ without colour.

They are drawn, so that they survive where a page loses its style sheet or paper its backgrounds.
"""


def terms(brief: Brief) -> Block:
    """Return the terms of the agreement as a table: term, who is bound, deadline, state.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        The table as HTML, a row a term, with days from `as_of` to its deadline. Empty without an agreement.

    Notes
    -----
    Categories of terms are provision codes of the PA-X Peace Agreements Database.

    Examples
    --------
    >>> accord = qv.load("../briefs/river-accord.md")
    >>> from markupsafe import Markup
    >>> print(Markup(qv.terms(accord).html).striptags())
    River accord. ... 1 of 2 terms has no deadline. ... River Front 65 days 15 Apr: Government... Pending 3 Feb...
    """
    agreement = brief.facts.agreement
    if agreement is None:
        return absent("terms", brief)
    names = {actor.id: actor.label for actor in brief.facts.actors}
    return from_template(
        "terms",
        brief,
        ahead=agreement.effective is not None and agreement.effective.date > brief.facts.document.as_of,
        over=agreement.until is not None and agreement.until.date < brief.facts.document.as_of,
        rows=[_term_row(brief, term) for term in agreement.terms],
        undated=sum(not term.deadlines for term in agreement.terms),
        parties=_listed(brief, [names[a] for a in agreement.parties]),
        guarantors=_listed(brief, [names[a] for a in agreement.guarantors]),
    )


def _listed(brief: Brief, names: list[str]) -> Markup:
    return Markup(formats.listed([mark_up(name, brief) for name in names], brief.language))  # noqa: S704 (each marked up)


def _term_row(brief: Brief, term: Term) -> dict[str, Any]:
    dates = [claim.date for claim in term.deadlines]
    return {
        "term": term,
        "category": CATEGORY[term.category] if term.category else "",
        "binds": _who(brief, term.binds),
        "left": _left(dates, brief) if dates else "",
        "mark": _mark(term.state.value, brief),
    }


def measures(brief: Brief) -> Block:
    """Return the measures as a table: what, taken by whom, aimed at whom, from and until when, state at `as_of`.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        The table as HTML, a row a measure, with days to the next of its own; empty without one.

    Examples
    --------
    >>> tariffs = qv.load("../briefs/steel-measures.md")
    >>> "takes effect in 31 days" in qv.measures(tariffs).html
    True
    """
    listed = brief.facts.measures
    if not listed:
        return absent("measures", brief)
    return from_template(
        "measures",
        brief,
        rows=[_measure_row(brief, one) for one in listed],
        by=any(one.by for one in listed),
        on=any(one.on for one in listed),
        dated=any(one.since or one.until for one in listed),
    )


def _measure_row(brief: Brief, measure: Measure) -> dict[str, Any]:
    """Return a measure with its actors, and how far off its next day is: of effect, or its last."""
    as_of = brief.facts.document.as_of
    days = [(kind, (day - as_of).days) for kind, day in (("effect", measure.since), ("end", measure.until)) if day]
    coming = [left(kind, count, brief.language) for kind, count in days if count > 0][:1]
    return {
        "measure": measure,
        "by": _who(brief, measure.by),
        "on": _who(brief, measure.on),
        "left": "".join(coming),
        "mark": _mark(measure.state.value, brief),
    }


def _who(brief: Brief, actors: Sequence[str]) -> list[dict[str, Any]]:
    names = {actor.id: actor.label for actor in brief.facts.actors}
    return [{"label": mark_up(names[one], brief), "side": side_of(brief, one)} for one in actors]


def _mark(state: TermState, brief: Brief) -> Markup:
    """Return what is drawn for a state; what points ahead points where the reader goes."""
    turned = state is TermState.UNDER_WAY and brief.language.is_rtl
    mark = f'<g transform="matrix(-1 0 0 1 16 0)">{STATE_MARKS[state]}</g>' if turned else STATE_MARKS[state]
    return Markup(mark)  # noqa: S704 (the kit's own)


def _left(dates: list[dt.date], brief: Brief) -> str:
    """Return the days to the deadlines that lie ahead, or since those that passed if none does."""
    as_of, language = brief.facts.document.as_of, brief.language
    ahead = [date for date in dates if date >= as_of]
    days = sorted({abs((date - as_of).days) for date in ahead or dates})
    if days == [0]:
        return language.gettext("today")
    if not ahead and days[0] > YEAR:
        return language.years(-days[0])
    # A span of days takes the plural that large numbers take, whatever its ends are.
    most, said = days[0] if len(days) == 1 else 99, language.span(days[0], days[-1])
    if ahead:
        return language.ngettext("{n} day", "{n} days", most, n=said)
    return language.ngettext("{n} day ago", "{n} days ago", most, n=said)


def section(brief: Brief, section_id: str, *, optional: bool = False) -> Block:
    """Return one section of the brief's prose, with numbered citations.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.
    section_id : str
        The heading in small letters with hyphens: `what-happened`, `why-it-matters`, `elsewhere`, `precedent`, or a
        heading of the author's own.
    optional : bool, default False
        Whether the brief may lack a heading of the author's own, as in a notebook of several briefs.

    Returns
    -------
    Block
        The prose as clean HTML. Of the four, one that the brief lacks is empty.

    Raises
    ------
    InputError
        For any other section that the brief lacks, unless it is `optional`.

    Examples
    --------
    >>> from markupsafe import Markup
    >>> print(Markup(qv.section(brief, "why-it-matters").html).striptags())
    The mill at Boca Mina stopped for want of fuel on 13 June...
    >>> qv.section(brief, "why-it-maters")
    Traceback (most recent call last):
        ...
    quickview.errors.InputError: ...: E-SECTION-UNKNOWN the brief has no section `why-it-maters` — did you mean `why-it-matters`?
    """
    found = brief.section(section_id)
    if found is None and section_id not in prose.OUTLINE and not optional:
        known = list(dict.fromkeys([*(one.id for one in brief.sections), *prose.OUTLINE]))
        message = f"the brief has no section `{section_id}`"
        raise InputError.at(str(brief.path), "E-SECTION-UNKNOWN", message, did_you_mean(section_id, known))
    if found is None:
        return absent(section_id, brief)
    return Block(section_id, rendered(found, brief), brief.language)


def further(brief: Brief) -> Block:
    """Return the sections of the author's own, each under its heading, so that none is lost.

    In a report each stands as a section of its own, in the author's order, unless a cell of its own shows it.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        The sections as HTML; empty when there is none.

    Examples
    --------
    >>> "<h3>How the road is kept closed</h3>" in qv.further(brief).html
    True
    """
    rest = [s for s in brief.sections if s.id not in prose.OUTLINE]
    html = [rendered(s, brief, heading=f"<h3>{_heading(s, brief)}</h3>") for s in rest]
    return Block("further", "".join(html), brief.language) if rest else absent("further", brief)


def _heading(section: Section, brief: Brief) -> Markup:
    """Return a heading of the author's own, marked where the prose under it is translated and it is not."""
    if heading_language(section, brief) == brief.language.code or f"#{section.id}" in brief.foreign:
        return Markup(prose.isolate(section.title, page=brief.language.code))  # noqa: S704 (escaped by isolate)
    return untranslated(section.title, brief)


def heading_language(section: Section, brief: Brief) -> str:
    """Return the code of the language that a section's heading is in."""
    return (brief.own if f"## {section.id}" in brief.foreign else brief.language).code


def precedents(brief: Brief) -> Block:
    """Return each precedent with what to compare.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        The precedents as HTML, each with a table: aspect, there, here. Empty when there is none.

    Examples
    --------
    >>> ceasefire = qv.load("../briefs/two-rivers-ceasefire.md")
    >>> "It held for nine months without one of the armed groups." in qv.precedents(ceasefire).html
    True
    """
    return from_template("precedents", brief) if brief.facts.precedents else absent("precedents", brief)


def related(brief: Brief) -> Block:
    """Return the other briefs of the house that this one is to be compared with.

    A report that is made with the address of its site links to their reports; any other names them.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        A list as HTML: what the other is to this one, its headline and day, and what to compare. `data` holds
        `related`, each with `name`, `as`, `title`, `language` (ISO 639), `as_of` (ISO 8601) and `text`. Empty where
        there is none.

    Examples
    --------
    >>> qv.related(brief).data
    {}
    """
    told = [
        {"name": other.name, "as": one.kind, "title": other.title, "language": other.language,
         "as_of": other.as_of.isoformat(), "text": one.text}
        for one, other in brief.related
    ]  # fmt: skip
    if not told:
        return absent("related", brief)
    _ = brief.language.gettext
    kinds = {"precedent": _("Precedent"), "elsewhere": _("Elsewhere"), "next": _("Later, linked afterwards")}
    return from_template(
        "related",
        brief,
        data={"related": told},
        related=brief.related,
        kinds=kinds,
        direction=lambda code: Language(code).direction,
    )


def rendered(section: Section, brief: Brief, *, heading: str = "") -> str:
    """Return a section's prose as HTML, in the brief's own language and marked so where it is not translated."""
    kept = f"#{section.id}" in brief.foreign
    language = brief.own if kept else brief.language
    html = prose.render(section.markdown, numbers=brief.numbers, language=language, own=brief.own.code)
    look = f' untranslated" lang="{language.code}" dir="{language.direction}"' if kept else '"'
    return f'<div class="prose{look}>{heading}{html}</div>'


RIGHT_TO_LEFT: Final = ("ar", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi")
"""Languages usually written from right to left (ISO 639)."""

_RING: Final = '<circle cx="8" cy="8" r="6.8" fill="none"/>'

STANCE_SHAPES: Final = {
    Stance.SUPPORTS: '<circle cx="8" cy="8" r="8" stroke="none"/>',
    Stance.RESERVATIONS: f'{_RING}<path d="M8 1a7 7 0 0 0 0 14z" stroke="none"/>',
    Stance.BOUND: '<path d="M0 0h16v16H0z" stroke="none"/>',
    Stance.EXCLUDED: f'{_RING}<path d="m3 3 10 10"/>',
    Stance.GUARANTEES: '<path d="M8 0 16 8 8 16 0 8z" stroke="none"/>',
    Stance.WATCHES: _RING,
}
"""What marks each stance, on a square of 16 units: shapes that differ without colour. A brief's own scale takes them in order."""


def stances(brief: Brief) -> Block:
    """Return every actor with native name, part and stance as a table, grouped by side.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        The table as HTML: actor, part, and a column a stance, the kit's six or the brief's own `stances`; without
        them where no actor has one. Empty without actors.

    Examples
    --------
    >>> import io
    >>> import pandas as pd
    >>> table = pd.read_html(io.StringIO(qv.stances(brief).html), index_col=0)[0]
    >>> table.loc["Ministry of Mines"].dropna().index[-1]
    'Reservations'
    """
    if not brief.facts.actors:
        return absent("stances", brief)
    groups = [
        {"number": n, "colour": colour_of_side(n), "name": mark_up(name, brief), "actors": actors}
        for n, name, actors in side_groups(brief)
    ]
    return from_template("stances", brief, groups=groups, stances=_scale(brief), rtl=RIGHT_TO_LEFT)


def _scale(brief: Brief) -> list[dict[str, Any]]:
    """Return the stances in order, each with its key, label and mark: the brief's own or the kit's; none where no actor has one."""
    facts = brief.facts
    if not any(actor.stance for actor in facts.actors):
        return []
    named: list[tuple[str, Any]] = [(one.id, mark_up(one.label, brief)) for one in facts.stances]
    named = named or [(one.value, brief.language.gettext(one.value)) for one in Stance]
    shapes = map(Markup, STANCE_SHAPES.values())
    return [{"key": key, "label": label, "shape": shape} for (key, label), shape in zip(named, shapes, strict=False)]


def sources(brief: Brief) -> Block:
    """Return the numbered list of sources with grades and links.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    Block
        The list as HTML, in the order of the numbers that citations have, and the meaning of the grades given.

    Notes
    -----
    Grades are Admiralty codes (NATO AJP-2.1): a letter for the source's reliability, A (best) to F, and a number for
    the credibility of the information, 1 (best) to 6.

    Examples
    --------
    >>> from markupsafe import Markup
    >>> print(Markup(qv.sources(brief).html).striptags())
    Example Gazette, Pickets at Puente Seco ... C2 ... Radio Example, ... B3 ... B usually reliable, ...
    """
    _, listed = brief.language.gettext, brief.facts.sources
    letters = (f"{grade} {_(RELIABILITY[grade])}" for grade in sorted({s.reliability for s in listed}))
    numbers = (f"{grade} {_(CREDIBILITY[grade])}" for grade in sorted({s.credibility for s in listed}))
    return from_template("sources", brief, letters=_(", ").join(letters), numbers=_(", ").join(numbers))


def method(brief: Brief, territory: Territory | None = None) -> Block:
    """Return what is not known, how the report was made, and the stamp of the edition.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.
    territory : Territory, optional
        As `qv.read_territory` returns it; needed to name the map's projection and say how areas and distances were
        measured.

    Returns
    -------
    Block
        Limits, disputed numbers, uncertain positions, layers with source, licence and accuracy, as HTML.

    Examples
    --------
    >>> from markupsafe import Markup
    >>> print(Markup(qv.method(brief, territory).html).striptags())
    What is not known All facts are invented for the tests. ... The map is drawn in a transverse Mercator projection ...
    """
    return from_template(
        "method",
        brief,
        disputed=[q for q in brief.facts.quantities if len({v.bounds for v in q.values}) > 1],
        layers=[brief.layer(name) for name in brief.facts.layers],
        notes=_notes(brief),
        categories=_categories(brief),
        computed=_computed(territory) if territory else "",
        version=quickview.__version__,
    )


def _categories(brief: Brief) -> Markup:
    """Return the categories of the terms as words, each with its code in the database they come from."""
    terms = brief.facts.agreement.terms if brief.facts.agreement else ()
    named = [
        Markup('{} (<bdi dir="ltr">{}</bdi>)').format(brief.language.gettext(CATEGORY[code]), code)
        for code in dict.fromkeys(term.category for term in terms if term.category)
    ]
    return Markup(brief.language.gettext(", ")).join(named)  # noqa: S704 (the kit's own)


def _notes(brief: Brief) -> list[Markup]:
    _ = functools.partial(filled, brief.language.gettext)
    notes: list[Markup] = []
    guesses, made_up = (
        _("; ").join(_entry(confirmation.called(brief.tree, path, brief.language), brief) for path in paths)
        for paths in (confirmation.unconfirmed(brief.tree), confirmation.examples(brief.tree))
    )
    if guesses:
        notes.append(_("Guesses that nobody has confirmed: {entries}.", entries=guesses))
    if made_up:
        notes.append(_("Examples to be replaced, and no facts: {entries}.", entries=made_up))
    unsure = [s for s in brief.facts.sites if s.located is not Located.CONFIRMED]
    if unsure:
        sites = _("; ").join(_position(s, brief) for s in unsure)
        notes.append(_("Positions: {sites}.", sites=sites))
    agreement = brief.facts.agreement
    for term in agreement.terms if agreement else ():
        if len({c.date for c in term.deadlines}) > 1:
            said = [(formats.day(c.date, brief.language), mark_up(c.by, brief)) for c in term.deadlines]
            dates, title = _("; ").join(Markup("{} ({})").format(*one) for one in said), mark_up(term.title, brief)
            notes.append(_("Sources disagree on the deadline of “{term}”: {dates}.", term=title, dates=dates))
    return notes


def _entry(text: str, brief: Brief) -> Markup:
    """Return what an entry is called, as part of a sentence; words without a translation stay as the brief has them."""
    return mark_up(text if text in brief.foreign else text.rstrip("."), brief)


def _position(site: Site, brief: Brief) -> Markup:
    _, note = brief.language.gettext, site.note or ""
    if note not in brief.foreign:
        note = note[:1].lower() + note[1:]
    found = Markup("{}{}{}").format(mark_up(site.name, brief), _(", "), _(str(site.located)))
    return Markup("{} ({})").format(found, mark_up(note, brief)) if note else found


def _computed(territory: Territory) -> str:
    """Return how the map is drawn, and how what is told was measured."""
    _, told = territory.brief.language.gettext, territory.place.show
    measured = {
        ("area",): _("Areas are computed on the WGS 84 ellipsoid."),
        ("distances",): _("Distances are computed on the WGS 84 ellipsoid, from the edge of the outline."),
        ("area", "distances"): _(
            "Areas and distances are computed on the WGS 84 ellipsoid, distances from the edge of the outline."
        ),
    }
    sentences = [_("The map is drawn in {projection}.", projection=_(territory.projection.name))]
    sentences += [measured[asked]] if (asked := tuple(sorted(told))) else []
    return " ".join(sentences)
