"""One Chromium that draws figures and prints pages, cut off from every network."""

import asyncio
import base64
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Error, Page, Playwright, ViewportSize, sync_playwright

from quickview import files
from quickview.errors import MachineError, ReportError
from quickview.language import glyphs
from quickview.options import Timeouts
from quickview.pdf.finish import Print
from quickview.report import chromium
from quickview.report.plotly_figure import plotly_js
from quickview.theme import substitutes, typeface

_T = TypeVar("_T")

PRINT_TIMEOUT_MS: Final = 60_000
MOST_DRAWN: Final = 64
"""Drawings kept, so that HTML and PDF of one report share them."""

JOBS: Final = 1000
"""Drawings and prints after which Chromium is started anew, so that its memory stays flat."""

WATCH_SECONDS: Final = 1.0
GONE_SECONDS: Final = 10.0
"""How often it is looked whether Chromium lives, and for how long it may be gone before it is given up."""

MAX_SOCKET_PATH: Final = 103
"""Longest path of a Unix socket, in bytes, on any system."""

_PRINT_WINDOW: Final[ViewportSize] = {"width": 1280, "height": 10}
"""A low window, as what is printed need not be painted on a screen too."""

_GONE: Final = ("crashed", "closed", "disconnected")
"""What Playwright says of a page, a browser or a driver of its own that has died."""

_NO_SANDBOX: Final = ("No usable sandbox", "sandboxing failed")
"""What Chromium, and Playwright in its place, say when the system forbids an ordinary user the sandbox."""

_ARGUMENTS: Final = (
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
)

# plotly draws random ids; the same figure must give the same bytes, whatever was drawn before it.
_DRAW: Final = """
async ([figure, faces]) => {
  let seed = 42;
  Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const sheet = document.querySelector("style");
  if (sheet.textContent !== faces) sheet.textContent = faces;
  await Promise.all([...document.fonts].map((face) => face.load()));
  const {data, layout, calendar} = JSON.parse(figure);
  const {width, height} = layout;
  const config = {locale: "page", locales: {page: {dictionary: {}, format: calendar ?? {}}}};
  try {
    return await Plotly.toImage({data, layout: {...layout, meta: null}, config}, {format: "svg", width, height, imageDataOnly: true});
  } finally {
    document.body.replaceChildren();
  }
}
"""


class Browser:
    """A running Chromium. Use it in a `with` statement; it ends with the block.

    It has two pages, each with a context of its own, offline, with all requests aborted:
    one with plotly.js, where a figure goes in as a text and comes out as a text, and one
    without scripts. Neither keeps anything of a report. The work is done on a thread of
    its own, because Playwright cannot be used on a thread that runs an event loop, and a
    notebook's does. A Chromium that dies is started anew, and what it was doing is done
    once more.

    `program` is the Chromium that runs, or ran last, and `version` its own, as "156.0.8078.73"; `refused` are those before it that the system forbids their sandbox.
    """

    def __init__(self) -> None:
        self._worker = _thread()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._drawing: Page | None = None
        self._showing: Page | None = None
        self._drawn: dict[str, Future[str]] = {}
        self._jobs = 0
        self._timeouts = Timeouts()
        self._processes: list[int] = []
        self._stack = ExitStack()
        self.program = Path()
        self.version = ""
        self.refused: list[Path] = []

    def __enter__(self) -> Self:
        self._folder = self._stack.enter_context(files.temporary_folder(_parent()))
        try:
            self._worker.submit(self._start).result()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self) -> None:
        """Start Chromium, and once more if it, or Playwright's driver, dies of a fault that can pass."""
        try:
            self._launch()
        except Exception as first:
            if not chromium.may_pass(first):
                raise
            self._stop()
            try:
                self._launch()
            except MachineError:
                raise
            except Exception as error:
                raise _died() from error

    def _launch(self) -> None:
        programs = chromium.candidates()
        if self._playwright is None:
            self._playwright = _driver(self._folder)
        self._chromium = self._launched(self._playwright, programs)
        self.version = self._chromium.version
        processes = self._chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        own = next(int(one["id"]) for one in processes if one["type"] == "browser")
        self._processes = [own, *map(int, _stat(own)[1:])]

    def _launched(self, playwright: Playwright, programs: Iterable[Path]) -> Chromium:
        """The first Chromium that starts; another is tried only where the system forbids one its sandbox.

        A fault that can pass, such as a lack of memory, must not make the next report with another version.
        """
        self.refused = []
        for program in programs:
            try:
                running = playwright.chromium.launch(
                    executable_path=program,
                    args=list(_ARGUMENTS),
                    chromium_sandbox=not _is_root(),
                    env={**os.environ, "TMPDIR": str(self._folder)},
                )
            except Error as error:
                if not self.refused and not any(words in str(error) for words in _NO_SANDBOX):
                    message = f"{program} does not start: {_first_line(error)}"
                    raise MachineError("E-CHROMIUM-START", message, chromium.mend_start()) from error
                self.refused.append(program)
            else:
                self.program = program
                return running
        raise _no_sandbox(self.refused)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._worker.submit(self._stop).result(GONE_SECONDS)
        except TimeoutError:
            self.give_up()
        self._worker.shutdown()
        self._stack.close()

    def _stop(self) -> None:
        # Of one that is gone, and Playwright's driver with it, nothing is left to be closed but this side.
        for close in (self._chromium and self._chromium.close, self._playwright and self._playwright.stop):
            with suppress(Exception):
                if close:
                    close()
        self._kill()
        self._playwright = self._chromium = self._drawing = self._showing = None
        self._processes, self._jobs = [], 0

    def _restart(self) -> None:
        self._stop()
        self._start()

    @property
    def _lives(self) -> bool:
        """Whether Chromium runs, and Playwright's driver where the system tells."""
        return bool(self._processes) and all(map(_runs, self._processes))

    def _kill(self) -> None:
        """End Chromium and its driver, if they have not ended by themselves, and what would go on to write in their folder."""
        left = list(filter(_runs, self._processes))
        files.kill([*left, *(one for process in left for one in files.descendants(process))])

    @property
    def _running(self) -> Chromium:
        if self._chromium is None:
            msg = "use Browser in a with statement"
            raise RuntimeError(msg)
        return self._chromium

    def fresh(self, timeouts: Timeouts = Timeouts()) -> None:  # noqa: B008 (frozen)
        """Begin a new report: forget every drawing.

        When the report's time is over, what Chromium is doing for it ends in `ReportError`.
        """
        self._drawn, self._timeouts = {}, timeouts

    def end_limits(self) -> None:
        """Let what comes next take its time: the report is made, or given up."""
        self._timeouts = Timeouts()

    def draw_ahead(self, figures: Iterable[Mapping[str, Any]]) -> None:
        """Begin to draw figures, and return at once; `draw` waits for them and says what went wrong."""
        if len(self._drawn) > MOST_DRAWN:
            self._drawn = {}
        for figure in figures:
            spec = _spec(figure)
            if spec not in self._drawn:
                self._drawn[spec] = self._submit(self._draw_anew, spec)

    def draw(self, figures: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return each figure (`data` and `layout` of plotly, width and height in pixels) as an SVG text.

        A figure drawn before is not drawn again.
        """
        self.draw_ahead(figures)
        try:
            return [self._awaited(self._drawn[_spec(figure)]) for figure in figures]
        except ReportError:
            self._drawn = {}
            raise
        except Error as error:
            self._drawn = {}
            message = f"a figure could not be drawn: {_first_line(error)}"
            raise ReportError("E-FIGURE", message, "check the notebook's figures") from error

    def _submit(self, work: Callable[..., _T], *given: Any) -> Future[_T]:
        return self._worker.submit(self._tried, self._worker, work, *given)

    def _tried(self, worker: ThreadPoolExecutor, work: Callable[..., _T], *given: Any) -> _T:
        """Do something with Chromium, and once more with a new one if it, or Playwright's driver, dies meanwhile."""
        if self._jobs >= JOBS or not self._lives:
            self._restart()
        self._jobs += 1
        try:
            return work(*given)
        except Exception as error:  # Playwright tells of its driver's death in one that is no `Error`
            if worker is not self._worker or not any(word in str(error) for word in _GONE):
                raise
            self._restart()
            return work(*given)

    def _awaited(self, future: Future[_T]) -> _T:
        """Return what a future brings, unless the report's time is over first, or Chromium is gone for good.

        What fails once the time is over, fails because of it: two threads may wait, and one gives up for both.
        """
        gone = 0.0
        while True:
            try:
                error = future.exception(min(WATCH_SECONDS, self._timeouts.left))
            except TimeoutError:
                gone = 0.0 if self._lives else gone + WATCH_SECONDS
                if self._timeouts.fault or gone >= GONE_SECONDS:
                    self.give_up()
                    raise self._timeouts.fault or _died() from None
            except CancelledError:
                raise self._timeouts.fault or _died() from None
            else:
                if error and (fault := self._timeouts.fault):
                    raise fault from error
                return future.result()

    def give_up(self) -> None:
        """Leave Chromium, its driver and the thread that waits for them; whatever comes next starts anew."""
        # First of all the thread is left, which would start what it sees die anew.
        left, self._worker = self._worker, _thread()
        left.shutdown(wait=False, cancel_futures=True)
        self._kill()
        self._playwright = self._chromium = self._drawing = self._showing = None
        self._processes, self._drawn, self._jobs = [], {}, 0

    def _draw_anew(self, spec: str) -> str:
        svg = str(self._drawing_page().evaluate(_DRAW, [spec, typeface.font_face_css(spec)]))
        # Where an empty attribute stands among the others depends on how busy the machine is.
        return svg.replace(' style=""', "")

    def _drawing_page(self) -> Page:
        if self._drawing is None:
            page = self._new_page(java_script_enabled=True)
            page.set_content(f"<!doctype html><style></style><style>body{{font-family:{typeface.STACK}}}</style>")
            page.add_script_tag(path=plotly_js())
            self._drawing = page
        return self._drawing

    def print(self, html: str) -> Print:
        """Return a page printed: A4 by its own style sheet, tagged, with an outline; its scripts are off."""
        try:
            printed = self._awaited(self._submit(self._print, html))
        except Error as error:
            message = f"the page could not be printed: {_first_line(error)}"
            raise ReportError("E-PDF", message, "try again; then report it") from error
        # The document goes before anything else is done; who printed it need not wait for that.
        self._worker.submit(self._forget)
        return printed

    def _print(self, html: str) -> Print:
        page, self._showing = self._showing or self._new_page(java_script_enabled=False), None
        try:
            page.set_viewport_size(_PRINT_WINDOW)
            page.emulate_media(media="print", color_scheme="light")
            page.set_content(html, wait_until="load", timeout=PRINT_TIMEOUT_MS)
            _substitute(page, html)
            told = page.evaluate(files.resource(__package__, "print.js"))
            document = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
            self._showing = page
            return Print(document, told["text"], told["links"])
        finally:
            if self._showing is None:
                with suppress(Error):
                    page.context.close()

    def examine(self, html: str, script: str, *, width: int, media: Literal["screen", "print"] = "screen") -> Any:
        """Return what a function in JavaScript says of a page that is shown at a width in pixels, its scripts running."""
        try:
            return self._awaited(self._submit(self._examine, html, script, width, media))
        except Error as error:
            message = f"the page could not be examined: {_first_line(error)}"
            raise ReportError("E-EXAMINE", message, "try again; then report it") from error

    def _examine(self, html: str, script: str, width: int, media: Literal["screen", "print"]) -> Any:
        page = self._new_page(java_script_enabled=True)
        try:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(media=media, color_scheme="light")
            page.set_content(html, wait_until="load", timeout=PRINT_TIMEOUT_MS)
            return page.evaluate(script)
        finally:
            with suppress(Error):
                page.context.close()

    def _forget(self) -> None:
        # Of a Chromium that is gone nothing is left to be forgotten; who needs the next one starts it.
        with suppress(Error):
            if self._showing:
                self._showing.goto("about:blank")

    def _new_page(self, *, java_script_enabled: bool) -> Page:
        context = self._running.new_context(
            offline=True, service_workers="block", java_script_enabled=java_script_enabled
        )
        context.route("**/*", lambda route: route.abort())
        return context.new_page()


def _substitute(page: Page, html: str) -> None:
    """Let a page show boxes with their numbers for the characters that no font of this machine has."""
    if characters := sorted(glyphs.missing(html)):
        fonts = substitutes.pole(), substitutes.boxes(characters)
        pole, boxes = (base64.b64encode(font).decode() for font in fonts)
        given = {"characters": characters, "pole": pole, "poleEms": substitutes.POLE_EMS, "boxes": boxes,
                 "family": typeface.FAMILY, "weights": [typeface.REGULAR, typeface.BOLD], "stack": typeface.STACK}  # fmt: skip
        page.evaluate(files.resource(__package__, "substitute.js"), given)


def _driver(folder: Path) -> Playwright:
    """Start Playwright's driver; what it and Chromium leave behind when it is killed, lies in `folder`."""
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)  # the only way to tell it; what another thread starts meanwhile takes no harm
    try:
        started = sync_playwright().start()
    except Exception as error:  # Playwright raises nothing narrower when its driver ends at once
        message = f"what drives Chromium does not start: {_first_line(error)}"
        raise MachineError("E-CHROMIUM-START", message, chromium.mend_start()) from error
    finally:
        os.environ.pop("TMPDIR")
        os.environ.update({"TMPDIR": before} if before is not None else {})
    # Its death is told by whatever is asked of it next, and not on standard error as well.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    return started


def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="quickview-browser")


def _stat(process: int) -> list[str]:
    """Return the state of a process and its parent, here Playwright's driver, where the system tells; empty if it is gone."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return []
    # The name, in brackets, may hold anything.
    return told.rpartition(")")[2].split()[:2]


def _runs(process: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked about counts as ended."""
    state = _stat(process)
    return state[0] not in {"Z", "X"} if state else not Path("/proc/self/stat").exists()


def _spec(figure: Mapping[str, Any]) -> str:
    return json.dumps(figure, sort_keys=True, ensure_ascii=False)


def _parent() -> Path:
    """Return the folder for temporary files, or a shorter one where the path of Chromium's socket would get too long."""
    socket = files.temporary() / ".making-12345678-12345678" / "org.chromium.Chromium.XXXXXX" / "SingletonSocket"
    return files.temporary() if len(os.fsencode(socket)) <= MAX_SOCKET_PATH else Path("/tmp")  # noqa: S108 (a private folder is made in it)


def _died() -> ReportError:
    return ReportError("E-BROWSER", "Chromium died and did not come back", "check the machine's memory, and try again")


def _no_sandbox(refused: Sequence[Path]) -> MachineError:
    named = f", which {chromium.VARIABLE} names," if os.environ.get(chromium.VARIABLE) else ""
    verb = "does" if len(refused) == 1 else "do"
    why = "no usable sandbox: AppArmor forbids it to ordinary users on Ubuntu 23.10 and newer"
    message = f"{' and '.join(map(str, refused))}{named} {verb} not start, {why}"
    other = f" and unset {chromium.VARIABLE}" if named else ""
    allow = "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`"
    hint = f"install google-chrome-stable (on Debian: chromium-sandbox){other}, or write an AppArmor profile for this one, or run {allow}"
    return MachineError("E-CHROMIUM-SANDBOX", message, hint)


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
