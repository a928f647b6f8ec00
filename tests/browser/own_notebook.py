"""A notebook full of what an analyst may show, with what requirements.txt has."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tests.conftest import NOTEBOOK

HEAD = 6
"""Cells of the kit's notebook up to the masthead."""

DATA = """
import geopandas as gpd, matplotlib.pyplot as plt, numpy as np, pandas as pd
import plotly.express as px, plotly.graph_objects as go
from IPython.display import HTML, JSON, Latex, Markdown, Math
days = pd.date_range('2017-07-01', periods=12, freq='3D')
df = pd.DataFrame({'day': days, 'events': [3, 5, 2, 8, 9, 4, 6, 7, 1, 2, 3, 4], 'side': ['Government', 'Rebels', 'Police', 'Army'] * 3})
gdf = gpd.GeoDataFrame(territory.places[['name', 'status', 'geometry']])
"""

PLOTLY = {
    "bars": "qv.figure(px.bar(df, x='day', y='events', color='side'), id='bars', title='Events fall after the truce', caption='Counted by the desk [@radio].', alt='Bars by three days; most on 13 July.', source='gazette')",
    "line": "px.line(df, x='day', y='events', title='Line')",
    "towns": "qv.figure(px.bar(x=['Sucre', 'Potosí', 'Tupiza'], y=[1234567, 890123, 45678]), id='towns', title='Towns', alt='Three bars.')",
    "scatter": "px.scatter(df, x='events', y=df.events * 1000.5, color='side', size='events', title='Scatter')",
    "pie": "px.pie(df, names='side', values='events', title='Pie')",
    "heat-map": "px.imshow(np.arange(24).reshape(4, 6), title='Heat map', text_auto=True)",
    "gantt": "px.timeline(pd.DataFrame([dict(t='Talks', s='2017-07-01', f='2017-07-20'), dict(t='Truce', s='2017-08-03', f='2017-09-03')]), x_start='s', x_end='f', y='t', title='Gantt')",
    "sunburst": "px.sunburst(df, path=['side', 'events'], values='events', title='Sunburst')",
    "sankey": "go.Figure(go.Sankey(node=dict(label=['Mines', 'Mill', 'Port', 'Road']), link=dict(source=[0, 1, 1], target=[1, 2, 3], value=[5, 3, 2])), layout=dict(title='Sankey'))",
    "table-trace": "go.Figure(go.Table(header=dict(values=['Actor', 'Seats']), cells=dict(values=[['A', 'B'], [1, 2]])), layout=dict(title='Table trace'))",
    "indicator": "go.Figure(go.Indicator(mode='number+delta', value=84, delta=dict(reference=60)), layout=dict(title='Indicator'))",
    "surface": "x = np.linspace(-2, 2, 25); go.Figure(go.Surface(z=np.outer(np.sin(x), np.cos(x))), layout=dict(title='Surface'))",
    "animation": "px.bar(df.assign(n=range(12)), x='side', y='events', animation_frame='n', title='Animation', range_y=[0, 10])",
}
"""Figures by the id they come to have."""

OTHERS = [
    "## Pictures",
    "gdf.plot(figsize=(6, 4))",
    "fig, ax = plt.subplots(); ax.plot([1, 2, 3], [2, 5, 3], label='deaths'); ax.bar([1, 2, 3], [1, 2, 2], color='C1'); ax.legend()\nqv.figure(fig, id='drawn', title='Deaths rise', alt='A line that rises and falls', source='radio')",
    "## Tables",
    "df.head()",
    "df.head(4).style.background_gradient(subset=['events'], cmap='Blues').format({'events': '{:.1f}'})",
    "qv.table(df.assign(share=df.events / df.events.sum()), title='Events by day', source='gazette', caption='By the desk.')",
    "pd.DataFrame({f'column_{i:02}': np.arange(4) * 1234.5678 + i for i in range(25)})",
    "pd.DataFrame({f'c{i:02}': [f'v{i}a', f'v{i}b'] for i in range(60)})",
    "pd.DataFrame({'address': ['https://example.org/' + 'a' * 140], 'n': [1]})",
    "HTML(pd.DataFrame({'row': [f'row {n:03}' for n in range(300)], 'n': np.arange(300) * 7}).to_html(index=False))",
    "## Others",
    "Math(r'E = mc^2 + \\frac{a}{b}')",
    "Latex(r'$$\\sum_{i=1}^n x_i^2$$')",
    "JSON({'a': [1, 2, {'b': 'c'}]})",
    "Markdown('**bold** with [@radio]')",
    "print('x' * 300)",
    "## Text\n\nA claim [@radio; @gazette]. See [@fig-bars].\n\n```python\n## no heading\nx = 1\n```\n\nInline $a^2+b^2$ and costs US$5.\n\n$$\\int_0^1 x\\,dx$$\n\nFootnote.[^1]\n\n[^1]: The note.\n\n- a\n- b\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n",
]

PASTED = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def write(path):
    """Write the notebook, with the kit's own masthead, prose and sources round an analyst's outputs."""
    kit = nbformat.read(NOTEBOOK, 4).cells
    own = ["## Charts", DATA, *PLOTLY.values(), *OTHERS]
    picture = {"p.png": {"image/png": PASTED}}
    last = next(n for n, cell in enumerate(kit) if cell.source == "## Sources")
    cells = [
        *kit[:HEAD],
        *map(_cell, own),
        new_markdown_cell("![pasted](attachment:p.png)", attachments=picture),
        *(cell for cell in kit if cell.source == "qv.further(brief)"),
        *kit[last:],
    ]
    for n, cell in enumerate(cells):
        cell.id = f"cell-{n}"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def _cell(source):
    return new_markdown_cell(source) if source.startswith("## ") else new_code_cell(source)
