"""A message that shares a report (RFC 5322, MIME): its head, its parts, the files it brings along."""

import email.policy
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from quickview.desk.mail_body import Body
from quickview.edition import NAME, Status, entry_status, file_address
from quickview.errors import Fault, InputError, did_you_mean
from quickview.nightly import digest, record

_KINDS: Final = {".html": ("text", "html"), ".pdf": ("application", "pdf")}


def write(
    body: Body, *, to: Sequence[str] = (), sender: str = "", subject: str = "", files: Sequence[Path] = ()
) -> bytes:
    """Return a message: plain text beside HTML with its pictures, and files; the same input, the same bytes.

    Its date is noon of the day that it tells of, its id comes from all that it says. One that is sent to nobody is
    a draft.
    """
    policy, host = email.policy.SMTP.clone(cte_type="7bit"), urlsplit(body.site).hostname or ""
    told, shown = EmailMessage(policy), EmailMessage(policy)
    told["Subject"] = subject or f"{body.series}: {body.title}"
    told["From"] = sender or Address(body.series, "reports", host or "localhost")
    if to:
        told["To"] = ", ".join(to)
    else:
        told["X-Unsent"] = "1"  # Outlook opens it to be written on
    told["Date"] = datetime.combine(body.day, time(12), UTC)
    told.set_content(body.text)
    shown.set_content(body.html, subtype="html")
    del shown["MIME-Version"]
    for name, (kind, data) in body.pictures.items():
        file = f"{name.partition('@')[0]}.{kind}"
        shown.add_related(data, "image", kind, cid=f"<{name}>", disposition="inline", filename=file)
    if body.pictures:
        shown.set_param("type", "text/html")  # RFC 2387, 3.1
    told.make_alternative()
    told.attach(shown)
    for path in files:
        told.add_attachment(path.read_bytes(), *_KINDS[path.suffix], filename=path.name)
    told["Content-Language"] = body.language.code
    return _identified(told, host)


def _identified(told: EmailMessage, host: str) -> bytes:
    """Return a message with an id and boundaries that come from its content."""

    def bound(digest: str) -> None:
        for n, part in enumerate(part for part in told.walk() if part.is_multipart()):
            part.set_boundary(f"=_{n}_{digest}")

    bound("")
    digest = hashlib.sha256(told.as_bytes()).hexdigest()[:32]
    bound(digest)
    told["Message-ID"] = f"<{digest}@{host or 'quickview.invalid'}>"
    return told.as_bytes()


def page_of(reports: Path, name: str) -> Path:
    """Return the page of a report that stands; raises `InputError` where there is none."""
    page = reports / name / f"{name}.html"
    if not (NAME.fullmatch(name) and page.is_file()):
        known = [path.parent.name for path in sorted(reports.glob("*/*.html")) if path.stem == path.parent.name]
        hint = did_you_mean(name, known) if known and name != digest.NAME else "run `quickview nightly`"
        raise InputError.at(str(reports), "E-MAIL-NONE", f"holds no page of `{name}`", hint)
    return page


def files_of(
    reports: Path, name: str, kind: str, *, tell: Callable[[Fault], None] = lambda _fault: None
) -> Iterator[Path]:
    """Yield the files of one format: the report's; of an edition the digest's, and those of the reports that moved.

    What of the edition's record does not fit is left out, and told.
    Raises `InputError` when the first is missing.
    """
    first, edition = reports / name / f"{name}.{kind}", record.read(reports, tell=tell)
    if not first.is_file():
        raise InputError.at(str(first), "E-MAIL-ATTACH", "there is no such file", "make it, or attach another format")
    yield first
    for entry in edition["reports"] if name == digest.NAME else ():
        file = reports / file_address(entry, suffix=f".{kind}")
        if file.is_file() and entry_status(entry, edition["as_of"]) in {Status.CHANGED, Status.NEW}:
            yield file
