"""Pages made by hand, printed and finished as reports are, and what readers of PDF take from them."""

import io
import subprocess

import pikepdf
import pypdf

from quickview.brief.masthead import Masthead
from quickview.language.catalogs import Language
from quickview.pdf import finish
from quickview.report.page import margin_characters, running_heads
from quickview.theme import stylesheet
from tests.builders.printed import Printed

FACTS = {"title": "A title", "series": "Quick View", "desk": "A desk", "summary": "A summary", "topics": ["one", "two"],
         "language": "en", "as_of": "2017-08-04"}  # fmt: skip


def page(body, **facts):
    language = facts.get("language", "en")
    way = Language(language).direction
    style = stylesheet.for_report(body + margin_characters(Masthead(**facts), Language(language)))
    style += running_heads(Masthead(**facts), Language(language))
    return (
        f'<!doctype html><html lang="{language}" dir="{way}"><title>x</title><style>{style}</style><body>{body}</body>'
    )


def metadata(**facts):
    said = Masthead(**{**FACTS, **facts})
    return finish.Metadata(said.spoken, said.title, said.desk, said.summary, said.topics, said.series, said.as_of)


def made(browser, body, **facts):
    return finish.finish(browser.print(page(body, **{**FACTS, **facts})), metadata(**facts))


def opened(document):
    return Printed(pikepdf.open(io.BytesIO(document)))


def extracted(document):
    return " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(document)).pages).split())


def bare(text):
    return "".join(text.split())


def poppler(document, tmp_path):
    (tmp_path / "a.pdf").write_bytes(document)
    done = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True, text=True)
    marks = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
    return " ".join(done.stdout.translate(marks).split())
