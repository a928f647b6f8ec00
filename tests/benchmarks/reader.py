"""The cases of who reads a page: until it shows something, and until a figure answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from quickview.report import chromium
from quickview.report.browser import _is_root
from tests.benchmarks.cases import BIN, Desk, medians, run
from tests.benchmarks.results import Row
from tests.conftest import HOMS

WATCH = """(figure) => {
  globalThis.answered = new Promise((done) => {
    let start;
    for (const kind of ["pointerup", "keydown"])
      figure.addEventListener(kind, (event) => (start ??= event.timeStamp), { capture: true, once: true });
    new MutationObserver((_, watch) => {
      if (!figure.classList.contains("awake")) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    }).observe(figure, { attributeFilter: ["class"] });
  });
}"""
"""From the hand's event to the first frame after the figure has opened: what a reader waits for."""

PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) done(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""


def click(desk: Desk) -> Iterator[Row]:
    """From a click, or Enter, on *Explore* until the figure answers, at a processor's full speed and at a quarter."""
    with _engine() as engine:
        for slower in (1, 4):
            page = engine.new_page(viewport={"width": 1440, "height": 900})
            page.goto(_homs(desk).as_uri())
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
            figures = page.locator("figure:has(.wake)").count()
            found = medians(desk.runs * figures, *(_answers(page, figures, by) for by in ("a click", "Enter")))
            how = f"processor {slower} times slower" if slower > 1 else "full speed"
            for by, value in zip(("a click", "Enter"), found, strict=True):
                yield Row("click", f"{by} until a figure answers, {how}", value, "ms", note="goal: 50 ms")
            page.close()


def _answers(page: Page, figures: int, by: str):
    turn = 0

    def once() -> float:
        nonlocal turn
        figure = page.locator("figure:has(.wake)").nth(turn % figures)
        turn += 1
        figure.evaluate(WATCH)
        button = figure.locator(".wake")
        if by == "Enter":
            button.press("Enter")
        else:
            button.click()
        waited = page.evaluate("answered")
        page.keyboard.press("Escape")
        return waited

    return once


def paint(desk: Desk) -> Iterator[Row]:
    """From the start of loading to the first contentful paint, each page in a context of its own."""
    page = _homs(desk)
    plain = desk.folder / "plain.html"
    with _engine() as engine:

        def opened(path: Path) -> float:
            with engine.new_context(viewport={"width": 1440, "height": 900}) as context:
                seen = context.new_page()
                seen.goto(path.as_uri())
                return seen.evaluate(PAINTED)

        with engine.new_context() as context:
            seen = context.new_page()
            seen.goto(page.as_uri())
            text = escape(seen.inner_text("body"))
        plain.write_text(f"<!doctype html><meta charset=utf-8><title>x</title><pre>{text}</pre>", encoding="utf-8")
        base, value = medians(4 * desk.runs + 1, lambda: opened(plain), lambda: opened(page))
    yield Row("paint", "plain text of the same length", base, "ms")
    note = f"{value - base:+.0f} ms; goal: +50 ms"
    yield Row("paint", "the report, first contentful paint", value, "ms", ratio=base / value, note=note)


@contextmanager
def _engine() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.find(), chromium_sandbox=not _is_root())
        yield running
        running.close()


def _homs(desk: Desk) -> Path:
    made = desk.folder / "read" / HOMS.stem / f"{HOMS.stem}.html"
    if not made.exists():
        run(BIN / "quickview", "render", HOMS, "--format", "html", "--out", desk.folder / "read")
    return made
