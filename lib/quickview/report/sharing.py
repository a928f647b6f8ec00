"""What a report offers to those who pass it on: downloads, linked data, and tags for previews of links."""

import base64
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from babel import Locale
from babel.core import get_global
from markupsafe import Markup, escape

from quickview.brief import prose
from quickview.brief.masthead import File, Masthead
from quickview.language.catalogs import Language
from quickview.report.outline import Figure, Outline
from quickview.report.templates import json_in_page, template

CARD_SIZE: Final = (1200, 630)
"""Width and height of the picture that stands for a link, in pixels, as Open Graph's readers crop it."""

_FORMULA: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_NAMED_REPORT: Final = re.compile(r'(<cite data-report="([a-z0-9-]+)"[^>]*>)(.*?)</cite>')
_AS_IT_IS: Final = ' !"$()*+,/:;=?@[\\]^`{|}'
_CSV: Final = "text/csv;charset=utf-8"


@dataclass(frozen=True)
class Download:
    """A file that lies in the page: its anchor, the name it is saved under, what it holds, and its text."""

    id: str
    name: str
    title: str
    media_type: str
    text: str

    @property
    def format(self) -> str:
        """The format as readers know it."""
        suffix = self.name.rsplit(".", 1)[-1]
        return {"geojson": "GeoJSON"}.get(suffix, suffix.upper())

    @property
    def kilobytes(self) -> int:
        """Size in thousands of bytes, at least 1."""
        return max(1, round(len(self.text.encode()) / 1000))

    @property
    def href(self) -> Markup:
        """The file itself, as a `data:` address in single quotes that needs neither script nor network.

        Percent signs for what HTML or an address would read make Latin text a fifth smaller than
        base 64 does, and Arabic text larger; the shorter one is taken.
        """
        quoted = f"data:{self.media_type},{quote(self.text, safe=_AS_IT_IS)}"
        packed = f"data:{self.media_type};base64,{base64.b64encode(self.text.encode()).decode()}"
        return Markup(f"'{min(quoted, packed, key=len)}'")  # noqa: S704 (neither holds a character of HTML's)


def of_figure(figure: Figure, number: str, facts: Masthead) -> list[Download]:
    """Return what a figure offers: the files its `meta` brings, and the table behind it as CSV."""
    table = figure.meta.get("table")
    files = [File(**file) for file in figure.meta.get("downloads", ())]
    if table:
        files.append(_csv(figure.id, table["columns"], table["rows"]))
    return [_download(file, facts, number, anchor=f"figure-{figure.id}") for file in files]


def of_report(facts: Masthead) -> list[Download]:
    """Return what the masthead offers: the brief's facts as JSON, and its tables as CSV."""
    _ = facts.spoken.gettext
    titles = {
        "facts": _("All facts of the brief"),
        "actors": _("Actors"),
        "terms": _("Terms of the agreement"),
        "measures": _("Measures"),
        "states": _("States of terms and measures through time"),
        "control": _("Status of places through time"),
        "quantities": _("Quantities and who gives them"),
        "calendar": _("Calendar"),
        "hypotheses": _("Competing explanations"),
        "evidence": _("How the evidence bears on each explanation"),
        "sources": _("Sources"),
        "related": _("Related reports"),
        "deadlines": _("Deadlines"),
        "forecasts": _("Forecasts"),
        "outcomes": _("What became of the forecasts"),
    }
    files = [*facts.downloads, *(_csv(table.name, table.columns, table.rows) for table in facts.tables)]
    titles |= {table.name: table.title for table in facts.tables if table.title}
    return [_download(file, facts, titles.get(file.name.split(".")[0], file.name)) for file in files]


def _csv(name: str, columns: Sequence[object], rows: Iterable[Sequence[object]]) -> File:
    return File(name=f"{name}.csv", media_type=_CSV, text=csv_text(columns, rows))


def _download(file: File, facts: Masthead, title: str, *, anchor: str = "data") -> Download:
    stem, _, suffix = file.name.rpartition(".")
    own, suffix = prose.slug(stem), prose.slug(suffix)
    name = f"{facts.name or 'report'}-{own}.{suffix}"
    media_type = re.sub(r"[^\w/+.;=-]", "", file.media_type)
    return Download(f"{anchor}-{own}-{suffix}", name, title, media_type, file.text)


def csv_text(columns: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV (RFC 4180) that begins with a byte-order mark, so that spreadsheets read it as UTF-8.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it, as
    OWASP advises (*CSV Injection*); numbers stay numbers.
    """

    def inert(cell: object) -> str:
        text = "" if cell is None else str(cell)
        return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(map(inert, row) for row in (columns, *rows))
    return f"\ufeff{out.getvalue()}"


@dataclass(frozen=True)
class Offer:
    """What the page holds for those who pass it on.

    `under` has a line of links by figure id; `data` is the list of all data in the file;
    `linked` the JSON-LD. Each is empty where there is nothing.
    """

    under: Mapping[str, Markup]
    data: Markup
    linked: Markup
    preview: "Preview"


def offer(outline: Outline, numbers: Mapping[str, str], *, site: str) -> Offer:
    """Return all that a page offers; `numbers` are those of the figures by their id.

    `site` is the address that the folder of reports is served at, or "".
    """
    facts = outline.masthead
    language = facts.spoken
    files = {figure.id: of_figure(figure, numbers[figure.id], facts) for figure in outline.figures}
    own = of_report(facts)
    named = {name: numbers[name] for name, found in files.items() if found}
    tags = preview(facts, site=site)
    every = [*own, *(file for found in files.values() for file in found)]
    return Offer(
        under={name: _fill("downloads.html", language, downloads=found) for name, found in files.items() if found},
        data=_fill("data.html", language, downloads=own, figures=named) if every else Markup(),
        linked=json_ld(facts, every, address=tags.address, site=site),
        preview=tags,
    )


def _fill(name: str, language: Language, **context: Any) -> Markup:
    return Markup(template(__package__, name, language).render(context))  # noqa: S704 (the template escapes)


def json_ld(facts: Masthead, downloads: Sequence[Download], *, address: str = "", site: str = "") -> Markup:
    """Return the masthead's linked data with the files that hold it, as JSON that is safe inside a script element."""
    linked = dict(facts.linked_data)
    if not linked:
        return Markup()
    files = [
        {
            "@type": "DataDownload",
            "name": one.name,
            "description": one.title,
            "encodingFormat": one.media_type,
            "contentUrl": f"#{one.id}",
        }
        for one in downloads
    ]
    linked["citation"] = [
        {**one, "url": report_address(site, one["identifier"])} if site and one["@type"] == "Report" else one
        for one in linked.get("citation", ())
    ]
    linked["mainEntity"] = {"@type": "Dataset", "@id": "#data", "name": facts.title, "distribution": files}
    if address:
        linked["url"] = address
    return json_in_page(linked, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Preview:
    """What a preview of a link shows: the tags by name, and the page's own address if it is known."""

    properties: Sequence[tuple[str, str]]
    names: Sequence[tuple[str, str]]
    address: str


def preview(facts: Masthead, *, site: str) -> Preview:
    """Return Open Graph and card tags of a report.

    `site` is the address the folder of reports is served at, or "": then the picture is
    named without an address, which serves readers of the folder but no social network.
    """
    name = facts.name
    folder = f"{site}/{name}/" if site and name else ""
    address = report_address(site, name) if folder else ""
    image = f"{folder}{name}.png" if name else ""
    width, height = CARD_SIZE
    picture = [
        ("og:image", image),
        ("og:image:type", "image/png"),
        ("og:image:width", str(width)),
        ("og:image:height", str(height)),
        ("og:image:alt", _alt(facts)),
    ]
    properties = [*_article(facts), ("og:url", address), *(picture if image else [])]
    names = [
        ("twitter:card", "summary_large_image" if image else "summary"),
        ("twitter:title", facts.title),
        ("twitter:description", facts.summary),
        ("twitter:image", image),
        ("twitter:image:alt", _alt(facts) if image else ""),
    ]
    return Preview([tag for tag in properties if tag[1]], [tag for tag in names if tag[1]], address)


def report_address(site: str, name: str) -> str:
    """Return the address of a report's page on a site."""
    return f"{site}/{name}/{name}.html"


def link_reports(html: str, *, site: str) -> str:
    """Return HTML in which the names of other reports lead to their pages on a site, or nowhere where it is not known.

    A report is mailed and archived as one file, so that an address relative to it would lead nowhere.
    """

    def linked(named: re.Match[str]) -> str:
        address = escape(report_address(site, named[2]))
        return f'{named[1]}<a href="{address}">{named[3]}</a></cite>'

    return _NAMED_REPORT.sub(linked, html) if site else html


def _article(facts: Masthead) -> list[tuple[str, str]]:
    # A language with its most likely country (Unicode CLDR), as Open Graph wants it: "ar_EG".
    locale = str(facts.spoken.locale)
    likely = Locale.parse(get_global("likely_subtags").get(locale, locale))
    return [
        ("og:type", "article"),
        ("og:title", facts.title or "Report"),
        ("og:description", facts.summary),
        ("og:site_name", facts.series),
        ("og:locale", f"{likely.language}_{likely.territory}" if likely.territory else likely.language),
        ("article:published_time", facts.as_of.isoformat() if facts.as_of else ""),
        ("article:section", facts.desk),
        *(("article:tag", topic) for topic in facts.topics),
    ]


def _alt(facts: Masthead) -> str:
    """Return what the card says, in one line."""
    card = facts.card
    judged = f"{card.forecast}: {card.word}, {card.range}" if card.forecast else ""
    return ". ".join(filter(None, [facts.title, judged]))


def site_address(text: str) -> str:
    """Return the address of a site without the slash at its end.

    Raises `ValueError` for what is not a plain http or https address.
    """
    parts = urlsplit(text)
    plain = re.fullmatch(r"https?://[^\s<>\"'\\^`{|}?#@]+", text)
    if not plain or not parts.hostname:
        msg = f"`{text}` is no address of a site; write one such as https://example.org/reports"
        raise ValueError(msg)
    return text.rstrip("/")
