"""A folder of briefs with what became of their forecasts."""

import shutil
from pathlib import Path

from tests.conftest import ROOT

CATALOG = ROOT / "tests" / "data" / "shapes" / "catalog.yaml"

OUTCOMES = """\
outcomes:
  andes-blockade:
    road-reopens:
      outcome: no
      settled: 2024-08-02
      source: {publisher: Example Gazette, title: Pickets stay, date: 2024-08-02, url: "https://example.org/pickets", reliability: B, credibility: 2}
      note: The pickets were still there on 1 August.
translations:
  fr:
    andes-blockade:
      road-reopens: {note: Les piquets tenaient toujours le 1er août.}
"""


def folder(root: Path, *names: str, outcomes: str = OUTCOMES) -> Path:
    """Return a folder of briefs of the tests' own, beside the file of what became of them."""
    briefs = root / "briefs"
    briefs.mkdir()
    (root / "notebooks").mkdir()
    for name in names:
        for file in (ROOT / "tests" / "data" / "briefs").glob(f"{name.partition('-')[0]}-*"):
            if file.suffix != ".md" or file.stem == name:
                shutil.copy(file, briefs)
    (briefs / "outcomes.yaml").write_text(outcomes, encoding="utf-8")
    shutil.copytree(CATALOG.parent, root / "shapes")
    return briefs
