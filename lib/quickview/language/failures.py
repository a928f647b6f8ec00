"""Why a report could not be made, in the words that front page, feed and digest share."""

from quickview.language.catalogs import Language


def told(cause: str, day: str, language: Language, *, is_whole: bool = True) -> str:
    """Return in one sentence what is amiss with a report.

    `cause` is one word of an edition's record; `day` is that of the report that still
    stands, as the language writes it, and empty if there is none; where that is not
    `is_whole`, it is the new one, of which a part could not be made.
    """
    _ = language.gettext
    why = _words(language).get(cause, _("the cause is not known"))
    if not day:
        return _("There is no report yet: {cause}.", cause=why)
    if not is_whole:
        return _("A part of the report of {day} could not be made: {cause}.", day=day, cause=why)
    return _("The report of {day} still stands: {cause}.", day=day, cause=why)


def _words(language: Language) -> dict[str, str]:
    _ = language.gettext
    return {
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
