"""The least that is a workbook (ECMA-376)."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SPACE = "http://schemas.openxmlformats.org"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>' if value is not None else "<c/>"


def sheet(rows: Sequence[Sequence[object]]) -> str:
    """Return a sheet as XML, cell after cell."""
    cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    return f'<worksheet xmlns="{SPACE}/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], *, xml: str = "") -> Path:
    """Write a workbook of these sheets; `xml` stands in for the first of them."""
    of_sheet = f'Type="{SPACE}/officeDocument/2006/relationships/worksheet"'
    numbered = list(enumerate(sheets, start=1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{SPACE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{SPACE}/package/2006/relationships"><Relationship Id="r1" Type="{SPACE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SPACE}/spreadsheetml/2006/main" xmlns:r="{SPACE}/officeDocument/2006/relationships"><sheets>{"".join(f"""<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>""" for n, name in numbered)}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{SPACE}/package/2006/relationships">{"".join(f"""<Relationship Id="r{n}" {of_sheet} Target="worksheets/sheet{n}.xml"/>""" for n, _ in numbered)}</Relationships>',
        **{f"xl/worksheets/sheet{n}.xml": xml if xml and n == 1 else sheet(sheets[name]) for n, name in numbered},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path


def write_opendocument(path: Path, rows: str) -> Path:
    """Write a sheet of these rows, as XML with the prefixes `table`, `text` and `office` (ISO 26300), as .ods."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{name}="{space}:{name}:1.0"' for name in ("office", "table", "text"))
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    parts = {
        "mimetype": kind,
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0">{entry}</manifest:manifest>',
        "content.xml": f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path
