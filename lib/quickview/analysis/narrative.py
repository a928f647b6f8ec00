"""The prose of a brief, section by section."""

from quickview.analysis.block import Block, absent, from_template
from quickview.brief import prose
from quickview.brief.prose import Section
from quickview.brief.reader import Brief
from quickview.errors import InputError, did_you_mean


def section(brief: Brief, section_id: str) -> Block:
    """Return one section of the brief's prose as clean HTML with numbered citations.

    `brief` is what `qv.load` returns. `section_id` is the heading in small letters with
    hyphens: `what-happened`, `why-it-matters`, `elsewhere`, `precedent`, or a heading of the
    author's own. Of the four, one that the brief lacks is absent. Raises `InputError` for
    any other id.
    """
    found = brief.section(section_id)
    if found is None and section_id not in prose.OUTLINE:
        known = list(dict.fromkeys([*(one.id for one in brief.sections), *prose.OUTLINE]))
        what = f"the brief has no section `{section_id}`"
        raise InputError.at(str(brief.path), "E-SECTION-UNKNOWN", what, did_you_mean(section_id, known))
    if found is None:
        return absent(section_id, brief)
    return Block(section_id, _prose(found, brief), brief.language)


def further(brief: Brief) -> Block:
    """Return the sections the outline has no place for, each under its own heading, so that none is lost.

    `brief` is what `qv.load` returns. Absent when there is none.
    """
    rest = [s for s in brief.sections if s.id not in prose.OUTLINE]
    html = [_prose(s, brief, heading=f"<h3>{prose.isolate(s.title, page=brief.language.code)}</h3>") for s in rest]
    return Block("further", "".join(html), brief.language) if rest else absent("further", brief)


def precedents(brief: Brief) -> Block:
    """Return each precedent with what to compare; absent when there is none.

    `brief` is what `qv.load` returns.
    """
    return from_template("precedents", brief) if brief.facts.precedents else absent("precedents", brief)


def _prose(section: Section, brief: Brief, *, heading: str = "") -> str:
    """Return a section's prose, in the brief's own language and marked so where it is not translated."""
    kept = f"#{section.id}" in brief.foreign
    language = brief.own if kept else brief.language
    html = prose.render(section.markdown, numbers=brief.numbers, language=language, own=brief.own.code)
    look = f' untranslated" lang="{language.code}" dir="{language.direction}"' if kept else '"'
    return f'<div class="prose{look}>{heading}{html}</div>'
