"""The kit's look in a real kernel: what `use_look` changes, and that nothing changes without it."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from quickview.analysis import look
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.slow

GAZETTE = load_theme("gazette").light

CELLS = (
    "import plotly.io as pio; before = pio.templates.default\nfrom quickview import analysis as qv; pio.templates.default == before",
    "qv.use_look('gazette')",
    "import plotly.express as px; px.bar(x=['A', 'B'], y=[120, 84], title='Seats')",
    "import geopandas as gpd, shapely; gpd.GeoDataFrame({'n': [1]}, geometry=[shapely.box(0, 0, 2, 1)]).plot();",
    "import matplotlib.pyplot as plt; _, axes = plt.subplots(); axes.plot([1, 2], [3, 1]); axes.set_title('Žižkov Ж');",
    "plt.rcParams['font.family'][0], plt.rcParams['axes.spines.top'], plt.rcParams['figure.facecolor']",
    "import pandas as pd; pd.DataFrame({'party': ['A'], 'seats': [120]})",
    "pd.DataFrame({'n': [1, 9]}).style.background_gradient()",
    "qv.load('no-such.md')",
)


def executed(folder: Path):
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(folder)}}
    ).execute()
    return [[o for o in cell.outputs if o.output_type != "stream"] for cell in notebook.cells]


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    return [executed(tmp_path_factory.mktemp("kernel")) for _ in range(2)]


def test_importing_the_kit_changes_nothing_of_the_libraries(twice):
    assert twice[0][0][0]["data"]["text/plain"] == "True"


def test_the_style_sheet_is_what_comes_back_in_the_colours_of_the_theme(twice):
    sheet = twice[0][1][0]["data"]["text/html"]
    assert sheet.startswith("<style>")
    assert GAZETTE["house"] in sheet


def test_plotly_draws_in_the_theme_by_its_own_template(twice):
    _, drawing, _ = twice[0][2]
    template = drawing["data"]["application/vnd.plotly.v1+json"]["layout"]["template"]["layout"]
    assert template["paper_bgcolor"] == GAZETTE["paper"]
    assert template["colorway"][0] == GAZETTE["side-1"]


def test_matplotlib_and_geopandas_draw_sharp_on_the_themes_paper(twice):
    for (drawing,) in (twice[0][3], twice[0][4]):
        assert {"image/svg+xml", "image/png"} <= set(drawing["data"])
        assert GAZETTE["paper"] in drawing["data"]["image/svg+xml"]
    assert twice[0][5][0]["data"]["text/plain"] == f"('IBM Plex Sans', False, '{GAZETTE['paper']}')"


def test_frames_are_tables_of_the_kit(twice):
    assert '<col class="num">' in twice[0][6][0]["data"]["text/html"]


def test_tables_with_colours_of_their_own_stand_on_a_light_ground(twice):
    assert twice[0][7][0]["data"]["text/html"].startswith('<div class="qv"><div class="ground"><style')


def test_a_fault_is_told_without_a_traceback(twice):
    (error,) = twice[0][8]
    assert error["ename"] == "InputError"
    assert len(error["traceback"]) == 1
    assert "no-such.md" in error["traceback"][0]


def test_the_same_notebook_gives_the_same_bytes(twice):
    first, second = (nbformat.from_dict(outputs) for outputs in twice)
    assert json.dumps(first[:7]) == json.dumps(second[:7])
    assert first[7][0]["data"]["text/html"] == second[7][0]["data"]["text/html"]


def test_outside_of_a_notebook_the_look_is_only_a_style_sheet():
    code = (
        "import plotly.io as pio; before = pio.templates.default\n"
        "from quickview import analysis as qv\n"
        "html = qv.use_look()._repr_mimebundle_()['text/html']\n"
        "print(pio.templates.default == before, html[:7])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "<style>"]


def test_a_rehearsal_leaves_nothing_behind():
    code = (
        "import os, plotly.io as pio; before = pio.templates.default, dict(os.environ)\n"
        "from quickview.analysis.warm_up import rehearse; from quickview.analysis.session import SESSION, Session\n"
        "rehearse(); print(SESSION == Session(), (pio.templates.default, dict(os.environ)) == before, 'quickview' in pio.templates)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "True", "False"]


def test_fonts_for_matplotlib_hold_every_script_of_the_kit():
    from io import BytesIO

    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(look._merged(400))) as font:
        assert {ord(sign) for sign in "AžЖδ"} <= set(font.getBestCmap())
