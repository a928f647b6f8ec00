"""What tests share: the two briefs, their territories, and a report of each."""

from pathlib import Path

import pytest
from quickview.analysis.territory import read_territory
from quickview.brief.reader import load
from quickview.publishing.edition import Order, render

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "notebooks" / "quick_view.ipynb"
HOMS = ROOT / "briefs" / "homs-truce.md"
ANDES = ROOT / "tests" / "data" / "briefs" / "andes-blockade.md"


@pytest.fixture(scope="session")
def homs():
    return load(HOMS)


@pytest.fixture(scope="session")
def andes():
    return load(ANDES)


@pytest.fixture(scope="session")
def homs_territory(homs):
    return read_territory(homs)


@pytest.fixture(scope="session")
def andes_territory(andes):
    return read_territory(andes)


@pytest.fixture(scope="session")
def homs_edition(homs, tmp_path_factory):
    return render(homs, Order(NOTEBOOK, tmp_path_factory.mktemp("reports")))


@pytest.fixture(scope="session")
def andes_edition(andes, tmp_path_factory):
    return render(andes, Order(NOTEBOOK, tmp_path_factory.mktemp("reports")))


def file_of(edition, suffix):
    return next(path for path in edition.files if path.suffix == suffix)


@pytest.fixture(scope="session")
def homs_html(homs_edition):
    return file_of(homs_edition, ".html")


@pytest.fixture(scope="session")
def homs_pdf(homs_edition):
    return file_of(homs_edition, ".pdf")


@pytest.fixture(scope="session")
def andes_html(andes_edition):
    return file_of(andes_edition, ".html")


@pytest.fixture(scope="session")
def andes_pdf(andes_edition):
    return file_of(andes_edition, ".pdf")
