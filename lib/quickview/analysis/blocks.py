"""Parts of a report that are not figures: HTML made from templates, with a name.

A block shows itself in JupyterLab, and carries its id in a MIME type of its own so
that an exporter can tell which part of the report it is.
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import jinja2
import plotly.graph_objects as go
from jinja2.runtime import Context
from markupsafe import Markup, escape

from quickview.analysis.canvas import Canvas, Words, capitalise, responsive
from quickview.brief import formats, prose
from quickview.brief.masthead import Card
from quickview.brief.reader import Brief
from quickview.brief.records import Actor
from quickview.errors import InputError
from quickview.language.catalogs import ENGLISH, LANGUAGES, Language
from quickview.theme.palette import LIGHT

MIME: Final = "application/vnd.quickview.block+json"


@dataclass(frozen=True)
class Block:
    """A part of a report: its id, its HTML, and facts for whoever assembles the report.

    An empty `html` means that the brief has nothing for this part.
    """

    id: str
    html: str
    language: Language
    data: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """What a notebook stores and JupyterLab shows."""
        shown = self.html or f'<p class="qv-absent">Nothing in this brief for “{self.id}”.</p>'
        return {
            MIME: {"id": self.id, "empty": not self.html, "data": dict(self.data)},
            "text/html": f'<div class="qv" lang="{self.language.code}" dir="{self.language.direction}">{shown}</div>',
            "text/plain": f"<block {self.id}>",
        }


def from_template(block_id: str, brief: Brief, *, data: Mapping[str, Any] | None = None, **context: Any) -> Block:
    """Fill the template named after the block; `brief` is always at hand in it."""
    bound = {"cite": functools.partial(_cite, brief), "side_of": functools.partial(side_of, brief)}
    html = rendered(block_id, brief.language, brief=brief, facts=brief.facts, **bound, **context)
    return Block(block_id, html, brief.language, data or {})


def rendered(template: str, language: Language, /, **context: Any) -> str:
    """Return the HTML of a template by its name, with the messages of a language at hand in it."""
    messages = {
        "_": functools.partial(filled, language.gettext),
        "ngettext": functools.partial(filled, language.ngettext),
    }
    return templates().get_template(f"{template}.html").render(**messages, **context).strip()


def absent(block_id: str, brief: Brief) -> Block:
    """Return the block of a part the brief has nothing for."""
    return Block(block_id, "", brief.language)


def side_of(brief: Brief, actor_id: str) -> int:
    """Return the number of an actor's side, from 1; 0 for an actor on none."""
    actor = next(a for a in brief.facts.actors if a.id == actor_id)
    return [None, *(s.id for s in brief.facts.sides)].index(actor.side)


def drawn(draw: Callable[[int], Canvas], words: Words, brief: Brief, *, turn: bool = True) -> go.Figure:
    """Return a brief's figure, drawn wide and narrow, with the words that the author gives it in place of the kit's."""
    return worded(responsive(draw, words, brief.language, turn=turn), brief)


def worded(figure: go.Figure, brief: Brief) -> go.Figure:
    """Return a figure with the words that the author gives it in place of the kit's."""
    words = brief.facts.words_for(figure.layout.meta["id"])
    given = {key: value for key in ("title", "caption", "alt") if (value := getattr(words, key, None))}
    return figure.update_layout(meta={**figure.layout.meta, **given}) if given else figure


def side_label(brief: Brief, number: int) -> str:
    """Return what the side of that number is called; actors on none are the others, and have no name where nobody has a side."""
    sides = brief.facts.sides
    return sides[number - 1].name if number else brief.language.gettext("Others") if sides else ""


def side_groups(brief: Brief) -> list[tuple[int, str, tuple[Actor, ...]]]:
    """Return the actors by side: number, name and actors, in the order of the sides; those on none come last. No group is empty."""
    facts = brief.facts
    keys = [*enumerate((side.id for side in facts.sides), start=1), (0, None)]
    groups = [(n, side_label(brief, n), tuple(a for a in facts.actors if a.side == key)) for n, key in keys]
    return [group for group in groups if group[2]]


def forecast_card(dateline: str, title: str, word: str, low: float, high: float, language: Language) -> Card:
    """Return what a card for social media says of a day, and of a forecast of `low` to `high` per cent."""
    shown = formats.percent(low, high, language)
    return Card(dateline=dateline, forecast=title, word=capitalise(word), range=shown, low=low, high=high)


def filled(look_up: Callable[..., str], *message: Any, **values: object) -> Markup:
    """Fill a message with values, each escaped unless it is markup already."""
    return Markup(escape(look_up(*message))).format(**values)  # noqa: S704 (escaped right here)


def _cite(brief: Brief, ids: str | Sequence[str]) -> Markup:
    names = [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
    return Markup(prose.cite(names, numbers=brief.numbers, language=brief.language))  # noqa: S704 (made of ids and numbers only)


def mark_up(text: str, brief: Brief) -> Markup:
    """Escape words of a brief, mark runs of other scripts, and mark them when they are not translated."""
    if text in brief.foreign:
        return untranslated(text, brief)
    return Markup(prose.isolate(str(text), page=brief.language.code, own=brief.own.code))  # noqa: S704 (escaped by isolate)


def untranslated(text: str, brief: Brief) -> Markup:
    """Return words in the brief's own language, marked as not translated."""
    mark = '<span class="untranslated" lang="{}" dir="{}">{}</span>'
    return Markup(mark).format(brief.own.code, brief.own.direction, text)  # noqa: S704 (the kit's own)


def in_language(text: str, own: Language, page: Language) -> Markup:
    """Return words as markup that says their language where it is not the page's."""
    if own == page:
        return Markup(prose.isolate(text, page=page.code, own=page.code))  # noqa: S704 (escaped by isolate)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(own.code, own.direction, text)


def page_language(asked: str, spoken: Iterable[str], file: str) -> Language:
    """Return the language of a page on several reports: that asked for, or the one they are all in if the interface speaks it, else English."""
    if asked and not re.fullmatch("[a-z]{2,3}", asked):
        hint = "write the ISO 639 code in small letters, such as en or ar"
        raise InputError.at(file, "E-LANGUAGE", f"`{asked}` is no code of a language", hint)
    same = set(spoken)
    return Language(asked or (same.pop() if len(same) == 1 and same <= set(LANGUAGES) else ENGLISH))


@jinja2.pass_context
def _isolate(context: Context, text: str) -> Markup:
    return mark_up(text, context["brief"])


def _in_language(write: Callable[..., str]) -> Callable[..., str]:
    """Make a filter of a function that takes the language last."""

    @jinja2.pass_context
    def written(context: Context, *values: Any) -> str:
        return write(*values, context["brief"].language)

    return written


@jinja2.pass_context
def _near_day(context: Context, date: dt.date) -> str:
    """Return "4 Aug", with the year where it is not that of the report."""
    brief = context["brief"]
    return formats.near_day(date, brief.facts.document.as_of, brief.language)


@functools.cache
def templates() -> jinja2.Environment:
    """Return the one environment for the templates of reports and digests."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("quickview.analysis", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for write in (formats.day, formats.value, formats.percent, formats.listed):
        environment.filters[write.__name__] = _in_language(write)
    environment.filters |= {
        "isolate": _isolate,
        "near_day": _near_day,
        "capitalise": capitalise,
        "word": _in_language(lambda term, language: str(language.gettext(str(term)))),
    }
    environment.globals |= {"colours": LIGHT}
    return environment
