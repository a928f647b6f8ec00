"""Whether a report is whole. A report with a part missing is not published."""

from collections.abc import Iterator

from quickview.brief.reader import Brief
from quickview.errors import ReportError
from quickview.report import plotly_figure, references
from quickview.report.outline import Outline


def check(outline: Outline, brief: Brief) -> None:
    """Raise `ReportError` that names everything missing from the report, or every figure it refers to in vain.

    A notebook that has read another brief than it was told, or in another language, has made another report.
    """
    _check_subject(outline, brief)
    check_parts(outline)
    unknown = sorted(set(references.mentioned(outline)) - {figure.id for figure in outline.figures})
    if unknown:
        what = f"the text refers to {', '.join(f'[@fig-{name}]' for name in unknown)}, and there is no such figure"
        known = ", ".join(f"[@fig-{figure.id}]" for figure in outline.figures) or "none"
        raise ReportError("E-XREF", what, f"the report's figures are {known}")


def _check_subject(outline: Outline, brief: Brief) -> None:
    said = outline.masthead
    asked = {"name": brief.edition, "language": brief.language.code}
    for key, value in asked.items():
        if said.get(key, value) != value:
            what = f"the notebook made a report with {key} “{said[key]}”, and “{value}” was asked for"
            hint = "let no cell below the parameters set brief_path or language"
            raise ReportError("E-NOTEBOOK-BRIEF", what, hint)


def check_parts(outline: Outline) -> None:
    """Raise `ReportError` that names every part that is empty or has no output."""
    if missing := list(_missing_parts(outline)):
        raise ReportError("E-INCOMPLETE", "; ".join(missing), "run the notebook in JupyterLab and look at these parts")


def _missing_parts(outline: Outline) -> Iterator[str]:
    if not outline.masthead:
        yield "the report has no masthead"
    yield from outline.silent
    for part in outline.parts:
        where = f" ({part.cell})" if part.cell else ""
        if part.figure and part.figure.wide and not plotly_figure.has_data(part.figure.wide):
            yield f"figure “{part.id}”{where} is empty"
        elif part.id and not part.figure and not part.html.strip():
            yield f"part “{part.id}”{where} is empty"
