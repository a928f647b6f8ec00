"""The prose of a brief, section by section."""

from quickview.analysis.block import Block, absent, from_template
from quickview.brief import prose
from quickview.brief.prose import Section
from quickview.brief.reader import Brief


def section(brief: Brief, section_id: str) -> Block:
    """Return one section as clean HTML with numbered citations; absent when the brief has none of that id."""
    found = brief.section(section_id)
    if found is None:
        return absent(section_id, brief)
    return Block(section_id, _prose(found, brief), brief.language)


def further(brief: Brief) -> Block:
    """Return the sections the outline has no place for, each under its own heading, so that none is lost."""
    rest = [s for s in brief.sections if s.id not in prose.OUTLINE]
    html = [_prose(s, brief, heading=f"<h3>{prose.isolate(s.title, page=brief.language.code)}</h3>") for s in rest]
    return Block("further", "".join(html), brief.language) if rest else absent("further", brief)


def precedents(brief: Brief) -> Block:
    """Return each precedent with what to compare; absent when there is none."""
    return from_template("precedents", brief) if brief.facts.precedents else absent("precedents", brief)


def _prose(section: Section, brief: Brief, *, heading: str = "") -> str:
    """Return a section's prose, in the brief's own language and marked so where it is not translated."""
    kept = f"#{section.id}" in brief.foreign
    language = brief.own if kept else brief.language
    html = prose.render(section.markdown, numbers=brief.numbers, language=language, own=brief.own.code)
    look = f' untranslated" lang="{language.code}" dir="{language.direction}"' if kept else '"'
    return f'<div class="prose{look}>{heading}{html}</div>'
