"""Every message of the interface stands in every catalogue, and nothing else does."""

import string

import pytest
from babel.messages import pofile
from tests.conftest import NOTEBOOK

from quickview import messages
from quickview.brief.vocabulary import WORDS, ActorKind, Precision, Reliability
from quickview.language.catalogs import ENGLISH, LANGUAGES, Language

EACH = pytest.mark.parametrize("code", sorted({*LANGUAGES} - {ENGLISH}))


@pytest.fixture(scope="module")
def gathered():
    """What the code, the templates and the notebooks say."""
    return messages.gather(NOTEBOOK.parent.glob("*.ipynb"))


@pytest.fixture(scope="module")
def asked(gathered):
    """The same, singular and plural together."""
    return {message.id for message in gathered if message.id}


def _forms(text):
    return text if isinstance(text, tuple) else (text,)


def _fields(text):
    return {name for _, name, *_ in string.Formatter().parse(text) if name is not None}


def _known(code):
    return {message.id: message.string for message in messages.read(code) if message.id}


@pytest.mark.slow
def test_messages_come_from_code_templates_lists_and_headings(asked):
    assert {"Not placed: {sites}.", "Drivers for", "Explore", str(ActorKind.ARMED_GROUP), *WORDS, "Who is who"} <= asked
    assert ("{n} day", "{n} days") in asked
    assert asked.isdisjoint({*Reliability, Precision.MONTH, "", None})


@EACH
def test_no_message_is_without_a_translation_and_none_is_left_over(code, gathered):
    known, asked = ({(one.context, one.id) for one in catalog if one.id} for catalog in (messages.read(code), gathered))
    assert known == asked


@EACH
def test_no_translation_is_empty(code):
    catalog = [message for message in messages.read(code) if message.id]
    assert [one.id for one in catalog if not all(form.strip() for form in _forms(one.string))] == []


@EACH
def test_every_plural_of_the_language_is_given(code):
    catalog = messages.read(code)
    plurals = [message for message in catalog if isinstance(message.id, tuple)]
    assert plurals
    assert {len(message.string) for message in plurals} == {catalog.num_plurals}


@EACH
def test_what_is_filled_in_is_the_same_in_every_language(code):
    for message, text in _known(code).items():
        given = _fields(_forms(message)[-1])
        # The form of a noun may say its number, as the Arabic dual does.
        spared = {"n", "recent"} if isinstance(message, tuple) else set()
        assert all(given - spared <= _fields(form) <= given for form in _forms(text)), message


@EACH
def test_words_of_the_yardstick_differ_from_one_another(code):
    known = _known(code)
    assert len({known[word] for word in WORDS}) == len(WORDS)


@EACH
def test_a_catalogue_is_as_the_tool_would_write_it(code, tmp_path, monkeypatch, gathered):
    folder = tmp_path / "language" / "locales" / code / "LC_MESSAGES"
    folder.mkdir(parents=True)
    before = messages.catalogue_path(code).read_bytes()
    (folder / "quickview.po").write_bytes(before)
    monkeypatch.setattr(messages, "gather", lambda _: gathered)
    monkeypatch.setattr(messages, "catalogue_path", lambda _: folder / "quickview.po")
    monkeypatch.setattr(messages, "LANGUAGES", (ENGLISH, code))
    messages.update(NOTEBOOK.parent.glob("*.ipynb"))
    assert (folder / "quickview.po").read_bytes() == before


@pytest.mark.slow
def test_what_is_new_is_added_empty_and_what_is_gone_is_dropped(tmp_path, monkeypatch):
    path = tmp_path / "fr" / "quickview.po"
    path.parent.mkdir()
    path.write_text('msgid "Explore"\nmsgstr "Explorer"\n\nmsgid "Nobody says this"\nmsgstr "x"\n', encoding="utf-8")
    monkeypatch.setattr(messages, "catalogue_path", lambda _: path)
    monkeypatch.setattr(messages, "LANGUAGES", (ENGLISH, "fr"))
    messages.update([])
    with path.open("rb") as file:
        known = {message.id: message.string for message in pofile.read_po(file, locale="fr")}
    assert known["Explore"] == "Explorer"
    assert known["Close"] == ""
    assert "Nobody says this" not in known


@EACH
def test_a_heading_of_the_kit_is_translated_and_one_that_is_a_word_of_the_interface_is_not(code):
    language = Language(code)
    assert language.heading("Who is who") != "Who is who"
    assert language.gettext("Others") != language.heading("Others") == "Others"


@EACH
def test_no_translation_is_marked_as_a_guess_and_so_left_unread(code):
    assert [message.id for message in messages.read(code) if message.id and message.fuzzy] == []
