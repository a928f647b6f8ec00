"""Faults and errors: how they read, how they are sorted, how they travel."""

import copy
import pickle

import pytest

from quickview.errors import Fault, InputError, QuickViewError, ReportError, did_you_mean

FAULT = Fault("briefs/x.md", 23, 5, "E-DATE", "`date` is `soon`", "write a day")


def test_a_fault_reads_as_place_code_what_and_mend() -> None:
    assert str(FAULT) == "briefs/x.md:23:5: E-DATE `date` is `soon` — write a day"


def test_a_fault_of_the_whole_file_has_no_line() -> None:
    assert str(Fault("x.md", 0, 0, "E-A", "b", "c")) == "x.md: E-A b — c"


def test_only_codes_that_begin_with_w_are_warnings() -> None:
    assert Fault("x", 1, 1, "W-THIN", "", "").is_warning
    assert not FAULT.is_warning
    assert not Fault("x", 1, 1, "E-W-", "", "").is_warning


def test_faults_are_told_once_and_in_the_order_of_the_file() -> None:
    later, first = Fault("x", 10, 1, "E-B", "b", "b"), Fault("x", 9, 30, "E-A", "a", "a")
    error = InputError([later, first, later])
    assert error.faults == (first, later)
    assert str(error) == f"{first}\n{later}"


def test_faults_may_come_from_a_generator() -> None:
    assert InputError(fault for fault in [FAULT]).faults == (FAULT,)


def test_a_single_fault_is_built_in_place() -> None:
    error = InputError.at("x", "E-A", "what", "hint", line=3, column=4)
    assert error.faults == (Fault("x", 3, 4, "E-A", "what", "hint"),)
    assert InputError.at("x", "E-A", "what", "hint").faults[0].line == 0


@pytest.mark.parametrize("error", [InputError([FAULT]), ReportError("E-A", "what", "hint")])
def test_errors_survive_the_way_between_processes(error: QuickViewError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


def test_every_error_on_purpose_can_be_caught_as_one() -> None:
    assert issubclass(InputError, QuickViewError)
    assert issubclass(ReportError, QuickViewError)


def test_a_notebook_shows_the_faults_and_no_traceback() -> None:
    error = InputError([FAULT, Fault("x", 1, 1, "E-B", "b", "c")])
    assert error._render_traceback_() == [str(fault) for fault in error.faults]


def test_a_notebook_names_a_file_in_full_for_of_that_jupyterlab_makes_a_link(tmp_path, monkeypatch) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "b.md").touch()
    monkeypatch.chdir(tmp_path / "notebooks")
    error = InputError.at("../b.md", "E-B", "b", "c", line=23, column=4)
    assert error._render_traceback_() == [f"{tmp_path}/b.md:23:4: E-B b — c"]
    assert str(error) == "../b.md:23:4: E-B b — c"


def test_the_closest_known_word_is_asked_for() -> None:
    assert did_you_mean("suports", ["guarantees", "supports"]) == "did you mean `supports`?"


def test_a_known_word_within_what_was_written_is_meant_before_one_that_looks_like_it() -> None:
    assert did_you_mean("political party", ["political body", "party"]) == "did you mean `party`?"


def test_words_that_share_but_some_letters_are_no_slip_for_each_other() -> None:
    assert did_you_mean("title", ["name", "until"]) == "use one of: name, until"


def test_without_a_close_word_all_known_ones_are_listed() -> None:
    assert did_you_mean("zzz", iter(["one", "two"])) == "use one of: one, two"


def test_without_known_words_that_is_said() -> None:
    assert did_you_mean("zzz", []) == "there are none to choose from"
