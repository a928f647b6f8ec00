"""Whether a report is whole. A report with a part missing is not published."""

from collections.abc import Iterable, Iterator

from quickview.brief.reader import Brief
from quickview.errors import ReportError
from quickview.publishing import references
from quickview.publishing.outline import Figure, Outline


def check(outline: Outline, brief: Brief) -> None:
    """Raise `ReportError` that names everything missing from the report, or every figure it refers to in vain."""
    check_parts(outline, also=_missing_prose(outline, brief))
    unknown = sorted(set(references.mentioned(outline)) - {figure.id for figure in outline.figures})
    if unknown:
        what = f"the text refers to {', '.join(f'[@fig-{name}]' for name in unknown)}, and there is no such figure"
        known = ", ".join(f"[@fig-{figure.id}]" for figure in outline.figures) or "none"
        raise ReportError("E-XREF", what, f"the report's figures are {known}")


def check_parts(outline: Outline, *, also: Iterable[str] = ()) -> None:
    """Raise `ReportError` that names every part that is empty or has no output, and what is missing besides."""
    if missing := [*_missing_parts(outline), *also]:
        raise ReportError("E-INCOMPLETE", "; ".join(missing), "run the notebook in JupyterLab and look at these parts")


def _missing_parts(outline: Outline) -> Iterator[str]:
    if not outline.masthead:
        yield "the report has no masthead"
    for section in outline.sections:
        if section.silent or not section.parts:
            yield f"section “{section.title}” has a cell without output"
        for part in section.shown:
            if part.figure and not _has_data(part.figure):
                yield f"figure “{part.id}” is empty"
            elif not part.figure and not part.html.strip():
                yield f"part “{part.id or section.id}” is empty"


def _has_data(figure: Figure) -> bool:
    return any(
        trace.get("x") or trace.get("y") or trace.get("values") or trace.get("z")
        for trace in map(dict, figure.wide["data"])
    )


def _missing_prose(outline: Outline, brief: Brief) -> Iterator[str]:
    """Every section an analyst wrote must have found its place."""
    shown = {part.id for part in outline.parts}
    for section in brief.sections:
        if section.id not in shown and "further" not in shown:
            yield f"the brief's section “{section.title}” has no place in the notebook"
