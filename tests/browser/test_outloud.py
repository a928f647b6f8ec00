"""outloud, a checker of PDF/UA-1 that is not the kit's own, over what is printed."""

import shutil

import outloud
import pikepdf
import pytest
from tests.builders.editions import edition, entry
from tests.conftest import ANDES, FULL, HOMS, NOTEBOOK, ROOT, run_notebook

from quickview.nightly import digest
from quickview.options import RenderOptions
from quickview.report.page import print_report
from quickview.report.reading import read_outline
from quickview.theme.theme import load_theme

pytestmark = pytest.mark.audit

REPORTS = [(HOMS, "en"), (HOMS, "ar"), (HOMS, "fr"), (ANDES, "en"), (ANDES.with_name("andes-arabic.md"), "ar"), (FULL, "en")]  # fmt: skip


def errors(path):
    """What is wrong with a file.

    The checker knows a running head as a line that comes on three pages, of fewer pages on each. Ours begins on the
    second, so that in a file of two or three pages it is taken for prose that readers of a screen will miss.
    """
    with pikepdf.open(path) as file:
        few, title = len(file.pages) <= 3, str(file.docinfo.Title)

    def is_running_head(one):
        return few and one.rule == "TAG-002" and one.page > 1 and one.count == 1 and one.evidence.endswith(title)

    found = [one for one in outloud.check(path).findings if one.severity == "error"]
    return [str(one) for one in found if not is_running_head(one)]


@pytest.mark.parametrize(("brief", "code"), REPORTS, ids=lambda one: getattr(one, "stem", one))
def test_a_printed_report_has_no_fault_that_outloud_can_find(brief, code, browser, tmp_path):
    outline = read_outline(run_notebook(NOTEBOOK, brief_path=str(brief), language=code), folder=NOTEBOOK.parent)
    browser.fresh()
    document, _ = print_report(outline, browser, load_theme())
    (tmp_path / "a.pdf").write_bytes(document)
    assert errors(tmp_path / "a.pdf") == []


def test_a_printed_digest_has_no_fault_that_outloud_can_find(tmp_path):
    shutil.copytree(ROOT / "shapes", tmp_path / "shapes")
    told = edition(*(entry(name) for name in ("first", "second", "third")), entry("fourth", "failed", cause="cell"))
    order = RenderOptions(
        ROOT / "notebooks" / "digest.ipynb", tmp_path / "reports", catalog=tmp_path / "shapes" / "catalog.yaml"
    )
    outcome = digest.render(told, order)
    assert outcome.faults == ()
    assert errors(tmp_path / "reports" / "digest" / "digest.pdf") == []
