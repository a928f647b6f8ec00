"""A report's folder made in a moment: what a render writes, of a page, a notebook and a sheet that say little."""

import io
import re

import nbformat
import pikepdf

from quickview import seal
from quickview.brief.masthead import Masthead
from quickview.language.catalogs import Language
from quickview.pdf import finish
from quickview.report import bill_of_materials, manifest, page
from quickview.report.outline import Outline, Part, Section
from quickview.report.provenance import Provenance, sealed_notebook
from quickview.theme.theme import load_theme

BRIEF = "5" * 64


def report(folder, *, name="sample", title="A truce holds", likely="65 %"):
    """Write NAME.html, .pdf, .ipynb, .png, .cdx.json and manifest.json; return the folder."""
    folder.mkdir(parents=True)
    layers, made_of = {"pocket": "a" * 64}, {"events ucdp-ged": "0123456789abcdef", "events gone": ""}
    facts = Masthead(
        name=name, title=title, language="en", as_of="2017-08-04", digest=BRIEF, layers=layers, made_of=made_of
    )
    said = Part("p", f"<p>Likely: {likely}. العربية</p><svg viewBox='0 0 9 9'><path d='M1 2L3 4'/></svg>")
    outline, theme = (
        Outline((), (Section("what", "What happened", [said]),), masthead=facts, notebook="7" * 64),
        load_theme(""),
    )
    provenance = Provenance.of(outline, theme.name)
    html = page.render(outline, [], theme, static=True)[0]
    (folder / f"{name}.html").write_text(html, encoding="utf-8")
    bill_of_materials.write(outline, html, folder / name, theme, [], chromium="156.0.1")
    (folder / f"{name}.pdf").write_bytes(
        sheet(f"{title}: {likely}", Provenance.of(outline, theme.name, chromium="156.0.1"))
    )
    ran = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"# {title}\n{likely}", id="a")])
    (folder / f"{name}.ipynb").write_bytes(sealed_notebook(nbformat.writes(ran), provenance))
    (folder / f"{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(200)))
    content = {"name": name, "forecasts": [{"low": 60, "high": 75}], **manifest.content(outline, [], folder)}
    (folder / "manifest.json").write_bytes(seal.sealed_json(content))
    return folder


def sheet(text, provenance):
    """Return a PDF of one page as a finished print is written: compressed, its XMP in plain text."""
    own = {"sha256": seal.BLANK, "provenance": provenance.model_dump_json()}
    with pikepdf.new() as file:
        file.add_blank_page()
        file.pages[0].Contents = file.make_stream(f"BT ({text}) Tj ET".encode())
        finish._describe(file, finish.Metadata(Language("en"), text, own=own))
        out = io.BytesIO()
        file.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return seal.sealed(out.getvalue(), "pdf")


def as_shown(html):
    """Return a page without what it tells of its making: another notebook may show the same."""
    own = r'<meta name="quickview:sha256"[^>]*>|<script type="application/json" id="qv-provenance">.*?</script>'
    return re.sub(own, "", html, flags=re.DOTALL)
