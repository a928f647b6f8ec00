"""The prose of a brief, section by section."""

from typing import Final

from quickview.analysis.block import Block, absent, from_template
from quickview.brief import prose
from quickview.brief.reader import Brief

PLACED: Final = ("what-happened", "why-it-matters", "elsewhere", "precedent")
"""Sections that the outline puts in a place of their own."""


def section(brief: Brief, section_id: str) -> Block:
    """Return one section as clean HTML with numbered citations; absent when the brief has none of that id."""
    found = brief.section(section_id)
    if found is None:
        return absent(section_id)
    return Block(section_id, f'<div class="prose">{prose.render(found.markdown, numbers=brief.numbers)}</div>')


def further(brief: Brief) -> Block:
    """Return the sections the outline has no place for, each under its own heading, so that none is lost."""
    rest = [s for s in brief.sections if s.id not in PLACED]
    html = [f"<h3>{prose.isolate(s.title)}</h3>{prose.render(s.markdown, numbers=brief.numbers)}" for s in rest]
    return Block("further", f'<div class="prose">{"".join(html)}</div>') if rest else absent("further")


def precedents(brief: Brief) -> Block:
    """Return each precedent with what to compare; absent when there is none."""
    return from_template("precedents", brief) if brief.facts.precedents else absent("precedents")
