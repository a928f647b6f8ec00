"""One Chromium that draws figures and prints pages, cut off from every network."""

import json
import os
import urllib.parse
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from quickview.errors import MachineError, ReportError
from quickview.look import typeface
from quickview.publishing import chromium

PRINT_TIMEOUT_MS: Final = 60_000
MOST_DRAWN: Final = 64
"""Drawings kept, so that HTML and PDF of one report share them."""

_ARGUMENTS: Final = (
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
)

# plotly draws random ids; the same figure must give the same bytes.
_FIXED_RANDOM: Final = "(() => { let s = 42; Math.random = () => (s = (s * 16807) % 2147483647) / 2147483647; })();"

_DRAW: Final = """
async ([figures, faces]) => {
  const style = document.createElement("style");
  style.textContent = faces;
  document.head.append(style);
  for (const face of document.fonts) await face.load();
  const images = [];
  for (const f of figures) {
    const layout = {...f.layout, meta: null};
    images.push(await Plotly.toImage({data: f.data, layout}, {format: 'svg', width: layout.width, height: layout.height}));
  }
  return images;
}
"""


@dataclass(frozen=True)
class Print:
    """A page printed: the PDF as Chromium writes it, the text it shows, and its links in their order.

    A link has `to` (an address, or the id of a place in the page), `text`, and for a
    citation the `source` it leads to: `number`, `publisher` and `title`.
    """

    document: bytes
    text: str = ""
    links: Sequence[Mapping[str, Any]] = ()


class Browser:
    """A running Chromium. Use it in a `with` statement; it ends with the block.

    Every page gets a context of its own, offline, with all requests aborted. The
    work is done on a thread of its own, because Playwright cannot be used on a thread
    that runs an event loop, and a notebook's does.
    """

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quickview-browser")
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._drawing: Page | None = None
        self._drawn: dict[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self._worker.submit(self._start).result()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self) -> None:
        program = chromium.find()
        self._playwright = sync_playwright().start()
        try:
            self._chromium = self._playwright.chromium.launch(
                executable_path=program, args=list(_ARGUMENTS), chromium_sandbox=not _is_root()
            )
        except Error as error:
            what = f"{program} does not start: {_first_line(error)}"
            raise MachineError("E-CHROMIUM-START", what, f"set {chromium.VARIABLE} to another Chromium") from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.submit(self._stop).result()
        self._worker.shutdown()

    def _stop(self) -> None:
        if self._chromium:
            self._chromium.close()
        if self._playwright:
            self._playwright.stop()
        self._chromium = self._playwright = self._drawing = None

    @property
    def version(self) -> str:
        """The browser's version, as "156.0.8078.73"."""
        return self._running.version

    @property
    def _running(self) -> Chromium:
        if self._chromium is None:
            msg = "use Browser in a with statement"
            raise RuntimeError(msg)
        return self._chromium

    def draw(self, figures: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return each figure (`data` and `layout` of plotly, width and height in pixels) as an SVG text.

        A figure drawn before is not drawn again.
        """
        specs = [json.dumps(figure, sort_keys=True) for figure in figures]
        new = [spec for spec in dict.fromkeys(specs) if spec not in self._drawn]
        if new:
            if len(self._drawn) > MOST_DRAWN:
                self._drawn.clear()
            drawings = self._worker.submit(self._draw_anew, new).result()
            self._drawn |= zip(new, drawings, strict=True)
        return [self._drawn[spec] for spec in specs]

    def warm(self) -> None:
        """Begin to load what drawing needs, and return at once."""
        self._worker.submit(self._drawing_board)

    def _drawing_board(self) -> Page:
        self._drawing = self._drawing or self._drawing_page()
        return self._drawing

    def _draw_anew(self, specs: Sequence[str]) -> list[str]:
        page = self._drawing_board()
        style = typeface.font_face_css("".join(specs))
        try:
            images = page.evaluate(_DRAW, [[json.loads(spec) for spec in specs], style])
        except Error as error:
            what = f"a figure could not be drawn: {_first_line(error)}"
            raise ReportError("E-FIGURE", what, "check the notebook's figures") from error
        return [urllib.parse.unquote(image.split(",", 1)[1]) for image in images]

    def _drawing_page(self) -> Page:
        page = self._context(java_script_enabled=True).new_page()
        page.set_content(f"<!doctype html><style>body{{font-family:{typeface.STACK}}}</style><p>a<b>a</b></p>")
        page.evaluate(_FIXED_RANDOM)
        page.add_script_tag(content=plotly_js().read_text(encoding="utf-8"))
        return page

    def print(self, html: str) -> Print:
        """Return a page printed: A4 by its own style sheet, tagged, with an outline; its scripts are off."""
        return self._worker.submit(self._print, html).result()

    def _print(self, html: str) -> Print:
        context = self._context(java_script_enabled=False)
        try:
            page = context.new_page()
            page.set_content(html, wait_until="load", timeout=PRINT_TIMEOUT_MS)
            page.emulate_media(media="print", color_scheme="light")
            told = page.evaluate(_resource("print.js"))
            document = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
            return Print(document, told["text"], told["links"])
        except Error as error:
            raise ReportError(
                "E-PDF", f"the page could not be printed: {_first_line(error)}", "try again; then report it"
            ) from error
        finally:
            context.close()

    def screenshot(self, html: str, width: int, height: int) -> bytes:
        """Return a page as a PNG, seen in a window of that size in pixels, light; scripts are off."""
        return self._worker.submit(self._screenshot, html, width, height).result()

    def _screenshot(self, html: str, width: int, height: int) -> bytes:
        context = self._context(java_script_enabled=False)
        try:
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.set_content(html, wait_until="load", timeout=PRINT_TIMEOUT_MS)
            page.evaluate("document.fonts.ready.then(() => 1)")
            return page.screenshot(animations="disabled")
        except Error as error:
            what = f"the card could not be drawn: {_first_line(error)}"
            raise ReportError("E-CARD", what, "try again; then report it") from error
        finally:
            context.close()

    def _context(self, *, java_script_enabled: bool) -> BrowserContext:
        context = self._running.new_context(
            offline=True, java_script_enabled=java_script_enabled, service_workers="block"
        )
        context.route("**/*", lambda route: route.abort())
        return context


def plotly_js() -> Path:
    """Return the path of the plotly.js that the plotly package ships; plotly itself is not imported."""
    spec = find_spec("plotly")
    path = Path(spec.origin).parent / "package_data" / "plotly.min.js" if spec and spec.origin else None
    if path is None or not path.exists():
        raise MachineError("E-PLOTLY", "the plotly package has no plotly.min.js", "install the requirements again")
    return path


def _resource(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
