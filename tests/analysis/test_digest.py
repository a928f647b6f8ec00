"""The digest of an edition, from its record to a page or two."""

import copy
import io
import json
import re

import pikepdf
import pytest
from tests.analysis.conftest import Drawing
from tests.conftest import ROOT

from quickview import analysis as qv
from quickview.analysis.canvas import inside, overlaps
from quickview.edition import Status
from quickview.errors import InputError
from quickview.report import reading
from quickview.report.page import print_report
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

NOTEBOOK = ROOT / "notebooks" / "digest.ipynb"
CATALOG = ROOT / "shapes" / "catalog.yaml"
DAY = "2017-08-04"
LONG = "Monitors leave the surroundings of the besieged municipality as shelling resumes on every side of it. " * 3


def report(**given):
    return {
        "language": "en", "title": "Truce in the north", "summary": "It may not last.", "as_of": DAY, "since": "2017-08-03",
        "series": "Quick View", "desk": "Middle East", "topics": ["truce"], "changes": [], "deadlines": [],
        "place": {"name": "Northland", "longitude": 36.7, "latitude": 34.9}, "forecasts": [forecast()], **given,
    }  # fmt: skip


def forecast(name="breaks", title="The truce breaks down", low=55, high=80):
    return {"id": name, "title": title, "word": "likely", "low": low, "high": high, "confidence": "moderate",
            "horizon": "Within a month", "date": None}  # fmt: skip


def deadline(date, title="Road opens"):
    return {"id": "road", "title": title, "date": date, "by": "Gazette", "state": "pending"}


def change(kind, text, about="x"):
    return {"kind": kind, "id": about, "text": text}


def entry(name, *, state="unchanged", cause="", made=True, **given):
    return {"name": name, "brief": f"briefs/{name}.md", "state": state, "cause": cause,
            "stale": bool(cause) and made, "report": report(**given) if made else None}  # fmt: skip


MOVED = entry("moved", state="succeeded", title="Blockade lifted", deadlines=[deadline("2017-08-09"), deadline("2017-08-01", "Old day")],
              place={"name": "Highland", "longitude": -66.0, "latitude": -17.0},
              changes=[change("probability-up", "Breaks down: 55–80%, was 40–60%.", "breaks"), *(change("event-new", f"Event {n}.") for n in range(4))])  # fmt: skip
WEIGHTY = entry("weighty", state="succeeded", title="Talks", changes=[change("term-state", "A term is breached.")])
NEW = entry("new", state="succeeded", since=None, title="First convoy")
ARABIC = entry(
    "arabic.ar", language="ar", as_of="2017-08-01", title="هدنة", deadlines=[deadline("2017-08-06", "فتح الطريق")]
)
STALE = entry("stale", state="failed", cause="cell", as_of="2017-08-02", title="Old truce")
NEVER = entry("never", state="failed", cause="brief", made=False)
ALL = (MOVED, WEIGHTY, NEW, ARABIC, STALE, NEVER)


@pytest.fixture
def read(tmp_path):
    def made(*entries, catalog="", **how):
        path = tmp_path / "edition.json"
        path.write_text(json.dumps({"as_of": DAY, "reports": list(entries)}), encoding="utf-8")
        return qv.read_edition(path, catalog_path=catalog, **how)

    return made


def many(count, *, words="Convoy arrives"):
    entries = []
    for n in range(count):
        given = {
            "title": words, "desk": words, "summary": words,
            "forecasts": [forecast(title=words)], "deadlines": [deadline(f"2017-08-{n % 28 + 1:02}", words)],
            "place": {"name": f"Place {n}", "longitude": n * 47 % 340 - 170, "latitude": n * 29 % 100 - 40},
            "changes": [change("term-state", words), change("probability-up", words, "breaks")] if n % 2 else [],
        }  # fmt: skip
        lost = {"state": "failed", "cause": "timeout"} if n % 9 == 5 else {"state": "succeeded"}
        entries.append(entry(f"report-{n}", **lost, **given))
    return entries


def text_of(block):
    return " ".join(re.sub(r"<[^>]+>", " ", block.html).split())


def drawings(figure):
    narrow = json.loads(figure.layout.meta["narrow"])
    plain = json.loads(figure.to_json())
    return [Drawing(tuple(one["data"]), one["layout"]["width"], one["layout"]["height"]) for one in (plain, narrow)]


def test_each_report_stands_as_the_record_tells(read):
    edition = read(*ALL)
    told = {one.name: edition.status(one) for one in edition.entries}
    assert told == {
        "moved": Status.CHANGED, "weighty": Status.CHANGED, "new": Status.NEW, "arabic.ar": Status.SETTLED,
        "stale": Status.STALE, "never": Status.MISSING,
    }  # fmt: skip


def test_a_change_of_an_earlier_day_is_no_news(read):
    edition = read(entry("quiet", as_of="2017-08-01", changes=[change("term-state", "Old.")]))
    assert "Nothing moved since the edition before." in text_of(qv.moved(edition))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON"),
        ("[]", "no edition of the kit's"),
        ('{"as_of": "2017-08-04"}', "`reports`"),
        ('{"as_of": "soon", "reports": []}', "`as_of`"),
        ('{"as_of": "2017-08-04", "reports": [{"name": "../../etc", "report": null}]}', r"`reports\[0\]\.name`"),
    ],
)
def test_what_is_no_edition_is_refused_with_the_place_of_the_fault(tmp_path, text, told):
    path = tmp_path / "edition.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        qv.read_edition(path)


def test_a_file_that_is_not_there_is_told_so(tmp_path):
    with pytest.raises(InputError, match="E-EDITION-OPEN"):
        qv.read_edition(tmp_path / "none.json")


def test_the_headline_counts_and_the_standfirst_looks_ahead(read):
    data = qv.digest_masthead(read(*ALL)).data
    assert data["title"] == ("6 reports, 2 changed, 1 new, 1 out of date, 1 not made: edition of 4 August 2017")
    assert data["summary"] == "The next of 2 deadlines is on 6 August 2017, 5 forecasts stand, 1 of them moved."
    assert data["name"] == "digest"


def test_the_weightiest_changes_stand_first_and_link_to_their_reports(read):
    html = qv.moved(read(*ALL)).html
    assert html.index('href="../weighty/weighty.html"') < html.index('href="../moved/moved.html"')
    assert html.index('href="../moved/moved.html"') < html.index('href="../new/new.html"')
    assert "Event 0." in html
    assert "Event 2." not in html
    assert "2 more changes" in html


def test_what_failed_is_said_plainly(read):
    said = text_of(qv.moved(read(*ALL)))
    assert "Old truce The report of 2 August 2017 still stands: a cell of its notebook failed." in said
    assert "never There is no report yet: its brief has faults." in said


def test_a_draft_is_marked_wherever_it_is_named(read):
    draft = entry("draft", state="succeeded", since=None, title="Guessed", unconfirmed=["place"], examples=2,
                  deadlines=[deadline("2017-08-09")])  # fmt: skip
    made = read(draft, MOVED)
    said = text_of(qv.moved(made))
    assert "New · Draft" in said
    assert "2 entries are examples to be replaced, and no facts. 1 entry is a guess" in said
    assert "1 report is a draft." in said
    assert "Draft Guessed" in text_of(qv.deadlines(made))
    assert "Draft Guessed" in text_of(qv.forecasts(made))
    assert "Draft" not in text_of(qv.moved(read(MOVED)))


def test_the_next_deadline_stands_first_with_days_from_the_editions_day(read):
    said = text_of(qv.deadlines(read(*ALL)))
    assert said.index("in 2 days") < said.index("in 5 days") < said.index("3 days ago")
    assert "Gazette" in said


def test_a_forecast_that_moved_stands_first_and_confidence_has_a_cell_of_its_own(read):
    html = qv.forecasts(read(ARABIC, entry("likelier", forecasts=[forecast(low=90, high=95)]), MOVED)).html
    rows = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)][1:]
    assert "Up" in rows[0]
    assert "90–95%" in rows[1]
    cells = re.findall(r"<td.*?</td>", html, re.DOTALL)
    assert not [cell for cell in cells if "Likely" in cell and "Moderate" in cell]


def test_words_of_a_report_keep_their_language(read):
    html = qv.deadlines(read(*ALL)).html
    assert '<bdi lang="ar" dir="rtl">فتح الطريق</bdi>' in html


def test_words_of_a_report_are_never_markup(read):
    nasty = "</td><script>alert(1)</script>"
    edition = read(entry("hostile", state="succeeded", title=nasty, summary=nasty, desk=nasty, series=nasty, since=None,
                         forecasts=[forecast(title=nasty)], deadlines=[deadline("2017-08-09", nasty)],
                         place={"name": nasty, "longitude": 1, "latitude": 1}))  # fmt: skip
    blocks = (qv.digest_masthead, qv.moved, qv.deadlines, qv.forecasts)
    assert all("<script" not in block(edition).html for block in blocks)
    assert "<script" not in str(drawings(qv.places_map(edition))[0].labels)


def test_a_part_with_nothing_to_show_is_absent(read):
    edition = read(entry("bare", forecasts=[], place=None))
    assert [part(edition).html for part in (qv.deadlines, qv.forecasts, qv.places_map)] == ["", "", ""]


@pytest.mark.parametrize("count", [1, 7, 60, 500])
def test_no_dot_or_label_on_the_map_covers_another(read, count):
    for drawing in drawings(qv.places_map(read(*many(count), catalog=CATALOG))):
        dots = [(d["x"], d["y"], d["size"] / 2) for d in drawing.markers() if d["y"] > 24]
        boxes = [(x - r, y - r, x + r, y + r) for x, y, r in dots]
        assert not [1 for n, a in enumerate(boxes) for b in boxes[n + 1 :] if overlaps(a, b)]
        assert all(inside(box, (0, 24, drawing.width, drawing.height)) for box in boxes)
        names = [label.box for label in drawing.labels if not label.text.isdigit()]
        assert not [1 for a in names for b in boxes if overlaps(a, b)]
        assert not [1 for n, a in enumerate(names) for b in names[n + 1 :] if overlaps(a, b)]


def test_every_place_is_on_the_map_on_both_sides_of_the_date_line(read):
    places = [("West", 178.0, -18.0), ("East", -175.0, -21.0)]
    made = [entry(n.lower(), place={"name": n, "longitude": x, "latitude": y}) for n, x, y in places]
    wide, narrow = drawings(qv.places_map(read(*made, catalog=CATALOG)))
    for drawing in (wide, narrow):
        west, east = drawing.label("West"), drawing.label("East")
        assert west.box[0] > 0
        assert west.x < east.x
    assert wide.label("East").x - wide.label("West").x < wide.width / 2


def test_a_single_place_shows_the_countries_around_it(read):
    wide, _ = drawings(qv.places_map(read(WEIGHTY, catalog=CATALOG)))
    assert sum(trace.get("fill") == "toself" for trace in wide.traces) > 8


def test_the_map_does_without_a_layer_of_the_world(read):
    figure = qv.places_map(read(*ALL))
    assert "Borders" not in figure.layout.meta["caption"]
    assert "Highland" in figure.layout.meta["title"]
    assert figure.layout.meta["table"]["rows"][0][0] == "Highland"


def test_reading_and_telling_change_nothing_and_are_the_same_twice(read):
    before = copy.deepcopy(ALL)
    first, second = (qv.moved(read(*ALL)).html + qv.places_map(read(*ALL)).to_json() for _ in range(2))
    assert first == second
    assert before == ALL


@pytest.mark.slow
@pytest.mark.parametrize(("count", "words"), [(1, "Convoy"), (7, "Convoy"), (500, "Convoy"), (500, LONG)])
def test_a_digest_is_whole_and_has_one_or_two_pages(read, tmp_path, run_here, browser, count, words):
    read(*many(count, words=words))
    path = str(tmp_path / "edition.json")
    outline = read_outline(run_here(NOTEBOOK, edition_path=path, catalog_path=str(CATALOG)))
    reading.check_parts(outline)
    with pikepdf.open(io.BytesIO(print_report(outline, browser, load_theme())[0])) as printed:
        assert len(printed.pages) <= 2


def test_arabic_counts_eleven_things_by_the_form_for_many(read):
    data = qv.digest_masthead(read(*many(12), language="ar")).data
    assert "12 تقريرًا" in data["title"]
    assert "12 توقعًا قائمًا" in data["summary"]


def test_the_digest_says_which_forecasts_are_due_and_overdue_and_leaves_out_what_is_settled(tmp_path):
    def told(**given):
        entries = [entry("one", forecasts=[{**forecast(), **given}])]
        record = {"as_of": DAY, "counts": {}, "reports": entries}
        path = tmp_path / "edition.json"
        path.write_text(json.dumps(record), encoding="utf-8")
        edition = qv.read_edition(path)
        return qv.deadlines(edition).html, qv.forecasts(edition).html

    assert "overdue for 4 days" in told(date="2017-07-31")[0]
    assert "to be settled in 2 days" in told(date="2017-08-06")[0]
    assert told(date="2017-07-31", outcome="yes", settled="2017-08-01") == ("", "")
    assert "overdue for 4 days" in told(date="2017-07-31", outcome="yes", settled="2017-08-30")[0]


def test_what_a_brief_of_long_ago_waited_for_and_expected_is_not_told_as_current(read):
    old = entry(
        "old", as_of="1999-07-14", deadlines=[deadline("1999-08-18", "Arms laid down")],
        forecasts=[{**forecast("peace", "Peace holds"), "date": "2000-07-07"}, forecast("vote", "Vote held some day")],
    )  # fmt: skip
    edition = read(old, MOVED)
    due, expected = qv.deadlines(edition).html, qv.forecasts(edition).html
    assert "Arms laid down" not in due
    assert "was to be settled 17 years ago" in due
    assert "Peace holds" not in expected
    assert "Vote held" not in expected
    assert "1 forecast stands" in qv.digest_masthead(edition).data["summary"]
