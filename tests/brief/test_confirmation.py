"""What of a brief is no fact yet is told by `check`, in the report, and in its manifest."""

import pytest
from markupsafe import Markup

from quickview import analysis as qv
from quickview.brief import confirmation
from quickview.brief.export import linked_data
from quickview.errors import InputError


def marked(text, *entries):
    return text.replace("  as_of:", f"  unconfirmed: [{', '.join(entries)}]\n  as_of:", 1)


def test_a_guess_is_told_where_it_stands(faults, minimal):
    text = marked(minimal, "document.title", "place", "events.call")
    lines = text.splitlines()
    found = faults(text)
    assert [fault.code for fault in found] == ["W-UNCONFIRMED"] * 3
    assert [lines[fault.line - 1].split()[0] for fault in found] == ["title:", "name:", "-"]
    assert "take it out of `document.unconfirmed`" in found[0].hint


def test_an_entry_that_is_not_there_is_told_with_the_nearest(faults, minimal):
    (fault,) = faults(marked(minimal, "events.cal"))
    assert (fault.code, "did you mean `events.call`?" in fault.hint) == ("W-UNCONFIRMED-NONE", True)


@pytest.mark.parametrize("entry", ["Events", "events.0.title", "a b"])
def test_an_entry_that_is_no_name_is_a_fault(read, minimal, entry):
    with pytest.raises(InputError):
        read(marked(minimal, f'"{entry}"'))


def test_an_example_is_told_with_the_lines_that_rest_on_it(faults, minimal):
    text = minimal.replace("credibility: 2}", "credibility: 2, placeholder: true}")
    (fault,) = faults(text)
    lines = text.splitlines()
    named = [lines[int(n) - 1] for n in fault.message.partition("lines ")[2].split(", ")]
    assert fault.code == "W-PLACEHOLDER"
    assert [line.split(",")[0].strip() for line in named] == [
        "- {id: mayor",
        "- {id: call",
        "- id: vote-held",
        "## What happened",
    ]


def test_head_and_method_say_so_in_words_and_a_finished_brief_says_nothing(read, minimal):
    brief = read(marked(minimal, "document.title", "document.as_of", "events.call").replace(
        "credibility: 2}", "credibility: 2, placeholder: true}"))  # fmt: skip
    head, method = (Markup(block.html).striptags() for block in (qv.masthead(brief), qv.method(brief)))
    assert "Draft 4 entries are examples to be replaced, and no facts. 3 entries are guesses" in head
    assert "Guesses that nobody has confirmed: the headline; the day it stands for; Vote called." in method
    assert "Examples to be replaced, and no facts: The mayor; Vote called; Vote is held." in method
    assert qv.masthead(brief).data["card"]["dateline"] == "Draft · As of 10 February 2020"
    assert linked_data(brief)["creativeWorkStatus"] == "Draft"
    done = read(minimal)
    assert "creativeWorkStatus" not in linked_data(done)
    assert "Draft" not in qv.masthead(done).html
    assert (confirmation.unconfirmed(done.tree), confirmation.examples(done.tree)) == ([], [])


def test_a_term_of_an_agreement_may_be_a_guess(read, minimal):
    agreement = """\
agreement:
  name: Accord
  source: paper
  terms:
    - {id: fire, title: No fire, text: None., state: {value: met, date: 2020-02-01, source: paper}, source: paper}
events:"""
    text = marked(minimal.replace("events:", agreement, 1), "agreement.fire", "agreement")
    brief = read(text)
    called = [confirmation.called(brief.tree, path, brief.language) for path in confirmation.unconfirmed(brief.tree)]
    assert called == ["No fire", "Accord"]
