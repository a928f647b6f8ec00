"""How a process of the kit ends at once, whatever it is doing, and leaves neither processes nor folders behind.

`KeyboardInterrupt` will not do: raised in a hook of `os.fork` or while an object is
collected, it is printed and forgotten, and each `with` that it leaves takes its time.
"""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Final

from quickview import files

STAND_SECONDS: Final = 0.3
"""How long what was interrupted stands still; then it goes on, as it may hold what the end waits for."""

CODE: Final = 128
"""A process that a signal ends tells its number above this one, as a shell does: 130 for Ctrl-C, 143 for SIGTERM."""

SHOW_CURSOR: Final = b"\x1b[?25h\r\x1b[K"


def end(code: int) -> None:
    """End this process, and what would take its time to notice that; the browser and the kernels do at once."""
    from quickview.kernels import servers

    try:
        servers.servers().kill()
        if sys.stderr.isatty():  # a spinner hides the cursor
            os.write(2, SHOW_CURSOR)
    finally:
        files.end_with_temporary(code)


def heed(number: int) -> None:
    """Have a signal end this process; one that is forked from it dies without a word as long as it heeds nothing else."""
    owner = os.getpid()

    def ended(signum: int, _frame: FrameType | None) -> None:
        if os.getpid() != owner:
            os._exit(CODE + signum)
        ending = threading.Thread(target=end, args=[CODE + signum])
        ending.start()
        ending.join(STAND_SECONDS)

    signal.signal(number, ended)


def by_signals() -> None:
    """Have Ctrl-C and SIGTERM end this process, but for what whoever started it has it ignore."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if threading.current_thread() is threading.main_thread() and signal.getsignal(number) != signal.SIG_IGN:
            heed(number)
