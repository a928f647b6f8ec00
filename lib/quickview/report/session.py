"""What makes one report after another: kernels, and a browser where one is needed, kept warm in between."""

import contextlib
import gc
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from quickview.errors import MachineError
from quickview.kernels import servers
from quickview.kernels.standby import Standby
from quickview.options import Timeouts
from quickview.report import chromium, page

if TYPE_CHECKING:
    from quickview.report.browser import Browser


LEAST_SPACE_MB: Final = 1500
"""Address space that the libraries of a kernel need, of which they fill a tenth; with less they end the process without a word."""


LEAST_FILES: Final = 256
"""Files, pipes and sockets that a process must be able to hold open at once: with 128 Chromium ends without a word."""


def check_machine() -> None:
    """Raise `MachineError` where no kernel can start here."""
    if (files := open_files()) < LEAST_FILES:
        message = f"processes may open {files:,.0f} files at once, of {LEAST_FILES:,} needed"
        raise MachineError("E-FILES", message, "raise it, as with `ulimit -n 1024`")
    if (allowed := chromium.address_space()) < LEAST_SPACE_MB:
        message = f"processes may take {allowed:,.0f} MB of address space, of {LEAST_SPACE_MB:,} needed"
        raise MachineError("E-MEMORY", message, "raise or unset `ulimit -v`")
    if named := os.environ.get("IPYTHONDIR", ""):
        try:
            Path(named).expanduser().mkdir(parents=True, exist_ok=True)  # as IPython does
        except (OSError, RuntimeError):
            message = f"IPYTHONDIR is `{named}`, which is no folder and cannot be made"
            raise MachineError("E-IPYTHONDIR", message, "correct or unset it") from None


def open_files() -> float:
    """Return how many files a process may hold open at once; infinity where there is no limit."""
    if sys.platform == "win32":
        return math.inf
    import resource

    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return math.inf if allowed == resource.RLIM_INFINITY else allowed


class RenderSession:
    """The fork server of the kernels, and a browser once one is asked for. Use it in a `with` statement.

    Each starts on the side, and who needs it waits. A press makes one report at a time.
    """

    def __init__(self, kernel: str = servers.KERNEL) -> None:
        self._kernel = kernel
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quickview-press")
        self._begun: Future[Browser] | None = None
        self._timeouts = Timeouts()
        self._standby: Standby | None = None

    def __enter__(self) -> Self:
        check_machine()
        if self._kernel == servers.KERNEL:
            servers.ahead()
        # What is there now stays; the collector need not look at it after each report.
        gc.freeze()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._starter.shutdown()
        self._drop_standby()
        if self._begun and not self._begun.exception():
            self._begun.result().__exit__(kind, error, trace)

    def stand_by(self, kernel: str, folder: Path) -> None:
        """Have a kernel wait for the next notebook in a folder, on the thread that will run it; the one before it ends."""
        self._drop_standby()
        self._standby = Standby(kernel, folder)

    def _drop_standby(self) -> None:
        if self._standby:
            self._standby.close()
        self._standby = None

    def kernel(self, kernel: str, folder: Path) -> str | Standby:
        """Return the kernel that stands by for notebooks of a folder and has neither run nor died, or the name of what is to be started."""
        ready = self._standby
        is_fit = ready and not ready.taken and (ready.kernel, ready.folder) == (kernel, folder.resolve())
        return ready.take() if ready and is_fit and ready.lives else kernel

    @property
    def fault(self) -> MachineError | None:
        """Why there is no browser; None when it runs, which is waited for."""
        fault = self._browser().exception()
        if fault is None or isinstance(fault, MachineError):
            return fault
        raise fault

    @property
    def browser(self) -> "Browser | None":
        """The browser, if there is one; it is waited for."""
        return None if self.fault else self._browser().result()

    @contextlib.contextmanager
    def report(self, timeouts: Timeouts = Timeouts(), *, printed: bool = True) -> Iterator[None]:  # noqa: B008 (frozen)
        """Begin a new report, which shares nothing with the one before and has its own time; that ends with the block.

        Where it will be `printed`, the browser starts, if none runs yet, while the report is written.
        """
        self._timeouts = timeouts
        if self._begun and self._begun.done() and chromium.may_pass(self._begun.exception()):
            self._begun = None
        if self._begun or printed:
            self._once_there(lambda browser: browser.fresh(timeouts))
        try:
            yield
        finally:
            if self._begun:
                self._once_there(lambda browser: browser.end_limits())

    def draw_ahead(self, figures: Sequence[Mapping[str, Any]]) -> None:
        """Begin to draw an analyst's charts as soon as there is a browser, and to pack what a page shows them with; return at once."""
        if figures:
            self._once_there(lambda browser: browser.draw_ahead(figures))
            self._starter.submit(page.packed_plotly)

    def _browser(self) -> "Future[Browser]":
        """The browser as it will be; asked for the first time, it begins to start."""
        if self._begun is None:
            timeouts = self._timeouts
            self._begun = self._starter.submit(_start)
            self._once_there(lambda browser: browser.fresh(timeouts))
        return self._begun

    def _once_there(self, work: "Callable[[Browser], None]") -> None:
        def begin(there: "Future[Browser]") -> None:
            # A browser that is there only when the process ends takes no more work.
            with contextlib.suppress(RuntimeError):
                if not there.exception():
                    work(there.result())

        self._browser().add_done_callback(begin)


def _start() -> "Browser":
    # Playwright takes a tenth of a second to import, which most reports need not wait for.
    from quickview.report.browser import Browser

    return Browser().__enter__()
