"""A report as one HTML file: what its outline says, in the words, numbers and look of the page."""

import base64
import functools
import gzip
import json
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, cast

from markupsafe import Markup, escape

from quickview import seal
from quickview.brief.masthead import Masthead
from quickview.files import resource
from quickview.language import glyphs
from quickview.language.catalogs import Language
from quickview.report import sharing, svg
from quickview.report.outline import Figure, Outline, Part, Section, resolve_references
from quickview.report.plotly_figure import plotly_js
from quickview.report.provenance import Provenance
from quickview.report.templates import content_security_policy, template
from quickview.theme import drawing, stylesheet, typeface
from quickview.theme.theme import Theme

if TYPE_CHECKING:
    from quickview.report.browser import Browser

_LEAD: Final = {"judgement", "key_figures"}
"""Parts that open a report over its whole width; the contents stand behind them."""

_BESIDE: Final = {"timeline", "elsewhere", "precedent", "related"}
"""Parts that on paper flow in columns with the prose."""

_TALL: Final = 500
"""Height of a narrow drawing, in pixels, above which a printed page gives the figure its whole width."""

_SHORT: Final = 500
"""Letters of prose that stay in one piece on paper: about eight lines of a column."""

_SIGNS: Final = "#↑·"
"""What the style sheet and the template write of their own."""

_HEAD_SIZE: Final = 7.2
_HEAD_ROOM: Final = 480.0
"""Points of a page's width for series and title, less some room between them."""
_HEAD_LONGEST: Final = (200.0, 320.0)
"""Points that the series and the title may take."""


def render(
    outline: Outline, pictures: list[str] | None, theme: Theme, *, static: bool = False, site: str = "", told: str = ""
) -> tuple[str, list[str]]:
    """Return the report as one HTML file, and warnings of what is amiss in it.

    `pictures` are SVG texts of `outline.drawings`; without them charts draw themselves.
    `told` holds the characters that the brief's own warnings tell of.
    """
    content = _content(outline, pictures, theme, static=static, site=site)
    unknown = sorted(glyphs.missing(content["said"]) - set(told))
    warning = f"W-GLYPH the kit's fonts lack {glyphs.named(unknown)}; the reader's own must serve"
    html = template(__package__, "report.html", content["language"]).render(page=content)
    return seal.sealed(html.encode(), "html").decode(), [warning] if unknown else []


def print_report(outline: Outline, browser: "Browser", theme: Theme, *, site: str = "") -> tuple[bytes, list[str]]:
    """Return a report as a PDF, and warnings of what is amiss in it."""
    from quickview.pdf.finish import Metadata, finish

    html, warnings = render(outline, browser.draw(outline.drawings), theme, static=True, site=site)
    facts = outline.masthead
    told = Provenance.of(outline, theme.name, chromium=browser.version).model_dump_json()
    said = Metadata(
        facts.spoken,
        facts.title,
        facts.desk,
        facts.summary,
        facts.topics,
        facts.series,
        facts.as_of,
        {"sha256": seal.BLANK, "provenance": told},
    )
    return seal.sealed(finish(browser.print(html), said), "pdf"), warnings


def _content(outline: Outline, pictures: list[str] | None, theme: Theme, *, static: bool, site: str) -> dict[str, Any]:
    facts = outline.masthead
    language = facts.spoken
    charts_of_plotly = [figure for figure in outline.figures if figure.wide and not figure.is_canvas]
    interactive = not static and any(figure.wide for figure in outline.figures)
    numbers = _numbers(outline.figures, language)
    offer = sharing.offer(outline, numbers, site=site)
    told = resolve_references(outline, numbers, language)
    charts = _charts(told, pictures, numbers, offer.under, interactive=interactive)
    head = [_markup(part, charts, site) for part in told.head]
    if theme.logo:  # it stands before the name of the series
        logo = Markup('<p class="series"><img class="logo" src="{}" alt="{}"> ').format(theme.logo.uri, theme.logo.alt)
        head = [Markup(str.replace(part, '<p class="series">', logo, 1)) for part in head]  # noqa: S704 (both are)
    sections = [_section(section, charts, facts, language, site) for section in told.sections if section.shown]
    words, footer = _words(language), _footer(facts, language)
    bodies = [item for section in sections for item in (section["title"], *section["content"])]
    annex = _annex(told.figures, numbers, language)
    text = "".join([*head, *bodies, annex, offer.data, footer, *words.values(), _SIGNS])
    packed_charts = charts_of_plotly if interactive else []
    script, payload = "", None
    if interactive:
        # What all figures share, what the kit's own take, and what wakes plotly's.
        names = ["explore.js", *(["canvas.js"] if any(one.is_canvas for one in outline.figures) else [])]
        names += ["plotly.js"] if packed_charts else []
        script = '(() => {\n  "use strict";\n' + "\n".join(resource(__package__, name) for name in names) + "})();\n"
    # Some of the text is shown in capitals, and some stands in the margins of a printed page.
    shown = text + text.upper() + margin_characters(facts, language)
    style = stylesheet.for_report(shown, theme) + running_heads(facts, language)
    scripts, styles = [script.encode()] if script else [], [style.encode()]
    if packed_charts:
        scripts.append(plotly_js().read_bytes())
        styles.append(b"")  # plotly begins its own rules with an empty style element
        # plotly.js and the charts it draws are packed so that they cost nothing until they are asked for.
        specs = {one.id: {"wide": one.wide, "narrow": one.narrow, **one.live} for one in packed_charts}
        figures = packed(json.dumps(specs, sort_keys=True, ensure_ascii=False).encode())
        payload = {"figures": figures, "plotly": packed_plotly()}
    return {
        "said": text,
        "title": facts.title or "Report",
        "summary": facts.summary,
        "author": facts.desk,
        "keywords": ", ".join(facts.topics),
        "language": language,
        "words": words,
        "provenance": Provenance.of(outline, theme.name),
        "blank": seal.BLANK,
        "policy": content_security_policy(scripts, styles),
        "style": Markup(style),  # noqa: S704 (the kit's own)
        "head": head,
        "runs": _runs(sections),
        "sections": sections,
        "lead": next(
            (section for section in sections if section["part"] not in _LEAD), sections[0] if sections else None
        ),
        "annex": annex,
        "offer": offer,
        "footer": footer,
        "payload": payload,
        "script": Markup(script),  # noqa: S704 (the kit's own)
    }


def _section(
    section: Section, charts: Mapping[int, Markup], facts: Masthead, language: Language, site: str
) -> dict[str, Any]:
    content = [_markup(part, charts, site) for part in section.shown]
    part = section.shown[0].id or section.id
    letters = len(Markup("".join(content)).striptags())  # noqa: S704 (taken off)
    is_prose = {part.id for part in section.shown} <= {one.id for one in facts.prose}
    kind = f"section-{part}{' short' if is_prose and letters < _SHORT else ''}"
    name = section.title if section.language else language.heading(section.title)
    title = escape(name)
    if section.language not in {"", language.code}:
        # A heading of the brief's own that is not translated is seen and read aloud as such.
        own, mark = Language(section.language), Markup('<span class="untranslated" lang="{}" dir="{}">{}</span>')
        title = mark.format(own.code, own.direction, name)
    return {"id": section.id, "name": name, "title": title, "part": part, "kind": kind, "content": content, "letters": letters,
            "flows": is_prose or (part in _BESIDE and not any(map(_is_tall, filter(None, (p.figure for p in section.shown)))))}  # fmt: skip


def _runs(sections: Sequence[Mapping[str, Any]]) -> list[tuple[bool, list[Mapping[str, Any]]]]:
    """Return the sections in runs, each with whether on paper it flows in two columns: prose does, and what fits beside it.

    What has nothing to flow beside it takes the whole width; so does a figure beside which no more than a paragraph would flow.
    """
    runs: list[tuple[bool, list[Mapping[str, Any]]]] = []
    for flows, run in groupby(sections, key=itemgetter("flows")):
        listed = list(run)
        beside = [section for section in listed if section["part"] != "timeline"]
        fits = len(beside) == len(listed) > 1 or sum(section["letters"] for section in beside) > _SHORT
        runs += [(True, listed)] if flows and fits and len(listed) > 1 else [(False, [one]) for one in listed]
    return runs


def _footer(facts: Masthead, language: Language) -> str:
    parts = [facts.series, facts.title]
    if facts.as_of:
        parts.append(language.gettext("as of {day}", day=language.date(facts.as_of)))
    return " · ".join(part for part in parts if part)


def _words(language: Language) -> dict[str, str]:
    """Return what the page's script says, by the names it knows."""
    _ = language.gettext
    return {
        "skip": _("Skip to the report"),
        "contents": _("Contents"),
        "close": _("Close"),
        "closeFigure": _("Close {figure}"),
        "point": _("{n} of {total}: {text}"),
        "copied": _("Link copied"),
        "inBar": _("The link stands in the address bar"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "showAll": _("Show all"),
        "rotate": _("Rotate"),
        "cannot": _("This browser cannot draw the figure anew; its picture stays"),
    }


def _markup(part: Part, charts: Mapping[int, Markup], site: str) -> Markup:
    return charts[id(part.figure)] if part.figure else Markup(sharing.link_reports(part.html, site=site))  # noqa: S704 (made safe by the outline)


def _numbers(figures: list[Figure], language: Language) -> dict[str, str]:
    """Return each figure's number by its id: by kind, in order of appearance."""
    _ = language.gettext
    kinds = {"Map": _("Map {n}"), "Figure": _("Figure {n}"), "Table": _("Table {n}")}
    counts = dict.fromkeys(kinds, 0)
    numbers = {}
    for figure in figures:
        kind = str(figure.meta.get("kind"))
        kind = kind if kind in kinds else "Figure"
        counts[kind] += 1
        numbers[figure.id] = kinds[kind].format(n=counts[kind])
    return numbers


def _charts(
    outline: Outline,
    pictures: list[str] | None,
    numbers: Mapping[str, str],
    downloads: Mapping[str, Markup],
    *,
    interactive: bool,
) -> dict[int, Markup]:
    """Return the markup of each part that is a figure; the part's own HTML is the caption."""
    language, drawn, charts = outline.masthead.spoken, iter(pictures or ()), {}
    for n, part in enumerate((part for part in outline.parts if part.figure), start=1):
        figure = cast("Figure", part.figure)
        named = f"{numbers[figure.id]}{language.gettext(': ')}{figure.meta.get('title') or figure.id}"
        wide, narrow = _drawings(figure, named, drawn, prefix=f"c{n}")
        markup = template(__package__, "figure.html", language).render(
            figure=figure,
            number=numbers[figure.id],
            named=named,
            title=str(figure.meta.get("title", "")),
            caption=Markup(part.html),  # noqa: S704 (made safe where it was read)
            body=Markup(figure.body),  # noqa: S704 (made safe where it was read)
            table=None if figure.meta.get("kind") == "Table" else figure.meta.get("table"),
            wide=wide,
            narrow=narrow,
            downloads=downloads.get(figure.id, Markup()),
            interactive=interactive and figure.wide is not None,
            tall=_is_tall(figure),
        )
        charts[id(figure)] = Markup(markup)  # noqa: S704 (the template escapes)
    return charts


def _drawings(figure: Figure, named: str, drawn: Iterator[str], *, prefix: str) -> list[Markup | None]:
    """Return the wide and the narrow drawing of a figure as SVG; the kit's own are drawn here, others were by plotly."""
    words = {"title": named, "description": str(figure.meta.get("alt", ""))}
    found: list[Markup | None] = []
    for name, spec in ((f"{prefix}w", figure.wide), (f"{prefix}n", figure.narrow)):
        if spec and figure.is_canvas:
            if name not in figure.drawn:
                figure.drawn[name] = drawing.draw(spec, prefix=name, **words)
            found.append(Markup(figure.drawn[name]))  # noqa: S704 (text escaped)
        else:
            svg_text = next(drawn, None) if spec else None
            found.append(Markup(svg.fit(svg_text, prefix=name, **words)) if svg_text else None)  # noqa: S704 (drawn by plotly, text escaped)
    return found


def _annex(figures: list[Figure], numbers: Mapping[str, str], language: Language) -> Markup:
    """Return the tables behind figures that do not say all that their tables do: for paper, where nothing opens."""
    tables = [
        {"title": f"{numbers[figure.id]}{language.gettext(': ')}{figure.meta['title']}", "table": figure.meta["table"]}
        for figure in figures
        if figure.meta.get("whole") is False
    ]
    return Markup(template(__package__, "annex.html", language).render(tables=tables) if tables else "")  # noqa: S704 (the template escapes)


def _is_tall(figure: Figure) -> bool:
    return figure.narrow is not None and figure.narrow["layout"].get("height", 0) > _TALL


_OUTSIDE: Final = bytes.maketrans(b"<&", b",.")
"""Base 85 as RFC 1924 has it, less the two characters that mean something to HTML."""


def packed(data: bytes) -> Markup:
    """Return data as gzip in base 85, the same text for the same data; `unpack` in plotly.js is its reverse.

    Base 85 takes 5 characters for 4 bytes where base 64 takes 5.33.
    """
    compressed = gzip.compress(data, compresslevel=9, mtime=0)
    return Markup(base64.b85encode(compressed).translate(_OUTSIDE).decode())  # noqa: S704 (no character of HTML's)


@functools.cache
def packed_plotly() -> Markup:
    """Return plotly.js as a page carries it; packing takes half a second, so that whoever makes pages may begin early."""
    return packed(plotly_js().read_bytes())


def running_heads(facts: Masthead, language: Language) -> str:
    """Return `@page` rules for what stands in the margins of a printed page: series and title at its head, its number at its foot.

    The first page has the masthead and so no running head. Chromium knows no logical
    names for the boxes in the margins, so that start and end are chosen here.
    """
    start, end = ("right", "left") if language.is_rtl else ("left", "right")
    number = language.gettext("Page {page} of {pages}", page="\x00page\x00", pages="\x00pages\x00").split("\x00")
    numbered = " ".join(f"counter({part})" if n % 2 else _string(part) for n, part in enumerate(number) if part)
    common = (
        f"font:400 {_HEAD_SIZE}pt var(--family);color:var(--muted);direction:{language.direction};white-space:nowrap;"
    )
    named = _short(facts.series, _HEAD_LONGEST[0])
    told = _short(
        facts.title, min(_HEAD_LONGEST[1], _HEAD_ROOM - typeface.width(named, _HEAD_SIZE, weight=typeface.BOLD))
    )
    series, title = (
        f"content:{_string(text)};{common}vertical-align:bottom;padding-bottom:3mm;" for text in (named, told)
    )
    foot = f"content:{numbered};{common}vertical-align:top;padding-top:3mm;"
    return (
        f"@page{{@bottom-right{{content:none}}@top-{start}{{{series}font-weight:600}}@top-{end}{{{title}}}@bottom-{end}{{{foot}}}}}"
        "@page:first{@top-left{content:none}@top-right{content:none}}"
    )


def margin_characters(facts: Masthead, language: Language) -> str:
    """Return every character that may stand in the margins, for the fonts that the page carries."""
    return f"{facts.series}{facts.title}…{language.gettext('Page {page} of {pages}')}0123456789"


def _short(text: str, room: float) -> str:
    """Return a text no wider than so many points, cut between words where it can be."""

    def width(end: int) -> float:
        return typeface.width(text[:end] + "…", _HEAD_SIZE, weight=typeface.BOLD)

    if typeface.width(text, _HEAD_SIZE, weight=typeface.BOLD) <= room:
        return text
    head = text[: bisect(range(1, len(text) + 1), room, key=width)]
    return (head.rpartition(" ")[0] or head) + "…"


def _string(text: str) -> str:
    """Return a text as a CSS string; whatever could end the string or the style sheet is written by its number."""
    return '"' + "".join(c if c.isalnum() or c in " -–·,.:;" else f"\\{ord(c):x} " for c in text) + '"'
