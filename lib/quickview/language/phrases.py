"""Phrases that several pages share: how far off a day is, what is no fact yet, what became of a forecast, and why a report could not be made."""

from typing import Final

from quickview.language.catalogs import Language

YEAR: Final = 366
"""Days above which a distance is told in years: nobody counts so many."""


def left(kind: str, days: int, language: Language) -> str:
    """Return "due in 3 days", "takes effect today", "ended 2 days ago".

    What is more than a year off is told in years: "was due 18 years ago". `kind` is `deadline`, `effect`, `end`, `forecast` (its last day) or `scheduled`; `days` are counted from the day of
    the edition and negative for a day that has passed.
    """
    _, ngettext = language.gettext, language.ngettext
    if days == 0:
        words = {"deadline": _("due today"), "effect": _("takes effect today"), "end": _("ends today"),
                 "forecast": _("to be settled today")}  # fmt: skip
        return words.get(kind, _("today"))
    n = abs(days)
    if n > YEAR:
        return _years_off(kind, days, language)
    if days > 0:
        words = {
            "deadline": ngettext("due in {n} day", "due in {n} days", n, n=n),
            "effect": ngettext("takes effect in {n} day", "takes effect in {n} days", n, n=n),
            "end": ngettext("ends in {n} day", "ends in {n} days", n, n=n),
            "forecast": ngettext("to be settled in {n} day", "to be settled in {n} days", n, n=n),
        }
        return words.get(kind, ngettext("in {n} day", "in {n} days", n, n=n))
    words = {
        "deadline": ngettext("was due {n} day ago", "was due {n} days ago", n, n=n),
        "effect": ngettext("in effect for {n} day", "in effect for {n} days", n, n=n),
        "end": ngettext("ended {n} day ago", "ended {n} days ago", n, n=n),
        "forecast": ngettext("overdue for {n} day", "overdue for {n} days", n, n=n),
    }
    return words.get(kind, ngettext("{n} day ago", "{n} days ago", n, n=n))


def _years_off(kind: str, days: int, language: Language) -> str:
    _, when = language.gettext, language.years(days)
    ahead = {
        "deadline": _("due {when}", when=when),
        "effect": _("takes effect {when}", when=when),
        "end": _("ends {when}", when=when),
        "forecast": _("to be settled {when}", when=when),
    }
    passed = {
        "deadline": _("was due {when}", when=when),
        "effect": _("took effect {when}", when=when),
        "end": _("ended {when}", when=when),
        "forecast": _("was to be settled {when}", when=when),
    }
    return (ahead if days > 0 else passed).get(kind, when)


def draft(guesses: int, examples: int, language: Language) -> list[str]:
    """Return what tells a reader that some of a report is no fact yet, a sentence each; nothing of a finished one."""
    ngettext = language.ngettext
    made_up = ngettext(
        "{n} entry is an example to be replaced, and no fact.",
        "{n} entries are examples to be replaced, and no facts.",
        examples,
        n=examples,
    )
    guessed = ngettext(
        "{n} entry is a guess that nobody has confirmed.",
        "{n} entries are guesses that nobody has confirmed.",
        guesses,
        n=guesses,
    )
    return [made_up] * bool(examples) + [guessed] * bool(guesses)


def became(outcome: str, language: Language) -> str:
    """Return what became of a forecast, by one word of its outcome: `yes`, `no`, `partly` or `void`."""
    _ = language.gettext
    words = {"yes": _("Came true"), "no": _("Did not come true"), "partly": _("Came true in part")}
    return words.get(outcome, _("Could not be settled"))


def failure(cause: str, day: str, language: Language, *, is_whole: bool = True) -> str:
    """Return in one sentence what is amiss with a report.

    `cause` is one word of an edition's record; `day` is that of the report that still
    stands, as the language writes it, and empty if there is none; where that is not
    `is_whole`, it is the new one, of which a part could not be made.
    """
    _ = language.gettext
    said = why(cause, language)
    if not day:
        return _("There is no report yet: {cause}.", cause=said)
    if not is_whole:
        return _("A part of the report of {day} could not be made: {cause}.", day=day, cause=said)
    return _("The report of {day} still stands: {cause}.", day=day, cause=said)


def why(cause: str, language: Language) -> str:
    """Return in words what one word of a record names as the cause of a failure."""
    _ = language.gettext
    words = {
        "input": _("something that it is made from has faults"),
        "brief": _("its brief has faults"),
        "changed": _("its brief changed while it was made"),
        "cell": _("a cell of its notebook failed"),
        "timeout": _("its notebook took too long"),
        "kernel": _("its kernel stopped"),
        "browser": _("no browser could draw it"),
        "disk": _("the disk could not be written"),
        "incomplete": _("parts of it were missing"),
        "worker": _("the machine that made it was lost"),
        "machine": _("something on the machine is missing"),
        "kit": _("the software that makes it failed"),
    }
    return words.get(cause, _("the cause is not known"))
