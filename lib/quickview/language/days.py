"""How far off a day is, in words that say what the day is for: due, takes effect, ends, or simply set."""

from quickview.language.catalogs import Language


def left(kind: str, days: int, language: Language) -> str:
    """Return "due in 3 days", "takes effect today", "ended 2 days ago".

    `kind` is `deadline`, `effect`, `end` or `scheduled`; `days` are counted from the day of
    the edition and negative for a day that has passed.
    """
    if days == 0:
        return _today(kind, language)
    return _ahead(kind, days, language) if days > 0 else _passed(kind, -days, language)


def _today(kind: str, language: Language) -> str:
    _ = language.gettext
    words = {"deadline": _("due today"), "effect": _("takes effect today"), "end": _("ends today")}
    return words.get(kind, _("today"))


def _ahead(kind: str, days: int, language: Language) -> str:
    ngettext = language.ngettext
    words = {
        "deadline": ngettext("due in {n} day", "due in {n} days", days, n=days),
        "effect": ngettext("takes effect in {n} day", "takes effect in {n} days", days, n=days),
        "end": ngettext("ends in {n} day", "ends in {n} days", days, n=days),
    }
    return words.get(kind, ngettext("in {n} day", "in {n} days", days, n=days))


def _passed(kind: str, days: int, language: Language) -> str:
    ngettext = language.ngettext
    words = {
        "deadline": ngettext("was due {n} day ago", "was due {n} days ago", days, n=days),
        "effect": ngettext("in effect for {n} day", "in effect for {n} days", days, n=days),
        "end": ngettext("ended {n} day ago", "ended {n} days ago", days, n=days),
    }
    return words.get(kind, ngettext("{n} day ago", "{n} days ago", days, n=days))
