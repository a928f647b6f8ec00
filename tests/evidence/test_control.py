"""Who held which place when: by day, counted, and the days on which most changed."""

import datetime as dt
from types import SimpleNamespace

import pytest

from quickview.brief.records import Holding
from quickview.brief.vocabulary import Precision
from quickview.evidence.control import control_of


def day(text):
    return dt.date.fromisoformat(text)


def holding(places, status, since, until=None, precision="day"):
    given = {
        "places": tuple(places),
        "status": status,
        "from": day(since),
        "until": until and day(until),
        "source": "s",
    }
    return Holding(**given, precision=Precision(precision))


def control(*history, as_of="2024-06-14"):
    facts = SimpleNamespace(place=SimpleNamespace(history=history), document=SimpleNamespace(as_of=day(as_of)))
    return control_of(facts)


def test_without_a_history_nothing_is_told():
    assert control() is None
    assert control_of(SimpleNamespace(place=None)) is None


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2023-12-31", None),
        ("2024-01-01", "ours"),
        ("2024-02-10", "ours"),
        ("2024-02-11", None),
        ("2024-03-01", "theirs"),
    ],
)
def test_a_status_lasts_until_the_next_or_its_last_day_and_is_not_known_outside(on, status):
    history = holding("A", "ours", "2024-01-01", until="2024-02-10"), holding("A", "theirs", "2024-03-01")
    assert control(*history).status("A", day(on)) == status


def test_places_are_counted_and_those_of_which_nothing_is_known_too():
    told = control(
        holding("AB", "ours", "2024-01-01"), holding("C", "theirs", "2024-02-01"), holding("B", "theirs", "2024-03-01")
    )
    assert told.counts(day("2024-01-01")) == {"ours": 2, None: 1}
    assert told.counts(told.as_of) == {"ours": 1, "theirs": 2}
    assert list(told.changes.values()) == [("A", "B"), ("C",), ("B",)]


def test_the_same_status_told_again_is_no_change():
    told = control(holding("A", "ours", "2024-01-01"), holding("A", "ours", "2024-02-01"))
    assert list(told.changes) == [day("2024-01-01")]


def test_the_days_are_those_on_which_most_changed_and_of_equal_ones_the_later():
    history = [holding("ABC", "ours", "2024-01-01")]
    history += [holding("A", status, f"2024-0{month}-01") for month, status in enumerate(("x", "y", "x", "y"), start=2)]
    history += [holding("BC", "x", "2024-05-20")]
    assert control(*history).days == tuple(map(day, ("2024-01-01", "2024-04-01", "2024-05-01", "2024-05-20")))


def test_a_day_is_known_no_better_than_the_least_exact_of_what_began_on_it():
    told = control(holding("A", "ours", "2024-01-01", precision="year"), holding("B", "ours", "2024-01-01"))
    assert told.precision(day("2024-01-01")) is Precision.YEAR
    assert told.precision(day("2024-03-01")) is Precision.DAY


def test_what_was_held_from_the_first_day_that_can_be_written_to_the_last_is_one_change():
    told = control(holding(["a"], "held", "0001-01-01", "9999-12-31"), as_of="9999-12-31")
    assert told.changes == {day("0001-01-01"): ("a",)}
    assert told.days == (day("0001-01-01"),)
