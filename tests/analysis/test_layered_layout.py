"""Rows of nodes in order, spaced as asked, centred on the canvas."""

from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quickview.analysis.layered_layout import lay_out, spread


@st.composite
def graphs(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    rows = [[f"n{r}{i}" for i in range(size)] for r, size in enumerate(sizes)]
    nodes = [node for row in rows for node in row]
    pairs = st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)).filter(lambda p: p[0] != p[1])
    edges = draw(st.lists(pairs, max_size=8, unique=True))
    widths = {node: draw(st.floats(20, 90)) for node in nodes}
    return rows, edges, widths


def _lay_out(rows, edges, widths, width=800.0):
    return lay_out(rows, dict.fromkeys(edges, 0.0), widths=widths, width=width, gap=20, lane=8)


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_every_node_keeps_its_row(graph):
    rows, edges, widths = graph
    found = _lay_out(rows, edges, widths).rows
    assert [sorted(n for n in row if n in widths) for row in found] == [sorted(row) for row in rows]


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_nodes_never_overlap_where_there_is_room(graph):
    rows, edges, widths = graph
    layout = _lay_out(rows, edges, widths)
    for row in layout.rows:
        taken = sum(widths.get(n, 8) for n in row) + 20 * (len(row) - 1)
        assume(taken <= 800)
        for a, b in pairwise(row):
            free = layout.x[b] - layout.x[a] - (widths.get(a, 8) + widths.get(b, 8)) / 2
            assert free >= (20 if a in widths and b in widths else 20 / 3) - 1e-6


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_nothing_stands_outside_the_canvas_and_both_margins_are_alike(graph):
    rows, edges, widths = graph
    layout = _lay_out(rows, edges, widths)
    assume(all(sum(widths.get(n, 8) for n in row) <= 800 for row in layout.rows))
    left = min(x - widths.get(n, 8) / 2 for n, x in layout.x.items())
    right = max(x + widths.get(n, 8) / 2 for n, x in layout.x.items())
    assert left >= -1e-6
    assert left == pytest.approx(800 - right, abs=1e-6)


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_every_edge_is_followed_row_by_row(graph):
    rows, edges, widths = graph
    layout = _lay_out(rows, edges, widths)
    row_of = {node: r for r, row in enumerate(layout.rows) for node in row}
    for (a, b), chain in layout.chains.items():
        assert (chain[0], chain[-1]) == (a, b)
        if row_of[a] != row_of[b]:
            assert all(abs(row_of[m] - row_of[n]) == 1 for m, n in pairwise(chain))


@given(graphs())
@settings(max_examples=30, deadline=None)
def test_the_same_graph_is_laid_out_the_same_way(graph):
    rows, edges, widths = graph
    copy = [list(row) for row in rows]
    first = _lay_out(rows, edges, widths)
    assert _lay_out(rows, edges, widths) == first
    assert rows == copy


def test_crossing_edges_are_untangled():
    layout = _lay_out([["a", "b"], ["c", "d"]], [("a", "d"), ("b", "c")], dict.fromkeys("abcd", 40.0))
    assert (layout.x["a"] < layout.x["b"]) == (layout.x["d"] < layout.x["c"])


def test_linked_neighbours_get_the_gap_they_ask_for():
    layout = lay_out([["a", "b"]], {("a", "b"): 120}, widths={"a": 40, "b": 40}, width=800, gap=20, lane=8)
    assert abs(layout.x["a"] - layout.x["b"]) >= 160 - 1e-6


def test_gaps_give_way_before_nodes_overlap():
    layout = lay_out([["a", "b", "c"]], {}, widths=dict.fromkeys("abc", 100.0), width=310, gap=50, lane=8)
    places = sorted(layout.x.values())
    assert all(b - a >= 100 - 1e-6 for a, b in pairwise(places))
    assert places[-1] + 50 <= 310 + 1e-6


PLACES = st.lists(st.tuples(st.floats(0, 500), st.floats(5, 60)), min_size=1, max_size=9)


@given(PLACES)
@settings(max_examples=40, deadline=None)
def test_spreading_keeps_order_and_distance(items):
    wished, needed = [w for w, _ in items], [0.0, *(n for _, n in items[1:])]
    places = spread(wished, needed, 0, 600)
    assert all(b - a >= n - 1e-6 for (a, b), n in zip(pairwise(places), needed[1:], strict=True))
    if sum(needed) <= 600:
        assert places[0] >= -1e-6
        assert places[-1] <= 600 + 1e-6


@given(PLACES)
@settings(max_examples=40, deadline=None)
def test_spreading_leaves_alone_what_already_fits(items):
    needed = [0.0, *(n for _, n in items[1:])]
    wished = [sum(needed[: i + 1]) for i in range(len(needed))]
    assert spread(wished, needed, 0, 10_000) == pytest.approx(wished)
