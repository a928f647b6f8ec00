"""Finish a printed report: language, title, metadata, and the same bytes each time."""

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any, Final

import pikepdf

import quickview

_NO_DAY: Final = "2000-01-01"


def finish(document: bytes, facts: Mapping[str, Any]) -> bytes:
    """Return the PDF with the masthead's facts as its metadata.

    Dates come from `as_of` and the file id from the content, so that the same report
    is the same file.
    """
    moment = dt.datetime.fromisoformat(str(facts.get("as_of") or _NO_DAY)).replace(tzinfo=dt.UTC)
    with pikepdf.open(io.BytesIO(document)) as file:
        file.Root.Lang = pikepdf.String(str(facts.get("language", "en")))
        file.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        _describe(file, facts, moment)
        out = io.BytesIO()
        file.save(out, deterministic_id=True, linearize=False)
        return out.getvalue()


def _describe(file: pikepdf.Pdf, facts: Mapping[str, Any], moment: dt.datetime) -> None:
    stamp = moment.strftime("D:%Y%m%d%H%M%SZ")
    info = {"/Title": facts.get("title", "Report"), "/Author": facts.get("desk", ""), "/Subject": facts.get("summary", ""),
            "/Keywords": ", ".join(facts.get("topics", ())), "/Creator": f"quickview {quickview.__version__}",
            "/Producer": "Chromium, pikepdf", "/CreationDate": stamp, "/ModDate": stamp}  # fmt: skip
    for key, value in info.items():
        file.docinfo[key] = pikepdf.String(value)
    with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = info["/Title"]
        xmp["dc:creator"] = [info["/Author"]]
        xmp["dc:description"] = info["/Subject"]
        xmp["dc:language"] = {str(facts.get("language", "en"))}
        xmp["pdf:Keywords"] = info["/Keywords"]
        xmp["pdf:Producer"] = info["/Producer"]
        xmp["xmp:CreatorTool"] = info["/Creator"]
        xmp["xmp:CreateDate"] = xmp["xmp:ModifyDate"] = moment.isoformat()
        xmp["pdfuaid:part"] = "1"
