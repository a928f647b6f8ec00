"""The nightly edition: all briefs, of which only those are rendered whose reports would come out differently."""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from quickview import files
from quickview.brief.reader import catalog_of
from quickview.edition import NAME, is_failed
from quickview.errors import Fault, InputError, ReportError
from quickview.evidence import ledger
from quickview.language.catalogs import ENGLISH, LANGUAGES
from quickview.layers.catalog import read_catalog, read_features
from quickview.manifests import read_manifest
from quickview.nightly import archive, digest, feed, index_page, page, record
from quickview.nightly.plan import Planned, plan
from quickview.nightly.record import Outcome
from quickview.options import NightlyOptions
from quickview.report import fingerprint
from quickview.theme.theme import load_theme

WORLD: Final = "world"
"""The layer that the front page's map is drawn from, if the catalogue has it."""


@dataclass(frozen=True)
class NightlyResult:
    """What a night has made: the record of the edition, the outcome of each brief tried, and the briefs left undone."""

    edition: Mapping[str, Any]
    outcomes: Sequence[Outcome]
    undone: Sequence[Path]


def run(night: NightlyOptions, *, tell: Callable[[Outcome], None] = lambda _outcome: None) -> NightlyResult:
    """Make what must be made, then the record of the edition, the front page and the feed.

    A report counts as done as soon as it stands in its place, so that a run that is
    killed goes on from there the next time.
    """
    made_of = fingerprint.common(night)
    taken = [one for one in plan(night, made_of) if _takes(night, one.facts)]
    todo = [one for one in taken if night.force or one.reasons]
    noticed = {one.brief: one.noticed for one in todo}
    outcomes = []
    for made in _made(todo, night, made_of):
        outcome = replace(made, noticed=(*noticed[made.brief], *made.noticed))
        outcomes.append(outcome)
        tell(outcome)
    told = {outcome.brief: outcome for outcome in outcomes}
    undone = [one.brief for one in todo if one.brief not in told]
    done = [one for one in taken if one.brief not in undone]
    for outcome in _archived(done, night):
        outcomes.append(outcome)
        tell(outcome)
    left_out: list[Fault] = []

    def leave_out(fault: Fault) -> None:
        left_out.append(replace(fault, code=f"W{fault.code[1:]}"))

    entries = [record.entry(one.brief, one.folder, told.get(one.brief), tell=leave_out) for one in done]
    kept = [*carried_over(night, {one.folder.name for one in done}, tell=leave_out)]
    edition = record.edition([*entries, *kept], day=night.day, left_out=left_out)
    publish(edition, night)
    for outcome in (*_digested(edition, night, made_of), *_kept_ledger(edition, night, made_of)):
        outcomes.append(outcome)
        tell(outcome)
    return NightlyResult(edition, outcomes, undone)


def _takes(night: NightlyOptions, facts: Mapping[str, Any] | None) -> bool:
    """Whether the night takes a brief; one that cannot be read is taken, so that its faults are told."""
    if facts is None:
        return True
    topics = {str(topic).casefold() for topic in facts["topics"]}
    return night.country in {"", facts["country"]} and (not night.topic or night.topic.casefold() in topics)


def _made(todo: Sequence[Planned], night: NightlyOptions, made_of: Mapping[str, str]) -> Iterator[Outcome]:
    """Yield the outcome of each brief, in order, until too many have failed."""
    if not todo:
        return
    # jsonschema, under nbformat, would build a grammar of web addresses for 2 s, which no notebook asks for.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from quickview.nightly import pool

    options = replace(night, briefs=(), made_of=made_of)  # without the other briefs, as it is sent to each worker
    jobs = [pool.Job(one.brief, options) for one in todo]
    failures = 0
    with closing(pool.spread(jobs, workers=night.workers, scheduler=night.scheduler)) as outcomes:
        for outcome in outcomes:
            yield outcome
            failures += bool(outcome.faults)
            if failures == night.most_failures:
                return


def _archived(done: Sequence[Planned], night: NightlyOptions) -> Iterator[Outcome]:
    """Keep the reports that stand under their days, if they are to be kept; yield the outcome of each that cannot be."""
    for one in done if night.archive is not None else ():
        try:
            archive.keep(one.folder, night.archive or 0)
        except ReportError as error:
            yield record.failed(one.brief, [error])


def _digested(edition: Mapping[str, Any], night: NightlyOptions, made_of: Mapping[str, str]) -> Iterator[Outcome]:
    """Yield the outcome of the digest, if there is to be one and it would come out differently."""
    if not (night.digest and night.digest.exists()) or not any(one["report"] for one in edition["reports"]):
        return
    needed = digest.made_of(edition, night.digest, made_of, world=world(_catalog(night)))
    if night.force or not page.stands(night.out / digest.NAME, needed):
        yield digest.render(edition, replace(night, notebook=night.digest, made_of=needed, catalog=_catalog(night)))


def _kept_ledger(edition: Mapping[str, Any], night: NightlyOptions, made_of: Mapping[str, str]) -> Iterator[Outcome]:
    """Yield the outcome of the page of all forecasts, if there is to be one and it would come out differently.

    Without a day of its own, a night looks from the last day that a report or an outcome names, so that the same briefs give the same page.
    """
    if not (night.forecasts and night.forecasts.exists()):
        return
    day = date.fromisoformat(night.day) if night.day else None
    told = ledger.of_edition(edition, as_of=day)
    if not told.forecasts:
        return
    content = ledger.as_json(told)
    needed = {
        **made_of,
        **fingerprint.of_notebook(night.forecasts),
        "ledger": hashlib.sha256(content.encode()).hexdigest(),
    }
    if night.force or not page.stands(night.out / ledger.NAME, needed):
        options = replace(night, notebook=night.forecasts, made_of=needed, catalog=_catalog(night))
        yield page.render(ledger.NAME, content, options, subject="ledger_path")


def _catalog(night: NightlyOptions) -> Path | None:
    beside = [catalog_of(brief) for brief in night.briefs]
    return night.catalog or next((path for path in beside if path.exists()), None)


def carried_over(
    night: NightlyOptions, names: Iterable[str], *, tell: Callable[[Fault], None]
) -> Iterator[record.Entry]:
    """Yield the entries of reports that this run does not look at and whose briefs are still there.

    What stands is told by its manifest, and by the last record only what failed. What does not fit is left out, and told.
    """

    def rewritten(fault: Fault) -> None:
        tell(replace(fault, hint="this night writes it anew, with what stands"))

    last = {one["name"]: one for one in record.read(night.out, tell=rewritten)["reports"]}
    folders = {path.name for path in night.out.iterdir() if NAME.fullmatch(path.name)} if night.out.is_dir() else set()
    for name in sorted({*last, *folders} - set(names)):
        failed = last[name] if name in last and is_failed(last[name]) else None
        ways = [Path(last[name]["brief"])] if name in last and last[name]["brief"] else []
        ways += sorted({one.with_name(f"{name.partition('.')[0]}.md") for one in night.briefs})
        brief = next((path for path in ways if path.is_file()), None)
        manifest = read_manifest(night.out / name, tell=tell) if brief else None
        # A report that somebody rendered beside those of the night is none of its.
        stands = manifest is not None and (name in last or bool(manifest["made_of"]))
        if brief and (failed or stands):
            entry = record.entry(brief, night.out / name, None, tell=tell)
            yield {**failed, "report": entry["report"], "stale": failed["stale"] and stands} if failed else entry


def publish(edition: Mapping[str, Any], night: NightlyOptions) -> None:
    """Write what lies in front of the reports: edition.json, junit.xml, index.html, feed.xml, reports.json, each in one step."""
    words, site, out = night.language if night.language in LANGUAGES else ENGLISH, night.site, night.out
    outlines = world(_catalog(night))
    keeps = night.forecasts and night.forecasts.exists() and ledger.of_edition(edition).forecasts
    front = index_page.write(
        edition,
        theme=load_theme(night.theme),
        world=outlines,
        site=site,
        language=words,
        ledger=f"{ledger.NAME}/{ledger.NAME}.html" if keeps else "",
    )
    texts = {
        record.FILE: record.as_json(edition),
        record.JUNIT: record.as_junit(edition),
        feed.CATALOGUE: feed.catalogue(edition, site=site),
        feed.ATOM: feed.atom(edition, site=site, language=words),
        "index.html": front,
    }
    errors = []
    for name, text in texts.items():
        try:
            files.write_atomically(out / name, text)
        except ReportError as error:  # what bars the way of one must not keep readers from the others
            errors.append(error)
    if errors:
        raise ReportError.of(errors)


def world(catalog: Path | None) -> Mapping[str, Any] | None:
    """Return the outlines of the world's countries as GeoJSON, for the front page's map; None where there are none to be had."""
    if catalog is None:
        return None
    try:
        return read_features(read_catalog(catalog), WORLD)
    except InputError:
        return None
