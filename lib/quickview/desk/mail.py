"""The command `mail`: an edition's digest, or a report, as a message in a file. Sending it is left to whoever sends mail."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from quickview import terminal
from quickview.errors import Fault, InputError, ReportError
from quickview.nightly.commands import DIGEST
from quickview.terminal import say, warn

LARGE: Final = 20_000_000
"""Bytes above which many servers refuse a message."""

LONG: Final = 102_000
"""Bytes of HTML after which Gmail cuts a message off, with a link to the rest."""

_ADDRESS: Final = r"[A-Za-z0-9_.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
_MAILBOX: Final = re.compile(rf'{_ADDRESS}|[^<>@,;:"\\()]+ <{_ADDRESS}>')
"""An address as RFC 5322 has it, with a name or without; no comments, no letters that only newer servers take (SMTPUTF8)."""


@dataclass(frozen=True)
class Envelope:
    """Options of what stands in the head of a message."""

    to: Annotated[list[str] | None, typer.Option(help="Address to send to; may be repeated.", show_default=False)] = (
        None
    )
    sender: Annotated[
        str, typer.Option("--from", help="Address it comes from. [default: reports@ the site]", show_default=False)
    ] = ""
    subject: Annotated[str, typer.Option(help="Subject. [default: series and title]", show_default=False)] = ""


@dataclass(frozen=True)
class Contents:
    """Options of what a message links to and brings along."""

    site: Annotated[
        str,
        typer.Option(
            help="Address the reports are served at. [default: the one the report names]",
            show_default=False,
            callback=terminal.checked_site,
        ),
    ] = ""
    attach: Annotated[
        list[terminal.Format] | None,
        typer.Option(help="Format to attach; with the digest come the reports that moved.", show_default=False),
    ] = None
    reports: Annotated[
        Path | None, typer.Option(help="Folder of the reports. [default: reports/]", show_default=False)
    ] = None


@terminal.flattened
def mail(
    envelope: Envelope,
    contents: Contents,
    name: Annotated[str, typer.Argument(help="Name of a report. [default: the digest]", show_default=False)] = DIGEST,
    out: Annotated[Path | None, typer.Option(help="File to write. [default: NAME-DAY.eml]", show_default=False)] = None,
) -> None:
    """Write the digest of an edition, or a report, as a message file (.eml) for any mail program."""
    if faults := [*_faults(envelope)]:
        raise InputError(faults)
    from quickview.desk import message
    from quickview.desk.mail_body import body_of

    reports = contents.reports or terminal.in_project(terminal.OUT)
    page = message.page_of(reports, name)
    files = [
        path
        for kind in dict.fromkeys(contents.attach or ())
        for path in message.files_of(reports, name, kind, tell=lambda fault: warn(str(fault)))
    ]
    body = body_of(page, site=contents.site, attached=files)
    written = message.write(body, to=envelope.to or (), sender=envelope.sender, subject=envelope.subject, files=files)
    out = out or Path(f"{name}-{body.day}.eml")
    try:
        out.write_bytes(written)
    except OSError as error:
        raise ReportError("E-OUT-WRITE", f"{out} cannot be written: {error.strerror}", "name another --out") from None
    say(f"{out}  {len(written) / 1000:,.0f} kB")
    if len(body.html.encode()) > LONG:
        hint = "send it as a file: --attach pdf"
        warn(f"{out}: W-MAIL-LONG Gmail shows the first {LONG / 1000:.0f} kB of HTML, and a link to the rest — {hint}")
    if len(written) > LARGE:
        hint = "attach only PDF, or name the --site"
        warn(f"{out}: W-MAIL-SIZE many servers take no message above {LARGE / 1e6:.0f} MB — {hint}")


def _faults(envelope: Envelope) -> Iterator[Fault]:
    """Yield all that cannot stand in the head of a message: a line break would begin a header of its own."""
    given = [("--subject", envelope.subject), ("--from", envelope.sender), *(("--to", to) for to in envelope.to or ())]
    for option, value in given:
        if not value.isprintable():
            wrong = "holds a line break or another character that is not printed"
            yield Fault(option, 0, 0, "E-MAIL-HEADER", wrong, "write it in one line of plain text")
        elif value and option != "--subject" and not _MAILBOX.fullmatch(value):
            hint = "write desk@example.org, or Desk <desk@example.org>; repeat the option for several"
            yield Fault(option, 0, 0, "E-MAIL-ADDRESS", f"`{value}` is no address", hint)
