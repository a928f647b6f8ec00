"""Finish a printed report: tags, reading order, language, title, metadata, and the same bytes each time."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf

import quickview
from quickview.language.catalogs import Language
from quickview.pdf import reading_order, tags
from quickview.pdf.to_unicode import Fonts

_OWN: Final = "urn:quickview:report#"

_NO_DAY: Final = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Print:
    """A page printed: the PDF as Chromium writes it, the text it shows, and its links in their order.

    A link has `to` (an address, or the id of a place in the page), `text`, and for a
    citation the `source` it leads to: `number`, `publisher` and `title`.
    """

    document: bytes
    text: str = ""
    links: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Metadata:
    """What a PDF says of itself. `series` stands with the title at the head of its pages; `day` is that of its dates.

    `own` are properties of the kit's own in its XMP, which stands in the file as plain text.
    """

    language: Language
    title: str = ""
    author: str = ""
    subject: str = ""
    keywords: Sequence[str] = ()
    series: str = ""
    day: dt.date | None = None
    own: Mapping[str, str] = field(default_factory=dict)


def finish(printed: Print, metadata: Metadata) -> bytes:
    """Return the printed page as a PDF with complete tags and metadata.

    Dates come from its day and the file id from the content, so that the same report
    is the same file.
    """
    language, text = metadata.language, f"{printed.text} {metadata.series} {metadata.title}"
    said = reading_order.Said(text, language.is_rtl)
    with pikepdf.open(io.BytesIO(printed.document)) as file:
        file.Root.Lang = pikepdf.String(language.code)
        file.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        _describe(file, metadata)
        tags.describe_links(file, printed.links, language)
        tags.wrap_list_items(file)
        tags.name_roles(file)
        tags.settle_heads(file)
        tags.number_cells(file)
        fonts = Fonts(file)
        for sheet in file.pages:
            content = reading_order.restore(pikepdf.parse_content_stream(sheet), sheet.resources, fonts, said)
            content = tags.mark_decoration(file, sheet, content)
            sheet.Contents = file.make_stream(pikepdf.unparse_content_stream(content))
        fonts.save()
        out = io.BytesIO()
        packed = pikepdf.ObjectStreamMode.generate
        file.save(out, deterministic_id=True, min_version="1.7", object_stream_mode=packed)
        return out.getvalue()


def _describe(file: pikepdf.Pdf, said: Metadata) -> None:
    moment = dt.datetime.combine(said.day or _NO_DAY, dt.time(), dt.UTC)
    stamp = moment.strftime("D:%Y%m%d%H%M%SZ")
    info = {"/Title": said.title or "Report", "/Author": said.author, "/Subject": said.subject,
            "/Keywords": ", ".join(said.keywords), "/Creator": f"quickview {quickview.__version__}",
            "/Producer": "Chromium, pikepdf", "/CreationDate": stamp, "/ModDate": stamp}  # fmt: skip
    for key, value in info.items():
        file.docinfo[key] = pikepdf.String(value)
    pikepdf.models.PdfMetadata.register_xml_namespace(_OWN, "quickview")
    with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = info["/Title"]
        xmp["dc:creator"] = [info["/Author"]]
        xmp["dc:description"] = info["/Subject"]
        xmp["dc:language"] = {said.language.code}
        xmp["pdf:Keywords"] = info["/Keywords"]
        xmp["pdf:Producer"] = info["/Producer"]
        xmp["xmp:CreatorTool"] = info["/Creator"]
        xmp["xmp:CreateDate"] = xmp["xmp:ModifyDate"] = moment.isoformat()
        xmp["pdfuaid:part"] = "1"
        for name, value in said.own.items():
            xmp[f"{{{_OWN}}}{name}"] = value
