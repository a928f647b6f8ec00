"""What a brief says, so that a test can ask whether a report says it too."""

import re

from quickview.brief import translation

UNSEEN = ("alt",)
"""Words that are not seen on a page but said of a drawing."""

_CITED = re.compile(r"\[@[^\]]*\]")
_ITEM = re.compile(r"^\s*\d+\.")
_STEPS = re.compile(r"[\n|]+")


def bare(text):
    """Return a text's letters and digits; signs may come from the style sheet, and white space is never the same."""
    return "".join(c for c in text if c.isalnum()).casefold()


def of(brief):
    """Yield what a brief says, each with its place in the brief: words of its records, its sources, its own tables, its prose."""
    tree = brief.facts.model_dump(mode="json", by_alias=True, exclude={"translations"})
    for path, text in translation.words(tree):
        if path[-1] not in UNSEEN:
            yield ".".join(map(str, path)), text
    for source in brief.facts.sources:
        yield f"sources.{source.id}", source.title
        yield f"sources.{source.id}", source.publisher
    for actor in brief.facts.actors:
        if actor.native:
            yield f"actors.{actor.id}.native", actor.native.name
    for section in brief.sections:
        for line in _STEPS.split(_CITED.sub("\n", section.markdown)):
            yield f"#{section.id}", _ITEM.sub("", line)
