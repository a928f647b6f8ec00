"""Competing hypotheses: what is checked of them, how they rank, and which item decides."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from quickview.brief import changes, export
from quickview.brief.change_messages import say
from quickview.brief.reader import load, past_of
from quickview.errors import InputError
from quickview.evidence.hypotheses import leading, pivots, rank, sources_of
from quickview.language.catalogs import Language

ROOT = Path(__file__).parents[2]
ANDES = ROOT / "tests" / "data" / "briefs" / "andes-blockade.md"
CATALOG = ROOT / "tests" / "data" / "shapes" / "catalog.yaml"
MATRIX = re.compile(r"\nhypotheses:\n.*?\n(?=\nlimits:)", re.DOTALL)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write the Andes brief with another matrix, each item as (item, marks)."""

    def written(*evidence: tuple[str, str], ids: str = "a b") -> Path:
        rows = [f"  - {{id: {name}, title: Course {name}, text: What {name} claims.}}" for name in ids.split()]
        items = [f"  - {{item: {item}, marks: {{{marks}}}}}" for item, marks in evidence]
        matrix = "\n".join(["", "hypotheses:", *rows, "evidence:", *items, ""])
        path = tmp_path / "sample.md"
        path.write_text(MATRIX.sub(matrix, ANDES.read_text(encoding="utf-8")), encoding="utf-8")
        return path

    return written


def faults(path: Path) -> list[tuple[str, str]]:
    try:
        found = load(path, catalog=CATALOG).warnings
    except InputError as error:
        found = error.faults
    return [(one.code, one.hint) for one in found]


def test_the_fewest_contradictions_lead_and_weight_parts_those_with_as_many(written: Callable[..., Path]) -> None:
    # royalties rest on gazette (C2: 0.8), mill on radio (B3: 0.6), pickets on both: the better credibility counts.
    path = written(
        ("events.royalties", "a: I, b: C"), ("events.mill", "a: C, b: I, c: I"), ("events.pickets", "c: I"), ids="a b c"
    )
    ranking = rank(load(path, catalog=CATALOG).facts)
    assert [(one.hypothesis, one.contradictions, one.weight, one.place) for one in ranking] == [
        ("b", 1, 0.6, 1),
        ("a", 1, 0.8, 2),
        ("c", 2, 1.4, 3),
    ]


def test_equals_in_count_and_weight_share_the_place(written: Callable[..., Path]) -> None:
    facts = load(written(("events.royalties", "a: I"), ("events.talks", "b: I")), catalog=CATALOG).facts
    assert leading(rank(facts)) == ("a", "b")
    assert {(one.item, one.leading) for one in pivots(facts)} == {
        ("events.royalties", ("a",)),
        ("events.talks", ("b",)),
    }


def test_an_item_decides_where_others_lead_without_it(written: Callable[..., Path]) -> None:
    path = written(("events.royalties", "a: I"), ("events.mill", "a: N, b: C"))
    (pivot,) = pivots(load(path, catalog=CATALOG).facts)
    assert (pivot.item, pivot.leading) == ("events.royalties", ("a", "b"))


def test_what_supports_a_hypothesis_does_not_lift_it(written: Callable[..., Path]) -> None:
    path = written(("events.royalties", "a: C"), ("events.mill", "a: C"), ("events.talks", "a: I"))
    assert leading(rank(load(path, catalog=CATALOG).facts)) == ("b",)


def test_a_figure_rests_on_the_sources_of_its_values(written: Callable[..., Path]) -> None:
    facts = load(written(("quantities.cost", "a: I, b: C")), catalog=CATALOG).facts
    assert [one.id for one in sources_of(facts, "quantities.cost")] == ["gazette"]


@pytest.mark.parametrize(
    ("evidence", "ids", "code", "hint"),
    [
        (("events.mil", "a: I, b: C"), "a b", "E-REF-EVIDENCE", "did you mean `events.mill`?"),
        (("actors.ministry", "a: I, b: C"), "a b", "E-REF-EVIDENCE", ""),
        (("events.mill", "a: I, bb: C"), "a b", "E-REF-HYPOTHESIS", "did you mean `b`?"),
        (("events.mill", "a: I"), "a", "E-HYPOTHESES-FEW", "one more"),
        (("events.mill", "a: C, b: C"), "a b", "W-EVIDENCE-SAME", "leave it out"),
        (("events.mill", "a: N"), "a b", "W-EVIDENCE-SAME", ""),
        (("events.mill", "a: C, b: I"), "a b c", "W-HYPOTHESIS-UNWEIGHED", "mark evidence"),
        (("events.mill", "a: CC, b: I"), "a b", "E-WORD", "did you mean `C`?"),
        (("events.mill", "a: [I], b: C"), "a b", "E-WORD", "use one of: C, I, N, NA"),
    ],
)  # fmt: skip
def test_a_fault_of_the_matrix_is_told(written, evidence, ids, code, hint) -> None:
    found = dict(faults(written(evidence, ids=ids)))
    assert code in found
    assert hint in found[code]


def test_an_item_is_weighed_once(written: Callable[..., Path]) -> None:
    codes = [code for code, _ in faults(written(("events.mill", "a: I, b: C"), ("events.mill", "a: C, b: I")))]
    assert codes == ["E-EVIDENCE-TWICE"]


def test_evidence_without_hypotheses_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sample.md"
    matrix = "\nevidence:\n  - {item: events.mill, marks: {a: I}}\n"
    path.write_text(MATRIX.sub(matrix, ANDES.read_text(encoding="utf-8")), encoding="utf-8")
    assert [code for code, _ in faults(path)] == ["E-HYPOTHESES-FEW"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{force-talks: C, wait-out: I}", "{force-talks: C}", "Evidence weighed anew: Mill stops for want of fuel"),
        ("title: The ministry waits", "title: The ministry sits it out", "Renamed: The ministry sits it out (was The ministry waits)"),
        ("  - {item: quantities.cost, marks: {force-talks: C}}\n", "", "Evidence dropped: Cost of a day"),
        ("Half a year without", "Six months without", "Evidence, changed in detail: Ministry raises royalties on silver"),
    ],
)  # fmt: skip
def test_a_later_edition_tells_what_was_weighed_anew(old: str, new: str, sentence: str) -> None:
    text = ANDES.read_text(encoding="utf-8")
    assert old in text
    (change,) = changes.compare(past_of(text, name="a"), past_of(text.replace(old, new), name="b"))
    assert say(change, Language("en")) == sentence


def test_the_matrix_goes_out_as_tables() -> None:
    tables = {table.name: table for table in export.tables(load(ANDES, catalog=CATALOG))}
    assert tables["evidence"].columns == ("item", "title", "force-talks", "wait-out", "note")
    assert tables["evidence"].rows[3] == ("quantities.cost", "Cost of a day", "C", "N", "")
    assert [row[0] for row in tables["hypotheses"].rows] == ["force-talks", "wait-out"]
