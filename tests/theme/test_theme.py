"""Themes: what one may set, what is refused, and how it is said."""

import base64
import re
import shutil
from importlib import resources
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from quickview.errors import InputError
from quickview.theme import stylesheet
from quickview.theme.palette import DARK, LIGHT, failures
from quickview.theme.theme import MAX_FONT_BYTES, MAX_LOGO_BYTES, SHIPPED, load_theme

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
SERIF = resources.files("quickview.theme") / "fonts" / "plex-serif-latin-600.woff2"


@pytest.fixture
def write(tmp_path):
    """Write a theme, with a sound font and logo beside it, and return its path."""

    def write(text: str):
        shutil.copy(str(SERIF), tmp_path / "serif.woff2")
        (tmp_path / "logo.svg").write_bytes(LOGO)
        path = tmp_path / "theme.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def told(write):
    """Return the faults of a theme as (code, line, column, what, mend)."""

    def told(text: str):
        with pytest.raises(InputError) as caught:
            load_theme(str(write(text)))
        return [(f.code.removeprefix("E-THEME-"), f.line, f.column, f.message, f.hint) for f in caught.value.faults]

    return told


def test_the_default_is_the_palette_and_needs_no_name():
    assert load_theme() == load_theme("default")
    assert (load_theme().light, load_theme().dark) == (LIGHT, DARK)


def test_the_example_in_the_default_is_a_theme_once_its_files_are_there(write, tmp_path):
    text = (resources.files("quickview.theme") / "themes" / "default.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^# ((?:fonts|logo|  .*):.*)$", r"\1", text, flags=re.MULTILINE)
    path = write(text)
    for name in re.findall(r"northern-[\w-]+\.(?:woff2|ttf)", text):
        shutil.copy(str(SERIF), tmp_path / name)
    shutil.copy(tmp_path / "logo.svg", tmp_path / "northern-desk.svg")
    theme = load_theme(str(path))
    assert theme.text
    assert theme.logo
    assert len(theme.headings.bold) == 2


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_themes_are_sound_and_complete(name):
    theme = load_theme(name)
    assert list(theme.light) == list(theme.dark) == list(LIGHT)


def test_the_shipped_themes_do_not_look_alike():
    themes = [load_theme(name) for name in SHIPPED]
    assert len({(theme.light["house"], theme.light["panel"]) for theme in themes}) == len(SHIPPED)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signal_keeps_all_its_text_at_seven_to_one(scheme):
    colours = getattr(load_theme("signal"), scheme)
    assert failures(colours, text=7) == []


def test_a_colour_of_the_house_is_a_theme(write):
    theme = load_theme(str(write('name: Desk\ncolours:\n  light: {house: "#7B1E2E"}\n')))
    assert theme.light == {**LIGHT, "house": "#7b1e2e"}
    assert theme.dark == DARK


@pytest.mark.parametrize(
    ("name", "hint"), [("gazete", "did you mean `gazette`?"), ("x.css", "default, gazette, signal")]
)
def test_a_theme_that_is_none_is_answered_with_those_there_are(name, hint):
    with pytest.raises(InputError, match="E-THEME-FILE") as caught:
        load_theme(name)
    assert hint in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="E-THEME-FILE"):
        load_theme(str(tmp_path / "none.yaml"))


def test_every_fault_comes_at_once_at_its_place(told):
    text = """\
nam: Desk
colours:
  light: {house: #7b1e2e
    }
  dark:
    hause: "#123456"
    ink: "#12345"
fonts:
  headings: {family: "A', serif}", bold: none.woff2}
  text: {family: Fine, regular: none.woff2}
logo: {file: logo.gif}
"""
    assert [(code, line, column) for code, line, column, *_ in told(text)] == [
        ("KEY", 1, 1),
        ("VALUE", 3, 11),
        ("KEY", 6, 5),
        ("VALUE", 7, 10),
        ("VALUE", 9, 22),
        ("FONT", 9, 42),
        ("FONT", 10, 33),
        ("MISSING", 11, 7),
        ("VALUE", 11, 14),
    ]


def test_a_wrong_name_is_answered_with_the_nearest_and_a_wrong_colour_with_its_form(told):
    found = told('name: Desk\ncolours:\n  light: {hause: "#123456", sied-1: "#123456", ink: red}\n')
    assert [hint for *_, hint in found] == [
        "did you mean `house`?",
        "did you mean `side-1`?",
        'write a colour in quotes, such as "#0f4c5c"',
    ]


def test_a_colour_that_is_none_does_not_hide_that_another_is_too_pale(told):
    found = told('name: Desk\ncolours:\n  light: {house: "#888888", paper: "#ffff"}\n')
    assert [code for code, *_ in found] == ["CONTRAST", "VALUE"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_colour_too_near_its_ground_is_told_with_the_nearest_that_will_do(told, write, scheme):
    text = 'name: Desk\ncolours:\n  %s: {house: "%s"}\n'
    ((code, line, column, message, hint),) = told(text % (scheme, "#888888"))
    assert (code, line, column) == ("CONTRAST", 3, 18 if scheme == "light" else 17)
    assert re.fullmatch(r"`house` #888888 on `[\w-]+` #\w{6} has a contrast of \d\.\d\d:1, not 4\.5:1", message)
    assert load_theme(str(write(text % (scheme, hint.split('"')[1]))))


def test_a_ground_that_is_too_near_to_what_stands_on_it_is_what_must_change(told, write):
    text = 'name: Desk\ncolours:\n  light: {panel: "%s"}\n'
    ((code, _, _, message, hint),) = told(text % "#909090")
    assert code == "CONTRAST"
    assert "on `panel` #909090" in message
    assert hint.startswith("write `panel: ")
    assert load_theme(str(write(text % hint.split('"')[1])))


def test_a_colour_that_no_lightness_can_save_names_what_else_must_change(told):
    found = told('name: Desk\ncolours:\n  light: {ink: "#333333", paper: "#666666"}\n')
    assert any("no lightness of this hue will do: change `" in hint for *_, hint in found)


def test_fonts_are_cut_down_to_what_a_text_uses_and_embedded(write):
    text = "name: Desk\nfonts:\n  text: {family: Own, regular: serif.woff2, bold: [serif.woff2]}\n"
    css = stylesheet.for_report("Homs", load_theme(str(write(text))))
    data = re.findall(r"'Own';[^}]*font-weight:(\d+);[^}]*base64,([^)]+)\)", css)
    assert [weight for weight, _ in data] == ["400", "600"]
    held = set(TTFont(BytesIO(base64.b64decode(data[0][1]))).getBestCmap())
    assert {ord(c) for c in "Homs "} <= held < set(range(128))
    assert "--text-family:'Own', var(--family);--heading-family:var(--text-family)" in css


def test_a_truetype_file_will_do(write, tmp_path):
    path = write("name: Desk\nfonts:\n  headings: {family: Own, bold: own.ttf}\n")
    with TTFont(str(SERIF)) as font:
        font.flavor = None
        font.save(tmp_path / "own.ttf")
    theme = load_theme(str(path))
    assert "format('truetype')" in stylesheet.for_notebook(theme)
    assert "data:font/ttf" not in stylesheet.for_report("Homs", theme)


@pytest.mark.parametrize(
    "content", [b"", b"wOF2", b"no font" * 99, SERIF.read_bytes()[:9000], b"\0" * (MAX_FONT_BYTES + 1)]
)
def test_a_file_that_is_no_font_is_told(told, tmp_path, content):
    (tmp_path / "broken.woff2").write_bytes(content)
    ((code, line, column, message, _),) = told("name: Desk\nfonts:\n  headings: {family: Own, bold: broken.woff2}\n")
    assert (code, line, column) == ("FONT", 3, 33)
    assert message.startswith("`broken.woff2` ")


def test_a_font_that_may_not_be_embedded_is_refused(told, tmp_path):
    with TTFont(str(SERIF)) as font:
        font["OS/2"].fsType = 2
        font.save(tmp_path / "bought.woff2")
    ((code, _, _, message, _),) = told("name: Desk\nfonts:\n  headings: {family: Own, bold: bought.woff2}\n")
    assert (code, "licence" in message) == ("FONT", True)


@pytest.mark.parametrize(
    "font",
    [
        "{family: IBM Plex Sans, bold: serif.woff2}",
        "{family: Own}",
        "{family: Own, bold: own.otf}",
        "{family: Own, bold: [1]}",
    ],
)
def test_a_font_that_is_not_fully_told_is_refused(told, font):
    assert [code for code, *_ in told(f"name: Desk\nfonts:\n  text: {font}\n")] == ["VALUE"]


def test_a_logo_is_carried_with_its_words(write):
    logo = load_theme(str(write("name: Desk\nlogo: {file: logo.svg, alt: Northern Desk}\n"))).logo
    assert logo.alt == "Northern Desk"
    kind, data = logo.uri.split(",")
    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(data) == LOGO


@pytest.mark.parametrize("content", [LOGO.replace(b"<path", b"<script/><path"), LOGO + b" " * MAX_LOGO_BYTES])
def test_a_logo_that_could_act_or_is_too_large_is_told_at_its_place(told, tmp_path, content):
    (tmp_path / "other.svg").write_bytes(content)
    ((code, line, column, *_),) = told("name: Desk\nlogo: {file: other.svg, alt: Northern Desk}\n")
    assert (code, line, column) == ("LOGO", 2, 14)
