"""The card that stands for a report where its link is shown: a picture of the headline, the judgement and the map."""

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final, cast

import jinja2
from markupsafe import Markup

from quickview.language.catalogues import Language
from quickview.look import drawing, stylesheet
from quickview.look.theme import Theme
from quickview.publishing import svg
from quickview.publishing.browser import Browser
from quickview.publishing.outline import Outline
from quickview.publishing.sharing import CARD_SIZE

LONG: Final = {60: "", 110: "long"}
"""Letters of a headline up to which a size of type serves; a longer one is set smallest."""


def draw(outline: Outline, browser: Browser, *, theme: Theme) -> bytes:
    """Return the card of a report as PNG, 1200 × 630 pixels; the same report gives the same bytes."""
    return browser.screenshot(page(outline, browser, theme=theme), *CARD_SIZE)


def page(outline: Outline, browser: Browser, *, theme: Theme) -> str:
    """Return the card as HTML with its fonts inside, to be drawn in a window of its size."""
    facts = outline.masthead
    picture = _map(outline, browser)
    words = _words(facts)
    return _template().render(
        facts=facts,
        card=facts.get("card"),
        language=Language(facts.get("language", "en")),
        length=next((size for limit, size in LONG.items() if len(words[0]) <= limit), "longer"),
        picture=picture,
        logo=theme.logo,
        style=Markup(stylesheet.fonts_and_colours("".join([*words, picture]), theme) + stylesheet.drawing_colours()),  # noqa: S704 (the kit's own)
    )


def _words(facts: Mapping[str, Any]) -> list[str]:
    said = [facts.get("title", ""), facts.get("series", ""), facts.get("desk", "")]
    text = "".join([*said, *map(str, facts.get("card", {}).values())])
    return [said[0], text, text.upper()]


def _map(outline: Outline, browser: Browser) -> Markup:
    """Return the report's first map as it is drawn for phones, its frame filling the card's side; empty without one."""
    maps = [one for one in outline.figures if one.meta.get("kind") == "Map" and one.wide]
    if not maps:
        return Markup()
    shown = cast("Mapping[str, Any]", maps[0].narrow or maps[0].wide)
    drawn = (
        drawing.draw(shown, title="", description="", prefix="m")
        if maps[0].is_canvas
        else svg.fit(*browser.draw([shown]), prefix="m", title="", description="")
    )
    # The frame stands at the top of the drawing and the legend under it, which the card cuts off.
    return Markup(drawn.replace("<svg ", '<svg preserveAspectRatio="xMidYMin slice" ', 1))  # noqa: S704 (text escaped)


@functools.cache
def _template() -> jinja2.Template:
    text = (resources.files(__package__) / "templates" / "card.html").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)
