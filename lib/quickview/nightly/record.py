"""What became of each brief of an edition, and whose fault it was: for machines, for CI and for a terminal."""

import json
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from quickview import files
from quickview.errors import TRANSIENT, Fault, MachineError, ReportError
from quickview.manifests import EditionReport, read_entries, read_manifest
from quickview.nightly import archive

FILE: Final = "edition.json"
JUNIT: Final = "junit.xml"
STATES: Final = ("succeeded", "unchanged", "failed")

_NO_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write (production 2)."""

_CAUSES: Final = {
    "E-NOTEBOOK-CELL": "cell",
    "E-NOTEBOOK-TIMEOUT": "timeout",
    "E-REPORT-TIMEOUT": "timeout",
    "E-KERNEL": "kernel",
    "E-BROWSER": "browser",
    "E-FIGURE": "browser",
    "E-PDF": "browser",
    "E-OUT-WRITE": "disk",
    "E-OUT-PATH": "disk",
    "E-DISK": "disk",
    "E-INCOMPLETE": "incomplete",
    "E-XREF": "incomplete",
    "E-NOTEBOOK-BRIEF": "incomplete",
    "E-NOTEBOOK-NOT-RUN": "incomplete",
    "E-WORKER": "worker",
    "E-BRIEF-CHANGED": "changed",
    "E-INTERNAL": "kit",
}


_OUTPUT: Final = ("E-OUTPUT-", "E-FIGURE-", "E-IMAGE-", "E-CITATION-")
"""How the codes of what an analyst's cell shows and cannot stand in a report begin."""

Entry = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of a job: the files made, what was noticed, and what failed.

    `noticed` are warnings of the brief itself, `warnings` those of its report.
    `cause` is one word, empty if all is well: brief, cell, timeout, kernel, browser, disk,
    incomplete, worker, machine, changed, kit. `detail` is the notebook's own part of a traceback.
    `memory` is the most that the kernel held, in MB, 0 if unknown.
    """

    brief: Path
    files: tuple[Path, ...] = ()
    noticed: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    cause: str = ""
    detail: str = ""
    tries: int = 1
    seconds: float = 0
    memory: float = 0

    @property
    def is_transient(self) -> bool:
        """Whether another try may do better."""
        return any(fault.code in TRANSIENT for fault in self.faults)


def failed(brief: Path, errors: Sequence[ReportError]) -> Outcome:
    """Return the outcome of a brief whose report could not be made, or not wholly."""
    every = [one for error in errors for one in (error, *error.others)]
    detail = "\n".join(one.detail for one in every if one.detail)
    return Outcome(brief, faults=tuple(one.at(str(brief)) for one in every), cause=cause_of(errors[0]), detail=detail)


def cause_of(error: ReportError) -> str:
    """Return in one word what kind of thing went wrong."""
    if error.code.startswith("E-CHROMIUM"):
        return "browser"
    if error.code.startswith(_OUTPUT):
        return "cell"
    return _CAUSES.get(error.code, "machine" if isinstance(error, MachineError) else "kit")


def internal(error: Exception) -> ReportError:
    """Return a fault of the kit's own as one that can be told in a line, unless the machine is behind it."""
    if known := MachineError.behind(error):
        return known
    message, hint = f"{type(error).__name__}: {error}", "run again with --debug and report what it prints"
    return ReportError("E-INTERNAL", message, hint, "".join(traceback.format_exception(error)))


def entry(
    brief: Path, folder: Path, outcome: Outcome | None, *, tell: Callable[[Fault], None] = lambda _fault: None
) -> Entry:
    """Return what became of a brief; `outcome` is None when its report did not have to be made again.

    `tell` is told of earlier editions of the report that are not whole any more.
    """
    done = outcome or Outcome(brief)
    unfit: list[Fault] = []
    manifest = read_manifest(folder, tell=unfit.append)
    failed = bool(done.faults)
    return {
        "name": folder.name,
        "brief": files.public(brief.as_posix()),
        "state": "failed" if failed else "succeeded" if outcome else "unchanged",
        "cause": done.cause,
        "faults": [files.public(str(fault)) for fault in (*done.faults, *(unfit if failed else ()))],
        "stale": failed and not done.files and manifest is not None,
        "tries": done.tries if outcome else 0,
        "seconds": done.seconds,
        "memory_mb": done.memory or None,
        "report": report_facts(manifest) if manifest else None,
        "editions": [day for day in archive.editions(folder, tell=tell) if manifest and day != manifest["as_of"]],
    }


def report_facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an edition's record tells of a report."""
    made = manifest["files"]
    return {
        **{key: manifest[key] for key in EditionReport.model_fields if key in manifest},
        "pdf": f"{manifest['name']}.pdf" in made,
        "picture": f"{manifest['name']}.png" in made,
    }


def edition(entries: Iterable[Entry], *, day: str = "", left_out: Iterable[Fault] = ()) -> dict[str, Any]:
    """Return the record of an edition, sorted by name; its day is the latest `as_of` unless one is given.

    `left_out` are the faults of what stood before and could not be taken over.
    """
    reports = sorted(entries, key=lambda one: str(one["name"]))
    counts = Counter(one["state"] for one in reports)
    days = [one["report"]["as_of"] for one in reports if one["report"]]
    return {
        "as_of": day or max(days, default=""),
        "counts": {state: counts[state] for state in STATES},
        "reports": reports,
        **({"left_out": told} if (told := [files.public(str(fault)) for fault in left_out]) else {}),
    }


def read(out: Path, *, tell: Callable[[Fault], None] = lambda _fault: None) -> dict[str, Any]:
    """Return the record of the edition that stands in a folder, without entries that do not fit, which are told; one without reports if there is none."""
    day, entries = read_entries(out / FILE, tell=tell)
    return edition(entries, day=day)


def as_json(content: Mapping[str, Any]) -> str:
    """Return a record as a JSON text."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def for_xml(text: object) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NO_XML.sub("\ufffd", str(text))


def as_junit(edition: Mapping[str, Any]) -> str:
    """Return the record as JUnit XML: a test case a brief; unchanged ones are skipped."""
    reports: Sequence[Entry] = edition["reports"]
    counts = edition["counts"]
    seconds = sum(one["seconds"] for one in reports)
    totals = {"tests": len(reports), "failures": counts["failed"], "errors": 0, "skipped": counts["unchanged"]}
    numbers = {"name": "quickview nightly", "time": f"{seconds:.3f}", **{key: str(n) for key, n in totals.items()}}
    suites = ET.Element("testsuites", numbers)
    suite = ET.SubElement(suites, "testsuite", numbers)
    for one in reports:
        named = {"classname": one["brief"], "name": one["name"], "time": f"{one['seconds']:.3f}"}
        case = ET.SubElement(suite, "testcase", named)
        if one["state"] == "failed":
            failure = ET.SubElement(case, "failure", {"type": one["cause"], "message": for_xml(one["faults"][0])})
            failure.text = for_xml("\n".join(one["faults"]))
        elif one["state"] == "unchanged":
            ET.SubElement(case, "skipped", {"message": "unchanged"})
    ET.indent(suites, " ")
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def annotations(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield GitHub's workflow commands that show each fault at its line of the brief."""
    for outcome in outcomes:
        for fault in (*outcome.noticed, *outcome.faults):
            place = {"file": fault.file, "line": fault.line, "col": fault.column, "title": fault.code}
            properties = ",".join(f"{key}={_escaped(str(value), ',:')}" for key, value in place.items() if value)
            yield f"::{'warning' if fault.is_warning else 'error'} {properties}::{_escaped(f'{fault.message} — {fault.hint}')}"
        for warning in outcome.warnings:
            yield f"::warning file={_escaped(str(outcome.brief), ',:')}::{_escaped(warning)}"


def _escaped(text: str, more: str = "") -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def table(edition: Mapping[str, Any]) -> str:
    """Return the record as an aligned table of what was made or failed, and a line that counts."""
    rows = []
    for one in (one for one in edition["reports"] if one["state"] != "unchanged"):
        memory = f"{one['memory_mb']:.0f} MB" if one["memory_mb"] else ""
        tries = f"{one['tries']} tries" if one["tries"] > 1 else ""
        stale = "the last good report stays" if one["stale"] else ""
        rows.append((one["state"], one["name"], one["cause"], f"{one['seconds']:.1f} s", memory, tries, stale))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, counted(edition)])


def counted(edition: Mapping[str, Any]) -> str:
    """Return how many reports were made, stayed and failed, in one line."""
    return ", ".join(f"{edition['counts'][state]} {state}" for state in STATES)


def as_markdown(edition: Mapping[str, Any]) -> str:
    """Return the record as Markdown, for the summary of a CI run."""
    head = [f"### Edition of {edition['as_of'] or 'no day'}: {counted(edition)}", ""]
    rows = [one for one in edition["reports"] if one["state"] != "unchanged"]
    if not rows:
        return "\n".join([*head, ""])
    lines = ["| report | state | cause | |", "|---|---|---|---|"]
    for one in rows:
        cells = (one["name"], one["state"], one["cause"], "; ".join(one["faults"]))
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join([*head, *lines, ""])
