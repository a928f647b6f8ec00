"""What was measured, as a table and as a plot."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from quickview.report.browser import Browser


@dataclass(frozen=True)
class Row:
    """One figure: of what, by whom, how much, and how many times the peer's figure of the same part is larger."""

    part: str
    what: str
    value: float
    unit: str = "s"
    ratio: float | None = None
    note: str = ""

    def __str__(self) -> str:
        ratio = f"  {self.ratio:.1f}×" if self.ratio else ""
        return f"{self.part:10} {self.what:58} {self.value:9.3f} {self.unit}{ratio}  {self.note}".rstrip()


def table(rows: Sequence[Row], machine: str) -> str:
    """Return the figures as a Markdown table."""
    lines = [f"Measured in one run on {machine}.", "", "| | | | ratio | |", "|---|---|--:|--:|---|"]
    for row in rows:
        ratio = f"{row.ratio:.1f}×" if row.ratio else ""
        lines.append(f"| {row.part} | {row.what} | {row.value:.3f} {row.unit} | {ratio} | {row.note} |")
    return "\n".join([*lines, ""])


def plot(rows: Sequence[Row]) -> str:
    """Return the times as bars on a logarithmic axis, as an SVG text."""
    timed = [row for row in rows if row.unit == "s"][::-1]
    bars = go.Bar(
        x=[row.value for row in timed],
        y=[f"{row.part}: {row.what}" for row in timed],
        text=[f"{row.value:.2f} s" for row in timed],
        textposition="outside",
        orientation="h",
        marker={"color": ["#1f5d87" if row.ratio else "#a9a69f" for row in timed]},
    )
    layout = {
        "xaxis": {"type": "log", "title": {"text": "seconds"}, "gridcolor": "#e4e1db"},
        "margin": {"l": 420, "r": 80, "t": 20, "b": 50},
        "width": 1000,
        "height": 90 + 26 * len(timed),
        "plot_bgcolor": "white",
    }
    with Browser() as browser:
        return browser.draw([go.Figure(bars, layout).to_plotly_json()])[0]
