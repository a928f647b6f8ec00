"""Frames as tables of HTML, and the numbers behind a plotly figure as a frame."""

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from quickview.brief.formats import short_day
from quickview.language.catalogs import Language

MOST_ROWS: Final = 200
"""Rows of a table that a report shows whole; of a longer one it shows both ends. A download holds all."""

MOST_BEHIND: Final = 1000
"""Rows of the table behind a figure."""

_LONG: Final = 10_000
"""The first number whose thousands are set apart; four digits may be those of a year."""

_SCIENTIFIC: Final = 1e15
"""The first number that pandas writes with a power of ten."""


def to_html(
    frame: pd.DataFrame | pd.Series, language: Language, *, most_rows: int | None = None, grouped: bool = False
) -> str:
    """Return a frame as a plain table that names the columns of numbers, `<col class="num">`.

    Days and decimals are written as the language has them; thousands too where they are `grouped`,
    which is not for a frame whose whole numbers may be codes. The index is shown unless it only
    counts the rows. Geometries are told by their kind. `most_rows` is pandas' `display.max_rows` by default.
    """
    table = _told(frame)
    heads = table.index.nlevels if _has_index(table) else 0
    flat = table.columns.nlevels == 1
    if heads and flat:
        table = _with_index(table.set_axis(table.columns.map(str), axis=1))
    kinds = ["head"] * heads + ["num" if _is_number(kind) else "" for kind in table.dtypes][heads if flat else 0 :]
    columns = "".join(f'<col class="{kind}">' if kind else "<col>" for kind in kinds)
    rows = most_rows or pd.options.display.max_rows or len(table)
    dimensions = len(table) > rows
    # pandas' stubs do not know that None leaves a column to it.
    written: Any = [_writer(table.iloc[:, n], language, grouped=grouped) for n in range(table.shape[1])]
    html: str = table.to_html(index=bool(heads) and not flat, border=0, classes=["frame"], na_rep="–", justify="unset",
                              max_rows=rows, show_dimensions=dimensions, decimal=language.number(0.5)[1],
                              formatters=written)  # fmt: skip
    return html.replace(">", f"><colgroup>{columns}</colgroup>", 1)


def _writer(column: pd.Series, language: Language, *, grouped: bool) -> Callable[[Any], str] | None:
    """Return what writes the days or the long numbers of a column; None leaves them to pandas."""
    known = column.dropna()
    if pd.api.types.is_datetime64_dtype(column.dtype) and (known == known.dt.normalize()).all():
        return lambda day: "–" if pd.isna(day) else short_day(day, language, year=True).replace(" ", "\u00a0")
    if not grouped or not _is_number(column.dtype) or known.empty or not _LONG <= known.abs().max() < _SCIENTIFIC:
        return None
    decimals = max(len(f"{value:.6f}".rstrip("0").partition(".")[2]) for value in known)
    return lambda value: "–" if pd.isna(value) else language.number(value, decimals=decimals)


def _with_index(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its index as columns; blanks tell their names from those of others, and are not seen."""
    names: list[str] = []
    for name in ("" if name is None else str(name) for name in table.index.names):
        while name in {*table.columns, *names}:
            name += " "  # noqa: PLW2901 (the same name, longer)
        names.append(name)
    return table.reset_index(names=names)


def _told(frame: pd.DataFrame | pd.Series) -> pd.DataFrame:
    table = frame.to_frame() if isinstance(frame, pd.Series) else pd.DataFrame(frame)
    if isinstance(frame, gpd.GeoDataFrame):
        for name in frame.columns[frame.dtypes == "geometry"]:
            table = table.assign(**{name: gpd.GeoSeries(frame[name]).geom_type.fillna("–")})
    return table


def _has_index(table: pd.DataFrame) -> bool:
    named = any(name is not None for name in table.index.names)
    return named or table.index.nlevels > 1 or not pd.api.types.is_integer_dtype(table.index.dtype)


def _is_number(kind: Any) -> bool:
    return kind is not None and pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def as_data(frame: pd.DataFrame | pd.Series, *, most: int = sys.maxsize) -> dict[str, Any]:
    """Return a frame as `{"columns": […], "rows": [[…]]}` of plain values, dates as YYYY-MM-DD, what is missing as "".

    An index that does more than count the rows comes first, as columns.
    """
    table = _told(frame)
    table = _with_index(table) if _has_index(table) else table
    rows = [[_value(cell) for cell in row] for row in table.head(most).itertuples(index=False)]
    names = (" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in table.columns)
    return {"columns": [name.strip() for name in names], "rows": rows}


def _value(cell: Any) -> Any:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat() if cell == cell.normalize() else cell.isoformat(" ")
    if cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and not math.isfinite(cell)):
        return ""
    return cell if isinstance(cell, int | float | str) else str(cell)


def behind(figure: go.Figure) -> pd.DataFrame:
    """Return what a plotly figure is drawn from: a row a point, the series first where there are several.

    Columns are named by the axes' titles. Traces whose data make no rows are left out.
    """
    named = len({trace.name for trace in figure.data if trace.name}) > 1
    pieces = []
    for trace in figure.data:
        piece = pd.DataFrame(_columns(trace.to_plotly_json(), figure))
        if named and len(piece):
            piece.insert(0, _text(figure.layout.legend.title.text) or "Series", trace.name or "")
        pieces.append(piece)
    filled = [piece for piece in pieces if len(piece)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _columns(trace: Mapping[str, Any], figure: go.Figure) -> dict[str, Any]:
    kind = trace.get("type", "scatter")
    if kind == "table":
        heads = trace.get("header", {}).get("values", ())
        names = [_text(head[0] if isinstance(head, list | tuple) and head else head) for head in heads]
        return dict(zip(names, map(_flat, trace.get("cells", {}).get("values", ())), strict=False))
    if kind == "sankey":
        link, names = trace.get("link", {}), _flat(trace.get("node", {}).get("label", ()))
        ends = {
            key: [names[n] if n < len(names) else n for n in _flat(link.get(key, ()))] for key in ("source", "target")
        }
        return {**ends, "value": _flat(link.get("value", ()))}
    if kind == "indicator":
        title = _text((trace.get("title") or {}).get("text"))
        return {"": [title], "value": [trace.get("value")]}
    if kind in {"heatmap", "contour", "surface"} and np.ndim(trace.get("z", 0)) == 2:
        return _grid(trace, figure)
    axes = ("x", "y", "z", "a", "b", "c", "r", "theta", "open", "high", "low", "close")
    keys = ("labels", "parents", "values") if "labels" in trace else axes
    found = {key: _flat(trace[key]) for key in keys if trace.get(key) is not None}
    longest = max(map(len, found.values()), default=0)
    return {_name(key, trace, figure): values for key, values in found.items() if len(values) == longest}


def _grid(trace: Mapping[str, Any], figure: go.Figure) -> dict[str, Any]:
    values = np.asarray(trace["z"])
    xs, ys = (_flat(trace[key]) if trace.get(key) is not None and np.ndim(trace[key]) == 1 else list(range(size))
              for key, size in (("x", values.shape[1]), ("y", values.shape[0])))  # fmt: skip
    return {
        _name("y", trace, figure): np.repeat(np.asarray(ys, dtype=object), len(xs)),
        _name("x", trace, figure): np.tile(np.asarray(xs, dtype=object), len(ys)),
        "value": values.ravel(),
    }


def _flat(values: Any) -> list[Any]:
    return list(np.asarray(values, dtype=object).ravel()) if np.ndim(values) else list(values)


def _name(key: str, trace: Mapping[str, Any], figure: go.Figure) -> str:
    axis = str(trace.get(f"{key}axis", key))
    found = figure.layout[f"{key}axis{axis.removeprefix(key)}"] if key in {"x", "y"} else None
    return (_text(found.title.text) if found is not None else "") or key


def _text(title: Any) -> str:
    return str(title) if title else ""
