"""Quick View: short analytical reports on political and conflict events."""

import importlib
from typing import Any

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook `%quickview`, when `%load_ext quickview` asks for it."""
    # By name, as whatever imports the package would count as importing what this needs.
    importlib.import_module("quickview.jupyter.magic").register(shell)
