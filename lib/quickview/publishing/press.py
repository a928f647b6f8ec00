"""What makes one report after another: a browser and kernels, kept warm in between."""

import contextlib
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from quickview.errors import MachineError
from quickview.kernels import servers
from quickview.publishing import page
from quickview.publishing.browser import Browser
from quickview.publishing.limits import Limits


class Press:
    """A browser, and the fork server of the kernels. Use it in a `with` statement.

    Both start at once and side by side; who needs them waits. A press makes one report at a time.
    """

    def __init__(self, kernel: str = servers.KERNEL) -> None:
        self._kernel = kernel
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quickview-press")
        self._browser: Future[Browser] = Future()

    def __enter__(self) -> Self:
        if self._kernel == servers.KERNEL:
            servers.ahead()
        self._browser = self._starter.submit(Browser().__enter__)
        # What is there now stays; the collector need not look at it after each report.
        gc.freeze()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._starter.shutdown()
        if not self._browser.exception():
            self._browser.result().__exit__(kind, error, trace)

    @property
    def fault(self) -> MachineError | None:
        """Why there is no browser; None when it runs."""
        fault = self._browser.exception()
        if fault is None or isinstance(fault, MachineError):
            return fault
        raise fault

    @property
    def browser(self) -> Browser | None:
        """The browser, if there is one."""
        return None if self.fault else self._browser.result()

    @contextlib.contextmanager
    def report(self, limits: Limits = Limits()) -> Iterator[None]:  # noqa: B008 (frozen)
        """Begin a new report, which shares nothing with the one before and has its own time; that ends with the block."""
        self._once_there(lambda browser: browser.fresh(limits))
        try:
            yield
        finally:
            self._once_there(Browser.end_limits)

    def draw_ahead(self, figures: Sequence[Mapping[str, Any]]) -> None:
        """Begin to draw an analyst's charts as soon as there is a browser, and to pack what a page shows them with; return at once."""
        if figures:
            self._starter.submit(page.packed_plotly)
            self._once_there(lambda browser: browser.draw_ahead(figures))

    def _once_there(self, work: Callable[[Browser], None]) -> None:
        def begin(there: Future[Browser]) -> None:
            # A browser that is there only when the process ends takes no more work.
            with contextlib.suppress(RuntimeError):
                if not there.exception():
                    work(there.result())

        self._browser.add_done_callback(begin)
