"""The nightly edition: all briefs, of which only those are rendered whose reports would come out differently."""

import functools
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from quickview import files
from quickview.brief.change_messages import say
from quickview.brief.changes import compare, language_of
from quickview.brief.reader import Past, read_past
from quickview.errors import InputError
from quickview.language.catalogs import ENGLISH, LANGUAGES
from quickview.layers.catalog import Catalog, read_catalog, read_features
from quickview.nightly import digest, feed, index_page, record
from quickview.nightly.record import Outcome
from quickview.options import NightlyOptions
from quickview.report import fingerprint, store
from quickview.report.cells import NOTEBOOK, notebook_of
from quickview.theme.theme import load_theme

WORLD: Final = "world"
"""The layer that the front page's map is drawn from, if the catalogue has it."""


@dataclass(frozen=True)
class NightlyResult:
    """What a night has made: the record of the edition, the outcome of each brief tried, and the briefs left undone."""

    edition: Mapping[str, Any]
    outcomes: Sequence[Outcome]
    undone: Sequence[Path]


@dataclass(frozen=True)
class Planned:
    """A brief, the folder of its report, and why the report must be made again; no reason means that it stays."""

    brief: Path
    folder: Path
    reasons: tuple[str, ...]
    facts: Mapping[str, Any] | None
    """Country and topics of the brief; None when it cannot be read."""


def run(night: NightlyOptions, *, tell: Callable[[Outcome], None] = lambda _outcome: None) -> NightlyResult:
    """Make what must be made, then the record of the edition, the front page and the feed.

    A report counts as done as soon as it stands in its place, so that a run that is
    killed goes on from there the next time.
    """
    made_of = fingerprint.common(night)
    taken = [one for one in plan(night, made_of) if _takes(night, one.facts)]
    todo = [one for one in taken if night.force or one.reasons]
    outcomes = []
    for outcome in _made(todo, night, made_of):
        outcomes.append(outcome)
        tell(outcome)
    told = {outcome.brief: outcome for outcome in outcomes}
    undone = [one.brief for one in todo if one.brief not in told]
    done = [one for one in taken if one.brief not in undone]
    entries = [record.entry(one.brief, one.folder, told.get(one.brief)) for one in done]
    kept = carried_over(night.out, {one.folder.name for one in done})
    edition = record.edition([*entries, *kept], day=night.day)
    publish(edition, night)
    for outcome in _digested(edition, night, made_of):
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


def _digested(edition: Mapping[str, Any], night: NightlyOptions, made_of: Mapping[str, str]) -> Iterator[Outcome]:
    """Yield the outcome of the digest, if there is to be one and it would come out differently."""
    if not (night.digest and night.digest.exists()) or not any(one["report"] for one in edition["reports"]):
        return
    needed = digest.made_of(edition, night.digest, made_of, world=world(_catalog(night)))
    if night.force or not digest.stands(night.out, needed):
        yield digest.render(edition, replace(night, notebook=night.digest, made_of=needed, catalog=_catalog(night)))


def _catalog(night: NightlyOptions) -> Path | None:
    beside = [brief.resolve().parent.parent / "shapes" / "catalog.yaml" for brief in night.briefs]
    return night.catalog or next((path for path in beside if path.exists()), None)


def plan(night: NightlyOptions, made_of: Mapping[str, str]) -> Iterator[Planned]:
    """Yield each brief with the reasons to make its report again. `made_of` is what all reports are made of."""
    catalogs = _Catalogs(night.catalog)
    for brief in night.briefs:
        folder = _folder(brief, night.out, night.language)
        manifest = store.read_manifest(folder)
        reasons = tuple(_reasons(brief, folder, manifest, made_of, catalogs, night.notebook))
        same = manifest and manifest.get("brief") == files.sha256(brief)
        facts: Mapping[str, Any] | None = manifest
        if not same:
            past = _past(brief)
            document = past.facts.document if past else None
            facts = {"country": document.country, "topics": document.topics} if document else None
        yield Planned(brief, folder, reasons, facts)


def _folder(brief: Path, out: Path, language: str) -> Path:
    """Return where the report stands: in a folder of its own if it is read in another language than its own."""
    own = out / brief.stem
    if not language or (store.read_manifest(own) or {}).get("language") == language:
        return own
    past = _past(brief)
    return own if past and past.facts.document.language == language else out / f"{brief.stem}.{language}"


def _past(path: Path) -> Past | None:
    return read_past(path) if path.exists() else None


def _reasons(
    brief: Path,
    folder: Path,
    manifest: Mapping[str, Any] | None,
    made_of: Mapping[str, str],
    catalogs: "_Catalogs",
    given: Path | None,
) -> Iterator[str]:
    if manifest is None:
        yield "there is no report yet"
    elif not manifest.get("made_of"):
        yield "the report that stands is not whole, or was not made by a nightly run"
    else:
        yield from (f"{name} is missing or damaged" for name in store.missing_files(folder, manifest))
        last: dict[str, str] = manifest["made_of"]
        # The notebook that it was made with, where it lies now; what the brief names now counts as the brief's own change.
        name = manifest.get("notebook", {}).get("name", NOTEBOOK.name)
        notebook = given or notebook_of(brief, None if name == NOTEBOOK.name else name)
        now = {
            **made_of,
            **fingerprint.of_notebook(notebook),
            "brief": files.sha256(brief),
            "language": last["language"],
            **catalogs.layers(brief, last),
            **fingerprint.of_tables(brief.parent, [key[6:] for key in last if key.startswith("table ")]),
        }
        # Without a Chromium a report could only become worse than the one that stands.
        now["Chromium"] = made_of["Chromium"] or last.get("Chromium", "")
        yield from fingerprint.reasons(last, now)


class _Catalogs:
    """The catalogues of layers that briefs draw on, each read once."""

    def __init__(self, given: Path | None) -> None:
        self._given = given
        self._read = functools.cache(self._catalog)
        self._layer = functools.cache(self._fingerprint)

    def layers(self, brief: Path, last: Mapping[str, str]) -> dict[str, str]:
        """Return the layers that a report was made of as they are now."""
        path = self._given or brief.resolve().parent.parent / "shapes" / "catalog.yaml"
        return {key: self._layer(path, key) for key in last if key.startswith("layer ")}

    def _fingerprint(self, path: Path, key: str) -> str:
        known = self._read(path)
        return fingerprint.of_layers(known, [key.removeprefix("layer ")])[key] if known else ""

    @staticmethod
    def _catalog(path: Path) -> Catalog | None:
        try:
            return read_catalog(path)
        except InputError:
            return None


def why(planned: Planned) -> list[str]:
    """Return the reasons in words, with what the brief says that it did not say before."""
    if "brief changed" not in planned.reasons:
        return [*planned.reasons]
    last, now = _past(planned.folder / f"{planned.folder.name}.md"), _past(planned.brief)
    said = "brief changed"
    if now is None:
        said += f", and cannot be read: run `quickview check {planned.brief}`"
    elif last is not None:
        told = tell(last, now)
        said += f": {'; '.join(told)}" if told else ", but nothing it says (comments, order or white space)"
    return [said if reason == "brief changed" else reason for reason in planned.reasons]


def tell(last: Past, now: Past) -> list[str]:
    """Return what changed from one brief to another, a plain sentence each, in the language of the later one."""
    return [say(change, language_of(now)) for change in compare(last, now)]


def carried_over(out: Path, names: Iterable[str]) -> Iterator[record.Entry]:
    """Yield the entries of reports that this run does not look at and whose briefs are still there."""
    taken = set(names)
    for one in record.read(out)["reports"]:
        if one["name"] not in taken and Path(one["brief"]).exists():
            yield one if one["state"] == "failed" else {**one, "state": "unchanged", "tries": 0, "seconds": 0}


def publish(edition: Mapping[str, Any], night: NightlyOptions) -> None:
    """Write what lies in front of the reports: edition.json, junit.xml, index.html, feed.xml, reports.json, each in one step."""
    words, site, out = night.language if night.language in LANGUAGES else ENGLISH, night.site, night.out
    outlines = world(_catalog(night))
    page = index_page.write(edition, theme=load_theme(night.theme), world=outlines, site=site, language=words)
    files.write_atomically(out / record.FILE, record.as_json(edition))
    files.write_atomically(out / record.JUNIT, record.as_junit(edition))
    files.write_atomically(out / feed.CATALOGUE, feed.catalogue(edition, site=site))
    files.write_atomically(out / feed.ATOM, feed.atom(edition, site=site, language=words))
    files.write_atomically(out / "index.html", page)


def world(catalog: Path | None) -> Mapping[str, Any] | None:
    """Return the outlines of the world's countries as GeoJSON, for the front page's map; None where there are none to be had."""
    if catalog is None:
        return None
    try:
        return read_features(read_catalog(catalog), WORLD)
    except InputError:
        return None
