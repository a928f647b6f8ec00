"""An analyst's own figures and tables, with number, words, sources and data as the kit's own have them."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
import plotly.graph_objects as go
from IPython.core.formatters import DisplayFormatter
from IPython.core.getipython import get_ipython

from quickview.analysis import frames
from quickview.analysis.blocks import Block, absent
from quickview.analysis.display import Exhibit, drawn_title
from quickview.analysis.session import SESSION
from quickview.brief import prose
from quickview.brief.data import open_file
from quickview.brief.reader import Brief
from quickview.errors import InputError, did_you_mean


def figure(  # noqa: PLR0913 (one subject; each word of a figure is a keyword of its own)
    fig: Any,
    *,
    title: str = "",
    caption: str = "",
    alt: str = "",
    source: str | Sequence[str] = (),
    id: str = "",  # noqa: A002 (what it is called where it is cited)
    kind: str = "Figure",
    table: pd.DataFrame | None = None,
) -> go.Figure | Exhibit:
    """Give a figure of your own its words, number, sources and data, as the kit's own have them.

    Parameters
    ----------
    fig : plotly, matplotlib or Altair figure, axes, or any picture
        Stays as it is.
    title : str, optional
        The finding; by default what the figure is titled.
    caption : str, optional
        What is shown, of when; may cite, as `[@source-id]`.
    alt : str, optional
        What there is to see, for those who cannot.
    source : str or sequence of str, optional
        The ids of sources of the brief that `qv.load` read last.
    id : str, optional
        What text refers to it by, `[@fig-ID]`; by default made of the title.
    kind : str, default "Figure"
        "Figure" or "Map".
    table : pandas.DataFrame, optional
        The numbers behind it; by default those in a plotly figure, of which 1,000 rows are kept.

    Returns
    -------
    plotly.graph_objects.Figure or Exhibit
        Ready to be the last expression of a cell: of a plotly figure a copy, whose `layout.meta` holds `id`, `kind`,
        `title`, `caption`, `alt`, `sources` and `table` (`columns` and `rows`); of anything else an exhibit with the
        same in `meta`.

    Raises
    ------
    InputError
        For an unknown source, an id that cannot be one, and what is no figure.

    Examples
    --------
    >>> import plotly.express as px
    >>> bars = px.bar(x=["North", "South"], y=[84, 12])
    >>> alt = "Two bars: north 84, south 12."
    >>> meta = qv.figure(bars, title="Most communities lie in the north", alt=alt, source="gazette").layout.meta
    >>> meta["id"]
    'most-communities-lie-in-the-north'
    >>> meta["table"]
    {'columns': ['x', 'y'], 'rows': [['North', 84], ['South', 12]]}
    >>> qv.figure(bars, source="gazete")
    Traceback (most recent call last):
        ...
    quickview.errors.InputError: notebook: E-CITATION-UNKNOWN `gazete` is no source of the brief — did you mean `gazette`?
    """
    words: dict[str, Any] = {"kind": kind, "title": title or _title(fig), "caption": caption, "alt": alt}
    meta: dict[str, Any] = {"id": _id(id, words["title"]), **words, "sources": _sources(source)}
    if isinstance(fig, go.Figure | go.FigureWidget | Mapping):
        drawn = go.Figure(fig)
        meta["table"] = frames.as_data(frames.behind(drawn) if table is None else table, most=frames.MOST_BEHIND)
        return drawn.update_layout(meta=meta)
    if table is not None:
        meta["table"] = frames.as_data(table)
    return Exhibit(meta, *_forms(fig))


def data(brief: Brief, name: str) -> pd.DataFrame:
    """Return a table of the brief as a frame, ready for a chart or for `qv.table`.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.
    name : str
        The id of one of the brief's `tables`; or the name of a CSV, Excel or Parquet file beside the brief, whose
        columns are then taken for what they look like.

    Returns
    -------
    pandas.DataFrame
        A row for each of the table's. Columns go by their ids: text as str, numbers and per cent as int64 or float64,
        dates as datetime64; what is missing is NaN. Words are in the report's language where the table has them.
        `attrs["quickview"]` holds `id`, `title`, `caption`, `source` and `heads`, what each column is called, with its
        unit; that of a file beside the brief is not there.

    Raises
    ------
    InputError
        For a name that is neither, and for a file that cannot be read.

    Examples
    --------
    >>> election = qv.load("../briefs/lakeland-election.md")
    >>> votes = qv.data(election, "votes")
    >>> votes.head(2)
      code          party   votes  share  seats
    0   01    Reed League  184200   41.2     52
    1   02  Harbour Party  151300   33.8     43
    >>> votes.attrs["quickview"]["heads"]["share"]
    'Share (%)'
    >>> qv.data(election, "vote")
    Traceback (most recent call last):
        ...
    quickview.errors.InputError: notebook: E-TABLE-UNKNOWN the brief has no table `vote` — did you mean `votes`?
    """
    known = brief.data
    if name not in known:
        return _beside(brief, name)
    table, rows = known[name].table, known[name].told_in(brief.language.code)
    frame = pd.DataFrame(rows, columns=[column.id for column in table.columns])
    for column in table.columns:
        if column.type in {"number", "percent"}:
            frame[column.id] = pd.to_numeric(frame[column.id])
        elif column.type == "date":
            frame[column.id] = pd.to_datetime(frame[column.id])
    units = {column.id: column.unit or ("%" if column.type == "percent" else "") for column in table.columns}
    names = {column.id: column.label or column.id for column in table.columns}
    heads = {name: f"{label} ({units[name]})" if units[name] else label for name, label in names.items()}
    frame.attrs["quickview"] = {"id": table.id, "title": table.title, "caption": table.note or "",
                                "source": table.source, "heads": heads}  # fmt: skip
    return frame


def _beside(brief: Brief, name: str) -> pd.DataFrame:
    """Return a file that lies beside the brief and is none of its tables."""
    if not Path(name).suffix:
        _refuse("E-TABLE-UNKNOWN", f"the brief has no table `{name}`", did_you_mean(name, sorted(brief.data)))
    head, rows = open_file(brief.path.parent / name)
    frame = pd.DataFrame([[*row, *[None] * (len(head) - len(row))] for row in rows], columns=head).replace("", None)
    for column in head:
        texts = frame[column].dropna().astype(str)
        if texts.str.fullmatch(r"[-+]?(0|[1-9]\d*)(\.\d+)?").all():
            frame[column] = pd.to_numeric(frame[column])
        elif texts.str.fullmatch(r"\d{4}-\d\d-\d\d").all():
            frame[column] = pd.to_datetime(frame[column])
    return frame


def table(
    frame: Any,
    *,
    title: str = "",
    caption: str = "",
    source: str | Sequence[str] = (),
    id: str = "",  # noqa: A002 (what it is called where it is cited)
) -> Exhibit:
    """Give a table its words and a download as CSV.

    Parameters
    ----------
    frame : pandas.DataFrame, Series or Styler, or a table of great_tables
        Numbers stand to the right by the columns' dtypes. The index is shown unless it only counts the rows. What
        `qv.data` returns brings its words with it.
    title, caption, source, id : optional
        As those of `qv.figure`.

    Returns
    -------
    Exhibit
        Ready to be the last expression of a cell. `meta` holds `id`, `kind` ("Table"), `title`, `caption`, `sources` and
        `table` (`columns` and `rows`), all rows; of more than 200 both ends are shown.

    Raises
    ------
    InputError
        For an unknown source, an id that cannot be one, and what is no table.

    Examples
    --------
    >>> import pandas as pd
    >>> votes = pd.DataFrame({"party": ["A", "B"], "seats": [120, 84]})
    >>> meta = qv.table(votes, title="Seats by party", source="gazette").meta
    >>> meta["id"], meta["kind"], meta["sources"]
    ('seats-by-party', 'Table', ['gazette'])
    """
    told = getattr(frame, "attrs", {}).get("quickview", {})
    title = title or told.get("title", "")
    shown = frame.rename(columns=told["heads"]) if told else frame
    data, html = _tabular(shown, grouped=bool(told))
    meta: dict[str, Any] = {
        "id": _id(id or told.get("id", ""), title),
        "kind": "Table",
        "title": title,
        "caption": caption or told.get("caption", ""),
        "sources": _sources(source or told.get("source", ())),
    }
    if data is not None:
        meta["table"] = frames.as_data(data)
    return Exhibit(meta, {"text/html": html, "text/plain": f"<table {title}>"})


@dataclass(frozen=True)
class OwnTables:
    """Tables that stand one after another as the last expression of a cell."""

    exhibits: tuple[Exhibit, ...]

    def _ipython_display_(self) -> None:
        for exhibit in self.exhibits:
            exhibit._ipython_display_()


def tables(brief: Brief) -> OwnTables | Block:
    """Return every table of the brief's `tables`, in its order, with number, title, source and download.

    Parameters
    ----------
    brief : Brief
        As `qv.load` returns it.

    Returns
    -------
    OwnTables or Block
        Its `exhibits` are what `qv.table` returns, each with the table's id, by which text refers to it, `[@fig-ID]`.
        An empty block when there is none.

    Raises
    ------
    InputError
        For a file that cannot be read.

    Examples
    --------
    >>> election = qv.load("../briefs/lakeland-election.md")
    >>> [exhibit.meta["title"] for exhibit in qv.tables(election).exhibits]
    ['Votes and seats by party', 'Turnout by district']
    """
    exhibits = tuple(table(data(brief, name)) for name in brief.data)
    return OwnTables(exhibits) if exhibits else absent("tables", brief)


def _tabular(frame: Any, *, grouped: bool) -> tuple[pd.DataFrame | pd.Series | None, str]:
    """Return the data of a table, if they are known, and the table as HTML."""
    if isinstance(frame, pd.DataFrame | pd.Series):
        return frame, frames.to_html(frame, SESSION.language, most_rows=frames.MOST_ROWS, grouped=grouped)
    data = getattr(frame, "data", None)
    writers = (getattr(frame, name, None) for name in ("as_raw_html", "to_html", "_repr_html_"))
    write: Any = next(filter(None, writers), None)
    if write is None:
        _refuse("E-TABLE-TYPE", f"`{type(frame).__name__}` is no table", "give a frame, a series, a Styler or a GT")
    # Its own colours are made for a light page.
    html = f'<div class="ground">{write()}</div>'
    return data if isinstance(data, pd.DataFrame) else None, html


def _forms(fig: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the forms of a picture by MIME type, and what is said of them."""
    fig = fig if not hasattr(fig, "figure") or callable(fig.figure) else fig.figure
    if type(fig).__module__.startswith("matplotlib."):
        from IPython.core.pylabtools import print_figure

        fixed = {"bbox_inches": "tight", "metadata": {"Date": None}}
        forms = {
            "image/svg+xml": print_figure(fig, "svg", **fixed),  # type: ignore[no-untyped-call]
            "image/png": print_figure(fig, "png", base64=True, **fixed),  # type: ignore[no-untyped-call]
        }
        sys.modules["matplotlib.pyplot"].close(fig)
        return {**forms, "text/plain": "<figure>"}, {}
    formatter = getattr(get_ipython(), "display_formatter", None) or DisplayFormatter()
    data, metadata = formatter.format(fig)
    if not set(data) - {"text/plain", "text/html"}:
        message = f"`{type(fig).__name__}` is no figure that can stand still"
        _refuse(
            "E-FIGURE-TYPE",
            message,
            "give a plotly or matplotlib figure, an Altair chart or a picture; qv.table takes frames",
        )
    return dict(data), dict(metadata)


def _title(fig: Any) -> str:
    if isinstance(fig, go.Figure | go.FigureWidget):
        return drawn_title(fig)
    if hasattr(fig, "get_title"):
        return str(fig.get_title(loc="left") or fig.get_title())
    return str(fig.get_suptitle()) if hasattr(fig, "get_suptitle") else ""


def _id(given: str, title: str) -> str:
    if given and given != prose.slug(given):
        _refuse(
            "E-FIGURE-ID", f"`{given}` cannot be an id", f"write `{prose.slug(given) or 'small-letters-and-hyphens'}`"
        )
    return given or prose.slug(title)


def _sources(source: str | Sequence[str]) -> list[str]:
    names = [source] if isinstance(source, str) else list(source)
    known = [one.id for one in SESSION.brief.facts.sources] if SESSION.brief else []
    for name in names:
        if name not in known:
            _refuse("E-CITATION-UNKNOWN", f"`{name}` is no source of the brief", did_you_mean(name, known))
    return names


def _refuse(code: str, message: str, hint: str) -> NoReturn:
    raise InputError.at("notebook", code, message, hint)
