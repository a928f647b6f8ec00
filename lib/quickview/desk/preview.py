"""Look at a brief while it is written: render, show, watch its files, and show again after each save."""

import asyncio
import contextlib
import os
import sys
import time
import webbrowser
from collections.abc import AsyncGenerator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quickview import files, terminal
from quickview.errors import TRANSIENT, Fault, InputError, ReportError
from quickview.terminal import flattened, say, warn

if TYPE_CHECKING:
    from quickview.brief.reader import Brief
    from quickview.desk.inspection import Finding
    from quickview.options import RenderOptions
    from quickview.report.browser import Browser
    from quickview.report.render import Report
    from quickview.report.session import RenderSession

WATCHED: Final = {".md", ".ipynb", ".yaml", ".yml", ".geojson", ".csv", ".xlsx", ".parquet", ".py", ".svg"}
"""Endings of files that a report may be made of."""

SETTLE_MS: Final = 30
"""How long nothing more is saved before a round begins: an editor writes a file in several steps."""

QUIET_SECONDS: Final = 3.0
"""How long nobody saves before the finished page is inspected, which takes the machine's time."""


@dataclass(frozen=True)
class Round:
    """One save and what came of it: the page, or the faults that keep the last good one standing."""

    number: int = 0
    faults: Sequence[Fault] = ()
    warnings: Sequence[str] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    report: "Report | None" = None
    languages: Sequence[str] = ()

    @property
    def said(self) -> str:
        """The round as a line of the terminal."""
        steps = ", ".join(f"{name} {seconds:.2f}" for name, seconds in self.seconds.items() if seconds >= 0.005)
        count = f"{len(self.faults)} fault{'s' if len(self.faults) > 1 else ''}" if self.faults else "rendered"
        return f"{time.strftime('%H:%M:%S')}  {count} in {sum(self.seconds.values()):.2f} s ({steps})"


class Preview:
    """The report of a brief, round after round, in a folder that nobody else reads.

    Its rounds are made on one thread, which is not the caller's.
    """

    def __init__(self, brief: Path, options: "RenderOptions", session: "RenderSession") -> None:
        self.brief, self.options, self._session = brief, options, session
        self.round, self.page, self.document = Round(), b"", b""
        self.findings: Sequence[Finding] | None = None
        self.number = 0

    def make(self) -> Round:
        """Render the brief as it stands on disk, and keep the page if there is one."""
        self.number += 1
        start = time.perf_counter()
        made = Round(self.number, languages=self.round.languages)
        try:
            brief = self._read()
            made = replace(made, languages=_languages(brief), seconds={"brief": time.perf_counter() - start})
            report = self._render(brief)
        except InputError as error:
            made = replace(made, faults=error.faults, seconds={"brief": time.perf_counter() - start})
        except ReportError as error:
            faults = [one.at(str(self.brief)) for one in (error, *error.others)]
            made = replace(made, faults=faults, seconds={"report": time.perf_counter() - start})
        else:
            self.page = (report.folder / f"{report.folder.name}.html").read_bytes()
            self.document, self.findings = b"", None
            warnings = [*map(str, brief.warnings), *report.warnings]
            made = replace(made, warnings=warnings, seconds={**made.seconds, **report.seconds}, report=report)
        self.round = made
        return made

    def _read(self) -> "Brief":
        from quickview.brief.reader import load

        return load(self.brief, catalog=self.options.catalog, language=self.options.language)

    def _render(self, brief: "Brief") -> "Report":
        from quickview.report.render import render

        try:
            return render(brief, self.options, self._session)
        except ReportError as error:
            if error.code not in TRANSIENT:
                raise
            return render(brief, self.options, self._session)  # nobody saves again because a kernel has died

    def stand_by(self) -> None:
        """Have the kernel of the next round start now."""
        self._session.stand_by(self.options.kernel, self.notebook.parent)

    @property
    def notebook(self) -> Path:
        """The notebook that the last round ran."""
        from quickview.report.cells import notebook_of

        return (self.options.notebook or notebook_of(self.brief)).resolve()

    def print(self, browser: "Browser") -> bytes:
        """Return the last good page as a PDF; b"" where there is none."""
        from quickview.report.page import print_report
        from quickview.theme.theme import load_theme

        outline = self.round.report and self.round.report.outline
        if outline and not self.document:
            self.document = print_report(outline, browser, load_theme(self.options.theme))[0]
        return self.document

    def state(self) -> dict[str, Any]:
        """Return what the page in the browser is told: JSON of plain words and numbers."""
        made = self.round
        return {
            "round": made.number,
            "page": bool(self.page),
            "faults": [_with_line(fault) for fault in made.faults],
            "warnings": list(made.warnings),
            "seconds": round(sum(made.seconds.values()), 2),
            "languages": list(made.languages),
            "language": self.options.language,
            "theme": self.options.theme or "default",
            "findings": None if self.findings is None else [one.as_data() for one in self.findings],
        }

    def folders(self) -> set[Path]:
        """Return the folders whose files the report is made of."""
        from quickview.brief.reader import catalog_of
        from quickview.report.cells import notebook_of

        theme = Path(self.options.theme)
        catalog = self.options.catalog or catalog_of(self.brief)
        named = [self.brief, catalog, self.options.notebook or notebook_of(self.brief), self.notebook]
        named += [theme] if theme.suffix else []
        return {path.resolve().parent for path in named if path.resolve().parent.is_dir()}

    def concerns(self, path: Path) -> bool:
        """Whether the report may be made of a file: other briefs and notebooks beside its own are not its business."""
        own = {".md": self.brief.resolve(), ".ipynb": self.notebook}
        return path.suffix in WATCHED and path.resolve() == own.get(path.suffix, path.resolve())


def _languages(brief: "Brief") -> list[str]:
    from quickview.language.catalogs import LANGUAGES

    return list(dict.fromkeys([brief.own.code, *sorted({*LANGUAGES, *brief.facts.translations})]))


def _with_line(fault: Fault) -> dict[str, Any]:
    """Return a fault with the line it stands in, as it is in the file."""
    line = ""
    if fault.line:
        with contextlib.suppress(UnicodeDecodeError, IndexError):
            line = files.content(Path(fault.file)).decode().split("\n")[fault.line - 1][:300]
    return {**asdict(fault), "text": line}


@flattened
def preview(
    brief: Annotated[Path, typer.Argument(help="The brief to look at (briefs/NAME.md).", show_default=False)],
    look: terminal.Look,
    port: Annotated[int, typer.Option(help="Port to serve at; 0 for any that is free.", min=0, max=65535)] = 0,
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,  # noqa: FBT002 (a flag)
) -> None:
    """Show a brief's report in a browser, and again after each save."""
    from quickview.files import temporary_folder
    from quickview.report.session import RenderSession
    from quickview.theme.theme import load_theme

    load_theme(look.theme)
    if not brief.is_file():
        raise InputError.at(str(brief), "E-BRIEF-READ", "No such file or directory", "name a file that exists")
    with ExitStack() as stack:
        out = stack.enter_context(temporary_folder())
        session = stack.enter_context(RenderSession(look.kernel))
        shown = Preview(brief, replace(look.shown_in(out), card=False), session)
        asyncio.run(_serve(shown, port, open_page=open_page))


async def _serve(shown: Preview, port: int, *, open_page: bool) -> None:
    from quickview.desk.server import Server

    desk = Desk(shown)
    server = Server(desk, port)
    say(f"{shown.brief}: {server.address}  (end with Ctrl-C)")
    if open_page and _has_screen():
        webbrowser.open(server.address)
    try:
        await desk.run()
    finally:
        server.close()
        desk.tell({})  # nothing more to come
        await asyncio.sleep(0)
        desk.close()


def _has_screen() -> bool:
    """Whether a browser with windows can be opened from here; in a terminal alone, one of text would take its place."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


class Desk:
    """Makes a round when something was saved or chosen, tells whoever looks, and inspects the page when it is quiet."""

    def __init__(self, shown: Preview) -> None:
        self.shown = shown
        self.listeners: set[asyncio.Queue[Mapping[str, Any]]] = set()
        self._due = asyncio.Event()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quickview-round")
        self._inspector = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quickview-inspector")
        self._stack = ExitStack()
        self._browser: Browser | None = None
        self._looking = False

    async def run(self) -> None:
        """Make rounds until the task is cancelled."""
        watching = asyncio.create_task(self._watch())
        try:
            self._due.set()
            while True:
                await self._due.wait()
                self._due.clear()
                self._stop_inspecting()
                await self._round()
                asyncio.create_task(self._inspect(self.shown.number))  # noqa: RUF006 (it ends with its round)
        finally:
            watching.cancel()

    async def _round(self) -> None:
        loop = asyncio.get_running_loop()
        self.tell({"working": True})
        made = await loop.run_in_executor(self._worker, self.shown.make)
        self.tell(self.shown.state())
        say(made.said)
        for line in (*made.warnings, *map(str, made.faults)):
            warn(line)
        await loop.run_in_executor(self._worker, self.shown.stand_by)

    async def _watch(self) -> None:
        from watchfiles import awatch

        while True:
            folders = self.shown.folders()
            watched = awatch(
                *folders, recursive=False, step=SETTLE_MS, debounce=5 * SETTLE_MS,
                watch_filter=lambda _, path: self.shown.concerns(Path(path)),
            )  # fmt: skip
            async for _ in watched:
                self._due.set()
                if self.shown.folders() != folders:
                    break

    async def _inspect(self, number: int) -> None:
        """Look at the page of a round, unless another one begins meanwhile."""
        await asyncio.sleep(QUIET_SECONDS)
        if self._is_last(number) and not self.shown.round.faults:
            await asyncio.get_running_loop().run_in_executor(self._inspector, self._look, number)
            if self._is_last(number):
                self.tell(self.shown.state())

    def _look(self, number: int) -> None:
        from quickview.desk.inspection import inspect

        browser = self._own_browser()
        if browser is None:
            return
        self._looking = True
        try:
            html, document = self.shown.page.decode(), self.shown.print(browser)
            found = inspect(html, document, browser, goes_on=lambda: self._is_last(number))
        except (ReportError, CancelledError):  # given up, or Chromium died: a look at the next round will tell
            return
        finally:
            self._looking = False
        if self._is_last(number):
            self.shown.findings = found

    def _stop_inspecting(self) -> None:
        """Leave a page that is looked at, as the round needs the machine; Chromium starts anew when it is quiet."""
        if self._browser and self._looking:
            self._browser.give_up()

    def _is_last(self, number: int) -> bool:
        return number == self.shown.number and not self._due.is_set()

    def _own_browser(self) -> "Browser | None":
        from quickview.errors import MachineError
        from quickview.report.browser import Browser

        with contextlib.suppress(MachineError):
            self._browser = self._browser or self._stack.enter_context(Browser())
        return self._browser

    async def print(self) -> bytes:
        """Return the last good page as a PDF; b"" where there is no Chromium."""

        def made() -> bytes:
            browser = self._own_browser()
            return self.shown.print(browser) if browser else b""

        return await asyncio.get_running_loop().run_in_executor(self._inspector, made)

    def choose(self, *, language: str, theme: str) -> None:
        """Show the report in another language or theme from now on."""
        self.shown.options = replace(self.shown.options, language=language, theme=theme)
        self._due.set()

    def tell(self, state: Mapping[str, Any]) -> None:
        """Tell everyone who looks."""
        for listener in self.listeners:
            listener.put_nowait(state)

    async def listen(self) -> AsyncGenerator[Mapping[str, Any]]:
        """Yield how the preview stands, now and whenever that changes."""
        heard: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        heard.put_nowait(self.shown.state())
        self.listeners.add(heard)
        try:
            while state := await heard.get():
                yield state
        finally:
            self.listeners.discard(heard)

    def close(self) -> None:
        """End the browser and the threads."""
        if self._browser:
            self._browser.give_up()  # it may be at work on a page, which nobody waits for any more
        for thread in (self._worker, self._inspector):
            thread.shutdown(cancel_futures=True)
        self._stack.close()
