"""A report or a digest as a message: what mail programs keep of it, and what is refused."""

import base64
import email
import email.policy
import io
import json
import re

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from tests.builders.editions import NASTY, changes, deadline, edition, entry, forecast
from tests.conftest import ANDES, NOTEBOOK, ROOT

from quickview.brief.masthead import Masthead
from quickview.desk import mail as command
from quickview.desk.mail_body import body_of
from quickview.errors import ReportError
from quickview.report.outline import Figure, Outline, Part
from quickview.report.page import render
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.slow

ARABIC = ANDES.with_name("andes-arabic.md")
PNG = b"\x89PNG\r\n\x1a\n" + b"card" * 9


@pytest.fixture(scope="module")
def reports(tmp_path_factory, run_here):
    """Finished pages of a report in English and one in Arabic, and the digest of an edition in which one moved."""
    folder = tmp_path_factory.mktemp("reports")
    told = edition(
        entry("moved", "succeeded", title=f"Road {NASTY}", deadlines=[deadline("2017-09-03")],
              changes=changes("One."), forecasts=[forecast(low=17, high=23)]),
        entry("quiet", as_of="2017-08-01"),
    )  # fmt: skip
    (folder / "edition.json").write_text(json.dumps(told), encoding="utf-8")
    digest = {"edition_path": str(folder / "edition.json"), "catalog_path": "", "language": "", "theme": ""}
    page(folder, "digest", run_here(ROOT / "notebooks" / "digest.ipynb", **digest))
    for path in (ANDES, ARABIC):
        page(folder, path.stem, run_here(NOTEBOOK, brief_path=str(path)))
    for name in ("moved", "quiet"):
        (folder / name).mkdir()
        (folder / name / f"{name}.png").write_bytes(PNG)
        (folder / name / f"{name}.pdf").write_bytes(b"%PDF-" + name.encode())
    (folder / "digest" / "digest.pdf").write_bytes(b"%PDF-digest")
    return folder


def page(folder, name, executed):
    (folder / name).mkdir()
    html, _ = render(read_outline(executed), None, load_theme())
    (folder / name / f"{name}.html").write_text(html, encoding="utf-8")


@pytest.fixture
def mail(reports, tmp_path, quickview):
    """Write a message; what the command said, and the message."""

    def write(*words):
        done = quickview("mail", *words, "--reports", reports, "--out", tmp_path / "m.eml", cwd=tmp_path)
        data = (tmp_path / "m.eml").read_bytes() if done.returncode == 0 else b""
        return done, email.message_from_bytes(data, policy=email.policy.default)

    return write


def html(message):
    return message.get_body(("html",)).get_content()


def text(message):
    return message.get_body(("plain",)).get_content()


def squeezed(words):
    return " ".join(words.split())


def test_a_report_is_plain_text_beside_html_whose_pictures_come_along(mail):
    message = mail("andes-blockade", "--to", "a@example.org")[1]
    assert message.get_content_type() == "multipart/alternative"
    pictures = {
        part["Content-ID"].strip("<>"): part for part in message.walk() if part.get_content_type() == "image/png"
    }
    shown = BeautifulSoup(html(message), "lxml").find_all("img")
    assert {str(one["src"]) for one in shown} == {f"cid:{name}" for name in pictures}
    assert len(shown) == 4
    assert all(one["alt"] for one in shown)
    assert all(part.get_content().startswith(b"\x89PNG") for part in pictures.values())


@pytest.mark.parametrize("name", ["andes-blockade", "andes-arabic", "digest"])
def test_nothing_is_left_that_mail_programs_drop_or_fetch(mail, name):
    soup = BeautifulSoup(html(mail(name)[1]), "lxml")
    assert soup.find_all(["style", "script", "svg", "link", "button", "iframe", "form", "details", "bdi", "math"]) == []
    assert not any(element.get("class") or element.get("id") for element in soup.find_all())
    styles = ";".join(str(element["style"]) for element in soup.find_all(style=True))
    assert not re.search(r"flex|grid|var\(|url\(|position|float|inset|margin-inline", styles)
    assert "font-size" in styles
    # A colour that is none is left out by browsers and black in litehtml.
    colours = set(re.findall(r"(?<![\w-])(?:background-)?color: *([^;]+)", styles))
    assert {colour for colour in colours if not re.fullmatch(r"#[0-9a-f]{6}", colour)} == set()


@pytest.mark.parametrize("name", ["andes-blockade", "andes-arabic", "digest"])
def test_every_number_of_the_html_and_of_the_tables_behind_figures_is_in_the_plain_text(mail, reports, name):
    message = mail(name)[1]
    said = squeezed(text(message))
    numbers = set(re.findall(r"\d[\d.,:–-]*\d|\d", BeautifulSoup(html(message), "lxml").body.get_text(" ")))
    behind = BeautifulSoup((reports / name / f"{name}.html").read_text(encoding="utf-8"), "lxml").select(
        "details.behind td"
    )
    numbers |= {number for cell in behind for number in re.findall(r"\d[\d.,-]*\d|\d", cell.get_text())}
    assert numbers
    assert {number for number in numbers if number not in said} == set()
    assert max(map(len, text(message).splitlines())) < 200


def test_an_arabic_message_runs_from_right_to_left(mail):
    message = mail("andes-arabic")[1]
    assert message["Content-Language"] == "ar"
    soup = BeautifulSoup(html(message), "lxml")
    column = soup.find("td", dir="rtl")
    assert (soup.html["dir"], soup.html["lang"], column["lang"]) == ("rtl", "ar", "ar")
    assert "text-align:right" in column["style"]
    assert message["Subject"].startswith("مذكرات نموذجية: ")


def test_a_likelihood_is_a_bar_made_of_a_table(mail):
    soup = BeautifulSoup(html(mail("digest")[1]), "lxml")
    bars = {cell.parent for cell in soup.find_all("td", height="9")}
    assert ["17%", "6%", "77%"] in [[cell["width"] for cell in bar.find_all("td")] for bar in bars]


def test_the_card_of_the_report_that_moved_most_comes_along(mail):
    pictures = [part.get_content() for part in mail("digest")[1].walk() if part.get_content_maintype() == "image"]
    assert pictures[0] == PNG


def test_links_lead_to_the_site_if_it_is_known_and_else_name_the_file_attached(mail):
    known = html(mail("--site", "https://example.org/r")[1])
    assert 'href="https://example.org/r/moved/moved.html"' in known
    assert 'href="https://example.org/r/digest/digest.html"' in known
    message = mail("--attach", "pdf")[1]
    assert "href" not in html(message)
    assert "(moved.pdf)" in text(message)
    assert "front page" not in text(message)
    assert [part.get_filename() for part in message.iter_attachments()] == ["digest.pdf", "moved.pdf"]


def test_the_same_edition_gives_the_same_bytes_and_another_an_id_of_its_own(mail, tmp_path):
    first = mail("digest", "--to", "a@example.org")[1]
    data = (tmp_path / "m.eml").read_bytes()
    mail("digest", "--to", "a@example.org")
    assert (tmp_path / "m.eml").read_bytes() == data
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data.isascii()
    assert first["Date"] == "Sun, 20 Aug 2017 12:00:00 +0000"
    assert mail("digest", "--to", "b@example.org")[1]["Message-ID"] != first["Message-ID"]


def test_what_reports_say_stays_text(mail):
    message = mail("digest")[1]
    assert BeautifulSoup(html(message), "lxml").find("img", src="x") is None
    assert squeezed(NASTY) in squeezed(text(message))


@pytest.mark.parametrize("option", ["--subject", "--to", "--from"])
@pytest.mark.parametrize("value", ["a@example.org\r\nBcc: all@example.org", "a@example.org\x00", "a@example.org\u2028"])
def test_no_option_can_begin_a_header_of_its_own(mail, option, value):
    done, _ = mail("digest", option, value)
    assert done.returncode == 1
    assert f"{option}: E-MAIL-HEADER" in done.stderr


def test_all_that_is_wrong_with_addresses_is_told_at_once(mail):
    done, _ = mail("digest", "--to", "nobody", "--from", "a@b, c@d")
    assert "--to: E-MAIL-ADDRESS `nobody`" in done.stderr
    assert "--from: E-MAIL-ADDRESS" in done.stderr
    message = mail("digest", "--to", "Désk <a@example.org>", "--to", "b@example.org")[1]
    assert message["To"] == "Désk <a@example.org>, b@example.org"


def test_a_message_to_nobody_is_a_draft(mail):
    assert mail("digest")[1]["X-Unsent"] == "1"
    assert mail("digest", "--to", "a@example.org")[1]["X-Unsent"] is None


def test_a_report_that_does_not_stand_is_told(mail):
    assert (
        "E-MAIL-NONE holds no page of `andes-blokade` — did you mean `andes-blockade`?"
        in mail("andes-blokade")[0].stderr
    )
    assert "E-MAIL-NONE" in mail("../andes-blockade")[0].stderr
    assert "E-MAIL-ATTACH" in mail("andes-blockade", "--attach", "pdf")[0].stderr


def test_an_analysts_own_pictures_and_formulas_come_along_too(tmp_path):
    shown = io.BytesIO()
    Image.new("RGB", (900, 30), "red").save(shown, "WEBP")
    packed = base64.b64encode(shown.getvalue()).decode()
    body = (
        f'<p>1<img src="data:image/webp;base64,{packed}" alt="A red band"></p>'
        "<p><math><mrow><mi>E</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac><msup><mi>v</mi><mn>2</mn></msup></mrow></math></p>"
        '<p style="color:red;position:fixed;background-color:url(//x.org)">Styled</p><p><a href="#figure-map">Map 1</a></p>'
    )
    told = Outline(
        (Part("masthead", "<h1>x</h1>"), Part("", body)),
        (),
        masthead=Masthead(name="own", title="x", as_of="2017-08-04"),
    )
    (tmp_path / "own.html").write_text(render(told, None, load_theme())[0], encoding="utf-8")
    made = body_of(tmp_path / "own.html")
    ((kind, data),) = made.pictures.values()
    assert (kind, Image.open(io.BytesIO(data)).format) == ("png", "PNG")
    assert 'width="568"' in made.html
    assert "[A red band]" in made.text
    assert "E=1/2v^2" in made.text
    assert "Map 1" in made.text
    styled = BeautifulSoup(made.html, "lxml").find("p", string="Styled")["style"]
    assert "color" in styled
    assert "position" not in styled
    assert "x.org" not in made.html


def test_a_chart_that_no_browser_has_drawn_is_shown_as_the_table_behind_it(tmp_path):
    table = {"columns": ["Day", "Lorries"], "rows": [["19 August", 12], ["20 August", 30]]}
    chart = Figure(
        "lorries", {"data": [], "layout": {}}, None, {"kind": "Figure", "title": "Lorries", "table": table}, own=True
    )
    told = Outline(
        (Part("masthead", "<h1>x</h1>"), Part("lorries", figure=chart)),
        (),
        masthead=Masthead(name="own", title="x", as_of="2017-08-04"),
    )
    (tmp_path / "own.html").write_text(render(told, None, load_theme())[0], encoding="utf-8")
    made = body_of(tmp_path / "own.html")
    assert "30" in BeautifulSoup(made.html, "lxml").get_text()
    assert "20 August  30" in made.text


def test_a_table_too_wide_for_a_phone_says_each_cell_under_another_after_its_head(tmp_path):
    def table(*heads, cells):
        head, row = (
            "".join(f"<{kind}>{one}</{kind}>" for one in words) for kind, words in (("th", heads), ("td", cells))
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table>"

    explanations = ("Procrastination", "Reconciliation", "Disintegration", "Internationalisation")
    body = table("Evidence", *explanations, cells=("Shelling", *["inconsistent"] * 3, "<sup>neutral</sup>"))
    body += table("Party", "Votes", "Seats", cells=("Reed League", "184,200", "52"))
    told = Outline(
        (Part("masthead", "<h1>x</h1>"), Part("", body)),
        (),
        masthead=Masthead(name="own", title="x", as_of="2017-08-04"),
    )
    (tmp_path / "own.html").write_text(render(told, None, load_theme())[0], encoding="utf-8")
    wide, narrow = BeautifulSoup(body_of(tmp_path / "own.html").html, "lxml").select("table table table")
    lines = [line.get_text() for line in wide.select("td > div")]
    assert lines == [*(f"{one}: inconsistent" for one in explanations[:3]), f"{explanations[3]}: neutral"]
    assert wide.find("sup", string="neutral")
    assert [len(row.find_all("td", recursive=False)) for row in wide.select("tr")] == [2]
    assert [head.get_text() for head in narrow.select("th")] == ["Party", "Votes", "Seats"]


def test_what_is_no_page_of_a_report_is_told(tmp_path):
    (tmp_path / "x.html").write_text("<p>not one", encoding="utf-8")
    with pytest.raises(ReportError, match="E-MAIL-PAGE"):
        body_of(tmp_path / "x.html")


def test_a_message_that_gmail_cuts_off_or_servers_refuse_is_warned_of(mail, monkeypatch):
    assert mail("digest")[0].stderr == ""
    monkeypatch.setattr(command, "LONG", 1000)
    monkeypatch.setattr(command, "LARGE", 1000)
    told = mail("digest")[0].stderr
    assert "W-MAIL-LONG" in told
    assert "W-MAIL-SIZE" in told
